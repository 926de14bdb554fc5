"""Writes a file whole or not at all, and names files safely on every system.

New content goes to ``.kam-tmp-…`` in the same folder, is forced to the disk and then takes the
final name in one step, so whoever looks finds the old file or the new one, never half of one.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import tempfile
import unicodedata
from collections.abc import Iterable, Mapping
from pathlib import Path

from kam_reports.model import Problem

TEMPORARY = ".kam-tmp-"
_LONGEST = 100  # bytes of a name without its ending, which leaves 20 for ".customer.html"


_UNSAFE = re.compile(r'[\x00-\x20%#?"<>\[\]^`{|}]')


def way_to(target: Path, start: Path) -> str:
    """The web address of *target* as seen from the folder *start*; relative where it can be."""
    try:
        way = os.path.relpath(target, start).replace(os.sep, "/")
    except ValueError:  # another drive
        return target.resolve().as_uri()
    return _UNSAFE.sub(lambda sign: f"%{ord(sign[0]):02X}", way)


# ---------------------------------------------------------------- whole or not at all


def write_whole(path: Path, data: bytes) -> Path:
    """Put *data* under the name *path*, whole or not at all.

    A file that already holds exactly this is left alone, so that nothing is synchronised, mailed
    or locked anew for nothing. Raises Problem if the disk, the folder or an open Excel says no.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not _holds(path, data):
            _replace(path, data)
    except OSError as error:
        raise _problem(path, error) from error
    return path


def _holds(path: Path, data: bytes) -> bool:
    try:
        return path.stat().st_size == len(data) and path.read_bytes() == data
    except OSError:
        return False


def _replace(path: Path, data: bytes) -> None:
    handle, name = tempfile.mkstemp(prefix=TEMPORARY, dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            _claim(file.fileno())
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o640)  # reports are for colleagues, not for every account of a server
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    _settle(path.parent)


def _settle(folder: Path) -> None:
    """Force the new name in *folder* to the disk, where the system can do that."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):  # some network drives cannot
            raise
    finally:
        os.close(handle)


def _claim(handle: int) -> bool:
    """Lock a temporary file as long as it is being written; False if another writer has it."""
    if os.name == "nt":
        return True  # Windows itself refuses to remove a file that is open
    import fcntl

    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a drive without locks
        return True
    return True


def sweep(folder: Path) -> int:
    """Remove what interrupted runs left below *folder*; says how many files that were."""
    swept = 0
    for path in sorted(folder.rglob(f"{TEMPORARY}*")) if folder.is_dir() else ():
        try:
            handle = os.open(path, os.O_RDWR)
            try:
                abandoned = _claim(handle)
            finally:
                os.close(handle)
            if abandoned:
                path.unlink()
                swept += 1
        except OSError:
            continue  # in use or not ours: it stays, and harms nobody
    return swept


def digest(data: bytes) -> str:
    """The blake2b of *data* as ``b2sum`` prints it."""
    return hashlib.blake2b(data).hexdigest()


def remove_stale(out: Path, earlier: Mapping[str, str], paths: Iterable[Path]) -> list[Path]:
    """Remove what an *earlier* run wrote below *out* and this one, with *paths*, did not.

    *earlier* is name and digest; a file that somebody changed since, or has open, stays.
    """
    kept = {path.relative_to(out).as_posix() for path in paths}
    removed = []
    for name in sorted(earlier.keys() - kept):
        path = out / name
        try:
            if (
                out.resolve() in path.resolve().parents
                and digest(path.read_bytes()) == earlier[name]
            ):
                path.unlink()
                removed.append(path)
        except OSError:
            continue
    return removed


def _problem(path: Path, error: OSError) -> Problem:
    """What a refused write means to a person, and what helps."""
    what, fix = next(
        ((what, fix) for numbers, what, fix in _REFUSALS if error.errno in numbers), _REFUSED
    )
    facts = {"path": path, "folder": path.parent, "reason": error.strerror or str(error)}
    return Problem(
        {language: text.format(**facts) for language, text in what.items()},
        {language: text.format(**facts) for language, text in fix.items()},
    )


_REFUSED = (
    {
        "de": "{path} kann nicht geschrieben werden ({reason}).",
        "en": "{path} cannot be written ({reason}).",
    },
    {
        "de": "Den Ordner {folder} prüfen oder mit --out einen anderen wählen.",
        "en": "Check the folder {folder}, or choose another one with --out.",
    },
)
_REFUSALS = (
    (
        (errno.EACCES, errno.EPERM, errno.EBUSY, errno.ETXTBSY),
        {
            "de": "{path} kann nicht geschrieben werden: in Excel geöffnet oder ohne Schreibrecht.",
            "en": "{path} cannot be written: it is open in Excel or write-protected.",
        },
        {
            "de": "Die Datei schließen oder mit --out einen anderen Ordner wählen, dann noch einmal"
            " starten.",
            "en": "Close the file, or choose another folder with --out, then start again.",
        },
    ),
    (
        (errno.ENOSPC, errno.EDQUOT) if hasattr(errno, "EDQUOT") else (errno.ENOSPC,),
        {
            "de": "{path} passt nicht mehr auf den Datenträger; die alte Fassung blieb erhalten.",
            "en": "{path} does not fit on the disk any more; the old version was kept.",
        },
        {
            "de": "Platz schaffen oder mit --out einen anderen Datenträger wählen.",
            "en": "Make room, or choose another disk with --out.",
        },
    ),
    (
        (errno.ENOTDIR, errno.EEXIST, errno.EISDIR),
        {
            "de": "{path} kann nicht geschrieben werden: auf dem Weg dorthin steht eine Datei, wo"
            " ein Ordner sein müsste, oder umgekehrt.",
            "en": "{path} cannot be written: on the way there a file stands where a folder should"
            " be, or the other way round.",
        },
        {
            "de": "Sie umbenennen oder mit --out einen anderen Ordner wählen.",
            "en": "Rename it, or choose another folder with --out.",
        },
    ),
    (
        (errno.EROFS,),
        {
            "de": "{folder} ist schreibgeschützt.",
            "en": "{folder} is read-only.",
        },
        {
            "de": "Mit --out einen anderen Ordner wählen.",
            "en": "Choose another folder with --out.",
        },
    ),
    (
        (errno.ENAMETOOLONG,),
        {
            "de": "Der Pfad {path} ist zu lang.",
            "en": "The path {path} is too long.",
        },
        {
            "de": "Mit --out einen Ordner mit kürzerem Pfad wählen.",
            "en": "Choose a folder with a shorter path with --out.",
        },
    ),
)


# ---------------------------------------------------------------- safe names

_RESERVED = re.compile(
    r"(con|prn|aux|nul|conin\$|conout\$|clock\$|com[0-9¹²³]|lpt[0-9¹²³])\s*(\.|$)", re.IGNORECASE
)
_PLAIN_SIGNS = frozenset(" -_.,()+")
_UNSEEN = re.compile(  # letters and marks by class, but nobody can see them
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)


def safe_names(subject_ids: Iterable[str]) -> dict[str, str]:
    """A file name for every subject, without ending; no two alike on any file system.

    An ID that is a good name is kept. Where two would look alike, each that had to be changed
    carries a mark made from its ID, so the name depends on the IDs alone and not on their order.
    """
    plain = {subject: _plain(subject) for subject in sorted(set(subject_ids))}
    alike: dict[str, list[str]] = {}
    for subject, name in plain.items():
        alike.setdefault(_folded(name), []).append(subject)
    names = {}
    for subjects in alike.values():
        unchanged = [one for one in subjects if plain[one] == one] if subjects[1:] else subjects
        if not unchanged[1:]:
            names.update({one: plain[one] for one in unchanged})
    taken = {_folded(name) for name in names.values()}
    for subject in plain.keys() - names.keys():
        names[subject] = _marked(subject, plain[subject], taken)
    return {subject: names[subject] for subject in plain}


def _plain(subject: str) -> str:
    """The ID without what a file system, a web address or a reader would trip over."""
    text = _UNSEEN.sub("-", unicodedata.normalize("NFC", subject))
    text = "".join(sign if _is_plain(sign) else "-" for sign in text)
    text = _shortened(text.strip(" ."), _LONGEST).rstrip(" .")
    if not text.strip("-"):
        return f"id-{_digest(subject)[:8]}"
    return f"_{text}" if _RESERVED.match(text) else text


def _is_plain(sign: str) -> bool:
    return sign in _PLAIN_SIGNS or unicodedata.category(sign)[0] in "LMN"


def _folded(name: str) -> str:
    """What a file system that ignores case and composition would take *name* for."""
    once = unicodedata.normalize("NFKD", name).casefold()
    return unicodedata.normalize("NFKD", once).casefold()


def _marked(subject: str, name: str, taken: set[str]) -> str:
    """*name* with as many signs of the ID's digest as it takes to be like no other."""
    digest = _digest(subject)
    for length in range(8, len(digest), 4):
        marked = f"{_shortened(name, _LONGEST - length - 1)}-{digest[:length]}"
        if _folded(marked) not in taken:
            break
    taken.add(_folded(marked))
    return marked


def _digest(subject: str) -> str:
    data = subject.encode("utf-8", "surrogatepass")
    return hashlib.blake2b(data, digest_size=32).hexdigest()


def _shortened(text: str, size: int) -> str:
    """*text* cut to at most *size* bytes, never inside a sign."""
    return text.encode("utf-8")[:size].decode("utf-8", "ignore")
