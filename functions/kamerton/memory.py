"""What is asked of glibc so that an instance stays small; nothing happens where there is no glibc.

Public names: share_arenas, give_memory_back.
"""

from __future__ import annotations

import contextlib
import ctypes

_M_ARENA_MAX = -8
_MOST_ARENAS = 2


def share_arenas() -> None:
    """Let all threads take memory from two places. By itself each of the first sixteen gets one of its own, which keeps what is
    freed in it."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, _MOST_ARENAS)


def give_memory_back() -> None:
    """Return what is free to the machine. Building a tree ensemble takes about 15 times the memory of its file for a moment,
    and glibc would keep that memory."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
