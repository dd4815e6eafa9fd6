"""Sounds for the tests, made here: tones, beats, and files of them in many forms.

Public names: tone, beats, encoded, wav.
"""

from __future__ import annotations

import io
import struct

import av
import numpy as np

from kamerton.listening.mel_spectrogram import RATE, Samples

STYLES = ("house", "rock", "hip-hop", "waltz", "drum-and-bass")


def tone(hertz: float, seconds: float, decibels: float = -20.0, rate: int = RATE) -> Samples:
    t = np.arange(int(seconds * rate)) / rate
    return (10 ** (decibels / 20) * np.sin(2 * np.pi * hertz * t)).astype(np.float32)


def beats(bpm: float, style: str, seconds: float = 30) -> Samples:
    """Drums in one of STYLES, over chords that change every four beats."""
    chance = np.random.default_rng(round(bpm * 10))
    sound = np.zeros(int(seconds * RATE))
    beat, t = 60 / bpm, np.arange(RATE // 4) / RATE
    kick = np.sin(2 * np.pi * (60 * t - 4 / 3 * np.exp(-30 * t))) * np.exp(-18 * t)
    snare = chance.normal(size=len(t)) * np.exp(-25 * t) * 0.5
    cymbal = np.diff(chance.normal(size=len(t) + 1)) * np.exp(-80 * t) * 0.3

    def put(what: np.ndarray, at: float, gain: float = 1.0) -> None:
        start = int(at * RATE)
        room = sound[start : start + len(what)]
        room += gain * what[: len(room)]

    for number in range(int(seconds / beat) + 1):
        at = number * beat
        for what, later, gain in _struck(style, number, kick, snare, cymbal):
            put(what, at + later * beat, gain)
    for bar in range(int(seconds / (4 * beat)) + 1):
        length = min(int(4 * beat * RATE), len(sound) - int(bar * 4 * beat * RATE))
        t_bar = np.arange(max(length, 0)) / RATE
        for hertz in (220, 277, 330, 392):
            moved = hertz * 2 ** (chance.integers(-3, 4) / 12)
            put(0.04 * np.sin(2 * np.pi * moved * t_bar), bar * 4 * beat)
    return (0.8 * sound / np.abs(sound).max()).astype(np.float32)


def _struck(
    style: str, number: int, kick: np.ndarray, snare: np.ndarray, cymbal: np.ndarray
) -> list[tuple[np.ndarray, float, float]]:
    """What is struck at a beat: the drum, how much of a beat later, and how hard."""
    even, fourth = number % 2 == 0, number % 4
    if style == "house":
        return [(kick, 0, 1), (cymbal, 0.5, 1)]
    if style == "rock":
        return [(kick if even else snare, 0, 1), (cymbal, 0, 1), (cymbal, 0.5, 1)]
    if style == "waltz":
        return [(kick, 0, 1)] if number % 3 == 0 else [(cymbal, 0, 2)]
    if style == "hip-hop":
        low = [(kick, 0, 1), (kick, 0.75, 0.7)] if fourth == 0 else []
        return [*low, *([] if even else [(snare, 0, 1)]), *((cymbal, part / 4, 0.5) for part in range(4))]
    low = [(kick, 0, 1)] if fourth == 0 else [(kick, 0.5, 0.8)] if fourth == 2 else []
    return [*low, *([] if even else [(snare, 0, 1)]), (cymbal, 0, 1), (cymbal, 0.5, 1)]


def encoded(samples: Samples, container: str, codec: str, rate: int = 48_000, layout: str = "stereo", **tags: str) -> bytes:
    """A file of the sound, which is at RATE."""
    file = io.BytesIO()
    with av.open(file, "w", format=container) as output:
        output.metadata.update(tags)
        # FFmpeg's own encoder of Vorbis counts as an experiment.
        stream = output.add_stream(codec, rate=rate, layout=layout, options={"strict": "experimental"})
        frame = av.AudioFrame.from_ndarray(samples[np.newaxis], format="flt", layout="mono")
        frame.sample_rate = RATE
        context = stream.codec_context
        resampler = av.AudioResampler(context.format, layout, rate, context.frame_size or 1024)
        for part in [*resampler.resample(frame), *resampler.resample(None)]:
            output.mux(stream.encode(part))
        output.mux(stream.encode(None))
    return file.getvalue()


def wav(samples: np.ndarray, rate: int = RATE, channels: int = 1, kind: int = 3, claimed: int | None = None) -> bytes:
    """A WAV file of floats, as it is claimed to be: `claimed` bytes of sound."""
    data = np.ascontiguousarray(samples, "<f4").tobytes()
    size = len(data) if claimed is None else claimed
    described = struct.pack("<HHIIHH", kind, channels, rate, (rate * channels * 4) & 0xFFFFFFFF, (channels * 4) & 0xFFFF, 32)
    head = b"RIFF" + struct.pack("<I", (36 + size) & 0xFFFFFFFF) + b"WAVEfmt " + struct.pack("<I", 16) + described
    return head + b"data" + struct.pack("<I", size) + data
