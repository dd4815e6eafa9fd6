"""Tracks and notes as JSON: in the API's answers, and in problems.

Public names: TrackMessage, LinksMessage, NoteMessage, track_message, note_messages.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from kamerton.http.public_links import public_link
from kamerton.music.declared_genre import DeclaredGenre
from kamerton.music.links import (
    amazon_music_link,
    cover_path,
    listen_path,
    spotify_link,
    tidal_link,
    watch_path,
    yandex_music_link,
    youtube_music_link,
)
from kamerton.music.track import Track
from kamerton.notes import Note
from kamerton.texts import note_text


class LinksMessage(Struct):
    """`deezer` and `apple_music` lead to the track itself, `youtube` to its video, which are looked for when somebody goes
    there, or to a search; `spotify` to the track where Spotify's id is known. The others are searches."""

    spotify: str
    deezer: str
    apple_music: str
    youtube: str
    youtube_music: str
    yandex_music: str
    amazon_music: str
    tidal: str


class TrackMessage(Struct):
    """A track; null for what is not known. `id` is Spotify's, or what else the track may be asked for by, such as its ISRC.
    `image` leads to its cover, if there is one. `playable` is whether it can be played in the market that was asked about.
    `declared_genres` are what other services file it under. `year` is when it came out, where the catalog knows."""

    id: str
    title: str
    artists: list[str]
    album: str | None
    duration_ms: int | None
    explicit: bool | None
    links: LinksMessage
    image: str
    playable: bool | None
    declared_genres: list[DeclaredGenre]
    year: int | None


class NoteMessage(Struct):
    """What is missing from an answer; `text` is for people, `code` for programs."""

    code: str
    text: str


def track_message(track: Track) -> TrackMessage:
    return TrackMessage(
        track.id,
        track.title,
        list(track.artists),
        track.album,
        track.duration_ms,
        track.explicit,
        links_message(track),
        track.image or public_link(cover_path(track)),
        track.playable,
        list(track.declared_genres),
        track.year,
    )


def links_message(track: Track) -> LinksMessage:
    return LinksMessage(
        spotify=spotify_link(track),
        deezer=public_link(listen_path("deezer", track)),
        apple_music=public_link(listen_path("apple-music", track)),
        youtube=public_link(watch_path(track)),
        youtube_music=youtube_music_link(track),
        yandex_music=yandex_music_link(track),
        amazon_music=amazon_music_link(track),
        tidal=tidal_link(track),
    )


def note_messages(notes: Sequence[Note], language: str) -> list[NoteMessage]:
    return [NoteMessage(note.code, note_text(note, language)) for note in notes]
