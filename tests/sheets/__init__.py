"""The complete, clean plan and scorecard, and drawings laid over them.

A drawing names only what differs from the base. ``# plan`` or ``# scorecard`` says which base it
is laid over; several such lines are several workbooks. A sheet of the drawing replaces the base's
sheet of that name. A sheet headed ``[Name …]`` changes it instead:

    [Plankopf …]                      a form: the row with the same first cell is replaced
    Stichtag | 2027-01-31

    [Sortiment –]                     the sheet is missing

    [Zahlen …]                        a table: the first row repeats some of its headings,
    Messgröße | Ist Q3                then only these cells of the named rows are replaced
    Absatz    | rund zehntausend

A row that the base does not have is added at the end. ``# nothing`` is an empty base.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from textwrap import dedent

BASES = ("plan", "scorecard", "nothing")


@cache
def base(name: str) -> str:
    """The drawing of the base *name*."""
    if name == "nothing":
        return ""
    return (Path(__file__).parent / f"{name}.txt").read_text(encoding="utf-8")


def workbooks(drawing: str) -> list[str]:
    """The whole drawings of the workbooks that *drawing* changes."""
    parts: list[tuple[str, list[str]]] = []
    for line in dedent(drawing).strip("\n").splitlines():
        if (word := line.strip().removeprefix("# ")) in BASES and line.startswith("#"):
            parts.append((word, []))
        else:
            parts = parts or [("plan", [])]
            parts[-1][1].append(line)
    return [_laid_over(base(name), lines) for name, lines in parts or [("plan", [])]]


def _laid_over(drawing: str, lines: list[str]) -> str:
    sheets = _sheets(drawing.splitlines())
    for name, (state, rows) in _sheets(lines).items():
        if name.endswith(" –"):
            del sheets[name.removesuffix(" –")]
        elif name.endswith(" …"):
            plain = name.removesuffix(" …")
            sheets[plain] = state, _changed(sheets[plain][1], rows)
        else:
            sheets[name] = state, rows
    drawn = (f"[{name}]{state}\n" + "\n".join(rows) for name, (state, rows) in sheets.items())
    return "\n".join(drawn) + "\n"


def _sheets(lines: list[str]) -> dict[str, tuple[str, list[str]]]:
    """The rows of each sheet, with what its heading says of its state."""
    sheets: dict[str, tuple[str, list[str]]] = {}
    rows: list[str] = []
    for line in lines:
        if match := re.fullmatch(r"\[([^\]]+)\]( hidden| veryHidden)?", line.rstrip()):
            rows = []
            sheets[match[1]] = match[2] or "", rows
        elif line.strip():
            rows.append(line)
    return sheets


def _changed(rows: list[str], changes: list[str]) -> list[str]:
    """The base's *rows* with the drawn *changes*; rows stay where they are."""
    table = [_cells(row) for row in rows]
    orders = [change for change in changes if change.startswith("!")]
    drawn = [_cells(change) for change in changes if not change.startswith("!")]
    headings = next((row for row in table if drawn and _repeats(drawn[0], row)), None)
    for cells in drawn[1:] if headings else drawn:
        if headings:
            _change(table, headings, dict(zip(drawn[0], cells, strict=False)))
        else:
            _replace(table, cells)
    return orders + [" | ".join(row) for row in table]


def _repeats(cells: list[str], row: list[str]) -> bool:
    return len(cells) > 1 and all(cell and cell in row for cell in cells)


def _change(table: list[list[str]], headings: list[str], cells: dict[str, str]) -> None:
    """Replace single cells of the row with the same first cell, or add a row."""
    key = next(iter(cells.values()))
    column = headings.index(next(iter(cells)))
    row = next((row for row in table if len(row) > column and row[column] == key), None)
    if row is None:
        row = []
        table.append(row)
    row.extend([""] * (len(headings) - len(row)))
    for heading, cell in cells.items():
        row[headings.index(heading)] = cell


def _replace(table: list[list[str]], cells: list[str]) -> None:
    for index, row in enumerate(table):
        if row[0] == cells[0]:
            table[index] = cells
            return
    table.append(cells)


def _cells(row: str) -> list[str]:
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", row)]
