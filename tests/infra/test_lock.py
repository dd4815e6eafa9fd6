"""What is deployed is pinned, and the lock is of the list."""

from __future__ import annotations

import pytest

from tests.infra.locks import LIST, LOCK, hashes, pins


def test_the_list_pins_every_version() -> None:
    assert pins(LIST.read_text())


def test_the_lock_has_the_versions_of_the_list_and_no_package_more() -> None:
    # If not: make lock. A package that the lock has and the list lacks came along with another; pin it in the list too.
    assert pins(LOCK.read_text()) == pins(LIST.read_text())


def test_the_lock_has_hashes_for_every_package() -> None:
    assert min(hashes(LOCK.read_text()).values()) >= 1


@pytest.mark.parametrize("word", ["index-url", "find-links", "trusted-host", "://", "@ "])
def test_the_lock_names_no_place_to_install_from(word: str) -> None:
    assert word not in LOCK.read_text()
