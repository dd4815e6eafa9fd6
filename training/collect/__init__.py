"""Collect tracks of genres and their audio features from Spotify and ReccoBeats -> collected/tracks.parquet.

    plan         what to ask next, given what was found: a pure function, so that a run that was broken off goes on as if not
    collection   what was found so far, read out of the answers and nothing else
    journal      the answers as they came, collected/answers.jsonl: each is on the disk before anything is made of it
    collector    asks, keeps the answer, learns from it, and asks on
    asking       one question put to a source, with patience for its faults
    progress     the bar
    table        what was found, as the table that `prepare` takes

The journal is the only state: a run reads it from the start, and goes on where it ends.
"""
