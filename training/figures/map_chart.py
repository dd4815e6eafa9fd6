"""The catalog as a map: every track a point, tracks of similar audio features beside one another.

The continuous features, on the scales of `kamerton.music.features`, are standardised, what is missing is the mean, and the two
dimensions are those of `training.statistics.projection`: of t-SNE, or the principal components, which are quicker. Key, mode
and explicit would tear the map into islands; without them more neighbours share a genre (0.47 against 0.44 in the default
catalog).

Public names: Projection, PROJECTIONS, catalog_map.
"""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter
from sklearn.neighbors import NearestNeighbors

from training.data.outliers import continuous_values
from training.figures import style
from training.figures.gallery import Chart
from training.figures.genre_charts import MOST_SHOWN
from training.statistics.projection import PERPLEXITY, Points, fewest_fitted, neighbour_plane, principal_plane

Projection = Literal["tsne", "pca"]
PROJECTIONS: tuple[Projection, ...] = get_args(Projection)

MOST_TRACKS = 5000
"""Points that can still be seen."""

_NEIGHBOURS = 10
_CELLS = 40

Groups = NDArray[np.intp]


@style.look()
def catalog_map(tracks: pd.DataFrame, projection: Projection = "tsne", seed: int = 0) -> Chart:
    """`tracks` has one row a track, with all its genres; the same tracks and seed make the same map. Few make one by "pca"."""
    sample = _sampled(tracks, seed)
    method: Projection = projection if len(sample) >= fewest_fitted() else "pca"
    points, axis_labels = _projected(continuous_values(sample, "vector"), method, seed)
    member = _membership(sample["genres"])
    nearest = _nearest(points)
    genres = _closest_knit(member, nearest)
    figure = style.new_figure(8.0)
    _draw(figure, points, _groups(sample["genres"], genres), genres, axis_labels, seed)
    agreement, chance = _agreement(member.to_numpy(), nearest)
    title = f"Neighbours on the map share a genre in {style.percent(agreement)} of cases, by chance in {style.percent(chance)}"
    style.headline(figure, title)
    of_all = (
        f" of the {len(genres)} of {member.shape[1]} genres that hold together best" if len(genres) < member.shape[1] else ""
    )
    drawn = "" if len(sample) == len(tracks) else f" of {len(tracks):,}, drawn at random"
    caption = (
        f"{len(sample):,} tracks{drawn}, placed by their continuous audio features alone ({_METHODS[method]}); the colour is "
        f"the genre, of which the method knows nothing. Names{of_all} stand where they are densest against the others. "
        f"Of the {_NEIGHBOURS} nearest on the map {style.percent(agreement, 1)} share a genre with the track, of all other "
        f"tracks {style.percent(chance, 1)}."
    )
    return Chart("catalog_map", title, caption, figure)


_METHODS: dict[Projection, str] = {
    "tsne": f"t-SNE, perplexity {PERPLEXITY}: only who is near whom means something",
    "pca": "the first two principal components",
}
_SEVERAL, _OTHER = -2, -1
_UNCOLOURED = {_SEVERAL: "#8A8A8A", _OTHER: "#DCDCDC"}
"""The last colours, in the order that these places count from the end."""

_NAMES = {_SEVERAL: "several of these", _OTHER: "other genres"}


def _sampled(tracks: pd.DataFrame, seed: int) -> pd.DataFrame:
    if len(tracks) <= MOST_TRACKS:
        return tracks.reset_index(drop=True)
    places = np.random.default_rng(seed).choice(len(tracks), MOST_TRACKS, replace=False)
    return tracks.iloc[np.sort(places)].reset_index(drop=True)


def _projected(values: Points, projection: Projection, seed: int) -> tuple[Points, tuple[str, str]]:
    """float64 [n, 2], and what to write at the axes."""
    standardised = _standardised(values)
    if projection == "tsne":
        return neighbour_plane(standardised, seed), ("t-SNE, first axis (no unit)", "t-SNE, second axis (no unit)")
    points, variances = principal_plane(standardised)
    first, second = map(style.percent, variances)
    return points, (f"first principal component ({first} of the variance)", f"second ({second} of the variance)")


def _standardised(values: Points) -> Points:
    """Mean 0 and deviation 1 in each column, 0 where missing or where a column says nothing."""
    known = ~np.isnan(values)
    numbers = np.maximum(known.sum(axis=0), 1)
    centred = np.where(known, values - np.where(known, values, 0).sum(axis=0) / numbers, 0.0)
    deviations = np.sqrt((centred**2).sum(axis=0) / numbers)
    return centred / np.where(deviations > 1e-9, deviations, 1.0)


def _groups(genres_of_tracks: pd.Series, shown: list[str]) -> Groups:
    """For each track the place of the one shown genre that it is in, or that it is in several or in none of them."""
    places = {genre: place for place, genre in enumerate(shown)}
    found = [[places[genre] for genre in genres if genre in places] for genres in genres_of_tracks]
    return np.array([_OTHER if not hits else hits[0] if len(hits) == 1 else _SEVERAL for hits in found], dtype=np.intp)


def _membership(genres_of_tracks: pd.Series) -> pd.DataFrame:
    """bool [n, n_genres], the genres in the order of the alphabet."""
    names = sorted({genre for genres in genres_of_tracks for genre in genres})
    places = {genre: place for place, genre in enumerate(names)}
    member = np.zeros((len(genres_of_tracks), len(names)), dtype=bool)
    for row, genres in enumerate(genres_of_tracks):
        member[row, [places[genre] for genre in genres]] = True
    return pd.DataFrame(member, columns=names)


def _nearest(points: Points) -> Groups:
    """[n, 10]: the places of each point's nearest, itself left out."""
    number = min(_NEIGHBOURS, len(points) - 1)
    nearest: Groups = NearestNeighbors(n_neighbors=number).fit(points).kneighbors(return_distance=False)
    return nearest


def _closest_knit(member: pd.DataFrame, nearest: Groups) -> list[str]:
    """The genres whose tracks have the most of their own among the nearest, in the order of the alphabet."""
    own = {genre: column.to_numpy()[nearest[column]].mean() for genre, column in member.items()}
    return sorted(sorted(own, key=lambda genre: -own[genre])[:MOST_SHOWN])


def _agreement(member: NDArray[np.bool_], nearest: Groups) -> tuple[float, float]:
    """The shares of a track's nearest, and of all other tracks, that have a genre in common with it."""
    near = np.mean([(member[others] & member).any(axis=1).mean() for others in nearest.T])
    weights = member.astype(np.float32)
    pairs = sum(int((weights[start : start + 1000] @ weights.T > 0).sum()) for start in range(0, len(weights), 1000))
    return float(near), (pairs - len(member)) / (len(member) * (len(member) - 1))


def _draw(figure: Figure, points: Points, groups: Groups, genres: list[str], axis_labels: tuple[str, str], seed: int) -> None:
    (ax,) = style.panels(figure, 1, 1)
    colours = list(style.colours(genres).values())
    _scatter(ax, points, groups, colours, seed)
    _name_places(ax, points, groups, genres, colours)
    _legend(ax, groups, genres, colours)
    ax.set(xlabel=axis_labels[0], ylabel=axis_labels[1], xticks=[], yticks=[])
    ax.set_aspect("equal", adjustable="datalim")


def _scatter(ax: Axes, points: Points, groups: Groups, colours: list[str], seed: int) -> None:
    # In one random order, or the genre that is drawn last would hide the others; those without a colour lie below.
    order = np.random.default_rng(seed).permutation(len(points))
    order = order[np.argsort(groups[order] >= 0, kind="stable")]
    inks = np.array([*colours, *_UNCOLOURED.values()])[groups[order]]
    x, y = points[order].T
    ax.scatter(x, y, s=9, c=inks, alpha=0.75, linewidths=0, rasterized=True)


def _name_places(ax: Axes, points: Points, groups: Groups, genres: list[str], colours: list[str]) -> None:
    places = {place: _densest(points, groups == place) for place in range(len(genres)) if (groups == place).any()}
    spots = _apart(np.array(list(places.values())).reshape(-1, 2), points)
    for place, spot in zip(places, spots, strict=True):
        halo = [withStroke(linewidth=3, foreground="white")]
        name = style.shortened(genres[place])
        x, y = spot
        ax.text(x, y, name, color=colours[place], fontsize=10, fontweight="bold", ha="center", va="center", path_effects=halo)


def _densest(points: Points, chosen: NDArray[np.bool_]) -> Points:
    """[2], where the share of the chosen among all is highest, seen through a soft lens."""
    edges = [np.histogram_bin_edges(points[:, axis], _CELLS) for axis in (0, 1)]
    counts = [gaussian_filter(np.histogram2d(part[:, 0], part[:, 1], bins=edges)[0], 2.5) for part in (points[chosen], points)]
    score = counts[0] / (counts[1] + counts[1].max() / 10)
    cell = np.unravel_index(score.argmax(), score.shape)
    return np.array([(edge[at] + edge[at + 1]) / 2 for edge, at in zip(edges, cell, strict=True)])


def _apart(spots: Points, points: Points) -> Points:
    """The spots, from below to above, each moved up until its line of text is clear of those below."""
    width, height = np.ptp(points, axis=0) * (0.16, 0.035)
    placed: list[Points] = []
    for place in np.argsort(spots[:, 1], kind="stable"):
        spot = spots[place].copy()
        for other in sorted(placed, key=lambda one: one[1]):
            if abs(other[0] - spot[0]) < width and abs(other[1] - spot[1]) < height:
                spot[1] = other[1] + height
        placed.append(spot)
        spots[place] = spot
    return spots


def _legend(ax: Axes, groups: Groups, genres: list[str], colours: list[str]) -> None:
    """A dot and a name with its number of tracks, one below the other, right of the map."""
    lines = [
        (colour, genre, (groups == place).sum()) for place, (genre, colour) in enumerate(zip(genres, colours, strict=True))
    ]
    lines += [(colour, _NAMES[group], (groups == group).sum()) for group, colour in _UNCOLOURED.items()]
    shown = [line for line in lines if line[2]]
    for place, (colour, name, number) in enumerate(shown):
        height = 0.99 - 0.034 * place
        ax.plot(1.02, height, "o", color=colour, markersize=6, transform=ax.transAxes, clip_on=False)
        text = f"{style.shortened(name)}  {number:,}"
        ax.text(1.035, height, text, transform=ax.transAxes, va="center", fontsize=8.5)
