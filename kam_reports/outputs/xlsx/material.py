"""What the sheets of the KPI workbook are written from: the review, its words, ways to cells."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, cached_property
from itertools import groupby
from pathlib import Path
from textwrap import shorten
from typing import TYPE_CHECKING, Any, NamedTuple

from kam_reports.model import (
    Amount,
    Blocks,
    Entry,
    Finding,
    Light,
    Named,
    Period,
    Place,
    Plan,
    Review,
    Role,
    Severity,
    Source,
    Topic,
)
from kam_reports.outputs.tables import FIGURES as FIGURE_COLUMNS
from kam_reports.outputs.tables import KPIS as KPI_COLUMNS
from kam_reports.outputs.xlsx.cells import MOST_ROWS, Link, address, quoted
from kam_reports.outputs.xlsx.paper import SIGNS, Column
from kam_reports.vocabulary import Field
from kam_reports.wording import Wording
from kam_reports.workspace import Workspace

if TYPE_CHECKING:
    import pandas as pd

    from kam_reports.kpis.declaring import Kpi

ALL = "*"  # the subject of consolidated rows
HEAD = 4  # the row of the headings of a sheet that holds one table; its bands stand above
MOST_FIGURES = MOST_ROWS - HEAD - 10  # of a sheet
_LONGEST_NAME = 60
_UNSAFE = re.compile(r'[\x00-\x20%#?"<>\[\]^`{|}]')


class KpiRow(NamedTuple):
    """One row of ``data/kpis.csv``; what is missing is None."""

    subject_id: str
    subject: str
    role: str
    kpi: str
    scope: str
    quarter: str
    perspective: str
    actual: float | None
    target: float | None
    prior_year: float | None
    variance: float | None
    variance_pct: float | None
    attainment: float | None
    growth: float | None
    forecast: float | None
    forecast_method: str | None
    light: str | None
    coverage: float | None
    included: str | None
    missing: str | None
    fc_gap: float | None
    needed_per_quarter: float | None
    mat: float | None


_NO_NUMBERS: list[Any] = [None] * 16
NOTHING = KpiRow("", "", "", "", "", "", "", *_NO_NUMBERS)


@dataclass(frozen=True)
class Line:
    """A KPI of a subject in one perspective, in all its scopes: one row of sheet KPIs."""

    subject_id: str
    subject: str
    role: str
    kpi: str
    perspective: str
    scopes: Mapping[str, KpiRow]  # "YTD", "FY", "ASOF", or a quarter such as "2026Q2"

    def of(self, scope: str) -> KpiRow:
        """Its row of *scope*; one without values if there is none."""
        return self.scopes.get(scope, NOTHING)

    @property
    def to_date(self) -> KpiRow:
        """The year to date; what is counted at the as-of date stands there too."""
        return self.of("YTD" if "YTD" in self.scopes else "ASOF")


@dataclass(frozen=True)
class FigureSheet:
    """One sheet of figures; a million of them need more than one."""

    name: str
    table: str
    rows: Sequence[Sequence[Any]]


@dataclass
class Material:
    """The review with everything that turns it into sheets."""

    review: Review
    wording: Wording
    workspace: Workspace
    path: Path  # where the workbook will lie; links to its sources start there

    # ------------------------------------------------------------ words

    def word(self, key: str, **facts: Any) -> str:
        """A phrase of the workbook."""
        return self.wording.phrase(f"workbook.{key}", **facts)

    def field_word(self, name: str) -> str:
        """The label of a field, such as ``measures.due``."""
        return self.wording.label(Named("field", name))

    def kpi_word(self, kpi: str) -> str:
        """What a KPI or measure is called."""
        from kam_reports.kpis import KPIS

        words = KPIS[kpi].words if kpi in KPIS else self.wording.vocabulary.metrics.get(kpi)
        return self.wording.pick(words) if words else kpi

    def name(self, subject: str) -> str:
        """The name of a subject for a table that repeats it in many rows."""
        return shorten(subject, _LONGEST_NAME, placeholder=" …")

    def unit_word(self, unit: str) -> str:
        """What a unit is called; a currency by its code."""
        is_currency = len(unit) == 3 and unit.isupper()
        return unit if is_currency else self.word(f"unit.{unit}")

    def perspective(self, key: str) -> str:
        """What a perspective is called."""
        return self.wording.label(Named("perspective", key))

    def scenario(self, key: str) -> str:
        """What a scenario is called."""
        return self.wording.label(Named("scenario", key))

    def light(self, light: str | None) -> str | None:
        """The sign of a light; a row without values has none."""
        return SIGNS[Light(light)] if light else None

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
    def legend(self) -> str:
        """What the signs of the lights mean, and that all this is confidential."""
        signs = (f"{SIGNS[light]} {self.wording.phrase(f'light.{light}')}" for light in Light)
        return f"{'   '.join(signs)}   ·   {self.word('confidential')}"

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

    def topic(self, topic: Topic) -> str:
        """What a talking point says."""
        from kam_reports.topics import TOPICS

        return self.wording.say(TOPICS[topic.rule].say, topic.facts)

    def sentence(self, found: Finding) -> str:
        """What a finding says."""
        from kam_reports.checks import CHECKS

        return self.wording.say(CHECKS[found.code].say, found.facts)

    # ------------------------------------------------------------ KPIs

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """The KPIs, one line for all scopes, in the order of the table."""
        return tuple(
            Line(*key, {_scope(row): row for row in rows})
            for key, rows in groupby(
                _rows(self.review.kpis),
                key=lambda row: (
                    row.subject_id, row.subject, row.role, row.kpi, row.perspective,
                ),
            )
        )  # fmt: skip

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

    def n_of_n(self, row: KpiRow) -> str | None:
        """How many of all accounts a consolidated value rests on, such as ``2 von 3``."""
        if not row.included:
            return None
        part, _, whole = row.included.partition("/")
        return self.word("n_of_n", part=part, whole=whole)

    def kpi_unit(self, kpi: str) -> str:
        """The unit that a KPI or measure is shown in."""
        from kam_reports.kpis import KPIS

        if kpi in KPIS:
            return KPIS[kpi].unit
        measure = self.wording.vocabulary.measures.get(kpi)
        return measure.unit if measure else ""

    # ------------------------------------------------------------ ways

    def to_source(self, place: Place, text: str = "") -> Link | str | None:
        """The way to a cell of a workbook that was read."""
        if not place.book:
            return text or None
        shown = text or " ".join(part for part in (place.sheet, place.cell) if part) or place.book
        if not place.sheet:
            return Link(shown, "", self._file(place.book))
        location = f"{quoted(place.sheet)}!{place.cell or 'A1'}"
        return Link(shown, location, self._file(place.book), tip=str(place))

    def _file(self, book: str) -> str:
        """Where a workbook lies as seen from ours, as a web address; moved along it still fits."""
        if book not in self._files:
            target = self.workspace.folder / book
            try:
                way = os.path.relpath(target, self.path.parent).replace(os.sep, "/")
            except ValueError:  # another drive
                way = target.resolve().as_uri()
            self._files[book] = _UNSAFE.sub(lambda sign: f"%{ord(sign[0]):02X}", way)
        return self._files[book]

    @cached_property
    def _files(self) -> dict[str, str]:
        return {}

    def sheet(self, key: str) -> str:
        """The name of a sheet."""
        return self.word(f"sheet.{key}")

    def to_file(self, book: str) -> Link:
        """The way to a whole workbook."""
        return Link(book, "", self._file(book))

    def to_sheet(self, key: str, text: str) -> Link:
        """The way to the beginning of a sheet."""
        return Link(text, address(self.sheet(key), 0, 0))

    def to_line(self, text: str, subject_id: str, kpi: str, perspective: str = "own") -> Any:
        """The way from *text* to the line of a KPI."""
        number = self._line_numbers.get((subject_id, kpi, perspective))
        if number is None:
            return text
        return Link(text, address(self.sheet("kpis"), HEAD + 2 + number, 0))

    def kpi_page(self, kpi: Kpi) -> str:
        """What the handbook says of a KPI, in the language of the workbook."""
        text = _pages(self.wording.language).get(kpi.id, kpi.page)
        return " ".join(text.split())

    def kpi_page_of(self, kpi: str) -> str:
        """What the handbook says of the KPI with this id."""
        from kam_reports.kpis import KPIS

        return self.kpi_page(KPIS[kpi]) if kpi in KPIS else ""

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
        from kam_reports.kpis import KPIS

        own = (line.kpi for line in self.lines if line.kpi not in KPIS)
        return (*KPIS, *dict.fromkeys(own))

    @cached_property
    def _definitions(self) -> Mapping[str, int]:
        return {kpi: number for number, kpi in enumerate(self.defined)}

    # ------------------------------------------------------------ figures

    @cached_property
    def figure_sheets(self) -> tuple[FigureSheet, ...]:
        """The figures and counts as rows, on as many sheets as they need."""
        rows = list(zip(*self._figure_columns, strict=True))
        parts = [rows[i : i + MOST_FIGURES] for i in range(0, len(rows), MOST_FIGURES)] or [[]]
        name, table = self.sheet("data"), self.word("table.data")
        return tuple(
            FigureSheet(f"{name} {number}", f"{table}{number}", part)
            if number > 1
            else FigureSheet(name, table, part)
            for number, part in enumerate(parts, start=1)
        )

    @cached_property
    def _figures(self) -> pd.DataFrame:
        import pandas as pd

        frames = [frame for frame in (self.review.figures, self.review.counts) if len(frame)]
        return pd.concat(frames, ignore_index=True) if frames else self.review.figures

    @cached_property
    def _figure_columns(self) -> Sequence[Sequence[Any]]:
        given = {name: _plain(self._figures, name) for name in FIGURE_COLUMNS}
        words = {key: self.kpi_word(key) for key in set(given["measure"])}
        units = {unit: f"exact:{unit}" for unit in set(given["unit"])}
        places = zip(given["file"], given["sheet"], given["cell"], strict=True)
        return (
            given["subject_id"],
            given["subject"],
            _translated(given["role"], lambda key: self.word(f"role.{key}")),
            given["fiscal_year"],
            _translated(given["section"], self._section_word),
            [words[key] for key in given["measure"]],
            _translated(given["perspective"], self.perspective),
            given["breakdown"],
            _translated(given["scenario"], self.scenario),
            given["period"],
            [
                Amount(value, units[unit])
                for value, unit in zip(given["value"], given["unit"], strict=True)
            ],
            _translated(given["unit"], self.unit_word),
            [self.to_source(Place(*(part or "" for part in place))) for place in places],
            given["raw"],
            [self.word("blocked") if flag else None for flag in given["blocked"]],
            given["measure"],
            given["file"],
        )

    def _section_word(self, key: str) -> str:
        known = self.wording.vocabulary.all_sections
        return self.wording.label(Named("section", key)) if key in known else key

    @cached_property
    def _figure_blocks(self) -> Mapping[tuple[str, str], tuple[int, int]]:
        """First and last row of the figures of a subject and measure, counted over all sheets."""
        subjects, measures = (_plain(self._figures, name) for name in ("subject_id", "measure"))
        blocks: dict[tuple[str, str], tuple[int, int]] = {}
        for number, key in enumerate(zip(subjects, measures, strict=True)):
            first, last = blocks.get(key, (number, number - 1))
            if last == number - 1:
                blocks[key] = (first, number)
        return blocks

    def figures_behind(self, subject_id: str, kpi: str) -> tuple[str, int, int] | None:
        """Sheet, first and last row of the first figures that a KPI is made of."""
        from kam_reports.kpis import KPIS

        needs = KPIS[kpi].needs if kpi in KPIS else (kpi,)
        for need in needs:
            if block := self._figure_blocks.get((subject_id, need)):
                sheet, first = divmod(block[0], MOST_FIGURES)
                last = min(block[1] - sheet * MOST_FIGURES, MOST_FIGURES - 1)
                return self.figure_sheets[sheet].name, HEAD + 1 + first, HEAD + 1 + last
        return None

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


_UNITS = {
    "money": "EUR", "pct": "percent", "date": "date", "int": "count", "score5": "score",
}  # fmt: skip


@cache
def _pages(language: str) -> Mapping[str, str]:
    """The handbook's texts in a language; the English ones stand in the code."""
    file = Path(__file__).parents[2] / "languages" / f"pages.{language}.toml"
    return tomllib.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}


def _rows(frame: pd.DataFrame) -> Iterator[KpiRow]:
    """The rows of the table of KPIs with None where something is missing."""
    return map(KpiRow, *(_plain(frame, name) for name in KPI_COLUMNS))


def _plain(frame: pd.DataFrame, name: str) -> list[Any]:
    """A column as a list, with None where something is missing."""
    if name not in frame:
        return [None] * len(frame)
    column = frame[name].astype(object)
    return column.where(column.notna(), None).tolist()


def _translated(keys: Iterable[Any], word: Callable[[str], str]) -> list[Any]:
    """The word of each key; every key is looked up once."""
    keys = list(keys)
    words = {key: word(str(key)) if key else None for key in set(keys)}
    return [words[key] for key in keys]


def _scope(row: KpiRow) -> str:
    return row.quarter if row.scope == "Q" else row.scope
