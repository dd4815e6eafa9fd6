"""Builds the real objects, once an instance and on the first request: after gunicorn's fork, which no client survives."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from kamerton.deadline import CACHE_BUCKET_SECONDS, LEASE_BUCKET_SECONDS, TASTE_BUCKET_SECONDS, Deadline
from kamerton.listening.sound_models import SoundModelStore
from kamerton.logs import Log
from kamerton.lookup.lookup_session import LookupSession
from kamerton.lookup.offline_session import OfflineSession
from kamerton.memory import share_arenas
from kamerton.music.track import Track
from kamerton.release.current_release import CurrentRelease
from kamerton.service.kamerton import Kamerton
from kamerton.service.sound_seed import Listener
from kamerton.settings import Settings
from kamerton.storage import Bucket

if TYPE_CHECKING:
    from flask import Flask

    from kamerton.telegram.bot_api import BotApi
    from kamerton.telegram.polling import Poller
    from kamerton.telegram.update_handler import UpdateHandler

T = TypeVar("T")

# More than the questions of the requests that an instance answers at a time; one that finds no thread is too late.
_THREADS = 64

# How many clients share a day's searches for videos at least.
_CLIENTS_A_DAY = 10

_lock = threading.Lock()
_site: Flask | None = None
_webhook: Flask | None = None


def site() -> Flask:
    """The web application of this instance."""
    global _site
    if _site is None:
        with _lock:
            if _site is None:
                _site = new_site(Settings.from_environ(os.environ), Log())
    return _site


def webhook() -> Flask:
    """The application that Telegram calls, of this instance."""
    global _webhook
    if _webhook is None:
        with _lock:
            if _webhook is None:
                _webhook = new_webhook(Settings.from_environ(os.environ), Log())
    return _webhook


def new_site(settings: Settings, log: Log) -> Flask:
    """A web application of its own; tests build as many as they like."""
    from kamerton.taste.taste_store import TasteStore
    from kamerton.web.site import build_site

    taste = TasteStore(_once(lambda: Bucket.open(settings.bucket_url, TASTE_BUCKET_SECONDS)), settings.secret)
    return build_site(new_kamerton(settings, log), settings, log, taste)


def new_webhook(
    settings: Settings, log: Log, open_bucket: Callable[[], Bucket] | None = None, api: BotApi | None = None
) -> Flask:
    """An application of its own for Telegram's calls; with another bucket for what the bot remembers, or another Bot API."""
    from kamerton.telegram.webhook import build_webhook

    kamerton = new_kamerton(settings, log)
    handler = _once(lambda: new_update_handler(kamerton, settings, log, open_bucket, api))
    return build_webhook(kamerton, handler, settings.telegram.secret, log, settings.project)


def new_kamerton(settings: Settings, log: Log) -> Kamerton:
    share_arenas()
    current_release = CurrentRelease(lambda: Bucket.open(settings.bucket_url), log.line, look_every=settings.look_seconds)
    # Another bucket's client: its objects are read once, and may be large.
    listener = Listener(SoundModelStore(lambda: Bucket.open(settings.bucket_url)).models)
    return Kamerton(current_release, session_opener(settings, log), listener)


def session_opener(settings: Settings, log: Log) -> Callable[[Deadline, str], LookupSession]:
    """What makes the lookup session of a request of a client: over the services outside, unless a setting turns them off."""
    if not settings.world:
        return OfflineSession
    open_online = _once(lambda: online_session_opener(settings, log))
    return lambda deadline, client: open_online()(deadline, client)


def new_update_handler(
    kamerton: Kamerton,
    settings: Settings,
    log: Log,
    open_bucket: Callable[[], Bucket] | None = None,
    api: BotApi | None = None,
) -> UpdateHandler:
    """What answers updates, however they come. Raises `SettingsError` without a bot's token."""
    import random
    from concurrent.futures import ThreadPoolExecutor
    from importlib.util import find_spec

    from kamerton.listening.decoder import LARGEST_FILE
    from kamerton.telegram.bot_api import BotApi
    from kamerton.telegram.commands import COMMANDS, Commands
    from kamerton.telegram.conversation import Conversation
    from kamerton.telegram.language_store import LanguageStore
    from kamerton.telegram.message_parsing import BotIdentity
    from kamerton.telegram.track_replies import TrackReplies
    from kamerton.telegram.update_handler import UpdateHandler
    from kamerton.telegram.update_leases import update_leases

    bot_id = settings.telegram.bot_id
    bucket = open_bucket or _once(lambda: _lease_bucket(settings))
    api = api or BotApi(settings.telegram.api_url, settings.telegram.required_token)
    track_replies = TrackReplies(kamerton, settings.public_url, settings.world, settings.finds_videos)

    def preview(track: Track, session: LookupSession) -> str:
        return kamerton.playback(session).preview(track)

    languages = LanguageStore(bucket, bot_id, log.line)
    return UpdateHandler(
        kamerton,
        Conversation(
            track_replies,
            Commands(track_replies, random.Random(), settings.public_url),
            languages,
            preview if settings.world else None,
            (lambda file_id, deadline: api.file(file_id, LARGEST_FILE, deadline)) if find_spec("av") else None,
        ),
        update_leases(bucket),
        languages,
        api,
        BotIdentity(int(bot_id), api.username, COMMANDS),
        ThreadPoolExecutor(_THREADS, thread_name_prefix="telegram"),
        log,
    )


def new_poller(settings: Settings, log: Log) -> Poller:
    """What fetches updates and answers them. Raises `SettingsError` without a bot's token, or `BucketError`."""
    from kamerton.telegram.bot_api import BotApi
    from kamerton.telegram.polling import Poller
    from kamerton.telegram.update_leases import update_leases

    api = BotApi(settings.telegram.api_url, settings.telegram.required_token)
    bucket = _once(lambda: _lease_bucket(settings))
    # At the start, where whoever starts it reads what is wrong.
    bucket()
    handler = new_update_handler(new_kamerton(settings, log), settings, log, bucket, api)
    return Poller(api, handler, update_leases(bucket), log)


def _lease_bucket(settings: Settings) -> Bucket:
    bucket = Bucket.open(settings.bucket_url, LEASE_BUCKET_SECONDS)
    bucket.require_exclusive_create()
    return bucket


def online_session_opener(settings: Settings, log: Log) -> Callable[[Deadline, str], LookupSession]:
    """With all that the sessions of an instance share: made when the first one is asked for, and imported no earlier."""
    from concurrent.futures import ThreadPoolExecutor
    from random import randrange

    from kamerton.lease import Leases
    from kamerton.lookup.caches import Caches
    from kamerton.lookup.calls import Calls
    from kamerton.lookup.circuit_breaker import CircuitBreaker
    from kamerton.lookup.client_budgets import ClientBudget, ClientBudgets
    from kamerton.lookup.client_shares import ClientShares
    from kamerton.lookup.daily_quota import DailyQuota
    from kamerton.lookup.object_cache import ObjectCache
    from kamerton.lookup.online_session import Lookups, OnlineSession
    from kamerton.lookup.video_lookup import LEASE_SECONDS, LEASES, VideoLookup
    from kamerton.sources.registry import open_sources

    bucket = _once(lambda: Bucket.open(settings.bucket_url, CACHE_BUCKET_SECONDS))
    objects = ObjectCache(bucket, log.line)
    sources = _once(lambda: open_sources(settings.sources, settings.world_seconds))
    caches = Caches(objects)
    per_day = settings.sources.youtube_daily_searches
    quota = DailyQuota(ObjectCache(bucket, log.line, folder="quota"), "youtube", per_day, randrange)
    shares = ClientShares(ObjectCache(bucket, log.line, folder="quota"), "youtube-clients", max(1, per_day // _CLIENTS_A_DAY))
    lookups = Lookups(sources, caches, VideoLookup(sources, caches, Leases(bucket, LEASES, LEASE_SECONDS), quota, shares))
    executor = ThreadPoolExecutor(_THREADS, thread_name_prefix="lookup")
    breaker = CircuitBreaker(objects)

    budgets = ClientBudgets()

    def open_session(deadline: Deadline, client: str) -> LookupSession:
        budget = ClientBudget(budgets, client)
        return OnlineSession(lookups, Calls(executor, breaker, deadline, settings.world_seconds, log.line, budget))

    return open_session


def _once(make: Callable[[], T]) -> Callable[[], T]:
    """What `make` makes at the first call, at every call."""
    lock = threading.Lock()
    made: list[T] = []

    def get() -> T:
        if not made:
            with lock:
                if not made:
                    made.append(make())
        return made[0]

    return get
