"""From a request to a typed question. Whatever is wrong with it is a `BadQuery` that says which field and what it should be."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from functools import cache
from typing import TypeVar
from urllib.parse import unquote_to_bytes

import msgspec
from flask import Request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import RequestEntityTooLarge, UnsupportedMediaType

from kamerton.errors import BadQuery
from kamerton.logs import Log
from kamerton.matching.name_fit import LONGEST_QUERY
from kamerton.music.features import RANGES
from kamerton.recommending.question import MOST_OFFSET, MOST_SEEDS
from kamerton.web.messages import FEWEST_RESULTS, FLAGS, FORMATS, MOST_EXCLUDED, MOST_RESULTS, WHOLE_FEATURES, NoQuery

LARGEST_BODY = 64 * 1024
"""Bytes."""

T = TypeVar("T", bound=msgspec.Struct)

_COUNTS = {
    "limit": (FEWEST_RESULTS, MOST_RESULTS),
    "artist_cap": (FEWEST_RESULTS, MOST_RESULTS),
    "offset": (0, MOST_OFFSET),
    "world": (0, 1),
}
"""The least and the most of whole numbers."""
_MOST = {"track": MOST_SEEDS, "unlike": MOST_SEEDS, "exclude_artist": MOST_EXCLUDED}
"""How many there may be of what may be given more than once."""
_NAMES = ("track", "q", "unlike", "exclude_artist")
_MARKET = "market"
_FIELDS = (*_COUNTS, *_NAMES, _MARKET, "genre", "format", *RANGES)

# As in "prefetch;prerender".
_PREFETCH = re.compile(r"(?:^|[;,\s])prefetch(?:[;,\s]|$)", re.IGNORECASE)
_PLACE = re.compile(r" - at `\$\.?(?P<path>[^`]*)`$")
# What may be wrong with no field of a name that is known here.
_WHOLE_BODY = ("Expected `object`, got ", "Number out of range")
_QUOTED = re.compile(r"`(?P<field>[^`]*)`")


def is_awaited(request: Request) -> bool:
    """Whether somebody waits for the answer: not for its head alone, and not in case that they will."""
    purpose = f"{request.headers.get('Sec-Purpose', '')};{request.headers.get('Purpose', '')}"
    return request.method != "HEAD" and _PREFETCH.search(purpose) is None


def query_arguments(request: Request) -> MultiDict[str, str]:
    """The query string's names and values. Raises `BadQuery` when it is not UTF-8, of which werkzeug would make other text."""
    try:
        unquote_to_bytes(request.query_string).decode()
    except UnicodeDecodeError as error:
        raise BadQuery("query_characters") from error
    return request.args


def read_query(request: Request, kind: type[T], log: Log) -> T:
    """The query string as a `kind`; numbers are read from their digits."""
    arguments = query_arguments(request)
    repeatable = _lists(kind)
    for field, values in arguments.lists():
        if len(values) > 1 and field not in repeatable:
            raise BadQuery("field_repeated", field=_short(field))
        # msgspec takes 1e1 and 5.0 for whole numbers too.
        if field in _COUNTS and field in kind.__struct_fields__ and not (values[0].isascii() and values[0].isdigit()):
            raise _wrong_value(field)
    try:
        fields = {field: values if field in repeatable else values[0] for field, values in arguments.lists()}
        return msgspec.convert(fields, kind, strict=False)
    except msgspec.ValidationError as error:
        raise _bad_field(str(error), kind, log) from error


@cache
def _lists(kind: type[msgspec.Struct]) -> frozenset[str]:
    """The fields that may be given more than once."""
    schema = msgspec.json.schema_components([kind])[1].get(kind.__name__, {})
    return frozenset(name for name, field in schema.get("properties", {}).items() if field.get("type") == "array")


def read_body(request: Request, kind: type[T], log: Log) -> T:
    """The JSON body as a `kind`, beside which no query string is taken.

    Raises `UnsupportedMediaType` for another content type, `RequestEntityTooLarge`.
    """
    read_query(request, NoQuery, log)
    if request.mimetype != "application/json":
        raise UnsupportedMediaType
    if len(data := request.get_data()) > LARGEST_BODY:
        raise RequestEntityTooLarge
    try:
        return msgspec.json.decode(data, type=kind)
    except msgspec.ValidationError as error:
        raise _bad_field(str(error), kind, log) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _bad_json(data) from error


def _bad_json(data: bytes) -> BadQuery:
    """Other programs write NaN and Infinity, which JSON does not have and the standard library can find."""
    found: list[str] = []
    with suppress(ValueError, RecursionError):
        json.loads(data, parse_constant=found.append)
    return BadQuery("not_finite" if found else "bad_json")


def _bad_field(message: str, kind: type[msgspec.Struct], log: Log) -> BadQuery:
    """msgspec's message, which is English and for programmers, as one of our sentences.

    msgspec says what is wrong in words alone, so this holds for the version that requirements.txt pins. A test has each form
    that is read here, and a form that is not known is answered in general words and logged.
    """
    place = _PLACE.search(message)
    path = place["path"] if place else ""
    quoted = _QUOTED.search(message)
    if message.startswith("Object contains unknown field") and quoted:
        return BadQuery("field_unknown", field=_short(quoted["field"]), known=", ".join(_known_fields(kind, path)))
    if message.startswith("Object missing required field") and quoted:
        return BadQuery("field_missing", field=quoted["field"])
    field = path.rpartition(".")[2].partition("[")[0]
    if field in _MOST and message.startswith("Expected `array` of length"):
        return BadQuery("field_many", field=field, most=_MOST[field])
    if field in _NAMES and not message.startswith("Expected `str` of length"):
        return BadQuery("field_wrong", field=field)
    if field not in _FIELDS and not message.startswith(_WHOLE_BODY):
        # Not the message: it may hold what was asked.
        log.line("WARNING", "a message of msgspec was not understood: was it updated?", question=kind.__name__)
    return _wrong_value(field)


def _wrong_value(field: str) -> BadQuery:
    if field in _COUNTS:
        low, high = _COUNTS[field]
        return BadQuery("field_whole", field=field, low=low, high=high)
    if field == _MARKET:
        return BadQuery("market_wrong")
    if field in FLAGS:
        return BadQuery("field_flag", field=field)
    if field in RANGES:
        reason = "field_whole" if field in WHOLE_FEATURES else "field_range"
        least, most = RANGES[field]
        return BadQuery(reason, field=field, low=f"{least:g}", high=f"{most:.0f}")
    if field in _NAMES:
        return BadQuery("query_long", most=LONGEST_QUERY)
    if field == "format":
        return BadQuery("field_choice", field=field, known=", ".join(FORMATS))
    return BadQuery("field_wrong", field=field) if field else BadQuery("bad_json")


def _known_fields(kind: type[msgspec.Struct], path: str) -> tuple[str, ...]:
    return tuple(RANGES) if path == "features" else kind.__struct_fields__ or ("-",)


def _short(field: str) -> str:
    return field if len(field) <= 40 else field[:40] + "..."
