"""Real presses: a control in a sheet → our VBA → a Python process → the open document changed.

The VBA is the shipped one; only the two lines that speak to Windows or macOS are replaced, because
LibreOffice knows neither ``WScript.Shell`` nor AppleScript.
"""

import json
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from office.backend_uno import UnoBackend, running_office
from office.writing import write
from sheets import workbooks

from kam_reports.excel import setup
from kam_reports.excel.addin import BUTTONS as ALL_BUTTONS
from kam_reports.excel.addin import DESK, build_addin, build_cockpit, modules
from kam_reports.excel.vbaproject import Module
from kam_reports.vocabulary import Vocabulary
from kam_reports.wording import Wording

pytestmark = pytest.mark.office

NAME = "Konzeption Müller & Söhne =2026 $(x).xlsm"
WORDING = Wording("de", Vocabulary.default())
PRESSED = Path(__file__).parent / "office" / "pressed.py"
BUTTONS = [("R2", "KamCheck", "Plan prüfen"), ("R5", "KamClear", "Markierungen entfernen")]
OTHERS = [("R8", "KamNext", "Nächster Befund"), ("R11", "KamList", "Nur Liste"),
          ("R14", "KamReport", "Quartalsbericht")]  # fmt: skip
FAULTY = """
    [Zahlen …]
    Messgröße | Ist Q3
    Absatz    | rund zehntausend
"""
PRESSES = 20
PATIENCE = 240  # seconds, for a machine that is busy with other things
EXAMPLE = Path(__file__).parents[1] / "workbooks" / "example"
CHOSEN = ("kam.toml", "plans/Dornfelde Fertighaus.xlsx", "plans/Ammerquell Wohnungsbau.xlsx",
          "scorecards/Torfeld Hausbankvermittlung.xlsx")  # fmt: skip


def stubbed(python="python"):
    """The shipped modules, the launcher's system lines replaced by ``Shell``."""
    buttons, launcher = modules(python, WORDING, "0.1.0")
    calls = [
        line for line in launcher.code.splitlines() if re.search(r"AppleScriptTask|wsh\.Run", line)
    ]
    assert len(calls) == 2
    code = launcher.code
    started = (
        f'Shell "{sys.executable}", 0, "-P ""{PRESSED}"" " & action & " ""' + '" & book & """"'
    )
    # LibreOffice knows no "#If": it takes the lines of both systems, so only one may start.
    code = code.replace(calls[0], "        ' nothing")
    code = code.replace(calls[1], f"        {started}")
    code = code.replace('        Set wsh = CreateObject("WScript.Shell")\n', "")
    return [buttons, Module("KamLauncher", code)]


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """A LibreOffice whose children leave word in a folder when they begin and when they are done.

    What they open in the browser is written into the file ``shown`` beside it.
    """
    done = tmp_path / "done"
    done.mkdir()
    home = tmp_path / "home"
    home.mkdir()
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" >> "{tmp_path / "shown"}"\n')
    browser.chmod(0o755)
    monkeypatch.setenv("KAM_DONE", str(done))
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("BROWSER", str(browser))
    with running_office() as pipe:
        backend = UnoBackend(pipe)
        try:
            backend.books()
            yield backend, done
        finally:
            backend.end()


def word(done, kind, label):
    """The one new word of this kind that comes into the folder, however long it takes."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if found := [path for path in done.iterdir() if path.suffix == kind]:
            (path,) = found
            return path
        time.sleep(0.02)
    raise AssertionError(f"{label}: nothing {kind} in {PATIENCE} s")


def press(backend, done, sheet, label, name=NAME):
    """Press, wait for the process, and give what it said and how long it took.

    The process waits for our go-ahead, so that the controls are at rest before it draws anything.
    """
    start = time.perf_counter()
    backend.press(name, sheet, label)
    begun = word(done, ".started", label)
    backend.rest(name)
    begun.with_suffix(".go").touch()
    said = word(done, ".json", label)
    took = time.perf_counter() - start
    told = json.loads(said.read_text(encoding="utf-8"))
    for path in done.iterdir():
        path.unlink()
    assert told["trouble"] == "", told
    return told, took


def test_every_press_changes_the_open_document(desk, tmp_path):
    backend, done = desk
    (drawing,) = workbooks(FAULTY)
    backend.open_book(str(write(drawing, tmp_path / NAME, stubbed(), BUTTONS)))
    first = backend.sheets(NAME)[0]
    assert backend.buttons(NAME, first) == ["Plan prüfen", "Markierungen entfernen"]
    took = []
    for number in range(PRESSES):
        label = BUTTONS[number % 2][2]
        said, seconds = press(backend, done, first, label)
        took.append(seconds)
        assert said["words"] == ["check" if number % 2 == 0 else "clear", NAME]
        marked = "KAM-Prüfung" in backend.sheets(NAME)
        notes = [text for *_, text in backend.notes(NAME, "Zahlen")]
        assert marked == (number % 2 == 0)
        assert any(text.startswith("KAM-Prüfung: ") for text in notes) == marked
        if marked:
            assert said["alerts"][0].startswith("1 Fehler")
    print(f"{PRESSES} of {PRESSES} presses, {min(took):.2f}-{max(took):.2f} s")
    assert not (tmp_path / "x").exists()


def pages_shown(folder):
    """What the browser was told to show, page by page."""
    shown = folder / "shown"
    return shown.read_text(encoding="utf-8").splitlines() if shown.exists() else []


def test_the_other_buttons_of_a_plan_are_pressed_too(desk, tmp_path):
    backend, done = desk
    (drawing,) = workbooks(FAULTY)
    backend.open_book(str(write(drawing, tmp_path / NAME, stubbed(), [*BUTTONS, *OTHERS])))
    first = backend.sheets(NAME)[0]
    said, _ = press(backend, done, first, "Nächster Befund")
    assert said["alerts"] == ["In dieser Mappe ist nichts markiert."]
    press(backend, done, first, "Plan prüfen")
    said, _ = press(backend, done, first, "Nächster Befund")
    assert (said["words"], said["alerts"]) == (["next", NAME], [])
    assert backend.active_sheet(NAME) == "Zahlen"
    said, _ = press(backend, done, first, "Quartalsbericht")
    assert "jetzt öffnen?" in said["alerts"][0]
    (page,) = pages_shown(tmp_path)
    assert page.endswith("/KAM%20Reports/excel/reports/internal/K-1001.html")
    assert Path(unquote(urlsplit(page).path)).is_file()
    said, _ = press(backend, done, first, "Nur Liste")
    assert "in einer neuen Mappe" in said["alerts"][0]
    (other,) = [book for book in backend.books() if book != NAME]
    assert backend.values(other, "KAM-Prüfung", (1, 1, 1, 1)) == [["KAM-Prüfung"]]


def test_every_button_of_the_cockpit_does_its_work_in_the_open_cockpit(desk, tmp_path):
    backend, done = desk
    place, name = tmp_path / "quartal", "KAM-Cockpit.xlsm"
    for each in CHOSEN:
        (place / each).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(EXAMPLE / each, place / each)
    setup._save(setup.Settings(workspace=str(place)), setup.Machine(home=tmp_path / "home"))
    (tmp_path / name).write_bytes(build_cockpit(stubbed(), WORDING, str(place)))
    on_disk = (tmp_path / name).read_bytes()
    backend.open_book(str(tmp_path / name))
    labels = [WORDING.phrase(f"excel.button.{button.action}") for button in DESK]
    assert backend.buttons(name, "Cockpit") == labels
    said = {}
    for button, label in zip(DESK, labels, strict=True):
        told, _ = press(backend, done, "Cockpit", label, name)
        assert told["words"] == [button.action, name]
        (said[button.action],) = told["alerts"]
    assert said["check-all"].startswith("3 Mappen gelesen, 3 verwendet.")
    assert backend.sheets(name) == ["Cockpit", "KAM-Prüfung"]
    top, left, rows, columns = backend.used(name, "KAM-Prüfung")
    listed = backend.values(name, "KAM-Prüfung", (5, 1, top + rows - 5, left + columns - 1))
    assert len({row[1] for row in listed}) >= 2
    assert {row[1] for row in listed} <= set(CHOSEN)
    assert "KPI-2026Q3.xlsx" in said["workbook"]
    assert "Übersicht" in backend.sheets("KPI-2026Q3.xlsx")
    assert "index.html" in said["reports"]
    (page,) = pages_shown(tmp_path)
    assert Path(unquote(urlsplit(page).path)) == place / "out" / "index.html"
    assert said["mail-plan"]
    assert not (place / "mail" / "outbox").exists()
    assert (tmp_path / name).read_bytes() == on_disk, "nothing is ever saved"


def test_a_press_in_a_cockpit_without_a_workspace_says_what_to_type(desk, tmp_path):
    backend, done = desk
    path = tmp_path / "KAM-Cockpit.xlsm"
    path.write_bytes(build_cockpit(stubbed(), WORDING, "–"))
    backend.open_book(str(path))
    said, _ = press(backend, done, "Cockpit", "Alle Pläne prüfen", path.name)
    assert said["words"] == ["check-all", path.name]
    assert "Es ist kein Arbeitsordner eingetragen." in said["alerts"][0]


def test_every_button_was_pressed():
    """The tables above hold every button there is; a new one is pressed too, or this is red."""
    assert {macro for _, macro, _ in (*BUTTONS, *OTHERS)} | {each.macro for each in DESK} == {
        each.macro for each in ALL_BUTTONS
    }


def test_libreoffice_reads_back_the_vba_of_both_files(desk, tmp_path):
    backend, _ = desk
    code = modules(r"C:\Users\Jörg\pythonw.exe", WORDING, "0.1.0")
    for name, content in (
        ("kam_reports.xlam", build_addin(code, WORDING)),
        ("KAM-Cockpit.xlsm", build_cockpit(code, WORDING, "–")),
    ):
        path = tmp_path / name
        path.write_bytes(content)
        backend.open_addin(str(path))
        libraries = backend.modules(name)
        read = next(found for found in libraries.values() if "KamButtons" in found)
        for module in code:
            said = [line.strip() for line in read[module.name].splitlines()]
            assert [
                line
                for line in said
                if line and not line.startswith(("Rem Attribute ", "Option VBASupport"))
            ] == [line.strip() for line in module.code.splitlines() if line.strip()]
        backend.close(name)


READER = """
import java.io.*; import java.nio.charset.*; import java.nio.file.*; import java.util.*;
import org.apache.poi.poifs.macros.VBAMacroReader;
public class ReadVba { public static void main(String[] words) throws Exception {
    try (VBAMacroReader reader = new VBAMacroReader(new File(words[0]))) {
        for (Map.Entry<String, String> each : reader.readMacros().entrySet())
            Files.write(Paths.get(words[1], each.getKey()), each.getValue().getBytes(StandardCharsets.UTF_8));
    }
} }
"""


def test_apache_poi_reads_back_the_vba(tmp_path):
    code = modules(r"C:\Users\Jörg\pythonw.exe", WORDING, "0.1.0")
    path = tmp_path / "kam_reports.xlam"
    path.write_bytes(build_addin(code, WORDING))
    (tmp_path / "ReadVba.java").write_text(READER)
    out = tmp_path / "out"
    out.mkdir()
    jars = ":".join(f"/usr/share/java/{name}.jar" for name in (
        "poi", "poi-ooxml", "commons-collections4", "commons-compress", "commons-codec",
        "commons-math3", "xmlbeans"))  # fmt: skip
    subprocess.run(
        ["java", "-cp", jars, str(tmp_path / "ReadVba.java"), str(path), str(out)],
        check=True, capture_output=True,
    )  # fmt: skip
    assert {each.name for each in out.iterdir()} == {
        "ThisWorkbook", "Sheet1", "KamButtons", "KamLauncher"
    }  # fmt: skip
    for module in code:
        assert (out / module.name).read_bytes().rstrip(b"\0") == module.source


KILLED = """
import os, signal, sys
sys.path.insert(0, sys.argv[1])
from office.backend_uno import UnoBackend, running_office
with running_office() as pipe:
    UnoBackend(pipe).books()
    print(pipe.group, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_no_libreoffice_stays_behind_when_the_tests_are_killed():
    tests = str(Path(__file__).parent)
    done = subprocess.run(
        [sys.executable, "-c", KILLED, tests], stdout=subprocess.PIPE, text=True, check=False
    )
    assert done.returncode == -signal.SIGKILL
    group, end = int(done.stdout), time.monotonic() + PATIENCE
    while group_lives(group):
        assert time.monotonic() < end
        time.sleep(0.05)


def group_lives(group):
    """Whether any process of the group is still there; the dead that nobody buried do not count."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, owner = stat.read_text().rpartition(")")[2].split()[:3]
        except OSError:
            continue
        if int(owner) == group and state != "Z":
            return True
    return False


def test_the_stub_replaces_nothing_but_the_systems_lines():
    shipped, stub = modules("python", WORDING, "0.1.0"), stubbed()
    assert shipped[0] == stub[0]
    differing = set(shipped[1].code.splitlines()) - set(stub[1].code.splitlines())
    assert all(re.search(r"AppleScriptTask|WScript\.Shell|wsh\.Run", line) for line in differing)
