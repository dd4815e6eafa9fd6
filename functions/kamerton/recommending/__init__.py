"""From seeds to tracks that sound like them.

`recommender` chooses, out of a `pool` of candidates for each seed, by `rules`, with `reasons`; `placing` puts the world's
candidates where the index has its own, `choosing` takes turns between several seeds, and `wishes` are what else was asked.
"""
