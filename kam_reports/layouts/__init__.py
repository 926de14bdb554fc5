"""The known forms of workbooks, and how a plan is taken out of one.

A layout is data (``*.toml`` beside this module and in the workspace): the words of a family of
workbooks. The readers are general: ``blocks`` finds sections by words, ``records`` reads forms and
lists, ``grids`` reads tables of figures, ``plans`` puts the plan together. What a layout declares
to stand in a place of its own is found by ``anchors`` and read by ``tables``.
"""

from kam_reports.layouts.applications import KINDS as _OF_LISTS
from kam_reports.layouts.declared import Layout, load_layouts
from kam_reports.layouts.plans import nearly_recognise, recognise, take_plan
from kam_reports.layouts.writing import layout_text

# What a plan may be found to be odd about, beside what ``values`` notices in a cell.
KINDS = (
    *_OF_LISTS,
    "anchor-missing",
    "fits-twice",
    "hidden-columns",
    "hidden-rows",
    "hidden-sheet",
    "merged-over",
    "period-gap",
    "period-repeated",
    "repeated-column",
    "scales-mixed",
    "stated-twice",
    "swapped-dates",
    "title-year",
    "total-differs",
    "unknown-column",
    "unknown-measure",
    "unmapped-range",
    "unmapped-sheet",
    "year-differs",
)

__all__ = [
    "KINDS",
    "Layout",
    "layout_text",
    "load_layouts",
    "nearly_recognise",
    "recognise",
    "take_plan",
]
