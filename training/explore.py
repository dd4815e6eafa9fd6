"""What the catalog looks like -> reports/figures/*.png and *.svg, and reports/figures/index.json, which lists them.

Public names: explore.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pandas as pd

from training.data.artifacts import read_json, read_table
from training.figures.catalog_charts import correlations, missing_values, outlier_removal
from training.figures.gallery import Chart, write_gallery
from training.figures.genre_charts import genre_outliers, genre_profiles, genre_sizes
from training.figures.map_chart import PROJECTIONS, Projection, catalog_map
from training.figures.violin_chart import feature_violins


def explore(
    rows: pd.DataFrame, tracks: pd.DataFrame, n_read: int | None = None, projection: Projection = "tsne", seed: int = 0
) -> Iterator[Chart]:
    """All charts of the catalog, each drawn when it is asked for; `n_read` is how many rows `prepare` read."""
    yield genre_sizes(rows, tracks)
    yield missing_values(rows, n_read)
    yield feature_violins(rows)
    yield genre_profiles(rows)
    yield correlations(rows)
    yield outlier_removal(rows)
    yield genre_outliers(rows)
    yield catalog_map(tracks, projection, seed)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m training.explore", description=__doc__.splitlines()[0])
    parser.add_argument("--build", type=Path, default=Path("build"), help="where prepare wrote (default: build)")
    parser.add_argument("--figures", type=Path, default=Path("reports/figures"), help="where to write")
    parser.add_argument(
        "--map", choices=PROJECTIONS, default="tsne", help="how tracks are placed; pca is quick (default: tsne)"
    )
    parser.add_argument("--seed", type=int, default=0, help="of the tracks that are drawn and of the map (default: 0)")
    options = parser.parse_args(arguments)
    started = time.perf_counter()
    rows = read_table(options.build / "rows.parquet", "prepare")
    tracks = read_table(options.build / "tracks.parquet", "prepare")
    n_read = read_json(options.build / "prepare.json", "prepare")["read"]
    entries = write_gallery(explore(rows, tracks, n_read, options.map, options.seed), options.figures)
    for entry in entries:
        print(f"  {entry['png']:22} {entry['title']}")
    print(f"{len(entries)} figures -> {options.figures} ({time.perf_counter() - started:.0f} s)")


if __name__ == "__main__":
    main()
