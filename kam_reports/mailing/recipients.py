"""Who gets which edition: from the contacts, the partner's header and ``[mail]`` in kam.toml.

What kam.toml says comes first. A customer's edition goes to the contacts that say yes in "Erhält
Bericht", else to the first; a partner's to the address in its header; the internal one to the
account manager and to ``internal_to``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from kam_reports.mailing.addresses import domain, key, normal, normal_domain, parted, plain_name
from kam_reports.mailing.ledger import Held
from kam_reports.model import Edition, Plan, Role, Subject
from kam_reports.workspace import MailSettings

EDITIONS = {
    Role.ACCOUNT: (Edition.CUSTOMER, Edition.INTERNAL),
    Role.PARTNER: (Edition.PARTNER,),
}


@dataclass(frozen=True, slots=True)
class Addressee:
    """A person who gets an edition. *address* is normal; *source* is a cell or a setting."""

    subject: Subject
    edition: Edition
    address: str
    name: str
    language: str
    source: str
    manager: str = ""  # the account manager's name, who signs
    reply_to: str = ""
    cc: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Named:
    name: str
    text: str
    source: str


def addressees(
    plans: Iterable[Plan], settings: MailSettings, editions: Iterable[str]
) -> tuple[list[Addressee], list[Held]]:
    """Everybody who gets something, in a stable order, and what is missing for the others."""
    wanted = set(editions)
    found: list[Addressee] = []
    held: list[Held] = []
    for plan in sorted(plans, key=lambda one: (one.subject.role, one.subject.id)):
        for edition in EDITIONS[plan.subject.role]:
            if edition in wanted:
                mine, missing = _of_plan(plan, edition, settings)
                found.extend(mine)
                held.extend(missing)
    return found, held


def _of_plan(
    plan: Plan, edition: Edition, settings: MailSettings
) -> tuple[list[Addressee], list[Held]]:
    held: list[Held] = []
    found: dict[str, Addressee] = {}

    def hold(name: str, text: str, reason: str, source: str) -> None:
        held.append(
            Held(edition, plan.subject.id, plain_name(name), plain_name(text), reason, source)
        )

    manager = plain_name(str(plan.header["kam"] or ""))
    listed = settings.people.get(manager, "")
    boss = parted(listed)[1] if listed else None
    for named in _named(plan, edition, settings, manager):
        if not named.text:
            hold(named.name, "", "no-address" if named.name else "nobody", named.source)
            continue
        name, address = parted(named.text) if "<" in named.text else ("", normal(named.text))
        if address is None:
            hold(named.name, named.text, "not-an-address", named.source)
            continue
        found.setdefault(
            key(address),
            Addressee(
                plan.subject,
                edition,
                address,
                name or plain_name(named.name),
                _language(address, plan, settings),
                named.source,
                manager,
                boss or "",
            ),
        )
    mine = list(found.values())
    if mine and settings.cc_account_manager and edition is not Edition.INTERNAL:
        if boss is None:
            for one in mine:
                reason = "manager-not-an-address" if listed else "manager-without-address"
                if not manager:
                    reason = "no-manager"
                hold(one.name, one.address, reason, manager or str(plan.place))
            return [], held
        if key(boss) not in found:  # one copy of a review is enough, however many get it
            mine[0] = replace(mine[0], cc=(boss,))
    return mine, held


def _named(plan: Plan, edition: Edition, settings: MailSettings, manager: str) -> Iterator[_Named]:
    """Everybody who is named, with the address as it was typed."""
    subject = plan.subject
    if edition is Edition.INTERNAL:
        yield _Named(manager, settings.people.get(manager, ""), "kam.toml › [mail.people]")
        for text in settings.internal_to:
            yield _Named(parted(text)[0], text, "kam.toml › internal_to")
        return
    if subject.id in settings.to:
        names = {
            key(str(entry["email"]).strip()): str(entry["name"] or "")
            for entry in plan.of("contacts")
            if entry["email"]
        }
        for text in settings.to[subject.id]:
            name = parted(text)[0] or names.get(key(parted(text)[1] or ""), "")
            yield _Named(name, text, "kam.toml › [mail.to]")
        return
    if edition is Edition.PARTNER:
        header = plan.header
        name = str(header["contact"] or "")
        yield _Named(name, str(header["email"] or ""), str(header.at("email")))
        return
    contacts = list(plan.of("contacts"))
    chosen = [entry for entry in contacts if entry["gets_report"] is True]
    if not chosen:  # who said no is not asked again
        chosen = [entry for entry in contacts if entry["gets_report"] is not False][:1]
    for entry in chosen:
        yield _Named(str(entry["name"] or ""), str(entry["email"] or ""), str(entry.at("email")))
    if not chosen:
        yield _Named("", "", str(plan.place))


def _language(address: str, plan: Plan, settings: MailSettings) -> str:
    """The language that is set for the address, its domain or its account; else the plan's own."""
    by_address = {
        key(normal(name) or name) if "@" in name else normal_domain(name): language
        for name, language in settings.languages.items()
    }
    for name in (key(address), domain(address)):
        if name in by_address:
            return by_address[name]
    return settings.languages.get(plan.subject.id, plan.language)
