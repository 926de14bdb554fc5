"""Dates that cannot be read or cannot be right (V201 to V2xx)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from kam_reports.checks import Problems, check
from kam_reports.checks._entries import called, days, document, field
from kam_reports.checks._oddities import about
from kam_reports.model import Entry, Occasion, Oddity, Period, Place, Plan, Severity
from kam_reports.vocabulary import Vocabulary

# Dates that may honestly lie far from the fiscal year: contracts, listings, proofs.
FAR = frozenset(
    [
        "profile.contract_from",
        "profile.contract_to",
        "header.contract_from",
        "assortment.listed_from",
        "assortment.delisted_on",
        "acceptance.valid_until",
        "trainings.valid_until",
        "products.deployed_on",
        "products.info_sent_on",
        "products.trained_on",
        "pipeline.project_end",
        "conditions.valid_from",
        "conditions.valid_to",
    ]
)
SPANS = {
    "profile": ("contract_from", "contract_to"),
    "assortment": ("listed_from", "delisted_on"),
    "conditions": ("valid_from", "valid_to"),
    "promotions": ("start", "end"),
    "pipeline": ("project_start", "project_end"),
}
HAPPENED = {
    "plan": ("approved_on",),
    "contacts": ("last_contact_on",),
    "relationship": ("done_on",),
    "pipeline": ("first_contact_on", "followup_on", "phone_on", "meeting_on", "closed_on"),
    "activity": ("date",),
    "agreements": ("meeting_on",),
    "header": ("contract_from",),
    "acquisition": ("first_contact_on", "followup_on", "decision_on"),
    "products": ("info_sent_on", "trained_on"),
    "trainings": ("done_on",),
    "events": ("done_on",),
    "talks": ("meeting_on",),
}


@check(
    "V201",
    Severity.ERROR,
    kinds=("bad-date",),
    say={
        "de": "{field}: „{text}“ ist nicht als Datum lesbar.",
        "en": "{field}: “{text}” cannot be read as a date.",
    },
    fix={
        "de": "Das Datum als 31.12.2026 eintragen.",
        "en": "Enter the date as 2026-12-31.",
    },
    broken="""
        [Maßnahmen …]
        Nr. | Beginn
        M2  | demnächst
        """,
)
def date_is_unreadable(oddities: Sequence[Oddity]) -> Problems:
    """A cell that should hold a date holds something else.

    Weeks, quarters and months are fine ("KW 12", "Q2", "Ende März"); they mean the last day.
    """
    for odd in oddities:
        yield odd.place, about(odd)


@check(
    "V202",
    Severity.INFO,
    kinds=("date-converted",),
    say={
        "de": "{field}: „{text}“ wurde als {new} gelesen.",
        "en": "{field}: “{text}” was read as {new}.",
    },
    fix={
        "de": "Ein echtes Datum eintragen, dann kann auch Excel danach sortieren.",
        "en": "Enter a real date, then Excel can sort by it, too.",
    },
    broken="""
        [Maßnahmen …]
        Nr. | Termin
        M2  | Ende November 2026
        """,
)
def date_was_text(oddities: Sequence[Oddity]) -> Problems:
    """A date was typed as text, or as a week, month or quarter, and could be read.

    A span means its last day. Excel itself can neither sort nor compare such a text.
    """
    for odd in oddities:
        yield odd.place, about(odd)


@check(
    "V203",
    Severity.WARNING,
    kinds=("swapped-dates",),
    say={
        "de": "{field}: In dieser Spalte hat Excel vermutlich Tag und Monat vertauscht; alle "
        "echten "
        "Daten haben einen Tag bis 12, die als Text gebliebenen nicht.",
        "en": "{field}: Excel has probably swapped day and month in this column; all real dates "
        "have a day up to 12, those left as text have not.",
    },
    fix={
        "de": "Die Daten mit der Quelle vergleichen und im Format 31.12.2026 neu eintragen.",
        "en": "Compare the dates with their source and enter them again as 2026-12-31.",
    },
    broken="""
        [Beziehungspflege]
        Beziehungspflege
        Art      | Kontakt | Teilnehmer   | Geplant am | Anlass
        Besuch   | A1      | Karin Seidel | 2026-02-03 | Messe
        Besuch   | A1      | Karin Seidel | 2026-05-04 | Messe
        Telefonat | A2     | Timo Reuter  | 03/25/2026 | Preise
        """,
    with_it=("V202",),
)
def day_and_month_look_swapped(oddities: Sequence[Oddity]) -> Problems:
    """American dates were typed into a German Excel, or the other way round.

    07/03/2023 becomes the seventh of March or the third of July, and 07/14/2023 stays text. Each
    date looks right by itself; only the column as a whole shows it.
    """
    for odd in oddities:
        yield odd.place, about(odd)


@check(
    "V204",
    Severity.WARNING,
    say={
        "de": "{field}: Der {day} liegt mehr als ein Jahr außerhalb des Geschäftsjahres ({row}).",
        "en": "{field}: {day} lies more than a year outside of the fiscal year ({row}).",
    },
    fix={
        "de": "Das Jahr im Datum prüfen und berichtigen.",
        "en": "Check the year of the date and correct it.",
    },
    clean="""
        [Sortiment …]
        Warengruppe  | Gelistet seit
        Handwerkzeug | 1998-04-01
        """,
    broken="""
        [Maßnahmen …]
        Nr. | Termin
        M4  | 2062-10-31
        """,
)
def date_is_far_away(plan: Plan, vocabulary: Vocabulary) -> Problems:
    """A date is more than a year before or after the fiscal year.

    Mostly a slip in the year. Contracts, listings and proofs may reach further.
    """
    if plan.fiscal_year is None:
        return
    year = Period(plan.fiscal_year)
    first = year.begins(plan.fy_start_month) - timedelta(days=366)
    last = year.ends(plan.fy_start_month) + timedelta(days=366)
    for entry, name in _dates(plan, vocabulary):
        if not first <= entry[name] <= last:
            facts = {"field": field(entry, name), "day": entry[name], "row": called(entry)}
            yield entry.at(name), facts


@check(
    "V205",
    Severity.WARNING,
    kinds=("date-1904",),
    say={
        "de": "Die Arbeitsmappe zählt Tage ab 1904; die Daten wurden danach umgerechnet.",
        "en": "The workbook counts days from 1904; its dates were converted accordingly.",
    },
    fix={
        "de": "In Excel unter „Optionen › Erweitert“ die 1904-Datumswerte abschalten und die Daten "
        "prüfen.",
        "en": "Switch off the 1904 date system under “Options › Advanced” in Excel, and check the "
        "dates.",
    },
    broken=Oddity("date-1904", Place("plans/Bau & Heim.xlsx")),
)
def dates_count_from_1904(oddities: Sequence[Oddity]) -> Problems:
    """A workbook uses the date system of old Macintosh computers.

    Dates copied between such a workbook and a usual one shift by four years and a day.
    """
    for odd in oddities:
        yield odd.place, {}


@check(
    "V206",
    Severity.WARNING,
    say={
        "de": "Der Stichtag {as_of} liegt nach dem Tag des Berichts ({day}).",
        "en": "The as-of date {as_of} lies after the day of the report ({day}).",
    },
    fix={
        "de": "Den Stichtag berichtigen oder den Bericht mit --as-of auf einen späteren Tag "
        "stellen.",
        "en": "Correct the as-of date, or set the report to a later day with --as-of.",
    },
    broken="""
        [Plankopf …]
        Stichtag | 2026-10-02
        """,
)
def as_of_lies_in_the_future(plan: Plan, occasion: Occasion | None) -> Problems:
    """A plan says it shows a day that has not come yet, seen from the report.

    Then open and overdue are counted at another day than the one the figures belong to.
    """
    if occasion and plan.as_of and plan.as_of > occasion.as_of:
        yield plan.header.at("as_of"), {"as_of": plan.as_of, "day": occasion.as_of}


@check(
    "V207",
    Severity.WARNING,
    say={
        "de": "{field}: Der {day} liegt nach dem Stichtag {as_of} ({row}).",
        "en": "{field}: {day} lies after the as-of date {as_of} ({row}).",
    },
    fix={
        "de": "Nur Geschehenes eintragen; Geplantes gehört in die Felder für Termine.",
        "en": "Enter only what has happened; what is planned belongs into the fields for due "
        "dates.",
    },
    broken="""
        [Ansprechpartner …]
        Nr. | Letzter Kontakt
        A2  | 2026-11-22
        """,
)
def event_lies_after_as_of(plan: Plan) -> Problems:
    """Something is said to have happened after the day the plan shows.

    A last contact in the future hides that a contact is overdue.
    """
    if plan.as_of is None:
        return
    for section, names in HAPPENED.items():
        for entry in plan.of(section):
            for name, day in days(entry, *names):
                if day > plan.as_of:
                    facts = {"field": field(entry, name), "day": day, "as_of": plan.as_of}
                    yield entry.at(name), {"row": called(entry), **facts}


@check(
    "V208",
    Severity.ERROR,
    say={
        "de": "{row}: {later} ({to}) liegt vor {earlier} ({start}).",
        "en": "{row}: {later} ({to}) lies before {earlier} ({start}).",
    },
    fix={
        "de": "Eines der beiden Daten berichtigen; vielleicht sind sie vertauscht.",
        "en": "Correct one of the two dates; perhaps they are swapped.",
    },
    clean="""
        [Aktionen …]
        Aktion        | Ende
        Herbstdisplay | 2026-10-05
        """,
    broken="""
        [Aktionen …]
        Aktion        | Ende
        Herbstdisplay | 2026-09-30
        """,
)
def end_lies_before_start(plan: Plan) -> Problems:
    """Something ends before it begins: a contract, a listing, a condition, a promotion, a project.

    It would never be in force. Measures have a code of their own.
    """
    for section, (start, end) in SPANS.items():
        for entry in plan.of(section):
            found = dict(days(entry, start, end))
            if len(found) == 2 and found[end] < found[start]:
                yield (
                    entry.at(end),
                    {
                        "row": called(entry),
                        "later": field(entry, end),
                        "to": found[end],
                        "earlier": field(entry, start),
                        "start": found[start],
                    },
                )


@check(
    "V209",
    Severity.WARNING,
    say={
        "de": "Das nächste Gespräch ({next}) liegt nicht nach dem Gespräch vom {day}.",
        "en": "The next meeting ({next}) does not lie after the meeting of {day}.",
    },
    fix={
        "de": "Den Tag des nächsten Gesprächs eintragen.",
        "en": "Enter the day of the next meeting.",
    },
    broken="""
        [Zielvereinbarungen …]
        Vereinbarung                   | Nächstes Gespräch
        Belegung der Displays melden   | 2026-07-09
        """,
)
def next_meeting_is_not_later(plan: Plan) -> Problems:
    """The next meeting is not after the one it follows.

    Usually a row was copied from the last talk and the date was not changed.
    """
    for agreement in plan.of("agreements"):
        found = dict(days(agreement, "meeting_on", "next_meeting_on"))
        if len(found) == 2 and found["next_meeting_on"] <= found["meeting_on"]:
            facts = {"next": found["next_meeting_on"], "day": found["meeting_on"]}
            yield agreement.at("next_meeting_on"), facts


def _dates(plan: Plan, vocabulary: Vocabulary) -> Iterator[tuple[Entry, str]]:
    """The dates of all rows that should lie near the fiscal year."""
    for section in vocabulary.sections(document(plan)):
        names = [
            each.key
            for each in section.fields.values()
            if each.type == "date" and each.name not in FAR
        ]
        for entry in plan.of(section.key):
            for name, _ in days(entry, *names):
                yield entry, name
