"""Copy what is deployed into a folder: functions/ as its .gcloudignore lets it through, with the lock as its requirements.txt.

python3 -m infra.source FOLDER

Prints a digest of it, which changes when anything that is deployed does. Needs nothing but Python.
"""

from __future__ import annotations

import argparse
import hashlib
import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FUNCTIONS = ROOT / "functions"
LOCK = "requirements.lock"


def copy_source(folder: Path) -> str:
    """The digest of what was copied: 40 hexadecimal digits, which fit in a label of Google Cloud."""
    shutil.copytree(FUNCTIONS, folder, ignore=shutil.ignore_patterns(*ignored_names()), dirs_exist_ok=True)
    shutil.copyfile(FUNCTIONS / LOCK, folder / "requirements.txt")
    return digest(folder)


def ignored_names() -> list[str]:
    lines = (FUNCTIONS / ".gcloudignore").read_text().splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def digest(folder: Path) -> str:
    """Of the names and contents of all files, whatever their order on the disk and their dates."""
    total = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        total.update(f"{path.relative_to(folder).as_posix()} {content}\n".encode())
    return total.hexdigest()[:40]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python3 -m infra.source", description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="an empty folder, or one that is not there yet")
    options = parser.parse_args()
    if options.folder.exists() and any(options.folder.iterdir()):
        parser.error(f"{options.folder} is not empty")
    print(copy_source(options.folder))


if __name__ == "__main__":
    main()
