"""Work spread over processes, one thread each.

Public names: spread.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context, parent_process
from multiprocessing.connection import wait
from typing import Any, TypeVar

from threadpoolctl import threadpool_limits

Shared = TypeVar("Shared")
Job = TypeVar("Job")
Result = TypeVar("Result")

_shared: list[Any] = []
"""A worker's own, filled when it starts: what all jobs look at is sent once."""


def spread(
    work: Callable[[Shared, Job], Result], shared: Shared, jobs: Sequence[Job], workers: int | None = None
) -> Iterator[tuple[Job, Result]]:
    """`work(shared, job)` of each job, in the order in which they end.

    `workers` is the number of processes, that of the processors unless given; 1 works in this one. `work` is a function of a
    module.
    """
    workers = min(workers or os.cpu_count() or 1, max(len(jobs), 1))
    if workers == 1:
        yield from ((job, work(shared, job)) for job in jobs)
        return
    # Spawned, because a fork in the middle of a library's threads may hang.
    with ProcessPoolExecutor(workers, get_context("spawn"), _start, (shared,)) as pool:
        try:
            futures = {pool.submit(_done, work, job): job for job in jobs}
            yield from ((futures[future], future.result()) for future in as_completed(futures))
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def _start(shared: Any) -> None:
    _shared[:] = [shared]
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """A killed parent cannot tell its workers to end, and they would work on for nobody."""
    if parent := parent_process():
        wait([parent.sentinel])
        os._exit(1)


def _done(work: Callable[[Any, Job], Result], job: Job) -> Result:
    # Of the libraries that would take every core, those that have no number of threads of their own.
    with threadpool_limits(1):
        return work(_shared[0], job)
