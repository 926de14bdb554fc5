"""The KPI workbook: twelve sheets, from one overview down to the cell that was read."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from kam_reports.model import Finding, Review
from kam_reports.wording import Wording
from kam_reports.workspace import Workspace

if TYPE_CHECKING:
    from kam_reports.outputs.xlsx.guide import Guide
    from kam_reports.outputs.xlsx.paper import Paper

_NO_DAY = date(1980, 1, 1)  # findings have no as-of date, and no clock may tell
SHEETS = (
    "overview", "kpis", "goals", "portfolio", "partners", "initiatives", "pipeline", "conditions",
    "findings", "data", "sources", "definitions",
)  # fmt: skip


def write_workbook(review: Review, wording: Wording, workspace: Workspace, path: Path) -> bytes:
    """The KPI workbook of a review, as it will lie at *path*.

    Links to the sources are relative to that place, so they hold when the folder moves as a whole.
    The same review gives the same bytes, whenever and wherever it is written.
    """
    from kam_reports.outputs.xlsx import sheets
    from kam_reports.outputs.xlsx.material import Material
    from kam_reports.outputs.xlsx.paper import Page

    material = Material(review, wording, workspace, path)
    paper = _paper(material)
    paper.properties(
        title=f"{material.word('overview_title')} {material.title_line}",
        subject=material.word("confidential"),
        company=workspace.report.company,
        created=review.occasion.as_of,
    )
    with _undisturbed():
        for key in SHEETS:
            if key == "data":
                for part in material.figure_sheets:
                    sheets.data.write(Page(paper, part.name), material, part)
            else:
                getattr(sheets, key).write(Page(paper, material.sheet(key)), material)
        return paper.finished()


def findings_workbook(
    findings: Iterable[Finding], wording: Wording, workspace: Workspace, path: Path
) -> bytes:
    """The findings alone, as a workbook that will lie at *path*; links lead to their cells."""
    from kam_reports.outputs.xlsx.guide import Guide
    from kam_reports.outputs.xlsx.paper import Page
    from kam_reports.outputs.xlsx.sheets.findings import write_findings

    guide = Guide(wording, workspace, path)
    paper = _paper(guide)
    paper.properties(
        title=guide.sheet("findings"),
        subject=guide.word("confidential"),
        company=workspace.report.company,
        created=_NO_DAY,
    )
    write_findings(Page(paper, guide.sheet("findings")), guide, findings, workspace.report.company)
    return paper.finished()


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Millions of small values and no rings among them: looking for rings takes a third longer."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _paper(guide: Guide) -> Paper:
    """Paper in the colours of the company."""
    from kam_reports.outputs.xlsx.paper import Paper

    report = guide.workspace.report
    accent = report.colours.get("primary", "")
    return Paper(guide.wording, palette=report.palette, accent=accent, footer=_footer(guide))


def _footer(guide: Guide) -> str:
    """What stands below every printed page; ``&`` commands a footer, so a name's is doubled."""
    company = guide.workspace.report.company.replace("&", "&&")
    left = " · ".join(part for part in (company, guide.word("confidential")) if part)
    return f"&L&8{left}&C&8&A&R&8{guide.word('page_of', page='&P', pages='&N')}"
