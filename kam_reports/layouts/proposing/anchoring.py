"""By which words a table is found again: stable ones, that next year's workbook has, too."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from kam_reports.layouts.anchors import Region, find_regions
from kam_reports.layouts.declaring import Declared
from kam_reports.layouts.gathering import Gathering
from kam_reports.layouts.pages import Page, span

_YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)|(?<=[' /\-–])[23]\d(?!\d)")
_SPECIAL = frozenset("*?[]")
_FEW = 3  # words of a header that say enough
_MANY = 8


def lasting(text: str) -> str:
    """*text* as a pattern that holds for every year; as it is if it holds signs of patterns."""
    if _SPECIAL & set(text):
        return text
    return _YEAR.sub(lambda year: "20??"[-len(year[0]) :], text)


def lasting_names(name: str, others: Iterable[str]) -> tuple[str, ...]:
    """The name of a sheet, and the pattern of its name in other years if only it has that."""
    pattern = lasting(name)
    if pattern == name or any(lasting(other) == pattern for other in others if other != name):
        return (name,)
    return (name, pattern)


def header_words(page: Page, region: Region, most: int = _FEW) -> tuple[str, ...]:
    """The words of a header by which it is found again: the first ones, each once."""
    words: dict[str, None] = {}
    for row in reversed(region.heads):
        for column, text in page.texts(row).items():
            if region.left <= column <= region.right:
                words[lasting(text)] = None
    return tuple(words)[:most]


def title_over(region: Region) -> str:
    """The nearest text above a table that stands alone in its row and columns."""
    page = region.whole
    for row in sorted((r for r in page.rows if r < region.heads[0]), reverse=True):
        texts = {c: t for c, t in page.texts(row).items() if region.left <= c <= region.right}
        if len(texts) == 1:
            return next(iter(texts.values()))
        if row < region.heads[0] - 4:
            break
    return ""


def common(names: Sequence[str]) -> tuple[str, ...]:
    """One pattern for names that differ in a digit, as those of four quarters do; or each name.

    The sheet of the next quarter fits it, too.
    """
    lasts = [lasting(name) for name in names]
    if len({len(name) for name in lasts}) == 1 and not _SPECIAL & set("".join(names)):
        columns = [set(letters) for letters in zip(*lasts, strict=True)]
        differ = [letters for letters in columns if len(letters) > 1]
        if all(letter.isdigit() for letters in differ for letter in letters):
            return ("".join("?" if len(one) > 1 else next(iter(one)) for one in columns),)
    return tuple(dict.fromkeys(lasts))


def anchored(
    drafts: Sequence[tuple[Declared, Region]], page: Page, gathering: Gathering
) -> list[Declared]:
    """The declarations of a sheet, each with words by which exactly its table is found.

    What no words tell apart is found by its cells: they do not move with the rows.
    """
    chosen: list[Declared] = []
    for number, (declared, region) in enumerate(drafts):
        rivals = [other for at, (_, other) in enumerate(drafts) if at != number]
        for trial in _trials(declared, region):
            if _finds(trial, region, rivals, page, gathering):
                chosen.append(trial)
                break
        else:
            rows = list(region.page.rows) if region.page else list(region.heads)
            top = min(region.heads)
            ends = [(top, region.left), (max([*rows, top]), region.right)]
            chosen.append(replace(declared, header=(), cells=span(ends)))
    return chosen


def _trials(declared: Declared, region: Region) -> Iterator[Declared]:
    page = region.whole
    if declared.kind == "list":
        yield declared  # its fields are known by many words; which one stands there may change
    for most in (_FEW, _MANY):
        if words := header_words(page, region, most):
            yield replace(declared, header=words)
    if title := title_over(region):
        heading = (lasting(title),)
        yield replace(declared, header=header_words(page, region), heading=heading)
        yield replace(declared, heading=heading)
    yield declared


def _finds(
    trial: Declared, region: Region, rivals: Sequence[Region], page: Page, gathering: Gathering
) -> bool:
    """Whether the declaration finds this table, and no other one."""
    quiet = gathering.aside()
    found = find_regions([page], [trial], quiet)
    if len(found) != 1 or any(odd.kind == "fits-twice" for odd in quiet.oddities):
        return False
    one = found[0]
    if any((one.heads, one.left) == (other.heads, other.left) for other in rivals):
        return False
    return (one.heads, one.left, one.right) == (region.heads, region.left, region.right)
