"""A plan out of a book: recognise its layout, find its sections, read them in the right order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from math import isclose

from kam_reports.layouts.anchors import find_regions, fitting, form_of, list_of
from kam_reports.layouts.application_lists import has_list
from kam_reports.layouts.applications import count_applications, take_lists
from kam_reports.layouts.blocks import Block, Finder
from kam_reports.layouts.declared import Layout, load_layouts
from kam_reports.layouts.gathering import Gathering
from kam_reports.layouts.grids import take_grid
from kam_reports.layouts.headers import says_whose, take_given
from kam_reports.layouts.pages import Page, Position, page_of, span
from kam_reports.layouts.pairs import take_pairs
from kam_reports.layouts.records import take_form, take_list
from kam_reports.layouts.tables import take_table
from kam_reports.model import (
    Amount,
    Book,
    Entry,
    Figure,
    Named,
    Oddity,
    Period,
    Perspective,
    Place,
    Plan,
    Role,
    Scenario,
    Subject,
    Value,
    quarter_of,
)
from kam_reports.values import Setting, raw_text
from kam_reports.vocabulary import Vocabulary, normalise

_SAYS_MORE = 10  # than a word: a declared block that was found
_ENOUGH_LABELS = 60  # headings whose language is looked at

# ---------------------------------------------------------------- whose form is it?


def recognise(
    book: Book, vocabulary: Vocabulary, layouts: Iterable[Layout] | None = None
) -> Layout | None:
    """The layout that fits *book* best; None if none does."""
    pages = [page_of(sheet) for sheet in book.sheets]
    scored = [
        (score, layout)
        for layout in (load_layouts() if layouts is None else layouts)
        if (score := _score(book.name, pages, layout, vocabulary))
    ]
    return max(scored, key=lambda each: each[0])[1] if scored else None


def nearly_recognise(
    book: Book, vocabulary: Vocabulary, layouts: Iterable[Layout]
) -> tuple[Layout, tuple[Oddity, ...]] | None:
    """The layout of blocks that comes nearest to a *book* that none fits, and what it misses.

    None if not even one of its blocks stands there.
    """
    pages = [page_of(sheet) for sheet in book.sheets]
    best, most = None, 0
    for layout in layouts:
        gathering = Gathering(book.name, layout, vocabulary, Setting())
        found = fitting(pages, layout.blocks, gathering)
        if found > most:
            find_regions(pages, layout.blocks, gathering)
            missing = [odd for odd in gathering.oddities if odd.kind == "anchor-missing"]
            best, most = (layout, tuple(missing)), found
    return best


def _score(name: str, pages: Sequence[Page], layout: Layout, vocabulary: Vocabulary) -> int:
    """How much of the book the layout understands; 0 if it does not fit."""
    sections: set[str] = set()
    most_labels = 0
    declared = 0
    quiet = Gathering(name, layout, vocabulary, Setting())
    if layout.blocks:
        declared = fitting(pages, layout.blocks, quiet)
        heads = [block for block in layout.blocks if block.fills == layout.header]
        # The header says whose form it is: with it, a third of the blocks will do.
        enough = 3 if fitting(pages, heads, quiet) else 2
        if declared * enough < len([block for block in layout.blocks if not block.optional]):
            return 0
    elif says_whose(pages, quiet):
        # An export of applications and nothing else: the layout itself says whose it is.
        declared = int(has_list(pages, layout))
    for page in pages:
        named = {
            section
            for text in _titles(page)
            if (section := layout.section_of(text, vocabulary)) is not None
        }
        sections |= named
        found = {
            key
            for row in page.rows
            if (text := next(iter(page.texts(row).values()), ""))
            and (key := layout.field_of(layout.header, text, vocabulary)) is not None
        }
        most_labels = max(most_labels, len(found) * (2 if layout.header in named else 1))
    by_words = most_labels >= layout.least_labels or len(sections) >= layout.least_sections
    known = most_labels + 3 * len(sections) if by_words else 0
    # What a family declares for itself says more than words that any plan may have.
    return known + _SAYS_MORE * declared


def _titles(page: Page) -> Iterator[str]:
    """The sheet's name, and the first text that stands alone in its row."""
    yield page.name
    for row, cells in page.rows.items():
        if len(cells) == 1 and (texts := page.texts(row)):
            yield next(iter(texts.values()))
            return


# ---------------------------------------------------------------- reading it


def take_plan(book: Book, layout: Layout, vocabulary: Vocabulary) -> Plan:
    """The plan or scorecard in *book*, with everything that was odd. Never raises."""
    pages = [page_of(sheet) for sheet in book.sheets if not layout.ignores(sheet.name)]
    gathering = Gathering(book.name, layout, vocabulary, Setting(date1904=book.date1904))
    gathering.oddities += book.oddities
    lists = take_lists(pages, gathering)
    blocks: list[Block] = []
    sections: set[str] = set()
    nameless: list[Page] = []
    regions = find_regions(pages, layout.blocks, gathering)
    forms = [
        (form_of if region.declared.kind == "form" else list_of)(region, gathering)
        for region in regions
        if region.declared.kind in ("form", "list")
    ]
    blocks += forms
    sections |= {region.declared.fills for region in regions}
    for page in pages:
        read = any(region.whole is page for region in regions)
        listed = any(each.page is page for each in lists)
        hidden = bool(layout.blocks) and page.sheet.visible != "visible"
        if read or hidden or layout.declares(page.name):
            _note_hidden_sheet(page, gathering, read=read or listed)
            continue
        finder = Finder(page, layout, vocabulary)
        found = finder.find()
        blocks += found
        sections |= finder.sections
        if not finder.sections:
            nameless.append(page)
        _note_hidden_sheet(page, gathering, read=bool(found) or listed)
    language = layout.language or _language(blocks)
    gathering.setting = replace(gathering.setting, language=language)
    gathering.setting = _setting(blocks, pages, gathering)
    for block in blocks:
        _take(block, gathering)
    for region in regions:
        if region.declared.kind in ("grid", "long"):
            take_table(region, gathering)
        elif region.declared.kind == "pairs":
            assert region.page is not None
            take_pairs(region.page, region.declared, gathering)
    take_given(pages, gathering)
    for region in regions:
        region.close()
    sections |= count_applications(lists, gathering)
    _take_goals(gathering)
    for page in pages:
        if layout.blocks and page.sheet.visible != "visible" and not layout.declares(page.name):
            continue
        _note_rest(page, gathering, known=all(page is not each for each in nameless))
    return _plan(book, layout, gathering, sections, language)


def _take(block: Block, gathering: Gathering) -> None:
    match block.section.records:
        case "one":
            take_form(block, gathering)
        case "grid":
            take_grid(block, gathering)
        case _:
            take_list(block, gathering)


def _setting(blocks: Sequence[Block], pages: Sequence[Page], gathering: Gathering) -> Setting:
    """What the header says about the figures: it is read first, because they need it."""
    quiet, known = gathering.aside(), gathering.setting
    for block in blocks:
        if block.section.key == gathering.layout.header:
            rest = set(block.page.rest)
            take_form(block, quiet)
            block.page.rest = rest
    kept = [set(page.rest) for page in pages]
    take_given(pages, quiet)
    for page, rest in zip(pages, kept, strict=True):
        page.rest = rest
    header = _header_in(_one_form_each(quiet), gathering.layout)
    start, as_of = header["fy_start_month"] or 1, header["as_of"]
    return replace(
        known,
        # Figures without a stated year are those of the day that the plan looks from.
        fiscal_year=header["fiscal_year"] or (quarter_of(as_of, start).year if as_of else None),
        fy_start_month=start,
        scale=int(header["amount_scale"] or 1),
        currency=header["currency"] or known.currency,
    )


def _header_in(entries: Iterable[Entry], layout: Layout) -> Entry:
    """The header among *entries*; an empty one if there is none."""
    found = [entry for entry in entries if entry.section == layout.header]
    return found[0] if found else Entry(layout.header, {}, Place())


def _language(blocks: Sequence[Block]) -> str | None:
    """The language that most headings are in; None if they do not tell."""
    votes: Counter[str] = Counter()
    for words, text in _heading_words(blocks):
        word = normalise(text)
        inside = [language for language, known in words.items() if word in map(normalise, known)]
        if len(inside) == 1:
            votes[inside[0]] += 1
        if votes.total() >= _ENOUGH_LABELS:
            break
    ranked = votes.most_common(2)
    if not ranked or (len(ranked) == 2 and ranked[0][1] == ranked[1][1]):
        return None
    return ranked[0][0]


def _heading_words(blocks: Iterable[Block]) -> Iterator[tuple[Mapping[str, tuple[str, ...]], str]]:
    """Every heading and label that was understood, with the words it is one of."""
    for block in blocks:
        yield block.section.words, block.page.name
        for label in block.labels:
            yield block.section.fields[label.field].words, block.page.text(label.row, label.column)
        for column, key in block.fields.items():
            yield block.section.fields[key].words, str(block.headings[column])


# ---------------------------------------------------------------- goals are figures, too

_TARGETS = {
    "target_fy": ("FY", 1),
    "target_q1": ("Q", 1),
    "target_q2": ("Q", 2),
    "target_q3": ("Q", 3),
    "target_q4": ("Q", 4),
}


def _take_goals(gathering: Gathering) -> None:
    """The targets of the goals as figures; what the figures state themselves holds."""
    year = gathering.setting.fiscal_year
    if year is None:
        return
    units = {figure.measure: figure.unit for figure in gathering.figures}
    for entry in gathering.entries:
        metric = entry["metric"]
        if entry.section != "goals" or metric is None:
            continue
        unit = units.get(metric) or gathering.vocabulary.unit_of(metric)
        perspective = Perspective(entry["perspective"] or Perspective.OWN)
        for field, (grain, number) in _TARGETS.items():
            target = entry.values.get(field)
            if target is not None and target.raw:
                period = Period(year, grain, number)
                gathering.figures.append(
                    Figure(
                        metric,
                        Scenario.TARGET,
                        period,
                        target.value,
                        unit,
                        target.place,
                        target.raw,
                        perspective,
                        section="goals",
                    )
                )


def _once(gathering: Gathering) -> tuple[Figure, ...]:
    """Every figure once: the first that gives a number; another number is said to differ."""
    kept: dict[tuple[object, ...], Figure] = {}
    for figure in gathering.figures:
        key = (
            figure.measure,
            figure.scenario,
            figure.period,
            figure.perspective,
            figure.breakdown.casefold(),
        )
        first = kept.setdefault(key, figure)
        if first is figure or figure.value is None:
            continue
        if first.value is None:
            kept[key] = figure
        elif not isclose(first.value, figure.value, rel_tol=1e-9, abs_tol=1e-9):
            _note_twice(first, figure, gathering)
    return tuple(kept.values())


def _note_twice(first: Figure, second: Figure, gathering: Gathering) -> None:
    known = second.measure in gathering.vocabulary.metrics
    named = Named("measure", second.measure) if known else second.measure
    about = (named, *_whose(second), second.scenario, second.period)
    gathering.notice(
        "stated-twice",
        second.place,
        second.raw,
        field=about,
        new=Amount(second.value, second.unit),
        other=first.place,
        used=Amount(first.value, first.unit),
    )


def _whose(figure: Figure) -> Iterator[object]:
    if figure.perspective is not Perspective.OWN:
        yield figure.perspective
    if figure.breakdown:
        yield figure.breakdown


# ---------------------------------------------------------------- what is left


def _note_hidden_sheet(page: Page, gathering: Gathering, *, read: bool) -> None:
    if page.sheet.visible != "visible":
        place = Place(gathering.book, page.name)
        gathering.notice("hidden-sheet", place, page.name, read=read, count=len(page.rest))


def _note_rest(page: Page, gathering: Gathering, *, known: bool) -> None:
    """What stands on a page and belongs to no section, or cannot be seen."""
    if known:
        _note_covered(page, gathering)
    if not page.rest:
        return
    if not known:
        if page.sheet.visible == "visible":
            place = Place(gathering.book, page.name)
            gathering.notice("unmapped-sheet", place, page.name, count=len(page.rest))
        return
    for positions in _together(page.rest):
        place = Place(gathering.book, page.name, span(positions))
        raw = "; ".join(raw_text(page.cell(*position)) for position in positions[:3])
        gathering.notice("unmapped-range", place, raw, count=len(positions))


def _note_covered(page: Page, gathering: Gathering) -> None:
    """Values below merged cells where no field stands, such as beside a label."""
    told = {odd.place for odd in gathering.oddities if odd.kind == "merged-over"}
    for position, cell in page.covered.items():
        place = gathering.place(page, *position)
        if place not in told:
            gathering.notice("merged-over", place, raw_text(cell))


def _together(rest: Iterable[Position]) -> Iterator[list[Position]]:
    """The positions in runs of neighbouring rows."""
    run: list[Position] = []
    for position in sorted(rest):
        if run and position[0] - run[-1][0] > 1:
            yield run
            run = []
        run.append(position)
    if run:
        yield run


def _one_form_each(gathering: Gathering) -> Iterator[Entry]:
    """The entries, where the parts of a form that stands in several places are one."""
    forms: dict[str, dict[str, Value]] = {}
    for entry in gathering.entries:
        section = gathering.vocabulary.section(entry.section)
        if section.records != "one":
            yield entry
            continue
        if entry.section not in forms:
            forms[entry.section] = dict(entry.values)
            yield Entry(entry.section, forms[entry.section], entry.place)
            continue
        for key, value in entry.values.items():
            first = forms[entry.section].setdefault(key, value)
            if first.value is None:
                forms[entry.section][key] = value
            elif value.value is not None and value.value != first.value:
                about = Named("field", f"{entry.section}.{key}")
                gathering.notice(
                    "stated-twice",
                    value.place,
                    value.raw,
                    field=about,
                    other=first.place,
                    used=first.raw,
                )


def _plan(
    book: Book, layout: Layout, gathering: Gathering, sections: set[str], language: str | None
) -> Plan:
    entries = tuple(_one_form_each(gathering))
    figures = _once(gathering)
    told = _header_in(entries, layout)
    who = "account" if layout.role is Role.ACCOUNT else "partner"
    return Plan(
        subject=Subject(str(told[f"{who}_id"] or ""), str(told[f"{who}_name"] or ""), layout.role),
        fiscal_year=told["fiscal_year"],
        as_of=told["as_of"],
        figures=figures,
        entries=entries,
        oddities=tuple(gathering.oddities),
        place=Place(book.name),
        layout=layout.name,
        sections=frozenset(sections),
        size=book.size,
        digest=book.digest,
        language=language or "de",
        without=frozenset(layout.without),
    )
