"""A workspace with small mails in its outbox, as ``mail plan`` leaves them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from kam_reports.mailing.guards import digest
from kam_reports.mailing.ledger import Held, Ledger, Mail
from kam_reports.mailing.message import Attached, compose, message_id
from kam_reports.mailing.outbox import file_of
from kam_reports.mailing.recipients import Addressee
from kam_reports.model import Edition, Role, Subject
from kam_reports.outputs.record import run_of
from kam_reports.posting import Post
from kam_reports.workspace import load_workspace

RUN = "2026Q3"
SENDER = ("Kelvenau Wärmetechnik", "review@kelvenau.example")
RECORD = {
    "quarter": RUN,
    "as_of": "2026-09-30",
    "options": {"editions": ["internal", "customer", "partner"], "palette": "classic"},
    "inputs": [],
    "outputs": [],
}
PAGE = """<html><head><meta name="kam:subject" content="{id}"><meta name="kam:edition"
content="{edition}"></head><body><h1>{name}</h1><p>{words}</p></body></html>"""


@dataclass(frozen=True)
class Note:
    """A small letter."""

    title: str
    text: str
    html: str
    pictures: dict[str, bytes]


def subject(number: int) -> Subject:
    return Subject(f"KA-{number:04d}", f"Hausbau {_name(number)} GmbH", Role.ACCOUNT)


def _name(number: int) -> str:
    """A name that no other number has."""
    return "".join(chr(65 + int(digit)) for digit in f"{number:04d}").title() + "dorf"


def settings(**more: object) -> str:
    """The ``[mail]`` section; *more* are keys and values."""
    keys = {
        "sender": f"{SENDER[0]} <{SENDER[1]}>",
        "own_domains": ["kelvenau.example"],
        "server": "localhost",
        "per_minute": 100_000,
        "per_day": 1_000_000,
        **more,
    }
    return "[mail]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in keys.items())


def letter(one: Subject, edition: str, words: str = "Guten Tag,\n\nalles gut.") -> Note:
    title = f"Quartalsgespräch Q3 2026 – {one.name}"
    page = PAGE.format(id=one.id, edition=edition, name=one.name, words=words)
    return Note(title, f"{one.name}\n\n{words}\n", page, {})


def workspace(home: Path, domains: Iterable[str], toml: str) -> Path:
    """kam.toml and a finished run in *home*."""
    (home / "out").mkdir(parents=True, exist_ok=True)
    (home / "out" / "run.json").write_text(json.dumps(RECORD))
    lines = "".join(domains)
    (home / "kam.toml").write_text(f"{toml}\n[mail.domains]\n{lines}", "utf-8")
    return home


def post_of(home: Path, run: str = RUN) -> Post:
    settings = load_workspace(home / "kam.toml")
    return Post(settings, run, Ledger(home / "mail"))


def planned(
    home: Path,
    addresses: Iterable[str | Addressee],
    *,
    toml: str = "",
    notes: dict[int, Note] | None = None,
    files: dict[int, list[Attached]] | None = None,
    held: Iterable[Held] = (),
    edition: Edition = Edition.CUSTOMER,
) -> Post:
    """A workspace in *home* with a mail to each of *addresses*, each about an account of its own."""
    people = [
        one
        if isinstance(one, Addressee)
        else Addressee(subject(number), edition, one, f"Frau {_name(number)}", "de", "Blatt › A1")
        for number, one in enumerate(addresses)
    ]
    domains = {
        one.subject.id: f'"{one.subject.id}" = ["{one.address.partition("@")[2]}"]\n'
        for one in people
    }
    workspace(home, domains.values(), toml or settings())
    post = post_of(home)
    mails = []
    for number, one in enumerate(people):
        identity = message_id(RUN, one.edition, one.subject.id, one.address, SENDER[1])
        note = (notes or {}).get(number) or letter(one.subject, str(one.edition))
        data = compose(
            one,
            note,
            (files or {}).get(number, ()),
            run=RUN,
            sender=SENDER,
            identity=identity,
            written=datetime(2026, 10, 12, 8, 0, tzinfo=UTC),
        )
        file = file_of(RUN, one, one.subject.id, identity)
        path = post.ledger.folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        mails.append(
            Mail(
                RUN, str(one.edition), one.subject.id, one.address, one.name, one.address,
                " ".join(one.cc), one.language, one.source, note.title, identity, file,
                digest(data), len(data),
            )
        )  # fmt: skip
    finished = run_of(home / "out")
    assert finished is not None
    subjects = {one.subject.id: one.subject for one in people}
    post.ledger.plan(
        RUN, mails, held, [(one, one.id) for one in subjects.values()],
        editions=[str(each) for each in Edition], skip_missing=False, basis=finished.basis,
    )  # fmt: skip
    return post


def rewritten(post: Post, mail: Mail, data: bytes) -> Mail:
    """Put other bytes into the outbox, and let the ledger believe that they were reviewed."""
    (post.ledger.folder / mail.file).write_bytes(data)
    changed = replace(mail, digest=digest(data), size=len(data))
    with post.ledger._step() as db:
        db.execute(
            "UPDATE mail SET digest = ?, size = ? WHERE id = ?",
            (changed.digest, len(data), mail.id),
        )
    return changed
