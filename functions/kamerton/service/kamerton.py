"""The use case: from a question to an answer. The edges call this and nothing below it.

Public names: Kamerton.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from weakref import WeakKeyDictionary

from msgspec.structs import replace

from kamerton.deadline import Deadline
from kamerton.errors import FeaturesUnavailable, GenreNotFound, NotOffered, TrackNotFound
from kamerton.listening.heard_sound import HeardSound
from kamerton.lookup.lookup_session import LookupSession
from kamerton.lookup.offline_session import OfflineSession
from kamerton.music.features import AudioFeatures
from kamerton.music.markets import known_market
from kamerton.music.track import Track
from kamerton.notes import HEARD_PREVIEW
from kamerton.recommending.feature_shift import shifted_seed
from kamerton.recommending.foreignness import judged
from kamerton.recommending.liking import Liking
from kamerton.recommending.question import ListOptions, TrackQuestion
from kamerton.recommending.recommendation import Recommendation
from kamerton.recommending.recommender import Recommender
from kamerton.recommending.seed import Seed, new_seed
from kamerton.recommending.sound_path import tracks_between
from kamerton.release.catalog import CatalogEntry
from kamerton.release.current_release import CurrentRelease
from kamerton.release.release import Release
from kamerton.service.answer import Answer, Path
from kamerton.service.artist import Artist, artist_of
from kamerton.service.personal import liking_of, taste_seeds
from kamerton.service.playback import Playback, TrackVideo
from kamerton.service.resolver import Resolver
from kamerton.service.seeds import resolve_seeds
from kamerton.service.sound_seed import Listener, preview_seed, sound_seed
from kamerton.taste.profile import NOBODY, Profile

_REQUEST_SOURCE = "request"


class Kamerton:
    """Answers from the release in force; `open_session` makes the lookup session of a request. By default nobody outside is
    asked.

    A request takes one release and one session, and hands them to each method.
    """

    def __init__(
        self,
        current_release: CurrentRelease,
        open_session: Callable[[Deadline, str], LookupSession] = OfflineSession,
        listener: Listener | None = None,
    ) -> None:
        self._current_release = current_release
        self._open_session = open_session
        self._listener = listener
        self._recommenders: WeakKeyDictionary[Release, Recommender] = WeakKeyDictionary()
        self._lock = threading.Lock()

    def offline(self) -> Kamerton:
        """A Kamerton that answers from the same release, and asks nobody outside."""
        return Kamerton(self._current_release, listener=self._listener)

    def release(self, deadline: Deadline) -> Release:
        """The release that a request uses from beginning to end; raises `NotReady`."""
        return self._current_release.release(deadline)

    def session(self, deadline: Deadline, client: str = "") -> LookupSession:
        """The lookup session that a request uses from beginning to end. What `client` causes is counted; the empty one's is
        not."""
        return self._open_session(deadline, client)

    def recommend(self, release: Release, question: TrackQuestion, session: LookupSession, profile: Profile = NOBODY) -> Answer:
        """Tracks like those of the question, with their genres, as a person with this profile likes them.

        Raises `BadQuery`, `TrackNotFound`, `FeaturesUnavailable`, `GenreNotFound`, `FilterUnknown` or `DeadlineExceeded`.
        """
        _check_genre(release, question)
        gather = question.world == 1 and question.limit > 0
        try:
            seeds, unlike = resolve_seeds(release, session, question.track, question.unlike, gather)
        except FeaturesUnavailable as error:
            seed = self._heard_seed(release, error, session) if len(question.track) == 1 and not question.unlike else None
            if seed is None:
                raise
            seeds, unlike = [seed], []
        return self._answer(release, question, seeds, unlike, session, profile)

    def for_person(self, release: Release, options: ListOptions, session: LookupSession, profile: Profile) -> Answer | None:
        """Tracks for somebody, by what they like alone: each of their tastes has its part of the list, by turns. None when they
        like nothing that this catalog has. Raises `GenreNotFound`, `FilterUnknown`, `BadQuery` or `DeadlineExceeded`."""
        _check_genre(release, options)
        seeds = taste_seeds(release, profile)
        return self._answer(release, options, seeds, (), session, profile) if seeds else None

    def _heard_seed(self, release: Release, error: FeaturesUnavailable, session: LookupSession) -> Seed | None:
        """The track whose features nobody has, by what is heard in its preview; None where that cannot be."""
        track, listener = error.track, self._listener
        if track is None or listener is None or not track.artists:
            return None
        try:
            # Before a preview is fetched for nothing.
            listener.require()
            heard = session.heard(track, lambda data: listener.listen(data, None, session.deadline))
        except NotOffered:
            return None
        if heard is None:
            return None
        session.note(HEARD_PREVIEW)
        return preview_seed(release, track, heard)

    def recommend_features(
        self, release: Release, features: AudioFeatures, options: ListOptions, session: LookupSession
    ) -> Answer:
        """The same for audio features that the request brings. Raises `FeaturesUnavailable` when none is known."""
        if not features.known:
            raise FeaturesUnavailable("no_features")
        _check_genre(release, options)
        _, unlike = resolve_seeds(release, session, (), options.unlike, gather=False)
        seed = judged(release, new_seed(release, features, features_source=_REQUEST_SOURCE))
        return self._answer(release, options, [seed], unlike, session)

    def require_listening(self) -> None:
        """Raises `NotOffered` where no sound can be heard."""
        if self._listener is None:
            raise NotOffered("listening_off")
        self._listener.require()

    def recommend_sound(
        self, release: Release, data: bytes, start: float | None, options: ListOptions, session: LookupSession
    ) -> tuple[Answer, HeardSound]:
        """The same for a file of sound, from `start` seconds on or for its middle; and what was heard in it. Raises `BadQuery`,
        `SoundUnheard`, `GenreNotFound`, `FilterUnknown`, `NotOffered` or `DeadlineExceeded`."""
        _check_genre(release, options)
        self.require_listening()
        assert self._listener is not None, "or it would not be offered"
        found = sound_seed(release, self._listener.listen(data, start, session.deadline), session.deadline)
        _, unlike = resolve_seeds(release, session, (), options.unlike, gather=False)
        return self._answer(release, options, [found.seed], unlike, session), found.heard

    def with_market(self, answer: Answer, market: str, session: LookupSession) -> Answer:
        """The answer with each of its tracks marked as to whether it can be played in the market. Raises `BadQuery`."""
        seeds = [seed.track for seed in answer.seeds if seed.track]
        tracks = [*seeds, *(item.track for item in answer.recommendations), *answer.unlike, *answer.alternatives]
        playable = session.playable(tracks, answer.track, known_market(market))

        def marked(track: Track) -> Track:
            return replace(track, playable=playable[track.id])

        return replace(
            answer,
            seeds=tuple(replace(seed, track=marked(seed.track) if seed.track else None) for seed in answer.seeds),
            recommendations=tuple(replace(item, track=marked(item.track)) for item in answer.recommendations),
            unlike=tuple(marked(track) for track in answer.unlike),
            alternatives=tuple(marked(track) for track in answer.alternatives),
            notes=session.notes,
        )

    def search(self, release: Release, query: str, limit: int, session: LookupSession) -> list[Track]:
        """The tracks that a name may mean, the best first; the one track when it is a link or an id. May be empty."""
        return Resolver(release, session).search(query, limit)

    def identify(self, release: Release, identifier: str, session: LookupSession) -> Track:
        """The track under an id, of the catalog or of the services outside. Raises `BadQuery`, `TrackNotFound`."""
        return Resolver(release, session).track(identifier)

    def playback(self, session: LookupSession) -> Playback:
        """Where a track can be heard and watched."""
        return Playback(session)

    def video(
        self, release: Release, identifier: str, market: str | None, session: LookupSession, search: bool = True
    ) -> TrackVideo:
        """The video of the track under an id. With `search` it may cost one of the day's searches. Raises `BadQuery`,
        `TrackNotFound`."""
        return Playback(session).video(self.identify(release, identifier, session), market, search)

    def videos_in_a_row(
        self, release: Release, identifiers: Sequence[str], market: str | None, session: LookupSession
    ) -> list[str]:
        """The ids of the videos that are remembered of these tracks, in order; an id of no track has none."""
        resolver = Resolver(release, session)
        references = [reference for identifier in identifiers if (reference := resolver.reference(identifier)) is not None]
        return Playback(session).videos_in_a_row(references, market)

    def artist(self, release: Release, name: str, most_tracks: int, session: LookupSession) -> Artist:
        """The artist of the catalog with this name, however it is spelled. Raises `BadQuery`, `ArtistNotFound`."""
        return artist_of(release, name, most_tracks, session)

    def path(self, release: Release, start: str, end: str, steps: int, session: LookupSession) -> Path:
        """The tracks between two, each given by a name or a link. Raises as `recommend` does."""
        (first, *_), (last, *_) = resolve_seeds(release, session, (start,), (end,), gather=False)
        between = tracks_between(release.index, release.catalog, first, last, steps, session.deadline)
        return Path(first, last, tuple(between), session.notes)

    def track(self, release: Release, identifier: str) -> CatalogEntry:
        """The catalog's track under an id. Raises `TrackNotFound`."""
        entry = release.catalog.find(identifier)
        if entry is None:
            raise TrackNotFound("no_such_id")
        return entry

    def _answer(
        self,
        release: Release,
        options: ListOptions,
        seeds: Sequence[Seed],
        unlike: Sequence[Seed],
        session: LookupSession,
        profile: Profile = NOBODY,
    ) -> Answer:
        session.deadline.check()
        recommendations: list[Recommendation] = []
        if options.limit:
            liking = liking_of(release, profile)
            recommendations = self._recommendations(release, options, seeds, unlike, session.deadline, liking)
        everything = (*seeds, *unlike)
        return Answer(
            tuple(seeds),
            tuple(seed.track for seed in unlike if seed.track),
            tuple(recommendations),
            # Of several names nobody could tell which one the alternatives are for.
            everything[0].alternatives if len(everything) == 1 else (),
            release.id,
            session.notes,
        )

    def _recommendations(
        self,
        release: Release,
        options: ListOptions,
        seeds: Sequence[Seed],
        unlike: Sequence[Seed],
        deadline: Deadline,
        liking: Liking | None,
    ) -> list[Recommendation]:
        shift, confusion = options.shift, release.manifest.label_confusion
        places = [shifted_seed(release, seed, shift, confusion) for seed in seeds] if shift.asked else seeds
        return self._recommender(release).recommend(places, options, unlike, deadline, liking)

    def _recommender(self, release: Release) -> Recommender:
        """One for each release that is in use, since it remembers where candidates lie."""
        with self._lock:
            if release not in self._recommenders:
                self._recommenders[release] = Recommender.of(release)
            return self._recommenders[release]


def _check_genre(release: Release, options: ListOptions) -> None:
    genres = release.index.genre_sizes
    if options.only_genre is not None and options.only_genre not in genres:
        raise GenreNotFound(genres)
