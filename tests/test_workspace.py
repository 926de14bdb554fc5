"""kam.toml: every key has a default, and a mistake is named with its line."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kam_reports.model import Problem
from kam_reports.workspace import Workspace, find_workspace, folder, load_workspace, parse_workspace

FILE = Path("kam.toml")


def problem(text):
    with pytest.raises(Problem) as caught:
        parse_workspace(text, FILE)
    return caught.value


def test_an_empty_file_is_all_defaults():
    assert parse_workspace("", FILE) == Workspace(folder=Path(), file=FILE)


def test_a_setting_is_read():
    workspace = parse_workspace(
        '[workspace]\nlanguage = "en"\nplans = ["a", "b"]\n[report]\ncurrency_scale = 1\n', FILE
    )
    assert workspace.language == "en"
    assert workspace.workspace.plans == ("a", "b")
    assert workspace.report.currency_scale == 1
    assert workspace.workspace.scorecards == ("scorecards",)


def test_an_unknown_key_names_its_line_and_the_nearest_known_key():
    said = problem('[workspace]\nlanguage = "de"\n\nplan = "Pläne"\n')
    assert said.say("de") == (
        "kam.toml:4: Der Schlüssel „workspace.plan“ ist unbekannt.\nGemeint ist vielleicht „plans“."
    )
    assert said.say("en").endswith("Perhaps “plans” is meant.")


def test_an_unknown_section_names_its_line_and_the_nearest_known_section():
    assert "kam.toml:2: Der Schlüssel „thresold“" in problem("\n[thresold]\n").say("de")
    assert "„thresholds“" in problem("\n[thresold]\n").say("de")


def test_a_bad_value_names_its_line_and_what_it_must_be():
    assert problem('[workspace]\nlanguage = "fr"').say("de") == (
        "kam.toml:2: „workspace.language“ muss eines von: de, en sein."
    )
    assert "kam.toml:3" in problem("[workspace]\n\nfiscal_year_start = 13").say("en")
    assert "true or false" in problem("[cache]\nenabled = 1").say("en")


def test_broken_toml_names_its_line():
    assert problem('[workspace]\nplans = "a\n').say("de").startswith("kam.toml:2: ")


def test_own_measures_are_read_by_name():
    workspace = parse_workspace(
        '[measures.samples]\nde = "Muster"\nen = ["Samples"]\nunit = "count"\n', FILE
    )
    assert workspace.measures["samples"].de == ("Muster",)
    assert workspace.measures["samples"].audience == "I"


def test_a_name_with_capitals_is_refused():
    assert "measures.Muster" in problem('[measures.Muster]\nde = "x"').say("de")


def test_criteria_need_all_their_keys():
    said = problem("[[partner_score.criteria]]\nkpi = 'a_cancel'\nweight = 10\n")
    assert "partner_score.criteria" in said.say("de")


def test_a_missing_file_is_a_problem_with_the_next_step(tmp_path):
    with pytest.raises(Problem) as caught:
        load_workspace(tmp_path / "kam.toml")
    assert "kam-reports init" in caught.value.say("de")


def test_a_file_in_another_encoding_is_a_problem(tmp_path):
    file = tmp_path / "kam.toml"
    file.write_bytes('[report]\ncompany = "Müller"'.encode("cp1252"))
    with pytest.raises(Problem) as caught:
        load_workspace(file)
    assert "UTF-8" in caught.value.say("de")


def test_the_workspace_is_found_from_a_folder_below(tmp_path):
    (tmp_path / "kam.toml").write_text("")
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    assert find_workspace(below) == tmp_path.resolve() / "kam.toml"


def test_a_path_is_named_relative_to_the_workspace(tmp_path):
    workspace = Workspace(folder=tmp_path)
    assert workspace.named(tmp_path / "plans" / "a.xlsx") == "plans/a.xlsx"


def test_shipped_folders_are_found():
    assert (folder("templates")).is_dir()
    with pytest.raises(Problem):
        folder("no-such-folder")


@given(st.text(max_size=80))
def test_no_text_whatever_ends_in_anything_but_settings_or_a_problem(text):
    try:
        parse_workspace(text, FILE)
    except Problem as said:
        assert said.say("de").startswith("kam.toml")


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_shipped_settings_are_the_defaults_also_where_they_are_comments(language):
    text = (folder("workbooks") / "blank" / f"kam-{language}.toml").read_text(encoding="utf-8")
    opened = "\n".join(
        line[2:] if line.startswith("# ") and ("=" in line or "[" in line[:4]) else line
        for line in text.splitlines()[1:]
    )
    workspace = parse_workspace(opened, FILE)
    default = Workspace()
    assert workspace.workspace.plans == default.workspace.plans
    for section in ("calendar", "cache", "portfolio"):
        assert getattr(workspace, section) == getattr(default, section)
    for name in ("attainment", "forecast", "contract_days", "hospitality", "few_cases"):
        assert getattr(workspace.thresholds, name) == getattr(default.thresholds, name)
    assert workspace.partner_score.standings == default.partner_score.standings
    assert set(workspace.measures) == {"samples"}
    assert set(workspace.kpis) == {"samples_per_order"}
    assert parse_workspace(text, FILE).language == language
