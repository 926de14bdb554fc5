"""What a reader gets to see: plain rows, in no language and no file format.

Every edition has a type of its own. What an audience may not see has no place in its type, so a
template cannot show it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar

from kam_reports.model import (
    Amount,
    Concentration,
    Edition,
    Finding,
    Light,
    Named,
    Period,
    Perspective,
    Standing,
    Subject,
    Topic,
)

# ---------------------------------------------------------------- the smallest parts


@dataclass(frozen=True, slots=True)
class Shown:
    """One value as its reader may see it; None is missing. *source* names cells, for us only."""

    fact: Any = None
    source: str = ""

    @property
    def is_number(self) -> bool:
        """Whether it stands right-aligned in a table."""
        return isinstance(self.fact, Amount)

    @property
    def is_date(self) -> bool:
        """Whether it must not be broken into two lines."""
        return isinstance(self.fact, date)

    @property
    def known(self) -> bool:
        """Whether there is anything to show."""
        return self.fact is not None


NOTHING = Shown()
Row = Mapping[str, Shown]


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence by the key of its phrase, and the facts to say it with."""

    phrase: str
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Measured:
    """A KPI in one period: what happened, what was agreed, what was a year ago."""

    actual: Shown = NOTHING
    target: Shown = NOTHING
    prior_year: Shown = NOTHING
    variance: Shown = NOTHING  # percentage points for a KPI in percent
    variance_pct: Shown = NOTHING
    attainment: Shown = NOTHING
    growth: Shown = NOTHING
    light: Light = Light.GREY
    complete: bool = True
    missing: tuple[Any, ...] = ()  # (measure, period), or a subject's ID
    included: str = ""

    @property
    def judged(self) -> Shown:
        """Attainment, or for a KPI in percent the distance in percentage points."""
        return self.attainment if self.attainment.known else self.variance


@dataclass(frozen=True, slots=True)
class Outlook:
    """Where the year will end, and what it would take to reach its target."""

    forecast: Shown = NOTHING
    method: Named | None = None
    target: Shown = NOTHING
    gap: Shown = NOTHING
    needed: Shown = NOTHING
    light: Light = Light.GREY


@dataclass(frozen=True, slots=True)
class Line:
    """A KPI in the quarter and in the year to date (a state: at the as-of date).

    *latest* is the last quarter that has a number, if this one has none.
    """

    kpi: str
    label: Named
    better: str
    quarter: Measured
    to_date: Measured
    latest: Said | None = None


@dataclass(frozen=True, slots=True)
class InternalLine(Line):
    """A KPI as we look at it ourselves: with the year's outlook.

    *aim* says whose target it is judged by, if not our own.
    """

    year: Outlook = Outlook()
    aim: Perspective | None = None


@dataclass(frozen=True, slots=True)
class PartnerLine(Line):
    """A KPI as the partner sees it, beside the median of all partners if there are enough."""

    median: Shown = NOTHING


# ---------------------------------------------------------------- what charts are drawn from


@dataclass(frozen=True, slots=True)
class Point:
    """One quarter of a course; *forecast* only where nothing has happened yet."""

    quarter: Period
    actual: Shown = NOTHING
    target: Shown = NOTHING
    prior_year: Shown = NOTHING
    forecast: Shown = NOTHING


@dataclass(frozen=True, slots=True)
class Course:
    """A KPI over the quarters of a year, and what has come of it to date."""

    label: Named
    unit: str
    better: str
    points: tuple[Point, ...]
    to_date: Measured = Measured()


@dataclass(frozen=True, slots=True)
class Part:
    """What one product group contributes to a KPI to date; an empty name is the rest."""

    name: str
    actual: Shown = NOTHING
    target: Shown = NOTHING


@dataclass(frozen=True, slots=True)
class Parts:
    """A KPI to date by product group, the largest first, and all of them together."""

    label: Named
    unit: str
    better: str
    parts: tuple[Part, ...]
    total: Part


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a bridge: a change by its name, or a total that it leads from or to."""

    label: Named
    value: Amount
    total: bool = False


@dataclass(frozen=True, slots=True)
class Bubble:
    """An account in the nine fields."""

    name: str
    attractiveness: float  # 1 to 5
    position: float  # 1 to 5
    size: Amount  # what its area stands for
    own: bool = False  # the one that the report is about
    light: Light = Light.GREY  # of its margin


@dataclass(frozen=True, slots=True)
class Portfolio:
    """The nine fields: the accounts drawn, out of how many that are rated."""

    bubbles: tuple[Bubble, ...]
    rated: int
    basis: Named


@dataclass(frozen=True, slots=True)
class Span:
    """Something planned on a time line: *state* is done, running, planned, late or cancelled."""

    name: str
    start: date | None
    end: date | None
    state: str
    status: Any = None  # the word for it


@dataclass(frozen=True, slots=True)
class Count:
    """How many are in one state, of all."""

    label: Named
    count: int
    state: str  # good, open, bad


@dataclass(frozen=True, slots=True)
class Rung:
    """A step of a funnel: how many got there, and what share of the first step that is."""

    label: Named
    count: Amount
    share: Amount | None = None
    value: Amount | None = None


@dataclass(frozen=True, slots=True)
class View:
    """What every edition begins with."""

    edition: ClassVar[Edition]
    subject: Subject
    quarter: Period
    as_of: date
    currency: str
    fy_start_month: int
    head: Row
    complete: int  # of the KPIs shown: how many have all they need
    shown: int


# ---------------------------------------------------------------- customer


@dataclass(frozen=True, slots=True)
class AgendaItem:
    """A point of the agenda and its minutes."""

    phrase: str
    minutes: Amount


@dataclass(frozen=True, slots=True)
class Service:
    """A promise of service: what was promised, what came of it."""

    label: Named
    quarter: Shown
    actual: Shown  # to date
    prior_year: Shown
    target: Shown  # what was promised
    light: Light
    complete: bool
    course: Course | None = None


@dataclass(frozen=True, slots=True)
class CustomerView(View):
    """What is laid before the customer."""

    edition: ClassVar[Edition] = Edition.CUSTOMER

    people: tuple[Row, ...]
    next_talk: Shown
    agenda: tuple[AgendaItem, ...]
    total_minutes: Amount
    last_talk: Shown
    agreed: tuple[Row, ...]
    agreed_counts: tuple[Count, ...]
    goals: tuple[Row, ...]
    market: Row
    lines: tuple[Line, ...]
    courses: tuple[Course, ...]
    changes: tuple[Said, ...]
    service: tuple[Service, ...]
    surveys: tuple[Row, ...]
    assortment: tuple[Row, ...]
    promotions: tuple[Row, ...]
    promotion_spans: tuple[Span, ...]
    projects: tuple[Row, ...]
    proposals: tuple[Row, ...]
    coming_promotions: tuple[Row, ...]
    coming_dates: tuple[Row, ...]
    open_agreements: tuple[Row, ...]
    topics: tuple[Topic, ...]


# ---------------------------------------------------------------- internal


@dataclass(frozen=True, slots=True)
class Lamp:
    """One of the five lights of the summary."""

    phrase: str
    label: Named
    value: Shown
    target: Shown
    judged: Shown
    light: Light
    course: Course | None = None
    growth: Shown = NOTHING


@dataclass(frozen=True, slots=True)
class Dimension:
    """One of the eleven goal dimensions, with the KPIs that measure it."""

    label: Named
    lines: tuple[InternalLine, ...]
    not_relevant: Shown = NOTHING


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage of the acquisition pipeline."""

    label: Named
    count: Amount
    value: Amount
    weighted: Amount


@dataclass(frozen=True, slots=True)
class Budget:
    """What the measures were allowed to cost, and what they cost."""

    plan: Shown
    measures: Shown
    spent: Shown


@dataclass(frozen=True, slots=True)
class InternalView(View):
    """Everything about an account, for our own eyes."""

    edition: ClassVar[Edition] = Edition.INTERNAL

    completeness: Measured | None
    lamps: tuple[Lamp, ...]
    sentences: tuple[Said, ...]
    decision: Topic | None
    topics: tuple[Topic, ...]
    situation: Shown
    dimensions: tuple[Dimension, ...]
    revenue: InternalLine | None
    courses: tuple[Course, ...]
    groups: Parts | None
    margin: tuple[InternalLine, ...]
    conditions: tuple[Row, ...]
    competitors: tuple[Row, ...]
    shares: tuple[InternalLine, ...]
    potential: Row
    ratings: tuple[Row, ...]
    standing: Standing | None
    nine_fields: Portfolio | None
    contacts: tuple[Row, ...]
    coverage: tuple[InternalLine, ...]
    care: tuple[Row, ...]
    measures: tuple[Row, ...]
    measure_spans: tuple[Span, ...]
    measure_lines: tuple[InternalLine, ...]
    budget: Budget
    goals_without_measures: tuple[Row, ...]
    stages: tuple[Stage, ...]
    pipeline_lines: tuple[InternalLine, ...]
    late_followups: tuple[Finding, ...]
    surveys: tuple[Row, ...]
    satisfaction_lines: tuple[InternalLine, ...]
    risks: tuple[Row, ...]
    questions: tuple[Row, ...]
    findings: tuple[Finding, ...]
    proposals: tuple[InternalLine, ...]
    agreed: tuple[Row, ...]


# ---------------------------------------------------------------- partner


@dataclass(frozen=True, slots=True)
class FunnelStep:
    """A step from the application to the payment."""

    label: Named
    quarters: tuple[Amount, ...]
    to_date: Amount
    share: Amount  # of those submitted


@dataclass(frozen=True, slots=True)
class ScoreLine:
    """One criterion of the scorecard, and what it contributes."""

    label: Named
    value: Amount
    anchor_0: Amount
    anchor_100: Amount
    points: Amount
    weight: Amount
    contribution: Amount
    reason: str
    cases: int | None


@dataclass(frozen=True, slots=True)
class ScoreCard:
    """A partner's score and what it is made of."""

    score: Amount
    standing: str
    raw_standing: str
    coverage: Amount
    complete: bool
    knockouts: tuple[Named, ...]
    lines: tuple[ScoreLine, ...]


@dataclass(frozen=True, slots=True)
class PastScore:
    """The score of one quarter."""

    quarter: Period
    score: Amount
    standing: str


@dataclass(frozen=True, slots=True)
class PartnerView(View):
    """What is laid before the partner."""

    edition: ClassVar[Edition] = Edition.PARTNER

    scorecard: ScoreCard | None
    trend: tuple[PastScore, ...]
    last_talk: Shown
    agreed: tuple[Row, ...]
    agreed_counts: tuple[Count, ...]
    quarters: tuple[Period, ...]
    funnel: tuple[FunnelStep, ...]
    volume: tuple[FunnelStep, ...]
    courses: tuple[Course, ...]
    funnel_lines: tuple[PartnerLine, ...]
    quality_lines: tuple[PartnerLine, ...]
    ratings: tuple[Row, ...]
    time_lines: tuple[PartnerLine, ...]
    median_days: tuple[Amount, ...]
    training_lines: tuple[PartnerLine, ...]
    trainings: tuple[Row, ...]
    events: tuple[Row, ...]
    training_spans: tuple[Span, ...]
    products: tuple[Row, ...]
    evidence: tuple[Row, ...]
    certificates: tuple[Row, ...]
    open_agreements: tuple[Row, ...]
    next_talk: Shown
    targets: tuple[PartnerLine, ...]
    topics: tuple[Topic, ...]
    has_benchmark: bool


# ---------------------------------------------------------------- overview


@dataclass(frozen=True, slots=True)
class Tile:
    """A KPI of all subjects together, at a glance: to date, and quarter by quarter."""

    line: InternalLine
    course: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class AccountRow:
    """An account in the ranking."""

    subject: Subject
    rank: int
    kam: Shown
    currency: str
    revenue: InternalLine | None
    course: tuple[Point, ...]  # its revenue by quarter
    lamps: tuple[Lamp, ...]
    standing: Standing | None
    errors: int
    warnings: int
    consolidated: bool  # whether its figures are part of the sums


@dataclass(frozen=True, slots=True)
class PartnerRow:
    """A partner on the index."""

    subject: Subject
    kam: Shown
    score: Amount
    standing: str
    coverage: Amount
    course: tuple[Point, ...]  # its score by quarter
    measured: tuple[Measured, ...]  # its KPIs to date
    errors: int
    warnings: int


@dataclass(frozen=True, slots=True)
class Field:
    """One of the nine fields of the portfolio, with the accounts in it."""

    number: int
    accounts: tuple[Subject, ...]


@dataclass(frozen=True, slots=True)
class Lights:
    """How many accounts have which light in one of the five questions."""

    phrase: str
    counts: tuple[tuple[Light, int], ...]  # green first


@dataclass(frozen=True, slots=True)
class LateMeasure:
    """A measure whose date has passed."""

    subject: Subject
    row: Row


@dataclass(frozen=True, slots=True)
class Overview:
    """All subjects of the run, for our own eyes."""

    quarter: Period
    as_of: date
    headline: tuple[Said, ...]
    tiles: tuple[Tile, ...]
    decisions: tuple[Topic, ...]  # the most pressing one of each subject
    lights: tuple[Lights, ...]
    accounts: tuple[AccountRow, ...]
    consolidated: tuple[InternalLine, ...]
    concentration: Concentration | None
    picture: Portfolio | None  # the largest of the rated accounts, to be drawn
    fields: tuple[tuple[Field, ...], ...]  # three rows, the most attractive first
    unrated: tuple[Subject, ...]
    late_measures: tuple[LateMeasure, ...]
    partner_tiles: tuple[Tile, ...]
    partner_kpis: tuple[Named, ...]
    partners: tuple[PartnerRow, ...]
    unusable: tuple[Finding, ...]
    errors: int
    warnings: int
