"""Proposes a layout for a workbook of a form that nobody has described.

``propose`` looks at a Book and the Vocabulary, and gives the layout that it would write, part by
part with how sure it is, together with what that layout reads. It decides nothing: the layout is a
file that a person corrects; what no word tells is left open and named.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from kam_reports.layouts.application_lists import take_lists
from kam_reports.layouts.declared import Layout
from kam_reports.layouts.declaring import Known
from kam_reports.layouts.gathering import Gathering
from kam_reports.layouts.pages import page_of
from kam_reports.layouts.plans import recognise, take_plan
from kam_reports.layouts.proposing.drafting import Drafts
from kam_reports.layouts.proposing.identity import currency_of, family_name
from kam_reports.layouts.proposing.likeness import Guesser
from kam_reports.layouts.proposing.marks import mark
from kam_reports.layouts.proposing.parts import BY_RULES, DOUBTFUL, SURE, Meant, Part, Proposal
from kam_reports.layouts.proposing.weighing import holds, missing_of, parts_of, words_nobody_knows
from kam_reports.model import Book, Plan, Sheet
from kam_reports.values import Setting
from kam_reports.vocabulary import DOCUMENTS, Vocabulary

__all__ = [
    "BY_RULES",
    "DOUBTFUL",
    "SURE",
    "Meant",
    "Part",
    "Proposal",
    "family_name",
    "personal_rows",
    "propose",
    "shortened",
]

_LARGE = 40_000  # cells of a workbook that are all looked at
_HEAD = 80  # rows of every sheet of a larger one
_IDENTITY = 20  # what a name or number of the subject counts, in quarters of a figure
_SMALL = 2_000  # cells of a workbook of which both a plan and a scorecard are tried
_HEADER = 40  # rows of a sheet in which a header of a plan may stand
_UNREAD = frozenset(["unmapped-sheet", "unmapped-range"])
_TOLD = frozenset(["unmapped-sheet", "unmapped-range", "unknown-measure", "unknown-column"])


def propose(
    book: Book,
    vocabulary: Vocabulary,
    known: Sequence[Layout] = (),
    own: Sequence[Layout] = (),
    name: str = "",
    refused: Mapping[str, Collection[str]] | None = None,
) -> Proposal:
    """How *book* could be read: by a layout of the workspace (*own*), a *known* one, or a new one.

    *refused* are the marks of blocks that were proposed for a layout before. Of long sheets only
    the first rows are looked at. Never raises.
    """
    book, rows = shortened(book)
    mine = recognise(book, vocabulary, own) if own else None
    if mine is not None:
        return _completed(book, mine, vocabulary, rows, (refused or {}).get(mine.name, ()))
    plan_of_known = None
    best = recognise(book, vocabulary, known) if known else None
    if best is not None:
        plan_of_known = take_plan(book, best, vocabulary)
        if not any(odd.kind in _TOLD for odd in plan_of_known.oddities):
            return _of_known(book, best, plan_of_known, vocabulary, rows)
    drafts: list[Proposal] = []
    for document in _likely(book, vocabulary):
        drafts.append(_drafted(book, document, vocabulary, name))
        if rows and drafts[-1].plan.figures:
            break  # of a large one the first that gives figures will do
    found = max(drafts, key=lambda one: _worth(one.plan, vocabulary))
    if best is not None and plan_of_known is not None:
        ahead = _worth(plan_of_known, vocabulary) - _worth(found.plan, vocabulary)
        # What is recognised but for one word that somebody has to enter is worth being shown.
        if ahead > 0 or (not ahead and not any(part.open for part in found.parts)):
            return _of_known(book, best, plan_of_known, vocabulary, rows)
    return replace(found, shortened=rows)


def shortened(book: Book) -> tuple[Book, int]:
    """A large *book* with the first rows of its sheets, and how many those are; else all, and 0."""
    if sum(len(sheet.cells) for sheet in book.sheets) <= _LARGE:
        return book, 0
    return replace(book, sheets=tuple(_head_of(sheet, _HEAD) for sheet in book.sheets)), _HEAD


def _head_of(sheet: Sheet, rows: int) -> Sheet:
    cells = {at: cell for at, cell in sheet.cells.items() if at[0] <= rows}
    return replace(sheet, cells=cells)


def _likely(book: Book, vocabulary: Vocabulary) -> Sequence[str]:
    """Plan or scorecard, by the labels of their headers; both if these do not tell."""
    counts = dict.fromkeys(DOCUMENTS, 0)
    pages = [page_of(_head_of(sheet, _HEADER)) for sheet in book.sheets]
    for page in pages:
        texts = {text for row in page.rows for text in page.texts(row).values()}
        for document in DOCUMENTS:
            header = Layout("", document).header
            found = {vocabulary.find_field(header, text) for text in texts} - {None}
            counts[document] = max(counts[document], len(found))
    # Of a small workbook both are tried: a few words may be anything.
    small = sum(len(sheet.cells) for sheet in book.sheets) <= _SMALL
    least = 0 if small else max(counts.values()) - 1
    return [document for document in DOCUMENTS if counts[document] >= least]


def _worth(plan: Plan, vocabulary: Vocabulary) -> int:
    """How much a layout reads: figures count, and what the header says counts more."""
    figures = sum(f.value is not None and f.measure in vocabulary.metrics for f in plan.figures)
    header = sum(value.value is not None for value in plan.header.values.values())
    fields = sum(v.value is not None for e in plan.entries for v in e.values.values())
    doubts = sum(odd.kind in ("unknown-measure", "period-repeated") for odd in plan.oddities)
    whose = _IDENTITY * (bool(plan.subject.id) + bool(plan.subject.name))
    return 4 * figures + 4 * header + fields + whose - doubts


# ---------------------------------------------------------------- a new layout


def _drafted(book: Book, document: str, vocabulary: Vocabulary, name: str) -> Proposal:
    """The layout that words, titles and the order of cells suggest."""
    layout = Layout(name or "foreign", document)
    pages = [page_of(sheet) for sheet in book.sheets]
    gathering = Gathering(book.name, layout, vocabulary, Setting(date1904=book.date1904))
    take_lists(pages, gathering)
    gathering.oddities.clear()
    drafts = Drafts(pages, gathering, Guesser.of(vocabulary, document))
    blocks = drafts.blocks()
    layout = replace(
        layout,
        blocks=tuple(declared for declared, _ in blocks),
        given=drafts.given,
        language=drafts.language(),
    )
    plan = take_plan(book, layout, vocabulary)
    if "currency" not in layout.given and (currency := currency_of(pages, plan)):
        layout = replace(layout, given={**layout.given, "currency": Known("constant", currency)})
        plan = take_plan(book, layout, vocabulary)
    parts = parts_of(book, layout, plan, vocabulary, [told for _, told in blocks])
    useful = {part.block for part in parts if part.read or part.open}
    if len(useful) < len(blocks):
        # What gives nothing is no part: its sheet is named as one that is not read.
        blocks = [each for number, each in enumerate(blocks) if number in useful]
        layout = replace(layout, blocks=tuple(declared for declared, _ in blocks))
        plan = take_plan(book, layout, vocabulary)
        parts = parts_of(book, layout, plan, vocabulary, [told for _, told in blocks])
    single = list(drafts.single_figures(layout.blocks))
    if single:
        blocks = [*blocks, *single]
        layout = replace(layout, blocks=tuple(declared for declared, _ in blocks))
        plan = take_plan(book, layout, vocabulary)
        parts = parts_of(book, layout, plan, vocabulary, [told for _, told in blocks])
    return Proposal(
        book,
        layout,
        parts,
        plan,
        hints=words_nobody_knows(plan, drafts.guesser),
        missing=missing_of(plan, layout, vocabulary),
    )


# ---------------------------------------------------------------- known layouts


def _of_known(
    book: Book, layout: Layout, plan: Plan, vocabulary: Vocabulary, rows: int
) -> Proposal:
    """What a layout of the product reads already: nothing is proposed."""
    return Proposal(
        book,
        layout,
        (),
        plan,
        known=layout.name,
        hints=words_nobody_knows(plan, Guesser.of(vocabulary, layout.document)),
        missing=missing_of(plan, layout, vocabulary),
        shortened=rows,
    )


def _completed(
    book: Book, mine: Layout, vocabulary: Vocabulary, rows: int, refused: Collection[str]
) -> Proposal:
    """A layout of the workspace holds as it is; only what it does not read is proposed."""
    plan = take_plan(book, mine, vocabulary)
    parts = parts_of(book, mine, plan, vocabulary, (), new=False)
    guesser = Guesser.of(vocabulary, mine.document)
    proposal = Proposal(
        book,
        mine,
        parts,
        plan,
        known=mine.name,
        own=True,
        hints=words_nobody_knows(plan, guesser),
        missing=missing_of(plan, mine, vocabulary),
        shortened=rows,
    )
    if not any(odd.kind in _UNREAD for odd in plan.oddities):
        return proposal
    draft = _drafted(book, mine.document, vocabulary, mine.name)
    fresh = [
        part
        for part in draft.parts
        if mark(part.declared) not in refused and _is_unread(part, plan, mine)
    ]
    if not fresh:
        return proposal
    numbers = sorted({part.block for part in fresh})
    blocks = [draft.layout.blocks[number] for number in numbers]
    joined = replace(mine, blocks=(*mine.blocks, *blocks))
    moved = {number: len(mine.blocks) + at for at, number in enumerate(numbers)}
    return replace(
        proposal,
        layout=joined,
        parts=(*parts, *(replace(part, block=moved[part.block]) for part in fresh)),
        plan=take_plan(book, joined, vocabulary),
    )


def _is_unread(part: Part, plan: Plan, mine: Layout) -> bool:
    """Whether a layout leaves out what a part would read.

    On a sheet that it declares only what it does not touch at all is proposed; on any other one
    what its words alone read less of.
    """
    sheet = part.place.sheet
    left = [odd.place for odd in plan.oddities if odd.kind in _UNREAD and odd.place.sheet == sheet]
    if mine.declares(sheet):
        return any(holds(place, part.place) for place in left if place.cell)
    read = sum(f.value is not None and f.place.sheet == sheet for f in plan.figures)
    return bool(left) and part.read > read


def personal_rows(sheet: Sheet, layout: Layout) -> frozenset[int]:
    """The rows of lists of applications, with their headers: they name people."""
    page = page_of(sheet)
    aside = Gathering("", layout, Vocabulary.default(), Setting())
    return frozenset(row for found in take_lists([page], aside) for row in (found.top, *found.rows))
