"""What each part of the recipe does to accuracy, one changed at a time, everything else being as it is served.

The parameters are the kept ones throughout: what is compared is the recipe. Differences are on the same rows, with intervals
over artists.

Public names: VARIANTS, variant_entries, ablation.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass, replace
from typing import Any

from training.evaluation.protocol import Split
from training.fitting.recipe import SERVED, Recipe, settled
from training.models import FEW_GENRES, Parameters
from training.study.comparison import Results, compared, judged
from training.study.fold_results import Entry


@dataclass(frozen=True, slots=True)
class Variant:
    name: str
    what: str
    """What is done, said of the model beside which it stands."""

    recipe: Recipe = SERVED
    parameters: Parameters | None = None


AS_SERVED = Variant("as served", "the recipe of the model that is served")

_OUTLIERS = Variant("without outliers", "rows beyond 1.5 IQR in any feature left out", replace(SERVED, fences="raw"))
_NO_LOGS = Variant("no logarithms", "features on Spotify's own scales", replace(SERVED, inputs="without_logs"))
_NO_GRID = Variant("no grid", "nothing of whole tempos, bars and frames", replace(SERVED, inputs="without_grid"))
_NO_RELATIONS = Variant(
    "no relations", "no products and differences of two features", replace(SERVED, inputs="without_relations")
)
_SOUND = Variant("features alone", "neither grid nor relations", replace(SERVED, inputs="sound"))
_PRODUCTS = Variant("more products", "five more inputs, as energy over amplitude", replace(SERVED, inputs="products"))
_FOURTH_ROOT = Variant("1/fourth root(tracks)", "the same by the fourth root", replace(SERVED, artist_power=-0.25))
_NO_WEIGHTS = Variant("no artist weights", "every row counts the same", replace(SERVED, artist_power=0))
_SQUARE_ROOT = Variant(
    "1/sqrt(tracks)", "an artist's rows count the less the more they are", replace(SERVED, artist_power=-0.5)
)

CORE_ALONE = Variant("core nine alone", "neither key, mode, duration nor explicit", replace(SERVED, inputs="core"))

VARIANTS: dict[str, tuple[Variant, ...]] = {
    "lightgbm": (
        AS_SERVED,
        _SOUND,
        _NO_GRID,
        _NO_RELATIONS,
        _PRODUCTS,
        _NO_LOGS,
        Variant("key as a number", "key from 0 to 11, not on the circle of fifths", replace(SERVED, inputs="key_as_number")),
        Variant("standardised", "each input with mean 0 and deviation 1", replace(SERVED, inputs="standardised")),
        _OUTLIERS,
        Variant("without outliers (logs)", "the same on the scales of the vector", replace(SERVED, fences="vector")),
        _NO_WEIGHTS,
        _SQUARE_ROOT,
        _FOURTH_ROOT,
        Variant("no twins with gaps", "rows are learnt whole only", replace(SERVED, gap_weight=0)),
        CORE_ALONE,
    ),
    "svm": (
        AS_SERVED,
        Variant("not standardised", "inputs on the scales that they come in", parameters={"scale": False}),
        _SOUND,
        _NO_LOGS,
        _OUTLIERS,
        _NO_WEIGHTS,
    ),
}
"""Family -> what is tried with it, the recipe as served first."""


def variant_entries(quick: bool, families: Container[str] = VARIANTS) -> list[Entry]:
    """To be run on the folds, with those of `families`; in a quick study two of each. Not what would be the recipe as served
    again: the weights that are kept."""
    kept = settled(SERVED, FEW_GENRES)
    return [
        Entry(entry_name(family, variant), family, 0, variant.parameters, variant.recipe)
        for family, variants in VARIANTS.items()
        if family in families
        for variant in variants[: 2 if quick else None]
        if variant is AS_SERVED or variant.parameters or variant.recipe != kept
    ]


def entry_name(family: str, variant: Variant) -> str:
    # A name of a file, too.
    return f"{family}, {variant.name.replace('/', ' per ')}"


def ablation(splits: Mapping[str, Split], results: Mapping[str, Mapping[str, Results]], seed: int = 0) -> list[dict[str, Any]]:
    """A row a variant that was run: accuracies on both splits, and the difference to the recipe as served."""
    rows = []
    for family, variants in VARIANTS.items():
        base = entry_name(family, AS_SERVED)
        for variant in variants:
            name = entry_name(family, variant)
            if name in results["new_artists"]:
                of = {split: _against(splits[split], results[split][name], results[split][base], seed) for split in splits}
                rows.append({"family": family, "variant": variant.name, "what": variant.what, **of})
    return rows


def _against(split: Split, ours: Results, base: Results, seed: int) -> dict[str, Any]:
    return {"accuracy": round(float(judged(split, ours).hits.mean()), 4), **compared(split, ours, base, seed)}
