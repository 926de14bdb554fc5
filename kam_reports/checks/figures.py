"""Figures that contradict each other or the calendar (V105, V110 to V124, V131)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from statistics import median
from typing import Any

from kam_reports.checks import Facts, Problems, check
from kam_reports.checks._entries import has_figures
from kam_reports.checks._oddities import about
from kam_reports.checks._series import OWN, Row, Series, close
from kam_reports.kpis import KPIS, Kpi
from kam_reports.model import (
    Amount,
    Figure,
    Named,
    Oddity,
    Period,
    Perspective,
    Place,
    Plan,
    Scenario,
    Severity,
)
from kam_reports.vocabulary import Measure, Vocabulary

ROUNDING = 0.005  # sums may differ by half a percent
POINTS = 0.002  # quotas may differ by 0.2 percentage points
NOT_BELOW_ZERO = ("units", "count", "days", "working_days")


@check(
    "V105",
    Severity.WARNING,
    say={
        "de": "{measure}, {period}: Der Wert {value} ist negativ.",
        "en": "{measure}, {period}: the value {value} is negative.",
    },
    fix={
        "de": "Das Vorzeichen prüfen; Rückgaben als eigene Messgröße führen.",
        "en": "Check the sign; keep returns as a measure of their own.",
    },
    broken="""
        [Zahlen …]
        Messgröße | Ist Q3
        Kleinaufträge | -38
        """,
)
def amount_below_zero(series: Series, vocabulary: Vocabulary) -> Problems:
    """Something that is counted is below zero.

    There are no minus three customers. Usually a correction was typed instead of the corrected
    number.
    """
    for row, figures in series:
        measure = vocabulary.measures.get(row.measure)
        if measure is None or not (measure.unit in NOT_BELOW_ZERO or row.measure == "stock_avg"):
            continue
        for period, figure in figures.items():
            if figure.value is not None and figure.value < 0:
                facts = {"period": period, "value": _amount(figure.value, row, vocabulary)}
                yield figure.place, {"measure": _called(row, vocabulary), **facts}


@check(
    "V110",
    Severity.WARNING,
    say={
        "de": "{measure}: Die Quartalsziele ergeben {sum}, das Jahresziel ist {year}.",
        "en": "{measure}: the quarterly targets add up to {sum}, the target of the year is {year}.",
    },
    fix={
        "de": "Quartale oder Jahr berichtigen; der Bericht rechnet mit den Quartalen.",
        "en": "Correct the quarters or the year; the report uses the quarters.",
    },
    clean="""
        [Zahlen …]
        Messgröße     | Ziel Jahr
        Aktionskosten | 48200
        """,
    broken="""
        [Zahlen …]
        Messgröße     | Ziel Jahr
        Aktionskosten | 60000
        """,
)
def quarters_differ_from_year(series: Series, vocabulary: Vocabulary) -> Problems:
    """The four quarterly targets do not add up to the target of the year.

    Usually the year was renegotiated and the quarters were not. Half a percent, or one unit, is
    left to rounding.
    """
    for row, year, quarters in _whole_years(series, "sum"):
        if row.scenario is not Scenario.TARGET or _cumulated(year, quarters):
            continue
        total = sum(quarters)
        if not close(total, _number(year), ROUNDING, _least(row, series)):
            facts = {
                "sum": _amount(total, row, vocabulary),
                "year": _amount(_number(year), row, vocabulary),
            }
            yield year.place, {"measure": _called(row, vocabulary), **facts}


@check(
    "V111",
    Severity.WARNING,
    say={
        "de": "{measure}: Das Jahresziel {year} ist nicht das Ziel des vierten Quartals ({last}).",
        "en": "{measure}: the target of the year, {year}, is not that of the fourth quarter "
        "({last}).",
    },
    fix={
        "de": "Als Jahresziel den Stand am Jahresende eintragen.",
        "en": "Set the target of the year to the state at its end.",
    },
    clean="""
        [Zahlen …]
        Messgröße         | Ziel Q3 | Ziel Q4 | Ziel Jahr
        Gelistete Artikel | 51      | 51      | 51
        """,
    broken="""
        [Zahlen …]
        Messgröße | Ziel Jahr
        Gelistete Artikel | 55
        """,
)
def year_differs_from_last_quarter(series: Series, vocabulary: Vocabulary) -> Problems:
    """The target of a state differs between year and fourth quarter.

    Customers, listed articles or outlets are states: the year ends with what the fourth quarter
    ends with. Adding up four quarters of them means nothing.
    """
    for row, year, quarters in _whole_years(series, "last"):
        least = POINTS if year.unit == "percent" else 0.0
        share = 0.0 if year.unit == "percent" else ROUNDING
        if row.scenario is Scenario.TARGET and not close(quarters[-1], _number(year), share, least):
            facts = {
                "year": _amount(_number(year), row, vocabulary),
                "last": _amount(quarters[-1], row, vocabulary),
            }
            yield year.place, {"measure": _called(row, vocabulary), **facts}


@check(
    "V112",
    Severity.WARNING,
    say={
        "de": "{measure}, Ziel {period}: {stated}; aus den Zielen ihrer Teile folgt {computed}.",
        "en": "{measure}, target {period}: {stated}; the targets of its parts give {computed}.",
    },
    fix={
        "de": "Die Quote oder eines der Teile ({parts}) berichtigen.",
        "en": "Correct the ratio or one of its parts ({parts}).",
    },
    clean="""
        [Ziele …]
        Zieldimension    | Ziel Q4
        Deckungsbeiträge | 32.1 %
        """,
    broken="""
        [Ziele …]
        Zieldimension | Ziel Q4
        Deckungsbeiträge | 36 %
        """,
)
def ratio_contradicts_its_parts(series: Series) -> Problems:
    """The target of a quota contradicts the targets of what it is made of.

    A margin target of 30 % beside targets for margin and revenue that give 27 % cannot be reached
    together with them. 0.2 percentage points are left to rounding; other ratios may differ by 2 %.
    """
    for row, figures in series:
        kpi = KPIS.get(row.measure)
        if kpi is None or kpi.id in ("k_share", "k_price") or row.scenario is not Scenario.TARGET:
            continue
        for period, figure in figures.items():
            computed = _computed(kpi, row, period, series)
            if figure.value is None or computed is None:
                continue
            if not _agree(figure.value, computed, kpi.unit):
                yield figure.place, _contradiction(row, kpi, figure, computed, series)


@check(
    "V113",
    Severity.WARNING,
    kinds=("total-differs",),
    say={
        "de": "{field}: Hier steht {stated}, die Teile ergeben {sum}.",
        "en": "{field}: it says {stated} here, the parts give {sum}.",
    },
    fix={
        "de": "Die Summe oder ihre Teile berichtigen; der Bericht rechnet mit den Teilen.",
        "en": "Correct the total or its parts; the report uses the parts.",
    },
    clean="""
        [Zahlen …]
        Warengruppe / Region | Messgröße | Sicht  | Ist Q1
        Werkzeug             | Absatz    | eigene | 5000
        Akkugeräte           | Absatz    | eigene | 4400
        """,
    broken="""
        [Zahlen …]
        Warengruppe / Region | Messgröße | Sicht | Ist Q1
        Werkzeug | Absatz | eigene | 5000
        Akkugeräte | Absatz | eigene | 4000
        """,
)
def total_differs(oddities: Sequence[Oddity], series: Series, vocabulary: Vocabulary) -> Problems:
    """A total is not the sum of its parts: a quarter of its months, a row of its groups.

    Half a percent is left to rounding. The finest complete numbers are used, the total is only
    compared.
    """
    for odd in oddities:
        yield odd.place, {"stated": "", "sum": "", **about(odd)}
    for row, figure, total in [*_coarse_figures(series), *_group_totals(series, vocabulary)]:
        if not close(total, _number(figure), ROUNDING, _least(row, series)):
            facts = {
                "field": (*_called(row, vocabulary), row.scenario, figure.period),
                "stated": _amount(_number(figure), row, vocabulary),
                "sum": _amount(total, row, vocabulary),
            }
            yield figure.place, facts


@check(
    "V114",
    Severity.WARNING,
    say={
        "de": "Umsatz {period} ist {revenue}; Absatz mal Nettopreis ({units} × {price}) ergibt "
        "{product}.",
        "en": "Revenue in {period} is {revenue}; units times net price ({units} × {price}) give "
        "{product}.",
    },
    fix={
        "de": "Umsatz, Absatz oder Nettopreis berichtigen.",
        "en": "Correct revenue, units or net price.",
    },
    clean="""
        [Ziele …]
        Zieldimension | Ziel Q3
        Preise        | 103.50
        """,
    broken="""
        [Ziele …]
        Zieldimension | Ziel Q3
        Preise | 112.04
        """,
)
def price_times_units_differs(series: Series) -> Problems:
    """Revenue is not units times net price.

    One of the three was changed and the others were not. Two percent are left to rounding.
    """
    for row, figures in series:
        if row.measure != "k_price":
            continue
        for period, figure in figures.items():
            revenue = series.value(row._replace(measure="revenue"), period)
            units = series.value(row._replace(measure="units"), period)
            if figure.value is None or revenue is None or units is None:
                continue
            product = units * figure.value
            if not close(product, revenue, 0.02):
                yield (
                    figure.place,
                    {
                        "period": period,
                        "revenue": Amount(revenue, "EUR"),
                        "units": Amount(units, "units"),
                        "price": Amount(figure.value, "EUR/unit"),
                        "product": Amount(product, "EUR"),
                    },
                )


@check(
    "V115",
    Severity.ERROR,
    say={
        "de": "{period}: {part} ({part_value}) ist größer als {whole} ({whole_value}).",
        "en": "{period}: {part} ({part_value}) is more than {whole} ({whole_value}).",
    },
    fix={
        "de": "Die kleinere oder die größere Zahl berichtigen; vielleicht sind sie vertauscht.",
        "en": "Correct one of the two; perhaps they are swapped.",
    },
    clean="""
        [Zahlen …]
        Messgröße         | Ist Q3
        Gelistete Artikel | 60
        """,
    broken="""
        [Zahlen …]
        Messgröße | Ist Q1 | Ist Q2 | Ist Q3
        Kleinaufträge | 97 | 321 | 98
        """,
)
def part_exceeds_whole(series: Series, vocabulary: Vocabulary) -> Problems:
    """A part is more than the whole: margin than revenue, listed than relevant articles.

    Every quota of the two would be over 100 %, so the part stays out of the consolidation.
    """
    for measure in _of_accounts(vocabulary):
        yield from _excesses(measure, series, vocabulary)


@check(
    "V117",
    Severity.WARNING,
    say={
        "de": "Marktanteil {period}: angegeben {stated}; Umsatz durch Marktvolumen ist {computed}.",
        "en": "Market share in {period}: {stated} is stated; revenue over market volume is "
        "{computed}.",
    },
    fix={
        "de": "Marktanteil, Umsatz oder Marktvolumen berichtigen.",
        "en": "Correct the market share, the revenue or the market volume.",
    },
    clean="""
        [Ziele …]
        Zieldimension | Ziel Q4
        Marktanteile  | 18 %
        """,
    broken="""
        [Ziele …]
        Zieldimension | Ziel Q4
        Marktanteile | 24 %
        """,
)
def market_share_differs(series: Series) -> Problems:
    """A stated market share is not revenue over market volume.

    Often the share comes from a panel and the market volume from somewhere else. One percentage
    point is left to that.
    """
    for row, figures in series:
        if row.measure != "k_share":
            continue
        for period, figure in figures.items():
            revenue = series.value(row._replace(measure="revenue"), period)
            market = series.value(row._replace(measure="market_volume"), period)
            if figure.value is None or revenue is None or not market:
                continue
            if not close(revenue / market, figure.value, 0.0, 0.01):
                yield (
                    figure.place,
                    {
                        "period": period,
                        "stated": Amount(figure.value, "percent"),
                        "computed": Amount(revenue / market, "percent"),
                    },
                )


@check(
    "V118",
    Severity.ERROR,
    say={
        "de": "Die Lieferanteile von uns und den Wettbewerbern ergeben zusammen {sum}.",
        "en": "The shares of supply, ours and the competitors', add up to {sum}.",
    },
    fix={
        "de": "Die Lieferanteile berichtigen; zusammen sind sie höchstens 100 %.",
        "en": "Correct the shares of supply; together they are 100% at most.",
    },
    clean="""
        [Wettbewerber …]
        Wettbewerber | Lieferanteil Wettbewerber
        Delta Tools  | 23 %
        """,
    broken="""
        [Wettbewerber …]
        Wettbewerber | Lieferanteil Wettbewerber
        Delta Tools | 45 %
        """,
)
def supply_shares_exceed_whole(plan: Plan) -> Problems:
    """The shares of supply add up to more than everything.

    Half a percentage point is left to rounding.
    """
    potential = plan.one("potential")
    competitors = [entry for entry in plan.of("competitor") if entry["share"] is not None]
    shares = [entry["share"] for entry in competitors]
    total = sum(shares) + (potential["own_share"] or 0.0)
    if shares and total > 1.005 + 1e-9:
        largest = max(competitors, key=lambda entry: float(entry["share"]))
        yield largest.at("share"), {"sum": Amount(total, "percent")}


NOT_BEGUN = {
    "de": "{period} beginnt erst am {begins}",
    "en": "{period} begins only on {begins}",
}
RUNNING = {
    "de": "{period} endet erst am {ends} und ist unvollständig",
    "en": "{period} ends only on {ends} and is incomplete",
}


@check(
    "V119",
    Severity.ERROR,
    say={
        "de": "{measure}: Ist-Wert {value}, aber der Stichtag ist der {as_of}: {why}.",
        "en": "{measure}: an actual of {value}, but the as-of date is {as_of}: {why}.",
    },
    fix={
        "de": "Erwartungen als Hochrechnung eintragen oder den Stichtag berichtigen.",
        "en": "Enter expectations as a forecast, or correct the as-of date.",
    },
    clean="""
        [Zahlen …]
        Messgröße | Hochrechnung Jahr
        Aufträge  | 1260
        """,
    broken="""
        [Zahlen …]
        Messgröße | Ist Q4
        Aufträge | 320
        """,
)
def actual_lies_in_the_future(series: Series, plan: Plan, vocabulary: Vocabulary) -> Problems:
    """An actual stands in a period that has not begun or is still running.

    What has not happened is no actual: it is an error. In the running period it is used and
    marked as incomplete.
    """
    if plan.as_of is None:
        return
    for row, figures in series:
        if row.scenario is not Scenario.ACTUAL:
            continue
        for period, figure in figures.items():
            begins = period.begins(plan.fy_start_month)
            ends = period.ends(plan.fy_start_month)
            if figure.value is None or ends <= plan.as_of:
                continue
            facts = {
                "measure": _called(row, vocabulary),
                "value": _amount(figure.value, row, vocabulary),
                "as_of": plan.as_of,
                "period": period,
                "begins": begins,
                "ends": ends,
            }
            if begins > plan.as_of:
                yield figure.place, {"why": NOT_BEGUN, **facts}
            else:
                yield figure.place, {"why": RUNNING, **facts}, Severity.WARNING


@check(
    "V120",
    Severity.WARNING,
    say={
        "de": "{measure}: Für {period} gibt es ein Ziel ({target}), aber kein Ist.",
        "en": "{measure}: {period} has a target ({target}) but no actual.",
    },
    fix={
        "de": "Das Ist des Quartals eintragen; bis dahin bleibt das Jahr bis heute unvollständig.",
        "en": "Enter the quarter's actual; until then the year to date stays incomplete.",
    },
    broken="""
        [Zahlen …]
        Messgröße | Ist Q2
        Aufträge |
        """,
)
def closed_quarter_has_no_actual(series: Series, plan: Plan, vocabulary: Vocabulary) -> Problems:
    """A quarter is over and has a target, but no actual.

    A year to date exists only if all its quarters do, so one empty cell takes the account out of
    both sides of the consolidated attainment.
    """
    if plan.as_of is None or not has_figures(plan):
        return  # V001 or V027 tells
    for row, figures in series:
        if row.scenario is not Scenario.TARGET or row.measure not in vocabulary.measures:
            continue
        actual, own = row._replace(scenario=Scenario.ACTUAL), row._replace(perspective=OWN)
        for period, figure in figures.items():
            over = period.grain == "Q" and period.ends(plan.fy_start_month) <= plan.as_of
            told = row != own and series.figure(own, period) is not None
            asked = over and not told and figure.value is not None
            if asked and not _happened(actual, period, series):
                place = series.empty_cell(actual, period, beside=figure)
                target = _amount(_number(figure), row, vocabulary)
                yield (
                    place,
                    {"measure": _called(row, vocabulary), "period": period, "target": target},
                )


THOUSAND = {"de": "wurden € und T€ verwechselt", "en": "€ and k€ were mixed up"}
FIVEFOLD = {"de": "ist eine der Zahlen falsch", "en": "one of the numbers is wrong"}


@check(
    "V121",
    Severity.WARNING,
    say={
        "de": "{measure}, {scenario}: {before} ({before_value}) und {after} ({after_value}) "
        "unterscheiden sich um den Faktor {factor}; vielleicht {what}.",
        "en": "{measure}, {scenario}: {before} ({before_value}) and {after} ({after_value}) differ "
        "by a factor of {factor}; perhaps {what}.",
    },
    fix={
        "de": "Die Zahl und ihre Einheit (€ oder T€) prüfen und berichtigen.",
        "en": "Check the number and its unit (€ or k€), and correct it.",
    },
    clean="""
        [Zahlen …]
        Messgröße        | Ist Q1 | Ist Q2
        Verlorene Kunden | 1      | 9
        """,
    broken="""
        [Zahlen …]
        Messgröße | VJ Q3
        Abverkauf des Kunden zu Einstand | 760
        """,
)
def step_is_too_large(series: Series, vocabulary: Vocabulary) -> Problems:
    """A number is about a thousand times its neighbour, or more than five times.

    A factor near 1000 is nearly always a mix-up of € and T€. From five on it is worth a look;
    small counts may jump.
    """
    for row, figures in series:
        if row.measure not in vocabulary.measures:
            continue
        typical = median([abs(f.value) for f in figures.values() if f.value] or [1.0])
        told: set[Place] = set()
        for before, after, factor in _steps(row, figures, vocabulary):
            odd_one = max(before, after, key=lambda f: _distance(_number(f), typical))
            if odd_one.place in told:
                continue  # a single wrong number is far from both of its neighbours
            told.add(odd_one.place)
            facts = {
                "measure": _called(row, vocabulary),
                "scenario": row.scenario,
                "before": before.period,
                "after": after.period,
                "before_value": _amount(_number(before), row, vocabulary),
                "after_value": _amount(_number(after), row, vocabulary),
                "factor": Amount(_distance(factor, 1.0), "count"),
                "what": THOUSAND if _thousandfold(factor) else FIVEFOLD,
            }
            yield odd_one.place, facts


@check(
    "V122",
    Severity.WARNING,
    say={
        "de": "{measure}, {scenario}: Die Quartale steigen bis zum Jahreswert {year}; vielleicht "
        "sind sie kumuliert.",
        "en": "{measure}, {scenario}: the quarters rise to the value of the year, {year}; perhaps "
        "they are cumulated.",
    },
    fix={
        "de": "Jedes Quartal für sich eintragen, nicht aufgelaufen.",
        "en": "Enter each quarter by itself, not accumulated.",
    },
    broken="""
        [Zahlen …]
        Messgröße     | Ziel Q2 | Ziel Q3 | Ziel Q4
        Aktionskosten | 23000   | 33000   | 48000
        """,
)
def quarters_look_cumulated(series: Series, vocabulary: Vocabulary) -> Problems:
    """The quarters rise and the fourth is the whole year.

    So look numbers that run up over the year. Read as quarters they would count two and a half
    times.
    """
    for row, year, quarters in _whole_years(series, "sum"):
        if _cumulated(year, quarters):
            facts = {"scenario": row.scenario, "year": _amount(_number(year), row, vocabulary)}
            yield year.place, {"measure": _called(row, vocabulary), **facts}


@check(
    "V123",
    Severity.WARNING,
    say={
        "de": "{measure} {period}, Vorjahr: Hier steht {stated}, in {book} stand als Ist {actual}.",
        "en": "{measure} {period}, prior year: it says {stated} here, {book} had an actual of "
        "{actual}.",
    },
    fix={
        "de": "Den Vorjahreswert aus der Arbeitsmappe des Vorjahres übernehmen.",
        "en": "Take the prior-year value from last year's workbook.",
    },
    broken="""
        # plan
        # plan
        [Plankopf …]
        Geschäftsjahr | 2027
        [Zahlen]
        Zahlen
        Messgröße | Sicht | VJ Q1
        Umsatz (netto) | eigene | 900000
        [Preiskonditionen …]
        Nr. | Gültig bis
        P1 | 2027-12-31
        P2 | 2027-12-31
        """,
    with_it=("V003",),
)
def prior_year_differs(plans: Sequence[Plan], vocabulary: Vocabulary) -> Problems:
    """A prior-year value differs from the actual in last year's workbook.

    Growth is counted against it, so a wrong prior year makes a good year look bad. Half a percent
    is left to rounding.
    """
    actuals = {
        (
            plan.subject.id,
            figure.measure,
            figure.perspective,
            figure.breakdown,
            figure.period,
        ): figure
        for plan in plans
        for figure in plan.figures
        if figure.scenario is Scenario.ACTUAL and figure.value is not None
    }
    for plan in plans:
        for figure in plan.figures:
            last = Period(figure.period.year - 1, figure.period.grain, figure.period.number)
            found = actuals.get(
                (plan.subject.id, figure.measure, figure.perspective, figure.breakdown, last)
            )
            if figure.scenario is not Scenario.PY or figure.value is None or found is None:
                continue
            if not close(figure.value, _number(found), ROUNDING):
                row = Row(figure.measure, figure.scenario, figure.perspective, figure.breakdown)
                facts = {
                    "period": last,
                    "stated": _amount(figure.value, row, vocabulary),
                    "actual": _amount(_number(found), row, vocabulary),
                    "book": found.place.book,
                }
                yield figure.place, {"measure": _called(row, vocabulary), **facts}


@check(
    "V124",
    Severity.ERROR,
    say={
        "de": "Marktvolumen {period} des Marktes {market}: hier {here}, bei {other} {there}.",
        "en": "Market volume in {period} of market {market}: {here} here, {there} at {other}.",
    },
    fix={
        "de": "In allen Plänen mit dieser Markt-ID dasselbe Marktvolumen eintragen.",
        "en": "Enter the same market volume in all plans with this market ID.",
    },
    clean="""
        # plan
        # plan
        [Plankopf …]
        Kundennummer | K-1002
        Key Account  | Südbau GmbH
        Markt-ID     | M2
        [Zahlen …]
        Messgröße    | Ist Q3
        Marktvolumen | 7400000
        """,
    broken="""
        # plan
        # plan
        [Plankopf …]
        Kundennummer | K-1002
        Key Account | Südbau GmbH
        [Zahlen …]
        Messgröße | Ist Q3
        Marktvolumen | 7400000
        """,
)
def market_volumes_differ(plans: Sequence[Plan]) -> Problems:
    """Two accounts in one market state different volumes of it.

    Accounts with the same market ID share one market, which is counted once. With two volumes
    nobody knows which one.
    """
    markets: dict[tuple[Any, ...], list[tuple[Plan, Figure]]] = defaultdict(list)
    for plan in plans:
        for figure in plan.figures:
            if figure.measure == "market_volume" and figure.value is not None:
                market = plan.header["market_id"]
                if market and figure.perspective is OWN:
                    key = (market, figure.scenario, figure.period, figure.breakdown)
                    markets[key].append((plan, figure))
    for (market, _, period, _), stated in markets.items():
        usual = _usual([_number(figure) for _, figure in stated])
        other = next(plan for plan, figure in stated if _number(figure) == usual)
        for plan, figure in stated:
            if plan.subject.id != other.subject.id and not close(_number(figure), usual, ROUNDING):
                facts = {
                    "period": period,
                    "market": str(market),
                    "here": Amount(figure.value, "EUR"),
                    "there": Amount(usual, "EUR"),
                    "other": other.subject.name,
                }
                yield figure.place, facts


@check(
    "V131",
    Severity.WARNING,
    say={
        "de": "Die Gewichte der Ziele ergeben zusammen {sum}.",
        "en": "The weights of the goals add up to {sum}.",
    },
    fix={
        "de": "Die Gewichte so ändern, dass sie zusammen 100 % ergeben.",
        "en": "Change the weights so that they add up to 100%.",
    },
    clean="""
        [Ziele …]
        Zieldimension | Gewicht
        Absatz        | 10.4 %
        """,
    broken="""
        [Ziele …]
        Zieldimension | Gewicht
        Absatz | 20 %
        """,
)
def goal_weights_differ_from_whole(plan: Plan) -> Problems:
    """The weights of the goals do not add up to 100 %.

    Half a percentage point is left to rounding. A plan without any weights is fine.
    """
    weighted = [goal for goal in plan.of("goals") if goal["weight"] is not None]
    total = sum(goal["weight"] for goal in weighted)
    if weighted and not close(total, 1.0, 0.0, 0.005):
        yield weighted[0].at("weight"), {"sum": Amount(total, "percent")}


# ---------------------------------------------------------------- in other words


def _called(row: Row, vocabulary: Vocabulary) -> tuple[Any, ...]:
    """What a series is called: its measure, and whose and of what it is if that matters."""
    known = row.measure in vocabulary.metrics
    names: tuple[Any, ...] = (Named("measure", row.measure) if known else row.measure,)
    if row.perspective is not Perspective.OWN:
        names += (row.perspective,)
    return (*names, row.breakdown) if row.breakdown else names


def _amount(value: float, row: Row, vocabulary: Vocabulary) -> Amount:
    return Amount(value, _unit(row.measure, vocabulary))


def _unit(measure: str, vocabulary: Vocabulary) -> str:
    if measure in vocabulary.measures:
        return vocabulary.measures[measure].unit
    return KPIS[measure].unit if measure in KPIS else ""


def _number(figure: Figure) -> float:
    """The value of a figure that is known to have one."""
    assert figure.value is not None
    return figure.value


def _least(row: Row, series: Series) -> float:
    """One unit as typed: one euro, or one thousand of them in a plan in T€."""
    money = _unit(row.measure, series.vocabulary) == "EUR"
    return float(series.plan.header["amount_scale"] or 1) if money else 1.0


def _whole_years(series: Series, over_time: str) -> Iterator[tuple[Row, Figure, list[float]]]:
    """The years that are stated beside all four quarters, of flows or of states."""
    if series.year is None:
        return
    for row, figures in series:
        year = figures.get(series.year)
        if year is None or year.value is None or _kind(row.measure, series) != over_time:
            continue
        quarters = [series.value(row, quarter) for quarter in series.year.parts("Q")]
        known = [value for value in quarters if value is not None]
        if len(known) == 4:
            yield row, year, known


def _kind(measure: str, series: Series) -> str:
    """Flow or state; a quota of states is a state itself."""
    if measure in KPIS and measure not in series.vocabulary.measures:
        needs = {series.over_time(need) for need in KPIS[measure].needs}
        return "last" if needs == {"last"} else ""
    return series.over_time(measure)


def _cumulated(year: Figure, quarters: Sequence[float]) -> bool:
    """Whether the quarters rise to the value of the year."""
    rising = quarters[0] > 0 and all(first <= later for first, later in pairwise(quarters))
    return rising and close(quarters[-1], _number(year), ROUNDING)


def _computed(kpi: Kpi, row: Row, period: Period, series: Series) -> float | None:
    """The KPI from the targets of its parts; None if one of them is missing."""
    if not kpi.needs:
        return None
    parts = {need: series.value(row._replace(measure=need), period) for need in kpi.needs}
    if None in parts.values():
        return None
    months = {"months": float(period.months)} if kpi.annualised else {}
    found: float | None = kpi(**parts, **months)
    return found


def _agree(stated: float, computed: float, unit: str) -> bool:
    if unit in ("percent", "pp"):
        return close(stated, computed, 0.0, POINTS)
    return close(stated, computed, 0.02)


def _contradiction(row: Row, kpi: Kpi, figure: Figure, computed: float, series: Series) -> Facts:
    return {
        "measure": _called(row, series.vocabulary),
        "period": figure.period,
        "stated": Amount(figure.value, kpi.unit),
        "computed": Amount(computed, kpi.unit),
        "parts": tuple(Named("measure", need) for need in kpi.needs),
    }


def _coarse_figures(series: Series) -> Iterator[tuple[Row, Figure, float]]:
    """Quarters beside their months, halves beside their quarters, years beside theirs."""
    for row, figures in series:
        for period, figure in figures.items():
            if period.grain == "FY" and row.scenario in (Scenario.TARGET, Scenario.FORECAST):
                continue  # V110 and V111 judge targets; a forecast is no sum
            total = series.from_parts(row, period)
            if figure.value is not None and total is not None:
                yield row, figure, total


def _group_totals(series: Series, vocabulary: Vocabulary) -> Iterator[tuple[Row, Figure, float]]:
    """Totals beside the product groups or regions that they consist of."""
    parts: Mapping[tuple[Row, Period], list[float]] = defaultdict(list)
    for row, figures in series:
        if row.breakdown and _adds_up(row.measure, vocabulary):
            for period, figure in figures.items():
                if figure.value is not None:
                    parts[row._replace(breakdown=""), period].append(figure.value)
    for (row, period), values in parts.items():
        whole = series.figure(row, period)
        if whole is not None and whole.value is not None and len(values) > 1:
            yield row, whole, sum(values)


def _adds_up(measure: str, vocabulary: Vocabulary) -> bool:
    known = vocabulary.measures.get(measure)
    return known is not None and known.over_accounts == "sum" and known.over_time == "sum"


def _of_accounts(vocabulary: Vocabulary) -> Iterator[tuple[str, Measure]]:
    for key, measure in vocabulary.measures.items():
        if measure.part_of and measure.document != "scorecard":
            yield key, measure


def _excesses(measure: tuple[str, Measure], series: Series, vocabulary: Vocabulary) -> Problems:
    """Where a measure is more than the measure that it is a part of."""
    key, known = measure
    for row, figures in series:
        if row.measure != key:
            continue
        for period, figure in figures.items():
            whole_row = row._replace(measure=known.part_of)
            whole = series.value(whole_row, period)
            if figure.value is None or whole is None or figure.value <= whole + 1e-6:
                continue
            yield (
                figure.place,
                {
                    "part": _called(row, vocabulary),
                    "part_value": _amount(figure.value, row, vocabulary),
                    "whole": _called(whole_row, vocabulary),
                    "whole_value": _amount(whole, whole_row, vocabulary),
                    "period": period,
                },
            )


def _happened(row: Row, period: Period, series: Series) -> bool:
    """Whether there is an actual of *period*, readable or not, from any point of view."""
    own = row._replace(perspective=OWN)
    return any(
        series.figure(each, period) is not None or series.from_parts(each, period) is not None
        for each in (row, own)
    )


def _steps(
    row: Row, figures: Mapping[Period, Figure], vocabulary: Vocabulary
) -> Iterator[tuple[Figure, Figure, float]]:
    """Neighbouring quarters that differ by a factor that is hard to believe, the worst first."""
    quarters = sorted(period for period in figures if period.grain == "Q")
    counted = vocabulary.measures[row.measure].unit in NOT_BELOW_ZERO
    found = []
    for first, later in pairwise(quarters):
        before, after = figures[first], figures[later]
        if not before.value or not after.value or before.value * after.value < 0:
            continue
        factor = after.value / before.value
        larger = max(abs(before.value), abs(after.value))
        if later.number == first.number + 1 and (
            _thousandfold(factor) or (_distance(factor, 1.0) >= 5 and not (counted and larger < 50))
        ):
            found.append((before, after, factor))
    yield from sorted(found, key=lambda step: not _thousandfold(step[2]))


def _thousandfold(factor: float) -> bool:
    return 900 <= factor <= 1100 or 900 <= 1 / factor <= 1100


def _distance(value: float, typical: float) -> float:
    """How many times *value* is larger or smaller than the typical one."""
    ratio = abs(value / typical)
    return max(ratio, 1 / ratio)


def _usual(values: Sequence[float]) -> float:
    """The value that most agree on; of equals the first."""
    return max(values, key=lambda value: sum(close(other, value, ROUNDING) for other in values))
