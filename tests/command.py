"""The real command, in its own process, as a user starts it."""

import os
import subprocess
import sys


def kam(*words, cwd=None, language="de_DE.UTF-8", env=None, timeout=120):
    """Run ``kam-reports WORDS`` and give back the finished process."""
    names = ("LC_ALL", "LC_MESSAGES", "LANG", "NO_COLOR", "KAM_REPORTS_DEBUG")
    clean = {name: value for name, value in os.environ.items() if name not in names}
    return subprocess.run(
        [sys.executable, "-m", "kam_reports", *map(str, words)],
        cwd=cwd,
        env={**clean, "LANG": language, "PYTHONUTF8": "1", **(env or {})},
        capture_output=True,
        encoding="utf-8",
        timeout=timeout,
        check=False,
    )
