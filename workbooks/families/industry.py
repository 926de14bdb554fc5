"""The industrial firm: a maker of drives, whose key accounts are planned in its own form.

Plan, Ist and Abw. are stacked in rows, all amounts are in T€. Two of the six workbooks are of the
newer form: the sheet of figures was renamed, a column was added, headings changed. The firm, its
customers and all people are invented.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from paper import Page, Paper, Said, Sum, Written

YEAR = 2026
FIRM = "Rellin Antriebstechnik GmbH"
_DARK, _TINT = "#7A2E1D", "#F6E7E1"
_QUARTERS = range(1, 5)


@dataclass(frozen=True, slots=True)
class Customer:
    """A key account and its year, amounts in T€."""

    name: str
    number: str
    kam: str
    deputy: str
    strategy: str
    profile: tuple[str, str, int, float, str, int, str, str]
    prior: tuple[float, float, float, float]  # revenue of the quarters
    planned: float  # growth
    actual: tuple[float, float, float]  # against plan
    margins: tuple[float, float, float]  # prior year, plan, actual
    price: float  # revenue a unit, T€
    order: float  # revenue an order, T€
    share: float  # of what the customer needs
    groups: tuple[tuple[str, float], ...]
    contacts: str
    measures: str
    offers: str
    conditions: str
    talks: str
    new_form: bool = False


def workbooks() -> Iterator[Written]:
    """The workbooks of the family."""
    from industry_customers import CUSTOMERS

    for customer in CUSTOMERS:
        yield _workbook(customer)


def _workbook(customer: Customer) -> Written:
    paper = Paper(f"Kundenplan {YEAR} {customer.name}", _DARK, _TINT, "Arial")
    _master(paper, customer)
    (_new_figures if customer.new_form else _old_figures)(paper, customer)
    _groups(paper, customer)
    for name, section, title, widths, columns, text in _LISTS:
        page = paper.page(name, widths)
        _title(page, title, customer)
        page.list(3, section, columns, getattr(customer, text))
    _notes(paper)
    return paper.done(f"plans/Kundenplan {YEAR} - {customer.name.rpartition(' ')[0]}.xlsx")


def _title(page: Page, text: str, customer: Customer) -> None:
    page.put(0, 0, text, "title")
    page.sheet.set_row(0, 24)
    page.put(1, 0, f"{customer.name} · Kd.-Nr. {customer.number}", "note")


# ---------------------------------------------------------------- the master sheet


def _master(paper: Paper, customer: Customer) -> None:
    page = paper.page("Stammblatt", [24, 34, 4, 24, 24], tab=_DARK)
    page.put(0, 0, f"Kundenplan {YEAR}", "title")
    page.sheet.set_row(0, 24)
    page.put(1, 0, f"{FIRM} · Vertrieb Industrie · vertraulich", "note")
    page.form(3, 0, "plan", [
        ("account_name", "Kunde", customer.name),
        ("account_id", "Kd.-Nr.", customer.number),
        ("kam", "Betreuer Außendienst", customer.kam),
        ("kam_deputy", "Vertretung Innendienst", customer.deputy),
        ("strategy", "Stoßrichtung", customer.strategy),
    ])  # fmt: skip
    page.form(3, 3, "plan", [
        ("", "Planjahr", None),
        ("as_of", "Zahlen bis", date(YEAR, 9, 30)),
        ("amount_scale", "Beträge in", "T€"),
        ("cm_level", "Deckungsbeitrag als", "DB II"),
        ("plan_status", "Planstatus", "Freigegeben"),
        ("approved_by", "freigegeben durch", "Dr. Volkmar Seeger"),
        ("approved_on", "freigegeben am", date(YEAR - 1, 12, 12)),
    ])  # fmt: skip
    cell = page.put(3, 4, YEAR, "value under")
    paper.fields.append(Said("plan", 0, "fiscal_year", YEAR, page.name, cell))
    page.put(11, 0, "Über den Kunden", "group")
    for column in (1, 2, 3, 4):
        page.put(11, column, None, "group")
    branch, group, employees, revenue, until, rating, buying, plans = customer.profile
    page.form(12, 0, "profile", [
        ("industry", "Branche", branch),
        ("group_parent", "Konzern / Mutter", group or None),
        ("employees", "Mitarbeiter", employees),
        ("customer_revenue", "Umsatz des Kunden", revenue),
    ])  # fmt: skip
    page.form(12, 3, "profile", [
        ("contract_to", "Rahmenvertrag bis", date.fromisoformat(until)),
        ("credit_rating", "Bonität (1-5)", rating),
        ("purchasing_strategy", "Einkaufsstrategie", buying),
        ("development_focus", "Entwicklungsvorhaben", plans),
    ])  # fmt: skip
    page.sheet.set_row(14, 30)
    page.sheet.set_row(15, 30)
    _restate(paper, "customer_revenue", 1000)


def _restate(paper: Paper, key: str, scale: int) -> None:
    """What a field in T€ means in euros."""
    paper.fields[:] = [
        replace(each, value=each.value * scale) if each.field == key else each
        for each in paper.fields
    ]


# ---------------------------------------------------------------- figures

_KINDS = (("PY", "VJ"), ("TARGET", "Plan"), ("ACTUAL", "Ist"))
Row = dict[tuple[str, int], float]  # by scenario and quarter, as shown


def _revenue(customer: Customer) -> Row:
    row: Row = {}
    for quarter, prior in zip(_QUARTERS, customer.prior, strict=True):
        row["PY", quarter] = prior
        row["TARGET", quarter] = round(prior * (1 + customer.planned), 1)
    for quarter, share in enumerate(customer.actual, 1):
        row["ACTUAL", quarter] = round(row["TARGET", quarter] * share, 1)
    return row


def _figures(customer: Customer) -> list[tuple[str, str, str, float, Row]]:
    """What is followed: measure, word, look, factor to base units, values."""
    revenue = _revenue(customer)
    margins = dict(zip(("PY", "TARGET", "ACTUAL"), customer.margins, strict=True))
    drift = {1: 0.004, 2: 0.0, 3: -0.003, 4: 0.001}
    cm = {at: round(each * (margins[at[0]] + drift[at[1]]), 1) for at, each in revenue.items()}
    return [
        ("revenue", "Umsatz netto", "tenth", 1000, revenue),
        ("cm", "DB II", "tenth", 1000, cm),
        ("k_cm_pct", "Marge II", "share", 1, {at: cm[at] / each for at, each in revenue.items()}),
        ("units", "Stück ausgeliefert", "whole", 1, _counts(revenue, customer.price)),
        ("orders", "Bestellungen", "whole", 1, _counts(revenue, customer.order)),
        ("purchase_volume", "Bedarf Antriebe beim Kunden", "tenth", 1000,
         {at: round(each / customer.share, 1) for at, each in revenue.items()}),
    ]  # fmt: skip


def _counts(revenue: Row, each: float) -> Row:
    return {at: float(round(amount / each)) for at, amount in revenue.items()}


_HEADED = {"revenue": "Ergebnis", "units": "Mengen", "purchase_volume": "Markt beim Kunden"}


def _old_figures(paper: Paper, customer: Customer) -> None:
    page = paper.page("Plan-Ist", [30, 9, 12, 12, 12, 12, 13], tab=_DARK)
    _title(page, f"Plan-Ist-Vergleich {YEAR}", customer)
    page.put(2, 0, "Alle Beträge in T€", "note")
    heads = ["Kennzahl", "Art", *(f"Q{quarter} {YEAR}" for quarter in _QUARTERS), "Summe"]
    for column, text in enumerate(heads):
        page.put(4, column, text, "head box" if column < 2 else "head box centre")
    _stack(page, customer, 5, 2)


def _new_figures(paper: Paper, customer: Customer) -> None:
    page = paper.page(f"Planung {YEAR}", [30, 20, 9, 12, 12, 12, 12, 13], tab=_DARK)
    _title(page, f"Planung {YEAR}", customer)
    page.put(2, 0, "Werte in T€", "note")
    heads = ["Messgröße", "Zuständig", "Art", *(f"{q}. Quartal" for q in _QUARTERS), "Jahr"]
    for column, text in enumerate(heads):
        page.put(4, column, text, "head box" if column < 3 else "head box centre")
    _stack(page, customer, 5, 3)


def _stack(page: Page, customer: Customer, row: int, first: int) -> None:
    """Write four rows for every measure; the newer form also says who answers for it."""
    answers = {"units": "Innendienst", "orders": "Innendienst", "purchase_volume": "Marktforschung"}
    for measure, word, look, factor, values in _figures(customer):
        if heading := _HEADED.get(measure):
            for column in range(first + 5):
                page.put(row, column, heading if column == 0 else None, "group")
            row += 1
        page.merge(row, 0, row + 3, word, "bold middle box last")
        if first == 3:
            page.merge(row, 1, row + 3, answers.get(measure, customer.kam), "middle box last")
        for step, (scenario, kind) in enumerate(_KINDS):
            shade = " plan" if scenario == "TARGET" else ""
            page.put(row + step, first - 1, kind, f"box{shade}")
            _line(page, row + step, first, measure, scenario, (values, look + shade, factor))
        page.put(row + 3, first - 1, "Abw.", "note box last")
        _variances(page, row + 3, first, measure, values)
        row += 4
    page.put(row + 1, 0, "VJ = Vorjahr · Abw. = Ist minus Plan · Quelle: Vertriebscontrolling",
             "note")  # fmt: skip
    page.sheet.freeze_panes(5, first)


def _line(
    page: Page, row: int, first: int, measure: str, scenario: str, how: tuple[Row, str, float]
) -> None:
    values, look, factor = how
    total = 0.0
    for quarter in _QUARTERS:
        shown = values.get((scenario, quarter))
        column = first + quarter - 1
        if shown is None:
            page.put(row, column, None, f"{look} box")
            continue
        total += shown
        content = _quota(row, column, shown) if measure == "k_cm_pct" else shown
        of = (measure, scenario, f"{YEAR}-Q{quarter}", round(shown * factor, 12))
        page.state(row, column, content, f"{look} box", of)
    _sum(page, row, first, measure, scenario, (total, look, factor))


def _quota(row: int, column: int, shown: float) -> Sum:
    """The quota as the sheet computes it: DB four rows above, revenue eight."""
    letter = chr(65 + column)
    return Sum(f"={letter}{row - 3}/{letter}{row - 7}", shown)


def _sum(
    page: Page, row: int, first: int, measure: str, scenario: str, how: tuple[float, str, float]
) -> None:
    """The sum of the quarters; in the newer form it is the year, and blank while it runs."""
    total, look, factor = how
    column = first + 4
    if measure == "k_cm_pct" or (first == 3 and scenario == "ACTUAL"):
        page.put(row, column, None, f"bold {look} box")
        return
    left, right = chr(65 + first), chr(65 + first + 3)
    content = Sum(f"=SUM({left}{row + 1}:{right}{row + 1})", round(total, 6))
    if first == 3:
        of = (measure, scenario, f"{YEAR}-FY", round(total * factor, 6))
        page.state(row, column, content, f"bold {look} box", of)
    else:
        page.put(row, column, content, f"bold {look} box")


def _variances(page: Page, row: int, first: int, measure: str, values: Row) -> None:
    look = {"k_cm_pct": "points", "units": "counted", "orders": "counted"}.get(measure, "signed")
    for quarter in _QUARTERS:
        column = first + quarter - 1
        letter = chr(65 + column)
        difference = None
        if ("ACTUAL", quarter) in values:
            away = values["ACTUAL", quarter] - values["TARGET", quarter]
            difference = Sum(f"={letter}{row}-{letter}{row - 1}", round(away, 6))
        page.put(row, column, difference, f"{look} box last")
    page.put(row, first + 4, None, f"{look} box last")


def _groups(paper: Paper, customer: Customer) -> None:
    """Actual revenue by group of goods; the last row is the figure of all."""
    page = paper.page("Produktgruppen" if customer.new_form else "Warengruppen", [34, 12, 12, 12])
    _title(page, f"Umsatz nach Warengruppen {YEAR}", customer)
    page.put(2, 0, "Ist in T€", "note")
    goods = "Produktgruppe" if customer.new_form else "Warengruppe"
    for column, text in enumerate([goods, *(f"Q{quarter} {YEAR}" for quarter in (1, 2, 3))]):
        page.put(4, column, text, "head box" if column == 0 else "head box centre")
    revenue = _revenue(customer)
    last = 5 + len(customer.groups)
    for column in (1, 2, 3):
        rest = revenue["ACTUAL", column]
        for row, (name, share) in enumerate(customer.groups, 5):
            page.put(row, 0, name, "box")
            shown = rest if row == last - 1 else round(revenue["ACTUAL", column] * share, 1)
            rest = round(rest - shown, 1)
            of = ("revenue", "ACTUAL", f"{YEAR}-Q{column}", round(shown * 1000, 6))
            page.state(row, column, shown, "tenth box", of, name)
        letter = chr(65 + column)
        of = ("revenue", "ACTUAL", f"{YEAR}-Q{column}", round(revenue["ACTUAL", column] * 1000, 6))
        content = Sum(f"=SUM({letter}6:{letter}{last})", revenue["ACTUAL", column])
        page.state(last, column, content, "bold tenth box last", of)
    page.put(last, 0, "Gesamt", "bold box last")


# ---------------------------------------------------------------- lists

_LISTS = (
    (
        "Maßnahmenplan", "measures", f"Maßnahmenplan {YEAR}",
        [6, 46, 18, 20, 12, 12, 13, 12, 12, 12, 12],
        [("measure_id", "Lfd.", "box"), ("title", "Maßnahme", "wrap"),
         ("dimension", "zahlt ein auf", ""), ("owner", "Wer", ""), ("start", "ab", "date"),
         ("due", "bis", "date"), ("status", "Stand", ""), ("done_on", "fertig am", "date"),
         ("budget", "Budget (€)", "whole"), ("actual_cost", "Kosten bisher (€)", "whole"),
         ("effect_planned", "Effekt geplant (€)", "whole")], "measures",
    ),
    (
        "Kontakte", "contacts", "Ansprechpartner beim Kunden",
        [24, 26, 18, 16, 10, 20, 34, 20, 14],
        [("name", "Name", ""), ("function", "Funktion", ""), ("department", "Abteilung", ""),
         ("bc_role", "Rolle", ""), ("influence", "Einfluss", "centre"),
         ("our_contact", "bei uns zuständig", ""), ("email", "E-Mail", ""),
         ("phone", "Telefon", ""), ("last_contact_on", "Letzter Besuch", "date")], "contacts",
    ),
    (
        "Angebote", "pipeline", "Offene Angebote und Projekte",
        [30, 32, 12, 18, 12, 13, 30, 13, 13, 13, 13, 28, 12],
        [("prospect", "Projekt", "wrap"), ("offer_modules", "Angeboten", "wrap"),
         ("offer_value", "Wert (€)", "whole"), ("stage", "Phase", ""),
         ("first_contact_on", "Angebot vom", "date"), ("followup_on", "nachgefasst am", "date"),
         ("need", "Bedarf", "wrap"), ("meeting_on", "gesprochen am", "date"),
         ("expected_close", "Entscheidung bis", "date"), ("closed_on", "entschieden am", "date"),
         ("lost_reason", "Absagegrund", ""), ("next_step", "Nächster Schritt", "wrap"),
         ("next_step_on", "Schritt bis", "date")], "offers",
    ),
    (
        "Preise", "conditions", f"Preise und Konditionen {YEAR}",
        [22, 24, 16, 9, 9, 10, 12, 12, 16, 38],
        [("cond_type", "Art", ""), ("scope", "gilt für", ""), ("basis", "bezogen auf", ""),
         ("value", "Satz", "tenth"), ("unit", "Einheit", ""), ("previous_value", "Satz VJ", "tenth"),
         ("valid_from", "gültig ab", "date"), ("valid_to", "gültig bis", "date"),
         ("negotiation_status", "Stand", ""), ("counter_performance", "dafür erhalten wir", "wrap")],
        "conditions",
    ),
    (
        "Gespräche", "agreements", "Kundengespräche und Zusagen",
        [12, 20, 46, 12, 14, 20, 12, 14],
        [("meeting_on", "Datum", "date"), ("meeting_type", "Anlass", ""),
         ("agreement", "Zusage", "wrap"), ("due", "bis", "date"), ("owner_side", "durch", ""),
         ("owner", "Person", ""), ("status", "Stand", ""),
         ("next_meeting_on", "nächster Termin", "date")], "talks",
    ),
)  # fmt: skip


def _notes(paper: Paper) -> None:
    page = paper.page("Hinweise", [90])
    page.put(0, 0, "Hinweise zum Ausfüllen", "title")
    for row, text in enumerate((
        "Zahlen liefert das Vertriebscontrolling bis zum 10. des Folgemonats.",
        "Plan und VJ werden nach der Freigabe nicht mehr geändert.",
        "Beträge in T€, Maßnahmen und Angebote in vollen Euro.",
        "Fragen an: vertriebscontrolling@rellin.example",
    ), 2):  # fmt: skip
        page.put(row, 0, text, "wrap")
