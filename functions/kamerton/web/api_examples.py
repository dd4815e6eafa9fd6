"""For each call of the API a question that can be answered from the release in force, and its real answer.

No service outside is asked. Every argument but the track and the number of tracks has its default.

Public names: examples.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from http import HTTPStatus
from itertools import count
from typing import Any

import msgspec

from kamerton import texts
from kamerton.deadline import Deadline
from kamerton.errors import AnswerError
from kamerton.http.problems import Problem
from kamerton.lookup.client_budgets import ClientBudgets
from kamerton.music.features import CORE
from kamerton.release.catalog import CatalogEntry
from kamerton.release.release import Release
from kamerton.service.kamerton import Kamerton
from kamerton.storage import Bucket
from kamerton.taste.taste_store import TasteStore
from kamerton.taste.verdict import LIKE
from kamerton.web.api_example import Example
from kamerton.web.messages import Redirection
from kamerton.web.route import Call, Route
from kamerton.web.routes import ROUTES
from kamerton.web.visitor import Visitor

_FEW = 2

_VALUES: dict[str, Callable[[Sequence[CatalogEntry]], Any]] = {
    "id": lambda entries: entries[0].track.id,
    "track": lambda entries: _full_name(entries[0]),
    "to": lambda entries: _full_name(entries[-1]),
    "name": lambda entries: entries[0].track.artists[0],
    "q": lambda entries: entries[0].track.artists[0],
    "features": lambda entries: {name: value for name, value in entries[0].features.as_dict().items() if name in CORE},
    "tracks": lambda entries: entries[0].track.id,
    "limit": lambda _: _FEW,
    "verdict": lambda _: LIKE,
}


def examples(kamerton: Kamerton, release: Release, language: str, deadline: Deadline) -> list[Example]:
    """In the order of the route table. Raises `DeadlineExceeded`."""
    entries = release.catalog.examples(1)
    alone, somebody = kamerton.offline(), _somebody(entries)
    return [_example(alone, release, language, deadline, route, entries, somebody) for route in ROUTES if not route.takes_file]


def _somebody(entries: Sequence[CatalogEntry]) -> Visitor:
    """Who likes two tracks, and is kept nowhere."""
    bucket = Bucket.open("memory://examples")
    # A second after the other, so that the last one is the same in every example.
    store = TasteStore(lambda: bucket, "of the examples", count(1).__next__)
    token = store.identity.new_token()
    for entry in entries[:_FEW]:
        store.say(store.identity.person(token) or "", LIKE, entry.track.id)
    return Visitor(store, ClientBudgets(), "", token)


def _example(
    kamerton: Kamerton,
    release: Release,
    language: str,
    deadline: Deadline,
    route: Route,
    entries: Sequence[CatalogEntry],
    visitor: Visitor,
) -> Example:
    deadline.check()
    arguments = {name: route.choices[name][0] if name in route.choices else _VALUES[name](entries) for name in route.arguments}
    question = _question(route.question, entries)
    typed_question = msgspec.convert(question, route.question)
    status, answer = _answered(route, Call(kamerton, release, deadline, language, typed_question, visitor, arguments))
    if isinstance(answer, Redirection):
        return Example(route.method, route.path, route.has_body, arguments, question, HTTPStatus.FOUND, b"", answer.location)
    return Example(route.method, route.path, route.has_body, arguments, question, status, msgspec.json.encode(answer))


def _question(kind: type[msgspec.Struct], entries: Sequence[CatalogEntry]) -> dict[str, Any]:
    schema = msgspec.json.schema_components([kind])[1].get(kind.__name__, {})
    fields: dict[str, Any] = schema.get("properties", {})
    names = [name for name in fields if name in schema["required"] or name == "limit"]
    # A verdict is one on a track, by its id, or on an artist, and the schema cannot say so.
    judged = {"track": entries[0].track.id} if "verdict" in fields else {}
    return {
        name: [_VALUES[name](entries)] if fields[name].get("type") == "array" else _VALUES[name](entries) for name in names
    } | judged


def _full_name(entry: CatalogEntry) -> str:
    return f"{entry.track.title} {entry.track.artists[0]}"


def _answered(route: Route, call: Call) -> tuple[int, msgspec.Struct]:
    try:
        return HTTPStatus.OK, route.handler(call)
    except AnswerError as error:
        title = texts.problem_title(error.code, call.language)
        detail = texts.problem_detail(error.reason, call.language, **error.params)
        return error.status, Problem("about:blank", title, error.status, detail, error.code)
