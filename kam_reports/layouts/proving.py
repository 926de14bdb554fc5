"""Whether a layout speaks of sections, fields and measures that there are.

A slip in a layout would else leave a column unread: who wrote it must hear of it, with the line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from kam_reports.layouts.application_rules import Refuse, one_of
from kam_reports.layouts.declaring import AXES, SKIP, Declared, period_of
from kam_reports.model import Scenario
from kam_reports.vocabulary import Section, Vocabulary

if TYPE_CHECKING:
    from kam_reports.layouts.declared import Layout

_HOLDS = {"one": ("form",), "many": ("list",), "grid": ("grid", "long", "pairs")}


def prove(layout: Layout, vocabulary: Vocabulary, refuse: Refuse) -> None:
    """Call *refuse* with the key of *layout* that speaks of something that there is not."""
    sections = {each.key: each for each in vocabulary.sections(layout.document)}
    for key in layout.sections:
        one_of(key, sections, f"sections.{key}", refuse)
    for name in layout.fields:
        _field(name, sections, f"fields.{name}", refuse)
    for key in layout.measures:
        one_of(key, vocabulary.metrics, f"measures.{key}", refuse)
    for name in layout.without:
        if "." in name:
            _field(name, sections, "without", refuse)
        else:
            one_of(name, sections, "without", refuse)
    for key in layout.given:
        one_of(key, sections[layout.header].fields, f"header.{key}", refuse)
    for number, block in enumerate(layout.blocks, start=1):
        _block(block, f"block {number}", sections, vocabulary, refuse)


def _field(name: str, sections: Mapping[str, Section], key: str, refuse: Refuse) -> None:
    section, _, field = name.partition(".")
    one_of(section, sections, key, refuse)
    one_of(field, sections[section].fields, key, refuse)


def _block(
    block: Declared,
    where: str,
    sections: Mapping[str, Section],
    vocabulary: Vocabulary,
    refuse: Refuse,
) -> None:
    one_of(block.fills, sections, f"{where}: fills", refuse)
    section = sections[block.fills]
    one_of(block.kind, _HOLDS[section.records], f"{where}: kind", refuse)
    if block.measure:
        one_of(block.measure, vocabulary.metrics, f"{where}: measure", refuse)
    if section.records == "grid":
        known = {*vocabulary.metrics, *Scenario, *AXES, SKIP}
    else:
        known = {*section.fields, SKIP}
    for meant in block.words.values():
        if section.records != "grid" or period_of(meant, 2000) is None:
            one_of(meant, known, f"{where}: words", refuse)


# ---------------------------------------------------------------- the line of a key


def line_of(text: str, key: str) -> int:
    """The line of a layout's *text* in which *key* stands, or the table that it stands in.

    Keys are written as ``header.kam``, ``statuses.signed`` and ``block 2: kind``.
    """
    lines = _lines_of_keys(text.splitlines())
    for each in (key, f"applications.{key}"):
        path = each
        while path:
            if path in lines:
                return lines[path]
            path = path[: max(path.rfind("."), path.rfind(": "), 0)]
    return 1


def _lines_of_keys(lines: Iterable[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    table, blocks = "", 0
    for number, line in enumerate(lines, start=1):
        if header := re.match(r"\s*\[+\s*([^\]]+?)\s*\]+\s*(?:#.*)?$", line):
            blocks += header[1] == "block"
            table = f"block {blocks}" if header[1] == "block" else _plain(header[1])
            found.setdefault(table, number)
        elif entry := re.match(r"""\s*("[^"]*"|'[^']*'|[\w.-]+)\s*=""", line):
            joint = ": " if table.startswith("block ") else "."
            found.setdefault(f"{table}{joint if table else ''}{_plain(entry[1])}", number)
    return found


def _plain(key: str) -> str:
    return key.replace('"', "").replace("'", "")
