"""The golden numbers of the design come out of real workbooks, however they are laid out."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import oracle
import pytest
from filling import form, reviewed
from golden_data import ACCOUNTS, Account
from lxml import html

from kam_reports.actions import vocabulary_of, wording_of
from kam_reports.audience import Lookup
from kam_reports.kpis import WorkCalendar, follow_up
from kam_reports.model import Occasion, Period, Review
from kam_reports.outputs.forms import entry
from kam_reports.outputs.html import render_reports, revenue_variance
from kam_reports.outputs.tables import kpis_csv
from kam_reports.workspace import Workspace

IDS = {account.name: account.id for account in ACCOUNTS}
FIRST_CONTACTS = {
    date(2025, 4, 11): date(2025, 4, 22),
    date(2025, 4, 14): date(2025, 4, 22),
    date(2025, 12, 18): date(2025, 12, 29),
    date(2026, 1, 2): date(2026, 1, 9),
}
LAYOUTS = ("form", "shuffled")


def written(account: Account) -> oracle.Book:
    """The account as somebody types it, in thousands."""
    typed = {
        (row.measure, "own", scenario, f"Q{quarter}"): value
        for row in account.rows
        for scenario, values in (
            ("PY", row.prior_year),
            ("TARGET", row.target),
            ("ACTUAL", row.actual),
        )
        for quarter, value in enumerate(values, start=1)
    }
    return oracle.Book(account.id, account.name, typed, scale=1000, market=account.market)


BOOKS = [written(account) for account in ACCOUNTS]


def with_rows_and_columns_shuffled(content: bytes, sheet_name: str, order: random.Random) -> bytes:
    """The same workbook with the rows and the columns of its table in another order."""
    from openpyxl import load_workbook

    workbook = load_workbook(io.BytesIO(content))
    sheet = workbook[sheet_name]
    top = next(row for row in range(1, 10) if "Ist Q1" in {c.value for c in sheet[row]})
    filled = [row for row in range(top + 1, sheet.max_row + 1) if sheet.cell(row, 1).value]
    columns = range(1, sheet.max_column + 1)
    before = {(r, c): sheet.cell(r, c).value for r in (top, *filled) for c in columns}
    rows, across = order.sample(filled, len(filled)), order.sample(columns, len(columns))
    for row, old_row in zip((top, *filled), (top, *rows), strict=True):
        for column, old_column in zip(columns, across, strict=True):
            sheet.cell(row, column).value = before[old_row, old_column]
    for table in list(sheet.tables):
        del sheet.tables[table]
    written = io.BytesIO()
    workbook.save(written)
    return written.getvalue()


@dataclass(frozen=True)
class Golden:
    """The reviews of both quarters, and what was written of the second one."""

    first: Review
    second: Review
    workspace: Workspace
    pages: Mapping[str, str]

    def row(self, name: str, kpi: str, scope: str = "YTD", quarter: str = "2026Q2") -> Any:
        subject = IDS.get(name, name)
        kpis = self.second.kpis
        found = kpis[
            (kpis["subject_id"] == subject)
            & (kpis["kpi"] == kpi)
            & (kpis["scope"] == scope)
            & (kpis["quarter"] == quarter)
            & (kpis["perspective"] == "own")
        ]
        assert len(found) == 1
        return found.iloc[0]


@pytest.fixture(scope="module", params=LAYOUTS)
def golden(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Golden:
    folder = tmp_path_factory.mktemp(request.param)
    workspace = Workspace(folder=folder)
    vocabulary = vocabulary_of(workspace)
    contacts = [
        entry("pipeline", prospect=f"Nr. {number}", stage="offer_sent", first_contact_on=day)
        for number, day in enumerate(FIRST_CONTACTS)
    ]
    files = {
        f"{book.name}.xlsx": form(
            book,
            vocabulary,
            date(2026, 6, 30),
            more=contacts if book.name == "Nordmarkt" else (),
        )
        for book in BOOKS
    }
    if request.param == "shuffled":
        order = random.Random(3)
        files = {
            f"{number}.xlsx": with_rows_and_columns_shuffled(content, "Zahlen", order)
            for number, content in enumerate(reversed(files.values()))
        }
    first, second = (
        reviewed(files, folder, workspace, Occasion(quarter, quarter.ends()))
        for quarter in Period(2026).parts("Q")[:2]
    )
    rendered = render_reports(second, wording_of(workspace), workspace, "KPI-2026Q2.xlsx")
    pages = {name: page.decode() for name, page in rendered}
    return Golden(first, second, workspace, pages)


def close(value: float, wanted: float, digits: int = 4) -> bool:
    return round(value, digits) == wanted


# ---------------------------------------------------------------- Nordmarkt


def test_nordmarkt_reached_its_revenue_and_missed_its_margin(golden: Golden) -> None:
    revenue, margin, units = (golden.row("Nordmarkt", k) for k in ("k_revenue", "k_cm", "k_units"))

    assert (revenue["actual"], revenue["target"]) == (2_023_000, 2_000_000)
    assert close(revenue["attainment"], 1.0115)
    assert revenue["light"] == "green"
    assert close(revenue["growth"], 0.0647)
    assert (round(margin["actual"], 2), margin["target"]) == (585_060, 640_000)
    assert close(margin["attainment"], 0.9142)
    assert margin["light"] == "yellow"
    assert (units["actual"], units["target"]) == (20_600, 19_600)
    assert close(units["attainment"], 1.0510)
    assert units["light"] == "green"


def test_nordmarkt_is_told_that_it_has_a_price_problem_behind_good_volume(golden: Golden) -> None:
    told = [topic for topic in golden.second.topics if topic.subject.name == "Nordmarkt"]

    assert told[0].rule == "price-or-mix"
    assert close(told[0].facts["revenue"].value, 1.0115)
    assert close(told[0].facts["cm"].value, 0.9142)


def test_nordmarkts_variance_is_split_into_volume_and_price(golden: Golden) -> None:
    subject = next(p.subject for p in golden.second.reading.plans if p.subject.name == "Nordmarkt")
    numbers = Lookup.of(golden.second).numbers_of(subject)
    split = {
        key: amount.value for key, amount in revenue_variance(numbers, golden.second.occasion) or ()
    }

    assert close(split["volume"] / 1000, 102.04, 2)
    assert close(split["price"] / 1000, -79.04, 2)
    assert close(split["total"], 23_000, 2)
    assert split["volume"] + split["price"] == pytest.approx(split["total"], rel=1e-12)


def test_nordmarkts_quotas_are_ratios_of_sums(golden: Golden) -> None:
    def quota(kpi: str) -> float:
        return float(golden.row("Nordmarkt", kpi)["actual"])

    assert close(quota("k_cm_pct"), 0.2892)
    assert not close(quota("k_cm_pct"), 0.2900)  # the mean of the quarters
    assert close(quota("k_price_real"), 0.8853)
    assert close(quota("k_discount"), 0.1147)
    assert close(quota("k_aov") / 1000, 3.3886)
    assert close(quota("k_share"), 0.1631)


def test_nordmarkts_year_is_forecast_by_its_season(golden: Golden) -> None:
    year = golden.row("Nordmarkt", "k_revenue", "FY")

    assert close(year["forecast"] / 1000, 4258.9, 1)
    assert year["forecast_method"] == "seasonal"
    assert year["target"] == 4_200_000
    assert year["light"] == "green"


@pytest.mark.parametrize(
    ("without", "forecast", "method"),
    [(("PY",), 4248.3, "plan"), (("PY", "TARGET"), 4046.0, "linear")],
)
def test_without_a_prior_year_the_plan_and_then_the_calendar_forecast_the_year(
    tmp_path: Path, without: tuple[str, ...], forecast: float, method: str
) -> None:
    book = BOOKS[0]
    typed = {key: value for key, value in book.typed.items() if key[2] not in without}
    workspace = Workspace(folder=tmp_path)
    less = oracle.Book(book.id, book.name, typed, scale=1000)
    files = {"a.xlsx": form(less, vocabulary_of(workspace), date(2026, 6, 30))}
    occasion = Occasion(Period(2026, "Q", 2), date(2026, 6, 30))
    kpis = reviewed(files, tmp_path, workspace, occasion).kpis
    year = kpis[(kpis["kpi"] == "k_revenue") & (kpis["scope"] == "FY")].iloc[0]

    assert close(year["forecast"] / 1000, forecast, 1)
    assert year["forecast_method"] == method


def test_after_the_first_quarter_the_season_says_yellow_where_a_straight_line_says_red(
    golden: Golden,
) -> None:
    kpis = golden.first.kpis
    rows = kpis[(kpis["subject_id"] == IDS["Nordmarkt"]) & (kpis["kpi"] == "k_revenue")]
    year = rows[rows["scope"] == "FY"].iloc[0]

    assert close(year["forecast"] / 1000, 4137.8, 1)
    assert close(year["forecast"] / year["target"], 0.9852)
    assert year["light"] == "yellow"
    assert close(931 * 4 / 4200, 0.8867)  # which would be red


# ---------------------------------------------------------------- Südbau and Westchem


def test_suedbau_sells_at_any_price(golden: Golden) -> None:
    revenue, margin = golden.row("Südbau", "k_revenue"), golden.row("Südbau", "k_cm")

    assert (revenue["actual"], revenue["target"]) == (865_000, 860_000)
    assert close(revenue["attainment"], 1.0058)
    assert (round(margin["actual"], 2), round(margin["target"], 2)) == (125_200, 146_200)
    assert close(margin["attainment"], 0.8564)
    assert margin["light"] == "red"
    assert close(golden.row("Südbau", "k_cm_pct")["actual"], 0.1447)
    assert close(golden.row("Südbau", "k_price_real")["actual"], 0.7900)
    year = golden.row("Südbau", "k_revenue", "FY")
    assert close(year["forecast"] / 1000, 1793.3, 1)
    assert year["forecast_method"] == "seasonal"


def test_westchem_is_incomplete_and_only_its_first_quarter_is_judged(golden: Golden) -> None:
    to_date = golden.row("Westchem", "k_revenue")
    quarter = golden.row("Westchem", "k_revenue", "Q", "2026Q1")

    assert to_date[["actual", "attainment", "growth", "forecast"]].isna().all()
    assert (to_date["light"], to_date["coverage"]) == ("grey", 0.5)
    assert to_date["missing"] == "revenue 2026-Q2"
    assert (quarter["actual"], quarter["target"]) == (640_000, 760_000)
    assert close(quarter["attainment"], 0.8421)
    assert quarter["light"] == "red"
    year = golden.row("Westchem", "k_revenue", "FY")
    assert year[["actual", "forecast"]].isna().all()


# ---------------------------------------------------------------- all together


def test_together_only_accounts_with_both_sides_count(golden: Golden) -> None:
    revenue = golden.row("*", "k_revenue")

    assert (revenue["actual"], revenue["target"]) == (2_888_000, 2_860_000)
    assert close(revenue["attainment"], 1.0098)
    assert revenue["included"] == "2/3"
    assert revenue["missing"] == IDS["Westchem"]
    assert not close(revenue["attainment"], 0.6685)  # against all targets
    assert not close(revenue["attainment"], 0.8167)  # with the first quarter of Westchem


def test_together_the_margin_is_weighted_and_the_shared_market_counts_once(golden: Golden) -> None:
    margin, share = golden.row("*", "k_cm_pct"), golden.row("*", "k_share")

    assert close(margin["actual"], 0.2459)
    assert not close(margin["actual"], 0.2170)  # the mean of the accounts
    assert margin["included"] == "2/3"
    assert close(share["actual"], 0.2329)
    assert not close(share["actual"], 0.1165)  # the market counted twice


def test_the_file_of_kpis_says_the_same(golden: Golden) -> None:
    rows = list(csv.DictReader(io.StringIO(kpis_csv(golden.second.kpis).decode("utf-8"))))
    together = {
        row["kpi"]: row
        for row in rows
        if row["subject_id"] == "*" and row["scope"] == "YTD" and row["perspective"] == "own"
    }

    assert f"{Decimal(together['k_revenue']['attainment']):.4f}" == "1.0098"
    assert together["k_revenue"]["included"] == "2/3"
    assert f"{Decimal(together['k_cm_pct']['actual']):.4f}" == "0.2459"
    assert f"{Decimal(together['k_share']['actual']):.4f}" == "0.2329"


def test_in_the_first_quarter_too_much_hangs_on_one_account(golden: Golden) -> None:
    quarter = golden.first.kpis
    quarter = quarter[(quarter["kpi"] == "k_revenue") & (quarter["scope"] == "Q")]
    revenue = {row.subject_id: row.actual for row in quarter.itertuples()}
    total = sum(value for key, value in revenue.items() if key != "*")
    found = golden.first.concentration

    assert found is not None
    assert found.basis == "revenue"
    assert found.total == total == 2_026_000
    assert close(found.shares[IDS["Nordmarkt"]], 0.4595)
    assert close(found.shares[IDS["Südbau"]], 0.2246)
    assert close(found.shares[IDS["Westchem"]], 0.3159)
    assert close(found.hhi, 0.3614)
    assert close(found.effective, 2.77, 2)
    assert found.top1 > 0.40
    assert found.light == "red"


# ---------------------------------------------------------------- follow-ups


def test_a_follow_up_is_due_a_week_later_on_the_next_working_day_of_the_land(
    golden: Golden,
) -> None:
    plan = next(p for p in golden.second.reading.plans if p.subject.name == "Nordmarkt")
    calendar = WorkCalendar("DE", "BW")
    due = {}
    for opportunity in plan.of("pipeline"):
        found = follow_up(opportunity, date(2026, 6, 30), calendar)
        assert found is not None
        due[opportunity["first_contact_on"]] = found.due

    assert due == FIRST_CONTACTS


# ---------------------------------------------------------------- as shown


def test_the_report_shows_the_golden_numbers(golden: Golden) -> None:
    page = html.fromstring(golden.pages["reports/internal/K-1001.html"])
    texts = {" ".join(cell.text_content().split()) for cell in page.iter("td", "p")}
    customer = html.fromstring(golden.pages["reports/customer/K-1001.html"])
    texts |= {" ".join(cell.text_content().split()) for cell in customer.iter("td")}
    index = html.fromstring(golden.pages["index.html"])
    rows = [" ".join(row.text_content().split()) for row in index.iter("tr")]

    for wanted in (
        "2.023,0 T€", "2.000,0 T€", "101,2 %", "+6,5 %", "585,1 T€", "91,4 %", "28,9 %",
        "88,5 %", "16,3 %", "+102,0 T€", "\u221279,0 T€", "+23,0 T€", "3.389 €",
    ):  # fmt: skip
        assert wanted.replace("\u00a0", " ") in texts, wanted
    assert any("2.888,0 T€" in row and "2.860,0 T€" in row and "101,0 %" in row for row in rows)


# ---------------------------------------------------------------- the witness itself


def test_the_witness_says_the_same() -> None:
    rows = oracle.all_rows(BOOKS, 2026, 2)

    def found(name: str, kpi: str, scope: str = "YTD") -> oracle.Row:
        return rows[IDS.get(name, name), kpi, "own", scope, "2026Q2"]

    assert f"{found('Nordmarkt', 'k_revenue').attainment:.4f}" == "1.0115"
    assert f"{found('Nordmarkt', 'k_cm').attainment:.4f}" == "0.9142"
    assert f"{found('Nordmarkt', 'k_revenue', 'FY').forecast / 1000:.1f}" == "4258.9"
    assert f"{found('Südbau', 'k_cm_pct').actual:.4f}" == "0.1447"
    assert f"{found('*', 'k_revenue').attainment:.4f}" == "1.0098"
    assert found("*", "k_revenue").included == "2/3"
    assert f"{found('*', 'k_cm_pct').actual:.4f}" == "0.2459"
    assert f"{found('*', 'k_share').actual:.4f}" == "0.2329"
    assert found("Westchem", "k_revenue").actual is None
    assert found("Westchem", "k_revenue").light == "grey"


def test_the_days_of_the_golden_follow_ups_are_what_they_seem() -> None:
    for first, due in FIRST_CONTACTS.items():
        assert due.weekday() < 5
        assert due >= first + timedelta(days=7)
    assert all(one <= other for one, other in pairwise(FIRST_CONTACTS.values()))
