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
    assert workflow["permissions"] == {"contents": "read"}
    for name, job in workflow["jobs"].items():
        # Google takes the token of the one job that deploys.
        more = {"id-token": "write"} if name == "deploy" else {}
        assert job.get("permissions", {"contents": "read"}) == {"contents": "read"} | more
    assert all(job["timeout-minutes"] <= 90 for job in workflow["jobs"].values())
    assert "secrets." not in path.read_text()


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_every_action_is_one_that_nobody_can_change(path: Path) -> None:
    actions = re.findall(r"uses: (.*)", path.read_text())
    assert actions
    assert all(re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", action) for action in actions)
    steps = [step for job in read(path.stem)["jobs"].values() for step in job["steps"]]
    checkouts = [step for step in steps if step.get("uses", "").startswith("actions/checkout")]
    assert all(step["with"]["persist-credentials"] is False for step in checkouts)


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
