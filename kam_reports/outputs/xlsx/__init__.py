"""The KPI workbook: twelve sheets, from one overview down to the cell that was read."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from textwrap import shorten
from typing import TYPE_CHECKING

from kam_reports.model import Finding, Review
from kam_reports.outputs.garbage import unsearched
from kam_reports.wording import Wording
from kam_reports.workspace import Workspace

if TYPE_CHECKING:
    from kam_reports.outputs.xlsx.guide import Guide
    from kam_reports.outputs.xlsx.paper import Paper

_NO_DAY = date(1980, 1, 1)  # findings have no as-of date, and no clock may tell
_BACK = 2  # the column, in the row of the title, that leads back to the overview
SHEETS = (
    "overview", "account", "charts", "kpis", "goals", "portfolio", "partners", "initiatives",
    "pipeline", "conditions", "findings", "data", "values", "totals", "points", "sources",
    "definitions",
)  # fmt: skip
LIVE = ("values", "totals", "points")  # only where KPIs are formulas
_LATE = ("charts",)  # they show what the other sheets hold


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
    back = material.to_sheet("overview", material.word("back"))
    late: list[tuple[str, Page]] = []
    with unsearched():
        for key in SHEETS if material.live else [key for key in SHEETS if key not in LIVE]:
            parts = material.figure_sheets if key == "data" else (None,)
            for part in parts:
                page = Page(paper, part.name if part else material.sheet(key))
                if key in _LATE:
                    late.append((key, page))
                    continue
                getattr(sheets, key).write(page, material, *([part] if part else []))
                if key != "overview":
                    page.link(0, _BACK, back)
        for key, page in late:
            getattr(sheets, key).write(page, material)
            page.link(0, _BACK, back)
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


def _paper(guide: Guide) -> Paper:
    """Paper in the colours of the company."""
    from kam_reports.outputs.xlsx.paper import Paper

    report = guide.workspace.report
    accent = report.colours.get("primary", "")
    return Paper(guide.wording, palette=report.palette, accent=accent, footer=_footer(guide))


def _footer(guide: Guide) -> str:
    """What stands below every printed page; ``&`` commands a footer, so a name's is doubled."""
    company = shorten(guide.workspace.report.company, 80, placeholder=" …").replace("&", "&&")
    left = " · ".join(part for part in (company, guide.word("confidential")) if part)
    pages = guide.word("page_of", page="&P", pages="&N")
    return f"&L&8 {left}&C&8 &A&R&8 {pages}"  # without the blank, 3M would make it 83 points high
