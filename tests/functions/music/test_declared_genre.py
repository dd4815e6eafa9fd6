"""What others file a track under, and whether a catalog has it."""

from __future__ import annotations

import pytest

from kamerton.music.declared_genre import DeclaredGenre, has_any, read_declared

CATALOG = ["country", "deep-house", "dubstep", "hip-hop", "metal", "rock"]


@pytest.mark.parametrize(
    "name",
    [
        *(
            "Hip-Hop/Rap",
            "Rap/Hip Hop",
            "Rap",
            "Hip-Hop",
            "Heavy Metal",
            "Death Metal/Black Metal",
            "Rock",
            "Hard Rock",
            "Metal",
        ),
        *("Country", "Alternative", "Indie Rock", "Dance", "House", "Electronic", "Electro", "Dubstep", "Techno/House"),
    ],
)
def test_what_the_catalog_has_is_known_under_other_names(name: str) -> None:
    assert has_any(CATALOG, [DeclaredGenre(name, "Apple Music")])


@pytest.mark.parametrize(
    "name", ["Jazz", "Classical", "Pop", "Reggaeton", "Latin", "K-Pop", "R&B/Soul", "Soundtrack", "Blues", "Folk"]
)
def test_what_the_catalog_lacks_is_none_of_its_genres(name: str) -> None:
    assert not has_any(CATALOG, [DeclaredGenre(name, "Apple Music")])


def test_one_of_several_is_enough() -> None:
    assert has_any(CATALOG, [DeclaredGenre("Jazz", "Deezer"), DeclaredGenre("Rock", "Deezer")])
    assert has_any(["jazz", "blues"], [DeclaredGenre("Vocal Jazz", "Apple Music")])


def test_names_are_bounded_and_none_is_there_twice() -> None:
    names = ["Jazz", "Jazz", 7, None, "", "a" * 61, "\x07Bell", "Music", "Pop", "Folk", "Soul"]
    assert [each.name for each in read_declared(names, "Deezer")] == ["Jazz", "Pop", "Folk"]
