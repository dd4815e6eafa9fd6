"""What all networks share: how rows become inputs, how they are fitted, and the genres that were never seen.

Public names: Network, DenseNetwork.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar, Self

import numpy as np
import onnx
from numpy.typing import NDArray

from kamerton.music.features import FloatArray
from training.models import EVERY_NUMBER, LabelArray, Parameters, Probabilities
from training.models.networks.backend import keras_on_jax, without_copy_warnings
from training.models.networks.encoding import Encoding
from training.models.networks.members import Layer, Members
from training.models.networks.training_loop import Examples, fit, held_out, same_tracks
from training.models.space import Space
from training.models.stored_parameters import read_parameters

COMMON: dict[str, Any] = {
    "scale": True,
    "n_bins": 0,
    "learning_rate": 1e-3,
    "weight_decay": 0.0,
    "label_smoothing": 0.0,
    "batch_size": 256,
    "epochs": 100,
    "patience": 10,
    "held_out": 0.15,
    "decay": False,
}
"""Parameters of all networks. `scale`: standardise; `n_bins`: see `Encoding`; `patience`: epochs without a lower loss of the
share of tracks `held_out`, of which 0 is none; `decay`: let the learning rate fall along a cosine, over all `epochs`."""


class Network(ABC):
    """See `training.models.Model`. Only genres that are seen have an output; the others get the probability 0."""

    family: ClassVar[str]
    defaults: ClassVar[Parameters]
    space: ClassVar[Space]
    exported_up_to: ClassVar[int] = 0

    def __init__(self, n_genres: int, seed: int = 0, threads: int = 1, parameters: Parameters | None = None) -> None:
        chosen = read_parameters(self.family, n_genres).parameters if parameters is None else parameters
        self._parameters: dict[str, Any] = {**COMMON, **self.defaults, **chosen}
        self._n_genres, self._seed, self._threads = n_genres, seed, threads
        self.history: dict[str, list[float]] = {}
        """Of each epoch: loss and accuracy, val_loss and val_accuracy."""

    def fit(self, vectors: FloatArray, labels: LabelArray, weights: NDArray[np.float64]) -> Self:
        keras = keras_on_jax(self._threads)
        keras.utils.set_random_seed(self._seed)
        self._seen = np.unique(labels)
        self._encoding = Encoding.fit(vectors, self._parameters["scale"], self._parameters["n_bins"])
        targets = (labels[:, np.newaxis] == self._seen).astype(np.float32)
        examples = Examples(self._inputs(vectors), targets, weights.astype(np.float32))
        network = self._compiled(keras, examples)
        random = np.random.default_rng(self._seed)
        mask = held_out(same_tracks(vectors, labels), self._parameters["held_out"], random)
        self.history = fit(keras, network, examples, mask, self._parameters)
        self._keep(network)
        return self

    @abstractmethod
    def predict_proba(self, vectors: FloatArray) -> Probabilities: ...

    @abstractmethod
    def _outputs(self, keras: ModuleType, inputs: Any, n_outputs: int) -> Any:
        """The layers from the inputs to the logits [n, n_outputs]."""

    @abstractmethod
    def _keep(self, network: Any) -> None:
        """Keep what answering needs of the fitted network."""

    def _inputs(self, vectors: FloatArray) -> FloatArray:
        return self._encoding(vectors)

    def _compiled(self, keras: ModuleType, examples: Examples) -> Any:
        inputs = keras.Input(examples.inputs.shape[1:])
        network = keras.Model(inputs, self._outputs(keras, inputs, examples.targets.shape[1]))
        network.compile(self._optimizer(keras, len(examples.inputs)), self._loss(keras), weighted_metrics=[self._metric(keras)])
        return network

    def _optimizer(self, keras: ModuleType, n_rows: int) -> Any:
        rate = self._parameters["learning_rate"]
        if self._parameters["decay"]:
            n_steps = self._parameters["epochs"] * -(-n_rows // self._parameters["batch_size"])
            rate = keras.optimizers.schedules.CosineDecay(rate, n_steps)
        optimizer = keras.optimizers.Adam(rate, weight_decay=self._parameters["weight_decay"] or None)
        if self._parameters["weight_decay"]:
            optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
        return optimizer

    def _loss(self, keras: ModuleType) -> Any:
        return keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=self._parameters["label_smoothing"])

    def _metric(self, keras: ModuleType) -> Any:
        return keras.metrics.CategoricalAccuracy("accuracy")


class DenseNetwork(Network):
    """One that is kept as arrays, see `Members`: it answers, and can be saved and exported, without Keras."""

    exported_up_to: ClassVar[int] = EVERY_NUMBER

    def predict_proba(self, vectors: FloatArray) -> Probabilities:
        return self._members.predict_proba(vectors)

    def to_onnx(self) -> onnx.ModelProto:
        return self._members.to_onnx()

    def save(self, path: Path) -> None:
        self._members.save(path)

    @classmethod
    def load(cls, path: Path) -> Self:
        members = Members.load(path)
        model = cls(members.n_genres)
        model._members = members
        return model

    @abstractmethod
    def _layers(self, network: Any) -> list[Layer]:
        """The fitted layers in order."""

    def _keep(self, network: Any) -> None:
        with without_copy_warnings():
            *hidden, last = self._layers(network)
        self._members = Members(self._encoding, (*hidden, last.for_genres(self._seen.tolist(), self._n_genres)))
