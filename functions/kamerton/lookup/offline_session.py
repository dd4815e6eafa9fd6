"""A lookup session that asks nobody: the catalog alone answers. Public names: OfflineSession."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from kamerton.deadline import Deadline
from kamerton.listening.heard_sound import HeardSound
from kamerton.lookup.lookup_session import NO_VIDEOS, CatalogIds, TrackLookupResult, Videos
from kamerton.matching.video_match import VideoMatch, own_video
from kamerton.music.candidate import Candidate
from kamerton.music.track import YOUTUBE, Track, TrackReference, reference_of
from kamerton.music.track_list import ListReference
from kamerton.notes import MARKET_UNKNOWN, VIDEOS_OFF, Note


class OfflineSession:
    """Implements `LookupSession`."""

    online = False

    def __init__(self, deadline: Deadline, client: str = "") -> None:
        self.deadline = deadline
        self._notes: dict[Note, None] = {}

    @property
    def notes(self) -> tuple[Note, ...]:
        return tuple(self._notes)

    def note(self, *notes: Note) -> None:
        self._notes.update(dict.fromkeys(notes))

    def fork(self) -> OfflineSession:
        return OfflineSession(self.deadline)

    def track(self, reference: TrackReference) -> None:
        return None

    def track_with_features(self, reference: TrackReference, known: Track | None = None) -> TrackLookupResult:
        return TrackLookupResult(known)

    def search(self, text: str) -> list[Track]:
        return []

    def follow(self, short_link: TrackReference) -> None:
        return None

    def listed(self, reference: ListReference) -> list[Track]:
        return []

    def with_features(self, tracks: Sequence[Track]) -> dict[str, TrackLookupResult]:
        return {}

    def candidate_search(self, catalog_ids: CatalogIds) -> _NoCandidates:
        return _NoCandidates()

    def page(self, service: str, track: Track) -> None:
        return None

    def preview(self, track: Track) -> None:
        return None

    def cover(self, track: Track) -> None:
        return None

    def heard(self, track: Track, listen: Callable[[bytes], HeardSound]) -> None:
        return None

    def picture(self, track: Track) -> None:
        return None

    def playable(self, tracks: Sequence[Track], seed: Track | None, market: str) -> Mapping[str, bool | None]:
        self.note(MARKET_UNKNOWN)
        return {track.id: track.playable for track in tracks}

    def videos(self, track: Track, search: bool) -> Videos:
        """A track that is a video itself has that one."""
        if reference_of(track).kind == YOUTUBE:
            return Videos((VideoMatch(own_video(track), 1.0),), remembered=True)
        self.note(VIDEOS_OFF)
        return NO_VIDEOS

    def remembered_videos(self, references: Sequence[TrackReference]) -> list[tuple[VideoMatch, ...]]:
        return [() for _ in references]


class _NoCandidates:
    def begin(self, reference: TrackReference) -> None:
        pass

    def candidates(self, seed: Track) -> tuple[Candidate, ...]:
        return ()
