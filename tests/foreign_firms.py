"""Invented firms, their numbers and people, and the words that firms use for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from kam_reports.model import Period, Scenario

NBSP = "\u00a0"
PY, TARGET, ACTUAL = Scenario.PY, Scenario.TARGET, Scenario.ACTUAL

# Every measure: its usual words, then what people write when in a hurry.
WORDS = {
    "revenue": {
        "de": (["Umsatz", "Nettoumsatz", "Umsatzerlöse"], ["Umstaz", "Netto-Umsatz", "Ums. netto"]),
        "en": (["Revenue", "Net sales", "Turnover"], ["Revenu", "Net-sales", "Net rev."]),
    },
    "units": {
        "de": (["Absatz", "Absatzmenge", "Stückzahl"], ["Absatz-Menge", "Abs.-menge", "Stueckzahl"]),
        "en": (["Units sold", "Sales volume", "Quantity"], ["Units-sold", "Sales vol.", "Quantitiy"]),
    },
    "cm": {
        "de": (["Deckungsbeitrag", "DB I", "DB II"], ["Deckungs-beitrag", "DB-I", "Deckungsbeitr."]),
        "en": (["Contribution margin", "CM I", "CM II"], ["Contrib. margin", "CM-I", "Contribution mrgin"]),
    },
    "orders": {
        "de": (["Aufträge", "Auftragszahl", "Bestellungen"], ["Auftr.-Zahl", "Auftraege", "Bestelungen"]),
        "en": (["Orders", "Number of orders", "Order count"], ["No. of orders", "Order-count", "Ordres"]),
    },
    "promo_cost": {
        "de": (["Aktionskosten", "Kosten der Aktionen"], ["Aktions-Kosten", "Akt.-kosten"]),
        "en": (["Promotion cost", "Promo spend"], ["Promo-cost", "Promotoin cost"]),
    },
    "customers_new": {
        "de": (["Neukunden", "Neue Kunden"], ["Neu-Kunden", "Neukuden"]),
        "en": (["New customers", "Customers gained"], ["New custmers", "New cust."]),
    },
    "sellout_cost": {
        "de": (["Abverkauf zu Einstand", "Abverkauf"], ["Abverk. zu Einstand", "Ab-Verkauf"]),
        "en": (["Sell-out at cost", "Customer sell-out"], ["Sellout at cost", "Cust. sell-out"]),
    },
    "k_cm_pct": {
        "de": (["DB-Quote", "DB in %"], ["DB Qoute", "DB-Qu. (%)"]),
        "en": (["CM %", "Margin rate"], ["CM in %", "Margin-rate"]),
    },
    "k_turn": {
        "de": (["Umschlagshäufigkeit"], ["Umschl.-häuf.", "Umschlaghäufigkeit"]),
        "en": (["Stock turns"], ["Stock-turn", "Stk. turns"]),
    },
}  # fmt: skip
MONEY = frozenset(["revenue", "cm", "promo_cost", "sellout_cost"])
SUMMED = frozenset([*MONEY, "units", "orders", "customers_new"])
SCENARIOS = {
    "de": {
        PY: ["VJ", "Vorjahr"],
        TARGET: ["Plan", "Soll", "Ziel", "Budget"],
        ACTUAL: ["Ist", "IST"],
    },
    "en": {
        PY: ["PY", "Prior year"],
        TARGET: ["Target", "Budget", "Goal"],
        ACTUAL: ["Actual"],
    },
}
VARIANCES = {"de": ["Abw.", "Δ", "Abw. %"], "en": ["Variance", "Var.", "Var. %"]}
TOTALS = {"de": ["Summe", "Gesamt", "Σ"], "en": ["Total", "Sum", "Σ"]}
SCALES = {
    "de": {1: ["€", "EUR"], 1000: ["T€", "TEUR", "Tsd. €"], 1_000_000: ["Mio. €"]},
    "en": {1: ["EUR", "€"], 1000: ["k€", "EUR k"], 1_000_000: ["EUR m", "m€"]},
}
MONTHS = {
    "de": ["Jan", "Feb", "Mrz", "Apr", "Mai", "Jun", "Jul", "Aug", "Sep", "Okt", "Nov", "Dez"],
    "en": ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
}
LONG_MONTHS = {
    "de": ["Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September",
           "Oktober", "November", "Dezember"],
    "en": ["January", "February", "March", "April", "May", "June", "July", "August", "September",
           "October", "November", "December"],
}  # fmt: skip
GROUPS = {
    "de": [
        ("Sägen", "Bohrer", "Schleifmittel"),
        ("Molkerei", "Feinkost", "Tiefkühl"),
        ("Pumpen", "Ventile", "Dichtungen"),
        ("Lacke", "Spachtel", "Pinsel"),
    ],
    "en": [
        ("Saws", "Drills", "Abrasives"),
        ("Dairy", "Deli", "Frozen"),
        ("Pumps", "Valves", "Seals"),
        ("Paints", "Fillers", "Brushes"),
    ],
}
_FIRMS = {
    "de": [
        "Brandt Werkzeuge GmbH", "Nordlicht Märkte AG", "Hösl Haustechnik KG", "Vogtland Baustoffe",
        "Käthe Gröner Feinkost", "Süderelbe Handel eG", "Tannhof Möbel GmbH", "Zabel & Söhne OHG",
        "Rheinbogen Optik AG", "Wießner Farben GmbH", "Elmshof Drogerien", "Kranichfeld Pumpen",
        "Oderbruch Landtechnik", "Lohmar Medizintechnik",
    ],
    "en": [
        "Ashdown Tools Ltd", "Northlight Stores plc", "Harcombe Heating", "Veldon Building Supply",
        "Greta Moss Fine Foods", "Southbank Trading", "Firhill Furniture Ltd", "Zander & Sons",
        "Riverbend Optics", "Whitlow Paints", "Elmstead Drugstores", "Cranefield Pumps",
        "Marshgate Farming", "Lomond Medical",
    ],
}  # fmt: skip
_PEOPLE = {
    "de": ["Jana Kroll", "Mirko Petzold", "Ines Radloff", "Ulf Späth", "Carla Wüst", "Timo Ehlert"],
    "en": ["Nora Pell", "Miles Archer", "Ivy Radcliff", "Owen Spade", "Carla West", "Tim Eller"],
}
_TASKS = {
    "de": ["Regaltest in drei Filialen", "Preisliste neu verhandeln", "Schulung der Verkäufer",
           "Lieferfenster klären", "Muster für den Katalog", "Jahresgespräch vorbereiten"],
    "en": ["Shelf test in three stores", "Renegotiate the price list", "Train the sales staff",
           "Settle delivery windows", "Samples for the catalogue", "Prepare the annual talk"],
}  # fmt: skip
STATES = {
    "de": {"open": "offen", "in_progress": "in Arbeit", "done": "erledigt"},
    "en": {"open": "open", "in_progress": "in progress", "done": "done"},
}
ROLES = {
    "de": {"decider": "Entscheider", "buyer": "Einkäufer", "user": "Anwender"},
    "en": {"decider": "Decider", "buyer": "Buyer", "user": "User"},
}
STAGES = {
    "de": {"offer_sent": "Angebot versandt", "meeting": "Gespräch geführt", "won": "Abschluss"},
    "en": {"offer_sent": "Offer sent", "meeting": "Meeting held", "won": "Closed won"},
}


@dataclass(frozen=True, slots=True)
class Firm:
    """An invented customer: who it is, its year, and its numbers by month."""

    language: str
    name: str
    number: str
    kam: str
    year: int
    as_of: date
    months: Mapping[tuple[str, Scenario, int], float]

    def value(self, measure: str, scenario: Scenario, period: Period) -> float | None:
        """The value in base units; None for what has not happened."""
        months = period.parts("M") if period.grain != "M" else (period,)
        if scenario is ACTUAL and period.ends() > self.as_of:
            return None
        if measure == "k_cm_pct":
            parts = (self.value(name, scenario, period) for name in ("cm", "revenue"))
            cm, revenue = parts
            return None if not cm or not revenue else round(cm / revenue, 3)
        numbers = [self.months[measure, scenario, month.number] for month in months]
        if measure == "k_turn":
            return round(sum(numbers) / len(numbers), 1)
        return sum(numbers)


def firm(language: str, rng: Random) -> Firm:
    """An invented firm with numbers of three scenarios."""
    year = rng.choice([2025, 2026])
    months = dict(_months(rng))
    return Firm(
        language,
        rng.choice(_FIRMS[language]),
        f"{rng.choice(['KA', 'K', 'C'])}-{rng.randrange(1000, 9999)}",
        rng.choice(_PEOPLE[language]),
        year,
        date(year, 9, 30),
        months,
    )


def _months(rng: Random) -> Iterator[tuple[tuple[str, Scenario, int], float]]:
    size = rng.choice([1, 2, 5])
    for scenario in (PY, TARGET, ACTUAL):
        for month in range(1, 13):
            revenue = rng.randrange(900, 4800) * 100 * size
            yield ("revenue", scenario, month), revenue
            yield ("cm", scenario, month), rng.randrange(200, 800) * 100 * size
            yield ("units", scenario, month), rng.randrange(400, 9000)
            yield ("orders", scenario, month), rng.randrange(11, 240)
            yield ("promo_cost", scenario, month), rng.randrange(20, 190) * 100
            yield ("customers_new", scenario, month), rng.randrange(1, 19)
            yield ("sellout_cost", scenario, month), rng.randrange(600, 3600) * 100 * size
            yield ("k_turn", scenario, month), rng.randrange(30, 90) / 10


def people(language: str, rng: Random, count: int) -> list[str]:
    """Some of the invented people."""
    return rng.sample(_PEOPLE[language], count)


def tasks(language: str, rng: Random, count: int) -> list[str]:
    """Some things to do."""
    return rng.sample(_TASKS[language], count)


def prospects(language: str, rng: Random, but: str, count: int) -> list[str]:
    """Some other firms."""
    return rng.sample([name for name in _FIRMS[language] if name != but], count)


def some_day(rng: Random, year: int) -> date:
    """A day of the year."""
    return date(year, 1, 5) + timedelta(days=rng.randrange(350))
