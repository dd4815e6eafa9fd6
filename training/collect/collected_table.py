"""What was collected, as the table that `prepare` takes: a row for each track with audio features in each of its genres.

Its columns are those of `training.data.source_table`, and `isrc` and `features_source` beside them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kamerton.music.features import CORE
from training.collect.collection import Collection, GenreTracks
from training.collect.planned_calls import Wanted

if TYPE_CHECKING:
    import pandas as pd

_WHOLE = ("duration_ms", "key", "mode")


def collected_table(collection: Collection, wanted: Wanted) -> pd.DataFrame:
    """Genres by name, tracks with audio features in the order of their finding: as many as are wanted of each wanted genre, and
    all of the genres that an earlier run wanted."""
    # Imported here, so that collecting starts at once.
    import pandas as pd

    rows = [
        _row(collection, track_id, genre)
        for genre, found in sorted(collection.genres.items())
        for track_id in _usable(collection, found)[: wanted.per_genre if genre in wanted.genres else None]
    ]
    table = pd.DataFrame(rows)
    return table.astype(dict.fromkeys(_WHOLE, "Int64") | {"explicit": "boolean"}) if rows else table


def _usable(collection: Collection, found: GenreTracks) -> list[str]:
    return [track_id for track_id in found.ids if track_id in collection.features]


def _row(collection: Collection, track_id: str, genre: str) -> dict[str, Any]:
    track, (source, features) = collection.tracks[track_id], collection.features[track_id]
    return {
        "track_id": track_id,
        # Several artists stand with ";" between them, so no name may hold one.
        "artists": ";".join(artist.replace(";", ",") for artist in track.artists),
        "album_name": track.album,
        "track_name": track.title,
        "duration_ms": track.duration_ms,
        "explicit": track.explicit,
        **{name: getattr(features, name) for name in CORE},
        "key": features.key,
        "mode": features.mode,
        "isrc": track.isrc,
        "features_source": source,
        "track_genre": genre,
    }
