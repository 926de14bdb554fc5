"""The loan broker: a central office that keeps one workbook for each partner who brings it loans.

There is a sheet a quarter, whose name says which, and the list of applications behind it, one row
an application, as the portal exports it. Two of the five workbooks are of the newer form. The
firm, its partners, their customers and all people are invented.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random
from typing import TypeVar

from paper import Page, Paper, Said, Stated, Sum, Written
from xlsxwriter.utility import xl_rowcol_to_cell

T = TypeVar("T")

YEAR = 2026
AS_OF = date(YEAR, 9, 30)
FIRM = "Havelbogen Kreditvermittlung GmbH"
_DARK, _TINT = "#1E4D5C", "#E3EFF2"
_QUARTERS = range(1, 5)


@dataclass(frozen=True, slots=True)
class Partner:
    """A partner, how his year runs, and what was agreed with him."""

    name: str
    number: str
    kind: str
    platform: str
    kam: str
    since: str
    many: tuple[int, int, int]  # applications a quarter
    planned: tuple[int, int, int, int]
    ends: tuple[float, float, float, float]  # shares rejected, by rule, withdrawn, never decided
    signs: float  # share of the approved
    revokes: float  # share of the signed
    complete: float
    queried: float
    advisers: tuple[tuple[int, int], tuple[int, int], tuple[int, int]]
    evidence: str
    ratings: str
    trainings: str
    talks: str
    new_form: bool = False


@dataclass(frozen=True, slots=True)
class Case:
    """An invented application; days that have not come are None."""

    number: str
    first_name: str
    last_name: str
    born: date
    product: str
    submitted: date
    amount: int
    status: str
    decided: date | None = None
    signed: date | None = None
    revoked: date | None = None
    complete: bool = True
    queried: bool = False


def workbooks() -> Iterator[Written]:
    """The workbooks of the family."""
    from broker_partners import PARTNERS

    for partner in PARTNERS:
        yield _workbook(partner)


def _workbook(partner: Partner) -> Written:
    paper = Paper(f"Partnerakte {YEAR} {partner.name}", _DARK, _TINT, "Calibri")
    cases = list(_cases(partner))
    _master(paper, partner)
    for quarter in _QUARTERS:
        _quarter(paper, partner, quarter, cases)
    _portal(paper, partner, cases)
    for name, section, title, widths, columns, text in _LISTS:
        page = paper.page(name, widths)
        page.put(0, 0, title, "title")
        page.put(1, 0, partner.name, "note")
        page.list(3, section, columns, getattr(partner, text))
    return paper.done(f"scorecards/{partner.number} {partner.name.rpartition(' ')[0]}.xlsx")


# ---------------------------------------------------------------- what happened

_GIVEN = ("Anneke", "Bodo", "Clemens", "Dörte", "Emil", "Frauke", "Gesa", "Hanno", "Insa", "Jost")
_NAMES = ("Abelmann", "Brunsch", "Cordewener", "Dellwig", "Ehmke", "Fintelmann", "Grothe",
          "Harmsdorf", "Illgen", "Jessat", "Kolbow", "Lüddecke")  # fmt: skip
_PRODUCTS = ("Modernisierung", "Ratenkredit", "Umschuldung")
_OPEN, _REJECTED, _BY_RULE, _APPROVED, _WITHDRAWN, _SIGNED, _REVOKED = (
    "in Prüfung Bank", "Absage Bank", "Regelablehnung", "Zusage", "Kunde zurückgetreten",
    "Vertrag geschlossen", "Widerruf",
)  # fmt: skip


def _cases(partner: Partner) -> Iterator[Case]:
    """The applications; each is decided within three weeks, if it is decided at all."""
    draw = Random(partner.number)
    number = 0
    for quarter, many in enumerate(partner.many, 1):
        for _ in range(many):
            number += 1
            yield _case(partner, quarter, number, draw.random)


def _case(partner: Partner, quarter: int, number: int, draw: Callable[[], float]) -> Case:
    submitted = date(YEAR, 3 * quarter - 2, 2) + timedelta(days=int(draw() * 88))
    decided = submitted + timedelta(days=4 + int(draw() * 15))
    signed = decided + timedelta(days=3 + int(draw() * 12))
    revoked = signed + timedelta(days=5 + int(draw() * 9))
    ends = draw()
    rejected, by_rule, withdrawn, never = partner.ends
    status = _REVOKED if draw() < partner.revokes else _SIGNED
    if draw() >= partner.signs:
        status = _APPROVED
    if ends < rejected + by_rule + withdrawn + never:
        status = _OPEN
    if ends < rejected + by_rule + withdrawn:
        status = _WITHDRAWN
    if ends < rejected + by_rule:
        status = _BY_RULE
    if ends < rejected:
        status = _REJECTED
    if status == _REVOKED and revoked > AS_OF:
        status = _SIGNED
    if status in (_SIGNED, _REVOKED) and signed > AS_OF:
        status = _APPROVED
    if decided > AS_OF:
        status = _OPEN
    has_signed = status in (_SIGNED, _REVOKED)
    return Case(
        f"{partner.number[-4:]}-{number:04d}",
        _one_of(_GIVEN, draw()),
        f"{_one_of(_NAMES, draw())}-{_one_of(_NAMES, draw())}",
        date(1958 + number % 44, 1 + int(draw() * 12), 1 + int(draw() * 28)),
        _one_of(_PRODUCTS, draw()),
        submitted,
        (12 + int(draw() * 68)) * 1000,
        status,
        None if status == _OPEN else decided,
        signed if has_signed else None,
        revoked if status == _REVOKED else None,
        draw() < partner.complete,
        draw() < partner.queried,
    )


def _one_of(choices: Sequence[T], drawn: float) -> T:
    return choices[int(drawn * len(choices))]


def counted(cases: Sequence[Case], quarter: int) -> dict[str, float]:
    """What the applications come to in a quarter, each dated by its own day."""
    begin, end = date(YEAR, 3 * quarter - 2, 1), date(YEAR, 3 * quarter, 30)
    end = date(YEAR, 3, 31) if quarter == 1 else end

    def within(day: date | None) -> bool:
        return day is not None and begin <= day <= end

    came = [case for case in cases if within(case.submitted)]
    decided = [case for case in cases if within(case.decided)]
    signed = [case for case in cases if within(case.signed)]
    revoked = [case for case in cases if within(case.revoked)]
    waiting = [
        case for case in cases
        if case.submitted <= end and (case.decided is None or case.decided > end)
    ]  # fmt: skip
    return {
        "submitted": len(came),
        "complete_first": sum(case.complete for case in came),
        "queried": sum(case.queried for case in came),
        "approved": sum(case.status in (_APPROVED, _SIGNED, _REVOKED) for case in decided),
        "rejected": sum(case.status == _REJECTED for case in decided),
        "auto_rejected": sum(case.status == _BY_RULE for case in decided),
        "withdrawn": sum(case.status == _WITHDRAWN for case in decided),
        "pending": len(waiting),
        "signed": len(signed),
        "cancelled": len(revoked),
        "volume_submitted": sum(case.amount for case in came),
        "volume_signed": sum(case.amount for case in signed),
        "volume_cancelled": sum(case.amount for case in revoked),
    }


# ---------------------------------------------------------------- the sheets


def _master(paper: Paper, partner: Partner) -> None:
    page = paper.page("Partner", [26, 36, 4, 22, 24], tab=_DARK)
    page.put(0, 0, "Partnerakte", "title")
    page.put(1, 0, f"{FIRM} · Partnerbetreuung", "note")
    page.form(3, 0, "header", [
        ("partner_name", "Vermittler", partner.name),
        ("partner_id", "Vermittler-Nr.", partner.number),
        ("partner_type", "Art", partner.kind),
        ("platform", "reicht ein über", partner.platform),
        ("contract_status", "Zusammenarbeit", "Aktiv"),
    ])  # fmt: skip
    page.form(3, 3, "header", [
        ("", "Jahr", None),
        ("as_of", "Zahlen bis", AS_OF),
        ("kam", "betreut von", partner.kam),
        ("contract_from", "Vertrag seit", date.fromisoformat(partner.since)),
    ])  # fmt: skip
    cell = page.put(3, 4, YEAR, "value under")
    paper.fields.append(Said("header", 0, "fiscal_year", YEAR, page.name, cell))


_ROWS = (
    ("submitted", "Anträge eingereicht"),
    ("complete_first", "davon vollständig"),
    ("queried", "mit Rückfrage"),
    ("approved", "Zusagen"),
    ("rejected", "Absagen der Bank"),
    ("auto_rejected", "Regelablehnungen"),
    ("withdrawn", "Rücktritte"),
    ("pending", "offen am Quartalsende"),
    ("signed", "Verträge"),
    ("cancelled", "Widerrufe"),
    ("volume_submitted", "Volumen eingereicht (T€)"),
    ("volume_signed", "Volumen Verträge (T€)"),
    ("advisers", "Berater gesamt"),
    ("active_advisers", "Berater aktiv"),
)
_GROUPS = {"submitted": "Anträge", "signed": "Verträge und Volumen", "advisers": "Vertrieb"}
_PLANNED = {  # of the planned applications
    "submitted": 1.0, "approved": 0.68, "signed": 0.55, "volume_submitted": 45.0,
    "volume_signed": 25.0,
}  # fmt: skip


def _quarter(paper: Paper, partner: Partner, quarter: int, cases: Sequence[Case]) -> None:
    """The sheet of a quarter; the newer form also shows the prior year."""
    new = partner.new_form
    name = f"{quarter}. Quartal {YEAR}" if new else f"Q{quarter} {YEAR}"
    page = paper.page(name, [32, 12, 12, 12, 12])
    page.put(0, 0, f"Partnerquartal {quarter}/{YEAR}", "title")
    page.put(1, 0, f"{partner.name} · {partner.number}", "note")
    heads = ["Messgröße", "VJ"] if new else ["Kennzahl"]
    heads += ["Plan", "Ist", "Abw."]
    for column, text in enumerate(heads):
        page.put(3, column, text, "head box" if column == 0 else "head box centre")
    has_been = quarter <= 3
    happened = counted(cases, quarter) if has_been else {}
    if has_been:
        happened["advisers"], happened["active_advisers"] = partner.advisers[quarter - 1]
    row = 4
    for measure, word in _ROWS:
        if heading := _GROUPS.get(measure):
            for column in range(len(heads)):
                page.put(row, column, heading if column == 0 else None, "group")
            row += 1
        page.put(row, 0, word, "box")
        _row(page, row, partner, quarter, (measure, happened.get(measure)))
        row += 1
    page.put(row + 1, 0, "Ist zählt nach dem Tag des Ereignisses (Eingang, Entscheidung, Vertrag).",
             "note")  # fmt: skip
    page.sheet.freeze_panes(4, 1)


def _row(
    page: Page, row: int, partner: Partner, quarter: int, told: tuple[str, float | None]
) -> None:
    measure, actual = told
    period, scale = f"{YEAR}-Q{quarter}", 1000 if measure.startswith("volume") else 1
    plan = round(partner.planned[quarter - 1] * _PLANNED[measure]) if measure in _PLANNED else None
    columns: list[tuple[str, float | None, str]] = [
        ("TARGET", plan, "whole plan box"),
        ("ACTUAL", None if actual is None else actual / scale, "whole box"),
    ]
    if partner.new_form:
        last_year = round(plan * 0.93) if plan is not None else None
        columns.insert(0, ("PY", last_year, "whole box"))
    for column, (scenario, shown, look) in enumerate(columns, 1):
        if shown is None:
            page.put(row, column, None, look)
            continue
        of = (measure, scenario, period, float(shown * scale))
        page.state(row, column, int(shown), look, of)
    at = len(columns) + 1
    if plan is None or actual is None:
        page.put(row, at, None, "counted box")
        return
    plan_cell, actual_cell = (xl_rowcol_to_cell(row, at - step) for step in (2, 1))
    page.put(row, at, Sum(f"={actual_cell}-{plan_cell}", actual / scale - plan), "counted box")


_COLUMNS = ("Vorgang", "Nachname", "Vorname", "Geburtsdatum", "Produkt", "Eingang", "Kreditbetrag",
            "Status", "entschieden am", "Vertrag vom", "Widerruf am", "vollständig",
            "Rückfrage")  # fmt: skip


def _portal(paper: Paper, partner: Partner, cases: Sequence[Case]) -> None:
    """The export of the portal: in the older form everything is text."""
    new = partner.new_form
    widths = [12, 24, 12, 13, 16, 12, 14, 20, 14, 12, 12, 11, 11]
    page = paper.page("Portalexport" if new else "Antragsliste", widths, long=True)
    page.put(0, 0, f"Portal „{partner.platform}“ – Export vom 05.10.{YEAR}", "note")
    top = 2
    for column, text in enumerate(_COLUMNS):
        page.put(top, column, text, "head")
    rows = [*cases, *_twice(cases)]
    order = Random(f"{partner.number} rows")
    keyed = sorted((order.random(), number) for number in range(len(rows)))
    for row, (_, number) in enumerate(keyed, top + 1):
        _application(page, row, rows[number], as_text=not new)
    last = top + len(rows)
    page.sheet.autofilter(top, 0, last, len(_COLUMNS) - 1)
    page.sheet.freeze_panes(top + 1, 2)
    whole = f"A{top + 2}:M{last + 1}"
    for quarter in (1, 2, 3):
        for measure, value in counted(cases, quarter).items():
            paper.figures.append(
                Stated(measure, "ACTUAL", f"{YEAR}-Q{quarter}", float(value), page.name, whole)
            )


def _twice(cases: Sequence[Case]) -> Iterator[Case]:
    """A customer who was entered a second time on the same day, and never went further."""
    first = next(case for case in cases if case.status == _SIGNED)
    yield replace(first, number=f"{first.number}-2", status=_OPEN, decided=None, signed=None)


def _application(page: Page, row: int, case: Case, *, as_text: bool) -> None:
    days = (case.decided, case.signed, case.revoked)
    answers = ("ja" if case.complete else "nein", "ja" if case.queried else "nein")
    contents = [case.number, case.last_name, case.first_name, case.born, case.product,
                case.submitted, float(case.amount), case.status, *days, *answers]  # fmt: skip
    for column, content in enumerate(contents):
        if isinstance(content, date):
            text = f"{content:%d.%m.%Y}"
            page.put(row, column, text if as_text else content, "" if as_text else "date")
        elif isinstance(content, float) and as_text:
            amount = f"{content:,.2f}".translate(str.maketrans(",.", ".,"))
            page.put(row, column, f"{amount} €")
        elif isinstance(content, float):
            page.put(row, column, content, "whole")
        elif content is not None:
            page.put(row, column, content)


# ---------------------------------------------------------------- lists

_LISTS = (
    (
        "Nachweise", "acceptance", "Nachweise und Zulassung", [28, 10, 24, 24, 13, 14],
        [("criterion", "Nachweis", ""), ("kind", "Art", ""), ("required", "gefordert", "wrap"),
         ("actual", "liegt vor", "wrap"), ("valid_until", "gültig bis", "date"),
         ("status", "Prüfung", "")], "evidence",
    ),
    (
        "Bewertung", "quality", "Bewertung durch die Betreuung", [24, 10, 20, 50],
        [("criterion", "Merkmal", ""), ("score", "Note 1-5", "centre"), ("rater", "durch", ""),
         ("comment", "warum", "wrap")], "ratings",
    ),
    (
        "Schulungen", "trainings", "Schulungen und Regelwerk", [38, 13, 13, 11, 11, 9, 13],
        [("topic", "Thema", "wrap"), ("planned_on", "Termin", "date"),
         ("done_on", "fand statt am", "date"), ("invited", "geladen", "centre"),
         ("attended", "waren da", "centre"), ("hours", "Std.", "tenth"),
         ("valid_until", "gilt bis", "date")], "trainings",
    ),
    (
        "Gespräche", "talks", "Gespräche und Zusagen", [13, 16, 26, 11, 12, 42, 12, 12],
        [("meeting_on", "am", "date"), ("type", "Gespräch", ""), ("target_metric", "Ziel", ""),
         ("target_value", "Wert", "share"), ("due", "bis", "date"),
         ("agreement", "Zusage", "wrap"), ("owner_side", "durch", ""), ("status", "Stand", "")],
        "talks",
    ),
)  # fmt: skip
