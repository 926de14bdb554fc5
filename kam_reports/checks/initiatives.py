"""Initiatives and the goals they serve (V301 to V3xx).

An initiative is a row of the section "Maßnahmen / Measures".
"""

from __future__ import annotations

from collections.abc import Sequence

from kam_reports.checks import Problems, check
from kam_reports.checks._entries import blank, called, days, field, option
from kam_reports.checks._oddities import about
from kam_reports.checks._series import close
from kam_reports.model import Amount, Named, Oddity, Plan, Severity


@check(
    "V301",
    Severity.ERROR,
    say={
        "de": "Maßnahme „{title}“: {field} fehlt.",
        "en": "Measure “{title}”: {field} is missing.",
    },
    fix={
        "de": "„{field}“ eintragen, damit klar ist, wer es bis wann macht.",
        "en": "Enter “{field}”, so that it is clear who does it by when.",
    },
    clean="""
        [Maßnahmen …]
        Nr. | Beteiligte Stelle
        M2  |
        """,
    broken="""
        [Maßnahmen …]
        Nr. | Verantwortlich
        M2  |
        """,
)
def initiative_lacks_owner_or_date(plan: Plan) -> Problems:
    """A measure has no owner or no due date.

    What nobody does by no day is a wish. It cannot be on time or overdue, so no KPI counts it
    rightly.
    """
    for initiative in plan.of("measures"):
        for name in ("owner", "due"):
            if blank(initiative, name):
                facts = {"title": called(initiative), "field": field(initiative, name)}
                yield initiative.at(name), facts


NO_DAY = {
    "de": "ist erledigt, aber „{field}“ fehlt",
    "en": "is done, but “{field}” is missing",
}
NOT_DONE = {
    "de": "ist am {done} erledigt worden, der Status ist aber „{status}“",
    "en": "was done on {done}, but its status is “{status}”",
}
TOO_EARLY = {
    "de": "ist am {done} erledigt worden, der Stichtag ist aber der {as_of}",
    "en": "was done on {done}, but the as-of date is {as_of}",
}


@check(
    "V302",
    Severity.WARNING,
    say={
        "de": "Die Maßnahme „{title}“ {what}.",
        "en": "The measure “{title}” {what}.",
    },
    fix={
        "de": "Status und „Erledigt am“ in Einklang bringen.",
        "en": "Make status and “Done on” agree.",
    },
    broken="""
        [Maßnahmen …]
        Nr. | Status
        M6  | in Arbeit
        """,
    with_it=("V303",),
)
def status_contradicts_done_date(plan: Plan) -> Problems:
    """A measure is done without a date, has a date without being done, or was done in the future.

    On-time completion compares the day it was done with the due date, so both must fit. A day
    after the as-of date is an error.
    """
    for initiative in plan.of("measures"):
        done, status = initiative["done_on"], initiative["status"]
        facts = {
            "title": called(initiative),
            "field": field(initiative, "done_on"),
            "done": done,
            "as_of": plan.as_of,
        }
        if status == "done" and blank(initiative, "done_on"):
            yield initiative.at("done_on"), {**facts, "what": NO_DAY}
        if done is not None and plan.as_of is not None and done > plan.as_of:
            yield initiative.at("done_on"), {**facts, "what": TOO_EARLY}, Severity.ERROR
        elif done is not None and status not in (None, "done"):
            told = {"status": option(initiative, "status"), "what": NOT_DONE}
            yield initiative.at("status"), {**facts, **told}


DUE_BEFORE_START = {
    "de": "der Termin ({due}) liegt vor dem Beginn ({start})",
    "en": "the due date ({due}) lies before the start ({start})",
}
FULL_NOT_DONE = {
    "de": "der Fortschritt ist 100 %, der Status aber „{status}“",
    "en": "progress is 100%, but the status is “{status}”",
}
DONE_NOT_FULL = {
    "de": "der Status ist „{status}“, der Fortschritt aber {progress}",
    "en": "the status is “{status}”, but progress is {progress}",
}


@check(
    "V303",
    Severity.WARNING,
    say={
        "de": "Die Angaben zur Maßnahme „{title}“ passen nicht zusammen: {what}.",
        "en": "What is said of the measure “{title}” does not fit together: {what}.",
    },
    fix={
        "de": "Termin, Fortschritt oder Status berichtigen.",
        "en": "Correct the due date, the progress or the status.",
    },
    clean="""
        [Maßnahmen …]
        Nr. | Beginn
        M4  | 2026-10-31
        """,
    broken="""
        [Maßnahmen …]
        Nr. | Beginn
        M4  | 2026-11-15
        """,
)
def progress_contradicts_status(plan: Plan) -> Problems:
    """A measure is due before it starts, or its progress and its status disagree.

    One hundred percent and "done" mean the same thing.
    """
    for initiative in plan.of("measures"):
        facts = {"title": called(initiative)}
        found = dict(days(initiative, "start", "due"))
        if len(found) == 2 and found["due"] < found["start"]:
            yield initiative.at("due"), {**facts, **found, "what": DUE_BEFORE_START}
        progress, status = initiative["progress"], initiative["status"]
        if progress is None or status is None or status == "cancelled":
            continue
        full = close(progress, 1.0, 0.0, 0.0005)
        if full != (status == "done"):
            facts["status"] = option(initiative, "status")
            told = {"progress": Amount(progress, "percent")}
            what = FULL_NOT_DONE if full else DONE_NOT_FULL
            yield initiative.at("progress"), {**facts, **told, "what": what}


@check(
    "V304",
    Severity.WARNING,
    say={
        "de": "Die Budgets der Maßnahmen ergeben {sum}, das Maßnahmenbudget ist {budget}.",
        "en": "The budgets of the measures add up to {sum}, the total budget is {budget}.",
    },
    fix={
        "de": "Budgets kürzen oder das Maßnahmenbudget im Plankopf erhöhen lassen.",
        "en": "Cut budgets, or have the total budget in the header raised.",
    },
    clean="""
        [Plankopf …]
        Maßnahmenbudget gesamt | 42000
        """,
    broken="""
        [Plankopf …]
        Maßnahmenbudget gesamt | 40000
        """,
)
def budgets_exceed_the_plan(plan: Plan) -> Problems:
    """The measures together cost more than the plan has for them.

    Either the plan was cut or measures were added without asking. Those that were dropped do not
    count.
    """
    budget = plan.header["plan_budget"]
    total = sum(
        initiative["budget"] or 0.0
        for initiative in plan.of("measures")
        if initiative["status"] != "cancelled"
    )
    if budget is not None and total > budget + 0.005:
        facts = {"sum": Amount(total, "EUR"), "budget": Amount(budget, "EUR")}
        yield plan.header.at("plan_budget"), facts


WITHOUT_INITIATIVE = {
    "de": "ohne Maßnahme sind die Ziele {dimensions}",
    "en": "no measure serves the goals {dimensions}",
}
WITHOUT_GOAL = {
    "de": "die Maßnahme „{title}“ dient „{dimension}“, dafür gibt es kein Ziel",
    "en": "the measure “{title}” serves “{dimension}”, for which there is no goal",
}


@check(
    "V305",
    Severity.INFO,
    say={
        "de": "Ziele und Maßnahmen passen nicht zusammen: {what}.",
        "en": "Goals and measures do not fit together: {what}.",
    },
    fix={
        "de": "Eine Maßnahme oder ein Ziel ergänzen oder die Zieldimension berichtigen.",
        "en": "Add a measure or a goal, or correct the goal dimension.",
    },
    broken="""
        [Maßnahmen …]
        Nr. | Zieldimension
        M6  | Absatz
        """,
)
def goal_and_initiative_do_not_meet(plan: Plan) -> Problems:
    """A goal has no measure, or a measure serves no goal.

    A goal that nothing is done for is hoped for; work for no goal is busyness.
    """
    goals = [goal for goal in plan.of("goals") if blank(goal, "not_relevant_reason")]
    initiatives = [one for one in plan.of("measures") if one["status"] != "cancelled"]
    served = {initiative["dimension"] for initiative in initiatives}
    aimed = {goal["dimension"] for goal in goals}
    alone = [goal for goal in goals if goal["dimension"] and goal["dimension"] not in served]
    if alone and initiatives:
        dimensions = tuple(dict.fromkeys(option(goal, "dimension") for goal in alone))
        yield alone[0].at("dimension"), {"what": WITHOUT_INITIATIVE, "dimensions": dimensions}
    for initiative in initiatives:
        if initiative["dimension"] is not None and initiative["dimension"] not in aimed and goals:
            named = {"dimension": option(initiative, "dimension"), "title": called(initiative)}
            yield initiative.at("dimension"), {**named, "what": WITHOUT_GOAL}


@check(
    "V306",
    Severity.INFO,
    kinds=("overdue-typed",),
    say={
        "de": "{field}: „{text}“ wurde als „{open}“ gelesen; was überfällig ist, rechnet der "
        "Bericht "
        "aus.",
        "en": "{field}: “{text}” was read as “{open}”; the report computes what is overdue.",
    },
    fix={
        "de": "Als Status „offen“ oder „in Arbeit“ wählen.",
        "en": "Choose “open” or “in progress” as the status.",
    },
    broken="""
        [Maßnahmen …]
        Nr. | Status
        M5  | überfällig
        """,
)
def overdue_was_typed(oddities: Sequence[Oddity]) -> Problems:
    """A status says "overdue".

    Overdue is not a state that someone sets but a matter of the date: a measure is overdue when
    it is open after its due date.
    """
    for odd in oddities:
        yield odd.place, {"open": Named("option", "measures.status.open"), **about(odd)}


@check(
    "V307",
    Severity.WARNING,
    say={
        "de": "Die Aktion „{title}“ ist seit dem {end} vorbei, hat aber noch den Status "
        "„{status}“.",
        "en": "The promotion “{title}” has been over since {end}, but its status is still "
        "“{status}”.",
    },
    fix={
        "de": "Den Status auf „beendet“ setzen und Ist-Absatz und Ist-Umsatz eintragen.",
        "en": "Set the status to “finished” and enter the actual units and revenue.",
    },
    broken="""
        [Aktionen …]
        Aktion           | Status
        Frühjahrsaktion  | läuft
        """,
)
def promotion_is_over_but_open(plan: Plan) -> Problems:
    """A promotion has ended, but its status says it is planned or running.

    Its results are then missing from the number of promotions, their uplift and their return.
    """
    for promotion in plan.of("promotions"):
        end = promotion["end"]
        unfinished = promotion["status"] in ("planned", "confirmed", "running")
        if unfinished and end is not None and plan.as_of is not None and end < plan.as_of:
            facts = {"title": called(promotion), "status": option(promotion, "status"), "end": end}
            yield promotion.at("status"), facts
