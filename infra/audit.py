"""Look for what is deployed in a file of known vulnerabilities, where PyPI's own cannot be asked.

python -m infra.audit --advisories all.zip     records in OSV's form: a zip of them, as https://osv.dev has one; or JSON
python -m infra.audit --failed                 say whether a failed `pip-audit` could look at all

Ends with 1 when something is found, and with 2 when nobody could look.
"""

from __future__ import annotations

import argparse
import json
import re
import socket
import sys
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

LOCK = Path(__file__).resolve().parent.parent / "functions" / "requirements.lock"
_ADVISORIES_HOST = ("pypi.org", 443)
_LOCKED = re.compile(r"^([A-Za-z0-9._-]+)==([^\s\\;]+)", re.MULTILINE)
_LARGEST = 64 * 1024 * 1024


def locked(text: str) -> dict[str, Version]:
    """The packages of a lock with their versions, by canonical name."""
    return {canonicalize_name(name): Version(version) for name, version in _LOCKED.findall(text)}


def records(path: Path) -> Iterator[Mapping[str, Any]]:
    """The advisories of a file: a zip of JSON files, or JSON, an advisory or a list of them. Raises `ValueError`, `OSError`."""
    if not zipfile.is_zipfile(path):
        value = json.loads(path.read_text())
        yield from value if isinstance(value, list) else [value]
        return
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if name.endswith(".json") and archive.getinfo(name).file_size < _LARGEST:
                yield json.loads(archive.read(name))


def found(packages: Mapping[str, Version], advisories: Iterator[Mapping[str, Any]]) -> list[str]:
    """A line for each advisory that is about a locked version."""
    lines = []
    for advisory in advisories:
        if advisory.get("withdrawn"):
            continue
        for affected in advisory.get("affected", []):
            package = affected.get("package", {})
            name = canonicalize_name(str(package.get("name", "")))
            if package.get("ecosystem") == "PyPI" and name in packages and _is_affected(packages[name], affected):
                lines.append(f"{name} {packages[name]}: {advisory.get('id')} {advisory.get('summary') or ''}".rstrip())
    return sorted(set(lines))


def _is_affected(version: Version, affected: Mapping[str, Any]) -> bool:
    if str(version) in affected.get("versions", []):
        return True
    return any(
        _within(version, part.get("events", [])) for part in affected.get("ranges", []) if part.get("type") == "ECOSYSTEM"
    )


def _within(version: Version, events: list[Mapping[str, str]]) -> bool:
    """Whether the version lies between an "introduced" and the "fixed" or "last_affected" after it; the events are in order."""
    inside = False
    for event in events:
        (kind, text), *_ = event.items()
        try:
            bound = Version(text)
        except InvalidVersion:
            continue
        if kind == "introduced" and version >= bound:
            inside = True
        elif (kind == "fixed" and version >= bound) or (kind == "last_affected" and version > bound):
            inside = False
    return inside


def _failed() -> int:
    try:
        socket.create_connection(_ADVISORIES_HOST, timeout=3).close()
    except OSError:
        print("audit: nobody has looked: PyPI's advisories cannot be reached. Take a file of them, as in", file=sys.stderr)
        print("audit: make audit ADVISORIES=all.zip (https://osv.dev publishes one for PyPI)", file=sys.stderr)
        return 2
    return 1


def _looked_up(path: Path) -> int:
    packages = locked(LOCK.read_text())
    try:
        lines = found(packages, records(path))
    except (OSError, ValueError, AttributeError, TypeError) as error:
        print(f"audit: nobody has looked: {path} is no file of advisories in OSV's form ({error})", file=sys.stderr)
        return 2
    for line in lines:
        print(line)
    print(f"audit: {len(lines)} known vulnerabilities in {len(packages)} packages, by {path.name}")
    return 1 if lines else 0


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m infra.audit", description=__doc__.splitlines()[0])
    parser.add_argument("--advisories", type=Path, help="a zip of OSV records, or JSON")
    parser.add_argument("--failed", action="store_true", help="after a pip-audit that failed: say why")
    options = parser.parse_args()
    raise SystemExit(_looked_up(options.advisories) if options.advisories else _failed())


if __name__ == "__main__":
    main()
