"""Ask each configured service a harmless question, and say in one line each whether it works.

python -m infra.doctor              the services of the settings, as a server with these settings would ask them
python -m infra.doctor --url URL    a deployed function instead

What a line may begin with:

    works        it answers, and its answers have the form that we read
    slow         it answers later than a listener's answer waits for it
    changed      it answers in another form than we read
    key wrong    it does not take our key, token or credentials
    closed       it refuses this app or this machine
    limited      it wants no more calls for now
    down         it fails, or cannot be reached

Ends within MOST_SECONDS, with 1 unless every line says "works".

Public names: MOST_SECONDS, Verdict, examined, examine_all.
"""

from __future__ import annotations

import argparse
import os
import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from infra.service_checks import ServiceCheck, deployed_check, service_checks
from infra.smoke import read_address
from kamerton.deadline import Deadline
from kamerton.errors import (
    AnswerUnreadable,
    KamertonError,
    KeyRefused,
    SettingsError,
    SourceLimited,
    SourceNotFound,
    SourceRefused,
)
from kamerton.settings import Settings
from kamerton.sources.deadline_adapter import within

MOST_SECONDS = 14.0
_WORKS = "works"


@dataclass(frozen=True)
class Verdict:
    service: str
    state: str
    sentence: str

    @property
    def works(self) -> bool:
        return self.state == _WORKS

    def __str__(self) -> str:
        return f"{self.state:<10} {self.service}: {self.sentence}"


def examined(check: ServiceCheck, most_seconds: float, clock: Callable[[], float] = time.monotonic) -> Verdict:
    """Ask the questions of the check, up to the first that fails. `most_seconds`: how long an answer waits for a service."""
    remarks, longest, about_longest = [], 0.0, ""
    for question in check.questions:
        begun = clock()
        try:
            remark = question.ask()
        except KamertonError as error:
            return Verdict(check.name, _state(error), f"{question.about}: {_sentence(error, check)}")
        except Exception as error:
            # A defect of ours in reading the answer: the form is one that nobody thought of.
            return Verdict(check.name, "changed", f"{question.about}: its answer cannot be read ({type(error).__name__})")
        seconds = clock() - begun
        if seconds > longest:
            longest, about_longest = seconds, question.about
        remarks.append(remark)
    if check.awaited and longest > most_seconds:
        sentence = f"{about_longest} took {longest:.1f} s, and answers wait {most_seconds:g} s (KAMERTON_WORLD_SECONDS)"
        return Verdict(check.name, "slow", sentence)
    what = ", ".join(question.about for question in check.questions)
    return Verdict(check.name, _WORKS, "; ".join([f"{what} ({longest:.1f} s at most)", *filter(None, remarks)]))


def _state(error: KamertonError) -> str:
    if isinstance(error, KeyRefused):
        return "key wrong"
    if isinstance(error, SourceLimited):
        return "limited"
    if isinstance(error, SourceRefused):
        return "closed"
    return "changed" if isinstance(error, AnswerUnreadable | SourceNotFound) else "down"


def _sentence(error: KamertonError, check: ServiceCheck) -> str:
    fault = str(error).removeprefix(f"{check.name} ")
    if isinstance(error, KeyRefused):
        return f"{fault}. Look at {check.settings}"
    if isinstance(error, SourceLimited):
        return f"{fault}, for {error.seconds:.0f} s"
    if isinstance(error, SourceNotFound):
        return f"{fault}, and it had it for years: its address may have changed"
    return fault


def examine_all(checks: Sequence[ServiceCheck], most_seconds: float, seconds: float = MOST_SECONDS) -> Iterator[Verdict]:
    """A verdict on each service, in the order of the checks; after `seconds` whoever has not answered is down."""
    deadline = Deadline(seconds)
    answers: list[queue.SimpleQueue[Verdict]] = [queue.SimpleQueue() for _ in checks]

    def examine(check: ServiceCheck, answer: queue.SimpleQueue[Verdict]) -> None:
        with within(deadline):
            answer.put(examined(check, most_seconds))

    for check, answer in zip(checks, answers, strict=True):
        # Daemons: looking up a name may hang for longer than the deadline, and must not hold the end of the program.
        threading.Thread(target=examine, args=(check, answer), daemon=True).start()
    for check, answer in zip(checks, answers, strict=True):
        try:
            yield answer.get(timeout=max(deadline.left, 0.001))
        except queue.Empty:
            yield Verdict(check.name, "down", f"nothing came in {seconds:g} s")


def main() -> None:
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    parser = argparse.ArgumentParser(prog="python -m infra.doctor", description=__doc__.splitlines()[0])
    parser.add_argument("--url", type=read_address, help="ask the function that is deployed there, and nobody else")
    options = parser.parse_args()
    works = True
    for verdict in examine_all([deployed_check(options.url)], MOST_SECONDS) if options.url else _by_settings():
        print(verdict, flush=True)
        works = works and verdict.works
    # Threads that still wait for a name may not hold the end.
    os._exit(0 if works else 1)


def _by_settings() -> Iterator[Verdict]:
    try:
        settings = Settings.from_environ(os.environ)
    except SettingsError as error:
        raise SystemExit(f"doctor: {error}") from None
    if not settings.world:
        print("KAMERTON_WORLD=0 turns the services outside off: they are not asked.", flush=True)
    return examine_all(list(service_checks(settings)), settings.world_seconds)


if __name__ == "__main__":
    main()
