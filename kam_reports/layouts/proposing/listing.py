"""Forms and lists on a sheet that nobody has described: which section they fill, by their words."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from kam_reports.layouts.anchors import runs_of
from kam_reports.layouts.declaring import Declared
from kam_reports.layouts.gathering import Gathering
from kam_reports.layouts.pages import Page, Position
from kam_reports.layouts.proposing.likeness import Guesser, Likeness
from kam_reports.vocabulary import Section

_LOOKED_AT = 60  # filled rows in which a header may stand without a blank row above
_LONGEST = 60  # letters of a label
_LEAST_LABELS = 3
_MOST_IN_A_LINE = 4  # cells of a line of a form: two labels, two values
_LEAST_COLUMNS = 3
_ABOVE = 4  # rows above a list that may say what it is
_NUMBERS = frozenset(["int", "number", "money", "pct", "date", "period", "score5", "bool"])
_ENOUGH = 0.5  # share of headings that are fields


@dataclass(slots=True)
class Listed:
    """A list or form that was found, with the declaration that reads it."""

    page: Page
    declared: Declared
    heads: tuple[int, ...]
    left: int
    right: int
    score: int
    share: float
    labels: dict[Position, str] = field(default_factory=dict)  # text → field, by position
    guesses: dict[str, Likeness] = field(default_factory=dict)

    @property
    def rows(self) -> frozenset[int]:
        """The rows of a form that hold but a label or two with their values."""
        found: set[int] = set()
        for row, column in self.labels:
            beside = self.page.cell(row, self.page.beside(row, column))
            if (row + 1, column) in self.labels or beside is not None:
                few = len(self.page.rows[row]) <= _MOST_IN_A_LINE
                found |= {row} if few else set()
            across = sum(other == row for other, _ in self.labels)
            if across > 2:
                found |= {row, row + 1}
        return frozenset(found)


# ---------------------------------------------------------------- lists


def lists_on(page: Page, gathering: Gathering, guesser: Guesser) -> Iterator[Listed]:
    """Every header of a list of records, from the top."""
    document, vocabulary = gathering.layout.document, gathering.vocabulary
    sections = [each for each in vocabulary.sections(document) if each.records == "many"]
    before, told = 0, frozenset[str]()
    for count, row in enumerate(page.rows):
        texts, first = page.texts(row), row - before > 1 or count < _LOOKED_AT
        alone = len(texts) == len(page.rows[row])
        before = row
        if alone and len(texts) <= 2:
            named = _named(texts.values(), gathering)
            told = frozenset(named) if named else told
        if not first or not alone or len(texts) < 2:
            continue
        sheet = _named([page.name], gathering)
        for left, right in runs_of(page, row):
            inside = {c: text for c, text in texts.items() if left <= c <= right}
            found = _best(inside, sections, told or sheet, guesser)
            if found is not None and any(each > row for each in page.rows):
                section, fields, guesses = found
                declared = Declared(
                    section.key,
                    "list",
                    (page.name,),
                    words={text: like.key for text, like in guesses.items()},
                )
                labels = {(row, c): key for c, key in fields.items()}
                share = len(fields) / len(inside)
                size = len(set(fields.values()))
                yield Listed(page, declared, (row,), left, right, size, share, labels, guesses)


def _named(texts: Iterable[str], gathering: Gathering) -> frozenset[str]:
    keys = (gathering.layout.section_of(text, gathering.vocabulary) for text in texts)
    return frozenset(key for key in keys if key)


def _best(
    texts: Mapping[int, str], sections: Iterable[Section], told: Collection[str], guesser: Guesser
) -> tuple[Section, dict[int, str], dict[str, Likeness]] | None:
    """The section that most headings are fields of; one that a title names needs fewer."""
    best: tuple[float, Section, dict[int, str]] | None = None
    find = guesser.vocabulary.find_field
    for section in sections:
        fields = {c: key for c, text in texts.items() if (key := find(section.key, text))}
        size = len(set(fields.values()))
        if all(section.fields[key].type in _NUMBERS for key in fields.values()):
            continue  # four quarters are no list of goals: nothing says of what
        announced = section.key in told or section.part_of in told
        if size < (2 if announced else _LEAST_COLUMNS) or size < _ENOUGH * len(texts):
            continue
        score = size + announced * 1.5
        if best is None or score > best[0]:
            best = (score, section, fields)
    if best is None:
        return None
    _, section, fields = best
    guesses: dict[str, Likeness] = {}
    for column, text in texts.items():
        if column not in fields and len(text) <= _LONGEST:
            like = guesser.field(section.key, text)
            if like is not None and like.key not in fields.values():
                guesses[text] = like
                fields[column] = like.key
    return section, fields, guesses


# ---------------------------------------------------------------- forms


def form_on(
    page: Page, taken: Collection[Position], gathering: Gathering, guesser: Guesser
) -> Listed | None:
    """The form on *page*: the section whose labels have most values beside or below them."""
    document, vocabulary = gathering.layout.document, gathering.vocabulary
    texts = {
        (row, column): text
        for row in list(page.rows)[:_LOOKED_AT]
        for column, text in page.texts(row).items()
        if (row, column) not in taken and len(text) <= _LONGEST
    }
    named = _named([page.name, *list(texts.values())[:3]], gathering)
    best: tuple[Section, dict[Position, str]] | None = None
    for section in vocabulary.sections(document):
        if section.records != "one":
            continue
        labels = {
            at: key
            for at, text in texts.items()
            if (key := vocabulary.find_field(section.key, text)) and _has_value(page, at)
        }
        least = 2 if section.key in named else _LEAST_LABELS
        if len(set(labels.values())) >= least and (best is None or len(labels) > len(best[1])):
            best = (section, labels)
    if best is None:
        return None
    section, labels = best
    guesses: dict[str, Likeness] = {}
    for at, text in texts.items():
        if at in labels or not _has_value(page, at) or _is_value(at, labels, page):
            continue
        like = guesser.field(section.key, text)
        if like is not None and like.key not in labels.values():
            guesses[text] = like
            labels[at] = like.key
    rows = [row for row, _ in labels]
    words = {text: like.key for text, like in guesses.items()}
    declared = Declared(section.key, "form", (page.name,), words=words)
    left, right = min(c for _, c in labels), max(c for _, c in labels)
    size, share = len(set(labels.values())), len(labels) / max(1, len(labels) + len(guesses))
    return Listed(page, declared, (min(rows),), left, right, size, share, labels, guesses)


def _has_value(page: Page, at: Position) -> bool:
    row, column = at
    beside = page.beside(row, column)
    return page.cell(row, beside) is not None or page.cell(row + 1, column) is not None


def _is_value(at: Position, labels: Mapping[Position, str], page: Page) -> bool:
    """Whether the text stands where a known label has its value."""
    row, column = at
    return any(
        (label_row, page.beside(label_row, c)) == (row, column) or (label_row + 1, c) == at
        for label_row, c in labels
    )
