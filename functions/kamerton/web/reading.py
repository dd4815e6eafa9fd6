"""From a request to a typed question. Whatever is wrong with it is a `BadQuery` that says which field and what it should be."""

from __future__ import annotations

import re
from typing import TypeVar
from urllib.parse import unquote_to_bytes

import msgspec
from flask import Request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import RequestEntityTooLarge, UnsupportedMediaType

from kamerton.catalog import LONGEST_QUERY
from kamerton.errors import BadQuery
from kamerton.features import RANGES
from kamerton.web.messages import FEWEST_RESULTS, MOST_RESULTS

LARGEST_BODY = 64 * 1024
"""Bytes."""

T = TypeVar("T", bound=msgspec.Struct)

_PLACE = re.compile(r" - at `\$\.?(?P<path>[^`]*)`$")
_QUOTED = re.compile(r"`(?P<field>[^`]*)`")


def query_arguments(request: Request) -> MultiDict[str, str]:
    """The query string's names and values. Raises `BadQuery` when it is not UTF-8, of which werkzeug would make other text."""
    try:
        unquote_to_bytes(request.query_string).decode()
    except UnicodeDecodeError as error:
        raise BadQuery("query_characters") from error
    return request.args


def read_query(request: Request, kind: type[T]) -> T:
    """The query string as a `kind`; numbers are read from their digits."""
    arguments = query_arguments(request)
    for field, values in arguments.lists():
        if len(values) > 1:
            raise BadQuery("field_repeated", field=_short(field))
    try:
        return msgspec.convert(arguments.to_dict(), kind, strict=False)
    except msgspec.ValidationError as error:
        raise _bad_field(str(error), kind) from error


def read_body(request: Request, kind: type[T]) -> T:
    """The JSON body as a `kind`. Raises `UnsupportedMediaType` for another content type, `RequestEntityTooLarge`."""
    if request.mimetype != "application/json":
        raise UnsupportedMediaType
    if len(data := request.get_data()) > LARGEST_BODY:
        raise RequestEntityTooLarge
    try:
        return msgspec.json.decode(data, type=kind)
    except msgspec.ValidationError as error:
        raise _bad_field(str(error), kind) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadQuery("bad_json") from error


def _bad_field(message: str, kind: type[msgspec.Struct]) -> BadQuery:
    """msgspec's message, which is English and for programmers, as one of our sentences."""
    place = _PLACE.search(message)
    path = place["path"] if place else ""
    quoted = _QUOTED.search(message)
    if message.startswith("Object contains unknown field") and quoted:
        return BadQuery("field_unknown", field=_short(quoted["field"]), known=", ".join(_known_fields(kind, path)))
    if message.startswith("Object missing required field") and quoted:
        return BadQuery("field_missing", field=quoted["field"])
    field = path.rpartition(".")[2]
    if field in ("limit", "artist_cap"):
        return BadQuery("field_whole", field=field, low=FEWEST_RESULTS, high=MOST_RESULTS)
    if field in RANGES:
        low, high = RANGES[field]
        return BadQuery("field_range", field=field, low=f"{low:g}", high=f"{high:.0f}")
    if field in ("track", "q"):
        return BadQuery("field_length", field=field, high=LONGEST_QUERY)
    return BadQuery("field_wrong", field=field) if field else BadQuery("bad_json")


def _known_fields(kind: type[msgspec.Struct], path: str) -> tuple[str, ...]:
    return tuple(RANGES) if path == "features" else kind.__struct_fields__ or ("-",)


def _short(field: str) -> str:
    return field if len(field) <= 40 else field[:40] + "..."
