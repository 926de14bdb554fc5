"""``map``: a layout is proposed for a foreign workbook, corrected by a person, and holds."""

import sys
import tomllib
from dataclasses import replace
from functools import cache
from math import isclose
from pathlib import Path
from random import Random

import openpyxl
import pytest
from command import kam, kam_here
from drawing import book
from foreign import SHAPES, make, traps, workbooks
from foreign_families import broker, industrial
from foreign_tally import is_said, tally
from lxml import html

from kam_reports.books import read_bytes
from kam_reports.layouts import load_layouts, take_plan
from kam_reports.layouts.proposing import family_name, propose, shortened
from kam_reports.layouts.proposing.likeness import Guesser
from kam_reports.model import Area, Cell

sys.path.append(str(Path(__file__).parents[1] / "bench"))
from mapping import LAYOUTS, VOCABULARY, as_proposed, large, table

BOOKS = [made for seed in (1, 2) for made in workbooks(seed)]
FAMILIES = [*industrial(), *broker()]


@cache
def proposed(name):
    """The proposal for one of the made workbooks."""
    made = next(each for each in [*BOOKS, *FAMILIES] if each.name == name)
    return propose(read_bytes(made.data, made.name), VOCABULARY, LAYOUTS)


def drawn(drawing, **known):
    return propose(book(drawing), VOCABULARY, **known)


def figures(plan):
    return {
        (f.measure, f.scenario, f.period, f.breakdown): (f.value, f.place) for f in plan.figures
    }


def blocks(proposal):
    return [(b.fills, b.kind, b.sheet) for b in proposal.layout.blocks]


# ---------------------------------------------------------------- words that are only like others


@pytest.mark.parametrize(
    ("text", "measure"),
    [
        ("Umstaz", "revenue"),
        ("Ums. netto", "revenue"),
        ("Abs.-menge (Stk.)", "units"),
        ("Deckungsbeitr.", "cm"),
        ("DB-Qu. (%)", "k_cm_pct"),
        ("Umschl.-häuf.", "k_turn"),
        ("Stk. turns", "k_turn"),
        ("No. of orders", "orders"),
        ("Contribution mrgin", "cm"),
    ],
)
def test_typing_errors_and_abbreviations_are_understood_and_never_surely(text, measure):
    like = Guesser.of(VOCABULARY, "plan").measure(text)
    assert like.key == measure
    assert 0.6 < like.sure < 1


@pytest.mark.parametrize(
    "text",
    [
        *("Umsatz", "DB I", "Net sales"),  # known words need no likeness
        *("Ansatz", "Absätzen", "Kunde", "Gewinn", "Personalkosten", "Rabatt", "Position"),
        *("Abw. %", "Summe", "Plan", "Q1", "Ist 2026", "Quartl", "Bem.", "Art.-Nr."),
        *("Umsatz pro Kunde", "Umsatzziel", "DB Q", "Aufträge je Besuch", "Sales cost", "Costs"),
    ],
)
def test_other_words_are_taken_for_nothing(text):
    assert Guesser.of(VOCABULARY, "plan").measure(text) is None


def test_a_wrong_letter_hardly_ever_makes_another_measure():
    guesser, wrong, tried = Guesser.of(VOCABULARY, "plan"), 0, 0
    for words in VOCABULARY.metrics.values():
        for word in (word for several in words.values() for word in several):
            if len(word) < 8 or "(" in word:
                continue
            for place in range(0, len(word), 5):
                like = guesser.measure(word[:place] + "x" + word[place + 1 :])
                tried += 1
                wrong += like is not None and like.key != VOCABULARY.find_metric(word)
    assert tried > 2000
    assert wrong < 0.005 * tried


# ---------------------------------------------------------------- made workbooks


@pytest.mark.deep
@pytest.mark.parametrize("shape", SHAPES)
def test_a_workbook_of_every_class_is_read_without_any_help(shape):
    for made in (each for each in BOOKS if each.shape == shape):
        found = tally(made, proposed(made.name).plan)
        assert (made.name, found.lies, found.lost) == (made.name, [], [])
        assert (made.name, found.recall >= 0.95) == (made.name, True)
        assert not found.fields["wrong, silent"] + found.fields["missing, silent"]


@pytest.mark.parametrize("made", FAMILIES, ids=lambda made: made.name)
def test_two_whole_families_are_read_without_any_help(made):
    found = tally(made, proposed(made.name).plan)
    assert (found.recall, found.lies, found.lost) == (1, [], [])


@pytest.mark.parametrize("known", [LAYOUTS, ()], ids=["known", "alone"])
@pytest.mark.parametrize("made", traps(1), ids=lambda made: made.name)
def test_what_nobody_can_know_is_said_by_a_proposal_too(made, known):
    plan = propose(read_bytes(made.data, made.name), VOCABULARY, known).plan
    found = tally(made, plan)
    assert (found.lies, found.lost, found.recall) == ([], [], 1)


def test_the_benchmark_prints_precision_and_recall_of_every_class():
    text, total = table(as_proposed, [made for made in BOOKS if made.shape in ("L4", "L6")])
    assert "| L4 | 8 |" in text
    assert "100.0 % | 100.0 % |" in text
    assert total.figures["wrong, silent"] == 0


def test_every_part_says_where_it_is_and_how_sure():
    proposal = proposed("L13-de-dirty-1.xlsx")
    form, grid = proposal.parts
    assert (form.declared.fills, form.sure, form.read) == ("plan", 1, 6)
    assert grid.place.sheet == "Kennzahlen"
    assert grid.sure == min(meant.sure for meant in grid.meant) < 0.9
    assert {(m.text, m.named.key) for m in proposal.unsure} == {
        ("DB-Qu. (%)", "k_cm_pct"),
        ("Abverk. zu Einstand (Tsd. €)", "sellout_cost"),
        ("Deckungsbeitr. (Tsd. €)", "cm"),
    }
    hidden = proposed("L12-de-clean-1.xlsx").parts[-1]
    assert hidden.hidden
    assert hidden.sure < 1


def tampered(drawn_book, rng):
    """A book in which somebody has put in rows, columns, notes and numbers, and renamed sheets."""
    sheets = list(drawn_book.sheets)
    for _ in range(rng.randint(1, 3)):
        at = rng.randrange(len(sheets))
        sheet, how = sheets[at], rng.choice(["row", "column", "note", "number", "name"])
        bottom = max((row for row, _ in sheet.cells), default=1)
        right = max((column for _, column in sheet.cells), default=1)
        row, column = rng.randint(1, bottom + 2), rng.randint(1, right + 2)
        if how in ("row", "column"):
            sheet = moved(sheet, row if how == "row" else 0, column if how == "column" else 0)
        elif how == "name":
            sheet = replace(sheet, name=f"{sheet.name} neu {at}")
        elif how == "number":  # beside the table: in it, it would be one of its figures
            sheet = replace(sheet, cells={**sheet.cells, (row, right + 2): Cell(column)})
        elif (row, column) not in sheet.cells:
            words = ["bitte prüfen", "Stand 2025", "Plan", "Q2", "Umsatz"]
            sheet = replace(sheet, cells={**sheet.cells, (row, column): Cell(rng.choice(words))})
        sheets[at] = sheet
    return replace(drawn_book, sheets=tuple(sheets))


def moved(sheet, row, column):
    """The sheet with a blank row or column put in."""

    def at(r, c):
        return r + (0 < row <= r), c + (0 < column <= c)

    cells = {at(*place): cell for place, cell in sheet.cells.items()}
    merges = tuple(
        Area(*at(area.top, area.left), *at(area.bottom, area.right)) for area in sheet.merges
    )
    return replace(sheet, cells=cells, merges=merges)


@pytest.mark.deep
@pytest.mark.parametrize("seed", range(6))
def test_no_figure_of_a_tampered_workbook_is_wrong_without_a_word(seed):
    rng = Random(seed)
    for _ in range(8):
        made = rng.choice([one for one in BOOKS if not any(f.grouped for f in one.figures)])
        plan = propose(tampered(read_bytes(made.data, made.name), rng), VOCABULARY, LAYOUTS).plan
        warned = [odd for odd in plan.oddities if not odd.kind.startswith("hidden")]
        for figure in plan.figures:
            key = (figure.measure, figure.scenario.value, str(figure.period), figure.breakdown)
            true = [one.value for one in made.figures if one.key[:3] == key[:3]]
            right = figure.value is None or any(
                value is not None and isclose(value, figure.value, rel_tol=1e-6) for value in true
            )
            known = figure.measure in VOCABULARY.metrics
            assert right or not known or is_said(warned, figure.place), (made.name, figure)


def test_a_blank_column_between_labels_and_figures_loses_nothing():
    rows = "Kennzahl | | Ist Q1 | Ist Q2 | Ist Q3\nUmsatz | | 5 | 6 | 7\nAbsatz | | 1 | 2 | 3\n"
    plan = drawn(HEADER + rows).plan
    assert [figure.value for figure in plan.figures] == [5, 6, 7, 1, 2, 3]


def test_a_word_between_the_figures_is_no_label():
    rows = (
        "Kennzahl | Ist Q1 | | Ist Q2 | Ist Q3\nUmsatz | 5 | | 6 | 7\nAbsatz | 1 | Umsatz | 2 | 3\n"
    )
    plan = drawn(HEADER + rows).plan
    assert {figure.measure for figure in plan.figures if figure.place.cell in ("B3", "D3")} <= {
        "units"
    }


def test_a_number_beside_the_unit_of_a_sheet_does_not_change_the_unit():
    notes = "Angaben in T€ | | 17\n\nIst 2026\n"
    plan = drawn(HEADER + notes + PLAIN).plan
    assert plan.figures[0].value == 5000


# ---------------------------------------------------------------- what is left open

HEADER = """
[Deckblatt]
Kundennummer  | K-1
Key Account   | Meier AG
Geschäftsjahr | 2026
Stichtag      | 2026-09-30
[Zahlen KAM]
"""
PLAIN = """
Kennzahl | Q1 | Q2 | Q3
Umsatz   | 5  | 6  | 7
Absatz   | 1  | 2  | 3
"""


def test_a_scenario_that_nothing_says_is_left_open_and_never_guessed():
    proposal = drawn(HEADER + PLAIN)
    assert [(part.declared.fills, part.open) for part in proposal.parts] == [
        ("plan", ()),
        ("figures", ("scenario",)),
    ]
    assert proposal.parts[1].sure <= 0.4
    assert proposal.plan.figures == ()
    assert any(odd.kind == "unmapped-range" for odd in proposal.plan.oddities)


@pytest.mark.parametrize(("title", "scenario"), [("Ist 2026", "ACTUAL"), ("Budget", "TARGET")])
def test_the_title_or_the_sheet_says_the_scenario(title, scenario):
    by_title = drawn(HEADER + f"{title}\n" + PLAIN)
    by_sheet = drawn(HEADER.replace("Zahlen KAM", title) + PLAIN)
    for proposal in (by_title, by_sheet):
        assert {figure.scenario.value for figure in proposal.plan.figures} == {scenario}
        assert len(proposal.plan.figures) == 6


def test_two_periods_side_by_side_are_no_axis_and_a_list_of_dates_is_no_table():
    proposal = drawn(HEADER + "Thema | März | April\nMesse | 5 | 7\nKatalog | 3 | 9\n")
    assert [part.declared.fills for part in proposal.parts] == ["plan"]
    assert [odd.place.sheet for odd in proposal.plan.odd("unmapped-sheet")] == ["Zahlen KAM"]


def test_rows_of_goods_are_groups_only_where_the_table_says_so():
    goods = "Warengruppe | Ist Q1 | Ist Q2 | Ist Q3\nSägen | 5 | 6 | 7\nBohrer | 1 | 2 | 3\n"
    proposal = drawn(HEADER + "Umsatz 2026\n" + goods)
    assert {(f.measure, f.breakdown) for f in proposal.plan.figures} == {
        ("revenue", "Sägen"),
        ("revenue", "Bohrer"),
    }
    costs = goods.replace("Warengruppe", "Sonstiges").replace("Sägen", "Personalkosten")
    others = drawn(HEADER + "Umsatz 2026\n" + costs).plan
    assert "revenue" not in {figure.measure for figure in others.figures}


def test_dated_sales_are_added_up_and_the_assumption_is_told():
    sales = "Datum | Artikel | Umsatz\n" + "".join(
        f"2026-0{1 + n % 6}-{10 + n} | Säge | {100 + n}\n" for n in range(18)
    )
    proposal = drawn(HEADER.replace("Zahlen KAM", "Umsätze") + sales)
    part = proposal.parts[-1]
    assert (part.assumed, part.declared.group, part.declared.scenario) == (
        "actual",
        "sum",
        "ACTUAL",
    )
    assert part.sure < 0.9
    assert sum(figure.value for figure in proposal.plan.figures) == sum(range(100, 118))


def test_a_name_beside_the_measure_is_a_remark_and_no_group():
    rows = "Kennzahl | Wer | Ist Q1 | Ist Q2 | Ist Q3\nUmsatz | Kroll | 5 | 6 | 7\n"
    proposal = drawn(HEADER + rows + "Absatz | Ehlert | 1 | 2 | 3\n")
    assert proposal.parts[-1].declared.skip == ("Wer",)
    assert {figure.breakdown for figure in proposal.plan.figures} == {""}


def test_the_year_may_stand_in_a_title_only():
    drawing = "[Zahlen]\nKundenplanung 2026 – Meier AG\n\n" + PLAIN.replace("Q1", "Ist Q1").strip()
    proposal = drawn(drawing.replace("Q2", "Ist Q2").replace("| Q3", "| Ist Q3"))
    given = proposal.layout.given["fiscal_year"]
    assert (given.source, given.text) == ("title", "Kundenplanung {} *")
    assert proposal.plan.fiscal_year == 2026
    assert len(proposal.plan.figures) == 6


def test_names_with_a_year_hold_for_the_next_one():
    proposal = proposed("L3-de-clean-1.xlsx")
    assert all("20??" in block.sheet[-1] for block in proposal.layout.blocks[1:])
    made = make("L3", "de", dirty=False)
    later = read_bytes(made.data, made.name)
    assert figures(take_plan(later, proposal.layout, VOCABULARY)) == figures(proposal.plan)


def test_a_sheet_a_quarter_is_one_block_and_the_next_quarter_fits_it():
    sheet = "\n[Q{0} 2026]\nKennzahl | Plan | Ist\nUmsatz | 1{0} | 2{0}\nAbsatz | 3 | 4\n"
    header = HEADER.replace("[Zahlen KAM]", "")
    proposal = drawn(header + "".join(sheet.format(n) for n in (1, 2)))
    assert blocks(proposal)[1:] == [("figures", "grid", ("Q? 20??",))]
    later = book(header + "".join(sheet.format(n) for n in (1, 2, 3)))
    plan = take_plan(later, proposal.layout, VOCABULARY)
    assert len(plan.figures) == 12
    assert {figure.period.short for figure in plan.figures} == {"Q1", "Q2", "Q3"}


def test_a_scenario_may_stand_in_the_corner_and_goals_of_nothing_are_no_list():
    rows = "Umsatz | 5 | 6 | 7\nAbsatz | 1 | 2 | 3\n"
    tables = f"Plan | Q1 | Q2 | Q3\n{rows}\n\nIst | Q1 | Q2 | Q3\n{rows}"
    proposal = drawn(HEADER + tables)
    assert [part.declared.kind for part in proposal.parts] == ["form", "grid", "grid"]
    assert {figure.scenario.value for figure in proposal.plan.figures} == {"TARGET", "ACTUAL"}
    assert len(proposal.plan.figures) == 12


def test_a_unit_in_the_first_of_several_footnotes_is_used_and_said():
    notes = "\n* all amounts in EUR thousands\nA = reached\n"
    proposal = drawn(HEADER + PLAIN.replace("Q", "Ist Q") + notes, known=LAYOUTS)
    assert proposal.plan.figures[0].value == 5000
    assert any(odd.kind == "scale-differs" for odd in proposal.plan.oddities)


def test_our_own_template_needs_no_layout():
    example = Path(__file__).parents[1] / "workbooks" / "example" / "plans"
    paths = sorted(example.glob("*.xlsx"))[:3]
    assert paths
    for path in paths:
        proposal = propose(read_bytes(path.read_bytes(), path.name), VOCABULARY, LAYOUTS)
        assert (proposal.known, proposal.parts) == ("kam-plan", ())


def test_a_workbook_of_nothing_known_gives_no_part():
    proposal = drawn("[Rezepte]\nRezept | Mehl | Zucker\nKuchen | 500 | 200\n", known=LAYOUTS)
    assert (proposal.parts, proposal.known) == ((), "")
    assert [odd.kind for odd in proposal.plan.oddities] == ["unmapped-sheet"]


@pytest.mark.parametrize(
    ("stem", "whose", "name"),
    [
        ("Kundenplanung Meier AG 2026", ("Meier AG", "K-1"), "kundenplanung"),
        ("Scorecard Süd Q3 2026 final", ("Süd", ""), "scorecard"),
        ("Größen_Übersicht-2025", ("", ""), "groessen-uebersicht"),
        ("2026", ("", ""), "layout"),
    ],
)
def test_a_layout_is_called_after_the_family(stem, whose, name):
    assert family_name(stem, whose) == name


# ---------------------------------------------------------------- a large workbook


def test_of_a_large_workbook_only_the_first_rows_are_looked_at():
    data = large("long list", sheets=3, rows=4000)
    whole = read_bytes(data, "large.xlsx")
    head, rows = shortened(whole)
    assert rows == max(row for sheet in head.sheets for row, _ in sheet.cells)
    assert propose(whole, VOCABULARY).shortened == rows
    small = read_bytes(make("L4", "de", dirty=False).data, "small.xlsx")
    assert shortened(small) == (small, 0)


# ---------------------------------------------------------------- the command


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    """A workspace with two foreign workbooks."""
    top = tmp_path_factory.mktemp("map") / "quartal"
    assert kam_here("init", top).returncode == 0
    others = (make("L13", "de", dirty=True), make("L6", "de", dirty=False))
    for made in (*industrial()[:2], *broker()[:1], *others):
        (top / "plans" / made.name).write_bytes(made.data)
    return top


def first(workspace):
    return workspace / "plans" / industrial()[0].name


def test_map_says_what_was_recognised_and_writes_nothing_by_itself(workspace):
    before = sorted(workspace.rglob("*"))
    done = kam("map", workspace / "plans" / "L6-de-clean-1.xlsx")
    assert (done.returncode, done.stderr.count("--write")) == (0, 1)
    assert "Vorschlag mit 3 Teilen, davon 3 sicher." in done.stdout
    assert "Ist 2025!C1:J15" in done.stdout
    assert "Jan 2025–Sep 2025 · Ist" in done.stdout
    assert "Gelesen würden 111 Zahlen und 0 Einträge." in done.stdout
    assert "Umsatz · Ziel · Jan 2025" in done.stdout
    assert "\x1b" not in done.stdout
    assert sorted(workspace.rglob("*")) == before


def test_map_speaks_english(workspace):
    done = kam_here("map", workspace / "plans" / "L6-de-clean-1.xlsx", "--language", "en")
    assert "A proposal of 3 parts, 3 of them sure." in done.stdout
    assert "111 figures and 0 records would be read." in done.stdout


def test_what_is_read_already_needs_no_layout_unless_one_is_asked_for(workspace):
    done = kam_here("map", first(workspace))
    assert "Wird schon gelesen (Layout „kam-plan“)" in done.stdout
    assert "Gelesen würden 35 Zahlen und 9 Einträge." in done.stdout
    assert "--write" not in done.stderr


def test_a_guess_is_named_with_its_cell_and_its_measure(workspace):
    done = kam_here("map", workspace / "plans" / "L13-de-dirty-1.xlsx")
    assert "„DB-Qu. (%)“ (A8) ist wohl DB-Quote (86" in done.stdout


def test_a_written_layout_reads_the_whole_family_and_a_correction_survives(workspace):
    path = first(workspace)
    assert kam_here("check", path).stdout.count("V023") == 0
    done = kam_here("map", path, "--write")
    file = workspace / "layouts" / "kundenplanung.toml"
    assert "layouts/kundenplanung.toml" in done.stderr
    text = file.read_text(encoding="utf-8")
    tomllib.loads(text)
    assert "# Plan-Ist!A1:G21: Zahlen, Tabelle, 100" in text
    assert "Umsatz netto = revenue" in text
    # The second workbook of the family is read by the same layout.
    second = workspace / "plans" / industrial()[1].name
    assert "eigenen Layout „kundenplanung“" in kam_here("map", second).stdout
    # A correction by hand: a word of one's own, a remark, a block less.
    corrected = text.replace(
        'header = ["Kennzahl", "Art", "Q1 20??"]',
        'header = ["Kennzahl", "Art", "Q1 20??"]\nwords = { "DB I" = "skip" }  # von mir',
    )
    corrected = corrected[: corrected.index("# Ansprechpartner!")]
    file.write_text(corrected, encoding="utf-8", newline="\n")
    again = kam_here("map", path, "--write")
    assert "Unverändert" in again.stderr
    assert file.read_text(encoding="utf-8") == corrected
    assert "Deckungsbeitrag" not in again.stdout
    assert "28 Zahlen" in again.stdout
    file.unlink()


def test_a_sheet_that_came_later_is_added_to_the_layout_and_nothing_else_changes(workspace):
    path = first(workspace)
    later = workspace / "plans" / "Kundenplanung später.xlsx"
    book_now = openpyxl.load_workbook(path)
    sheet = book_now.create_sheet("Umsatz Region")
    for row in (("Ist 2026",), ("Kennzahl", "Jan", "Feb", "Mrz"), ("Neukunden", 5, 6, 7)):
        sheet.append(row)
    kam_here("map", path, "--write")
    file = workspace / "layouts" / "kundenplanung.toml"
    text = file.read_text(encoding="utf-8")
    book_now.save(later)
    done = kam_here("map", later, "--write")
    longer = file.read_text(encoding="utf-8")
    assert "Ergänzt: layouts/kundenplanung.toml" in done.stderr
    assert longer.startswith(text)
    tables = tomllib.loads(longer)["block"]
    assert len(tables) == len(tomllib.loads(text)["block"]) + 1
    assert tables[-1]["sheet"] == ["Umsatz Region"]
    # Whoever deletes the added block does not get it again.
    shorter = longer[: longer.rindex("# Umsatz Region!")]
    file.write_text(shorter, encoding="utf-8", newline="\n")
    assert "Unverändert" in kam_here("map", later, "--write").stderr
    assert file.read_text(encoding="utf-8") == shorter
    file.unlink()
    later.unlink()


def test_a_layout_of_sixty_fields_is_written_and_reads_the_same_figures(tmp_path):
    assert kam_here("init", tmp_path / "w").returncode == 0
    made = max(workbooks(1), key=lambda one: len(one.figures))
    path = tmp_path / "w" / "plans" / made.name
    path.write_bytes(made.data)
    assert kam_here("map", path, "--write").returncode == 0
    (file,) = (tmp_path / "w" / "layouts").glob("*.toml")
    written = load_layouts([file.parent])[-1]
    read = read_bytes(made.data, made.name)
    wanted = propose(read, VOCABULARY, LAYOUTS).plan
    plan = take_plan(read, written, VOCABULARY)
    assert len(plan.figures) >= 60
    assert figures(plan) == figures(wanted)
    assert plan.entries == wanted.entries


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_preview_draws_every_sheet_and_hides_who_applied(workspace, tmp_path, language):
    path = workspace / "plans" / broker()[0].name
    page = tmp_path / "page.html"
    done = kam_here("map", path, "--preview", "--html", page, "--language", language)
    assert (done.returncode, str(page) in done.stdout) == (0, True)
    text = page.read_text(encoding="utf-8")
    tree = html.fromstring(text)
    headings = [each.text.strip() for each in tree.xpath("//h3[../@id='sheets']")]
    assert headings == ["Partner", "Q1 2026", "Q2 2026", "Q3 2026", "Antragsliste"]
    assert tree.xpath("//td[contains(@class, 'figure')]/@title")
    told = tree.xpath("string(//section[@id='parts'])")
    assert {"de": "Namen bleiben in der Mappe", "en": "names stay in the workbook"}[
        language
    ] in told
    assert "script" not in {each.tag for each in tree.iter()}
    people = {row[1] for row in _applications(path)}
    assert people
    assert not [name for name in people if name in text or name in done.stdout]


def _applications(path):
    rows = openpyxl.load_workbook(path)["Antragsliste"].iter_rows(min_row=2, values_only=True)
    return [row for row in rows if row[1]]


def test_without_a_workspace_nothing_can_be_saved_and_the_reason_is_told(tmp_path):
    path = tmp_path / "x.xlsx"
    path.write_bytes(make("L4", "de", dirty=False).data)
    assert kam_here("map", path, cwd=tmp_path).returncode == 0
    done = kam_here("map", path, "--write", cwd=tmp_path)
    assert done.returncode == 2
    assert "kam-reports init" in done.stderr
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_that_is_no_workbook_is_named_with_what_to_do(tmp_path):
    path = tmp_path / "x.xlsx"
    path.write_bytes(b"no workbook")
    done = kam_here("map", path, cwd=tmp_path)
    assert done.returncode == 1
    assert "x.xlsx: V0" in done.stdout
    assert kam_here("map", tmp_path / "gone.xlsx", cwd=tmp_path).returncode in (1, 2)
    assert "Ordner" in kam_here("map", tmp_path, cwd=tmp_path).stdout


def test_the_finding_of_an_unknown_workbook_names_the_command(tmp_path):
    path = tmp_path / "fremd.xlsx"
    made = make("L6", "de", dirty=False)
    path.write_bytes(made.data)
    done = kam_here("check", path, cwd=tmp_path)
    if "V023" in done.stdout:
        assert "kam-reports map fremd.xlsx" in done.stdout
