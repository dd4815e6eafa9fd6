"""Which services play which role, in the order in which they are asked. A new one is one more file, and a name here."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from kamerton.settings import SourceSettings
from kamerton.sources.protocols import (
    CandidateSource,
    CoverSource,
    FeatureBatchSource,
    FeatureSource,
    LinkSource,
    ListingSource,
    MarketSource,
    PlayableSource,
    SearchSource,
    TrackSource,
    VideoSearchSource,
    VideoSource,
)


class Outside(Struct, frozen=True):
    """`playable` has its say of one track only: it takes a call for each."""

    links: tuple[LinkSource, ...]
    tracks: tuple[TrackSource, ...]
    searches: tuple[SearchSource, ...]
    features: tuple[FeatureSource, ...]
    candidates: tuple[CandidateSource, ...]
    feature_batches: FeatureBatchSource
    listings: tuple[ListingSource, ...]
    covers: tuple[CoverSource, ...]
    markets: MarketSource
    playable: PlayableSource | None = None
    video_search: VideoSearchSource | None = None
    videos: VideoSource | None = None


def outside(settings: SourceSettings, seconds: float) -> Outside:
    """Clients of them all; `seconds` is the longest silence of a call. Spotify is among them when there is an app of ours, and
    YouTube's Data API when there is a key."""
    keyless = _keyless(settings, seconds)
    return _with_youtube(_with_spotify(keyless, settings, seconds), settings, seconds)


def _keyless(settings: SourceSettings, seconds: float) -> Outside:
    from kamerton.sources.deezer import DeezerClient
    from kamerton.sources.deezer_related import DeezerNear
    from kamerton.sources.itunes import ITunesClient
    from kamerton.sources.reccobeats import ReccoBeatsClient
    from kamerton.sources.short_links import deezer_short_links, spotify_short_links
    from kamerton.sources.spotify_oembed import OEmbedClient
    from kamerton.sources.youtube_oembed import YouTubeOEmbedClient

    links = (spotify_short_links(settings.spotify_link_url, seconds), deezer_short_links(settings.deezer_link_url, seconds))
    reccobeats, deezer = ReccoBeatsClient(settings.reccobeats_url, seconds), DeezerClient(settings.deezer_url, seconds)
    oembed, player = OEmbedClient(settings.spotify_open_url, seconds), YouTubeOEmbedClient(settings.youtube_oembed_url, seconds)
    itunes = ITunesClient(settings.itunes_url, seconds)
    return Outside(
        links=links,
        tracks=(reccobeats, deezer, oembed, itunes, player),
        searches=(deezer,),
        features=(reccobeats,),
        candidates=(reccobeats, DeezerNear(deezer)),
        feature_batches=reccobeats,
        listings=(deezer, itunes),
        covers=(oembed, deezer, itunes),
        markets=reccobeats,
    )


def _with_spotify(keyless: Outside, settings: SourceSettings, seconds: float) -> Outside:
    if settings.spotify_app is None:
        return keyless
    # Imported only when it is asked: spotipy takes as long to import as all else together.
    from kamerton.sources.spotify import SpotifyClient

    spotify = SpotifyClient(settings.spotify_app, settings.spotify_api_url, settings.spotify_accounts_url, seconds)
    return replace(
        keyless,
        tracks=(spotify, *keyless.tracks),
        searches=(spotify, *keyless.searches),
        features=(spotify, *keyless.features),
        covers=(spotify, *keyless.covers),
        playable=spotify,
    )


def _with_youtube(others: Outside, settings: SourceSettings, seconds: float) -> Outside:
    if settings.youtube_key is None:
        return others
    from kamerton.sources.youtube import YouTubeApi, YouTubeSearch, YouTubeVideos

    api = YouTubeApi(settings.youtube_key, settings.youtube_api_url, seconds)
    videos = YouTubeVideos(api)
    return replace(others, tracks=(videos, *others.tracks), video_search=YouTubeSearch(api), videos=videos)
