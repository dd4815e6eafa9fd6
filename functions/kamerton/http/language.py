"""The language in which a request wants to be answered."""

from __future__ import annotations

from flask import request

from kamerton.texts import DEFAULT_LANGUAGE, LANGUAGES

LANGUAGE = "lang"
"""The parameter of a page that chooses it. Without a cookie: the choice goes along with every link."""


def request_language() -> str:
    """The one that the address chooses, else the best of Accept-Language that there is, else English."""
    return chosen_language() or request.accept_languages.best_match(LANGUAGES) or DEFAULT_LANGUAGE


def chosen_language() -> str | None:
    """The one that the address chooses, if it does."""
    chosen = request.args.get(LANGUAGE)
    return chosen if chosen in LANGUAGES else None
