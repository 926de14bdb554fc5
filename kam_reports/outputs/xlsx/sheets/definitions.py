"""Sheet Definitions: what each KPI means, how it is computed, judged and added up."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kam_reports.kpis import KPIS
from kam_reports.kpis.declaring import Kpi
from kam_reports.kpis.telling import formula_told, rule_told
from kam_reports.model import Light, Named, Perspective, Scenario
from kam_reports.outputs.xlsx.material import HEAD, Material
from kam_reports.outputs.xlsx.paper import SIGNS, Column, Page

_METHODS = {"own": "own_forecast", "seasonal": "seasonal", "plan": "plan", "linear": "linear"}


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
        formula_told(kpi, material.kpi_word, word("months")) or word("formula_in_words"),
        word(f"better.{kpi.better}"),
        _rule(material, kpi),
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


def _rule(material: Material, kpi: Kpi) -> str:
    """When the light of a KPI is green and when it is yellow."""
    key, facts = rule_told(kpi, material.workspace.thresholds)
    return material.word(f"rule.{key}", **facts)


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
