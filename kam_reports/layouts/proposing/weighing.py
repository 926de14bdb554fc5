"""How sure a proposal is, part by part; what it would read, and what it would leave."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from kam_reports.layouts.anchors import Region, find_regions
from kam_reports.layouts.application_lists import ApplicationList, take_lists
from kam_reports.layouts.declared import Layout
from kam_reports.layouts.declaring import Declared
from kam_reports.layouts.gathering import Gathering
from kam_reports.layouts.pages import Position, page_of, span
from kam_reports.layouts.proposing.likeness import Guesser
from kam_reports.layouts.proposing.listing import Listed
from kam_reports.layouts.proposing.parts import BY_RULES, Meant, Part
from kam_reports.layouts.proposing.surveying import Surveyed
from kam_reports.layouts.signs import Signs
from kam_reports.model import Book, Named, Place, Plan
from kam_reports.values import Setting
from kam_reports.vocabulary import Vocabulary

_OPEN = 0.4  # no part is surer than that of which nothing tells what it is
_ASSUMED = 0.8
_HIDDEN = 0.9
_BY_CELLS = 0.85
_KNOWN = frozenset(["unknown-measure", "unknown-column"])


def parts_of(
    book: Book,
    layout: Layout,
    plan: Plan,
    vocabulary: Vocabulary,
    told: Sequence[Surveyed | Listed],
    *,
    new: bool = True,
) -> tuple[Part, ...]:
    """The parts that a layout finds in a book; *told* is what its blocks were made from."""
    pages = [page_of(sheet) for sheet in book.sheets if not layout.ignores(sheet.name)]
    setting = Setting(date1904=book.date1904, fiscal_year=plan.fiscal_year)
    gathering = Gathering(book.name, layout, vocabulary, setting)
    lists = take_lists(pages, gathering)
    parts = [_counted(found, layout, gathering, plan) for found in lists]
    parts += [
        _weighed(region, layout, plan, gathering, told, new=new)
        for region in find_regions(pages, layout.blocks, gathering)
    ]
    order = {sheet.name: number for number, sheet in enumerate(book.sheets)}
    return tuple(
        sorted(parts, key=lambda part: (order[part.place.sheet], part.heads, part.place.cell))
    )


def _counted(found: ApplicationList, layout: Layout, gathering: Gathering, plan: Plan) -> Part:
    """A list of applications: counted by the rules, without a block of the layout."""
    place = Place(gathering.book, found.page.name, found.area)
    grids = gathering.vocabulary.sections(layout.document)
    fills = next(section.key for section in grids if section.records == "grid")
    return Part(
        Declared(fills, "list", (found.page.name,)),
        place,
        (found.top,),
        1.0,
        read=sum(figure.place.sheet == found.page.name for figure in plan.figures),
        rows=len(found.rows),
        hidden=found.page.sheet.visible != "visible",
        new=False,
        block=BY_RULES,
    )


def _weighed(
    region: Region,
    layout: Layout,
    plan: Plan,
    gathering: Gathering,
    told: Sequence[Surveyed | Listed],
    *,
    new: bool,
) -> Part:
    page, declared = region.page, region.declared
    assert page is not None
    block = next(n for n, each in enumerate(layout.blocks) if each is declared)
    source = told[block] if block < len(told) else None
    inside = _Inside(region)
    figures = [f for f in plan.figures if inside.holds(f.place)]
    entries = [e for e in plan.entries if e.section == declared.fills]
    values = [v for e in entries for v in e.values.values() if v.raw and inside.holds(v.place)]
    records = {e.place for e in entries if any(inside.holds(v.place) for v in e.values.values())}
    unknown = {odd.place for odd in plan.oddities if odd.kind in _KNOWN and inside.holds(odd.place)}
    meant = tuple(_meant(region, gathering, source))
    # What another table states as well is read from that one; the check names both places.
    twice = sum(odd.kind == "stated-twice" and inside.holds(odd.place) for odd in plan.oddities)
    left = sum(
        inside.filled(odd.place)
        for odd in plan.oddities
        if odd.kind == "unmapped-range" and inside.meets(odd.place)
    )
    scales = (odd for odd in plan.oddities if odd.kind == "scale-differs")
    scaled = next((odd for odd in scales if _is_near(odd.place, region)), None)
    part = Part(
        declared,
        Place(gathering.book, page.name, span(region.cut) if region.cut else ""),
        region.heads,
        meant=meant,
        unknown=tuple(sorted(unknown)),
        scenarios=tuple(dict.fromkeys(f.scenario for f in figures)),
        periods=tuple(sorted({f.period for f in figures})),
        unit=str(scaled.facts.get("new", "")) if scaled else declared.unit,
        unit_at=scaled.place if scaled else None,
        read=len(figures) + twice or len(values),
        rows=len(records) if declared.kind == "list" else 0,
        left=left,
        open=source.open if isinstance(source, Surveyed) else (),
        assumed=source.assumed if isinstance(source, Surveyed) else "",
        hidden=page.sheet.visible != "visible",
        new=new,
        block=block,
    )
    return replace(part, sure=_how_sure(part))


def _how_sure(part: Part) -> float:
    """From 0 to 1: how well its words are known, and how much of it would be read.

    No part is surer than its least sure word.
    """
    labels = len(part.meant) + len(part.unknown)
    words = sum(meant.sure for meant in part.meant) / labels if labels else 0.5
    reading = part.read / (part.read + part.left) if part.read else 0.0
    sure = 0.5 * words + 0.5 * reading if part.read else 0.25 * words
    sure = min([sure, *(meant.sure for meant in part.meant)])
    if part.open:
        sure = min(sure, _OPEN)
    for holds, factor in (
        (part.assumed, _ASSUMED),
        (part.hidden, _HIDDEN),
        (part.declared.cells, _BY_CELLS),
    ):
        sure *= factor if holds else 1
    return round(sure, 2)


class _Inside:
    """Whether places lie in a region."""

    def __init__(self, region: Region) -> None:
        self.sheet = region.whole.name
        self.cells = region.cut
        rows = [row for row, _ in region.cut] or [0]
        self.top, self.bottom = min(rows), max(rows)
        self.left, self.right = region.left, region.right

    def holds(self, place: Place) -> bool:
        """Whether the first cell of *place* lies in it."""
        if place.sheet != self.sheet or not place.cell:
            return False
        row, column = corner(place.cell.partition(":")[0])
        return self.top <= row <= self.bottom and self.left <= column <= self.right

    def meets(self, place: Place) -> bool:
        """Whether a range reaches into it."""
        if place.sheet != self.sheet or not place.cell:
            return False
        first, _, last = place.cell.partition(":")
        (top, left), (bottom, right) = corner(first), corner(last or first)
        rows = top <= self.bottom and self.top <= bottom
        return rows and left <= self.right and self.left <= right

    def filled(self, place: Place) -> int:
        """How many filled cells of it lie in a range."""
        first, _, last = place.cell.partition(":")
        (top, left), (bottom, right) = corner(first), corner(last or first)
        return sum(top <= row <= bottom and left <= c <= right for row, c in self.cells)


def corner(cell: str) -> Position:
    """Row and column of an address."""
    name = cell.rstrip("0123456789")
    column = 0
    for letter in name:
        column = column * 26 + ord(letter) - 64
    return int(cell[len(name) :]), column


def holds(outer: Place, inner: Place) -> bool:
    """Whether a range of a sheet holds another one, but for its title."""
    first, _, last = outer.cell.partition(":")
    (top, left), (bottom, right) = corner(first), corner(last or first)
    start, _, end = inner.cell.partition(":")
    (upper, start_at), (lower, end_at) = corner(start), corner(end or start)
    return top <= upper + 1 and lower <= bottom and left <= start_at and end_at <= right


def _is_near(place: Place, region: Region) -> bool:
    """Whether a note of a unit stands at this table, and is not about another one."""
    if place.sheet != region.whole.name or not place.cell:
        return False
    row, column = corner(place.cell.partition(":")[0])
    return column <= region.right and row <= max([*region.whole.rows, row])


def _meant(
    region: Region, gathering: Gathering, source: Surveyed | Listed | None
) -> Iterator[Meant]:
    """The labels and headings that say what is read, each once."""
    page, declared = region.page, region.declared
    assert page is not None
    guesses = source.guesses if source is not None else {}
    signs = Signs(declared, gathering)
    told: set[tuple[str, str]] = set()
    for row in page.rows:
        for column, text in page.texts(row).items():
            named = _named(text, row, region, gathering, signs)
            if named is None or (text, named.key) in told:
                continue
            told.add((text, named.key))
            sure = guesses[text].sure if text in guesses else 1.0
            yield Meant(text, named, gathering.place(page, row, column), sure)


def _named(text: str, row: int, region: Region, gathering: Gathering, signs: Signs) -> Named | None:
    declared = region.declared
    if declared.kind in ("grid", "long", "pairs"):
        if row > region.heads[-1] or row in region.heads:
            measure = signs.sign(text, "rows").measure or signs.sign(text, "columns").measure
            known = measure in gathering.vocabulary.metrics
            return Named("measure", measure) if known else None
        return None
    if declared.kind == "list" and row not in region.heads:
        return None
    fields = gathering.vocabulary.section(declared.fills).fields
    key = declared.meant(text)
    if key is None:
        key = gathering.layout.field_of(declared.fills, text, gathering.vocabulary)
    return Named("field", f"{declared.fills}.{key}") if key in fields else None


# ---------------------------------------------------------------- what is not there


def missing_of(plan: Plan, layout: Layout, vocabulary: Vocabulary) -> tuple[Named, ...]:
    """Fields of the header and sections that every plan should have and this one has not."""
    header = vocabulary.section(layout.header)
    fields = [
        Named("field", each.name)
        for each in header.fields.values()
        if each.required == "yes" and plan.header[each.key] is None and not each.derived
    ]
    sections = [
        Named("section", each.key)
        for each in vocabulary.sections(layout.document)
        if each.expected and each.key not in plan.sections
    ]
    return (*fields, *sections)


def words_nobody_knows(plan: Plan, guesser: Guesser) -> tuple[Meant, ...]:
    """Labels that are read as nothing known, and the measure that each may mean."""
    return tuple(
        Meant(odd.raw, Named("measure", like.key), odd.place, like.sure)
        for odd in plan.oddities
        if odd.kind == "unknown-measure" and (like := guesser.measure(odd.raw)) is not None
    )
