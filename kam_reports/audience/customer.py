"""The edition that is laid before the customer.

It takes fields by their class and then only those named here, so a field that is new is not shown
until somebody decides that it should be. Source: design, review-editions.md, 4.1 and 4.4.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from types import MappingProxyType

from kam_reports.audience.courses import agreed_counts, open_course, open_courses, spans
from kam_reports.audience.numbers import Numbers, customer_line
from kam_reports.audience.rows import Door, picked
from kam_reports.audience.views import (
    NOTHING,
    AgendaItem,
    CustomerView,
    Line,
    Row,
    Said,
    Service,
    Shown,
)
from kam_reports.model import (
    Amount,
    Entry,
    Light,
    Named,
    Occasion,
    Period,
    Perspective,
    Plan,
    Topic,
)

COOPERATION = (
    "k_units",
    "k_revenue",
    "k_orders",
    "k_aov",
    "k_dist_num",
    "k_dist_wgt",
    "k_assort",
    "k_promos",
)
COURSES = ("k_revenue", "k_units")
SERVICE = ("s_otd", "s_complaints", "s_csat", "s_nps")
MARKET = (
    "industry",
    "market_volume",
    "market_growth",
    "market_position",
    "market_trends",
    "marketing_goals",
    "marketing_mix",
    "logistics_concept",
    "logistics_service_target",
    "logistics_lead_time",
    "development_focus",
    "development_projects",
    "process_optimisation",
)
AGENDA = (
    ("customer.review", 10),
    ("customer.goals", 10),
    ("customer.numbers", 15),
    ("customer.service", 10),
    ("customer.assortment", 10),
    ("customer.projects", 10),
    ("customer.outlook", 5),
    ("agreement.title", 10),
)
TARGETS = ("target_fy", "target_q1", "target_q2", "target_q3", "target_q4")


def customer_view(
    door: Door, plan: Plan, numbers: Numbers, occasion: Occasion, topics: Iterable[Topic]
) -> CustomerView:
    """What *plan* and its numbers come to for the customer's eyes."""
    lines = tuple(
        found
        for kpi in COOPERATION
        if (found := customer_line(door, numbers, occasion, kpi)) is not None
    )
    talk, agreed = last_talk(door, plan, occasion.as_of)
    shared = shared_goals(door, plan)
    market = picked(door.form(plan, "profile"), *MARKET)
    minutes = sum(part for _, part in AGENDA)
    return CustomerView(
        subject=plan.subject,
        quarter=occasion.quarter,
        as_of=occasion.as_of,
        currency=plan.currency,
        fy_start_month=plan.fy_start_month,
        head=door.row(plan.header),
        complete=sum(line.to_date.complete for line in lines),
        shown=len(lines),
        people=tuple(
            picked(row, "name", "function", "department", "our_contact")
            for row in door.rows(plan.of("contacts"))
        ),
        next_talk=next_talk(plan, occasion.as_of),
        agenda=tuple(AgendaItem(key, Amount(part, "minutes")) for key, part in AGENDA),
        total_minutes=Amount(minutes, "minutes"),
        last_talk=talk,
        agreed=agreed,
        agreed_counts=agreed_counts(talked_about(plan, occasion.as_of), "agreements"),
        goals=tuple(_without_empty(row) for row in shared),
        market=MappingProxyType({key: value for key, value in market.items() if value.known}),
        lines=lines,
        courses=open_courses(door, numbers, occasion, COURSES),
        changes=largest_changes(lines),
        service=_service(door, plan, numbers, occasion),
        surveys=tuple(
            picked(
                row,
                "survey_period",
                "instrument",
                "value",
                "responses",
                "complaints",
                "complaint_days",
                "on_time_delivery",
            )
            for row in door.rows(plan.of("satisfaction"))
        ),
        assortment=tuple(
            picked(row, "product_group", "sku", "listing", "listed_from", "delisted_on")
            for row in door.rows(plan.of("assortment"))
        ),
        promotions=_promotions(door, plan),
        promotion_spans=spans(
            (one for one in plan.of("promotions") if one["status"] != "cancelled"), occasion.as_of
        ),
        projects=_projects(door, plan),
        proposals=_proposals(shared, occasion.quarter),
        coming_promotions=_coming_promotions(door, plan, occasion),
        coming_dates=tuple(
            picked(door.row(entry), "type", "planned_on")
            for entry in plan.of("relationship")
            if entry["done_on"] is None and _is_after(entry["planned_on"], occasion.as_of)
        ),
        open_agreements=open_agreements(door, plan.of("agreements")),
        topics=tuple(topic for topic in topics if door.lets(topic.clearance)),
    )


# ---------------------------------------------------------------- talks


def last_talk(
    door: Door, plan: Plan, as_of: date, section: str = "agreements"
) -> tuple[Shown, tuple[Row, ...]]:
    """The day of the last talk, and what was agreed in it."""
    of_it = talked_about(plan, as_of, section)
    if not of_it:
        return NOTHING, ()
    last = of_it[0]
    return Shown(last["meeting_on"], door.source(last.at("meeting_on"))), door.rows(of_it)


def talked_about(plan: Plan, as_of: date, section: str = "agreements") -> list[Entry]:
    """What was agreed in the last talk."""
    held = [entry for entry in plan.of(section) if _is_by(entry["meeting_on"], as_of)]
    last = max((entry["meeting_on"] for entry in held), default=None)
    return [entry for entry in held if entry["meeting_on"] == last]


def next_talk(
    plan: Plan, as_of: date, section: str = "agreements", field: str = "next_meeting_on"
) -> Shown:
    """The next talk that was agreed on."""
    days = [entry[field] for entry in plan.of(section)]
    coming = [day for day in days if _is_after(day, as_of)]
    return Shown(min(coming)) if coming else NOTHING


def open_agreements(door: Door, entries: Iterable[Entry]) -> tuple[Row, ...]:
    """What was agreed and is still open: it goes into the next agreement."""
    return door.rows(entry for entry in entries if entry["status"] == "open")


# ---------------------------------------------------------------- goals and numbers


def shared_goals(door: Door, plan: Plan) -> tuple[Row, ...]:
    """The customer's goals and the joint ones, with their targets; never our own.

    A target carries no single class: shared with a joint or customer's goal, ours with an own one.
    """
    section = door.vocabulary.section("goals")
    return tuple(
        door.row(
            entry,
            **{key: door.shown(entry, section.fields[key]) for key in TARGETS},
        )
        for entry in plan.of("goals")
        if entry["perspective"] in (Perspective.JOINT, Perspective.CUSTOMER)
    )


def _without_empty(goal: Row) -> Row:
    return picked(goal, "dimension", "goal_text", "metric", "perspective", *TARGETS)


def _proposals(goals: tuple[Row, ...], quarter: Period) -> tuple[Row, ...]:
    """The shared targets of the next quarter; after the last one those of the year."""
    key = f"target_q{quarter.number + 1}" if quarter.number < 4 else "target_fy"
    return tuple(
        MappingProxyType(
            {**picked(goal, "goal_text", "metric", "perspective"), "target": goal[key]}
        )
        for goal in goals
        if quarter.number < 4 and goal[key].known
    )


def largest_changes(lines: tuple[Line, ...]) -> tuple[Said, ...]:
    """What improved most and what fell most against the year before."""
    changes = [
        (line.to_date.growth.fact.value * (-1 if line.better == "down" else 1), line)
        for line in lines
        if line.better in ("up", "down") and line.to_date.growth.known
    ]
    said = []
    for phrase, (change, line) in (
        ("changes.up", max(changes, key=lambda pair: pair[0], default=(0, None))),
        ("changes.down", min(changes, key=lambda pair: pair[0], default=(0, None))),
    ):
        if line is not None and (change > 0) == (phrase == "changes.up") and change != 0:
            told = line.to_date
            facts = {"kpi": line.label, "growth": told.growth.fact, "actual": told.actual.fact}
            said.append(Said(phrase, {**facts, "prior_year": told.prior_year.fact}))
    return tuple(said)


def _service(door: Door, plan: Plan, numbers: Numbers, occasion: Occasion) -> tuple[Service, ...]:
    """The promises of service, those we did not keep first."""
    promised = door.form(plan, "profile").get("logistics_service_target", NOTHING)
    found = []
    for kpi in SERVICE:
        line = customer_line(door, numbers, occasion, kpi)
        if line is None:
            continue
        told = line.to_date
        promise, light = told.target, told.light
        if kpi == "s_otd" and not promise.known and promised.known and told.actual.known:
            promise = promised
            light = _light_of_promise(told.actual.fact.value, promised.fact.value)
        found.append(
            Service(
                line.label,
                line.quarter.actual,
                told.actual,
                told.prior_year,
                promise,
                light,
                told.complete,
                open_course(door, numbers, occasion, kpi, year=False),
            )
        )
    worst_first = (Light.RED, Light.YELLOW, Light.GREEN, Light.GREY)
    return tuple(sorted(found, key=lambda one: worst_first.index(one.light)))


def _light_of_promise(actual: float, promise: float) -> Light:
    """Judged in percentage points rounded half up to 0.1, as shown: 0 is kept, -2 is close."""
    apart = Decimal(repr(float(actual))) - Decimal(repr(float(promise)))
    shown = apart.quantize(Decimal("0.001"), ROUND_HALF_UP)
    if shown >= 0:
        return Light.GREEN
    return Light.YELLOW if shown >= Decimal("-0.020") else Light.RED


# ---------------------------------------------------------------- promotions and projects


def _promotions(door: Door, plan: Plan) -> tuple[Row, ...]:
    """The promotions, with their uplift in percent only: units and money stay with us."""
    return tuple(
        MappingProxyType(
            {
                **picked(door.row(entry), "title", "promo_type", "start", "end", "status"),
                "uplift": _uplift(entry),
            }
        )
        for entry in plan.of("promotions")
        if entry["status"] != "cancelled"
    )


def _uplift(entry: Entry) -> Shown:
    before, after = entry["baseline_units"], entry["actual_units"]
    if not before or after is None:
        return NOTHING
    return Shown(Amount((after - before) / before, "percent", signed=True))


def _coming_promotions(door: Door, plan: Plan, occasion: Occasion) -> tuple[Row, ...]:
    """The promotions that begin after the report date and before the next quarter has ended."""
    months = plan.fy_start_month
    end = _next_quarter(occasion.quarter).ends(months)
    return tuple(
        picked(door.row(entry), "title", "promo_type", "start", "end", "status")
        for entry in plan.of("promotions")
        if entry["status"] != "cancelled"
        and _is_after(entry["start"], occasion.as_of)
        and entry["start"] <= max(end, occasion.as_of + timedelta(days=92))
    )


def _next_quarter(quarter: Period) -> Period:
    if quarter.number < 4:
        return Period(quarter.year, "Q", quarter.number + 1)
    return Period(quarter.year + 1, "Q", 1)


def _projects(door: Door, plan: Plan) -> tuple[Row, ...]:
    """The measures that somebody marked to be shown to the customer."""
    return tuple(
        MappingProxyType(
            {
                **picked(
                    door.row(entry),
                    "title",
                    "dimension",
                    "start",
                    "due",
                    "done_on",
                    "status",
                    "progress",
                ),
                "who": Shown(_who(entry["owner"], plan)),
            }
        )
        for entry in plan.of("measures")
        if entry["show_customer"] is True and entry["status"] != "cancelled"
    )


def _who(owner: str | None, plan: Plan) -> tuple[Named | str, ...]:
    """We or the customer; one of us by name only if the customer knows the person."""
    name = _folded(owner)
    for contact in plan.of("contacts"):
        if name and name == _folded(contact["name"]):
            return Named("phrase", "who.customer"), str(owner)
    for contact in plan.of("contacts"):
        if name and name == _folded(contact["our_contact"]):
            return Named("phrase", "who.us"), str(owner)
    return (Named("phrase", "who.us"),)


def _folded(name: object) -> str:
    return " ".join(str(name or "").casefold().split())


def _is_after(day: date | None, as_of: date) -> bool:
    return day is not None and day > as_of


def _is_by(day: date | None, as_of: date) -> bool:
    return day is not None and day <= as_of
