"""One question put to a source, with patience: what may pass is waited for, and asked again.

Public names: ATTEMPTS, Asker.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt, wait_exponential

from kamerton.errors import CallClosed, SourceLimited, SourceNotFound, SourceUnavailable
from kamerton.settings import SourceSettings, SpotifyApp
from kamerton.sources.reccobeats import ReccoBeatsClient
from kamerton.sources.spotify import SpotifyClient
from training.collect.collection import CLOSED_TO_MOST, SOURCES, Answered
from training.collect.planned_calls import AskFeatures, Call, Search

ATTEMPTS = 6
"""Of one call: with 1, 2, 4, 8 and 16 seconds between them they outlive half a minute of trouble."""

_SILENCE_SECONDS = 20.0
_LONGEST_BACKOFF_SECONDS = 30.0

Pause = Callable[[float, str], None]
"""Waits for so many seconds, and says what for."""


class Asker:
    """Puts calls to the sources. A wait of up to `patience` seconds that a source asks for is kept, by `pause`."""

    def __init__(self, app: SpotifyApp, settings: SourceSettings, patience: float, market: str | None, pause: Pause) -> None:
        self._bodies: list[str] = []
        record = self._bodies.append
        spotify_urls = settings.spotify_api_url, settings.spotify_accounts_url
        self._spotify = SpotifyClient(app, *spotify_urls, _SILENCE_SECONDS, record)
        self._reccobeats = ReccoBeatsClient(settings.reccobeats_url, _SILENCE_SECONDS, record)
        self._patience = patience
        self._market = market
        self._pause = pause

    def ask(self, call: Call) -> Answered:
        """The answer to be kept; raises `SourceError` when there is none after all patience."""
        retrying = Retrying(
            retry=retry_if_exception(self._may_pass),
            wait=_seconds_to_wait,
            stop=stop_after_attempt(ATTEMPTS),
            before_sleep=self._wait,
            sleep=_waited_already,
            reraise=True,
        )
        return retrying(self._answer, call)

    def _answer(self, call: Call) -> Answered:
        self._bodies.clear()
        try:
            self._put(call)
        except (CallClosed, SourceNotFound) as error:
            if not _is_an_answer(call, error):
                raise
            return Answered(_now(), call, error.body, error.status)
        return Answered(_now(), call, self._bodies[-1])

    def _put(self, call: Call) -> None:
        if isinstance(call, Search):
            self._spotify.search(call.query, call.offset, market=self._market)
        else:
            self._features_client(call).audio_features(call.ids)

    def _features_client(self, call: AskFeatures) -> SpotifyClient | ReccoBeatsClient:
        return self._spotify if call.source == "spotify" else self._reccobeats

    def _may_pass(self, error: BaseException) -> bool:
        if isinstance(error, SourceLimited):
            return not error.quota_used_up and error.seconds <= self._patience
        return isinstance(error, SourceUnavailable)

    def _wait(self, state: RetryCallState) -> None:
        assert state.outcome is not None
        self._pause(_seconds_to_wait(state), str(state.outcome.exception()))


def _is_an_answer(call: Call, error: CallClosed | SourceNotFound) -> bool:
    """Whether it says something about audio features, and not that something is wrong, with our token say."""
    if isinstance(call, Search) or error.source != SOURCES[call.source].NAME:
        return False
    return call.source == CLOSED_TO_MOST or isinstance(error, SourceNotFound)


_backoff = wait_exponential(max=_LONGEST_BACKOFF_SECONDS)


def _seconds_to_wait(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    # Never less than a second: one that says 0 would be asked in vain six times at once.
    return max(error.seconds, 1.0) if isinstance(error, SourceLimited) else _backoff(state)


def _waited_already(_seconds: float) -> None:
    """The pause is made before tenacity's own sleep, because it says what it waits for."""


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)
