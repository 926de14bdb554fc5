"""What several checks want to know about the rows of a plan."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date

from kam_reports.model import Entry, Named, Plan, Role
from kam_reports.vocabulary import Field, Section, Vocabulary

OPEN_STAGES = (
    "identified",
    "offer_made",
    "offer_sent",
    "followed_up",
    "phoned",
    "appointment",
    "meeting",
)
STAGES = (*OPEN_STAGES, "won", "project", "finished")

_NAMES = (
    "title",
    "name",
    "prospect",
    "candidate",
    "agreement",
    "product",
    "sku",
    "product_group",
    "measure",
    "process",
    "goal_text",
    "text",
    "purpose",
    "topic",
)


def stage(entry: Entry) -> int:
    """The number of the stage an opportunity stands at; 0 if it is lost, paused or unknown."""
    return STAGES.index(entry["stage"]) + 1 if entry["stage"] in STAGES else 0


def called(entry: Entry) -> str | Named:
    """What a reader calls the row: its title or name, else its first choice."""
    for name in _NAMES:
        if entry[name]:
            return str(entry[name])
    for name in ("dimension", "cond_type", "criterion", "type", "kpi"):
        if entry[name]:
            return option(entry, name) if name != "kpi" else Named("measure", str(entry[name]))
    return Named("section", entry.section)


def field(entry: Entry, name: str) -> Named:
    """The name of a field of *entry*, to be said in any language."""
    return Named("field", f"{entry.section}.{name}")


def option(entry: Entry, name: str) -> Named:
    """The choice made in a field of *entry*, to be said in any language."""
    return Named("option", f"{entry.section}.{name}.{entry[name]}")


def blank(entry: Entry, name: str) -> bool:
    """Whether nothing was typed: a text that was not understood is no blank."""
    return entry[name] is None and not entry.raw(name).strip()


def days(entry: Entry, *names: str) -> Iterator[tuple[str, date]]:
    """The dates of these fields that are there, in the order asked for."""
    for name in names:
        if isinstance(entry[name], date):
            yield name, entry[name]


def document(plan: Plan) -> str:
    """Which structure the plan has: that of an account's plan or of a partner's scorecard."""
    return "plan" if plan.subject.role is Role.ACCOUNT else "scorecard"


def required(plan: Plan, vocabulary: Vocabulary, how: str) -> Iterator[tuple[Section, Field]]:
    """The fields of forms and lists that are required, or expected, in such a document."""
    for section in vocabulary.sections(document(plan)):
        if section.records != "grid":
            for each in section.fields.values():
                if each.required == how and not each.derived and each.default is None:
                    yield section, each


def _relevant(goal: Entry) -> bool:
    return blank(goal, "not_relevant_reason")


# A field that a row needs only in a certain state.
ONLY_IF: Mapping[str, Callable[[Entry], bool]] = {
    "goals.metric": _relevant,
    "goals.goal_text": _relevant,
    "goals.owner": _relevant,
    **{f"goals.target_{part}": _relevant for part in ("fy", "q1", "q2", "q3", "q4")},
    "promotions.actual_units": lambda promotion: promotion["status"] == "finished",
    "promotions.actual_revenue": lambda promotion: promotion["status"] == "finished",
    "pipeline.expected_close": lambda opportunity: opportunity["stage"] in OPEN_STAGES,
    "trainings.attended": lambda training: not blank(training, "done_on"),
    "trainings.hours": lambda training: not blank(training, "done_on"),
    "acquisition.first_contact_on": lambda candidate: candidate["stage"] != "identified",
    "acquisition.followup_on": lambda candidate: (
        candidate["stage"]
        not in (
            "identified",
            "approached",
        )
    ),
    "satisfaction.responses": lambda survey: not blank(survey, "value"),
}


def needed(entry: Entry, each: Field) -> bool:
    """Whether *entry* needs the field in the state it is in."""
    condition = ONLY_IF.get(each.name)
    return condition is None or condition(entry)


def has_figures(plan: Plan) -> bool:
    """Whether the plan states any figure besides its goals."""
    return any(f.section != "goals" and f.value is not None for f in plan.figures)
