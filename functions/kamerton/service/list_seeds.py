"""The tracks that stand for an album or a playlist, as seeds: the best known, of different artists where there are several,
whose audio features are known.

Public names: list_seeds.
"""

from __future__ import annotations

from collections.abc import Sequence

from kamerton.errors import FeaturesUnavailable, TrackNotFound
from kamerton.lookup.lookup_session import LookupSession
from kamerton.music.titles import base_title, version_keys
from kamerton.music.track import Track
from kamerton.music.track_list import ListReference, one_of_each_artist_first
from kamerton.notes import LIST_TRACKS
from kamerton.recommending.foreignness import judged
from kamerton.recommending.question import MOST_SEEDS
from kamerton.recommending.seed import Seed, new_seed
from kamerton.release.catalog import CatalogEntry
from kamerton.release.release import Release
from kamerton.service.catalog_seed import catalog_seed
from kamerton.service.unasked import unless_unasked

# As many as one call of a source of features takes.
_MOST_LOOKED_AT = 40
_SEARCHED = 3


def list_seeds(release: Release, session: LookupSession, reference: ListReference) -> list[Seed]:
    """MOST_SEEDS at most. Raises `TrackNotFound`, `FeaturesUnavailable` or `ServicesUnavailable`."""
    listed = session.listed(reference)
    if not listed:
        raise unless_unasked(session, TrackNotFound("no_such_list", notes=session.notes))
    by_popularity = sorted(listed, key=lambda track: -(track.popularity or 0.0))
    tracks = one_of_each_artist_first(by_popularity)[:_MOST_LOOKED_AT]
    entries = {track.id: entry for track in tracks if (entry := _in_catalog(release, session, track)) is not None}
    seeds = {track_id: catalog_seed(release, entry) for track_id, entry in entries.items()}
    if len(seeds) < min(MOST_SEEDS, len(tracks)):
        seeds |= _outside(release, session, [track for track in tracks if track.id not in seeds])
    if not seeds:
        error = FeaturesUnavailable("list_features_nowhere", notes=session.notes)
        raise unless_unasked(session, error, "features_unasked")
    chosen = [seeds[track.id] for track in tracks if track.id in seeds][:MOST_SEEDS]
    if len(chosen) < len(listed):
        session.note(LIST_TRACKS)
    return chosen


def _in_catalog(release: Release, session: LookupSession, track: Track) -> CatalogEntry | None:
    """The track of the catalog that is this song."""
    catalog, names = release.catalog, f"{track.artists[0]} {base_title(track.title)}"
    keys = version_keys(track)
    found = catalog.search(names, _SEARCHED, session.deadline)
    return catalog.find(track.id) or next((entry for entry in found if version_keys(entry.track) & keys), None)


def _outside(release: Release, session: LookupSession, tracks: Sequence[Track]) -> dict[str, Seed]:
    """By the id in the list."""
    return {
        listed_id: judged(release, new_seed(release, found.features, found.track, features_source=found.source))
        for listed_id, found in session.with_features(tracks).items()
        if found.features is not None
    }
