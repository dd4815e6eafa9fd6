"""What every page is made with: its texts in one language, and links that keep what the reader chose.

Public names: render, page_link, question_link, kept_choices.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import render_template, request
from msgspec import Struct

from kamerton import texts
from kamerton.http.language import LANGUAGE, chosen_language
from kamerton.matching.name_fit import LONGEST_QUERY
from kamerton.music.links import elsewhere, embedded_video_link, preview_path, video_link, watch_path, youtube_link
from kamerton.music.markets import CODES
from kamerton.notes import Note
from kamerton.recommending.reasons import Reason
from kamerton.web.page_question import PageQuestion

# What an address of ours has at most, and then some.
_MOST_KEPT = 40


class _Choice(Struct, frozen=True):
    """A language, and the address of this same page in it."""

    code: str
    name: str
    link: str


def render(template: str, language: str, **values: Any) -> str:
    """The page as HTML; `values` are the template's own."""

    def reason(value: Reason) -> str:
        return texts.reason_text(value, language, percent=True)

    def note(value: Note) -> str:
        return texts.note_text(value, language)

    def source(name: str) -> str:
        return texts.source_text(name, language)

    def meaning(name: str) -> str:
        return texts.feature_meaning(name, language)

    def said(name: str, value: float | None) -> str:
        return texts.feature_value(name, value, language)

    def share(value: float) -> str:
        return texts.share_text(value, language)

    return render_template(
        template,
        language=language,
        languages=[_Choice(code, texts.LANGUAGE_NAMES[code], _same_page(code)) for code in texts.LANGUAGES],
        texts=texts.page_texts(language),
        feature_names={name: text[language] for name, text in texts.FEATURES.items()},
        reason=reason,
        note=note,
        source=source,
        meaning=meaning,
        said=said,
        duration=texts.duration_text,
        share=share,
        page_link=page_link,
        question_link=question_link,
        kept_choices=kept_choices(),
        market=kept_choices().get("market"),
        elsewhere=elsewhere,
        preview_path=preview_path,
        watch_path=watch_path,
        youtube_link=youtube_link,
        video_link=video_link,
        embedded_video_link=embedded_video_link,
        **values,
    )


def page_link(path: str = "/", **arguments: str) -> str:
    """An address of ours, with what the reader chose for every page."""
    asked = arguments | kept_choices()
    return f"{path}?{urlencode(asked)}" if asked else path


def question_link(question: PageQuestion, **more: str) -> str:
    """The address of the answer to a question."""
    return "/?" + urlencode([*question.pairs, *more.items(), *kept_choices().items()])


def kept_choices() -> dict[str, str]:
    """What every page that this one leads to is asked as well: the language, the country, and to leave the world out."""
    chosen = {LANGUAGE: chosen_language(), "market": request.args.get("market"), "world": request.args.get("world")}
    if chosen["market"] not in CODES:
        del chosen["market"]
    if chosen["world"] != "0":
        del chosen["world"]
    return {name: value for name, value in chosen.items() if value}


def _same_page(code: str) -> str:
    """This page in another language, with what it was asked."""
    asked = [(name, value) for name, value in request.args.items(multi=True) if name != LANGUAGE and value.strip()]
    asked = [(name, value) for name, value in asked if len(name + value) <= LONGEST_QUERY]
    return f"{request.path}?{urlencode([*asked[:_MOST_KEPT], (LANGUAGE, code)], errors='replace')}"
