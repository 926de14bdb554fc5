"""The lock that keeps a second sender out, and the folders that no ledger should lie in.

The system drops the lock when its holder ends, however it ends, so none is ever left behind.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kam_reports.model import Problem

NAME = "sending.lock"
_CLOUDS = ("onedrive", "dropbox", "google drive", "googledrive", "icloud", "nextcloud", "box sync")
_NETWORKS = frozenset(
    ("cifs", "smb3", "smbfs", "nfs", "nfs4", "9p", "afpfs", "webdav", "fuse.sshfs")
)


@contextmanager
def only_sender(folder: Path) -> Iterator[None]:
    """Be the only sender of the ledger in *folder*. Raises Problem if somebody is sending."""
    with (folder / NAME).open("a+b") as file:
        if not _taken(file.fileno()):
            raise Problem(
                {
                    "de": f"Aus {folder} wird gerade schon gesendet.",
                    "en": f"Mails are being sent from {folder} already.",
                },
                {
                    "de": "Warten, bis der andere Versand fertig ist; dann derselbe Befehl.",
                    "en": "Wait until the other one has finished; then the same command.",
                },
            )
        yield


def _taken(handle: int) -> bool:
    if sys.platform == "win32":
        import msvcrt

        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
    import fcntl

    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a drive without locks: every mail is still claimed in the ledger
        return True
    return True


def risky_place(folder: Path) -> str:
    """Why the ledger should not lie in *folder*: ``cloud``, ``network``, or nothing."""
    parts = [part.lower() for part in folder.resolve().parts]
    if any(part.startswith(_CLOUDS) for part in parts):
        return "cloud"
    cloud = [os.environ.get(name) for name in ("OneDrive", "OneDriveCommercial")]
    if any(
        top and Path(top).resolve() in (folder.resolve(), *folder.resolve().parents)
        for top in cloud
    ):
        return "cloud"
    if parts and parts[0].startswith(("\\\\", "//")):
        return "network"
    return "network" if _file_system(folder) in _NETWORKS else ""


def _file_system(folder: Path, mounts: Path = Path("/proc/mounts")) -> str:
    """The kind of file system that *folder* lies on; empty where the system does not tell."""
    try:
        lines = [line.split() for line in mounts.read_text(encoding="utf-8").splitlines()]
    except OSError:
        return ""
    here = folder.resolve()
    best = ("", "")
    for line in lines:
        top = line[1].replace("\\040", " ")
        if (Path(top) == here or Path(top) in here.parents) and len(top) >= len(best[0]):
            best = (top, line[2])
    return best[1]
