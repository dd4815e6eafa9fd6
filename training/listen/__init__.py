"""Hear a folder of music -> a table of tracks that `make train CATALOG=` takes: one's own collection as a catalog.

    music_file     one file: what its tags say, and what is heard in it
    heard_table    what was heard in all files, as a table

The records are in a journal beside the table (`training.data.journal`): a run that was stopped goes on where it was.
"""
