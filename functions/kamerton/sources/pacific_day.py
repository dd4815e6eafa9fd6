"""Days in California, where YouTube's quotas begin anew at midnight.

Public names: PacificDay, pacific_day.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct

_ZONE = "America/Los_Angeles"


class PacificDay(Struct, frozen=True):
    """`date` is as ISO 8601 writes it; `start` and `end` are seconds since 1970. Two days of a year have 23 and 25 hours."""

    date: str
    start: float
    end: float


def pacific_day(now: float) -> PacificDay:
    """The day of a moment; `now` is in seconds since 1970."""
    zone = ZoneInfo(_ZONE)
    midnight = datetime.fromtimestamp(now, zone).replace(hour=0, minute=0, second=0, microsecond=0)
    # A timedelta counts in local time: a day later is the same hour of the next date, however long the day was.
    following = midnight + timedelta(days=1)
    return PacificDay(midnight.date().isoformat(), midnight.timestamp(), following.timestamp())
