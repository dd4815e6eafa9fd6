"""How much longer an answer takes for a track of the outside world that is remembered, than for one of the catalog.

In a bucket of its own: the release, and what instances would have remembered of ten tracks that it lacks, each with as many
candidates as services name. Nobody outside is asked; were somebody, it would be at an address where nothing is.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlencode

from msgspec.structs import replace

from kamerton.lookup.caches import Caches, Candidates, cache_key
from kamerton.lookup.object_cache import ObjectCache
from kamerton.music.candidate import Candidate
from kamerton.music.track import reference_of
from kamerton.release.catalog import CatalogEntry
from kamerton.release.manifest import POINTER
from kamerton.release.release import Release
from kamerton.storage import Bucket
from tests.bench.measures import alternating
from tests.bench.servers import KAMERTON, running

_SEEDS = 10
_CANDIDATES = 50
NOBODY = dict.fromkeys(("SPOTIFY_OPEN_URL", "RECCOBEATS_URL", "DEEZER_URL", "ITUNES_URL", "PICTURES_URL"), "http://127.0.0.1:9")


def remembered_answers(bucket: Bucket, release: Release, requests: int) -> dict[str, Any]:
    """Medians of requests by turns: for tracks of the world, for tracks of the catalog with the world's candidates, and for
    tracks of the catalog alone."""
    with TemporaryDirectory() as folder:
        copy = copied_release(bucket, release.id, Path(folder))
        outside, catalog = _remember(copy, release)
        paths = {
            "outside": [_path(name) for name in outside],
            "catalog": [_path(name) for name in catalog],
            "catalog_alone": [_path(name, world=0) for name in catalog],
        }
        with running(KAMERTON, paths["outside"][0], {"KAMERTON_BUCKET": copy.url, "KAMERTON_WORLD": "1", **NOBODY}) as server:
            times = alternating({name: (server, addresses) for name, addresses in paths.items()}, requests)
    medians = {name: statistics.median(seconds) for name, seconds in times.items()}
    return {
        "seconds": medians,
        "ratio": medians["outside"] / medians["catalog"],
        "ratio_to_catalog_alone": medians["outside"] / medians["catalog_alone"],
        "candidates": _CANDIDATES,
    }


def copied_release(bucket: Bucket, release_id: str, folder: Path) -> Bucket:
    """A bucket in the folder with this release in force."""
    copy = Bucket.open(folder.as_uri())
    for key in (*bucket.keys(f"releases/{release_id}/"), POINTER):
        copy.put(key, bucket.get(key).data)
    return copy


def _remember(bucket: Bucket, release: Release) -> tuple[list[str], list[str]]:
    """The ids of the outside tracks, and of tracks of the catalog."""
    caches = Caches(ObjectCache(lambda: bucket, lambda *_: None))
    entries = release.catalog.examples(_SEEDS)
    seeds, others = entries[:_SEEDS], _spread(release)
    candidates = Candidates(
        tuple(Candidate(_elsewhere(entry, 1000 + place), entry.features) for place, entry in enumerate(others))
    )
    outside = [_elsewhere(entry, place) for place, entry in enumerate(seeds)]
    for track, entry in zip(outside, seeds, strict=True):
        caches.tracks.put(cache_key(reference_of(track)), track)
        caches.features.put(cache_key(reference_of(track)), entry.features)
    for track in (*outside, *(entry.track for entry in seeds)):
        caches.candidates.put(cache_key(reference_of(track)), candidates)
    return [track.id for track in outside], [entry.track.id for entry in seeds]


def _spread(release: Release) -> Sequence[CatalogEntry]:
    step = max(len(release.catalog) // _CANDIDATES, 1)
    return release.catalog.entries(range(0, len(release.catalog), step)[:_CANDIDATES])


def _elsewhere(entry: CatalogEntry, number: int) -> Any:
    """The entry's track as one that the catalog lacks."""
    return replace(entry.track, id=f"{number:022}", title=f"{entry.track.title} {number}", genres=())


def _path(track_id: str, world: int = 1) -> str:
    return "/api/v1/recommendations?" + urlencode({"track": track_id, "world": world})
