"""The spellings under which names are compared."""

from __future__ import annotations

import pytest

from kamerton.matching.name_forms import compact, search_form, significant_words, spellings


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("Don’t  STOP", "dont stop"),
        ("AC/DC", "ac dc"),
        ("!!!", "!!!"),
        ("R&B", "r and b"),
        ("\x00\ud800", ""),
        ("Кино", "kino"),
        ("Земфира", "zemfira"),
        ("Μαρία", "maria"),
    ],
)
def test_a_name_has_one_form_in_latin_letters(text: str, form: str) -> None:
    assert search_form(text) == form


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("AC/DC", "acdc"),
        ("R.E.M.", "rem"),
        ("N.W.A", "nwa"),
        ("P!nk", "pink"),
        ("Ke$ha", "kesha"),
        ("$uicideboy$", "suicideboys"),
        ("A$AP Rocky", "asap rocky"),
        ("a-ha", "aha"),
        ("blink-182", "blink182"),
        ("will.i.am", "william"),
    ],
)
def test_punctuation_inside_a_word_may_be_left_out(text: str, other: str) -> None:
    assert other in spellings(text)


def test_articles_and_connectives_do_not_count_unless_there_is_nothing_else() -> None:
    assert significant_words("the beatles") == ("beatles",)
    assert significant_words("eminem feat rihanna") == ("eminem", "rihanna")
    assert significant_words("the the") == ("the", "the")
    assert compact("florence and the machine") == "florencemachine"
