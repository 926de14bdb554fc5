"""The main job, end to end through the real command: from the example's folder to the reports."""

import csv
import hashlib
import json
import resource
import shutil
from pathlib import Path

import chores
import pytest
from command import kam, kam_here

from kam_reports import actions
from kam_reports.kpis import KPIS
from kam_reports.model import Period, Severity
from kam_reports.workspace import CacheSettings, Workspace, folder

ACCOUNTS = [f"KA-{number}" for number in range(1001, 1013)]
PARTNERS = [f"VP-{number}" for number in range(201, 209)]
CONTRACT = {
    "index.html",
    "KPI-2026Q3.xlsx",
    "run.json",
    "data/figures.csv",
    "data/kpis.csv",
    "data/findings.csv",
    *(f"reports/internal/{name}.html" for name in ACCOUNTS),
    *(f"reports/customer/{name}.html" for name in ACCOUNTS),
    *(f"reports/partner/{name}.html" for name in PARTNERS),
}
FIGURES = (
    "subject_id,subject,role,fiscal_year,section,measure,perspective,breakdown,scenario,period,"
    "value,unit,file,sheet,cell,raw"
).split(",")
KPI_COLUMNS = (
    "subject_id,subject,role,kpi,scope,quarter,perspective,actual,target,prior_year,variance,"
    "variance_pct,attainment,growth,forecast,forecast_method,light,coverage,included,missing"
).split(",")
FINDINGS = "code,name,severity,subject_id,subject,file,sheet,cell,message,fix,value".split(",")


@pytest.fixture(scope="module")
def demo(shipped_run):
    return shipped_run


def files_in(top):
    return {
        path.relative_to(top).as_posix(): hashlib.blake2b(path.read_bytes()).hexdigest()
        for path in sorted(top.rglob("*"))
        if path.is_file()
    }


def table(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_demo_ends_with_the_paths_of_workbook_and_index(demo):
    top, done = demo
    lines = done.stdout.splitlines()
    assert lines == [str(top / "out" / "KPI-2026Q3.xlsx"), str(top / "out" / "index.html")]
    assert (top / "out" / "index.html").stat().st_size <= 100_000
    assert all(Path(line).is_file() for line in lines)


def test_a_run_writes_exactly_the_files_of_the_contract(demo):
    top, _ = demo
    assert set(files_in(top / "out")) == CONTRACT


def test_the_tables_have_the_columns_of_the_contract(demo):
    data = demo[0] / "out" / "data"
    assert list(table(data / "figures.csv")[0])[: len(FIGURES)] == FIGURES
    assert list(table(data / "kpis.csv")[0])[: len(KPI_COLUMNS)] == KPI_COLUMNS
    assert list(table(data / "findings.csv")[0]) == FINDINGS


def test_the_run_is_recorded_with_every_input_and_output(demo):
    top, _ = demo
    record = json.loads((top / "out" / "run.json").read_text(encoding="utf-8"))
    assert {entry["path"] for entry in record["outputs"]} == CONTRACT - {"run.json"}
    hashes = files_in(top / "out")
    assert all(entry["blake2b"] == hashes[entry["path"]] for entry in record["outputs"])
    hashes = files_in(top)
    assert len(record["inputs"]) == 20
    assert all(entry["blake2b"] == hashes[entry["path"]] for entry in record["inputs"])
    assert record["quarter"] == "2026Q3"
    assert record["as_of"] == "2026-09-30"


def test_a_second_run_changes_no_byte_and_no_input(demo, tmp_path):
    top = shutil.copytree(demo[0], tmp_path / "d")
    before = files_in(top)
    again = kam("run", "--workspace", top, "--quarter", "2026Q3", "--force", "--jobs", "1")
    assert again.returncode == 1  # the example has errors planted
    after = files_in(top)
    changed = {name for name in before | after if before.get(name) != after.get(name)}
    assert changed <= {"out/run.json"}


def test_a_dry_run_writes_nothing_and_names_everything(demo, tmp_path):
    done = kam_here(
        "run", "--workspace", demo[0], "--quarter", "2026Q3", "--dry-run", "--out", tmp_path / "o"
    )
    assert not (tmp_path / "o").exists()
    named = {Path(line).relative_to(tmp_path / "o").as_posix() for line in done.stdout.splitlines()}
    assert named == CONTRACT


def test_without_a_quarter_the_as_of_dates_tell_it(demo, tmp_path):
    done = kam_here("run", "--workspace", demo[0], "--out", tmp_path / "o", "--edition", "partner")
    assert (tmp_path / "o" / "KPI-2026Q3.xlsx").is_file()
    assert not (tmp_path / "o" / "reports" / "customer").exists()
    assert done.returncode == 1


def test_the_demo_is_made_anew_only_while_nobody_touched_it(demo, tmp_path):
    copy = tmp_path / "d"
    shutil.copytree(demo[0], copy)
    assert kam_here("demo", copy).returncode == 0
    (copy / "plans" / "Notiz.txt").write_text("meine Notiz", encoding="utf-8")
    refused = kam_here("demo", copy)
    assert refused.returncode == 2
    assert "kein unberührtes Beispiel" in refused.stderr


@pytest.mark.parametrize("language", ["de", "en"])
def test_check_names_at_least_25_codes_with_file_sheet_and_cell(demo, language):
    done = kam_here("check", "--workspace", demo[0], "--format", "json", "--language", language)
    assert done.returncode == 1
    findings = json.loads(done.stdout)
    placed = {each["code"] for each in findings if each["file"] and each["sheet"] and each["cell"]}
    assert len(placed) >= 25
    assert all(each["message"] and each["fix"] for each in findings)


def test_check_says_the_same_in_every_format(demo, tmp_path):
    found = json.loads(kam_here("check", "--workspace", demo[0], "--format", "json").stdout)
    listed = list(
        csv.DictReader(
            kam_here("check", "--workspace", demo[0], "--format", "csv").stdout.splitlines()
        )
    )
    assert [dict(each) for each in listed] == found
    text = kam_here("check", "--workspace", demo[0]).stdout
    assert all(each["message"] in text for each in found)


def test_findings_come_as_a_workbook_too(demo, tmp_path):
    plan = demo[0] / "plans" / "Nordwyk Baufachmarkt SE.xlsx"
    done = kam_here("check", plan, "--format", "xlsx", "--output", tmp_path / "f.xlsx")
    assert done.stdout.strip() == str(tmp_path / "f.xlsx")
    assert (tmp_path / "f.xlsx").read_bytes()[:2] == b"PK"


def test_fail_on_decides_the_exit_code(demo):
    plans = demo[0] / "plans" / "Nordwyk Baufachmarkt SE.xlsx"  # has warnings only
    for fail_on, code in (("never", 0), ("error", 0), ("warning", 1)):
        assert kam_here("check", plans, "--fail-on", fail_on).returncode == code


def test_trace_names_the_cells_behind_every_kpi_of_the_demo(demo):
    from kam_reports.origins import explain_number

    workspace = actions.open_workspace(demo[0], (), "de", "de")
    gathered = actions.gather(actions.find_workbooks(workspace.inputs, workspace), workspace)
    occasion = actions.occasion_of(Period(2026, "Q", 3), None, workspace)
    review = actions.review(actions.judge(gathered, workspace, occasion), occasion, workspace)
    wording = actions.wording_of(workspace)
    rows = review.kpis[review.kpis["scope"] != "Q"]
    names = rows[["subject_id", "kpi", "scope", "coverage"]].drop_duplicates(["kpi", "scope"])
    without = []
    for subject, kpi, scope, coverage in names.itertuples(index=False):
        lines = explain_number(review, wording, subject, kpi, scope)
        if coverage and not any(".xlsx" in line for line in lines):
            without.append((subject, kpi, scope))
    assert not without
    assert len(names) > 120


def test_trace_through_the_real_command(demo):
    done = kam("trace", "--workspace", demo[0], "Brammelsen Haustechnik AG", "DB-Quote", "Q2")
    assert done.returncode == 0
    assert done.stdout.startswith("Brammelsen Haustechnik AG (KA-1001) · DB-Quote · Q2 2026")
    assert "plans/Brammelsen Haustechnik AG.xlsx › Zahlen › " in done.stdout
    unknown = kam("trace", "--workspace", demo[0], "Bramelsen Haustechnik", "DB-Quote")
    assert unknown.returncode == 2
    assert "Brammelsen Haustechnik AG" in unknown.stderr


@pytest.fixture(scope="module")
def troubled(demo, tmp_path_factory):
    """The example with a plan too many, one gone and four that are no workbooks, run again."""
    copy = tmp_path_factory.mktemp("troubled") / "d"
    shutil.copytree(demo[0], copy)
    plans = copy / "plans"
    plan = next(plans.glob("Brammelsen*"))
    shutil.copy(plan, plan.with_name("Kopie.xlsx"))
    next(plans.glob("Dornfelde*")).unlink()
    (plans / "alt.xls").write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600)
    (plans / "leer.xlsx").write_bytes(b"")
    (plans / "halb.xlsx").write_bytes(next(plans.glob("Nordwyk*")).read_bytes()[:9000])
    (plans / "notiz.xlsx").write_text("kein Excel", encoding="utf-8")
    done = kam_here("run", "--workspace", copy, "--quarter", "2026Q3")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    return copy, done


def test_an_account_that_leaves_takes_its_report_with_it(troubled):
    assert not list((troubled[0] / "out" / "reports").glob("*/KA-1009.html"))


def test_two_plans_of_one_account_get_no_report_and_are_both_named(troubled):
    copy, done = troubled
    assert "V002" in done.stderr
    assert "Kopie.xlsx" in done.stderr
    index = (copy / "out" / "index.html").read_text(encoding="utf-8")
    assert "Kopie.xlsx" in index
    assert "Brammelsen Haustechnik AG.xlsx" in index
    assert not (copy / "out" / "reports" / "internal" / "KA-1001.html").exists()


def test_bad_workbooks_among_good_ones_are_named_with_the_next_step(troubled):
    findings = table(troubled[0] / "out" / "data" / "findings.csv")
    for name in ("alt.xls", "leer.xlsx", "halb.xlsx", "notiz.xlsx"):
        (found,) = [each for each in findings if each["file"] == f"plans/{name}"]
        assert found["severity"] == "error"
        assert found["fix"]


def test_bad_workbooks_change_nothing_in_the_reports_of_the_others(demo, troubled):
    now = {
        name: digest
        for name, digest in files_in(troubled[0] / "out").items()
        if name.startswith(("reports/customer", "reports/partner"))
    }
    before = files_in(demo[0] / "out")
    assert len(now) == 10 + 8
    assert all(before[name] == digest for name, digest in now.items())


def test_plans_of_another_year_are_named_and_left_out(demo, tmp_path):
    done = kam_here("run", "--workspace", demo[0], "--quarter", "2025Q3", "--out", tmp_path / "o")
    assert done.returncode == 1
    assert "V003" in done.stderr
    assert not (tmp_path / "o" / "reports").exists()
    assert (tmp_path / "o" / "index.html").is_file()


def hostile_workbooks(top):
    shutil.copytree(folder("workbooks") / "example", top, dirs_exist_ok=True)
    for order in ("die", "spin", "devour"):
        (top / "plans" / f"{order}.xlsx").write_text(order)


@pytest.mark.deep
def test_a_reader_that_dies_hangs_or_devours_memory_costs_three_files_only(tmp_path, monkeypatch):
    hostile_workbooks(tmp_path)
    monkeypatch.setattr(actions, "read_plan", chores.read_plan_or_obey)
    workspace = Workspace(folder=tmp_path, cache=CacheSettings(enabled=False))
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    reading = actions.read(workspace.inputs, workspace)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    bad = {
        f.place.book: f.code
        for f in reading.findings
        if Path(f.place.book).stem in ("die", "spin", "devour") and f.severity is Severity.ERROR
    }
    assert len(bad) == 3
    assert len(set(bad.values())) == 3
    assert len(reading.usable) == 20
    assert sum(source.used for source in reading.sources) == 20
    assert seconds < 15  # of the processor, in all readers together


def test_every_kpi_and_code_is_explained_in_both_languages(demo):
    for language in ("de_DE.UTF-8", "en_US.UTF-8"):
        listing = kam_here("explain", "--list", language=language).stdout
        assert all(f"  {key} " in listing for key in KPIS)


def test_the_doctor_finds_everything_in_order(demo):
    done = kam("doctor", "--workspace", demo[0])
    assert done.returncode == 0, done.stdout
    assert "!!" not in done.stdout
