"""Sections, fields and names that are missing, doubled or unknown (V001 to V010, V025 to V031)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from kam_reports.checks import Problems, check
from kam_reports.checks._entries import (
    blank,
    called,
    document,
    field,
    has_figures,
)
from kam_reports.checks._oddities import about, hint
from kam_reports.kpis.complete import demands
from kam_reports.model import (
    Amount,
    Blocks,
    Entry,
    Figure,
    Named,
    Occasion,
    Oddity,
    Place,
    Plan,
    Severity,
)
from kam_reports.vocabulary import Vocabulary, normalise
from kam_reports.workspace import Workspace

IDENTITY = ("account_id", "account_name", "partner_id", "partner_name", "fiscal_year")
HEADER = (*IDENTITY, "currency", "as_of", "kam")
ELEVEN = (
    "units",
    "revenue",
    "distribution",
    "market_share",
    "margin",
    "price",
    "assortment",
    "promotions",
    "customers",
    "orders",
    "stock_turn",
)
NO_REASON = frozenset(
    ["nichtrelevant", "notrelevant", "x", "ja", "yes", "wahr", "true", "entfaellt"]
)


@check(
    "V001",
    Severity.ERROR,
    blocks=Blocks.ACCOUNT,
    say={
        "de": "Die Angabe „{field}“ fehlt ({section}).",
        "en": "The entry “{field}” is missing ({section}).",
    },
    fix={
        "de": "„{field}“ auf dem Blatt „{section}“ eintragen.",
        "en": "Enter “{field}” on the sheet “{section}”.",
    },
    broken="""
        [Plankopf …]
        Stichtag |
        """,
)
def header_field_is_missing(plan: Plan, vocabulary: Vocabulary) -> Problems:
    """The header lacks what every report needs.

    Without number, name or fiscal year nobody knows whose plan it is, and there is no report.
    Without currency, as-of date or manager the report comes, but the account stays out of the
    consolidation.
    """
    header = plan.header
    for name, each in vocabulary.section(header.section).fields.items():
        if name in HEADER and each.required == "yes" and header[name] is None:
            facts = {"field": field(header, name), "section": Named("section", header.section)}
            weight = Blocks.PLAN if name in IDENTITY else Blocks.ACCOUNT
            yield header.at(name), facts, weight


@check(
    "V002",
    Severity.ERROR,
    blocks=Blocks.PLAN,
    say={
        "de": "{id} gibt es für {year} in mehreren Arbeitsmappen: {books}.",
        "en": "{id} occurs in several workbooks for {year}: {books}.",
    },
    fix={
        "de": "Die veraltete Arbeitsmappe aus dem Ordner nehmen oder die Nummer berichtigen.",
        "en": "Take the outdated workbook out of the folder, or correct the number.",
    },
    clean="""
        # plan
        # plan
        [Plankopf …]
        Kundennummer | K-1002
        Key Account  | Südbau GmbH
        """,
    broken="""
        # plan
        # plan
        """,
)
def account_occurs_twice(plans: Sequence[Plan]) -> Problems:
    """Two workbooks say they are the plan of the same account for the same year.

    Often one is a copy. Nobody knows which one holds, so neither is used.
    """
    same: dict[tuple[Any, ...], list[Plan]] = defaultdict(list)
    for plan in plans:
        if plan.subject.id and plan.fiscal_year is not None:
            key = (plan.subject.role, normalise(plan.subject.id), plan.fiscal_year)
            same[key].append(plan)
    for twins in same.values():
        if len(twins) > 1:
            books = tuple(plan.place.book for plan in twins)
            for plan in twins:
                facts = {"id": plan.subject.id, "year": str(plan.fiscal_year), "books": books}
                yield plan.header.at(_id_field(plan)), facts


@check(
    "V003",
    Severity.ERROR,
    blocks=Blocks.PLAN,
    say={
        "de": "Der Plan ist für das Geschäftsjahr {found}, der Bericht für {wanted}.",
        "en": "The plan is for fiscal year {found}, the report for {wanted}.",
    },
    fix={
        "de": "Den Plan des Jahres {wanted} ablegen oder das Geschäftsjahr berichtigen.",
        "en": "Put the plan of {wanted} there, or correct the fiscal year.",
    },
    broken="""
        [Plankopf …]
        Geschäftsjahr | 2027
        [Zahlen]
        Zahlen
        Messgröße      | Sicht  | VJ Q1
        Umsatz (netto) | eigene | 931000
        [Preiskonditionen …]
        Nr. | Gültig bis
        P1  | 2027-12-31
        P2  | 2027-12-31
        """,
)
def fiscal_year_is_another(plan: Plan, occasion: Occasion | None) -> Problems:
    """A plan is for another fiscal year than the report.

    Last year's plan was left in the folder, or a new one was copied and its year not changed.
    """
    wanted = occasion.quarter.year if occasion else plan.fiscal_year
    if plan.fiscal_year is not None and plan.fiscal_year != wanted:
        facts = {"found": str(plan.fiscal_year), "wanted": str(wanted)}
        yield plan.header.at("fiscal_year"), facts


@check(
    "V004",
    Severity.WARNING,
    say={
        "de": "Der Abschnitt „{section}“ fehlt.",
        "en": "The section “{section}” is missing.",
    },
    fix={
        "de": "Das Blatt „{section}“ aus der Vorlage übernehmen und ausfüllen.",
        "en": "Take over the sheet “{section}” from the template and fill it in.",
    },
    broken="""
        [Schnittstellen –]
        """,
)
def section_is_missing(plan: Plan, vocabulary: Vocabulary) -> Problems:
    """A section that every plan should have was not found in the workbook.

    Reports leave its part empty. If the sheet is there, its name and its headings may not be
    recognised.
    """
    for section in vocabulary.sections(document(plan)):
        if section.expected and section.key not in plan.sections | plan.without:
            yield plan.place, {"section": Named("section", section.key)}


ABSENT = {"de": "kommt in den Zielen nicht vor", "en": "does not occur among the goals"}
UNEXPLAINED = {
    "de": "ist als nicht relevant markiert, aber ohne Grund",
    "en": "is marked as not relevant, but without a reason",
}


@check(
    "V005",
    Severity.ERROR,
    say={
        "de": "Die Zieldimension „{dimension}“ {what}.",
        "en": "The goal dimension “{dimension}” {what}.",
    },
    fix={
        "de": "Ein Ziel dafür eintragen oder unter „Nicht relevant, weil“ einen Grund nennen.",
        "en": "Enter a goal for it, or give a reason under “Not relevant because”.",
    },
    clean="""
        [Ziele …]
        Zieldimension | Ziel Jahr | Ziel Q1 | Ziel Q2 | Ziel Q3 | Ziel Q4 | Nicht relevant, weil
        Umschlagsgeschwindigkeit | | | | | | Der Kunde hält kein Lager
        [Maßnahmen …]
        Nr. | Zieldimension
        M11 | Absatz
        """,
    broken="""
        [Ziele …]
        Zieldimension | Ziel Jahr | Ziel Q1 | Ziel Q2 | Ziel Q3 | Ziel Q4 | Nicht relevant, weil
        Umschlagsgeschwindigkeit | | | | | | nicht relevant
        """,
    with_it=("V305",),
)
def goal_dimension_is_missing(plan: Plan) -> Problems:
    """One of the eleven goal dimensions is neither set nor marked as not relevant with a reason.

    A dimension that nobody thought of looks like one that nobody needs. A short reason tells them
    apart.
    """
    if "goals" not in plan.sections:
        return  # V004 tells
    goals: dict[str, list[Entry]] = defaultdict(list)
    for goal in plan.of("goals"):
        goals[str(goal["dimension"])].append(goal)
    sheet = next((goal.place for goal in plan.of("goals")), plan.place)
    for dimension in ELEVEN:
        named = Named("option", f"goals.dimension.{dimension}")
        if dimension not in goals:
            yield Place(sheet.book, sheet.sheet), {"dimension": named, "what": ABSENT}
        elif all(_without_reason(goal) for goal in goals[dimension]):
            place = goals[dimension][0].at("not_relevant_reason")
            yield place, {"dimension": named, "what": UNEXPLAINED}


NO_RATE = {
    "de": "für {found} steht kein Kurs in kam.toml (der Bericht rechnet in {expected})",
    "en": "there is no rate for {found} in kam.toml (the report counts in {expected})",
}
SECOND = {
    "de": "der Betrag „{text}“ ist in {found}, der Plan in {expected}",
    "en": "the amount “{text}” is in {found}, the plan in {expected}",
}
PIECES = {"units": {"de": "Stück", "en": "pieces"}}
UNITS = {
    "de": "gezählt wird hier in „{found}“, sonst in „{expected}“",
    "en": "it is counted in “{found}” here, in “{expected}” elsewhere",
}


@check(
    "V006",
    Severity.ERROR,
    kinds=("other-currency",),
    blocks=Blocks.ACCOUNT,
    say={
        "de": "{field}: Das lässt sich nicht zusammenzählen, {what}.",
        "en": "{field}: this cannot be added up, {what}.",
    },
    fix={
        "de": "Den Kurs in kam.toml unter [report.rates] eintragen oder alles in einer Währung und "
        "einer Mengeneinheit angeben.",
        "en": "Enter the rate in kam.toml under [report.rates], or state everything in one "
        "currency "
        "and one unit.",
    },
    broken="""
        [Plankopf …]
        Währung | US-Dollar
        """,
)
def currencies_or_units_are_mixed(plans: Sequence[Plan], workspace: Workspace) -> Problems:
    """Amounts in two currencies without a rate, or pieces and kilograms in one sum.

    One to one is never assumed: without a rate the account stays out of the consolidation, and
    units sold in different units of measure are not added up.
    """
    report = workspace.report
    for plan in plans:
        yield from _second_currency(plan)
        header = plan.header
        found = header["currency"]
        if found and found != report.currency and found not in report.rates:
            facts = {"what": NO_RATE, "found": str(found), "expected": report.currency}
            yield header.at("currency"), {"field": field(header, "currency"), **facts}
    yield from _mixed_units(plans)


def _second_currency(plan: Plan) -> Problems:
    """Amounts in another currency than the plan's: none was taken, so one word for each sheet."""
    told: set[tuple[str, object]] = set()
    for odd in plan.odd("other-currency"):
        if (alike := (odd.place.sheet, odd.facts.get("found"))) not in told:
            told.add(alike)
            unknown = {"found": "?", "expected": plan.currency}
            yield odd.place, {"what": SECOND, **unknown, **about(odd)}, Blocks.FIGURE


def _mixed_units(plans: Sequence[Plan]) -> Problems:
    """Units sold that are counted in something else than in most plans."""
    first: dict[tuple[str, str], Figure] = {}
    for plan in plans:
        for figure in plan.figures:
            if figure.measure == "units" and figure.unit:
                first.setdefault((plan.place.book, figure.unit), figure)
    counted = [unit for _, unit in first]
    usual = max(counted, key=counted.count, default="")
    for (_, unit), figure in first.items():
        if unit != usual:
            facts = {
                "what": UNITS,
                "found": PIECES.get(unit, unit),
                "expected": PIECES.get(usual, usual),
            }
            yield figure.place, {"field": Named("measure", "units"), **facts}, Blocks.FIGURE


UNMAPPED_SHEET = {
    "de": "es wird nicht gelesen (gefüllte Zellen: {count})",
    "en": "it is not read (filled cells: {count})",
}
UNMAPPED_RANGE = {
    "de": "der Bereich {range} wird nicht gelesen (gefüllte Zellen: {count})",
    "en": "the range {range} is not read (filled cells: {count})",
}
HIDDEN_READ = {
    "de": "es ist ausgeblendet und wird trotzdem gelesen",
    "en": "it is hidden and read anyway",
}
HIDDEN_SKIPPED = {
    "de": "es ist ausgeblendet und wird nicht gelesen",
    "en": "it is hidden and not read",
}


@check(
    "V007",
    Severity.WARNING,
    kinds=("unmapped-sheet", "unmapped-range", "hidden-sheet"),
    say={
        "de": "Blatt „{sheet}“ beachten: {what}.",
        "en": "Mind the sheet “{sheet}”: {what}.",
    },
    fix={
        "de": "Das Blatt nach seinem Abschnitt benennen, einblenden oder löschen, was nicht zum "
        "Plan "
        "gehört.",
        "en": "Name the sheet after its section, unhide it, or delete what is not part of the "
        "plan.",
    },
    broken="""
        [Notizen]
        Anruf bei Frau Seidel am Montag
        """,
)
def sheet_is_not_read(oddities: Sequence[Oddity]) -> Problems:
    """A sheet or a part of it belongs to no section, or it is hidden.

    What is not recognised is not in the report. So it is named, with the number of filled cells:
    it may be a note, or a section under a name that we do not know.
    """
    for odd in oddities:
        facts = {"range": odd.place.cell, "count": "", "sheet": odd.place.sheet, **odd.facts}
        if odd.kind == "hidden-sheet":
            what = HIDDEN_READ if odd.facts.get("read", True) else HIDDEN_SKIPPED
        else:
            what = UNMAPPED_SHEET if odd.kind == "unmapped-sheet" else UNMAPPED_RANGE
        yield odd.place, {**facts, "what": what}


@check(
    "V008",
    Severity.WARNING,
    say={
        "de": "Der Plan ist zu {share} ausgefüllt; am meisten fehlt in: {sections}.",
        "en": "The plan is filled in to {share}; most is missing in: {sections}.",
    },
    fix={
        "de": "Die Pflichtfelder und die erwarteten Felder dieser Abschnitte ausfüllen.",
        "en": "Fill in the required and expected fields of these sections.",
    },
    broken="""
        [Ziele –]
        [Maßnahmen –]
        [Portfoliobewertung –]
        [Preiskonditionen –]
        [Ansprechpartner]
        Ansprechpartner
        Name         | Rolle im Buying Center
        Karin Seidel | Entscheider
        Timo Reuter  | Einkäufer
        [Kundenprofil]
        Kundenprofil
        Branche | Baumärkte
        [Schnittstellen]
        Schnittstellen
        Schnittstelle | Person
        Vertrieb      | Jana Vogt
        [Beziehungspflege –]
        [Aktionen –]
        """,
    with_it=("V004", "V010"),
)
def plan_is_incomplete(plan: Plan, vocabulary: Vocabulary, workspace: Workspace) -> Problems:
    """Less than 80 % of the required and expected fields are filled in.

    The limit can be set in ``kam.toml``. A plan with gaps gives a report with gaps.
    """
    missing: dict[str, int] = defaultdict(int)
    total = 0
    for section, _, _, filled in demands(plan, vocabulary):
        total += 1
        missing[section.key] += not filled
    share = 1 - sum(missing.values()) / total if total else 1.0
    if share * 100 < workspace.thresholds.completeness - 1e-9:
        worst = sorted((key for key in missing if missing[key]), key=lambda key: -missing[key])
        sections = tuple(Named("section", key) for key in worst[:3])
        yield plan.place, {"share": Amount(share, "percent"), "sections": sections}


@check(
    "V009",
    Severity.ERROR,
    say={
        "de": "Die Pflichtangabe „{field}“ fehlt ({row}).",
        "en": "The required entry “{field}” is missing ({row}).",
    },
    fix={
        "de": "„{field}“ eintragen oder die Zeile löschen.",
        "en": "Enter “{field}”, or delete the row.",
    },
    clean="""
        [Maßnahmen …]
        Nr. | Priorität
        M4  |
        """,
    broken="""
        [Maßnahmen …]
        Nr. | Status
        M4  |
        """,
)
def required_field_is_missing(plan: Plan, vocabulary: Vocabulary) -> Problems:
    """A row or form lacks a field that it means nothing without.

    A measure without a status or a contact without a name cannot be counted. Header fields have
    a code of their own, and so have owner and due date of a measure.
    """
    for _, each, entry, filled in demands(plan, vocabulary):
        told = filled or each.required != "yes" or each.name in TOLD_ELSEWHERE
        if not told and blank(entry, each.key):
            facts = {"field": Named("field", each.name), "row": called(entry)}
            yield entry.at(each.key), facts
    for measure in vocabulary.measures_of(document(plan)):
        stated = any(figure.measure == measure.key for figure in plan.figures)
        if measure.required == "yes" and not stated and plan.figures:
            row = Named("section", "applications")
            yield plan.place, {"field": Named("measure", measure.key), "row": row}


IN_ROWS = {"de": " ({count} von {total} Zeilen)", "en": " ({count} of {total} rows)"}


@check(
    "V010",
    Severity.WARNING,
    say={
        "de": "{section}: „{field}“ ist nicht ausgefüllt{rows}.",
        "en": "{section}: “{field}” is not filled in{rows}.",
    },
    fix={
        "de": "„{field}“ eintragen; ist es unbekannt, mit „?“ als offene Frage markieren.",
        "en": "Enter “{field}”; if it is unknown, mark it with “?” as an open question.",
    },
    clean="""
        [Kundenprofil …]
        Konzern / Mutter |
        """,
    broken="""
        [Kundenprofil …]
        Branche |
        """,
)
def expected_field_is_missing(plan: Plan, vocabulary: Vocabulary) -> Problems:
    """A field that a good plan fills in is empty.

    One finding for each field, at the first cell. Fields that matter only in a certain state,
    such as the actual units of a promotion, are asked for when it is reached.
    """
    for (section, each), rows in _expected(plan, vocabulary).items():
        gaps = [entry for entry in rows if blank(entry, each)]
        if gaps:
            named = {"section": Named("section", section), "field": field(gaps[0], each)}
            counted = {"count": len(gaps), "total": len(rows)}
            is_list = vocabulary.section(section).records == "many"
            yield gaps[0].at(each), {"rows": IN_ROWS if is_list else "", **named, **counted}
    for measure in vocabulary.measures_of(document(plan)):
        stated = any(figure.measure == measure.key for figure in plan.figures)
        if measure.required == "expected" and not stated and plan.figures:
            named = {"section": Named("section", "applications")}
            yield plan.place, {"rows": "", "field": Named("measure", measure.key), **named}


@check(
    "V025",
    Severity.WARNING,
    kinds=("unknown-column",),
    say={
        "de": "Die Spalte oder Zeile „{text}“ ist unbekannt{hint} und wird nicht gelesen.",
        "en": "The column or row “{text}” is unknown{hint} and is not read.",
    },
    fix={
        "de": "Wie in der Vorlage benennen; kam-reports explain zeigt alle Wörter eines Feldes.",
        "en": "Name it as in the template; kam-reports explain shows all words of a field.",
    },
    broken="""
        [Sortiment]
        Sortiment
        Warengruppe  | Artikel        | Listungsstatus | Regalplatz
        Handwerkzeug | Zangensatz Z12 | gelistet       | A7
        """,
)
def column_is_unknown(oddities: Sequence[Oddity]) -> Problems:
    """A table has a column, or a form a row, that no field is called.

    Its cells are not in any report. A slip in the heading is enough.
    """
    for odd in oddities:
        yield odd.place, {"hint": hint(odd), **about(odd)}


HIDDEN_ROWS = {"de": "Zeilen", "en": "rows"}
HIDDEN_COLUMNS = {"de": "Spalten", "en": "columns"}


@check(
    "V026",
    Severity.WARNING,
    kinds=("hidden-rows", "hidden-columns"),
    say={
        "de": "Blatt „{sheet}“: Ausgeblendete {what} ({which}) enthalten Werte und zählen mit.",
        "en": "Sheet “{sheet}”: hidden {what} ({which}) hold values and count.",
    },
    fix={
        "de": "Einblenden und prüfen; was nicht mehr gilt, löschen statt ausblenden.",
        "en": "Unhide and check them; delete what no longer holds instead of hiding it.",
    },
    broken="""
        [Sortiment …]
        !hidden rows 4
        """,
)
def values_are_hidden(oddities: Sequence[Oddity]) -> Problems:
    """Hidden rows or columns hold values.

    A hidden row is read like any other: an account manager who hides a measure still has it in
    the count.
    """
    for odd in oddities:
        what = HIDDEN_ROWS if odd.kind == "hidden-rows" else HIDDEN_COLUMNS
        facts = {"sheet": odd.place.sheet, "which": odd.raw or odd.place.cell, **odd.facts}
        yield odd.place, {**facts, "what": what}


@check(
    "V027",
    Severity.ERROR,
    blocks=Blocks.ACCOUNT,
    say={
        "de": "Der Plan enthält keine einzige Zahl.",
        "en": "The plan does not hold a single figure.",
    },
    fix={
        "de": "Auf dem Blatt „{section}“ Vorjahr, Ziele und Ist eintragen.",
        "en": "Enter prior year, targets and actuals on the sheet “{section}”.",
    },
    broken="""
        [Zahlen]
        Zahlen
        Messgröße | Sicht | Ist Q1
        """,
)
def plan_has_no_figures(plan: Plan) -> Problems:
    """A plan has no figures at all: no prior year, no actuals.

    The report comes with its words and lists, but there is nothing to compare or consolidate.
    """
    if not has_figures(plan):
        section = "figures" if document(plan) == "plan" else "applications"
        yield plan.place, {"section": Named("section", section)}


@check(
    "V028",
    Severity.INFO,
    kinds=("open-question",),
    say={
        "de": "{field}: „{text}“ ist eine offene Frage.",
        "en": "{field}: “{text}” is an open question.",
    },
    fix={
        "de": "Klären und eintragen; bis dahin steht sie unter den offenen Fragen im Bericht.",
        "en": "Find out and enter it; until then it stands among the report's open questions.",
    },
    broken="""
        [Kundenprofil …]
        Einkaufsstrategie | ?
        """,
)
def question_is_open(oddities: Sequence[Oddity]) -> Problems:
    """A cell holds a question mark.

    That is a virtue: a good plan says what it does not know. The question is listed in the
    internal report, and the cell counts as missing, not as zero.
    """
    for odd in oddities:
        yield odd.place, about(odd)


@check(
    "V031",
    Severity.WARNING,
    kinds=("unknown-option",),
    say={
        "de": "{field}: „{text}“ steht nicht zur Auswahl{hint}.",
        "en": "{field}: “{text}” is not among the choices{hint}.",
    },
    fix={
        "de": "Einen Eintrag der Auswahlliste wählen (kam-reports explain zeigt sie).",
        "en": "Choose an entry of the list (kam-reports explain shows it).",
    },
    clean="""
        [Kundenprofil …]
        Logistik: Belieferungskonzept | strecke
        """,
    broken="""
        [Kundenprofil …]
        Logistik: Belieferungskonzept | Brieftaube
        """,
)
def choice_is_unknown(oddities: Sequence[Oddity], vocabulary: Vocabulary) -> Problems:
    """A word stands where one of several choices is expected, and it is none of them.

    The cell counts as empty. If the field is required, that is an error.
    """
    for odd in oddities:
        named = odd.facts.get("field")
        needed_here = isinstance(named, Named) and _is_required(named, vocabulary)
        weight = Severity.ERROR if needed_here else Severity.WARNING
        yield odd.place, {"hint": hint(odd), **about(odd)}, weight


# ---------------------------------------------------------------- in other words

# What a check of its own judges.
TOLD_ELSEWHERE = frozenset(
    [
        *(f"plan.{name}" for name in HEADER),
        *(f"header.{name}" for name in HEADER),
        "plan.cm_level",
        "measures.owner",
        "measures.due",
        "conditions.valid_from",
        "conditions.counter_performance",
        "satisfaction.responses",
        "quality.comment",
        "goals.dimension",
    ]
)


def _id_field(plan: Plan) -> str:
    return "account_id" if document(plan) == "plan" else "partner_id"


def _without_reason(goal: Entry) -> bool:
    """Whether a goal is switched off without saying why."""
    reason = goal["not_relevant_reason"]
    return reason is not None and normalise(str(reason)) in NO_REASON


def _expected(plan: Plan, vocabulary: Vocabulary) -> dict[tuple[str, str], list[Entry]]:
    """The rows that should have a field, by section and field; sections not found left out."""
    rows: dict[tuple[str, str], list[Entry]] = defaultdict(list)
    for section, each, entry, _ in demands(plan, vocabulary):
        asked = each.required == "expected" and each.name not in TOLD_ELSEWHERE
        if asked and section.key in plan.sections:
            rows[section.key, each.key].append(entry)
    return rows


def _is_required(named: Named, vocabulary: Vocabulary) -> bool:
    if named.kind != "field":
        return False
    each = vocabulary.field(named.key)
    return each.required == "yes" and each.default is None
