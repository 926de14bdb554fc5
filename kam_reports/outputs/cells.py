"""Cells of tables: a value, its column, where it was read; and the rules that go with them.

Written here and not in the templates, because a page has many hundred of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path
from typing import Any

from markupsafe import Markup, escape

from kam_reports.audience import Measured, Shown
from kam_reports.audience.views import Lamp, Line, Service
from kam_reports.charts import Svg
from kam_reports.charts.canvas import escaped
from kam_reports.model import Light, Named
from kam_reports.outputs.files import way_to
from kam_reports.wording import Wording

SIGNS = {"green": "●", "yellow": "▲", "red": "■", "grey": "○"}
_SHORT = 26  # a text up to here holds no word that a table could not hold
_LONG_NUMBER = 13
_UNIT = re.compile("\u00a0(?=[^\u00a0\\d]*$)")
_CELL = "<td{}{}>{}</td>"
_VALUES: Mapping[str, Callable[[Any], Shown]] = {
    "quarter": lambda line: line.quarter.actual,
    "to_date": lambda line: line.to_date.actual,
    "target": lambda line: line.to_date.target,
    "judged": lambda line: line.to_date.judged,
    "prior_year": lambda line: line.to_date.prior_year,
    "growth": lambda line: line.to_date.growth,
    "forecast": lambda line: line.year.forecast,
    "gap": lambda line: line.year.gap,
    "target_year": lambda line: line.year.target,
    "needed": lambda line: line.year.needed,
    "median": lambda line: line.median,
}


@dataclass(slots=True, repr=False)
class Cells:
    """Writes the values of one page. Templates get its methods, which tell nothing of it."""

    wording: Wording
    sources: Sources
    fields: dict[tuple[str, str], str] = field(default_factory=dict)

    def told(self, shown: Shown) -> str:
        """A value as text for the page; a number of ours names its cell."""
        fact = shown.fact
        text = escaped(self.wording.fact(fact))
        if shown.is_number and len(text) > _LONG_NUMBER:
            text = _UNIT.sub("\u00a0<wbr>", text)  # a narrow column may set the unit below
        elif len(text) > _SHORT:
            text = str(escape(breakable(self.wording.fact(fact))))
        if not shown.source or not (shown.is_number or shown.is_date):
            return text
        return self.sources.linked(text, shown.source)

    def cell(self, shown: Shown, label: str = "", kind: str = "") -> Markup:
        """A cell of a table; *label* is the head of its column, for who reads it on a phone."""
        kind = kind or ("d" if shown.is_date else "")
        return Markup(_CELL.format(_class(kind), _label(label), self.told(shown)))  # noqa: S704

    def headings(self, section: str, keys: Sequence[str], extra: Mapping[str, str]) -> list[str]:
        """The heads of a section's columns; *extra* names those that are no field of it."""
        return [extra.get(key) or self.field(section, key) for key in keys]

    def rows(
        self, rows: Sequence[Mapping[str, Shown]], keys: Sequence[str], heads: Sequence[str]
    ) -> Markup:
        """Head and body of a table with a row for each of *rows*; the first cell names the row."""
        numbers = [any(row[key].is_number for row in rows) for key in keys]
        head = "".join(
            f'<th scope="col"{_class("n" if number else "")}>{escaped(word)}</th>'
            for word, number in zip(heads, numbers, strict=True)
        )
        body = []
        for row in rows:
            cells = [f'<th scope="row">{self.told(row[keys[0]])}</th>']
            for key, number in zip(keys[1:], numbers[1:], strict=True):
                shown = row[key]
                kind = "n" if number else "d" if shown.is_date else ""
                cells.append(f"<td{_class(kind)}>{self.told(shown)}</td>")
            body.append(f"<tr>{''.join(cells)}</tr>")
        made = f"<thead><tr>{head}</tr></thead>\n<tbody>\n" + "\n".join(body) + "\n</tbody>"
        return Markup(made)  # noqa: S704

    def of_chart(self, chart: Svg) -> Markup:
        """The rows of the table below a chart; a number of ours names its cell."""
        origins = chart.origins or ((),) * len(chart.rows)
        body = []
        for row, read in zip(chart.rows, origins, strict=True):
            cells = [f'<th scope="row">{escaped(row[0])}</th>']
            for text, source in zip_longest(row[1:], read[1:], fillvalue=""):
                said = escaped(text)
                cells.append(f"<td>{self.sources.linked(said, source) if source else said}</td>")
            body.append(f"<tr>{''.join(cells)}</tr>")
        return Markup("\n".join(body))  # noqa: S704

    def field(self, section: str, key: str) -> str:
        """The word for a field of a section."""
        known = self.fields.get((section, key))
        if known is None:
            known = self.wording.label(Named("field", f"{section}.{key}"))
            self.fields[section, key] = known
        return known

    def of_kpi(self, line: Line, keys: Sequence[str]) -> Markup:
        """The cells of a KPI by the keys of their columns; numbers unless it is said."""
        cells = []
        for key in keys:
            if key == "light":
                light, said = self.verdict(line.to_date)
                cells.append(f'<td class="l light {light}">{said}</td>')
            elif key == "method":
                method = line.year.method if line.year.forecast.known else None  # type: ignore[attr-defined]
                word = escaped(self.wording.label(method)) if method else ""
                cells.append(f'<td class="m">{word}</td>')
            else:
                cells.append(f"<td>{self.told(_VALUES[key](line))}</td>")
        return Markup("".join(cells))  # noqa: S704

    def judged(self, told_of: Measured | Service | Lamp) -> Markup:
        """A light that can be read without colour; one that is not judged says why."""
        light, said = self.verdict(told_of)
        return Markup(f'<span class="light {light}">{said}</span>')  # noqa: S704

    def verdict(self, told_of: Measured | Service | Lamp) -> tuple[Light, str]:
        """The light, and its word; its sign is set before that by a rule (see ``signs``)."""
        light, word = self.word(told_of)
        return light, f"<i>{escaped(word)}</i>"

    def word(self, told_of: Measured | Service | Lamp) -> tuple[Light, str]:
        """The light, and its word."""
        light, known = told_of.light, _known_of(told_of)
        word = f"light.{light}"
        if light is Light.GREY and known[0]:
            word = "light.info" if known[1] else "light.no_target"
        return light, self.wording.phrase(word)

    def sourced(self, shown: Shown) -> Markup:
        """A value outside of a table."""
        return Markup(self.told(shown))  # noqa: S704


def _class(kind: str) -> str:
    return f' class="{kind}"' if kind else ""


def _label(label: str) -> str:
    return f' data-label="{escaped(label)}"' if label else ""


def _known_of(told: Measured | Service | Lamp) -> tuple[bool, bool]:
    actual = told.value if isinstance(told, Lamp) else told.actual
    return actual.known, told.target.known


def signs() -> str:
    """The rules that set the sign of a light before its word."""
    rules = (
        f'.light.{light} i::before{{content:"{sign}";content:"{sign}"/""}}'
        for light, sign in SIGNS.items()
    )
    return "".join(rules)


_LONG = re.compile(r"\S{27,}")


def breakable(text: str) -> str:
    """*text*, with places to break words that no table could hold; others stay whole."""
    if not _LONG.search(text):
        return text
    pieces = re.split(r"(\S{27,})", text)
    broken = Markup("<wbr>")
    return Markup("").join(
        broken.join(escape(piece[at : at + 13]) for at in range(0, len(piece), 13))
        if number % 2
        else escape(piece)
        for number, piece in enumerate(pieces)
    )


# ---------------------------------------------------------------- where it was read


@dataclass(slots=True, repr=False)
class Sources:
    """The cells that the numbers of one of our own reports were read from."""

    home: Path  # that the names of workbooks are relative to
    place: Path  # the folder of the report
    told: bool = True  # whether the page names its workbooks at the end
    books: dict[str, dict[str, None]] = field(default_factory=dict)  # their sheets

    def linked(self, text: str, source: str) -> str:
        """*text*, naming its cells where one points at it, and leading to the list of workbooks."""
        if not self.told:
            return f'<span title="{escaped(source)}">{text}</span>'
        return f'<a href="#s" title="{escaped(self.named(source))}">{text}</a>'

    def named(self, source: str) -> str:
        """The cells alone; their workbook and sheets are told at the end of the page."""
        book, _, cells = source.partition(" › ")
        sheets = self.books.setdefault(book, {})
        cells = cells.replace(f"{book} › ", "")
        for part in cells.split("; "):
            sheets[part.partition(" › ")[0]] = None
        return cells.replace(" › ", "!")

    def listed(self) -> list[tuple[str, str, list[str]]]:
        """The workbooks with the way to each and the sheets that were read."""
        return [
            (book, way_to(self.home / book, self.place), list(sheets))
            for book, sheets in self.books.items()
        ]


# ---------------------------------------------------------------- rules of style


@dataclass(slots=True, repr=False)
class Columns:
    """The heads of a page's tables by a class: on a phone each value stands beside its own."""

    widest: int = 760  # pixels of a window where values name their columns
    known: dict[tuple[tuple[str, ...], int], str] = field(default_factory=dict)

    def named(self, labels: Iterable[str], strong: int = -1) -> str:
        """The class of a table with these heads after its first column; one may be *strong*."""
        return self.known.setdefault((tuple(labels), strong), f"h{len(self.known)}")

    def rules(self) -> str:
        """The rules that say the heads."""
        heads = (
            f".{name} td:nth-child({number}):before{{content:{quoted(label)}}}"
            for (labels, _), name in self.known.items()
            for number, label in enumerate(labels, start=2)
            if label
        )
        strong = (
            f".{name} td:nth-child({place + 2})"
            for (_, place), name in self.known.items()
            if place >= 0
        )
        phone = (
            f"@media screen and (max-width:{self.widest}px){{{''.join(heads)}}}"
            if self.known
            else ""
        )
        return phone + (f"{bold}{{font-weight:600}}" if (bold := ",".join(strong)) else "")


def running(left: str, right: str) -> str:
    """The rules that put *left* and *right* at the head of every printed page but the first."""
    boxes = f"@top-left{{content:{quoted(left)}}}@top-right{{content:{quoted(right)}}}"
    first = "@top-left{content:none}@top-right{content:none}"
    return f"@page{{{boxes}}}@page :first{{{first}}}"


_IN_QUOTES = re.compile(r"[^\w .,:;()/%&·–€-]")


def quoted(text: str) -> str:
    """*text* as a string of a style sheet: what could end it by its number."""
    kept = _IN_QUOTES.sub(lambda sign: f"\\{ord(sign[0]):x} ", text[:90])
    return f'"{kept}"'
