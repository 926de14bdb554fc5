"""Ratings of customers: satisfaction, portfolio, contacts (V601 to V6xx)."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta

from kam_reports.checks import Problems, check
from kam_reports.checks._entries import blank, called, field, option
from kam_reports.checks._series import Row, Series, close
from kam_reports.model import Amount, Entry, Named, Period, Place, Plan, Scenario, Severity
from kam_reports.vocabulary import Vocabulary
from kam_reports.workspace import Workspace

POTENTIALS = {"potential_revenue": "revenue", "potential_cm": "cm"}
COUNTS = ("promoters", "passives", "detractors")

COUNTS_DIFFER = {
    "de": "Promotoren, Passive und Kritiker sind zusammen {sum}, Antworten gibt es {responses}",
    "en": "promoters, passives and detractors are {sum} together, but there are {responses} "
    "responses",
}
NO_RESPONSES = {
    "de": "die Zahl der Antworten fehlt; der Wert geht in keinen Durchschnitt ein",
    "en": "the number of responses is missing; the value enters no average",
}
NO_GRADE = {
    "de": "die Schulnote {value} liegt nicht zwischen 1 und 6",
    "en": "the school grade {value} is not between 1 and 6",
}


@check(
    "V601",
    Severity.WARNING,
    say={
        "de": "Die Befragung {period} geht nicht auf: {what}.",
        "en": "The survey of {period} does not add up: {what}.",
    },
    fix={
        "de": "Wert und Zahl der Antworten aus der Befragung übernehmen.",
        "en": "Take the value and the number of responses from the survey.",
    },
    broken="""
        [Kundenzufriedenheit …]
        Instrument | Promotoren
        NPS        | 37
        """,
)
def survey_does_not_add_up(plan: Plan) -> Problems:
    """A survey contradicts itself, or does not say how many answered.

    The mark of three friendly buyers is not that of fifty branches, so a value without responses
    is shown but not averaged.
    """
    for survey in plan.of("satisfaction"):
        facts = {"period": survey["survey_period"]}
        counts = [survey[name] for name in COUNTS]
        responses, value = survey["responses"], survey["value"]
        if None not in counts and responses is not None and sum(counts) != responses:
            told = {"what": COUNTS_DIFFER, "sum": int(sum(counts)), "responses": int(responses)}
            yield survey.at("responses"), {**facts, **told}
        if value is not None and blank(survey, "responses"):
            yield survey.at("responses"), {**facts, "what": NO_RESPONSES}
        if value is not None and survey["instrument"] == "grade" and not 1 <= value <= 6:
            told = {"what": NO_GRADE, "value": Amount(value, "score")}
            yield survey.at("value"), {**facts, **told}


WEIGHTS = {
    "de": "die Gewichte der Achse „{axis}“ ergeben {sum} statt 100 %",
    "en": "the weights of the axis “{axis}” add up to {sum} instead of 100%",
}
TOO_SMALL = {
    "de": "„{potential}“ ({value}) ist kleiner als das Ist bis heute ({actual})",
    "en": "“{potential}” ({value}) is less than the actual to date ({actual})",
}


@check(
    "V602",
    Severity.ERROR,
    say={
        "de": "Die Portfoliobewertung geht nicht auf: {what}.",
        "en": "The portfolio rating does not add up: {what}.",
    },
    fix={
        "de": "Die Gewichte je Achse auf 100 % bringen und das Potenzial prüfen.",
        "en": "Bring the weights of each axis to 100% and check the potential.",
    },
    clean="""
        [Portfoliobewertung …]
        Kriterium | Gewicht
        Wachstum  | 15.4 %
        """,
    broken="""
        [Portfoliobewertung …]
        Kriterium | Gewicht
        Wachstum  | 35 %
        """,
)
def portfolio_rating_does_not_add_up(plan: Plan, series: Series) -> Problems:
    """The weights of an axis are not 100 %, or a potential is less than what is already reached.

    The weights are never stretched in silence: the account would land in another field of the
    matrix than its rating says.
    """
    axes: dict[str, list[Entry]] = defaultdict(list)
    for entry in plan.of("portfolio"):
        if entry["axis"] is not None and entry["weight"] is not None:
            axes[str(entry["axis"])].append(entry)
    for entries in axes.values():
        total = sum(entry["weight"] for entry in entries)
        if not close(total, 1.0, 0.0, 0.005):
            facts = {"axis": option(entries[0], "axis"), "sum": Amount(total, "percent")}
            yield entries[0].at("weight"), {"what": WEIGHTS, **facts}
    potential = plan.one("potential")
    for name, measure in POTENTIALS.items():
        actual = _to_date(series, measure)
        if potential[name] is not None and actual > potential[name] + 0.005:
            facts = {
                "potential": field(potential, name),
                "value": Amount(potential[name], "EUR"),
                "actual": Amount(actual, "EUR"),
            }
            yield potential.at(name), {"what": TOO_SMALL, **facts}


NOBODY_DECIDES = {
    "de": "unter den Ansprechpartnern ist kein Entscheider",
    "en": "there is no decision maker among the contacts",
}
NOT_MET = {
    "de": "mit {name} war zuletzt am {last} Kontakt, vorgesehen ist er alle {interval} Tage",
    "en": "the last contact with {name} was on {last}; it is meant for every {interval} days",
}


@check(
    "V603",
    Severity.WARNING,
    say={
        "de": "Buying Center: {what}.",
        "en": "Buying centre: {what}.",
    },
    fix={
        "de": "Den Kontakt suchen und mit Datum eintragen; einen fehlenden Entscheider ergänzen.",
        "en": "Seek the contact and enter its date; add a decision maker who is missing.",
    },
    clean="""
        [Ansprechpartner …]
        Nr. | Letzter Kontakt
        A1  | 2026-08-01
        """,
    broken="""
        [Ansprechpartner …]
        Nr. | Letzter Kontakt
        A1  | 2026-05-12
        """,
)
def buying_centre_is_neglected(plan: Plan, day: date | None, workspace: Workspace) -> Problems:
    """No decision maker is known, or a contact was not met within its interval.

    Decision makers and the influential have an interval of 90 days unless the plan says
    otherwise; others count only if the plan gives them one.
    """
    contacts = list(plan.of("contacts"))
    if contacts and not any(contact["bc_role"] == "decider" for contact in contacts):
        sheet = contacts[0].place
        yield Place(sheet.book, sheet.sheet), {"what": NOBODY_DECIDES}
    for contact in contacts:
        interval = contact["contact_interval"] or _usual_interval(contact, workspace)
        last = contact["last_contact_on"]
        if day is None or last is None or not interval:
            continue
        if last + timedelta(days=interval) < day:
            facts = {"name": called(contact), "last": last, "interval": int(interval)}
            yield contact.at("last_contact_on"), {"what": NOT_MET, **facts}


@check(
    "V604",
    Severity.ERROR,
    say={
        "de": "Der Kunde ist von Hand als {chosen} eingestuft, aber „{field}“ fehlt.",
        "en": "The account is classed as {chosen} by hand, but “{field}” is missing.",
    },
    fix={
        "de": "Den Grund eintragen oder die Einstufung von Hand löschen.",
        "en": "Enter the reason, or delete the class set by hand.",
    },
    broken="""
        [Potenzial und Einstufung …]
        Grund der Einstufung |
        """,
)
def manual_class_lacks_reason(plan: Plan) -> Problems:
    """An account was classed by hand without a reason.

    The class decides how much care an account gets. Whoever overrules the numbers says why.
    """
    potential = plan.one("potential")
    if potential["override_class"] is not None and blank(potential, "override_reason"):
        facts = {"field": field(potential, "override_reason")}
        chosen = option(potential, "override_class")
        yield potential.at("override_reason"), {"chosen": chosen, **facts}


@check(
    "V605",
    Severity.WARNING,
    say={
        "de": "Befragung {period}: {value} liegt außerhalb der Skala von {instrument} ({low} bis "
        "{high}).",
        "en": "Survey of {period}: {value} is outside of the scale of {instrument} ({low} to "
        "{high}).",
    },
    fix={
        "de": "Den Wert oder das Instrument berichtigen.",
        "en": "Correct the value or the instrument.",
    },
    clean="""
        [Kundenzufriedenheit …]
        Instrument | Wert
        CSAT 1–5   | 5
        """,
    broken="""
        [Kundenzufriedenheit …]
        Instrument | Wert
        CSAT 1–5   | 41
        """,
)
def survey_leaves_its_scale(plan: Plan, vocabulary: Vocabulary) -> Problems:
    """A satisfaction value cannot come from the instrument that is named.

    An index of 82 entered as a mark from one to five would make everybody enthusiastic.
    """
    for survey in plan.of("satisfaction"):
        value, instrument = survey["value"], survey["instrument"]
        if value is None or instrument in (None, "grade"):
            continue
        scale = vocabulary.field("satisfaction.instrument").option(instrument).facts
        if "low" in scale and not scale["low"] <= value <= scale["high"]:
            yield (
                survey.at("value"),
                {
                    "period": survey["survey_period"],
                    "value": Amount(value, "score"),
                    "instrument": option(survey, "instrument"),
                    "low": Amount(scale["low"], "score"),
                    "high": Amount(scale["high"], "score"),
                },
            )


@check(
    "V606",
    Severity.WARNING,
    say={
        "de": "Befragung {period}: Zum NPS fehlt „{field}“.",
        "en": "Survey of {period}: “{field}” is missing for the NPS.",
    },
    fix={
        "de": "Promotoren, Passive und Kritiker als Anzahl eintragen.",
        "en": "Enter promoters, passives and detractors as numbers.",
    },
    broken="""
        [Kundenzufriedenheit …]
        Instrument | Kritiker
        NPS        |
        """,
)
def promoters_are_not_counted(plan: Plan) -> Problems:
    """A net promoter score comes without its counts.

    Scores of several surveys are never averaged; the counts are added up. Without them this
    survey stays alone.
    """
    for survey in plan.of("satisfaction"):
        for name in COUNTS:
            if survey["instrument"] == "nps" and blank(survey, name):
                facts = {"period": survey["survey_period"], "field": field(survey, name)}
                yield survey.at(name), facts


@check(
    "V607",
    Severity.WARNING,
    say={
        "de": "„{criterion}“ steht auf der Achse „{axis}“, gehört aber zu „{right}“.",
        "en": "“{criterion}” stands on the axis “{axis}” but belongs to “{right}”.",
    },
    fix={
        "de": "Die Achse berichtigen.",
        "en": "Correct the axis.",
    },
    broken="""
        [Portfoliobewertung …]
        Kriterium       | Achse
        Bonität         | Wettbewerbsposition
        Vertragsbindung | Kundenattraktivität
        """,
)
def criterion_is_on_the_wrong_axis(plan: Plan, vocabulary: Vocabulary) -> Problems:
    """A criterion of the portfolio rating stands on the other axis.

    How attractive a customer is and how strong we are with him are two questions; their answers
    must not be mixed.
    """
    for entry in plan.of("portfolio"):
        if entry["criterion"] is None or entry["axis"] is None:
            continue
        right = vocabulary.field("portfolio.criterion").option(entry["criterion"]).facts.get("axis")
        if right is not None and right != entry["axis"]:
            yield (
                entry.at("axis"),
                {
                    "criterion": option(entry, "criterion"),
                    "axis": option(entry, "axis"),
                    "right": Named("option", f"portfolio.axis.{right}"),
                },
            )


def _to_date(series: Series, measure: str) -> float:
    """The actual of the fiscal year, as far as it is known."""
    if series.plan.fiscal_year is None:
        return 0.0
    quarters = Period(series.plan.fiscal_year).parts("Q")
    values = [series.value(Row(measure, Scenario.ACTUAL), quarter) for quarter in quarters]
    return sum(value for value in values if value is not None)


def _usual_interval(contact: Entry, workspace: Workspace) -> int:
    """How often a contact is to be met if the plan does not say; 0 for those who matter less."""
    key = contact["bc_role"] == "decider" or (contact["influence"] or 0) >= 4
    return workspace.thresholds.contact_days if key else 0
