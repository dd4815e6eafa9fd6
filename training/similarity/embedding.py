"""The space where "sounds like" is a distance, learnt from which tracks have the same artist.

Artists, titles and popularity are never inputs. An embedding is three parts side by side:

    axes       of the core features, along which artists differ (see `training.statistics.covariance`)
    circles    each optional feature as a point on half a circle: near values lie near one another, and a missing value is
               the centre, as far from every point: it favours no track
    network    of both, trained to add what they miss (see `training.similarity.pair_network`)

A missing core feature is replaced by its mean given the rest, for any pattern of missing ones.

Public names: Embedding, EMBEDDING, fit_embedding, load_embedding, prove_parity.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pandas as pd
from numpy.typing import NDArray

from kamerton.music.features import CORE, FloatArray
from kamerton.release.embedder import Embedder
from kamerton.release.onnx_model import OnnxModel
from training.data.inputs import core_only, sound_of
from training.data.rows import first_artists
from training.similarity import embedder_graph
from training.similarity.pair_network import Layers, Recipe, outputs, train_pairs
from training.statistics.covariance import FILL_STEPS, artist_axes, correlations, filled, filling, standards

EMBEDDING = "embedding.npz"
"""The file that `train` writes into the build folder."""

CIRCLE = 0.7
"""Standard deviations of an optional feature to a radian of its circle."""

MOST_DEVIATIONS = 4.0
"""The network sees nothing farther out than this."""

_PARITY = 1e-5
_LEAST_LENGTH = 1e-3
_LEAST_PAIRED = 10


@dataclass(frozen=True, slots=True)
class Embedding:
    """Float32 all: `center` and `scale` [n_sound] standardise; `filling` [n_sound, n_sound]; `axes` [n_core, d_axes];
    `radii` [n_optional] of the circles; `layers` of the network, none when no artists could teach it."""

    center: FloatArray
    scale: FloatArray
    filling: FloatArray
    axes: FloatArray
    radii: FloatArray
    layers: Layers = ()

    @property
    def dimensions(self) -> int:
        return int(self.axes.shape[1] + 2 * len(self.radii) + (self.layers[-1].shape[0] if self.layers else 0))

    def embed(self, vectors: FloatArray) -> FloatArray:
        """float32 [n, n_features], NaN where unknown, to float32 [n, d]. Only what is of the sound is looked at."""
        fixed, inputs = self.parts(vectors)
        return np.hstack([fixed, outputs(self.layers, inputs)]) if self.layers else fixed

    def parts(self, vectors: FloatArray) -> tuple[FloatArray, FloatArray]:
        """The axes and circles, and the network's inputs."""
        standardised = (vectors[:, : len(self.center)] - self.center) / self.scale
        core = self.fill(standardised)[:, : len(CORE)]
        circles = self._circles(standardised[:, len(CORE) :])
        clipped = np.clip(core, np.float32(-MOST_DEVIATIONS), np.float32(MOST_DEVIATIONS))
        return np.hstack([core @ self.axes, circles]), np.hstack([clipped, circles])

    def fill(self, standardised: FloatArray) -> FloatArray:
        """float32 [n, n_features] without NaN."""
        return filled(standardised, self.filling)

    def _circles(self, optional: FloatArray) -> FloatArray:
        """float32 [n, 2 * n_optional]: all cosines, then all sines."""
        angles = np.clip(optional / np.float32(CIRCLE), np.float32(-np.pi / 2), np.float32(np.pi / 2))
        points = np.hstack([self.radii * np.cos(angles), self.radii * np.sin(angles)])
        return np.where(np.isnan(points), np.float32(0), points)

    def to_onnx(self) -> onnx.ModelProto:
        """The same under the one contract: `features` [n, n_features] to `embedding` [n, d]."""
        return embedder_graph.build(self._arrays(), self.dimensions, FILL_STEPS, CIRCLE, MOST_DEVIATIONS, len(CORE))

    def save(self, path: Path) -> None:
        # To an open file: numpy would add a suffix of its own to a name.
        with path.open("wb") as file:
            arrays: dict[str, Any] = {**self._arrays()}
            np.savez(file, **arrays)

    @classmethod
    def load(cls, path: Path) -> Embedding:
        with np.load(path) as arrays:
            layers = tuple(arrays[f"layer_{place}"] for place in range(sum(name.startswith("layer_") for name in arrays)))
            return cls(**{name: arrays[name] for name in ("center", "scale", "filling", "axes", "radii")}, layers=layers)

    def _arrays(self) -> dict[str, FloatArray]:
        named = {name: getattr(self, name) for name in ("center", "scale", "filling", "axes", "radii")}
        return named | {f"layer_{place}": array for place, array in enumerate(self.layers)}


def fit_embedding(tracks: pd.DataFrame, seed: int = 0) -> Embedding:
    """The space of a catalog, one row a track with `artists` and the features by name (absent or NaN: not known)."""
    numbers = sound_of(tracks)
    artists = pd.factorize(first_artists(tracks))[0].astype(np.int64)
    fixed = _fit_fixed(numbers, artists)
    if (np.bincount(artists) > 1).sum() < _LEAST_PAIRED:
        return fixed
    return _with_network(fixed, numbers, artists, seed)


def load_embedding(build: Path) -> Embedding:
    """The embedding that `train` saved. Raises SystemExit when it is not there."""
    if not (build / EMBEDDING).exists():
        raise SystemExit(f"{build / EMBEDDING} is not there: run `python -m training.train` first.")
    return Embedding.load(build / EMBEDDING)


def _fit_fixed(numbers: FloatArray, artists: NDArray[np.int64]) -> Embedding:
    center, scale = standards(numbers)
    standardised = ((numbers - center) / scale).astype(np.float64)
    nothing = Embedding(
        center, scale, filling(correlations(standardised)), np.zeros((0, 0), np.float32), np.zeros(0, np.float32)
    )
    core = nothing.fill(standardised.astype(np.float32))[:, : len(CORE)].astype(np.float64)
    radii = [CIRCLE * _weight(column, artists) for column in standardised[:, len(CORE) :].T]
    return Embedding(center, scale, nothing.filling, artist_axes(core, artists).astype(np.float32), np.array(radii, np.float32))


def _weight(column: NDArray[np.float64], artists: NDArray[np.int64]) -> float:
    """How much a standard deviation of one feature counts, over the tracks where it is known; 0 if there are no two."""
    known = ~np.isnan(column)
    if known.sum() < 2:
        return 0.0
    return float(artist_axes(column[known, np.newaxis], artists[known])[0, 0])


def _with_network(fixed: Embedding, numbers: FloatArray, artists: NDArray[np.int64], seed: int) -> Embedding:
    coordinates, inputs = (np.stack(views) for views in zip(fixed.parts(numbers), fixed.parts(core_only(numbers)), strict=True))
    layers = train_pairs(inputs, coordinates, artists, Recipe(), np.random.default_rng(seed))
    return Embedding(fixed.center, fixed.scale, fixed.filling, fixed.axes, fixed.radii, layers)


def prove_parity(embedding: Embedding, numbers: FloatArray) -> float:
    """The largest distance of the graph's embedding to `embed`'s, as a share of its length, over the rows of `numbers`, float32
    [n, n_features], as they are and with only the core features known. Raises SystemExit when it is above 1e-5."""
    model = OnnxModel(embedding.to_onnx().SerializeToString(), Embedder.OUTPUT)
    worst = max(_difference(embedding.embed(rows), model(rows)) for rows in (numbers, core_only(numbers)))
    if not worst <= _PARITY:
        raise SystemExit(
            f"The embedder's ONNX graph is {worst:.1e} from the fitted space, more than {_PARITY:.0e}: not exported."
        )
    return worst


def _difference(native: FloatArray, exported: FloatArray) -> float:
    lengths = np.maximum(np.linalg.norm(native, axis=1), _LEAST_LENGTH)
    return float((np.linalg.norm(native - exported, axis=1) / lengths).max(initial=0))
