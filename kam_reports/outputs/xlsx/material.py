"""What the sheets of the KPI workbook are written from: the review, its words, ways to cells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kam_reports.kpis import KPIS
from kam_reports.model import (
    Amount,
    Blocks,
    Entry,
    Finding,
    Light,
    Named,
    Period,
    Plan,
    Review,
    Role,
    Severity,
    Source,
)
from kam_reports.outputs.xlsx.cells import Link, address
from kam_reports.outputs.xlsx.figures import (
    MOST_FIGURES,
    FigureSheet,
    figure_blocks,
    figure_keys,
    figure_sheets,
)
from kam_reports.outputs.xlsx.guide import HEAD, Guide
from kam_reports.outputs.xlsx.lines import ALL, NOTHING, KpiRow, Line, lines_of
from kam_reports.outputs.xlsx.paper import SIGNS, Column
from kam_reports.vocabulary import Field
from kam_reports.wording import Wording
from kam_reports.workspace import Workspace

if TYPE_CHECKING:
    import pandas as pd

    from kam_reports.outputs.xlsx.live import Live

__all__ = ["ALL", "HEAD", "NOTHING", "FigureSheet", "KpiRow", "Line", "Material"]


MOST_SEARCHED = 20_000  # figures; beyond, a formula also knows where its figure was written


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage of the acquisition, and how many cases stand there."""

    name: str
    cases: int


class Material(Guide):
    """The review with everything that turns it into sheets."""

    begins: dict[str, int]  # where sheets that are written keep the first row of a table
    stages: list[Stage]
    trends: list[Line]  # the lines of the overview, in its order

    def __init__(self, review: Review, wording: Wording, workspace: Workspace, path: Path) -> None:
        super().__init__(wording, workspace, path)
        self.review = review
        self.begins, self.stages, self.trends = {}, [], []

    @property
    def quarter(self) -> str:
        """The report quarter as the tables name it."""
        quarter = self.review.occasion.quarter
        return f"{quarter.year}{quarter.short}"

    @property
    def as_of(self) -> date:
        """The day that everything is seen from."""
        return self.review.occasion.as_of

    @property
    def title_line(self) -> str:
        """Company, quarter and as-of date."""
        parts = (
            self.workspace.report.company,
            self.wording.period(self.review.occasion.quarter),
            self.word("as_of", day=self.review.occasion.as_of),
        )
        return " · ".join(part for part in parts if part)

    @property
    def limit(self) -> str:
        """That there are too many figures for formulas over them; empty if there are not."""
        if len(self._figures) <= MOST_FIGURES:
            return ""
        return self.word("too_many", count=Amount(float(len(self._figures)), "units"))

    @property
    def legend(self) -> str:
        """What the signs of the lights mean, and that all this is confidential."""
        signs = (f"{SIGNS[light]} {self.wording.phrase(f'light.{light}')}" for light in Light)
        parts = (self.limit, "   ".join(signs), self.word("confidential"))
        return "   ·   ".join(part for part in parts if part)

    # ------------------------------------------------------------ plans

    @cached_property
    def plans(self) -> tuple[Plan, ...]:
        """The plans that can be used, accounts first, by number."""
        order = list(Role)
        return tuple(
            sorted(
                self.review.reading.usable,
                key=lambda plan: (order.index(plan.subject.role), plan.subject.id),
            )
        )

    @cached_property
    def accounts(self) -> tuple[Plan, ...]:
        """The plans of accounts."""
        return tuple(plan for plan in self.plans if plan.subject.role is Role.ACCOUNT)

    @cached_property
    def partners(self) -> tuple[Plan, ...]:
        """The scorecards of partners."""
        return tuple(plan for plan in self.plans if plan.subject.role is Role.PARTNER)

    @cached_property
    def currencies(self) -> Mapping[str, str]:
        """The currency of each subject."""
        return {plan.subject.id: plan.currency for plan in self.plans}

    @property
    def one_currency(self) -> bool:
        """Whether all accounts reckon in the report's currency, so that amounts may be added."""
        return all(plan.currency == self.wording.currency for plan in self.accounts)

    def unit(self, unit: str, subject_id: str) -> str:
        """*unit* for an amount of a subject that may reckon in another currency than the report."""
        currency = self.currencies.get(subject_id, self.wording.currency)
        foreign = unit.startswith("EUR") and currency != self.wording.currency
        return f"{currency}:{unit}" if foreign else unit

    def rate(self, plan: Plan) -> float | None:
        """What a unit of the plan's currency is worth in the report's; None if that is unknown."""
        if plan.currency == self.wording.currency:
            return 1.0
        return self.workspace.report.rates.get(plan.currency)

    def records(self, section: str) -> Iterator[tuple[Plan, Entry]]:
        """Every entry of *section* of the accounts, with its plan."""
        for plan in self.accounts:
            for entry in plan.of(section):
                yield plan, entry

    # ------------------------------------------------------------ findings

    @cached_property
    def findings(self) -> Mapping[str, Mapping[Severity, int]]:
        """How many findings of each severity a workbook has, by its path."""
        counts: dict[str, dict[Severity, int]] = {}
        for found in self.review.reading.findings:
            row = counts.setdefault(found.place.book, dict.fromkeys(Severity, 0))
            row[found.severity] += 1
        return counts

    def unusable(self) -> Iterator[tuple[Source, str]]:
        """The workbooks without a report, with the reason."""
        reasons: dict[str, Finding] = {}
        for found in self.review.reading.findings:
            if found.blocks is Blocks.PLAN:
                reasons.setdefault(found.place.book, found)
        for source in self.review.reading.sources:
            if not source.used or source.path in reasons:
                reason = reasons.get(source.path)
                yield source, self.sentence(reason) if reason else self.word("unusable")

    # ------------------------------------------------------------ KPIs

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """The KPIs, one line for all scopes, in the order of the table."""
        return lines_of(self.review.kpis)

    @cached_property
    def _line_numbers(self) -> Mapping[tuple[str, str, str], int]:
        return {
            (line.subject_id, line.kpi, line.perspective): number
            for number, line in enumerate(self.lines)
        }

    def line(self, subject_id: str, kpi: str, perspective: str = "own") -> Line | None:
        """The line of a KPI, if it has one."""
        number = self._line_numbers.get((subject_id, kpi, perspective))
        return None if number is None else self.lines[number]

    def line_of_metric(self, subject_id: str, metric: str, perspective: str) -> Line | None:
        """The line of a goal's metric: a KPI, or the KPI that shows the measure."""
        twin = self.line(subject_id, f"k_{metric}", perspective)
        return twin or self.line(subject_id, metric, perspective)

    def key(self, subject_id: str, kpi: str, perspective: str = "own") -> str:
        """How formulas find the line of a KPI, wherever it was sorted to."""
        return f"{self.code(subject_id)}|{kpi}|{perspective}"

    def code(self, subject_id: str) -> str:
        """What stands for a subject in keys."""
        if self.live is None:
            return subject_id
        return self.live.ledger.codes.get(subject_id, subject_id)

    def line_number(self, line: Line) -> int:
        """The place of a line on sheet KPIs, counted from 0."""
        return self._line_numbers[line.subject_id, line.kpi, line.perspective]

    def goal_rows(self, code: str) -> list[Mapping[str, Any]]:
        """The goals of a subject as they stand on their sheet, by heading."""
        from kam_reports.outputs.xlsx.sheets import goals

        heads = [column.head for column in goals.columns_of(self)]
        return [
            dict(zip(heads, (_plain(cell) for cell in cells), strict=True))
            for cells in goals.rows_of(self, code)
        ]

    def n_of_n(self, row: KpiRow) -> str | None:
        """How many of all accounts a consolidated value rests on, such as ``2 von 3``."""
        if not row.included:
            return None
        part, _, whole = row.included.partition("/")
        return self.word("n_of_n", part=part, whole=whole)

    # ------------------------------------------------------------ ways

    def to_line(self, text: str, subject_id: str, kpi: str, perspective: str = "own") -> Any:
        """The way from *text* to the line of a KPI."""
        number = self._line_numbers.get((subject_id, kpi, perspective))
        if number is None:
            return text
        return Link(text, address(self.sheet("kpis"), HEAD + 2 + number, 0))

    def kpi_row(self, subject_id: str, kpi: str, perspective: str = "own") -> int:
        """The row of a KPI on sheet KPIs, counted from 0."""
        return HEAD + 2 + self._line_numbers[subject_id, kpi, perspective]

    def to_subject(self, text: str, subject_id: str) -> Any:
        """The way from *text* to the KPIs of a subject."""
        first = next((line for line in self.lines if line.subject_id == subject_id), None)
        return self.to_line(text, subject_id, first.kpi, first.perspective) if first else text

    def standing_light(self, standing: str) -> str:
        """The light of a partner's standing."""
        return {"A": "green", "B": "green", "C": "yellow", "D": "red"}.get(standing, "grey")

    def to_definition(self, kpi: str) -> Any:
        """The way from the name of a KPI to its definition."""
        number = self._definitions.get(kpi)
        text = self.kpi_word(kpi)
        if number is None:
            return text
        return Link(text, address(self.sheet("definitions"), HEAD + 1 + number, 0))

    @cached_property
    def defined(self) -> tuple[str, ...]:
        """The KPIs and measures that are explained: the catalogue, then what this company adds."""
        own = (line.kpi for line in self.lines if line.kpi not in KPIS)
        return (*KPIS, *dict.fromkeys(own))

    @cached_property
    def _definitions(self) -> Mapping[str, int]:
        return {kpi: number for number, kpi in enumerate(self.defined)}

    # ------------------------------------------------------------ figures

    @cached_property
    def _figures(self) -> pd.DataFrame:
        """What was read, then what was counted."""
        import pandas as pd

        frames = [frame for frame in (self.review.figures, self.review.counts) if len(frame)]
        return pd.concat(frames, ignore_index=True) if frames else self.review.figures

    @cached_property
    def figure_sheets(self) -> tuple[FigureSheet, ...]:
        """The sheets that hold the figures."""
        return figure_sheets(self._figures, self, self._keys if self.live else ())

    @cached_property
    def _keys(self) -> Sequence[str | None]:
        return figure_keys(self._figures, self.review.board)

    @cached_property
    def live(self) -> Live | None:
        """The formulas of all KPIs; None for a review made by hand, which knows only values.

        Figures that no single sheet can hold have none either, for a formula over one of their
        sheets would be wrong.
        """
        board = self.review.board
        if board is None or len(self._figures) > MOST_FIGURES:
            return None
        from kam_reports.kpis.measuring import POOLED
        from kam_reports.outputs.xlsx.ledger import Names
        from kam_reports.outputs.xlsx.live import Live

        names = Names(
            values=self.sheet("values"),
            totals=self.sheet("totals"),
            points=self.sheet("points"),
            data=self.word("table.data"),
            value=self.field_word("figures.value"),
            key=self.word("head.key"),
            value_cells=f"{self.sheet('data')}!$I$",
            key_cells=f"{self.sheet('data')}!$P$",
        )
        places: dict[str, int] = {}
        if len(self._figures) > MOST_SEARCHED:
            for row, key in enumerate(self._keys, start=HEAD + 2):
                if key:
                    places.setdefault(key, row)
        deals = self._figures[self._figures["measure"] == POOLED]
        keys = [self._keys[place] for place in deals.index.tolist()]
        return Live.of(self.review, self.lines, names, places, deals.assign(key=keys))

    @cached_property
    def _blocks(self) -> Mapping[tuple[str, str], tuple[int, int]]:
        return figure_blocks(self._figures)

    def to_figures(self, subject_id: str, kpi: str) -> Link | None:
        """The way to the first figures that a KPI is made of."""
        needs = KPIS[kpi].needs if kpi in KPIS else (kpi,)
        block = next(
            (
                self._blocks[subject_id, need]
                for need in needs
                if (subject_id, need) in self._blocks
            ),
            None,
        )
        if block is None:
            return None
        sheet, first = divmod(block[0], MOST_FIGURES)
        last = min(block[1] - sheet * MOST_FIGURES, MOST_FIGURES - 1)
        place = address(self.figure_sheets[sheet].name, HEAD + 1 + first, 0, HEAD + 1 + last, 0)
        return Link(self.word("to_figures"), place)

    # ------------------------------------------------------------ records

    def columns(
        self, section: str, *widths: tuple[str, float], summed: frozenset[str] = frozenset()
    ) -> list[Column]:
        """A column for each field of *section* that is named, with its width."""
        fields = self.wording.vocabulary.section(section).fields
        return [
            Column(
                self.field_word(f"{section}.{name}"),
                _UNITS.get(fields[name].type, fields[name].unit),
                width,
                wrap=width > 14,
                number=fields[name].type == "number",
                total=name in summed and self.one_currency,
            )
            for name, width in widths
        ]

    def values(self, plan: Plan, entry: Entry, *names: str) -> list[Any]:
        """What the named fields of a record put into cells."""
        fields = self.wording.vocabulary.section(entry.section).fields
        return [self._cell(plan, fields[name], entry[name]) for name in names]

    def _cell(self, plan: Plan, known: Field, value: Any) -> Any:
        match value:
            case None:
                return None
            case bool():
                return self.wording.phrase("yes" if value else "no")
            case Period():
                return replace(self.wording, fy_start_month=plan.fy_start_month).period(value)
            case list() | tuple():
                return ", ".join(str(part) for part in value)
        if known.type == "money":
            return Amount(value, self.unit("EUR", plan.subject.id))
        if known.type == "enum":
            return self.wording.label(Named("option", f"{known.name}.{value}"))
        return self.kpi_word(value) if known.type == "metric" else value


def _plain(cell: Any) -> Any:
    """What a cell shows, without what it is shown in."""
    return getattr(cell, "value", getattr(cell, "text", cell))


_UNITS = {
    "money": "EUR", "pct": "percent", "date": "date", "int": "count", "score5": "score",
}  # fmt: skip
