"""The KPIs: every one a formula of a few plain lines over measures.

Declarations stand by block of the catalogue. Being declared is being offered: in the reports, the
workbook, the tables and the handbook. pandas is imported only when something is computed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kam_reports.kpis import (  # noqa: F401  (a block that is imported declares its KPIs)
    applications,
    comparison,
    dimensions,
    inputs,
    positions,
    work,
)
from kam_reports.kpis.comparison import PriceVolume, Sold, price_volume
from kam_reports.kpis.declaring import KPIS, Kpi, Words, kpi
from kam_reports.kpis.formula import CellRef, ratio
from kam_reports.kpis.pipeline import FollowUp, follow_up
from kam_reports.workdays import WorkCalendar

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd

    from kam_reports.kpis.measuring import Results
    from kam_reports.model import Finding, Occasion, Plan, Reading
    from kam_reports.vocabulary import Vocabulary
    from kam_reports.workspace import Workspace

__all__ = [
    "KPIS",
    "CellRef",
    "FollowUp",
    "Kpi",
    "PriceVolume",
    "Sold",
    "WorkCalendar",
    "figures_table",
    "follow_up",
    "kpi",
    "kpi_words",
    "measure_kpis",
    "price_volume",
    "ratio",
]


for _found in sorted(KPIS.values(), key=lambda found: found.block):  # the catalogue's order
    KPIS[_found.id] = KPIS.pop(_found.id)


def kpi_words() -> Mapping[str, Words]:
    """The words of the KPIs that are no measures; a goal may be set for them, too."""
    return {key: found.words for key, found in KPIS.items() if found.block not in ("A", "C")}


def figures_table(
    plans: Iterable[Plan],
    findings: Iterable[Finding],
    workspace: Workspace,
    vocabulary: Vocabulary,
) -> pd.DataFrame:
    """Every number that was read, one a row, with its cell; the columns of ``figures.csv``."""
    from kam_reports.kpis.table import figures_table as make

    return make(plans, findings, workspace, vocabulary)


def measure_kpis(
    reading: Reading,
    figures: pd.DataFrame,
    occasion: Occasion,
    workspace: Workspace,
    vocabulary: Vocabulary,
) -> Results:
    """Every KPI of every account and partner, and of all together; with scores and portfolio."""
    from kam_reports.kpis.measuring import measure_kpis as measure

    return measure(reading, figures, occasion, workspace, vocabulary)
