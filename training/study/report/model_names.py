"""Models as a reader knows them.

Public names: FAMILY_NAMES, called.
"""

from __future__ import annotations

FAMILY_NAMES = {
    "lightgbm": "LightGBM",
    "catboost": "CatBoost",
    "xgboost": "XGBoost",
    "extra_trees": "Extra trees",
    "ensemble": "Ensemble",
    "ensemble_with_network": "Ensemble with TabM",
    "svm": "SVM",
    "mlp": "MLP",
    "tabm": "TabM",
    "cnn": "CNN",
    "rnn": "RNN",
    "lstm": "LSTM",
    "nearest_neighbours": "Nearest neighbours",
    "majority": "Most frequent genre",
    "untuned_lightgbm": "LightGBM, untuned",
}


def called(name: str) -> str:
    """The name of a model in words; of one that is not known here, its own."""
    return FAMILY_NAMES.get(name, name.replace("_", " "))
