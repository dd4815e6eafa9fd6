"""One seed's candidates, the index's and the world's, in one ranking.

Of the index those that score best are looked at, the likeliest genres first, and four times as many whenever what is there runs
low. How many are looked at hangs on how many were taken before and not on how many will be: the tracks come in one order,
however many are asked for, so that the next page goes on where the last one ended.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from itertools import islice
from typing import Protocol

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from kamerton.deadline import Deadline
from kamerton.music.features import AudioFeatures, FloatArray
from kamerton.music.titles import version_keys
from kamerton.music.track import Track
from kamerton.recommending.candidate_embedding import EmbeddedCandidates
from kamerton.recommending.feature_shift import FeatureShift
from kamerton.recommending.liking import STEP_BACK, Liking
from kamerton.recommending.recommendation import INDEX, WORLD, Origin
from kamerton.recommending.rules import Rules
from kamerton.recommending.seed import Seed, likeliest
from kamerton.release.catalog import CatalogEntry
from kamerton.release.distances import log_share, squared_distances
from kamerton.release.median import median
from kamerton.release.track_index import TrackIndex

VARIETY = 1.0
"""How much better, in the score's nats, a perfect copy of a chosen track must be than another candidate."""

POPULARITY_WEIGHT = 1.0
"""The difference, in the score's nats, between the best and the least known track of the catalog, where popularity is wanted
most: as much as VARIETY."""

_LEAST_SCALE = 1e-9
_LEAST_POOL = 100
_POOL_PER_ANSWER = 8
_WIDER = 4
# What is pushed away from may be near the seed, and so may all of a small pool be.
_LEAST_POOL_PUSHED = _LEAST_POOL * _WIDER
_READ_AHEAD = 15
# How many of the nearest are looked at for the same song: two releases of it differ in their audio features a little.
_TWINS = 5
# In a catalog of few artists no pool is wide enough; this one still is looked through in a tenth of a second.
_MOST_POOL = 6400


class Entries(Protocol):
    """What is needed of a catalog."""

    @property
    def popularity(self) -> FloatArray | None:
        """The share of the catalog that is less known than each track, float32 [n_tracks], 0 to 1; None where nobody has
        measured it."""
        ...

    @property
    def years(self) -> NDArray[np.int16] | None:
        """When each track came out, int16 [n_tracks], 0 where nobody knows; None where no year is known."""
        ...

    @property
    def is_clean(self) -> NDArray[np.bool_] | None:
        """Whether each track is not marked as explicit, bool [n_tracks]; None where nobody marks tracks."""
        ...

    def entries(self, numbers: Sequence[int]) -> list[CatalogEntry]: ...


class ScoredCandidate(Struct, frozen=True):
    """A chosen candidate. `genre` is the one of its genres that the seed is likeliest to have."""

    seed: Seed
    track: Track
    features: AudioFeatures
    genre: str
    score: float
    vector: FloatArray
    origin: Origin


class PoolFilter(Struct, frozen=True):
    """What is not wanted, or less. `genre` is the only one that is. `unlike` are places, float32 [d], to keep away from.
    `popularity` is how much well-known tracks are preferred, -1 to 1; `shift` what each should have more of than the seed. Of
    the catalog those that are `allowed` come alone, bool [n_tracks]; of the world none when `years` are asked for, and those
    that are known to be `clean` when that is. `liking` is of whoever asks."""

    genre: str | None = None
    unlike: tuple[FloatArray, ...] = ()
    popularity: float = 0.0
    shift: FeatureShift = FeatureShift()
    allowed: NDArray[np.bool_] | None = None
    clean: bool = False
    years: bool = False
    liking: Liking | None = None

    def admits(self, track: Track) -> bool:
        """Whether a track of the world may come: what nobody says of it does not speak for it."""
        return not self.years and not (self.clean and track.explicit is not False)


class _Ranked(Struct, frozen=True):
    """Candidates, the index's before the world's. `keys` int64 [n]: the number in the catalog, or -1 less the place in what the
    world brought; `vectors` float32 [n, d]; `scores` float64 [n], and `worth`, which is less for what is like something
    unliked; `scale` the median squared distance to the seed."""

    keys: NDArray[np.int64]
    vectors: FloatArray
    scores: NDArray[np.float64]
    worth: NDArray[np.float64]
    scale: float
    n_index: int


class CandidatePool:
    """`embedded` are the world's candidates for the seed."""

    _ranked: _Ranked
    _worth: NDArray[np.float64]
    _likeness: NDArray[np.float64]

    def __init__(
        self, index: TrackIndex, catalog: Entries, seed: Seed, embedded: EmbeddedCandidates, pool_filter: PoolFilter
    ) -> None:
        self._index = index
        self._catalog = catalog
        self._seed = seed
        self._filter = pool_filter
        self._embedded = embedded if pool_filter.genre is None else embedded.of_genre(pool_filter.genre)
        self._probabilities = seed.probabilities
        self._genres = [pool_filter.genre] if pool_filter.genre else likeliest(seed.likely_genres)
        self._all_genres = [pool_filter.genre] if pool_filter.genre else [score.genre for score in seed.likely_genres]
        self._size = _LEAST_POOL_PUSHED if pool_filter.unlike else _LEAST_POOL
        self._taken = 0
        self._seen: list[int] = []
        self._stepped_back: set[int] = set()
        self._pushed: list[FloatArray] = []
        self._entries: dict[int, CatalogEntry] = {}
        self._look()

    def best(self, rules: Rules, deadline: Deadline | None) -> ScoredCandidate | None:
        """The best candidate that may be named and was not taken yet; None when there is none. Raises `DeadlineExceeded`.

        By maximal marginal relevance (Carbonell and Goldstein, SIGIR 1998).
        """
        if self._taken * _POOL_PER_ANSWER >= self._size:
            self._widen(deadline)
        while True:
            place = int(np.argmax(self._worth - VARIETY * self._likeness)) if len(self._worth) else -1
            if place < 0 or not np.isfinite(self._worth[place]):
                if not self._widen(deadline):
                    return None
                continue
            self._take(place)
            if self._steps_back(place):
                continue
            candidate = self._scored(self._at_home(place))
            if candidate.origin == WORLD and not self._filter.admits(candidate.track):
                continue
            if self._filter.shift.is_followed(self._seed.features, candidate.features) and rules.admit(candidate.track):
                self._taken += 1
                return candidate

    def _steps_back(self, place: int) -> bool:
        """Whether the track that was the best is one that the person likes already, and so comes later, if at all."""
        liking, key = self._filter.liking, int(self._ranked.keys[place])
        if liking is None or key in self._stepped_back or self._id_of(place) not in liking.known:
            return False
        self._stepped_back.add(key)
        self._seen.remove(key)
        self._worth[place] = self._ranked.worth[place] - STEP_BACK
        return True

    def _id_of(self, place: int) -> str:
        key = int(self._ranked.keys[place])
        return self._embedded.candidates[-1 - key].track.id if key < 0 else self._entry(place).track.id

    def push_away(self, vector: FloatArray) -> None:
        """From now on a near-copy of what is at `vector` has to be clearly better to be the best."""
        self._pushed.append(vector)
        self._likeness = np.maximum(self._likeness, _likeness(self._ranked.vectors, vector, self._ranked.scale))

    def _widen(self, deadline: Deadline | None) -> bool:
        """Look at more candidates; False when there are none, or enough were looked at."""
        if deadline is not None:
            deadline.check()
        everywhere = len(self._genres) == len(self._all_genres)
        lacking = self._ranked.n_index < self._size
        if (lacking and everywhere) or self._size >= _MOST_POOL:
            return False
        if lacking:
            self._genres = self._all_genres
        self._size *= _WIDER
        self._look()
        return True

    def _take(self, place: int) -> None:
        """From now on nothing else is what stands there."""
        self._worth[place] = -np.inf
        self._seen.append(int(self._ranked.keys[place]))

    def _at_home(self, place: int) -> int:
        """The place of the catalog's version of a song from outside, which lies near it; the place itself when there is
        none."""
        if self._ranked.keys[place] >= 0 or not self._ranked.n_index:
            return place
        keys = version_keys(self._embedded.candidates[-1 - int(self._ranked.keys[place])].track)
        distances = squared_distances(self._ranked.vectors[: self._ranked.n_index], self._ranked.vectors[place])
        for near in map(int, np.argsort(distances, kind="stable")[:_TWINS]):
            if version_keys(self._entry(near).track) & keys:
                self._take(near)
                return near
        return place

    def _look(self) -> None:
        self._ranked = self._rank()
        self._worth = self._ranked.worth.copy()
        self._worth[np.isin(self._ranked.keys, list(self._stepped_back))] -= STEP_BACK
        self._worth[np.isin(self._ranked.keys, self._seen)] = -np.inf
        pushed = (_likeness(self._ranked.vectors, vector, self._ranked.scale) for vector in self._pushed)
        self._likeness = reduce(np.maximum, pushed, np.zeros(len(self._worth)))

    def _rank(self) -> _Ranked:
        seed, embedded = self._seed, self._embedded
        allowed = self._filter.allowed
        found = self._index.nearest(seed.embedding, self._probabilities, self._genres, self._size, allowed)
        distances = np.concatenate([found.distances, embedded.distances(seed.embedding)])
        vectors = np.concatenate([found.vectors, embedded.vectors])
        scores = np.concatenate([found.scores, embedded.scores(seed.embedding, self._probabilities)])
        return _Ranked(
            np.concatenate([found.tracks, -1 - np.arange(len(embedded))]),
            vectors,
            scores,
            scores + log_share(vectors, distances, self._filter.unlike) + self._preference(found.tracks) + self._liked(vectors),
            max(float(median(distances)), _LEAST_SCALE) if len(distances) else 1.0,
            len(found.tracks),
        )

    def _preference(self, tracks: NDArray[np.int64]) -> NDArray[np.float64]:
        """What the popularity of these tracks of the index, and of the world's candidates, adds to their worth."""
        known = self._catalog.popularity
        preference = np.zeros(len(tracks) + len(self._embedded))
        if known is not None and self._filter.popularity:
            # A candidate from outside counts as one of the middle: services count popularity in their own ways.
            preference[: len(tracks)] = POPULARITY_WEIGHT * self._filter.popularity * (known[tracks] - 0.5)
        return preference

    def _liked(self, vectors: FloatArray) -> NDArray[np.float64] | float:
        liking = self._filter.liking
        return 0.0 if liking is None else liking.worth(vectors, self._index.typical_distance)

    def _scored(self, place: int) -> ScoredCandidate:
        key, score, vector = int(self._ranked.keys[place]), float(self._ranked.scores[place]), self._ranked.vectors[place]
        if key < 0:
            candidate = self._embedded.candidates[-1 - key]
            genre = self._embedded.likeliest_genre(-1 - key, self._probabilities)
            return ScoredCandidate(self._seed, candidate.track, candidate.features, genre, score, vector, WORLD)
        entry = self._entry(place)
        genre = self._filter.genre or max(entry.track.genres, key=lambda name: self._probabilities.get(name, 0.0))
        return ScoredCandidate(self._seed, entry.track, entry.features, genre, score, vector, INDEX)

    def _entry(self, place: int) -> CatalogEntry:
        """The catalog's entry, read with a few others: most of a pool is never looked at."""
        keys = self._ranked.keys
        number = int(keys[place])
        if number not in self._entries:
            # With it come the best of those that were not read yet, which are likely to be asked for next.
            others = (int(key) for key in keys[: self._ranked.n_index] if key != number and int(key) not in self._entries)
            numbers = [number, *islice(others, _READ_AHEAD)]
            self._entries.update(zip(numbers, self._catalog.entries(numbers), strict=True))
        return self._entries[number]


def _likeness(vectors: FloatArray, vector: FloatArray, scale: float) -> NDArray[np.float64]:
    """1 for a copy of what is at `vector`, falling with squared distance in units of `scale`."""
    likeness: NDArray[np.float64] = np.exp(-squared_distances(vectors, vector) / scale)
    return likeness
