"""Workbooks from plain descriptions: in our own form, and as somebody types them by hand.

The words of the hand-made workbook are taken from the design, not from the product.
"""

from __future__ import annotations

import io
import random
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from oracle import Book, Typed

from kam_reports.actions import Gathered, Shared, judge, read_plan, vocabulary_of
from kam_reports.layouts import load_layouts
from kam_reports.model import Entry, Figure, Occasion, Period, Reading, Review, Source
from kam_reports.outputs.forms import Typed as Content
from kam_reports.outputs.forms import entry, figure, write_form_of
from kam_reports.vocabulary import Vocabulary
from kam_reports.workspace import Workspace

HEADS = {"account": "plan", "partner": "header"}
GRIDS = {"account": "figures", "partner": "applications"}
YEAR = 2026

# ---------------------------------------------------------------- in our own form


def heading(book: Book, as_of: date) -> Entry:
    """The header of a workbook, with all that keeps it in the consolidation."""
    common = {
        "fiscal_year": YEAR,
        "currency": book.currency,
        "amount_scale": str(book.scale),
        "as_of": as_of,
        "kam": "Jana Vogt",
    }
    if book.role == "partner":
        return entry("header", partner_id=book.id, partner_name=book.name, **common)
    return entry(
        "plan",
        account_id=book.id,
        account_name=book.name,
        plan_status="draft",
        cm_level="cm1",
        market_id=book.market or None,
        **common,
    )


def form(book: Book, vocabulary: Vocabulary, as_of: date, *, more: Sequence[Entry] = ()) -> bytes:
    """The workbook as our own form, every cell holding what was typed."""
    figures: list[Figure] = [
        figure(
            measure,
            scenario,
            f"{YEAR}-{period}",
            Content(typed),
            perspective=perspective,
            section=GRIDS[book.role],
        )
        for (measure, perspective, scenario, period), typed in book.typed.items()
    ]
    goals = [
        entry(
            "goals",
            dimension=goal.dimension,
            metric=goal.metric,
            perspective=goal.perspective,
            **{f"target_{name.lower()}": Content(typed) for name, typed in goal.typed.items()},
        )
        for goal in book.goals
    ]
    return write_form_of(
        "plan" if book.role == "account" else "scorecard",
        vocabulary,
        book.language,
        entries=[heading(book, as_of), *goals, *_partners_rows(book), *more],
        figures=figures,
    ).content


def _partners_rows(book: Book) -> list[Entry]:
    ratings = [
        entry("quality", criterion=key, score=points, rater="Jana Vogt")
        for (key, *_), points in zip(RATED, book.scores, strict=False)
    ]
    talks = [entry("talks", meeting_on=_day_of(t), type=t.lower()) for t in book.talks]
    return [*ratings, *talks]


# ---------------------------------------------------------------- typed by hand

MEASURES = {
    "units": ("Absatz", "Units sold"),
    "revenue_gross": ("Bruttoumsatz", "Gross revenue at list price"),
    "revenue": ("Umsatz (netto)", "Net revenue"),
    "cm": ("Deckungsbeitrag", "Contribution margin"),
    "cogs": ("Wareneinsatz (unsere Kosten)", "Cost of goods (ours)"),
    "sellout_cost": ("Abverkauf des Kunden zu Einstand", "Customer's sell-out at cost"),
    "market_volume": ("Marktvolumen", "Market volume"),
    "purchase_volume": ("Einkaufsvolumen des Kunden", "Customer's category spend"),
    "outlets_total": ("Geschäfte mit Warengruppe", "Outlets with category"),
    "outlets_listed": ("davon führend", "Outlets carrying us"),
    "cat_rev_total": ("Warengruppenumsatz aller Geschäfte", "Category revenue all"),
    "cat_rev_listed": (
        "Warengruppenumsatz der führenden Geschäfte",
        "Category revenue of carrying outlets",
    ),
    "skus_relevant": ("Relevante Artikel", "Relevant SKUs"),
    "skus_listed": ("Gelistete Artikel", "Listed SKUs"),
    "promos": ("Aktionen", "Promotions"),
    "promo_revenue": ("Aktionsumsatz", "Promotion revenue"),
    "promo_cost": ("Aktionskosten", "Promotion cost"),
    "customers": ("Kundenzahl", "Active customers"),
    "customers_new": ("Gewonnene Kunden", "Customers won"),
    "customers_lost": ("Verlorene Kunden", "Customers lost"),
    "orders": ("Aufträge", "Orders"),
    "order_lines": ("Positionen", "Order lines"),
    "small_orders": ("Kleinaufträge", "Small orders"),
    "stock_avg": ("Ø Lagerbestand beim Kunden", "Average stock at cost"),
    "submitted": ("Eingereicht", "Submitted"),
    "complete_first": ("Bei Einreichung vollständig", "Complete at first submission"),
    "queried": ("Mit Rückfrage", "With queries"),
    "auto_rejected": ("Automatisch abgelehnt", "Auto-rejected"),
    "rejected": ("Abgelehnt", "Rejected"),
    "approved": ("Genehmigt", "Approved"),
    "withdrawn": ("Zurückgezogen", "Withdrawn"),
    "pending": ("Offen / zurückgestellt", "Pending"),
    "signed": ("Abgeschlossen", "Signed"),
    "cancelled": ("Storniert / widerrufen", "Cancelled / revoked"),
    "volume_submitted": ("Volumen eingereicht", "Volume submitted"),
    "volume_signed": ("Volumen abgeschlossen", "Volume signed"),
    "decision_days_sum": ("Bearbeitungstage Summe", "Processing days sum"),
    "within_sla": ("Innerhalb Servicezeit", "Within SLA"),
    "advisers": ("Berater gesamt", "Advisers"),
    "trained_advisers": ("Berater geschult", "Trained advisers"),
    "active_advisers": ("Berater aktiv", "Active advisers"),
    "k_cm_pct": ("DB-Quote", "Margin %"),
    "k_assort": ("Listungsquote", "Assortment coverage"),
}
WORDS = {
    "own": ("eigene", "own"),
    "customer": ("Kunde", "customer"),
    "joint": ("gemeinsam", "joint"),
    "PY": ("VJ", "PY"),
    "TARGET": ("Ziel", "Target"),
    "ACTUAL": ("Ist", "Actual"),
    "FORECAST": ("Hochrechnung", "Forecast"),
    "FY": ("Jahr", "FY"),
    "plan": ("Plankopf", "Plan header"),
    "header": ("Partnerkopf", "Partner header"),
    "figures": ("Zahlen", "Figures"),
    "applications": ("Anträge", "Applications per quarter"),
    "goals": ("Ziele", "Goals"),
    "quality": ("Qualitative Bewertung", "Qualitative rating"),
    "talks": ("Quartals- und Jahresgespräche", "Quarterly and annual talks"),
    "criterion": ("Kriterium", "Criterion"),
    "points": ("Punkte", "Score"),
    "rater": ("Bewerter", "Rater"),
    "meeting": ("Gespräch am", "Meeting on"),
    "kind": ("Art", "Type"),
    "annual": ("Jahresgespräch", "Annual talk"),
    "metric": ("Messgröße", "Metric"),
    "view": ("Sicht", "Perspective"),
    "dimension": ("Zieldimension", "Goal dimension"),
    "goal view": ("Zielsicht", "Perspective"),
    "1": ("€", "€"),
    "1000": ("T€", "k€"),
    "1000000": ("Mio. €", "m€"),
    "revenue": ("Umsatz", "Revenue"),
    "margin": ("Deckungsbeiträge", "Contribution margin"),
    "assortment": ("Sortiment", "Assortment"),
}
MONTHS = (
    ("Jan", "Jan"), ("Feb", "Feb"), ("Mrz", "Mar"), ("Apr", "Apr"), ("Mai", "May"),
    ("Jun", "Jun"), ("Jul", "Jul"), ("Aug", "Aug"), ("Sep", "Sep"), ("Okt", "Oct"),
    ("Nov", "Nov"), ("Dez", "Dec"),
)  # fmt: skip
RATED = (
    ("documents", "Unterlagenqualität", "Quality of documents"),
    ("advice", "Beratungsqualität", "Quality of advice"),
    ("rule_adherence", "Regelwerkstreue", "Rule adherence"),
    ("availability", "Erreichbarkeit", "Availability"),
    ("cooperation", "Zusammenarbeit", "Cooperation"),
    ("compliance", "Compliance", "Compliance"),
)
HEAD_LINES = (
    ("id", "Kundennummer", "Account ID"), ("partner id", "Partnernummer", "Partner ID"),
    ("name", "Key Account", "Key account"), ("partner", "Vertriebspartner", "Partner name"),
    ("year", "Geschäftsjahr", "Fiscal year"), ("currency", "Währung", "Currency"),
    ("scale", "Betragseinheit", "Amount scale"), ("as of", "Stichtag", "As-of date"),
    ("kam", "Key Account Manager", "Key account manager"),
    ("status", "Planstatus", "Plan status"), ("level", "DB-Stufe", "Contribution margin level"),
    ("market", "Markt-ID", "Market ID"),
)  # fmt: skip


def by_hand(book: Book, as_of: date, shuffled: random.Random | None = None) -> bytes:
    """The workbook as a person lays it out; rows, columns and sheets in any order."""
    from xlsxwriter import Workbook

    stream = io.BytesIO()
    made = Workbook(stream, {"in_memory": True})
    day = made.add_format({"num_format": "dd.mm.yyyy"})
    sheets = [
        (HEADS[book.role], _head(book, as_of)),
        (GRIDS[book.role], _grid(book, shuffled)),
        *([("goals", _goals(book, shuffled))] if book.goals else []),
        *([("quality", _ratings(book)), ("talks", _talks(book))] if book.role == "partner" else []),
    ]
    if shuffled:
        shuffled.shuffle(sheets)
    for key, lines in sheets:
        sheet = made.add_worksheet(_word(key, book))
        for row, line in enumerate([[f"{_word(key, book)}"], [], *lines]):
            for column, typed in enumerate(line):
                if isinstance(typed, date):
                    sheet.write_datetime(row, column, typed, day)
                elif isinstance(typed, str):
                    sheet.write_string(row, column, typed)
                elif typed is not None:
                    sheet.write_number(row, column, typed)
    made.close()
    return stream.getvalue()


def _word(key: str, book: Book) -> str:
    return WORDS[key][0 if book.language == "de" else 1]


def _head(book: Book, as_of: date) -> list[list[Typed | date]]:
    partner = book.role == "partner"
    values: dict[str, Typed | date] = {
        "partner id" if partner else "id": book.id,
        "partner" if partner else "name": book.name,
        "year": YEAR,
        "currency": book.currency,
        "scale": _word(str(book.scale), book),
        "as of": as_of,
        "kam": "Jana Vogt",
    }
    if not partner:
        values |= {"status": "Entwurf" if book.language == "de" else "Draft",
                   "level": "DB I" if book.language == "de" else "CM I"}  # fmt: skip
        if book.market:
            values["market"] = book.market
    at = 1 if book.language == "de" else 2
    return [[line[at], values[line[0]]] for line in HEAD_LINES if line[0] in values]


def _period(book: Book, period: str) -> str:
    if period == "FY":
        return _word("FY", book)
    if period.startswith("M"):
        return MONTHS[int(period[1:]) - 1][0 if book.language == "de" else 1]
    return period


def _measure(book: Book, key: str) -> str:
    return MEASURES[key][0 if book.language == "de" else 1]


def _grid(book: Book, shuffled: random.Random | None) -> list[list[Typed | date]]:
    rows = list(dict.fromkeys((key[0], key[1]) for key in book.typed))
    columns: list[tuple[str, str]] = [
        ("metric", ""),
        ("view", ""),
        *dict.fromkeys((key[2], key[3]) for key in book.typed),
    ]
    if shuffled:
        shuffled.shuffle(rows)
        shuffled.shuffle(columns)

    def cell(measure: str, view: str, column: tuple[str, str]) -> Typed:
        if column == ("metric", ""):
            return _measure(book, measure)
        if column == ("view", ""):
            return _word(view, book)
        return book.typed.get((measure, view, *column))

    heads = [
        f"{_word(scenario, book)} {_period(book, period)}" if period else _word(scenario, book)
        for scenario, period in columns
    ]
    return [[*heads], *([cell(*row, column) for column in columns] for row in rows)]


def _goals(book: Book, shuffled: random.Random | None) -> list[list[Typed | date]]:
    columns = ["dimension", "metric", "goal view", "Q1", "Q2", "Q3", "Q4", "FY"]
    if shuffled:
        shuffled.shuffle(columns)
    target = _word("TARGET", book)
    heads = [
        _word(column, book)
        if column in WORDS and column != "FY"
        else f"{target} {_period(book, column)}"
        for column in columns
    ]
    lines: list[list[Typed | date]] = [[*heads]]
    for goal in book.goals:
        told: Mapping[str, Typed] = {
            **goal.typed,
            "dimension": _word(goal.dimension, book),
            "metric": _measure(book, goal.metric),
            "goal view": _word(goal.perspective, book),
        }
        lines.append([told.get(column) for column in columns])
    return lines


def _ratings(book: Book) -> list[list[Typed | date]]:
    at = 1 if book.language == "de" else 2
    rows = zip(RATED, book.scores, strict=False)
    head: list[Typed | date] = [_word(key, book) for key in ("criterion", "points", "rater")]
    return [head, *([rated[at], points, "Jana Vogt"] for rated, points in rows)]


def _day_of(talk: str) -> date:
    return Period(YEAR, "Q", 1 if talk == "annual" else int(talk[1])).ends()


def _talks(book: Book) -> list[list[Typed | date]]:
    head: list[Typed | date] = [_word("meeting", book), _word("kind", book)]
    kinds = [_word("annual", book) if talk == "annual" else talk for talk in book.talks]
    return [head, *([_day_of(t), kind] for t, kind in zip(book.talks, kinds, strict=True))]


# ---------------------------------------------------------------- read back


def read_back(
    files: Mapping[str, bytes], folder: Path, workspace: Workspace, occasion: Occasion
) -> Reading:
    """Write the files, read them as the workers do (in this process), and judge them."""
    vocabulary = vocabulary_of(workspace)
    shared = Shared(vocabulary, tuple(load_layouts([])))
    plans, stray, sources = [], [], []
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        read = read_plan(shared, path, name)
        stray.extend(read.oddities)
        plans.extend([read.plan] if read.plan else [])
        subject = read.plan.subject if read.plan else None
        sources.append(Source(name, read.size, read.digest, subject, read.plan is not None))
    return judge(Gathered(tuple(plans), tuple(stray), tuple(sources)), workspace, occasion)


def reviewed(
    files: Mapping[str, bytes], folder: Path, workspace: Workspace, occasion: Occasion
) -> Review:
    """The review of what the files hold."""
    from kam_reports.actions import review

    return review(read_back(files, folder, workspace, occasion), occasion, workspace)
