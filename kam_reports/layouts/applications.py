"""A partner's list of applications, one row each, counted into the figures of its quarters.

The rows are taken off the page before anything else looks at it. Of a customer only a mark is
kept while the list is counted: a keyed hash whose key is drawn anew for each workbook. Neither
names nor birth dates get into a plan, a figure or a finding.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from fnmatch import fnmatchcase
from statistics import median
from typing import Any

from kam_reports.layouts.application_rules import DAYS, EVENTS, ListRules
from kam_reports.layouts.declared import Layout
from kam_reports.layouts.gathering import Gathering, unit_in
from kam_reports.layouts.pages import Page, Position, span
from kam_reports.model import Amount, Cell, Figure, Named, Period, Place, Scenario, quarter_of
from kam_reports.values import Column, Wanted, evidence, raw_text, read_cell
from kam_reports.vocabulary import nearest, normalise
from kam_reports.workspace import CalendarSettings

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
_FLAGS = ("automatic", "complete", "queried")
_AMOUNTS = ("amount", "amount_signed")
_LEAST_COLUMNS = 4
_SUBMISSION = ("submitted_on", "created_on", "status_on")
_HARMLESS = frozenset(["converted", "date-converted"])  # texts are usual in an export
_TITLE_ROWS = 5  # above the header of a list that explain it
_DAY = timedelta(days=1)
_LONGEST_SPAN = 3660  # days; a decision later than that is a slip

# ---------------------------------------------------------------- found on a page


@dataclass(frozen=True, slots=True)
class ApplicationList:
    """A list of applications, taken off its page: only the columns that are counted."""

    page: Page
    top: int
    headings: Mapping[str, str]  # of the columns that are read
    columns: Mapping[str, int]
    rows: tuple[int, ...]
    cells: Mapping[Position, Cell]
    left_out: int  # columns with a heading that are not read

    @property
    def area(self) -> str:
        """The range of the list: its header and its rows."""
        rows = (self.top, *self.rows)
        return span((row, column) for row in rows for column in self.columns.values())

    def cell(self, row: int, name: str) -> Cell | None:
        """The cell of a column in *row*."""
        return self.cells.get((row, self.columns[name])) if name in self.columns else None


def take_lists(pages: Iterable[Page], gathering: Gathering) -> tuple[ApplicationList, ...]:
    """The lists of applications on *pages*; nothing of their rows is left there."""
    layout = gathering.layout
    if layout.document != "scorecard":
        return ()
    return tuple(
        found for page in pages if _may_hold(page, layout) for found in _lists_on(page, gathering)
    )


def _may_hold(page: Page, layout: Layout) -> bool:
    """Whether a list is looked for there: a layout of blocks must name a hidden sheet."""
    patterns = layout.applications.sheets
    hidden = page.sheet.visible != "visible"
    if hidden and layout.blocks and "*" in patterns and not layout.declares(page.name):
        return False
    return any(fnmatchcase(page.name.casefold(), each.casefold()) for each in patterns)


def _lists_on(page: Page, gathering: Gathering) -> Iterator[ApplicationList]:
    rules = gathering.layout.applications
    words = rules.column_words
    order, at = list(page.rows), 0
    while at < len(order):
        columns = _columns(page, order[at], words)
        if not _is_header(columns):
            at += 1
            continue
        end = _end_of(page, order, at, gathering)
        found = _taken(page, order[at], order[at + 1 : end], columns)
        gathering.note_hidden(page, found.cells)
        _wipe(page, order[max(0, at - _TITLE_ROWS) : at], order[at:end])
        yield found
        at = end


def _columns(page: Page, row: int, words: Mapping[str, str]) -> dict[str, int]:
    """What stands in which column, by the headings in *row*; the first of a name holds."""
    columns: dict[str, int] = {}
    for column, text in page.texts(row).items():
        unit = unit_in(text)
        bare = text.replace(f"({unit})", "").replace(f"[{unit}]", "") if unit else text
        bare = re.sub(r"\s+in\s+\S+$", "", bare) if unit else bare
        name = words.get(normalise(text)) or words.get(normalise(bare))
        if name is not None:
            columns.setdefault(name, column)
    return columns


def _is_header(columns: Mapping[str, int]) -> bool:
    """Whether a row heads a list of applications: whose, since when, and how it stands."""
    return (
        len(columns) >= _LEAST_COLUMNS
        and "status" in columns
        and ("case" in columns or "customer" in columns)
        and any(name in columns for name in _SUBMISSION)
    )


def _end_of(page: Page, order: Sequence[int], at: int, gathering: Gathering) -> int:
    """Where the list ends: at a heading below a gap that names a section, or with the page."""
    for later in range(at + 1, len(order)):
        row = order[later]
        texts = page.texts(row)
        if row - order[later - 1] > 1 and len(page.rows[row]) == 1 and texts:
            (text,) = texts.values()
            if gathering.layout.section_of(text, gathering.vocabulary):
                return later
    return len(order)


def _taken(
    page: Page, top: int, body: Sequence[int], columns: Mapping[str, int]
) -> ApplicationList:
    header = page.texts(top)
    rows = tuple(row for row in body if page.texts(row) != header)
    cells = {
        (row, column): cell
        for row in rows
        for column in columns.values()
        if (cell := page.cell(row, column)) is not None
    }
    headings = {name: header[column] for name, column in columns.items()}
    left_out = len(header) - len(columns)
    return ApplicationList(page, top, headings, columns, rows, cells, left_out)


def _wipe(page: Page, above: Sequence[int], rows: Sequence[int]) -> None:
    """Take a list off its page; a title above it is known."""
    for row in above:
        if len(page.texts(row)) == len(page.rows[row]) == 1:
            page.read(row)
    gone = set(rows)
    last = max(gone)
    for row in rows:
        page.read(row)
        del page.rows[row]
        page.known_texts.pop(row, None)
    for position in [at for at in page.covered if min(gone) <= at[0] <= last]:
        del page.covered[position]


# ---------------------------------------------------------------- a row


@dataclass(frozen=True, slots=True)
class _Row:
    """One row of a list. *case* and *person* are marks that tell nothing."""

    list: int
    row: int
    status: str
    days: Mapping[str, date]
    amounts: Mapping[str, float | None]  # None: filled, but gives no number
    flags: Mapping[str, bool | None]
    case: bytes | None
    person: bytes | None


class _Reader:
    """Reads the rows of one list, and remembers what could not be read."""

    def __init__(
        self, number: int, found: ApplicationList, gathering: Gathering, key: bytes
    ) -> None:
        self.number = number
        self.found = found
        self.gathering = gathering
        self.rules = gathering.layout.applications
        self.key = key
        # The list states full amounts, whatever unit the scorecard itself is in.
        self.setting = replace(gathering.setting, scale=1)
        self.proofs = {name: self._proof(name) for name in found.columns}
        self.statuses = self.rules.status_words
        self.yes = frozenset(map(normalise, self.rules.yes))
        self.no = frozenset(map(normalise, self.rules.no))
        self.unknown: dict[str, list[int]] = defaultdict(list)  # words of statuses
        self.unread: dict[str, list[int]] = defaultdict(list)  # rows by column
        self.notes = 0  # sums and remarks below the list
        self.personal = self._personal_words()

    def _proof(self, name: str) -> Column:
        """What a column proves about how its texts are meant."""
        proof = evidence(self.found.cell(row, name) for row in self.found.rows)
        if proof.day_first is None and self.rules.day_first is not None:
            proof = replace(proof, day_first=self.rules.day_first)
        return proof

    def read(self) -> Iterator[_Row]:
        """The rows whose status is known."""
        for row in self.found.rows:
            if self._is_note(row):
                self.notes += 1
                continue
            text = self._text(row, "status")
            status = self.statuses.get(normalise(text))
            if status is None:
                self.unknown[text].append(row)
                continue
            flags = {name: self._flag(row, name) for name in _FLAGS if name in self.found.columns}
            if flags.get("automatic"):
                status = self.rules.automatic.get(status, status)
            yield _Row(
                list=self.number,
                row=row,
                status=status,
                days=self._days(row),
                amounts=self._amounts(row),
                flags=flags,
                case=self._mark(self._text(row, "case")),
                person=self._person(row),
            )

    def _is_note(self, row: int) -> bool:
        """A sum or a remark: it says nothing in the columns that an application fills."""
        if self._text(row, "status"):
            return False
        texts = [
            raw_text(cell)
            for name in self.found.columns
            if name not in _AMOUNTS and (cell := self.found.cell(row, name)) is not None
        ]
        total = any(self.gathering.vocabulary.is_total(text) for text in texts)
        return total or len(texts) <= 1

    def _text(self, row: int, name: str) -> str:
        return " ".join(raw_text(self.found.cell(row, name)).split())

    def _value(self, row: int, name: str, wanted: Wanted) -> tuple[Any, bool]:
        """What a cell gives, and whether it could be read. What is doubtful gives nothing."""
        cell = self.found.cell(row, name)
        setting, vocabulary = self.setting, self.gathering.vocabulary
        meaning = read_cell(cell, wanted, self.proofs[name], setting, vocabulary)
        if all(noticed.kind in _HARMLESS for noticed in meaning.noticed):
            return meaning.value, True
        self.unread[name].append(row)
        return None, False

    def _days(self, row: int) -> Mapping[str, date]:
        days = {}
        for name in DAYS:
            if name in self.found.columns:
                day, _ = self._value(row, name, Wanted("date"))
                if day is not None:
                    days[name] = day
        return days

    def _amounts(self, row: int) -> Mapping[str, float | None]:
        amounts: dict[str, float | None] = {}
        for name in _AMOUNTS:
            if name in self.found.columns:
                unit = unit_in(self.found.headings[name])
                amount, certain = self._value(row, name, Wanted("money", "EUR", unit_text=unit))
                if amount is not None or not certain:
                    amounts[name] = amount
        return amounts

    def _flag(self, row: int, name: str) -> bool | None:
        """What a column of yes and no says; a blank is no, as where people only tick."""
        word = normalise(self._text(row, name))
        if word in self.yes:
            return True
        if word and word not in self.no:
            self.unread[name].append(row)
            return None
        return False

    # ------------------------------------------------ what is personal

    def _mark(self, *parts: str) -> bytes | None:
        """A mark of *parts* that nobody can trace back; None if one of them is blank."""
        if not all(parts):
            return None
        text = "\x1f".join(parts).encode("utf-8", "surrogatepass")
        return hashlib.blake2b(text, key=self.key, digest_size=16).digest()

    def _person(self, row: int) -> bytes | None:
        """A mark of the customer, made of the columns that the rules name."""
        parts = []
        for name in self.rules.same_customer:
            if name == "customer":
                names = f"{self._text(row, 'customer')} {self._text(row, 'first_name')}"
                parts.append(" ".join(sorted(map(normalise, re.findall(r"\w+", names)))))
            elif name == "birth_date":
                parts.append(self._born(row))
            elif name not in DAYS:
                parts.append(normalise(self._text(row, name)))
        return self._mark(*parts) if parts else None

    def _born(self, row: int) -> str:
        """The birth date, alike however it is typed."""
        cell = self.found.cell(row, "birth_date")
        if cell is None:
            return ""
        proof, vocabulary = self.proofs["birth_date"], self.gathering.vocabulary
        meaning = read_cell(cell, Wanted("date"), proof, self.setting, vocabulary)
        return meaning.value.isoformat() if meaning.value else normalise(raw_text(cell))

    def _personal_words(self) -> frozenset[str]:
        """The words that must not be quoted, should they stand in a wrong column."""
        return frozenset(
            word
            for row in self.found.rows
            for name in ("customer", "first_name", "birth_date", "case")
            for word in map(normalise, re.findall(r"\w+", self._text(row, name)))
            if len(word) > 1
        )

    def quotable(self, text: str) -> str:
        """*text*, if it names nobody."""
        words = [normalise(word) for word in re.findall(r"\w+", text)]
        harmless = len(text) <= 60 and not any(char.isdigit() for char in text)
        return text if harmless and not self.personal & set(words) else ""


# ---------------------------------------------------------------- an application


@dataclass(frozen=True, slots=True)
class _Case:
    """One application: its highest status, and the day of everything that it counts as."""

    status: str
    days: Mapping[str, date]  # by event
    exact: frozenset[str]  # the events that are dated by their own day
    amounts: Mapping[str, float | None]  # by measure; None: not to be read
    flags: Mapping[str, bool | None]
    rows: tuple[tuple[int, int], ...]  # list and row
    same: tuple[Any, ...] | None  # who agrees in this is the same
    late: bool = False


class _Cases:
    """Puts the rows together to applications, each counted once."""

    def __init__(self, rules: ListRules) -> None:
        self.rules = rules
        self.ranks = {status: number for number, status in enumerate(rules.rank)}
        self.further = 0  # rows of an application that has several
        self.repeated: list[tuple[int, int]] = []
        self.created: list[tuple[int, int]] = []
        self.undated: list[tuple[int, int]] = []

    def put_together(self, rows: Iterable[_Row]) -> list[_Case]:
        """The applications that count, in no matter which order the rows stand."""
        cases = [self._case(each) for each in _grouped(rows, lambda row: row.case)]
        kept = []
        for same in _grouped(cases, lambda case: case.same):
            best, *others = sorted(same, key=self._worth, reverse=True)
            self.repeated += [case.rows[0] for case in others]
            self.further += sum(len(case.rows) - 1 for case in same)
            if not self.rules.statuses[best.status].counts:
                self.created.append(best.rows[0])
            elif "submitted" not in best.days:
                self.undated.append(best.rows[0])
            else:
                kept.append(best)
        return kept

    def _worth(self, case: _Case) -> tuple[Any, ...]:
        """What makes one of several the better; not where it stands."""
        return self.ranks[case.status], *_told(case)

    def _case(self, rows: Sequence[_Row]) -> _Case:
        days = self._all_days(rows)
        late = [self._is_late(row, rows, days) for row in rows]
        effective = [
            replace(row, status=self.rules.late_becomes) if is_late else row
            for row, is_late in zip(rows, late, strict=True)
        ]
        ordered = sorted(effective, key=self._height)
        status = ordered[-1].status
        dated, exact = self._events(status, days)
        same = _agreeing(self.rules.same_customer, ordered, {**days, **_submission(dated)})
        places = tuple(sorted((row.list, row.row) for row in rows))
        flags = _flags(ordered)
        return _Case(status, dated, exact, _by_measure(ordered), flags, places, same, any(late))

    def _all_days(self, rows: Sequence[_Row]) -> dict[str, date]:
        """The days of an application; in a list of status changes, by those of its statuses."""
        days = _earliest(row.days for row in rows)
        for event, (own, *_) in self.rules.dates.items():
            changed = [
                row.days["status_on"]
                for row in rows
                if self.rules.statuses[row.status].on == event and "status_on" in row.days
            ]
            if changed:
                days.setdefault(own, min(changed))
        return days

    def _height(self, row: _Row) -> tuple[Any, ...]:
        """The rank of a row among those of its application; not where it stands."""
        return self.ranks[row.status], *_told(row)

    def _is_late(self, row: _Row, rows: Sequence[_Row], days: Mapping[str, date]) -> bool:
        """Whether a rejection is but a clean-up: long after submission, never signed."""
        rules = self.rules
        if not rules.late_days or row.status not in rules.late_statuses:
            return False
        signed = "signed_on" in days or any(
            "signed" in rules.statuses[each.status].counts for each in rows
        )
        changed = row.days.get("decided_on") or row.days.get("status_on")
        since = days.get("submitted_on") or days.get("created_on")
        if signed or changed is None or since is None:
            return False
        return (changed - since).days > rules.late_days

    def _events(
        self, status: str, days: Mapping[str, date]
    ) -> tuple[dict[str, date], frozenset[str]]:
        """The day of everything that the application counts as, and which of them are exact."""
        dated: dict[str, date] = {}
        exact = set()
        for event in self.rules.statuses[status].counts:
            if event == "pending":
                continue  # how it stands when a quarter ends, nothing that happens on a day
            names = self.rules.dates.get(event, ())
            known = [name for name in names if name in days]
            if known:
                dated[event] = days[known[0]]
            elif "submitted" in dated:
                dated[event] = dated["submitted"]
            if known and known[0] == names[0]:
                exact.add(event)
        return dated, frozenset(exact)


def _grouped(found: Iterable[Any], key: Any) -> list[list[Any]]:
    """Those that agree in *key* together; who has none stays alone."""
    groups: dict[Any, list[Any]] = {}
    for number, each in enumerate(found):
        mark = key(each)
        groups.setdefault(("alone", number) if mark is None else ("same", mark), []).append(each)
    return list(groups.values())


def _told(found: _Row | _Case) -> Iterator[list[tuple[str, str]]]:
    """What a row or an application says, in an order of its own."""
    for said in (found.days, found.amounts, found.flags):
        yield sorted((name, str(value)) for name, value in said.items())


def _earliest(found: Iterable[Mapping[str, date]]) -> dict[str, date]:
    days: dict[str, date] = {}
    for each in found:
        for name, day in each.items():
            days[name] = min(day, days.get(name, day))
    return days


def _submission(dated: Mapping[str, date]) -> dict[str, date]:
    return {"submitted_on": dated["submitted"]} if "submitted" in dated else {}


def _agreeing(
    names: Sequence[str], rows: Sequence[_Row], days: Mapping[str, date]
) -> tuple[Any, ...] | None:
    """Who is the same customer on the same day; None if that cannot be told."""
    persons = {row.person for row in rows} - {None}
    if not names or len(persons) != 1:
        return None
    key = (*persons, *(days.get(name) for name in names if name in DAYS))
    return None if None in key else key


def _flags(rows: Sequence[_Row]) -> dict[str, bool | None]:
    """What is ticked; of several rows, the first state of the application tells."""
    flags: dict[str, bool | None] = {}
    for row in rows:
        for name, flag in row.flags.items():
            flags.setdefault(name, flag)
    return flags


def _by_measure(rows: Sequence[_Row]) -> dict[str, float | None]:
    """The volume as applied for and as signed; the rows stand by the rank of their status."""
    asked = [row.amounts["amount"] for row in rows if "amount" in row.amounts]
    signed = [row.amounts["amount_signed"] for row in rows if "amount_signed" in row.amounts]
    last = (signed or asked)[-1] if signed or asked else None
    return {
        "volume_submitted": asked[0] if asked else None,
        "volume_signed": last,
        "volume_cancelled": last,
    }


# ---------------------------------------------------------------- counted by quarter

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
        self.readers = [_Reader(at, each, gathering, key) for at, each in enumerate(lists)]
        self.made = _Cases(self.rules)
        rows = [row for reader in self.readers for row in reader.read()]
        self.cases = self.made.put_together(rows)
        self.known = len(rows)
        days = [day for row in rows for day in row.days.values()]
        self.until = max((day for day in days if self._has_come(day)), default=None)
        # Rows with a day or an amount that cannot be counted, by column.
        self.doubtful: dict[str, set[tuple[int, int]]] = defaultdict(set)
        self.doubtful[_SUBMISSION[0]] |= set(self.made.undated)
        self.workdays = _Workdays(self.rules.country, self.rules.region)

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
        if self.columns & set(_AMOUNTS):
            yield from ("volume_signed", "volume_cancelled")
        if "amount" in self.columns:
            yield "volume_submitted"
        yield from ("decision_days_sum", "decision_days_median")
        if self.rules.service_days:
            yield "within_sla"

    # ------------------------------------------------ one application

    def _count(self, case: _Case, quarters: Iterable[Period], tally: _Tally) -> None:
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

    def _with(self, case: _Case, event: str) -> Iterator[tuple[str, float | None]]:
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

    def _days(self, case: _Case, event: str) -> float | None:
        """The working days until a decision; None unless both days are certain."""
        if event not in case.exact or "submitted" not in case.exact:
            return None
        days = self.workdays.between(case.days["submitted"], case.days[event])
        if days is None:
            self.doubtful["decided_on"].add(case.rows[0])
        return days

    def _is_pending(self, case: _Case, quarter: Period) -> bool:
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
            column = next((found.columns[n] for n in _AMOUNTS if n in found.columns), column)
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

    def _note_unknown(self, reader: _Reader) -> None:
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

    def _note_unread(self, reader: _Reader) -> None:
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
    others = _AMOUNTS if name in _AMOUNTS else (name, *_SUBMISSION)
    return next((each for each in (name, *others) if each in columns), None)


def _few(rows: Sequence[int]) -> str:
    """The rows as a text, the first of many."""
    text = ", ".join(map(str, rows[:10]))
    return f"{text}, …" if len(rows) > 10 else text


class _Workdays:
    """Counts working days; a country nobody knows has no public holidays."""

    def __init__(self, country: str, region: str) -> None:
        from holidays import country_holidays

        usual = CalendarSettings()
        where = (country, region) if country else (usual.country, usual.region)
        try:
            self.free: Any = country_holidays(where[0], subdiv=where[1] or None)
        except NotImplementedError:
            self.free = ()

    def between(self, first: date, last: date) -> float | None:
        """The working days after *first* up to *last*; None if *last* comes before."""
        length = (last - first).days
        if not 0 <= length <= _LONGEST_SPAN:
            return None
        days = (first + step * _DAY for step in range(1, length + 1))
        return float(sum(day.weekday() < 5 and day not in self.free for day in days))
