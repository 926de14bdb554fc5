"""Templates of the workspace: they change one block, stay in their sandbox, say what is wrong."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from command import kam_here
from filling import reviewed
from lxml import html
from reviewing import wording
from test_html import CUSTOMER, EVERY_PAGE, EXAMPLE, INDEX, pages, text_of
from test_sentinels import MARK, another_account, leaks, plan, scorecard

from kam_reports import handbook
from kam_reports.actions import vocabulary_of, write
from kam_reports.handbook import looks
from kam_reports.model import Occasion, Period, Problem
from kam_reports.outputs.html import render_reports
from kam_reports.workspace import Folders, ReportSettings, Workspace

OWN_FOOT = """{% extends "kr/customer.html.j2" %}
{% block agreement %}{{ super() }}<p id="own">{{ t("fact.quarter") }}: {{ fact(view.quarter) }},
{{ view.subject.name }}</p>{% endblock %}
"""


def with_own(home: Path, language: str = "de", **files: str) -> dict[str, bytes]:
    """The pages of the example in a workspace whose templates/ holds *files* (``name`` → text)."""
    (home / "templates").mkdir(exist_ok=True)
    for name, text in files.items():
        ending = ".css" if name == "style" else ".html.j2"
        (home / "templates" / f"{name}{ending}").write_text(text, "utf-8")
    workspace = Workspace(
        folder=home,
        file=home / "kam.toml",
        workspace=Folders(language=language),
        report=ReportSettings(company="Hansen Werkzeuge GmbH"),
    )
    return dict(render_reports(EXAMPLE, wording(language), workspace, "KPI-2026Q3.xlsx"))


# ---------------------------------------------------------------- what they can do


@pytest.mark.parametrize("language", ["de", "en"])
def test_an_own_template_changes_one_block_and_leaves_the_rest(tmp_path, language):
    made = with_own(tmp_path, language, customer=OWN_FOOT)
    tree = html.fromstring(made[CUSTOMER])
    (own,) = tree.xpath("//*[@id='own']")

    assert "Q3 2026, Nordmarkt AG" in " ".join(own.text_content().split())
    own.drop_tree()
    shipped = pages(EXAMPLE, language)
    assert text_of(html.tostring(tree)) == text_of(shipped[CUSTOMER])
    assert [made[name] for name in EVERY_PAGE if name != CUSTOMER] == [
        shipped[name] for name in EVERY_PAGE if name != CUSTOMER
    ]


def test_the_frame_of_all_pages_can_be_changed_at_once(tmp_path):
    base = '{% extends "kr/base.html.j2" %}{% block legal %}<p>HRB 4711</p>{% endblock %}'
    made = with_own(tmp_path, base=base)
    assert all("HRB 4711" in text_of(page) for page in made.values())


def test_without_a_workspace_the_templates_of_the_current_folder_are_left_alone(tmp_path):
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "index.html.j2").write_text("{{ nowhere }}", "utf-8")
    made = dict(render_reports(EXAMPLE, wording(), Workspace(folder=tmp_path), "KPI.xlsx"))
    assert "Nordmarkt AG" in text_of(made[INDEX])


def test_an_own_file_includes_and_imports_others_of_its_folder(tmp_path):
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "address.j2").write_text("Werkstraße 1", "utf-8")
    own = '{% extends "kr/customer.html.j2" %}{% block foot %}{% include "address.j2" %}{% endblock %}'
    assert "Werkstraße 1" in text_of(with_own(tmp_path, customer=own)[CUSTOMER])


def test_own_rules_of_style_come_last_and_are_allowed_by_the_policy(tmp_path):
    page = with_own(tmp_path, style="h1{font-size:50px}")[CUSTOMER]
    style = html.fromstring(page).xpath("string(//style)")
    assert style.endswith("h1{font-size:50px}")
    assert style.count("h1{") > 1


def test_what_an_own_template_prints_is_escaped_like_ours(tmp_path):
    own = '{% extends "kr/customer.html.j2" %}{% block foot %}{{ "<b>&" }}{% endblock %}'
    assert b"&lt;b&gt;&amp;" in with_own(tmp_path, customer=own)[CUSTOMER]


def test_a_workspace_without_own_templates_gives_the_same_bytes_as_a_sandbox_of_ours(tmp_path):
    unused = with_own(tmp_path, unused="{{ nothing }}")
    assert unused == pages(EXAMPLE)


# ---------------------------------------------------------------- what is wrong with them


FAULTS = {
    "{{ view.quater }}": ("quater", "quarter"),
    "{{ view.findings }}": ("findings", ""),
    "{{ nowhere }}": ("nowhere", ""),
    "{% if nowhere.deeper %}{% endif %}": ("nowhere", ""),
    "{{ view.head['margin'].fact }}": ("margin", ""),
    "{{ t('no.such.phrase') }}": ("no.such.phrase", ""),
    "{{ p.num('text') }}": ("fact", ""),
    "{% include 'address.j2' %}": ("address.j2", ""),
    "{{ 1 / 0 }}": ("ZeroDivisionError", ""),
    "{% if %}": ("", ""),
    "{{ view.agreed[0].pop('agreement') }}": ("pop", ""),
    "{{ view.__class__ }}": ("__class__", ""),
    "{{ t.__globals__ }}": ("__globals__", ""),
    "{{ t.__self__ }}": ("__self__", ""),
    "{{ ''.join.__call__ }}": ("__call__", ""),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_names_template_line_and_what_is_missing(tmp_path, fault):
    own = f'{{% extends "kr/customer.html.j2" %}}\n{{% block agenda %}}\n{fault}\n{{% endblock %}}'
    with pytest.raises(Problem) as problem:
        with_own(tmp_path, customer=own)
    missing, near = FAULTS[fault]
    for language in ("de", "en"):
        told = problem.value.say(language)
        assert f"{tmp_path / 'templates' / 'customer.html.j2'}:3" in told
        assert missing in told
        assert near in told.split("\n")[1]
        assert "kam-reports explain templates" in told
        assert "Traceback" not in told


def test_a_template_that_extends_itself_is_told_how_ours_is_called(tmp_path):
    with pytest.raises(Problem) as problem:
        with_own(tmp_path, customer='{% extends "customer.html.j2" %}')
    told = problem.value.say("de")
    assert "customer.html.j2:1" in told
    assert '{% extends "kr/customer.html.j2" %}' in told


def test_a_style_sheet_cannot_close_itself(tmp_path):
    with pytest.raises(Problem, match=r"style\.css"):
        with_own(tmp_path, style="</style><script>alert(1)</script>")


def test_the_command_stops_with_the_fault_and_without_a_traceback(tmp_path):
    done = kam_here("init", tmp_path / "w")
    assert done.returncode == 0, done.stderr
    home = tmp_path / "w"
    vocabulary = vocabulary_of(Workspace(folder=home))
    (home / "plans" / "one.xlsx").write_bytes(another_account(vocabulary))
    (home / "templates" / "index.html.j2").write_text(
        '{% extends "kr/index.html.j2" %}\n\n{% block heading %}{{ view.kunden }}{% endblock %}',
        "utf-8",
    )
    done = kam_here("run", "--workspace", home, "--quarter", "2026Q4")
    assert done.returncode == 2
    assert "index.html.j2:3: „kunden“ gibt es hier nicht." in done.stderr
    assert "Traceback" not in done.stderr
    assert not (home / "out" / "run.json").exists()


# ---------------------------------------------------------------- how users learn of them


@pytest.mark.parametrize("language", ["de", "en"])
def test_every_block_of_every_template_is_explained(language):
    for template, names in looks.blocks().items():
        page = handbook.page(template, wording(language))
        told = dict(re.findall(r"^ +(?:(?:Bausteine|Blocks) +)?(\w+): (\S.*)", page, re.MULTILINE))
        assert {*names, *looks.blocks()["base.html.j2"]} <= told.keys()
        assert not [text for text in told.values() if "{" in text]


@pytest.mark.parametrize("word", ["templates", "Vorlagen", "customer.html.j2"])
def test_the_page_about_templates_is_found(word):
    assert "kr/" in handbook.page(word, wording()) or "agreement" in handbook.page(word, wording())


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_example_of_the_page_works_as_it_stands(tmp_path, language):
    page = handbook.page("templates", wording(language))
    name, *lines = re.search(r"templates/(\w+)\.html\.j2\n((?: +\{%.*\n)+)", page).groups()
    made = with_own(tmp_path, language, **{name: "\n".join(map(str.strip, lines[0].split("\n")))})
    assert "HRB 4711" in text_of(made[CUSTOMER])


@pytest.mark.parametrize("language", ["de", "en"])
def test_no_words_about_templates_are_left_over(language):
    told = [handbook.page(word, wording(language)) for word in ("templates", *looks.blocks())]
    for text in wording(language).phrases("templates").values():
        words = " ".join(text.split())
        assert any(words in " ".join(page.split()) for page in told), text


# ---------------------------------------------------------------- the door holds


NOSY = """{% extends "kr/NAME.html.j2" %}
{% block heading %}{{ super() }}
{{ view }} {{ view|string }} {{ view|pprint }} {{ view.head }} {{ split }} {{ p }} {{ column }}
{% for topic in view.topics %}{{ topic.facts }}{{ topic }}{% endfor %}
{% for thing in [t, fact, number, money, label, word, field, numeric, care_gap, included, missing,
said, topic, finding, fix, signs, looks|default(""), css, csp, company, language] %}{{ thing }}
{% endfor %}
{% for name in ["findings", "margin", "conditions", "risks", "lookup", "review", "numbers",
"workspace", "pages", "standing"] %}{{ view[name]|default("") }}{% endfor %}
{% endblock %}
"""


def test_a_nosy_template_of_a_customer_or_partner_finds_nothing_of_ours(tmp_path):
    vocabulary = vocabulary_of(Workspace(folder=tmp_path))
    content, _ = plan(vocabulary)
    first, _ = scorecard(vocabulary, "P-1", "Finanzhaus Lindau")
    second, _ = scorecard(vocabulary, f"{MARK}P-2", f"{MARK} Finanz")
    files = {
        f"plans/{MARK} Mappe.xlsx": content,
        "plans/other.xlsx": another_account(vocabulary),
        f"scorecards/{MARK}.xlsx": first,
        "scorecards/second.xlsx": second,
    }
    (tmp_path / "templates").mkdir()
    for name in ("customer", "partner"):
        own = NOSY.replace("NAME", name)
        (tmp_path / "templates" / f"{name}.html.j2").write_text(own, "utf-8")
    workspace = Workspace(
        folder=tmp_path, file=tmp_path / "kam.toml", report=ReportSettings(currency_scale=1)
    )
    occasion = Occasion(Period(2026, "Q", 4), date(2026, 12, 31))
    write(reviewed(files, tmp_path, workspace, occasion), workspace, tmp_path / "out")
    for name, subject in (("customer/K-1", "Nordmarkt AG"), ("partner/P-1", "Finanzhaus Lindau")):
        page = (tmp_path / "out" / "reports" / f"{name}.html").read_text("utf-8")
        assert "View(subject=Subject(id=" in html.fromstring(page).text_content()
        assert subject in page
        assert leaks(re.sub(r" at 0x[0-9a-f]+", "", page)) == []
        assert "Vocabulary(" not in page
        assert str(tmp_path) not in page
