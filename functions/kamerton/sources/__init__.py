"""The outside services: one file a service, with a small client and the readers of its answers.

    spotify          tracks by id, ISRC and name, and audio features for the apps that may still have them
    spotify_oembed   titles and covers by Spotify's id, without a key
    reccobeats       tracks and audio features by Spotify's ids and ISRCs, and tracks like others
    deezer           tracks by name, ISRC and Deezer's ids; their pages, previews and covers
    deezer_related   tracks of an artist's radio and of related artists
    pictures         covers, from the hosts that the others name
    itunes           tracks of Apple Music by name and Apple's ids; their pages and covers
    youtube          videos by the names of a track, and by their ids, with a key
    youtube_oembed   what a video shows, without a key
    short_links      where Spotify's and Deezer's short links lead

    protocols        what each of them may be asked for, one protocol each, and `Sources`: all clients by protocol
    registry         builds the clients, in the order in which they are asked
    http_session     HTTP as all of them speak it: a timeout on every call, and every failure a `SourceError`
    deadline_adapter connections that end with a deadline, also in the middle of an answer
    rate_limiter     how many calls may be made within a time
    answer_values    audio features and other values of an answer
    pacific_day      days as YouTube's quotas count them

A client is handed its address, its credentials and its timeout. A method of a client makes one call, never sleeps, and calls
again only with a new token: the caller knows how much time there is. A reader takes nothing but an answer's JSON, so that a
stored answer can be read again.
Import a client where it is needed and no earlier: spotipy takes longer to import than a request may take.
"""
