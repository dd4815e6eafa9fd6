"""How sure a model is made to be: one number, the temperature, by which its log-probabilities are divided.

Guo et al., "On calibration of modern neural networks" (ICML 2017): it changes no winner, and mends most of what a model is
too sure of. It is found on tracks that the model has not seen.

Public names: LEAST_PROBABILITY, tempered, fit_temperature.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar

LEAST_PROBABILITY = 1e-12
"""What stands for 0, which has no logarithm."""

_RANGE = (0.5, 3.0)


def tempered(probabilities: NDArray[np.floating], temperature: float) -> NDArray[np.float64]:
    """float [n, n_genres] raised to the power 1 / temperature, rows summing to 1 again."""
    logs = np.log(np.maximum(np.asarray(probabilities, dtype=np.float64), LEAST_PROBABILITY)) / temperature
    powers = np.exp(logs - logs.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def fit_temperature(probabilities: NDArray[np.floating], labels: NDArray[np.intp]) -> float:
    """The temperature with the least log loss for `labels` [n], given what was predicted of them without having seen them."""

    def log_loss(temperature: float) -> float:
        of_truth = tempered(probabilities, temperature)[np.arange(len(labels)), labels]
        return float(-np.log(np.maximum(of_truth, LEAST_PROBABILITY)).mean())

    return round(float(minimize_scalar(log_loss, bounds=_RANGE, method="bounded").x), 3)
