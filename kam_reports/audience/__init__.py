"""The only door out of the house: what one audience may see of a review, as plain rows.

Whatever is not let through on purpose stays inside. Fields pass by their class, KPIs by theirs,
and what passes is copied into a new object that has no place for anything else.
"""

from __future__ import annotations

from collections.abc import Mapping

from kam_reports.audience.customer import customer_view
from kam_reports.audience.internal import internal_view
from kam_reports.audience.lookup import Lookup, key_of
from kam_reports.audience.numbers import Numbers
from kam_reports.audience.overview import all_subjects
from kam_reports.audience.partner import partner_view
from kam_reports.audience.rows import Door, KpiWords
from kam_reports.audience.views import (
    Course,
    CustomerView,
    InternalView,
    Measured,
    Overview,
    PartnerView,
    Said,
    Shown,
    View,
)
from kam_reports.model import Edition, Review, Role, Subject
from kam_reports.vocabulary import Vocabulary

__all__ = [
    "Course",
    "CustomerView",
    "InternalView",
    "Lookup",
    "Measured",
    "Numbers",
    "Overview",
    "PartnerView",
    "Said",
    "Shown",
    "View",
    "overview",
    "project",
]


def project(
    review: Review,
    subject: Subject,
    edition: Edition,
    vocabulary: Vocabulary,
    *,
    kpis: Mapping[str, KpiWords],
    lookup: Lookup | None = None,
) -> View:
    """What the reader of *edition* may see of *subject*.

    *kpis* are the declared KPIs: a KPI that is not among them does not pass. *lookup* is the
    review sorted by subject, which spares sorting it again for every subject of a run.
    """
    if (subject.role is Role.PARTNER) != (edition is Edition.PARTNER):
        raise ValueError(f"{subject.id} is no reader of the edition {edition}")
    door = Door(edition, vocabulary, kpis)
    known = Lookup.of(review) if lookup is None else lookup
    key = key_of(subject)
    plan, numbers = known.plans[key], known.numbers_of(subject).fresh()
    topics = known.topics.get(key, ())
    occasion = review.occasion
    if edition is Edition.CUSTOMER:
        return customer_view(door, plan, numbers, occasion, topics)
    if edition is Edition.PARTNER:
        scores = known.scores.get(key, ())
        return partner_view(door, plan, numbers, occasion, topics, scores, known.medians)
    standing = next(iter(known.standings.get(key, ())), None)
    findings = known.findings.get(plan.place.book, ())
    return internal_view(
        door, plan, numbers, occasion, topics, findings, standing, review.standings
    )


def overview(
    review: Review,
    vocabulary: Vocabulary,
    *,
    kpis: Mapping[str, KpiWords],
    lookup: Lookup | None = None,
) -> Overview:
    """All subjects of the run on one page, for our own eyes."""
    door = Door(Edition.INTERNAL, vocabulary, kpis)
    return all_subjects(door, review, Lookup.of(review) if lookup is None else lookup)
