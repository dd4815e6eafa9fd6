"""A sound that somebody brings, as a seed.

What it says of itself comes first: when its title and artist name a track of the catalog, the answer is for that track, whose
features are known. Otherwise the genres are those that are heard, and the place among the tracks is what such a mixture of
genres has on average, at the tempo that is heard: half a minute tells the kind of music, and not Spotify's nine features. Where
an operator has a model that hears most of them, it has half a say in the place, and as much as the tags in the genres.

Public names: sound_seed, preview_seed, SoundSeed, Listener, AUDIO.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from msgspec import Struct
from msgspec.structs import replace

from kamerton.deadline import Deadline
from kamerton.errors import AnswerError, DeadlineExceeded, NotOffered
from kamerton.listening.decoder import decode
from kamerton.listening.heard_sound import HeardSound, heard_elsewhere, heard_genres, listen
from kamerton.listening.sound_models import SoundModels
from kamerton.lookup.offline_session import OfflineSession
from kamerton.music.features import CORE, AudioFeatures, vector
from kamerton.music.track import Track
from kamerton.recommending.seed import Seed, new_seed
from kamerton.release.classifier import GenreScore
from kamerton.release.release import Release
from kamerton.service.resolver import Resolver

AUDIO = "audio"
"""The `features_source` of what is heard."""

_MOST_AT_ONCE = 2


class SoundSeed(Struct, frozen=True):
    seed: Seed
    heard: HeardSound


class Listener:
    """Hears sounds, a few at a time: each takes memory. `models` is called for each, and raises `NotOffered` where there is
    none."""

    def __init__(self, models: Callable[[], SoundModels]) -> None:
        self._models = models
        self._turns = threading.BoundedSemaphore(_MOST_AT_ONCE)

    def require(self) -> None:
        """Raises `NotOffered` where nothing can be heard."""
        self._models()

    def listen(self, data: bytes, start: float | None, deadline: Deadline) -> HeardSound:
        """Raises `BadQuery`, `SoundUnheard`, `NotOffered` or `DeadlineExceeded`."""
        if not self._turns.acquire(timeout=deadline.left):
            raise DeadlineExceeded("deadline")
        try:
            return listen(decode(data, start), self._models())
        except ImportError as error:
            # PyAV is in a list of requirements of its own.
            raise NotOffered("listening_off") from error
        finally:
            self._turns.release()


def sound_seed(release: Release, heard: HeardSound, deadline: Deadline) -> SoundSeed:
    """Nobody outside is asked."""
    named = _named(release, heard, deadline)
    return SoundSeed(named or _by_ear(release, heard), heard)


def preview_seed(release: Release, track: Track, heard: HeardSound) -> Seed:
    """A track whose preview was heard, and of which nothing else of its sound is known."""
    return replace(_by_ear(release, heard), track=track)


def _named(release: Release, heard: HeardSound, deadline: Deadline) -> Seed | None:
    if not (heard.title and heard.artist):
        return None
    try:
        return Resolver(release, OfflineSession(deadline)).seed(f"{heard.artist} {heard.title}")
    except DeadlineExceeded:
        raise
    except AnswerError:
        # A file may say anything.
        return None


def _by_ear(release: Release, heard: HeardSound) -> Seed:
    features = heard.audio_features
    known = [genre for genre in release.classifier.genres if genre in release.index.genre_sizes]
    by_features = release.classifier.predict(vector(features)) if heard.features else []
    genres = heard_genres(heard, known, {score.genre: score.probability for score in by_features})
    place = new_seed(release, _between(_expected(release, genres), features))
    elsewhere = heard_elsewhere(heard, [score.genre for score in genres]) or ""
    return Seed(features, place.embedding, tuple(genres), features_source=AUDIO, other_genre=elsewhere)


def _between(expected: AudioFeatures, heard: AudioFeatures) -> AudioFeatures:
    """Half-way between what such music has on average and what was heard, which is about as far off; the tempo as it was
    heard."""
    values = {}
    for name in CORE:
        mean, own = getattr(expected, name), getattr(heard, name)
        values[name] = mean if own is None else own if mean is None or name == "tempo" else (mean + own) / 2
    return AudioFeatures(**values)


def _expected(release: Release, genres: list[GenreScore]) -> AudioFeatures:
    """The mean features of such a mixture of genres, as far as the release tells those of its genres."""
    averages = release.manifest.genre_averages
    known = [(score.probability, averages[score.genre]) for score in genres if score.genre in averages]
    values = {}
    for name in CORE:
        parts = [(weight, means[name]) for weight, means in known if name in means]
        if total := sum(weight for weight, _ in parts):
            values[name] = sum(weight * value for weight, value in parts) / total
    return AudioFeatures(**values)
