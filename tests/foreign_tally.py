"""How much of a made workbook a reader got right, and what it got wrong without a word."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from math import isclose

from foreign_sheets import Made, Stated, Told

from kam_reports.kpis import kpi_words
from kam_reports.model import Figure, Oddity, Place, Plan
from kam_reports.vocabulary import Vocabulary

OUTCOMES = ("right", "missing, said", "missing, silent", "wrong, said", "wrong, silent")
_CORNER = re.compile(r"([A-Z]+)([0-9]+)")
# Their place is a title or a note, but they speak of every amount of the table.
_OF_TABLE = frozenset(["scale-differs", "unit-unclear", "mixed-units"])
# A figure under a name that nobody knows enters no KPI: it is missing, not wrong.
_KNOWN = frozenset([*Vocabulary.default().measures, *kpi_words()])
# An application list tells these, too; its own tests hold them.
_UNTOLD = frozenset(["decision_days_sum", "decision_days_median", "within_sla"])
_OF_BOOK = frozenset(["foreign", "no-layout"])
# They say that a value was used, and how; none of them warns of a wrong one.
_USED = frozenset(
    ["converted", "estimated", "date-converted", "percent-scaled", "applications-counted"]
)
_UNSEEN = frozenset(["hidden-sheet", "hidden-rows", "hidden-columns"])


@dataclass(slots=True)
class Tally:
    """What became of the figures and the fields of one or more workbooks."""

    figures: Counter[str] = field(default_factory=Counter)
    fields: Counter[str] = field(default_factory=Counter)
    lies: list[str] = field(default_factory=list)  # wrong without a word
    lost: list[str] = field(default_factory=list)  # missing without a word

    def add(self, other: Tally) -> None:
        """Take in what became of another workbook."""
        self.figures.update(other.figures)
        self.fields.update(other.fields)
        self.lies += other.lies
        self.lost += other.lost

    @property
    def precision(self) -> float | None:
        """The right ones of those that were read."""
        read = self.figures["right"] + self.figures["wrong, said"] + self.figures["wrong, silent"]
        return self.figures["right"] / read if read else None

    @property
    def recall(self) -> float | None:
        """The right ones of those that stand there."""
        there = self.figures["right"] + self.figures["missing, said"]
        there += self.figures["missing, silent"]
        return self.figures["right"] / there if there else None


def tally(made: Made, plan: Plan | None, oddities: Iterable[Oddity] = ()) -> Tally:
    """Compare what was read with the truth; without a plan, *oddities* say why."""
    said = [*(plan.oddities if plan else ()), *oddities]
    if plan is not None and plan.fiscal_year is None:
        # A check blocks a plan without a year and says so.
        said.append(Oddity("foreign", plan.place))
    warned = [odd for odd in said if odd.kind not in _UNSEEN]
    found = Tally()
    figures = plan.figures if plan else ()
    read = {_key(figure): figure for figure in figures if figure.measure in _KNOWN - _UNTOLD}
    stated: dict[tuple[str, str, str, str], list[Stated]] = {}
    for each in made.figures:
        stated.setdefault(each.key, []).append(each)
    right = {key for key, one in read.items() if _is_right(one, stated.get(key, ()))}
    right |= set(_put_together(made, right))
    _judge_missing(stated, read, right, said, found)
    found.lost = [f"{made.name} › {each}" for each in found.lost]
    for key in {each.key for each in made.doubtful} & read.keys():
        places = [Place("", each.sheet, each.cell) for each in made.doubtful if each.key == key]
        if any(is_said(warned, place) for place in places):
            del read[key]
    for key, one in read.items():
        if key not in right and one.value is not None:
            told = "said" if is_said(warned, one.place) else "silent"
            found.figures[f"wrong, {told}"] += 1
            if told == "silent":
                found.lies.append(f"{made.name} › {one.place.sheet} › {one.place.cell}: "
                                  f"{'/'.join(filter(None, key))} = {one.value}, "
                                  f"raw {one.raw!r}, truth {_truth(made, key, one)}")  # fmt: skip
    _judge_fields(made, plan, said, found)
    return found


def _judge_missing(stated, read, right, said: list[Oddity], found: Tally) -> None:
    for key, several in stated.items():
        wanted = [each for each in several if each.needed and each.value is not None]
        if not wanted:
            continue
        if key in right:
            found.figures["right"] += 1
        elif key not in read or read[key].value is None:
            places = [Place("", each.sheet, each.cell) for each in wanted]
            told = "said" if any(is_said(said, place) for place in places) else "silent"
            found.figures[f"missing, {told}"] += 1
            if told == "silent":
                found.lost.append(f"{places[0].sheet} › {places[0].cell}: {'/'.join(key)}")


def _key(figure: Figure) -> tuple[str, str, str, str]:
    scenario, breakdown = figure.scenario.value, figure.breakdown.casefold()
    return figure.measure, scenario, str(figure.period), breakdown


def _is_right(figure: Figure, stated: Iterable[Stated]) -> bool:
    """Whether the value is the true one and the cell one of those in which it stands."""
    return any(
        figure.value is not None
        and each.value is not None
        and isclose(figure.value, each.value, rel_tol=1e-6)
        and figure.place.sheet == each.sheet
        and (holds(each.cell, figure.place.cell) or holds(figure.place.cell, each.cell))
        for each in stated
    )


def _put_together(made: Made, right: set[tuple[str, str, str, str]]) -> Iterator[tuple]:
    """Quarters whose months were all added up from single sales."""
    for each in made.figures:
        if each.grouped and each.needed:
            months = {(each.measure, each.scenario.value, str(month), "")
                      for month in each.period.parts("M")}  # fmt: skip
            if months <= right:
                yield each.key


def _truth(made: Made, key, figure: Figure) -> str:
    here = [each for each in made.figures
            if (each.sheet, each.cell) == (figure.place.sheet, figure.place.cell)]  # fmt: skip
    same = [each for each in made.figures if each.key == key]
    texts = [f"{'/'.join(filter(None, each.key))} = {each.value} in {each.sheet} {each.cell}"
             for each in dict.fromkeys([*here, *same])]  # fmt: skip
    return " · ".join(texts) or "no figure at all"


def _judge_fields(made: Made, plan: Plan | None, said: list[Oddity], found: Tally) -> None:
    read = {
        (entry.section, name, value.place.sheet, value.place.cell): value.value
        for entry in (plan.entries if plan else ())
        for name, value in entry.values.items()
    }
    for record in made.records:
        for name, told in record.fields.items():
            value = read.get((record.section, name, told.sheet, told.cell))
            if value is None:
                how = "missing"
            elif _alike(value, told):
                found.fields["right"] += 1
                continue
            else:
                how = "wrong"
            word = "said" if is_said(said, Place("", told.sheet, told.cell)) else "silent"
            found.fields[f"{how}, {word}"] += 1


def _alike(value: object, told: Told) -> bool:
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, str) and isinstance(told.value, str):
        return " ".join(value.split()) == " ".join(told.value.split())
    return value == told.value


# ---------------------------------------------------------------- was it said?


def is_said(oddities: Iterable[Oddity], place: Place) -> bool:
    """Whether something odd was noted at *place*, or about its row, column, table or sheet."""
    return any(
        odd.kind in _OF_BOOK
        or (odd.kind not in _USED and any(_speaks_of(odd.kind, at, place) for at in _places(odd)))
    for odd in oddities)  # fmt: skip


def _places(odd: Oddity) -> Iterator[Place]:
    yield odd.place
    for fact in odd.facts.values():
        if isinstance(fact, Place):
            yield fact


def _speaks_of(kind: str, other: Place, place: Place) -> bool:
    if other.sheet != place.sheet or not other.sheet:
        return False
    if not other.cell or kind in _OF_TABLE or holds(other.cell, place.cell):
        return True
    top, left, bottom, right = corners(other.cell)
    row, column, last, _ = corners(place.cell)
    heads = left <= column <= right and bottom < row
    labels = top <= row <= last <= bottom
    return (heads and kind in _HEADING) or (labels and kind in _LABEL)


_HEADING = frozenset(
    ["unknown-column", "unknown-measure", "repeated-column", "year-differs", "bad-date"]
)
_LABEL = frozenset(["unknown-measure", "unknown-option", "bad-date", "year-differs"])


def corners(cells: str) -> tuple[int, int, int, int]:
    """Top, left, bottom and right of an address or range."""
    at = [(int(row), _number(letters)) for letters, row in _CORNER.findall(cells)]
    return at[0][0], at[0][1], at[-1][0], at[-1][1]


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def holds(outer: str, inner: str) -> bool:
    """Whether the range *outer* holds the cell or range *inner*."""
    if not outer or not inner:
        return False
    top, left, bottom, right = corners(outer)
    first, start, last, end = corners(inner)
    return top <= first <= last <= bottom and left <= start <= end <= right
