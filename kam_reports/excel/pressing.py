"""What happens when a button is pressed: one action, one message, and never a traceback."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
import traceback
import webbrowser
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from kam_reports.actions import VERSION
from kam_reports.excel.addin import TITLE
from kam_reports.excel.setup import Machine, Settings, load_settings
from kam_reports.model import Problem, Severity
from kam_reports.vocabulary import Vocabulary
from kam_reports.wording import Wording
from kam_reports.workspace import Folders, Workspace

if TYPE_CHECKING:
    import xlwings as xw

    from kam_reports.actions import Gathered
    from kam_reports.model import Finding, Reading

_BUSY_SECONDS = 600  # a lock older than this is of a press that died
_ADDRESS = re.compile(r'(?:^|")([A-Z]{1,3}[0-9]{1,7})(?::[A-Z0-9]+)?(?:"\)|$)')
_MOST_SHEETS = 5  # named in a message
_MOST_LINES = 12  # of what a command says


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the person is told; *opens* is what a "yes" opens."""

    text: str = ""
    mode: str = "info"  # info · critical
    opens: Path | None = None
    asks: str = "open_now"


@dataclass
class Press:
    """One press of a button: the workbook, the words, the settings, and the status bar."""

    book: xw.Book
    machine: Machine = field(default_factory=Machine)

    @cached_property
    def settings(self) -> Settings:
        """What ``install`` wrote; nothing is ever read from the workbook or its folder."""
        return load_settings(self.machine)

    @cached_property
    def wording(self) -> Wording:
        """The words of the buttons."""
        return Wording(self.settings.language, Vocabulary.default())

    @cached_property
    def workspace(self) -> Workspace:
        """The workspace that was named at the installation, or the defaults. Raises Problem."""
        from kam_reports.actions import open_workspace

        if self.settings.workspace:
            return open_workspace(Path(self.settings.workspace), (), None, self.settings.language)
        folders = Folders(language=self.settings.language, out=".")
        return Workspace(folder=self.machine.documents / TITLE, workspace=folders)

    @cached_property
    def sentences(self) -> Wording:
        """The words for findings: those of the buttons, with the workspace's own measures."""
        from kam_reports.actions import wording_of

        return replace(wording_of(self.workspace), language=self.settings.language)

    def say(self, key: str, **facts: object) -> str:
        """A sentence of the buttons."""
        return self.wording.phrase(f"excel.say.{key}", **facts)

    def status(self, key: str, **facts: object) -> None:
        """Show in the status bar what is going on."""
        self.book.app.status_bar = f"{TITLE}: {self.wording.phrase(f'excel.doing.{key}', **facts)}"


# ---------------------------------------------------------------- the open plan


def _read(press: Press, name: str = "") -> Gathered:
    """The open workbook as a reading of one; *name* is its path, if the workspace knows it."""
    from kam_reports import actions
    from kam_reports.excel.live import read_book

    press.status("reading")
    book = read_book(press.book)
    if name:
        book = replace(book, name=name)
    press.status("checking")
    return actions.gather_open(book, press.workspace)


def _findings(press: Press) -> Sequence[Finding]:
    """What is wrong in the open workbook, errors of the whole of it first."""
    from kam_reports import actions

    return actions.judge(_read(press), press.workspace, None).findings


def check(press: Press) -> Outcome:
    """Check the open workbook and mark what is wrong with it."""
    from kam_reports.excel import marks

    findings = _findings(press)
    press.status("marking", count=len(findings))
    with _quiet(press):
        kept = _unmarked(press)
        if not findings:
            return Outcome(press.say("no_findings") if kept else press.say("marks_stay"))
        outcome = marks.mark(press.book, findings, press.sentences)
    said = [marks.counts(findings, press.wording) + "."]
    if outcome.listed:
        said.append(press.say("listed", sheet=outcome.title))
    else:
        _list_elsewhere(press, findings)
        said.append(press.say("listed_elsewhere"))
    if outcome.refused:
        names = outcome.refused[:_MOST_SHEETS]
        said.append(press.say("refused", sheets=names))
    if outcome.listed:
        _select(press.book, marks.first_error(findings))
    return Outcome("\n".join(said), _mode(findings))


def _unmarked(press: Press) -> bool:
    """Take old marks off; whether that went well everywhere."""
    from kam_reports.excel import marks

    try:
        marks.unmark(press.book)
    except Exception:  # noqa: BLE001  (protected meanwhile: what can be marked is marked all the same)
        return False
    return True


def _mode(findings: Sequence[Finding]) -> str:
    errors = any(finding.severity is Severity.ERROR for finding in findings)
    return "critical" if errors else "info"


def _select(book: xw.Book, finding: Finding | None) -> None:
    """Go to the cell of *finding*, if its sheet can be seen."""
    if finding is None or finding.place.sheet not in book.sheet_names:
        return
    sheet = book.sheets[finding.place.sheet]
    if sheet.visible:
        sheet.activate()
        sheet.range(finding.place.cell).select()


def listing(press: Press) -> Outcome:
    """Check the open workbook, leave it as it is, and list the findings in a new one."""
    from kam_reports.excel import marks

    findings = _findings(press)
    if not findings:
        return Outcome(press.say("no_findings"))
    _list_elsewhere(press, findings)
    counted = marks.counts(findings, press.wording)
    return Outcome(f"{counted}.\n{press.say('listed_elsewhere')}", _mode(findings))


def _list_elsewhere(
    press: Press, findings: Sequence[Finding], files: dict[str, str] | None = None
) -> None:
    """List *findings* in a new workbook; links lead to the cells of *files*, by their paths."""
    from kam_reports.excel import marks

    with _quiet(press):
        other = press.book.app.books.add()
        empty = list(other.sheets)
        marks.write_list(other, findings, press.sentences, links=files is not None, files=files)
        for sheet in empty:
            sheet.delete()


def clear(press: Press) -> Outcome:
    """Take all marks off."""
    from kam_reports.excel import marks

    with _quiet(press):
        try:
            removed = marks.unmark(press.book)
        except Exception as error:
            raise Problem(press.say("marks_stay"), press.say("unprotect")) from error
    return Outcome("" if removed else press.say("nothing_marked"))


def go_on(press: Press) -> Outcome:
    """Go to the next marked cell after the selected one, sheet by sheet, and around."""
    from kam_reports.excel import marks

    book = press.book
    listed = next((sheet for sheet in book.sheets if marks.is_own(sheet)), None)
    spots = list(_marked_cells(book, listed)) if listed is not None else []
    if not spots:
        return Outcome(press.say("nothing_marked"))
    order = {name: number for number, name in enumerate(book.sheet_names)}
    selected = book.app.selection
    here = (order.get(book.sheets.active.name, 0), 0, 0)
    if selected is not None:
        here = (order.get(selected.sheet.name, 0), selected.row, selected.column)
    where = sorted((order[name], row, column) for name, row, column in spots)
    number, row, column = next((spot for spot in where if spot > here), where[0])
    sheet = book.sheets[number]
    sheet.activate()
    sheet.range((row, column)).select()
    return Outcome()


def _marked_cells(book: xw.Book, listed: xw.Sheet) -> Iterator[tuple[str, int, int]]:
    """The cells on the list that can be gone to; an address is the end of its link's formula."""
    height = max(listed.used_range.last_cell.row, 2)
    names = listed.range((1, 2), (height, 2)).options(ndim=1).value
    links = listed.range((1, 3), (height, 3)).formula
    visible = {sheet.name for sheet in book.sheets if sheet.visible}
    for name, (link,) in zip(names, links, strict=True):
        found = _ADDRESS.search(str(link))
        if name in visible and found:
            first = book.sheets[name].range(found[1])
            yield name, first.row, first.column


def report(press: Press) -> Outcome:
    """Write the reports of this plan and offer to open the internal one."""
    from kam_reports import actions
    from kam_reports.excel import marks

    around = _around(press)
    known = [each.path for each in around.sources if Path(each.path).name == press.book.name]
    gathered = _read(press, known[0] if len(known) == 1 else "")
    if not gathered.plans:
        finding = actions.judge(gathered, press.workspace, None).findings[0]
        what, fix = (say(finding, press.sentences) for say in (marks.message, marks.advice))
        raise Problem(what, fix)
    subject = gathered.plans[0].subject
    press.status("computing")
    plans = tuple(plan for plan in around.plans if plan.subject.id != subject.id)
    books = {plan.place.book for plan in plans}
    whole = replace(
        gathered,
        plans=(*gathered.plans, *plans),
        sources=(*gathered.sources, *(each for each in around.sources if each.path in books)),
    )
    occasion = actions.likely_occasion(gathered, None, press.workspace)
    reading = actions.judge(whole, press.workspace, occasion)
    if subject not in [plan.subject for plan in reading.usable]:
        raise Problem(press.say("unusable"), press.say("check_first"))
    press.status("writing")
    reviewed = actions.review(reading, occasion, press.workspace)
    written = actions.write_reports_of(subject, reviewed, press.workspace, press.workspace.out)
    folder = written[0].parent.parent
    editions = [
        f"{press.wording.phrase(f'edition.{path.parent.name}')}: {path.relative_to(folder)}"
        for path in written
    ]
    text = press.say("saved", paths="\n".join([str(folder), "", *editions]))
    return Outcome(text, opens=written[0], asks="open_internal")


def _around(press: Press) -> Gathered:
    """The plans of the workspace, without which there is no portfolio."""
    from kam_reports.actions import Gathered, find_workbooks, gather

    if not press.settings.workspace:
        return Gathered((), (), ())
    workspace = press.workspace
    try:
        workbooks = find_workbooks(workspace.inputs, workspace)
    except Problem:  # an empty folder: there are no others
        return Gathered((), (), ())
    return gather(workbooks, workspace)


# ---------------------------------------------------------------- the whole folder


def _reading(press: Press) -> tuple[Gathered, Reading]:
    """All workbooks of the workspace, with the progress in the status bar. Raises Problem."""
    from kam_reports import actions

    if not press.settings.workspace:
        raise Problem(press.say("no_workspace"), press.say("name_workspace"))
    workspace = press.workspace
    workbooks = actions.find_workbooks(workspace.inputs, workspace)

    def progress(done: int, total: int, _name: str) -> None:
        press.status("reading_all", done=done, total=total)

    gathered = actions.gather(workbooks, workspace, progress=progress)
    press.status("checking")
    return gathered, actions.judge(gathered, workspace, None)


def check_all(press: Press) -> Outcome:
    """Check every workbook of the workspace and list the findings in the cockpit."""
    from kam_reports.excel import marks

    _, reading = _reading(press)
    files = {
        source.path: str((press.workspace.folder / source.path).resolve())
        for source in reading.sources
    }
    said = [_checked(press, reading)]
    with _quiet(press):
        try:
            for sheet in [each for each in press.book.sheets if marks.is_own(each)]:
                sheet.delete()
            name = marks.write_list(press.book, reading.findings, press.sentences, files=files)
            press.book.sheets[name].activate()
        except Exception:  # noqa: BLE001  (the cockpit is protected: the list goes elsewhere)
            _list_elsewhere(press, reading.findings, files)
            said.append(press.say("listed_elsewhere"))
    return Outcome("\n".join(said), _mode(reading.findings))


def _checked(press: Press, reading: Reading) -> str:
    """How many workbooks were read and used, and what was found in them."""
    from kam_reports.excel import marks

    read, used = len(reading.sources), sum(source.used for source in reading.sources)
    books = press.wording.phrase(f"excel.books.{'one' if read == 1 else 'many'}", count=read)
    counted = marks.counts(reading.findings, press.wording)
    return press.say("checked_all", books=books, used=used, counts=counted)


def _run(press: Press) -> tuple[Path, Path]:
    """Write everything of the quarter; the KPI workbook and the index."""
    from kam_reports import actions

    gathered, _ = _reading(press)
    workspace = press.workspace
    actions.prepare(workspace.out)
    occasion = actions.likely_occasion(gathered, None, workspace)
    press.status("computing")
    reading = actions.judge(gathered, workspace, occasion)
    actions.review_and_write(reading, occasion, workspace, workspace.out)
    name = f"KPI-{actions.quarter_name(occasion.quarter)}.xlsx"
    return workspace.out / name, workspace.out / "index.html"


def workbook(press: Press) -> Outcome:
    """Write everything of the quarter and offer to open the KPI workbook."""
    path, _ = _run(press)
    return Outcome(press.say("saved", paths=str(path)), opens=path)


def reports(press: Press) -> Outcome:
    """Write everything of the quarter and offer to open the index."""
    _, path = _run(press)
    return Outcome(press.say("saved", paths=str(path)), opens=path)


def mail_plan(press: Press) -> Outcome:
    """Do ``kam-reports mail plan`` and offer to open its table; nothing is sent."""
    if not press.settings.workspace:
        raise Problem(press.say("no_workspace"), press.say("name_workspace"))
    press.status("planning")
    command = [sys.executable, "-P", "-m", "kam_reports", "mail", "plan"]
    options = ["--workspace", press.settings.workspace, "--language", press.settings.language]
    done = subprocess.run(
        [*command, *options],
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        env={**os.environ, "PYTHONUTF8": "1"},
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        check=False,
    )
    said = [line for line in done.stderr.splitlines() if line.strip()]
    if done.returncode not in (0, 1):
        fix = [press.say("run_is_button")] if "kam-reports run" in done.stderr else []
        raise Problem("\n".join([*said, *fix]) or press.say("no_mail_plan"))
    # Who gets what stands in the table: sixty lines do not fit into a box.
    if len(said) > _MOST_LINES:
        said = [*said[: _MOST_LINES - 2], "…", said[-1]]
    table = Path(done.stdout.splitlines()[-1])
    return Outcome("\n".join([*said, press.say("saved", paths=str(table))]), opens=table)


ACTIONS: dict[str, Callable[[Press], Outcome]] = {
    "check": check,
    "list": listing,
    "clear": clear,
    "next": go_on,
    "report": report,
    "check-all": check_all,
    "workbook": workbook,
    "reports": reports,
    "mail-plan": mail_plan,
}


# ---------------------------------------------------------------- pressing


def press(action: str, book: xw.Book, machine: Machine | None = None, addin: str = "") -> Outcome:
    """Do *action* with *book* and say what came of it; whatever happens, Excel is left usable.

    *addin* is the version of the add-in that was pressed, which may be an older one than ours.
    """
    pressed = Press(book, machine or Machine())
    try:
        with _alone(pressed):
            outcome = ACTIONS[action](pressed)
    except Problem as problem:
        outcome = Outcome(problem.say(pressed.settings.language), "critical")
    except Exception:  # noqa: BLE001  (the person gets a sentence, the log the details)
        note_failure(pressed.machine, action)
        text = pressed.say("failed", log=str(pressed.machine.log))
        outcome = Outcome(text, "critical")
    finally:
        _reset(book)
    if addin and addin != VERSION:
        older = pressed.say("older", addin=addin, version=VERSION)
        outcome = replace(outcome, text="\n\n".join(filter(None, (outcome.text, older))))
    return _told(pressed, outcome)


def _told(pressed: Press, outcome: Outcome) -> Outcome:
    """Show the one box, and open what it offers if the answer is yes."""
    if outcome.opens is not None:
        question = f"{outcome.text}\n\n{pressed.say(outcome.asks)}"
        answer = pressed.book.app.alert(question, TITLE, buttons="yes_no", mode="info")
        if answer == "yes":
            _open(pressed.book, outcome.opens)
    elif outcome.text:
        pressed.book.app.alert(outcome.text, TITLE, mode=outcome.mode)
    return outcome


def _open(book: xw.Book, path: Path) -> None:
    """Show a workbook in Excel, a page in the browser."""
    if path.suffix == ".xlsx":
        book.app.books.open(str(path))
    else:
        webbrowser.open(path.resolve().as_uri())


@contextmanager
def _quiet(pressed: Press) -> Iterator[None]:
    """Do not repaint after every mark."""
    with pressed.book.app.properties(screen_updating=False):
        yield


def _reset(book: xw.Book) -> None:
    try:
        book.app.status_bar = False
    except Exception:  # noqa: BLE001  (Excel is gone; nobody looks at its status bar)
        return


@contextmanager
def _alone(pressed: Press) -> Iterator[None]:
    """Refuse to begin while another press is at work (on macOS Excel does not wait for us)."""
    lock = pressed.machine.state / "excel.lock"
    lock.parent.mkdir(parents=True, exist_ok=True)
    try:
        if time.time() - lock.stat().st_mtime > _BUSY_SECONDS:
            lock.unlink(missing_ok=True)
    except FileNotFoundError:
        pass
    try:
        os.close(os.open(lock, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
    except FileExistsError as error:
        raise Problem(pressed.say("busy"), pressed.say("wait")) from error
    try:
        yield
    finally:
        lock.unlink(missing_ok=True)


def note_failure(machine: Machine, action: str) -> None:
    """Write the traceback of what just went wrong into the log."""
    machine.log.parent.mkdir(parents=True, exist_ok=True)
    when = datetime.now(UTC).astimezone()
    with machine.log.open("a", encoding="utf-8") as log:
        log.write(f"--- {when:%Y-%m-%d %H:%M:%S} {action} {VERSION}, Python {sys.version}\n")
        log.write(traceback.format_exc())
