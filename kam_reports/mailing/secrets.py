"""Passwords and tokens: from the environment, the system's keyring, or a person; never a file."""

from __future__ import annotations

import os
from collections.abc import Callable

from kam_reports.model import Problem
from kam_reports.workspace import MailSettings

PASSWORD, TOKEN = "KAM_REPORTS_MAIL_PASSWORD", "KAM_REPORTS_MAIL_TOKEN"
SERVICE = "kam-reports"
SMTP_SCOPE = "https://outlook.office.com/SMTP.Send"
GRAPH_SCOPES = (
    "https://graph.microsoft.com/Mail.ReadWrite",
    "https://graph.microsoft.com/Mail.Send",
)
Prompt = Callable[[str], str | None]  # asks a person; None if nobody is there


def user_of(settings: MailSettings, sender: str) -> str:
    """The name to log in with."""
    return settings.user or sender


def password(settings: MailSettings, user: str, prompt: Prompt) -> str:
    """The mailbox's password. Raises Problem if nobody knows it."""
    found = os.environ.get(PASSWORD) or _kept(user) or prompt(f"{user} @ {settings.server}")
    if found:
        return found
    raise Problem(
        {
            "de": f"Das Passwort von {user} fehlt.",
            "en": f"The password of {user} is missing.",
        },
        {
            "de": f"Einmal im Schlüsselbund ablegen („python -m keyring set {SERVICE} {user}“) "
            f"oder in der Umgebungsvariable {PASSWORD} angeben. In kam.toml gehört es nicht.",
            "en": f"Keep it in the keyring once (“python -m keyring set {SERVICE} {user}”), or "
            f"give it in the environment variable {PASSWORD}. It does not belong into kam.toml.",
        },
    )


def _kept(user: str) -> str | None:
    """What the system's keyring holds for *user*."""
    import keyring
    from keyring.errors import KeyringError

    try:
        return keyring.get_password(SERVICE, user)
    except KeyringError:  # no keyring here, or it is locked: ask
        return None


def token(settings: MailSettings, scopes: tuple[str, ...], say: Callable[[str], None]) -> str:
    """An access token: from the environment, else by signing in at Microsoft in a browser.

    It is kept in memory only. Raises Problem if neither works.
    """
    given = os.environ.get(TOKEN)
    if given:
        return given
    if not settings.client_id:
        raise Problem(
            {
                "de": "Für die Anmeldung fehlt ein Zugriffstoken.",
                "en": "An access token to log in with is missing.",
            },
            {
                "de": f"In der Umgebungsvariable {TOKEN} angeben oder in kam.toml [mail] client_id "
                "und tenant der bei Microsoft registrierten Anwendung eintragen.",
                "en": f"Give it in the environment variable {TOKEN}, or set [mail] client_id and "
                "tenant of the application registered with Microsoft in kam.toml.",
            },
        )
    return _signed_in(settings, scopes, say)


def _signed_in(settings: MailSettings, scopes: tuple[str, ...], say: Callable[[str], None]) -> str:
    """Let a person sign in with a code. Not provable here: it needs Microsoft's servers."""
    try:
        import msal
    except ImportError as error:
        raise Problem(
            {
                "de": "Für die Anmeldung bei Microsoft fehlt ein Paket.",
                "en": "A package for signing in at Microsoft is missing.",
            },
            {
                "de": "pip install 'kam-reports[graph]'",
                "en": "pip install 'kam-reports[graph]'",
            },
        ) from error
    application = msal.PublicClientApplication(
        settings.client_id, authority=f"https://login.microsoftonline.com/{settings.tenant}"
    )
    flow = application.initiate_device_flow(scopes=list(scopes))
    if "message" in flow:
        say(str(flow["message"]))
        found = application.acquire_token_by_device_flow(flow)
        if found.get("access_token"):
            return str(found["access_token"])
        flow = found
    raise Problem(
        {
            "de": f"Die Anmeldung bei Microsoft schlug fehl: {flow.get('error_description', '?')}",
            "en": f"Signing in at Microsoft failed: {flow.get('error_description', '?')}",
        },
        {
            "de": "client_id, tenant und die Berechtigungen der Anwendung prüfen.",
            "en": "Check client_id, tenant and the permissions of the application.",
        },
    )


def without(text: str, secret: str) -> str:
    """*text* without *secret*, also where a server echoes it in base64."""
    import base64

    for hidden in (secret, base64.b64encode(secret.encode()).decode().rstrip("=")):
        if hidden:
            text = text.replace(hidden, "***")
    return text
