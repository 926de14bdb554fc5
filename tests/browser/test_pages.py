"""The pages in a real browser: on a screen, on a phone, on paper."""

from __future__ import annotations

import re
from datetime import date

import pytest
from reviewing import account, entry, kpi_row, partner, review
from test_html import CUSTOMER, EVERY_PAGE, EXAMPLE, HOSTILE, INTERNAL, PARTNER, numbers, rendered

from browser.chromium import look, printed

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


EDGES = {
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


@pytest.mark.parametrize("edge", EDGES)
def test_a_screen_shows_every_page_without_scrolling_sideways(edge):
    for told in look(EDGES[edge](), 1280):
        assert told["width"] == told["visible"] == 1280
        assert told["requests"] == 0
        if edge in ("example", "english", "empty"):
            assert (told["outside"], told["cut"], told["hidden"]) == ([], [], 0)


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


def test_there_are_at_least_as_many_edges_as_the_design_asks_pages_for():
    assert len(EDGES) * len(EVERY_PAGE) >= 30
