"""Types that answers and questions are read as, learnt before several threads need them.

msgspec learns what a type is made of when it first reads one, and crashes the process when several threads do that at once
(seen with 0.22.0). Whoever reads a type from threads learns it first where only one is: where a client or a site is made.

Public names: prepare_decoders.
"""

from __future__ import annotations

from typing import Any

import msgspec


def prepare_decoders(*kinds: Any) -> None:
    """From now on values of these types, and of all that they are made of, may be read by several threads at once."""
    for kind in kinds:
        msgspec.json.Decoder(kind)
