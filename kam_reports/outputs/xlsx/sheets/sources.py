"""Sheet Sources: every workbook that was met, used or not, and how to know it again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from kam_reports.model import Place, Severity
from kam_reports.outputs.xlsx.material import HEAD, Material
from kam_reports.outputs.xlsx.paper import Column, Page


def write(page: Page, material: Material) -> None:
    """One row a workbook; the digest proves that it is the same file."""
    page.heading(
        material.sheet("sources"),
        material.title_line,
        f"{material.word('sources_note')}   ·   {material.word('confidential')}",
    )
    end = page.table(HEAD, material.word("table.sources"), _columns(material), _rows(material))
    page.freeze(HEAD + 1, 1)
    page.print(end - 1, 12, repeat=(HEAD, HEAD))


def _columns(material: Material) -> list[Column]:
    def head(key: str, width: float, unit: str = "", **more: Any) -> Column:
        return Column(material.word(f"head.{key}"), unit, width, **more)

    return [
        head("file", 44, wrap=True, note=material.word("note.file")),
        head("subject_id", 11),
        head("subject", 27, wrap=True),
        head("role", 10),
        head("used", 11, light=True),
        head("fiscal_year", 9),
        head("as_of", 11.5, "date"),
        head("figures_read", 10, "units"),
        head("errors", 8, "units"),
        head("warnings", 10, "units"),
        head("infos", 10, "units"),
        head("unused_because", 40, wrap=True),
        head("size", 12, "units"),
        head("digest", 34, note=material.word("note.digest")),
        head("layout", 16),
    ]


def _rows(material: Material) -> Iterator[list[Any]]:
    plans = {plan.place.book: plan for plan in material.review.reading.plans}
    unusable = {source.path: reason for source, reason in material.unusable()}
    read = Counter(figure.place.book for plan in plans.values() for figure in plan.figures)
    for source in sorted(material.review.reading.sources, key=lambda source: source.path):
        plan = plans.get(source.path)
        counts = material.findings.get(source.path, {})
        subject = source.subject
        yield [
            material.to_source(Place(source.path)),
            subject.id if subject else None,
            subject.name if subject else None,
            material.word(f"role.{subject.role}") if subject else None,
            material.light("red" if source.path in unusable else "green"),
            plan.fiscal_year if plan else None,
            plan.as_of if plan else None,
            read[source.path],
            *(counts.get(severity, 0) for severity in Severity),
            unusable.get(source.path),
            source.size,
            source.digest,
            plan.layout if plan else None,
        ]
