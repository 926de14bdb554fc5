"""Two families of workbooks that never saw our template: an industrial firm, a loan broker.

The industrial firm stacks Plan, Ist and Abw. in rows and counts in T€; its third workbook is of a
later generation (a sheet renamed, a column added). The broker keeps a sheet a quarter and a list
of applications, one row a change of status. All firms and people are invented.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from foreign import Col, Hand, cells, header, listing
from foreign_firms import ACTUAL, TARGET
from foreign_sheets import Formula, Leaf, Made, Record, Stated, Told, made

from kam_reports.model import Period, range_around

# ---------------------------------------------------------------- the industrial firm

_CUSTOMERS = (
    ("Möhring Fördertechnik GmbH", "40117"),
    ("Stahlbau Ettersberg AG", "40236"),
    ("Pfaffinger Anlagen KG", "40388"),
)
_FOLLOWED = ("revenue", "cm", "units", "orders", "k_cm_pct")


def industrial() -> tuple[Made, ...]:
    """Three customers of a maker of drives; the last is planned in the new form."""
    return tuple(
        _customer(number, name, account) for number, (name, account) in enumerate(_CUSTOMERS, 1)
    )


def _customer(number: int, name: str, account: str) -> Made:
    hand, new = Hand("industrial", "de", dirty=False, seed=number), number == 3
    hand.firm = replace(hand.firm, name=name, number=account, year=2026, as_of=date(2026, 9, 30))
    hand.scale, hand.unit, hand.unit_at = 1000, "T€", "title"
    hand.top, hand.left, hand.quarter_style, hand.total = 0, 0, 1, "Gesamt"
    hand.variance, hand.scenarios = "Abw.", {TARGET: "Plan", ACTUAL: "Ist"}
    hand.words |= {"revenue": "Umsatz netto", "cm": "DB I", "units": "Absatz (Stk.)",
                   "orders": "Aufträge", "k_cm_pct": "DB-Quote"}  # fmt: skip
    leaf = hand.desk.leaf("Stammblatt")
    leaf.put(0, 0, f"Kundenplanung {hand.firm.year}", "bold")
    header(hand, leaf, 2, 0)
    _plan_and_actual(hand, "Planung" if new else "Plan-Ist", owner=new)
    for section, sheet in (("measures", "Maßnahmenplan"), ("contacts", "Ansprechpartner")):
        leaf = hand.desk.leaf(sheet)
        leaf.put(0, 0, sheet, "bold")
        listing(hand, leaf, section, 2, 0)
    return made(f"Kundenplanung {name}.xlsx", "industrial", "de", hand.desk, dirty=False)


def _plan_and_actual(hand: Hand, name: str, *, owner: bool) -> None:
    """The stacked rows; the new form names who answers for a measure in a column of its own."""
    leaf = hand.desk.leaf(name)
    leaf.put(0, 0, f"Plan-Ist-Vergleich {hand.firm.year} – {hand.firm.name}", "bold")
    leaf.put(1, 0, "Alle Beträge in T€")
    year = hand.firm.year
    periods = [Period(year, "Q", number) for number in range(1, 5)]
    first = 3 if owner else 2
    leaf.line(3, 0, ["Kennzahl", "Zuständig", "Art"] if owner else ["Kennzahl", "Art"])
    leaf.line(3, first, [*(f"Q{period.number} {year}" for period in periods), "Gesamt"])
    row = 4
    for count, measure in enumerate(_FOLLOWED):
        if count in (0, 2):
            leaf.put(row, 0, "Ergebnis" if count == 0 else "Mengen und Quoten", "bold")
            row += 1
        leaf.put(row, 0, hand.words[measure])
        leaf.merges.append((row, 0, row + 2, 0))
        for scenario in (TARGET, ACTUAL, None):
            if owner:
                leaf.put(row, 1, hand.firm.kam if scenario is TARGET else None)
            leaf.put(row, first - 1, hand.scenarios[scenario] if scenario else hand.variance)
            kind = "figure" if scenario else "variance"
            columns = [Col(scenario, period, None, kind) for period in periods]
            if scenario:
                columns.append(Col(scenario, Period(year), None, "sum"))
            cells(hand, leaf, row, first, measure, columns)
            row += 1
    leaf.put(row + 1, 0, "Abw. = Ist minus Plan; Quelle: Vertriebscontrolling")


# ---------------------------------------------------------------- the loan broker

_BROKERS = (("Kreditlotse Havelland GmbH", "VM-3107"), ("Finanzwerk Ostalb OHG", "VM-3242"))
_GIVEN = ("Anneke", "Bodo", "Clemens", "Dörte", "Emil", "Frauke", "Gesa", "Hanno", "Insa", "Jost")
_NAMES = ("Abelmann", "Bruns", "Cordes", "Dellwig", "Ehmke", "Fintel", "Grothe", "Harms")
_NEVER = ("auto_rejected", "withdrawn", "cancelled", "volume_cancelled")  # what did not happen
_ROWS = (
    ("submitted", "Anträge eingereicht"),
    ("approved", "Genehmigt"),
    ("rejected", "Abgelehnt"),
    ("signed", "Abschlüsse"),
    ("volume_submitted", "Volumen eingereicht (T€)"),
    ("volume_signed", "Abschlussvolumen (T€)"),
    ("advisers", "Berater gesamt"),
    ("active_advisers", "Aktive Berater"),
)
_ENDS = {  # what an application went through, with the days after its submission
    "open": (("eingereicht", 0),),
    "rejected": (("eingereicht", 0), ("abgelehnt", 9)),
    "approved": (("eingereicht", 0), ("genehmigt", 8)),
    "signed": (("eingereicht", 0), ("genehmigt", 7), ("Vertrag unterschrieben", 15)),
}


@dataclass(frozen=True, slots=True)
class Case:
    """An invented application."""

    number: str
    first_name: str
    last_name: str
    born: date
    submitted: date
    amount: float
    end: str  # how far it went


def broker() -> tuple[Made, ...]:
    """Two partners of the broker; both keep a sheet a quarter and the list behind it."""
    return tuple(_partner(number, *each) for number, each in enumerate(_BROKERS, 1))


def _partner(number: int, name: str, account: str) -> Made:
    hand = Hand("broker", "de", dirty=False, seed=number)
    leaf = hand.desk.leaf("Partner")
    leaf.put(0, 0, "Partner-Scorecard", "bold")
    facts = {
        "partner_name": ("Partnername", name),
        "partner_id": ("Partnernummer", account),
        "fiscal_year": ("Geschäftsjahr", 2026),
        "as_of": ("Stichtag", date(2026, 9, 30)),
        "kam": ("Partnerbetreuer", hand.firm.kam),
    }
    fields = {}
    for row, (field, (word, value)) in enumerate(facts.items(), 2):
        leaf.put(row, 0, word)
        look = "date" if isinstance(value, date) else ""
        fields[field] = Told(value, leaf.name, leaf.put(row, 1, value, look))
    hand.desk.records.append(Record("header", fields))
    cases = list(_cases(hand))
    for quarter in (1, 2, 3):
        _sheet_of(hand, quarter, [case for case in cases if _quarter(case) == quarter])
    _application_list(hand, cases, note=number == 2)
    title = f"Scorecard {name}.xlsx"
    return made(title, "broker", "de", hand.desk, dirty=False, document="scorecard")


def _quarter(case: Case) -> int:
    return (case.submitted.month + 2) // 3


def _cases(hand: Hand) -> Iterator[Case]:
    """Applications that are decided in the quarter in which they were submitted."""
    count = 0
    for quarter in (1, 2, 3):
        begin = date(2026, 3 * quarter - 2, 2)
        for end in hand.rng.sample(["open", "rejected", "approved", "signed"] * 5, 14):
            count += 1
            yield Case(
                f"A-26{count:04d}",
                hand.rng.choice(_GIVEN),
                f"{hand.rng.choice(_NAMES)}-{hand.rng.choice(_NAMES)}",
                date(1960 + count, hand.rng.randint(1, 12), hand.rng.randint(1, 28)),
                begin + timedelta(days=hand.rng.randrange(60)),
                hand.rng.randrange(40, 600) * 100.0,
                end,
            )


def numbers(cases: Sequence[Case]) -> dict[str, float]:
    """What the applications of a quarter come to."""
    signed = [case for case in cases if case.end == "signed"]
    return {
        "submitted": len(cases),
        "approved": sum(case.end in ("approved", "signed") for case in cases),
        "rejected": sum(case.end == "rejected" for case in cases),
        "signed": len(signed),
        "volume_submitted": sum(case.amount for case in cases),
        "volume_signed": sum(case.amount for case in signed),
    }


def _sheet_of(hand: Hand, quarter: int, cases: Sequence[Case]) -> None:
    """The sheet of a quarter: what was agreed, what happened."""
    period = Period(2026, "Q", quarter)
    leaf = hand.desk.leaf(f"Q{quarter} 2026")
    leaf.put(0, 0, f"Anträge {quarter}. Quartal 2026", "bold")
    leaf.line(2, 0, ["Kennzahl", "Plan", "Ist", "Abw."])
    happened = numbers(cases)
    advisers = hand.rng.randint(20, 30)
    happened |= {"advisers": advisers, "active_advisers": advisers - hand.rng.randint(3, 9)}
    for row, (measure, word) in enumerate(_ROWS, 3):
        leaf.put(row, 0, word)
        scale = 1000 if measure.startswith("volume") else 1
        planned = round(happened[measure] * 1.1, -2) if scale > 1 else happened[measure] + 2
        for column, scenario, value in ((1, TARGET, planned), (2, ACTUAL, happened[measure])):
            cell = leaf.put(row, column, round(value / scale, 6))
            hand.desk.figures.append(
                Stated(measure, scenario, period, value, leaf.name, cell, scale)
            )
        leaf.put(row, 3, Formula(f"=C{row + 1}-B{row + 1}", -2))


def _application_list(hand: Hand, cases: Sequence[Case], *, note: bool) -> None:
    """The list: a row for every change of status, the amounts and days as text."""
    leaf = hand.desk.leaf("Antragsliste")
    if note:
        leaf.put(0, 0, "Export aus dem Portal – nicht verändern")
    top = 2 if note else 0
    leaf.line(top, 0, ["Antrags-Nr.", "Nachname", "Vorname", "Geburtsdatum", "Eingereicht am",
                       "Kreditbetrag", "Status", "Status seit"])  # fmt: skip
    rows = [(case, status, days) for case in cases for status, days in _ENDS[case.end]]
    hand.rng.shuffle(rows)
    for row, (case, status, days) in enumerate(rows, top + 1):
        _application(leaf, row, case, status, case.submitted + timedelta(days=days))
    block = range_around([f"A{top + 2}", f"H{top + 1 + len(rows)}"])
    for quarter in (1, 2, 3):
        counted = numbers([case for case in cases if _quarter(case) == quarter])
        counted |= dict.fromkeys(_NEVER, 0)
        counted["pending"] = sum(case.end == "open" for case in cases if _quarter(case) <= quarter)
        period = Period(2026, "Q", quarter)
        hand.desk.figures += [
            Stated(measure, ACTUAL, period, value, leaf.name, block, needed=False, grouped=True)
            for measure, value in counted.items()
        ]  # fmt: skip


def _application(leaf: Leaf, row: int, case: Case, status: str, day: date) -> None:
    """A row of the list."""
    amount = f"{case.amount:,.2f}".translate(str.maketrans(",.", ".,"))
    days = (f"{each:%d.%m.%Y}" for each in (case.born, case.submitted))
    leaf.line(row, 0, [case.number, case.last_name, case.first_name, *days, amount, status,
                       f"{day:%d.%m.%Y}"])  # fmt: skip
