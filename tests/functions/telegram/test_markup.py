"""HTML that Telegram takes, whatever a track is called."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kamerton.music.features import AudioFeatures
from kamerton.music.track import Track
from kamerton.notes import Note
from kamerton.recommending.reasons import CloseFeatures, LikelyGenre
from kamerton.recommending.recommendation import Recommendation
from kamerton.recommending.seed import Seed
from kamerton.release.classifier import GenreScore
from kamerton.service.answer import Answer
from kamerton.telegram import cards, markup
from kamerton.telegram.updates import MessageEntity
from tests.fakes.telegram import read_html

HOSTILE = [
    "<b>bold</b> & \"quotes\" 'n' more",
    "&amp;lt;",
    "</a><script>",
    "𝄞" * 300,
    "e\u0301" * 300,
    "שלום עולם",
    "a\nb\tc\x00\u202ed",
]


@pytest.mark.parametrize("text", ["", "short", "x" * 50, "x" * 51, "𝄞" * 25, "𝄞" * 26, "a" + "𝄞" * 25])
def test_what_is_clipped_has_its_bound_in_telegrams_units(text: str) -> None:
    clipped = markup.clipped(text, 50)
    assert markup.units(clipped) <= 50
    assert clipped == text or (clipped.endswith("…") and text.startswith(clipped[:-1]))


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_name_is_shown_as_it_is_written_on_one_line(text: str) -> None:
    shown, entities = read_html(markup.bold(markup.link(markup.name(text, 60), "https://kamerton.example/?a=1&b=2")), "HTML")
    assert {entity["type"] for entity in entities} == {"bold", "text_link"}
    assert markup.units(shown) <= 60
    assert "\n" not in shown


def test_what_is_written_from_right_to_left_turns_nothing_around_it() -> None:
    assert markup.name("שלום", 60) == "\u2068שלום\u2069"
    assert markup.name("hello", 60) == "hello"


@given(st.lists(st.tuples(st.sampled_from(["b", "i", "a", ""]), st.text(max_size=20)), max_size=6))
def test_a_message_is_read_back_as_it_was_written(parts: list[tuple[str, str]]) -> None:
    tags = {"b": markup.bold, "i": markup.italic, "a": lambda inner: markup.link(markup.bold(inner), "https://a.example/x?y&z")}
    html = "".join(tags.get(tag, str)(markup.plain(text)) for tag, text in parts) + "."
    text, entities = read_html(html, "HTML")
    again = markup.read_back(text, msgspec.convert(entities, list[MessageEntity]))
    text_again, entities_again = read_html(again, "HTML")
    assert text_again == text
    # Of two that cover the same words either may be the outer one.
    assert sorted(entities_again, key=str) == sorted(entities, key=str)


@given(
    st.text(max_size=20),
    st.lists(
        st.builds(
            MessageEntity,
            st.sampled_from(["bold", "italic", "text_link", "spoiler"]),
            st.integers(0, 30),
            st.integers(0, 30),
            st.sampled_from([None, "https://a.example"]),
        ),
        max_size=6,
    ),
)
def test_any_entities_give_html_that_telegram_takes(text: str, entities: list[MessageEntity]) -> None:
    shown, _ = read_html(markup.read_back(text, entities) + ".", "HTML")
    # Even one that ends in the middle of a character.
    assert markup.units(shown) == markup.units(text) + 1


def test_lines_beyond_the_bound_are_left_out_as_wholes() -> None:
    lines = [f"line {number}" for number in range(1000)]
    cut = markup.lines_within(lines)
    assert markup.units(cut) <= markup.MOST_TEXT
    assert cut.split("\n")[-1] == "…"
    assert set(cut.split("\n")[:-1]) <= set(lines)


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("language", ["en", "ru"])
def test_a_full_list_of_the_longest_names_is_within_telegrams_bounds(name: str, language: str) -> None:
    long = (name * 500)[:500]
    track = Track("4" * 22, long, (long, long), album=long, duration_ms=3_600_000 * 9, explicit=True, genres=(long, long, long))
    genres = tuple(GenreScore(long, 0.3) for _ in range(5))
    reasons = (LikelyGenre("g" * 500, 0.3), CloseFeatures(("instrumentalness", "danceability")))
    listed = tuple(Recommendation(track, AudioFeatures(), 0.5, long, reasons) for _ in range(cards.MOST_LISTED))
    notes = tuple(Note("source_unavailable", f"A source with a long name {number}") for number in range(9))
    answer = Answer((Seed(AudioFeatures(), np.zeros(2, np.float32), genres, track, "catalog"),), (), listed, (), "one", notes)
    whole = f"{cards.head(answer, language)}\n\n{cards.list_title(language)}\n{cards.items(listed, answer, 1, language)}"
    shown, _ = read_html(whole, "HTML")
    assert markup.units(shown) <= markup.MOST_TEXT
    item, _ = read_html(cards.items(listed[:1], answer, 20, language), "HTML")
    assert markup.units(item) < cards.MOST_ITEM
    # So that "more" always has room, up to the last page.
    head, _ = read_html(f"{cards.head(answer, language)}\n\n{cards.list_title(language)}", "HTML")
    assert markup.units(head) + 1 + cards.MOST_LISTED * cards.MOST_ITEM <= markup.MOST_TEXT
    card, _ = read_html(cards.card(track, language), "HTML")
    assert markup.units(card) <= markup.MOST_TEXT
