"""Writes a compound file (MS-CFB, version 3): the little file system in which Office keeps VBA.

Source: [MS-CFB], sections 2.1 to 2.6. Everything is written in the order given and no clock is
asked, so the same content gives the same bytes.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

Tree: TypeAlias = Mapping[str, "bytes | Tree"]

SECTOR, MINI_SECTOR = 512, 64
_CUTOFF = 4096  # a stream shorter than this lives in the mini stream
_NUMBERS = SECTOR // 4  # sector numbers that fit into a sector
_IN_HEADER = 109  # sectors of the allocation table that the header itself lists
_FREE, _END, _TABLE, _NOBODY = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF
_STORAGE, _STREAM, _ROOT = 1, 2, 5
_RED, _BLACK = 0, 1


@dataclass(slots=True)
class _Entry:
    """A line of the directory."""

    name: str
    kind: int
    data: bytes = b""
    colour: int = _BLACK
    left: int = _NOBODY
    right: int = _NOBODY
    child: int = _NOBODY

    def packed(self, start: int, size: int) -> bytes:
        name = self.name.encode("utf-16-le") + b"\0\0"
        links = (self.left, self.right, self.child)
        return struct.pack(
            "<64sHBB3I16sI16sIQ",
            *(name, len(name), self.kind, self.colour, *links),
            *(b"", 0, b"", start, size),
        )


_UNUSED = struct.pack("<64sHBB3I48x", b"", 0, 0, 0, _FREE, _FREE, _FREE)


@dataclass(slots=True)
class _Sectors:
    """The sectors of the file and, for each, which one follows it."""

    size: int
    content: list[bytes] = field(default_factory=list)
    follows: list[int] = field(default_factory=list)

    def keep(self, data: bytes) -> int:
        """Store *data*; the number of its first sector."""
        if not data:
            return _END
        first, count = len(self.content), -(-len(data) // self.size)
        self.content += [
            data[at : at + self.size].ljust(self.size, b"\0")
            for at in range(0, len(data), self.size)
        ]
        self.follows += [*range(first + 1, first + count), _END]
        return first


def compound_file(tree: Tree) -> bytes:
    """The compound file that holds *tree*: names with bytes (streams) or trees (storages).

    Raises ValueError if it would need more than 109 sectors for its allocation table (6.8 MB).
    """
    entries = _directory(tree)
    sectors, mini = _Sectors(SECTOR), _Sectors(MINI_SECTOR)
    places = [_stored(entry, sectors, mini) for entry in entries]
    stream = b"".join(mini.content)
    places[0] = (sectors.keep(stream), len(stream))
    mini_table = sectors.keep(_numbers(mini.follows))
    lines = b"".join(
        entry.packed(start, size) for entry, (start, size) in zip(entries, places, strict=True)
    )
    directory = sectors.keep(lines + _UNUSED * (-len(entries) % (SECTOR // len(_UNUSED))))
    table = _allocate(sectors)
    header = struct.pack(
        "<8s16x5H6x9I",
        bytes.fromhex("d0cf11e0a1b11ae1"),
        *(0x3E, 3, 0xFFFE, 9, 6),  # versions, byte order, sector sizes as powers of two
        *(0, len(table), directory, 0, _CUTOFF),
        *(mini_table, -(-len(mini.follows) // _NUMBERS), _END, 0),
    )
    listed = [*table, *[_FREE] * (_IN_HEADER - len(table))]
    return header + struct.pack(f"<{_IN_HEADER}I", *listed) + b"".join(sectors.content)


def _stored(entry: _Entry, sectors: _Sectors, mini: _Sectors) -> tuple[int, int]:
    """First sector and size of an entry."""
    if entry.kind != _STREAM:
        return 0, 0
    place = mini if len(entry.data) < _CUTOFF else sectors
    return place.keep(entry.data), len(entry.data)


def _allocate(sectors: _Sectors) -> range:
    """Append the allocation table, which also lists itself; the numbers of its sectors."""
    count = 1
    while count * _NUMBERS < len(sectors.content) + count:
        count += 1
    if count > _IN_HEADER:
        raise ValueError(f"{len(sectors.content)} sectors are too many for a simple compound file")
    table = range(len(sectors.content), len(sectors.content) + count)
    sectors.keep(_numbers([*sectors.follows, *[_TABLE] * count]))
    return table


def _numbers(numbers: list[int]) -> bytes:
    """Sector numbers, filled up to whole sectors."""
    padded = [*numbers, *[_FREE] * (-len(numbers) % _NUMBERS)]
    return struct.pack(f"<{len(padded)}I", *padded)


# ---------------------------------------------------------------- the directory


def _directory(tree: Tree) -> list[_Entry]:
    """All entries, the root first; the children of each storage as a red-black tree."""
    entries = [_Entry("Root Entry", _ROOT)]

    def enter(parent: int, children: Tree) -> None:
        numbers = []
        for name, content in children.items():
            numbers.append(len(entries))
            if isinstance(content, bytes):
                entries.append(_Entry(name, _STREAM, content))
            else:
                entries.append(_Entry(name, _STORAGE))
                enter(numbers[-1], content)
        numbers.sort(key=lambda number: _order(entries[number].name))
        entries[parent].child = _grow(entries, numbers, len(numbers).bit_length())

    enter(0, tree)
    return entries


def _order(name: str) -> tuple[int, str]:
    """Siblings are in order by length first, then without regard to case."""
    return len(name), name.upper()


def _grow(entries: list[_Entry], numbers: list[int], height: int, depth: int = 1) -> int:
    """A balanced search tree of *numbers*, only its deepest level red; the number of its top."""
    if not numbers:
        return _NOBODY
    middle = len(numbers) // 2
    top = entries[numbers[middle]]
    top.colour = _RED if depth == height > 1 else _BLACK
    top.left = _grow(entries, numbers[:middle], height, depth + 1)
    top.right = _grow(entries, numbers[middle + 1 :], height, depth + 1)
    return numbers[middle]
