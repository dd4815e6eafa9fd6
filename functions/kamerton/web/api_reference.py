"""The reference of the API for people, and its Postman collection: made from the OpenAPI document, with real answers.

Both are in English, as the document is, whatever the reader's language.

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

from kamerton.http.public_links import server_address
from kamerton.release.release import Release
from kamerton.service.kamerton import Kamerton
from kamerton.settings import Settings
from kamerton.texts import DEFAULT_LANGUAGE
from kamerton.web.api_example import Example
from kamerton.web.api_examples import examples
from kamerton.web.openapi import openapi_document
from kamerton.web.postman import postman_collection
from kamerton.web.release_response import answer_from_release
from kamerton.web.rendering import render
from kamerton.web.schema_text import Fact, facts, type_words

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

    def docs() -> Response:
        server = server_address()

        def make(release: Release, language: str) -> Response:
            document = openapi_document(server)
            calls = list(_calls(document, examples(kamerton, release, language, g.deadline), server))
            html = render("docs.html", language, server=server, calls=calls, kinds=_kinds(document))
            return Response(html, mimetype="text/html")

        return answer_from_release(kamerton, settings, ["/docs", server], make, only_language=DEFAULT_LANGUAGE)

    def postman() -> Response:
        server = server_address()

        def make(release: Release, language: str) -> Response:
            answered = examples(kamerton, release, language, g.deadline)
            collection = postman_collection(openapi_document(server), answered, server)
            response = Response(msgspec.json.encode(collection), mimetype="application/json")
            response.headers["Content-Disposition"] = 'attachment; filename="kamerton.postman_collection.json"'
            return response

        return answer_from_release(kamerton, settings, ["/postman.json", server], make, only_language=DEFAULT_LANGUAGE)

    return {"/docs": docs, "/postman.json": postman}


def _calls(document: Mapping[str, Any], answered: list[Example], server: str) -> Iterator[Documented]:
    by_place = {(example.path, example.method.lower()): example for example in answered}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            yield _documented(document, path, method, operation, by_place.get((path, method)), server)


def _documented(
    document: Mapping[str, Any],
    path: str,
    method: str,
    operation: Mapping[str, Any],
    example: Example | None,
    server: str,
) -> Documented:
    file = " --form file=@song.mp3" if "multipart/form-data" in operation.get("requestBody", {}).get("content", {}) else ""
    shown = (f"curl{file} {shlex.quote(server + path)}", "", "")
    if example:
        status = f"{int(example.status)} {HTTPStatus(example.status).phrase}"
        shown = (_curl(example, server), status, _shown(example))
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    return Documented(
        operation["operationId"],
        method.upper(),
        path,
        operation["summary"],
        facts(document, operation),
        type_words(body) if body else "",
        [(status, response["description"]) for status, response in operation["responses"].items()],
        *shown,
    )


def _shown(example: Example) -> str | Markup:
    return f"Location: {example.location}" if example.location else coloured(compact(msgspec.json.decode(example.answer)))


def _curl(example: Example, server: str) -> str:
    address = shlex.quote(server + example.address)
    if example.location:
        return f"curl --include {address}"
    if not example.has_body:
        return f"curl {address}" if example.method.upper() == "GET" else f"curl --request {example.method.upper()} {address}"
    body = shlex.quote(compact(example.question))
    return f"curl {address} \\\n  --header 'Content-Type: application/json' \\\n  --data {body}"


def _kinds(document: Mapping[str, Any]) -> Iterator[tuple[str, str, list[Fact]]]:
    """Each type with what it is and its fields."""
    for name, schema in document["components"]["schemas"].items():
        description = " ".join(schema.get("description", "").split())
        required = schema.get("required", [])
        fields = [
            Fact(field, "", type_words(kind), field in required, " ".join(kind.get("description", "").split()))
            for field, kind in schema.get("properties", {}).items()
        ]
        yield name, description, fields


def compact(value: Any, indent: str = "") -> str:
    """JSON with a line for each value that fits into one, as a person would write it."""
    line = msgspec.json.encode(value).decode()
    if not isinstance(value, (dict, list)) or not value:
        return line
    spaced = msgspec.json.format(line, indent=0).replace("\n", " ").strip()
    if len(indent) + len(spaced) <= _WIDEST and not _nested(value):
        return spaced
    deeper = indent + "  "
    if isinstance(value, list):
        lines = [f"{deeper}{compact(item, deeper)}" for item in value]
        return "[\n" + ",\n".join(lines) + f"\n{indent}]"
    lines = [f"{deeper}{msgspec.json.encode(name).decode()}: {compact(item, deeper)}" for name, item in value.items()]
    return "{\n" + ",\n".join(lines) + f"\n{indent}}}"


def _nested(value: Any) -> bool:
    """Whether an item of the list or object is itself a list or object with items."""
    items = value.values() if isinstance(value, dict) else value
    return any(isinstance(item, (dict, list)) and item for item in items)


def coloured(json: str) -> Markup:
    """JSON with its keys, texts and numbers told apart."""
    parts, end = [], 0
    for token in _TOKENS.finditer(json):
        parts.append(escape(json[end : token.start()]))
        parts.append(Markup('<span class="json-{}">{}</span>').format(token.lastgroup, token[0]))
        end = token.end()
    return Markup("").join([*parts, escape(json[end:])])
