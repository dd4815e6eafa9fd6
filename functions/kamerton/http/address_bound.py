"""An address that is too long is refused before anything in it is read: reading megabytes takes seconds.

Public names: too_long, LONGEST_ADDRESS.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from werkzeug.wrappers import Response

from kamerton import texts

LONGEST_ADDRESS = 8000
"""Bytes of path and query together: a pasted text of a thousand Russian letters has six thousand."""

_CODE = "address_too_long"
_STATUS = 414


def too_long(environ: Mapping[str, Any]) -> Response | None:
    """The problem (RFC 9457) that a request with too long an address gets; None for any other request."""
    if len(environ.get("QUERY_STRING") or "") + len(environ.get("PATH_INFO") or "") <= LONGEST_ADDRESS:
        return None
    language = texts.DEFAULT_LANGUAGE
    problem = {
        "type": "about:blank",
        "title": texts.problem_title(_CODE, language),
        "status": _STATUS,
        "detail": texts.problem_detail(_CODE, language, most=LONGEST_ADDRESS),
        "code": _CODE,
    }
    # For a page of another site, too, as every answer of the API is.
    headers = {"Access-Control-Allow-Origin": "*", "Cache-Control": "no-store", "Content-Language": language}
    return Response(msgspec.json.encode(problem), _STATUS, headers, mimetype="application/problem+json")
