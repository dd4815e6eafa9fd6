"""Why a track is in the list: the reasons to show, and each in words.

Public names: reason_text, shown_reasons, likeness_text, shift_text.
"""

from __future__ import annotations

from collections.abc import Sequence

from kamerton.recommending.likeness import Band
from kamerton.recommending.reasons import (
    AskedGenre,
    AskedShift,
    CloseFeatures,
    LikedTrack,
    LikelyGenre,
    OtherGenre,
    Reason,
    SameGenre,
    SimilarSound,
)
from kamerton.texts.formatting import addition, share_text
from kamerton.texts.translations import translation

_KEYS: dict[type[Reason], str] = {
    SameGenre: "same_genre",
    LikelyGenre: "likely_genre",
    OtherGenre: "other_genre",
    AskedGenre: "asked_genre",
    CloseFeatures: "close_features",
    SimilarSound: "similar_sound",
    AskedShift: "asked_shift",
    LikedTrack: "liked_track",
}


def reason_text(reason: Reason, language: str, *, percent: bool = False) -> str:
    """One reason for a recommendation, such as "same genre: metal 0.81", or with `percent` "same genre: metal 81%"."""
    return translation(language).reasons[_KEYS[type(reason)]].format(**_blanks(reason, language, percent))


def shown_reasons(reasons: Sequence[Reason], likeliest_genre: str) -> list[Reason]:
    """The reasons without the seed's likeliest genre, which stands above the list and would be in nearly each line of it."""
    return [reason for reason in reasons if getattr(reason, "genre", None) != likeliest_genre]


def shift_text(name: str, more: bool, language: str) -> str:
    """More or less of a feature, such as "more energetic"."""
    texts = translation(language)
    return (texts.more_of if more else texts.less_of)[name]


def likeness_text(band: Band, language: str) -> str:
    """How alike a track sounds, such as "very close"."""
    return translation(language).likeness[band]


def _blanks(reason: Reason, language: str, percent: bool) -> dict[str, str]:
    match reason:
        case SameGenre() | LikelyGenre():
            probability = share_text(reason.probability, language) if percent else f"{reason.probability:.2f}"
            return {"genre": reason.genre, "probability": probability}
        case OtherGenre() | AskedGenre():
            return {"genre": reason.genre}
        case CloseFeatures():
            names = translation(language).features
            return {"features": addition([names[name] for name in reason.features], language)}
        case SimilarSound():
            return {}
        case LikedTrack():
            return {"title": reason.title}
        case AskedShift():
            return {"features": addition([shift_text(name, more, language) for name, more in reason.more.items()], language)}
