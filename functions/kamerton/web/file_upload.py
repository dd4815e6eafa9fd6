"""A file that is sent with a form: read into memory, bounded, and written nowhere.

Public names: FormRequest, read_file, LARGEST_UPLOAD.
"""

from __future__ import annotations

from io import BytesIO
from typing import IO, Any

from flask import Request
from werkzeug.exceptions import ClientDisconnected, HTTPException, RequestEntityTooLarge

from kamerton.errors import BadQuery

LARGEST_UPLOAD = 10 * 1024 * 1024

_FIELD = "file"
_MORE_OF_A_FORM = 64 * 1024


class FormRequest(Request):
    """Whose files are kept in memory, however large they are: what somebody sends to be heard is not written to a disk."""

    def _get_file_stream(self, *_arguments: Any, **_named: Any) -> IO[bytes]:
        return BytesIO()


def read_file(request: Request) -> bytes:
    """The file in the form. Raises `BadQuery` when there is none, or it is too large."""
    request.max_content_length = LARGEST_UPLOAD + _MORE_OF_A_FORM
    try:
        stored = request.files.get(_FIELD)
        data = stored.read() if stored else b""
    except RequestEntityTooLarge as error:
        raise BadQuery("sound_large", most=LARGEST_UPLOAD // 1024**2) from error
    except ClientDisconnected:
        raise
    except (HTTPException, ValueError) as error:
        raise BadQuery("sound_missing") from error
    if not data:
        raise BadQuery("sound_missing")
    return data
