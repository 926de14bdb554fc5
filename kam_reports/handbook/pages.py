"""The pages of the handbook: what there is to say about a check, a KPI, a measure or a field."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from kam_reports.checks import Check
from kam_reports.checks.structure import HEADER
from kam_reports.kpis import Kpi
from kam_reports.kpis.declaring import STATE
from kam_reports.kpis.lights import Attained, rule_of
from kam_reports.kpis.telling import formula_told, rule_told
from kam_reports.mailing.guards import Guard
from kam_reports.model import Amount, Named
from kam_reports.topics import Rule
from kam_reports.vocabulary import Field, Measure, Section
from kam_reports.wording import Wording
from kam_reports.workspace import Workspace

COMPARISON = "C"  # the block of what is said of every KPI: it has no unit and no light of its own
_NOTES = {  # what the workbook notes beside a comparison says how it is computed
    "v_abs": "variance",
    "v_pct": "variance_pct",
    "att": "attainment",
    "growth": "growth",
    "fc_gap": "fc_gap",
}

_LONG = 30
_GLUE = "\N{WORD JOINER}"  # a space that no line breaks at

Words = Mapping[str, Iterable[str]]
Rows = Iterator[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Page:
    """A title, paragraphs, and labelled rows; those that say nothing are left out."""

    title: str
    text: str
    rows: Rows

    def laid_out(self, wording: Wording, width: int) -> str:
        """The page as it stands on a terminal."""
        rows = [(wording.phrase(f"handbook.{label}"), said) for label, said in self.rows if said]
        edge = max((len(label) for label, _ in rows), default=0) + 4
        lines = [self.title, ""]
        if self.text:
            lines += [*(wrapped(line, width) for line in self.text.split("\n")), ""]
        for label, said in rows:
            first, *others = said.split("\n")
            lines.append(wrapped(f"  {label:{edge - 2}}{first}", width, edge))
            lines += [wrapped(" " * edge + other, width, edge) for other in others]
        return "\n".join(lines)


def wrapped(text: str, width: int, edge: int = 0) -> str:
    """*text* in lines of *width*, the further ones indented by *edge*."""
    lines = textwrap.fill(
        text,
        max(width, 2 * edge),
        subsequent_indent=" " * edge,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return lines.replace(_GLUE, " ")


def listed(words: Iterable[str]) -> str:
    """The words, none of them twice; lines break between two of them, unless one is long."""
    return ", ".join(
        word.replace(" ", _GLUE) if len(word) <= _LONG else word for word in dict.fromkeys(words)
    )


def headline(key: str, english: str, wording: Wording) -> str:
    """The first sentence of the long text about *key*."""
    return wording.page(key, english).split("\n")[0]


# ---------------------------------------------------------------- checks and talking points


def of_check(check: Check, wording: Wording) -> Page:
    """What a check finds, why that matters, what to do and what follows from it."""

    def rows() -> Rows:
        yield "message", _shape(wording.pick(check.say))
        yield "fix", _shape(wording.pick(check.fix))
        yield "effect", wording.phrase(f"handbook.blocks.{check.blocks}")

    severity = wording.phrase(f"severity.{check.severity}")
    title = f"{check.code} · {severity} · {check.name}"
    return Page(title, wording.page(check.code, check.page), rows())


def of_topic(topic: Rule, wording: Wording) -> Page:
    """When a talking point is made, and what it says."""

    def rows() -> Rows:
        yield "message", _shape(wording.pick(topic.say))
        yield "priority", str(topic.priority)
        yield "audience", wording.phrase(f"handbook.classes.{topic.clearance}")

    title = f"{topic.id} · {wording.phrase(f'handbook.talk.{topic.role}')}"
    return Page(title, wording.page(topic.id, topic.page), rows())


def of_guard(guard: Guard, wording: Wording) -> Page:
    """What stops a mail, why, and what to do."""

    def rows() -> Rows:
        yield "message", _shape(wording.pick(guard.say))
        yield "fix", _shape(wording.pick(guard.fix))
        yield "effect", wording.phrase("handbook.held_back")

    title = f"{guard.name} · {wording.phrase('handbook.guard')}"
    return Page(title, wording.page(guard.name, guard.page), rows())


def _shape(sentence: str) -> str:
    """A sentence with its facts left open."""
    return re.sub(r"\{\w+\}", "…", sentence).replace("….", "…")


# ---------------------------------------------------------------- KPIs and measures


def of_kpi(kpi: Kpi, wording: Wording, workspace: Workspace) -> Page:
    """What a KPI means, how it is computed and judged, and who may see it."""
    phrase = wording.phrase
    measure = wording.vocabulary.measures.get(measure_of(kpi))
    text = [wording.page(kpi.id, kpi.page) or phrase("handbook.own_kpi")]
    if measure:
        text.append(measure.help.get(wording.language, ""))

    def rows() -> Rows:
        yield "formula", "" if measure else _formula(kpi, wording)
        if kpi.block != COMPARISON:
            yield "unit", phrase(f"workbook.unit.{kpi.unit}")
            yield "better", _better(kpi.better, wording)
            yield "light", _light(kpi, wording, workspace)
            yield "shown", listed(phrase(f"handbook.scope.{scope}") for scope in kpi.scope)
            yield "over_time", _over_time(kpi, wording)
            yield "over_accounts", phrase(f"handbook.accounts.{kpi.over_accounts}")
        if kpi.dimension:
            yield "dimension", wording.label(Named("option", f"goals.dimension.{kpi.dimension}"))
        yield "audience", phrase(f"handbook.classes.{kpi.clearance}")
        yield "synonyms", _synonyms(wording, kpi.words, measure.words if measure else {})

    return Page(f"{kpi.id} · {wording.pick(kpi.words)}", "\n".join(filter(None, text)), rows())


def of_measure(measure: Measure, kpis: Iterable[Kpi], wording: Wording) -> Page:
    """What a measure counts, how it adds up and which KPIs need it."""
    phrase = wording.phrase
    told = "handbook.counted" if measure.counted else "workbook.as_stated"
    users = [wording.pick(kpi.words) for kpi in kpis if measure.key in kpi.needs]

    def rows() -> Rows:
        yield "unit", phrase(f"workbook.unit.{measure.unit}")
        yield "better", _better(measure.better, wording)
        yield "over_time", phrase(f"handbook.time.{measure.over_time}")
        yield "over_accounts", phrase(f"handbook.accounts.{measure.over_accounts}")
        if measure.part_of:
            yield "part_of", wording.label(Named("measure", measure.part_of))
        yield "used_in", listed(users)
        yield "audience", phrase(f"handbook.classes.{measure.clearance}")
        yield "synonyms", _synonyms(wording, measure.words)

    title = f"{measure.key} · {wording.pick(measure.words)}"
    return Page(title, measure.help.get(wording.language) or phrase(told), rows())


def measure_of(kpi: Kpi) -> str:
    """The measure that a KPI shows as it is; none if it computes something."""
    told = formula_told(kpi, str, "")
    return told if told in kpi.needs else ""


def _formula(kpi: Kpi, wording: Wording) -> str:
    if kpi.id in _NOTES:
        return wording.phrase(f"workbook.note.{_NOTES[kpi.id]}")
    months = wording.phrase("workbook.months")
    return formula_told(kpi, lambda need: wording.label(Named("measure", need)), months)


def _better(better: str, wording: Wording) -> str:
    return wording.phrase(f"workbook.better.{better}") if better != "info" else ""


def _light(kpi: Kpi, wording: Wording, workspace: Workspace) -> str:
    """The rule of the light, that of the whole year if it is another one, and the signs."""
    thresholds = workspace.thresholds
    key, facts = rule_told(kpi, thresholds)
    if key == "none":
        return ""
    lines = [wording.phrase(f"workbook.rule.{key}", **facts)]
    if isinstance(rule_of(kpi, thresholds), Attained) and "FY" in kpi.scope:
        green, yellow = (Amount(limit, "") for limit in thresholds.forecast)
        lines.append(wording.phrase("handbook.outlook", green=green, yellow=yellow))
    if kpi.cases:
        lines.append(wording.phrase("handbook.few", cases=thresholds.few_cases))
    return "\n".join([*lines, wording.phrase("handbook.signs")])


def _over_time(kpi: Kpi, wording: Wording) -> str:
    """How its measures are put together over the quarters before the formula is applied."""
    if kpi.over_accounts == "pooled":
        return wording.phrase("handbook.accounts.pooled")
    if kpi.scope == STATE:
        return ""
    ways: dict[str, list[str]] = {}
    for need in kpi.needs:
        measure = wording.vocabulary.measures[need]
        ways.setdefault(measure.over_time, []).append(wording.pick(measure.words))
    said = {way: wording.phrase(f"handbook.time.{way}") for way in ways}
    if len(kpi.needs) < 2:
        return ", ".join(said.values())
    if len(ways) == 1:
        return wording.phrase("handbook.time.alike", way=said.popitem()[1])
    parts = [f"{said[way]} ({', '.join(names)})" for way, names in ways.items()]
    return wording.phrase("handbook.time.apart", ways=parts)


# ---------------------------------------------------------------- fields and sections


def of_section(section: Section, wording: Wording) -> Page:
    """What belongs into a section."""
    phrase = wording.phrase
    fields = [
        (field.key, wording.pick(field.words), demand_of(field) == "yes")
        for field in fields_of(section, wording)
    ]
    width = max(len(key) for key, _, _ in fields)
    must = phrase("handbook.required")
    measures = [
        wording.pick(measure.words)
        for measure in wording.vocabulary.measures.values()
        if section.records == "grid"
        and measure.document == section.document
        and not measure.counted
    ]

    def rows() -> Rows:
        yield (
            "fields",
            "\n".join(
                f"{key:{width}}  {label}{f' · {must}' if needed else ''}"
                for key, label, needed in fields
            ),
        )
        yield "measures", listed(measures)
        yield "synonyms", _synonyms(wording, section.words)

    title = f"{section.key} · {_path(section, wording)}"
    return Page(title, section.help.get(wording.language, ""), rows())


def of_field(field: Field, section: Section, wording: Wording) -> Page:
    """What may stand in a field, and who may see it."""
    phrase = wording.phrase
    derived = phrase("handbook.derived") if field.derived else ""

    def rows() -> Rows:
        if field.options:
            yield "options", listed(wording.pick(option.words) for option in field.options)
        else:
            yield "type", phrase(f"handbook.types.{field.type}")
        yield "range", _range(field, wording)
        if field.refers_to:
            yield "refers_to", wording.label(Named("section", field.refers_to))
        yield "required", phrase(f"handbook.demands.{demand_of(field)}")
        if demand_of(field) == "no":
            yield "default", _default(field, wording)
        yield "audience", phrase(f"handbook.classes.{field.clearance}")
        yield "synonyms", _synonyms(wording, field.words)

    title = f"{field.name} · {_path(section, wording)} › {wording.pick(field.words)}"
    return Page(title, field.help.get(wording.language) or derived, rows())


def fields_of(section: Section, wording: Wording) -> list[Field]:
    """The fields of a section, without the measures that its grid repeats."""
    measures = wording.vocabulary.measures if section.records == "grid" else {}
    return [field for field in section.fields.values() if field.key not in measures]


def demand_of(field: Field) -> str:
    """Whether a field must be filled in: yes, expected or no, as the checks see it."""
    header = field.section in ("plan", "header") and field.key in HEADER
    return field.required if field.default is None or header else "no"


def _path(section: Section, wording: Wording) -> str:
    """Where a section stands: its document, what it is part of, its name."""
    whole = [wording.label(Named("section", section.part_of))] if section.part_of else []
    document = wording.phrase(f"handbook.part.{section.document}")
    return " › ".join([document, *whole, wording.pick(section.words)])


def _range(field: Field, wording: Wording) -> str:
    """The least and the most that a field allows."""
    if field.type not in ("int", "number", "money", "pct") or field.low is None:
        return ""
    unit = "percent" if field.type == "pct" else ""
    low, high = (Amount(limit, unit) for limit in (field.low, field.high))
    if field.high is None:
        return wording.phrase("handbook.at_least", low=low)
    return wording.phrase("handbook.between", low=low, high=high)


def _default(field: Field, wording: Wording) -> str:
    """What counts if a field is left empty."""
    if field.default is None:
        return ""
    if field.options:
        return wording.pick(field.option(str(field.default)).words)
    return wording.fact(field.default)


def _synonyms(wording: Wording, *words: Words) -> str:
    """All other words that are recognised, those of the language first."""
    title = wording.pick(words[0])
    languages = sorted(words[0], key=lambda language: language != wording.language)
    known = (one for language in languages for some in words for one in some.get(language, ()))
    return listed(word for word in known if word != title)
