"""A report as PDF: printed by the browser that is there (Edge, Chrome), else by WeasyPrint.

Both give the same pages. Nothing is loaded from anywhere; the browser gets no network. Who has
printed closes the printer.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Protocol

from kam_reports.model import Problem
from kam_reports.outputs.devtools import Session, surroundings

SECONDS = 60
_PROGRAMS = (
    "msedge", "microsoft-edge", "microsoft-edge-stable", "google-chrome", "google-chrome-stable",
    "chrome", "chromium", "chromium-browser",
)  # fmt: skip
_WINDOWS = ("Microsoft/Edge/Application/msedge.exe", "Google/Chrome/Application/chrome.exe")
_MAC = (
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
_FLAGS = (
    "--headless", "--disable-gpu", "--no-first-run", "--no-default-browser-check",
    "--disable-extensions", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--disable-default-apps", "--disable-domain-reliability",
    "--disable-client-side-phishing-detection", "--metrics-recording-only", "--no-pings",
    "--host-resolver-rules=MAP * ~NOTFOUND", "--no-proxy-server",
)  # fmt: skip
_PRINT = ("--no-pdf-header-footer", "--print-to-pdf-no-header")


class Printer(Protocol):
    """Something that prints a page."""

    @property
    def name(self) -> str:
        """What it is called."""

    def pdf(self, page: bytes) -> bytes:
        """*page* as PDF. Raises Problem."""

    def close(self) -> None:
        """Let go of whatever was kept for the next page."""


def printer(browser: str = "") -> Printer | None:
    """The browser that was named, or is found; else WeasyPrint; None if there is neither."""
    program = browser_at(browser)
    if program is not None:
        return Browser(program)
    return WeasyPrint() if _has_weasyprint() else None


def browser_at(named: str = "") -> Path | None:
    """Where a browser lies that can print. Raises Problem if the named one is not there."""
    if named:
        found = shutil.which(named)
        if found is None:
            raise Problem(
                {
                    "de": f"Den Browser {named} gibt es nicht.",
                    "en": f"There is no browser {named}.",
                },
                {
                    "de": "browser unter [mail] in kam.toml berichtigen oder weglassen.",
                    "en": "Correct or remove browser under [mail] in kam.toml.",
                },
            )
        return Path(found)
    for program in _PROGRAMS:
        found = shutil.which(program)
        if found:
            return Path(found)
    return next((path for path in _usual_places() if path.is_file()), None)


def _usual_places() -> list[Path]:
    """Where Windows and macOS keep the browsers, which are in no PATH there."""
    if sys.platform == "win32":
        tops = [
            os.environ.get(name) for name in ("ProgramFiles(x86)", "ProgramFiles", "LocalAppData")
        ]
        return [Path(top) / name for name in _WINDOWS for top in tops if top]
    return [Path(path) for path in _MAC] if sys.platform == "darwin" else []


class Browser:
    """Edge, Chrome or Chromium, without a window.

    It is started once, with the first page, and prints all of them until it is closed. If it dies
    or gives no answer for *seconds* it is started once more; if that does not help, each page gets
    a browser of its own.
    """

    def __init__(self, program: Path, seconds: float = SECONDS) -> None:
        self.program = program
        self.seconds = seconds
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._session: Session | None = None
        self._stays = True  # whether it can be asked for one page after the other

    @property
    def name(self) -> str:
        """What it is called."""
        return self.program.stem

    def pdf(self, page: bytes) -> bytes:
        """*page* as PDF. Raises Problem."""
        with _folder() as folder:
            source = Path(folder) / "report.html"
            source.write_bytes(page)
            for _ in range(2 if self._stays else 0):
                try:
                    return self._open().pdf(source.as_uri())
                except OSError:
                    self.close()
            self._stays = False
            return self._alone(source)

    def close(self) -> None:
        """End the browser; the next page would start another."""
        if self._session is not None:
            self._session.close()
        if self._folder is not None:
            self._folder.cleanup()
        self._session = self._folder = None

    def _open(self) -> Session:
        """The browser that is running, or a new one. Raises OSError."""
        if self._session is None:
            self._folder = _folder()
            self._session = Session(self._command(Path(self._folder.name)), self.seconds)
        return self._session

    def _alone(self, source: Path) -> bytes:
        """The page printed by a browser that is started for it. Raises Problem."""
        target = source.with_suffix(".pdf")
        words = [
            *self._command(source.parent / "profile"), *_PRINT, f"--print-to-pdf={target}",
            source.as_uri(),
        ]  # fmt: skip
        try:
            subprocess.run(
                words, env=surroundings(), capture_output=True, timeout=SECONDS, check=False
            )
            return target.read_bytes()
        except (OSError, subprocess.TimeoutExpired) as error:
            raise _not_printed(self.name, error) from error

    def _command(self, profile: Path) -> list[str]:
        words = [str(self.program), *_FLAGS, f"--user-data-dir={profile}"]
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            words.insert(1, "--no-sandbox")  # Chromium does not start for root otherwise
        return words


def _folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="kam-pdf-", ignore_cleanup_errors=True)


class WeasyPrint:
    """The engine of the extra ``[pdf]``."""

    name = "WeasyPrint"

    def close(self) -> None:
        """Nothing is kept."""

    def pdf(self, page: bytes) -> bytes:
        """*page* as PDF. Raises Problem."""
        from weasyprint import HTML
        from weasyprint.urls import URLFetcher

        only_within = URLFetcher(allowed_protocols=("data",))  # only what the page holds itself
        try:
            document = HTML(string=page.decode("utf-8"), url_fetcher=only_within)
            made: bytes = document.write_pdf(pdf_tags=True)
        except (OSError, ValueError) as error:
            raise _not_printed(self.name, error) from error
        return made


@cache
def _has_weasyprint() -> bool:
    """Whether WeasyPrint and the libraries that it needs are there."""
    try:
        import weasyprint  # noqa: F401
    except (ImportError, OSError):
        return False
    return True


def _not_printed(name: str, error: Exception) -> Problem:
    return Problem(
        {
            "de": f"{name} hat aus dem Bericht kein PDF gemacht ({type(error).__name__}).",
            "en": f"{name} made no PDF of the review ({type(error).__name__}).",
        },
        {
            "de": "Unter [mail] in kam.toml browser angeben oder pdf = false setzen.",
            "en": "Name a browser under [mail] in kam.toml, or set pdf = false.",
        },
    )
