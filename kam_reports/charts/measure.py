"""How wide a text will be, from the metrics of the font that travels with the reports."""

from __future__ import annotations

import json
from functools import cache, lru_cache
from pathlib import Path

FONTS = Path(__file__).parent / "fonts"
FAMILY = "KAM Inter"
_UNKNOWN = 1000  # thousandths of an em, for letters of another font: hardly any is wider
_PICTURE = 1400  # emoji are
_ELLIPSIS = "…"


@cache
def _widths() -> tuple[dict[str, int], dict[str, int]]:
    """The advance of every letter in thousandths of an em: regular, semi-bold."""
    known = json.loads((FONTS / "widths.json").read_text(encoding="ascii"))
    return known["400"], known["600"]


def has_letter(letter: str) -> bool:
    """Whether *letter* is in the embedded font; another font stands in for one that is not."""
    return letter in _widths()[0]


@lru_cache(maxsize=4096)
def _thousandths(text: str, bold: bool) -> int:
    widths = _widths()[bold]
    try:
        return sum([widths[letter] for letter in text])
    except KeyError:
        return sum(_advance(widths, letter) for letter in text)


def _advance(widths: dict[str, int], letter: str) -> int:
    return widths.get(letter, _UNKNOWN if letter < "\U0001f000" else _PICTURE)


def width_of(text: str, size: float = 12.0, *, bold: bool = False) -> float:
    """The width of *text* in pixels."""
    return _thousandths(text, bold) * size / 1000


def fitted(text: str, room: float, size: float = 12.0, *, bold: bool = False) -> str:
    """*text*, cut with an ellipsis where it is wider than *room* pixels."""
    if width_of(text, size, bold=bold) <= room:
        return text
    widths, left = _widths()[bold], room * 1000 / size - _widths()[bold][_ELLIPSIS]
    kept = []
    for letter in text:
        left -= _advance(widths, letter)
        if left < 0:
            break
        kept.append(letter)
    return "".join(kept).rstrip(" -–·,") + _ELLIPSIS
