"""Who takes part in the study, and with how many trials.

Boosted trees are searched within the budget; the small ones' grids are tried out whole. Networks have the parameters that
they have, since a fit is too dear to try many; the most modern of them answers for inner folds too, so that it may be a
member of the ensemble.
`untuned_lightgbm` is what anyone has after an hour: the library's own defaults, on the rows and features as they are. All
others have the weights of artists that inner folds chose.

Public names: entries, quick_entries, member_names, UNTUNED, ENSEMBLE, WITH_NETWORK.
"""

from __future__ import annotations

from collections.abc import Container, Sequence

from training.fitting.recipe import Recipe
from training.models import FAMILIES, is_exported
from training.study.fold_results import Entry

UNTUNED = "untuned_lightgbm"
ENSEMBLE = "ensemble"
WITH_NETWORK = "ensemble_with_network"

_BOOSTED = ("lightgbm", "catboost", "xgboost")
_GRIDS = ("extra_trees", "svm", "nearest_neighbours")
_MOST_OF_A_GRID = 1000
_MEMBER_NETWORK = "tabm"
_OTHER_NETWORKS = ("lstm", "rnn", "cnn", "mlp")
_PLAIN = Entry(UNTUNED, "lightgbm", 0, {}, Recipe(artist_power=0, gap_weight=0, inputs="sound"))


def entries(n_trials: int, families: Container[str] = FAMILIES) -> list[Entry]:
    """Those of `families`, the slowest first, so that none is left alone at the end, and what they are compared with."""
    everyone = [
        *(Entry(name, name, 0) for name in _OTHER_NETWORKS),
        *(Entry(name, name, n_trials) for name in reversed(_BOOSTED)),
        Entry(_MEMBER_NETWORK, _MEMBER_NETWORK, 1),
        *(Entry(name, name, _MOST_OF_A_GRID) for name in _GRIDS),
        _PLAIN,
        Entry("majority", "majority", 0),
    ]
    return _of(families, everyone)


def quick_entries(families: Container[str] = FAMILIES) -> list[Entry]:
    """The same with the least that shows that everything works: its figures mean nothing."""
    everyone = [
        *(Entry(name, name, 0, {"epochs": 2}) for name in (*_OTHER_NETWORKS, _MEMBER_NETWORK)),
        *(Entry(name, name, 2) for name in (*_BOOSTED, *_GRIDS)),
        _PLAIN,
        Entry("majority", "majority", 0),
    ]
    return _of(families, everyone)


def _of(families: Container[str], everyone: Sequence[Entry]) -> list[Entry]:
    return [entry for entry in everyone if entry.family in families or entry is _PLAIN]


def member_names(n_genres: int) -> dict[str, tuple[str, ...]]:
    """Ensemble -> the families that it may have as members: those that can be served with so many genres.

    The one that is served does without a network: for half a percent nobody should have to install one to train.
    """
    exported = tuple(name for name in (*_BOOSTED, *_GRIDS, _MEMBER_NETWORK) if is_exported(name, n_genres))
    return {ENSEMBLE: tuple(name for name in exported if name != _MEMBER_NETWORK), WITH_NETWORK: exported}
