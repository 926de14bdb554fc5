"""Sheet Definitions: what each KPI means, how it is computed, judged and added up."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from kam_reports.kpis import KPIS
from kam_reports.kpis.declaring import MONTHS, Kpi
from kam_reports.kpis.formula import CellRef
from kam_reports.kpis.lights import Rule
from kam_reports.model import Light, Named, Perspective, Scenario
from kam_reports.outputs.xlsx.material import HEAD, Material
from kam_reports.outputs.xlsx.paper import SIGNS, Column, Page

_PRIVATE = 0xE000  # signs that no word holds stand for the measures while a formula is written
_METHODS = {"own": "own_forecast", "seasonal": "seasonal", "plan": "plan", "linear": "linear"}
_OPERATORS = {"/": " ÷ ", "*": " × ", "-": " − ", "+": " + "}


def write(page: Page, material: Material) -> None:
    """One row a KPI, in the order of the catalogue; then what the signs and words mean."""
    page.heading(
        material.sheet("definitions"),
        material.title_line,
        f"{material.word('definitions_note')}   ·   {material.word('confidential')}",
    )
    end = page.table(HEAD, material.word("table.definitions"), _columns(material), _rows(material))
    end = page.section(end + 1, material.word("section.words"))
    end = page.table(end, material.word("table.words"), _word_columns(material), _words(material))
    page.freeze(HEAD + 1, 1)
    page.print(end - 1, 8, repeat=(HEAD, HEAD))


def _columns(material: Material) -> list[Column]:
    def head(key: str, width: float, **more: Any) -> Column:
        return Column(material.word(f"head.{key}"), width=width, **more)

    return [
        head("kpi", 30, wrap=True),
        head("unit", 18),
        head("definition", 60, wrap=True),
        head("formula", 44, wrap=True),
        head("better", 13),
        head("light_rule", 34, wrap=True),
        head("over_accounts", 24, wrap=True),
        head("clearance", 14),
        head("kpi_id", 18),
    ]


def _rows(material: Material) -> Iterator[list[Any]]:
    for kpi in material.defined:
        yield _known(material, KPIS[kpi]) if kpi in KPIS else _own(material, kpi)


def _known(material: Material, kpi: Kpi) -> list[Any]:
    word = material.word
    return [
        material.kpi_word(kpi.id),
        word(f"unit.{kpi.unit}"),
        material.kpi_page(kpi),
        formula_text(material, kpi) or word("formula_in_words"),
        word(f"better.{kpi.better}"),
        light_rule(material, kpi),
        word(f"over_accounts.{kpi.over_accounts}"),
        word(f"clearance.{kpi.clearance}"),
        kpi.id,
    ]


def _own(material: Material, key: str) -> list[Any]:
    """A measure or KPI that this company added in kam.toml."""
    word = material.word
    measure = material.wording.vocabulary.measures.get(key)
    if measure is None:
        return [material.kpi_word(key), *[None] * 7, key]
    return [
        material.kpi_word(key),
        word(f"unit.{measure.unit}"),
        measure.help.get(material.wording.language) or word("own_measure"),
        material.kpi_word(key),
        word(f"better.{measure.better}"),
        word("rule.none"),
        word(f"over_accounts.{measure.over_accounts}"),
        word(f"clearance.{measure.clearance}"),
        key,
    ]


def formula_text(material: Material, kpi: Kpi) -> str:
    """The formula of a KPI in the words of its measures; empty if no formula can say it."""
    names = {chr(_PRIVATE + place): need for place, need in enumerate(kpi.needs)}
    inputs: dict[str, Any] = {need: CellRef(sign) for sign, need in names.items()}
    if kpi.annualised:
        inputs[MONTHS] = CellRef(chr(_PRIVATE + len(names)))
    if not kpi.needs or kpi.over_accounts == "pooled":
        return ""
    text = getattr(kpi.formula(**inputs), "core", "")
    while text.startswith("(") and text.endswith(")") and _is_one(text):
        text = text[1:-1]
    text = re.sub(r"[/*+-]", lambda sign: _OPERATORS[sign[0]], text)
    for sign, need in names.items():
        text = text.replace(sign, material.kpi_word(need))
    return str(text).replace(chr(_PRIVATE + len(names)), material.word("months"))


def _is_one(text: str) -> bool:
    """Whether the outer brackets of *text* belong together."""
    depth = 0
    for place, sign in enumerate(text):
        depth += (sign == "(") - (sign == ")")
        if depth == 0:
            return place == len(text) - 1
    return False


def light_rule(material: Material, kpi: Kpi) -> str:
    """When the light of a KPI is green and when it is yellow."""
    rule = kpi.light
    if type(rule) is Rule:
        return material.word("rule.none")
    limits = material.workspace.thresholds.lights.get(kpi.id)
    if limits is None:
        usual = getattr(rule, "usual", False)
        limits = material.workspace.thresholds.attainment if usual else (rule.green, rule.yellow)
    green, yellow = (material.wording.number(limit, "") for limit in limits)
    key = type(rule).__name__.lower()
    points = {"apart": "pp", "limited": "percent"}.get(key, "")
    sign = material.word(f"sign.{points}") if points and kpi.unit == "percent" else ""
    if (key == "apart" and kpi.better == "down") or (key == "limited" and kpi.better != "up"):
        key = f"{key}_down"
    return material.word(f"rule.{key}", green=green, yellow=yellow, unit=sign)


# ---------------------------------------------------------------- words and signs


def _word_columns(material: Material) -> list[Column]:
    return [
        Column(material.word("head.term"), width=30, wrap=True),
        Column(material.word("head.short"), width=13),
        Column(material.word("head.meaning"), width=60, wrap=True),
    ]


def _words(material: Material) -> Iterator[list[Any]]:
    word = material.word
    for light in Light:
        yield [material.wording.phrase(f"light.{light}"), SIGNS[light], word(f"means.{light}")]
    for scenario in Scenario:
        yield [material.scenario(scenario), str(scenario), word(f"means.{scenario}")]
    for perspective in Perspective:
        yield [
            material.wording.label(Named("perspective", perspective)),
            str(perspective),
            word(f"means.{perspective}"),
        ]
    for method, meaning in _METHODS.items():
        yield [word("head.forecast_method"), word(f"method.{method}"), word(f"means.{meaning}")]
    for term in ("to_date", "included", "growth", "variance", "attainment"):
        yield [word(f"head.{term}"), None, word(f"note.{term}")]
