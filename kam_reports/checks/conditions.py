"""Conditions, contracts and hospitality (V501 to V5xx)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import combinations

from kam_reports.checks import Problems, check
from kam_reports.checks._entries import blank, field, option
from kam_reports.model import Amount, Entry, Period, Plan, Severity
from kam_reports.vocabulary import normalise
from kam_reports.workspace import Workspace

NO_START = {"de": "„{field}“ fehlt", "en": "“{field}” is missing"}
OVERLAP = {
    "de": "sie gilt zugleich mit der in Zelle {other} (ab {start})",
    "en": "it holds at the same time as that in cell {other} (from {start})",
}


@check(
    "V501",
    Severity.ERROR,
    say={
        "de": "Die Geltung der Kondition {condition} ({scope}) ist unklar: {what}.",
        "en": "The validity of the condition {condition} ({scope}) is unclear: {what}.",
    },
    fix={
        "de": "„Gültig von“ und „Gültig bis“ so eintragen, dass jede Kondition nur einmal gilt.",
        "en": "Enter “Valid from” and “Valid to” so that each condition holds only once.",
    },
    clean="""
        [Preiskonditionen …]
        Nr. | Konditionsart | Geltungsbereich
        P2  | Rabatt        | Akkugeräte
        """,
    broken="""
        [Preiskonditionen …]
        Nr. | Gültig von
        P1  |
        """,
)
def condition_validity_is_unclear(plan: Plan) -> Problems:
    """A condition has no start, or two of the same kind and scope hold at the same time.

    Without a start it cannot be assigned to a year: an error. Of two that overlap nobody knows
    which one the customer will claim.
    """
    conditions = [entry for entry in plan.of("conditions") if entry["cond_type"] is not None]
    for entry in conditions:
        if blank(entry, "valid_from"):
            facts = {"what": NO_START, "field": field(entry, "valid_from")}
            yield entry.at("valid_from"), {**_named(entry), **facts}
    for first, second in combinations(filter(_holds, conditions), 2):
        if _same(first, second) and _overlap(first, second):
            facts = {"other": first.at("valid_from").cell, "start": first["valid_from"]}
            yield (
                second.at("valid_from"),
                {**_named(second), "what": OVERLAP, **facts},
                Severity.WARNING,
            )


NOTHING_BACK = {
    "de": "ist vereinbart, aber ohne Gegenleistung",
    "en": "is agreed, but for nothing in return",
}
ENDS_EARLY = {
    "de": "endet am {end}, vor dem Ende des Geschäftsjahres",
    "en": "ends on {end}, before the fiscal year does",
}


@check(
    "V502",
    Severity.WARNING,
    say={
        "de": "Die Kondition {condition} ({scope}) {what}.",
        "en": "The condition {condition} ({scope}) {what}.",
    },
    fix={
        "de": "Die Gegenleistung eintragen oder die Anschlussregelung verhandeln.",
        "en": "Enter what is given in return, or negotiate what follows.",
    },
    clean="""
        [Preiskonditionen …]
        Nr. | Verhandlungsstand | Gegenleistung
        P1  | angeboten         |
        """,
    broken="""
        [Preiskonditionen …]
        Nr. | Gegenleistung
        P1  |
        """,
)
def condition_gives_something_away(plan: Plan) -> Problems:
    """An agreed condition has nothing in return, or ends before the fiscal year does.

    A rebate for nothing is a price cut. One that ends in the year must be negotiated in the year.
    """
    for entry in plan.of("conditions"):
        if entry["negotiation_status"] != "agreed":
            continue
        if blank(entry, "counter_performance"):
            yield entry.at("counter_performance"), {**_named(entry), "what": NOTHING_BACK}
        ends, year = entry["valid_to"], plan.fiscal_year
        if ends is not None and year is not None and ends < _last_day(plan, year):
            yield entry.at("valid_to"), {**_named(entry), "what": ENDS_EARLY, "end": ends}


ENDS = {
    "de": "endet am {end}, in {days} Tagen",
    "en": "ends on {end}, in {days} days",
}
ENDED = {"de": "ist am {end} ausgelaufen", "en": "ended on {end}"}


@check(
    "V503",
    Severity.WARNING,
    say={
        "de": "Der Rahmenvertrag {what}.",
        "en": "The framework contract {what}.",
    },
    fix={
        "de": "Die Verlängerung verhandeln oder das neue Vertragsende eintragen.",
        "en": "Negotiate the renewal, or enter the new end of the contract.",
    },
    clean="""
        [Kundenprofil …]
        Rahmenvertrag bis | 2027-03-30
        """,
    broken="""
        [Kundenprofil …]
        Rahmenvertrag bis | 2026-12-31
        """,
)
def contract_ends_soon(plan: Plan, day: date | None, workspace: Workspace) -> Problems:
    """The framework contract ends within 180 days, or has ended.

    Half a year is what a negotiation takes. The number of days can be set in ``kam.toml``.
    """
    profile = plan.one("profile")
    end = profile["contract_to"]
    if end is None or day is None:
        return
    if end < day:
        yield profile.at("contract_to"), {"what": ENDED, "end": end}
    elif end <= day + timedelta(days=workspace.thresholds.contract_days):
        yield profile.at("contract_to"), {"what": ENDS, "end": end, "days": (end - day).days}


@check(
    "V504",
    Severity.WARNING,
    say={
        "de": "{kind} am {on}: {each} je Person, erlaubt sind {limit} ({cost}, Personen: "
        "{people}).",
        "en": "{kind} on {on}: {each} for each person, {limit} are allowed ({cost}, people: "
        "{people}).",
    },
    fix={
        "de": "Die Teilnehmer vollständig eintragen oder die Compliance-Stelle fragen.",
        "en": "List all participants, or ask the compliance officer.",
    },
    clean="""
        [Beziehungspflege …]
        Geplant am | Kosten / Zuwendung
        2026-09-08 | 120
        """,
    broken="""
        [Beziehungspflege …]
        Geplant am | Kosten / Zuwendung
        2026-09-08 | 180
        """,
)
def hospitality_exceeds_the_limit(plan: Plan, workspace: Workspace) -> Problems:
    """An invitation costs more for each person than the company allows.

    The limit (60 euros unless ``kam.toml`` says otherwise) is a rule of the company, not of the
    law. The cost is divided by the participants listed; no list counts as one person.
    """
    limit = workspace.thresholds.hospitality
    for entry in plan.of("relationship"):
        cost = entry["cost"]
        people = max(1, len(_people(entry)))
        if cost is not None and cost / people > limit + 0.005:
            yield (
                entry.at("cost"),
                {
                    "kind": option(entry, "type") if entry["type"] else field(entry, "cost"),
                    "on": entry["done_on"] or entry["planned_on"],
                    "each": Amount(cost / people, "EUR/order"),
                    "limit": Amount(limit, "EUR/order"),
                    "cost": Amount(cost, "EUR/order"),
                    "people": people,
                },
            )


@check(
    "V505",
    Severity.WARNING,
    say={
        "de": "{article}: Status „{listing}“, aber ausgelistet am {day}.",
        "en": "{article}: status “{listing}”, but delisted on {day}.",
    },
    fix={
        "de": "Den Listungsstatus oder das Datum berichtigen.",
        "en": "Correct the listing status or the date.",
    },
    broken="""
        [Sortiment …]
        Warengruppe | Listungsstatus
        Befestigung | gelistet
        """,
)
def listing_contradicts_its_date(plan: Plan) -> Problems:
    """An article is called listed although it was delisted.

    Listed articles make the assortment coverage; a lost listing would hide in it.
    """
    for entry in plan.of("assortment"):
        day = entry["delisted_on"]
        listed = entry["listing"] in ("listed", "at_risk", "planned")
        if day is not None and plan.as_of is not None and day <= plan.as_of and listed:
            article = str(entry["sku"] or entry["product_group"] or entry.place.cell)
            facts = {"article": article, "listing": option(entry, "listing"), "day": day}
            yield entry.at("listing"), facts


# ---------------------------------------------------------------- in other words


def _named(entry: Entry) -> dict[str, object]:
    """What a condition is called: its kind, and what it holds for."""
    kind = option(entry, "cond_type") if entry["cond_type"] else str(entry["cond_id"] or "?")
    return {"condition": kind, "scope": str(entry["scope"] or "–")}


def _holds(entry: Entry) -> bool:
    """Whether the condition is in force, or meant to be."""
    gone = entry["negotiation_status"] in ("rejected", "expired", "demanded", "offered")
    return entry["valid_from"] is not None and not gone


def _same(first: Entry, second: Entry) -> bool:
    """Whether two conditions are of one kind and scope; each step of a scale is its own."""
    scopes = {normalise(str(entry["scope"] or "")) for entry in (first, second)}
    alike = first["cond_type"] == second["cond_type"] and len(scopes) == 1
    return bool(alike and first["cond_type"] != "tiered_bonus")


def _overlap(first: Entry, second: Entry) -> bool:
    ends = [entry["valid_to"] or date.max for entry in (first, second)]
    return bool(first["valid_from"] <= ends[1] and second["valid_from"] <= ends[0])


def _last_day(plan: Plan, year: int) -> date:
    return Period(year).ends(plan.fy_start_month)


def _people(entry: Entry) -> list[str]:
    """The participants, as far as a list of names shows them."""
    return [name for name in _names(str(entry["participants"] or "")) if name]


def _names(text: str) -> Iterator[str]:
    for part in re.split(r"[,;/\n]| und | and |\+|&", text):
        yield part.strip()
