"""Collect tracks of genres and their audio features from Spotify and ReccoBeats -> collected/tracks.parquet.

    planned_calls     the calls that can be made
    plan              the next call, given what was found: a pure function, so that a run that was broken off goes on as if not
    collection        what was found so far, read out of the answers and nothing else
    collector         makes a call, keeps its answer, learns from it, and makes the next
    source_caller     one call to a source, with patience for its faults
    progress          the bar
    collected_table   what was found, as the table that `prepare` takes

The answers as they came are in collected/answers.jsonl, and on the disk before anything is made of them
(`training.data.journal`). They are the only state: a run reads them from the start, and goes on where they end.
"""
