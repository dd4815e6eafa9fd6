"""Builds the real objects, once an instance and on the first request: after gunicorn's fork, which no client survives."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING

from kamerton.keeper import ReleaseKeeper
from kamerton.logs import Log
from kamerton.service import Kamerton
from kamerton.settings import Settings
from kamerton.storage import Bucket
from kamerton.web.site import build_site
from kamerton.world import Equipment, World

if TYPE_CHECKING:
    from flask import Flask

# More than the questions of the requests that an instance answers at a time; one that finds no thread is too late.
_THREADS = 32

_lock = threading.Lock()
_site: Flask | None = None


def site() -> Flask:
    """The web application of this instance."""
    global _site
    if _site is None:
        with _lock:
            if _site is None:
                _site = new_site(Settings.from_environ(os.environ), Log())
    return _site


def new_site(settings: Settings, log: Log) -> Flask:
    """A web application of its own; tests build as many as they like."""
    keeper = ReleaseKeeper(lambda: Bucket.open(settings.bucket_url), log.line, look_every=settings.look_seconds)
    world = World(lambda: equipment(settings, log), settings.world_seconds) if settings.world else None
    return build_site(Kamerton(keeper, world), settings, log)


def equipment(settings: Settings, log: Log) -> Equipment:
    """What the world outside is asked with: made when something is first asked of it, and imported no earlier."""
    from concurrent.futures import ThreadPoolExecutor
    from functools import cache as once
    from random import randrange

    from kamerton.cache import SECONDS, Cache
    from kamerton.candidate_memory import CandidateMemory
    from kamerton.gates import Gates
    from kamerton.inquiry import Inquiry
    from kamerton.memory import Memory
    from kamerton.quota import DailyQuota
    from kamerton.sources.outside import outside
    from kamerton.videos import Videos

    bucket = once(lambda: Bucket.open(settings.bucket_url, SECONDS))
    cache = Cache(bucket, log.line)
    services = once(lambda: outside(settings.sources, settings.world_seconds))
    slots = DailyQuota(Cache(bucket, log.line, folder="quota"), "youtube", settings.sources.youtube_daily_searches, randrange)
    threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="world")
    gates = Gates(cache)
    return Equipment(
        services,
        Memory(cache),
        CandidateMemory(cache),
        Videos(services, cache, slots),
        lambda deadline: Inquiry(threads, gates, deadline, log.line),
    )
