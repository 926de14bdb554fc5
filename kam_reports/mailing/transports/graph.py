"""Microsoft Graph: sends and makes drafts where a company allows no SMTP.

The mail goes over as the very bytes that were reviewed (MIME, base64). Tried against a server of
our own that behaves as Microsoft documents; not against Microsoft 365 itself.
Source: learn.microsoft.com, "user: sendMail", "Create message", "Throttling guidance".
"""

from __future__ import annotations

import base64
import json
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import urlsplit

from kam_reports.mailing.ledger import Mail, State
from kam_reports.mailing.secrets import without
from kam_reports.mailing.sending import Outcome, Unreachable
from kam_reports.model import Problem

LARGEST = 4_000_000  # bytes of a request; base64 makes a mail a third larger
TIMEOUT = 120.0
_LOCAL = ("127.0.0.1", "localhost", "::1")


@dataclass(slots=True)
class Graph:
    """The mailbox of who signed in. *token* is never shown."""

    url: str
    token: str = field(repr=False)
    timeout: float = TIMEOUT

    def open(self) -> None:
        """Nothing is connected ahead; only the address is looked at. Raises Unreachable."""
        parts = urlsplit(self.url)
        if parts.scheme != "https" and parts.hostname not in _LOCAL:
            raise Unreachable(
                Problem(
                    {
                        "de": f"Die Adresse {self.url} ist nicht verschlüsselt.",
                        "en": f"The address {self.url} is not encrypted.",
                    },
                    {
                        "de": "graph_url unter [mail] in kam.toml beginnt mit https://.",
                        "en": "graph_url under [mail] in kam.toml begins with https://.",
                    },
                ),
                again=False,
            )

    def close(self) -> None:
        """Nothing is open."""

    def send(self, _mail: Mail, data: bytes, claim: Callable[[], bool]) -> Outcome:
        """Hand the mail over with one request, after which only its answer tells."""
        body = base64.b64encode(data)
        if len(body) > LARGEST:
            return Outcome(State.FAILED, f"413 {len(body) // 1000} kB > {LARGEST // 1000} kB")
        if not claim():
            return Outcome(None)
        try:
            status, text, _ = self._post("/me/sendMail", body)
        except urllib.error.URLError as error:
            if isinstance(error.reason, ConnectionRefusedError):  # nothing was sent
                return Outcome(State.PLANNED, self._said(str(error.reason)))
            return Outcome(State.UNKNOWN, self._said(str(error.reason)))
        except OSError as error:
            return Outcome(State.UNKNOWN, self._said(str(error)))
        return self._outcome(status, text)

    def draft(self, data: bytes) -> str:
        """Make a draft in the mailbox; give back its address. Raises Unreachable."""
        body = base64.b64encode(data)
        if len(body) > LARGEST:
            raise Unreachable(self._problem(f"413 {len(body) // 1000} kB"), again=False)
        try:
            status, text, link = self._post("/me/messages", body)
        except OSError as error:  # URLError is one
            raise Unreachable(self._problem(self._said(str(error))), again=True) from error
        if status != HTTPStatus.CREATED:
            again = status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)
            raise Unreachable(self._problem(self._said(f"{status} {text}")), again=again)
        return link

    def _outcome(self, status: int, text: str) -> Outcome:
        said = self._said(f"{status} {text}".strip())
        match status:
            case HTTPStatus.ACCEPTED:
                return Outcome(State.SENT, said)
            case HTTPStatus.TOO_MANY_REQUESTS | HTTPStatus.SERVICE_UNAVAILABLE:
                return Outcome(State.PLANNED, said)  # refused for now, and not taken
            case HTTPStatus.UNAUTHORIZED | HTTPStatus.FORBIDDEN:
                return Outcome(State.PLANNED, said)
        return Outcome(State.FAILED if 400 <= status < 500 else State.UNKNOWN, said)

    def _post(self, path: str, body: bytes) -> tuple[int, str, str]:
        """Status, what the server said, and the link of a new draft."""
        request = urllib.request.Request(  # noqa: S310  (the scheme was looked at in open)
            self.url.rstrip("/") + path,
            data=body,
            headers={"Authorization": f"Bearer {self.token}", "Content-Type": "text/plain"},
            method="POST",
        )
        try:
            with urllib.request.urlopen(request, timeout=self.timeout) as answer:  # noqa: S310
                text = answer.read().decode("utf-8", "replace")
                return answer.status, "", _link(text)
        except urllib.error.HTTPError as error:
            return error.code, _message(error.read().decode("utf-8", "replace")), ""

    def _said(self, text: str) -> str:
        return without(" ".join(text.split()), self.token)[:500]

    def _problem(self, said: str) -> Problem:
        return Problem(
            {
                "de": f"Microsoft Graph nimmt den Entwurf nicht an: {said}",
                "en": f"Microsoft Graph does not take the draft: {said}",
            },
            {
                "de": "Anmeldung und Berechtigung (Mail.ReadWrite) prüfen; dann derselbe Befehl.",
                "en": "Check login and permission (Mail.ReadWrite); then the same command.",
            },
        )


def _message(text: str) -> str:
    """What Graph's error says."""
    try:
        return str(json.loads(text)["error"]["message"])
    except (ValueError, KeyError, TypeError):
        return text


def _link(text: str) -> str:
    try:
        return str(json.loads(text)["webLink"])
    except (ValueError, KeyError, TypeError):
        return ""
