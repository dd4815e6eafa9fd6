"""The API's types: what may be asked and what is answered, as JSON. They validate, encode, and make the OpenAPI schemas."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from kamerton.http.track_messages import NoteMessage, TrackMessage, note_messages, track_message
from kamerton.listening.heard_sound import HeardSound
from kamerton.matching.video_match import VideoMatch
from kamerton.music.features import AudioFeatures
from kamerton.music.links import embedded_video_link, video_link, youtube_link
from kamerton.music.track import Track
from kamerton.presenting.explanation import reason_text
from kamerton.presenting.genre_summary import lacking_text
from kamerton.recommending.likeness import Band
from kamerton.recommending.question import DEFAULT_LIMIT, NAME_SCHEMA, Features, Limit, Market, Name
from kamerton.recommending.recommendation import Origin, Recommendation
from kamerton.recommending.seed import Seed
from kamerton.recommending.sound_path import MOST_STEPS
from kamerton.release.catalog import CatalogEntry
from kamerton.release.classifier import GenreScore
from kamerton.service.answer import Answer, Path
from kamerton.service.artist import Artist
from kamerton.service.playback import MOST_IN_A_ROW, TrackVideo
from kamerton.service.sound_seed import AUDIO

DEFAULT_SUGGESTIONS = 8
DEFAULT_STEPS = 8
LONGEST_LIST = MOST_IN_A_ROW * 65

TrackIds = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=LONGEST_LIST,
        description=f"Ids of tracks with commas between them, {MOST_IN_A_ROW} at most.",
        examples=["7xyYsOvq5Ec3P4fr6mM9fD,GBAYE0601690"],
        extra_json_schema={"pattern": r"^[0-9A-Za-z:_-]{1,64}(,[0-9A-Za-z:_-]{1,64}){0,49}$"},
    ),
]
Probability = Annotated[float, Meta(ge=0, le=1)]


class GenreQuery(Struct, forbid_unknown_fields=True):
    track: Name


class SearchQuery(Struct, forbid_unknown_fields=True):
    q: Name
    limit: Limit = DEFAULT_LIMIT


class SuggestionsQuery(Struct, forbid_unknown_fields=True):
    q: Name
    limit: Limit = DEFAULT_SUGGESTIONS


class NoQuery(Struct, forbid_unknown_fields=True):
    pass


class WatchQuery(Struct, forbid_unknown_fields=True):
    market: Market | UnsetType = UNSET


class WatchInARowQuery(Struct, forbid_unknown_fields=True):
    tracks: TrackIds
    market: Market | UnsetType = UNSET


class GenreMessage(Struct):
    genre: str
    probability: Probability


class RecommendationMessage(Struct):
    """`score` is 1 for the same sound and falls towards 0, and along the list of a seed; `likeness` says in words how near the
    sound alone is; `genre` is the track's likeliest for the seed. `origin` is the index of the release, or the world: what
    other services named. `seed` is the id of the track that it was chosen for."""

    track: TrackMessage
    score: Probability
    likeness: Band
    genre: str
    reasons: list[str]
    origin: Origin
    seed: str | None


class SeedMessage(Struct):
    """One more track that the list is like."""

    track: TrackMessage
    features: Features
    features_source: str
    genres: list[GenreMessage]


class ListLinks(Struct):
    """The same list for whoever goes there, its next page unless it ends here, and the list in other forms."""

    list: str
    next: str | None
    csv: str
    m3u: str
    txt: str


class GenreAnswer(Struct):
    """The genres of a track, the likeliest first; the probabilities sum to 1. `features_source` says who has the features:
    catalog, remembered, spotify, reccobeats. `genre_lacking` says so when others file the track under a genre that is none of
    these, which are by sound alone; else null."""

    track: TrackMessage
    features: Features
    features_source: str
    genres: list[GenreMessage]
    genre_lacking: str | None
    alternatives: list[TrackMessage]
    notes: list[NoteMessage]
    release: str


class RecommendationsAnswer(Struct):
    """The genres of a track and the tracks that sound like it. `track` is null when the question was features alone, and so are
    `links` then. `more_seeds` are the others of several tracks, and `unlike` those that were kept away from."""

    track: TrackMessage | None
    features: Features
    features_source: str
    genres: list[GenreMessage]
    genre_lacking: str | None
    more_seeds: list[SeedMessage]
    unlike: list[TrackMessage]
    recommendations: list[RecommendationMessage]
    alternatives: list[TrackMessage]
    notes: list[NoteMessage]
    links: ListLinks | None
    release: str


class HeardTagMessage(Struct):
    """`strength` is how sure the tag is."""

    tag: str
    strength: Probability


class HeardMessage(Struct):
    """What was heard: the surest tags first, whole beats a minute, how loud it is in LUFS, and how long the whole file is."""

    tags: list[HeardTagMessage]
    tempo: float | None
    loudness_lufs: float
    seconds: float


class SoundAnswer(RecommendationsAnswer):
    """The same for a sound. `approximate`: the genres are those that were heard; false when the file named a track of the
    catalog, which is answered for."""

    heard: HeardMessage
    approximate: bool


class SearchAnswer(Struct):
    tracks: list[TrackMessage]
    notes: list[NoteMessage]


class SuggestionMessage(Struct):
    id: str
    title: str
    artists: list[str]


class SuggestionsAnswer(Struct):
    """What somebody who types this may be going to ask for, the likeliest first."""

    tracks: list[SuggestionMessage]
    release: str


class TrackAnswer(Struct):
    """A track of the catalog with its audio features and the genres that it is filed under."""

    track: TrackMessage
    features: Features
    features_source: str
    genres: list[str]
    release: str


class ArtistQuery(Struct, forbid_unknown_fields=True):
    name: Annotated[
        str,
        Meta(
            description="The name of an artist of the catalog, however it is spelled.",
            examples=["Muse"],
            extra_json_schema=NAME_SCHEMA,
        ),
    ]
    limit: Limit = DEFAULT_LIMIT


class ArtistAnswer(Struct):
    """An artist of the catalog. `tracks` are the best known first, of `n_tracks`; `features` the means over them, `genres` what
    they are filed under, the most frequent first; `alike` the artists whose tracks lie nearest, the nearest first."""

    name: str
    n_tracks: int
    tracks: list[TrackMessage]
    features: Features
    genres: list[str]
    alike: list[str]
    release: str


class PathQuery(Struct, forbid_unknown_fields=True):
    track: Name
    to: Name
    limit: Annotated[int, Meta(ge=1, le=MOST_STEPS, description="How many tracks between the two, at most.")] = DEFAULT_STEPS


class PathAnswer(Struct):
    """Tracks of the catalog from one track to another, in order, each less like the first and more like the last."""

    start: TrackMessage
    tracks: list[TrackMessage]
    end: TrackMessage
    notes: list[NoteMessage]
    release: str


class GenreSize(Struct):
    genre: str
    tracks: int


class PreviewAnswer(Struct):
    """Half a minute of a track as an mp3 file at Deezer. `url` is good for some minutes: ask again, and do not keep it."""

    track: TrackMessage
    url: str
    source: str


class VideoMessage(Struct):
    """A video at YouTube. `score` is how well it fits the track, from 0 to 1. `embed` can be framed in a page."""

    id: str
    title: str
    channel: str
    duration_ms: int | None
    score: Probability
    url: str
    embed: str | None


class VideoAnswer(Struct):
    """The video of a track, if there is one that fits and plays in the market; `runner_up` is the next best, whether it fits or
    not. `remembered`: nobody was asked for it. `search` is YouTube's own search for the track."""

    track: TrackMessage
    video: VideoMessage | None
    runner_up: VideoMessage | None
    remembered: bool
    search: str
    notes: list[NoteMessage]
    release: str


class CoverQuery(Struct, forbid_unknown_fields=True):
    blank: Annotated[int, Meta(ge=0, le=1, description="1: a transparent picture where there is no cover, and no problem.")] = 0


class Picture(Struct):
    """A picture. `seconds` is for how long a browser may keep it."""

    data: bytes
    kind: str
    seconds: int = 0


class Redirection(Struct):
    """Where a browser is sent. `seconds` is for how long it may remember that; 0 is not at all."""

    location: str
    seconds: int = 0


class GenresAnswer(Struct):
    genres: list[GenreSize]
    release: str


def suggestion_message(track: Track) -> SuggestionMessage:
    return SuggestionMessage(track.id, track.title, list(track.artists))


def video_message(match: VideoMatch | None) -> VideoMessage | None:
    if match is None:
        return None
    video = match.video
    embed = None if video.embeddable is False else embedded_video_link(video.id)
    return VideoMessage(video.id, video.title, video.channel, video.duration_ms, match.score, video_link(video.id), embed)


def video_answer(watched: TrackVideo, language: str, release: str) -> VideoAnswer:
    return VideoAnswer(
        track_message(watched.track),
        video_message(watched.video),
        video_message(watched.runner_up),
        watched.remembered,
        youtube_link(watched.track),
        note_messages(watched.notes, language),
        release,
    )


def features_message(features: AudioFeatures) -> Any:
    return Features(**features.as_dict())


def genre_messages(scores: Sequence[GenreScore]) -> list[GenreMessage]:
    return [GenreMessage(score.genre, round(score.probability, 6)) for score in scores]


def recommendation_message(recommendation: Recommendation, language: str) -> RecommendationMessage:
    reasons = [reason_text(reason, language) for reason in recommendation.reasons]
    track, score = track_message(recommendation.track), round(recommendation.score, 4)
    seed = recommendation.seed.id if recommendation.seed else None
    return RecommendationMessage(
        track, score, recommendation.likeness, recommendation.genre, reasons, recommendation.origin, seed
    )


def seed_message(seed: Seed) -> SeedMessage:
    assert seed.track is not None, "of several seeds each is a track"
    features, genres = features_message(seed.features), genre_messages(seed.genres)
    return SeedMessage(track_message(seed.track), features, seed.features_source, genres)


def recommendations_answer(answer: Answer, links: ListLinks | None, language: str) -> RecommendationsAnswer:
    return RecommendationsAnswer(
        track_message(answer.track) if answer.track else None,
        features_message(answer.features),
        answer.features_source,
        genre_messages(answer.genres),
        lacking_text(answer.seeds[0], language),
        [seed_message(seed) for seed in answer.seeds[1:]],
        [track_message(track) for track in answer.unlike],
        [recommendation_message(recommendation, language) for recommendation in answer.recommendations],
        [track_message(track) for track in answer.alternatives],
        note_messages(answer.notes, language),
        links,
        answer.release,
    )


def sound_answer(answer: RecommendationsAnswer, heard: HeardSound) -> SoundAnswer:
    tags = [HeardTagMessage(each.tag, round(each.strength, 4)) for each in heard.tags]
    message = HeardMessage(tags, heard.tempo_bpm, heard.loudness_lufs, round(heard.seconds, 2))
    return SoundAnswer(**msgspec.structs.asdict(answer), heard=message, approximate=answer.features_source == AUDIO)


def genre_answer(answer: Answer, language: str) -> GenreAnswer:
    assert answer.track is not None, "a query always names a track"
    return GenreAnswer(
        track_message(answer.track),
        features_message(answer.features),
        answer.features_source,
        genre_messages(answer.genres),
        lacking_text(answer.seeds[0], language),
        [track_message(track) for track in answer.alternatives],
        note_messages(answer.notes, language),
        answer.release,
    )


def artist_answer(artist: Artist, release: str) -> ArtistAnswer:
    tracks = [track_message(entry.track) for entry in artist.tracks]
    features = features_message(artist.features)
    return ArtistAnswer(artist.name, artist.n_tracks, tracks, features, list(artist.genres), list(artist.alike), release)


def path_answer(path: Path, language: str, release: str) -> PathAnswer:
    assert path.start.track is not None, "a query always names a track"
    assert path.end.track is not None, "a query always names a track"
    between = [track_message(entry.track) for entry in path.between]
    notes = note_messages(path.notes, language)
    return PathAnswer(track_message(path.start.track), between, track_message(path.end.track), notes, release)


def track_answer(entry: CatalogEntry, release: str) -> TrackAnswer:
    track = entry.track
    return TrackAnswer(track_message(track), features_message(entry.features), "catalog", list(track.genres), release)
