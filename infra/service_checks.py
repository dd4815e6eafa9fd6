"""What the doctor asks each configured service: harmless questions about one well-known track, through the clients of serving.

Nothing is searched for at YouTube, whose searches are counted by the day. Each question reads the answer as serving does, and
raises `AnswerUnreadable` for what serving would miss in it.

Public names: Question, ServiceCheck, service_checks, deployed_check.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from infra.smoke import Deployed, NoAnswer, Wrong, check_page
from kamerton.deadline import Deadline
from kamerton.errors import (
    AnswerUnreadable,
    BadQuery,
    BucketError,
    CallClosed,
    ObjectMissing,
    SourceNotFound,
    SourceUnavailable,
)
from kamerton.music.track import ISRC, SHORT_LINK, SPOTIFY, YOUTUBE, Track, TrackReference
from kamerton.settings import Settings, SourceSettings, SpotifyApp
from kamerton.sources.answer_values import fields_of
from kamerton.sources.short_links import ShortLinkClient, deezer_short_links, spotify_short_links

# A track that each of the services has had for twenty years.
_TITLE, _ARTIST = "Harder, Better, Faster, Stronger", "Daft Punk"
_SPOTIFY_ID = TrackReference(SPOTIFY, "5W3cjX2J3tjhG8zb6u0qHn")
_ISRC = TrackReference(ISRC, "GBDUW0000059")
_VIDEO = TrackReference(YOUTUBE, "gAjR4_CbPpQ")
_TRACK = Track(id=_SPOTIFY_ID.value, title=_TITLE, artists=(_ARTIST,), duration_ms=224_693, isrc=_ISRC.value)
# Of no link: that the service says so is the answer.
_SHORT_PATH = "KamertonDoctor"

# The longest silence of a call.
_MOST_SECONDS = 10.0
_HITS = 10


@dataclass(frozen=True)
class Question:
    """`ask` returns a remark, or an empty text. Raises `SourceError` or `BucketError`."""

    about: str
    ask: Callable[[], str]


@dataclass(frozen=True)
class ServiceCheck:
    """The questions for one service, asked one after the other. `settings` names the variables that hold our key there.

    An answer of a service that listeners wait for is `slow` when it takes longer than answers wait.
    """

    name: str
    questions: tuple[Question, ...]
    settings: str = ""
    awaited: bool = True


def service_checks(settings: Settings) -> Iterator[ServiceCheck]:
    """A check for each service that the settings turn on."""
    yield ServiceCheck(
        "the bucket", (Question("the release", lambda: _release(settings.bucket_url)),), "KAMERTON_BUCKET", False
    )
    if settings.world:
        sources = settings.sources
        yield _deezer(sources.deezer_url)
        yield _reccobeats(sources.reccobeats_url)
        yield _itunes(sources.itunes_url)
        yield _spotify_oembed(sources.spotify_open_url)
        yield _youtube_oembed(sources.youtube_oembed_url)
        yield _short_links(spotify_short_links(sources.spotify_link_url, _MOST_SECONDS))
        yield _short_links(deezer_short_links(sources.deezer_link_url, _MOST_SECONDS))
        if sources.spotify_app is not None:
            yield _spotify(sources, sources.spotify_app)
        if sources.youtube_key is not None:
            yield _youtube(sources, sources.youtube_key)
    if settings.telegram.token is not None:
        yield _telegram(settings.telegram.api_url, settings.telegram.token)


def deployed_check(url: str) -> ServiceCheck:
    """Of a function that is deployed at the address."""
    name = f"the function at {url}"

    def answers() -> str:
        try:
            return check_page(Deployed(url))
        except NoAnswer as error:
            raise SourceUnavailable("It", f"cannot be asked: {error}") from error
        except (Wrong, KeyError, TypeError) as error:
            raise AnswerUnreadable("It", f"gave a wrong answer: {error}") from error

    return ServiceCheck(name, (Question("health, genres, recommendations", answers),), awaited=False)


def _release(url: str) -> str:
    from kamerton.release.loader import load_manifest, read_pointer
    from kamerton.release.manifest import POINTER
    from kamerton.storage import Bucket

    bucket = Bucket.open(url)
    try:
        release = read_pointer(bucket.get(POINTER))
        manifest = load_manifest(bucket, release)
    except ObjectMissing as error:
        raise BucketError(f"holds no release that is in force: `make train` makes one ({error})") from error
    bucket.require_exclusive_create()
    return f"release {manifest.release}"


def _deezer(url: str) -> ServiceCheck:
    from kamerton.sources.deezer import DeezerClient

    deezer = DeezerClient(url, _MOST_SECONDS)

    def search() -> str:
        hits = deezer.tracks(f"{_ARTIST} {_TITLE}", _HITS)
        _require(deezer.name, {"a hit": hits, "an ISRC": any(hit.isrc for hit in hits)})
        return ""

    def track() -> str:
        found, listing = deezer.track(_ISRC), deezer.listing(_TRACK)
        _require(deezer.name, _parts(found) | {"its page": listing.page})
        return "" if listing.preview else "no preview came"

    def genres() -> str:
        return "" if deezer.declared_genres(_TRACK) else "no genre came"

    def related() -> str:
        artist = fields_of(deezer.ask(f"/track/isrc:{_ISRC.value}").get("artist")).get("id")
        _require(deezer.name, {"the number of the artist": artist})
        radio, artists = deezer.items(f"/artist/{artist}/radio"), deezer.items(f"/artist/{artist}/related")
        _require(deezer.name, {"tracks of a radio": radio, "related artists": artists})
        return ""

    questions = (
        Question("a search", search),
        Question("a track by its ISRC", track),
        Question("genres", genres),
        Question("related artists", related),
    )
    return ServiceCheck(deezer.name, questions)


def _reccobeats(url: str) -> ServiceCheck:
    from kamerton.sources.reccobeats import ReccoBeatsClient

    reccobeats = ReccoBeatsClient(url, _MOST_SECONDS)

    def features() -> str:
        _require(reccobeats.name, {"the nine audio features": reccobeats.features(_SPOTIFY_ID)})
        return ""

    def track() -> str:
        _require(reccobeats.name, _parts(reccobeats.track(_SPOTIFY_ID)))
        return "" if reccobeats.markets([_SPOTIFY_ID]) else "no countries came"

    def recommendations() -> str:
        (call,) = next(reccobeats.candidates(_TRACK))
        _require(reccobeats.name, {"recommended tracks": call.ask()})
        return ""

    questions = (
        Question("audio features", features),
        Question("a track", track),
        Question("recommendations", recommendations),
    )
    return ServiceCheck(reccobeats.name, questions)


def _itunes(url: str) -> ServiceCheck:
    from kamerton.sources.itunes import ITunesClient

    itunes = ITunesClient(url, _MOST_SECONDS)

    def track() -> str:
        listing = itunes.listing(_TRACK)
        _require(itunes.name, {"its page": listing.page, "its cover": listing.image})
        return "" if itunes.declared_genres(_TRACK) else "no genre came"

    return ServiceCheck(itunes.name, (Question("a track by its names", track),))


def _spotify_oembed(url: str) -> ServiceCheck:
    from kamerton.sources.spotify_oembed import SpotifyOEmbedClient

    oembed = SpotifyOEmbedClient(url, _MOST_SECONDS)
    return ServiceCheck(oembed.name, (Question("a title", lambda: "" if oembed.track(_SPOTIFY_ID).image else "no cover came"),))


def _youtube_oembed(url: str) -> ServiceCheck:
    from kamerton.sources.youtube_oembed import YouTubeOEmbedClient

    oembed = YouTubeOEmbedClient(url, _MOST_SECONDS)

    def title() -> str:
        _require(oembed.name, {"the artist": oembed.track(_VIDEO).artists})
        return ""

    return ServiceCheck(oembed.name, (Question("a title", title),))


def _short_links(client: ShortLinkClient) -> ServiceCheck:
    def link() -> str:
        try:
            client.follow(TrackReference(SHORT_LINK, f"{next(iter(client.link_hosts))}/{_SHORT_PATH}"))
        except (SourceNotFound, BadQuery):
            return "it knows that a made-up link is none"
        except AnswerUnreadable:
            return "it has a page for a made-up link; try a real one"
        return "it follows a made-up link"

    return ServiceCheck(client.name, (Question("a link", link),))


def _spotify(sources: SourceSettings, app: SpotifyApp) -> ServiceCheck:
    from kamerton.sources.spotify import SpotifyClient

    spotify = SpotifyClient(app, sources.spotify_api_url, sources.spotify_accounts_url, _MOST_SECONDS)

    def track() -> str:
        found = spotify.track(_SPOTIFY_ID)
        _require(spotify.name, _parts(found) | {"its cover": found.image})
        return ""

    def search() -> str:
        _require(spotify.name, {"a hit": bool(spotify.tracks(f"{_ARTIST} {_TITLE}", _HITS))})
        return ""

    def features() -> str:
        try:
            _require(spotify.name, {"the nine audio features": spotify.features(_SPOTIFY_ID)})
        except CallClosed:
            return "audio features are closed to this app, as to every one made since 27 November 2024"
        return ""

    questions = (Question("a track", track), Question("a search", search), Question("audio features", features))
    return ServiceCheck("Spotify, by your app", questions, "SPOTIFY_CLIENT_ID and SPOTIFY_CLIENT_SECRET")


def _youtube(sources: SourceSettings, key: str) -> ServiceCheck:
    from kamerton.sources.youtube import YouTubeApi, YouTubeVideos

    videos = YouTubeVideos(YouTubeApi(key, sources.youtube_api_url, _MOST_SECONDS))

    def video() -> str:
        found = videos.videos([_VIDEO.value])
        _require(videos.name, {"the video": bool(found), "its duration": any(each.duration_ms for each in found)})
        return "no search was made: they are counted"

    return ServiceCheck("YouTube, by your key", (Question("a video", video),), "YOUTUBE_API_KEY")


def _telegram(url: str, token: str) -> ServiceCheck:
    from kamerton.telegram.bot_api import NAME, BotApi
    from kamerton.telegram.bot_api_types import GetWebhookInfo

    api = BotApi(url, token)

    def bot() -> str:
        username = api.username()
        _require(NAME, {"the bot's name": username})
        return f"@{username}"

    def webhook() -> str:
        info = api.call(GetWebhookInfo(), Deadline(_MOST_SECONDS))
        _require(NAME, {"the state of the webhook": isinstance(info, dict)})
        if not info.get("url"):
            return "no webhook is set, so updates have to be fetched (make run-telegram)"
        fault = info.get("last_error_message")
        return f"the webhook is set, but its last call failed: {str(fault)[:200]}" if fault else "the webhook is set"

    return ServiceCheck(NAME, (Question("the bot", bot), Question("the webhook", webhook)), "TELEGRAM_TOKEN", awaited=False)


def _parts(track: Track) -> dict[str, object]:
    """What every track of a service has."""
    return {"its title": track.title, "its artists": track.artists, "its duration": track.duration_ms}


def _require(service: str, parts: dict[str, object]) -> None:
    missing = [name for name, value in parts.items() if not value]
    if missing:
        raise AnswerUnreadable(service, f"gave an answer without {' and '.join(missing)}")
