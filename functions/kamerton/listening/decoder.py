"""Any file of sound to samples, by FFmpeg through PyAV.

What a file says of itself is not believed: formats are those of a list, so that no text can make the decoder open other files
or addresses; bytes, packets, channels, rates and seconds are bounded; and how long it is, its packets say, and not its head.

Public names: decode, DecodedSound, FileTags, FORMATS, LARGEST_FILE, LONGEST_SECONDS, HEARD_SECONDS.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import numpy as np
from msgspec import Struct

from kamerton.errors import BadQuery, SoundUnheard
from kamerton.listening.mel_spectrogram import RATE, Samples

LARGEST_FILE = 20 * 1024 * 1024
"""Bytes: as many as Telegram gives to a bot."""
LONGEST_SECONDS = 600.0
HEARD_SECONDS = 30.0
SHORTEST_SECONDS = 1.0

FORMATS = "mp3,mov,mp4,m4a,3gp,matroska,webm,ogg,wav,w64,flac,aac,amr,aiff,caf"
"""FFmpeg's names of the containers that are read."""

_MOST_PACKETS = 200_000
_MOST_CHANNELS = 8
_RATES = (4_000, 192_000)
# A decoder needs some packets before the first that it gives sound for.
_BEFORE_SECONDS = 0.5
_LONGEST_PACKET = 60
_QUIET = 1e-4


class FileTags(Struct, frozen=True):
    """What a file says of itself; empty for what it does not say. Several artists or genres have ";" between them."""

    title: str = ""
    artist: str = ""
    album: str = ""
    genre: str = ""
    date: str = ""
    isrc: str = ""


class DecodedSound(Struct, frozen=True):
    """`samples` float32 [n], mono, at RATE, from -1 to 1: HEARD_SECONDS at most, of a file of `seconds`."""

    samples: Samples
    seconds: float
    tags: FileTags = FileTags()


def decode(
    data: bytes, start: float | None = None, largest: int = LARGEST_FILE, longest_seconds: float = LONGEST_SECONDS
) -> DecodedSound:
    """The seconds from `start` on, or those in the middle. Raises `SoundUnheard` for what is no sound, too long, too short or
    silent, and `BadQuery` for a file that is too large."""
    if len(data) > largest:
        raise BadQuery("sound_large", most=largest // 1024**2)
    import av

    try:
        seconds, tags = _described(av, data)
        if seconds > longest_seconds:
            raise SoundUnheard("sound_long", most=round(longest_seconds / 60))
        begin = max(0.0, (seconds - HEARD_SECONDS) / 2) if start is None else min(start, max(0.0, seconds - HEARD_SECONDS))
        samples = _samples(av, data, begin)
    except (av.FFmpegError, ValueError, EOFError, MemoryError, OverflowError, UnicodeError, AttributeError) as error:
        raise SoundUnheard("sound_unreadable") from error
    if len(samples) < SHORTEST_SECONDS * RATE:
        raise SoundUnheard("sound_short")
    if np.abs(samples).max() < _QUIET:
        raise SoundUnheard("sound_silent")
    return DecodedSound(samples, seconds, tags)


def _open(av: Any, data: bytes) -> Any:
    options = {"format_whitelist": FORMATS, "protocol_whitelist": "", "probesize": "262144", "analyzeduration": "2000000"}
    return av.open(io.BytesIO(data), options=options, metadata_errors="replace")


def _stream(container: Any) -> Any:
    """The first of sound. Raises `SoundUnheard`."""
    if not container.streams.audio:
        raise SoundUnheard("sound_none")
    stream = container.streams.audio[0]
    context = stream.codec_context
    if context is None:
        raise SoundUnheard("sound_unreadable")
    if not (_RATES[0] <= (context.sample_rate or 0) <= _RATES[1]) or not 1 <= context.channels <= _MOST_CHANNELS:
        raise SoundUnheard("sound_unreadable")
    return stream


def _described(av: Any, data: bytes) -> tuple[float, FileTags]:
    """How long it is, by its packets, and what it says of itself."""
    with _open(av, data) as container:
        stream = _stream(container)
        first = last = None
        for packet in _packets(container, stream):
            at = packet.pts if packet.pts is not None else packet.dts
            if at is not None:
                first = at if first is None else min(first, at)
                # A last packet of which nothing counts may say four billion for less than nothing.
                lasts = packet.duration or 0
                end = at + lasts if lasts * stream.time_base < _LONGEST_PACKET else at
                last = max(last or at, end)
        seconds = float((last - first) * stream.time_base) if first is not None and last is not None else 0.0
        named = {**container.metadata, **stream.metadata}
    isrc = _tag(named, "isrc") or _tag(named, "tsrc")
    title, artist, album, genre, date = (_tag(named, name) for name in ("title", "artist", "album", "genre", "date"))
    return seconds, FileTags(title, artist, album, genre, date, isrc)


def _samples(av: Any, data: bytes, begin: float) -> Samples:
    with _open(av, data) as container:
        stream = _stream(container)
        resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE)
        wanted = int((HEARD_SECONDS + _BEFORE_SECONDS) * RATE)
        parts: list[Samples] = []
        skipped, n_samples = _Skipped(stream, begin), 0
        for packet in _packets(container, stream):
            if skipped.is_before(packet):
                continue
            for frame in _frames(av, stream, packet):
                frame.pts = None
                parts += [resampled.to_ndarray()[0] for resampled in resampler.resample(frame)]
            n_samples = sum(map(len, parts))
            if n_samples >= wanted:
                break
        parts += [resampled.to_ndarray()[0] for resampled in resampler.resample(None)]
    samples = np.concatenate(parts)[: int(HEARD_SECONDS * RATE)] if parts else np.empty(0)
    # A damaged file may decode to anything.
    clipped: Samples = np.clip(np.nan_to_num(samples, nan=0.0, posinf=0.0, neginf=0.0), -1, 1).astype(np.float32)
    return clipped


class _Skipped:
    """Packets before the part that is heard, which are not decoded."""

    def __init__(self, stream: Any, begin: float) -> None:
        self._stream = stream
        self._begin = begin
        self._first: int | None = None

    def is_before(self, packet: Any) -> bool:
        at = packet.pts if packet.pts is not None else packet.dts
        if at is None:
            return False
        self._first = at if self._first is None else self._first
        return float((at - self._first) * self._stream.time_base) < self._begin - _BEFORE_SECONDS


def _packets(container: Any, stream: Any) -> Iterator[Any]:
    for number, packet in enumerate(container.demux(stream)):
        if number >= _MOST_PACKETS:
            raise SoundUnheard("sound_long", most=round(LONGEST_SECONDS / 60))
        yield packet


def _frames(av: Any, stream: Any, packet: Any) -> list[Any]:
    """What a packet decodes to; nothing for one that is damaged."""
    try:
        return list(stream.codec_context.decode(packet))
    except av.FFmpegError:
        return []


def _tag(named: dict[str, str], name: str) -> str:
    value = next((value for key, value in named.items() if key.casefold() == name), "")
    return " ".join("".join(character if character.isprintable() else " " for character in value).split())[:200]
