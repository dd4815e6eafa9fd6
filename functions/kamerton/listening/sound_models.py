"""The models of a bucket that listen, read when the first sound comes. Public names: SoundModels, SoundModelStore."""

from __future__ import annotations

import threading
from collections.abc import Callable

import msgspec
from msgspec import Struct

from kamerton.errors import BucketError, NotOffered, ObjectMissing, ReleaseError
from kamerton.listening.model_file import read_model
from kamerton.listening.sound_features import FEATURE_MODEL, FeatureModel
from kamerton.listening.tagger import TAGGER, Tagger
from kamerton.storage import Bucket


class SoundModels(Struct, frozen=True):
    """`features` is None where the operator has none."""

    tagger: Tagger
    features: FeatureModel | None = None


class SoundModelStore:
    """`open_bucket` is called when the first sound comes."""

    def __init__(self, open_bucket: Callable[[], Bucket]) -> None:
        self._open_bucket = open_bucket
        self._models: SoundModels | None = None
        self._lock = threading.Lock()

    def models(self) -> SoundModels:
        """Raises `NotOffered` where there is no tagger, or the bucket does not answer."""
        with self._lock:
            if self._models is None:
                try:
                    self._models = _read(self._open_bucket())
                except ObjectMissing as error:
                    raise NotOffered("listening_off") from error
                except (BucketError, ReleaseError, msgspec.MsgspecError) as error:
                    raise NotOffered("listening_failed") from error
            return self._models


def _read(bucket: Bucket) -> SoundModels:
    tagger = Tagger(read_model(bucket, TAGGER))
    try:
        features = FeatureModel(read_model(bucket, FEATURE_MODEL))
    except ObjectMissing:
        features = None
    return SoundModels(tagger, features)
