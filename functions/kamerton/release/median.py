"""The median, without the imports of numpy's own.

Public names: median.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def median(values: NDArray[Any]) -> Any:
    """[n, ...] to [...], of n of at least 1. `numpy.median` imports numpy.ma: ten milliseconds of a cold start."""
    ordered, half = np.sort(values, axis=0), len(values) // 2
    return np.mean(ordered[[half - 1 + len(values) % 2, half]], axis=0)
