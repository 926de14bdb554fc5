"""The table of KPIs: one row for every subject, KPI, perspective, scope and quarter."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kam_reports.kpis import judging
from kam_reports.kpis.board import Board
from kam_reports.kpis.comparison import attained, changed, variance, variance_pct
from kam_reports.kpis.declaring import Kpi
from kam_reports.kpis.grain import PERSPECTIVES, Numbers
from kam_reports.kpis.series import method_name
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
_METHODS = {code: method_name(code) for code in range(-2, 4)}
Where = NDArray[np.intp]


def kpi_table(board: Board) -> pd.DataFrame:
    """Everything on the *board* as the table that ``kpis.csv`` holds, in its order."""
    columns = _Columns.of(board)
    parts = [part for kpi in board.kpis.values() for part in _parts(kpi, board, columns)]
    if not parts:
        return _empty()
    joined = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    order = np.lexsort(
        (
            -joined["number"],
            joined["scope"],
            columns.perspective_rank[joined["column"]],
            joined["kpi"],
            columns.subject_rank[joined["column"]],
        )
    )
    return _frame({name: values[order] for name, values in joined.items()}, board, columns)


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


def _parts(kpi: Kpi, board: Board, columns: _Columns) -> Iterator[dict[str, NDArray[np.generic]]]:
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
            known = ~np.isnan(values.actual[point, column]) | ~np.isnan(
                values.target[point, column]
            )
            point, column = point[known], column[known]
        if point.size:
            yield _rows(kpi, scope, values, point, column, board)


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
    kpi: Kpi, scope: str, values: Values, point: Where, column: Where, board: Board
) -> dict[str, NDArray[np.generic]]:
    """The rows of a KPI in one scope, as columns of the table."""
    actual, target = values.actual[point, column], values.target[point, column]
    prior_year = values.prior_year[point, column]
    attainment = _attained(kpi, actual, target)
    nothing = np.full(point.size, np.nan)
    of_year = scope in ("YTD", "FY")
    forecast = values.forecast[column] if of_year else nothing
    gap = values.gap[column] if of_year else nothing
    remaining = QUARTERS - board.quarter
    code = values.method[column] if of_year else np.full(point.size, -2, np.int8)
    return {
        "kpi": np.full(point.size, list(board.kpis).index(kpi.id)),
        "scope": np.full(point.size, SCOPES.index(scope)),
        "point": point,
        "number": point + 1 if scope == "Q" else np.full(point.size, board.quarter),
        "column": column,
        "actual": actual,
        "target": target,
        "prior_year": prior_year,
        "variance": variance.formula(actual=actual, target=target),
        "variance_pct": nothing if kpi.unit == "percent" else _share(actual, target),
        "attainment": attainment,
        "growth": _growth(kpi, values.growing[point, column], prior_year),
        "forecast": forecast,
        "method": code,
        "light": _light(kpi, scope, values, point, column, board, attainment),
        "coverage": values.coverage[point, column],
        "fc_gap": gap,
        "needed_per_quarter": gap / remaining if remaining and _flows(kpi, board) else nothing,
        "mat": values.annual[column] if of_year else nothing,
    }


def _attained(kpi: Kpi, actual: Numbers, target: Numbers) -> Numbers:
    found = attained(pd.Series(actual), pd.Series(target), kpi.better, kpi.tolerance)
    numbers: Numbers = found.to_numpy(dtype=np.float64)
    return numbers


def _share(actual: Numbers, target: Numbers) -> Numbers:
    found = variance_pct.formula(actual=pd.Series(actual), target=pd.Series(target))
    numbers: Numbers = found.to_numpy(dtype=np.float64)
    return numbers


def _growth(kpi: Kpi, actual: Numbers, prior_year: Numbers) -> Numbers:
    found = changed(pd.Series(actual), pd.Series(prior_year), kpi.unit)
    numbers: Numbers = found.to_numpy(dtype=np.float64)
    return numbers


def _flows(kpi: Kpi, board: Board) -> bool:
    """Whether what is missing can still be made quarter by quarter; a state is reached at once."""
    return all(board.series.over_time.get(need) in ("sum", None) for need in kpi.needs)


def _light(
    kpi: Kpi,
    scope: str,
    values: Values,
    point: Where,
    column: Where,
    board: Board,
    attainment: Numbers,
) -> NDArray[np.int8]:
    """The light of each row; of the year that of its actual, and until then of its forecast."""
    actual, target = values.actual[point, column], values.target[point, column]
    thresholds = board.workspace.thresholds
    if scope == "FY":
        actual = np.where(np.isnan(actual), values.forecast[column], actual)
        attainment = _attained(kpi, actual, target)
    case = judging.Case(
        actual,
        target,
        attainment,
        values.first[point, column],
        values.second[point, column],
        values.cases[point, column],
    )
    judge = judging.outlook if scope == "FY" else judging.light
    return judge(kpi, case, thresholds)


# ---------------------------------------------------------------- as a table


def _frame(rows: dict[str, NDArray[np.generic]], board: Board, columns: _Columns) -> pd.DataFrame:
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


def _who_is_in(rows: dict[str, NDArray[np.generic]], board: Board) -> tuple[list[str], list[str]]:
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
