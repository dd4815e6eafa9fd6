"""A multilayer perceptron: dense layers, each with batch normalisation (Ioffe and Szegedy, ICML 2015), ReLU and dropout."""

from __future__ import annotations

from types import ModuleType
from typing import Any, ClassVar

import numpy as np

from kamerton.music.features import FloatArray
from training.models import Parameters
from training.models.networks.members import Layer
from training.models.networks.network import DenseNetwork
from training.models.space import Choice, Space

_ONE = np.ones((1, 1, 1), np.float32)


class MLP(DenseNetwork):
    """See `training.models.Model`. The first layer has the parameter `width`, each other half of the one before."""

    family: ClassVar[str] = "mlp"
    defaults: ClassVar[Parameters] = {
        "width": 512,
        "depth": 2,
        "dropout": 0.6,
        "n_bins": 12,
        "learning_rate": 5e-4,
        "label_smoothing": 0.1,
    }
    space: ClassVar[Space] = {"width": Choice((256, 512)), "depth": Choice((2, 3))}

    def _outputs(self, keras: ModuleType, inputs: Any, n_outputs: int) -> Any:
        layers, hidden = keras.layers, inputs
        for place in range(self._parameters["depth"]):
            width = self._parameters["width"] // 2**place
            hidden = layers.Dense(width, use_bias=False, kernel_initializer="he_normal")(hidden)
            hidden = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(hidden))
            hidden = layers.Dropout(self._parameters["dropout"])(hidden)
        return layers.Dense(n_outputs)(hidden)

    def _layers(self, network: Any) -> list[Layer]:
        weighted = [layer.get_weights() for layer in network.layers if layer.weights]
        kernels, normalisations = weighted[:-1:2], weighted[1:-1:2]
        epsilon = next((layer.epsilon for layer in network.layers if hasattr(layer, "epsilon")), 0.0)
        hidden = (_folded(kernel, epsilon, *parts) for (kernel,), parts in zip(kernels, normalisations, strict=True))
        kernel, bias = weighted[-1]
        return [*hidden, Layer(_ONE, kernel, _ONE, bias.reshape(1, 1, -1))]


def _folded(
    kernel: FloatArray, epsilon: float, gamma: FloatArray, beta: FloatArray, mean: FloatArray, variance: FloatArray
) -> Layer:
    """A dense layer and the normalisation after it, as one layer."""
    slope: FloatArray = gamma / np.sqrt(variance + np.float32(epsilon))
    return Layer(_ONE, kernel * slope, _ONE, (beta - mean * slope).reshape(1, 1, -1))
