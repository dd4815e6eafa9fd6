"""The charts of the catalog: what is named in them, in which units, and that no table makes them fail."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
from matplotlib import rcParams
from matplotlib.figure import Figure
from matplotlib.text import Text

from kamerton.music import features
from tests.training.tables import GENRES, track_table
from training.explore import explore
from training.figures import style
from training.figures.catalog_charts import correlations, missing_values, outlier_removal
from training.figures.gallery import Chart, write_gallery
from training.figures.genre_charts import genre_outliers, genre_profiles, genre_sizes, shown_genres
from training.figures.map_chart import catalog_map
from training.figures.quantities import QUANTITIES, measured
from training.figures.violin_chart import feature_violins
from training.prepare import one_row_a_track

STRANGE = ("$x_1$ & <b>", "_hidden\nline", "ספר موسيقى", "🎻 鐵 \u202e", "\U0010ffff", "w" * 200)
NAMES = {quantity.name for quantity in QUANTITIES.values()}
OF_ROWS: list[Callable[[pd.DataFrame], Chart]] = [
    *(missing_values, feature_violins, genre_profiles, correlations, outlier_removal, genre_outliers)
]


def rows_of(n_tracks: int = 240, genres: tuple[str, ...] = GENRES) -> pd.DataFrame:
    """Rows as `prepare` leaves them."""
    return track_table(n_tracks, genres).astype(dict.fromkeys(features.NAMES, float))


def texts(figure: Figure) -> set[str]:
    """All that can be read in a figure."""
    figure.draw_without_rendering()
    return {text.get_text() for text in figure.findobj(Text) if text.get_visible() and text.get_text()}


def drawn(rows: pd.DataFrame) -> dict[str, Chart]:
    """All charts by name, drawn to the last stroke, so that whatever warns has warned."""
    charts = {chart.name: chart for chart in explore(rows, one_row_a_track(rows), len(rows), "pca")}
    for chart in charts.values():
        chart.figure.draw_without_rendering()
    return charts


@pytest.mark.parametrize("draw", [feature_violins, genre_profiles])
def test_every_genre_and_feature_is_named(draw: Callable[[pd.DataFrame], Chart]) -> None:
    seen = texts(draw(rows_of()).figure)
    assert set(GENRES) <= seen
    assert NAMES - {"Key"} <= seen


@pytest.mark.parametrize("draw", [genre_sizes, genre_outliers])
def test_every_one_of_114_genres_is_named_where_bars_are_compact(draw: Callable[..., Chart]) -> None:
    genres = tuple(f"genre {number}" for number in range(114))
    rows = rows_of(1140, genres)
    chart = draw(rows, one_row_a_track(rows)) if draw is genre_sizes else draw(rows)
    assert set(genres) <= texts(chart.figure)
    assert chart.figure.get_figheight() < 10
    assert set(genres) <= texts(genre_profiles(rows).figure)


def test_correlations_and_missing_values_name_every_feature() -> None:
    for draw in (correlations, missing_values):
        seen = " ".join(texts(draw(rows_of()).figure))
        assert all(name in seen for name in NAMES)


@pytest.mark.parametrize("draw", [feature_violins, outlier_removal])
def test_axes_say_their_units(draw: Callable[[pd.DataFrame], Chart]) -> None:
    labels = {ax.get_xlabel() for ax in draw(rows_of()).figure.axes}
    assert {"dB", "beats a minute", "minutes", "share, 0 to 1"} <= labels


def test_every_axis_with_ticks_has_a_label() -> None:
    for chart in drawn(rows_of()).values():
        for ax in chart.figure.axes:
            numbers = [tick for tick in ax.get_xticklabels() if tick.get_text().replace(".", "").isdigit()]
            assert ax.get_xlabel() or not numbers, chart.name


def test_genres_stand_in_one_order_in_all_panels() -> None:
    orders = {
        tuple(label.get_text() for label in ax.get_yticklabels())
        for ax in feature_violins(rows_of()).figure.axes
        if ax.get_yticklabels()
    }
    assert orders == {GENRES}


def test_values_are_in_the_units_that_are_named() -> None:
    rows = rows_of()
    rows.loc[0, ["key", "tempo", "duration_ms", "loudness"]] = [-1, 0, 90_000, -7.5]
    first = measured(rows).iloc[0]
    assert np.isnan(first["key"])
    assert np.isnan(first["tempo"])
    assert (first["duration_ms"], first["loudness"]) == (1.5, -7.5)


def test_of_many_genres_violins_show_the_largest_twelve_and_say_so() -> None:
    genres = tuple(f"genre {number:02d}" for number in range(30))
    rows = rows_of(600, genres)
    rows = rows.drop(rows.index[rows["track_genre"] == "genre 00"][:5])
    assert shown_genres(rows) == list(genres[1:13])
    chart = feature_violins(rows)
    assert "12 of 30 genres" in chart.title
    assert set(genres) & texts(chart.figure) == set(genres[1:13])


@pytest.mark.parametrize("column", ["key", "mode", "duration_ms", "explicit"])
def test_a_column_without_values_is_shown_as_missing(column: str) -> None:
    chart = missing_values(rows_of().assign(**{column: np.nan}))
    assert chart.title == f"{QUANTITIES[column].name} is missing in 100.0 % of the rows"


def test_no_optional_feature_at_all_does_no_harm() -> None:
    assert len(drawn(rows_of().assign(**dict.fromkeys(features.OPTIONAL, np.nan)))) == 8


def test_some_values_missing_in_every_column_do_no_harm() -> None:
    rows = rows_of()
    for number, name in enumerate(features.NAMES):
        rows.loc[number :: len(features.NAMES), name] = np.nan
    rows.loc[rows["track_genre"] == GENRES[0], ["key", "tempo"]] = np.nan
    assert not [chart.name for chart in drawn(rows).values() if "nan" in f"{chart.title} {chart.caption}"]


def test_many_genres_do_no_harm() -> None:
    charts = drawn(rows_of(1140, tuple(f"genre {number}" for number in range(114))))
    assert max(chart.figure.get_figheight() for chart in charts.values()) < 20
    assert "12 of 114 genres" in charts["catalog_map"].caption


def test_names_of_any_kind_do_no_harm(tmp_path: Path) -> None:
    charts = drawn(rows_of(120, STRANGE))
    write_gallery([charts["genre_sizes"], charts["catalog_map"]], tmp_path)
    for path in tmp_path.glob("*.svg"):
        ElementTree.parse(path)
    seen = texts(charts["genre_sizes"].figure)
    assert {"$x_1$ & <b>", "_hidden line", "□"} <= seen
    assert max(map(len, seen)) < 60


def test_two_genres_and_twenty_tracks_are_enough() -> None:
    rows = rows_of(20, GENRES[:2])
    assert len(list(explore(rows, one_row_a_track(rows)))) == 8
    assert "principal components" in catalog_map(one_row_a_track(rows), "tsne").caption


def test_correlation_finds_what_goes_together() -> None:
    rows = rows_of()
    rows["valence"] = -rows["loudness"].to_numpy() / 20
    chart = correlations(rows)
    assert chart.title == "Loudness and valence go against each other (−1.00), more than any other two"


def test_outlier_removal_counts_the_rows_that_it_would_take() -> None:
    rows = rows_of()
    before = outlier_removal(rows).title
    rows.loc[:23, "duration_ms"] = 35_000_000.0
    after = outlier_removal(rows)
    assert before != after.title
    assert "Duration: 10.0 % outside" in [ax.get_title(loc="left") for ax in after.figure.axes]


def test_the_map_is_the_same_for_the_same_seed() -> None:
    rows = rows_of(120)
    tracks = one_row_a_track(rows)
    maps = [catalog_map(tracks, "tsne", seed).figure.axes[0].collections[0].get_offsets() for seed in (0, 0, 1)]
    assert np.array_equal(maps[0], maps[1])
    assert not np.array_equal(maps[0], maps[2])


def test_the_map_puts_tracks_of_a_genre_together() -> None:
    rows = rows_of()
    rows["energy"] = rows["track_genre"].map({genre: 0.1 + 0.25 * place for place, genre in enumerate(GENRES)})
    rows["loudness"] = -20 * rows["energy"]
    caption = catalog_map(one_row_a_track(rows), "pca").caption
    share = float(caption.split("nearest on the map ")[1].split(" %")[0])
    assert share > 60


def test_colours_are_distinct_and_begin_again_after_twelve() -> None:
    names = [str(number) for number in range(13)]
    colours = style.colours(names)
    assert len(set(colours.values())) == 12
    assert colours["12"] == colours["0"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [("r&b", "r&b"), ("a\nb", "a b"), ("鐵", "□"), ("a\u202eb", "ab"), ("", "□"), ("e\u0301", "é"), ("\ufe0f", "□")],
)
def test_what_the_font_lacks_is_a_square(text: str, shown: str) -> None:
    assert style.printable(text) == shown


@pytest.mark.parametrize(("value", "shown"), [(0.5, "+0.50"), (-0.5, "−0.50"), (-0.001, "0.00"), (0.0, "0.00")])
def test_numbers_have_true_signs(value: float, shown: str) -> None:
    assert style.signed(value, 2) == shown


def test_drawing_leaves_the_settings_of_the_process_alone() -> None:
    before = dict(rcParams)
    genre_outliers(rows_of())
    assert dict(rcParams) == before


def test_a_figure_is_saved_whole_or_not_at_all(tmp_path: Path) -> None:
    png, svg = style.save(style.new_figure(1), tmp_path / "v1.2")
    assert sorted(path.name for path in tmp_path.iterdir()) == [png.name, svg.name] == ["v1.2.png", "v1.2.svg"]
