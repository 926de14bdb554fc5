"""What a KPI says of itself: its formula, and the rule of its light.

No language is known here. Names are asked for, and a rule is the key of a phrase with its facts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from kam_reports.kpis.declaring import MONTHS, Kpi
from kam_reports.kpis.formula import CellRef
from kam_reports.kpis.lights import Rule, rule_of
from kam_reports.model import Amount, Named
from kam_reports.workspace import Thresholds

_PRIVATE = 0xE000  # signs that no word holds stand for the measures while a formula is written
_OPERATORS = {"/": " ÷ ", "*": " × ", "-": " − ", "+": " + "}


def formula_told(kpi: Kpi, name: Callable[[str], str], months: str) -> str:
    """The formula of a KPI in the words of its measures; empty if no formula can say it."""
    if not kpi.needs or kpi.over_accounts == "pooled":
        return ""
    signs = {need: chr(_PRIVATE + place) for place, need in enumerate((*kpi.needs, MONTHS))}
    asked = signs if kpi.annualised else kpi.needs
    inputs: dict[str, Any] = {need: CellRef(signs[need]) for need in asked}
    text = getattr(kpi.formula(**inputs), "core", "")
    while text.startswith("(") and text.endswith(")") and _is_one(text):
        text = text[1:-1]
    text = re.sub(r"[/*+-]", lambda sign: _OPERATORS[sign[0]], text)
    for need, sign in signs.items():
        text = text.replace(sign, months if need == MONTHS else name(need))
    return str(text)


def _is_one(text: str) -> bool:
    """Whether the outer brackets of *text* belong together."""
    depth = 0
    for place, sign in enumerate(text):
        depth += (sign == "(") - (sign == ")")
        if depth == 0:
            return place == len(text) - 1
    return False


def rule_told(kpi: Kpi, thresholds: Thresholds) -> tuple[str, Mapping[str, Any]]:
    """When the light of a KPI is green and when yellow: a phrase, and its facts."""
    rule = rule_of(kpi, thresholds)
    if type(rule) is Rule:
        return "none", {}
    key = type(rule).__name__.lower()
    sign = {"apart": "pp", "limited": "percent"}.get(key) if kpi.unit == "percent" else None
    if (key == "apart" and kpi.better == "down") or (key == "limited" and kpi.better != "up"):
        key = f"{key}_down"
    return key, {
        "green": Amount(rule.green, ""),
        "yellow": Amount(rule.yellow, ""),
        "unit": Named("phrase", f"workbook.sign.{sign}") if sign else "",
    }
