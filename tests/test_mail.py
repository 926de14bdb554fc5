"""The reviews as mails: the same numbers as HTML and as text, and nothing a mail program spoils."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from datetime import date
from functools import cache, lru_cache
from pathlib import Path

import pytest
from command import kam, kam_here
from filling import reviewed
from lxml import html as markup
from test_sentinels import another_account, leaks, plan, scorecard
from test_wording import phrases

from kam_reports import actions
from kam_reports.audience import Lookup, project
from kam_reports.kpis import KPIS
from kam_reports.model import Edition, Occasion, Period, Role
from kam_reports.outputs import mail
from kam_reports.outputs.html import report_page
from kam_reports.outputs.mail import (
    Cell,
    Head,
    Letters,
    Table,
    pictures_of,
    text_table,
    tone_of,
    wrapped,
)
from kam_reports.workspace import ReportSettings, Workspace, load_workspace

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "workbooks" / "example"
EDITIONS = {Role.ACCOUNT: (Edition.CUSTOMER, Edition.INTERNAL), Role.PARTNER: (Edition.PARTNER,)}
NUMBER = re.compile(r"(?<![\w.,#-])[+−±]?\d[\d.,]*(?:\s?(?:%|PP|pp|T€|k€|€))?")


@pytest.fixture(scope="module", autouse=True)
def each_picture_is_drawn_once():
    """A picture takes longer than the rest of its mail, and most tests ask for the same ones."""
    drawn = lru_cache(maxsize=512)(mail.png)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(mail, "png", drawn)
        yield


@cache
def example():
    workspace = load_workspace(EXAMPLE / "kam.toml")
    occasion = actions.occasion_of(Period(2026, "Q", 3), None, workspace)
    reading = actions.read(workspace.inputs, workspace, occasion=occasion)
    return workspace, actions.review(reading, occasion, workspace)


@cache
def letters(language):
    """Every mail of the example: (subject ID, edition) → view and letter."""
    workspace, seen = example()
    workspace = replace(workspace, workspace=replace(workspace.workspace, language=language))
    words = actions.wording_of(workspace)
    desk, lookup = Letters(words, workspace), Lookup.of(seen)
    made = {}
    for one in seen.reading.usable:
        for edition in EDITIONS[one.subject.role]:
            view = project(seen, one.subject, edition, words.vocabulary, kpis=KPIS, lookup=lookup)
            made[one.subject.id, str(edition)] = (
                view,
                desk.letter(
                    view,
                    name="Dr. Ada Beispiel",
                    manager="Jana Vogt",
                    attached="pdf",
                    pictures=pictures_of(
                        view, lookup.numbers_of(one.subject), words, workspace.report
                    ),
                ),
            )
    return made


BOTH = pytest.mark.parametrize("language", ["de", "en"])


def said(page):
    """What a page says, as one line."""
    tree = markup.fromstring(page)
    for hidden in tree.xpath("//head|//div[contains(@style,'display')]"):
        hidden.drop_tree()
    for cell in tree.iter("td", "th", "p", "br", "tr", "h1", "h2", "img"):
        cell.tail = " " + (cell.tail or "")
        cell.text = (cell.get("alt") or "") + (cell.text or "")
    return " ".join(tree.text_content().replace("\u200b", "").split())


@BOTH
def test_text_and_html_say_the_same_numbers(language):
    for key, (_, letter) in letters(language).items():
        shown = sorted(NUMBER.findall(said(letter.html)))
        written = sorted(NUMBER.findall(" ".join(letter.text.split())))
        assert shown == written, key


@BOTH
def test_no_mail_shows_a_placeholder_or_an_empty_value(language):
    for key, (_, letter) in letters(language).items():
        for text in (letter.html, letter.text):
            assert not re.search(
                r"\bnan\b|\bNone\b|undefined|−0,0(?!\d)|\{[a-z_]+\}|\$[a-z]", text
            ), key


@BOTH
def test_every_number_of_a_kpi_is_the_formatters_own(language):
    for view, letter in letters(language).values():
        if view.edition is not Edition.CUSTOMER:
            continue
        words = actions.wording_of(example()[0])
        words = replace(words, language=language, currency=view.currency)
        for line in view.lines:
            for shown in (line.to_date.actual, line.to_date.prior_year):
                if shown.known:
                    assert words.bare(shown.fact.value, shown.fact.unit) in letter.text


@BOTH
def test_the_page_is_made_of_what_old_mail_programs_know(language):
    for key, (_, letter) in letters(language).items():
        page = letter.html
        assert not re.search(r"<(style|svg|script|link|form|iframe)\b", page), key
        assert not re.search(r"data:|url\(|flex|grid|var\(|@media|position:|float:", page), key
        assert " class=" not in page
        assert "http" not in page.replace("http-equiv", ""), key
        tree = markup.fromstring(page)
        for tag in tree.iter():
            style = tag.get("style") or "" if isinstance(tag.tag, str) else ""
            if "background-color" in style:
                colour = re.search(r"background-color:\s*(#\w+)", style)[1]
                assert tag.get("bgcolor") == colour, (key, tag.tag)
        for image in tree.iter("img"):
            assert image.get("width")
            assert len(image.get("alt")) >= 20


@BOTH
def test_mails_stay_below_what_gmail_cuts_off(language):
    sizes = [len(letter.html.encode()) for _, letter in letters(language).values()]
    assert max(sizes) <= 60_000, max(sizes)


@BOTH
def test_the_page_says_whom_it_is_about(language):
    for (subject, edition), (view, letter) in letters(language).items():
        tree = markup.fromstring(letter.html)
        assert tree.xpath("string(//meta[@name='kam:subject']/@content)") == subject
        assert tree.xpath("string(//meta[@name='kam:edition']/@content)") == edition
        assert view.subject.name in letter.title
        assert letter.text.count(view.subject.name) >= 1
        assert "Dr. Ada Beispiel" in said(letter.html)
        assert tree.get("lang") == language


@BOTH
def test_the_plain_text_keeps_its_lines(language):
    for key, (_, letter) in letters(language).items():
        assert "\n\n\n" not in letter.text, key
        assert max(map(len, letter.text.splitlines())) <= 100, key
        assert not re.search(r"<\w|&\w+;|\u00a0", letter.text), key


def test_the_customer_gets_no_margin_and_no_condition_by_mail():
    for (_, edition), (_, letter) in letters("de").items():
        text = f"{letter.html} {letter.text}"
        assert edition == "internal" or not re.search("Deckungsbeitrag|DB-Quote|Rabatt", text)


def test_what_must_stay_inside_stays_out_of_the_mails(tmp_path):
    """The plans full of markers of test_sentinels, as mails."""
    workspace = Workspace(folder=tmp_path, report=ReportSettings(company="Hansen GmbH"))
    vocabulary = actions.vocabulary_of(workspace)
    books = {
        "plans/one.xlsx": plan(vocabulary)[0],
        "plans/other.xlsx": another_account(vocabulary),
        "scorecards/one.xlsx": scorecard(vocabulary, "P-1", "Finanzhaus Lindau")[0],
    }
    occasion = Occasion(Period(2026, "Q", 4), date(2026, 12, 31))
    made = reviewed(books, tmp_path, workspace, occasion)
    words = actions.wording_of(workspace)
    desk, lookup = Letters(words, workspace), Lookup.of(made)
    found = {}
    for one in made.reading.usable:
        for edition in EDITIONS[one.subject.role] if one.subject.id in ("K-1", "P-1") else ():
            view = project(made, one.subject, edition, words.vocabulary, kpis=KPIS, lookup=lookup)
            letter = desk.letter(view, name="Frau Bauer", manager="Jana Vogt", attached="nothing")
            found[str(edition)] = [*leaks(letter.html), *leaks(letter.text), *leaks(letter.title)]
            if edition is Edition.INTERNAL:
                page = report_page(view, lookup.numbers_of(one.subject), words, workspace)
                assert leaks(page.decode()), "our own report shows them, or this proves nothing"
    assert found["customer"] == []
    assert found["partner"] == []


@BOTH
def test_the_charts_are_pictures_whose_words_hold_the_values(language):
    seen = 0
    for (subject, edition), (_, letter) in letters(language).items():
        tree = markup.fromstring(letter.html)
        images = list(tree.iter("img"))
        assert [one.get("src") for one in images] == [f"cid:{key}" for key in letter.pictures]
        for one, png in zip(images, letter.pictures.values(), strict=True):
            assert png.startswith(b"\x89PNG")
            assert len(png) <= 60_000, (subject, edition)
            assert len(re.findall(r"\d", one.get("alt"))) >= 4
            seen += 1
    assert seen >= 40  # two in nearly every mail


def test_a_hostile_name_is_shown_and_not_run():
    view, _ = letters("de")["KA-1001", "customer"]
    subject = replace(view.subject, name='<script>alert(1)</script> & "Söhne"')
    workspace, _ = example()
    desk = Letters(actions.wording_of(workspace), workspace)
    letter = desk.letter(
        replace(view, subject=subject), name="<b>Anna</b>", manager="", attached="nothing"
    )
    tree = markup.fromstring(letter.html)
    assert tree.xpath("//script|//b") == []
    assert subject.name in said(letter.html)
    assert subject.name in letter.text
    assert "<b>Anna</b>," in letter.text


def test_a_rehearsal_says_on_top_whom_the_mail_will_go_to():
    view, _ = letters("de")["KA-1001", "customer"]
    workspace, _ = example()
    desk = Letters(actions.wording_of(workspace), workspace)
    letter = desk.letter(view, name="A", manager="", attached="pdf", rehearsal="a@kunde.example")
    assert letter.title.startswith("[Probe: a@kunde.example] ")
    assert "Probe: Diese Mail geht später an a@kunde.example." in said(letter.html)
    assert "Probe: Diese Mail geht später an a@kunde.example." in letter.text


def test_an_own_template_changes_one_block_of_the_mail(tmp_path):
    own = tmp_path / "templates" / "mail"
    own.mkdir(parents=True)
    (own / "customer.j2").write_text(
        '{% extends "kr/mail/customer.j2" %}{% block foot %}HRB 4711{% endblock %}', "utf-8"
    )
    (tmp_path / "kam.toml").write_text("")
    workspace = replace(example()[0], folder=tmp_path, file=tmp_path / "kam.toml")
    desk = Letters(actions.wording_of(workspace), workspace)
    view, _ = letters("de")["KA-1001", "customer"]
    letter = desk.letter(view, name="A", manager="", attached="pdf")
    assert "HRB 4711" in letter.html
    assert "HRB 4711" in letter.text


def test_good_and_bad_follow_from_what_is_better():
    assert [tone_of(1, "up"), tone_of(-1, "up")] == ["good", "bad"]
    assert [tone_of(1, "down"), tone_of(-1, "down")] == ["bad", "good"]
    assert [tone_of(1, "info"), tone_of(0, "up")] == ["flat", "flat"]


def test_a_table_in_plain_text_is_as_wide_as_a_mail():
    head = (Head("Vereinbarung"), Head("Termin"), Head("Wert", number=True))
    row = (Cell("Sehr langer Text, " * 12), Cell("31.12.2026"), Cell("1.234,5", number=True))
    lines = text_table(Table(head, (row,))).splitlines()
    assert max(map(len, lines)) <= 76
    assert lines[2].endswith("1.234,5")
    assert sum(line.count("Sehr langer Text,") for line in lines) >= 5


def test_a_long_sentence_is_wrapped_with_its_mark():
    text = wrapped("Wort " * 40, "- ")
    assert text.startswith("- Wort")
    assert all(line.startswith("  ") for line in text.splitlines()[1:])


def test_every_phrase_of_the_mails_exists_and_is_used():
    sources = [*ROOT.glob("templates/mail/*.j2"), *ROOT.glob("kam_reports/**/*.py")]
    text = "\n".join(path.read_text(encoding="utf-8") for path in sources)
    known = {key.removeprefix("phrases.") for key in phrases("de") if key.startswith("phrases.")}
    asked = set(re.findall(r"""\bt\("([\w.]+)"[,)]""", text))
    assert {key for key in asked if key.startswith("mail.")} <= known
    by_table = ("attached", "than", "change", "file", "table", "column", "state", "held", "notice")
    mine = {key for key in known if key.startswith("mail.")}
    alone = {key for key in mine if key.split(".")[1] not in by_table}
    assert {key for key in alone if f'"{key}"' not in text and f"'{key}'" not in text} == set()


# ---------------------------------------------------------------- the command


@pytest.fixture(scope="module")
def planned_example(shipped_run, tmp_path_factory):
    """The example, run and planned, without PDF."""
    home = shutil.copytree(shipped_run[0], tmp_path_factory.mktemp("post") / "demo")
    toml = (home / "kam.toml").read_text("utf-8")
    toml = toml.replace("[mail]  ", "[mail]\npdf = false\n#", 1)
    (home / "kam.toml").write_text(toml, "utf-8")
    return home, kam_here("mail", "plan", "--workspace", home)


def test_the_example_is_planned_with_what_is_missing_named(planned_example):
    home, done = planned_example
    assert done.returncode == 1, done.stderr
    lines = done.stdout.splitlines()
    assert lines[-1].endswith("review.xlsx")
    assert any(
        "j.mehrwald@brammelsen.example" in line and "cc m.osterloh" in line for line in lines
    )
    assert any("Gunnar Petrik hat keine E-Mail-Adresse" in line for line in lines)
    assert any("nennt keinen Key Account Manager" in line for line in lines)
    assert "--confirm 19" in done.stderr
    names = sorted(path.name for path in (home / "mail" / "2026Q3").iterdir())
    assert names == ["customer", "partner", "review.csv", "review.xlsx"]
    assert len(list((home / "mail").rglob("*.eml"))) == 19


def test_english_plans_get_english_mails(planned_example):
    from email import message_from_bytes
    from email.policy import default

    home, _ = planned_example
    (path,) = (home / "mail").rglob("KA-1010 *.eml")
    message = message_from_bytes(path.read_bytes(), policy=default)
    assert message["Content-Language"] == "en"
    assert "Dear Gareth Pellow," in message.get_body(("plain",)).get_content()


def test_the_planned_example_passes_all_guards(planned_example):
    home, _ = planned_example
    done = kam("mail", "check", "--workspace", home, "--skip-missing")
    assert (done.returncode, done.stdout) == (0, ""), done.stdout + done.stderr
    assert "19 Mails geprüft, 0 Einwände" in done.stderr
    assert kam_here("mail", "check", "--workspace", home).returncode == 2  # two have no address


def test_planning_again_leaves_the_reviewed_mails_as_they_are(planned_example, tmp_path):
    home = shutil.copytree(planned_example[0], tmp_path / "other")
    before = {path: path.read_bytes() for path in (home / "mail").rglob("*.eml")}
    assert kam_here("mail", "plan", "--workspace", home, "--skip-missing").returncode == 0
    assert {path: path.read_bytes() for path in (home / "mail").rglob("*.eml")} == before


def test_a_rehearsal_goes_to_the_sender_alone_and_touches_no_real_mail(planned_example, tmp_path):
    home = shutil.copytree(planned_example[0], tmp_path / "other")
    done = kam_here("mail", "plan", "--to-me", "--workspace", home, "--skip-missing")
    assert done.returncode == 0
    rehearsal = list((home / "mail" / "2026Q3-to-me").rglob("*.eml"))
    assert len(rehearsal) == 19
    for path in rehearsal:
        head = path.read_bytes().partition(b"\r\n\r\n")[0]
        assert b"quartal@kelvenau.example>\r\n" in head.partition(b"To:")[2].replace(b"\r\n ", b"")
        assert b"\r\nCc:" not in head
    done = kam_here("mail", "check", "--to-me", "--workspace", home, "--skip-missing")
    assert done.returncode == 0, done.stdout
    assert (
        "--to-me"
        in kam_here("mail", "send", "--to-me", "--workspace", home, "--skip-missing").stderr
    )


def test_a_changed_workbook_must_be_run_again_before_it_is_planned(planned_example, tmp_path):
    home, _ = planned_example
    other = shutil.copytree(home, tmp_path / "other")
    (book,) = (other / "plans").glob("Brammelsen*.xlsx")
    book.unlink()
    done = kam_here("mail", "plan", "--workspace", other)
    assert done.returncode == 2
    assert "haben sich Arbeitsmappen geändert: plans/Brammelsen" in done.stderr


def test_without_a_run_there_is_nothing_to_mail(tmp_path):
    assert kam_here("init", tmp_path / "leer").returncode == 0
    done = kam_here("mail", "plan", "--workspace", tmp_path / "leer")
    assert done.returncode == 2
    assert "kam-reports run" in done.stderr


def test_the_drafts_are_whole_mails_marked_as_unsent(planned_example, tmp_path):
    home, _ = planned_example
    other = shutil.copytree(home, tmp_path / "other")
    done = kam_here("mail", "draft", "--workspace", other, "--skip-missing")
    assert done.returncode == 0, done.stderr
    drafts = [Path(line) for line in done.stdout.splitlines()]
    assert len(drafts) == 19
    assert all(b"X-Unsent: 1" in path.read_bytes() for path in drafts)
    assert "19 als Entwurf übergeben" in done.stderr


def test_the_help_of_mail_costs_no_heavy_import():
    import subprocess
    import sys

    code = (
        "import sys; sys.argv = ['kam-reports']; from kam_reports.cli import main\n"
        "try: main(['mail', 'send', '--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'pandas', 'jinja2', 'css_inline', 'keyring', 'pypdf', 'smtplib', 'sqlite3'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


def test_the_doctor_says_who_would_send_and_what_prints_without_asking_a_server(planned_example):
    home, _ = planned_example
    done = kam_here("doctor", "--workspace", home)
    assert "Mailversand: quartal@kelvenau.example › smtp.kelvenau.example:587" in done.stdout
