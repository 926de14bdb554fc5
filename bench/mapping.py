"""How well foreign workbooks are read: ``python bench/mapping.py [SEEDS] [--by-words] [--forced]``.

Prints a table a shape (L1 … L14 and the two families): figures right, missing, wrong, with or
without a finding. Every workbook is read with the layout that ``map`` proposes for it, without any
help; with ``--by-words`` only with the layouts of the product. ``--forced`` reads a workbook that no
layout fits as if it were our own template. ``--large`` times ``map`` on 20 sheets of 2,000 rows.
``--lies`` lists every figure that is wrong without a finding, ``--lost`` every one that is missing
without a finding. ``--heldout`` judges the workbooks of another hand (``tests/heldout``), a row a
workbook, and names below what went wrong; ``--again`` those of its second sitting, ``--validation``
those of a third hand, which serve no development.
"""

from __future__ import annotations

import io
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import xlsxwriter

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from foreign import workbooks  # noqa: E402
from foreign_families import broker, industrial  # noqa: E402
from foreign_sheets import Made  # noqa: E402
from foreign_tally import OUTCOMES, Tally, tally  # noqa: E402
from heldout import held_out  # noqa: E402
from heldout.desk import Held  # noqa: E402
from heldout.judging import judge  # noqa: E402
from heldout.validation import validation  # noqa: E402

from kam_reports.books import read_bytes  # noqa: E402
from kam_reports.kpis import KPIS, kpi_words  # noqa: E402
from kam_reports.layouts import load_layouts, recognise, take_plan  # noqa: E402
from kam_reports.layouts.proposing import propose  # noqa: E402
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


def as_proposed(made: Made) -> Tally:
    """Read with the layout that is proposed for it, as it is proposed."""
    book = read_bytes(made.data, made.name)
    return tally(made, propose(book, VOCABULARY, LAYOUTS).plan)


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


LARGE = {
    "long list": ["Kennzahl", "Warengruppe", "Periode", "Art", "Wert", "Einheit"],
    "wide": ["Artikel", "Umsatz Plan Q1", "Umsatz Ist Q1", "Umsatz Plan Q2", "Umsatz Ist Q2",
             "Absatz Ist Q1", "Bemerkung"],
    "sales": ["Datum", "Artikel", "Kunde", "Umsatz", "Absatz"],
}  # fmt: skip


def large(kind: str, sheets: int = 20, rows: int = 2000) -> bytes:
    """A workbook of many long sheets."""
    memory, rng = io.BytesIO(), Random(1)
    workbook = xlsxwriter.Workbook(memory, {"in_memory": True})
    day = workbook.add_format({"num_format": "dd.mm.yyyy"})
    for number in range(sheets):
        sheet = workbook.add_worksheet(f"Region {number + 1}")
        sheet.write_row(0, 0, [f"Umsätze 2026, Region {number + 1}"])
        sheet.write_row(2, 0, LARGE[kind])
        for row in range(3, rows + 3):
            amounts = [rng.randrange(10**6) for _ in range(5)]
            if kind == "long list":
                words = [rng.choice(["Umsatz", "Absatz", "DB I"]), f"Gruppe {row // 20}"]
                period, scenario = f"Q{row % 4 + 1} 2026", rng.choice(["Plan", "Ist"])
                sheet.write_row(row, 0, [*words, period, scenario, amounts[0], "€"])
            elif kind == "wide":
                sheet.write_row(row, 0, [f"Artikel {row} Sorte {row % 7}", *amounts, "geprüft"])
            else:
                sheet.write_datetime(row, 0, datetime(2026, 1 + row % 9, 1 + row % 28), day)
                words = [f"Artikel {row}", f"Firma {row % 91}"]
                sheet.write_row(row, 1, [*words, amounts[0], amounts[1] % 99])
    workbook.close()
    return memory.getvalue()


def time_large() -> list[str]:
    """CPU seconds of reading and proposing, and what the whole command takes."""
    lines = ["| workbook | cells | read | propose | CPU s of `map` |", "|---|---:|---:|---:|---:|"]
    for kind in LARGE:
        data = large(kind)
        begun = time.process_time()
        book = read_bytes(data, "large.xlsx")
        read = time.process_time() - begun
        begun = time.process_time()
        propose(book, VOCABULARY, LAYOUTS)
        proposed = time.process_time() - begun
        cells = sum(len(sheet.cells) for sheet in book.sheets)
        lines.append(f"| {kind} | {cells:,} | {read:.1f} | {proposed:.1f} | {command(data):.1f} |")
    return lines


def command(data: bytes) -> float:
    """CPU seconds of the whole command with its worker."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "large.xlsx"
        path.write_bytes(data)
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        words = [sys.executable, "-m", "kam_reports", "map", str(path)]
        subprocess.run(words, capture_output=True, check=False, cwd=ROOT)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def by_another_hand(held: list[Held]) -> str:
    """A row a held-out workbook, and what became of it where not all is right."""
    lines = ["| workbook | shape | figures | " + " | ".join(OUTCOMES) + " | unsaid |"]
    lines.append("|---|---|" + "---:|" * (len(OUTCOMES) + 2))
    total, notes = Tally(), list[str]()
    judged = [judge(each) for each in held]
    for one in judged:
        made, found = one.held.made, one.found
        total.add(found)
        counts = [made.name, made.shape + (" *" if one.held.trap else ""), one.figures]
        counts += [found.figures[outcome] for outcome in OUTCOMES] + [len(one.unsaid)]
        lines.append("| " + " | ".join(map(str, counts)) + " |")
        notes += [f"wrong: {lie}" for lie in found.lies]
        notes += [f"lost: {lost}" for lost in found.lost]
        notes += [f"unsaid: {made.name} › {place} ({one.held.trap})" for place in one.unsaid]
    figures, unsaid = sum(one.figures for one in judged), sum(len(one.unsaid) for one in judged)
    counts = [total.figures[outcome] for outcome in OUTCOMES]
    lines.append(f"| all {len(judged)} | | {figures} | {' | '.join(map(str, counts))} | {unsaid} |")
    fields = ", ".join(f"{outcome} {total.fields[outcome]}" for outcome in OUTCOMES)
    lines += ["", f"* {sum(bool(one.held.trap) for one in judged)} with a snare"]
    lines += [f"figures right: {_share(total.figures['right'] / figures)}"]
    lines += [f"fields of records: {fields}"]
    good = sum(one.is_good for one in judged)
    lines += [f"{good} of {len(judged)} workbooks: 95 % of the figures or more are right", "", *notes]
    return "\n".join(lines)


def main() -> None:
    """Print the table."""
    if "--heldout" in sys.argv:
        print(by_another_hand(held_out(again="--again" in sys.argv)))
        return
    if "--validation" in sys.argv:
        print(by_another_hand(validation()))
        return
    seeds = next((int(word) for word in sys.argv[1:] if word.isdigit()), 1)
    books = [made for seed in range(1, seeds + 1) for made in workbooks(seed)]
    books += [*industrial(), *broker()]
    begun = time.perf_counter()
    if "--large" in sys.argv:
        print("\n".join(time_large()))
        return
    words = as_our_own if "--forced" in sys.argv else by_known_layouts
    read = words if {"--forced", "--by-words"} & set(sys.argv) else as_proposed
    text, total = table(read, books)
    print(text)
    if read is as_proposed:
        good = [made for made in books if (recall := read(made).recall) and recall >= 0.95]
        print(f"{len(good)} of {len(books)} workbooks: 95 % of the figures or more are right")
    print(f"{len(books)} workbooks, {time.perf_counter() - begun:.1f} s")
    if "--lies" in sys.argv:
        print(*total.lies, sep="\n")
    if "--lost" in sys.argv:
        print(*total.lost, sep="\n")


if __name__ == "__main__":
    main()
