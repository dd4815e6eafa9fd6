"""Which track a person means: from what was typed to one track, with its audio features or without.

A name is searched in the catalog and, unless a track there has exactly this title and artist, outside as well; the results are
one list without repeats. A link, an id or an ISRC names one track, which the catalog has or the services outside are asked for.

Public names: Resolver, clean_query, MOST_ALTERNATIVES.
"""

from __future__ import annotations

import unicodedata

from msgspec.structs import replace

from kamerton.errors import BadQuery, FeaturesUnavailable, ServicesUnavailable, TooManyQuestions, TrackNotFound
from kamerton.lookup.lookup_session import LookupSession
from kamerton.matching.name_ranking import NamedTrack, is_named_whole, known_by, ranked
from kamerton.matching.typed_name import LONGEST_QUERY, other_layout, undecorated
from kamerton.matching.video_match import LEAST_SCORE, score
from kamerton.music.link_parsing import parse_track_reference
from kamerton.music.pasted_link import LONGEST_TEXT, find_link
from kamerton.music.titles import version_keys
from kamerton.music.track import OWN, SHORT_LINK, SPOTIFY, YOUTUBE, Track, TrackReference, reference_of
from kamerton.music.video import Video
from kamerton.notes import ANSWERED_INSTEAD, TITLE_ONLY, TITLE_UNKNOWN
from kamerton.recommending.foreignness import judged
from kamerton.recommending.seed import Seed, new_seed
from kamerton.release.release import Release
from kamerton.service.catalog_seed import catalog_seed
from kamerton.service.substitutes import substitutes
from kamerton.service.unasked import failed_services, unless_unasked

MOST_ALTERNATIVES = 5
_WHITESPACE = dict.fromkeys(map(ord, "\t\n\r"), " ")

_SEARCHED = 10
_SURE = 0.85
"""A track of the catalog that fits as well as this need not be searched for outside."""


class Resolver:
    """One request's: with its release and its lookup session, which gets the notes on what is missing."""

    def __init__(self, release: Release, session: LookupSession) -> None:
        self._release = release
        self._session = session

    def seed(self, query: str) -> Seed:
        """The track that the query names, with its audio features.

        Raises `BadQuery`, `TrackNotFound`, `FeaturesUnavailable` or `DeadlineExceeded`.
        """
        query = clean_query(query)
        reference = self._parsed(query)
        if reference is None:
            return self._seed_by_name(query)
        if entry := self._release.catalog.find(reference.value):
            return catalog_seed(self._release, entry)
        if not self._session.online:
            raise FeaturesUnavailable("link_unknown")
        return self._looked_up(self._followed(reference))

    def track(self, identifier: str) -> Track:
        """The track under an id or an ISRC, whatever is known of its sound. Raises `BadQuery`, `TrackNotFound`."""
        reference = self._parsed(clean_query(identifier))
        if reference is None or reference.kind == SHORT_LINK:
            raise TrackNotFound("no_such_id")
        if entry := self._release.catalog.find(reference.value):
            return entry.track
        if not self._session.online:
            raise TrackNotFound("no_such_id")
        track = self._session.track(reference)
        if track is None:
            raise unless_unasked(self._session, TrackNotFound("no_such_track", notes=self._session.notes))
        return track

    def reference(self, identifier: str) -> TrackReference | None:
        """The reference that all services know the track under this id by, as far as the catalog and the id itself tell; None
        when it is no id."""
        try:
            reference = self._parsed(clean_query(identifier))
        except BadQuery:
            return None
        if reference is None or reference.kind == SHORT_LINK:
            return None
        entry = self._release.catalog.find(reference.value)
        return reference_of(entry.track) if entry else reference

    def search(self, query: str, limit: int) -> list[Track]:
        """The tracks that a name may mean, the best first; the one track when it is a link or an id. May be empty."""
        query = clean_query(query)
        reference = self._parsed(query)
        if reference is None:
            return [named.track for named in self._named(query, limit)]
        entry = self._release.catalog.find(reference.value)
        if entry or not self._session.online:
            return [entry.track] if entry else []
        reference = self._followed(reference)
        entry = self._release.catalog.find(reference.value)
        track = entry.track if entry else self._session.track(reference)
        return [track] if track else []

    def _parsed(self, query: str) -> TrackReference | None:
        """The reference that the query is, or None for a name to search for. Raises `BadQuery`."""
        reference = parse_track_reference(query)
        if reference is None or self._session.online or reference.kind in (SPOTIFY, OWN):
            return reference
        if reference.kind == SHORT_LINK:
            raise BadQuery("link_short")
        if "/" in query:
            raise BadQuery("link_unasked")
        # The catalog knows Spotify's ids, and its own, only.
        return None

    def _named(self, query: str, limit: int) -> list[NamedTrack]:
        """Up to `limit` tracks that a name may mean, the likeliest first. When none surely does, the name may have been
        typed in the wrong keyboard layout."""
        named = self._named_as(undecorated(query), limit)
        other = other_layout(query)
        if other is None or (named and named[0].is_sure):
            return named
        return sorted([*named, *self._named_as(other, limit)], key=lambda each: not each.is_sure)[:limit]

    def _named_as(self, name: str, limit: int) -> list[NamedTrack]:
        hits = self._release.catalog.search_hits(name, limit, self._session.deadline)
        tracks = [hit.entry.track for hit in hits]
        if self._session.online and not (tracks and is_named_whole(name, tracks[0])):
            found = self._session.search(name)
            if found or not failed_services(self._session):
                return ranked(name, found, tracks)[:limit]
        # Nobody outside has said that the name means another track.
        return [NamedTrack(hit.entry.track, hit.fit, known_by(name, hit.entry.track, hit.prominence)) for hit in hits]

    def _seed_by_name(self, query: str) -> Seed:
        named = self._named(query, 1 + MOST_ALTERNATIVES)
        tracks = [each.track for each in named]
        if not named or not named[0].is_sure:
            reason = "name_unsure" if named else "no_such_name_anywhere" if self._session.online else "no_such_name"
            raise unless_unasked(
                self._session, TrackNotFound(reason, alternatives=tracks[:MOST_ALTERNATIVES], notes=self._session.notes)
            )
        try:
            seed = self._seed_of_catalog(tracks[0]) or self._looked_up(reference_of(tracks[0]), tracks[0])
        except (FeaturesUnavailable, ServicesUnavailable, TooManyQuestions) as error:
            # A version of the song in the catalog is more use than none; another song would be a wrong answer.
            versions = (self._seed_of_catalog(track) for track in error.alternatives if _is_version(track, tracks[0]))
            version = next((seed for seed in versions if seed is not None), None)
            if version is None:
                error.alternatives = tuple(dict.fromkeys((*error.alternatives, *tracks[1:])))[:MOST_ALTERNATIVES]
                raise
            seed = version
            self._session.note(ANSWERED_INSTEAD)
        return replace(seed, alternatives=tuple(tracks[1:]))

    def _seed_of_catalog(self, track: Track) -> Seed | None:
        entry = self._release.catalog.find(track.id)
        return catalog_seed(self._release, entry) if entry else None

    def _followed(self, reference: TrackReference) -> TrackReference:
        """The track that a short link leads to, or that a video shows. Raises `TrackNotFound`."""
        if reference.kind == YOUTUBE:
            track = _video_track(self._release, self._session, reference)
            if track is None:
                raise unless_unasked(self._session, TrackNotFound("no_such_track", notes=self._session.notes))
            return reference_of(track)
        if reference.kind != SHORT_LINK:
            return reference
        target = self._session.follow(reference)
        if target is None:
            raise unless_unasked(self._session, TrackNotFound("link_unfollowed", notes=self._session.notes))
        return target

    def _looked_up(self, reference: TrackReference, named: Track | None = None) -> Seed:
        """The track outside of the catalog; `named` is what a search told of it. Raises `TrackNotFound`,
        `FeaturesUnavailable`."""
        catalog, session = self._release.catalog, self._session
        if entry := catalog.find(reference.value):
            return catalog_seed(self._release, entry)
        result = session.track_with_features(reference, named if named and (named.isrc or named.on_spotify) else None)
        if result.absent and named is None:
            raise TrackNotFound("no_such_track", notes=session.notes)
        track = result.track or named
        if track is not None and (entry := catalog.find(track.id)):
            return catalog_seed(self._release, entry)
        if result.features is None:
            near = substitutes(catalog, track, MOST_ALTERNATIVES, session.deadline) if track else []
            error = FeaturesUnavailable("features_nowhere", alternatives=near, notes=session.notes)
            error.track = track
            raise unless_unasked(self._session, error, "features_unasked")
        if track is None or not track.artists:
            session.note(TITLE_ONLY if track else TITLE_UNKNOWN)
        track = track or Track(reference.value, reference.value, ())
        return judged(self._release, new_seed(self._release, result.features, track, features_source=result.source))


def clean_query(query: str) -> str:
    """The link to a track that is in the query; else the query with single spaces, in Unicode's composed form.

    Raises `BadQuery` for what no name or link can be.
    """
    # The length first: composing a long text of marks takes time that grows with the square of it.
    if len(query) > LONGEST_TEXT:
        raise BadQuery("query_long", most=LONGEST_QUERY)
    # Two cells of a table are copied with a tab between them.
    query = query.translate(_WHITESPACE)
    if any(unicodedata.category(character) in ("Cc", "Cs") or character == "\N{REPLACEMENT CHARACTER}" for character in query):
        raise BadQuery("query_characters")
    link = find_link(query)
    if link is None and len(query) > LONGEST_QUERY:
        raise BadQuery("query_long", most=LONGEST_QUERY)
    query = link or " ".join(unicodedata.normalize("NFC", query).split())
    if not query:
        raise BadQuery("query_empty")
    return query


def _video_track(release: Release, session: LookupSession, reference: TrackReference) -> Track | None:
    """The track that a video shows, found by the name that the video's title gives: of the catalog, or of the services outside;
    else what the video says of it, under the video's id; None when nobody knows of such a video. Raises `DeadlineExceeded`."""
    shown = session.track(reference)
    if shown is None:
        return None
    artists = ", ".join(shown.artists)
    video, text = Video(reference.value, f"{artists} - {shown.title}", artists, shown.duration_ms), f"{artists} {shown.title}"
    tracks = [entry.track for entry in release.catalog.search(text, _SEARCHED, session.deadline)]
    best = _best(video, tracks)
    if best is None or score(best, video) < _SURE:
        best = _best(video, [*tracks, *session.search(text)])
    return best or shown


def _is_version(track: Track, other: Track) -> bool:
    return bool(version_keys(track) & version_keys(other))


def _best(video: Video, tracks: list[Track]) -> Track | None:
    """Of equals the first."""
    best = max(tracks, key=lambda track: score(track, video), default=None)
    return best if best is not None and score(best, video) >= LEAST_SCORE else None
