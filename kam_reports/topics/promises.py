"""Talking points from what was agreed, planned and left undone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from kam_reports.model import Amount, Light, Named
from kam_reports.topics import Facts, topic
from kam_reports.topics.case import CLOSED, Case
from kam_reports.vocabulary import normalise


@topic(
    "agreement-missed-twice",
    "C",
    1,
    de="Zum {count}. Mal verfehlt: {agreement}. Weg und Termin neu vereinbaren.",
    en="Missed {count} times: {agreement}. Agree on a new way and date.",
)
def agreement_missed_twice(case: Case) -> Iterator[Facts]:
    """The same agreement was missed in two talks or more."""
    yield from missed_twice(case, "agreements")


def missed_twice(case: Case, section: str) -> Iterator[Facts]:
    """The agreements of *section* that were missed in two talks or more."""
    missed = [entry for entry in case.plan.of(section) if entry["status"] == "missed"]
    times = Counter(normalise(entry["agreement"] or "") for entry in missed)
    told = {normalise(entry["agreement"] or ""): entry["agreement"] for entry in missed}
    for key, agreement in told.items():
        if key and times[key] >= 2:
            yield {"count": times[key], "agreement": agreement}


@topic(
    "contract-ends",
    "C",
    2,
    de="Der Rahmenvertrag endet am {day} (noch {left}): Verlängerung besprechen.",
    en="The framework contract ends on {day} ({left} left): talk about its renewal.",
)
def contract_ends(case: Case) -> Iterator[Facts]:
    """The framework contract ends within 180 days (``thresholds.contract_days``)."""
    day = case.plan.one("profile")["contract_to"]
    left = case.days_until(day)
    if left is not None and left <= case.workspace.thresholds.contract_days:
        yield {"day": day, "left": Amount(left, "days")}


@topic(
    "condition-ends",
    "X",
    3,
    de="{condition} ({scope}) läuft am {day} aus: Anschluss verhandeln.",
    en="{condition} ({scope}) ends on {day}: negotiate what follows.",
)
def condition_ends(case: Case) -> Iterator[Facts]:
    """An agreed condition ends within 180 days (``thresholds.contract_days``)."""
    for entry in case.plan.of("conditions"):
        left = case.days_until(entry["valid_to"])
        if (
            entry["negotiation_status"] == "agreed"
            and entry["cond_type"]
            and left is not None
            and left <= case.workspace.thresholds.contract_days
        ):
            yield {
                "condition": Named("option", f"conditions.cond_type.{entry['cond_type']}"),
                "scope": entry["scope"],
                "day": entry["valid_to"],
            }


@topic(
    "decider-not-met",
    "X",
    2,
    de="{name} entscheidet und wurde zuletzt am {day} getroffen (vereinbart: alle {interval}).",
    en="{name} decides and was last met on {day} (agreed: every {interval}).",
)
def decider_not_met(case: Case) -> Iterator[Facts]:
    """A decision maker was not met for longer than the contact interval."""
    for entry in case.plan.of("contacts"):
        if entry["bc_role"] != "decider" or entry["last_contact_on"] is None:
            continue
        interval = int(entry["contact_interval"] or case.workspace.thresholds.contact_days)
        since = (case.as_of - entry["last_contact_on"]).days
        if since > interval:
            yield {
                "name": entry["name"],
                "day": entry["last_contact_on"],
                "interval": Amount(interval, "days"),
            }


@topic(
    "late-measure-red-goal",
    "I",
    1,
    de="Die Maßnahme „{measure}“ ({owner}) ist {late} überfällig, und das Ziel {goal} ist rot.",
    en="The measure “{measure}” ({owner}) is {late} overdue, and the goal {goal} is red.",
)
def late_measure_red_goal(case: Case) -> Iterator[Facts]:
    """A measure is overdue whose goal is red: what should have helped was not done."""
    for entry in case.plan.of("measures"):
        due = entry["due"]
        if due is None or due >= case.as_of or entry["status"] in CLOSED or entry["done_on"]:
            continue
        if any(case.to_date(kpi).light is Light.RED for kpi in case.measuring(entry["dimension"])):
            yield {
                "measure": entry["title"],
                "owner": entry["owner"],
                "late": Amount((case.as_of - due).days, "days"),
                "goal": Named("option", f"goals.dimension.{entry['dimension']}"),
            }
