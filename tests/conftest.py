"""What holds for all tests."""

import os
from contextlib import contextmanager

import pytest
from hypothesis import settings

# The same examples in every run; HYPOTHESIS_PROFILE=explore looks for new ones.
settings.register_profile("steady", derandomize=True, database=None, print_blob=True)
settings.register_profile("explore", max_examples=500)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))


def pytest_make_parametrize_id(config: pytest.Config, val: object, argname: str) -> str | None:
    """Bytes and long texts do not belong into a test's name."""
    if isinstance(val, bytes) or (isinstance(val, str) and len(val) > 60):
        return argname
    return None


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory, monkeypatch):
    """No test reads or writes the cache of the person who runs it."""
    folder = tmp_path_factory.getbasetemp() / "cache"
    for name in ("XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(folder))


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
