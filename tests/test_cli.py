"""The command line: help, languages, usage errors and exit codes, through the real command."""

import json
import os
import resource
import subprocess
import sys

import pytest
from command import kam, kam_here

COMMANDS = ("demo", "init", "check", "run", "map", "explain", "trace", "doctor")
HEAVY = (
    *("pandas", "numpy", "openpyxl", "xlsxwriter", "jinja2", "babel", "python_calamine"),
    "rapidfuzz",
)


def test_help_names_every_command_in_german():
    done = kam("--help")
    assert done.returncode == 0
    assert done.stdout.startswith("Aufruf: kam-reports [OPTIONEN] BEFEHL …")
    assert all(f"  {name} " in done.stdout for name in COMMANDS)
    assert "Options" not in done.stdout


def test_help_is_english_on_an_english_machine():
    assert "Usage: kam-reports [OPTIONS] COMMAND …" in kam("--help", language="en_GB.UTF-8").stdout


@pytest.mark.parametrize("words", [("--language", "en", "--help"), ("--language=en", "--help")])
def test_the_language_option_decides_over_the_machine(words):
    assert "Make an empty workspace" in kam_here(*words).stdout


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("language", ["de_DE.UTF-8", "en_US.UTF-8"])
def test_every_command_has_a_help_page(command, language):
    done = kam_here(command, "--help", language=language)
    assert done.returncode == 0
    assert ("Optionen:" if language.startswith("de") else "Options:") in done.stdout


def test_help_imports_nothing_heavy():
    code = (
        "import sys; sys.argv = ['kam-reports', '--help']\n"
        "from kam_reports.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True
    )
    assert done.stderr.strip() == "[]"


def test_help_is_as_quick_as_a_small_program():
    """At most 2.5 times the --help of argparse; both taken in turns, in time of the processor."""
    small = "import argparse; argparse.ArgumentParser().parse_args(['--help'])"
    ours, theirs = [], []
    for _ in range(9):
        for times, words in ((ours, ["-m", "kam_reports", "--help"]), (theirs, ["-c", small])):
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            subprocess.run([sys.executable, *words], capture_output=True, check=True)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            times.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    assert min(ours) <= 2.5 * min(theirs)  # whatever else runs only adds


def test_a_mistyped_command_gets_the_nearest_one():
    done = kam("chek")
    assert done.returncode == 2
    assert "Gemeint ist vielleicht: check" in done.stderr
    assert done.stdout == ""


def test_a_mistyped_option_gets_the_nearest_one():
    done = kam_here("run", "--quater", "2026Q3")
    assert done.returncode == 2
    assert "Gemeint ist vielleicht: --quarter" in done.stderr


@pytest.mark.parametrize(
    "words, said",
    [
        (("run", "--quarter", "Q3"), "Beispiel: 2026Q3"),
        (("run", "--quarter", "2026Q5"), "Beispiel: 2026Q3"),
        (("run", "--as-of", "30.9."), "Beispiel: 2026-09-30"),
        (("run", "--edition", "costumer"), "customer"),
        (("check", "--format", "pdf"), "text, json, csv, xlsx"),
        (("check", "--fail-on"), "--fail-on"),
        (("trace",), "KUNDE"),
    ],
)
def test_a_wrong_value_is_explained(words, said):
    done = kam_here(*words)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_without_workspace_and_path_the_next_step_is_told(tmp_path):
    done = kam("check", cwd=tmp_path)
    assert done.returncode == 2
    assert "kam-reports init" in done.stderr


def test_an_empty_folder_is_said_to_be_empty(tmp_path):
    done = kam_here("check", tmp_path)
    assert done.returncode == 2
    assert "liegt keine Excel-Mappe" in done.stderr


def test_a_path_that_does_not_exist_is_named(tmp_path):
    done = kam_here("check", tmp_path / "nirgends")
    assert done.returncode == 2
    assert "nirgends" in done.stderr


def test_a_broken_workspace_names_line_key_and_nearest_key(tmp_path):
    (tmp_path / "kam.toml").write_text("[workspace]\n\nlanguge = 'de'\n", encoding="utf-8")
    done = kam_here("check", "--workspace", tmp_path)
    assert done.returncode == 2
    assert "kam.toml:3" in done.stderr
    assert "„language“" in done.stderr
    assert "Traceback" not in done.stderr


def test_init_lays_out_a_workspace_once(tmp_path):
    first = kam_here("init", tmp_path / "w")
    assert first.returncode == 0
    assert (tmp_path / "w" / "kam.toml").is_file()
    assert len(list((tmp_path / "w" / "blank").glob("*.xlsx"))) == 2
    second = kam_here("init", tmp_path / "w")
    assert second.returncode == 2
    assert "nichts überschrieben" in second.stderr


def test_init_in_english_is_english(tmp_path):
    assert kam_here("init", tmp_path / "w", "--language", "en").returncode == 0
    assert 'language = "en"' in (tmp_path / "w" / "kam.toml").read_text(encoding="utf-8")
    assert all(path.stem.endswith("-EN") for path in (tmp_path / "w" / "blank").glob("*.xlsx"))


def test_a_text_file_named_as_workbook_is_a_finding_not_a_crash(tmp_path):
    (tmp_path / "plan.xlsx").write_text("kein Excel", encoding="utf-8")
    done = kam("check", tmp_path, "--format", "json")
    assert done.returncode == 1
    (finding,) = json.loads(done.stdout)
    assert finding["severity"] == "error"
    assert finding["file"].endswith("plan.xlsx")
    assert finding["fix"]


def test_an_output_folder_that_cannot_be_written_is_told_before_the_work(tmp_path):
    (tmp_path / "plan.xlsx").write_text("kein Excel", encoding="utf-8")
    (tmp_path / "out").write_text("eine Datei, kein Ordner", encoding="utf-8")
    done = kam_here("run", tmp_path / "plan.xlsx", "--quarter", "2026Q3", "--out", tmp_path / "out")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_no_colour_reaches_a_pipe(tmp_path):
    (tmp_path / "plan.xlsx").write_text("kein Excel", encoding="utf-8")
    assert "\x1b" not in kam("check", tmp_path).stdout


def test_a_reader_that_goes_away_is_no_error():
    command = f"{sys.executable} -m kam_reports explain --list | head -1"
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command],
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "LANG": "de_DE.UTF-8"},
        check=False,
    )
    assert "Traceback" not in done.stderr


def test_a_fault_of_ours_is_a_sentence_with_a_log_and_never_a_traceback(tmp_path):
    code = (
        "import sys\n"
        "from kam_reports import cli, handbook\n"
        "def broken(*_): raise RuntimeError('planted')\n"
        "handbook.contents = broken\n"
        "cli.main(['explain', '--list'])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "LANG": "de_DE.UTF-8", "TMPDIR": str(tmp_path)},
        check=False,
    )
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    (log,) = tmp_path.glob("kam-reports-*.log")
    assert "planted" in log.read_text(encoding="utf-8")
