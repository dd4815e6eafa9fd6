"""Many small networks in one, which share most of their weights and are averaged.

Gorishniy, Kotelnikov and Babenko, "TabM: advancing tabular deep learning with parameter-efficient ensembling" (ICLR 2025): a
layer of member k is (x * before_k) W * after_k + bias_k with W shared, each has an output layer of its own, and each is fitted
on a loss of its own. Members start apart by the random signs in the first `before`.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any, ClassVar

import numpy as np

from training.models import Parameters
from training.models.networks.members import Layer
from training.models.networks.network import DenseNetwork
from training.models.space import Choice, Space

_ONE = np.ones((1, 1, 1), np.float32)


class TabM(DenseNetwork):
    """See `training.models.Model`."""

    family: ClassVar[str] = "tabm"
    defaults: ClassVar[Parameters] = {
        "members": 8,
        "width": 128,
        "depth": 1,
        "dropout": 0.2,
        "n_bins": 12,
        "learning_rate": 3e-3,
    }
    space: ClassVar[Space] = {"depth": Choice((1, 2)), "n_bins": Choice((0, 12))}

    def _outputs(self, keras: ModuleType, inputs: Any, n_outputs: int) -> Any:
        n_members, width, layers = self._parameters["members"], self._parameters["width"], keras.layers
        hidden = layers.RepeatVector(n_members)(inputs)
        for place in range(self._parameters["depth"]):
            start = "ones" if place else self._signs
            hidden = layers.EinsumDense("bkd,kd->bkd", hidden.shape[1:], kernel_initializer=start)(hidden)
            hidden = layers.Dense(width, use_bias=False, kernel_initializer="he_normal")(hidden)
            after = layers.EinsumDense("bkd,kd->bkd", hidden.shape[1:], bias_axes="kd", kernel_initializer="ones")
            hidden = layers.Dropout(self._parameters["dropout"])(layers.ReLU()(after(hidden)))
        return layers.EinsumDense("bkd,kdg->bkg", (n_members, n_outputs), bias_axes="kg")(hidden)

    def _signs(self, shape: tuple[int, ...], dtype: str) -> np.ndarray:
        return np.random.default_rng(self._seed).choice(np.array([-1, 1], dtype), shape)

    def _loss(self, keras: ModuleType) -> Any:
        smoothing = self._parameters["label_smoothing"]

        def loss_of_each_member(targets: Any, logits: Any) -> Any:
            """[n, n_outputs] and [n, n_members, n_outputs] to the mean cross-entropy of the members, [n]."""
            smooth = (1 - smoothing) * targets + smoothing / targets.shape[-1]
            logs = keras.ops.log_softmax(logits, axis=-1)
            return -keras.ops.mean(keras.ops.sum(smooth[:, None] * logs, axis=-1), axis=-1)

        return loss_of_each_member

    def _metric(self, keras: ModuleType) -> Any:
        def accuracy(targets: Any, logits: Any) -> Any:
            """Of the mean of what the members say."""
            mean = keras.ops.mean(keras.ops.softmax(logits, axis=-1), axis=1)
            return keras.ops.equal(keras.ops.argmax(targets, axis=-1), keras.ops.argmax(mean, axis=-1))

        return accuracy

    def _layers(self, network: Any) -> list[Layer]:
        *weights, last_kernel, last_bias = network.get_weights()
        hidden = (weights[place : place + 4] for place in range(0, len(weights), 4))
        return [
            *(Layer(_by_member(before), kernel, _by_member(after), _by_member(bias)) for before, kernel, after, bias in hidden),
            Layer(_ONE, last_kernel, _ONE, _by_member(last_bias)),
        ]


def _by_member(array: np.ndarray) -> np.ndarray:
    """[n_members, width] to [n_members, 1, width]."""
    return array[:, np.newaxis]
