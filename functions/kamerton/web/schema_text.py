"""What a JSON schema allows, in English: "a whole number from 1 to 50".

Public names: Fact, facts, type_words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

Schema = Mapping[str, Any]

_MOST_NAMED = 12
_FEW_NAMED = 3
_OR = ", or "

_TYPES = {
    "integer": "a whole number",
    "number": "a number",
    "string": "text",
    "boolean": "true or false",
    "null": "null",
    "object": "an object",
}


class Fact(Struct, frozen=True):
    """A parameter or a field; `place` is where a parameter stands: query, path or header."""

    name: str
    place: str
    type: str
    required: bool
    description: str


def facts(document: Mapping[str, Any], operation: Schema) -> list[Fact]:
    """The parameters of a call."""
    return [_fact(_resolved(document, parameter)) for parameter in operation["parameters"]]


def _fact(parameter: Schema) -> Fact:
    schema = parameter["schema"]
    words = type_words(schema)
    if "default" in schema:
        words += f"; {schema['default']} if not given"
    description = parameter.get("description", "")
    return Fact(parameter["name"], parameter["in"], words, parameter.get("required", False), description)


def _resolved(document: Mapping[str, Any], parameter: Schema) -> Schema:
    reference = parameter.get("$ref")
    resolved: Schema = document["components"]["parameters"][reference.rpartition("/")[2]] if reference else parameter
    return resolved


def type_words(schema: Schema) -> str:
    """The type without what no person needs to know, such as patterns. A type that has a name is called by it."""
    if "$ref" in schema:
        return str(schema["$ref"].rpartition("/")[2])
    if "anyOf" in schema:
        return _OR.join(type_words(option) for option in schema["anyOf"])
    if "enum" in schema:
        return _choice([str(value) for value in schema["enum"]])
    if schema.get("type") == "array":
        return f"a list of: {type_words(schema['items'])}"
    kind = "integer" if schema.get("multipleOf") == 1 else schema.get("type", "object")
    return _TYPES[kind] + _bounds(schema)


def _choice(values: Sequence[str]) -> str:
    """Of many values only a few are named, with the number of all."""
    if len(values) <= _MOST_NAMED:
        return _OR.join(values)
    return f"one of {len(values)}: {', '.join(values[:_FEW_NAMED])}, ..."


def _bounds(schema: Schema) -> str:
    if "minimum" in schema and "maximum" in schema:
        return " from {minimum:.12g} to {maximum:.12g}".format_map(schema)
    if "maxLength" in schema:
        return f", {schema['maxLength']} characters at most"
    return ""
