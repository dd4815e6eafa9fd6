"""pyTelegramBotAPI, imported without redis: that is most of what its import costs, and nothing of ours is kept there.

Redis is installed for spotipy, which cannot do without it. So this is imported before there is a thread that asks the world.
"""

from __future__ import annotations

import sys

_absent = "redis" not in sys.modules
if _absent:
    sys.modules["redis"] = None  # type: ignore[assignment]

from telebot import TeleBot, apihelper, types  # noqa: E402
from telebot.apihelper import ApiTelegramException  # noqa: E402

if _absent:
    del sys.modules["redis"]

__all__ = ["ApiTelegramException", "TeleBot", "apihelper", "types"]
