"""Sheet Pipeline: how far the acquisition is, stage by stage and case by case."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from kam_reports.kpis.pipeline import Opportunity, Punctuality, opportunities
from kam_reports.model import Amount, Plan
from kam_reports.outputs.xlsx.material import HEAD, Material, Stage
from kam_reports.outputs.xlsx.paper import Column, Page
from kam_reports.workdays import WorkCalendar

_FIELDS = (
    ("opp_id", 9), ("prospect", 26), ("stage", 22), ("offer_value", 12), ("probability", 12),
)  # fmt: skip
_MORE_FIELDS = (
    ("first_contact_on", 11.5), ("followup_on", 11.5), ("phone_on", 11.5),
    ("appointment_on", 11.5), ("meeting_on", 11.5), ("expected_close", 11.5),
    ("closed_on", 11.5), ("next_step", 26), ("next_step_on", 11.5), ("lost_reason", 14),
    ("expected_cm", 12), ("is_new", 10), ("offer_modules", 22), ("followup_by", 16),
    ("project_owner", 16), ("project_start", 11.5), ("project_end", 11.5),
)  # fmt: skip
_NAMES = tuple(name for name, _ in _FIELDS)
_MORE_NAMES = tuple(name for name, _ in _MORE_FIELDS)


_LIGHTS = {
    Punctuality.ON_TIME: "green",
    Punctuality.LATE: "yellow",
    Punctuality.OVERDUE: "red",
    Punctuality.NOT_DUE: "grey",
}


def write(page: Page, material: Material) -> None:
    """The funnel by stage, then every opportunity."""
    cases = sorted(_cases(material), key=_order)
    page.heading(material.sheet("pipeline"), material.title_line, material.legend)
    row = page.section(HEAD - 1, material.word("section.funnel"))
    funnel = list(_stages(material, [case for _, case in cases]))
    material.begins["funnel"] = row + 1
    material.stages = [Stage(str(name), int(count)) for _, name, count, *_ in funnel]
    row = page.table(row, material.word("table.funnel"), _stage_columns(material), funnel)
    row = page.section(row + 1, material.word("section.opportunities"))
    rows = [_row(material, plan, case) for plan, case in cases]
    end = page.table(row, material.word("table.pipeline"), _columns(material), rows)
    page.freeze(1, 2)
    page.print(end - 1, 18, repeat=(row, row))


def _cases(material: Material) -> Iterator[tuple[Plan, Opportunity]]:
    settings = material.workspace.calendar
    calendar = WorkCalendar(settings.country, settings.region)
    for plan in material.accounts:
        for case in opportunities(plan, material.as_of, calendar):
            yield plan, case


def _order(pair: tuple[Plan, Opportunity]) -> tuple[Any, ...]:
    """Open cases first, the nearest to a deal on top."""
    plan, case = pair
    return (not case.is_open, -case.reached, -case.value, plan.subject.id, case.entry.place)


def _weighted(case: Opportunity) -> float | None:
    return None if case.entry["offer_value"] is None else case.value * case.probability


def _stages(material: Material, cases: list[Opportunity]) -> Iterator[list[Any]]:
    for option in material.wording.vocabulary.field("pipeline.stage").options:
        here = [case for case in cases if case.entry["stage"] == option.key]
        values = [case.value for case in here if case.entry["offer_value"] is not None]
        weighted = [value for case in here if (value := _weighted(case)) is not None]
        added = material.one_currency and values
        yield [
            option.facts.get("step"),
            material.wording.pick(option.words),
            len(here),
            math.fsum(values) if added else None,
            math.fsum(weighted) if added else None,
        ]


def _stage_columns(material: Material) -> list[Column]:
    word = material.word
    return [
        Column(word("head.step"), "units", 11),
        Column(material.field_word("pipeline.stage"), "", 26),
        Column(word("head.cases"), "units", 9),
        Column(material.field_word("pipeline.offer_value"), "EUR", 26),
        Column(word("head.weighted"), "EUR", 22, note=word("note.weighted")),
    ]


def _columns(material: Material) -> list[Column]:
    word = material.word
    return [
        Column(word("head.subject_id"), width=11),
        Column(word("head.subject"), width=26, wrap=True),
        *material.columns("pipeline", *_FIELDS),
        Column(word("head.weighted"), "EUR", 12, note=word("note.weighted")),
        Column(word("head.followup"), width=10, light=True, note=word("note.followup")),
        Column(material.field_word("pipeline.followup_due"), "date", 11.5),
        *material.columns("pipeline", *_MORE_FIELDS),
        Column(word("head.source"), width=20),
    ]


def _row(material: Material, plan: Plan, case: Opportunity) -> list[Any]:
    *values, _ = material.values(plan, case.entry, *_NAMES)
    known = case.entry["probability"] is not None or case.entry["stage"] is not None
    follow_up = case.follow_up
    return [
        plan.subject.id,
        material.name(plan.subject.name),
        *values,
        case.probability if known else None,
        Amount(_weighted(case), material.unit("EUR", plan.subject.id)),
        material.light(_LIGHTS[follow_up.status]) if follow_up else None,
        follow_up.due if follow_up else None,
        *material.values(plan, case.entry, *_MORE_NAMES),
        material.to_source(case.entry.place),
    ]
