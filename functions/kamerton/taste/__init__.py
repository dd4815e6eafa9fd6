"""What a person has said of tracks, kept in the bucket under a name that tells nobody who it is.

verdict       one thing that somebody said of a track or an artist, as the key of an object
profile       what all of a person's verdicts come to
identity      who says it: signed tokens, and the names under which verdicts are kept
taste_store   the verdicts in the bucket
"""
