"""The made foreign workbooks are sound, and today's reader never lies about them."""

import io
import sys
from dataclasses import replace
from datetime import date, datetime
from functools import cache
from math import isclose
from pathlib import Path

import openpyxl
import pytest
from drawing import book
from foreign import SHAPES, make, traps, workbooks
from foreign_families import broker, industrial
from foreign_firms import PY, ROLES, STAGES, STATES, WORDS
from foreign_sheets import Made, Stated
from foreign_tally import Tally, tally

from kam_reports.books import read_bytes
from kam_reports.layouts import recognise, take_plan
from kam_reports.model import Figure, Oddity, Perspective, Place, Plan, Role, Subject

sys.path.append(str(Path(__file__).parents[1] / "bench"))
from mapping import LAYOUTS, VOCABULARY, as_our_own, by_known_layouts, table

SEEDS = (1, 2)
BOOKS = [made for seed in SEEDS for made in workbooks(seed)]
FAMILIES = [*industrial(), *broker()]
TRAPS = [made for seed in SEEDS for made in traps(seed)]
_WORDS = {
    key: {words[key] for words in options.values() if key in words}
    for options in (STATES, ROLES, STAGES)
    for key in options["de"]
}


def named(made):
    return made.name


@cache
def tallied(read, name):
    """What became of one of BOOKS; each is read once for all tests."""
    return read(next(made for made in BOOKS if made.name == name))


@cache
def seen_of(name):
    """One of BOOKS, FAMILIES and TRAPS as it is seen; opened once for all tests."""
    return Seen(next(made for made in [*BOOKS, *FAMILIES, *TRAPS] if made.name == name))


class Seen:
    """A workbook as openpyxl sees it: shown values, and whether a formula stands there."""

    def __init__(self, made: Made) -> None:
        self.shown = openpyxl.load_workbook(io.BytesIO(made.data), data_only=True)
        self.kept = openpyxl.load_workbook(io.BytesIO(made.data))
        self.language = made.language

    def number(self, sheet: str, cell: str) -> float | None:
        """The number that a person reads in a cell."""
        value = self.shown[sheet][cell].value
        if value is None:
            assert self.kept[sheet][cell].value == "=1+1", "a blank cell states no figure"
            return None
        return value if not isinstance(value, str) else self._typed(value)

    def _typed(self, text: str) -> float | None:
        text = text.strip("~ \u00a0")
        if text.startswith("#") or " - " in text or not any(map(str.isdigit, text)):
            return None
        swap = str.maketrans({".": "", ",": "."} if self.language == "de" else {",": ""})
        return float(text.translate(swap))

    def added_up(self, stated: Stated) -> float:
        """The sum of the sales in a range of rows that lie in a period."""
        page = self.shown[stated.sheet]
        rows = page[stated.cell]
        begin, end = stated.period.begins(), stated.period.ends()
        return sum(
            cell.value
            for (cell,) in (rows if isinstance(rows, tuple) else ((rows,),))
            if begin <= page.cell(cell.row, cell.column - 2).value.date() <= end
        )

    def counted(self, stated: Stated) -> float:
        """What the rows of an application list come to in a quarter, by their last status."""
        statuses = ("eingereicht", "abgelehnt", "genehmigt", "Vertrag unterschrieben")
        last: dict[str, tuple[int, int, float]] = {}
        for number, *_, submitted, amount, status, _ in self._rows(stated):
            month, money = int(submitted[3:5]), self._typed(amount)
            case = (statuses.index(status), (month + 2) // 3, money)
            last[number] = max(last.get(number, case), case)
        how = [(rank, money) for rank, quarter, money in last.values()
               if quarter == stated.period.number]  # fmt: skip
        if stated.measure == "pending":
            open_ones = [quarter for rank, quarter, _ in last.values() if rank == 0]
            return sum(quarter <= stated.period.number for quarter in open_ones)
        wanted = {"rejected": (1,), "approved": (2, 3), "signed": (3,), "volume_signed": (3,)}
        wanted |= dict.fromkeys(["auto_rejected", "withdrawn", "cancelled", "volume_cancelled"], ())
        kept = [money for rank, money in how if rank in wanted.get(stated.measure, range(4))]
        return sum(kept) if stated.measure.startswith("volume") else len(kept)

    def _rows(self, stated: Stated):
        page = self.shown[stated.sheet]
        return [[cell.value for cell in row] for row in page[stated.cell]]


@pytest.mark.parametrize("made", [*BOOKS, *FAMILIES, *TRAPS], ids=named)
def test_every_figure_of_the_truth_stands_in_its_cell(made):
    seen = seen_of(made.name)
    for stated in (*made.figures, *made.doubtful):
        if stated.grouped:
            total = (seen.counted if made.document == "scorecard" else seen.added_up)(stated)
            assert total == stated.value
            continue
        number = seen.number(stated.sheet, stated.cell)
        if stated.value is None:
            assert number is None, stated
        else:
            assert number is not None, stated
            assert isclose(number * stated.scale, stated.value, rel_tol=1e-9), stated


@pytest.mark.parametrize("made", [*BOOKS, *FAMILIES, *TRAPS], ids=named)
def test_every_field_of_the_truth_stands_in_its_cell(made):
    seen = seen_of(made.name)
    for record in made.records:
        for told in record.fields.values():
            value = seen.shown[told.sheet][told.cell].value
            if isinstance(told.value, date):
                kinds = ("%d.%m.%Y", "%Y-%m-%d")
                days = [value] if isinstance(value, datetime) else list(_days(value, kinds))
                assert told.value in [day.date() for day in days]
            elif isinstance(value, str):
                plain = " ".join(value.split())
                assert plain == told.value or plain in _WORDS[told.value]
            else:
                assert value == told.value


def _days(text, kinds):
    for kind in kinds:
        try:
            yield datetime.strptime(text, kind)
        except ValueError:
            continue


@pytest.mark.parametrize("made", [*BOOKS, *FAMILIES, *TRAPS], ids=named)
def test_no_truth_contradicts_another(made):
    once, cells = {}, set()
    for stated in made.figures:
        if stated.value is not None:
            assert once.setdefault(stated.key, stated.value) == stated.value, stated
        if not stated.grouped:
            assert (stated.sheet, stated.cell) not in cells, stated
            cells.add((stated.sheet, stated.cell))


def test_an_amount_in_thousands_says_so_somewhere_on_its_sheet():
    units = ("T€", "TEUR", "Tsd. €", "Mio. €", "k€", "EUR k", "EUR m", "m€")
    for made in [*BOOKS, *FAMILIES]:
        scaled = {stated.sheet for stated in made.figures if stated.scale > 1}
        shown = openpyxl.load_workbook(io.BytesIO(made.data), data_only=True)
        for sheet in scaled:
            texts = [str(cell.value) for row in shown[sheet] for cell in row if cell.value]
            assert any(unit in text for unit in units for text in texts), (made.name, sheet)


def test_the_same_seed_makes_the_same_bytes_and_another_makes_others():
    first = make("L4", "de", dirty=True, seed=7)
    assert make("L4", "de", dirty=True, seed=7).data == first.data
    assert make("L4", "de", dirty=True, seed=8).data != first.data
    assert [made.data for made in industrial()] == [made.data for made in industrial()]


def test_every_shape_is_made_in_both_languages_clean_and_dirty():
    made = workbooks(1)
    assert len({one.data for one in made}) == len(made) == 56
    assert {(one.shape, one.language, one.dirty) for one in made} == {
        (shape, language, dirty)
        for shape in SHAPES
        for language in ("de", "en")
        for dirty in (False, True)
    }


def test_the_dirt_of_real_workbooks_is_in_them():
    dirt = frozenset().union(*(made.dirt for made in BOOKS))
    assert dirt >= {"nbsp", "text", "text date", "error", "never", "null", "about", "range"}
    assert dirt >= {"blank row", "notes", "formula"}
    assert not any(made.dirt for made in BOOKS if not made.dirty)
    hidden = [made for made in BOOKS if made.shape == "L12"]
    states = {sheet.visible for made in hidden for sheet in read_bytes(made.data, "").sheets}
    assert states == {"visible", "hidden", "veryHidden"}


def test_every_measure_is_met_in_one_of_them():
    assert {stated.measure for made in BOOKS for stated in made.figures} == set(WORDS)
    assert any(stated.scenario is PY for made in BOOKS for stated in made.figures)
    assert any(stated.breakdown for made in BOOKS for stated in made.figures)
    assert any(stated.grouped for made in BOOKS for stated in made.figures)
    assert any(stated.period.grain == "M" for made in BOOKS for stated in made.figures)


# ---------------------------------------------------------------- the judge


def _plan_of(made: Made, *oddities: Oddity, **changed) -> Plan:
    """A plan that reads a workbook exactly, but for the first figure."""
    figures = []
    for stated in made.figures:
        place = Place(made.name, stated.sheet, stated.cell)
        figures.append(Figure(stated.measure, stated.scenario, stated.period, stated.value, "",
                              place, "", Perspective.OWN, stated.breakdown))  # fmt: skip
    figures[0] = replace(figures[0], **changed)
    subject = Subject("", "", Role.ACCOUNT)
    return Plan(subject, 2026, None, tuple(figures), (), oddities, Place(made.name))


def test_the_judge_finds_a_perfect_reading_right():
    for made in workbooks(1):
        found = tally(made, _plan_of(made))
        assert (found.precision, found.recall, found.lies) == (1, 1, [])


def test_the_judge_sees_a_wrong_value_a_wrong_cell_and_whether_it_was_said():
    made = make("L4", "de", dirty=False)
    first = made.figures[0]
    place = Place(made.name, first.sheet, first.cell)
    wrong = tally(made, _plan_of(made, value=-1.0))
    assert wrong.figures["wrong, silent"] == len(wrong.lies) == 1
    for kind, silent in (("ambiguous", 0), ("converted", 1)):
        found = tally(made, _plan_of(made, Oddity(kind, place), value=-1.0))
        assert found.figures["wrong, silent"] == silent
    elsewhere = Place(made.name, first.sheet, "ZZ99")
    assert tally(made, _plan_of(made, place=elsewhere)).figures["wrong, silent"] == 1
    assert tally(made, _plan_of(made, value=None)).figures["missing, silent"] == 1
    assert tally(made, None).figures["missing, silent"] == len(made.figures)


# ---------------------------------------------------------------- today's reader


def _named(shape):
    return [made.name for made in BOOKS if made.shape == shape]


@pytest.mark.parametrize("read", [by_known_layouts, as_our_own])
@pytest.mark.parametrize("shape", SHAPES)
def test_no_figure_is_read_wrong_without_a_finding(shape, read):
    assert not [lie for name in _named(shape) for lie in tallied(read, name).lies]


@pytest.mark.parametrize("made", FAMILIES, ids=named)
def test_no_figure_of_a_family_is_read_wrong_without_a_finding(made):
    assert not by_known_layouts(made).lies
    assert not as_our_own(made).lies


@pytest.mark.parametrize("made", TRAPS, ids=named)
def test_what_nobody_can_know_is_said_and_the_rest_is_right(made):
    found = as_our_own(made)
    assert (found.lies, found.lost) == ([], [])
    assert found.recall == 1


@pytest.mark.parametrize("made", [made for made in BOOKS if made.shape == "L2"], ids=named)
def test_lists_below_titles_and_notes_are_read_with_their_cells(made):
    found = tallied(by_known_layouts, made.name)
    assert found.fields["right"] >= 60
    assert not found.fields["wrong, silent"] + found.fields["missing, silent"]


def test_the_benchmark_prints_a_line_for_every_shape():
    text, total = table(by_known_layouts, list(workbooks(1)))
    assert all(f"| {shape} | 4 |" in text for shape in SHAPES)
    assert isinstance(total, Tally)
    assert total.figures["right"] > 700


_WITH_FOOTNOTE = """
[Plankopf]
Kundennummer  | K-1
Key Account   | Meier AG
Geschäftsjahr | 2026
Stichtag      | 2026-09-30
[Zahlen]
Messgröße | Ist Q1 | Ist Q2
Umsatz    | 931    | 1017.5
Absatz    | 9400   | 9900

* alle Beträge in T€
"""


def test_a_unit_that_only_a_footnote_states_is_used_and_said():
    drawn = book(_WITH_FOOTNOTE)
    plan = take_plan(drawn, recognise(drawn, VOCABULARY, LAYOUTS), VOCABULARY)
    assert [figure.value for figure in plan.figures] == [931_000, 1_017_500, 9400, 9900]
    assert [(odd.kind, odd.place.cell) for odd in plan.oddities] == [("scale-differs", "A5")]


def test_a_note_between_two_tables_is_no_footnote_of_the_upper_one():
    drawn = book(_WITH_FOOTNOTE + "\nMessgröße | Ziel Q1 | Ziel Q2\nDB | 5 | 6\n")
    plan = take_plan(drawn, recognise(drawn, VOCABULARY, LAYOUTS), VOCABULARY)
    assert plan.figures[0].value == 931
    assert [(odd.kind, odd.place.cell) for odd in plan.oddities] == [("unmapped-range", "A5")]


def test_a_percent_sign_alone_makes_no_row_a_variance():
    drawn = book(_WITH_FOOTNOTE.replace("Absatz", "DB-Qu. (%)").replace("* alle", "Abw. % | 4\n"))
    plan = take_plan(drawn, recognise(drawn, VOCABULARY, LAYOUTS), VOCABULARY)
    assert [odd.place.cell for odd in plan.odd("unknown-measure")] == ["A3"]


@pytest.mark.parametrize("shape", SHAPES)
def test_no_figure_is_left_out_without_a_finding(shape):
    assert not [each for name in _named(shape) for each in tallied(by_known_layouts, name).lost]


@pytest.mark.parametrize("unit", ["EUR m", "€m", "m€", "Mio. €", "EUR million"])
def test_millions_are_known_before_and_behind_the_currency(unit):
    drawn = book(_WITH_FOOTNOTE.replace("T€", unit))
    plan = take_plan(drawn, recognise(drawn, VOCABULARY, LAYOUTS), VOCABULARY)
    assert plan.figures[0].value == 931_000_000


@pytest.mark.parametrize("word", ["DB in %", "DB %", "DB-Quote", "CM %"])
def test_a_quota_whose_word_ends_in_percent_is_no_amount(word):
    drawn = book(
        _WITH_FOOTNOTE.replace("Absatz    | 9400   | 9900", f"{word} | 0.2 {{0%}} | 0.3 {{0%}}")
    )
    plan = take_plan(drawn, recognise(drawn, VOCABULARY, LAYOUTS), VOCABULARY)
    assert [(figure.measure, figure.value) for figure in plan.figures[2:]] == [
        ("k_cm_pct", 0.2),
        ("k_cm_pct", 0.3),
    ]
    assert not list(plan.odd("unit-differs"))


def test_numbered_quarters_head_columns_of_figures():
    rows = "Messgröße | Art | 1. Quartal | 2. Quartal\nUmsatz | Budget | 5 | 6\n | Ist | 7 | 8"
    drawn = book(_WITH_FOOTNOTE[: _WITH_FOOTNOTE.index("[Zahlen]")] + f"[Plan-Ist]\n{rows}\n")
    plan = take_plan(drawn, recognise(drawn, VOCABULARY, LAYOUTS), VOCABULARY)
    assert [figure.value for figure in plan.figures] == [5, 6, 7, 8]
    assert plan.header["plan_budget"] is None
