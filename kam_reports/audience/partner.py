"""The edition that is laid before the partner.

Other partners are never named; their median is shown only if enough of them stand behind it.
Source: design, review-editions.md, 4.3 and 4.4; partner-scorecard.md, 2.4 and 2.5.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from kam_reports.audience.courses import agreed_counts, own_courses, spans
from kam_reports.audience.customer import last_talk, next_talk, open_agreements, talked_about
from kam_reports.audience.numbers import Numbers, partner_line
from kam_reports.audience.rows import Door, picked
from kam_reports.audience.views import (
    FunnelStep,
    PartnerLine,
    PartnerView,
    PastScore,
    Row,
    ScoreCard,
    ScoreLine,
    Shown,
    Span,
)
from kam_reports.model import (
    Amount,
    Criterion,
    Light,
    Named,
    Occasion,
    Period,
    Plan,
    Scenario,
    Score,
    Topic,
)

FUNNEL = ("submitted", "complete_first", "approved", "signed", "disbursed")
COURSES = ("a_volume", "a_submitted", "a_score")
VOLUME = ("volume_submitted", "volume_signed")
FUNNEL_LINES = ("a_submitted", "a_volume", "a_approval", "a_conversion")
QUALITY = ("a_first_time", "a_queries", "a_cancel", "a_quality")
TIMES = ("a_days", "a_sla")
TRAINING = ("a_training", "a_active", "a_events", "a_talks")


def partner_view(
    door: Door,
    plan: Plan,
    numbers: Numbers,
    occasion: Occasion,
    topics: Iterable[Topic],
    scores: Sequence[Score],
    medians: Mapping[str, float],
) -> PartnerView:
    """What the scorecard and its numbers come to for the partner's eyes."""

    def lines(kpis: Iterable[str]) -> tuple[PartnerLine, ...]:
        found = (partner_line(door, numbers, occasion, kpi, medians) for kpi in kpis)
        return tuple(line for line in found if line is not None)

    quarter = occasion.quarter
    quarters = tuple(Period(quarter.year, "Q", n) for n in range(1, quarter.number + 1))
    funnel_lines, quality, times, training = map(lines, (FUNNEL_LINES, QUALITY, TIMES, TRAINING))
    everything = (*funnel_lines, *quality, *times, *training)
    talk, agreed = last_talk(door, plan, occasion.as_of, "talks")
    return PartnerView(
        subject=plan.subject,
        quarter=quarter,
        as_of=occasion.as_of,
        currency=plan.currency,
        fy_start_month=plan.fy_start_month,
        head=door.row(plan.header),
        complete=sum(line.to_date.complete for line in everything),
        shown=len(everything),
        scorecard=_scorecard(door, scores, quarter),
        trend=_trend(scores, quarter),
        last_talk=talk,
        agreed=tuple(_as_partner(row) for row in agreed),
        agreed_counts=agreed_counts(talked_about(plan, occasion.as_of, "talks"), "talks"),
        quarters=quarters,
        funnel=_funnel(door, numbers, quarters, FUNNEL),
        volume=_funnel(door, numbers, quarters, VOLUME),
        courses=own_courses(door, numbers, occasion, COURSES),
        funnel_lines=funnel_lines,
        quality_lines=quality,
        ratings=door.rows(plan.of("quality")),
        time_lines=times,
        median_days=_row_of_quarters(door, numbers, quarters, "decision_days_median"),
        training_lines=training,
        trainings=door.rows(plan.of("trainings")),
        events=door.rows(plan.of("events")),
        training_spans=(
            *_dates(plan, occasion, "trainings", "topic"),
            *_dates(plan, occasion, "events", "title"),
        ),
        products=door.rows(plan.of("products")),
        evidence=door.rows(plan.of("acceptance")),
        certificates=tuple(
            picked(door.row(entry), "topic", "valid_until")
            for entry in plan.of("trainings")
            if entry["valid_until"] is not None
        ),
        open_agreements=tuple(_as_partner(row) for row in open_agreements(door, plan.of("talks"))),
        next_talk=next_talk(plan, occasion.as_of, "talks", "meeting_on"),
        targets=tuple(
            line for line in everything if line.to_date.light in (Light.RED, Light.YELLOW)
        ),
        topics=tuple(topic for topic in topics if door.lets(topic.clearance)),
        has_benchmark=any(line.median.known for line in everything),
    )


def _dates(plan: Plan, occasion: Occasion, section: str, name: str) -> tuple[Span, ...]:
    """Trainings and events on the day they took place, else on the day that is planned."""
    return spans(
        plan.of(section), occasion.as_of, name=name, start="planned_on", end="done_on", status=""
    )


def _as_partner(agreement: Row) -> Row:
    """*agreement* in which the other side is called partner and not customer."""
    side = agreement.get("owner_side")
    if side is None or side.fact != Named("option", "talks.owner_side.customer"):
        return agreement
    return MappingProxyType({**agreement, "owner_side": Shown(Named("phrase", "who.partner"))})


# ---------------------------------------------------------------- applications


def _funnel(
    door: Door, numbers: Numbers, quarters: tuple[Period, ...], measures: tuple[str, ...]
) -> tuple[FunnelStep, ...]:
    """From the application to the payment, each step also as a share of the first."""
    steps = []
    whole = numbers.to_date(measures[0], quarters)
    for measure in measures:
        declared = door.vocabulary.measures.get(measure)
        if declared is None or not door.lets(declared.clearance):
            continue
        part = numbers.to_date(measure, quarters)
        share = part / whole if part is not None and whole else None
        steps.append(
            FunnelStep(
                Named("measure", measure),
                tuple(
                    Amount(numbers.flow(measure, Scenario.ACTUAL, one), declared.unit)
                    for one in quarters
                ),
                Amount(part, declared.unit),
                Amount(share, "percent"),
            )
        )
    known = [step for step in steps if any(one.value is not None for one in step.quarters)]
    return tuple(known)


def _row_of_quarters(
    door: Door, numbers: Numbers, quarters: tuple[Period, ...], measure: str
) -> tuple[Amount, ...]:
    """A measure that is shown by quarter and never added up."""
    declared = door.vocabulary.measures.get(measure)
    if declared is None or not door.lets(declared.clearance):
        return ()
    found = tuple(
        Amount(numbers.figure(measure, Scenario.ACTUAL, one), declared.unit) for one in quarters
    )
    return found if any(one.value is not None for one in found) else ()


# ---------------------------------------------------------------- score


def _scorecard(door: Door, scores: Iterable[Score], quarter: Period) -> ScoreCard | None:
    """The score of the year to date, and what each criterion contributes to it."""
    to_date = [one for one in scores if one.scope == "YTD" and one.quarter == quarter]
    if not to_date:
        return None
    score = to_date[0]
    weights = sum(one.weight for one in score.criteria if one.points is not None)
    return ScoreCard(
        score=Amount(score.score, "points"),
        standing=score.standing,
        raw_standing=score.raw_standing,
        coverage=Amount(score.coverage, "percent"),
        complete=score.coverage >= 0.9995,
        knockouts=score.knockouts,
        lines=tuple(_score_line(door, one, weights) for one in score.criteria),
    )


def _score_line(door: Door, criterion: Criterion, weights: float) -> ScoreLine:
    unit = "percent" if criterion.kpi == "a_volume" else door.unit(criterion.kpi)
    points = criterion.points
    part = points * criterion.weight / weights if points is not None and weights else None
    return ScoreLine(
        label=Named("measure", criterion.kpi),
        value=Amount(criterion.value, unit),
        anchor_0=Amount(criterion.anchor_0, unit),
        anchor_100=Amount(criterion.anchor_100, unit),
        points=Amount(points, "points"),
        weight=Amount(criterion.weight, "percent"),
        contribution=Amount(part, "points"),
        reason=criterion.reason,
        cases=criterion.cases,
    )


def _trend(scores: Iterable[Score], quarter: Period) -> tuple[PastScore, ...]:
    """The scores of the last four quarters, the latest last."""
    by_quarter = sorted(
        (one for one in scores if one.scope == "Q" and one.quarter <= quarter),
        key=lambda one: one.quarter,
    )
    return tuple(
        PastScore(one.quarter, Amount(one.score, "points"), one.standing) for one in by_quarter[-4:]
    )
