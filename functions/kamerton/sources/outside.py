"""Which services play which role, in the order in which they are asked. A new one is one more file, and a name here."""

from __future__ import annotations

from dataclasses import dataclass

from kamerton.settings import SourceSettings
from kamerton.sources.roles import (
    CandidateSource,
    FeatureBatchSource,
    FeatureSource,
    LinkSource,
    SearchSource,
    TrackSource,
)


@dataclass(frozen=True, slots=True)
class Outside:
    links: LinkSource
    tracks: tuple[TrackSource, ...]
    searches: tuple[SearchSource, ...]
    features: tuple[FeatureSource, ...]
    candidates: tuple[CandidateSource, ...]
    feature_batches: FeatureBatchSource


def outside(settings: SourceSettings, seconds: float) -> Outside:
    """Clients of them all; `seconds` is the longest silence of a call. Spotify is among them when there is an app of ours."""
    from kamerton.sources.deezer import DeezerClient
    from kamerton.sources.deezer_near import DeezerNear
    from kamerton.sources.oembed import OEmbedClient
    from kamerton.sources.reccobeats import ReccoBeatsClient
    from kamerton.sources.short_links import ShortLinkClient

    links = ShortLinkClient(settings.spotify_link_url, seconds)
    reccobeats, deezer = ReccoBeatsClient(settings.reccobeats_url, seconds), DeezerClient(settings.deezer_url, seconds)
    oembed = OEmbedClient(settings.spotify_open_url, seconds)
    near = (reccobeats, DeezerNear(deezer))
    if settings.spotify_app is None:
        return Outside(links, (reccobeats, deezer, oembed), (deezer,), (reccobeats,), near, reccobeats)
    # Imported only when it is asked: spotipy takes as long to import as all else together.
    from kamerton.sources.spotify import SpotifyClient

    spotify = SpotifyClient(settings.spotify_app, settings.spotify_api_url, settings.spotify_accounts_url, seconds)
    tracks, features = (spotify, reccobeats, deezer, oembed), (spotify, reccobeats)
    return Outside(links, tracks, (spotify, deezer), features, near, reccobeats)
