"""A route of the API, and one call of it. Public names: Route, Call, LONGEST_ARGUMENT."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import msgspec

from kamerton.deadline import Deadline
from kamerton.errors import AnswerError
from kamerton.lookup.lookup_session import LookupSession
from kamerton.release.release import Release
from kamerton.service.kamerton import Kamerton
from kamerton.web import messages
from kamerton.web.exports import Export
from kamerton.web.visitor import Visitor

LONGEST_ARGUMENT = 64
"""Characters of a part of an address, such as an id; a longer one is no address of ours."""


@dataclass(frozen=True)
class Call:
    """One request, read and checked. `question` is the query or the body, of the type that its route names. `awaited`: somebody
    waits for the answer, which is worth what it costs. `client` is who asks: see `kamerton.http.client_address`. `file` is
    what was sent along, and `visitor` who asks, as a person."""

    kamerton: Kamerton
    release: Release
    deadline: Deadline
    language: str
    question: Any
    visitor: Visitor
    arguments: dict[str, str]
    awaited: bool = True
    client: str = ""
    file: bytes = b""

    @cached_property
    def session(self) -> LookupSession:
        """The request's; made when it is first needed."""
        return self.kamerton.session(self.deadline, self.client)


@dataclass(frozen=True)
class Route:
    """`path` as OpenAPI writes it. `cached`: the answer is the same until the release changes. A handler whose answer is a
    `Redirection` sends the browser elsewhere, and a `Picture` is given as it is. `choices` are what a part of the path may be,
    by its name, and `exports` the other forms that the answer may have. `takes_file`: a file is sent along, as the field
    `file` of a form, and the question is the query. `changes`: only the page itself may ask for it. `is_personal`: who has said
    what they like is answered by it."""

    method: str
    path: str
    name: str
    summary: str
    handler: Callable[[Call], msgspec.Struct]
    question: type[msgspec.Struct]
    answer: type[msgspec.Struct]
    errors: tuple[type[AnswerError], ...]
    cached: bool = True
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    exports: Mapping[str, Export] = field(default_factory=dict)
    takes_file: bool = False
    changes: bool = False
    is_personal: bool = False

    @property
    def redirects(self) -> bool:
        return self.answer is messages.Redirection

    @property
    def is_picture(self) -> bool:
        return self.answer is messages.Picture

    @property
    def has_body(self) -> bool:
        """Whether the question is a body of JSON."""
        return self.method == "POST" and not self.takes_file

    @property
    def arguments(self) -> list[str]:
        """The names in the path."""
        return [part[1:-1] for part in self.path.split("/") if part.startswith("{")]
