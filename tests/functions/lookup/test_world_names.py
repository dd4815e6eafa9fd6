"""Names of songs that the catalog lacks, over a service that has their covers, too, and names the covers first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from kamerton.music.titles import base_title
from tests.fakes.deezer import FakeDeezer
from tests.fakes.reccobeats import FakeReccoBeats
from tests.functions.lookup.conftest import Services
from tests.functions.web.conftest import LoggedSite

# (title, artists, rank)
COVERS = [
    ("Hello", "Piano Covers", 120_000),
    ("Hello", "Lionel Richie", 700_000),
    ("Blinding Lights", "Lucas Estrada", 310_000),
    ("Blinding Lights (Karaoke Version)", "Sing King", 999_000),
    ("Billie Jean", "The Civil Wars", 250_000),
    ("Billie Jean (Instrumental)", "Karaoke Hits", 400_000),
    ("bad guy", "The Interrupters", 300_000),
    ("Yellow", "Jem", 210_000),
    ("Dancing Queen", "Glee Cast", 260_000),
    ("Rolling in the Deep", "Aretha Franklin", 280_000),
    ("Get Lucky", "Daughter", 240_000),
    ("Despacito", "Madilyn Bailey", 240_000),
    ("Shape of You", "Our Last Night", 330_000),
    ("So What", "P!nk", 650_000),
    ("Hallelujah", "Leonard Cohen", 600_000),
    ("Umbrella", "Vanilla Sky", 200_000),
]
ORIGINALS = [
    ("Hello", "Adele", 940_000),
    ("Blinding Lights", "The Weeknd", 980_000),
    ("Billie Jean", "Michael Jackson", 930_000),
    ("bad guy", "Billie Eilish", 950_000),
    ("Yellow", "Coldplay", 960_000),
    ("Dancing Queen", "ABBA", 930_000),
    ("Straight Outta Compton", "N.W.A", 800_000),
    ("TiK ToK", "Ke$ha", 850_000),
    ("Rolling in the Deep", "Adele", 930_000),
    ("Get Lucky (feat. Pharrell Williams)", "Daft Punk", 900_000),
    ("Despacito", "Luis Fonsi;Daddy Yankee", 900_000),
    ("Shape of You", "Ed Sheeran", 960_000),
    ("So What", "Miles Davis", 640_000),
    ("Группа крови", "Кино", 700_000),
    ("Искала", "Земфира", 650_000),
    ("Hallelujah", "Jeff Buckley", 850_000),
    ("Killer Queen", "Queen", 850_000),
    ("Umbrella", "Rihanna;JAY-Z", 900_000),
]
ROWS = [line.split("\t") for line in Path(__file__).with_name("world_names.tsv").read_text().splitlines()]


@pytest.fixture
def site(services: Services) -> Iterator[LoggedSite]:
    """An instance that may ask Deezer and ReccoBeats about these songs."""
    made = [
        replace(
            services.music[0],
            id=f"{place:022}",
            isrc=f"ZZKAM26{place:05}",
            title=title,
            artists=tuple(artists.split(";")),
            rank=rank,
        )
        for place, (title, artists, rank) in enumerate(COVERS + ORIGINALS)
    ]
    with FakeDeezer(made) as deezer, FakeReccoBeats(made) as reccobeats:
        yield services.site(DEEZER_URL=deezer.url, RECCOBEATS_URL=reccobeats.url)


def test_the_right_track_comes_first_and_a_wrong_one_is_no_answer(site: LoggedSite) -> None:
    wrong, missed = [], []
    for query, artist, title in ROWS:
        response = site.get("/api/v1/genre", query_string={"track": query})
        track = response.json.get("track")
        if response.status_code != 200:
            assert response.status_code == 404, (query, response.json)
            if artist != "-":
                missed.append(query)
        elif artist not in track["artists"] or (title != "*" and base_title(track["title"]) != base_title(title)):
            wrong.append((query, track["title"], track["artists"]))
    assert len(wrong) <= 0.01 * len(ROWS), wrong
    # The fake looks for each word as it is spelt, so that it does not find N.W.A as "nwa", or Кино as "kino".
    assert len(wrong) + len(missed) <= 0.08 * len(ROWS), missed
