"""What every page is made with: the texts in one language, and links that keep the reader's choices.

Public names: render, page_link, question_link, kept_choices.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import render_template, request
from msgspec import Struct

from kamerton import texts
from kamerton.http.language import LANGUAGE, chosen_language
from kamerton.matching.typed_name import LONGEST_QUERY
from kamerton.music.links import (
    artist_path,
    cover_path,
    elsewhere,
    embedded_video_link,
    preview_path,
    video_link,
    watch_path,
    youtube_link,
)
from kamerton.music.markets import CODES
from kamerton.notes import Note
from kamerton.presenting.explanation import likeness_text, reason_text, shift_text
from kamerton.presenting.track_name import track_name
from kamerton.recommending.likeness import Band
from kamerton.recommending.reasons import Reason
from kamerton.web.page_question import PageQuestion

_COVERS = "covers"
_MOST_ARGUMENTS = 40
"""More than any address of ours has."""


class _Choice(Struct, frozen=True):
    """A language, and the address of this same page in it."""

    code: str
    name: str
    link: str


def render(template: str, language: str, **values: Any) -> str:
    """The page as HTML; `values` are the template's own."""

    def reason(value: Reason) -> str:
        return reason_text(value, language, percent=True)

    def likeness(band: Band) -> str:
        return likeness_text(band, language)

    def shift(name: str, more: bool) -> str:
        return shift_text(name, more, language)

    def note(value: Note) -> str:
        return texts.note_text(value, language)

    def source(name: str) -> str:
        return texts.source_text(name, language)

    def meaning(name: str) -> str:
        return texts.feature_meaning(name, language)

    def feature_value(name: str, value: float | None) -> str:
        return texts.feature_value(name, value, language)

    def share(value: float) -> str:
        return texts.share_text(value, language)

    return render_template(
        template,
        language=language,
        languages=[_Choice(code, name, _same_page(LANGUAGE, code)) for code, name in texts.language_names().items()],
        texts=texts.page_texts(language),
        feature_names=texts.feature_names(language),
        reason=reason,
        likeness=likeness,
        shift=shift,
        note=note,
        source=source,
        meaning=meaning,
        feature_value=feature_value,
        track_name=track_name,
        duration=texts.duration_text,
        share=share,
        page_link=page_link,
        here=_here(),
        question_link=question_link,
        kept_choices=kept_choices(),
        market=kept_choices().get("market"),
        elsewhere=elsewhere,
        artist_path=artist_path,
        cover_path=cover_path,
        covers_link=_same_page(_COVERS, "" if kept_choices().get(_COVERS) else "0"),
        preview_path=preview_path,
        watch_path=watch_path,
        youtube_link=youtube_link,
        video_link=video_link,
        embedded_video_link=embedded_video_link,
        **values,
    )


def page_link(path: str = "/", **arguments: str) -> str:
    """An address of ours, with the choices that the reader made for every page."""
    query = arguments | kept_choices()
    return f"{path}?{urlencode(query)}" if query else path


def question_link(question: PageQuestion, **more: str) -> str:
    """The address of the answer to a question."""
    return "/?" + urlencode([*question.pairs, *more.items(), *kept_choices().items()])


def kept_choices() -> dict[str, str]:
    """What every link to a page of ours repeats: the language, the country, and to leave out the world or covers."""
    chosen = {LANGUAGE: chosen_language(), "market": request.args.get("market")}
    if chosen["market"] not in CODES:
        del chosen["market"]
    chosen |= {name: "0" for name in ("world", _COVERS) if request.args.get(name) == "0"}
    return {name: value for name, value in chosen.items() if value}


def _here() -> str:
    """The address of this page, for who is sent on and should come back; the first one for what has no address of its own."""
    query = request.query_string.decode("ascii", "replace")
    if request.method not in ("GET", "HEAD"):
        return "/"
    return f"{request.path}?{query}" if query else request.path


def _same_page(choice: str, value: str) -> str:
    """The address of this page with the same question and another choice; none of it where `value` is empty."""
    arguments = [(name, value) for name, value in request.args.items(multi=True) if name != choice and value.strip()]
    arguments = [(name, value) for name, value in arguments if len(name + value) <= LONGEST_QUERY][:_MOST_ARGUMENTS]
    return f"{request.path}?{urlencode([*arguments, *([(choice, value)] if value else [])], errors='replace')}"
