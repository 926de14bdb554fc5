"""The buttons in Excel: press, read the open workbook, check, mark.

A button starts ``python -m kam_reports.excel ACTION``; what it does is the same that the command
line does, for the workbook as it stands in Excel at that moment. Whoever has VBA of their own can
call ``kam_reports.excel.main(["check"])`` through xlwings.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


def main(words: Sequence[str]) -> int:
    """Do the action in *words*; 0 if the person was told what came of it, else 1."""
    import argparse

    from kam_reports.excel.pressing import ACTIONS, note_failure, press
    from kam_reports.excel.setup import Machine

    parser = argparse.ArgumentParser(prog="python -m kam_reports.excel")
    parser.add_argument("action", choices=sorted(ACTIONS))
    parser.add_argument("--hwnd", type=int)
    parser.add_argument("--book")
    parser.add_argument("--addin", default="")
    asked = parser.parse_args(words)
    try:
        from kam_reports.excel.live import calling_book

        press(asked.action, calling_book(asked.hwnd, asked.book), addin=asked.addin)
    except Exception:  # noqa: BLE001  (Excel is out of reach: the launcher says so, the log why)
        note_failure(Machine(), asked.action)
        return 1
    return 0
