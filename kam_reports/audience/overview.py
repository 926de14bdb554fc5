"""All subjects of the run on one page, for our own eyes.

Source: design, review-editions.md, 4.2, "Consolidated edition".
"""

from __future__ import annotations

from collections.abc import Iterable

from kam_reports.audience.internal import days_late, lamps
from kam_reports.audience.lookup import Lookup, key_of
from kam_reports.audience.numbers import own_line, own_lines
from kam_reports.audience.rows import Door, picked
from kam_reports.audience.views import (
    NOTHING,
    AccountRow,
    Field,
    LateMeasure,
    Overview,
    PartnerRow,
    Shown,
)
from kam_reports.model import (
    Amount,
    Blocks,
    Finding,
    Named,
    Occasion,
    Plan,
    Review,
    Role,
    Severity,
)

CONSOLIDATED_KPIS = (
    "k_units",
    "k_revenue",
    "k_dist_num",
    "k_dist_wgt",
    "k_share",
    "k_sow",
    "k_cm",
    "k_cm_pct",
    "k_price_real",
    "k_assort",
    "k_promos",
    "k_customers",
    "k_orders",
    "k_aov",
    "k_small",
    "k_turn",
    "m_due_done",
    "p_weighted",
    "s_csat",
    "s_nps",
    "s_otd",
)
PARTNER_KPIS = ("a_volume", "a_conversion", "a_first_time", "a_cancel")
ATTRACTIVENESS_ROWS = ((7, 8, 9), (4, 5, 6), (1, 2, 3))  # the most attractive first
LATEST = 5


def all_subjects(door: Door, review: Review, lookup: Lookup) -> Overview:
    """The ranking, the sums, the portfolio, what is late, and what could not be used."""
    occasion = review.occasion
    accounts = [p for p in lookup.plans.values() if p.subject.role is Role.ACCOUNT]
    partners = [p for p in lookup.plans.values() if p.subject.role is Role.PARTNER]
    findings = review.reading.findings
    rated = {one.field for one in review.standings if one.field}
    return Overview(
        quarter=occasion.quarter,
        as_of=occasion.as_of,
        accounts=_ranking(door, occasion, accounts, lookup),
        consolidated=own_lines(door, lookup.together, occasion, CONSOLIDATED_KPIS, together=True),
        concentration=review.concentration,
        fields=tuple(
            tuple(
                Field(
                    number,
                    tuple(one.subject for one in review.standings if one.field == number),
                )
                for number in row
            )
            for row in ATTRACTIVENESS_ROWS
        )
        if rated
        else (),
        unrated=tuple(one.subject for one in review.standings if not one.field),
        late_measures=_latest(door, accounts, occasion),
        partner_kpis=tuple(Named("measure", kpi) for kpi in PARTNER_KPIS),
        partners=_partners(door, occasion, partners, lookup),
        unusable=tuple(one for one in findings if one.blocks is Blocks.PLAN),
        errors=_count(findings, Severity.ERROR),
        warnings=_count(findings, Severity.WARNING),
    )


def _ranking(
    door: Door, occasion: Occasion, plans: list[Plan], lookup: Lookup
) -> tuple[AccountRow, ...]:
    """The accounts by revenue to date in the report's currency.

    One whose revenue cannot be compared, for want of a rate, comes after; one without, last.
    """

    def order(plan: Plan) -> tuple[bool, bool, float, str]:
        standing = next(iter(lookup.standings.get(key_of(plan.subject), ())), None)
        compared = standing.revenue if standing else None
        row = lookup.numbers_of(plan.subject).row("k_revenue", "YTD", occasion.quarter)
        value = row.get("actual") if compared is None else compared
        unlike = compared is None and bool(lookup.standings)
        return value is None, unlike, -(value or 0), plan.subject.id

    ranked = []
    for rank, plan in enumerate(sorted(plans, key=order), start=1):
        mine = lookup.numbers_of(plan.subject)
        standing = lookup.standings.get(key_of(plan.subject), ())
        found = lookup.findings.get(plan.place.book, ())
        ranked.append(
            AccountRow(
                subject=plan.subject,
                rank=rank,
                currency=plan.currency,
                revenue=own_line(door, mine, occasion, "k_revenue"),
                lamps=lamps(door, mine, occasion),
                standing=standing[0] if standing else None,
                errors=_count(found, Severity.ERROR),
                warnings=_count(found, Severity.WARNING),
                consolidated=all(one.blocks is not Blocks.ACCOUNT for one in found),
            )
        )
    return tuple(ranked)


def _count(findings: Iterable[Finding], severity: Severity) -> int:
    return sum(one.severity is severity for one in findings)


def _latest(door: Door, plans: list[Plan], occasion: Occasion) -> tuple[LateMeasure, ...]:
    """The measures that are late the longest."""
    late = []
    for plan in plans:
        for entry in plan.of("measures"):
            days = days_late(entry, occasion.as_of)
            if days:
                row = door.row(entry, days_late=Shown(Amount(days, "days")))
                shown = picked(row, "title", "owner", "due", "status", "days_late")
                late.append((-days, plan.subject.id, LateMeasure(plan.subject, shown)))
    return tuple(one for _, _, one in sorted(late, key=lambda item: item[:2])[:LATEST])


def _partners(
    door: Door, occasion: Occasion, plans: list[Plan], lookup: Lookup
) -> tuple[PartnerRow, ...]:
    """The partners, the best first; one without a score comes last."""
    rows = []
    for plan in plans:
        scores = lookup.scores.get(key_of(plan.subject), ())
        score = next((one for one in scores if one.scope == "YTD"), None)
        mine = lookup.numbers_of(plan.subject)
        lines = {line.kpi: line for line in own_lines(door, mine, occasion, PARTNER_KPIS)}
        found = lookup.findings.get(plan.place.book, ())
        value = score.score if score else None
        row = PartnerRow(
            subject=plan.subject,
            score=Amount(value, "points"),
            standing=score.standing if score else "",
            coverage=Amount(score.coverage if score else None, "percent"),
            values=tuple(
                lines[kpi].to_date.actual if kpi in lines else NOTHING for kpi in PARTNER_KPIS
            ),
            errors=_count(found, Severity.ERROR),
            warnings=_count(found, Severity.WARNING),
        )
        rows.append(((value is None, -(value or 0), plan.subject.id), row))
    return tuple(row for _, row in sorted(rows, key=lambda item: item[0]))
