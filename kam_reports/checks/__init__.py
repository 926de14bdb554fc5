"""What can be wrong with a plan: one function per finding.

A check is a generator: it names the things it wants to see (``plan``, ``series``, ``oddities``,
``workspace`` …) and yields the place and the facts of each problem. Its docstring is its page in
the handbook, its ``say`` and ``fix`` lines are what the user reads, and its ``clean`` and
``broken`` sheets are its tests. The modules follow the hundreds of the codes.
"""

from __future__ import annotations

import inspect
import pkgutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from kam_reports.checks._series import Series
from kam_reports.kpis import kpi_words
from kam_reports.model import (
    Blocks,
    Finding,
    Occasion,
    Oddity,
    Place,
    Plan,
    Severity,
    Source,
    Subject,
)
from kam_reports.vocabulary import Vocabulary
from kam_reports.workspace import Workspace

Words = Mapping[str, str]
Facts = Mapping[str, Any]
Problems = Iterator[tuple[Place, Facts] | tuple[Place, Facts, Severity | Blocks]]

CHECKS: dict[str, Check] = {}

_KNOWN = frozenset(
    ["plan", "series", "day", "plans", "sources", "oddities", "workspace", "vocabulary", "occasion"]
)


@dataclass(frozen=True, slots=True)
class Check:
    """A check, and everything there is to say about it."""

    code: str
    name: str
    severity: Severity
    blocks: Blocks
    say: Words
    fix: Words
    clean: str
    broken: str | Oddity | Source
    run: Callable[..., Problems]
    needs: tuple[str, ...]  # what it wants to see, by name
    kinds: tuple[str, ...] = ()  # the oddities it judges
    with_it: tuple[str, ...] = ()  # codes that its broken sheet cannot help but give, too

    @property
    def page(self) -> str:
        """The handbook page: what it checks, and why."""
        return inspect.getdoc(self.run) or ""

    @property
    def looks_at_one_plan(self) -> bool:
        """Whether it is asked once for each plan."""
        return bool({"plan", "series", "day"} & set(self.needs))

    @property
    def looks_at_all(self) -> bool:
        """Whether it must see all plans together."""
        return bool({"plans", "sources"} & set(self.needs))

    def __call__(self, given: Mapping[str, Any]) -> Iterator[Finding]:
        """The findings in what is given to look at."""
        for place, facts, *weight in self.run(**self._wanted(given)):
            severity, blocks = self._weighed(weight[0] if weight else None)
            yield Finding(self.code, self.name, severity, place, facts, blocks=blocks)

    def _wanted(self, given: Mapping[str, Any]) -> dict[str, Any]:
        wanted = {name: given[name] for name in self.needs}
        if "oddities" in wanted and self.kinds:
            wanted["oddities"] = [odd for odd in wanted["oddities"] if odd.kind in self.kinds]
        return wanted

    def _weighed(self, weight: Severity | Blocks | None) -> tuple[Severity, Blocks]:
        if isinstance(weight, Blocks):
            return self.severity, weight
        if weight is None or weight is self.severity:
            return self.severity, self.blocks
        return weight, Blocks.FIGURE if weight is Severity.ERROR else Blocks.NOTHING


def check(
    code: str,
    severity: Severity,
    *,
    say: Words,
    fix: Words,
    broken: str | Oddity | Source,
    clean: str = "",
    blocks: Blocks | None = None,
    kinds: tuple[str, ...] = (),
    with_it: tuple[str, ...] = (),
) -> Callable[[Callable[..., Problems]], Check]:
    """Make a check of a generator function; the function's name is the check's name.

    *clean* and *broken* are drawings laid over the complete base plan; an empty *clean* is the
    base itself. What no drawing can show, such as an encrypted file, is given as the oddity
    that the reader reports.
    """
    usual = Blocks.FIGURE if severity is Severity.ERROR else Blocks.NOTHING
    base = "# scorecard" if str(broken).lstrip().startswith("# scorecard") else "# plan"

    def register(run: Callable[..., Problems]) -> Check:
        name = run.__name__.replace("_", "-")
        needs = tuple(inspect.signature(run).parameters)
        made = Check(
            code,
            name,
            severity,
            blocks or usual,
            say,
            fix,
            clean or base,
            broken,
            run,
            needs,
            kinds,
            with_it,
        )
        assert code not in CHECKS, f"{code} is taken by {CHECKS[code].name}"
        assert set(needs) <= _KNOWN, f"{code} asks for something unknown: {needs}"
        CHECKS[code] = made
        return made

    return register


# ---------------------------------------------------------------- running them


def run_checks(
    plans: Sequence[Plan],
    stray_oddities: Iterable[Oddity] = (),
    sources: Iterable[Source] = (),
    workspace: Workspace | None = None,
    vocabulary: Vocabulary | None = None,
    occasion: Occasion | None = None,
) -> tuple[Finding, ...]:
    """All findings of all checks, in the order of the workbooks, sheets and cells.

    A check that stumbles over one plan is itself a finding, and the others go on.
    """
    in_order = tuple(sorted(plans, key=lambda plan: plan.place))
    common = {
        "plans": in_order,
        "sources": tuple(sources),
        "oddities": tuple(stray_oddities),
        "workspace": workspace or Workspace(),
        "vocabulary": vocabulary or Vocabulary.default().with_metrics(kpi_words()),
        "occasion": occasion,
    }
    found = [*_overall(common)]
    for plan in in_order:
        found += _within(plan, common)
    described = _described(found, in_order)
    unique = {(f.code, f.place, repr(sorted(f.facts.items(), key=str))): f for f in described}
    return tuple(sorted(unique.values(), key=_in_order))


def _overall(common: Mapping[str, Any]) -> Iterator[Finding]:
    """What shows only when all workbooks are seen, and what kept a workbook from being read."""
    for each in CHECKS.values():
        if not each.looks_at_one_plan:
            yield from _careful(each, common, Place())


def _within(plan: Plan, common: Mapping[str, Any]) -> Iterator[Finding]:
    """What is wrong inside one plan."""
    occasion = common["occasion"]
    given = {
        **common,
        "plan": plan,
        "series": Series(plan, common["vocabulary"]),
        "oddities": plan.oddities,
        "day": occasion.as_of if occasion else plan.as_of,
    }
    for each in CHECKS.values():
        if each.looks_at_one_plan or ("oddities" in each.needs and not each.looks_at_all):
            yield from _careful(each, given, plan.place)


def _careful(each: Check, given: Mapping[str, Any], place: Place) -> Iterator[Finding]:
    """The findings of one check; its own failure is one of them, never the end of the run."""
    try:
        yield from each(given)
    except Exception as error:  # noqa: BLE001  (whatever it is, the user must hear of it)
        facts = {"check": each.code, "error": f"{type(error).__name__}: {error}"}
        stopped = Oddity("check-stopped", place, facts=facts)
        yield from CHECKS["V029"]({**given, "oddities": (stopped,)})


def _described(found: Iterable[Finding], plans: Sequence[Plan]) -> Iterator[Finding]:
    """The findings with the subject they are about and the text that stands in the cell."""
    by_book = {plan.place.book: plan for plan in plans}
    raws: dict[str, dict[Place, str]] = {}
    for finding in found:
        plan = by_book.get(finding.place.book)
        if plan is not None and plan.place.book not in raws:
            raws[plan.place.book] = _raws(plan)
        raw = raws.get(finding.place.book, {}).get(finding.place, "")
        yield _with(finding, plan.subject if plan else None, raw)


def _raws(plan: Plan) -> dict[Place, str]:
    """The text as typed of every cell that was read."""
    raws = {odd.place: odd.raw for odd in plan.oddities}
    for entry in plan.entries:
        raws.update({value.place: value.raw for value in entry.values.values()})
    raws.update({figure.place: figure.raw for figure in plan.figures})
    return raws


def _with(finding: Finding, subject: Subject | None, raw: str) -> Finding:
    return Finding(
        finding.code,
        finding.name,
        finding.severity,
        finding.place,
        finding.facts,
        subject,
        raw,
        finding.blocks,
    )


def _in_order(finding: Finding) -> tuple[str, str, int, int, str, str]:
    """By workbook, sheet, row, column, code."""
    place = finding.place
    first = place.cell.split(":")[0]
    letters = first.rstrip("0123456789")
    row = int(first[len(letters) :] or 0)
    facts = repr(sorted(finding.facts.items(), key=str))
    return place.book, place.sheet, row, _column(letters), finding.code, facts


def _column(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


for _module in pkgutil.iter_modules(__path__, f"{__name__}."):
    import_module(_module.name)
CHECKS.update([(code, CHECKS.pop(code)) for code in sorted(CHECKS)])
