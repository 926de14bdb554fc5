"""Our KPI workbook as openpyxl reads it, and no more of it than a test looks at."""

from __future__ import annotations

import io
import re
import zipfile
from functools import lru_cache

import openpyxl

ROWS = re.compile(rb"<sheetData>.*</sheetData>", re.DOTALL)
NAME = re.compile(r'<sheet name="([^"]+)" sheetId="(\d+)"')


@lru_cache(maxsize=8)
def opened(data, *names, **options):
    """The workbook *data*; the sheets not in *names*, if there are any, have no rows.

    To look at, not to change: whoever asks again gets the same. A workbook of a run holds
    200,000 cells, of which a test of one sheet would read 190,000 for nothing.
    """
    return openpyxl.load_workbook(
        io.BytesIO(without_rows(data, names) if names else data), **options
    )


def without_rows(data, names):
    """The same package, the rows of all sheets but *names* left out."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as whole, zipfile.ZipFile(made, "w") as part:
        sheets = dict(NAME.findall(whole.read("xl/workbook.xml").decode()))
        assert set(names) <= set(sheets), sheets
        kept = {f"xl/worksheets/sheet{sheets[name]}.xml" for name in names}
        for name in whole.namelist():
            content = whole.read(name)
            if name.startswith("xl/worksheets/sheet") and name not in kept:
                content = ROWS.sub(b"<sheetData/>", content)
            part.writestr(name, content)
    return made.getvalue()
