"""Invented portfolios as plain data: who typed what into which cell, with all that people do.

Numbers hang together (no part exceeds its whole), except where a violation is meant; then the
blocked cell is known. Amounts are whole thousands, so that they can be typed in any scale.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from oracle import MEANS, MONEY, QUARTERS, STATES, Book, Goal, Typed

Cell = tuple[str, str, str, str]
THOUSAND = 1000
SCENARIOS = ("PY", "TARGET", "ACTUAL")
RATES = {"EUR": Decimal(1), "CHF": Decimal("1.0625")}
WHOLES = (
    ("cm", "revenue"), ("promo_revenue", "revenue"), ("revenue", "revenue_gross"),
    ("outlets_listed", "outlets_total"), ("cat_rev_listed", "cat_rev_total"),
    ("skus_listed", "skus_relevant"), ("small_orders", "orders"),
)  # fmt: skip
NULLS = ("k. A.", "–", "n/a", "?", "tbd")


@dataclass(frozen=True)
class Portfolio:
    """The workbooks of one run, and the quarter it is about."""

    books: tuple[Book, ...]
    quarter: int


def portfolio(seed: int, quarter: int, accounts: int, partners: int) -> Portfolio:
    """A portfolio; the same *seed* gives the same one."""
    dice = random.Random(seed)
    markets = {name: list(_amounts(dice, 5000, 90_000)) for name in ("M1", "M2", "")}
    made = [_account(dice, f"K-{n}", quarter, markets) for n in range(1, accounts + 1)]
    made += [_partner(dice, f"P-{n}", quarter) for n in range(1, partners + 1)]
    return Portfolio(tuple(made), quarter)


# ---------------------------------------------------------------- accounts


def _amounts(dice: random.Random, low: int, high: int) -> Iterator[int]:
    """Twelve amounts in thousands: four quarters of three scenarios."""
    base = dice.randint(low, high)
    for _ in range(12):
        yield max(round(base * dice.uniform(0.8, 1.25)), 1)


def _account(dice: random.Random, key: str, quarter: int, markets: dict[str, list[int]]) -> Book:
    market = dice.choice(["M1", "M1", "M2", ""])
    scale = dice.choice([1, 1000, 1000, 1_000_000])
    values: dict[Cell, int] = {}
    volumes = markets[market] if market else list(_amounts(dice, 5000, 90_000))
    for number, (scenario, name) in enumerate((s, q) for s in SCENARIOS for q in QUARTERS):
        if scenario == "ACTUAL" and int(name[1]) > quarter:
            continue
        for measure, value in _quarter_of_account(dice, scenario).items():
            values[measure, "own", scenario, name] = value
        values["market_volume", "own", scenario, name] = volumes[number] * THOUSAND
    _some_zero(dice, values)
    _some_absent(dice, values, quarter)
    _as_months(dice, values)
    if dice.random() < 0.4:
        values["revenue", "own", "FORECAST", "FY"] = dice.randint(2000, 9000) * THOUSAND
    if dice.random() < 0.4:  # a year's target instead of quarters
        for measure in dice.sample(["revenue", "units", "cm", "customers"], 2):
            _only_the_year(values, measure)
    _others_targets(dice, values)
    language, currency = dice.choice(["de", "en"]), "CHF" if dice.random() < 0.15 else "EUR"
    book = Book(
        key,
        f"Kunde {key} GmbH",
        {
            cell: _typed(dice, cell, value, scale, language, euro=currency == "EUR")
            for cell, value in values.items()
        },
        goals=tuple(_goals(dice, scale)),
        language=language,
        scale=scale,
        market=market,
        currency=currency,
    )
    book = replace(book, rate=RATES[book.currency])
    return replace(book, blocked=frozenset(_excesses(book)))


def _quarter_of_account(dice: random.Random, scenario: str) -> dict[str, int]:
    """The measures of a quarter, in base units."""
    units = dice.randint(500, 12_000)
    gross = dice.randint(400, 4000)
    revenue = round(gross * dice.uniform(0.7, 1.0))
    orders = dice.randint(20, 400)
    outlets, skus = dice.randint(5, 400), dice.randint(5, 120)
    category = dice.randint(300, 9000)
    spend = round(revenue / dice.uniform(0.1, 0.95))
    found = {
        "revenue_gross": gross,
        "revenue": revenue,
        "cm": round(revenue * dice.uniform(-0.1, 0.5)),
        "cogs": round(revenue * 0.6),
        "purchase_volume": spend,
        "sellout_cost": round(revenue * dice.uniform(0.4, 0.9)),
        "stock_avg": round(revenue * dice.uniform(0.1, 0.6)) + 1,
        "cat_rev_total": category,
        "cat_rev_listed": round(category * dice.random()),
        "promo_revenue": round(revenue * dice.uniform(0, 0.4)),
        "promo_cost": dice.randint(0, 60),
    }
    counts = {
        "units": units,
        "outlets_total": outlets,
        "outlets_listed": dice.randint(0, outlets),
        "skus_relevant": skus,
        "skus_listed": dice.randint(0, skus),
        "promos": dice.randint(0, 4),
        "customers": dice.randint(0, 90),
        "customers_new": dice.randint(0, 9),
        "customers_lost": dice.randint(0, 6),
        "orders": orders,
        "order_lines": orders * dice.randint(1, 9),
        "small_orders": dice.randint(0, orders),
    }
    if scenario == "TARGET":
        counts["units"] = counts["units"] // 100 * 100
    return {key: value * THOUSAND for key, value in found.items()} | counts


def _some_zero(dice: random.Random, values: dict[Cell, int]) -> None:
    """Measured zeros and, for margins, losses as targets."""
    for group in (("orders", "order_lines", "small_orders"), ("stock_avg",), ("units",),
                  ("outlets_total", "outlets_listed"), ("market_volume",), ("promo_cost",),
                  ("customers_lost",), ("sellout_cost",)):  # fmt: skip
        if dice.random() < 0.15 and group != ("market_volume",):
            scenario, name = dice.choice(SCENARIOS), dice.choice(QUARTERS)
            for measure in group:
                if (measure, "own", scenario, name) in values:
                    values[measure, "own", scenario, name] = 0
    if dice.random() < 0.2:
        for name in QUARTERS:
            values["cm", "own", "TARGET", name] = -dice.randint(1, 90) * THOUSAND
    if dice.random() < 0.1:
        for name in QUARTERS:
            values["cm", "own", "PY", name] = -dice.randint(1, 90) * THOUSAND


def _some_absent(dice: random.Random, values: dict[Cell, int], quarter: int) -> None:
    """Cells, quarters, scenarios and whole measures that nobody filled in."""
    measures = sorted({cell[0] for cell in values})
    for measure in dice.sample(measures, 5):
        gone = dice.choice(["PY", "TARGET", "ACTUAL", "all", "cell", "cell", "cell"])
        scenario, name = dice.choice(SCENARIOS), f"Q{dice.randint(1, quarter)}"
        for cell in [cell for cell in values if cell[0] == measure]:
            if gone in ("all", cell[2]) or (gone == "cell" and cell[2:] == (scenario, name)):
                del values[cell]
    if dice.random() < 0.25:  # the last quarter was not delivered at all
        for cell in [c for c in values if c[2:] == ("ACTUAL", f"Q{quarter}")]:
            del values[cell]


def _as_months(dice: random.Random, values: dict[Cell, int]) -> None:
    """Some actuals come by month."""
    for measure in ("units", "customers", "stock_avg"):
        if dice.random() > 0.2:
            continue
        for cell in [c for c in values if c[0] == measure and c[2] == "ACTUAL"]:
            value, first = values.pop(cell), 3 * int(cell[3][1]) - 2
            step = THOUSAND if measure in MONEY else 1
            parts = [value // step // 3 * step] * 2
            parts.append(value - sum(parts))
            if measure in STATES:
                parts = [dice.randint(0, 90), dice.randint(0, 90), value]
            if measure in MEANS:
                parts = [value + step, value - step, value]
            for number, part in enumerate(parts):
                values[measure, "own", "ACTUAL", f"M{first + number:02d}"] = part


def _only_the_year(values: dict[Cell, int], measure: str) -> None:
    quarters = [values.pop((measure, "own", "TARGET", name), 0) for name in QUARTERS]
    whole = quarters[-1] if measure in STATES else sum(quarters)
    values[measure, "own", "TARGET", "FY"] = whole


def _others_targets(dice: random.Random, values: dict[Cell, int]) -> None:
    """Targets of the customer and joint ones, and numbers that the customer counts himself."""
    for view in ("customer", "joint"):
        for measure in ("revenue", "units", "orders", "outlets_listed", "outlets_total"):
            if dice.random() < 0.3:
                for name in QUARTERS:
                    own = values.get((measure, "own", "TARGET", name), 7 * THOUSAND)
                    values[measure, view, "TARGET", name] = own + THOUSAND
    if dice.random() < 0.2:
        values["orders", "customer", "ACTUAL", "Q1"] = dice.randint(1, 300)


def _goals(dice: random.Random, scale: int) -> Iterator[Goal]:
    """Goals for quotas and, jointly, for revenue."""
    if dice.random() < 0.5:
        share = dice.randint(150, 450)
        typed: Typed = share / 1000
        yield Goal("k_cm_pct", "own", {"FY": typed}, "margin")
    if dice.random() < 0.4:
        quarters: dict[str, Typed] = {name: dice.randint(40, 99) / 100 for name in QUARTERS}
        yield Goal("k_assort", "joint", quarters, "assortment")
    if dice.random() < 0.4:
        amounts = {name: dice.randint(1, 9) * 10**6 for name in QUARTERS}
        yield Goal("revenue", "joint", {name: _scaled(v, scale) for name, v in amounts.items()})


def _excesses(book: Book) -> Iterator[Cell]:
    """The parts that are more than their whole; they stay out of the consolidation."""
    from oracle import number

    def value(measure: str, cell: Cell) -> Decimal | None:
        typed = book.typed.get((measure, *cell[1:]))
        return number(typed, book.language, book.scale if measure in MONEY else 1)

    for part, whole in WHOLES:
        for cell in book.typed:
            if cell[0] == part:
                inside, outside = value(part, cell), value(whole, cell)
                if inside is not None and outside is not None and inside > outside:
                    yield cell


# ---------------------------------------------------------------- partners


def _partner(dice: random.Random, key: str, quarter: int) -> Book:
    scale = dice.choice([1, 1000, 1_000_000])
    small = dice.random() < 0.3
    values: dict[Cell, int] = {}
    for scenario in SCENARIOS:
        for name in QUARTERS:
            if scenario == "ACTUAL" and int(name[1]) > quarter:
                continue
            for measure, value in _quarter_of_partner(dice, small=small).items():
                values[measure, "own", scenario, name] = value
    for cell in [c for c in values if c[2] == "TARGET"]:
        if cell[0] not in ("submitted", "volume_signed", "signed", "complete_first"):
            del values[cell]
    for measure in dice.sample(["queried", "within_sla", "cancelled", "complete_first"], 1):
        for cell in [c for c in values if c[0] == measure and dice.random() < 0.5]:
            del values[cell]
    if dice.random() < 0.3:
        _only_the_year(values, "volume_signed")
    language = dice.choice(["de", "en"])
    return Book(
        key,
        f"Finanzhaus {key}",
        {cell: _typed(dice, cell, value, scale, language) for cell, value in values.items()},
        role="partner",
        language=language,
        scale=scale,
        scores=tuple(dice.randint(1, 5) for _ in range(dice.choice([0, 1, 3, 6]))),
        talks=tuple(name for name in (*QUARTERS[:quarter], "annual") if dice.random() < 0.7),
    )


def _quarter_of_partner(dice: random.Random, *, small: bool) -> dict[str, int]:
    submitted = dice.randint(0, 8) if small else dice.randint(30, 120)
    decided = dice.randint(submitted // 2, submitted)
    approved = dice.randint(decided // 2, decided)
    refused = decided - approved
    automatic = dice.randint(0, refused)
    signed = dice.randint(approved // 2, approved)
    advisers = dice.randint(1, 40)
    active = dice.randint(0, advisers)
    return {
        "submitted": submitted,
        "complete_first": dice.randint(0, submitted),
        "queried": dice.randint(0, submitted),
        "auto_rejected": automatic,
        "rejected": refused - automatic,
        "approved": approved,
        "signed": signed,
        "cancelled": dice.randint(0, signed // 3),
        "volume_submitted": submitted * 240 * THOUSAND,
        "volume_signed": signed * dice.randint(150, 300) * THOUSAND,
        "decision_days_sum": decided * dice.randint(2, 11),
        "within_sla": dice.randint(0, approved),
        "advisers": advisers,
        "active_advisers": active,
        "trained_advisers": dice.randint(0, active),
    }


# ---------------------------------------------------------------- as typed


def _typed(
    dice: random.Random, cell: Cell, value: int, scale: int, language: str, *, euro: bool = True
) -> Typed:
    """What stands in the cell: mostly the number, sometimes how people write it."""
    roll = dice.random()
    if roll < 0.02 and cell[2] != "FORECAST":
        return dice.choice(NULLS)
    scaled = _scaled(value, scale) if cell[0] in MONEY else value
    if roll < 0.05:
        return _written(scaled, language)
    if roll < 0.07 and cell[0] in MONEY and value >= 0 and euro:
        word = ("T€" if language == "de" else "k€") if value < 10**6 else "Mio. €"
        amount = Decimal(value) / (1000 if value < 10**6 else 10**6)
        digits = f"{amount:.2f}"
        if Decimal(digits) == amount:
            return f"{_pointed(digits, language)} {word}"
    return scaled


def _scaled(value: int, scale: int) -> int | float:
    amount = Decimal(value) / scale
    return int(amount) if amount == amount.to_integral_value() else float(amount)


def _written(value: float, language: str) -> str:
    """As text: grouped, with two digits, so that nobody can mistake it."""
    exact = Decimal(repr(value))
    if exact != round(exact, 2):
        return _pointed(f"{exact:.6f}", language)
    text = f"{abs(exact):,.2f}"
    text = text if language == "en" else text.translate({ord(","): ".", ord("."): ","})
    return f"{text}-" if exact < 0 else text


def _pointed(digits: str, language: str) -> str:
    return digits if language == "en" else digits.replace(".", ",")
