"""The pages before the tools of the web: valid, accessible, asking for nothing; the index at work.

Needs node and three packages in a folder outside of the repository, named by ``KAM_WEB``;
``.ci/run`` shows how they get there.
"""

from __future__ import annotations

import json
import os
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from crowds import crowd
from reviewing import account, entry, partner, review
from test_html import EXAMPLE, HOSTILE, rendered

from kam_reports.model import Review

pytestmark = pytest.mark.web

LOOK = Path(__file__).with_name("look.mjs")


def look(task: str, **job: Any) -> Any:
    """What ``look.mjs`` says to a job."""
    assert os.environ.get("KAM_WEB"), "KAM_WEB must name the folder of the npm packages: .ci/run"
    done = subprocess.run(
        ["node", str(LOOK)],
        check=False,
        input=json.dumps({"task": task, **job}, default=str).encode(),
        capture_output=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout)


def hostile() -> Review:
    name = HOSTILE[1]
    plan = account(
        entry("measures", title=name, owner=name, show_customer=True, status="open"),
        account_name=name,
        kam=name,
    )
    return review(plan, partner(partner_name=HOSTILE[3]))


RUNS = {
    "example": lambda: EXAMPLE,
    "nothing": lambda: review(account(), partner()),
    "hostile": hostile,
    "three": lambda: crowd(3),
    "twenty": lambda: crowd(20, 8, unusable=2),
    "partners only": lambda: crowd(0, 6),
}


@pytest.fixture(scope="module")
def files(tmp_path_factory) -> dict[str, list[Path]]:
    """The pages of every run in both languages; of the larger ones the index and two reports."""
    top, made = tmp_path_factory.mktemp("pages"), {}
    for name, run in RUNS.items():
        for language in ("de", "en"):
            home = top / name.replace(" ", "-") / language
            pages = rendered(run(), language)
            for path in ["index.html", *[one for one in pages if one != "index.html"][:3]]:
                (home / path).parent.mkdir(parents=True, exist_ok=True)
                (home / path).write_bytes(pages[path])
                made.setdefault(name, []).append(home / path)
    return made


@cache
def large(tmp: Path, language: str = "de") -> Path:
    file = tmp / f"large.{language}.html"
    file.write_bytes(rendered(crowd(320, 60, unusable=3), language)["index.html"])
    return file


@pytest.fixture(scope="module")
def top(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("large")


# ---------------------------------------------------------------- every page


def test_every_page_is_valid_html(files, top):
    every = [file for run in files.values() for file in run]
    assert look("validate", files=[*every, large(top)]) == []


def test_the_judge_of_html_would_notice(tmp_path):
    (tmp_path / "bad.html").write_text("<!DOCTYPE html><html><p><div id=a id=a></html>", "utf-8")
    assert look("validate", files=[tmp_path / "bad.html"])


@pytest.mark.parametrize("run", [*RUNS, "320"])
def test_every_page_is_accessible_fits_and_asks_for_nothing(files, top, run):
    wanted = [large(top)] if run == "320" else files[run]
    told = look("inspect", files=wanted, widths=[1280, 390])
    assert len(told) == 2 * len(wanted)
    for seen in told:
        assert seen["violations"] == [], seen["file"]
        assert seen["requests"] == [], seen["file"]
        assert seen["errors"] == [], seen["file"]
        assert seen["width"] == seen["wanted"], (seen["file"], seen["outside"][:3])
        assert seen["passes"] > 15, seen["file"]


# ---------------------------------------------------------------- the index at work


ROWS = "[...document.querySelectorAll('#accounts-t tbody tr:not([hidden])')]"
IDS = f"{ROWS}.map(row => row.querySelector('.id').textContent)"
TOLD = "document.querySelector('#accounts .told').textContent"
SORTED = (
    "[...document.querySelectorAll('#accounts-t th')].map((e, n) => [n, e.ariaSort])"
    ".filter(one => one[1])"
)
NAMES = f"{ROWS}.map(row => row.querySelector('th').children[1].textContent)"
MANAGERS = f"{ROWS}.map(row => row.querySelector('small').textContent.split(' · ')[1])"
RED_MARGIN = f"{ROWS}.map(row => row.querySelectorAll('.light')[1].classList.contains('red'))"


NUMBERED = (1, 2, 3, 5, 6, 7, 8, 10)  # the columns that are sorted by number


def column(number: int) -> str:
    place = NUMBERED.index(number)
    return f"{ROWS}.map(row => Number(row.dataset.s.split(',')[{place}] || NaN))"


def head(number: int) -> str:
    return f"#accounts-t th:nth-child({number + 1}) button"


def drive(file: Path, *steps: Any, **how: Any) -> list[Any]:
    done = look("drive", file=file, steps=steps, **how)
    assert (done["errors"], done["requests"]) == ([], [])
    return done["told"]


def test_columns_are_sorted_by_the_keyboard_and_missing_comes_last(top):
    told = drive(
        large(top),
        *(
            step
            for number in NUMBERED
            for step in (
                ["read", column(number)],
                ["focus", head(number)],
                ["press", "Enter"],
                ["read", column(number)],
                ["read", SORTED],
                ["press", "Space"],
                ["read", column(number)],
                ["read", SORTED],
                ["read", TOLD],
                ["click", "#accounts .reset"],
                ["read", column(number)],
            )
        ),
    )
    for number in NUMBERED:
        before, once, first, twice, second, said, back = told[:7]
        del told[:7]
        for values, way in ((once, first), (twice, second)):
            known = [value for value in values if value is not None]
            assert values[len(known) :] == [None] * (len(values) - len(known))
            assert known == sorted(
                (value for value in before if value is not None),
                reverse=way == [[number, "descending"]],
            )
            assert known[0] != known[-1]
        assert {first[0][1], second[0][1]} == {"ascending", "descending"}
        assert "320 von 320 gezeigt. Sortiert nach" in said
        assert back == before


def test_names_are_sorted_as_the_language_does(top):
    (names,) = drive(
        large(top),
        ["click", head(0)],
        ["read", NAMES],
    )
    assert names == sorted(names, key=str.casefold)


def test_the_table_is_searched_and_filtered_and_says_how_many_are_left(top):
    everyone, searched, told, managed, lit, reset = drive(
        large(top),
        ["read", IDS],
        ["type", "#accounts-q", "ka-1007"],
        ["read", IDS],
        ["read", TOLD],
        ["click", "#accounts .reset"],
        ["choose", "#accounts-kam", "Ole Brandt"],
        ["read", MANAGERS],
        ["click", "#accounts .reset"],
        ["click", "button.chip[data-lamp='1'][data-light='red']"],
        ["read", RED_MARGIN],
        ["click", "button.chip[data-lamp='1'][data-light='red']"],
        ["read", IDS],
    )  # fmt: skip
    assert searched == ["KA-1007"]
    assert told == "1 von 320 gezeigt"
    assert set(managed) == {"Ole Brandt"}
    assert 0 < len(lit) < 320
    assert all(lit)
    assert reset == everyone


def test_what_was_chosen_is_in_the_address_and_comes_back(top):
    chosen, ids, again, value = drive(
        large(top),
        ["click", head(3)],
        ["type", "#accounts-q", "haustechnik"],
        ["read", "location.hash"],
        ["read", IDS],
        ["reload"],
        ["read", IDS],
        ["read", "document.getElementById('accounts-q').value"],
    )
    assert "aq=haustechnik" in chosen
    assert ids == again
    assert value == "haustechnik"
    assert 0 < len(ids) < 320


def test_without_a_script_everything_is_there_and_nothing_that_would_not_work(top):
    count, tools, buttons = drive(
        large(top),
        ["read", IDS],
        ["read", "[...document.querySelectorAll('.tools')].every(e => e.offsetHeight === 0)"],
        ["read", "document.querySelectorAll('button:not(.reset)').length"],
        script=False,
    )
    assert len(count) == 320
    assert tools
    assert buttons == 0


CLOCKED = "(() => {{ const t = performance.now(); {}; document.body.offsetHeight; return performance.now() - t; }})()"
CLICK = CLOCKED.format("document.querySelectorAll('#accounts-t th button')[3].click()")
SEARCH = CLOCKED.format(
    "const q = document.getElementById('accounts-q'); q.value = 'holm';"
    "q.dispatchEvent(new Event('input'))"
)
READY = "performance.getEntriesByType('navigation')[0].domInteractive"


def test_320_accounts_are_there_and_sorted_at_once(top):
    ready, sorting, searching = drive(
        large(top), ["read", READY], ["read", CLICK], ["read", SEARCH]
    )
    print(f"interactive after {ready:.0f} ms, sorted {sorting:.0f} ms, searched {searching:.0f} ms")
    assert ready < 5000  # on a machine that does nothing else it is a tenth of this
    assert max(sorting, searching) < 5000
