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

if TYPE_CHECKING:
    from flask import Flask

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
    return build_site(Kamerton(keeper), settings, log)
