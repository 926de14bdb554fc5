"""The pages: every section there, every number right, everything in one file, nothing executed."""

from __future__ import annotations

import hashlib
import random
import re
import shutil
from base64 import b64decode, b64encode
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import goldens
import pytest
from crowds import crowd
from lxml import html
from oracle import SHAPES, shown
from paging import head_of
from reviewing import (
    OCCASION,
    account,
    entry,
    figure,
    kpi_row,
    partner,
    review,
    wording,
)

from kam_reports import actions
from kam_reports.audience import overview
from kam_reports.kpis import KPIS
from kam_reports.model import (
    Blocks,
    Concentration,
    Criterion,
    Finding,
    Light,
    Named,
    Occasion,
    Period,
    Place,
    Plan,
    Problem,
    Review,
    Score,
    Severity,
    Standing,
)
from kam_reports.outputs import html as pages_module
from kam_reports.outputs.html import PALETTES, Press, breakable, render_reports, stylesheet
from kam_reports.workspace import ReportSettings, Workspace, folder, load_workspace

INTERNAL, CUSTOMER = "reports/internal/K-1.html", "reports/customer/K-1.html"
PARTNER, INDEX = "reports/partner/P-1.html", "index.html"
EVERY_PAGE = (INTERNAL, CUSTOMER, PARTNER, INDEX)


def pages(made: Review, language: str = "de", **settings: Any) -> dict[str, bytes]:
    if made is EXAMPLE and not settings:
        return example_pages(language)
    return rendered(made, language, **settings)


@cache
def example_pages(language: str) -> dict[str, bytes]:
    return rendered(EXAMPLE, language)


def rendered(made: Review, language: str, **settings: Any) -> dict[str, bytes]:
    workspace = Workspace(report=ReportSettings(**{"company": "Hansen Werkzeuge GmbH"} | settings))
    return dict(render_reports(made, wording(language), workspace, "KPI-2026Q3.xlsx"))


def index_of(made: Review, language: str) -> bytes:
    """The index alone: the reports of hundreds take a while."""
    workspace = Workspace(report=ReportSettings(company="Hansen Werkzeuge GmbH"))
    seen = overview(made, wording(language).vocabulary, kpis=KPIS)
    listed = tuple(pages_module._pages(made, workspace.report.editions))
    return Press(wording(language), workspace).index(seen, listed, "KPI-2026Q3.xlsx")


def text_of(page: bytes | str) -> str:
    """What a reader sees, spaces tidied."""
    tree = html.fromstring(page)
    for unseen in tree.xpath("//style | //script | //*[@aria-hidden] | //*[@hidden]"):
        unseen.drop_tree()
    return " ".join(" ".join(tree.itertext()).replace("\u00a0", " ").split())


# ---------------------------------------------------------------- a review with something in it


def example() -> Review:
    """One account and one partner, with an entry in most sections."""
    head = {"kam_deputy": "Ole Brandt", "plan_budget": 60000.0}
    plan = account(
        entry("profile", market_trends="Eigenmarken", market_growth=0.02, contract_to=date(2026, 12, 1)),
        entry("contacts", name="Karin Seidel", function="Einkauf", bc_role="decider", influence=5,
              our_contact="Jana Vogt", last_contact_on=date(2026, 3, 1), contact_interval=60),
        entry("situation", summary="Der Preis steht unter Druck."),
        entry("swot", type="threat", text="Eigenmarke", weight=4),
        entry("competitor", name="Hansa", share=0.4, price_index=96.0),
        entry("question", text="Wer entscheidet?", owner="Jana Vogt", due=date(2026, 11, 15)),
        entry("goals", 2, dimension="revenue", goal_text="Ausbauen", metric="k_revenue",
              perspective="joint", target_q4=1190000.0, target_fy=4160000.0),
        entry("goals", 3, dimension="price", goal_text="Halten", metric="k_price", perspective="own",
              target_fy=102.0, not_relevant_reason=None),
        entry("assortment", sku="Zange", product_group="Handwerkzeug", listing="listed"),
        entry("conditions", cond_type="bonus", scope="Gesamt", value=0.02, unit="percent",
              valid_to=date(2026, 12, 31), negotiation_status="agreed", walk_away=0.025),
        entry("promotions", title="Frühjahr", status="finished", start=date(2026, 4, 13),
              baseline_units=900, actual_units=1350),
        entry("measures", title="Listung", dimension="distribution", owner="Jana Vogt",
              due=date(2026, 9, 20), status="open", show_customer=True, budget=4000.0),
        entry("pipeline", prospect="Heimwerk", stage="offer_sent", offer_value=180000.0),
        entry("relationship", type="visit", planned_on=date(2026, 11, 3), cost=70.0),
        entry("portfolio", criterion="growth", axis="attractiveness", weight=0.15, score=4),
        entry("potential", potential_revenue=6000000.0),
        entry("satisfaction", survey_period=Period(2026, "Q", 3), instrument="csat", value=4.1,
              responses=48),
        entry("agreements", 2, meeting_on=date(2026, 7, 9), agreement="Displays melden",
              due=date(2026, 10, 1), owner_side="customer", status="open",
              next_meeting_on=date(2026, 10, 14)),
        figures=[
            figure(measure, scenario, f"2026-Q{n}", value)
            for measure, scenario, value in (
                ("units", "ACTUAL", 10.0), ("units", "TARGET", 9.0),
                ("revenue", "ACTUAL", 950000.0), ("revenue", "TARGET", 900000.0),
            )
            for n in (1, 2, 3)
        ],
        **head,
    )  # fmt: skip
    other = partner(
        entry("acceptance", criterion="permit", required="ja", actual="ja", status="met",
              valid_until=date(2027, 6, 30)),
        entry("products", product="Baufinanzierung", rules_version="4.2"),
        entry("quality", criterion="documents", score=4, comment="intern"),
        entry("trainings", topic="Regelwerk", planned_on=date(2026, 2, 10), invited=15, attended=14,
              valid_until=date(2027, 12, 31)),
        entry("events", type="workshop", title="Unterlagen", planned_on=date(2026, 5, 19)),
        entry("talks", meeting_on=date(2026, 7, 14), type="q2", target_metric="a_conversion",
              target_value=0.66, agreement="Nachfassen", owner_side="customer", status="open"),
        figures=[
            figure(measure, "ACTUAL", f"2026-Q{n}", value)
            for measure, value in (("submitted", 92.0), ("approved", 68.0), ("signed", 60.0))
            for n in (1, 2, 3)
        ],
    )  # fmt: skip
    criteria = (
        Criterion("a_conversion", 0.6, 0.652, 0.3, 0.65, 100.0),
        Criterion("a_cancel", 0.4, None, 0.1, 0.02, None, "few", 7),
    )
    return review(
        plan,
        other,
        kpis=[*told(plan, ACCOUNT_KPIS), *told(other, PARTNER_KPIS), *together()],
        findings=[
            Finding("V101", "n", Severity.ERROR, Place("K-1.xlsx", "Zahlen", "F6"),
                    {"field": Named("measure", "units"), "text": "ca. 1300"}, plan.subject),
            Finding("V101", "n", Severity.ERROR, Place("kaputt.xlsx"),
                    {"field": Named("measure", "units"), "text": "?"}, blocks=Blocks.PLAN),
        ],
        standings=[Standing(plan.subject, 2850000.0, 875060.0, 0.46, "A", "B", "Strategisch", 3.7,
                            3.7, 9, 24, 12, -1, 0.5, Light.YELLOW)],
        concentration=Concentration("revenue", 2850000.0, {"K-1": 1.0}, 1.0, 1.0, 1.0, 1.0,
                                    Light.RED, 2280000.0),
        scores=[
            Score(other.subject, Period(2026, "Q", 2), "Q", criteria, 84.0, 0.6, "B", "B"),
            Score(other.subject, OCCASION.quarter, "YTD", criteria, 91.0, 0.6, "A", "C",
                  (Named("measure", "a_cancel"),)),
        ],
    )  # fmt: skip


ACCOUNT_KPIS = {  # actual, target, prior year, light
    "k_units": (30.0, 27.0, 28.0, "green"),
    "k_revenue": (2850000.0, 2700000.0, 2700000.0, "green"),
    "k_cm": (800000.0, 860000.0, 790000.0, "yellow"),
    "k_cm_pct": (0.2807, 0.3185, 0.2926, "red"),
    "k_price": (95000.0, 100000.0, 96428.57, "red"),
    "k_dist_num": (0.808, 0.81, 0.776, "red"),
    "k_orders": (889.0, None, 855.0, "grey"),
    "k_aov": (3205.85, None, 3157.89, "grey"),
    "s_csat": (77.5, None, 79.0, "grey"),
    "s_otd": (0.965, None, None, "grey"),
    "m_due_done": (0.75, None, None, "yellow"),
    "d_complete": (0.91, None, None, "yellow"),
}
PARTNER_KPIS = {
    "a_submitted": (276.0, 280.0, 246.0, "yellow"),
    "a_conversion": (0.652, 0.66, 0.646, "red"),
    "a_first_time": (0.69, None, 0.72, "red"),
    "a_days": (4.5, None, 5.3, "green"),
}


def told(
    plan: Plan, values: Mapping[str, tuple[float | None, float | None, float | None, str]]
) -> list[Mapping[str, Any]]:
    """A row for the year to date of each KPI, and for those with a target a forecast."""
    rows = []
    for kpi, (actual, target, before, light) in values.items():
        shape = {"actual": actual, "target": target, "prior_year": before, "light": light}
        scope = "YTD" if "YTD" in KPIS[kpi].scope else KPIS[kpi].scope[0]
        rows.append(kpi_row(plan, kpi, scope, **shape))
        if target and "FY" in KPIS[kpi].scope:
            year = {"target": target, "forecast": actual, "forecast_method": "seasonal"}
            rows.append(kpi_row(plan, kpi, "FY", light="yellow", **year))
    joint = {"actual": 2850000.0, "target": 2750000.0, "light": "green", "perspective": "joint"}
    return [*rows, *([kpi_row(plan, "k_revenue", **joint)] if "k_revenue" in values else [])]


def numbers(plan: Plan, seed: int = 1) -> list[Mapping[str, Any]]:
    """A row of random numbers for every KPI and scope that the subject can have."""
    dice = random.Random(seed)
    rows = []
    for kpi, declared in KPIS.items():
        if declared.role is plan.subject.role:
            for scope in declared.scope:
                rows.append(
                    kpi_row(
                        plan,
                        kpi,
                        scope,
                        light=dice.choice(["green", "yellow", "red"]),
                        **{
                            key: dice.uniform(-1, 2) * 10 ** dice.randint(0, 6)
                            for key in ("actual", "target", "prior_year", "forecast")
                        },
                        forecast_method="seasonal",
                    )
                )
    return rows


def together() -> list[Mapping[str, Any]]:
    """A few consolidated rows."""
    return [
        kpi_row(None, kpi, actual=2.0, target=1.9, included="1/2", missing="K-2", light="green")
        for kpi in ("k_revenue", "k_cm_pct")
    ]


EXAMPLE = example()


# ---------------------------------------------------------------- which pages there are


def test_accounts_get_two_reports_and_partners_one_and_the_index_comes_last():
    assert list(pages(EXAMPLE)) == list(EVERY_PAGE)


def test_only_the_editions_that_are_asked_for_are_written():
    assert list(pages(EXAMPLE, editions=("customer",))) == [CUSTOMER, INDEX]


def test_names_can_be_had_without_rendering_anything(monkeypatch):
    monkeypatch.setattr(pages_module, "Press", None)
    rendered = render_reports(EXAMPLE, wording(), Workspace(), "KPI.xlsx", names_only=True)
    assert [name for name, _ in rendered] == list(EVERY_PAGE)


def test_two_subjects_never_share_a_page():
    made = review(account(account_id="a/b"), account(account_id="a:b"), account(account_id="CON"))
    names = list(pages(made))
    assert len(set(names)) == len(names) == 7
    assert all(re.fullmatch(r"[\w./-]+", name) for name in names)


def test_an_unusable_workbook_gets_no_report_but_is_named_on_the_index():
    made = pages(EXAMPLE)
    assert "kaputt" not in " ".join(made)
    tree = html.fromstring(made[INDEX])
    assert "kaputt.xlsx" in tree.xpath("string(//section[@id='unusable'])")


def test_the_index_links_every_report_and_the_workbook():
    made = pages(EXAMPLE)
    tree = html.fromstring(made[INDEX])
    links = tree.xpath("//main//a/@href")
    beyond = {link for link in links if not link.startswith("#")}
    assert beyond == {*(name for name in made if name != INDEX), "KPI-2026Q3.xlsx"}
    within = {link.removeprefix("#") for link in links if link.startswith("#")}
    assert within <= set(tree.xpath("//section/@id"))
    assert {"accounts", "partners", "portfolio", "together"} <= within


# ---------------------------------------------------------------- sections

SECTIONS = {
    INTERNAL: "summary goals variance margin competition portfolio people measures pipeline"
    " satisfaction risks decisions",
    CUSTOMER: "agenda review goals numbers service assortment projects outlook agreement",
    PARTNER: "standing review funnel quality times scorecard training products evidence agreement",
    INDEX: "unusable overview decisions lights accounts partners portfolio concentration together"
    " late",
}


@pytest.mark.parametrize("name", EVERY_PAGE)
@pytest.mark.parametrize("language", ["de", "en"])
def test_every_section_of_the_design_is_there_in_its_order(name, language):
    tree = html.fromstring(pages(EXAMPLE, language)[name])
    assert tree.xpath("//main//section/@id") == SECTIONS[name].split()
    assert all(tree.xpath("//main//section/h2/text()"))


@pytest.mark.parametrize("name", EVERY_PAGE)
@pytest.mark.parametrize("language", ["de", "en"])
def test_a_page_without_any_data_says_so_in_every_section(name, language):
    tree = html.fromstring(pages(review(account(), partner()), language)[name])
    assert set(tree.xpath("//main//section/@id")) >= set(SECTIONS[name].split()) - {"unusable"}
    for section in tree.xpath("//main//section[not(@id='agenda') and not(@id='agreement')]"):
        words = text_of(html.tostring(section, encoding="unicode"))
        assert re.search(
            r"\b(kein|keine|noch|nicht|no|not|nothing|none|jedes|every)\b|–", words, re.I
        ), words


def test_the_agreement_has_the_open_ones_five_empty_rows_and_lines_to_sign():
    for name, open_one in ((CUSTOMER, "Displays melden"), (PARTNER, "Nachfassen")):
        section = html.fromstring(pages(EXAMPLE)[name]).get_element_by_id("agreement")
        rows = section.xpath(".//table[contains(@class,'agreement')]/tbody/tr")
        assert open_one in rows[0].text_content()
        assert len([row for row in rows if row.get("class") == "blank"]) == 5
        assert len(section.find_class("signatures")[0]) == 3
    assert "14.10.2026" in text_of(pages(EXAMPLE)[CUSTOMER]).split("Nächstes Gespräch")[1]


def test_the_head_says_as_of_completeness_and_edition_and_no_page_knows_the_clock():
    for name, edition in (
        (INTERNAL, "Intern – vertraulich"),
        (CUSTOMER, "Kundenfassung"),
        (PARTNER, "Partnerfassung"),
    ):
        words = text_of(pages(EXAMPLE)[name])
        assert edition in words
        assert "Datenstand 30.09.2026" in words
        assert re.search(r"Vollständigkeit \d+ von \d+ Kennzahlen", words)
        assert "Stand 30.09.2026" in words


def test_an_incomplete_year_to_date_is_marked_with_what_is_missing():
    plan = account()
    rows = [
        kpi_row(plan, "k_revenue", actual=None, coverage=0.66, missing="revenue 2026-Q3"),
        kpi_row(plan, "k_revenue", "Q", quarter="2026Q2", actual=1500.0),
    ]
    made = pages(review(plan, kpis=rows))
    name = wording().label(Named("measure", "revenue"))
    assert f"unvollständig: {name} Q3 2026" in text_of(made[INTERNAL])
    assert "unvollständig zuletzt Q2 2026: 1,5 T€" in text_of(made[CUSTOMER])
    assert f"{name} Q3 2026" not in text_of(made[CUSTOMER])


# ---------------------------------------------------------------- numbers


@pytest.mark.parametrize("language", ["de", "en"])
def test_every_number_of_a_kpi_table_is_the_number_of_kpis_csv(language):
    plan = account()
    rows = [row for row in numbers(plan, seed=7) if KPIS[row["kpi"]].unit in (*SHAPES, "EUR")]
    tree = html.fromstring(pages(review(plan, kpis=rows), language)[INTERNAL])
    by_label = {wording(language).label(Named("measure", row["kpi"])): row["kpi"] for row in rows}
    known = {(row["kpi"], row["scope"]): row for row in rows}
    told = 0
    for line in tree.xpath("//section[@id='goals']//tbody/tr"):
        name = line.xpath("string(th/text()[normalize-space()])").strip()
        kpi = by_label[name]
        unit = KPIS[kpi].unit
        cells = {head_of(cell): cell.text_content() for cell in line.xpath("td")}
        word = wording(language).phrase
        for column, scope, key in (
            ("column.quarter", "Q", "actual"),
            ("column.to_date", "YTD", "actual"),
            ("column.target", "YTD", "target"),
            ("column.prior_year", "YTD", "prior_year"),
            ("column.forecast", "FY", "forecast"),
        ):
            row = known.get((kpi, scope)) or (known.get((kpi, "ASOF")) if scope == "YTD" else None)
            exact = Decimal(repr(row[key])) if row else None
            assert cells[word(column)] == shown(exact, unit, language), (kpi, column)
            told += exact is not None
        row = known.get((kpi, "YTD")) or known[kpi, "ASOF"]
        key, unit = ("variance", "pp") if unit == "percent" else ("attainment", "percent")
        assert cells[word("column.judged")] == shown(Decimal(repr(row[key])), unit, language)
    assert told > 100


def test_a_plan_in_another_currency_is_told_in_that_currency():
    plan = account(currency="CHF")
    made = pages(review(plan, kpis=[kpi_row(plan, "k_revenue", actual=1500000.0)]))
    assert "1.500,0\u00a0TCHF" in made[INTERNAL].decode()
    assert "1.500,0\u00a0TCHF" in made[INDEX].decode()
    assert "T€" not in made[INTERNAL].decode()


def test_the_parts_of_the_variance_add_up_to_it():
    section = html.fromstring(pages(EXAMPLE)[INTERNAL]).get_element_by_id("variance")
    told = {
        row.xpath("string(th)"): row.xpath("string(td)").replace("\u00a0", " ")
        for row in section.xpath(".//table[not(ancestor::figure)]/tbody/tr")
    }
    assert told == {
        "Umsatz Ziel": "2.700,0 T€",
        "Menge": "+300,0 T€",
        "Preis": "−150,0 T€",
        "Umsatz Ist": "2.850,0 T€",
        "Abweichung gesamt": "+150,0 T€",
    }


def test_mix_is_told_only_if_the_product_groups_are_complete():
    def sold(units: float, price: float, breakdown: str, part: float = 1.0):
        return [
            figure(measure, scenario, f"2026-Q{n}", value * part, breakdown=breakdown)
            for n in (1, 2, 3)
            for scenario, factor in (("ACTUAL", 1.1), ("TARGET", 1.0))
            for measure, value in (("units", units * factor), ("revenue", units * price))
        ]

    total = [
        figure(measure, scenario, f"2026-Q{n}", value)
        for n in (1, 2, 3)
        for scenario, factor in (("ACTUAL", 1.1), ("TARGET", 1.0))
        for measure, value in (("units", 300 * factor), ("revenue", 4000.0))
    ]
    whole = account(figures=[*total, *sold(100, 20, "A"), *sold(200, 10, "B")])
    partial = account(figures=[*total, *sold(100, 20, "A")])
    assert "Mix" in html.fromstring(pages(review(whole))[INTERNAL]).xpath(
        "//section[@id='variance']//th/text()"
    )
    assert "Mix" not in html.fromstring(pages(review(partial))[INTERNAL]).xpath(
        "//section[@id='variance']//th/text()"
    )


@pytest.mark.parametrize("name", EVERY_PAGE)
def test_no_page_shows_a_programmers_word_for_missing(name):
    words = text_of(pages(EXAMPLE)[name])
    assert (
        re.findall(r"\b(?:nan|None|null|undefined|inf)\b|[-−]0,0\b(?!\d)|Named\(|Amount\(", words)
        == []
    )


LIGHTS = {"green", "yellow", "red", "grey"}


def light_of(one: html.HtmlElement) -> str:
    (found,) = LIGHTS & set(one.get("class").split())
    return found


@pytest.mark.parametrize("name", EVERY_PAGE)
def test_every_light_can_be_read_without_colour(name):
    page = pages(EXAMPLE)[name].decode()
    tree = html.fromstring(page)
    lights = tree.find_class("light")
    assert lights
    rules = re.findall(r'\.light\.(\w+) i::before{content:"(.)";', tree.xpath("string(//style)"))
    signs = dict(rules)
    assert signs.keys() == LIGHTS
    assert len(set(signs.values())) == len(LIGHTS)
    tight = set(tree.xpath("//*[contains(@class, 'cockpit')]//*"))  # its words are rules of style
    for one in lights:
        if one in tight:
            word = wording().phrase(f"light.{light_of(one)}")
            assert one.xpath("string(u)") == signs[light_of(one)]
            assert f'.cockpit .{light_of(one)} u::after{{content:"{word}"}}' in page
        else:
            assert one.xpath("string(i)").strip()


def test_rows_of_the_index_know_their_place_in_every_column_of_numbers():
    made = crowd(40, 12)
    tree = html.fromstring(rendered(made, "en")[INDEX])
    for table, columns in (("accounts-t", {1: 0, 3: 2}), ("partners-t", {1: 0, 4: 1, 5: 2, 8: 5})):
        rows = tree.get_element_by_id(table).xpath("tbody/tr")
        numbered = tree.get_element_by_id(table).xpath(
            "thead/tr/th[not(@data-kind) or @data-kind='light']"
        )
        for row in rows:
            assert row.get("data-s").count(",") == len(numbered) - 1
        for cell, place in columns.items():
            told = [(row.get("data-s").split(",")[place], number_of(row[cell])) for row in rows]
            assert all((key == "") == (value is None) for key, value in told)
            known = sorted((int(key), value) for key, value in told if key)
            assert len(known) > 10 - 2
            assert [value for _, value in known] == sorted(value for _, value in known)


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_index_stays_small(language):
    assert len(rendered(crowd(20, 8), language)[INDEX]) < 102_000
    assert len(rendered(crowd(320, 60), language)[INDEX]) < 440_000


def number_of(cell: html.HtmlElement) -> float | None:
    found = re.search(r"[−\d][\d.,]*", cell.text_content())
    return float(found[0].replace(",", "").replace("−", "-")) if found else None


def test_numbers_of_ours_name_their_cells_and_those_for_others_do_not():
    made = pages(EXAMPLE)
    tree = html.fromstring(made[INTERNAL])
    numbers_of_ours = tree.xpath("//a[@href='#s']")
    assert "Zahlen!C7" in {one.get("title").split(";")[0] for one in numbers_of_ours}
    (source,) = tree.xpath("//*[@id='s']")
    assert source.xpath("string(a)") == "Plan.xlsx"
    assert source.xpath("string(a/@href)") == "../../../Plan.xlsx"
    assert "Zahlen" in source.text_content()
    for name in (CUSTOMER, PARTNER):
        assert html.fromstring(made[name]).xpath("//a[@href='#s']") == []
        assert b".xlsx" not in made[name]
        assert b" title=" not in made[name]


# ---------------------------------------------------------------- one file, nothing executed


@pytest.mark.parametrize("name", EVERY_PAGE)
def test_a_page_needs_nothing_from_elsewhere_and_runs_nothing(name):
    page = pages(EXAMPLE)[name]
    tree = html.fromstring(page)
    scripts = tree.xpath("//script")
    assert len(scripts) == (name == INDEX)
    assert tree.xpath("//iframe | //object | //embed | //link | //form | //script[@src]") == []
    assert tree.xpath("//*[@style] | //@*[starts-with(name(), 'on')]") == []
    assert re.findall(rb"https?:|url\((?!data:font/woff2;base64,|#)|@import", page) == []
    policy = tree.xpath("string(//meta[@http-equiv='Content-Security-Policy']/@content)")
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    for inside in (*tree.xpath("//style"), *scripts):
        assert b64encode(hashlib.sha256(inside.text.encode()).digest()).decode() in policy
    assert policy.count("sha256-") == 1 + len(scripts)


@pytest.mark.parametrize("name", EVERY_PAGE)
def test_the_same_review_gives_the_same_bytes(name):
    assert rendered(example(), "de")[name] == pages(EXAMPLE)[name]


@pytest.mark.parametrize("name", EVERY_PAGE)
def test_a_report_stays_small(name):
    assert len(pages(EXAMPLE)[name]) < 150_000


HOSTILE = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)> & Söhne 'Co.'",
    "{{ 7*7 }} {% for %} {0.__class__} {kpi}",
    "שלום \u202egnirts\u202c مرحبا",
    "👩‍👩‍👧 Überraschung \U0001f680",
    "javascript:alert(1)//",
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 2,
    "=cmd|' /C calc'!A0",
]


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("language", ["de", "en"])
def test_a_hostile_name_comes_out_as_text(name, language):
    plan = account(
        entry("contacts", name=name, our_contact=name, bc_role="decider"),
        entry("agreements", 2, meeting_on=date(2026, 7, 9), agreement=name, status="missed"),
        entry("agreements", 3, meeting_on=date(2026, 7, 9), agreement=name, status="missed"),
        entry("measures", title=name, owner=name, show_customer=True, status="open"),
        account_name=name,
    )
    other = partner(entry("products", product=name), partner_name=name)
    made = pages(review(plan, other), language, company=name)
    for page in made.values():
        tree = html.fromstring(page)
        assert name in tree.xpath("string(//body)") + tree.xpath("string(//title)")
        assert (
            tree.xpath(
                "//script[contains(., 'alert')] | //img | //*[@onerror] | //a[starts-with(@href,'javascript')]"
            )
            == []
        )
    assert html.fromstring(made[CUSTOMER]).xpath("string(//h1)") == name
    assert "49" not in html.fromstring(made[CUSTOMER]).xpath("string(//h1)")


def test_only_words_that_no_table_could_hold_are_broken():
    assert breakable("Umschlagsgeschwindigkeit") == "Umschlagsgeschwindigkeit"
    long = "x" * 60 + "<b>"
    assert "&lt;b&gt;" in breakable(long).replace("<wbr>", "")
    assert max(map(len, breakable("ä" * 60).split("<wbr>"))) <= 13


def test_templates_hold_no_words_and_no_arithmetic():
    for file in sorted(folder("templates").glob("*.j2")):
        source = re.sub(r"{#.*?#}", "", file.read_text(encoding="utf-8"), flags=re.DOTALL)
        code = re.findall(r"{[{%](.*?)[%}]}", source, flags=re.DOTALL)
        for piece in code:
            plain = re.sub(r'"[^"]*"', "", piece)
            assert not re.search(r"[*/]|(?<![|\w%]) [-+] (?=\w)", plain.strip("-+ ")), (
                file.name,
                piece,
            )
        markup = re.sub(r"{[{%].*?[%}]}", "", source, flags=re.DOTALL)
        words = re.sub(r"<[^>]*>", " ", markup)
        assert re.findall(r"[^\W\d_]{2,}", words) == [], file.name


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_picture_of_the_nine_fields_says_what_the_table_below_holds(language):
    made = crowd(60)
    tree = html.fromstring(rendered(made, language)[INDEX])
    section = tree.get_element_by_id("portfolio")
    rated = [one for one in made.standings if one.field]
    strong = [one for one in rated if one.field in (8, 9)]
    numbers = re.findall(r"\d+", section.xpath("string(.//figcaption/h3)"))
    assert numbers == [str(len(strong)), str(len(rated))]
    assert len(section.xpath(".//figure//tbody/tr")) == 40
    assert len(section.xpath(".//figure/svg//circle")) == 40
    counts = {int(one.getparent().find_class("number")[0].text): int(one.text)
              for one in section.find_class("count")}  # fmt: skip
    assert counts == Counter(one.field for one in rated)
    assert len(section.xpath(".//table[@class='nine']//td//i")) == len(rated)


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("accounts", [3, 320])
def test_the_index_of_few_and_of_many_names_everyone_once_in_its_ranking(accounts, language):
    made = crowd(accounts, 8, unusable=2)
    tree = html.fromstring(index_of(made, language))
    ids = [one.text for one in tree.xpath("//*[@id='accounts-t']//*[@class='id']")]
    assert sorted(ids) == sorted(f"KA-{1000 + n}" for n in range(1, accounts + 1))
    lights = [int(one.text) for one in tree.find_class("chip")]
    assert sum(lights) == 5 * accounts
    decisions = tree.xpath("//ul[@class='decide']/li/a/@href")
    assert len(decisions) == len(set(decisions)) == len({(t.subject.role, t.subject.id)
                                                        for t in made.topics})  # fmt: skip


# ---------------------------------------------------------------- looks


@pytest.mark.parametrize("palette", PALETTES)
def test_the_palette_and_the_companys_colours_reach_the_style_sheet(palette):
    css = stylesheet(ReportSettings(palette=palette, colours={"accent": "#123abc"}))
    assert f"--good:{PALETTES[palette]['good']}" in css
    assert "--accent:#123abc" in css


@pytest.mark.parametrize(
    "colours", [{"accent": "red}body{display:none"}, {"accent": "url(x)"}, {"akzent": "#000"}]
)
def test_a_colour_that_is_none_is_refused(colours):
    with pytest.raises(Problem):
        stylesheet(ReportSettings(colours=colours))


def test_the_logo_is_inside_the_page(tmp_path):
    (tmp_path / "logo.png").write_bytes(b"\x89PNG")
    workspace = Workspace(folder=tmp_path, report=ReportSettings(logo="logo.png"))
    made = dict(render_reports(EXAMPLE, wording(), workspace, "KPI.xlsx"))
    source = html.fromstring(made[CUSTOMER]).xpath("string(//img/@src)")
    assert b64decode(source.removeprefix("data:image/png;base64,")) == b"\x89PNG"


@pytest.mark.parametrize("logo", ["fehlt.png", "logo.exe"])
def test_a_logo_that_cannot_be_shown_is_a_problem_with_its_path(tmp_path, logo):
    (tmp_path / "logo.exe").write_bytes(b"MZ")
    workspace = Workspace(folder=tmp_path, report=ReportSettings(logo=logo))
    with pytest.raises(Problem) as problem:
        list(render_reports(EXAMPLE, wording(), workspace, "KPI.xlsx"))
    assert logo in str(problem.value.args)


def test_text_stands_out_enough_from_the_page():
    for palette in PALETTES:
        css = stylesheet(ReportSettings(palette=palette))
        colours = dict(re.findall(r"--([\w-]+):(#[0-9a-f]{6})", css))
        for name in ("ink", "mute", "accent", "good", "bad", "warn-text"):
            assert contrast(colours[name], "#ffffff") >= 4.5, (palette, name)


def contrast(one: str, other: str) -> float:
    """The contrast of two colours as WCAG defines it."""

    def light(colour: str) -> float:
        parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
        linear = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return sum(w * p for w, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


# ---------------------------------------------------------------- as somebody found it right


@pytest.mark.parametrize(
    "name, section",
    [
        (INTERNAL, "summary"),
        (INTERNAL, "conditions-table"),
        (CUSTOMER, "numbers"),
        (CUSTOMER, "agreement"),
        (PARTNER, "scorecard"),
        (INDEX, "accounts"),
    ],
)
@pytest.mark.parametrize("language", ["de", "en"])
def test_a_fragment_looks_as_it_did_when_somebody_looked(name, section, language):
    tree = html.fromstring(pages(EXAMPLE, language)[name])
    found = (
        tree.xpath("//section[@id='margin']//table[last()]")[-1]
        if section == "conditions-table"
        else tree.get_element_by_id(section)
    )
    kind = Path(name).parent.name or "index"
    lines = html.tostring(found, encoding="unicode", with_tail=False).replace("><", ">\n<")
    goldens.check(f"html/{kind}-{section}.{language}.html", f"{lines}\n".encode())


# ---------------------------------------------------------------- every number names its cell

# Reckoned from numbers that stand beside and name their own cells. Exempt, too, are KPIs counted
# from lists (contacts, initiatives, deals), whose rows stand in the same section with their cells.
RECKONED = ("judged", "growth", "gap", "needed", "method", "light")


def shipped_pages(language: str, top: Path) -> tuple[Review, dict[str, bytes]]:
    """The shipped example as its reports in a language."""
    shutil.copytree(folder("workbooks") / "example", top, dirs_exist_ok=True)
    workspace = load_workspace(top / "kam.toml")
    reading = actions.read([top / "plans", top / "scorecards"], workspace)
    occasion = Occasion(Period(2026, "Q", 3), date(2026, 9, 30))
    made = actions.review(reading, occasion, workspace)
    words = replace(actions.wording_of(workspace), language=language)
    return made, dict(render_reports(made, words, workspace, "KPI.xlsx"))


@pytest.fixture(scope="module", params=["de", "en"])
def shipped(request, tmp_path_factory):
    return (request.param, *shipped_pages(request.param, tmp_path_factory.mktemp("example")))


def test_every_shipped_report_stays_small(shipped):
    sizes = {name: len(page) for name, page in shipped[2].items() if name != INDEX}
    assert len(sizes) == 32
    assert max(sizes.values()) < 150_000, max(sizes.items(), key=lambda one: one[1])


def test_every_number_of_ours_that_was_read_from_cells_names_them(shipped):
    language, made, told = shipped
    words = wording(language)
    exempt = {words.phrase(f"column.{key}") for key in RECKONED}
    known = words.vocabulary.metrics
    labels = {words.label(Named("measure", kpi)): kpi for kpi in KPIS if kpi in known}
    read = {
        (row.subject_id, row.measure, row.scenario)
        for row in made.figures.itertuples()
        if row.cell and not row.breakdown
    }
    of = {
        words.phrase(f"column.{key}"): scenario
        for key, scenario in (("quarter", "ACTUAL"), ("to_date", "ACTUAL"), ("target", "TARGET"),
                              ("target_year", "TARGET"), ("prior_year", "PY"),
                              ("forecast", "ACTUAL"))
    }  # fmt: skip
    named, rest = 0, words.phrase("chart.rest")
    for path, page in told.items():
        if not path.startswith("reports/internal/"):
            continue
        tree = html.fromstring(page)
        subject = tree.xpath("string(//meta[@name='kam:subject']/@content)")
        for cell in tree.xpath("//table[contains(@class, 'kpis')]/tbody/tr/td"):
            kpi = labels.get(cell.xpath("string(../th/text()[normalize-space()])").strip())
            if kpi is None or head_of(cell) in exempt or not re.search(r"\d", cell.text_content()):
                continue
            scenario = of[head_of(cell)]
            if any((subject, one, scenario) in read for one in (kpi, *KPIS[kpi].needs)):
                assert cell.xpath("a[@href='#s']/@title"), (path, kpi, head_of(cell))
                named += 1
        for cell in tree.xpath("//figure/details//td"):
            if head_of(cell) in ("AC", "PL", "PY") and re.search(r"\d", cell.text_content()):
                group = cell.xpath("string(../th)")
                assert cell.xpath("a[@href='#s']/@title") or group == rest, (path, group)
                named += 1
        figures = tree.xpath("//figure[.//*[@id='k_revenue-chart-t']]/svg[1]//*[title]/text()")
        assert len(figures) >= 3, path  # the labels of the columns name theirs, too
    assert named > 2000


def test_reports_for_others_name_no_cell_in_charts_either(shipped):
    for path, page in shipped[2].items():
        if path.startswith(("reports/customer/", "reports/partner/")):
            tree = html.fromstring(page)
            hints = tree.xpath("//figure//*[local-name()='text']/*[local-name()='title']/text()")
            assert [one for one in hints if re.search(r"![A-Z]+\d", one)] == []
            assert not re.search(rb"title=|[.]xlsx", page)
