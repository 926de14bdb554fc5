"""What a layout of one's own declares and a workbook does not keep (V040 to V045)."""

from __future__ import annotations

from collections.abc import Sequence

from kam_reports.checks import Problems, check
from kam_reports.checks._oddities import about, hint
from kam_reports.model import Amount, Named, Oddity, Period, Place, Scenario, Severity

SOMEWHERE = Place("plans/Bau & Heim.xlsx", "Zahlen KAM", "B9")
OTHER = Place("plans/Bau & Heim.xlsx", "Zahlen KAM", "B4")
SECTION = Named("section", "figures")
WHOLE = Place("plans/Bau & Heim.xlsx", "Zahlen KAM")


NEAREST = {
    "de": "; am nächsten kommt „{nearest}“ in {at}",
    "en": "; the nearest is “{nearest}” in {at}",
}


@check(
    "V040",
    Severity.WARNING,
    kinds=("anchor-missing",),
    say={
        "de": "{field}: „{text}“ wurde nicht gefunden{hint}; der Teil wird nicht gelesen.",
        "en": "{field}: “{text}” was not found{hint}; this part is not read.",
    },
    fix={
        "de": "Das Wort in der Arbeitsmappe wiederherstellen oder das neue im Layout eintragen.",
        "en": "Restore the word in the workbook, or add the new one to the layout.",
    },
    broken=Oddity(
        "anchor-missing",
        WHOLE,
        "Kennzahl",
        {"nearest": "Kennzahlen", "at": OTHER, "field": SECTION},
    ),
)
def anchor_is_missing(oddities: Sequence[Oddity]) -> Problems:
    """A sheet, heading or header that the layout names is not in the workbook.

    Most often somebody renamed it. Nothing is guessed: the part is not read until the layout knows
    the new word, too; both may stand in it side by side.
    """
    for odd in oddities:
        yield odd.place, {"hint": NEAREST if odd.facts.get("at") else hint(odd), **about(odd)}


@check(
    "V041",
    Severity.WARNING,
    kinds=("fits-twice",),
    say={
        "de": "{field}: Hier beginnt eine Tabelle, die ebenso passt wie die in {other}; gelesen "
        "wird die in {other}.",
        "en": "{field}: a table that fits as well as the one in {other} begins here; the one in "
        "{other} is read.",
    },
    fix={
        "de": "Im Layout mit „heading“ sagen, welche gemeint ist, oder mit „each“ alle lesen.",
        "en": "Say in the layout with “heading” which one is meant, or read all with “each”.",
    },
    broken=Oddity("fits-twice", SOMEWHERE, "Kennzahl", {"other": OTHER, "field": SECTION}),
)
def two_tables_fit(oddities: Sequence[Oddity]) -> Problems:
    """Two tables fit what the layout declares, or two declarations fit one table.

    The first one is read and the other is not, so that no number is counted twice.
    """
    for odd in oddities:
        yield odd.place, {"other": "", **about(odd)}


@check(
    "V042",
    Severity.WARNING,
    kinds=("period-repeated",),
    say={
        "de": "{field} steht in dieser Tabelle ein zweites Mal, zuerst in {other}; gelesen wird "
        "{other}.",
        "en": "{field} stands in this table a second time, first in {other}; {other} is read.",
    },
    fix={
        "de": "Prüfen, ob eine Spalte oder Zeile den falschen Zeitraum nennt.",
        "en": "Check whether a column or row names the wrong period.",
    },
    broken=Oddity(
        "period-repeated",
        SOMEWHERE,
        "1092",
        {
            "field": (Named("measure", "revenue"), Scenario.ACTUAL, Period(2026, "Q", 2)),
            "other": OTHER,
        },
    ),
)
def period_occurs_twice(oddities: Sequence[Oddity]) -> Problems:
    """A table has the same period twice.

    Often a heading was copied and its month or quarter not changed: then the second one is another
    period, and that one is missing.
    """
    for odd in oddities:
        yield odd.place, {"other": "", **about(odd)}


BETWEEN = {"de": " (nach {place}, vor {other})", "en": " (after {place}, before {other})"}


@check(
    "V043",
    Severity.WARNING,
    kinds=("period-gap",),
    say={
        "de": "Zwischen den Zeiträumen dieser Tabelle fehlen welche ({field}): {missing}{between}.",
        "en": "Between the periods of this table some are missing ({field}): {missing}{between}.",
    },
    fix={
        "de": "Die fehlenden Zeiträume ergänzen oder die Überschriften berichtigen.",
        "en": "Add the missing periods, or correct the headings.",
    },
    broken=Oddity(
        "period-gap",
        SOMEWHERE,
        "",
        {"field": Scenario.ACTUAL, "missing": (Period(2026, "Q", 3),), "other": OTHER},
    ),
)
def periods_have_a_gap(oddities: Sequence[Oddity]) -> Problems:
    """A table leaves out a month or quarter between others.

    It may be missing, or stand under a heading that nobody understands.
    """
    for odd in oddities:
        between = BETWEEN if odd.facts.get("other") else ""
        place = Place("", odd.place.sheet, odd.place.cell)
        yield odd.place, {"missing": "–", "between": between, "place": place, **about(odd)}


@check(
    "V044",
    Severity.WARNING,
    kinds=("scales-mixed",),
    say={
        "de": "{field}: „{text}“ zeigt {shown}, die Tabelle rechnet sonst in {expected} ({other}); "
        "gelesen wurde {new}.",
        "en": "{field}: “{text}” shows {shown}, the table counts in {expected} elsewhere "
        "({other}); it was read as {new}.",
    },
    fix={
        "de": "Den Betrag in der Einheit der Tabelle eintragen und die Zelle so formatieren wie "
        "die anderen.",
        "en": "Enter the amount in the unit of the table, and format the cell like the others.",
    },
    broken=Oddity(
        "scales-mixed",
        SOMEWHERE,
        "950 €",
        {
            "field": (Named("measure", "revenue"), Scenario.ACTUAL, Period(2026, "Q", 2)),
            "shown": "€",
            "expected": "T€",
            "new": Amount(950.0, "EUR"),
            "other": OTHER,
        },
    ),
)
def euros_and_thousands_are_mixed(oddities: Sequence[Oddity]) -> Problems:
    """One cell of a table shows another unit than the rest: € among T€, or T€ among €.

    What is typed with the number counts as typed. A format that only shows a currency sign says
    little: where all cells have it, it is a habit; where one has it, somebody pasted a full amount.
    """
    for odd in oddities:
        yield odd.place, {"shown": "", "expected": "", "new": "", "other": "", **about(odd)}


@check(
    "V045",
    Severity.WARNING,
    kinds=("title-year",),
    say={
        "de": "„{text}“ nennt {found}, die Überschriften darunter gehören zu {expected}; gelesen "
        "wurde für {expected}.",
        "en": "“{text}” says {found}, the headings below it belong to {expected}; it was read as "
        "{expected}.",
    },
    fix={
        "de": "Das Jahr im Titel berichtigen; steht dort das richtige, die Zahlen prüfen.",
        "en": "Correct the year in the title; if that is the right one, check the numbers.",
    },
    broken=Oddity(
        "title-year",
        SOMEWHERE,
        "Kundenplanung 2025",
        {"found": Amount(2025, "year"), "expected": Amount(2026, "year")},
    ),
)
def a_title_names_another_year(oddities: Sequence[Oddity]) -> Problems:
    """The title over a table names another year than its headings.

    The sheet was probably copied from last year's. Either the title or the numbers were left over.
    """
    for odd in oddities:
        yield odd.place, {"found": "–", "expected": "–", **about(odd)}
