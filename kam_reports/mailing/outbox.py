"""The mails of a run as files: what a person looked through is what is sent, byte for byte."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from kam_reports.mailing.guards import digest
from kam_reports.mailing.ledger import Ledger, Mail, State
from kam_reports.mailing.message import undated
from kam_reports.mailing.recipients import Addressee

_OTHER = re.compile(r"[^A-Za-z0-9._+@-]")
Writer = Callable[[Path, bytes], Path]  # puts bytes under a name, whole or not at all


def file_of(run: str, addressee: Addressee, safe_id: str, identity: str) -> str:
    """Where the mail lies below the ledger's folder: account, address, part of its Message-ID."""
    person = _OTHER.sub("-", addressee.address)[:60]
    return f"{run}/{addressee.edition}/{safe_id} {person} {identity[1:9]}.eml"


def store(ledger: Ledger, run: str, planned: Mail, data: bytes, write: Writer) -> Mail:
    """Put the bytes of *planned* into the outbox; give it back with its digest and size.

    What was handed over stays as it is. A mail that says the same as the one already there, but
    for its date, is left alone: it has perhaps been looked through.
    """
    known = ledger.of_key(run, planned.edition, planned.subject, planned.recipient)
    path = ledger.folder / planned.file
    if known is not None and known.state is not State.PLANNED:
        return known
    try:
        there = path.read_bytes()
    except OSError:
        there = b""
    reviewed = known is not None and known.digest == digest(there)
    if reviewed and undated(there) == undated(data):
        data = there
    if data != there:
        write(path, data)
    return replace(planned, digest=digest(data), size=len(data))


def withdraw(folder: Path, mails: Iterable[Mail]) -> None:
    """Remove the files of *mails*, which are planned no more."""
    for mail in mails:
        (folder / mail.file).unlink(missing_ok=True)
