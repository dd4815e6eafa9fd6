"""Beats a minute, from how the onsets of a sound repeat. Half and double time are heard as one, and told as people tap to it.

An onset is where the bands of a spectrogram rise. A tempo fits when the onsets are like themselves a beat later, two beats
later and so on; among tempi that fit, one near 120 is chosen (Moelants, 2002).

Public names: tempo_bpm.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kamerton.listening.mel_spectrogram import RATE, Samples, log_mel

_HOP_SECONDS = 256 / RATE
_SLOWEST, _FASTEST, _STEP = 50.0, 210.0, 0.25
_PREFERRED, _OCTAVES = 120.0, 1.2
_BEATS = 4
_GROUPS = 8
_WIDTH_FRAMES = 1.5
_LEAST_SECONDS = 4.0
_SMOOTHED_SECONDS = 0.5


def tempo_bpm(samples: Samples) -> float | None:
    """None for what is too short, or has no onsets."""
    onsets = _onsets(samples)
    if len(onsets) * _HOP_SECONDS < _LEAST_SECONDS or not onsets.any():
        return None
    likeness = _likeness(onsets)
    tempi = np.arange(_SLOWEST, _FASTEST, _STEP)
    fits = _fits(likeness, tempi, range(1, _BEATS + 1))
    liked = np.exp(-0.5 * (np.log2(tempi / _PREFERRED) / _OCTAVES) ** 2)
    coarse = float(tempi[np.argmax(fits * liked)])
    # Over more beats the same deviation is seen better.
    fine = coarse * np.linspace(0.97, 1.03, 241)
    beats = range(1, max(2, int(len(onsets) * _HOP_SECONDS / 2 * coarse / 60)))
    return float(fine[np.argmax(_fits(likeness, fine, beats))])


def _onsets(samples: Samples) -> NDArray[np.float64]:
    """float64 [n_frames, _GROUPS]: how much each group of bands rises from a frame to the next, without what changes slowly. In
    groups, since a drum is no cymbal: half a beat later something else sounds."""
    rise = np.maximum(np.diff(log_mel(samples), axis=0), 0).astype(np.float64)
    rise = rise.reshape(len(rise), _GROUPS, -1).sum(axis=2)
    width = max(1, round(_SMOOTHED_SECONDS / _HOP_SECONDS))
    slow = np.stack([np.convolve(group, np.ones(width) / width, mode="same") for group in rise.T], axis=1)
    # A little wider than a frame: a beat mostly falls between two of them.
    wide = np.exp(-0.5 * (np.arange(-4, 5) / _WIDTH_FRAMES) ** 2)
    onsets: NDArray[np.float64] = np.stack(
        [np.convolve(group, wide, mode="same") for group in np.maximum(rise - slow, 0).T], axis=1
    )
    return onsets


def _likeness(onsets: NDArray[np.float64]) -> NDArray[np.float64]:
    """How alike the onsets are to themselves so many frames later; the mean over the frames that overlap."""
    centred = onsets - onsets.mean(axis=0)
    spectrum = np.fft.rfft(centred, 2 * len(centred), axis=0)
    products = np.fft.irfft(spectrum * spectrum.conj(), axis=0)[: len(centred)].sum(axis=1)
    overlapping = len(centred) - np.arange(len(centred))
    likeness: NDArray[np.float64] = products / np.maximum(overlapping, len(centred) // 4)
    return np.asarray(likeness / max(likeness[0], 1e-12))


def _fits(likeness: NDArray[np.float64], tempi: NDArray[np.float64], beats: range) -> NDArray[np.float64]:
    """The mean likeness after each of these numbers of beats, at each tempo, 0 at least."""
    frames = 60 / tempi / _HOP_SECONDS
    places = np.arange(len(likeness))
    fits = np.mean([np.interp(beat * frames, places, likeness, right=0.0) for beat in beats], axis=0)
    return np.asarray(np.maximum(fits, 1e-9))
