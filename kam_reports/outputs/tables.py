"""The tables for scripts and Power BI: figures, KPIs and findings as CSV and JSON.

Column names are English and stable. UTF-8, comma, lines end with CRLF as RFC 4180 has it; ISO
dates, decimal point, the shortest number that reads back as the same float; empty is missing.
"""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kam_reports.model import Finding

if TYPE_CHECKING:
    import pandas as pd

    from kam_reports.wording import Wording
    from kam_reports.workspace import Workspace

FIGURES = (
    "subject_id", "subject", "role", "fiscal_year", "section", "measure", "perspective",
    "breakdown", "scenario", "period", "value", "unit", "file", "sheet", "cell", "raw", "blocked",
)  # fmt: skip
KPIS = (
    "subject_id", "subject", "role", "kpi", "scope", "quarter", "perspective", "actual", "target",
    "prior_year", "variance", "variance_pct", "attainment", "growth", "forecast",
    "forecast_method", "light", "coverage", "included", "missing", "fc_gap",
    "needed_per_quarter", "mat",
)  # fmt: skip
FINDINGS = (
    "code", "name", "severity", "subject_id", "subject", "file", "sheet", "cell", "message", "fix",
    "value",
)  # fmt: skip


def figures_csv(figures: pd.DataFrame) -> bytes:
    """``data/figures.csv``: every number read, one a row, with its cell."""
    return _csv(FIGURES, _columns(figures, FIGURES))


def kpis_csv(kpis: pd.DataFrame) -> bytes:
    """``data/kpis.csv``: every KPI computed, one a row; subject ``*`` is all together."""
    return _csv(KPIS, _columns(kpis, KPIS))


def findings_csv(findings: Iterable[Finding], wording: Wording) -> bytes:
    """``data/findings.csv``: every finding, said in the chosen language."""
    rows = finding_rows(findings, wording)
    return _csv(FINDINGS, [[row[name] for row in rows] for name in FINDINGS])


def findings_json(findings: Iterable[Finding], wording: Wording) -> bytes:
    """The findings as a JSON list of objects, with the columns of ``findings.csv``."""
    text = json.dumps(finding_rows(findings, wording), ensure_ascii=False, indent=2)
    return _encoded(text + "\n")


def findings_xlsx(
    findings: Iterable[Finding],
    wording: Wording,
    workspace: Workspace | None = None,
    path: Path | None = None,
) -> bytes:
    """The findings as a workbook that will lie at *path*; links lead to their cells.

    Without a path it is meant for the folder of the workspace.
    """
    from kam_reports.outputs.xlsx import findings_workbook
    from kam_reports.workspace import Workspace

    workspace = workspace or Workspace()
    return findings_workbook(
        findings, wording, workspace, path or workspace.folder / "findings.xlsx"
    )


def finding_rows(findings: Iterable[Finding], wording: Wording) -> list[dict[str, str]]:
    """The findings as plain rows: where, what is wrong and what to do."""
    return [dict(zip(FINDINGS, _finding(found, wording), strict=True)) for found in findings]


def _finding(found: Finding, wording: Wording) -> Sequence[str]:
    from kam_reports.checks import CHECKS

    check, subject, place = CHECKS[found.code], found.subject, found.place
    return (
        found.code,
        found.name,
        str(found.severity),
        subject.id if subject else "",
        subject.name if subject else "",
        place.book,
        place.sheet,
        place.cell,
        wording.say(check.say, found.facts),
        wording.say(check.fix, found.facts),
        found.value,
    )


# ---------------------------------------------------------------- from a frame to text


def _columns(frame: pd.DataFrame, names: Sequence[str]) -> list[list[str]]:
    """The columns *names* of *frame* as texts; a column that the frame lacks is empty."""
    empty = [None] * len(frame)
    return [
        [plain(value) for value in (frame[name].tolist() if name in frame else empty)]
        for name in names
    ]


def plain(value: Any) -> str:
    """One value as a table has it; a number is the shortest that reads back the same."""
    match value:
        case str():
            return _harmless(value) if value else ""
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case float():
            return _shortest(value)
        case date():
            return value.isoformat() if value == value else ""  # noqa: PLR0124  (NaT is a date)
    if hasattr(value, "item"):  # what numpy makes of a truth or a count
        return plain(value.item())
    return "" if _is_missing(value) else str(value)


def _shortest(value: float) -> str:
    if not math.isfinite(value):
        return ""
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(float(value))


def _is_missing(value: object) -> bool:
    import pandas as pd

    return value is pd.NA or value is pd.NaT


def _harmless(text: str) -> str:
    """*text* so that no spreadsheet that opens the table takes it for a formula.

    Only a text that would be run gets the apostrophe; a typed ``-5`` or ``+3 %`` stays as it is.
    """
    first = text.lstrip("\ufeff")[:1]
    runs = first in ("=", "@", "\t", "\r") or (first in ("+", "-") and set(text) & set("(|!="))
    return f"'{text}" if runs else text


def _csv(header: Sequence[str], columns: Sequence[Sequence[str]]) -> bytes:
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(zip(*columns, strict=True))
    return _encoded(stream.getvalue())


def _encoded(text: str) -> bytes:
    """UTF-8, also of a file name whose bytes are no text at all."""
    return text.replace("\0", "\ufffd").encode("utf-8", "backslashreplace")
