"""The forms: blank and filled, in both languages, with everything that can go wrong in a cell."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from functools import cache
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kam_reports.books import read_book
from kam_reports.layouts import load_layouts, recognise, take_plan
from kam_reports.model import CellState, Period, Perspective, Scenario
from kam_reports.outputs.forms import (
    Spoilt,
    Typed,
    entry,
    figure,
    sheet_names,
    write_form_of,
    write_plan,
    write_scorecard,
)
from kam_reports.outputs.forms.__main__ import BLANK, shipped_vocabulary
from kam_reports.outputs.forms.prefills import CRITERIA, plan_prefills, scorecard_prefills

VOCABULARY = shipped_vocabulary()
HEADER = entry(
    "plan", account_id="00042", account_name="Meier AG", fiscal_year=2026, currency="EUR",
    amount_scale="1000", as_of=date(2026, 9, 30), kam="Jana Vogt", plan_status="draft",
)  # fmt: skip
WRITE = {"plan": write_plan, "scorecard": write_scorecard}


@cache
def layouts():
    return load_layouts()


def read(content: bytes, tmp_path: Path):
    file = tmp_path / "form.xlsx"
    file.write_bytes(content)
    book = read_book(file, file.name)
    return book, take_plan(book, recognise(book, VOCABULARY, layouts()), VOCABULARY)


def workbook(content: bytes):
    return openpyxl.load_workbook(io.BytesIO(content))


@cache
def blank(document: str, language: str) -> bytes:
    return WRITE[document](VOCABULARY, language)


BOTH = pytest.mark.parametrize("language", ["de", "en"])
EACH = pytest.mark.parametrize("document", ["plan", "scorecard"])


# ---------------------------------------------------------------- blank


@EACH
@BOTH
def test_a_blank_form_holds_what_stands_ready_and_nothing_else(document, language, tmp_path):
    _, plan = read(blank(document, language), tmp_path)
    ready = (plan_prefills if document == "plan" else scorecard_prefills)(VOCABULARY)
    expected = [(e.section, {k: v.value for k, v in e.values.items()}) for e in ready]
    found = [
        (e.section, {k: v.value for k, v in e.values.items() if v.value is not None})
        for e in plan.entries
    ]
    assert sorted(map(repr, (f for f in found if f[1]))) == sorted(map(repr, expected))
    assert plan.figures == ()
    assert plan.oddities == ()
    assert plan.language == language


@EACH
@BOTH
def test_two_builds_are_the_same_to_the_byte(document, language):
    assert WRITE[document](VOCABULARY, language) == blank(document, language)


@EACH
@BOTH
def test_every_field_has_its_place_on_the_form_of_every_language(document, language):
    book = workbook(blank(document, language))
    names = sheet_names(VOCABULARY.sections(document), language)
    for section in VOCABULARY.sections(document):
        texts = {
            VOCABULARY.find_field(section.key, cell.value)
            for row in book[names[section.key]].iter_rows()
            for cell in row
            if isinstance(cell.value, str)
        }
        wanted = {key for key, column in section.fields.items() if not column.derived}
        if section.records == "grid":
            wanted = {"metric", "perspective", "product_group", "unit"}
        assert wanted <= texts, section.key


@EACH
@BOTH
def test_every_sheet_is_one_click_away_and_one_click_back(document, language):
    book = workbook(blank(document, language))
    cover = book.worksheets[0]
    targets = [
        cell.hyperlink.location for row in cover.iter_rows() for cell in row if cell.hyperlink
    ]
    sheets = list(book.sheetnames[1:-1])
    assert targets == [f"'{name}'!A1" for name in sheets]
    for name in book.sheetnames[1:]:
        assert book[name]["A3"].hyperlink.location == f"'{cover.title}'!A1"


@EACH
@BOTH
def test_names_of_sheets_fit_on_a_tab_and_lead_back_to_their_section(document, language):
    sections = VOCABULARY.sections(document)
    names = sheet_names(sections, language)
    assert len(set(names.values())) == len(sections)
    for key, name in names.items():
        assert len(name) <= 31
        assert not set(name) & set("[]:*?/\\")
        assert VOCABULARY.find_section(name, document) == key


@EACH
def test_answers_can_be_typed_and_labels_cannot_without_any_password(document):
    book = workbook(blank(document, "de"))
    names = sheet_names(VOCABULARY.sections(document), "de")
    for section in VOCABULARY.sections(document):
        sheet = book[names[section.key]]
        if section.records == "one":
            assert sheet.protection.sheet
            assert not sheet.protection.password
            assert sheet["A6"].protection.locked
            assert not sheet["B6"].protection.locked
        else:
            assert not sheet.protection.sheet, "no table grows on a protected sheet"
            assert len(sheet.tables) == 1


@EACH
@BOTH
def test_a_heading_refuses_other_words(document, language):
    book = workbook(blank(document, language))
    names = sheet_names(VOCABULARY.sections(document), language)
    for section in VOCABULARY.sections(document):
        if section.records == "one":
            continue
        sheet = book[names[section.key]]
        guards = {
            str(rule.sqref): rule.formula1
            for rule in sheet.data_validations.dataValidation
            if rule.type == "custom"
        }
        for cell in sheet[5]:
            assert guards[cell.coordinate] == f'EXACT({cell.coordinate},"{cell.value}")'


@EACH
@BOTH
def test_every_choice_is_offered_in_full_in_the_words_of_the_language(document, language):
    book = workbook(blank(document, language))
    names = sheet_names(VOCABULARY.sections(document), language)
    for section in VOCABULARY.sections(document):
        if section.records == "grid":
            continue
        fields = [column for column in section.fields.values() if not column.derived]
        for at, column in enumerate(fields):
            if column.type != "enum":
                continue
            where = (6, at + 1) if section.records == "many" else (6 + at, 2)
            offered = choices_at(book, book[names[section.key]].cell(*where))
            words = [option.words[language][0] for option in column.options]
            assert offered == words, column.name


def choices_at(book, cell):
    """What Excel offers in a cell."""
    rule = next(
        rule
        for rule in cell.parent.data_validations.dataValidation
        if rule.type == "list" and cell.coordinate in rule.sqref
    )
    if rule.formula1.startswith('"'):
        return rule.formula1.strip('"').split(",")
    sheet, cells = rule.formula1.rsplit("!", 1)
    return [each.value for (each,) in book[sheet.strip("'")][cells.replace("$", "")]]


@EACH
@BOTH
def test_what_is_required_carries_a_star_and_turns_amber_while_it_is_missing(document, language):
    book = workbook(blank(document, language))
    names = sheet_names(VOCABULARY.sections(document), language)
    for section in VOCABULARY.sections(document):
        if section.records != "many":
            continue
        sheet = book[names[section.key]]
        coloured = {str(area.sqref).rstrip("0123456789:") for area in sheet.conditional_formatting}
        fields = [column for column in section.fields.values() if not column.derived]
        for cell, column in zip(sheet[5], fields, strict=True):
            assert cell.value.endswith(" *") == (column.required == "yes")
            starts = {area[0] for area in coloured}
            assert (cell.column_letter in starts) == (column.required == "yes")


def test_helping_formulas_have_values_before_anybody_opened_the_form():
    for document in WRITE:
        with zipfile.ZipFile(io.BytesIO(blank(document, "de"))) as parts:
            for name in parts.namelist():
                assert b"<v></v>" not in parts.read(name), name


def test_the_weights_that_stand_ready_add_up():
    for weights in CRITERIA.values():
        assert sum(weights.values()) == pytest.approx(1)
    sheet = workbook(blank("scorecard", "de"))["Scorecard-Einstellung"]
    assert sum(cell.value for cell in sheet["B"][5:] if cell.value) == pytest.approx(1)


@EACH
@BOTH
def test_it_prints_on_a4_with_its_headings_on_every_page(document, language):
    book = workbook(blank(document, language))
    for sheet in book.worksheets:
        assert sheet.page_setup.paperSize == 9
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        if sheet.tables:
            assert sheet.print_title_rows == "$5:$5"
            assert sheet.freeze_panes.endswith("6")


# ---------------------------------------------------------------- filled


def test_amounts_stand_in_the_unit_of_the_plan_and_come_back_exactly(tmp_path):
    wanted = [
        figure("revenue", "ACTUAL", f"2026-Q{quarter}", value)
        for quarter, value in enumerate((931_000.0, 305_760.0, 0.1, 1234.56), 1)
    ]
    book, plan = read(write_plan(VOCABULARY, "de", entries=[HEADER], figures=wanted), tmp_path)
    assert [f.value for f in plan.figures] == [f.value for f in wanted]
    assert 305.76 in {cell.value for s in book.sheets for cell in s.cells.values()}


numbers = st.integers(-(10**9), 10**9).map(lambda cents: cents / 100)
words = st.text("abc ÄÖüß=+-@'\"<>&;/", min_size=1).map(lambda text: f"x{text}".strip())
days = st.dates(date(2026, 1, 1), date(2026, 12, 31))


@settings(max_examples=12, deadline=None)
@given(
    st.sampled_from(["de", "en"]),
    st.dictionaries(
        st.tuples(
            st.sampled_from(["revenue", "units", "customers", "stock_avg"]),
            st.sampled_from(["own", "joint"]),
            st.sampled_from(["", "Süd"]),
            st.sampled_from(list(Scenario)),
            st.sampled_from([*Period(2026).parts("Q"), Period(2026), *Period(2026).parts("M")]),
        ),
        numbers,
        max_size=12,
    ),
    st.lists(st.tuples(words, words, days, st.booleans()), max_size=4),
)
def test_what_was_written_is_read_back(tmp_path_factory, language, values, measures):
    figures = [
        figure(measure, scenario, period, value, perspective=perspective, breakdown=breakdown)
        for (measure, perspective, breakdown, scenario, period), value in values.items()
    ]
    rows = [entry("measures", title=t, owner=o, due=d, show_customer=s) for t, o, d, s in measures]
    content = write_plan(VOCABULARY, language, entries=[HEADER, *rows], figures=figures)
    _, plan = read(content, tmp_path_factory.mktemp("drawn"))

    def key(found):
        return (
            found.measure, found.perspective, found.breakdown, found.scenario, str(found.period),
            found.value,
        )  # fmt: skip

    assert sorted(map(key, plan.figures)) == sorted(map(key, figures))
    assert [
        {k: v.value for k, v in e.values.items() if v.value is not None}
        for e in plan.of("measures")
    ] == [{k: " ".join(v.value.split()) if isinstance(v.value, str) else v.value
           for k, v in row.values.items()} for row in rows]  # fmt: skip


def test_it_tells_in_which_cell_everything_stands(tmp_path):
    rows = [entry("contacts", name="Karin Seidel", influence=5)]
    numbers = [figure("revenue", "TARGET", "2026-FY", 1000.0, breakdown="Süd")]
    written = write_form_of("plan", VOCABULARY, "de", entries=[HEADER, *rows], figures=numbers)
    _, plan = read(written.content, tmp_path)
    contact, number = plan.one("contacts"), plan.figures[0]
    assert contact.at("influence").cell == written.cells["contacts", 0, "influence"].cell
    key = (
        "figures", "revenue", "Süd", Perspective.OWN, Scenario.TARGET, Period(2026)
    )  # fmt: skip
    assert (number.place.sheet, number.place.cell) == (
        written.cells[key].sheet,
        written.cells[key].cell,
    )


def test_a_number_with_leading_zeros_stays_a_code(tmp_path):
    _, plan = read(write_plan(VOCABULARY, "de", entries=[HEADER]), tmp_path)
    assert plan.subject.id == "00042"


def test_a_text_never_becomes_a_formula():
    rows = [entry("measures", title='=HYPERLINK("http://x.example")', owner="+49", due=None)]
    sheet = workbook(write_plan(VOCABULARY, "de", entries=[HEADER, *rows]))["Maßnahmen"]
    assert sheet["B6"].data_type == "s"
    assert sheet["D6"].data_type == "s"


def test_months_of_a_shifted_year_are_named_by_the_calendar(tmp_path):
    header = entry("plan", **{k: v.value for k, v in HEADER.values.items()}, fy_start_month=7)
    numbers = [figure("revenue", "ACTUAL", "2026-M01", 5000.0)]
    content = write_plan(VOCABULARY, "de", entries=[header], figures=numbers)
    assert "Ist Jul" in {cell.value for cell in workbook(content)["Zahlen"][5]}
    _, plan = read(content, tmp_path)
    assert [(str(f.period), f.value) for f in plan.figures] == [("2026-M01", 5000.0)]


@pytest.mark.parametrize(
    ("currency", "scale", "language", "unit"),
    [
        ("EUR", "1000", "de", "T€"),
        ("EUR", "1", "en", "€"),
        ("CHF", "1000", "de", "Tsd. CHF"),
        ("GBP", "1000000", "en", "m GBP"),
    ],
)
def test_amounts_say_their_unit(currency, scale, language, unit, tmp_path):
    facts = {k: v.value for k, v in HEADER.values.items()}
    header = entry("plan", **facts | {"currency": currency, "amount_scale": scale})
    numbers = [figure("revenue", "ACTUAL", "2026-Q1", 5_000_000.0)]
    book, plan = read(write_plan(VOCABULARY, language, entries=[header], figures=numbers), tmp_path)
    sheet = next(s for s in book.sheets if s.name in ("Zahlen", "Figures"))
    assert sheet.cells[6, 4].value == unit
    assert [f.value for f in plan.figures] == [5_000_000.0]
    assert plan.oddities == ()


# ---------------------------------------------------------------- spoilt on purpose


def test_a_cell_holds_what_was_typed_right_or_wrong(tmp_path):
    numbers = [
        figure("revenue", "ACTUAL", "2026-Q1", Typed("ca. 300")),
        figure("revenue", "ACTUAL", "2026-Q2", Typed("#DIV/0!", formula="=1/0")),
        figure("revenue", "ACTUAL", "2026-Q3", Typed(formula="=N6+O6")),
        figure("revenue", "ACTUAL", "2026-Q4", Typed(45.0, "0 %")),
    ]
    written = write_form_of("plan", VOCABULARY, "de", entries=[HEADER], figures=numbers)
    book, plan = read(written.content, tmp_path)
    sheet = next(s for s in book.sheets if s.name == "Zahlen")
    states = [sheet.cells[6, column].state for column in range(14, 18)]
    assert states == [
        CellState.VALUE, CellState.ERROR, CellState.UNCALCULATED, CellState.VALUE,
    ]  # fmt: skip
    kinds = {odd.place.cell: odd.kind for odd in plan.oddities}
    assert kinds == {
        "N6": "text", "O6": "error-value", "P6": "uncalculated", "Q6": "unit-differs",
    }  # fmt: skip


def test_sheets_can_be_missing_hidden_merged_and_scribbled_upon(tmp_path):
    rows = [
        entry("contacts", name="Karin Seidel"),
        entry("swot", type="strength", text="Nähe"),
        entry("swot", type="weakness", text="Preis"),
    ]
    spoilt = Spoilt(
        absent=frozenset({"satisfaction"}),
        hidden=frozenset({"contacts"}),
        merged={"swot": ("A6:A7",)},
        beside={("measures", "T30"): Typed("Rückfrage an das Controlling")},
    )
    book, plan = read(
        write_plan(VOCABULARY, "de", entries=[HEADER, *rows], spoilt=spoilt), tmp_path
    )
    assert "Kundenzufriedenheit" not in {sheet.name for sheet in book.sheets}
    assert "satisfaction" not in plan.sections
    assert {odd.kind for odd in plan.oddities} >= {"hidden-sheet", "merged-over", "unmapped-range"}


# ---------------------------------------------------------------- the shipped blanks


@pytest.mark.parametrize("name", sorted(BLANK))
def test_the_shipped_blank_is_what_a_build_gives(name):
    write, language = BLANK[name]
    shipped = Path(__file__).parents[1] / "workbooks" / "blank" / name
    assert parts_of(shipped.read_bytes()) == parts_of(write(VOCABULARY, language)), (
        "run: python -m kam_reports.outputs.forms"
    )


def parts_of(content: bytes) -> list[tuple[str, bytes]]:
    """The files within a workbook: all but how tightly this machine's zlib packs them."""
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        return [(name, parts.read(name)) for name in parts.namelist()]
