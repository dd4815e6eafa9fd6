"""Tracks near the artist of a seed, at Deezer."""

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
def near(deezer: FakeDeezer) -> DeezerRelated:
    return DeezerRelated(DeezerClient(deezer.url, 5))


def walked(source: DeezerRelated, seed: Track) -> list[Track]:
    """The walk alone, each question after the other. Raises `SourceError` when a step has but one question, which fails."""

    def answer(questions: object) -> list[object]:
        answers: list[object] = []
        for question in questions:
            try:
                answers.append(question.ask())
            except SourceError:
                if len(questions) == 1:
                    raise
                answers.append(None)
        return answers

    walk = source.candidates(seed)
    try:
        questions = next(walk)
        while True:
            questions = walk.send(answer(questions))
    except StopIteration as end:
        return end.value


def seed_of(track: MadeTrack) -> Track:
    return Track(track.id, track.title, track.artists, isrc=track.isrc)


def test_it_names_tracks_of_many_artists_with_their_isrcs(
    near: DeezerRelated, deezer: FakeDeezer, music: list[MadeTrack]
) -> None:
    found = walked(near, seed_of(music[0]))
    assert 8 <= len(found) == len({track.id for track in found})
    assert all(track.isrc for track in found)
    assert len({track.artists[0] for track in found}) >= 8
    # The artist, its radio and related artists; the top of four; twelve look-ups.
    assert len(deezer.calls) <= 1 + 2 + 4 + 12


@pytest.mark.parametrize("kind", ["isrc", "isrc alone", "deezer's id", "names"])
def test_the_artist_is_told_by_whatever_is_known(
    near: DeezerRelated, deezer: FakeDeezer, music: list[MadeTrack], kind: str
) -> None:
    track = music[4]
    seeds = {
        "isrc": seed_of(track),
        "isrc alone": Track(track.isrc, "", ()),
        "deezer's id": Track(f"deezer:{FIRST_ID + 4}", "", ()),
        "names": Track(track.id, f"{track.title} - 2011 Remaster", track.artists),
    }
    assert walked(near, seeds[kind])
    assert deezer.calls_of("/artist")[0].path == f"/artist/{deezer.artist_id(4)}/radio"


def test_a_hit_of_another_artist_is_not_the_seeds(near: DeezerRelated, deezer: FakeDeezer, music: list[MadeTrack]) -> None:
    deezer.fail(replied({"data": [deezer.track_object(7)]}), "/search")
    assert walked(near, Track(music[0].id, music[0].title, ("Somebody else",))) == []
    assert not deezer.calls_of("/artist")


def test_what_would_end_a_filter_of_the_search_does_not(near: DeezerRelated, deezer: FakeDeezer) -> None:
    assert walked(near, Track("0" * 22, 'x" album:"y', ('A" B',))) == []
    assert deezer.calls[0].query["q"] == 'artist:"A  B" track:"x album y"'


def test_of_a_seed_without_names_nothing_is_asked(near: DeezerRelated, deezer: FakeDeezer) -> None:
    assert walked(near, Track("0" * 22, "0" * 22, ())) == []
    assert deezer.calls == []


def test_a_seed_that_it_does_not_know_is_not_found(near: DeezerRelated) -> None:
    with pytest.raises(SourceNotFound):
        walked(near, Track("GBAYE0601690", "Hysteria", ("Muse",)))


@pytest.mark.parametrize(
    "items", [[None, 7, {}, {"id": "1"}, {"id": -1}, {"id": True}, {"id": 10**30}, {"id": 1.5}], [], [{"id": 2}] * 100]
)
def test_what_is_near_is_read_with_distrust(
    near: DeezerRelated, deezer: FakeDeezer, music: list[MadeTrack], items: list[object]
) -> None:
    for kind in ("radio", "related"):
        deezer.fail(replied({"data": items}), f"/artist/{deezer.artist_id(0)}/{kind}")
    assert walked(near, seed_of(music[0])) == []
    assert len(deezer.calls) <= 3 + 4


def test_a_track_that_several_lists_have_is_looked_up_once(
    near: DeezerRelated, deezer: FakeDeezer, music: list[MadeTrack]
) -> None:
    walked(near, seed_of(music[0]))
    looked_up = [call.path for call in deezer.calls if call.path.startswith("/track/3")]
    assert len(looked_up) == len(set(looked_up)) == 12


def test_it_leaves_calls_for_what_people_ask_for_by_name(deezer: FakeDeezer, music: list[MadeTrack]) -> None:
    near = DeezerRelated(DeezerClient(deezer.url, 5), RateLimiter(7 + 12 + 7 + 3, 60))
    assert [len(walked(near, seed_of(track))) for track in music[:2]] == [12, 3]
    calls = len(deezer.calls)
    with pytest.raises(SourceLimited):
        walked(near, seed_of(music[2]))
    assert len(deezer.calls) == calls
