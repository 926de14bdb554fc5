"""Worker processes: what a bad file does to them, and what it does not do to the others."""

from __future__ import annotations

import io
import os
import pickle
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import chores
import hostile
import pytest

from kam_reports.batch import Cache, each, pool
from kam_reports.batch import cache as caching
from kam_reports.batch.worker import Reply
from kam_reports.books import digest
from kam_reports.model import Oddity


def files(folder: Path, *orders: str) -> list[tuple[Path, str]]:
    """A file for each of *orders*, which says just that."""
    made = []
    for number, order in enumerate(orders):
        path = folder / f"{number:02}.txt"
        path.write_text(order)
        made.append((path, f"plans/{number:02}.txt"))
    return made


def results(*arguments, **options) -> list:
    """What each() yields, without the items."""
    options.setdefault("shared", "shared")
    return [result for _, result in each(*arguments, **options)]


def kinds(found: list) -> list[str]:
    """The kinds of oddities, "" for a result."""
    return [result.kind if isinstance(result, Oddity) else "" for result in found]


def alive(pid: int) -> bool:
    """Whether the process still runs; one that ended but was not yet collected does not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/stat")
    return not status.exists() or status.read_text().rpartition(")")[2].split()[0] not in "ZX"


def wait_until(condition, seconds: float = 10.0) -> bool:
    """Whether *condition* comes true in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return False


# ---------------------------------------------------------------- one bad file


def test_one_that_dies_one_that_hangs_and_one_that_wants_8_gb_cost_three_files_of_23(tmp_path):
    orders = ["fine"] * 23
    orders[4], orders[11], orders[17] = "die", "spin", "devour"
    begun = time.monotonic()
    found = results(chores.obey, files(tmp_path, *orders), seconds=1.0, jobs=2)
    assert time.monotonic() - begun < 15
    assert kinds(found) == [
        {4: "reader-died", 11: "reader-hung", 17: "reader-memory"}.get(number, "")
        for number in range(23)
    ]
    assert found[22] == "shared: fine as plans/22.txt"
    assert found[4].place.book == "plans/04.txt"


@pytest.mark.parametrize(
    "order, kind",
    [
        ("die", "reader-died"),
        ("abort", "reader-died"),
        ("leave", "reader-died"),
        ("sleep", "reader-hung"),
        ("stumble", "reader-died"),
        ("panic", "reader-died"),
        ("lambda", "reader-died"),
    ],
)
def test_a_single_bad_file_is_named_with_its_kind(tmp_path, order, kind):
    (oddity,) = results(chores.obey, files(tmp_path, order), seconds=0.5)
    assert (oddity.kind, oddity.place.book) == (kind, "plans/00.txt")


def test_an_error_of_the_task_says_what_and_where(tmp_path):
    (oddity,) = results(chores.obey, files(tmp_path, "stumble"))
    assert oddity.facts["detail"].startswith("ValueError: a stone in the way (chores.py:")


def test_a_worker_that_lives_on_after_an_ordinary_error_is_kept(tmp_path):
    found = results(chores.own_pid, files(tmp_path, *["x"] * 5), jobs=1)
    assert len(set(found)) == 1
    assert os.getpid() not in found


def test_a_worker_that_died_while_idle_is_replaced_and_no_file_is_blamed(tmp_path, monkeypatch):
    ask, killed = pool._Worker.ask, []

    def kill_the_first(worker, path, name):
        if not killed:
            worker.process.kill()
            worker.process.wait()
            killed.append(worker.process.pid)
        return ask(worker, path, name)

    monkeypatch.setattr(pool._Worker, "ask", kill_the_first)
    found = results(chores.own_pid, files(tmp_path, "x", "x"), jobs=1)
    assert found[0] == found[1] != killed[0]


def test_an_answer_in_the_last_moment_counts_but_the_worker_is_not_asked_again():
    worker = object.__new__(pool._Worker)
    worker.lock = threading.Lock()
    worker.late = True  # the clock ran out while the answer was under way
    worker.replies = io.BytesIO(pickle.dumps(Reply("in time")))
    assert worker._reply(1.0) == Reply("in time", last=True)


def test_ctrl_c_is_for_the_parent_to_decide(tmp_path):
    assert kinds(results(chores.obey, files(tmp_path, "interrupt"))) == [""]


def test_what_a_reader_prints_does_not_reach_the_parent(tmp_path, capfd):
    found = results(chores.obey, files(tmp_path, "chatter", "fine"), jobs=1)
    assert kinds(found) == ["", ""]
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    "make, kinds_of_death",
    [
        (
            lambda: hostile.workbook(
                hostile.sheet(hostile.cell("A1", 1) + hostile.cell("XFD1048576", 1))
            ),
            {"reader-died", "reader-memory"},
        ),
        (hostile.announcing, {"reader-memory"}),
    ],
)
def test_a_file_that_kills_calamine_kills_one_worker_only(tmp_path, make, kinds_of_death):
    (tmp_path / "bad.xlsx").write_bytes(make())
    (tmp_path / "good.xlsx").write_bytes(hostile.workbook(hostile.sheet(hostile.cell("A1", 1))))
    items = [(tmp_path / name, name) for name in ("bad.xlsx", "good.xlsx")]
    bad, good = results(chores.calamine_alone, items, jobs=1)
    assert bad.kind in kinds_of_death
    assert good == 1


def test_the_same_file_is_refused_by_the_guard_before_any_worker_dies(tmp_path):
    (tmp_path / "bad.xlsx").write_bytes(hostile.announcing())
    (oddity,) = results(chores.read, [(tmp_path / "bad.xlsx", "bad.xlsx")])
    assert (oddity.kind, oddity.facts["what"]) == ("too-big", "cells")


# ---------------------------------------------------------------- order, progress, sharing


def test_results_come_in_the_order_of_the_files_whoever_is_done_first(tmp_path):
    items = files(tmp_path, *["x"] * 6)
    slow = {"plans/00.txt": 0.3, "plans/02.txt": 0.2}
    seen = []
    found = results(
        chores.dawdle,
        items,
        shared=slow,
        jobs=3,
        progress=lambda done, of, name: seen.append((done, of, name)),
    )
    assert found == [name for _, name in items]
    assert [(done, of) for done, of, _ in seen] == [(number, 6) for number in range(1, 7)]
    assert seen[0][2] != "plans/00.txt"


def test_nothing_to_do_starts_nobody():
    assert results(chores.obey, []) == []


def test_a_task_that_cannot_start_is_an_error_of_the_program_not_of_a_file(tmp_path):
    class Odd:
        def __reduce__(self):
            return (int, ("no number",))

    with pytest.raises(RuntimeError, match="no number"):
        results(chores.obey, files(tmp_path, "fine"), shared=Odd())


def test_a_worker_starts_without_the_heavy_libraries():
    code = "import sys, kam_reports.batch.worker, kam_reports.books; print(*sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    heavy = {"pandas", "numpy", "openpyxl", "xlsxwriter", "jinja2", "babel", "click", "holidays"}
    assert not heavy & set(done.stdout.split())


# ---------------------------------------------------------------- nobody stays behind


def test_workers_are_gone_when_nobody_wants_more(tmp_path):
    items = files(tmp_path, "fine", "pid", "fine")
    run = each(chores.obey, items, shared="", jobs=2)
    next(run)
    note = tmp_path / "01.pid"
    assert wait_until(note.exists)
    pid = int(note.read_text())
    assert alive(pid)
    begun = time.monotonic()
    run.close()
    assert not alive(pid)
    assert time.monotonic() - begun < 5


# A shell that starts the tests in the background has them ignore an interrupt, and so all below.
PARENT = """
import signal
import sys
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.path[:] = {path!r}
import chores
from pathlib import Path
from kam_reports.batch import each
list(each(chores.obey, [(Path({file!r}), "x")], shared=""))
"""


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT], ids=["killed", "interrupted"])
def test_workers_are_gone_when_the_parent_is(tmp_path, how):
    ((file, _),) = files(tmp_path, "pid")
    code = PARENT.format(path=sys.path, file=str(file))
    parent = subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE, text=True)
    note = file.with_suffix(".pid")
    assert wait_until(note.exists)
    assert wait_until(note.read_text)
    pid = int(note.read_text())
    parent.send_signal(how)
    _, said = parent.communicate(timeout=10)
    assert wait_until(lambda: not alive(pid))
    if how == signal.SIGINT:
        assert "KeyboardInterrupt" in said


# ---------------------------------------------------------------- the cache


@pytest.fixture
def cached(tmp_path, monkeypatch):
    """Runs the tallying task over files with a cache beside them; the program stays the same."""
    folder = tmp_path / "cache"
    monkeypatch.setattr("kam_reports.batch.cache._program", lambda _: b"this version")

    def run(items, shared="once"):
        return results(chores.tally, items, shared=shared, cache=Cache(digest, folder))

    return run


def times_read(item: tuple[Path, str]) -> int:
    marks = item[0].with_suffix(".tally")
    return len(marks.read_text()) if marks.exists() else 0


def test_an_unchanged_file_is_not_read_again(tmp_path, cached):
    items = files(tmp_path, "a", "b")
    first = cached(items)
    assert cached(items) == first
    assert [times_read(item) for item in items] == [1, 1]


def test_a_changed_file_is_read_again_though_size_and_time_are_the_same(tmp_path, cached):
    items = files(tmp_path, "a", "b")
    cached(items)
    path = items[0][0]
    before = path.stat()
    path.write_text("c")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert [result.text for result in cached(items)] == [
        "once plans/00.txt c",
        "once plans/01.txt b",
    ]
    assert [times_read(item) for item in items] == [2, 1]


def test_the_same_bytes_under_another_name_keep_their_own_name(tmp_path, cached):
    items = files(tmp_path, "same", "same")
    assert [result.text for result in cached(items) + cached(items)] == [
        "once plans/00.txt same",
        "once plans/01.txt same",
    ] * 2


def test_a_moved_workspace_is_not_read_again(tmp_path, cached):
    items = files(tmp_path, "a")
    cached(items)
    moved = tmp_path / "elsewhere"
    moved.mkdir()
    items[0][0].rename(moved / "00.txt")
    assert [result.text for result in cached([(moved / "00.txt", "plans/00.txt")])] == [
        "once plans/00.txt a"
    ]
    assert not (moved / "00.tally").exists()


def test_other_settings_read_anew(tmp_path, cached):
    items = files(tmp_path, "a")
    cached(items)
    assert cached(items, shared="twice")[0].text == "twice plans/00.txt a"
    assert times_read(items[0]) == 2


def test_another_version_of_the_program_reads_anew(tmp_path, cached, monkeypatch):
    items = files(tmp_path, "a")
    cached(items)
    monkeypatch.setattr("kam_reports.batch.cache._program", lambda _: b"the next version")
    cached(items)
    assert times_read(items[0]) == 2


def test_an_edited_program_is_another_version(tmp_path):
    (tmp_path / "kpis").mkdir()
    (tmp_path / "kpis" / "margin.py").write_text("one")
    before = caching._program(tmp_path)
    assert caching._program(tmp_path) == before
    (tmp_path / "kpis" / "margin.py").write_text("other")
    assert caching._program(tmp_path) != before


def test_what_was_read_before_an_interruption_is_kept(tmp_path, cached, monkeypatch):
    monkeypatch.setattr("kam_reports.batch.cache._AT_ONCE", 1)
    items = files(tmp_path, *"abc")
    run = each(chores.tally, items, shared="once", jobs=1, cache=Cache(digest, tmp_path / "cache"))
    next(run)
    run.close()
    cached(items)
    assert times_read(items[0]) == 1


def test_a_result_that_does_not_say_from_which_bytes_it_comes_is_not_kept(tmp_path):
    items = files(tmp_path, "fine", "stumble")
    for _ in range(2):
        found = results(chores.obey, items, cache=Cache(digest, tmp_path / "cache"))
        assert kinds(found) == ["", "reader-died"]
    with sqlite3.connect(tmp_path / "cache" / "readings.sqlite3") as database:
        assert database.execute("select count(*) from results_1").fetchone() == (0,)


@pytest.mark.parametrize(
    "broken", [b"no database at all", b"SQLite format 3\0" + bytes(2000), b""], ids=str
)
def test_a_broken_cache_is_begun_anew_without_a_word(tmp_path, cached, broken, capfd):
    items = files(tmp_path, "a")
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "readings.sqlite3").write_bytes(broken)
    first = cached(items)
    assert cached(items) == first
    assert times_read(items[0]) == 1
    assert capfd.readouterr() == ("", "")


def test_a_broken_entry_is_read_anew(tmp_path, cached):
    items = files(tmp_path, "a")
    first = cached(items)
    with sqlite3.connect(tmp_path / "cache" / "readings.sqlite3") as database:
        database.execute("update results_1 set result = x'80'")
    database.close()
    assert cached(items) == first
    assert times_read(items[0]) == 2


def test_a_cache_folder_that_cannot_be_made_is_no_error(tmp_path):
    items = files(tmp_path, "a")
    found = results(chores.tally, items, cache=Cache(digest, items[0][0] / "below a file"))
    assert [result.text for result in found] == ["shared plans/00.txt a"]


def test_a_cache_that_another_run_is_writing_is_no_error(tmp_path, cached, monkeypatch):
    monkeypatch.setattr("kam_reports.batch.cache.PATIENCE", 0.05)
    items = files(tmp_path, "a", "b")
    cached(items[:1])
    other = sqlite3.connect(tmp_path / "cache" / "readings.sqlite3")
    other.execute("begin immediate")
    assert [result.text for result in cached(items)] == [
        "once plans/00.txt a",
        "once plans/01.txt b",
    ]
    other.close()


def test_what_was_not_used_for_long_is_forgotten(tmp_path, cached):
    items = files(tmp_path, "a", "b")
    cached(items)
    file = tmp_path / "cache" / "readings.sqlite3"
    with sqlite3.connect(file) as database:
        database.execute("update results_1 set used = used - 400")
    database.close()
    cached(items[:1])
    with sqlite3.connect(file) as database:
        assert database.execute("select count(*) from results_1").fetchone() == (1,)


def test_the_least_used_results_go_first_when_there_are_too_many(tmp_path, cached, monkeypatch):
    items = files(tmp_path, "a", "b", "c")
    cached(items)
    file = tmp_path / "cache" / "readings.sqlite3"
    with sqlite3.connect(file) as database:
        (size,) = database.execute("select max(size) from results_1").fetchone()
        database.execute("update results_1 set used = used - 9")
    database.close()
    monkeypatch.setattr("kam_reports.batch.cache.LARGEST", 2 * size)
    cached(items[1:])
    cached(items[1:])
    assert [times_read(item) for item in items] == [1, 1, 1]
    with sqlite3.connect(file) as database:
        assert database.execute("select count(*) from results_1").fetchone() == (2,)


def test_only_its_owner_may_read_the_cache(tmp_path, cached):
    cached(files(tmp_path, "a"))
    assert (tmp_path / "cache").stat().st_mode & 0o077 == 0
    assert (tmp_path / "cache" / "readings.sqlite3").stat().st_mode & 0o077 == 0
