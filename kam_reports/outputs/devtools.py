"""A browser that stays open: one process prints all pages of a run, asked over two pipes.

The protocol is the one of the browsers' own tools (Chrome DevTools): JSON texts, each ended by a
zero byte. Pipes and not a port: nobody else on the machine can listen or speak. A browser whose
pipes are closed ends by itself, so that none stays behind when we are killed.
"""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
import time
from base64 import b64decode
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any, Protocol

_END = b"\0"
_LONGEST = 55  # letters of a folder for temporary files: a browser puts a socket there, 45 more
_CHUNK = 1 << 16


def surroundings() -> dict[str, str]:
    """The environment for a browser, which does not start if the name of its socket is too long."""
    own = dict(os.environ)
    if os.name == "posix" and len(os.fsencode(tempfile.gettempdir())) > _LONGEST:
        own["TMPDIR"] = "/tmp"  # noqa: S108  (it makes a folder of its own there)
    return own


class GoneError(OSError):
    """The browser has ended, gave no answer in time, or refused."""


class Session:
    """One running browser. *command* starts it, *seconds* is how long an answer may take."""

    def __init__(self, command: Sequence[str], seconds: float) -> None:
        self.seconds = seconds
        self._number = 0
        self._said: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
        theirs_in, self._out = os.pipe()
        self._in, theirs_out = os.pipe()
        try:
            self.child = _started(command, theirs_in, theirs_out)
        except OSError:
            os.close(self._out)
            os.close(self._in)
            raise
        finally:
            os.close(theirs_in)
            os.close(theirs_out)
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def pdf(self, address: str) -> bytes:
        """The page at *address* as PDF, as ``--print-to-pdf`` makes it. Raises GoneError."""
        tab = self.ask("Target.createTarget", url="about:blank")["targetId"]
        view = self.ask("Target.attachToTarget", targetId=tab, flatten=True)["sessionId"]
        self.ask("Page.enable", view)
        self.ask("Page.navigate", view, url=address)
        self._until(lambda told: told.get("method") == "Page.loadEventFired")
        ready = "document.fonts.ready.then(() => true)"
        self.ask("Runtime.evaluate", view, expression=ready, awaitPromise=True)
        made = self.ask("Page.printToPDF", view, printBackground=True, preferCSSPageSize=True)
        self.ask("Target.closeTarget", targetId=tab)
        return b64decode(made["data"])

    def ask(self, method: str, view: str = "", **details: Any) -> Mapping[str, Any]:
        """What the browser answers to *method*; in a tab if *view* names one. Raises GoneError."""
        self._number += 1
        asked: dict[str, Any] = {"id": self._number, "method": method, "params": details}
        if view:
            asked["sessionId"] = view
        rest = memoryview(json.dumps(asked).encode() + _END)
        while rest:
            try:
                rest = rest[os.write(self._out, rest) :]
            except OSError as error:
                raise GoneError(str(error)) from error
        answer = self._until(lambda told: told.get("id") == asked["id"])
        if "error" in answer:
            raise GoneError(str(answer["error"].get("message")))
        result: Mapping[str, Any] = answer.get("result", {})
        return result

    def close(self) -> None:
        """End the browser; afterwards it is gone, whatever it was doing."""
        for pipe in (self._out, self._in):
            with suppress(OSError):
                os.close(pipe)
        self.child.end()

    # ------------------------------------------------------------ what it says

    def _until(self, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The first thing said that is *wanted*; what else is said is of no interest."""
        late = time.monotonic() + self.seconds
        while True:
            try:
                told = self._said.get(timeout=max(late - time.monotonic(), 0.001))
            except queue.Empty:
                raise GoneError(f"no answer within {self.seconds:g} s") from None
            if told is None:
                self._said.put(None)
                raise GoneError("it has ended")
            if wanted(told):
                return told

    def _listen(self) -> None:
        """Cut what comes through the pipe into texts; at its end say that there is no more."""
        left = b""
        with suppress(OSError, ValueError):
            while chunk := os.read(self._in, _CHUNK):
                *whole, left = (left + chunk).split(_END) if _END in chunk else ([left + chunk])
                for text in whole:
                    self._said.put(json.loads(text))
        self._said.put(None)


class Child(Protocol):
    """The process of a browser."""

    @property
    def pid(self) -> int:
        """Its number."""

    def end(self) -> None:
        """Wait until it has ended, for which its pipes are closed; after a second, end it."""


def _started(command: Sequence[str], theirs_in: int, theirs_out: int) -> Child:
    """The browser with its two pipes. Raises OSError."""
    if sys.platform == "win32":
        return _Windows(command, theirs_in, theirs_out)
    return _Posix(command, theirs_in, theirs_out)


class _Posix:
    """A browser looks for its pipes at 3 and 4."""

    def __init__(self, command: Sequence[str], theirs_in: int, theirs_out: int) -> None:
        import fcntl

        # Ours may lie there, so they are moved up first.
        high_in = fcntl.fcntl(theirs_in, fcntl.F_DUPFD_CLOEXEC, 10)
        high_out = fcntl.fcntl(theirs_out, fcntl.F_DUPFD_CLOEXEC, 10)
        nothing = ((os.POSIX_SPAWN_OPEN, one, os.devnull, os.O_RDWR, 0) for one in (0, 1, 2))
        try:
            self.pid = os.posix_spawn(
                command[0],
                [*command, "--remote-debugging-pipe"],
                surroundings(),
                file_actions=[
                    *nothing,
                    (os.POSIX_SPAWN_DUP2, high_in, 3),
                    (os.POSIX_SPAWN_DUP2, high_out, 4),
                ],
                setpgroup=0,
            )
        finally:
            os.close(high_in)
            os.close(high_out)

    def end(self) -> None:
        for _ in range(100):
            if os.waitpid(self.pid, os.WNOHANG)[0]:
                break
            time.sleep(0.01)
        else:
            with suppress(OSError):
                os.killpg(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)


class _Windows:
    """A browser is told the handles of its pipes."""

    def __init__(self, command: Sequence[str], theirs_in: int, theirs_out: int) -> None:
        import msvcrt

        handles = [msvcrt.get_osfhandle(one) for one in (theirs_in, theirs_out)]  # type: ignore[attr-defined]
        for handle in handles:
            os.set_handle_inheritable(handle, True)  # type: ignore[attr-defined]
        startup = subprocess.STARTUPINFO(lpAttributeList={"handle_list": handles})  # type: ignore[attr-defined]
        told = f"--remote-debugging-io-pipes={','.join(map(str, handles))}"
        self.process = subprocess.Popen(
            [*command, "--remote-debugging-pipe", told], startupinfo=startup
        )
        self.pid = self.process.pid

    def end(self) -> None:
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(1)
        self.process.kill()
        self.process.wait()
