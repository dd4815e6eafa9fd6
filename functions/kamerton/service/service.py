"""The use case: from what a person typed to an answer. No I/O but through the objects that it is given."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from kamerton.deadline import Deadline
from kamerton.errors import BadQuery, GenreNotFound, TrackNotFound
from kamerton.lookup.market_lookup import Availability
from kamerton.lookup.world import World
from kamerton.music.features import AudioFeatures
from kamerton.music.markets import known_market
from kamerton.music.track import Track
from kamerton.notes import Note
from kamerton.recommending.question import Wish
from kamerton.recommending.recommender import Recommendation
from kamerton.release.catalog import CatalogEntry
from kamerton.release.classifier import GenreScore
from kamerton.release.current_release import CurrentRelease
from kamerton.release.release import Release
from kamerton.service.playback import Listening
from kamerton.service.resolver import Resolver
from kamerton.service.seed_resolver import Seeking, Sought
from kamerton.service.track_video import Watched, Watcher


class AnsweredSeed(Struct, frozen=True):
    """What the answer is like: a track, or audio features alone, when `track` is None."""

    track: Track | None
    features: AudioFeatures
    features_source: str
    genres: tuple[GenreScore, ...]


class Answer(Struct, frozen=True):
    """Of several seeds `track`, `features`, `features_source` and `genres` are the first one's. `unlike` are the tracks that
    were kept away from, `alternatives` what the names may have meant instead, and `notes` what is missing."""

    seeds: tuple[AnsweredSeed, ...]
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


class Kamerton:
    """Answers from the release in force, and without a `world` from nothing else."""

    def __init__(self, keeper: CurrentRelease, world: World | None = None) -> None:
        self._keeper = keeper
        self._seeking = Seeking(world)
        self._resolver = Resolver(world)
        self.watching = Watcher(world)
        self._availability = Availability(world)
        self.listening = Listening(world)

    def at_home(self) -> Kamerton:
        """One that answers from the same release, and asks nobody outside."""
        return Kamerton(self._keeper)

    def release(self, deadline: Deadline) -> Release:
        """The release that a request should use from beginning to end; raises `NotReady`."""
        return self._keeper.release(deadline)

    def answer(
        self, release: Release, query: str, limit: int, artist_cap: int, deadline: Deadline, world: bool = True
    ) -> Answer:
        """The genres of the track that `query` names, and at most `limit` tracks that sound like it (0: none are sought); with
        `world` those that other services name among them. Raises as `recommend` does."""
        return self.recommend(release, [query], [], Wish(limit, artist_cap, world=world), deadline)

    def recommend(
        self, release: Release, queries: Sequence[str], unlike: Sequence[str], wish: Wish, deadline: Deadline
    ) -> Answer:
        """Tracks like those that the queries name, and not like those that `unlike` names.

        Raises `BadQuery`, `TrackNotFound`, `FeaturesUnavailable`, `GenreNotFound` or `DeadlineExceeded`.
        """
        _check_genre(release, wish)
        liked, unliked = self._seeking.seek(release, queries, unlike, wish, deadline)
        return _answer(release, liked, unliked, wish, deadline)

    def recommend_features(
        self, release: Release, features: AudioFeatures, unlike: Sequence[str], wish: Wish, deadline: Deadline
    ) -> Answer:
        """The same for audio features that the asker brings. Raises `BadQuery` when none is known, too."""
        if not features.known:
            raise BadQuery("no_features")
        _check_genre(release, wish)
        _, unliked = self._seeking.seek(release, [], unlike, wish, deadline)
        return _answer(release, [Sought.of_features(release, features)], unliked, wish, deadline)

    def marked(self, answer: Answer, market: str, deadline: Deadline) -> Answer:
        """The answer, with each of its tracks marked as to whether it can be played in that market. Raises `BadQuery`."""
        seeds = [seed.track for seed in answer.seeds if seed.track]
        tracks = [*seeds, *(each.track for each in answer.recommendations), *answer.unlike, *answer.alternatives]
        marked, notes = self._availability.marked(tracks, answer.track, known_market(market), deadline)
        return replace(
            answer,
            seeds=tuple(replace(seed, track=marked[seed.track.id] if seed.track else None) for seed in answer.seeds),
            recommendations=tuple(replace(each, track=marked[each.track.id]) for each in answer.recommendations),
            unlike=tuple(marked[track.id] for track in answer.unlike),
            alternatives=tuple(marked[track.id] for track in answer.alternatives),
            notes=tuple(dict.fromkeys((*answer.notes, *notes))),
        )

    def search(self, release: Release, query: str, limit: int, deadline: Deadline) -> tuple[list[Track], tuple[Note, ...]]:
        """The tracks that a name may mean, the best first; the one track when it is a link or an id. May be empty. With what is
        missing of them."""
        return self._resolver.search(release, query, limit, deadline)

    def identify(self, release: Release, identifier: str, deadline: Deadline) -> Track:
        """The track under an id, of the catalog or the world. Raises `BadQuery`, `TrackNotFound`."""
        return self._resolver.identify(release, identifier, deadline)

    def watch(
        self, release: Release, identifier: str, market: str | None, deadline: Deadline, search_for_it: bool = True
    ) -> Watched:
        """The video of the track under an id. With `search_for_it` it may cost one of the day's searches. Raises `BadQuery`,
        `TrackNotFound`."""
        return self.watching.watch(self.identify(release, identifier, deadline), market, deadline, search_for_it)

    def watch_in_a_row(self, release: Release, identifiers: Sequence[str], market: str | None, deadline: Deadline) -> list[str]:
        """The ids of the videos that are remembered of these tracks, in order; of what is no track, none."""
        references = [reference for each in identifiers if (reference := self._resolver.reference(release, each)) is not None]
        return self.watching.in_a_row(references, market, deadline)

    def track(self, release: Release, identifier: str) -> CatalogEntry:
        """Raises `TrackNotFound`."""
        entry = release.catalog.find(identifier)
        if entry is None:
            raise TrackNotFound("no_such_id")
        return entry


def _check_genre(release: Release, wish: Wish) -> None:
    known = release.recommender.index.genre_sizes
    if wish.genre is not None and wish.genre not in known:
        raise GenreNotFound(known)


def _answer(release: Release, liked: Sequence[Sought], unliked: Sequence[Sought], wish: Wish, deadline: Deadline) -> Answer:
    deadline.check()
    likenings = [sought.likening(release) for sought in liked]
    found = release.recommender.fulfil(wish, likenings, [sought.seed for sought in unliked], deadline) if wish.limit else []
    seeds = [AnsweredSeed(each.seed.track, each.seed.features, each.source, each.seed.genres) for each in liked]
    everything = (*liked, *unliked)
    return Answer(
        tuple(seeds),
        tuple(each.seed.track for each in unliked if each.seed.track),
        tuple(found),
        # Of several names nobody could tell which they are for.
        everything[0].alternatives if len(everything) == 1 else (),
        release.id,
        tuple(dict.fromkeys(note for each in everything for note in each.notes)),
    )
