"""Can everything here work, and what to do if not."""

from __future__ import annotations

import importlib.metadata
import platform
import re
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kam_reports.model import Problem
from kam_reports.workspace import FILE_NAME, find_workspace, folder, load_workspace

_MIN_PYTHON = (3, 11)
_MIN_FREE = 200 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was looked at: what, whether it works, and what to do if not."""

    what: str
    ok: bool = True
    do: str = ""


def examine(where: Path | None, language: str) -> Iterator[Line]:
    """Look at Python, the packages, the shipped files, a reading worker and the workspace."""
    yield _python(language)
    yield from _packages(language)
    yield _shipped(language)
    yield _worker(language)
    yield _cache(language)
    yield from _workspace(where, language)
    yield from _mail(where, language)


def _t(language: str, de: str, en: str) -> str:
    return en if language == "en" else de


def _python(language: str) -> Line:
    version = platform.python_version()
    return Line(
        f"Python {version} ({platform.system()} {platform.machine()})",
        sys.version_info >= _MIN_PYTHON,
        ""
        if sys.version_info >= _MIN_PYTHON
        else _t(language, "Python 3.11 oder neuer installieren.", "Install Python 3.11 or newer."),
    )


def _packages(language: str) -> Iterator[Line]:
    """One line for each package that the product needs, with its version."""
    needed = importlib.metadata.requires("kam-reports") or []
    for requirement in needed:
        if "extra ==" in requirement or _for_another_system(requirement):
            continue
        name = re.split(r"[^\w.\-]", requirement, maxsplit=1)[0]
        try:
            yield Line(f"{name} {importlib.metadata.version(name)}")
        except importlib.metadata.PackageNotFoundError:
            do = _t(language, f"„pip install {requirement}“", f"“pip install {requirement}”")
            yield Line(_t(language, f"{name} fehlt", f"{name} is missing"), ok=False, do=do)


def _for_another_system(requirement: str) -> bool:
    """Whether a package is needed on some systems and this is none of them."""
    return "sys_platform" in requirement and f'"{sys.platform}"' not in requirement


def _shipped(language: str) -> Line:
    """The templates and workbooks that travel with the product."""
    try:
        count = sum(1 for name in ("templates", "workbooks") for _ in folder(name).rglob("*.*"))
    except Problem as problem:
        return Line(problem.say(language).splitlines()[0], ok=False, do=str(problem.do))
    return Line(_t(language, f"Vorlagen: {count} Dateien", f"Templates: {count} files"))


def _worker(language: str) -> Line:
    """A blank plan, read in a worker process as every workbook is."""
    from kam_reports.actions import gather
    from kam_reports.workspace import CacheSettings, Workspace

    blank = next(iter(sorted((folder("workbooks") / "blank").glob("*.xlsx"))))
    gathered = gather([blank], Workspace(folder=blank.parent, cache=CacheSettings(enabled=False)))
    if gathered.plans:
        return Line(_t(language, "Mappen lesen in eigenem Prozess", "Reading in its own process"))
    kind = gathered.stray[0].kind if gathered.stray else "?"
    return Line(
        _t(language, f"Eine leere Vorlage war nicht lesbar ({kind})", f"Reading failed ({kind})"),
        ok=False,
        do=_t(
            language,
            "Virenschutz und Firmenregeln für Kindprozesse prüfen; kam-reports neu installieren.",
            "Check virus protection and rules for child processes; install kam-reports again.",
        ),
    )


def _cache(language: str) -> Line:
    """The user's cache folder."""
    from kam_reports.batch import cache_folder

    place = cache_folder()
    try:
        place.mkdir(parents=True, exist_ok=True)
        probe = place / ".kam-tmp-probe"
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        return Line(
            _t(
                language,
                f"Zwischenspeicher {place}: {error.strerror}",
                f"Cache {place}: {error.strerror}",
            ),
            ok=False,
            do=_t(
                language,
                "Schreibrechte einrichten oder in kam.toml [cache] enabled = false setzen.",
                "Set up write access, or set [cache] enabled = false in kam.toml.",
            ),
        )
    return Line(_t(language, f"Zwischenspeicher: {place}", f"Cache: {place}"))


def _workspace(where: Path | None, language: str) -> Iterator[Line]:
    """The workspace's settings, its inputs and the folder it writes to."""
    file = where / FILE_NAME if where is not None else find_workspace(Path.cwd())
    if file is None:
        yield Line(
            _t(
                language,
                "Hier liegt keine kam.toml (nicht nötig, wenn PFADE genannt werden)",
                "There is no kam.toml here (not needed when PATHs are given)",
            )
        )
        return
    try:
        workspace = load_workspace(file)
    except Problem as problem:
        what, _, do = problem.say(language).partition("\n")
        yield Line(what, ok=False, do=do)
        return
    yield Line(_t(language, f"Einstellungen: {file}", f"Settings: {file}"))
    from kam_reports.actions import find_workbooks

    try:
        count = len(find_workbooks(workspace.inputs, workspace))
        yield Line(_t(language, f"Arbeitsmappen: {count}", f"Workbooks: {count}"))
    except Problem as problem:
        what, _, do = problem.say(language).partition("\n")
        yield Line(what, ok=False, do=do)
    yield _out(workspace.out, language)


def _out(out: Path, language: str) -> Line:
    """The output folder: writable, with room."""
    from kam_reports.actions import prepare

    try:
        prepare(out)
        free = shutil.disk_usage(out).free
    except Problem as problem:
        what, _, do = problem.say(language).partition("\n")
        return Line(what, ok=False, do=do)
    text = _t(
        language,
        f"Ausgabe: {out}, {free // 1024**2} MB frei",
        f"Output: {out}, {free // 1024**2} MB free",
    )
    do = "" if free > _MIN_FREE else _t(language, "Speicherplatz schaffen.", "Make room.")
    return Line(text, free > _MIN_FREE, do)


def _mail(where: Path | None, language: str) -> Iterator[Line]:
    """Whether mails can be sent, as far as that shows without asking a server."""
    from kam_reports.mailing.guards import sender_of
    from kam_reports.mailing.lock import risky_place

    file = where / FILE_NAME if where is not None else find_workspace(Path.cwd())
    if file is None or not file.is_file():
        return
    try:
        workspace = load_workspace(file)
    except Problem:
        return  # it was said above
    mail = workspace.mail
    if not mail.sender:
        yield Line(_t(language, "Mailversand: nicht eingerichtet", "Mail: not set up"))
        return
    sender = sender_of(mail)
    server = mail.graph_url if mail.transport == "graph" else f"{mail.server}:{mail.port}"
    ready = sender is not None and (mail.transport == "graph" or bool(mail.server))
    yield Line(
        _t(language, "Mailversand", "Mail") + f": {sender[1] if sender else '–'} › {server}",
        ok=ready,
        do=""
        if ready
        else _t(
            language,
            "sender und server in kam.toml unter [mail] eintragen.",
            "Set sender and server in kam.toml under [mail].",
        ),
    )
    if mail.pdf:
        yield _printer(mail.browser, language)
    kind = risky_place(workspace.folder / mail.folder)
    if kind:
        yield Line(
            _t(language, "Versandbuch auf einem Netzlaufwerk", "Mail ledger on a network drive"),
            do=_t(
                language,
                "[mail] folder in kam.toml auf einen lokalen Ordner setzen.",
                "Set [mail] folder in kam.toml to a local folder.",
            ),
        )


def _printer(browser: str, language: str) -> Line:
    """What makes the PDF that goes along with a mail; without it the body goes alone."""
    from kam_reports.outputs.pdf import printer

    what = _t(language, "PDF für Mails", "PDF for mails")
    try:
        found = printer(browser)
    except Problem as problem:
        said, _, do = problem.say(language).partition("\n")
        return Line(said, ok=False, do=do)
    if found is None:
        nothing = _t(language, "weder Edge noch Chrome", "neither Edge nor Chrome")
        return Line(f"{what}: {nothing}", do="pip install 'kam-reports[pdf]'")
    return Line(f"{what}: {found.name}")
