"""What must hold before the first mail leaves; each guard says what is wrong and what to do.

A guard looks at the bytes that would be sent, not at what they were made from.
"""

from __future__ import annotations

import hashlib
import inspect
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any

from kam_reports.mailing.addresses import (
    PUBLIC_DOMAINS,
    allowed,
    domain,
    key,
    normal_domain,
    parted,
    plain_name,
)
from kam_reports.mailing.ledger import Mail
from kam_reports.mailing.message import MARK
from kam_reports.mailing.opening import Opened, folded
from kam_reports.model import Edition, Role
from kam_reports.workspace import MailSettings

HTML_LIMIT = 95_000  # bytes; from about 102 kB on Gmail hides the rest
Facts = Mapping[str, Any]
_LEGAL = re.compile(
    r"[\s,]+(?:&\s*co\b\.?|gmbh|g\.?m\.?b\.?h\.?|mbh|ag|se|kgaa|kg|ohg|gbr|eg|e\.?\s?v\.?|e\.?\s?k\.?"
    r"|ug|ltd\.?|limited|inc\.?|llc|plc|ab|as|a/s|aps|oy|sa|s\.a\.|sàrl|sarl|s\.?r\.?l\.?|spa|s\.p\.a\."
    r"|bv|b\.v\.|nv|n\.v\.|co\.?|gruppe|group|holding)$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Known:
    """What the guards compare with."""

    run: str
    sender: str
    settings: MailSettings
    company: str
    accounts: Mapping[tuple[str, str], tuple[str, str]]  # (role, ID) → name, file name
    inside_headings: frozenset[str] = frozenset()  # folded; only our own edition has them
    inside_marks: frozenset[str] = frozenset()  # folded

    @cached_property
    def own_domains(self) -> frozenset[str]:
        """The domains that are ours: those of kam.toml, else the sender's."""
        given = {normal_domain(one) for one in self.settings.own_domains}
        return frozenset(given or {domain(self.sender)})

    def inside(self, address: str) -> bool:
        """Whether *address* is one of us."""
        return domain(address) in self.own_domains

    @cached_property
    def fingerprint(self) -> str:
        """Changes when anything changes that a guard looks at."""
        settings = {name: repr(getattr(self.settings, name)) for name in _LOOKED_AT}
        words = sorted(self.inside_headings), sorted(self.inside_marks)
        facts = (
            self.run,
            self.sender,
            settings,
            self.company,
            sorted(self.accounts.items()),
            words,
        )
        return hashlib.sha256(repr(facts).encode()).hexdigest()

    # ------------------------------------------------------------ names

    def role(self, mail: Mail) -> Role:
        """Whether the mail is about an account or a partner."""
        return Role.PARTNER if mail.edition == Edition.PARTNER else Role.ACCOUNT

    @cached_property
    def names(self) -> re.Pattern[str]:
        """Finds every name and ID of the run in a folded text."""
        terms = {
            term for about, (name, _) in self.accounts.items() for term in terms_of(about[1], name)
        }
        return _pattern(terms)

    def others(self, text: str, mail: Mail) -> set[str]:
        """The names and IDs of others in *text*; what stands inside of an own name is not one."""
        own = self._own(self.role(mail), mail.subject)
        spans = [found.span() for found in own.finditer(text)]
        return {
            found[0]
            for found in self.names.finditer(text)
            if not any(start <= found.start() and found.end() <= end for start, end in spans)
        }

    def _own(self, role: Role, subject: str) -> re.Pattern[str]:
        name, _ = self.accounts.get((role, subject), ("", ""))
        terms = {folded(name), folded(subject), *terms_of(subject, name)}
        if self.company:
            terms.update(terms_of("", self.company))
        terms.update(folded(one) for one in self.settings.mentions)
        return _pattern(terms)


_LOOKED_AT = ("own_domains", "domains", "mentions", "max_megabytes", "html_attachment")


def terms_of(subject: str, name: str) -> set[str]:
    """What gives an account away: its name, the name without its legal form, its ID.

    A short number is no ID that could be found: it stands in every report.
    """
    whole = folded(name)
    core = whole
    while (shorter := _LEGAL.sub("", core)) != core:
        core = shorter
    terms = {whole} if len(whole) >= 3 else set()
    if len(core) >= 5:
        terms.add(core)
    label = folded(subject)
    if len(label) >= 5 or (len(label) >= 3 and not label.isdecimal()):
        terms.add(label)
    return terms


def _pattern(terms: set[str]) -> re.Pattern[str]:
    longest_first = sorted((one for one in terms if one), key=lambda one: (-len(one), one))
    words = "|".join(re.escape(one) for one in longest_first) or r"(?!)"
    return re.compile(rf"(?<!\w)(?<!\w-)(?:{words})(?!-?\w)")


# ---------------------------------------------------------------- declaring


@dataclass(frozen=True, slots=True)
class Guard:
    """A rule that every mail must keep; *page* is its page in the handbook."""

    name: str
    say: Mapping[str, str]
    fix: Mapping[str, str]
    find: Callable[[Opened, Known], Iterator[Facts]]
    page: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """A mail that must not leave, and why."""

    mail: Mail
    guard: Guard
    facts: Facts = field(default_factory=dict)

    def line(self, language: str) -> str:
        """What is wrong, in one sentence."""
        return self.guard.say[language].format(**self._facts())

    def advice(self, language: str) -> str:
        """What to do."""
        return self.guard.fix[language].format(**self._facts())

    def told(self, language: str) -> str:
        """The guard by its name, for ``explain``, what is wrong, and below it what to do."""
        return f"{self.guard.name}: {self.line(language)}\n  {self.advice(language)}"

    def _facts(self) -> dict[str, Any]:
        mail = self.mail
        whole = {"id": mail.id, "account": mail.subject, "to": mail.recipient, "file": mail.file}
        return {**whole, **self.facts}


GUARDS: dict[str, Guard] = {}
_Finder = Callable[[Opened, Known], Iterator[Facts]]


def guard(
    name: str, *, say: Mapping[str, str], fix: Mapping[str, str]
) -> Callable[[_Finder], _Finder]:
    """Declare a guard by what it says; the docstring is its page in the handbook."""

    def declare(find: _Finder) -> _Finder:
        GUARDS[name] = Guard(name, say, fix, find, inspect.getdoc(find) or "")
        return find

    return declare


_PLAN_AGAIN = {
    "de": "Mit „kam-reports mail plan“ neu anlegen und noch einmal durchsehen.",
    "en": "Make it anew with “kam-reports mail plan” and look through it again.",
}

CHANGED = Guard(
    "changed-file",
    {
        "de": "{file} ist nicht mehr die Mail, die durchgesehen wurde.",
        "en": "{file} is not the mail any more that was looked through.",
    },
    _PLAN_AGAIN,
    lambda _opened, _known: iter(()),
    """The file of a mail is gone, or it is not the one that was looked through.

Each mail is kept with the sum of its bytes when it is planned. Whatever changes it later – a mail
program that opened it, a hand that mended a word – makes it another one that nobody has approved.
""".strip(),
)


def digest(data: bytes) -> str:
    """The SHA-256 that a stored mail is known by."""
    return hashlib.sha256(data).hexdigest()


def check(mail: Mail, folder: Path, known: Known) -> list[Refusal]:
    """Everything that speaks against sending *mail*; its file lies below *folder*."""
    data = _stored(mail, folder)
    if data is None:
        return [Refusal(mail, CHANGED)]
    opened = Opened(mail, data)
    return [
        Refusal(mail, each, facts) for each in GUARDS.values() for facts in each.find(opened, known)
    ]


def unchanged(mail: Mail, folder: Path) -> list[Refusal]:
    """Whether the file of *mail* is still the one that was reviewed."""
    return [Refusal(mail, CHANGED)] if _stored(mail, folder) is None else []


def _stored(mail: Mail, folder: Path) -> bytes | None:
    """The bytes in the outbox; None if they are gone or not the planned ones."""
    try:
        data = (folder / mail.file).read_bytes()
    except OSError:
        return None
    return data if digest(data) == mail.digest else None


# ---------------------------------------------------------------- the guards


@guard(
    "another-account",
    say={
        "de": "{account} an {to}: {where} nennt „{found}“ statt „{expected}“.",
        "en": "{account} to {to}: {where} says “{found}” instead of “{expected}”.",
    },
    fix=_PLAN_AGAIN,
)
def account_agrees(opened: Opened, known: Known) -> Iterator[Facts]:
    """Ledger, headers, page and file name of a mail do not speak of the same account.

    They are written at different places; if one of them names another account, edition or quarter,
    files were mixed up, and the numbers of one customer would go to another.
    """
    mail = opened.mail
    role = known.role(mail)
    _, file = known.accounts.get((role, mail.subject), ("", ""))
    for header, expected in (
        ("Account", mail.subject),
        ("Edition", mail.edition),
        ("Run", mail.run),
    ):
        found = str(opened.message[MARK + header] or "")
        if found != plain_name(expected):
            yield {"where": MARK + header, "found": found, "expected": expected}
    for page, where in (
        (opened.page, "HTML"),
        *((f.page, f.name) for f in opened.files if f.kind == "text/html"),
    ):
        for name, expected in (("kam:subject", mail.subject), ("kam:edition", mail.edition)):
            found = page.meta.get(name, "")
            if found != expected:
                yield {"where": f"{where} ({name})", "found": found, "expected": expected}
    path = PurePosixPath(mail.file)
    wanted = f"{known.run}/{mail.edition}/{file} "
    if not str(path).startswith(wanted) or not path.stem.endswith(f" {mail.message_id[1:9]}"):
        yield {"where": "file name", "found": str(path), "expected": wanted}
    if str(opened.message["Message-ID"] or "").strip() != mail.message_id:
        yield {
            "where": "Message-ID",
            "found": opened.message["Message-ID"],
            "expected": mail.message_id,
        }


@guard(
    "another-recipient",
    say={
        "de": "{account}: Mail {id} ist für {to} geplant, in ihr steht aber „{found}“ ({where}).",
        "en": "{account}: mail {id} is planned for {to}, but it says “{found}” ({where}).",
    },
    fix=_PLAN_AGAIN,
)
def recipient_agrees(opened: Opened, known: Known) -> Iterator[Facts]:
    """A mail is addressed to somebody other than it was planned for, or to one more.

    To, Cc and sender are compared with the ledger, letter by letter; Bcc is never used.
    """
    mail, message = opened.mail, opened.message
    rehearsal = mail.envelope != mail.recipient
    for header, expected in (
        ("To", [mail.envelope]),
        ("Cc", mail.cc.split()),
        ("Bcc", []),
        ("Resent-To", []),
        ("Resent-Cc", []),
    ):
        values = message.get_all(header, [])
        found = [one.addr_spec for value in values for one in value.addresses]
        if sorted(map(key, found)) != sorted(map(key, expected)) or len(values) > 1:
            yield {"where": header, "found": ", ".join(found)}
    senders = [one.addr_spec for one in getattr(message["From"], "addresses", ())]
    if [key(one) for one in senders] != [key(known.sender)]:
        yield {"where": "From", "found": ", ".join(senders)}
    if rehearsal and key(mail.envelope) != key(known.sender):
        yield {"where": "To", "found": mail.envelope}


@guard(
    "foreign-domain",
    say={
        "de": "{account}: {found} gehört nicht zu den erlaubten Empfängern ({allowed}).",
        "en": "{account}: {found} is not among the allowed recipients ({allowed}).",
    },
    fix={
        "de": "Die Adresse im Plan berichtigen oder, wenn sie stimmt, in kam.toml unter "
        "[mail.domains] ergänzen: {line}",
        "en": "Correct the address in the plan or, if it is right, add it in kam.toml under "
        "[mail.domains]: {line}",
    },
)
def recipient_belongs_to_account(opened: Opened, known: Known) -> Iterator[Facts]:
    """The address is not allowed for this account.

    The address stands in the plan, what is allowed stands in kam.toml: one wrong cell is not enough
    to send a review to a stranger. Our own edition and all copies go to our own domains alone.
    """
    mail = opened.mail
    if mail.edition == Edition.INTERNAL:
        entries: tuple[str, ...] = tuple(sorted(known.own_domains))
        if not known.inside(mail.recipient):
            yield _foreign(mail, mail.recipient, entries)
    else:
        entries = known.settings.domains.get(mail.subject, ())
        if not allowed(mail.recipient, entries):
            yield _foreign(mail, mail.recipient, entries)
    for copy in mail.cc.split():
        if not known.inside(copy):
            yield _foreign(mail, copy, tuple(sorted(known.own_domains)))


def _foreign(mail: Mail, address: str, entries: Sequence[str]) -> Facts:
    line = f'"{mail.subject}" = ["{entry_for(address)}"]'
    return {"found": address, "allowed": ", ".join(entries) or "–", "line": line}


def entry_for(address: str) -> str:
    """What to allow for *address*: its domain, or the address alone if anybody can be there."""
    own = domain(address)
    return address if own in PUBLIC_DOMAINS else own


@guard(
    "public-domain",
    say={
        "de": "{account}: {found} ist kein Name einer Firma; dort kann jeder ein Postfach haben.",
        "en": "{account}: {found} is no company's domain; anybody can have a mailbox there.",
    },
    fix={
        "de": "In kam.toml unter [mail.domains] die ganze Adresse statt der Domain eintragen.",
        "en": "Write the whole address instead of the domain in kam.toml under [mail.domains].",
    },
)
def no_public_domain_is_allowed(opened: Opened, known: Known) -> Iterator[Facts]:
    """A whole domain of a mail provider is allowed.

    At such a domain anybody can have a mailbox, so the entry would allow everybody. A single
    address there can be allowed.
    """
    for entry in known.settings.domains.get(opened.mail.subject, ()):
        if "@" not in entry.strip().lstrip("@") and normal_domain(entry) in PUBLIC_DOMAINS:
            yield {"found": entry}


@guard(
    "another-name",
    say={
        "de": "{account} an {to}: nennt „{found}“ ({where}), einen anderen Kunden oder Partner.",
        "en": "{account} to {to}: names “{found}” ({where}), which is another account or partner.",
    },
    fix={
        "de": "Den Namen aus dem Plan nehmen und neu planen; darf er überall stehen, in kam.toml "
        "unter [mail] mentions eintragen.",
        "en": "Take the name out of the plan and plan anew; if it may stand anywhere, add it in "
        "kam.toml under [mail] mentions.",
    },
)
def nobody_else_is_named(opened: Opened, known: Known) -> Iterator[Facts]:
    """Body or attachment names another account or partner, by name or ID.

    Customers compete with each other; that one reads the name of another in a review must not
    happen. Names are searched without their legal form; a short number is no ID that could be
    found. Our own edition may name everybody.
    """
    if opened.mail.edition == Edition.INTERNAL:
        return
    for where, text in opened.texts():
        for found in sorted(known.others(folded(text), opened.mail)):
            yield {"where": where, "found": found}


@guard(
    "internal-outside",
    say={
        "de": "{account} an {to}: „{found}“ ist intern und darf nicht aus dem Haus.",
        "en": "{account} to {to}: “{found}” is internal and must not leave the house.",
    },
    fix={
        "de": "Die Kundenfassung nehmen; ist der Empfänger einer von uns, seine Domain in kam.toml "
        "unter [mail] own_domains eintragen.",
        "en": "Use the customer edition; if the recipient is one of us, add the domain in kam.toml "
        "under [mail] own_domains.",
    },
)
def internal_stays_inside(opened: Opened, known: Known) -> Iterator[Facts]:
    """Something internal would leave the house.

    To an address outside of our own domains goes no internal edition, no section that only that
    edition has, and no mark of confidence. Margins and conditions stand in those.
    """
    if known.inside(opened.mail.recipient):
        return
    if opened.mail.edition == Edition.INTERNAL:
        yield {"found": str(opened.mail.edition)}
    for page in opened.pages():
        if page.meta.get("kam:edition", "") == Edition.INTERNAL:
            yield {"found": "kam:edition"}
        for heading in sorted(page.headings & known.inside_headings):
            yield {"found": heading}
    for _, text in opened.texts():
        said = folded(text)
        for mark in sorted(known.inside_marks):
            if mark in said:
                yield {"found": mark}


@guard(
    "too-large",
    say={
        "de": "{account} an {to}: {what} ist mit {size} kB größer als {limit} kB.",
        "en": "{account} to {to}: {what} is {size} kB, more than {limit} kB.",
    },
    fix={
        "de": "Im Plan kürzen oder ohne Anhang senden: [mail] pdf = false in kam.toml.",
        "en": "Shorten the plan, or send without attachment: [mail] pdf = false in kam.toml.",
    },
)
def size_is_bearable(opened: Opened, known: Known) -> Iterator[Facts]:
    """A mail is larger than mail programs show or servers take.

    The limit of the text is 95 kB of HTML; that of the whole mail is max_megabytes under [mail].
    """
    limit = known.settings.max_megabytes * 1_000_000
    for what, size, most in (
        ("HTML", len(opened.html.encode()), HTML_LIMIT),
        ("Mail", len(opened.data), limit),
    ):
        if size > most:
            yield {"what": what, "size": size // 1000, "limit": most // 1000}


@guard(
    "odd-message",
    say={
        "de": "{account} an {to}: {what} ({found}).",
        "en": "{account} to {to}: {what} ({found}).",
    },
    fix=_PLAN_AGAIN,
)
def message_is_sound(opened: Opened, known: Known) -> Iterator[Facts]:
    """A mail is damaged, loads something, or carries a file that we do not attach.

    A review holds its pictures itself and links to nothing; scripts and forms are what a filter
    takes for an attack. As attachment there is a PDF, and the page for our own people only.
    """
    message, page = opened.message, opened.page
    defects = [*message.defects, *(d for part in message.walk() for d in part.defects)]
    if defects:
        yield {"what": "defect", "found": type(defects[0]).__name__}
    if not opened.html or not opened.plain:
        yield {"what": "body", "found": "missing"}
    for tag in sorted(page.tags & {"script", "iframe", "form", "object", "embed"}):
        yield {"what": "HTML", "found": tag}
    have = sorted(
        str(part["Content-ID"]).strip("<> ") for part in message.walk() if part["Content-ID"]
    )
    asked = sorted(link.removeprefix("cid:") for link in page.links if link.startswith("cid:"))
    if have != asked:
        yield {"what": "cid", "found": ", ".join(sorted(set(have) ^ set(asked)))}
    for link in page.links:
        if not link.startswith(("cid:", "mailto:")):
            yield {"what": "link", "found": link[:60]}
    for file in opened.files:
        if file.kind == "text/html" and not (
            known.inside(opened.mail.recipient) and known.settings.html_attachment
        ):
            yield {"what": "HTML", "found": file.name}
        elif file.kind not in ("text/html", "application/pdf"):
            yield {"what": file.kind, "found": file.name}


def sender_of(settings: MailSettings) -> tuple[str, str] | None:
    """Name and address of ``[mail] sender``; None if there is none."""
    name, address = parted(settings.sender)
    return (name, address) if address else None
