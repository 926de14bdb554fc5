"""Pressing the buttons: through xlwings' real front end, on openpyxl and on LibreOffice."""

import os
import re
import subprocess
import sys
import time
import unicodedata
from contextlib import contextmanager
from decimal import Decimal
from functools import cache
from itertools import pairwise
from pathlib import Path

import openpyxl
import pytest
import xlwings as xw
from office.backend_uno import seconds_used
from office.excel import changed, excel_over, parts
from office.writing import write
from sheets import workbooks

import kam_reports
from kam_reports import actions
from kam_reports.books import read_bytes
from kam_reports.excel import live, main, marks, pressing, setup
from kam_reports.excel.live import calling_book, read_book
from kam_reports.model import CellState, Finding, Place, Problem, Severity
from kam_reports.vocabulary import Vocabulary
from kam_reports.wording import Wording
from kam_reports.workspace import CacheSettings, Workspace

NAME = "Müller=Söhne & Co $(x).xlsx"
FAULTY = """
    [Zahlen …]
    Messgröße | Ist Q3
    Absatz    | rund zehntausend
    [Plankopf …]
    Bonität | 9
    [Maßnahmen …]
    Nr. | Termin
    M1  | 31.2.2026
"""
WORDING = Wording("de", Vocabulary.default())


def drawn(changes=FAULTY):
    (whole,) = workbooks(changes)
    return whole


@pytest.fixture
def plan(excel, tmp_path):
    """A plan with faults, open in Excel."""
    return excel.open(write(drawn(), tmp_path / NAME))


def file_findings(path):
    """What the command line finds in the file."""
    return _findings_in(path.read_bytes())


@cache
def _findings_in(data):
    workspace = Workspace(cache=CacheSettings(enabled=False))
    gathered = actions.gather_open(read_bytes(data, "plan.xlsx"), workspace)
    return actions.judge(gathered, workspace, None).findings


def spots(findings):
    return {(one.place.sheet, one.place.cell) for one in findings if one.place.cell}


def our_notes(book):
    return {
        (sheet.name, note.location.get_address(False, False)): note.text
        for sheet in book.sheets
        for note in sheet.notes
        if note.text.startswith("KAM-Prüfung: ")
    }


def our_rules(book):
    return [
        (sheet.name, rule.formula)
        for sheet in book.sheets
        for rule in sheet.cells.conditional_formats
        if rule.formula == marks.TAG
    ]


def find(book, text):
    """The first cell that holds *text*, as (sheet, row, column)."""
    for sheet in book.sheets:
        rows = sheet.range((1, 1), sheet.used_range.last_cell).options(ndim=2).value
        for row, line in enumerate(rows, 1):
            if text in line:
                return sheet, row, line.index(text) + 1
    raise AssertionError(text)


# ---------------------------------------------------------------- check


def test_every_finding_is_marked_explained_and_listed(excel, plan, tmp_path):
    findings = file_findings(tmp_path / NAME)
    cells = spots(findings)
    assert len(cells) >= 3
    said = excel.press("check", plan)
    assert excel.log == ""
    assert "Alle Befunde: Blatt „KAM-Prüfung“." in said
    assert len(our_rules(plan)) == len(cells)
    assert set(our_notes(plan)) == {(sheet, cell.partition(":")[0]) for sheet, cell in cells}
    rows = plan.sheets["KAM-Prüfung"].range((5, 1), (4 + len(findings), 6)).options(ndim=2).value
    worst_first = sorted(findings, key=lambda finding: list(Severity).index(finding.severity))
    assert [row[5] for row in rows] == [finding.code for finding in worst_first]
    assert [row[1] or "" for row in rows] == [finding.place.sheet for finding in worst_first]
    assert all(row[3] and row[4] for row in rows)


def test_the_message_counts_as_the_command_line_does(excel, plan, tmp_path):
    findings = file_findings(tmp_path / NAME)
    errors = sum(finding.severity == "error" for finding in findings)
    warnings = sum(finding.severity == "warning" for finding in findings)
    said = excel.press("check", plan)
    assert said.startswith(f"{errors} Fehler")
    assert f"{warnings} Warnung" in said or not warnings
    assert excel.app.alerts[-1][3] == "critical"


def test_the_first_error_is_selected(excel, plan, tmp_path):
    excel.press("check", plan)
    first = marks.first_error(file_findings(tmp_path / NAME))
    selected = excel.app.selection
    assert selected.sheet.name == first.place.sheet
    assert selected.get_address(False, False, False) == first.place.cell


def test_a_link_leads_to_the_cell(excel, plan):
    excel.press("check", plan)
    listed = plan.sheets["KAM-Prüfung"]
    for row in range(5, 8):
        sheet, cell = listed.range((row, 2)).value, listed.range((row, 3))
        formula = cell.formula
        address = re.search(r'!(\w+)","', formula)[1]
        assert formula == f'=HYPERLINK("#\'{sheet}\'!{address}","{address}")'
        if excel.kind == "uno":
            assert cell.value == address


def test_what_is_not_saved_yet_counts_and_pressing_twice_leaves_one_set(excel, plan):
    excel.press("check", plan)
    before = len(our_rules(plan))
    sheet, row, column = find(plan, "rund zehntausend")
    sheet.range((row, column)).value = 10000.0
    excel.press("check", plan)
    assert len(our_rules(plan)) == len(our_notes(plan)) == before - 1
    assert [name for name in plan.sheet_names if name.startswith("KAM-")] == ["KAM-Prüfung"]


def test_own_marks_are_never_read_as_part_of_the_plan(excel, plan, tmp_path):
    excel.press("check", plan)
    first = excel.app.alerts[-1][1]
    assert excel.press("check", plan) == first
    plan.save(tmp_path / "saved.xlsx")
    codes = [finding.code for finding in file_findings(tmp_path / "saved.xlsx")]
    assert codes == [finding.code for finding in file_findings(tmp_path / NAME)]


def test_a_plan_without_findings_gets_no_sheet(excel, tmp_path):
    book = excel.open(write(drawn(""), tmp_path / "gut.xlsx"))
    findings = file_findings(tmp_path / "gut.xlsx")
    assert findings == ()
    names = book.sheet_names
    assert excel.press("check", book) == "Keine Befunde. Der Plan ist in Ordnung."
    assert book.sheet_names == names


def test_a_workbook_that_is_no_plan_is_told_so(excel, tmp_path):
    book = excel.open(write("[Reise]\nHotel | 120\n", tmp_path / "reise.xlsx"))
    said = excel.press("check", book)
    (finding,) = file_findings(tmp_path / "reise.xlsx")
    assert "1 Fehler" in said
    assert book.sheets["KAM-Prüfung"].range("F5").value == finding.code
    assert excel.log == ""


def test_findings_speak_the_language_of_the_installation(excel, plan):
    setup._save(setup.Settings(language="en"), excel.machine)
    said = excel.press("check", plan)
    assert "All findings: sheet “KAM check”." in said
    assert plan.sheets["KAM check"].range("A5").value == "Error"
    setup._save(setup.Settings(language="de"), excel.machine)
    excel.press("check", plan)
    assert "KAM check" not in plan.sheet_names
    assert len(our_notes(plan)) == len(our_rules(plan))


# ---------------------------------------------------------------- leaving no trace


def own_things(made, pages):
    """Notes, rules and colours of the user's own, also in the cells that will be marked."""
    yellow = made.add_format({"bg_color": "#FFFF00"})
    for page in list(pages.values())[:4]:
        page.write_comment("B3", "Mit Frau Seidel besprochen")
        page.conditional_format(
            "A1:C9", {"type": "cell", "criteria": ">", "value": 5, "format": yellow}
        )
    rule = {"type": "formula", "criteria": "=$A$1<>$B$1", "format": yellow}
    for page in list(pages.values())[2:6]:
        page.conditional_format("B2:D8", rule)
    for page in pages.values():
        page.conditional_format("A1:Z60", {**rule, "criteria": "=$A$1=$B$1"})


def test_check_then_clear_leaves_the_workbook_as_it_was(excel, tmp_path):
    book = excel.open(write(drawn(), tmp_path / NAME, own=own_things))
    rules = sum(len(sheet.cells.conditional_formats) for sheet in book.sheets)
    book.save(tmp_path / "before.xlsx")
    excel.press("check", book)
    marked_cells = len(our_rules(book))
    assert marked_cells >= 3
    assert (
        sum(len(sheet.cells.conditional_formats) for sheet in book.sheets) == rules + marked_cells
    )
    book.save(tmp_path / "marked.xlsx")
    assert excel.press("clear", book) == ""
    book.save(tmp_path / "after.xlsx")
    before, marked, after = (parts(tmp_path / f"{n}.xlsx") for n in ("before", "marked", "after"))
    assert list(after) == list(before)
    assert changed(before, after) == []
    assert marked != before


def test_a_note_of_the_user_is_kept_and_no_second_one_added(excel, tmp_path):
    def remark(made, pages):
        pages["Zahlen"].write_comment(cell, "Stand laut Einkauf")

    cell = next(cell for sheet, cell in spots(file_findings(write(drawn(), tmp_path / "a.xlsx")))
                if sheet == "Zahlen")  # fmt: skip
    book = excel.open(write(drawn(), tmp_path / NAME, own=remark))
    excel.press("check", book)
    assert book.sheets["Zahlen"].range(cell).note.text == "Stand laut Einkauf"
    assert ("Zahlen", cell) not in our_notes(book)
    excel.press("clear", book)
    assert book.sheets["Zahlen"].range(cell).note.text == "Stand laut Einkauf"


def test_clear_finds_the_marks_after_a_round_trip_through_a_file(excel, plan, tmp_path):
    excel.press("check", plan)
    plan.save(tmp_path / "later.xlsx")
    again = excel.open(tmp_path / "later.xlsx")
    assert our_rules(again)
    assert excel.press("clear", again) == ""
    assert not our_rules(again)
    assert not our_notes(again)
    assert "KAM-Prüfung" not in again.sheet_names


def test_clear_without_marks_says_so(excel, plan):
    assert excel.press("clear", plan) == "In dieser Mappe ist nichts markiert."


def test_a_sheet_of_the_user_with_the_name_of_ours_is_left_alone(excel, tmp_path):
    changes = f"{FAULTY}\n    [KAM-Prüfung]\n    Meine Liste | 1\n"
    book = excel.open(write(drawn(changes), tmp_path / NAME))
    said = excel.press("check", book)
    assert "KAM-Prüfung (2)" in said
    excel.press("clear", book)
    assert book.sheets["KAM-Prüfung"].range("A1").value == "Meine Liste"
    assert "KAM-Prüfung (2)" not in book.sheet_names


# ---------------------------------------------------------------- protected workbooks


def test_a_protected_sheet_is_named_and_the_others_are_marked(excel, plan, tmp_path):
    cells = spots(file_findings(tmp_path / NAME))
    excel.backend.protect(plan.name, "Zahlen")
    said = excel.press("check", plan)
    assert "Nicht markiert, weil geschützt oder freigegeben: Zahlen." in said
    assert len(our_rules(plan)) == len([sheet for sheet, _ in cells if sheet != "Zahlen"])
    assert "KAM-Prüfung" in plan.sheet_names


def test_a_wholly_protected_workbook_gets_the_list_only_and_elsewhere(excel, plan):
    names = plan.sheet_names
    for name in names:
        excel.backend.protect(plan.name, name)
    said = excel.press("check", plan)
    assert "in einer neuen Mappe" in said
    assert plan.sheet_names == names
    (other,) = [book for book in xw.books if book.name != plan.name]
    assert other.sheets[0].range("A1").value == "KAM-Prüfung"
    assert other.sheets[0].range("A5").value == "Fehler"


def test_a_form_that_protects_all_but_its_answers_is_marked_too(excel, plan):
    """Our own forms allow formats and forbid notes: the fill comes, the note stays away."""
    excel.backend.protect(plan.name, "Zahlen", ["looks"])
    assert "geschützt" not in excel.press("check", plan)
    assert "Zahlen" in [sheet for sheet, _ in our_rules(plan)]
    assert "Zahlen" not in [sheet for sheet, _ in our_notes(plan)]
    assert excel.press("clear", plan) == ""
    assert our_rules(plan) == []


def test_list_only_leaves_the_workbook_as_it_is(excel, plan, tmp_path):
    plan.save(tmp_path / "before.xlsx")
    said = excel.press("list", plan)
    assert "in einer neuen Mappe" in said
    plan.save(tmp_path / "after.xlsx")
    assert parts(tmp_path / "before.xlsx") == parts(tmp_path / "after.xlsx")
    assert len(excel.backend.books()) == 2


# ---------------------------------------------------------------- next


def test_next_goes_through_all_findings_and_round_again(excel, plan, tmp_path):
    excel.press("check", plan)
    order = {name: number for number, name in enumerate(plan.sheet_names)}
    cells = {
        (sheet, cell.partition(":")[0]) for sheet, cell in spots(file_findings(tmp_path / NAME))
    }
    seen = []
    for _ in range(len(cells) + 1):
        assert excel.press("next", plan) == ""
        chosen = excel.app.selection
        seen.append((chosen.sheet.name, chosen.get_address(False, False, False)))
    assert set(seen) == cells
    assert seen[0] == seen[-1]
    numbers = [order[sheet] for sheet, _ in seen[:-1]]
    turns = sum(a > b for a, b in pairwise(numbers))
    assert turns <= 1


def test_next_without_marks_says_so(excel, plan):
    assert excel.press("next", plan) == "In dieser Mappe ist nichts markiert."


# ---------------------------------------------------------------- report


def test_the_report_of_the_open_plan_is_written_and_opened(excel, plan, monkeypatch):
    shown = []
    monkeypatch.setattr(pressing.webbrowser, "open", shown.append)
    said = excel.press("report", plan)
    folder = excel.machine.documents / "KAM Reports" / "excel" / "reports"
    written = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.html"))
    assert written == ["customer/K-1001.html", "internal/K-1001.html"]
    assert said.splitlines() == [
        "Gespeichert:",
        str(folder),
        "",
        f"Intern – vertraulich: {Path('internal', 'K-1001.html')}",
        f"Kundenfassung: {Path('customer', 'K-1001.html')}",
        "",
        "Den internen jetzt öffnen?",
    ]
    assert "Nordmarkt Handels AG" in (folder / written[1]).read_text(encoding="utf-8")
    (url,) = shown
    assert url.endswith("internal/K-1001.html")
    assert excel.log == ""


def test_a_no_opens_nothing(excel, plan, monkeypatch):
    monkeypatch.setattr(pressing.webbrowser, "open", lambda _: pytest.fail("opened"))
    excel.app.answers.append("no")
    excel.press("report", plan)


def test_a_report_of_no_plan_says_what_is_wrong(excel, tmp_path):
    book = excel.open(write("[Reise]\nHotel | 120\n", tmp_path / "reise.xlsx"))
    said = excel.press("report", book)
    assert said
    assert "Traceback" not in said
    assert excel.log == ""


# ---------------------------------------------------------------- when something goes wrong


def test_a_crash_is_a_sentence_and_the_traceback_goes_to_the_log(excel, plan, monkeypatch):
    monkeypatch.setitem(pressing.ACTIONS, "check", lambda press: press.status("reading") or 1 / 0)
    said = excel.press("check", plan)
    assert "Das hat nicht geklappt" in said
    assert str(excel.machine.log) in said
    assert "Traceback" not in said
    assert "ZeroDivisionError" in excel.log


def test_a_problem_is_its_sentence_and_leaves_no_log(excel, plan, monkeypatch):
    def broken(_press):
        raise Problem({"de": "Es fehlt etwas.", "en": "Something is missing."}, "")

    monkeypatch.setitem(pressing.ACTIONS, "check", broken)
    assert excel.press("check", plan) == "Es fehlt etwas."
    assert excel.log == ""


def test_a_second_press_meanwhile_is_refused(excel, plan):
    lock = excel.machine.state / "excel.lock"
    excel.machine.state.mkdir()
    lock.touch()
    before = len(excel.app.alerts)
    pressing.press("check", plan, excel.machine)
    assert "läuft schon" in excel.app.alerts[before][1]
    assert lock.exists()
    lock.unlink()


def test_the_lock_of_a_press_that_died_is_taken_over(excel, plan):
    lock = excel.machine.state / "excel.lock"
    excel.machine.state.mkdir()
    lock.touch()
    os.utime(lock, (time.time() - 3600, time.time() - 3600))
    assert "Alle Befunde" in excel.press("check", plan)


def test_an_older_addin_is_told_to_be_renewed(excel, plan):
    said = excel.press("check", plan, addin="0.0.9")
    assert "0.0.9" in said
    assert "kam-reports excel install" in said
    assert "kam-reports excel install" not in excel.press("check", plan, addin="0.1.0")


def test_the_status_bar_tells_what_goes_on(excel, plan):
    excel.press("check", plan)
    said = [text for text in excel.app.statuses if text]
    assert said[0] == "KAM Reports: liest …"
    assert any(re.fullmatch(r"KAM Reports: markiert \d+ Befunde …", text) for text in said)


# ---------------------------------------------------------------- what Excel hands over


def test_amounts_in_a_currency_format_come_as_decimal_and_are_read_as_numbers(excel, plan):
    whole = read_book(plan)
    values = excel.backend.values

    def as_excel(*args):
        return [[Decimal(repr(value)) if isinstance(value, float) else value for value in row]
                for row in values(*args)]  # fmt: skip

    excel.backend.values = as_excel
    try:
        assert read_book(plan) == whole
    finally:
        excel.backend.values = values


def test_on_macos_error_values_are_found_one_by_one(excel, tmp_path, monkeypatch):
    book = excel.open(write("[A]\nQuote | #DIV/0!\nText | ja\n", tmp_path / "a.xlsx"))
    whole = read_book(book)
    assert whole.sheets[0].cells[1, 2].state is CellState.ERROR
    asked = []
    options = xw.Range.options

    def as_on_a_mac(area, *args, **more):
        if more.get("err_to_str"):
            assert area.shape == (1, 1), "xlwings on macOS loses a whole area"
            asked.append(area.address)
        return options(area, *args, **more)

    monkeypatch.setattr(xw.Range, "options", as_on_a_mac)
    monkeypatch.setattr(live.sys, "platform", "darwin")
    assert read_book(book) == whole
    assert asked == ["$B$1"]


def test_an_error_that_xlwings_does_not_know_is_an_error_all_the_same():
    cell = live._cell(-2146826252, "General", formula=True)
    assert cell.state is CellState.ERROR


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("name", [NAME, "Konzeption Müller & Söhne =2026 $(x).xlsx"])
def test_the_calling_workbook_is_found_under_any_name(excel, tmp_path, form, name):
    write(drawn(), tmp_path / name)
    excel.open(tmp_path / name)
    assert calling_book(name=unicodedata.normalize(form, name)).name == name
    assert calling_book(hwnd=4711).name == name
    for unknown in ({"hwnd": 1}, {"name": "fremd.xlsx"}):
        with pytest.raises(Problem):
            calling_book(**unknown)


def test_a_sheet_far_too_large_is_refused_with_a_sentence(excel, tmp_path):
    book = excel.open(write("[A]\nx | 1\n", tmp_path / "a.xlsx"))
    book.sheets[0].range("XFD1048576").value = 1.0
    with pytest.raises(Problem) as problem:
        read_book(book)
    assert "„A“" in problem.value.say("de")


# ---------------------------------------------------------------- hostile workbooks


def test_names_and_texts_of_a_workbook_never_become_formulas(excel, tmp_path):
    changes = """
        [Zahlen …]
        Messgröße | Ist Q3
        Absatz    | \"=HYPERLINK(\\"http://x.example\\";\\"x\\")\"
        [=1+1]
        cmd | 1
    """
    book = excel.open(write(drawn(changes), tmp_path / NAME))
    excel.press("check", book)
    book.save(tmp_path / "saved.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "saved.xlsx")["KAM-Prüfung"]
    formulas = {
        cell.coordinate for row in sheet.iter_rows() for cell in row if cell.data_type == "f"
    }
    assert formulas
    assert {address[0] for address in formulas} == {"C"}
    assert "x.example" not in "".join(str(sheet[address].value) for address in formulas)


def test_settings_in_a_workbook_are_never_followed(excel, tmp_path):
    evil = tmp_path / "evil.py"
    conf = f"""
        [xlwings.conf]
        INTERPRETER_WIN | {evil}
        PYTHONPATH | {tmp_path}
        [KamReportsProject.conf]
        INTERPRETER | {evil}
    """
    (tmp_path / "kam_reports.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')")
    (tmp_path / "kam.toml").write_text('[workspace]\nlanguage = "en"\n')
    book = excel.open(write(drawn(FAULTY + conf), tmp_path / NAME))
    said = excel.press("check", book)
    assert "Fehler" in said, "the kam.toml beside the workbook must not count"
    assert not (tmp_path / "ran").exists()
    assert str(tmp_path) not in sys.path


@pytest.mark.parametrize("module", ["kam_reports", "xlwings", "argparse", "site"])
def test_a_module_planted_beside_the_workbook_is_never_run(tmp_path, module):
    (tmp_path / f"{module}.py").write_text("open('ran', 'w').close()\nraise SystemExit(0)\n")
    done = subprocess.run(
        [sys.executable, "-P", "-m", "kam_reports.excel", "check", "--book", "x.xlsx"],
        cwd=tmp_path,
        env={"HOME": str(tmp_path / "home"), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert not (tmp_path / "ran").exists()
    assert done.returncode == 1  # no Excel here: the launcher says so
    assert "Traceback" not in done.stdout + done.stderr


def test_only_the_free_and_general_part_of_xlwings_is_used():
    folder = Path(kam_reports.__file__).parent / "excel"
    for path in folder.glob("*.py"):
        text = path.read_text(encoding="utf-8")
        for banned in (r"\.api\b", r"xlwings\.pro", r"\.fullname", r"\.save\(\)", r"Book\.caller"):
            assert not re.search(banned, text), (path.name, banned)


def test_without_excel_the_launcher_hears_of_it_and_the_log_knows_why(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    assert main(["check", "--hwnd", "99"]) == 1
    assert "check" in (tmp_path / ".kam_reports" / "excel.log").read_text()


# ---------------------------------------------------------------- how long it takes


@contextmanager
def stopped(backend):
    """How long LibreOffice, its helper and we were at work, in seconds of processor time.

    Other programs on the machine do not count, and nothing here ever waits for anything else.
    """
    took = {}
    host = backend.host.pid

    def used():
        ticks = Path(f"/proc/{host}/stat").read_text().rpartition(")")[2].split()[11:13]
        helper = sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")
        return seconds_used(backend.pipe.group) + helper + time.process_time()

    start, clock = used(), time.perf_counter()
    yield took
    took["work"], took["wall"] = used() - start, time.perf_counter() - clock


@pytest.mark.office
def test_a_plan_of_eight_sheets_is_read_in_two_seconds(office, tmp_path):
    whole = drawn().split("\n[")
    eight = "\n[".join(whole[:8])
    with excel_over(office, tmp_path) as excel:
        book = excel.open(write(eight, tmp_path / "acht.xlsx"))
        assert len(book.sheets) == 8
        with stopped(office) as took:
            read_book(book)
    print(f"8 sheets read: {took}")
    assert took["work"] < 2


@pytest.mark.office
def test_three_hundred_findings_are_marked_in_three_seconds(office, tmp_path):
    lines = "\n".join(f"Zeile {row} | {row} | {row}" for row in range(1, 121))
    drawing = "\n".join(f"[Blatt {number}]\n{lines}" for number in range(1, 5))
    with excel_over(office, tmp_path) as excel:
        book = excel.open(write(drawing, tmp_path / "viele.xlsx"))
        severities = (Severity.ERROR, Severity.WARNING, Severity.INFO)
        findings = [
            Finding("V101", "number-is-text", severities[number % 3],
                    Place("viele.xlsx", f"Blatt {number % 4 + 1}", f"{'BC'[number % 2]}{number // 4 + 1}"),
                    {"field": "Umsatz", "text": f"ca. {number}"})
            for number in range(300)
        ]  # fmt: skip
        with stopped(office) as took:
            outcome = marks.mark(book, findings, WORDING)
        assert (outcome.marked, outcome.refused) == (300, [])
        assert len(our_rules(book)) == len(our_notes(book)) == 300
        with stopped(office) as cleared:
            marks.unmark(book)
        assert our_rules(book) == []
    print(f"300 findings marked: {took}, cleared: {cleared}")
    assert took["work"] < 3
