"""Runs of any size, made by hand: so many accounts and partners with plausible numbers."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from reviewing import OCCASION, account, entry, kpi_row, partner, review

from kam_reports.kpis import KPIS
from kam_reports.model import (
    Blocks,
    Concentration,
    Finding,
    Light,
    Named,
    Period,
    Place,
    Plan,
    Review,
    Role,
    Score,
    Severity,
    Standing,
)

_FIRST = ("Brams", "Nord", "Tell", "Voss", "Skar", "Falk", "Dorn", "Quen", "Ruth", "Ammer", "Serr",
          "Harro", "Wend", "Kolb", "Lind", "Mar", "Oster", "Pell", "Grun", "Tann")  # fmt: skip
_SECOND = ("hausen", "wyk", "mark", "berg", "holm", "rode", "felde", "dahl", "wil", "quell", "num",
           "mere", "tal", "stedt", "bruck", "see")  # fmt: skip
_FORM = ("AG", "GmbH", "SE", "Baustoffe KG", "Haustechnik eG", "Fachhandel GmbH & Co. KG")
_MANAGERS = ("Jana Vogt", "Ole Brandt", "Mareike Osterloh", "Sven Brakelmann", "Helen Strack")


def crowd(accounts: int, partners: int = 0, seed: int = 1, unusable: int = 0) -> Review:
    """A run over so many subjects; the same *seed* gives the same one."""
    dice = random.Random(seed)
    plans = [*_accounts(dice, accounts), *_partners(dice, partners)]
    rows = [row for plan in plans for row in _rows(dice, plan)]
    revenue = {row["subject_id"]: row["actual"] for row in rows
               if (row["kpi"], row["scope"]) == ("k_revenue", "YTD")}  # fmt: skip
    return review(
        *plans,
        kpis=[*rows, *_together(dice, accounts, partners)],
        findings=list(_findings(dice, plans, unusable)),
        standings=[_standing(dice, plan, revenue.get(plan.subject.id)) for plan in plans if plan.subject.role is Role.ACCOUNT],
        scores=[score for plan in plans if plan.subject.role is Role.PARTNER
                for score in _scores(dice, plan)],
        concentration=Concentration("revenue", 5e8, {}, 0.16, 0.41, 0.08, 12.2, Light.GREEN, 4.8e8)
        if accounts else None,
    )  # fmt: skip


def _name(dice: random.Random) -> str:
    return f"{dice.choice(_FIRST)}{dice.choice(_SECOND)} {dice.choice(_FORM)}"


def _accounts(dice: random.Random, count: int) -> Iterator[Plan]:
    for number in range(1, count + 1):
        measures = entry("measures", title="Listung", owner="Jana Vogt", due=date(2026, 8, 20),
                         status="open", dimension="distribution")  # fmt: skip
        yield account(
            *([measures] if dice.random() < 0.3 else []),
            account_id=f"KA-{1000 + number}",
            account_name=_name(dice),
            kam=dice.choice(_MANAGERS),
        )


def _partners(dice: random.Random, count: int) -> Iterator[Plan]:
    for number in range(1, count + 1):
        yield partner(
            partner_id=f"VP-{200 + number}",
            partner_name=f"{_name(dice)} Finanz",
            kam=dice.choice(_MANAGERS),
        )


_ACCOUNT_KPIS = ("k_revenue", "k_cm", "k_price_real", "s_csat", "m_due_done")
_PARTNER_KPIS = ("a_volume", "a_conversion", "a_first_time", "a_cancel")


def _rows(dice: random.Random, plan: Plan) -> Iterator[Mapping[str, Any]]:
    kpis = _ACCOUNT_KPIS if plan.subject.role is Role.ACCOUNT else _PARTNER_KPIS
    large = 10 ** dice.uniform(4.5, 7.2)
    for kpi in kpis:
        if dice.random() < 0.05:
            continue
        money = KPIS[kpi].unit == "EUR"
        base = large if money else dice.uniform(0.3, 0.95)
        if KPIS[kpi].unit == "index":
            base = dice.uniform(55, 95)
        scope = "YTD" if "YTD" in KPIS[kpi].scope else KPIS[kpi].scope[0]
        target = base * dice.gauss(1.0, 0.05) if dice.random() < 0.9 else None
        before = base * dice.gauss(0.96, 0.07) if dice.random() < 0.95 else None
        light = "grey"
        if target:
            light = "green" if base >= target else "yellow" if base >= 0.95 * target else "red"
        yield kpi_row(plan, kpi, scope, actual=base, target=target, prior_year=before, light=light)
        if "Q" in KPIS[kpi].scope:
            for quarter in range(1, 4):
                part = base / 3 if money else base
                yield kpi_row(
                    plan, kpi, "Q", quarter=f"2026Q{quarter}",
                    actual=part * dice.uniform(0.8, 1.2), prior_year=part * dice.uniform(0.75, 1.1),
                )  # fmt: skip


def _together(dice: random.Random, accounts: int, partners: int) -> Iterator[Mapping[str, Any]]:
    sizes = {"k_revenue": 4.9e8, "k_cm": 1.4e8, "k_cm_pct": 0.281, "k_units": 343_000.0,
             "k_dist_wgt": 0.842, "s_csat": 78.4}  # fmt: skip
    partly = {"a_volume": 9.3e8, "a_submitted": 23_300.0, "a_conversion": 0.58,
              "a_first_time": 0.78, "a_cancel": 0.052}  # fmt: skip
    for known, count in ((sizes, accounts), (partly, partners)):
        for kpi, size in known.items() if count else ():
            told = {"actual": size, "target": size * 1.01, "prior_year": size * 0.95}
            scope = "YTD" if "YTD" in KPIS[kpi].scope else KPIS[kpi].scope[0]
            n = f"{max(count - count // 12, 1)}/{count}"
            yield kpi_row(None, kpi, scope, included=n, light="yellow", **told)
            for quarter in range(1, 4):
                yield kpi_row(None, kpi, "Q", quarter=f"2026Q{quarter}",
                              actual=size / 3 * dice.uniform(0.9, 1.1), prior_year=size / 3)  # fmt: skip


def _standing(dice: random.Random, plan: Plan, revenue: float | None) -> Standing:
    rated = dice.random() < 0.9
    high, right = dice.uniform(1, 5), dice.uniform(1, 5)
    row, column = (sum(value >= edge for edge in (2.33, 3.67)) for value in (high, right))
    return Standing(
        plan.subject, revenue, None, 0.1, dice.choice("AAABBC"), "A", "",
        high if rated else None, right if rated else None, 3 * row + column + 1 if rated else None,
        12, 12, 0, 0.4, Light.GREEN,
    )  # fmt: skip


def _scores(dice: random.Random, plan: Plan) -> Iterator[Score]:
    score = dice.uniform(25, 99)
    standing = next(key for key, low in zip("ABCD", (85, 70, 50, 0), strict=True) if score >= low)
    for quarter in range(1, 4):
        yield Score(plan.subject, Period(2026, "Q", quarter), "Q", (),
                    min(score * dice.uniform(0.85, 1.1), 100), 1.0, standing, standing)  # fmt: skip
    yield Score(plan.subject, OCCASION.quarter, "YTD", (), score, 1.0, standing, standing)


def _findings(dice: random.Random, plans: list[Plan], unusable: int) -> Iterator[Finding]:
    facts = {"field": Named("measure", "units"), "text": "ca. 1300"}
    for plan in plans:
        for _ in range(dice.choice([0, 0, 0, 1, 2])):
            place = Place(plan.place.book, "Zahlen", "F6")
            yield Finding("V101", "n", Severity.ERROR, place, facts, plan.subject)
        for _ in range(dice.choice([0, 1, 2, 3, 7])):
            place = Place(plan.place.book, "Zahlen", "F7")
            yield Finding("V101", "n", Severity.WARNING, place, facts, plan.subject)
    for number in range(unusable):
        place = Place(f"plans/kaputt {number + 1}.xlsx")
        yield Finding("V101", "n", Severity.ERROR, place, facts, blocks=Blocks.PLAN)
