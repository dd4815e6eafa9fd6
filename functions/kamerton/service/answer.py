"""What is answered: seeds, and the tracks that sound like them or lie between two. Public names: Answer, Path."""

from __future__ import annotations

from msgspec import Struct

from kamerton.music.features import AudioFeatures
from kamerton.music.track import Track
from kamerton.notes import Note
from kamerton.recommending.recommendation import Recommendation
from kamerton.recommending.seed import Seed
from kamerton.release.catalog import CatalogEntry
from kamerton.release.classifier import GenreScore


class Answer(Struct, frozen=True):
    """Of several seeds `track`, `features`, `features_source` and `genres` are the first one's. `unlike` are the tracks that
    the list keeps away from, `alternatives` what the name may have meant instead, and `notes` what is missing."""

    seeds: tuple[Seed, ...]
    unlike: tuple[Track, ...]
    recommendations: tuple[Recommendation, ...]
    alternatives: tuple[Track, ...]
    release: str
    notes: tuple[Note, ...] = ()

    @property
    def track(self) -> Track | None:
        return self.seeds[0].track

    @property
    def features(self) -> AudioFeatures:
        return self.seeds[0].features

    @property
    def features_source(self) -> str:
        return self.seeds[0].features_source

    @property
    def genres(self) -> tuple[GenreScore, ...]:
        return self.seeds[0].genres


class Path(Struct, frozen=True):
    """From one track to another: `between` are those of the catalog on the way, in order."""

    start: Seed
    end: Seed
    between: tuple[CatalogEntry, ...]
    notes: tuple[Note, ...] = ()
