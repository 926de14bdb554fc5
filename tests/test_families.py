"""Two firms' own families of workbooks, from the folder that is shipped to the reports."""

import csv
import io
import shutil
import sys
import tomllib
from collections import defaultdict
from datetime import datetime
from functools import cache
from math import isclose
from pathlib import Path

import openpyxl
import pytest
from command import kam_here
from foreign_tally import holds
from test_forms import parts_of

from kam_reports.books import read_book
from kam_reports.checks import run_checks
from kam_reports.layouts import load_layouts, recognise, take_plan
from kam_reports.model import Period, Place, Role, Severity
from kam_reports.outputs.forms.__main__ import shipped_vocabulary
from kam_reports.workspace import load_workspace

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "workbooks" / "families"
sys.path.append(str(FOLDER))
import broker  # noqa: E402
import industry  # noqa: E402

VOCABULARY = shipped_vocabulary()
FAMILIES = {"industry": tuple(industry.workbooks()), "broker": tuple(broker.workbooks())}
ALL = [(family, written) for family, all_of in FAMILIES.items() for written in all_of]
EVERY = pytest.mark.parametrize(("family", "written"), ALL, ids=[each.name for _, each in ALL])
EACH = pytest.mark.parametrize("family", FAMILIES)
COUNTED_ONLY = {"decision_days_sum", "decision_days_median"}  # stand in no cell of the family


@cache
def layouts(family):
    return load_layouts([FOLDER / family / "layouts"])


@cache
def plan_of(family, name):
    """What the reader makes of a shipped workbook."""
    book = read_book(FOLDER / family / name, name)
    return take_plan(book, recognise(book, VOCABULARY, layouts(family)), VOCABULARY)


@cache
def findings(family):
    plans = [plan_of(family, written.name) for written in FAMILIES[family]]
    return run_checks(plans, (), (), load_workspace(FOLDER / family / "kam.toml"), VOCABULARY)


# ---------------------------------------------------------------- what is shipped


@EVERY
def test_a_rebuild_gives_the_shipped_workbook(family, written):
    shipped = (FOLDER / family / written.name).read_bytes()
    assert parts_of(shipped) == parts_of(written.content), "run: make workbooks"


@EACH
def test_a_folderholds_the_workbooks_their_layout_and_the_settings_and_nothing_else(family):
    top = FOLDER / family
    found = {path.relative_to(top).as_posix() for path in top.rglob("*") if path.is_file()}
    (layout,) = (top / "layouts").glob("*.toml")
    expected = {written.name for written in FAMILIES[family]}
    assert found == expected | {"kam.toml", f"layouts/{layout.name}"}


@EACH
def test_a_family_is_small(family):
    sizes = [path.stat().st_size for path in (FOLDER / family).rglob("*") if path.is_file()]
    assert sum(sizes) < 150_000


@EACH
def test_a_family_travels_in_the_wheel(family):
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    inside = settings["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    name = f"workbooks/families/{family}"
    assert inside[name] == f"kam_reports/{name}"


@EVERY
def test_every_figure_of_the_truth_stands_in_its_cell(family, written):
    shown = openpyxl.load_workbook(io.BytesIO(written.content), data_only=True)
    for stated in written.figures:
        if ":" not in stated.cell:
            number = shown[stated.sheet][stated.cell].value
            ratio = stated.value / number if number else 1.0
            assert min(abs(ratio - scale) for scale in (1, 1000)) < 1e-9, stated


def test_every_family_has_two_generations():
    for workbooks in FAMILIES.values():
        shapes = defaultdict(list)
        for written in workbooks:
            book = openpyxl.load_workbook(io.BytesIO(written.content), read_only=True)
            shapes[tuple(book.sheetnames)].append(written.name)
        assert len(shapes) == 2
        assert min(map(len, shapes.values())) >= 2


# ---------------------------------------------------------------- read as they are


@EVERY
def test_one_layout_reads_every_figure_from_its_cell(family, written):
    plan = plan_of(family, written.name)
    assert plan.layout in {path.stem for path in (FOLDER / family / "layouts").glob("*.toml")}
    stated = defaultdict(list)
    for each in written.figures:
        stated[each.key].append(each)
    read = {
        (f.measure, f.scenario.value, str(f.period), f.breakdown): f
        for f in plan.figures
        if f.measure not in COUNTED_ONLY
    }
    assert read.keys() == stated.keys()
    for key, figure in read.items():
        assert any(
            isclose(figure.value, each.value, rel_tol=1e-9)
            and figure.place.sheet == each.sheet
            and holds(each.cell, figure.place.cell)
            for each in stated[key]
        ), (figure, stated[key])


@EVERY
def test_every_field_is_read_from_its_cell(family, written):
    plan = plan_of(family, written.name)
    rows = defaultdict(list)
    for entry in plan.entries:
        rows[entry.section].append(entry)
    assert written.fields
    for said in written.fields:
        entry = rows[said.section][said.row]
        found = entry[said.field]
        assert entry.at(said.field) == Place(written.name, said.sheet, said.cell), said
        assert alike(found, said, entry), (said, found)
    told = {(said.section, said.row) for said in written.fields}
    assert {(section, at) for section, all_of in rows.items() for at in range(len(all_of))} == told


def alike(found, said, entry):
    """Whether a value is what was written: an option by its word, a percentage as a fraction."""
    field = VOCABULARY.field(f"{said.section}.{said.field}")
    found = found.date() if isinstance(found, datetime) else found
    if field.options:
        return found == VOCABULARY.find_option(field.name, str(said.value))
    if field.type == "metric":
        return found == VOCABULARY.find_metric(said.value, "scorecard")
    if isinstance(found, float) and entry["unit"] == "percent":
        return isclose(found * 100, said.value)
    return found == said.value


@EVERY
def test_working_days_are_counted_between_submission_and_decision(family, written):
    plan = plan_of(family, written.name)
    days = {f.period.short: f.value for f in plan.figures if f.measure == "decision_days_sum"}
    if family == "industry":
        assert not days
        return
    partner = next(p for p in partners() if p.number == plan.subject.id)
    cases = [case for case in broker._cases(partner) if case.decided and case.status in DECIDED]
    # Three weeks have at most 15 working days; weekends alone make it between 5/7 and all of them.
    for quarter, total in days.items():
        inside = [c for c in cases if (c.decided.month + 2) // 3 == int(quarter[1])]
        calendar = sum((case.decided - case.submitted).days for case in inside)
        assert 0.5 * calendar < total < 0.85 * calendar
    assert sorted(days) == ["Q1", "Q2", "Q3"]


DECIDED = (broker._REJECTED, broker._BY_RULE, broker._APPROVED, broker._SIGNED, broker._REVOKED)


def partners():
    from broker_partners import PARTNERS

    return PARTNERS


@EACH
def test_nothing_of_the_form_is_foreign_unread_or_doubtful(family):
    codes = {each.code for each in findings(family)}
    about_reading = {"V007", "V025", "V026", "V040", "V041", "V042", "V043"}
    assert not codes & about_reading
    assert not {code for code in codes if code.startswith("V1")}
    assert not [each for each in findings(family) if each.severity is Severity.ERROR]


def test_no_customer_of_the_loan_broker_gets_into_a_plan_or_a_finding():
    texts = repr([plan_of("broker", each.name) for each in FAMILIES["broker"]])
    texts += repr(findings("broker"))
    assert not [name for name in broker._NAMES if name in texts]


# ---------------------------------------------------------------- through the real command


@pytest.fixture(scope="module", params=list(FAMILIES))
def demo(request, tmp_path_factory):
    """A family, laid out and run once by the real command."""
    top = tmp_path_factory.mktemp(request.param)
    cache_folder = {"XDG_CACHE_HOME": str(top / "cache")}
    done = kam_here("demo", "--family", request.param, cwd=top, env=cache_folder)
    assert done.returncode == 0, done.stderr
    return request.param, top / f"kam-demo-{request.param}", done


def test_a_family_runs_from_its_folder_to_workbook_and_reports(demo):
    family, top, done = demo
    assert done.stdout.splitlines() == [
        str(Path(top.name, "out", "KPI-2026Q3.xlsx")),
        str(Path(top.name, "out", "index.html")),
    ]
    subjects = [plan_of(family, written.name).subject for written in FAMILIES[family]]
    editions = {Role.ACCOUNT: ("internal", "customer"), Role.PARTNER: ("partner",)}
    reports = {
        f"{edition}/{subject.id}.html" for subject in subjects for edition in editions[subject.role]
    }
    folder = top / "out" / "reports"
    assert {p.relative_to(folder).as_posix() for p in folder.rglob("*.html")} == reports
    for subject in subjects:
        page = folder / editions[subject.role][0] / f"{subject.id}.html"
        assert subject.name in page.read_text(encoding="utf-8")


def test_a_run_of_a_family_ends_with_0_and_changes_no_workbook(demo):
    family, top, _ = demo
    before = {each.name: (top / each.name).read_bytes() for each in FAMILIES[family]}
    done = kam_here("run", "--workspace", top, "--quarter", "2026Q3", "--force")
    assert done.returncode == 0, done.stderr
    assert before == {each.name: (top / each.name).read_bytes() for each in FAMILIES[family]}


def test_the_figures_of_a_family_add_up_in_the_kpis(demo):
    family, top, _ = demo
    with (top / "out" / "data" / "kpis.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["scope"] == "YTD"]
    kpi, measure = {"industry": ("k_revenue", "revenue"), "broker": ("a_volume", "volume_signed")}[
        family
    ]
    for written in FAMILIES[family]:
        subject = plan_of(family, written.name).subject
        (row,) = [r for r in rows if (r["subject_id"], r["kpi"]) == (subject.id, kpi)]
        quarters = [str(Period(2026, "Q", number)) for number in (1, 2, 3)]
        for scenario, column in (("ACTUAL", "actual"), ("TARGET", "target")):
            values = {
                each.period: each.value
                for each in written.figures
                if each.key[:2] == (measure, scenario) and each.period in quarters
                and not each.breakdown
            }  # fmt: skip
            assert isclose(float(row[column]), sum(values.values()), rel_tol=1e-9)


def test_an_unknown_family_is_refused_with_those_that_there_are(tmp_path):
    done = kam_here("demo", "--family", "bank", cwd=tmp_path)
    assert done.returncode == 2
    assert "industry, broker" in done.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        ("kam.toml", 'region = "NI"', 'region = "XX"', "[calendar]"),
        ("layouts/rellin-kundenplan.toml", '"k_cm_pct"', '"k_cm_ptc"', "k_cm_pct"),
    ],
)
def test_a_slip_in_settings_or_layout_stops_the_command_with_the_place(
    tmp_path, file, old, new, says
):
    shutil.copytree(FOLDER / "industry", tmp_path / "w")
    text = (tmp_path / "w" / file).read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "w" / file).write_text(text.replace(old, new), encoding="utf-8")
    done = kam_here("check", "--workspace", tmp_path / "w")
    assert done.returncode == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr
