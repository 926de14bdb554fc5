"""Sheet Conditions: what was agreed on price, what it gave, and what ends soon."""

from __future__ import annotations

from typing import Any

from kam_reports.model import Amount, Entry, Plan
from kam_reports.outputs.xlsx.material import HEAD, Material
from kam_reports.outputs.xlsx.paper import Column, Page

_FIELDS = (("cond_id", 9), ("cond_type", 20), ("scope", 20), ("basis", 14))
_LATER_FIELDS = (
    ("valid_from", 11.5), ("valid_to", 11.5), ("negotiation_status", 16),
    ("counter_performance", 32),
)  # fmt: skip
_UNITS = {"percent": "percent", "amount": "EUR", "per_unit": "EUR/unit", "days": "days"}


def write(page: Page, material: Material) -> None:
    """One table; what ends soon comes first."""
    page.heading(material.sheet("conditions"), material.title_line, material.legend)
    rows = [
        _row(material, plan, entry)
        for plan, entry in sorted(
            material.records("conditions"), key=lambda pair: _order(material, *pair)
        )
    ]
    end = page.table(HEAD, material.word("table.conditions"), _columns(material), rows)
    page.freeze(HEAD + 1, 2)
    page.print(end - 1, 15, repeat=(HEAD, HEAD))


def _days_left(material: Material, entry: Entry) -> int | None:
    """How many days a condition holds from the as-of date on; negative if it has ended."""
    ends = entry["valid_to"]
    return None if ends is None else int((ends - material.as_of).days)


def _order(material: Material, plan: Plan, entry: Entry) -> tuple[Any, ...]:
    left = _days_left(material, entry)
    ended = left is not None and left < 0
    return (left is None, ended, left if not ended else -(left or 0), plan.subject.id, entry.place)


def _light(material: Material, left: int | None) -> str | None:
    """Ended is red, ending within the warning time yellow."""
    if left is None:
        return material.light("grey")
    if left < 0:
        return material.light("red")
    soon = left <= material.workspace.thresholds.contract_days
    return material.light("yellow" if soon else "green")


def _columns(material: Material) -> list[Column]:
    word = material.word
    return [
        Column(word("head.subject_id"), width=11),
        Column(word("head.subject"), width=26, wrap=True),
        *material.columns("conditions", *_FIELDS),
        Column(material.field_word("conditions.value"), width=12, number=True),
        Column(material.field_word("conditions.previous_value"), width=12, number=True),
        Column(word("head.change"), width=12, number=True, note=word("note.change")),
        *material.columns("conditions", *_LATER_FIELDS),
        Column(word("head.days_left"), "count", 11),
        Column(word("head.validity"), width=9, light=True, note=word("note.validity")),
        Column(material.field_word("conditions.walk_away"), width=13, number=True),
        Column(word("head.source"), width=20),
    ]


def _row(material: Material, plan: Plan, entry: Entry) -> list[Any]:
    unit = material.unit(_UNITS.get(entry["unit"] or "", ""), plan.subject.id)
    value, before = entry["value"], entry["previous_value"]
    change = None if value is None or before is None else value - before
    left = _days_left(material, entry)
    return [
        plan.subject.id,
        material.name(plan.subject.name),
        *material.values(plan, entry, *(name for name, _ in _FIELDS)),
        Amount(value, unit),
        Amount(before, unit),
        Amount(change, "pp" if unit == "percent" else unit),
        *material.values(plan, entry, *(name for name, _ in _LATER_FIELDS)),
        left,
        _light(material, left),
        Amount(entry["walk_away"], unit),
        material.to_source(entry.place),
    ]
