"""README and docs: links lead somewhere, files that are named are there, and the tables have what the code has."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from kamerton.settings import Settings
from tests.documentation import PAGES, README, ROOT, anchors, links

_MOST_LINES = 250
# A path in code style. Those without a folder are objects of a release or scripts of a table, unless they are modules.
_PATH = re.compile(r"`([\w.-]+(?:/[\w.-]+)+/?|\w+\.py|\w+/)`")
_MADE = (
    "build",
    "bucket",
    "collected",
    "reports",
    "releases",
    "cache",
    "quota",
    "updates",
    "languages",
    "likes",
    "taste",
    "secrets",
)
"""Folders that the commands make, or that are in a bucket."""
_YOURS = "infra/settings.env"


class Recording(Mapping[str, str]):
    """An environment in which nothing is set, and which remembers what was looked for."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def __getitem__(self, name: str) -> str:
        self.names.add(name)
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


@pytest.mark.parametrize("page", [*PAGES, *sorted((ROOT / "infra").glob("*.md"))], ids=lambda page: page.name)
def test_every_link_between_the_pages_leads_somewhere(page: Path) -> None:
    for link in links(page):
        if "://" in link:
            continue
        path, _, anchor = link.partition("#")
        target = page if not path else page.parent / path
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


def test_every_page_of_the_docs_is_linked_from_the_readme() -> None:
    assert {f"docs/{page.name}" for page in PAGES if page != README} <= set(links(README))


def test_the_readme_is_short() -> None:
    assert len(README.read_text().splitlines()) <= _MOST_LINES


@pytest.mark.parametrize("page", [page for page in PAGES if page != README], ids=lambda page: page.name)
def test_every_page_begins_by_what_it_is_for(page: Path) -> None:
    heading, paragraph, *_ = page.read_text().split("\n\n")
    assert heading.startswith("# ")
    assert paragraph.startswith("This page is for whoever ")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_file_that_is_named_is_there(page: Path) -> None:
    paths = [path for path in _PATH.findall(page.read_text()) if path.split("/")[0] not in _MADE and path != _YOURS]
    bases = (ROOT, ROOT / "functions" / "kamerton", ROOT / "infra")
    assert [path for path in paths if not any((base / path).exists() for base in bases)] == []


def test_the_settings_are_those_that_are_read() -> None:
    environ = Recording()
    Settings.from_environ(environ)
    # The names of the revision and the service are the platform's to set, and nobody's to choose.
    names = environ.names - {"K_REVISION", "K_SERVICE"}
    text = (ROOT / "docs" / "settings.md").read_text()
    rows = [line.split("|")[1] for line in text.splitlines() if line.startswith("| `")]
    assert sorted(name for row in rows for name in re.findall(r"`(\w+)`", row)) == sorted(names)
    assert f"the {len(names)} environment variables" in " ".join(text.split())
    assert f"[{len(names)} settings](docs/settings.md)" in README.read_text()


def test_the_commands_of_make_that_are_named_are_there() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for page in PAGES:
        assert set(re.findall(r"(?:`|^)make ([a-z-]+)", page.read_text(), re.MULTILINE)) <= targets, page


def test_what_touches_google_is_seen_by_its_name() -> None:
    makefile = (ROOT / "Makefile").read_text()
    rules = re.findall(r"^([a-z-]+):.*\n((?:\t.*\n)*)", makefile, re.MULTILINE)
    touching = {name for name, commands in rules if re.search(r"infra/\w+\.sh|\$\(MAKE\).* cloud-", commands)}
    assert touching
    assert all(name.startswith("cloud-") for name in touching)
    assert touching == {name for name, _ in rules if name.startswith("cloud-")}
