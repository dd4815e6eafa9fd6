"""The page, read as a browser would: escaped, complete without scripts, in two languages."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import parse_qs, parse_qsl, urlsplit

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import Client, TestResponse

from kamerton.release.release import Release
from kamerton.storage import Bucket
from kamerton.texts import LANGUAGES
from tests.functions.web.conftest import LoggedSite
from tests.functions.web.test_api import IN_THE_END
from tests.small_release import put_release, small_objects, small_tracks

MARKUP = '"><script>alert(1)</script><img src=x onerror=alert(2)>{{7*7*13*31}}'
VOID = {"meta", "link", "img", "input", "br"}


class Page(HTMLParser):
    """The elements, links and text of a page; every element must be closed where it should be."""

    def __init__(self, response: TestResponse) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self._open: list[str] = []
        self.feed(response.text)
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]

    @property
    def links(self) -> list[str]:
        return [attributes["href"] or "" for attributes in self.all("a")]

    @property
    def field(self) -> dict[str, str | None]:
        (field,) = [each for each in self.all("input") if each.get("id") == "track"]
        return field


def page(client: Client, query: str | None = None, status: int = 200, language: str = "en") -> Page:
    arguments = {} if query is None else {"track": query}
    response = client.get("/", query_string=arguments, headers={"Accept-Language": language})
    assert response.status_code == status
    assert response.content_type == "text/html; charset=utf-8"
    assert response.headers["Content-Language"] == language
    return Page(response)


def test_the_first_page_has_a_field_and_tracks_to_begin_with(client: Client) -> None:
    first = page(client)
    assert first.field["name"] == "track"
    assert first.all("form")[0]["method"] == "get"
    assert sum(link.startswith("/?track=") for link in first.links) == 3


def test_an_answer_shows_the_track_its_genre_and_links_to_more(client: Client) -> None:
    answer = page(client, "linkin park in the end")
    assert "In the End" in answer.text
    assert "metal" in answer.text
    assert answer.field["value"] == "linkin park in the end"
    assert f"https://open.spotify.com/track/{IN_THE_END}" in answer.links
    assert sum(link.startswith("https://open.spotify.com/track/") for link in answer.links) == 11
    assert sum(link.startswith("/watch/") for link in answer.links) == 22


def test_every_track_can_be_heard_and_nothing_is_loaded_for_that_before_a_click(client: Client) -> None:
    answer = page(client, "linkin park in the end")
    assert answer.all("audio") == []
    links = [link["href"] for link in answer.all("a") if link.get("data-plays") == "preview"]
    assert len(links) == 11
    assert links[0] == f"/preview/{IN_THE_END}"
    assert sum(link.startswith("/listen/deezer/") for link in answer.links) == 11
    assert sum(link.startswith("/listen/apple-music/") for link in answer.links) == 11


def test_only_genres_that_are_worth_a_bar_have_one(client: Client) -> None:
    for query in ("linkin park in the end", "hotel california", "metallica"):
        bars = [float(bar["width"] or 0) for bar in page(client, query).all("rect") if bar.get("class") == "full"]
        shares = [width / 100 for width in bars]
        assert 1 <= len(shares) <= 5
        assert all(share >= 0.01 for share in shares[1:])
        scores = client.get("/api/v1/genre", query_string={"track": query}).json["genres"]
        assert len(shares) == len([score for score in scores[:5] if score["probability"] >= 0.01])


def in_percent(reason: str) -> str:
    """As the page says what the API says in decimals."""
    return re.sub(r"[01]\.\d\d", lambda share: f"{100 * float(share[0]):.0f}%", reason)


def test_of_several_seeds_each_has_its_genres_and_each_track_the_one_that_it_is_like(client: Client) -> None:
    tracks = small_tracks()
    other = tracks[tracks["track_genre"] != "metal"].iloc[0]
    asked = [("track", IN_THE_END), ("track", other["track_id"]), ("world", "0")]
    shown = Page(client.get("/", query_string=asked))
    answer = client.get("/api/v1/recommendations", query_string=asked).json
    (second,) = answer["more_seeds"]
    titles = {answer["track"]["id"]: "In the End", second["track"]["id"]: other["track_name"]}
    likeliest = {each["track"]["id"]: each["genres"][0]["genre"] for each in (answer, second)}
    assert len(set(likeliest.values())) == 2
    filed = other["track_genre"]
    assert f"{titles[second['track']['id']]} Filed under {filed}. {second['genres'][0]['genre']}" in shown.text
    for item in answer["recommendations"]:
        after = shown.text.partition(f"{item['track']['title']} {', '.join(item['track']['artists'])} like ")[2]
        line = after.partition(" likeness ")[0]
        assert line.startswith(titles[item["seed"]])
        for reason in item["reasons"]:
            assert (in_percent(reason) in line) is (f"genre: {likeliest[item['seed']]} " not in reason)
    assert not [link for link in shown.links if link.startswith("/map?track=")]
    assert [link for link in page(client, IN_THE_END).links if link.startswith("/map?track=")]


def test_the_likeliest_genre_is_said_once_and_other_genres_in_their_lines(client: Client) -> None:
    others = 0
    for asked in ({"track": "linkin park in the end"}, {"track": "metallica"}, {"track": IN_THE_END, "genre": "country"}):
        shown = Page(client.get("/", query_string=asked))
        answer = client.get("/api/v1/recommendations", query_string=asked).json
        likeliest = answer["genres"][0]["genre"]
        assert f"genre: {likeliest} " not in shown.text
        for item in answer["recommendations"]:
            for reason in item["reasons"]:
                if f"genre: {likeliest} " not in reason:
                    assert in_percent(reason) in shown.text
                    others += "genre" in reason
    assert others > 0


def test_every_track_on_a_page_leads_to_a_page_of_its_own(client: Client) -> None:
    answer = page(client, "linkin park in the end")
    own = [link for link in answer.links if link.startswith("/?")]
    assert len(own) >= 10
    for link in own[:3]:
        identifier = parse_qs(urlsplit(link).query)["track"][0]
        assert len(identifier) == 22
        page(client, identifier)


@pytest.mark.parametrize(("language", "words"), [("en", "Sounds alike"), ("ru", "Похоже звучит")])
def test_the_page_is_in_the_language_of_the_reader(client: Client, language: str, words: str) -> None:
    answer = page(client, "linkin park in the end", language=language)
    assert words in answer.text
    assert answer.all("html")[0]["lang"] == language


@pytest.mark.parametrize(
    ("query", "status", "words"),
    [
        ("\N{SNOWMAN}", 404, "No such track"),
        ("7xyYsOvq5Ec3P4fr6mM9fD", 422, "No audio features"),
        ("https://evil.example/", 400, "Only links to tracks"),
        ("https://spotify.link/abc", 400, "Short links"),
        ("a" * 301, 400, "too long"),
        ("a\x00b", 400, "control characters"),
        ("\N{COMBINING CEDILLA}\N{COMBINING ACUTE ACCENT}" * 600, 400, "too long"),
    ],
)
def test_what_cannot_be_answered_is_a_page_that_says_so(client: Client, query: str, status: int, words: str) -> None:
    problem = page(client, query, status)
    assert words in problem.text
    assert problem.field["name"] == "track"


@pytest.mark.parametrize(
    ("query", "status", "kept"),
    [
        ("\N{SNOWMAN}", 404, "\N{SNOWMAN}"),
        ("7xyYsOvq5Ec3P4fr6mM9fD", 422, "7xyYsOvq5Ec3P4fr6mM9fD"),
        ('https://evil.example/?a="b"&c=<d>', 400, 'https://evil.example/?a="b"&c=<d>'),
        ("hotel\x00california\n", 400, "hotel california"),
        ("a" * 400, 400, "a" * 300),
        (
            "\N{COMBINING CEDILLA}\N{COMBINING ACUTE ACCENT}" * 600,
            400,
            "\N{COMBINING CEDILLA}\N{COMBINING ACUTE ACCENT}" * 150,
        ),
    ],
)
def test_what_was_asked_stays_in_the_field_to_be_mended(client: Client, query: str, status: int, kept: str) -> None:
    assert page(client, query, status).field["value"] == kept


def test_of_several_names_the_one_that_means_nothing_is_in_the_field_to_be_mended(client: Client) -> None:
    asked = [("track", IN_THE_END), ("track", "\N{SNOWMAN}  \N{SNOWMAN}")]
    response = client.get("/", query_string=asked)
    assert response.status_code == 404
    assert Page(response).field["value"] == "\N{SNOWMAN} \N{SNOWMAN}"


def test_mending_one_name_keeps_the_rest_of_the_question(client: Client) -> None:
    tracks = [("track", IN_THE_END), ("track", "\N{SNOWMAN}"), ("track", "numb")]
    rest = [("unlike", "polka"), ("genre", "metal"), ("exclude_artist", "Bush")]
    response = client.get("/", query_string=[*tracks, *rest, ("unlike", "\N{SNOWMAN}"), ("offset", "20"), ("lang", "en")])
    assert response.status_code == 404
    shown = Page(response)
    assert [(field["name"], field["value"]) for field in shown.all("input")] == [*tracks, *rest, ("lang", "en")]
    assert shown.field["value"] == "\N{SNOWMAN}"
    assert "the rest of your question stays" in shown.text


@pytest.mark.parametrize(("wishes", "status"), [([("genre", "tune")], 404), ([("exclude_artist", "x" * 999)], 400)])
def test_what_is_wrong_with_something_else_is_not_kept(client: Client, wishes: list[tuple[str, str]], status: int) -> None:
    """The next name would fail on it again."""
    response = client.get("/", query_string=[("track", IN_THE_END), ("track", "numb"), *wishes])
    assert response.status_code == status
    assert [field["name"] for field in Page(response).all("input")] == ["track"]


def test_what_passes_by_itself_has_no_name_to_be_mended(empty_site: LoggedSite) -> None:
    response = empty_site.client.get("/", query_string=[("track", "a"), ("track", "b")])
    assert response.status_code == 503
    assert "the rest of the question" not in Page(response).text


def test_where_one_track_was_asked_for_another_is_a_new_question(client: Client) -> None:
    response = client.get("/", query_string=[("track", "\N{SNOWMAN}")])
    assert [field["name"] for field in Page(response).all("input")] == ["track"]
    assert "the rest of the question" not in Page(response).text


def test_what_is_wrong_with_another_wish_leaves_the_field_to_the_first_track(client: Client) -> None:
    response = client.get("/", query_string=[("track", "in the end"), ("unlike", "\N{SNOWMAN}")])
    assert response.status_code == 404
    assert Page(response).field["value"] == "in the end"


def test_what_was_asked_stays_in_the_field_before_a_release_too(empty_site: LoggedSite) -> None:
    assert page(empty_site.client, "hotel california", 503).field["value"] == "hotel california"


def test_broken_utf8_is_a_page_that_says_so(client: Client) -> None:
    response = client.get("/?track=%ff%fe")
    assert response.status_code == 400
    shown = Page(response)
    assert "broken UTF-8" in shown.text
    assert shown.field["value"] == "%FF%FE"


def test_an_empty_query_is_the_first_page(client: Client) -> None:
    assert page(client, "  ").links == page(client).links


def test_parameters_that_others_add_to_links_are_let_be(client: Client) -> None:
    assert client.get(f"/?track={IN_THE_END}&utm_source=elsewhere&fbclid=1").status_code == 200


def test_a_page_has_no_inline_script_or_style_and_loads_nothing_from_elsewhere(client: Client) -> None:
    for shown in (page(client), page(client, "linkin park")):
        assert [(script["src"] or "").startswith("/assets/") for script in shown.all("script")] == [True]
        assert not shown.all("style")
        assert not shown.all("iframe")
        assert not any(name.startswith("on") or name == "style" for _, attributes in shown.elements for name in attributes)
        assert all((image["src"] or "").startswith("/assets/") for image in shown.all("img"))
        assert all((link["href"] or "").startswith("/assets/") for link in shown.all("link"))


def test_the_assets_of_a_page_are_there(client: Client) -> None:
    first = page(client)
    for path in {link["href"] for link in first.all("link")} | {image["src"] for image in first.all("img")}:
        response = client.get(path or "", buffered=True)
        assert response.status_code == 200
        assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_an_asset_is_kept_for_a_year_under_the_name_of_what_is_in_it(client: Client) -> None:
    style = page(client).all("link")[-1]["href"] or ""
    response = client.get(style)
    assert response.content_type == "text/css; charset=utf-8"
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert client.get("/?track=metallica").text.count(style) == 1


@pytest.mark.parametrize("version", ["", "?v=", "?v=another", "?w=1"])
def test_an_asset_is_not_kept_for_long_under_another_name(client: Client, version: str) -> None:
    assert client.get(f"/assets/style.css{version}").headers["Cache-Control"] == "public, max-age=300"


SERVICES = (
    "open.spotify.com",
    "www.youtube.com",
    "music.youtube.com",
    "music.yandex.ru",
    "music.amazon.com",
    "tidal.com",
)


@pytest.fixture(scope="module")
def hostile_client(tmp_path_factory: pytest.TempPathFactory) -> Client:
    """A site over a catalog in which every name is markup."""
    folder: Path = tmp_path_factory.mktemp("hostile")
    tracks = small_tracks()
    names = [f"{MARKUP} {place}" for place in range(len(tracks))]
    hostile = tracks.assign(track_name=names, album_name=MARKUP, artists=[f"<b>{name}</b>" for name in names])
    put_release(Bucket.open(folder.as_uri()), *small_objects(hostile))
    return LoggedSite({"KAMERTON_BUCKET": folder.as_uri()}).client


def test_names_that_are_markup_are_shown_as_text(hostile_client: Client) -> None:
    identifier = small_tracks()["track_id"][0]
    for shown in (page(hostile_client), page(hostile_client, identifier), page(hostile_client, f"{MARKUP} 7")):
        assert MARKUP in shown.text
        assert len(shown.all("script")) == 1
        assert not shown.all("b")
        assert all("onerror" not in attributes for _, attributes in shown.elements)
        assert "19747" not in shown.text


def test_links_of_names_that_are_markup_stay_links(hostile_client: Client) -> None:
    shown = page(hostile_client, small_tracks()["track_id"][0])
    for link in shown.links:
        assert link.startswith(("/", "#", "https://"))
        assert urlsplit(link).netloc in ("", *SERVICES)
        assert not set(link) & set("<>\" '")


@pytest.mark.parametrize(
    "query",
    [MARKUP, "' onfocus=alert(1) x='", "</title><h1>", "&lt;b&gt;", "{% raw %}", "${7*7}", "\N{RIGHT-TO-LEFT OVERRIDE}x"],
)
def test_a_query_that_is_markup_is_shown_as_text(client: Client, query: str) -> None:
    response = client.get("/", query_string={"track": query})
    assert response.status_code in (200, 404)
    shown = Page(response)
    assert len(shown.all("script")) == 1
    assert shown.field.get("value") in (query, "")
    assert "onfocus" not in shown.field


@given(st.text(max_size=320))
def test_any_query_is_a_whole_page(function: Callable[..., object], query: str) -> None:
    response = Client(function, TestResponse).get("/", query_string={"track": query})
    assert response.status_code in (200, 400, 404, 422)
    assert Page(response).field["name"] == "track"


def test_the_address_chooses_the_language_and_its_links_keep_the_choice(client: Client) -> None:
    for path in ("/?lang=ru", f"/?track={IN_THE_END}&lang=ru", "/?track=%E2%98%83&lang=ru"):
        response = client.get(path, headers={"Accept-Language": "en"})
        assert response.headers["Content-Language"] == "ru"
        shown = Page(response)
        assert shown.all("html")[0]["lang"] == "ru"
        own = [link for link in shown.links if link.startswith("/?")]
        assert own
        assert all(parse_qs(urlsplit(link).query)["lang"] in [[code] for code in LANGUAGES] for link in own)
        assert {"name": "lang", "type": "hidden", "value": "ru"} in shown.all("input")


def test_without_a_choice_the_links_make_none(client: Client) -> None:
    shown = page(client, "linkin park in the end")
    chosen = [link for link in shown.links if "lang=" in link]
    assert [parse_qs(urlsplit(link).query)["lang"] for link in chosen] == [[code] for code in LANGUAGES]


@pytest.mark.parametrize("language", ["", "xx", "ru-RU", "\N{SNOWMAN}", "en\x00", "r" * 7000])
def test_a_language_that_there_is_not_chooses_nothing(client: Client, language: str) -> None:
    response = client.get("/", query_string={"lang": language}, headers={"Accept-Language": "ru"})
    assert response.status_code == 200
    assert response.headers["Content-Language"] == "ru"


def test_the_other_language_is_the_same_question(client: Client) -> None:
    response = client.get("/?track=a+%26+b&utm_source=x&utm_source=y&long=" + "x" * 7000)
    links = [link for link in Page(response).links if "lang=ru" in link]
    assert links == ["/?track=a+%26+b&utm_source=x&utm_source=y&lang=ru"]


def test_the_other_language_has_all_wishes(client: Client) -> None:
    asked = [
        ("track", IN_THE_END),
        ("track", "numb"),
        ("unlike", "polka"),
        ("exclude_artist", "Bush"),
        ("exclude_artist", "Cher"),
    ]
    response = client.get("/", query_string=asked)
    (link,) = [link for link in Page(response).links if "lang=ru" in link]
    assert parse_qsl(urlsplit(link).query) == [*asked, ("lang", "ru")]


def test_a_player_is_on_the_page_only_when_it_was_asked_for(client: Client) -> None:
    assert not page(client, IN_THE_END).all("iframe")
    shown = Page(client.get("/", query_string={"track": IN_THE_END, "play": IN_THE_END}))
    assert [frame["src"] for frame in shown.all("iframe")] == [f"https://open.spotify.com/embed/track/{IN_THE_END}"]


@pytest.mark.parametrize("play", ["7xyYsOvq5Ec3P4fr6mM9fD", "javascript:alert(1)", "https://evil.example/", '"><b>', ""])
def test_no_player_is_opened_for_what_is_not_on_the_page(client: Client, play: str) -> None:
    assert not Page(client.get("/", query_string={"track": IN_THE_END, "play": play})).all("iframe")


def test_the_sound_is_told_in_numbers_beside_the_average_of_the_genre(client: Client, release: Release) -> None:
    shown = page(client, IN_THE_END)
    average = release.manifest.genre_averages["metal"]["tempo"]
    assert f"tempo How fast it goes: beats a minute. 105 bpm {average:.0f} bpm" in shown.text
    assert "average of metal" in shown.text


def test_the_sound_is_told_without_an_average_too(tmp_path: Path) -> None:
    manifest, objects = small_objects(small_tracks())
    old = msgspec.structs.replace(manifest, genre_averages={})
    put_release(Bucket.open(tmp_path.as_uri()), old, objects)
    shown = page(LoggedSite({"KAMERTON_BUCKET": tmp_path.as_uri()}).client, IN_THE_END)
    assert "105 bpm" in shown.text
    assert "average of" not in shown.text


def test_a_shared_link_tells_what_it_leads_to(small_bucket_url: str) -> None:
    site = LoggedSite({"KAMERTON_BUCKET": small_bucket_url, "KAMERTON_PUBLIC_URL": "https://kamerton.example"})
    told = {tag["property"]: tag["content"] for tag in page(site.client, "in the end linkin").all("meta") if "property" in tag}
    assert told["og:title"] == "In the End – Linkin Park: tracks that sound like it"
    assert (told["og:description"] or "").startswith("metal 9")
    assert told["og:url"] == f"https://kamerton.example/?track={IN_THE_END}"
    picture = (told["og:image"] or "").removeprefix("https://kamerton.example")
    response = site.get(picture)
    assert response.content_type == "image/png"
    assert response.data.startswith(b"\x89PNG")


def test_without_a_public_address_no_link_is_told_but_what_it_leads_to(client: Client) -> None:
    told = {tag["property"] for tag in page(client, IN_THE_END).all("meta") if "property" in tag}
    assert "og:title" in told
    assert not {"og:url", "og:image"} & told


def test_of_many_genres_the_first_page_shows_some_and_unfolds_the_rest(tmp_path: Path) -> None:
    tracks = small_tracks()
    filed = [[genre, f"genre {place % 40}"] for place, genre in enumerate(tracks["track_genre"])]
    put_release(Bucket.open(tmp_path.as_uri()), *small_objects(tracks.assign(genres=filed)))
    client = LoggedSite({"KAMERTON_BUCKET": tmp_path.as_uri()}).client
    shown = page(client)
    names = [name for name, _ in shown.elements]
    unfolded = len(names) - names[::-1].index("details")
    assert names[:unfolded].count("polygon") == 12
    assert names.count("polygon") == 43
    assert len(gzip.compress(client.get("/").data)) < 60_000


BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


def test_an_address_that_is_not_there_is_a_page_for_a_person_and_json_for_a_program(client: Client) -> None:
    assert "No such page" in Page(client.get("/nothing", headers={"Accept": BROWSER})).text
    for accepted in (None, "*/*", "application/json"):
        headers = {"Accept": accepted} if accepted else {}
        assert client.get("/nothing", headers=headers).content_type == "application/problem+json"
    assert client.get("/api/v1/nothing", headers={"Accept": BROWSER}).content_type == "application/problem+json"


def test_what_passes_by_itself_can_be_tried_again(empty_site: LoggedSite, client: Client) -> None:
    assert "" in page(empty_site.client, "hotel california", 503).links
    assert "" not in page(client, "https://evil.example/", 400).links


@pytest.mark.parametrize("path", ["/?track=https://evil.example/", "/nothing-here", "/?track=%E2%98%83"])
def test_a_dead_end_has_tracks_to_begin_with(client: Client, path: str) -> None:
    page = Page(client.get(path, headers={"Accept": "text/html", "Accept-Language": "ru"}, query_string=None))
    seeds = [link for link in page.links if re.fullmatch(r"/\?track=\w{22}", link)]
    assert len(seeds) >= 3
    assert "/random" in page.links
    assert "/openapi.json" not in page.text


def test_a_random_track_is_another_each_time_and_keeps_the_language(client: Client) -> None:
    answers = [client.get("/random?lang=ru") for _ in range(20)]
    assert {answer.status_code for answer in answers} == {302}
    assert {answer.headers["Cache-Control"] for answer in answers} == {"no-store"}
    places = {answer.headers["Location"] for answer in answers}
    assert len(places) > 3
    assert all(re.fullmatch(r"/\?track=\w{22}&lang=ru", place) for place in places)
