"""Scorecards of sales partners (V701 to V7xx)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise

from kam_reports.checks import Problems, check
from kam_reports.checks._entries import blank, called, field, option
from kam_reports.checks._oddities import UNKNOWN, about, hint
from kam_reports.checks._series import Row, Series, close
from kam_reports.kpis import WorkCalendar, follow_up
from kam_reports.kpis.pipeline import Punctuality as Followed
from kam_reports.model import (
    Amount,
    Figure,
    Named,
    Oddity,
    Period,
    Place,
    Plan,
    Role,
    Scenario,
    Severity,
)
from kam_reports.vocabulary import Vocabulary
from kam_reports.workspace import Workspace

ACTUAL, PY = Scenario.ACTUAL, Scenario.PY
DECIDED = ("approved", "rejected", "auto_rejected", "withdrawn")
CANDIDATE_DECIDED = ("accepted", "rejected", "first_submission")


@check(
    "V701",
    Severity.ERROR,
    say={
        "de": "{period}: Eingereicht und vorher offen sind {before} Anträge, entschieden, "
        "zurückgezogen und noch offen sind {after}.",
        "en": "{period}: submitted and pending before are {before} applications; decided, "
        "withdrawn and still pending are {after}.",
    },
    fix={
        "de": "Die Zahlen des Quartals mit dem Antragssystem abgleichen.",
        "en": "Compare the figures of the quarter with the application system.",
    },
    broken="""
        # scorecard
        [Anträge …]
        Messgröße              | Ist Q3
        Offen / zurückgestellt | 20
        """,
)
def applications_do_not_balance(series: Series) -> Problems:
    """The applications of a quarter do not add up.

    What was submitted and what was pending before must be approved, rejected, withdrawn or still
    pending. If not, applications were lost or counted twice.
    """
    for quarter, scenario, pending_before in _quarters(series):
        submitted = _count(series, "submitted", scenario, quarter)
        pending = _count(series, "pending", scenario, quarter)
        decided = [_count(series, name, scenario, quarter) for name in DECIDED]
        known = [value for value in decided if value is not None]
        if submitted is None or pending is None or len(known) < len(DECIDED):
            continue
        before, after = submitted + pending_before, sum(known) + pending
        impossible = known[0] + known[1] > before  # V708 tells
        if abs(before - after) > 0.5 and not impossible:
            facts = {"before": Amount(before, "count"), "after": Amount(after, "count")}
            yield series.place(Row("pending", scenario), quarter), {"period": quarter, **facts}


@check(
    "V702",
    Severity.ERROR,
    say={
        "de": "Die Gewichte der Scorecard ergeben {sum} statt 100 %.",
        "en": "The weights of the scorecard add up to {sum} instead of 100%.",
    },
    fix={
        "de": "Die Gewichte so ändern, dass sie zusammen 100 % ergeben.",
        "en": "Change the weights so that they add up to 100%.",
    },
    clean="""
        # scorecard
        [Scorecard-Einstellung …]
        Kriterium   | Gewicht
        Stornoquote | 15.4 %
        """,
    broken="""
        # scorecard
        [Scorecard-Einstellung …]
        Kriterium    | Gewicht
        Stornoquote  | 25 %
        """,
)
def scorecard_weights_differ_from_whole(plan: Plan) -> Problems:
    """The weights of the criteria do not add up to 100 %.

    Half a point is left to rounding, such as three times 33.3. Anything else is an error and never
    stretched in silence: the partner would be judged by other weights than were agreed.
    """
    weighted = [entry for entry in plan.of("scorecard") if entry["weight"] is not None]
    total = sum(entry["weight"] for entry in weighted)
    if weighted and not close(total, 1.0, 0.0, 0.005):
        yield weighted[0].at("weight"), {"sum": Amount(total, "percent")}


@check(
    "V703",
    Severity.ERROR,
    say={
        "de": "{kpi}: Der Wert für 0 Punkte ist derselbe wie der für 100 Punkte.",
        "en": "{kpi}: the value for 0 points is the same as that for 100 points.",
    },
    fix={
        "de": "Zwei verschiedene Werte eintragen; ihre Reihenfolge gibt die Richtung an.",
        "en": "Enter two different values; their order gives the direction.",
    },
    broken="""
        # scorecard
        [Scorecard-Einstellung …]
        Kriterium    | Wert für 0 Punkte
        Stornoquote  | 2 %
        """,
)
def anchors_are_equal(plan: Plan) -> Problems:
    """A criterion has the same value for no points and for all.

    Then every partner would have both at once.
    """
    for entry in plan.of("scorecard"):
        low, high = entry["anchor_0"], entry["anchor_100"]
        if low is not None and high is not None and close(low, high, 0.0):
            yield entry.at("anchor_100"), {"kpi": called(entry)}


EXPIRED = {"de": "er ist seit dem {until} abgelaufen", "en": "it expired on {until}"}
EXPIRES = {
    "de": "er läuft am {until} ab, in {days} Tagen",
    "en": "it expires on {until}, in {days} days",
}


@check(
    "V704",
    Severity.ERROR,
    say={
        "de": "Die Gültigkeit des Nachweises „{criterion}“ endet: {what}.",
        "en": "The proof “{criterion}” does not hold for long: {what}.",
    },
    fix={
        "de": "Den neuen Nachweis anfordern und „Gültig bis“ eintragen.",
        "en": "Ask for the new proof and enter “Valid until”.",
    },
    clean="""
        # scorecard
        [Annahmekriterien Partner …]
        Kriterium         | Gültig bis
        Berufshaftpflicht | 2026-11-30
        """,
    broken="""
        # scorecard
        [Annahmekriterien Partner …]
        Kriterium         | Gültig bis
        Berufshaftpflicht | 2026-08-31
        """,
)
def proof_has_expired(plan: Plan, day: date | None, workspace: Workspace) -> Problems:
    """A permit, an insurance or another proof has expired, or will within 60 days.

    An expired one caps the partner's standing. The number of days can be set in ``kam.toml``.
    """
    for entry in plan.of("acceptance"):
        until = entry["valid_until"]
        if until is None or day is None:
            continue
        criterion = option(entry, "criterion") if entry["criterion"] else called(entry)
        facts = {"criterion": criterion, "until": until}
        if until < day:
            yield entry.at("valid_until"), {**facts, "what": EXPIRED}
        elif until <= day + timedelta(days=workspace.thresholds.permit_days):
            told = {"what": EXPIRES, "days": (until - day).days}
            yield entry.at("valid_until"), {**facts, **told}, Severity.WARNING


@check(
    "V705",
    Severity.ERROR,
    say={
        "de": "{period}: {active} Berater sind aktiv, insgesamt gibt es aber nur {total}.",
        "en": "{period}: {active} advisers are active, but there are only {total} in all.",
    },
    fix={
        "de": "Eine der beiden Zahlen berichtigen.",
        "en": "Correct one of the two numbers.",
    },
    clean="""
        # scorecard
        [Anträge …]
        Messgröße     | Ist Q3
        Berater aktiv | 24
        """,
    broken="""
        # scorecard
        [Anträge …]
        Messgröße     | Ist Q3
        Berater aktiv | 27
        """,
)
def more_advisers_active_than_there_are(series: Series) -> Problems:
    """More advisers are active than the partner has.

    The share of active advisers would be over 100 %, so the number stays out of the consolidation.
    """
    for row, figures in series:
        if row.measure != "active_advisers":
            continue
        for period, figure in figures.items():
            total = series.value(row._replace(measure="advisers"), period)
            if figure.value is not None and total is not None and figure.value > total:
                facts = {"active": Amount(figure.value, "count"), "total": Amount(total, "count")}
                yield figure.place, {"period": period, **facts}


@check(
    "V706",
    Severity.WARNING,
    say={
        "de": "Das Gespräch „{talk}“ fehlt.",
        "en": "The talk “{talk}” is missing.",
    },
    fix={
        "de": "Das Gespräch führen und mit seinen Vereinbarungen eintragen.",
        "en": "Hold the talk and enter it with what was agreed.",
    },
    broken="""
        # scorecard
        [Quartals- und Jahresgespräche …]
        Gespräch am | Gesprächsart
        2026-04-14  | Q2
        """,
)
def talk_is_missing(plan: Plan, day: date | None) -> Problems:
    """A quarterly or annual talk that is due was not held.

    Four quarterly talks and one annual talk are expected in a year. A quarter's talk is due when
    the quarter is over, the annual one at the end of the year.
    """
    if plan.subject.role is not Role.PARTNER or plan.fiscal_year is None or day is None:
        return
    held = {talk["type"] for talk in plan.of("talks") if talk["meeting_on"] is not None}
    year = Period(plan.fiscal_year)
    last = {f"q{quarter.number}": quarter for quarter in year.parts("Q")} | {"annual": year}
    first = next(plan.of("talks"), None)
    place = Place(first.place.book, first.place.sheet) if first else plan.place
    for kind, period in last.items():
        if period.ends(plan.fy_start_month) <= day and kind not in held:
            yield place, {"talk": Named("option", f"talks.type.{kind}")}


@check(
    "V707",
    Severity.INFO,
    say={
        "de": "{period}: Zum Median der Bearbeitungstage fehlt deren Summe; er wird gezeigt, aber "
        "nicht zusammengefasst.",
        "en": "{period}: the median of the processing days comes without their sum; it is shown "
        "but not aggregated.",
    },
    fix={
        "de": "Die Summe der Bearbeitungstage ergänzen.",
        "en": "Add the sum of the processing days.",
    },
    broken="""
        # scorecard
        [Anträge …]
        Messgröße              | Ist Q3
        Bearbeitungstage Summe |
        """,
)
def median_lacks_its_sum(series: Series) -> Problems:
    """A median of processing days comes without the sum and count behind it.

    Medians cannot be added up or averaged. With the sum of the days the average of all is exact.
    """
    for row, figures in series:
        if row.measure != "decision_days_median":
            continue
        for period, figure in figures.items():
            whole = series.value(row._replace(measure="decision_days_sum"), period)
            if figure.value is not None and whole is None:
                yield figure.place, {"period": period}


@check(
    "V708",
    Severity.ERROR,
    say={
        "de": "{period}: Entschieden wurden {decided} Anträge, vorliegen konnten aber nur {there}.",
        "en": "{period}: {decided} applications were decided, but only {there} can have been "
        "there.",
    },
    fix={
        "de": "Genehmigte, abgelehnte und eingereichte Anträge des Quartals abgleichen.",
        "en": "Compare the approved, rejected and submitted applications of the quarter.",
    },
    broken="""
        # scorecard
        [Anträge …]
        Messgröße | Ist Q3
        Genehmigt | 170
        """,
)
def more_decided_than_submitted(series: Series) -> Problems:
    """More applications were approved and rejected than were submitted or pending before.

    Mostly the decisions of two periods were entered in one, or a quarter's submissions are missing.
    """
    for quarter, scenario, pending_before in _quarters(series):
        submitted = _count(series, "submitted", scenario, quarter)
        approved = _count(series, "approved", scenario, quarter)
        rejected = _count(series, "rejected", scenario, quarter)
        if submitted is None or approved is None or rejected is None:
            continue
        there, decided = submitted + pending_before, approved + rejected
        if decided > there + 0.5:
            facts = {"decided": Amount(decided, "count"), "there": Amount(there, "count")}
            yield series.place(Row("approved", scenario), quarter), {"period": quarter, **facts}


@check(
    "V709",
    Severity.ERROR,
    say={
        "de": "{period}: {part} ({part_value}) ist mehr als {whole} ({whole_value}).",
        "en": "{period}: {part} ({part_value}) is more than {whole} ({whole_value}).",
    },
    fix={
        "de": "Eine der beiden Zahlen berichtigen.",
        "en": "Correct one of the two numbers.",
    },
    clean="""
        # scorecard
        [Anträge …]
        Messgröße                   | Ist Q3
        Bei Einreichung vollständig | 94
        """,
    broken="""
        # scorecard
        [Anträge …]
        Messgröße                   | Ist Q3
        Bei Einreichung vollständig | 99
        """,
)
def part_of_applications_exceeds_whole(series: Series, vocabulary: Vocabulary) -> Problems:
    """More applications are complete, queried or decided in time than there are.

    Every quota of the two would be over 100 %.
    """
    for measure in vocabulary.measures_of("scorecard"):
        if measure.part_of and measure.key != "active_advisers":
            yield from _excesses(series, measure.key, (measure.part_of,))
    yield from _excesses(series, "within_sla", ("approved", "rejected", "auto_rejected"))


@check(
    "V710",
    Severity.ERROR,
    say={
        "de": "{period}: In vier Quartalen wurden {cancelled} Verträge storniert, aber nur "
        "{signed} "
        "abgeschlossen.",
        "en": "{period}: over four quarters {cancelled} contracts were cancelled but only {signed} "
        "were signed.",
    },
    fix={
        "de": "Stornierte und abgeschlossene Verträge abgleichen.",
        "en": "Compare the cancelled and the signed contracts.",
    },
    broken="""
        # scorecard
        [Anträge …]
        Messgröße              | VJ Q1 | VJ Q2 | VJ Q3 | VJ Q4 | Ist Q1 | Ist Q2 | Ist Q3
        Storniert / widerrufen | 49    | 53    | 54    | 57    | 59     | 62     | 70
        """,
)
def more_cancelled_than_signed(series: Series) -> Problems:
    """More contracts were cancelled than signed, over four quarters.

    A cancelled contract may have been signed some quarters ago, so four of them are compared.
    """
    quarters = _with_prior_year(series)
    for index, (scenario, quarter) in enumerate(quarters):
        window = quarters[max(0, index - 3) : index + 1]
        cancelled = [_count(series, "cancelled", s, q) for s, q in window]
        signed = [_count(series, "signed", s, q) for s, q in window]
        if scenario is not ACTUAL or None in cancelled or None in signed:
            continue
        gone, made = sum(filter(None, cancelled)), sum(filter(None, signed))
        if gone > made + 0.5:
            facts = {"cancelled": Amount(gone, "count"), "signed": Amount(made, "count")}
            yield series.place(Row("cancelled", scenario), quarter), {"period": quarter, **facts}


@check(
    "V711",
    Severity.ERROR,
    say={
        "de": "Abgeschlossen wurden im Jahr {signed} Verträge, genehmigt mit dem letzten Quartal "
        "des "
        "Vorjahres nur {approved}.",
        "en": "{signed} contracts were signed in the year, but with last year's fourth quarter "
        "only "
        "{approved} were approved.",
    },
    fix={
        "de": "Abgeschlossene und genehmigte Anträge abgleichen.",
        "en": "Compare the signed and the approved applications.",
    },
    broken="""
        # scorecard
        [Anträge …]
        Messgröße     | Ist Q1 | Ist Q2 | Ist Q3
        Abgeschlossen | 89     | 95     | 93
        """,
)
def more_signed_than_approved(series: Series) -> Problems:
    """More contracts were signed in the year than were approved.

    What was approved in the last quarter of the year before may be signed in this one.
    """
    if series.year is None:
        return
    quarters = series.year.parts("Q")
    signed = [(q, _count(series, "signed", ACTUAL, q)) for q in quarters]
    known = [(quarter, value) for quarter, value in signed if value is not None]
    approved = [_count(series, "approved", ACTUAL, quarter) for quarter, _ in known]
    before = _count(series, "approved", PY, quarters[3])
    if not known or None in approved or before is None:
        return
    total, allowed = sum(value for _, value in known), sum(filter(None, approved)) + before
    if total > allowed + 0.5:
        place = series.place(Row("signed", ACTUAL), known[-1][0])
        yield place, {"signed": Amount(total, "count"), "approved": Amount(allowed, "count")}


@check(
    "V712",
    Severity.WARNING,
    say={
        "de": "{candidate}: Nachfassen war am {due} fällig, seit {late} Tagen ist nichts "
        "geschehen.",
        "en": "{candidate}: the follow-up was due on {due}; nothing has happened for {late} days.",
    },
    fix={
        "de": "Heute nachfassen und „Nachgefasst“ eintragen.",
        "en": "Follow up today and enter “Follow-up”.",
    },
    clean="""
        # scorecard
        [Partnergewinnung …]
        Kandidat           | Stufe         | Erstkontakt | Nachgefasst
        Kreditkontor Weser | Identifiziert |             |
        """,
    broken="""
        # scorecard
        [Partnergewinnung …]
        Kandidat           | Stufe        | Nachgefasst
        Kreditkontor Weser | Angesprochen |
        """,
)
def candidate_is_not_followed_up(plan: Plan, day: date | None, workspace: Workspace) -> Problems:
    """A candidate was approached and nobody followed up within a week.

    The rule is that of the pipeline: a week, moved to the next working day.
    """
    if day is None:
        return
    calendar = WorkCalendar(workspace.calendar.country, workspace.calendar.region)
    for entry in plan.of("acquisition"):
        found = follow_up(entry, day, calendar)
        approached = entry["stage"] in ("approached", "documents_requested")
        if found and found.status is Followed.OVERDUE and approached:
            facts = {"candidate": called(entry), "due": found.due, "late": found.days_late}
            yield entry.at("followup_on"), facts


@check(
    "V713",
    Severity.ERROR,
    say={
        "de": "{candidate}: Es ist entschieden („{stage}“), aber „{field}“ fehlt.",
        "en": "{candidate}: it is decided (“{stage}”), but “{field}” is missing.",
    },
    fix={
        "de": "Tag und Grund der Entscheidung eintragen.",
        "en": "Enter the day and the reason of the decision.",
    },
    broken="""
        # scorecard
        [Partnergewinnung …]
        Kandidat         | Grund
        Baugeld Harz GmbH |
        """,
)
def decision_lacks_date_or_reason(plan: Plan) -> Problems:
    """A candidate was accepted or rejected without saying when or why.

    Who asks next year why a partner was refused should find an answer.
    """
    for entry in plan.of("acquisition"):
        for name in ("decision_on", "reason"):
            if entry["stage"] in CANDIDATE_DECIDED and blank(entry, name):
                facts = {"stage": option(entry, "stage"), "field": field(entry, name)}
                yield entry.at(name), {"candidate": called(entry), **facts}


@check(
    "V714",
    Severity.ERROR,
    say={
        "de": "Schulung „{topic}“: {attended} haben teilgenommen, eingeladen waren {invited}.",
        "en": "Training “{topic}”: {attended} attended, {invited} were invited.",
    },
    fix={
        "de": "Eine der beiden Zahlen berichtigen.",
        "en": "Correct one of the two numbers.",
    },
    clean="""
        # scorecard
        [Schulungen …]
        Thema         | Teilgenommen
        Regelwerk 4.2 | 15
        """,
    broken="""
        # scorecard
        [Schulungen …]
        Thema         | Teilgenommen
        Regelwerk 4.2 | 19
        """,
)
def more_attended_than_invited(plan: Plan) -> Problems:
    """More people attended a training than were invited.

    Training coverage would be over 100 %. Often people of another partner sat in, too.
    """
    for entry in plan.of("trainings"):
        attended, invited = entry["attended"], entry["invited"]
        if attended is not None and invited is not None and attended > invited:
            facts = {"attended": int(attended), "invited": int(invited)}
            yield entry.at("attended"), {"topic": called(entry), **facts}


@check(
    "V715",
    Severity.WARNING,
    say={
        "de": "„{criterion}“ ist mit {score} bewertet, aber ohne Begründung.",
        "en": "“{criterion}” is rated {score}, but without a reason.",
    },
    fix={
        "de": "Die Begründung mit einem Beispiel eintragen.",
        "en": "Enter the reason with an example.",
    },
    clean="""
        # scorecard
        [Qualitative Bewertung …]
        Kriterium          | Begründung
        Unterlagenqualität |
        """,
    broken="""
        # scorecard
        [Qualitative Bewertung …]
        Kriterium       | Begründung
        Regelwerkstreue |
        """,
)
def low_score_lacks_reason(plan: Plan) -> Problems:
    """A rating of 1 or 2 has no reason.

    In the talk the partner will ask for an example.
    """
    for entry in plan.of("quality"):
        if entry["score"] is not None and entry["score"] <= 2 and blank(entry, "comment"):
            criterion = option(entry, "criterion") if entry["criterion"] else called(entry)
            facts = {"criterion": criterion, "score": Amount(entry["score"], "score")}
            yield entry.at("comment"), facts


@check(
    "V716",
    Severity.WARNING,
    say={
        "de": "„{product}“: Das Regelwerk ist vom {deployed}, die Produktinformation vom "
        "{released}.",
        "en": "“{product}”: the rule set is of {deployed}, the product information of {released}.",
    },
    fix={
        "de": "Das neue Regelwerk hinterlegen und das Datum eintragen.",
        "en": "Deploy the new rule set and enter its date.",
    },
    broken="""
        # scorecard
        [Produkte und Regelwerke …]
        Produkt               | Hinterlegt am
        Modernisierungskredit | 2026-03-02
        """,
)
def rules_are_older_than_the_product(plan: Plan) -> Problems:
    """The rule set a partner works with is older than the product information sent to him.

    He then advises by rules that no longer hold, and applications fail that need not.
    """
    for entry in plan.of("products"):
        deployed, released = entry["deployed_on"], entry["info_sent_on"]
        if deployed is not None and released is not None and deployed < released:
            facts = {"deployed": deployed, "released": released}
            yield entry.at("deployed_on"), {"product": called(entry), **facts}


# ---------------------------------------------------------------- lists of applications

LISTED = Place("scorecards/Finanzhaus.xlsx", "Antragsliste", "F5:F212")
QUIET_DAYS = 31  # at the end of a list, before it looks cut off
CUT_OFF = {
    "de": " Der letzte Eintrag ist vom {until}; für die Zeit bis {due} fehlt vielleicht etwas.",
    "en": " The last entry is of {until}; something may be missing up to {due}.",
}
OUTCOMES = (
    *("rows", "counted", "outside", "further", "repeated", "created", "undated", "unknown"),
    *("left_out", "first", "last"),
)


@check(
    "V717",
    Severity.INFO,
    kinds=("applications-counted",),
    say={
        "de": "Antragsliste: {rows} Zeilen, {counted} Anträge gezählt (eingereicht {first} bis "
        "{last}). Nicht gezählt: {further} weitere Stände desselben Antrags, {repeated} "
        "Wiederholungen, {unknown} mit unbekanntem Status, {undated} ohne Datum der Einreichung, "
        "{created} nur angelegt, {outside} außerhalb der Quartale. {left_out} weitere Spalten "
        "wurden nicht gelesen.{gap}",
        "en": "List of applications: {rows} rows, {counted} applications counted (submitted "
        "{first} to {last}). Not counted: {further} further states of the same application, "
        "{repeated} repetitions, {unknown} of unknown status, {undated} without a day of "
        "submission, {created} only created, {outside} outside the quarters. {left_out} more "
        "columns were not read.{gap}",
    },
    fix={
        "de": "Mit dem Antragssystem vergleichen. Regeln und Wörter stehen im Layout unter "
        "[applications].",
        "en": "Compare with the application system. Rules and words stand in the layout under "
        "[applications].",
    },
    broken=Oddity("applications-counted", LISTED),
)
def applications_are_counted_from_a_list(oddities: Sequence[Oddity]) -> Problems:
    """The figures of the applications were counted from a list with one row each.

    It says what became of every row. Names and birth dates serve only to find repetitions; they
    are dropped at reading. If the list ends more than a month before the day it is looked at, it
    is a warning: its last quarter may be incomplete.
    """
    for odd in oddities:
        until, due = odd.facts.get("until"), odd.facts.get("due")
        cut = until is not None and due is not None and (due - until).days > QUIET_DAYS
        facts = {**dict.fromkeys(OUTCOMES, UNKNOWN), **about(odd), "gap": CUT_OFF if cut else ""}
        yield odd.place, facts, Severity.WARNING if cut else Severity.INFO


@check(
    "V718",
    Severity.INFO,
    kinds=("applications-repeated",),
    say={
        "de": "{count} Anträge wiederholen einen anderen (gleicher Kunde, gleicher Tag) und "
        "zählen nicht: Zeilen {rows}.",
        "en": "{count} applications repeat another one (same customer, same day) and do not "
        "count: rows {rows}.",
    },
    fix={
        "de": "Sind es eigene Anträge, im Layout same_customer = [] setzen.",
        "en": "If they are applications of their own, put same_customer = [] in the layout.",
    },
    broken=Oddity("applications-repeated", LISTED),
)
def application_is_repeated(oddities: Sequence[Oddity]) -> Problems:
    """The same customer stands in a list several times on the same day, and counts once.

    Brokers ask for one loan at several banks. Of such applications the one that got furthest
    counts.
    """
    for odd in oddities:
        yield odd.place, {"count": UNKNOWN, "rows": UNKNOWN, **about(odd)}


@check(
    "V719",
    Severity.WARNING,
    kinds=("applications-status",),
    say={
        "de": "Der Status „{text}“ ist unbekannt{hint}; nicht gezählt sind {count} Zeilen: {rows}.",
        "en": "The status “{text}” is unknown{hint}; {count} rows are not counted: {rows}.",
    },
    fix={
        "de": "Das Wort im Layout unter [applications.statuses] bei seinem Status ergänzen.",
        "en": "Add the word to its status under [applications.statuses] in the layout.",
    },
    broken=Oddity("applications-status", LISTED, "läuft"),
)
def application_has_unknown_status(oddities: Sequence[Oddity]) -> Problems:
    """A list of applications names a status that nobody knows.

    The rows are not counted until the layout says what the status means. A text that may name a
    customer is not repeated here.
    """
    for odd in oddities:
        yield odd.place, {"count": UNKNOWN, "rows": UNKNOWN, "hint": hint(odd), **about(odd)}


@check(
    "V720",
    Severity.INFO,
    kinds=("applications-late",),
    say={
        "de": "{count} Ablehnungen kamen mehr als {days} nach der Einreichung und ohne "
        "Unterschrift; sie gelten als Bereinigung, die Anträge als offen: Zeilen {rows}.",
        "en": "{count} rejections came more than {days} after submission and without a "
        "signature; they are taken for a clean-up, the applications as pending: rows {rows}.",
    },
    fix={
        "de": "Gelten sie doch, im Layout unter [applications.late] days = 0 setzen.",
        "en": "If they hold, put days = 0 under [applications.late] in the layout.",
    },
    broken=Oddity("applications-late", LISTED),
)
def rejection_is_a_clean_up(oddities: Sequence[Oddity]) -> Problems:
    """A rejection stands in a list long after the application, though nothing was signed.

    Platforms close old cases by themselves. As rejections they would lower the partner's approval
    rate, so the applications count as the layout says: as pending, unless it says otherwise.
    """
    for odd in oddities:
        yield odd.place, {**dict.fromkeys(("count", "days", "rows"), UNKNOWN), **about(odd)}


@check(
    "V721",
    Severity.WARNING,
    kinds=("applications-unread",),
    say={
        "de": "Spalte „{column}“: {count} Zellen geben kein sicheres Datum, keinen Betrag oder "
        "keine Antwort (Zeilen {rows}); was sie brauchen würde, bleibt leer.",
        "en": "Column “{column}”: {count} cells give no certain day, amount or answer (rows "
        "{rows}); what needs them stays empty.",
    },
    fix={
        "de": "Die Zellen berichtigen; eine Entscheidung kann nicht vor der Einreichung liegen.",
        "en": "Correct the cells; a decision cannot come before the submission.",
    },
    broken=Oddity("applications-unread", LISTED),
)
def cell_of_a_list_is_unreadable(oddities: Sequence[Oddity]) -> Problems:
    """A cell of a list of applications is blank or gives no day, amount or answer.

    An application without a day of submission is not counted at all. A volume or a sum of days
    that lacks one of its applications is left empty, for it would be too small.
    """
    for odd in oddities:
        yield odd.place, {**dict.fromkeys(("column", "count", "rows"), UNKNOWN), **about(odd)}


@check(
    "V722",
    Severity.INFO,
    kinds=("applications-dated",),
    say={
        "de": "„{measure}“: Bei {count} Anträgen fehlt der eigene Tag; gezählt sind sie am Tag "
        "des nächsten bekannten Schritts, Zeilen {rows}.",
        "en": "“{measure}”: {count} applications lack its own day; they count on the day of the "
        "nearest step that is known, rows {rows}.",
    },
    fix={
        "de": "Die Liste mit den Tagen der Entscheidung und des Abschlusses ausgeben.",
        "en": "Export the list with the days of decision and signature.",
    },
    broken=Oddity("applications-dated", LISTED),
)
def application_lacks_the_day_of_a_step(oddities: Sequence[Oddity]) -> Problems:
    """A list does not say when an application was decided, signed or paid out.

    It then counts in the quarter of another step, mostly of its submission, and its processing
    days are unknown. Which day takes whose place is said in the layout.
    """
    for odd in oddities:
        yield odd.place, {**dict.fromkeys(("measure", "count", "rows"), UNKNOWN), **about(odd)}


# ---------------------------------------------------------------- counting applications


def _count(series: Series, measure: str, scenario: Scenario, quarter: Period) -> float | None:
    return series.value(Row(measure, scenario), quarter)


def _with_prior_year(series: Series) -> list[tuple[Scenario, Period]]:
    """The quarters of the prior year and of this one; both carry this fiscal year."""
    quarters = series.year.parts("Q") if series.year else ()
    return [(scenario, quarter) for scenario in (PY, ACTUAL) for quarter in quarters]


def _quarters(series: Series) -> Iterator[tuple[Period, Scenario, float]]:
    """Each quarter with what was pending before it, if that is known."""
    quarters = _with_prior_year(series)
    for (before_scenario, before), (scenario, quarter) in pairwise(quarters):
        pending = _count(series, "pending", before_scenario, before)
        if pending is not None:
            yield quarter, scenario, pending


def _excesses(series: Series, part: str, wholes: tuple[str, ...]) -> Problems:
    """Where a measure is more than one other, or than several together."""
    for row, figures in series:
        if row.measure != part:
            continue
        for period, figure in figures.items():
            values = [series.value(row._replace(measure=whole), period) for whole in wholes]
            if figure.value is not None and None not in values:
                yield from _excess(figure, wholes, sum(filter(None, values)))


def _excess(figure: Figure, wholes: tuple[str, ...], total: float) -> Problems:
    if figure.value is not None and figure.value > total + 1e-6:
        yield (
            figure.place,
            {
                "part": Named("measure", figure.measure),
                "part_value": Amount(figure.value, "count"),
                "whole": tuple(Named("measure", whole) for whole in wholes),
                "whole_value": Amount(total, "count"),
                "period": figure.period,
            },
        )
