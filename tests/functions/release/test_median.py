"""The median equals numpy's, and a cold start imports no masked arrays."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest

from kamerton.release.median import median
from tests.functions.web.test_api import IN_THE_END

PROGRAM = """
import sys
from werkzeug.test import Client
from kamerton.wiring import site
for track in sys.argv[1:]:
    answer = Client(site()).get("/", query_string={"track": track})
    assert answer.status_code == 200, answer.text
    assert "numpy.ma" not in sys.modules, track
"""


@pytest.mark.parametrize("shape", [(1,), (2,), (7,), (8,), (1, 2), (6, 2), (9, 3)])
@pytest.mark.parametrize("kind", ["float32", "float64", "uint16"])
def test_it_is_numpys(shape: tuple[int, ...], kind: str) -> None:
    values = np.random.default_rng(0).uniform(0, 60_000, shape).astype(kind)
    original = values.copy()
    np.testing.assert_allclose(median(values), np.median(values, axis=0), rtol=1e-6)
    np.testing.assert_array_equal(values, original)


def test_the_first_questions_import_no_masked_arrays(small_bucket_url: str) -> None:
    settings = {"KAMERTON_BUCKET": small_bucket_url, "KAMERTON_WORLD": "0", "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", PROGRAM, IN_THE_END, "linkin park in the end"]
    process = subprocess.run(command, env=os.environ | settings, capture_output=True, text=True, check=False)
    assert process.returncode == 0, process.stderr
