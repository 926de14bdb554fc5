"""Block E: how a sales partner's applications go, and what is done for it."""

from __future__ import annotations

from functools import partial

from kam_reports.kpis.declaring import STATE, TALLY
from kam_reports.kpis.declaring import kpi as any_kpi
from kam_reports.kpis.formula import Term, ratio, same
from kam_reports.kpis.lights import Ranked, att, limits
from kam_reports.model import Role

kpi = partial(any_kpi, block="E", role=Role.PARTNER)
DECISIONS = ("approved", "rejected", "auto_rejected")
SCORE = "a_score"


@kpi(
    "a_submitted", "count", better="up", light=att(),
    de=("Eingereichte Anträge", "Antragszahl gesamt"), en="Applications",
)  # fmt: skip
def applications_submitted(submitted: Term) -> Term:
    """How many applications the partner sent in."""
    return same(submitted)


@kpi(
    "a_volume", "EUR", better="up", light=att(),
    de=("Abgeschlossenes Volumen", "Volumen"), en=("Signed volume", "Volume"),
)  # fmt: skip
def volume_signed_(volume_signed: Term) -> Term:
    """The amount of the contracts signed."""
    return same(volume_signed)


@kpi(
    "a_approval", "percent", better="up", light=limits(80, 65), cases=DECISIONS,
    de=("Genehmigungsquote", "Bewilligungsquote"), en="Approval rate",
)  # fmt: skip
def approval_rate(approved: Term, rejected: Term, auto_rejected: Term) -> Term:
    """Of all decisions, the share of approvals; automatic rejections are decisions, too."""
    return ratio(approved, approved + rejected + auto_rejected)


@kpi(
    "a_conversion", "percent", better="up", light=limits(60, 45), cases=DECISIONS,
    de=("Umsetzungsquote", "Abschlussquote Anträge"), en=("Conversion rate", "Pull-through rate"),
)  # fmt: skip
def conversion_rate(signed: Term, submitted: Term) -> Term:
    """Contracts signed per application sent in, both in the same period.

    Each bank counts it differently. A contract may belong to an application of the quarter before,
    so a single quarter can exceed 100 %.
    """
    return ratio(signed, submitted)


@kpi(
    "a_first_time", "percent", better="up", light=limits(85, 70), cases=DECISIONS,
    de=("Erstvollständigkeit", "Erstvollständigkeitsquote"), en="First-time-complete rate",
)  # fmt: skip
def first_time_complete(complete_first: Term, submitted: Term) -> Term:
    """Of all applications, the share that was complete when it came in."""
    return ratio(complete_first, submitted)


@kpi(
    "a_queries", "percent", better="down", light=limits(25, 40), cases=DECISIONS,
    de=("Rückfragequote", "Nachforderungsquote"), en="Query rate",
)  # fmt: skip
def query_rate(queried: Term, submitted: Term) -> Term:
    """Of all applications, the share that we had to ask about."""
    return ratio(queried, submitted)


@kpi(
    "a_cancel", "percent", better="down", light=limits(3, 6), cases=DECISIONS,
    de=("Stornoquote", "Widerrufsquote"), en="Cancellation rate",
)  # fmt: skip
def cancellation_rate(cancelled: Term, signed: Term) -> Term:
    """Contracts cancelled or revoked per contract signed."""
    return ratio(cancelled, signed)


@kpi(
    "a_days", "working_days", better="down", light=limits(5, 8),
    de=("Ø Bearbeitungszeit", "Bearbeitungszeit"), en="Processing time",
)  # fmt: skip
def processing_time(
    decision_days_sum: Term, approved: Term, rejected: Term, auto_rejected: Term
) -> Term:
    """Working days that we take for a decision on average; stated medians cannot be combined."""
    return ratio(decision_days_sum, approved + rejected + auto_rejected)


@kpi(
    "a_sla", "percent", better="up", light=limits(90, 75), cases=DECISIONS,
    de=("Servicezeit-Quote", "Servicezeitquote", "SLA-Quote"), en="SLA rate",
)  # fmt: skip
def within_service_time(
    within_sla: Term, approved: Term, rejected: Term, auto_rejected: Term
) -> Term:
    """Of our decisions, the share made within the promised time."""
    return ratio(within_sla, approved + rejected + auto_rejected)


@kpi(
    "a_active", "percent", better="up", light=limits(60, 40),
    de=("Aktivquote Berater", "Aktivquote"), en="Active adviser rate",
)  # fmt: skip
def active_rate(active_advisers: Term, advisers: Term) -> Term:
    """Of the partner's advisers, the share that sent in applications; the latest quarter counts."""
    return ratio(active_advisers, advisers)


@kpi(
    "a_training", "percent", better="up", scope=TALLY, light=limits(90, 70),
    de=("Schulungsabdeckung", "Schulungsquote"), en="Training coverage",
)  # fmt: skip
def training_coverage(training_reached: Term, training_wanted: Term) -> Term:
    """Of the active advisers, the share with a valid training.

    Without the number of trained advisers: of those invited this year, the share that came.
    """
    return ratio(training_reached, training_wanted)


@kpi(
    "a_events", "percent", better="up", scope=TALLY, light=limits(100, 75),
    de=("Workshops und Messen", "Veranstaltungsquote"), en="Workshops and fairs",
)  # fmt: skip
def events_done(events_held: Term, events_planned: Term) -> Term:
    """Of the workshops, fairs and coachings planned for the period, the share that took place."""
    return ratio(events_held, events_planned)


@kpi(
    "a_talks", "percent", better="up", scope=TALLY, light=limits(100, 75),
    de=("Gesprächsquote", "Quote geführter Gespräche"), en="Talks held",
)  # fmt: skip
def talks_done(talks_held: Term, talks_due: Term) -> Term:
    """Of the quarterly talks and the annual talk due so far, the share that was held."""
    return ratio(talks_held, talks_due)


@kpi(
    "a_quality", "index", better="up", scope=STATE, light=limits(75, 60),
    de=("Qualitätsnote", "Qualitätsindex"), en="Quality rating",
)  # fmt: skip
def quality_rating(quality_points: Term, quality_weight: Term) -> Term:
    """The mean of all ratings from 1 to 5, as 0 to 100.

    All partners together: each weighs as many applications as it sent in.
    """
    return ratio(quality_points, quality_weight)


@kpi(
    SCORE, "index", better="up", scope=TALLY, light=Ranked(), clearance="P",
    over_accounts="weighted", of_measures=False,
    de=("Partner-Score", "Score"), en="Partner score",
)  # fmt: skip
def partner_score(points: Term, weights: Term) -> Term:
    """The weighted points of all criteria that have data, from 0 to 100.

    Each criterion has two anchors, the value for 0 and the value for 100 points; in between points
    rise evenly. What has no data drops out with its weight and is never zero. For all partners
    together it is weighted with signed volume and for information only.
    """
    weight = sum(weights)
    return ratio(sum(p * w for p, w in zip(points, weights, strict=True)), weight)
