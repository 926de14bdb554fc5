"""Whatever happens to a workbook that a layout reads: the same figures or a finding, never another.

Rows and columns are put in, sheets renamed, notes written anywhere. The workbooks are drawn, or
those of the two families; no file is touched.
"""

from dataclasses import replace
from functools import cache
from math import isclose

import pytest
from drawing import book
from foreign_tally import is_said
from hypothesis import given, settings
from hypothesis import strategies as st
from test_declared import CASES, VOCABULARY, layout, pushed
from test_families import FAMILIES, layouts

from kam_reports.books import read_bytes
from kam_reports.layouts import recognise, take_plan
from kam_reports.model import Cell

NOTES = ["Notiz", "bitte prüfen", "2024", "x", "Stand Q2", "Umsatz", "Plan", "k. A.", "?",
         "siehe Blatt 2", "Q3", "Summe", "Ist"]  # fmt: skip
NAMES = ["Tabelle1", "Q9", "Übersicht", "Notizen", "Plan", "Figures"]
BOOKS = {
    **{f"drawn {name}": (None, name) for name in CASES if "cells" not in CASES[name][1]},
    "industry, old": ("industry", 3),
    "industry, new": ("industry", 5),
    "broker, old": ("broker", 2),
}


@cache
def known(name):
    """A workbook, its layout, and the figures and oddities that it gives untouched."""
    family, which = BOOKS[name]
    if family is None:
        drawing, text, _ = CASES[which]
        drawn, own = book(drawing), layout(text)
    else:
        written = FAMILIES[family][which]
        drawn = read_bytes(written.content, written.name)
        own = recognise(drawn, VOCABULARY, layouts(family))
    plan = take_plan(drawn, own, VOCABULARY)
    return drawn, own, numbers(plan), {(odd.kind, odd.raw) for odd in plan.oddities}


def numbers(plan):
    return {
        (f.measure, f.scenario, f.period, f.perspective, f.breakdown): f
        for f in plan.figures
        if f.value is not None
    }


_change = st.one_of(
    st.tuples(st.just("row"), st.integers(0, 9), st.integers(1, 40)),
    st.tuples(st.just("column"), st.integers(0, 9), st.integers(1, 12)),
    st.tuples(st.just("note"), st.integers(0, 9), st.integers(1, 45), st.integers(1, 14),
              st.sampled_from(NOTES)),
    st.tuples(st.just("name"), st.integers(0, 9), st.sampled_from(NAMES)),
)  # fmt: skip


def changed(drawn, change):
    """The workbook after one change; a note is only written where nothing stands."""
    kind, which, *how = change
    sheets = list(drawn.sheets)
    at = which % len(sheets)
    sheet = sheets[at]
    if kind == "row":
        sheet = pushed(sheet, how[0], 0)
    elif kind == "column":
        sheet = pushed(sheet, 0, how[0])
    elif kind == "note":
        row, column, text = how
        if (row, column) not in sheet.cells and not any(
            area.top <= row <= area.bottom and area.left <= column <= area.right
            for area in sheet.merges
        ):
            sheet = replace(sheet, cells={**sheet.cells, (row, column): Cell(text)})
    elif how[0] not in {each.name for each in sheets}:
        sheet = replace(sheet, name=how[0])
    sheets[at] = sheet
    return replace(drawn, sheets=tuple(sheets))


@pytest.mark.deep
@given(st.sampled_from(sorted(BOOKS)), st.lists(_change, min_size=1, max_size=4))
@settings(max_examples=500, deadline=None)
def test_rows_columns_names_and_notes_change_no_figure_unless_it_is_said(name, changes):
    drawn, own, expected, usual = known(name)
    for change in changes:
        drawn = changed(drawn, change)
    plan = take_plan(drawn, own, VOCABULARY)
    found = numbers(plan)
    told = [odd for odd in plan.oddities if (odd.kind, odd.raw) not in usual]
    for key, figure in found.items():
        if key in expected:
            assert isclose(figure.value, expected[key].value, rel_tol=1e-9), (key, figure)
        else:
            assert is_said(plan.oddities, figure.place), ("invented", key, figure)
    if expected.keys() - found.keys():
        assert told, ("lost", expected.keys() - found.keys())
