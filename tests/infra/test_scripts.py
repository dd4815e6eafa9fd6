"""What holds for every script: it can be read, asked and tried before it is run, and stops with a sentence."""

from __future__ import annotations

import importlib
import json
import re
import shlex
import shutil
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from tests.infra.clouds import INFRA, ROOT, SCRIPTS, Project
from tests.infra.gcloud_table import find_command, read_table
from tests.infra.test_clean_environment import entry_points

ARGUMENTS = {"rollback": ("http", "latest"), "identity": ("owner/repository",)}


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path / "project")


def mistakes(arguments: list[str]) -> list[str]:
    command = find_command(arguments)
    return command.mistakes(arguments[len(command.name.split()) :]) if command else [f"no such command: {arguments}"]


def test_shellcheck_finds_nothing() -> None:
    program = Path(sys.executable).with_name("shellcheck")
    scripts = sorted(str(path) for path in INFRA.glob("*.sh"))
    done = subprocess.run([program, *scripts], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout


def test_every_script_stops_at_the_first_failure() -> None:
    assert "set -euo pipefail\n" in (INFRA / "steps.sh").read_text()
    for name in SCRIPTS:
        lines = [line for line in (INFRA / f"{name}.sh").read_text().splitlines() if line and not line.startswith("#")]
        assert lines[0] == 'source "$(dirname "${BASH_SOURCE[0]}")/steps.sh"'


@pytest.mark.parametrize("name", SCRIPTS)
def test_every_script_has_a_help_that_names_it(project: Project, name: str) -> None:
    said = project.done(name, "--help")
    assert f"infra/{name}.sh --help" in said
    assert "DRY_RUN=1" in said
    assert not re.search("^#", said, re.MULTILINE)
    assert project.calls == []


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_dry_run_prints_what_the_reference_has_and_runs_nothing(project: Project, name: str) -> None:
    said = project.done(name, *ARGUMENTS.get(name, ()), DRY_RUN="1")
    assert project.calls == []
    assert not any(process[0] in ("gcloud", "curl", "make", "venv-python") for process in project.processes)
    commands = [shlex.split(line)[2:] for line in said.splitlines() if line.startswith("+ gcloud ")]
    assert commands or name == "publish"
    assert [mistake for command in commands for mistake in mistakes(command)] == []


@pytest.mark.parametrize("name", [name for name in SCRIPTS if name != "smoke"])
def test_what_is_not_known_is_refused_before_anything_is_done(project: Project, name: str) -> None:
    last = project.failed(name, "nonsense", "--nonsense")
    assert "--help" in last
    assert project.calls == []


@pytest.mark.parametrize("name", SCRIPTS)
def test_without_settings_it_says_how_to_make_them(project: Project, name: str) -> None:
    last = project.failed(name, *ARGUMENTS.get(name, ()), SETTINGS=str(project.folder / "nowhere"))
    assert "infra/settings.env.example" in last


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PROJECT", ""),
        ("PROJECT", "Tuning Fork"),
        ("NAME", "k"),
        ("REGION", "europe"),
        ("BUCKET", "gs://bucket"),
        ("PUBLIC_URL", "http://kamerton.example"),
        ("PUBLIC_URL", "https://kamerton.example,A=b"),
        ("MEMORY", "a lot"),
        ("TIMEOUT", "30"),
        ("MAX_INSTANCES", ""),
        ("BUDGET", "much"),
        ("YOUTUBE_DAILY_SEARCHES", "100000"),
        ("UPTIME_MINUTES", "7"),
        ("WORLD", "yes"),
        ("RUNTIME", "python"),
    ],
)
def test_a_wrong_setting_is_named(project: Project, name: str, value: str) -> None:
    project.settings[name] = value
    assert f"{name} is '{value}'" in project.failed("bootstrap")
    assert project.calls == []


def test_without_gcloud_or_a_login_it_says_what_to_do(project: Project) -> None:
    project.set_state(account="")
    assert "gcloud auth login" in project.failed("bootstrap")
    (project.folder / "bin" / "gcloud").unlink()
    assert "https://cloud.google.com/sdk/docs/install" in project.failed("bootstrap")


def test_every_command_and_flag_of_the_table_is_used() -> None:
    text = "\n".join(path.read_text() for path in INFRA.glob("*.sh"))
    for command in read_table().values():
        # Some are put together: the last words of the command are there at the least.
        assert command.name.split(" ", 1)[-1] in re.sub(r"\s*\\\n\s*", " ", text), command.name
        for flag in command.flags:
            assert flag in text, f"{command.name} {flag}"


def test_every_setting_has_a_comment() -> None:
    lines = (INFRA / "settings.env.example").read_text().splitlines()
    for before, line in pairwise(lines):
        if re.match("[A-Z_]+=", line):
            assert before.startswith("#") or re.match("[A-Z_]+=", before), line


def test_every_secret_that_the_functions_read_is_one_of_the_scripts() -> None:
    settings = (ROOT / "functions" / "kamerton" / "settings.py").read_text().split('"""')[1]
    read = set(re.findall(r"^([A-Z_]*(?:KEY|TOKEN|SECRET|CLIENT_ID))\b", settings, re.MULTILINE))
    # Those of a bucket elsewhere; in Google Cloud an account needs none. The bucket keeps a KAMERTON_SECRET by itself.
    read = {name for name in read if not name.startswith(("AWS_", "AZURE_", "KAMERTON_"))}
    known = set(re.findall(r'^(?:PAGE|BOT)_SECRETS="(.*)"$', (INFRA / "steps.sh").read_text(), re.MULTILINE))
    assert read
    assert read <= {name for names in known for name in names.split()}


def test_telegram_sends_what_the_bot_answers_to() -> None:
    (asked_for,) = re.findall(r"^UPDATES='(.*)'$", (INFRA / "webhook.sh").read_text(), re.MULTILINE)
    # The bot comes with its entry point; until then there are no kinds to compare with.
    if "telegram_webhook" in entry_points():
        assert json.loads(asked_for) == list(importlib.import_module("kamerton.telegram.updates").KINDS)
    assert "message" in json.loads(asked_for)


def test_make_deploy_takes_the_steps_in_order(project: Project) -> None:
    done = project.start([shutil.which("make") or "make", "-C", str(ROOT), "cloud-deploy", "DRY_RUN=1"])
    assert done.returncode == 0, done.stdout + done.stderr
    steps = ("services enable", "make train", "functions deploy kamerton ", "bot.../setWebhook", "infra.smoke")
    places = [done.stdout.index(step) for step in steps]
    assert places == sorted(places)
    assert project.calls == []


def test_the_settings_and_secrets_are_not_in_git() -> None:
    done = subprocess.run(["git", "check-ignore", "infra/settings.env", "infra/secrets.env"], cwd=ROOT, capture_output=True)
    assert len(done.stdout.splitlines()) == 2
