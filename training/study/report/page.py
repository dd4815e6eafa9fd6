"""What a report is made of, and the page that it becomes: one file that opens by itself, without scripts or requests.

Everything here is plain text, whoever wrote it: it is escaped where the page is made. Pictures are inside the page as
data: addresses, so that nothing in one can meet anything in another.

Public names: Cell, Table, Picture, Facts, Commands, Folded, Part, Section, Page, picture_of, pictures_in, render.
"""

from __future__ import annotations

import unicodedata
from base64 import b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any, ClassVar

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from training.data.artifacts import read_json
from training.figures import style
from training.figures.gallery import INDEX, Chart

_TEMPLATE = "report.html.j2"
_LARGEST_SVG = 200_000
"""Bytes; a drawing with more points than that is shown as PNG."""


@dataclass(frozen=True, slots=True)
class Cell:
    """`kind` is "number", "text" or "name"; a name is somebody else's, and is kept apart from the text around it."""

    text: str
    kind: str = "number"
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows begin with a text that names them; `emphasis` has the places of rows that stand out, `quiet` of those that do
    not."""

    kind: ClassVar[str] = "table"
    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    note: str = ""
    emphasis: Sequence[int] = ()
    quiet: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class Picture:
    kind: ClassVar[str] = "picture"
    title: str
    caption: str
    address: str


@dataclass(frozen=True, slots=True)
class Facts:
    """Figures in large type, each with the words that say what it is."""

    kind: ClassVar[str] = "facts"
    figures: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Commands:
    kind: ClassVar[str] = "commands"
    lines: Sequence[str]


@dataclass(frozen=True, slots=True)
class Folded:
    """Shown when it is opened."""

    kind: ClassVar[str] = "folded"
    title: str
    parts: Sequence[Table]


Part = str | Table | Picture | Facts | Commands | Folded


@dataclass(frozen=True, slots=True)
class Section:
    anchor: str
    title: str
    parts: Sequence[Part]


@dataclass(frozen=True, slots=True)
class Page:
    title: str
    lead: str
    sections: Sequence[Section]
    warning: str = ""
    colophon: Sequence[str] = field(default_factory=tuple)


@style.look()
def picture_of(chart: Chart) -> Picture:
    """A chart as it is drawn now."""
    file = BytesIO()
    chart.figure.savefig(file, format="svg", metadata={"Date": None, "Creator": None})
    return Picture(chart.title, chart.caption, _address(file.getvalue(), "image/svg+xml"))


def pictures_in(folder: Path) -> Iterator[Picture]:
    """The pictures of a gallery; none where there is no gallery, and without those whose files are gone."""
    if not (folder / INDEX).is_file():
        return
    for entry in read_json(folder / INDEX, "explore"):
        svg, png = folder / entry["svg"], folder / entry["png"]
        if svg.is_file() and (svg.stat().st_size <= _LARGEST_SVG or not png.is_file()):
            yield Picture(entry["title"], entry["caption"], _address(svg.read_bytes(), "image/svg+xml"))
        elif png.is_file():
            yield Picture(entry["title"], entry["caption"], _address(png.read_bytes(), "image/png"))


def render(page: Page) -> str:
    """The whole file."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
    )
    return environment.get_template(_TEMPLATE).render(page=page)


def _address(content: bytes, media_type: str) -> str:
    return f"data:{media_type};base64,{b64encode(content).decode()}"


def _shown(value: Any) -> Any:
    """Text without the marks that no page may hold: controls and halves of characters."""
    # What is markup already was made of texts that went through here.
    if type(value) is not str or value.isprintable():
        return value
    kept = (mark if mark in "\n\t" or unicodedata.category(mark) not in {"Cc", "Cs"} else "\N{WHITE SQUARE}" for mark in value)
    return "".join(kept)
