"""The tensors of a TensorFlow V2 checkpoint, without TensorFlow: an index, which is an uncompressed LevelDB table of names and
descriptions, and a file of raw little-endian numbers.

Formats: https://github.com/google/leveldb/blob/main/doc/table_format.md, and BundleEntryProto in TensorFlow's
core/protobuf/tensor_bundle.proto.

Public names: read_checkpoint.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

_MAGIC = 0xDB4775248B80FB57
_FOOTER = 48
_BLOCK_TRAILER = 5
_FLOAT = 1
_SHAPE, _DTYPE, _OFFSET, _SIZE = 2, 1, 4, 5


def read_checkpoint(folder: Path) -> dict[str, NDArray[np.float32]]:
    """The float tensors of the checkpoint without a name in a folder, by their names. Raises `ValueError`."""
    table = (folder / ".index").read_bytes()
    data = (folder / ".data-00000-of-00001").read_bytes()
    tensors = {}
    for name, entry in _entries(table):
        # The first entry, without a name, describes the bundle.
        if name:
            fields = dict(_fields(entry))
            if fields.get(_DTYPE) == _FLOAT:
                tensors[name.decode()] = _tensor(fields, data)
    return tensors


def _tensor(fields: dict[int, int | bytes], data: bytes) -> NDArray[np.float32]:
    offset, size = int(fields.get(_OFFSET, 0)), int(fields[_SIZE])
    shape = [_dimension(value) for number, value in _fields(bytes(fields.get(_SHAPE, b""))) if number == _SHAPE]
    return np.frombuffer(data[offset : offset + size], "<f4").reshape(shape)


def _dimension(message: int | bytes) -> int:
    assert isinstance(message, bytes)
    return int(dict(_fields(message)).get(1, 0))


def _entries(table: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The keys and values of all blocks, in order."""
    footer = table[-_FOOTER:]
    if len(footer) < _FOOTER or int.from_bytes(footer[-8:], "little") != _MAGIC:
        raise ValueError("this is no index of a checkpoint")
    place = 0
    # The handle of the table's properties, which are not needed, and that of the index of blocks.
    numbers = []
    for _ in range(4):
        number, place = _varint(footer, place)
        numbers.append(number)
    for _, handle in _block(table, numbers[2], numbers[3]):
        offset, after = _varint(handle, 0)
        size, _ = _varint(handle, after)
        yield from _block(table, offset, size)


def _block(table: bytes, offset: int, size: int) -> Iterator[tuple[bytes, bytes]]:
    """Each key has a part of the one before in common with it, whose length is told."""
    if table[offset + size] != 0:
        raise ValueError("the index of the checkpoint is compressed")
    block = table[offset : offset + size]
    end = len(block) - 4 * (1 + int.from_bytes(block[-4:], "little"))
    key, place = b"", 0
    while place < end:
        shared, place = _varint(block, place)
        unshared, place = _varint(block, place)
        length, place = _varint(block, place)
        key = key[:shared] + block[place : place + unshared]
        place += unshared
        yield key, block[place : place + length]
        place += length


def _fields(message: bytes) -> Iterator[tuple[int, int | bytes]]:
    """The fields of a protocol buffer by their numbers: whole numbers, and bytes."""
    place = 0
    while place < len(message):
        tag, place = _varint(message, place)
        kind = tag & 7
        if kind == 0:
            value, place = _varint(message, place)
            yield tag >> 3, value
        elif kind == 2:
            length, place = _varint(message, place)
            yield tag >> 3, message[place : place + length]
            place += length
        elif kind == 5:
            place += 4
        else:
            raise ValueError("the checkpoint describes a tensor in a way that is not known here")


def _varint(data: bytes, place: int) -> tuple[int, int]:
    """The number at a place, seven bits a byte, and the place behind it."""
    value = shift = 0
    while True:
        byte = data[place]
        value |= (byte & 127) << shift
        place, shift = place + 1, shift + 7
        if byte < 128:
            return value, place
