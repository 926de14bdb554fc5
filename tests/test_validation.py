"""The workbooks of the third hand say what their truth says; what ``map`` makes of them is no test."""

from __future__ import annotations

import io
from math import isclose

import pytest
from heldout.desk import Held
from heldout.validation import validation
from openpyxl import load_workbook

HELD = validation()


def test_there_are_44_of_every_shape_and_both_languages():
    assert len(HELD) == 44
    assert sum(each.made.language == "de" for each in HELD) == 24
    assert sum(bool(each.trap) for each in HELD) == 8
    assert {each.made.shape for each in HELD} == {f"L{number}" for number in range(1, 15)}


def test_they_are_the_same_bytes_every_time():
    assert [each.made.data for each in validation()] == [each.made.data for each in HELD]


@pytest.mark.parametrize("held", HELD, ids=lambda held: held.made.name)
def test_every_figure_of_the_truth_stands_in_its_cell(held: Held):
    made = held.made
    book = load_workbook(io.BytesIO(made.data), data_only=True)
    for one in (*made.figures, *made.doubtful):
        cells = book[one.sheet][one.cell]
        if one.grouped or one.value is None:
            continue
        if not isinstance(cells.value, str):
            assert cells.value is not None, one
            assert isclose(cells.value * one.scale, one.value, rel_tol=1e-9), one
    for record in made.records:
        for told in record.fields.values():
            assert book[told.sheet][told.cell].value is not None
    for sheet, cell in held.told:
        assert book[sheet][cell] is not None


@pytest.mark.parametrize("held", HELD, ids=lambda held: held.made.name)
def test_what_is_stated_in_two_cells_is_stated_alike(held: Held):
    stated = {}
    for one in held.made.figures:
        assert isclose(stated.setdefault(one.key, one.value), one.value), one
