"""SMTP over TLS, with verified certificates or not at all.

Source: RFC 5321, 4.2.5 and 4.5.3.2; RFC 8314. What the server says before the final dot is
certain; once the dot has left, only its answer tells what became of the mail.
"""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from kam_reports.mailing.ledger import Mail, State
from kam_reports.mailing.secrets import without
from kam_reports.mailing.sending import Outcome, Unreachable
from kam_reports.model import Problem

CONNECT, ANSWER, AFTER_DOT = 30.0, 300.0, 600.0  # seconds, as RFC 5321 and Postfix have them
_DOT = re.compile(rb"^\.", re.MULTILINE)


@dataclass(slots=True)
class Smtp:
    """A mail server. *secret* is the password or the token; it is never shown."""

    server: str
    port: int
    security: str  # starttls · tls
    login: str  # password · xoauth2 · none
    user: str
    sender: str
    secret: str = field(default="", repr=False)
    ca_file: Path | None = None
    after_dot: float = AFTER_DOT
    _link: smtplib.SMTP | None = field(default=None, repr=False)

    def open(self) -> None:
        """Connect, encrypt, log in, if that is not done yet. Raises Unreachable."""
        if self._link is not None:
            return
        try:
            context = ssl.create_default_context(cafile=self.ca_file)
            context.minimum_version = ssl.TLSVersion.TLSv1_2
            if self.security == "tls":
                self._link = smtplib.SMTP_SSL(
                    self.server, self.port, timeout=CONNECT, context=context
                )
            else:
                self._link = smtplib.SMTP(self.server, self.port, timeout=CONNECT)
                self._link.starttls(context=context)
            self._link.ehlo()
            if self.login == "xoauth2":
                self._link.auth("XOAUTH2", self._bearer, initial_response_ok=True)
            elif self.login == "password":
                self._link.login(self.user, self.secret)
            assert self._link.sock is not None
            self._link.sock.settimeout(ANSWER)
        except ssl.SSLCertVerificationError as error:
            raise Unreachable(self._bad_certificate(error), again=False) from error
        except smtplib.SMTPAuthenticationError as error:
            raise Unreachable(self._not_let_in(error), again=False) from error
        except smtplib.SMTPNotSupportedError as error:
            raise Unreachable(self._not_supported(error), again=False) from error
        except (smtplib.SMTPException, OSError) as error:
            raise Unreachable(self._not_there(error), again=_may_pass(error)) from error

    def close(self) -> None:
        """Part politely."""
        link, self._link = self._link, None
        if link is None:
            return
        try:
            if link.sock is not None:
                link.sock.settimeout(5)
            link.quit()
        except (smtplib.SMTPException, OSError):
            link.close()

    def send(self, mail: Mail, data: bytes, claim: Callable[[], bool]) -> Outcome:
        """Hand *mail* over. Raises Unreachable while nothing of it has left."""
        link = self._link
        assert link is not None
        assert link.sock is not None
        try:
            size = [f"size={len(data)}"] if link.has_extn("size") else []
            code, text = link.mail(self.sender, size)
            if code != 250:
                return self._sender_refused(link, code, text)
            for address in mail.addresses:
                code, text = link.rcpt(address)
                if code not in (250, 251):
                    return self._refused(link, code, text, address)
            code, text = link.docmd("DATA")
            if code != 354:
                return self._refused(link, code, text, "DATA")
        except (smtplib.SMTPException, OSError) as error:
            raise Unreachable(self._not_there(error), again=True) from error
        if not claim():
            self._drop()  # the server waits for a mail: there is no polite way out
            return Outcome(None)
        body = _DOT.sub(b"..", data)
        try:
            link.send(body if body.endswith(b"\r\n") else body + b"\r\n")
        except (smtplib.SMTPException, OSError) as error:
            # The dot that ends the mail has not left: no server may take it for a whole mail.
            self._drop()
            return Outcome(State.PLANNED, self._said(error))
        try:
            link.send(b".\r\n")
            link.sock.settimeout(self.after_dot)
            code, text = link.getreply()
            link.sock.settimeout(ANSWER)
        except (smtplib.SMTPException, OSError) as error:
            self._drop()
            return Outcome(State.UNKNOWN, self._said(error))
        reply = self._reply(code, text)
        if code == 250:
            return Outcome(State.SENT, reply)
        if 400 <= code < 500:
            return Outcome(State.PLANNED, reply)
        return Outcome(State.FAILED if 500 <= code < 600 else State.UNKNOWN, reply)

    # ------------------------------------------------------------ answers

    def _refused(self, link: smtplib.SMTP, code: int, text: bytes, what: str) -> Outcome:
        link.rset()
        state = State.FAILED if 500 <= code < 600 else State.PLANNED
        return Outcome(state, f"{what}: {self._reply(code, text)}")

    def _sender_refused(self, link: smtplib.SMTP, code: int, text: bytes) -> Outcome:
        """A sender who may not send may not send the others either; a large mail is itself."""
        if code == 552 or 400 <= code < 500:
            return self._refused(link, code, text, self.sender)
        reply = self._reply(code, text)
        raise Unreachable(
            Problem(
                {
                    "de": f"{self.server} nimmt von {self.sender} nichts an: {reply}",
                    "en": f"{self.server} takes nothing from {self.sender}: {reply}",
                },
                {
                    "de": "sender, user und login unter [mail] in kam.toml prüfen.",
                    "en": "Check sender, user and login under [mail] in kam.toml.",
                },
            ),
            again=False,
        )

    def _drop(self) -> None:
        link, self._link = self._link, None
        if link is not None:
            link.close()

    def _bearer(self, challenge: bytes | None = None) -> str:
        """The XOAUTH2 answer; the empty one to an error, which makes the server explain it."""
        if challenge:
            return ""
        return f"user={self.user}\1auth=Bearer {self.secret}\1\1"

    def _reply(self, code: int, text: bytes) -> str:
        said = " ".join(text.decode("utf-8", "replace").split())
        return without(f"{code} {said}", self.secret)[:500]

    def _said(self, error: Exception) -> str:
        if isinstance(error, smtplib.SMTPResponseException):
            text = error.smtp_error
            return self._reply(error.smtp_code, text if isinstance(text, bytes) else text.encode())
        return without(f"{type(error).__name__}: {error}", self.secret)[:500]

    # ------------------------------------------------------------ problems

    def _not_there(self, error: Exception) -> Problem:
        said = self._said(error)
        return Problem(
            {
                "de": f"Der Mailserver {self.server}:{self.port} antwortet nicht wie erwartet "
                f"({said}).",
                "en": f"The mail server {self.server}:{self.port} does not answer as expected "
                f"({said}).",
            },
            {
                "de": "server, port und security unter [mail] in kam.toml und das Netz prüfen; "
                "dann derselbe Befehl.",
                "en": "Check server, port and security under [mail] in kam.toml, and the network; "
                "then the same command.",
            },
        )

    def _bad_certificate(self, error: ssl.SSLCertVerificationError) -> Problem:
        return Problem(
            {
                "de": f"Das Zertifikat von {self.server} ist nicht vertrauenswürdig "
                f"({error.verify_message}). Es wurde nichts gesendet.",
                "en": f"The certificate of {self.server} cannot be trusted "
                f"({error.verify_message}). Nothing was sent.",
            },
            {
                "de": "Den Namen des Servers prüfen; hat die Firma eine eigene "
                "Zertifizierungsstelle, deren Datei unter [mail] ca_file angeben.",
                "en": "Check the server's name; if the company has its own certificate authority, "
                "name its file in [mail] ca_file.",
            },
        )

    def _not_let_in(self, error: smtplib.SMTPAuthenticationError) -> Problem:
        return Problem(
            {
                "de": f"{self.server} lässt {self.user} nicht hinein: {self._said(error)}",
                "en": f"{self.server} does not let {self.user} in: {self._said(error)}",
            },
            {
                "de": 'Benutzer und Passwort prüfen. Microsoft 365 verlangt login = "xoauth2" oder '
                'transport = "graph".',
                "en": 'Check user and password. Microsoft 365 asks for login = "xoauth2" or '
                'transport = "graph".',
            },
        )

    def _not_supported(self, error: Exception) -> Problem:
        return Problem(
            {
                "de": f"{self.server}:{self.port} kann nicht, was nötig ist ({error}). Ohne "
                "Verschlüsselung und Anmeldung wird nicht gesendet.",
                "en": f"{self.server}:{self.port} cannot do what is needed ({error}). Without "
                "encryption and login nothing is sent.",
            },
            {
                "de": "port und security unter [mail] in kam.toml prüfen: 587 mit starttls, 465 "
                "mit tls.",
                "en": "Check port and security under [mail] in kam.toml: 587 with starttls, 465 "
                "with tls.",
            },
        )


def _may_pass(error: Exception) -> bool:
    """Whether waiting may help: not if the server said no for good."""
    code = getattr(error, "smtp_code", None)
    return not (isinstance(code, int) and code >= 500)
