"""The language that a person chose with /language, kept in the bucket under languages/BOT/PERSON; else Telegram's."""

from __future__ import annotations

from collections.abc import Callable

from kamerton.errors import BucketError, ObjectMissing
from kamerton.storage import Bucket
from kamerton.telegram.updates import User
from kamerton.texts import DEFAULT_LANGUAGE, LANGUAGES


class LanguageStore:
    """`open_bucket` is called on first use; `report` is told of failures."""

    def __init__(self, open_bucket: Callable[[], Bucket], bot: str, report: Callable[[str, str], None]) -> None:
        self._open_bucket = open_bucket
        self._bot = bot
        self._report = report

    def of(self, person: User | None) -> str:
        """The language to answer in: the one that the person chose, else the one that Telegram names."""
        if person is None:
            return DEFAULT_LANGUAGE
        try:
            chosen = self._open_bucket().get(self._key(person)).data.decode(errors="replace")
        except ObjectMissing:
            chosen = ""
        except BucketError as error:
            self._report("WARNING", f"the chosen language cannot be read: {error}")
            chosen = ""
        return chosen if chosen in LANGUAGES else telegram_language(person.language_code)

    def choose(self, person: User, language: str) -> None:
        """Answer in this language from now on; in Telegram's again if it is none of ours. Raises `BucketError`."""
        if language in LANGUAGES:
            self._open_bucket().put(self._key(person), language.encode())
        else:
            self._open_bucket().delete(self._key(person))

    def _key(self, person: User) -> str:
        return f"languages/{self._bot}/{person.id}"


def telegram_language(code: str | None) -> str:
    """Of an IETF tag, such as ru or pt-br, the language if it is one of ours, else English."""
    language = (code or "").partition("-")[0].lower()
    return language if language in LANGUAGES else DEFAULT_LANGUAGE
