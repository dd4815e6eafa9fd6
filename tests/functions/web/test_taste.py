"""What a visitor says they like: kept by a tap, said back, undone, forgotten; and nobody else can say it for them."""

from __future__ import annotations

import re
from http.cookies import SimpleCookie
from typing import Any

import pytest
from werkzeug.test import Client, TestResponse

from kamerton.storage import Bucket
from kamerton.web.visitor import COOKIE
from tests.functions.web.conftest import LoggedSite
from tests.small_release import small_release, small_tracks

ASKED = "/api/v1/recommendations"
FEEDBACK = "/api/v1/feedback"


@pytest.fixture
def url(tmp_path_factory: pytest.TempPathFactory) -> str:
    url = tmp_path_factory.mktemp("taste").as_uri()
    small_release(Bucket.open(url))
    return url


@pytest.fixture
def site(url: str) -> LoggedSite:
    return LoggedSite({"KAMERTON_BUCKET": url, "KAMERTON_SECRET": "a secret of this test"})


@pytest.fixture
def visitor(site: LoggedSite) -> Client:
    """A browser, which keeps its cookies."""
    return Client(site.app, TestResponse)


def ids(genre: str = "metal") -> list[str]:
    tracks = small_tracks()
    return list(tracks["track_id"][tracks["track_genre"] == genre])


def say(visitor: Client, verdict: str, **what: str) -> Any:
    response = visitor.post(FEEDBACK, json={"verdict": verdict, **what})
    assert response.status_code == 200, response.text
    return response.json


def listed(visitor: Client, seed: str, **more: Any) -> list[dict[str, Any]]:
    return visitor.get(ASKED, query_string={"track": seed, **more}).json["recommendations"]


def test_there_is_no_cookie_before_the_first_tap(visitor: Client) -> None:
    seed = ids()[0]
    for path in ("/", f"/?track={seed}", f"{ASKED}?track={seed}", "/likes", "/for-you", "/api/v1/me", "/map", "/random"):
        assert "Set-Cookie" not in visitor.get(path).headers, path
    response = visitor.post(FEEDBACK, json={"verdict": "like", "track": seed})
    cookie = SimpleCookie(response.headers["Set-Cookie"])[COOKIE]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert int(cookie["max-age"]) == 400 * 86_400
    # The second tap is the same person's.
    again = SimpleCookie(visitor.post(FEEDBACK, json={"verdict": "like", "track": ids()[1]}).headers["Set-Cookie"])[COOKIE]
    assert again.value == cookie.value


def test_the_cookie_stays_on_https_where_listeners_come_by_it(url: str) -> None:
    for settings, headers, secure in (
        ({"KAMERTON_PUBLIC_URL": "https://music.example"}, {}, True),
        ({"KAMERTON_PROXIES": "1"}, {"X-Forwarded-Proto": "https"}, True),
        ({}, {"X-Forwarded-Proto": "https"}, False),
    ):
        site = LoggedSite({"KAMERTON_BUCKET": url, **settings})
        response = Client(site.app, TestResponse).post(FEEDBACK, json={"verdict": "like", "track": ids()[0]}, headers=headers)
        assert ("Secure" in response.headers["Set-Cookie"]) is secure


def test_what_is_said_is_said_back_and_can_be_taken_back(visitor: Client) -> None:
    first, second = ids()[:2]
    say(visitor, "like", track=first)
    answer = say(visitor, "dislike", track=second)
    assert [each["id"] for each in answer["likes"]] == [first]
    assert [each["id"] for each in answer["dislikes"]] == [second]
    say(visitor, "block", artist="Iron Maiden")
    say(visitor, "clear", track=second)
    me = visitor.get("/api/v1/me").json
    assert me == {"likes": answer["likes"], "dislikes": [], "blocked_artists": ["Iron Maiden"]}
    exported = visitor.get("/api/v1/me/export?format=csv")
    assert exported.headers["Content-Disposition"] == 'attachment; filename="kamerton-likes.csv"'
    assert len(exported.text.splitlines()) == 3
    assert visitor.get("/api/v1/me/export").json == me


def test_without_a_word_the_answer_is_everybodys_to_the_byte(site: LoggedSite, visitor: Client) -> None:
    path = f"/?track={ids()[0]}"
    everybodys = site.get(path)
    say(visitor, "like", track=ids()[1])
    say(visitor, "clear", track=ids()[1])
    assert visitor.get(path).data == everybodys.data
    assert Client(site.app, TestResponse).get(path).data == everybodys.data


def test_an_answer_of_ones_own_is_kept_by_nobody_else(visitor: Client) -> None:
    for path in (f"/?track={ids()[0]}", f"{ASKED}?track={ids()[0]}"):
        before = visitor.get(path)
        assert "Cookie" in before.headers["Vary"]
        assert before.headers["Cache-Control"].startswith("public")
    say(visitor, "like", track=ids()[1])
    for path in (f"/?track={ids()[0]}", f"{ASKED}?track={ids()[0]}", "/for-you", "/likes", "/api/v1/for-you", "/api/v1/me"):
        response = visitor.get(path)
        assert response.headers["Cache-Control"] == "private, no-store", path
        assert "Cookie" in response.headers["Vary"]


def test_what_is_disliked_and_who_is_blocked_never_comes(visitor: Client) -> None:
    seed = ids()[0]
    before = listed(visitor, seed)
    say(visitor, "dislike", track=before[0]["track"]["id"])
    say(visitor, "block", artist=before[1]["track"]["artists"][0].upper())
    for limit in (10, 50):
        after = listed(visitor, seed, limit=limit, artist_cap=50)
        assert before[0]["track"]["id"] not in [each["track"]["id"] for each in after]
        assert not any(before[1]["track"]["artists"][0] in each["track"]["artists"] for each in after)


def test_what_is_near_to_a_like_comes_first_and_says_why(visitor: Client) -> None:
    seed = ids()[0]
    before = [each["track"]["id"] for each in listed(visitor, seed, limit=30, artist_cap=30)]
    # What lies next to something far down the list.
    liked = before[20]
    say(visitor, "like", track=liked)
    after = listed(visitor, seed, limit=30, artist_cap=30)
    places = {each["track"]["id"]: place for place, each in enumerate(after)}
    near = [each["track"]["id"] for each in listed(Client(visitor.application, TestResponse), liked, limit=5, artist_cap=30)]
    moved = [before.index(track) - places[track] for track in near if track in before and track in places]
    assert sum(moved) > 0
    title = small_tracks().set_index("track_id")["track_name"][liked]
    assert any(f"because you like {title}" in each["reasons"] for each in after)


def test_a_list_for_somebody_is_by_their_likes_alone(visitor: Client) -> None:
    assert visitor.get("/api/v1/for-you").json["code"] == "nothing_liked"
    assert "heart" in visitor.get("/for-you", headers={"Accept": "text/html"}).text
    for track in (ids("metal")[0], ids("country")[0]):
        say(visitor, "like", track=track)
    answer = visitor.get("/api/v1/for-you?limit=10").json
    # Two tastes, each in its turn, and neither of the two themselves.
    assert {each["seed"] for each in answer["recommendations"]} == {ids("metal")[0], ids("country")[0]}
    assert not {ids("metal")[0], ids("country")[0]} & {each["track"]["id"] for each in answer["recommendations"]}
    page = visitor.get("/for-you")
    assert page.status_code == 200
    assert page.text.count('class="hear"') == 11


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "http://localhost.evil.example"},
    ],
)
@pytest.mark.parametrize(
    ("method", "path"), [("POST", FEEDBACK), ("POST", "/taste"), ("POST", "/forget"), ("DELETE", "/api/v1/me")]
)
def test_another_site_changes_nothing(visitor: Client, method: str, path: str, headers: dict[str, str]) -> None:
    say(visitor, "like", track=ids()[0])
    before = visitor.get("/api/v1/me").json
    sent: dict[str, Any] = {"json": {"verdict": "dislike", "track": ids()[0]}} if path == FEEDBACK else {}
    if path == "/taste":
        sent = {"data": {"verdict": "dislike", "track": ids()[0]}}
    response = visitor.open(path, method=method, headers=headers, **sent)
    assert response.status_code == 403
    assert visitor.get("/api/v1/me").json == before


def test_the_page_itself_may(visitor: Client) -> None:
    headers = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
    assert visitor.post("/taste", data={"verdict": "like", "track": ids()[0]}, headers=headers).status_code == 204
    assert [each["id"] for each in visitor.get("/api/v1/me").json["likes"]] == [ids()[0]]


@pytest.mark.parametrize("forged", ["", "x", "A" * 22 + "." + "0" * 32, "é", "a.b", "A" * 5000])
def test_a_forged_cookie_is_nobodys(site: LoggedSite, forged: str) -> None:
    visitor = Client(site.app, TestResponse)
    response = visitor.get("/api/v1/me", headers={"Cookie": f"{COOKIE}={forged}"})
    assert response.json == {"likes": [], "dislikes": [], "blocked_artists": []}
    assert response.status_code == 200


def test_a_cookie_of_another_key_is_nobodys(url: str, visitor: Client) -> None:
    say(visitor, "like", track=ids()[0])
    cookie = visitor.get_cookie(COOKIE)
    assert cookie is not None
    elsewhere = LoggedSite({"KAMERTON_BUCKET": url, "KAMERTON_SECRET": "another secret of it"})
    assert elsewhere.get("/api/v1/me", headers={"Cookie": f"{COOKIE}={cookie.value}"}).json["likes"] == []


def test_nothing_that_is_kept_says_who_it_is(url: str, site: LoggedSite, visitor: Client) -> None:
    say(visitor, "like", track=ids()[0])
    cookie = visitor.get_cookie(COOKIE)
    assert cookie is not None
    number = cookie.value.partition(".")[0]
    keys = Bucket.open(url).keys("taste")
    assert len(keys) == 1
    assert re.fullmatch(r"taste/[0-9a-f]{32}/\d{13}-like-[\w-]+", keys[0])
    assert number not in keys[0]
    assert site.log
    assert number not in str(site.log)


def test_everything_can_be_forgotten(url: str, visitor: Client) -> None:
    say(visitor, "like", track=ids()[0])
    response = visitor.delete("/api/v1/me")
    assert response.json == {"forgotten": True}
    assert "Max-Age=0" in response.headers["Set-Cookie"]
    assert Bucket.open(url).keys("taste") == []
    assert visitor.get_cookie(COOKIE) is None
    say(visitor, "like", track=ids()[0])
    assert visitor.post("/forget").headers["Location"] == "/likes"
    assert Bucket.open(url).keys("taste") == []


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"verdict": "like"}, 422),
        ({"verdict": "like", "artist": "Muse"}, 422),
        ({"verdict": "block", "track": "0" * 22}, 422),
        ({"verdict": "love", "track": "0" * 22}, 400),
        ({"verdict": "like", "track": "0" * 22}, 404),
        ({"verdict": "like", "track": "a" * 65}, 400),
        ({"verdict": "block", "artist": " "}, 422),
        ({"verdict": "block", "artist": "a" * 201}, 400),
    ],
)
def test_what_is_no_verdict_is_refused_and_makes_nobody(visitor: Client, sent: dict[str, str], status: int) -> None:
    response = visitor.post(FEEDBACK, json=sent)
    assert response.status_code == status
    assert "Set-Cookie" not in response.headers
    assert visitor.post("/taste", data=sent).status_code in (400, 404, 422)


@pytest.mark.parametrize(
    ("back", "expected"),
    [
        ("/?track=a%20b&lang=ru", "/?track=a%20b&lang=ru"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("https://evil.example", "/"),
        ("/a\r\nSet-Cookie: x=y", "/"),
        ("", "/"),
        ("/" + "a" * 5000, "/"),
    ],
)
def test_without_scripts_one_comes_back_to_the_page(visitor: Client, back: str, expected: str) -> None:
    sent = {"verdict": "like", "track": ids()[0], "back": back}
    response = visitor.post("/taste", data=sent, headers={"Accept": "text/html"})
    assert response.status_code == 303
    assert response.headers["Location"] == expected


def test_a_bucket_that_fails_is_said_and_costs_no_answer(visitor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    say(visitor, "like", track=ids()[0])

    def fails(*_: Any) -> Any:
        from kamerton.errors import BucketError

        raise BucketError("the bucket is away")

    monkeypatch.setattr(Bucket, "keys", fails)
    monkeypatch.setattr(Bucket, "create", fails)
    assert visitor.get(f"{ASKED}?track={ids()[0]}").status_code == 200
    for response in (visitor.get("/api/v1/me"), visitor.post(FEEDBACK, json={"verdict": "like", "track": ids()[1]})):
        assert (response.status_code, response.json["code"]) == (503, "taste_unavailable")
        assert response.headers["Retry-After"]
