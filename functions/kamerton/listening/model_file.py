"""The models that listen, in the bucket, where `training.listening` puts them:

    listening/tagger.onnx      the network that hears tags
    listening/tagger.json      its size and SHA-256, where its weights come from, and their licence
    listening/features.onnx    the same of the network that hears audio features, where an operator has chosen to have it
    listening/features.json

Public names: AboutModel, model_key, put_model, read_model, model_session.
"""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec
from msgspec import Struct

from kamerton.errors import ReleaseError
from kamerton.storage import Bucket


class AboutModel(Struct, frozen=True):
    size: int
    sha256: str
    source: str
    licence: str


def model_key(name: str, kind: str = "onnx") -> str:
    return f"listening/{name}.{kind}"


def put_model(bucket: Bucket, name: str, data: bytes, source: str, licence: str) -> None:
    """What is said about it is written last: a model that is half there is none."""
    about = AboutModel(len(data), hashlib.sha256(data).hexdigest(), source, licence)
    bucket.put(model_key(name), data)
    bucket.put(model_key(name, "json"), msgspec.json.encode(about))


def read_model(bucket: Bucket, name: str) -> bytes:
    """Raises `ObjectMissing` where there is none, `ReleaseError` or msgspec's errors for what is damaged, `BucketError`."""
    about = msgspec.json.decode(bucket.get(model_key(name, "json")).data, type=AboutModel)
    data = bucket.get(model_key(name)).data
    if len(data) != about.size or hashlib.sha256(data).hexdigest() != about.sha256:
        raise ReleaseError(f"{model_key(name)} does not have the checksum that {model_key(name, 'json')} gives")
    return data


def model_session(data: bytes, output: str, width: int) -> Any:
    """Raises `ReleaseError` unless it is a model whose `output` has so many numbers."""
    from onnxruntime import InferenceSession, SessionOptions

    options = SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    options.log_severity_level = 3
    try:
        session = InferenceSession(data, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's errors share no class below Exception
        raise ReleaseError(f"a model that listens cannot be loaded: {error}") from error
    widths = {node.name: node.shape[-1] for node in session.get_outputs()}
    if widths.get(output) != width:
        raise ReleaseError(f"a model that listens gives {widths}, and not {width} numbers as {output}")
    return session
