"""The protocols that the clients of outside services serve, and `Sources`: all clients by protocol, in the order of asking.

A client may serve several protocols. Every method raises `SourceError`; its subclass `SourceNotFound` is an answer: the service
has nothing there. A new service is one file with a client, and its place in `kamerton.sources.registry`.

Public names: Source and the protocols of that name, Sources, SourceCall, CallSteps, FoundFeatures, Listing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator, Sequence
from typing import Any, Protocol

from msgspec import Struct

from kamerton.music.declared_genre import DeclaredGenre
from kamerton.music.features import AudioFeatures
from kamerton.music.track import Track, TrackReference
from kamerton.music.track_list import ListReference
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
        """For programs: no other source has it, and it is the same in every instance."""
        ...


class TrackSource(Source, Protocol):
    """Looks up a track by a reference."""

    @property
    def track_kinds(self) -> Collection[str]:
        """The kinds of references that the source knows."""
        ...

    def track(self, reference: TrackReference) -> Track: ...


class SearchSource(Source, Protocol):
    """Finds tracks by the text that a person typed."""

    def tracks(self, text: str, limit: int) -> list[Track]:
        """The best first; may be empty."""
        ...


class TrackListSource(Source, Protocol):
    """Knows the tracks of albums or playlists."""

    @property
    def list_service(self) -> str:
        """The service whose lists it knows."""
        ...

    def listed(self, reference: ListReference) -> list[Track]:
        """In the order of the list; the first hundred of a long one. Raises `SourceNotFound`."""
        ...


class FeatureSource(Source, Protocol):
    """Has audio features of a track."""

    @property
    def feature_kinds(self) -> Collection[str]:
        """The kinds of references that the source knows."""
        ...

    @property
    def features_label(self) -> str:
        """How `features_source` of an answer names the source."""
        ...

    def features(self, reference: TrackReference) -> FoundFeatures | None:
        """None when the source has no features of the track, or not all of the core nine."""
        ...


class VideoSearchSource(Source, Protocol):
    """Finds videos by the names of a track. A search may be dear."""

    def videos(self, text: str) -> list[Video]:
        """The best first, each with no more than a search tells; may be empty."""
        ...


class VideoSource(Source, Protocol):
    """Has all that is known of videos, by their ids."""

    def videos(self, ids: Sequence[str]) -> list[Video]:
        """The videos that exist, in any order."""
        ...


class LinkSource(Source, Protocol):
    """Follows the short links of some hosts."""

    @property
    def link_hosts(self) -> Collection[str]: ...

    def follow(self, reference: TrackReference) -> TrackReference:
        """The track that the link leads to. Raises `BadQuery` when it leads to something else."""
        ...


class SourceCall(Struct, frozen=True):
    """One call of a source, made by `ask`. `call` names the kind of call: each kind of a source can be paused by itself."""

    source: Source
    call: str
    ask: Callable[[], Any]


CallSteps = Generator[Sequence[SourceCall], list[Any], list[Track]]
"""A look-up in several steps. Each step yields calls that may be made side by side, and is sent their answers in the same
order, None for a call that failed."""


class CandidateSource(Source, Protocol):
    """Names tracks that may sound like another."""

    @property
    def seed_kinds(self) -> Collection[str]:
        """The kinds of references that suffice: with one of them `candidates` can begin before the seed is looked up."""
        ...

    def candidates(self, seed: Track) -> CallSteps:
        """Tracks by Spotify's id or with their ISRC, the likeliest first; none when the source does not know the seed."""
        ...


class FeatureBatchSource(Source, Protocol):
    """Has audio features of many tracks in one call, and what else is known of these tracks in another."""

    @property
    def features_label(self) -> str:
        """How `features_source` of an answer names the source."""
        ...

    @property
    def batch(self) -> int:
        """Tracks in a call, at most."""
        ...

    def features_of(self, references: Sequence[TrackReference]) -> dict[TrackReference, FoundFeatures]:
        """Without the tracks that the source does not have; references are Spotify's ids and ISRCs."""
        ...

    def tracks_of(self, references: Sequence[TrackReference]) -> dict[TrackReference, Track]:
        """Likewise the tracks."""
        ...


class Listing(Struct, frozen=True):
    """A track at a service: its page, its cover, and a preview of half a minute; None for each that is missing.

    The address of the preview is good for minutes only, and never stored.
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
        """The listing of this very recording, by its number there, its ISRC, or a scored search. Raises `SourceNotFound`."""
        ...


class CoverSource(Source, Protocol):
    """Has pictures of tracks' albums."""

    def cover(self, track: Track) -> str | None:
        """The address of a picture, or None."""
        ...


class FileSource(Source, Protocol):
    """Fetches files of one kind from the hosts that have them."""

    def file(self, address: str) -> bytes: ...


class GenreSource(Source, Protocol):
    """Files tracks under genres of its own."""

    def declared_genres(self, track: Track) -> tuple[DeclaredGenre, ...]:
        """Of this very recording; may be empty. Raises `SourceNotFound`."""
        ...


class MarketSource(Source, Protocol):
    """Tells in which countries tracks can be played."""

    @property
    def batch(self) -> int:
        """Tracks in a call, at most."""
        ...

    def markets(self, references: Sequence[TrackReference]) -> dict[TrackReference, frozenset[str]]:
        """The countries of each track, in two letters of ISO 3166-1; without the tracks that the source cannot tell of."""
        ...


class PlayableSource(Source, Protocol):
    """Tells whether one track can be played in one country."""

    def playable(self, track: Track, market: str) -> bool | None:
        """None when the source does not say."""
        ...


class Sources(Struct, frozen=True):
    """The clients of all services, by what they are asked for, in the order in which they are asked.

    `playable` is asked for one track only, since each track takes a call.
    """

    links: tuple[LinkSource, ...]
    tracks: tuple[TrackSource, ...]
    searches: tuple[SearchSource, ...]
    features: tuple[FeatureSource, ...]
    candidates: tuple[CandidateSource, ...]
    feature_batches: FeatureBatchSource
    listings: tuple[ListingSource, ...]
    covers: tuple[CoverSource, ...]
    pictures: FileSource
    previews: FileSource
    markets: MarketSource
    genres: tuple[GenreSource, ...] = ()
    lists: tuple[TrackListSource, ...] = ()
    playable: PlayableSource | None = None
    video_search: VideoSearchSource | None = None
    videos: VideoSource | None = None
