"""Sheet Goals: the matrix of accounts and goal dimensions, then every goal with its quarters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from kam_reports.kpis.comparison import forecast_gap
from kam_reports.kpis.declaring import STATE
from kam_reports.kpis.formula import CellRef
from kam_reports.model import Amount, Entry, Light, Plan
from kam_reports.outputs.xlsx.cells import Lit
from kam_reports.outputs.xlsx.lamps import Inputs
from kam_reports.outputs.xlsx.material import HEAD, NOTHING, KpiRow, Line, Material
from kam_reports.outputs.xlsx.paper import SIGNS, Band, Column, Page
from kam_reports.outputs.xlsx.sheets.kpis import ROW, as_formula

_QUARTERS = (1, 2, 3, 4)


def write(page: Page, material: Material) -> None:
    """The heat table first, the goals in detail below it."""
    page.heading(material.sheet("goals"), material.title_line, material.legend)
    row = page.section(HEAD - 1, material.word("section.matrix"))
    row = page.table(
        row, material.word("table.matrix"), _matrix_columns(material), _matrix(material)
    )
    row = page.section(row + 1, material.word("section.goals"))
    bands = _bands(material)
    end = page.table(
        row,
        material.word("table.goals"),
        columns_of(material),
        _goals(material, row + 3),
        bands=bands,
    )
    page.freeze(1, 2)
    page.print(end - 1, 22, repeat=(row, row + 1))


# ---------------------------------------------------------------- the matrix


def _matrix_columns(material: Material) -> list[Column]:
    dimensions = material.wording.vocabulary.field("goals.dimension").options
    note = material.word("note.matrix")
    return [
        Column(material.word("head.subject_id"), width=11),
        Column(material.word("head.subject"), width=27, wrap=True),
        Column(material.word("head.lights"), width=24),
        *(
            Column(material.wording.pick(option.words), "percent", 10, note=note, upright=True)
            for option in dimensions
        ),
    ]


def _matrix(material: Material) -> Iterator[list[Any]]:
    dimensions = material.wording.vocabulary.field("goals.dimension").options
    for plan in material.accounts:
        cells = {}
        for goal in plan.of("goals"):
            line = _line(material, plan, goal)
            if line and goal["dimension"] not in cells:
                cells[goal["dimension"]] = line.to_date
        lights = [Light(row.light) for row in cells.values() if row.light]
        yield [
            plan.subject.id,
            material.name(plan.subject.name),
            "   ".join(f"{SIGNS[light]} {lights.count(light)}" for light in Light),
            *(_lit(material, cells.get(option.key, NOTHING)) for option in dimensions),
        ]


def _lit(material: Material, row: KpiRow) -> Lit | None:
    """The attainment in the colour of its light; without one, the distance to the target."""
    if not row.light:
        return None
    value = row.attainment if row.attainment is not None else row.variance
    unit = "percent" if row.attainment is not None or row.variance is None else "pp"
    text = ""
    if material.live and value is not None:
        head = "attainment" if row.attainment is not None else "variance"
        table, word = material.word("table.kpis"), material.word
        column = f"{word(f'head.{head}')} {word('suffix.to_date')}"
        key = material.key(row.subject_id, row.kpi, row.perspective)
        cell = f'INDEX({table}[{column}],MATCH("{key}",{table}[{word("head.key")}],0))'
        text = f'IF(COUNT({cell})=1,{cell},"")'
    return Lit(value, unit, Light(row.light), text)


# ---------------------------------------------------------------- goal by goal


def _bands(material: Material) -> tuple[Band, ...]:
    word, occasion = material.word, material.review.occasion
    return (
        Band(word("band.goal"), 2, 5),
        Band(word("band.targets"), 6, 9),
        Band(word("band.actuals"), 10, 13),
        Band(word("band.to_date", day=occasion.as_of), 14, 18),
        Band(word("band.year"), 19, 22),
    )


def columns_of(material: Material) -> list[Column]:
    """The columns of the table of goals."""
    word = material.word
    to_date, year = word("suffix.to_date"), word("suffix.year")
    target, actual = word("head.target"), word("head.actual")
    return [
        Column(word("head.subject_id"), width=11),
        Column(word("head.subject"), width=27, wrap=True),
        *material.columns("goals", ("dimension", 24), ("metric", 20), ("perspective", 10)),
        Column(word("head.weight"), "percent", 9),
        *(Column(f"{target} Q{number}", width=10, number=True) for number in _QUARTERS),
        *(Column(f"{actual} Q{number}", width=10, number=True) for number in _QUARTERS),
        Column(f"{actual} {to_date}", width=10, number=True),
        Column(f"{target} {to_date}", width=10, number=True),
        Column(f"{word('head.variance')} {to_date}", width=10, number=True),
        Column(f"{word('head.attainment')} {to_date}", "percent", 10),
        Column(f"{word('head.light')} {to_date}", width=7, light=True),
        Column(f"{word('head.forecast')} {year}", width=10, number=True),
        Column(f"{target} {year}", width=10, number=True),
        Column(f"{word('head.fc_gap')} {year}", width=10, number=True),
        Column(f"{word('head.light')} {year}", width=7, light=True),
        *material.columns("goals", ("owner", 18), ("goal_text", 44), ("not_relevant_reason", 30)),
        Column(word("head.source"), width=20),
        Column(word("head.key"), width=16),
    ]


def rows_of(material: Material, code: str) -> list[list[Any]]:
    """The goals of a subject as they stand on the sheet."""
    return list(_goals(material, 1, code))


def _goals(material: Material, first: int, only: str | None = None) -> Iterator[list[Any]]:
    counted: Counter[str] = Counter()
    for number, (plan, goal) in enumerate(material.records("goals"), start=first):
        if only is not None and material.code(plan.subject.id) != only:
            continue
        line = _line(material, plan, goal)
        numbers = _numbers(material, plan, goal, line)
        if line and material.live:
            numbers = _live(material, line, numbers, number)
        yield [
            material.to_line(plan.subject.id, plan.subject.id, line.kpi if line else ""),
            material.name(plan.subject.name),
            *material.values(plan, goal, "dimension", "metric", "perspective"),
            goal["weight"],
            *numbers,
            *material.values(plan, goal, "owner", "goal_text", "not_relevant_reason"),
            material.to_source(goal.place),
            _key(material, plan, counted),
        ]


def _key(material: Material, plan: Plan, counted: Counter[str]) -> str:
    """Whose goal it is, and its how manieth."""
    counted[plan.subject.id] += 1
    return f"{material.code(plan.subject.id)}|{counted[plan.subject.id]}"


def _numbers(material: Material, plan: Plan, goal: Entry, line: Line | None) -> list[Any]:
    metric = line.kpi if line else str(goal["metric"] or "")
    unit = material.unit(material.kpi_unit(metric), plan.subject.id)
    apart = "pp" if unit == "percent" else unit
    year = material.review.occasion.quarter.year
    quarters = [line.of(f"{year}Q{n}") if line else NOTHING for n in _QUARTERS]
    targets = [
        row.target if row.target is not None else goal[f"target_q{n}"]
        for n, row in zip(_QUARTERS, quarters, strict=True)
    ]
    to_date = line.to_date if line else NOTHING
    full = line.of("FY") if line else NOTHING
    full_target = full.target if full.target is not None else goal["target_fy"]
    return [
        *(Amount(target, unit) for target in targets),
        *(Amount(row.actual, unit) for row in quarters),
        Amount(to_date.actual, unit),
        Amount(to_date.target, unit),
        Amount(to_date.variance, apart),
        to_date.attainment,
        material.light(to_date.light),
        Amount(full.forecast, unit),
        Amount(full_target, unit),
        Amount(full.fc_gap, apart),
        material.light(full.light),
    ]


def _live(material: Material, line: Line, numbers: list[Any], number: int) -> list[Any]:
    """The numbers of a goal as formulas; *number* is that of the row, as Excel counts it."""
    live = material.live
    assert live is not None
    kpi, quarter = live.board.kpis[line.kpi], live.board.quarter
    latest = f"Q{quarter}"
    texts: dict[int, str | None] = {}
    for step in _QUARTERS:
        texts[step - 1] = live.value(line, "T", f"Q{step}")
        if step > quarter and texts[step - 1]:
            unit = numbers[step - 1].unit
            numbers[step - 1] = Amount(live.planned(line, f"Q{step}"), unit)
        if step <= quarter and line.of(f"{material.quarter[:4]}Q{step}") is not NOTHING:
            texts[3 + step] = live.value(line, "A", f"Q{step}")
    if line.to_date is not NOTHING:
        to_date = latest if kpi.scope == STATE else "YTD"
        texts[8], texts[9] = live.value(line, "A", to_date), live.value(line, "T", to_date)
    if texts.get(8) and texts.get(9):
        texts[10] = live.compared("variance", kpi, "O", "P")
        texts[11] = live.compared("attainment", kpi, "O", "P")
    to_date = latest if kpi.scope == STATE else "YTD"
    if texts.get(8) and numbers[12] is not None:
        inputs = Inputs(
            f"O{ROW}",
            f"P{ROW}" if texts.get(9) else None,
            f"R{ROW}" if texts.get(11) else None,
        )
        texts[12] = live.light(line, to_date, inputs)
    texts[14] = live.value(line, "T", "FY")
    if "FY" in line.scopes:
        texts[13] = live.value(line, "F")
        whole = quarter == 4 or live.value(line, "A", "FY")
        if texts[13] and numbers[16] is not None and not whole:
            inputs = Inputs(f"T{ROW}", f"U{ROW}" if texts[14] else None)
            texts[16] = live.light(line, "FY", inputs)
    if numbers[15].value is not None and texts.get(8) and texts[14]:
        gap = forecast_gap.formula(to_date=CellRef(f"O{ROW}"), target_year=CellRef(f"U{ROW}"))
        texts[15] = str(gap)
    for place, text in texts.items():
        if text:
            numbers[place] = as_formula(text.replace(ROW, str(number)), numbers[place])
    return numbers


def _line(material: Material, plan: Plan, goal: Entry) -> Line | None:
    """The line of the KPI that a goal is set for, in the goal's perspective."""
    metric = goal["metric"]
    if not metric:
        return None
    perspective = str(goal["perspective"] or "own")
    return material.line_of_metric(plan.subject.id, str(metric), perspective)
