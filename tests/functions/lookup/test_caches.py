"""What was candidates for a seed, as it is remembered and forgotten."""

from __future__ import annotations

import pytest

from kamerton.lookup.cache import Cache
from kamerton.lookup.caches import CANDIDATES_SECONDS, PARTIAL_CANDIDATES_SECONDS, Caches, Candidates, cache_key
from kamerton.lookup.object_cache import ObjectCache
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
WHOLE = Candidates((CANDIDATE,))
PART = Candidates((CANDIDATE,), (Note("source_unavailable", "Deezer"),))
KEY = f"cache/candidates/spotify/{SEED.value}.json"


@pytest.fixture
def bucket() -> Bucket:
    return Bucket.open("memory://")


@pytest.fixture
def clock() -> Clock:
    return Clock()


def cache(bucket: Bucket, clock: Clock) -> Cache[Candidates]:
    """Of another instance each time."""
    return Caches(ObjectCache(lambda: bucket, lambda *_: None, clock), clock).candidates


def remembered(instance: Cache[Candidates], seed: TrackReference = SEED) -> Candidates | None:
    cached = instance.get(cache_key(seed))
    return cached.value if cached else None


@pytest.mark.parametrize("candidates", [WHOLE, PART, Candidates(), Candidates((), PART.notes)])
def test_another_instance_remembers_the_same(bucket: Bucket, clock: Clock, candidates: Candidates) -> None:
    cache(bucket, clock).put(cache_key(SEED), candidates)
    assert remembered(cache(bucket, clock)) == candidates
    assert remembered(cache(bucket, clock), TrackReference(SPOTIFY, "2" * 22)) is None


@pytest.mark.parametrize(("candidates", "seconds"), [(WHOLE, CANDIDATES_SECONDS), (PART, PARTIAL_CANDIDATES_SECONDS)])
def test_it_is_forgotten_in_time_and_sooner_when_something_is_missing(
    bucket: Bucket, clock: Clock, candidates: Candidates, seconds: float
) -> None:
    first = cache(bucket, clock)
    first.put(cache_key(SEED), candidates)
    clock.pass_by(seconds - 1)
    assert remembered(first) == remembered(cache(bucket, clock)) == candidates
    clock.pass_by(2)
    assert remembered(first) is remembered(cache(bucket, clock)) is None


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
    assert remembered(cache(bucket, clock)) is None


def test_a_candidate_that_cannot_be_read_is_left_out(bucket: Bucket, clock: Clock) -> None:
    other = Candidate(Track("3" * 22, "Another", ("Three",)), CANDIDATE.features)
    cache(bucket, clock).put(cache_key(SEED), Candidates((CANDIDATE, other)))
    data = bucket.get(KEY).data
    for broken in (data.replace(b"3" * 22, b"../x"), data.replace(b'"energy":0.5', b'"energy":7', 1)):
        bucket.put(KEY, broken)
        result = remembered(cache(bucket, clock))
        assert result is not None
        assert len(result.candidates) == 1


def test_a_note_that_has_no_sentence_is_left_out(bucket: Bucket, clock: Clock) -> None:
    cache(bucket, clock).put(cache_key(SEED), PART)
    bucket.put(KEY, bucket.get(KEY).data.replace(b"source_unavailable", b"written_by_a_newer_program"))
    assert remembered(cache(bucket, clock)) == WHOLE
