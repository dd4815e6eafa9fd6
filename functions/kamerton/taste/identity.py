"""Who says it, without an account: a token that is signed, and the name under which verdicts are kept, which tells nobody the
token or the Telegram id.

Public names: Identity.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets

_TOKEN = re.compile(r"([A-Za-z0-9_-]{22})\.([0-9a-f]{32})", re.ASCII)


class Identity:
    """`secret` is the key of all of it: with another one nobody is known any more."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def new_token(self) -> str:
        number = secrets.token_urlsafe(16)
        return f"{number}.{self._mac('token', number)}"

    def person(self, token: str) -> str | None:
        """The name of the person with this token; None for one that was not made here."""
        match = _TOKEN.fullmatch(token)
        if match is None or not hmac.compare_digest(match[2], self._mac("token", match[1])):
            return None
        return self._mac("person", match[1])

    def telegram_person(self, user_id: int) -> str:
        return self._mac("telegram", str(user_id))

    def _mac(self, purpose: str, text: str) -> str:
        return hmac.new(self._secret, f"{purpose}\0{text}".encode(), hashlib.sha256).hexdigest()[:32]
