"""What `collect` asks for and what it makes of the answers, when the services are well and when they are not."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest

from kamerton.music import features
from tests.fakes import loopback
from tests.fakes.loopback import Fault
from tests.fakes.music import MadeTrack, made_music
from tests.fakes.spotify import CLIENT_SECRET
from tests.training.collecting import Collecting
from training import prepare

pytestmark = pytest.mark.filterwarnings("ignore:You're using `audio_features:DeprecationWarning")

GENRES = ("hip-hop", "k-pop", "metal")
YEARS = range(2001, 2005)
OPTIONS = ("--genres", ",".join(GENRES), "--years", "2001-2004")
Capture = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def music() -> list[MadeTrack]:
    """About 16 tracks of each genre in each year."""
    return made_music(GENRES, YEARS, per_year=15)


@pytest.fixture
def collecting(tmp_path: Path, music: list[MadeTrack]) -> Iterator[Collecting]:
    with Collecting(tmp_path / "collected", music) as collecting:
        yield collecting


def expected_rows(music: list[MadeTrack], unknown: set[str] = frozenset()) -> set[tuple[str, str]]:
    return {(track.id, genre) for track in music if track.id not in unknown for genre in track.genres}


def rows_of(table: pd.DataFrame) -> Counter[tuple[str, str]]:
    return Counter(zip(table["track_id"], table["track_genre"], strict=True))


def test_every_track_is_there_once_in_each_of_its_genres(
    collecting: Collecting, music: list[MadeTrack], capsys: Capture
) -> None:
    ended = collecting.run(*OPTIONS, capture=capsys)
    assert ended.code == 0
    assert rows_of(collecting.table) == Counter(expected_rows(music))
    assert any(len(track.genres) == 2 for track in music)
    assert max(Counter(collecting.reccobeats.asked_ids).values()) == 1


def test_a_row_has_spotifys_track_and_reccobeats_features(
    collecting: Collecting, music: list[MadeTrack], capsys: Capture
) -> None:
    collecting.run(*OPTIONS, capture=capsys)
    rows = collecting.table.drop_duplicates("track_id").set_index("track_id")
    for track in music:
        row = rows.loc[track.id]
        assert (row["track_name"], row["artists"], row["album_name"]) == (track.title, ";".join(track.artists), track.album)
        assert (row["duration_ms"], row["explicit"], row["isrc"]) == (track.duration_ms, track.explicit, track.isrc)
        assert {name: row[name] for name in track.features} == track.features
    assert set(rows["features_source"]) == {"reccobeats"}


def test_prepare_takes_the_table(collecting: Collecting, music: list[MadeTrack], capsys: Capture, tmp_path: Path) -> None:
    collecting.run(*OPTIONS, capture=capsys)
    prepare.main(["--catalog", str(collecting.folder / "tracks.parquet"), "--build", str(tmp_path / "build")])
    summary = json.loads((tmp_path / "build" / "prepare.json").read_text())
    assert (summary["rows"], summary["dropped"], set(summary["genres"])) == (len(expected_rows(music)), {}, set(GENRES))
    prepared = pd.read_parquet(tmp_path / "build" / "rows.parquet")
    assert prepared[list(features.NAMES)].notna().all(axis=None)


def test_the_answers_are_kept_as_they_came(collecting: Collecting, capsys: Capture) -> None:
    collecting.run(*OPTIONS, capture=capsys)
    kept = [answer["answer"] for answer in collecting.answers if answer["call"]["kind"] == "search"]
    assert kept == [collecting.spotify.answer(call).body.decode() for call in collecting.spotify.searches]
    assert len(collecting.answers) == collecting.asked.total()


def test_searches_are_of_a_genre_and_a_year_in_pages_of_ten(collecting: Collecting, capsys: Capture) -> None:
    collecting.run(*OPTIONS, "--market", "DE", capture=capsys)
    searches = [call.query for call in collecting.spotify.searches]
    assert {query["q"] for query in searches} == {f'genre:"{genre}" year:{year}' for genre in GENRES for year in YEARS}
    assert {(query["limit"], query["type"], query["market"]) for query in searches} == {("10", "track", "DE")}
    # The newest first, each genre in its turn.
    assert [query["q"] for query in searches[:4]] == [
        'genre:"hip-hop" year:2004',
        'genre:"k-pop" year:2004',
        'genre:"metal" year:2004',
        'genre:"hip-hop" year:2003',
    ]


def test_a_limit_is_spread_over_genres_and_years(collecting: Collecting, music: list[MadeTrack], capsys: Capture) -> None:
    collecting.run(*OPTIONS, "--per-genre", "40", capture=capsys)
    assert len(collecting.spotify.searches) == 12
    year_of = {track.id: track.year for track in music}
    table = collecting.table
    counts = Counter(zip(table["track_genre"], table["track_id"].map(year_of), strict=True))
    assert counts == {(genre, year): 10 for genre in GENRES for year in YEARS}


def test_no_query_goes_past_its_first_thousand(tmp_path: Path, capsys: Capture) -> None:
    music = made_music(("metal",), (2020,), per_year=1050)
    with Collecting(tmp_path, music) as collecting:
        ended = collecting.run("--genres", "metal", "--years", "2020-2020", capture=capsys)
        assert ended.code == 0
        assert max(int(call.query["offset"]) for call in collecting.spotify.searches) == 990
        assert len(collecting.table) == 1000


def test_tracks_without_features_make_room_for_others(tmp_path: Path, music: list[MadeTrack], capsys: Capture) -> None:
    unknown = {track.id for number, track in enumerate(music) if number % 3 == 0}
    with Collecting(tmp_path, music, unknown) as collecting:
        collecting.run(*OPTIONS, "--per-genre", "30", capture=capsys)
        assert set(collecting.table["track_genre"].value_counts()) == {30}
        collecting.run(*OPTIONS, capture=capsys)
        collecting.run(*OPTIONS, capture=capsys)
        assert rows_of(collecting.table) == Counter(expected_rows(music, unknown))
        assert max(Counter(collecting.reccobeats.asked_ids).values()) == 1


def test_spotifys_features_are_asked_for_once_and_never_again(collecting: Collecting, capsys: Capture) -> None:
    for per_genre in ("20", "40", "60"):
        collecting.run(*OPTIONS, "--per-genre", per_genre, capture=capsys)
    assert len(collecting.spotify.calls_of("/v1/audio-features")) == 1


def test_spotifys_features_where_the_app_may_have_them(tmp_path: Path, music: list[MadeTrack], capsys: Capture) -> None:
    with Collecting(tmp_path, music, extended=True) as collecting:
        nothing = loopback.replied({"audio_features": [None] * 100})
        collecting.spotify.fail(nothing, "/v1/audio-features")
        collecting.run(*OPTIONS, capture=capsys)
        assert rows_of(collecting.table) == Counter(expected_rows(music))
        # What Spotify does not know is asked for elsewhere.
        assert len(collecting.reccobeats.asked_ids) == 100
    by_source = collecting.table.drop_duplicates("track_id").groupby("features_source")["track_id"].agg(set)
    assert by_source["reccobeats"] == set(collecting.reccobeats.asked_ids)
    assert len(by_source["spotify"]) == len(music) - 100


@pytest.mark.parametrize("odd", [{"tempo": 900}, {"energy": None}, {"valence": "high"}, {"loudness": "NaN"}])
def test_a_row_that_cannot_be_learnt_from_is_none(collecting: Collecting, odd: dict[str, object], capsys: Capture) -> None:
    def with_odd_rows(reply: loopback.Reply) -> loopback.Reply:
        rows = json.loads(reply.body)["content"]
        uuids = {"id": "5f6c1b0e-0000-4000-8000-000000000000", "href": "https://example.com/5f6c1b0e"}
        return loopback.json_reply({"content": [rows[0] | odd, *rows[1:], *rows[1:], rows[1] | uuids, None]})

    collecting.reccobeats.fail(with_odd_rows, times=99)
    assert collecting.run(*OPTIONS, capture=capsys).code == 0
    n_calls = len(collecting.reccobeats.calls)
    n_ids = collecting.table["track_id"].nunique()
    assert n_ids == len(set(collecting.reccobeats.asked_ids)) - n_calls
    assert max(rows_of(collecting.table).values()) == 1


def test_a_batch_that_reccobeats_does_not_know_at_all(collecting: Collecting, music: list[MadeTrack], capsys: Capture) -> None:
    collecting.reccobeats.fail(loopback.replied({"status": 4040, "error": "Not found"}, 404))
    assert collecting.run(*OPTIONS, capture=capsys).code == 0
    lost = set(collecting.reccobeats.asked_ids[:40])
    assert rows_of(collecting.table) == Counter(expected_rows(music, lost))


@pytest.mark.parametrize("status", [404, 410])
def test_spotifys_features_may_be_gone_altogether(collecting: Collecting, status: int, capsys: Capture) -> None:
    gone = loopback.replied({"error": {"status": status, "message": "Gone"}}, status)
    collecting.spotify.fail(gone, "/v1/audio-features")
    assert collecting.run(*OPTIONS, capture=capsys).code == 0
    assert len(collecting.spotify.calls_of("/v1/audio-features")) == 1
    assert set(collecting.table["features_source"]) == {"reccobeats"}


@pytest.mark.parametrize("status", [403, 404, 410])
def test_a_token_that_is_not_given_says_nothing_about_the_features(
    collecting: Collecting, status: int, capsys: Capture
) -> None:
    collecting.spotify.extended_quota = True
    expired = loopback.replied({"error": {"status": 401, "message": "The access token expired"}}, 401)
    collecting.spotify.fail(expired, "/v1/audio-features")
    collecting.spotify.fail(loopback.replied({"error": "none"}, status), "/api/token", after=1)
    ended = collecting.run(*OPTIONS, capture=capsys)
    assert ended.code == 1
    assert "Spotify's accounts service" in ended.complained
    assert collecting.run(*OPTIONS, capture=capsys).code == 0
    assert set(collecting.table["features_source"]) == {"spotify"}


def test_reccobeats_closed_to_us_ends_the_run_and_loses_nothing(
    collecting: Collecting, music: list[MadeTrack], capsys: Capture
) -> None:
    collecting.reccobeats.fail(loopback.replied({"status": 4003, "error": "Blocked"}, 403), after=1)
    ended = collecting.run(*OPTIONS, capture=capsys)
    assert ended.code == 1
    assert "ReccoBeats refused with 403: Blocked" in ended.complained
    assert collecting.run(*OPTIONS, capture=capsys).code == 0
    assert rows_of(collecting.table) == Counter(expected_rows(music))


def test_genres_and_tracks_can_be_added(collecting: Collecting, music: list[MadeTrack], capsys: Capture) -> None:
    collecting.run("--genres", "metal", "--years", "2003-2004", "--per-genre", "10", capture=capsys)
    collecting.run("--genres", "k-pop", "--years", "2003-2004", "--per-genre", "10", capture=capsys)
    assert set(collecting.table["track_genre"]) == {"k-pop", "metal"}
    collecting.run(*OPTIONS, capture=capsys)
    assert rows_of(collecting.table) == Counter(expected_rows(music))
    assert max(collecting.asked.values()) == 1


def test_what_an_earlier_run_wanted_stays_whole(collecting: Collecting, capsys: Capture) -> None:
    collecting.run("--genres", "metal", "--years", "2001-2004", "--per-genre", "30", capture=capsys)
    collecting.run("--genres", "k-pop", "--years", "2001-2004", "--per-genre", "3", capture=capsys)
    sizes = collecting.table["track_genre"].value_counts()
    assert sizes["metal"] >= 30
    assert sizes["k-pop"] == 3


def test_a_finished_collection_asks_for_nothing(collecting: Collecting, capsys: Capture) -> None:
    collecting.run(*OPTIONS, capture=capsys)
    n_calls = collecting.asked.total()
    (collecting.folder / "tracks.parquet").unlink()
    ended = collecting.run(*OPTIONS, capture=capsys, SPOTIFY_CLIENT_ID="", SPOTIFY_CLIENT_SECRET="")
    assert ended.code == 0
    assert collecting.asked.total() == n_calls
    assert len(collecting.table)


def test_the_bar_counts_the_tracks(collecting: Collecting, capsys: Capture) -> None:
    ended = collecting.run(*OPTIONS, "--per-genre", "30", capture=capsys)
    assert re.search(r"100%.* 90/90 \[.*tracks/s\]", ended.complained)
    assert "90 rows, 30 hip-hop, 30 k-pop, 30 metal" in ended.said


@pytest.mark.parametrize(
    "fault",
    [
        loopback.server_error(500),
        loopback.hang_up,
        loopback.truncated,
        loopback.broken_off,
        loopback.web_page,
        loopback.replied({"tracks": [], "content": 1}),
    ],
)
@pytest.mark.parametrize("service", ["spotify", "reccobeats"])
def test_a_fault_that_passes_is_outlived(collecting: Collecting, fault: Fault, service: str, capsys: Capture) -> None:
    getattr(collecting, service).fail(fault, "/v1", times=3, after=1)
    ended = collecting.run(*OPTIONS, "--per-genre", "20", capture=capsys)
    assert ended.code == 0
    assert sum(ended.pauses) == 1 + 2 + 4
    assert set(collecting.table["track_genre"].value_counts()) == {20}
    assert max(rows_of(collecting.table).values()) == 1


BROKEN_FOR_ONE = [
    loopback.server_error(500),
    loopback.replied({"error": {"status": 404, "message": "Not found."}}, 404),
    loopback.replied({"error": {"status": 400, "message": "Bad request"}}, 400),
    loopback.web_page,
]


@pytest.mark.parametrize("fault", BROKEN_FOR_ONE)
def test_a_page_that_always_fails_keeps_nothing_else_away(
    collecting: Collecting, music: list[MadeTrack], fault: Fault, capsys: Capture
) -> None:
    is_broken = True
    of_one_page = lambda reply: fault(reply) if is_broken and b'"metal 2003 no. 0"' in reply.body else reply  # noqa: E731
    collecting.spotify.fail(of_one_page, "/v1/search", times=999)
    for _ in range(2):
        ended = collecting.run(*OPTIONS, capture=capsys)
        assert ended.code == 1
        assert "each time that it was asked: 1 question is left open. What goes on" in ended.complained
        elsewhere = {track.id for track in music if (track.genres[0], track.year) != ("metal", 2003)}
        assert {track_id for track_id, _ in rows_of(collecting.table)} >= elsewhere
        assert not rows_of(collecting.table)[next(track.id for track in music if track.title == "metal 2003 no. 0"), "metal"]
    is_broken = False
    assert collecting.run(*OPTIONS, capture=capsys).code == 0
    assert rows_of(collecting.table) == Counter(expected_rows(music))


@pytest.mark.parametrize("fault", [loopback.server_error(500), loopback.replied({"status": 4001, "error": "Bad id"}, 400)])
def test_a_batch_that_always_fails_keeps_nothing_else_away(
    collecting: Collecting, music: list[MadeTrack], fault: Fault, capsys: Capture
) -> None:
    is_broken = True
    of_one_batch = lambda reply: fault(reply) if is_broken and music[40].id.encode() in reply.body else reply  # noqa: E731
    collecting.reccobeats.fail(of_one_batch, times=999)
    ended = collecting.run(*OPTIONS, capture=capsys)
    assert ended.code == 1
    assert "1 question is left open" in ended.complained
    assert collecting.table["track_id"].nunique() == len(music) - 40
    is_broken = False
    assert collecting.run(*OPTIONS, capture=capsys).code == 0
    assert rows_of(collecting.table) == Counter(expected_rows(music))


def test_a_page_that_fails_is_no_matter_where_others_are_enough(collecting: Collecting, capsys: Capture) -> None:
    collecting.spotify.fail(loopback.server_error(), "/v1/search", times=6)
    ended = collecting.run(*OPTIONS, "--per-genre", "20", capture=capsys)
    assert ended.code == 0
    assert set(collecting.table["track_genre"].value_counts()) == {20}


def test_a_fault_that_stays_ends_the_run_and_the_next_goes_on(
    collecting: Collecting, music: list[MadeTrack], capsys: Capture
) -> None:
    collecting.spotify.fail(loopback.server_error(), "/v1/search", times=18, after=20)
    ended = collecting.run(*OPTIONS, capture=capsys)
    assert ended.code == 1
    assert (
        "collect: Spotify failed with 502. What goes on where this stopped: .venv/bin/python -m training.collect"
        in ended.complained
    )
    # Three calls in a row.
    assert sum(ended.pauses) == 3 * (1 + 2 + 4 + 8 + 16)
    assert len(collecting.table)
    assert collecting.run(*OPTIONS, capture=capsys).code == 0
    assert rows_of(collecting.table) == Counter(expected_rows(music))


@pytest.mark.parametrize("service", ["spotify", "reccobeats"])
def test_a_short_limit_is_waited_for(collecting: Collecting, music: list[MadeTrack], service: str, capsys: Capture) -> None:
    getattr(collecting, service).fail(loopback.rate_limited(7), "/v1", after=2)
    ended = collecting.run(*OPTIONS, capture=capsys)
    assert ended.code == 0
    assert ended.pauses == [1] * 7
    assert "wants no more calls for now: waiting 7 s" in ended.complained
    assert rows_of(collecting.table) == Counter(expected_rows(music))


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (loopback.rate_limited(86_400), "Spotify wants no more calls for now"),
        (loopback.quota_exceeded(86_400), "Spotify says that the quota is used up"),
        (loopback.quota_exceeded(None), "Spotify says that the quota is used up"),
    ],
)
def test_a_day_of_waiting_ends_the_run_with_the_time(
    collecting: Collecting, music: list[MadeTrack], fault: Fault, said: str, capsys: Capture
) -> None:
    collecting.spotify.fail(fault, "/v1/search", after=13)
    ended = collecting.run(*OPTIONS, capture=capsys)
    assert (ended.code, ended.pauses) == (75, [])
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).astimezone()
    assert f"collect: {said}. There is no more before {tomorrow:%A %d %B %Y, }" in ended.complained
    assert "python -m training.collect --genres hip-hop,k-pop,metal --years 2001-2004" in ended.complained
    # What was found by then has its features, and is in the table.
    assert set(collecting.table["track_id"]) == set(collecting.reccobeats.asked_ids)
    n_calls = collecting.asked.total()
    again = collecting.run(*OPTIONS, capture=capsys)
    assert (again.code, collecting.asked.total()) == (75, n_calls)
    assert "Spotify said to wait" in again.complained
    assert collecting.run(*OPTIONS, "--anyway", capture=capsys).code == 0
    assert rows_of(collecting.table) == Counter(expected_rows(music))


def test_a_quota_is_not_waited_for_however_short(collecting: Collecting, capsys: Capture) -> None:
    collecting.spotify.fail(loopback.quota_exceeded(5), "/v1/search")
    ended = collecting.run(*OPTIONS, capture=capsys)
    assert (ended.code, ended.pauses) == (75, [])


def test_a_limit_of_reccobeats_ends_the_run_too(collecting: Collecting, music: list[MadeTrack], capsys: Capture) -> None:
    collecting.reccobeats.fail(loopback.rate_limited(3600), after=2)
    ended = collecting.run(*OPTIONS, capture=capsys)
    assert ended.code == 75
    assert "ReccoBeats wants no more calls for now" in ended.complained
    assert collecting.run(*OPTIONS, "--anyway", capture=capsys).code == 0
    assert rows_of(collecting.table) == Counter(expected_rows(music))


def test_patience_is_an_option(collecting: Collecting, capsys: Capture) -> None:
    collecting.spotify.fail(loopback.rate_limited(7), "/v1/search")
    assert collecting.run(*OPTIONS, "--patience", "5", capture=capsys).code == 75


def test_one_that_always_wants_a_moment_is_given_up(collecting: Collecting, capsys: Capture) -> None:
    collecting.spotify.fail(loopback.rate_limited(0), "/v1/search", times=100)
    ended = collecting.run(*OPTIONS, capture=capsys)
    assert (ended.code, ended.pauses) == (75, [1] * 5)


def test_an_account_without_premium_is_told_so(collecting: Collecting, capsys: Capture) -> None:
    collecting.spotify.fail(loopback.forbidden_text, "/v1", times=100)
    ended = collecting.run(*OPTIONS, capture=capsys)
    assert (ended.code, ended.pauses) == (1, [])
    assert "Spotify refused with 403: Active premium subscription required" in ended.complained


def test_plain_refusal_of_the_features_does_not_close_them(collecting: Collecting, capsys: Capture) -> None:
    collecting.spotify.fail(loopback.forbidden_text, "/v1/audio-features")
    assert collecting.run(*OPTIONS, capture=capsys).code == 1
    assert collecting.run(*OPTIONS, capture=capsys).code == 0


def test_wrong_credentials_are_told_so(collecting: Collecting, capsys: Capture) -> None:
    ended = collecting.run(*OPTIONS, capture=capsys, SPOTIFY_CLIENT_SECRET="another")
    assert ended.code == 1
    assert "Spotify's accounts service refused with 400: invalid_client" in ended.complained
    assert "another" not in ended.complained


def test_a_withdrawn_token_is_no_matter(collecting: Collecting, music: list[MadeTrack], capsys: Capture) -> None:
    expired = loopback.replied({"error": {"status": 401, "message": "The access token expired"}}, 401)
    collecting.spotify.fail(expired, "/v1/search", after=5)
    assert collecting.run(*OPTIONS, capture=capsys).code == 0
    assert rows_of(collecting.table) == Counter(expected_rows(music))


@pytest.mark.parametrize(
    ("environ", "said"),
    [
        ({"SPOTIFY_CLIENT_ID": "", "SPOTIFY_CLIENT_SECRET": ""}, "set SPOTIFY_CLIENT_ID and SPOTIFY_CLIENT_SECRET to those"),
        ({"SPOTIFY_CLIENT_SECRET": ""}, "SPOTIFY_CLIENT_SECRET is not set"),
        ({"RECCOBEATS_URL": "nowhere"}, "RECCOBEATS_URL is 'nowhere'"),
    ],
)
def test_what_is_missing_is_named(collecting: Collecting, environ: dict[str, str], said: str, capsys: Capture) -> None:
    ended = collecting.run(*OPTIONS, capture=capsys, **environ)
    assert not collecting.spotify.calls
    assert ended.code == 1
    assert ended.complained.startswith(f"collect: {said}")


@pytest.mark.parametrize(
    "options",
    [
        ("--genres", " , "),
        ("--genres", 'a"b'),
        ("--genres", "a\\"),
        ("--per-genre", "0"),
        ("--per-genre", "many"),
        ("--years", "2000"),
        ("--years", "2004-2001"),
        ("--market", "de"),
    ],
)
def test_a_wrong_option_is_refused(collecting: Collecting, options: tuple[str, str], capsys: Capture) -> None:
    ended = collecting.run(*options, capture=capsys)
    assert ended.code == 2
    assert options[0] in ended.complained
    assert not collecting.folder.exists()


def test_a_genre_that_nobody_plays_is_said_so(collecting: Collecting, capsys: Capture) -> None:
    ended = collecting.run("--genres", "polka", "--years", "2001-2004", capture=capsys)
    assert ended.code == 0
    assert "No track with audio features of polka is there" in ended.said
    assert not (collecting.folder / "tracks.parquet").exists()


def test_no_secret_is_written_anywhere(collecting: Collecting, capsys: Capture) -> None:
    collecting.spotify.fail(loopback.server_error(), "/v1/search", after=3)
    collecting.spotify.fail(loopback.quota_exceeded(), "/v1/search", after=9)
    ended = collecting.run(*OPTIONS, capture=capsys)
    written = b"".join(path.read_bytes() for path in collecting.folder.iterdir()).decode(errors="replace")
    for secret in (CLIENT_SECRET, "token-1", "Basic "):
        assert secret not in ended.said + ended.complained + written
