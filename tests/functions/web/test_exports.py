"""The list as CSV, M3U and plain text, over the site and on its own with titles that nobody should trust."""

from __future__ import annotations

import csv
import io
from urllib.parse import parse_qs, urlsplit

import pytest
from msgspec.structs import replace
from werkzeug.test import Client

from kamerton.music.track import Track
from kamerton.recommending.reasons import SimilarSound
from kamerton.recommending.recommendation import WORLD, Recommendation
from kamerton.recommending.seed import new_seed
from kamerton.release.release import Release
from kamerton.service.answer import Answer
from kamerton.web import messages
from kamerton.web.exports import EXPORTS
from tests.functions.web.conftest import LoggedSite
from tests.functions.web.test_api import IN_THE_END, get

PATH = "/api/v1/recommendations"
TYPES = {"csv": "text/csv; charset=utf-8", "m3u": "audio/x-mpegurl", "txt": "text/plain; charset=utf-8"}


def listed(client: Client, form: str, **query: object) -> str:
    response = client.get(PATH, query_string={"track": IN_THE_END, "format": form} | query)
    assert response.status_code == 200, response.text
    assert response.content_type == TYPES[form]
    return response.data.decode("utf-8-sig")


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_csv_has_a_row_for_each_track(client: Client) -> None:
    found = get(client, PATH, track=IN_THE_END, limit=50, artist_cap=50)["recommendations"]
    read = rows(listed(client, "csv", limit=50, artist_cap=50))
    assert [row["id"] for row in read] == [item["track"]["id"] for item in found]
    assert [float(row["score"]) for row in read] == [item["score"] for item in found]
    assert [row["place"] for row in read] == [str(place) for place in range(1, 51)]
    assert read[0]["artists"] == "; ".join(found[0]["track"]["artists"])
    assert read[0]["link"] == found[0]["track"]["links"]["spotify"]


def test_a_spreadsheet_sees_that_it_is_utf8(client: Client) -> None:
    response = client.get(PATH, query_string={"track": IN_THE_END, "format": "csv"})
    assert response.data.startswith(b"\xef\xbb\xbfplace,title")
    assert response.headers["Content-Disposition"] == 'attachment; filename="kamerton.csv"'


def test_m3u_has_a_title_and_a_link_for_each_track(client: Client) -> None:
    found = get(client, PATH, track=IN_THE_END)["recommendations"]
    head, *lines = listed(client, "m3u").splitlines()
    assert head == "#EXTM3U"
    assert len(lines) == 20
    first = found[0]["track"]
    assert lines[0] == f"#EXTINF:{round(first['duration_ms'] / 1000)},{', '.join(first['artists'])} - {first['title']}"
    assert lines[1::2] == [item["track"]["links"]["spotify"] for item in found]


def test_plain_text_is_shown_and_has_a_line_for_each_track(client: Client) -> None:
    response = client.get(PATH, query_string={"track": IN_THE_END, "format": "txt"})
    assert "Content-Disposition" not in response.headers
    found = get(client, PATH, track=IN_THE_END)["recommendations"]
    lines = response.text.splitlines()
    assert len(lines) == 10
    assert lines[0].startswith(f"{', '.join(found[0]['track']['artists'])} – {found[0]['track']['title']}  https://")


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        ("text/csv", TYPES["csv"]),
        ("audio/x-mpegurl", TYPES["m3u"]),
        ("text/plain", TYPES["txt"]),
        ("text/csv;q=0.5, application/json", "application/json"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "application/json"),
        ("*/*", "application/json"),
        ("image/png", "application/json"),
        ("nonsense;;q", "application/json"),
    ],
)
def test_the_form_may_be_asked_for_in_the_header(client: Client, accept: str, content_type: str) -> None:
    response = client.get(f"{PATH}?track={IN_THE_END}", headers={"Accept": accept})
    assert response.content_type == content_type
    assert "Accept" in response.headers["Vary"].split(", ")


def test_the_address_says_more_than_the_header(client: Client) -> None:
    response = client.get(f"{PATH}?track={IN_THE_END}&format=json", headers={"Accept": "text/csv"})
    assert response.content_type == "application/json"


def test_each_form_has_its_own_tag(client: Client) -> None:
    tags = {}
    for form in ("json", *TYPES):
        response = client.get(f"{PATH}?track={IN_THE_END}&format={form}")
        tags[form] = response.headers["ETag"]
        again = client.get(f"{PATH}?track={IN_THE_END}&format={form}", headers={"If-None-Match": tags[form]})
        assert (again.status_code, again.data) == (304, b"")
    assert len(set(tags.values())) == 4


def test_features_alone_have_the_forms_too(client: Client) -> None:
    response = client.post(PATH, json={"features": {"energy": 0.9}, "limit": 3}, headers={"Accept": "text/csv"})
    assert response.content_type == TYPES["csv"]
    assert len(rows(response.data.decode("utf-8-sig"))) == 3


def test_what_is_wrong_is_a_problem_in_any_form(client: Client) -> None:
    response = client.get(f"{PATH}?track={IN_THE_END}&format=csv&limit=0")
    assert (response.status_code, response.content_type) == (400, "application/problem+json")


HOSTILE = [
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(1)",
    " =1",
    "\t=1",
    "\r\n=1",
    "\u00a0=1",
    "\uff1d1+1",
    'a"b,c;d',
    "a\nhttp://evil.example/x.mp3",
    "a\r#EXTINF:1,b",
    "a\u2028b\u2029c\x85d\x0be",
    "\u202eevil\u202c",
    "\u2067evil",
    "<script>alert(1)</script>",
]


@pytest.fixture
def answer(site: LoggedSite, release: Release) -> messages.RecommendationsAnswer:
    """A list of tracks with each of these titles, and artists and albums too."""
    seed = new_seed(release, release.catalog.entries([0])[0].features)
    track = Track("0" * 22, "", (), duration_ms=None)
    items = [
        Recommendation(
            replace(track, title=text, artists=(text,), album=text), seed.features, 0.5, "metal", (SimilarSound(),), WORLD
        )
        for text in HOSTILE
    ]
    seeds = (replace(seed, features_source="request"),)
    with site.app.app_context():
        return messages.recommendations_answer(Answer(seeds, (), tuple(items), (), "small-1"), None, "en")


def test_no_cell_is_a_formula(answer: messages.RecommendationsAnswer) -> None:
    read = rows(EXPORTS["csv"].write(answer).removeprefix("\ufeff"))
    assert len(read) == len(HOSTILE)
    for row in read:
        for name in ("title", "artists", "album"):
            assert row[name].strip()[0] not in "=+-@\uff1d\t\r\n"
            assert row[name].isprintable()
    assert read[0]["title"] == "'=cmd|' /C calc'!A0"
    assert read[9]["title"] == 'a"b,c;d'


@pytest.mark.parametrize("form", ["m3u", "txt"])
def test_no_title_begins_a_line_or_turns_one_round(answer: messages.RecommendationsAnswer, form: str) -> None:
    lines = EXPORTS[form].write(answer).splitlines()
    assert len(lines) == (1 + 2 * len(HOSTILE) if form == "m3u" else len(HOSTILE))
    for line in lines:
        assert line.isprintable()
        assert line.startswith(("#EXT", "https://open.spotify.com/")) or form == "txt"


def test_the_link_of_a_list_shows_the_same_to_anybody(client: Client) -> None:
    """Whatever was typed, and however the answers of the search change."""
    query = {"track": "linkin park in the end", "limit": 7, "exclude_artist": ["Breaking Benjamin", "Böhse & Söhne"]}
    first = get(client, PATH, **query, unlike="metallica", genre="metal", artist_cap=2)
    assert len(first["recommendations"]) == 7
    link = first["links"]["list"]
    assert parse_qs(urlsplit(link).query)["track"] == [IN_THE_END]
    again = client.get(link).json
    assert again["recommendations"] == first["recommendations"]
    assert again["links"] == first["links"]
    for form, content_type in TYPES.items():
        response = client.get(first["links"][form])
        assert (response.status_code, response.content_type) == (200, content_type)


def test_the_next_page_goes_on_to_the_end(client: Client) -> None:
    seen: list[str] = []
    link: str | None = f"{PATH}?track={IN_THE_END}&limit=25&artist_cap=50"
    while link:
        page = client.get(link).json
        seen += [item["track"]["id"] for item in page["recommendations"]]
        link = page["links"]["next"]
    assert len(seen) == len(set(seen)) == 119


def test_the_list_and_its_next_page_are_for_the_same_country(client: Client) -> None:
    links = get(client, PATH, track=IN_THE_END, market="RS", limit=2)["links"]
    assert {name: parse_qs(urlsplit(link).query).get("market") for name, link in links.items()} == {
        "list": ["RS"],
        "next": ["RS"],
        "csv": None,
        "m3u": None,
        "txt": None,
    }


def test_links_are_whole_where_the_public_address_is_known(small_bucket_url: str) -> None:
    site = LoggedSite({"KAMERTON_BUCKET": small_bucket_url, "KAMERTON_PUBLIC_URL": "https://kamerton.example/"})
    links = site.get(f"{PATH}?track={IN_THE_END}").json["links"]
    assert links["list"] == f"https://kamerton.example{PATH}?track={IN_THE_END}"
