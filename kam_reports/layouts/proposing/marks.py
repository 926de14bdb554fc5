"""What was proposed before: a mark for every block, kept in the layout's file as a remark.

A person may delete a proposed block. Its mark stays, so that it is not proposed again.
"""

from __future__ import annotations

import hashlib
import re

from kam_reports.layouts.declaring import Declared

_MARKS = re.compile(r"^#[^:\n]*: ((?:~[0-9a-f]{6} ?)+)$", re.MULTILINE)


def mark(declared: Declared) -> str:
    """The mark of a block: of what it fills and where it stands, not of how it is read."""
    where = (declared.fills, declared.kind, declared.sheet, declared.heading, declared.header)
    text = repr((*where, declared.cells))
    return "~" + hashlib.blake2b(text.encode(), digest_size=3).hexdigest()


def marks_in(text: str) -> frozenset[str]:
    """The marks that the text of a layout keeps."""
    return frozenset(mark for found in _MARKS.findall(text) for mark in found.split())
