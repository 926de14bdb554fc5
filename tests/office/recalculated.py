"""Every formula of a workbook beside what LibreOffice makes of it when it reckons anew."""

from __future__ import annotations

import html
import re
import zipfile
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import NamedTuple

from office.libreoffice import convert
from openpyxl.utils import coordinate_to_tuple
from python_calamine import CalamineWorkbook

_ALWAYS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>"""
_CELL = re.compile(r'<c r="([A-Z]+[0-9]+)"([^>]*?)(?:/>|>(.*?)</c>)', re.DOTALL)
_TINY = 1e-12  # what subtracting equals may leave


class Live(NamedTuple):
    """A formula and its cached value; a text if it has none."""

    formula: str
    value: float | str


def recalculated(workbook: Path, folder: Path) -> Path:
    """*workbook* with every formula reckoned anew by LibreOffice, saved in *folder*."""
    return convert(workbook, "xlsx:Calc MS Excel 2007 XML", folder, _ALWAYS)


def formulas(workbook: Path) -> Mapping[str, Mapping[str, Live]]:
    """Sheet → cell → formula with its cached value."""
    found: dict[str, dict[str, Live]] = {}
    with zipfile.ZipFile(workbook) as package:
        names = re.findall(r'<sheet name="(.*?)"', package.read("xl/workbook.xml").decode())
        for number, name in enumerate(names, start=1):
            text = package.read(f"xl/worksheets/sheet{number}.xml").decode()
            sheet = found.setdefault(html.unescape(name), {})
            for cell, marks, body in _CELL.findall(text):
                formula = re.search(r"<f[^>]*>(.*?)</f>", body, re.DOTALL) if body else None
                if formula:
                    cached = re.search(r"<v>(.*?)</v>", body, re.DOTALL)
                    value = html.unescape(cached[1]) if cached else ""
                    is_text = 't="str"' in marks or not value
                    sheet[cell] = Live(
                        html.unescape(formula[1]), value if is_text else float(value)
                    )
    return found


def cells(workbook: Path) -> Mapping[str, Mapping[tuple[int, int], object]]:
    """Sheet → row and column → value, as an independent reader sees it."""
    book = CalamineWorkbook.from_path(workbook)
    found = {}
    for name in book.sheet_names:
        sheet = book.get_sheet_by_name(name)
        top, left = sheet.start or (0, 0)
        found[name] = {
            (row, column): value
            for row, line in enumerate(sheet.to_python(), start=top + 1)
            for column, value in enumerate(line, start=left + 1)
        }
    return found


def differences(workbook: Path, again: Path) -> Iterator[str]:
    """Where the cached value is not what LibreOffice reckons; an empty one must stay empty."""
    others = cells(again)
    for sheet, live in formulas(workbook).items():
        for cell, (formula, value) in live.items():
            other = others[sheet].get(coordinate_to_tuple(cell), "")
            if not _same(value, other):
                yield f"{sheet}!{cell}: {formula[:200]} is {other!r}, cached {value!r}"


def _same(value: float | str, other: object) -> bool:
    if isinstance(other, date):
        other = float((other - date(1899, 12, 30)).days)
    if isinstance(value, str) or not isinstance(other, int | float):
        return value == other
    return abs(value - other) <= max(1e-9 * max(abs(value), abs(other)), _TINY)
