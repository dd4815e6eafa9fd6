"""The video of a track is picked among the hits of a search."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from kamerton.matching.video_match import LEAST_SCORE, score, video_matches
from kamerton.matching.video_titles import search_text, track_in
from kamerton.music.track import Track
from kamerton.music.video import Video
from tests.functions.matching.video_cases import CASES, UNSEEN, Case

TRACK = Track("0" * 22, "Hysteria", ("Muse",), duration_ms=227_000)
VIDEO = Video("aaaaaaaaaaa", "Muse - Hysteria (Official Video)", "Muse", 229_000)


@pytest.mark.parametrize("case", [*CASES, *UNSEEN], ids=lambda case: case.name)
def test_the_right_video_is_found_or_none(case: Case) -> None:
    best = next(iter(video_matches(case.track, case.hits)), None)
    place = case.hits.index(best.video) if best is not None and best.fits else None
    assert place == case.right


def test_right_and_wrong_videos_are_well_apart() -> None:
    """The threshold is not where a small change of a weight would move many."""
    scores = [(case.right == place, score(case.track, hit)) for case in CASES for place, hit in enumerate(case.hits)]
    right = [value for is_right, value in scores if is_right]
    assert min(right) >= LEAST_SCORE + 0.1


@pytest.mark.parametrize("seconds", [0, 9, 11, 40, 500])
def test_the_further_apart_the_durations_the_lower_the_score(seconds: int) -> None:
    nearer = replace(VIDEO, duration_ms=227_000 + 1000 * seconds)
    further = replace(VIDEO, duration_ms=227_000 + 1000 * (seconds + 30))
    assert score(TRACK, nearer) >= score(TRACK, further)
    assert (score(TRACK, nearer) > 0.95) == (seconds <= 10)


@pytest.mark.parametrize("mark", ["Live", "Cover", "Karaoke", "Remix", "Sped Up", "Nightcore", "1 Hour", "8D Audio", "Slowed"])
def test_a_mark_counts_unless_the_title_of_the_track_has_it(mark: str) -> None:
    marked = replace(VIDEO, title=f"Muse - Hysteria ({mark})")
    assert score(TRACK, marked) < LEAST_SCORE < score(replace(TRACK, title=f"Hysteria ({mark})"), marked)


def test_of_equals_the_first_is_taken() -> None:
    assert [match.video.id for match in video_matches(TRACK, [VIDEO, replace(VIDEO, id="b" * 11)])] == ["a" * 11, "b" * 11]


@pytest.mark.parametrize("text", ["", "!!!", "ft.", "(Official Video)", "-", "«»", "\u200b", "a" * 500, "| | |", "☃" * 40])
def test_titles_of_any_kind_have_a_score_and_a_name(text: str) -> None:
    for track in (TRACK, replace(TRACK, title=text or "x", artists=(text,)), replace(TRACK, artists=())):
        assert 0 <= score(track, replace(VIDEO, title=text, channel=text)) <= 1
        assert len(search_text(track)) <= 200
    assert track_in("a" * 11, text, text).id == "youtube:aaaaaaaaaaa"


@pytest.mark.parametrize(
    ("allowed", "blocked", "market", "plays"),
    [
        (None, (), "DE", True),
        (None, ("DE",), "DE", False),
        (None, ("DE",), "FR", True),
        (("DE",), (), "DE", True),
        (("DE",), (), "FR", False),
        ((), (), None, False),
        (("DE",), (), None, True),
        (None, ("DE",), None, True),
    ],
)
def test_where_a_video_plays(
    allowed: tuple[str, ...] | None, blocked: tuple[str, ...], market: str | None, plays: bool
) -> None:
    assert replace(VIDEO, allowed=allowed, blocked=blocked).plays_in(market) is plays


@pytest.mark.parametrize(
    ("title", "channel", "artist", "name"),
    [
        ("Muse - Hysteria (Official Video)", "Muse", "Muse", "Hysteria"),
        ("Hysteria", "Muse - Topic", "Muse", "Hysteria"),
        ("Hysteria (Live)", "MuseVEVO", "Muse", "Hysteria (Live)"),
        ("Muse – Hysteria [HD] ft. Somebody Else", "Fans", "Muse", "Hysteria"),
        ("Don't Stop Me Now (Official Video)", "Queen Official", "Queen", "Don't Stop Me Now"),
        ("BTS (방탄소년단) 'Dynamite' Official MV", "HYBE LABELS", "BTS", "Dynamite"),
        ("YOASOBI「夜に駆ける」 Official Music Video", "Ayase / YOASOBI", "YOASOBI", "夜に駆ける"),
        ("Кино - Группа крови (клип)", "Кино", "Кино", "Группа крови"),
        ("Official Video", "Somebody", "Somebody", "Official Video"),
    ],
)
def test_what_a_title_says_is_read(title: str, channel: str, artist: str, name: str) -> None:
    track = track_in("a" * 11, title, channel)
    assert (track.artists, track.title) == ((artist,), name)


def test_a_search_has_no_operators() -> None:
    track = Track("0" * 22, 'Hurt - 2011 "Remaster" | x (feat. Somebody)', ("A-ha", "B", "C"))
    assert search_text(track) == "A-ha B Hurt 2011 Remaster x"
