"""Builds the clients of the outside services, each in its place among `Sources`.

A new service is one more file, and its client's name here under each protocol that the client serves, in the order of asking.
Only wiring imports this module, since it knows every client.

Public names: open_sources.
"""

from __future__ import annotations

from msgspec.structs import replace

from kamerton.settings import SourceSettings
from kamerton.sources.protocols import Sources


def open_sources(settings: SourceSettings, seconds: float) -> Sources:
    """The clients of all services; `seconds` is the longest silence of a call.

    Spotify's client is among them when the settings name an app, and YouTube's when they name a key.
    """
    keyless = _keyless(settings, seconds)
    return _with_youtube(_with_spotify(keyless, settings, seconds), settings, seconds)


def _keyless(settings: SourceSettings, seconds: float) -> Sources:
    from kamerton.sources.deezer import DeezerClient
    from kamerton.sources.deezer_related import DeezerRelated
    from kamerton.sources.hosted_files import picture_files, preview_files
    from kamerton.sources.itunes import ITunesClient
    from kamerton.sources.reccobeats import ReccoBeatsClient
    from kamerton.sources.short_links import deezer_short_links, spotify_short_links
    from kamerton.sources.spotify_oembed import SpotifyOEmbedClient
    from kamerton.sources.youtube_oembed import YouTubeOEmbedClient

    links = (spotify_short_links(settings.spotify_link_url, seconds), deezer_short_links(settings.deezer_link_url, seconds))
    reccobeats, deezer = ReccoBeatsClient(settings.reccobeats_url, seconds), DeezerClient(settings.deezer_url, seconds)
    spotify_oembed = SpotifyOEmbedClient(settings.spotify_open_url, seconds)
    youtube_oembed = YouTubeOEmbedClient(settings.youtube_oembed_url, seconds)
    itunes = ITunesClient(settings.itunes_url, seconds)
    return Sources(
        links=links,
        tracks=(reccobeats, deezer, spotify_oembed, itunes, youtube_oembed),
        searches=(deezer,),
        features=(reccobeats,),
        candidates=(reccobeats, DeezerRelated(deezer)),
        feature_batches=reccobeats,
        listings=(deezer, itunes),
        covers=(spotify_oembed, deezer, itunes),
        pictures=picture_files(settings.pictures_url, seconds),
        previews=preview_files(settings.pictures_url, seconds),
        markets=reccobeats,
        genres=(itunes, deezer),
        lists=(deezer, itunes),
    )


def _with_spotify(keyless: Sources, settings: SourceSettings, seconds: float) -> Sources:
    if settings.spotify_app is None:
        return keyless
    # Imported only with an app: spotipy takes as long to import as all else together.
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


def _with_youtube(sources: Sources, settings: SourceSettings, seconds: float) -> Sources:
    if settings.youtube_key is None:
        return sources
    from kamerton.sources.youtube import YouTubeApi, YouTubeSearch, YouTubeVideos

    api = YouTubeApi(settings.youtube_key, settings.youtube_api_url, seconds)
    videos = YouTubeVideos(api)
    return replace(sources, tracks=(videos, *sources.tracks), video_search=YouTubeSearch(api), videos=videos)
