"""The handbook: every page is there in both languages, and every word leads to one."""

import re
import subprocess
import sys
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

import kam_reports
from kam_reports import handbook
from kam_reports.actions import vocabulary_of
from kam_reports.checks import CHECKS
from kam_reports.handbook import looks
from kam_reports.kpis import KPIS
from kam_reports.mailing.guards import CHANGED, GUARDS
from kam_reports.model import Problem
from kam_reports.topics import TOPICS
from kam_reports.wording import Wording
from kam_reports.workspace import OwnKpi, OwnMeasure, Thresholds, Workspace

LANGUAGES = Path(kam_reports.__file__).parent / "languages"
GERMAN = tomllib.loads((LANGUAGES / "pages.de.toml").read_text("utf-8"))
PLAIN = Workspace()
MEASURES = vocabulary_of(PLAIN).measures
ENGLISH = {
    **{code: check.page for code, check in CHECKS.items()},
    **{key: kpi.page for key, kpi in KPIS.items() if key not in MEASURES},
    **{key: topic.page for key, topic in TOPICS.items()},
    **{guard.name: guard.page for guard in (CHANGED, *GUARDS.values())},
}


def wording(language, workspace=PLAIN):
    return Wording(language, vocabulary_of(workspace))


def explained(word, language="de", workspace=PLAIN, **more):
    return handbook.page(word, wording(language, workspace), workspace, **more)


def title(word, language="de"):
    return explained(word, language).split("\n")[0]


def row(page, label):
    """What a page says beside *label*, in one line."""
    lines = page.split("\n")
    start = next(place for place, line in enumerate(lines) if line.startswith(f"  {label}  "))
    edge = len(lines[start]) - len(lines[start][len(label) + 2 :].lstrip())
    said = [lines[start][edge:]]
    for line in lines[start + 1 :]:
        if not line.startswith(" " * edge):
            break
        said.append(line.strip())
    return " ".join(said)


def keys_of(listing):
    """The keys that ``explain --list`` names, by part."""
    parts, found = {}, []
    for line in listing.split("\n"):
        if line and not line.startswith(" "):
            parts[line] = found = []
        elif line:
            found.append(line.split()[0])
    return parts


def flat(table, prefix=""):
    for key, value in table.items():
        if isinstance(value, dict):
            yield from flat(value, f"{prefix}{key}.")
        else:
            yield prefix + key


# ---------------------------------------------------------------- the German texts


def test_every_check_kpi_and_talking_point_is_explained_in_german():
    assert [key for key in ENGLISH if not GERMAN.get(key)] == []


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("name", [guard.name for guard in (CHANGED, *GUARDS.values())])
def test_every_guard_of_the_mails_has_a_page_with_its_message_and_what_to_do(name, language):
    page = explained(name, language)
    assert title(name, language).startswith(f"{name} · ")
    assert len(page.split("\n\n")) >= 3
    assert row(page, {"de": "Meldung", "en": "Message"}[language])
    assert row(page, {"de": "Abhilfe", "en": "Fix"}[language])
    listing = handbook.contents(wording(language))
    assert name in next(keys for part, keys in keys_of(listing).items() if "mail check" in part)


def test_no_german_text_is_left_over():
    assert set(GERMAN) - set(ENGLISH) == set()


@pytest.mark.parametrize("key", GERMAN)
def test_german_text_is_german(key):
    words = set(re.findall(r"[a-zäöüß]+", GERMAN[key].lower()))
    assert not words & {"the", "of", "and", "that", "with", "not", "than", "from"}
    german = (
        "der die das den dem des ein eine wie was je an zu in mit ist nicht von und auf aber ohne"
    )
    assert words & set(german.split()) or len(words) < 6


@pytest.mark.parametrize("key", GERMAN)
def test_german_text_has_the_paragraphs_and_numbers_of_the_english_one(key):
    german, english = GERMAN[key], ENGLISH.get(key, "")
    assert german.count("\n\n") == english.count("\n\n")
    numbers = [re.findall(r"\d+", text) for text in (german, english)]
    assert sorted(numbers[0]) == sorted(numbers[1])


@pytest.mark.parametrize("key", GERMAN)
def test_german_text_speaks_to_nobody_and_quotes_as_germans_do(key):
    text = " ".join(GERMAN[key].split())
    assert not re.search(r"\b([Dd]u|[Dd]ein\w*|[Dd]ir|Ihnen)\b", text)
    assert not re.search(r"(?<=[a-zäöüß,] )(Sie|Ihre?\w{0,2})\b", text)
    assert '"' not in GERMAN[key]
    assert GERMAN[key].count("„") == GERMAN[key].count("“")


# ---------------------------------------------------------------- what a word leads to


@pytest.mark.parametrize(
    ("word", "german", "english"),
    [
        ("V101", "V101 · Fehler · number-is-text", "V101 · Error · number-is-text"),
        ("v101", "V101 · Fehler · number-is-text", "V101 · Error · number-is-text"),
        ("number-is-text", "V101 · Fehler · number-is-text", "V101 · Error · number-is-text"),
        ("k_cm_pct", "k_cm_pct · DB-Quote", "k_cm_pct · Margin %"),
        ("DB-Quote", "k_cm_pct · DB-Quote", "k_cm_pct · Margin %"),
        ("Market share", "k_share · Marktanteil (Wert)", "k_share · Market share (value)"),
        ("lieferanteil", "k_sow · Lieferanteil (Share of Wallet)", "k_sow · Share of wallet"),
        ("att", "att · Zielerreichung", "att · Attainment"),
        ("stock_avg", "stock_avg · Ø Lagerbestand beim Kunden (zu Einstand)",
         "stock_avg · Average stock at cost"),
        ("Umsatzerlöse", "revenue · Umsatz", "revenue · Revenue"),
        ("applications.submitted", "submitted · Eingereicht", "submitted · Submitted"),
        ("price-or-mix", "price-or-mix · Gesprächspunkt mit dem Kunden",
         "price-or-mix · Talking point with the customer"),
        ("another-name", "another-name · Einwand gegen eine Mail",
         "another-name · Objection to a mail"),
        ("train-documents", "train-documents · Gesprächspunkt mit dem Partner",
         "train-documents · Talking point with the partner"),
        ("measures.due", "measures.due · Jahresplan › Maßnahmen › Termin",
         "measures.due · Yearly plan › Measures › Due date"),
        ("bc_role", "contacts.bc_role · Jahresplan › Ansprechpartner › Rolle im Buying Center",
         "contacts.bc_role · Yearly plan › Contacts › Buying centre role"),
        ("measures", "measures · Jahresplan › Maßnahmen", "measures · Yearly plan › Measures"),
        ("Maßnahmen", "measures · Jahresplan › Maßnahmen", "measures · Yearly plan › Measures"),
        ("competitor", "competitor · Jahresplan › Ist-Situation › Wettbewerber",
         "competitor · Yearly plan › Current situation › Competitors"),
        ("trainings", "trainings · Partner-Scorecard › Schulungen",
         "trainings · Partner scorecard › Trainings"),
    ],
)  # fmt: skip
def test_a_word_leads_to_its_page(word, german, english):
    assert title(word, "de") == german
    assert title(word, "en") == english


@pytest.mark.parametrize("language", ["de", "en"])
def test_a_slip_is_told_with_the_nearest_word(language):
    for slip, meant in (
        ("Umsaz", "Umsatz"),
        ("k_cm_pkt", "k_cm_pct"),
        ("mesures.due", "measures.due"),
    ):
        with pytest.raises(Problem) as raised:
            explained(slip, language)
        assert slip in raised.value.what[language]
        assert meant in raised.value.do[language]


def test_a_word_near_to_nothing_leads_to_the_list():
    with pytest.raises(Problem) as raised:
        explained("qqqqxxxx")
    assert "explain --list" in raised.value.do["de"]


def test_a_word_of_many_fields_gives_their_list():
    answer = explained("Status").split("\n")
    assert answer[0] == "„Status“ kann mehreres heißen:"
    assert "  measures.status    Maßnahmen › Status" in answer[1:]


def test_a_choice_leads_to_its_field():
    assert title("Informationsselektierer").startswith("contacts.bc_role")
    assert "Informationsselektierer" in row(explained("contacts.bc_role"), "Auswahl")


def test_what_else_a_word_may_mean_is_named_below():
    assert explained("revenue").endswith("\n\nSiehe auch: k_revenue, promotions.actual_revenue")


def test_a_measure_that_is_a_kpi_is_told_once():
    page = explained("Umsatz")
    assert page.startswith("k_revenue · Umsatz\n")
    assert "Nach Rabatten und Boni, ohne Umsatzsteuer." in page
    assert "Nettoumsatz" in row(page, "Auch erkannt")
    assert "\nrevenue · " not in page


# ---------------------------------------------------------------- what a page says


def test_a_check_says_why_what_to_do_and_what_follows():
    page = explained("V101")
    assert page.split("\n")[2] == "Eine Zahl ist Text."
    assert row(page, "Meldung") == "…: „…“ ist Text, keine Zahl."
    assert row(page, "Abhilfe").startswith("Nur die Zahl eintragen")
    assert "Konsolidierung" in row(page, "Folge")


def test_a_kpi_says_formula_light_aggregation_and_audience():
    page = explained("k_cm_pct")
    assert row(page, "Formel") == "Deckungsbeitrag ÷ Umsatz"
    assert row(page, "Ampel").startswith("Abstand zum Ziel: ● ab 0\u00a0PP, ▲ ab −1\u00a0PP ●")
    assert row(page, "Über die Zeit") == "Summe der Teile, dann die Formel"
    assert row(page, "Alle zusammen") == "Summe der Teile, dann die Formel"
    assert row(page, "Sichtbar") == "nur intern, vertraulich"


def test_a_state_and_a_mean_are_not_summed_over_time():
    assert row(explained("k_customers"), "Über die Zeit") == "letzter Stand"
    mixed = row(explained("k_turn"), "Über die Zeit")
    assert mixed.startswith("Summe (Abverkauf")
    assert ", Mittelwert (Ø Lagerbestand" in mixed


def test_what_a_kpi_has_not_is_not_spoken_of():
    assert "Über die Zeit" not in explained("m_overdue")
    assert "Ampel" not in explained("k_orders")
    assert "Einheit" not in explained("growth")


def test_a_light_keeps_to_the_limits_of_the_company():
    workspace = replace(
        PLAIN, thresholds=Thresholds(attainment=(98.0, 85.0), lights={"k_cm_pct": (0.0, -2.0)})
    )
    assert "● ab 98 %, ▲ ab 85 %" in row(explained("k_units", workspace=workspace), "Ampel")
    assert "▲ ab −2" in row(explained("k_cm_pct", workspace=workspace), "Ampel")


def test_a_field_says_what_may_stand_in_it_and_whether_it_must():
    page = explained("pipeline.probability")
    assert row(page, "Art") == "Prozent"
    assert row(page, "Erlaubt") == "0,0\u00a0% bis 100,0\u00a0%"
    assert row(explained("measures.due"), "Pflicht") == "ja, sonst Fehler"
    assert row(explained("plan.amount_scale"), "Wenn leer") == "€"
    assert row(explained("plan.plan_status"), "Pflicht") == "nein"
    assert "  Planstatus\n" in explained("plan")
    assert "  Währung · Pflicht\n" in explained("plan")


def test_a_section_names_all_its_fields():
    page = explained("measures")
    for key in wording("de").vocabulary.section("measures").fields:
        assert re.search(rf"^ +(Felder +)?{key} ", page, re.MULTILINE), key


def test_a_company_own_measures_and_kpis_have_pages():
    workspace = replace(
        PLAIN,
        measures={"pallets": OwnMeasure(de=("Paletten",), en=("Pallets",), unit="count")},
        kpis={"per_pallet": OwnKpi(de=("Umsatz je Palette",), of=("revenue", "pallets"))},
    )
    assert explained("Paletten", workspace=workspace).startswith("pallets · Paletten\n")
    page = explained("per_pallet", workspace=workspace)
    assert row(page, "Formel") == "Umsatz ÷ Paletten"
    assert "per_pallet" in handbook.contents(wording("de", workspace), workspace)


# ---------------------------------------------------------------- all of it


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_list_names_everything(language):
    parts = list(keys_of(handbook.contents(wording(language))).values())
    assert parts[0] == list(CHECKS)
    assert parts[1] == [key for key in KPIS if key not in MEASURES]
    assert parts[2] == list(MEASURES)
    assert parts[3] == list(TOPICS)
    assert parts[4] == [guard.name for guard in (CHANGED, *GUARDS.values())]
    assert parts[7] == ["templates", *looks.blocks()]
    assert parts[8:] == [["excel", "excel-checklist", "excel-it"]]
    for document, listed in zip(("plan", "scorecard"), parts[5:7], strict=True):
        sections = wording(language).vocabulary.sections(document)
        fields = {field.name for section in sections for field in section.fields.values()}
        assert fields - set(listed) <= {f"applications.{key}" for key in MEASURES}
        assert {section.key for section in sections} <= set(listed)


@pytest.mark.parametrize("language", ["de", "en"])
def test_everything_that_the_list_names_has_a_page_of_the_asked_width(language):
    """Written whole, so every phrase, unit, type, class and direction in use is there."""
    entries = list(handbook._entries(wording(language), PLAIN))
    assert {entry.keys[0] for entry in entries} == {
        key for part in keys_of(handbook.contents(wording(language))).values() for key in part
    }
    for entry in entries:
        page = entry.write().laid_out(wording(language), 72)
        lines = page.split("\n")
        assert lines[0].startswith(f"{entry.keys[0]} · ")
        assert max(map(len, lines[1:])) <= 72, entry.keys[0]
        braces = "" if entry.keys[0] == "templates" else "{}"  # its example has some
        assert not re.search(rf"[{braces}`\u2060]|None", page), page
        assert len(lines) > 3, page


@pytest.mark.parametrize("language", ["de", "en"])
def test_no_phrase_of_the_handbook_is_left_over(language, monkeypatch):
    said, phrase = set(), Wording.phrase

    def noted(self, key, /, **facts):
        said.add(key)
        return phrase(self, key, **facts)

    monkeypatch.setattr(Wording, "phrase", noted)
    workspace = replace(PLAIN, kpis={"double": OwnKpi(rule="sum", of=("revenue", "revenue"))})
    handbook.contents(wording(language, workspace), workspace)
    for word in ("Status", "revenue", "double"):
        explained(word, language, workspace)
    for entry in handbook._entries(wording(language), PLAIN):
        entry.write().laid_out(wording(language), 72)
    known = tomllib.loads((LANGUAGES / f"{language}.toml").read_text("utf-8"))["phrases"]
    left = {f"handbook.{key}" for key in flat(known["handbook"])} - said
    assert left == set()


def test_a_narrow_terminal_is_respected():
    page = explained("k_turn", width=50)
    assert max(map(len, page.split("\n"))) <= 60
    assert len(page.split("\n")) > len(explained("k_turn").split("\n"))


def test_a_synonym_is_never_torn_apart():
    page = explained("cm")
    known = page[page.index("Auch erkannt") :].split("\n\n")[0].split("\n")
    assert all(line.endswith(",") for line in known[:-1])
    assert len(known) > 3


def test_explaining_needs_no_pandas():
    code = (
        "import sys\n"
        "from kam_reports import cli\n"
        "try: cli.main(['explain', 'Umsatz', '--language', 'de'])\n"
        "except SystemExit: pass\n"
        "heavy = ('pandas', 'numpy', 'jinja2', 'xlsxwriter', 'python_calamine', 'holidays')\n"
        "print([name for name in heavy if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True
    )
    assert done.stdout.startswith("k_revenue · Umsatz")
    assert done.stderr.strip() == "[]"
