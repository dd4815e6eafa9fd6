"""An answer in a sentence, for people to whom a link to it is shown. Public names: answer_summary."""

from __future__ import annotations

from collections.abc import Sequence

from kamerton.music.track import Track
from kamerton.presenting.track_name import track_name
from kamerton.release.classifier import GenreScore
from kamerton.texts.formatting import share_text
from kamerton.texts.translations import translation

_MOST_NAMED = 3


def answer_summary(likeliest: GenreScore, recommended: Sequence[Track], language: str) -> str:
    """The likeliest genre and the first few of the recommended tracks."""
    names = [track_name(track) for track in recommended[:_MOST_NAMED]]
    text = translation(language).summary["with_tracks" if names else "genre_alone"]
    return text.format(genre=likeliest.genre, share=share_text(likeliest.probability, language), tracks=", ".join(names))
