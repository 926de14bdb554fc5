"""The table of KPIs: one row for every subject, KPI, perspective, scope and quarter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kam_reports.kpis import judging
from kam_reports.kpis.board import Board
from kam_reports.kpis.comparison import attained, changed, variance, variance_pct
from kam_reports.kpis.declaring import Kpi
from kam_reports.kpis.grain import PERSPECTIVES, Numbers
from kam_reports.kpis.series import NO_METHOD, method_name
from kam_reports.kpis.values import Values, lacking

COLUMNS = (
    "subject_id",
    "subject",
    "role",
    "kpi",
    "scope",
    "quarter",
    "perspective",
    "actual",
    "target",
    "prior_year",
    "variance",
    "variance_pct",
    "attainment",
    "growth",
    "forecast",
    "forecast_method",
    "light",
    "coverage",
    "included",
    "missing",
    "fc_gap",
    "needed_per_quarter",
    "mat",
)
NUMBERS = (
    "actual",
    "target",
    "prior_year",
    "variance",
    "variance_pct",
    "attainment",
    "growth",
    "forecast",
    "coverage",
    "fc_gap",
    "needed_per_quarter",
    "mat",
)
ALL = "*"
SCOPES = ("Q", "YTD", "FY", "ASOF")
QUARTERS = 4
_METHODS = {code: method_name(code) for code in range(NO_METHOD, QUARTERS)}


def kpi_table(board: Board) -> pd.DataFrame:
    """Everything on the *board* as the table that ``kpis.csv`` holds, in its order."""
    columns = _Columns.of(board)
    parts = [part for kpi in board.kpis.values() for part in _parts(kpi, board, columns)]
    if not parts:
        return _empty()
    rows = {name: np.concatenate([part.rows[name] for part in parts]) for name in parts[0].rows}
    rows |= _compared(parts, rows)
    rows["light"] = np.concatenate(list(_lights(parts, rows["attainment"], board)))
    order = np.lexsort(
        (
            -rows["number"],
            rows["scope"],
            columns.perspective_rank[rows["column"]],
            rows["kpi"],
            columns.subject_rank[rows["column"]],
        )
    )
    return _frame({name: values[order] for name, values in rows.items()}, board, columns)


@dataclass(frozen=True, slots=True)
class _Columns:
    """Whose values stand in the columns of the arrays: every row, then all together."""

    subject_ids: NDArray[np.object_]
    subjects: NDArray[np.object_]
    roles: NDArray[np.object_]
    perspectives: NDArray[np.object_]
    subject_rank: NDArray[np.intp]
    perspective_rank: NDArray[np.intp]

    @classmethod
    def of(cls, board: Board) -> _Columns:
        """The columns of *board*."""
        subjects = [board.plans[subject].subject for subject in board.rows.subjects]
        ids = [*(one.id for one in subjects), *(ALL for _ in board.views)]
        perspectives = [*board.rows.perspectives, *(view.perspective for view in board.views)]
        rank = {subject: number for number, subject in enumerate(sorted(set(ids)))}
        return cls(
            np.array(ids, dtype=object),
            np.array([*(one.name for one in subjects), *(ALL for _ in board.views)], dtype=object),
            np.array(
                [*(one.role.value for one in subjects), *(v.role.value for v in board.views)],
                dtype=object,
            ),
            np.array(perspectives, dtype=object),
            np.array([rank[subject] for subject in ids], dtype=np.intp),
            np.array([PERSPECTIVES.index(view) for view in perspectives], dtype=np.intp),
        )


# ---------------------------------------------------------------- one KPI, one scope


@dataclass(frozen=True, slots=True)
class _Part:
    """The rows of one KPI in one scope, as columns."""

    kpi: Kpi
    scope: str
    measured: Values
    rows: dict[str, NDArray[Any]]

    def at_points(self, values: Numbers) -> Numbers:
        """Of an array by point and row the values of these rows."""
        found: Numbers = values[self.rows["point"], self.rows["column"]]
        return found


def _parts(kpi: Kpi, board: Board, columns: _Columns) -> Iterator[_Part]:
    """The rows of *kpi*, scope by scope."""
    values = board.measured.get(kpi.id)
    if values is None:
        return
    shown = values.shown & (columns.roles == kpi.role.value)
    for scope in kpi.scope:
        points = _points(scope, board.quarter)
        at, column = np.nonzero(shown[points])
        point = np.array(points, dtype=np.intp)[at]
        if scope == "ASOF":
            nothing = np.isnan(values.actual) & np.isnan(values.target)
            point, column = point[~nothing[point, column]], column[~nothing[point, column]]
        if point.size:
            yield _Part(kpi, scope, values, _rows(kpi, scope, values, point, column, board))


def _points(scope: str, quarter: int) -> list[int]:
    """Where the values of a *scope* stand; a state stands at the latest quarter."""
    match scope:
        case "Q":
            return list(range(quarter))
        case "YTD":
            return [quarter]
        case "FY":
            return [quarter + 1]
    return [quarter - 1]


def _rows(
    kpi: Kpi,
    scope: str,
    values: Values,
    point: NDArray[np.intp],
    column: NDArray[np.intp],
    board: Board,
) -> dict[str, NDArray[Any]]:
    """What stands in the rows of a KPI in one scope, before anything is compared."""
    nothing = np.full(point.size, np.nan)
    to_date = scope in ("YTD", "FY")
    gap = values.gap[column] if to_date else nothing
    remaining = QUARTERS - board.quarter
    return {
        "kpi": np.full(point.size, list(board.kpis).index(kpi.id)),
        "scope": np.full(point.size, SCOPES.index(scope)),
        "point": point,
        "number": point + 1 if scope == "Q" else np.full(point.size, board.quarter),
        "column": column,
        "actual": values.actual[point, column],
        "target": values.target[point, column],
        "prior_year": values.prior_year[point, column],
        "growing": values.growing[point, column],
        "forecast": values.forecast[column] if to_date else nothing,
        "method": values.method[column] if to_date else np.full(point.size, NO_METHOD, np.int8),
        "coverage": values.coverage[point, column],
        "fc_gap": gap,
        "needed_per_quarter": gap / remaining if remaining and _flows(kpi, board) else nothing,
        "mat": values.annual[column] if to_date else nothing,
    }


def _flows(kpi: Kpi, board: Board) -> bool:
    """Whether what is missing can still be made quarter by quarter; a state is reached at once."""
    return all(board.series.over_time.get(need) in ("sum", None) for need in kpi.needs)


# ---------------------------------------------------------------- compared and judged


def _compared(parts: Sequence[_Part], rows: Mapping[str, NDArray[Any]]) -> dict[str, Numbers]:
    """Variance, attainment and growth of all rows at once."""
    sizes = [part.rows["point"].size for part in parts]
    actual, target = pd.Series(rows["actual"]), pd.Series(rows["target"])
    percent = np.repeat([part.kpi.unit == "percent" for part in parts], sizes)
    judged = [(part.kpi.better, part.kpi.tolerance) for part in parts]
    attainment = np.full(percent.size, np.nan)
    for better, tolerance in dict.fromkeys(judged):
        which = np.repeat([one == (better, tolerance) for one in judged], sizes)
        attainment[which] = attained(actual[which], target[which], better, tolerance)
    growing, before = pd.Series(rows["growing"]), pd.Series(rows["prior_year"])
    return {
        "variance": variance.formula(actual=actual, target=target).to_numpy(),
        "variance_pct": np.where(
            percent, np.nan, variance_pct.formula(actual=actual, target=target)
        ),
        "attainment": attainment,
        "growth": np.where(percent, changed(growing, before, "percent"), changed(growing, before)),
    }


def _lights(
    parts: Sequence[_Part], attainment: Numbers, board: Board
) -> Iterator[NDArray[np.int8]]:
    """The light of each row; of the year that of its actual, and until then of its forecast."""
    thresholds = board.workspace.thresholds
    end = 0
    for part in parts:
        start, end = end, end + part.rows["point"].size
        actual, target = part.rows["actual"], part.rows["target"]
        reached = attainment[start:end]
        if part.scope == "FY":
            actual = np.where(np.isnan(actual), part.rows["forecast"], actual)
            kpi = part.kpi
            reached = attained(
                pd.Series(actual), pd.Series(target), kpi.better, kpi.tolerance
            ).to_numpy()
        case = judging.Case(
            actual,
            target,
            reached,
            part.at_points(part.measured.first),
            part.at_points(part.measured.second),
            part.at_points(part.measured.cases),
        )
        judge = judging.outlook if part.scope == "FY" else judging.light
        yield judge(part.kpi, case, thresholds)


# ---------------------------------------------------------------- as a table


def _frame(rows: Mapping[str, NDArray[Any]], board: Board, columns: _Columns) -> pd.DataFrame:
    ids = np.array(list(board.kpis), dtype=object)
    column = rows["column"]
    included, missing = _who_is_in(rows, board)
    year = board.occasion.quarter.year
    quarters = np.array([f"{year}Q{number}" for number in range(5)], dtype=object)
    made: dict[str, object] = {
        "subject_id": columns.subject_ids[column],
        "subject": columns.subjects[column],
        "role": columns.roles[column],
        "kpi": ids[rows["kpi"]],
        "scope": np.array(SCOPES, dtype=object)[rows["scope"]],
        "quarter": quarters[rows["number"]],
        "perspective": columns.perspectives[column],
        "forecast_method": [_METHODS[int(code)] for code in rows["method"]],
        "light": judging.LIGHTS[rows["light"]],
        "included": included,
        "missing": missing,
    }
    texts = {name: pd.Series(values, dtype="str") for name, values in made.items()}
    numbers = {name: pd.Series(rows[name], dtype="float64") for name in NUMBERS}
    return pd.DataFrame({name: texts[name] if name in texts else numbers[name] for name in COLUMNS})


def _empty() -> pd.DataFrame:
    return pd.DataFrame(
        {name: pd.Series([], dtype="float64" if name in NUMBERS else "str") for name in COLUMNS}
    )


def _who_is_in(rows: Mapping[str, NDArray[Any]], board: Board) -> tuple[list[str], list[str]]:
    """For every row: how many of how many are in, and what or who is missing."""
    ids = list(board.kpis)
    included, missing = [], []
    incomplete = (rows["coverage"] < 1) | (rows["column"] >= len(board.rows))
    places = zip(
        rows["kpi"].tolist(),
        rows["point"].tolist(),
        rows["column"].tolist(),
        incomplete.tolist(),
        strict=True,
    )
    for kpi, point, column, lacks in places:
        inside, outside = "", ""
        if column >= len(board.rows):
            inside, outside = _members(board, ids[kpi], point, column - len(board.rows))
        elif lacks:
            outside = _lacks(board, ids[kpi], point, column)
        included.append(inside)
        missing.append(outside)
    return included, missing


def _members(board: Board, kpi: str, point: int, number: int) -> tuple[str, str]:
    """``2/3``, and the ids of the others."""
    view = board.views[number]
    flags = board.members[kpi][number][point]
    inside = {subject for subject, is_in in zip(view.subjects, flags, strict=True) if is_in}
    outside = [subject for subject in view.everybody if subject not in inside]
    return f"{len(inside)}/{len(view.everybody)}", "; ".join(outside)


def _lacks(board: Board, kpi: str, point: int, row: int) -> str:
    noted = board.notes.get((kpi, point, row))
    if noted is not None:
        return noted
    year = board.occasion.quarter.year
    found = lacking(board.kpis[kpi], board.series, board.quarter, year, point, row)
    return "; ".join(found)
