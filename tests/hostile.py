"""Makers of workbooks that no honest program writes, and of files that are none.

Everything is made in code from readable markup; nothing binary lies in the repository.
"""

from __future__ import annotations

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Mapping

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"

XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

# Style numbers of our hand-made workbooks.
GENERAL, PERCENT, DATE, ELAPSED, EURO, TIME, MOMENT, TSD, TONS = range(9)
FORMATS = {
    164: "dd.mm.yyyy",
    165: "[h]:mm",
    166: '#,##0.00 "€"',
    167: '#,##0 "Tsd."',
    168: "0.0 Tsd",
}
STYLES = (
    f'{XML}<styleSheet xmlns="{MAIN}"><numFmts count="{len(FORMATS)}">'
    + "".join(
        f'<numFmt numFmtId="{number}" formatCode="{text.replace(chr(34), "&quot;")}"/>'
        for number, text in FORMATS.items()
    )
    + '</numFmts><fonts count="1"><font/></fonts><fills count="1"><fill/></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf numFmtId="9"/>'
    '</cellStyleXfs><cellXfs count="9"><xf numFmtId="0"/><xf numFmtId="10"/>'
    '<xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="166"/><xf numFmtId="20"/>'
    '<xf numFmtId="22"/><xf numFmtId="167"/><xf numFmtId="168"/></cellXfs>'
    "</styleSheet>"
)


def cell(
    address: str,
    value: object = None,
    *,
    style: int | None = None,
    kind: str | None = None,
    formula: str | None = None,
) -> str:
    """The markup of a cell, written as Excel does."""
    said = f' s="{style}"' * (style is not None) + f' t="{kind}"' * (kind is not None)
    inside = f"<f>{formula}</f>" * (formula is not None) + f"<v>{value}</v>" * (value is not None)
    return f'<c r="{address}"{said}>{inside}</c>'


def sheet(rows: str, *, before: str = "", after: str = "", namespace: str = MAIN) -> str:
    """The part of a sheet with *rows*, which may leave out the ``<row>`` of a single one."""
    if "<row" not in rows and rows:
        rows = f"<row>{rows}</row>"
    data = f"<sheetData>{rows}</sheetData>"
    return f'{XML}<worksheet xmlns="{namespace}">{before}{data}{after}</worksheet>'


def workbook(
    *sheets: str,
    names: tuple[str, ...] = (),
    states: Mapping[str, str] = {},
    strings: str | None = None,
    before: str = "",
    parts: Mapping[str, str | bytes | None] = {},
) -> bytes:
    """A workbook of hand-made *sheets*; *parts* replace, add or (None) leave out parts."""
    names = names or tuple(f"S{number}" for number in range(1, len(sheets) + 1))
    listed = "".join(
        f'<sheet name="{name}" sheetId="{number}" r:id="rId{number}"'
        + (f' state="{states[name]}"' if name in states else "")
        + "/>"
        for number, name in enumerate(names, 1)
    )
    relations = [
        ("worksheet", f"worksheets/sheet{number}.xml") for number in range(1, len(sheets) + 1)
    ]
    relations.append(("styles", "styles.xml"))
    if strings is not None:
        relations.append(("sharedStrings", "sharedStrings.xml"))
    made: dict[str, str | bytes | None] = {
        "[Content_Types].xml": f"{XML}<Types/>",
        "_rels/.rels": relationships([("officeDocument", "xl/workbook.xml")]),
        "xl/workbook.xml": f'{XML}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">{before}'
        f"<sheets>{listed}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": relationships(relations),
        "xl/styles.xml": STYLES,
        **{f"xl/worksheets/sheet{number}.xml": part for number, part in enumerate(sheets, 1)},
    }
    if strings is not None:
        made["xl/sharedStrings.xml"] = f'{XML}<sst xmlns="{MAIN}">{strings}</sst>'
    return container({**made, **parts})


def relationships(targets: list[tuple[str, str]], mode: str = "") -> str:
    """A part that points to others; the n-th has the id ``rIdn``."""
    said = "".join(
        f'<Relationship Id="rId{number}" Type="{OFFICE}/{kind}" Target="{target}"{mode}/>'
        for number, (kind, target) in enumerate(targets, 1)
    )
    return f'{XML}<Relationships xmlns="{PACKAGE}">{said}</Relationships>'


def container(parts: Mapping[str, str | bytes | None]) -> bytes:
    """A zip container of *parts*."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            if content is not None:
                made.writestr(name, content)
    return out.getvalue()


def parts_of(data: bytes) -> dict[str, bytes]:
    """What *container* was given."""
    with zipfile.ZipFile(io.BytesIO(data)) as made:
        return {name: made.read(name) for name in made.namelist()}


def announcing(texts: int = 99_999_999_999) -> bytes:
    """A workbook that announces more shared texts than any memory holds; it has one."""
    strings = f'{XML}<sst xmlns="{MAIN}" uniqueCount="{texts}"><si><t>x</t></si></sst>'
    return workbook(
        sheet(cell("A1", 0, kind="s")), strings="", parts={"xl/sharedStrings.xml": strings}
    )


# ---------------------------------------------------------------- containers that lie


def bomb(megabytes: int = 1024) -> bytes:
    """A workbook of about a thousandth of what one of its parts unpacks to."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    block = packer.compress(b" " * (16 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    stream = block * (megabytes // 16) + b"\x03\0"
    out = io.BytesIO(workbook(sheet(cell("A1", 1))))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_STORED) as made:
        made.writestr("xl/worksheets/sheet2.xml", stream)
        entry = made.getinfo("xl/worksheets/sheet2.xml")
        entry.compress_type = zipfile.ZIP_DEFLATED
        entry.file_size = megabytes << 20
    data = bytearray(out.getvalue())
    struct.pack_into("<H", data, entry.header_offset + 8, zipfile.ZIP_DEFLATED)
    return bytes(data)


def swarm(entries: int = 2_500) -> bytes:
    """A workbook of very many parts."""
    return workbook(
        sheet(cell("A1", 1)), parts={f"xl/media/{number}.xml": "" for number in range(entries)}
    )


def doubled(data: bytes, part: str, content: str) -> bytes:
    """The workbook *data* with a second part of the same name."""
    out = io.BytesIO(data)
    with zipfile.ZipFile(out, "a") as made:
        made.writestr(part, content)
    return out.getvalue()


def overlapping() -> bytes:
    """A workbook of which one part lies inside the bytes of another."""
    inner = sheet(cell("A1", 1)).encode()
    data = container({"inner.xml": inner, "outer.xml": b""})
    header = data[: 30 + len("inner.xml") + _compressed_size(data, 0)]
    made = workbook(sheet(cell("A1", 1)), parts={"xl/media/outer.bin": None})
    out = io.BytesIO(made)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_STORED) as box:
        box.writestr("outer.bin", header)
        outer = box.getinfo("outer.bin")
        entry = zipfile.ZipInfo("inner.xml", outer.date_time)
        entry.header_offset = outer.header_offset + 30 + len("outer.bin")
        entry.compress_type = zipfile.ZIP_DEFLATED
        entry.compress_size = _compressed_size(data, 0)
        entry.file_size = len(inner)
        entry.CRC = zlib.crc32(inner)
        box.filelist.append(entry)
        box.NameToInfo[entry.filename] = entry
    return out.getvalue()


def _compressed_size(data: bytes, header: int) -> int:
    return int(struct.unpack_from("<I", data, header + 18)[0])


def lying_size(data: bytes, size: int = 10) -> bytes:
    """The workbook *data* whose directory says that its last part has *size* bytes."""
    last = data.rindex(b"PK\x01\x02")
    return data[: last + 24] + struct.pack("<I", size) + data[last + 28 :]


def flipped(data: bytes) -> bytes:
    """The workbook *data* with a wrong checksum for its last part."""
    last = data.rindex(b"PK\x01\x02")
    return data[: last + 16] + bytes([data[last + 16] ^ 1]) + data[last + 17 :]


def locked(data: bytes) -> bytes:
    """The workbook *data* whose last part claims to be encrypted."""
    last = data.rindex(b"PK\x01\x02")
    return data[: last + 8] + bytes([data[last + 8] | 1]) + data[last + 9 :]


def forged(
    data: bytes,
    *,
    version: int | None = None,
    method: int | None = None,
    local_method: int | None = None,
    local_name: bytes | None = None,
    offset: int | None = None,
    packed: int | None = None,
    content: bytes | None = None,
) -> bytes:
    """The workbook *data* with one thing wrong about its last part, in one directory or both."""
    out = bytearray(data)
    last = data.rindex(b"PK\x01\x02")
    (here,) = struct.unpack_from("<I", data, last + 42)
    name_length, extra_length = struct.unpack_from("<2H", data, here + 26)
    if version is not None:
        struct.pack_into("<H", out, last + 6, version)
    if method is not None:
        struct.pack_into("<H", out, last + 10, method)
        struct.pack_into("<H", out, here + 8, method)
    if local_method is not None:
        struct.pack_into("<H", out, here + 8, local_method)
    if local_name is not None:
        out[here + 30 : here + 30 + name_length] = local_name
    if offset is not None:
        struct.pack_into("<I", out, last + 42, here + offset)
    if packed is not None:
        struct.pack_into("<I", out, last + 20, packed)
    if content is not None:
        start = here + 30 + name_length + extra_length
        out[start : start + len(content)] = content
    return bytes(out)


# ---------------------------------------------------------------- files that are no workbook

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def compound(*streams: str) -> bytes:
    """The beginning of an OLE file with a directory of *streams*."""
    directory = b"".join(stream.encode("utf-16-le").ljust(64, b"\0") for stream in streams)
    return OLE + bytes(504) + directory.ljust(1024, b"\0")


# ---------------------------------------------------------------- mutants


def mutant(data: bytes, seed: int) -> bytes:
    """The workbook *data*, changed somewhere: in the container's bytes or inside a part."""
    chance = random.Random(seed)
    if chance.random() < 0.25:
        return _scarred(data, chance)
    parts = parts_of(data)
    name = chance.choice([name for name in parts if name.endswith((".xml", ".rels"))])
    parts[name] = chance.choice((_scarred, _retagged, _renumbered))(parts[name], chance)
    return container(parts)


def _scarred(content: bytes, chance: random.Random) -> bytes:
    """Some bytes changed, lost or repeated."""
    out = bytearray(content)
    for _ in range(chance.choice((1, 1, 2, 8))):
        here = chance.randrange(len(out) + 1)
        length = chance.choice((1, 2, 7, 60))
        change = chance.randrange(3)
        if change == 0:
            out[here : here + length] = chance.randbytes(length)
        elif change == 1:
            del out[here : here + length]
        else:
            out[here:here] = out[here : here + length]
    return bytes(out)


def _retagged(content: bytes, chance: random.Random) -> bytes:
    """One tag moved, doubled or lost."""
    pieces = content.split(b"<")
    here = chance.randrange(len(pieces))
    change = chance.randrange(3)
    if change == 0:
        pieces.insert(chance.randrange(len(pieces)), pieces[here])
    elif change == 1:
        del pieces[here]
    else:
        other = chance.randrange(len(pieces))
        pieces[here], pieces[other] = pieces[other], pieces[here]
    return b"<".join(pieces)


_ODD = (b"0", b"-1", b"1048576", b"1048577", b"XFD", b"99999999999", b"1e999", b"", b"nan", b"&#0;")


def _renumbered(content: bytes, chance: random.Random) -> bytes:
    """One attribute or value replaced by an odd one."""
    quotes = [here for here, byte in enumerate(content) if byte in b'">']
    here = chance.choice(quotes or [0])
    end = here + 1
    while end < len(content) and content[end] not in b'"<':
        end += 1
    return content[: here + 1] + chance.choice(_ODD) + content[end:]
