"""The workflows run what is there, with no more rights than they need, and no key."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


def read(name: str) -> Any:
    return yaml.safe_load((ROOT / ".github" / "workflows" / f"{name}.yml").read_text())


def commands(workflow: Any) -> list[str]:
    return [step["run"] for job in workflow["jobs"].values() for step in job["steps"] if "run" in step]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_a_workflow_reads_the_repository_and_no_more_and_ends(path: Path) -> None:
    workflow = read(path.stem)
    assert workflow["permissions"].pop("contents") == "read"
    assert workflow["permissions"] in ({}, {"id-token": "write"})
    assert all(job["timeout-minutes"] <= 90 for job in workflow["jobs"].values())
    assert "secrets." not in path.read_text()


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_the_commands_of_a_workflow_are_there(path: Path) -> None:
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    for command in commands(read(path.stem)):
        # What somebody types into a form is never part of a command.
        assert "${{" not in command
        if command.startswith("make "):
            assert command.split()[1] in targets
        elif command.startswith("infra/"):
            assert (ROOT / command.split()[0]).exists()


def test_every_change_is_checked_as_anybody_checks_it() -> None:
    assert "make check" in commands(read("ci"))


def test_deploying_is_for_main_and_on_demand() -> None:
    workflow = read("deploy")
    # YAML 1.1 reads the word "on" as true.
    assert list(workflow[True]) == ["workflow_dispatch"]
    assert workflow["jobs"]["deploy"]["if"] == "github.ref == 'refs/heads/main'"
