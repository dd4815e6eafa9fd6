"""Asking the services outside within an answer's time, and remembering what they said.

lookup_session     what a request may ask: the protocol, and the types of its answers
offline_session    the protocol where nobody outside is asked
online_session     the protocol over the services
calls              the outside calls of a request: threads, time, failures as notes; `read_through`
track_lookup       which track is meant, and its audio features
candidate_lookup   tracks that may sound like a seed; `multi_step_calls` runs sources that need several steps
listing_lookup     a track's page, preview and cover at a service
market_lookup      in which countries a track can be played
video_lookup       a track's videos, found by one search whoever asks
caches             what is remembered, each with its type
cache              an answer remembered in the process and in the bucket; `object_cache` is the bucket's part
circuit_breaker    when a service is left alone
single_flight      work that a process does once for all who wait
daily_quota        how many searches all instances may make in a day

The services themselves are in `kamerton.sources`.
"""
