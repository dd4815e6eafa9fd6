"""The page's style, script and pictures. A link names what is in the file, so that a browser may keep it for good."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path

from flask import Response, request
from msgspec import Struct
from werkzeug.exceptions import NotFound

from kamerton.web.http_cache import LONG_CACHE, SHORT_CACHE, cached_response

_FOLDER = Path(__file__).parent / "assets"
# The standard library's table differs with the machine, and takes milliseconds to read.
_MIMETYPES = {".css": "text/css", ".js": "text/javascript", ".png": "image/png", ".svg": "image/svg+xml"}


class Asset(Struct, frozen=True):
    """A file, read once. `tag` changes with what is in it."""

    address: str
    data: bytes
    mimetype: str
    tag: str

    @property
    def link(self) -> str:
        return f"{self.address}?v={self.tag}"


def read_assets() -> dict[str, Asset]:
    """Every asset by its name."""
    return {path.name: _read(path) for path in sorted(_FOLDER.iterdir())}


def _read(path: Path) -> Asset:
    data = path.read_bytes()
    return Asset(f"/assets/{path.name}", data, _MIMETYPES[path.suffix], hashlib.sha256(data).hexdigest()[:16])


def asset_view(assets: Mapping[str, Asset]) -> Callable[[str], Response]:
    def view(name: str) -> Response:
        asset = assets.get(name)
        if asset is None:
            raise NotFound
        # While instances change over, one may be asked for what only the other has: that must not be kept under the new name.
        cache_control = LONG_CACHE if request.args.get("v") == asset.tag else SHORT_CACHE
        return cached_response(asset.tag, lambda: Response(asset.data, mimetype=asset.mimetype), cache_control)

    return view
