"""Times reading: ``python bench/read.py [FOLDER] [TIMES]``, CPU ms a workbook, best of the rounds.

The rows of one run may be compared with each other; the machine moves all of them.
"""

from __future__ import annotations

import gc
import io
import os
import sys
import time
from pathlib import Path

import openpyxl
from python_calamine import CalamineWorkbook

from kam_reports.batch import each
from kam_reports.books import read_bytes
from kam_reports.books.container import unpack

EXAMPLE = Path(__file__).resolve().parents[1] / "workbooks"


def calamine(data: bytes) -> None:
    """The plainest use of calamine: every sheet's grid."""
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
    for name in workbook.sheet_names:
        sheet = workbook.get_sheet_by_name(name)
        sheet.to_python()


def by_openpyxl(data: bytes) -> None:
    """openpyxl at its quickest."""
    workbook = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    for sheet in workbook:
        for row in sheet.iter_rows():
            for cell in row:
                cell.value  # noqa: B018


def read_and_count(shared: object, path: Path, name: str) -> int:
    """What a worker does, with a small answer."""
    book = read_bytes(path.read_bytes(), name)
    return sum(len(sheet.cells) for sheet in book.sheets)


def nothing(shared: object, path: Path, name: str) -> int:
    """What it costs to ask a worker."""
    return 0


def cpu(action, files: list[bytes], rounds: int) -> float:
    """CPU milliseconds a file."""
    best = float("inf")
    for _ in range(rounds):
        gc.collect()
        begun = time.process_time()
        for data in files:
            action(data)
        best = min(best, time.process_time() - begun)
    return best / len(files) * 1000


def isolated(task, paths: list[Path]) -> float:
    """Wall milliseconds a file in one worker, its start aside."""
    items = [(path, path.name) for path in paths]
    run = each(task, items, shared=None, jobs=1)
    next(run)
    begun = time.perf_counter()
    for _ in run:
        pass
    return (time.perf_counter() - begun) / (len(items) - 1) * 1000


def main() -> None:
    """Print the table."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else EXAMPLE
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    paths = sorted(folder.rglob("*.xls[xm]"))
    files = [path.read_bytes() for path in paths]
    cells = sum(read_and_count(None, path, "") for path in paths) / len(paths)
    print(f"{len(paths)} workbooks, {sum(map(len, files)) / len(files) / 1e3:.0f} kB,", end=" ")
    print(f"{cells:.0f} cells each; {os.cpu_count()} cores")
    # The workers collect garbage as seldom as this, too.
    gc.freeze()
    gc.set_threshold(100_000, 10, 10)
    base = cpu(calamine, files, rounds)
    rows = [
        ("calamine alone", base),
        ("guard", cpu(unpack, files, rounds)),
        ("read_book", cpu(lambda data: read_bytes(data, ""), files, rounds)),
        ("openpyxl read_only", cpu(by_openpyxl, files, 1)),
    ]
    for name, milliseconds in rows:
        print(f"{name:20s} {milliseconds:8.2f} ms  x calamine {milliseconds / base:5.2f}")
    import read  # a worker finds the tasks by import

    many = paths * max(1, 200 // len(paths))
    print(f"{'asking a worker':20s} {isolated(read.nothing, many):8.2f} ms wall")
    print(f"{'reading in a worker':20s} {isolated(read.read_and_count, many):8.2f} ms wall")


if __name__ == "__main__":
    main()
