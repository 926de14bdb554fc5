"""Number formats: which style shows how, and which numbers are dates because of it."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from enum import Enum
from functools import lru_cache

# The formats that Excel knows by number and never writes down (ECMA-376 part 1, 18.8.30).
BUILT_IN = {
    0: "General",
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    5: '"$"#,##0_);("$"#,##0)',
    6: '"$"#,##0_);[Red]("$"#,##0)',
    7: '"$"#,##0.00_);("$"#,##0.00)',
    8: '"$"#,##0.00_);[Red]("$"#,##0.00)',
    9: "0%",
    10: "0.00%",
    11: "0.00E+00",
    12: "# ?/?",
    13: "# ??/??",
    14: "mm-dd-yy",
    15: "d-mmm-yy",
    16: "d-mmm",
    17: "mmm-yy",
    18: "h:mm AM/PM",
    19: "h:mm:ss AM/PM",
    20: "h:mm",
    21: "h:mm:ss",
    22: "m/d/yy h:mm",
    37: "#,##0_);(#,##0)",
    38: "#,##0_);[Red](#,##0)",
    39: "#,##0.00_);(#,##0.00)",
    40: "#,##0.00_);[Red](#,##0.00)",
    41: '_(* #,##0_);_(* \\(#,##0\\);_(* "-"_);_(@_)',
    42: '_("$"* #,##0_);_("$"* \\(#,##0\\);_("$"* "-"_);_(@_)',
    43: '_(* #,##0.00_);_(* \\(#,##0.00\\);_(* "-"??_);_(@_)',
    44: '_("$"* #,##0.00_)_("$"* \\(#,##0.00\\)_("$"* "-"??_)_(@_)',
    45: "mm:ss",
    46: "[h]:mm:ss",
    47: "mmss.0",
    48: "##0.0E+0",
    49: "@",
    # Dates of East Asian Excels; here they only need to be known as dates.
    **dict.fromkeys((*range(27, 37), *range(50, 59)), "mm-dd-yy"),
}

_QUOTED = re.compile(r'"[^"]*"?|\\.|_.|\*.')
_BRACKETED = re.compile(r"\[[^\]]*\]")
_ELAPSED = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)
_FRACTION = re.compile(r"s\.0+", re.IGNORECASE)


class Shows(Enum):
    """What a number format makes of a number."""

    NUMBER = "number"
    MOMENT = "moment"
    ELAPSED = "elapsed"


@lru_cache(maxsize=4096)
def shows(number_format: str) -> Shows:
    """Whether numbers in this format are dates, lengths of time or just numbers."""
    bare = _QUOTED.sub("", number_format).partition(";")[0]
    if _ELAPSED.search(bare):
        return Shows.ELAPSED
    bare = _FRACTION.sub("s", _BRACKETED.sub("", bare)).lower()
    # "0 Tsd." has letters of dates, but a place for digits makes it a number.
    if "general" in bare or any(sign in bare for sign in "0#?@"):
        return Shows.NUMBER
    return Shows.MOMENT if any(letter in bare for letter in "ymdhs") else Shows.NUMBER


_DAY = 86_400_000
_LAST_DAY = {False: 2_958_465, True: 2_957_003}  # 9999-12-31
_ORDINAL_OF_1899_12_30 = 693_594
_ORDINAL_OF_1904_01_01 = 695_056


def moment(serial: float, *, date1904: bool) -> date | datetime | time | float:
    """The date, time or both that Excel shows for a serial number.

    What Excel cannot show as a date (a negative number, or one after the year 9999) stays a
    number. Excel keeps no more than milliseconds.
    """
    if not 0 <= serial < _LAST_DAY[date1904] + 1:
        return serial
    days, milliseconds = divmod(round(serial * _DAY), _DAY)
    if days > _LAST_DAY[date1904]:
        return serial
    if date1904:
        day = date.fromordinal(_ORDINAL_OF_1904_01_01 + days)
    else:
        # Excel believes that 1900 had a 29 February, so the days before it count from one later.
        day = date.fromordinal(_ORDINAL_OF_1899_12_30 + days + (days < 60))
    exact = datetime.combine(day, time()) + timedelta(milliseconds=milliseconds)
    if days == 0:
        return exact.time()
    return exact if milliseconds else day


def elapsed(serial: float) -> timedelta | float:
    """The length of time that Excel shows for a number in a format such as ``[h]:mm``."""
    try:
        return timedelta(milliseconds=round(serial * _DAY))
    except OverflowError:
        return serial
