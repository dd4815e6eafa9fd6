"""How browsers and proxies cache an answer: its entity tag, and how long it may be cached; and gzip for texts of over 1 kB.

Public names: SHORT_CACHE, LONG_CACHE, NO_CACHE, entity_tag, cached_response, compress.
"""

from __future__ import annotations

import gzip
import hashlib
import unicodedata
from collections.abc import Callable

from flask import Response, request

SHORT_CACHE = "public, max-age=300"
LONG_CACHE = "public, max-age=31536000, immutable"
NO_CACHE = "no-cache"
"""The Cache-Control of an answer that lacks something: the next answer may be complete."""

_WORTH_GZIP = 1000
_VARY = ("Accept-Language", "Accept-Encoding")


def entity_tag(*parts: str) -> str:
    """A tag that changes when the release, the program, the question (spacing aside) or the language does."""
    text = "\0".join(" ".join(unicodedata.normalize("NFC", part).split()) for part in parts)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def cached_response(tag: str, make: Callable[[], Response], cache_control: str = SHORT_CACHE) -> Response:
    """The answer that `make` gives, with its tag; or 304, without making it, when the client holds the answer already."""
    response = Response(status=304) if _still_fresh(tag) else make()
    is_complete = response.headers.setdefault("Cache-Control", cache_control) != NO_CACHE
    # Weak: the gzipped answer and the plain one share the tag.
    response.set_etag(tag if is_complete else entity_tag(tag, NO_CACHE), weak=True)
    return response


def _still_fresh(tag: str) -> bool:
    """Whether the client already holds the answer with this tag. A star is no tag: it would turn errors into "not modified"."""
    tags = request.if_none_match
    return not tags.star_tag and tags.contains_weak(tag)


def compress(response: Response) -> Response:
    """gzip a text of over 1 kB when the client accepts it."""
    response.vary.update(_VARY)
    accepts_gzip = request.accept_encodings["gzip"] > 0
    if not accepts_gzip or response.direct_passthrough or response.is_streamed or "Content-Encoding" in response.headers:
        return response
    if len(data := response.get_data()) > _WORTH_GZIP:
        # Level 6 of an answer takes about 0.1 ms; no time stamp, so that the same answer is the same bytes.
        response.set_data(gzip.compress(data, compresslevel=6, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
    return response
