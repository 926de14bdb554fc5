"""What became of every mail: a small SQLite file, one transaction a step.

``planned → sending → sent | failed | unknown``, beside it ``drafted``. The key is (run, edition,
subject, recipient), so a mail that was sent is never planned again. ``sending`` is on the disk
before the first byte of the message leaves; who is killed after that leaves ``unknown`` behind,
which only a person resolves. It can be sent at most once, whatever happens.
"""

from __future__ import annotations

import os
import socket
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path

from kam_reports.model import Problem, Subject

NAME = "ledger.sqlite"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS mail (
    id INTEGER PRIMARY KEY,
    run TEXT NOT NULL, edition TEXT NOT NULL, subject TEXT NOT NULL, recipient TEXT NOT NULL,
    name TEXT NOT NULL, envelope TEXT NOT NULL, cc TEXT NOT NULL, language TEXT NOT NULL,
    source TEXT NOT NULL, title TEXT NOT NULL,
    message_id TEXT NOT NULL UNIQUE, file TEXT NOT NULL,
    digest TEXT NOT NULL, size INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN
        ('planned', 'sending', 'sent', 'failed', 'unknown', 'drafted')),
    reply TEXT NOT NULL DEFAULT '', tries INTEGER NOT NULL DEFAULT 0, changed TEXT NOT NULL,
    UNIQUE (run, edition, subject, recipient)
);
CREATE TABLE IF NOT EXISTS event (
    id INTEGER PRIMARY KEY, at TEXT NOT NULL, mail INTEGER NOT NULL, message_id TEXT NOT NULL,
    state TEXT NOT NULL, reply TEXT NOT NULL, host TEXT NOT NULL, process INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS held (
    run TEXT NOT NULL, edition TEXT NOT NULL, subject TEXT NOT NULL, name TEXT NOT NULL,
    address TEXT NOT NULL, reason TEXT NOT NULL, source TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS account (
    run TEXT NOT NULL, id TEXT NOT NULL, name TEXT NOT NULL, role TEXT NOT NULL, file TEXT NOT NULL,
    PRIMARY KEY (run, role, id)
);
CREATE TABLE IF NOT EXISTS plan (
    run TEXT PRIMARY KEY, skip_missing INTEGER NOT NULL, basis TEXT NOT NULL, at TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS passed (digest TEXT NOT NULL, fingerprint TEXT NOT NULL,
    PRIMARY KEY (digest, fingerprint)
);
CREATE INDEX IF NOT EXISTS event_at ON event (at);
"""


class State(StrEnum):
    """What became of a mail."""

    PLANNED = "planned"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"
    DRAFTED = "drafted"  # handed to a person as a draft


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail as the ledger knows it. *file* is relative to the folder of the ledger."""

    run: str
    edition: str
    subject: str
    recipient: str  # the person it is for
    name: str
    envelope: str  # where it goes: the recipient, or the sender for a rehearsal
    cc: str
    language: str
    source: str  # the cell or setting that names the recipient
    title: str
    message_id: str
    file: str
    digest: str
    size: int
    state: State = State.PLANNED
    reply: str = ""
    tries: int = 0
    changed: str = ""
    id: int = 0

    @property
    def addresses(self) -> tuple[str, ...]:
        """Everybody whom the server is asked to deliver to."""
        return (self.envelope, *self.cc.split()) if self.cc else (self.envelope,)


@dataclass(frozen=True, slots=True)
class Held:
    """A mail that cannot be made: nobody is named, or the address is none."""

    edition: str
    subject: str
    name: str
    address: str
    reason: str
    source: str


@dataclass(frozen=True, slots=True)
class Event:
    """A step of a mail."""

    at: str
    mail: Mail
    state: str
    reply: str


_COLUMNS = (
    "run", "edition", "subject", "recipient", "name", "envelope", "cc", "language", "source",
    "title", "message_id", "file", "digest", "size", "state", "reply", "tries", "changed", "id",
)  # fmt: skip
_SELECT = f"SELECT {', '.join(_COLUMNS)} FROM mail"  # noqa: S608  (our own names)
_FACTS = _COLUMNS[:14]


def now() -> str:
    """The moment, as the ledger writes it: UTC, to the second."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class Ledger:
    """The ledger in *folder*; made if there is none. Raises Problem if it cannot be used."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(folder / NAME, timeout=30, isolation_level=None)
            self._db.execute("PRAGMA journal_mode=DELETE")  # WAL is not for network drives
            self._db.execute("PRAGMA synchronous=FULL")
            self._db.executescript(_SCHEMA)
        except (OSError, sqlite3.Error) as error:
            raise Problem(
                {
                    "de": f"Das Versandbuch {folder / NAME} kann nicht benutzt werden ({error}).",
                    "en": f"The mail ledger {folder / NAME} cannot be used ({error}).",
                },
                {
                    "de": "Schreibrecht prüfen und andere Programme schließen; unter [mail] folder "
                    "in kam.toml kann ein lokaler Ordner stehen.",
                    "en": "Check the permissions and close other programs; [mail] folder in "
                    "kam.toml may name a local folder.",
                },
            ) from error

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    @contextmanager
    def _step(self) -> Iterator[sqlite3.Connection]:
        """One transaction: all of it is on the disk, or nothing."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield self._db
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    # ------------------------------------------------------------ what is there

    def mails(self, run: str, *states: State) -> list[Mail]:
        """The mails of *run* in the order of the table; only those in *states*, if given."""
        found = self._db.execute(
            f"{_SELECT} WHERE run = ? ORDER BY edition, subject, recipient", (run,)
        ).fetchall()
        mails = [_mail(row) for row in found]
        return [mail for mail in mails if not states or mail.state in states]

    def mail(self, number: int) -> Mail | None:
        """The mail with this number."""
        row = self._db.execute(f"{_SELECT} WHERE id = ?", (number,)).fetchone()
        return _mail(row) if row else None

    def of_key(self, run: str, edition: str, subject: str, recipient: str) -> Mail | None:
        """The mail with this key."""
        row = self._db.execute(
            f"{_SELECT} WHERE run = ? AND edition = ? AND subject = ? AND recipient = ?",
            (run, edition, subject, recipient),
        ).fetchone()
        return _mail(row) if row else None

    def counts(self, run: str) -> Counter[State]:
        """How many mails are in each state."""
        found = self._db.execute(
            "SELECT state, count(*) FROM mail WHERE run = ? GROUP BY state", (run,)
        )
        return Counter({State(state): number for state, number in found})

    def runs(self) -> list[str]:
        """The runs that something was planned for, the latest last."""
        return [run for (run,) in self._db.execute("SELECT run FROM plan ORDER BY at, run")]

    def held(self, run: str) -> list[Held]:
        """What could not be planned."""
        return [
            Held(*row)
            for row in self._db.execute(
                "SELECT edition, subject, name, address, reason, source FROM held WHERE run = ? "
                "ORDER BY edition, subject, name, address",
                (run,),
            )
        ]

    def skips_missing(self, run: str) -> bool:
        """Whether the plan was made with ``--skip-missing``."""
        row = self._db.execute("SELECT skip_missing FROM plan WHERE run = ?", (run,)).fetchone()
        return bool(row and row[0])

    def basis(self, run: str) -> str:
        """What the reports were that the plan was made from; empty if there is no plan."""
        row = self._db.execute("SELECT basis FROM plan WHERE run = ?", (run,)).fetchone()
        return str(row[0]) if row else ""

    def accounts(self, run: str) -> dict[tuple[str, str], tuple[str, str]]:
        """Every account and partner of the run: (role, ID) → name and file name."""
        found = self._db.execute("SELECT role, id, name, file FROM account WHERE run = ?", (run,))
        return {(role, key): (name, file) for role, key, name, file in found}

    def events(self, run: str) -> list[Event]:
        """Every step of every mail of the run, in order."""
        mails = {mail.id: mail for mail in self.mails(run)}
        found = self._db.execute("SELECT at, mail, state, reply FROM event ORDER BY id")
        return [
            Event(at, mails[number], state, reply)
            for at, number, state, reply in found
            if number in mails
        ]

    def handed_over_since(self, hours: int = 24) -> int:
        """How many mails left in the last *hours*, in all runs; what is unknown counts."""
        since = (datetime.now(UTC) - timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%SZ")
        found = self._db.execute(
            "SELECT count(*) FROM event WHERE state = ? AND at >= ?", (State.SENDING, since)
        )
        return int(found.fetchone()[0])

    # ------------------------------------------------------------ planning

    def plan(
        self,
        run: str,
        mails: Sequence[Mail],
        held: Iterable[Held],
        accounts: Iterable[tuple[Subject, str]],
        *,
        editions: Iterable[str],
        skip_missing: bool,
        basis: str,
    ) -> list[Mail]:
        """Make *mails* the plan of *editions*; give back the withdrawn ones, whose files may go.

        A mail that was handed over in any way stays as it is. Only what is still ``planned`` is
        replaced or withdrawn. Accounts come with the name of their files.
        """
        chosen = tuple(editions)
        keys = {(mail.edition, mail.subject, mail.recipient) for mail in mails}
        with self._step() as db:
            old = [
                mail
                for mail in self.mails(run, State.PLANNED)
                if mail.edition in chosen
                and (mail.edition, mail.subject, mail.recipient) not in keys
            ]
            for mail in old:
                self._log(db, mail, "withdrawn", "")
                db.execute("DELETE FROM mail WHERE id = ?", (mail.id,))
            for mail in mails:
                self._plan_one(db, mail)
            marks = ", ".join("?" * len(chosen))
            db.execute(f"DELETE FROM held WHERE run = ? AND edition IN ({marks})", (run, *chosen))  # noqa: S608
            db.executemany(
                "INSERT INTO held VALUES (?, ?, ?, ?, ?, ?, ?)",
                [
                    (run, one.edition, one.subject, one.name, one.address, one.reason, one.source)
                    for one in held
                ],
            )
            db.execute("DELETE FROM account WHERE run = ?", (run,))
            db.executemany(
                "INSERT INTO account VALUES (?, ?, ?, ?, ?)",
                [(run, one.id, one.name, str(one.role), file) for one, file in accounts],
            )
            db.execute(
                "INSERT OR REPLACE INTO plan VALUES (?, ?, ?, ?)",
                (run, int(skip_missing), basis, now()),
            )
        return old

    def _plan_one(self, db: sqlite3.Connection, mail: Mail) -> None:
        known = self.of_key(mail.run, mail.edition, mail.subject, mail.recipient)
        values = [getattr(mail, name) for name in _FACTS]
        if known is None:
            marks = ", ".join("?" * (len(_FACTS) + 2))
            db.execute(
                f"INSERT INTO mail ({', '.join(_FACTS)}, state, changed) VALUES ({marks})",  # noqa: S608
                (*values, State.PLANNED, now()),
            )
            planned = self.of_key(mail.run, mail.edition, mail.subject, mail.recipient)
            assert planned is not None
            self._log(db, planned, State.PLANNED, "")
        elif known.state is State.PLANNED and known.digest != mail.digest:
            sets = ", ".join(f"{name} = ?" for name in _FACTS)
            db.execute(
                f"UPDATE mail SET {sets}, changed = ? WHERE id = ?",  # noqa: S608
                (*values, now(), known.id),
            )
            self._log(db, known, State.PLANNED, "")

    def forget(self, run: str) -> None:
        """Start *run* anew. Only for rehearsals, whose mails go to their own sender."""
        with self._step() as db:
            db.execute("DELETE FROM mail WHERE run = ?", (run,))

    # ------------------------------------------------------------ guards

    def passed(self, fingerprint: str) -> set[str]:
        """The digests of the mails that passed the guards when these knew the very same."""
        found = self._db.execute("SELECT digest FROM passed WHERE fingerprint = ?", (fingerprint,))
        return {digest for (digest,) in found}

    def let_pass(self, digests: Iterable[str], fingerprint: str) -> None:
        """Remember what passed, so that resuming need not look at it all again."""
        with self._step() as db:
            db.executemany(
                "INSERT OR IGNORE INTO passed VALUES (?, ?)",
                [(digest, fingerprint) for digest in digests],
            )

    # ------------------------------------------------------------ sending

    def claim(self, mail: Mail) -> bool:
        """Take *mail* for sending; False if somebody else has it or it is not planned any more."""
        with self._step() as db:
            taken = db.execute(
                "UPDATE mail SET state = ?, tries = tries + 1, reply = '', changed = ? "
                "WHERE id = ? AND state = ? AND digest = ?",
                (State.SENDING, now(), mail.id, State.PLANNED, mail.digest),
            ).rowcount
            if taken:
                self._log(db, mail, State.SENDING, "")
        return taken == 1

    def mark(self, mail: Mail, state: State, reply: str) -> None:
        """What became of *mail*. What is known wins over ``unknown``; what was sent stays sent."""
        with self._step() as db:
            changed = db.execute(
                "UPDATE mail SET state = ?, reply = ?, changed = ? WHERE id = ? AND state != ?",
                (state, reply, now(), mail.id, State.SENT),
            ).rowcount
            if changed:
                self._log(db, mail, state, reply)

    def recover(self, run: str, reply: str) -> list[Mail]:
        """Call what a killed sender left behind ``unknown``. Only for who holds the lock."""
        left = self.mails(run, State.SENDING)
        for mail in left:
            self.mark(mail, State.UNKNOWN, reply)
        return left

    def _log(self, db: sqlite3.Connection, mail: Mail, state: str, reply: str) -> None:
        db.execute(
            "INSERT INTO event (at, mail, message_id, state, reply, host, process) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            (now(), mail.id, mail.message_id, state, reply, socket.gethostname(), os.getpid()),
        )


def _mail(row: Sequence[object]) -> Mail:
    facts = dict(zip(_COLUMNS, row, strict=True))
    return Mail(**{**facts, "state": State(str(facts["state"]))})  # type: ignore[arg-type]
