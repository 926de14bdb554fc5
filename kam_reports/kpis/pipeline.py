"""The pipeline: how far each opportunity got, and whether it was followed up in time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from kam_reports.model import Entry, Plan
from kam_reports.workdays import WorkCalendar

A_WEEK = timedelta(days=7)
CONTACTED, FOLLOWED_UP, PHONED, APPOINTED, MET, WON = 3, 4, 5, 6, 7, 8
STEPS = (
    "identified",
    "offer_made",
    "offer_sent",
    "followed_up",
    "phoned",
    "appointment",
    "meeting",
    "won",
    "project",
    "finished",
)
PROBABILITIES = (0.05, 0.05, 0.10, 0.15, 0.25, 0.40, 0.60, 1.0, 1.0, 1.0)
LOST, PAUSED = "lost", "paused"

# What a date in a column, or an activity of a kind, says about the step that was reached.
_STEP_OF_DATE = {
    "first_contact_on": CONTACTED,
    "followup_on": FOLLOWED_UP,
    "phone_on": PHONED,
    "appointment_on": APPOINTED,
    "meeting_on": MET,
    "decision_on": WON,
}
_DATE_OF_ACTIVITY = {
    "first_contact": "first_contact_on",
    "offer_sent": "first_contact_on",
    "follow_up": "followup_on",
    "phone_call": "phone_on",
    "appointment": "appointment_on",
    "close": "closed_on",
    "project_meeting": "closed_on",
}


class Punctuality(StrEnum):
    """Whether an offer was followed up within a week."""

    ON_TIME = "on_time"
    LATE = "late"
    OVERDUE = "overdue"
    NOT_DUE = "not_due"


@dataclass(frozen=True, slots=True)
class FollowUp:
    """When an offer is to be followed up, and how that went."""

    due: date
    done_on: date | None
    status: Punctuality
    days_late: int  # of one that is late or overdue


def follow_up(
    entry: Entry, as_of: date, calendar: WorkCalendar, activities: Iterable[Entry] = ()
) -> FollowUp | None:
    """When the offer in *entry* is to be followed up; None if there was no first contact yet.

    Due is a week after the first contact, on the next working day. A follow-up meets it, and so
    does any later stage; *activities* of the opportunity win over its date columns.
    """
    days = _days(entry, activities)
    first = days.get("first_contact_on")
    if first is None or first > as_of:
        return None
    due = calendar.next_workday(first + A_WEEK)
    later = [day for name, day in days.items() if name != "first_contact_on" and day <= as_of]
    if later:
        done = max(min(later), first)
        status = Punctuality.ON_TIME if done <= due else Punctuality.LATE
        return FollowUp(due, done, status, max((done - due).days, 0))
    if _step(entry["stage"]) >= FOLLOWED_UP:  # done, nobody wrote down when
        return FollowUp(due, None, Punctuality.ON_TIME, 0)
    if due >= as_of:
        return FollowUp(due, None, Punctuality.NOT_DUE, 0)
    return FollowUp(due, None, Punctuality.OVERDUE, (as_of - due).days)


@dataclass(frozen=True, slots=True)
class Opportunity:
    """A prospect and how far it got."""

    entry: Entry
    first_contact_on: date | None
    closed_on: date | None
    reached: int  # the highest step that its stage or a date proves
    follow_up: FollowUp | None

    @property
    def is_open(self) -> bool:
        """Whether it may still become a deal."""
        return 0 < _step(self.entry["stage"]) < WON

    @property
    def is_won(self) -> bool:
        """Whether it became a deal."""
        return _step(self.entry["stage"]) >= WON

    @property
    def is_lost(self) -> bool:
        """Whether it was lost."""
        return bool(self.entry["stage"] == LOST)

    @property
    def is_new(self) -> bool:
        """Whether it is a customer that we did not have; taken for granted unless denied."""
        return self.entry["is_new"] is not False

    @property
    def value(self) -> float:
        """What was offered."""
        return float(self.entry["offer_value"] or 0.0)

    @property
    def probability(self) -> float:
        """How likely it becomes a deal: as typed, else as usual for its stage."""
        typed = self.entry["probability"]
        if typed is not None:
            return float(typed)
        step = _step(self.entry["stage"])
        return PROBABILITIES[step - 1] if step else 0.0


def opportunities(plan: Plan, as_of: date, calendar: WorkCalendar) -> Iterator[Opportunity]:
    """The opportunities of *plan* as they stand on the as-of date."""
    activities: dict[str, list[Entry]] = {}
    for activity in plan.of("activity"):
        activities.setdefault(str(activity["opp_id"]), []).append(activity)
    for entry in plan.of("pipeline"):
        own = activities.get(str(entry["opp_id"]), []) if entry["opp_id"] else []
        days = _days(entry, own)
        dated = [step for name, step in _STEP_OF_DATE.items() if _past(days.get(name), as_of)]
        closed = days.get("closed_on")
        yield Opportunity(
            entry,
            _past(days.get("first_contact_on"), as_of),
            _past(closed, as_of),
            max(_step(entry["stage"]), *dated, 0),
            follow_up(entry, as_of, calendar, own),
        )


def _days(entry: Entry, activities: Iterable[Entry]) -> dict[str, date]:
    """The dates of an opportunity: of its activities the first of each kind, else its columns."""
    names = (*_STEP_OF_DATE, "closed_on")
    days = {name: entry[name] for name in names if isinstance(entry[name], date)}
    first: dict[str, date] = {}
    for activity in activities:
        name, day = _DATE_OF_ACTIVITY.get(activity["type"], ""), activity["date"]
        if name and isinstance(day, date):
            first[name] = min(day, first.get(name, day))
    return days | first


def _past(day: date | None, as_of: date) -> date | None:
    return day if day is not None and day <= as_of else None


def _step(stage: object) -> int:
    """The number of a stage; 0 for one that was lost, rests or is unknown."""
    return STEPS.index(stage) + 1 if stage in STEPS else 0
