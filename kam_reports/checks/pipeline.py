"""Opportunities that are not where they say they are (V401 to V4xx)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from kam_reports.checks import Problems, check
from kam_reports.checks._entries import OPEN_STAGES, blank, called, days, field, option, stage
from kam_reports.kpis import WorkCalendar, follow_up
from kam_reports.kpis.pipeline import PROBABILITIES, STEPS, Opportunity, opportunities
from kam_reports.kpis.pipeline import Punctuality as Followed
from kam_reports.model import Amount, Named, Plan, Severity
from kam_reports.workspace import Workspace

IN_ORDER = (
    "first_contact_on",
    "followup_on",
    "phone_on",
    "appointment_on",
    "meeting_on",
    "closed_on",
    "project_start",
)
FACT_OF_STAGE = {
    "need": 5,
    "appointment_on": 6,
    "meeting_on": 7,
    "project_start": 9,
    "project_end": 9,
}
DATES_OF_STAGE = {"followup_on": 4, "phone_on": 5, "appointment_on": 6, "meeting_on": 7}


@check(
    "V401",
    Severity.ERROR,
    say={
        "de": "{prospect} steht auf Stufe „{stage}“, aber „{field}“ fehlt.",
        "en": "{prospect} stands at stage “{stage}”, but “{field}” is missing.",
    },
    fix={
        "de": "Das Datum eintragen oder die Stufe zurücksetzen.",
        "en": "Enter the date, or set the stage back.",
    },
    broken="""
        [Neukundengewinnung …]
        Nr. | Erstkontakt / Angebot versandt am
        O2  |
        """,
)
def stage_lacks_its_date(plan: Plan) -> Problems:
    """An opportunity has reached a stage without the date that belongs to it.

    From "offer sent" on it needs the day of the first contact, and a deal won or lost needs the
    day it was closed. Follow-ups, conversion and sales cycle are counted from them.
    """
    for opportunity in _opportunities(plan):
        entry = opportunity.entry
        if stage(entry) >= 3 and opportunity.first_contact_on is None:
            yield entry.at("first_contact_on"), _facts(opportunity, "first_contact_on")
        closed = stage(entry) >= 8 or opportunity.is_lost
        if closed and opportunity.closed_on is None:
            yield entry.at("closed_on"), _facts(opportunity, "closed_on")


OUT_OF_ORDER = {
    "de": "„{later}“ ({late}) liegt vor „{earlier}“ ({early})",
    "en": "“{later}” ({late}) lies before “{earlier}” ({early})",
}
PROVEN = {
    "de": "die Stufe ist „{stage}“, „{field}“ ({day}) belegt aber „{proven}“",
    "en": "the stage is “{stage}”, but “{field}” ({day}) proves “{proven}”",
}


@check(
    "V402",
    Severity.WARNING,
    say={
        "de": "{prospect}: Stufe und Daten passen nicht zusammen: {what}.",
        "en": "{prospect}: stage and dates do not fit together: {what}.",
    },
    fix={
        "de": "Das Datum oder die Stufe berichtigen.",
        "en": "Correct the date or the stage.",
    },
    broken="""
        [Neukundengewinnung …]
        Nr. | Nachgefasst am
        O2  | 2026-08-07
        """,
)
def dates_contradict_the_stage(plan: Plan) -> Problems:
    """The dates of an opportunity are out of order, or prove a later stage than it stands at.

    The conversion between stages counts what a date proves, so a forgotten stage and a wrong date
    both bend it.
    """
    for entry in plan.of("pipeline"):
        found = list(days(entry, *_dated(entry["stage"])))
        for (earlier, early), (later, late) in pairwise(found):
            if late < early:
                yield (
                    entry.at(later),
                    {
                        "prospect": called(entry),
                        "what": OUT_OF_ORDER,
                        "later": field(entry, later),
                        "late": late,
                        "earlier": field(entry, earlier),
                        "early": early,
                    },
                )
        last = [(name, day) for name, day in found if name in DATES_OF_STAGE]
        if last and 0 < stage(entry) < DATES_OF_STAGE[last[-1][0]]:
            name, day = last[-1]
            proven = STEPS[DATES_OF_STAGE[name] - 1]
            yield (
                entry.at("stage"),
                {
                    "prospect": called(entry),
                    "what": PROVEN,
                    "stage": option(entry, "stage"),
                    "field": field(entry, name),
                    "day": day,
                    "proven": Named("option", f"pipeline.stage.{proven}"),
                },
            )


@check(
    "V403",
    Severity.WARNING,
    say={
        "de": "{prospect}: Nachfassen war am {due} fällig, seit {late} Tagen ist nichts geschehen.",
        "en": "{prospect}: the follow-up was due on {due}; nothing has happened for {late} days.",
    },
    fix={
        "de": "Heute nachfassen und „Nachgefasst am“ eintragen.",
        "en": "Follow up today and enter “Followed up on”.",
    },
    clean="""
        [Neukundengewinnung …]
        Nr. | Erstkontakt / Angebot versandt am
        O1  | 2026-09-23
        [Aktivitäten Pipeline …]
        Nr. / Interessent | Aktivität am
        O1                | 2026-09-23
        """,
    broken="""
        [Neukundengewinnung …]
        Nr. | Erstkontakt / Angebot versandt am
        O1  | 2026-09-14
        [Aktivitäten Pipeline …]
        Nr. / Interessent | Aktivität am
        O1                | 2026-09-14
        """,
)
def follow_up_is_overdue(plan: Plan, day: date | None, workspace: Workspace) -> Problems:
    """An offer was sent and nobody followed up within a week.

    Due is a week after the first contact, on the next working day of the Land set in ``kam.toml``.
    After two weeks an offer is forgotten on the other side, too.
    """
    if day is None:
        return
    calendar = WorkCalendar(workspace.calendar.country, workspace.calendar.region)
    for entry in plan.of("pipeline"):
        own = [a for a in plan.of("activity") if entry["opp_id"] and a["opp_id"] == entry["opp_id"]]
        found = follow_up(entry, day, calendar, own)
        if found and found.status is Followed.OVERDUE and entry["stage"] in OPEN_STAGES:
            facts = {"prospect": called(entry), "due": found.due, "late": found.days_late}
            yield entry.at("followup_on"), facts


PAST = {
    "de": "der nächste Schritt war für den {on} vorgesehen",
    "en": "the next step was meant for {on}",
}
NO_STEP = {"de": "ein nächster Schritt fehlt", "en": "there is no next step"}
NO_DAY = {
    "de": "der nächste Schritt hat keinen Termin",
    "en": "the next step has no date",
}
PROBABILITY = {
    "de": "{typed} Wahrscheinlichkeit passen nicht zur Stufe „{stage}“ (üblich sind {usual})",
    "en": "a probability of {typed} does not fit the stage “{stage}” ({usual} is usual)",
}


@check(
    "V404",
    Severity.WARNING,
    say={
        "de": "{prospect} ist nicht auf dem Laufenden: {what}.",
        "en": "{prospect} is not up to date: {what}.",
    },
    fix={
        "de": "Den nächsten Schritt mit Termin eintragen oder Stufe und Wahrscheinlichkeit "
        "berichtigen.",
        "en": "Enter the next step with its date, or correct stage and probability.",
    },
    clean="""
        [Neukundengewinnung …]
        Nr. | Wahrscheinlichkeit | Nächster Schritt am
        O2  | 55 %               | 2026-09-30
        """,
    broken="""
        [Neukundengewinnung …]
        Nr. | Nächster Schritt am
        O2  | 2026-09-15
        """,
)
def next_step_is_stale(plan: Plan, day: date | None) -> Problems:
    """An open opportunity has no next step, or one that has passed; or its chance is out of line.

    What has no next step stands still. A probability more than 30 points from the usual one of its
    stage makes the weighted pipeline a guess.
    """
    for entry in plan.of("pipeline"):
        facts = {"prospect": called(entry)}
        step_on = entry["next_step_on"]
        if entry["stage"] in OPEN_STAGES:
            if blank(entry, "next_step") and step_on is None:
                yield entry.at("next_step"), {**facts, "what": NO_STEP}
            elif blank(entry, "next_step_on"):
                yield entry.at("next_step_on"), {**facts, "what": NO_DAY}
            elif step_on is not None and day is not None and step_on < day:
                yield entry.at("next_step_on"), {**facts, "what": PAST, "on": step_on}
        typed = entry["probability"]
        if typed is not None and entry["stage"] is not None:
            usual = PROBABILITIES[stage(entry) - 1] if stage(entry) else 0.0
            if abs(typed - usual) > 0.3 + 1e-9:
                told = {"typed": Amount(typed, "percent"), "usual": Amount(usual, "percent")}
                named = {"stage": option(entry, "stage"), "what": PROBABILITY}
                yield entry.at("probability"), {**facts, **told, **named}


@check(
    "V405",
    Severity.ERROR,
    say={
        "de": "{prospect} ist verloren, aber „{field}“ fehlt.",
        "en": "{prospect} is lost, but “{field}” is missing.",
    },
    fix={
        "de": "Den Verlustgrund aus der Liste wählen.",
        "en": "Choose the reason for the loss from the list.",
    },
    broken="""
        [Neukundengewinnung …]
        Nr. | Verlustgrund
        O4  |
        """,
)
def loss_lacks_its_reason(plan: Plan) -> Problems:
    """An opportunity was lost and nobody says why.

    The reasons together tell whether price, need or timing loses the most.
    """
    for entry in plan.of("pipeline"):
        if entry["stage"] == "lost" and blank(entry, "lost_reason"):
            facts = {"prospect": called(entry), "field": field(entry, "lost_reason")}
            yield entry.at("lost_reason"), facts


@check(
    "V406",
    Severity.ERROR,
    say={
        "de": "Bei {prospect} läuft das Projekt, aber „{field}“ fehlt.",
        "en": "At {prospect} the project is running, but “{field}” is missing.",
    },
    fix={
        "de": "Eintragen, wer für das Projekt verantwortlich ist.",
        "en": "Enter who is responsible for the project.",
    },
    broken="""
        [Neukundengewinnung …]
        Nr. | Projektverantwortung
        O3  |
        """,
)
def project_lacks_its_owner(plan: Plan) -> Problems:
    """A project has begun and nobody is responsible for it.

    The customer was won by one person and is now served by no one.
    """
    for entry in plan.of("pipeline"):
        if stage(entry) >= 9 and blank(entry, "project_owner"):
            facts = {"prospect": called(entry), "field": field(entry, "project_owner")}
            yield entry.at("project_owner"), facts


@check(
    "V407",
    Severity.WARNING,
    say={
        "de": "{prospect} steht auf Stufe „{stage}“; dazu gehört „{field}“.",
        "en": "{prospect} stands at stage “{stage}”; “{field}” belongs to it.",
    },
    fix={"de": "„{field}“ eintragen.", "en": "Enter “{field}”."},
    broken="""
        [Neukundengewinnung …]
        Nr. | Bedarf
        O2  |
        """,
)
def stage_lacks_its_facts(plan: Plan) -> Problems:
    """An opportunity has reached a stage without what is known by then.

    After the call the need is known, after the appointment its day, after the start of a project
    its dates.
    """
    for entry in plan.of("pipeline"):
        for name, first in FACT_OF_STAGE.items():
            if stage(entry) >= first and blank(entry, name):
                facts = {"stage": option(entry, "stage"), "field": field(entry, name)}
                yield entry.at(name), {"prospect": called(entry), **facts}


def _opportunities(plan: Plan) -> Iterator[Opportunity]:
    """The opportunities with all their dates, also those still to come."""
    return opportunities(plan, date.max, WorkCalendar())


def _facts(opportunity: Opportunity, name: str) -> dict[str, object]:
    entry = opportunity.entry
    return {
        "prospect": called(entry),
        "stage": option(entry, "stage"),
        "field": field(entry, name),
    }


def _dated(stage_key: str | None) -> tuple[str, ...]:
    """The dates that must be in order; what was lost may leave an appointment behind."""
    if stage_key == "lost":
        return tuple(name for name in IN_ORDER if name != "appointment_on")
    return IN_ORDER
