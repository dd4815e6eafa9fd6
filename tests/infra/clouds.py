"""A project in a cloud that is not there: the scripts run against stand-ins for gcloud and curl, and see no other program than
those that they may use, each of which writes down what it was called with."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
INFRA = ROOT / "infra"
STANDINS = Path(__file__).with_name("standins")
# What a Linux or macOS has, and python3.
PROGRAMS = (
    "basename",
    "bash",
    "cat",
    "cksum",
    "cut",
    "dirname",
    "env",
    "grep",
    "ls",
    "mktemp",
    "od",
    "rm",
    "sed",
    "tail",
    "tr",
)
CHANGING = (
    "enable",
    "create",
    "create-oidc",
    "update-oidc",
    "update",
    "add-iam-policy-binding",
    "deploy",
    "delete",
    "rm",
    "update-traffic",
)
SCRIPTS = sorted(path.stem for path in INFRA.glob("*.sh") if path.stem != "steps")
# Every secret has this word in it, by which it is found again wherever it gets to.
WORD = "sesame"
SECRETS = {
    "SPOTIFY_CLIENT_ID": f"{WORD}0id",
    "SPOTIFY_CLIENT_SECRET": f"{WORD}0secret",
    "YOUTUBE_API_KEY": f"{WORD}-key",
    "TELEGRAM_TOKEN": f"123456:{WORD}-token",
}

_WRAPPER = """#!/bin/sh
for part in "{name}" "$@"; do printf '%s\\037' "$part"; done >> "$STANDIN_FOLDER/processes"
printf '\\n' >> "$STANDIN_FOLDER/processes"
exec {program} "$@"
"""


@dataclass
class Project:
    """`settings` are the lines of infra/settings.env."""

    folder: Path
    settings: dict[str, str] = field(default_factory=lambda: {"PROJECT": "tuning-fork-1"})
    stdin: str = ""

    def __post_init__(self) -> None:
        for name in ("bin", "tmp", "home"):
            (self.folder / name).mkdir(parents=True)
        for name in PROGRAMS:
            self.put_program(name, _WRAPPER.format(name=name, program=shutil.which(name)))
        # The interpreter of the tests, without their environment.
        self.put_program("python3", _WRAPPER.format(name="python3", program=Path(sys.executable).resolve()))
        self.put_program("make", _WRAPPER.format(name="make", program=shutil.which("true")))
        self.put_program("venv-python", _WRAPPER.format(name="venv-python", program=STANDINS / "python"))
        for name in ("gcloud", "curl"):
            self.put_program(
                name, _WRAPPER.format(name=name, program=f"{Path(sys.executable).resolve()} -IS {STANDINS / name}")
            )
        self.settings = {"PYTHON": str(self.folder / "bin" / "venv-python"), **self.settings}

    def put_program(self, name: str, text: str) -> None:
        path = self.folder / "bin" / name
        path.write_text(text)
        path.chmod(0o755)

    def run(self, script: str, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
        return self.start([shutil.which("bash") or "bash", str(INFRA / f"{script}.sh"), *arguments], **environ)

    def start(self, command: list[str], **environ: str) -> subprocess.CompletedProcess[str]:
        """Run a command as somebody who has nothing but these programs and settings."""
        (self.folder / "settings.env").write_text("".join(f"{name}='{value}'\n" for name, value in self.settings.items()))
        environ = {
            "PATH": str(self.folder / "bin"),
            "HOME": str(self.folder / "home"),
            "TMPDIR": str(self.folder / "tmp"),
            "SETTINGS": str(self.folder / "settings.env"),
            "STANDIN_FOLDER": str(self.folder),
            **environ,
        }
        # From another folder: the scripts find their own.
        return subprocess.run(
            command, cwd=self.folder, env=environ, input=self.stdin, capture_output=True, text=True, timeout=300
        )

    def done(self, script: str, *arguments: str, **environ: str) -> str:
        """What a script that succeeds prints."""
        ended = self.run(script, *arguments, **environ)
        assert ended.returncode == 0, ended.stdout + ended.stderr
        return ended.stdout + ended.stderr

    def failed(self, script: str, *arguments: str, **environ: str) -> str:
        """The last line of a script that fails: one sentence that begins with its name."""
        ended = self.run(script, *arguments, **environ)
        assert ended.returncode == 1, ended.stdout + ended.stderr
        last = ended.stderr.rstrip().splitlines()[-1]
        assert last.startswith(f"{script}.sh: "), ended.stderr
        return last

    def fail(self, beginning: str | None) -> None:
        """From here on the commands that begin so fail; None: none does."""
        (self.folder / "fail").unlink(missing_ok=True)
        if beginning is not None:
            (self.folder / "fail").write_text(beginning)

    def give_secrets(self, secrets: dict[str, str], mode: int = 0o600) -> None:
        path = self.folder / "home" / "secrets.env"
        path.write_text("".join(f"{name}={value}\n" for name, value in secrets.items()))
        path.chmod(mode)
        self.settings["SECRETS_FILE"] = str(path)

    def give_release(self, genres: int) -> None:
        manifest = json.dumps({"genres": [f"genre {number}" for number in range(genres)]})
        objects = {"current.json": '{"release": "r-1"}', "releases/r-1/manifest.json": manifest}
        self.set_state(objects=objects)

    @property
    def calls(self) -> list[dict[str, Any]]:
        path = self.folder / "calls.jsonl"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    def forget_calls(self) -> None:
        (self.folder / "calls.jsonl").unlink(missing_ok=True)

    @property
    def changes(self) -> list[str]:
        """The commands of gcloud that change something, without their flags."""
        commands = [call["arguments"] for call in self.calls if call["program"] == "gcloud"]
        return [words(command) for command in commands if any(word in CHANGING for word in words(command).split())]

    @property
    def state(self) -> Any:
        path = self.folder / "state.json"
        return json.loads(path.read_text()) if path.exists() else {}

    def set_state(self, **changes: Any) -> None:
        (self.folder / "state.json").write_text(json.dumps(self.state | changes))

    @property
    def processes(self) -> list[list[str]]:
        path = self.folder / "processes"
        return [line.split("\037")[:-1] for line in path.read_text().split("\n") if line] if path.exists() else []


def words(arguments: list[str]) -> str:
    return " ".join(argument for argument in arguments if not argument.startswith("--"))
