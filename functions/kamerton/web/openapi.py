"""The OpenAPI 3.1 document, made from the route table and the message types, so that it cannot differ from the code."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

import msgspec

from kamerton.http.problems import Problem
from kamerton.texts import DEFAULT_LANGUAGE, LANGUAGES
from kamerton.web.route import LONGEST_ARGUMENT, Route
from kamerton.web.routes import ROUTES

_REF = "#/components/schemas/{name}"
# As in a name: no control characters, no U+FFFD, and not spaces alone; and no slash, which would end the path's part.
_PLAIN = r"[^/\u0000-\u001F\u007F-\u009F\uFFFD]"
_PATH_PARAMETER = {
    "type": "string",
    "minLength": 1,
    "maxLength": LONGEST_ARGUMENT,
    "pattern": rf"^{_PLAIN}*{_PLAIN[:-1]}\s]{_PLAIN}*$",
}

_STRING = {"type": "string"}
_FILE = {
    "type": "object",
    "required": ["file"],
    "properties": {"file": {"type": "string", "contentMediaType": "application/octet-stream"}},
}
_PICTURES = ("image/jpeg", "image/png", "image/webp", "image/gif")
_HEADERS = {
    "Allow": {"description": "The methods that the address takes", "required": True, "schema": _STRING},
    "Cache-Control": {"description": "How long the answer may be kept", "required": True, "schema": _STRING},
    "Content-Language": {
        "description": "The language of the sentences",
        "required": True,
        "schema": {"type": "string", "enum": list(LANGUAGES)},
    },
    "ETag": {"description": "Changes when the answer may have changed", "required": True, "schema": _STRING},
    "Location": {"description": "Where it is", "required": True, "schema": {"type": "string", "format": "uri"}},
    "Retry-After": {"description": "Seconds to wait before the next try", "required": True, "schema": {"type": "integer"}},
}
_PROBLEM_HEADERS = {405: ("Allow",), 429: ("Retry-After",), 503: ("Retry-After",)}
_REQUEST_HEADERS = {
    "Accept-Language": {
        "name": "Accept-Language",
        "in": "header",
        "description": f"The language of the sentences: {' or '.join(LANGUAGES)}; {DEFAULT_LANGUAGE} for others.",
        "schema": _STRING,
        "example": LANGUAGES[-1],
    },
    "If-None-Match": {
        "name": "If-None-Match",
        "in": "header",
        "description": "The ETag of an answer that is held already; it is not sent again while it holds.",
        "schema": _STRING,
    },
}


def openapi_document(server: str) -> dict[str, Any]:
    answers = {route.answer for route in ROUTES if not (route.redirects or route.is_picture)} | {
        route.question for route in ROUTES if route.has_body
    }
    _, schemas = msgspec.json.schema_components([*_sorted(answers), Problem], ref_template=_REF)
    paths: dict[str, dict[str, Any]] = {}
    for route in ROUTES:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route)
    paths["/openapi.json"] = {"get": _own_operation()}
    document = {
        "openapi": "3.1.0",
        "info": {
            "title": "Kamerton",
            "version": "1",
            "summary": "The genre of a track, and the tracks that sound like it",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": server}],
        "paths": paths,
        "components": {"schemas": dict(sorted(schemas.items())), "headers": _HEADERS, "parameters": _REQUEST_HEADERS},
    }
    # Tuples, such as defaults, become lists.
    plain: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(document))
    return plain


def _sorted(types: set[type[msgspec.Struct]]) -> list[type[msgspec.Struct]]:
    return sorted(types, key=lambda kind: kind.__name__)


def _operation(route: Route) -> dict[str, Any]:
    operation: dict[str, Any] = {"operationId": route.name, "summary": route.summary}
    parameters = _path_parameters(route)
    if route.has_body:
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": _reference(route.question)}}}
    elif route.takes_file:
        operation["requestBody"] = {"required": True, "content": {"multipart/form-data": {"schema": _FILE}}}
        parameters += _query_parameters(route.question)
    else:
        parameters += _query_parameters(route.question)
    names = ["Accept-Language", *(["If-None-Match"] if route.cached else [])]
    operation["parameters"] = parameters + _references("parameters", names)
    operation["responses"] = _responses(route)
    return operation


def _own_operation() -> dict[str, Any]:
    """The document itself, which needs no release and so is no route of the table."""
    answer = _response("The answer", ["Cache-Control", "ETag"], {"application/json": {"schema": {"type": "object"}}})
    return {
        "operationId": "openapi",
        "summary": "This document",
        "parameters": _references("parameters", ["If-None-Match"]),
        "responses": {"200": answer, "304": _not_modified(), "405": _problem(405)},
    }


def _path_parameters(route: Route) -> list[dict[str, Any]]:
    schemas = {name: {"type": "string", "enum": list(values)} for name, values in route.choices.items()}
    names = route.arguments
    return [{"name": name, "in": "path", "required": True, "schema": schemas.get(name, _PATH_PARAMETER)} for name in names]


def _query_parameters(question: type[msgspec.Struct]) -> list[dict[str, Any]]:
    schema = msgspec.json.schema_components([question])[1].get(question.__name__, {})
    required = schema.get("required", [])
    return [_query_parameter(name, value, name in required) for name, value in schema.get("properties", {}).items()]


def _query_parameter(name: str, schema: dict[str, Any], required: bool) -> dict[str, Any]:
    schema = dict(schema)
    parameter = {"name": name, "in": "query", "required": required, "schema": schema}
    if description := schema.pop("description", None):
        parameter["description"] = description
    return parameter


def _responses(route: Route) -> dict[str, Any]:
    headers = ["Cache-Control", "Content-Language", *(["ETag"] if route.cached else [])]
    if route.redirects:
        answers = {"302": _response("It is there", [*headers, "Location"])}
    elif route.is_picture:
        answers = {"200": _response("The picture", headers, {kind: {} for kind in _PICTURES})}
    else:
        answers = {"200": _response("The answer", headers, _forms(route))}
    statuses = {405, 414} | {error.status for error in route.errors} | ({413, 415} if route.has_body else set())
    not_modified = {"304": _not_modified()} if route.cached else {}
    return {**answers, **not_modified, **{str(status): _problem(status) for status in sorted(statuses)}}


def _forms(route: Route) -> dict[str, Any]:
    """The content of an answer, in each form that it may have."""
    exports = {export.mimetype: {"schema": _STRING} for export in route.exports.values()}
    return {"application/json": {"schema": _reference(route.answer)}, **exports}


def _not_modified() -> dict[str, Any]:
    return _response("What is held already holds", ["Cache-Control", "ETag"])


def _problem(status: int) -> dict[str, Any]:
    headers = ["Cache-Control", "Content-Language", *_PROBLEM_HEADERS.get(status, ())]
    content = {"application/problem+json": {"schema": _reference(Problem)}}
    return _response(HTTPStatus(status).phrase, headers, content)


def _response(description: str, headers: Sequence[str], content: dict[str, Any] | None = None) -> dict[str, Any]:
    response = {"description": description, "headers": dict(zip(headers, _references("headers", headers), strict=True))}
    return response | ({"content": content} if content else {})


def _references(kind: str, names: Sequence[str]) -> list[dict[str, str]]:
    return [{"$ref": f"#/components/{kind}/{name}"} for name in names]


def _reference(kind: type[msgspec.Struct]) -> dict[str, str]:
    return {"$ref": _REF.format(name=kind.__name__)}
