"""The figures as the rows of sheet Data, and where the figures of a KPI stand there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kam_reports.model import Amount, Named, Place
from kam_reports.outputs.tables import FIGURES as FIGURE_COLUMNS
from kam_reports.outputs.xlsx.cells import MOST_ROWS, Key
from kam_reports.outputs.xlsx.guide import HEAD, Guide
from kam_reports.outputs.xlsx.lines import column

if TYPE_CHECKING:
    import pandas as pd

    from kam_reports.kpis.board import Board

MOST_FIGURES = MOST_ROWS - HEAD - 10  # of a sheet


@dataclass(frozen=True)
class FigureSheet:
    """One sheet of figures; a million of them need more than one."""

    name: str
    table: str
    columns: list[Sequence[Any]]  # let go when they are written


def figure_sheets(
    figures: pd.DataFrame, guide: Guide, keys: Sequence[str | None] = ()
) -> tuple[FigureSheet, ...]:
    """The figures as rows, on as many sheets as they need; *keys* say what each counts for."""
    told = [Key(key) if key else None for key in keys] or [None] * len(figures)
    columns = [*_columns(figures, guide), told]
    parts = [
        [column[start : start + MOST_FIGURES] for column in columns]
        for start in range(0, len(figures), MOST_FIGURES)
    ]
    name, table = guide.sheet("data"), guide.word("table.data")
    return tuple(
        FigureSheet(f"{name} {number}", f"{table}{number}", part)
        if number > 1
        else FigureSheet(name, table, part)
        for number, part in enumerate(parts or [[]], start=1)
    )


def figure_blocks(figures: pd.DataFrame) -> Mapping[tuple[str, str], tuple[int, int]]:
    """First and last of the figures of each subject and measure that stand together."""
    blocks: dict[tuple[str, str], tuple[int, int]] = {}
    keys = zip(column(figures, "subject_id"), column(figures, "measure"), strict=True)
    for number, key in enumerate(keys):
        first, last = blocks.get(key, (number, number - 1))
        if last == number - 1:
            blocks[key] = (first, number)
    return blocks


def figure_keys(figures: pd.DataFrame, board: Board) -> list[str | None]:
    """What each figure counts for on sheet Values; None if it counts for nothing."""
    from kam_reports.kpis.grain import counting
    from kam_reports.kpis.measuring import POOLED
    from kam_reports.outputs.xlsx.ledger import subject_codes

    year = board.occasion.quarter.year
    counts = counting(figures, board.rows, board.rules, year)
    pooled = ((figures["measure"] == POOLED) & (figures["fiscal_year"] == year)).to_numpy()
    counts |= pooled
    names = ("subject_id", "measure", "perspective", "scenario", "period")
    parts = zip(counts.tolist(), *(column(figures, name) for name in names), strict=True)
    codes = subject_codes(board)
    keys = [
        f"{codes[subject]}|{measure}|{perspective}|{scenario}|{period}"
        if is_counted and subject in codes
        else None
        for is_counted, subject, measure, perspective, scenario, period in parts
    ]
    numbers: Counter[str | None] = Counter()
    for place in pooled.nonzero()[0].tolist():  # of these every one counts for itself
        key = keys[place]
        numbers[key] += 1
        keys[place] = f"{key}|{numbers[key]}"
    return keys


def _columns(figures: pd.DataFrame, guide: Guide) -> Sequence[Sequence[Any]]:
    """The columns of sheet Data, in its order."""
    given = {name: column(figures, name) for name in FIGURE_COLUMNS}
    units = {unit: f"exact:{unit}" for unit in set(given["unit"])}
    places = zip(given["file"], given["sheet"], given["cell"], strict=True)
    blocked = guide.word("blocked")
    return (
        given["subject_id"],
        given["subject"],
        _translated(given["section"], lambda key: _section(guide, key)),
        _translated(given["measure"], guide.kpi_word),
        _translated(given["perspective"], guide.perspective),
        given["breakdown"],
        _translated(given["scenario"], guide.scenario),
        given["period"],
        [
            Amount(value, units[unit])
            for value, unit in zip(given["value"], given["unit"], strict=True)
        ],
        _translated(given["unit"], guide.unit_word),
        [guide.to_source(Place(*(part or "" for part in place))) for place in places],
        given["raw"],
        [blocked if flag else None for flag in given["blocked"]],
        given["measure"],
        given["file"],
    )


def _section(guide: Guide, key: str) -> str:
    known = guide.wording.vocabulary.all_sections
    return guide.wording.label(Named("section", key)) if key in known else guide.word(key)


def _translated(keys: Iterable[Any], word: Callable[[str], str]) -> list[Any]:
    """The word of each key; every key is looked up once."""
    keys = list(keys)
    words = {key: word(str(key)) if key else None for key in set(keys)}
    return [words[key] for key in keys]
