"""The worked example: it is read back as it was told, and every planted fault is found."""

from __future__ import annotations

import re
import shutil
import sys
import tomllib
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from test_forms import parts_of

from kam_reports.books import read_book
from kam_reports.checks import run_checks
from kam_reports.layouts import load_layouts, recognise, take_plan
from kam_reports.model import Blocks, Occasion, Period, Role, Severity
from kam_reports.outputs.forms import Typed
from kam_reports.outputs.forms import __main__ as forms
from kam_reports.outputs.forms.story import read_story, write_story
from kam_reports.workspace import load_workspace

WORKBOOKS = Path(__file__).parents[1] / "workbooks"
EXAMPLE = WORKBOOKS / "example"
NAMES = sorted(path.stem for path in (WORKBOOKS / "story").glob("*.txt"))
EVERY = pytest.mark.parametrize("name", NAMES)
VOCABULARY = forms.shipped_vocabulary()


@cache
def layouts():
    return load_layouts()


@cache
def story(name):
    return read_story(WORKBOOKS / "story" / f"{name}.txt", VOCABULARY)


BY_OFFICE = [name for name in NAMES if story(name).saved_by_office]


@cache
def written(name):
    return write_story(story(name), VOCABULARY)


@cache
def shipped(name):
    file = story(name).file
    return read_book(EXAMPLE / file, file)


@cache
def plan_of(name):
    book = shipped(name)
    return take_plan(book, recognise(book, VOCABULARY, layouts()), VOCABULARY)


@cache
def findings():
    occasion = Occasion(Period(2026, "Q", 3), date(2026, 9, 30))
    workspace = load_workspace(EXAMPLE / "kam.toml")
    plans = [plan_of(name) for name in NAMES]
    return run_checks(plans, (), (), workspace, VOCABULARY, occasion)


@cache
def planted():
    table = tomllib.loads((WORKBOOKS / "faults.toml").read_text(encoding="utf-8"))
    return [(f["code"], f["file"], f["sheet"], f["cell"]) for f in table["fault"]]


def where(finding):
    place = finding.place
    return (finding.code, place.book, place.sheet, place.cell)


# ---------------------------------------------------------------- what is shipped


def test_there_are_twelve_plans_and_eight_scorecards_two_of_the_plans_in_english():
    plans = [plan_of(name) for name in NAMES]
    roles = [plan.subject.role for plan in plans]
    assert (roles.count(Role.ACCOUNT), roles.count(Role.PARTNER)) == (12, 8)
    english = [p for p in plans if p.language == "en" and p.subject.role is Role.ACCOUNT]
    assert len(english) == 2
    assert len({plan.subject.id for plan in plans}) == 20
    assert {(plan.fiscal_year, plan.as_of) for plan in plans} == {(2026, date(2026, 9, 30))}


def test_the_folder_holds_the_workbooks_of_the_stories_and_its_settings_and_nothing_else():
    found = {path.relative_to(EXAMPLE).as_posix() for path in EXAMPLE.rglob("*") if path.is_file()}
    assert found - {"kam.toml"} == {story(name).file for name in NAMES}


@EVERY
def test_a_rebuild_gives_the_shipped_workbook(name):
    file = EXAMPLE / story(name).file
    if story(name).saved_by_office:
        assert forms.saved_by_office(file)
        assert cells_of(shipped(name)) == cells_of(rebuilt(name))
    else:
        assert parts_of(file.read_bytes()) == parts_of(written(name).content), (
            "run: python -m kam_reports.outputs.forms"
        )


def rebuilt(name, scratch=[]):  # noqa: B006  (one scratch folder for the whole run)
    if not scratch:
        import tempfile

        scratch.append(tempfile.TemporaryDirectory())
    file = Path(scratch[0].name, f"{name}.xlsx")
    file.write_bytes(written(name).content)
    return read_book(file, story(name).file)


def cells_of(book):
    """What stands in every cell, as a person sees it; the lists of choices are ours to change."""
    return {
        sheet.name: {position: cell.value for position, cell in sheet.cells.items()}
        for sheet in book.sheets
        if sheet.name not in ("Listen", "Lists")
    }


def test_libreoffice_saved_two_of_them():
    saved = [name for name in NAMES if forms.saved_by_office(EXAMPLE / story(name).file)]
    assert saved == BY_OFFICE
    assert len(saved) == 2


def test_all_of_it_together_is_small():
    files = (path for path in WORKBOOKS.rglob("*") if path.is_file())
    mine = [path for path in files if "families" not in path.parts]  # those have their own bar
    assert sum(path.stat().st_size for path in mine) < 2_000_000


@EVERY
def test_nobody_in_it_can_be_written_to(name):
    text = (WORKBOOKS / "story" / f"{name}.txt").read_text(encoding="utf-8")
    assert all(address.endswith(".example") for address in re.findall(r"[\w.]+@([\w.-]+)", text))


def test_the_product_does_not_import_the_stories():
    assert "kam_reports.outputs.forms.story" in sys.modules
    for file in (Path(forms.__file__).parents[2]).rglob("*.py"):
        if "forms" not in file.parts:
            assert "forms.story" not in file.read_text(encoding="utf-8"), file


# ---------------------------------------------------------------- read back as told


@EVERY
def test_the_reader_gets_back_what_was_told_from_the_right_cells(name):
    told, plan = story(name), plan_of(name)
    for section in VOCABULARY.sections(told.document):
        rows = [e for e in told.entries if e.section == section.key and e.values]
        found = list(plan.of(section.key))
        assert len(found) == (0 if section.key in told.absent else len(rows)), section.key
        for number, (row, entry) in enumerate(zip(rows, found, strict=False)):
            for key, wanted in row.values.items():
                place = written(name).cells[section.key, number, key]
                if not isinstance(wanted.value, Typed):
                    assert entry[key] == wanted.value, (section.key, number, key)
                assert (entry.at(key).sheet, entry.at(key).cell) == (place.sheet, place.cell)
            silent = set(entry.values) - set(row.values)
            assert all(entry[key] is None for key in silent)


@EVERY
def test_the_reader_gets_back_every_figure_from_its_cell(name):
    told = {key_of(f): f for f in story(name).figures}
    found = {key_of(f): f for f in plan_of(name).figures if f.place.sheet not in ("Ziele", "Goals")}
    assert found.keys() == told.keys()
    for key, figure in found.items():
        assert figure.place.cell == written(name).cells[key].cell
        if not isinstance(told[key].value, Typed):
            assert figure.value == told[key].value


def key_of(f):
    return (f.section, f.measure, f.breakdown, f.perspective, f.scenario, f.period)


# ---------------------------------------------------------------- planted faults


def test_every_planted_fault_is_found_in_its_file_sheet_and_cell():
    found = {where(finding) for finding in findings()}
    assert [fault for fault in planted() if fault not in found] == []


def test_faults_of_many_kinds_are_planted():
    assert len({code for code, *_ in planted()}) >= 45


def test_no_error_is_found_that_was_not_planted():
    errors = [where(f) for f in findings() if f.severity is Severity.ERROR]
    assert [error for error in errors if error not in planted()] == []


def test_all_twenty_can_be_used():
    assert [where(f) for f in findings() if f.blocks is Blocks.PLAN] == []


def test_two_stay_out_of_the_sum_and_are_named():
    out = {(f.subject.id, f.code) for f in findings() if f.blocks is Blocks.ACCOUNT}
    assert out == {("KA-1012", "V006"), ("VP-203", "V001")}


def test_the_list_of_faults_is_up_to_date():
    faults = [fault for name in NAMES for fault in forms.faults_of(story(name), written(name))]
    assert (WORKBOOKS / "faults.toml").read_text(encoding="utf-8") == forms.as_toml(faults)


# ---------------------------------------------------------------- the command


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A folder where the command ran, and what it wrote; one workbook of LibreOffice lay there."""
    folder = tmp_path_factory.mktemp("built")
    kept = folder / "example" / story(BY_OFFICE[0]).file
    kept.parent.mkdir(parents=True)
    shutil.copy(EXAMPLE / story(BY_OFFICE[0]).file, kept)
    return folder, forms.build(folder)


@pytest.mark.deep
def test_one_command_builds_them_all(built):
    folder, files = built
    assert {path.relative_to(folder).as_posix() for path in files} == {
        *(f"blank/{name}" for name in forms.BLANK),
        *(f"example/{story(name).file}" for name in NAMES if name != BY_OFFICE[0]),
        "faults.toml",
    }
    assert all(path.stat().st_size for path in files)


@pytest.mark.deep
def test_a_workbook_that_libreoffice_saved_is_left_alone(built):
    folder, files = built
    file = story(BY_OFFICE[0]).file
    assert folder / "example" / file not in files
    assert (folder / "example" / file).read_bytes() == (EXAMPLE / file).read_bytes()


@pytest.mark.office
def test_libreoffice_keeps_every_cell(tmp_path):
    name = BY_OFFICE[0]
    file = tmp_path / "saved.xlsx"
    file.write_bytes(written(name).content)
    forms.save_with_office(file)
    assert cells_of(read_book(file, story(name).file)) == cells_of(rebuilt(name))
