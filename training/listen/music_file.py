"""One file of music: what its tags say of it, and what is heard in its middle.

A file that is no music, damaged or too large costs its own row and nothing else.

Public names: HeardFile, FileState, hear_file, music_files, SUFFIXES.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from msgspec import Struct

from kamerton import texts
from kamerton.errors import AnswerError
from kamerton.listening.decoder import FileTags, decode
from kamerton.listening.heard_sound import listen
from kamerton.listening.sound_models import SoundModels, SoundModelStore
from kamerton.listening.tags import GENRE_TAGS, TAGS
from kamerton.storage import Bucket

SUFFIXES = (
    *(".3gp", ".aac", ".aif", ".aiff", ".amr", ".caf", ".flac", ".m4a", ".m4b"),
    *(".mka", ".mp3", ".mp4", ".oga", ".ogg", ".opus", ".w64", ".wav", ".webm"),
)

_LARGEST_FILE = 500 * 1024 * 1024
_LONGEST_SECONDS = 2 * 3600.0
_LEAST_DECIBELS = -60.0
# "03 - Nirvana - Lithium", "Nirvana - Lithium", "03. Lithium"
_NUMBER = re.compile(r"^\d{1,3}(?:[.)]\s*|\s*[-_]\s+|\s+(?=\D))")


class FileState(Struct, frozen=True):
    """By which it is told whether a file is the one that was heard before. `path` is relative to the folder."""

    path: str
    size: int
    modified_ns: int


class HeardFile(Struct, frozen=True):
    """`row` is the file's row of the table, None for one that could not be heard; `error` says why."""

    state: FileState
    row: dict[str, Any] | None = None
    error: str = ""


def music_files(folder: Path) -> Iterator[FileState]:
    """In the order of their names, links to folders not followed. What cannot be looked at is passed over."""
    for parent, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            path = Path(parent) / name
            if path.suffix.lower() not in SUFFIXES or name.startswith("."):
                continue
            try:
                found = path.stat()
            except OSError:
                continue
            yield FileState(str(path.relative_to(folder)), found.st_size, found.st_mtime_ns)


def hear_file(folder: str, state: FileState, bucket_url: str) -> HeardFile:
    """Runs on any machine that sees the folder and the bucket."""
    try:
        if state.size > _LARGEST_FILE:
            return HeardFile(state, error=f"it has more than {_LARGEST_FILE // 1024**2} MB")
        row = _row((Path(folder) / state.path).read_bytes(), state.path, _models(bucket_url))
    except AnswerError as error:
        return HeardFile(state, error=texts.problem_detail(error.reason, "en", **error.params))
    except (OSError, MemoryError) as error:
        return HeardFile(state, error=str(error))
    return HeardFile(state, row)


@lru_cache(maxsize=1)
def _models(bucket_url: str) -> SoundModels:
    return SoundModelStore(lambda: Bucket.open(bucket_url)).models()


def _row(data: bytes, path: str, models: SoundModels) -> dict[str, Any]:
    sound = decode(data, largest=_LARGEST_FILE, longest_seconds=_LONGEST_SECONDS)
    heard = listen(sound, models)
    title, artists = _names(sound.tags, Path(path))
    surest = max(GENRE_TAGS, key=lambda tag: heard.strengths[TAGS.index(tag)])
    year = re.search(r"\b(?:19|20)\d\d\b", sound.tags.date)
    return {
        "track_name": title,
        "artists": artists,
        "album_name": sound.tags.album or None,
        "track_genre": sound.tags.genre or None,
        "heard_genre": surest.lower(),
        # Whole seconds and whole beats: how exactly a recording was cut is not told by a file.
        "duration_ms": round(sound.seconds) * 1000,
        "tempo": heard.tempo_bpm,
        "loudness": max(heard.loudness_lufs, _LEAST_DECIBELS),
        **(heard.features or {}),
        "year": int(year[0]) if year else None,
        "isrc": sound.tags.isrc or None,
        "path": path,
    }


def _names(tags: FileTags, path: Path) -> tuple[str, str]:
    """The title and the artists, by the file's tags, else by its name ("Artist - Title") and the folders above it."""
    stem = _NUMBER.sub("", path.stem.replace("_", " ")).strip() or path.stem
    first, _, rest = stem.partition(" - ")
    named_artist, named_title = (first.strip(), rest.strip()) if rest.strip() else ("", stem)
    # Music/Artist/Album/01 Title.mp3
    above = [part.name for part in path.parents if part.name]
    folder_artist = above[1] if len(above) > 1 else above[0] if above else ""
    artists = [part.strip() for part in re.split(r"[;/\0]", tags.artist) if part.strip()]
    return tags.title or named_title, ";".join(artists) or named_artist or folder_artist or "Unknown"
