"""The lists of ranks that a search adds up."""

from __future__ import annotations

import random

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
