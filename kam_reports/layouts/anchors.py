"""Where the blocks that a layout declares stand in a workbook: found by their words.

A block is cut out of its sheet with its own columns and rows, so that tables beside and below each
other never mix. What a word does not find is said, with the nearest text that stands there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from kam_reports.layouts.blocks import Block, Label
from kam_reports.layouts.declaring import Declared, area_of, in_turn, matches
from kam_reports.layouts.gathering import Gathering
from kam_reports.layouts.pages import Page, Position
from kam_reports.layouts.pairs import pairs_on
from kam_reports.layouts.signs import Signs
from kam_reports.model import Named, Place
from kam_reports.vocabulary import nearest

_DEEPEST = 5  # rows of a header
_ABOVE = 4  # rows above a header whose titles and notes belong to it
_NEAR = 6  # filled rows between a heading and its header
_PROOF = 4  # filled rows below a header in which a number stands
_SHOWN = 400  # rows by which the columns of a table are told


@dataclass(slots=True)
class Region:
    """A part of a page where a declared block stands."""

    declared: Declared
    whole: Page
    heads: tuple[int, ...]  # the rows of its header
    left: int
    right: int
    top: int  # where its heading stands
    heading: Position | None = None
    bottom: int = 0
    page: Page | None = None  # the part as a page of its own
    cut: set[Position] = field(default_factory=set)

    def overlaps(self, other: Region) -> bool:
        """Whether the two share columns."""
        return self.left <= other.right and other.left <= self.right

    def close(self) -> None:
        """Take what was read of the part off the whole."""
        if self.page is not None:
            self.whole.rest -= self.cut - self.page.rest


def find_regions(
    pages: Sequence[Page], declared: Sequence[Declared], gathering: Gathering
) -> list[Region]:
    """Every declared block where it stands; what is missing or fits twice is noted."""
    found = [
        region
        for each in declared
        if each.kind != "pairs"
        for region in _Search(each, pages, gathering).find()
    ]
    for region in found:
        _end(region, found, gathering)
    kept = list(_apart(found, gathering))
    for each in declared:
        if each.kind == "pairs":
            kept += _Search(each, pages, gathering).single_figures(kept)
    return kept


def _apart(found: Sequence[Region], gathering: Gathering) -> Iterator[Region]:
    """The regions of which none stands in another: nobody could tell whose the cells are."""
    taken: list[tuple[Region, set[Position]]] = []
    for region in found:
        body = {at for at in region.cut if at[0] >= region.heads[0]}
        other = next((o for o, cells in taken if o.whole is region.whole and cells & body), None)
        if other is None:
            taken.append((region, body))
            yield region
        else:
            _note_second(other, region, gathering)


def _note_second(first: Region, other: Region, gathering: Gathering) -> None:
    """Say that two places fit one block, or two blocks one place; the first is read."""
    at = other.heads[0], other.left
    gathering.notice(
        "fits-twice",
        gathering.place(other.whole, *at),
        other.whole.text(*at),
        other=gathering.place(first.whole, first.heads[0], first.left),
        field=Named("section", other.declared.fills),
    )


def fitting(pages: Sequence[Page], declared: Sequence[Declared], gathering: Gathering) -> int:
    """How many of the declared blocks stand in the workbook."""
    return sum(bool(_Search(each, pages, gathering.aside()).find()) for each in declared)


def tables_on(page: Page, declared: Declared, gathering: Gathering) -> list[Region]:
    """Every table of a page that could be such a block, each with its own rows and columns."""
    search, found = _Search(declared, [page], gathering), list[Region]()
    for row in page.rows:
        for region in search.beginning_in(page, row):
            inside = any(
                other.overlaps(region) and region.heads[0] <= other.bottom for other in found
            )
            if not inside and not _repeats(region, found):
                region.bottom = _last_row(region, 10**9, gathering)
                _reach_labels(region, found)
                found.append(region)
    for region in found:
        _end(region, found, gathering)
    return found


def _reach_labels(region: Region, found: Sequence[Region]) -> None:
    """Let a table of nothing but figures begin with the labels left of a blank column."""
    page, rows = region.whole, range(region.heads[-1] + 1, region.bottom + 1)
    filled = [row for row in rows if page.cell(row, region.left) is not None]
    if not filled or any(page.text(row, region.left) for row in filled[:_PROOF]):
        return
    runs = _runs(page, region.heads[0], 1, region.left - 2)
    if not runs or runs[-1][1] != region.left - 2:
        return
    left, right = runs[-1]
    taken = any(
        other.left <= right and left <= other.right and region.heads[0] <= other.bottom
        for other in found
    )
    labelled = sum(bool(page.text(row, left)) for row in filled)
    if not taken and 2 * labelled > len(filled):
        region.left = left


class _Search:
    """The search for one declared block."""

    def __init__(self, declared: Declared, pages: Sequence[Page], gathering: Gathering) -> None:
        self.declared = declared
        self.pages = pages
        self.gathering = gathering
        self.signs = Signs(declared, gathering)

    def find(self) -> list[Region]:
        declared = self.declared
        pages = [page for page in self.pages if self._may_stand_on(page)]
        if not pages:
            self._miss_sheet()
            return []
        found: list[Region] = []
        for page in pages:
            found += self._on(page)
        if not found:
            self._miss_words(pages)
        many = declared.each or "sheet" in (declared.periods, declared.scenarios)
        if len(found) > 1 and not many:
            for other in found[1:]:
                _note_second(found[0], other, self.gathering)
            del found[1:]
        return found

    def single_figures(self, others: Sequence[Region]) -> list[Region]:
        """The figures that stand beside a label of their own, where no table or list is."""
        found: list[Region] = []
        for page in (page for page in self.pages if self._may_stand_on(page)):
            beside = [other for other in others if other.whole is page]
            tables = [other for other in beside if other.declared.kind != "form"]
            taken = {at for other in tables for at in other.cut}
            pairs = pairs_on(page, self.declared, self.gathering, taken)
            if not pairs:
                continue
            cells = {at for pair in pairs for at in (pair.label, pair.value)}
            for form in beside:
                if form.declared.kind == "form" and form.page is not None:
                    form.page = _without(form.page, cells)
                    form.cut -= cells
            rows, columns = sorted({r for r, _ in cells}), sorted({c for _, c in cells})
            part = {
                row: {c: page.rows[row][c] for r, c in sorted(cells) if r == row} for row in rows
            }
            found.append(
                Region(
                    self.declared, page, (rows[0],), columns[0], columns[-1], rows[0],
                    bottom=rows[-1], cut=cells & page.rest,
                    page=replace(page, rows=part, known_texts={}, rest=cells & page.rest),
                )
            )  # fmt: skip
        if not found and not self.declared.optional:
            self._miss_words([page for page in self.pages if self._may_stand_on(page)])
        return found

    def _may_stand_on(self, page: Page) -> bool:
        hidden = page.sheet.visible != "visible"
        return self.declared.is_on(page.name) and (not hidden or self.declared.names_its_sheet)

    # ------------------------------------------------ what is missing

    def _miss_sheet(self) -> None:
        """Say that no sheet has the name; the nearest is one of a like name, or of such a table."""
        if self.declared.optional:
            return
        sheets = {page.name: self.gathering.place_of(page.name) for page in self.pages}
        if not self._nearest(self.declared.sheet, sheets):
            sheets = dict(self._sheets_with_such_a_table())
            self._miss("", self.declared.sheet, sheets, certain=True)
        else:
            self._miss("", self.declared.sheet, sheets)

    def _sheets_with_such_a_table(self) -> Iterator[tuple[str, Place]]:
        """The sheets on which the block would stand, if they had its name."""
        if not self.declared.header and not self.declared.heading:
            return
        for page in self.pages:
            if page.sheet.visible == "visible":
                for region in self._on(page):
                    at = region.heading or (region.heads[0], region.left)
                    yield page.name, self.gathering.place(page, *at)

    def _miss_words(self, pages: Sequence[Page]) -> None:
        """Say which words of the heading and header stand on none of the sheets."""
        if self.declared.optional:
            return
        texts = {
            text: self.gathering.place(page, row, column)
            for page in reversed(pages)
            for row in reversed(page.rows)
            for column, text in page.texts(row).items()
        }
        words = [self.declared.heading, *map(in_turn, self.declared.header)]
        gone = [each for each in words if each and not any(matches(t, each) for t in texts)]
        # They all stand there, but never together.
        together = tuple(in_turn(word)[0] for word in self.declared.header)
        whole = together or self.declared.heading or (pages[0].name,)
        for each in gone or [whole]:
            self._miss(pages[0].name, each, texts)

    def _miss(
        self, sheet: str, words: Sequence[str], texts: Mapping[str, Place], *, certain: bool = False
    ) -> None:
        """Note what is missing, with the nearest of *texts*; if *certain*, it is the first."""
        near = next(iter(texts), "") if certain else self._nearest(words, texts)
        self.gathering.notice(
            "anchor-missing",
            self.gathering.place_of(sheet),
            " / ".join(words),
            nearest=near,
            at=texts.get(near, ""),
            field=Named("section", self.declared.fills),
        )

    @staticmethod
    def _nearest(words: Sequence[str], texts: Iterable[str]) -> str:
        known = list(texts)
        return next((each for word in words if (each := nearest(word, known))), "")

    # ------------------------------------------------ on a page

    def _on(self, page: Page) -> list[Region]:
        declared = self.declared
        if area := area_of(declared.cells) if declared.cells else None:
            return self._in_cells(page, area)
        headings = [
            (row, column)
            for row in page.rows
            for column, text in page.texts(row).items()
            if declared.heading and matches(text, declared.heading)
        ]
        if declared.heading and not headings:
            return []
        if declared.kind == "form":
            return self._forms(page, headings)
        if declared.kind == "pairs":
            return self.single_figures(())
        return self._tables(page, headings)

    def _in_cells(self, page: Page, area: tuple[int, int, int, int]) -> list[Region]:
        top, left, bottom, right = area
        rows = [row for row in page.rows if top <= row <= bottom]
        if not rows:
            return []
        heads = self._heads(page, rows[0], left, right) or (rows[0],)
        return [Region(self.declared, page, heads, left, right, top, bottom=bottom)]

    def _forms(self, page: Page, headings: Sequence[Position]) -> list[Region]:
        words = map(in_turn, self.declared.header)
        texts = [text for row in page.rows for text in page.texts(row).values()]
        if not page.rows or any(not any(matches(t, each) for t in texts) for each in words):
            return []
        right = max(max(cells) for cells in page.rows.values())
        if not headings:
            top = next(iter(page.rows))
            return [Region(self.declared, page, (top,), 1, right, top)]
        return [
            Region(self.declared, page, (row,), 1, right, row, heading=(row, column))
            for row, column in headings
        ]

    def _tables(self, page: Page, headings: Sequence[Position]) -> list[Region]:
        found: list[Region] = []
        if headings:
            for heading in headings:
                found += self._below(page, heading, headings)
            return found
        rows = list(page.rows)
        at = 0
        while at < len(rows):
            regions = list(self._from(page, rows[at]))
            new = [region for region in regions if not _repeats(region, found)]
            found += new
            if new and not self.declared.header:
                break  # nothing tells a second table from what follows the first
            at += max((len(region.heads) for region in regions), default=1)
        return found

    def _below(
        self, page: Page, heading: Position, headings: Sequence[Position]
    ) -> Iterator[Region]:
        """The first table below a heading, in its columns."""
        row, column = heading
        others = [c for r, c in headings if r == row and c > column]
        limit = min(others, default=10**6)
        later = [each for each in page.rows if each > row][:_NEAR]
        for each in later:
            for region in self._from(page, each, column, limit - 1):
                if region.left <= column <= region.right or column <= region.left:
                    yield replace(region, top=row, heading=heading)
                    return

    def _from(self, page: Page, row: int, first: int = 1, last: int = 10**6) -> Iterator[Region]:
        """The tables whose header begins in *row*: one for every run of columns that has one."""
        if not self._may_begin(page, row):
            return
        runs = _runs(page, row, first, last)
        fits, reached = False, 0
        for at, (left, right) in enumerate(runs):
            if left <= reached:
                continue
            if heads := self._heads(page, row, left, right):
                fits = True
                reached = self._reach(page, heads, runs[at:])
                if reached > right:
                    heads = self._heads(page, row, left, reached) or heads
                yield Region(self.declared, page, heads, left, reached, heads[0])
        if fits:
            return
        # A blank column was put in: the fewest runs beside each other that have all its words.
        for count in range(2, len(runs) + 1):
            for at in range(len(runs) - count + 1):
                left, right = runs[at][0], runs[at + count - 1][1]
                if heads := self._heads(page, row, left, right):
                    right = self._reach(page, heads, [(left, right), *runs[at + count :]])
                    heads = self._heads(page, row, left, right) or heads
                    yield Region(self.declared, page, heads, left, right, heads[0])
                    return

    def _reach(self, page: Page, heads: tuple[int, ...], runs: Sequence[tuple[int, int]]) -> int:
        """The last column of a table that goes on behind blank columns, as bands do.

        What goes on has the words of a header, numbers below it, and no labels of its own: those
        stand in the first column, or left of a blank one.
        """
        left, right = runs[0]
        if self.declared.kind == "list":
            return right
        body = [row for row in page.rows if row > heads[-1]][:_PROOF]
        labels = [(row, c) for row in body for c in (left, left - 2) if page.text(row, c)]
        if not labels or all(_may_be_number(page, *at) for at in labels):
            return right
        for start, end in runs[1:]:
            cells = page.rows[heads[-1]]
            said = [cells[c].value for c in range(start, end + 1) if c in cells]
            if start != right + 2 or not said or not all(map(self.signs.heads, said)):
                break
            if any(self.signs.axis(value) for value in said):
                break
            inside = [(row, c) for row in body for c in range(start, end + 1) if page.cell(row, c)]
            if not inside or not all(_may_be_number(page, *at) for at in inside):
                break
            right = end
        return right

    def beginning_in(self, page: Page, row: int) -> list[Region]:
        """The tables whose header begins in *row*."""
        return list(self._from(page, row))

    def _may_begin(self, page: Page, row: int) -> bool:
        """Whether a row has words of a header at all: most have not, and looking on takes long."""
        if words := tuple(word for each in self.declared.header for word in in_turn(each)):
            return any(matches(text, words) for text in page.texts(row).values())
        cells = page.rows.get(row, {})
        known = 0
        for left, right in _groups(cells):
            if all(self._is_word(cells[column].value) for column in range(left, right + 1)):
                known += sum(self.signs.heads(cells[c].value) for c in range(left, right + 1))
        return known > 1

    # ------------------------------------------------ the header

    def _heads(self, page: Page, row: int, left: int, right: int) -> tuple[int, ...]:
        """The rows of the header that begins in *row*; none if there is none."""
        words = self.declared.header
        rows = self._rows_with_words(page, row, left, right) if words else (row,)
        if not rows or (not words and not self._is_header(page, row, left, right)):
            return ()
        if self.declared.kind == "list":
            return rows
        if not words or len(rows) < _DEEPEST:
            rows = self._deepened(page, rows, left, right)
        return rows

    def _rows_with_words(self, page: Page, row: int, left: int, right: int) -> tuple[int, ...]:
        wanted = list(self.declared.header)
        rows: list[int] = []
        for each in range(row, row + _DEEPEST):
            texts = [t for c, t in page.texts(each).items() if left <= c <= right]
            missing = [word for word in wanted if not any(matches(t, in_turn(word)) for t in texts)]
            if each == row and len(missing) == len(wanted):
                return ()
            rows.append(each)
            wanted = missing
            if not wanted:
                return tuple(rows)
        return ()

    def _is_header(self, page: Page, row: int, left: int, right: int) -> bool:
        known = [c for c in self._named(page, row) if left <= c <= right]
        said = [c for c in known if page.text(row, c)]  # dates alone are a record's
        if self._is_line_of_header(page, row, left, right):
            return False
        if len(known) < 2 or not said or not self._is_of_words(page, row, left, right):
            return False
        if self.declared.kind == "list":
            return True
        # "Geschäftsjahr | 2026" names periods, too; but no numbers stand below it.
        below = [each for each in page.rows if each > row][:_PROOF]
        return any(_may_be_number(page, each, column) for each in below for column in known)

    def _is_line_of_header(self, page: Page, row: int, left: int, right: int) -> bool:
        """Whether a row is but a field of the plan's header with its value: ``FY | 2026``."""
        cells = [c for c in page.rows[row] if left <= c <= right]
        if len(cells) != 2 or page.text(row, cells[1]):
            return False
        layout, vocabulary = self.gathering.layout, self.gathering.vocabulary
        return layout.field_of(layout.header, page.text(row, cells[0]), vocabulary) is not None

    def _named(self, page: Page, row: int) -> list[int]:
        """The columns of *row* whose texts are words of a table."""
        return [
            column
            for column, cell in page.rows.get(row, {}).items()
            if self.signs.heads(cell.value)
        ]

    def _is_of_words(self, page: Page, row: int, left: int, right: int) -> bool:
        cells = [cell for c, cell in page.rows.get(row, {}).items() if left <= c <= right]
        return bool(cells) and all(self._is_word(cell.value) for cell in cells)

    def _is_word(self, value: object) -> bool:
        """Whether it may stand in a header: a number typed as text ("23", "317 - 634") may not."""
        if isinstance(value, str) and any(map(str.isdigit, value)):
            return any(map(str.isalpha, value)) or self.signs.heads(value)
        return isinstance(value, (str, date)) or bool(self.signs.year_of(value))

    def _deepened(
        self, page: Page, rows: tuple[int, ...], left: int, right: int
    ) -> tuple[int, ...]:
        """The header with the bands above and the rows below that belong to it."""
        first = min(
            (c for row in rows for c in self._named(page, row) if self._is_figure(page, row, c)),
            default=left,
        )
        rows = tuple(range(rows[0], rows[-1] + 1))
        while len(rows) < _DEEPEST and self._is_band(page, rows[0] - 1, first, right):
            rows = (rows[0] - 1, *rows)
        while len(rows) < _DEEPEST and self._goes_on(page, rows[-1] + 1, first, left, right):
            rows = (*rows, rows[-1] + 1)
        return rows

    def _is_figure(self, page: Page, row: int, column: int) -> bool:
        cell = page.cell(row, column)
        return cell is not None and self.signs.axis(cell.value) is None

    def _is_band(self, page: Page, row: int, first: int, right: int) -> bool:
        """Whether a row above names scenarios, periods or measures over several columns."""
        named = [c for c in self._named(page, row) if first <= c <= right]
        wide = any(page.beside(row, column) - column > 1 for column in named)
        return (len(named) >= 2 or wide) and self._is_of_words(page, row, first, right)

    def _goes_on(self, page: Page, row: int, first: int, left: int, right: int) -> bool:
        named = [c for c in self._named(page, row) if first <= c <= right]
        return len(named) >= 2 and self._is_of_words(page, row, left, right)


def _without(page: Page, cells: set[Position]) -> Page:
    """A part of a sheet without cells that are another block's."""
    rows = {row: {c: x for c, x in of.items() if (row, c) not in cells}
            for row, of in page.rows.items()}  # fmt: skip
    rows = {row: of for row, of in rows.items() if of}
    return replace(page, rows=rows, known_texts={}, rest=page.rest - cells)


def _may_be_number(page: Page, row: int, column: int) -> bool:
    """Whether a cell holds a number, or a text with digits."""
    cell = page.cell(row, column)
    if cell is None or isinstance(cell.value, (bool, date)):
        return False
    return isinstance(cell.value, (int, float)) or any(map(str.isdigit, page.text(row, column)))


def _repeats(region: Region, found: Sequence[Region]) -> bool:
    """Whether a header only repeats that of the table it stands in, without a gap between."""
    for other in found:
        if (other.left, other.right) != (region.left, region.right) or region.heads[
            0
        ] in other.heads:
            continue
        page = region.whole
        same = page.texts(other.heads[0]) == page.texts(region.heads[0])
        between = range(other.heads[-1] + 1, region.heads[0])
        if same and all(row in page.rows for row in between):
            return True
    return any(other.left == region.left and region.heads[0] in other.heads for other in found)


def _runs(page: Page, row: int, first: int, last: int) -> list[tuple[int, int]]:
    """The runs of columns that are filled from *row* on, down to two blank rows."""
    columns: set[int] = set()
    blank = 0
    for each in range(row, row + _SHOWN):
        cells = page.rows.get(each, {})
        blank = 0 if cells else blank + 1
        if blank > 1:
            break
        columns.update(cells)
        if page.ends:
            for column in cells:
                columns.update(range(column, page.beside(each, column)))
    return _groups(column for column in columns if first <= column <= last)


def _groups(cells: Iterable[int]) -> list[tuple[int, int]]:
    """The runs of neighbouring columns in a row."""
    groups: list[tuple[int, int]] = []
    for column in sorted(cells):
        if groups and groups[-1][1] == column - 1:
            groups[-1] = (groups[-1][0], column)
        else:
            groups.append((column, column))
    return groups


def runs_of(page: Page, row: int) -> list[tuple[int, int]]:
    """The runs of neighbouring columns that are filled from *row* on."""
    return _runs(page, row, 1, 10**6)


# ---------------------------------------------------------------- where it ends


def _end(region: Region, found: Sequence[Region], gathering: Gathering) -> None:
    """Cut the region out of its page: down to the next block, a word that ends it, or a gap."""
    whole, declared = region.whole, region.declared
    if declared.kind == "form" and not declared.cells:
        _narrow(region, found)
    below = [
        other.top
        for other in found
        if other is not region
        and other.whole is whole
        and other.top > region.heads[0]
        and region.overlaps(other)
    ]
    limit = min(below, default=10**9) - 1
    if declared.cells:
        limit = min(limit, region.bottom)
    elif declared.kind != "form":
        limit = min(limit, _last_row(region, limit, gathering))
    top = region.top if declared.cells or region.heading else _top(region, found)
    region.bottom = limit
    rows = {
        row: {c: cell for c, cell in cells.items() if region.left <= c <= region.right}
        for row, cells in whole.rows.items()
        if top <= row <= limit
    }
    rows = {row: cells for row, cells in rows.items() if cells}
    region.cut = {(row, c) for row, cells in rows.items() for c in cells} & whole.rest
    region.page = replace(whole, rows=rows, known_texts={}, rest=set(region.cut))


def _narrow(form: Region, found: Sequence[Region]) -> None:
    """A form ends where a table begins to its right."""
    left = form.heading[1] if form.heading else min(min(c) for c in form.whole.rows.values())
    beside = [
        other.left - 1
        for other in found
        if other.whole is form.whole and other.declared.kind != "form" and other.left > left + 1
    ]
    form.left, form.right = left, min([form.right, *beside])


def _top(region: Region, found: Sequence[Region]) -> int:
    """The first row of the notes above a header that are nobody else's."""
    top = region.heads[0]
    above = {
        row
        for other in found
        if other is not region and other.whole is region.whole and region.overlaps(other)
        for row in other.heads
    }
    blank = 0
    while top > max(1, region.heads[0] - _ABOVE) and blank < 2 and top - 1 not in above:
        cells = region.whole.rows.get(top - 1, {})
        inside = [c for c in cells if region.left <= c <= region.right]
        if len(inside) > 2 or (inside and len(region.whole.texts(top - 1)) < len(cells)):
            break
        blank = 0 if cells else blank + 1
        top -= 1
    return top


def _last_row(region: Region, limit: int, gathering: Gathering) -> int:
    """The last row of a table: before two blank rows, another header, or a word that ends it."""
    page, declared = region.whole, region.declared
    signs = Signs(declared, gathering)
    last = region.heads[-1]
    for row in page.rows:
        if row <= region.heads[-1]:
            continue
        cells = {c: cell for c, cell in page.rows[row].items() if region.left <= c <= region.right}
        if not cells:
            continue
        if row > limit or (row - last > 2 and not _goes_on_below(row, cells, region)):
            break
        texts = [t for c, t in page.texts(row).items() if region.left <= c <= region.right]
        if declared.until and any(matches(text, declared.until) for text in texts):
            if len(texts) == len(cells):
                page.read(row, cells)  # the words that end it are known
            break
        if row - last == 2 and _begins_another(row, cells, texts, region, signs):
            break
        last = row
    return last


def _goes_on_below(row: int, cells: Mapping[int, object], region: Region) -> bool:
    """Whether a row below a gap is one more of those that are added up: a part is no sum."""
    if not region.declared.group:
        return False
    page = region.whole
    usual = set(page.rows[next(at for at in page.rows if at > region.heads[-1])])
    texts = sum(column in cells for column in page.texts(row))
    return bool(usual) and len(usual & set(cells)) * 2 >= len(usual) and texts < len(cells)


def _same_header_below(row: int, region: Region) -> bool:
    """Whether the header stands again below a title: then another table begins with that."""
    page = region.whole

    def inside(texts: Mapping[int, str]) -> dict[int, str]:
        return {c: text for c, text in texts.items() if region.left < c <= region.right}

    below = inside(page.texts(row + 1))
    return len(below) > 1 and below == inside(page.texts(region.heads[-1]))


def _begins_another(
    row: int, cells: Mapping[int, object], texts: Sequence[str], region: Region, signs: Signs
) -> bool:
    """Whether a row after a blank one heads another table."""
    if len(cells) == 1 and texts:
        if region.declared.kind == "list" or signs.dates_or_names_a_scenario(texts[0]):
            return True
        return _same_header_below(row, region)
    headings = {text for row in region.heads for text in region.whole.texts(row).values()}
    if len(texts) == len(cells) and len(headings & set(texts)) < len(texts):
        return sum(signs.heads(text) for text in texts) >= 3
    return False


# ---------------------------------------------------------------- forms and lists


def form_of(region: Region, gathering: Gathering) -> Block:
    """A declared form as a block with its labels."""
    page, declared = region.page, region.declared
    assert page is not None
    section = gathering.vocabulary.section(declared.fills)
    block = Block(page, section, region.top)
    if region.heading:
        page.rest.discard(region.heading)
    found = {
        (row, column): key
        for row in page.rows
        for column, text in page.texts(row).items()
        if (row, column) != region.heading
        and (key := field_of(text, declared, gathering)) is not None
    }
    down = declared.values == "below" or (not declared.values and _goes_down(page, found))
    taken: set[Position] = set()
    for (row, column), key in found.items():
        if (row, column) in taken:
            continue
        beside = column if down else page.beside(row, column)
        label = Label(key, row, column, beside, below=int(down))
        taken.add(label.value)
        block.labels.append(label)
    block.body += dict.fromkeys(label.row for label in block.labels)
    for row in page.rows:
        if row < min(block.body, default=0) and len(page.texts(row)) == len(page.rows[row]) == 1:
            page.read(row)  # its title
    return block


def _goes_down(page: Page, labels: Mapping[Position, str]) -> bool:
    """Whether most values stand below their labels: to the right is another label, or nothing."""

    def is_value(position: Position) -> bool:
        return page.cell(*position) is not None and position not in labels

    beside = sum(is_value((row, page.beside(row, column))) for row, column in labels)
    below = sum(is_value((row + 1, column)) for row, column in labels)
    return below > beside


def list_of(region: Region, gathering: Gathering) -> Block:
    """A declared list as a block with its header and rows."""
    page, declared = region.page, region.declared
    assert page is not None
    section = gathering.vocabulary.section(declared.fills)
    headings = {c: text for row in region.heads for c, text in page.texts(row).items()}
    fields = {
        column: key
        for column, text in headings.items()
        if (key := field_of(text, declared, gathering)) is not None
    }
    skipped = [c for c, text in headings.items() if declared.meant(text) == "skip"]
    body = [row for row in page.rows if row > region.heads[-1]]
    page.read_above(region.heads)
    for row in body:
        page.read(row, skipped)
    headings = {c: text for c, text in headings.items() if c not in skipped}
    body = [row for row in body if not _repeats_header(page, row, headings)]
    return Block(page, section, region.heads[-1], headings, fields, body=body, declared=True)


def _repeats_header(page: Page, row: int, headings: dict[int, str]) -> bool:
    texts = page.texts(row)
    if len(texts) < 2 or any(headings.get(column) != text for column, text in texts.items()):
        return False
    page.read(row)
    return True


def field_of(text: str, declared: Declared, gathering: Gathering) -> str | None:
    """The field that a label or heading names: by the block's own words, or by the layout's."""
    own = declared.meant(text)
    if own is not None:
        fields = gathering.vocabulary.section(declared.fills).fields
        return own if own in fields else None
    return gathering.layout.field_of(declared.fills, text, gathering.vocabulary)
