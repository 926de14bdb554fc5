"""The words of the house: plain, frozen data that every stage passes on.

A stage takes some of these and returns others. Nothing in this module reads a file, formats a
number or knows a language.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

# ---------------------------------------------------------------- small words


class Scenario(StrEnum):
    """What a figure tells of its period: last year's, agreed, happened or expected."""

    PY = "PY"
    TARGET = "TARGET"
    ACTUAL = "ACTUAL"
    FORECAST = "FORECAST"


class Perspective(StrEnum):
    """Whose goal or number it is: ours, the customer's, or agreed by both."""

    OWN = "own"
    CUSTOMER = "customer"
    JOINT = "joint"


class Role(StrEnum):
    """What a subject is to us."""

    ACCOUNT = "account"
    PARTNER = "partner"


class Severity(StrEnum):
    """What a finding does to the report."""

    ERROR = "error"  # stays out of the consolidation
    WARNING = "warning"  # is used and marked
    INFO = "info"  # worth knowing


class Blocks(StrEnum):
    """How much an error keeps out of the consolidation."""

    NOTHING = "nothing"
    FIGURE = "figure"  # the figures standing in the finding's cell
    ACCOUNT = "account"  # all figures of the plan; its own report still comes
    PLAN = "plan"  # the workbook cannot be used at all: no report, named on the index


class Clearance(StrEnum):
    """Who may see a field. A field without a class is internal."""

    CUSTOMER = "C"
    PARTNER = "P"
    INTERNAL = "I"
    CONFIDENTIAL = "X"


class Edition(StrEnum):
    """The three reports, each for one reader."""

    INTERNAL = "internal"
    CUSTOMER = "customer"
    PARTNER = "partner"


class Light(StrEnum):
    """A traffic light; grey means that target or actual is missing."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"
    GREY = "grey"


# ---------------------------------------------------------------- places and periods


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where something was read: a workbook, a sheet in it, a cell on that.

    The workbook is its path relative to the workspace, with ``/``; the cell is an A1 address or
    range.
    """

    book: str = ""
    sheet: str = ""
    cell: str = ""

    def __str__(self) -> str:
        return " › ".join(part for part in (self.book, self.sheet, self.cell) if part)


_PERIOD = re.compile(r"([0-9]{4})-?(?:FY|([MQH])([0-9]{1,2}))")
_CELL = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")


def range_around(cells: Iterable[str]) -> str:
    """The smallest range that holds all *cells*, such as ``A6:N17``; empty for none."""
    corners = [match.groups() for cell in cells for match in _CELL.finditer(cell)]
    if not corners:
        return ""
    columns = sorted({letters for letters, _ in corners}, key=lambda one: (len(one), one))
    rows = sorted({int(digits) for _, digits in corners})
    first, last = f"{columns[0]}{rows[0]}", f"{columns[-1]}{rows[-1]}"
    return first if first == last else f"{first}:{last}"


GRAINS = ("M", "Q", "H", "FY")
_MONTHS_IN = {"M": 1, "Q": 3, "H": 6, "FY": 12}


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A month, quarter, half or whole of a fiscal year, such as ``2026-Q3``.

    The fiscal year carries the calendar year in which it begins; months are counted from its
    first month.
    """

    year: int
    grain: str = "FY"
    number: int = 1

    def __str__(self) -> str:
        if self.grain == "FY":
            return f"{self.year}-FY"
        width = 2 if self.grain == "M" else 1
        return f"{self.year}-{self.grain}{self.number:0{width}d}"

    @classmethod
    def parse(cls, text: str) -> Period:
        """The period that ``str(period)`` wrote; also ``2026Q3``. Raises ValueError."""
        found = _PERIOD.fullmatch(text.upper())
        if found is None:
            raise ValueError(f"no period: {text}")
        year, grain, number = int(found[1]), found[2] or "FY", int(found[3] or 1)
        if not 1 <= number <= 12 // _MONTHS_IN[grain]:
            raise ValueError(f"no period: {text}")
        return cls(year, grain, number)

    @property
    def months(self) -> int:
        """How many months it spans."""
        return _MONTHS_IN[self.grain]

    @property
    def short(self) -> str:
        """Without the year: ``Q3``, ``M03``, ``FY``."""
        return str(self)[5:]

    def parts(self, grain: str) -> tuple[Period, ...]:
        """The periods of the finer *grain* that it consists of."""
        size = _MONTHS_IN[grain]
        first = (self.number - 1) * self.months // size + 1
        return tuple(Period(self.year, grain, first + step) for step in range(self.months // size))

    def begins(self, fy_start_month: int = 1) -> date:
        """Its first day."""
        month = fy_start_month - 1 + (self.number - 1) * self.months
        return date(self.year + month // 12, month % 12 + 1, 1)

    def ends(self, fy_start_month: int = 1) -> date:
        """Its last day."""
        month = fy_start_month - 1 + self.number * self.months - 1
        year, month = self.year + month // 12, month % 12 + 1
        return date(year, month, calendar.monthrange(year, month)[1])


def quarter_of(day: date, fy_start_month: int = 1) -> Period:
    """The fiscal quarter that *day* lies in."""
    months = day.year * 12 + day.month - 1 - (fy_start_month - 1)
    return Period(months // 12, "Q", months % 12 // 3 + 1)


# ---------------------------------------------------------------- workbooks as read


class CellState(StrEnum):
    """What a filled cell really is; no reader library tells these apart by itself."""

    VALUE = "value"
    ERROR = "error"  # the value is Excel's error text, such as "#DIV/0!"
    UNCALCULATED = "uncalculated"  # a formula without a stored value; the value is None
    MERGED_OVER = "merged-over"  # a value hidden below a merged area


CellValue = str | float | int | bool | date | datetime | time | timedelta | None


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell as Excel keeps it."""

    value: CellValue
    format: str = "General"
    formula: bool = False
    state: CellState = CellState.VALUE


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of cells, all four counted from 1 and included."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """The filled cells of a sheet by (row, column), both counted from 1."""

    name: str
    cells: Mapping[tuple[int, int], Cell]
    merges: tuple[Area, ...] = ()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    visible: str = "visible"  # visible · hidden · veryHidden


@dataclass(frozen=True, slots=True)
class Book:
    """A workbook as read: values, formats and what was odd about the file; no Excel."""

    name: str
    sheets: tuple[Sheet, ...]
    date1904: bool = False
    size: int = 0
    digest: str = ""  # blake2b of the bytes that were read
    oddities: tuple[Oddity, ...] = ()


@dataclass(frozen=True, slots=True)
class Oddity:
    """Something the reader noticed and a check will judge.

    *kind* is one of the kinds that ``checks`` knows; *facts* are what the sentence needs.
    """

    kind: str
    place: Place
    raw: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


# ---------------------------------------------------------------- plans


@dataclass(frozen=True, slots=True)
class Subject:
    """An account or a partner."""

    id: str
    name: str
    role: Role


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of a measure, and the cell it stands in.

    The value is in base units (euros, not thousands; 12 % is 0.12), or None if the cell is filled
    but gives no number. *measure* is a measure, or a KPI whose target is stated directly.
    """

    measure: str
    scenario: Scenario
    period: Period
    value: float | None
    unit: str
    place: Place
    raw: str = ""
    perspective: Perspective = Perspective.OWN
    breakdown: str = ""
    section: str = "figures"


@dataclass(frozen=True, slots=True)
class Value:
    """What one cell of a record means; None is missing, never zero."""

    value: Any
    place: Place
    raw: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of a section: a contact, a measure, an agreement; or the one form of a section."""

    section: str
    values: Mapping[str, Value]
    place: Place

    def __getitem__(self, name: str) -> Any:
        """The value of field *name*, or None if it is missing."""
        found = self.values.get(name)
        return None if found is None else found.value

    def at(self, name: str) -> Place:
        """The cell of field *name*; the row itself if the field has no cell."""
        found = self.values.get(name)
        return self.place if found is None else found.place

    def raw(self, name: str) -> str:
        """The text of field *name* as typed."""
        found = self.values.get(name)
        return "" if found is None else found.raw


@dataclass(frozen=True, slots=True)
class Plan:
    """A Key Account Konzeption or a partner scorecard, as read from one workbook."""

    subject: Subject
    fiscal_year: int | None
    as_of: date | None
    figures: tuple[Figure, ...]
    entries: tuple[Entry, ...]
    oddities: tuple[Oddity, ...]
    place: Place
    layout: str = ""
    sections: frozenset[str] = frozenset()  # the sections found, filled or not
    size: int = 0
    digest: str = ""
    language: str = "de"
    without: frozenset[str] = frozenset()  # sections and fields that its form does not have

    def of(self, section: str) -> Iterator[Entry]:
        """The entries of *section*, in the order of the sheet."""
        return (entry for entry in self.entries if entry.section == section)

    def one(self, section: str) -> Entry:
        """The only entry of *section*; an empty one if the section is missing."""
        return next(self.of(section), Entry(section, {}, self.place))

    def odd(self, *kinds: str) -> Iterator[Oddity]:
        """The oddities of these kinds."""
        return (oddity for oddity in self.oddities if oddity.kind in kinds)

    @property
    def header(self) -> Entry:
        """The plan's header: section ``plan`` of an account, ``header`` of a partner."""
        return self.one("plan" if self.subject.role is Role.ACCOUNT else "header")

    @property
    def fy_start_month(self) -> int:
        """The first month of the fiscal year."""
        return int(self.header["fy_start_month"] or 1)

    @property
    def currency(self) -> str:
        """The currency of its amounts."""
        return str(self.header["currency"] or "EUR")


# ---------------------------------------------------------------- findings


@dataclass(frozen=True, slots=True)
class Named:
    """A fact that has a word in each language: a field, measure, KPI, section or choice.

    *kind* is ``field`` (key ``section.field``), ``section``, ``measure``, ``option``
    (key ``section.field.option``), ``scenario``, ``perspective``, ``period`` or ``phrase``.
    """

    kind: str
    key: str


@dataclass(frozen=True, slots=True)
class Amount:
    """A fact that is a number in a unit."""

    value: float | None
    unit: str
    signed: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing a check noticed: what, where, and the facts to say it with; no sentence."""

    code: str
    name: str
    severity: Severity
    place: Place
    facts: Mapping[str, Any] = field(default_factory=dict)
    subject: Subject | None = None
    value: str = ""
    blocks: Blocks = Blocks.NOTHING


@dataclass(frozen=True, slots=True)
class Source:
    """A workbook that was met, used or not."""

    path: str
    size: int
    digest: str
    subject: Subject | None = None
    used: bool = True


@dataclass(frozen=True, slots=True)
class Reading:
    """The plans of one reading, what is wrong with them, and every workbook that was met."""

    plans: tuple[Plan, ...]
    findings: tuple[Finding, ...]
    sources: tuple[Source, ...] = ()

    @property
    def usable(self) -> tuple[Plan, ...]:
        """The plans that get a report."""
        unusable = {f.place.book for f in self.findings if f.blocks is Blocks.PLAN}
        return tuple(plan for plan in self.plans if plan.place.book not in unusable)

    def findings_for(self, plan: Plan) -> tuple[Finding, ...]:
        """What is wrong with *plan*."""
        return tuple(f for f in self.findings if f.place.book == plan.place.book)


# ---------------------------------------------------------------- reviews


@dataclass(frozen=True, slots=True)
class Occasion:
    """The talk that is prepared: the quarter it looks at and the day it looks from."""

    quarter: Period
    as_of: date


@dataclass(frozen=True, slots=True)
class Standing:
    """An account's place in the portfolio."""

    subject: Subject
    revenue: float | None  # in the currency of the reports, as is the margin; None without a rate
    cm: float | None
    share: float | None  # of all accounts' basis (CM, else revenue)
    abc: str | None  # A, B, C
    abc_computed: str | None
    override_reason: str
    attractiveness: float | None  # 1..5
    position: float | None  # 1..5
    field: int | None  # 1..9, as in the design's matrix
    contacts_recommended: int | None  # a year
    contacts_planned: int | None
    care_gap: int | None  # planned level minus deserved level, in levels
    potential_used: float | None
    light: Light
    computed: tuple[str, ...] = ()  # criteria whose score was computed and not typed


@dataclass(frozen=True, slots=True)
class Concentration:
    """How much of the business hangs on few accounts."""

    basis: str  # the measure
    total: float
    shares: Mapping[str, float]  # subject id → share, largest first
    top1: float
    top3: float
    hhi: float
    effective: float
    light: Light
    without_fifth: float  # the total if the largest account loses 20 %


@dataclass(frozen=True, slots=True)
class Criterion:
    """One line of a partner's score."""

    kpi: str
    weight: float  # 0..1
    value: float | None
    anchor_0: float
    anchor_100: float
    points: float | None  # 0..100; None is without data
    reason: str = ""  # why without data: "" · "missing" · "few" (fewer than 10 decisions)
    cases: int | None = None  # n, where small numbers matter


@dataclass(frozen=True, slots=True)
class Score:
    """A partner's score of a quarter (scope Q) or the year to date (scope YTD)."""

    subject: Subject
    quarter: Period
    scope: str
    criteria: tuple[Criterion, ...]
    score: float | None
    coverage: float
    raw_standing: str  # A, B, C, D, or N for "nicht bewertbar"
    standing: str  # after knock-outs
    knockouts: tuple[Named, ...] = ()


@dataclass(frozen=True, slots=True)
class Topic:
    """A talking point: a rule that holds, and the facts to say it with."""

    rule: str
    subject: Subject
    priority: int  # 1 is first
    clearance: Clearance
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Review:
    """Everything there is to say about a quarter, in no language and no file format.

    *figures* and *kpis* have the columns of ``data/figures.csv`` and ``data/kpis.csv``; *counts*
    has those of *figures* and holds what was counted from records (open measures, follow-ups).
    *board* is how all this was reckoned, for outputs that show it; a review made by hand has none.
    """

    reading: Reading
    occasion: Occasion
    figures: pd.DataFrame
    counts: pd.DataFrame
    kpis: pd.DataFrame
    standings: tuple[Standing, ...] = ()
    concentration: Concentration | None = None
    scores: tuple[Score, ...] = ()
    topics: tuple[Topic, ...] = ()
    board: Any = None


class Problem(Exception):  # noqa: N818  (it is the user's word, not a programmer's error)
    """What stops a command: what happened and what to do. Exit code 2.

    Both are sentences, or the same sentence by language code (``{"de": …, "en": …}``).
    """

    def __init__(self, what: str | Mapping[str, str], do: str | Mapping[str, str] = "") -> None:
        super().__init__(what if isinstance(what, str) else what["en"])
        self.what = what
        self.do = do

    def say(self, language: str) -> str:
        """What happened and what to do, in *language*, one line each."""
        parts = (
            part if isinstance(part, str) else part.get(language, part["en"])
            for part in (self.what, self.do)
        )
        return "\n".join(part for part in parts if part)
