"""The OpenAPI 3.1 document, from the route table and the message types, so that it cannot say anything else than the code."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import msgspec

from kamerton.features import NAMES
from kamerton.web import messages
from kamerton.web.routes import LONGEST_ARGUMENT, ROUTES, Route

_REF = "#/components/schemas/{name}"
_PATH_PARAMETER = {
    "type": "string",
    "minLength": 1,
    "maxLength": LONGEST_ARGUMENT,
    "pattern": r"^[^/\u0000-\u001F\u007F-\u009F]+$",
}


def openapi_document(server: str) -> dict[str, Any]:
    answers = {route.answer for route in ROUTES} | {route.question for route in ROUTES if route.has_body}
    _, schemas = msgspec.json.schema_components([*_sorted(answers), messages.Problem], ref_template=_REF)
    # The one rule that a struct cannot say, and `service` keeps.
    known = {"type": ["number", "boolean"]}
    schemas["Features"]["anyOf"] = [{"required": [name], "properties": {name: known}} for name in NAMES]
    paths: dict[str, dict[str, Any]] = {}
    for route in ROUTES:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Kamerton",
            "version": "1",
            "summary": "The genre of a track, and the tracks that sound like it",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": server}],
        "paths": paths,
        "components": {"schemas": dict(sorted(schemas.items()))},
    }


def _sorted(types: set[type[msgspec.Struct]]) -> list[type[msgspec.Struct]]:
    return sorted(types, key=lambda kind: kind.__name__)


def _operation(route: Route) -> dict[str, Any]:
    operation: dict[str, Any] = {"operationId": route.name, "summary": route.summary}
    parameters = _path_parameters(route)
    if route.has_body:
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": _reference(route.question)}}}
    else:
        parameters += _query_parameters(route.question)
    if parameters:
        operation["parameters"] = parameters
    operation["responses"] = _responses(route)
    return operation


def _path_parameters(route: Route) -> list[dict[str, Any]]:
    names = [part[1:-1] for part in route.path.split("/") if part.startswith("{")]
    return [{"name": name, "in": "path", "required": True, "schema": _PATH_PARAMETER} for name in names]


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
    answer = {"description": "The answer", "content": {"application/json": {"schema": _reference(route.answer)}}}
    statuses = {error.status for error in route.errors}
    if route.has_body:
        statuses |= {413, 415}
    problem = {"application/problem+json": {"schema": _reference(messages.Problem)}}
    problems = {str(status): {"description": HTTPStatus(status).phrase, "content": problem} for status in sorted(statuses)}
    return {"200": answer, **problems}


def _reference(kind: type[msgspec.Struct]) -> dict[str, str]:
    return {"$ref": _REF.format(name=kind.__name__)}
