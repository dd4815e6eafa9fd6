"""Write the page of a study anew: `python -m training.study.report reports/study.json`. The study writes it when it ends."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from training.data.artifacts import read_json
from training.study.report.html_report import write_report


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m training.study.report", description="Write the page of a study anew.")
    parser.add_argument("study", type=Path, help="what `python -m training.study` wrote; the page is written beside it")
    parser.add_argument("--figures", type=Path, default=Path("reports/figures"), help="where explore wrote")
    options = parser.parse_args(arguments)
    page = options.study.with_suffix(".html")
    write_report(read_json(options.study, "study"), options.figures, page)
    print(f"-> {page}")


if __name__ == "__main__":
    main()
