"""Workbooks by another hand are read by ``map`` alone: almost all right, never wrong in silence."""

from __future__ import annotations

import pytest
from heldout import held_out
from heldout.judging import judge

HELD = [*held_out(), *held_out(again=True)]
# Three levels of margin, two budgets, a column behind a blank one, a card: left to a person, aloud.
LEFT = {
    "KA card_Fenwick.xlsx",
    "uebersicht_quartale_fink.xlsx",
    "DB-Rechnung Urban.xlsx",
    "Original and revised Munroe.xlsx",
}


@pytest.mark.parametrize("held", HELD, ids=[held.made.name for held in HELD])
def test_no_figure_is_wrong_or_missing_without_a_word(held):
    judged = judge(held)
    assert (judged.found.lies, judged.found.lost, judged.unsaid) == ([], [], ())
    assert judged.is_good or held.made.name in LEFT


def test_a_workbook_is_made_to_the_same_bytes_again():
    assert [each.made.data for each in held_out()[:3]] == [each.made.data for each in HELD[:3]]
