"""The median, without what numpy's own brings along.

Public names: median.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def median(values: NDArray[Any]) -> NDArray[np.floating]:
    """Along the first axis, which has at least one value. `numpy.median` imports numpy.ma: ten milliseconds of a cold start."""
    ordered, half = np.sort(values, axis=0), len(values) // 2
    middle: NDArray[np.floating] = np.mean(ordered[[half - 1 + len(values) % 2, half]], axis=0)
    return middle
