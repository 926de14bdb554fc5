"""What one cell means: a number, a date, a choice; and what was odd about it.

A cell is read with the other cells of its column as evidence. Nothing is guessed in silence: where
a text could be understood in several ways, or in none, the reading says so. Missing is None, never
zero.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

from kam_reports.model import Amount, Cell, CellState, Period, quarter_of
from kam_reports.vocabulary import Vocabulary, nearest, normalise

# ---------------------------------------------------------------- what is asked and answered


@dataclass(frozen=True, slots=True)
class Setting:
    """What the plan itself says about how its cells are to be read."""

    language: str | None = None
    fiscal_year: int | None = None
    fy_start_month: int = 1
    scale: int = 1  # of amounts that name no unit themselves
    currency: str = "EUR"
    date1904: bool = False


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a cell should give: a type of the vocabulary, its unit, limits and choices."""

    type: str
    unit: str = ""
    low: float | None = None
    high: float | None = None
    field: str = ""  # "section.field", for choices
    unit_text: str = ""  # what a unit column or heading says, such as "T€"


@dataclass(frozen=True, slots=True)
class Column:
    """What the cells of a column prove together about how each of them was meant."""

    mark: str | None = None  # the decimal mark
    day_first: bool | None = None  # the order of day and month
    swapped: bool = False  # Excel may have taken days for months
    percent_mixed: bool = False  # both 0.23 and 23 stand here


@dataclass(frozen=True, slots=True)
class Noticed:
    """Something odd about a cell, still without its place."""

    kind: str
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a cell means, and what was odd about it."""

    value: Any = None
    noticed: tuple[Noticed, ...] = ()

    def but(self, kind: str, **facts: Any) -> Meaning:
        """The same, with one more oddity."""
        return replace(self, noticed=(*self.noticed, Noticed(kind, facts)))


# What a cell may be odd about. The facts beside the cell's text stand in brackets.
KINDS = (
    "ambiguous",  # 1.234 (new, german, english)
    "bad-date",  # no certain day
    "converted",  # a number typed as text (new)
    "date-converted",  # a date typed as text or number (new)
    "error-value",  # #DIV/0!
    "estimated",  # ~840 (new)
    "not-whole",  # half a person (number)
    "open-question",  # ?
    "other-currency",  # (found, expected)
    "out-of-range",  # (number, low, high)
    "overdue-typed",  # computed, never typed
    "percent-mixed",  # 0.23 and 23 in one column (new)
    "percent-scaled",  # 23 where a share belongs (new)
    "range",  # 5000-10000 (low, high)
    "scale-differs",  # EUR in a plan in T€ (new)
    "several",  # more than one value (count)
    "text",  # no number
    "uncalculated",  # a formula without a stored value
    "unit-differs",  # euros where a share belongs (expected)
    "unknown-measure",  # (nearest)
    "unknown-option",  # (nearest)
)

MISSING = Meaning()
UNPROVEN = Column()


def read_cell(
    cell: Cell | None, wanted: Wanted, column: Column, setting: Setting, vocabulary: Vocabulary
) -> Meaning:
    """What *cell* means as a value of the type *wanted*."""
    if cell is None:
        return MISSING
    value = cell.value
    if cell.state is CellState.ERROR:
        return MISSING.but("error-value")
    if value is None:
        unknown = cell.state is CellState.UNCALCULATED
        return MISSING.but("uncalculated") if unknown else MISSING
    if isinstance(value, str):
        if not _tidy(value):
            return MISSING
        if "?" in value and _only_asks(value):
            return MISSING.but("open-question")
    if wanted.type == "int" and wanted.field and isinstance(cell.value, str):
        # Some numbers have names, such as an attitude from opponent to advocate.
        key = vocabulary.find_option(wanted.field, cell.value)
        if key is not None and typed_number(cell.value) is None:
            return Meaning(int(key))
    match wanted.type:
        case "int" if (chosen := _chosen_number(cell, wanted, vocabulary)) is not None:
            return Meaning(chosen)
        case "int" | "number" | "money" | "pct" | "score5":
            return _limited(_number(cell, wanted, column, setting), wanted)
        case "year":
            return _limited(_year(cell), wanted)
        case "date":
            return _date(cell, column, setting, vocabulary)
        case "period":
            return _period(cell, setting, vocabulary)
        case "bool":
            return _bool(cell)
        case "enum" | "currency":
            return _option(cell, wanted, vocabulary)
        case "metric":
            return _metric(cell, wanted, vocabulary)
        case _:
            return _words(cell)


def evidence(cells: Iterable[Cell | None]) -> Column:
    """What the *cells* of one column prove together."""
    texts: list[str] = []
    dates: list[date] = []
    plain: list[float] = []
    for cell in cells:
        if cell is None or cell.state is not CellState.VALUE:
            continue
        value = cell.value
        if isinstance(value, str):
            texts.append(value)
        elif isinstance(value, (int, float)):
            if not isinstance(value, bool) and "%" not in cell.format:
                plain.append(value)
        elif isinstance(value, date):
            dates.append(value)
    if not texts and (len(plain) < 2 or max(plain) <= _WHOLE or min(plain) > _WHOLE):
        return UNPROVEN
    typed = [number for text in texts if (number := typed_number(text)) is not None]
    plain += [float(n.any_reading) for n in typed if n.certain and not n.unit.percent]
    orders = {order for text in texts for order in _proven_order(text)}
    return Column(
        mark=_only({next(iter(number.by_mark)) for number in typed if len(number.by_mark) == 1}),
        day_first=_only(orders),
        swapped=bool(orders and dates) and all(day.day <= 12 for day in dates),
        percent_mixed=any(0 < abs(number) <= _WHOLE for number in plain)
        and any(abs(number) > _WHOLE for number in plain),
    )


def raw_text(cell: Cell | None) -> str:
    """The cell's content as text: numbers as Excel stores them (12 % is ``0.12``), ISO dates."""
    value = None if cell is None else cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, (date, time)):
        return value.isoformat().removesuffix("T00:00:00")
    return str(value)


def _only(found: set[Any]) -> Any:
    """The one thing found; None if nothing or contradictions were found."""
    return next(iter(found)) if len(found) == 1 else None


# ---------------------------------------------------------------- texts and choices

_INVISIBLE = str.maketrans("", "", "\u00ad\u200b\u200c\u200d\u2060\ufeff")
_DASHES = str.maketrans(dict.fromkeys("\u2212\u2010\u2011\u2012\u2013\u2014\u2015", "-"))
_NOTHING = frozenset(["", "-", "--", "---", "n/a", "na", "ka", "#nv", "#n/a"])
_NO_VALUE = frozenset(["entf", "entfällt", "entfaellt", "tbd", "tba", "offen", "open", "/"])
_YES = frozenset(["ja", "j", "yes", "y", "x", "✓", "✔", "☑", "☒", "wahr", "true", "1"])
_NO = frozenset(["nein", "n", "no", "falsch", "false", "0", "✗", "✘", "☐"])
_OVERDUE = re.compile(r"überfällig|ueberfaellig|overdue|past due", re.IGNORECASE)


def _tidy(text: str) -> str:
    """Without the blanks that Excel and the web put in; line breaks stay."""
    if not text.isascii():
        text = text.translate(_INVISIBLE)
    if "\n" not in text and "\r" not in text:
        return " ".join(text.split())
    lines = (" ".join(line.split()) for line in text.splitlines())
    return "\n".join(line for line in lines if line)


def _says_nothing(text: str, *, value: bool = False) -> bool:
    """Whether the text says that there is nothing; where a *value* belongs, more words do."""
    word = text.translate(_DASHES).casefold().replace(" ", "").replace(".", "")
    return word in _NOTHING or (value and word in _NO_VALUE)


def _only_asks(text: str) -> bool:
    """Whether the text is but a question: ``?``, ``???``, ``?? Mio``."""
    rest = _tidy(text).replace("?", " ").strip(" ()~")
    return not rest or unit_of(rest) is not None


def _words(cell: Cell) -> Meaning:
    if not isinstance(cell.value, str):
        return Meaning(_zero_filled(cell) or _with_places(cell) or raw_text(cell))
    text = _tidy(cell.value)
    if _says_nothing(text):
        return MISSING
    asks = text.startswith("?") or "??" in text
    return Meaning(text).but("open-question") if asks else Meaning(text)


def _zero_filled(cell: Cell) -> str:
    """A number that its format shows with leading zeros, as it is shown: ``00042``."""
    value = cell.value
    if not isinstance(value, (int, float)) or not re.fullmatch("0{2,15}", cell.format):
        return ""
    return f"{int(value):0{len(cell.format)}d}" if float(value).is_integer() else ""


def _with_places(cell: Cell) -> str:
    """A number that its format shows with more places than it has: version ``2.0``, not ``2``."""
    value, places = cell.value, re.fullmatch(r"0\.(0{1,6})", cell.format)
    if places is None or isinstance(value, bool) or not isinstance(value, (int, float)):
        return ""
    digits = len(places[1])
    return f"{value:.{digits}f}" if round(value, digits) == value else ""


def _bool(cell: Cell) -> Meaning:
    word = raw_text(cell).strip().casefold()
    if word in _YES or word in _NO:
        return Meaning(word in _YES)
    return MISSING if _says_nothing(word, value=True) else MISSING.but("unknown-option")


def _option(cell: Cell, wanted: Wanted, vocabulary: Vocabulary) -> Meaning:
    text = _tidy(raw_text(cell))
    key = vocabulary.find_option(wanted.field, text)
    if key is not None:
        return Meaning(key)
    if _says_nothing(text, value=True):
        return MISSING
    options = vocabulary.field(wanted.field).options
    if _OVERDUE.search(text) and any(option.key == "open" for option in options):
        return Meaning("open").but("overdue-typed")
    if wanted.type == "currency" and re.fullmatch("[A-Za-z]{3}", text):
        return Meaning(text.upper())
    words = [word for option in options for words in option.words.values() for word in words]
    return MISSING.but("unknown-option", nearest=nearest(text, words) or "")


def _chosen_number(cell: Cell, wanted: Wanted, vocabulary: Vocabulary) -> int | None:
    """The number that a word stands for, where a scale has words: "Fan" is 2."""
    if not wanted.field or not isinstance(cell.value, str):
        return None
    key = vocabulary.find_option(wanted.field, cell.value)
    return None if key is None else int(key)


def _metric(cell: Cell, wanted: Wanted, vocabulary: Vocabulary) -> Meaning:
    text = _tidy(raw_text(cell))
    if _says_nothing(text, value=True):
        return MISSING
    section = wanted.field.partition(".")[0]
    document = vocabulary.section(section).document if section else "plan"
    key = vocabulary.find_metric(text, document)
    if key is not None:
        return Meaning(key)
    return Meaning(normalise(text)).but("unknown-measure", nearest=nearest_metric(text, vocabulary))


def nearest_metric(text: str, vocabulary: Vocabulary) -> str:
    """The measure that *text* most likely means, for a hint; empty if none is near."""
    words = [word for words in vocabulary.metrics.values() for ws in words.values() for word in ws]
    return nearest(text, words) or ""


# ---------------------------------------------------------------- units

_SCALES = {
    1000: r"tsd|tausend|thousands?|k|th|['’]?000s?",
    1_000_000: r"mio|mill|million(?:en|s)?|mn",
    1_000_000_000: r"mrd|milliarden?|bn|billions?",
}
_CURRENCIES = ["EUR", "USD", "GBP", "CHF", "JPY", "PLN", "CZK", "DKK", "SEK", "NOK", "HUF", "CNY"]
_BESIDE_A_SIGN = {"t": 1000, "k": 1000, "m": 1_000_000}  # "t" alone is a tonne, "m" a metre
_SIGNS = {
    "€": "EUR",
    "euro": "EUR",
    "euros": "EUR",
    "$": "USD",
    "us$": "USD",
    "£": "GBP",
    "¥": "JPY",
    "fr": "CHF",
    "sfr": "CHF",
    "zł": "PLN",
    "kč": "CZK",
} | {code.casefold(): code for code in _CURRENCIES}
_THINGS = (
    r"stk|stck|stück|stueck|st|pcs|pieces?|units?|einheit(?:en)?|ve|kg|to?|l|ltr|paletten|kartons?"
    r"|arbeitstagen?|werktagen?|tagen?|tag|at|wt|wd|working\ days?|business\ days?|days?|d"
    r"|punkten?|pkt|points?|pts|mal|x|jahren?|jahr|p\.?\ ?a|years?|monat|month|quartal|quarter"
    r"|aufträge|auftrag|anträge|orders?|kunden|customers?|personen|h|std|stunden|hours?|min"
)
_SIGN = "|".join(sorted(map(re.escape, _SIGNS), key=len, reverse=True))
_SCALE = "(?:{})".format("|".join(f"(?P<s{scale}>{words})" for scale, words in _SCALES.items()))
_LATE_SCALE = _SCALE.replace("<s", "<late")
_UNIT = re.compile(
    rf"""(?:(?:alle\ |all\ )?(?:angaben|werte|beträge|figures|amounts)?\ ?in\ )?
    (?:(?P<percent>%|prozent|percent|v\.?\ ?h|pp|%-punkte?|prozentpunkte?|percentage\ points?)
      |(?:{_SCALE}\.?(?:\ of(?=\ ))?)?
       \ ?(?:(?P<beside>[tm])?\ ?(?P<sign>{_SIGN})\.?(?:\ ?(?P<behind>[mk]))?(?![^\W\d_]))?
       (?:(?:\ (?:in\ )?|(?=['’]?0)){_LATE_SCALE})?
       \ ?(?:(?:/|pro\ |per\ |je\ )?\ ?(?:{_THINGS}))?)\.?""",
    re.IGNORECASE | re.VERBOSE,
)
_LITERAL = re.compile(r'"([^"]*)"|\\(.)|\[\$([^\]-]*)[^\]]*\]')
_HIDES_THOUSANDS = re.compile(r"[0#?],+(?![,.]*[0#?])")


@dataclass(frozen=True, slots=True)
class Unit:
    """What the words beside a number say."""

    scale: int | None = None  # None if neither a scale nor a currency was named
    currency: str = ""
    percent: bool = False


NO_UNIT = Unit()


@lru_cache(maxsize=4096)
def unit_of(text: str) -> Unit | None:
    """The unit that *text* names, such as ``T€``, ``Mio. EUR``, ``%``; None if it names none."""
    match = _UNIT.fullmatch(_tidy(text).strip(" ()[]"))
    if match is None or not match[0].strip(" ."):
        return None
    if match["percent"]:
        return Unit(percent=True)
    scales = [scale for scale in _SCALES if match[f"s{scale}"] or match[f"late{scale}"]]
    scales += [
        _BESIDE_A_SIGN[letter.lower()] for letter in match.group("beside", "behind") if letter
    ]
    if len(scales) > 1:
        return None
    currency = _SIGNS[match["sign"].lower()] if match["sign"] else ""
    return Unit(scales[0] if scales else 1 if currency else None, currency)


@lru_cache(maxsize=1024)
def _format_unit(number_format: str) -> Unit:
    """What a number format shows beside the number, such as ``#,##0 "T€"``.

    A bare currency sign is no unit of its own: it is Excel's habit, also in tables in T€.
    """
    shown = number_format.partition(";")[0]
    literals = "".join("".join(found) for found in _LITERAL.findall(shown))
    bare = re.sub(r"\[[^\]]*\]|[_*].", "", _LITERAL.sub("", shown))
    if "%" in bare:
        return Unit(percent=True)
    unit = unit_of(literals + "".join(re.findall("[€$£¥]", bare))) or NO_UNIT
    if _HIDES_THOUSANDS.search(bare):
        # Excel divides what it shows by 1000; the full amount is stored.
        return replace(unit, scale=1)
    return replace(unit, scale=None) if unit.scale == 1 else unit


def scale_shown(cell: Cell) -> int | None:
    """The scale that a cell itself shows: 1 for 950 €, 1000 for 950 T€; None if it shows none."""
    if isinstance(cell.value, str):
        typed = typed_number(cell.value)
        return None if typed is None else typed.unit.scale
    if cell.format == "General":
        return None
    unit = _format_unit(cell.format)
    return unit.scale or (1 if unit.currency else None)


# ---------------------------------------------------------------- numbers as typed

_DIGITS = re.compile(r"[.,]?\d(?:[\d.,'’ ]*\d)?")
_READINGS = {
    ",": re.compile(r"(?:\d+|[1-9]\d{0,2}(?:([.'’ ])\d{3})(?:\1\d{3})*)?(?:,\d+)?"),
    ".": re.compile(r"(?:\d+|[1-9]\d{0,2}(?:([,'’ ])\d{3})(?:\1\d{3})*)?(?:\.\d+)?"),
}
_NO_CENTS = re.compile(r"(?<=\d)([.,])-{1,2}(?=\s|$|€)")
_BEFORE = re.compile(
    r"(?P<about>[~≈])? ?(?P<open>\()? ?(?P<sign>[+-])? ?(?P<unit>[^\d+-]*?) ?(?P<late>[+-])? ?"
)
_AFTER = re.compile(r" ?(?P<minus>-(?!\w))? ?(?P<unit>.*?) ?(?P<close>\))? ?(?P<asks>\?+)?")
_RANGE = re.compile(r"(.+?) ?(?:-|\bbis\b|\bto\b) ?(.+)")


@dataclass(frozen=True, slots=True)
class Typed:
    """A number as typed: what it is by either decimal mark, with its unit and doubts."""

    by_mark: Mapping[str, Decimal]
    unit: Unit = NO_UNIT
    about: bool = False
    asks: bool = False

    @property
    def certain(self) -> bool:
        """Whether only one number can be meant."""
        return len(set(self.by_mark.values())) == 1

    @property
    def any_reading(self) -> Decimal:
        """The number, if it is certain."""
        return next(iter(self.by_mark.values()))


def typed_number(text: str) -> Typed | None:
    """The number that *text* is, if it is exactly one with nothing but a unit beside it."""
    text = _NO_CENTS.sub(r"\g<1>00", _tidy(text).translate(_DASHES))
    found = list(_DIGITS.finditer(text))
    if len(found) != 1 or "\n" in text:
        return None
    before = _BEFORE.fullmatch(text[: found[0].start()])
    after = _AFTER.fullmatch(text[found[0].end() :])
    if before is None or after is None or bool(before["open"]) != bool(after["close"]):
        return None
    signs = [
        sign for sign in (before["sign"], before["late"], before["open"], after["minus"]) if sign
    ]
    unit = _unit_around(before["unit"].strip(), after["unit"].strip())
    by_mark = _by_mark(found[0][0], negative=any(sign != "+" for sign in signs))
    if unit is None or len(signs) > 1 or not by_mark:
        return None
    return Typed(by_mark, unit, before["about"] is not None, after["asks"] is not None)


def _unit_around(before: str, after: str) -> Unit | None:
    """The unit of a number; None if what stands around it is not just a unit."""
    if not before and not after:
        return NO_UNIT
    behind = after.lower() in _BESIDE_A_SIGN  # "£1.2m"
    if before and after and (unit_of(before) is None or not (behind or unit_of(after))):
        return None
    return unit_of(f"{after} {before}" if before and after else before or after)


def _by_mark(digits: str, *, negative: bool) -> Mapping[str, Decimal]:
    """The number that *digits* are if ``,`` or ``.`` is the decimal mark."""
    numbers = {}
    for mark, reading in _READINGS.items():
        if reading.fullmatch(digits):
            whole, _, rest = digits.partition(mark)
            number = Decimal(f"{re.sub('[^0-9]', '', whole)}.{rest}0")
            numbers[mark] = number.copy_negate() if negative else number
    return numbers


# ---------------------------------------------------------------- numbers

_WHOLE = 1.5  # up to here a plain number in a percent column is a fraction
_MOST = 150  # up to here it is percent
_PER_HUNDRED = frozenset(["index", "nps", "points"])


def _number(cell: Cell, wanted: Wanted, column: Column, setting: Setting) -> Meaning:
    value = cell.value
    if isinstance(value, str):
        return _number_in_text(value, wanted, column, setting)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        return MISSING.but("text")
    unit = NO_UNIT if cell.format == "General" else _format_unit(cell.format)
    if unit.percent:
        # A cell shown as 12 % stores 0.12.
        return _meant(Decimal(repr(value)).scaleb(2), unit, wanted, column, setting)
    return _meant(value, unit, wanted, column, setting)


def _number_in_text(text: str, wanted: Wanted, column: Column, setting: Setting) -> Meaning:
    typed = typed_number(text)
    if typed is None:
        return _refused(text)
    by_mark = {
        mark: _meant(number, typed.unit, wanted, column, setting)
        for mark, number in typed.by_mark.items()
    }
    if typed.certain:
        meaning = _told(next(iter(by_mark.values())), typed, wanted)
    elif column.mark is not None:
        meaning = _told(by_mark[column.mark], typed, wanted)
    else:
        meaning = _undecided(by_mark, typed, wanted, setting)
    return meaning.but("open-question") if typed.asks else meaning


def _told(meaning: Meaning, typed: Typed, wanted: Wanted) -> Meaning:
    """The number of a text, with a word that it was one."""
    if meaning.value is None:
        return meaning
    kind = "estimated" if typed.about or typed.asks else "converted"
    return meaning.but(kind, new=Amount(meaning.value, wanted.unit))


def _undecided(
    by_mark: Mapping[str, Meaning], typed: Typed, wanted: Wanted, setting: Setting
) -> Meaning:
    """A text such as ``1.234`` that no other cell explains: the language decides, aloud."""
    german, english = by_mark[","], by_mark["."]
    if german.value is None and english.value is None:
        return german
    amounts = {
        "german": Amount(german.value, wanted.unit),
        "english": Amount(english.value, wanted.unit),
    }
    if setting.language is None:
        return MISSING.but("ambiguous", new=Amount(None, wanted.unit), **amounts)
    meaning = german if setting.language == "de" else english
    if typed.about:
        meaning = _told(meaning, typed, wanted)
    return meaning.but("ambiguous", new=Amount(meaning.value, wanted.unit), **amounts)


def _meant(
    number: Decimal | float, unit: Unit, wanted: Wanted, column: Column, setting: Setting
) -> Meaning:
    """A number in base units: by its own unit, else its column's, else the plan's."""
    beside = (unit_of(wanted.unit_text) or NO_UNIT) if wanted.unit_text else NO_UNIT
    currency = unit.currency or beside.currency
    percent = unit.percent or beside.percent
    nature = _nature(wanted)
    if (currency and nature in ("share", "plain")) or (percent and nature in ("money", "plain")):
        return MISSING.but("unit-differs", expected=wanted.unit)
    if currency and not _same_money(currency, setting.currency):
        return MISSING.but("other-currency", found=currency, expected=setting.currency)
    if percent and nature == "points":
        return _finite(number, 0)
    if unit.percent or (beside.percent and nature == "free"):
        return _finite(number, -2)
    if nature == "share":
        return _fraction(number, column)
    scale = unit.scale or beside.scale or (setting.scale if wanted.type == "money" else 1)
    meaning = _finite(number, len(str(scale)) - 1)
    if unit.scale is None and beside.scale == 1 and wanted.type == "money" and setting.scale > 1:
        return meaning.but("scale-differs", new=Amount(meaning.value, wanted.unit))
    return meaning


def _nature(wanted: Wanted) -> str:
    """What kind of unit is wanted: money, share, points of 100, plain, or free (any)."""
    if wanted.type == "money" or wanted.unit.startswith("EUR"):
        return "money"
    if wanted.type == "pct" or wanted.unit in ("percent", "pp"):
        return "share"
    if wanted.unit in _PER_HUNDRED:
        return "points"
    return "free" if wanted.type == "number" and not wanted.unit else "plain"


def _same_money(found: str, expected: str) -> bool:
    return found == expected or (found == "USD" and expected.endswith("D"))


def _finite(number: Decimal | float, shift: int) -> Meaning:
    """The number times 10 to the power of *shift*, exactly as typed."""
    if shift and not isinstance(number, Decimal):
        number = Decimal(repr(number))
    if isinstance(number, Decimal):
        number = float(number.scaleb(shift))
    return Meaning(number) if math.isfinite(number) else MISSING.but("text")


def _fraction(number: Decimal | float, column: Column) -> Meaning:
    """A number without a percent sign where a share belongs: 0.45 or 45."""
    size = abs(float(number))
    if size > _MOST:
        return MISSING.but("out-of-range", number=Amount(float(number), ""))
    meaning = _finite(number, 0 if size <= _WHOLE else -2)
    if column.percent_mixed and number:
        return meaning.but("percent-mixed", new=Amount(meaning.value, "percent"))
    if size > _WHOLE:
        return meaning.but("percent-scaled", new=Amount(meaning.value, "percent"))
    return meaning


def _refused(text: str) -> Meaning:
    """Why a text is no number: it says nothing, too much, or something else."""
    tidy = _tidy(text)
    if _says_nothing(tidy, value=True):
        return MISSING
    lines = [line for line in tidy.split("\n") if re.search("[0-9]", line)]
    if len(lines) > 1:
        return MISSING.but("several", count=len(lines))
    ends = _RANGE.fullmatch(tidy.translate(_DASHES))
    if ends and typed_number(ends[1]) and typed_number(ends[2]):
        return MISSING.but("range", low=ends[1], high=ends[2])
    parts = [part for part in re.split("[/;|]", tidy) if typed_number(part)]
    return MISSING.but("several", count=len(parts)) if len(parts) > 1 else MISSING.but("text")


def _limited(meaning: Meaning, wanted: Wanted) -> Meaning:
    """Without a value that is none: 3.5 people, 7 points of 5."""
    value = meaning.value
    if value is None:
        return meaning
    low, high, unit = wanted.low, wanted.high, wanted.unit
    if (low is not None and value < low) or (high is not None and value > high):
        limits = {"low": Amount(low, unit), "high": Amount(high, unit)}
        return replace(meaning, value=None).but(
            "out-of-range", number=Amount(value, unit), **limits
        )
    if wanted.type not in ("int", "year"):
        return meaning
    if value != int(value):
        return replace(meaning, value=None).but("not-whole", number=Amount(value, unit))
    return replace(meaning, value=int(value))


# ---------------------------------------------------------------- years and periods

_YEAR = re.compile(r"\D{0,16}?(?P<year>\d{4})(?: ?[/-] ?(?:\d{2}|\d{4}))?")
_SHORT_YEAR = re.compile(r"(?:GJ|FY|WJ) ?'?(?P<year>\d\d)(?: ?[/-] ?\d\d)?", re.IGNORECASE)


def _year(cell: Cell) -> Meaning:
    """The year in which the fiscal year begins: 2026, "GJ 2026", "2025/26", "FY26"."""
    value = cell.value
    if isinstance(value, date):
        return Meaning(value.year).but("converted", new=Amount(value.year, "year"))
    if isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value):
        return Meaning(value)
    text = _tidy(raw_text(cell)).translate(_DASHES)
    if _says_nothing(text, value=True):
        return MISSING
    match = _YEAR.fullmatch(text) or _SHORT_YEAR.fullmatch(text)
    if match is None:
        return MISSING.but("text")
    year = int(match["year"]) + (2000 if len(match["year"]) == 2 else 0)
    return Meaning(year).but("converted", new=Amount(year, "year"))


def _period(cell: Cell, setting: Setting, vocabulary: Vocabulary) -> Meaning:
    """A period, also from the date of a survey."""
    value = cell.value
    if isinstance(value, date):
        return Meaning(quarter_of(value, setting.fy_start_month))
    text = _tidy(raw_text(cell))
    if _says_nothing(text, value=True):
        return MISSING
    period = _find_period(text, setting, vocabulary)
    if period is not None:
        return Meaning(period)
    meaning = _date(cell, UNPROVEN, setting, vocabulary)
    if meaning.value is None:
        return meaning
    return replace(meaning, value=quarter_of(meaning.value, setting.fy_start_month))


def _find_period(text: str, setting: Setting, vocabulary: Vocabulary) -> Period | None:
    return vocabulary.find_period(text, setting.fiscal_year, setting.fy_start_month)


# ---------------------------------------------------------------- dates

_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_DOTTED = re.compile(r"(\d{1,2})\. ?(\d{1,2})\.(?: ?(\d{4}|\d{2}))?")
_TWO_ORDERS = re.compile(r"(\d{1,2})([/-])(\d{1,2})\2(\d{4}|\d{2})")
_DAY_MONTH = re.compile(
    r"(\d{1,2})(?:st|nd|rd|th)?[. -]+(?:of )?([^\W\d_]{3,})[.,]?(?:[ -]+(\d{4}|\d{2}))?"
)
_MONTH_DAY = re.compile(r"([^\W\d_]{3,})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})")
_WEEK = re.compile(
    r"(?:kw|kalenderwoche|woche|cw|wk|week)[. ]*(\d{1,2})(?:[ /.-]+(\d{4}|\d{2}))?"
    r"|(\d{1,2})\. ?(?:kw|kalenderwoche|woche)(?:[ /.-]+(\d{4}|\d{2}))?",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"[T ,]+\d{1,2}:\d\d(?::\d\d(?:\.\d+)?)?(?: ?Uhr| ?[AP]M|Z)?$", re.IGNORECASE)
_UNTIL = re.compile(
    r"^(?:(?:spätestens|bis|by|until|till) )*(?:zum )?(?:(?:ende|end of|end|ultimo) )?",
    re.IGNORECASE,
)
_FIRST_DAY_1904 = date(1904, 1, 1)
_FIRST_DAY_1900 = date(1899, 12, 30)  # Excel counts a 29 February 1900, so day 61 is 1 March


def _date(cell: Cell, column: Column, setting: Setting, vocabulary: Vocabulary) -> Meaning:
    value = cell.value
    if isinstance(value, datetime):
        return Meaning(value.date())
    if isinstance(value, date):
        return Meaning(value)
    if isinstance(value, str):
        return _date_in_text(value, column, setting, vocabulary)
    if isinstance(value, (int, float)) and not isinstance(value, bool) and 20_000 <= value < 80_000:
        first = _FIRST_DAY_1904 if setting.date1904 else _FIRST_DAY_1900
        day = first + timedelta(days=int(value))
        return Meaning(day).but("date-converted", new=day)
    return MISSING.but("bad-date")


def _date_in_text(text: str, column: Column, setting: Setting, vocabulary: Vocabulary) -> Meaning:
    tidy = _tidy(text).translate(_DASHES)
    if _says_nothing(tidy, value=True):
        return MISSING
    bare = _CLOCK.sub("", tidy.rstrip(" ?")).strip()
    try:
        day = _day(bare, column, setting, vocabulary) or _last_day(bare, setting, vocabulary)
    except (ValueError, OverflowError):  # 31 February, week 54
        day = None
    meaning = (
        MISSING.but("bad-date") if day is None else Meaning(day).but("date-converted", new=day)
    )
    return meaning.but("open-question") if tidy.endswith("?") else meaning


def _day(text: str, column: Column, setting: Setting, vocabulary: Vocabulary) -> date | None:
    """The day that *text* names."""
    if match := _ISO.fullmatch(text):
        return date(int(match[1]), int(match[2]), int(match[3]))
    if match := _DOTTED.fullmatch(text):
        return _dated(match[3], int(match[2]), int(match[1]), setting)
    if match := _TWO_ORDERS.fullmatch(text):
        first, second = int(match[1]), int(match[3])
        day_first = column.day_first if first <= 12 and second <= 12 else first > 12
        if first == second:
            day_first = True
        if day_first is None:
            return None
        day, month = (first, second) if day_first else (second, first)
        return _dated(match[4], month, day, setting)
    if match := _DAY_MONTH.fullmatch(text):
        month = _month(match[2], vocabulary)
        return _dated(match[3], month, int(match[1]), setting) if month else None
    if match := _MONTH_DAY.fullmatch(text):
        month = _month(match[1], vocabulary)
        return _dated(match[3], month, int(match[2]), setting) if month else None
    return None


def _last_day(text: str, setting: Setting, vocabulary: Vocabulary) -> date | None:
    """The last day of the span that *text* names: KW 12, Q2, Ende März, März 2025."""
    bare = _UNTIL.sub("", text, count=1)
    if match := _WEEK.fullmatch(bare):
        week, year = int(match[1] or match[3]), match[2] or match[4]
        if year is not None:
            return date.fromisocalendar(_full_year(year), week, 7)
        return _within((date.fromisocalendar(year, week, 7) for year in _years(setting)), setting)
    if not re.search(r"\w", bare) or vocabulary.is_total(bare):
        return None
    period = _find_period(bare, setting, vocabulary)
    return None if period is None else period.ends(setting.fy_start_month)


def _dated(year: str | None, month: int, day: int, setting: Setting) -> date | None:
    """The day; without a year the one within the plan's fiscal year."""
    if year is not None:
        return date(_full_year(year), month, day)
    return _within((date(year, month, day) for year in _years(setting)), setting)


def _full_year(text: str) -> int:
    return int(text) + (2000 if len(text) == 2 else 0)


def _years(setting: Setting) -> tuple[int, ...]:
    year = setting.fiscal_year
    return () if year is None else (year, year + 1)


def _within(days: Iterator[date], setting: Setting) -> date | None:
    """The first of *days* that lies in the plan's fiscal year."""
    year = Period(setting.fiscal_year or 0)
    first, last = setting.fy_start_month, setting.fy_start_month
    return next((day for day in days if year.begins(first) <= day <= year.ends(last)), None)


def _month(word: str, vocabulary: Vocabulary) -> int:
    """The number of the month that *word* names; 0 if it names none."""
    period = vocabulary.find_period(word, 2000, 1)
    return period.number if period is not None and period.grain == "M" else 0


def _proven_order(text: str) -> Iterator[bool]:
    """Whether the day comes first in a text date such as ``31/12/2025``, if that is certain."""
    match = _TWO_ORDERS.fullmatch(_CLOCK.sub("", _tidy(text).translate(_DASHES)))
    if match and (int(match[1]) > 12) != (int(match[3]) > 12):
        yield int(match[1]) > 12
