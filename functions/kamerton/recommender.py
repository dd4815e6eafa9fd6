"""Tracks that sound like a seed: candidates, score, no repeats, variety, reasons.

Candidates come from the shards of the seed's likeliest genres, ordered by the index's score. Versions of the seed and of one
another are left out, an artist has at most `artist_cap` tracks, and a near-copy of a chosen track has to be clearly better
to be chosen too. Reasons are values; `texts` says them. The same release and seed give the same answer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from kamerton.classifier import GenreClassifier, GenreScore
from kamerton.features import AudioFeatures, FloatArray, vector
from kamerton.folding import fold
from kamerton.reasons import CloseFeatures, Closeness, LikelyGenre, Reason, SameGenre, SimilarSound
from kamerton.tracks import Track, version_keys

if TYPE_CHECKING:
    from kamerton.catalog import CatalogEntry
    from kamerton.deadline import Deadline
    from kamerton.embedder import Embedder
    from kamerton.index import Neighbours, TrackIndex

GENRE_MASS = 0.95
"""Shards are searched, the likeliest first, until their genres hold this share of the probability."""

VARIETY = 1.0
"""How much better, in the score's nats, a perfect copy of a chosen track must be than another candidate."""

_LEAST_SCALE = 1e-9
_LEAST_POOL = 100
_POOL_PER_ANSWER = 8
_READ_AHEAD = 15
# In a catalog of few artists no pool is wide enough; this one still is looked through in a tenth of a second.
_MOST_POOL = 6400


class Entries(Protocol):
    """What the recommender needs of a catalog."""

    def entries(self, numbers: Sequence[int]) -> list[CatalogEntry]: ...


@dataclass(frozen=True, slots=True)
class Seed:
    """What to sound like. `track` is None when only its features are known; `genres` are the likeliest first."""

    features: AudioFeatures
    embedding: FloatArray
    genres: tuple[GenreScore, ...]
    track: Track | None = None


@dataclass(frozen=True, slots=True)
class Recommendation:
    """`score` falls from 1 (the same sound and genre) towards 0; a random track of the catalog has about 0.5 or less."""

    track: Track
    features: AudioFeatures
    score: float
    genre: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Recommender:
    classifier: GenreClassifier
    embedder: Embedder
    index: TrackIndex
    catalog: Entries
    closeness: Closeness

    def seed(self, features: AudioFeatures, track: Track | None = None) -> Seed:
        numbers = vector(features)
        return Seed(features, self.embedder.embed(numbers), tuple(self.classifier.predict(numbers)), track)

    def recommend(self, seed: Seed, limit: int, artist_cap: int = 1, deadline: Deadline | None = None) -> list[Recommendation]:
        """At most `limit` tracks, the best first; fewer when the nearest few thousand hold no more that may be named.

        Raises `DeadlineExceeded`.
        """
        probabilities = {score.genre: score.probability for score in seed.genres}
        chosen = self._choose(seed, probabilities, limit, artist_cap, deadline)
        return [self._recommendation(seed, probabilities, entry, score) for entry, score in chosen]

    def _choose(
        self, seed: Seed, probabilities: Mapping[str, float], limit: int, artist_cap: int, deadline: Deadline | None
    ) -> list[tuple[CatalogEntry, float]]:
        """Widens the pool, then the genres, until enough tracks are left or nothing more is there."""
        genres = likeliest(seed.genres)
        pool = max(_LEAST_POOL, _POOL_PER_ANSWER * limit)
        while True:
            if deadline is not None:
                deadline.check()
            neighbours = self.index.nearest(seed.embedding, probabilities, genres, pool)
            candidates = _Candidates(self.catalog, neighbours.tracks.tolist())
            places = _varied(neighbours, candidates, seed.track, limit, artist_cap)
            exhausted = len(candidates) < pool and len(genres) == len(seed.genres)
            if len(places) == limit or exhausted or pool >= _MOST_POOL:
                # Chosen for variety, shown by merit.
                return [(candidates[place], self._shown_score(neighbours.scores[place])) for place in sorted(places)]
            if len(candidates) < pool:
                genres = [score.genre for score in seed.genres]
            pool *= 4

    def _shown_score(self, score: float) -> float:
        """The index's score on a scale of 0 to 1: one half at the typical distance of two tracks of the catalog."""
        # float32 may leave a copy of the seed a little above 0.
        return float(np.exp2(2 * min(score, 0.0) / self.index.typical_distance))

    def _recommendation(
        self, seed: Seed, probabilities: Mapping[str, float], entry: CatalogEntry, score: float
    ) -> Recommendation:
        genre = max(entry.track.genres, key=lambda name: probabilities.get(name, 0.0))
        own = {seed.genres[0].genre, *(seed.track.genres if seed.track else ())}
        kind = SameGenre if genre in own else LikelyGenre
        close = self.closeness.close_features(seed.features, entry.features)
        second = CloseFeatures(close) if close else SimilarSound()
        return Recommendation(entry.track, entry.features, score, genre, (kind(genre, probabilities.get(genre, 0.0)), second))


def likeliest(genres: Sequence[GenreScore], mass: float = GENRE_MASS) -> list[str]:
    """The shortest list of genres, the likeliest first, that holds `mass` of the probability."""
    chosen: list[str] = []
    total = 0.0
    for score in genres:
        if chosen and total >= mass:
            break
        chosen.append(score.genre)
        total += score.probability
    return chosen


class _Candidates:
    """The catalog's entries of a ranking, read a few at a time: most of a pool is never looked at."""

    def __init__(self, catalog: Entries, numbers: Sequence[int]) -> None:
        self._catalog = catalog
        self._numbers = numbers
        self._read: dict[int, CatalogEntry] = {}

    def __len__(self) -> int:
        return len(self._numbers)

    def __getitem__(self, place: int) -> CatalogEntry:
        if place not in self._read:
            # With it come the best of those that were not read yet, which are likely to be asked for next.
            ahead = (other for other in range(len(self)) if other != place and other not in self._read)
            places = [place, *islice(ahead, _READ_AHEAD)]
            entries = self._catalog.entries([self._numbers[each] for each in places])
            self._read.update(zip(places, entries, strict=True))
        return self._read[place]


def _varied(neighbours: Neighbours, candidates: _Candidates, seed: Track | None, limit: int, artist_cap: int) -> list[int]:
    """Places of the chosen candidates, by maximal marginal relevance (Carbonell and Goldstein, SIGIR 1998)."""
    chosen: list[int] = []
    rules = _Rules(seed, artist_cap)
    worth = neighbours.scores.copy()
    likeness = np.zeros(len(worth))
    scale = max(float(np.median(neighbours.distances)), _LEAST_SCALE) if len(worth) else 1.0
    while len(chosen) < limit and np.isfinite(worth).any():
        place = int(np.argmax(worth - VARIETY * likeness))
        worth[place] = -np.inf
        if rules.admit(candidates[place].track):
            chosen.append(place)
            likeness = np.maximum(likeness, _likeness(neighbours.vectors, place, scale))
    return chosen


def _likeness(vectors: FloatArray, place: int, scale: float) -> NDArray[np.float64]:
    """1 for a copy of the track at `place`, falling with squared distance in units of `scale`."""
    difference = vectors - vectors[place]
    squared: NDArray[np.float64] = np.einsum("ij,ij->i", difference, difference, dtype=np.float64)
    return np.exp(-squared / scale)


class _Rules:
    """Who may still be named: no version of the seed or of a named track, no artist more than `artist_cap` times."""

    def __init__(self, seed: Track | None, artist_cap: int) -> None:
        self._versions = set(version_keys(seed)) if seed else set()
        self._artists: Counter[str] = Counter()
        self._artist_cap = artist_cap

    def admit(self, track: Track) -> bool:
        """Whether the track may be named; if so, it counts from now on."""
        versions = version_keys(track)
        artists = {fold(artist) or artist for artist in track.artists}
        if versions & self._versions or any(self._artists[artist] >= self._artist_cap for artist in artists):
            return False
        self._versions |= versions
        self._artists.update(artists)
        return True
