"""What to talk about: one declared rule per talking point, each with its sentence.

A rule looks at one account or partner and yields the facts of its sentence if it holds. Its
docstring is its page in the handbook. The modules are imported because they are in the folder.
"""

from __future__ import annotations

import inspect
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from kam_reports.audience.lookup import Lookup
from kam_reports.model import Clearance, Review, Role, Topic
from kam_reports.topics.case import Case
from kam_reports.vocabulary import Vocabulary
from kam_reports.workspace import Workspace

Facts = Mapping[str, Any]
Find = Callable[[Case], Iterator[Facts]]

TOPICS: dict[str, Rule] = {}


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule, and everything there is to say about it."""

    id: str
    role: Role
    clearance: Clearance
    priority: int  # 1 is first
    say: Mapping[str, str]
    find: Find

    @property
    def page(self) -> str:
        """The handbook page: when it speaks, and why."""
        return inspect.getdoc(self.find) or ""


def topic(
    rule: str, clearance: str, priority: int, *, de: str, en: str, role: Role = Role.ACCOUNT
) -> Callable[[Find], Rule]:
    """Make a rule of a generator function.

    The facts of its sentence must be of a class that *clearance* may see: the sentence goes
    wherever the class goes.
    """

    def register(find: Find) -> Rule:
        made = Rule(rule, role, Clearance(clearance), priority, {"de": de, "en": en}, find)
        if rule in TOPICS:
            raise ValueError(f"{rule} is declared twice")
        TOPICS[rule] = made
        return made

    return register


def choose_topics(
    review: Review, workspace: Workspace, vocabulary: Vocabulary
) -> tuple[Topic, ...]:
    """The talking points of every subject, the most important first."""
    lookup = Lookup.of(review)
    chosen = []
    for plan in lookup.plans.values():
        numbers = lookup.numbers_of(plan.subject)
        case = Case(plan, numbers, review.occasion, workspace, vocabulary)
        found = [
            Topic(rule.id, plan.subject, rule.priority, rule.clearance, facts)
            for rule in TOPICS.values()
            if rule.role is plan.subject.role
            for facts in rule.find(case)
        ]
        chosen.extend(sorted(found, key=lambda one: one.priority))
    return tuple(chosen)


for _module in sorted(module.name for module in pkgutil.iter_modules(__path__)):
    import_module(f"{__name__}.{_module}")
