"""Why a file cannot be read as a workbook, so precisely that the next step can be said."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class Unreadable(Exception):  # noqa: N818  (it is about the file, not about the program)
    """A file that gives no book: what kind of trouble, and the facts of it.

    ==================  ====================================================================
    kind                facts (no sentences, no language)
    ==================  ====================================================================
    not-found           ``reason``: what the system said
    not-permitted       ``reason``
    cloud-only          none: the file lies in the cloud and would have to be fetched first
    not-a-workbook      ``what``: folder, device, lock-file, text, html, xml, pdf, word,
                        powerpoint, numbers, zip, ole, unknown
    legacy-format       ``format``: .xls, .xlsb, .ods, .xml (a sheet saved as XML or HTML)
    encrypted           ``protection``: password or rights
    too-big             ``what``: file, entries, unpacked, ratio, depth, sheets, area, cells;
                        ``found``, ``limit``; ``part`` or ``sheet``
    damaged             ``reason``: empty, truncated, container, checksum, twice, overlap, dtd,
                        markup, part-missing, no-sheet, cell; ``part``, ``sheet``, ``cell``
                        and ``detail`` where known
    readers-disagree    ``sheet``, ``cell``, ``ours``, ``theirs``
    ==================  ====================================================================
    """

    def __init__(self, kind: str, facts: Mapping[str, Any] | None = None) -> None:
        super().__init__(kind, facts)
        self.kind = kind
        self.facts: dict[str, Any] = dict(facts or {})

    def __str__(self) -> str:
        return " ".join([self.kind, *(f"{name}={fact}" for name, fact in self.facts.items())])


def damaged(reason: str, **facts: Any) -> Unreadable:
    """A file that Excel, too, would have to repair."""
    return Unreadable("damaged", {"reason": reason, **facts})


def too_big(what: str, found: float, limit: float, **facts: Any) -> Unreadable:
    """A file beyond all that an honest plan needs."""
    return Unreadable("too-big", {"what": what, "found": found, "limit": limit, **facts})
