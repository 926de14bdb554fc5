"""What each reader may see: everything for us, and for others only what was let through."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from datetime import date, timedelta
from itertools import count
from typing import Any

import pytest
from reviewing import (
    OCCASION,
    VOCABULARY,
    account,
    entry,
    figure,
    kpi_row,
    partner,
    review,
    wording,
)

from kam_reports.audience import CustomerView, InternalView, PartnerView, overview, project
from kam_reports.kpis import KPIS
from kam_reports.model import (
    Amount,
    Blocks,
    Clearance,
    Concentration,
    Criterion,
    Edition,
    Entry,
    Figure,
    Finding,
    Light,
    Named,
    Period,
    Perspective,
    Place,
    Plan,
    Review,
    Role,
    Scenario,
    Score,
    Severity,
    Standing,
    Subject,
    Topic,
    Value,
)
from kam_reports.outputs.html import render_reports
from kam_reports.topics import TOPICS
from kam_reports.vocabulary import Field, Section, Vocabulary
from kam_reports.workspace import ReportSettings, Workspace


def customer(made: Review, plan: Plan) -> CustomerView:
    view = project(made, plan.subject, Edition.CUSTOMER, VOCABULARY, kpis=KPIS)
    assert isinstance(view, CustomerView)
    return view


def internal(made: Review, plan: Plan) -> InternalView:
    view = project(made, plan.subject, Edition.INTERNAL, VOCABULARY, kpis=KPIS)
    assert isinstance(view, InternalView)
    return view


def partners(made: Review, plan: Plan) -> PartnerView:
    view = project(made, plan.subject, Edition.PARTNER, VOCABULARY, kpis=KPIS)
    assert isinstance(view, PartnerView)
    return view


# ---------------------------------------------------------------- sentinels

SECRET = 7_919_000_000  # numbers that nobody outside may see begin like this
OPEN = 3_571_000_000
LEAK = re.compile(r"SENTINEL|7919\d{4}|(?<!\d)\d{0,4}2090(?!\d)")  # the last one is a date
TARGETS = {f"goals.target_{period}" for period in ("fy", "q1", "q2", "q3", "q4")}


def leaks(page: str) -> list[str]:
    """What should not be in *page*, each with what stands around it."""
    plain = re.sub(r"(?<=\d)[.,](?=\d)", "", page.replace("<wbr>", ""))
    return [plain[max(0, m.start() - 150) : m.end() + 60] for m in LEAK.finditer(plain)]


def is_secret(field: Field, seen: Clearance) -> bool:
    """Whether *field* may not be seen; the targets of a shared goal may, whatever their class."""
    return field.clearance is not seen and field.name not in TARGETS


class Sentinels:
    """Fills every field with something unique that tells whether it may be seen."""

    def __init__(self, seen: Clearance, vocabulary: Vocabulary) -> None:
        self.seen = seen
        self.vocabulary = vocabulary
        self.numbers = count(1)

    def number(self, secret: bool, unit: str = "") -> float:
        value = (SECRET if secret else OPEN) + next(self.numbers)
        return value / 100 if unit in ("percent", "pp") else float(value)

    def value(self, field: Field, secret: bool) -> Any:
        n = next(self.numbers)
        if field.options:
            return field.options[n % len(field.options)].key
        if field.type in ("int", "number", "money", "pct", "score5"):
            return self.number(secret, field.unit)
        if field.type == "year":
            return 2026
        if field.type == "bool":
            return n % 2 == 0
        if field.type == "date":
            if not secret:
                return date(2026, 1, 1) + timedelta(days=n % 250)
            return date(2090, 1, 1) + timedelta(days=n % 300)
        if field.type == "metric":
            return "s_otd" if self.seen is Clearance.CUSTOMER else "a_sla"
        if field.type == "period":
            return Period(2026, "Q", 2)
        return f"SENTINEL-{field.name}-{n}" if secret else f"Offen {field.name} {n}"

    def entry(self, section: Section, row: int, secret: bool = False, **fixed: Any) -> Entry:
        values = {
            key: fixed.get(key, self.value(field, secret or is_secret(field, self.seen)))
            for key, field in section.fields.items()
        }
        place = Place("SENTINEL-BOOK.xlsx", "SENTINEL-SHEET", f"AA{row}")
        return Entry(
            section.key,
            {key: Value(value, place, "SENTINEL-RAW") for key, value in values.items()},
            place,
        )

    def figures(self) -> Iterator[Figure]:
        for measure in self.vocabulary.measures.values():
            open_measure = measure.clearance is self.seen
            for scenario in Scenario:
                happened = scenario in (Scenario.ACTUAL, Scenario.PY)
                shared = self.seen is Clearance.PARTNER and scenario is Scenario.TARGET
                for quarter in Period(2026).parts("Q"):
                    yield Figure(
                        measure.key,
                        scenario,
                        quarter,
                        self.number(not (open_measure and (happened or shared)), measure.unit),
                        measure.unit,
                        Place("SENTINEL-BOOK.xlsx", "SENTINEL-SHEET", "B2"),
                        "SENTINEL-RAW",
                    )

    def kpi_rows(self, plan: Plan) -> Iterator[Mapping[str, Any]]:
        for kpi, declared in KPIS.items():
            for scope in ("Q", "YTD", "FY", "ASOF"):
                for perspective in Perspective:
                    yield self.kpi_row(plan, kpi, declared, scope, perspective)

    def kpi_row(self, plan, kpi, declared, scope, perspective) -> Mapping[str, Any]:
        open_kpi = declared.clearance is self.seen
        shared = perspective is not Perspective.OWN or self.seen is Clearance.PARTNER
        happened, judged = ("actual", "prior_year"), ("target", "variance")
        row = kpi_row(plan, kpi, scope, perspective=str(perspective))
        row |= {key: self.number(not open_kpi, declared.unit) for key in happened}
        row |= {key: self.number(not (open_kpi and shared), declared.unit) for key in judged}
        row |= {
            key: self.number(not (open_kpi and shared), "percent")
            for key in ("attainment", "variance_pct")
        }
        row["growth"] = self.number(not open_kpi, "percent")
        row |= {
            key: self.number(True, declared.unit)
            for key in ("forecast", "fc_gap", "needed_per_quarter", "mat")
        }
        return row | {
            "light": "red",
            "missing": "SENTINEL-MISSING",
            "included": "7919000001/7919000002",
        }


def sentinel_vocabulary(seen: Clearance) -> Vocabulary:
    """The vocabulary in which even the words for what may not be seen are sentinels."""
    secret = {"de": ("SENTINEL-WORD",), "en": ("SENTINEL-WORD",)}
    sections = {}
    for key, section in VOCABULARY.all_sections.items():
        hidden = {
            name: replace(
                field,
                words=secret,
                options=tuple(replace(option, words=secret) for option in field.options),
            )
            if is_secret(field, seen)
            else field
            for name, field in section.fields.items()
        }
        sections[key] = replace(section, fields=hidden)
    return replace(
        VOCABULARY,
        all_sections=sections,
        measures={
            key: measure if measure.clearance is seen else replace(measure, words=secret)
            for key, measure in VOCABULARY.measures.items()
        },
        kpis={
            key: words if KPIS[key].clearance is seen else secret
            for key, words in VOCABULARY.kpis.items()
        },
    )


def sentinel_plan(document: str, seen: Clearance, sentinels: Sentinels) -> Plan:
    """A plan in which every field of every section is filled."""
    entries: list[Entry] = []
    for section in sentinels.vocabulary.sections(document):
        if section.records == "grid":
            continue
        for row in (2, 3):
            entries.append(sentinels.entry(section, row, **ORDINARY.get(section.key, {})))
        for row, hidden in enumerate(HIDDEN.get(section.key, ()), start=4):
            entries.append(sentinels.entry(section, row, secret=True, **hidden))
    role, subject_id = (Role.PARTNER, "P-1") if document == "scorecard" else (Role.ACCOUNT, "K-1")
    return Plan(
        Subject(subject_id, "Offen GmbH", role),
        2026,
        date(2026, 9, 30),
        tuple(sentinels.figures()),
        tuple(entries),
        (),
        Place("SENTINEL-BOOK.xlsx"),
    )


TALK = {"meeting_on": date(2026, 7, 9), "status": "open"}
ORDINARY = {
    "plan": {"account_id": "K-1", "currency": "EUR", "fy_start_month": 1},
    "header": {"partner_id": "P-1", "currency": "EUR", "fy_start_month": 1},
    "goals": {"perspective": "joint"},
    "measures": {"show_customer": True, "status": "open", "owner": "SENTINEL-OWNER"},
    "agreements": TALK | {"next_meeting_on": date(2026, 10, 14)},
    "talks": TALK,
    "promotions": {"status": "finished"},
    "relationship": {"planned_on": date(2026, 11, 1), "done_on": None},
    "pipeline": {"probability": None},
}
HIDDEN = {  # rows that may not be seen at all, whatever the class of their fields
    "goals": ({"perspective": "own"}, {"perspective": None}),
    "measures": ({"show_customer": False}, {"show_customer": None}),
}


def sentinel_review(document: str, seen: Clearance) -> tuple[Review, Vocabulary]:
    """A review with secrets everywhere, and other subjects beside."""
    vocabulary = sentinel_vocabulary(seen)
    sentinels = Sentinels(seen, vocabulary)
    plan = sentinel_plan(document, seen, sentinels)
    others = [
        account(account_id="SENTINEL-K", account_name="SENTINEL-ACCOUNT"),
        *(partner(partner_id=f"SENTINEL-P{n}", partner_name="SENTINEL-PARTNER") for n in range(3)),
    ]
    secret = sentinels.number
    rows = [
        row | {"role": str(plan.subject.role)}
        for row in sentinels.kpi_rows(plan)
        if KPIS[row["kpi"]].role is plan.subject.role
    ]
    made = review(
        plan,
        *others,
        kpis=[*rows, *(kpi_row(None, "k_revenue", actual=secret(True)) for _ in range(1))],
        findings=[
            Finding(
                "V101",
                "SENTINEL-NAME",
                Severity.WARNING,
                Place("SENTINEL-BOOK.xlsx", "SENTINEL-SHEET", "B2"),
                {"field": Named("phrase", "edition.customer"), "text": "SENTINEL-TEXT"},
                plan.subject,
            )
        ],
        standings=[
            Standing(
                plan.subject, *(secret(True) for _ in range(3)), "A", "B", "SENTINEL-REASON",
                secret(True), secret(True), 9, 7919000001, 7919000002, 7919000003, secret(True), Light.RED,
            )
        ],
        concentration=Concentration(
            "revenue", secret(True), {"SENTINEL-K": 1.0}, *(secret(True) for _ in range(4)),
            Light.RED, secret(True),
        ),
        scores=[
            Score(plan.subject, OCCASION.quarter, "YTD", (criterion(sentinels),), 80.0, 1.0, "B", "B"),
            Score(others[1].subject, OCCASION.quarter, "YTD", (), secret(True), 1.0, "A", "A"),
        ],
    )  # fmt: skip
    secrets = tuple(
        Topic(rule.id, plan.subject, rule.priority, rule.clearance, SecretFacts())
        for rule in TOPICS.values()
        if rule.clearance is not seen and rule.role is plan.subject.role
    )
    return replace(made, topics=made.topics + secrets), vocabulary


class SecretFacts(dict):
    """Facts of whatever name, all of them secret."""

    def __missing__(self, key: str) -> str:
        return "SENTINEL-FACT"


def criterion(sentinels: Sentinels) -> Criterion:
    numbers = (sentinels.number(False) for _ in range(3))
    return Criterion("a_sla", 1.0, *numbers, points=50.0)


def pages(made: Review, vocabulary: Vocabulary, language: str) -> dict[str, str]:
    everything = replace(wording(language, scale=1), vocabulary=vocabulary)
    workspace = Workspace(report=ReportSettings(company="Wir GmbH"))
    rendered = render_reports(made, everything, workspace, "KPI.xlsx")
    return {name: page.decode() for name, page in rendered}


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize(
    "document, seen, name",
    [
        ("plan", Clearance.CUSTOMER, "reports/customer/K-1.html"),
        ("scorecard", Clearance.PARTNER, "reports/partner/P-1.html"),
    ],
)
def test_nothing_that_is_ours_is_in_a_report_for_others(document, seen, name, language):
    made, vocabulary = sentinel_review(document, seen)
    found = pages(made, vocabulary, language)
    assert leaks(found[name]) == []
    assert leaks(name) == []


@pytest.mark.parametrize(
    "document, seen, name, sections",
    [
        (
            "plan",
            Clearance.CUSTOMER,
            "reports/customer/K-1.html",
            ("contacts", "goals", "assortment", "promotions", "measures", "agreements"),
        ),
        (
            "scorecard",
            Clearance.PARTNER,
            "reports/partner/P-1.html",
            ("products", "trainings", "events", "acceptance", "talks"),
        ),
    ],
)
def test_what_the_reader_may_see_is_there(document, seen, name, sections):
    made, vocabulary = sentinel_review(document, seen)
    page = pages(made, vocabulary, "de")[name].replace("<wbr>", "")
    assert [section for section in sections if f"Offen {section}." not in page] == []
    assert len(set(re.findall(r"3\.571\.\d{3}\.\d{3}", page))) > 40


def test_the_sentinels_do_show_up_where_we_look_ourselves():
    made, vocabulary = sentinel_review("plan", Clearance.CUSTOMER)
    page = pages(made, vocabulary, "de")["reports/internal/K-1.html"].replace("<wbr>", "")
    assert len(set(re.findall(r"7\.919\.\d{3}\.\d{3}", page))) > 100
    seen = set(re.findall(r"SENTINEL-(\w+)\.", page))
    assert {"conditions", "competitor", "measures", "swot", "question"} <= seen
    assert "SENTINEL-SHEET › B2" in page


def test_a_field_without_a_known_class_stays_inside():
    section = VOCABULARY.section("contacts")
    odd = replace(section.fields["name"], clearance="?")
    vocabulary = replace(
        VOCABULARY,
        all_sections={
            **VOCABULARY.all_sections,
            "contacts": replace(section, fields={**section.fields, "name": odd}),
        },
    )
    plan = account(entry("contacts", name="Karin Seidel", function="Einkauf"))
    view = project(review(plan), plan.subject, Edition.CUSTOMER, vocabulary, kpis=KPIS)
    assert "name" not in view.people[0]
    assert view.people[0]["function"].fact == "Einkauf"


def test_a_kpi_that_nobody_declared_does_not_pass():
    plan = account()
    made = review(plan, kpis=[kpi_row(plan, "k_revenue", actual=1.0, target=1.0)])
    view = project(made, plan.subject, Edition.CUSTOMER, VOCABULARY, kpis={})
    assert view.lines == ()


@pytest.mark.parametrize(
    "edition, role",
    [
        (Edition.CUSTOMER, Role.PARTNER),
        (Edition.INTERNAL, Role.PARTNER),
        (Edition.PARTNER, Role.ACCOUNT),
    ],
)
def test_an_edition_is_only_made_for_its_own_readers(edition, role):
    plan = account() if role is Role.ACCOUNT else partner()
    with pytest.raises(ValueError, match="no reader"):
        project(review(plan), plan.subject, edition, VOCABULARY, kpis=KPIS)


def test_the_customer_view_has_no_place_for_what_is_ours():
    names = {field.name for field in fields(CustomerView)}
    ours = {
        "findings", "standing", "conditions", "competitors", "contacts", "measures", "risks",
        "stages", "budget", "split", "concentration",
    }  # fmt: skip
    assert names & ours == set()


# ---------------------------------------------------------------- the customer's numbers


def test_a_customer_sees_our_actuals_but_judged_only_by_a_shared_target():
    plan = account()
    own = kpi_row(plan, "k_revenue", actual=110.0, target=200.0, prior_year=100.0, light="red")
    joint = kpi_row(
        plan, "k_revenue", actual=110.0, target=100.0, light="green", perspective="joint"
    )
    told = customer(review(plan, kpis=[own, joint]), plan).lines[0].to_date
    assert told.actual.fact == Amount(110.0, "EUR")
    assert told.prior_year.fact == Amount(100.0, "EUR")
    assert told.target.fact == Amount(100.0, "EUR")
    assert told.attainment.fact.value == pytest.approx(1.1)
    assert told.light is Light.GREEN


def test_without_a_shared_target_a_customer_sees_no_target_variance_or_light():
    plan = account()
    own = kpi_row(plan, "k_revenue", actual=110.0, target=200.0, light="red", forecast=150.0)
    told = customer(review(plan, kpis=[own]), plan).lines[0].to_date
    assert told.actual.known
    assert not any(one.known for one in (told.target, told.variance, told.attainment))
    assert told.light is Light.GREY


def test_the_largest_changes_are_told_by_what_is_good_not_by_sign():
    plan = account()
    rows = [
        kpi_row(plan, "k_revenue", actual=120.0, prior_year=100.0),
        kpi_row(plan, "k_promos", actual=8.0, prior_year=10.0),
        kpi_row(plan, "k_units", actual=101.0, prior_year=100.0),
    ]
    told = customer(review(plan, kpis=rows), plan).changes
    assert [(one.phrase, one.facts["kpi"].key) for one in told] == [
        ("changes.up", "k_revenue"),
        ("changes.down", "k_promos"),
    ]


def test_a_broken_promise_of_service_comes_first():
    plan = account(entry("profile", logistics_service_target=0.97))
    rows = [
        kpi_row(plan, "s_csat", "YTD", actual=80.0),
        kpi_row(plan, "s_otd", "YTD", actual=0.93),
    ]
    first = customer(review(plan, kpis=rows), plan).service[0]
    assert first.label.key == "s_otd"
    assert first.target.fact == Amount(0.97, "percent")
    assert first.light is Light.RED


@pytest.mark.parametrize(
    "actual, light", [(0.97, Light.GREEN), (0.9696, Light.GREEN), (0.96, Light.YELLOW)]
)
def test_a_promise_is_judged_by_the_numbers_shown(actual, light):
    plan = account(entry("profile", logistics_service_target=0.97))
    made = review(plan, kpis=[kpi_row(plan, "s_otd", "YTD", actual=actual)])
    assert customer(made, plan).service[0].light is light


def test_a_promotion_is_shown_with_its_uplift_in_percent_only():
    plan = account(
        entry(
            "promotions",
            title="Frühjahr",
            status="finished",
            baseline_units=900,
            actual_units=1350,
            cost=14100,
        )
    )
    row = customer(review(plan), plan).promotions[0]
    assert row["uplift"].fact == Amount(0.5, "percent", signed=True)
    assert not {"baseline_units", "actual_units", "cost", "actual_revenue"} & set(row)


@pytest.mark.parametrize(
    "owner, who",
    [
        ("Jana Vogt", ("who.us", "Jana Vogt")),
        ("jana  vogt", ("who.us", "jana  vogt")),
        ("Ole Brandt", ("who.us",)),
        ("Karin Seidel", ("who.customer", "Karin Seidel")),
        (None, ("who.us",)),
    ],
)
def test_one_of_us_is_named_only_if_the_customer_knows_the_person(owner, who):
    plan = account(
        entry("contacts", name="Karin Seidel", our_contact="Jana Vogt"),
        entry("measures", title="Listung", owner=owner, status="open", show_customer=True),
    )
    shown = customer(review(plan), plan).projects[0]["who"].fact
    assert tuple(getattr(part, "key", part) for part in shown) == who


def test_only_measures_marked_for_the_customer_are_shown():
    plan = account(
        entry("measures", 2, title="a", status="open", show_customer=True),
        entry("measures", 3, title="b", status="open", show_customer=False),
        entry("measures", 4, title="c", status="open"),
        entry("measures", 5, title="d", status="cancelled", show_customer=True),
    )
    assert [row["title"].fact for row in customer(review(plan), plan).projects] == ["a"]


def test_only_the_agreements_of_the_last_talk_are_looked_back_on():
    plan = account(
        entry("agreements", 2, meeting_on=date(2026, 4, 1), agreement="alt", status="open"),
        entry("agreements", 3, meeting_on=date(2026, 7, 9), agreement="neu", status="met"),
        entry("agreements", 4, meeting_on=date(2026, 12, 1), agreement="künftig", status="open"),
    )
    view = customer(review(plan), plan)
    assert view.last_talk.fact == date(2026, 7, 9)
    assert [row["agreement"].fact for row in view.agreed] == ["neu"]
    assert [row["agreement"].fact for row in view.open_agreements] == ["alt", "künftig"]


def test_the_outlook_proposes_the_shared_targets_of_the_next_quarter():
    plan = account(
        entry("goals", 2, metric="k_revenue", perspective="joint", target_q4=990.0),
        entry("goals", 3, metric="k_revenue", perspective="own", target_q4=7.0),
        entry("goals", 4, metric="k_turn", perspective="customer", target_q3=8.0),
    )
    proposals = customer(review(plan), plan).proposals
    assert [row["target"].fact for row in proposals] == [Amount(990.0, "EUR")]


# ---------------------------------------------------------------- our own view


def test_every_number_of_ours_names_its_cell():
    plan = account(figures=[figure("revenue", "ACTUAL", f"2026-Q{n}", 1.0) for n in (1, 2, 3)])
    made = review(plan, kpis=[kpi_row(plan, "k_revenue", "YTD", actual=3.0)])
    assert internal(made, plan).lamps[0].value.source == "Plan.xlsx › Zahlen › C7"
    assert customer(made, plan).lines[0].to_date.actual.source == ""


def test_where_we_set_no_target_of_our_own_the_shared_one_judges_and_is_named():
    plan = account()
    rows = [
        kpi_row(plan, "s_csat", actual=77.5),
        kpi_row(plan, "s_csat", actual=77.5, target=78.0, light="yellow", perspective="customer"),
    ]
    view = internal(review(plan, kpis=rows), plan)
    assert view.satisfaction_lines[0].aim is Perspective.CUSTOMER
    assert view.satisfaction_lines[0].to_date.target.fact == Amount(78.0, "index")
    assert view.lamps[3].light is Light.YELLOW


def test_a_quarter_without_a_number_says_which_was_the_last_with_one():
    plan = account()
    rows = [
        kpi_row(plan, "k_revenue", actual=None, coverage=0.6),
        kpi_row(plan, "k_revenue", "Q", quarter="2026Q1", actual=1.0),
        kpi_row(plan, "k_revenue", "Q", quarter="2026Q2", actual=2.0),
    ]
    latest = customer(review(plan, kpis=rows), plan).lines[0].latest
    assert latest.facts == {"period": Period(2026, "Q", 2), "actual": Amount(2.0, "EUR")}
    complete = [*rows, kpi_row(plan, "k_revenue", "Q", actual=3.0)]
    assert customer(review(plan, kpis=complete), plan).lines[0].latest is None


def test_overdue_measures_come_first_and_the_longest_overdue_at_the_top():
    plan = account(
        entry("measures", 2, title="fertig", due=date(2026, 1, 1), status="done"),
        entry("measures", 3, title="pünktlich", due=date(2026, 12, 1), status="open"),
        entry("measures", 4, title="etwas", due=date(2026, 9, 20), status="open"),
        entry("measures", 5, title="lange", due=date(2026, 6, 30), status="in_progress"),
    )
    rows = internal(review(plan), plan).measures
    assert [row["title"].fact for row in rows] == ["lange", "etwas", "pünktlich", "fertig"]
    assert rows[1]["days_late"].fact == Amount(10, "days")
    assert not rows[2]["days_late"].known


def test_a_goal_that_no_measure_serves_is_named():
    plan = account(
        entry("goals", 2, dimension="revenue", perspective="own"),
        entry("goals", 3, dimension="price", perspective="own"),
        entry("goals", 4, dimension="units", not_relevant_reason="nur Dienste"),
        entry("measures", 5, title="m", dimension="revenue", status="open"),
    )
    left = internal(review(plan), plan).goals_without_measures
    assert [row["dimension"].fact.key for row in left] == ["goals.dimension.price"]


def test_the_matrix_has_the_eleven_dimensions_and_says_why_one_is_left_out():
    plan = account(entry("goals", dimension="price", not_relevant_reason="nur Dienste"))
    rows = internal(review(plan), plan).dimensions
    assert len(rows) == 11
    told = {row.label.key: row.not_relevant.fact for row in rows}
    assert told["goals.dimension.price"] == "nur Dienste"
    assert told["goals.dimension.units"] is None


def test_best_and_worst_are_told_from_the_distance_to_the_target():
    plan = account()
    rows = [
        kpi_row(plan, "k_revenue", actual=120.0, target=100.0),
        kpi_row(plan, "k_cm", actual=50.0, target=100.0),
        kpi_row(plan, "k_small", actual=0.2, target=0.1),
    ]
    best, worst = internal(review(plan, kpis=rows), plan).sentences
    assert (best.phrase, best.facts["kpi"].key) == ("summary.best", "k_revenue")
    assert (worst.phrase, worst.facts["kpi"].key) == ("summary.worst", "k_small")


def test_a_contact_not_met_for_longer_than_agreed_is_marked():
    plan = account(
        entry("contacts", 2, name="a", last_contact_on=date(2026, 9, 1), contact_interval=30),
        entry("contacts", 3, name="b", last_contact_on=date(2026, 8, 1), contact_interval=30),
        entry("contacts", 4, name="c", last_contact_on=date(2026, 6, 1)),
        entry("contacts", 5, name="d"),
    )
    late = [row["overdue"].fact for row in internal(review(plan), plan).contacts]
    assert late == [None, Amount(30, "days"), Amount(31, "days"), None]


def test_the_funnel_weighs_each_opportunity_with_its_own_probability_or_the_stages():
    plan = account(
        entry("pipeline", 2, stage="meeting", offer_value=100.0),
        entry("pipeline", 3, stage="meeting", offer_value=100.0, probability=0.9),
        entry("pipeline", 4, stage="lost", offer_value=500.0),
    )
    stages = {stage.label.key: stage for stage in internal(review(plan), plan).stages}
    meeting = stages["pipeline.stage.meeting"]
    assert meeting.count.value == 2
    assert meeting.weighted.value == pytest.approx(150)
    assert stages["pipeline.stage.lost"].weighted.value == 0


# ---------------------------------------------------------------- partners


def scored(n: int, **values: float) -> tuple[Plan, list[Mapping[str, Any]]]:
    plan = partner(partner_id=f"P-{n}", partner_name=f"Partner {n}")
    return plan, [kpi_row(plan, kpi, actual=value) for kpi, value in values.items()]


@pytest.mark.parametrize("many, shown", [(4, False), (5, True)])
def test_the_median_of_all_partners_is_shown_only_if_at_least_five_stand_behind_it(many, shown):
    made = [scored(n, a_conversion=n / 10) for n in range(1, many + 1)]
    plans = [plan for plan, _ in made]
    view = partners(review(*plans, kpis=[row for _, rows in made for row in rows]), plans[0])
    assert view.has_benchmark is shown
    if shown:
        assert view.funnel_lines[0].median.fact == Amount(0.3, "percent")


def test_a_criterion_without_data_contributes_nothing_and_the_rest_carries_the_score():
    plan = partner()
    criteria = (
        Criterion("a_conversion", 0.2, 0.5, 0.3, 0.65, 60.0),
        Criterion("a_cancel", 0.3, None, 0.1, 0.02, None, "few", 7),
    )
    score = Score(plan.subject, OCCASION.quarter, "YTD", criteria, 60.0, 0.4, "N", "N")
    card = partners(review(plan, scores=[score]), plan).scorecard
    assert [line.contribution.value for line in card.lines] == [60.0, None]
    assert (card.lines[1].reason, card.lines[1].cases, card.complete) == ("few", 7, False)


def test_the_other_side_of_an_agreement_is_called_partner():
    plan = partner(
        entry("talks", meeting_on=date(2026, 7, 14), owner_side="customer", status="open")
    )
    view = partners(review(plan), plan)
    assert view.agreed[0]["owner_side"].fact == Named("phrase", "who.partner")
    assert view.open_agreements == view.agreed


def test_the_trend_is_the_last_four_quarters_in_their_order():
    plan = partner()
    quarters = [Period(2025, "Q", 3), *(Period(2026, "Q", n) for n in (3, 1, 2))]
    scores = [Score(plan.subject, one, "Q", (), 70.0, 1.0, "B", "B") for one in quarters]
    assert [one.quarter for one in partners(review(plan, scores=scores), plan).trend] == [
        Period(2025, "Q", 3),
        *(Period(2026, "Q", n) for n in (1, 2, 3)),
    ]


def test_a_step_of_the_funnel_with_a_missing_quarter_has_no_sum():
    plan = partner(
        figures=[
            *(figure("submitted", "ACTUAL", f"2026-Q{n}", 10.0) for n in (1, 2, 3)),
            *(figure("signed", "ACTUAL", f"2026-Q{n}", 5.0) for n in (1, 3)),
        ]
    )
    submitted, signed = partners(review(plan), plan).funnel
    assert (submitted.to_date.value, submitted.share.value) == (30.0, 1.0)
    assert (signed.to_date.value, signed.share.value) == (None, None)
    assert [one.value for one in signed.quarters] == [5.0, None, 5.0]


def test_an_account_and_a_partner_with_the_same_id_are_two():
    one, other = account(account_id="X", account_name="Kunde"), partner(partner_id="X")
    rows = [kpi_row(one, "k_revenue", actual=1.0), kpi_row(other, "a_conversion", actual=0.5)]
    made = review(one, other, kpis=rows)
    assert [line.kpi for line in customer(made, one).lines] == ["k_revenue"]
    assert [line.kpi for line in partners(made, other).funnel_lines] == ["a_conversion"]


# ---------------------------------------------------------------- all together


def test_accounts_are_ranked_by_revenue_and_those_without_come_last():
    plans = [account(account_id=f"K-{n}", account_name=f"Kunde {n}") for n in (1, 2, 3)]
    rows = [kpi_row(plans[1], "k_revenue", actual=5.0), kpi_row(plans[2], "k_revenue", actual=9.0)]
    view = overview(review(*plans, kpis=rows), VOCABULARY, kpis=KPIS)
    assert [row.subject.id for row in view.accounts] == ["K-3", "K-2", "K-1"]


def test_an_account_that_cannot_be_compared_for_want_of_a_rate_comes_after_the_others():
    plans = [account(account_id=f"K-{n}", currency=c) for n, c in ((1, "CHF"), (2, "EUR"))]
    rows = [kpi_row(plan, "k_revenue", actual=v) for plan, v in zip(plans, (9.0, 5.0), strict=True)]
    rated = Standing(plans[1].subject, 5.0, *[None] * 4, "", *[None] * 7, Light.GREY)
    view = overview(review(*plans, kpis=rows, standings=[rated]), VOCABULARY, kpis=KPIS)
    assert [row.subject.id for row in view.accounts] == ["K-2", "K-1"]


def test_an_account_with_an_error_in_its_header_is_marked_as_left_out_of_the_sums():
    plan = account()
    finding = Finding(
        "V001", "n", Severity.ERROR, Place("K-1.xlsx", "Plankopf"), blocks=Blocks.ACCOUNT
    )
    view = overview(review(plan, findings=[finding]), VOCABULARY, kpis=KPIS)
    assert not view.accounts[0].consolidated
    assert view.accounts[0].errors == 1


def test_a_workbook_that_gave_no_report_is_named():
    finding = Finding("V001", "n", Severity.ERROR, Place("kaputt.xlsx"), blocks=Blocks.PLAN)
    view = overview(review(account(), findings=[finding]), VOCABULARY, kpis=KPIS)
    assert [one.place.book for one in view.unusable] == ["kaputt.xlsx"]


def test_the_five_measures_overdue_the_longest_are_named_with_their_account():
    plan = account(
        *(
            entry("measures", n, title=f"m{n}", due=date(2026, 9, n), status="open")
            for n in range(1, 8)
        )
    )
    late = overview(review(plan), VOCABULARY, kpis=KPIS).late_measures
    assert [one.row["title"].fact for one in late] == ["m1", "m2", "m3", "m4", "m5"]


@pytest.mark.parametrize(
    "actual, light",
    [(0.97, "green"), (0.96951, "green"), (0.9695, "yellow"), (0.95, "yellow"), (0.9494, "red")],
)
def test_a_promise_is_judged_by_the_difference_that_is_shown(actual, light):
    from kam_reports.audience.customer import _light_of_promise

    assert _light_of_promise(actual, 0.97) == light
