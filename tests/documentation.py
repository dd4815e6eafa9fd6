"""The README and the pages of docs/, with the blocks of code and the links in them.

Public names: ROOT, README, PAGES, Block, blocks, anchors, links.
"""

from __future__ import annotations

import re
from pathlib import Path

from msgspec import Struct

ROOT = Path(__file__).resolve().parents[1]
README = ROOT / "README.md"
PAGES = (README, *sorted((ROOT / "docs").glob("*.md")))

_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_LINK = re.compile(r"\]\(([^)\s]+)\)|(?:src|srcset|href)=\"([^\"]+)\"")


class Block(Struct, frozen=True):
    """A block of code; `kind` is its language."""

    page: Path
    kind: str
    text: str


def blocks(page: Path) -> list[Block]:
    """In the order of the page."""
    return [Block(page, kind, text) for kind, text in _BLOCK.findall(page.read_text())]


def anchors(page: Path) -> set[str]:
    """What a link to a part of the page may name, as GitHub makes it of each heading."""
    headings = _HEADING.findall(_BLOCK.sub("", page.read_text()))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def links(page: Path) -> list[str]:
    """The targets of the page's links and pictures."""
    return [first or second for first, second in _LINK.findall(_BLOCK.sub("", page.read_text()))]
