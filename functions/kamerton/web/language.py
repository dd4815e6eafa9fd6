"""The language in which a request wants to be answered."""

from __future__ import annotations

from flask import request

from kamerton.texts import DEFAULT_LANGUAGE, LANGUAGES


def asked_language() -> str:
    """The best of Accept-Language that there is, else English."""
    return request.accept_languages.best_match(LANGUAGES) or DEFAULT_LANGUAGE
