"""What a page says, claimed piece by piece: every number and light by a recomputation of its own.

A page's digits stand in texts, in labels for those who listen, and in titles for those who point.
Whoever recomputes one of them claims it; what nobody claimed is listed. The numbers come from
``kpis.csv`` of the run and are judged and written by the witness (``oracle.py``), not by the
product. What that table does not hold is taken from the lists as they were read (measures,
agreements, contacts, conditions), from ``figures.csv`` (months, product groups) and from
``findings.csv`` (errors and warnings); each place says which.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, localcontext

import oracle
from lxml import html
from oracle import Number, Row, rounded, shown
from paging import LIGHTS

YEAR = 2026
NOTHING = Row()
# Units and lights of the KPIs that are counted from lists; the others the witness knows.
UNITS = {
    "s_csat": "index", "s_nps": "nps", "s_otd": "percent", "s_complaints": "percent",
    "m_due_done": "percent", "m_done": "percent", "m_overdue": "count", "m_budget": "percent",
    "p_open": "EUR", "p_weighted": "EUR", "p_win": "percent", "p_cycle": "days",
    "p_follow": "percent", "p_follow_open": "count", "p_new": "count", "r_cover": "percent",
    "r_roles": "percent", "c_result": "EUR", "c_rate": "percent", "d_complete": "percent",
    "k_promo_uplift": "percent", "k_promo_roi": "percent", "a_training": "percent",
    "a_events": "percent", "a_talks": "percent", "a_quality": "index", "a_score": "index",
    "f_attr": "score", "f_pos": "score", "f_potential": "percent",
}  # fmt: skip
BETTER_DOWN = {"s_complaints", "m_overdue", "p_cycle", "p_follow_open", "c_rate"}
LIMITS = {  # of a state: green from, yellow from
    "m_due_done": (90, 75), "p_follow": (95, 80), "r_cover": (90, 70), "r_roles": (100, 75),
    "d_complete": (95, 80), "a_training": (90, 70), "a_events": (100, 75), "a_talks": (100, 75),
    "a_quality": (75, 60),
}  # fmt: skip
REACHED = {"s_csat": (100, 95), "p_win": (100, 85), "p_cycle": (100, 85), "p_new": (100, 90),
           "s_complaints": (100, 85)}  # fmt: skip
APART = {"s_otd": (0, -2), "s_nps": (0, -10), "c_rate": (0, Decimal("0.5"))}
SIGNS = {"green": "●", "yellow": "▲", "red": "■", "grey": "○"}
WORDS = {
    "de": {"green": "erreicht", "yellow": "knapp", "red": "verfehlt", "grey": "ohne Daten",
           "info": "zur Info", "no_target": "ohne Ziel"},
    "en": {"green": "on target", "yellow": "close", "red": "missed", "grey": "no data",
           "info": "for info", "no_target": "no target"},
}  # fmt: skip


# ---------------------------------------------------------------- the run, from its tables


Key = tuple[str, str, str, str, str]


@dataclass(frozen=True)
class Tables:
    """What a run left behind, and how its numbers are written in one language."""

    language: str
    quarter: int
    rows: Mapping[Key, Row]
    figures: tuple[Mapping[str, str], ...]
    findings: tuple[Mapping[str, str], ...]
    scale: int = 1000
    currencies: Mapping[str, str] = field(default_factory=dict)

    def of(self, subject: str) -> Teller:
        return Teller(self, subject)


def rows_of(content: bytes) -> dict[Key, Row]:
    """``kpis.csv`` as rows of the witness."""
    made = {}
    for line in csv.DictReader(io.StringIO(content.decode("utf-8-sig"))):
        row = Row()
        for column in (*oracle.COLUMNS, "coverage"):
            text = line[column]
            setattr(row, column, exact(text) if text else None)
        row.included, row.light = line["included"], line["light"]
        row.forecast_method = line["forecast_method"]
        key = tuple(line[name] for name in ("subject_id", "kpi", "perspective", "scope", "quarter"))
        made[key] = row  # type: ignore[index]
    return made


def exact(text: str) -> Decimal:
    """A number of a table without the noise of its last binary digits."""
    with localcontext(prec=13):
        return +Decimal(text)


def unit_of(kpi: str) -> str:
    return oracle.KPIS[kpi].unit if kpi in oracle.KPIS else UNITS[kpi]


@dataclass(frozen=True)
class Teller:
    """How the witness writes what the tables hold of one subject, ``*`` for all together."""

    run: Tables
    subject: str

    def text(self, value: Number, unit: str, *, signed: bool = False) -> str:
        currency = self.run.currencies.get(self.subject, "EUR")
        return shown(value, unit, self.run.language, signed=signed, currency=currency,
                     scale=self.run.scale)  # fmt: skip

    def row(self, kpi: str, scope: str = "YTD", view: str = "own", quarter: int = 0) -> Row:
        """A row; what is a state has no year to date but is as it is."""
        now = f"{YEAR}Q{quarter or self.run.quarter}"
        found = self.run.rows.get((self.subject, kpi, view, scope, now))
        if found is None and scope == "YTD":
            found = self.run.rows.get((self.subject, kpi, view, "ASOF", now))
        return found or NOTHING

    def view(self, kpi: str) -> str:
        """Our own target; where there is none, the joint one, else the customer's."""
        if all(self.row(kpi, scope).target is None for scope in ("Q", "YTD")):
            for shared in ("joint", "customer"):
                if self.row(kpi, "YTD", shared).target is not None:
                    return shared
        return "own"

    def view_of_customer(self, kpi: str) -> str:
        """What a customer sees: the joint target, else the customer's own."""
        joint = any(self.row(kpi, scope, "joint").target is not None for scope in ("Q", "YTD"))
        return "joint" if joint else "customer"

    def exists(self, kpi: str) -> bool:
        now = f"{YEAR}Q{self.run.quarter}"
        return any((self.subject, kpi, "own", scope, now) in self.run.rows
                   for scope in ("Q", "YTD", "ASOF"))  # fmt: skip

    def light(self, kpi: str, row: Row) -> str:
        """The light from actual and target; from the table where it needs a list beside them."""
        if kpi in oracle.KPIS:
            declared = oracle.KPIS[kpi]
            if declared.cases and row.light == "grey":
                return "grey"  # fewer than ten decisions
            return oracle.lit(declared, row.actual, row.target, row.attainment)
        down = "down" if kpi in BETTER_DOWN else "up"
        percent = 100 if unit_of(kpi) == "percent" else 1
        if row.actual is None:
            return "grey"
        if kpi in LIMITS:
            return oracle._three(rounded(row.actual * percent, 1), *map(Decimal, LIMITS[kpi]), down)
        if row.target is None and kpi in (*REACHED, *APART):
            return "grey"
        if kpi in REACHED:
            part = row.attainment
            return "grey" if part is None else oracle._three(
                rounded(part * 100, 1), *map(Decimal, REACHED[kpi]), "up")  # fmt: skip
        if kpi in APART:
            assert row.target is not None
            apart = rounded((row.actual - row.target) * percent, 1)
            return oracle._three(apart, *map(Decimal, APART[kpi]), down)
        return row.light

    def judged(self, kpi: str, row: Row) -> str:
        """Attainment; percentage points for a quota; the difference where nothing else is left."""
        unit = unit_of(kpi)
        if unit == "percent":
            return self.text(row.variance, "pp")
        if row.attainment is None:
            return self.text(row.variance, unit, signed=True)
        return self.text(row.attainment, "percent")

    def growth(self, kpi: str, row: Row) -> str:
        apart = "pp" if unit_of(kpi) == "percent" else "percent"
        return self.text(row.growth, apart, signed=True)

    def word(self, kpi: str, row: Row) -> str:
        """The word beside a light; one that is not judged says why."""
        light = self.light(kpi, row)
        if light == "grey" and row.actual is not None:
            light = "no_target" if row.target is None else "info"
        return WORDS[self.run.language][light]

    def course(self, kpi: str) -> str:
        before = {"de": "Vorjahr", "en": "prior year"}[self.run.language]
        told = []
        for number in range(1, self.run.quarter + 1):
            row = self.row(kpi, "Q", quarter=number)
            if row.actual is not None:
                text = f"Q{number} {self.text(row.actual, unit_of(kpi))}"
                if row.prior_year is not None:
                    text += f" ({before} {self.text(row.prior_year, unit_of(kpi))})"
                told.append(text)
        return "; ".join(told)

    def lamp(self, kpis: tuple[str, ...]) -> tuple[str, Row]:
        """The first of *kpis* that has a light, else the first there is."""
        there = [(kpi, self.row(kpi, "YTD", self.view(kpi))) for kpi in kpis if self.exists(kpi)]
        there.sort(key=lambda one: self.light(*one) == "grey")
        return there[0] if there else (kpis[0], NOTHING)

    def included(self, row: Row, words: str) -> str:
        n, _, of = row.included.partition("/")
        return f"{n} {'von' if self.run.language == 'de' else 'of'} {of}{words and ' ' + words}"


# ---------------------------------------------------------------- the page


DIGIT = re.compile(r"\d")
Place = tuple[html.HtmlElement, str]
SAID = ("aria-label", "title")


def flat(text: str) -> str:
    return " ".join(text.split(" ")).strip()


class Page:
    """A page whose digits and lights are claimed one after the other."""

    def __init__(self, tree: html.HtmlElement) -> None:
        self.tree = tree
        self.claimed: set[Place] = set()
        self.wrong: list[str] = []

    def places(self, top: html.HtmlElement) -> Iterator[Place]:
        """Where *top* can say something: texts, labels, lights."""
        for one in top.iter():
            if not isinstance(one.tag, str) or one.tag in ("style", "script", "template"):
                continue
            if next(one.iterancestors("template"), None) is not None:
                continue
            yield one, "text"
            if one is not top:
                yield one, "tail"
            yield from ((one, name) for name in SAID if one.get(name))
            if "light" in (one.get("class") or "").split():
                yield one, "light"

    @staticmethod
    def said(place: Place) -> str:
        one, where = place
        if where == "light":
            return (
                (one.get("class") or "")
                if set((one.get("class") or "").split()) & set(LIGHTS)
                else ""
            )
        return (getattr(one, where) if where in ("text", "tail") else one.get(where)) or ""

    def text(self, one: html.HtmlElement, wanted: str, where: str) -> None:
        """All that *one* says as text is *wanted*."""
        found = flat("".join(one.itertext()))
        if found != flat(wanted):
            self.wrong.append(f"{where}: {found!r}, not {wanted!r}")
        self.claimed.update(p for p in self.places(one) if p[1] in ("text", "tail"))

    def label(
        self, one: html.HtmlElement, wanted: str, where: str, name: str = "aria-label"
    ) -> None:
        if (one.get(name) or "") != wanted:
            self.wrong.append(f"{where}: {one.get(name)!r}, not {wanted!r}")
        self.claimed.add((one, name))

    def light(self, one: html.HtmlElement, wanted: str, where: str) -> None:
        if wanted not in (one.get("class") or "").split():
            self.wrong.append(f"{where}: {one.get('class')}, not {wanted}")
        self.claimed.add((one, "light"))

    def check(self, found: object, wanted: object, where: str) -> None:
        if found != wanted:
            self.wrong.append(f"{where}: {found!r}, not {wanted!r}")

    def unclaimed(self) -> Iterator[tuple[html.HtmlElement, str, str]]:
        """What has a digit, or is a light, and nobody recomputed it."""
        for place in self.places(self.tree.find("body")):
            text = self.said(place)
            if place not in self.claimed and (DIGIT.search(text) or (place[1] == "light" and text)):
                yield *place, flat(text)
