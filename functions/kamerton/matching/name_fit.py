"""How well a typed text names a track, by edit distances over normalised names.

Public names: search_form, fit, pair_fit, least_fit, VERSION_MISFIT, POPULARITY_WEIGHT, LONGEST_QUERY.
"""

from __future__ import annotations

from collections.abc import Sequence

from rapidfuzz.fuzz import partial_ratio, ratio, token_sort_ratio

from kamerton.music.normalise import normalise

LONGEST_QUERY = 300
"""Characters of a query that are looked at; the longest title with artists in the public data has 236."""

# A title that fits a little worse may win by popularity (0 to 100), but not one of another version: see VERSION_MISFIT.
POPULARITY_WEIGHT = 0.04

VERSION_MISFIT = 4.5
"""The loss of a name that fits only without "Live" or "Remastered": more than popularity can add."""

_ORDER_MISFIT = 3.0

# Of titles with artists and one typing error 99 % fit by 92 and all by 90, of random letters 95 % by less than 62 and all by
# less than 73.
_LEAST_FIT = 75.0
_SHORT = 4
_LEAST_FIT_OF_SHORT = 60.0


def search_form(text: str) -> str:
    """The text as the search compares it: normalised, or a name without any letter ("!!!") in small letters."""
    return normalise(text) or " ".join("".join(character for character in text if character.isprintable()).casefold().split())


def least_fit(form: str) -> float:
    """The fit, 0 to 100, below which the text does not name a track. A letter is much of a very short name."""
    return _LEAST_FIT if len(form) > _SHORT else _LEAST_FIT_OF_SHORT


def fit(form: str, title: str, base: str, artists: Sequence[str]) -> float:
    """How well a text names a track, 0 to 100: as its title, its artist, both in either order, or a part of these.

    All in search form. `base` is the title without the marks of a version, which fits a little worse than the whole title. So
    do the words of title and artists in any other order.
    """
    all_artists = " ".join(artists)
    whole = max(ratio(form, name) for name in _names(title, artists))
    if base != title:
        whole = max(whole, max(ratio(form, name) for name in _names(base, artists)) - VERSION_MISFIT)
    part = 0.75 * partial_ratio(form, f"{title} {all_artists}") + 0.2 * ratio(form, title)
    best = max(whole, part)
    if best >= _LEAST_FIT or form.count(" ") < 2:
        return best
    # Of two words either order is one of the names.
    return max(best, token_sort_ratio(form, f"{base} {all_artists}") - _ORDER_MISFIT)


def pair_fit(form: str, title: str, artists: Sequence[str]) -> float:
    """How well a text names the title together with an artist, or all of them, in either order, 0 to 100."""
    return max((ratio(form, name) for name in _pairs(title, artists)), default=0.0)


def _names(title: str, artists: Sequence[str]) -> set[str]:
    return {title, *artists} | _pairs(title, artists)


def _pairs(title: str, artists: Sequence[str]) -> set[str]:
    all_artists = " ".join(artists)
    return {name for artist in (all_artists, *artists) if artist for name in (f"{title} {artist}", f"{artist} {title}")}
