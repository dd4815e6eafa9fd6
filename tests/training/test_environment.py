"""The environment that make makes: its Python finds functions/ in a command that is started without make."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
_SETTINGS_OF_MAKE = ("MAKE", "MFLAGS", "PYTHON")


def test_a_command_finds_functions_without_make(tmp_path: Path) -> None:
    shutil.copy(ROOT / "Makefile", tmp_path)
    for package in (tmp_path / "functions" / "kamerton", tmp_path / "training"):
        package.mkdir(parents=True)
        (package / "__init__.py").touch()
    (tmp_path / "training" / "prepare.py").write_text("import kamerton\nprint(kamerton.__file__)\n")
    environ = {name: value for name, value in os.environ.items() if not name.startswith(_SETTINGS_OF_MAKE)}
    make = ["make", ".venv/path.done", f"PYTHON={sys.executable}"]
    subprocess.run(make, cwd=tmp_path, env=environ, check=True, timeout=300, capture_output=True)
    command = [".venv/bin/python", "-m", "training.prepare"]
    printed = subprocess.run(command, cwd=tmp_path, env=environ, check=True, timeout=60, capture_output=True, text=True).stdout
    assert Path(printed.strip()) == tmp_path / "functions" / "kamerton" / "__init__.py"
    # The environment may be reached by a link, as from another checkout: its paths are those of the link.
    other = tmp_path / "other"
    shutil.copytree(tmp_path / "functions", other / "functions")
    shutil.copytree(tmp_path / "training", other / "training")
    (other / ".venv").symlink_to(tmp_path / ".venv")
    printed = subprocess.run(command, cwd=other, env=environ, check=True, timeout=60, capture_output=True, text=True).stdout
    assert Path(printed.strip()) == other / "functions" / "kamerton" / "__init__.py"
