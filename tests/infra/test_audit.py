"""`python -m infra.audit`: what is deployed against a file of advisories."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from packaging.version import Version

from infra.audit import LOCK, found, locked

ROOT = Path(__file__).parents[2]


def advisory(name: str, *events: tuple[str, str], **fields: Any) -> dict[str, Any]:
    ranges = [{"type": "ECOSYSTEM", "events": [{kind: version} for kind, version in events]}] if events else []
    affected = {"package": {"ecosystem": "PyPI", "name": name}, "ranges": ranges, "versions": fields.pop("versions", [])}
    return {"id": "GHSA-test", "summary": "It breaks", "affected": [affected], **fields}


def run(path: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "infra.audit", "--advisories", path]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize(
    ("events", "affected"),
    [
        ([("introduced", "0")], True),
        ([("introduced", "0"), ("fixed", "3.1.4")], True),
        ([("introduced", "0"), ("fixed", "3.1.3")], False),
        ([("introduced", "3.1.3"), ("last_affected", "3.1.3")], True),
        ([("introduced", "3.2")], False),
        ([("introduced", "0"), ("fixed", "2.0"), ("introduced", "3.0"), ("fixed", "4.0")], True),
        ([("introduced", "0"), ("fixed", "2.0"), ("introduced", "3.2"), ("fixed", "4.0")], False),
        ([("introduced", "no version")], False),
    ],
)
def test_a_version_within_a_range_is_found(events: list[tuple[str, str]], affected: bool) -> None:
    assert bool(found({"flask": Version("3.1.3")}, iter([advisory("Flask", *events)]))) is affected


def test_other_packages_ecosystems_and_withdrawn_advisories_do_not_count() -> None:
    packages = {"flask": Version("3.1.3")}
    other = advisory("flask", ("introduced", "0"))
    other["affected"][0]["package"]["ecosystem"] = "npm"
    withdrawn = advisory("flask", ("introduced", "0"), withdrawn="2026-01-01")
    assert found(packages, iter([other, withdrawn, advisory("jinja2", ("introduced", "0")), {}])) == []
    assert found(packages, iter([advisory("flask", versions=["3.1.3"])])) == ["flask 3.1.3: GHSA-test It breaks"]


def test_the_lock_is_read_whole() -> None:
    packages = locked(LOCK.read_text())
    assert len(packages) > 40
    assert {"flask", "google-api-python-client", "typing-extensions"} <= set(packages)


def test_a_file_of_advisories_is_enough(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("GHSA-test.json", json.dumps(advisory("flask", ("introduced", "0"))))
        archive.writestr("README.md", "no advisory")
    done = run(tmp_path / "all.zip")
    assert (done.returncode, done.stdout.splitlines()[0].endswith("GHSA-test It breaks")) == (1, True)
    (tmp_path / "none.json").write_text("[]")
    done = run(tmp_path / "none.json")
    assert (done.returncode, "0 known vulnerabilities" in done.stdout) == (0, True)


@pytest.mark.parametrize("text", [None, "", "no JSON", "[7]", '{"affected": 7}'])
def test_what_is_no_file_of_advisories_is_no_clean_bill(tmp_path: Path, text: str | None) -> None:
    path = tmp_path / "advisories.json"
    if text is not None:
        path.write_text(text)
    done = run(path)
    assert (done.returncode, "nobody has looked" in done.stderr) == (2, True)
    assert "Traceback" not in done.stderr
