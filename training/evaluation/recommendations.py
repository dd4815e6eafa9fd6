"""How recommendations are judged: on artists that training never saw, beside neighbours and random picks.

    recall_at_100   the share of the asked track's artist's tracks (of at most 100) that the first 100 hold, artist cap off
    log_rank        natural logarithm of the rank of the best track on an album of the same name that shares no artist:
                    compilations, put together by people; lower is better
    genre_share     the share of the answers (at most ten, each artist once) in a genre of the asked track

Means are over the tracks that are asked about; the first two over those that have such tracks in the index, versions of the
asked track aside. Intervals are 95 % bootstraps over artists. Methods are compared by the mean of their ranks in the three
figures: genre_share alone is won by random picks of the right genre. `ours_filed` is asked about tracks whose
genre is known, as that of a track of the catalog is; the others are not told it.

Public names: PROTOCOL, FIGURES, METHODS, Outcome, judge, evaluate_recommendations.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from tqdm import tqdm

from training.data.inputs import sound_of
from training.data.rows import first_artists
from training.evaluation.rankings import FittedClassifier, Neighbours, Ours, RandomPicks, Ranking
from training.evaluation.trial import AudioTrack, Question, Trial, audio_tracks, hold_out, questions
from training.indexing.label_confusion import label_confusion
from training.similarity.embedding import fit_embedding
from training.statistics.intervals import Means, Values, interval, rounded

FIGURES = ("recall_at_100", "log_rank", "genre_share")
_SIGNS = np.array([-1.0, 1.0, -1.0])
"""A figure times its sign is the smaller the better."""

METHODS = ("ours", "neighbours", "random")
_TOP = 100

PROTOCOL = (
    "20 % of the first artists held out of classifier and embedder; half of each one's albums asked about, the other half in "
    "the index beside all other artists; of more than 2000 tracks to ask about so many are drawn; versions of the asked track "
    "removed; means over the asked tracks; intervals: 95 %, bootstrap over artists"
)


class NothingToAsk(Exception):
    """A catalog too small to judge recommendations by."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """`figures` float64 [n_questions, 3], NaN where a figure does not apply; `answers` are places in the index."""

    figures: Values
    answers: list[list[int]]


def evaluate_recommendations(
    rows: pd.DataFrame,
    tracks: pd.DataFrame,
    fit_classifier: Callable[[pd.DataFrame], FittedClassifier],
    seed: int = 0,
    most_asked: int = 2000,
) -> dict[str, Any]:
    """The report on our recommendations and the baselines, ready for JSON.

    `rows` are labelled rows and `tracks` one row a song, as `prepare` writes them; `fit_classifier` gets the rows of artists
    that are not held out. Raises `NothingToAsk` when no artist that is held out has two albums.
    """
    trial = hold_out(tracks, seed, most_asked)
    if trial.asked.empty:
        raise NothingToAsk("Recommendations cannot be judged: no artist that is held out has two albums.")
    classifier = fit_classifier(rows[~first_artists(rows).isin(trial.artists)].reset_index(drop=True))
    index = audio_tracks(trial.index)
    asked = questions(audio_tracks(trial.asked), index)
    outcomes = {name: judge(name, ranking, asked, index) for name, ranking in _rankings(trial, index, classifier, seed).items()}
    return _report(outcomes, asked, index, seed)


def _rankings(trial: Trial, index: Sequence[AudioTrack], classifier: FittedClassifier, seed: int) -> dict[str, Ranking]:
    embedding = fit_embedding(trial.training, seed)
    return {
        "ours": Ours(trial.index, index, embedding, classifier),
        "neighbours": Neighbours(sound_of(trial.training), sound_of(trial.index), index),
        "random": RandomPicks(index, classifier, seed),
        "ours_core_only": Ours(trial.index, index, embedding, classifier, core_only=True),
        "ours_filed": Ours(trial.index, index, embedding, classifier, confusion=label_confusion(trial.training)),
    }


def judge(name: str, ranking: Ranking, asked: Sequence[Question], index: Sequence[AudioTrack]) -> Outcome:
    answers = [ranking.answers(question) for question in tqdm(asked, desc=name, mininterval=1, leave=False)]
    figures = [
        (*_of_ranking(ranking, question, len(index)), _genre_share(question, chosen, index))
        for question, chosen in zip(asked, answers, strict=True)
    ]
    return Outcome(np.array(figures), answers)


def _of_ranking(ranking: Ranking, question: Question, n_tracks: int) -> tuple[float, float]:
    """recall_at_100 and log_rank. The whole ranking is made only where a compilation has to be found in it."""
    needed = n_tracks if question.mates else _TOP + len(question.versions)
    ranked = [place for place in ranking.ranked(question, needed).tolist() if place not in question.versions]
    found = sum(place in question.same_artist for place in ranked[:_TOP])
    recall = found / min(len(question.same_artist), _TOP) if question.same_artist else np.nan
    rank = next((rank for rank, place in enumerate(ranked, 1) if place in question.mates), None)
    return recall, np.log(rank) if rank else np.nan


def _genre_share(question: Question, answers: Sequence[int], index: Sequence[AudioTrack]) -> float:
    genres = set(question.track.genres)
    return float(np.mean([bool(genres & set(index[place].track.genres)) for place in answers])) if answers else 0.0


def _report(
    outcomes: Mapping[str, Outcome], asked: Sequence[Question], index: Sequence[AudioTrack], seed: int
) -> dict[str, Any]:
    means = Means([question.artist for question in asked], seed)
    drawn = {name: means.drawn(outcome.figures) for name, outcome in outcomes.items()}
    ranks = _mean_ranks(np.stack([drawn[name] for name in METHODS]))
    report: dict[str, Any] = {"protocol": PROTOCOL, "seed": seed, **_counts(asked, index), "methods": {}}
    for name, outcome in outcomes.items():
        report["methods"][name] = {**_intervals(drawn[name]), **_spread(outcome.answers, index)}
    for name, rank in zip(METHODS, ranks, strict=True):
        report["methods"][name]["mean_rank"] = interval(rank)
    for name, rank in zip(METHODS[1:], ranks[1:], strict=True):
        difference = {**_intervals(drawn["ours"] - drawn[name]), "mean_rank": interval(ranks[0] - rank)}
        report[f"ours_minus_{name}"] = difference
    report["core_only_over_ours"] = _intervals(_quotients(drawn["ours_core_only"], drawn["ours"]))
    return report


def _mean_ranks(drawn: NDArray[np.float64]) -> Values:
    """[n_methods, draws, n_figures] to [n_methods, draws]: 1 is best, methods that tie share the mean of their ranks."""
    signed = drawn * _SIGNS
    below = (signed[np.newaxis] < signed[:, np.newaxis]).sum(axis=1)
    equal = (signed[np.newaxis] == signed[:, np.newaxis]).sum(axis=1)
    # A figure that no asked track has says nothing about any method.
    return np.asarray(np.nanmean(np.where(np.isnan(signed), np.nan, below + (equal + 1) / 2), axis=-1))


def _quotients(part: Values, whole: Values) -> Values:
    return np.asarray(np.divide(part, whole, out=np.full(whole.shape, np.nan), where=whole > 0))


def _intervals(drawn: Values) -> dict[str, dict[str, float | None]]:
    return {figure: interval(column) for figure, column in zip(FIGURES, drawn.T, strict=True)}


def _spread(answers: Sequence[Sequence[int]], index: Sequence[AudioTrack]) -> dict[str, Any]:
    """How many different tracks and artists are named, and how many of the answers are filed under several genres."""
    named = [place for chosen in answers for place in chosen]
    return {
        "answers": len(named),
        "distinct_tracks": len(set(named)),
        "distinct_artists": len({artist for place in named for artist in index[place].track.artists[:1]}),
        "several_genres_share": rounded(_several_genres([index[place] for place in named])),
    }


def _several_genres(tracks: Sequence[AudioTrack]) -> float:
    return float(np.mean([len(one.track.genres) > 1 for one in tracks])) if tracks else np.nan


def _counts(asked: Sequence[Question], index: Sequence[AudioTrack]) -> dict[str, Any]:
    return {
        "asked_tracks": len(asked),
        "asked_artists": len({question.artist for question in asked}),
        "asked_with_recall": sum(bool(question.same_artist) for question in asked),
        "asked_on_compilations": sum(bool(question.mates) for question in asked),
        "index_tracks": len(index),
        "index_several_genres_share": rounded(_several_genres(index)),
    }
