"""The cockpit's buttons work on the whole workspace that was named at the installation."""

import json
import re
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest
import xlwings as xw

from kam_reports.excel import addin, doctor, pressing, setup
from kam_reports.excel.addin import build_cockpit, modules
from kam_reports.vocabulary import Vocabulary
from kam_reports.wording import Wording

EXAMPLE = Path(__file__).parents[1] / "workbooks" / "example"
DESK = [button.action for button in addin.DESK]
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
    assert {row[1] for row in rows} <= set(CHOSEN)
    assert len({row[1] for row in rows}) >= 2
    formula = sheet.range("D5").formula
    assert re.fullmatch(
        r'=HYPERLINK\(".*\.xlsx#\'.+\'![A-Z]+\d+(:\w+)?","[A-Z]+\d+(:\w+)?"\)', formula
    )
    assert str(workspace) in formula
    if excel.kind == "uno":  # openpyxl calculates nothing
        address = re.search(r',"(.+)"\)', formula)[1]
        assert sheet.range("D5").value == address
    assert [text for text in excel.app.statuses if text] == [
        *(f"KAM Reports: liest {done} von 3 …" for done in (1, 2, 3)),
        "KAM Reports: prüft …",
    ]
    assert cockpit.sheets.active.name == "KAM-Prüfung"


def test_checking_all_twice_leaves_one_list(excel, cockpit):
    excel.press("check-all", cockpit)
    excel.press("check-all", cockpit)
    assert cockpit.sheet_names == ["Cockpit", "KAM-Prüfung"]


def test_a_protected_cockpit_gets_the_list_in_a_new_workbook(excel, cockpit, workspace):
    excel.press("check-all", cockpit)
    excel.backend.protect(cockpit.name)
    said = excel.press("check-all", cockpit)
    assert excel.log == ""
    assert said.startswith("3 Mappen gelesen, 3 verwendet.")
    assert "in einer neuen Mappe" in said
    assert cockpit.sheet_names == ["Cockpit", "KAM-Prüfung"]
    (other,) = [book for book in xw.books if book.name != cockpit.name]
    assert other.sheet_names == ["KAM-Prüfung"]
    assert str(workspace) in other.sheets[0].range("D5").formula
    assert other.sheets[0].range("B5").value in CHOSEN


def test_a_single_workbook_is_told_as_one(excel, cockpit, workspace):
    for name in CHOSEN[1:]:
        (workspace / name).unlink()
    assert excel.press("check-all", cockpit).startswith("1 Mappe gelesen, 1 verwendet.")


def test_findings_of_the_folder_speak_the_language_of_the_installation(excel, cockpit, workspace):
    excel.press("check-all", cockpit)
    setup._save(setup.Settings(workspace=str(workspace), language="en"), excel.machine)
    assert excel.press("check-all", cockpit).startswith("3 workbooks read, 3 used.")
    assert cockpit.sheet_names == ["Cockpit", "KAM check"]
    assert cockpit.sheets["KAM check"].range("B4").value == "Workbook"


@pytest.mark.parametrize("action", DESK)
def test_nothing_is_saved_and_no_input_is_touched(
    excel, cockpit, workspace, tmp_path, action, monkeypatch
):
    monkeypatch.setattr(pressing.webbrowser, "open", lambda _: None)
    inputs = [tmp_path / cockpit.name, *(workspace / name for name in ("kam.toml", *CHOSEN))]
    before = [path.read_bytes() for path in inputs]
    excel.press(action, cockpit)
    assert [path.read_bytes() for path in inputs] == before
    assert excel.log == ""


def test_the_quarter_is_written_and_what_was_asked_for_is_opened(
    excel, cockpit, workspace, monkeypatch
):
    shown = []
    monkeypatch.setattr(pressing.webbrowser, "open", shown.append)
    said = excel.press("workbook", cockpit)
    assert excel.log == ""
    assert "KPI-2026Q3.xlsx" in said
    assert said.endswith("Jetzt öffnen?")
    assert "Übersicht" in xw.books["KPI-2026Q3.xlsx"].sheet_names
    assert "KAM Reports: rechnet …" in excel.app.statuses
    out = workspace / "out"
    assert (out / "run.json").is_file()
    assert shown == []
    # While the KPI workbook is still open.
    said = excel.press("reports", cockpit)
    assert excel.log == ""
    assert str(out / "index.html") in said
    assert shown == [(out / "index.html").resolve().as_uri()]


def test_a_report_of_a_plan_sees_the_portfolio_and_leaves_the_run_alone(
    excel, cockpit, workspace, monkeypatch
):
    monkeypatch.setattr(pressing.webbrowser, "open", lambda _: None)
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


def test_the_mail_plan_is_told_its_table_opened_and_nothing_is_sent(
    excel, cockpit, workspace, monkeypatch
):
    monkeypatch.setattr(pressing.webbrowser, "open", lambda _: None)
    excel.press("reports", cockpit)  # mails are planned from a finished run
    said = excel.press("mail-plan", cockpit)
    assert excel.log == ""
    assert said.startswith("2026Q3: 3 Mails (3 geplant)\n")
    assert said.endswith("Jetzt öffnen?")
    assert str(workspace / "mail" / "2026Q3" / "review.xlsx") in said
    assert "KAM Reports: plant die Mails …" in excel.app.statuses
    (table,) = xw.books["review.xlsx"].sheets
    shown = table.range((1, 1), table.used_range.last_cell).options(ndim=2).value
    addresses = {text for row in shown for text in row if "@" in str(text)}
    assert "o.torfeld@torfeld-hbv.example" in addresses
    with closing(sqlite3.connect(workspace / "mail" / "ledger.sqlite")) as ledger:
        states = [state for (state,) in ledger.execute("SELECT state FROM event")]
    assert states == ["planned"] * 3


def test_a_long_mail_plan_fits_into_a_box(excel, cockpit, workspace, monkeypatch):
    def many(command, **_options):
        lines = [f"Zeile {number}" for number in range(1, 61)]
        table = str(workspace / "mail" / "2026Q3" / "review.xlsx")
        return subprocess.CompletedProcess(command, 1, f"1 …\n2 …\n{table}\n", "\n".join(lines))

    monkeypatch.setattr(pressing.subprocess, "run", many)
    excel.app.answers.append("no")
    said = excel.press("mail-plan", cockpit).splitlines()
    assert said[9:12] == ["Zeile 10", "…", "Zeile 60"]
    assert len(said) < 20


def test_without_reports_the_mail_plan_says_which_button_comes_first(excel, cockpit):
    said = excel.press("mail-plan", cockpit)
    assert "kein fertiger Lauf" in said
    assert "Schaltfläche „Alle Berichte“" in said
    assert excel.app.alerts[-1][3] == "critical"
    assert excel.log == ""


@pytest.mark.parametrize("action", DESK)
def test_without_a_workspace_every_button_says_what_to_type(excel, cockpit, action):
    setup._save(setup.Settings(), excel.machine)
    assert "kam-reports excel install --workspace" in excel.press(action, cockpit)


@pytest.mark.parametrize("action", DESK)
def test_a_workspace_that_is_gone_is_a_sentence(excel, cockpit, workspace, action):
    shutil.rmtree(workspace)
    said = excel.press(action, cockpit)
    assert str(workspace) in said
    assert "Traceback" not in said
    assert excel.app.alerts[-1][3] == "critical"
    assert excel.log == ""
    assert cockpit.sheet_names == ["Cockpit"]


@pytest.mark.parametrize("action", DESK)
def test_an_empty_workspace_is_a_sentence(excel, cockpit, workspace, action):
    for name in CHOSEN:
        (workspace / name).unlink()
    said = excel.press(action, cockpit)
    assert "Traceback" not in said
    assert excel.app.alerts[-1][3] == "critical"
    assert excel.log == ""
    assert str(workspace) in said


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
