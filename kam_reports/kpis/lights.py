"""When a light is green, yellow or red: one rule for each KPI, declared with it.

A rule is data; ``judging`` applies it to whole columns. Limits are given as they are shown:
attainments and percentages in percent, differences in percentage points.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kam_reports.workspace import Thresholds

if TYPE_CHECKING:
    from kam_reports.kpis.declaring import Kpi


@dataclass(frozen=True, slots=True)
class Rule:
    """No light at all: the KPI informs. The other rules say what is compared with two limits."""

    green: float = 0.0
    yellow: float = 0.0
    also: tuple[str, ...] = ()  # measures that the light needs besides the KPI's own


@dataclass(frozen=True, slots=True)
class Attained(Rule):
    """The attainment of the target, in percent."""

    usual: bool = False  # the limits of the workspace hold


@dataclass(frozen=True, slots=True)
class Apart(Rule):
    """The distance to the target: in percentage points, or in the unit of the KPI."""


@dataclass(frozen=True, slots=True)
class Reached(Rule):
    """The target is reached, or it is not."""


@dataclass(frozen=True, slots=True)
class Limited(Rule):
    """The value itself, whatever the target."""

    digits: int = 1


@dataclass(frozen=True, slots=True)
class Against(Rule):
    """One measure in percent of another one; nothing left to reach is green."""


@dataclass(frozen=True, slots=True)
class Late(Rule):
    """So many are late: none is green; yellow is up to *green* many, *yellow* days on average."""


@dataclass(frozen=True, slots=True)
class Waiting(Rule):
    """None waits: green; one waits too long: red."""


@dataclass(frozen=True, slots=True)
class Concentrated(Limited):
    """The value, or the share of the largest account, whichever is worse."""


@dataclass(frozen=True, slots=True)
class Ranked(Rule):
    """The standing: A and B are green, C is yellow, D is red."""


NO_LIGHT = Rule()


def att(green: float = 100, yellow: float = 90) -> Attained:
    """By attainment in percent; without numbers the limits of the workspace hold."""
    return Attained(green, yellow, usual=(green, yellow) == (100, 90))


def pp(green: float, yellow: float) -> Apart:
    """By the distance to the target in percentage points; down is better: how far above."""
    return Apart(green, yellow)


def limits(green: float, yellow: float) -> Limited:
    """By the value itself: green and yellow from (or, if less is better, up to) these."""
    return Limited(green, yellow)


def rule_of(kpi: Kpi, thresholds: Thresholds) -> Rule:
    """The rule of a KPI with the limits that the workspace sets."""
    if kpi.id in thresholds.lights:
        green, yellow = thresholds.lights[kpi.id]
        rule = att() if kpi.light == NO_LIGHT else kpi.light
        return replace(rule, green=green, yellow=yellow)
    if isinstance(kpi.light, Attained) and kpi.light.usual:
        green, yellow = thresholds.attainment
        return replace(kpi.light, green=green, yellow=yellow)
    return kpi.light
