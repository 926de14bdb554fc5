"""Sheet Data: every figure that was read, one a row, with the way to its cell."""

from __future__ import annotations

from typing import Any

from kam_reports.outputs.xlsx.material import HEAD, FigureSheet, Material
from kam_reports.outputs.xlsx.paper import Column, Page

_PRINTED = 12


def write(page: Page, material: Material, part: FigureSheet) -> None:
    """One native table with a figure in each row."""
    notes = (material.limit, material.word("data_note"), material.word("confidential"))
    page.heading(part.name, material.title_line, "   ·   ".join(filter(None, notes)))
    end = page.table(HEAD, part.table, _columns(material), (), by_column=part.columns)
    part.columns.clear()
    page.freeze(HEAD + 1, 2)
    page.print(end - 1, _PRINTED - 1, repeat=(HEAD, HEAD))


def _columns(material: Material) -> list[Column]:
    def head(key: str, width: float, **more: Any) -> Column:
        return Column(material.word(f"head.{key}"), width=width, **more)

    def field(key: str, width: float, **more: Any) -> Column:
        return Column(material.field_word(f"figures.{key}"), width=width, **more)

    return [
        head("subject_id", 11),
        head("subject", 30),
        head("section", 15),
        field("metric", 30),
        field("perspective", 11),
        head("breakdown", 18),
        field("scenario", 13),
        field("period", 10),
        field("value", 15, number=True),
        field("unit", 9),
        head("source", 26, note=material.word("note.source")),
        head("raw", 14),
        head("blocked", 12, note=material.word("note.blocked")),
        head("measure_id", 20),
        head("file", 40),
        head("key", 44, note=material.word("note.key")),
    ]
