"""Sheet Charts: six native charts on one page, and below them the cells that they show.

The cells are formulas that fetch their values from the other sheets, so a chart follows when a
figure is changed. The sheet is written last, when it is known where the others keep their tables.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from xlsxwriter.chart import Chart

from kam_reports.kpis import KPIS
from kam_reports.model import Light, Standing
from kam_reports.outputs.xlsx.cells import quoted
from kam_reports.outputs.xlsx.ibcs import HEIGHT, SCORES, Bubbles, Cells, Drawer, limits_of
from kam_reports.outputs.xlsx.material import ALL, Line, Material
from kam_reports.outputs.xlsx.paper import GREY, SIGNS, Page
from kam_reports.outputs.xlsx.sheets.partners import ranked

_MEASURES = ("k_revenue", "k_cm")
_PLACES = (((0, 2), (3, 6), (7, 10)), ((0, 3), (4, 6), (7, 10)))  # columns of the charts
_WIDE, _NARROW = 182, 91  # pixels: the first column, the others
_TOP = 3  # the row of the first messages
_CHART_ROWS = 14
_CELLS = _TOP + 2 * (_CHART_ROWS + 2) + 1  # the row below the charts
_TRENDS = _CELLS + 5  # the first course of a line of the overview
_LAST = 10  # the last column
_MOST_BARS = 16
_GREY = "#A6A6A6"
_MOST_NAMES = 12  # of bubbles, in all
_LONGEST_NAME, _LONGEST_LABEL = 24, 14
_DOTS = 24  # of a border
_UNIT = (80.0, 40.0)  # pixels of a point of score in the nine fields, across and upwards
_RADIUS, _LETTER = 21.0, 4.8  # pixels: of the largest bubble, of a letter of a name
_ACTUAL, _TARGET, _PRIOR, _VARIANCE = "J", "K", "L", "M"  # of sheet KPIs, to date
_NOW = ("G", "F", "E")  # of sheet KPIs: prior year, target and actual of the quarter
_FORECAST, _TARGET_YEAR = "R", "S"


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart with the sentence above it."""

    message: str
    chart: Chart


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a block: its name, then formulas or numbers with the values that they have."""

    name: str
    cells: tuple[tuple[str, float | None], ...]  # a formula, or nothing, and the value


def write(page: Page, material: Material) -> None:
    """The charts, then their cells."""
    page.heading(material.sheet("charts"), material.title_line, material.legend)
    page.sheet.set_column_pixels(0, 0, _WIDE)
    page.sheet.set_column_pixels(1, _LAST, _NARROW)
    block = _Block(page, material, _CELLS)
    block.begin()
    _trends(block, material)
    pictures = list(_pictures(block, material))
    for number, picture in enumerate(pictures):
        row = _TOP + number // 3 * (_CHART_ROWS + 2)
        first, last = _PLACES[number // 3][number % 3]
        # Only a text that is set left heeds an indent, which keeps titles side by side apart.
        look = {"bold": True, "text_wrap": True, "valign": "top", "align": "left", "indent": 1}
        page.over(row, first, last, picture.message, **look)
        page.sheet.set_row_pixels(row, 34)
        width = (last - first) * _NARROW + (_NARROW if first else _WIDE)
        picture.chart.set_size({"width": width - 6, "height": HEIGHT})
        place = {"object_position": 1, "x_offset": 2, "y_offset": 2}
        page.sheet.insert_chart(row + 1, first, picture.chart, place)
    for row in range(_TOP, block.start):
        if (row - _TOP) % (_CHART_ROWS + 2):
            page.sheet.set_row_pixels(row, round(HEIGHT / _CHART_ROWS) + 1)
    page.sheet.set_h_pagebreaks([block.start])
    page.freeze(_TOP, 0)
    page.print(block.row - 1, _LAST)


def _pictures(block: _Block, material: Material) -> Iterator[Picture]:
    drawer = Drawer(block.page.paper)
    for kpi in _MEASURES:
        if (picture := _by_quarter(block, material, drawer, kpi)) is not None:
            yield picture
    makers: tuple[Callable[[_Block, Material, Drawer], Picture | None], ...] = (
        _by_account,
        _nine_fields,
        _funnel,
        _scores,
    )
    for make in makers:
        picture = make(block, material, drawer)
        if picture is not None:
            yield picture


def cut(name: str, longest: int) -> str:
    """A name for a chart, not longer than there is room."""
    return name if len(name) <= longest else name[: longest - 1].rstrip() + "…"


class _Block:
    """The cells that charts show, block below block."""

    def __init__(self, page: Page, material: Material, start: int) -> None:
        self.page = page
        self.material = material
        self.start = self.row = start

    def begin(self) -> None:
        """The heading above all blocks."""
        row = self.page.section(self.row, self.material.word("chart.data"))
        self.page.text(row, 0, self.material.word("chart.data_note"), font_color=GREY)
        self.row = row + 2

    def add(
        self,
        title: str,
        heads: Sequence[str],
        rows: Sequence[Row],
        by_column: Sequence[str],
        *,
        units: Sequence[str] = (),
    ) -> tuple[Cells, list[Cells]]:
        """Write a block; says where its title stands, and each of its columns.

        The units of its numbers are given *by_column*, or as the *units* of its rows.
        """
        page, name = self.page, self.page.name
        page.text(self.row, 0, title, bold=True)
        top = self.row
        for place, head in enumerate(heads):
            look = {"bold": True, "bottom": 1, "align": "right" if place else "left"}
            page.text(top + 1, place, head, text_wrap=True, valign="bottom", **look)
        page.height(top + 1, 2)
        for number, row in enumerate(rows, start=top + 2):
            page.text(number, 0, row.name)
            told = by_column or (units[number - top - 2],) * len(row.cells)
            for place, ((formula, value), unit) in enumerate(
                zip(row.cells, told, strict=True), start=1
            ):
                page.live(number, place, formula, value, unit)
        last = top + 1 + len(rows)
        self.row = last + 2
        columns = [Cells(name, top + 2, place, last) for place in range(len(heads))]
        return Cells(name, top, 0), columns


def trend(material: Material, number: int) -> str:
    """Where the course of the n-th line of the overview stands, for a sparkline."""
    row = _TRENDS + number + 1
    last = "BCDE"[material.review.occasion.quarter.number - 1]
    return f"{quoted(material.sheet('charts'))}!B{row}:{last}{row}"


def _trends(block: _Block, material: Material) -> None:
    """The quarters of every line of the overview."""
    if not material.trends:
        return
    quarter = material.review.occasion.quarter
    names = _QUARTERS[: quarter.number]
    rows = []
    for line in material.trends:
        cells = []
        for number, name in enumerate(names, start=1):
            value = line.of(f"{quarter.year}{name}").actual
            now = number == quarter.number and f"{quarter.year}{name}" in line.scopes
            cells.append((_kpi(material, line, _NOW[2]) if now else "", value))
        whole = line.subject_id == ALL
        text = material.kpi_word(line.kpi) if whole else line.subject
        rows.append(Row(cut(text, _LONGEST_NAME), tuple(cells)))
    units = [
        material.unit(material.kpi_unit(line.kpi), line.subject_id) for line in material.trends
    ]
    heads = [material.word("chart.line"), *names]
    _, columns = block.add(material.word("chart.trends"), heads, rows, (), units=units)
    assert columns[0].first == _TRENDS


def _of(sheet: str, place: str) -> str:
    """The formula that fetches a number from a cell; nothing stays nothing."""
    cell = f"{quoted(sheet)}!{place}"
    return f'IF(COUNT({cell})=1,{cell},"")'


def _unit(material: Material, kpi: str) -> str:
    return material.unit(material.kpi_unit(kpi), ALL)


# ---------------------------------------------------------------- by quarter


def _by_quarter(block: _Block, material: Material, drawer: Drawer, kpi: str) -> Picture | None:
    """Prior year, target and actual of each quarter, and of the year with its forecast."""
    line = material.line(ALL, kpi)
    rows = list(_quarters(material, line)) if line else []
    if line is None or not rows:
        return None
    word, unit = material.word, _unit(material, kpi)
    heads = [word("chart.period"), *map(word, ("head.prior_year", "head.target"))]
    heads.append(f"{word('head.actual')} / {word('head.forecast')}")
    title = word(
        "chart.quarters_title",
        kpi=material.kpi_word(kpi),
        unit=material.wording.unit(unit),
        year=str(material.review.occasion.quarter.year),
    )
    place, columns = block.add(title, heads, rows, (unit,) * 3)
    chart = drawer.periods(
        place,
        columns[0],
        list(zip(heads[1:], columns[1:], strict=True)),
        block.page.paper.number_format(unit),
        limits_of(_amounts_of_all(material)),
        hatched=[] if rows[-1].name in _QUARTERS else [len(rows) - 1],
    )
    return Picture(_of_plan(material, line, kpi), chart)


_QUARTERS = ("Q1", "Q2", "Q3", "Q4")


def _quarters(material: Material, line: Line) -> Iterator[Row]:
    """The quarters that have happened, then the year."""
    quarter = material.review.occasion.quarter
    for number, name in enumerate(_QUARTERS[: quarter.number], start=1):
        found = line.of(f"{quarter.year}Q{number}")
        values = (found.prior_year, found.target, found.actual)
        if any(value is not None for value in values):
            now = number == quarter.number
            yield Row(
                name,
                tuple(
                    (_kpi(material, line, column) if now else "", value)
                    for column, value in zip(_NOW, values, strict=True)
                ),
            )
    year, found = line.of("FY"), line.to_date
    last = quarter.number + 1
    if last > 4 or year.included != found.included:
        return  # the rest of the year is a difference of two numbers over the same accounts
    rest = ((_FORECAST, _ACTUAL), year.forecast, found.actual)
    aimed = ((_TARGET_YEAR, _TARGET), year.target, found.target)
    cells = [_rest(material, line, *one) for one in (aimed, rest)]
    if cells[1][1] is not None:
        name = _QUARTERS[3] if last == 4 else f"{_QUARTERS[last - 1]}–Q4"
        yield Row(f"{name} {material.word('chart.rest')}", (("", None), *cells))


def _rest(
    material: Material, line: Line, columns: tuple[str, str], year: float | None, now: float | None
) -> tuple[str, float | None]:
    """What the year has more than the year to date."""
    sheet = quoted(material.sheet("kpis"))
    row = material.kpi_row(line.subject_id, line.kpi, line.perspective) + 1
    whole, part = (f"{sheet}!{column}{row}" for column in columns)
    value = None if year is None or now is None else year - now
    return f'IF(COUNT({whole},{part})=2,{whole}-{part},"")', value


def _kpi(material: Material, line: Line, column: str) -> str:
    """The formula that fetches a number of *line* from sheet KPIs."""
    place = material.kpi_row(line.subject_id, line.kpi, line.perspective)
    return _of(material.sheet("kpis"), f"{column}{place + 1}")


def _amounts_of_all(material: Material) -> list[float]:
    """What both charts show: the same unit has the same axis."""
    lines = [line for kpi in _MEASURES if (line := material.line(ALL, kpi))]
    return [
        value
        for line in lines
        for row in _quarters(material, line)
        for _, value in row.cells
        if value is not None
    ]


def _of_plan(material: Material, line: Line, kpi: str) -> str:
    """The sentence above a chart: how much there is, of the target, against the prior year."""
    found, wording = line.to_date, material.wording
    unit = _unit(material, kpi)
    text = f"{material.kpi_word(kpi)} {wording.number(found.actual, unit)}"
    parts = []
    if found.attainment is not None:
        share = wording.number(found.attainment, "percent")
        parts.append(material.word("chart.of_target", share=share))
    if found.growth is not None:
        growth = wording.number(found.growth, "percent", signed=True)
        parts.append(material.word("chart.to_prior_year", growth=growth))
    return f"{text}: {', '.join(parts)}" if parts else text


# ---------------------------------------------------------------- by account


def _by_account(block: _Block, material: Material, drawer: Drawer) -> Picture | None:
    """Which accounts are above and below their targets, those that weigh most."""
    kpi, word = _MEASURES[0], material.word
    better = KPIS[kpi].better
    found = []
    for plan in material.accounts:
        line = material.line(plan.subject.id, kpi)
        rate = material.rate(plan)
        if line and rate and line.to_date.variance is not None:
            found.append((plan, line, rate, line.to_date.variance * rate))
    if not found:
        return None
    found.sort(key=lambda one: (-abs(one[3]), one[0].subject.id))
    below = sum(1 for one in found if one[3] < 0)
    shown = sorted(found[:_MOST_BARS], key=lambda one: (-one[3], one[0].subject.id))
    rows: list[Row] = []
    for plan, line, rate, variance in shown:
        times = "" if rate == 1 else f"*{rate!r}"
        fetched = _kpi(material, line, _VARIANCE)
        cell = f"B{block.row + 3 + len(rows)}"
        up, down = f"MAX({cell},0)", f"MIN({cell},0)"  # a text in a cell does not count
        good, bad = (up, down) if better != "down" else (down, up)
        if times:
            row = material.kpi_row(line.subject_id, line.kpi, line.perspective)
            source = f"{quoted(material.sheet('kpis'))}!{_VARIANCE}{row + 1}"
            fetched = f'IF(COUNT({source})=1,{source}{times},"")'
        high, low = max(variance, 0.0), min(variance, 0.0)
        values = (high, low) if better != "down" else (low, high)
        rows.append(
            Row(
                cut(plan.subject.name, _LONGEST_NAME),
                ((fetched, variance), (good, values[0]), (bad, values[1])),
            )
        )
    unit = _unit(material, kpi)
    title = word(
        "chart.accounts_title",
        kpi=material.kpi_word(kpi),
        unit=material.wording.unit(unit),
        day=material.as_of,
        shown=len(shown),
        count=len(found),
    )
    heads = [word("head.subject"), word("head.variance"), word("chart.good"), word("chart.bad")]
    place, columns = block.add(title, heads, rows, (unit,) * 3)
    chart = drawer.variances(
        place,
        columns[0],
        columns[2],
        columns[3],
        block.page.paper.number_format(unit),
        limits_of([variance for *_, variance in shown]),
    )
    return Picture(word("chart.accounts_message", below=below, count=len(found)), chart)


# ---------------------------------------------------------------- the nine fields


def _nine_fields(block: _Block, material: Material, drawer: Drawer) -> Picture | None:
    """Where the accounts stand; the area of a bubble is the account's revenue."""
    word, first = material.word, material.begins.get("portfolio")
    order = list(Light)
    placed = [
        (number, one)
        for number, one in enumerate(material.review.standings)
        if one.position is not None and one.attractiveness is not None and one.revenue
    ]
    if first is None or not placed:
        return None
    named = {
        one.subject.id
        for _, one in sorted(placed, key=lambda pair: -(pair[1].revenue or 0))[:_MOST_NAMES]
    }
    placed.sort(key=lambda pair: (pair[1].subject.id not in named, order.index(pair[1].light)))
    rows = [_bubble(material, first + number, one) for number, one in placed]
    unit = _unit(material, _MEASURES[0])
    title = word(
        "chart.portfolio_title",
        kpi=material.kpi_word(_MEASURES[0]),
        count=len(placed),
        of=len(material.review.standings),
    )
    heads = [word("head.subject"), word("head.position"), word("head.attractiveness")]
    heads.append(material.kpi_word(_MEASURES[0]))
    units = ("score", "score", unit)
    place, columns = block.add(title, heads, rows, units)
    largest = max(one.revenue or 0 for _, one in placed)
    dots = [
        Row("", (("", x), ("", y), ("", largest / 700)))
        for x, y in _borders(material.workspace.portfolio.fields)
    ]
    _, borders = block.add(word("chart.border"), heads, dots, units)
    lights = drawer.paper.lights
    sides = label_sides([one for _, one in placed[: len(named)]])
    groups = []
    for start, end, light, side in _groups([one for _, one in placed], sides):
        names, x, y, sizes = (one.part(start, end) for one in columns)
        groups.append(Bubbles(lights[light][0], names, x, y, sizes, side))
    chart = drawer.bubbles(
        place,
        groups,
        Bubbles(_GREY, borders[0], borders[1], borders[2], borders[3]),
        (word("chart.position"), word("chart.attractiveness")),
    )
    stars = sum(1 for _, one in placed if one.field in (8, 9))
    return Picture(word("chart.portfolio_message", stars=stars, count=len(placed)), chart)


def _borders(fields: Sequence[float]) -> Iterator[tuple[float, float]]:
    """Dots along the borders of the fields, for no line in such a chart is drawn everywhere."""
    low, high = SCORES
    for number in range(_DOTS + 1):
        along = low + (high - low) * number / _DOTS
        for edge in fields:
            yield edge, along
            yield along, edge


def _groups(
    placed: Sequence[Standing], sides: Sequence[str]
) -> Iterator[tuple[int, int, Light, str]]:
    """Each bubble with a name for itself, the others by light: first, last, light, label."""
    for number, side in enumerate(sides):
        yield number, number, placed[number].light, side
    start = len(sides)
    for light, members in groupby(placed[start:], key=lambda one: one.light):
        end = start + len(list(members)) - 1
        yield start, end, light, ""
        start = end + 1


Box = tuple[float, float, float, float]  # left, top, right, bottom


def label_sides(placed: Sequence[Standing]) -> list[str]:
    """On which side of its bubble each name stands, so that no two lie upon each other.

    The largest account chooses first; a name that finds no room anywhere is left to the table.
    """
    sides, taken = [""] * len(placed), list[Box]()
    left, right = (score * _UNIT[0] for score in SCORES)
    for number in sorted(range(len(placed)), key=lambda one: -(placed[one].revenue or 0)):
        others = [
            (x - r * 0.7, y - r * 0.7, x + r * 0.7, y + r * 0.7)
            for place, one in enumerate(placed)
            if place != number
            for x, y, r in (_circle(one, placed),)
        ]
        for side in ("right", "left", "above", "below"):
            box = label_box(placed[number], side, placed)
            inside = left <= box[0] and box[2] <= right
            if inside and not any(meet(box, other) for other in (*taken, *others)):
                taken.append(box)
                sides[number] = side
                break
    return sides


def _circle(one: Standing, placed: Sequence[Standing]) -> tuple[float, float, float]:
    """Where the bubble of an account is drawn, and its radius, in pixels."""
    largest = max((other.revenue or 0 for other in placed), default=0) or 1
    radius = _RADIUS * ((one.revenue or 0) / largest) ** 0.5
    return (one.position or 0) * _UNIT[0], -(one.attractiveness or 0) * _UNIT[1], radius


def label_box(one: Standing, side: str, placed: Sequence[Standing]) -> Box:
    """What the name of an account covers on that side of its bubble."""
    x, y, radius = _circle(one, placed)
    wide, apart = _LETTER * len(_name(one)) + 4, radius + 2
    match side:
        case "right":
            return x + apart, y - 6, x + apart + wide, y + 6
        case "left":
            return x - apart - wide, y - 6, x - apart, y + 6
        case "above":
            return x - wide / 2, y - apart - 12, x + wide / 2, y - apart
    return x - wide / 2, y + apart, x + wide / 2, y + apart + 12


def meet(one: Box, other: Box) -> bool:
    """Whether two boxes lie upon each other."""
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _name(one: Standing) -> str:
    """The light, which not everybody sees in the colour, and as many words as have room."""
    words = one.subject.name.split()
    name = words[0] if words else ""
    for word in words[1:]:
        if len(name) + len(word) >= _LONGEST_LABEL:
            break
        name += f" {word}"
    return f"{SIGNS[one.light]} {cut(name, _LONGEST_LABEL)}"


def _bubble(material: Material, row: int, one: Standing) -> Row:
    sheet = material.sheet("portfolio")
    cells = ((f"H{row + 1}", one.position), (f"G{row + 1}", one.attractiveness))
    revenue = (f"D{row + 1}", one.revenue)
    return Row(
        _name(one),
        tuple((_of(sheet, place), value) for place, value in (*cells, revenue)),
    )


# ---------------------------------------------------------------- funnel and scores


def _funnel(block: _Block, material: Material, drawer: Drawer) -> Picture | None:
    """How many cases stand at each stage."""
    word, first = material.word, material.begins.get("funnel")
    stages = material.stages
    if first is None or not any(stage.cases for stage in stages):
        return None
    sheet = material.sheet("pipeline")
    rows = [
        Row(stage.name, ((_of(sheet, f"C{first + number + 1}"), float(stage.cases)),))
        for number, stage in enumerate(stages)
    ]
    title = word("chart.funnel_title", day=material.as_of)
    heads = [material.field_word("pipeline.stage"), word("head.cases")]
    place, columns = block.add(title, heads, rows, ("units",))
    most = max(stage.cases for stage in stages)
    chart = drawer.bars(place, columns[0], columns[1], "0;;", limits_of([float(most)]))
    count = sum(stage.cases for stage in stages)
    return Picture(word("chart.funnel_message", count=count), chart)


def _scores(block: _Block, material: Material, drawer: Drawer) -> Picture | None:
    """The partners by score, in the colours of their standings."""
    word, first = material.word, material.begins.get("partners")
    scores = [(number, one) for number, one in enumerate(ranked(material)) if one.score is not None]
    if first is None or not scores:
        return None
    shown = scores[:_MOST_BARS]
    sheet = material.sheet("partners")
    rows = [
        Row(
            f"{cut(one.subject.name, _LONGEST_NAME)} ({one.standing})",
            ((_of(sheet, f"D{first + number + 1}"), one.score),),
        )
        for number, one in shown
    ]
    title = word("chart.partners_title", day=material.as_of, shown=len(shown), count=len(scores))
    place, columns = block.add(title, [word("head.partner"), word("head.score")], rows, ("points",))
    lights = block.page.paper.lights
    colours = [lights[Light(material.standing_light(one.standing))][0] for _, one in shown]
    form = block.page.paper.number_format("points")
    chart = drawer.bars(place, columns[0], columns[1], form, (0.0, 115.0), colours=colours)
    low = sum(1 for _, one in scores if one.standing in ("C", "D"))
    return Picture(word("chart.partners_message", low=low, count=len(scores)), chart)
