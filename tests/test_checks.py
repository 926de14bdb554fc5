"""Every check keeps the promise of its own examples."""

from __future__ import annotations

import re
from datetime import date

import pytest

from drawing import book
from kam_reports.checks import CHECKS, run_checks
from kam_reports.kpis import kpi_words
from kam_reports.layouts import recognise, take_plan
from kam_reports.model import Finding, Occasion, Oddity, Period, Place, Plan, Source
from kam_reports.vocabulary import Vocabulary
from kam_reports.wording import Wording
from sheets import workbooks

VOCABULARY = Vocabulary.default().with_metrics(kpi_words())
THIRD_QUARTER = Occasion(Period(2026, "Q", 3), date(2026, 9, 30))
CHECK = pytest.mark.parametrize("check", CHECKS.values(), ids=lambda check: check.code)


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


def findings_in(drawing: str | Oddity | Source) -> tuple[Finding, ...]:
    if isinstance(drawing, Oddity):
        return run_checks([], [drawing], vocabulary=VOCABULARY)
    if isinstance(drawing, Source):
        return run_checks([], [], [drawing], vocabulary=VOCABULARY)
    plans, strays = plans_in(drawing)
    return run_checks(plans, strays, vocabulary=VOCABULARY, occasion=THIRD_QUARTER)


def told(findings: tuple[Finding, ...], language: str = "de") -> list[str]:
    """The findings as lines, for a test that fails."""
    wording = Wording(language, VOCABULARY)
    return [f"{f.code} {f.place}: {wording.say(CHECKS[f.code].say, f.facts)}" for f in findings]


@pytest.mark.parametrize("drawing", ["# plan", "# scorecard"])
def test_the_complete_base_has_no_finding_of_any_severity(drawing):
    assert told(findings_in(drawing)) == []


@CHECK
def test_clean_sheet_is_clean(check):
    assert told(findings_in(check.clean)) == []


@CHECK
def test_broken_sheet_gives_its_own_code_only(check):
    findings = findings_in(check.broken)
    codes = {finding.code for finding in findings}
    assert check.code in codes and codes <= {check.code, *check.with_it}, told(findings)


@CHECK
@pytest.mark.parametrize("language", ["de", "en"])
def test_finding_can_be_said_in_every_language(check, language):
    wording = Wording(language, VOCABULARY)
    for finding in findings_in(check.broken):
        declared = CHECKS[finding.code]
        for words in (declared.say, declared.fix):
            said = wording.say(words, finding.facts)
            assert said.endswith("."), said
            assert not re.search(r"[{}]|None|Named\(|\bnan\b|  ", said), said
            assert ("„" not in said) if language == "en" else ("”" not in said), said
