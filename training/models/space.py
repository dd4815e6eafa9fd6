"""What may be chosen for a family of models, said without the library that chooses.

A space is a mapping of parameter names to `Choice`, `Whole` or `Real`. When all are choices it is a grid, small enough to be
tried out whole; otherwise it is searched.

Public names: Value, Choice, Whole, Real, Space, is_grid.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Value = str | int | float | bool


@dataclass(frozen=True, slots=True)
class Choice:
    """One of some values."""

    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number, both ends included; on a logarithmic scale if `log`."""

    low: int
    high: int
    log: bool = False


@dataclass(frozen=True, slots=True)
class Real:
    """A number, both ends included; on a logarithmic scale if `log`."""

    low: float
    high: float
    log: bool = False


Space = Mapping[str, Choice | Whole | Real]


def is_grid(space: Space) -> bool:
    return all(isinstance(choice, Choice) for choice in space.values())
