"""The web edge as the function serves it, and sites of one's own for what is not in force there."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from functions_framework import create_app
from werkzeug.test import Client, TestResponse

from kamerton.logs import Log
from kamerton.settings import Settings
from kamerton.wiring import new_site

MAIN = Path(__file__).parents[3] / "functions" / "main.py"


@pytest.fixture(scope="session")
def function(small_bucket_url: str) -> Iterator[Flask]:
    """The deployed function over the small release."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("KAMERTON_BUCKET", small_bucket_url)
        # create_app leaves it to every process that is started after.
        environment.setenv("FUNCTION_TARGET", "http_api")
        app = create_app("http_api", str(MAIN))
        app.test_client().get("/health")
        yield app


@pytest.fixture
def client(function: Flask) -> Client:
    return function.test_client()


class LoggedSite:
    """A site of its own, and the lines that it logged."""

    def __init__(self, environ: dict[str, str]) -> None:
        self.stream = io.StringIO()
        self.app = new_site(Settings.from_environ({"KAMERTON_WORLD": "0"} | environ), Log(self.stream))
        self.client = self.app.test_client()

    @property
    def log(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.stream.getvalue().splitlines()]

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.client.get(path, **options)


@pytest.fixture
def site(small_bucket_url: str) -> LoggedSite:
    return LoggedSite({"KAMERTON_BUCKET": small_bucket_url})


@pytest.fixture
def empty_site(tmp_path: Path) -> LoggedSite:
    """A site over a bucket without a release."""
    return LoggedSite({"KAMERTON_BUCKET": tmp_path.as_uri()})
