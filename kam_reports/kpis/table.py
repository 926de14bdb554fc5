"""The figures table: every number of every plan in one long table, whatever its layout was.

One row a figure, with the columns of ``data/figures.csv``. Figures that an error keeps out of the
consolidation are marked as blocked; the account's own report uses them all the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

from kam_reports.model import Blocks, Figure, Finding, Period, Place, Plan, Scenario
from kam_reports.vocabulary import Vocabulary
from kam_reports.workspace import Workspace

COLUMNS = (
    "subject_id",
    "subject",
    "role",
    "fiscal_year",
    "section",
    "measure",
    "perspective",
    "breakdown",
    "scenario",
    "period",
    "value",
    "unit",
    "file",
    "sheet",
    "cell",
    "raw",
    "blocked",
)
_TEXTS = tuple(c for c in COLUMNS if c not in ("fiscal_year", "value", "blocked"))
_SCENARIOS = {scenario: number for number, scenario in enumerate(Scenario)}
_GRAINS = {"M": 0, "Q": 1, "H": 2, "FY": 3}


def figures_table(
    plans: Iterable[Plan],
    findings: Iterable[Finding],
    workspace: Workspace,
    vocabulary: Vocabulary,
) -> pd.DataFrame:
    """Every number that was read, in a stable order; plans that are no use are not in it."""
    barred = Barred.by(findings)
    order = {measure: number for number, measure in enumerate(vocabulary.measures)}
    usable = [plan for plan in plans if plan.place.book not in barred.plans]
    rows = []
    for plan in sorted(usable, key=lambda plan: (plan.subject.id, plan.place)):
        out = plan.place.book in barred.accounts or no_rate(plan, workspace)
        cells = barred.cells.get(plan.place.book, frozenset())
        rows += rows_of(plan, plan.figures, order, blocked=out, cells=cells)
    return frame_of(rows)


def rows_of(
    plan: Plan,
    figures: Iterable[Figure],
    order: Mapping[str, int],
    *,
    blocked: bool = False,
    cells: Iterable[tuple[str, str]] = (),
) -> list[tuple[object, ...]]:
    """The rows of *figures* of *plan*, sorted; *cells* are sheet and cell of the blocked ones."""
    subject, currency, periods = plan.subject, plan.currency, dict[Period, str]()
    head = (subject.id, subject.name, subject.role.value, plan.fiscal_year)
    barred = frozenset(cells)

    def place_in_order(figure: Figure) -> tuple[object, ...]:
        period = figure.period
        return (
            order.get(figure.measure, len(order)),
            figure.measure,
            figure.perspective,
            figure.breakdown,
            _SCENARIOS[figure.scenario],
            period.year,
            _GRAINS[period.grain],
            period.number,
            figure.section != "figures",
            figure.place,
        )

    return [
        (
            *head,
            figure.section,
            figure.measure,
            figure.perspective.value,
            figure.breakdown,
            figure.scenario.value,
            periods.get(figure.period) or periods.setdefault(figure.period, str(figure.period)),
            figure.value,
            currency if figure.unit == "EUR" else figure.unit,
            figure.place.book,
            figure.place.sheet,
            figure.place.cell,
            figure.raw,
            blocked or (figure.place.sheet, figure.place.cell) in barred,
        )
        for figure in sorted(figures, key=place_in_order)
    ]


def frame_of(rows: list[tuple[object, ...]]) -> pd.DataFrame:
    """The rows as a table with clean types: texts, one whole number, one number, one yes or no."""
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(COLUMNS)
    series: dict[str, pd.Series] = {}
    for name, values in zip(COLUMNS, columns, strict=True):
        if name in _TEXTS:
            series[name] = pd.Series(values, dtype="str")
        elif name == "fiscal_year":
            series[name] = pd.Series(values, dtype="Int64")
        else:
            series[name] = pd.Series(values, dtype="float64" if name == "value" else "bool")
    return pd.DataFrame(series)


def no_rate(plan: Plan, workspace: Workspace) -> bool:
    """Whether the plan's currency cannot be converted into that of the reports."""
    report = workspace.report
    return plan.currency != report.currency and not report.rates.get(plan.currency)


@dataclass(frozen=True, slots=True)
class Barred:
    """What errors keep out: whole plans, accounts in the consolidation, single cells."""

    plans: frozenset[str]
    accounts: frozenset[str]
    cells: Mapping[str, frozenset[tuple[str, str]]]  # book → sheet and cell

    @classmethod
    def by(cls, findings: Iterable[Finding]) -> Barred:
        """What these *findings* keep out."""
        plans, accounts, cells = set(), set(), dict[str, set[tuple[str, str]]]()
        for found in findings:
            book = found.place.book
            if found.blocks is Blocks.PLAN:
                plans.add(book)
            elif found.blocks is Blocks.ACCOUNT:
                accounts.add(book)
            elif found.blocks is Blocks.FIGURE:
                cells.setdefault(book, set()).update(_cells(found.place))
        frozen = {book: frozenset(found) for book, found in cells.items()}
        return cls(frozenset(plans), frozenset(accounts), frozen)


_RANGE = re.compile(r"\$?([A-Z]{1,3})\$?(\d+):\$?([A-Z]{1,3})\$?(\d+)")
_MOST_CELLS = 100_000  # a range over whole columns names no single figure


def _cells(place: Place) -> Iterable[tuple[str, str]]:
    """Sheet and address of every cell at *place*, which may be a range."""
    corners = _RANGE.fullmatch(place.cell)
    if corners is None:
        return [(place.sheet, place.cell)]
    left, top, right, bottom = corners.groups()
    columns = range(_number(left), _number(right) + 1)
    rows = range(int(top), int(bottom) + 1)
    if len(columns) * len(rows) > _MOST_CELLS:
        return []
    return [(place.sheet, f"{_letters(column)}{row}") for column in columns for row in rows]


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _letters(number: int) -> str:
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
