"""What the buttons start: ``python -P -m kam_reports.excel ACTION [--hwnd N | --book NAME]``.

``-P`` keeps the current folder out of the search for modules: no file that lies beside a workbook
is ever run.
"""

from __future__ import annotations

import os
import sys

from kam_reports.excel import main

if __name__ == "__main__":
    code = main(sys.argv[1:])
    # A library that stumbles over its own end must not turn a success into an error box.
    sys.stdout.flush()
    os._exit(code)
