"""A review sorted by subject once, so that a thousand reports do not search it a thousand times."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from kam_reports.audience.numbers import CONSOLIDATED, Key, Numbers, by_subject
from kam_reports.model import (
    Finding,
    Occasion,
    Plan,
    Review,
    Role,
    Score,
    Standing,
    Subject,
    Topic,
)

BENCHMARK_FROM = 5  # partners; with fewer a median would tell who is who


class _HasSubject(Protocol):
    @property
    def subject(self) -> Subject: ...


T = TypeVar("T", bound=_HasSubject)


@dataclass(frozen=True, slots=True)
class Lookup:
    """Everything of a review, by subject."""

    plans: Mapping[Key, Plan]
    numbers: Mapping[Key, Numbers]
    topics: Mapping[Key, Sequence[Topic]]
    scores: Mapping[Key, Sequence[Score]]
    standings: Mapping[Key, Sequence[Standing]]
    findings: Mapping[str, Sequence[Finding]]  # by workbook
    medians: Mapping[str, float]  # of all partners, by KPI

    @classmethod
    def of(cls, review: Review) -> Lookup:
        """The review, sorted."""
        findings: dict[str, list[Finding]] = defaultdict(list)
        for finding in review.reading.findings:
            findings[finding.place.book].append(finding)
        numbers = by_subject(review)
        return cls(
            {key_of(plan.subject): plan for plan in review.reading.usable},
            numbers,
            _sorted(sorted(review.topics, key=lambda topic: topic.priority)),
            _sorted(review.scores),
            _sorted(review.standings),
            dict(findings),
            partner_medians(numbers, review.occasion),
        )

    def numbers_of(self, subject: Subject) -> Numbers:
        """The numbers of *subject*; none if nothing was computed."""
        return self.numbers.get(key_of(subject), Numbers())

    @property
    def together(self) -> Numbers:
        """The numbers of all accounts together."""
        return self.numbers.get(CONSOLIDATED, Numbers())


def key_of(subject: Subject) -> Key:
    """An account and a partner may carry the same ID and are still two."""
    return subject.role.value, subject.id


def _sorted(items: Sequence[T]) -> dict[Key, list[T]]:
    by_key: dict[Key, list[T]] = defaultdict(list)
    for item in items:
        by_key[key_of(item.subject)].append(item)
    return dict(by_key)


def partner_medians(numbers: Mapping[Key, Numbers], occasion: Occasion) -> dict[str, float]:
    """The median of all partners by KPI, where at least five of them have a value."""
    quarter = f"{occasion.quarter.year}Q{occasion.quarter.number}"
    values: dict[str, list[float]] = defaultdict(list)
    for (role, _), mine in numbers.items():
        if role != Role.PARTNER:
            continue
        for (kpi, perspective, scope, of_quarter), row in mine.rows.items():
            if (perspective, of_quarter) == ("own", quarter) and scope in ("YTD", "ASOF"):
                values[kpi].extend([row["actual"]] if row["actual"] is not None else [])
    return {
        kpi: statistics.median(found)
        for kpi, found in values.items()
        if len(found) >= BENCHMARK_FROM
    }
