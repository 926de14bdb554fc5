"""What the workers of test_batch and test_books are asked to do; found there by import."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path

from kam_reports.books import read_book
from kam_reports.model import Book


@dataclass(frozen=True)
class Read:
    """A result that says from which bytes it was read."""

    text: str
    digest: str


def read(shared: object, path: Path, name: str) -> Book:
    """Read a workbook as the product does."""
    return read_book(path, name)


def obey(shared: str, path: Path, name: str) -> str:
    """Do what the file says."""
    order = path.read_text()
    if order == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    if order == "abort":
        os.abort()
    if order == "leave":
        os._exit(7)
    if order == "spin":
        while True:
            pass
    if order == "sleep":
        time.sleep(60)
    if order == "devour":
        return str(len(bytearray(8 << 30)))
    if order == "stumble":
        raise ValueError("a stone in the way")
    if order == "panic":
        raise BaseException("a panic of Rust is no Exception")  # noqa: TRY002
    if order == "interrupt":
        os.kill(os.getpid(), signal.SIGINT)
    if order == "chatter":
        print("not for the parent", flush=True)
        os.write(1, b"\x80\x04not a pickle either")
    if order == "lambda":
        return lambda: None
    if order == "pid":
        path.with_suffix(".pid").write_text(str(os.getpid()))
        time.sleep(60)
    return f"{shared}: {order} as {name}"


def dawdle(shared: dict[str, float], path: Path, name: str) -> str:
    """Take as long as *shared* says for this name."""
    time.sleep(shared.get(name, 0))
    return name


def own_pid(shared: object, path: Path, name: str) -> int:
    """Which process works here."""
    return os.getpid()


def tally(shared: str, path: Path, name: str) -> Read:
    """Leave a mark that the file was really read, and say from which bytes."""
    import hashlib

    with path.with_suffix(".tally").open("a") as marks:
        marks.write("x")
    data = path.read_bytes()
    return Read(f"{shared} {name} {data.decode()}", hashlib.blake2b(data).hexdigest())


def calamine_alone(shared: object, path: Path, name: str) -> int:
    """Read with calamine and nothing before it, to see what the guard is for."""
    from python_calamine import CalamineWorkbook

    workbook = CalamineWorkbook.from_path(str(path))
    return sum(len(workbook.get_sheet_by_name(sheet).to_python()) for sheet in workbook.sheet_names)


def read_plan_or_obey(shared: object, path: Path, name: str) -> object:
    """Read a plan as the product does, unless the file gives an order."""
    from kam_reports.actions import read_plan

    if path.stem in ("die", "spin", "devour"):
        return obey("", path, name)
    return read_plan(shared, path, name)
