"""Keras on JAX, on the processor, imported when a network is fitted.

Both read the environment while they start: what is set there first is in force for the whole process. Nothing that the user
set is changed, except that JAX is told how many threads to use, if `XLA_FLAGS` does not speak of them.

Public names: keras_on_jax, without_copy_warnings.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType

_ONE_THREAD = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
"""Measured with jax 0.10.2: with these a fit takes no more processor time than wall time."""


def keras_on_jax(threads: int = 1) -> ModuleType:
    """The module `keras`. The first call of a process decides whether it works with one thread or with all there are.

    Raises SystemExit when Keras or JAX is not installed.
    """
    os.environ.setdefault("KERAS_BACKEND", "jax")
    # Otherwise JAX looks for accelerators, on some machines by asking the cloud's metadata server.
    os.environ.setdefault("JAX_PLATFORMS", "cpu")
    flags = os.environ.get("XLA_FLAGS", "")
    if threads == 1 and "intra_op_parallelism_threads" not in flags:
        os.environ["XLA_FLAGS"] = f"{flags} {_ONE_THREAD}".strip()
    try:
        return import_module("keras")
    except ModuleNotFoundError as error:
        raise SystemExit(
            f"Networks are fitted with the package {error.name}: pip install -r training/requirements-study.txt"
        ) from error


@contextmanager
def without_copy_warnings() -> Iterator[None]:
    """For reading and saving weights: the variables of Keras 3.15 are older than numpy's `copy` keyword, and numpy says so."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "__array__ implementation doesn't accept a copy keyword", DeprecationWarning)
        yield
