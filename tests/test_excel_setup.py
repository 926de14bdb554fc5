"""Setting the buttons up, taking them off again, and saying what is missing."""

import json
import sys
from pathlib import Path

import pytest
from command import kam, kam_here

from kam_reports.excel import doctor, setup
from kam_reports.excel.addin import ADDIN, APPLESCRIPT, COCKPIT, applescript, build_addin, modules
from kam_reports.excel.setup import MACOS, WINDOWS, Machine
from kam_reports.model import Problem
from kam_reports.vocabulary import Vocabulary
from kam_reports.wording import Wording

DE, EN = (Wording(language, Vocabulary.default()) for language in ("de", "en"))


@pytest.fixture(params=[WINDOWS, MACOS])
def machine(request, tmp_path):
    """A made-up Windows or Mac with a user of the name Jörg."""
    python = tmp_path / "Programme" / ("python.exe" if request.param == WINDOWS else "python3")
    python.parent.mkdir()
    python.write_bytes(b"")
    if request.param == WINDOWS:
        python.with_name("pythonw.exe").write_bytes(b"")
    home = tmp_path / "Jörg"
    home.mkdir()
    return Machine(request.param, str(python), home, home / "AppData" / "Roaming")


def files_below(folder):
    return sorted(
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()
    )


def test_to_a_folder_writes_three_files_and_nothing_else(tmp_path):
    done = kam("excel", "install", "--to", tmp_path / "x", env={"HOME": str(tmp_path)})
    assert done.returncode == 0, done.stderr
    assert files_below(tmp_path) == sorted(f"x/{name}" for name in (ADDIN, COCKPIT, APPLESCRIPT))
    assert done.stdout.split() == [
        str(tmp_path / "x" / name) for name in (ADDIN, COCKPIT, APPLESCRIPT)
    ]


def test_the_interpreter_that_installs_is_the_one_that_will_run(tmp_path):
    setup.write_files(tmp_path, DE, sys.executable, None)
    expected = build_addin(modules(sys.executable, DE, "0.1.0"), DE)
    assert (tmp_path / ADDIN).read_bytes() == expected


def test_files_for_another_machine_carry_its_python(tmp_path):
    path = r"C:\Programme\Python\pythonw.exe"
    done = kam_here("excel", "install", "--to", tmp_path, "--python", path)
    assert done.returncode == 0
    assert (tmp_path / ADDIN).read_bytes() == build_addin(modules(path, DE, "0.1.0"), DE)


def test_a_windows_user_gets_the_python_without_a_window(machine):
    name = Path(machine.interpreter).name
    assert name == ("pythonw.exe" if machine.system == WINDOWS else "python3")


def test_install_then_uninstall_leaves_nothing(machine):
    written = setup.install(machine, DE, None)
    assert all(path.is_file() for path in written)
    names = {path.name for path in written}
    assert {ADDIN, COCKPIT} <= names
    assert (APPLESCRIPT in names) == (machine.system == MACOS)
    setup.uninstall(machine)
    assert files_below(machine.home) == []


def test_excel_loads_it_from_its_own_folder(machine):
    path = str(setup.install(machine, DE, None)[0].relative_to(machine.home))
    assert "XLSTART" in path or "Startup.localized" in path


def test_among_the_addins_it_stands_only_there(machine):
    setup.install(machine, DE, None)
    setup.install(machine, DE, None, "addins")
    found = [name for name in files_below(machine.home) if name.endswith(ADDIN)]
    assert len(found) == 1
    assert "XLSTART" not in found[0]
    assert "Startup" not in found[0]


def test_a_second_install_keeps_the_workspace_and_can_all_be_removed(machine, tmp_path):
    setup.install(machine, DE, tmp_path / "Pläne")
    setup.install(machine, EN, None)
    settings = setup.load_settings(machine)
    assert settings.workspace == str(tmp_path / "Pläne")
    assert settings.language == "en"
    setup.uninstall(machine)
    assert files_below(machine.home) == []


def test_uninstall_touches_no_file_of_others(machine):
    setup.install(machine, DE, None)
    other = machine.home / "Plan.xlsx"
    other.write_bytes(b"mine")
    state = machine.state / "excel.json"
    said = json.loads(state.read_text(encoding="utf-8"))
    state.write_text(json.dumps({**said, "files": [*said["files"], str(other)]}), encoding="utf-8")
    setup.uninstall(machine)
    assert other.read_bytes() == b"mine"


def test_broken_settings_are_as_none(machine):
    machine.state.mkdir()
    for text in ("", "[]", "{}", '{"workspace": 1}', "nonsense"):
        (machine.state / "excel.json").write_text(text)
        assert setup.load_settings(machine) == setup.Settings()


def test_python_from_the_store_is_refused(tmp_path):
    python = r"C:\Users\A\AppData\Local\Microsoft\WindowsApps\python.exe"
    with pytest.raises(Problem) as problem:
        setup.install(Machine(WINDOWS, python, tmp_path, tmp_path), DE, None)
    assert "Store" in problem.value.say("de")
    assert files_below(tmp_path) == []


def test_on_linux_install_says_why_not_and_what_instead(tmp_path):
    done = kam_here("excel", "install", env={"HOME": str(tmp_path)})
    assert done.returncode == 2
    assert "--to ORDNER" in done.stderr
    assert files_below(tmp_path) == []


def test_uninstall_where_nothing_is_says_so(tmp_path):
    done = kam_here("excel", "uninstall", env={"HOME": str(tmp_path)})
    assert done.returncode == 0
    assert "nichts eingerichtet" in done.stderr


# ---------------------------------------------------------------- the doctor

EXCEL = r"C:\Program Files\Microsoft Office\Root\Office16\EXCEL.EXE"
SOUND = {doctor._PATHS: EXCEL, doctor._RUNS: "16.0.17328", "Platform": "x64"}


def registry(**changes):
    said = {**SOUND, **changes}
    return lambda key, name: said.get(name) or (said.get(key) if name != "Platform" else None)


def lines(machine, look=None, wording=DE):
    return {line.what: line for line in doctor.examine(machine, wording, look or registry())}


def trouble(machine, look=None):
    """What is not well; the helper packages of another system are never here."""
    return [line for line in lines(machine, look).values()
            if not line.ok and not any(name in line.what for name in ("pywin32", "appscript", "psutil"))]  # fmt: skip


def on_windows(tmp_path):
    machine = Machine(WINDOWS, sys.executable, tmp_path, tmp_path / "Roaming")
    setup.install(machine, DE, None)
    return machine


def test_a_machine_that_is_set_up_is_well(tmp_path):
    machine = on_windows(tmp_path)
    assert trouble(machine) == []
    assert any("16.0.17328" in what for what in lines(machine))


def test_a_missing_addin_is_named(tmp_path):
    machine = Machine(WINDOWS, sys.executable, tmp_path, tmp_path / "Roaming")
    (line,) = trouble(machine)
    assert line.do == "kam-reports excel install"


@pytest.mark.parametrize("other", [{"python": "/elsewhere/python"}, {}])
def test_an_addin_of_another_python_or_version_is_noticed(tmp_path, other):
    machine = on_windows(tmp_path)
    if other:
        machine = Machine(WINDOWS, other["python"], tmp_path, tmp_path / "Roaming")
    else:
        path = machine.addin("xlstart")
        path.write_bytes(path.read_bytes() + b"!")
    (line,) = trouble(machine)
    assert "anderen Python" in line.what


def test_a_policy_against_child_processes_is_noticed_with_the_way_round(tmp_path):
    (line,) = trouble(on_windows(tmp_path), registry(**{doctor._RULE: "1"}))
    assert "Startmenü" in line.do


@pytest.mark.parametrize("said,well", [("1", True), ("2", True), ("3", False), ("4", False)])
def test_a_policy_for_signed_macros_is_noticed(tmp_path, said, well):
    assert (trouble(on_windows(tmp_path), registry(VBAWarnings=said)) == []) == well


@pytest.mark.parametrize(
    "path,word", [("", "nicht installiert"), (r"C:\Program Files\WindowsApps\Excel.exe", "Store")]
)
def test_no_excel_or_that_of_the_store_is_noticed(tmp_path, path, word):
    (line,) = trouble(on_windows(tmp_path), registry(**{doctor._PATHS: path or None}))
    assert word in line.what


def test_a_mark_of_the_web_is_noticed(tmp_path):
    machine = on_windows(tmp_path)
    Path(f"{machine.addin('xlstart')}:Zone.Identifier").write_text("[ZoneTransfer]")
    (line,) = trouble(machine)
    assert "aus dem Internet" in line.what


def test_an_altered_applescript_is_noticed(tmp_path):
    machine = Machine(MACOS, sys.executable, tmp_path, tmp_path)
    setup.install(machine, DE, None)
    assert machine.script.read_bytes() == applescript()
    assert not any("AppleScript" in line.what for line in trouble(machine))
    machine.script.write_bytes(applescript().replace(b"quoted form of ", b""))
    assert any("AppleScript" in line.what for line in trouble(machine))


def test_a_workspace_that_is_gone_is_noticed(tmp_path):
    machine = Machine(WINDOWS, sys.executable, tmp_path, tmp_path / "Roaming")
    setup.install(machine, DE, tmp_path / "gone")
    (line,) = trouble(machine)
    assert "kam.toml" in line.what


def test_the_doctor_leaves_nothing_behind(tmp_path):
    list(doctor.examine(Machine("linux", sys.executable, tmp_path, tmp_path), DE))
    assert list(tmp_path.iterdir()) == []


def test_on_linux_the_doctor_says_plainly_what_is_missing(tmp_path):
    done = kam_here("excel", "doctor", env={"HOME": str(tmp_path)})
    assert done.returncode == 1
    assert "Excel gibt es nur für Windows und macOS" in done.stdout
    assert "kam-reports excel install" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_for_support_there_is_json(tmp_path):
    done = kam_here("excel", "doctor", "--json", "--language", "en", env={"HOME": str(tmp_path)})
    said = json.loads(done.stdout)
    assert done.returncode == 1
    assert {line["ok"] for line in said["lines"]} == {True, False}
    assert all(line["do"] for line in said["lines"] if not line["ok"])
