"""The KPI workbook: twelve sheets, from one overview down to the cell that was read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from kam_reports.model import Review
from kam_reports.wording import Wording
from kam_reports.workspace import Workspace

if TYPE_CHECKING:
    from kam_reports.outputs.xlsx.material import Material

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
    from kam_reports.outputs.xlsx.paper import Page, Paper

    material = Material(review, wording, workspace, path)
    paper = Paper(
        wording,
        palette=workspace.report.palette,
        accent=workspace.report.colours.get("primary", ""),
        footer=_footer(material),
    )
    paper.properties(
        title=f"{material.word('overview_title')} {material.title_line}",
        subject=material.word("confidential"),
        company=workspace.report.company,
        created=review.occasion.as_of,
    )
    for key in SHEETS:
        if key == "data":
            for part in material.figure_sheets:
                sheets.data.write(Page(paper, part.name), material, part)
        else:
            getattr(sheets, key).write(Page(paper, material.sheet(key)), material)
    return paper.finished()


def _footer(material: Material) -> str:
    """What stands below every printed page; ``&`` commands a footer, so a name's is doubled."""
    company = material.workspace.report.company.replace("&", "&&")
    left = " · ".join(part for part in (company, material.word("confidential")) if part)
    return f"&L&8{left}&C&8&A&R&8{material.word('page_of', page='&P', pages='&N')}"
