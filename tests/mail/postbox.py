"""A real mail server for the tests: TLS, logins, refusals by address, lines that go dead.

What it does with an address follows from its first word: ``no550.…`` is refused, ``late451.…`` is
put off once, ``deaf.…`` is accepted without an answer, and so on.
"""

from __future__ import annotations

import asyncio
import base64
import socket
import ssl
import time
from collections import Counter
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session, syntax

PASSWORD, TOKEN = "Geheim-7531", "ya29.a0-Marke"
USER = "review@kelvenau.example"


@dataclass
class Accepted:
    """A mail that the server took."""

    identity: str
    to: tuple[str, ...]
    data: bytes
    encrypted: bool
    user: str


@dataclass
class Handler:
    """Answers as the address says, and remembers what it took."""

    delay: float = 0.0
    accepted: list[Accepted] = field(default_factory=list)
    seen: Counter[str] = field(default_factory=Counter)
    connections: int = 0
    logins: list[str] = field(default_factory=list)
    refuse_sender: bool = False
    talkative: bool = False  # repeats the login in its refusal

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.refuse_sender:
            return "550 5.7.60 client does not have permission to send as this sender"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        word = address.partition(".")[0]
        self.seen[address] += 1
        if word == "no550":
            return "550 5.1.1 mailbox unavailable"
        if word == "full452":
            return "452 4.2.2 mailbox full"
        if word == "late451" and self.seen[address] == 1:
            return "451 4.7.1 greylisted, try later"
        if word == "drop-rcpt" and self.seen[address] == 1:
            server.transport.abort()
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        to = tuple(envelope.rcpt_tos)
        word = to[0].partition(".")[0]
        await asyncio.sleep(self.delay / 2)
        if word == "spam554":
            return "554 5.7.1 message refused by policy"
        if word == "busy452" and self.seen[to[0]] == 1:
            return "452 4.3.1 insufficient storage"
        data = envelope.original_content or b""
        message = message_from_bytes(data, policy=default)
        user = (
            session.auth_data.login.decode() if isinstance(session.auth_data, LoginPassword) else ""
        )
        self.accepted.append(
            Accepted(str(message["Message-ID"]), to, data, session.ssl is not None, user)
        )
        await asyncio.sleep(self.delay / 2)
        if word == "deaf":
            server.transport.abort()
        return f"250 2.0.0 queued as {len(self.accepted):06d}"

    async def auth_XOAUTH2(self, server: SMTP, args: list[str]) -> AuthResult:
        said = base64.b64decode(args[1]).decode()
        good = said == f"user={USER}\x01auth=Bearer {TOKEN}\x01\x01"
        self.logins.append("xoauth2" if good else "refused")
        if not good:
            await server.challenge_auth(b'{"status":"401"}', encode_to_b64=True)
        return AuthResult(success=good, handled=False)


class Line(SMTP):
    """A connection that may go dead in the middle of a mail."""

    def connection_made(self, transport: Any) -> None:
        if not self.session or self.session.ssl is None:
            self.event_handler.connections += 1
        super().connection_made(transport)

    @syntax("DATA")
    async def smtp_DATA(self, arg: str) -> None:
        to = (self.envelope.rcpt_tos or [""])[0]
        word = to.partition(".")[0]
        if self.event_handler.seen[to] == 1 and word == "drop-data":
            self.transport.abort()
            return
        if self.event_handler.seen[to] == 1 and word == "drop-mid":
            await self.push("354 go on")
            await self._reader.read(100)
            self.transport.abort()
            return
        await super().smtp_DATA(arg)


class Postbox(Controller):
    """The server in a thread of its own, at a port of its own."""

    def __init__(
        self, folder: Path, *, tls: bool = False, trusted: bool = True, **facts: Any
    ) -> None:
        self.box = Handler(**facts)
        authority = trustme.CA()
        certificate = authority.issue_cert("localhost" if trusted else "another.example")
        self.ca_file = folder / "ca.pem"
        authority.cert_pem.write_to_path(self.ca_file)
        self.tls = tls
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        certificate.configure_cert(self.context)
        super().__init__(
            self.box,
            hostname="127.0.0.1",
            port=0,
            ssl_context=self.context if tls else None,
        )

    def factory(self) -> SMTP:
        box = self.box

        def login(
            server: SMTP, session: Session, envelope: Envelope, kind: str, data: Any
        ) -> AuthResult:
            good = isinstance(data, LoginPassword) and data.password.decode() == PASSWORD
            box.logins.append("password" if good else "refused")
            if good:
                return AuthResult(success=True, auth_data=data)
            words = f" {base64.b64encode(data.password).decode()} {data.password.decode()}"
            said = "535 5.7.8 who is that?" + (words if box.talkative else "")
            return AuthResult(success=False, handled=False, message=said)

        return Line(
            box,
            hostname="localhost",
            require_starttls=not self.tls,
            tls_context=None if self.tls else self.context,
            authenticator=login,
            auth_required=True,
            auth_require_tls=not self.tls,
            data_size_limit=35 * 2**20,
        )

    def start(self) -> None:
        """Answer from now on; what the start itself connected is not counted."""
        super().start()
        time.sleep(0.05)
        self.box.connections = 0

    def _trigger_server(self) -> None:
        """The port is known only now; somebody has to knock once."""
        self.port = self.server.sockets[0].getsockname()[1]
        with socket.create_connection(("127.0.0.1", self.port), 5):
            pass
