"""A small network that puts tracks of one artist near one another, trained in plain numpy.

In-batch softmax on pairs: a batch is two tracks each of many artists, and each track has to find its partner among the
other artists' tracks. The logit of two tracks is minus half their squared distance, so that the loss is the cross-entropy of
"which of these is by the same artist" (the N-pair loss of Sohn, "Improved deep metric learning with multi-class N-pair loss
objective", 2016, with distances). Part of the coordinates is fixed beforehand; the network adds what those miss. The optimiser
is Adam with decoupled weight decay (Loshchilov and Hutter, "Decoupled weight decay regularization", 2019).

Public names: Layers, Recipe, outputs, train_pairs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from kamerton.music.features import FloatArray

IntArray = NDArray[np.int64]
Layers = tuple[FloatArray, ...]
"""Weights [n_in, n_out] and bias [n_out] of each layer in turn, with a ReLU between two layers."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How the network is built and trained (measured on artists left out)."""

    hidden: tuple[int, ...] = (128,)
    dimensions: int = 28
    steps: int = 2000
    batch: int = 256
    rate: float = 3e-3
    decay: float = 0.1


def outputs(layers: Layers, inputs: FloatArray) -> FloatArray:
    """float32 [n, n_in] to float32 [n, dimensions]."""
    return _activations(layers, inputs)[-1]


def train_pairs(views: FloatArray, fixed: FloatArray, artists: IntArray, recipe: Recipe, random: np.random.Generator) -> Layers:
    """The layers. `views` float32 [n_views, n_tracks, n_in] are the same tracks as more or less is known of them, and `fixed`
    float32 [n_views, n_tracks, d] their fixed coordinates: each track of a pair comes from any view. `artists` [n_tracks] are
    labels from 0, of which two at least must have two tracks."""
    layers = _initial((views.shape[2], *recipe.hidden, recipe.dimensions), random)
    adam = _Adam(layers, recipe)
    # The products are small: several threads would wait for one another longer than they work.
    with threadpool_limits(1, user_api="blas"):
        for step, (one, other) in enumerate(_batches(artists, recipe, random)):
            first, second = random.integers(len(views), size=(2, len(one)))
            gradient = _gradient(layers, (views[first, one], views[second, other]), (fixed[first, one], fixed[second, other]))
            layers = adam.step(layers, gradient, step)
    return layers


def _batches(artists: IntArray, recipe: Recipe, random: np.random.Generator) -> Iterator[tuple[IntArray, IntArray]]:
    """Pairs of different tracks of one artist, each artist at most once, and likelier the more tracks it has."""
    counts = np.bincount(artists)
    order = np.argsort(artists, kind="stable")
    starts = np.cumsum(counts) - counts
    eligible = np.flatnonzero(counts > 1)
    size = min(recipe.batch, len(eligible))
    for _ in range(recipe.steps):
        # The largest of log weight + Gumbel noise: a weighted draw without replacement.
        keys = np.log(counts[eligible]) + random.gumbel(size=len(eligible))
        drawn = eligible[np.argpartition(keys, len(keys) - size)[len(keys) - size :]]
        first = random.integers(counts[drawn])
        second = (first + 1 + random.integers(counts[drawn] - 1)) % counts[drawn]
        yield order[starts[drawn] + first], order[starts[drawn] + second]


def _gradient(layers: Layers, inputs: tuple[FloatArray, FloatArray], fixed: tuple[FloatArray, FloatArray]) -> list[FloatArray]:
    """Of the mean cross-entropy of both directions, by each array of `layers`."""
    one, other = (_activations(layers, batch) for batch in inputs)
    logits: FloatArray = -(_squared_distances(one[-1], other[-1]) + _squared_distances(*fixed)) / np.float32(2)
    errors = _softmax(logits, 0) + _softmax(logits, 1) - 2 * np.eye(len(logits), dtype=np.float32)
    excess = errors / np.float32(2 * len(logits))
    # A logit's derivative by the one end of its distance is minus the difference of the two ends.
    by_one = excess @ other[-1] - excess.sum(axis=1, keepdims=True) * one[-1]
    by_other = excess.T @ one[-1] - excess.sum(axis=0)[:, np.newaxis] * other[-1]
    both = zip(_backward(layers, one, by_one), _backward(layers, other, by_other), strict=True)
    return [left + right for left, right in both]


def _activations(layers: Layers, inputs: FloatArray) -> list[FloatArray]:
    """The inputs, then what each layer gives."""
    activations = [inputs]
    for place in range(0, len(layers), 2):
        linear = activations[-1] @ layers[place] + layers[place + 1]
        is_last = place == len(layers) - 2
        activations.append(linear if is_last else np.maximum(linear, 0))
    return activations


def _backward(layers: Layers, activations: list[FloatArray], gradient: FloatArray) -> list[FloatArray]:
    by_layer: list[FloatArray] = []
    for place in range(len(layers) - 2, -1, -2):
        inputs = activations[place // 2]
        by_layer = [inputs.T @ gradient, gradient.sum(axis=0), *by_layer]
        gradient = (gradient @ layers[place].T) * (inputs > 0)
    return by_layer


def _squared_distances(one: FloatArray, other: FloatArray) -> FloatArray:
    return np.asarray((one**2).sum(axis=1)[:, np.newaxis] + (other**2).sum(axis=1) - 2 * one @ other.T)


def _softmax(logits: FloatArray, axis: int) -> FloatArray:
    exponentials = np.exp(logits - logits.max(axis=axis, keepdims=True))
    return np.asarray(exponentials / exponentials.sum(axis=axis, keepdims=True))


def _initial(widths: tuple[int, ...], random: np.random.Generator) -> Layers:
    # He et al. (2015), for ReLU.
    layers: list[FloatArray] = []
    for n_in, n_out in pairwise(widths):
        layers.append((random.standard_normal((n_in, n_out)) * np.sqrt(2 / n_in)).astype(np.float32))
        layers.append(np.zeros(n_out, np.float32))
    return tuple(layers)


class _Adam:
    def __init__(self, layers: Layers, recipe: Recipe) -> None:
        self._recipe = recipe
        self._means = [np.zeros_like(array) for array in layers]
        self._squares = [np.zeros_like(array) for array in layers]

    def step(self, layers: Layers, gradient: list[FloatArray], step: int) -> Layers:
        """The layers after one step; the rate falls along a cosine."""
        rate = np.float32(self._recipe.rate * (1 + np.cos(np.pi * step / self._recipe.steps)) / 2)
        return tuple(self._moved(place, array, gradient[place], rate, step + 1) for place, array in enumerate(layers))

    def _moved(self, place: int, array: FloatArray, slope: FloatArray, rate: np.float32, n_steps: int) -> FloatArray:
        self._means[place] += np.float32(0.1) * (slope - self._means[place])
        self._squares[place] += np.float32(0.001) * (slope**2 - self._squares[place])
        mean = self._means[place] / np.float32(1 - 0.9**n_steps)
        square = self._squares[place] / np.float32(1 - 0.999**n_steps)
        # Weights decay, biases do not.
        kept = 1 - rate * np.float32(self._recipe.decay) if array.ndim == 2 else np.float32(1)
        return np.asarray(kept * (array - rate * mean / (np.sqrt(square) + np.float32(1e-8))))
