"""What a person can ask for: read, review, write, check, trace. The one place that knows the order.

The command line and the buttons call these; each returns data and prints nothing.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from kam_reports.model import (
    Book,
    Finding,
    Occasion,
    Oddity,
    Period,
    Place,
    Plan,
    Problem,
    Reading,
    Review,
    Severity,
    Sheet,
    Source,
    Subject,
    quarter_of,
)
from kam_reports.vocabulary import Vocabulary
from kam_reports.workdays import WorkCalendar
from kam_reports.workspace import (
    FILE_NAME,
    Folders,
    Workspace,
    find_workspace,
    folder,
    load_workspace,
)

if TYPE_CHECKING:
    from kam_reports.layouts import Layout
    from kam_reports.layouts.proposing import Proposal
    from kam_reports.outputs.mapping import Told
    from kam_reports.outputs.marked import Found, Words
    from kam_reports.wording import Wording

VERSION = "0.1.0"
WORKBOOK_ENDINGS = frozenset({".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".xltx", ".xltm"})
Progress = Callable[[int, int, str], None]


# ---------------------------------------------------------------- the workspace


def open_workspace(
    where: Path | None, paths: Sequence[Path], language: str | None, screen: str
) -> Workspace:
    """The settings that a command works with.

    *where* is the folder (or kam.toml) that was named; without it the nearest kam.toml is
    searched, and with *paths* alone the defaults do. Raises Problem if nothing says what to read.
    """
    if where is not None:
        file = where if where.is_file() else where / FILE_NAME
        workspace = load_workspace(file)
    elif (found := find_workspace(_start(paths))) is not None:
        workspace = load_workspace(found)
    elif paths:
        workspace = Workspace(folder=Path.cwd(), workspace=Folders(language=screen))
    else:
        raise Problem(
            {
                "de": "Hier und in den Ordnern darüber liegt keine kam.toml, und es ist kein PFAD "
                "angegeben.",
                "en": "There is no kam.toml here or in a folder above, and no PATH is given.",
            },
            {
                "de": "Einen Ordner nennen („kam-reports check PLÄNE“), „--workspace ORDNER“ "
                "angeben oder mit „kam-reports init“ beginnen.",
                "en": "Name a folder (“kam-reports check PLANS”), give “--workspace FOLDER”, or "
                "begin with “kam-reports init”.",
            },
        )
    if language is None:
        return workspace
    return replace(workspace, workspace=replace(workspace.workspace, language=language))


def _start(paths: Sequence[Path]) -> Path:
    """Where the search for kam.toml begins."""
    if paths and paths[0].exists():
        return paths[0] if paths[0].is_dir() else paths[0].parent
    return Path.cwd()


def adjusted(
    workspace: Workspace, editions: tuple[str, ...] | None, palette: str | None
) -> Workspace:
    """*workspace* with what the command line says instead of kam.toml."""
    report = workspace.report
    if editions:
        report = replace(report, editions=editions)
    if palette:
        report = replace(report, palette=palette)
    return replace(workspace, report=report)


def vocabulary_of(workspace: Workspace) -> Vocabulary:
    """Every word that is known: the product's, the workspace's own, and the KPIs'."""
    from kam_reports.kpis import KPIS, kpi_words

    words = {
        **kpi_words(),
        **{key: {"de": own.de, "en": own.en} for key, own in workspace.kpis.items()},
    }
    units = {
        **{key: kpi.unit for key, kpi in KPIS.items()},
        **{key: own.unit for key, own in workspace.kpis.items()},
    }
    return Vocabulary.default().with_measures(workspace.measures).with_metrics(words, units)


def wording_of(workspace: Workspace) -> Wording:
    """How this workspace writes numbers, dates and sentences."""
    from kam_reports.wording import Wording

    return Wording(
        workspace.language,
        vocabulary_of(workspace),
        currency=workspace.report.currency,
        scale=workspace.report.currency_scale,
    )


# ---------------------------------------------------------------- finding and reading workbooks


def find_workbooks(paths: Iterable[Path], workspace: Workspace) -> list[Path]:
    """Every workbook in *paths*, folders searched to their depth, in a stable order.

    A path that was named is always read; what is hidden or an Excel lock file (``~$…``) is not.
    Raises Problem if there is nothing to read.
    """
    named = list(paths)
    found: dict[Path, None] = {}
    for path in named:
        if path.is_dir():
            found.update(dict.fromkeys(_workbooks_below(path)))
        elif path.exists() or path.suffix:
            found[path] = None
    if found:
        return sorted(found, key=workspace.named)
    missing = [str(path) for path in named if not path.exists()]
    places = ", ".join(str(path) for path in named)
    if missing:
        raise Problem(
            {
                "de": f"Es gibt nichts unter {', '.join(missing)}.",
                "en": f"There is nothing at {', '.join(missing)}.",
            },
            {
                "de": "Pfad prüfen oder in kam.toml unter [workspace] plans eintragen.",
                "en": "Check the path, or set it in kam.toml under [workspace] plans.",
            },
        )
    raise Problem(
        {
            "de": f"In {places} liegt keine Excel-Mappe.",
            "en": f"There is no Excel workbook in {places}.",
        },
        {
            "de": "Pläne als .xlsx dort ablegen; leere Vorlagen legt „kam-reports init“ an.",
            "en": "Put plans there as .xlsx; “kam-reports init” lays out blank ones.",
        },
    )


def _workbooks_below(top: Path) -> Iterator[Path]:
    """The workbooks in folder *top*. Raises Problem if a folder may not be read."""
    try:
        entries = sorted(top.iterdir(), key=lambda entry: entry.name)
    except OSError as error:
        raise Problem(
            {
                "de": f"Der Ordner {top} kann nicht gelesen werden ({error.strerror}).",
                "en": f"The folder {top} cannot be read ({error.strerror}).",
            },
            {
                "de": "Leserechte für diesen Ordner einrichten lassen.",
                "en": "Have the right to read this folder set up.",
            },
        ) from error
    for entry in entries:
        if entry.name.startswith((".", "~$")):
            continue
        if entry.is_dir():
            yield from _workbooks_below(entry)
        elif entry.suffix.lower() in WORKBOOK_ENDINGS:
            yield entry


@dataclass(frozen=True, slots=True)
class Gathered:
    """What the workbooks gave, not yet judged."""

    plans: tuple[Plan, ...]
    stray: tuple[Oddity, ...]  # of workbooks that gave no plan
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Shared:
    """What every reading worker needs to know; sent once to each."""

    vocabulary: Vocabulary
    layouts: tuple[Layout, ...]
    version: str = VERSION


@dataclass(frozen=True, slots=True)
class PlanRead:
    """What a worker gives back for one workbook."""

    plan: Plan | None
    oddities: tuple[Oddity, ...] = ()
    size: int = 0
    digest: str = ""


def read_plan(shared: Shared, path: Path, name: str) -> PlanRead:
    """Read one workbook. Runs in a worker process; the parent never parses."""
    from kam_reports.books import Unreadable, read_book

    try:
        book = read_book(path, name)
    except Unreadable as unreadable:
        return PlanRead(None, (Oddity(unreadable.kind, Place(name), facts=unreadable.facts),))
    return plan_of(shared, book)


def plan_of(shared: Shared, book: Book) -> PlanRead:
    """Take the plan out of *book*, whether it was read from a file or as it is open in Excel."""
    from kam_reports.layouts import nearly_recognise, recognise, take_plan

    book = without_own_sheets(book)
    layout = recognise(book, shared.vocabulary, shared.layouts)
    if layout is None:
        near = nearly_recognise(book, shared.vocabulary, shared.layouts)
        close, missing = (near[0].name, near[1]) if near else ("", ())
        foreign = Oddity("foreign", Place(book.name), facts={"close": close} if close else {})
        return PlanRead(None, (*book.oddities, foreign, *missing), book.size, book.digest)
    return PlanRead(take_plan(book, layout, shared.vocabulary), (), book.size, book.digest)


def without_own_sheets(book: Book) -> Book:
    """*book* without the lists of findings that "check" added to it in Excel."""
    from kam_reports.wording import in_every_language

    titles = in_every_language("excel.sheet")
    kept = tuple(sheet for sheet in book.sheets if not _is_own(sheet, titles))
    return book if len(kept) == len(book.sheets) else replace(book, sheets=kept)


def _is_own(sheet: Sheet, titles: frozenset[str]) -> bool:
    """A sheet of somebody else may have the name of ours, but not its title in the first cell."""
    first = sheet.cells.get((1, 1))
    return first is not None and first.value in titles and sheet.name.startswith(str(first.value))


def layouts_of(workspace: Workspace) -> tuple[Layout, ...]:
    """The product's layouts and the workspace's own, with the workspace's public holidays.

    Raises Problem for a layout that cannot be, or a calendar that nobody knows.
    """
    from kam_reports.layouts import load_layouts

    country, region = workspace.calendar.country, workspace.calendar.region
    WorkCalendar(country, region).prove()
    return tuple(
        replace(each, applications=each.applications.within(country, region))
        for each in load_layouts([workspace.folder / "layouts"], vocabulary_of(workspace))
    )


def gather(
    workbooks: Sequence[Path],
    workspace: Workspace,
    *,
    jobs: int | None = None,
    fresh: bool = False,
    progress: Progress | None = None,
) -> Gathered:
    """Read *workbooks* in worker processes; what cannot be read becomes an oddity."""
    from kam_reports.batch import Cache, each
    from kam_reports.books import digest

    shared = Shared(vocabulary_of(workspace), layouts_of(workspace))
    cache = Cache(digest) if workspace.cache.enabled and not fresh else None
    plans: list[Plan] = []
    stray: list[Oddity] = []
    sources: list[Source] = []
    items = [(path, workspace.named(path)) for path in workbooks]
    for (_, name), result in each(
        read_plan, items, shared=shared, jobs=jobs, cache=cache, progress=progress
    ):
        found = PlanRead(None, (result,)) if isinstance(result, Oddity) else result
        stray.extend(found.oddities)
        if found.plan is not None:
            plans.append(found.plan)
        subject = found.plan.subject if found.plan else None
        used = found.plan is not None
        sources.append(Source(name, found.size, found.digest, subject, used))
    return Gathered(tuple(plans), tuple(stray), tuple(sources))


def gather_open(book: Book, workspace: Workspace) -> Gathered:
    """A reading of *book* alone, as it is open in Excel."""
    read = plan_of(Shared(vocabulary_of(workspace), layouts_of(workspace)), book)
    plans = (read.plan,) if read.plan else ()
    subject = read.plan.subject if read.plan else None
    source = Source(book.name, 0, "", subject, read.plan is not None)
    return Gathered(plans, read.oddities, (source,))


def judge(gathered: Gathered, workspace: Workspace, occasion: Occasion | None) -> Reading:
    """Say what is wrong with what was read."""
    from kam_reports.checks import run_checks

    findings = run_checks(
        gathered.plans,
        gathered.stray,
        gathered.sources,
        workspace,
        vocabulary_of(workspace),
        occasion,
    )
    reading = Reading(gathered.plans, findings, gathered.sources)
    usable = {plan.place.book for plan in reading.usable}
    sources = tuple(replace(source, used=source.path in usable) for source in gathered.sources)
    return replace(reading, sources=sources)


# ---------------------------------------------------------------- the occasion


def quarter_name(quarter: Period) -> str:
    """The quarter as commands and file names write it: ``2026Q3``."""
    return f"{quarter.year}{quarter.short}"


def occasion_of(quarter: Period, as_of: date | None, workspace: Workspace) -> Occasion:
    """The talk about *quarter*, seen from its last day if no other is given."""
    return Occasion(quarter, as_of or quarter.ends(workspace.workspace.fiscal_year_start))


def likely_occasion(gathered: Gathered, as_of: date | None, workspace: Workspace) -> Occasion:
    """The last quarter that the plans' as-of dates cover. Raises Problem if none says any."""
    start = workspace.workspace.fiscal_year_start
    days = Counter(plan.as_of for plan in gathered.plans if plan.as_of is not None)
    if not days:
        raise Problem(
            {
                "de": "Kein Plan nennt einen Datenstand, aus dem sich das Quartal ergibt.",
                "en": "No plan states an as-of date that tells the quarter.",
            },
            {"de": "Das Quartal angeben: --quarter 2026Q3", "en": "Give it: --quarter 2026Q3"},
        )
    day = max(days, key=lambda each: (days[each], each))
    quarter = quarter_of(day, start)
    if quarter.ends(start) > day:
        number = quarter.number - 1
        quarter = Period(quarter.year, "Q", number) if number else Period(quarter.year - 1, "Q", 4)
    return occasion_of(quarter, as_of, workspace)


# ---------------------------------------------------------------- the stages, for scripts too


def read(
    paths: Iterable[Path],
    workspace: Workspace,
    *,
    occasion: Occasion | None = None,
    jobs: int | None = None,
    fresh: bool = False,
    progress: Progress | None = None,
) -> Reading:
    """Read the workbooks in *paths* and say what is wrong with them."""
    workbooks = find_workbooks(paths, workspace)
    gathered = gather(workbooks, workspace, jobs=jobs, fresh=fresh, progress=progress)
    return judge(gathered, workspace, occasion)


def review(reading: Reading, occasion: Occasion, workspace: Workspace) -> Review:
    """Everything there is to say about a quarter, in no language and no file format."""
    from kam_reports.kpis import figures_table, measure_kpis
    from kam_reports.topics import choose_topics

    vocabulary = vocabulary_of(workspace)
    figures = figures_table(reading.usable, reading.findings, workspace, vocabulary)
    results = measure_kpis(reading, figures, occasion, workspace, vocabulary)
    reviewed = Review(
        reading,
        occasion,
        figures,
        results.counts,
        results.kpis,
        results.standings,
        results.concentration,
        results.scores,
        board=results.board,
    )
    return replace(reviewed, topics=choose_topics(reviewed, workspace, vocabulary))


@dataclass(slots=True)
class _Clock:
    """How long each stage took, for run.json."""

    seconds: dict[str, float] = field(default_factory=dict)
    last: float = field(default_factory=time.perf_counter)

    def lap(self, stage: str) -> None:
        now = time.perf_counter()
        self.seconds[stage] = now - self.last
        self.last = now


def prepare(out: Path) -> None:
    """Make sure that *out* can be written to before the long work. Raises Problem."""
    from kam_reports.outputs.files import sweep, write_whole

    write_whole(out / ".kam-tmp-probe", b"")
    (out / ".kam-tmp-probe").unlink(missing_ok=True)
    sweep(out)


def write(
    reviewed: Review,
    workspace: Workspace,
    out: Path,
    *,
    dry_run: bool = False,
    timings: dict[str, float] | None = None,
) -> list[Path]:
    """Write everything of one quarter below *out*; return the paths in a stable order.

    Each file appears whole or not at all, ``run.json`` last. Files of an earlier run that this
    one no longer makes are removed, unless somebody changed them.
    """
    from kam_reports.outputs import files, record, tables
    from kam_reports.outputs.html import render_reports
    from kam_reports.outputs.templates import Templates
    from kam_reports.outputs.xlsx import write_workbook

    clock = _Clock(dict(timings or {}))
    wording = wording_of(workspace)
    workbook = f"KPI-{quarter_name(reviewed.occasion.quarter)}.xlsx"
    made: dict[Path, bytes | None] = dict.fromkeys(out / name for name in (workbook, *_DATA_FILES))
    if dry_run:
        names = render_reports(reviewed, wording, workspace, workbook, names_only=True)
        return sorted([*made, *(out / name for name, _ in names), out / record.NAME])
    earlier = record.outputs_of(out)
    paths = []
    for name, page in render_reports(reviewed, wording, workspace, workbook, out=out):
        paths.append(files.write_whole(out / name, page))
    clock.lap("reports")
    paths.append(
        files.write_whole(
            out / workbook, write_workbook(reviewed, wording, workspace, out / workbook)
        )
    )
    clock.lap("workbook")
    findings = reviewed.reading.findings
    contents = (
        tables.figures_csv(reviewed.figures),
        tables.kpis_csv(reviewed.kpis),
        tables.findings_csv(findings, wording),
    )
    for name, content in zip(_DATA_FILES, contents, strict=True):
        paths.append(files.write_whole(out / name, content))
    clock.lap("data")
    files.remove_stale(out, earlier, paths)
    options = {
        "language": workspace.language,
        "editions": list(workspace.report.editions),
        "palette": workspace.report.palette,
        "templates": Templates.of(workspace).digests,
    }
    made_record = record.run_record(
        reviewed, out, paths, version=VERSION, options=options, timings=clock.seconds
    )
    return sorted([*paths, files.write_whole(out / record.NAME, made_record)])


def write_reports_of(
    subject: Subject, reviewed: Review, workspace: Workspace, out: Path
) -> list[Path]:
    """Write the reports of one account or partner below *out*/``excel``, the internal one first.

    They stand beside those of a run and never among them: a run is a set.
    """
    from kam_reports.outputs import files
    from kam_reports.outputs.html import render_reports

    place = out / "excel"
    wording = wording_of(workspace)
    pages = render_reports(reviewed, wording, workspace, "", out=place, only=subject.id)
    return [files.write_whole(place / name, page) for name, page in pages]


_DATA_FILES = ("data/figures.csv", "data/kpis.csv", "data/findings.csv")


def review_and_write(
    reading: Reading,
    occasion: Occasion,
    workspace: Workspace,
    out: Path,
    *,
    dry_run: bool = False,
) -> list[Path]:
    """Compute and write one quarter."""
    clock = _Clock()
    reviewed = review(reading, occasion, workspace)
    clock.lap("review")
    return write(reviewed, workspace, out, dry_run=dry_run, timings=clock.seconds)


def findings_as(
    form: str, reading: Reading, wording: Wording, workspace: Workspace, path: Path | None = None
) -> bytes:
    """The findings as ``text``, ``json``, ``csv`` or ``xlsx``, as they will lie at *path*."""
    from kam_reports.outputs import tables

    if form == "json":
        return tables.findings_json(reading.findings, wording)
    if form == "csv":
        return tables.findings_csv(reading.findings, wording)
    if form == "xlsx":
        return tables.findings_xlsx(reading.findings, wording, workspace, path)
    lines = finding_lines(reading.findings, wording)
    return "".join(f"{line}\n" for line in lines).encode("utf-8")


def finding_lines(
    findings: Iterable[Finding],
    wording: Wording,
    paint: Callable[[Finding], str] = lambda finding: finding.code,
) -> Iterator[str]:
    """Every finding as two lines: where and what; what to do. *paint* gives its code."""
    from kam_reports.checks import CHECKS

    for finding in findings:
        check = CHECKS[finding.code]
        where = f"{finding.place}: " if str(finding.place) else ""
        yield f"{where}{paint(finding)} {wording.say(check.say, finding.facts)}"
        yield f"  {wording.phrase('finding.fix')}: {wording.say(check.fix, finding.facts)}"


# ---------------------------------------------------------------- marked copies


@dataclass(frozen=True, slots=True)
class Marked:
    """What became of the marked copies."""

    written: tuple[Path, ...] = ()
    refused: tuple[str, ...] = ()  # sentences: which workbook got no copy, and why
    remarks: tuple[str, ...] = ()  # sentences about copies that were written


def mark_copies(
    reading: Reading, workspace: Workspace, places: Mapping[Path, Path], *, jobs: int | None = None
) -> Marked:
    """Write a copy of each workbook that has findings, with the findings marked.

    *places* say where the copy of each workbook goes (``places_of_copies``). No original is
    touched, and nothing is overwritten but copies of an earlier call that nobody changed since.
    """
    from kam_reports.batch import each
    from kam_reports.outputs.marked import State, Task, marked_copy, state_of

    wording = wording_of(workspace)
    targets = {workspace.named(path): target for path, target in places.items()}
    found = _findings_to_mark(reading, wording)
    written: list[Path] = []
    refused: list[str] = []
    remarks: list[str] = []

    def refuse(name: str, reason: str, **facts: object) -> None:
        refused.append(wording.phrase(f"marked.refused.{reason}", name=name, **facts))

    items = []
    for path, target in places.items():
        name = workspace.named(path)
        state = state_of(target)
        if name in found and state in (State.NOTHING, State.COPY):
            items.append((path, name))
        elif name in found:
            refuse(name, str(state), path=target)
        elif state is State.COPY:  # of findings that are settled
            target.unlink(missing_ok=True)
    task = Task(found, _words_of_copies(wording))
    for (_, name), result in each(marked_copy, items, shared=task, jobs=jobs, seconds=30.0):
        if isinstance(result, Oddity):
            known = result.kind in ("marked", "markup", "encoding", "notes", "differs")
            reason = "marked" if result.kind == "marked" else "unusual" if known else "unreadable"
            refuse(name, reason)
            continue
        written.append(write_file(targets[name], result.content))
        if result.signed:
            remarks.append(wording.phrase("marked.unsigned", name=name))
    return Marked(tuple(written), tuple(refused), tuple(remarks))


def places_of_copies(workbooks: Sequence[Path], into: Path) -> dict[Path, Path]:
    """Where below *into* the copy of each workbook goes, in the folders of the originals.

    Raises Problem if *into* lies where the workbooks are read from.
    """
    found = {path: path.resolve() for path in workbooks}
    home = into.resolve()
    if any(home == place.parent or home in place.parents for place in found.values()):
        raise Problem(
            {
                "de": f"Markierte Kopien können nicht nach {into}: dort liegen die Originale.",
                "en": f"Marked copies cannot go to {into}: the originals lie there.",
            },
            {"de": "Einen anderen Ordner nennen.", "en": "Name another folder."},
        )
    try:
        top = os.path.commonpath([place.parent for place in found.values()])
        inside = {path: place.relative_to(top) for path, place in found.items()}
    except ValueError:  # on several drives
        inside = {path: Path(*place.parts[1:]) for path, place in found.items()}
    return {path: into / place for path, place in inside.items()}


def _findings_to_mark(reading: Reading, wording: Wording) -> dict[str, tuple[Found, ...]]:
    """The findings of each workbook, in words."""
    from kam_reports.checks import CHECKS
    from kam_reports.outputs.marked import Found

    found: dict[str, list[Found]] = {}
    for one in reading.findings:
        if not one.place.book:
            continue
        check = CHECKS[one.code]
        message, fix = wording.say(check.say, one.facts), wording.say(check.fix, one.facts)
        place = one.place
        made = Found(one.severity, one.code, place.sheet, place.cell, message, fix)
        found.setdefault(place.book, []).append(made)
    return {name: tuple(ones) for name, ones in found.items()}


def _words_of_copies(wording: Wording) -> Words:
    from kam_reports.outputs.marked import Words

    heads = ("severity", "code", "place", "message", "fix")
    return Words(
        sheet=wording.phrase("workbook.sheet.findings"),
        title=wording.phrase("workbook.sheet.findings"),
        line=wording.phrase("marked.line"),
        heads=tuple(wording.phrase(f"workbook.head.{key}") for key in heads),
        severities={one: wording.phrase(f"severity.{one}") for one in Severity},
    )


def write_file(path: Path, content: bytes) -> Path:
    """Write *content* to *path*, whole or not at all."""
    from kam_reports.outputs.files import write_whole

    return write_whole(path, content)


# ---------------------------------------------------------------- layouts of one's own


@dataclass(frozen=True, slots=True)
class ToMap:
    """What a worker needs to know to propose a layout."""

    vocabulary: Vocabulary
    known: tuple[Layout, ...]
    own: tuple[Layout, ...]
    refused: dict[str, frozenset[str]]  # marks of what was proposed before, by layout


def propose_layout(shared: ToMap, path: Path, name: str) -> Proposal | Oddity:
    """Propose a layout for one workbook. Runs in a worker process; the parent never parses."""
    from kam_reports.books import Unreadable, read_book
    from kam_reports.layouts.proposing import propose

    try:
        book = read_book(path, name)
    except Unreadable as unreadable:
        return Oddity(unreadable.kind, Place(name), facts=unreadable.facts)
    return propose(book, shared.vocabulary, shared.known, shared.own, refused=shared.refused)


@dataclass(frozen=True, slots=True)
class Mapped:
    """How a workbook could be read, and what is odd about that."""

    proposal: Proposal | None
    findings: tuple[Finding, ...]
    file: Path  # where its layout lies or would lie


def map_workbook(path: Path, workspace: Workspace, *, anew: bool = False) -> Mapped:
    """Propose a layout for the workbook at *path*; one of the workspace that fits it holds.

    What the product's layouts read needs no other one; *anew* proposes one all the same.
    """
    from kam_reports.batch import each
    from kam_reports.layouts.proposing.marks import marks_in

    if not path.is_file():
        find_workbooks([path], workspace)  # says what is wrong with the path
    layouts, folder_of = layouts_of(workspace), workspace.folder / "layouts"
    files = {each.name: folder_of / f"{each.name}.toml" for each in layouts}
    own = tuple(each for each in layouts if files[each.name].is_file())
    known = () if anew else tuple(each for each in layouts if each not in own)
    refused = {each.name: marks_in(files[each.name].read_text("utf-8")) for each in own}
    shared = ToMap(vocabulary_of(workspace), known, own, refused)
    items = [(path, workspace.named(path))]
    ((_, found),) = each(propose_layout, items, shared=shared, jobs=1)
    if isinstance(found, Oddity):
        source = Source(items[0][1], 0, "", used=False)
        gathered = Gathered((), (found,), (source,))
        return Mapped(None, judge(gathered, workspace, None).findings, folder_of)
    subject = found.plan.subject
    source = Source(items[0][1], found.book.size, found.book.digest, subject)
    reading = judge(Gathered((found.plan,), (), (source,)), workspace, None)
    name = found.known if found.own else _layout_name(path, found, files)
    return Mapped(found, reading.findings, folder_of / f"{name}.toml")


def _layout_name(path: Path, proposal: Proposal, taken: Iterable[str]) -> str:
    """The name of a family of workbooks: that of the file without the account and the year."""
    from kam_reports.layouts.proposing import family_name

    subject = proposal.plan.subject
    name = family_name(path.stem, (subject.name, subject.id))
    names, number = set(taken), 2
    if name not in names:
        return name
    while f"{name}-{number}" in names:
        number += 1
    return f"{name}-{number}"


def write_layout(mapped: Mapped, wording: Wording) -> bool:
    """Save the proposal into the workspace; whether anything was written.

    What a person wrote into the file holds: new blocks are added at its end.
    """
    from kam_reports.outputs.layout_file import added_file, new_file

    proposal = mapped.proposal
    assert proposal is not None
    told = told_map(mapped, wording)
    if not proposal.own:
        if proposal.known or not proposal.parts:
            return False
        write_file(mapped.file, new_file(told))
        return True
    if not proposal.new:
        return False
    write_file(mapped.file, added_file(told, mapped.file.read_text(encoding="utf-8")))
    return True


def layout_lines(
    mapped: Mapped, wording: Wording, workspace: Workspace, workbook: Path, *, write: bool
) -> Iterator[str]:
    """Save the layout if asked to, and say what came of it and what to do next."""
    proposal, file = mapped.proposal, workspace.named(mapped.file)
    assert proposal is not None
    if write:
        was_own = proposal.own
        written = write_layout(mapped, wording)
        key = "map.unchanged" if not written else "map.saved_too" if was_own else "map.saved"
        if written or was_own:
            yield wording.phrase(key, file=file)
        if written:
            yield wording.phrase("map.to_correct", file=file)
    elif proposal.new:
        name = f'"{workbook}"' if " " in str(workbook) else str(workbook)
        yield wording.phrase("map.to_save", book=name)


def require_workspace(where: Path | None, workbook: Path) -> None:
    """Make sure that there is a workspace that a layout can be saved in. Raises Problem."""
    if where is None and find_workspace(_start((workbook,))) is None:
        raise Problem(
            {
                "de": f"Zu {workbook} gehört kein Arbeitsordner: In den Ordnern darüber liegt "
                "keine kam.toml.",
                "en": f"{workbook} belongs to no workspace: there is no kam.toml in the folders "
                "above.",
            },
            {
                "de": "„--workspace ORDNER“ angeben oder mit „kam-reports init“ einen anlegen.",
                "en": "Give “--workspace FOLDER”, or make one with “kam-reports init”.",
            },
        )


def told_map(mapped: Mapped, wording: Wording, workspace: Workspace | None = None) -> Told:
    """A proposal in the words of one language."""
    from kam_reports.outputs.mapping import Told

    assert mapped.proposal is not None
    file = workspace.named(mapped.file) if workspace else mapped.file.name
    return Told(mapped.proposal, mapped.findings, wording, file)


def write_map_page(mapped: Mapped, wording: Wording, workspace: Workspace, path: Path) -> Path:
    """The page of a proposal, whole or not at all."""
    from kam_reports.outputs.map_page import render_map

    return write_file(path, render_map(told_map(mapped, wording, workspace), wording, workspace))


# ---------------------------------------------------------------- laying out folders


def lay_out_workspace(where: Path, language: str) -> list[Path]:
    """An empty workspace in *where*: settings, blank workbooks, folders. Raises Problem."""
    settings = where / FILE_NAME
    if settings.exists():
        raise Problem(
            {
                "de": f"{settings} gibt es schon; es wird nichts überschrieben.",
                "en": f"{settings} exists already; nothing is overwritten.",
            },
            {"de": "Einen anderen Ordner nennen.", "en": "Name another folder."},
        )
    blank = folder("workbooks") / "blank"
    written = []
    for source in sorted(blank.glob("*.xlsx")):
        if source.stem.endswith("-EN") == (language == "en"):
            target = where / "blank" / source.name
            if not target.exists():
                written.append(write_file(target, source.read_bytes()))
    for name in ("plans", "scorecards", "layouts", "templates"):
        (where / name).mkdir(parents=True, exist_ok=True)
        written.append(where / name)
    content = (blank / f"kam-{language}.toml").read_bytes()
    return [*written, write_file(settings, content)]


def lay_out_example(where: Path, family: str = "") -> list[Path]:
    """The worked example, or that of a *family*, in *where*. Raises Problem if it is not empty."""
    shipped = _example_files(family)
    if where.exists() and not _is_untouched_example(where, shipped):
        raise Problem(
            {
                "de": f"Der Ordner {where} ist nicht leer und kein unberührtes Beispiel.",
                "en": f"The folder {where} is not empty and not an untouched example.",
            },
            {
                "de": "Einen neuen Ordner nennen: kam-reports demo ORDNER",
                "en": "Name a new folder: kam-reports demo FOLDER",
            },
        )
    return [write_file(where / name, content) for name, content in sorted(shipped.items())]


def _example_files(family: str) -> dict[str, bytes]:
    """The shipped example by relative path."""
    top = folder("workbooks") / (f"families/{family}" if family else "example")
    return {
        path.relative_to(top).as_posix(): path.read_bytes()
        for path in sorted(top.rglob("*"))
        if path.is_file() and not path.name.startswith((".", "~$"))
    }


def _is_untouched_example(where: Path, shipped: dict[str, bytes]) -> bool:
    """Whether *where* holds nothing but the example as it was laid out, and its own outputs."""
    from kam_reports.outputs import record

    if not where.is_dir():
        return False
    out = where / load_workspace_out(where)
    for path in where.rglob("*"):
        if path.is_dir() or out in path.parents:
            continue
        if shipped.get(path.relative_to(where).as_posix()) != path.read_bytes():
            return False
    if not out.exists():
        return True
    known = {*record.outputs_of(out), record.NAME}
    mine = {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()}
    return mine <= known and not record.altered(out)


def load_workspace_out(where: Path) -> str:
    """The name of the output folder of the example in *where*."""
    file = where / FILE_NAME
    return load_workspace(file).workspace.out if file.is_file() else Folders().out


# ---------------------------------------------------------------- where a number comes from


def trace(
    reading: Reading,
    occasion: Occasion,
    workspace: Workspace,
    subject: str,
    measure: str,
    period: str | None,
) -> list[str]:
    """The lines that tell where a number comes from. Raises Problem for an unknown word."""
    from kam_reports.origins import explain_number

    return explain_number(
        review(reading, occasion, workspace), wording_of(workspace), subject, measure, period
    )
