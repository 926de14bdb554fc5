"""The KPIs line by line: what ``data/kpis.csv`` says in several rows stands in one of ours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from kam_reports.model import Role
from kam_reports.outputs.tables import KPIS as KPI_COLUMNS

if TYPE_CHECKING:
    import pandas as pd

ALL = "*"  # the subject of consolidated rows


class KpiRow(NamedTuple):
    """One row of ``data/kpis.csv``; what is missing is None."""

    subject_id: str
    subject: str
    role: str
    kpi: str
    scope: str
    quarter: str
    perspective: str
    actual: float | None
    target: float | None
    prior_year: float | None
    variance: float | None
    variance_pct: float | None
    attainment: float | None
    growth: float | None
    forecast: float | None
    forecast_method: str | None
    light: str | None
    coverage: float | None
    included: str | None
    missing: str | None
    fc_gap: float | None
    needed_per_quarter: float | None
    mat: float | None


_NO_NUMBERS: list[Any] = [None] * 16
NOTHING = KpiRow("", "", "", "", "", "", "", *_NO_NUMBERS)


@dataclass(frozen=True)
class Line:
    """A KPI of a subject in one perspective, in all its scopes: one row of sheet KPIs."""

    subject_id: str
    subject: str
    role: str
    kpi: str
    perspective: str
    scopes: Mapping[str, KpiRow]  # "YTD", "FY", "ASOF", or a quarter such as "2026Q2"

    def of(self, scope: str) -> KpiRow:
        """Its row of *scope*; one without values if there is none."""
        return self.scopes.get(scope, NOTHING)

    @property
    def to_date(self) -> KpiRow:
        """The year to date; what is counted at the as-of date stands there too."""
        return self.of("YTD" if "YTD" in self.scopes else "ASOF")


def lines_of(kpis: pd.DataFrame) -> tuple[Line, ...]:
    """The table of KPIs as lines, in its order; all accounts together come first."""
    rows = map(KpiRow, *(column(kpis, name) for name in KPI_COLUMNS))
    lines = [
        Line(*key, {_scope(row): row for row in group})
        for key, group in groupby(rows, key=_line_of)
    ]
    order = list(Role)
    return tuple(
        sorted(
            lines,
            key=lambda line: (
                line.subject_id != ALL,
                line.subject_id == ALL and order.index(Role(line.role)),
            ),
        )
    )


def _line_of(row: KpiRow) -> tuple[str, str, str, str, str]:
    return row.subject_id, row.subject, row.role, row.kpi, row.perspective


def _scope(row: KpiRow) -> str:
    return row.quarter if row.scope == "Q" else row.scope


def column(frame: pd.DataFrame, name: str) -> list[Any]:
    """A column as a list, with None where something is missing."""
    if name not in frame:
        return [None] * len(frame)
    found = frame[name].astype(object)
    return found.where(found.notna(), None).tolist()
