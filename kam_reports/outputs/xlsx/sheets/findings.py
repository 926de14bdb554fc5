"""Sheet Findings: what is wrong in the workbooks, where, and what to do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from kam_reports.model import Finding, Severity
from kam_reports.outputs.tables import finding_rows
from kam_reports.outputs.xlsx.guide import HEAD, Guide
from kam_reports.outputs.xlsx.material import Material
from kam_reports.outputs.xlsx.paper import Column, Page

SIGNS = {Severity.ERROR: "■", Severity.WARNING: "▲", Severity.INFO: "○"}
_ORDER = list(Severity)


def write(page: Page, material: Material) -> None:
    """Errors first; every row leads to its cell."""
    findings = sorted(
        material.review.reading.findings, key=lambda found: _ORDER.index(found.severity)
    )
    write_findings(page, material, findings, material.title_line)


def write_findings(page: Page, guide: Guide, findings: Iterable[Finding], line: str) -> None:
    """The table of findings; also the whole of ``check --format xlsx``."""
    findings = list(findings)
    page.heading(guide.sheet("findings"), line, _counts(guide, findings))
    rows = [_row(guide, found, row) for found, row in zip(
        findings, finding_rows(findings, guide.wording), strict=True
    )]  # fmt: skip
    end = page.table(HEAD, guide.word("table.findings"), _columns(guide), rows)
    page.freeze(HEAD + 1, 2)
    page.print(end - 1, 8, repeat=(HEAD, HEAD))


def _counts(guide: Guide, findings: list[Finding]) -> str:
    counts = Counter(found.severity for found in findings)
    return "   ".join(
        f"{SIGNS[severity]} {counts[severity]} × {guide.wording.phrase(f'severity.{severity}')}"
        for severity in Severity
    )


def _columns(guide: Guide) -> list[Column]:
    def head(key: str, width: float, **more: Any) -> Column:
        return Column(guide.word(f"head.{key}"), width=width, **more)

    return [
        head("severity", 12, light=True, note=guide.word("note.severity")),
        head("code", 8),
        head("subject_id", 11),
        head("subject", 24, wrap=True),
        head("place", 26, wrap=True, note=guide.word("note.source")),
        head("message", 62, wrap=True),
        head("fix", 44, wrap=True),
        head("typed", 16, wrap=True),
        head("file", 36, wrap=True),
        head("name", 28),
    ]


def _row(guide: Guide, found: Finding, row: dict[str, str]) -> list[Any]:
    severity = guide.wording.phrase(f"severity.{found.severity}")
    return [
        f"{SIGNS[found.severity]} {severity}",
        row["code"],
        row["subject_id"] or None,
        row["subject"] or None,
        guide.to_source(found.place),
        row["message"],
        row["fix"],
        row["value"] or None,
        row["file"] or None,
        row["name"],
    ]
