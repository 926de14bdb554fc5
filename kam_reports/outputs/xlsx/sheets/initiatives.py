"""Sheet Measures: every measure of every account, the overdue ones first."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from kam_reports.model import Entry, Plan
from kam_reports.outputs.xlsx.material import HEAD, Material
from kam_reports.outputs.xlsx.paper import Column, Page

_FIELDS = (
    ("measure_id", 9), ("title", 40), ("dimension", 17), ("owner", 18), ("start", 11),
    ("due", 11), ("done_on", 11), ("status", 14), ("progress", 11), ("priority", 10),
    ("budget", 11.5), ("actual_cost", 11.5), ("effect_planned", 11.5), ("effect_actual", 11.5),
    ("interface", 17), ("show_customer", 12),
)  # fmt: skip
_OPEN = frozenset({"open", "in_progress", "postponed"})
_SUMMED = frozenset({"budget", "actual_cost", "effect_planned", "effect_actual"})


def write(page: Page, material: Material) -> None:
    """One table, sorted by what needs a word in the talk."""
    page.heading(material.sheet("initiatives"), material.title_line, material.legend)
    rows, columns = rows_of(material), columns_of(material)
    end = page.table(HEAD, material.word("table.initiatives"), columns, rows)
    head = HEAD + any(column.total for column in columns)
    page.freeze(head + 1, 3)
    page.print(end - 1, 17, repeat=(HEAD, head))


def rows_of(material: Material, only: str | None = None) -> list[list[Any]]:
    """The measures as they stand on the sheet, with a key to find those of an account."""
    records = sorted(
        material.records("measures"), key=lambda pair: _urgency(pair[0], pair[1], material.as_of)
    )
    counted: Counter[str] = Counter()
    rows = []
    for plan, entry in records:
        if only is not None and material.code(plan.subject.id) != only:
            continue
        counted[plan.subject.id] += 1
        key = f"{material.code(plan.subject.id)}|{counted[plan.subject.id]}"
        rows.append([*_row(material, plan, entry), key])
    return rows


def days_late(entry: Entry, as_of: date) -> int | None:
    """How many days an open measure is behind its due date; None if it is not."""
    due = entry["due"]
    if due is None or due >= as_of or entry["done_on"] or entry["status"] not in _OPEN:
        return None
    return int((as_of - due).days)


def _urgency(plan: Plan, entry: Entry, as_of: date) -> tuple[Any, ...]:
    late = days_late(entry, as_of)
    open_first = entry["status"] not in _OPEN
    return (-(late or 0), open_first, entry["due"] or date.max, plan.subject.id, entry.place)


def columns_of(material: Material) -> list[Column]:
    """The columns of the table of measures."""
    fields = material.columns("measures", *_FIELDS, summed=_SUMMED)
    return [
        Column(material.word("head.subject_id"), width=11),
        Column(material.word("head.subject"), width=24, wrap=True),
        Column(material.word("head.state"), width=9, light=True, note=material.word("note.state")),
        Column(material.word("head.days_late"), "count", 10),
        *fields,
        Column(material.word("head.source"), width=20),
        Column(material.word("head.key"), width=16),
    ]


def _row(material: Material, plan: Plan, entry: Entry) -> list[Any]:
    late = days_late(entry, material.as_of)
    return [
        plan.subject.id,
        material.name(plan.subject.name),
        _state(material, entry, late),
        late,
        *material.values(plan, entry, *(name for name, _ in _FIELDS)),
        material.to_source(entry.place),
    ]


def _state(material: Material, entry: Entry, late: int | None) -> str | None:
    """Done is green, running late is red, what is on its way is grey."""
    if entry["status"] == "done":
        return material.light("green")
    if late is not None:
        return material.light("red")
    return material.light("grey") if entry["status"] in _OPEN else None
