"""What ``map`` shows of a proposal: lines for the terminal, rows for the page, notes for the file.

Everything is said here once; the terminal and the page only lay it out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from kam_reports.checks import CHECKS
from kam_reports.layouts import KINDS
from kam_reports.layouts.proposing import BY_RULES, DOUBTFUL, SURE, Meant, Part, Proposal
from kam_reports.model import Amount, Entry, Figure, Finding, Named, Period, Place, range_around

if TYPE_CHECKING:
    from kam_reports.wording import Wording

FIRST = 12  # figures and records that are shown without being asked for more
_WIDE, _NARROW = 78, 30  # letters of a value
_FEW = 3  # records of a section
_SAID = 6  # measures named in a line
_KINDS = frozenset([*KINDS, "unknown-measure", "unknown-option", "ambiguous", "percent-mixed"])
_NOTE = 3  # cells that nobody misses if they are not read: a note or two
_UNREAD = frozenset(["unmapped-sheet", "unmapped-range", "unknown-measure", "unknown-column"])
_LIGHTS = {"sure": "green", "likely": "yellow", "unsure": "red"}

Paint = Callable[[str, str], str]  # a text, and how sure what it says is


def plain(text: str, _grade: str) -> str:
    """Without colour."""
    return text


def grade(sure: float) -> str:
    """How sure a share is, in a word: sure, likely or unsure."""
    return "sure" if sure >= SURE else "likely" if sure >= DOUBTFUL else "unsure"


@dataclass(frozen=True, slots=True)
class Line:
    """A part of the workbook as one line."""

    place: str
    section: str
    kind: str
    sure: float
    grade: str
    light: str
    content: str
    notes: tuple[str, ...]
    new: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A figure or a field of a record as it would be read."""

    what: str
    value: str
    place: Place
    raw: str


class Told:
    """A proposal in the words of one language."""

    def __init__(
        self, proposal: Proposal, findings: Sequence[Finding], wording: Wording, file: str
    ) -> None:
        self.proposal = proposal
        self.wording = wording
        self.file = file  # where the layout lies or would lie
        self.findings = [each for each in findings if _KINDS & set(CHECKS[each.code].kinds)]
        self.others = len(findings) - len(self.findings)

    def say(self, key: str, /, **facts: object) -> str:
        """A phrase of the command."""
        return self.wording.phrase(key, **facts)

    # ------------------------------------------------ what it is

    @property
    def title(self) -> str:
        """What was found, in a sentence."""
        proposal = self.proposal
        if proposal.own:
            key = "map.by_own_and_new" if proposal.new else "map.by_own"
            return self.say(key, layout=proposal.known, parts=len(proposal.new))
        if proposal.known:
            unread = (odd for odd in proposal.plan.oddities if odd.kind in _UNREAD)
            cells = sum(int(odd.facts.get("count", _NOTE + 1)) for odd in unread)
            key = "map.by_known" if cells <= _NOTE else "map.by_known_partly"
            return self.say(key, layout=proposal.known)
        if not proposal.parts:
            return self.say("map.nothing")
        sure = sum(part.sure >= SURE for part in proposal.parts)
        return self.say("map.proposed", parts=len(proposal.parts), sure=sure)

    @property
    def would_read(self) -> str:
        """How many figures and records the layout reads."""
        figures = sum(figure.value is not None for figure in self.proposal.plan.figures)
        records = sum(1 for _ in self._records())
        key = "map.reads_at_first" if self.proposal.shortened else "map.reads"
        return self.say(key, figures=figures, records=records, rows=self.proposal.shortened)

    # ------------------------------------------------ parts

    def parts(self) -> list[Line]:
        """What was recognised where, and how sure that is."""
        return [self._line(part) for part in self.proposal.parts]

    def _line(self, part: Part) -> Line:
        how = grade(part.sure)
        return Line(
            _at(part.place),
            self.wording.label(Named("section", part.declared.fills)),
            self._kind("counted" if part.block == BY_RULES else part.declared.kind),
            part.sure,
            how,
            _LIGHTS[how],
            self._content(part),
            tuple(self._notes(part)),
            part.new or part.block == BY_RULES,
        )

    def _kind(self, kind: str) -> str:
        words = {
            "counted": self.say("map.counted"),
            "form": self.say("map.form"),
            "list": self.say("map.list"),
            "grid": self.say("map.grid"),
            "long": self.say("map.long"),
            "pairs": self.say("map.pairs"),
        }
        return words[kind]

    def _content(self, part: Part) -> str:
        if part.block == BY_RULES:
            return self.say("map.counted_rows", rows=part.rows)
        if part.declared.kind == "form":
            return self.say("map.fields", count=part.read)
        if part.declared.kind == "list":
            return self.say("map.rows", rows=part.rows, fields=len(part.meant))
        measures = [m for m in part.meant if m.named.kind == "measure"]
        names = list(dict.fromkeys(self.wording.label(m.named) for m in measures))
        more = f" +{len(names) - _SAID}" if len(names) > _SAID else ""
        pieces = [
            ", ".join(names[:_SAID]) + more,
            self._periods(part.periods),
            self.wording.fact(part.scenarios),
            part.unit,
        ]
        counted = self.say("map.figures", count=part.read)
        return " · ".join(filter(None, [counted, *pieces]))

    def _periods(self, periods: Sequence[Period]) -> str:
        """Periods of one kind from the first to the last."""
        told = []
        for _, group in groupby(periods, key=lambda one: one.grain):
            found = list(group)
            ends = [found[0], found[-1]] if len(found) > 2 else found
            told.append(("–" if len(found) > 2 else ", ").join(map(self.wording.period, ends)))
        return ", ".join(told)

    def _notes(self, part: Part) -> Iterator[str]:
        """What a person should look at before the layout is used."""
        yield from (self.guess(meant) for meant in part.meant if meant.sure < 1)
        if part.unit and part.unit_at is not None:
            yield self.say("map.unit", unit=part.unit, cell=part.unit_at.cell)
        if part.unknown:
            cells = ", ".join(place.cell for place in part.unknown[:_SAID])
            yield self.say("map.unknown", cells=cells)
        words = {
            "scenario": self.say("map.open_scenario"),
            "period": self.say("map.open_period"),
            "measure": self.say("map.open_measure"),
        }
        yield from (words[name] for name in part.open)
        if part.assumed:
            yield self.say("map.assumed")
        if part.hidden:
            yield self.say("map.hidden")
        if part.declared.cells:
            yield self.say("map.by_cells")
        if part.left:
            yield self.say("map.left", count=part.left)

    def guess(self, meant: Meant) -> str:
        """A word that is only like a known one, and what it is taken for."""
        sure = self.wording.number(meant.sure, "share")
        named = self.wording.label(meant.named)
        return self.say("map.guess", text=meant.text, named=named, sure=sure, cell=meant.place.cell)

    # ------------------------------------------------ what is missing, what is left

    def missing(self) -> list[str]:
        """Fields and sections that every plan should have."""
        return [self.wording.label(named) for named in self.proposal.missing]

    def hints(self) -> list[str]:
        """Words that nobody knows, and how to tell the layout what they mean."""
        return [
            self.say(
                "map.hint",
                text=meant.text,
                named=self.wording.label(meant.named),
                key=meant.named.key,
                place=_at(meant.place),
            )
            for meant in self.proposal.hints
        ]

    def found(self) -> list[tuple[str, str, str]]:
        """What stays unread or is ambiguous: code, place, sentence."""
        return [
            (one.code, _at(one.place), self.wording.say(CHECKS[one.code].say, one.facts))
            for one in self.findings
        ]

    # ------------------------------------------------ what would be read

    def rows(self, most: int | None = None) -> list[Row]:
        """The figures, then the records, as they would be read; *most* of each."""
        figures = [f for f in self.proposal.plan.figures if f.raw or f.value is not None]
        records = list(self._records())
        shown = [self.row(figure) for figure in figures[:most]]
        for section, group in groupby(records, key=lambda entry: entry.section):
            few = None if most is None else _FEW
            shown += [self._record(section, entry) for entry in list(group)[:few]]
        return shown

    def _record(self, section: str, entry: Entry) -> Row:
        """A record on one line: what it says, and the cells it stands in."""
        rows = list(self._fields(entry))
        cells = range_around(row.place.cell for row in rows)
        what = self.wording.label(Named("section", section))
        said = " · ".join(" ".join(row.value.split("\n")) for row in rows)
        return Row(what, said, Place(entry.place.book, entry.place.sheet, cells), "")

    def _records(self) -> Iterator[Entry]:
        header = self.proposal.layout.header
        for entry in self.proposal.plan.entries:
            if entry.section != header and any(v.value is not None for v in entry.values.values()):
                yield entry

    def identity(self) -> list[Row]:
        """What the header says."""
        return list(self._fields(self.proposal.plan.header))

    def row(self, figure: Figure) -> Row:
        """A figure as it would be read."""
        known = figure.measure in self.wording.vocabulary.metrics
        name = self.wording.label(Named("measure", figure.measure)) if known else figure.measure
        about = [name, figure.breakdown, figure.scenario, figure.period]
        what = " · ".join(self.wording.fact(each) for each in about if each)
        value = self.wording.fact(Amount(figure.value, figure.unit))
        return Row(what, value, figure.place, figure.raw)

    def _fields(self, entry: Entry) -> Iterator[Row]:
        fields = self.wording.vocabulary.section(entry.section).fields
        for key, value in entry.values.items():
            if value.value is None or key not in fields:
                continue
            named = self.wording.label(Named("field", f"{entry.section}.{key}"))
            shown = value.value
            if fields[key].type in ("enum", "currency") and fields[key].options:
                option = Named("option", f"{entry.section}.{key}.{shown}")
                known = any(one.key == shown for one in fields[key].options)
                shown = self.wording.label(option) if known else shown
            elif fields[key].type == "metric" and shown in self.wording.vocabulary.metrics:
                shown = self.wording.label(Named("measure", shown))
            elif fields[key].unit and isinstance(shown, (int, float)):
                shown = Amount(shown, fields[key].unit)
            yield Row(named, self.wording.fact(shown), value.place, value.raw)

    # ------------------------------------------------ notes in the file

    def notes(self) -> dict[int, str]:
        """A remark over every block of the layout: where it was found, how sure, what to check."""
        notes: dict[int, list[str]] = {}
        for part, line in zip(self.proposal.parts, self.parts(), strict=True):
            if part.block == BY_RULES:
                continue
            sure = self.wording.number(part.sure, "share")
            said = notes.setdefault(part.block, [])
            said.append(f"{line.place}: {line.section}, {line.kind}, {sure} – {line.content}")
            said += [f"  {note}" for note in line.notes if f"  {note}" not in said]
            known = ", ".join(f"{m.text} = {_key(m.named)}" for m in part.meant if m.sure == 1)
            if known and f"  {known}" not in said:
                said.append(f"  {known}")
        return {number: "\n".join(said) for number, said in notes.items()}

    # ------------------------------------------------ the terminal

    def lines(self, *, everything: bool = False, paint: Paint = plain) -> Iterator[str]:
        """What the terminal shows."""
        yield f"{self.proposal.book.name}: {self.title}"
        yield from self._of_parts(paint)
        yield from self._listed(self.say("map.missing"), [", ".join(self.missing())])
        yield from self._listed(self.say("map.hints"), self.hints())
        told = [f"{place}: {code} {sentence}" for code, place, sentence in self.found()]
        yield from self._listed(self.say("map.unread"), told)
        if self.others:
            yield self.say("map.others", count=self.others)
        yield ""
        yield self.would_read
        rows = self.rows(None if everything else FIRST)
        yield from self._table([*self.identity(), *rows])
        if not everything:
            yield f"  {self.say('map.more')}"

    def _of_parts(self, paint: Paint) -> Iterator[str]:
        lines = self.parts()
        if not lines:
            return
        yield ""
        yield self.say("map.recognised")
        places = max(len(line.place) for line in lines)
        names = max(len(f"{line.section}, {line.kind}") for line in lines)
        for line in lines:
            sure = self.wording.number(line.sure, "share")
            name = f"{line.section}, {line.kind}"
            yield (
                f"  {line.place:<{places}}  {name:<{names}}  "
                f"{paint(f'{sure:>5}', line.grade)}  {line.content}"
            )
            for note in line.notes:
                yield f"  {'':<{places}}  – {note}"

    def _listed(self, heading: str, lines: Iterable[str]) -> Iterator[str]:
        kept = [line for line in lines if line]
        if kept:
            yield ""
            yield heading
            yield from (f"  {line}" for line in kept)

    def _table(self, rows: Sequence[Row]) -> Iterator[str]:
        whats = min(max((len(row.what) for row in rows), default=0), _WIDE)
        values = [_one_line(row.value) for row in rows]
        short = [len(value) for value in values if len(value) <= _NARROW]
        places = max((len(_at(row.place)) for row in rows), default=0)
        for row, value in zip(rows, values, strict=True):
            where = f"{_at(row.place):<{places}}"
            yield f"  {row.what:<{whats}}  {where}  {value:>{max(short, default=0)}}"


def _key(named: Named) -> str:
    """What a layout calls it."""
    return named.key.rpartition(".")[2]


def _one_line(text: str) -> str:
    short = text.replace("\n", " ")
    return short if len(short) <= _WIDE else f"{short[: _WIDE - 1]}…"


def _at(place: Place) -> str:
    """Sheet and cell as a formula names them."""
    return "!".join(part for part in (place.sheet, place.cell) if part) or place.book
