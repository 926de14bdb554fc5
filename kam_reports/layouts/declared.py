"""A layout: how one family of workbooks calls its sheets, headings and fields. It is data.

The words of the vocabulary are always known; a layout adds the family's own.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, NoReturn

from kam_reports.layouts.application_rules import ListRules, rules_with, shipped_rules
from kam_reports.layouts.declaring import Declared, Known, Undeclarable, declare, know
from kam_reports.layouts.proving import line_of, prove
from kam_reports.model import Problem, Role
from kam_reports.vocabulary import LANGUAGES, Vocabulary, nearest, normalise

_KEYS = (
    *("document", "sections", "fields", "measures", "ignore", "least", "block", "header"),
    *("applications", "language", "without"),
)
_HEADER_OF = {"plan": "plan", "scorecard": "header"}


@dataclass(frozen=True, slots=True)
class Layout:
    """The words of one family of workbooks, beside those of the vocabulary."""

    name: str
    document: str  # plan · scorecard
    sections: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    measures: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    ignore: tuple[str, ...] = ()
    least_labels: int = 4
    least_sections: int = 3
    applications: ListRules = field(default_factory=shipped_rules)
    blocks: tuple[Declared, ...] = ()  # what stands where; without them it is found by words
    given: Mapping[str, Known] = field(default_factory=dict)  # of the header, by field
    language: str = ""  # that of numbers and dates, if the headings do not tell
    without: tuple[str, ...] = ()  # sections and fields that the form does not have

    @property
    def role(self) -> Role:
        """What its subject is to us."""
        return Role.ACCOUNT if self.document == "plan" else Role.PARTNER

    @property
    def header(self) -> str:
        """The section that says whose plan it is, and of which year."""
        return _HEADER_OF[self.document]

    def section_of(self, text: str, vocabulary: Vocabulary) -> str | None:
        """The section that a sheet's name or a heading names."""
        word = text.casefold()
        for section, words in self.sections.items():
            if any(fnmatchcase(word, each.casefold()) for each in words):
                return section
        return vocabulary.find_section(text, self.document)

    def field_of(self, section: str, text: str, vocabulary: Vocabulary) -> str | None:
        """The field of *section* that a label or column heading names."""
        word = normalise(text)
        for name, words in self.fields.items():
            if name.startswith(f"{section}.") and word in map(normalise, words):
                return name.partition(".")[2]
        return vocabulary.find_field(section, text)

    def measure_of(self, text: str, vocabulary: Vocabulary) -> str | None:
        """The measure or KPI that the label of a row of figures names."""
        word = normalise(text)
        for measure, words in self.measures.items():
            if word in map(normalise, words):
                return measure
        if self.document == "plan":
            # "DB in %" is a word of the quota; only without its unit would it be the amount.
            return vocabulary.find_metric(text, self.document)
        found = vocabulary.find_measure(text, self.document)
        return found or vocabulary.find_metric(text, self.document)

    def declares(self, sheet: str) -> bool:
        """Whether blocks of *sheet* are declared; then nothing else is looked for there."""
        return any(block.is_on(sheet) for block in self.blocks if block.names_its_sheet)

    def ignores(self, sheet: str) -> bool:
        """Whether *sheet* belongs to the form, not to the plan."""
        return normalise(sheet) in map(normalise, self.ignore)


def load_layouts(
    folders: Iterable[Path] = (), vocabulary: Vocabulary | None = None
) -> tuple[Layout, ...]:
    """The product's layouts and those in *folders*; the last of a name holds.

    With a *vocabulary* they must speak of its sections, fields and measures. Raises Problem with
    file and line.
    """
    files = [
        file
        for folder in (Path(__file__).parent, *folders)
        for file in sorted(folder.glob("*.toml"))
    ]
    return tuple({file.stem: _load(file, vocabulary) for file in files}.values())


@dataclass(frozen=True, slots=True)
class _Source:
    """A layout's file, and its text to find lines in."""

    file: Path
    text: str

    def refuse(self, key: str, de: str, en: str) -> NoReturn:
        """Raise the Problem that *key* is wrong, with its line."""
        where = f"{self.file}:{line_of(self.text, key)}"
        raise Problem(
            {"de": f"{where}: „{key}“ {de}.", "en": f"{where}: “{key}” {en}."},
            {
                "de": "Den Eintrag berichtigen; kam-plan.toml erklärt die Schlüssel.",
                "en": "Correct the entry; kam-plan.toml explains the keys.",
            },
        )

    def refuse_key(self, key: str, error: Undeclarable) -> NoReturn:
        """Raise the Problem that *key* is unknown or has a value that cannot be."""
        de, en = "ist unbekannt oder falsch; möglich ist", "is unknown or wrong; possible is"
        self.refuse(key, f"{de} {error.right}", f"{en} {error.right}")


def _load(file: Path, vocabulary: Vocabulary | None) -> Layout:
    try:
        text = file.read_text(encoding="utf-8")
        table = tomllib.loads(text)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Problem(
            {
                "de": f"{file} kann nicht gelesen werden: {error}.",
                "en": f"{file} cannot be read: {error}.",
            },
            {"de": "Die Datei berichtigen oder entfernen.", "en": "Correct or remove the file."},
        ) from error
    source = _Source(file, text)
    for key in table:
        if key not in _KEYS:
            source.refuse(key, f"heißt vielleicht {nearest(key, _KEYS) or ', '.join(_KEYS)}",
                          f"may be called {nearest(key, _KEYS) or ', '.join(_KEYS)}")  # fmt: skip
    if table.get("document") not in _HEADER_OF:
        source.refuse("document", "muss plan oder scorecard sein", "must be plan or scorecard")
    if table.get("language", "") not in ("", *LANGUAGES):
        source.refuse("language", "muss de oder en sein", "must be de or en")
    least = table.get("least", {})
    if not isinstance(least, dict) or not all(isinstance(n, int) for n in least.values()):
        source.refuse("least", "muss Zahlen enthalten", "must hold numbers")
    layout = Layout(
        name=file.stem,
        document=table["document"],
        sections=_words(source, table, "sections"),
        fields=_words(source, table, "fields"),
        measures=_words(source, table, "measures"),
        ignore=_texts(source, "ignore", table.get("ignore", [])),
        least_labels=least.get("labels", 4),
        least_sections=least.get("sections", 3),
        applications=rules_with(table.get("applications", {}), shipped_rules(), source.refuse),
        blocks=tuple(_blocks(source, table.get("block", []))),
        given=dict(_given(source, table.get("header", {}))),
        language=table.get("language", ""),
        without=_texts(source, "without", table.get("without", [])),
    )
    if vocabulary is not None:
        prove(layout, vocabulary, source.refuse)
    return layout


def _blocks(source: _Source, tables: Any) -> Iterator[Declared]:
    if not isinstance(tables, list):
        source.refuse("block", "muss eine Liste sein: [[block]]", "must be a list: [[block]]")
    for number, table in enumerate(tables, start=1):
        try:
            yield declare(table)
        except Undeclarable as error:
            source.refuse_key(f"block {number}: {error.key}", error)


def _given(source: _Source, table: Any) -> Iterator[tuple[str, Known]]:
    if not isinstance(table, dict):
        source.refuse("header", "muss eine Tabelle sein", "must be a table")
    for key, stated in table.items():
        try:
            yield key, know(key, stated)
        except Undeclarable as error:
            source.refuse_key(f"header.{error.key}", error)


def _words(source: _Source, table: Mapping[str, Any], key: str) -> Mapping[str, tuple[str, ...]]:
    words = table.get(key, {})
    if not isinstance(words, dict):
        source.refuse(key, "muss eine Tabelle sein", "must be a table")
    return {name: _texts(source, f"{key}.{name}", texts) for name, texts in words.items()}


def _texts(source: _Source, key: str, texts: Any) -> tuple[str, ...]:
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        source.refuse(key, "muss eine Liste von Wörtern sein", "must be a list of words")
    return tuple(texts)
