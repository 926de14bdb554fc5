"""Everything that was measured, before it becomes a table: what scores and portfolio look at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from kam_reports.kpis.aggregate import View
from kam_reports.kpis.comparison import attained, changed
from kam_reports.kpis.declaring import Kpi
from kam_reports.kpis.grain import PERSPECTIVES, Flags, Grains, Rows
from kam_reports.kpis.series import Series
from kam_reports.kpis.values import Values
from kam_reports.model import Occasion, Plan, Role
from kam_reports.vocabulary import Vocabulary
from kam_reports.workspace import Workspace

OWN = PERSPECTIVES[0]


@dataclass(frozen=True, slots=True)
class Board:
    """The KPIs measured so far: of every row, and beside them of all together in each view."""

    occasion: Occasion
    workspace: Workspace
    vocabulary: Vocabulary
    plans: Mapping[str, Plan]  # by subject id
    kpis: Mapping[str, Kpi]
    rows: Rows
    views: tuple[View, ...]
    series: Series
    grains: tuple[Grains, ...] = ()
    rules: Mapping[str, str] = field(default_factory=dict)  # by measure: how it adds up over time
    measured: dict[str, Values] = field(default_factory=dict)  # by KPI
    members: dict[str, tuple[Flags, ...]] = field(default_factory=dict)  # by KPI, of each view
    blocked: dict[str, Flags] = field(default_factory=dict)  # by KPI: actuals kept out of sums
    notes: dict[tuple[str, int, int], str] = field(default_factory=dict)  # what is missing

    @property
    def quarter(self) -> int:
        """The quarter of the report."""
        return self.occasion.quarter.number

    @property
    def points(self) -> int:
        """Quarters to date, year to date, year."""
        return self.quarter + 2

    def row(self, subject_id: str) -> int:
        """Our own row of a subject."""
        return self.rows.subjects.index(subject_id)

    def of_role(self, role: Role) -> list[int]:
        """Our own rows of all accounts, or of all partners."""
        return [
            number
            for number, (subject, view) in enumerate(
                zip(self.rows.subjects, self.rows.perspectives, strict=True)
            )
            if view == OWN and self.plans[subject].subject.role is role
        ]

    def actual(self, kpi: str, point: int, row: int) -> float | None:
        """What happened; None if it is missing."""
        return self._known(kpi, "actual", point, row)

    def attained(self, kpi: str, point: int, row: int) -> float | None:
        """The attainment of the target; None without both."""
        actual = self._known(kpi, "actual", point, row)
        target = self._known(kpi, "target", point, row)
        if actual is None or target is None:
            return None
        found = attained(actual, target, self.kpis[kpi].better, self.kpis[kpi].tolerance)
        return None if np.isnan(found) else float(found)

    def growth(self, kpi: str, point: int, row: int) -> float | None:
        """The change against the prior year; None without both."""
        actual = self._known(kpi, "actual", point, row)
        before = self._known(kpi, "prior_year", point, row)
        if actual is None or before is None:
            return None
        found = changed(actual, before, self.kpis[kpi].unit)
        return None if np.isnan(found) else float(found)

    def expected(self, kpi: str, row: int) -> float | None:
        """The forecast of the year; None without one."""
        found = self.measured.get(kpi)
        value = np.nan if found is None else float(found.forecast[row])
        return None if np.isnan(value) else value

    def cases(self, kpi: str, point: int, row: int) -> int | None:
        """How many cases a quota rests on."""
        found = self._known(kpi, "cases", point, row)
        return None if found is None else round(found)

    def is_blocked(self, kpi: str, point: int, row: int) -> bool:
        """Whether the actual is kept out of everything that adds accounts up."""
        return bool(self.blocked[kpi][point, row])

    def _known(self, kpi: str, block: str, point: int, row: int) -> float | None:
        found = self.measured.get(kpi)
        if found is None:
            return None
        value = float(getattr(found, block)[point, row])
        return None if np.isnan(value) else value

    def view(self, role: Role) -> int | None:
        """The number of our own view on all accounts, or all partners."""
        for number, view in enumerate(self.views):
            if view.role is role and view.perspective == OWN:
                return number
        return None
