"""Ask a deployed Kamerton real questions over HTTP, and check the answers. Ends with 1, and a sentence, at the first wrong one.

python3 -m infra.smoke URL [--bot URL]

Needs nothing but Python. Asks for tracks of the catalog only, so that no outside service is bothered.
"""

from __future__ import annotations

import argparse
import json
import re
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from typing import Any

# The first answer waits for an instance to start and for the release to load.
_MOST_SECONDS = 60.0
_LARGEST = 10_000_000


class Wrong(Exception):
    """An answer that is not as it should be."""


class NoAnswer(Wrong):
    """Nothing answers at the address."""


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


@dataclass(frozen=True)
class Reply:
    status: int
    kind: str
    body: str

    @property
    def data(self) -> Any:
        try:
            return json.loads(self.body)
        except ValueError:
            raise Wrong(f"this is no JSON: {self.body[:200]!r}") from None


class Deployed:
    """`address`: where it is, with or without a slash at the end. Raises `NoAnswer`."""

    def __init__(self, address: str, seconds: float = _MOST_SECONDS) -> None:
        self.address = address.rstrip("/")
        self._seconds = seconds
        self._opener = urllib.request.build_opener(_NoRedirect)

    def ask(self, path: str, body: bytes | None = None) -> Reply:
        headers = {"Content-Type": "application/json", "Accept-Language": "en"}
        request = urllib.request.Request(self.address + path, body, headers)
        try:
            with self._opener.open(request, timeout=self._seconds) as answer:
                return _reply(answer.status, answer)
        except urllib.error.HTTPError as error:
            with error:
                return _reply(error.code, error)
        except OSError as error:
            raise NoAnswer(f"nothing answers at {self.address}: {getattr(error, 'reason', error)}") from None


def _reply(status: int, answer: Any) -> Reply:
    return Reply(status, answer.headers.get_content_type(), answer.read(_LARGEST).decode(errors="replace"))


def check_page(page: Deployed) -> str:
    """Raises `Wrong` at the first answer that is not as it should be; returns what was found in one line."""
    health = _expect(page.ask("/health"), 200, "application/json").data
    _require(health.get("status") == "ok" and health.get("release"), f"/health says {health}")
    first = _expect(page.ask("/"), 200, "text/html").body
    genres = _expect(page.ask("/api/v1/genres"), 200, "application/json").data["genres"]
    examples = re.findall(r"[?&;]track=([^\"&#]+)", first)
    _require(bool(examples), "the first page shows no track to begin with")
    for example in examples[:2]:
        _check_answer(page, example, {genre["genre"] for genre in genres})
    _expect(page.ask("/api/v1/recommendations"), 400, "application/problem+json")
    _expect(page.ask("/no-such-page"), 404, "application/problem+json")
    return f"release {health['release']}, {len(genres)} genres"


def _check_answer(page: Deployed, example: str, genres: set[str]) -> None:
    answer = _expect(page.ask(f"/api/v1/recommendations?track={example}&limit=5"), 200, "application/json").data
    found = answer["recommendations"]
    total = sum(score["probability"] for score in answer["genres"])
    _require({score["genre"] for score in answer["genres"]} <= genres, "a genre is predicted that /api/v1/genres does not know")
    _require(abs(total - 1) < 0.01, f"the probabilities of {example} sum to {total:.3f}")
    _require(len(found) == 5, f"{example} got {len(found)} recommendations of 5")
    ids = {each["track"]["id"] for each in found}
    _require(len(ids) == 5 and answer["track"]["id"] not in ids, f"{example} got a track twice, or itself")
    _expect(page.ask(f"/?track={example}"), 200, "text/html")


def check_bot(bot: Deployed) -> str:
    """Raises `Wrong`. A function that the platform lets nobody call refuses everything, and is told from the bot by /health."""
    health = _expect(bot.ask("/health"), 200, "application/json").data
    _require(health.get("status") == "ok", f"the bot's /health says {health}")
    # Telegram's own updates carry the secret. This one does not, and must not be taken for one.
    reply = bot.ask("/", b'{"update_id": 1}')
    _require(reply.status == 403, f"the bot answered {reply.status} to an update without the secret, and should refuse it")
    return "it refuses strangers"


def _expect(reply: Reply, status: int, kind: str) -> Reply:
    _require((reply.status, reply.kind) == (status, kind), f"{status} {kind} was expected, and this came: {reply}"[:600])
    return reply


def _require(right: bool, sentence: str) -> None:
    if not right:
        raise Wrong(sentence)


def read_address(text: str) -> str:
    parts = urllib.parse.urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise argparse.ArgumentTypeError(f"{text!r} is no address such as https://kamerton.example")
    return text


def main() -> None:
    parser = argparse.ArgumentParser(prog="python3 -m infra.smoke", description=__doc__.splitlines()[0])
    parser.add_argument("url", type=read_address, help="where the page and the API are")
    parser.add_argument("--bot", type=read_address, metavar="URL", help="where the bot's function is")
    options = parser.parse_args()
    try:
        print(f"smoke: the page answers as it should: {check_page(Deployed(options.url))}")
        if options.bot:
            print(f"smoke: the bot answers as it should: {check_bot(Deployed(options.bot))}")
    except (Wrong, KeyError, TypeError) as error:
        raise SystemExit(f"smoke: {error}") from None


if __name__ == "__main__":
    main()
