"""Kamerton: the genre of a track, and the tracks that sound like it.

This package is everything that a deployed function runs. Start reading at `service`, the one use case; `wiring` builds the
objects that it is given, and `web` is the edge that speaks HTTP.
"""
