from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kamerton.music.normalise import normalise


@pytest.mark.parametrize(
    ("text", "normalised"),
    [
        ("Sigur Rós – Sæglópur", "sigur ros saeglopur"),
        ("Don't", "dont"),
        ("Don\N{RIGHT SINGLE QUOTATION MARK}t", "dont"),
        ("AC/DC", "ac dc"),
        ("Simon & Garfunkel", "simon and garfunkel"),
        ("Straße", "strasse"),
        ("Łódź", "lodz"),
        ("Mötley Crüe", "motley crue"),
        ("ЁЛКА", "елка"),
        ("Ａ\N{FULLWIDTH DIGIT ONE}", "a1"),
        ("이날치", normalise("이날치")),
        ("  many \t spaces\n", "many spaces"),
        ("!!!", ""),
        ("", ""),
    ],
)
def test_a_name_has_one_spelling(text: str, normalised: str) -> None:
    assert normalise(text) == normalised


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@given(st.text())
def test_a_folded_name_has_single_spaces_and_no_capitals(text: str) -> None:
    normalised = normalise(text)
    assert normalised == " ".join(normalised.split())
    assert normalised == normalised.casefold()
