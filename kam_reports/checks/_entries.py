"""What several checks want to know about the rows of a plan."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from kam_reports.model import Entry, Named, Plan, Role

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


_INNER_QUOTES = str.maketrans("„“”", "‚‘’")  # the name itself is quoted


def stage(entry: Entry) -> int:
    """The number of the stage an opportunity stands at; 0 if it is lost, paused or unknown."""
    return STAGES.index(entry["stage"]) + 1 if entry["stage"] in STAGES else 0


def called(entry: Entry) -> str | Named:
    """What a reader calls the row: its title or name, else its first choice."""
    for name in _NAMES:
        if entry[name]:
            return str(entry[name]).translate(_INNER_QUOTES)
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


def has_figures(plan: Plan) -> bool:
    """Whether the plan states any figure besides its goals."""
    return any(f.section != "goals" and f.value is not None for f in plan.figures)
