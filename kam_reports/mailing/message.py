"""The bytes of a mail: mixed(alternative(plain, related(html, pictures)), files).

All of it is ASCII with lines of at most 78 signs, so no server on the way has a reason to touch
it. The Message-ID follows from what the mail is, not from when it was made.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Protocol

from kam_reports.mailing.addresses import domain, plain_name
from kam_reports.mailing.recipients import Addressee

_POLICY = SMTP.clone(max_line_length=78)
MARK = "X-KAM-"
_DATE = re.compile(rb"^Date: [^\r\n]*\r\n", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that travels along."""

    name: str
    kind: str  # application/pdf, text/html
    data: bytes


class Content(Protocol):
    """What a mail says. The HTML names its pictures by the keys of *pictures*: ``cid:KEY``."""

    @property
    def title(self) -> str:
        """The subject line."""

    @property
    def text(self) -> str:
        """The plain text."""

    @property
    def html(self) -> str:
        """The same as HTML."""

    @property
    def pictures(self) -> Mapping[str, bytes]:
        """PNG by key."""


def message_id(run: str, edition: str, subject: str, recipient: str, sender: str) -> str:
    """The same for the same mail, on every machine, today and tomorrow."""
    name = f"{run}\0{edition}\0{subject}\0{recipient.casefold()}"
    return f"<{hashlib.sha256(name.encode()).hexdigest()[:32]}@{domain(sender)}>"


def picture_id(data: bytes, sender: str) -> str:
    """The Content-ID of a picture."""
    return f"{hashlib.sha256(data).hexdigest()[:24]}@{domain(sender)}"


def compose(
    addressee: Addressee,
    content: Content,
    files: Sequence[Attached] = (),
    *,
    run: str,
    sender: tuple[str, str],
    identity: str,
    written: datetime,
    envelope: str = "",
) -> bytes:
    """The mail to *addressee* from *sender* (name, address), written at *written*.

    With *envelope* it is a rehearsal that goes to that address instead.
    """
    message = EmailMessage(policy=_POLICY)
    message["From"] = Address(sender[0], addr_spec=sender[1])
    message["To"] = Address(plain_name(addressee.name), addr_spec=envelope or addressee.address)
    if addressee.cc and not envelope:
        message["Cc"] = [Address(addr_spec=one) for one in addressee.cc]
    if addressee.reply_to:
        message["Reply-To"] = Address(plain_name(addressee.manager), addr_spec=addressee.reply_to)
    message["Subject"] = plain_name(content.title)
    message["Message-ID"] = identity
    message["Date"] = format_datetime(written)
    for name, value in (
        ("Account", addressee.subject.id),
        ("Edition", str(addressee.edition)),
        ("Run", run),
    ):
        message[MARK + name] = plain_name(value)
    message.set_content(content.text, cte="quoted-printable")
    html, ids = content.html, {}
    for key, data in content.pictures.items():
        ids[key] = picture_id(data, sender[1])
        html = html.replace(f'"cid:{key}"', f'"cid:{ids[key]}"')
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    body = message.get_payload()[1]  # type: ignore[index]
    for key, data in content.pictures.items():
        body.add_related(  # type: ignore[union-attr]
            data, "image", "png", cid=f"<{ids[key]}>", filename=f"{key}.png", disposition="inline"
        )
    for file in files:
        main, _, sub = file.kind.partition("/")
        message.add_attachment(file.data, maintype=main, subtype=sub, filename=file.name)
    message["Content-Language"] = addressee.language
    parts = [part for part in message.walk() if part.is_multipart()]
    for number, part in enumerate(parts):  # "=_" occurs in no encoding, so it never ends a part
        part.set_boundary(f"=_{identity[1:25]}_{number}")
    return message.as_bytes()


def undated(data: bytes) -> bytes:
    """The mail without the moment it was written at: what tells whether its content changed."""
    return _DATE.sub(b"", data, count=1)
