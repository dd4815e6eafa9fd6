"""Samples to what the tagger sees: three seconds each, 96 bands of pitch, as musicnn was trained on them.

16 kHz, windows of 512 samples (Hann) every 256, centred with zeros before and after; the power in 96 bands on Slaney's mel
scale up to 8 kHz (M. Slaney, Auditory Toolbox, 1998), each of one area; then log10(10000 x + 1) of numbers of half precision.

Public names: log_mel, mel_power, patches, RATE, FRAMES, BANDS.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

RATE = 16_000
FRAMES, BANDS = 187, 96

_WINDOW, _HOP = 512, 256
_HERTZ_A_MEL = 200 / 3
_LOG_FROM_HERTZ, _LOG_STEP = 1000.0, np.log(6.4) / 27

Samples = NDArray[np.float32]


def log_mel(samples: Samples) -> NDArray[np.float32]:
    """float32 [n] at RATE to float32 [1 + n // 256, 96]."""
    power = mel_power(np.pad(samples, _WINDOW // 2), _WINDOW, _HOP, _WINDOW, BANDS)
    halved: NDArray[np.float32] = power.astype(np.float16).astype(np.float32)
    return np.log10(10_000 * halved + 1)


def mel_power(samples: Samples, window: int, hop: int, transform: int, n_bands: int) -> NDArray[np.float32]:
    """float32 [n] at RATE to float32 [1 + (n - window) // hop, n_bands]: the power in each band, by transforms of so many
    samples."""
    windows = np.lib.stride_tricks.sliding_window_view(samples, window)[::hop]
    # Periodic, as for a spectrum.
    hann = (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(window) / window)).astype(np.float32)
    spectra = np.fft.rfft(windows * hann, transform, axis=1)
    power = (spectra.real**2 + spectra.imag**2).astype(np.float32)
    in_bands: NDArray[np.float32] = power @ _filters(transform, n_bands)
    return in_bands


def patches(samples: Samples, most: int) -> NDArray[np.float32]:
    """float32 [n, FRAMES, BANDS] with n of `most` at most, evenly spaced over the sound; one that is shorter is repeated."""
    bands = log_mel(samples)
    if len(bands) < FRAMES:
        bands = np.resize(bands, (FRAMES, BANDS))
    whole = len(bands) // FRAMES
    chosen = np.unique(np.linspace(0, whole - 1, min(most, whole)).round().astype(int))
    return np.stack([bands[place * FRAMES : (place + 1) * FRAMES] for place in chosen])


@cache
def _filters(transform: int, n_bands: int) -> NDArray[np.float32]:
    """float32 [1 + transform // 2, n_bands]"""
    edges = _hertz(np.linspace(_mel(0.0), _mel(RATE / 2), n_bands + 2))
    bins = np.linspace(0, RATE / 2, transform // 2 + 1)
    rising = (bins[:, np.newaxis] - edges[:-2]) / np.diff(edges)[:-1]
    falling = (edges[2:] - bins[:, np.newaxis]) / np.diff(edges)[1:]
    weights = np.maximum(0, np.minimum(rising, falling)) * (2 / (edges[2:] - edges[:-2]))
    return weights.astype(np.float32)


def _mel(hertz: float) -> float:
    if hertz < _LOG_FROM_HERTZ:
        return hertz / _HERTZ_A_MEL
    return float(_LOG_FROM_HERTZ / _HERTZ_A_MEL + np.log(hertz / _LOG_FROM_HERTZ) / _LOG_STEP)


def _hertz(mel: NDArray[np.float64]) -> NDArray[np.float64]:
    bound = _LOG_FROM_HERTZ / _HERTZ_A_MEL
    hertz: NDArray[np.float64] = np.where(mel < bound, mel * _HERTZ_A_MEL, _LOG_FROM_HERTZ * np.exp(_LOG_STEP * (mel - bound)))
    return hertz
