"""Workbooks that give no plan, and what is odd about a file (V011 to V024, V029, V030)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from kam_reports.checks import Problems, check
from kam_reports.model import Blocks, Oddity, Place, Plan, Severity, Source

SOMEWHERE = Place("plans/Bau & Heim.xlsx")
MIB = 1024 * 1024


@check(
    "V011",
    Severity.ERROR,
    kinds=("legacy-format",),
    blocks=Blocks.PLAN,
    say={
        "de": "{file} ist im Format {format} gespeichert und wird nicht gelesen.",
        "en": "{file} is saved in the {format} format and is not read.",
    },
    fix={"de": "In Excel als .xlsx speichern.", "en": "Save it as .xlsx in Excel."},
    broken=Oddity("legacy-format", Place("plans/Bau & Heim.xls"), facts={"format": ".xls"}),
)
def old_file_format(oddities: Sequence[Oddity]) -> Problems:
    """A workbook is in an old or foreign format: .xls, .xlsb, .ods.

    These formats keep less about a cell than .xlsx does, or hide it. So that no number is lost on
    the way, only .xlsx and .xlsm are read.
    """
    yield from _told(oddities, format="")


@check(
    "V012",
    Severity.ERROR,
    kinds=("encrypted",),
    blocks=Blocks.PLAN,
    say={
        "de": "{file} ist verschlüsselt und wird nicht gelesen.",
        "en": "{file} is encrypted and is not read.",
    },
    fix={
        "de": "In Excel unter „Datei › Informationen › Arbeitsmappe schützen“ das Kennwort zum "
        "Öffnen oder die Zugriffsrechte entfernen und speichern.",
        "en": "In Excel, under “File › Info › Protect Workbook”, remove the password to open or "
        "the access restriction, and save.",
    },
    broken=Oddity("encrypted", SOMEWHERE, facts={"protection": "password"}),
)
def file_is_encrypted(oddities: Sequence[Oddity]) -> Problems:
    """A workbook is protected with a password to open, or with rights management.

    No password is asked for and none is kept. A sheet protected against changes is fine: that is
    read.
    """
    yield from _told(oddities)


DAMAGES: Mapping[str, Mapping[str, str]] = {
    "empty": {"de": "sie ist leer", "en": "it is empty"},
    "truncated": {"de": "ihr fehlt das Ende", "en": "its end is missing"},
    "checksum": {"de": "eine Prüfsumme stimmt nicht", "en": "a checksum is wrong"},
    "twice": {"de": "ein Teil ist doppelt enthalten", "en": "it holds a part twice"},
    "no-sheet": {"de": "sie hat kein Tabellenblatt", "en": "it has no sheet"},
    "part-missing": {"de": "ihr fehlt ein Teil", "en": "a part of it is missing"},
    "cell": {"de": "eine Zelle ist unlesbar", "en": "a cell cannot be read"},
}
BROKEN = {"de": "ihr Inhalt ist unlesbar", "en": "its content cannot be read"}


@check(
    "V013",
    Severity.ERROR,
    kinds=("damaged",),
    blocks=Blocks.PLAN,
    say={
        "de": "{file} ist beschädigt: {what}.",
        "en": "{file} is damaged: {what}.",
    },
    fix={
        "de": "In Excel mit „Öffnen und reparieren“ öffnen, prüfen und neu speichern; sonst eine "
        "frühere Fassung nehmen.",
        "en": "Open it in Excel with “Open and Repair”, look it over and save it again; or take an "
        "earlier version.",
    },
    broken=Oddity("damaged", SOMEWHERE, facts={"reason": "truncated"}),
)
def file_is_damaged(oddities: Sequence[Oddity]) -> Problems:
    """A workbook is damaged, for example because a download or a copy was cut off.

    Half a workbook is not read: what is missing would not be seen in the report.
    """
    for odd in oddities:
        what = DAMAGES.get(str(odd.facts.get("reason")), BROKEN)
        yield odd.place, {**_file(odd), "what": what}


OTHER_FILES: Mapping[str, Mapping[str, str]] = {
    "folder": {"de": "ein Ordner", "en": "a folder"},
    "lock-file": {"de": "die Sperrdatei einer offenen Arbeitsmappe", "en": "a lock file"},
    "text": {"de": "eine Textdatei", "en": "a text file"},
    "html": {"de": "eine Webseite", "en": "a web page"},
    "xml": {"de": "eine XML-Datei", "en": "an XML file"},
    "pdf": {"de": "ein PDF", "en": "a PDF"},
    "word": {"de": "ein Word-Dokument", "en": "a Word document"},
    "powerpoint": {"de": "eine PowerPoint-Präsentation", "en": "a PowerPoint presentation"},
    "numbers": {"de": "eine Numbers-Tabelle", "en": "a Numbers spreadsheet"},
    "zip": {"de": "ein ZIP-Archiv", "en": "a ZIP archive"},
}
SOMETHING = {"de": "eine Datei anderer Art", "en": "a file of another kind"}


@check(
    "V014",
    Severity.ERROR,
    kinds=("not-a-workbook",),
    blocks=Blocks.PLAN,
    say={
        "de": "{file} ist keine Excel-Arbeitsmappe, sondern {what}.",
        "en": "{file} is not an Excel workbook but {what}.",
    },
    fix={
        "de": "Den Plan als .xlsx-Arbeitsmappe ablegen und diese Datei aus dem Ordner nehmen.",
        "en": "Put the plan there as an .xlsx workbook, and take this file out of the folder.",
    },
    broken=Oddity("not-a-workbook", SOMEWHERE, facts={"what": "html"}),
)
def file_is_no_workbook(oddities: Sequence[Oddity]) -> Problems:
    """A file is named like a workbook but is something else.

    Exports of other programs are often web pages or text files with the ending of Excel. Excel
    opens them after a question; their numbers cannot be relied on.
    """
    for odd in oddities:
        yield (
            odd.place,
            {**_file(odd), "what": OTHER_FILES.get(str(odd.facts.get("what")), SOMETHING)},
        )


SIZES: Mapping[str, Mapping[str, str]] = {
    "file": {
        "de": "{found} MB, erlaubt sind {limit} MB",
        "en": "{found} MB, {limit} MB are allowed",
    },
    "unpacked": {
        "de": "entpackt über {limit} MB",
        "en": "over {limit} MB when unpacked",
    },
    "sheets": {
        "de": "{found} Blätter, erlaubt sind {limit}",
        "en": "{found} sheets, {limit} are allowed",
    },
    "cells": {
        "de": "mehr als {limit} gefüllte Zellen",
        "en": "more than {limit} filled cells",
    },
}
TOO_MUCH = {"de": "weit größer, als ein Plan sein kann", "en": "far larger than a plan can be"}


@check(
    "V015",
    Severity.ERROR,
    kinds=("too-big",),
    blocks=Blocks.PLAN,
    say={
        "de": "{file} ist zu groß: {what}.",
        "en": "{file} is too big: {what}.",
    },
    fix={
        "de": "Bilder, alte Blätter und leere formatierte Bereiche löschen und neu speichern.",
        "en": "Delete pictures, old sheets and empty formatted areas, and save it again.",
    },
    broken=Oddity(
        "too-big", SOMEWHERE, facts={"what": "file", "found": 90 * MIB, "limit": 50 * MIB}
    ),
)
def file_is_too_big(oddities: Sequence[Oddity]) -> Problems:
    """A workbook is far bigger than a plan needs to be.

    A limit keeps one file from stopping all others, whether it holds photographs or was made to
    do harm.
    """
    for odd in oddities:
        what = str(odd.facts.get("what"))
        bytes_in = MIB if what in ("file", "unpacked") else 1
        numbers = {name: _whole(odd.facts.get(name), bytes_in) for name in ("found", "limit")}
        yield odd.place, {**_file(odd), **numbers, "what": SIZES.get(what, TOO_MUCH)}


@check(
    "V016",
    Severity.ERROR,
    kinds=("reader-died",),
    blocks=Blocks.PLAN,
    say={
        "de": "{file}: Beim Lesen ist das Leseprogramm abgestürzt.",
        "en": "{file}: the reading program crashed on it.",
    },
    fix={
        "de": "In Excel öffnen, unter neuem Namen als .xlsx speichern und erneut versuchen.",
        "en": "Open it in Excel, save it as .xlsx under a new name, and try again.",
    },
    broken=Oddity("reader-died", SOMEWHERE),
)
def reader_died(oddities: Sequence[Oddity]) -> Problems:
    """The program that reads workbooks crashed on this one.

    It reads each workbook in a process of its own, so the others are not touched.
    """
    yield from _told(oddities)


@check(
    "V017",
    Severity.ERROR,
    kinds=("reader-hung",),
    blocks=Blocks.PLAN,
    say={
        "de": "{file}: Das Lesen dauerte zu lange und wurde abgebrochen.",
        "en": "{file}: reading took too long and was stopped.",
    },
    fix={
        "de": "In Excel öffnen, nicht benötigte Blätter löschen, neu speichern und erneut "
        "versuchen.",
        "en": "Open it in Excel, delete sheets that are not needed, save it, and try again.",
    },
    broken=Oddity("reader-hung", SOMEWHERE),
)
def reader_hung(oddities: Sequence[Oddity]) -> Problems:
    """Reading a workbook took longer than it ever should.

    A time limit keeps one workbook from holding up all others.
    """
    yield from _told(oddities)


@check(
    "V018",
    Severity.ERROR,
    kinds=("reader-memory",),
    blocks=Blocks.PLAN,
    say={
        "de": "{file}: Das Lesen brauchte zu viel Arbeitsspeicher und wurde abgebrochen.",
        "en": "{file}: reading needed too much memory and was stopped.",
    },
    fix={
        "de": "In Excel öffnen, leere formatierte Zeilen und Spalten löschen und neu speichern.",
        "en": "Open it in Excel, delete empty formatted rows and columns, and save it again.",
    },
    broken=Oddity("reader-memory", SOMEWHERE),
)
def reader_ran_out_of_memory(oddities: Sequence[Oddity]) -> Problems:
    """Reading a workbook needed more memory than it ever should.

    A memory limit keeps one workbook from stopping the computer.
    """
    yield from _told(oddities)


@check(
    "V019",
    Severity.ERROR,
    kinds=("readers-disagree",),
    blocks=Blocks.PLAN,
    say={
        "de": "{file}: Zwei Leseverfahren finden in {where} Verschiedenes ({ours} und {theirs}).",
        "en": "{file}: two ways of reading find different values in {where} ({ours} and {theirs}).",
    },
    fix={
        "de": "In Excel öffnen, die Zelle prüfen und die Arbeitsmappe neu speichern.",
        "en": "Open it in Excel, look at the cell and save the workbook again.",
    },
    broken=Oddity(
        "readers-disagree",
        SOMEWHERE,
        facts={"sheet": "Zahlen", "cell": "C7", "ours": "12", "theirs": "21"},
    ),
)
def readers_disagree(oddities: Sequence[Oddity]) -> Problems:
    """Two independent ways of reading a workbook give different values for a cell.

    Each workbook is read twice and compared. If the two differ, neither is trusted.
    """
    for odd in oddities:
        place = Place(
            odd.place.book,
            odd.place.sheet or str(odd.facts.get("sheet", "")),
            odd.place.cell or str(odd.facts.get("cell", "")),
        )
        where = " › ".join(part for part in (place.sheet, place.cell) if part)
        facts = {"where": where, "ours": "–", "theirs": "–", **odd.facts}
        yield place, {**_file(odd), **facts}


@check(
    "V020",
    Severity.ERROR,
    kinds=("not-found",),
    blocks=Blocks.PLAN,
    say={"de": "{file} wurde nicht gefunden.", "en": "{file} was not found."},
    fix={
        "de": "Den Pfad prüfen; vielleicht wurde die Datei verschoben oder umbenannt.",
        "en": "Check the path; perhaps the file was moved or renamed.",
    },
    broken=Oddity("not-found", SOMEWHERE),
)
def file_not_found(oddities: Sequence[Oddity]) -> Problems:
    """A workbook that was named is not there.

    It may have been moved, renamed or deleted between finding and reading it.
    """
    yield from _told(oddities)


@check(
    "V021",
    Severity.ERROR,
    kinds=("not-permitted",),
    blocks=Blocks.PLAN,
    say={
        "de": "{file} darf nicht gelesen werden.",
        "en": "{file} may not be read.",
    },
    fix={
        "de": "Die Datei in anderen Programmen schließen oder sich Leserechte geben lassen.",
        "en": "Close the file in other programs, or ask for the right to read it.",
    },
    broken=Oddity("not-permitted", SOMEWHERE),
)
def file_not_permitted(oddities: Sequence[Oddity]) -> Problems:
    """The system does not let us read a file or folder.

    On Windows another program may hold it; on a network drive the rights may be missing.
    """
    yield from _told(oddities)


@check(
    "V022",
    Severity.ERROR,
    kinds=("cloud-only",),
    blocks=Blocks.PLAN,
    say={
        "de": "{file} liegt nur in der Cloud, nicht auf diesem Rechner.",
        "en": "{file} lies in the cloud only, not on this computer.",
    },
    fix={
        "de": "Im Dateimanager „Immer auf diesem Gerät behalten“ wählen und warten, bis sie da "
        "ist.",
        "en": "Choose “Always keep on this device” in the file manager, and wait until it is "
        "there.",
    },
    broken=Oddity("cloud-only", SOMEWHERE),
)
def file_is_only_in_the_cloud(oddities: Sequence[Oddity]) -> Problems:
    """A file is a placeholder of OneDrive, iCloud or the like.

    Opening it would start a download, which may take long or fail. So it is left alone.
    """
    yield from _told(oddities)


CLOSE = {
    "de": "; am nächsten kommt das Layout {close}, dem aber zu viel fehlt",
    "en": "; the layout {close} comes nearest, but too much of it is missing",
}


@check(
    "V023",
    Severity.ERROR,
    kinds=("foreign",),
    blocks=Blocks.PLAN,
    say={
        "de": "{file} hat keinen bekannten Aufbau: weder unsere Vorlage noch ein bekanntes "
        "Formular{hint}.",
        "en": "{file} has no known layout: neither our template nor a known form{hint}.",
    },
    fix={
        "de": "kam-reports map {quoted} schlägt eine Zuordnung vor; oder die Vorlage verwenden.",
        "en": "kam-reports map {quoted} proposes a layout; or use the template.",
    },
    broken="""
        # nothing
        [Tabelle1]
        Rezept | Mehl | Zucker
        Kuchen | 500  | 200
        """,
)
def layout_is_unknown(oddities: Sequence[Oddity]) -> Problems:
    """A workbook is neither our template nor any form that we were shown.

    Nothing is guessed from it. A layout tells once where such workbooks keep what; then all of
    them are read.
    """
    for odd in oddities:
        name = odd.place.book
        close = odd.facts.get("close", "")
        hint = CLOSE if close else ""
        quoted = f'"{name}"' if " " in name else name
        yield odd.place, {**_file(odd), "hint": hint, "close": close, "quoted": quoted}


@check(
    "V024",
    Severity.INFO,
    kinds=("external-links",),
    say={
        "de": "{file} holt Werte aus anderen Dateien; gelesen wird, was Excel zuletzt gespeichert "
        "hat.",
        "en": "{file} takes values from other files; what Excel stored last is read.",
    },
    fix={
        "de": "In Excel die Verknüpfungen aktualisieren und die Arbeitsmappe speichern.",
        "en": "Update the links in Excel and save the workbook.",
    },
    broken=Oddity("external-links", SOMEWHERE),
)
def values_come_from_other_files(oddities: Sequence[Oddity]) -> Problems:
    """A workbook has links to other files.

    Such values are as old as the last update of the links. The other files are never opened.
    """
    yield from _told(oddities)


@check(
    "V029",
    Severity.WARNING,
    kinds=("check-stopped",),
    say={
        "de": "Die Prüfung {check} konnte hier nicht zu Ende laufen ({error}).",
        "en": "Check {check} could not finish here ({error}).",
    },
    fix={
        "de": "Den Fehler bitte mit dieser Arbeitsmappe melden; alle anderen Prüfungen liefen.",
        "en": "Please report the mistake with this workbook; all other checks ran.",
    },
    broken=Oddity(
        "check-stopped", SOMEWHERE, facts={"check": "V110", "error": "ZeroDivisionError"}
    ),
)
def check_could_not_finish(oddities: Sequence[Oddity]) -> Problems:
    """One of our own checks stumbled over a workbook.

    That is a mistake in this program, not in the workbook. It is named, so that nobody takes a
    check that did not run for one that found nothing.
    """
    for odd in oddities:
        yield odd.place, dict(odd.facts)


@check(
    "V030",
    Severity.ERROR,
    blocks=Blocks.PLAN,
    say={
        "de": "{file} wurde gefunden, aber nicht verwendet; einen Grund hat der Leser nicht "
        "genannt.",
        "en": "{file} was found but not used, and the reader gave no reason.",
    },
    fix={
        "de": "In Excel öffnen und als .xlsx neu speichern; hilft das nicht, bitte melden.",
        "en": "Open it in Excel and save it as .xlsx again; if that does not help, report it.",
    },
    broken=Source("plans/Bau & Heim.xlsx", 4711, "", used=False),
)
def workbook_was_left_out(
    sources: Sequence[Source], plans: Sequence[Plan], oddities: Sequence[Oddity]
) -> Problems:
    """A workbook was met, but it gave neither a plan nor a reason.

    No workbook may be lost without a word: a missing account would only be noticed by its owner.
    """
    known = {plan.place.book for plan in plans} | {odd.place.book for odd in oddities}
    for source in sources:
        if source.path not in known:
            place = Place(source.path)
            yield place, {"file": source.path.rpartition("/")[2]}


def _told(oddities: Sequence[Oddity], **usual: Any) -> Iterator[tuple[Place, dict[str, Any]]]:
    """The file of each oddity, and what the reader told of it."""
    for odd in oddities:
        yield odd.place, {**usual, **odd.facts, **_file(odd)}


def _file(odd: Oddity) -> dict[str, str]:
    """The name of the file without its folders."""
    return {"file": odd.place.book.rpartition("/")[2] or odd.place.book}


def _whole(number: Any, unit: int) -> str:
    """A size in whole units, as a plain text; a dash if it is unknown."""
    return "–" if not isinstance(number, int | float) else str(round(number / unit))
