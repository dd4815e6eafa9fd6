"""The roles that an outside service may play, one protocol each; a service that plays several is one client.

Every method raises `SourceError`, of which `SourceNotFound` is an answer: the service has nothing there. Whoever adds a service
writes one file with a client, and names it in `kamerton.sources.registry`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator, Sequence
from typing import Any, Protocol

from msgspec import Struct

from kamerton.music.features import AudioFeatures
from kamerton.music.track import Track, TrackReference
from kamerton.music.video import Video


class FoundFeatures(Struct, frozen=True):
    """Audio features, the core nine at least, and Spotify's id of the track where the answer has it."""

    features: AudioFeatures
    track_id: str | None = None


class Source(Protocol):
    @property
    def name(self) -> str:
        """For people."""
        ...

    @property
    def key(self) -> str:
        """For programs: of it alone, and the same in every instance."""
        ...


class TrackSource(Source, Protocol):
    """What tells which track a reference means."""

    @property
    def track_kinds(self) -> Collection[str]:
        """The kinds of references that it knows."""
        ...

    def track(self, reference: TrackReference) -> Track: ...


class SearchSource(Source, Protocol):
    """What finds tracks by what a person typed."""

    def tracks(self, text: str, limit: int) -> list[Track]:
        """The best first; may be empty."""
        ...


class FeatureSource(Source, Protocol):
    """What has audio features of a track."""

    @property
    def feature_kinds(self) -> Collection[str]:
        """The kinds of references that it knows."""
        ...

    @property
    def features_label(self) -> str:
        """The name of it in an answer's `features_source`."""
        ...

    def features(self, reference: TrackReference) -> FoundFeatures | None:
        """None when it has no features of the track, or not the core nine."""
        ...


class VideoSearchSource(Source, Protocol):
    """What finds videos by the names of a track. A search may be dear."""

    def videos(self, text: str) -> list[Video]:
        """The best first, and of each only what a search tells; may be empty."""
        ...


class VideoSource(Source, Protocol):
    """What knows everything of videos by their ids."""

    def videos(self, ids: Sequence[str]) -> list[Video]:
        """Those that are there, in any order."""
        ...


class LinkSource(Source, Protocol):
    """What follows the short links of some hosts."""

    @property
    def link_hosts(self) -> Collection[str]: ...

    def follow(self, reference: TrackReference) -> TrackReference:
        """The track that the link leads to. Raises `BadQuery` when it leads to something else."""
        ...


class Question(Struct, frozen=True):
    """One call of a source; `call` is what it is known by where calls are paused."""

    source: Source
    call: str
    ask: Callable[[], Any]


Walk = Generator[Sequence[Question], list[Any], list[Track]]
"""What takes several steps to find out: each gives questions that may be asked side by side, and is sent their answers in the
same order, None for those that have none."""


class CandidateSource(Source, Protocol):
    """What names tracks that may sound like another."""

    @property
    def seed_kinds(self) -> Collection[str]:
        """The kinds of references that it needs no more than: asked with one, it can begin before the seed is known."""
        ...

    def candidates(self, seed: Track) -> Walk:
        """Tracks by Spotify's id or with their ISRC, the likeliest first; none when it does not know the seed."""
        ...


class FeatureBatchSource(Source, Protocol):
    """What has audio features of many tracks at once."""

    @property
    def batch(self) -> int:
        """How many tracks a call may ask for."""
        ...

    def features_of(self, references: Sequence[TrackReference]) -> dict[TrackReference, FoundFeatures]:
        """Without those that it does not have; references are Spotify's ids and ISRCs."""
        ...


class Listing(Struct, frozen=True):
    """What a service has of a track: its page, its cover, and half a minute of it. None for what it has not.

    `preview` is good for minutes only, and never kept.
    """

    page: str | None
    image: str | None = None
    preview: str | None = None


class ListingSource(Source, Protocol):
    """A service where tracks can be heard."""

    @property
    def service(self) -> str:
        """Its name in an address of ours: /listen/SERVICE/ID."""
        ...

    def listing(self, track: Track) -> Listing:
        """Of this very recording: by its number there, its ISRC, or a scored search. Raises `SourceNotFound`."""
        ...


class CoverSource(Source, Protocol):
    """What has pictures of tracks' albums."""

    def cover(self, track: Track) -> str | None:
        """The address of one, or None."""
        ...


class MarketSource(Source, Protocol):
    """What tells in which countries tracks can be played."""

    @property
    def batch(self) -> int:
        """Tracks in a call, at most."""
        ...

    def markets(self, references: Sequence[TrackReference]) -> dict[TrackReference, frozenset[str]]:
        """The countries of each, as ISO 3166-1 writes them in two letters; without the tracks that it cannot tell of."""
        ...


class PlayableSource(Source, Protocol):
    """What tells whether one track can be played in one country."""

    def playable(self, track: Track, market: str) -> bool | None:
        """None when it does not say."""
        ...
