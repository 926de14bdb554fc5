"""The declarations for the sheets of a workbook that nobody has described, as they come about."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from kam_reports.layouts.anchors import Region, find_regions
from kam_reports.layouts.declaring import Declared
from kam_reports.layouts.gathering import Gathering
from kam_reports.layouts.pages import Page, Position
from kam_reports.layouts.pairs import pairs_on
from kam_reports.layouts.proposing.anchoring import anchored, common, header_words, lasting_names
from kam_reports.layouts.proposing.identity import first_month_of, given_of, year_of
from kam_reports.layouts.proposing.likeness import Guesser
from kam_reports.layouts.proposing.listing import Listed, form_on, lists_on
from kam_reports.layouts.proposing.surveying import Surveyed, survey
from kam_reports.layouts.signs import Signs, stands_for_the_year
from kam_reports.vocabulary import LANGUAGES, normalise

_LEAST_PAIRS = 2  # figures that say no period of their own


class Drafts:
    """The declarations for the sheets of a workbook, as they come about."""

    def __init__(self, pages: Sequence[Page], gathering: Gathering, guesser: Guesser) -> None:
        self.pages = pages
        self.gathering = gathering
        self.guesser = guesser
        self.lists = {page.name: list(lists_on(page, gathering, guesser)) for page in pages}
        sections = gathering.vocabulary.sections(gathering.layout.document)
        self.fills = next(each.key for each in sections if each.records == "grid")
        quick = [form_on(page, self._of_lists(page), gathering, guesser) for page in pages]
        forms = [form for form in quick if form is not None]
        year = year_of(pages, forms, gathering)
        start = first_month_of(pages, year, gathering)
        gathering.setting = replace(gathering.setting, fiscal_year=year, fy_start_month=start)
        rows = {form.page.name: form.rows for form in forms}
        self.tables = {page.name: self._tables(page, rows.get(page.name, ())) for page in pages}
        self._leave_hidden()
        self.forms = {
            page.name: form_on(page, self._taken(page), gathering, guesser) for page in pages
        }
        told = [form for form in self.forms.values() if form is not None]
        self.given = given_of(pages, told, year, gathering)

    # ------------------------------------------------ what stands where

    def _of_lists(self, page: Page) -> set[Position]:
        rows = {row for found in self.lists[page.name] for row in found.heads}
        return {(row, c) for row in rows for c in page.rows[row]}

    def _tables(self, page: Page, form: Collection[int]) -> list[Surveyed]:
        """The tables of figures; what is rather the header of a list is none, and vice versa."""
        tables = survey(page, self.fills, self.gathering, self.guesser, form)
        lists = self.lists[page.name]
        for table in list(tables):
            rival = next((one for one in lists if _is_same(one, table)), None)
            if rival is None:
                continue
            if rival.score > table.known or rival.share > table.share:
                tables.remove(table)
            else:
                lists.remove(rival)
        self.lists[page.name] = [
            one for one in lists if not any(_is_inside(one, table) for table in tables)
        ]
        return tables

    def _leave_hidden(self) -> None:
        """Where visible sheets have figures, hidden ones hold what nobody wants to show or keep."""
        seen = {page.name for page in self.pages if page.sheet.visible == "visible"}
        if any(table.known for name in seen for table in self.tables[name] if not table.open):
            for name in self.tables.keys() - seen:
                self.tables[name] = []

    def _taken(self, page: Page) -> set[Position]:
        taken: set[Position] = set()
        for table in self.tables[page.name]:
            taken |= table.region.cut
        for found in self.lists[page.name]:
            region = _region(found)
            (found_region,) = find_regions([page], [found.declared], self.gathering.aside())[
                :1
            ] or [region]
            taken |= found_region.cut or {(r, c) for r in found.heads for c in page.rows[r]}
        return taken

    # ------------------------------------------------ blocks

    def blocks(self) -> list[tuple[Declared, Surveyed | Listed]]:
        """The declarations in the order of the sheets, with what each was made from."""
        blocks: list[tuple[Declared, Surveyed | Listed]] = []
        by_sheet = self._a_sheet_each()
        done: set[str] = set()
        for page in self.pages:
            if page.name in done:
                continue
            group = next((names for names in by_sheet if page.name in names), ())
            done |= set(group)
            blocks += self._on(page, group or (page.name,))
        return blocks

    def _on(
        self, page: Page, names: tuple[str, ...]
    ) -> Iterator[tuple[Declared, Surveyed | Listed]]:
        sheet = self._sheet_names(names)
        form = self.forms[page.name]
        if form is not None:
            yield replace(form.declared, sheet=sheet), form
        made: list[tuple[Declared, Region, Surveyed | Listed]] = [
            (table.declared, table.region, table) for table in self.tables[page.name]
        ]
        made += [(one.declared, _region(one), one) for one in self.lists[page.name]]
        made.sort(key=lambda each: (each[1].heads[0], each[1].left))
        alike: dict[object, list[tuple[Declared, Region, Surveyed | Listed]]] = defaultdict(list)
        for each in made:
            hints = each[2].hints if isinstance(each[2], Surveyed) else id(each[2])
            alike[hints, header_words(page, each[1], 9)].append(each)
        single = [each for group in alike.values() for each in group]
        for group in alike.values():
            if len(group) > 1 and (one := self._repeated(group, page)) is not None:
                single = [each for each in single if each not in group]
                yield replace(one, sheet=sheet), group[0][2]
        single.sort(key=lambda each: (each[1].heads[0], each[1].left))
        found = anchored([(d, region) for d, region, _ in single], page, self.gathering)
        for declared, (_, _, told) in zip(found, single, strict=True):
            yield replace(declared, sheet=sheet), told

    def single_figures(self, blocks: Sequence[Declared]) -> Iterator[tuple[Declared, Listed]]:
        """The figures that stand alone on the sheets, beside the *blocks* that are proposed."""
        quiet = self.gathering.aside()
        for page in self.pages:
            if page.sheet.visible == "visible":
                regions = find_regions([page], [b for b in blocks if b.is_on(page.name)], quiet)
                tables = (each for each in regions if each.declared.kind != "form")
                taken = {at for region in tables for at in region.cut}
                if found := self._single_figures(page, taken):
                    yield replace(found.declared, sheet=self._sheet_names((page.name,))), found

    def _single_figures(self, page: Page, taken: Collection[Position]) -> Listed | None:
        """Figures that stand beside a label of their own: two at the least, or one of a period."""
        plain = Declared(self.fills, "pairs", (page.name,))
        signs = Signs(plain, self.gathering)
        titles = [
            text
            for row in page.rows
            for text in page.texts(row).values()
            if len(page.rows[row]) == 1
        ]
        stem = PurePosixPath(self.gathering.book).stem
        if stands_for_the_year([*titles, page.name, stem], signs):
            plain = replace(plain, period="FY")
        pairs = pairs_on(page, plain, self.gathering, taken)
        stated = [pair for pair in pairs if pair.sign.period is not None]
        if len(stated) < _LEAST_PAIRS and all(
            signs.sign(p.text, "rows").period is None for p in pairs
        ):
            return None
        rows = [pair.label[0] for pair in pairs] or [1]
        columns = [c for pair in pairs for _, c in (pair.label, pair.value)] or [1]
        size = len(stated)
        return Listed(page, plain, (min(rows),), min(columns), max(columns), size, 1.0)

    def _repeated(
        self, group: Sequence[tuple[Declared, Region, Surveyed | Listed]], page: Page
    ) -> Declared | None:
        """One declaration for tables of one form on a sheet, if it finds exactly these."""
        regions = [region for _, region, _ in group]
        words = {text: key for declared, _, _ in group for text, key in declared.words.items()}
        declared = replace(group[0][0], each=True, words=words)
        wanted = {(region.heads, region.left, region.right) for region in regions}
        for most in (3, 9):
            trial = replace(declared, header=header_words(page, regions[0], most))
            found = find_regions([page], [trial], self.gathering.aside())
            if {(one.heads, one.left, one.right) for one in found} == wanted:
                return trial
        return None

    def _sheet_names(self, names: tuple[str, ...]) -> tuple[str, ...]:
        others = [page.name for page in self.pages if page.name not in names]
        if len(names) > 1:
            patterns = common(names)
            taken = any(Declared("", sheet=patterns).is_on(other) for other in others)
            return names if taken else tuple(dict.fromkeys([*patterns]))
        return lasting_names(names[0], [page.name for page in self.pages])

    def _a_sheet_each(self) -> list[tuple[str, ...]]:
        """Sheets of one form whose names say the period or the scenario."""
        alike: dict[object, list[str]] = defaultdict(list)
        for page in self.pages:
            tables = self.tables[page.name]
            if len(tables) == 1 and not self.lists[page.name] and self.forms[page.name] is None:
                (table,) = tables
                if "sheet" in (table.declared.periods, table.declared.scenarios):
                    words = header_words(page, table.region, 9)
                    alike[table.hints, words, page.sheet.visible].append(page.name)
        groups = [tuple(names) for names in alike.values() if len(names) > 1]
        for names in groups:
            self._join_words(names)
        return groups

    def _join_words(self, names: tuple[str, ...]) -> None:
        """What was guessed on one of the sheets holds on all of them."""
        first = self.tables[names[0]][0]
        words = {
            text: key for name in names for text, key in self.tables[name][0].declared.words.items()
        }
        for name in names:
            first.guesses.update(self.tables[name][0].guesses)
        first.declared = replace(first.declared, words=words)

    # ------------------------------------------------ language

    def language(self) -> str:
        """The language of most words; empty if they do not tell."""
        votes: Counter[str] = Counter()
        for word, words in self._known_words():
            said = [
                language
                for language in LANGUAGES
                if normalise(word) in map(normalise, words.get(language, ()))
            ]
            if len(said) == 1:
                votes[said[0]] += 1
        ranked = votes.most_common(2)
        if not ranked or (len(ranked) == 2 and ranked[0][1] < 2 * ranked[1][1]):
            return ""
        return ranked[0][0]

    def _known_words(self) -> Iterator[tuple[str, Mapping[str, tuple[str, ...]]]]:
        vocabulary = self.gathering.vocabulary
        listed: list[Listed] = [one for found in self.lists.values() for one in found]
        listed += [form for form in self.forms.values() if form is not None]
        for one in listed:
            fields = vocabulary.section(one.declared.fills).fields
            for at, key in one.labels.items():
                yield one.page.text(*at), fields[key].words
        for tables in self.tables.values():
            for table in tables:
                for text, key in _measures(table):
                    yield text, vocabulary.metrics.get(key, {})
                for column, axis in table.table.axes.items():
                    field = vocabulary.section(self.fills).fields.get(axis)
                    if field is not None:
                        yield table.table.corner.get(column, ""), field.words


def _measures(table: Surveyed) -> Iterator[tuple[str, str]]:
    page = table.table.page
    for row in page.rows:
        for text in page.texts(row).values():
            key = table.guesses[text].key if text in table.guesses else ""
            key = key or table.table.signs.sign(text, "rows").measure
            if key:
                like = table.guesses.get(text)
                yield (like.word if like else text), key


def _region(found: Listed) -> Region:
    return Region(found.declared, found.page, found.heads, found.left, found.right, found.heads[0])


def _is_same(one: Listed, table: Surveyed) -> bool:
    """Whether a list and a table are read out of the same header."""
    heads = set(one.heads) & set(table.region.heads)
    return bool(heads) and one.left <= table.region.right and table.region.left <= one.right


def _is_inside(one: Listed, table: Surveyed) -> bool:
    """Whether what looks like the header of a list is a row of a table of figures."""
    region = table.region
    overlaps = one.left <= region.right and region.left <= one.right
    return overlaps and region.heads[0] <= one.heads[0] <= region.bottom
