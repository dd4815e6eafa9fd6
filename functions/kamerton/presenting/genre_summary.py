"""What to say first of a track whose genre the catalog does not have. Public names: lacking_text."""

from __future__ import annotations

from collections.abc import Sequence

from kamerton.music.declared_genre import has_any
from kamerton.recommending.seed import Seed
from kamerton.texts.formatting import addition
from kamerton.texts.translations import translation

_MOST_NAMED = 8


def lacking_text(seed: Seed, language: str) -> str | None:
    """Such as "Jazz, says Apple Music. This catalog knows only metal and rock; closest by sound: rock.", or that the sound is
    foreign; None when the catalog has the genre, or nobody says one and the sound is not foreign."""
    track, names = seed.track, [score.genre for score in seed.genres]
    if seed.other_genre:
        return _said("heard_elsewhere", names, language, genre=seed.other_genre)
    declared = track.declared_genres if track else ()
    if declared:
        # What the catalog itself files somewhere is at home.
        if (track and track.genres) or has_any(names, declared):
            return None
        return _said("lacking_genre", names, language, genre=declared[0].name, source=declared[0].source)
    return _said("foreign_sound", names, language) if seed.is_foreign else None


def _said(key: str, names: Sequence[str], language: str, **blanks: str) -> str:
    """`names` are the catalog's genres, the closest first."""
    words = translation(language).summary
    known = addition(sorted(names), language) if len(names) <= _MOST_NAMED else words["many_genres"].format(number=len(names))
    return words[key].format(known=known, closest=names[0], **blanks)
