"""What a workbook says about itself: its sheets, its date system, its formats, its texts."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from kam_reports.books.container import Parts
from kam_reports.books.formats import BUILT_IN
from kam_reports.books.markup import (
    RELATION_IDS,
    Unusual,
    beginning,
    decoded,
    elements,
    is_true,
    section,
)
from kam_reports.books.texts import read_strings
from kam_reports.books.unreadable import damaged, too_big

MOST_SHEETS = 2_000


@dataclass(frozen=True, slots=True)
class SheetPart:
    """A sheet as the workbook lists it; a chart sheet has no cells and no part here."""

    name: str
    visible: str
    part: str  # empty for a sheet without cells


@dataclass(frozen=True, slots=True)
class Contents:
    """What all sheets of a workbook share, and the parts where that stands."""

    part: str
    styles_part: str
    strings_part: str
    styles: bytes  # the part, as far as it is read
    sheets: tuple[SheetPart, ...]
    formats: tuple[str, ...]  # by style number
    strings: tuple[str, ...]
    date1904: bool
    links: tuple[str, ...]  # other workbooks that formulas look into


@dataclass(frozen=True, slots=True)
class _Relation:
    kind: str
    target: str


def read_contents(parts: Parts) -> Contents:
    """Read everything but the sheets themselves."""
    _part(parts, "_rels/.rels")
    workbook = _only(_relations(parts, ""), "officeDocument", "xl/workbook.xml")
    relations = _relations(parts, workbook)
    styles = _only(relations, "styles")
    strings = _only(relations, "sharedStrings")
    looks = _essence(parts[styles]) if styles in parts else b""
    said = elements(_part(parts, workbook), workbook, "workbook")
    return Contents(
        part=workbook,
        styles_part=styles,
        strings_part=strings,
        styles=looks,
        sheets=tuple(
            _sheet(element.attributes, relations)
            for element in said
            if (element.parent, element.name) == ("sheets", "sheet")
        ),
        formats=_formats(looks, styles) if looks else (),
        strings=read_strings(parts[strings], strings) if strings in parts else (),
        date1904=any(
            is_true(element.attributes.get("date1904"))
            for element in said
            if element.name == "workbookPr"
        ),
        links=_links(parts, relations),
    )


# ---------------------------------------------------------------- parts and relations


def _part(parts: Parts, name: str) -> bytes:
    if name not in parts:
        raise damaged("part-missing", part=name)
    return parts[name]


def relations_of(part: str) -> str:
    """The part that says where *part* points to."""
    folder, file = posixpath.split(part)
    return posixpath.join(folder, "_rels", file + ".rels")


def _relations(parts: Parts, part: str) -> dict[str, _Relation]:
    """Where *part* points to: parts of this file by their name, others as written."""
    folder = posixpath.dirname(part)
    listing = relations_of(part)
    found = {}
    for element in elements(parts[listing], listing, "Relationships") if listing in parts else ():
        if element.name == "Relationship":
            said = element.attributes
            target = unquote(said.get("Target", ""))
            if said.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/" + folder, target))
                target = target.lstrip("/").casefold()
            kind = said.get("Type", "").rpartition("/")[2]
            found[said.get("Id", "")] = _Relation(kind, target)
    return found


def _only(relations: Mapping[str, _Relation], kind: str, default: str = "") -> str:
    return next((found.target for found in relations.values() if found.kind == kind), default)


def _sheet(said: Mapping[str, str], relations: Mapping[str, _Relation]) -> SheetPart:
    name = said.get("name", "")
    relation = relations.get(next((said[key] for key in RELATION_IDS if key in said), ""))
    if relation is None:
        raise damaged("part-missing", sheet=name)
    part = relation.target if relation.kind == "worksheet" else ""
    return SheetPart(name, said.get("state", "visible"), part)


def _links(parts: Parts, relations: Mapping[str, _Relation]) -> tuple[str, ...]:
    found = []
    for relation in relations.values():
        if relation.kind == "externalLink":
            inner = _relations(parts, relation.target)
            target = next((to.target for to in inner.values()), relation.target)
            found.append(re.split(r"[/\\]", target)[-1])
    return tuple(found)


# ---------------------------------------------------------------- formats


def _essence(content: bytes) -> bytes:
    """The part of the styles without fonts, fills and the like."""
    try:
        text = decoded(content)
        root = beginning(text, "styleSheet")
        rest = text[text.index(root) + len(root) :]
        kept = section(rest, "numFmts") + section(rest, "cellXfs")
    except Unusual:
        return content
    return f"{root}{kept}</styleSheet>".encode()


def _formats(content: bytes, part: str) -> tuple[str, ...]:
    """The number format of each style."""
    own: dict[int, str] = {}
    used: list[int] = []
    for parent, name, said in elements(content, part, "styleSheet"):
        if (parent, name) == ("numFmts", "numFmt"):
            own[_whole(said.get("numFmtId"), part)] = said.get("formatCode", "General")
        elif (parent, name) == ("cellXfs", "xf"):
            used.append(_whole(said.get("numFmtId", "0"), part))
    return tuple(own.get(number, BUILT_IN.get(number, "General")) for number in used)


def _whole(text: str | None, part: str) -> int:
    if text is None or not (text.isascii() and text.isdigit() and len(text) < 10):
        raise damaged("markup", part=part, detail=f"{text!r} is no number")
    return int(text)


def check_sheets(sheets: tuple[SheetPart, ...]) -> None:
    """Refuse a workbook whose list of sheets no Excel would write."""
    if not sheets:
        raise damaged("no-sheet")
    if len(sheets) > MOST_SHEETS:
        raise too_big("sheets", len(sheets), MOST_SHEETS)
    names = [sheet.name.casefold() for sheet in sheets]
    for sheet in sheets:
        if names.count(sheet.name.casefold()) > 1:
            raise damaged("twice", sheet=sheet.name)
