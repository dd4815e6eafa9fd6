"""Convolutions over neighbouring features, and the mean over places."""

from __future__ import annotations

from types import ModuleType
from typing import Any, ClassVar

from training.models import Parameters
from training.models.networks.sequence import SequenceNetwork
from training.models.space import Choice, Space


class CNN(SequenceNetwork):
    """See `training.models.Model`."""

    family: ClassVar[str] = "cnn"
    defaults: ClassVar[Parameters] = {"width": 64, "depth": 2, "kernel_size": 3, "dropout": 0.3}
    space: ClassVar[Space] = {"kernel_size": Choice((3, 5)), "depth": Choice((1, 2))}

    def _outputs(self, keras: ModuleType, inputs: Any, n_outputs: int) -> Any:
        layers, hidden = keras.layers, inputs
        for _ in range(self._parameters["depth"]):
            convolution = layers.Conv1D(
                self._parameters["width"], self._parameters["kernel_size"], padding="same", use_bias=False
            )
            hidden = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(convolution(hidden)))
        hidden = layers.Dropout(self._parameters["dropout"])(layers.Flatten()(hidden))
        return layers.Dense(n_outputs)(hidden)
