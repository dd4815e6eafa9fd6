"""Charts, and the folder that they are kept in, with an index for the page that shows them.

Public names: Chart, write_gallery.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from matplotlib.figure import Figure

from training.data.artifacts import write_json
from training.figures.style import save

INDEX = "index.json"


@dataclass(frozen=True, slots=True)
class Chart:
    """A figure under the name of its files. Title and caption are plain text, and say what is seen, with the main numbers."""

    name: str
    title: str
    caption: str
    figure: Figure


def write_gallery(charts: Iterable[Chart], folder: Path, index: str = INDEX) -> list[dict[str, str]]:
    """The charts in `folder` as PNG and SVG, and `index`: a list of {name, title, caption, png, svg} in their order.

    `png` and `svg` are names of files beside the index. One chart is drawn and written at a time, when `charts` draws lazily.
    """
    entries = [_written(chart, folder) for chart in charts]
    write_json(folder / index, entries)
    return entries


def _written(chart: Chart, folder: Path) -> dict[str, str]:
    png, svg = save(chart.figure, folder / chart.name)
    return {"name": chart.name, "title": chart.title, "caption": chart.caption, "png": png.name, "svg": svg.name}
