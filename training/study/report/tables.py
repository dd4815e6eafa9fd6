"""The tables of a report.

Public names: accuracy_table, scores_table, cost_table, ablation_table, contradictions_table, parameter_tables, many_table,
data_table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from training.figures.style import signed
from training.models import BASELINES
from training.statistics.intervals import excludes_zero
from training.study.ablation import AS_SERVED
from training.study.comparison import ranked
from training.study.participants import UNTUNED
from training.study.report.cost_charts import megabytes
from training.study.report.model_names import called
from training.study.report.page import Cell, Folded, Table
from training.study.report.sentences import between, p_value

_NOTHING = "–"
_SPLITS = {"new_artists": "New artists", "random": "Random"}

Column = tuple[str, Callable[[Mapping[str, Any]], float | None], str, int]
"""Title; the value of a model, None where it has none; how it is written; 1 where more is better, -1 where less, 0 neither."""


def accuracy_table(study: Mapping[str, Any]) -> Table:
    """Both accuracies of all models with their intervals."""
    models = study["models"]
    columns: list[Column] = [
        (f"{title}, %", _of(split, "accuracy", 100), ".1f", 1) if name == "accuracy" else (title, _of(split, name), "", 0)
        for split, title, name in (
            *(("new_artists", "New artists", "accuracy"), ("new_artists", "95 %", "accuracy_95")),
            *(("random", "Random", "accuracy"), ("random", "95 %", "accuracy_95")),
        )
    ] + [
        ("New artists, core nine only, %", _of("new_artists", "core_only_accuracy", 100), ".1f", 1),
        ("Random, core nine only, %", _of("random", "core_only_accuracy", 100), ".1f", 1),
    ]
    return _of_models(
        study, "Accuracy of all models", models, columns, "Intervals are over folds. The best of a column stands out."
    )


def scores_table(study: Mapping[str, Any], split: str) -> Table:
    """All other figures of how right and how sure models are."""
    columns: list[Column] = [
        ("Macro F1", _of(split, "macro_f1"), ".3f", 1),
        ("In first two, %", _of(split, "top_2", 100), ".1f", 1),
        ("In first three, %", _of(split, "top_3", 100), ".1f", 1),
        ("ROC AUC", _of(split, "roc_auc"), ".3f", 1),
        ("Log loss before", _before(split, "log_loss"), ".3f", -1),
        ("Log loss after", _of(split, "log_loss"), ".3f", -1),
        ("Calibration error before, points", _before(split, "calibration_error", 100), ".1f", -1),
        ("Calibration error after, points", _of(split, "calibration_error", 100), ".1f", -1),
    ]
    note = (
        "Before and after: the temperature that is found inside the training folds. Calibration error is the mean distance of "
        "how sure a model is from how often it is right; who always says the same is calibrated, too."
    )
    return _of_models(study, f"{_SPLITS[split]}: how right, and how sure", study["models"], columns, note)


def cost_table(study: Mapping[str, Any]) -> Table:
    """What models cost to make and to serve."""
    models = {name: {**of, "footprint": study["footprints"].get(name, {})} for name, of in study["models"].items()}
    columns: list[Column] = [
        ("Tuning, s a fold", _of("new_artists", "tune_seconds"), ",.0f", 0),
        ("Fitting, s a fold", _of("new_artists", "fit_seconds"), ",.1f", 0),
        ("A track of many, ms", _of("new_artists", "predict_ms_a_track"), ".3f", 0),
        ("ONNX file", _of("footprint", "bytes"), "MB", -1),
        ("Loading, ms", _of("footprint", "load_ms"), ",.0f", -1),
        ("Memory, MB", _of("footprint", "memory_mb"), ",.1f", -1),
        ("One track, ms", _of("footprint", "predict_ms"), ".3f", -1),
    ]
    note = (
        "The first three as the family itself runs, on the folds of new artists; the others of its ONNX file, fitted on all "
        "rows. A dash: it is not served. Times are of one machine that may have been busy."
    )
    return _of_models(study, "What models cost", models, columns, note)


def ablation_table(study: Mapping[str, Any]) -> Table:
    """Each change in plain words, and what it does."""
    rows = study["ablation"]
    head = (
        *("Change", "What is done", "On new artists, that"),
        *("New artists, %", "Difference, points", "95 %", "Over folds"),
        *("Random, %", "Difference, points", "95 %", "Over folds"),
    )
    cells = [
        [
            Cell(f"{called(row['family'])}: {row['variant']}", "text"),
            Cell(row["what"], "text"),
            Cell(_said(row), "text"),
            *_difference(row["new_artists"], row["variant"]),
            *_difference(row["random"], row["variant"]),
        ]
        for row in rows
    ]
    served = [place for place, row in enumerate(rows) if row["variant"] == AS_SERVED.name]
    return Table("What each part of the recipe does", head, cells, "Intervals are over artists.", emphasis=served)


def contradictions_table(study: Mapping[str, Any]) -> Table:
    """With names, so that whoever knows the tracks may say who is right."""
    cells = [
        [
            Cell(row["title"], "name"),
            Cell(row["artists"], "name"),
            Cell(row["label"], "name"),
            Cell(row["predicted"], "name"),
            Cell(f"{100 * row['probability']:.1f}"),
            Cell(f"{100 * row['of_the_label']:.1f}"),
        ]
        for row in study["contradictions"]
    ]
    head = ("Track", "Artists", "Label in the data", "The champion says", "How sure, %", "Of the label, %")
    return Table("Most confident contradictions", head, cells, "By models that had not seen the artist.")


def parameter_tables(study: Mapping[str, Any]) -> Iterator[Folded]:
    """The parameters of each fold, a part to open for each model that has any."""
    for name in ranked(study["models"], "new_artists"):
        tables = [_parameters(study["models"][name][split], split) for split in _SPLITS]
        if any(table.rows for table in tables):
            trials = max(study["models"][name][split]["trials"] for split in _SPLITS)
            yield Folded(f"{called(name)}{f', {trials} trials a fold' if trials else ', not tuned'}", tables)


def many_table(study: Mapping[str, Any]) -> Table:
    """With many genres: a row a model and split."""
    rows = sorted(study["many_genres"], key=lambda row: (row["split"], -row["top_1"]))
    head = (
        *("Model", "Split", "First, %", "In three, %", "In five, %", "Core nine only, %", "Log loss", "Fitting, s"),
        *("ONNX file", "Loading, ms", "Memory, MB", "One track, ms"),
    )
    return Table("All models, first fold", head, [_many_cells(row) for row in rows], "Costs are of the models of new artists.")


def data_table(data: Mapping[str, Any]) -> Table:
    """Rows of each genre."""
    cells = [[Cell(genre, "name"), Cell(f"{number:,}")] for genre, number in data["genres"].items()]
    return Table("Rows of each genre", ("Genre", "Rows"), cells)


def _of(part: str, name: str, scale: float = 1) -> Callable[[Mapping[str, Any]], Any]:
    def value(model: Mapping[str, Any]) -> Any:
        found = model[part].get(name)
        return scale * found if isinstance(found, int | float) else found

    return value


def _before(split: str, name: str, scale: float = 1) -> Callable[[Mapping[str, Any]], float]:
    return lambda model: scale * model[split]["before_temperature"][name]


def _of_models(study: Mapping[str, Any], title: str, models: Mapping[str, Any], columns: Sequence[Column], note: str) -> Table:
    names = ranked(study["models"], "new_artists")
    cells = [[Cell(called(name), "text")] for name in names]
    for _, value_of, form, direction in columns:
        texts = [_written(value_of(models[name]), form) for name in names]
        best = _best({name: value_of(models[name]) for name in names if name not in BASELINES}, direction)
        for row, name, text in zip(cells, names, texts, strict=True):
            row.append(Cell(text, strong=best is not None and text == _written(best, form) and name not in BASELINES))
    quiet = [place for place, name in enumerate(names) if name in (*BASELINES, UNTUNED)]
    head = ("Model", *(name for name, *_ in columns))
    return Table(title, head, cells, note, [names.index(study["champion"])], quiet)


def _best(values: Mapping[str, float | None], direction: int) -> float | None:
    known = [value for value in values.values() if value is not None]
    if not direction or not known:
        return None
    return max(known) if direction > 0 else min(known)


def _written(value: Any, form: str) -> str:
    if value is None:
        return _NOTHING
    if form == "MB":
        return megabytes(value)
    return between(value) if isinstance(value, Sequence) else f"{value:{form}}"


def _difference(of: Mapping[str, Any], variant: str) -> list[Cell]:
    accuracy = Cell(f"{100 * of['accuracy']:.1f}")
    if variant == AS_SERVED.name:
        return [accuracy, *(Cell(_NOTHING) for _ in range(3))]
    told = excludes_zero(of["interval_95"])
    return [
        accuracy,
        Cell(signed(100 * of["difference"], 1), strong=told),
        Cell(between(of["interval_95"], signs=True)),
        Cell(p_value(of["p_over_folds"])),
    ]


def _said(row: Mapping[str, Any]) -> str:
    if row["variant"] == AS_SERVED.name:
        return "is what the others are compared with"
    if not excludes_zero(row["new_artists"]["interval_95"]):
        return "cannot be told from no change"
    return "is better than as served" if row["new_artists"]["difference"] > 0 else "is worse than as served"


def _parameters(of: Mapping[str, Any], split: str) -> Table:
    rows = [
        [Cell(f"Fold {number}", "text"), Cell(f"{temperature:.3f}"), Cell(_listed(parameters), "text")]
        for number, (parameters, temperature) in enumerate(zip(of["parameters"], of["temperatures"], strict=True), 1)
        if parameters
    ]
    return Table(_SPLITS[split], ("", "Temperature", "Parameters"), rows)


def _listed(parameters: Mapping[str, Any]) -> str:
    return "; ".join(f"{name}: {_plain(value)}" for name, value in parameters.items() if value is not None)


def _plain(value: Any) -> str:
    if isinstance(value, Mapping):
        return f"({', '.join(f'{name} {_plain(one)}' for name, one in value.items())})"
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _many_cells(row: Mapping[str, Any]) -> list[Cell]:
    footprint = row.get("footprint", {})
    shares = [row[name] for name in ("top_1", "top_3", "top_5", "core_only_top_1")]
    costs = [
        _written(footprint.get(name), form)
        for name, form in (("load_ms", ",.0f"), ("memory_mb", ",.1f"), ("predict_ms", ".3f"))
    ]
    return [
        Cell(f"{called(row['family'])}, {row['size']}", "text"),
        Cell(_SPLITS[row["split"]], "text"),
        *(Cell(f"{100 * share:.1f}") for share in shares),
        Cell(f"{row['log_loss']:.3f}"),
        Cell(f"{row['fit_seconds']:,.0f}"),
        Cell(_written(footprint.get("bytes"), "MB")),
        *(Cell(text) for text in costs),
    ]
