"""Every action of the product's table, through xlwings' real front end, in both kinds of Excel.

What a person sees of it is the same in both: boxes, status bar, selection, sheets, lists, notes,
marks, files. The table of stories must hold every action, so a new one without both kinds is red.
"""

import re
import shutil
from pathlib import Path

import pytest
import xlwings as xw
from conftest import KINDS
from office.writing import write
from sheets import workbooks

from kam_reports.excel import marks, pressing, setup
from kam_reports.excel.addin import BUTTONS, build_cockpit, modules
from kam_reports.vocabulary import Vocabulary
from kam_reports.wording import Wording

EXAMPLE = Path(__file__).parents[1] / "workbooks" / "example"
WORDING = Wording("de", Vocabulary.default())
CHOSEN = ("kam.toml", "plans/Dornfelde Fertighaus.xlsx", "plans/Ammerquell Wohnungsbau.xlsx",
          "scorecards/Torfeld Hausbankvermittlung.xlsx")  # fmt: skip
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


def in_a_plan(*before):
    """Press in a plan with faults, after the actions *before*."""

    def story(excel, action):
        (drawing,) = workbooks(FAULTY)
        book = excel.open(write(drawing, excel.folder / "Müller & Söhne.xlsx"))
        for each in (*before, action):
            excel.press(each, book)

    return story


def in_the_cockpit(*before):
    """Press in the cockpit of a folder with two plans and a scorecard."""

    def story(excel, action):
        place = excel.folder / "quartal"
        for name in CHOSEN:
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(EXAMPLE / name, place / name)
        setup._save(setup.Settings(workspace=str(place)), excel.machine)
        path = excel.folder / "KAM-Cockpit.xlsm"
        path.write_bytes(build_cockpit(modules("python", WORDING, "0.1.0"), WORDING, str(place)))
        book = excel.open(path)
        for each in (*before, action):
            excel.press(each, book)

    return story


STORIES = {
    "check": in_a_plan(),
    "list": in_a_plan(),
    "clear": in_a_plan("check"),
    "next": in_a_plan("check", "next"),
    "report": in_a_plan(),
    "check-all": in_the_cockpit(),
    "workbook": in_the_cockpit(),
    "reports": in_the_cockpit(),
    "mail-plan": in_the_cockpit("reports"),
}


def shown(excel):
    """All that a person sees, in plain data."""

    def plain(value):
        return value.replace(str(excel.folder), "…") if isinstance(value, str) else value

    books = {}
    for book in xw.books:
        new = book.name not in excel.opened and not book.name.endswith(".xlsx")
        books["a new workbook" if new else book.name] = {
            sheet.name: {
                "list": listed(sheet) if marks.is_own(sheet) else None,
                "marks": sorted(rule.formula for rule in sheet.cells.conditional_formats
                                if rule.formula == marks.TAG),
                "notes": sorted((note.location.address, note.text) for note in sheet.notes),
            }
            for sheet in book.sheets
        }  # fmt: skip
    chosen = excel.app.selection
    files = [path for path in excel.folder.rglob("*")
             if path.is_file() and not path.name.startswith(".~lock")]  # fmt: skip
    return {
        "boxes": [tuple(map(plain, box)) for box in excel.app.alerts],
        "status": excel.app.statuses,
        "books": {name: {sheet: {key: [tuple(map(plain, row)) for row in value or ()]
                                 if key == "list" else value for key, value in seen.items()}
                         for sheet, seen in book.items()} for name, book in books.items()},
        "selected": chosen and (chosen.sheet.name, chosen.address),
        "active": xw.books.active.sheets.active.name,
        "files": sorted(hash_free(path.relative_to(excel.folder).as_posix()) for path in files),
        "log": excel.log,
    }  # fmt: skip


def listed(sheet):
    """The list of findings, its links as formulas because not everybody calculates them."""
    area = sheet.range((1, 1), sheet.used_range.last_cell)
    formulas, values = area.formula, area.options(ndim=2).value
    return [[link if str(link).startswith("=") else value for link, value in zip(*both, strict=True)]
            for both in zip(formulas, values, strict=True)]  # fmt: skip


def hash_free(name):
    return re.sub(r"[0-9a-f]{8,}(?=\.(eml|pdf)$)", "…", name)


@pytest.mark.office
@pytest.mark.parametrize("action", pressing.ACTIONS)
def test_an_action_runs_in_both_kinds_and_shows_the_same(action, excels, tmp_path, monkeypatch):
    ran, seen, pages = [], {}, []
    whole = pressing.ACTIONS[action]
    monkeypatch.setattr(pressing.webbrowser, "open", pages.append)
    for kind in KINDS:

        def counted(press, kind=kind):
            outcome = whole(press)
            ran.append(kind)
            return outcome

        monkeypatch.setitem(pressing.ACTIONS, action, counted)
        with excels(kind, tmp_path / kind) as excel:
            STORIES[action](excel, action)
            seen[kind] = shown(excel)
    assert set(ran) == set(KINDS), "both kinds came to the end of it"
    assert seen["uno"] == seen["openpyxl"]
    assert seen["uno"]["log"] == ""
    assert seen["uno"]["status"][-1] is False
    assert len(pages) % len(KINDS) == 0


def test_the_stories_tell_of_every_action_and_every_button_has_one():
    assert set(STORIES) == set(pressing.ACTIONS)
    assert {button.action for button in BUTTONS} == set(pressing.ACTIONS)


@pytest.mark.parametrize("name", ["test_pressing.py", "test_cockpit.py"])
def test_no_test_of_a_button_is_for_one_kind_of_excel_only(name):
    text = (Path(__file__).parent / name).read_text(encoding="utf-8")
    assert "OpenpyxlBackend" not in text
    assert "pytest.mark.office\n@" not in text
