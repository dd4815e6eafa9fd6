"""A list of recommendations as CSV, as an M3U playlist, and as plain text.

What a service calls its tracks is not trusted: nothing in a cell is a formula to a spreadsheet, and nothing in a title begins a
new line or turns one round.

Public names: Export, EXPORTS, JSON, as_csv, requested_format, export_response.
"""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from flask import Request, Response
from msgspec import Struct

from kamerton.http.track_messages import TrackMessage
from kamerton.web.messages import RecommendationMessage, RecommendationsAnswer

JSON = "json"

_COLUMNS = ("place", "title", "artists", "album", "duration_ms", "genre", "score", "origin", "id", "link")
# https://owasp.org/www-community/attacks/CSV_Injection, and the wide forms of the same signs.
_FORMULA = re.compile(r"\s*[=+\-@\uff1d\uff0b\uff0d\uff20]")
# So that spreadsheets read the rest as UTF-8.
_BYTE_ORDER_MARK = "\ufeff"
_MS_IN_A_SECOND = 1000


class Export(Struct, frozen=True):
    """`write` makes a text of UTF-8; it is saved under `filename`, or shown when there is none."""

    mimetype: str
    filename: str | None
    write: Callable[[Any], str]


def _csv(answer: RecommendationsAnswer) -> str:
    return _table(_COLUMNS, (_row(place, item) for place, item in enumerate(answer.recommendations, 1)))


def as_csv(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of texts that anybody may have written."""
    return _table(columns, ([_cell(text) for text in row] for row in rows))


def _table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    # Imported here: no other answer needs it.
    import csv

    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return _BYTE_ORDER_MARK + text.getvalue()


def _row(place: int, item: RecommendationMessage) -> Sequence[object]:
    track = item.track
    names = [_cell(text) for text in (track.title, "; ".join(track.artists), track.album or "")]
    return (place, *names, track.duration_ms, _cell(item.genre), item.score, item.origin, track.id, track.links.spotify)


def _cell(text: str) -> str:
    line = _line(text)
    return f"'{line}" if _FORMULA.match(line) else line


def _m3u(answer: RecommendationsAnswer) -> str:
    entries = [line for item in answer.recommendations for line in (_extinf(item.track), item.track.links.spotify)]
    return "\n".join(["#EXTM3U", *entries, ""])


def _extinf(track: TrackMessage) -> str:
    seconds = -1 if track.duration_ms is None else round(track.duration_ms / _MS_IN_A_SECOND)
    return f"#EXTINF:{seconds},{_line(', '.join(track.artists))} - {_line(track.title)}"


def _txt(answer: RecommendationsAnswer) -> str:
    tracks = [item.track for item in answer.recommendations]
    lines = [f"{_line(', '.join(track.artists))} – {_line(track.title)}  {track.links.spotify}" for track in tracks]
    return "\n".join([*lines, ""]) if lines else ""


def _line(text: str) -> str:
    """The text on one line, read in the order in which it is written."""
    return " ".join("".join(" " if _breaks(character) else character for character in text).split())


def _breaks(character: str) -> bool:
    # Control characters, ends of lines and paragraphs, and what turns the direction of all that follows.
    return unicodedata.category(character) in ("Cc", "Zl", "Zp") or unicodedata.bidirectional(character) in _DIRECTIONS


_DIRECTIONS = ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")

EXPORTS = {
    "csv": Export("text/csv", "kamerton.csv", _csv),
    "m3u": Export("audio/x-mpegurl", "kamerton.m3u8", _m3u),
    "txt": Export("text/plain", None, _txt),
}
"""By what `format` may be."""


def requested_format(request: Request, question: Any, exports: Mapping[str, Export]) -> str:
    """Which form of the answer is wanted: what `format` says, else what the header Accept likes better than JSON."""
    if not exports:
        return JSON
    if format_argument := getattr(question, "format", None):
        return str(format_argument)
    mimetypes = {"application/json": JSON} | {export.mimetype: form for form, export in exports.items()}
    return mimetypes[request.accept_mimetypes.best_match(mimetypes, "application/json")]


def export_response(answer: Any, export: Export) -> Response:
    response = Response(export.write(answer), mimetype=export.mimetype)
    if export.filename:
        response.headers["Content-Disposition"] = f'attachment; filename="{export.filename}"'
    return response
