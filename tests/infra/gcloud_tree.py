"""Compare infra/gcloud.md with the command tree of an installed Google Cloud CLI, without running it.

python -m tests.infra.gcloud_tree [FOLDER OF THE CLI]
"""

from __future__ import annotations

import runpy
import shutil
import sys
from pathlib import Path
from typing import Any

from tests.infra.gcloud_table import Command, read_table


def main() -> None:
    program = shutil.which("gcloud")
    if len(sys.argv) < 2 and program is None:
        raise SystemExit("gcloud_tree: there is no gcloud here: name the folder of Google Cloud CLI")
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(str(program)).resolve().parents[1]
    tree = runpy.run_path(str(folder / "data" / "cli" / "gcloud_completions.py"))["STATIC_COMPLETION_CLI_TREE"]
    found = [mistake for command in read_table().values() for mistake in differences(command, tree)]
    print("\n".join(found) or f"gcloud_tree: all as in {(folder / 'VERSION').read_text().strip()}")
    sys.exit(bool(found))


def differences(command: Command, tree: dict[str, Any]) -> list[str]:
    node = tree
    for word in command.name.split():
        if word not in node.get("commands", {}):
            return [f"there is no {command.name}"]
        node = node["commands"][word]
    return [f"{command.name} {name}" for name, takes in command.flags.items() if _kind(node["flags"].get(name)) != takes]


def _kind(value: Any) -> str | None:
    """As `Command.flags` has it; None for a flag that is not there."""
    if isinstance(value, list):
        return "=" + "/".join(value)
    return {None: None, "bool": ""}.get(value, "=")


if __name__ == "__main__":
    main()
