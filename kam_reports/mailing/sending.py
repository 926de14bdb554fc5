"""Hands the mails of a run to a transport, one after the other, at a bearable pace.

Resuming is the same command again: what was sent is not planned any more, what is unknown waits
for a person, the rest goes on.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Protocol

from kam_reports.mailing.guards import digest
from kam_reports.mailing.ledger import Ledger, Mail, State
from kam_reports.model import Problem

ROUNDS = 3  # how often a mail that the server put off is tried in one run
PUT_OFF = 300.0  # seconds until then, as mail servers do


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a transport says became of a mail; None if another sender took it."""

    state: State | None
    reply: str = ""


class Unreachable(Exception):  # noqa: N818  (never leaves this package)
    """The server cannot be reached or does not let us in; nothing was handed over."""

    def __init__(self, problem: Problem, *, again: bool) -> None:
        super().__init__(str(problem))
        self.problem = problem
        self.again = again  # whether waiting may help


class Transport(Protocol):
    """A way out of the house."""

    def open(self) -> None:
        """Connect and log in, if that is not done yet. Raises Unreachable."""

    def close(self) -> None:
        """Part politely; never raises."""

    def send(self, mail: Mail, data: bytes, claim: Callable[[], bool], /) -> Outcome:
        """Hand *mail* over, *claim* right before its first byte. Raises Unreachable till then."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How fast, how many, how long to go on when it does not work."""

    per_minute: int
    per_day: int
    stop_after: int


@dataclass(slots=True)
class Sent:
    """What a run of sending came to."""

    counts: Counter[State] = field(default_factory=Counter)
    put_off: int = 0
    stopped: Problem | None = None


@dataclass(slots=True)
class Clock:
    """Time, which tests make their own."""

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


Progress = Callable[[Mail, Outcome], None]


def send_all(
    ledger: Ledger,
    mails: Sequence[Mail],
    transport: Transport,
    limits: Limits,
    *,
    progress: Progress = lambda _mail, _outcome: None,
    waiting: Callable[[float], None] = lambda _seconds: None,
    clock: Clock | None = None,
) -> Sent:
    """Send *mails*, of which each was guarded before. Only for who holds the lock."""
    clock = clock or Clock()
    sent = Sent()
    queue, tried = list(mails), Counter[int]()
    last, failures = -1e9, 0
    due: dict[int, float] = {}
    try:
        while queue:
            mail = queue.pop(0)
            if ledger.handed_over_since() >= limits.per_day:
                sent.stopped = _day_is_full(limits)
                return sent
            wait = max(last + 60 / limits.per_minute, due.get(mail.id, -1e9)) - clock.now()
            if wait > 0:
                if wait > 30:
                    waiting(wait)
                clock.sleep(wait)
            data = _bytes_of(ledger.folder, mail)
            try:
                _open(transport, clock)
                last = clock.now()
                outcome = transport.send(mail, data, partial(ledger.claim, mail))
            except Unreachable as error:
                transport.close()
                failures += 1
                if not error.again or failures >= limits.stop_after:
                    sent.stopped = error.problem
                    return sent
                queue.insert(0, mail)
                clock.sleep(min(2.0**failures, 60))
                continue
            if outcome.state is None:
                transport.close()
                continue
            ledger.mark(mail, outcome.state, outcome.reply)
            progress(mail, outcome)
            tried[mail.id] += 1
            if outcome.state is State.PLANNED:
                if tried[mail.id] < ROUNDS:
                    due[mail.id] = clock.now() + PUT_OFF * tried[mail.id]
                    queue.append(mail)
                else:
                    sent.put_off += 1
            else:
                sent.counts[outcome.state] += 1
            failures = 0 if outcome.state is State.SENT else failures + 1
            if failures >= limits.stop_after and queue:
                sent.stopped = _too_many(limits, outcome)
                return sent
    finally:
        transport.close()
    return sent


def _bytes_of(folder: Path, mail: Mail) -> bytes:
    data = (folder / mail.file).read_bytes()
    if digest(data) != mail.digest:  # the guards saw other bytes a moment ago
        raise Problem(
            {
                "de": f"{mail.file} wurde während des Sendens geändert. Es wurde angehalten.",
                "en": f"{mail.file} was changed while mails were being sent. It was stopped.",
            },
            {
                "de": "Mit „kam-reports mail plan“ neu anlegen und durchsehen.",
                "en": "Make it anew with “kam-reports mail plan” and look through it.",
            },
        )
    return data


def _open(transport: Transport, clock: Clock, attempts: int = 3) -> None:
    """Connect; a server that is busy gets a moment."""
    for attempt in range(1, attempts + 1):
        try:
            transport.open()
        except Unreachable as error:
            transport.close()
            if not error.again or attempt == attempts:
                raise Unreachable(error.problem, again=False) from error
            clock.sleep(2.0**attempt)
        else:
            return


def _day_is_full(limits: Limits) -> Problem:
    return Problem(
        {
            "de": f"In den letzten 24 Stunden sind {limits.per_day} Mails hinausgegangen; das ist "
            "die Tagesgrenze.",
            "en": f"{limits.per_day} mails left in the last 24 hours, which is the daily limit.",
        },
        {
            "de": "Morgen derselbe Befehl; die Grenze steht in kam.toml unter [mail] per_day.",
            "en": "The same command tomorrow; the limit is [mail] per_day in kam.toml.",
        },
    )


def _too_many(limits: Limits, outcome: Outcome) -> Problem:
    return Problem(
        {
            "de": f"{limits.stop_after} Mails nacheinander gingen nicht hinaus. Zuletzt: "
            f"{outcome.reply}",
            "en": f"{limits.stop_after} mails in a row did not go out. The last answer: "
            f"{outcome.reply}",
        },
        {
            "de": "Die Ursache beheben, dann derselbe Befehl; er macht dort weiter.",
            "en": "Mend the cause, then the same command; it goes on from there.",
        },
    )
