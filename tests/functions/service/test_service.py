from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kamerton.deadline import Deadline
from kamerton.errors import BadQuery, DeadlineExceeded, FeaturesUnavailable, TrackNotFound
from kamerton.lookup.offline_session import OfflineSession
from kamerton.matching.typed_name import LONGEST_QUERY
from kamerton.music.features import AudioFeatures
from kamerton.recommending.question import ListOptions, TrackQuestion
from kamerton.release.current_release import CurrentRelease
from kamerton.release.release import Release
from kamerton.service.kamerton import Kamerton
from kamerton.service.resolver import MOST_ALTERNATIVES, clean_query
from kamerton.storage import Bucket
from tests.fakes.clock import Clock

UNKNOWN_ID = "7xyYsOvq5Ec3P4fr6mM9fD"


@pytest.fixture(scope="module")
def kamerton(small_bucket_url: str) -> Kamerton:
    return Kamerton(CurrentRelease(lambda: Bucket.open(small_bucket_url), lambda *_: None))


@pytest.fixture
def session() -> OfflineSession:
    return OfflineSession(Deadline(10))


def test_a_name_finds_its_track_and_what_sounds_like_it(kamerton: Kamerton, release: Release, session: OfflineSession) -> None:
    answer = kamerton.recommend(release, TrackQuestion(("linkin park in the end",), limit=10), session)
    assert answer.track is not None
    assert answer.track.title == "In the End"
    assert answer.features_source == "catalog"
    assert len(answer.recommendations) == 10
    assert answer.release == "small-1"


def test_alternatives_are_the_other_tracks_that_a_name_may_mean(
    kamerton: Kamerton, release: Release, session: OfflineSession
) -> None:
    answer = kamerton.recommend(release, TrackQuestion(("linkin park",), limit=1), session)
    assert answer.track is not None
    assert 1 <= len(answer.alternatives) <= MOST_ALTERNATIVES
    assert answer.track not in answer.alternatives
    assert any("Linkin Park" in track.artists for track in answer.alternatives)


@pytest.mark.parametrize(
    "form", ["{}", "spotify:track:{}", "https://open.spotify.com/track/{}?si=1", "https://open.spotify.com/intl-de/track/{}"]
)
def test_a_link_names_one_track(kamerton: Kamerton, release: Release, session: OfflineSession, form: str) -> None:
    for entry in release.catalog.examples(2):
        answer = kamerton.recommend(release, TrackQuestion((form.format(entry.track.id),), limit=0), session)
        assert answer.track == entry.track
        assert answer.features == entry.features
        assert answer.alternatives == ()
        assert answer.recommendations == ()


def test_a_link_to_a_track_that_is_not_in_the_catalog_has_no_features(
    kamerton: Kamerton, release: Release, session: OfflineSession
) -> None:
    with pytest.raises(FeaturesUnavailable):
        kamerton.recommend(release, TrackQuestion((f"https://open.spotify.com/track/{UNKNOWN_ID}",), limit=10), session)


def test_a_name_that_nothing_has_is_not_found(kamerton: Kamerton, release: Release, session: OfflineSession) -> None:
    with pytest.raises(TrackNotFound):
        kamerton.recommend(release, TrackQuestion(("\N{SNOWMAN}",), limit=10), session)


def test_features_alone_are_answered_without_a_track(kamerton: Kamerton, release: Release, session: OfflineSession) -> None:
    answer = kamerton.recommend_features(release, AudioFeatures(energy=0.9), ListOptions(limit=5), session)
    assert answer.track is None
    assert answer.features_source == "request"
    assert len(answer.recommendations) == 5


def test_no_features_at_all_are_refused(kamerton: Kamerton, release: Release, session: OfflineSession) -> None:
    with pytest.raises(FeaturesUnavailable):
        kamerton.recommend_features(release, AudioFeatures(), ListOptions(limit=5), session)


def test_search_finds_names_and_links(kamerton: Kamerton, release: Release, session: OfflineSession) -> None:
    track = release.catalog.examples(1)[0].track
    assert kamerton.search(release, track.title, 1, session) == [track]
    assert kamerton.search(release, f"spotify:track:{track.id}", 10, session) == [track]
    assert kamerton.search(release, UNKNOWN_ID, 10, session) == []
    assert kamerton.search(release, "\N{SNOWMAN}", 10, session) == []


def test_a_track_is_found_by_its_id(kamerton: Kamerton, release: Release) -> None:
    entry = release.catalog.examples(1)[0]
    assert kamerton.track(release, entry.track.id) == entry
    with pytest.raises(TrackNotFound):
        kamerton.track(release, UNKNOWN_ID)


def _answer(kamerton: Kamerton, release: Release, session: OfflineSession) -> object:
    return kamerton.recommend(release, TrackQuestion(("linkin park",), limit=1), session)


def _search(kamerton: Kamerton, release: Release, session: OfflineSession) -> object:
    return kamerton.search(release, "linkin park", 1, session)


@pytest.mark.parametrize("ask", [_answer, _search], ids=["answer", "search"])
def test_nothing_is_answered_after_the_deadline(kamerton: Kamerton, release: Release, ask: Callable[..., object]) -> None:
    clock = Clock()
    deadline = Deadline(1, clock)
    clock.pass_by(2)
    with pytest.raises(DeadlineExceeded):
        ask(kamerton, release, OfflineSession(deadline))


@pytest.mark.parametrize(
    ("query", "clean"),
    [
        ("  Muse   Hysteria ", "Muse Hysteria"),
        ("Beyonce\N{COMBINING ACUTE ACCENT}", "Beyonc\N{LATIN SMALL LETTER E WITH ACUTE}"),
        ("a\N{NO-BREAK SPACE}b", "a b"),
        ("\N{ZERO WIDTH JOINER}x", "\N{ZERO WIDTH JOINER}x"),
        ("Hysteria\tMuse\n", "Hysteria Muse"),
        (f"Hear this: https://open.spotify.com/track/{UNKNOWN_ID}?si=1.", f"https://open.spotify.com/track/{UNKNOWN_ID}?si=1"),
    ],
)
def test_a_query_is_made_plain(query: str, clean: str) -> None:
    assert clean_query(query) == clean


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("", "query_empty"),
        ("  \N{IDEOGRAPHIC SPACE} ", "query_empty"),
        ("a" * (LONGEST_QUERY + 1), "query_long"),
        (" " * 10_000_000, "query_long"),
        ("\N{COMBINING CEDILLA}\N{COMBINING ACUTE ACCENT}" * 1_000_000, "query_long"),
        ("a\x00b", "query_characters"),
        ("\x7f", "query_characters"),
        ("\ud83d", "query_characters"),
        ("a\N{REPLACEMENT CHARACTER}", "query_characters"),
    ],
)
def test_what_no_name_can_be_is_refused_at_once(query: str, reason: str) -> None:
    with pytest.raises(BadQuery) as refused:
        clean_query(query)
    assert refused.value.reason == reason


@given(st.text(st.characters(codec=None), max_size=400))
def test_any_text_is_plain_or_refused(query: str) -> None:
    try:
        clean = clean_query(query)
    except BadQuery:
        return
    assert clean == clean_query(clean)
    assert clean
    assert clean.isprintable() or not any(character in clean for character in "\n\r\t\x00")


@pytest.mark.parametrize(
    "query", ["zxcvbnm qwerty", "zzzzzzzzqq", "SELECT * FROM tracks", "ABBA dancing queen", "skrillex bangarang", "xyzzyq"]
)
def test_what_fits_no_name_is_not_answered_with_another(
    kamerton: Kamerton, release: Release, session: OfflineSession, query: str
) -> None:
    with pytest.raises(TrackNotFound):
        kamerton.recommend(release, TrackQuestion((query,), limit=10), session)
    assert kamerton.search(release, query, 10, session) == []


def test_no_recommendation_is_sought_when_the_time_is_over(kamerton: Kamerton, release: Release) -> None:
    with pytest.raises(DeadlineExceeded):
        kamerton.recommend_features(release, AudioFeatures(energy=0.9), ListOptions(limit=5), OfflineSession(Deadline(0)))
