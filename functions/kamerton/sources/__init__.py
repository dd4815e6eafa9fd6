"""The outside services that are asked: one file a service, with a small client and the readers of its answers.

    spotify      tracks by id, ISRC and name, and audio features for the apps that may still have them
    reccobeats   tracks and audio features by Spotify's ids and ISRCs, and tracks like others
    deezer       tracks by name, ISRC and its own ids; their pages, previews and covers
    deezer_near  tracks near an artist
    itunes       tracks of Apple Music by name and its own ids; their pages and covers
    oembed       Spotify's titles and covers by id, without a key
    youtube      videos by the names of a track, and by their ids, with a key
    youtube_oembed  what a video shows, without a key
    short_links  where Spotify's and Deezer's short links lead
    roles        what each of them may be asked: one protocol a role
    outside      which of them plays which role, in which order
    session      how all of them speak HTTP: a timeout on every call, and every failure a `SourceError`
    bounded      connections that end with a deadline, also in the middle of an answer
    values       audio features out of an answer

A client is handed its address, its credentials and its timeout, asks one question a call, never sleeps, and asks again only
with a new token: whoever calls it knows how much time there is. A reader takes an answer's JSON alone, so that a kept answer
can be read again.
Import a client where it is needed and no earlier: spotipy takes longer to import than a request may take.
"""
