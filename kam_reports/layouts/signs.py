"""What a heading or a row's label says of the figures there: measure, scenario, period."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from kam_reports.layouts.blocks import restates
from kam_reports.layouts.declaring import AXES, SKIP, Declared, period_of
from kam_reports.layouts.gathering import Gathering
from kam_reports.model import Period, Scenario
from kam_reports.vocabulary import normalise

_SEPARATORS = re.compile(r"\s+[-–—:/|]\s+|\s+|[:;,]\s*")
_YEAR = re.compile(r"(?<![\d./-])(20\d\d)(?![\d.-])")
PART = re.compile(r"(?:davon|darunter|of which|thereof)\s+", re.IGNORECASE)
_MEAN = re.compile(r"(?:ø|durchschnitt|mittelwert|average|avg\.?|mean)(?:\s+|$)", re.IGNORECASE)
_COMPOUND = re.compile(r"[^\W\d_]{3,}-?[^\W\d_]{3,}")
_WRITTEN = frozenset(
    ["stand", "datenstand", "erstellt", "abruf", "of", "printed", "refreshed", "updated"]
)
_SHORT_YEAR = re.compile(r"(?<!\d)([1-9]\d)\s*$")
_FIGURE = {"scenario", "period"}
# Behind these words stands until when or from when on, or when somebody wrote it.
_NOT_OF_FIGURES = frozenset(
    ["bis", "to", "until", "till", "through", "thru", "ab", "seit", "from", "since", "of", "per",
     "stand", "zum", "datenstand", "erstellt", "abruf", "printed", "refreshed", "updated"]
)  # fmt: skip
_SPAN = re.compile(r"(\w+)(?:\s*[-–—]\s*|\s+(?:bis|to|until|through)\s+)(\w+)")
_LONGEST = 8  # words of a label that may be put together from several


@dataclass(frozen=True, slots=True)
class Sign:
    """What words say of a figure; what they leave open is empty."""

    measure: str = ""
    scenario: Scenario | None = None
    period: Period | None = None
    skipped: str = ""  # why no figure is read: variance · total · cumulated · skip

    def __or__(self, other: Sign) -> Sign:
        """The same, with what it leaves open taken from *other*."""
        return Sign(
            self.measure or other.measure,
            self.scenario or other.scenario,
            self.period or other.period,
            self.skipped or other.skipped,
        )

    def __bool__(self) -> bool:
        return bool(self.measure or self.scenario or self.period or self.skipped)


NOTHING = Sign()


class Signs:
    """Understands the headings and labels of one declared block."""

    def __init__(self, declared: Declared, gathering: Gathering, year: int | None = None) -> None:
        self.declared = declared
        self.gathering = gathering
        self.vocabulary = gathering.vocabulary
        self.stated_year = year
        skipped = self.vocabulary.skipped.get("cumulated", {})
        self.known: dict[tuple[str, str], Sign] = {}
        self.cumulated = {normalise(word) for words in skipped.values() for word in words}

    @property
    def year(self) -> int:
        """The fiscal year of a period without one."""
        return self.stated_year or self.gathering.setting.fiscal_year or 2000

    def axis(self, value: Any) -> str | None:
        """The column of a table of figures that a heading names: metric, period, unit."""
        if not isinstance(value, str):
            return None
        own = self.declared.meant(value)
        if own is not None:
            return own if own in AXES else None
        if self.vocabulary.find_column(value, self.year) is not None:
            return None  # "2. Quartal" is a period, not the column of periods
        if _MEAN.match(value):
            return None
        fills = self.declared.fills
        key = self.gathering.layout.field_of(fills, value, self.vocabulary)
        return key if key in AXES else None

    def heads(self, value: Any) -> bool:
        """Whether a text may stand in the header of the block."""
        if self.declared.kind == "list":
            return isinstance(value, str) and self._is_field(value)
        if self.axis(value) is not None or self.sign(value, "columns"):
            return True
        # Where a table stands must not depend on the year that the plan turns out to be of.
        short = _SHORT_YEAR.search(value) if isinstance(value, str) else None
        if short is None or self.gathering.setting.fiscal_year is not None:
            return False
        return self.vocabulary.find_column(str(value), 2000 + int(short[1])) is not None

    def _is_field(self, text: str) -> bool:
        fields = self.vocabulary.section(self.declared.fills).fields
        own = self.declared.meant(text)
        if own is not None:
            return own in fields or own == SKIP
        layout = self.gathering.layout
        return layout.field_of(self.declared.fills, text, self.vocabulary) is not None

    def dates_or_names_a_scenario(self, text: str) -> bool:
        """Whether a title says of which scenario or period the table below it is."""
        found = self.inside(text)
        return bool(found.scenario or found.period or year_in(text))

    @staticmethod
    def year_of(value: Any) -> str:
        """A year that heads a column as a number, as text."""
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            return ""
        return str(int(value)) if value == int(value) and 2000 <= value <= 2100 else ""

    # ------------------------------------------------ one word

    def sign(self, value: Any, where: str) -> Sign:
        """What a heading (*where* is columns) or label (rows) says; nothing if nobody knows it."""
        allowed = {
            axis
            for axis, hint in (
                ("measure", self.declared.measures),
                ("scenario", self.declared.scenarios),
                ("period", self.declared.periods),
            )
            if hint in ("", where)
        }
        if isinstance(value, date):
            return self._of_period(value, allowed)
        if text := self.year_of(value):
            return self._of_period(text, allowed)
        if not isinstance(value, str) or not value.strip():
            return NOTHING
        sign = self.known.get((value, where))
        if sign is None:
            sign = self.known[value, where] = self._named(" ".join(value.split()), allowed)
        return sign

    def _named(self, text: str, allowed: set[str]) -> Sign:
        own = self.declared.meant(text)
        if own is not None:
            return self.meaning(own)
        # The same words stand in many tables, and every table is looked at several times.
        start = self.gathering.setting.fy_start_month
        key = (text, frozenset(allowed), self.year, start)
        understood = self.gathering.understood
        if key not in understood:
            understood[key] = (
                self._mean(text)
                or self._whole(text, allowed)
                or self._parts(text, allowed)
                or (self.compound(text) if {"measure", "scenario"} <= allowed else NOTHING)
                or self._skipped(text)
            )
        sign: Sign = understood[key]
        return sign

    def joined(self, values: Sequence[Any], where: str) -> Sign:
        """What the texts of a column's header say together, from the top to the bottom."""
        signs = [self.sign(value, where) for value in values]
        if any(sign.skipped for sign in signs):
            if any(self.is_cumulated(value) for value in values):
                signs = [sign for sign in signs if not sign.skipped]
                return _merged(reversed(signs)) | Sign(skipped="cumulated")
            return _merged(reversed(signs))
        plain = [
            self.year_of(value) or str(value)
            for value, sign in zip(values, signs, strict=True)
            if sign and not sign.measure and not isinstance(value, date)
        ]
        if len(plain) > 1 and not any(isinstance(value, date) for value in values):
            for order in (plain, plain[::-1]):
                together = self.sign(" ".join(order), where)
                if together.period or together.scenario:
                    return together | _merged(reversed(signs))
        return _merged(reversed(signs))

    def _of_period(self, value: date | str, allowed: set[str]) -> Sign:
        if "period" not in allowed:
            return NOTHING
        start = self.gathering.setting.fy_start_month
        if isinstance(value, str):
            return Sign(period=Period(int(value)))
        return Sign(period=self.vocabulary.find_period(value, self.year, start))

    def meaning(self, key: str) -> Sign:
        """What the key says that an own word stands for."""
        if key == SKIP:
            return Sign(skipped=SKIP)
        if key in set(Scenario):
            return Sign(scenario=Scenario(key))
        if period := period_of(key, self.year):
            return Sign(period=period)
        return NOTHING if key in AXES else Sign(measure=key)

    def _whole(self, text: str, allowed: set[str]) -> Sign:
        if "measure" in allowed:
            measure = self.gathering.layout.measure_of(text, self.vocabulary)
            measure = measure or self._part_of(text)
            if measure is not None:
                return Sign(measure=measure)
        start = self.gathering.setting.fy_start_month
        found = self.vocabulary.find_column(text, self.year, start)
        if found is None:
            return NOTHING
        scenario, period = found
        return Sign(
            scenario=scenario if "scenario" in allowed else None,
            period=period if "period" in allowed else None,
        )

    def _part_of(self, text: str) -> str | None:
        """``davon genehmigt``: a part that is counted, too. ``davon Ausland`` is none."""
        rest = PART.sub("", text)
        if rest == text:
            return None
        key = self.gathering.layout.measure_of(rest, self.vocabulary)
        known = self.vocabulary.measures.get(key or "")
        if known is None or known.unit != "count":
            return None
        return key if known.part_of or known.document == "scorecard" else None

    def _parts(self, text: str, allowed: set[str]) -> Sign:
        """A measure with a scenario or period before or behind it: ``Umsatz Ist Q1``."""
        if "measure" not in allowed or self.vocabulary.is_variance(text):
            return NOTHING
        words = [word for word in _SEPARATORS.split(text) if word]
        if not 1 < len(words) <= _LONGEST:
            return NOTHING
        for length in range(len(words) - 1, 0, -1):
            for first in {0, len(words) - length}:
                measure = self._whole(" ".join(words[first : first + length]), {"measure"})
                rest = [*words[:first], *words[first + length :]]
                other = self._whole(" ".join(rest), allowed - {"measure"})
                if measure.measure and other:
                    return measure | other
        return NOTHING

    def measure_in_sum(self, text: str) -> str:
        """The measure that a row of its sum is called by: ``Umsatz gesamt``, ``Total sales``."""
        words = [word for word in _SEPARATORS.split(text) if word]
        for rest in (words[:-1], words[1:]):
            left = words[-1] if rest == words[:-1] else words[0]
            if rest and self.vocabulary.is_total(left) and len(words) > 1:
                measure = self.gathering.layout.measure_of(" ".join(rest), self.vocabulary)
                if measure:
                    return measure
        return ""

    def _mean(self, text: str) -> Sign:
        """``Ø Quartal`` restates others; ``Ø Nettopreis`` is a measure of its own."""
        rest = _MEAN.sub("", text)
        if rest == text or self._whole(text, {"measure"}):
            return NOTHING
        dated = self._whole(rest, _FIGURE) or self._axis_of_periods(rest)
        return Sign(skipped="variance") if dated or not rest else NOTHING

    def _axis_of_periods(self, text: str) -> bool:
        fills = self.declared.fills
        return self.gathering.layout.field_of(fills, text, self.vocabulary) == "period"

    def compound(self, text: str) -> Sign:
        """A measure and a scenario in one word: ``Umsatzplan``, ``Ist-Umsatz``."""
        first, *rest = text.split() or [""]
        if rest or not _COMPOUND.fullmatch(first):
            return NOTHING
        for at in range(3, len(first) - 2):
            left, right = first[:at].rstrip("-"), first[at:].lstrip("-")
            for one, other in ((left, right), (right, left)):
                scenario = self._scenario_in_compound(one)
                measure = scenario and self.gathering.layout.measure_of(other, self.vocabulary)
                if scenario and measure:
                    return Sign(measure=measure, scenario=scenario)
        return NOTHING

    def _scenario_in_compound(self, word: str) -> Scenario | None:
        for form in (word, word.removesuffix("s"), word.removesuffix("es")):
            if (found := self.vocabulary.find_scenario(form)) is not None:
                return found
        return None

    def _skipped(self, text: str) -> Sign:
        if self.is_cumulated(text):
            return self._cumulated_period(text)
        if not restates(text, self.vocabulary):
            return NOTHING
        # "DB-Qu. (%)" may be a quota: a percent sign alone makes no word a variance.
        name = text.replace("%", "").strip("( )") or text
        if not restates(name, self.vocabulary) and not self._whole(name, _FIGURE):
            return NOTHING
        return Sign(skipped="variance" if self.vocabulary.is_variance(text) else "total")

    def is_cumulated(self, value: Any) -> bool:
        """Whether a text says that what it heads is a running sum."""
        if not isinstance(value, str):
            return False
        words = [normalise(value), *map(normalise, _SEPARATORS.split(value))]
        return any(word in self.cumulated for word in words)

    def _cumulated_period(self, text: str) -> Sign:
        """``Q2 kum.``: a running sum up to a period, whose scenario it may name."""
        words = [w for w in _SEPARATORS.split(text) if w and normalise(w) not in self.cumulated]
        named = self._whole(" ".join(words), {"scenario", "period"}) if words else NOTHING
        return replace(named, measure="", skipped="cumulated")

    # ------------------------------------------------ names of sheets, titles

    def inside(self, text: str) -> Sign:
        """The period and scenario that words inside a title or a sheet's name say."""
        words = [word for word in _SEPARATORS.split(text.replace("_", " ")) if word]
        words = [word.strip("()[].,;") or word for word in words]
        found, cumulated = NOTHING, any(self.is_cumulated(word) for word in words)
        spans = self._is_of_a_span(text)
        for length in range(min(len(words), 4), 0, -1):
            for first in range(len(words) - length + 1):
                part = " ".join(words[first : first + length])
                own = self.declared.meant(part)
                sign = self.meaning(own) if own else self._whole(part, {"scenario", "period"})
                if not sign and length == 1:
                    sign = replace(self.compound(part), measure="")
                if sign.period is not None and part.isdigit():
                    continue  # a year alone is no period of the figures
                behind = normalise(words[first - 1]) if first else ""
                whole = not spans or (sign.period is not None and sign.period == spans[0])
                if not own and (cumulated or behind in _NOT_OF_FIGURES or not whole):
                    sign = replace(sign, period=None)
                found = found | sign
        return found | Sign(period=spans[0] if spans and not cumulated else None)

    def _is_of_a_span(self, text: str) -> tuple[Period | None, ...]:
        """What a title says that names two periods and all between them; nothing if it does not.

        ``Jan–Jun 2026`` is a half year, ``Jan to Sep 2026`` no period of its own.
        """
        for match in _SPAN.finditer(text):
            if all(self._whole(end, {"period"}).period for end in match.groups()):
                year = _YEAR.match(text[match.end() :].lstrip())
                texts = [f"{match[0]} {year[0]}", match[0]] if year else [match[0]]
                signs = (self._whole(each, {"period"}) for each in texts)
                return (next((sign.period for sign in signs if sign.period), None),)
        return ()


def stands_for_the_year(texts: Iterable[str], signs: Signs) -> bool:
    """Whether no title or name says a shorter period or a running sum.

    Then a plan without a period is that of the year. The day when somebody wrote it says nothing.
    """
    for text in texts:
        words = [word.strip("()[].,;:") for word in text.replace("_", " ").split()]
        if any(signs.is_cumulated(word) for word in words):
            return False
        for length in (1, 2, 3):
            for first in range(len(words) - length + 1):
                sign = signs.sign(" ".join(words[first : first + length]), "columns")
                written = first and normalise(words[first - 1]) in _WRITTEN
                if sign.period is not None and sign.period.grain != "FY" and not written:
                    return False
    return True


def year_in(text: str) -> int | None:
    """The only year that a title names, unless it is part of a date."""
    years = {int(year) for year in _YEAR.findall(text)}
    return years.pop() if len(years) == 1 else None


def _merged(signs: Iterable[Sign]) -> Sign:
    merged = NOTHING
    for sign in signs:
        merged = merged | sign
    return merged
