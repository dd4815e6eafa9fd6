"""How every network is fitted: batches of one size, a part held out, a checkpoint of the best epoch.

The part held out is of whole groups of rows that are the same track: a row and its twin with gaps, or a track under several
ids (`same_tracks`). Which tracks share an artist is not known here, so that it is kinder than new artists are, and the epoch
that it chooses is rather too late than too early.

Public names: Examples, held_out, same_tracks, fit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from kamerton.music.features import CORE, FloatArray
from training.models import LabelArray
from training.models.networks.backend import without_copy_warnings

_N_TELLING = 6
"""Of the core nine, which come first and are hardly ever missing, those with the most different values are looked at by pairs:
two tracks of a genre hardly ever share both."""

_LEAST_STEPS = 16


@dataclass(frozen=True, slots=True)
class Examples:
    """`inputs` float32 [n, ...] as the network takes them, `targets` float32 [n, n_outputs] one-hot, `weights` [n]."""

    inputs: FloatArray
    targets: FloatArray
    weights: NDArray[np.float32]

    def __getitem__(self, places: NDArray[Any]) -> Examples:
        return Examples(self.inputs[places], self.targets[places], self.weights[places])

    def padded(self, batch_size: int) -> Examples:
        """With rows of no weight up to whole batches: another size would be compiled once more."""
        n_rows = len(self.inputs)
        places = np.arange(-(-n_rows // batch_size) * batch_size)
        padded = self[places % n_rows]
        return Examples(padded.inputs, padded.targets, np.where(places < n_rows, padded.weights, np.float32(0)))


def fit(
    keras: ModuleType,
    network: Any,
    examples: Examples,
    is_held_out: NDArray[np.bool_],
    parameters: Mapping[str, Any],
) -> dict[str, list[float]]:
    """Leave the weights of the best epoch in the compiled `network`; the loss and accuracy of each epoch, of both parts.

    Where nothing is held out the last epoch is taken.
    """
    batch_size = fitting_batch(int((~is_held_out).sum()), parameters["batch_size"])
    train, rest = examples[~is_held_out].padded(batch_size), examples[is_held_out]
    with TemporaryDirectory() as folder:
        best = Path(folder) / "best.weights.h5"
        options: dict[str, Any] = {}
        if is_held_out.any():
            validation = rest.padded(batch_size)
            options["validation_data"] = (validation.inputs, validation.targets, validation.weights)
            options["callbacks"] = [
                keras.callbacks.EarlyStopping("val_loss", patience=parameters["patience"]),
                keras.callbacks.ModelCheckpoint(str(best), "val_loss", save_best_only=True, save_weights_only=True),
            ]
        with without_copy_warnings():
            history = network.fit(
                train.inputs,
                train.targets,
                sample_weight=train.weights,
                batch_size=batch_size,
                epochs=parameters["epochs"],
                verbose=0,
                **options,
            )
        if best.exists():
            network.load_weights(str(best))
    return {name: [float(value) for value in values] for name, values in history.history.items()}


def fitting_batch(n_rows: int, most: int) -> int:
    """A power of 2 with which there are 16 steps an epoch at least, and `most` at most: early stopping counts epochs."""
    return min(most, 1 << max(4, int(np.log2(max(n_rows / _LEAST_STEPS, 1)))))


def held_out(tracks: LabelArray, share: float, random: np.random.Generator) -> NDArray[np.bool_]:
    """A mask [n] of that share of the tracks, whole; `tracks` [n] are as of `same_tracks`."""
    n_tracks = int(tracks.max()) + 1
    return (random.permutation(n_tracks) < round(share * n_tracks))[tracks]


def same_tracks(vectors: FloatArray, labels: LabelArray) -> LabelArray:
    """[n] numbers from 0: rows of one genre with the same values have the same, whatever is missing in one of them."""
    table = pd.DataFrame(vectors[:, : len(CORE)])
    telling = table.nunique().nlargest(_N_TELLING).index
    n_groups, rows, groups = 0, [np.zeros(0, np.intp)], [np.zeros(0, np.intp)]
    for pair in zip(telling[::2], telling[1::2], strict=False):
        known = table[list(pair)].dropna()
        number = known.groupby([labels[known.index], *(known[column] for column in pair)]).ngroup()
        rows.append(known.index.to_numpy())
        groups.append(number.to_numpy() + n_groups)
        n_groups += int(number.max() + 1) if len(number) else 0
    return _connected(np.concatenate(rows), np.concatenate(groups), len(vectors), n_groups)


def _connected(rows: LabelArray, groups: LabelArray, n_rows: int, n_groups: int) -> LabelArray:
    """Numbers of the parts in which rows hang together by a group that they share."""
    n_nodes = n_rows + n_groups
    edges = coo_array((np.ones(len(rows), bool), (rows, n_rows + groups)), shape=(n_nodes, n_nodes))
    return np.asarray(connected_components(edges, directed=False)[1][:n_rows], dtype=np.intp)
