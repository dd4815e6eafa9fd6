"""Several seeds' candidates in one list. Each seed's best comes in turn: they are kept apart, and none is an average of them.

Public names: choose.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from kamerton.recommending.candidate_pool import Pick, Pool
from kamerton.recommending.rules import Rules

if TYPE_CHECKING:
    from kamerton.deadline import Deadline


def choose(pools: Sequence[Pool], rules: Rules, n: int, deadline: Deadline | None) -> list[Pick]:
    """At most `n` candidates, each pool's best by turns. Raises `DeadlineExceeded`."""
    chosen: list[Pick] = []
    waiting = list(pools)
    while waiting and len(chosen) < n:
        for pool in tuple(waiting):
            pick = pool.best(rules, deadline) if len(chosen) < n else None
            if pick is None:
                waiting.remove(pool)
                continue
            chosen.append(pick)
            for each in pools:
                each.push_away(pick.vector)
    return chosen
