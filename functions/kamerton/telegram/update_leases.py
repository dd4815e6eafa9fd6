"""The lease by which one instance answers an update, of all that Telegram tells of it: updates/BOT/UPDATE/ in the bucket.

Telegram repeats an update for a day at most, so a life-cycle rule may remove all under updates/ that is older than two.
Public names: update_leases, update_key, LEASE_SECONDS, RETENTION_SECONDS.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from kamerton.lease import Leases
from kamerton.storage import Bucket

LEASE_SECONDS = 30.0
"""All that an attempt may take: acquiring the lease, answering, an apology, and marking as done."""

RETENTION_SECONDS = 2 * 86_400.0

_PREFIX = "updates"


def update_leases(open_bucket: Callable[[], Bucket], clock: Callable[[], float] = time.time) -> Leases:
    """For all bots that share the bucket; `clock` returns seconds since 1970."""
    return Leases(open_bucket, _PREFIX, LEASE_SECONDS, clock)


def update_key(bot_id: int, update_id: int) -> str:
    return f"{bot_id}/{update_id}"
