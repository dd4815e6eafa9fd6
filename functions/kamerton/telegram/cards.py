"""Texts about tracks: title and artists of a track, its genres in words and bars, and a list of tracks with reasons.

Every name has a bound, so that a whole list stays under Telegram's limit: the head takes 970 units at most, an item MOST_ITEM.
Public names: head, heard, notes, list_title, items, card, button_name, MOST_LISTED, MOST_ITEM.
"""

from __future__ import annotations

from collections.abc import Sequence

from kamerton import texts
from kamerton.listening.heard_sound import HeardSound
from kamerton.music.links import spotify_link
from kamerton.music.track import Track
from kamerton.notes import Note
from kamerton.presenting.explanation import likeness_text, reason_text, shown_reasons
from kamerton.presenting.genre_summary import lacking_text
from kamerton.presenting.shown_genres import shown_genres, sureness
from kamerton.presenting.track_name import track_name
from kamerton.recommending.recommendation import Recommendation
from kamerton.release.classifier import GenreScore
from kamerton.service.answer import Answer
from kamerton.telegram import markup

MOST_LISTED = 20
MOST_ITEM = 172

_TITLE, _ARTISTS, _ALBUM, _GENRE, _NOTE = 90, 70, 70, 30, 60
_ITEM_TITLE, _ITEM_ARTISTS, _ITEM_REASON = 50, 36, 76
_LACKING = 300
_MOST_GENRES = 3
_MOST_NOTES = 3
_MOST_HEARD = 4
_LEAST_SHOWN = 0.02
_BAR = 10


def head(answer: Answer, language: str) -> str:
    """The track, its genres, and what is missing of the answer; of several tracks their names."""
    if len(answer.seeds) > 1:
        return "\n".join([*(_name(seed.track) for seed in answer.seeds if seed.track), "", *notes(answer.notes, language)])
    track = _names(answer.track) if answer.track else []
    note_lines = notes(answer.notes, language)
    lacking = lacking_text(answer.seeds[0], language)
    lead = [markup.plain(lacking, _LACKING), ""] if lacking else []
    return "\n".join([*track, "", *lead, *_genres(answer.genres, language), *(["", *note_lines] if note_lines else [])])


def heard(sound: HeardSound, language: str) -> str:
    """What was heard in a sound, in a line, and how far that goes."""
    tempo = [texts.feature_value("tempo", sound.tempo_bpm, language)] if sound.tempo_bpm else []
    tags = [f"{each.tag} {texts.share_text(each.strength, language)}" for each in sound.tags[:_MOST_HEARD]]
    line = markup.plain(" · ".join([*tempo, *tags]))
    return "\n".join([markup.bold(texts.bot_text("heard", language)), line, markup.italic(texts.bot_text("by_ear", language))])


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
    return markup.clipped(track_name(track), 60)


def _name(track: Track) -> str:
    """In one line."""
    title = markup.link(markup.name(track.title, _ITEM_TITLE), spotify_link(track))
    return f"{title} – {markup.name(', '.join(track.artists), _ITEM_ARTISTS)}" if track.artists else title


def _names(track: Track) -> list[str]:
    title = markup.bold(markup.link(markup.name(track.title, _TITLE), spotify_link(track)))
    album = markup.name(track.album, _ALBUM) if track.album else ""
    length = texts.duration_text(track.duration_ms) if track.duration_ms else ""
    artists = markup.name(", ".join(track.artists), _ARTISTS) if track.artists else ""
    return [title, *filter(None, [artists, " · ".join(filter(None, [album, length]))])]


def _genres(scores: Sequence[GenreScore], language: str) -> list[str]:
    shown = shown_genres(scores, _MOST_GENRES, _LEAST_SHOWN)
    words = sureness(shown[0].probability, markup.clipped(shown[0].genre, _GENRE), language)
    return [markup.bold(markup.plain(words, 100)), *(_bar(score) for score in shown)]


def _bar(score: GenreScore) -> str:
    full = round(score.probability * _BAR)
    percent = f"{score.probability * 100:.0f} %"
    return f"{'▰' * full}{'▱' * (_BAR - full)} {markup.plain(score.genre, _GENRE)} {percent}"


def _item(recommendation: Recommendation, answer: Answer, number: int, language: str) -> str:
    track = recommendation.track
    reasons = shown_reasons(recommendation.reasons, answer.seeds[0].likely_genres[0].genre)
    words = [likeness_text(recommendation.likeness, language), *(reason_text(reason, language) for reason in reasons)]
    why = f"\n{markup.italic(markup.plain('; '.join(words), _ITEM_REASON))}"
    return f"{number}. {_name(track)}{why}"
