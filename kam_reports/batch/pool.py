"""The parent's side: hands out the files, watches the clock, keeps the order."""

from __future__ import annotations

import math
import os
import pickle
import queue
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO, Self, TypeVar, cast

from kam_reports.batch.cache import Cache
from kam_reports.batch.worker import Reply, Setup
from kam_reports.model import Oddity, Place

Shared = TypeVar("Shared")
Result = TypeVar("Result")

Item = tuple[Path, str]
Progress = Callable[[int, int, str], None]

_TO_START = 60.0  # seconds that a worker may take to start, on a slow disk with a virus scanner
_TICK = 0.1
_GIBIBYTE = 1 << 30
_ALARM = int(getattr(signal, "SIGALRM", 0)) or sys.maxsize  # Windows has none


def each(
    task: Callable[[Shared, Path, str], Result],
    items: Sequence[Item],
    *,
    shared: Shared,
    jobs: int | None = None,
    seconds: float = 8.0,
    memory: int = _GIBIBYTE,
    cache: Cache | None = None,
    progress: Progress | None = None,
) -> Iterator[tuple[Item, Result | Oddity]]:
    """Do *task* for each path and name of *items* in worker processes; results in their order.

    *task* is a function that an import finds. It is called as ``task(shared, path, name)``;
    *shared* is sent once to each worker. What it cannot do becomes an Oddity at the file's name:
    an exception with a ``kind`` and ``facts`` that kind; death ``reader-died``, more than
    *seconds* ``reader-hung``, more than *memory* bytes ``reader-memory``. *progress* is called
    with how many are done, how many there are, and the name.

    Memory is limited on Linux; macOS and Windows do not enforce such a limit, and there the time
    limit alone protects the run.
    """
    jobs = max(1, min(jobs or os.cpu_count() or 1, len(items)))
    # A worker never outlives its use: ended here, or by the end of its input if we are killed.
    with _Crew(Setup(task, shared, seconds, memory), cache, items) as crew:
        crew.start(jobs)
        waiting: dict[int, Result | Oddity] = {}
        following = 0
        for done in range(1, len(items) + 1):
            index, result = crew.next_result()
            waiting[index] = result
            if progress is not None:
                progress(done, len(items), items[index][1])
            while following in waiting:
                yield items[following], waiting.pop(following)
                following += 1


class _Crew:
    """Threads, each attending one worker at a time, and what they have finished."""

    def __init__(self, setup: Setup, cache: Cache | None, items: Sequence[Item]) -> None:
        self.setup = setup
        self.told = pickle.dumps(setup, pickle.HIGHEST_PROTOCOL)
        self.cache = cache
        self.left = iter(enumerate(items))
        self.lock = threading.Lock()
        self.finished: queue.SimpleQueue[tuple[int, Any]] = queue.SimpleQueue()
        self.workers: dict[threading.Thread, _Worker] = {}
        self.threads: list[threading.Thread] = []
        self.closed = False

    def __enter__(self) -> Self:
        if self.cache is not None:
            task = self.setup.task
            settings = pickle.dumps(self.setup.shared, pickle.HIGHEST_PROTOCOL)
            self.cache.open(f"{task.__module__}:{task.__qualname__}", settings)
        return self

    def __exit__(self, *_: object) -> None:
        with self.lock:
            self.closed = True
            workers = list(self.workers.values())
        for worker in workers:
            worker.stop()
        for thread in self.threads:
            thread.join()
        if self.cache is not None:
            self.cache.close()

    def start(self, jobs: int) -> None:
        """Begin; workers are started when the first file needs one."""
        for _ in range(jobs):
            thread = threading.Thread(target=self._attend, daemon=True)
            self.threads.append(thread)
            thread.start()

    def next_result(self) -> tuple[int, Any]:
        """The next finished file, whichever it is; ends workers that take too long."""
        while True:
            try:
                index, result = self.finished.get(timeout=_TICK)
            except queue.Empty:
                with self.lock:
                    workers = list(self.workers.values())
                for worker in workers:
                    worker.stop_if_late()
                continue
            if isinstance(result, BaseException):
                raise result
            return index, result

    # ------------------------------------------------------------ in the threads

    def _attend(self) -> None:
        """Take one file after the other until none is left."""
        try:
            while (taken := self._take()) is not None:
                index, (path, name) = taken
                self.finished.put((index, self._result(path, name)))
        except BaseException as error:  # noqa: BLE001  (it is raised again where it is seen)
            self.finished.put((-1, error))
        finally:
            self._dismiss()

    def _take(self) -> tuple[int, Item] | None:
        with self.lock:
            return None if self.closed else next(self.left, None)

    def _result(self, path: Path, name: str) -> Any:
        digest = ""
        if self.cache is not None:
            digest, known = self.cache.find(path, name)
            if known is not None:
                return known
        result = self._ask(path, name)
        if self.cache is not None:
            self.cache.keep(digest, name, result)
        return result

    def _ask(self, path: Path, name: str) -> Any:
        """What a worker makes of the file; a worker that died before it was asked is no fault."""
        try:
            reply = self._worker().ask(path, name)
        except OSError:
            self._dismiss()
            reply = self._worker().ask(path, name)
        if reply.last:
            self._dismiss()
        if reply.kind:
            return Oddity(reply.kind, Place(name), facts=reply.facts or {})
        return reply.result

    def _worker(self) -> _Worker:
        """This thread's worker, started if there is none."""
        here = threading.current_thread()
        worker = self.workers.get(here)
        if worker is None:
            worker = _Worker(self.told, self.setup.seconds)
            with self.lock:
                self.workers[here] = worker
            if self.closed:
                worker.stop()
            worker.greet()
        return worker

    def _dismiss(self) -> None:
        with self.lock:
            worker = self.workers.pop(threading.current_thread(), None)
        if worker is not None:
            worker.end()


class _Worker:
    """One child process."""

    def __init__(self, told: bytes, seconds: float) -> None:
        self.seconds = seconds
        self.deadline = math.inf
        self.late = False
        self.lock = threading.Lock()
        # A file, not a pipe: nobody has to empty it while the child is busy.
        self.errors = tempfile.TemporaryFile()  # noqa: SIM115  (closed when the worker ends)
        command = (
            f"import sys; sys.path[:] = {sys.path!r}; "
            "from kam_reports.batch.worker import serve; serve()"
        )
        self.process = subprocess.Popen(
            [sys.executable, "-c", command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.errors,
            env={**os.environ, "RUST_BACKTRACE": "0"},
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        self.requests = cast("BinaryIO", self.process.stdin)
        self.replies = cast("BinaryIO", self.process.stdout)
        self.told = told

    def greet(self) -> None:
        """Tell the worker its task and wait until it is ready."""
        try:
            self._send(self.told)
            reply = self._reply(_TO_START)
        except OSError:
            reply = self._obituary()
        if reply.kind:
            raise RuntimeError(f"A reading process did not start: {(reply.facts or {})}")

    def ask(self, path: Path, name: str) -> Reply:
        """What the worker says about the file, or what must be said about the worker."""
        self.errors.seek(0)
        self.errors.truncate()
        self._send(pickle.dumps((path, name)))
        return self._reply(self.seconds)

    def _send(self, said: bytes) -> None:
        self.requests.write(said)
        self.requests.flush()

    def _reply(self, seconds: float) -> Reply:
        self.deadline = time.monotonic() + seconds
        try:
            reply = cast("Reply", pickle.load(self.replies))  # noqa: S301  (from our own child)
        except Exception:  # noqa: BLE001  (half an answer is none, however it breaks off)
            return self._obituary()
        with self.lock:
            self.deadline = math.inf
            # An answer in the last moment counts, but the worker is gone already.
            return reply._replace(last=True) if self.late else reply

    def stop_if_late(self) -> None:
        """End the worker if its time is over."""
        with self.lock:
            if time.monotonic() > self.deadline:
                self.late = True
                self.stop()

    def stop(self) -> None:
        """End the worker, whatever it is doing; whoever waits for its answer notices."""
        with suppress(OSError):
            self.process.kill()

    def end(self) -> None:
        """End the worker and let go of everything."""
        self.stop()
        self.process.wait()
        for stream in (self.requests, self.replies, self.errors):
            with suppress(OSError):
                stream.close()

    def _obituary(self) -> Reply:
        """Why the worker gave no answer."""
        try:
            code = self.process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self.stop()
            code = self.process.wait()
        self.errors.seek(0)
        said = self.errors.read(10_000).decode("utf-8", "replace").strip()
        facts = {"code": code, "detail": said.partition("\n")[0][:300]}
        if self.late or code == -_ALARM:
            return Reply(kind="reader-hung", facts={"seconds": self.seconds}, last=True)
        if "memory allocation" in said:
            return Reply(kind="reader-memory", facts=facts, last=True)
        return Reply(kind="reader-died", facts=facts, last=True)
