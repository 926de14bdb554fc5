"""Every phrase of the buttons is used, in both languages."""

import re
import tomllib
from pathlib import Path

import pytest

import kam_reports
from kam_reports.excel.addin import BUTTONS, RIBBON

PACKAGE = Path(kam_reports.__file__).parent
TEXT = "\n".join(path.read_text(encoding="utf-8") for path in (PACKAGE / "excel").rglob("*.py"))
QUOTED = set(re.findall(r"""["']([a-z_A-Z.]+)["']""", TEXT))


def flat(table, prefix=""):
    for key, value in table.items():
        if isinstance(value, dict):
            yield from flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def phrases(language):
    text = (PACKAGE / "languages" / f"{language}.toml").read_text(encoding="utf-8")
    return dict(flat(tomllib.loads(text)["phrases"]["excel"]))


def test_both_languages_say_the_same_things():
    assert list(phrases("de")) == list(phrases("en"))


def test_no_phrase_is_left_over():
    made = {f"{part}.{button.action}" for part in ("button", "tip") for button in BUTTONS}
    made |= {f"group.{name}" for name in RIBBON}
    made |= {
        f"count.{kind}.{many}" for kind in ("error", "warning", "info") for many in ("one", "many")
    }
    made |= {f"vba.{name}" for name in ("no_book", "starting", "not_started", "exit_code")}
    rest = [key for key in phrases("de") if key not in made]
    unused = [
        key for key in rest if key.rpartition(".")[2] not in QUOTED and f"excel.{key}" not in QUOTED
    ]
    assert unused == []


@pytest.mark.parametrize("language", ["de", "en"])
def test_what_vba_shows_needs_no_umlaut(language):
    assert all(text.isascii() for key, text in phrases(language).items() if key.startswith("vba."))
