"""The table of figures: measures down, scenario and period across."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kam_reports.model import Figure, Period, Perspective, Scenario
from kam_reports.outputs.forms.asking import guard_heading, number_rule, validation
from kam_reports.outputs.forms.cells import Typed
from kam_reports.outputs.forms.desk import BACK, FIRST, HEADER, MORE, Desk
from kam_reports.outputs.forms.listing import SPARE, add_table
from kam_reports.outputs.forms.looks import BANDS, INPUT, theme_of
from kam_reports.outputs.forms.words import WORDS
from kam_reports.vocabulary import Field, Section

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

_LEAD = {"metric": 38.0, "perspective": 12.0, "product_group": 16.0, "unit": 13.0}  # widths
_NARROWEST = 10.0
_GRAINS = ("Q", "H", "FY", "M")
_ANY_YEAR = 2000  # a blank form belongs to no year


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table of figures."""

    measure: str
    perspective: Perspective
    breakdown: str


Head = tuple[Scenario, Period]
Numbers = Mapping[tuple[Line, Scenario, Period], Figure]


def write_grid(
    desk: Desk, section: Section, figures: Iterable[Figure], ready: Sequence[str]
) -> None:
    """A sheet with all figures; *ready* are measures whose rows stand there empty."""
    numbers = {
        (Line(f.measure, f.perspective, f.breakdown), f.scenario, f.period): f for f in figures
    }
    lines = [Line(key, Perspective.OWN, "") for key in ready]
    lines = list(dict.fromkeys((*lines, *(line for line, _, _ in numbers))))
    heads = _heads(numbers)
    sheet = desk.open(section)
    last = FIRST + len(lines) + SPARE - 1
    width = _write_headings(desk, sheet, section, heads, last)
    for row, line in enumerate(lines, start=FIRST):
        _write_line(desk, sheet, section, row, line, heads, numbers)
    for row in range(FIRST + len(lines), last + 1):
        for at in range(len(_LEAD) + len(heads)):
            desk.write(
                sheet, row, at, Typed(), _word_look(desk) if at < len(_LEAD) else _look(desk)
            )
    _finish(desk, sheet, section, len(_LEAD) + len(heads), width, last)
    end = (last + MORE, len(_LEAD) + len(heads) - 1)
    count = sum(_typed(found).value is not None for found in numbers.values())
    desk.count(section.key, (FIRST, len(_LEAD)), end, count)


def _heads(numbers: Numbers) -> list[Head]:
    """The usual columns, and those that the figures need besides."""
    year = Period(next((period.year for _, _, period in numbers), _ANY_YEAR))
    quarters = year.parts("Q")
    usual = [(Scenario.PY, quarter) for quarter in quarters]
    usual += [(Scenario.TARGET, period) for period in (*quarters, year)]
    usual += [(Scenario.ACTUAL, quarter) for quarter in quarters]
    usual += [(Scenario.FORECAST, year)]
    needed = ((scenario, period) for _, scenario, period in numbers)
    return sorted({*usual, *needed}, key=_in_order)


def _in_order(head: Head) -> tuple[int, int, int, int]:
    scenario, period = head
    return list(Scenario).index(scenario), _GRAINS.index(period.grain), period.year, period.number


def _said(desk: Desk, head: Head) -> str:
    """``Ziel Q1``, ``Ist Jan``."""
    scenario, period = head
    short = period.short
    if period.grain == "M":
        short = f"M{period.begins(desk.manner.fy_start_month).month:02d}"
    name = (
        desk.manner.vocabulary.field("figures.period").option(short).words[desk.manner.language][0]
    )
    shown = name[:3] if period.grain == "M" else name
    return f"{desk.manner.word('scenario', scenario)} {shown}"


def _lead(section: Section) -> list[Field]:
    return [section.fields[key] for key in _LEAD]


def _write_headings(
    desk: Desk, sheet: Worksheet, section: Section, heads: Sequence[Head], last: int
) -> float:
    """The table with its headings; its width."""
    headings: list[dict[str, Any]] = []
    total = 0.0
    for at, (column, width) in enumerate(zip(_lead(section), _LEAD.values(), strict=True)):
        said = desk.manner.word("field", column.name)
        look = desk.formats.heading(theme_of(section.key), required=at == 0)
        headings.append({"header": said, "header_format": look})
        sheet.set_column(at, at, width)
        total += width
        guard_heading(desk, sheet, at, said, column.help.get(desk.manner.language, ""))
    for at, head in enumerate(heads, start=len(_LEAD)):
        said = _said(desk, head)
        look = desk.formats.heading(BANDS[head[0]], required=True, centred=True)
        headings.append({"header": said, "header_format": look})
        width = max(_NARROWEST, max(map(len, said.split())) + 2)
        sheet.set_column(at, at, width)
        total += width
        guard_heading(desk, sheet, at, said, "")
    add_table(desk, sheet, section.key, headings, last)
    return total


def _typed(found: Figure) -> Typed:
    """What was typed: an override, a text that gave no number, or the number."""
    value: Any = found.value
    if isinstance(value, Typed):
        return value
    return Typed(found.raw or None) if value is None else Typed(value)


def _write_line(
    desk: Desk,
    sheet: Worksheet,
    section: Section,
    row: int,
    line: Line,
    heads: Sequence[Head],
    numbers: Numbers,
) -> None:
    unit = desk.manner.vocabulary.unit_of(line.measure)
    perspective = desk.manner.word("perspective", line.perspective)
    name = Typed(desk.manner.metric(line.measure))
    desk.write(sheet, row, 0, name, _word_look(desk, 3 if line.breakdown else 1))
    if len(str(name.value)) > _LEAD["metric"]:
        sheet.set_row(row, 32)
    desk.write(sheet, row, 1, Typed(perspective), _word_look(desk))
    desk.write(sheet, row, 2, Typed(line.breakdown or None), _word_look(desk))
    desk.write(sheet, row, 3, _unit(desk, unit), _word_look(desk))
    for at, (scenario, period) in enumerate(heads, start=len(_LEAD)):
        found = numbers.get((line, scenario, period))
        typed = Typed() if found is None else _typed(found)
        if found is not None and typed == Typed(found.value) and found.value is not None:
            typed = desk.manner.number(found.value, "", unit)
        number_format = typed.format or desk.manner.number_format("", unit)
        desk.write(sheet, row, at, typed, _look(desk, number_format, scenario))
        key = (section.key, line.measure, line.breakdown, line.perspective, scenario, period)
        desk.keep(key, row, at)


def _word_look(desk: Desk, indent: int = 1) -> Format:
    return desk.formats.cell("General", wrap=True, align="left", indent=indent)


def _look(desk: Desk, number_format: str = "General", scenario: Scenario | None = None) -> Format:
    """Actual figures are what one comes back to fill in."""
    if scenario is Scenario.ACTUAL:
        return desk.formats.cell(number_format, bg_color=INPUT)
    return desk.formats.cell(number_format)


def _unit(desk: Desk, unit: str) -> Typed:
    """The unit of a row."""
    if unit == "EUR":
        return desk.amount_unit()
    return Typed(desk.say(f"unit_{unit}") if f"unit_{unit}" in WORDS else unit or None)


def _finish(
    desk: Desk, sheet: Worksheet, section: Section, columns: int, width: float, last: int
) -> None:
    desk.set_page(sheet, landscape=True, width=width)
    sheet.freeze_panes(FIRST, 1)
    sheet.repeat_rows(HEADER)
    sheet.repeat_columns(0)
    sheet.print_area(0, 0, last, columns - 1)
    for at, column in enumerate(_lead(section)[:2]):
        sheet.data_validation(FIRST, at, last + MORE, at, validation(desk, column))
    sheet.data_validation(FIRST, len(_LEAD), last + MORE, columns - 1, number_rule(desk))
    sheet.ignore_errors({"calculated_column": f"D{FIRST + 1}:D{last + 1}"})
    sheet.write_string(BACK, 1, desk.say("grid_note"), desk.formats.note())
