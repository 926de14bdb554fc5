"""How complete a plan is: which fields it must or should have, and which of them are filled."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from kam_reports.kpis.pipeline import STEPS, WON
from kam_reports.model import Entry, Plan, Role

if TYPE_CHECKING:
    from kam_reports.vocabulary import Field, Section, Vocabulary


def _relevant(goal: Entry) -> bool:
    return goal["not_relevant_reason"] is None and not goal.raw("not_relevant_reason").strip()


def _done(entry: Entry) -> bool:
    return entry["done_on"] is not None or bool(entry.raw("done_on").strip())


# A field that a row needs only in a certain state.
ONLY_IF: Mapping[str, Callable[[Entry], bool]] = {
    "goals.metric": _relevant,
    "goals.goal_text": _relevant,
    "goals.owner": _relevant,
    **{f"goals.target_{part}": _relevant for part in ("fy", "q1", "q2", "q3", "q4")},
    "promotions.actual_units": lambda promotion: promotion["status"] == "finished",
    "promotions.actual_revenue": lambda promotion: promotion["status"] == "finished",
    "pipeline.expected_close": lambda opportunity: opportunity["stage"] in STEPS[: WON - 1],
    "trainings.attended": _done,
    "trainings.hours": _done,
    "acquisition.first_contact_on": lambda candidate: candidate["stage"] != "identified",
    "acquisition.followup_on": lambda candidate: (
        candidate["stage"] not in ("identified", "approached")
    ),
    "satisfaction.responses": lambda survey: survey["value"] is not None,
}


def demands(plan: Plan, vocabulary: Vocabulary) -> Iterator[tuple[Section, Field, Entry, bool]]:
    """Every required or expected field of every row of *plan*, and whether it is filled.

    What its form does not have, as its layout says, nobody can fill in.
    """
    document = "plan" if plan.subject.role is Role.ACCOUNT else "scorecard"
    for section in vocabulary.sections(document):
        if section.records == "grid" or section.key in plan.without:
            continue
        for field in section.fields.values():
            if field.name in plan.without:
                continue
            if field.required == "no" or field.derived or field.default is not None:
                continue
            condition = ONLY_IF.get(field.name)
            for entry in _rows(plan, section):
                if condition is None or condition(entry):
                    yield section, field, entry, entry[field.key] is not None


def _rows(plan: Plan, section: Section) -> Sequence[Entry]:
    """The rows of a list; the one form of a section, also if it was not found."""
    return [plan.one(section.key)] if section.records == "one" else list(plan.of(section.key))
