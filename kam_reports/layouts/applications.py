"""A partner's list of applications, one row each, counted into the figures of its quarters.

Neither names nor birth dates of customers get into a plan, a figure or a finding: the rows are
taken off their page first (``application_lists``), and of a person only a mark is kept while they
are counted (``application_rows``). ``application_rules`` says how it is done.
"""

from __future__ import annotations

import secrets
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from statistics import median
from typing import Any

from kam_reports.layouts.application_cases import Case, Cases
from kam_reports.layouts.application_lists import SUBMISSION, ApplicationList, take_lists
from kam_reports.layouts.application_rows import AMOUNTS, RowReader
from kam_reports.layouts.application_rules import DAYS, EVENTS
from kam_reports.layouts.gathering import Gathering
from kam_reports.layouts.pages import span
from kam_reports.model import Amount, Figure, Named, Period, Place, Scenario, quarter_of
from kam_reports.vocabulary import nearest
from kam_reports.workdays import WorkCalendar

KINDS = (
    "applications-counted",  # what became of the rows
    "applications-dated",  # counted by the day of something else (measure, count)
    "applications-late",  # rejected by a clean-up (count, days)
    "applications-repeated",  # the same customer on the same day (count)
    "applications-status",  # a status that nobody knows (count, rows, nearest)
    "applications-unread",  # a cell that gives no day, amount or answer (column, count, rows)
)
EXITS = ("approved", "rejected", "auto_rejected", "withdrawn")
_DECISIONS = ("approved", "rejected", "auto_rejected")
_LONGEST_SPAN = 3660  # days; a decision later than that is a slip

__all__ = ["KINDS", "ApplicationList", "count_applications", "take_lists"]


_Share = tuple[float | None, tuple[int, int]]  # what an application adds, and its row


@dataclass(slots=True)
class _Tally:
    """What the applications add to each measure in each quarter."""

    shares: dict[tuple[str, Period], list[_Share]] = field(default_factory=dict)

    def add(self, measure: str, quarter: Period, share: float | None, row: tuple[int, int]) -> None:
        """Note what one application adds."""
        self.shares.setdefault((measure, quarter), []).append((share, row))


class _Counting:
    """Counts the applications of all lists of a workbook into its quarters."""

    def __init__(self, lists: Sequence[ApplicationList], gathering: Gathering) -> None:
        self.lists = lists
        self.gathering = gathering
        self.rules = gathering.layout.applications
        self.start = gathering.setting.fy_start_month
        self.as_of = _as_of(gathering)
        self.columns = {name for found in lists for name in found.columns}
        key = secrets.token_bytes(32)
        self.readers = [RowReader(at, each, gathering, key) for at, each in enumerate(lists)]
        self.made = Cases(self.rules)
        rows = [row for reader in self.readers for row in reader.read()]
        self.cases = self.made.put_together(rows)
        self.known = len(rows)
        days = [day for row in rows for day in row.days.values()]
        self.until = max((day for day in days if self._has_come(day)), default=None)
        # Rows with a day or an amount that cannot be counted, by column.
        self.doubtful: dict[str, set[tuple[int, int]]] = defaultdict(set)
        self.doubtful[SUBMISSION[0]] |= set(self.made.undated)
        where = (self.rules.country, self.rules.region) if self.rules.country else ()
        self.calendar = WorkCalendar(*where)

    def take(self, year: int) -> None:
        """Add the figures, and say what became of the rows."""
        quarters = self._quarters(year)
        tally = _Tally()
        for case in self.cases:
            self._count(case, quarters, tally)
        for measure in self._measures():
            for quarter, scenario in quarters.items():
                shares = tally.shares.get((measure, quarter), [])
                self._figure(measure, Period(year, "Q", quarter.number), scenario, shares)
        self._notice(quarters, tally)

    def _quarters(self, year: int) -> dict[Period, Scenario]:
        """The quarters that the list covers, from its first submission to its last event."""
        days = [d for case in self.cases for d in case.days.values() if self._has_come(d)]
        if not days:
            return {}
        first, last = (quarter_of(day, self.start) for day in (min(days), max(days)))
        years = {year: Scenario.ACTUAL}
        if self.rules.prior_year:
            years = {year - 1: Scenario.PY, **years}
        return {
            quarter: scenario
            for each, scenario in years.items()
            for quarter in Period(each).parts("Q")
            if first <= quarter <= last
        }

    def _measures(self) -> Iterator[str]:
        """What the list can tell: never what it has no column for."""
        yield from (event for event in EVENTS if event != "disbursed")
        reached = {event for case in self.cases for event in case.days}
        if "disbursed" in reached or "disbursed_on" in self.columns:
            yield "disbursed"
        yield "pending"
        if "complete" in self.columns:
            yield "complete_first"
        if "queried" in self.columns:
            yield "queried"
        if self.columns & set(AMOUNTS):
            yield from ("volume_signed", "volume_cancelled")
        if "amount" in self.columns:
            yield "volume_submitted"
        yield from ("decision_days_sum", "decision_days_median")
        if self.rules.service_days:
            yield "within_sla"

    # ------------------------------------------------ one application

    def _count(self, case: Case, quarters: Iterable[Period], tally: _Tally) -> None:
        row = case.rows[0]
        for event, day in case.days.items():
            if not self._has_come(day):
                continue
            quarter = quarter_of(day, self.start)
            tally.add(event, quarter, 1, row)
            for measure, share in self._with(case, event):
                tally.add(measure, quarter, share, row)
        for quarter in quarters:
            if self._is_pending(case, quarter):
                tally.add("pending", quarter, 1, row)

    def _with(self, case: Case, event: str) -> Iterator[tuple[str, float | None]]:
        """What else an application counts where *event* does."""
        if event == "submitted":
            for measure, flag in (("complete_first", "complete"), ("queried", "queried")):
                ticked = case.flags.get(flag, False)
                if ticked is not False:
                    yield measure, None if ticked is None else 1
        if f"volume_{event}" in case.amounts:
            amount = case.amounts[f"volume_{event}"]
            if amount is None:
                self.doubtful["amount"].add(case.rows[0])
            yield f"volume_{event}", amount
        if event in _DECISIONS:
            days = self._days(case, event)
            yield "decision_days_sum", days
            yield "decision_days_median", days
            if days is None or days <= self.rules.service_days:
                yield "within_sla", None if days is None else 1

    def _days(self, case: Case, event: str) -> float | None:
        """The working days until a decision; None unless both days are certain."""
        if event not in case.exact or "submitted" not in case.exact:
            return None
        first, last = case.days["submitted"], case.days[event]
        if not 0 <= (last - first).days <= _LONGEST_SPAN:
            self.doubtful["decided_on"].add(case.rows[0])
            return None
        return float(self.calendar.workdays(first, last))

    def _is_pending(self, case: Case, quarter: Period) -> bool:
        """Whether an application was there and undecided when *quarter* ended, or is today."""
        end = self._due(quarter)
        left = [case.days[event] for event in EXITS if event in case.days]
        still = "pending" in self.rules.statuses[case.status].counts
        return case.days["submitted"] <= end and (still or (bool(left) and min(left) > end))

    def _has_come(self, day: date) -> bool:
        """Whether *day* lies before the scorecard looks, so that it counts."""
        return self.as_of is None or day <= self.as_of

    def _due(self, quarter: Period) -> date:
        """The last day of *quarter*; the day that the scorecard looks from, if that is earlier."""
        end = quarter.ends(self.start)
        return end if self.as_of is None else min(end, self.as_of)

    # ------------------------------------------------ figures

    def _figure(
        self, measure: str, period: Period, scenario: Scenario, shares: Sequence[_Share]
    ) -> None:
        if measure == "decision_days_median" and not shares:
            return
        values = [share for share, _ in shares]
        known = [share for share in values if share is not None]
        whole = len(known) == len(values)
        combined = median(known) if measure == "decision_days_median" and whole else sum(known)
        unit = self.gathering.vocabulary.unit_of(measure)
        place = self._place(measure, [row for _, row in shares])
        value = float(round(combined, 6)) if whole else None
        figure = Figure(measure, scenario, period, value, unit, place, section="applications")
        self.gathering.figures.append(figure)

    def _place(self, measure: str, rows: Sequence[tuple[int, int]]) -> Place:
        """The range of the rows counted: of their amounts, or of their statuses."""
        at = Counter(number for number, _ in rows).most_common(1)[0][0] if rows else 0
        found = self.lists[at]
        column = found.columns["status"]
        if measure.startswith("volume_"):
            column = next((found.columns[n] for n in AMOUNTS if n in found.columns), column)
        inside = [row for number, row in rows if number == at] or found.rows or (found.top,)
        return Place(self.gathering.book, found.page.name, span((row, column) for row in inside))

    # ------------------------------------------------ what is said

    def _notice(self, quarters: Mapping[Period, Scenario], tally: _Tally) -> None:
        inside = {
            row
            for (_, quarter), shares in tally.shares.items()
            if quarter in quarters
            for _, row in shares
        }
        self._note_outcome(quarters, len(inside))
        self._note_rows("applications-repeated", self.made.repeated)
        late = [case.rows[0] for case in self.cases if case.late]
        self._note_rows("applications-late", late, days=Amount(self.rules.late_days, "days"))
        self._note_substitutes()
        for reader in self.readers:
            self._note_unknown(reader)
            self._note_swapped(reader)
            self._note_unread(reader)

    def _note_outcome(self, quarters: Mapping[Period, Scenario], inside: int) -> None:
        unknown = sum(len(rows) for reader in self.readers for rows in reader.unknown.values())
        days = [case.days["submitted"] for case in self.cases]
        counts = {
            "rows": self.known + unknown,
            "counted": inside,
            "outside": len(self.cases) - inside,
            "further": self.made.further,
            "repeated": len(self.made.repeated),
            "created": len(self.made.created),
            "undated": len(self.made.undated),
            "unknown": unknown,
            "notes": sum(reader.notes for reader in self.readers),
            "left_out": sum(found.left_out for found in self.lists),
        }
        facts: dict[str, Any] = {name: Amount(count, "count") for name, count in counts.items()}
        if days:
            facts |= {"first": min(days), "last": max(days)}
        if quarters:
            facts |= {"until": self.until, "due": self._due(max(quarters))}
        first = self.lists[0]
        place = Place(self.gathering.book, first.page.name, first.area)
        self.gathering.notice("applications-counted", place, **facts)

    def _note_rows(self, kind: str, rows: Iterable[tuple[int, int]], **facts: Any) -> None:
        """Note something about rows, list by list."""
        for number, found in enumerate(self.lists):
            inside = sorted(row for at, row in rows if at == number)
            if inside:
                place = self._at(found, "status", inside)
                count = Amount(len(inside), "count")
                self.gathering.notice(kind, place, count=count, rows=_few(inside), **facts)

    def _note_substitutes(self) -> None:
        for event in EVENTS:
            rows = [
                case.rows[0]
                for case in self.cases
                if event in case.days and event not in case.exact
            ]
            self._note_rows("applications-dated", rows, measure=Named("measure", event))

    def _note_unknown(self, reader: RowReader) -> None:
        """A status nobody knows is said with its rows, and what it may be."""
        known = [word for each in self.rules.statuses.values() for word in each.words]
        for text, rows in sorted(reader.unknown.items()):
            word = reader.quotable(text)
            self.gathering.notice(
                "applications-status",
                self._at(reader.found, "status", rows),
                word,
                count=Amount(len(rows), "count"),
                rows=_few(rows),
                nearest=(nearest(word, known) or "") if word else "",
            )

    def _note_swapped(self, reader: RowReader) -> None:
        """A column of days in which Excel has swapped day and month."""
        for name in DAYS:
            if name in reader.found.columns and reader.proofs[name].swapped:
                place = self._at(reader.found, name, reader.found.rows)
                about = reader.found.headings[name]
                self.gathering.notice("swapped-dates", place, field=about)

    def _note_unread(self, reader: RowReader) -> None:
        """Cells that give nothing; their text is not quoted, for it may name somebody."""
        unread = {name: set(rows) for name, rows in reader.unread.items()}
        for name, doubtful in self.doubtful.items():
            there = {row for number, row in doubtful if number == reader.number}
            column = _or_alike(name, reader.found.columns)
            if there and column is not None:
                unread.setdefault(column, set()).update(there)
        for column, where in sorted(unread.items()):
            rows = sorted(where)
            self.gathering.notice(
                "applications-unread",
                self._at(reader.found, column, rows),
                column=reader.found.headings[column],
                count=Amount(len(rows), "count"),
                rows=_few(rows),
            )

    def _at(self, found: ApplicationList, name: str, rows: Iterable[int]) -> Place:
        column = found.columns[name]
        return Place(self.gathering.book, found.page.name, span((row, column) for row in rows))


def count_applications(lists: Sequence[ApplicationList], gathering: Gathering) -> frozenset[str]:
    """Count *lists* into the figures of the quarters; returns the sections that they are."""
    if not lists:
        return frozenset()
    if gathering.setting.fiscal_year is not None:
        _Counting(lists, gathering).take(gathering.setting.fiscal_year)
    return frozenset(["applications"])


def _as_of(gathering: Gathering) -> date | None:
    """The day that the scorecard looks from."""
    header = gathering.layout.header
    days = (entry["as_of"] for entry in gathering.entries if entry.section == header)
    return next((day for day in days if day is not None), None)


def _or_alike(name: str, columns: Iterable[str]) -> str | None:
    """The column *name*, or the one that stands for it in a list that has none."""
    others = AMOUNTS if name in AMOUNTS else (name, *SUBMISSION)
    return next((each for each in (name, *others) if each in columns), None)


def _few(rows: Sequence[int]) -> str:
    """The rows as a text, the first of many."""
    text = ", ".join(map(str, rows[:10]))
    return f"{text}, …" if len(rows) > 10 else text
