"""What a request may ask of the services outside, and the types of the answers.

A session is made once for a request and handed down. It holds the request's deadline, the time that outside calls may take, the
notes on what is missing, and what was asked already. `OnlineSession` asks the services; `OfflineSession` asks nobody.

Public names: LookupSession, CandidateSearch, TrackLookupResult, Videos, CatalogIds.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Protocol

from msgspec import Struct

from kamerton.deadline import Deadline
from kamerton.listening.heard_sound import HeardSound
from kamerton.matching.video_match import VideoMatch
from kamerton.music.candidate import Candidate
from kamerton.music.features import AudioFeatures
from kamerton.music.track import Track, TrackReference
from kamerton.music.track_list import ListReference
from kamerton.notes import Note

CatalogIds = Callable[[Iterable[str]], Collection[str]]
"""From ids of tracks to those among them that the catalog holds."""


class TrackLookupResult(Struct, frozen=True):
    """`source` names the service that has the features. `absent`: every service that was asked answered, and none has the
    track."""

    track: Track | None
    features: AudioFeatures | None = None
    source: str = ""
    absent: bool = False


class Videos(Struct, frozen=True):
    """A track's videos, the best first. `remembered`: they are from an earlier request."""

    matches: tuple[VideoMatch, ...] = ()
    remembered: bool = False


NO_VIDEOS = Videos()


class CandidateSearch(Protocol):
    """A search for tracks that may sound like one seed."""

    def begin(self, reference: TrackReference) -> None:
        """Ask those services that need no more than the seed's reference, before anything else is known of it."""
        ...

    def candidates(self, seed: Track) -> tuple[Candidate, ...]:
        """The candidates for the seed; the session that made the search gets the notes on what is missing of them."""
        ...


class LookupSession(Protocol):
    """Safe to use from one thread; `fork` makes another for a thread that works beside it."""

    @property
    def deadline(self) -> Deadline:
        """The request's."""
        ...

    @property
    def online(self) -> bool:
        """Whether services outside are asked."""
        ...

    @property
    def notes(self) -> tuple[Note, ...]:
        """What is missing, in the order in which it was noted."""
        ...

    def note(self, *notes: Note) -> None: ...

    def fork(self) -> LookupSession:
        """A session with notes of its own, within the same time; it knows what was asked already."""
        ...

    def track(self, reference: TrackReference) -> Track | None:
        """The track alone, whatever is known of its sound."""
        ...

    def track_with_features(self, reference: TrackReference, known: Track | None = None) -> TrackLookupResult:
        """The track and its audio features; `known` is the track when a search has told all of it."""
        ...

    def search(self, text: str) -> list[Track]:
        """What the services find for a name: the tracks of each in its order."""
        ...

    def follow(self, short_link: TrackReference) -> TrackReference | None:
        """The track that a short link leads to; None when it could not be followed. Raises `BadQuery` for another target."""
        ...

    def listed(self, reference: ListReference) -> list[Track]:
        """The tracks of an album or a playlist; none when nobody knows it."""
        ...

    def with_features(self, tracks: Sequence[Track]) -> dict[str, TrackLookupResult]:
        """Those of the tracks whose audio features somebody has, by the ids that the tracks were given under."""
        ...

    def candidate_search(self, catalog_ids: CatalogIds) -> CandidateSearch: ...

    def page(self, service: str, track: Track) -> str | None:
        """The address of the track's own page at the service."""
        ...

    def preview(self, track: Track) -> str | None:
        """The address of 30 seconds of the track, good for some minutes."""
        ...

    def heard(self, track: Track, listen: Callable[[bytes], HeardSound]) -> HeardSound | None:
        """What is heard in those 30 seconds; None when there are none, or nothing can be heard."""
        ...

    def cover(self, track: Track) -> str | None:
        """The address of the picture of the track's album."""
        ...

    def picture(self, track: Track) -> bytes | None:
        """The picture of the track's album: a JPEG, a PNG or a WebP."""
        ...

    def playable(self, tracks: Sequence[Track], seed: Track | None, market: str) -> Mapping[str, bool | None]:
        """By the id of each track whether it can be played in the market; None where nobody knows. `seed` is one of
        `tracks`."""
        ...

    def videos(self, track: Track, search: bool) -> Videos:
        """The track's videos; with `search` they may cost one of the day's searches."""
        ...

    def remembered_videos(self, references: Sequence[TrackReference]) -> list[tuple[VideoMatch, ...]]:
        """The videos that are remembered of each track. Nobody is asked."""
        ...
