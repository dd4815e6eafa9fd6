"""What is found for a fold, and the name under which it is kept. Public names: Place, kept_name."""

from __future__ import annotations

import hashlib

from kamerton.music import features
from training.evaluation.protocol import WHOLE

Place = tuple[str, int]
"""A split and the number of a fold, or `WHOLE`."""


def kept_name(place: Place, what: str, seed: int, *made_of: object) -> str:
    """Another one as soon as it would be made of something else, so that nothing is taken for what it is not."""
    split, fold = place
    where = "whole" if fold == WHOLE else f"fold-{fold}"
    digest = hashlib.sha256(repr((features.FEATURE_NAMES, *made_of)).encode()).hexdigest()[:12]
    return f"{split} {where} {what} seed-{seed} {digest}"
