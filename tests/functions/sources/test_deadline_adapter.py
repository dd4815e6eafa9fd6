"""A deadline ends every read, however the server sends its answer, and what comes is never too much."""

from __future__ import annotations

import time

import pytest

from kamerton.deadline import Deadline
from kamerton.errors import SourceUnavailable
from kamerton.sources.deadline_adapter import seconds_left, within
from kamerton.sources.reccobeats import ReccoBeatsClient
from tests.fakes import loopback
from tests.fakes.clock import Clock
from tests.fakes.loopback import Fault, Reply
from tests.fakes.reccobeats import FakeReccoBeats


def huge(_: Reply) -> Reply:
    return Reply(body=b'{"content": "' + b"x" * 5_000_000 + b'"}')


@pytest.mark.parametrize("fault", [loopback.dripping(0.02), loopback.slow(20)], ids=["dripping", "slow"])
def test_a_call_ends_with_the_deadline(reccobeats: FakeReccoBeats, fault: Fault) -> None:
    reccobeats.fail(fault)
    client = ReccoBeatsClient(reccobeats.url, 15)
    started = time.monotonic()
    with within(Deadline(0.3)), pytest.raises(SourceUnavailable, match="did not answer in time"):
        client.audio_features(["a"])
    assert time.monotonic() - started < 10


def test_no_call_begins_after_the_deadline(reccobeats: FakeReccoBeats) -> None:
    client = ReccoBeatsClient(reccobeats.url, 15)
    with within(Deadline(0)), pytest.raises(SourceUnavailable, match="no time is left"):
        client.audio_features(["a"])
    assert not reccobeats.calls


def test_a_dripping_answer_is_read_when_there_is_time(reccobeats: FakeReccoBeats) -> None:
    reccobeats.fail(loopback.dripping(0.0001))
    with within(Deadline(60)):
        assert ReccoBeatsClient(reccobeats.url, 15).audio_features(["a"]) == {}


def test_an_answer_without_end_is_given_up(reccobeats: FakeReccoBeats) -> None:
    reccobeats.fail(huge)
    with pytest.raises(SourceUnavailable, match="too large"):
        ReccoBeatsClient(reccobeats.url, 15).audio_features(["a"])


def test_the_shorter_of_two_waits_counts() -> None:
    clock = Clock()
    assert seconds_left(5) == 5
    with within(Deadline(3, clock)):
        assert seconds_left(5) == 3
        clock.pass_by(1)
        assert (seconds_left(5), seconds_left(1)) == (2, 1)
    assert seconds_left(5) == 5
