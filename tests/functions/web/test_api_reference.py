"""The reference of the API and its Postman collection: every call, with an answer that is real."""

from __future__ import annotations

import html
import json
import re
import shlex
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from werkzeug.test import Client

from kamerton.errors import NotOffered
from kamerton.texts import LANGUAGES
from kamerton.web.api_reference import coloured, compact
from kamerton.web.openapi import openapi_document
from kamerton.web.routes import ROUTES
from kamerton.web.schema_text import type_words
from tests.functions.web.conftest import LoggedSite

DOCUMENT = openapi_document("/")
OPERATIONS = [(path, method) for path, operations in DOCUMENT["paths"].items() for method in operations]
# What changes from one second to the next.
PASSING = {"uptime_seconds"}


def page(client: Client, language: str = "en") -> str:
    response = client.get("/docs", headers={"Accept-Language": language})
    assert response.status_code == 200
    assert response.content_type == "text/html; charset=utf-8"
    return response.text


def plain(text: str) -> str:
    return html.unescape(re.sub(r"<[^>]*>", "", text))


def sections(text: str) -> dict[str, str]:
    return dict(re.findall(r'<section class="call" id="(\w+)">(.*?)</section>', text, re.S))


def shown(section: str) -> list[str]:
    """What stands in a call's boxes: the curl line, and the answer where there is one."""
    return [plain(box) for box in re.findall(r"<pre[^>]*>(.*?)</pre>", section, re.S)]


def asked(client: Client, command: str) -> Any:
    """The answer to a curl line."""
    words = shlex.split(command.replace("\\\n", " "))
    assert words.pop(0) == "curl"
    if words[0] == "--request":
        return client.open(urlsplit(words[2]).path, method=words[1], headers={"Accept-Language": "en"}).json
    address = urlsplit(words[1] if words[0] == "--include" else words[0])
    path = f"{address.path}?{address.query}"
    if "--include" in words:
        return f"Location: {client.get(path).headers['Location']}"
    if "--data" not in words:
        return client.get(path, headers={"Accept-Language": "en"}).json
    header = words[words.index("--header") + 1]
    assert header == "Content-Type: application/json"
    body = words[words.index("--data") + 1]
    return client.post(path, data=body, content_type="application/json", headers={"Accept-Language": "en"}).json


def like_as_the_reference_does(client: Client) -> None:
    """The examples of personal calls are those of somebody who likes two tracks."""
    me = next(item for item in client.get("/postman.json").json["item"] if item["request"]["url"]["raw"].endswith("/me"))
    for track in reversed(json.loads(me["response"][0]["body"])["likes"]):
        assert client.post("/api/v1/feedback", json={"verdict": "like", "track": track["id"]}).status_code == 200


def lasting(answer: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in answer.items() if name not in PASSING}


def test_every_call_is_there_with_its_parameters_and_outcomes(client: Client) -> None:
    found = sections(page(client))
    for path, method in OPERATIONS:
        operation = DOCUMENT["paths"][path][method]
        text = plain(found[operation["operationId"]])
        assert f"{method.upper()} {path}" in text
        assert operation["summary"] in text
        for parameter in operation["parameters"]:
            assert parameter.get("name", parameter.get("$ref", "").rpartition("/")[2]) in text
        assert all(f"{status} " in text for status in operation["responses"])


def test_every_curl_line_gives_the_answer_that_is_shown(client: Client) -> None:
    found = sections(page(client))
    for route in ROUTES:
        if route.takes_file:
            assert shown(found[route.name]) == [f"curl --form file=@song.mp3 http://localhost{route.path}"]
            continue
        command, answer = shown(found[route.name])
        if route.is_personal:
            like_as_the_reference_does(client)
        assert command.startswith("curl ")
        # Where a preview or a cover is, only others know, and for the reference nobody is asked.
        if route.redirects and NotOffered not in route.errors:
            assert answer == asked(client, command)
            assert "<code>302 Found</code>" in found[route.name]
        else:
            assert lasting(json.loads(answer)) == lasting(asked(client, command)), route.name
            assert f"<code>{'404 Not Found' if NotOffered in route.errors else '200 OK'}</code>" in found[route.name]


def test_every_type_is_there_with_its_fields(client: Client) -> None:
    text = page(client)
    for name, schema in DOCUMENT["components"]["schemas"].items():
        part = plain(text.partition(f'id="type-{name}"')[2].partition("</details>")[0])
        assert all(field in part for field in schema.get("properties", {}))


def test_a_parameter_is_explained_in_words(client: Client) -> None:
    for language in LANGUAGES:
        text = plain(sections(page(client, language))["recommendations"])
        assert "a whole number from 1 to 50; 10 if not given" in text
        assert "text, 300 characters at most" in text
        assert "query, required" in text


def sentences(node: Any) -> Iterator[str]:
    """Whatever the document says to people."""
    if isinstance(node, dict):
        for name, value in node.items():
            if name in ("description", "summary") and isinstance(value, str):
                yield " ".join(value.split())
            yield from sentences(value)
    elif isinstance(node, list):
        for value in node:
            yield from sentences(value)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_document_says_of_calls_and_types_is_there_in_english(client: Client, language: str) -> None:
    text = plain(page(client, language))
    parts = [DOCUMENT["paths"], DOCUMENT["components"]["schemas"], DOCUMENT["components"]["parameters"]]
    headers = set(sentences(DOCUMENT["components"]["headers"]))
    assert [sentence for sentence in set(sentences(parts)) - headers if sentence not in text] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", ["/docs", "/postman.json"])
def test_the_reference_is_in_english_for_every_reader(client: Client, path: str, language: str) -> None:
    english = client.get(path, headers={"Accept-Language": "en"})
    for response in (
        client.get(path, headers={"Accept-Language": language}),
        client.get(path, query_string={"lang": language}),
    ):
        assert response.headers["Content-Language"] == "en"
        assert response.headers["ETag"] == english.headers["ETag"]
        assert not re.search("[а-яё]", response.text, re.IGNORECASE)


def test_the_reference_offers_no_other_language_and_leads_back_to_the_readers_own(client: Client) -> None:
    text = client.get("/docs", query_string={"lang": "ru"}).text
    assert '<html lang="en">' in text
    assert "hreflang" not in text
    assert 'href="/map?lang=ru"' in text


def test_the_reference_names_the_public_address(small_bucket_url: str) -> None:
    site = LoggedSite({"KAMERTON_BUCKET": small_bucket_url, "KAMERTON_PUBLIC_URL": "https://kamerton.example"})
    assert "curl https://kamerton.example/api/v1/genres" in plain(site.get("/docs").text)
    assert site.get("/postman.json").json["variable"][0]["value"] == "https://kamerton.example"


@pytest.mark.parametrize(
    ("headers", "server"),
    [
        ({"Host": "127.0.0.1:8099"}, "http://127.0.0.1:8099"),
        ({"Host": "[::1]:8099"}, "http://[::1]:8099"),
        ({"Host": "kamerton.local", "X-Forwarded-Host": "evil.example"}, "http://kamerton.local"),
        ({"Host": 'a"onload="b'}, "http://localhost:8080"),
        ({"Host": "a/b?c"}, "http://localhost:8080"),
    ],
)
def test_without_a_public_address_the_reference_names_the_one_that_was_asked(
    client: Client, headers: dict[str, str], server: str
) -> None:
    answer = client.get("/postman.json", headers=headers)
    assert answer.json["variable"][0]["value"] == server
    assert f"curl {shlex.quote(server + '/api/v1/genres')}" in plain(client.get("/docs", headers=headers).text)
    elsewhere = client.get("/postman.json", headers={"Host": "elsewhere.local", "If-None-Match": answer.headers["ETag"]})
    assert elsewhere.status_code == 200


@pytest.mark.parametrize("path", ["/docs", "/postman.json"])
def test_the_reference_asks_nobody_outside(small_bucket_url: str, path: str) -> None:
    nobody = dict.fromkeys(
        ("SPOTIFY_OPEN_URL", "RECCOBEATS_URL", "DEEZER_URL", "ITUNES_URL", "PICTURES_URL"), "http://127.0.0.1:9"
    )
    site = LoggedSite({"KAMERTON_BUCKET": small_bucket_url, "KAMERTON_WORLD": "1", **nobody})
    assert site.get(path).status_code == 200
    # A source that could not be asked would have a line of its own.
    assert [line["message"] for line in site.log] == ["release small-1 is in force", "request"]


def test_without_a_release_the_reference_says_so_to_a_person(empty_site: LoggedSite) -> None:
    response = empty_site.get("/docs")
    assert (response.status_code, response.content_type) == (503, "text/html; charset=utf-8")
    assert empty_site.get("/postman.json").json["code"] == "not_ready"


def test_the_collection_holds_every_call_as_postman_wants_it(client: Client) -> None:
    collection = client.get("/postman.json").json
    assert collection["info"]["schema"].endswith("/v2.1.0/collection.json")
    assert collection["info"]["name"] == "Kamerton"
    assert len(collection["item"]) == len(OPERATIONS)
    for (path, method), item in zip(OPERATIONS, collection["item"], strict=True):
        request, url = item["request"], item["request"]["url"]
        assert item["name"] == DOCUMENT["paths"][path][method]["summary"]
        assert request["method"] == method.upper()
        assert url["host"] == ["{{server}}"]
        assert "/" + "/".join(url["path"]) == re.sub(r"{(\w+)}", r":\1", path)
        assert url["raw"].startswith("{{server}}/")
        assert {f":{variable['key']}" for variable in url.get("variable", [])} == {
            part for part in url["path"] if part.startswith(":")
        }
        # Nothing is sent that was left empty.
        assert all(header["disabled"] for header in request["header"] if not header["value"])
        assert all(each["disabled"] or each["value"] for each in url.get("query", []))


def sent(client: Client, request: dict[str, Any]) -> Any:
    """The answer to a request of the collection, put together as Postman does it."""
    variables = {f":{variable['key']}": variable["value"] for variable in request["url"].get("variable", [])}
    path = "/" + "/".join(variables.get(part, part) for part in request["url"]["path"])
    query = "&".join(f"{each['key']}={each['value']}" for each in request["url"].get("query", []) if not each["disabled"])
    headers = {header["key"]: header["value"] for header in request["header"] if not header.get("disabled")}
    body = request.get("body", {}).get("raw")
    return client.open(f"{path}?{query}", method=request["method"], data=body, headers=headers | {"Accept-Language": "en"})


def test_every_request_of_the_collection_gets_the_answer_that_it_holds(client: Client) -> None:
    for item in client.get("/postman.json", headers={"Accept-Language": "en"}).json["item"]:
        if item["request"]["url"]["raw"].endswith("/audio"):
            # Which file is sent is for the sender to choose.
            assert item["response"] == []
            continue
        if item["request"]["url"]["path"][-1] in ("me", "export", "for-you", "feedback"):
            like_as_the_reference_does(client)
        response = sent(client, item["request"])
        assert response.status_code in (200, 302) or response.json["code"] == "not_offered", item["name"]
        for kept in item["response"]:
            assert f"{kept['code']} {kept['status']}".upper() == response.status
            if response.status_code == 302:
                assert kept["header"] == [{"key": "Location", "value": response.headers["Location"]}]
            else:
                assert lasting(json.loads(kept["body"])) == lasting(response.json)


def test_what_is_between_ampersands_stays_one_value(client: Client) -> None:
    items = client.get("/postman.json").json["item"]
    values = [each["value"] for item in items for each in item["request"]["url"].get("query", [])]
    assert not any(set(value) & set("&#+=") for value in values)


@pytest.mark.parametrize(
    "value", [[], {}, 1, "a", None, [1, 2], {"a": {"b": [1, {"c": None}]}}, [[1], ["x" * 200]], {"é\n": "<b>"}]
)
def test_compact_json_is_the_same_json(value: Any) -> None:
    text = compact(value)
    assert json.loads(text) == value
    assert json.loads(plain(str(coloured(text)))) == value


def test_things_without_things_in_them_stand_in_one_line() -> None:
    text = compact({"genres": [{"genre": "metal", "probability": 0.5}, {"genre": "rock", "probability": 0.25}]})
    assert text.splitlines()[2] == '    {"genre": "metal", "probability": 0.5},'


def test_colours_leave_markup_as_text() -> None:
    assert "<b>" not in str(coloured('{"<b>": "<script>"}'))


def test_of_many_values_a_few_are_named() -> None:
    countries = {"type": "string", "enum": [f"C{number}" for number in range(250)]}
    assert type_words(countries) == "one of 250: C0, C1, C2, ..."
    assert type_words({"type": "string", "enum": ["csv", "txt"]}) == "csv, or txt"
