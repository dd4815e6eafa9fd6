"""Texts about tracks: title and artists of a track, its genres in words and bars, and a list of tracks with reasons.

Every name has a bound, so that a whole list stays under Telegram's limit: the head takes 670 units at most, an item MOST_ITEM.
Public names: head, notes, list_title, items, card, button_name, MOST_LISTED, MOST_ITEM.
"""

from __future__ import annotations

from collections.abc import Sequence

from kamerton import texts
from kamerton.music.links import spotify_link
from kamerton.music.track import Track
from kamerton.notes import Note
from kamerton.recommending.recommender import Recommendation
from kamerton.release.classifier import GenreScore
from kamerton.service.service import Answer
from kamerton.telegram import markup

MOST_LISTED = 20
MOST_ITEM = 172

_TITLE, _ARTISTS, _ALBUM, _GENRE, _NOTE = 90, 70, 70, 30, 60
_ITEM_TITLE, _ITEM_ARTISTS, _ITEM_REASON = 50, 36, 76
_MOST_GENRES = 3
_MOST_NOTES = 3
_LEAST_SHOWN = 0.02
_BAR = 10


def head(answer: Answer, language: str) -> str:
    """The track, its genres, and what is missing of the answer."""
    track = _names(answer.track) if answer.track else []
    note_lines = notes(answer.notes, language)
    return "\n".join([*track, "", *_genres(answer.genres, language), *(["", *note_lines] if note_lines else [])])


def notes(missing: Sequence[Note], language: str) -> list[str]:
    """A line for each of the first few."""
    return [markup.italic(markup.plain(texts.note_text(note, language), _NOTE)) for note in missing[:_MOST_NOTES]]


def list_title(language: str) -> str:
    return markup.bold(texts.bot_text("alike", language))


def items(recommendations: Sequence[Recommendation], answer: Answer, first: int, language: str) -> str:
    """Numbered from `first`, each with its link and why it is there."""
    return "\n".join(_item(entry, answer, number, language) for number, entry in enumerate(recommendations, first))


def card(track: Track, language: str) -> str:
    """One track by itself."""
    genres = markup.plain(", ".join(track.genres[:_MOST_GENRES]), 3 * _GENRE)
    explicit = markup.plain(texts.bot_text("explicit", language)) if track.explicit else ""
    return "\n".join(filter(None, [*_names(track), " · ".join(filter(None, [genres, explicit]))]))


def button_name(track: Track) -> str:
    """Plain text, for a button or a line of suggestions."""
    return markup.clipped(f"{track.title} – {', '.join(track.artists)}" if track.artists else track.title, 60)


def _names(track: Track) -> list[str]:
    title = markup.bold(markup.link(markup.name(track.title, _TITLE), spotify_link(track)))
    album = markup.name(track.album, _ALBUM) if track.album else ""
    length = _length(track.duration_ms) if track.duration_ms else ""
    artists = markup.name(", ".join(track.artists), _ARTISTS) if track.artists else ""
    return [title, *filter(None, [artists, " · ".join(filter(None, [album, length]))])]


def _genres(scores: Sequence[GenreScore], language: str) -> list[str]:
    top, *others = scores[:_MOST_GENRES]
    shown = [top, *(score for score in others if score.probability >= _LEAST_SHOWN)]
    words = texts.sureness(top.probability, markup.clipped(top.genre, _GENRE), language)
    return [markup.bold(markup.plain(words, 100)), *(_bar(score) for score in shown)]


def _bar(score: GenreScore) -> str:
    full = round(score.probability * _BAR)
    percent = f"{score.probability * 100:.0f} %"
    return f"{'▰' * full}{'▱' * (_BAR - full)} {markup.plain(score.genre, _GENRE)} {percent}"


def _item(recommendation: Recommendation, answer: Answer, number: int, language: str) -> str:
    track = recommendation.track
    title = markup.link(markup.name(track.title, _ITEM_TITLE), spotify_link(track))
    artists = f" – {markup.name(', '.join(track.artists), _ITEM_ARTISTS)}" if track.artists else ""
    # The likeliest genre stands above the list, and would be repeated in nearly every line of it.
    likeliest = answer.genres[0].genre
    reasons = [reason for reason in recommendation.reasons if getattr(reason, "genre", None) != likeliest]
    text = "; ".join(texts.reason_text(reason, language) for reason in reasons)
    why = f"\n{markup.italic(markup.plain(text, _ITEM_REASON))}" if text else ""
    return f"{number}. {title}{artists}{why}"


def _length(duration_ms: int) -> str:
    minutes, seconds = divmod(round(duration_ms / 1000), 60)
    return f"{minutes}:{seconds:02}"
