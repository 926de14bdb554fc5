"""Sheet Overview: all together, the ranking, the partners, what to decide, what is missing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from kam_reports.model import Amount, Plan, Severity
from kam_reports.outputs.xlsx.cells import fixed
from kam_reports.outputs.xlsx.material import ALL, HEAD, Line, Material
from kam_reports.outputs.xlsx.paper import GREY, Band, Column, Page
from kam_reports.outputs.xlsx.sheets.charts import trend
from kam_reports.outputs.xlsx.sheets.findings import SIGNS
from kam_reports.outputs.xlsx.sheets.partners import ranked

_HEADLINES = (
    "k_revenue", "k_cm", "k_cm_pct", "k_units", "k_price_real", "k_share", "k_sow", "k_dist_num",
    "k_assort", "s_csat", "m_overdue", "p_weighted", "a_volume", "a_conversion",
)  # fmt: skip
_FIVE = ("k_cm", "k_price_real", "s_csat", "m_due_done")  # and revenue: the five lights
_ACCOUNTS, _PARTNERS, _TOPICS = 12, 8, 8  # what one page has room for; the rest stands elsewhere
_QUARTERS = (1, 2, 3, 4)
_NAMED = 11  # the column before the cells with names
_TREND = 14  # the column of the sparklines
_LAST = 21  # the last printed column
_LETTERS = 150  # of a text that runs over the columns


def write(page: Page, material: Material) -> None:
    """One page that a board can read; everything on it leads further."""
    row = page.heading(
        material.word("overview_title"),
        material.title_line,
        material.legend,
    )
    _named(page, material)
    row = _consolidated(page, material, row)
    row = _ranking(page, material, row + 1)
    if material.partners:
        row = _partners(page, material, row + 1)
    row = _topics(page, material, row + 1)
    row = _quality(page, material, row + 1)
    page.freeze(HEAD - 1, 2)
    page.print(row, _LAST, pages=1)


def _named(page: Page, material: Material) -> None:
    """Quarter and as-of date as cells with names, for formulas that a reader adds."""
    quarter, day = material.word("name.quarter"), material.word("name.as_of")
    page.text(0, _NAMED, quarter.replace("_", " "), font_color=GREY, align="right")
    page.text(0, _NAMED + 1, material.quarter, align="right")
    page.text(1, _NAMED, day.replace("_", " "), font_color=GREY, align="right")
    page.day(1, _NAMED + 1, material.as_of, align="right")
    for row, name in enumerate((quarter, day)):
        page.paper.name(name, fixed(page.name, row, _NAMED + 1))


# ---------------------------------------------------------------- a KPI in one row


def _grid(material: Material, first: list[Column], last: list[Column]) -> list[Column]:
    """Quarter, year to date and year of one KPI, between the columns *first* and *last*."""
    word = material.word
    quarter = material.review.occasion.quarter.short
    to_date, year = word("suffix.to_date"), word("suffix.year")

    def column(key: str, suffix: str, unit: str = "") -> Column:
        head = f"{word(f'head.{key}')} {suffix}"
        return Column(head, unit, 10, note=word(f"note.{key}"), number=True)

    def light(suffix: str) -> Column:
        head = f"{word('head.light')} {suffix}"
        return Column(head, "", 7, note=word("note.light"), light=True)

    return [
        *first,
        column("actual", quarter),
        column("attainment", quarter, "percent"),
        light(quarter),
        column("actual", to_date),
        column("target", to_date),
        column("variance", to_date),
        column("attainment", to_date, "percent"),
        column("growth", to_date),
        light(to_date),
        column("forecast", year),
        column("target", year),
        light(year),
        Column(word("head.trend"), "", 10, note=word("note.trend")),
        *last,
    ]


def _bands(material: Material) -> tuple[Band, ...]:
    occasion = material.review.occasion
    return (
        Band(material.word("band.quarter", quarter=occasion.quarter), 2, 4),
        Band(material.word("band.to_date", day=occasion.as_of), 5, 10),
        Band(material.word("band.year"), 11, 13),
    )


def _numbers(material: Material, line: Line | None) -> list[Any]:
    if line is None:
        return [None] * 13
    unit = material.unit(material.kpi_unit(line.kpi), line.subject_id)
    apart = "pp" if unit == "percent" else unit
    now, to_date, year = line.of(material.quarter), line.to_date, line.of("FY")
    return [
        Amount(now.actual, unit),
        now.attainment,
        material.light(now.light),
        Amount(to_date.actual, unit),
        Amount(to_date.target, unit),
        Amount(to_date.variance, apart),
        to_date.attainment,
        Amount(to_date.growth, "pp" if unit == "percent" else "percent"),
        material.light(to_date.light),
        Amount(year.forecast, unit),
        Amount(year.target, unit),
        material.light(year.light),
        None,
    ]


def _sparklines(page: Page, material: Material, end: int, lines: Sequence[Line | None]) -> None:
    """The course of each line in its row; the table of *lines* ends before row *end*."""
    first = end - len(lines)
    for row, line in enumerate(lines, start=first):
        if line is None:
            continue
        year = material.review.occasion.quarter.year
        quarters = [line.of(f"{year}Q{number}").actual for number in _QUARTERS]
        values = [value for value in quarters if value is not None]
        place = trend(material, len(material.trends))
        material.trends.append(line)
        if len(values) > 1:
            page.sparkline(row, _TREND, place, from_zero=min(values) >= 0)


# ---------------------------------------------------------------- all together


def _consolidated(page: Page, material: Material, row: int) -> int:
    word = material.word
    row = page.section(row, word("section.consolidated"))
    columns = _grid(
        material,
        [Column(word("head.rank"), "units", 6), Column(word("head.kpi"), "", 34, wrap=True)],
        [Column(word("head.included"), "", 10, note=word("note.included"))],
    )
    lines = [line for kpi in _HEADLINES if (line := material.line(ALL, kpi))]
    rows = [
        [
            number,
            material.to_line(material.kpi_word(line.kpi), ALL, line.kpi),
            *_numbers(material, line),
            material.n_of_n(line.to_date),
        ]
        for number, line in enumerate(lines, start=1)
    ]
    end = page.table(
        row, word("table.consolidated"), columns, rows, bands=_bands(material), filters=False
    )
    _sparklines(page, material, end, lines)
    return end


# ---------------------------------------------------------------- the ranking


def _ranking(page: Page, material: Material, row: int) -> int:
    word = material.word
    row = page.section(row, word("section.ranking"))
    columns = _grid(
        material,
        [Column(word("head.rank"), "units", 6), Column(word("head.subject"), "", 30, wrap=True)],
        [
            Column(word("head.abc"), "", 10, note=word("note.abc")),
            *(
                Column(word(f"short.{kpi}"), "", 8, light=True, note=material.kpi_page_of(kpi))
                for kpi in _FIVE
            ),
            *_count_columns(material),
        ],
    )
    classes = {one.subject.id: one.abc for one in material.review.standings}
    accounts = sorted(material.accounts, key=lambda plan: _rank(material, plan))
    shown = accounts[:_ACCOUNTS]
    rows = [
        [number, *_account(material, plan), *_extras(material, plan, classes)]
        for number, plan in enumerate(shown, start=1)
    ]
    end = page.table(
        row, word("table.ranking"), columns, rows, bands=_bands(material), filters=False
    )
    lines = [material.line(plan.subject.id, "k_revenue") for plan in shown]
    _sparklines(page, material, end, lines)
    return _more(page, material, end, len(accounts) - len(shown), "portfolio")


def _more(page: Page, material: Material, row: int, count: int, key: str) -> int:
    """The way to the rows that one page has no room for."""
    if count <= 0:
        return row
    text = material.word("more_rows", count=count, sheet=material.sheet(key))
    page.link(row, 1, material.to_sheet(key, text))
    return row + 1


_COUNTED = (Severity.ERROR, Severity.WARNING)


def _count_columns(material: Material) -> Iterator[Column]:
    """The findings of a workbook, errors and warnings."""
    for one in _COUNTED:
        yield Column(SIGNS[one], "units", 5, note=material.word(f"head.{one}s"))


def _rank(material: Material, plan: Plan) -> tuple[Any, ...]:
    """The largest revenue so far first; who lacks a quarter comes last."""
    line = material.line(plan.subject.id, "k_revenue")
    revenue = line.to_date.actual if line else None
    return (revenue is None, -(revenue or 0), plan.subject.id)


def _account(material: Material, plan: Plan) -> list[Any]:
    subject = plan.subject
    line = material.line(subject.id, "k_revenue")
    return [
        material.to_line(material.name(subject.name), subject.id, "k_revenue"),
        *_numbers(material, line),
    ]


def _extras(material: Material, plan: Plan, classes: dict[str, str | None]) -> Iterator[Any]:
    yield classes.get(plan.subject.id)
    for kpi in _FIVE:
        line = material.line(plan.subject.id, kpi)
        yield material.light(line.to_date.light) if line else None
    counts = material.findings.get(plan.place.book, {})
    for severity in _COUNTED:
        yield counts.get(severity, 0)


# ---------------------------------------------------------------- partners


def _partners(page: Page, material: Material, row: int) -> int:
    word = material.word
    row = page.section(row, word("section.partner_ranking"))
    columns = _grid(
        material,
        [Column(word("head.rank"), "units", 6), Column(word("head.partner"), "", 30, wrap=True)],
        [
            Column(word("short.standing"), "", 9, note=word("note.standing")),
            Column(word("head.score"), "points", 8, note=word("note.score")),
            Column(word("head.light"), "", 8, light=True, note=word("note.standing")),
            Column(word("short.coverage"), "percent", 8, note=word("note.score_coverage")),
            Column(word("short.a_conversion"), "percent", 8),
            *_count_columns(material),
        ],
    )
    books = {plan.subject.id: plan.place.book for plan in material.partners}
    rows = []
    scores = ranked(material)
    shown = scores[:_PARTNERS]
    for number, score in enumerate(shown, start=1):
        subject = score.subject
        conversion = material.line(subject.id, "a_conversion")
        counts = material.findings.get(books.get(subject.id, ""), {})
        rows.append(
            [
                number,
                material.to_line(subject.name, subject.id, "a_volume"),
                *_numbers(material, material.line(subject.id, "a_volume")),
                score.standing,
                score.score,
                material.light(material.standing_light(score.standing)),
                score.coverage,
                conversion.to_date.actual if conversion else None,
                *(counts.get(severity, 0) for severity in _COUNTED),
            ]
        )
    end = page.table(
        row, word("table.partner_ranking"), columns, rows, bands=_bands(material), filters=False
    )
    _sparklines(page, material, end, [material.line(one.subject.id, "a_volume") for one in shown])
    return _more(page, material, end, len(scores) - len(shown), "partners")


# ---------------------------------------------------------------- what to talk about


def _topics(page: Page, material: Material, row: int) -> int:
    row = page.section(row, material.word("section.topics"))
    topics = sorted(material.review.topics, key=lambda topic: topic.priority)[:_TOPICS]
    for topic in topics:
        place = material.to_subject(material.name(topic.subject.name), topic.subject.id)
        page.cell(row, 1, place, text_wrap=True, valign="top")
        text = material.topic(topic)
        page.over(row, 2, _LAST, text, text_wrap=True, valign="top")
        page.height(row, 1 + len(text) // _LETTERS)
        row += 1
    if not topics:
        page.text(row, 1, material.word("none"))
        row += 1
    return row


# ---------------------------------------------------------------- how good the data are


def _quality(page: Page, material: Material, row: int) -> int:
    word = material.word
    row = page.section(row, word("section.quality"))
    counts = {
        severity: sum(each[severity] for each in material.findings.values())
        for severity in Severity
    }
    text = "   ".join(
        f"{SIGNS[severity]} {counts[severity]} × {material.wording.phrase(f'severity.{severity}')}"
        for severity in Severity
    )
    page.cell(row, 1, material.to_sheet("findings", material.sheet("findings")))
    page.over(row, 2, _LAST, text)
    row += 1
    for source, reason in material.unusable():
        page.cell(row, 1, material.to_file(source.path), text_wrap=True, valign="top")
        text = f"{word('unusable_because')} {reason}"
        page.over(row, 2, _LAST, text, text_wrap=True, valign="top")
        page.height(row, 1 + max(len(text) // _LETTERS, len(source.path) // 28))
        row += 1
    return row
