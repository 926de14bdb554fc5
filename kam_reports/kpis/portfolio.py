"""The portfolio: classes, nine fields, how much care an account gets and deserves, concentration.

Source: design, portfolio.md. Weights and limits are defaults by judgement; ``kam.toml`` sets them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from kam_reports.kpis.board import Board
from kam_reports.kpis.grain import Stretch
from kam_reports.kpis.judging import LIGHTS, Case, light
from kam_reports.kpis.positions import (
    ATTRACTIVENESS,
    LIMITS,
    POSITION,
    WEIGHTS,
    abc_class,
    attractiveness,
    concentration,
    nine_field,
)
from kam_reports.kpis.values import blank, stated_values
from kam_reports.model import Concentration, Light, Period, Plan, Role, Standing

WEIGHT_TOLERANCE = 0.005
ENOUGH = 0.60  # of the weights must have a score
A_FIFTH = 0.2


@dataclass(frozen=True, slots=True)
class Rating:
    """Where an account stands on one axis, and which of its scores were computed."""

    value: float | None
    computed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Portfolio:
    """All accounts beside each other."""

    standings: tuple[Standing, ...]
    concentration: Concentration | None


def portfolio(board: Board) -> Portfolio:
    """The standing of every account, and how much hangs on the largest ones."""
    rows = board.of_role(Role.ACCOUNT)
    point = board.quarter
    classes = _classes(board, rows, point)
    rates = _rates(board)
    standings = tuple(
        _standing(board, row, rates.get(row), *classes.get(row, (None, None))) for row in rows
    )
    return Portfolio(standings, concentrated(board, point))


def portfolio_values(board: Board, standings: Sequence[Standing]) -> None:
    """Put attractiveness, position, field and concentration on the *board* as KPIs."""
    columns: dict[str, list[float | None]] = {
        "f_attr": [one.attractiveness for one in standings],
        "f_pos": [one.position for one in standings],
        "f_field": [None if one.field is None else float(one.field) for one in standings],
    }
    for kpi, found in columns.items():
        actual = np.full((board.points, len(board.rows)), np.nan)
        for one, value in zip(standings, found, strict=True):
            if value is not None:
                actual[board.quarter - 1, board.row(one.subject.id)] = value
        stretch = Stretch(actual, np.zeros(actual.shape, dtype=bool))
        own = stated_values(board.kpis[kpi], board.series, board.rows, stretch)
        board.measured[kpi] = own.beside(blank(board.points, len(board.views)))
    _put_concentration(board)


# ---------------------------------------------------------------- ABC


def _classes(
    board: Board, rows: Sequence[int], point: int
) -> dict[int, tuple[float | None, str | None]]:
    """Share and class of each account: by margin if every account has one, else by revenue."""
    revenue = _amounts(board, "k_revenue", rows, point)
    margin = _amounts(board, "k_cm", rows, point)
    basis = margin if margin and set(margin) >= set(revenue) else revenue
    total = sum(basis.values())
    if total <= 0:
        return {}
    ids = board.rows.subjects
    order = sorted(basis, key=lambda row: (-basis[row], -revenue.get(row, 0.0), ids[row]))
    limit_a, limit_b = (limit / 100 for limit in board.workspace.portfolio.abc)
    found: dict[int, tuple[float | None, str | None]] = {}
    before = 0.0
    for row in order:
        share = basis[row] / total
        exactly = round(before, 9)  # sums of floats must not tip a class
        name = abc_class.formula(share_before=exactly, limit_a=limit_a, limit_b=limit_b)
        found[row] = (share, name)
        before += share
    return found


def _amounts(board: Board, kpi: str, rows: Sequence[int], point: int) -> dict[int, float]:
    """The amounts that may be added up, in the currency of the reports."""
    number = board.view(Role.ACCOUNT)
    if number is None or kpi not in board.measured:
        return {}
    view = board.views[number]
    if view.refused & set(board.kpis[kpi].needs):
        return {}
    rates = _rates(board)
    found = {}
    for row in rows:
        amount = _compared(board.actual(kpi, point, row), rates.get(row))
        if amount is not None and not board.is_blocked(kpi, point, row):
            found[row] = amount
    return found


def _rates(board: Board) -> dict[int, float]:
    """What a unit of each account's currency is worth in that of the reports, if it is known."""
    number = board.view(Role.ACCOUNT)
    if number is None:
        return {}
    view = board.views[number]
    rates = zip(view.rows.tolist(), view.rates.tolist(), strict=True)
    return {row: worth for row, worth in rates if not np.isnan(worth)}


# ---------------------------------------------------------------- nine fields and care


def _standing(
    board: Board, row: int, rate_of: float | None, share: float | None, abc: str | None
) -> Standing:
    plan = board.plans[board.rows.subjects[row]]
    override = plan.one("potential")["override_class"]
    attractive = rate(board, plan, row, ATTRACTIVENESS)
    position = rate(board, plan, row, POSITION)
    cell = None
    if attractive.value is not None and position.value is not None:
        low, high = board.workspace.portfolio.fields
        cell = nine_field.formula(
            attractive=attractive.value, position=position.value, low=low, high=high
        )
    contacts = [int(number) for number in board.workspace.portfolio.contacts]
    recommended = None if cell is None else contacts[cell - 1]
    planned = _contacts_planned(plan)
    gap = None
    if recommended is not None and planned is not None:
        gap = _level(planned, contacts) - _level(recommended, contacts)
    return Standing(
        subject=plan.subject,
        revenue=_compared(board.actual("k_revenue", board.quarter, row), rate_of),
        cm=_compared(board.actual("k_cm", board.quarter, row), rate_of),
        share=share,
        abc=override or abc,
        abc_computed=abc,
        override_reason=str(plan.one("potential")["override_reason"] or "") if override else "",
        attractiveness=attractive.value,
        position=position.value,
        field=cell,
        contacts_recommended=recommended,
        contacts_planned=planned,
        care_gap=gap,
        potential_used=board.actual("f_potential", board.quarter, row),
        light=_margin_light(board, row),
        computed=(*attractive.computed, *position.computed),
    )


def _compared(amount: float | None, rate_of: float | None) -> float | None:
    """An amount in the currency of the reports; None without a rate."""
    return None if amount is None or rate_of is None else amount * rate_of


def rate(board: Board, plan: Plan, row: int, axis: str) -> Rating:
    """The rating of an account on *axis*, 1 to 5.

    The plan's own list of criteria counts if it has one, else the usual criteria. A score that was
    typed wins over one that data tell.
    """
    wanted = list(rated(board, plan, row, axis))
    if not is_whole(wanted):
        return Rating(None)
    scored = [
        (
            one.name,
            one.weight,
            one.typed
            if one.typed is not None or one.told is None
            else _score(one.told, one.limits),
            one.typed is None,
        )
        for one in wanted
    ]
    known = [(name, w, s, auto) for name, w, s, auto in scored if s is not None and w > 0]
    if sum(w for _, w, _, _ in known) < ENOUGH - 1e-9:
        return Rating(None)
    value = attractiveness.formula(
        scores=[s for _, _, s, _ in known], weights=[w for _, w, _, _ in known]
    )
    return Rating(float(value), tuple(name for name, _, _, auto in known if auto))


@dataclass(frozen=True, slots=True)
class Rated:
    """One criterion of an axis: its weight, the score that was typed, else what data tell."""

    name: str
    weight: float
    typed: float | None
    told: float | None
    limits: Sequence[float] | None  # from which on a value that data tell is a score of 2 … 5


def rated(board: Board, plan: Plan, row: int, axis: str) -> Iterator[Rated]:
    """The criteria of *axis* for an account: the plan's own list, else the usual ones."""
    limits = {**LIMITS, **board.workspace.portfolio.limits}
    told = dict(_data(board, plan, row))
    typed = [
        (str(entry["criterion"]), float(entry["weight"]), entry["score"])
        for entry in plan.of("portfolio")
        if entry["axis"] == axis and entry["criterion"] and entry["weight"] is not None
    ]
    wanted = typed or [(name, weight, None) for name, weight in _usual(board, axis).items()]
    for name, weight, score in wanted:
        known = None if score is None else float(score)
        yield Rated(name, weight, known, told.get(name), limits.get(name))


def is_whole(criteria: Iterable[Rated]) -> bool:
    """Whether the weights add up; else there is no rating."""
    return abs(sum(one.weight for one in criteria) - 1) <= WEIGHT_TOLERANCE + 1e-9


def _usual(board: Board, axis: str) -> Mapping[str, float]:
    """The usual criteria of an axis, with the weights that the workspace sets."""
    set_here = board.workspace.portfolio.weights
    return {name: set_here.get(name, w * 100) / 100 for name, w in WEIGHTS[axis].items()}


def _data(board: Board, plan: Plan, row: int) -> Iterator[tuple[str, float]]:
    """What data tell about the criteria that can be computed."""
    point, latest = board.quarter, board.quarter - 1
    potential = plan.one("potential")
    own, strongest = potential["own_share"], potential["strongest_competitor_share"]
    supplied = own if own is not None else board.actual("k_sow", point, row)
    coverage = [board.actual(kpi, latest, row) for kpi in ("r_cover", "r_roles")]
    known = [share for share in coverage if share is not None]
    growing = board.growth("k_revenue", point, row)
    margin = board.expected("k_cm", row)
    found: dict[str, float | None] = {
        "cm_potential": None
        if not potential["potential_cm"] or not margin or margin <= 0
        else float(potential["potential_cm"]) / margin,
        "growth": growing,
        "supply_share": supplied,
        "competitor_distance": None if None in (own, strongest) else own - strongest,
        "relationship": sum(known) / len(known) if known else None,
        "satisfaction": board.actual("s_csat", point, row),
        "credit_rating": plan.one("profile")["credit_rating"],
    }
    yield from ((name, float(value)) for name, value in found.items() if value is not None)


def _score(value: float, limits: Sequence[float] | None) -> float:
    """A value as a score from 1 to 5; a rating that is one already has no limits and stays."""
    return value if limits is None else 1.0 + sum(value >= limit - 1e-9 for limit in limits)


def _contacts_planned(plan: Plan) -> int | None:
    """How many contacts are planned for the fiscal year; None if nobody plans them."""
    if "relationship" not in plan.sections and not any(plan.of("relationship")):
        return None
    year, start = Period(plan.fiscal_year or 0), plan.fy_start_month
    days = [entry["planned_on"] for entry in plan.of("relationship")]
    return sum(
        isinstance(day, date) and year.begins(start) <= day <= year.ends(start) for day in days
    )


def _level(contacts: int, steps: Sequence[int]) -> int:
    """The level of care that so many contacts a year are."""
    return sum(contacts >= step for step in sorted(set(steps)))


def _margin_light(board: Board, row: int) -> Light:
    """The light of the contribution margin in the year to date."""
    point, known = board.quarter, board.measured.get("k_cm")
    if known is None:
        return Light.GREY
    attained = board.attained("k_cm", point, row)
    one = slice(row, row + 1)
    case = Case(
        known.actual[point, one],
        known.target[point, one],
        np.array([np.nan if attained is None else attained]),
        known.first[point, one],
        known.second[point, one],
        known.cases[point, one],
    )
    code = light(board.kpis["k_cm"], case, board.workspace.thresholds)[0]
    return Light(str(LIGHTS[code]))


# ---------------------------------------------------------------- concentration


def concentrated(board: Board, point: int) -> Concentration | None:
    """How much revenue hangs on few accounts at a *point*; None without any."""
    amounts = _amounts(board, "k_revenue", board.of_role(Role.ACCOUNT), point)
    ids = board.rows.subjects
    order = sorted(
        (row for row, amount in amounts.items() if amount > 0),
        key=lambda row: (-amounts[row], ids[row]),
    )
    total = sum(amounts[row] for row in order)
    if not order:
        return None
    shares = {ids[row]: amounts[row] / total for row in order}
    largest = list(shares.values())
    hhi = float(concentration.formula(shares=largest))
    return Concentration(
        basis="revenue",
        total=total,
        shares=shares,
        top1=largest[0],
        top3=sum(largest[:3]),
        hhi=hhi,
        effective=1 / hhi,
        light=_concentration_light(board, hhi, largest[0]),
        without_fifth=total - A_FIFTH * amounts[order[0]],
    )


def _concentration_light(board: Board, hhi: float, top: float) -> Light:
    nothing = np.array([np.nan])
    case = Case(np.array([hhi]), nothing, nothing, np.array([top]), nothing, nothing)
    code = light(board.kpis["f_hhi"], case, board.workspace.thresholds)[0]
    return Light(str(LIGHTS[code]))


def _put_concentration(board: Board) -> None:
    """The concentration of each quarter and of the year to date; only all accounts have one."""
    shape = (board.points, len(board.views))
    hhi, top = np.full(shape, np.nan), np.full(shape, np.nan)
    covered = np.full(shape, np.nan)
    members = [np.zeros((board.points, len(view.rows)), dtype=bool) for view in board.views]
    number = board.view(Role.ACCOUNT)
    for point in range(board.quarter + 1) if number is not None else ():
        found = concentrated(board, point)
        if found is None or number is None:
            continue
        view = board.views[number]
        hhi[point, number], top[point, number] = found.hhi, found.top1
        members[number][point] = [subject in found.shares for subject in view.subjects]
        covered[point, number] = len(found.shares) / len(view.everybody)
    together = replace(
        blank(*shape), actual=hhi, growing=hhi, coverage=covered, shown=~np.isnan(hhi), first=top
    )
    own = stated_values(
        board.kpis["f_hhi"],
        board.series,
        board.rows,
        Stretch(
            np.full((board.points, len(board.rows)), np.nan),
            np.zeros((board.points, len(board.rows)), dtype=bool),
        ),
    )
    board.measured["f_hhi"] = own.beside(together)
    board.members["f_hhi"] = tuple(members)
