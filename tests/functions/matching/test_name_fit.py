"""How well typed names fit tracks: what is an answer, and what is only a guess."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kamerton.matching.name_fit import SURE_FIT, fit
from kamerton.matching.typed_name import read_name

SANDMAN = ("Enter Sandman", ["Metallica"])
SPIRIT = ("Smells Like Teen Spirit - Remastered 2021", ["Nirvana"])


def fits(text: str, title: str, artists: list[str]) -> float:
    return fit(read_name(text), title, artists)


def test_a_title_as_it_is_fits_better_than_a_version_and_that_better_than_another_title() -> None:
    exact = fits("hello", "Hello", ["Adele"])
    version = fits("hello", "Hello (Live)", ["Adele"])
    other = fits("hello", "Hello World", ["Adele"])
    assert exact > version > other


def test_an_edition_costs_nothing() -> None:
    assert fits("here comes the sun", "Here Comes The Sun - Remastered 2009", ["The Beatles"]) == 100


@pytest.mark.parametrize(
    ("text", "track"),
    [
        ("sandman metallica enter", SANDMAN),
        ("metallica sandman enter", SANDMAN),
        ("sandman enter metalica", SANDMAN),
        ("enter sandmann", SANDMAN),
        ("металлика", SANDMAN),
        ("metallica", SANDMAN),
        ("smels like teen spirt", SPIRIT),
        ("nirvana smells like teen", SPIRIT),
        ("SmellsLikeTeenSpirit", SPIRIT),
        ("smells like teen spirit remastered", SPIRIT),
        ("Nirvana - Smells Like Teen Spirit (Official Music Video) [HD] - YouTube", SPIRIT),
        ("Smells Like Teen Spirit - song and lyrics by Nirvana | Spotify", SPIRIT),
        ("beatles", ("Yesterday", ["The Beatles"])),
        ("the eagles", ("Hotel California", ["Eagles"])),
        ("rem", ("Losing My Religion", ["R.E.M."])),
        ("pink", ("So What", ["P!nk"])),
        ("eminem feat rihanna", ("Love The Way You Lie", ["Eminem", "Rihanna"])),
        ("kino", ("Группа крови", ["Кино"])),
        ("gruppa krovi", ("Группа крови", ["Кино"])),
        ("hysteria (feat. nobody) muse", ("Hysteria", ["Muse"])),
    ],
)
def test_a_name_as_people_type_it_is_an_answer(text: str, track: tuple[str, list[str]]) -> None:
    assert fits(text, *track) >= SURE_FIT


@pytest.mark.parametrize(
    ("text", "track"),
    [
        ("Billie Jean", ("BILLIE EILISH.", ["Armani White"])),
        ("bad guy", ("Vuelve", ["Daddy Yankee", "Bad Bunny"])),
        ("Yellow Coldplay", ("New World", ["Krewella", "Yellow Claw", "Taylor Bennett"])),
        ("Beatles", ("Breathless", ["Tony Junior"])),
        ("Doors", ("Here Without You", ["3 Doors Down"])),
        ("fire arctic monkeys", ("The Car", ["Arctic Monkeys"])),
        ("higher (feat. iann dior)", ("Higher", ["Creed"])),
        ("my way - live at the international center elvis presley", ("My Way", ["Limp Bizkit"])),
        ("silent knights", ("Silent Night", ["Cody Johnson"])),
        ("metallica enter sandman", ("Nothing Else Matters", ["Metallica"])),
        ("hello", ("Hello Mary Lou", ["Creedence Clearwater Revival"])),
        ("cold", ("Gold", ["Prince"])),
    ],
)
def test_a_guess_is_no_answer(text: str, track: tuple[str, list[str]]) -> None:
    assert fits(text, *track) < SURE_FIT


@given(st.text(max_size=60), st.text(max_size=40), st.lists(st.text(max_size=20), max_size=3))
def test_any_text_has_a_fit(text: str, title: str, artists: list[str]) -> None:
    assert -20 <= fits(text, title, artists) <= 100
