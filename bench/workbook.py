"""Times the KPI workbook of many accounts: the example's plans again and again under other numbers.

    python bench/workbook.py WORKSPACE ACCOUNTS [OUT.xlsx]

WORKSPACE is what ``kam-reports demo`` laid out. CPU seconds, and megabytes above the review.
"""

import os
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

from kam_reports import actions
from kam_reports.model import Occasion, Period, Place, Reading, Role, Source, Subject
from kam_reports.outputs.xlsx import write_workbook

PAGE = os.sysconf("SC_PAGE_SIZE")


def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE / 1e6


def moved(plan, number):
    """The plan as that of another account, in another workbook."""
    book = plan.place.book.replace(".xlsx", f" {number}.xlsx")
    subject = Subject(f"{plan.subject.id}-{number:03d}", f"{plan.subject.name} {number}", Role.ACCOUNT)

    def at(place):
        return Place(book, place.sheet, place.cell)

    return replace(
        plan,
        subject=subject,
        place=at(plan.place),
        figures=tuple(replace(figure, place=at(figure.place)) for figure in plan.figures),
        entries=tuple(replace(entry, place=at(entry.place)) for entry in plan.entries),
    )


def main():
    workspace = actions.open_workspace(Path(sys.argv[1]), [], None, "de")
    read = actions.read(workspace.inputs, workspace)
    base = [plan for plan in read.usable if plan.subject.role is Role.ACCOUNT]
    count = int(sys.argv[2])
    plans = [moved(base[number % len(base)], number // len(base)) for number in range(count)]
    sources = tuple(Source(plan.place.book, 1, "0" * 128, plan.subject) for plan in plans)
    quarter = Period(2026, "Q", 3)
    start = time.process_time()
    review = actions.review(
        Reading(tuple(plans), (), sources), Occasion(quarter, quarter.ends()), workspace
    )
    print(f"review    {time.process_time() - start:6.2f} s CPU, {len(review.kpis):,} KPI rows")
    print(f"figures   {len(review.figures):,} read, {len(review.counts):,} counted")
    before, peak, done = resident(), [0.0], threading.Event()

    def watch():
        while not done.wait(0.02):
            peak[0] = max(peak[0], resident())

    threading.Thread(target=watch, daemon=True).start()
    out = Path(sys.argv[3] if len(sys.argv) > 3 else "workbook.xlsx").resolve()
    start = time.process_time()
    data = write_workbook(review, actions.wording_of(workspace), workspace, out)
    done.set()
    print(f"workbook  {time.process_time() - start:6.2f} s CPU, {peak[0] - before:.0f} MB above the review, {len(data) / 1e6:.1f} MB")
    if len(sys.argv) > 3:
        out.write_bytes(data)


if __name__ == "__main__":
    main()
