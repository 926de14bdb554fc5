"""All subjects of the run on one page, for our own eyes.

Source: design, review-editions.md, 4.2, "Consolidated edition".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from kam_reports.audience.internal import LAMPS, days_late, lamps
from kam_reports.audience.lookup import Lookup, key_of
from kam_reports.audience.numbers import Numbers, own_line, own_lines
from kam_reports.audience.rows import Door, picked
from kam_reports.audience.views import (
    NOTHING,
    AccountRow,
    Bubble,
    Field,
    LateMeasure,
    Lights,
    Measured,
    Overview,
    PartnerRow,
    Point,
    Portfolio,
    Said,
    Shown,
    Tile,
)
from kam_reports.model import (
    Amount,
    Blocks,
    Finding,
    Light,
    Named,
    Occasion,
    Period,
    Plan,
    Review,
    Role,
    Score,
    Severity,
    Standing,
    Topic,
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
TILES = ("k_revenue", "k_cm", "k_cm_pct", "k_units", "k_dist_wgt", "s_csat", "k_share", "s_otd")
PARTNER_TILES = ("a_volume", "a_submitted", "a_conversion", "a_first_time", "a_cancel", "a_score")
MOST_TILES = 6
PARTNER_KPIS = ("a_volume", "a_conversion", "a_first_time", "a_cancel")
LIGHTS = (Light.GREEN, Light.YELLOW, Light.RED, Light.GREY)
STANDINGS = ("A", "B", "C", "D", "N")
ATTRACTIVENESS_ROWS = ((7, 8, 9), (4, 5, 6), (1, 2, 3))  # the most attractive first
LATEST = 5
DRAWN = 40  # accounts in the picture of the portfolio
_CM = [phrase for phrase, _ in LAMPS].index("lamp.cm")


def all_subjects(door: Door, review: Review, lookup: Lookup) -> Overview:
    """The ranking, the sums, the portfolio, what is late, and what could not be used."""
    occasion = review.occasion
    accounts = [p for p in lookup.plans.values() if p.subject.role is Role.ACCOUNT]
    partners = [p for p in lookup.plans.values() if p.subject.role is Role.PARTNER]
    findings = review.reading.findings
    rated = {one.field for one in review.standings if one.field}
    ranking = _ranking(door, occasion, accounts, lookup)
    ranked = _partners(door, occasion, partners, lookup)
    tiles = _tiles(door, lookup, occasion, TILES)
    return Overview(
        quarter=occasion.quarter,
        as_of=occasion.as_of,
        headline=(*_told(tiles), *_counted(ranking, ranked)),
        tiles=tiles,
        decisions=_decisions((*ranking, *ranked), lookup),
        lights=_lights(ranking),
        accounts=ranking,
        consolidated=own_lines(door, lookup.together, occasion, CONSOLIDATED_KPIS, together=True),
        concentration=review.concentration,
        picture=_picture(review.standings, ranking),
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
        partner_tiles=_tiles(door, lookup, occasion, PARTNER_TILES),
        partner_kpis=tuple(Named("measure", kpi) for kpi in PARTNER_KPIS),
        partners=ranked,
        unusable=tuple(one for one in findings if one.blocks is Blocks.PLAN),
        errors=_count(findings, Severity.ERROR),
        warnings=_count(findings, Severity.WARNING),
    )


# ---------------------------------------------------------------- at a glance


def _tiles(door: Door, lookup: Lookup, occasion: Occasion, kpis: Iterable[str]) -> tuple[Tile, ...]:
    """The KPIs of all subjects together of which a value is known."""
    lines = own_lines(door, lookup.together, occasion, kpis, together=True)
    known = [line for line in lines if line.to_date.actual.known]
    return tuple(
        Tile(line, _course(door, lookup.together, occasion, line.kpi))
        for line in known[:MOST_TILES]
    )


def _course(door: Door, numbers: Numbers, occasion: Occasion, kpi: str) -> tuple[Point, ...]:
    """The quarters of the year so far: what happened, beside the same quarter a year ago."""
    declared = door.kpi(kpi)
    points = []
    for quarter in Period(occasion.quarter.year).parts("Q")[: occasion.quarter.number]:
        row = numbers.row(kpi, "Q", quarter)
        actual, before = (row.get(column) for column in ("actual", "prior_year"))
        unit = declared.unit if declared else ""
        points.append(Point(quarter, _shown(actual, unit), prior_year=_shown(before, unit)))
    return tuple(points) if any(point.actual.known for point in points) else ()


def _shown(value: float | None, unit: str) -> Shown:
    return NOTHING if value is None else Shown(Amount(value, unit))


def _told(tiles: tuple[Tile, ...]) -> tuple[Said, ...]:
    """Where the revenue of all accounts together stands, as far as it can be compared."""
    revenue = next((tile.line.to_date for tile in tiles if tile.line.kpi == "k_revenue"), None)
    if revenue is None:
        return ()
    n, _, of = revenue.included.partition("/")
    facts = {
        "actual": revenue.actual.fact,
        "judged": revenue.judged.fact,
        "growth": revenue.growth.fact,
        "n": n,
        "of": of,
    }
    against = {
        (True, True): "both",
        (True, False): "target",
        (False, True): "prior",
        (False, False): "alone",
    }[revenue.judged.known, revenue.growth.known]
    return (Said(f"headline.{against}", facts),)


def _counted(
    accounts: tuple[AccountRow, ...], partners: tuple[PartnerRow, ...]
) -> tuple[Said, ...]:
    """How many accounts reach their target of revenue, and how the partners stand."""
    said = []
    lights = Counter(row.lamps[0].light for row in accounts)
    judged = lights.total() - lights[Light.GREY]
    if judged:
        facts = {str(light): lights[light] for light in LIGHTS} | {"judged": judged}
        said.append(Said("headline.accounts", facts))
    if partners:
        standings = Counter(row.standing or "N" for row in partners)
        said.append(Said("headline.partners", {key: standings[key] for key in STANDINGS}))
    return tuple(said)


def _lights(accounts: tuple[AccountRow, ...]) -> tuple[Lights, ...]:
    """How many accounts have which light, by question."""
    found = []
    for number, (phrase, _) in enumerate(LAMPS):
        counts = Counter(row.lamps[number].light for row in accounts)
        found.append(Lights(phrase, tuple((light, counts[light]) for light in LIGHTS)))
    lit = any(lamp.light is not Light.GREY for row in accounts for lamp in row.lamps)
    return tuple(found) if lit else ()


def _decisions(ranked: Iterable[AccountRow | PartnerRow], lookup: Lookup) -> tuple[Topic, ...]:
    """The most pressing talking point of each subject; the most pressing of all come first."""
    told = (next(iter(lookup.topics.get(key_of(row.subject), ())), None) for row in ranked)
    return tuple(sorted((one for one in told if one), key=lambda topic: topic.priority))


# ---------------------------------------------------------------- the tables


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
                kam=door.row(plan.header).get("kam", NOTHING),
                currency=plan.currency,
                revenue=own_line(door, mine, occasion, "k_revenue"),
                course=_course(door, mine, occasion, "k_revenue"),
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


def _picture(standings: Sequence[Standing], accounts: Iterable[AccountRow]) -> Portfolio | None:
    """The rated accounts with a revenue, the largest of them: more could not be told apart."""
    lights = {row.subject: row.lamps[_CM].light for row in accounts}
    bubbles = [
        Bubble(
            one.subject.name,
            one.attractiveness,
            one.position,
            Amount(one.revenue, "EUR"),
            light=lights.get(one.subject, Light.GREY),
        )
        for one in sorted(standings, key=lambda one: (-(one.revenue or 0), one.subject.id))
        if one.attractiveness is not None and one.position is not None
    ]
    if not bubbles:
        return None
    return Portfolio(tuple(bubbles[:DRAWN]), len(bubbles), Named("measure", "k_revenue"))


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
            kam=door.row(plan.header).get("kam", NOTHING),
            score=Amount(value, "points"),
            standing=score.standing if score else "",
            coverage=Amount(score.coverage if score else None, "percent"),
            course=_scored(scores),
            measured=tuple(
                lines[kpi].to_date if kpi in lines else Measured() for kpi in PARTNER_KPIS
            ),
            errors=_count(found, Severity.ERROR),
            warnings=_count(found, Severity.WARNING),
        )
        rows.append(((value is None, -(value or 0), plan.subject.id), row))
    return tuple(row for _, row in sorted(rows, key=lambda item: item[0]))


def _scored(scores: Sequence[Score]) -> tuple[Point, ...]:
    """The score quarter by quarter."""
    quarters = sorted((one for one in scores if one.scope == "Q"), key=lambda one: one.quarter)
    points = tuple(Point(one.quarter, _shown(one.score, "points")) for one in quarters)
    return points if any(point.actual.known for point in points) else ()
