"""Times the reports alone: COUNT pages of the example's editions in turn, after reading once.

    python bench/reports.py [COUNT] [--profile]

CPU time a report, and how much memory the second half took beyond the first.
"""

import cProfile
import pstats
import resource
import shutil
import sys
import tempfile
import time
from datetime import date
from itertools import cycle, islice
from pathlib import Path

from kam_reports import actions
from kam_reports.audience import Lookup, project
from kam_reports.kpis import KPIS
from kam_reports.model import Occasion, Period
from kam_reports.outputs import html
from kam_reports.outputs.garbage import settled
from kam_reports.workspace import folder, load_workspace


def made(top: Path):
    """The example, read and reviewed; and everything that a report needs."""
    shutil.copytree(folder("workbooks") / "example", top, dirs_exist_ok=True)
    workspace = load_workspace(top / "kam.toml")
    reading = actions.read([top / "plans", top / "scorecards"], workspace)
    occasion = Occasion(Period(2026, "Q", 3), date(2026, 9, 30))
    return workspace, actions.review(reading, occasion, workspace)


def resident() -> float:
    """Megabytes now held, not the most ever held."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    count = int(next((word for word in sys.argv[1:] if word.isdigit()), "1000"))
    with tempfile.TemporaryDirectory() as name:
        workspace, review = made(Path(name))
        wording = actions.wording_of(workspace)
        press = html.Press(wording, workspace, workspace.out)
        lookup = Lookup.of(review)
        pages = tuple(html._pages(review, workspace.report.editions))

        def one(page):
            view = project(
                review, page.subject, page.edition, wording.vocabulary, kpis=KPIS, lookup=lookup
            )
            return len(press.report(view, lookup.numbers_of(page.subject)))

        for page in pages:
            one(page)
        if "--profile" in sys.argv:
            with cProfile.Profile() as profile:
                for page in islice(cycle(pages), count):
                    one(page)
            pstats.Stats(profile).sort_stats("tottime").print_stats(45)
            return
        by_edition = {}
        start, size, half = time.process_time(), 0, 0.0
        with settled():  # as ``render_reports`` has it
            for number, page in enumerate(islice(cycle(pages), count)):
                begun = time.process_time()
                size += one(page)
                by_edition.setdefault(page.edition.value, []).append(time.process_time() - begun)
                if number == count // 2:
                    half = resident()
        spent = time.process_time() - start
        print(f"{count} reports: {spent / count * 1000:.1f} ms CPU and {size / count / 1000:.0f} KB each")
        for edition, times in by_edition.items():
            print(f"  {edition}: {sum(times) / len(times) * 1000:.1f} ms")
        print(f"memory: {resident():.0f} MB, {resident() - half:+.1f} MB over the second half")


if __name__ == "__main__":
    main()
