"""A loaded release: the opened parts that answers are made from. Public names: Release."""

from __future__ import annotations

from dataclasses import dataclass

from kamerton.release.catalog import Catalog
from kamerton.release.classifier import GenreClassifier
from kamerton.release.embedder import Embedder
from kamerton.release.manifest import Manifest
from kamerton.release.music_map import MusicMap
from kamerton.release.precomputed_outputs import PrecomputedOutputs
from kamerton.release.track_index import TrackIndex


@dataclass(frozen=True, eq=False)
class Release:
    """The opened parts of a release. The catalog's file is removed when no request refers to this object any more."""

    manifest: Manifest
    classifier: GenreClassifier
    embedder: Embedder
    index: TrackIndex
    catalog: Catalog
    map: MusicMap | None = None
    """None in a release that was made before there were maps."""
    precomputed: PrecomputedOutputs | None = None
    """None in a release that was made without."""

    @property
    def id(self) -> str:
        return self.manifest.release
