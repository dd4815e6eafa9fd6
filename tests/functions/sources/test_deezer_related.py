"""Tracks of Deezer that are related to the artist of a seed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kamerton.errors import SourceError, SourceLimited, SourceNotFound
from kamerton.music.track import Track
from kamerton.sources.deezer import DeezerClient
from kamerton.sources.deezer_related import DeezerRelated
from kamerton.sources.rate_limiter import RateLimiter
from tests.fakes.deezer import FIRST_ID, FakeDeezer
from tests.fakes.loopback import replied
from tests.fakes.music import MadeTrack


@pytest.fixture
def deezer(music: list[MadeTrack]) -> Iterator[FakeDeezer]:
    with FakeDeezer(music) as fake:
        yield fake


@pytest.fixture
def related(deezer: FakeDeezer) -> DeezerRelated:
    return DeezerRelated(DeezerClient(deezer.url, 5))


def candidates(source: DeezerRelated, seed: Track) -> list[Track]:
    """The candidates, one call after the other. Raises `SourceError` when the only call of a step fails."""

    def answer(calls: object) -> list[object]:
        answers: list[object] = []
        for call in calls:
            try:
                answers.append(call.ask())
            except SourceError:
                if len(calls) == 1:
                    raise
                answers.append(None)
        return answers

    steps = source.candidates(seed)
    try:
        calls = next(steps)
        while True:
            calls = steps.send(answer(calls))
    except StopIteration as end:
        return end.value


def seed_of(track: MadeTrack) -> Track:
    return Track(track.id, track.title, track.artists, isrc=track.isrc)


def test_it_names_tracks_of_many_artists_with_their_isrcs(
    related: DeezerRelated, deezer: FakeDeezer, music: list[MadeTrack]
) -> None:
    tracks = candidates(related, seed_of(music[0]))
    assert 8 <= len(tracks) == len({track.id for track in tracks})
    assert all(track.isrc for track in tracks)
    assert len({track.artists[0] for track in tracks}) >= 8
    # The artist, its radio and related artists; the top of four; twelve look-ups.
    assert len(deezer.calls) <= 1 + 2 + 4 + 12


@pytest.mark.parametrize("kind", ["isrc", "isrc alone", "deezer's id", "names"])
def test_the_artist_is_told_by_whatever_is_known(
    related: DeezerRelated, deezer: FakeDeezer, music: list[MadeTrack], kind: str
) -> None:
    track = music[4]
    seeds = {
        "isrc": seed_of(track),
        "isrc alone": Track(track.isrc, "", ()),
        "deezer's id": Track(f"deezer:{FIRST_ID + 4}", "", ()),
        "names": Track(track.id, f"{track.title} - 2011 Remaster", track.artists),
    }
    assert candidates(related, seeds[kind])
    assert deezer.calls_of("/artist")[0].path == f"/artist/{deezer.artist_id(4)}/radio"


def test_a_hit_of_another_artist_is_not_the_seeds(related: DeezerRelated, deezer: FakeDeezer, music: list[MadeTrack]) -> None:
    deezer.fail(replied({"data": [deezer.track_object(7)]}), "/search")
    assert candidates(related, Track(music[0].id, music[0].title, ("Somebody else",))) == []
    assert not deezer.calls_of("/artist")


def test_a_search_is_made_of_plain_words(related: DeezerRelated, deezer: FakeDeezer) -> None:
    assert candidates(related, Track("0" * 22, 'x" album:"y', ('A" B',))) == []
    assert deezer.calls[0].query["q"] == "A  B x album y"


def test_of_a_seed_without_names_nothing_is_asked(related: DeezerRelated, deezer: FakeDeezer) -> None:
    assert candidates(related, Track("0" * 22, "0" * 22, ())) == []
    assert deezer.calls == []


def test_a_seed_that_it_does_not_know_is_not_found(related: DeezerRelated) -> None:
    with pytest.raises(SourceNotFound):
        candidates(related, Track("GBAYE0601690", "Hysteria", ("Muse",)))


@pytest.mark.parametrize(
    "items", [[None, 7, {}, {"id": "1"}, {"id": -1}, {"id": True}, {"id": 10**30}, {"id": 1.5}], [], [{"id": 2}] * 100]
)
def test_related_items_are_read_with_distrust(
    related: DeezerRelated, deezer: FakeDeezer, music: list[MadeTrack], items: list[object]
) -> None:
    for kind in ("radio", "related"):
        deezer.fail(replied({"data": items}), f"/artist/{deezer.artist_id(0)}/{kind}")
    assert candidates(related, seed_of(music[0])) == []
    assert len(deezer.calls) <= 3 + 4


def test_a_track_that_several_lists_have_is_looked_up_once(
    related: DeezerRelated, deezer: FakeDeezer, music: list[MadeTrack]
) -> None:
    candidates(related, seed_of(music[0]))
    paths = [call.path for call in deezer.calls if call.path.startswith("/track/3")]
    assert len(paths) == len(set(paths)) == 12


def test_it_leaves_calls_for_what_people_ask_for_by_name(deezer: FakeDeezer, music: list[MadeTrack]) -> None:
    related = DeezerRelated(DeezerClient(deezer.url, 5), RateLimiter(7 + 12 + 7 + 3, 60))
    assert [len(candidates(related, seed_of(track))) for track in music[:2]] == [12, 3]
    calls = len(deezer.calls)
    with pytest.raises(SourceLimited):
        candidates(related, seed_of(music[2]))
    assert len(deezer.calls) == calls
