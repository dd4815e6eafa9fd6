"""The API as a Postman collection, version 2.1: its calls, made from the OpenAPI document, ready to be sent.

The format: https://schema.postman.com/collection/json/v2.1.0/draft-07/docs/index.html

Public names: postman_collection.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import msgspec

from kamerton.web.api_example import Example

SCHEMA = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
_SERVER = "{{server}}"


def postman_collection(document: Mapping[str, Any], calls: Sequence[Example], server: str) -> dict[str, Any]:
    """`document` is the OpenAPI document; a call that has an example is sent as it says, and holds its answer."""
    examples = {(example.path, example.method.lower()): example for example in calls}
    info = document["info"]
    return {
        "info": {"name": info["title"], "description": info["summary"], "version": info["version"], "schema": SCHEMA},
        "variable": [{"key": "server", "value": server, "type": "string"}],
        "item": [
            _item(document, path, method, operation, examples.get((path, method)))
            for path, operations in document["paths"].items()
            for method, operation in operations.items()
        ],
    }


def _item(
    document: Mapping[str, Any], path: str, method: str, operation: Mapping[str, Any], example: Example | None
) -> dict[str, Any]:
    request = _request(document, path, method, operation, example)
    return {"name": operation["summary"], "request": request, "response": [_response(request, example)] if example else []}


def _request(
    document: Mapping[str, Any], path: str, method: str, operation: Mapping[str, Any], example: Example | None
) -> dict[str, Any]:
    parameters = list(_resolved(document, operation))
    header = [_header(parameter) for parameter in parameters if parameter["in"] == "header"]
    request = {"method": method.upper(), "description": operation["summary"]}
    if example and example.has_body:
        header.append({"key": "Content-Type", "value": "application/json"})
        raw = msgspec.json.format(msgspec.json.encode(example.question)).decode()
        request["body"] = {"mode": "raw", "raw": raw, "options": {"raw": {"language": "json"}}}
    elif "multipart/form-data" in operation.get("requestBody", {}).get("content", {}):
        request["body"] = {"mode": "formdata", "formdata": [{"key": "file", "type": "file", "src": None}]}
    return request | {"header": header, "url": _url(path, parameters, example)}


def _url(path: str, parameters: Sequence[Mapping[str, Any]], example: Example | None) -> dict[str, Any]:
    """Postman writes {id} of a path as :id, and sends a parameter that is disabled only when it is ticked."""
    parts = [f":{part[1:-1]}" if part.startswith("{") else part for part in path.strip("/").split("/")]
    arguments = example.arguments if example else {}
    query = list(_query(parameters, example))
    sent = "&".join(f"{field['key']}={field['value']}" for field in query if not field["disabled"])
    url: dict[str, Any] = {
        "raw": f"{_SERVER}/{'/'.join(parts)}" + (f"?{sent}" if sent else ""),
        "host": [_SERVER],
        "path": parts,
    }
    if query:
        url["query"] = query
    if arguments:
        url["variable"] = [{"key": name, "value": value} for name, value in arguments.items()]
    return url


def _query(parameters: Sequence[Mapping[str, Any]], example: Example | None) -> Iterator[dict[str, Any]]:
    question = example.question if example else {}
    for parameter in parameters:
        if parameter["in"] == "query":
            name = parameter["name"]
            values = question.get(name, parameter["schema"].get("default"))
            for value in values if isinstance(values, list) else [values]:
                described = {"description": parameter.get("description", ""), "disabled": name not in question}
                # Postman encodes spaces and letters, but an & would end the value.
                text = "" if value is None else quote(str(value), safe=" ")
                yield {"key": name, "value": text, **described}


def _header(parameter: Mapping[str, Any]) -> dict[str, Any]:
    value, description = parameter.get("example", ""), parameter.get("description", "")
    return {"key": parameter["name"], "value": value, "description": description, "disabled": True}


def _response(request: Mapping[str, Any], example: Example) -> dict[str, Any]:
    """What was answered when the collection was made."""
    return {
        "name": "Answer",
        "originalRequest": request,
        "status": HTTPStatus(example.status).phrase,
        "code": int(example.status),
        "_postman_previewlanguage": "json",
        "header": [_told(example)],
        "body": msgspec.json.format(example.answer).decode() if example.answer else "",
    }


def _told(example: Example) -> dict[str, str]:
    if example.location:
        return {"key": "Location", "value": example.location}
    return {"key": "Content-Type", "value": "application/json"}


def _resolved(document: Mapping[str, Any], operation: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for parameter in operation["parameters"]:
        reference = parameter.get("$ref")
        yield document["components"]["parameters"][reference.rpartition("/")[2]] if reference else parameter
