"""The network that hears audio features, as the package vibenet carries it (J. Shim, 2025; GPL-3.0-or-later).

Its file is read, and none of its code. Who puts it into a bucket has chosen its licence for that copy; nothing of Kamerton has
it.

Public names: feature_model, PACKAGE, VERSION, LICENCE.
"""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

PACKAGE, VERSION, LICENCE = "vibenet", "0.1.0", "GPL-3.0-or-later"
_FILE = "vibenet/artifacts/efficientnet_model.onnx"


def feature_model() -> bytes:
    """Raises `SystemExit` when the package is not installed, or of another version."""
    try:
        package = distribution(PACKAGE)
    except PackageNotFoundError:
        raise SystemExit(f"listening: {PACKAGE} is not installed: `make listening VIBENET=1` installs it") from None
    if package.version != VERSION:
        raise SystemExit(f"listening: {PACKAGE} is of version {package.version}, not {VERSION}")
    return Path(str(package.locate_file(_FILE))).read_bytes()
