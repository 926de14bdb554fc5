"""Can the buttons work here, and what to do if not: ``kam-reports excel doctor``."""

from __future__ import annotations

import importlib.metadata
import json
import plistlib
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from kam_reports.actions import VERSION
from kam_reports.doctor import Line
from kam_reports.excel.addin import ADDIN, applescript, build_addin, modules
from kam_reports.excel.setup import MACOS, WINDOWS, Machine, load_settings
from kam_reports.wording import Wording

Words = Mapping[str, str]
Registry = Callable[[str, str], str | None]  # key and name → value; None if there is none

OLDEST, NEXT = (0, 37, 5), (1,)  # of xlwings
_RULE = "D4F940AB-401B-4EFC-AADC-AD5F3C50688A"  # Office may not start other programs
_GUARD = r"Windows Defender\Windows Defender Exploit Guard\ASR\Rules"
_ASR_KEYS = (rf"HKLM\SOFTWARE\Policies\Microsoft\{_GUARD}", rf"HKLM\SOFTWARE\Microsoft\{_GUARD}")
_OFFICE = r"Microsoft\Office\16.0\Excel\Security"
_MACRO_KEYS = (rf"HKCU\Software\Policies\{_OFFICE}", rf"HKCU\Software\{_OFFICE}")
_RUNS = r"HKLM\SOFTWARE\Microsoft\Office\ClickToRun\Configuration"
_PATHS = r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\App Paths\excel.exe"
_MAC_EXCEL = "/Applications/Microsoft Excel.app"


def examine(machine: Machine, wording: Wording, registry: Registry | None = None) -> Iterator[Line]:
    """Look at everything that the buttons need, one line each."""
    look = registry or read_registry
    words = wording.phrases("excel.doctor")
    yield _python(machine, words)
    yield from _packages(machine, words)
    if machine.system == WINDOWS:
        yield _excel_on_windows(look, words)
        yield from _addin(machine, wording, words)
        yield _child_processes(look, words)
        yield _macros(look, words)
    elif machine.system == MACOS:
        yield _excel_on_macos(words)
        yield from _addin(machine, wording, words)
        yield _script(machine, words)
        yield _permission(words)
    else:
        yield Line(words["no_excel"].format(system=machine.system), ok=False, do=words["elsewhere"])
        yield Line(words["addin_missing"], ok=False, do=words["only_there"])
    yield _workspace(machine, words)
    yield _log(machine, words)


def as_json(lines: Iterable[Line]) -> str:
    """The lines for whoever helps."""
    said = [{"what": line.what, "ok": line.ok, "do": line.do} for line in lines]
    return json.dumps({"version": VERSION, "lines": said}, ensure_ascii=False, indent=2)


def read_registry(key: str, name: str) -> str | None:
    """A value of the Windows registry as text."""
    if sys.platform == "win32":
        import winreg

        root, _, path = key.partition("\\")
        hives = {"HKLM": winreg.HKEY_LOCAL_MACHINE, "HKCU": winreg.HKEY_CURRENT_USER}
        try:
            with winreg.OpenKey(hives[root], path) as opened:
                return str(winreg.QueryValueEx(opened, name)[0])
        except OSError:
            return None
    return None


# ---------------------------------------------------------------- Python


def _python(machine: Machine, words: Words) -> Line:
    version = ".".join(map(str, sys.version_info[:3]))
    what = words["python"].format(version=version, path=machine.interpreter)
    return Line(what, not machine.from_store, words["store"] if machine.from_store else "")


def _packages(machine: Machine, words: Words) -> Iterator[Line]:
    """xlwings, and what it needs to reach Excel."""
    helper = {WINDOWS: ["pywin32"], MACOS: ["appscript", "psutil"]}.get(machine.system, [])
    for name in ["xlwings", *helper]:
        try:
            version = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            what = words["package_missing"].format(name=name)
            yield Line(what, ok=False, do=words["install_package"].format(name=_asked(name)))
            continue
        good = name != "xlwings" or OLDEST <= _numbers(version) < NEXT
        do = "" if good else words["install_package"].format(name=_asked(name))
        yield Line(f"{name} {version}", good, do)


def _asked(name: str) -> str:
    return "xlwings>=0.37.5,<1" if name == "xlwings" else name


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdigit())


# ---------------------------------------------------------------- Excel


def _excel_on_windows(look: Registry, words: Words) -> Line:
    path = look(_PATHS, "")
    if path is None:
        return Line(words["excel_missing"], ok=False, do=words["install_excel"])
    if "windowsapps" in path.lower():
        return Line(words["excel_store"], ok=False, do=words["install_excel"])
    version = look(_RUNS, "VersionToReport") or "?"
    bits = {"x64": "64 Bit", "x86": "32 Bit"}.get(look(_RUNS, "Platform") or "", "")
    return Line(f"Excel {version} {bits}".rstrip())


def _excel_on_macos(words: Words) -> Line:
    try:
        content = (Path(_MAC_EXCEL) / "Contents/Info.plist").read_bytes()
        version = plistlib.loads(content)["CFBundleShortVersionString"]
    except (OSError, ValueError, KeyError):
        return Line(words["excel_missing"], ok=False, do=words["install_excel"])
    return Line(f"Excel {version}")


def _addin(machine: Machine, wording: Wording, words: Words) -> Iterator[Line]:
    """The add-in is there, and is byte for byte what this Python would build."""
    found = [path for path in map(machine.addin, ("xlstart", "addins")) if path.is_file()]
    if not found:
        yield Line(words["addin_missing"], ok=False, do=words["run_install"])
        return
    path = found[0]
    built = build_addin(modules(machine.interpreter, wording, VERSION), wording)
    same = path.read_bytes() == built
    what = words["addin" if same else "addin_other"].format(path=path)
    yield Line(what, same, "" if same else words["run_install"])
    if machine.system == WINDOWS and Path(f"{path}:Zone.Identifier").exists():
        yield Line(words["marked"].format(name=ADDIN), ok=False, do=words["run_install"])


def _child_processes(look: Registry, words: Words) -> Line:
    blocked = any(look(key, _RULE) == "1" for key in _ASR_KEYS)
    return Line(
        words["blocked" if blocked else "not_blocked"],
        not blocked,
        words["use_shortcut"] if blocked else "",
    )


def _macros(look: Registry, words: Words) -> Line:
    said = next((value for key in _MACRO_KEYS if (value := look(key, "VBAWarnings"))), "")
    refused = said in ("3", "4")
    what = words["signed_only" if refused else "macros_allowed"]
    return Line(what, not refused, words["ask_it"] if refused else "")


def _script(machine: Machine, words: Words) -> Line:
    path = machine.script
    same = path.is_file() and path.read_bytes() == applescript()
    what = words["script" if same else "script_missing"].format(path=path)
    return Line(what, same, "" if same else words["run_install"])


def _permission(words: Words) -> Line:
    """One harmless call to Excel, if it runs."""
    try:
        import xlwings

        names = [book.name for app in xlwings.apps for book in app.books]
    except Exception as error:  # noqa: BLE001  (whatever it is, it means that Excel is out of reach)
        what = words["not_permitted"].format(error=str(error)[:80])
        return Line(what, ok=False, do=words["permit"])
    return Line(words["permitted"].format(count=len(names)))


# ---------------------------------------------------------------- our own things


def _workspace(machine: Machine, words: Words) -> Line:
    place = load_settings(machine).workspace
    if not place:
        return Line(words["no_workspace"])
    there = (Path(place) / "kam.toml").is_file()
    what = words["workspace" if there else "workspace_gone"].format(path=place)
    return Line(what, there, "" if there else words["name_workspace"])


def _log(machine: Machine, words: Words) -> Line:
    made = not machine.state.exists()
    try:
        machine.state.mkdir(parents=True, exist_ok=True)
        probe = machine.state / ".kam-tmp-probe"
        probe.write_bytes(b"")
        probe.unlink()
        if made:
            machine.state.rmdir()
    except OSError as error:
        what = words["log_refused"].format(path=machine.state, error=error.strerror)
        return Line(what, ok=False, do=words["allow"])
    return Line(words["log"].format(path=machine.log))


# ---------------------------------------------------------------- the self-test


def selftest(wording: Wording) -> Line:
    """Open a blank plan in Excel, check it from outside, compare with the file, close it."""
    words = wording.phrases("excel.doctor")
    try:
        count = _pressed_from_outside(wording)
    except Exception as error:  # noqa: BLE001  (the reason is what the line is for)
        reason = f"{type(error).__name__}: {error}"[:200]
        what = words["selftest_failed"].format(reason=reason)
        return Line(what, ok=False, do=words["run_install"])
    return Line(words["selftest"].format(count=count))


def _pressed_from_outside(wording: Wording) -> int:
    """How many findings were marked and removed. Raises AssertionError if anything differs."""
    import shutil
    import tempfile

    import xlwings as xw

    from kam_reports import actions
    from kam_reports.excel import marks
    from kam_reports.excel.live import read_book
    from kam_reports.workspace import CacheSettings, Workspace, folder

    blank = min((folder("workbooks") / "blank").glob("*.xlsx"))
    workspace = Workspace(folder=blank.parent, cache=CacheSettings(enabled=False))
    expected = actions.judge(actions.gather([blank], workspace), workspace, None).findings
    with tempfile.TemporaryDirectory() as place:
        copy = Path(shutil.copy(blank, place))
        app = xw.apps.active or xw.App(add_book=False)
        book = app.books.open(str(copy))
        try:
            gathered = actions.gather_open(read_book(book), workspace)
            found = actions.judge(gathered, workspace, None).findings
            assert len(found) == len(expected), f"{len(found)} findings instead of {len(expected)}"
            marks.mark(book, found, wording)
            assert marks.unmark(book), "no marks to remove"
            assert not marks.unmark(book), "marks left behind"
        finally:
            book.close()
    return len(found)
