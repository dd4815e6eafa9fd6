"""The map of music: its page, the points that the page's script draws, and the names of the tracks at those points.

The page holds none of the thousands of tracks. Its table has all else that the script needs, and stands in for the map where
nothing is drawn: each genre with the genres beside it, or the seed with its recommendations.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from flask import Response, g, request
from msgspec import Struct
from werkzeug.exceptions import NotFound

from kamerton import texts
from kamerton.errors import MapMissing
from kamerton.music.track import Track
from kamerton.recommending.question import TrackQuestion
from kamerton.release.music_map import BLOCK, GenreArea, MusicMap
from kamerton.release.release import Release
from kamerton.service.answer import Answer, Path
from kamerton.service.kamerton import Kamerton
from kamerton.service.resolver import clean_query
from kamerton.settings import Settings
from kamerton.web.http_cache import NO_CACHE
from kamerton.web.map_location import locate, locate_path
from kamerton.web.messages import DEFAULT_STEPS
from kamerton.web.release_response import answer_from_release
from kamerton.web.rendering import render
from kamerton.web.request_parsing import is_unasked, query_arguments

MOST_COLOURS = 8
"""More cannot be told apart by everybody; map.js and map.css have as many."""

_EXAMPLES = 3

View = Callable[..., Response]


class MapTrack(Struct):
    id: str
    title: str
    artists: list[str]
    genres: list[str]


class MapBlock(Struct):
    """The tracks of one neighbourhood, in the order of their points."""

    tracks: list[MapTrack]
    release: str


def map_views(kamerton: Kamerton, settings: Settings) -> dict[str, View]:
    """The views by their addresses."""

    def page() -> Response:
        query, end = _name("track"), _name("to")

        def make(release: Release, language: str) -> Response:
            music_map = _map_of(release)
            asked = kamerton.offline() if is_unasked(request) else kamerton
            if query and end:
                path = asked.path(release, query, end, DEFAULT_STEPS, asked.session(g.deadline, g.client))
                return _path_page(release, music_map, path, language)
            if query:
                # Tracks of the world lie nowhere on it.
                answer = asked.recommend(release, TrackQuestion((query,), world=0), asked.session(g.deadline, g.client))
                return _seed_page(release, music_map, answer, language)
            return _page(release, music_map, language, rows=_genre_rows(release, music_map), shown=_compact(music_map))

        return answer_from_release(kamerton, settings, ["/map", query, end], make)

    def points() -> Response:
        def make(release: Release, _: str) -> Response:
            return Response(_same_map(release).points(), mimetype="application/octet-stream")

        return answer_from_release(kamerton, settings, ["/map/points", _requested_release()], make)

    def block(number: int) -> Response:
        def make(release: Release, _: str) -> Response:
            return Response(msgspec.json.encode(_block(release, number)), mimetype="application/json")

        return answer_from_release(kamerton, settings, ["/map/tracks", str(number), _requested_release()], make)

    return {"/map": page, "/map/points": points, "/map/tracks/<int:number>": block}


def _name(argument: str) -> str:
    """What was typed there, or nothing. Raises `BadQuery`."""
    text = query_arguments(request).get(argument, "").strip()
    return clean_query(text) if text else ""


def _requested_release() -> str:
    return query_arguments(request).get("release", "")


def _map_of(release: Release) -> MusicMap:
    """Raises `MapMissing`."""
    if release.map is None:
        raise MapMissing("map_none")
    return release.map


def _same_map(release: Release) -> MusicMap:
    """The map of the page that asks. Raises `MapMissing` when it is of another release: its numbers would mean other tracks."""
    if _requested_release() not in ("", release.id):
        raise MapMissing("map_changed")
    return _map_of(release)


def _block(release: Release, number: int) -> MapBlock:
    tracks = _same_map(release).block(number)
    if not tracks:
        raise NotFound
    shown = [entry.track for entry in release.catalog.entries(tracks)]
    return MapBlock([MapTrack(track.id, track.title, list(track.artists), list(track.genres)) for track in shown], release.id)


def _seed_page(release: Release, music_map: MusicMap, answer: Answer, language: str) -> Response:
    where = locate(release, music_map, answer)
    genres = [score.genre for score in answer.genres[:1]] + [item.genre for item in answer.recommendations]
    shown = list(dict.fromkeys([*genres, *_compact(music_map)]))[:MOST_COLOURS]
    response = _page(release, music_map, language, answer=answer, located=where, shown=shown)
    if answer.notes:
        response.headers["Cache-Control"] = NO_CACHE
    return response


def _path_page(release: Release, music_map: MusicMap, path: Path, language: str) -> Response:
    steps = locate_path(release, music_map, path)
    genres = [seed.likely_genres[0].genre for seed in (path.start, path.end)]
    genres += [genre for entry in path.between for genre in entry.track.genres]
    shown = list(dict.fromkeys([*genres, *_compact(music_map)]))[:MOST_COLOURS]
    response = _page(release, music_map, language, path=path, steps=steps, shown=shown)
    if path.notes:
        response.headers["Cache-Control"] = NO_CACHE
    return response


def _compact(music_map: MusicMap) -> list[str]:
    """The genres to begin with: all, or of many those that fill the least room."""
    areas = [area for area in music_map.areas if area.tracks]
    return [area.genre for area in sorted(areas, key=lambda area: area.spread / area.tracks)[:MOST_COLOURS]]


def _legend(music_map: MusicMap, shown: Sequence[str]) -> list[tuple[int, GenreArea]]:
    """Each genre that has points with its label, those that are shown first."""
    areas = [(label, area) for label, area in enumerate(music_map.areas) if area.tracks]
    return sorted(areas, key=lambda numbered: numbered[1].genre not in shown)


def _genre_rows(release: Release, music_map: MusicMap) -> list[tuple[GenreArea, int, list[Track]]]:
    """Each genre that has points, with the number of tracks that are filed under it, and some of them."""
    sizes = release.index.genre_sizes
    examples: dict[str, list[Track]] = defaultdict(list)
    for entry in release.catalog.examples(_EXAMPLES):
        for genre in entry.track.genres:
            examples[genre].append(entry.track)
    return [(area, sizes[area.genre], examples[area.genre][:_EXAMPLES]) for area in music_map.areas if area.tracks]


def _page(release: Release, music_map: MusicMap, language: str, *, shown: Sequence[str], **values: Any) -> Response:
    html = render(
        "map.html",
        language,
        words=texts.map_texts(language),
        release=release.id,
        block=BLOCK,
        legend=_legend(music_map, shown),
        n_tracks=texts.number(len(music_map), language),
        most_colours=MOST_COLOURS,
        shown=shown,
        **values,
    )
    return Response(html, mimetype="text/html")
