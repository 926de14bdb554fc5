"""Puts the buttons onto this machine and takes them off again.

Everything goes into folders of the person who installs; no administrator is needed and nothing is
downloaded. What was written is remembered, so that ``uninstall`` removes all of it.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from kam_reports.actions import VERSION, write_file
from kam_reports.excel.addin import (
    ADDIN,
    APPLESCRIPT,
    COCKPIT,
    applescript,
    build_addin,
    build_cockpit,
    modules,
)
from kam_reports.model import Problem
from kam_reports.wording import Wording

WINDOWS, MACOS = "win32", "darwin"
_MAC_OFFICE = "Library/Group Containers/UBF8T346G9.Office/User Content.localized"
_MAC_SCRIPTS = "Library/Application Scripts/com.microsoft.Excel"
_STARTS = {"xlstart": "Startup.localized/Excel", "addins": "Add-Ins.localized"}  # macOS
_ROAMING = {"xlstart": "Microsoft/Excel/XLSTART", "addins": "Microsoft/AddIns"}  # Windows
_OURS = (ADDIN, COCKPIT, APPLESCRIPT)
_PROGRAMS = "Microsoft/Windows/Start Menu/Programs"


# ---------------------------------------------------------------- where things lie


@dataclass(frozen=True, slots=True)
class Machine:
    """The system, its user's folders and the Python that will run; tests make up their own."""

    system: str = sys.platform
    python: str = sys.executable
    home: Path = field(default_factory=Path.home)
    roaming: Path = field(default_factory=lambda: Path(os.environ.get("APPDATA") or Path.home()))

    @property
    def state(self) -> Path:
        """The folder with our settings and our log."""
        return self.home / ".kam_reports"

    @property
    def log(self) -> Path:
        """Where the details of a failure go."""
        return self.state / "excel.log"

    @property
    def interpreter(self) -> str:
        """The Python that the buttons start; on Windows the one without a window."""
        python = Path(self.python)
        silent = python.with_name(python.name.lower().replace("python.exe", "pythonw.exe"))
        return str(silent) if self.system == WINDOWS and silent.exists() else self.python

    @property
    def from_store(self) -> bool:
        """Whether this is Python from the Microsoft Store, whose files Excel cannot see."""
        return "windowsapps" in self.python.lower()

    @property
    def documents(self) -> Path:
        """The user's own documents."""
        from platformdirs import user_documents_path

        return user_documents_path() if self.home == Path.home() else self.home / "Documents"

    def addin(self, where: str) -> Path:
        """The add-in in the folder that Excel loads at its start, or among those to be ticked."""
        if self.system == WINDOWS:
            return self.roaming / _ROAMING[where] / ADDIN
        return self.home / _MAC_OFFICE / _STARTS[where] / ADDIN

    @property
    def script(self) -> Path:
        """The AppleScript that Excel on macOS may start."""
        return self.home / _MAC_SCRIPTS / APPLESCRIPT

    def shortcut(self, wording: Wording) -> Path:
        """The entry in the start menu."""
        name = f"KAM {wording.phrase('excel.button.check')}.lnk"
        return self.roaming / _PROGRAMS / name


# ---------------------------------------------------------------- what was set up


@dataclass(frozen=True, slots=True)
class Settings:
    """What the buttons must know: never taken from a workbook, only from here."""

    workspace: str = ""
    language: str = "de"
    version: str = ""
    files: tuple[str, ...] = ()


def load_settings(machine: Machine) -> Settings:
    """What ``install`` wrote; the defaults if it never ran."""
    try:
        said = json.loads((machine.state / "excel.json").read_text(encoding="utf-8"))
        return Settings(
            str(said["workspace"]),
            str(said["language"]),
            str(said["version"]),
            tuple(map(str, said["files"])),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return Settings()


def _save(settings: Settings, machine: Machine) -> Path:
    said = {
        "workspace": settings.workspace,
        "language": settings.language,
        "version": settings.version,
        "files": list(settings.files),
    }
    text = json.dumps(said, ensure_ascii=False, indent=2) + "\n"
    return write_file(machine.state / "excel.json", text.encode("utf-8"))


# ---------------------------------------------------------------- install and uninstall


def write_files(folder: Path, wording: Wording, python: str, workspace: Path | None) -> list[Path]:
    """Write add-in, cockpit and AppleScript into *folder* and nothing anywhere else."""
    code = modules(python, wording, VERSION)
    where = str(workspace) if workspace else wording.phrase("excel.cockpit.none")
    return [
        write_file(folder / ADDIN, build_addin(code, wording)),
        write_file(folder / COCKPIT, build_cockpit(code, wording, where)),
        write_file(folder / APPLESCRIPT, applescript()),
    ]


def install(
    machine: Machine, wording: Wording, workspace: Path | None, where: str = "xlstart"
) -> list[Path]:
    """Set the buttons up for this user; the files written. Raises Problem where that cannot be."""
    if machine.system not in (WINDOWS, MACOS):
        raise Problem(
            {
                "de": "Excel gibt es nur für Windows und macOS; hier lässt sich nichts einrichten.",
                "en": "Excel exists for Windows and macOS only; there is nothing to set up here.",
            },
            {
                "de": "Die Dateien für einen anderen Rechner schreibt: kam-reports excel install "
                "--to ORDNER --python PFAD",
                "en": "To write the files for another machine: kam-reports excel install "
                "--to FOLDER --python PATH",
            },
        )
    if machine.from_store:
        raise Problem(
            {
                "de": "Dies ist Python aus dem Microsoft Store; Excel sieht dessen Dateien nicht.",
                "en": "This is Python from the Microsoft Store; Excel cannot see its files.",
            },
            {
                "de": "Python von python.org installieren und kam-reports dort neu einrichten.",
                "en": "Install Python from python.org and set kam-reports up there.",
            },
        )
    before = load_settings(machine)
    workspace = workspace or (Path(before.workspace) if before.workspace else None)
    code = modules(machine.interpreter, wording, VERSION)
    place = str(workspace) if workspace else wording.phrase("excel.cockpit.none")
    other = machine.addin("addins" if where == "xlstart" else "xlstart")
    other.unlink(missing_ok=True)  # both at once would show the tab twice
    written = [
        write_file(machine.addin(where), build_addin(code, wording)),
        write_file(machine.documents / COCKPIT, build_cockpit(code, wording, place)),
    ]
    if machine.system == MACOS:
        written.append(write_file(machine.script, applescript()))
    else:
        written += _shortcut(machine, wording)
    files = tuple(dict.fromkeys([*map(str, written), *before.files]))
    settings = Settings(str(workspace or ""), wording.language, VERSION, files)
    return [*written, _save(settings, machine)]


def _shortcut(machine: Machine, wording: Wording) -> Iterator[Path]:
    """An entry in the start menu, for companies where Excel may start no other program."""
    try:
        from win32com.client import Dispatch
    except ImportError:
        return
    path = machine.shortcut(wording)
    path.parent.mkdir(parents=True, exist_ok=True)
    entry = Dispatch("WScript.Shell").CreateShortcut(str(path))
    entry.TargetPath = machine.interpreter
    entry.Arguments = "-P -m kam_reports.excel check"
    entry.Description = wording.phrase("excel.tip.check")
    entry.Hotkey = "Ctrl+Alt+P"
    entry.Save()
    yield path


def uninstall(machine: Machine) -> list[Path]:
    """Remove everything that was set up; the files that are gone now. Raises Problem."""
    listed = map(Path, load_settings(machine).files)
    known = [path for path in listed if path.name in _OURS or path.suffix == ".lnk"]
    if machine.system in (WINDOWS, MACOS):
        known += [machine.addin(where) for where in _STARTS]
    if machine.system == MACOS:
        known.append(machine.script)
    known += [machine.state / name for name in ("excel.json", "excel.lock", "excel.log")]
    gone = []
    for path in dict.fromkeys(known):
        try:
            path.unlink()
        except FileNotFoundError:
            continue
        except OSError as error:
            raise Problem(
                {
                    "de": f"{path} kann nicht entfernt werden ({error.strerror}).",
                    "en": f"{path} cannot be removed ({error.strerror}).",
                },
                {
                    "de": "Excel schließen und noch einmal versuchen.",
                    "en": "Close Excel and try again.",
                },
            ) from error
        gone.append(path)
    if machine.state.is_dir() and not any(machine.state.iterdir()):
        machine.state.rmdir()
    return gone
