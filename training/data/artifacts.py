"""The files that one stage hands to the next: written whole or not at all, and asked for by name when they are missing.

Public names: LAYOUT, EXPORTED, digests, write_file, write_bytes, write_json, write_table, read_bytes, read_json, read_table.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd


def write_file(path: Path, write: Callable[[Path], object]) -> None:
    """What `write` writes to the path that it is given, as `path`, once it is complete."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"unfinished-{path.name}")
    write(unfinished)
    unfinished.replace(path)


LAYOUT = "layout.json"
"""What `index` writes beside its arrays: the shards, and the quantiles of the features and their averages by genre."""


EXPORTED = "exported.json"
"""What `export` writes beside the models: from which files it made them."""


def digests(*paths: Path) -> dict[str, str]:
    """The SHA-256 of each file under its name, by which a later stage tells that an earlier one was run again."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def write_bytes(path: Path, data: bytes) -> None:
    write_file(path, lambda unfinished: unfinished.write_bytes(data))


def write_json(path: Path, value: Any) -> None:
    write_bytes(path, (json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n").encode())


def write_table(path: Path, table: pd.DataFrame) -> None:
    """`table` as Parquet, without its index."""
    write_file(path, lambda unfinished: table.to_parquet(unfinished, index=False))


def read_json(path: Path, made_by: str) -> Any:
    """The value in `path`; `made_by` is the stage to name in the SystemExit when it is not there or is broken."""
    return _read(path, made_by, lambda: json.loads(path.read_bytes()))


def read_bytes(path: Path, made_by: str) -> bytes:
    """The bytes in `path`; `made_by` as in `read_json`."""
    data: bytes = _read(path, made_by, path.read_bytes)
    return data


def read_table(path: Path, made_by: str) -> pd.DataFrame:
    """The Parquet table in `path`; `made_by` as in `read_json`."""
    # Imported here, so that stages without a table start at once.
    import pandas as pd

    table: pd.DataFrame = _read(path, made_by, lambda: pd.read_parquet(path))
    return table


def _read(path: Path, made_by: str, read: Callable[[], Any]) -> Any:
    try:
        return read()
    except FileNotFoundError:
        raise SystemExit(f"{path} is not there: run `python -m training.{made_by}` first.") from None
    except (OSError, ValueError) as error:
        raise SystemExit(f"{path} cannot be read ({error}): run `python -m training.{made_by}` again.") from error
