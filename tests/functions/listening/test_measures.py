"""Loudness, tempo, and what the tagger sees."""

from __future__ import annotations

import numpy as np
import pytest

from kamerton.listening.loudness import LEVEL_LUFS, integrated_loudness, levelled
from kamerton.listening.mel_spectrogram import BANDS, FRAMES, RATE, log_mel, patches
from kamerton.listening.tempo import tempo_bpm
from tests.functions.listening.sounds import STYLES, beats, tone
from training.listening.__main__ import made_sound


def test_a_tone_is_as_loud_as_the_recommendation_says() -> None:
    """1 kHz at -23 dBFS from both loudspeakers is -23 LUFS (EBU Tech 3341), at the rate of files and at ours."""
    for rate in (RATE, 48_000):
        assert integrated_loudness(tone(1000, 10, -23, rate), rate, 2) == pytest.approx(-23, abs=0.1)


def test_the_made_sound_is_as_loud_as_others_measure() -> None:
    assert integrated_loudness(made_sound(), RATE) == pytest.approx(-13.42, abs=0.1)


def test_pauses_do_not_make_a_sound_quieter() -> None:
    whole = tone(1000, 10, -20)
    paused = np.concatenate([whole, np.zeros(10 * RATE, np.float32)])
    assert integrated_loudness(paused, RATE) == pytest.approx(integrated_loudness(whole, RATE), abs=0.3)
    assert integrated_loudness(np.zeros(RATE, np.float32), RATE) == float("-inf")


@pytest.mark.parametrize("decibels", [-60.0, -30.0, -3.0])
def test_everything_becomes_as_loud(decibels: float) -> None:
    assert integrated_loudness(levelled(tone(440, 5, decibels), RATE), RATE, 2) == pytest.approx(LEVEL_LUFS, abs=0.1)


@pytest.mark.parametrize("style", STYLES)
def test_tempo_is_heard_up_to_an_octave(style: str) -> None:
    for bpm in np.linspace(60, 190, 12) + STYLES.index(style):
        heard = tempo_bpm(beats(bpm, style))
        assert heard is not None
        ratio = heard / bpm
        assert ratio / 2 ** round(np.log2(ratio)) == pytest.approx(1, abs=0.01), bpm


def test_what_has_no_beat_has_no_tempo() -> None:
    assert tempo_bpm(tone(440, 2)) is None
    assert tempo_bpm(np.zeros(10 * RATE, np.float32)) is None


def test_a_tone_is_seen_in_its_band_and_nowhere_else() -> None:
    bands = log_mel(tone(1000, 3)).mean(axis=0)
    assert bands.shape == (BANDS,)
    loudest = int(np.argmax(bands))
    assert bands[loudest] > 3
    assert np.all(np.delete(bands, range(loudest - 4, loudest + 5)) < 1)


@pytest.mark.parametrize(("seconds", "most", "n"), [(1.0, 5, 1), (3.0, 5, 1), (12.0, 5, 4), (30.0, 5, 5), (30.0, 99, 10)])
def test_patches_are_spread_over_the_sound(seconds: float, most: int, n: int) -> None:
    assert patches(tone(440, seconds), most).shape == (n, FRAMES, BANDS)
