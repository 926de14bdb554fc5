"""What the workbooks of the third hand are written with, besides the desk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from openpyxl.utils.cell import coordinate_from_string

from heldout.desk import Page

_SEASON = (82, 79, 96, 101, 104, 99, 88, 85, 107, 112, 118, 92)


def twelve(base: float, wobble: int, digits: int = 0) -> list[float]:
    """Twelve uneven months around *base*."""
    values = [base * (share + number * wobble % 7) / 100 for number, share in enumerate(_SEASON)]
    return [round(value, digits) if digits else round(value) for value in values]


def sums(rows: Iterable[Sequence[float]]) -> list[float]:
    """The sums of the columns."""
    return [round(sum(column), 2) for column in zip(*rows, strict=True)]


def take_row(page: Page, cell: str, label: str, values: Sequence[object],
             names: Sequence[str | None], times: float = 1, *, needed: bool = True,
             style: str = "") -> None:  # fmt: skip
    """A label in *cell* and the figures to the right of it."""
    letter, row = coordinate_from_string(cell)
    page.put(cell, label)
    page.take(f"{chr(ord(letter) + 1)}{row}", values, names, times, needed=needed, style=style)


def transactions(page: Page, top: int, rows: Sequence[tuple], columns: Mapping[str, tuple[str, int]],
                 ) -> None:  # fmt: skip
    """Say what single sales (day, product group, …) from the row *top* on add up to."""
    for measure, (letter, place) in columns.items():
        area = f"{letter}{top}:{letter}{top + len(rows) - 1}"
        found: dict[tuple[str, str], float] = {}
        for row in rows:
            month = row[0].month
            for span in (f"M{month:02d}", f"Q{(month + 2) // 3}", "FY"):
                for group in ("", row[1]):
                    found[span, group] = found.get((span, group), 0) + row[place]
        for (span, group), value in found.items():
            name = f"{measure} A {span}" + (f"/{group}" if group else "")
            needed = span[0] == "Q" and not group
            page.truth(area, name, round(value, 2), needed=needed, grouped=True)
