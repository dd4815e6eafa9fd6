"""What is heard in a sound: its tags, its tempo, and by its tags the genres of a catalog.

Public names: HeardSound, HeardTag, listen, heard_genres, heard_elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from msgspec import Struct

from kamerton.listening.decoder import DecodedSound
from kamerton.listening.loudness import integrated_loudness, levelled
from kamerton.listening.mel_spectrogram import RATE
from kamerton.listening.sound_models import SoundModels
from kamerton.listening.tags import GENRE_TAGS, TAGS, tags_of_genre
from kamerton.listening.tempo import tempo_bpm
from kamerton.music.features import AudioFeatures
from kamerton.release.classifier import GenreScore, genre_scores

_MOST_TAGS = 6
_LEAST_STRENGTH = 0.05
_HALF = 0.5
# Of a genre that no tag speaks for: less than any that is heard, more than nothing.
_UNHEARD = 0.005
_CLEARLY = 2.0


class HeardTag(Struct, frozen=True):
    """`strength` is how sure the tag is, 0 to 1."""

    tag: str
    strength: float


class HeardSound(Struct, frozen=True):
    """`strengths` has one for each of TAGS, and `tempo_bpm` whole beats; None where no beat is heard. `seconds` is how long the
    whole file is. `title` and `artist` are what it says of itself."""

    strengths: tuple[float, ...]
    tempo_bpm: float | None
    loudness_lufs: float
    seconds: float
    title: str = ""
    artist: str = ""
    features: dict[str, float] | None = None
    """Spotify's, as far as a model hears them; None where there is no such model."""

    @property
    def audio_features(self) -> AudioFeatures:
        """All that is known of them. The loudness of a clip says how loud it was made, and not how loud the recording is."""
        return AudioFeatures(tempo=self.tempo_bpm, **(self.features or {}))

    @property
    def tags(self) -> list[HeardTag]:
        """Those that are heard most, the surest first."""
        order = sorted(range(len(TAGS)), key=lambda label: -self.strengths[label])[:_MOST_TAGS]
        heard = [HeardTag(TAGS[label], self.strengths[label]) for label in order]
        return [each for each in heard if each.strength >= _LEAST_STRENGTH] or heard[:1]


def listen(sound: DecodedSound, models: SoundModels) -> HeardSound:
    tempo = tempo_bpm(sound.samples)
    # What is quiet is heard as if it were loud.
    samples = levelled(sound.samples, RATE)
    return HeardSound(
        tuple(models.tagger.tags(samples).tolist()),
        None if tempo is None else float(round(tempo)),
        round(integrated_loudness(sound.samples, RATE, 2), 1),
        sound.seconds,
        sound.tags.title,
        sound.tags.artist,
        models.features.features(samples) if models.features else None,
    )


def heard_genres(heard: HeardSound, genres: Sequence[str], others: Mapping[str, float] | None = None) -> list[GenreScore]:
    """The genres of a catalog by the odds of the tags that speak for them, the likeliest first; the probabilities sum to 1.
    `others` are probabilities by something else than the tags, which both have a say."""
    odds = np.array([_odds(_strength(heard, genre)) for genre in genres])
    if others:
        odds *= [max(others.get(genre, 0.0), _UNHEARD) for genre in genres]
    return genre_scores(odds, genres)


def heard_elsewhere(heard: HeardSound, genres: Sequence[str]) -> str | None:
    """The kind of music that is heard and is none of these genres; None when one of them is heard about as clearly."""
    spoken = {tag for genre in genres for tag in tags_of_genre(genre)}
    strengths = dict(zip(TAGS, heard.strengths, strict=True))
    best = max(GENRE_TAGS, key=lambda tag: strengths[tag])
    known = max((strengths[tag] for tag in spoken), default=0.0)
    return best if best not in spoken and _odds(strengths[best]) > _CLEARLY * _odds(known) else None


def _strength(heard: HeardSound, genre: str) -> float:
    tags = tags_of_genre(genre)
    if not tags:
        return _UNHEARD
    first, *others = (heard.strengths[TAGS.index(tag)] for tag in tags)
    # By its own tag, and half as much by the one of the others that is heard most.
    return (first + _HALF * max(others)) / (1 + _HALF) if others else first


def _odds(strength: float) -> float:
    kept = min(max(strength, 1e-4), 1 - 1e-4)
    return kept / (1 - kept)
