"""The independent witness: every number from what was typed into the cells, by its own plain code.

It takes nothing from the product: no reading, no formula, no rounding, no format. Decimal numbers,
short functions, the design's words: kpi-catalogue.md, partner-scorecard.md. Where product and
witness differ, one of the two is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext

Typed = int | float | str | None
Number = Decimal | None
PY, TARGET, ACTUAL, FORECAST = "PY", "TARGET", "ACTUAL", "FORECAST"
QUARTERS = ("Q1", "Q2", "Q3", "Q4")
ZERO, ONE = Decimal(0), Decimal(1)

# ---------------------------------------------------------------- what was typed


@dataclass(frozen=True)
class Goal:
    """A line of the sheet of goals: what was typed for each quarter and the year."""

    metric: str
    perspective: str
    typed: Mapping[str, Typed]  # Q1 … Q4, FY
    dimension: str = "revenue"


@dataclass(frozen=True)
class Book:
    """One workbook, as somebody filled it in.

    *typed* are the cells of the table of figures by measure, perspective, scenario and period
    (Q1 … Q4, M01 … M12, FY), amounts in *scale*; so are the cells of the goals. *scores* are the
    ratings of a partner from 1 to 5; *talks* are the talks that were held (Q1 … Q4, annual), each
    on the last day of its quarter, the annual one in the first quarter.
    """

    id: str
    name: str
    typed: Mapping[tuple[str, str, str, str], Typed]
    goals: Sequence[Goal] = ()
    role: str = "account"
    language: str = "de"
    scale: int = 1
    market: str = ""
    currency: str = "EUR"
    rate: Decimal = ONE  # what a unit of its currency is worth in that of the report
    blocked: frozenset[tuple[str, str, str, str]] = frozenset()  # cells kept out of the sums
    scores: Sequence[int] = ()
    talks: Sequence[str] = ()


NULLS = {"", "-", "–", "—", "n/a", "n. a.", "k. a.", "k.a.", "entf.", "entfällt", "tbd", "offen"}
WORDS_OF_SCALE = {"t€": 3, "teur": 3, "tsd": 3, "k€": 3, "mio": 6, "m€": 6, "mrd": 9}


def number(typed: Typed, language: str, scale: int = 1) -> Number:
    """What a cell means in base units; None is missing, never zero."""
    if typed is None:
        return None
    if not isinstance(typed, str):
        return Decimal(repr(typed)) * scale
    text = typed.replace("\u00a0", " ").strip().casefold()
    if text in NULLS or text.startswith("?"):
        return None
    word = next((word for word in WORDS_OF_SCALE if word in text), "")
    factor = Decimal(10) ** WORDS_OF_SCALE[word] if word else Decimal(scale)
    digits = re.sub(r"[^0-9.,]", "", text.replace("mio.", "").replace("tsd.", ""))
    group, point = (".", ",") if language == "de" else (",", ".")
    value = Decimal(digits.replace(group, "").replace(point, "."))
    negative = text.startswith(("-", "\u2212", "(")) or text.endswith("-")
    return (-value if negative else value) * factor


# ---------------------------------------------------------------- what is counted

MONEY = {
    "revenue_gross", "revenue", "cm", "cogs", "sellout_cost", "market_volume", "purchase_volume",
    "cat_rev_total", "cat_rev_listed", "promo_revenue", "promo_cost", "stock_avg",
    "volume_submitted", "volume_signed", "volume_cancelled",
}  # fmt: skip
STATES = {
    "outlets_total", "outlets_listed", "skus_relevant", "skus_listed", "customers", "pending",
    "advisers", "active_advisers", "trained_advisers",
}  # fmt: skip
MEANS = {"stock_avg"}

Parts = Mapping[str, Decimal]


@dataclass(frozen=True)
class Kpi:
    """A line of the catalogue."""

    id: str
    unit: str
    needs: tuple[str, ...]
    better: str = "up"
    light: tuple[str, Decimal, Decimal] | None = None  # rule, green, yellow
    formula: Callable[[Parts, Decimal], Number] | None = None  # of the parts and the months
    together: str = "sum"  # over accounts: sum · ratio · none
    role: str = "account"
    cases: bool = False  # a quota of decisions: fewer than ten give no light

    def of(self, parts: Mapping[str, Number], months: int) -> Number:
        """The KPI from its parts; missing if one of them is."""
        known = {key: value for key, value in parts.items() if value is not None}
        if len(known) < len(self.needs):
            return None
        if self.formula is None:
            return known[self.needs[0]]
        return self.formula(known, Decimal(months))


def over(part: Number, whole: Number) -> Number:
    """A quotient; nothing over zero."""
    return None if part is None or not whole else part / whole


def _quota(part: str, *wholes: str) -> Callable[[Parts, Decimal], Number]:
    return lambda p, _: over(p[part], sum((p[whole] for whole in wholes), ZERO))


def _turns(p: Parts, months: Decimal) -> Number:
    return over(p["sellout_cost"] * 12, p["stock_avg"] * months)


def _input(key: str, better: str = "info", *, judged: bool = False) -> Kpi:
    unit = "EUR" if key in MONEY else "count"
    return Kpi(key, unit, (key,), better, ATT if judged else None)


def rule(name: str, green: float, yellow: float) -> tuple[str, Decimal, Decimal]:
    return name, Decimal(str(green)), Decimal(str(yellow))


ATT = rule("att", 100, 90)
DECIDED = ("approved", "rejected", "auto_rejected")


def _ratio(
    key: str,
    unit: str,
    part: str,
    wholes: str | tuple[str, ...],
    light: tuple[str, Decimal, Decimal] | None,
    better: str = "up",
    **more: object,
) -> Kpi:
    names = (wholes,) if isinstance(wholes, str) else wholes
    needs = tuple(dict.fromkeys((part, *names)))
    told = {"formula": _quota(part, *names), "together": "ratio", **more}
    return Kpi(key, unit, needs, better, light, **told)  # type: ignore[arg-type]


def _partner(key: str, part: str, wholes: str | tuple[str, ...], green: float, yellow: float,
             better: str = "up", unit: str = "percent", *, cases: bool = True) -> Kpi:  # fmt: skip
    light = rule("limit", green, yellow)
    return _ratio(key, unit, part, wholes, light, better, role="partner", cases=cases)


CATALOGUE: tuple[Kpi, ...] = (
    # A
    _input("revenue_gross"), _input("cogs"), _input("sellout_cost"), _input("market_volume"),
    _input("purchase_volume"), _input("outlets_total"), _input("outlets_listed", "up"),
    _input("cat_rev_total"), _input("cat_rev_listed"), _input("skus_relevant"),
    _input("skus_listed", "up"), _input("promo_revenue", "up", judged=True),
    _input("promo_cost", "down", judged=True), _input("customers_new", "up", judged=True),
    _input("customers_lost", "down", judged=True), _input("order_lines"), _input("small_orders"),
    _input("stock_avg"),
    # B
    Kpi("k_units", "units", ("units",), light=ATT),
    Kpi("k_revenue", "EUR", ("revenue",), light=ATT),
    _ratio("k_dist_num", "percent", "outlets_listed", "outlets_total", rule("pp", 0, -2)),
    _ratio("k_dist_wgt", "percent", "cat_rev_listed", "cat_rev_total", rule("pp", 0, -2)),
    _ratio("k_share", "percent", "revenue", "market_volume", rule("pp", 0, -1)),
    _ratio("k_sow", "percent", "revenue", "purchase_volume", rule("pp", 0, -2)),
    Kpi("k_cm", "EUR", ("cm",), light=ATT),
    _ratio("k_cm_pct", "percent", "cm", "revenue", rule("pp", 0, -1)),
    _ratio("k_price", "EUR/unit", "revenue", "units", rule("att", 100, 97), together="none"),
    _ratio("k_price_real", "percent", "revenue", "revenue_gross", rule("pp", 0, -0.5)),
    Kpi(
        "k_discount", "percent", ("revenue", "revenue_gross"), "down", rule("pp", 0, 0.5),
        lambda p, _: over(p["revenue_gross"] - p["revenue"], p["revenue_gross"]), "ratio",
    ),
    _ratio("k_assort", "percent", "skus_listed", "skus_relevant", rule("pp", 0, -5)),
    Kpi("k_promos", "count", ("promos",), light=ATT),
    _ratio("k_promo_share", "percent", "promo_revenue", "revenue", ATT, "band"),
    Kpi("k_customers", "count", ("customers",), light=ATT),
    Kpi(
        "k_net_customers", "count", ("customers_new", "customers_lost"), "up",
        rule("reached", 0, 0), lambda p, _: p["customers_new"] - p["customers_lost"],
    ),
    Kpi("k_orders", "count", ("orders",), "info"),
    _ratio("k_aov", "EUR/order", "revenue", "orders", ATT),
    _ratio("k_lines", "count", "order_lines", "orders", ATT),
    _ratio("k_small", "percent", "small_orders", "orders", rule("pp", 0, 5), "down"),
    Kpi(
        "k_turn", "per_year", ("sellout_cost", "stock_avg"), "up", ATT, _turns, "ratio"
    ),
    Kpi(
        "k_stock_days", "days", ("sellout_cost", "stock_avg"), "down", ATT,
        lambda p, months: over(Decimal(365), _turns(p, months)), "ratio",
    ),
    # E
    Kpi("a_submitted", "count", ("submitted",), light=ATT, role="partner"),
    Kpi("a_volume", "EUR", ("volume_signed",), light=ATT, role="partner"),
    _partner("a_approval", "approved", DECIDED, 80, 65),
    _partner("a_conversion", "signed", "submitted", 60, 45),
    _partner("a_first_time", "complete_first", "submitted", 85, 70),
    _partner("a_queries", "queried", "submitted", 25, 40, "down"),
    _partner("a_cancel", "cancelled", "signed", 3, 6, "down"),
    _partner("a_days", "decision_days_sum", DECIDED, 5, 8, "down", "working_days", cases=False),
    _partner("a_sla", "within_sla", DECIDED, 90, 75),
    _partner("a_active", "active_advisers", "advisers", 60, 40, cases=False),
)  # fmt: skip
KPIS = {kpi.id: kpi for kpi in CATALOGUE}


# ---------------------------------------------------------------- one workbook over time


def _all(values: Iterable[Number]) -> list[Decimal] | None:
    known = list(values)
    return None if None in known else [value for value in known if value is not None]


class Sheet:
    """The numbers of one workbook in one perspective."""

    def __init__(self, book: Book, perspective: str, shake: Decimal = ZERO) -> None:
        self.book = book
        self.perspective = perspective
        self.cells: dict[tuple[str, str, str], Number] = {}
        self.known: dict[tuple[str, str, int], Number] = {}
        typed = dict(book.typed)
        for goal in book.goals:
            for period, cell in goal.typed.items():
                key = (goal.metric, goal.perspective, TARGET, period)
                if number(typed.get(key), book.language) is None:
                    typed[key] = cell
        mine: dict[tuple[str, str, str], Number] = {}
        ours: dict[tuple[str, str, str], Number] = {}
        for (measure, view, scenario, period), cell in typed.items():
            scale = book.scale if measure in MONEY else 1
            value = number(cell, book.language, scale)
            if value is not None and (measure, view, scenario, period) in book.blocked:
                value += shake
            if view == perspective:
                mine[measure, scenario, period] = value
            if view == "own":
                ours[measure, scenario, period] = value
        self.given = {key[:2] for key, value in mine.items() if value is not None}
        for key, value in ours.items():
            if key[1] != TARGET and key[:2] not in self.given:
                self.cells[key] = value
        self.cells.update(mine)
        self.shaken = Sheet(book, perspective, Decimal(77)) if book.blocked and not shake else None

    def quarter(self, measure: str, scenario: str, q: int) -> Number:
        """A quarter: of its months if all are there, else as stated."""
        key = measure, scenario, q
        if key not in self.known:
            self.known[key] = self._quarter(measure, scenario, q)
        return self.known[key]

    def _quarter(self, measure: str, scenario: str, q: int) -> Number:
        names = [f"M{month:02d}" for month in range(3 * q - 2, 3 * q + 1)]
        found = [self.cells.get((measure, scenario, name)) for name in names]
        if measure in STATES and found[-1] is not None:
            return found[-1]
        months = _all(found)
        if months is not None:
            return sum(months, ZERO) / (3 if measure in MEANS else 1)
        stated = self.cells.get((measure, scenario, f"Q{q}"))
        if stated is None and q == 4 and measure in STATES:
            return self.cells.get((measure, scenario, "FY"))  # the year ends as its last quarter
        return stated

    def span(self, measure: str, scenario: str, first: int, last: int) -> Number:
        """Quarters together: a flow adds up, a state is the last one, an average is averaged."""
        if measure in STATES:
            return self.quarter(measure, scenario, last)
        quarters = _all(self.quarter(measure, scenario, q) for q in range(first, last + 1))
        if quarters is None:
            return None
        return sum(quarters, ZERO) / (len(quarters) if measure in MEANS else 1)

    def year(self, measure: str, scenario: str) -> Number:
        """The four quarters if all are there, else the year as stated."""
        whole = self.span(measure, scenario, 1, 4)
        return self.cells.get((measure, scenario, "FY")) if whole is None else whole

    def at(self, measure: str, scenario: str, scope: str, q: int) -> Number:
        """A measure in scope ``Q``, ``YTD`` or ``FY``."""
        if scope == "Q":
            return self.quarter(measure, scenario, q)
        if scope == "YTD":
            whole = self.span(measure, scenario, 1, q)
            return self.year(measure, scenario) if whole is None and q == 4 else whole
        return self.year(measure, scenario)

    def forecast(self, measure: str, q: int) -> tuple[Number, str]:
        """The end of the year as seen from quarter *q*, and by which method."""
        own = self.cells.get((measure, FORECAST, "FY"))
        if own is not None:
            return own, "own"
        actual = self.at(measure, ACTUAL, "YTD", q)
        if measure in STATES or measure in MEANS:
            return actual, "last"
        if actual is None:
            return None, ""
        for scenario, method in ((PY, "seasonal"), (TARGET, "plan")):
            part, whole = self.at(measure, scenario, "YTD", q), self.year(measure, scenario)
            if part is not None and whole is not None and part > 0:
                return actual * whole / part, method
        return actual * 4 / q, "linear"

    def annual(self, measure: str, q: int) -> Number:
        """The last four quarters."""
        to_date = self.at(measure, ACTUAL, "YTD", q)
        if q == 4 or measure in STATES or to_date is None:
            return to_date
        rest = self.span(measure, PY, q + 1, 4)
        if rest is None:
            return None
        if measure in MEANS:
            return (to_date * q + rest * (4 - q)) / 4
        return to_date + rest

    def stated(self, kpi: Kpi, scope: str, q: int) -> Number:
        """The target that somebody set for the KPI itself.

        One for the year holds all year, but a state has it at the end only.
        """
        if kpi.id in kpi.needs:
            return None
        year = self.cells.get((kpi.id, TARGET, "FY"))
        found = self.cells.get((kpi.id, TARGET, "Q4" if scope == "FY" else f"Q{q}"))
        if all(need in STATES for need in kpi.needs):  # the year ends as its last quarter
            return year if found is None and (scope == "FY" or q == 4) else found
        return year if scope == "FY" or found is None else found

    def has(self, kpi: Kpi) -> bool:
        """Whether the perspective speaks of the KPI at all; our own always does."""
        if self.perspective == "own" or (kpi.id, TARGET) in self.given:
            return True
        return any(
            all((need, scenario) in self.given for need in kpi.needs)
            for scenario in (PY, TARGET, ACTUAL, FORECAST)
        )


def months_of(scope: str, q: int) -> int:
    """How many months a scope spans."""
    return {"Q": 3, "YTD": 3 * q, "FY": 12}[scope]


# ---------------------------------------------------------------- a row of results


@dataclass
class Row:
    """A line of ``kpis.csv``."""

    actual: Number = None
    target: Number = None
    prior_year: Number = None
    forecast: Number = None
    forecast_method: str = ""
    variance: Number = None
    variance_pct: Number = None
    attainment: Number = None
    growth: Number = None
    light: str = "grey"
    coverage: Number = None
    included: str = ""
    missing: frozenset[str] = frozenset()
    fc_gap: Number = None
    needed_per_quarter: Number = None
    mat: Number = None


Key = tuple[str, str, str, str, str]  # subject id (or *), KPI, perspective, scope, quarter
COLUMNS = (
    "actual", "target", "prior_year", "variance", "variance_pct", "attainment", "growth",
    "forecast", "coverage", "fc_gap", "needed_per_quarter", "mat",
)  # fmt: skip


def attained(kpi: Kpi, actual: Number, target: Number) -> Number:
    """Attainment for up, down and band."""
    if actual is None or target is None:
        return None
    if target == 0:
        return ONE if kpi.better == "down" and actual == 0 else None
    if kpi.better == "band":
        return ONE - max(ZERO, abs(actual - target) - Decimal("0.05")) / abs(target)
    distance = (actual - target) / abs(target)
    return ONE - distance if kpi.better == "down" else ONE + distance


def rounded(value: Decimal, digits: int) -> Decimal:
    """Half up, away from zero."""
    with localcontext(prec=80):
        return value.quantize(ONE.scaleb(-digits), ROUND_HALF_UP)


def lit(kpi: Kpi, actual: Number, target: Number, reached: Number, *, year: bool = False) -> str:
    """The light, from the numbers as they are shown."""
    if kpi.light is None or actual is None:
        return "grey"
    name, green, yellow = kpi.light
    if name == "limit":
        percent = kpi.unit == "percent"
        return _three(rounded(actual * 100 if percent else actual, 1), green, yellow, kpi.better)
    if target is None:
        return "grey"
    if name == "reached":
        return "green" if actual >= target else "red"
    if name == "pp":
        return _three(rounded((actual - target) * 100, 1), green, yellow, kpi.better)
    if reached is None:
        return "grey"
    limits = (Decimal(100), Decimal(95)) if year else (green, yellow)
    return _three(rounded(reached * 100, 1), *limits, "up")


def _three(value: Decimal, green: Decimal, yellow: Decimal, better: str) -> str:
    if better == "down":
        return "green" if value <= green else "yellow" if value <= yellow else "red"
    return "green" if value >= green else "yellow" if value >= yellow else "red"


def _compare(row: Row, kpi: Kpi, growing: Number) -> None:
    """Fill in what follows from actual, target and prior year."""
    percent = kpi.unit == "percent"
    if row.actual is not None and row.target is not None:
        row.variance = row.actual - row.target
        if not percent:
            row.variance_pct = over(row.variance, abs(row.target))
    row.attainment = attained(kpi, row.actual, row.target)
    if growing is not None and row.prior_year is not None:
        if percent:
            row.growth = growing - row.prior_year
        elif row.prior_year > 0:
            row.growth = (growing - row.prior_year) / row.prior_year


# ---------------------------------------------------------------- one subject


def _needed(kpi: Kpi, scope: str, q: int) -> list[tuple[str, int]]:
    """The actuals that a number rests on: measure and quarter; the year is judged to date."""
    if scope == "Q":
        return [(need, q) for need in kpi.needs]
    return [
        (need, quarter)
        for need in kpi.needs
        for quarter in ((q,) if need in STATES else range(1, q + 1))
    ]


WEAKEST = ("", "last", "own", "seasonal", "plan", "linear")


def subject_rows(book: Book, perspective: str, year: int, q: int) -> Iterator[tuple[Key, Row]]:
    """Every row of one workbook in one perspective."""
    sheet = Sheet(book, perspective)
    for kpi in CATALOGUE:
        if kpi.role != book.role or not sheet.has(kpi):
            continue
        for scope, quarter in [*(("Q", n) for n in range(1, q + 1)), ("YTD", q), ("FY", q)]:
            row = _row(sheet, kpi, scope, quarter, q, year)
            if row is not None:
                yield (book.id, kpi.id, perspective, scope, f"{year}Q{quarter}"), row


def _row(sheet: Sheet, kpi: Kpi, scope: str, quarter: int, q: int, year: int) -> Row | None:
    row = Row()
    months = months_of(scope, quarter)

    def found(scenario: str) -> Number:
        return kpi.of(
            {need: sheet.at(need, scenario, scope, quarter) for need in kpi.needs}, months
        )

    row.actual, row.target, row.prior_year = found(ACTUAL), found(TARGET), found(PY)
    if row.target is None:
        row.target = sheet.stated(kpi, scope, quarter)
    needed = _needed(kpi, scope, quarter)
    absent = [(need, n) for need, n in needed if sheet.quarter(need, ACTUAL, n) is None]
    row.coverage = ONE - Decimal(len(absent)) / len(needed)
    row.missing = frozenset(f"{need} {year}-Q{n}" for need, n in absent)
    begun = all(
        any(sheet.quarter(need, ACTUAL, n) is not None for n in range(1, q + 1))
        for need in kpi.needs
    )
    if scope in ("YTD", "FY"):
        _look_ahead(row, sheet, kpi, scope, q)
    _compare(row, kpi, row.actual)
    row.light = _light_of(row, sheet, kpi, scope, quarter)
    known = (row.actual, row.target, row.prior_year, row.forecast)
    incomplete = scope == "YTD" and row.coverage < 1 and begun
    return row if incomplete or any(value is not None for value in known) else None


def _look_ahead(row: Row, sheet: Sheet, kpi: Kpi, scope: str, q: int) -> None:
    """The forecast, the gap to the target of the year and the last four quarters."""
    expected = {need: sheet.forecast(need, q) for need in kpi.needs}
    row.forecast = kpi.of({need: value for need, (value, _) in expected.items()}, 12)
    if row.forecast is not None:
        row.forecast_method = max((m for _, m in expected.values()), key=WEAKEST.index)
    if not all(need in STATES or need in MEANS for need in kpi.needs):
        row.mat = kpi.of({need: sheet.annual(need, q) for need in kpi.needs}, 12)
    goal = kpi.of({need: sheet.at(need, TARGET, "FY", q) for need in kpi.needs}, 12)
    goal = sheet.stated(kpi, "FY", q) if goal is None else goal
    happened = kpi.of({need: sheet.at(need, ACTUAL, "YTD", q) for need in kpi.needs}, 3 * q)
    if kpi.together == "sum" and goal is not None and happened is not None:
        row.fc_gap = goal - happened
        row.needed_per_quarter = _pace(kpi, row.fc_gap, q)


def _pace(kpi: Kpi, gap: Decimal, q: int) -> Number:
    """What each remaining quarter must bring; a state needs no pace."""
    if q == 4 or any(need in STATES or need in MEANS for need in kpi.needs):
        return None
    return gap / (4 - q)


def _light_of(row: Row, sheet: Sheet, kpi: Kpi, scope: str, quarter: int) -> str:
    if scope == "FY":
        ends = row.forecast if row.actual is None else row.actual
        return lit(kpi, ends, row.target, attained(kpi, ends, row.target), year=True)
    if kpi.cases:
        cases = [sheet.at(name, ACTUAL, scope, quarter) for name in DECIDED]
        if sum((case for case in cases if case is not None), ZERO) < 10:
            return "grey"  # so few, or so few that we know of
    return lit(kpi, row.actual, row.target, row.attainment)


# ---------------------------------------------------------------- all subjects together


@dataclass(frozen=True)
class Group:
    """Some workbooks in one perspective, whose measures are added up for one KPI."""

    kpi: Kpi
    sheets: tuple[Sheet, ...]
    q: int

    def parts(self, sheet: Sheet, scenario: str, scope: str, quarter: int) -> dict[str, Number]:
        """What one workbook brings in, in the currency of the report."""
        return {
            need: worth(sheet, need, self._part(sheet, need, scenario, scope, quarter))
            for need in self.kpi.needs
        }

    def _part(self, sheet: Sheet, need: str, scenario: str, scope: str, quarter: int) -> Number:
        if scenario == FORECAST:
            return sheet.forecast(need, self.q)[0]
        if scenario == "MAT":
            return sheet.annual(need, self.q)
        return sheet.at(need, scenario, scope, quarter)

    def with_all(self, scenario: str, scope: str, quarter: int) -> list[Sheet]:
        """The workbooks that have every part, and none that rests on a blocked cell.

        A part rests on the blocked cells if it changes when they do.
        """
        found = []
        for sheet in self.sheets:
            parts = self.parts(sheet, scenario, scope, quarter)
            if None not in parts.values() and (
                sheet.shaken is None or parts == self.parts(sheet.shaken, scenario, scope, quarter)
            ):
                found.append(sheet)
        return found

    def total(
        self, among: Sequence[Sheet], scenario: str, scope: str, quarter: int, months: int
    ) -> Number:
        """The parts added up over *among*, then the formula; a market counts once."""
        if not among:
            return None
        sums: dict[str, Number] = {}
        for need in self.kpi.needs:
            once: dict[str, Decimal] = {}
            for sheet in among:
                market = sheet.book.market if need == "market_volume" else ""
                value = self.parts(sheet, scenario, scope, quarter)[need]
                once.setdefault(market or sheet.book.id, value or ZERO)
            sums[need] = sum(once.values(), ZERO)
        return self.kpi.of(sums, months)


def worth(sheet: Sheet, measure: str, value: Number) -> Number:
    """An amount in the currency of the report."""
    return value if value is None or measure not in MONEY else value * sheet.book.rate


def together_rows(
    books: Sequence[Book], perspective: str, year: int, q: int
) -> Iterator[tuple[Key, Row]]:
    """The consolidated rows: like for like, sums before quotients."""
    sheets = [Sheet(book, perspective) for book in books]
    for kpi in CATALOGUE:
        everybody = [book for book in books if book.role == kpi.role]
        having = tuple(s for s in sheets if s.book.role == kpi.role and s.has(kpi))
        if kpi.together == "none" or not having:
            continue
        group = Group(kpi, having, q)
        for scope, quarter in [*(("Q", n) for n in range(1, q + 1)), ("YTD", q), ("FY", q)]:
            if any(_row(sheet, kpi, scope, quarter, q, year) for sheet in having):
                row = _together(group, everybody, scope, quarter)
                yield ("*", kpi.id, perspective, scope, f"{year}Q{quarter}"), row


def _both(one: Sequence[Sheet], other: Sequence[Sheet]) -> list[Sheet]:
    return [sheet for sheet in one if sheet in other]


def _together(group: Group, everybody: Sequence[Book], scope: str, quarter: int) -> Row:
    row = Row()
    months = months_of(scope, quarter)
    happened = group.with_all(ACTUAL, scope, quarter)
    agreed = group.with_all(TARGET, scope, quarter)
    before = group.with_all(PY, scope, quarter)
    expected = group.with_all(FORECAST, scope, quarter) if scope != "Q" else []
    pairs = _both(happened, agreed)
    inside, aimed = (pairs, pairs) if pairs else (happened, [] if happened else agreed)
    members = inside or aimed
    if scope == "FY" and expected:
        expected = _both(expected, agreed) or expected
        inside = expected if all(sheet in happened for sheet in expected) else []
        aimed, members = _both(expected, agreed), expected
    grown = _both(happened, before)

    def total(among: Sequence[Sheet], scenario: str) -> Number:
        return group.total(among, scenario, scope, quarter, months)

    row.actual, row.target = total(inside, ACTUAL), total(aimed, TARGET)
    row.prior_year = total(grown or [s for s in before if s in (*inside, *aimed)], PY)
    if scope != "Q":
        _look_ahead_together(group, row, scope)
    _compare(row, group.kpi, total(grown, ACTUAL))
    row.coverage = Decimal(len(members)) / len(everybody)
    row.included = f"{len(members)}/{len(everybody)}"
    names = {sheet.book.id for sheet in members}
    row.missing = frozenset(book.id for book in everybody if book.id not in names)
    row.light = _light_together(group, row, members, scope, quarter)
    return row


def _look_ahead_together(group: Group, row: Row, scope: str) -> None:
    q, kpi = group.q, group.kpi
    agreed = group.with_all(TARGET, "FY", q)
    expected = group.with_all(FORECAST, scope, q)
    expected = _both(expected, agreed) or expected
    row.forecast = group.total(expected, FORECAST, scope, q, 12)
    if row.forecast is not None:
        methods = [
            sheet.forecast(need, q)[1]
            for sheet in expected
            if group.total([sheet], FORECAST, scope, q, 12) is not None
            for need in kpi.needs
        ]
        row.forecast_method = max(methods, key=WEAKEST.index, default="")
    if not all(need in STATES or need in MEANS for need in kpi.needs):
        row.mat = group.total(group.with_all("MAT", scope, q), "MAT", scope, q, 12)
    if kpi.together == "sum":
        paired = _both(group.with_all(ACTUAL, "YTD", q), agreed)
        if paired:
            goal = group.total(paired, TARGET, "FY", q, 12)
            done = group.total(paired, ACTUAL, "YTD", q, 3 * q)
            if goal is not None and done is not None:
                row.fc_gap = goal - done
                row.needed_per_quarter = _pace(kpi, row.fc_gap, q)


def _light_together(
    group: Group, row: Row, members: Sequence[Sheet], scope: str, quarter: int
) -> str:
    kpi = group.kpi
    if scope == "FY":
        ends = row.forecast if row.actual is None else row.actual
        return lit(kpi, ends, row.target, attained(kpi, ends, row.target), year=True)
    if kpi.cases:
        cases = [sheet.at(name, ACTUAL, scope, quarter) for sheet in members for name in DECIDED]
        if sum((case for case in cases if case is not None), ZERO) < 10:
            return "grey"
    return lit(kpi, row.actual, row.target, row.attainment)


def all_rows(books: Sequence[Book], year: int, q: int) -> dict[Key, Row]:
    """Everything that ``kpis.csv`` must say of *books* in blocks A, B, C and E."""
    with localcontext(prec=60):
        rows: dict[Key, Row] = {}
        for perspective in ("own", "customer", "joint"):
            for book in books:
                if perspective == "own" or perspective in _perspectives(book):
                    rows.update(subject_rows(book, perspective, year, q))
            some = [book for book in books if perspective in ("own", *_perspectives(book))]
            if some:
                rows.update(together_rows(books, perspective, year, q))
        return rows


def _perspectives(book: Book) -> set[str]:
    return {key[1] for key in book.typed} | {goal.perspective for goal in book.goals}


# ---------------------------------------------------------------- the score of a partner

CRITERIA = (  # weight, value for 0 points, value for 100 points
    ("a_volume", 20, "0.50", "1.00"), ("a_conversion", 20, "0.30", "0.65"),
    ("a_first_time", 15, "0.50", "0.90"), ("a_cancel", 15, "0.10", "0.02"),
    ("a_quality", 10, "25", "85"), ("a_training", 10, "0.40", "0.95"),
    ("a_active", 5, "0.20", "0.70"), ("a_talks", 5, "0", "1"),
)  # fmt: skip


@dataclass(frozen=True)
class Score:
    """The score of a partner by the default criteria."""

    points: Mapping[str, Number]  # by criterion; None is without data
    score: Number
    coverage: Decimal
    standing: str  # A, B, C, D, or N

    @property
    def light(self) -> str:
        return {"A": "green", "B": "green", "C": "yellow", "D": "red", "N": "grey"}[self.standing]


def score(book: Book, scope: str, quarter: int) -> Score:
    """The score of a quarter, or of the year up to it."""
    with localcontext(prec=60):
        values = {key: scored(book, key, scope, quarter) for key, *_ in CRITERIA}
        points: dict[str, Number] = {}
        total = covered = ZERO
        for key, weight, low, high in CRITERIA:
            value, zero, hundred = values[key], Decimal(low), Decimal(high)
            points[key] = (
                None
                if value is None
                else min(max((value - zero) / (hundred - zero) * 100, ZERO), Decimal(100))
            )
            known = points[key]
            if known is not None:
                total += weight * known
                covered += weight
        whole = over(total, covered)
        return Score(points, whole, covered / 100, _standing(whole, covered / 100, values))


def scored(book: Book, key: str, scope: str, quarter: int) -> Number:
    """The value of a criterion; None if it is missing or rests on fewer than ten decisions."""
    sheet = Sheet(book, "own")
    months = months_of(scope, quarter)
    if key == "a_quality":
        marks = [Decimal(mark) for mark in book.scores]
        return (sum(marks, ZERO) / len(marks) - 1) / 4 * 100 if marks else None
    if key == "a_training":
        trained, active = (
            sheet.at(name, ACTUAL, scope, quarter)
            for name in ("trained_advisers", "active_advisers")
        )
        return None if active is None else over(trained, active)
    if key == "a_talks":
        return _talks(book, scope, quarter)
    kpi = KPIS[key]
    actual, target = (
        kpi.of({need: sheet.at(need, scenario, scope, quarter) for need in kpi.needs}, months)
        for scenario in (ACTUAL, TARGET)
    )
    if kpi.cases:
        cases = [sheet.at(name, ACTUAL, scope, quarter) for name in DECIDED]
        if sum((case for case in cases if case is not None), ZERO) < 10:
            return None
    return attained(kpi, actual, target) if key == "a_volume" else actual


def _talks(book: Book, scope: str, quarter: int) -> Number:
    """Held of due: one a quarter, and the annual one when it was held or the year is over."""
    quarters = [quarter] if scope == "Q" else list(range(1, quarter + 1))
    due = len(quarters)
    held = sum(f"Q{n}" in book.talks for n in quarters)
    if "annual" in book.talks:
        due, held = due + (1 in quarters), held + (1 in quarters)
    elif 4 in quarters:
        due += 1
    return Decimal(held) / due


def _standing(value: Number, coverage: Decimal, values: Mapping[str, Number]) -> str:
    """By the score as shown; what knocks out caps it; too little data gives none."""
    if value is None or coverage < Decimal("0.6"):
        return "N"
    limits = (("A", 85), ("B", 70), ("C", 50))
    found = next((name for name, limit in limits if rounded(value, 1) >= limit), "D")
    trained, cancelled = values["a_training"], values["a_cancel"]
    capped = (trained is not None and rounded(trained * 100, 1) < 50) or (
        cancelled is not None and rounded(cancelled * 100, 1) > 12
    )
    return max(found, "C") if capped else found


# ---------------------------------------------------------------- as it is shown

NBSP, MINUS, MISSING = "\u00a0", "\u2212", "–"
SHAPES: Mapping[str, tuple[int, bool]] = {  # digits, and whether whole numbers drop them
    "units": (0, False), "count": (1, True), "EUR/unit": (2, False), "EUR/order": (0, False),
    "percent": (1, False), "pp": (1, False), "per_year": (1, False), "days": (1, True),
    "working_days": (1, True), "points": (1, False), "index": (1, False), "nps": (1, False), "score": (2, False),
    "ratio": (2, False),
}  # fmt: skip
SYMBOLS = {"EUR": "€", "CHF": "CHF", "USD": "$", "GBP": "£"}


def shown(
    value: Number,
    unit: str,
    language: str,
    *,
    signed: bool = False,
    currency: str = "EUR",
    scale: int = 1000,
) -> str:
    """A number as it must stand in a report."""
    if value is None:
        return MISSING
    money = unit == "EUR"
    digits, whole = (
        {1: (0, False), 1000: (1, False), 1_000_000: (2, False)}[scale] if money else (SHAPES[unit])
    )
    with localcontext(prec=80):
        value = value / scale if money else value * 100 if unit in ("percent", "pp") else value
        value = rounded(value, digits)
        if whole and value == value.to_integral_value():
            digits = 0
        text = f"{abs(value):,.{digits}f}"
    if language == "de":
        text = text.translate({ord(","): ".", ord("."): ","})
    sign = MINUS if value < 0 else ""
    if signed or unit == "pp":
        sign = MINUS if value < 0 else "+" if value > 0 else "±"
    symbol = SYMBOLS[currency]
    return sign + text + _unit(unit, language, symbol, scale, one=abs(value) == 1)


def _unit(unit: str, language: str, symbol: str, scale: int, *, one: bool) -> str:
    german = language == "de"
    match unit:
        case "EUR":
            prefix = {1: "", 1000: "T" if german else "k", 1_000_000: "Mio." if german else "m"}
            between = NBSP if german and scale == 1_000_000 else ""
            return NBSP + prefix[scale] + between + symbol
        case "EUR/unit":
            return f"{NBSP}{symbol}/{'Stk.' if german else 'unit'}"
        case "EUR/order":
            return NBSP + symbol
        case "percent":
            return f"{NBSP}%" if german else "%"
        case "pp":
            return NBSP + ("PP" if german else "pp")
        case "per_year":
            return f"{NBSP}p.{NBSP}a." if german else f"{NBSP}p.a."
        case "days":
            return NBSP + (("Tag" if one else "Tage") if german else ("day" if one else "days"))
        case "working_days" if german:
            return NBSP + ("Arbeitstag" if one else "Arbeitstage")
        case "working_days":
            return f"{NBSP}working {'day' if one else 'days'}"
    return ""
