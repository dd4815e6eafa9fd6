"""What to say first of a track whose genre the catalog does not have. Public names: lacks_genre, lacking_text."""

from __future__ import annotations

from kamerton.music.declared_genre import has_any
from kamerton.recommending.seed import Seed
from kamerton.texts.formatting import addition
from kamerton.texts.translations import translation

_MOST_NAMED = 8


def lacks_genre(seed: Seed) -> bool:
    """Whether others file the track under genres of which the catalog has none."""
    track = seed.track
    if track is None or track.genres or not track.declared_genres:
        return False
    return not has_any([score.genre for score in seed.genres], track.declared_genres)


def lacking_text(seed: Seed, language: str) -> str | None:
    """Such as "Jazz, says Apple Music. This catalog knows only metal and rock; closest by sound: rock.", or that the sound is
    foreign; None when the catalog has the genre, or nobody says one and the sound is none foreign."""
    names, words = [score.genre for score in seed.genres], translation(language).summary
    known = addition(sorted(names), language) if len(names) <= _MOST_NAMED else words["many_genres"].format(number=len(names))
    if seed.track is not None and lacks_genre(seed):
        first = seed.track.declared_genres[0]
        return words["lacking_genre"].format(genre=first.name, source=first.source, known=known, closest=names[0])
    if seed.is_foreign and not (seed.track and seed.track.declared_genres):
        return words["foreign_sound"].format(known=known, closest=names[0])
    return None
