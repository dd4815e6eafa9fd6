"""Any file becomes samples, or a sentence; and no file makes the decoder do anything else."""

from __future__ import annotations

import builtins
import random
import socket
import struct
import zipfile
from io import BytesIO

import av
import numpy as np
import pytest

from kamerton.errors import BadQuery, SoundUnheard
from kamerton.listening.decoder import HEARD_SECONDS, LARGEST_FILE, decode
from kamerton.listening.mel_spectrogram import RATE
from tests.functions.listening.sounds import encoded, tone, wav

FILES = {
    "mp3": ("mp3", "libmp3lame"),
    "m4a": ("mp4", "aac"),
    "ogg with opus": ("ogg", "libopus"),
    "webm with opus": ("webm", "libopus"),
    "mp4 with opus": ("mp4", "libopus"),
    "flac": ("flac", "flac"),
    "wav": ("wav", "pcm_s16le"),
    "aiff": ("aiff", "pcm_s16be"),
    "matroska": ("matroska", "aac"),
    "aac": ("adts", "aac"),
}
SOUND = tone(440, 4)


def pitch(samples: np.ndarray) -> float:
    """Of the loudest tone, in Hz."""
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return float(np.argmax(spectrum) * RATE / len(samples))


def reason(data: bytes, start: float | None = None) -> str:
    with pytest.raises((BadQuery, SoundUnheard)) as refused:
        decode(data, start)
    return refused.value.reason


@pytest.mark.parametrize("name", FILES)
def test_common_files_are_heard(name: str) -> None:
    sound = decode(encoded(SOUND, *FILES[name]))
    assert pitch(sound.samples) == pytest.approx(440, abs=2)
    assert sound.seconds == pytest.approx(4, abs=0.15)
    assert sound.samples.dtype == np.float32
    assert np.abs(sound.samples).max() == pytest.approx(0.1, abs=0.02)


def test_the_middle_of_a_long_file_is_heard_or_what_is_asked_for() -> None:
    parts = [tone(hertz, 40) for hertz in (300, 600, 1200)]
    data = encoded(np.concatenate(parts), "mp3", "libmp3lame")
    middle = decode(data)
    assert middle.seconds == pytest.approx(120, abs=0.2)
    assert len(middle.samples) == HEARD_SECONDS * RATE
    assert pitch(middle.samples) == pytest.approx(600, abs=2)
    assert pitch(decode(data, 2).samples) == pytest.approx(300, abs=2)
    assert pitch(decode(data, 85).samples) == pytest.approx(1200, abs=2)
    # Beyond the end there is nothing: the last half minute is heard.
    assert pitch(decode(data, 500).samples) == pytest.approx(1200, abs=2)


def test_a_packet_of_less_than_nothing_is_not_as_long_as_a_day() -> None:
    data = bytearray(encoded(tone(440, 3), "ogg", "vorbis"))
    last = data.rindex(b"OggS")
    (position,) = struct.unpack_from("<q", data, last + 6)
    # The end comes before that of the packets, by more than a packet.
    struct.pack_into("<q", data, last + 6, position - 3000)
    struct.pack_into("<I", data, last + 22, 0)
    struct.pack_into("<I", data, last + 22, ogg_checksum(bytes(data[last:])))
    with av.open(BytesIO(data)) as container:
        longest = max(packet.duration or 0 for packet in container.demux(container.streams.audio[0]))
    assert longest > 2**31
    assert decode(bytes(data)).seconds == pytest.approx(3, abs=0.2)


def ogg_checksum(page: bytes) -> int:
    checksum = 0
    for byte in page:
        checksum ^= byte << 24
        for _ in range(8):
            checksum = ((checksum << 1) ^ (0x04C11DB7 if checksum & 0x80000000 else 0)) & 0xFFFFFFFF
    return checksum


def test_a_file_says_who_plays() -> None:
    sound = decode(encoded(SOUND, "mp3", "libmp3lame", title=" In the\nEnd ", artist="Linkin Park"))
    assert (sound.tags.title, sound.tags.artist) == ("In the End", "Linkin Park")
    assert decode(encoded(SOUND, "mp3", "libmp3lame", title="a" * 5000)).tags.title == "a" * 200


@pytest.mark.parametrize("channels", [1, 2, 6])
def test_channels_become_one(channels: int) -> None:
    assert pitch(decode(wav(np.repeat(SOUND, channels), channels=channels)).samples) == pytest.approx(440, abs=2)


HOSTILE = {
    "nothing": (b"", "sound_unreadable"),
    "text": (b"This is no sound. " * 100, "sound_unreadable"),
    "a list of files": (b"ffconcat version 1.0\nfile /etc/passwd\n", "sound_unreadable"),
    "a session description": (
        b"v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 5004 RTP/AVP 0\n",
        "sound_unreadable",
    ),
    "a playlist of segments": (
        b"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nhttp://127.0.0.1:9/a.ts\n",
        "sound_unreadable",
    ),
    "a picture": (b"\x89PNG\r\n\x1a\n" + b"\0" * 500, "sound_unreadable"),
    "noise": (random.Random(1).randbytes(50_000), "sound_unreadable"),
    "a moment": (wav(tone(440, 0.2)), "sound_short"),
    "silence": (wav(np.zeros(4 * RATE)), "sound_silent"),
    "no numbers": (wav(np.full(4 * RATE, np.nan)), "sound_silent"),
    "three hours": (encoded(np.zeros(RATE * 3600 * 3, np.float32), "flac", "flac", rate=16_000, layout="mono"), "sound_long"),
    "sixty-four channels": (wav(np.repeat(SOUND[:RATE], 64), channels=64), "sound_unreadable"),
    "one sample a second": (wav(SOUND, rate=1), "sound_unreadable"),
    "four thousand million samples a second": (wav(SOUND, rate=4_000_000_000), "sound_unreadable"),
    "too many bytes": (b"\0" * (LARGEST_FILE + 1), "sound_large"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_music_is_refused_with_a_sentence(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    data, expected = HOSTILE[name]
    import av  # noqa: F401  # its own files are opened before

    def opened(*_: object, **__: object) -> None:
        raise AssertionError("a file or a socket was opened")

    monkeypatch.setattr(builtins, "open", opened)
    monkeypatch.setattr(socket.socket, "connect", opened)
    assert reason(data) == expected


def test_an_archive_is_no_sound() -> None:
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("song.wav", wav(SOUND))
    assert reason(file.getvalue()) == "sound_unreadable"


def test_a_file_that_claims_gigabytes_is_what_it_is() -> None:
    assert decode(wav(SOUND, claimed=3_900_000_000)).seconds < 10


@pytest.mark.parametrize("name", ["mp3", "ogg with opus", "flac", "webm with opus"])
def test_half_a_file_is_heard_as_far_as_it_goes(name: str) -> None:
    data = encoded(tone(440, 20), *FILES[name])
    sound = decode(data[: len(data) // 2])
    assert pitch(sound.samples) == pytest.approx(440, abs=3)
    assert len(sound.samples) > 5 * RATE


def test_a_film_without_sound_says_so() -> None:
    import av

    file = BytesIO()
    with av.open(file, "w", format="mp4") as output:
        stream = output.add_stream("mpeg4", rate=10)
        stream.width = stream.height = 64
        for _ in range(20):
            output.mux(stream.encode(av.VideoFrame(64, 64, "yuv420p")))
        output.mux(stream.encode(None))
    assert reason(file.getvalue()) == "sound_none"


@pytest.mark.parametrize("name", ["mp3", "m4a", "ogg with opus", "webm with opus", "flac", "wav"])
def test_damaged_files_are_heard_or_refused(name: str) -> None:
    chance = random.Random(name)
    data = encoded(tone(440, 3), *FILES[name])
    for _ in range(40):
        spoilt = bytearray(data)
        for _ in range(chance.randrange(1, 30)):
            spoilt[chance.randrange(len(spoilt))] = chance.randrange(256)
        try:
            sound = decode(bytes(spoilt[: chance.randrange(1, len(spoilt) + 1)]))
        except SoundUnheard:
            continue
        assert np.isfinite(sound.samples).all()
        assert np.abs(sound.samples).max() <= 1
        assert len(sound.samples) <= HEARD_SECONDS * RATE
