"""What ``kam.toml`` says about KPIs: a company's own ones, and settings for known ones."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from functools import reduce

from kam_reports.kpis.declaring import FLOW, KPIS, Kpi, strictest
from kam_reports.kpis.formula import MISSING, Term, ratio, same
from kam_reports.kpis.lights import NO_LIGHT, att
from kam_reports.kpis.positions import LIMITS, WEIGHTS
from kam_reports.model import Problem, Role
from kam_reports.vocabulary import Measure, Vocabulary, nearest
from kam_reports.workspace import OwnKpi, Workspace


def all_kpis(workspace: Workspace, vocabulary: Vocabulary) -> Mapping[str, Kpi]:
    """The KPIs of the catalogue, then those of the workspace."""
    return {
        **KPIS,
        **{key: own_kpi(key, found, vocabulary) for key, found in workspace.kpis.items()},
    }


def refuse_unknown_names(workspace: Workspace, kpis: Mapping[str, Kpi]) -> None:
    """Raise a Problem if a setting is for a KPI or a criterion that does not exist."""
    partners = [key for key, kpi in kpis.items() if kpi.role is Role.PARTNER]
    criteria = [name for weights in WEIGHTS.values() for name in weights]
    for section, names, known in (
        ("thresholds.lights", workspace.thresholds.lights, kpis),
        ("partner_score.criteria", [c.kpi for c in workspace.partner_score.criteria], partners),
        ("portfolio.weights", workspace.portfolio.weights, criteria),
        ("portfolio.limits", workspace.portfolio.limits, LIMITS),
    ):
        for name in names:
            if name not in known:
                raise _unknown(section, name, known)


def _unknown(section: str, name: str, known: Iterable[str]) -> Problem:
    near = nearest(name, known)
    return Problem(
        {
            "de": f"kam.toml: [{section}] nennt „{name}“; das gibt es nicht.",
            "en": f"kam.toml: [{section}] names “{name}”, which does not exist.",
        },
        {
            "de": f"Gemeint ist vielleicht „{near}“." if near else "Alle zeigt: explain --list",
            "en": f"Perhaps “{near}” is meant." if near else "explain --list names all.",
        },
    )


def own_kpi(key: str, declared: OwnKpi, vocabulary: Vocabulary) -> Kpi:
    """The KPI *key* as the workspace declares it. Raises Problem for an unknown measure."""
    if key in KPIS:
        raise Problem(
            {
                "de": f"kam.toml: [kpis.{key}] heißt wie eine Kennzahl des Katalogs.",
                "en": f"kam.toml: [kpis.{key}] is the name of a KPI of the catalogue.",
            },
            {"de": "Einen anderen Namen nehmen.", "en": "Take another name."},
        )
    measures = [_measure(key, name, vocabulary) for name in declared.of]
    least = 2 if declared.rule != "sum" else 1
    if len(measures) < least or (declared.rule != "sum" and len(measures) > 2):
        raise Problem(
            {
                "de": f"kam.toml: [kpis.{key}] braucht für „{declared.rule}“ zwei Messgrößen.",
                "en": f"kam.toml: [kpis.{key}] needs two measures for “{declared.rule}”.",
            }
        )
    names = tuple(measure.key for measure in measures)
    words = {"de": declared.de or declared.en or (key,), "en": declared.en or declared.de or (key,)}
    partners = {measure.document for measure in measures} == {"scorecard"}
    return Kpi(
        id=key,
        name=key,
        unit=declared.unit,
        better=declared.better,
        light=NO_LIGHT if declared.better == "info" else att(),
        words=words,
        needs=names,
        clearance=strictest(measures),
        over_accounts=_over_accounts(declared.rule, measures),
        role=Role.PARTNER if partners else Role.ACCOUNT,
        block="own",
        scope=FLOW,
        formula=_formula(declared.rule, names),
        page="",
    )


def _measure(key: str, name: str, vocabulary: Vocabulary) -> Measure:
    """The measure that *name* means: its key or one of its words."""
    found = name if name in vocabulary.measures else vocabulary.find_measure(name)
    if found is not None:
        return vocabulary.measures[found]
    raise _unknown(f"kpis.{key}", name, vocabulary.measures)


def _over_accounts(rule: str, measures: list[Measure]) -> str:
    rules = {measure.over_accounts for measure in measures}
    if "none" in rules:
        return "none"
    return "sum" if rules == {"sum"} and rule != "ratio" else "ratio"


def _formula(rule: str, names: tuple[str, ...]) -> Callable[..., Term]:
    def calculate(**inputs: Term) -> Term:
        terms = [MISSING if inputs[name] is None else inputs[name] for name in names]
        match rule:
            case "ratio":
                value = ratio(*terms)
            case "difference":
                value = terms[0] - terms[1]
            case _:
                value = reduce(lambda left, right: left + right, terms[1:], same(terms[0]))
        return None if isinstance(value, float) and not math.isfinite(value) else value

    return calculate
