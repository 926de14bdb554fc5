"""Rows put together to applications, each counted once: by number, and by customer and day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from kam_reports.layouts.application_rows import Row
from kam_reports.layouts.application_rules import DAYS, ListRules


@dataclass(frozen=True, slots=True)
class Case:
    """One application: its highest status, and the day of everything that it counts as."""

    status: str
    days: Mapping[str, date]  # by event
    exact: frozenset[str]  # the events that are dated by their own day
    amounts: Mapping[str, float | None]  # by measure; None: not to be read
    flags: Mapping[str, bool | None]
    rows: tuple[tuple[int, int], ...]  # list and row
    same: tuple[Any, ...] | None  # who agrees in this is the same
    late: bool = False


class Cases:
    """Puts the rows together to applications, each counted once."""

    def __init__(self, rules: ListRules) -> None:
        self.rules = rules
        self.ranks = {status: number for number, status in enumerate(rules.rank)}
        self.further = 0  # rows of an application that has several
        self.repeated: list[tuple[int, int]] = []
        self.created: list[tuple[int, int]] = []
        self.undated: list[tuple[int, int]] = []

    def put_together(self, rows: Iterable[Row]) -> list[Case]:
        """The applications that count, in no matter which order the rows stand."""
        cases = [self._case(each) for each in _grouped(rows, lambda row: row.case)]
        kept = []
        for same in _grouped(cases, lambda case: case.same):
            best, *others = sorted(same, key=self._worth, reverse=True)
            self.repeated += [case.rows[0] for case in others]
            self.further += sum(len(case.rows) - 1 for case in same)
            if not self.rules.statuses[best.status].counts:
                self.created.append(best.rows[0])
            elif "submitted" not in best.days:
                self.undated.append(best.rows[0])
            else:
                kept.append(best)
        return kept

    def _worth(self, case: Case) -> tuple[Any, ...]:
        """What makes one of several the better; not where it stands."""
        return self.ranks[case.status], *_told(case)

    def _case(self, rows: Sequence[Row]) -> Case:
        days = self._all_days(rows)
        late = [self._is_late(row, rows, days) for row in rows]
        effective = [
            replace(row, status=self.rules.late_becomes) if is_late else row
            for row, is_late in zip(rows, late, strict=True)
        ]
        ordered = sorted(effective, key=self._height)
        status = ordered[-1].status
        dated, exact = self._events(status, days)
        same = _agreeing(self.rules.same_customer, ordered, {**days, **_submission(dated)})
        places = tuple(sorted((row.list, row.row) for row in rows))
        flags = _flags(ordered)
        return Case(status, dated, exact, _by_measure(ordered), flags, places, same, any(late))

    def _all_days(self, rows: Sequence[Row]) -> dict[str, date]:
        """The days of an application; in a list of status changes, by those of its statuses."""
        days = _earliest(row.days for row in rows)
        for event, (own, *_) in self.rules.dates.items():
            changed = [
                row.days["status_on"]
                for row in rows
                if self.rules.statuses[row.status].on == event and "status_on" in row.days
            ]
            if changed:
                days.setdefault(own, min(changed))
        return days

    def _height(self, row: Row) -> tuple[Any, ...]:
        """The rank of a row among those of its application; not where it stands."""
        return self.ranks[row.status], *_told(row)

    def _is_late(self, row: Row, rows: Sequence[Row], days: Mapping[str, date]) -> bool:
        """Whether a rejection is but a clean-up: long after submission, never signed."""
        rules = self.rules
        if not rules.late_days or row.status not in rules.late_statuses:
            return False
        signed = "signed_on" in days or any(
            "signed" in rules.statuses[each.status].counts for each in rows
        )
        changed = row.days.get("decided_on") or row.days.get("status_on")
        since = days.get("submitted_on") or days.get("created_on")
        if signed or changed is None or since is None:
            return False
        return (changed - since).days > rules.late_days

    def _events(
        self, status: str, days: Mapping[str, date]
    ) -> tuple[dict[str, date], frozenset[str]]:
        """The day of everything that the application counts as, and which of them are exact."""
        dated: dict[str, date] = {}
        exact = set()
        for event in self.rules.statuses[status].counts:
            if event == "pending":
                continue  # how it stands when a quarter ends, nothing that happens on a day
            names = self.rules.dates.get(event, ())
            known = [name for name in names if name in days]
            if known:
                dated[event] = days[known[0]]
            elif "submitted" in dated:
                dated[event] = dated["submitted"]
            if known and known[0] == names[0]:
                exact.add(event)
        return dated, frozenset(exact)


def _grouped(found: Iterable[Any], key: Any) -> list[list[Any]]:
    """Those that agree in *key* together; who has none stays alone."""
    groups: dict[Any, list[Any]] = {}
    for number, each in enumerate(found):
        mark = key(each)
        groups.setdefault(("alone", number) if mark is None else ("same", mark), []).append(each)
    return list(groups.values())


def _told(found: Row | Case) -> Iterator[list[tuple[str, str]]]:
    """What a row or an application says, in an order of its own."""
    for said in (found.days, found.amounts, found.flags):
        yield sorted((name, str(value)) for name, value in said.items())


def _earliest(found: Iterable[Mapping[str, date]]) -> dict[str, date]:
    days: dict[str, date] = {}
    for each in found:
        for name, day in each.items():
            days[name] = min(day, days.get(name, day))
    return days


def _submission(dated: Mapping[str, date]) -> dict[str, date]:
    return {"submitted_on": dated["submitted"]} if "submitted" in dated else {}


def _agreeing(
    names: Sequence[str], rows: Sequence[Row], days: Mapping[str, date]
) -> tuple[Any, ...] | None:
    """Who is the same customer on the same day; None if that cannot be told."""
    persons = {row.person for row in rows} - {None}
    if not names or len(persons) != 1:
        return None
    key = (*persons, *(days.get(name) for name in names if name in DAYS))
    return None if None in key else key


def _flags(rows: Sequence[Row]) -> dict[str, bool | None]:
    """What is ticked; of several rows, the first state of the application tells."""
    flags: dict[str, bool | None] = {}
    for row in rows:
        for name, flag in row.flags.items():
            flags.setdefault(name, flag)
    return flags


def _by_measure(rows: Sequence[Row]) -> dict[str, float | None]:
    """The volume as applied for and as signed; the rows stand by the rank of their status."""
    asked = [row.amounts["amount"] for row in rows if "amount" in row.amounts]
    signed = [row.amounts["amount_signed"] for row in rows if "amount_signed" in row.amounts]
    last = (signed or asked)[-1] if signed or asked else None
    return {
        "volume_submitted": asked[0] if asked else None,
        "volume_signed": last,
        "volume_cancelled": last,
    }
