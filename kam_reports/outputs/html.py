"""The reports as HTML: one self-contained file for each subject and reader, and the index.

A template gets a View and the words of one language, nothing else. It looks nothing up and
computes nothing; a name that its View does not have stops it (StrictUndefined).
"""

from __future__ import annotations

import base64
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from kam_reports.audience import (
    Lookup,
    Numbers,
    Overview,
    Said,
    Shown,
    View,
    overview,
    project,
)
from kam_reports.charts import FAMILY, FONTS, Frame, Look, Svg, sparkline
from kam_reports.charts.canvas import CLASSES
from kam_reports.checks import CHECKS
from kam_reports.kpis import KPIS, Sold, price_volume
from kam_reports.model import (
    Amount,
    Edition,
    Finding,
    Named,
    Occasion,
    Period,
    Problem,
    Review,
    Role,
    Scenario,
    Subject,
    Topic,
)
from kam_reports.outputs import cockpit
from kam_reports.outputs.cells import SIGNS, Cells, Columns, Sources, breakable, running, signs
from kam_reports.outputs.drawings import drawn
from kam_reports.outputs.files import safe_names
from kam_reports.outputs.garbage import settled
from kam_reports.outputs.templates import Templates
from kam_reports.topics import TOPICS
from kam_reports.workspace import ReportSettings, Workspace, folder

if TYPE_CHECKING:
    from kam_reports.wording import Wording

COLOURS = {
    "ink": "#1c2127",
    "mute": "#5f6670",
    "line": "#d9dce0",
    "accent": "#0a4a8f",
    "warn": "#b86e00",
    "warn-text": "#8a5300",
}
PALETTES = {
    "classic": {"good": "#0b7a53", "bad": "#c4262e"},
    "cvd": {"good": "#0067b1", "bad": "#b84a00", "warn": "#6b6b6b"},
}
FONT = f'"{FAMILY}","Inter","Segoe UI",system-ui,-apple-system,"Helvetica Neue",Arial,sans-serif'
_COLOUR = re.compile(r"#[0-9a-fA-F]{3}([0-9a-fA-F]{3})?")
_PICTURES = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".svg": "image/svg+xml",
    ".gif": "image/gif",
    ".webp": "image/webp",
}
_NAMESPACE = ' xmlns="http://www.w3.org/2000/svg"'  # a page in HTML knows it without
_STYLE, _POLICY = Markup("<style rules>"), Markup("<policy>")  # for what is known at the end
KEYS = ("AC", "PL", "PY", "FC", "good", "bad")
_PHONE, _NARROW = 760, 1160  # pixels; up to there a value names its column itself
_SUM_TOLERANCE = 0.005  # product groups that miss the total by more are not all of it


@dataclass(frozen=True, slots=True)
class Page:
    """A file to write: whose it is, for which reader, under which name."""

    subject: Subject
    edition: Edition
    path: str


# ---------------------------------------------------------------- all pages of a run


def render_reports(
    review: Review,
    wording: Wording,
    workspace: Workspace,
    workbook: str,
    *,
    names_only: bool = False,
    only: str = "",
    out: Path | None = None,
) -> Iterator[tuple[str, bytes]]:
    """Every page of the run with its path below the output folder; the index is the last.

    *workbook* is the name of the KPI workbook that the index links to. With *names_only* nothing
    is rendered. *only* is the id of the one subject whose reports are wanted, without an index.
    *out* is the output folder, from which our own reports lead back to the plans.
    """
    pages = tuple(_pages(review, workspace.report.editions))
    if names_only:
        yield from ((page.path, b"") for page in pages)
        yield "index.html", b""
        return
    press = Press(wording, workspace, out)
    lookup = Lookup.of(review)
    with settled():
        for page in pages:
            if only not in ("", page.subject.id):
                continue
            view = project(
                review, page.subject, page.edition, wording.vocabulary, kpis=KPIS, lookup=lookup
            )
            yield page.path, press.report(view, lookup.numbers_of(page.subject))
        if only:
            return
        seen = overview(review, wording.vocabulary, kpis=KPIS, lookup=lookup)
        yield "index.html", press.index(seen, pages, workbook)


def report_page(view: View, numbers: Numbers, wording: Wording, workspace: Workspace) -> bytes:
    """The page of one subject by itself, as ``render_reports`` makes it."""
    return Press(wording, workspace).report(view, numbers)


def _pages(review: Review, editions: Sequence[str]) -> Iterator[Page]:
    """The reports to write: accounts get two, partners one, if they are asked for."""
    for role, wanted in (
        (Role.ACCOUNT, (Edition.INTERNAL, Edition.CUSTOMER)),
        (Role.PARTNER, (Edition.PARTNER,)),
    ):
        subjects = [plan.subject for plan in review.reading.usable if plan.subject.role is role]
        names = safe_names(subject.id for subject in subjects)
        for edition in wanted:
            if edition in editions:
                for subject in sorted(subjects, key=lambda one: one.id):
                    path = f"reports/{edition}/{names[subject.id]}.html"
                    yield Page(subject, edition, path)


# ---------------------------------------------------------------- rendering


class Press:
    """Renders pages with the looks of one company in one language."""

    def __init__(self, wording: Wording, workspace: Workspace, out: Path | None = None) -> None:
        settings = workspace.report
        self.wording = wording
        self.templates = Templates.of(workspace)
        self.home = workspace.folder
        self.place = (workspace.out if out is None else out) / "reports" / "internal"
        self.look = replace(look(settings), below=wording.phrase("chart.below"))
        self.company = settings.company
        ours = f"{stylesheet(settings)}{CLASSES}{signs()}"
        self.styles = ours, self.templates.style()
        report, talk = map(_rules, ("report.css", "talk.css"))
        self.more = dict.fromkeys(Edition, report + talk) | {Edition.INTERNAL: report}
        self.looks = {
            "language": wording.language,
            "company": settings.company,
            "logo": picture(workspace.folder / settings.logo) if settings.logo else "",
            "signs": SIGNS,
        }

    def styled(self, page: str, more: str, script: str) -> str:
        """*page* with its style, and the policy that lets nothing else give style or run.

        Both stand at its head, but some of the rules are known only when the rest is made.
        """
        ours, own = self.styles
        if script:  # reports have few rules to spare, and there are many of them
            ours, more = needed(ours, page), needed(more, page)
        css = f"{fonts(page)}{ours}{more}{own}"
        runs = f"script-src {cockpit.hashed(script)}; " if script else ""
        policy = (
            f"default-src 'none'; style-src {cockpit.hashed(css)}; {runs}img-src data:; "
            "font-src data:; base-uri 'none'; form-action 'none'"
        )
        return page.replace(_POLICY, policy, 1).replace(_STYLE, css, 1)

    def report(self, view: View, numbers: Numbers) -> bytes:
        """The page of one subject."""
        wording = replace(self.wording, currency=view.currency, fy_start_month=view.fy_start_month)
        split = None
        if view.edition is Edition.INTERNAL:
            split = revenue_variance(numbers, Occasion(view.quarter, view.as_of))
        ours = view.edition is Edition.INTERNAL
        sources = Sources(self.home, self.place, told=ours)
        named, common = sources.named if ours else None, self.wording.currency
        charts = drawn(view, split, wording, self.look, named, common)
        frame = Frame(wording, view.subject.name, view.quarter, self.look)
        edition = wording.phrase(f"edition.{view.edition}")
        quarter = wording.period(view.quarter)
        return self._render(
            wording,
            f"{view.edition}.html.j2",
            running(view.subject.name, f"{edition} · {quarter}"),
            sources=sources if ours else None,
            more=self.more[view.edition],
            labelled=_NARROW,
            view=view,
            split=split,
            charts=charts,
            legend=legend(charts.values()),
            spark=lambda course: in_page(sparkline(course, frame)) if course else "",
        )

    def index(self, view: Overview, pages: Iterable[Page], workbook: str) -> bytes:
        """The page of all subjects."""
        links: dict[Subject, list[tuple[str, str]]] = defaultdict(list)
        for page in pages:
            links[page.subject].append((page.edition.value, page.path))
        edition = self.wording.phrase("edition.internal")
        more: dict[str, Any] = {**cockpit.words(view, self.wording, self.look, self.company)}
        return self._render(
            self.wording,
            "index.html.j2",
            running(self.company, f"{edition} · {self.wording.period(view.quarter)}"),
            more=cockpit.rules(self.wording),
            script=cockpit.script(),
            view=view,
            pages=links,
            workbook=workbook,
            **more,
        )

    def page(self, template: str, style: str, **context: Any) -> bytes:
        """The page of another kind, with rules of its own in the file *style*."""
        return self._render(self.wording, template, "", more=_rules(style), **context)

    def _render(
        self,
        wording: Wording,
        template: str,
        head: str,
        *,
        sources: Sources | None = None,
        more: str = "",
        script: str = "",
        labelled: int = _PHONE,
        **context: Any,
    ) -> bytes:
        columns, column = Columns(labelled), wording.phrases("column")

        def kpi_columns(keys: Sequence[str]) -> str:
            strong = keys.index("to_date") if "to_date" in keys else -1
            return "k " + columns.named((column[key] for key in keys), strong)

        known = {
            **self.looks,
            **words(wording, sources),
            "columns": lambda labels: columns.named(labels),  # noqa: PLW0108  (see words)
            "kpi_columns": kpi_columns,
            "css": _STYLE,
            "csp": _POLICY,
            "script": Markup(script),  # noqa: S704  (our own file)
            **context,
        }
        page = self.templates.render(template, known)
        return self.styled(page, f"{more}{head}{columns.rules()}", script).encode("utf-8")


def legend(charts: Iterable[Svg | None]) -> list[str]:
    """The signs that the charts of a page use, in one order."""
    used = {key for chart in charts if chart is not None for key in chart.keys}
    return [key for key in KEYS if key in used]


def in_page(picture: str) -> Markup:
    """A chart's text as part of a page; what it shows is escaped where it is drawn."""
    return Markup(picture.replace(_NAMESPACE, "", 1))  # noqa: S704


def words(wording: Wording, sources: Sources | None = None) -> dict[str, Any]:
    """What a template can say; *sources* are for our own reports."""
    sources = Sources(Path(), Path(), told=False) if sources is None else sources
    cells = Cells(wording, sources)

    def numeric(rows: Sequence[Mapping[str, Any]], key: str) -> bool:
        return any(row[key].is_number for row in rows)

    def care_gap(levels: int | None) -> str:
        if levels is None:
            return wording.fact(None)
        direction = "even" if levels == 0 else "more" if levels > 0 else "less"
        return wording.phrase(f"care.{direction}", levels=abs(levels))

    def included(counts: str, phrase: str = "index.included") -> str:
        n, _, of = counts.partition("/")
        return wording.phrase(phrase, n=n, of=of) if of else wording.fact(None)

    def missing(parts: tuple[Any, ...]) -> str:
        said = (
            part if isinstance(part, str) else " ".join(map(wording.fact, part)) for part in parts
        )
        return ", ".join(said)

    def said(sentence: Said) -> str:
        return wording.phrase(sentence.phrase, **sentence.facts)

    def topic(one: Topic) -> str:
        return wording.say(TOPICS[one.rule].say, one.facts)

    def finding(one: Finding) -> str:
        return wording.say(CHECKS[one.code].say, one.facts)

    def fix(one: Finding) -> str:
        advice = wording.say(CHECKS[one.code].fix, one.facts)
        return f"{wording.phrase('finding.fix')}: {advice}"

    return {
        "t": lambda key, /, **facts: wording.phrase(key, **facts),
        "column": wording.phrases("column"),
        "fact": lambda value: breakable(wording.fact(value)),
        "sourced": lambda shown: cells.sourced(shown),  # noqa: PLW0108  (see label)
        "sources": lambda: sources.listed(),  # noqa: PLW0108
        "td": lambda shown, label="", kind="": cells.cell(shown, label, kind),
        "kpi_cells": lambda line, keys: cells.of_kpi(line, keys),  # noqa: PLW0108
        "verdict": lambda told: cells.word(told),  # noqa: PLW0108
        "judge": lambda told: cells.judged(told),  # noqa: PLW0108
        "chart_rows": lambda chart: cells.of_chart(chart),  # noqa: PLW0108
        "read": lambda amount, shown: Shown(amount, shown.source if shown else ""),
        "picture": lambda chart: in_page(chart.text + chart.slim),
        "number": lambda value, unit, signed=False: wording.number(value, unit, signed),
        "money": lambda fact, currency: replace(wording, currency=currency).fact(fact),
        "label": lambda named: wording.label(named),  # noqa: PLW0108  (a method would show its owner)
        "word": lambda kind, key: wording.label(Named(kind, key)),
        "field": lambda section, key: cells.field(section, key),  # noqa: PLW0108
        "headings": lambda section, keys, extra: cells.headings(section, keys, extra),  # noqa: PLW0108
        "table_rows": lambda rows, keys, heads: cells.rows(rows, keys, heads),  # noqa: PLW0108
        "numeric": numeric,
        "care_gap": care_gap,
        "included": included,
        "missing": missing,
        "said": said,
        "topic": topic,
        "finding": finding,
        "fix": fix,
    }


# ---------------------------------------------------------------- looks


def stylesheet(settings: ReportSettings) -> str:
    """The style sheet with the company's colours."""
    colours = {**COLOURS, **PALETTES[settings.palette]}
    for name, colour in settings.colours.items():
        if not _COLOUR.fullmatch(colour):
            raise Problem(
                {
                    "de": f"kam.toml: Die Farbe „{colour}“ ({name}) ist keine Angabe wie #0a4a8f.",
                    "en": f"kam.toml: the colour “{colour}” ({name}) is not written like #0a4a8f.",
                }
            )
        if name not in colours:
            raise Problem(
                {
                    "de": f"kam.toml: Die Farbe „{name}“ gibt es nicht.",
                    "en": f"kam.toml: there is no colour “{name}”.",
                },
                {
                    "de": f"Bekannt sind: {', '.join(sorted(colours))}.",
                    "en": f"Known: {', '.join(sorted(colours))}.",
                },
            )
        colours[name] = colour
    tokens = "".join(f"--{name}:{colour};" for name, colour in sorted(colours.items()))
    return f":root{{{tokens}--font:{FONT}}}\n{_rules('style.css')}"


def _rules(name: str) -> str:
    return (folder("templates") / name).read_text(encoding="utf-8")


def look(settings: ReportSettings) -> Look:
    """The same colours for the charts."""
    of = {**COLOURS, **PALETTES[settings.palette], **settings.colours}
    return Look(
        ink=of["ink"],
        mute=of["mute"],
        line=of["line"],
        good=of["good"],
        bad=of["bad"],
        warn=of["warn-text"],
        accent=of["accent"],
        styled=True,
    )


_RULE = re.compile(r"([^{}@]+)(\{[^{}]*\})")
_NOT, _KIND = re.compile(r":not\([^)]*\)"), re.compile(r"\.([a-zA-Z][\w-]*)")
_CLASSES = re.compile(r'class="([^"]*)"')


def needed(css: str, page: str) -> str:
    """*css* without the rules for classes that no element of *page* has."""
    there = {name for names in set(_CLASSES.findall(page)) for name in names.split()}

    def kept(rule: re.Match[str]) -> str:
        selectors = [
            one
            for one in rule[1].strip().split(",")
            if there.issuperset(_KIND.findall(_NOT.sub("", one)))
        ]
        return f"{','.join(selectors)}{rule[2]}" if selectors else ""

    return _RULE.sub(kept, css)


_BEYOND = re.compile("[À-ÃÅ-ÈÊ-ÕÙ-ÛÝÞà-ãå-èê-õø-ûýþÿĄ-ž]")  # what German does not have


def fonts(page: str) -> str:
    """The letters of the reports, inside each of them: those beyond German where a page has any."""
    beyond = set(_BEYOND.findall(page)) if _BEYOND.search(page) else set()
    west = _faces("-west", "U+C0-FF") if any(one <= "ÿ" for one in beyond) else ""
    east = _faces("-east", "U+100-17F") if any(one > "ÿ" for one in beyond) else ""
    return _faces() + west + east


@cache
def _faces(part: str = "", letters: str = "") -> str:
    only = f"unicode-range:{letters};" if letters else ""
    faces = []
    for style, weight in (("Regular", 400), ("SemiBold", 600)):
        data = base64.b64encode((FONTS / f"KAMInter-{style}{part}.woff2").read_bytes()).decode()
        faces.append(
            f'@font-face{{font-family:"{FAMILY}";font-weight:{weight};font-display:block;{only}'
            f'src:url(data:font/woff2;base64,{data}) format("woff2")}}'
        )
    return "".join(faces)


def picture(path: Path) -> str:
    """The picture as a data address, so that the page needs no other file. Raises Problem."""
    kind = _PICTURES.get(path.suffix.lower())
    try:
        data = path.read_bytes() if kind else b""
    except OSError as error:
        raise Problem(
            {
                "de": f"kam.toml: Das Logo {path} kann nicht gelesen werden ({error.strerror}).",
                "en": f"kam.toml: the logo {path} cannot be read ({error.strerror}).",
            }
        ) from error
    if not kind:
        raise Problem(
            {
                "de": f"kam.toml: Das Logo {path} ist kein Bild, das Browser zeigen.",
                "en": f"kam.toml: the logo {path} is no picture that browsers show.",
            },
            {"de": "Eine PNG- oder SVG-Datei nehmen.", "en": "Use a PNG or SVG file."},
        )
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"


# ---------------------------------------------------------------- the variance of revenue


def revenue_variance(numbers: Numbers, occasion: Occasion) -> list[tuple[str, Amount]] | None:
    """From the target to the actual revenue of the year to date, by volume, mix and price.

    Mix is told only if the product groups are complete: together they are the total.
    """
    last = occasion.quarter
    quarters = [Period(last.year, "Q", number) for number in range(1, last.number + 1)]
    total = _sold_in_all(numbers, last) or _sold(numbers, quarters)
    if total is None:
        return None
    groups = [_sold(part, quarters) for part in numbers.parts()]
    complete = tuple(group for group in groups if group is not None)
    whole = len(complete) == len(groups) and _add_up(complete, total)
    found = price_volume(total, complete if whole else ())
    if found is None:
        return None
    steps = {
        "target": Amount(total.revenue_target, "EUR"),
        "volume": Amount(found.volume, "EUR", signed=True),
        "mix": Amount(found.mix, "EUR", signed=True),
        "price": Amount(found.price, "EUR", signed=True),
        "actual": Amount(total.revenue, "EUR"),
        "total": Amount(found.variance, "EUR", signed=True),
    }
    return [(key, amount) for key, amount in steps.items() if amount.value is not None]


def _sold_in_all(numbers: Numbers, quarter: Period) -> Sold | None:
    """Of the KPIs to date, which know months, product groups and targets of the year."""
    units, revenue = (numbers.row(kpi, "YTD", quarter) for kpi in ("k_units", "k_revenue"))
    return _sold_of(row.get(column) for column in ("actual", "target") for row in (units, revenue))


def _sold(numbers: Numbers, quarters: Sequence[Period]) -> Sold | None:
    return _sold_of(
        numbers.to_date(measure, quarters, scenario)
        for scenario in (Scenario.ACTUAL, Scenario.TARGET)
        for measure in ("units", "revenue")
    )


def _sold_of(values: Iterable[float | None]) -> Sold | None:
    """What was sold and what was planned, if all of it is known."""
    found = list(values)
    known = [value for value in found if value is not None]
    return Sold(*known) if len(known) == len(found) else None


def _add_up(groups: Sequence[Sold], total: Sold) -> bool:
    return bool(groups) and all(
        abs(sum(getattr(group, name) for group in groups) - getattr(total, name))
        <= _SUM_TOLERANCE * abs(getattr(total, name))
        for name in ("units", "revenue", "units_target", "revenue_target")
    )
