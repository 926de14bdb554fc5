"""How much of a held-out workbook ``map`` reads right, without any help."""

from __future__ import annotations

from dataclasses import dataclass, replace

from foreign_tally import Tally, is_said, tally

from heldout.desk import Held
from kam_reports.books import read_bytes
from kam_reports.checks import run_checks
from kam_reports.kpis import KPIS, kpi_words
from kam_reports.layouts import load_layouts
from kam_reports.layouts.proposing import propose
from kam_reports.model import Oddity, Place
from kam_reports.vocabulary import Vocabulary

VOCABULARY = Vocabulary.default().with_metrics(
    kpi_words(), {key: kpi.unit for key, kpi in KPIS.items()}
)
LAYOUTS = load_layouts()
ENOUGH = 0.95


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of the figures of a workbook."""

    held: Held
    found: Tally
    figures: int  # that a careful reader takes
    unsaid: tuple[str, ...]  # places that had to lead to a finding

    @property
    def is_good(self) -> bool:
        """Whether 95 % of the figures or more are right."""
        return self.found.figures["right"] >= ENOUGH * self.figures


def judge(held: Held) -> Judged:
    """Read the workbook with the layout that is proposed for it, and compare with its truth."""
    made = held.made
    plan = propose(read_bytes(made.data, made.name), VOCABULARY, LAYOUTS).plan
    # That a table's unit was applied is no word about a figure of it.
    odd = tuple(each for each in plan.oddities if each.kind != "scale-differs")
    # A check looks at the figures themselves: a step from one to the next that nobody makes.
    found = run_checks([plan], vocabulary=VOCABULARY)
    steps = (Oddity("step", each.place) for each in found if each.code == "V121")
    plan = replace(plan, oddities=(*odd, *steps))
    places = (Place("", *at) for at in held.told)
    unsaid = tuple(str(place) for place in places if not is_said(plan.oddities, place))
    keys = {one.key for one in made.figures if one.needed and one.value is not None}
    return Judged(held, tally(made, plan), len(keys), unsaid)
