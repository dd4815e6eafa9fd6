"""HTTP as all clients of outside services speak it: with a timeout, JSON objects as answers, and every failure a `SourceError`.

A redirect is a failure, so that only the hosts that a client was given are ever called.

Public names: SourceSession, CONNECT_SECONDS, USER_AGENT, failure, json_object.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests

from kamerton.errors import (
    AnswerUnreadable,
    CallClosed,
    SourceError,
    SourceLimited,
    SourceNotFound,
    SourceRefused,
    SourceUnavailable,
)
from kamerton.sources.deadline_adapter import BoundedAdapter, seconds_left

CONNECT_SECONDS = 3.05
"""A little over 3, the seconds after which TCP sends its first packet again."""

# The wait for a 429 without Retry-After: Spotify counts the calls of the last 30 seconds, and a quota is one of a day.
_WINDOW_SECONDS = 30.0
_QUOTA_SECONDS = 86_400.0
_LONGEST_WAIT_SECONDS = 30 * 86_400.0
USER_AGENT = "Kamerton/0.1"
_LONGEST_MESSAGE = 200
_LARGEST_BODY = 4 * 1024 * 1024
_LEAST_SECONDS = 0.01
# Connections that stay open for the next call: as many as the threads that call.
_MOST_CONNECTIONS = 32


class SourceSession(requests.Session):
    """A session with one source. It retries nothing: requests by itself does not, and does not sleep for Retry-After.

    A redirect is a failure. Proxies and certificates come from the environment, but no password from ~/.netrc, which requests
    by itself would send in place of the header that it was given.

    `name` is the source's name for people, and `seconds` the longest silence: every call gets that timeout, whatever it asked
    for, or the time that is left `within` a deadline. `record` is called with the text of each good answer, as it came.
    An answer of more than `largest_body` bytes is a failure.
    """

    def __init__(
        self,
        name: str,
        seconds: float,
        record: Callable[[str], None] | None = None,
        largest_body: int = _LARGEST_BODY,
    ) -> None:
        super().__init__()
        self.name = name
        self.auth = _unchanged
        self._seconds = seconds
        self._record = record
        self._largest_body = largest_body
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        for scheme in ("https://", "http://"):
            self.mount(scheme, BoundedAdapter(pool_maxsize=_MOST_CONNECTIONS))

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        """The response, whose body is a JSON object. Raises `SourceError`."""
        response = self.fetch(request, **kwargs)
        body = response.content.decode(errors="replace")
        if response.status_code >= 300:
            raise failure(self.name, response.status_code, body, response.headers.get("Retry-After"))
        self._check(body, response.content)
        return response

    def fetch(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        """The response, whatever it is, read to its end. Raises `SourceUnavailable`."""
        seconds = seconds_left(self._seconds)
        if seconds < _LEAST_SECONDS:
            raise SourceUnavailable(self.name, "was not asked: no time is left")
        # ReccoBeats answers 403 to the name of the library.
        request.headers["User-Agent"] = USER_AGENT
        options = {"timeout": (min(CONNECT_SECONDS, seconds), seconds), "allow_redirects": False, "stream": True}
        try:
            response = super().send(request, **kwargs | options)
            with response:
                response._content = self._whole(response)
        except requests.RequestException as error:
            is_late = seconds_left(self._seconds) < _LEAST_SECONDS
            raise SourceUnavailable(self.name, "did not answer in time" if is_late else _fault(error)) from error
        return response

    def _whole(self, response: requests.Response) -> bytes:
        body = bytearray()
        for chunk in response.iter_content(64 * 1024):
            body += chunk
            if len(body) > self._largest_body:
                raise AnswerUnreadable(self.name, "gave an answer that is too large")
        return bytes(body)

    def _check(self, body: str, raw: bytes) -> None:
        if json_object(body) is None or body.encode() != raw:
            raise AnswerUnreadable(self.name, "gave an answer that is broken off or no JSON", body)
        if self._record:
            self._record(body)


def json_object(body: str) -> dict[str, Any] | None:
    """The text as a JSON object; None when it is not one."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def failure(name: str, status: int, body: str, retry_after: str | None) -> SourceError:
    """The error that an answer with a status of 300 or more stands for."""
    answer = json_object(body)
    message = _message(answer, body)
    if status < 400:
        return SourceUnavailable(name, f"sends us elsewhere ({status})", body)
    if status == 429:
        quota_used_up = "QUOTA_EXCEEDED" in body
        return SourceLimited(name, _wait_seconds(retry_after, quota_used_up), quota_used_up, body)
    if status == 404:
        return SourceNotFound(name, f"has nothing there: {message}", body)
    if status >= 500 or status == 408:
        return SourceUnavailable(name, f"failed with {status}", body)
    is_closed = status == 410 or (status == 403 and answer is not None)
    return (CallClosed if is_closed else SourceRefused)(name, status, f"refused with {status}: {message}", body)


def _message(answer: dict[str, Any] | None, body: str) -> str:
    """The message of an error answer, short and on one line."""
    error = (answer or {}).get("error", answer)
    message = error.get("message") if isinstance(error, dict) else error
    line = " ".join(str(message or body).split())
    printable = "".join(character for character in line if character.isprintable())
    return printable[:_LONGEST_MESSAGE] or "no reason given"


def _wait_seconds(retry_after: str | None, quota_used_up: bool) -> float:
    seconds = _read_wait(retry_after or "")
    if seconds is None:
        return _QUOTA_SECONDS if quota_used_up else _WINDOW_SECONDS
    return min(max(seconds, 0.0), _LONGEST_WAIT_SECONDS)


def _read_wait(text: str) -> float | None:
    """Seconds, which HTTP writes as a number or as a date."""
    try:
        seconds = float(text)
    except ValueError:
        return _seconds_until(text)
    return seconds if math.isfinite(seconds) else None


def _seconds_until(date: str) -> float | None:
    try:
        moment = parsedate_to_datetime(date)
        return (moment.replace(tzinfo=moment.tzinfo or UTC) - datetime.now(UTC)).total_seconds()
    except (ValueError, OverflowError):
        return None


def _unchanged(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


def _fault(error: requests.RequestException) -> str:
    # The texts of requests' errors hold addresses and the state of objects.
    if isinstance(error, requests.Timeout):
        return "did not answer in time"
    if isinstance(error, requests.exceptions.ChunkedEncodingError | requests.exceptions.ContentDecodingError):
        return "broke off its answer"
    if isinstance(error, requests.ConnectionError):
        return "cannot be reached, or hung up"
    return f"could not be asked ({type(error).__name__})"
