"""A track of the catalog as a seed. Public names: catalog_seed, CATALOG."""

from __future__ import annotations

from msgspec.structs import replace

from kamerton.recommending.filing import filed_genres
from kamerton.recommending.seed import Seed, new_seed
from kamerton.release.catalog import CatalogEntry
from kamerton.release.release import Release

CATALOG = "catalog"
"""The `features_source` of such a seed."""


def catalog_seed(release: Release, entry: CatalogEntry) -> Seed:
    """With its genres by what is heard and by what the catalog files it under. No model is run where training has said what
    they say."""
    outputs, number = release.precomputed, entry.number
    if outputs is None:
        seed = new_seed(release, entry.features, entry.track, features_source=CATALOG)
    else:
        genres = tuple(outputs.genres(number))
        seed = Seed(entry.features, outputs.embedding(number), genres, entry.track, features_source=CATALOG)
    return replace(seed, filed_genres=filed_genres(seed.genres, entry.track.genres, release.manifest.label_confusion))
