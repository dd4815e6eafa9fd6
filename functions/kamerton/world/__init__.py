"""The world outside the catalog, as one answer asks it.

`world` is what the use cases call: which track is meant, its audio features, its videos and links, what else sounds like it.
`inquiry` holds the calls of one answer to their time and keeps what failed as notes; `gates` say when a service is left alone.
What was answered is remembered in the bucket: `cache` and `shelf` are how, `memory`, `candidate_memory`, `listings` and
`videos` what; `claims`, `flights` and `quota` see to it that no two ask for the same at once, and that a day's searches last.
The services themselves are in `kamerton.sources`.
"""
