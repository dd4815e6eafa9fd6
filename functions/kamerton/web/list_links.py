"""Links to a list of recommendations. Whatever a person typed, the links name its tracks, so that anybody finds the same list
there.

Public names: list_links, by_ids.
"""

from __future__ import annotations

from typing import Any, TypeVar
from urllib.parse import urlencode

from msgspec import UNSET
from msgspec.structs import replace

from kamerton.http.public_links import public_link
from kamerton.recommending.question import MOST_OFFSET, TrackQuestion
from kamerton.service.answer import Answer
from kamerton.web.exports import EXPORTS
from kamerton.web.messages import ListLinks

Q = TypeVar("Q", bound=TrackQuestion)

_PATH = "/api/v1/recommendations"


def list_links(question: TrackQuestion, answer: Answer) -> ListLinks:
    """The list and its next page keep the `market`; files and texts have no marks."""
    arguments = replace(by_ids(question, answer), format=UNSET, market=UNSET).arguments()

    def link(**changes: Any) -> str:
        return public_link(f"{_PATH}?{urlencode([*(arguments | changes).items()], doseq=True)}")

    next_offset = question.offset + question.limit
    is_last = len(answer.recommendations) < question.limit or next_offset > MOST_OFFSET
    market = {"market": question.market} if question.market else {}
    files = {form: link(format=form) for form in EXPORTS}
    return ListLinks(link(**market), None if is_last else link(**market, offset=next_offset), **files)


def by_ids(question: Q, answer: Answer) -> Q:
    """The question with the ids of the answer's tracks in place of what was typed: a name may be taken for another track one
    day."""
    tracks = tuple(seed.track.id for seed in answer.seeds if seed.track)
    return replace(question, track=tracks, unlike=tuple(track.id for track in answer.unlike))
