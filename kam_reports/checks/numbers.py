"""Numbers that a cell does not plainly hold (V101 to V109, V125 to V133)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kam_reports.checks import Problems, check
from kam_reports.checks._oddities import about, hint
from kam_reports.model import Oddity, Severity


@check(
    "V101",
    Severity.ERROR,
    kinds=("text",),
    say={
        "de": "{field}: „{text}“ ist Text, keine Zahl.",
        "en": "{field}: “{text}” is text, not a number.",
    },
    fix={
        "de": "Nur die Zahl eintragen; die Bemerkung in die Zelle daneben schreiben.",
        "en": "Type the number alone; put the remark in the next cell.",
    },
    broken="""
        [Zahlen …]
        Messgröße | Ist Q3
        Absatz | rund zehntausend
        """,
)
def number_is_text(oddities: Sequence[Oddity]) -> Problems:
    """A number is text.

    Excel leaves text out of every sum without a word, so the total looks right and is too small.
    The report does not guess either: the cell counts as missing until a number stands there.
    """
    for odd in oddities:
        yield odd.place, about(odd)


@check(
    "V102",
    Severity.INFO,
    kinds=("converted",),
    say={
        "de": "{field}: Der Text „{text}“ wurde als {new} gelesen.",
        "en": "{field}: the text “{text}” was read as {new}.",
    },
    fix={
        "de": "Die Zahl ohne Zusatz eintragen, dann rechnet auch Excel mit ihr.",
        "en": "Type the number without anything around it, then Excel counts it, too.",
    },
    broken="""
        [Zahlen …]
        Messgröße | Ist Q3
        Absatz | "9900 Stk."
        """,
)
def number_was_text(oddities: Sequence[Oddity]) -> Problems:
    """A number was typed as text and could be read.

    The report uses it. Excel's own sums do not, so a total in the workbook may differ from the
    report.
    """
    for odd in oddities:
        yield odd.place, about(odd)


@check(
    "V103",
    Severity.WARNING,
    kinds=("ambiguous",),
    say={
        "de": "{field}: „{text}“ ist deutsch gelesen {german}, englisch gelesen {english}. "
        "Verwendet wird {new}, weil keine andere Zelle der Spalte es klärt und die Sprache der "
        "Arbeitsmappe so schreibt.",
        "en": "{field}: “{text}” is {german} in German and {english} in English. {new} is used, "
        "because no other cell of the column settles it and the workbook's language writes so.",
    },
    fix={
        "de": "Die Zahl als Zahl eintragen, nicht als Text.",
        "en": "Type the number as a number, not as text.",
    },
    broken="""
        [Zahlen …]
        Messgröße | Ist Q3
        Absatz | "9.900"
        """,
)
def separator_is_ambiguous(oddities: Sequence[Oddity]) -> Problems:
    """A text such as 1.234 may be one thousand or one and a bit.

    The other cells of the column decide. If they do not, the workbook's language does, and the
    number is marked.
    """
    for odd in oddities:
        yield odd.place, about(odd)


SCALED = {"de": "gelesen wurde {new}", "en": "it was read as {new}"}
MIXED = {
    "de": "in der Spalte stehen Anteile wie 0,23 und Prozente wie 23 nebeneinander",
    "en": "the column mixes shares such as 0.23 and percentages such as 23",
}


@check(
    "V104",
    Severity.INFO,
    kinds=("percent-scaled", "percent-mixed"),
    say={
        "de": "{field}: „{text}“ ist ein Prozentwert ohne Prozentzeichen; {what}.",
        "en": "{field}: “{text}” is a percentage without a percent sign; {what}.",
    },
    fix={
        "de": "Die Zellen der Spalte einheitlich als Prozent formatieren (23 %).",
        "en": "Format all cells of the column as percent (23%).",
    },
    clean="""
        [Kundenprofil …]
        Logistik: Liefertreue-Ziel | 0.97
        """,
    broken="""
        [Kundenprofil …]
        Logistik: Liefertreue-Ziel | 97
        """,
)
def percent_without_sign(oddities: Sequence[Oddity]) -> Problems:
    """A percentage was typed without the percent sign.

    A 23 in a percent column is read as 23 %. If the same column also holds numbers such as 0.23,
    nobody can tell which was meant: then it is an error.
    """
    for odd in oddities:
        if odd.kind == "percent-mixed":
            yield odd.place, {"what": MIXED, **about(odd)}, Severity.ERROR
        else:
            yield odd.place, {"what": SCALED, "new": "", **about(odd)}


@check(
    "V107",
    Severity.ERROR,
    kinds=("error-value",),
    say={
        "de": "{field}: In der Zelle steht der Excel-Fehler {text}.",
        "en": "{field}: the cell holds Excel's error {text}.",
    },
    fix={
        "de": "Die Formel berichtigen oder die Zelle leeren, wenn es keinen Wert gibt.",
        "en": "Correct the formula, or empty the cell if there is no value.",
    },
    clean="""
        [Zahlen …]
        Messgröße     | Ist Q3
        Aktionskosten | 0
        """,
    broken="""
        [Zahlen …]
        Messgröße | Ist Q3
        Absatz | #DIV/0!
        """,
)
def cell_holds_an_error(oddities: Sequence[Oddity]) -> Problems:
    """A cell holds an error value of Excel.

    An error is no blank: something was meant to stand here. Many programs read it as an empty
    cell, and the number is lost without a word.
    """
    for odd in oddities:
        yield odd.place, about(odd)


@check(
    "V108",
    Severity.ERROR,
    kinds=("uncalculated",),
    say={
        "de": "{field}: Die Formel wurde nie berechnet; es ist kein Wert gespeichert.",
        "en": "{field}: the formula was never calculated; no value is stored.",
    },
    fix={
        "de": "Die Arbeitsmappe in Excel öffnen und speichern.",
        "en": "Open the workbook in Excel and save it.",
    },
    clean="""
        [Zahlen …]
        Messgröße | Ist Q3
        Absatz    | =O3+P3 → 9900
        """,
    broken="""
        [Zahlen …]
        Messgröße | Ist Q3
        Absatz | =O3+P3 →
        """,
)
def formula_was_never_calculated(oddities: Sequence[Oddity]) -> Problems:
    """A formula has no stored value.

    Programs other than Excel can write formulas without calculating them. Such a cell looks like
    an empty one to every reader but Excel.
    """
    for odd in oddities:
        yield odd.place, about(odd)


RANGE = {"de": "eine Spanne von {low} bis {high}", "en": "a range from {low} to {high}"}
SEVERAL = {"de": "{count} Werte", "en": "{count} values"}


@check(
    "V109",
    Severity.WARNING,
    kinds=("range", "several"),
    say={
        "de": "{field}: „{text}“ ist nicht ein Wert, sondern {what}; die Zelle zählt als leer.",
        "en": "{field}: “{text}” is not one value but {what}; the cell counts as empty.",
    },
    fix={
        "de": "Genau einen Wert eintragen; Spannen in eine Bemerkung schreiben.",
        "en": "Type exactly one value; put a range into a remark.",
    },
    broken="""
        [Zahlen …]
        Messgröße | Ist Q3
        Absatz | 9000–10000
        """,
)
def several_values_in_a_cell(oddities: Sequence[Oddity]) -> Problems:
    """A cell holds a range or several values.

    A range is never averaged: the middle is a number that nobody wrote.
    """
    for odd in oddities:
        what = RANGE if odd.kind == "range" else SEVERAL
        yield odd.place, {"what": what, "low": "", "high": "", "count": 2, **about(odd)}


BETWEEN = {"de": "von {low} bis {high}", "en": "{low} to {high}"}
AT_LEAST = {"de": "mindestens {low}", "en": "{low} or more"}
AT_MOST = {"de": "höchstens {high}", "en": "{high} or less"}
A_SHARE = {"de": "ein Anteil oder Prozentwert", "en": "a share or a percentage"}
WHOLE = {"de": "eine ganze Zahl", "en": "a whole number"}


@check(
    "V125",
    Severity.ERROR,
    kinds=("out-of-range", "not-whole"),
    say={
        "de": "{field}: „{text}“ liegt außerhalb des Erlaubten ({what}); der Wert wird nicht "
        "verwendet.",
        "en": "{field}: “{text}” is outside of what is allowed ({what}); the value is not used.",
    },
    fix={
        "de": "Einen erlaubten Wert eintragen (kam-reports explain zeigt ihn für jedes Feld).",
        "en": "Enter an allowed value (kam-reports explain shows it for each field).",
    },
    broken="""
        [Kundenprofil …]
        Bonität | 7
        """,
)
def value_is_out_of_range(oddities: Sequence[Oddity]) -> Problems:
    """A value is outside of what the field allows: seven points of five, month 13, half a person.

    It is not cut to the limit, because nobody knows what was meant.
    """
    for odd in oddities:
        yield odd.place, {"what": _allowed(odd), **about(odd)}


@check(
    "V126",
    Severity.WARNING,
    kinds=("unknown-measure",),
    say={
        "de": "Die Messgröße „{text}“ ist unbekannt{hint}; ihre Zahlen gehen in keine Kennzahl "
        "ein.",
        "en": "The measure “{text}” is unknown{hint}; its numbers enter no KPI.",
    },
    fix={
        "de": "Den Namen berichtigen oder die Messgröße in kam.toml unter [measures] anlegen.",
        "en": "Correct the name, or add the measure to kam.toml under [measures].",
    },
    broken="""
        [Zahlen …]
        Messgröße | Ist Q1 | Ist Q2
        Regalmeter | 120 | 130
        """,
)
def measure_is_unknown(oddities: Sequence[Oddity]) -> Problems:
    """A row or a goal names a measure that nobody knows.

    Its numbers are kept, but no KPI counts them. Either it is a slip, or it is a measure of your
    own: then give it a name in ``kam.toml``.
    """
    for odd in oddities:
        yield odd.place, {"hint": hint(odd), **about(odd)}


@check(
    "V127",
    Severity.WARNING,
    kinds=("stated-twice",),
    say={
        "de": "{field}: Der Wert steht zweimal im Plan, hier {new}, in {other} {used}. Verwendet "
        "wird {used}.",
        "en": "{field}: the value is stated twice, {new} here, {used} in {other}. {used} is used.",
    },
    fix={
        "de": "Den Wert nur an einer Stelle eintragen oder beide gleich machen.",
        "en": "State the value once only, or make both equal.",
    },
    clean="""
        [Ziele …]
        Zieldimension | Ziel Q3
        Absatz        | 9800.0
        """,
    broken="""
        [Ziele …]
        Zieldimension | Ziel Q3
        Absatz | 9600
        """,
)
def value_is_stated_twice(oddities: Sequence[Oddity]) -> Problems:
    """The same number is stated in two places, and they differ.

    Most often a goal was changed in one sheet only. The value of the sheet with the figures is
    used.
    """
    for odd in oddities:
        yield odd.place, {"new": odd.raw, "other": "", "used": "", **about(odd)}


@check(
    "V128",
    Severity.WARNING,
    kinds=("merged-over",),
    say={
        "de": "{field}: „{text}“ liegt unter einer verbundenen Zelle und ist in Excel nicht zu "
        "sehen; der Wert wird nicht gelesen.",
        "en": "{field}: “{text}” lies below a merged cell and cannot be seen in Excel; the value "
        "is not read.",
    },
    fix={
        "de": "Den Zellverbund aufheben und den Wert löschen oder sichtbar machen.",
        "en": "Unmerge the cells, and delete the value or let it be seen.",
    },
    broken="""
        [Zahlen …]
        !merge Q3:R3
        """,
)
def value_is_hidden_below_a_merge(oddities: Sequence[Oddity]) -> Problems:
    """A value lies below a merged cell.

    Excel keeps such values when cells are merged by a program or by copying. Nobody sees them,
    but many programs read them.
    """
    for odd in oddities:
        yield odd.place, about(odd)


@check(
    "V129",
    Severity.INFO,
    kinds=("estimated",),
    say={
        "de": "{field}: „{text}“ ist als geschätzt gekennzeichnet; gerechnet wird mit {new}.",
        "en": "{field}: “{text}” is marked as an estimate; {new} is used.",
    },
    fix={
        "de": "Den genauen Wert eintragen, sobald er bekannt ist.",
        "en": "Enter the exact value as soon as it is known.",
    },
    broken="""
        [Zahlen …]
        Messgröße | Ist Q3
        Absatz | ~9900
        """,
)
def value_is_estimated(oddities: Sequence[Oddity]) -> Problems:
    """A value is marked as an estimate, such as ~840.

    It is used like any other; the report does not show the mark.
    """
    for odd in oddities:
        yield odd.place, {"new": "", **about(odd)}


FIRST = {"de": ", zuerst in {other}", "en": ", first in {other}"}


@check(
    "V130",
    Severity.WARNING,
    kinds=("repeated-column",),
    say={
        "de": "Die Spalte „{text}“ kommt mehrmals vor{first}; verwendet wird die erste.",
        "en": "The column “{text}” occurs more than once{first}; the first is used.",
    },
    fix={
        "de": "Die überzählige Spalte löschen oder richtig benennen.",
        "en": "Delete the column that is too many, or name it correctly.",
    },
    broken="""
        [Sortiment]
        Sortiment
        Warengruppe | Artikel | Listungsstatus | Artikel
        Handwerkzeug | Zangensatz Z12 | gelistet | Zange Z9
        """,
)
def column_is_repeated(oddities: Sequence[Oddity]) -> Problems:
    """Two columns of a table have the same heading.

    Only one of them can be what it says. The first one is used, the other is not read.
    """
    for odd in oddities:
        yield odd.place, {"first": FIRST if odd.facts.get("other") else "", **about(odd)}


@check(
    "V132",
    Severity.ERROR,
    kinds=("unit-differs",),
    say={
        "de": "{field}: Die Einheit von „{text}“ passt nicht zum Feld.",
        "en": "{field}: the unit of “{text}” does not fit the field.",
    },
    fix={
        "de": "Den Wert in der Einheit des Feldes eintragen: Prozent, Betrag oder Anzahl.",
        "en": "Enter the value in the unit of the field: percent, amount or number.",
    },
    broken="""
        [Kundenprofil …]
        Umsatz des Kunden | 45 %
        """,
)
def unit_does_not_fit(oddities: Sequence[Oddity]) -> Problems:
    """A number has a unit that the field cannot have, such as euros where a share belongs.

    The value is not used, because it is something other than the field says.
    """
    for odd in oddities:
        yield odd.place, about(odd)


STATED = {"de": " ({other})", "en": " ({other})"}


@check(
    "V133",
    Severity.WARNING,
    kinds=("year-differs",),
    say={
        "de": "„{text}“ gehört zu {found}, der Plan zu {expected}{stated}; diese Werte werden "
        "nicht gelesen.",
        "en": "“{text}” belongs to {found}, the plan to {expected}{stated}; these values are not "
        "read.",
    },
    fix={
        "de": "Das Jahr der Überschrift berichtigen oder die Spalte löschen.",
        "en": "Correct the year of the heading, or delete the column.",
    },
    broken="""
        [Zahlen]
        Zahlen
        Messgröße      | Sicht  | VJ Q1  | Ist Q1 2024
        Umsatz (netto) | eigene | 900000 | 870000
        """,
    with_it=("V120",),
)
def figures_are_of_another_year(oddities: Sequence[Oddity]) -> Problems:
    """A column or row of figures names a year that is neither the plan's nor the one before.

    Such figures would be taken for this year's. They stay out until the heading is right.
    """
    for odd in oddities:
        stated = STATED if odd.facts.get("other") else ""
        yield odd.place, {"found": "–", "expected": "–", "stated": stated, **about(odd)}


def _allowed(odd: Oddity) -> Mapping[str, str]:
    """What the field allows instead."""
    if odd.kind == "not-whole":
        return WHOLE
    low, high = odd.facts.get("low"), odd.facts.get("high")
    least = low is not None and low.value is not None
    most = high is not None and high.value is not None
    if least and most:
        return BETWEEN
    return AT_LEAST if least else AT_MOST if most else A_SHARE


IN_FULL = {
    "de": "in ganzen Beträgen, gelesen wurde {new}",
    "en": "in full amounts, it was read as {new}",
}
BY_NOTE = {
    "de": "die ganze Tabelle wurde in {new} gelesen",
    "en": "the whole table was read in {new}",
}


@check(
    "V134",
    Severity.WARNING,
    kinds=("scale-differs",),
    say={
        "de": "{field}: „{text}“ ist in einer anderen Einheit angegeben als der Plan sonst: "
        "{what}.",
        "en": "{field}: “{text}” is stated in another unit than the rest of the plan: {what}.",
    },
    fix={
        "de": "Die Einheit der Zeile an die Betragseinheit des Plans anpassen oder umgekehrt.",
        "en": "Make the unit of the row fit the amount scale of the plan, or the other way round.",
    },
    broken="""
        [Plankopf …]
        Betragseinheit | T€
        [Zahlen]
        Zahlen
        Messgröße      | Sicht  | Einheit | VJ Q1
        Umsatz (netto) | eigene | EUR     | 900000
        [Beziehungspflege –]
        """,
    with_it=("V120",),
)
def scale_differs_from_the_plan(oddities: Sequence[Oddity]) -> Problems:
    """A row says its amounts are in euros while the plan counts in thousands, or the like.

    The unit beside the number wins. But often the unit column was forgotten when the plan was
    changed to thousands, and then the number is a thousand times too small.
    """
    told: set[tuple[str, str]] = set()
    for odd in oddities:  # one word for a whole row
        row = odd.place.sheet, odd.place.cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        if row not in told:
            told.add(row)
            what = BY_NOTE if isinstance(odd.facts.get("new"), str) else IN_FULL
            yield odd.place, {"new": "", "what": what, **about(odd)}
