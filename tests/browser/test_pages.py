"""The pages in a real browser: on a screen, on a phone, on paper."""

from __future__ import annotations

import re
from datetime import date

import pytest
from lxml import html
from reviewing import account, entry, figure, kpi_row, partner, review
from test_html import (
    CUSTOMER,
    EVERY_PAGE,
    EXAMPLE,
    HOSTILE,
    INDEX,
    INTERNAL,
    PARTNER,
    numbers,
    rendered,
)

from browser.chromium import look, printed
from kam_reports.model import Light, Standing, Subject

pytestmark = pytest.mark.browser

LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft mbH & Co."


CROWD = {
    "contacts": {},
    "measures": {"status": "open", "show_customer": True, "dimension": "stock_turn"},
    "agreements": {"status": "open", "meeting_on": date(2026, 7, 9), "owner_side": "customer"},
    "question": {},
    "competitor": {},
    "goals": {"perspective": "joint", "dimension": "stock_turn", "metric": "k_turn"},
    "assortment": {"listing": "planned"},
    "promotions": {"status": "confirmed", "promo_type": "secondary_placement"},
    "swot": {"type": "threat"},
}
NAMED = [
    "name",
    "function",
    "title",
    "owner",
    "agreement",
    "text",
    "sku",
    "goal_text",
    "product_group",
    "summary",
    "our_contact",
]


def crowded(name: str, factor: float = 1.0) -> list[bytes]:
    """The pages of subjects with long names, many rows and large numbers."""
    plan = account(
        *(
            entry(section, row, **dict.fromkeys(NAMED, name), **fixed)
            for section, fixed in CROWD.items()
            for row in range(2, 22)
        ),
        account_name=name,
    )
    other = partner(entry("products", product=name, acceptance_rules=name), partner_name=name)
    rows = [
        row | {key: value * factor for key, value in row.items() if isinstance(value, float)}
        for subject in (plan, other)
        for row in numbers(subject)
    ]
    made = review(plan, other, kpis=[row | {"coverage": 1.0} for row in rows])
    return list(rendered(made, "de", company=name).values())


def charted(actual, target, prior, groups=(), rated=0, name="Nordmarkt AG") -> list[bytes]:
    """The pages of subjects whose charts have these quarters, groups and neighbours."""
    figures = [
        figure("revenue", scenario, f"2026-Q{n}", value, breakdown=group)
        for group, factor in groups
        for scenario, row in (("ACTUAL", actual), ("TARGET", target))
        for n, value in enumerate(row[:3], start=1)
        if value is not None
        for value in [value * factor]
    ]
    plan = account(
        *(
            entry("promotions", row, title=f"{row} {name}", status="planned",
                  start=date(2026, row, 3), end=date(2026, row, 27))
            for row in range(2, 13)
        ),
        figures=figures,
        account_name=name,
    )  # fmt: skip
    other = partner(partner_name=name)
    rows = []
    for subject, kpis in ((plan, ("k_revenue", "k_units", "k_cm_pct", "k_cm")),
                          (other, ("a_volume", "a_submitted", "a_first_time"))):  # fmt: skip
        for kpi in kpis:
            for n in (1, 2, 3):
                found = [row[n - 1] if n <= len(row) else None for row in (actual, target, prior)]
                made = dict(zip(("actual", "target", "prior_year"), found, strict=True))
                rows.append(kpi_row(subject, kpi, "Q", quarter=f"2026Q{n}", **made))
            rows.append(kpi_row(subject, kpi, "YTD", **made))
            rows.append(kpi_row(subject, kpi, "FY", forecast=made["actual"], target=made["target"]))
    standings = tuple(
        Standing(plan.subject if n == 0 else Subject(f"K-{n + 1}", f"{n} {name}", plan.subject.role),
                 1e6, None, 0.1, "A", "A", "", 3.0, 3.0, 5, 12, 6, 0, 0.5, Light.GREEN)
        for n in range(rated)
    )  # fmt: skip
    made = review(plan, other, kpis=rows, standings=standings)
    return list(rendered(made, "en" if rated else "de").values())


GROUPS = (("Wärmepumpen", 0.6), ("Speicher", 0.3), ("Zubehör", 0.1))

EDGES = {
    "no plan": lambda: charted([9e5, 8e5, 7e5], [None] * 3, [8e5, 8e5, 8e5], GROUPS),
    "zero plan": lambda: charted([9e5, 8e5, 7e5], [0.0] * 3, [8e5, 8e5, 8e5], GROUPS),
    "negative values": lambda: charted([-9e5, 8e5, -7e5], [5e5] * 3, [8e5, -8e5, 8e5], GROUPS),
    "an outlier of 1,000 %": lambda: charted(
        [1e5, 1.1e6, 9e4], [1e5] * 3, [9e4] * 3, (("A", 11.0), *GROUPS)
    ),
    "twenty at one point": lambda: charted([9e5] * 3, [8e5] * 3, [7e5] * 3, GROUPS, rated=20),
    "long names in charts": lambda: charted(
        [9e5] * 3, [8e5] * 3, [7e5] * 3, ((LONG, 0.5), (LONG[::-1], 0.5)), rated=12, name=LONG
    ),
    "huge numbers in charts": lambda: charted([9e14] * 3, [8e14] * 3, [7e14] * 3, GROUPS),
    "tiny numbers in charts": lambda: charted([0.004] * 3, [0.02] * 3, [0.1] * 3, GROUPS),
    "losses everywhere": lambda: charted([-9e5, -8e5, -7e5], [-5e5] * 3, [-8e5] * 3, GROUPS),
    "all missing in charts": lambda: charted([None] * 3, [None] * 3, [None] * 3),
    "a hole in the year": lambda: charted(
        [9e5, None, 7e5], [8e5] * 3, [8e5, 7e5, None], GROUPS, rated=3
    ),
    "one quarter in charts": lambda: charted([9e5, None, None], [8e5, 8e5, 8e5], [None] * 3),
    "example": lambda: list(rendered(EXAMPLE, "de").values()),
    "english": lambda: list(rendered(EXAMPLE, "en").values()),
    "empty": lambda: list(rendered(review(account(), partner()), "de").values()),
    "long names": lambda: crowded(LONG),
    "hostile names": lambda: crowded(HOSTILE[1]),
    "right to left": lambda: crowded(HOSTILE[3]),
    "huge numbers": lambda: crowded("Nordmarkt AG", 1e6),
    "tiny numbers": lambda: crowded("Nordmarkt AG", 1e-9),
    "one quarter": lambda: list(
        rendered(review(p := account(), kpis=[kpi_row(p, "k_revenue", "Q", actual=1.0)]), "de")
        .values()
    ),
}  # fmt: skip


@pytest.mark.parametrize("edge", EDGES)
def test_a_phone_shows_everything_without_scrolling_sideways(edge):
    for told in look(EDGES[edge](), 390):
        assert (told["outside"], told["cut"], told["requests"]) == ([], [], 0)
        assert told["width"] == told["visible"] == 390
        assert (told["leaving"], told["covered"]) == ([], [])


@pytest.mark.parametrize("edge", EDGES)
def test_no_letter_of_a_chart_is_too_small_to_read_on_a_phone(edge):
    reports = [page for page in EDGES[edge]() if b'"kam:subject"' in page]
    assert max(map(len, reports)) < 150_000
    for told in look(reports, 390):
        assert told["small"] == []


@pytest.mark.parametrize("edge", EDGES)
def test_a_screen_shows_every_page_without_scrolling_sideways(edge):
    for told in look(EDGES[edge](), 1280):
        assert told["width"] == told["visible"] == 1280
        assert told["requests"] == 0
        assert (told["leaving"], told["covered"]) == ([], [])
        if edge in ("example", "english", "empty"):
            assert (told["outside"], told["cut"], told["hidden"]) == ([], [], 0)


@pytest.mark.parametrize("width", [768, 1024])
@pytest.mark.parametrize("edge", EDGES)
def test_between_phone_and_screen_no_table_hides_a_column(edge, width):
    reports = [page for page in EDGES[edge]() if b'"kam:subject"' in page]
    for told in look(reports, width):
        assert told["width"] == told["visible"] == width
        assert told["cut"] == []
        assert (told["leaving"], told["covered"]) == ([], [])


@pytest.mark.parametrize(("name", "most"), [(INTERNAL, 8), (CUSTOMER, 8), (PARTNER, 8)])
@pytest.mark.parametrize("language", ["de", "en"])
def test_a_report_prints_on_few_pages_and_the_agreement_stays_whole(name, most, language):
    sheets = printed(rendered(EXAMPLE, language)[name])
    assert len(sheets) <= most
    for number, sheet in enumerate(sheets, start=1):
        assert re.search(rf"\b{number} ?/ ?{len(sheets)}\b", sheet)
    if name != INTERNAL:
        sign, place = (
            ("Nächstes Gespräch", "Ort, Datum")
            if language == "de"
            else ("Next talk", "Place, date")
        )
        assert [sheet for sheet in sheets if sign in sheet and place in sheet]


@pytest.mark.parametrize("name", [INTERNAL, CUSTOMER, PARTNER])
def test_no_figure_is_split_between_two_sheets(name):
    pages = dict(zip(EVERY_PAGE, EDGES["no plan"](), strict=False))
    sheets = [squeezed(sheet) for sheet in printed(pages[name])]
    figures = html.fromstring(pages[name]).xpath("//figure")
    assert figures
    for one_figure in figures:
        message = squeezed(one_figure.xpath("string(.//h3)"))[:40]
        here = [sheet for sheet in sheets if message in sheet]
        assert here, message
        said = [
            squeezed(one) for one in one_figure.xpath("(.//svg)[1]//*[local-name()='text']/text()")
        ]
        assert any(all(one in sheet for one in said) for sheet in here), message


@pytest.mark.parametrize("name", [INTERNAL, CUSTOMER, PARTNER])
def test_no_sheet_ends_with_a_heading_nor_holds_the_foot_alone(name):
    page = rendered(EXAMPLE, "de")[name]
    tree = html.fromstring(page)
    texts = tree.xpath("//h2/text() | //ul[@class='legend']/li[last()]/text()")
    last = [text for each in texts if (text := squeezed(each))]
    foot = squeezed(tree.xpath("string(//footer)"))
    assert len(last) > 4
    for lines in range(0, 60, 6):  # of text above, so that the ends of sheets fall elsewhere
        moved = page.replace(b"</h1>", b"</h1>" + b"<br>" * lines, 1)
        sheets = [re.sub(r"\d+/\d+$", "", squeezed(sheet)) for sheet in printed(moved)]
        assert not [sheet[-60:] for sheet in sheets for each in last if sheet.endswith(each)]
        assert len(sheets[-1]) > 2 * len(foot)


def squeezed(text: str) -> str:
    """*text* without the spaces that a PDF puts where it likes."""
    return re.sub(r"\s", "", text)


def test_there_are_at_least_as_many_edges_as_the_design_asks_pages_for():
    reports = [page for page in EVERY_PAGE if page != INDEX]
    assert len(EDGES) * len(reports) >= 60
