"""Everything that is said: labels, sentences, numbers and dates in a language.

The only place that formats a number. Rounding, dashes, signs and units are decided here once; the
words stand in ``languages/*.toml`` and in the vocabulary.
"""

from __future__ import annotations

import math
import string
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from enum import StrEnum
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kam_reports.model import (
    Amount,
    Light,
    Named,
    Period,
    Perspective,
    Place,
    Scenario,
    Severity,
    Subject,
)

if TYPE_CHECKING:
    from babel.core import Locale

    from kam_reports.vocabulary import Vocabulary

MISSING = "–"
MINUS = "\u2212"
NBSP = "\u00a0"


@dataclass(frozen=True, slots=True)
class Style:
    """How a unit is written: decimals, and whether whole numbers drop them."""

    digits: int
    whole: bool = False
    shift: int = 0  # powers of ten: 2 for a fraction shown in percent, -3 for thousands
    signed: bool = False


OTHER = Style(2, whole=True)
STYLES: Mapping[str, Style] = {
    "": OTHER,
    "EUR/unit": Style(2),
    "EUR/order": Style(0),
    "units": Style(0),
    "count": Style(1, whole=True),
    "percent": Style(1, shift=2),
    "share": Style(0, shift=2),
    "pp": Style(1, shift=2, signed=True),
    "days": Style(1, whole=True),
    "working_days": Style(1, whole=True),
    "hours": Style(1, whole=True),
    "minutes": Style(0),
    "per_year": Style(1),
    "index": Style(1),
    "nps": Style(1),
    "score": Style(2, whole=True),
    "points": Style(1),
    "ratio": Style(2),
}
MONEY = {1: Style(0), 1000: Style(1, shift=-3), 1_000_000: Style(2, shift=-6)}
_DUST, _LITTLE = Decimal("1e-9"), Decimal("1e-3")  # of the last digit that is shown
_FLOAT = Decimal("1e-15")  # of the number itself
_WIDE = Context(prec=400)  # holds every float there is; the usual 28 digits refuse 1e30
SYMBOLS = {"EUR": "€", "USD": "$", "GBP": "£"}


@dataclass(frozen=True, slots=True)
class Wording:
    """The words and number formats of one language, for amounts in one currency and scale."""

    language: str
    vocabulary: Vocabulary
    currency: str = "EUR"
    scale: int = 1000
    fy_start_month: int = 1

    # ------------------------------------------------------------ numbers

    def number(self, value: Any, unit: str, signed: bool = False) -> str:
        """*value* as it stands in a report: grouped, rounded half up, with its unit.

        Missing is a dash and never zero; a value that rounds to zero has no minus.
        """
        return _number(value, unit, signed, self.language, self.currency, self.scale)

    def bare(self, value: Any, unit: str, signed: bool = False) -> str:
        """*value* as ``number`` writes it, without its unit: that stands in a heading."""
        return _bare(value, unit, signed, self.language, self.scale)

    def size(self, value: Any, unit: str) -> str:
        """How large *value* is, without a sign: a sentence says above or below."""
        return _number(value, unit, None, self.language, self.currency, self.scale)

    def rounds_to_zero(self, value: Any, unit: str) -> bool:
        """Whether nothing is left of *value* as it is shown."""
        exact = _exact(value)
        style = _style(unit, self.scale)
        with localcontext(_WIDE):
            return exact is None or _rounded(exact.scaleb(style.shift), style) == 0

    def unit(self, unit: str) -> str:
        """The unit as a heading names it: ``T€``, ``%``, ``Stück``."""
        known = _phrases(self.language).get(f"unit.{unit}")
        if known is not None:
            return known
        return _with_unit("", unit, self.language, self.currency, self.scale, one=False).strip(NBSP)

    def excel_format(self, unit: str) -> str:
        """The number format of *unit* for a cell of a workbook.

        Excel has no sign for percentage points: a fraction of them is shown as signed percent.
        """
        if unit == "pp":
            return '+0.0"\u00a0"%;\u22120.0"\u00a0"%;0.0"\u00a0"%'
        style = _style(unit, self.scale)
        number = "#,##0" if not style.digits or style.whole else "#,##0." + "0" * style.digits
        if unit == "percent":
            return _with_unit(
                number, unit, self.language, self.currency, self.scale, one=False
            ).replace(NBSP, f'"{NBSP}"')
        if style.whole and style.digits > 1:
            number = "General"
        number += "," * (-style.shift // 3)
        before, _, after = _with_unit(
            "\0", unit, self.language, self.currency, self.scale, one=False
        ).partition("\0")
        return _quoted(before) + number + _quoted(after)

    # ------------------------------------------------------------ dates and periods

    def month(self, day: date) -> str:
        """The month of a day, in short."""
        return str(_words(self.language)["dates"]["months"][day.month - 1])

    def date(self, day: date | None) -> str:
        """A day, such as ``30.09.2026``."""
        if day is None:
            return MISSING
        words = _words(self.language)["dates"]
        return str(words["day"]).format(
            day=day.day, month=day.month, name=words["months"][day.month - 1], year=day.year
        )

    def period(self, period: Period | None) -> str:
        """A period, such as ``Q3 2026``; a fiscal year across two years as ``2026/27``."""
        if period is None:
            return MISSING
        words = _words(self.language)["dates"]
        first = period.begins(self.fy_start_month)
        year = str(period.year)
        if self.fy_start_month != 1 and period.grain != "M":
            year = f"{period.year}/{(period.year + 1) % 100:02d}"
        elif period.grain == "M":
            year = str(first.year)
        pattern = str(words["periods"][period.grain])
        name = words["months"][first.month - 1]
        return pattern.format(number=period.number, name=name, year=year)

    # ------------------------------------------------------------ words

    def label(self, named: Named) -> str:
        """The word for a field, a measure, a choice, a period."""
        if named.kind == "phrase":
            return self.phrase(named.key)
        if named.kind == "period":
            return self.period(Period.parse(named.key))
        return self.vocabulary.word(named, self.language)

    def pick(self, words: Mapping[str, Any]) -> str:
        """The word of this language out of *words*; of several the first."""
        found = words[self.language]
        return found if isinstance(found, str) else str(found[0])

    def say(self, words: Mapping[str, Any], facts: Mapping[str, Any]) -> str:
        """The sentence *words*, filled with *facts*."""
        return self._fill(self.pick(words), facts)

    def phrase(self, key: str, /, **facts: Any) -> str:
        """The page phrase *key* of ``languages/*.toml``, filled with *facts*."""
        return self._fill(_phrases(self.language)[key], facts)

    def phrases(self, table: str) -> Mapping[str, str]:
        """The phrases of a *table*, such as the headings of columns, by their short keys."""
        return _table(self.language, table)

    def page(self, key: str, english: str) -> str:
        """The long text about *key*, one line a paragraph; the English one stands in the code."""
        text = _pages(self.language).get(key, english).replace("``", "")
        lines = (" ".join(paragraph.split()) for paragraph in text.split("\n\n"))
        return "\n".join(lines).replace(" %", f"{NBSP}%")

    def fact(self, value: Any) -> str:
        """Anything that a sentence or a table cell may hold, as text."""
        if type(value) is str:  # most often, and no member of an enumeration
            return value
        match value:
            case None:
                return MISSING
            case Named():
                return self.label(value)
            case Amount():
                return self.number(value.value, value.unit, value.signed)
            case Period():
                return self.period(value)
            case Subject():
                return value.name
            case Place():
                return str(value)
            case date():
                return self.date(value)
            case bool():
                return self.phrase("yes" if value else "no")
            case StrEnum():
                return self._enum(value)
            case float() | Decimal():
                return self.number(value, "")
            case str() | int():
                return str(value)
        if isinstance(value, Iterable):
            return ", ".join(self.fact(item) for item in value)
        return str(value)

    def _enum(self, value: StrEnum) -> str:
        if isinstance(value, Scenario | Perspective):
            return self.label(Named(type(value).__name__.lower(), str(value)))
        if isinstance(value, Light | Severity):
            return self.phrase(f"{type(value).__name__.lower()}.{value}")
        return str(value)

    def _fill(self, template: str, facts: Mapping[str, Any]) -> str:
        """*template* with its names replaced; a name is looked up and never followed further.

        ``str.format`` would evaluate ``{name.__class__}``, so only plain names are known here.
        """
        parts = []
        for text, name in _pieces(template):
            parts.append(text)
            if name is None:
                continue
            if isinstance(facts[name], Mapping):  # words that differ from case to case
                parts.append(self.say(facts[name], facts))
            else:
                parts.append(self.fact(facts[name]))
        return "".join(parts)


def languages() -> tuple[str, ...]:
    """The languages that reports can be written in."""
    return tuple(sorted(path.stem for path in _folder().glob("??.toml")))


def in_every_language(key: str) -> frozenset[str]:
    """The phrase *key* in all languages, to recognise what another language wrote."""
    return frozenset(_phrases(language)[key] for language in languages())


# ---------------------------------------------------------------- writing a number


@lru_cache(maxsize=16384)
def _number(
    value: Any, unit: str, signed: bool | None, language: str, currency: str, scale: int
) -> str:
    """*value* with its unit; without a sign of any kind if *signed* is None."""
    exact = _exact(value)
    if exact is None:
        return MISSING
    style = _style(unit, scale)
    with localcontext(_WIDE):
        rounded = _rounded(exact.scaleb(style.shift), style)
        one = abs(rounded) == 1
        if signed is None:
            digits = _digits(abs(rounded), style, language, signed=False)
        else:
            digits = _digits(rounded, style, language, signed=signed or style.signed)
        return _with_unit(digits, unit, language, currency, scale, one=one)


@lru_cache(maxsize=16384)
def _bare(value: Any, unit: str, signed: bool, language: str, scale: int) -> str:
    exact = _exact(value)
    if exact is None:
        return MISSING
    style = _style(unit, scale)
    with localcontext(_WIDE):
        rounded = _rounded(exact.scaleb(style.shift), style)
        return _digits(rounded, style, language, signed=signed or style.signed)


def _style(unit: str, scale: int) -> Style:
    if unit in STYLES:
        return STYLES[unit]
    return MONEY[scale] if _is_money(unit) else OTHER


def _digits(value: Decimal, style: Style, language: str, *, signed: bool) -> str:
    whole = style.whole and value == value.to_integral_value()
    digits = 0 if whole else style.digits
    text = f"{abs(value):,.{digits}f}".translate(_separators(language))
    if value == 0:
        return f"±{text}" if signed else text
    sign = MINUS if value < 0 else "+" if signed else ""
    return sign + text


def _with_unit(
    digits: str, unit: str, language: str, currency: str, scale: int, *, one: bool
) -> str:
    money = unit not in STYLES and _is_money(unit)
    key = f"money_{scale}" if money else unit
    plain = "{n}" if unit in STYLES else f"{{n}}{NBSP}{unit}"
    pattern = _words(language)["units"].get(key, plain)
    if isinstance(pattern, list):
        pattern = pattern[0 if one else 1]
    told = unit if money and unit != "EUR" else currency
    symbol = SYMBOLS.get(told, told)
    return str(pattern).replace("{n}", digits).replace("{c}", symbol)


# ---------------------------------------------------------------- rounding


def _exact(value: Any) -> Decimal | None:
    """The number as a human would write it: ``1.005`` is 1.005, not the nearest float."""
    if value is None or isinstance(value, str):
        return None
    if isinstance(value, Decimal | int):
        return Decimal(value)
    number = float(value)
    return Decimal(repr(number)) if math.isfinite(number) else None


def _rounded(value: Decimal, style: Style) -> Decimal:
    """Half up; what computing with floats left just below a half counts as the half it was."""
    step = Decimal(1).scaleb(-style.digits)
    nudge = min(step * _DUST + abs(value) * _FLOAT, step * _LITTLE)
    rounded = (value + nudge.copy_sign(value)).quantize(step, ROUND_HALF_UP)
    return abs(rounded) if rounded == 0 else rounded


def _is_money(unit: str) -> bool:
    return len(unit) == 3 and unit.isalpha() and unit.isupper()


def _quoted(text: str) -> str:
    return f'"{text}"' if text else ""


# ---------------------------------------------------------------- what is kept ready


@cache
def _pieces(template: str) -> tuple[tuple[str, str | None], ...]:
    """The texts of a sentence, each with the name of the fact that follows it."""
    return tuple((text, name) for text, name, _, _ in string.Formatter().parse(template))


def _folder() -> Path:
    return Path(__file__).parent / "languages"


@cache
def _words(language: str) -> dict[str, Any]:
    return tomllib.loads((_folder() / f"{language}.toml").read_text(encoding="utf-8"))


@cache
def _phrases(language: str) -> dict[str, str]:
    """The phrases by dotted key, as ``light.green``."""

    def flat(table: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, str]]:
        for key, value in table.items():
            if isinstance(value, str):
                yield prefix + key, value
            else:
                yield from flat(value, f"{prefix}{key}.")

    return dict(flat(_words(language)["phrases"], ""))


@cache
def _table(language: str, table: str) -> Mapping[str, str]:
    start = f"{table}."
    known = _phrases(language).items()
    return {key.removeprefix(start): text for key, text in known if key.startswith(start)}


@cache
def _pages(language: str) -> Mapping[str, str]:
    file = _folder() / f"pages.{language}.toml"
    return tomllib.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}


@cache
def _locale(language: str) -> Locale:
    from babel.core import Locale

    locale: Locale = Locale.parse(_words(language)["locale"])
    return locale


@cache
def _separators(language: str) -> dict[int, str]:
    """What stands in the place of comma and point: Babel's symbols of the locale."""
    symbols = _locale(language).number_symbols
    known = symbols.get("latn", symbols)
    return {ord(","): str(known["group"]), ord("."): str(known["decimal"])}
