"""Reads plan.toml, scorecard.toml and measures.toml, and names every mistake in them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NoReturn

from kam_reports.model import Clearance, Problem
from kam_reports.vocabulary.parts import DOCUMENTS, TYPES, UNITS, Field, Measure, Option, Section
from kam_reports.vocabulary.words import LANGUAGES, Words, nearest

_UNIT_OF_TYPE = {"money": "EUR", "pct": "percent", "score5": "score"}
_RANGE_OF_TYPE = {"score5": (1.0, 5.0)}


@dataclass(frozen=True, slots=True)
class Structure:
    """Sections, measures, and the words of columns that are recognised and skipped."""

    sections: Mapping[str, Section]
    measures: Mapping[str, Measure]
    skipped: Mapping[str, Words]


def load_structure(folder: Path) -> Structure:
    """The structure that the three files in *folder* describe. Raises Problem."""
    texts = {
        name: (folder / f"{name}.toml").read_text(encoding="utf-8")
        for name in (*DOCUMENTS, "measures")
    }
    return parse_structure(texts)


def parse_structure(texts: Mapping[str, str]) -> Structure:
    """The structure that the texts of ``plan``, ``scorecard`` and ``measures`` describe."""
    tables = {name: _Table.parse(f"{name}.toml", text) for name, text in texts.items()}
    measures = {
        key: _measure(key, table, tables["measures"].values)
        for key, table in tables["measures"].tables()
    }
    raw = {
        key: (document, table) for document in DOCUMENTS for key, table in tables[document].tables()
    }
    sections: dict[str, Section] = {}
    options = _Options(raw)
    for key, (document, table) in raw.items():
        sections[key] = _section(key, document, table, options, sections)
    sections |= {
        section.key: _with_measures(section, measures)
        for section in sections.values()
        if section.records == "grid" and section.document == "scorecard"
    }
    skipped = raw["figures"][1].child("skipped")
    return Structure(sections, measures, {kind: t.words() for kind, t in skipped.tables()})


@dataclass(frozen=True, slots=True)
class _Table:
    """A table of a TOML file that knows where it stands, so that a mistake can be named."""

    path: str
    values: Mapping[str, Any]

    @classmethod
    def parse(cls, path: str, text: str) -> _Table:
        """The whole file *path*."""
        try:
            return cls(path, tomllib.loads(text))
        except tomllib.TOMLDecodeError as error:
            raise Problem(
                {
                    "de": f"{path} ist kein gültiges TOML: {error}.",
                    "en": f"{path} is not valid TOML: {error}.",
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
            names = ", ".join(filter(None, allowed))
            self.bad(key, f"eines von: {names}", f"one of: {names}")
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
    return isinstance(value, str) and bool(value.strip())


def _audience(table: _Table) -> Clearance:
    return Clearance(table.text("audience", tuple(Clearance), Clearance.INTERNAL.value))


def _required(table: _Table) -> str:
    return table.text("required", ("yes", "expected", "no"), "no")


def _measure(key: str, table: _Table, measures: Mapping[str, Any]) -> Measure:
    table.only(
        "de", "en", "unit", "better", "over_time", "over_accounts", "audience", "document",
        "required", "part_of", "counted", "help",
    )  # fmt: skip
    over_accounts = table.text("over_accounts")
    if over_accounts not in ("sum", "none") and not over_accounts.startswith("distinct "):
        table.bad("over_accounts", "sum, distinct FELD oder none", "sum, distinct FIELD or none")
    return Measure(
        key=key,
        words=table.words(),
        unit=table.text("unit", UNITS),
        better=table.text("better", ("up", "down", "band", "info")),
        over_time=table.text("over_time", ("sum", "last", "mean", "none")),
        over_accounts=over_accounts,
        clearance=_audience(table),
        document=table.text("document", DOCUMENTS, "plan"),
        required=_required(table),
        part_of=table.text("part_of", ("", *measures), ""),
        counted=table.flag("counted"),
        help=table.help(),
    )


@dataclass(frozen=True, slots=True)
class _Options:
    """The options of every field, listed with it or in the field that it names."""

    raw: Mapping[str, tuple[str, _Table]]

    def of(self, table: _Table) -> tuple[Option, ...]:
        """The options of the field *table*."""
        listed = table.values.get("options")
        if isinstance(listed, str):
            section, _, key = listed.partition(".")
            known = self.raw.get(section)
            other = known and known[1].child("fields").child(key)
            if not other or not isinstance(other.values.get("options"), dict):
                table.bad("options", "ein Feld mit eigener Auswahl", "a field with own options")
            return self.of(other)
        return tuple(
            Option(key, option.words(), _facts(option))
            for key, option in table.child("options").tables()
        )

    @property
    def sections(self) -> tuple[str, ...]:
        """The sections that a field may refer to."""
        return tuple(self.raw)


def _facts(table: _Table) -> Mapping[str, Any]:
    return {key: value for key, value in table.values.items() if key not in LANGUAGES}


def _section(
    key: str,
    document: str,
    table: _Table,
    options: _Options,
    before: Mapping[str, Section],
) -> Section:
    table.only("de", "en", "records", "part_of", "expected", "help", "fields", "skipped")
    part_of = table.text("part_of", ("", *before), "")
    wholes = [s for s in before.values() if s.document == document and not s.part_of]
    return Section(
        key=key,
        words=table.words(),
        records=table.text("records", ("one", "many", "grid")),
        part_of=part_of,
        document=document,
        fields={
            name: _field(name, key, child, options)
            for name, child in table.child("fields").tables()
        },
        expected=table.flag("expected"),
        number=before[part_of].number if part_of else len(wholes) + 1,
        help=table.help(),
    )


def _field(key: str, section: str, table: _Table, options: _Options) -> Field:
    table.only(
        "de", "en", "type", "required", "audience", "unit", "low", "high", "options", "default",
        "refers_to", "help", "digits", "derived",
    )  # fmt: skip
    kind = table.text("type", TYPES)
    low, high = _RANGE_OF_TYPE.get(kind, (None, None))
    choices = options.of(table)
    default, digits = table.values.get("default"), table.number("digits")
    if kind == "enum" and not choices:
        table.bad("options", "eine Auswahl", "a table of options")
    if choices and default not in (None, *(option.key for option in choices)):
        table.bad("default", "eine der Möglichkeiten", "one of the options")
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
        default=default,
        refers_to=table.text("refers_to", ("", *options.sections), ""),
        help=table.help(),
        digits=None if digits is None else int(digits),
        derived=table.flag("derived"),
    )


def _with_measures(section: Section, measures: Mapping[str, Measure]) -> Section:
    """The grid of a scorecard, whose rows are fields there and measures everywhere else."""
    types = {"EUR": "money", "count": "int"}
    rows = {
        key: Field(
            key=key,
            section=section.key,
            words=measure.words,
            type=types.get(measure.unit, "number"),
            required=measure.required,
            clearance=measure.clearance,
            unit=measure.unit,
            low=0.0,
            help=measure.help,
        )
        for key, measure in measures.items()
        if measure.document == "scorecard" and not measure.counted
    }
    return replace(section, fields={**section.fields, **rows})
