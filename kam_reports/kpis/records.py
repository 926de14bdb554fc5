"""What is counted from the records of a plan: the measures behind initiatives, pipeline, talks.

Counts are figures like those that are typed: a flow has a value for every quarter to date, a state
one for the quarter of the report. A section without a record is not counted: a list that nobody
filled in is missing, not zero.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from kam_reports.kpis import pipeline
from kam_reports.kpis.complete import demands
from kam_reports.kpis.conditions import amount_in, result_of
from kam_reports.model import (
    Entry,
    Figure,
    Occasion,
    Period,
    Place,
    Plan,
    Role,
    Scenario,
    quarter_of,
    range_around,
)
from kam_reports.vocabulary import Vocabulary
from kam_reports.workdays import WorkCalendar
from kam_reports.workspace import Workspace

COUNTED = "counted"
KEY_ROLES = ("decider", "buyer", "user", "influencer")
INFLUENTIAL = 4
MET_BY_NOW = ("running", "finished")
LISTED = ("listed", "at_risk")
A_WEEK = 7
QUARTERS = 4

Known = Callable[[str, str, int], float | None]
"""The value of a measure of the plan: measure, block (``actual`` …), point; None if missing."""


@dataclass(frozen=True, slots=True)
class Count:
    """What was counted for a measure: by quarter, and where the records stand."""

    measure: str
    by_quarter: Mapping[int, float]
    place: Place
    scenario: Scenario = Scenario.ACTUAL
    breakdown: str = ""
    alone: bool = False  # counts for its subject, but cannot be added to that of others


def place_of_records(plan: Plan, section: str) -> Place:
    """The sheet that the records of *section* stand on, and the range of their cells."""
    places = [
        value.place for entry in plan.of(section) for value in entry.values.values() if value.raw
    ]
    if not places:
        return next((entry.place for entry in plan.of(section)), plan.place)
    sheet = places[0].sheet
    cells = range_around(place.cell for place in places if place.sheet == sheet)
    return Place(places[0].book, sheet, cells)


@dataclass(frozen=True, slots=True)
class Talk:
    """The plan that is counted, and the talk that it is counted for."""

    plan: Plan
    quarter: int
    as_of: date
    known: Known
    given: Callable[[str], bool]  # whether actuals of a measure were typed
    calendar: WorkCalendar
    vocabulary: Vocabulary
    contact_days: int

    @classmethod
    def about(
        cls,
        plan: Plan,
        occasion: Occasion,
        known: Known,
        given: Callable[[str], bool],
        vocabulary: Vocabulary,
        workspace: Workspace,
    ) -> Talk:
        """The talk about *plan* on *occasion*."""
        settings = workspace.calendar
        return cls(
            plan,
            occasion.quarter.number,
            occasion.as_of,
            known,
            given,
            WorkCalendar(settings.country, settings.region),
            vocabulary,
            workspace.thresholds.contact_days,
        )

    @property
    def year(self) -> Period:
        """The fiscal year of the plan."""
        assert self.plan.fiscal_year is not None
        return Period(self.plan.fiscal_year)

    def quarter_at(self, day: Any) -> int | None:
        """The quarter of the year to date that *day* lies in; None if it lies elsewhere."""
        if not isinstance(day, date) or day > self.as_of:
            return None
        found = quarter_of(day, self.plan.fy_start_month)
        to_date = found.year == self.year.year and found.number <= self.quarter
        return found.number if to_date else None

    def ends(self, quarter: int) -> date:
        """The last day of a quarter."""
        return Period(self.year.year, "Q", quarter).ends(self.plan.fy_start_month)

    def has(self, section: str) -> bool:
        """Whether the plan has records of the section; a list left blank says nothing."""
        return any(self.plan.of(section))

    def place(self, section: str) -> Place:
        """Where the records of a section stand: their sheet and the range of their cells."""
        return place_of_records(self.plan, section)

    def tally(self, measure: str, section: str, quarters: Iterable[int | None]) -> Count:
        """How many fall into each quarter to date."""
        return self.total(measure, section, ((quarter, 1.0) for quarter in quarters))

    def total(
        self,
        measure: str,
        section: str,
        amounts: Iterable[tuple[int | None, float]],
        *,
        alone: bool = False,
    ) -> Count:
        """The amounts of each quarter to date, zero where there are none."""
        sums = dict.fromkeys(range(1, self.quarter + 1), 0.0)
        for quarter, amount in amounts:
            if quarter in sums:
                sums[quarter] += amount
        return Count(measure, sums, self.place(section), alone=alone)

    def state(self, measure: str, section: str, value: float, *, alone: bool = False) -> Count:
        """How it stands on the as-of date."""
        return Count(measure, {self.quarter: float(value)}, self.place(section), alone=alone)


def count_records(talk: Talk) -> tuple[list[Figure], list[Figure]]:
    """What is counted from the plan's records, as figures; then what stands for it alone."""
    counters = _OF_ACCOUNTS if talk.plan.subject.role is Role.ACCOUNT else _OF_PARTNERS
    together: list[Figure] = []
    alone: list[Figure] = []
    for section, count in counters:
        if talk.has(section):
            for found in count(talk):
                (alone if found.alone else together).extend(_figures(found, talk))
    return together, alone


def _figures(count: Count, talk: Talk) -> Iterator[Figure]:
    unit = talk.vocabulary.measures[count.measure].unit
    for quarter, value in count.by_quarter.items():
        yield Figure(
            count.measure,
            count.scenario,
            Period(talk.year.year, "Q", quarter),
            value,
            unit,
            count.place,
            breakdown=count.breakdown,
            section=COUNTED,
        )


# ---------------------------------------------------------------- initiatives


def _initiatives(talk: Talk) -> Iterator[Count]:
    rows = [entry for entry in talk.plan.of("measures") if entry["status"] != "cancelled"]
    done = [entry for entry in rows if entry["status"] == "done"]
    due = [entry for entry in rows if _by(entry["due"], talk.as_of)]
    on_time = [
        entry for entry in due if entry["status"] == "done" and _by(entry["done_on"], entry["due"])
    ]
    late = [
        (talk.as_of - entry["due"]).days
        for entry in due
        if entry["status"] != "done" and entry["due"] < talk.as_of
    ]
    for measure, number in (
        ("initiatives", len(rows)),
        ("initiatives_done", len(done)),
        ("initiatives_expected", len(rows) * _elapsed(talk)),
        ("initiatives_due", len(due)),
        ("initiatives_on_time", len(on_time)),
        ("initiatives_overdue", len(late)),
        ("initiatives_days_late", sum(late)),
    ):
        yield talk.state(measure, "measures", number)
    for measure, field in (("initiatives_cost", "actual_cost"), ("initiatives_budget", "budget")):
        amounts = [entry[field] for entry in rows if entry[field] is not None]
        if amounts:
            yield talk.state(measure, "measures", sum(amounts))


def _by(day: Any, last: Any) -> bool:
    """Whether *day* is there and not after *last*."""
    return isinstance(day, date) and isinstance(last, date) and day <= last


def _elapsed(talk: Talk) -> float:
    """The share of the fiscal year that has passed."""
    start, end = (
        talk.year.begins(talk.plan.fy_start_month),
        talk.year.ends(talk.plan.fy_start_month),
    )
    share = ((talk.as_of - start).days + 1) / ((end - start).days + 1)
    return min(max(share, 0.0), 1.0)


# ---------------------------------------------------------------- promotions and assortment


def _promotions(talk: Talk) -> Iterator[Count]:
    rows = list(talk.plan.of("promotions"))
    ran = [entry for entry in rows if entry["status"] in MET_BY_NOW]
    quarters = [talk.quarter_at(entry["start"]) for entry in ran]
    if not talk.given("promos"):
        yield talk.tally("promos", "promotions", quarters)
    for measure, field in (("promo_revenue", "actual_revenue"), ("promo_cost", "cost")):
        if not talk.given(measure):
            amounts = zip(quarters, [entry[field] or 0.0 for entry in ran], strict=True)
            total = talk.total(measure, "promotions", amounts)
            open_ends = {
                quarter
                for quarter, entry in zip(quarters, ran, strict=True)
                if entry[field] is None and entry["status"] == "finished"
            }
            known = {q: value for q, value in total.by_quarter.items() if q not in open_ends}
            yield Count(measure, known, total.place)
    yield from _uplift(talk, ran, Scenario.ACTUAL, "actual_units")
    planned = [entry for entry in rows if entry["status"] != "cancelled"]
    yield from _uplift(talk, planned, Scenario.TARGET, "planned_units")


def _uplift(talk: Talk, rows: Sequence[Entry], scenario: Scenario, field: str) -> Iterator[Count]:
    """Units and baseline of the promotions that have both; those planned for the whole year."""
    last = talk.quarter if scenario is Scenario.ACTUAL else QUARTERS
    sums = {name: dict.fromkeys(range(1, last + 1), 0.0) for name in (field, "baseline_units")}
    counted = False
    for entry in rows:
        start = entry["start"]
        if entry[field] is None or entry["baseline_units"] is None or not isinstance(start, date):
            continue
        quarter = quarter_of(start, talk.plan.fy_start_month)
        if quarter.year == talk.year.year and quarter.number <= last:
            counted = True
            for name, by_quarter in sums.items():
                by_quarter[quarter.number] += entry[name]
    if counted:
        place = talk.place("promotions")
        yield Count("promo_units", sums[field], place, scenario)
        yield Count("promo_baseline", sums["baseline_units"], place, scenario)


def _assortment(talk: Talk) -> Iterator[Count]:
    if talk.given("skus_listed") or talk.given("skus_relevant"):
        return
    relevant = [entry for entry in talk.plan.of("assortment") if entry["relevant"] is not False]
    listed = {}
    for quarter in range(1, talk.quarter + 1):
        day = min(talk.ends(quarter), talk.as_of)
        listed[quarter] = float(sum(_is_listed(entry, day) for entry in relevant))
    place = talk.place("assortment")
    yield Count("skus_listed", listed, place)
    yield Count("skus_relevant", dict.fromkeys(listed, float(len(relevant))), place)


def _is_listed(entry: Entry, day: date) -> bool:
    """Whether the article was listed on *day*, as far as status and dates tell."""
    since, until = entry["listed_from"], entry["delisted_on"]
    if isinstance(since, date) and since > day:
        return False
    if isinstance(until, date):
        return until > day and entry["listing"] in (*LISTED, "delisted")
    return entry["listing"] in LISTED


# ---------------------------------------------------------------- pipeline


def _pipeline(talk: Talk) -> Iterator[Count]:
    found = list(pipeline.opportunities(talk.plan, talk.as_of, talk.calendar))
    is_open = [one for one in found if one.is_open]
    yield talk.state("pipeline_open", "pipeline", sum(one.value for one in is_open))
    weighted = sum(one.value * one.probability for one in is_open)
    yield talk.state("pipeline_weighted", "pipeline", weighted)
    yield from _deals(talk, found)
    cohort = [(one, talk.quarter_at(one.first_contact_on)) for one in found]
    for measure, step in (
        ("leads_contacted", pipeline.CONTACTED),
        ("leads_followed_up", pipeline.FOLLOWED_UP),
        ("leads_phoned", pipeline.PHONED),
        ("leads_appointed", pipeline.APPOINTED),
        ("leads_met", pipeline.MET),
        ("leads_won", pipeline.WON),
    ):
        reached = (quarter for one, quarter in cohort if max(one.reached, 3) >= step)
        yield talk.tally(measure, "pipeline", reached)
    yield from _follow_ups(talk, found)
    if (gap := _revenue_gap(talk)) is not None:
        yield talk.state("revenue_gap", "pipeline", gap)


def _deals(talk: Talk, found: Sequence[pipeline.Opportunity]) -> Iterator[Count]:
    closed = [(one, talk.quarter_at(one.closed_on)) for one in found]
    won = [(one, quarter) for one, quarter in closed if one.is_won]
    yield talk.tally("deals_won", "pipeline", (quarter for _, quarter in won))
    yield talk.tally("deals_new", "pipeline", (quarter for one, quarter in won if one.is_new))
    yield talk.tally("deals_lost", "pipeline", (quarter for one, quarter in closed if one.is_lost))
    for number, (one, quarter) in enumerate(won, start=1):
        if quarter is not None and one.first_contact_on and one.closed_on:
            days = float((one.closed_on - one.first_contact_on).days)
            name = str(one.entry["opp_id"] or one.entry["prospect"] or number)
            yield Count("deal_days", {quarter: days}, one.entry.place, breakdown=name)


def _follow_ups(talk: Talk, found: Sequence[pipeline.Opportunity]) -> Iterator[Count]:
    status = pipeline.Punctuality
    due = [(one.entry, one.follow_up) for one in found if one.follow_up is not None]
    settled = [
        (follow_up, _quarter_due(talk, follow_up.due))
        for _, follow_up in due
        if follow_up.status is not status.NOT_DUE
    ]
    yield talk.tally("followups_settled", "pipeline", (quarter for _, quarter in settled))
    on_time = (quarter for follow_up, quarter in settled if follow_up.status is status.ON_TIME)
    yield talk.tally("followups_on_time", "pipeline", on_time)
    waiting = [
        follow_up.days_late
        for entry, follow_up in due
        if follow_up.status is status.OVERDUE and entry["stage"] == "offer_sent"
    ]
    yield talk.state("followups_overdue", "pipeline", len(waiting))
    long = sum(days > A_WEEK for days in waiting)
    yield talk.state("followups_waiting", "pipeline", long)


def _quarter_due(talk: Talk, due: date) -> int | None:
    """The quarter of a due date; one already met may lie a few days ahead."""
    found = quarter_of(due, talk.plan.fy_start_month)
    to_date = found.year == talk.year.year and found.number <= talk.quarter
    return found.number if to_date else None


def _revenue_gap(talk: Talk) -> float | None:
    """What revenue lacks to the target of the year."""
    target, to_date = talk.known("revenue", "target", -1), talk.known("revenue", "actual", -2)
    return None if target is None or to_date is None else target - to_date


# ---------------------------------------------------------------- contacts


def _contacts(talk: Talk) -> Iterator[Count]:
    rows = list(talk.plan.of("contacts"))
    key = [
        entry
        for entry in rows
        if entry["bc_role"] == "decider" or (entry["influence"] or 0) >= INFLUENTIAL
    ]
    met = [entry for entry in key if _was_met(entry, talk)]
    roles = {entry["bc_role"] for entry in rows} & set(KEY_ROLES)
    yield talk.state("key_contacts", "contacts", len(key))
    yield talk.state("key_contacts_met", "contacts", len(met))
    yield talk.state("roles_covered", "contacts", len(roles))
    yield talk.state("roles_wanted", "contacts", len(KEY_ROLES))


def _was_met(entry: Entry, talk: Talk) -> bool:
    """Whether the last contact lies within the contact's interval."""
    last = entry["last_contact_on"]
    interval = int(entry["contact_interval"] or talk.contact_days)
    return isinstance(last, date) and (talk.as_of - last).days <= interval


# ---------------------------------------------------------------- satisfaction


def _satisfaction(talk: Talk) -> Iterator[Count]:
    rows = [(entry, _quarter_surveyed(entry, talk)) for entry in talk.plan.of("satisfaction")]
    surveys = [(entry, quarter) for entry, quarter in rows if quarter is not None]
    yield from _surveys(
        talk,
        ("csat_points", "csat_answers"),
        [(quarter, _index(entry), entry["responses"]) for entry, quarter in surveys],
    )
    yield from _surveys(
        talk,
        ("nps_net", "nps_answers"),
        [(quarter, *_net_promoters(entry)) for entry, quarter in surveys],
    )
    complaints: dict[int, float] = defaultdict(float)
    for entry, quarter in surveys:
        if entry["complaints"] is not None:
            complaints[quarter] += entry["complaints"]
    if complaints:
        yield Count("complaints_received", complaints, talk.place("satisfaction"))
    shares = [
        (quarter, entry["on_time_delivery"], talk.known("orders", "actual", quarter - 1))
        for entry, quarter in surveys
    ]
    yield from _surveys(talk, ("deliveries_on_time", "deliveries"), shares)


def _surveys(
    talk: Talk,
    measures: tuple[str, str],
    answers: Iterable[tuple[int, float | None, float | None]],
) -> Iterator[Count]:
    """Values times their weights, and the weights, by quarter.

    Where no value has a weight, each weighs the same: good enough for its account alone.
    """
    valued = [(quarter, value, weight) for quarter, value, weight in answers if value is not None]
    weighted = [(quarter, value, weight) for quarter, value, weight in valued if weight]
    alone = not weighted
    used = weighted or [(quarter, value, 1.0) for quarter, value, _ in valued]
    if used:
        products = [(quarter, value * float(weight)) for quarter, value, weight in used]
        weights = [(quarter, float(weight)) for quarter, _, weight in used]
        yield talk.total(measures[0], "satisfaction", products, alone=alone)
        yield talk.total(measures[1], "satisfaction", weights, alone=alone)


def _quarter_surveyed(entry: Entry, talk: Talk) -> int | None:
    """The quarter of a survey: of its day, or the last one of its period."""
    when = entry["survey_period"]
    if isinstance(when, Period):
        quarter = when.number * when.months // 3 if when.grain != "M" else (when.number + 2) // 3
        to_date = when.year == talk.year.year and quarter <= talk.quarter
        return quarter if to_date else None
    return talk.quarter_at(when)


def _index(entry: Entry) -> float | None:
    """Satisfaction from 0 to 100, whatever scale was asked; the school scale runs downwards."""
    value = entry["value"]
    if value is None:
        return None
    match entry["instrument"]:
        case "csat":
            return float((value - 1) / 4 * 100)
        case "grade":
            return float((6 - value) / 5 * 100)
        case "index":
            return float(value)
    return None


def _net_promoters(entry: Entry) -> tuple[float | None, float | None]:
    """Promoters less detractors as a share, and how many answered."""
    if entry["instrument"] != "nps":
        return None, None
    promoters, detractors = entry["promoters"], entry["detractors"]
    answers = entry["responses"]
    if promoters is not None and detractors is not None:
        if answers is None and entry["passives"] is not None:
            answers = promoters + entry["passives"] + detractors
        if answers:
            return (promoters - detractors) / answers, answers
    value = entry["value"]
    return (None if value is None else value / 100), answers


# ---------------------------------------------------------------- conditions, potential, the plan


def _conditions(talk: Talk) -> Iterator[Count]:
    agreed = [entry for entry in talk.plan.of("conditions") if _is_agreed(entry)]
    results = [
        (talk.quarter_at(entry["valid_from"]), result_of(entry, talk.plan, talk.known))
        for entry in agreed
    ]
    known = [(quarter, result) for quarter, result in results if result is not None]
    if known:
        yield talk.total("conditions_result", "conditions", known)
    amounts = {}
    for quarter in range(1, talk.quarter + 1):
        period = Period(talk.year.year, "Q", quarter)
        parts = [amount_in(entry, period, talk.plan, talk.known) for entry in agreed]
        if parts and None not in parts:
            amounts[quarter] = sum(part for part in parts if part is not None)
    if amounts:
        yield Count("conditions_amount", amounts, talk.place("conditions"))


def _is_agreed(entry: Entry) -> bool:
    return bool(entry["negotiation_status"] == "agreed")


def _potential(talk: Talk) -> Iterator[Count]:
    entry = talk.plan.one("potential")
    potential = entry["potential_revenue"]
    if potential:
        quarters = range(1, QUARTERS + 1)
        by_quarter = dict.fromkeys(quarters, float(potential) / QUARTERS)
        yield Count("revenue_potential", by_quarter, entry.at("potential_revenue"))


def _completeness(talk: Talk) -> Iterator[Count]:
    filled = [is_filled for _, _, _, is_filled in demands(talk.plan, talk.vocabulary)]
    yield talk.state("fields_filled", "plan", sum(filled))
    yield talk.state("fields_wanted", "plan", len(filled))


# ---------------------------------------------------------------- partners


def _trainings(talk: Talk) -> Iterator[Count]:
    reached, wanted = {}, {}
    for quarter in range(1, talk.quarter + 1):
        found = _trained(talk, quarter)
        if found is not None:
            reached[quarter], wanted[quarter] = found
    place = talk.place("trainings")
    if reached:
        yield Count("training_reached", reached, place)
        yield Count("training_wanted", wanted, place)


def _trained(talk: Talk, quarter: int) -> tuple[float, float] | None:
    """Trained and active advisers; else who came and who was invited to this year's trainings."""
    trained = talk.known("trained_advisers", "actual", quarter - 1)
    active = talk.known("active_advisers", "actual", quarter - 1)
    if trained is not None and active is not None:
        return trained, active
    day = min(talk.ends(quarter), talk.as_of)
    held = [
        entry
        for entry in talk.plan.of("trainings")
        if talk.quarter_at(entry["done_on"]) is not None
        and _by(entry["done_on"], day)
        and (entry["valid_until"] is None or _by(day, entry["valid_until"]))
        and entry["invited"] is not None
        and entry["attended"] is not None
    ]
    if not held:
        return None
    return (
        float(sum(entry["attended"] for entry in held)),
        float(sum(entry["invited"] for entry in held)),
    )


def _events(talk: Talk) -> Iterator[Count]:
    planned = [(entry, talk.quarter_at(entry["planned_on"])) for entry in talk.plan.of("events")]
    yield talk.tally("events_planned", "events", (quarter for _, quarter in planned))
    held = (quarter for entry, quarter in planned if _by(entry["done_on"], talk.as_of))
    yield talk.tally("events_held", "events", held)


def _talks(talk: Talk) -> Iterator[Count]:
    """Each quarter's talk is due when the quarter has ended, the annual one with the year."""
    held = {
        entry["type"]: entry["meeting_on"]
        for entry in talk.plan.of("talks")
        if _by(entry["meeting_on"], talk.as_of)
    }
    due, done = [], []
    for quarter in range(1, talk.quarter + 1):
        took_place = f"q{quarter}" in held
        if took_place or talk.ends(quarter) <= talk.as_of:
            due.append(quarter)
        if took_place:
            done.append(quarter)
    if "annual" in held:
        when = talk.quarter_at(held["annual"]) or 1
        due.append(when)
        done.append(when)
    elif talk.quarter == QUARTERS and talk.ends(QUARTERS) <= talk.as_of:
        due.append(QUARTERS)
    yield talk.tally("talks_due", "talks", due)
    yield talk.tally("talks_held", "talks", done)


def _quality(talk: Talk) -> Iterator[Count]:
    scores = {
        entry["criterion"]: entry["score"]
        for entry in talk.plan.of("quality")
        if entry["score"] is not None
    }
    if scores:
        submitted = talk.known("submitted", "actual", -2)
        index = sum((score - 1) / 4 * 100 for score in scores.values()) / len(scores)
        weight, alone = submitted or 1.0, not submitted
        yield talk.state("quality_points", "quality", index * weight, alone=alone)
        yield talk.state("quality_weight", "quality", weight, alone=alone)


Counter = Callable[[Talk], Iterator[Count]]

_OF_ACCOUNTS: tuple[tuple[str, Counter], ...] = (
    ("measures", _initiatives),
    ("promotions", _promotions),
    ("assortment", _assortment),
    ("pipeline", _pipeline),
    ("contacts", _contacts),
    ("satisfaction", _satisfaction),
    ("conditions", _conditions),
    ("potential", _potential),
    ("plan", _completeness),
)
_OF_PARTNERS: tuple[tuple[str, Counter], ...] = (
    ("header", _trainings),  # from the figures, else from the list: either may be missing
    ("events", _events),
    ("talks", _talks),
    ("quality", _quality),
)
