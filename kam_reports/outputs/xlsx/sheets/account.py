"""Sheet Account: one page about whom the reader chooses; a drop-down and formulas, no macro."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from kam_reports.kpis.grain import ACTUAL, PY, SCENARIOS, TARGET
from kam_reports.model import Entry, Plan
from kam_reports.outputs.xlsx.cells import fixed, quoted
from kam_reports.outputs.xlsx.ledger import QUARTERS
from kam_reports.outputs.xlsx.material import ALL, Line, Material
from kam_reports.outputs.xlsx.paper import GREY, LINE, PALE, Band, Column, Page
from kam_reports.outputs.xlsx.sheets import initiatives

_OF_ACCOUNTS = (
    "k_revenue", "k_units", "k_cm", "k_cm_pct", "k_price", "k_price_real", "k_share", "k_sow",
    "k_dist_num", "k_assort", "k_promos", "k_customers", "k_aov", "k_turn", "s_csat", "s_otd",
    "m_done", "m_overdue", "p_weighted", "r_cover",
)  # fmt: skip
_OF_PARTNERS = (
    "a_score", "a_submitted", "a_volume", "a_approval", "a_conversion", "a_first_time", "a_queries",
    "a_cancel", "a_days", "a_sla", "a_active", "a_training", "a_talks", "a_quality",
)  # fmt: skip
CHOICE = (3, 0)  # the cell with the drop-down
_FIRST = 6  # the row of the headings of the KPIs; bands stand above
_NUMBER_AT = 16  # the column that finds the row of each KPI
_LIST = 18  # the columns of the list: name, code, currency
_GOALS, _MEASURES = 13, 7
_INPUT = "#FFF7D6"
_LAST = 15


class Shown(NamedTuple):
    """A column of the sheet: its heading on sheet KPIs, and where its value is in a line."""

    head: str
    scope: str  # quarter, to date, year
    field: str
    unit: str = ""  # of its own, else that of the KPI
    width: float = 10.5


_COLUMNS = (
    Shown("actual", "Q", "actual"), Shown("target", "Q", "target"),
    Shown("attainment", "Q", "attainment", "percent"), Shown("light", "Q", "light", width=10.5),
    Shown("actual", "YTD", "actual"), Shown("target", "YTD", "target"),
    Shown("variance", "YTD", "variance", "apart"),
    Shown("attainment", "YTD", "attainment", "percent"),
    Shown("light", "YTD", "light", width=7), Shown("prior_year", "YTD", "prior_year"),
    Shown("growth", "YTD", "growth", "growth"), Shown("forecast", "FY", "forecast"),
    Shown("target", "FY", "target"), Shown("light", "FY", "light", width=7),
)  # fmt: skip


def write(page: Page, material: Material) -> None:
    """The KPIs of one subject, its goals, what is to be done, and its quarters."""
    word = material.word
    page.heading(material.sheet("account"), material.title_line, word("account_note"))
    subjects = list(_subjects(material))
    chosen = next((one for one in subjects if one[1] != ALL), subjects[0] if subjects else None)
    if chosen is None:
        page.text(CHOICE[0], 0, word("none"))
        page.freeze(_FIRST + 1, 1)
        page.print(CHOICE[0], _LAST, pages=1)
        return
    _choice(page, material, subjects, chosen)
    row = _kpis(page, material, chosen)
    row = _goals(page, material, chosen, row + 1)
    row = _measures(page, material, chosen, row + 1)
    if material.live:
        row = _quarters(page, material, chosen, row + 1)
    page.freeze(_FIRST + 1, 1)
    page.print(row, _LAST, pages=1)


# ---------------------------------------------------------------- whom it is about


def _subjects(material: Material) -> Iterator[tuple[str, str, str]]:
    """Whom the reader can choose: name, what stands for it in keys, currency."""
    plans = material.accounts or material.partners
    role = "account" if material.accounts else "partner"
    for plan in plans:
        name = f"{plan.subject.id} · {material.name(plan.subject.name)}".replace("~", "-")
        yield name, material.code(plan.subject.id), plan.currency
    if any(line.subject_id == ALL and line.role == role for line in material.lines):
        yield material.word(f"all.{role}"), ALL, material.wording.currency


def _choice(
    page: Page,
    material: Material,
    subjects: Sequence[tuple[str, str, str]],
    chosen: tuple[str, str, str],
) -> None:
    word, (row, column) = material.word, CHOICE
    page.sheet.set_row(row, 22)
    look: dict[str, Any] = {"bold": True, "font_size": 13, "bg_color": _INPUT, "border": 1}
    page.over(row, column, column + 1, chosen[0], valign="vcenter", border_color=LINE, **look)
    page.text(row, column + 2, f"◀ {word('choose')}", font_color=GREY, valign="vcenter")
    first, last = _FIRST + 1, _FIRST + len(subjects)
    page.text(_FIRST, _LIST, word("choice"), font_color=GREY)
    for line, one in enumerate(subjects, start=first):
        for step, text in enumerate(one):
            page.text(line, _LIST + step, text, font_color=GREY)
    names = _spread(page, first, last, _LIST)
    page.paper.name(word("name.subjects"), names)
    page.paper.name(word("name.choice"), fixed(page.name, row, column))
    page.sheet.data_validation(
        row,
        column,
        row,
        column,
        {
            "validate": "list",
            "source": "=" + names,
            "input_title": word("choice")[:32],
            "input_message": word("account_note")[:255],
        },
    )
    place = f"MATCH({_cell(*CHOICE)},{names},0)"
    for step, (value, unit) in enumerate(((chosen[1], "code"), (chosen[2], "currency")), start=1):
        spread = _spread(page, first, last, _LIST + step)
        formula = f'IF(COUNT({place})=0,"",INDEX({spread},{place}))'
        page.formula(row, _LIST + step, formula, value, "", font_color=GREY)
        page.text(_FIRST, _LIST + step, word(f"account_{unit}"), font_color=GREY)


def _code() -> str:
    return _cell(CHOICE[0], _LIST + 1)


def _currency() -> str:
    return _cell(CHOICE[0], _LIST + 2)


def _cell(row: int, column: int) -> str:
    return fixed("x", row, column).partition("!")[2]


def _spread(page: Page, first: int, last: int, column: int) -> str:
    start, end = (_cell(row, column) for row in (first, last))
    return f"{quoted(page.name)}!{start}:{end}"


# ---------------------------------------------------------------- its KPIs


def _kpis(page: Page, material: Material, chosen: tuple[str, str, str]) -> int:
    word, occasion = material.word, material.review.occasion
    suffix = {"Q": occasion.quarter.short, "YTD": word("suffix.to_date"), "FY": word("suffix.year")}
    heads = [f"{word(f'head.{one.head}')} {suffix[one.scope]}" for one in _COLUMNS]
    columns = [
        Column(word("head.kpi"), width=36),
        Column(word("head.unit"), width=10),
        *(
            Column(head, width=one.width, light=one.head == "light", number=one.head != "light",
                   note=word(f"note.{one.head}"))
            for head, one in zip(heads, _COLUMNS, strict=True)
        ),
    ]  # fmt: skip
    bands = (
        Band(word("band.quarter", quarter=occasion.quarter), 2, 5),
        Band(word("band.to_date", day=occasion.as_of), 6, 12),
        Band(word("band.year"), 13, 15),
    )
    page.headings(_FIRST, columns, bands)
    kpis = _OF_ACCOUNTS if material.accounts else _OF_PARTNERS
    known = {line.kpi for line in material.lines}
    row = _FIRST
    for kpi in (kpi for kpi in kpis if kpi in known):
        row += 1
        _kpi(page, material, row, kpi, heads, _line(material, chosen[1], kpi), chosen[2])
    page.lights(_FIRST + 1, row, [place for place, one in enumerate(columns) if one.light])
    return row + 1


def _line(material: Material, code: str, kpi: str) -> Line | None:
    subject = next((s for s in material.review.kpis["subject_id"].unique()
                    if material.code(s) == code), code)  # fmt: skip
    return material.line(subject, kpi)


def _kpi(
    page: Page,
    material: Material,
    row: int,
    kpi: str,
    heads: Sequence[str],
    line: Line | None,
    currency: str,
) -> None:
    unit, look = material.kpi_unit(kpi), dict[str, Any](bottom=4, bottom_color=LINE)
    page.cell(row, 0, material.to_definition(kpi), **look)
    _unit(page, material, row, unit, currency, **look)
    table = material.word("table.kpis")
    at = f'MATCH({_code()}&"|{kpi}|own",{table}[{material.word("head.key")}],0)'
    number = None if line is None else material.line_number(line) + 1
    found = f'IF(COUNT({at})=0,"",{at})'
    page.formula(row, _NUMBER_AT, found, number, "units", font_color=GREY, font_size=7)
    place = f"${_cell(row, _NUMBER_AT)[1:].replace('$', '')}"
    for step, (head, one) in enumerate(zip(heads, _COLUMNS, strict=True), start=2):
        cell = f"INDEX({table}[{head}],{place})"
        text = f'IF(COUNT({place})=0,"",IF({cell}="","",{cell}))'
        value = None if line is None else getattr(_scope(material, line, one.scope), one.field)
        points = unit == "percent"
        own = {"apart": "pp" if points else unit, "growth": "pp" if points else "percent"}
        shown = own.get(one.unit, one.unit)
        if one.head == "light":
            page.formula(row, step, text, material.light(value), "", align="center", **look)
        else:
            page.formula(row, step, text, value, shown or unit, plain=True, **look)


def _scope(material: Material, line: Line, scope: str) -> Any:
    if scope == "YTD":
        return line.to_date
    return line.of("FY") if scope == "FY" else line.of(material.quarter)


def _unit(page: Page, material: Material, row: int, unit: str, currency: str, **look: Any) -> None:
    """The unit of a row; amounts are in the currency of whom was chosen."""
    if not unit.startswith("EUR"):
        page.text(row, 1, material.word(f"unit.{unit}"), font_color=GREY, **look)
        return
    own = material.wording.currency
    shown = "".join(re.findall(r'"([^"]*)"', page.paper.number_format(unit))).strip()
    shown = shown or material.word(f"unit.{unit}")
    symbol = {"EUR": "€", "USD": "$", "GBP": "£"}.get(own, own)
    text = f'IF({_currency()}="{own}","{shown}",SUBSTITUTE("{shown}","{symbol}",{_currency()}))'
    value = shown if currency == own else shown.replace(symbol, currency)
    page.formula(row, 1, text, value, "", font_color=GREY, align="left", **look)


# ---------------------------------------------------------------- from other tables


def _goals(page: Page, material: Material, chosen: tuple[str, str, str], row: int) -> int:
    """Its goals, as they stand on sheet Goals."""
    word = material.word
    to_date, year = word("suffix.to_date"), word("suffix.year")
    light, attainment = word("head.light"), word("head.attainment")
    columns = (
        (material.field_word("goals.dimension"), 0, 0, ""),
        (material.field_word("goals.metric"), 1, 4, ""),
        (f"{attainment} {to_date}", 5, 5, "percent"),
        (f"{light} {to_date}", 6, 6, "light"),
        (f"{light} {year}", 7, 7, "light"),
        (material.field_word("goals.owner"), 8, 10, ""),
        (material.field_word("goals.goal_text"), 11, 15, ""),
    )
    return _listed(page, material, row, "goals", columns, _GOALS, material.goal_rows(chosen[1]))


def _measures(page: Page, material: Material, chosen: tuple[str, str, str], row: int) -> int:
    """What is to be done, the overdue first, as on sheet Measures."""
    columns = (
        (material.field_word("measures.title"), 0, 4, ""),
        (material.word("head.state"), 5, 5, "light"),
        (material.word("head.days_late"), 6, 6, "count"),
        (material.field_word("measures.due"), 7, 8, "date"),
        (material.field_word("measures.owner"), 9, 11, ""),
        (material.field_word("measures.status"), 12, 15, ""),
    )
    found = _rows_of(material, chosen[1])
    return _listed(page, material, row, "initiatives", columns, _MEASURES, found)


def _rows_of(material: Material, code: str) -> list[Mapping[str, Any]]:
    """The measures of a subject as they stand on their sheet, by heading."""
    heads = [column.head for column in initiatives.columns_of(material)]
    return [dict(zip(heads, cells, strict=True)) for cells in initiatives.rows_of(material, code)]


Columns = Sequence[tuple[str, int, int, str]]


def _listed(
    page: Page,
    material: Material,
    row: int,
    key: str,
    columns: Columns,
    count: int,
    found: Sequence[Mapping[str, Any]],
) -> int:
    """The first rows of a native table that belong to whom was chosen."""
    row = page.section(row, material.word(f"section.{key}_of"))
    for head, first, last, _ in columns:
        align = "center" if first == last else "left"
        look = {"bold": True, "bg_color": PALE, "bottom": 2, "text_wrap": True, "align": align}
        page.over(row, first, last, head, valign="vcenter", **look)
    page.height(row, 2)
    table, keys = material.word(f"table.{key}"), material.word("head.key")
    start = row + 1
    for number in range(1, count + 1):
        row += 1
        at = f'MATCH({_code()}&"|{number}",{table}[{keys}],0)'
        for head, first, last, unit in columns:
            cell = f"INDEX({table}[{head}],{at})"
            text = f'IF(COUNT({at})=0,"",IF({cell}="","",{cell}))'
            cells = found[number - 1] if number <= len(found) else {}
            look = {"align": "center"} if unit in ("light", "date") else {}
            shown = "" if unit == "light" else unit
            page.formula_over(row, first, last, text, cells.get(head), shown, **look)
    page.lights(start, row, [first for _, first, _, unit in columns if unit == "light"])
    return row + 1


# ---------------------------------------------------------------- its quarters


def _quarters(page: Page, material: Material, chosen: tuple[str, str, str], row: int) -> int:
    """Revenue and margin by quarter, straight from sheet Values; charts can point here."""
    live = material.live
    assert live is not None
    ledger, word = live.ledger, material.word
    measures = ("revenue", "cm") if material.accounts else ("volume_signed", "submitted")
    row = page.section(row, word("section.quarters"))
    page.over(row, 0, 1, "", bold=True, bg_color=PALE, bottom=2)
    for step, quarter in enumerate(QUARTERS, start=2):
        page.text(row, step, quarter, bold=True, bg_color=PALE, bottom=2, align="right")
    last = max((block.last for block in ledger.blocks.values()), default=1)
    keys = f"{ledger.names.values}!$A$1:$A${last}"
    for measure in measures:
        unit = material.kpi_unit(measure)
        for scenario in (PY, TARGET, ACTUAL):
            row += 1
            name = f"{material.kpi_word(measure)} · {material.scenario(SCENARIOS[scenario])}"
            page.text(row, 0, name)
            _unit(page, material, row, unit, chosen[2])
            at = f'MATCH({_code()}&"|{measure}|own|",{keys},0)'
            for step, quarter in enumerate(QUARTERS, start=2):
                letters = ledger.columns.get((scenario, quarter))
                if letters is None:
                    continue
                cell = f"INDEX({ledger.names.values}!${letters}$1:${letters}${last},{at})"
                text = f'IF(COUNT({cell})=1,{cell},"")'
                value = live.quarter_value(chosen[1], measure, (scenario, quarter))
                page.formula(row, step, text, value, unit, plain=True)
    return row + 1


__all__ = ["CHOICE", "Entry", "Plan", "write"]
