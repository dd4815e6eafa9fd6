"""The page of an artist: the tracks of the catalog, their sound, and artists that sound alike.

Public names: artist_view.
"""

from __future__ import annotations

from collections.abc import Callable

from flask import Response, g

from kamerton.recommending.question import MOST_RESULTS, MOST_SEEDS
from kamerton.release.release import Release
from kamerton.service.artist import Artist
from kamerton.service.kamerton import Kamerton
from kamerton.settings import Settings
from kamerton.web.page_question import PageQuestion
from kamerton.web.radar_chart import CORNERS, Radar
from kamerton.web.release_response import answer_from_release
from kamerton.web.rendering import render


def artist_view(kamerton: Kamerton, settings: Settings) -> Callable[[str], Response]:
    def view(name: str) -> Response:
        def make(release: Release, language: str) -> Response:
            artist = kamerton.artist(release, name, MOST_RESULTS, kamerton.session(g.deadline))
            page = render(
                "artist.html",
                language,
                artist=artist,
                alike=_like_all(artist),
                corners=CORNERS,
                shape=Radar(release.manifest.feature_quantiles).shape,
            )
            return Response(page, mimetype="text/html")

        return answer_from_release(kamerton, settings, ["/artist", name], make)

    return view


def _like_all(artist: Artist) -> PageQuestion:
    """Tracks like the best known ones of the artist, by others."""
    return PageQuestion(tuple(entry.track.id for entry in artist.tracks[:MOST_SEEDS]), exclude_artist=(artist.name,))
