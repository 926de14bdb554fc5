"""Sheet Portfolio: the nine fields, the concentration, and every account's place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kam_reports.model import Amount, Standing
from kam_reports.outputs.xlsx.material import HEAD, Material
from kam_reports.outputs.xlsx.paper import LINE, PALE, Column, Page

_SHOWN = 8  # names in one field of the matrix
_FIELDS = ((7, 8, 9), (4, 5, 6), (1, 2, 3))  # as the matrix is read: attractive accounts on top
_SPANS = ((2, 5), (6, 9), (10, 13))  # the columns that each position takes


def write(page: Page, material: Material) -> None:
    """Matrix and concentration on top, the table of accounts below."""
    page.heading(material.sheet("portfolio"), material.title_line, material.legend)
    row = page.section(HEAD - 1, material.word("section.nine_fields"))
    columns = _columns(material)
    page.widen(columns)
    row = _matrix(page, material, row)
    row = _concentration(page, material, row + 1)
    row = page.section(row + 1, material.word("section.standings"))
    material.begins["portfolio"] = row + 1
    end = page.table(row, material.word("table.portfolio"), columns, _rows(material))
    page.freeze(1, 2)
    page.print(end - 1, 15)


def _matrix(page: Page, material: Material, row: int) -> int:
    """Nine boxes with the names of their accounts; says which row comes next."""
    word = material.word
    label: dict[str, Any] = {
        "bold": True,
        "bg_color": PALE,
        "align": "center",
        "valign": "vcenter",
        "border": 1,
        "border_color": LINE,
        "text_wrap": True,
    }
    box: dict[str, Any] = {"text_wrap": True, "valign": "top", "border": 1, "border_color": LINE}
    page.over(row, 0, 1, word("matrix.corner"), **label)
    for level, span in zip(("low", "mid", "high"), _SPANS, strict=True):
        page.over(row, span[0], span[1], word(f"matrix.position_{level}"), **label)
    for level, fields in zip(("high", "mid", "low"), _FIELDS, strict=True):
        row += 1
        page.over(row, 0, 1, word(f"matrix.attractiveness_{level}"), **label)
        texts = ["\n".join((word(f"field.{one}"), *_names(material, one))) for one in fields]
        for text, span in zip(texts, _SPANS, strict=True):
            page.over(row, span[0], span[1], text, **box)
        boxes = zip(texts, _SPANS, strict=True)
        page.height(row, max(3, *(page.lines(text, *span) for text, span in boxes)))
    return row + 1


def _names(material: Material, field: int) -> list[str]:
    placed = [one for one in material.review.standings if one.field == field]
    placed.sort(key=lambda one: (-(one.revenue or 0), one.subject.id))
    names = [
        f"• {material.name(one.subject.name)}" + (f" ({one.abc})" if one.abc else "")
        for one in placed[:_SHOWN]
    ]
    if len(placed) > _SHOWN:
        names.append(material.word("and_more", count=len(placed) - _SHOWN))
    return names


def _concentration(page: Page, material: Material, row: int) -> int:
    """How much hangs on few accounts, as label and value; says which row comes next."""
    row = page.section(row, material.word("section.concentration"))
    found = material.review.concentration
    if found is None:
        page.text(row, 0, material.word("none"))
        return row + 1
    money = material.kpi_unit(found.basis)
    facts = (
        ("basis", material.kpi_word(found.basis), ""),
        ("total", found.total, money),
        ("top1", found.top1, "percent"),
        ("top3", found.top3, "percent"),
        ("hhi", found.hhi, "ratio"),
        ("effective", found.effective, "ratio"),
        ("without_fifth", found.without_fifth, money),
        ("light", material.light(str(found.light)), ""),
    )
    for key, value, unit in facts:
        page.over(row, 0, 2, material.word(f"concentration.{key}"), bottom=4, bottom_color=LINE)
        look: dict[str, Any] = {"bottom": 4, "bottom_color": LINE, "align": "right", "bold": True}
        if isinstance(value, str):
            page.over(row, 3, 5, value, **look)
        else:
            page.number_over(row, 3, 5, value, unit, **look)
        row += 1
    return row


def _columns(material: Material) -> list[Column]:
    def head(key: str, width: float = 11.5, unit: str = "", **more: Any) -> Column:
        return Column(material.word(f"head.{key}"), unit, width, **more)

    return [
        head("subject_id", 11),
        head("subject", 27, wrap=True),
        head("abc", 9, note=material.word("note.abc")),
        head("revenue", 12, "EUR"),
        head("cm", 12, "EUR"),
        head("share", 9, "percent", note=material.word("note.share")),
        head("attractiveness", 12, "score"),
        head("position", 12, "score"),
        head("field", 8, number=True, note=material.word("note.field")),
        head("advice", 27, wrap=True),
        head("contacts_planned", 11, "count"),
        head("contacts_recommended", 11, "count"),
        head("care_gap", 10, "count", note=material.word("note.care_gap")),
        head("potential_used", 12, "percent"),
        head("light", 8, light=True),
        head("override_reason", 34, wrap=True),
    ]


def _rows(material: Material) -> Iterator[list[Any]]:
    for one in material.review.standings:
        yield [
            material.to_subject(one.subject.id, one.subject.id),
            one.subject.name,
            _class(one),
            Amount(one.revenue, "EUR"),
            Amount(one.cm, "EUR"),
            one.share,
            one.attractiveness,
            one.position,
            one.field,
            material.word(f"field.{one.field}") if one.field else None,
            one.contacts_planned,
            one.contacts_recommended,
            one.care_gap,
            one.potential_used,
            material.light(str(one.light)),
            one.override_reason or None,
        ]


def _class(one: Standing) -> str | None:
    """The class; one that was set by hand shows what was computed."""
    if one.abc and one.abc_computed and one.abc != one.abc_computed:
        return f"{one.abc} ({one.abc_computed})"
    return one.abc
