"""How well a typed text names a track, 0 to 100, by words and edit distances over names in search form.

A text names a track as its title, as its artist, as both in any order, or as a part of these that is long enough. Each of its
words has to be a word of the title or the artists, with a typing error or two in a long word. Words that the track lacks cost
most: "Billie Jean" is not "BILLIE EILISH.".

Public names: LEAST_FIT, SURE_FIT, fit, pair_fit.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import chain, pairwise

from msgspec import Struct
from rapidfuzz.distance import OSA

from kamerton.matching.name_forms import compact, significant_words, spellings
from kamerton.matching.typed_name import TypedName
from kamerton.music.titles import is_edition_word, plain_title, recording_marks

LEAST_FIT = 60.0
"""Below it a track is not even offered as one of the closest."""

SURE_FIT = 84.0
"""From here on a track is answered for; below it the listener is asked which one is meant."""

_VERSION_MISFIT = 8.0
"""The loss of a name that fits only without "Live" or "Karaoke": more than prominence can add."""

_REDUCED_MISFIT = 7.0
"""The loss of a text that fits only without its own marks of a version or its guests."""

# One typing error in a word of four letters or more, two in one of eight or more; first letters are seldom wrong.
_ONE_ERROR, _TWO_ERRORS, _ANY_START = 4, 8, 7
_ALMOST_WHOLE = 0.8
_SHORTEST_MISSPELLED = 4
_PART_WORTH = 0.5
_WRONG_SHARE = 0.3
_LETTERS_PER_ERROR = 8
_UNSURE = 0.8
_LEAST_SIMILARITY = 0.65
_WITH_ARTIST = 0.88
_BEGINNING = 0.6
_GUEST = 0.97
_SHORT_WORD = 4

Words = tuple[str, ...]


class _Name(Struct, frozen=True):
    """A track's names: the words of the title without marks of a version, and of each artist, in each spelling; `others` are
    the words of these marks, `wholes` title and artists without spaces, with the number of their words, `pairs` both of them
    together, with the length of the shorter of the two, `guests` the artists after the first, without spaces, and `repeated`
    how often a word stands in the title that stands there several times."""

    titles: tuple[Words, ...]
    artists: tuple[tuple[Words, ...], ...]
    words: frozenset[str]
    others: frozenset[str]
    marks: frozenset[str]
    wholes: Mapping[str, int]
    pairs: Mapping[str, int]
    guests: frozenset[str]
    repeated: Mapping[str, int]


def fit(typed: TypedName, title: str, artists: Sequence[str]) -> float:
    """How well a text names the track of this title and these artists, 0 to 100."""
    name = _name(title, tuple(artists))
    best = max((_fit(form, name) for form in typed.forms), default=0.0)
    if not typed.reduced:
        return best
    reduced = max(_fit(form, name) for form in typed.reduced) - _REDUCED_MISFIT
    # "Higher (feat. iann dior)" is not Creed's, though the title alone would be.
    if typed.lost - name.words - name.others and not any(compact(form) in name.pairs for form in typed.reduced):
        reduced = min(reduced, SURE_FIT - 1)
    return max(best, reduced)


def pair_fit(typed: TypedName, title: str, artists: Sequence[str]) -> float:
    """How well a text names the title together with an artist, or all of them, in either order, 0 to 100."""
    name = _name(title, tuple(artists))
    return max((100 * _similarity_of_pair(compact(form), name) for form in (*typed.forms, *typed.reduced)), default=0.0)


@lru_cache(maxsize=256)
def _name(title: str, artists: tuple[str, ...]) -> _Name:
    plain = plain_title(title)
    titles = _spelled(plain) if title else ()
    full_titles = titles if plain == title else _spelled(title)
    by_artist = tuple(_spelled(artist) for artist in artists)
    whole_titles = {"".join(words): len(words) for words in (*titles, *full_titles)}
    whole_artists = {"".join(words): len(words) for forms in by_artist for words in forms}
    first, *others = [{"".join(words) for words in forms} for forms in by_artist] or [set()]
    guests = set().union(*others) - first
    if len(artists) > 1:
        together = [forms[0] for forms in by_artist]
        whole_artists["".join(map("".join, together))] = sum(map(len, together))
    pairs = {
        name: min(len(one), len(other))
        for one in whole_titles
        for other in whole_artists
        if one and other
        for name in (one + other, other + one)
    }
    words = frozenset(chain.from_iterable((*titles, *chain.from_iterable(by_artist))))
    return _Name(
        titles,
        by_artist,
        words,
        frozenset(chain.from_iterable(full_titles)) - words,
        frozenset(recording_marks(title, artists)),
        {name: words for name, words in (whole_titles | whole_artists).items() if name},
        pairs,
        frozenset(guests - whole_titles.keys()),
        {word: count for word, count in Counter(titles[0] if titles else ()).items() if count > 1},
    )


def _spelled(name: str) -> tuple[Words, ...]:
    return tuple(significant_words(form) for form in spellings(name))


def _fit(form: str, name: _Name) -> float:
    typed = significant_words(form)
    whole = compact(form)
    if whole in name.wholes or whole in name.pairs:
        # Whoever names an artist means what that artist sings.
        best = 1.0 if whole not in name.guests else _GUEST
    else:
        n_words = len(typed)
        best = max(
            (
                max(_similarity(whole, other, n_words == words), _share_inside(whole, other))
                for other, words in name.wholes.items()
            ),
            default=0.0,
        )
        best = max(best, _similarity_of_pair(whole, name), _fit_of_words(typed, name))
    return 100 * best - (_VERSION_MISFIT if name.marks - set(typed) else 0.0)


def _fit_of_words(typed: Words, name: _Name) -> float:
    typed = tuple(word for word in typed if word in name.words or not is_edition_word(word)) or typed
    if not typed:
        return 0.0
    found = {word: match for word in typed if (match := _match(word, name)) is not None}
    share = sum(_weight(word) * found[word][1] for word in typed if word in found) / sum(map(_weight, typed))
    if share < _PART_WORTH:
        return 0.0
    matched = dict(found.values())
    if len(set(typed)) == len(typed):
        # "Love" is not "Love Is Love".
        matched |= {other: alike / name.repeated[other] for other, alike in matched.items() if other in name.repeated}
    title = max((_covered(words, matched) for words in name.titles), default=0.0)
    artist = max((_covered(words, matched) for forms in name.artists for words in forms), default=0.0)
    if title >= _ALMOST_WHOLE:
        words = max(name.titles, key=lambda words: _covered(words, matched))
        in_order = artist >= _ALMOST_WHOLE or _in_order([found[word][0] for word in typed if word in found], words)
        return share if in_order else min(share, _UNSURE)
    if artist >= _ALMOST_WHOLE:
        # Another title of the artist may have just these words.
        return share if not title else share * (_WITH_ARTIST + (1 - _WITH_ARTIST) * title)
    return share * (_PART_WORTH + (1 - _PART_WORTH) * max(title, artist))


def _in_order(typed: Sequence[str], title: Words) -> bool:
    """Whether the words of the title stand in its order: "California Love" alone is not "Love In California"."""
    places = [title.index(word) for word in typed if word in title]
    return len(set(title)) < len(title) or all(before < after for before, after in pairwise(places))


def _weight(word: str) -> int:
    """A short word is no less a word."""
    return max(len(word), _SHORT_WORD)


def _match(word: str, name: _Name) -> tuple[str, float] | None:
    """The word of the names that this one is, and how alike the two are, 0 to 1; None when it is none of them."""
    if word in name.words or word in name.others:
        return word, 1.0
    if len(word) < _ONE_ERROR:
        return next(((other, _BEGINNING) for other in name.words if other.startswith(word)), None)
    errors = 2 if len(word) >= _TWO_ERRORS else 1
    best: tuple[str, float] | None = None
    for other in name.words:
        if other[0] != word[0] and len(word) < _ANY_START:
            continue
        if other.startswith(word):
            alike = max(_BEGINNING, len(word) / len(other))
        elif abs(len(other) - len(word)) <= errors:
            distance = OSA.distance(word, other, score_cutoff=errors)
            alike = 1 - distance / max(len(word), len(other)) if distance <= errors else 0.0
        else:
            continue
        if alike > (best[1] if best else 0.0):
            best = other, alike
    return best


def _covered(words: Words, matched: dict[str, float]) -> float:
    """The share of the words, by letters, that the text has."""
    letters = sum(map(len, words))
    return sum(len(word) * matched.get(word, 0.0) for word in words) / letters if letters else 0.0


def _similarity_of_pair(whole: str, name: _Name) -> float:
    """The similarity to title and artist together; not sure where so many letters differ that the shorter of the two is
    another."""
    best = 0.0
    for pair, shorter in name.pairs.items():
        similarity = float(OSA.normalized_similarity(whole, pair, score_cutoff=_LEAST_SIMILARITY))
        errors = round((1 - similarity) * max(len(whole), len(pair)))
        best = max(best, similarity if errors <= max(1, int(_WRONG_SHARE * shorter)) else min(similarity, _UNSURE))
    return best


def _similarity(one: str, other: str, same_words: bool) -> float:
    """1 less the share of letters in which the two differ, a swap counted once (optimal string alignment); less than
    `SURE_FIT` for more than one typing error in eight letters, or for one where they are not of as many words: "heat waves" is
    not "Heatwave"."""
    if min(len(one), len(other)) < _SHORTEST_MISSPELLED:
        return float(one == other)
    similarity = float(OSA.normalized_similarity(one, other, score_cutoff=_LEAST_SIMILARITY))
    longest = max(len(one), len(other))
    errors = round((1 - similarity) * longest)
    is_slip = errors <= max(1, longest // _LETTERS_PER_ERROR) and same_words
    return similarity if is_slip else min(similarity, _UNSURE)


def _share_inside(one: str, other: str) -> float:
    """What a text that stands somewhere in a name is worth; a short one is never sure."""
    if not one or one not in other:
        return 0.0
    worth = _PART_WORTH + (1 - _PART_WORTH) * len(one) / len(other)
    return max(worth if len(one) >= _TWO_ERRORS else min(worth, _UNSURE), LEAST_FIT / 100)
