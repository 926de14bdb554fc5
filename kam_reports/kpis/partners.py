"""The partner score: criteria between two anchors, coverage, small numbers, standing, knock-outs.

Missing is not zero: a criterion without data drops out with its weight, and below 60 % of the
weights there is no standing. Source: design, partner-scorecard.md, 2.4 and 2.5.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np

from kam_reports.kpis.applications import SCORE
from kam_reports.kpis.board import Board
from kam_reports.kpis.declaring import STATE
from kam_reports.kpis.grain import Numbers, Stretch
from kam_reports.kpis.judging import GREEN, GREY, RED, YELLOW, rounded
from kam_reports.kpis.values import Values, blank, stated_values
from kam_reports.model import Criterion, Entry, Named, Period, Plan, Role, Score

STANDINGS = ("A", "B", "C", "D")
NOT_RATED = "N"
PROOFS = ("permit", "liability_insurance")
WEIGHT_TOLERANCE = Decimal("0.005")
_LIGHTS = {"A": GREEN, "B": GREEN, "C": YELLOW, "D": RED, NOT_RATED: GREY}
_FRACTION = 1.5  # anchors up to here are fractions, as in every column of percentages


@dataclass(frozen=True, slots=True)
class Wanted:
    """One criterion as it is set up: a KPI, its weight and its anchors."""

    kpi: str
    weight: float
    anchor_0: float | None
    anchor_100: float | None


@dataclass(frozen=True, slots=True)
class Knockout:
    """A rule that caps the standing: a KPI beyond a limit allows *best* at most."""

    kpi: str
    above: bool
    limit: float
    best: str
    inclusive: bool = False


def partner_scores(board: Board) -> tuple[Score, ...]:
    """The score of every partner in each quarter to date and in the year to date."""
    return tuple(
        _score(board, row, point, scope)
        for row in board.of_role(Role.PARTNER)
        for point, scope in (
            *((number, "Q") for number in range(board.quarter)),
            (board.quarter, "YTD"),
        )
    )


def _score(board: Board, row: int, point: int, scope: str) -> Score:
    plan = board.plans[board.rows.subjects[row]]
    criteria = tuple(_criterion(board, one, row, point) for one in _wanted(plan, board))
    number = point + 1 if scope == "Q" else board.quarter
    knockouts = list(_knockouts(board, plan, row, point))
    score, coverage = _weighted(criteria)
    raw = NOT_RATED
    if score is not None and coverage >= board.workspace.partner_score.coverage / 100 - 1e-9:
        raw = _standing(score, board.workspace.partner_score.standings)
    return Score(
        subject=plan.subject,
        quarter=Period(board.occasion.quarter.year, "Q", number),
        scope=scope,
        criteria=criteria,
        score=score,
        coverage=coverage,
        raw_standing=raw,
        standing=_capped(raw, [best for best, _ in knockouts]),
        knockouts=tuple(named for _, named in knockouts),
    )


# ---------------------------------------------------------------- criteria


def _wanted(plan: Plan, board: Board) -> list[Wanted]:
    """The criteria of the scorecard itself; those of the workspace if it sets none."""
    typed = [
        entry for entry in plan.of("scorecard") if entry["kpi"] and entry["weight"] is not None
    ]
    if typed:
        return [
            Wanted(
                _kpi_of(str(entry["kpi"]), board),
                float(entry["weight"]),
                *_anchors(_kpi_of(str(entry["kpi"]), board), entry, board),
            )
            for entry in typed
        ]
    return [
        Wanted(
            one.kpi,
            one.weight / 100,
            one.anchor_0 / _percent(one.kpi, board),
            one.anchor_100 / _percent(one.kpi, board),
        )
        for one in board.workspace.partner_score.criteria
    ]


def _kpi_of(metric: str, board: Board) -> str:
    """The partner KPI that a criterion names; a measure stands for the KPI that shows it."""
    if metric in board.kpis and metric not in board.vocabulary.measures:
        return metric
    for kpi in board.kpis.values():
        if kpi.needs == (metric,) and kpi.role is Role.PARTNER:
            return kpi.id
    return metric


def _anchors(kpi: str, entry: Entry, board: Board) -> tuple[float | None, float | None]:
    """The anchors as typed: 0.3 and 0.65, or 30 and 65 without a percent sign."""
    anchors = (entry["anchor_0"], entry["anchor_100"])
    if None in anchors:
        return None, None
    low, high = float(anchors[0]), float(anchors[1])
    scale = _percent(kpi, board) if max(abs(low), abs(high)) > _FRACTION else 1.0
    return low / scale, high / scale


def _percent(kpi: str, board: Board) -> float:
    """What a number in percent is divided by: quotas and attainments are kept as fractions."""
    known = board.kpis.get(kpi)
    return (
        100.0 if known is not None and (known.unit == "percent" or _by_target(kpi, board)) else 1.0
    )


def _by_target(kpi: str, board: Board) -> bool:
    """Whether the attainment is scored: amounts and numbers say nothing without their target."""
    known = board.kpis.get(kpi)
    return known is not None and known.unit in ("EUR", "count", "units")


def _criterion(board: Board, wanted: Wanted, row: int, point: int) -> Criterion:
    """The points of a criterion; without data if the value is missing or rests on few cases."""
    known = board.kpis.get(wanted.kpi)
    at = board.quarter - 1 if known is not None and known.scope == STATE else point
    find = board.attained if _by_target(wanted.kpi, board) else board.actual
    value = find(wanted.kpi, at, row) if known is not None else None
    cases = board.cases(wanted.kpi, at, row) if known is not None else None
    few = cases is not None and cases < board.workspace.thresholds.few_cases
    low, high = wanted.anchor_0, wanted.anchor_100
    anchored = low is not None and high is not None and low != high
    reason = "missing" if value is None or not anchored else "few" if few else ""
    points = None
    if not reason and value is not None and low is not None and high is not None:
        points = min(max(100 * (value - low) / (high - low), 0.0), 100.0)
    return Criterion(
        wanted.kpi,
        wanted.weight,
        value,
        low if low is not None else np.nan,
        high if high is not None else np.nan,
        points,
        reason,
        cases,
    )


def _weighted(criteria: Sequence[Criterion]) -> tuple[float | None, float]:
    """The score over criteria with data, and what share of the weights they are.

    Weights that do not add up to 100 % give no score: they are never stretched in silence.
    """
    total = sum((Decimal(repr(one.weight)) for one in criteria), start=Decimal(0))
    if abs(total - 1) > WEIGHT_TOLERANCE:
        return None, 0.0
    known = [one for one in criteria if one.points is not None and one.weight > 0]
    weight = sum(one.weight for one in known)
    if not weight:
        return None, 0.0
    score = sum(one.weight * one.points for one in known if one.points is not None) / weight
    return score, 1.0 if len(known) == len(criteria) else weight / float(total)


def _standing(score: float, limits: Sequence[float]) -> str:
    """A, B, C or D by the rounded score; the top interval is closed."""
    shown = rounded(np.array([score, *limits]), 1)
    for standing, limit in zip(STANDINGS, shown[1:], strict=False):
        if shown[0] >= limit:
            return standing
    return STANDINGS[-1]


# ---------------------------------------------------------------- knock-outs


def _knockouts(board: Board, plan: Plan, row: int, point: int) -> Iterator[tuple[str, Named]]:
    """The best standing that each knock-out allows, and what it is."""
    as_of = board.occasion.as_of
    for entry in plan.of("acceptance"):
        until = entry["valid_until"]
        expired = (until is not None and until < as_of) or entry["status"] == "expired"
        if entry["criterion"] in PROOFS and expired:
            yield "D", Named("option", f"acceptance.criterion.{entry['criterion']}")
    settings = board.workspace.partner_score
    rules = [
        Knockout("a_training", above=False, limit=settings.training_floor / 100, best="C"),
        Knockout("a_cancel", above=True, limit=settings.cancel_ceiling / 100, best="C"),
        *_typed_knockouts(plan, board),
    ]
    for rule in rules:
        if rule.kpi in board.measured and _applies(rule, board, row, point):
            yield rule.best, Named("measure", rule.kpi)


def _applies(rule: Knockout, board: Board, row: int, point: int) -> bool:
    criterion = _criterion(board, Wanted(rule.kpi, 0.0, 0.0, 1.0), row, point)
    if criterion.value is None or criterion.reason == "few":
        return False
    shown, limit = rounded(np.array([criterion.value, rule.limit]), 3)
    if rule.inclusive and shown == limit:
        return True
    return bool(shown > limit) if rule.above else bool(shown < limit)


_RULE = re.compile(
    r"(?P<kpi>.*?)\s*(?P<sign><=|>=|≤|≥|<|>|unter|über|below|above)\s*"
    r"(?P<limit>\d+(?:[.,]\d+)?)\s*(?P<percent>%?)\W*"
    r"(?:höchstens|maximal|max\.?|at\ most|best)?\s*(?P<best>[ABCD])\b",
    re.IGNORECASE | re.VERBOSE,
)


def _typed_knockouts(plan: Plan, board: Board) -> Iterator[Knockout]:
    """The knock-outs of the scorecard, such as ``Stornoquote > 10 %: höchstens C``."""
    for entry in plan.of("scorecard"):
        found = _RULE.search(str(entry["knockout"] or ""))
        if found is None:
            continue
        named = found["kpi"].strip()
        metric = board.vocabulary.find_metric(named) if named else str(entry["kpi"])
        if metric is None:
            continue
        sign = found["sign"].lower()
        limit = float(found["limit"].replace(",", "."))
        yield Knockout(
            _kpi_of(metric, board),
            above=sign in (">", ">=", "≥", "über", "above"),
            limit=limit / 100 if found["percent"] else limit,
            best=found["best"].upper(),
            inclusive=sign in ("<=", ">=", "≤", "≥"),
        )


def _capped(raw: str, caps: Sequence[str]) -> str:
    """The standing after knock-outs; who cannot be rated can still be knocked out entirely."""
    if raw == NOT_RATED:
        return STANDINGS[-1] if STANDINGS[-1] in caps else raw
    return max([raw, *caps])


# ---------------------------------------------------------------- as a KPI


def score_values(board: Board, scores: Sequence[Score]) -> None:
    """Put the scores on the *board* as a KPI; all partners together weighted with their volume."""
    kpi = board.kpis[SCORE]
    shape = (board.points, len(board.rows))
    actual, covered = np.full(shape, np.nan), np.ones(shape)
    codes = np.full(shape, float(GREY))
    blocked = np.zeros(shape, dtype=bool)
    for score in scores:
        row = board.row(score.subject.id)
        point = board.quarter if score.scope == "YTD" else score.quarter.number - 1
        actual[point, row] = np.nan if score.score is None else score.score
        covered[point, row] = score.coverage
        codes[point, row] = _LIGHTS[score.standing]
        without = [one.kpi for one in score.criteria if one.points is None]
        board.notes[SCORE, point, row] = "; ".join(without)
    own = stated_values(kpi, board.series, board.rows, Stretch(actual, blocked), covered)
    own = replace(own, first=codes)
    board.measured[SCORE] = own.beside(_all_partners(board, actual))


def _all_partners(board: Board, scores: Numbers) -> Values:
    """The scores weighted with signed volume, for information: no light."""
    shape = (board.points, len(board.views))
    actual, covered = np.full(shape, np.nan), np.full(shape, np.nan)
    members = [np.zeros((board.points, len(view.rows)), dtype=bool) for view in board.views]
    number = board.view(Role.PARTNER)
    if number is not None and "a_volume" in board.measured:
        view, volume = board.views[number], board.measured["a_volume"]
        amounts = volume.actual[:, view.rows] * view.rates
        able = ~board.blocked["a_volume"][:, view.rows] & (np.nan_to_num(amounts) > 0)
        counted = members[number] = able & ~np.isnan(scores[:, view.rows])
        weights = np.where(counted, amounts, 0.0)
        points = np.where(counted, scores[:, view.rows], 0.0) * weights
        total = np.where(counted.any(axis=1), weights.sum(axis=1), np.nan)
        actual[:, number] = points.sum(axis=1) / total
        covered[:, number] = counted.sum(axis=1) / max(len(view.everybody), 1)
    board.members[SCORE] = tuple(members)
    return replace(
        blank(*shape), actual=actual, growing=actual, coverage=covered, shown=~np.isnan(actual)
    )
