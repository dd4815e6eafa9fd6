"""The lists of ranks that a search adds up, and the search form of a query."""

from __future__ import annotations

import random

import pytest

from kamerton.matching.name_fit import fit, search_form
from kamerton.release.trigram_search import affordable, decode_ranks, encode_ranks


def test_lists_of_ranks_come_back_together() -> None:
    draw = random.Random(0)
    lists = [sorted(draw.sample(range(3_000_000), count)) for count in (1, 2, 1000, 1, 77)]
    lists += [[0], [127, 128], list(range(500))]
    decoded = decode_ranks(b"".join(map(encode_ranks, lists)), [len(ranks) for ranks in lists])
    assert [ranks.tolist() for ranks in decoded] == lists


def test_no_lists_are_none() -> None:
    assert decode_ranks(b"", []) == []


def test_the_rarest_tokens_are_affordable_and_one_always_is() -> None:
    assert affordable({"the": 29_000, "xyz": 3, "ing": 2_000}) == ["xyz", "ing"]
    assert affordable({"the": 10**7}) == ["the"]
    assert affordable({}) == []


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("Don’t  STOP", "dont stop"),
        ("AC/DC", "ac dc"),
        ("!!!", "!!!"),
        ("R&B", "r and b"),
        ("Ðɪ\u200b", "dɪ"),
        ("\x00\ud800", ""),
    ],
)
def test_a_query_is_taken_for_its_form(text: str, form: str) -> None:
    assert search_form(text) == form


def test_a_title_as_it_is_fits_better_than_a_version_and_that_better_than_another_title() -> None:
    exact = fit("hello", "hello", "hello", ["adele"])
    version = fit("hello", "hello live", "hello", ["adele"])
    other = fit("hello", "hello world", "hello world", ["adele"])
    assert exact > version > other


@pytest.mark.parametrize("form", ["sandman metallica enter", "metallica sandman enter", "sandman enter metalica"])
def test_the_words_of_title_and_artist_may_come_in_any_order(form: str) -> None:
    assert 90 < fit(form, "enter sandman", "enter sandman", ["metallica"]) < 98
    assert fit(form, "nothing else matters", "nothing else matters", ["metallica"]) < 75
