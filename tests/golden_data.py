"""The golden numbers: three invented accounts, and what must come out of them.

Amounts are in thousands of euros as in the design (golden-numbers.md); ``plans()`` gives euros.
Report quarter is Q2. Nordmarkt and Südbau share one market; Westchem has no actuals of Q2.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kam_reports.model import (
    Entry,
    Figure,
    Occasion,
    Period,
    Place,
    Plan,
    Role,
    Scenario,
    Subject,
    Value,
)

YEAR = 2026
OCCASION = Occasion(Period(YEAR, "Q", 2), date(YEAR, 6, 30))
MONEY = ("revenue", "cm", "revenue_gross", "market_volume")

Quarters = tuple[float | None, ...]


@dataclass(frozen=True)
class Row:
    """A measure of an account: prior year and target of four quarters, actuals of two."""

    measure: str
    prior_year: Quarters
    target: Quarters
    actual: Quarters


@dataclass(frozen=True)
class Account:
    """An account of the golden data."""

    id: str
    name: str
    market: str
    rows: tuple[Row, ...]


NORDMARKT = Account(
    "K-1001",
    "Nordmarkt",
    "M1",
    (
        Row("revenue", (900, 1000, 950, 1150), (950, 1050, 1000, 1200), (931, 1092)),
        Row("cm", (270, 300, 285, 345), (304, 336, 320, 384), (279.3, 305.76)),
        Row("units", (9000, 10000, 9500, 11500), (9300, 10300, 9800, 11800), (9400, 11200)),
        Row("revenue_gross", (1000, 1111, 1056, 1278), (1040, 1150, 1095, 1315), (1045, 1240)),
        Row("orders", (300, 320, 310, 350), (290, 305, 300, 330), (285, 312)),
        Row("market_volume", (6000, 6200, 6100, 6500), (6000, 6200, 6100, 6500), (6100, 6300)),
    ),
)
SUEDBAU = Account(
    "K-1002",
    "Südbau",
    "M1",
    (
        Row("revenue", (400, 420, 380, 500), (420, 440, 400, 540), (455, 410)),
        Row("cm", (60, 63, 57, 75), (71.4, 74.8, 68, 91.8), (63.7, 61.5)),
        Row("units", (2000, 2100, 1900, 2500), (2050, 2150, 1950, 2600), (2200, 2000)),
        Row("revenue_gross", (500, 525, 475, 625), (520, 545, 495, 670), (575, 520)),
        Row("orders", (80, 84, 76, 100), (82, 86, 78, 104), (88, 80)),
        Row("market_volume", (6000, 6200, 6100, 6500), (6000, 6200, 6100, 6500), (6100, 6300)),
    ),
)
WESTCHEM = Account(
    "K-1003",
    "Westchem",
    "M2",
    (
        Row("revenue", (700, 650, 720, 730), (760, 700, 780, 800), (640, None)),
        Row("cm", (175, 162.5, 180, 182.5), (197.6, 182, 202.8, 208), (153.6, None)),
        Row("units", (5000, 4600, 5100, 5200), (5300, 4900, 5400, 5500), (4500, None)),
        Row("revenue_gross", (800, 743, 823, 834), (860, 795, 885, 905), (745, None)),
        Row("orders", (150, 140, 152, 155), (155, 145, 158, 160), (132, None)),
        Row("market_volume", (9000, 9000, 9200, 9300), (9000, 9000, 9200, 9300), (9100, None)),
    ),
)
ACCOUNTS = (NORDMARKT, SUEDBAU, WESTCHEM)

# First contact → follow-up due in Baden-Württemberg (Good Friday 18 Apr 2025, Epiphany 6 Jan).
FOLLOW_UPS = (
    (date(2025, 4, 11), date(2025, 4, 22)),
    (date(2025, 4, 14), date(2025, 4, 22)),
    (date(2025, 12, 18), date(2025, 12, 29)),
    (date(2026, 1, 2), date(2026, 1, 9)),
)


def unit(measure: str) -> str:
    """The unit of a measure of the golden data."""
    return "EUR" if measure in MONEY else "units" if measure == "units" else "count"


def base(measure: str, value: float | None) -> float | None:
    """A value of the golden data in base units: euros, not thousands."""
    if value is None:
        return None
    return round(value * 1000, 2) if measure in MONEY else float(value)


def figures(account: Account, book: str) -> tuple[Figure, ...]:
    """The figures of *account*, as a reader would take them from a workbook."""
    found = []
    for line, row in enumerate(account.rows, start=3):
        for column, scenario, values in (
            (5, Scenario.PY, row.prior_year),
            (9, Scenario.TARGET, row.target),
            (14, Scenario.ACTUAL, row.actual),
        ):
            for number, value in enumerate(values, start=1):
                if value is not None:
                    cell = f"{chr(64 + column + number - 1)}{line}"
                    found.append(
                        Figure(
                            row.measure,
                            scenario,
                            Period(YEAR, "Q", number),
                            base(row.measure, value),
                            unit(row.measure),
                            Place(book, "Zahlen", cell),
                            str(value),
                        )
                    )
    return tuple(found)


def plan(account: Account) -> Plan:
    """The plan of *account*."""
    book = f"plans/{account.name}.xlsx"
    place = Place(book, "Plankopf", "A1")
    header = {
        "account_id": account.id,
        "account_name": account.name,
        "fiscal_year": YEAR,
        "currency": "EUR",
        "as_of": OCCASION.as_of,
        "kam": "Jana Vogt",
        "cm_level": "cm2",
        "market_id": account.market,
    }
    return Plan(
        subject=Subject(account.id, account.name, Role.ACCOUNT),
        fiscal_year=YEAR,
        as_of=OCCASION.as_of,
        figures=figures(account, book),
        entries=(
            Entry("plan", {key: Value(value, place) for key, value in header.items()}, place),
        ),
        oddities=(),
        place=Place(book),
        sections=frozenset({"plan", "figures"}),
    )


def plans() -> tuple[Plan, ...]:
    """The plans of the three accounts."""
    return tuple(plan(account) for account in ACCOUNTS)
