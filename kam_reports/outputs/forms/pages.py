"""The sheets of a form: cover, label beside value, list, table of figures, choices.

Label-value forms are protected without a password: only the answers can be typed. Lists are not,
because Excel lets no table grow on a protected sheet; there each heading refuses to be overtyped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from kam_reports.model import Entry, Figure, Period, Perspective, Place, Role, Scenario
from kam_reports.outputs.forms.cells import Manner, Typed
from kam_reports.outputs.forms.looks import INPUT, LINE, MISSING, PLAIN, QUIET, Formats, Theme
from kam_reports.outputs.forms.looks import theme_of, width_of
from kam_reports.outputs.forms.words import WORDS
from kam_reports.vocabulary import Field, Section

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from kam_reports.kpis import Kpi

LONGEST_NAME = 31
LONGEST_LIST = 255  # characters that Excel takes as a list within a validation
HEADER = 4  # the row of the headings of a list, counted from 0; the one above stays empty
FIRST = HEADER + 1
SPARE = 6  # empty rows below the filled ones
EMPTY = 24  # rows of an empty list
SCENARIOS = (Scenario.PY, Scenario.TARGET, Scenario.ACTUAL, Scenario.FORECAST)


def address(row: int, column: int) -> str:
    """The A1 address of a cell counted from 0."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"


def fixed(row: int, column: int) -> str:
    """The same with ``$``, for formulas."""
    letters = address(row, column).rstrip("0123456789")
    return f"${letters}${row + 1}"


def quoted(sheet: str) -> str:
    """A sheet's name as formulas need it."""
    return "'" + sheet.replace("'", "''") + "'"


@dataclass(slots=True)
class Desk:
    """The workbook being written, and where everything went."""

    book: Workbook
    manner: Manner
    formats: Formats
    names: Mapping[str, str]  # section → sheet
    cells: dict[tuple[Any, ...], Place] = field(default_factory=dict)
    lists: dict[str, str] = field(default_factory=dict)  # list → range on the sheet of choices
    long_lists: list[tuple[str, list[str]]] = field(default_factory=list)
    counts: dict[str, tuple[str, int]] = field(default_factory=dict)  # section → formula, result

    def say(self, key: str) -> str:
        """A text of the forms in the language of the workbook."""
        return WORDS[key][self.manner.language]

    def write(self, sheet: Worksheet, row: int, column: int, typed: Typed, look: Format) -> None:
        """Write one cell. A text is never taken for a formula."""
        value = typed.value
        if typed.formula:
            # Without a value Excel finds a formula that was never calculated.
            sheet.write_formula(row, column, typed.formula, look, "" if value is None else value)
        elif value is None:
            sheet.write_blank(row, column, None, look)
        elif isinstance(value, bool):
            sheet.write_boolean(row, column, value, look)
        elif isinstance(value, int | float):
            sheet.write_number(row, column, value, look)
        elif isinstance(value, str):
            sheet.write_string(row, column, value, look)
        else:
            sheet.write_datetime(row, column, value, look)

    def keep(self, key: tuple[Any, ...], section: str, row: int, column: int) -> None:
        """Remember where something was written."""
        self.cells[key] = Place("", self.names[section], address(row, column))

    def open(self, section: Section, *, landscape: bool) -> Worksheet:
        """A new sheet with its title, what it is for and the way back."""
        sheet = self.book.add_worksheet(self.names[section.key])
        theme = theme_of(section.key)
        sheet.set_tab_color(theme.dark)
        sheet.set_row(0, 27)
        sheet.write_string(
            0, 0, self.manner.word("section", section.key), self.formats.title(theme)
        )
        sheet.write_string(1, 0, section.help.get(self.manner.language, ""), self.formats.note())
        self.link(sheet, 2, 0, self.say("contents"), self.say("back"))
        sheet.set_row(3, 6)
        self.set_page(sheet, landscape=landscape)
        return sheet

    def link(self, sheet: Worksheet, row: int, column: int, target: str, text: str) -> None:
        """A link to the top of another sheet."""
        sheet.write_url(
            row, column, f"internal:{quoted(target)}!A1", self.formats.link(), string=text
        )

    def set_page(self, sheet: Worksheet, *, landscape: bool) -> None:
        """A4, one page wide, with page numbers."""
        sheet.set_paper(9)
        if landscape:
            sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
        sheet.set_footer(f"&L&8&F&C&8&A&R&8{self.say('page')} &P / &N")


# ---------------------------------------------------------------- what may be typed


def choices(desk: Desk, column: Field) -> list[str]:
    """The words that may be chosen in *column*."""
    if column.type == "bool":
        return [desk.manner.yes, desk.manner.no]
    if column.type == "metric":
        return metric_words(desk)
    if column.type in ("enum", "currency"):
        return [desk.manner.option(column, option.key) for option in column.options]
    return []


def metric_words(desk: Desk) -> list[str]:
    """Every measure and KPI that a goal of this document may be set for, each word once."""
    from kam_reports.kpis import KPIS

    manner = desk.manner
    measures = [measure.key for measure in manner.vocabulary.measures_of(manner.document)]
    kpis = [key for key in manner.vocabulary.kpis if _is_of(KPIS.get(key), manner.document)]
    words: dict[str, str] = {}
    for key in (*measures, *kpis):
        word = manner.metric(key)
        words.setdefault(word.casefold(), word)
    return list(words.values())


def _is_of(kpi: Kpi | None, document: str) -> bool:
    """Whether a goal of *document* may be set for a KPI; for a company's own in a plan."""
    role = Role.ACCOUNT if kpi is None else kpi.role
    return (role is Role.PARTNER) == (document == "scorecard")


def _list_source(desk: Desk, name: str, words: list[str]) -> Any:
    """The words themselves if they fit, else their range on the sheet of choices."""
    if sum(map(len, words)) + len(words) <= LONGEST_LIST and not any("," in w for w in words):
        return words
    if name not in desk.lists:
        column = len(desk.long_lists)
        desk.long_lists.append((name, words))
        last = FIRST + len(words) - 1
        sheet = quoted(desk.say("lists"))
        desk.lists[name] = f"={sheet}!{fixed(FIRST, column)}:{fixed(last, column)}"
    return desk.lists[name]


def validation(desk: Desk, column: Field) -> dict[str, Any]:
    """What Excel offers, tells and doubts when somebody types into *column*."""
    rule: dict[str, Any] = {"validate": "any", "ignore_blank": True, "error_type": "warning"}
    words = choices(desk, column)
    if words:
        name = (
            desk.say("metrics")
            if column.type == "metric"
            else desk.manner.word("field", column.name)
        )
        rule |= {"validate": "list", "source": _list_source(desk, name, words)}
        rule["error_message"] = desk.say("not_in_list")
    elif column.type == "ref":
        rule |= {"validate": "list", "source": _names_of(desk, column)}
        rule["error_message"] = desk.say("not_in_list")
    elif column.type == "date":
        rule |= {"validate": "date", "criteria": "between", "minimum": _DAY_ZERO,
                 "maximum": _LAST_DAY, "error_message": desk.say("no_date")}  # fmt: skip
    elif column.type in ("int", "number", "money", "pct", "score5", "year"):
        low = column.low if column.low is not None else -1e12
        high = column.high if column.high is not None else 1e12
        rule |= {"validate": "decimal", "criteria": "between", "minimum": low, "maximum": high}
        rule["error_message"] = _number_expected(desk, column)
    if "error_message" in rule:
        rule["error_title"] = desk.say("please_check")
    if note := _input_note(desk, column):
        rule |= {"input_title": desk.manner.word("field", column.name)[:32], "input_message": note}
    return rule


_DAY_ZERO, _LAST_DAY = "=DATE(2000,1,1)", "=DATE(2100,12,31)"


def _names_of(desk: Desk, column: Field) -> str:
    """The names in the list that a reference points into."""
    target = desk.manner.vocabulary.section(column.refers_to)
    fields = shown_fields(target)
    at = next(
        number for number, found in enumerate(fields) if found.key in ("name", "prospect", "title")
    )
    sheet = quoted(desk.names[target.key])
    return f"={sheet}!{fixed(FIRST, at)}:{fixed(FIRST + 59, at)}"


def _number_expected(desk: Desk, column: Field) -> str:
    if column.low is None or column.high is None:
        return desk.say("no_number")
    if column.type == "pct":
        return desk.say("no_number_between").format(f"{column.low:.0%}", f"{column.high:.0%}")
    return desk.say("no_number_between").format(f"{column.low:g}", f"{column.high:g}")


def _input_note(desk: Desk, column: Field) -> str:
    """The help of a field, as Excel shows it beside the cell."""
    return column.help.get(desk.manner.language, "")[:LONGEST_LIST]


def label(desk: Desk, column: Field) -> str:
    """The printed name of a field; a star says that it must be filled."""
    word = desk.manner.word("field", column.name)
    return f"{word} *" if column.required == "yes" else word


def shown_fields(section: Section) -> list[Field]:
    """The fields that somebody fills in."""
    return [column for column in section.fields.values() if not column.derived]


# ---------------------------------------------------------------- label beside value


def write_form(desk: Desk, section: Section, entries: Sequence[Entry]) -> None:
    """A sheet with one answer beside each label, and what is meant by it."""
    sheet = desk.open(section, landscape=False)
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 36)
    sheet.set_column(1, 1, 58)
    sheet.set_column(2, 2, 50)
    values = {key: found.value for key, found in entries[0].values.items()} if entries else {}
    note = desk.formats(font_color=QUIET, italic=True, text_wrap=True, valign="vcenter", indent=1)
    fields = shown_fields(section)
    filled = 0
    for row, column in enumerate(fields, start=FIRST):
        typed = desk.manner.content(values.get(column.key), column, values)
        filled += typed.value is not None
        desk.write(sheet, row, 0, Typed(label(desk, column)), _label_look(desk, section, column))
        look = desk.formats.answer(typed.format or desk.manner.format_of(column))
        desk.write(sheet, row, 1, typed, look)
        sheet.write_string(row, 2, _explained(desk, column), note)
        sheet.data_validation(row, 1, row, 1, validation(desk, column))
        desk.keep((section.key, 0, column.key), section.key, row, 1)
        sheet.set_row(row, _height(column, typed.value, _explained(desk, column)))
        if column.required == "yes":
            _mark_missing(desk, sheet, row, 1, row, 1, f"LEN({address(row, 1)})=0")
    last = FIRST + len(fields) - 1
    sheet.freeze_panes(HEADER, 0)
    sheet.print_area(0, 0, last, 2)
    sheet.protect("", _ALLOWED)
    name = quoted(desk.names[section.key])
    count = f"=COUNTA({name}!{fixed(FIRST, 1)}:{fixed(last, 1)})"
    desk.counts[section.key] = (count, filled)


_ALLOWED = {
    "format_cells": True,
    "format_columns": True,
    "format_rows": True,
    "select_locked_cells": True,
}


def _label_look(desk: Desk, section: Section, column: Field) -> Format:
    theme = theme_of(section.key)
    return desk.formats(
        bold=column.required == "yes",
        font_color=theme.dark,
        bg_color=theme.tint,
        border=1,
        border_color=LINE,
        text_wrap=True,
        valign="vcenter",
        indent=1,
    )


def _explained(desk: Desk, column: Field) -> str:
    """The help beside an answer; for a choice also what there is to choose from."""
    said = column.help.get(desk.manner.language, "")
    words = choices(desk, column)
    if column.type == "enum" and words:
        said = f"{said} {desk.say('choice')}: {', '.join(words)}.".strip()
    return said


def _height(column: Field, text: Any, said: str) -> float:
    """High enough for the answer and for the help; a long answer has room for more than a word."""
    lines = max(-(-len(str(text or "")) // 60), -(-len(said) // 52), 1)
    if column.type == "longtext":
        lines = max(lines + 1, 3)
    return 6.0 + 14.5 * min(lines, 9)


def _mark_missing(
    desk: Desk, sheet: Worksheet, top: int, left: int, bottom: int, right: int, formula: str
) -> None:
    """Colour what is required and still empty."""
    look = desk.book.add_format({"bg_color": MISSING})
    sheet.conditional_format(
        top, left, bottom, right, {"type": "formula", "criteria": f"={formula}", "format": look}
    )


# ---------------------------------------------------------------- lists


def write_list(desk: Desk, section: Section, entries: Sequence[Entry]) -> None:
    """A sheet with one row for each record."""
    fields = shown_fields(section)
    sheet = desk.open(section, landscape=True)
    last = FIRST + max(len(entries) + SPARE, EMPTY if not entries else 0) - 1
    _write_headings(desk, sheet, section.key, fields, last)
    for number, record in enumerate(entries):
        values = {key: found.value for key, found in record.values.items()}
        for at, column in enumerate(fields):
            typed = desk.manner.content(values.get(column.key), column, values)
            look = _list_look(desk, column, typed.format or desk.manner.format_of(column))
            desk.write(sheet, FIRST + number, at, typed, look)
            desk.keep((section.key, number, column.key), section.key, FIRST + number, at)
    for row in range(FIRST + len(entries), last + 1):
        for at, column in enumerate(fields):
            look = _list_look(desk, column, desk.manner.format_of(column))
            desk.write(sheet, row, at, Typed(), look)
    width = address(0, len(fields) - 1).rstrip("1")
    for at, column in enumerate(fields):
        sheet.data_validation(FIRST, at, last + 200, at, validation(desk, column))
        if column.required == "yes":
            cell = address(FIRST, at)
            begun = f"COUNTA($A{FIRST + 1}:${width}{FIRST + 1})>0"
            _mark_missing(desk, sheet, FIRST, at, last, at, f"AND({begun},LEN({cell})=0)")
    _finish_list(desk, sheet, section.key, fields, last, len(entries))
    if section.key in _SUMS:
        _write_sums(desk, sheet, section, fields, entries, last)


def _list_look(desk: Desk, column: Field, number_format: str) -> Format:
    centred = column.type in ("bool", "score5", "date", "period")
    more = {"align": "center"} if centred else {}
    wrap = column.type in ("text", "longtext", "enum", "metric", "ref", "person")
    return desk.formats.cell(number_format, wrap=wrap, **more)


def _write_headings(
    desk: Desk, sheet: Worksheet, section: str, fields: Sequence[Field], last: int
) -> None:
    """The table of a list, its headings and widths."""
    headings = []
    for at, column in enumerate(fields):
        said = label(desk, column)
        look = desk.formats.heading(theme_of(section), required=column.required == "yes")
        headings.append({"header": said, "header_format": look})
        sheet.set_column(at, at, width_of(column, said, choices(desk, column)))
        _guard_heading(desk, sheet, at, said, _explained(desk, column))
    _add_table(sheet, section, headings, last)


def _add_table(sheet: Worksheet, name: str, headings: list[dict[str, Any]], last: int) -> None:
    sheet.set_row(HEADER, 46)
    sheet.add_table(
        HEADER,
        0,
        last,
        len(headings) - 1,
        {"name": f"tbl_{name}", "columns": headings, "style": "Table Style Light 1"},
    )


def _guard_heading(desk: Desk, sheet: Worksheet, at: int, said: str, help_text: str) -> None:
    """A heading keeps its words: by them the column is found."""
    rule = {
        "validate": "custom",
        "value": f'=EXACT({address(HEADER, at)},"{said.replace(chr(34), chr(34) * 2)}")',
        "error_title": desk.say("please_check"),
        "error_message": desk.say("keep_heading"),
    }
    if help_text:
        rule |= {"input_title": said[:32], "input_message": help_text[:LONGEST_LIST]}
    sheet.data_validation(HEADER, at, HEADER, at, rule)


def _finish_list(
    desk: Desk, sheet: Worksheet, section: str, fields: Sequence[Field], last: int, filled: int
) -> None:
    """What stays in view, how it prints, and the count of rows on the cover."""
    key = next((at for at, column in enumerate(fields) if column.required == "yes"), 0)
    keep = min(key + 1, 2) if len(fields) > 6 else 0
    sheet.freeze_panes(FIRST, keep)
    sheet.repeat_rows(HEADER)
    sheet.print_area(0, 0, last, len(fields) - 1)
    name = quoted(desk.names[section])
    rows = f"{name}!{fixed(FIRST, key)}:{fixed(last + 200, key)}"
    desk.counts[section] = (f"=COUNTA({rows})", filled)


# Lists whose weights must add up to 100 %, and the column that splits them.
_SUMS = {"goals": "", "portfolio": "axis", "scorecard": ""}


def _write_sums(
    desk: Desk,
    sheet: Worksheet,
    section: Section,
    fields: Sequence[Field],
    entries: Sequence[Entry],
    last: int,
) -> None:
    """The sum of the weights, beside the way back."""
    at = {column.key: number for number, column in enumerate(fields)}
    weights = f"{fixed(FIRST, at['weight'])}:{fixed(last, at['weight'])}"
    split = _SUMS[section.key]
    parts = [option.key for option in section.fields[split].options] if split else [""]
    pieces, shown = [f'"{desk.say("weights")}: "'], f"{desk.say('weights')}: "
    for number, part in enumerate(parts):
        total = sum(_weight(e) for e in entries if not part or e[split] == part)
        separator = " · " if number else ""
        if part:
            word = desk.manner.option(section.fields[split], part)
            by = f"{fixed(FIRST, at[split])}:{fixed(last, at[split])}"
            pieces.append(f'"{separator}{word} "&ROUND(SUMIF({by},"{word}",{weights})*100,1)&" %"')
            shown += f"{separator}{word} {_plain(total)} %"
        else:
            pieces.append(f'ROUND(SUM({weights})*100,1)&" %"')
            shown += f"{_plain(total)} %"
    column = 2 if len(fields) > 4 else 1
    sheet.write_formula(2, column, "=" + "&".join(pieces), desk.formats.note(), shown)


def _weight(record: Entry) -> float:
    value = record["weight"]
    return float(value) if isinstance(value, int | float) else 0.0


def _plain(share: float) -> str:
    return f"{round(share * 100, 1):g}"


# ---------------------------------------------------------------- the table of figures


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table of figures."""

    measure: str
    perspective: Perspective
    breakdown: str


def write_grid(
    desk: Desk, section: Section, figures: Iterable[Figure], ready: Sequence[str]
) -> None:
    """Measures down, scenario and period across; *ready* are rows that stand there empty."""
    numbers: dict[tuple[Line, Scenario, Period], Figure] = {}
    lines = {Line(key, Perspective.OWN, ""): None for key in ready}
    for found in figures:
        line = Line(found.measure, found.perspective, found.breakdown)
        lines[line] = None
        numbers[line, found.scenario, found.period] = found
    columns = _columns_of(desk, numbers)
    sheet = desk.open(section, landscape=True)
    lead = [section.fields[key] for key in ("metric", "perspective", "product_group", "unit")]
    last = FIRST + len(lines) + SPARE - 1
    headings = _grid_headings(desk, sheet, section, lead, columns)
    _add_table(sheet, section.key, headings, last)
    for row, line in enumerate(lines, start=FIRST):
        _write_line(desk, sheet, section, row, line, columns, numbers)
    plain = desk.formats.cell("General", wrap=True)
    for row in range(FIRST + len(lines), last + 1):
        for at in range(len(headings)):
            desk.write(sheet, row, at, Typed(), plain if at < len(lead) else _grid_look(desk, ""))
    _finish_grid(desk, sheet, section, lead, len(headings), last)
    first, end = fixed(FIRST, len(lead)), fixed(last + 200, len(headings) - 1)
    count = sum(_shown(found).value is not None for found in numbers.values())
    name = quoted(desk.names[section.key])
    desk.counts[section.key] = (f"=COUNTA({name}!{first}:{end})", count)


def _columns_of(
    desk: Desk, numbers: Mapping[tuple[Line, Scenario, Period], Figure]
) -> list[tuple[Scenario, Period]]:
    """The usual columns, and those that the figures need besides."""
    year = next((period.year for _, _, period in numbers), 2000)
    quarters = Period(year).parts("Q")
    usual = [(Scenario.PY, quarter) for quarter in quarters]
    usual += [(Scenario.TARGET, period) for period in (*quarters, Period(year))]
    usual += [(Scenario.ACTUAL, quarter) for quarter in quarters]
    usual += [(Scenario.FORECAST, Period(year))]
    needed = {(scenario, period) for _, scenario, period in numbers}
    order = {"Q": 0, "H": 1, "FY": 2, "M": 3}
    return sorted(
        {*usual, *needed},
        key=lambda column: (
            SCENARIOS.index(column[0]),
            order[column[1].grain],
            column[1].year,
            column[1].number,
        ),
    )


def _heading(desk: Desk, scenario: Scenario, period: Period) -> str:
    """``Ziel Q1``, ``Ist Jan``."""
    short = period.short
    if period.grain == "M":
        short = f"M{period.begins(desk.manner.fy_start_month).month:02d}"
    words = desk.manner.vocabulary.field("figures.period").option(short).words
    name = words[desk.manner.language][0]
    shown = name[:3] if period.grain == "M" else name
    return f"{desk.manner.word('scenario', scenario)} {shown}"


_BANDS = {
    Scenario.PY: Theme("#5C6670", "#E9ECEF"),
    Scenario.TARGET: Theme("#8A5A00", "#F6EBD5"),
    Scenario.ACTUAL: Theme("#17636B", "#D9EBEC"),
    Scenario.FORECAST: Theme("#633A6E", "#EADFEE"),
}


def _grid_headings(
    desk: Desk,
    sheet: Worksheet,
    section: Section,
    lead: Sequence[Field],
    columns: Sequence[tuple[Scenario, Period]],
) -> list[dict[str, Any]]:
    headings = []
    for at, (column, width) in enumerate(zip(lead, (36, 11, 18, 10), strict=True)):
        look = desk.formats.heading(theme_of(section.key), required=at == 0)
        said = desk.manner.word("field", column.name)
        headings.append({"header": said, "header_format": look})
        sheet.set_column(at, at, width)
        _guard_heading(desk, sheet, at, said, column.help.get(desk.manner.language, ""))
    for at, (scenario, period) in enumerate(columns, start=len(lead)):
        said = _heading(desk, scenario, period)
        look = desk.formats.heading(_BANDS[scenario], required=True)
        headings.append({"header": said, "header_format": look})
        _guard_heading(desk, sheet, at, said, "")
    sheet.set_column(len(lead), len(headings) - 1, 11.5)
    return headings


def _shown(found: Figure) -> Typed:
    """What was typed: an override, a text that gave no number, or the number."""
    if isinstance(found.value, Typed):
        return found.value
    if found.value is None:
        return Typed(found.raw or None)
    return Typed(found.value)


def _write_line(
    desk: Desk,
    sheet: Worksheet,
    section: Section,
    row: int,
    line: Line,
    columns: Sequence[tuple[Scenario, Period]],
    numbers: Mapping[tuple[Line, Scenario, Period], Figure],
) -> None:
    unit = desk.manner.vocabulary.unit_of(line.measure)
    words = desk.formats.cell("General", wrap=True)
    perspective = desk.manner.word("perspective", line.perspective)
    indented = desk.formats.cell("General", wrap=True, indent=2 if line.breakdown else 0)
    desk.write(sheet, row, 0, Typed(desk.manner.metric(line.measure)), indented)
    desk.write(sheet, row, 1, Typed(perspective), words)
    desk.write(sheet, row, 2, Typed(line.breakdown or None), words)
    desk.write(sheet, row, 3, _unit_cell(desk, unit), words)
    for at, (scenario, period) in enumerate(columns, start=4):
        found = numbers.get((line, scenario, period))
        typed = Typed() if found is None else _shown(found)
        if (
            found is not None
            and typed.value is found.value
            and isinstance(found.value, int | float)
        ):
            typed = desk.manner.number(found.value, "", unit)
        number_format = typed.format or desk.manner.number_format("", unit)
        desk.write(sheet, row, at, typed, _grid_look(desk, number_format, scenario))
        key = (section.key, line.measure, line.breakdown, line.perspective, scenario, period)
        desk.keep(key, section.key, row, at)


def _grid_look(desk: Desk, number_format: str, scenario: Scenario | None = None) -> Format:
    more = {"bg_color": INPUT} if scenario is Scenario.ACTUAL else {}
    return desk.formats.cell(number_format or "General", **more)


def _unit_cell(desk: Desk, unit: str) -> Typed:
    """The unit of a row; for amounts what the header of the plan says, also after a change."""
    if unit != "EUR":
        return Typed(desk.say(f"unit_{unit}") if f"unit_{unit}" in WORDS else unit)
    header = "plan" if desk.manner.document == "plan" else "header"
    scale = desk.cells.get((header, 0, "amount_scale"))
    currency = desk.cells.get((header, 0, "currency"))
    words = [option.words[desk.manner.language][0] for option in _scale_options(desk, header)]
    shown = words[len(str(desk.manner.scale)) // 3]
    if scale is None or currency is None:
        return Typed(shown)
    sheet = quoted(desk.names[header])
    here, code = (f"{sheet}!{_dollars(place.cell)}" for place in (scale, currency))
    formula, result = here, shown
    for word, plain in zip(reversed(words), reversed(("", *_PREFIXES[desk.manner.language])),
                           strict=True):  # fmt: skip
        formula = f'SUBSTITUTE({formula},"{word}","{plain}"&{code})'
        result = result.replace(word, plain + desk.manner.currency)
    if desk.manner.currency == "EUR":
        result = shown
    return Typed(result, formula=f'=IF({code}="EUR",{here},{formula})')


_PREFIXES = {"de": ("Tsd. ", "Mio. "), "en": ("k ", "m ")}


def _scale_options(desk: Desk, header: str) -> Sequence[Any]:
    return desk.manner.vocabulary.field(f"{header}.amount_scale").options


def _dollars(cell: str) -> str:
    letters = cell.rstrip("0123456789")
    return f"${letters}${cell[len(letters) :]}"


def _finish_grid(
    desk: Desk,
    sheet: Worksheet,
    section: Section,
    lead: Sequence[Field],
    width: int,
    last: int,
) -> None:
    sheet.freeze_panes(FIRST, 1)
    sheet.repeat_rows(HEADER)
    sheet.print_area(0, 0, last, width - 1)
    for at, column in enumerate(lead[:2]):
        sheet.data_validation(FIRST, at, last + 200, at, validation(desk, column))
    rule: dict[str, Any] = {
        "validate": "decimal", "criteria": "between", "minimum": -1e12, "maximum": 1e12,
        "error_type": "warning", "error_title": desk.say("please_check"),
        "error_message": desk.say("no_number"),
    }  # fmt: skip
    sheet.data_validation(FIRST, len(lead), last + 200, width - 1, rule)
    sheet.write_string(2, 1, desk.say("grid_note"), desk.formats.note())
    if section.document == "plan":
        sheet.ignore_errors({"formula_differs": f"D{FIRST + 1}:D{last + 1}"})


# ---------------------------------------------------------------- cover and choices


def write_cover(
    desk: Desk, sheet: Worksheet, title: str, subject: str, sections: Sequence[Section]
) -> None:
    """The first sheet: what this is, how to fill it in, and a link to every sheet."""
    sheet.hide_gridlines(2)
    sheet.set_tab_color(PLAIN.dark)
    desk.set_page(sheet, landscape=False)
    for at, width in enumerate((5, 36, 66, 13)):
        sheet.set_column(at, at, width)
    sheet.set_row(0, 36)
    head = desk.formats(bold=True, font_size=22, font_color=PLAIN.dark, valign="vcenter")
    sheet.write_string(0, 0, title, head)
    shown = desk.formats(font_size=14, font_color=QUIET, valign="vcenter")
    sheet.write_string(1, 0, subject or desk.say("blank"), shown)
    sheet.set_row(1, 24)
    for row, key in enumerate(("how_1", "how_2"), start=3):
        sheet.set_row(row, 19)
        sheet.write_string(row, 0, desk.say(key), desk.formats(valign="vcenter"))
    _write_legend(desk, sheet, 5)
    top = 7
    heading = desk.formats(bold=True, bg_color=PLAIN.dark, font_color="#FFFFFF", valign="vcenter")
    for at, key in enumerate(("number", "sheet", "what_for", "entries")):
        sheet.write_string(top, at, desk.say(key), heading)
    sheet.set_row(top, 20)
    for row, section in enumerate(sections, start=top + 1):
        sheet.set_row(row, 20)
        _write_cover_line(desk, sheet, row, section)
    sheet.protect("", _ALLOWED)
    sheet.print_area(0, 0, top + len(sections), 3)


def _write_cover_line(desk: Desk, sheet: Worksheet, row: int, section: Section) -> None:
    theme = theme_of(section.key)
    line = {"bottom": 1, "bottom_color": LINE, "valign": "vcenter"}
    number = "" if section.part_of else str(section.number)
    look = desk.formats(
        bold=True, bg_color=theme.tint, font_color=theme.dark, align="center", **line
    )
    sheet.write_string(row, 0, number, look)
    target = desk.names[section.key]
    sheet.write_url(
        row,
        1,
        f"internal:{quoted(target)}!A1",
        desk.formats(font_color="#1B5FA7", underline=1, indent=2 if section.part_of else 1, **line),
        string=target,
    )
    said = section.help.get(desk.manner.language, "")
    sheet.write_string(row, 2, said, desk.formats(font_color=QUIET, text_wrap=True, **line))
    formula, count = desk.counts[section.key]
    look = desk.formats(align="center", num_format='0;-0;"–"', **line)
    sheet.write_formula(row, 3, formula, look, count)


def _write_legend(desk: Desk, sheet: Worksheet, row: int) -> None:
    """What the colours and stars mean."""
    sheet.set_row(row, 19)
    middle = {"valign": "vcenter"}
    look = desk.formats(bg_color=MISSING, border=1, border_color=LINE, align="center", **middle)
    sheet.write_string(row, 0, "*", look)
    sheet.write_string(row, 1, desk.say("required"), desk.formats(indent=1, **middle))
    sheet.write_string(row, 2, desk.say("question"), desk.formats(font_color=QUIET, **middle))


def write_choices(desk: Desk) -> None:
    """The last sheet: lists that are too long for a cell's own choice."""
    sheet = desk.book.add_worksheet(desk.say("lists"))
    sheet.set_tab_color("#B5BDC5")
    sheet.hide_gridlines(2)
    desk.set_page(sheet, landscape=False)
    sheet.set_row(0, 27)
    sheet.write_string(0, 0, desk.say("lists"), desk.formats.title(PLAIN))
    sheet.write_string(1, 0, desk.say("lists_note"), desk.formats.note())
    desk.link(sheet, 2, 0, desk.say("contents"), desk.say("back"))
    heading = desk.formats.heading(PLAIN, required=True)
    cell = desk.formats(border=1, border_color=LINE)
    for at, (name, words) in enumerate(desk.long_lists):
        sheet.set_column(at, at, max(map(len, (name, *words))) + 3)
        sheet.write_string(HEADER, at, name, heading)
        for row, word in enumerate(words, start=FIRST):
            sheet.write_string(row, at, word, cell)
    sheet.freeze_panes(FIRST, 0)
    sheet.protect("", _ALLOWED)


WRITERS: Mapping[str, Callable[[Desk, Section, Sequence[Entry]], None]] = {
    "one": write_form,
    "many": write_list,
}
