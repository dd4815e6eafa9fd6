"""A release ready to answer. Public names: Release."""

from __future__ import annotations

from dataclasses import dataclass

from kamerton.recommending.recommender import Recommender
from kamerton.release.catalog import Catalog
from kamerton.release.manifest import Manifest
from kamerton.release.music_map import MusicMap


@dataclass(frozen=True)
class Release:
    """A release ready to answer. The catalog's file lives as long as this object is referred to."""

    manifest: Manifest
    recommender: Recommender
    catalog: Catalog
    map: MusicMap | None = None
    """None in a release that was made before there were maps."""

    @property
    def id(self) -> str:
        return self.manifest.release
