"""What is an address: one strict form, IDN domains as punycode, nothing that could be a header."""

from __future__ import annotations

import unicodedata
from functools import cache

PUBLIC_DOMAINS = frozenset(
    (
        "gmail.com", "googlemail.com", "gmx.de", "gmx.net", "gmx.at", "gmx.ch", "web.de",
        "t-online.de", "freenet.de", "outlook.com", "outlook.de", "hotmail.com", "hotmail.de",
        "live.com", "live.de", "yahoo.com", "yahoo.de", "icloud.com", "me.com", "aol.com",
        "posteo.de", "mailbox.org", "proton.me", "protonmail.com", "mail.de", "arcor.de",
        "bluewin.ch", "aon.at", "1und1.de", "online.de", "email.de", "gmx.com",
    )
)  # fmt: skip


@cache
def normal(text: str) -> str | None:
    """The address as it goes over the wire; None if *text* is not exactly one address.

    The part before the @ keeps its case but must be ASCII, the domain is punycode in small
    letters. ``"Name <a@b.example>"`` is no address here.
    """
    from email_validator import EmailNotValidError, validate_email

    try:
        found = validate_email(text.strip(), check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        return None
    return found.ascii_email


def key(address: str) -> str:
    """What two writings of one mailbox have in common."""
    return address.casefold()


def domain(address: str) -> str:
    """The part after the @."""
    return address.rpartition("@")[2].casefold()


def normal_domain(text: str) -> str:
    """A domain as ``normal`` writes it; *text* unchanged if it is none."""
    found = normal(f"a@{text.strip().lstrip('@')}")
    return domain(found) if found else text.casefold()


def parted(text: str) -> tuple[str, str | None]:
    """Name and address of ``Jana Vogt <j.vogt@firma.example>`` or of a bare address."""
    from email.utils import parseaddr

    name, address = parseaddr(text)
    return plain_name(name), normal(address) if address else None


def plain_name(text: str) -> str:
    """A name on one line, without signs that nobody can see."""
    shown = "".join(
        " " if unicodedata.category(sign) in ("Cc", "Zl", "Zp", "Zs")
        else "" if unicodedata.category(sign) in ("Cf", "Cs", "Cn", "Co")
        else sign
        for sign in text
    )  # fmt: skip
    return " ".join(shown.split())[:200]


def allowed(address: str, entries: tuple[str, ...]) -> bool:
    """Whether *address* is one of *entries* or belongs to a domain of them."""
    for entry in entries:
        if "@" in entry.strip().lstrip("@"):
            whole = normal(entry)
            if whole is not None and key(whole) == key(address):
                return True
        elif normal_domain(entry) == domain(address):
            return True
    return False
