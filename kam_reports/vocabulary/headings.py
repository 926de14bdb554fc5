"""Which scenario and which period a heading names: ``Ziel Q1``, ``Ist Jan 2026``, ``GJ 26/27``.

Words come from the structure; what is built from them, such as a year behind a quarter, is known
here.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from kam_reports.model import Period, Scenario
from kam_reports.vocabulary.words import normalise, readings

Column = tuple[Scenario | None, Period | None]

YEARS = range(2000, 2101)
_LONGEST = 7  # no heading has more words and numbers
_ROMAN = ("i", "ii", "iii", "iv")
_YEAR_WORDS = ("fy", "gj", "wj", "geschaeftsjahr", "jahr", "year", "annual", "yearly")
HEADING_WORDS = frozenset([*_YEAR_WORDS, "m", "p", "monat", "periode", "month", "period"])
_TOKEN = re.compile(r"\+/-|[^\W\d_]+|\d+|%")
_SPANS = {(1, 3): "Q1", (4, 6): "Q2", (7, 9): "Q3", (10, 12): "Q4", (1, 6): "H1", (7, 12): "H2"}
_UNTIL = frozenset(["bis", "to", "until", "till", "through", "thru"])
_NUMBERED_MONTH = re.compile(r"(?:m|p|monat|periode|month|period)(0?[1-9]|1[0-2])")


def tokens_of(text: str) -> list[str]:
    """The words and numbers in *text*, each normalised."""
    tokens = (normalise(token) for token in _TOKEN.findall(text.replace("Δ", " Δ ")))
    return [token for token in tokens if token]


@dataclass(frozen=True, slots=True)
class Year:
    """The fiscal year that a heading without a year belongs to, and its first month."""

    fiscal: int | None
    start: int = 1

    @property
    def whole(self) -> Period | None:
        """All of it."""
        return None if self.fiscal is None else Period(self.fiscal)

    def month_of(self, year: int, month: int) -> Period:
        """The fiscal month that a month of the calendar is."""
        months = year * 12 + month - self.start
        return Period(months // 12, "M", months % 12 + 1)

    def period(self, key: str, stated: _Stated | None = None) -> Period | None:
        """The period ``Q1``, ``FY``, ``M03`` (March) or ``P03`` (the third month)."""
        fiscal = self.fiscal if stated is None else stated.year
        if fiscal is None:
            return None
        if key == "FY":
            return Period(fiscal)
        grain, number = key[0], int(key[1:])
        if grain == "P":
            return Period(fiscal, "M", number)
        if grain != "M":
            return Period(fiscal, grain, number)
        if stated is not None and not stated.fiscal:
            return self.month_of(stated.year, number)
        return Period(fiscal, "M", (number - self.start) % 12 + 1)

    def aligned(self, scenario: Scenario | None, period: Period | None) -> Column:
        """What happened in the year before becomes the prior year of this one."""
        if self.fiscal is None or period is None or period.year != self.fiscal - 1:
            return scenario, period
        if scenario not in (Scenario.PY, Scenario.ACTUAL):
            return scenario, period
        return Scenario.PY, replace(period, year=self.fiscal)


@dataclass(frozen=True, slots=True)
class _Stated:
    """A year as a heading states it: ``2026``, ``26``, ``GJ 2026/27``."""

    year: int
    digits: int
    fiscal: bool = False


@dataclass(frozen=True, slots=True)
class Headings:
    """Understands headings by the words of periods, scenarios and totals, all normalised."""

    periods: Mapping[str, str]
    scenarios: Mapping[str, str]
    totals: Collection[str]
    tokens: Collection[str]  # the words and numbers that these are made of

    def period(self, text: str, year: Year) -> Period | None:
        """The period that *text* names."""
        if not self._may_say_something(text):
            return None
        for reading in readings(text):
            tokens = tokens_of(reading)
            if 0 < len(tokens) <= _LONGEST and (period := self._period(tokens, year)):
                return period
        return None

    def column(self, text: str, year: Year) -> Column | None:
        """Scenario and period that *text* names; one of the two may be missing."""
        if not self._may_say_something(text):
            return None
        for reading in readings(text):
            tokens = tokens_of(reading)
            if 0 < len(tokens) <= _LONGEST and (found := self._column(tokens, year)):
                return year.aligned(*found)
        return None

    def _may_say_something(self, text: str) -> bool:
        """Whether a text has a word of a heading, or a year: most texts of a workbook have not."""
        return any(
            token in self.tokens or token in _ROMAN or len(token) == 4 or token.startswith("jahres")
            for token in tokens_of(text)
        )

    def _column(self, tokens: Sequence[str], year: Year) -> Column | None:
        for scenario, rest in self._without_scenario(tokens):
            if not rest:
                return scenario, None
            period = self._period(rest, year) or _year_of_plan(rest, year)
            if period is None and "".join(rest) in self.totals:
                period = year.whole
            if period is not None:
                return scenario, period
        period = self._period(tokens, year)
        return None if period is None else (None, period)

    def _without_scenario(self, tokens: Sequence[str]) -> Iterator[tuple[Scenario, list[str]]]:
        """Every scenario in *tokens*, the longest first, and what remains without it."""
        for length in range(len(tokens), 0, -1):
            for start in range(len(tokens) - length + 1):
                found = self.scenarios.get("".join(tokens[start : start + length]))
                if found is not None:
                    yield Scenario(found), [*tokens[:start], *tokens[start + length :]]
        for place, token in enumerate(tokens):  # "Jahresziel", "Jahresplan 2026"
            found = self.scenarios.get(token.removeprefix("jahres"))
            if found is not None and token.startswith("jahres"):
                yield Scenario(found), [*tokens[:place], "jahr", *tokens[place + 1 :]]

    def _period(self, tokens: Sequence[str], year: Year) -> Period | None:
        if key := self._key(tokens):
            return year.period(key)
        if span := self._span(tokens, year):
            return span
        for core, stated in _years_in(tokens):
            if not core:
                return Period(stated.year) if stated.fiscal or stated.digits == 4 else None
            if all(token.isdigit() for token in core) and stated.digits == 4 and not stated.fiscal:
                return _month_in_digits(core, stated, year)
            if len(core) == 1 and core[0].isdigit() and _is_near(stated, year):
                return _month_in_digits([core[0].zfill(2)], stated, year)
            if len(core) == 1 and core[0] in _ROMAN:
                return Period(stated.year, "Q", _ROMAN.index(core[0]) + 1)
            if key := self._key(core):
                return year.period(key, stated)
        return None

    def _span(self, tokens: Sequence[str], year: Year) -> Period | None:
        """The quarter, half or year from one month to another: ``Jan–Mrz``, ``Apr to Jun 2026``."""
        words = [token for token in tokens if token not in _UNTIL]
        months = [key for word in words[:2] if (key := self._key([word])) and key[0] == "M"]
        if len(months) < 2 or len(words) > 3:
            return None
        stated = _year(words[2]) if len(words) == 3 else None
        if (len(words) == 3) != (stated is not None):
            return None
        if stated is not None:
            found = [year.month_of(stated, int(key[1:])) for key in months]
        else:
            found = [period for key in months if (period := year.period(key)) is not None]
        if len(found) < 2 or found[0].year != found[1].year:
            return None
        whose, span = replace(year, fiscal=found[0].year), (found[0].number, found[1].number)
        if span == (1, 12):
            return whose.whole
        key = _SPANS.get(span)
        return whose.period(key) if key else None

    def _key(self, tokens: Sequence[str]) -> str | None:
        word = "".join(tokens)
        if numbered := _NUMBERED_MONTH.fullmatch(word):
            return f"P{int(numbered[1]):02d}"
        key = self.periods.get(word)
        return None if key == "YTD" else key  # a running sum is no period of its own


def _years_in(tokens: Sequence[str]) -> Iterator[tuple[list[str], _Stated]]:
    """Every way to take a year off *tokens*: what remains, and the year."""
    for stated, used in _years_at_end(tokens):
        core = list(tokens[:-used])
        yield core, replace(stated, fiscal=used == 2)
        if core and core[-1] in _YEAR_WORDS:
            yield core[:-1], replace(stated, fiscal=True)
    if (first := _year(tokens[0])) is not None and len(tokens[0]) == 4:
        yield list(tokens[1:]), _Stated(first, 4)


def _years_at_end(tokens: Sequence[str]) -> Iterator[tuple[_Stated, int]]:
    """The year at the end of *tokens* and how many of them state it: ``2026/27`` are two."""
    last = _year(tokens[-1])
    if last is None:
        return
    if len(tokens) > 1 and _year(tokens[-2]) == last - 1:
        named = len(tokens) > 2 and tokens[-3] in _YEAR_WORDS
        if named or len(tokens[-2]) == 4:
            yield _Stated(last - 1, 4), 2
    yield _Stated(last, len(tokens[-1])), 1


def _year_of_plan(rest: Sequence[str], year: Year) -> Period | None:
    """The year of ``Plan 26``: two digits beside a scenario, if they are near the plan's year."""
    stated = _year(rest[0]) if len(rest) == 1 else None
    known = stated is not None and _is_near(_Stated(stated, 2), year)
    return Period(stated) if stated is not None and known else None


def _is_near(stated: _Stated, year: Year) -> bool:
    """Whether two digits may be a year: only one beside that of the plan."""
    return stated.digits == 2 and year.fiscal is not None and abs(stated.year - year.fiscal) <= 1


def _year(token: str) -> int | None:
    """The year that *token* is: ``2026`` or ``26``."""
    if not token.isdigit() or len(token) not in (2, 4):
        return None
    year = int(token) + (2000 if len(token) == 2 else 0)
    return year if year in YEARS else None


def _month_in_digits(core: Sequence[str], stated: _Stated, year: Year) -> Period | None:
    """The month of ``03/2026``, ``2026-03``, ``1.3.2026`` or ``31.03.2026``.

    A day counts as its month only if it is the first or the last one, as headings have it.
    """
    numbers = [int(token) for token in core]
    if len(numbers) == 1 and len(core[0]) == 2 and 1 <= numbers[0] <= 12:
        return year.month_of(stated.year, numbers[0])
    if len(numbers) != 2:
        return None
    for month, day in (numbers, numbers[::-1]):
        if 1 <= month <= 12 and day in (1, _last_day(stated.year, month)):
            return year.month_of(stated.year, month)
    return None


def _last_day(year: int, month: int) -> int:
    following = date(year + month // 12, month % 12 + 1, 1)
    return (following - timedelta(days=1)).day
