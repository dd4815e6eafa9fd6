"""Spotify's audio features as they are heard in a sound, by a model that learnt them from Spotify's.

The model is vibenet's (J. Shim, 2025; GPL-3.0-or-later), which nobody has unless they chose to: `make listening VIBENET=1` puts
its file into their bucket. None of its code is used. It hears seven features; how loud a sound is and how fast, is measured.

Public names: FeatureModel, FEATURE_MODEL, HEARD_FEATURES.
"""

from __future__ import annotations

import numpy as np

from kamerton.listening.mel_spectrogram import Samples, mel_power
from kamerton.listening.model_file import model_session
from kamerton.music.features import FloatArray

FEATURE_MODEL = "features"
"""The name of its file."""

HEARD_FEATURES = ("acousticness", "danceability", "energy", "instrumentalness", "liveness", "speechiness", "valence")
"""In the order of the model's output."""

_LIKELIHOODS = ("acousticness", "instrumentalness", "liveness")
_WINDOW, _HOP, _TRANSFORM, _BANDS = 640, 320, 1024, 128
_QUIETEST, _LOUDNESS_RANGE = 1e-10, 80.0
# What Spotify gives where the model gives so much instrumentalness, on the mean of 500 clips: it is far too ready to hear no
# voice.
_HEARD_INSTRUMENTAL = (0.80, 0.82, 0.85, 0.875, 0.89, 0.91, 0.93, 1.0)
_SPOTIFY_INSTRUMENTAL = (0.0, 0.0003, 0.0045, 0.14, 0.74, 0.90, 0.95, 0.95)


class FeatureModel:
    """`data` is the model's file. Raises `ReleaseError` when it is no such model."""

    def __init__(self, data: bytes) -> None:
        self._session = model_session(data, "out", len(HEARD_FEATURES))

    def features(self, samples: Samples) -> dict[str, float]:
        """Of float32 [n] at RATE: each of HEARD_FEATURES, 0 to 1, as near to Spotify's as it comes."""
        heard = self.heard(samples)
        spotify = np.interp(heard["instrumentalness"], _HEARD_INSTRUMENTAL, _SPOTIFY_INSTRUMENTAL)
        return {**heard, "instrumentalness": float(spotify)}

    def heard(self, samples: Samples) -> dict[str, float]:
        """What the model itself says."""
        (output,) = self._session.run(["out"], {"x": _shown(samples)[np.newaxis]})
        return {
            name: float(1 / (1 + np.exp(-value)) if name in _LIKELIHOODS else np.clip(value, 0, 1))
            for name, value in zip(HEARD_FEATURES, output[0], strict=True)
        }


def _shown(samples: Samples) -> FloatArray:
    """float32 [128, n // 320 - 1]: the power in bands of pitch, in dB, of which the last 80 dB count."""
    padded = np.pad(samples, (0, max(0, _WINDOW - len(samples))))
    power = mel_power(padded, _WINDOW, _HOP, _TRANSFORM, _BANDS).T
    decibels = 10 * np.log10(np.maximum(power, _QUIETEST))
    shown: FloatArray = np.ascontiguousarray(np.maximum(decibels, decibels.max() - _LOUDNESS_RANGE), np.float32)
    return shown
