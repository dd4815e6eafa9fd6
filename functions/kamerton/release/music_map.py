"""The map of music: every track of the catalog as a point of a square, near those that sound like it.

Points have two numbers: the track's in the catalog, and a place. Places follow a Z-shaped curve (G. M. Morton, 1966) through
the square, so that a block of BLOCK places one after the other is a neighbourhood, whose names are read together.

Public names: MusicMap, GenreArea, SIDE, BLOCK.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from kamerton.release.median import median

SIDE = 2**16
"""Coordinates are from 0 to SIDE - 1; the first grows to the right, the second upwards."""

BLOCK = 256

_CELLS = 48
_SOFTENED = 4
_MOST_BESIDE = 3


class GenreArea(Struct, frozen=True):
    """`tracks` counts the points of this colour. `x` and `y` are where the genre is densest against the others, `spread` is how
    many cells it fills (the more, the less of an area), and `beside` are the genres that share its cells, the closest first."""

    genre: str
    tracks: int
    x: int
    y: int
    spread: float
    beside: tuple[str, ...]


class MusicMap:
    """`rows` uint16 [n_tracks, 3]: x, y, and the place of the track's genre among `genres`. Everything is computed at its first
    use: most instances never show the map."""

    def __init__(self, rows: NDArray[np.uint16], genres: Sequence[str]) -> None:
        self._rows = rows
        self._genres = tuple(genres)

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def n_blocks(self) -> int:
        return -(-len(self) // BLOCK)

    def points(self) -> bytes:
        """By place: the lower byte of every x, of every y and of every label, then the higher bytes, which gzips well."""
        columns = np.ascontiguousarray(self._rows[self._order].T.astype("<u2"))
        return columns.view(np.uint8).reshape(3, len(self), 2).transpose(2, 0, 1).tobytes()

    def block(self, number: int) -> list[int]:
        """The tracks at the BLOCK places from `number` * BLOCK on."""
        tracks: list[int] = self._order[number * BLOCK : (number + 1) * BLOCK].tolist()
        return tracks

    def spot(self, tracks: Sequence[int]) -> tuple[int, int]:
        """The x and y of a track; of several tracks, the median of each."""
        x, y = median(self._rows[list(tracks), :2])
        return int(x), int(y)

    @cached_property
    def areas(self) -> tuple[GenreArea, ...]:
        """Each genre in the order of the labels."""
        counts = self._counts
        lens = _softened(counts)
        dense = lens / (lens.sum(axis=0) + lens.sum(axis=0).max() / 3)
        similarity = _similarity(lens)
        return tuple(self._area(label, int(dense[label].argmax()), similarity[label], counts) for label in range(len(counts)))

    def _area(self, label: int, cell: int, similarity: NDArray[np.float64], counts: NDArray[np.float64]) -> GenreArea:
        row, column = divmod(cell, _CELLS)
        points = counts[label]
        spread = float(points.sum() ** 2 / max((points**2).sum(), 1))
        closest = [other for other in np.argsort(-similarity, kind="stable") if other != label and similarity[other] > 0]
        beside = tuple(self._genres[other] for other in closest[:_MOST_BESIDE])
        middle = SIDE / _CELLS
        return GenreArea(
            self._genres[label], int(points.sum()), int((column + 0.5) * middle), int((row + 0.5) * middle), spread, beside
        )

    @cached_property
    def _counts(self) -> NDArray[np.float64]:
        """[n_genres, n_cells]: how many points of each genre lie in each cell of a coarse grid."""
        x, y, label = self._rows.T.astype(np.int64)
        cell = (y * _CELLS // SIDE) * _CELLS + x * _CELLS // SIDE
        flat = np.bincount(label * _CELLS**2 + cell, minlength=len(self._genres) * _CELLS**2)
        return flat.reshape(len(self._genres), _CELLS**2).astype(np.float64)

    @cached_property
    def _order(self) -> NDArray[np.int64]:
        """The track at each place."""
        codes = _spaced(self._rows[:, 0]) | (_spaced(self._rows[:, 1]) << np.uint32(1))
        return np.argsort(codes, kind="stable")


def _spaced(values: NDArray[np.uint16]) -> NDArray[np.uint32]:
    """The bits of each value with a 0 before each bit."""
    spaced = values.astype(np.uint32)
    for shift, mask in ((8, 0x00FF00FF), (4, 0x0F0F0F0F), (2, 0x33333333), (1, 0x55555555)):
        spaced = (spaced | (spaced << np.uint32(shift))) & np.uint32(mask)
    return spaced


def _softened(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """The counts of each cell with those of the cells around it, _SOFTENED times over: single tracks make no area."""
    grid = counts.reshape(-1, _CELLS, _CELLS)
    for _ in range(_SOFTENED):
        for axis in (1, 2):
            edge = [(0, 0), (1, 1), (0, 0)] if axis == 1 else [(0, 0), (0, 0), (1, 1)]
            padded = np.pad(grid, edge)
            steps = [np.take(padded, range(start, start + _CELLS), axis=axis) for start in range(3)]
            grid = steps[0] + 2 * steps[1] + steps[2]
    return grid.reshape(len(counts), -1)


def _similarity(lens: NDArray[np.float64]) -> NDArray[np.float64]:
    """[n_genres, n_genres]: the cosine of two genres' densities, 1 for the same area, 0 for areas that do not touch."""
    lengths = np.maximum(np.linalg.norm(lens, axis=1, keepdims=True), 1e-12)
    unit = lens / lengths
    similarity: NDArray[np.float64] = unit @ unit.T
    return similarity
