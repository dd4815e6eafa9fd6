"""The reference of the API for people, and its Postman collection: both made from the OpenAPI document, with real answers.

Public names: docs_views.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator, Mapping
from http import HTTPStatus
from typing import Any

import msgspec
from flask import Response, g
from markupsafe import Markup, escape
from msgspec import Struct

from kamerton import texts
from kamerton.release.release import Release
from kamerton.service.kamerton import Kamerton
from kamerton.settings import Settings
from kamerton.web.api_example import Example
from kamerton.web.api_examples import examples
from kamerton.web.openapi import openapi_document
from kamerton.web.postman import postman_collection
from kamerton.web.release_response import answer_from_release
from kamerton.web.rendering import render
from kamerton.web.schema_text import Fact, facts, type_words

_HERE = "http://localhost:8080"
"""Where the README serves it: the address that was asked is a proxy's word, or whatever the asker wrote."""

_WIDEST = 92
_TOKENS = re.compile(
    r'(?P<key>"(?:[^"\\]|\\.)*")(?=\s*:)|(?P<text>"(?:[^"\\]|\\.)*")|(?P<number>-?\d[\d.eE+-]*|true|false|null)'
)


class Documented(Struct, frozen=True):
    """One call, as the page shows it. `curl` and `answer` are empty for a call without an example."""

    name: str
    method: str
    path: str
    summary: str
    parameters: list[Fact]
    body: str
    outcomes: list[tuple[str, str]]
    curl: str = ""
    status: str = ""
    answer: str | Markup = ""


def docs_views(kamerton: Kamerton, settings: Settings) -> dict[str, Callable[[], Response]]:
    """The views by their addresses."""
    server = settings.public_url or _HERE

    def docs() -> Response:
        def make(release: Release, language: str) -> Response:
            found = examples(kamerton, release, language, g.deadline)
            document = openapi_document(server)
            html = render(
                "docs.html",
                language,
                words=texts.docs_texts(language),
                server=server,
                calls=list(_calls(document, found, server, language)),
                kinds=_kinds(document, language),
            )
            return Response(html, mimetype="text/html")

        return answer_from_release(kamerton, settings, ["/docs"], make)

    def postman() -> Response:
        def make(release: Release, language: str) -> Response:
            found = examples(kamerton, release, language, g.deadline)
            collection = postman_collection(openapi_document(server), found, server)
            response = Response(msgspec.json.encode(collection), mimetype="application/json")
            response.headers["Content-Disposition"] = 'attachment; filename="kamerton.postman_collection.json"'
            return response

        return answer_from_release(kamerton, settings, ["/postman.json"], make)

    return {"/docs": docs, "/postman.json": postman}


def _calls(document: Mapping[str, Any], found: list[Example], server: str, language: str) -> Iterator[Documented]:
    by_place = {(example.path, example.method.lower()): example for example in found}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            yield _documented(document, path, method, operation, by_place.get((path, method)), server, language)


def _documented(
    document: Mapping[str, Any],
    path: str,
    method: str,
    operation: Mapping[str, Any],
    example: Example | None,
    server: str,
    language: str,
) -> Documented:
    shown = (f"curl {shlex.quote(server + path)}", "", "")
    if example:
        status = f"{int(example.status)} {HTTPStatus(example.status).phrase}"
        shown = (_curl(example, server), status, _shown(example))
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    return Documented(
        operation["operationId"],
        method.upper(),
        path,
        texts.document_text(operation["summary"], language),
        facts(document, operation, language),
        type_words(body, language) if body else "",
        [(status, texts.document_text(each["description"], language)) for status, each in operation["responses"].items()],
        *shown,
    )


def _shown(example: Example) -> str | Markup:
    return f"Location: {example.location}" if example.location else coloured(compact(msgspec.json.decode(example.answer)))


def _curl(example: Example, server: str) -> str:
    address = shlex.quote(server + example.address)
    if example.location:
        return f"curl --include {address}"
    if not example.has_body:
        return f"curl {address}"
    body = shlex.quote(compact(example.question))
    return f"curl {address} \\\n  --header 'Content-Type: application/json' \\\n  --data {body}"


def _kinds(document: Mapping[str, Any], language: str) -> Iterator[tuple[str, str, list[Fact]]]:
    """Each type with what it is and its fields."""
    for name, schema in document["components"]["schemas"].items():
        description = texts.document_text(" ".join(schema.get("description", "").split()), language)
        required = schema.get("required", [])
        fields = [
            Fact(field, "", type_words(kind, language), field in required, "")
            for field, kind in schema.get("properties", {}).items()
        ]
        yield name, description, fields


def compact(value: Any, indent: str = "") -> str:
    """JSON with a line for each thing that fits into one, as a person would write it."""
    line = msgspec.json.encode(value).decode()
    if not isinstance(value, (dict, list)) or not value:
        return line
    spaced = msgspec.json.format(line, indent=0).replace("\n", " ").strip()
    if len(indent) + len(spaced) <= _WIDEST and not _nested(value):
        return spaced
    deeper = indent + "  "
    if isinstance(value, list):
        inside = [f"{deeper}{compact(each, deeper)}" for each in value]
        return "[\n" + ",\n".join(inside) + f"\n{indent}]"
    inside = [f"{deeper}{msgspec.json.encode(name).decode()}: {compact(each, deeper)}" for name, each in value.items()]
    return "{\n" + ",\n".join(inside) + f"\n{indent}}}"


def _nested(value: Any) -> bool:
    """Whether there are things in the things that are in it."""
    inside = value.values() if isinstance(value, dict) else value
    return any(isinstance(each, (dict, list)) and each for each in inside)


def coloured(json: str) -> Markup:
    """JSON with its keys, texts and numbers told apart."""
    parts, end = [], 0
    for token in _TOKENS.finditer(json):
        parts.append(escape(json[end : token.start()]))
        parts.append(Markup('<span class="json-{}">{}</span>').format(token.lastgroup, token[0]))
        end = token.end()
    return Markup("").join([*parts, escape(json[end:])])
