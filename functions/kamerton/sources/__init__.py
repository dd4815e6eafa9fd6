"""The outside services that are asked: one file a service, with a small client and the readers of its answers.

    spotify      tracks by search, and audio features for the apps that may still have them
    reccobeats   audio features by Spotify's ids
    session      how both speak HTTP: a timeout on every call, and every failure a `SourceError`
    values       audio features out of an answer

A client is handed its address, its credentials and its timeout, asks one question a call, never sleeps, and asks again only
with a new token: whoever calls it knows how much time there is. A reader takes an answer's JSON alone, so that a kept answer
can be read again.
Import a client where it is needed and no earlier: spotipy takes longer to import than a request may take.
"""
