"""Writes ``xl/vbaProject.bin`` from VBA source text, without Excel.

Only the text is written: the stream ``_VBA_PROJECT`` says version 0xFFFF, so Excel compiles the
modules when it first loads the project ([MS-OVBA] 2.3.4.1). Other writers without Excel do the
same. Numbers of sections are those of [MS-OVBA].
"""

from __future__ import annotations

import struct
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from kam_reports.excel.compound import compound_file

_CODE_PAGE, _ENCODING = 1252, "cp1252"
_CHUNK = 4096
_LONGEST_LINE = 1000  # VBA refuses lines of more than 1023 characters
_SEED = 0x07


class Kind(StrEnum):
    """What a module belongs to."""

    MODULE = "module"
    WORKBOOK = "workbook"
    SHEET = "sheet"


_BASES = {  # class identifiers of Excel's own objects
    Kind.WORKBOOK: "0{00020819-0000-0000-C000-000000000046}",
    Kind.SHEET: "0{00020820-0000-0000-C000-000000000046}",
}
_LIBRARIES = (  # name, identifier, version, file, title; found elsewhere by the identifier
    (
        "stdole",
        "00020430-0000-0000-C000-000000000046",
        "2.0",
        "C:\\Windows\\System32\\stdole2.tlb",
        "OLE Automation",
    ),
    (
        "Office",
        "2DF8D04C-5BFA-101B-BDE5-00AA0044DE52",
        "2.0",
        "C:\\Program Files\\Common Files\\Microsoft Shared\\OFFICE16\\MSO.DLL",
        "Microsoft Office 16.0 Object Library",
    ),
)


@dataclass(frozen=True, slots=True)
class Module:
    """A module: its name, its text without attributes, and what it belongs to."""

    name: str
    code: str = ""
    kind: Kind = Kind.MODULE

    @property
    def source(self) -> bytes:
        """The whole text as stored: attributes, code, lines ending as in Windows.

        Raises ValueError for text that is not ASCII, because a code page could spoil it, and for
        a line that VBA would refuse.
        """
        lines = [*self._attributes(), *self.code.strip("\n").splitlines()]
        for number, line in enumerate(lines, 1):
            if len(line) > _LONGEST_LINE or not line.isascii():
                raise ValueError(f"{self.name}, line {number}: too long or not ASCII")
        return "".join(f"{line}\r\n" for line in lines).encode("ascii")

    def _attributes(self) -> list[str]:
        name = f'Attribute VB_Name = "{self.name}"'
        if self.kind is Kind.MODULE:
            return [name]
        return [
            name,
            f'Attribute VB_Base = "{_BASES[self.kind]}"',
            "Attribute VB_GlobalNameSpace = False",
            "Attribute VB_Creatable = False",
            "Attribute VB_PredeclaredId = True",
            "Attribute VB_Exposed = True",
            "Attribute VB_TemplateDerived = False",
            "Attribute VB_Customizable = True",
        ]


def vba_project(name: str, modules: Sequence[Module]) -> bytes:
    """The content of ``vbaProject.bin``; no module may have the project's *name*."""
    assert name not in [module.name for module in modules], "Excel would refuse the project"
    streams = {module.name: compress(module.source) for module in modules}
    streams["dir"] = compress(_dir_stream(name, modules))
    streams["_VBA_PROJECT"] = bytes.fromhex("cc61ffff000000")
    names = b"".join(
        module.name.encode(_ENCODING) + b"\0" + module.name.encode("utf-16-le") + b"\0\0"
        for module in modules
    )
    return compound_file(
        {"VBA": streams, "PROJECT": _project_stream(name, modules), "PROJECTwm": names + b"\0\0"}
    )


# ---------------------------------------------------------------- compression (2.4.1)


def compress(data: bytes) -> bytes:
    """*data* in the compressed container of VBA."""
    chunks = (data[at : at + _CHUNK] for at in range(0, len(data), _CHUNK))
    return b"\x01" + b"".join(map(_compressed_chunk, chunks))


def _compressed_chunk(chunk: bytes) -> bytes:
    packed = _tokens(chunk)
    if len(packed) >= _CHUNK:
        return struct.pack("<H", 0x3FFF) + chunk.ljust(_CHUNK, b"\0")
    return struct.pack("<H", 0xB000 | len(packed) - 1) + packed


def _tokens(chunk: bytes) -> bytes:
    """The chunk as groups of eight tokens, each a byte or a reference to what came before."""
    packed = bytearray()
    seen: dict[bytes, list[int]] = {}
    at = 0
    while at < len(chunk):
        flags, group = 0, bytearray()
        for bit in range(8):
            if at >= len(chunk):
                break
            start, length = _longest_match(chunk, at, seen.get(chunk[at : at + 3], []))
            if length:
                flags |= 1 << bit
                shift = 16 - _offset_bits(at)
                group += struct.pack("<H", (at - start - 1) << shift | length - 3)
            else:
                group.append(chunk[at])
            for done in range(at, at + max(length, 1)):
                seen.setdefault(chunk[done : done + 3], []).append(done)
            at += max(length, 1)
        packed.append(flags)
        packed += group
    return bytes(packed)


def _offset_bits(at: int) -> int:
    """How many bits of a reference say how far back it points (2.4.1.3.19.1)."""
    return max((at - 1).bit_length(), 4)


def _longest_match(chunk: bytes, at: int, starts: Sequence[int]) -> tuple[int, int]:
    """Where the longest repetition of what stands at *at* begins, and its length or 0."""
    longest = (0xFFFF >> _offset_bits(at)) + 3
    limit = min(longest, len(chunk) - at)
    best = (0, 0)
    if limit < 3:
        return best
    for start in reversed(starts):
        length = 3
        while length < limit and chunk[start + length] == chunk[at + length]:
            length += 1
        if length > best[1]:
            best = start, length
        if length == limit:
            break
    return best


# ---------------------------------------------------------------- the stream "dir" (2.3.4.2)


def _record(number: int, data: bytes = b"") -> bytes:
    return struct.pack("<HI", number, len(data)) + data


def _twin(ansi: int, wide: int, text: str) -> bytes:
    """A text twice, as many records have it."""
    return _record(ansi, text.encode(_ENCODING)) + _record(wide, text.encode("utf-16-le"))


def _dir_stream(name: str, modules: Sequence[Module]) -> bytes:
    english = struct.pack("<I", 0x409)
    records = [
        _record(0x01, struct.pack("<I", 1)),  # for Windows, 32 bits
        _record(0x02, english),
        _record(0x14, english),
        _record(0x03, struct.pack("<H", _CODE_PAGE)),
        _record(0x04, name.encode(_ENCODING)),
        _twin(0x05, 0x40, ""),  # description
        _record(0x06) + _record(0x3D),  # help files
        _record(0x07, bytes(4)),
        _record(0x08, bytes(4)),
        struct.pack("<HIIH", 0x09, 4, 0x61BC2C35, 2),  # version; the size is 4 by definition
        _twin(0x0C, 0x3C, ""),  # constants
    ]
    for library, identifier, version, file, title in _LIBRARIES:
        coded = f"*\\G{{{identifier}}}#{version}#0#{file}#{title}".encode(_ENCODING)
        records.append(_twin(0x16, 0x3E, library))
        records.append(_record(0x0D, struct.pack("<I", len(coded)) + coded + bytes(6)))
    records.append(_record(0x0F, struct.pack("<H", len(modules))) + _record(0x13, b"\xff\xff"))
    for module in modules:
        records += [
            _twin(0x19, 0x47, module.name),
            _twin(0x1A, 0x32, module.name),  # the stream is named alike
            _twin(0x1C, 0x48, ""),
            _record(0x31, bytes(4)),  # the text begins at once: no compiled code before it
            _record(0x1E, bytes(4)),
            _record(0x2C, b"\xff\xff"),
            _record(0x21 if module.kind is Kind.MODULE else 0x22),
            _record(0x2B),
        ]
    return b"".join([*records, _record(0x10)])


# ---------------------------------------------------------------- the stream "PROJECT" (2.3.1)


def _project_stream(name: str, modules: Sequence[Module]) -> bytes:
    identity = f"{{{uuid.uuid5(uuid.NAMESPACE_DNS, f'{name}.vba')}}}".upper()
    lines = [
        f'ID="{identity}"',
        *(
            f"Module={module.name}"
            if module.kind is Kind.MODULE
            else f"Document={module.name}/&H00000000"
            for module in modules
        ),
        f'Name="{name}"',
        'HelpContextID="0"',
        'VersionCompatible32="393222000"',
        f'CMG="{_hidden(bytes(4), identity)}"',  # not protected
        f'DPB="{_hidden(bytes(1), identity)}"',  # no password
        f'GC="{_hidden(bytes([0xFF]), identity)}"',  # visible
        "",
        "[Host Extender Info]",
        "&H00000001={3832D640-CF90-11CF-8E43-00A0C911005A};VBE;&H00000000",
        "",
        "[Workspace]",
        *(f"{module.name}=0, 0, 0, 0, C" for module in modules),
    ]
    return "".join(f"{line}\r\n" for line in lines).encode(_ENCODING)


def _hidden(data: bytes, identity: str) -> str:
    """*data* as the format obscures it (2.4.3.2); it keeps no secret and there is none."""
    key = sum(identity.encode()) & 0xFF
    written = [_SEED, _SEED ^ 2, _SEED ^ key]
    before, last, last_but_one = key, written[2], written[1]
    ignored = [_SEED] * ((_SEED & 6) // 2)
    for byte in [*ignored, *struct.pack("<I", len(data)), *data]:
        coded = byte ^ (last_but_one + before & 0xFF)
        written.append(coded)
        before, last, last_but_one = byte, coded, last
    return bytes(written).hex().upper()
