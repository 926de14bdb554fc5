"""What a word means: which section, field, measure, choice, scenario or period.

The structure of a plan and of a scorecard is data: ``plan.toml``, ``scorecard.toml`` and
``measures.toml``. A vocabulary answers in both directions, from a word to its key and from a key
to its word. It is a value: a company's own measures make a new one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, NoReturn

from kam_reports.model import Clearance, Named, Period, Perspective, Problem, Scenario
from kam_reports.vocabulary.headings import (
    HEADING_WORDS,
    YEARS,
    Headings,
    Year,
    tokens_of,
)
from kam_reports.vocabulary.parts import DOCUMENTS, TYPES, UNITS, Field, Measure, Option, Section
from kam_reports.vocabulary.structure import load_structure
from kam_reports.vocabulary.words import (
    LANGUAGES,
    Words,
    clashes,
    every,
    first,
    index,
    look_up,
    nearest,
    normalise,
    without_brackets,
)
from kam_reports.workspace import OwnMeasure

__all__ = [
    "DOCUMENTS",
    "LANGUAGES",
    "TYPES",
    "UNITS",
    "Field",
    "Measure",
    "Option",
    "Section",
    "Vocabulary",
    "Words",
    "nearest",
    "normalise",
]

_PERCENT = normalise("%")
_LONGEST_SHEET_NAME = 31  # programs cut a longer one off there
_QUARTER_OR_YEAR_AT_END = re.compile(r"\s+(?:Q[1-4]\s*)?(?:20\d\d|Q[1-4])\s*$")


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
    kpi_units: Mapping[str, str] = field(default_factory=dict)

    def __getstate__(self) -> tuple[Any, ...]:
        return (self.all_sections, self.measures, self.skipped, self.kpis, self.kpi_units)

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        names = ("all_sections", "measures", "skipped", "kpis", "kpi_units")
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
        """The words of everything a goal may be set for: measures and KPIs."""
        return {key: measure.words for key, measure in self.measures.items()} | dict(self.kpis)

    def unit_of(self, metric: str) -> str:
        """The unit of a measure or KPI; empty if it has none or nobody knows it."""
        measure = self.measures.get(metric)
        return self.kpi_units.get(metric, "") if measure is None else measure.unit

    def word(self, named: Named, language: str) -> str:
        """The printed word of *named* in *language*. Raises KeyError."""
        return first(self._words_of(named), language)

    def _words_of(self, named: Named) -> Words:
        match named.kind:
            case "section":
                return self.all_sections[named.key].words
            case "field":
                return self.field(named.key).words
            case "measure":
                return self.metrics[named.key]
            case "option":
                name, _, option = named.key.rpartition(".")
                return self.field(name).option(option).words
            case "scenario" | "perspective":
                return self.field(f"figures.{named.kind}").option(named.key).words
            case "period":
                return self._words_of_period(named.key)
        raise KeyError(named)

    def _words_of_period(self, key: str) -> Words:
        """``2026-Q3`` as "Q3 2026"; a month counts as one of the calendar year."""
        year, _, short = key.rpartition("-")
        words = self.field("figures.period").option(short).words
        return {language: (f"{names[0]} {year}".strip(),) for language, names in words.items()}

    # ------------------------------------------------ new vocabularies

    def with_measures(self, own: Mapping[str, OwnMeasure]) -> Vocabulary:
        """This vocabulary with a company's own measures from ``kam.toml``."""
        known = dict(self._measure_keys)
        measures = dict(self.measures)
        for key, settings in own.items():
            measure = _own_measure(key, settings)
            for word in (key, *every(measure.words)):
                taken = known.setdefault(normalise(word), key)
                if taken != key or key in self.measures:
                    _word_is_taken(key, word, measures.get(taken, measure))
            measures[key] = measure
        return replace(self, measures=measures)

    def with_metrics(
        self, kpi_words: Mapping[str, Words], kpi_units: Mapping[str, str] | None = None
    ) -> Vocabulary:
        """This vocabulary with the words and units of KPIs, which a goal may be set for, too."""
        return replace(
            self,
            kpis={**self.kpis, **kpi_words},
            kpi_units={**self.kpi_units, **(kpi_units or {})},
        )

    # ------------------------------------------------ from words

    def find_section(self, text: str, document: str | None = None) -> str | None:
        """The section that *text* names: the name of a sheet, whole or cut off, or a heading."""
        known = self._section_keys[document]
        for reading in (text, _QUARTER_OR_YEAR_AT_END.sub("", text)):
            if (key := look_up(reading, known)) is not None:
                return key
        if len(text) != _LONGEST_SHEET_NAME:
            return None
        keys = {key for word, key in known.items() if word.startswith(normalise(text))}
        return keys.pop() if len(keys) == 1 else None

    def find_field(self, section: str, text: str) -> str | None:
        """The field of *section* that *text* names."""
        return look_up(text, self._field_keys[section])

    def find_measure(self, text: str, document: str | None = None) -> str | None:
        """The measure that *text* names."""
        key = look_up(text, self._measure_keys)
        if key is None or document in (None, self.measures[key].document):
            return key
        return None

    def find_metric(self, text: str, document: str = "plan") -> str | None:
        """The measure or KPI that *text* names. A scorecard is about KPIs, so there they win.

        With a percent sign the name of an amount means its quota, if there is one.
        """
        found = look_up(text, self._metric_keys[document])
        if found is None or not text.rstrip(" )]").endswith("%"):
            return found
        return found if self.unit_of(found) == "percent" else self.quota_of(found) or found

    def quota_of(self, metric: str) -> str | None:
        """The KPI in percent that one of the words of an amount means with a percent sign."""
        for word in every(self.metrics[metric]):
            key = self._metric_keys["plan"].get(normalise(f"{word} %"))
            if key is not None and self.unit_of(key) == "percent":
                return key
        return None

    def find_option(self, field: str, text: str) -> str | None:
        """The option of *field* (``contacts.bc_role``) that *text* names."""
        known = self._option_keys(field)
        return known.get(normalise(text)) or known.get(normalise(without_brackets(text)))

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
        year = Year(fiscal_year, fy_start_month)
        if isinstance(text, date):
            return year.month_of(text.year, text.month)
        if not isinstance(text, str):
            return Period(int(text)) if text in YEARS else None
        period = self._headings.period(text, year)
        if period is None and expected and normalise(text) in self._skipped_words["total"]:
            return year.whole
        return period

    def find_column(
        self, text: str, fiscal_year: int | None, fy_start_month: int = 1
    ) -> tuple[Scenario | None, Period | None] | None:
        """Scenario and period that a heading such as ``Ziel Q1`` or ``Ist Jan 2026`` names.

        What happened in the year before *fiscal_year* is that year's prior year: ``Ist 2025`` and
        ``VJ 2025`` are the same column of a plan for 2026.
        """
        if self.is_variance(text):
            return None
        return self._headings.column(text, Year(fiscal_year, fy_start_month))

    def is_variance(self, text: str) -> bool:
        """Whether *text* heads a column that restates others: a variance, a light, a running sum.

        A percent sign alone proves a variance only where no scenario is named: ``Q1 %``, not
        ``Ist Q1 (%)``. Ask for a measure first.
        """
        words = {normalise(text), *tokens_of(text)}
        found = words & (self._skipped_words["variance"] | self._skipped_words["cumulated"])
        if found != {_PERCENT}:
            return bool(found)
        column = self._headings.column(text, Year(2000))
        return column is None or column[0] is None

    def is_total(self, text: str) -> bool:
        """Whether *text* names a sum of other rows or columns. Ask for a measure first."""
        tokens = tokens_of(text)
        return bool({normalise(text), *tokens[:1], *tokens[-1:]} & self._skipped_words["total"])

    @property
    def variance_words(self) -> Words:
        """The words of columns that restate others."""
        return self.skipped["variance"]

    @property
    def total_words(self) -> Words:
        """The words of sums."""
        return self.skipped["total"]

    # ------------------------------------------------ what is looked up

    @cached_property
    def _section_keys(self) -> Mapping[str | None, Mapping[str, str]]:
        return {
            document: index((s.key, s.words) for s in self.sections(document))
            for document in (None, *DOCUMENTS)
        }

    @cached_property
    def _field_keys(self) -> Mapping[str, Mapping[str, str]]:
        return {
            section.key: index((f.key, f.words) for f in section.fields.values())
            for section in self.all_sections.values()
        }

    @cached_property
    def _measure_keys(self) -> Mapping[str, str]:
        return index((m.key, m.words) for m in self.measures.values() if not m.counted)

    @cached_property
    def _metric_keys(self) -> Mapping[str, Mapping[str, str]]:
        kpis = index(self.kpis.items())
        return {
            "plan": {**kpis, **self._measure_keys},
            "scorecard": {**self._measure_keys, **kpis},
        }

    @cached_property
    def _known_options(self) -> dict[str, Mapping[str, str]]:
        return {}

    def _option_keys(self, name: str) -> Mapping[str, str]:
        if name not in self._known_options:
            options = self.field(name).options
            self._known_options[name] = index((option.key, option.words) for option in options)
        return self._known_options[name]

    @cached_property
    def _skipped_words(self) -> Mapping[str, frozenset[str]]:
        return {
            kind: frozenset(normalise(word) for word in every(words))
            for kind, words in self.skipped.items()
        }

    @cached_property
    def _headings(self) -> Headings:
        periods, scenarios = map(self._option_keys, ("figures.period", "figures.scenario"))
        totals = self._skipped_words["total"]
        options = [*self.field("figures.period").options, *self.field("figures.scenario").options]
        words = [word for option in options for word in (option.key, *every(option.words))]
        words += every(self.skipped["total"])
        tokens = {token for word in words for token in tokens_of(word)}
        known = frozenset([*tokens, *periods, *scenarios, *totals, *HEADING_WORDS])
        return Headings(periods, scenarios, totals, known)

    # ------------------------------------------------ does it contradict itself?

    def ambiguities(self) -> list[str]:
        """Every word that would stand for two things in the same place."""
        typed = (m for m in self.measures.values() if not m.counted)
        found = [
            *clashes("sections", ((s.key, s.words) for s in self.all_sections.values())),
            *clashes("measures", ((m.key, m.words) for m in typed)),
        ]
        for section in self.all_sections.values():
            found += clashes(section.key, ((f.key, f.words) for f in section.fields.values()))
            for known in section.fields.values():
                found += clashes(known.name, ((o.key, o.words) for o in known.options))
        return found


@lru_cache(maxsize=1)
def _default() -> Vocabulary:
    structure = load_structure(Path(__file__).resolve().parent.parent)
    return Vocabulary(structure.sections, structure.measures, structure.skipped)


def _own_measure(key: str, own: OwnMeasure) -> Measure:
    return Measure(
        key=key,
        words={"de": own.de or own.en or (key,), "en": own.en or own.de or (key,)},
        unit=own.unit,
        better=own.better,
        over_time=own.over_time,
        over_accounts=own.over_accounts,
        clearance=Clearance(own.audience),
    )


def _word_is_taken(key: str, word: str, by: Measure) -> NoReturn:
    raise Problem(
        {
            "de": f"kam.toml: „{word}“ in [measures.{key}] heißt schon "
            f"„{first(by.words, 'de')}“ ({by.key}).",
            "en": f"kam.toml: “{word}” in [measures.{key}] already means "
            f"“{first(by.words, 'en')}” ({by.key}).",
        },
        {"de": "Ein anderes Wort nehmen.", "en": "Take another word."},
    )
