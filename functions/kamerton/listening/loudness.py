"""How loud a sound is (ITU-R BS.1770-4, in LUFS), and the sound as loud as all others.

The tagger hears less in a sound that is quiet, so each is brought to the same loudness before.

Public names: integrated_loudness, levelled, LEVEL_LUFS.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kamerton.listening.mel_spectrogram import Samples

LEVEL_LUFS = -14.0
_MOST_GAIN_DB = 60.0

_BLOCK_SECONDS, _STEP_SECONDS = 0.4, 0.1
_OFFSET = -0.691
_ABSOLUTE_GATE, _RELATIVE_GATE = -70.0, -10.0
# Both filters of the recommendation by their analogue parts (B. De Man, Evaluation of implementations of the EBU R128 loudness
# measurement, 2018), since it gives them for 48 kHz only: centre in Hz, gain in dB, and quality.
_SHELF_HERTZ, _SHELF_DECIBELS = 1681.974450955533, 3.999843853973347
_SHELF_QUALITY, _SHELF_MIDDLE = 0.7071752369554196, 0.4996667741545416
_PASS_HERTZ, _PASS_QUALITY = 38.13547087602444, 0.5003270373238773


def integrated_loudness(samples: Samples, rate: int, n_channels: int = 1) -> float:
    """In LUFS, where the same sound comes from so many channels; minus infinity for silence."""
    weighted = _weighted(samples, rate)
    block, step = round(_BLOCK_SECONDS * rate), round(_STEP_SECONDS * rate)
    if len(weighted) < block:
        weighted = np.pad(weighted, (0, block - len(weighted)))
    sums = np.concatenate([[0.0], np.cumsum(weighted**2)])
    starts = np.arange(0, len(weighted) - block + 1, step)
    powers = n_channels * (sums[starts + block] - sums[starts]) / block
    kept = powers[_lufs(powers) > _ABSOLUTE_GATE]
    if not len(kept):
        return float("-inf")
    kept = kept[_lufs(kept) > _lufs(kept.mean()) + _RELATIVE_GATE]
    return float(_lufs(kept.mean()))


def levelled(samples: Samples, rate: int) -> Samples:
    """The sound at LEVEL_LUFS, as two loudspeakers play it."""
    loudness = integrated_loudness(samples, rate, 2)
    gain = min(LEVEL_LUFS - loudness, _MOST_GAIN_DB) if np.isfinite(loudness) else 0.0
    return (samples * np.float32(10 ** (gain / 20))).astype(np.float32)


def _lufs(power: NDArray[np.float64] | float) -> NDArray[np.float64]:
    decibels: NDArray[np.float64] = _OFFSET + 10 * np.log10(np.maximum(power, 1e-20))
    return decibels


def _weighted(samples: Samples, rate: int) -> NDArray[np.float64]:
    """Through both filters, by their response to each frequency."""
    length = 1 << int(np.ceil(np.log2(len(samples) + rate)))
    spectrum = np.fft.rfft(samples.astype(np.float64), length)
    turn = np.exp(-2j * np.pi * np.fft.rfftfreq(length, 1 / rate) / rate)
    for above, below in (_shelf(rate), _high_pass(rate)):
        spectrum *= np.polyval(above[::-1], turn) / np.polyval(below[::-1], turn)
    weighted: NDArray[np.float64] = np.fft.irfft(spectrum, length)[: len(samples)]
    return weighted


def _shelf(rate: int) -> tuple[list[float], list[float]]:
    """What stands above and below the line of a filter of second order."""
    k, high = np.tan(np.pi * _SHELF_HERTZ / rate), 10 ** (_SHELF_DECIBELS / 20)
    middle, damped = high**_SHELF_MIDDLE, k / _SHELF_QUALITY
    whole = 1 + damped + k * k
    above = [high + middle * damped + k * k, 2 * (k * k - high), high - middle * damped + k * k]
    return [value / whole for value in above], [1.0, 2 * (k * k - 1) / whole, (1 - damped + k * k) / whole]


def _high_pass(rate: int) -> tuple[list[float], list[float]]:
    k = np.tan(np.pi * _PASS_HERTZ / rate)
    damped = k / _PASS_QUALITY
    whole = 1 + damped + k * k
    return [1.0, -2.0, 1.0], [1.0, 2 * (k * k - 1) / whole, (1 - damped + k * k) / whole]
