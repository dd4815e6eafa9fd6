"""Links to a list of recommendations. Whatever a person typed, they name its tracks, so that anybody finds the same there."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from kamerton.http.public_links import own_link
from kamerton.music.track import Track
from kamerton.recommending.question import MOST_OFFSET, Wish
from kamerton.service.service import Answer
from kamerton.web.messages import DEFAULT_ARTIST_CAP, DEFAULT_LIMIT, ListLinks

_PATH = "/api/v1/recommendations"


def list_links(answer: Answer, wish: Wish, market: str | None = None) -> ListLinks:
    """The list and its next page keep the `market`; files and texts have no marks."""
    tracks = [seed.track for seed in answer.seeds if seed.track]
    query = _query(tracks, answer.unlike, wish)

    def link(**changes: Any) -> str:
        return own_link(f"{_PATH}?{urlencode([*(query | changes).items()], doseq=True)}")

    following = wish.offset + wish.limit
    is_last = len(answer.recommendations) < wish.limit or following > MOST_OFFSET
    forms = {form: link(format=form) for form in ("csv", "m3u", "txt")}
    marked = {"market": market} if market else {}
    return ListLinks(link(**marked), None if is_last else link(**marked, offset=following), **forms)


def _query(tracks: list[Track], unlike: tuple[Track, ...], wish: Wish) -> dict[str, Any]:
    """Without what goes without saying."""
    said = {
        "track": [track.id for track in tracks],
        "unlike": [track.id for track in unlike],
        "genre": wish.genre,
        "exclude_artist": list(wish.excluded_artists),
        "limit": None if wish.limit == DEFAULT_LIMIT else wish.limit,
        "artist_cap": None if wish.artist_cap == DEFAULT_ARTIST_CAP else wish.artist_cap,
        "offset": wish.offset or None,
        "world": None if wish.world else 0,
    }
    return {name: value for name, value in said.items() if value not in (None, [])}
