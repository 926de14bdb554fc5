"""How a KPI is declared: its formula with its id, unit, direction, light and words.

The parameters of the formula are measures; scenario, perspective, period and accounts are chosen
outside, so actual, target, prior year and forecast are the same formula.
"""

from __future__ import annotations

import functools
import inspect
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from kam_reports.kpis.formula import MISSING, Term, same
from kam_reports.kpis.lights import NO_LIGHT, Rule
from kam_reports.model import Clearance, Role
from kam_reports.vocabulary import Measure, Vocabulary, nearest

FLOW = ("Q", "YTD", "FY")  # adds up over the year
TALLY = ("Q", "YTD")  # counted from records; nothing is forecast
STATE = ("ASOF",)  # how it stands on the as-of date
INPUT = ()  # never a row of its own
MONTHS = "months"  # a formula that is annualised asks for the months of its period

Words = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Kpi:
    """A KPI: its formula, what it is measured in, how it is judged and what it is called."""

    id: str
    name: str
    unit: str
    better: str  # up · down · band · info
    light: Rule
    words: Words
    needs: tuple[str, ...]
    clearance: Clearance
    over_accounts: str  # sum · ratio (of sums) · none · pooled · weighted · portfolio
    role: Role
    block: str  # A inputs · B dimensions · C comparisons · D work · E partners · F portfolio
    scope: tuple[str, ...]
    formula: Callable[..., Any]
    page: str
    dimension: str = ""  # the goal dimension that it measures
    annualised: bool = False
    tolerance: float = 0.0  # better = band: how far from the target is still good
    cases: tuple[str, ...] = ()  # measures whose sum says how many cases a quota rests on

    def __call__(self, **inputs: Term) -> Term:
        """The value for numbers, columns or Excel cells; None if there is none for numbers."""
        return self.formula(**inputs)


KPIS: dict[str, Kpi] = {}

STRICTNESS = (Clearance.CUSTOMER, Clearance.PARTNER, Clearance.INTERNAL, Clearance.CONFIDENTIAL)


def kpi(
    id: str,  # noqa: A002  (it is the catalogue's word)
    unit: str,
    *,
    better: str,
    de: str | tuple[str, ...],
    en: str | tuple[str, ...],
    light: Rule = NO_LIGHT,
    over_accounts: str = "",
    clearance: str = "",
    block: str = "",
    role: Role = Role.ACCOUNT,
    scope: tuple[str, ...] = FLOW,
    dimension: str = "",
    tolerance: float = 0.0,
    cases: tuple[str, ...] = (),
    of_measures: bool = True,
) -> Callable[[Callable[..., Any]], Kpi]:
    """Make a KPI of a formula; its parameters are the measures it needs.

    A formula that is not *of_measures* works on the values of other KPIs.

    Who may see it follows from its measures, the strictest counts; *clearance* says otherwise on
    purpose. One measure alone adds up over accounts, all else is a ratio of sums.
    """

    def declare(formula: Callable[..., Any]) -> Kpi:
        parameters = tuple(inspect.signature(formula).parameters)
        needs = tuple(name for name in parameters if name != MONTHS) if of_measures else ()
        measures = [_measure(id, need) for need in (*needs, *light.also, *cases)]
        return _kept(
            Kpi(
                id=id,
                name=formula.__name__,
                unit=unit,
                better=better,
                light=light,
                words={"de": _words(de), "en": _words(en)},
                needs=needs,
                clearance=Clearance(clearance or strictest(measures[: len(needs)])),
                over_accounts=over_accounts or ("sum" if len(needs) == 1 else "ratio"),
                role=role,
                block=block,
                scope=scope,
                formula=_for_missing(formula),
                page=inspect.getdoc(formula) or "",
                dimension=dimension,
                annualised=MONTHS in parameters,
                tolerance=tolerance,
                cases=cases,
            )
        )

    return declare


def _for_missing(formula: Callable[..., Term]) -> Callable[..., Term]:
    """*formula*, giving None for a missing number among its inputs instead of failing on it."""

    @functools.wraps(formula)
    def calculate(**inputs: Term) -> Term:
        known = {name: MISSING if value is None else value for name, value in inputs.items()}
        value = formula(**known)
        if isinstance(value, float | int | Decimal):
            return value if math.isfinite(value) else None
        return value

    return calculate


def read_from(measure: str, light: Rule, scope: tuple[str, ...]) -> Kpi:
    """Make a KPI of a measure as it is read; without a scope it has a page but no rows."""
    known = _measure(measure, measure)
    return _kept(
        Kpi(
            id=measure,
            name=measure,
            unit=known.unit,
            better=known.better,
            light=light,
            words=known.words,
            needs=(measure,),
            clearance=Clearance(known.clearance),
            over_accounts="sum",
            role=Role.ACCOUNT,
            block="A",
            scope=scope,
            formula=_for_missing(lambda **inputs: same(inputs[measure])),
            page=known.help.get("en", "") or "A number that the plans state.",
        )
    )


def _kept(made: Kpi) -> Kpi:
    if made.id in KPIS:
        raise ValueError(f"{made.id} is declared twice")
    KPIS[made.id] = made
    return made


def _measure(kpi_id: str, name: str) -> Measure:
    measures = Vocabulary.default().measures
    if name not in measures:
        near = nearest(name, measures)
        hint = f"; perhaps {near} is meant" if near else ""
        raise ValueError(f"{kpi_id} needs {name}, which is no measure{hint}")
    return measures[name]


def strictest(measures: list[Measure]) -> Clearance:
    """The class of the measure that the fewest may see; internal if there is none."""
    classes = [Clearance(measure.clearance) for measure in measures]
    return max(classes, key=STRICTNESS.index, default=Clearance.INTERNAL)


def _words(words: str | tuple[str, ...]) -> tuple[str, ...]:
    return (words,) if isinstance(words, str) else words
