"""Hangs notes on cells: new ones, behind the text of old ones, as a reply in a conversation.

A note stands in two parts: its text among the sheet's comments, its box in a drawing (VML) which
it shares with the sheet's buttons. Of a conversation ("threaded comment") the note is only a
copy for old programs, so there the text becomes a reply.
"""

from __future__ import annotations

import math
import re
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from kam_reports.outputs.marked.cells import MarkedSheet, Position, address
from kam_reports.outputs.marked.markup import Element, Part, Unmarkable, plain, quoted
from kam_reports.outputs.marked.package import Package, Relation

AUTHOR = "kam-reports"
_COMMENTS = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_DRAWING = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_PERSON = "{" + str(uuid.uuid5(uuid.NAMESPACE_URL, "urn:kam-reports")).upper() + "}"
_LONGEST = 32_000
_BLOCK = 1024  # Excel numbers shapes in blocks, each of which belongs to one drawing
_WIDE, _LINE, _ROW, _LETTERS = 260, 15, 20, 46  # pixels; letters of a line of a note
_LAST_COLUMN, _LAST_ROW = 16_383, 1_048_575

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ESCAPED = re.compile(r"_(x[0-9A-Fa-f]{4}_)")
_IDMAP = re.compile(rb"""<[^<>]*\bidmap\b[^<>]*\bdata\s*=\s*["']([0-9, ]*)["']""")
_SHAPE = re.compile(rb"_x0000_s([0-9]{1,9})")
_BOX_SPACES = {
    "v": "urn:schemas-microsoft-com:vml",
    "o": "urn:schemas-microsoft-com:office:office",
    "x": "urn:schemas-microsoft-com:office:excel",
}


@dataclass(frozen=True, slots=True)
class Remark:
    """A paragraph of a note."""

    title: str
    text: str


Remarks = Mapping[Position, Sequence[Remark]]


def write_notes(package: Package, part: str, sheet: MarkedSheet, remarks: Remarks) -> None:
    """Hang *remarks* on the cells of the sheet in *part*."""
    base = _base(package)
    listing, comments = _comments(package, part, base)
    known = {comment.attributes.get("ref", ""): comment for comment in listing.all("comment")}
    threads = _Threads(package, part)
    fresh: dict[Position, Sequence[Remark]] = {}
    for position, paragraphs in remarks.items():
        ref = address(position)
        old, said = known.get(ref), _spoken(paragraphs)
        if ref in threads.refs:
            if threads.reply(ref, said) and old is not None:
                _continue(comments, old, said.replace("\n", "\n    "), "\nReply:\n    ")
        elif old is not None:
            _continue(comments, old, said, f"\n\n{AUTHOR}:\n")
        else:
            fresh[position] = paragraphs
    author = _author(comments, bool(fresh))
    for position, paragraphs in fresh.items():
        comments.append(listing, _comment(comments, listing, address(position), author, paragraphs))
    related = package.related(part, "comments")
    assert related is not None
    package.put(related.target, comments.changed())
    threads.finish()
    if fresh:
        _draw(package, part, sheet, fresh, base)


def _base(package: Package) -> str:
    """How the types of this package's relations begin; a strict file has its own."""
    found = package.related("", "officeDocument")
    return found.type.rpartition("/")[0] if found else ""


def _spoken(paragraphs: Sequence[Remark]) -> str:
    return "\n".join(f"{one.title}: {one.text}" for one in paragraphs)


def escaped(text: str) -> str:
    """*text* between tags, as Excel reads it back: no controls, no letters in ``_x0041_`` form."""
    clean = _FORBIDDEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))[:_LONGEST]
    return plain(_ESCAPED.sub(r"_x005F_\1", clean))


# ---------------------------------------------------------------- the texts


def _comments(package: Package, part: str, base: str) -> tuple[Element, Part]:
    """The list of the sheet's comments and the part it stands in, made if there is none."""
    found = package.related(part, "comments")
    if found is None:
        space = package.part(part).root.space
        empty = f'<comments xmlns="{space}"><authors/><commentList/></comments>'
        name = package.add("xl/comments{}.xml", empty, _COMMENTS)
        package.relate(part, f"{base}/comments", name)
        found = package.related(part, "comments")
        assert found is not None
    comments = package.part(found.target)
    listing = comments.root.first("commentList")
    if listing is None:
        raise Unmarkable("notes", found.target)
    return listing, comments


def _author(comments: Part, needed: bool) -> int:
    authors = comments.root.first("authors")
    if authors is None or not needed:
        return 0
    names = [comments.text(one) for one in authors.all("author")]
    if AUTHOR.encode() not in names:
        prefix = comments.prefix(authors)
        comments.append(authors, f"<{prefix}author>{AUTHOR}</{prefix}author>")
        names.append(AUTHOR.encode())
    return names.index(AUTHOR.encode())


def _comment(
    comments: Part, listing: Element, ref: str, author: int, paragraphs: Sequence[Remark]
) -> str:
    prefix = comments.prefix(listing)
    runs = []
    for number, one in enumerate(paragraphs):
        gap = "\n\n" if number else ""
        runs += [_run(prefix, f"{gap}{one.title}\n", bold=True), _run(prefix, one.text)]
    return (
        f'<{prefix}comment ref="{ref}" authorId="{author}" shapeId="0"><{prefix}text>'
        f"{''.join(runs)}</{prefix}text></{prefix}comment>"
    )


def _run(prefix: str, text: str, *, bold: bool = False) -> str:
    p = prefix
    look = (
        f"<{p}rPr>" + f"<{p}b/>" * bold + f'<{p}sz val="9"/><{p}color indexed="81"/>'
        f'<{p}rFont val="Tahoma"/><{p}family val="2"/></{p}rPr>'
    )
    return f'<{p}r>{look}<{p}t xml:space="preserve">{escaped(text)}</{p}t></{p}r>'


def _continue(comments: Part, old: Element, text: str, start: str) -> None:
    """Put *text* behind what an old note says."""
    said = old.first("text")
    if said is None:
        return
    runs = list(said.all("r"))
    only = said.first("t")
    if runs:
        comments.insert(runs[-1].end, _run(comments.prefix(said), start + text))
    elif only is not None and not only.empty:
        comments.insert(only.close, escaped(start + text))
    else:
        comments.append(said, _run(comments.prefix(said), text))


# ---------------------------------------------------------------- conversations


class _Threads:
    """The conversations of a sheet."""

    def __init__(self, package: Package, part: str) -> None:
        self._package = package
        self._found = next(
            (one for one in package.relations(part) if one.kind == "threadedComment"), None
        )
        known = self._found is not None and self._found.target in package
        self._part = package.part(self._found.target) if known and self._found else None
        self.refs = {one.attributes.get("ref", "") for one in self._all()}
        self._replied = False

    def _all(self) -> Iterator[Element]:
        return self._part.root.all("threadedComment") if self._part else iter(())

    def reply(self, ref: str, text: str) -> bool:
        """Add *text* to the conversation at *ref*; says whether that could be done."""
        if self._part is None or self._persons() is None:
            return False
        talk = [one for one in self._all() if one.attributes.get("ref") == ref]
        first = next((one for one in talk if "parentId" not in one.attributes), talk[0])
        parent = first.attributes.get("id", "")
        own = "{" + str(uuid.uuid5(uuid.NAMESPACE_URL, f"{parent}{text}")).upper() + "}"
        p = self._part.prefix(first)
        said = (
            f'ref="{ref}" dT={quoted(talk[-1].attributes.get("dT", "2000-01-01T00:00:00.00"))} '
            f'personId="{_PERSON}" id="{own}" parentId={quoted(parent)}'
        )
        made = f"<{p}threadedComment {said}><{p}text>{escaped(text)}</{p}text></{p}threadedComment>"
        self._part.insert(talk[-1].end, made)
        self._replied = True
        return True

    def _persons(self) -> str | None:
        book = self._package.related("", "officeDocument")
        found = self._package.related(book.target, "person") if book else None
        return found.target if found and found.target in self._package else None

    def finish(self) -> None:
        """Write the replies, and who gave them."""
        persons = self._persons()
        if not self._replied or self._part is None or self._found is None or persons is None:
            return
        self._package.put(self._found.target, self._part.changed())
        people = self._package.part(persons)
        if any(one.attributes.get("id") == _PERSON for one in people.root.children):
            return
        prefix = people.prefix(people.root)
        said = f'displayName="{AUTHOR}" id="{_PERSON}" userId="{AUTHOR}" providerId="None"'
        people.append(people.root, f"<{prefix}person {said}/>")
        self._package.put(persons, people.changed())


# ---------------------------------------------------------------- the boxes


def _draw(package: Package, part: str, sheet: MarkedSheet, remarks: Remarks, base: str) -> None:
    """Draw a hidden box for each note."""
    drawing = _drawing(package, part, sheet)
    if drawing is None:
        spaces = "".join(f' xmlns:{key}="{space}"' for key, space in _BOX_SPACES.items())
        block = max(_blocks(package), default=0) + 1
        empty = (
            f'<xml{spaces}><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="{block}"/>'
            "</o:shapelayout></xml>"
        )
        name = package.add_plain("xl/drawings/vmlDrawing{}.vml", empty, "vml", _DRAWING)
        sheet.point_to_notes(package.relate(part, f"{base}/vmlDrawing", name), base)
    else:
        name = drawing.target
    content = package.content(name)
    end = content.rfind(b"</xml>")
    if end < 0 or b"\0" in content[:200]:
        raise Unmarkable("notes", name)
    numbers, wanted = _numbers(package, content, len(remarks))
    boxes = [] if b"_x0000_t202" in content else [_box_type(content)]
    for number, (position, paragraphs) in zip(numbers, remarks.items(), strict=True):
        boxes.append(_box(content, number, position, paragraphs, sheet))
    content = content[:end] + "".join(boxes).encode() + content[end:]
    package.put(name, _with_blocks(content, wanted))


def _drawing(package: Package, part: str, sheet: MarkedSheet) -> Relation | None:
    pointer = sheet.part.root.first("legacyDrawing")
    if pointer is None:
        return None
    found = next((one for one in package.relations(part) if one.id == pointer.identifier()), None)
    if found is None or found.target not in package:
        raise Unmarkable("notes", part)
    return found


def _blocks(package: Package) -> set[int]:
    """The blocks of numbers that the drawings of the workbook have taken."""
    taken: set[int] = set()
    for name in package.names:
        if name.casefold().endswith(".vml"):
            taken.update(_blocks_of(package.content(name)))
    return taken


def _blocks_of(content: bytes) -> list[int]:
    return [int(one) for found in _IDMAP.findall(content) for one in re.findall(rb"\d+", found)]


def _numbers(package: Package, content: bytes, count: int) -> tuple[list[int], list[int]]:
    """Free numbers for so many boxes, and the blocks that the drawing takes in addition."""
    own = _blocks_of(content)
    used = {int(number) for number in _SHAPE.findall(content)}
    own = own or sorted({number // _BLOCK for number in used})
    free: list[int] = []
    added: list[int] = []
    for block in own:
        last = max((one for one in used if one // _BLOCK == block), default=block * _BLOCK)
        free.extend(range(last + 1, (block + 1) * _BLOCK))
    following = max({*_blocks(package), *own}, default=0)
    while len(free) < count:
        following += 1
        added.append(following)
        free.extend(range(following * _BLOCK + 1, (following + 1) * _BLOCK))
    return free[:count], added


def _with_blocks(content: bytes, added: list[int]) -> bytes:
    found = _IDMAP.search(content)
    if not added or found is None:
        return content
    data = b",".join([found[1].strip(b", "), *(str(one).encode() for one in added)]).strip(b",")
    return content[: found.start(1)] + data + content[found.end(1) :]


def _spaces(content: bytes) -> str:
    """The prefixes of a box that its drawing does not declare."""
    root = content[: content.find(b">", content.find(b"<xml"))]
    return "".join(
        f' xmlns:{key}="{space}"'
        for key, space in _BOX_SPACES.items()
        if f'xmlns:{key}="{space}"'.encode() not in root.replace(b"'", b'"')
    )


def _box_type(content: bytes) -> str:
    return (
        f'<v:shapetype{_spaces(content)} id="_x0000_t202" coordsize="21600,21600" o:spt="202" '
        'path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/><v:path '
        'gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
    )


def _box(
    content: bytes,
    number: int,
    position: Position,
    paragraphs: Sequence[Remark],
    sheet: MarkedSheet,
) -> str:
    row, column = position[0] - 1, position[1] - 1
    return (
        f'<v:shape{_spaces(content)} id="_x0000_s{number}" type="#_x0000_t202" style="position:'
        "absolute;margin-left:60pt;margin-top:2pt;width:195pt;height:60pt;z-index:1;visibility:"
        'hidden" fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/><v:shadow '
        'on="t" color="black" obscured="t"/><v:path o:connecttype="none"/><v:textbox style='
        '"mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox><x:ClientData '
        'ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>'
        f"{_anchor(row, column, paragraphs, sheet)}</x:Anchor><x:AutoFill>False</x:AutoFill>"
        f"<x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
    )


def _anchor(row: int, column: int, paragraphs: Sequence[Remark], sheet: MarkedSheet) -> str:
    """Where a box stands: beside its cell, wide and high enough for its text."""
    lines = sum(
        2 + sum(math.ceil((len(line) or 1) / _LETTERS) for line in one.text.split("\n"))
        for one in paragraphs
    )
    first = min(column + 1, _LAST_COLUMN)
    right, left_over = first, _WIDE
    while right < _LAST_COLUMN:
        pixels = round(sheet.columns.width(right + 1) * 7 + 5)
        if left_over <= pixels:
            break
        left_over -= pixels
        right += 1
    top = max(row - 1, 0)
    rows, rest = divmod(_LINE * lines + 12, _ROW)
    bottom = min(top + min(rows, 40), _LAST_ROW)
    return f"{first}, 12, {top}, 8, {right}, {min(left_over, 200)}, {bottom}, {rest}"
