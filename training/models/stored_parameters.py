"""The parameters that tuning found, kept in the repository, and the family that won: parameters.json beside this file.

They are apart for few genres and for many (`training.models.FEW_GENRES`): what suits six genres diverges with a hundred. Of a
family, `parameters` are its own, and `temperature` is what its probabilities are drawn together by; `artist_power` is that of
the weights of rows (`training.fitting.recipe`), the same for all families. `tune` and the study write the file.

Public names: StoredParameters, read_parameters, champion, read_artist_power, write_parameters.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from training.data.artifacts import write_json
from training.models import FEW_GENRES, Parameters

PATH = Path(__file__).with_name("parameters.json")


@dataclass(frozen=True, slots=True)
class StoredParameters:
    """What a family is fitted with unless told otherwise. A `temperature` above 1 makes it less sure."""

    parameters: Parameters = field(default_factory=dict)
    temperature: float = 1.0


def read_parameters(name: str, n_genres: int) -> StoredParameters:
    """Of the family `name`; one that was never tuned has its own defaults."""
    return StoredParameters(**_read()[_size(n_genres)]["families"].get(name, {}))


def champion(n_genres: int) -> str:
    """The family to train when nothing was compared."""
    name: str = _read()[_size(n_genres)]["champion"]
    return name


def read_artist_power(n_genres: int) -> float:
    """Of the weights of rows, whatever the family."""
    power: float = _read()[_size(n_genres)]["artist_power"]
    return power


def write_parameters(
    n_genres: int,
    families: Mapping[str, StoredParameters],
    winner: str,
    path: Path | None = None,
    *,
    artist_power: float | None = None,
) -> None:
    """Put these families' parameters, the winner and the power, if one is given, into the file; all else in it stays."""
    path = path or PATH
    content = json.loads(path.read_bytes())
    section = content[_size(n_genres)]
    section["champion"] = winner
    if artist_power is not None:
        section["artist_power"] = artist_power
    section["families"] |= {
        name: {"parameters": dict(one.parameters), "temperature": one.temperature} for name, one in families.items()
    }
    write_json(path, content)
    _read.cache_clear()


def _size(n_genres: int) -> str:
    return "few_genres" if n_genres <= FEW_GENRES else "many_genres"


@cache
def _read() -> dict[str, Any]:
    content: dict[str, Any] = json.loads(PATH.read_bytes())
    return content
