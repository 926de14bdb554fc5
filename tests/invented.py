"""An invented review of any size, made without reading or computing anything.

The numbers hang together as far as the outputs need: figures, KPIs in all scopes, records,
findings, scores. All people and firms are invented.
"""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pandas as pd

from kam_reports.kpis import KPIS, kpi_words
from kam_reports.model import (
    Amount,
    Blocks,
    Clearance,
    Concentration,
    Criterion,
    Entry,
    Figure,
    Finding,
    Light,
    Named,
    Occasion,
    Period,
    Place,
    Plan,
    Reading,
    Review,
    Role,
    Scenario,
    Score,
    Severity,
    Source,
    Standing,
    Subject,
    Topic,
    Value,
)
from kam_reports.outputs.tables import FIGURES
from kam_reports.outputs.tables import KPIS as KPI_COLUMNS
from kam_reports.vocabulary import Vocabulary
from kam_reports.wording import Wording
from kam_reports.workspace import ReportSettings, Workspace

AS_OF = date(2026, 9, 30)
OCCASION = Occasion(Period(2026, "Q", 3), AS_OF)
MEASURES = {
    "units": 10_000, "revenue_gross": 1_200_000, "revenue": 1_000_000, "cm": 300_000,
    "market_volume": 6_000_000, "outlets_total": 120, "outlets_listed": 70, "orders": 310,
    "skus_relevant": 60, "skus_listed": 41, "promos": 3, "customers": 80,
}  # fmt: skip
RATIOS = {
    "k_cm_pct": ("cm", "revenue"), "k_price_real": ("revenue", "revenue_gross"),
    "k_share": ("revenue", "market_volume"), "k_dist_num": ("outlets_listed", "outlets_total"),
    "k_assort": ("skus_listed", "skus_relevant"), "k_price": ("revenue", "units"),
    "k_aov": ("revenue", "orders"),
}  # fmt: skip
FIRMS = (
    "Nordmarkt Handels AG", "Südbau GmbH & Co. KG", "Westchem SE", "Bäckerei-Großhandel Öhmichen",
    "Ostsee Fracht Logistik", "Rhein-Main Küchentechnik", "Alpenland Molkerei eG",
    "Heidegarten Baumärkte", "Elbe Papier und Verpackung", "Harz Werkzeugbau",
    "Donau Medizintechnik", "Vereinigte Stadt- und Landapotheken Mitteldeutschland Einkaufsgenossenschaft eG",
)  # fmt: skip
PARTNERS = ("Finanzhaus Ahorn", "Kreditvermittlung Birkenhain", "Baufi-Netz Zürcher & Töchter")


def wording(language: str = "de", **more: Any) -> Wording:
    return Wording(language, Vocabulary.default().with_metrics(kpi_words()), **more)


def workspace(folder: Path, **report: Any) -> Workspace:
    return Workspace(folder=folder, report=ReportSettings(company="Muster & Söhne", **report))


def review(accounts: int = 3, partners: int = 2, seed: int = 1) -> Review:
    """A whole review; the last account lacks its third quarter."""
    chance = random.Random(seed)
    plans = [_plan(chance, number, whole=number < accounts) for number in range(1, accounts + 1)]
    cards = [_card(chance, number) for number in range(1, partners + 1)]
    kpis = [_all_together(plans), *(_kpis_of(plan) for plan in plans), *map(_kpis_of, cards)]
    frame = pd.DataFrame([row for rows in kpis for row in rows], columns=list(KPI_COLUMNS))
    sources = [
        Source(plan.place.book, 48_000 + len(plan.figures), f"{number:0128x}", plan.subject)
        for number, plan in enumerate((*plans, *cards))
    ]
    broken = Source("plans/Altes Format (2019).xls", 1024, "0" * 128, None, used=False)
    reading = Reading((*plans, *cards), _findings(plans), (*sources, broken))
    return Review(
        reading,
        OCCASION,
        _figures((*plans, *cards)),
        pd.DataFrame(columns=list(FIGURES)),
        frame,
        tuple(_standings(chance, plans)),
        _concentration(plans),
        tuple(score for card in cards for score in _scores(chance, card.subject)),
        tuple(_topics(plans)),
    )


# ---------------------------------------------------------------- plans


def _plan(chance: random.Random, number: int, *, whole: bool) -> Plan:
    name = FIRMS[(number - 1) % len(FIRMS)] + (f" {number}" if number > len(FIRMS) else "")
    subject = Subject(f"K-{1000 + number}", name, Role.ACCOUNT)
    book = f"plans/{name[:40]}.xlsx"
    size = chance.uniform(0.2, 2.5)
    figures = []
    for row, (measure, usual) in enumerate(MEASURES.items(), start=6):
        unit = Vocabulary.default().measures[measure].unit
        for scenario, column in ((Scenario.PY, 5), (Scenario.TARGET, 9), (Scenario.ACTUAL, 14)):
            for quarter in range(1, 5 if scenario is not Scenario.ACTUAL else 4):
                if scenario is Scenario.ACTUAL and quarter == 3 and not whole:
                    continue
                value = round(usual * size * chance.uniform(0.85, 1.15), 2 if unit == "EUR" else 0)
                cell = f"{chr(64 + column + quarter - 1)}{row}"
                place = Place(book, "Zahlen 'Q' & Ziele", cell)
                period = Period(2026, "Q", quarter)
                figures.append(Figure(measure, scenario, period, value, unit, place, f"{value}"))
    return Plan(
        subject, 2026, AS_OF, tuple(figures), tuple(_entries(chance, book)), (), Place(book),
        "kam-plan", size=48_000,
    )  # fmt: skip


def _card(chance: random.Random, number: int) -> Plan:
    name = PARTNERS[(number - 1) % len(PARTNERS)] + (f" {number}" if number > 3 else "")
    subject = Subject(f"P-{number:02d}", name, Role.PARTNER)
    book = f"scorecards/{subject.id}.xlsx"
    figures = []
    for row, (measure, usual) in enumerate(
        {"submitted": 60, "signed": 31, "volume_signed": 6e6}.items()
    ):
        for scenario in (Scenario.PY, Scenario.TARGET, Scenario.ACTUAL):
            for quarter in range(1, 4):
                value = round(usual * chance.uniform(0.7, 1.2))
                place = Place(book, "Anträge", f"{chr(66 + quarter)}{row + 5}")
                unit = Vocabulary.default().measures[measure].unit
                period = Period(2026, "Q", quarter)
                figures.append(
                    Figure(measure, scenario, period, value, unit, place, section="applications")
                )
    return Plan(subject, 2026, AS_OF, tuple(figures), (), (), Place(book), "kam-scorecard")


def entry(section: str, book: str, row: int, **values: Any) -> Entry:
    sheet = section.capitalize()
    return Entry(
        section,
        {
            key: Value(value, Place(book, sheet, f"{chr(65 + column)}{row}"), str(value))
            for column, (key, value) in enumerate(values.items())
        },
        Place(book, sheet, f"A{row}"),
    )


def _entries(chance: random.Random, book: str) -> list[Entry]:
    goals = (
        ("units", "units", None), ("revenue", "revenue", None), ("margin", "k_cm_pct", 0.31),
        ("market_share", "k_share", 0.17), ("distribution", "k_dist_num", 0.62),
        ("price", "k_price_real", 0.85), ("assortment", "k_assort", 0.7),
        ("promotions", "promos", 12), ("customers", "customers", 85), ("orders", "k_aov", 3300),
        ("stock_turn", None, None),
    )  # fmt: skip
    made = [
        entry(
            "goals", book, row, dimension=dimension, goal_text=f"Bei {dimension} besser werden",
            metric=metric, perspective="own", target_fy=target, weight=0.1, owner="Jana Vogt",
            not_relevant_reason=None if metric else "kein eigenes Lager",
        )
        for row, (dimension, metric, target) in enumerate(goals, start=5)
    ]  # fmt: skip
    measures = (
        ("Preisgespräch mit dem Zentraleinkauf vorbereiten und führen", "price", -40, "open", 0.4),
        ("Zweitplatzierung in 120 Filialen", "distribution", 30, "in_progress", 0.6),
        ('=HYPERLINK("http://boese.example")', "revenue", -90, "done", 1.0),
        ("Sortimentsreview Holzschutz", "assortment", 60, "open", 0.0),
    )
    for row, (title, dimension, days, status, progress) in enumerate(measures, start=5):
        done = AS_OF + timedelta(days - 3) if status == "done" else None
        made.append(
            entry(
                "measures", book, row, measure_id=f"M{row - 4}", title=title, dimension=dimension,
                owner=chance.choice(("Jana Vogt", "Ole Brandt", "Dr. Mira von Hohenfels-Asbach")),
                start=date(2026, 2, 1), due=AS_OF + timedelta(days), done_on=done, status=status,
                progress=progress, budget=12_500.0, actual_cost=8_000.0, priority="high",
                effect_planned=90_000.0, show_customer=row % 2 == 0,
            )
        )  # fmt: skip
    stages = ("identified", "offer_sent", "followed_up", "meeting", "won", "lost")
    for row, stage in enumerate(stages, start=5):
        made.append(
            entry(
                "pipeline", book, row, opp_id=f"O{row - 4}", prospect=f"Neukunde {row} GmbH",
                stage=stage, offer_value=round(chance.uniform(20_000, 400_000), -2),
                first_contact_on=None if stage == "identified" else AS_OF - timedelta(20 + row),
                closed_on=AS_OF if stage in ("won", "lost") else None, is_new=True,
                next_step="Termin mit der Werksleitung abstimmen", next_step_on=date(2026, 10, 12),
                lost_reason="price" if stage == "lost" else None,
            )
        )  # fmt: skip
    made += [
        entry(
            "conditions", book, 5, cond_id="C1", cond_type="bonus", scope="Gesamt",
            basis="net_revenue", value=0.035, unit="percent", previous_value=0.03,
            valid_from=date(2026, 1, 1), valid_to=date(2026, 12, 31), negotiation_status="agreed",
            counter_performance="Listung der neuen Linie in allen Märkten", walk_away=0.04,
        ),
        entry(
            "conditions", book, 6, cond_id="C2", cond_type="promotional_allowance",
            scope="Holzschutz", basis="fixed", value=25_000.0, unit="amount",
            previous_value=20_000.0, valid_from=date(2025, 1, 1), valid_to=date(2026, 6, 30),
            negotiation_status="negotiating",
        ),
    ]  # fmt: skip
    return made


# ---------------------------------------------------------------- tables


def _figures(plans: tuple[Plan, ...]) -> pd.DataFrame:
    rows = [
        (
            plan.subject.id, plan.subject.name, str(plan.subject.role), 2026, one.section,
            one.measure, str(one.perspective), one.breakdown, str(one.scenario), str(one.period),
            one.value, one.unit, one.place.book, one.place.sheet, one.place.cell, one.raw, False,
        )
        for plan in plans
        for one in plan.figures
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=list(FIGURES))


def _sums(plan: Plan, scenario: Scenario, quarters: tuple[int, ...]) -> dict[str, float | None]:
    sums: dict[str, float | None] = {}
    for measure in {figure.measure for figure in plan.figures}:
        found = [
            figure.value
            for figure in plan.figures
            if figure.measure == measure and figure.scenario is scenario
            and figure.period.number in quarters
        ]  # fmt: skip
        sums[measure] = sum(found) if len(found) == len(quarters) else None
    return sums


def _values(sums: dict[str, float | None]) -> dict[str, float | None]:
    values = {f"k_{m}" if f"k_{m}" in KPIS else m: value for m, value in sums.items()}
    for kpi, (part, whole) in RATIOS.items():
        if sums.get(part) is not None and sums.get(whole):
            values[kpi] = sums[part] / sums[whole]
    if sums.get("submitted"):
        values["a_submitted"], values["a_volume"] = sums["submitted"], sums["volume_signed"]
        values["a_conversion"] = sums["signed"] / sums["submitted"]
    return {key: value for key, value in values.items() if key in KPIS}


def _kpis_of(plan: Plan) -> list[tuple[Any, ...]]:
    scopes = [("Q", f"2026Q{n}", (n,)) for n in (3, 2, 1)]
    scopes += [("YTD", "2026Q3", (1, 2, 3)), ("FY", "2026Q3", (1, 2, 3, 4))]
    tables = {
        (scope, quarter): [
            _values(_sums(plan, scenario, quarters))
            for scenario in (Scenario.ACTUAL, Scenario.TARGET, Scenario.PY)
        ]
        for scope, quarter, quarters in scopes
    }
    rows = []
    for kpi in KPIS:
        for (scope, quarter), (actuals, targets, before) in tables.items():
            if kpi not in {**actuals, **targets}:
                continue
            rows.append(
                _row(
                    plan.subject,
                    kpi,
                    scope,
                    quarter,
                    actuals.get(kpi),
                    targets.get(kpi),
                    before.get(kpi),
                )
            )
    return rows


def _row(
    subject: Subject, kpi: str, scope: str, quarter: str, actual: Any, target: Any, before: Any,
    included: str | None = None,
) -> tuple[Any, ...]:  # fmt: skip
    both = actual is not None and target is not None
    unit = KPIS[kpi].unit
    reached = 1 + (actual - target) / abs(target) if both and target else None
    growth = None
    if actual is not None and before:
        growth = actual - before if unit == "percent" else (actual - before) / abs(before)
    light = (
        "grey"
        if reached is None
        else "green"
        if reached >= 1
        else "yellow"
        if reached >= 0.9
        else "red"
    )
    forecast = target * 1.01 if scope == "FY" and target else None
    role = str(subject.role) if subject.id != "*" else "account"
    return (
        subject.id, subject.name, role, kpi, scope, quarter, "own", actual, target, before,
        actual - target if both else None,
        (actual - target) / target if both and unit != "percent" and target else None,
        reached,
        growth,
        forecast, "seasonal" if forecast else None, light,
        1.0 if actual is not None else 2 / 3, included,
        None if actual is not None else f"{kpi} 2026-Q3",
        target * 0.3 if scope == "FY" and target else None,
        target * 0.3 if scope == "FY" and target else None, None,
    )  # fmt: skip


def _all_together(plans: list[Plan]) -> list[tuple[Any, ...]]:
    everyone = Subject("*", "", Role.ACCOUNT)
    whole = [plan for plan in plans if _sums(plan, Scenario.ACTUAL, (1, 2, 3))["revenue"]]
    rows = []
    for kpi in KPIS:
        for scope, quarters in (("Q", (3,)), ("YTD", (1, 2, 3)), ("FY", (1, 2, 3, 4))):
            cells = []
            for scenario in (Scenario.ACTUAL, Scenario.TARGET, Scenario.PY):
                sums = [_sums(plan, scenario, quarters) for plan in whole]
                added = {
                    m: sum(one[m] for one in sums)
                    if all(one[m] is not None for one in sums)
                    else None
                    for m in MEASURES
                }
                cells.append(_values(added).get(kpi) if whole else None)
            if any(cell is not None for cell in cells):
                included = f"{len(whole)}/{len(plans)}"
                rows.append(_row(everyone, kpi, scope, "2026Q3", *cells, included))
    return rows


# ---------------------------------------------------------------- the rest


def _findings(plans: list[Plan]) -> tuple[Finding, ...]:
    found = [
        Finding(
            "V011", "old-file-format", Severity.ERROR, Place("plans/Altes Format (2019).xls"),
            {"file": "Altes Format (2019).xls", "format": ".xls"}, blocks=Blocks.PLAN,
        )
    ]  # fmt: skip
    for plan in plans:
        place = Place(plan.place.book, "Zahlen 'Q' & Ziele", "F6")
        field = Named("measure", "units")
        facts = {"field": field, "text": "ca. 1300", "value": "ca. 1300"}
        found += [
            Finding("V101", "number-is-text", Severity.ERROR, place, facts, plan.subject, "ca. 1300"),
            Finding(
                "V403", "follow-up-is-overdue", Severity.WARNING,
                Place(plan.place.book, "Pipeline", "K7"),
                {"prospect": "Neukunde 7 GmbH", "due": date(2026, 9, 14), "late": 16}, plan.subject,
            ),
        ]  # fmt: skip
    return tuple(found)


def _standings(chance: random.Random, plans: list[Plan]) -> list[Standing]:
    places = []
    for number, plan in enumerate(plans):
        sums = _sums(plan, Scenario.TARGET, (1, 2, 3))
        attractive, position = chance.uniform(1, 5), chance.uniform(1, 5)
        field = 3 * ((attractive >= 2.33) + (attractive >= 3.67)) + (
            (position >= 2.33) + (position >= 3.67) + 1
        )
        places.append(
            Standing(
                plan.subject, sums["revenue"], sums["cm"], 1 / len(plans), "ABC"[number % 3],
                "A" if number == 1 else "ABC"[number % 3], "strategisch wichtig" if number == 1 else "",
                attractive, position, field, 12, 9, number % 3 - 1, 0.4, Light.GREEN,
            )
        )  # fmt: skip
    return places


def _concentration(plans: list[Plan]) -> Concentration:
    shares = {plan.subject.id: 1 / len(plans) for plan in plans}
    return Concentration(
        "revenue", 5_432_100.0, shares, 0.46, 0.9, 0.36, 2.77, Light.RED, 4_900_000.0
    )


def _scores(chance: random.Random, subject: Subject) -> list[Score]:
    made = []
    for scope, number in (("Q", 1), ("Q", 2), ("Q", 3), ("YTD", 3)):
        criteria = (
            Criterion("a_volume", 0.4, 0.93, 0.5, 1.0, 86.0),
            Criterion("a_conversion", 0.3, 0.52, 0.3, 0.65, 62.9, cases=80),
            Criterion("a_quality", 0.3, None, 25.0, 85.0, None, "missing"),
        )
        score = round(chance.uniform(45, 95), 1)
        standing = "A" if score >= 85 else "B" if score >= 70 else "C" if score >= 50 else "D"
        knockouts = (Named("measure", "a_cancel"),) if standing == "D" else ()
        made.append(
            Score(
                subject, Period(2026, "Q", number), scope, criteria, score, 0.7, standing,
                standing, knockouts,
            )
        )  # fmt: skip
    return made


def _topics(plans: list[Plan]) -> list[Topic]:
    facts = {"revenue": Amount(1.05, "percent"), "cm": Amount(0.914, "percent")}
    return [Topic("price-or-mix", plan.subject, 1, Clearance.CONFIDENTIAL, facts) for plan in plans]


def renamed(plan: Plan, name: str) -> Plan:
    return replace(plan, subject=replace(plan.subject, name=name))
