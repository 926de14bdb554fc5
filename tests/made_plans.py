"""Plans made by hand, so that no workbook and no reader is needed to measure them."""

from __future__ import annotations

from datetime import date

import pandas as pd

from kam_reports.kpis import figures_table, kpi_words, measure_kpis
from kam_reports.kpis.measuring import Results
from kam_reports.model import (
    Entry,
    Figure,
    Finding,
    Occasion,
    Period,
    Perspective,
    Place,
    Plan,
    Reading,
    Role,
    Scenario,
    Subject,
    Value,
)
from kam_reports.vocabulary import Vocabulary
from kam_reports.workspace import Workspace

YEAR = 2026
VOCABULARY = Vocabulary.default().with_metrics(kpi_words())
SCENARIOS = {
    "PY": Scenario.PY,
    "T": Scenario.TARGET,
    "A": Scenario.ACTUAL,
    "F": Scenario.FORECAST,
}


def occasion(quarter: int = 2, as_of: date | None = None) -> Occasion:
    """A talk about a quarter, on its last day."""
    period = Period(YEAR, "Q", quarter)
    return Occasion(period, as_of or period.ends())


def series(measure: str, *stated: object, **options: object) -> list[Figure]:
    """The figures of a measure, as ``series("revenue", "A Q1", 931, "T FY", 4200)``.

    Months, quarters, halves and the year: M01, Q1, H1, FY.
    """
    unit = VOCABULARY.measures[measure].unit if measure in VOCABULARY.measures else "percent"
    options.setdefault("unit", unit)
    return [
        Figure(
            measure=measure,
            scenario=SCENARIOS[str(when).split()[0]],
            period=Period.parse(f"{YEAR}-{str(when).split()[1]}"),
            value=None if value is None else float(value),  # type: ignore[arg-type]
            place=Place(),
            **options,  # type: ignore[arg-type]
        )
        for when, value in zip(stated[::2], stated[1::2], strict=True)
    ]


def quarters(measure: str, scenario: str, *values: float | None, **options: object) -> list[Figure]:
    """The figures of the first quarters of a measure; None leaves one out."""
    stated = [
        part
        for number, value in enumerate(values, start=1)
        if value is not None
        for part in (f"{scenario} Q{number}", value)
    ]
    return series(measure, *stated, **options)


def entry(section: str, **values: object) -> Entry:
    """A row of a section."""
    place = Place("made.xlsx", section, "A2")
    return Entry(section, {key: Value(value, place) for key, value in values.items()}, place)


def account(
    name: str,
    *figures: list[Figure],
    entries: tuple[Entry, ...] = (),
    role: Role = Role.ACCOUNT,
    sections: tuple[str, ...] = (),
    **header: object,
) -> Plan:
    """The plan of an account; its figures stand one below the other on sheet Zahlen."""
    book = f"plans/{name}.xlsx"
    listed = [figure for part in figures for figure in part]
    placed = tuple(
        Figure(
            figure.measure,
            figure.scenario,
            figure.period,
            figure.value,
            figure.unit,
            Place(book, "Zahlen", f"A{number}"),
            str(figure.value),
            figure.perspective,
            figure.breakdown,
            figure.section,
        )
        for number, figure in enumerate(listed, start=1)
    )
    head = entry("plan" if role is Role.ACCOUNT else "header", **header)
    return Plan(
        subject=Subject(name, f"Firma {name}", role),
        fiscal_year=YEAR,
        as_of=date(YEAR, 6, 30),
        figures=placed,
        entries=(head, *entries),
        oddities=(),
        place=Place(book),
        sections=frozenset(sections),
    )


def partner(name: str, *figures: list[Figure], **options: object) -> Plan:
    """The scorecard of a partner."""
    return account(name, *figures, role=Role.PARTNER, **options)  # type: ignore[arg-type]


def measured(
    *plans: Plan,
    quarter: int = 2,
    as_of: date | None = None,
    workspace: Workspace | None = None,
    findings: tuple[Finding, ...] = (),
    vocabulary: Vocabulary = VOCABULARY,
) -> Results:
    """Everything that is measured of *plans*."""
    workspace = workspace or Workspace()
    reading = Reading(tuple(plans), findings)
    figures = figures_table(reading.usable, findings, workspace, vocabulary)
    return measure_kpis(reading, figures, occasion(quarter, as_of), workspace, vocabulary)


def row(
    results: Results,
    subject: str,
    kpi: str,
    scope: str = "YTD",
    quarter: int | None = None,
    perspective: Perspective = Perspective.OWN,
) -> pd.Series:
    """One row of the table. Fails if there is none, or more than one."""
    table = results.kpis
    found = table[
        (table["subject_id"] == subject)
        & (table["kpi"] == kpi)
        & (table["scope"] == scope)
        & (table["perspective"] == perspective.value)
    ]
    if quarter is not None:
        found = found[found["quarter"] == f"{YEAR}Q{quarter}"]
    assert len(found) == 1, found
    return found.iloc[0]


def has_row(results: Results, subject: str, kpi: str, scope: str = "YTD") -> bool:
    """Whether the table has such a row in our own view."""
    table = results.kpis
    found = (table["subject_id"] == subject) & (table["kpi"] == kpi) & (table["scope"] == scope)
    return bool((found & (table["perspective"] == "own")).any())


def counted(results: Results, measure: str) -> dict[str, float]:
    """What was counted for a measure, by period."""
    found = results.counts[results.counts["measure"] == measure]
    return dict(zip(found["period"], found["value"], strict=True))
