"""The tags that are heard in a sound, and how sure they are. Public names: Tagger, TAGGER."""

from __future__ import annotations

import numpy as np

from kamerton.listening.mel_spectrogram import Samples, patches
from kamerton.listening.model_file import model_session
from kamerton.listening.tags import TAGS
from kamerton.music.features import FloatArray

TAGGER = "tagger"
"""The name of its file."""

_PATCHES = 5
"""Five times three seconds tell as much as thirty seconds do, in half of the time."""


class Tagger:
    """`data` is the model's file. Raises `ReleaseError` when it is no such model."""

    def __init__(self, data: bytes) -> None:
        self._session = model_session(data, "tags", len(TAGS))

    def tags(self, samples: Samples) -> FloatArray:
        """float32 [n] at RATE and LEVEL_LUFS to float32 [len(TAGS)], 0 to 1 each."""
        return self.tags_of_patches(patches(samples, _PATCHES))

    def tags_of_patches(self, shown: FloatArray) -> FloatArray:
        """float32 [n, FRAMES, BANDS] to the means over them, float32 [len(TAGS)]."""
        # One at a time: ten sounds at once take no more memory than they need.
        each = [self._session.run(["tags"], {"patches": patch[np.newaxis]})[0][0] for patch in shown]
        means: FloatArray = np.mean(each, axis=0, dtype=np.float32)
        return means
