"""How the forms look: colours, widths, and the cell formats made of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from kam_reports.model import Scenario
from kam_reports.vocabulary import Field

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format

INK = "#1F2933"
QUIET = "#6B7785"
LINE = "#C9D1D9"
INPUT = "#FFFDF3"
MISSING = "#FDE8C8"


@dataclass(frozen=True, slots=True)
class Theme:
    """The colour of a group of sheets, and its tint."""

    dark: str
    tint: str


CUSTOMER = Theme("#1F3A5F", "#DCE5F0")
SITUATION = Theme("#17636B", "#D9EBEC")
AGREED = Theme("#8A5A00", "#F6EBD5")
WORK = Theme("#37692F", "#E0ECDD")
JUDGED = Theme("#633A6E", "#EADFEE")
PLAIN = Theme("#4A5560", "#E7EAED")

THEMES = {
    **dict.fromkeys(("plan", "profile", "contacts", "interfaces"), CUSTOMER),
    **dict.fromkeys(("situation", "swot", "competitor", "question", "figures"), SITUATION),
    **dict.fromkeys(("goals", "assortment", "conditions", "promotions"), AGREED),
    **dict.fromkeys(("measures", "pipeline", "activity", "relationship"), WORK),
    **dict.fromkeys(("portfolio", "potential", "satisfaction", "agreements"), JUDGED),
    **dict.fromkeys(("header", "acquisition", "acceptance"), CUSTOMER),
    **dict.fromkeys(("products", "applications"), SITUATION),
    **dict.fromkeys(("trainings", "events", "process"), WORK),
    **dict.fromkeys(("quality", "talks", "scorecard"), JUDGED),
}


BANDS = {
    Scenario.PY: Theme("#5C6670", "#E9ECEF"),
    Scenario.TARGET: AGREED,
    Scenario.ACTUAL: SITUATION,
    Scenario.FORECAST: JUDGED,
}


def theme_of(section: str) -> Theme:
    """The colours of *section*; plain ones for a section nobody grouped."""
    return THEMES.get(section, PLAIN)


_WIDTHS = {
    "code": 9, "person": 20, "text": 28, "longtext": 46, "date": 12, "int": 11, "number": 12,
    "money": 12, "pct": 11, "bool": 10, "score5": 9, "email": 30, "phone": 18, "ref": 20,
    "metric": 34, "period": 14, "year": 9, "currency": 10,
}  # fmt: skip

_ROOMY = 56


def width_of(column: Field, label: str, choices: list[str], *, roomy: bool = False) -> float:
    """How wide a column is: as its type needs, never narrower than a word of its heading.

    A list of few columns is *roomy*: there a text may be long.
    """
    width = _ROOMY if roomy and column.type == "text" else _WIDTHS.get(column.type, 16)
    if column.type == "enum":
        width = max(10, min(34, max(map(len, choices)) + 4))
    longest = max(map(len, label.replace("/", "/ ").replace("-", "- ").split()))
    return max(width, longest + 4)


@dataclass(slots=True)
class Formats:
    """The cell formats of one workbook; the same format is made only once."""

    book: Workbook
    made: dict[tuple[tuple[str, Any], ...], Format] = field(default_factory=dict)

    def __call__(self, **looks: Any) -> Format:
        """The format with these properties."""
        key = tuple(sorted(looks.items()))
        if key not in self.made:
            base = {"font_name": "Calibri", "font_size": 10.5, "font_color": INK, "valign": "top"}
            self.made[key] = self.book.add_format(base | looks)
        return self.made[key]

    def missing(self) -> Format:
        """The colour that a condition lays over a cell."""
        key = (("condition", True),)
        if key not in self.made:
            self.made[key] = self.book.add_format({"bg_color": MISSING})
        return self.made[key]

    def title(self, theme: Theme) -> Format:
        """The name of a sheet."""
        return self(bold=True, font_size=16, font_color=theme.dark, valign="vcenter")

    def note(self) -> Format:
        """A remark below the title."""
        return self(font_color=QUIET, italic=True, valign="vcenter")

    def link(self) -> Format:
        """A link within the workbook."""
        return self(font_color="#1B5FA7", underline=1, valign="vcenter")

    def help(self) -> Format:
        """What is meant, beside an answer."""
        return self(font_color=QUIET, italic=True, text_wrap=True, valign="vcenter", indent=1)

    def heading(self, theme: Theme, *, required: bool, centred: bool = False) -> Format:
        """The heading of a column; what is required stands out."""
        looks: dict[str, Any] = (
            {"bg_color": theme.dark, "font_color": "#FFFFFF"}
            if required
            else {"bg_color": theme.tint, "font_color": theme.dark}
        )
        looks |= {"align": "center"} if centred else {"align": "left", "indent": 1}
        return self(
            bold=True, text_wrap=True, valign="vcenter", border=1, border_color=LINE, **looks
        )

    def cell(self, number_format: str, *, wrap: bool = False, **more: Any) -> Format:
        """A cell of a list that somebody fills in."""
        looks: dict[str, Any] = {"border": 1, "border_color": LINE, "locked": False, **more}
        if number_format != "General":
            looks["num_format"] = number_format
        return self(text_wrap=wrap, **looks)

    def answer(self, number_format: str) -> Format:
        """The cell beside a label."""
        return self.cell(
            number_format, wrap=True, bg_color=INPUT, align="left", valign="vcenter", indent=1
        )
