"""Golden files: what an output looked like when somebody looked at it and found it right.

``KAM_GOLDEN=update pytest …`` accepts what comes out now; without it a difference leaves the
actual file beside the golden one.
"""

from __future__ import annotations

import os
from pathlib import Path

FOLDER = Path(__file__).parent / "golden"


def check(name: str, actual: bytes) -> None:
    """Hold *actual* against the golden file *name*."""
    golden = FOLDER / name
    beside = golden.with_name(f"{golden.name}.actual")
    if os.environ.get("KAM_GOLDEN") == "update":
        golden.parent.mkdir(parents=True, exist_ok=True)
        golden.write_bytes(actual)
    if golden.exists() and golden.read_bytes() == actual:
        beside.unlink(missing_ok=True)
        return
    beside.parent.mkdir(parents=True, exist_ok=True)
    beside.write_bytes(actual)
    raise AssertionError(f"{golden} differs; the actual file is {beside}")
