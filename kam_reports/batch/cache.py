"""What was read before is not read again, as long as file, settings and program are the same."""

from __future__ import annotations

import hashlib
import os
import pickle
import sqlite3
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

LARGEST = 500 * 1024 * 1024
OLDEST = 180  # days without use

PATIENCE = 5.0  # seconds to wait for another run that is writing

_AT_ONCE = 64
_OURSELVES = Path(__file__).resolve().parent.parent

_TABLE = """
    create table if not exists results_1 (
        key blob primary key, result blob not null, size integer not null, used integer not null
    )
"""
_FIND = "select result from results_1 where key = ?"
_KEEP = "insert or replace into results_1 values (?, ?, ?, ?)"
_USED = "update results_1 set used = ? where key = ? and used <> ?"
_FORGET_OLD = "delete from results_1 where used < ?"
_BY_USE = "select key, size from results_1 order by used"


class Cache:
    """Results kept in a file of the user's cache folder; a broken one is begun anew.

    A result is found again for the same task, settings, name and bytes of the file, and the same
    program. So a task's result may depend on these, but not on where the file lies. Only a result
    that says in ``digest`` from which bytes it was read is kept. The file holds what workbooks
    hold, so only its owner may read it. A cache that does not work is none; it is never an error.
    """

    def __init__(
        self, digest: Callable[[Path], str], folder: str | os.PathLike[str] | None = None
    ) -> None:
        self._digest = digest
        self._folder = Path(folder) if folder is not None else cache_folder()
        self._lock = threading.Lock()
        self._database: sqlite3.Connection | None = None
        self._circumstances = b""
        self._today = int(time.time() // 86_400)
        self._found: set[bytes] = set()
        self._new: list[tuple[bytes, bytes]] = []

    def open(self, task: str, settings: bytes) -> None:
        """Get ready for *task* under *settings*."""
        self._circumstances = _mark(task.encode(), settings, _program(_OURSELVES))
        if self._database is None:
            self._database = _database(self._folder)

    def find(self, path: Path, name: str) -> tuple[str, Any]:
        """The file's digest, and what is kept for it or None."""
        digest = self._digest(path)
        try:
            with self._lock:
                if not digest or self._database is None:
                    return digest, None
                key = self._key(digest, name)
                row = self._database.execute(_FIND, (key,)).fetchone()
                if row is None:
                    return digest, None
                self._found.add(key)
            return digest, pickle.loads(row[0])  # noqa: S301  (ours, in the user's own folder)
        except Exception:  # noqa: BLE001  (whatever is broken in a cache, the file is read again)
            return digest, None

    def keep(self, digest: str, name: str, result: Any) -> None:
        """Keep *result* for the next time, if it was read from the bytes of *digest*."""
        if not digest or getattr(result, "digest", None) != digest:
            return
        said = pickle.dumps(result, pickle.HIGHEST_PROTOCOL)
        with self._lock:
            self._new.append((self._key(digest, name), said))
            if len(self._new) >= _AT_ONCE:
                self._store()

    def close(self) -> None:
        """Store what is new and forget what is old."""
        with self._lock:
            self._store(tidy=True)
            if self._database is not None:
                self._database.close()
            self._database = None

    def _key(self, digest: str, name: str) -> bytes:
        return _mark(self._circumstances, digest.encode(), name.encode("utf-8", "surrogatepass"))

    def _store(self, *, tidy: bool = False) -> None:
        """Write what is new; another run may be writing, so it is done in one short step."""
        new, self._new = self._new, []
        if self._database is None:
            return
        with suppress(sqlite3.Error), self._database:
            self._database.executemany(
                _KEEP, [(key, said, len(said), self._today) for key, said in new]
            )
            if tidy:
                self._tidy(self._database)

    def _tidy(self, database: sqlite3.Connection) -> None:
        today = self._today
        database.executemany(_USED, [(today, key, today) for key in self._found])
        database.execute(_FORGET_OLD, (today - OLDEST,))
        (size,) = database.execute("select coalesce(sum(size), 0) from results_1").fetchone()
        if size > LARGEST:
            for key, less in database.execute(_BY_USE).fetchall():
                database.execute("delete from results_1 where key = ?", (key,))
                size -= less
                if size <= LARGEST:
                    break


def _mark(*parts: bytes) -> bytes:
    """A mark of all *parts*, none of which can pass for two."""
    mark = hashlib.blake2b(digest_size=32)
    for part in parts:
        mark.update(len(part).to_bytes(8, "big") + part)
    return mark.digest()


def cache_folder() -> Path:
    """The user's own folder for what may be lost."""
    from platformdirs import user_cache_dir

    return Path(user_cache_dir("kam-reports", appauthor=False))


def _database(folder: Path) -> sqlite3.Connection | None:
    """The cache's file, made if it is not there, and made anew if it is broken."""
    file = folder / "readings.sqlite3"
    for _ in range(2):
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))
            return _open(file)
        except (OSError, sqlite3.OperationalError):
            return None  # no room, no right, or another run holds it
        except sqlite3.DatabaseError:
            with suppress(OSError):
                file.unlink(missing_ok=True)
    return None


def _open(file: Path) -> sqlite3.Connection:
    database = sqlite3.connect(file, timeout=PATIENCE, check_same_thread=False)
    try:
        # What a power failure destroys is read again, so there is no need to wait for the disk.
        database.execute("pragma synchronous = off")
        database.execute(_TABLE)
        database.execute("select count(*) from results_1").fetchone()
    except sqlite3.Error:
        database.close()
        raise
    return database


def _program(folder: Path) -> bytes:
    """A mark of the program in *folder*: another version, or an edited one, reads anew."""
    files = sorted(
        (file.relative_to(folder).as_posix(), file.stat().st_size, file.stat().st_mtime_ns)
        for pattern in ("*.py", "*.toml")
        for file in folder.rglob(pattern)
    )
    return repr((sys.version_info[:2], files)).encode()
