from datetime import date, datetime, time, timedelta

from drawing import book, draw
from hypothesis import given, settings
from hypothesis import strategies as st

from kam_reports.model import Area, Book, Cell, CellState, Sheet

_texts = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]) | st.sampled_from('|\\\n"{} =!['),
    max_size=8,
) | st.sampled_from(
    ["300", "1e5", "45 %", "TRUE", "#DIV/0!", "2026-01-01", "=B2", "", " a", "a {0}", '"a" b']
)
_numbers = st.integers(-(10**6), 10**6) | st.floats(allow_nan=False, allow_infinity=False)
_formats = st.sampled_from(["General", "0%", "@", '#,##0 "T€"|x', "0.0 {}", "yyyy-mm-dd"])
_cells = st.one_of(
    st.builds(Cell, _texts | _numbers | st.booleans(), _formats, st.booleans()),
    st.builds(Cell, st.dates(), st.just("dd.mm.yyyy"), st.booleans()),
    st.builds(Cell, st.datetimes() | st.times() | st.timedeltas(timedelta(0), timedelta(9999))),
    st.builds(Cell, st.just("#DIV/0!"), state=st.just(CellState.ERROR)),
    st.just(Cell(None, formula=True, state=CellState.UNCALCULATED)),
)
_places = st.tuples(st.integers(1, 6), st.integers(1, 30))
_sheets = st.builds(
    Sheet,
    st.text(st.characters(codec="utf-8", categories=["L", "N"]) | st.just(" "), min_size=1).map(
        lambda name: name.strip() or "x"
    ),
    st.dictionaries(_places, _cells, max_size=8),
    hidden_rows=st.frozensets(st.integers(1, 9), max_size=3),
    hidden_columns=st.frozensets(st.integers(1, 60), max_size=3),
    visible=st.sampled_from(["visible", "hidden", "veryHidden"]),
)


@settings(max_examples=200, deadline=None)
@given(st.builds(Book, st.just("a.xlsx"), st.lists(_sheets, max_size=3).map(tuple), st.booleans()))
def test_a_drawn_book_reads_back_as_it_was(original):
    assert book(draw(original), "a.xlsx") == original


def test_every_notation_means_what_the_page_says():
    sheet = book(
        r"""
        # a remark
        !date1904
        [Alles] hidden
        !merge A1:B1 D1:D2
        !hidden rows 3 5
        !hidden columns B AA
        300 | -1.5 | 45 %    | TRUE
        2026-03-31 | 2026-03-31 14:30:00 | 14:30:00 | +36:00:00
        #DIV/0! | =B2/C2 → 0.5 | =B2 → | = → 12 %

        "300" | "" | a\|b\nc\\ | 0.12 {0.0%} | Meier & Söhne
        """
    ).sheets[0]
    assert sheet.visible == "hidden"
    assert sheet.merges == (Area(1, 1, 1, 2), Area(1, 4, 2, 4))
    assert (sheet.hidden_rows, sheet.hidden_columns) == ({3, 5}, {2, 27})
    assert dict(sheet.cells) == {
        (1, 1): Cell(300),
        (1, 2): Cell(-1.5, state=CellState.MERGED_OVER),
        (1, 3): Cell(0.45, "0%"),
        (1, 4): Cell(True),
        (2, 1): Cell(date(2026, 3, 31), "yyyy-mm-dd"),
        (2, 2): Cell(datetime(2026, 3, 31, 14, 30), "yyyy-mm-dd hh:mm:ss"),
        (2, 3): Cell(time(14, 30), "hh:mm:ss"),
        (2, 4): Cell(timedelta(hours=36), "[h]:mm:ss", state=CellState.MERGED_OVER),
        (3, 1): Cell("#DIV/0!", state=CellState.ERROR),
        (3, 2): Cell(0.5, formula=True),
        (3, 3): Cell(None, formula=True, state=CellState.UNCALCULATED),
        (3, 4): Cell(0.12, "0%", formula=True),
        (5, 1): Cell("300"),
        (5, 2): Cell(""),
        (5, 3): Cell("a|b\nc\\"),
        (5, 4): Cell(0.12, "0.0%"),
        (5, 5): Cell("Meier & Söhne"),
    }


def test_the_book_knows_its_name_and_its_date_system():
    drawn = book("!date1904\n[A]\nx", "plans/Meier.xlsx")
    assert (drawn.name, drawn.date1904) == ("plans/Meier.xlsx", True)


def test_a_merged_value_reads_back():
    original = book("[A]\n!merge A1:B1\n1 | 2")
    assert original.sheets[0].cells[1, 2].state is CellState.MERGED_OVER
    assert book(draw(original)) == original
