"""A workbook as a package of parts: what is not changed is packed again as it was."""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote, unquote

from kam_reports.outputs.marked.markup import Part, quoted

_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = "[Content_Types].xml"
_SIGNATURES = "_xmlsignatures/"
_NO_TIME = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Relation:
    """Where a part points to."""

    id: str
    type: str  # the whole address
    target: str  # the name of a part; what lies outside of the package as written
    outside: bool = False

    @property
    def kind(self) -> str:
        """The last word of its type."""
        return self.type.rpartition("/")[2]


class Package:
    """The parts of a workbook by name; names know no case."""

    def __init__(self, data: bytes) -> None:
        with zipfile.ZipFile(io.BytesIO(data)) as container:
            self._entries = container.infolist()
            self._contents = {entry.filename: container.read(entry) for entry in self._entries}
        self._names = {_folded(name): name for name in self._contents}
        self._new: dict[str, bytes] = {}
        self._dropped: set[str] = set()

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all parts."""
        return tuple(self._names.values())

    def __contains__(self, name: str) -> bool:
        return _folded(name) in self._names

    def content(self, name: str) -> bytes:
        """The bytes of a part as they are now."""
        known = self._names[_folded(name)]
        return self._new.get(known, self._contents.get(known, b""))

    def part(self, name: str) -> Part:
        """A part that can be changed."""
        return Part(self.content(name))

    def put(self, name: str, content: bytes) -> None:
        """Give a part another content."""
        self._new[self._names[_folded(name)]] = content

    def add(self, pattern: str, content: str, content_type: str) -> str:
        """Add a part under the first free name of *pattern*, which holds ``{}``; says the name."""
        number = 1
        while pattern.format(number) in self:
            number += 1
        name = pattern.format(number)
        self._names[_folded(name)] = name
        self._new[name] = (_DECLARATION + content).encode()
        if content_type:
            types = self.part(_TYPES)
            prefix = types.prefix(types.root)
            said = f"PartName={quoted('/' + name)} ContentType={quoted(content_type)}"
            types.append(types.root, f"<{prefix}Override {said}/>")
            self.put(_TYPES, types.changed())
        return name

    def add_plain(self, pattern: str, content: str, ending: str, content_type: str) -> str:
        """Add a part whose *ending* tells its type, and which begins without a declaration."""
        name = self.add(pattern, "", "")
        self._new[name] = content.encode()
        types = self.part(_TYPES)
        known = {child.attributes.get("Extension", "").casefold() for child in types.root.children}
        if ending not in known:
            prefix = types.prefix(types.root)
            said = f"Extension={quoted(ending)} ContentType={quoted(content_type)}"
            place = types.root.children[0].start if types.root.children else types.root.close
            types.insert(place, f"<{prefix}Default {said}/>")
            self.put(_TYPES, types.changed())
        return name

    # ------------------------------------------------------------ relations

    def relations(self, part: str = "") -> Iterator[Relation]:
        """Where *part* points to; the package itself without one."""
        listing = _relations_of(part)
        if listing not in self:
            return
        for child in self.part(listing).root.all("Relationship"):
            said = child.attributes
            outside = said.get("TargetMode") == "External"
            target = said.get("Target", "")
            if not outside:
                way = posixpath.join("/" + posixpath.dirname(part), unquote(target))
                target = posixpath.normpath(way).lstrip("/")
            yield Relation(said.get("Id", ""), said.get("Type", ""), target, outside)

    def related(self, part: str, kind: str) -> Relation | None:
        """Where *part* points to by a relation of that *kind*."""
        return next((found for found in self.relations(part) if found.kind == kind), None)

    def relate(self, part: str, kind: str, target: str) -> str:
        """Let *part* point to the part *target*; says the relation's id."""
        taken = {found.id for found in self.relations(part)}
        number = 1
        while f"rIdKam{number}" in taken:
            number += 1
        listing = _relations_of(part)
        if listing not in self:
            empty = f'<Relationships xmlns="{_RELATIONSHIPS}"/>'
            self._names[_folded(listing)] = listing
            self._new[listing] = (_DECLARATION + empty).encode()
        way = quote(posixpath.relpath(target, posixpath.dirname(part) or "."))
        said = f'Id="rIdKam{number}" Type={quoted(kind)} Target={quoted(way)}'
        relations = self.part(listing)
        prefix = relations.prefix(relations.root)
        relations.append(relations.root, f"<{prefix}Relationship {said}/>")
        self.put(listing, relations.changed())
        return f"rIdKam{number}"

    # ------------------------------------------------------------ signatures

    def drop_signatures(self) -> bool:
        """Leave out signatures, which a changed workbook would break; says if there were any."""
        signed = {name for name in self.names if _folded(name).startswith(_SIGNATURES)}
        if not signed:
            return False
        self._dropped = signed
        listing = _relations_of("")
        gone = {
            found.id for found in self.relations() if _folded(found.target) in map(_folded, signed)
        }
        self.put(listing, _without(self.part(listing), "Id", gone))
        names = {"/" + name for name in signed}
        self.put(_TYPES, _without(self.part(_TYPES), "PartName", names))
        return True

    # ------------------------------------------------------------ packing

    def packed(self) -> bytes:
        """The package with all changes; parts stand in their old order, new ones behind them."""
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as container:
            for entry in self._entries:
                if entry.filename in self._dropped:
                    continue
                kept = zipfile.ZipInfo(entry.filename, entry.date_time)
                kept.compress_type, kept.external_attr = entry.compress_type, entry.external_attr
                container.writestr(kept, self.content(entry.filename))
            for name, content in self._new.items():
                if name not in self._contents:
                    made = zipfile.ZipInfo(name, _NO_TIME)
                    made.compress_type = zipfile.ZIP_DEFLATED
                    container.writestr(made, content)
        return out.getvalue()


def _without(part: Part, attribute: str, values: set[str]) -> bytes:
    """A part without the children of its root that say one of *values*."""
    pieces, end = [], 0
    for child in part.root.children:
        if child.attributes.get(attribute) in values:
            pieces.append(part.content[end : child.start])
            end = child.end
    return b"".join([*pieces, part.content[end:]])


def _relations_of(part: str) -> str:
    folder, file = posixpath.split(part)
    return posixpath.join(folder, "_rels", file + ".rels")


def _folded(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").casefold()
