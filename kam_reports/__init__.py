"""Reads the Excel plans of key accounts and sales partners and writes the quarterly reviews.

What the command line does, a script does in three lines::

    reading = kam_reports.read(["plans"])
    review = kam_reports.review(reading, "2026Q3")
    kam_reports.write(review, "out")
"""

from __future__ import annotations

TYPE_CHECKING = False  # as typing's, without importing it: "--help" answers at once
if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from pathlib import Path

    from kam_reports.model import Finding, Period, Reading, Review
    from kam_reports.workspace import Workspace

__all__ = ["check", "read", "review", "write"]


def read(paths: Iterable[str | Path], workspace: str | Path | None = None) -> Reading:
    """Read the workbooks in *paths* and say what is wrong with them.

    *workspace* is a folder with ``kam.toml``, or that file; without it the nearest one is used,
    or the defaults. Without *paths* the workspace says what to read. Raises
    ``kam_reports.model.Problem`` if there is nothing to read or the settings are broken.
    """
    from pathlib import Path

    from kam_reports import actions

    named = [Path(path) for path in paths]
    settings = _settings(named, workspace)
    return actions.read(named or settings.inputs, settings)


def check(paths: Iterable[str | Path], workspace: str | Path | None = None) -> list[Finding]:
    """What is wrong in the workbooks in *paths*, in the order of files, sheets and cells."""
    return list(read(paths, workspace).findings)


def review(
    reading: Reading,
    quarter: str | Period,
    as_of: date | None = None,
    workspace: str | Path | None = None,
) -> Review:
    """Everything there is to say about *quarter* (``2026Q3``), seen from *as_of*.

    ``figures`` and ``kpis`` of the review are pandas DataFrames with the columns of
    ``data/figures.csv`` and ``data/kpis.csv``. Raises ValueError for a text that is no quarter.
    """
    from kam_reports import actions
    from kam_reports.model import Period

    settings = _settings([], workspace)
    period = quarter if isinstance(quarter, Period) else Period.parse(quarter)
    return actions.review(reading, actions.occasion_of(period, as_of, settings), settings)


def write(
    review: Review, out: str | Path, workspace: str | Path | None = None, language: str = ""
) -> list[Path]:
    """Write KPI workbook, reports and data of *review* below *out*; return the paths."""
    from pathlib import Path

    from kam_reports import actions

    settings = _settings([], workspace, language)
    return actions.write(review, settings, Path(out))


def _settings(paths: list[Path], workspace: str | Path | None, language: str = "") -> Workspace:
    from pathlib import Path

    from kam_reports import actions

    where = None if workspace is None else Path(workspace)
    return actions.open_workspace(where, paths or [Path()], language or None, "de")
