"""Bodies as they come over a real connection: with their length, or in chunks that only end when they end."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from tests.serving import Served, served

LARGEST = 65536
BODY = b'{"features": {"energy": 0.5}}'


@pytest.fixture(scope="module")
def function(small_bucket_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("served"), KAMERTON_BUCKET=small_bucket_url) as function:
        yield function


def post(function: Served, body: bytes, chunked: bool) -> tuple[int, str]:
    """The status and the code of the problem, if it is one."""
    connection = http.client.HTTPConnection(urlsplit(function.address).netloc, timeout=20)
    sent = iter([body[:1000], body[1000:]]) if chunked else body
    headers = {"Content-Type": "application/json"} | ({"Transfer-Encoding": "chunked"} if chunked else {})
    connection.request("POST", "/api/v1/recommendations", sent, headers, encode_chunked=chunked)
    with connection.getresponse() as response:
        status, answer = response.status, json.load(response)
    connection.close()
    return status, answer.get("code", "")


@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize("size", [LARGEST + 1, 100_000])
def test_a_body_that_is_too_large_is_refused_however_it_is_sent(function: Served, size: int, chunked: bool) -> None:
    assert post(function, BODY.ljust(size), chunked) == (413, "too_large")


@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize("size", [1002, LARGEST])
def test_a_body_that_is_not_too_large_is_read_however_it_is_sent(function: Served, size: int, chunked: bool) -> None:
    assert post(function, BODY.ljust(size), chunked) == (200, "")
