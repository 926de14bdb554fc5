"""The child's side: a process that does one task for one file after the other until told to stop.

Started as ``python -c`` by ``pool``; speaks pickles over its standard input and output.
"""

from __future__ import annotations

import gc
import os
import pickle
import queue
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from typing import Any, BinaryIO, NamedTuple

Task = Callable[[Any, Any, str], Any]


class Setup(NamedTuple):
    """What a worker is told once."""

    task: Task
    shared: Any
    seconds: float
    memory: int


class Reply(NamedTuple):
    """What a worker says about one file: a result, or what went wrong; or that it is ready."""

    result: Any = None
    kind: str = ""  # of an oddity
    facts: dict[str, Any] | None = None
    last: bool = False  # the worker ends after this


def serve() -> None:
    """Work until the parent closes our input, or is gone."""
    if hasattr(signal, "SIGINT"):
        # Ctrl-C reaches the whole group; the parent decides.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    requests, replies = _streams()
    try:
        setup: Setup = pickle.load(requests)  # noqa: S301  (our own parent wrote it)
    except Exception as error:  # noqa: BLE001  (the parent says it)
        _send(replies, Reply(kind="not-started", facts={"detail": _describe(error)}))
        return
    _limit_memory(setup.memory)
    # What is there now stays; a workbook is garbage as a whole when it is done.
    gc.freeze()
    gc.set_threshold(100_000, 10, 10)
    _send(replies, Reply())
    waiting: queue.SimpleQueue[tuple[Any, str]] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(requests, waiting), daemon=True).start()
    while True:
        path, name = waiting.get()
        _set_alarm(setup.seconds)
        reply = _work(setup, path, name)
        _set_alarm(0)
        _send(replies, reply)
        if reply.last:
            os._exit(0)


def _streams() -> tuple[BinaryIO, BinaryIO]:
    """Our two ends of the talk; what others print goes to standard error and is kept there."""
    requests = os.fdopen(os.dup(0), "rb")
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return requests, replies


def _listen(requests: BinaryIO, waiting: queue.SimpleQueue[tuple[Any, str]]) -> None:
    """Hand on what the parent asks; end at once, even amid a task, when it is gone."""
    while True:
        try:
            waiting.put(pickle.load(requests))  # noqa: S301  (our own parent wrote it)
        except (EOFError, OSError, pickle.UnpicklingError):
            os._exit(0)


def _work(setup: Setup, path: Any, name: str) -> Reply:
    """Do the task; whatever happens, there is an answer."""
    try:
        return Reply(setup.task(setup.shared, path, name))
    except MemoryError:
        return Reply(kind="reader-memory", last=True)
    except Exception as error:  # noqa: BLE001  (one bad file must not stop the others)
        kind = getattr(error, "kind", "")
        if kind:
            return Reply(kind=str(kind), facts=dict(getattr(error, "facts", {})))
        return Reply(kind="reader-died", facts={"detail": _describe(error)})
    except BaseException as error:  # noqa: BLE001  (a panic of Rust is no Exception)
        return Reply(kind="reader-died", facts={"detail": _describe(error)}, last=True)


def _describe(error: BaseException) -> str:
    """The error and where it arose, in a line."""
    where = traceback.extract_tb(error.__traceback__)
    place = f" ({os.path.basename(where[-1].filename)}:{where[-1].lineno})" if where else ""  # noqa: PTH119
    return f"{type(error).__name__}: {error}"[:300] + place


def _send(replies: BinaryIO, reply: Reply) -> None:
    try:
        said = pickle.dumps(reply, pickle.HIGHEST_PROTOCOL)
    except Exception as error:  # noqa: BLE001  (a result that cannot travel is an error of its task)
        said = pickle.dumps(Reply(kind="reader-died", facts={"detail": _describe(error)}))
    replies.write(said)
    replies.flush()


def _set_alarm(seconds: float) -> None:
    """Let the system end us if we hang, even if nobody is left to do so."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds)


def _limit_memory(memory: int) -> None:
    """Allow ourselves *memory* bytes more than we have now, where the system can enforce it."""
    try:
        import resource
    except ImportError:
        return
    try:
        with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123
            now = int(file.read().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (now + memory, now + memory))
    except (OSError, ValueError):
        return


if __name__ == "__main__":
    sys.exit("A worker is started by kam_reports.batch.")
