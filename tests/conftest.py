"""What holds for all tests."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager

import pytest
from hypothesis import settings

# Compiled once, not by each of some hundred commands that the tests start.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# The same examples in every run, however busy the machine is; HYPOTHESIS_PROFILE=explore looks for new ones.
settings.register_profile("steady", derandomize=True, database=None, print_blob=True, deadline=None)
settings.register_profile("explore", max_examples=500, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))


def pytest_make_parametrize_id(config: pytest.Config, val: object, argname: str) -> str | None:
    """Bytes and long texts do not belong into a test's name."""
    if isinstance(val, bytes) or (isinstance(val, str) and len(val) > 60):
        return argname
    return None


@pytest.fixture(scope="session", autouse=True)
def own_folders(tmp_path_factory):
    """No test reads or writes what belongs to the person who runs it."""
    home = tmp_path_factory.getbasetemp() / "home"
    with pytest.MonkeyPatch.context() as patch:
        for name in ("XDG_CACHE_HOME", "LOCALAPPDATA"):
            patch.setenv(name, str(home / "cache"))
        patch.setenv("XDG_CONFIG_HOME", str(home / "config"))
        patch.setenv("XDG_DATA_HOME", str(home / "data"))
        yield


@pytest.fixture(scope="session")
def shipped_run(tmp_path_factory):
    """The example, laid out and run once by the real command: its folder and what was said.

    To look at: whoever changes something takes a copy.
    """
    from command import kam

    home = tmp_path_factory.mktemp("demo") / "d"
    done = kam("demo", home)
    assert done.returncode == 0, done.stderr
    return home, done


# ---------------------------------------------------------------- Excel, twice

KINDS = ("openpyxl", "uno")  # workbooks in memory, and those of a running LibreOffice


@pytest.fixture(scope="session")
def office():
    """A LibreOffice for all tests that want one, and the way to it."""
    from office.backend_uno import UnoBackend, running_office

    with running_office() as pipe:
        backend = UnoBackend(pipe)
        try:
            backend.books()
            yield backend
        finally:
            backend.end()


@pytest.fixture
def excels(request, tmp_path):
    """Gives an Excel of either kind, for tests that want both."""
    from office.backend_openpyxl import OpenpyxlBackend
    from office.excel import excel_over

    @contextmanager
    def over(kind, folder=tmp_path):
        backend = OpenpyxlBackend() if kind == "openpyxl" else request.getfixturevalue("office")
        folder.mkdir(exist_ok=True)
        with excel_over(backend, folder) as seen:
            seen.kind = kind
            yield seen

    return over


@pytest.fixture(
    params=[pytest.param(kind, marks=[pytest.mark.office] * (kind == "uno")) for kind in KINDS]
)
def excel(request, excels):
    """An Excel; a test that asks for it runs with each kind."""
    with excels(request.param) as seen:
        yield seen
