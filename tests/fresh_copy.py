"""The repository as somebody has it who has just cloned it, and a shell as theirs.

Public names: fresh_copy, newcomers_environ.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from tests.documentation import ROOT

_LEFT_OUT = shutil.ignore_patterns(
    ".git", ".venv", "build", "bucket*", "reports", "collected", ".*_cache", "__pycache__", ".hypothesis", "settings.env"
)


def fresh_copy(folder: Path) -> Path:
    """`folder`, with the sources in it and the virtual environment of here, so that nothing is installed again."""
    shutil.copytree(ROOT, folder, ignore=_LEFT_OUT)
    (folder / ".venv").symlink_to(ROOT / ".venv")
    return folder


def newcomers_environ() -> dict[str, str]:
    """Without what the test runner set, and with nobody outside to ask."""
    runners = ("KAMERTON_", "MAKE", "MFLAGS", "PYTEST")
    return {name: value for name, value in os.environ.items() if not name.startswith(runners)} | {"KAMERTON_WORLD": "0"}
