"""Reviews made by hand: plans from plain dictionaries, KPI rows from a few numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import pandas as pd

from kam_reports.kpis import KPIS, kpi_words
from kam_reports.model import (
    Entry,
    Figure,
    Finding,
    Occasion,
    Period,
    Place,
    Plan,
    Reading,
    Review,
    Role,
    Scenario,
    Subject,
    Topic,
    Value,
)
from kam_reports.topics import choose_topics
from kam_reports.vocabulary import Vocabulary
from kam_reports.wording import Wording
from kam_reports.workspace import Workspace

OCCASION = Occasion(Period(2026, "Q", 3), date(2026, 9, 30))
VOCABULARY = Vocabulary.default().with_metrics(kpi_words())
KPI_COLUMNS = [
    "subject_id", "subject", "role", "kpi", "scope", "quarter", "perspective", "actual", "target",
    "prior_year", "variance", "variance_pct", "attainment", "growth", "forecast",
    "forecast_method", "light", "coverage", "included", "missing", "fc_gap", "needed_per_quarter",
    "mat",
]  # fmt: skip
FIGURE_COLUMNS = [
    "subject_id", "subject", "role", "fiscal_year", "section", "measure", "perspective",
    "breakdown", "scenario", "period", "value", "unit", "file", "sheet", "cell", "raw", "blocked",
]  # fmt: skip


def wording(language: str = "de", **settings: Any) -> Wording:
    return Wording(language, VOCABULARY, **settings)


def entry(section: str, row: int = 2, book: str = "Plan.xlsx", **values: Any) -> Entry:
    cells = {
        key: Value(value, Place(book, section, f"{chr(65 + column % 26)}{row}"), str(value))
        for column, (key, value) in enumerate(values.items())
    }
    return Entry(section, cells, Place(book, section, f"A{row}"))


HEAD = {
    "account_id": "K-1",
    "account_name": "Nordmarkt AG",
    "fiscal_year": 2026,
    "currency": "EUR",
    "as_of": date(2026, 9, 30),
    "kam": "Jana Vogt",
}
PARTNER_HEAD = {
    "partner_id": "P-1",
    "partner_name": "Finanzhaus Lindau GmbH",
    "fiscal_year": 2026,
    "as_of": date(2026, 9, 30),
    "kam": "Jana Vogt",
}


def account(*entries: Entry, figures: Iterable[Figure] = (), **head: Any) -> Plan:
    known = {**HEAD, **head}
    subject = Subject(known["account_id"], known["account_name"], Role.ACCOUNT)
    return _plan(subject, entry("plan", **known), entries, figures)


def partner(*entries: Entry, figures: Iterable[Figure] = (), **head: Any) -> Plan:
    known = {**PARTNER_HEAD, **head}
    subject = Subject(known["partner_id"], known["partner_name"], Role.PARTNER)
    return _plan(subject, entry("header", **known), entries, figures)


def _plan(
    subject: Subject, head: Entry, entries: Iterable[Entry], figures: Iterable[Figure]
) -> Plan:
    book = f"{subject.id}.xlsx"
    return Plan(subject, 2026, date(2026, 9, 30), tuple(figures), (head, *entries), (), Place(book))


def figure(measure: str, scenario: str, period: str, value: float, **more: Any) -> Figure:
    place = Place("Plan.xlsx", "Zahlen", f"C{len(measure)}")
    return Figure(measure, Scenario(scenario), Period.parse(period), value, "EUR", place, **more)


def kpi_row(plan: Plan | None, kpi: str, scope: str = "YTD", **values: Any) -> dict[str, Any]:
    """A row of ``kpis.csv``; variance, attainment and growth follow from the numbers."""
    row: dict[str, Any] = dict.fromkeys(KPI_COLUMNS)
    row.update(
        subject_id=plan.subject.id if plan else "*",
        subject=plan.subject.name if plan else "",
        role=str(plan.subject.role) if plan else "account",
        kpi=kpi,
        scope=scope,
        quarter="2026Q3",
        perspective="own",
        light="grey",
        coverage=1.0,
    )
    actual, target, before = (values.get(key) for key in ("actual", "target", "prior_year"))
    percent = KPIS[kpi].unit == "percent"
    if actual is not None and target:
        row["variance"] = actual - target
        row["variance_pct"] = None if percent else (actual - target) / abs(target)
        row["attainment"] = 1 + (actual - target) / abs(target)
    if actual is not None and before:
        row["growth"] = actual - before if percent else (actual - before) / abs(before)
    return row | values


def review(
    *plans: Plan,
    kpis: Iterable[Mapping[str, Any]] = (),
    findings: Iterable[Finding] = (),
    topics: Iterable[Topic] | None = None,
    **more: Any,
) -> Review:
    figures = [
        {
            **dict.fromkeys(FIGURE_COLUMNS),
            "subject_id": plan.subject.id,
            "subject": plan.subject.name,
            "role": str(plan.subject.role),
            "fiscal_year": plan.fiscal_year,
            "section": one.section,
            "measure": one.measure,
            "perspective": str(one.perspective),
            "breakdown": one.breakdown,
            "scenario": str(one.scenario),
            "period": str(one.period),
            "value": one.value,
            "unit": one.unit,
            "file": one.place.book,
            "sheet": one.place.sheet,
            "cell": one.place.cell,
            "raw": one.raw,
        }
        for plan in plans
        for one in plan.figures
    ]
    made = Review(
        Reading(plans, tuple(findings)),
        OCCASION,
        pd.DataFrame(figures, columns=FIGURE_COLUMNS),
        pd.DataFrame(columns=FIGURE_COLUMNS),
        pd.DataFrame(list(kpis), columns=KPI_COLUMNS),
        **more,
    )
    chosen = choose_topics(made, Workspace(), VOCABULARY) if topics is None else tuple(topics)
    return Review(
        made.reading,
        made.occasion,
        made.figures,
        made.counts,
        made.kpis,
        made.standings,
        made.concentration,
        made.scores,
        chosen,
    )
