"""Rows that point to others, and what must fit together (V032 to V039)."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from kam_reports.checks import Problems, check
from kam_reports.checks._entries import blank, called, document, field, option
from kam_reports.model import Entry, Named, Place, Plan, Severity
from kam_reports.vocabulary import Field, Vocabulary, normalise

IDS = {
    "contacts": "contact_id",
    "measures": "measure_id",
    "pipeline": "opp_id",
    "conditions": "cond_id",
}


@check(
    "V032",
    Severity.ERROR,
    say={
        "de": "Der Plan ist freigegeben, aber „{field}“ fehlt.",
        "en": "The plan is approved, but “{field}” is missing.",
    },
    fix={
        "de": "Eintragen, wer den Plan wann freigegeben hat, oder den Planstatus ändern.",
        "en": "Enter who approved the plan and when, or change the plan status.",
    },
    clean="""
        [Plankopf …]
        Planstatus      | Entwurf
        Freigegeben von |
        """,
    broken="""
        [Plankopf …]
        Freigegeben von |
        """,
)
def approval_lacks_approver(plan: Plan) -> Problems:
    """A plan is marked as approved without saying by whom and when.

    An approval that nobody signed binds nobody.
    """
    header = plan.header
    if header["plan_status"] == "approved":
        for name in ("approved_by", "approved_on"):
            if blank(header, name):
                yield header.at(name), {"field": field(header, name)}


@check(
    "V033",
    Severity.WARNING,
    say={
        "de": "Der Plan enthält Deckungsbeiträge, sagt aber nicht, welche DB-Stufe gemeint ist.",
        "en": "The plan holds contribution margins but does not say which level is meant.",
    },
    fix={
        "de": "Im Plankopf die DB-Stufe wählen (DB I, DB II oder DB III).",
        "en": "Choose the contribution margin level in the header (CM I, CM II or CM III).",
    },
    broken="""
        [Plankopf …]
        DB-Stufe |
        """,
)
def margin_level_is_missing(plan: Plan) -> Problems:
    """The plan has margins, but not the level they are counted at.

    Margins of different levels cannot be added up or compared.
    """
    margins = any(f.measure == "cm" and f.value is not None for f in plan.figures)
    if margins and blank(plan.header, "cm_level"):
        yield plan.header.at("cm_level"), {}


@check(
    "V034",
    Severity.WARNING,
    say={
        "de": "Der Deckungsbeitrag ist hier {here}, in den meisten Plänen {usual}; zusammen lässt "
        "er "
        "sich nicht zählen.",
        "en": "The margin is {here} here, {usual} in most plans; together it cannot be counted.",
    },
    fix={
        "de": "Alle Pläne auf dieselbe DB-Stufe bringen.",
        "en": "Bring all plans to the same contribution margin level.",
    },
    broken="""
        # plan
        # plan
        [Plankopf …]
        Kundennummer | K-1002
        Key Account  | Südbau GmbH
        DB-Stufe     | DB III
        """,
)
def margin_levels_differ(plans: Sequence[Plan]) -> Problems:
    """Accounts count their margin at different levels.

    A sum of DB I and DB III is no margin of anything.
    """
    stated = [plan for plan in plans if plan.header["cm_level"] is not None]
    levels = [str(plan.header["cm_level"]) for plan in stated]
    usual = max(levels, key=levels.count, default="")
    for plan in stated:
        if plan.header["cm_level"] != usual:
            facts = {
                "here": option(plan.header, "cm_level"),
                "usual": Named("option", f"plan.cm_level.{usual}"),
            }
            yield plan.header.at("cm_level"), facts


@check(
    "V035",
    Severity.WARNING,
    say={
        "de": "{field}: „{text}“ steht nicht in der Liste „{section}“.",
        "en": "{field}: “{text}” is not in the list “{section}”.",
    },
    fix={
        "de": "Nummer oder Namen wie in der Liste „{section}“ schreiben oder dort ergänzen.",
        "en": "Write the number or name as in the list “{section}”, or add it there.",
    },
    clean="""
        [Schnittstellen …]
        Person     | Gegenüber beim Kunden
        Malte Kern | Timo Reuter
        """,
    broken="""
        [Schnittstellen …]
        Person     | Gegenüber beim Kunden
        Malte Kern | A7
        """,
)
def reference_is_unknown(plan: Plan, vocabulary: Vocabulary) -> Problems:
    """A row points to a contact or an opportunity that is not in its list.

    The report cannot say whom or what is meant. A slip in a number is enough.
    """
    for section in vocabulary.sections(document(plan)):
        for each in section.fields.values():
            if each.refers_to:
                yield from _unknown_references(plan, each)


@check(
    "V036",
    Severity.WARNING,
    say={
        "de": "Die Berichtswege drehen sich im Kreis: {chain}.",
        "en": "The reporting lines run in a circle: {chain}.",
    },
    fix={
        "de": "Bei einem der Ansprechpartner „Berichtet an“ berichtigen.",
        "en": "Correct “Reports to” of one of the contacts.",
    },
    broken="""
        [Ansprechpartner …]
        Nr. | Berichtet an
        A1  | A2
        """,
)
def reporting_lines_run_in_a_circle(plan: Plan) -> Problems:
    """Contacts report to each other in a circle.

    Nobody then stands on top, and the picture of the buying centre cannot be drawn.
    """
    contacts = list(plan.of("contacts"))
    by_name = _by_name(contacts)
    bosses = {id(one): by_name.get(normalise(str(one["reports_to"] or ""))) for one in contacts}
    told: set[int] = set()
    for start in contacts:
        chain = [start]
        while (boss := bosses[id(chain[-1])]) is not None and boss not in chain:
            chain.append(boss)
        if boss is start and id(start) not in told:
            told |= {id(each) for each in chain}
            names = [str(called(each)) for each in (*chain, start)]
            yield start.at("reports_to"), {"chain": " → ".join(names)}


NOBODY = {"de": "niemand", "en": "nobody does"}
SEVERAL = {"de": "mehrere ({people})", "en": "several do ({people})"}


@check(
    "V037",
    Severity.WARNING,
    say={
        "de": "Wer entscheidet bei „{topic}“: {who}; genau eine Person muss das A tragen.",
        "en": "Who decides on “{topic}”: {who}; exactly one person must have the A.",
    },
    fix={
        "de": "Je Aufgabe genau einer Person die Rolle A geben.",
        "en": "Give the role A to exactly one person for each task.",
    },
    clean="""
        [Schnittstellen …]
        Person    | Rolle
        Jana Vogt | R – Durchführung
        Malte Kern | A – Entscheidung
        """,
    broken="""
        [Schnittstellen …]
        Person     | Rolle
        Malte Kern | A – Entscheidung
        """,
)
def decision_is_not_with_one(plan: Plan) -> Problems:
    """A task has no one who decides, or more than one.

    With two who decide each waits for the other, and with none nobody does. Tasks without any role
    are left alone.
    """
    topics: dict[str, list[Entry]] = defaultdict(list)
    for entry in plan.of("interfaces"):
        if entry["topic"] and entry["raci"]:
            topics[normalise(str(entry["topic"]))].append(entry)
    for entries in topics.values():
        deciding = [entry for entry in entries if entry["raci"] == "accountable"]
        if len(deciding) != 1:
            people = tuple(str(entry["person"] or "?") for entry in deciding)
            facts = {"topic": str(entries[0]["topic"]), "people": people}
            place = (deciding or entries)[-1].at("raci")
            yield place, {"who": SEVERAL if people else NOBODY, **facts}


@check(
    "V038",
    Severity.WARNING,
    say={
        "de": "{field}: „{id}“ steht schon in Zelle {first}.",
        "en": "{field}: “{id}” already stands in cell {first}.",
    },
    fix={"de": "Jeder Zeile eine eigene Nummer geben.", "en": "Give each row a number of its own."},
    broken="""
        [Maßnahmen …]
        Maßnahme                           | Nr.
        Preisabstand zum Wettbewerb messen | M5
        """,
)
def number_is_given_twice(plan: Plan) -> Problems:
    """Two rows of a list have the same number.

    What points to the number may then mean either row.
    """
    for section, name in IDS.items():
        first: dict[str, Place] = {}
        for entry in plan.of(section):
            number = str(entry[name] or "")
            if not number:
                continue
            place = first.setdefault(normalise(number), entry.at(name))
            if place != entry.at(name):
                facts = {"field": field(entry, name), "id": number, "first": place.cell}
                yield entry.at(name), facts


@check(
    "V039",
    Severity.WARNING,
    say={
        "de": "{field}: „{text}“ kann nicht stimmen.",
        "en": "{field}: “{text}” cannot be right.",
    },
    fix={
        "de": "Die Adresse oder Nummer vollständig und ohne Zusätze eintragen.",
        "en": "Enter the address or number in full and with nothing added.",
    },
    broken="""
        [Ansprechpartner …]
        Nr. | E-Mail
        A2  | t.reuter.nordmarkt.example
        """,
)
def address_cannot_be_right(plan: Plan) -> Problems:
    """An e-mail address or telephone number cannot be one.

    Only its form is looked at; nothing is sent or called.
    """
    for contact in (*plan.of("contacts"), *plan.of("header")):
        for name, form in (("email", EMAIL), ("phone", PHONE)):
            text = contact[name]
            if text is not None and not form.fullmatch(str(text).strip()):
                yield contact.at(name), {"field": field(contact, name), "text": str(text)}


EMAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>.]+(\.[^@\s,;<>.]+)+")
PHONE = re.compile(r"\+?[\d\s()/.–-]{4,}(?:\s*(?:-|x|ext\.?|App\.?|Durchwahl)\s*\d+)?")


def _by_name(entries: Sequence[Entry]) -> dict[str, Entry]:
    """The rows by all that they may be called: number, name, prospect."""
    names: dict[str, Entry] = {}
    for entry in entries:
        for key in ("contact_id", "opp_id", "name", "prospect"):
            if entry[key]:
                names.setdefault(normalise(str(entry[key])), entry)
    return names


def _unknown_references(plan: Plan, each: Field) -> Problems:
    known = _by_name(list(plan.of(each.refers_to)))
    for entry in plan.of(each.section):
        text = entry[each.key]
        if text is not None and normalise(str(text)) not in known:
            facts = {"text": str(text), "section": Named("section", each.refers_to)}
            yield entry.at(each.key), {"field": Named("field", each.name), **facts}
