"""The tags that are heard in a sound, and how sure they are.

The model is in the bucket, where `training.listening` puts it:

    listening/tagger.onnx    the network
    listening/about.json     its size and SHA-256, where its weights come from, and their licence

It is read when the first sound comes, by one thread.

Public names: Tagger, TaggerStore, AboutTagger, TAGGER_KEY, ABOUT_KEY.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from typing import Any

import msgspec
import numpy as np
from msgspec import Struct

from kamerton.errors import BucketError, NotOffered, ObjectMissing, ReleaseError
from kamerton.listening.loudness import levelled
from kamerton.listening.mel_spectrogram import RATE, Samples, patches
from kamerton.listening.tags import TAGS
from kamerton.music.features import FloatArray
from kamerton.storage import Bucket

TAGGER_KEY, ABOUT_KEY = "listening/tagger.onnx", "listening/about.json"

_PATCHES = 5
"""Five times three seconds tell as much as thirty seconds do, in half of the time."""


class AboutTagger(Struct, frozen=True):
    size: int
    sha256: str
    source: str
    licence: str


class Tagger:
    """`data` is the model's file. Raises `ReleaseError` when it is no such model."""

    def __init__(self, data: bytes) -> None:
        self._session = _session(data)

    def tags(self, samples: Samples) -> FloatArray:
        """float32 [n] at RATE to float32 [len(TAGS)], 0 to 1 each, however loud the sound is."""
        return self.tags_of_patches(patches(levelled(samples, RATE), _PATCHES))

    def tags_of_patches(self, shown: FloatArray) -> FloatArray:
        """float32 [n, FRAMES, BANDS] to the means over them, float32 [len(TAGS)]."""
        # One at a time: ten sounds at once take no more memory than they need.
        each = [self._session.run(["tags"], {"patches": patch[np.newaxis]})[0][0] for patch in shown]
        means: FloatArray = np.mean(each, axis=0, dtype=np.float32)
        return means


class TaggerStore:
    """The tagger of a bucket; `open_bucket` is called when the first sound comes."""

    def __init__(self, open_bucket: Callable[[], Bucket]) -> None:
        self._open_bucket = open_bucket
        self._tagger: Tagger | None = None
        self._lock = threading.Lock()

    def tagger(self) -> Tagger:
        """Raises `NotOffered` where there is none, or the bucket does not answer."""
        with self._lock:
            if self._tagger is None:
                try:
                    self._tagger = _read(self._open_bucket())
                except ObjectMissing as error:
                    raise NotOffered("listening_off") from error
                except (BucketError, ReleaseError, msgspec.MsgspecError) as error:
                    raise NotOffered("listening_failed") from error
            return self._tagger


def _read(bucket: Bucket) -> Tagger:
    about = msgspec.json.decode(bucket.get(ABOUT_KEY).data, type=AboutTagger)
    data = bucket.get(TAGGER_KEY).data
    if len(data) != about.size or hashlib.sha256(data).hexdigest() != about.sha256:
        raise ReleaseError(f"{TAGGER_KEY} does not have the checksum that {ABOUT_KEY} gives")
    return Tagger(data)


def _session(data: bytes) -> Any:
    from onnxruntime import InferenceSession, SessionOptions

    options = SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    options.log_severity_level = 3
    try:
        session = InferenceSession(data, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's errors share no class below Exception
        raise ReleaseError(f"the tagger cannot be loaded: {error}") from error
    widths = {node.name: node.shape[-1] for node in session.get_outputs()}
    if widths.get("tags") != len(TAGS):
        raise ReleaseError(f"the tagger gives {widths}, and not {len(TAGS)} tags")
    return session
