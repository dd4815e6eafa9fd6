"""An ONNX model under the one contract: float32 `features` [n, n_features] in, one float32 output [n, width].

An unknown feature is NaN in the input. Training exports every family of models to this contract; serving checks it.

The runtime is imported when the first model is opened: it takes as long as all else of a start together.

Public names: OnnxModel.
"""

from __future__ import annotations

import threading
from typing import Any

import numpy as np

from kamerton.errors import ReleaseError
from kamerton.memory import give_memory_back
from kamerton.music.features import FEATURE_NAMES, FloatArray


class OnnxModel:
    """`data` is the model's file; `output` the name that its only output must have, and `width` that output's width. With the
    width the model is opened at its first use, by one thread; without, at once. A model that does not fit raises
    `ReleaseError` when it is opened."""

    def __init__(self, data: bytes, output: str, width: int | None = None) -> None:
        self._output = output
        self._data: bytes | None = data
        self._opened: Any = None
        self._lock = threading.Lock()
        self.width = self._open() if width is None else width

    def __call__(self, vectors: FloatArray) -> FloatArray:
        """float32 [n, n_features] to float32 [n, width]."""
        if self._opened is None:
            self._open_once()
        result: FloatArray = self._opened.run([self._output], {"features": np.ascontiguousarray(vectors, dtype=np.float32)})[0]
        return result

    @property
    def is_open(self) -> bool:
        return self._opened is not None

    def _open_once(self) -> None:
        with self._lock:
            if self._opened is None and self._open() != self.width:
                raise ReleaseError(f"the model does not give {self._output} of a width of {self.width}")

    def _open(self) -> int:
        """The width of the output."""
        assert self._data is not None, "opened twice"
        session = _session(self._data)
        width = self._checked_width(session)
        self._opened, self._data = session, None
        give_memory_back()
        return width

    def _checked_width(self, session: Any) -> int:
        inputs = {node.name: (node.type, node.shape) for node in session.get_inputs()}
        outputs = {node.name: (node.type, node.shape) for node in session.get_outputs()}
        kind, shape = inputs.get("features", ("nothing", [None, None]))
        if len(inputs) != 1 or kind != "tensor(float)" or shape[1] != len(FEATURE_NAMES):
            raise ReleaseError(f"the model takes {inputs}, not features: float [n, {len(FEATURE_NAMES)}]")
        kind, shape = outputs.get(self._output, ("nothing", [None, None]))
        if len(outputs) != 1 or kind != "tensor(float)" or len(shape) != 2 or not isinstance(shape[1], int):
            raise ReleaseError(f"the model gives {outputs}, not {self._output}: float [n, width]")
        return int(shape[1])


def _session(data: bytes) -> Any:
    from onnxruntime import InferenceSession, SessionOptions

    options = SessionOptions()
    # The web server's threads are the parallelism. The arena would keep the peak memory of loading for good.
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    options.log_severity_level = 3
    try:
        return InferenceSession(data, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's errors share no class below Exception
        raise ReleaseError(f"the model cannot be loaded: {error}") from error
