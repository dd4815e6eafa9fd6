from __future__ import annotations

from kamerton.presenting.shown_genres import shown_genres, sureness
from kamerton.release.classifier import GenreScore

SCORES = [GenreScore("metal", 0.7), GenreScore("rock", 0.2), GenreScore("punk", 0.09), GenreScore("jazz", 0.01)]


def test_genres_that_are_hardly_likely_are_left_out() -> None:
    assert shown_genres(SCORES, 5, 0.05) == SCORES[:3]
    assert shown_genres(SCORES, 2, 0.05) == SCORES[:2]


def test_the_likeliest_genre_is_always_shown() -> None:
    assert shown_genres(SCORES, 5, 0.8) == SCORES[:1]


def test_how_sure_the_genre_is_is_said_in_words() -> None:
    assert [sureness(probability, "metal", "en") for probability in (1.0, 0.9, 0.6, 0.4, 0.39)] == [
        "Surely metal",
        "Surely metal",
        "Most likely metal",
        "Probably metal",
        "Perhaps metal, hard to tell",
    ]
    assert sureness(0.0, "metal", "ru") == "Может быть, metal, трудно сказать"
