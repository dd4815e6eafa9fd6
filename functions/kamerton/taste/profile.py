"""What a person's verdicts come to. Public names: Profile, profile_of, superseded, NOBODY."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from kamerton.music.normalise import normalise_name
from kamerton.taste.verdict import BLOCK, CLEAR, DISLIKE, LIKE, Verdict


class Profile(Struct, frozen=True):
    """Ids of tracks and names of artists, the last said first; none is in two of them."""

    liked: tuple[str, ...] = ()
    disliked: tuple[str, ...] = ()
    blocked: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.liked or self.disliked or self.blocked)


NOBODY = Profile()
"""Of somebody who has said nothing."""


def profile_of(verdicts: Iterable[Verdict]) -> Profile:
    """Of each track and each artist the last word counts, in whatever order they are given."""
    last = last_words(verdicts)
    newest = sorted(last, reverse=True)

    def said(kind: str) -> tuple[str, ...]:
        return tuple(verdict.what for verdict in newest if verdict.kind == kind)

    return Profile(said(LIKE), said(DISLIKE), said(BLOCK))


def last_words(verdicts: Iterable[Verdict]) -> list[Verdict]:
    """The last verdict on each track and each artist, however the name of the artist is spelt."""
    last: dict[tuple[bool, str], Verdict] = {}
    for verdict in sorted(verdicts):
        name = normalise_name(verdict.what) if verdict.is_of_artist else verdict.what
        last[(verdict.is_of_artist, name)] = verdict
    return list(last.values())


def superseded(verdicts: Iterable[Verdict]) -> list[Verdict]:
    """Those that no longer say anything, the oldest first: a later word was said, or the last word is to forget."""
    every = sorted(verdicts)
    kept = {verdict for verdict in last_words(every) if verdict.kind != CLEAR}
    return [verdict for verdict in every if verdict not in kept]
