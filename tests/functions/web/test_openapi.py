"""The API against the document that it gives of itself."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

import pytest
import schemathesis
from functions_framework import create_app
from openapi_spec_validator import OpenAPIV31SpecValidator
from schemathesis.config import SchemathesisConfig
from werkzeug.test import Client, TestResponse

from kamerton.web.openapi import openapi_document
from kamerton.web.routes import ROUTES
from tests.functions.web.conftest import MAIN, LoggedSite

CONFIG = {
    "generation": {"deterministic": True, "max-examples": 100, "database": "none"},
    # 414: names that are long together, right or wrong. 422: a link may be to a track that the catalog lacks.
    "checks": {
        "positive_data_acceptance": {"expected-statuses": ["2xx", "302", "404", "414", "422"]},
        "negative_data_rejection": {"expected-statuses": ["400", "404", "405", "414", "415", "422"]},
    },
}
DOCUMENT = openapi_document("/")

# The client that sends its files leaves them open; tests/functions/web/test_sound.py sends worse ones.
api = schemathesis.openapi.from_dict(DOCUMENT, config=SchemathesisConfig.from_dict(CONFIG)).exclude(path="/api/v1/audio")
# Builds nothing real before the first request, and by then the fixture `function` has set the bucket.
api.app = create_app("http_api", str(MAIN))


@pytest.mark.usefixtures("function")
@api.parametrize()
def test_the_api_is_as_its_document_says(case: schemathesis.Case) -> None:
    if "%0A" in case.formatted_path:
        # The framework finds no function for an address with a line break, and answers 404 with a page of its own.
        return
    # Not packed: schemathesis takes gzip for broken text when it calls an application without a network.
    case.call_and_validate(headers={"Accept-Encoding": "identity"})


def test_the_document_is_valid_openapi() -> None:
    OpenAPIV31SpecValidator(DOCUMENT).validate()


def test_the_function_serves_the_document(client: Client) -> None:
    response = client.get("/openapi.json")
    assert response.content_type == "application/json"
    assert response.json == DOCUMENT


def test_the_document_is_the_same_whatever_host_was_asked(client: Client) -> None:
    asked = client.get("/openapi.json", headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"})
    assert asked.json["servers"] == [{"url": "/"}]


def test_the_document_names_the_public_address(small_bucket_url: str) -> None:
    site = LoggedSite({"KAMERTON_BUCKET": small_bucket_url, "KAMERTON_PUBLIC_URL": "https://kamerton.example/api/"})
    assert site.get("/openapi.json").json["servers"] == [{"url": "https://kamerton.example/api"}]


def test_every_route_is_in_the_document() -> None:
    described = {(method.upper(), path) for path, operations in DOCUMENT["paths"].items() for method in operations}
    assert described == {(route.method, route.path) for route in ROUTES} | {("GET", "/openapi.json")}


def test_every_answer_and_problem_of_a_route_is_described() -> None:
    for route in ROUTES:
        responses = DOCUMENT["paths"][route.path][route.method.lower()]["responses"]
        answer = "302" if route.redirects else "200"
        assert {answer, "405", "414"} | {str(error.status) for error in route.errors} <= set(responses)
        assert ("304" in responses) == route.cached
        for status, response in responses.items():
            forms = {"application/json", *(export.mimetype for export in route.exports.values())}
            if route.is_picture:
                forms = {"image/jpeg", "image/png", "image/webp", "image/gif"}
            kinds = {"200": forms, "302": set(), "304": set()}.get(status, {"application/problem+json"})
            assert set(response.get("content", ())) == kinds


def headers(response: TestResponse, operation: dict[str, Any]) -> set[str]:
    """The headers that the document promises for such an answer."""
    return set(operation["responses"][str(response.status_code)]["headers"])


def test_the_headers_of_every_kind_of_answer_are_described(client: Client, empty_site: LoggedSite) -> None:
    operation = DOCUMENT["paths"]["/api/v1/genres"]["get"]
    answer = client.get("/api/v1/genres")
    held = client.get("/api/v1/genres", headers={"If-None-Match": answer.headers["ETag"]})
    wrong, soon = client.delete("/api/v1/genres"), empty_site.get("/api/v1/genres")
    assert [response.status_code for response in (answer, held, wrong, soon)] == [200, 304, 405, 503]
    known = set(DOCUMENT["components"]["headers"])
    for response in (answer, held, wrong, soon):
        assert {name for name in known if name in response.headers} == headers(response, operation)


def test_the_headers_that_change_an_answer_are_described() -> None:
    for path, operations in DOCUMENT["paths"].items():
        for method, operation in operations.items():
            names = {parameter.get("$ref", "").rpartition("/")[2] for parameter in operation["parameters"]}
            assert ("Accept-Language" in names) == (path != "/openapi.json")
            assert ("If-None-Match" in names) == ("304" in operation["responses"]), (path, method)


@pytest.mark.parametrize("identifier", [" ", "\N{REPLACEMENT CHARACTER}", "a\N{REPLACEMENT CHARACTER}b", "a\x85"])
def test_an_id_that_is_refused_is_none_that_the_document_allows(client: Client, identifier: str) -> None:
    assert client.get(f"/api/v1/tracks/{quote(identifier)}/video").status_code == 400
    (parameter,) = [each for each in DOCUMENT["paths"]["/watch/{id}"]["get"]["parameters"] if each.get("in") == "path"]
    assert not re.search(parameter["schema"]["pattern"], identifier)
    assert re.search(parameter["schema"]["pattern"], "deezer:1")
