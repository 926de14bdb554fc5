"""Workbooks that are open in a running LibreOffice; asks ``uno_host`` for everything."""

from __future__ import annotations

import os
import pickle
import select
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager, suppress
from pathlib import Path

HOST = Path(__file__).with_name("uno_host.py")
PYTHON = os.environ.get("KAM_UNO_PYTHON", "/usr/bin/python3")
PATIENCE = 300  # seconds, for a machine that is busy with other things
_NO_WARNINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>0</value></prop></item>
</oor:items>"""

# Ends our LibreOffice if the tests die without a word: killed, or out of time.
_GUARD = """
import os, shutil, signal, sys
if not sys.stdin.read():
    try:
        os.killpg(int(sys.argv[1]), signal.SIGKILL)
    except ProcessLookupError:
        pass
    shutil.rmtree(sys.argv[2], ignore_errors=True)
"""


class Refused(Exception):  # noqa: N818
    """What LibreOffice, or a protected sheet, said no to."""


class Pipe(str):
    """The name of the pipe to a running LibreOffice, and the number of its process group."""

    __slots__ = ("group",)


def seconds_used(group):
    """The processor time that all processes of a group have used so far."""
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            fields = stat.read_text().rpartition(")")[2].split()
            if int(fields[2]) == group:
                ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


class UnoBackend:
    """Speaks to the LibreOffice behind *pipe*."""

    def __init__(self, pipe):
        self.pipe = pipe
        self.host = subprocess.Popen(
            [PYTHON, str(HOST), pipe], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self.calls, self.silent = 0, False

    def __getattr__(self, method):
        if method.startswith("__"):
            raise AttributeError(method)
        return lambda *arguments: self._ask(method, arguments)

    def _ask(self, method, arguments):
        self.calls += 1
        assert not self.silent, "LibreOffice has stopped answering before"
        pickle.dump((method, arguments), self.host.stdin)
        self.host.stdin.flush()
        # One that hangs must not hang the tests: they end, and say where.
        self.silent = not select.select([self.host.stdout], [], [], PATIENCE)[0]
        assert not self.silent, f"LibreOffice has not answered for {PATIENCE} s, asked for {method}"
        size = self.host.stdout.read(4)
        assert size, f"the helper has gone, asked for {method}"
        said, value = pickle.loads(self.host.stdout.read(struct.unpack("<I", size)[0]))
        if said == "raised":
            raise Refused(value)
        return value

    def end(self):
        self.host.stdin.close()
        with suppress(subprocess.TimeoutExpired):
            self.host.wait(5)
        self.host.kill()
        self.host.wait()
        self.host.stdout.close()


@contextmanager
def running_office(display=()):
    """A LibreOffice of our own; gives the name of the pipe to reach it."""
    profile = Path(tempfile.mkdtemp(prefix="kam-office-"))
    pipe = f"kam{profile.name}"
    (profile / "user").mkdir()
    (profile / "user" / "registrymodifications.xcu").write_text(_NO_WARNINGS)
    office = subprocess.Popen(
        [
            *("soffice", *(display or ("--headless",)), "--norestore", "--nologo", "--nodefault"),
            *("--nolockcheck", f"--accept=pipe,name={pipe};urp;"),
            f"-env:UserInstallation={profile.as_uri()}",
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        env={**os.environ, "KAM_UNO_PIPE": pipe},
    )
    guard = subprocess.Popen(
        [sys.executable, "-c", _GUARD, str(office.pid), str(profile)],
        stdin=subprocess.PIPE,
        start_new_session=True,
    )
    reached = Pipe(pipe)
    reached.group = office.pid
    try:
        yield reached
    finally:
        _end(office)
        guard.communicate(b"ended")
        shutil.rmtree(profile, ignore_errors=True)


def _end(office):
    """End the process group of our LibreOffice, which is all that we started."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(office.pid, number)
        end = time.time() + 5
        while time.time() < end:
            office.poll()
            try:
                os.killpg(office.pid, 0)
            except ProcessLookupError:
                return
            time.sleep(0.05)
