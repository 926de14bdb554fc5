"""How well foreign workbooks are read: ``python bench/mapping.py [SEEDS] [--forced] [--lies]``.

Prints a table a shape (L1 … L14 and the two families): figures right, missing, wrong, with or
without a finding. ``--forced`` reads a workbook that no layout fits as if it were our own template.
``--lies`` lists every figure that is wrong without a finding, ``--lost`` every one that is missing
without a finding.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from foreign import workbooks  # noqa: E402
from foreign_families import broker, industrial  # noqa: E402
from foreign_sheets import Made  # noqa: E402
from foreign_tally import OUTCOMES, Tally, tally  # noqa: E402

from kam_reports.books import read_bytes  # noqa: E402
from kam_reports.kpis import KPIS, kpi_words  # noqa: E402
from kam_reports.layouts import load_layouts, recognise, take_plan  # noqa: E402
from kam_reports.model import Oddity, Place  # noqa: E402
from kam_reports.vocabulary import Vocabulary  # noqa: E402

VOCABULARY = Vocabulary.default().with_metrics(
    kpi_words(), {key: kpi.unit for key, kpi in KPIS.items()}
)
LAYOUTS = load_layouts()


def by_known_layouts(made: Made) -> Tally:
    """Read with the layouts of the product; what fits none is foreign."""
    book = read_bytes(made.data, made.name)
    layout = recognise(book, VOCABULARY, LAYOUTS)
    if layout is None:
        return tally(made, None, [Oddity("foreign", Place(made.name))])
    return tally(made, take_plan(book, layout, VOCABULARY))


def as_our_own(made: Made) -> Tally:
    """Read as if it were filled into our template."""
    book = read_bytes(made.data, made.name)
    layout = next(each for each in LAYOUTS if each.document == made.document)
    return tally(made, take_plan(book, layout, VOCABULARY))


def table(read: Callable[[Made], Tally], books: list[Made]) -> tuple[str, Tally]:
    """The table of all shapes, and what became of everything."""
    lines = ["| shape | books | figures | " + " | ".join(OUTCOMES) + " | precision | recall |"]
    lines.append("|---|" + "---:|" * (len(OUTCOMES) + 4))
    total = Tally()
    for shape in dict.fromkeys(made.shape for made in books):
        own, found = [made for made in books if made.shape == shape], Tally()
        for made in own:
            found.add(read(made))
        total.add(found)
        lines.append(_line(shape, len(own), found))
    lines.append(_line("all", len(books), total))
    counts = ", ".join(f"{outcome} {total.fields[outcome]}" for outcome in OUTCOMES)
    return "\n".join([*lines, "", f"fields of records: {counts}"]), total


def _line(name: str, books: int, found: Tally) -> str:
    counts = [found.figures[outcome] for outcome in OUTCOMES]
    shares = [_share(found.precision), _share(found.recall)]
    there = sum(counts[:3])
    return "| " + " | ".join([name, str(books), str(there), *map(str, counts), *shares]) + " |"


def _share(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.1f} %"


def main() -> None:
    """Print the table."""
    seeds = next((int(word) for word in sys.argv[1:] if word.isdigit()), 1)
    books = [made for seed in range(1, seeds + 1) for made in workbooks(seed)]
    books += [*industrial(), *broker()]
    begun = time.perf_counter()
    text, total = table(as_our_own if "--forced" in sys.argv else by_known_layouts, books)
    print(text)
    print(f"{len(books)} workbooks, {time.perf_counter() - begun:.1f} s")
    if "--lies" in sys.argv:
        print(*total.lies, sep="\n")
    if "--lost" in sys.argv:
        print(*total.lost, sep="\n")


if __name__ == "__main__":
    main()
