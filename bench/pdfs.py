"""50 reviews printed to PDF, by one browser and by a browser for each. python bench/pdfs.py [COUNT]

Processor time of the browsers and of this process together.
"""

import resource
import sys
import time
from contextlib import closing
from pathlib import Path

from kam_reports import actions
from kam_reports.model import Period
from kam_reports.outputs import pdf
from kam_reports.outputs.html import render_reports
from kam_reports.workspace import load_workspace

count = int(sys.argv[1]) if sys.argv[1:] else 50
workspace = load_workspace(Path(__file__).parents[1] / "workbooks" / "example" / "kam.toml")
occasion = actions.occasion_of(Period(2026, "Q", 3), None, workspace)
reviewed = actions.review(
    actions.read(workspace.inputs, workspace, occasion=occasion), occasion, workspace
)
pages = [
    page
    for path, page in render_reports(reviewed, actions.wording_of(workspace), workspace, "KPI.xlsx")
    if "/customer/" in path or "/partner/" in path
]


def spent():
    both = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in both)


for name, stays in (("one browser", True), ("a browser each", False)):
    before, begin = spent(), time.perf_counter()
    with closing(pdf.Browser(pdf.browser_at())) as browser:
        browser._stays = stays
        sizes = [len(browser.pdf(pages[number % len(pages)])) for number in range(count)]
    cpu, wall = spent() - before, time.perf_counter() - begin
    print(f"{name}: {count} PDFs, {cpu:.1f} s CPU, {wall:.1f} s, {sum(sizes) / count / 1000:.0f} kB each")
