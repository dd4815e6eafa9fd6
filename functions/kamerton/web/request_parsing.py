"""From a request to a typed question. A request that is wrong is a `BadQuery`, which says which field and what it should be.

Fields are read one by one, each as the type that the question declares, so that it is known which one is wrong; what the
sentence says of its bounds comes from that type.

Public names: read_query, read_body, query_arguments, is_awaited, is_unasked, LARGEST_BODY.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cache
from typing import Annotated, Any, Literal, TypeVar, get_args, get_origin
from urllib.parse import unquote_to_bytes

import msgspec
from flask import Request
from msgspec import Raw, Struct
from msgspec.structs import FieldInfo
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import RequestEntityTooLarge, UnsupportedMediaType

from kamerton.errors import BadQuery
from kamerton.matching.typed_name import LONGEST_QUERY
from kamerton.web.messages import NoQuery

LARGEST_BODY = 64 * 1024
"""Bytes."""

T = TypeVar("T", bound=Struct)
V = TypeVar("V")

_MARKET = "market"
# As in "prefetch;prerender".
_PREFETCH = re.compile(r"(?:^|[;,\s])prefetch(?:[;,\s]|$)", re.IGNORECASE)


def is_awaited(request: Request) -> bool:
    """Whether somebody waits for the answer: not for its head alone, and not in case that they will."""
    return request.method != "HEAD" and not _is_prefetched(request)


def is_unasked(request: Request) -> bool:
    """Whether nobody has clicked for this: a page of another site embeds it as a picture or a script, or a browser fetches it
    in case that somebody will. It is worth no call of a service outside."""
    embedded = (request.headers.get("Sec-Fetch-Site"), request.headers.get("Sec-Fetch-Mode")) == ("cross-site", "no-cors")
    return embedded or _is_prefetched(request)


def _is_prefetched(request: Request) -> bool:
    purpose = f"{request.headers.get('Sec-Purpose', '')};{request.headers.get('Purpose', '')}"
    return _PREFETCH.search(purpose) is not None


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
    several = _several_values(kind)
    for name, values in arguments.lists():
        if len(values) > 1 and name not in several:
            raise BadQuery("field_repeated", field=_short(name))
    fields = {name: values if name in several else values[0] for name, values in arguments.lists()}
    return _built(kind, fields, _from_text)


def read_body(request: Request, kind: type[T]) -> T:
    """The JSON body as a `kind`, beside which no query string is taken.

    Raises `UnsupportedMediaType` for another content type, `RequestEntityTooLarge`.
    """
    read_query(request, NoQuery)
    if request.mimetype != "application/json":
        raise UnsupportedMediaType
    if len(data := request.get_data()) > LARGEST_BODY:
        raise RequestEntityTooLarge
    try:
        fields = msgspec.json.decode(data, type=dict[str, Raw])
        return _built(kind, fields, _from_json)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _bad_json(data) from error


class _WrongValue(Exception):
    """`value` is of the wrong type, or out of its bounds."""

    def __init__(self, value: object) -> None:
        super().__init__()
        self.value = value


def _built(kind: type[T], values: Mapping[str, V], convert: Callable[[V, Any], Any]) -> T:
    fields = _fields(kind)
    converted = {}
    for name, value in values.items():
        if name not in fields:
            raise BadQuery("field_unknown", field=_short(name), known=", ".join(fields) or "-")
        try:
            converted[name] = convert(value, fields[name].type)
        except _WrongValue as error:
            raise _wrong_value(name, fields[name].type, error.value) from error
    for name, field in fields.items():
        if name not in converted and field.required:
            raise BadQuery("field_missing", field=name)
    return kind(**converted)


def _from_text(value: str | list[str], kind: Any) -> Any:
    # msgspec takes 1e1 and 5.0 for whole numbers, too.
    if _is_whole_number(kind) and not (isinstance(value, str) and value.isascii() and value.isdigit()):
        raise _WrongValue(value)
    if isinstance(value, str) and value.startswith((" ", "+")) and _has_type(kind, "FloatType"):
        # A plus sign in an address stands for a space.
        value = value[1:]
    try:
        return msgspec.convert(value, kind, strict=False)
    except msgspec.ValidationError as error:
        raise _WrongValue(value) from error


def _from_json(raw: Raw, kind: Any) -> Any:
    plain = get_args(kind)[0] if get_origin(kind) is Annotated else kind
    if isinstance(plain, type) and issubclass(plain, Struct):
        try:
            return _built(plain, msgspec.json.decode(raw, type=dict[str, Raw]), _from_json)
        except msgspec.ValidationError as error:
            raise _WrongValue(None) from error
    try:
        return msgspec.json.decode(raw, type=kind)
    except msgspec.ValidationError as error:
        value = _decoded(raw)
        # In JSON 10.0 is a whole number, too, as some programs write it.
        if isinstance(value, float) and value.is_integer() and _is_whole_number(kind):
            return _from_json(Raw(str(int(value)).encode()), kind)
        raise _WrongValue(value) from error


def _decoded(raw: Raw) -> Any:
    """The value of any type; None for a number that is out of range."""
    try:
        return msgspec.json.decode(raw)
    except msgspec.ValidationError:
        return None


def _bad_json(data: bytes) -> BadQuery:
    """Other programs write NaN and Infinity, which JSON does not have and the standard library can find."""
    constants: list[str] = []
    with suppress(ValueError, RecursionError):
        json.loads(data, parse_constant=constants.append)
    return BadQuery("not_finite" if constants else "bad_json")


def _wrong_value(name: str, kind: Any, value: object) -> BadQuery:
    """The sentence about the field, with the bounds of its type."""
    # Imported here: a right question needs none of it.
    from msgspec import inspect

    if name == _MARKET:
        return BadQuery("market_wrong")
    types = _alternatives(kind)
    for info in types:
        if isinstance(info, inspect.IntType):
            return BadQuery("field_whole", field=name, low=info.ge, high=info.le)
        if isinstance(info, inspect.FloatType):
            return _wrong_number(name, info, is_flag=any(isinstance(other, inspect.BoolType) for other in types))
        if isinstance(info, inspect.LiteralType):
            return BadQuery("field_choice", field=name, known=", ".join(_literals(kind)))
        if isinstance(info, inspect.VarTupleType) and isinstance(value, list):
            return _wrong_list(name, info, value)
        if isinstance(info, inspect.StrType) and _is_too_long(value):
            return BadQuery("query_long", most=LONGEST_QUERY)
    return BadQuery("field_wrong", field=name)


def _wrong_number(name: str, info: Any, is_flag: bool) -> BadQuery:
    if is_flag:
        return BadQuery("field_flag", field=name)
    reason = "field_whole" if info.multiple_of == 1 else "field_range"
    return BadQuery(reason, field=name, low=f"{info.ge:g}", high=f"{info.le:.12g}")


def _wrong_list(name: str, info: Any, values: list[object]) -> BadQuery:
    if info.max_length is not None and len(values) > info.max_length:
        return BadQuery("field_many", field=name, most=info.max_length)
    # The first value that is wrong.
    wrong = next((value for value in values if not isinstance(value, str) or _is_too_long(value)), None)
    return BadQuery("query_long", most=LONGEST_QUERY) if _is_too_long(wrong) else BadQuery("field_wrong", field=name)


def _is_too_long(value: object) -> bool:
    return isinstance(value, str) and len(value) > LONGEST_QUERY


def _literals(kind: Any) -> list[str]:
    """The values of a `Literal`, as it is written: msgspec sorts them."""
    if get_origin(kind) is Literal:
        return [*get_args(kind)]
    return [value for part in get_args(kind) for value in _literals(part)]


def _alternatives(kind: Any) -> list[Any]:
    """What msgspec knows of the types of a union, or of the one type."""
    from msgspec import inspect

    info = inspect.type_info(kind)
    types = info.types if isinstance(info, inspect.UnionType) else (info,)
    return [part.type if isinstance(part, inspect.Metadata) else part for part in types]


@cache
def _fields(kind: type[Struct]) -> dict[str, FieldInfo]:
    return {field.name: field for field in msgspec.structs.fields(kind)}


@cache
def _several_values(kind: type[Struct]) -> frozenset[str]:
    """The fields that may be given more than once."""
    schema = msgspec.json.schema_components([kind])[1].get(kind.__name__, {})
    return frozenset(name for name, field in schema.get("properties", {}).items() if field.get("type") == "array")


@cache
def _is_whole_number(kind: Any) -> bool:
    return _has_type(kind, "IntType")


def _has_type(kind: Any, name: str) -> bool:
    """Whether it is, or may be, of a type that `msgspec.inspect` calls so."""
    return any(type(info).__name__ == name for info in _alternatives(kind))


def _short(name: str) -> str:
    return name if len(name) <= 40 else name[:40] + "..."
