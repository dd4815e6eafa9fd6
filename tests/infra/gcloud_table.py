"""The table of gcloud's commands in infra/gcloud.md, as the stand-in and the tests read it.

Needs nothing but Python, and imports little of that: the stand-in starts a hundred times.
"""

from __future__ import annotations

import os
import re

TABLE = os.path.join(os.path.dirname(__file__), "..", "..", "infra", "gcloud.md")  # noqa: PTH118, PTH120
EVERYWHERE = {"--project": "=", "--quiet": "", "--format": "=", "--flatten": "="}
_ROW = re.compile(r"\| `([a-z -]+)` \| ([0-9])(\+?) \| ([^|]*) \| \[[a-z-]+\]\(([^|]*)\) \|")


class Command:
    """`flags`: by name, "" for a switch, "=" for one that takes any value, "=a/b" for one that takes some."""

    def __init__(self, row: str) -> None:
        found = _ROW.fullmatch(row)
        if not found:
            raise ValueError(f"gcloud.md: {row}")
        self.name, least, more, flags, self.reference = found.groups()
        self.least_words, self.most_words = int(least), 99 if more else int(least)
        self.flags = dict(_flag(text) for text in flags.replace("`", "").split())

    def mistakes(self, arguments: list[str]) -> list[str]:
        """What gcloud would refuse in these arguments."""
        words = [argument for argument in arguments if not argument.startswith("--")]
        found = [] if self.least_words <= len(words) <= self.most_words else [f"{len(words)} words after {self.name}"]
        for argument in arguments:
            if argument.startswith("--"):
                found += self._mistake(argument)
        return found

    def _mistake(self, argument: str) -> list[str]:
        name, equals, value = argument.partition("=")
        takes = (self.flags | EVERYWHERE).get(name)
        if takes is None:
            return [f"{self.name} has no flag {name}"]
        if bool(takes) != bool(equals):
            return [f"{argument}: a value is {'missing' if takes else 'too much'}"]
        return [] if takes in ("", "=") or value in takes[1:].split("/") else [f"{argument}: {takes[1:]}"]


def read_table() -> dict[str, Command]:
    with open(TABLE) as stream:  # noqa: PTH123
        commands = [Command(line.rstrip()) for line in stream if line.startswith("| `")]
    return {command.name: command for command in commands}


def find_command(arguments: list[str]) -> Command | None:
    table = read_table()
    names = (" ".join(arguments[:length]) for length in range(len(arguments), 0, -1))
    return next((table[name] for name in names if name in table), None)


def _flag(text: str) -> tuple[str, str]:
    name, equals, values = text.partition("=")
    return name, equals + values
