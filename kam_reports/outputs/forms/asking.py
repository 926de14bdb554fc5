"""What a cell asks for: its label, its choices, what Excel tells and doubts when one types."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kam_reports.model import Role
from kam_reports.outputs.forms.desk import FIRST, HEADER, Desk, address, fixed, quoted
from kam_reports.vocabulary import Field, Section, normalise

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

    from kam_reports.kpis import Kpi

LONGEST_LIST = 255  # characters that Excel takes as a list, or as a note, within a validation
LONGEST_TITLE = 32
_NUMBERS = ("int", "number", "money", "pct", "score5", "year")
_NAMES = ("name", "prospect", "title")  # the field by which a record is referred to


def label(desk: Desk, column: Field) -> str:
    """The printed name of a field; a star says that it must be filled."""
    word = desk.manner.word("field", column.name)
    return f"{word} *" if column.required == "yes" else word


def shown_fields(section: Section) -> list[Field]:
    """The fields that somebody fills in."""
    return [column for column in section.fields.values() if not column.derived]


def explained(desk: Desk, column: Field) -> str:
    """The help for a field; for a choice also what there is to choose from."""
    said = column.help.get(desk.manner.language, "")
    if column.type == "enum":
        said = f"{said} {desk.say('choice')}: {', '.join(choices(desk, column))}."
    return said.strip()


# ---------------------------------------------------------------- choices


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
    """The measures in their order, then the KPIs by name: what a goal may be set for."""
    from kam_reports.kpis import KPIS

    manner = desk.manner
    measures = [measure.key for measure in manner.vocabulary.measures_of(manner.document)]
    kpis = [key for key in manner.vocabulary.kpis if _is_of(KPIS.get(key), manner.document)]
    found = [manner.metric(key) for key in measures]
    found += sorted((manner.metric(key) for key in kpis), key=normalise)
    words: dict[str, str] = {}
    for word in found:
        words.setdefault(word.casefold(), word)
    return list(words.values())


def _is_of(kpi: Kpi | None, document: str) -> bool:
    """Whether a goal of *document* may be set for a KPI; for a company's own in a plan."""
    role = Role.ACCOUNT if kpi is None else kpi.role
    return (role is Role.PARTNER) == (document == "scorecard")


def _source(desk: Desk, name: str, words: list[str]) -> Any:
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


def _names(desk: Desk, column: Field) -> str | None:
    """The names in the list that a reference points into."""
    target = desk.manner.vocabulary.section(column.refers_to)
    keys = [found.key for found in shown_fields(target)]
    at = next((keys.index(key) for key in _NAMES if key in keys), None)
    if at is None or target.key not in desk.names:
        return None
    sheet = quoted(desk.names[target.key])
    return f"={sheet}!{fixed(FIRST, at)}:{fixed(FIRST + 59, at)}"


# ---------------------------------------------------------------- what Excel says


def validation(desk: Desk, column: Field) -> dict[str, Any]:
    """What Excel offers, tells and doubts when somebody types into *column*.

    It only warns: a question mark in a number field is welcome, and so is a synonym.
    """
    rule: dict[str, Any] = {"validate": "any", "error_type": "warning"}
    if words := choices(desk, column):
        of_metric = column.type == "metric"
        name = desk.say("metrics") if of_metric else desk.manner.word("field", column.name)
        rule |= {"validate": "list", "source": _source(desk, name, words)}
        rule["error_message"] = desk.say("not_in_list")
    elif column.type == "ref" and (names := _names(desk, column)):
        rule |= {"validate": "list", "source": names}
        rule["error_message"] = desk.say("not_in_list")
    elif column.type == "date":
        rule |= _between("date", "=DATE(2000,1,1)", "=DATE(2100,12,31)")
        rule["error_message"] = desk.say("no_date")
    elif column.type in _NUMBERS:
        rule |= number_rule(desk, column.low, column.high, percent=column.type == "pct")
    if "error_message" in rule:
        rule["error_title"] = desk.say("please_check")
    if note := column.help.get(desk.manner.language, "")[:LONGEST_LIST]:
        title = desk.manner.word("field", column.name)[:LONGEST_TITLE]
        rule |= {"input_title": title, "input_message": note}
    return rule


def number_rule(
    desk: Desk, low: float | None = None, high: float | None = None, *, percent: bool = False
) -> dict[str, Any]:
    """The rule of a cell that takes a number."""
    rule = _between("decimal", -1e12 if low is None else low, 1e12 if high is None else high)
    rule |= {"error_type": "warning", "error_title": desk.say("please_check")}
    rule["error_message"] = desk.say("no_number")
    if low is not None and high is not None:
        ends = (f"{low:.0%}", f"{high:.0%}") if percent else (f"{low:g}", f"{high:g}")
        rule["error_message"] = desk.say("no_number_between").format(*ends)
    return rule


def _between(kind: str, low: Any, high: Any) -> dict[str, Any]:
    return {"validate": kind, "criteria": "between", "minimum": low, "maximum": high}


def guard_heading(desk: Desk, sheet: Worksheet, at: int, said: str, help_text: str) -> None:
    """A heading keeps its words, for by them the column is found; it tells its help."""
    rule = {
        "validate": "custom",
        "value": f'=EXACT({address(HEADER, at)},"{said.replace(chr(34), chr(34) * 2)}")',
        "error_title": desk.say("please_check"),
        "error_message": desk.say("keep_heading"),
    }
    if help_text:
        rule["input_title"] = said[:LONGEST_TITLE]
        rule["input_message"] = help_text[:LONGEST_LIST]
    sheet.data_validation(HEADER, at, HEADER, at, rule)


def mark_missing(
    desk: Desk, sheet: Worksheet, area: tuple[int, int, int, int], formula: str
) -> None:
    """Colour what is required and still empty."""
    rule = {"type": "formula", "criteria": f"={formula}", "format": desk.formats.missing()}
    sheet.conditional_format(*area, rule)
