"""The page of a study: complete, safe whatever a track is called, and never saying more than its figures."""

from __future__ import annotations

import copy
import json
import re
from base64 import b64decode
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from tests.training.studies import CHAMPION, SHARES, made_study, made_study_of_many
from training.figures import style
from training.figures.gallery import Chart, write_gallery
from training.study.report import sentences
from training.study.report.__main__ import main
from training.study.report.html_report import write_report
from training.study.report.model_names import called

VOID = {"meta", "img", "br", "hr", "link", "input"}
HOSTILE = '</td><script>alert("1")</script> \u202eevil\u202d & 🎻 \x00\x1b'


class Opened(HTMLParser):
    """A page as a browser would take it in, strictly: texts, attributes, and whether every element is closed in its turn."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.addresses: list[str] = []
        self.texts: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag not in VOID:
            self.open.append(tag)
        for name, value in attrs:
            assert not name.startswith("on")
            if name == "id":
                self.ids.append(value or "")
            if name in {"src", "href", "srcset", "action", "data", "poster"}:
                self.addresses.append(value or "")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", " ".join(self.texts))


@pytest.fixture(scope="module")
def study() -> dict[str, Any]:
    return made_study()


def written(study: dict[str, Any], folder: Path, figures: Path | None = None) -> str:
    write_report(study, figures, folder / "study.html")
    return (folder / "study.html").read_text()


@pytest.fixture(scope="module")
def page(study: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> str:
    return written(study, tmp_path_factory.mktemp("report"))


def test_why_artists_count_is_said_only_where_the_figures_say_it() -> None:
    said = sentences.powers_said({"random": [0.0, 0.0], "new_artists": [-0.5, 0.0]})
    assert "-0.5, 0 for new artists and 0, 0 at random: where the same artists come again" in said
    assert "it pays" not in sentences.powers_said({"random": [-0.5, 0.0], "new_artists": [0.0, -0.5]})


def test_every_model_is_there_with_its_figures(study: dict[str, Any], page: str) -> None:
    text = Opened(page).text
    for name in SHARES:
        assert called(name) in text
        for of in study["models"][name].values():
            assert all(f"{100 * of[figure]:.1f}" in text for figure in ("accuracy", "core_only_accuracy", "top_2", "top_3"))
            assert all(f"{of[figure]:.3f}" in text for figure in ("macro_f1", "log_loss", "roc_auc"))
            assert f"{of['before_temperature']['log_loss']:.3f}" in text


def test_what_was_asked_and_how_is_told(study: dict[str, Any], page: str) -> None:
    text = Opened(page).text
    for words in (
        *("The short answer", "How it was judged", "has no tempo", study["data"]["fingerprint"], "table.csv", "numpy 2.4.6"),
        *("CATALOG=table.csv TRIALS=7", "python -m training.study", "2026-01-02", "rate: 0.05", "0.4 MB"),
        "the champion is chosen by the folds that it is judged by",
        *(row["what"] for row in study["ablation"]),
        *(row["title"] for row in study["contradictions"]),
        *study["data"]["genres"],
    ):
        assert words in text


def test_it_is_complete_in_itself(page: str) -> None:
    opened = Opened(page)
    assert not {"script", "link", "iframe", "object", "embed", "base"} & set(opened.tags)
    inside = [address for address in opened.addresses if not address.startswith("#")]
    assert len(inside) == 9
    assert all(address.startswith(("data:image/svg+xml;base64,", "data:image/png;base64,")) for address in inside)
    assert not re.search(r"@import|url\(|https?://", page)
    assert len(page) < 5_000_000


def test_pictures_ask_for_nothing_either(page: str) -> None:
    for address in Opened(page).addresses:
        if address.startswith("data:image/svg"):
            picture = b64decode(address.split(",")[1]).decode()
            assert "<script" not in picture
            assert not re.search(r'href="[^#]|<image|@import', picture)


def test_it_is_well_formed(page: str) -> None:
    opened = Opened(page)
    assert opened.open == []
    assert len(opened.ids) == len(set(opened.ids))
    assert {address[1:] for address in opened.addresses if address.startswith("#")} <= set(opened.ids)
    assert opened.tags.count("h1") == 1


def test_hostile_names_stay_texts(study: dict[str, Any], tmp_path: Path) -> None:
    study = json.loads(json.dumps(study).replace('"ambient"', json.dumps(HOSTILE)))
    study["contradictions"][0] |= {"title": HOSTILE, "artists": HOSTILE}
    study["data"]["source"] = HOSTILE
    study["data"]["dropped"] = {HOSTILE: 1}
    page = written(study, tmp_path)
    opened = Opened(page)
    assert "script" not in opened.tags
    assert opened.open == []
    assert "<bdi>&lt;/td&gt;&lt;script&gt;" in page
    assert not re.search("[\x00-\x08\x0b-\x1f]", page)
    assert "🎻" in opened.text


def test_only_a_quick_study_warns(study: dict[str, Any], page: str, tmp_path: Path) -> None:
    many = made_study_of_many()
    for quick, text in (
        (False, Opened(page).text),
        (True, Opened(written({**study, "quick": True}, tmp_path)).text),
        (False, Opened(written(many, tmp_path)).text),
        (True, Opened(written({**many, "quick": True}, tmp_path)).text),
    ):
        assert ("figures mean nothing" in text) == quick
        assert ("QUICK=1" in text) == quick


@pytest.mark.parametrize(
    ("interval", "difference", "said"),
    [
        ([0.01, 0.05], 0.03, "excludes zero, so it is better"),
        ([-0.05, -0.01], -0.03, "excludes zero, so it is worse"),
        ([-0.01, 0.05], 0.02, "do not show that either is better"),
        ([0.0, 0.05], 0.02, "do not show that either is better"),
        ([None, None], 0.02, "do not show that either is better"),
    ],
)
def test_a_difference_is_claimed_only_when_its_interval_excludes_zero(
    interval: list[float | None], difference: float, said: str, study: dict[str, Any]
) -> None:
    study = copy.deepcopy(study)
    of = study["comparisons"]["new_artists"]
    of["champion_over_untuned"] |= {"interval_95": interval, "difference": difference}
    of["first_over_second"] |= {"interval_95": interval, "difference": difference}
    assert said in list(sentences.short_answer(study))[1].split("At random")[0]
    assert said in sentences.first_two(study, "new_artists")


def test_a_test_over_folds_that_disagrees_is_told() -> None:
    difference = {"difference": 0.03, "interval_95": [0.01, 0.05], "p_over_folds": 0.3}
    assert "does not confirm" in sentences.verdict(difference)
    assert "does not confirm" not in sentences.verdict(difference | {"p_over_folds": 0.01})


def test_a_model_that_is_ahead_of_the_champion_is_named(study: dict[str, Any]) -> None:
    assert "No model is more accurate" in sentences.why_champion(study)
    study = copy.deepcopy(study)
    study["champion"] = "mlp"
    assert f"By accuracy alone {called(CHAMPION)} is ahead" in sentences.why_champion(study)


def test_the_recipe_helps_only_where_it_can_be_told(study: dict[str, Any]) -> None:
    rows = copy.deepcopy(study["ablation"])
    for row in rows:
        row["new_artists"] |= {"difference": 0.01, "interval_95": [-0.01, 0.03]}
    (nothing,) = sentences.ablation_said(rows)
    assert "cannot be told from none" in nothing
    rows[1]["new_artists"] |= {"difference": -0.02, "interval_95": [-0.03, -0.01]}
    loses, _ = sentences.ablation_said(rows)
    assert f"loses accuracy by more than the choice of artists explains: “{rows[1]['variant']}”" in loses


def test_intervals_of_accuracies_end_where_accuracies_do() -> None:
    assert sentences.between([-0.1, 1.2]) == "0.0 to 100.0"
    assert sentences.between([-0.012, 0.02], signs=True) == "−1.2 to +2.0"


def test_the_gallery_of_the_catalog_is_shown_when_it_is_there(page: str, tmp_path: Path) -> None:
    assert "The catalog in pictures" not in page
    chart = Chart("one", "A <title>", "A caption & more", style.new_figure(1))
    write_gallery([chart], tmp_path / "figures")
    opened = Opened(written(made_study_of_many(), tmp_path, tmp_path / "figures"))
    assert {"The catalog in pictures", "A caption & more"} <= set(opened.texts)
    assert len([address for address in opened.addresses if address.startswith("data:")]) == 2


def test_many_genres_have_a_page_of_their_own(tmp_path: Path) -> None:
    study = made_study_of_many()
    opened = Opened(written(study, tmp_path))
    assert opened.open == []
    assert len(opened.ids) == len(set(opened.ids))
    for row in study["many_genres"]:
        assert f"{called(row['family'])}, {row['size']}" in opened.text
        assert f"{100 * row['top_1']:.1f}" in opened.text
    assert "no intervals" in opened.text
    assert "The champion:" not in opened.text


def test_what_was_not_done_is_left_out(study: dict[str, Any], tmp_path: Path) -> None:
    study = {**study, "learning_curves": {}, "footprints": {}, "ablation": [], "contradictions": []}
    del study["made"]
    text = Opened(written(study, tmp_path)).text
    assert "How networks learn" not in text
    assert "Of 0 changes" not in text
    assert "number of its artist's rows" in text


def test_the_page_can_be_written_anew(tmp_path: Path) -> None:
    study = made_study_of_many()
    before = written(study, tmp_path)
    (tmp_path / "study.json").write_text(json.dumps(study))
    (tmp_path / "study.html").unlink()
    main([str(tmp_path / "study.json"), "--figures", str(tmp_path)])
    assert (tmp_path / "study.html").read_text() == before
