"""The management edition: everything about an account, for our own eyes.

Source: design, review-editions.md, 4.2.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

from kam_reports.audience.courses import nine_fields, own_course, own_courses, product_groups, spans
from kam_reports.audience.customer import last_talk
from kam_reports.audience.numbers import Numbers, own_line, own_lines
from kam_reports.audience.rows import Door
from kam_reports.audience.views import (
    NOTHING,
    Budget,
    Dimension,
    InternalLine,
    InternalView,
    Lamp,
    Row,
    Said,
    Shown,
    Stage,
)
from kam_reports.model import (
    Amount,
    Entry,
    Finding,
    Light,
    Named,
    Occasion,
    Plan,
    Severity,
    Standing,
    Topic,
)

if TYPE_CHECKING:
    from kam_reports.vocabulary import Option

BESIDE_THE_ELEVEN = ("satisfaction", "relationship", "new_customers")
LAMPS = (
    ("lamp.revenue", ("k_revenue",)),
    ("lamp.cm", ("k_cm", "k_cm_pct")),
    ("lamp.price", ("k_price_real", "k_price")),
    ("lamp.satisfaction", ("s_csat", "s_nps", "s_otd")),
    ("lamp.measures", ("m_due_done", "m_done", "m_overdue")),
)
MARGIN = ("k_cm", "k_cm_pct", "k_price", "k_price_real", "k_discount", "c_rate", "c_result")
COURSES = ("k_revenue",)
SHARES = ("k_share", "k_sow", "f_potential")
COVERAGE = ("r_cover", "r_roles")
MEASURES = ("m_done", "m_due_done", "m_overdue", "m_budget")
PIPELINE = ("p_open", "p_weighted", "p_win", "p_cycle", "p_follow", "p_follow_open", "p_new")
SATISFACTION = ("s_csat", "s_nps", "s_complaints", "s_otd")
CLOSED = ("done", "cancelled")
SOON = timedelta(days=180)
CONTACT_INTERVAL = 90  # days, where the contact sets none
_SWOT_ORDER = ("threat", "weakness", "opportunity", "strength")
_SEVERITY_ORDER = (Severity.ERROR, Severity.WARNING)


def internal_view(
    door: Door,
    plan: Plan,
    numbers: Numbers,
    occasion: Occasion,
    topics: Iterable[Topic],
    findings: Iterable[Finding],
    standing: Standing | None,
    standings: Sequence[Standing] = (),
) -> InternalView:
    """Everything there is to say about *plan*."""
    as_of = occasion.as_of
    found = sorted(
        (one for one in findings if one.severity in _SEVERITY_ORDER),
        key=lambda one: (_SEVERITY_ORDER.index(one.severity), one.code, one.place),
    )
    told = tuple(sorted(topics, key=lambda topic: topic.priority))
    dimensions = dimension_rows(door, plan, numbers, occasion)
    lines = tuple(line for dimension in dimensions for line in dimension.lines)
    measures = measure_rows(door, plan, as_of)
    revenue = own_line(door, numbers, occasion, "k_revenue")
    completeness = own_line(door, numbers, occasion, "d_complete")
    _, agreed = last_talk(door, plan, as_of)
    return InternalView(
        subject=plan.subject,
        quarter=occasion.quarter,
        as_of=as_of,
        currency=plan.currency,
        fy_start_month=plan.fy_start_month,
        head=door.row(plan.header),
        complete=sum(line.to_date.complete for line in lines),
        shown=len(lines),
        completeness=completeness.to_date if completeness else None,
        lamps=lamps(door, numbers, occasion),
        sentences=best_and_worst(lines),
        decision=told[0] if told else None,
        topics=told,
        situation=door.form(plan, "situation").get("summary", NOTHING),
        dimensions=dimensions,
        revenue=revenue,
        courses=own_courses(door, numbers, occasion, COURSES),
        groups=product_groups(door, numbers, occasion, "k_revenue"),
        margin=own_lines(door, numbers, occasion, MARGIN),
        conditions=_conditions(door, plan, as_of),
        competitors=door.rows(plan.of("competitor")),
        shares=own_lines(door, numbers, occasion, SHARES),
        potential=door.form(plan, "potential"),
        ratings=door.rows(plan.of("portfolio")),
        standing=standing,
        nine_fields=nine_fields(standings, plan.subject),
        contacts=_contacts(door, plan, as_of),
        coverage=own_lines(door, numbers, occasion, COVERAGE),
        care=door.rows(plan.of("relationship")),
        measures=measures,
        measure_spans=spans(
            (one for one in plan.of("measures") if one["status"] not in CLOSED), as_of, end="due"
        ),
        measure_lines=own_lines(door, numbers, occasion, MEASURES),
        budget=_budget(door, plan),
        goals_without_measures=_goals_without_measures(door, plan),
        stages=_stages(door, plan),
        pipeline_lines=own_lines(door, numbers, occasion, PIPELINE),
        late_followups=tuple(one for one in found if one.code == "V403"),
        surveys=door.rows(plan.of("satisfaction")),
        satisfaction_lines=own_lines(door, numbers, occasion, SATISFACTION),
        risks=_swot(door, plan),
        questions=door.rows(plan.of("question")),
        findings=tuple(found),
        proposals=tuple(line for line in lines if line.to_date.light in (Light.RED, Light.YELLOW)),
        agreed=agreed,
    )


# ---------------------------------------------------------------- summary


def lamps(door: Door, numbers: Numbers, occasion: Occasion) -> tuple[Lamp, ...]:
    """The five lights: each from the first of its KPIs that has one."""
    lit = []
    for phrase, kpis in LAMPS:
        lines = own_lines(door, numbers, occasion, kpis)
        with_light = [line for line in lines if line.to_date.light is not Light.GREY]
        line = next(iter((*with_light, *lines)), None)
        if line is None:
            nothing = Named("measure", kpis[0])
            lit.append(Lamp(phrase, nothing, NOTHING, NOTHING, NOTHING, Light.GREY))
        else:
            told = line.to_date
            course = own_course(door, numbers, occasion, line.kpi, year=False)
            lit.append(
                Lamp(
                    phrase,
                    line.label,
                    told.actual,
                    told.target,
                    told.judged,
                    told.light,
                    course,
                    told.growth,
                )
            )
    return tuple(lit)


def best_and_worst(lines: Sequence[InternalLine]) -> tuple[Said, ...]:
    """The KPI farthest above its target, and the one farthest below."""
    judged = [(distance, line) for line in lines if (distance := _distance(line)) is not None]
    said = []
    if judged:
        distance, line = max(judged, key=lambda pair: pair[0])
        if distance >= 0:
            said.append(Said("summary.best", _facts(line)))
        distance, line = min(judged, key=lambda pair: pair[0])
        if distance < 0:
            said.append(Said("summary.worst", _facts(line)))
    return tuple(said)


def _distance(line: InternalLine) -> float | None:
    """How far the actual is from its target, relative to it; positive is good."""
    told = line.to_date
    if not (told.actual.known and told.target.known and told.target.fact.value):
        return None
    if line.better not in ("up", "down"):
        return None
    actual, target = told.actual.fact.value, told.target.fact.value
    distance = float((actual - target) / abs(target))
    return -distance if line.better == "down" else distance


def _facts(line: InternalLine) -> dict[str, object]:
    told = line.to_date
    return {
        "kpi": line.label,
        "actual": told.actual.fact,
        "target": told.target.fact,
        "judged": told.variance.fact if not told.attainment.known else told.attainment.fact,
    }


def dimension_rows(
    door: Door, plan: Plan, numbers: Numbers, occasion: Occasion
) -> tuple[Dimension, ...]:
    """The eleven goal dimensions; one that the plan switched off says why."""
    reasons = {
        entry["dimension"]: door.row(entry)["not_relevant_reason"]
        for entry in plan.of("goals")
        if entry["not_relevant_reason"]
    }
    options = door.vocabulary.field("goals.dimension").options
    return tuple(
        Dimension(
            Named("option", f"goals.dimension.{option.key}"),
            own_lines(door, numbers, occasion, _measuring(door, option.key)),
            reasons.get(option.key, NOTHING),
        )
        for option in options
        if option.key not in BESIDE_THE_ELEVEN
    )


def _measuring(door: Door, dimension: str) -> Iterable[str]:
    """The KPIs of a goal dimension, in the order of the catalogue."""
    return (kpi for kpi, declared in door.kpis.items() if declared.dimension == dimension)


# ---------------------------------------------------------------- lists


def measure_rows(door: Door, plan: Plan, as_of: date) -> tuple[Row, ...]:
    """The measures: overdue ones first, the longest overdue at the top."""
    rows = []
    for entry in plan.of("measures"):
        late = days_late(entry, as_of)
        shown = Shown(Amount(late, "days")) if late else NOTHING
        rows.append((-(late or 0), entry["status"] in CLOSED, door.row(entry, days_late=shown)))
    return tuple(row for _, _, row in sorted(rows, key=lambda one: one[:2]))


def days_late(entry: Entry, as_of: date) -> int | None:
    """How many days an open measure is past its date."""
    due = entry["due"]
    if due is None or due >= as_of or entry["status"] in CLOSED or entry["done_on"]:
        return None
    return int((as_of - due).days)


def _goals_without_measures(door: Door, plan: Plan) -> tuple[Row, ...]:
    covered = {entry["dimension"] for entry in plan.of("measures")}
    return tuple(
        door.row(entry)
        for entry in plan.of("goals")
        if entry["dimension"] not in covered and not entry["not_relevant_reason"]
    )


def _budget(door: Door, plan: Plan) -> Budget:
    def total(field: str) -> Shown:
        known = [value for entry in plan.of("measures") if (value := entry[field]) is not None]
        return Shown(Amount(math.fsum(known), "EUR")) if known else NOTHING

    plan_budget = door.row(plan.header).get("plan_budget", NOTHING)
    return Budget(plan_budget, total("budget"), total("actual_cost"))


def _conditions(door: Door, plan: Plan, as_of: date) -> tuple[Row, ...]:
    """The conditions; those that end soon are marked."""

    def ends(entry: Entry) -> Shown:
        last = entry["valid_to"]
        soon = last is not None and as_of <= last <= as_of + SOON
        return Shown(Amount((last - as_of).days, "days")) if soon else NOTHING

    return tuple(door.row(entry, ends_in=ends(entry)) for entry in plan.of("conditions"))


def _contacts(door: Door, plan: Plan, as_of: date) -> tuple[Row, ...]:
    """The buying centre; who was not met for longer than agreed is marked."""

    def overdue(entry: Entry) -> Shown:
        met = entry["last_contact_on"]
        allowed = entry["contact_interval"] or CONTACT_INTERVAL
        late = met is not None and (as_of - met).days - int(allowed)
        return Shown(Amount(late, "days")) if late and late > 0 else NOTHING

    return tuple(door.row(entry, overdue=overdue(entry)) for entry in plan.of("contacts"))


def _stages(door: Door, plan: Plan) -> tuple[Stage, ...]:
    """The funnel: how many opportunities stand in each stage, and what they are worth."""
    entries = list(plan.of("pipeline"))
    options = door.vocabulary.field("pipeline.stage").options
    return tuple(_stage(option, entries) for option in options) if entries else ()


def _stage(option: Option, entries: Iterable[Entry]) -> Stage:
    """The opportunities in one stage; each weighs what its own probability or the stage's says."""
    here = [entry for entry in entries if entry["stage"] == option.key]
    usual = option.facts.get("probability", 0)
    worth = [(entry["offer_value"] or 0, entry["probability"]) for entry in here]
    weighted = math.fsum(value * (usual if own is None else own) for value, own in worth)
    return Stage(
        Named("option", f"pipeline.stage.{option.key}"),
        Amount(len(here), "count"),
        Amount(math.fsum(value for value, _ in worth) if here else None, "EUR"),
        Amount(weighted if here else None, "EUR"),
    )


def _swot(door: Door, plan: Plan) -> tuple[Row, ...]:
    """Risks first: they are what the meeting is about."""

    def order(entry: Entry) -> int:
        kind = entry["type"]
        return _SWOT_ORDER.index(kind) if kind in _SWOT_ORDER else len(_SWOT_ORDER)

    return door.rows(sorted(plan.of("swot"), key=order))
