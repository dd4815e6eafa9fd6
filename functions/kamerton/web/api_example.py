"""One call of the API with its real answer. Public names: Example."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode

from msgspec import Struct


class Example(Struct, frozen=True):
    """A call by its `method` and its `path` as OpenAPI writes them. `arguments` are of the path, `question` is the query, or
    the body where there is one; `answer` is JSON. In place of it, a redirection has the `location` that it leads to."""

    method: str
    path: str
    has_body: bool
    arguments: dict[str, str]
    question: dict[str, Any]
    status: int
    answer: bytes
    location: str = ""

    @property
    def address(self) -> str:
        """Below the server's, with the query."""
        path = self.path
        for name, value in self.arguments.items():
            path = path.replace(f"{{{name}}}", quote(value, safe=""))
        query = "" if self.has_body or not self.question else "?" + urlencode(self.question, doseq=True)
        return path + query
