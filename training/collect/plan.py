"""What to ask next. It depends on the collection and on what is wanted alone, so that every resumed run asks the same.

A search is a genre crossed with a year, because no query gives more than its first thousand tracks. Of the genres that want
more the one with the fewest pages is next, and of its years the one with the fewest pages, the newest first: a collection that
is broken off has something of every genre, and one that ends early something of every year.

Public names: next_call.
"""

from __future__ import annotations

from training.collect.collection import Collection
from training.collect.planned_calls import Call, Search, Wanted


def next_call(collection: Collection, wanted: Wanted, may_search: bool = True) -> Call | None:
    """The next question, or None when nothing more is wanted or to be had. Features are asked for in full batches, and in a
    smaller one only when no search has to come first."""
    if full := collection.features_to_ask():
        return full
    search = _next_search(collection, wanted) if may_search else None
    return search or collection.features_to_ask(even_few=True)


def _next_search(collection: Collection, wanted: Wanted) -> Search | None:
    open_genres = [genre for genre in wanted.genres if collection.of(genre).wants_more(wanted)]
    if not open_genres:
        return None
    genre = min(open_genres, key=lambda name: collection.of(name).n_pages)
    year, offset = collection.of(genre).next_page(wanted.years)
    return Search(genre, year, offset)
