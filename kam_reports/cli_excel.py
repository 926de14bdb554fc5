"""The commands about the buttons in Excel. ``cli`` loads them when somebody asks for one."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from kam_reports.cli import (
    _LANGUAGE,
    _PATH,
    _Command,
    _language_option,
    _say,
    _settings,
    _show_lines,
    _t,
    _workspace_option,
)

if TYPE_CHECKING:
    from pathlib import Path

    from kam_reports.wording import Wording


def _screen_wording(language: str | None) -> Wording:
    """The words of the screen, where no workspace is needed."""
    from kam_reports.vocabulary import Vocabulary
    from kam_reports.wording import Wording

    return Wording(language or _LANGUAGE, Vocabulary.default())


@click.command(
    cls=_Command,
    short_help=_t("Add-in und Cockpit einrichten", "Set up add-in and cockpit"),
    help=_t(
        "Baut Add-in und Cockpit für dieses Python und legt sie dorthin, wo Excel sie lädt.",
        "Builds add-in and cockpit for this Python and puts them where Excel loads them.",
    ),
)
@click.option(
    "--to",
    type=_PATH,
    metavar=_t("ORDNER", "FOLDER"),
    help=_t("Die Dateien nur in diesen Ordner schreiben.", "Only write the files to this folder."),
)
@click.option(
    "--python",
    metavar=_t("PFAD", "PATH"),
    help=_t(
        "Mit --to: das Python des anderen Rechners.", "With --to: the Python of the other machine."
    ),
)
@click.option(
    "--where",
    type=click.Choice(("xlstart", "addins")),
    default="xlstart",
    metavar="xlstart|addins",
    help=_t(
        "addins: unter Excels Add-Ins, von Hand anzuhaken.",
        "addins: among Excel's add-ins, to be ticked by hand.",
    ),
)
@_workspace_option
@_language_option
def install(
    to: Path | None, python: str | None, where: str, workspace: Path | None, language: str | None
) -> None:
    """Set the buttons up."""
    from kam_reports.excel import setup

    machine, wording = setup.Machine(), _screen_wording(language)
    place = None
    if workspace is not None:
        place = _settings(workspace, None, None).folder.resolve()
    if to is None:
        written = setup.install(machine, wording, place, where)
    else:
        written = setup.write_files(to, wording, python or machine.interpreter, place)
    for path in written:
        click.echo(str(path))
    if to is None:
        _say(_t("Excel neu starten.", "Restart Excel."))


@click.command(
    cls=_Command,
    short_help=_t("Alles wieder entfernen", "Remove everything again"),
    help=_t("Entfernt alles, was „install“ eingerichtet hat.", "Removes what “install” set up."),
)
def uninstall() -> None:
    """Remove the buttons."""
    from kam_reports.excel import setup

    gone = setup.uninstall(setup.Machine())
    for path in gone:
        click.echo(str(path))
    if not gone:
        _say(_t("Es war nichts eingerichtet.", "Nothing was set up."))


@click.command(
    "doctor",
    cls=_Command,
    short_help=_t(
        "Prüfen, ob die Schaltflächen arbeiten können", "Check that the buttons can work"
    ),
    help=_t(
        "Prüft, ob die Schaltflächen hier arbeiten können, und sagt sonst, was zu tun ist.",
        "Checks whether the buttons can work here, and says what to do if not.",
    ),
)
@click.option("--json", "as_json", is_flag=True, help=_t("Für die Hilfe: JSON.", "For help: JSON."))
@click.option(
    "--selftest",
    is_flag=True,
    help=_t(
        "Auch eine Probemappe in Excel öffnen und prüfen.",
        "Also open a scratch workbook in Excel and check it.",
    ),
)
@_language_option
def excel_doctor(as_json: bool, selftest: bool, language: str | None) -> None:
    """Check the buttons."""
    from kam_reports.excel import doctor as buttons
    from kam_reports.excel.setup import Machine

    wording = _screen_wording(language)
    lines = list(buttons.examine(Machine(), wording))
    if selftest:
        lines.append(buttons.selftest(wording))
    if as_json:
        click.echo(buttons.as_json(lines))
        sys.exit(0 if all(line.ok for line in lines) else 1)
    _show_lines(lines)


def _press(action: str, de: str, en: str, tip_de: str, tip_en: str) -> click.Command:
    """A command that does what a button does, from outside of Excel."""

    @click.command(action, cls=_Command, short_help=_t(de, en), help=_t(tip_de, tip_en))
    @click.option(
        "--book",
        metavar=_t("MAPPE", "WORKBOOK"),
        help=_t("Der Name der offenen Mappe; sonst die aktive.", "Its name; else the active one."),
    )
    def command(book: str | None) -> None:
        from kam_reports.excel.live import calling_book
        from kam_reports.excel.pressing import press

        outcome = press(action, calling_book(name=book))
        if outcome.text:
            click.echo(outcome.text)
        sys.exit(1 if outcome.mode == "critical" else 0)

    return command


COMMANDS: tuple[click.Command, ...] = (
    install,
    uninstall,
    excel_doctor,
    _press(
        "check",
        "Den in Excel offenen Plan prüfen",
        "Check the plan that is open in Excel",
        "Prüft die in Excel offene Mappe mit allen noch nicht gespeicherten Änderungen und "
        "markiert jeden Befund. Für Firmen, in denen Excel keine anderen Programme starten darf.",
        "Checks the workbook that is open in Excel with all unsaved changes and marks every "
        "finding. For companies where Excel may not start other programs.",
    ),
    _press(
        "clear",
        "Die Markierungen wieder entfernen",
        "Take the marks off again",
        "Entfernt alles, was „check“ in der offenen Mappe hinterlassen hat.",
        "Removes everything that “check” left in the open workbook.",
    ),
    _press(
        "report",
        "Den Bericht zum offenen Plan schreiben",
        "Write the report of the open plan",
        "Schreibt die Berichte zu der in Excel offenen Mappe.",
        "Writes the reports of the workbook that is open in Excel.",
    ),
)
