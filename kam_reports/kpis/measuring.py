"""From the figures to every KPI of every account and partner, and of all together."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from kam_reports.kpis.aggregate import ADDED_UP, View, together
from kam_reports.kpis.board import OWN, Board
from kam_reports.kpis.declaring import INPUT, Kpi
from kam_reports.kpis.grain import ACTUAL, PERSPECTIVES, STATED, Numbers, Rows, Stretch, years
from kam_reports.kpis.own import all_kpis, refuse_unknown_names
from kam_reports.kpis.partners import partner_scores, score_values
from kam_reports.kpis.portfolio import portfolio, portfolio_values
from kam_reports.kpis.records import Talk, count_records
from kam_reports.kpis.report import kpi_table
from kam_reports.kpis.series import Series, series
from kam_reports.kpis.table import Barred, frame_of, no_rate, rows_of
from kam_reports.kpis.values import Values, blank, own_values, stated_values
from kam_reports.kpis.work import kam_performance
from kam_reports.model import (
    Concentration,
    Occasion,
    Plan,
    Reading,
    Role,
    Score,
    Standing,
)
from kam_reports.vocabulary import Vocabulary
from kam_reports.workspace import Workspace

POOLED = "deal_days"
ALL = "*"


@dataclass(frozen=True, slots=True)
class Results:
    """What was measured: the table of KPIs, what was counted for it, scores and portfolio."""

    kpis: pd.DataFrame
    counts: pd.DataFrame
    standings: tuple[Standing, ...] = ()
    concentration: Concentration | None = None
    scores: tuple[Score, ...] = ()
    board: Board | None = None


def measure_kpis(
    reading: Reading,
    figures: pd.DataFrame,
    occasion: Occasion,
    workspace: Workspace,
    vocabulary: Vocabulary,
) -> Results:
    """Every KPI of every account and partner, and of all together; with scores and portfolio."""
    year = occasion.quarter.year
    plans: dict[str, Plan] = {}
    for plan in sorted(reading.usable, key=lambda plan: plan.place):
        if plan.fiscal_year == year:
            plans.setdefault(plan.subject.id, plan)
    kpis = all_kpis(workspace, vocabulary)
    refuse_unknown_names(workspace, kpis)
    figures = figures[figures["subject_id"].isin(list(plans)) & (figures["fiscal_year"] == year)]
    rows = Rows.of(plans, figures)
    rules = _over_time(kpis, vocabulary)
    grains = years(figures, rows, rules, year)
    typed = series([grains], rows, occasion.quarter.number)
    barred = Barred.by(reading.findings)
    counts = _counts(plans, rows, typed, barred, occasion, workspace, vocabulary)
    also_typed = figures[figures["measure"].isin(list(counts["measure"]))]
    counted = years(pd.concat([also_typed, counts], ignore_index=True), rows, rules, year)
    board = Board(
        occasion=occasion,
        workspace=workspace,
        vocabulary=vocabulary,
        plans=plans,
        kpis=kpis,
        rows=rows,
        views=tuple(_views(plans, rows, figures, workspace)),
        series=series([grains, counted], rows, occasion.quarter.number),
        grains=(grains, counted),
        rules=rules,
    )
    _measure(board)
    _put_medians(board, counts)
    scores = partner_scores(board)
    score_values(board, scores)
    found = portfolio(board)
    portfolio_values(board, found.standings)
    if workspace.report.kam_score:
        _put_kam_score(board)
    return Results(kpi_table(board), counts, found.standings, found.concentration, scores, board)


def _over_time(kpis: Mapping[str, Kpi], vocabulary: Vocabulary) -> dict[str, str]:
    """How each measure adds up over time, and the stated target of each KPI."""
    measures = {
        key: measure.over_time for key, measure in vocabulary.measures.items() if key != POOLED
    }
    stated = {}
    for key, kpi in kpis.items():
        rules = {measures.get(need) for need in kpi.needs}
        alike = kpi.over_accounts == "sum" or rules == {"last"}
        rule = rules.pop() if len(rules) == 1 and alike else None
        stated[key] = rule if rule in ("sum", "last") else STATED
    return stated | measures


# ---------------------------------------------------------------- counting


def _counts(
    plans: Mapping[str, Plan],
    rows: Rows,
    typed: Series,
    barred: Barred,
    occasion: Occasion,
    workspace: Workspace,
    vocabulary: Vocabulary,
) -> pd.DataFrame:
    """What is counted from the records, with the columns of the figures."""
    order = {measure: number for number, measure in enumerate(vocabulary.measures)}
    found: list[tuple[object, ...]] = []
    for number, (subject, view) in enumerate(zip(rows.subjects, rows.perspectives, strict=True)):
        if view != OWN:
            continue
        plan = plans[subject]
        talk = Talk.about(
            plan, occasion, _Lookup(typed, number), _Given(typed, number), vocabulary, workspace
        )
        out = plan.place.book in barred.accounts or no_rate(plan, workspace)
        shared, alone = count_records(talk)
        found += rows_of(plan, shared, order, blocked=out)
        found += rows_of(plan, alone, order, blocked=True)
    return frame_of(found)


@dataclass(frozen=True, slots=True)
class _Lookup:
    """The value of a measure of one row: measure, block, point."""

    series: Series
    row: int

    def __call__(self, measure: str, block: str, point: int) -> float | None:
        number = self.series.measures.get(measure)
        if number is None:
            return None
        value = float(getattr(self.series, block).value[number, point, self.row])
        return None if np.isnan(value) else value


@dataclass(frozen=True, slots=True)
class _Given:
    """Whether one row states actuals of a measure."""

    series: Series
    row: int

    def __call__(self, measure: str) -> bool:
        number = self.series.measures.get(measure)
        return number is not None and bool(self.series.given[number, ACTUAL, self.row])


# ---------------------------------------------------------------- all together


def _views(
    plans: Mapping[str, Plan], rows: Rows, figures: pd.DataFrame, workspace: Workspace
) -> Iterator[View]:
    """All accounts and all partners, in each perspective that one of them has."""
    for role in Role:
        everybody = tuple(s for s, plan in sorted(plans.items()) if plan.subject.role is role)
        for perspective in PERSPECTIVES:
            mine = [
                number
                for number, subject in enumerate(rows.subjects)
                if rows.perspectives[number] == perspective and plans[subject].subject.role is role
            ]
            if mine:
                subjects = tuple(rows.subjects[number] for number in mine)
                members = [plans[subject] for subject in subjects]
                yield View(
                    role=role,
                    perspective=perspective,
                    rows=np.array(mine, dtype=np.intp),
                    subjects=subjects,
                    everybody=everybody,
                    rates=np.array([_rate(plan, workspace) for plan in members]),
                    groups={"market_id": tuple(_market(plan) for plan in members)},
                    refused=frozenset(_refused(members, figures)),
                )


def _rate(plan: Plan, workspace: Workspace) -> float:
    report = workspace.report
    if plan.currency == report.currency:
        return 1.0
    return report.rates.get(plan.currency) or np.nan


def _market(plan: Plan) -> str:
    """The market that the account shares with others; without one it has its own."""
    market = plan.header["market_id"]
    return f"market {market}" if market else f"account {plan.subject.id}"


def _refused(plans: Iterable[Plan], figures: pd.DataFrame) -> Iterator[str]:
    """What cannot be added up: margins of several levels, units of several kinds."""
    members = list(plans)
    with_margin = set(figures.loc[figures["measure"] == "cm", "subject_id"])
    levels = {plan.header["cm_level"] for plan in members if plan.subject.id in with_margin}
    if len(levels - {None}) > 1:
        yield "cm"
    ids = {plan.subject.id for plan in members}
    sold = figures[(figures["measure"] == "units") & figures["subject_id"].isin(list(ids))]
    if sold["unit"].str.casefold().unique().size > 1:
        yield "units"


# ---------------------------------------------------------------- measuring


def _measure(board: Board) -> None:
    """Put every KPI that is a formula over measures on the *board*."""
    for kpi in board.kpis.values():
        if not kpi.needs or kpi.scope == INPUT or kpi.over_accounts == "pooled":
            continue
        if not {kpi.id, *kpi.needs} & set(board.series.measures):
            continue
        own = own_values(kpi, board.series, board.rows, board.quarter)
        if kpi.over_accounts in ADDED_UP and board.views:
            found = together(
                kpi, board.series, own, board.views, board.quarter, board.vocabulary.measures
            )
            board.members[kpi.id] = found.members
            board.measured[kpi.id] = own.beside(found.values)
        else:
            board.measured[kpi.id] = own.beside(blank(board.points, len(board.views)))
        board.blocked[kpi.id] = own.blocked["actual"]


def _put_medians(board: Board, counts: pd.DataFrame) -> None:
    """The median of all deals of an account, and of all accounts' deals together."""
    deals = counts[counts["measure"] == POOLED]
    for kpi in board.kpis.values():
        if kpi.over_accounts == "pooled":
            actual = _medians(deals, kpi, board)
            stretch = Stretch(actual, np.zeros(actual.shape, dtype=bool))
            own = stated_values(kpi, board.series, board.rows, stretch)
            board.measured[kpi.id] = own.beside(_pooled(board, kpi, deals, actual))


def _until(deals: pd.DataFrame, board: Board) -> Iterator[tuple[int, pd.DataFrame]]:
    """The deals of each quarter to date, then of the year to date, each with its point."""
    quarters = deals["period"].str[-1].astype(int)
    for point in range(board.quarter):
        yield point, deals[quarters == point + 1]
    yield board.quarter, deals[quarters <= board.quarter]


def _medians(deals: pd.DataFrame, kpi: Kpi, board: Board) -> Numbers:
    """The median of each subject at each point; there is none for the whole year."""
    found = np.full((board.points, len(board.rows)), np.nan)
    for point, some in _until(deals, board):
        if len(some):
            medians = kpi.formula(deal_days=some.groupby("subject_id")["value"]).to_dict()
            found[point] = [medians.get(subject, np.nan) for subject in board.rows.subjects]
    return found


def _pooled(board: Board, kpi: Kpi, deals: pd.DataFrame, own: Numbers) -> Values:
    """The median over the deals of all accounts, and which accounts have any."""
    shape = (board.points, len(board.views))
    actual, covered = np.full(shape, np.nan), np.full(shape, np.nan)
    members = [np.zeros((board.points, len(view.rows)), dtype=bool) for view in board.views]
    number = board.view(kpi.role)
    if number is not None:
        view, usable = board.views[number], deals[~deals["blocked"]]
        with_some = set(usable["subject_id"])
        able = np.array([subject in with_some for subject in view.subjects])
        members[number] = ~np.isnan(own[:, view.rows]) & able
        covered[:, number] = members[number].sum(axis=1) / len(view.everybody)
        for point, some in _until(usable, board):
            if len(some):
                actual[point, number] = kpi.formula(deal_days=some["value"])
    board.members[kpi.id] = tuple(members)
    return replace(
        blank(*shape), actual=actual, growing=actual, coverage=covered, shown=~np.isnan(actual)
    )


# ---------------------------------------------------------------- the person


def _put_kam_score(board: Board) -> None:
    """How a key account manager attained four targets; of all accounts from their sums."""
    parts = inspect.signature(kam_performance.formula).parameters
    shape = (board.points, len(board.rows) + len(board.views))
    actual = np.full(shape, np.nan)
    for column in range(shape[1]):
        found = {kpi: board.attained(kpi, board.quarter, column) for kpi in parts}
        score = kam_performance.formula(**found)
        actual[board.quarter, column] = np.nan if score is None else score
    rows = len(board.rows)
    stretch = Stretch(actual[:, :rows], np.zeros((board.points, rows), dtype=bool))
    own = stated_values(kam_performance, board.series, board.rows, stretch)
    revenue = board.measured.get("k_revenue")
    covered = actual if revenue is None else revenue.coverage
    together = replace(
        blank(board.points, len(board.views)),
        actual=actual[:, rows:],
        growing=actual[:, rows:],
        coverage=covered[:, rows:],
        shown=~np.isnan(actual[:, rows:]),
    )
    board.measured[kam_performance.id] = own.beside(together)
    board.members[kam_performance.id] = board.members.get("k_revenue", ())
