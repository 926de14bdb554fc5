"""The cockpit's buttons work on the whole workspace that was named at the installation."""

import json
import re
import shutil
from pathlib import Path

import pytest
import xlwings as xw
from office.backend_openpyxl import OpenpyxlBackend
from office.excel import excel_over

from kam_reports.excel import doctor, pressing, setup
from kam_reports.excel.addin import build_cockpit, modules
from kam_reports.vocabulary import Vocabulary
from kam_reports.wording import Wording

EXAMPLE = Path(__file__).parents[1] / "workbooks" / "example"
WORDING = Wording("de", Vocabulary.default())
CHOSEN = ("plans/Dornfelde Fertighaus.xlsx", "plans/Ammerquell Wohnungsbau.xlsx",
          "scorecards/Torfeld Hausbankvermittlung.xlsx")  # fmt: skip


@pytest.fixture
def workspace(tmp_path):
    place = tmp_path / "quartal"
    for name in ("kam.toml", *CHOSEN):
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(EXAMPLE / name, place / name)
    return place


@pytest.fixture
def excel(tmp_path):
    with excel_over(OpenpyxlBackend(), tmp_path) as seen:
        yield seen


@pytest.fixture
def cockpit(excel, tmp_path, workspace):
    """The cockpit, open, for a workspace of three workbooks."""
    setup._save(setup.Settings(workspace=str(workspace)), excel.machine)
    path = tmp_path / "KAM-Cockpit.xlsm"
    path.write_bytes(build_cockpit(modules("python", WORDING, "0.1.0"), WORDING, str(workspace)))
    return excel.open(path)


def test_check_all_lists_every_finding_with_its_workbook(excel, cockpit, workspace):
    said = excel.press("check-all", cockpit)
    assert excel.log == ""
    assert said.startswith("3 Mappen gelesen, 3 verwendet.")
    sheet = cockpit.sheets["KAM-Prüfung"]
    rows = sheet.range((5, 1), sheet.used_range.last_cell).options(ndim=2).value
    assert {row[6] for row in rows} <= set(CHOSEN)
    assert len({row[6] for row in rows}) >= 2
    formula = sheet.range("C5").formula
    assert re.fullmatch(
        r'=HYPERLINK\(".*\.xlsx#\'.+\'![A-Z]+\d+(:\w+)?","[A-Z]+\d+(:\w+)?"\)', formula
    )
    assert str(workspace) in formula
    assert "KAM Reports: liest 3 von 3 …" in excel.app.statuses


def test_checking_all_twice_leaves_one_list(excel, cockpit):
    excel.press("check-all", cockpit)
    excel.press("check-all", cockpit)
    assert cockpit.sheet_names == ["Cockpit", "KAM-Prüfung"]


def test_the_quarter_is_written_and_what_was_asked_for_is_opened(
    excel, cockpit, workspace, monkeypatch
):
    shown = []
    monkeypatch.setattr(pressing.webbrowser, "open", shown.append)
    monkeypatch.setattr(excel.backend, "open_book", shown.append)
    said = excel.press("workbook", cockpit)
    assert excel.log == ""
    assert "KPI-2026Q3.xlsx" in said
    assert "KPI-2026Q3.xlsx" in shown[0]
    out = workspace / "out"
    assert (out / "run.json").is_file()
    excel.press("reports", cockpit)
    assert shown[1].endswith("/out/index.html")


def test_a_report_of_a_plan_sees_the_portfolio_and_leaves_the_run_alone(
    excel, cockpit, workspace, monkeypatch
):
    monkeypatch.setattr(pressing.webbrowser, "open", lambda _: None)
    monkeypatch.setattr(excel.backend, "open_book", excel.backend.open_book)
    excel.app.answers.extend(["no", "no"])
    excel.press("workbook", cockpit)
    before = {path: path.read_bytes() for path in (workspace / "out").rglob("*") if path.is_file()}
    plan = excel.open(workspace / CHOSEN[0])
    excel.press("report", plan)
    assert excel.log == ""
    after = {path: path.read_bytes() for path in (workspace / "out").rglob("*") if path.is_file()}
    assert {path: after[path] for path in before} == before
    added = sorted(
        path.relative_to(workspace / "out").as_posix() for path in set(after) - set(before)
    )
    assert [name.split("/")[:3] for name in added] == [
        ["excel", "reports", "customer"], ["excel", "reports", "internal"]
    ]  # fmt: skip
    # The report of the button is the report of the run: the portfolio around it counts.
    name = added[1].removeprefix("excel/")
    page = after[workspace / "out" / added[1]].replace(b"../../../../plans", b"../../../plans")
    assert page == before[workspace / "out" / name]


def test_the_mail_plan_is_told_and_nothing_is_sent(excel, cockpit):
    said = excel.press("mail-plan", cockpit)
    assert said
    assert "Traceback" not in said
    assert excel.log == ""


@pytest.mark.parametrize("action", ["check-all", "workbook", "reports", "mail-plan"])
def test_without_a_workspace_every_button_says_what_to_type(excel, cockpit, action):
    setup._save(setup.Settings(), excel.machine)
    assert "kam-reports excel install --workspace" in excel.press(action, cockpit)


def test_a_workspace_that_is_gone_is_a_sentence(excel, cockpit, workspace):
    shutil.rmtree(workspace)
    said = excel.press("check-all", cockpit)
    assert said
    assert excel.log == ""


def test_the_settings_are_told_in_plain_json(excel, cockpit):
    said = json.loads((excel.machine.state / "excel.json").read_text(encoding="utf-8"))
    assert set(said) == {"workspace", "language", "version", "files"}


def test_the_self_test_presses_from_outside_and_cleans_up(excel):
    line = doctor.selftest(WORDING)
    assert line.ok, line.what
    assert "markiert und wieder entfernt" in line.what
    assert len(xw.books) == 0


def test_a_self_test_that_fails_says_why(excel, monkeypatch):
    from kam_reports.excel import marks

    monkeypatch.setattr(marks, "unmark", lambda _book: 0)
    line = doctor.selftest(WORDING)
    assert not line.ok
    assert "no marks to remove" in line.what
    assert len(xw.books) == 0
