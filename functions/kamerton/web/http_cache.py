"""What lets browsers and proxies keep an answer: its tag, and how long it may be kept; and gzip for what is worth it."""

from __future__ import annotations

import gzip
import hashlib
import unicodedata
from collections.abc import Callable

from flask import Response, request

KEPT_FOR_NOW = "public, max-age=300"
KEPT_FOR_EVER = "public, max-age=31536000, immutable"
NOT_KEPT = "no-cache"
"""What `make` says of an answer that lacks something: the next one may be whole."""

_WORTH_GZIP = 1000
_VARY = ("Accept-Language", "Accept-Encoding")


def answer_tag(*parts: str) -> str:
    """A tag that changes when the release, the program, the question (spacing aside) or the language does."""
    text = "\0".join(" ".join(unicodedata.normalize("NFC", part).split()) for part in parts)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def kept(tag: str, make: Callable[[], Response], cache_control: str = KEPT_FOR_NOW) -> Response:
    """The answer that `make` gives, with its tag; or, unmade, only word that the asker holds it already."""
    response = Response(status=304) if _still_fresh(tag) else make()
    whole = response.headers.setdefault("Cache-Control", cache_control) != NOT_KEPT
    # Weak: the gzipped answer and the plain one share the tag.
    response.set_etag(tag if whole else answer_tag(tag, NOT_KEPT), weak=True)
    return response


def _still_fresh(tag: str) -> bool:
    """Whether the asker already holds the answer with this tag. A star is no tag: it would turn errors into "not modified"."""
    asked = request.if_none_match
    return not asked.star_tag and asked.contains_weak(tag)


def compress(response: Response) -> Response:
    """gzip a text of over 1 kB when the asker takes it."""
    response.vary.update(_VARY)
    wanted = request.accept_encodings["gzip"] > 0
    if not wanted or response.direct_passthrough or response.is_streamed or "Content-Encoding" in response.headers:
        return response
    if len(data := response.get_data()) > _WORTH_GZIP:
        # Level 6 of an answer takes about 0.1 ms; no time stamp, so that the same answer is the same bytes.
        response.set_data(gzip.compress(data, compresslevel=6, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
    return response
