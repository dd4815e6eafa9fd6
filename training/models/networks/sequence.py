"""What networks of sequences share: the features as steps, and an answer by Keras.

A vector is read as a sequence of n_features steps, each with its value and whether it is missing, as studies of audio features
do. Nothing comes before anything else in it: these networks are there to be compared with.

Public names: SequenceNetwork.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from kamerton.music.features import FloatArray
from training.models import Probabilities
from training.models.networks.members import softmax
from training.models.networks.network import Network

_ROWS_AT_ONCE = 512
"""Always so many: another number would be compiled once more."""


class SequenceNetwork(Network):
    """See `training.models.Model`. Such a network is not served."""

    def predict_proba(self, vectors: FloatArray) -> Probabilities:
        probabilities = np.zeros((len(vectors), self._n_genres))
        for start in range(0, len(vectors), _ROWS_AT_ONCE):
            inputs = self._inputs(vectors[start : start + _ROWS_AT_ONCE])
            filled = np.zeros((_ROWS_AT_ONCE, *inputs.shape[1:]), np.float32)
            filled[: len(inputs)] = inputs
            logits = self._network.predict_on_batch(filled)[: len(inputs)]
            probabilities[start : start + len(inputs), self._seen] = softmax(logits)
        return probabilities

    def _inputs(self, vectors: FloatArray) -> FloatArray:
        """float32 [n, n_features] to float32 [n, n_features, 2]."""
        return np.stack(np.split(self._encoding(vectors), 2, axis=1), axis=2)

    def _keep(self, network: Any) -> None:
        self._network = network
