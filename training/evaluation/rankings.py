"""Three ways to answer "what sounds like this track?", to be judged beside one another.

    ours         what is deployed: kamerton's recommender over its index, embedder and classifier
    neighbours   the nearest tracks over the standardised features, what is missing filled with the mean
    random       tracks of the likeliest genre, in random order, then the others

Each gives a ranking of the whole index, and answers: at most ten tracks that are no versions of the track or of one another,
each artist once.

Public names: N_ANSWERS, FittedClassifier, Ranking, Ours, Neighbours, RandomPicks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol, cast

import numpy as np
import pandas as pd
from msgspec.structs import replace
from numpy.typing import NDArray

from kamerton.music.audible import AUDIBLE
from kamerton.music.features import CORE, AudioFeatures, FloatArray, vector
from kamerton.music.titles import version_keys
from kamerton.recommending.filing import filed_genres
from kamerton.recommending.question import ListOptions
from kamerton.recommending.reasons import Closeness
from kamerton.recommending.recommender import Recommender
from kamerton.recommending.seed import Seed, likeliest, new_seed
from kamerton.release.catalog import CatalogEntry, shares_less_known
from kamerton.release.classifier import GenreClassifier
from kamerton.release.embedder import Embedder
from kamerton.release.onnx_model import OnnxModel
from kamerton.release.track_index import TrackIndex
from training.data.inputs import vectors_of
from training.evaluation.trial import AudioTrack, Question
from training.indexing.prominence import by_prominence, has_popularity
from training.indexing.shard_layout import shard_layout
from training.similarity.embedding import Embedding
from training.statistics.covariance import standards

N_ANSWERS = 10

IntArray = NDArray[np.int64]


class FittedClassifier(Protocol):
    """What the families of `training.models` make: `genres` in the order of the columns of float [n, n_genres]."""

    @property
    def genres(self) -> Sequence[str]: ...

    def predict_proba(self, vectors: FloatArray) -> NDArray[np.floating]: ...


class Ranking(Protocol):
    def ranked(self, question: Question, k: int) -> IntArray:
        """Places in the index, the best first: `k` of them, or all there are."""
        ...

    def answers(self, question: Question) -> list[int]:
        """Places in the index of at most N_ANSWERS tracks, by the rules above."""
        ...


class Ours:
    """`core_only`: of the asked track only the features are known that every source has. With a `confusion` of labels it is
    asked about as a track of the catalog, which is filed under its genres."""

    def __init__(
        self,
        table: pd.DataFrame,
        tracks: Sequence[AudioTrack],
        embedding: Embedding,
        classifier: FittedClassifier,
        core_only: bool = False,
        confusion: Mapping[str, Mapping[str, float]] | None = None,
    ) -> None:
        self._core_only = core_only
        self._confusion = confusion
        self._entries = _InMemory(table, tracks)
        self._index = TrackIndex(*shard_layout(table, embedding.embed(vectors_of(table))))
        self._recommender = Recommender(
            # The classifier's graph is proved equal elsewhere, so the fitted model may stand for it here.
            GenreClassifier(cast(OnnxModel, _Model(classifier)), classifier.genres),
            Embedder(OnnxModel(embedding.to_onnx().SerializeToString(), Embedder.OUTPUT)),
            self._index,
            self._entries,
            Closeness(dict.fromkeys(AUDIBLE, (0.0,))),
        )

    def ranked(self, question: Question, k: int) -> IntArray:
        """By the index's score; the genres that the recommender would search first come first."""
        seed = self.seed(question)
        probabilities = seed.probabilities
        first = self._index.nearest(seed.embedding, probabilities, likeliest(seed.likely_genres), k).tracks
        if len(first) == k:
            return first
        both = np.concatenate([first, self._index.nearest(seed.embedding, probabilities, list(probabilities), k).tracks])
        return both[np.sort(np.unique(both, return_index=True)[1])][:k]

    def answers(self, question: Question) -> list[int]:
        chosen = self._recommender.recommend([self.seed(question)], ListOptions(limit=N_ANSWERS))
        return [self._entries.numbers[item.track.id] for item in chosen]

    def seed(self, question: Question) -> Seed:
        known = question.features.known
        features = AudioFeatures(**{name: known[name] for name in CORE}) if self._core_only else question.features
        seed = new_seed(self._recommender, features, question.track)
        if self._confusion is None:
            return seed
        return replace(seed, filed_genres=filed_genres(seed.genres, question.track.genres, self._confusion))


class Neighbours:
    def __init__(self, training: FloatArray, index: FloatArray, tracks: Sequence[AudioTrack]) -> None:
        """`training` float32 [n, n_sound] is what means and standard deviations are taken of, `index` what is ranked."""
        self._mean, self._scale = standards(training)
        self._index = self._standardised(index)
        self._tracks = tracks

    def ranked(self, question: Question, k: int) -> IntArray:
        difference = self._index - self._standardised(vector(question.features)[: len(self._mean)])
        return np.argsort(np.einsum("ij,ij->i", difference, difference), kind="stable")[:k]

    def answers(self, question: Question) -> list[int]:
        return first_answers(self.ranked(question, len(self._tracks)), self._tracks, question)

    def _standardised(self, numbers: FloatArray) -> NDArray[np.float64]:
        return np.asarray(np.nan_to_num((numbers - self._mean) / self._scale))


class RandomPicks:
    def __init__(self, tracks: Sequence[AudioTrack], classifier: FittedClassifier, seed: int) -> None:
        self._tracks = tracks
        self._classifier = classifier
        self._seed = seed
        self._filed = {genre: np.array([genre in one.track.genres for one in tracks]) for genre in classifier.genres}

    def ranked(self, question: Question, k: int) -> IntArray:
        # By the track's id, so that one question draws the same however many others there are.
        random = np.random.default_rng([self._seed, *question.track.id.encode()])
        order = random.permutation(len(self._tracks))
        probabilities = self._classifier.predict_proba(vector(question.features)[np.newaxis])[0]
        in_genre = self._filed[self._classifier.genres[int(np.argmax(probabilities))]][order]
        return np.concatenate([order[in_genre], order[~in_genre]])[:k]

    def answers(self, question: Question) -> list[int]:
        return first_answers(self.ranked(question, len(self._tracks)), self._tracks, question)


def first_answers(ranked: Iterable[int], tracks: Sequence[AudioTrack], question: Question) -> list[int]:
    """The first of `ranked` that may be named, by the rules that the recommender has."""
    answers: list[int] = []
    versions = set(version_keys(question.track))
    artists: set[str] = set()
    for place in ranked:
        keys = version_keys(tracks[place].track)
        names = {artist for artist, _ in keys}
        if not (keys & versions or names & artists):
            answers.append(int(place))
            versions |= keys
            artists |= names
        if len(answers) == N_ANSWERS:
            break
    return answers


class _InMemory:
    """The index's tracks as the recommender asks its catalog for them."""

    # Nobody asks for years here, or for what is not explicit.
    years = is_clean = None

    def __init__(self, table: pd.DataFrame, tracks: Sequence[AudioTrack]) -> None:
        self._entries = [CatalogEntry(number, one.track, one.features) for number, one in enumerate(tracks)]
        self.popularity = shares_less_known(by_prominence(table)) if has_popularity(table) else None
        self.numbers = {one.track.id: number for number, one in enumerate(tracks)}

    def entries(self, numbers: Sequence[int]) -> list[CatalogEntry]:
        return [self._entries[number] for number in numbers]


class _Model:
    def __init__(self, classifier: FittedClassifier) -> None:
        self.width = len(classifier.genres)
        self._classifier = classifier

    def __call__(self, numbers: FloatArray) -> FloatArray:
        return self._classifier.predict_proba(numbers).astype(np.float32)
