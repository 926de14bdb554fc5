"""The real command: in its own process as a user starts it, or here without starting one."""

from __future__ import annotations

import importlib
import io
import os
import subprocess
import sys
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout
from unittest import mock

FACES = ("kam_reports.cli", "kam_reports.cli_mail", "kam_reports.cli_excel")
PRIVATE = ("LC_ALL", "LC_MESSAGES", "LANG", "NO_COLOR", "KAM_REPORTS_DEBUG")


def surroundings(language, env):
    """The environment of a command: this one without what changes how it speaks."""
    clean = {name: value for name, value in os.environ.items() if name not in PRIVATE}
    return {**clean, "LANG": language, "PYTHONUTF8": "1", **(env or {})}


def kam(*words, cwd=None, language="de_DE.UTF-8", env=None, timeout=120):
    """Run ``kam-reports WORDS`` and give back the finished process."""
    return subprocess.run(
        [sys.executable, "-m", "kam_reports", *map(str, words)],
        cwd=cwd,
        env=surroundings(language, env),
        capture_output=True,
        encoding="utf-8",
        timeout=timeout,
        check=False,
    )


def kam_here(*words, cwd=None, language="de_DE.UTF-8", env=None):
    """The same as ``kam``, from the first word to the exit code, in this process.

    The command line is imported anew, because it chooses its language then; all below it stays
    loaded. A third of a second less for a test that asks what a command says, not how it starts.
    """
    words = [*map(str, words)]
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2))
    with ExitStack() as stack:
        stack.enter_context(mock.patch.dict(os.environ, surroundings(language, env), clear=True))
        stack.enter_context(mock.patch.object(sys, "argv", ["kam-reports", *words]))
        stack.enter_context(mock.patch.object(sys, "stdin", io.StringIO()))
        stack.enter_context(standing_in(cwd))
        stack.enter_context(redirect_stdout(out))
        stack.enter_context(redirect_stderr(err))
        main = stack.enter_context(fresh_face()).main
        try:
            main(words)
        except SystemExit as end:
            code = end.code
    said = [stream.buffer.getvalue().decode("utf-8") for stream in (out, err)]
    return subprocess.CompletedProcess(words, code, *said)


@contextmanager
def fresh_face():
    """The command line as a new process imports it; afterwards the old one is back."""
    import kam_reports

    before = {name: sys.modules.pop(name) for name in FACES if name in sys.modules}
    try:
        yield importlib.import_module("kam_reports.cli")
    finally:
        for name in FACES:
            sys.modules.pop(name, None)
            if name in before:
                sys.modules[name] = before[name]
                setattr(kam_reports, name.rpartition(".")[2], before[name])


@contextmanager
def standing_in(folder):
    """At work in *folder*."""
    before = os.getcwd()
    try:
        os.chdir(folder or before)
        yield
    finally:
        os.chdir(before)
