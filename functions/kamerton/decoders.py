"""Prepares msgspec to read types in several threads at once.

msgspec inspects a type when it first reads a value of it, and crashes the process when several threads do that at once (seen
with 0.22.0). So a client or a site prepares its types when it is made, where there is only one thread.

Public names: prepare_decoders.
"""

from __future__ import annotations

from typing import Any

import msgspec


def prepare_decoders(*kinds: Any) -> None:
    """Inspect these types and the types of their fields: after that, several threads may read values of them at once."""
    for kind in kinds:
        msgspec.json.Decoder(kind)
