"""Every check keeps the promise of its own examples, and none can stop a run."""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import pytest
from drawing import book
from sheets import base, workbooks

import kam_reports
from kam_reports import layouts, values
from kam_reports.checks import CHECKS, Check, run_checks
from kam_reports.kpis import kpi_words
from kam_reports.layouts import recognise, take_plan
from kam_reports.model import (
    Amount,
    Blocks,
    Entry,
    Finding,
    Named,
    Occasion,
    Oddity,
    Period,
    Place,
    Plan,
    Scenario,
    Severity,
    Source,
    Value,
)
from kam_reports.vocabulary import Vocabulary
from kam_reports.wording import Wording

VOCABULARY = Vocabulary.default().with_metrics(kpi_words())
THIRD_QUARTER = Occasion(Period(2026, "Q", 3), date(2026, 9, 30))
CHECK = pytest.mark.parametrize("check", CHECKS.values(), ids=lambda check: check.code)

# The codes that the design page lists (V106 and V116 are not assigned).
DESIGNED = [
    *(f"V{number:03d}" for number in range(1, 9)),
    *(f"V{number}" for number in range(101, 125) if number not in (106, 116)),
    *(f"V{number}" for number in range(201, 206)),
    *(f"V{number}" for number in range(301, 307)),
    *(f"V{number}" for number in (401, 402, 403, 404, 501, 502, 601, 602, 603)),
    *(f"V{number}" for number in range(701, 709)),
]
SEVERITIES = {
    "E": "V001 V002 V003 V005 V006 V101 V107 V108 V115 V118 V119 V124 V201 V301 V401 V501 V602 V701 "
    "V702 V703 V704 V705 V708",
    "W": "V004 V007 V008 V103 V105 V109 V110 V111 V112 V113 V114 V117 V120 V121 V122 V123 V203 V204 "
    "V205 V302 V303 V304 V402 V403 V404 V502 V601 V603 V706",
    "I": "V102 V104 V202 V305 V306 V707",
}
BOOK_KINDS = [
    "not-found",
    "not-permitted",
    "legacy-format",
    "encrypted",
    "damaged",
    "not-a-workbook",
    "too-big",
    "reader-died",
    "reader-hung",
    "reader-memory",
    "readers-disagree",
    "cloud-only",
    "date-1904",
    "external-links",
    "foreign",
]


# ---------------------------------------------------------------- drawn workbooks


def plans_in(drawing: str) -> tuple[list[Plan], list[Oddity]]:
    """The plans of the drawn workbooks, and what was odd about those that gave none."""
    plans, strays = [], []
    for number, drawn in enumerate(workbooks(drawing), start=1):
        read = book(drawn, f"plans/{number}.xlsx")
        layout = recognise(read, VOCABULARY)
        if layout is None:
            strays.append(Oddity("foreign", Place(read.name)))
        else:
            plans.append(take_plan(read, layout, VOCABULARY))
    return plans, strays


@cache
def plan_in(drawing: str) -> Plan:
    return plans_in(drawing)[0][0]


def findings_in(drawing: str | Oddity | Source) -> tuple[Finding, ...]:
    if isinstance(drawing, str):
        return findings_drawn(drawing)
    if isinstance(drawing, Oddity):
        return run_checks([], [drawing], vocabulary=VOCABULARY)
    return run_checks([], [], [drawing], vocabulary=VOCABULARY)


@cache
def findings_drawn(drawing: str) -> tuple[Finding, ...]:
    plans, strays = plans_in(drawing)
    return run_checks(plans, strays, vocabulary=VOCABULARY, occasion=THIRD_QUARTER)


def found(code: str, drawing: str) -> list[tuple[str, str]]:
    """Where a check finds something in a drawing, and how severe it is."""
    return [(f.place.cell, f.severity.name) for f in findings_in(drawing) if f.code == code]


def sentences(findings: tuple[Finding, ...], language: str = "de") -> list[str]:
    """The findings as lines."""
    wording = Wording(language, VOCABULARY)
    return [f"{f.code} {f.place}: {wording.say(CHECKS[f.code].say, f.facts)}" for f in findings]


# ---------------------------------------------------------------- the promise of every check


@pytest.mark.parametrize("name", ["plan", "scorecard"])
def test_the_complete_base_has_no_finding_of_any_severity(name):
    assert sentences(findings_in(f"# {name}")) == []


@CHECK
def test_clean_sheet_is_clean(check: Check):
    assert sentences(findings_in(check.clean)) == []


@CHECK
def test_broken_sheet_gives_its_own_code_only(check: Check):
    findings = findings_in(check.broken)
    codes = {finding.code for finding in findings}
    assert check.code in codes, sentences(findings)
    assert codes <= {check.code, *check.with_it}, sentences(findings)


@CHECK
@pytest.mark.parametrize("language", ["de", "en"])
def test_finding_can_be_said_in_every_language(check: Check, language: str):
    wording = Wording(language, VOCABULARY)
    for finding in findings_in(check.broken):
        declared = CHECKS[finding.code]
        for words in (declared.say, declared.fix):
            said = wording.say(words, finding.facts)
            assert said.endswith("."), said
            assert "\n" not in said, said
            assert not re.search(r"[{}\"]|None|Named\(|\bnan\b|  ", said.replace('map "', "")), said
            assert not re.search(
                "[“”]" if language == "de" else "[„]", said.replace("“", "", 99)
            ), said


@CHECK
def test_words_are_written_with_the_right_quotes_in_both_languages(check: Check):
    assert set(check.say) == set(check.fix) == {"de", "en"}
    for words in (check.say, check.fix):
        assert words["de"].count("„") == words["de"].count("“")
        assert words["en"].count("“") == words["en"].count("”")
        assert "”" not in words["de"]
        assert "„" not in words["en"]
        assert '"' not in words["de"] + words["en"]


@CHECK
def test_check_has_a_page_that_says_why(check: Check):
    first, _, rest = check.page.partition("\n\n")
    assert first.endswith(".")
    assert len(rest) > 40


@CHECK
def test_sentence_alone_tells_what_it_is_about(check: Check):
    """The handbook lists the sentences with their facts left open."""
    for language in ("de", "en"):
        bare = re.sub(r"\{\w+\}", "", check.say[language])
        assert len(re.findall(r"\w{2,}", bare)) >= 2 or check.code == "V208", bare


PLACES = {
    "V001": "Plankopf B8",
    "V002": "Plankopf B2",
    "V003": "Plankopf B4",
    "V004": "",
    "V005": "Ziele L13",
    "V006": "Plankopf B6 · Zahlen E4",
    "V007": "Notizen",
    "V008": "",
    "V009": "Maßnahmen I6",
    "V010": "Kundenprofil B2",
    "V023": "",
    "V025": "Sortiment D2",
    "V026": "Sortiment A4:D4",
    "V027": "",
    "V028": "Kundenprofil B10",
    "V031": "Kundenprofil B17",
    "V032": "Plankopf B12",
    "V033": "Plankopf B14",
    "V034": "Plankopf B14",
    "V035": "Schnittstellen G4",
    "V036": "Ansprechpartner M3",
    "V037": "Schnittstellen E4",
    "V038": "Maßnahmen A8",
    "V039": "Ansprechpartner I4",
    "V101": "Zahlen P3",
    "V102": "Zahlen P3",
    "V103": "Zahlen P3",
    "V104": "Kundenprofil B18",
    "V105": "Zahlen P25",
    "V107": "Zahlen P3",
    "V108": "Zahlen P3",
    "V109": "Zahlen P3",
    "V110": "Zahlen M19",
    "V111": "Zahlen M16",
    "V112": "Ziele I7",
    "V113": "Zahlen N3",
    "V114": "Ziele H8",
    "V115": "Zahlen O25",
    "V117": "Ziele I6",
    "V118": "Wettbewerber B4",
    "V119": "Zahlen Q23",
    "V120": "Zahlen O23",
    "V121": "Zahlen G8",
    "V122": "Zahlen M19",
    "V123": "Zahlen C3",
    "V124": "Zahlen P9",
    "V125": "Kundenprofil B9",
    "V126": "Zahlen A28",
    "V127": "Ziele H3",
    "V128": "Zahlen R3",
    "V129": "Zahlen P3",
    "V130": "Sortiment D2",
    "V131": "Ziele J3",
    "V132": "Kundenprofil B6",
    "V133": "Zahlen D2",
    "V134": "Zahlen D3",
    "V201": "Maßnahmen F4",
    "V202": "Maßnahmen G4",
    "V203": "Beziehungspflege D3:D5",
    "V204": "Maßnahmen G6",
    "V206": "Plankopf B8",
    "V207": "Ansprechpartner K4",
    "V208": "Aktionen D4",
    "V209": "Zielvereinbarungen J4",
    "V301": "Maßnahmen D4",
    "V302": "Maßnahmen I8",
    "V303": "Maßnahmen G6",
    "V304": "Plankopf B15",
    "V305": "Ziele A8",
    "V306": "Maßnahmen I7",
    "V307": "Aktionen K3",
    "V401": "Neukundengewinnung I4",
    "V402": "Neukundengewinnung K4",
    "V403": "Neukundengewinnung K3",
    "V404": "Neukundengewinnung X4",
    "V405": "Neukundengewinnung S6",
    "V406": "Neukundengewinnung T5",
    "V407": "Neukundengewinnung N4",
    "V501": "Preiskonditionen H3",
    "V502": "Preiskonditionen K3",
    "V503": "Kundenprofil B8",
    "V504": "Beziehungspflege H3",
    "V505": "Sortiment C5",
    "V601": "Kundenzufriedenheit D3",
    "V602": "Portfoliobewertung C3",
    "V603": "Ansprechpartner K3",
    "V604": "Potenzial und Einstufung B7",
    "V605": "Kundenzufriedenheit C4",
    "V606": "Kundenzufriedenheit G3",
    "V607": "Portfoliobewertung B8 · Portfoliobewertung B13",
    "V701": "Anträge O10",
    "V702": "Scorecard-Einstellung B3",
    "V703": "Scorecard-Einstellung D6",
    "V704": "Annahmekriterien Partner E4",
    "V705": "Anträge O22",
    "V706": "Quartals- und Jahresgespräche",
    "V707": "Anträge O18",
    "V708": "Anträge O8",
    "V709": "Anträge O4",
    "V710": "Anträge O13",
    "V711": "Anträge O11",
    "V712": "Partnergewinnung D3",
    "V713": "Partnergewinnung F4",
    "V714": "Schulungen E3",
    "V715": "Qualitative Bewertung D5",
    "V716": "Produkte und Regelwerke D4",
}


@pytest.mark.parametrize("code", [c.code for c in CHECKS.values() if isinstance(c.broken, str)])
def test_finding_stands_at_the_cell_to_be_changed(code: str):
    places = [f.place for f in findings_in(CHECKS[code].broken) if f.code == code]
    shown = dict.fromkeys(f"{place.sheet} {place.cell}".strip() for place in places)
    assert " · ".join(shown) == PLACES[code]
    assert all(place.book.startswith("plans/") for place in places)


# ---------------------------------------------------------------- codes and kinds


def test_every_code_of_the_design_is_there_with_its_severity():
    assert [code for code in DESIGNED if code not in CHECKS] == []
    for severity, codes in SEVERITIES.items():
        assert {CHECKS[code].severity.name[0] for code in codes.split()} == {severity}


def test_codes_and_names_are_given_once_and_in_order():
    assert list(CHECKS) == sorted(CHECKS)
    assert len({check.name for check in CHECKS.values()}) == len(CHECKS)
    assert all(check.code == code for code, check in CHECKS.items())


def kinds_in_the_source() -> set[str]:
    """Every kind of oddity that a reader of the house notices, by its source."""
    folder = Path(kam_reports.__file__).parent
    sources = [folder / "values.py", *folder.glob("layouts/*.py"), *folder.glob("books/*.py")]
    sources += [*folder.glob("batch/*.py"), folder / "actions.py"]
    pattern = r'(?:but|notice|Unreadable|Oddity)\(\s*"([a-z0-9-]+)"|kind="(reader-[a-z]+)"'
    return {
        kind
        for path in sources
        for pair in re.findall(pattern, path.read_text("utf-8"))
        for kind in pair
    } - {""}


def test_no_kind_of_oddity_stays_unjudged():
    judged = {kind for check in CHECKS.values() for kind in check.kinds}
    noticed = {*BOOK_KINDS, *values.KINDS, *layouts.KINDS, *kinds_in_the_source()}
    assert "reader-died" in kinds_in_the_source()
    assert noticed - judged == set()


def test_every_kind_of_oddity_has_one_judge():
    judged = [kind for check in CHECKS.values() for kind in check.kinds]
    assert len(judged) == len(set(judged))


@cache
def findings_of_bare(kind: str) -> tuple[Finding, ...]:
    """What is said of an oddity that brings no facts."""
    odd = Oddity(kind, Place("plans/1.xlsx", "Zahlen", "B7"), "12")
    plan = replace(plan_in(""), oddities=(odd,))
    return tuple(f for f in run_checks([plan], vocabulary=VOCABULARY) if f.place == odd.place)


@pytest.mark.parametrize("kind", sorted({kind for c in CHECKS.values() for kind in c.kinds}))
@pytest.mark.parametrize("language", ["de", "en"])
def test_oddity_without_any_facts_can_still_be_said(kind: str, language: str):
    if kind == "check-stopped":
        return
    findings = findings_of_bare(kind)
    assert len(findings) == 1
    said = sentences(findings, language)[0]
    assert "None" not in said
    assert not re.search("[{}]", said)


@pytest.mark.parametrize("kind", [kind for kind in BOOK_KINDS if "1904" not in kind])
def test_workbook_that_gives_no_plan_cannot_be_used(kind: str):
    (finding,) = run_checks([], [Oddity(kind, Place("plans/Süd & Co.xlsx"))], vocabulary=VOCABULARY)
    expected = Blocks.NOTHING if kind == "external-links" else Blocks.PLAN
    assert finding.blocks is expected
    assert finding.place == Place("plans/Süd & Co.xlsx")


def test_foreign_workbook_is_told_the_command_that_maps_it():
    (finding,) = findings_in(CHECKS["V023"].broken)
    said = Wording("de", VOCABULARY).say(CHECKS["V023"].fix, finding.facts)
    assert "kam-reports map plans/1.xlsx" in said


def test_old_format_is_told_to_be_saved_as_xlsx():
    (finding,) = findings_in(CHECKS["V011"].broken)
    assert Wording("de", VOCABULARY).say(CHECKS["V011"].fix, finding.facts) == (
        "In Excel als .xlsx speichern."
    )


# ---------------------------------------------------------------- what an error keeps out


@pytest.mark.parametrize(
    "line, blocks",
    [
        ("Kundennummer |", Blocks.PLAN),
        ("Key Account |", Blocks.PLAN),
        ("Geschäftsjahr |", Blocks.PLAN),
        ("Währung |", Blocks.ACCOUNT),
        ("Stichtag |", Blocks.ACCOUNT),
        ("Key Account Manager |", Blocks.ACCOUNT),
    ],
)
def test_missing_header_field_blocks_as_much_as_depends_on_it(line: str, blocks: Blocks):
    findings = findings_in(f"[Plankopf …]\n{line}")
    assert [f.blocks for f in findings if f.code == "V001"] == [blocks]


def test_currency_with_a_rate_is_fine():
    plan = plan_in(CHECKS["V006"].broken)
    from kam_reports.workspace import ReportSettings, Workspace

    workspace = Workspace(report=ReportSettings(rates={"USD": 0.92}))
    findings = run_checks([plan], workspace=workspace, vocabulary=VOCABULARY)
    assert [f.blocks for f in findings if f.code == "V006" and f.place.sheet == "Plankopf"] == []


def test_units_of_different_kinds_are_not_added_up():
    drawing = """
        # plan
        # plan
        [Plankopf …]
        Kundennummer | K-1002
        [Zahlen …]
        Messgröße | Einheit
        Absatz    | kg
        """
    finding = next(f for f in findings_in(drawing) if f.code == "V006")
    assert finding.place == Place("plans/2.xlsx", "Zahlen", "E3")
    assert "in „kg“, sonst in „Stück“" in sentences((finding,))[0]


def test_error_blocks_its_figure_and_a_warning_blocks_nothing():
    for finding in (f for check in CHECKS.values() for f in findings_in(check.broken)):
        if finding.severity is Severity.ERROR:
            assert finding.blocks is not Blocks.NOTHING, finding.code
        else:
            assert finding.blocks is Blocks.NOTHING, finding.code


# ---------------------------------------------------------------- tolerances and severities


@pytest.mark.parametrize(
    "year, differs",
    [(48000, False), (48001, False), (48240, False), (48245, True), (47750, True)],
)
def test_half_a_percent_or_one_unit_is_left_to_rounding(year: int, differs: bool):
    drawing = f"[Zahlen …]\nMessgröße | Ziel Jahr\nAktionskosten | {year}"
    assert bool(found("V110", drawing)) is differs


@pytest.mark.parametrize("margin, differs", [("32 %", False), ("32.19 %", False), ("32.3 %", True)])
def test_ratio_may_differ_from_its_parts_by_a_fifth_of_a_point(margin: str, differs: bool):
    drawing = f"[Ziele …]\nZieldimension | Ziel Jahr\nDeckungsbeiträge | {margin}"
    assert bool(found("V112", drawing)) is differs


@pytest.mark.parametrize("share, differs", [("17.4 %", False), ("18.3 %", False), ("18.5 %", True)])
def test_stated_market_share_may_differ_by_a_point(share: str, differs: bool):
    drawing = f"[Ziele …]\nZieldimension | Ziel Q4\nMarktanteile | {share}"
    assert bool(found("V117", drawing)) is differs


@pytest.mark.parametrize("price, differs", [(103.9, False), (104.2, True), (99.9, True)])
def test_price_times_units_may_differ_by_two_percent(price: float, differs: bool):
    drawing = f"[Ziele …]\nZieldimension | Ziel Q3\nPreise | {price}"
    assert bool(found("V114", drawing)) is differs


@pytest.mark.parametrize("weight, differs", [("10.4 %", False), ("10.6 %", True), ("9.4 %", True)])
@pytest.mark.parametrize(
    "code, drawing",
    [
        ("V131", "[Ziele …]\nZieldimension | Gewicht\nAbsatz | {}"),
        ("V602", "[Portfoliobewertung …]\nKriterium | Gewicht\nBonität | {}"),
        ("V702", "# scorecard\n[Scorecard-Einstellung …]\nKriterium | Gewicht\nQualitätsnote | {}"),
    ],
)
def test_weights_may_miss_one_hundred_by_half_a_point(code, drawing, weight, differs):
    assert bool(found(code, drawing.format(weight))) is differs


def test_three_thirds_of_weights_are_whole():
    rows = "\n".join(
        f"{kpi} | 33.3 % | 0 % | 90 %"
        for kpi in ("Umsetzungsquote", "Erstvollständigkeit", "Rückfragequote")
    )
    drawing = (
        "# scorecard\n[Scorecard-Einstellung]\nScorecard-Einstellung\n"
        f"Kriterium | Gewicht | Wert für 0 Punkte | Wert für 100 Punkte\n{rows}"
    )
    assert found("V702", drawing) == []


@pytest.mark.parametrize("delisted", ["2 %", "38 %"])
def test_supply_shares_count_ours_and_the_competitors(delisted: str):
    drawing = (
        f"[Wettbewerber …]\nWettbewerber | Lieferanteil Wettbewerber\nDelta Tools | {delisted}"
    )
    assert bool(found("V118", drawing)) is (delisted == "38 %")


@pytest.mark.parametrize("as_of, severity", [("2026-09-30", "ERROR"), ("2026-11-15", "WARNING")])
def test_actual_of_a_running_period_is_used_and_marked(as_of: str, severity: str):
    drawing = f"""
        [Plankopf …]
        Stichtag | {as_of}
        [Zahlen …]
        Messgröße | Ist Q4
        Aufträge  | 320
        """
    assert found("V119", drawing) == [("Q23", severity)]


def test_actual_of_a_closed_period_is_fine():
    drawing = "[Plankopf …]\nStichtag | 2026-12-31\n[Zahlen …]\nMessgröße | Ist Q4\nAufträge | 320"
    assert found("V119", drawing) == []


def test_quarter_that_is_not_over_needs_no_actual():
    drawing = "[Plankopf …]\nStichtag | 2026-08-31\n[Zahlen …]\nMessgröße | Ist Q3\nAufträge |"
    assert found("V120", drawing) == []


def test_joint_target_asks_for_no_actual_that_ours_asks_for_already():
    drawing = """
        [Zahlen …]
        Messgröße      | Ist Q3
        Umsatz (netto) |
        """
    assert found("V120", drawing) == [("P5", "WARNING")]


def test_months_give_the_actual_of_their_quarter():
    drawing = """
        [Zahlen]
        Zahlen
        Messgröße     | Sicht  | Ziel Q1 | Ist Jan | Ist Feb | Ist Mrz
        Aktionskosten | eigene | 10000   | 3000    | 3200    | 4000
        """
    assert "A3" not in [cell for cell, _ in found("V120", drawing)]
    without = drawing.replace("| 4000", "|")
    assert ("C3", "WARNING") in found("V120", without)


def test_quarter_is_compared_with_its_months():
    drawing = """
        [Zahlen]
        Zahlen
        Messgröße     | Sicht  | Ist Q1 | Ist Jan | Ist Feb | Ist Mrz
        Aktionskosten | eigene | 10300  | 3000    | 3200    | 4000
        """
    assert found("V113", drawing) == [("C3", "WARNING")]
    assert found("V113", drawing.replace("10300", "10240")) == []


@pytest.mark.parametrize("value, marked", [(900, True), (1_100_000, False), (4_600_000, True)])
def test_step_of_a_thousand_or_of_five_is_asked_about(value: int, marked: bool):
    drawing = f"[Zahlen …]\nMessgröße | VJ Q2\nWareneinsatz (unsere Kosten) | {value}"
    drawing = drawing.replace("Wareneinsatz (unsere Kosten)", "Wareneinsatz")
    assert bool(found("V121", drawing)) is marked


def test_small_counts_may_jump():
    drawing = "[Zahlen …]\nMessgröße | Ist Q1 | Ist Q2\nVerlorene Kunden | 1 | 9"
    assert found("V121", drawing) == []


def test_state_that_rises_to_its_year_is_not_cumulated():
    plan = plan_in("")
    customers = [
        f.value for f in plan.figures if f.measure == "customers" and f.scenario is Scenario.TARGET
    ]
    assert customers == sorted(customers)
    assert found("V122", "") == []


def test_measure_done_in_the_future_is_an_error():
    drawing = "[Maßnahmen …]\nNr. | Erledigt am\nM6 | 2026-11-02"
    assert found("V302", drawing) == [("H8", "ERROR")]


def test_measure_done_without_a_day_is_told():
    assert found("V302", "[Maßnahmen …]\nNr. | Erledigt am\nM6 |") == [("H8", "WARNING")]


@pytest.mark.parametrize(
    "until, severity",
    [
        ("2026-09-29", "ERROR"),
        ("2026-09-30", "WARNING"),
        ("2026-11-29", "WARNING"),
        ("2026-11-30", ""),
    ],
)
def test_proof_is_an_error_when_expired_and_a_warning_sixty_days_before(until: str, severity: str):
    drawing = f"""
        # scorecard
        [Annahmekriterien Partner …]
        Kriterium         | Gültig bis
        Berufshaftpflicht | {until}
        """
    assert found("V704", drawing) == ([("E4", severity)] if severity else [])


@pytest.mark.parametrize(
    "end, marked", [("2027-03-29", True), ("2027-03-30", False), ("2026-09-01", True)]
)
def test_contract_is_told_180_days_before_its_end(end: str, marked: bool):
    assert bool(found("V503", f"[Kundenprofil …]\nRahmenvertrag bis | {end}")) is marked


def test_conditions_of_one_kind_and_scope_must_not_overlap():
    drawing = """
        [Preiskonditionen …]
        Nr. | Konditionsart | Geltungsbereich
        P2  | Rabatt        | gesamt
        """
    assert found("V501", drawing) == [("H4", "WARNING")]


def test_mixed_percentages_in_one_column_are_an_error():
    drawing = "[Ziele …]\nZieldimension | Gewicht\nAbsatz | 0.1\nUmsatz | 15"
    assert {severity for _, severity in found("V104", drawing)} == {"ERROR"}


def test_unknown_choice_is_an_error_where_the_field_is_required():
    assert found("V031", "[Maßnahmen …]\nNr. | Status\nM4 | schwierig") == [("I6", "ERROR")]
    assert found("V031", "[Maßnahmen …]\nNr. | Priorität\nM4 | mau") == [("O6", "WARNING")]


def test_unread_text_is_not_also_called_missing():
    findings = findings_in("[Maßnahmen …]\nNr. | Status\nM4 | schwierig")
    assert [f.code for f in findings] == ["V031"]


def test_follow_up_waits_for_the_next_working_day():
    drawing = """
        [Neukundengewinnung …]
        Nr. | Erstkontakt / Angebot versandt am
        O1  | {day}
        [Aktivitäten Pipeline …]
        Nr. / Interessent | Aktivität am
        O1                | {day}
        """
    assert found("V403", drawing.format(day="2026-09-23")) == []
    assert found("V403", drawing.format(day="2026-09-22")) == [("K3", "WARNING")]


def test_probability_may_differ_by_thirty_points():
    drawing = "[Neukundengewinnung …]\nNr. | Wahrscheinlichkeit\nO2 | {}"
    assert found("V404", drawing.format("55 %")) == []
    assert found("V404", drawing.format("56 %")) == [("H4", "WARNING")]


def test_hospitality_is_counted_for_each_person():
    drawing = "[Beziehungspflege …]\nGeplant am | Kosten / Zuwendung\n2026-10-21 | {}"
    assert found("V504", drawing.format(180)) == []
    assert found("V504", drawing.format(181)) == [("H4", "WARNING")]


def test_dimension_that_is_not_relevant_for_a_reason_is_fine():
    drawing = """
        [Ziele …]
        Zieldimension | Ziel Jahr | Ziel Q1 | Ziel Q2 | Ziel Q3 | Ziel Q4 | Nicht relevant, weil
        Umschlagsgeschwindigkeit | | | | | | Der Kunde hält kein Lager
        [Maßnahmen …]
        Nr. | Zieldimension
        M11 | Absatz
        """
    assert sentences(findings_in(drawing)) == []


def test_last_years_pending_applications_count_in_the_first_quarter():
    drawing = "# scorecard\n[Anträge …]\nMessgröße | VJ Q4\nOffen / zurückgestellt | 40"
    assert ("L10", "ERROR") not in found("V701", drawing)
    assert ("M10", "ERROR") in found("V701", drawing)


# ---------------------------------------------------------------- running them all


def everything_broken() -> list[Plan]:
    """A plan and a scorecard with many things wrong at once."""
    drawings = [c.broken for c in CHECKS.values() if isinstance(c.broken, str)]
    plans = [plan for drawing in drawings[::7] for plan in plans_in(drawing)[0]]
    return [replace(plan, place=Place(f"plans/{n}.xlsx")) for n, plan in enumerate(plans)]


def test_order_of_the_plans_changes_nothing():
    plans = everything_broken()
    assert run_checks(plans, vocabulary=VOCABULARY) == run_checks(
        plans[::-1], vocabulary=VOCABULARY
    )


def test_findings_follow_the_workbook_and_come_once():
    plan = plan_in(
        "[Zahlen …]\nMessgröße | Ist Q1 | Ist Q3\nAbsatz | viel | #REF!\nUmsatz (netto) | wenig | ~5"
    )
    doubled = replace(plan, oddities=plan.oddities * 2)
    findings = run_checks([doubled], vocabulary=VOCABULARY)
    cells = [f.place.cell for f in findings if f.place.sheet == "Zahlen"]
    assert cells[:3] == ["N3", "P3", "N5"]
    assert len(findings) == len(set(map(repr, findings)))


def test_finding_tells_whose_plan_it_is_and_what_was_typed():
    finding = next(f for f in findings_in(CHECKS["V101"].broken))
    assert (finding.subject.id, finding.value) == ("K-1001", "rund zehntausend")
    assert finding.name == "number-is-text"


def test_bad_plan_stops_neither_its_other_checks_nor_other_plans():
    good, bad = plan_in(CHECKS["V101"].broken), plan_in(CHECKS["V305"].broken)
    wrong = Value("no date at all", Place("plans/bad.xlsx", "Kundenprofil", "B8"))
    profile = Entry("profile", {"contract_to": wrong}, wrong.place)
    entries = (*(e for e in bad.entries if e.section != "profile"), profile)
    bad = replace(bad, place=Place("plans/bad.xlsx"), entries=entries)
    findings = run_checks([bad, good], vocabulary=VOCABULARY)
    stopped = [f for f in findings if f.code == "V029"]
    assert {f.place.book for f in stopped} == {"plans/bad.xlsx"}
    assert {"V503"} <= {f.facts["check"] for f in stopped}
    assert {"V305", "V101"} <= {f.code for f in findings}


HOLLOW = [
    f"# {name}\n[{sheet} –]"
    for name in ("plan", "scorecard")
    for sheet in re.findall(r"^\[(.+)\]", base(name), re.M)
]


@pytest.mark.parametrize("drawing", HOLLOW)
def test_plan_without_one_of_its_sheets_is_checked_to_the_end(drawing: str):
    assert "V029" not in {finding.code for finding in findings_in(drawing)}


@pytest.mark.parametrize("name", ["plan", "scorecard"])
def test_plan_without_any_values_is_checked_to_the_end(name: str):
    plan = plan_in(f"# {name}")
    hollow = replace(
        plan,
        as_of=None,
        fiscal_year=None,
        figures=tuple(replace(figure, value=None) for figure in plan.figures),
        entries=tuple(
            replace(e, values={k: replace(v, value=None, raw="") for k, v in e.values.items()})
            for e in plan.entries
        ),
    )
    findings = run_checks([hollow], vocabulary=VOCABULARY)
    assert "V029" not in {finding.code for finding in findings}
    assert {"V001", "V008", "V009"} <= {finding.code for finding in findings}


def test_no_workbook_is_lost_without_a_word():
    plan = plan_in("")
    sources = [
        Source("plans/1.xlsx", 1, "", plan.subject),
        Source("plans/odd.xlsx", 1, "", used=False),
        Source("plans/lost.xlsx", 1, "", used=False),
    ]
    strays = [Oddity("encrypted", Place("plans/odd.xlsx"))]
    findings = run_checks([plan], strays, sources, vocabulary=VOCABULARY)
    assert [(f.code, f.place.book) for f in findings] == [
        ("V030", "plans/lost.xlsx"),
        ("V012", "plans/odd.xlsx"),
    ]


def test_report_day_decides_what_is_overdue():
    plan = plan_in("")
    later = Occasion(THIRD_QUARTER.quarter, THIRD_QUARTER.as_of + timedelta(days=60))
    codes = {f.code for f in run_checks([plan], vocabulary=VOCABULARY, occasion=later)}
    assert {"V403", "V404", "V603"} <= codes


def test_facts_are_kept_apart_from_words():
    for finding in (f for check in CHECKS.values() for f in findings_in(check.broken)):
        for fact in finding.facts.values():
            assert isinstance(
                fact,
                (str, int, date, tuple, dict, Named, Amount, Period, Place, Scenario, type(None)),
            ), (finding.code, fact)


def test_every_page_is_there_in_german_too():
    folder = Path(kam_reports.__file__).parent / "languages"
    german = tomllib.loads((folder / "pages.de.toml").read_text("utf-8"))
    assert [code for code in CHECKS if len(german.get(code, "").split("\n\n")) != 2] == []
