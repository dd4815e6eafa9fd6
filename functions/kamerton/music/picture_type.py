"""What kind of picture a file is, by how it begins, whatever a server says of it. Public names: picture_type."""

from __future__ import annotations

_STARTS = ((b"\xff\xd8\xff", "image/jpeg"), (b"\x89PNG\r\n\x1a\n", "image/png"))


def picture_type(data: bytes) -> str | None:
    """The media type of a JPEG, a PNG or a WebP; None for anything else."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for start, kind in _STARTS if data.startswith(start)), None)
