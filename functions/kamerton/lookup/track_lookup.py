"""One track asked about outside: what it is called, and its audio features from the first source that has them.

Public names: Look, Found, found_track, identified.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from kamerton.lookup.track_identification import known_elsewhere
from kamerton.music.features import AudioFeatures
from kamerton.music.track import APPLE, ISRC, SPOTIFY, Track, TrackReference

if TYPE_CHECKING:
    from kamerton.lookup.inquiry import Asked, Inquiry
    from kamerton.sources.protocols import FeatureSource, FoundFeatures, Sources


class Found(Struct, frozen=True):
    """What is known of a track that was asked for. `source` says who has the features. Of `absent` nobody has ever heard."""

    track: Track | None
    features: AudioFeatures | None = None
    source: str = ""
    absent: bool = False


class Look:
    """One track's questions. Features are asked for by every name of the track that comes up, by none twice."""

    def __init__(self, outside: Sources, inquiry: Inquiry, reference: TrackReference) -> None:
        self.inquiry = inquiry
        self.reference = reference
        self._outside = outside
        self._asked: list[tuple[TrackReference, list[Asked[FeatureSource, FoundFeatures | None]]]] = []

    def track(self) -> Track | None:
        sources = [source for source in self._outside.tracks if self.reference.kind in source.track_kinds]
        found = self.inquiry.first(sources, "track", lambda source: source.track(self.reference))
        # By Apple's number nobody else can be asked.
        return known_elsewhere(self._outside, self.inquiry, found) if found and self.reference.kind == APPLE else found

    def ask_features(self, reference: TrackReference) -> None:
        """Begin to ask all who know such references, at once."""
        if reference in [asked for asked, _ in self._asked]:
            return
        sources = [source for source in self._outside.features if reference.kind in source.feature_kinds]
        asked = [self.inquiry.ask(source, "features", lambda source: source.features(reference)) for source in sources]
        self._asked.append((reference, asked))

    def features(self, track: Track | None) -> tuple[str, FoundFeatures] | None:
        """Of the first source that has them by the reference, else of the first by another name of the track; and its label."""
        for reference in (self.reference, *_names(track)):
            self.ask_features(reference)
            asked = next(asked for each, asked in self._asked if each == reference)
            for source, future in asked:
                if (found := self.inquiry.value((source, future))) is not None:
                    return source.features_label, found
        return None


def _names(track: Track | None) -> Sequence[TrackReference]:
    if track is None:
        return ()
    isrc = (TrackReference(ISRC, track.isrc),) if track.isrc else ()
    return ((TrackReference(SPOTIFY, track.id),) if track.on_spotify else ()) + isrc


def identified(track: Track | None, found: FoundFeatures | None) -> Track | None:
    """The track under Spotify's id, when whoever had the features knew it."""
    if track is None or track.on_spotify or found is None or found.track_id is None:
        return track
    return replace(track, id=found.track_id)


def found_track(track: Track | None, features: AudioFeatures | None, label: str, absent: bool) -> Found:
    """With what the track itself says: its duration, and whether it is explicit."""
    if features is None:
        return Found(track, absent=absent)
    if track is not None:
        if features.duration_ms is None and track.duration_ms:
            features = replace(features, duration_ms=float(track.duration_ms))
        if features.explicit is None and track.explicit is not None:
            features = replace(features, explicit=float(track.explicit))
    return Found(track, features, label)
