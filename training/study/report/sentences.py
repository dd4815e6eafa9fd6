"""What the figures of a study say, in sentences: none says more than its figures.

Public names: points, percent, between, p_value, verdict, short_answer, why_champion, judged_so, first_two, calibration_said,
powers_said, ablation_said, bounds_said.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from training.figures.style import percent, signed
from training.statistics.intervals import excludes_zero
from training.study.ablation import AS_SERVED
from training.study.comparison import ranked
from training.study.participants import UNTUNED
from training.study.report.model_names import called

Interval = Sequence[float | None]

_SURE = 0.05


def points(difference: float) -> str:
    """A difference of accuracies, as "+1.3 points"."""
    shown = signed(100 * difference, 1)
    return f"{shown} point" if shown[1:] == "1.0" else f"{shown} points"


def between(interval: Interval, *, signs: bool = False) -> str:
    """An interval of shares in percent, "61.2 to 66.0"; of differences with `signs`. Accuracies end at 0 and 100."""
    low, high = interval
    if low is None or high is None:
        return "not known"
    if signs:
        return f"{signed(100 * low, 1)} to {signed(100 * high, 1)}"
    return f"{100 * max(low, 0):.1f} to {100 * min(high, 1):.1f}"


def p_value(p: float) -> str:
    return "p < 0.001" if p < 0.001 else f"p = {p:.3f}" if p < 0.1 else f"p = {p:.2f}"


def verdict(difference: Mapping[str, Any]) -> str:
    """Whether the difference can be told from none, by its interval over artists."""
    if not excludes_zero(difference["interval_95"]):
        return "the interval holds zero, so these tracks do not show that either is better"
    side = "better" if difference["difference"] > 0 else "worse"
    unsure = "" if difference["p_over_folds"] < _SURE else ", though the test over folds does not confirm it"
    return f"the interval excludes zero, so it is {side} by more than the choice of artists explains{unsure}"


def short_answer(study: Mapping[str, Any]) -> Iterator[str]:
    """A paragraph each: how good the champion is, what tuning was worth, and how it came to be the champion."""
    winner, models = study["champion"], study["models"]
    new, random = (models[winner][split] for split in ("new_artists", "random"))
    yield (
        f"The champion, {called(winner)}, names the right one of {len(new['confusion'])} genres for "
        f"{percent(new['accuracy'], 1)} of the tracks of artists that it never saw (95 % interval over folds: "
        f"{between(new['accuracy_95'])} %), and for {percent(random['accuracy'], 1)} ({between(random['accuracy_95'])} %) "
        f"when tracks are dealt out at random, so that artists and recordings are on both sides. {_against_majority(models)}"
    )
    of = study["comparisons"]["new_artists"]["champion_over_untuned"]
    at_random = study["comparisons"]["random"]["champion_over_untuned"]
    yield (
        f"Against {called(UNTUNED)}, which is what anyone has after an hour, it is {points(of['difference'])} on new artists "
        f"(interval over artists: {between(of['interval_95'], signs=True)}; over folds {p_value(of['p_over_folds'])}): "
        f"{verdict(of)}. At random it is {points(at_random['difference'])} "
        f"({between(at_random['interval_95'], signs=True)}): {verdict(at_random)}."
    )
    yield why_champion(study)


def _against_majority(models: Mapping[str, Any]) -> str:
    if "majority" not in models:
        return ""
    least = models["majority"]["new_artists"]["accuracy"]
    return f"Whoever always says the most frequent genre is right for {percent(least, 1)} of new artists' tracks."


def why_champion(study: Mapping[str, Any]) -> str:
    winner, models = study["champion"], study["models"]
    first = ranked(models, "new_artists")[0]
    rule = (
        "The champion is, of the models that can be served and are not shown to be less accurate on new artists than the best "
        f"of them, the one with the least log loss ({models[winner]['new_artists']['log_loss']:.3f})."
    )
    ahead = models[first]["new_artists"]["accuracy"] - models[winner]["new_artists"]["accuracy"]
    if ahead > 0:
        return f"{rule} By accuracy alone {called(first)} is ahead of it, {points(ahead)}."
    return f"{rule} No model is more accurate on new artists."


def first_two(study: Mapping[str, Any], split: str) -> str:
    """The first against the second, by accuracy."""
    pair = study["comparisons"][split]["first_over_second"]
    where = {"new_artists": "On new artists", "random": "At random"}[split]
    return (
        f"{where} {called(pair['ours'])} comes first and {called(pair['theirs'])} second: {points(pair['difference'])} "
        f"(interval over artists: {between(pair['interval_95'], signs=True)}; over folds {p_value(pair['p_over_folds'])}); "
        f"{verdict(pair)}."
    )


def judged_so(study: Mapping[str, Any]) -> Iterator[str]:
    """The protocol in plain words."""
    splits = study["splits"]
    some = study["models"][study["champion"]]["new_artists"]
    yield (
        f"Two figures always stand side by side. Random: {_rows_of(splits['random'])} are dealt into folds as they come. It "
        "can be compared with what others publish, and is too kind, since an artist, and even a recording, may be on both "
        f"sides. New artists: {_rows_of(splits['new_artists'])}, one row a recording, are dealt out by whole artists. This is "
        "what a listener gets for a track of an artist that the model never saw."
    )
    yield (
        f"Each figure is of {len(some['accuracy_of_folds'])} folds: a model is fitted without a fold and asked about it. What "
        "is searched for a model, which is its parameters, an ensemble's members, the temperature and how much an artist's "
        "many tracks count, is found by folds inside the rows that it is fitted on."
    )
    yield (
        "Some things are the same in all folds, and were settled before, on the catalogs that this project began with: the "
        "features, the rest of the recipe, the limits of the searches, the parameters of models that are not tuned, and those "
        "kept in the repository, with which the recipe is compared, features are weighed, and LightGBM judges how much an "
        "artist's many tracks count. And the champion is chosen by the folds that "
        "it is judged by. For both its figures are a little too kind."
    )
    yield (
        "An accuracy has an interval over folds (Student's t). That one model is better than another is said by the "
        "difference on the same tracks: by its interval when whole artists are drawn again 2,000 times, and by a test over "
        "folds that allows for the rows that they share (Nadeau and Bengio, 2003). The interval of a single accuracy does not "
        "allow for them, and is rather too narrow. “Core nine only” asks the same model with nothing but the nine features "
        "that every source has, as fine as the table has them: a source that hears a tempo only roughly tells less."
    )


def _rows_of(split: Mapping[str, int]) -> str:
    return f"{split['rows']:,} rows by {split['artists']:,} first artists"


def calibration_said(study: Mapping[str, Any]) -> str:
    """What the temperature does to the champion on new artists."""
    of = study["models"][study["champion"]]["new_artists"]
    before, after = of["before_temperature"]["calibration_error"], of["calibration_error"]
    change = "lowers" if after < before else "raises" if after > before else "leaves"
    by = f" from {100 * before:.1f} to {100 * after:.1f} points" if after != before else f" at {100 * after:.1f} points"
    return (
        f"On new artists the temperature {change} the calibration error{by}, and log loss goes from "
        f"{of['before_temperature']['log_loss']:.3f} to {of['log_loss']:.3f}. It changes no winner, so accuracy stays as it is."
    )


def powers_said(powers: Mapping[str, Sequence[float]]) -> str:
    """How much an artist's many tracks count, as the inner folds of each split chose."""
    chosen = {split: ", ".join(f"{power:g}" for power in of) for split, of in powers.items()}
    means = {split: sum(of) / len(of) for split, of in powers.items()}
    why = ": where the same artists come again, it pays to know them well" if means["random"] > means["new_artists"] else ""
    return (
        "A row counts as the number of its artist's rows to a power, of which -0.5 is 1/sqrt and 0 makes all rows equal. Inner "
        f"folds chose, fold by fold, {chosen['new_artists']} for new artists and {chosen['random']} at random{why}."
    )


def ablation_said(rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """What can be told from chance among the changes of the recipe."""
    changes = [row for row in rows if row["variant"] != AS_SERVED.name]
    for side, words in ((1, "wins"), (-1, "loses")):
        told = [
            f"“{row['variant']}” with {called(row['family'])} ({points(row['new_artists']['difference'])})"
            for row in changes
            if excludes_zero(row["new_artists"]["interval_95"]) and side * row["new_artists"]["difference"] > 0
        ]
        if told:
            yield f"On new artists, this {words} accuracy by more than the choice of artists explains: {', '.join(told)}."
    n_unclear = sum(not excludes_zero(row["new_artists"]["interval_95"]) for row in changes)
    yield (
        f"Of {len(changes)} changes, {n_unclear} cannot be told from none on new artists. Where many intervals are looked at, "
        "about one in twenty excludes zero by chance alone."
    )


def bounds_said(bound: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """How far labels can be trusted, as far as they tell themselves."""
    ids, titles, artists = (bound[name] for name in ("same_id", "same_title_and_artists", "same_first_artist"))
    if ids["rows"]:
        yield (
            f"{ids['groups']:,} track ids are filed under more than one genre ({ids['rows']:,} rows). Sound cannot say which "
            f"row is meant, so at best {percent(ids['most_frequent_label'], 1)} of these rows can be right."
        )
    else:
        yield "No track id is filed under two genres."
    if titles["rows"]:
        yield (
            f"{titles['groups']:,} titles stand in the table more than once by the same artists ({titles['rows']:,} rows). "
            f"Two of such rows have one label in {percent(titles['pairs_that_agree'], 1)} of all pairs; whoever always said "
            f"the most frequent label of the title would be right for {percent(titles['most_frequent_label'], 1)}."
        )
    if artists["rows"]:
        yield (
            f"Of artists with several tracks ({artists['groups']:,}, with {artists['rows']:,} tracks), two tracks have one "
            f"label in {percent(artists['pairs_that_agree'], 1)} of all pairs; knowing nothing but the artist's most frequent "
            f"label one would be right for {percent(artists['most_frequent_label'], 1)}. Labels often are of artists, and "
            "models do not see artists."
        )
