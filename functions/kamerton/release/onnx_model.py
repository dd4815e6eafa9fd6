"""An ONNX model under the one contract: float32 `features` [n, n_features] in, one float32 output [n, width].

An unknown feature is NaN in the input. Training exports every family of models to this contract; serving checks it.

Public names: OnnxModel.
"""

from __future__ import annotations

import numpy as np
from onnxruntime import InferenceSession, SessionOptions

from kamerton.errors import ReleaseError
from kamerton.music.features import FEATURE_NAMES, FloatArray


class OnnxModel:
    """`data` is the model's file; `output` the name that its only output must have. Raises `ReleaseError`."""

    def __init__(self, data: bytes, output: str) -> None:
        self._session = _open(data)
        self._output = output
        self.width = self._checked_width()

    def __call__(self, vectors: FloatArray) -> FloatArray:
        """float32 [n, n_features] to float32 [n, width]."""
        result: FloatArray = self._session.run([self._output], {"features": np.ascontiguousarray(vectors, dtype=np.float32)})[0]
        return result

    def _checked_width(self) -> int:
        inputs = {node.name: (node.type, node.shape) for node in self._session.get_inputs()}
        outputs = {node.name: (node.type, node.shape) for node in self._session.get_outputs()}
        kind, shape = inputs.get("features", ("nothing", [None, None]))
        if len(inputs) != 1 or kind != "tensor(float)" or shape[1] != len(FEATURE_NAMES):
            raise ReleaseError(f"the model takes {inputs}, not features: float [n, {len(FEATURE_NAMES)}]")
        kind, shape = outputs.get(self._output, ("nothing", [None, None]))
        if len(outputs) != 1 or kind != "tensor(float)" or len(shape) != 2 or not isinstance(shape[1], int):
            raise ReleaseError(f"the model gives {outputs}, not {self._output}: float [n, width]")
        return int(shape[1])


def _open(data: bytes) -> InferenceSession:
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
