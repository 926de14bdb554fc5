"""What a marked copy costs: python bench/marking.py

Marks the plans of the worked example and one rich test workbook; compares with a bare read and with
openpyxl loading and saving, which loses what it does not know.
"""

import io
import statistics
import sys
import time
from pathlib import Path

import openpyxl

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

import rich  # noqa: E402
import test_marked  # noqa: E402

from kam_reports.books import read_bytes  # noqa: E402
from kam_reports.outputs.marked import marked  # noqa: E402


def cpu(task, rounds=7):
    seconds = []
    for _ in range(rounds):
        start = time.process_time()
        task()
        seconds.append(time.process_time() - start)
    return statistics.median(seconds) * 1000


def openpyxl_round(data):
    book = openpyxl.load_workbook(io.BytesIO(data), keep_vba=True)
    book.save(io.BytesIO())


data = rich.BOOKS["macros and buttons"]()  # openpyxl cannot read the drawing of the fullest one
for name, task in (
    ("read_book (guard, two readers)", lambda: read_bytes(data, "x")),
    ("marked copy, with the reading before and after", lambda: marked(data, test_marked.FOUND, test_marked.WORDS, "x")),
    ("openpyxl, load and save", lambda: openpyxl_round(data)),
):
    print(f"{name:50} {cpu(task):8.1f} ms CPU")
