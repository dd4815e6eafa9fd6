"""Finds names by the text that people type: trigrams find candidates, and edit distances order them.

The tokens of a name are the trigrams of its words, each word between two spaces ("hello" is " he", "hel", "ell", "llo",
"lo "), so that order does not matter and a typing error spoils three or four tokens and leaves the rest. Four more mark how a
title and an artist start and end, beside the control characters 2 to 5, which no name in search form has. Training stores the
list of tracks of each token; serving adds up the weights of a query's lists: bm25, where a token counts once. SQLite's FTS5
with trigrams, measured beside it on 81,000 tracks, found as much in three times the time, with lists twice as large.

Tracks are named by their rank: their place, from 0, in the order of popularity. So the first hits of a list are its best known.

Public names: track_tokens, query_tokens, title_start, title_end, artist_start, artist_end, affordable, encode_ranks,
decode_ranks, norms, best_ranks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from kamerton.music.features import FloatArray

Ranks = NDArray[np.int64]
Edges = tuple[Ranks, Ranks]
"""The tracks with a name that starts like the query, and with one that ends like it."""

# bm25's usual constants (Robertson and Zaragoza, 2009).
_SATURATION = 1.2
_LENGTH_SHARE = 0.75
# How many ranks a search adds up: the tokens beyond the rarest ones with so many ranks in all say little and cost most.
_AFFORDABLE = 30_000
_BY_WEIGHT = 40
_BY_POPULARITY = 20
# Shares of the best track's weight: with the first a track covers the query; with less than the second it is a hit only if
# there are few hits.
_COVERING = 0.9
_HIT = 0.4
_FEW = 20


def track_tokens(titles: Iterable[str], artists: Iterable[str]) -> set[str]:
    """The tokens of a track: of all spellings of its title, whole and without marks of a version, and of each artist."""
    tokens: set[str] = set()
    for start, names in ((title_start, titles), (artist_start, artists)):
        for name in names:
            tokens |= query_tokens(name) | {start(name)}
    return tokens | {title_end(name) for name in titles} | {artist_end(name) for name in artists}


def query_tokens(form: str) -> set[str]:
    words = [f" {word} " for word in form.split()]
    return {word[start : start + 3] for word in words for start in range(len(word) - 2)}


def title_start(form: str) -> str:
    """The token of titles that start like this."""
    return f"\x02{form[:2]}"


def title_end(form: str) -> str:
    return f"{form[-2:]}\x03"


def artist_start(form: str) -> str:
    """The token of artists whose name starts like this."""
    return f"\x04{form[:2]}"


def artist_end(form: str) -> str:
    return f"{form[-2:]}\x05"


def affordable(counts: Mapping[str, int]) -> list[str]:
    """The rarest tokens, at least one, whose lists are not too long to be added up; `counts` are the lists' lengths."""
    rarest = sorted(counts, key=lambda token: (counts[token], token))
    lengths = np.cumsum([counts[token] for token in rarest])
    return rarest[: max(1, int(np.searchsorted(lengths, _AFFORDABLE, side="right")))]


def encode_ranks(ranks: Sequence[int]) -> bytes:
    """Ascending ranks as steps from one to the next, the first from -1: seven bits a byte, low bits first, 128 is "goes on"."""
    encoded = bytearray()
    before = -1
    for rank in ranks:
        step, before = rank - before, rank
        while step >= 128:
            encoded.append(step & 127 | 128)
            step >>= 7
        encoded.append(step)
    return bytes(encoded)


def decode_ranks(encoded: bytes, counts: Sequence[int]) -> list[Ranks]:
    """The ranks of several encoded lists that stand one after the other; `counts` are their lengths, none of them 0."""
    if not counts:
        return []
    octets = np.frombuffer(encoded, np.uint8)
    ends = np.flatnonzero(octets < 128)
    starts = np.concatenate([[0], ends[:-1] + 1])
    shifts = 7 * (np.arange(len(octets), dtype=np.int32) - np.repeat(starts.astype(np.int32), ends - starts + 1))
    steps = np.add.reduceat((octets & 127).astype(np.int32) << shifts, starts)
    sums = np.cumsum(steps, dtype=np.int64)
    firsts = np.cumsum([0, *counts[:-1]])
    before = sums[firsts] - steps[firsts] + 1
    return np.split(sums - np.repeat(before, counts), firsts[1:])


def norms(lengths: NDArray[np.uint8]) -> FloatArray:
    """The divisor of each track's weight in bm25, float32 [n_tracks], from how many tokens each track has."""
    relative = lengths / max(1.0, float(lengths.mean())) if len(lengths) else lengths
    result: FloatArray = (1 + _SATURATION * (1 - _LENGTH_SHARE + _LENGTH_SHARE * relative)).astype(np.float32)
    return result


def best_ranks(lists: Mapping[str, Ranks], titles: Edges, artists: Edges, norms: FloatArray) -> list[int]:
    """The tracks that a query may mean, ascending, a hundred or so: those with the most weight for their length, and the best
    known of those that cover the query anywhere, at the start of the title, with the whole title, and with a whole artist.

    `lists` are the tracks of each token of the query, `titles` those of its `title_start` and `title_end`, and `artists` those
    of its `artist_start` and `artist_end`.
    """
    weights = np.zeros(len(norms), np.float32)
    for ranks in lists.values():
        weights[ranks] += np.log1p(len(norms) / max(1, len(ranks)))
    most = weights.max(initial=0)
    if most == 0:
        return []
    hits = np.flatnonzero(weights >= _HIT * most)
    if len(hits) < _FEW:
        hits = np.flatnonzero(weights)
    by_weight = _highest(hits, weights[hits] / norms[hits], _BY_WEIGHT)
    covering = hits[weights[hits] >= _COVERING * most]
    started = _common(covering, titles[0], len(norms))
    titled = _common(started, titles[1], len(norms))
    by_artist = _common(_common(covering, artists[0], len(norms)), artists[1], len(norms))
    by_popularity = [ranks[:_BY_POPULARITY] for ranks in (covering, started, titled, by_artist)]
    # Not by numpy.unique, which imports numpy.ma: ten milliseconds of a cold start.
    candidates: set[int] = set(np.concatenate([by_weight, *by_popularity]).tolist())
    return sorted(candidates)


def _highest(ranks: Ranks, scores: FloatArray, count: int) -> Ranks:
    """The ranks with the highest scores, of equal ones the first."""
    if len(ranks) > count:
        enough = scores >= np.partition(scores, -count)[-count]
        ranks, scores = ranks[enough], scores[enough]
    return ranks[np.argsort(-scores, kind="stable")[:count]]


def _common(ranks: Ranks, others: Ranks, n_tracks: int) -> Ranks:
    among_others = np.zeros(n_tracks, np.bool_)
    among_others[others] = True
    common: Ranks = ranks[among_others[ranks]]
    return common
