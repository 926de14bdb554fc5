"""Sheet KPIs: every KPI of every subject, quarter and year to date side by side."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from kam_reports.kpis.comparison import forecast_gap
from kam_reports.kpis.declaring import STATE, Kpi
from kam_reports.kpis.formula import CellRef
from kam_reports.model import Amount
from kam_reports.outputs.xlsx.cells import Formula, Key
from kam_reports.outputs.xlsx.lamps import Inputs
from kam_reports.outputs.xlsx.material import ALL, HEAD, NOTHING, Line, Material
from kam_reports.outputs.xlsx.paper import Band, Column, Page

if TYPE_CHECKING:
    from kam_reports.outputs.xlsx.live import Live

ROW = "\x00"  # stands for the number of the row
_BETWEEN, _SIGN = "\x1f", 0xE100
_PRINTED = 22


def write(page: Page, material: Material) -> None:
    """Every KPI, one row each; the consolidated ones come first."""
    page.heading(material.sheet("kpis"), material.title_line, material.legend)
    word, quarter = material.word, material.review.occasion.quarter.short
    bands = (
        Band(word("band.quarter", quarter=material.review.occasion.quarter), 4, 8),
        Band(word("band.to_date", day=material.review.occasion.as_of), 9, 16),
        Band(word("band.year"), 17, 20),
    )
    columns = _columns(material, quarter)
    texts = Texts(material.live) if material.live else None
    rows = [
        live_row(material, line, HEAD + 3 + number, texts) if texts else _row(material, line)
        for number, line in enumerate(material.lines)
    ]
    end = page.table(HEAD, word("table.kpis"), columns, rows, bands=bands)
    page.freeze(HEAD + 2, 3)
    page.print(end - 1, _PRINTED - 1, repeat=(HEAD, HEAD + 1))


def _columns(material: Material, quarter: str) -> list[Column]:
    def column(key: str, suffix: str, width: float = 10.5, **more: Any) -> Column:
        head = f"{material.word(f'head.{key}')} {suffix}".strip()
        return Column(head, width=width, note=material.word(f"note.{key}"), **more)

    def amount(key: str, suffix: str) -> Column:
        return column(key, suffix, number=True)

    def light(suffix: str) -> Column:
        return column("light", suffix, 7, light=True)

    to_date, year = material.word("suffix.to_date"), material.word("suffix.year")
    return [
        Column(material.word("head.subject_id"), width=11),
        Column(material.word("head.subject"), width=30, wrap=True),
        Column(material.word("head.kpi"), width=32, wrap=True, note=material.word("note.kpi")),
        Column(material.word("head.perspective"), width=10),
        amount("actual", quarter),
        amount("target", quarter),
        amount("prior_year", quarter),
        column("attainment", quarter, unit="percent"),
        light(quarter),
        amount("actual", to_date),
        amount("target", to_date),
        amount("prior_year", to_date),
        amount("variance", to_date),
        column("variance_pct", to_date, unit="percent"),
        column("attainment", to_date, unit="percent"),
        amount("growth", to_date),
        light(to_date),
        amount("forecast", year),
        amount("target", year),
        amount("fc_gap", year),
        light(year),
        column("included", "", 9),
        column("forecast_method", "", 13),
        amount("needed_per_quarter", ""),
        amount("mat", ""),
        column("coverage", "", 10, unit="percent"),
        Column(material.word("head.figures"), width=12, note=material.word("note.figures")),
        Column(material.word("head.key"), width=34),
        Column(material.word("head.kpi_id"), width=20),
        column("missing", "", 40),  # the last one: a long list may run on
    ]


def live_row(material: Material, line: Line, number: int, known: Texts) -> list[Any]:
    """The same as formulas; *number* is that of the row, as Excel counts it."""
    row = _row(material, line)
    found = known.of(line, number, lambda: _texts(material, line, row))
    for place, text in found:
        row[place] = as_formula(text, row[place])
    return row


class Texts:
    """The formulas of lines; those of lines that are alike are written once and moved."""

    def __init__(self, live: Live) -> None:
        self._live = live
        self._known: dict[tuple[Any, ...], tuple[list[int], str]] = {}
        name = re.escape(live.ledger.names.values)
        self._address = re.compile(rf"({name}!\$[A-Z]+\$)(\d+)")

    def of(
        self, line: Line, number: int, make: Callable[[], Mapping[int, str | None]]
    ) -> Iterable[tuple[int, str]]:
        """By column the formulas of a line in row *number*; *make* writes them anew."""
        alike = self._live.alike(line)
        if alike is None:
            made = make()
            return [(at, text.replace(ROW, str(number))) for at, text in made.items() if text]
        shape, rows = alike
        key = line.kpi, line.perspective, shape, _filled(line)
        if key not in self._known:
            signs = {str(row): chr(_SIGN + n) for n, row in enumerate(rows)}
            texts = {at: text for at, text in make().items() if text}
            whole = _BETWEEN.join(texts.values())
            moved = self._address.sub(lambda found: found[1] + signs[found[2]], whole)
            self._known[key] = list(texts), moved
        places, text = self._known[key]
        for place, row in enumerate(rows):
            text = text.replace(chr(_SIGN + place), str(row))
        text = text.replace(ROW, str(number))
        return zip(places, text.split(_BETWEEN), strict=True) if places else ()


def _filled(line: Line) -> tuple[Any, ...]:
    """Which of the values that decide about formulas a line has."""
    to_date, year = line.to_date, line.of("FY")
    return (
        tuple(line.scopes),
        to_date.mat is None and year.mat is None,
        to_date.fc_gap is None and year.fc_gap is None,
        year.needed_per_quarter is None,
        to_date.coverage is None,
    )


def _texts(material: Material, line: Line, row: list[Any]) -> dict[int, str | None]:
    """The formulas of a line by column, with a sign for its row."""
    live = material.live
    assert live is not None
    kpi, board = live.board.kpis.get(line.kpi), live.board
    quarter = "YTD" if kpi is not None and kpi.scope == STATE else f"Q{board.quarter}"
    to_date = f"Q{board.quarter}" if kpi is not None and kpi.scope == STATE else "YTD"
    texts: dict[int, str | None] = {}
    if material.quarter in line.scopes:
        for place, block in zip((4, 5, 6), "ATP", strict=True):
            texts[place] = live.value(line, block, quarter)
    if line.to_date is not NOTHING:
        for place, block in zip((9, 10, 11), "ATP", strict=True):
            texts[place] = live.value(line, block, to_date)
    if "FY" in line.scopes:
        texts[17], texts[18] = live.value(line, "F"), live.value(line, "T", "FY")
    if line.to_date.mat is not None or line.of("FY").mat is not None:
        texts[24] = live.value(line, "Mat")
    texts[19] = _gap(live, line, kpi, texts)
    there = {place for place, text in texts.items() if text}
    for place, what, actual, other in (
        (7, "attainment", "E", "F"), (12, "variance", "J", "K"), (13, "variance_pct", "J", "K"),
        (14, "attainment", "J", "K"),
    ):  # fmt: skip
        if {4 if actual == "E" else 9, 5 if other == "F" else 10} <= there:
            percent = what == "variance_pct" and kpi is not None and kpi.unit == "percent"
            texts[place] = None if percent else live.compared(what, kpi, actual, other)
    for place, slot, letters, at in ((8, quarter, "EFH", 4), (16, to_date, "JKO", 9)):
        if row[place] is not None and at in there:
            texts[place] = live.light(line, slot, _inputs(letters, at, texts))
    whole = board.quarter == 4 or (line.subject_id != ALL and live.value(line, "A", "FY"))
    if row[20] is not None and 17 in there and not whole:
        inputs = Inputs(f"R{ROW}", f"S{ROW}" if 18 in there else None)
        texts[20] = live.light(line, "FY", inputs)
    if line.subject_id == ALL and 11 in there:
        texts[15] = live.growth_of_all(line, to_date, f"L{ROW}")
    elif {9, 11} <= there:
        texts[15] = live.compared("growth", kpi, "J", "L")
    if row[23].value is not None and texts.get(19):
        texts[23] = f'IF(COUNT(T{ROW})=1,T{ROW}/{4 - board.quarter},"")'
    if row[25] is not None:
        texts[25] = live.coverage(line)
    counted = live.members(line) if line.subject_id == ALL and row[21] else None
    if row[25] is None or not (texts.get(9) or kpi is None or kpi.needs):
        texts.pop(25, None)
    if kpi is not None and kpi.over_accounts == "pooled" and line.subject_id == ALL:
        row[25] = None  # which accounts have deals is said in the basis
    if counted and not counted.startswith("SUMPRODUCT"):
        counted = f"IF(COUNT({counted})=1,{counted},0)"
    if counted:
        everybody = (line.to_date.included or "/").partition("/")[2]
        told = material.word("n_of_n", part="\x02", whole=everybody).split("\x02")
        texts[21] = f'"{told[0]}"&{counted}&"{told[1]}"'
    return texts


def _inputs(letters: str, at: int, texts: Mapping[int, str | None]) -> Inputs:
    """Actual, target and attainment of a light, as far as they have formulas."""
    actual, target, reached = (f"{letter}{ROW}" for letter in letters)
    attainment = {4: 7, 9: 14}[at]
    return Inputs(
        actual,
        target if texts.get(at + 1) else None,
        reached if texts.get(attainment) else None,
    )


def _gap(live: Live, line: Line, kpi: Kpi | None, texts: Mapping[int, str | None]) -> str | None:
    """Target of the year less actual to date; of all, over those who have both."""
    if line.to_date.fc_gap is None and line.of("FY").fc_gap is None:
        return None
    if line.subject_id == ALL:
        return live.value(line, "Gap")
    if kpi is None or not (texts.get(9) and texts.get(18)):
        return None
    return str(forecast_gap.formula(to_date=CellRef(f"J{ROW}"), target_year=CellRef(f"S{ROW}")))


def as_formula(text: str, value: Any) -> Formula:
    """The formula with what the cell holds now."""
    if isinstance(value, Amount):
        number = value.value
        return Formula(text, None if number is None else float(number), value.unit)
    if isinstance(value, str):
        return Formula(text, value)
    return Formula(text, None if value is None else float(value), "percent")


def _row(material: Material, line: Line) -> list[Any]:
    unit = material.unit(material.kpi_unit(line.kpi), line.subject_id)
    apart = "pp" if unit == "percent" else unit
    now, to_date, year = line.of(material.quarter), line.to_date, line.of("FY")
    growth = Amount(to_date.growth, "pp" if unit == "percent" else "percent")
    method = year.forecast_method
    return [
        line.subject_id,
        material.name(line.subject)
        if line.subject_id != ALL
        else material.word(f"all.{line.role}"),
        material.to_definition(line.kpi),
        material.perspective(line.perspective),
        Amount(now.actual, unit),
        Amount(now.target, unit),
        Amount(now.prior_year, unit),
        now.attainment,
        material.light(now.light),
        Amount(to_date.actual, unit),
        Amount(to_date.target, unit),
        Amount(to_date.prior_year, unit),
        Amount(to_date.variance, apart),
        to_date.variance_pct,
        to_date.attainment,
        growth,
        material.light(to_date.light),
        Amount(year.forecast, unit),
        Amount(year.target, unit),
        Amount(year.fc_gap, apart),
        material.light(year.light),
        material.n_of_n(to_date),
        material.word(f"method.{method}") if method else None,
        Amount(year.needed_per_quarter, unit),
        Amount(year.mat, unit),
        to_date.coverage,
        material.to_figures(line.subject_id, line.kpi),
        Key(material.key(line.subject_id, line.kpi, line.perspective)),
        line.kpi,
        to_date.missing,
    ]
