"""Install what package-lock.json names, without running anything of it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.node import INSTALLED, NODE, NPM

OPTIONS = ("--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error")


def main() -> int:
    INSTALLED.mkdir(exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copyfile(Path(__file__).with_name(name), INSTALLED / name)
    # Packages with programs of their own start `node`.
    environ = {**os.environ, "PATH": f"{NODE.parent}{os.pathsep}{os.environ['PATH']}"}
    return subprocess.run([NODE, NPM, "ci", *OPTIONS], cwd=INSTALLED, env=environ, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
