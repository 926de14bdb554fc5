"""A family changes: old and new form are read by one layout; what drifted is named with its cell."""

from dataclasses import replace

import openpyxl
import pytest
from command import kam_here
from drawing import _position, book
from test_declared import layout
from test_families import FAMILIES, FOLDER, VOCABULARY, layouts

from kam_reports.books import read_bytes
from kam_reports.checks import CHECKS, run_checks
from kam_reports.layouts import recognise, take_plan
from kam_reports.model import Cell
from kam_reports.wording import Wording

OLD, NEW = FAMILIES["industry"][0], FAMILIES["industry"][4]
BROKER = FAMILIES["broker"][0]


def read(written):
    return read_bytes(written.content, written.name)


def renamed(drawn, old, new):
    """The workbook with a sheet of another name."""
    assert any(sheet.name == old for sheet in drawn.sheets)
    sheets = (replace(sheet, name=new if sheet.name == old else sheet.name) for sheet in drawn.sheets)  # fmt: skip
    return replace(drawn, sheets=tuple(sheets))


def typed(drawn, sheet, cell, text):
    """The workbook with another text in a cell; None clears it."""
    sheets = []
    for each in drawn.sheets:
        cells = dict(each.cells)
        if each.name == sheet:
            if text is None:
                del cells[_position(cell)]
            else:
                cells[_position(cell)] = Cell(text)
        sheets.append(replace(each, cells=cells))
    return replace(drawn, sheets=tuple(sheets))


def taken(drawn, family="industry"):
    layout = recognise(drawn, VOCABULARY, layouts(family))
    assert layout.name in {path.stem for path in (FOLDER / family / "layouts").glob("*.toml")}
    return take_plan(drawn, layout, VOCABULARY)


def said(plan, code="V040", language="de"):
    """The sentences of a check about a plan."""
    wording = Wording(language, VOCABULARY)
    found = run_checks([plan], vocabulary=VOCABULARY)
    return [wording.say(CHECKS[code].say, each.facts) for each in found if each.code == code]


def numbers(plan):
    return {(f.measure, f.scenario, f.period, f.breakdown): f.value for f in plan.figures}


# ---------------------------------------------------------------- what drifted is named


def test_a_renamed_sheet_is_named_with_the_nearest_name():
    plan = taken(renamed(read(OLD), "Plan-Ist", "Plan/Ist neu"))
    (sentence,) = said(plan)
    assert sentence == (
        "Zahlen: „Plan-Ist / Planung 20*“ wurde nicht gefunden; am nächsten kommt „Plan/Ist neu“ "
        "in Plan/Ist neu; der Teil wird nicht gelesen."
    )
    kept = {key: each for key, each in numbers(taken(read(OLD))).items() if key[3]}
    assert numbers(plan).items() > kept.items()  # the groups, and their sum as the figure of all


def test_a_sheet_of_quite_another_name_is_found_by_the_table_on_it():
    plan = taken(renamed(read(OLD), "Plan-Ist", "Zahlenwerk"))
    (sentence,) = said(plan)
    assert "am nächsten kommt „Zahlenwerk“ in Zahlenwerk › A5" in sentence
    (sentence,) = said(plan, language="en")
    assert "the nearest is “Zahlenwerk” in Zahlenwerk › A5" in sentence


@pytest.mark.parametrize(
    ("written", "family", "sheet", "cell", "text", "says"),
    [
        (OLD, "industry", "Plan-Ist", "A5", "Kennzahlen", "„Kennzahl / Messgröße“ wurde nicht gefunden; am nächsten kommt „Kennzahlen“ in Plan-Ist › A5"),
        (NEW, "industry", "Planung 2026", "C5", "Arten", "„Art“ wurde nicht gefunden; am nächsten kommt „Arten“ in Planung 2026 › C5"),
        (OLD, "industry", "Maßnahmenplan", "G4", "Standort", "„Stand“ wurde nicht gefunden; am nächsten kommt „Standort“ in Maßnahmenplan › G4"),
        (OLD, "industry", "Gespräche", "C4", "Zusagen", "„Zusage“ wurde nicht gefunden; am nächsten kommt „Zusagen“ in Gespräche › C4"),
        (BROKER, "broker", "Bewertung", "B4", "Note 1-6", "„Note 1-5“ wurde nicht gefunden; am nächsten kommt „Note 1-6“ in Bewertung › B4"),
    ],
)  # fmt: skip
def test_a_changed_heading_is_named_with_the_nearest_text_and_its_cell(
    written, family, sheet, cell, text, says
):
    plan, usual = (
        taken(drawn, family) for drawn in (typed(read(written), sheet, cell, text), read(written))
    )
    assert any(says in sentence for sentence in said(plan)), said(plan)
    # What else stands there is read as before.
    others = {key: each for key, each in numbers(usual).items() if key not in numbers(plan)}
    assert numbers(plan).items() <= numbers(usual).items()
    assert bool(others) == sheet.startswith("Plan")
    assert len(plan.entries) < len(usual.entries) or others


def test_every_missing_word_of_a_header_is_named():
    drawn = read(OLD)
    for cell in ("A5", "B5"):
        drawn = typed(drawn, "Plan-Ist", cell, "x")
    sentences = said(taken(drawn))
    assert [sentence.partition("“")[0] for sentence in sentences] == [
        "Zahlen: „Art",
        "Zahlen: „Kennzahl / Messgröße",
    ]


def test_a_column_that_came_in_unannounced_is_named_and_changes_no_number():
    drawn = read(OLD)
    for cell, text in (("I5", "Forecast-Stand"), ("I7", "sicher"), ("I8", "sicher")):
        drawn = typed(drawn, "Plan-Ist", cell, text)
    plan = taken(drawn)
    assert numbers(plan) == numbers(taken(read(OLD)))
    places = [(odd.kind, odd.place.sheet, odd.place.cell) for odd in plan.oddities]
    assert places
    assert {(sheet, cell[0]) for _, sheet, cell in places} == {("Plan-Ist", "I")}


def test_words_of_one_header_that_never_stand_together_are_named():
    drawn = book("[Zahlen]\nKennzahl | Q1\nUmsatz | 5\n\n\n\nArt | Q1\nIst | 6")
    family = layout('[[block]]\nsheet="Zahlen"\nfills="figures"\nheader=["Kennzahl", "Art"]')
    plan = take_plan(drawn, family, VOCABULARY)
    assert [(odd.raw, odd.place.sheet) for odd in plan.odd("anchor-missing")] == [
        ("Kennzahl / Art", "Zahlen")
    ]


# ---------------------------------------------------------------- too much drifted


def test_a_workbook_that_lost_most_of_its_sheets_names_is_still_known_by_its_header():
    drawn = read(BROKER)
    for number, name in enumerate(sheet.name for sheet in drawn.sheets):
        if name not in ("Partner", "Bewertung", "Antragsliste"):
            drawn = renamed(drawn, name, f"Tab {number}")
    plan = taken(drawn, "broker")
    assert plan.subject.id == "VM-3107"
    assert [sentence.partition("; der Teil")[0] for sentence in said(plan)] == [
        "Anträge: „Q? 20* / ?. Quartal 20*“ wurde nicht gefunden; am nächsten kommt „Tab 1“ in Tab 1 › A4",
        "Annahmekriterien Partner: „Nachweise“ wurde nicht gefunden; am nächsten kommt „Tab 6“ in Tab 6 › A4",
        "Schulungen: „Schulungen“ wurde nicht gefunden; am nächsten kommt „Tab 8“ in Tab 8 › A4",
        "Quartals- und Jahresgespräche: „Gespräche“ wurde nicht gefunden; am nächsten kommt „Tab 9“ in Tab 9 › A4",
    ]  # fmt: skip


LAYOUT = """
document = "plan"
[[block]]
sheet = "Deckblatt"
fills = "plan"
kind = "form"
[[block]]
sheet = "Zahlen KAM"
fills = "figures"
header = ["Fakt", "Q1"]
[[block]]
sheet = "Kontakte"
fills = "contacts"
kind = "list"
header = ["Wer"]
"""


def test_a_workbook_of_which_too_little_is_left_names_the_nearest_layout_and_what_it_misses(
    tmp_path,
):
    (tmp_path / "layouts").mkdir()
    (tmp_path / "layouts" / "haus.toml").write_text(LAYOUT, encoding="utf-8")
    (tmp_path / "kam.toml").write_text("", encoding="utf-8")
    drawn = openpyxl.Workbook()
    drawn.active.title = "Zahlen KAM"
    for row in (["Fakt", "Q1"], ["Wert", 5]):
        drawn.active.append(row)
    drawn.create_sheet("Kontakt").append(["Name", "Ort"])
    (tmp_path / "plans").mkdir()
    drawn.save(tmp_path / "plans" / "alt.xlsx")
    done = kam_here("check", "--workspace", tmp_path)
    assert done.returncode == 1
    assert "V023" in done.stdout
    assert "am nächsten kommt das Layout haus, dem aber zu viel fehlt" in done.stdout
    assert "„Deckblatt“ wurde nicht gefunden; der Teil wird nicht gelesen" in done.stdout
    assert "„Kontakte“ wurde nicht gefunden; am nächsten kommt „Kontakt“" in done.stdout
    assert "V001" not in done.stdout
