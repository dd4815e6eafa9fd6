"""Reading lists of requirements and their lock."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
LIST = ROOT / "functions" / "requirements.txt"
LOCK = ROOT / "functions" / "requirements.lock"


def pins(text: str) -> dict[str, str]:
    """The version of each package by its normalised name (https://packaging.python.org/en/latest/specifications/name-normalization).

    Raises `AssertionError` at a line that is no pin.
    """
    lines = [line.removesuffix("\\").strip() for line in text.splitlines()]
    found = {}
    for line in lines:
        if not line or line.startswith(("#", "--hash=sha256:")):
            continue
        pin = re.fullmatch(r"([A-Za-z0-9._-]+)==([A-Za-z0-9.!+]+)", line)
        assert pin, f"not pinned: {line}"
        found[re.sub(r"[-_.]+", "-", pin[1]).lower()] = pin[2]
    return found


def hashes(text: str) -> dict[str, int]:
    """How many hashes each package has."""
    entries = re.split(r"\n(?=[A-Za-z])", re.sub(r"^#.*\n", "", text, flags=re.MULTILINE))
    return {entry.partition("==")[0].strip(): len(re.findall(r"--hash=sha256:[0-9a-f]{64}\b", entry)) for entry in entries}
