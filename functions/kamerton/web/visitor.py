"""Who is looking, if they have ever said what they like: by a signed cookie, which is set at the first tap and not before.

Only the page itself may change something: whatever another site makes a browser send is refused.

Public names: Visitor, require_own_page, COOKIE.
"""

from __future__ import annotations

import math
from functools import cached_property
from urllib.parse import urlsplit

from flask import Request, Response

from kamerton.errors import BucketError, OtherSite, TasteUnavailable, TooManyQuestions
from kamerton.lookup.client_budgets import ClientBudget, ClientBudgets
from kamerton.taste.profile import NOBODY, Profile
from kamerton.taste.taste_store import TasteStore

COOKIE = "kamerton_me"
_KEPT_SECONDS = 400 * 86_400


class Visitor:
    """Of one request of a client. `token` is the cookie's, which may be anybody's invention."""

    def __init__(self, store: TasteStore, budgets: ClientBudgets, client: str, token: str) -> None:
        self._store = store
        self._budget = ClientBudget(budgets, client)
        self._token = token
        self._kept_token = ""
        self._is_gone = False

    @cached_property
    def person(self) -> str | None:
        """None for whoever has said nothing yet."""
        if not self._token:
            return None
        try:
            return self._store.identity.person(self._token)
        except BucketError:
            # Without the key nobody can be told.
            return None

    @cached_property
    def profile(self) -> Profile:
        """An answer does not hang on it: nobody's, where it cannot be read."""
        try:
            return self.required_profile()
        except TasteUnavailable:
            return NOBODY

    def required_profile(self) -> Profile:
        """The same for whoever asks for nothing else. Raises `TasteUnavailable`."""
        try:
            return self._store.profile(self.person) if self.person else NOBODY
        except BucketError as error:
            raise TasteUnavailable("taste_unavailable") from error

    def say(self, kind: str, what: str) -> Profile:
        """Keep a verdict; who says the first one becomes somebody. The cookie is new again, so that it ends as long after the
        last verdict as that is kept. Raises `TooManyQuestions`, `TasteUnavailable`."""
        if seconds := self._budget.take():
            raise TooManyQuestions("too_many_verdicts", seconds=math.ceil(seconds))
        try:
            person = self.person
            self._kept_token = self._token if person else self._store.identity.new_token()
            person = person or self._store.identity.person(self._kept_token)
            assert person is not None, "a token that was made just now is ours"
            return self._store.say(person, kind, what)
        except BucketError as error:
            raise TasteUnavailable("taste_unavailable") from error

    def forget(self) -> None:
        """Raises `TasteUnavailable`."""
        try:
            if self.person:
                self._store.forget(self.person)
        except BucketError as error:
            raise TasteUnavailable("taste_unavailable") from error
        self._is_gone = True

    def keep(self, response: Response, secure: bool) -> None:
        """Set the cookie of who said something, and take it from who is forgotten."""
        if self._is_gone:
            response.delete_cookie(COOKIE, secure=secure, httponly=True, samesite="Lax")
        elif self._kept_token:
            response.set_cookie(COOKIE, self._kept_token, max_age=_KEPT_SECONDS, secure=secure, httponly=True, samesite="Lax")


def require_own_page(request: Request, public_url: str | None) -> None:
    """Raises `OtherSite` for what a browser sends because of another site. Programs do not say where they come from, and have
    no cookie that is not theirs."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        raise OtherSite("other_site")
    origin = request.headers.get("Origin")
    own = {request.host} | ({urlsplit(public_url).netloc} if public_url else set())
    # Of a page that hides where it is from, the origin is "null".
    if origin is not None and urlsplit(origin).netloc not in own:
        raise OtherSite("other_site")
