"""A file is copied into memory once; everything later works on that copy."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from kam_reports.books.unreadable import Unreadable, damaged, too_big

LARGEST_FILE = 50 * 1024 * 1024

# Without O_NONBLOCK, opening a named pipe would wait for ever.
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)

# Opening a placeholder of OneDrive or iCloud would download it.
_WINDOWS_PLACEHOLDER = 0x400000 | 0x40000  # RECALL_ON_DATA_ACCESS, RECALL_ON_OPEN
_MAC_PLACEHOLDER = 0x40000000  # SF_DATALESS

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BIFF = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00", b"\x09\x08")


def snapshot(path: str | os.PathLike[str]) -> bytes:
    """The bytes of the file at *path*, or Unreadable if there is no such ordinary file."""
    try:
        _look(Path(path).stat())
        with os.fdopen(os.open(path, _FLAGS), "rb") as file:
            found = os.fstat(file.fileno())
            _look(found)
            data = file.read(min(found.st_size, LARGEST_FILE) + 1)
    except PermissionError as error:
        raise Unreadable("not-permitted", {"reason": error.strerror}) from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise Unreadable("not-found", {"reason": reason}) from error
    if len(data) > LARGEST_FILE:
        raise too_big("file", len(data), LARGEST_FILE)
    return data


def _look(found: os.stat_result) -> None:
    """Refuse what must not be opened, by what the file system says about it."""
    if stat.S_ISDIR(found.st_mode):
        raise Unreadable("not-a-workbook", {"what": "folder"})
    if not stat.S_ISREG(found.st_mode):
        raise Unreadable("not-a-workbook", {"what": "device"})
    if getattr(found, "st_file_attributes", 0) & _WINDOWS_PLACEHOLDER:
        raise Unreadable("cloud-only")
    if getattr(found, "st_flags", 0) & _MAC_PLACEHOLDER:
        raise Unreadable("cloud-only")
    if found.st_size > LARGEST_FILE:
        raise too_big("file", found.st_size, LARGEST_FILE)


def refuse_other_files(data: bytes, name: str) -> None:
    """Refuse all that is no zip container, as what it is by its content."""
    if Path(name).name.startswith("~$"):
        raise Unreadable("not-a-workbook", {"what": "lock-file"})
    if not data.strip(b"\0"):
        raise damaged("empty")
    if data.startswith(b"PK"):
        return
    if data.startswith(_OLE):
        raise _compound(data)
    if data.startswith(_BIFF):
        raise Unreadable("legacy-format", {"format": ".xls"})
    raise _plain(data)


def refuse_other_packages(names: frozenset[str], mimetype: bytes) -> None:
    """Refuse zip containers that hold something else than an .xlsx or .xlsm workbook."""
    if "xl/workbook.bin" in names:
        raise Unreadable("legacy-format", {"format": ".xlsb"})
    if b"opendocument.spreadsheet" in mimetype:
        raise Unreadable("legacy-format", {"format": ".ods"})
    kinds = {"word/document.xml": "word", "ppt/presentation.xml": "powerpoint"}
    for part, what in kinds.items():
        if part in names:
            raise Unreadable("not-a-workbook", {"what": what})
    if any(name.endswith(".iwa") for name in names):
        raise Unreadable("not-a-workbook", {"what": "numbers"})
    if not any(name.startswith("xl/") for name in names) and "_rels/.rels" not in names:
        raise Unreadable("not-a-workbook", {"what": "zip"})


def _compound(data: bytes) -> Unreadable:
    """What an OLE file is, by the names of its streams."""

    def holds(stream: str) -> bool:
        return stream.encode("utf-16-le") in data

    if holds("EncryptedPackage"):
        rights = holds("DRMEncryptedTransform") or holds("DRMEncryptedDataSpace")
        return Unreadable("encrypted", {"protection": "rights" if rights else "password"})
    if holds("Workbook") or holds("Book"):
        return Unreadable("legacy-format", {"format": ".xls"})
    return Unreadable("not-a-workbook", {"what": "word" if holds("WordDocument") else "ole"})


def _plain(data: bytes) -> Unreadable:
    """What a file without a container is, by its first bytes."""
    start = data[:2000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(b"%pdf"):
        return Unreadable("not-a-workbook", {"what": "pdf"})
    if b"schemas-microsoft-com:office:spreadsheet" in start or b"office:excel" in start:
        return Unreadable("legacy-format", {"format": ".xml"})
    if start.startswith((b"<!doctype html", b"<html")):
        return Unreadable("not-a-workbook", {"what": "html"})
    if start.startswith(b"<?xml"):
        return Unreadable("not-a-workbook", {"what": "xml"})
    if b"\0" not in data[:2000] or data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return Unreadable("not-a-workbook", {"what": "text"})
    return Unreadable("not-a-workbook", {"what": "unknown"})
