"""Times the main job in one run: help, demo, a second run with the cache, and many workbooks.

    python bench/main_job.py [COPIES]

Every figure is the least of several rounds, taken in turns, so that ratios can be trusted.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ENV = {**os.environ, "LANG": "de_DE.UTF-8"}


def seconds(*words, cwd=None):
    start = time.perf_counter()
    done = subprocess.run([sys.executable, *map(str, words)], cwd=cwd, env=ENV, capture_output=True)
    assert done.returncode in (0, 1), done.stderr.decode()
    return time.perf_counter() - start


def main():
    copies = int(sys.argv[1]) if len(sys.argv) > 1 else 0
    with tempfile.TemporaryDirectory() as folder:
        top = Path(folder)
        ENV["XDG_CACHE_HOME"] = str(top / "cache")
        small = "import argparse; argparse.ArgumentParser().parse_args(['--help'])"
        rows = {"bare python": [], "argparse --help": [], "kam-reports --help": []}
        for _ in range(9):
            rows["bare python"].append(seconds("-c", "pass"))
            rows["argparse --help"].append(seconds("-c", small))
            rows["kam-reports --help"].append(seconds("-m", "kam_reports", "--help"))
        run = ("-m", "kam_reports", "run", "--workspace", top / "demo0", "--quarter", "2026Q3")
        rows |= {"demo (20 workbooks)": [], "run, cached": [], "run --force": []}
        for number in range(3):
            shutil.rmtree(top / "cache", ignore_errors=True)
            rows["demo (20 workbooks)"].append(seconds("-m", "kam_reports", "demo", top / f"demo{number}"))
            rows["run, cached"].append(seconds(*run))
            rows["run --force"].append(seconds(*run, "--force"))
        for name, times in rows.items():
            print(f"{name:24} {min(times):7.3f} s")
        print(f"help : argparse          {min(rows['kam-reports --help']) / min(rows['argparse --help']):7.2f}")
        if copies:
            print(f"check, {many(top, copies)} workbooks   {seconds('-m', 'kam_reports', 'check', top / 'many', '--format', 'json'):7.2f} s")


def many(top, copies):
    """*copies* of each example workbook; they share IDs, which only checking minds."""
    (top / "many").mkdir()
    sources = sorted((top / "demo0").glob("*/*.xlsx"))
    sources = [path for path in sources if path.parent.name in ("plans", "scorecards")]
    for number in range(copies):
        for source in sources:
            shutil.copy(source, top / "many" / f"{number:03} {source.name}")
    return copies * len(sources)


if __name__ == "__main__":
    main()
