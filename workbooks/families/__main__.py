"""Builds the families of foreign workbooks: ``python workbooks/families [FOLDER]``."""

from __future__ import annotations

import sys
from pathlib import Path

import broker
import industry

HERE = Path(__file__).resolve().parent
FAMILIES = {"industry": industry.workbooks, "broker": broker.workbooks}


def build(top: Path) -> list[Path]:
    """Write the workbooks of every family below *top*; the files that were written."""
    written = []
    for family, workbooks in FAMILIES.items():
        for workbook in workbooks():
            path = top / family / workbook.name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(workbook.content)
            written.append(path)
    return written


if __name__ == "__main__":
    for made in build(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE):
        print(made)
