import errno
import os
import random
import subprocess
import sys
import time
import unicodedata
from pathlib import Path, PureWindowsPath

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kam_reports.model import Problem
from kam_reports.outputs.files import TEMPORARY, safe_names, sweep, write_whole

# ---------------------------------------------------------------- whole or not at all


def test_a_file_is_written_with_its_folders(tmp_path):
    path = write_whole(tmp_path / "reports" / "internal" / "K-1.html", b"new")
    assert path.read_bytes() == b"new"
    assert [p.name for p in path.parent.iterdir()] == ["K-1.html"]


def test_a_new_version_replaces_the_old_one(tmp_path):
    path = tmp_path / "a.csv"
    write_whole(path, b"old")
    write_whole(path, b"new")
    assert path.read_bytes() == b"new"


def test_a_file_that_is_already_right_is_left_alone(tmp_path):
    path = write_whole(tmp_path / "a.csv", b"same")
    os.utime(path, (1, 1))
    write_whole(path, b"same")
    assert path.stat().st_mtime == 1


def test_a_report_is_not_readable_by_everybody(tmp_path):
    rights = write_whole(tmp_path / "a.html", b"x").stat().st_mode
    assert os.name == "nt" or rights & 0o007 == 0  # Windows keeps rights in the folder


@pytest.mark.parametrize("step", ["fsync", "replace", "write"])
def test_a_failing_disk_leaves_the_old_file_and_no_litter(tmp_path, monkeypatch, step):
    path = write_whole(tmp_path / "a.csv", b"old")

    def full(*_args, **_options):
        raise OSError(errno.ENOSPC, "No space left on device")

    if step == "fsync":
        monkeypatch.setattr(os, "fsync", full)
    elif step == "replace":
        monkeypatch.setattr(Path, "replace", full)
    else:
        monkeypatch.setattr(os, "fdopen", full)
    with pytest.raises(Problem) as problem:
        write_whole(path, b"new")
    assert path.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["a.csv"]
    assert "Datenträger" in problem.value.say("de")
    assert "disk" in problem.value.say("en")


@pytest.mark.parametrize(
    "number, de, en",
    [
        (errno.EACCES, "in Excel geöffnet", "open in Excel"),
        (errno.EROFS, "schreibgeschützt", "read-only"),
        (errno.ENAMETOOLONG, "zu lang", "too long"),
        (errno.EIO, "kann nicht geschrieben werden", "cannot be written"),
    ],
)
def test_a_refused_write_says_what_happened_and_what_to_do(tmp_path, monkeypatch, number, de, en):
    def refuse(*_args, **_options):
        raise OSError(number, "refused")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(Problem) as problem:
        write_whole(tmp_path / "KPI-2026Q3.xlsx", b"new")
    for language, word in (("de", de), ("en", en)):
        what, do = problem.value.say(language).split("\n")
        assert word in what
        assert "--out" in do


def test_a_file_where_a_folder_should_be_is_named(tmp_path):
    (tmp_path / "out").write_bytes(b"a file")
    with pytest.raises(Problem) as problem:
        write_whole(tmp_path / "out" / "a.csv", b"x")
    assert "Ordner" in problem.value.say("de")


def test_what_an_interrupted_run_left_is_swept_and_nothing_else(tmp_path):
    (tmp_path / "reports").mkdir()
    (tmp_path / f"{TEMPORARY}abc").write_bytes(b"half")
    (tmp_path / "reports" / f"{TEMPORARY}def").write_bytes(b"half")
    (tmp_path / "mine.xlsx").write_bytes(b"mine")
    assert sweep(tmp_path) == 2
    assert [p.name for p in sorted(tmp_path.iterdir())] == ["mine.xlsx", "reports"]
    assert sweep(tmp_path / "not there") == 0


def test_what_another_run_is_just_writing_is_not_swept(tmp_path):
    with (tmp_path / f"{TEMPORARY}busy").open("wb") as busy:
        if os.name != "nt":  # Windows itself protects an open file
            import fcntl

            fcntl.flock(busy, fcntl.LOCK_EX)
        assert sweep(tmp_path) == 0
    assert sweep(tmp_path) == 1


WRITER = """
import sys
from pathlib import Path
from kam_reports.outputs.files import write_whole
print("ready", flush=True)
while True:
    for letter in b"ab":
        write_whole(Path(sys.argv[1]), bytes([letter]) * 300_000)
"""


def test_a_killed_run_leaves_a_whole_file(tmp_path):
    path = tmp_path / "a.bin"
    chance = random.Random(7)
    for _ in range(8):
        writer = subprocess.Popen([sys.executable, "-c", WRITER, path], stdout=subprocess.PIPE)
        assert writer.stdout.readline() == b"ready\n"
        time.sleep(chance.uniform(0.0, 0.03))
        writer.kill()
        writer.communicate()
        if path.exists():
            data = path.read_bytes()
            assert len(data) == 300_000
            assert len(set(data)) == 1
    sweep(tmp_path)
    assert {p.name for p in tmp_path.iterdir()} <= {"a.bin"}


# ---------------------------------------------------------------- safe names


def test_an_ordinary_number_is_kept():
    ids = ["K-1001", "4711", "Meier & Söhne (Nord)", "Bau.Nord"]
    assert safe_names(ids) == {
        "K-1001": "K-1001",
        "4711": "4711",
        "Meier & Söhne (Nord)": "Meier - Söhne (Nord)",
        "Bau.Nord": "Bau.Nord",
    }


@pytest.mark.parametrize(
    "odd, name",
    [
        ("100/200", "100-200"),
        ("..\\..\\evil", "-..-evil"),
        ("K1.", "K1"),
        (" K1 ", "K1"),
        ("con", "_con"),
        ("NUL.tar", "_NUL.tar"),
        ("lpt¹", "_lpt¹"),
        ("Ku\u0308che", "Küche"),
        ("K\u202e1", "K-1"),
        ("K\x001", "K-1"),
        ("K#1?a=%20", "K-1-a--20"),
    ],
)
def test_an_odd_number_becomes_a_harmless_name(odd, name):
    assert safe_names([odd]) == {odd: name}


def test_numbers_that_would_share_a_name_get_a_mark_of_their_own():
    names = safe_names(["K/1", "K-1", "K:1"])
    assert names["K-1"] == "K-1"
    assert len(set(names.values())) == 3
    assert all(name.startswith("K-1") for name in names.values())


def test_numbers_that_differ_only_in_case_never_share_a_file():
    names = safe_names(["k1", "K1"])
    assert len({name.casefold() for name in names.values()}) == 2


def test_an_id_that_looks_like_a_mark_does_not_lose_its_name():
    stolen = safe_names(["K/1", "K-1"])["K/1"]
    names = safe_names(["K/1", "K-1", stolen])
    assert names[stolen] == stolen
    assert names["K/1"] != stolen


def test_names_do_not_depend_on_the_order():
    ids = ["k1", "K1", "K/1", "K:1", "con", ""]
    assert safe_names(ids) == safe_names(reversed(ids))


alphabet = st.one_of(
    st.sampled_from("aA1.- /\\:*con\u0301\u202e\u200b\ud800üÜßſ\x00\t\"'<>|?~$ﬁ"),
    st.characters(codec=None),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.text(alphabet, max_size=60), max_size=8))
def test_any_number_gives_a_name_that_every_system_takes(ids):
    names = safe_names(ids)
    assert set(names) == set(ids)
    folded = {unicodedata.normalize("NFC", name).casefold() for name in names.values()}
    assert len(folded) == len(names)
    for name in names.values():
        assert 0 < len(name.encode()) <= 120 - len(".customer.html")
        assert name == name.strip(" .")
        assert not set(name) & set('<>:"/\\|?*#%')
        assert not any(unicodedata.category(sign)[0] in "CZ" and sign != " " for sign in name)
        assert not PureWindowsPath(name).is_reserved()
        assert unicodedata.is_normalized("NFC", name)
