"""What a word means: which section, field, measure, choice, scenario or period.

The structure of a plan and of a scorecard is data: ``plan.toml``, ``scorecard.toml`` and
``measures.toml``. This module reads them and answers in both directions, from a word to its key
and from a key to its word. A vocabulary is a value: a company's own measures make a new one.
"""

from __future__ import annotations

import difflib
import re
import tomllib
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, NoReturn

from kam_reports.model import Clearance, Named, Period, Perspective, Problem, Scenario
from kam_reports.workspace import OwnMeasure

Words = Mapping[str, tuple[str, ...]]

LANGUAGES = ("de", "en")
DOCUMENTS = ("plan", "scorecard")
TYPES = (
    "longtext", "text", "code", "enum", "int", "number", "money", "pct", "date", "bool", "score5",
    "person", "period", "year", "currency", "metric", "ref", "email", "phone",
)  # fmt: skip
UNITS = (
    "EUR", "EUR/unit", "EUR/order", "units", "count", "percent", "pp", "days", "working_days",
    "hours", "per_year", "index", "nps", "score", "points",
)  # fmt: skip
_UNIT_OF_TYPE = {"money": "EUR", "pct": "percent", "score5": "score"}
_RANGE_OF_TYPE = {"score5": (1.0, 5.0)}


# ---------------------------------------------------------------- the parts


@dataclass(frozen=True, slots=True)
class Option:
    """One thing that may be chosen, and what the rules know about it."""

    key: str
    words: Words
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a section: how it is called, what may stand in it, who may see it."""

    key: str
    section: str
    words: Words
    type: str
    required: str = "no"  # yes · expected · no
    clearance: Clearance = Clearance.INTERNAL
    unit: str = ""
    low: float | None = None
    high: float | None = None
    options: tuple[Option, ...] = ()
    default: Any = None
    refers_to: str = ""  # the section that a ref points into
    help: Mapping[str, str] = field(default_factory=dict)
    digits: int | None = None
    derived: bool = False  # computed, never typed

    @property
    def name(self) -> str:
        """Its full name, ``measures.due``."""
        return f"{self.section}.{self.key}"

    def option(self, key: str) -> Option:
        """The option *key*."""
        return next(option for option in self.options if option.key == key)


@dataclass(frozen=True, slots=True)
class Section:
    """One section of a plan or scorecard."""

    key: str
    words: Words
    records: str  # one · many · grid
    part_of: str
    document: str  # plan · scorecard
    fields: Mapping[str, Field]
    expected: bool
    number: int  # as in the handbook; a part has the number of its whole
    help: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Measure:
    """Something that is counted, and how it adds up."""

    key: str
    words: Words
    unit: str
    better: str  # up · down · band · info
    over_time: str  # sum · last · mean · none
    over_accounts: str  # sum · distinct FIELD · none
    clearance: Clearance = Clearance.INTERNAL
    document: str = "plan"
    required: str = "no"
    part_of: str = ""  # the measure that it cannot exceed
    counted: bool = False  # counted from records, never typed
    help: Mapping[str, str] = field(default_factory=dict)


# ---------------------------------------------------------------- comparing words

_SPELLED = str.maketrans(
    {
        "ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss",
        "€": "eur", "$": "usd", "£": "gbp", "%": "prozent", "✓": "x", "✔": "x",
    }
)  # fmt: skip


@lru_cache(maxsize=8192)
def normalise(text: str) -> str:
    """*text* without case, umlauts, spaces and punctuation: what makes two words the same.

    A text of signs only, such as ``+/-``, stays as it is.
    """
    plain = unicodedata.normalize("NFC", text).casefold().translate(_SPELLED)
    if not plain.isascii():
        plain = re.sub(r"\bø\b", "", unicodedata.normalize("NFKD", plain))
    letters = "".join(filter(str.isalnum, plain))
    return letters or "".join(plain.split())


def nearest(text: str, candidates: Iterable[str]) -> str | None:
    """The candidate that *text* most likely means, for a hint."""
    by_word = {normalise(candidate): candidate for candidate in candidates}
    found = difflib.get_close_matches(normalise(text), by_word, 1, 0.6)
    return by_word[found[0]] if found else None


_BRACKETS = re.compile(r"\s*[(\[][^)\]]*[)\]]\s*")
_UNIT_AT_END = re.compile(
    r"[\s,/]+(?:in\s+)?(?:[tk]?€|[tk]?eur|€?m|mio\.?\s*(?:€|eur)?|tsd\.?\s*(?:€|eur)?|€/stk\.?"
    r"|eur/stk\.?|%|prozent|stk\.?|stück|tagen?|days?|p\.\s?a\.)$",
    re.IGNORECASE,
)
_NUMBER_AT_START = re.compile(r"^\s*\(?\d{1,2}(?:\.\d{1,2})*[.):]?\s+(?=[^\W\d])")


def _readings(text: str) -> Iterator[str]:
    """*text*, then the same without brackets, unit and leading number."""
    yield text
    shorter = _BRACKETS.sub(" ", text).strip()
    shorter = _UNIT_AT_END.sub("", shorter)
    yield shorter
    yield _NUMBER_AT_START.sub("", shorter)


def _look_up(text: str, known: Mapping[str, str]) -> str | None:
    """What *text* stands for in *known*; ``a / b`` if both parts stand for the same."""
    for reading in _readings(text):
        if (key := known.get(normalise(reading))) is not None:
            return key
    keys = {known.get(normalise(part)) for part in text.split("/")}
    return keys.pop() if len(keys) == 1 else None


# ---------------------------------------------------------------- the vocabulary


@dataclass(frozen=True)
class Vocabulary:
    """Every word of the plan, the scorecard and the measures, in every language.

    Has no slots: what is looked up is prepared on first use and kept in the instance, but never
    sent along to a worker process.
    """

    all_sections: Mapping[str, Section]
    measures: Mapping[str, Measure]
    skipped: Mapping[str, Words]
    kpis: Mapping[str, Words] = field(default_factory=dict)

    def __getstate__(self) -> tuple[Any, ...]:
        return (self.all_sections, self.measures, self.skipped, self.kpis)

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        names = ("all_sections", "measures", "skipped", "kpis")
        self.__dict__.update(zip(names, state, strict=True))

    @staticmethod
    def default() -> Vocabulary:
        """The vocabulary of the shipped structure."""
        return _default()

    # ------------------------------------------------ from keys

    def sections(self, document: str | None = None) -> tuple[Section, ...]:
        """The sections of *document* (``plan``, ``scorecard``), in their order; or all."""
        return tuple(
            section
            for section in self.all_sections.values()
            if document in (None, section.document)
        )

    def section(self, key: str) -> Section:
        """The section *key*."""
        return self.all_sections[key]

    def field(self, name: str) -> Field:
        """The field *name*, such as ``measures.due``."""
        section, _, key = name.partition(".")
        return self.all_sections[section].fields[key]

    def measures_of(self, document: str) -> tuple[Measure, ...]:
        """The measures that people fill in in *document*."""
        return tuple(
            measure
            for measure in self.measures.values()
            if measure.document == document and not measure.counted
        )

    @cached_property
    def metrics(self) -> Mapping[str, Words]:
        """The words of everything a goal may be set for: measures, then KPIs."""
        return {key: measure.words for key, measure in self.measures.items()} | dict(self.kpis)

    def word(self, named: Named, language: str) -> str:
        """The printed word of *named* in *language*."""
        return _first(self._words_of(named), language)

    def _words_of(self, named: Named) -> Words:
        if named.kind == "section":
            return self.all_sections[named.key].words
        if named.kind == "field":
            return self.field(named.key).words
        if named.kind == "measure":
            return self.metrics[named.key]
        if named.kind == "option":
            name, _, option = named.key.rpartition(".")
            return self.field(name).option(option).words
        if named.kind in ("scenario", "perspective"):
            return self.field(f"figures.{named.kind}").option(named.key).words
        if named.kind == "period":
            return self._words_of_period(named.key)
        raise KeyError(named)

    def _words_of_period(self, key: str) -> Words:
        """``Q3`` or ``2026-Q3`` in words; a month counts as one of the calendar year."""
        year, _, short = key.rpartition("-")
        words = self.field("figures.period").option(short).words
        return {
            language: (f"{names[0]} {year}".strip(), *names[1:])
            for language, names in words.items()
        }

    # ------------------------------------------------ new vocabularies

    def with_measures(self, own: Mapping[str, OwnMeasure]) -> Vocabulary:
        """This vocabulary with a company's own measures from ``kam.toml``."""
        if not own:
            return self
        known = dict(self._measure_keys)
        measures = dict(self.measures)
        for key, measure in own.items():
            added = _own_measure(key, measure)
            for word in (key, *_all_words(added.words)):
                taken = known.setdefault(normalise(word), key)
                if taken != key or key in self.measures:
                    _word_is_taken(key, word, self.measures.get(taken, added))
            measures[key] = added
        return replace(self, measures=measures)

    def with_metrics(self, kpi_words: Mapping[str, Words]) -> Vocabulary:
        """This vocabulary with the words of KPIs, which a goal may be set for, too."""
        return replace(self, kpis={**self.kpis, **kpi_words})

    # ------------------------------------------------ from words

    def find_section(self, text: str, document: str | None = None) -> str | None:
        """The section that *text* names: a sheet's name, a heading, a part of ``31`` signs."""
        known = self._section_keys[document]
        if (key := _look_up(_YEAR_AT_END.sub("", text), known)) is not None:
            return key
        if len(text) != _LONGEST_SHEET_NAME:
            return None
        start = normalise(text)
        keys = {key for word, key in known.items() if word.startswith(start)}
        return keys.pop() if len(keys) == 1 else None

    def find_field(self, section: str, text: str) -> str | None:
        """The field of *section* that *text* names."""
        return _look_up(text, self._field_keys[section])

    def find_measure(self, text: str, document: str | None = None) -> str | None:
        """The measure that *text* names."""
        key = _look_up(text, self._measure_keys)
        if key is None or document in (None, self.measures[key].document):
            return key
        return None

    def find_metric(self, text: str) -> str | None:
        """The measure that *text* names, else the KPI."""
        return _look_up(text, self._metric_keys)

    def find_option(self, field: str, text: str) -> str | None:
        """The option of *field* (``contacts.bc_role``) that *text* names."""
        known = self._option_keys(field)
        return known.get(normalise(text)) or known.get(normalise(_BRACKETS.sub(" ", text)))

    def find_scenario(self, text: str) -> Scenario | None:
        """The scenario that *text* names."""
        found = self.find_option("figures.scenario", text)
        return None if found is None else Scenario(found)

    def find_perspective(self, text: str) -> Perspective | None:
        """Whose goal or number *text* says it is."""
        found = self.find_option("figures.perspective", text)
        return None if found is None else Perspective(found)

    def find_period(
        self,
        text: str | date | float,
        fiscal_year: int | None,
        fy_start_month: int = 1,
        *,
        expected: bool = False,
    ) -> Period | None:
        """The period that *text* names, in *fiscal_year* unless it names a year.

        Months are calendar months. "Gesamt" is the year only where a period is *expected*.
        """
        year = _Year(fiscal_year, fy_start_month)
        if isinstance(text, date):
            return year.month_of(text.year, text.month)
        if not isinstance(text, str):
            return Period(int(text)) if text in _YEARS else None
        for reading in _readings(text):
            tokens = _tokens(reading)
            if (period := self._period(tokens, year)) is not None:
                return period
        return year.whole if expected and self._is("total", normalise(text)) else None

    def find_column(
        self, text: str, fiscal_year: int | None, fy_start_month: int = 1
    ) -> tuple[Scenario | None, Period | None] | None:
        """Scenario and period that a heading such as ``Ziel Q1`` or ``Ist Jan 2026`` names.

        What happened in the year before *fiscal_year* is that year's prior year: ``Ist 2025`` and
        ``VJ 2025`` are the same column of a plan for 2026.
        """
        year = _Year(fiscal_year, fy_start_month)
        for reading in _readings(text):
            tokens = _tokens(reading)
            if 0 < len(tokens) <= _LONGEST_HEADING and (found := self._column(tokens, year)):
                return year.aligned(*found)
        return None

    def is_variance(self, text: str) -> bool:
        """Whether *text* heads a column that only restates others: a variance, a running sum."""
        tokens = _tokens(text)
        if any(self._is(kind, token) for kind in ("variance", "cumulated") for token in tokens):
            return True
        return any(self._is(kind, normalise(text)) for kind in ("variance", "cumulated"))

    def is_total(self, text: str) -> bool:
        """Whether *text* names a sum of other rows or columns. Ask for a measure first."""
        tokens = _tokens(text) or [""]
        return any(self._is("total", word) for word in (normalise(text), tokens[0], tokens[-1]))

    @property
    def variance_words(self) -> Words:
        """The words of columns that restate others."""
        return self.skipped["variance"]

    @property
    def total_words(self) -> Words:
        """The words of sums."""
        return self.skipped["total"]

    # ------------------------------------------------ what is looked up

    def _is(self, kind: str, normalised: str) -> bool:
        return normalised in self._skipped_words[kind]

    def _period(self, tokens: Sequence[str], year: _Year) -> Period | None:
        if not tokens or len(tokens) > _LONGEST_HEADING:
            return None
        if key := self._period_key(tokens):
            return year.period(key)
        for core, named in _years_in(tokens):
            stated, numeric = year.named(named), all(token.isdigit() for token in core)
            if not core and (named.fiscal or named.digits == 4):
                return stated.whole
            if core and numeric and named.digits == 4 and not named.fiscal:
                return _month_in_digits(core, named, year)
            if len(core) == 1 and core[0] in _ROMAN:
                return stated.period(f"Q{_ROMAN.index(core[0]) + 1}")
            if core and (key := self._period_key(core)):
                return stated.period(key, named)
        return None

    def _period_key(self, tokens: Sequence[str]) -> str | None:
        word = "".join(tokens)
        if numbered := _NUMBERED_MONTH.fullmatch(word):
            return f"P{int(numbered[1]):02d}"
        key = self._option_keys("figures.period").get(word)
        return None if key == "YTD" else key

    def _column(
        self, tokens: Sequence[str], year: _Year
    ) -> tuple[Scenario | None, Period | None] | None:
        scenarios = self._option_keys("figures.scenario")
        for length in range(len(tokens), 0, -1):
            for start in range(len(tokens) - length + 1):
                word = "".join(tokens[start : start + length])
                rest = [*tokens[:start], *tokens[start + length :]]
                if (scenario := scenarios.get(word)) is not None:
                    if not rest:
                        return Scenario(scenario), None
                    if period := self._rest_of_column(rest, year):
                        return Scenario(scenario), period
        word = "".join(tokens)
        if (scenario := scenarios.get(word.removeprefix("jahres"))) is not None and year.whole:
            return Scenario(scenario), year.whole
        period = self._period(tokens, year)
        return None if period is None else (None, period)

    def _rest_of_column(self, tokens: Sequence[str], year: _Year) -> Period | None:
        period = self._period(tokens, year)
        return year.whole if period is None and self._is("total", "".join(tokens)) else period

    @cached_property
    def _section_keys(self) -> Mapping[str | None, Mapping[str, str]]:
        return {
            document: _index((s.key, s.words) for s in self.sections(document))
            for document in (None, *DOCUMENTS)
        }

    @cached_property
    def _field_keys(self) -> Mapping[str, Mapping[str, str]]:
        return {
            section.key: _index((f.key, f.words) for f in section.fields.values())
            for section in self.all_sections.values()
        }

    @cached_property
    def _measure_keys(self) -> Mapping[str, str]:
        return _index((measure.key, measure.words) for measure in self.measures.values())

    @cached_property
    def _metric_keys(self) -> Mapping[str, str]:
        return {**_index(self.kpis.items()), **self._measure_keys}

    @cached_property
    def _known_options(self) -> dict[str, Mapping[str, str]]:
        return {}

    def _option_keys(self, name: str) -> Mapping[str, str]:
        if name not in self._known_options:
            options = self.field(name).options
            self._known_options[name] = _index((option.key, option.words) for option in options)
        return self._known_options[name]

    @cached_property
    def _skipped_words(self) -> Mapping[str, frozenset[str]]:
        return {
            kind: frozenset(normalise(word) for word in _all_words(words))
            for kind, words in self.skipped.items()
        }

    # ------------------------------------------------ does it contradict itself?

    def ambiguities(self) -> list[str]:
        """Every word that would stand for two things in the same place."""
        return [
            *_clashes("sections", ((s.key, s.words) for s in self.all_sections.values())),
            *_clashes("measures", ((m.key, m.words) for m in self.measures.values())),
            *(
                clash
                for section in self.all_sections.values()
                for clash in _clashes(
                    section.key, ((f.key, f.words) for f in section.fields.values())
                )
            ),
            *(
                clash
                for section in self.all_sections.values()
                for f in section.fields.values()
                for clash in _clashes(f.name, ((o.key, o.words) for o in f.options))
            ),
        ]


def _first(words: Words, language: str) -> str:
    """The first word in *language*; in another one if there is none."""
    for choice in (language, "en", *words):
        if words.get(choice):
            return words[choice][0]
    raise KeyError(language)


def _all_words(words: Words) -> Iterator[str]:
    return (word for names in words.values() for word in names)


def _index(named: Iterable[tuple[str, Words]]) -> dict[str, str]:
    """Every word, normalised, to its key. A key stands for itself unless it is another's word."""
    pairs = list(named)
    index = {normalise(word): key for key, words in pairs for word in _all_words(words)}
    for key, _ in pairs:
        index.setdefault(normalise(key), key)
    return index


def _clashes(where: str, named: Iterable[tuple[str, Words]]) -> Iterator[str]:
    known: dict[str, str] = {}
    for key, words in named:
        for word in _all_words(words):
            other = known.setdefault(normalise(word), key)
            if other != key:
                yield f"{where}: “{word}” is {other} and {key}"


# ---------------------------------------------------------------- periods in words

_LONGEST_SHEET_NAME = 31  # Excel cuts no name; people and programs that write one do
_LONGEST_HEADING = 7
_YEARS = range(2000, 2101)
_YEAR_AT_END = re.compile(r"\s+(?:20\d\d|Q[1-4])\s*$")
_ROMAN = ("i", "ii", "iii", "iv")
_YEAR_WORDS = ("fy", "gj", "wj", "geschaeftsjahr", "jahr", "year")
_TOKEN = re.compile(r"\+/-|[^\W\d_]+|\d+|%")
_NUMBERED_MONTH = re.compile(r"(?:m|p|monat|periode|month|period)(0?[1-9]|1[0-2])")


def _tokens(text: str) -> list[str]:
    """The words and numbers in *text*, each normalised."""
    tokens = (normalise(token) for token in _TOKEN.findall(text.replace("Δ", " Δ ")))
    return [token for token in tokens if token]


@dataclass(frozen=True, slots=True)
class _Stated:
    """A year as a heading states it: ``2026``, ``26``, ``GJ 2026/27``."""

    year: int
    digits: int
    fiscal: bool = False


def _years_in(tokens: Sequence[str]) -> Iterator[tuple[list[str], _Stated]]:
    """Every way to take a year off *tokens*: what remains, and the year."""
    for year, used in _years_at_end(tokens):
        core = list(tokens[:-used])
        fiscal = bool(core) and core[-1] in _YEAR_WORDS
        yield (core[:-1] if fiscal else core), _Stated(year.year, year.digits, fiscal or used == 2)
    if tokens[0].isdigit() and len(tokens[0]) == 4 and int(tokens[0]) in _YEARS:
        yield list(tokens[1:]), _Stated(int(tokens[0]), 4)


def _years_at_end(tokens: Sequence[str]) -> Iterator[tuple[_Stated, int]]:
    """The year at the end of *tokens* and how many of them state it: ``2026/27`` are two."""
    if not tokens[-1].isdigit() or len(tokens[-1]) not in (2, 4):
        return
    last = int(tokens[-1]) + (0 if len(tokens[-1]) == 4 else 2000)
    if last not in _YEARS:
        return
    if len(tokens) > 1 and tokens[-2].isdigit() and len(tokens[-2]) in (2, 4):
        first = int(tokens[-2]) + (0 if len(tokens[-2]) == 4 else 2000)
        whole = len(tokens[-2]) == 4 or (len(tokens) > 2 and tokens[-3] in _YEAR_WORDS)
        if first + 1 == last and whole:
            yield _Stated(first, 4), 2
    yield _Stated(last, len(tokens[-1])), 1


def _month_in_digits(core: Sequence[str], named: _Stated, year: _Year) -> Period | None:
    """The month of ``03/2026``, ``2026-03``, ``1.3.2026`` or ``31.03.2026``.

    A day counts as its month only if it is the first or the last one, as headings have it.
    """
    numbers = [int(token) for token in core]
    if len(numbers) == 1 and len(core[0]) == 2 and 1 <= numbers[0] <= 12:
        return year.month_of(named.year, numbers[0])
    if len(numbers) != 2:
        return None
    for month, day in (numbers, numbers[::-1]):
        if 1 <= month <= 12 and day in (1, _last_day(named.year, month)):
            return year.month_of(named.year, month)
    return None


def _last_day(year: int, month: int) -> int:
    following = date(year + month // 12, month % 12 + 1, 1)
    return (following - timedelta(days=1)).day


@dataclass(frozen=True, slots=True)
class _Year:
    """The fiscal year that a heading without a year belongs to."""

    fiscal: int | None
    start: int

    def named(self, stated: _Stated) -> _Year:
        """The year that the heading states instead."""
        return replace(self, fiscal=stated.year)

    @property
    def whole(self) -> Period | None:
        """All of it."""
        return None if self.fiscal is None else Period(self.fiscal)

    def period(self, key: str, stated: _Stated | None = None) -> Period | None:
        """The period ``Q1``, ``FY``, ``M03`` (March) or ``P03`` (the third month)."""
        if self.fiscal is None:
            return None
        if key == "FY":
            return Period(self.fiscal)
        grain, number = key[0], int(key[1:])
        if grain == "P":
            return Period(self.fiscal, "M", number)
        if grain != "M":
            return Period(self.fiscal, grain, number)
        if stated is not None and not stated.fiscal:
            return self.month_of(stated.year, number)
        return Period(self.fiscal, "M", (number - self.start) % 12 + 1)

    def month_of(self, year: int, month: int) -> Period:
        """The fiscal month that a calendar month is."""
        months = year * 12 + month - self.start
        return Period(months // 12, "M", months % 12 + 1)

    def aligned(
        self, scenario: Scenario | None, period: Period | None
    ) -> tuple[Scenario | None, Period | None]:
        """What happened in the year before becomes the prior year of this one."""
        before = scenario in (Scenario.PY, Scenario.ACTUAL) and period is not None
        if before and self.fiscal is not None and period.year == self.fiscal - 1:
            return Scenario.PY, replace(period, year=self.fiscal)
        return scenario, period


# ---------------------------------------------------------------- reading the TOML


@lru_cache(maxsize=1)
def _default() -> Vocabulary:
    tables = {name: _Table.load(name) for name in (*DOCUMENTS, "measures")}
    measures = {key: _measure(table) for key, table in tables["measures"].tables()}
    raw = {
        key: (document, table) for document in DOCUMENTS for key, table in tables[document].tables()
    }
    skipped = raw["figures"][1].child("skipped")
    sections = _sections(raw, measures)
    return Vocabulary(sections, measures, {kind: words.words() for kind, words in skipped.tables()})


@dataclass(frozen=True, slots=True)
class _Table:
    """A table of a TOML file that knows where it stands, so that a mistake can be named."""

    path: str
    values: dict[str, Any]

    @classmethod
    def load(cls, name: str) -> _Table:
        """The file *name*.toml."""
        file = Path(__file__).with_name(f"{name}.toml")
        try:
            return cls(file.name, tomllib.loads(file.read_text(encoding="utf-8")))
        except (OSError, tomllib.TOMLDecodeError) as error:
            raise Problem(
                {
                    "de": f"{file} kann nicht gelesen werden: {error}.",
                    "en": f"{file} cannot be read: {error}.",
                }
            ) from error

    def tables(self) -> Iterator[tuple[str, _Table]]:
        """The tables in it, by key."""
        return ((key, self.child(key)) for key in self.values)

    def child(self, key: str) -> _Table:
        """The table *key* in it; an empty one if it is missing."""
        value = self.values.get(key, {})
        if not isinstance(value, dict):
            self.bad(key, "ein Abschnitt", "a table")
        return _Table(f"{self.path} › {key}", value)

    def only(self, *known: str) -> None:
        """Refuse a key that is not *known*."""
        for key in self.values:
            if key not in known:
                near = nearest(key, known) or ", ".join(known)
                self.bad(key, f"entfallen oder heißen: {near}", f"left out or named: {near}")

    def words(self) -> Words:
        """Its words in each language."""
        return {language: self.texts(language) for language in LANGUAGES}

    def texts(self, key: str) -> tuple[str, ...]:
        """The list of texts *key*."""
        value = self.values.get(key)
        if not isinstance(value, list) or not value or not all(map(_is_text, value)):
            self.bad(key, "eine Liste von Wörtern", "a list of words")
        return tuple(value)

    def text(self, key: str, allowed: Sequence[str] = (), default: str | None = None) -> str:
        """The text *key*, one of *allowed*."""
        value = self.values.get(key, default)
        if not isinstance(value, str) or (allowed and value not in allowed):
            names = ", ".join(allowed)
            self.bad(key, f"ein Text ({names})", f"a text ({names})")
        return value

    def number(self, key: str, default: float | None = None) -> float | None:
        """The number *key*."""
        value = self.values.get(key, default)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
            self.bad(key, "eine Zahl", "a number")
        return value

    def flag(self, key: str) -> bool:
        """Whether *key* is set."""
        value = self.values.get(key, False)
        if not isinstance(value, bool):
            self.bad(key, "true oder false", "true or false")
        return value

    def help(self) -> Mapping[str, str]:
        """The help text in each language; nothing, or all of them."""
        table = self.child("help")
        return {language: table.text(language) for language in LANGUAGES if table.values}

    def bad(self, key: str, de: str, en: str) -> NoReturn:
        """Refuse the value of *key*."""
        raise Problem(
            {
                "de": f"{self.path}: „{key}“ muss {de} sein.",
                "en": f"{self.path}: “{key}” must be {en}.",
            }
        )


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(normalise(value))


def _audience(table: _Table) -> Clearance:
    return Clearance(table.text("audience", tuple(Clearance), Clearance.INTERNAL.value))


def _required(table: _Table) -> str:
    return table.text("required", ("yes", "expected", "no"), "no")


def _measure(table: _Table) -> Measure:
    table.only(
        "de", "en", "unit", "better", "over_time", "over_accounts", "audience", "document",
        "required", "part_of", "counted", "help",
    )  # fmt: skip
    over_accounts = table.text("over_accounts")
    if over_accounts not in ("sum", "none") and not over_accounts.startswith("distinct "):
        table.bad("over_accounts", "sum, distinct FELD oder none", "sum, distinct FIELD or none")
    return Measure(
        key=table.path.rpartition(" ")[2],
        words=table.words(),
        unit=table.text("unit", UNITS),
        better=table.text("better", ("up", "down", "band", "info")),
        over_time=table.text("over_time", ("sum", "last", "mean", "none")),
        over_accounts=over_accounts,
        clearance=_audience(table),
        document=table.text("document", DOCUMENTS, "plan"),
        required=_required(table),
        part_of=table.text("part_of", default=""),
        counted=table.flag("counted"),
        help=table.help(),
    )


def _own_measure(key: str, own: OwnMeasure) -> Measure:
    words = {"de": own.de or own.en or (key,), "en": own.en or own.de or (key,)}
    return Measure(
        key, words, own.unit, own.better, own.over_time, own.over_accounts,
        Clearance(own.audience),
    )  # fmt: skip


def _word_is_taken(key: str, word: str, by: Measure) -> NoReturn:
    raise Problem(
        {
            "de": f"kam.toml: „{word}“ in [measures.{key}] heißt schon "
            f"„{_first(by.words, 'de')}“ ({by.key}).",
            "en": f"kam.toml: “{word}” in [measures.{key}] already means "
            f"“{_first(by.words, 'en')}” ({by.key}).",
        },
        {"de": "Ein anderes Wort nehmen.", "en": "Take another word."},
    )


def _sections(
    raw: Mapping[str, tuple[str, _Table]], measures: Mapping[str, Measure]
) -> dict[str, Section]:
    sections: dict[str, Section] = {}
    options = _options_by_field(raw)
    for key, (document, table) in raw.items():
        table.only("de", "en", "records", "part_of", "expected", "help", "fields", "skipped")
        fields = {
            name: _field(name, key, child, options)
            for name, child in table.child("fields").tables()
        }
        records = table.text("records", ("one", "many", "grid"))
        if records == "grid" and document == "scorecard":
            fields |= _fields_of_measures(key, measures)
        part_of = table.text("part_of", (*sections, ""), "")
        wholes = {s.number for s in sections.values() if s.document == document}
        number = sections[part_of].number if part_of else len(wholes) + 1
        sections[key] = Section(
            key, table.words(), records, part_of, document, fields, table.flag("expected"),
            number, table.help(),
        )  # fmt: skip
    return sections


def _options_by_field(
    raw: Mapping[str, tuple[str, _Table]],
) -> Callable[[_Table, str], tuple[Option, ...]]:
    """A function that gives the options of a field, listed there or in the field it names."""
    made: dict[str, tuple[Option, ...]] = {}

    def options(table: _Table, name: str) -> tuple[Option, ...]:
        listed = table.values.get("options", {})
        if isinstance(listed, str):
            section, _, key = listed.partition(".")
            if section not in raw or not (
                other := raw[section][1].child("fields").child(key)
            ).values.get("options"):
                table.bad("options", "ein Feld mit Auswahl", "a field with options")
            return options(other, listed)
        if name not in made:
            made[name] = tuple(
                Option(key, child.words(), _facts(child))
                for key, child in table.child("options").tables()
            )
        return made[name]

    return options


def _facts(table: _Table) -> dict[str, Any]:
    return {key: value for key, value in table.values.items() if key not in LANGUAGES}


def _field(
    key: str,
    section: str,
    table: _Table,
    options: Callable[[_Table, str], tuple[Option, ...]],
) -> Field:
    table.only(
        "de", "en", "type", "required", "audience", "unit", "low", "high", "options", "default",
        "refers_to", "help", "digits", "derived",
    )  # fmt: skip
    kind = table.text("type", TYPES)
    low, high = _RANGE_OF_TYPE.get(kind, (None, None))
    choices = options(table, f"{section}.{key}")
    if (kind == "enum") > bool(choices):
        table.bad("options", "eine Auswahl", "a table of options")
    digits = table.number("digits")
    return Field(
        key=key,
        section=section,
        words=table.words(),
        type=kind,
        required=_required(table),
        clearance=_audience(table),
        unit=table.text("unit", ("", *UNITS), _UNIT_OF_TYPE.get(kind, "")),
        low=table.number("low", low),
        high=table.number("high", high),
        options=choices,
        default=table.values.get("default"),
        refers_to=table.text("refers_to", default=""),
        help=table.help(),
        digits=None if digits is None else int(digits),
        derived=table.flag("derived"),
    )


def _fields_of_measures(section: str, measures: Mapping[str, Measure]) -> dict[str, Field]:
    """The rows of a scorecard's grid, which are fields there and measures everywhere else."""
    types = {"EUR": "money", "count": "int"}
    return {
        key: Field(
            key, section, measure.words, types.get(measure.unit, "number"), measure.required,
            measure.clearance, measure.unit, low=0.0, help=measure.help,
        )
        for key, measure in measures.items()
        if measure.document == "scorecard" and not measure.counted
    }  # fmt: skip
