"""What a JSON schema allows, in words: "a whole number from 1 to 50".

Public names: Fact, facts, type_words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from kamerton import texts

Schema = Mapping[str, Any]

_MOST_NAMED = 12
_FEW_NAMED = 3


class Fact(Struct, frozen=True):
    """A parameter or a field; `place` is where a parameter stands: query, path or header."""

    name: str
    place: str
    type: str
    required: bool
    description: str


def facts(document: Mapping[str, Any], operation: Schema, language: str) -> list[Fact]:
    """The parameters of a call."""
    return [_fact(_resolved(document, parameter), language) for parameter in operation["parameters"]]


def _fact(parameter: Schema, language: str) -> Fact:
    schema = parameter["schema"]
    words = type_words(schema, language)
    if "default" in schema:
        words += texts.schema_text("default", language, value=schema["default"])
    description = texts.document_text(parameter.get("description", ""), language)
    return Fact(parameter["name"], parameter["in"], words, parameter.get("required", False), description)


def _resolved(document: Mapping[str, Any], parameter: Schema) -> Schema:
    reference = parameter.get("$ref")
    found: Schema = document["components"]["parameters"][reference.rpartition("/")[2]] if reference else parameter
    return found


def type_words(schema: Schema, language: str) -> str:
    """Without what no person needs to know, such as patterns. The name of a type that has one stands for it."""
    if "$ref" in schema:
        return str(schema["$ref"].rpartition("/")[2])
    if "anyOf" in schema:
        return texts.schema_text("or", language).join(type_words(each, language) for each in schema["anyOf"])
    if "enum" in schema:
        return _choice([str(each) for each in schema["enum"]], language)
    if schema.get("type") == "array":
        return texts.schema_text("array", language, items=type_words(schema["items"], language))
    kind = "integer" if schema.get("multipleOf") == 1 else schema.get("type", "object")
    return texts.schema_text(kind, language) + _bounds(schema, language)


def _choice(values: Sequence[str], language: str) -> str:
    """Of many only a few are named, and how many there are."""
    if len(values) <= _MOST_NAMED:
        return texts.schema_text("or", language).join(values)
    return texts.schema_text("choice", language, some=", ".join(values[:_FEW_NAMED]), n=len(values))


def _bounds(schema: Schema, language: str) -> str:
    if "minimum" in schema and "maximum" in schema:
        low, high = (f"{schema[name]:.12g}" for name in ("minimum", "maximum"))
        return texts.schema_text("range", language, low=low, high=high)
    if "maxLength" in schema:
        return texts.schema_text("length", language, most=schema["maxLength"])
    return ""
