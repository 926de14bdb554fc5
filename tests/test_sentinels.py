"""What must stay inside stays inside, from the cell to the file that leaves the house.

A plan and a scorecard are filled in completely: what a customer or partner may not see holds a
marker that occurs nowhere else. The workbooks go through the real command; then every file for a
customer or partner is searched, and our own reports must show the markers, or this proves nothing.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from command import kam_here
from filling import reviewed
from lxml import html

from kam_reports.actions import vocabulary_of, write
from kam_reports.kpis import KPIS
from kam_reports.model import Clearance, Entry, Figure, Occasion, Period, Role
from kam_reports.outputs.forms import Spoilt, Typed, entry, figure, write_form_of
from kam_reports.vocabulary import Field, Section, Vocabulary
from kam_reports.workspace import Folders, ReportSettings, Workspace

MARK = "Zwixel"
SECRET = 7_919_000  # numbers that must stay inside begin like this, in every scale
SHARE = 0.7919
FAR = date(2077, 1, 1)  # so do dates
WORDY = ("text", "longtext", "code", "person", "email", "phone")
NUMERIC = ("int", "number", "money", "pct")
PERSPECTIVES = ("own", "joint", "customer")
LEAKS = (
    re.compile(MARK, re.IGNORECASE),
    re.compile(r"7[.,\s\u00a0\u202f]?919(?!\d{6})"),
    re.compile(r"7,92\u00a0Mio|7\.92\u00a0m"),
    re.compile(r"79[.,]19|79[.,]2\u00a0?%"),
    re.compile(r"2077"),
)


@dataclass
class Filling:
    """Fills every field, and remembers what was put where."""

    vocabulary: Vocabulary
    document: str
    open: Clearance
    marks: dict[str, str] = field(default_factory=dict)  # field → marker
    count: int = 0

    def next(self) -> int:
        self.count += 1
        return self.count

    def value(self, column: Field, *, hidden: bool) -> Any:
        number = self.next()
        if column.type in WORDY:
            return self._words(column, number, hidden=hidden)
        if column.type == "date":
            return FAR + timedelta(days=number) if hidden else date(2026, 2, 1 + number % 28)
        if column.type == "pct":
            return SHARE if hidden else 0.05
        if column.type in NUMERIC:
            return self._number(column, number, hidden=hidden)
        plain: Mapping[str, Any] = {
            "score5": 3,
            "year": 2026,
            "bool": True,
            "period": "Q1 2026",
            "currency": "EUR",
            "ref": None,
            "metric": "revenue" if self.document == "plan" else "a_conversion",
        }
        if column.type in plain:
            return plain[column.type]
        return column.options[0].key if column.options else None

    def _words(self, column: Field, number: int, *, hidden: bool) -> str:
        if not hidden:
            return f"Offen {number}"
        self.marks[column.name] = f"{MARK}{number}x"
        if column.type == "email":
            return f"{self.marks[column.name]}@kunde.example"
        return self.marks[column.name]

    def _number(self, column: Field, number: int, *, hidden: bool) -> float | None:
        if not hidden:
            return 2
        within = column.high is None or column.high >= SECRET * 2
        return SECRET + number if within else None

    def record(self, section: Section, **known: Any) -> Entry:
        """A row with every field filled."""
        values = {
            key: self.value(column, hidden=column.clearance is not self.open)
            for key, column in section.fields.items()
            if not column.derived
        }
        return entry(section.key, **(values | known))

    def figures(self) -> Iterator[Figure]:
        """Every measure in every scenario and view; only what may be seen has harmless numbers."""
        grid = "figures" if self.document == "plan" else "applications"
        for measure in self.vocabulary.measures_of(self.document):
            for perspective in PERSPECTIVES if self.document == "plan" else ("own",):
                for scenario in ("PY", "TARGET", "ACTUAL", "FORECAST"):
                    ours = perspective == "own" and scenario in ("TARGET", "FORECAST")
                    ours = ours and self.document == "plan"
                    seen = measure.clearance is self.open and not ours
                    periods = ["FY"] if scenario == "FORECAST" else ["Q1", "Q2", "Q3", "Q4"]
                    for period in periods:
                        if scenario == "FORECAST" and perspective != "own":
                            continue
                        value = 1000 + self.next() if seen else SECRET + self.next()
                        yield figure(
                            measure.key,
                            scenario,
                            f"2026-{period}",
                            value,
                            perspective=perspective,
                            section=grid,
                        )


def plan(vocabulary: Vocabulary) -> tuple[bytes, dict[str, str]]:
    filling = Filling(vocabulary, "plan", Clearance.CUSTOMER)
    fixed: Mapping[str, Mapping[str, Any]] = {
        "plan": {"account_id": "K-1", "account_name": "Nordmarkt AG", "amount_scale": "1",
                 "fy_start_month": 1, "as_of": date(2026, 12, 31), "market_id": f"{MARK}M"},
        "contacts": {"name": "Karin Seidel", "our_contact": "Jana Vogt"},
        "measures": {"show_customer": True, "owner": "Karin Seidel", "status": "open"},
        "promotions": {"status": "finished"},
    }  # fmt: skip
    entries = [
        filling.record(section, **fixed.get(section.key, {}))
        for section in vocabulary.sections("plan")
        if section.records != "grid" and section.key != "goals"
    ]
    goals = vocabulary.section("goals")
    targets = ("target_q1", "target_q2", "target_q3", "target_q4", "target_fy")
    entries += [
        filling.record(goals, perspective="own", metric="units", dimension="units",
                       not_relevant_reason=None),
        filling.record(goals, perspective="joint", metric="customers", dimension="customers",
                       not_relevant_reason=None, **dict.fromkeys(targets, 4)),
    ]  # fmt: skip
    beside = {("plan", "G2"): Typed(f"{MARK}beside"), ("contacts", "Z5"): Typed(f"{MARK}more")}
    written = write_form_of(
        "plan",
        vocabulary,
        "de",
        entries=entries,
        figures=list(filling.figures()),
        spoilt=Spoilt(beside=beside),
    )
    return written.content, filling.marks


def scorecard(vocabulary: Vocabulary, key: str, name: str) -> tuple[bytes, dict[str, str]]:
    filling = Filling(vocabulary, "scorecard", Clearance.PARTNER)
    fixed: Mapping[str, Mapping[str, Any]] = {
        "header": {"partner_id": key, "partner_name": name, "amount_scale": "1",
                   "fy_start_month": 1, "as_of": date(2026, 12, 31)},
        "scorecard": {"kpi": "a_conversion", "weight": 1.0, "anchor_0": 0.3, "anchor_100": 0.65},
    }  # fmt: skip
    entries = [
        filling.record(section, **fixed.get(section.key, {}))
        for section in vocabulary.sections("scorecard")
        if section.records != "grid"
    ]
    written = write_form_of(
        "scorecard", vocabulary, "de", entries=entries, figures=list(filling.figures())
    )
    return written.content, filling.marks


@dataclass(frozen=True)
class Outputs:
    """What the command wrote, and what was typed."""

    folder: Path
    plan: Mapping[str, str]
    partner: Mapping[str, str]

    def texts(self, edition: str) -> dict[str, str]:
        folder = self.folder / "reports" / edition
        return {path.name: path.read_text("utf-8") for path in sorted(folder.iterdir())}


@pytest.fixture(scope="module", params=["de", "en"])
def outputs(request, tmp_path_factory) -> Outputs:
    """The files of a run over one account of ours, one other, and two partners.

    In German through the real command, in English, with amounts in full, in this process.
    """
    home = tmp_path_factory.mktemp("home")
    vocabulary = vocabulary_of(Workspace(folder=home))
    content, of_plan = plan(vocabulary)
    first, of_partner = scorecard(vocabulary, "P-1", "Finanzhaus Lindau")
    second, _ = scorecard(vocabulary, f"{MARK}P-2", f"{MARK} Finanz")
    files = {
        f"plans/{MARK} Mappe.xlsx": content,
        "plans/other.xlsx": another_account(vocabulary),
        f"scorecards/{MARK}.xlsx": first,
        "scorecards/second.xlsx": second,
    }
    if request.param == "de":
        _by_command(files, home)
    else:
        _in_process(files, home)
    return Outputs(home / "out", of_plan, of_partner)


def _by_command(files: Mapping[str, bytes], home: Path) -> None:
    for name, content in files.items():
        (home / name).parent.mkdir(exist_ok=True)
        (home / name).write_bytes(content)
    (home / "kam.toml").write_text('[workspace]\nlanguage = "de"\n', "utf-8")
    done = kam_here("run", "--workspace", home, "--quarter", "2026Q4")
    assert done.returncode in (0, 1), done.stderr  # findings there are many


def _in_process(files: Mapping[str, bytes], home: Path) -> None:
    report = ReportSettings(currency_scale=1)
    workspace = Workspace(folder=home, workspace=Folders(language="en"), report=report)
    occasion = Occasion(Period(2026, "Q", 4), date(2026, 12, 31))
    write(reviewed(files, home, workspace, occasion), workspace, home / "out")


def another_account(vocabulary: Vocabulary) -> bytes:
    head = entry(
        "plan", account_id=f"{MARK}K-2", account_name=f"{MARK} Konkurrenz AG", fiscal_year=2026,
        currency="EUR", amount_scale="1", as_of=date(2026, 12, 31), kam="Jana Vogt",
        plan_status="draft", cm_level="cm1",
    )  # fmt: skip
    figures = [figure("revenue", "ACTUAL", f"2026-Q{n}", SECRET + 900 + n) for n in range(1, 5)]
    return write_form_of("plan", vocabulary, "de", entries=[head], figures=figures).content


def everything_in(page: str) -> str:
    """The page, and with it whatever is embedded in it: pictures, data, encoded text."""
    parts = [page, html.fromstring(page).text_content()]
    for encoded in re.findall(r"base64,([A-Za-z0-9+/=]+)", page):
        parts.append(base64.b64decode(encoded).decode("latin-1"))
    return "\n".join(part.replace("<wbr>", "").replace("\u00ad", "") for part in parts)


def leaks(page: str) -> list[str]:
    text = everything_in(page)
    return [
        text[max(found.start() - 60, 0) : found.end() + 60]
        for pattern in LEAKS
        for found in pattern.finditer(text)
    ]


def test_nothing_of_ours_is_in_the_file_of_a_customer(outputs):
    page = outputs.texts("customer")["K-1.html"]

    assert leaks(page) == []
    assert "Nordmarkt AG" in page  # it is the right page,
    assert "Karin Seidel" in page  # and holds what may be shown


def test_nothing_of_ours_or_of_others_is_in_the_file_of_a_partner(outputs):
    page = outputs.texts("partner")["P-1.html"]

    assert leaks(page) == []
    assert "Finanzhaus Lindau" in page


def test_no_name_of_a_file_for_others_tells_anything(outputs):
    names = [*outputs.texts("customer"), *outputs.texts("partner")]

    assert "K-1.html" in names
    assert "P-1.html" in names
    assert len(names) == 4  # the other two are named after their own subjects


def test_no_file_for_others_names_a_cell_a_sheet_or_a_workbook(outputs):
    for edition in ("customer", "partner"):
        for name, page in outputs.texts(edition).items():
            tree = html.fromstring(page)
            told = [tree.text_content(), *(v for e in tree.iter("*") for v in e.attrib.values())]
            assert not [text for text in told if "›" in text or ".xlsx" in text], name
            assert not tree.xpath("//comment()"), name


@pytest.mark.parametrize("role", list(Role))
def test_no_file_for_others_speaks_of_a_kpi_that_they_may_not_see(outputs, role):
    edition, seen = (
        ("customer", Clearance.CUSTOMER) if role is Role.ACCOUNT else ("partner", Clearance.PARTNER)
    )
    language = "en" if 'lang="en"' in next(iter(outputs.texts("customer").values())) else "de"
    allowed = {
        word.casefold()
        for kpi in KPIS.values()
        if str(kpi.clearance) == str(seen)
        for word in kpi.words[language]
    }
    hidden = {
        kpi.words[language][0]
        for kpi in KPIS.values()
        if str(kpi.clearance) != str(seen) and kpi.words[language][0].casefold() not in allowed
    }
    for page in outputs.texts(edition).values():
        heads = html.fromstring(page).xpath("//tbody//th[@scope='row']/text()")
        assert hidden.isdisjoint(head.strip() for head in heads)


SHOWN_INSIDE = (
    "situation.summary", "swot.text", "competitor.name", "competitor.strength",
    "competitor.weakness", "question.text", "conditions.scope", "conditions.counter_performance",
    "relationship.purpose", "relationship.result",
)  # fmt: skip


@pytest.mark.parametrize("name", SHOWN_INSIDE)
def test_our_own_report_shows_what_the_customer_must_not_see(outputs, name):
    page = outputs.texts("internal")["K-1.html"]

    assert outputs.plan[name] in everything_in(page)


def test_our_own_report_and_index_show_the_numbers_that_stay_inside(outputs):
    inside = everything_in(outputs.texts("internal")["K-1.html"])
    index = everything_in((outputs.folder / "index.html").read_text("utf-8"))

    assert len(LEAKS[1].findall(inside)) > 20
    assert LEAKS[3].search(inside)
    assert LEAKS[4].search(inside)
    assert f"{MARK} Konkurrenz AG" in index
    assert f"{MARK} Finanz" in index


def test_every_field_that_stays_inside_was_really_marked(outputs):
    vocabulary = Vocabulary.default()
    for document, seen, marks in (
        ("plan", Clearance.CUSTOMER, outputs.plan),
        ("scorecard", Clearance.PARTNER, outputs.partner),
    ):
        wanted = {
            column.name
            for section in vocabulary.sections(document)
            if section.records != "grid"
            for column in section.fields.values()
            if column.type in WORDY and column.clearance is not seen and not column.derived
        }
        assert wanted == set(marks)
        assert len(set(marks.values())) == len(marks)
