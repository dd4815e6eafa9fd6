"""The median of a cold start is numpy's."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest

from kamerton.median import median


@pytest.mark.parametrize("shape", [(1,), (2,), (7,), (8,), (1, 2), (6, 2), (9, 3)])
@pytest.mark.parametrize("kind", ["float32", "float64", "uint16"])
def test_it_is_numpys(shape: tuple[int, ...], kind: str) -> None:
    values = np.random.default_rng(0).uniform(0, 60_000, shape).astype(kind)
    given = values.copy()
    np.testing.assert_allclose(median(values), np.median(values, axis=0), rtol=1e-6)
    np.testing.assert_array_equal(values, given)


def test_it_imports_no_masked_arrays() -> None:
    used = "import sys, numpy; from kamerton.median import median; median(numpy.ones(3))"
    program = f"{used}; sys.exit('numpy.ma' in sys.modules)"
    environ = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    assert subprocess.run([sys.executable, "-c", program], env=environ, check=False).returncode == 0
