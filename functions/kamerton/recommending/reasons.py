"""Why a track is recommended, as values; `texts` says them.

Two tracks are close in a feature when an ear would call them alike in it, and few tracks of the catalog lie between them. So
two songs at 171 and 173 beats a minute are close in tempo, while two that are hardly instrumental, as most songs are, have
nothing remarkable in common.

Public names: SameGenre, LikelyGenre, OtherGenre, AskedGenre, CloseFeatures, SimilarSound, AskedShift, LikedTrack, Reason,
Closeness.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Container, Mapping, Sequence

from msgspec import Struct

from kamerton.music.audible import AUDIBLE, AUDIBLE_FEATURES
from kamerton.music.features import AudioFeatures

_CLOSE_SHARE = 0.15
"""At most this share of the catalog lies between two tracks that are close, both ends included."""

_MOST_CLOSE = 2

_UNNOTICED = {"loudness": 3, "speechiness": 1}
"""What a listener notices last, told as if it had been told so often already."""


class SameGenre(Struct, frozen=True):
    """The recommended track is filed under the seed's own or likeliest genre, which the seed has with `probability`."""

    genre: str
    probability: float


class LikelyGenre(Struct, frozen=True):
    """The recommended track is filed under another genre that the seed may have, with `probability`."""

    genre: str
    probability: float


class OtherGenre(Struct, frozen=True):
    """The recommended track is of a genre that the seed hardly has: it is the sound alone that is alike."""

    genre: str


class AskedGenre(Struct, frozen=True):
    """The recommended track is of the genre that was asked for, which the seed itself hardly has."""

    genre: str


class CloseFeatures(Struct, frozen=True):
    """The two tracks are close in these features, the most remarkable first."""

    features: tuple[str, ...]


class SimilarSound(Struct, frozen=True):
    """The tracks are near in the space of similarity, though no single feature stands out."""


class AskedShift(Struct, frozen=True):
    """The recommended track has more or less of these features, as was asked for; `more` says which, by name."""

    more: dict[str, bool]


class LikedTrack(Struct, frozen=True):
    """The recommended track sounds like one that the person likes."""

    title: str


Reason = SameGenre | LikelyGenre | OtherGenre | AskedGenre | CloseFeatures | SimilarSound | AskedShift | LikedTrack


class Closeness:
    """`quantiles`: for each audible feature its values at evenly spaced shares of the catalog, ends included, rising."""

    def __init__(self, quantiles: Mapping[str, Sequence[float]]) -> None:
        self._quantiles = {name: quantiles[name] for name in AUDIBLE}

    def close_features(
        self,
        one: AudioFeatures,
        other: AudioFeatures,
        told: Mapping[str, int] | None = None,
        left_out: Container[str] = (),
    ) -> tuple[str, ...]:
        """The few features in which two tracks are close, the most remarkable first, without those of `left_out`; what is not
        known is never close.

        `told` is how often each feature was told already: of a list's rows the next tells what the others have not.
        """
        counts = told or {}
        shares = [
            (counts.get(name, 0) + _UNNOTICED.get(name, 0), self.share_between(name, first, second), name)
            for name, audible in AUDIBLE_FEATURES.items()
            if name not in left_out
            and (first := getattr(one, name)) is not None
            and (second := getattr(other, name)) is not None
            and abs(first - second) <= audible.alike
            and min(first, second) >= audible.least
        ]
        return tuple(name for _, share, name in sorted(each for each in shares if each[1] <= _CLOSE_SHARE)[:_MOST_CLOSE])

    def share_between(self, name: str, one: float, other: float) -> float:
        """The share of the catalog whose value lies from `one` to `other`, ends included."""
        values = self._quantiles[name]
        return (bisect_right(values, max(one, other)) - bisect_left(values, min(one, other))) / len(values)
