"""A session that asks nobody."""

from __future__ import annotations

import pytest

from kamerton.deadline import Deadline
from kamerton.lookup.lookup_session import LookupSession
from kamerton.lookup.offline_session import OfflineSession
from kamerton.music.track import SPOTIFY, Track, TrackReference
from kamerton.notes import MARKET_UNKNOWN, VIDEOS_OFF

TRACK = Track("0" * 22, "Title", ("Somebody",))
VIDEO = Track("youtube:dQw4w9WgXcQ", "Title", ("Somebody",))


@pytest.fixture
def session() -> LookupSession:
    return OfflineSession(Deadline(10))


def test_it_knows_nothing_and_says_so_where_somebody_would_wonder(session: LookupSession) -> None:
    reference = TrackReference(SPOTIFY, TRACK.id)
    assert not session.online
    assert session.track(reference) is session.follow(reference) is session.preview(TRACK) is session.cover(TRACK) is None
    assert session.track_with_features(reference).features is None
    assert session.search("title") == []
    assert session.candidate_search(lambda _: ()).candidates(TRACK) == ()
    assert session.notes == ()
    assert session.playable([TRACK], TRACK, "DE") == {TRACK.id: None}
    assert session.videos(TRACK, search=True).matches == ()
    assert session.notes == (MARKET_UNKNOWN, VIDEOS_OFF)


def test_a_track_that_is_a_video_has_that_one(session: LookupSession) -> None:
    (match,) = session.videos(VIDEO, search=True).matches
    assert match.video.id == "dQw4w9WgXcQ"
    assert session.notes == ()


def test_a_fork_has_the_same_time_and_notes_of_its_own(session: LookupSession) -> None:
    fork = session.fork()
    fork.note(MARKET_UNKNOWN)
    assert fork.deadline is session.deadline
    assert session.notes == ()
