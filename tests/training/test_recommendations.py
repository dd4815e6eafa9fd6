"""The protocol of recommendations: on tables of a few tracks by hand, and on the default catalog with a quick classifier."""

from typing import Any, Never

import numpy as np
import pandas as pd
import pytest

from kamerton.music.features import CORE, NAMES, vectors
from training.data.rows import first_artists
from training.data.source_table import default_catalog
from training.evaluation.rankings import first_answers
from training.evaluation.recommendations import FIGURES, METHODS, NothingToAsk, evaluate_recommendations, judge
from training.evaluation.trial import Question, audio_tracks, hold_out, questions
from training.prepare import Prepared, prepare


class NearestCentroid:
    """Fitted in a moment: a genre is the likelier, the nearer its mean, in standard deviations."""

    def __init__(self, rows: pd.DataFrame) -> None:
        numbers = self._numbers(vectors({name: rows[name] for name in NAMES}))
        self._mean, self._scale = numbers.mean(axis=0), numbers.std(axis=0)
        standardised = (numbers - self._mean) / self._scale
        self.genres = sorted(rows["track_genre"].unique())
        self._centroids = np.stack([standardised[(rows["track_genre"] == genre)].mean(axis=0) for genre in self.genres])

    def predict_proba(self, numbers: np.ndarray) -> np.ndarray:
        standardised = (self._numbers(numbers) - self._mean) / self._scale
        scores = np.exp(-((standardised[:, np.newaxis] - self._centroids) ** 2).sum(axis=-1) / 2)
        return scores / scores.sum(axis=1, keepdims=True)

    @staticmethod
    def _numbers(numbers: np.ndarray) -> np.ndarray:
        return numbers[:, : len(CORE)].astype(np.float64)


def table(*tracks: tuple[str, str, str | None]) -> pd.DataFrame:
    """Tracks of (title, artists, album)."""
    made = pd.DataFrame(tracks, columns=["track_name", "artists", "album_name"])
    made["track_id"] = [f"id {number}" for number in range(len(made))]
    made["genres"] = [["rock"]] * len(made)
    return made.assign(**dict.fromkeys(CORE, 0.5), duration_ms=np.nan)


@pytest.fixture(scope="module")
def prepared() -> Prepared:
    return prepare([default_catalog()])


@pytest.fixture(scope="module")
def report(prepared: Prepared) -> dict[str, Any]:
    return evaluate_recommendations(prepared.rows, prepared.tracks, NearestCentroid, seed=0, most_asked=200)


def test_nothing_of_an_artist_held_out_is_learnt_from(prepared: Prepared) -> None:
    trial = hold_out(prepared.tracks, seed=3, most_asked=10_000)
    assert not set(first_artists(trial.training)) & trial.artists
    assert set(first_artists(trial.asked)) <= trial.artists
    assert len(trial.artists) / first_artists(prepared.tracks).nunique() == pytest.approx(0.2, abs=0.01)
    assert len(trial.index) + len(trial.asked) == len(prepared.tracks)


def test_half_of_an_artists_albums_are_asked_about(prepared: Prepared) -> None:
    trial = hold_out(prepared.tracks, seed=0, most_asked=10_000)
    asked = trial.asked.groupby(first_artists(trial.asked))["album_name"].agg(set)
    left = trial.index.groupby(first_artists(trial.index))["album_name"].agg(set)
    for artist, albums in asked.items():
        assert not albums & left[artist]
        assert 0 <= len(left[artist]) - len(albums) <= 1


def test_the_classifier_gets_rows_of_other_artists_only(prepared: Prepared) -> None:
    seen: list[pd.DataFrame] = []

    def fit(rows: pd.DataFrame) -> NearestCentroid:
        seen.append(rows)
        return NearestCentroid(rows)

    fewer = prepared.tracks.iloc[::4]
    evaluate_recommendations(prepared.rows, fewer, fit, seed=1, most_asked=5)
    assert not set(first_artists(seen[0])) & hold_out(fewer, 1, 5).artists
    assert seen[0]["track_genre"].nunique() == 6


@pytest.fixture
def question() -> tuple[Question, pd.DataFrame]:
    asked = table(("Hurt", "A;B", "Best of the Nineties"))
    index = table(
        ("Hurt - Live", "A", "Live"),
        ("Home", "A", "First"),
        ("Rain", "A;C", "Second"),
        ("Sun", "B", "Best of the Nineties"),
        ("Moon", "D", "Best of the Nineties"),
        ("Hurt", "E", None),
    )
    return questions(audio_tracks(asked), audio_tracks(index))[0], index


def test_a_question_knows_its_versions_its_artists_tracks_and_its_mates(question: tuple[Question, pd.DataFrame]) -> None:
    asked, _ = question
    assert (asked.artist, asked.versions, asked.same_artist, asked.mates) == ("A", {0}, {1, 2}, {4})
    assert asked.features.duration_ms is None


class Fixed:
    """A ranking made by hand."""

    def __init__(self, ranked: list[int]) -> None:
        self._ranked = ranked

    def ranked(self, question: Question, k: int) -> np.ndarray:  # noqa: ARG002
        return np.array(self._ranked[:k])

    def answers(self, question: Question) -> list[int]:  # noqa: ARG002
        return self._ranked[:2]


def test_the_figures_by_hand(question: tuple[Question, pd.DataFrame]) -> None:
    asked, index = question
    tracks = audio_tracks(index.assign(genres=[["rock"], ["pop"], ["folk", "rock"], ["pop"], ["pop"], ["pop"]]))
    outcome = judge("fixed", Fixed([1, 2, 0, 5, 4, 3]), [asked], tracks)
    # The version of the track, which stands before it, does not count in the mate's rank.
    assert outcome.figures[0] == pytest.approx([1.0, np.log(4), 0.5])


def test_answers_name_a_song_once_and_an_artist_once(question: tuple[Question, pd.DataFrame]) -> None:
    asked, index = question
    assert first_answers(range(6), audio_tracks(index), asked) == [1, 3, 4, 5]


def test_our_recommendations_beat_the_baselines(report: dict[str, Any]) -> None:
    ours, neighbours = report["methods"]["ours"], report["methods"]["neighbours"]
    assert ours["recall_at_100"]["value"] > 1.3 * neighbours["recall_at_100"]["value"]
    for name in METHODS[1:]:
        assert report[f"ours_minus_{name}"]["mean_rank"]["high"] < 0


def test_the_report_has_an_interval_for_every_figure(report: dict[str, Any]) -> None:
    assert set(report["methods"]) == {*METHODS, "ours_core_only", "ours_filed"}
    for method in report["methods"].values():
        assert all(method[figure]["low"] < method[figure]["value"] < method[figure]["high"] for figure in FIGURES)
        assert 0 < method["distinct_artists"] <= method["distinct_tracks"] <= method["answers"] == 10 * report["asked_tracks"]


def test_the_same_seed_gives_the_same_report(prepared: Prepared) -> None:
    fewer = prepared.tracks.iloc[::4]
    one, other = (evaluate_recommendations(prepared.rows, fewer, NearestCentroid, seed=2, most_asked=30) for _ in range(2))
    assert one == other


def test_a_catalog_in_which_nothing_can_be_asked_says_so() -> None:
    tracks = pd.DataFrame(
        {
            "track_id": [f"{place:022d}" for place in range(30)],
            "track_name": [f"Track {place}" for place in range(30)],
            "artists": [f"Artist {place}" for place in range(30)],
            "album_name": [f"Album {place}" for place in range(30)],
            **{name: [0.5] * 30 for name in NAMES},
            "genres": [["one"]] * 30,
            "other_ids": [[]] * 30,
        }
    )

    def fit(_: pd.DataFrame) -> Never:
        raise AssertionError("nothing is to be fitted")

    with pytest.raises(NothingToAsk, match="two albums"):
        evaluate_recommendations(tracks.assign(track_genre="one"), tracks, fit)
