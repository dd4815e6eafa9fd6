"""Numbers, shares, durations, values of audio features and lists of names, as a language writes them.

Public names: number, share_text, duration_text, feature_value, addition, alternative, language_choice.
"""

from __future__ import annotations

from collections.abc import Sequence

from kamerton.texts.translations import LANGUAGES, translation

UNKNOWN = "\N{EN DASH}"

_DECIMALS = {"loudness": 1, "tempo": 0}
"""Digits behind the decimal separator, for the features that have a unit. All others are shares."""


def number(value: int, language: str) -> str:
    """A whole number with its thousands set apart."""
    return f"{value:,}".replace(",", translation(language).forms.thousands_separator)


def share_text(share: float, language: str) -> str:
    """A share of 0 to 1 in per cent."""
    return translation(language).forms.share.format(number=f"{100 * share:.0f}")


def duration_text(duration_ms: float) -> str:
    """Minutes and seconds, such as 3:07."""
    return "{}:{:02}".format(*divmod(round(duration_ms / 1000), 60))


def feature_value(name: str, value: float | None, language: str) -> str:
    """The value with its unit, such as "91%", "-5.9 dB" or "105 bpm"; a dash for an unknown value."""
    if value is None:
        return UNKNOWN
    if name not in _DECIMALS:
        return share_text(value, language)
    texts = translation(language)
    digits = f"{value:.{_DECIMALS[name]}f}".replace("-", "\N{MINUS SIGN}").replace(".", texts.forms.decimal_separator)
    return texts.feature_units[name].format(number=digits)


def addition(names: Sequence[str], language: str) -> str:
    """All of these, such as "energy and tempo"."""
    return _joined(names, translation(language).forms.addition)


def alternative(names: Sequence[str], language: str) -> str:
    """One of these, such as "English or Russian"."""
    return _joined(names, translation(language).forms.alternative)


def language_choice(language: str) -> str:
    """The languages to choose from, in the reader's language."""
    listed = translation(language).languages
    others = [translation(code).name for code in LANGUAGES if code not in listed]
    return alternative([*listed.values(), *others], language)


def _joined(names: Sequence[str], last_two: str) -> str:
    *others, last = names
    return last_two.format(first=", ".join(others), last=last) if others else last
