"""What was gathered for a seed, as it is remembered and forgotten."""

from __future__ import annotations

import pytest

from kamerton.lookup.candidate_cache import FRESH_SECONDS, PARTLY_FRESH_SECONDS, CandidateMemory
from kamerton.lookup.gathered import Gathered
from kamerton.lookup.object_cache import Cache
from kamerton.music.candidate import Candidate
from kamerton.music.features import CORE, AudioFeatures
from kamerton.music.track import SPOTIFY, Track, TrackReference
from kamerton.notes import Note
from kamerton.storage import Bucket
from tests.fakes.clock import Clock

SEED = TrackReference(SPOTIFY, "0" * 22)
CANDIDATE = Candidate(
    Track("1" * 22, "Title", ("One", "Two"), album="Album", duration_ms=200_000, explicit=True, isrc="ZZKAM1900001"),
    AudioFeatures(**dict.fromkeys(CORE, 0.5), key=3, duration_ms=200_000.0),
)
WHOLE = Gathered((CANDIDATE,))
PART = Gathered((CANDIDATE,), (Note("source_unavailable", "Deezer"),))
KEY = f"cache/candidates/spotify/{SEED.value}.json"


@pytest.fixture
def bucket() -> Bucket:
    return Bucket.open("memory://")


@pytest.fixture
def clock() -> Clock:
    return Clock()


def memory(bucket: Bucket, clock: Clock) -> CandidateMemory:
    """Of another instance each time."""
    return CandidateMemory(Cache(lambda: bucket, lambda *_: None, clock), clock)


@pytest.mark.parametrize("gathered", [WHOLE, PART, Gathered(), Gathered((), PART.notes)])
def test_another_instance_remembers_the_same(bucket: Bucket, clock: Clock, gathered: Gathered) -> None:
    memory(bucket, clock).remember(SEED, gathered)
    assert memory(bucket, clock).gathered(SEED) == gathered
    assert memory(bucket, clock).gathered(TrackReference(SPOTIFY, "2" * 22)) is None


@pytest.mark.parametrize(("gathered", "seconds"), [(WHOLE, FRESH_SECONDS), (PART, PARTLY_FRESH_SECONDS)])
def test_it_is_forgotten_in_time_and_sooner_when_something_is_missing(
    bucket: Bucket, clock: Clock, gathered: Gathered, seconds: float
) -> None:
    first = memory(bucket, clock)
    first.remember(SEED, gathered)
    clock.pass_by(seconds - 1)
    assert first.gathered(SEED) == memory(bucket, clock).gathered(SEED) == gathered
    clock.pass_by(2)
    assert first.gathered(SEED) is memory(bucket, clock).gathered(SEED) is None


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"{}",
        b'{"key": "spotify/%s", "at": 1000, "value": null}',
        b'{"key": "spotify/%s", "at": 1000, "value": {"at": 1000, "candidates": 7}}',
        b'{"key": "spotify/another", "at": 1000, "value": {"at": 1000, "candidates": []}}',
        b"[" * 50_000,
    ],
)
def test_what_cannot_be_read_is_not_there(bucket: Bucket, clock: Clock, data: bytes) -> None:
    bucket.put(KEY, data.replace(b"%s", SEED.value.encode()))
    assert memory(bucket, clock).gathered(SEED) is None


def test_a_candidate_that_cannot_be_read_is_left_out(bucket: Bucket, clock: Clock) -> None:
    other = Candidate(Track("3" * 22, "Another", ("Three",)), CANDIDATE.features)
    memory(bucket, clock).remember(SEED, Gathered((CANDIDATE, other)))
    data = bucket.get(KEY).data
    for broken in (data.replace(b"3" * 22, b"../x"), data.replace(b'"energy":0.5', b'"energy":7', 1)):
        bucket.put(KEY, broken)
        found = memory(bucket, clock).gathered(SEED)
        assert found is not None
        assert len(found.candidates) == 1


def test_a_note_that_has_no_sentence_is_left_out(bucket: Bucket, clock: Clock) -> None:
    memory(bucket, clock).remember(SEED, PART)
    bucket.put(KEY, bucket.get(KEY).data.replace(b"source_unavailable", b"written_by_a_newer_program"))
    assert memory(bucket, clock).gathered(SEED) == WHOLE
