"""The reviews as mails: HTML that old and new mail programs show alike, and the same as plain text.

An edition's template is rendered twice, with the macros of ``mail/html.j2`` and of
``mail/text.j2``, so both say the same numbers. Everything is written into the tags; pictures are
named by ``cid:``. Source: design, reports-and-mail.md, section 4.
"""

from __future__ import annotations

import html as markup
import re
import textwrap
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from string import Template
from typing import TYPE_CHECKING, Any

from kam_reports.audience import Numbers, PartnerView, Said, View
from kam_reports.kpis import KPIS
from kam_reports.model import Amount, Edition, Light, Named, Occasion, Period, Topic
from kam_reports.outputs.drawings import drawn
from kam_reports.outputs.html import COLOURS, PALETTES, look, revenue_variance
from kam_reports.outputs.pictures import PADDING, SHOWN, png
from kam_reports.outputs.templates import Templates
from kam_reports.topics import TOPICS
from kam_reports.wording import NBSP, Wording
from kam_reports.workspace import ReportSettings, Workspace, folder

if TYPE_CHECKING:
    from css_inline import CSSInliner

PAGE = "#eef0f2"
WIDTH = 76  # signs of a line of plain text
_LONGEST = 220  # signs of a cell: the whole text stands in the report
_NUMBER = 10  # signs of a column of numbers in plain text, at the least
_CLASS = re.compile(r' class="[^"]*"')
_BETWEEN = re.compile(r">[ \t]*\n\s*<")
_BLANK = re.compile(r"\n{3,}")


# ---------------------------------------------------------------- what a mail is made of


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar in a table: how long in percent, in which colour, on which side of the axis."""

    width: int
    colour: str
    left: bool = False
    whole: bool = False  # it begins at the left edge instead of an axis in the middle


@dataclass(frozen=True, slots=True)
class Head:
    """The heading of a column."""

    text: str
    number: bool = False
    bar: bool = False
    width: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table."""

    text: str = ""
    number: bool = False
    strong: bool = False
    tone: str = ""
    below: str = ""
    bar: Bar | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A table, and how many of its rows stand in the report only."""

    head: tuple[Head, ...]
    rows: tuple[tuple[Cell, ...], ...]
    more: int = 0


@dataclass(frozen=True, slots=True)
class Tile:
    """A number to see at once, and how it changed."""

    label: str
    number: str
    unit: str
    sign: str = ""
    change: str = ""
    tone: str = "flat"
    than: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart: what it says, its title, its values as words, and the picture itself."""

    key: str
    message: str
    title: str
    alt: str
    png: bytes = field(repr=False, default=b"")


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail as it will be read."""

    title: str
    text: str
    html: str
    pictures: Mapping[str, bytes]


# ---------------------------------------------------------------- charts

MOST_PICTURES = 2  # each takes longer than the rest of the mail
CHARTS: Mapping[Edition, tuple[str, ...]] = {
    Edition.CUSTOMER: ("k_revenue", "k_units", "goals"),
    Edition.PARTNER: ("a_volume", "a_submitted", "a_score", "goals"),
    Edition.INTERNAL: ("k_revenue", "groups", "bridge", "goals"),
}


def pictures_of(
    view: View, numbers: Numbers, wording: Wording, settings: ReportSettings
) -> tuple[Picture, ...]:
    """The first two charts of the edition that there are numbers for, as pictures."""
    told = replace(wording, currency=view.currency, fy_start_month=view.fy_start_month)
    split = None
    if view.edition is Edition.INTERNAL:
        split = revenue_variance(numbers, Occasion(view.quarter, view.as_of))
    plain = replace(look(settings), styled=False)
    narrow = replace(plain, width=float(SHOWN - 2 * PADDING))  # letters as large as the text
    wide, close = (drawn(view, split, told, one) for one in (plain, narrow))
    charts = {**wide, **{key: chart for key, chart in close.items() if key in KPIS}}
    there = [(key, chart) for key in CHARTS[view.edition] if (chart := charts.get(key))]
    return tuple(
        Picture(key, chart.message, chart.title, f"{chart.message}. {chart.alt}", png(chart))
        for key, chart in there[:MOST_PICTURES]
    )


# ---------------------------------------------------------------- rendering


class Letters:
    """Writes mails with the looks of one company in one language."""

    def __init__(self, wording: Wording, workspace: Workspace) -> None:
        from markupsafe import Markup

        self.wording = wording
        self.templates = Templates.of(workspace)
        self.company = workspace.report.company
        self.colours = colours_of(workspace.report)
        css = (folder("templates") / "mail" / "mail.css").read_text(encoding="utf-8")
        css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
        names = {name: value for name, value in self.colours.items() if name != "none"}
        self.css = Markup(_Names(css).substitute(names))  # noqa: S704  (our file, checked colours)

    def letter(
        self,
        view: View,
        *,
        name: str,
        manager: str,
        attached: str,
        pictures: Sequence[Picture] = (),
        rehearsal: str = "",
    ) -> Letter:
        """The mail about *view* to a person called *name*.

        *attached* is ``pdf``, ``html`` or ``nothing``; *rehearsal* is the address of the person
        whom the mail will really go to, if this one goes to ourselves.
        """
        wording = replace(self.wording, currency=view.currency, fy_start_month=view.fy_start_month)
        title = (
            f"{wording.phrase(f'{view.edition}.title', quarter=view.quarter)} – {view.subject.name}"
        )
        if rehearsal:
            title = f"[{wording.phrase('mail.rehearsal_mark')}: {rehearsal}] {title}"
        context = {
            **_words(wording),
            **_building(wording),
            "colours": self.colours,
            "css": self.css,
            "language": wording.language,
            "company": self.company or wording.phrase("agreement.us"),
            "title": title,
            "view": view,
            "name": name,
            "manager": manager,
            "attached": attached,
            "rehearsal": rehearsal,
            "charts": pictures,
        }
        template = f"mail/{view.edition}.j2"
        page = self.templates.render(template, {**context, "kind": "html"})
        text = self.templates.render(template, {**context, "kind": "text"})
        return Letter(
            title, tidy_text(text), tidy_html(page), {one.key: one.png for one in pictures}
        )


class _Names(Template):
    idpattern = "[a-z][a-z-]*"


def colours_of(settings: ReportSettings) -> dict[str, str]:
    """The colours of the company, by what they are for; mail programs know no variables."""
    return {
        **COLOURS,
        **PALETTES[settings.palette],
        **settings.colours,
        "page": PAGE,
        "none": "#8a919b",
    }


def tidy_html(page: str) -> str:
    """*page* with every rule written into its tag, and without the space between tags."""
    written = _BETWEEN.sub("><", _inliner().inline(page))
    return _CLASS.sub("", written)


@cache
def _inliner() -> CSSInliner:
    """Only what is in the page: nothing is ever loaded."""
    import css_inline

    return css_inline.CSSInliner(
        inline_style_tags=True, keep_style_tags=False, load_remote_stylesheets=False
    )


def tidy_text(text: str) -> str:
    """*text* as it is read: no markup, no odd spaces, at most one blank line."""
    plain = markup.unescape(text).replace(NBSP, " ").replace("\u200b", "")
    lines = (line.rstrip() if line != "-- " else line for line in plain.split("\n"))
    return _BLANK.sub("\n\n", "\n".join(lines)).strip() + "\n"


def shortened(text: str) -> str:
    """*text*, cut at a word where a mail is no place for all of it."""
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST].rsplit(None, 1)[0]} …"


# ---------------------------------------------------------------- what templates can build


def _words(wording: Wording) -> dict[str, Any]:
    """What a template can say, by the same names as on a page."""
    return {
        "t": wording.phrase,
        "column": wording.phrases("column"),
        "fact": lambda value: shortened(wording.fact(value)),
        "number": wording.number,
        "label": wording.label,
        "word": lambda kind, key: wording.label(Named(kind, key)),
        "field": lambda section, key: wording.label(Named("field", f"{section}.{key}")),
        "said": lambda one: wording.phrase(one.phrase, **one.facts),
        "topic": lambda one: wording.say(TOPICS[one.rule].say, one.facts),
    }


def _building(wording: Wording) -> dict[str, Callable[..., Any]]:
    """Tiles, tables and sentences of a View, in the words of one language."""
    make = _Maker(wording)
    return {
        "sentences": make.sentences,
        "topics": make.topics,
        "tiles": make.tiles,
        "lamp_tiles": make.lamp_tiles,
        "records": make.records,
        "promises": make.promises,
        "against_prior_year": make.against_prior_year,
        "against_target": make.against_target,
        "dimension_lines": lambda dimensions: [line for one in dimensions for line in one.lines],
        "funnel": make.funnel,
        "score": make.score,
        "partner_message": make.partner_message,
        "late": lambda rows: [row for row in rows if row["days_late"].known],
        "text_table": text_table,
        "wrapped": wrapped,
        "underlined": lambda text, sign: f"{text}\n{sign * min(len(text), WIDTH)}",
    }


@dataclass(frozen=True, slots=True)
class _Maker:
    wording: Wording

    # ------------------------------------------------------------ sentences

    def sentences(self, said: Iterable[Said], most: int = 3) -> list[str]:
        return [self.wording.phrase(one.phrase, **one.facts) for one in said][:most]

    def topics(self, topics: Iterable[Topic], most: int = 5) -> list[str]:
        return [self.wording.say(TOPICS[one.rule].say, one.facts) for one in topics][:most]

    def partner_message(self, view: PartnerView) -> str:
        card = view.scorecard
        if card is None or card.standing == "N":
            return self.wording.phrase("partner.not_rated")
        standing = self.wording.phrase(f"standing.{card.standing}")
        return self.wording.phrase("partner.message", score=card.score, standing=standing)

    # ------------------------------------------------------------ tiles

    def tiles(self, lines: Iterable[Any], against: str = "prior_year", most: int = 6) -> list[Tile]:
        """The first lines that have a number, with their change on prior year or target."""
        made: list[Tile] = []
        for line in lines:
            told = line.to_date
            if not told.actual.known or len(made) == most:
                continue
            change = told.growth if against == "prior_year" else _apart(told)
            number, unit = self._parted(told.actual.fact)
            made.append(
                Tile(
                    self.wording.label(line.label),
                    number,
                    unit,
                    *self._change(change.fact, line.better),
                    self.wording.phrase(f"mail.than.{against}") if change.known else "",
                )
            )
        return made

    def lamp_tiles(self, lamps: Iterable[Any]) -> list[Tile]:
        """The five lights, each said in words too."""
        tones = {Light.GREEN: "good", Light.YELLOW: "warn", Light.RED: "bad", Light.GREY: "flat"}
        signs = {Light.GREEN: "●", Light.YELLOW: "▲", Light.RED: "■", Light.GREY: "○"}
        made = []
        for lamp in lamps:
            number, unit = self._parted(lamp.value.fact)
            of = ""
            if lamp.judged.known:
                of = self.wording.phrase(
                    "lamp.of", judged=lamp.judged.fact, target=lamp.target.fact
                )
            made.append(
                Tile(
                    self.wording.phrase(lamp.phrase),
                    number,
                    unit,
                    signs[lamp.light],
                    self.wording.phrase(f"light.{lamp.light}"),
                    tones[lamp.light],
                    of,
                )
            )
        return made

    def _parted(self, fact: Any) -> tuple[str, str]:
        number, _, unit = self.wording.fact(fact).partition(NBSP)
        return number, unit

    def _change(self, fact: Any, better: str) -> tuple[str, str, str]:
        """Sign, text and tone of a change; the sign is there for who sees no colours."""
        if not isinstance(fact, Amount) or fact.value is None:
            return "", "", "flat"
        text = self.wording.fact(fact)
        if not any(digit in text for digit in "123456789"):
            return "▬", text, "flat"
        tone = tone_of(fact.value, better)
        return ("▲" if fact.value > 0 else "▼"), text, tone

    # ------------------------------------------------------------ tables

    def against_prior_year(self, lines: Sequence[Any]) -> Table:
        """Actual and year before; a shared target stands below the name."""

        def below(line: Any) -> str:
            told = line.to_date
            if not told.target.known:
                return ""
            facts = {"target": told.target.fact, "judged": told.judged.fact}
            return self.wording.phrase("mail.shared_target", **facts)

        return self._compared(
            lines, "prior_year", "growth", lambda told: told.growth, below, strength=_growth
        )

    def against_target(self, lines: Sequence[Any]) -> Table:
        """Actual and target."""
        known = [line for line in lines if line.to_date.actual.known or line.to_date.target.known]

        def below(line: Any) -> str:
            return "" if line.to_date.complete else self.wording.phrase("kpi.incomplete")

        return self._compared(known, "target", "apart", _apart, below, strength=_growth)

    def _compared(
        self,
        lines: Sequence[Any],
        base: str,
        change_word: str,
        change_of: Callable[[Any], Any],
        below: Callable[[Any], str],
        *,
        strength: Callable[[Any], float],
        most: int = 14,
    ) -> Table:
        column = self.wording.phrases("column")
        changes = [change_of(line.to_date) for line in lines]
        longest = max([min(strength(one.fact), 1.0) for one in changes if one.known] or [0.0])
        head = (
            Head(column["kpi"]),
            Head(column["actual"], number=True),
            Head(column[base], number=True),
            Head(self.wording.phrase(f"mail.change.{change_word}"), number=True),
            Head("− Δ +", bar=True, width="22%"),
        )
        rows = []
        for line, change in zip(lines, changes, strict=True):
            told = line.to_date
            sign, text, tone = self._change(change.fact, line.better)
            width = (
                round(100 * min(strength(change.fact), 1.0) / longest)
                if change.known and longest
                else 0
            )
            rows.append(
                (
                    Cell(self._measure(line.label, told), below=below(line)),
                    Cell(self._bare(told.actual.fact), number=True, strong=True),
                    Cell(self._bare(getattr(told, base).fact), number=True, tone="m"),
                    Cell(text or self.wording.fact(None), number=True, tone=tone),
                    Cell(bar=Bar(width, tone if tone in ("good", "bad") else "none", sign == "▼")),
                )
            )
        return Table(head, tuple(rows[:most]), max(len(rows) - most, 0))

    def _measure(self, label: Named, told: Any) -> str:
        """What is measured, with its unit, so that the numbers beside it stay short."""
        fact = told.actual.fact if told.actual.known else told.target.fact
        unit = self.wording.unit(fact.unit) if isinstance(fact, Amount) else ""
        name = self.wording.label(label)
        return f"{name} ({unit})" if unit and unit.casefold() not in name.casefold() else name

    def _bare(self, fact: Any) -> str:
        if not isinstance(fact, Amount):
            return self.wording.fact(fact)
        return self.wording.bare(fact.value, fact.unit, fact.signed)

    def promises(self, service: Sequence[Any]) -> Table:
        """What was promised, and what came of it."""
        column = self.wording.phrases("column")
        tones = {Light.GREEN: "good", Light.YELLOW: "warn", Light.RED: "bad", Light.GREY: "m"}
        head = (
            Head(column["kpi"]),
            Head(column["to_date"], number=True),
            Head(column["promise"], number=True),
            Head(column["prior_year"], number=True),
            Head(column["light"]),
        )
        return Table(
            head,
            tuple(
                (
                    Cell(self.wording.label(one.label)),
                    Cell(self.wording.fact(one.actual.fact), number=True, strong=True),
                    Cell(self.wording.fact(one.target.fact), number=True, tone="m"),
                    Cell(self.wording.fact(one.prior_year.fact), number=True, tone="m"),
                    Cell(self._verdict(one), tone=tones[one.light]),
                )
                for one in service
            ),
        )

    def _verdict(self, one: Any) -> str:
        if one.light is Light.GREY and one.actual.known:
            return self.wording.phrase("light.info" if one.target.known else "light.no_target")
        return self.wording.phrase(f"light.{one.light}")

    def records(
        self,
        rows: Sequence[Mapping[str, Any]],
        section: str,
        keys: Sequence[str],
        extra: Mapping[str, str] | None = None,
        most: int = 8,
    ) -> Table:
        """The rows of a section with the columns *keys*; *extra* are headings of our own."""
        own = extra or {}
        numeric = {key: any(row[key].is_number for row in rows) for key in keys}
        head = tuple(
            Head(
                own.get(key) or self.wording.label(Named("field", f"{section}.{key}")),
                number=numeric[key],
            )
            for key in keys
        )
        made = [
            tuple(
                Cell(
                    shortened(self.wording.fact(row[key].fact)),
                    number=numeric[key],
                    strong=key == keys[0],
                )
                for key in keys
            )
            for row in rows
        ]
        return Table(head, tuple(made[:most]), max(len(made) - most, 0))

    def funnel(self, steps: Sequence[Any], quarters: Sequence[Period]) -> Table:
        """From the application to the payment, the share of the first step as a bar."""
        column = self.wording.phrases("column")
        head = (
            Head(column["step"]),
            *(Head(one.short, number=True) for one in quarters),
            Head(column["to_date"], number=True),
            Head(column["share"], number=True),
            Head("", bar=True, width="20%"),
        )
        rows = []
        for step in steps:
            share = step.share.value
            width = 0 if share is None else round(100 * min(max(share, 0.0), 1.0))
            rows.append(
                (
                    Cell(self.wording.label(step.label)),
                    *(Cell(self.wording.fact(one), number=True, tone="m") for one in step.quarters),
                    Cell(self.wording.fact(step.to_date), number=True, strong=True),
                    Cell(self.wording.fact(step.share), number=True),
                    Cell(bar=Bar(width, "accent", whole=True)),
                )
            )
        return Table(head, tuple(rows))

    def score(self, card: Any) -> Table:
        """What the score is made of; the points as a bar."""
        column = self.wording.phrases("column")
        head = (
            Head(column["criterion"]),
            Head(column["value"], number=True),
            Head(column["weight"], number=True),
            Head(column["points"], number=True),
            Head("", bar=True, width="24%"),
        )
        rows = []
        for line in card.lines:
            points = line.points.value
            tone = (
                "none"
                if points is None
                else "good"
                if points >= 70
                else "bad"
                if points < 50
                else "warn"
            )
            reason = ""
            if line.reason:
                reason = self.wording.phrase(f"score.{line.reason}", cases=line.cases)
            rows.append(
                (
                    Cell(self.wording.label(line.label), below=reason),
                    Cell(self.wording.fact(line.value), number=True),
                    Cell(self.wording.fact(line.weight), number=True, tone="m"),
                    Cell(self.wording.fact(line.points), number=True, strong=True),
                    Cell(bar=Bar(round(min(max(points or 0, 0), 100)), tone, whole=True)),
                )
            )
        return Table(head, tuple(rows))


def tone_of(value: float, better: str) -> str:
    """Whether a change does us good: by what the KPI is about, not by its direction."""
    if better not in ("up", "down") or value == 0:
        return "flat"
    return "good" if (value > 0) == (better == "up") else "bad"


def _apart(told: Any) -> Any:
    """How far from the target: in percent of it, or in percentage points."""
    return told.variance_pct if told.variance_pct.known else told.variance


def _growth(fact: Any) -> float:
    """How strong a change is, for the length of its bar; an amount in a unit has no length."""
    if not isinstance(fact, Amount) or fact.value is None or fact.unit not in ("percent", "pp"):
        return 0.0
    return abs(fact.value)


# ---------------------------------------------------------------- plain text


def wrapped(text: str, mark: str = "") -> str:
    """*text* in lines of bearable length; *mark* stands before the first."""
    return textwrap.fill(
        str(text),
        WIDTH,
        initial_indent=mark,
        subsequent_indent=" " * len(mark),
        break_long_words=False,
        break_on_hyphens=False,
    )


def text_table(table: Table) -> str:
    """*table* in columns; bars are left out, their numbers stand beside them."""
    shown = [place for place, head in enumerate(table.head) if not head.bar]
    head = [table.head[place] for place in shown]
    rows = [[row[place] for place in shown] for row in table.rows]
    widths = [
        max(len(one.text), *(len(row[place].text) for row in rows), _NUMBER if one.number else 0)
        for place, one in enumerate(head)
    ]
    texts = [place for place, one in enumerate(head) if not one.number]
    over = sum(widths) + 2 * (len(widths) - 1) - WIDTH
    for place in sorted(texts, key=lambda each: -widths[each]):  # the longest texts are wrapped
        if over > 0:
            less = min(over, max(widths[place] - 18, 0))
            widths[place] -= less
            over -= less
    lines = _text_row([one.text for one in head], head, widths)
    lines.append("-" * min(sum(widths) + 2 * (len(widths) - 1), WIDTH))
    for row in rows:
        lines += _text_row([one.text for one in row], head, widths)
        lines += [f"  {one.below}" for one in row if one.below]
    return "\n".join(line.rstrip() for line in lines)


def _text_row(texts: Sequence[str], head: Sequence[Head], widths: Sequence[int]) -> list[str]:
    """One row, as many lines high as its longest text."""
    columns = [
        [text] if one.number else textwrap.wrap(text, width, break_on_hyphens=False) or [""]
        for text, one, width in zip(texts, head, widths, strict=True)
    ]
    height = max(len(column) for column in columns)
    return [
        "  ".join(
            (column[line] if line < len(column) else "").rjust(width)
            if one.number
            else (column[line] if line < len(column) else "").ljust(width)
            for column, one, width in zip(columns, head, widths, strict=True)
        )
        for line in range(height)
    ]
