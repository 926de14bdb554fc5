"""Real presses: a control in a sheet → our VBA → a Python process → the open document changed.

The VBA is the shipped one; only the two lines that speak to Windows or macOS are replaced, because
LibreOffice knows neither ``WScript.Shell`` nor AppleScript.
"""

import json
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
from office.backend_uno import UnoBackend, running_office
from office.writing import write
from sheets import workbooks

from kam_reports.excel.addin import build_addin, build_cockpit, modules
from kam_reports.excel.vbaproject import Module
from kam_reports.vocabulary import Vocabulary
from kam_reports.wording import Wording

pytestmark = pytest.mark.office

NAME = "Konzeption Müller & Söhne =2026 $(x).xlsm"
WORDING = Wording("de", Vocabulary.default())
PRESSED = Path(__file__).parent / "office" / "pressed.py"
BUTTONS = [("R2", "KamCheck", "Plan prüfen"), ("R5", "KamClear", "Markierungen entfernen")]
FAULTY = """
    [Zahlen …]
    Messgröße | Ist Q3
    Absatz    | rund zehntausend
"""
PRESSES = 20


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
    """A LibreOffice whose children leave word in a folder when they are done."""
    done = tmp_path / "done"
    done.mkdir()
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("KAM_DONE", str(done))
    monkeypatch.setenv("HOME", str(home))
    with running_office() as pipe:
        backend = UnoBackend(pipe)
        backend.books()
        yield backend, done
        backend.end()


def press(backend, done, sheet, label, name=NAME):
    """Press, wait for the process, and give what it said and how long it took."""
    before = set(done.iterdir())
    start = time.perf_counter()
    backend.activate(name, sheet)
    backend.press(name, sheet, label)
    while time.perf_counter() - start < 90:
        new = [path for path in set(done.iterdir()) - before if path.suffix == ".json"]
        if new:
            return json.loads(new[0].read_text(encoding="utf-8")), time.perf_counter() - start
        time.sleep(0.02)
    raise AssertionError(f"nothing came of pressing {label}")


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
        assert said["trouble"] == "", said
        assert said["words"] == ["check" if number % 2 == 0 else "clear", NAME]
        marked = "KAM-Prüfung" in backend.sheets(NAME)
        notes = [text for *_, text in backend.notes(NAME, "Zahlen")]
        assert marked == (number % 2 == 0)
        assert any(text.startswith("KAM-Prüfung: ") for text in notes) == marked
        if marked:
            assert said["alerts"][0].startswith("1 Fehler")
    print(f"{PRESSES} of {PRESSES} presses, {min(took):.2f}-{max(took):.2f} s")
    assert not (tmp_path / "x").exists()


def test_a_press_in_the_cockpit_reaches_its_action(desk, tmp_path):
    backend, done = desk
    path = tmp_path / "KAM-Cockpit.xlsm"
    path.write_bytes(build_cockpit(stubbed(), WORDING, "–"))
    backend.open_book(str(path))
    said, _ = press(backend, done, "Cockpit", "Alle Pläne prüfen", path.name)
    assert said["words"] == ["check-all", path.name]
    assert "Es ist kein Arbeitsordner eingetragen." in said["alerts"][0]


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


def test_the_stub_replaces_nothing_but_the_systems_lines():
    shipped, stub = modules("python", WORDING, "0.1.0"), stubbed()
    assert shipped[0] == stub[0]
    differing = set(shipped[1].code.splitlines()) - set(stub[1].code.splitlines())
    assert all(re.search(r"AppleScriptTask|WScript\.Shell|wsh\.Run", line) for line in differing)
