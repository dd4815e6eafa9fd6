"""Several seeds' candidates in one list. Each seed's best comes in turn: the seeds are kept apart, and never averaged.

Public names: select.
"""

from __future__ import annotations

from collections.abc import Sequence

from kamerton.deadline import Deadline
from kamerton.recommending.candidate_pool import CandidatePool, ScoredCandidate
from kamerton.recommending.rules import Rules


def select(pools: Sequence[CandidatePool], rules: Rules, n: int, deadline: Deadline | None) -> list[ScoredCandidate]:
    """At most `n` candidates, each pool's best by turns. Raises `DeadlineExceeded`."""
    chosen: list[ScoredCandidate] = []
    waiting = list(pools)
    while waiting and len(chosen) < n:
        for pool in tuple(waiting):
            best = pool.best(rules, deadline) if len(chosen) < n else None
            if best is None:
                waiting.remove(pool)
                continue
            chosen.append(best)
            for other in pools:
                other.push_away(best.vector)
    return chosen
