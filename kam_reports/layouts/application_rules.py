"""The rules by which a list of applications is counted. They are data: ``applications.toml``.

A layout may change them in its own table ``[applications]``; words are added to the known ones.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, NoReturn

from kam_reports.model import Problem
from kam_reports.vocabulary import nearest, normalise
from kam_reports.workdays import WorkCalendar

# What rules may count by status and day. "pending" is a state at the end of a quarter.
EVENTS = (
    "submitted",
    "approved",
    "rejected",
    "auto_rejected",
    "withdrawn",
    "signed",
    "disbursed",
    "cancelled",
)
COLUMNS = (
    *("case", "customer", "first_name", "birth_date", "status"),
    *("created_on", "submitted_on", "decided_on", "signed_on", "disbursed_on", "cancelled_on"),
    *("status_on", "amount", "amount_signed", "automatic", "complete", "queried"),
)
DAYS = tuple(name for name in COLUMNS if name.endswith("_on"))
_SAME = ("case", "customer", "birth_date", *DAYS)

Refuse = Callable[[str, str, str], NoReturn]  # the key, and what is wrong with it: de, en


@dataclass(frozen=True, slots=True)
class Status:
    """A status of an application, and what it counts as."""

    words: tuple[str, ...] = ()
    counts: tuple[str, ...] = ()
    on: str = ""  # what the day of this status dates


@dataclass(frozen=True, slots=True)
class ListRules:
    """How a list of applications is read and counted."""

    sheets: tuple[str, ...] = ("*",)
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    statuses: Mapping[str, Status] = field(default_factory=dict)
    rank: tuple[str, ...] = ()
    dates: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    automatic: Mapping[str, str] = field(default_factory=dict)
    yes: tuple[str, ...] = ()
    no: tuple[str, ...] = ()
    same_customer: tuple[str, ...] = ()
    late_days: int = 0
    late_statuses: tuple[str, ...] = ()
    late_becomes: str = ""
    service_days: int = 0
    prior_year: bool = False
    day_first: bool | None = None
    country: str = ""  # whose public holidays; blank is the workspace's
    region: str = ""

    def within(self, country: str, region: str) -> ListRules:
        """The same in a workspace of this calendar; what a layout says itself holds."""
        return self if self.country else replace(self, country=country, region=region)

    @property
    def column_words(self) -> Mapping[str, str]:
        """Every word of a column, normalised, to what stands in it."""
        return {normalise(word): name for name, words in self.columns.items() for word in words}

    @property
    def status_words(self) -> Mapping[str, str]:
        """Every word of a status, normalised, to its key."""
        return {normalise(word): key for key, each in self.statuses.items() for word in each.words}


@lru_cache(maxsize=1)
def shipped_rules() -> ListRules:
    """The rules that hold where a layout says nothing else."""
    file = Path(__file__).resolve().parent.parent / "applications.toml"
    table = tomllib.loads(file.read_text(encoding="utf-8"))

    def refuse(key: str, de: str, en: str) -> NoReturn:
        raise AssertionError(f"{file.name}: {key} {de}, {en}")

    return rules_with(table, ListRules(), refuse)


def rules_with(table: Any, known: ListRules, refuse: Refuse) -> ListRules:
    """The *known* rules, changed by a layout's *table*. Calls *refuse* for what cannot be."""
    table = _table(table, "applications", refuse)
    for key in table:
        one_of(key, _KEYS, "applications", refuse)
    late = _table(table.get("late", {}), "late", refuse)
    country, region = _calendar(table, known, refuse)
    statuses = _statuses(table, known, refuse)
    rules = ListRules(
        sheets=_texts(table, "sheets", known.sheets, refuse),
        columns=_columns(table, known, refuse),
        statuses=statuses,
        rank=_texts(table, "rank", known.rank, refuse),
        dates={**known.dates, **_lists(table, "dates", EVENTS, DAYS, refuse)},
        automatic={**known.automatic, **_table(table.get("automatic", {}), "automatic", refuse)},
        yes=(*known.yes, *_texts(table, "yes", (), refuse)),
        no=(*known.no, *_texts(table, "no", (), refuse)),
        same_customer=_texts(table, "same_customer", known.same_customer, refuse),
        late_days=_number(late, "days", known.late_days, refuse, "late."),
        late_statuses=_texts(late, "statuses", known.late_statuses, refuse),
        late_becomes=str(late.get("becomes", known.late_becomes)),
        service_days=_number(table, "service_days", known.service_days, refuse),
        prior_year=_flag(table, "prior_year", known.prior_year, refuse) or False,
        day_first=_flag(table, "day_first", known.day_first, refuse),
        country=country,
        region=region,
    )
    _fit_together(rules, refuse)
    return rules


_KEYS = (
    *("sheets", "columns", "statuses", "rank", "dates", "automatic", "yes", "no"),
    *("same_customer", "late", "service_days", "prior_year", "day_first", "calendar"),
)


def _columns(
    table: Mapping[str, Any], known: ListRules, refuse: Refuse
) -> Mapping[str, tuple[str, ...]]:
    """The words of the columns; a word that a layout gives to another column is that one's."""
    own = _lists(table, "columns", COLUMNS, None, refuse)
    taken = {normalise(word) for words in own.values() for word in words}
    left = {
        name: tuple(word for word in words if normalise(word) not in taken)
        for name, words in known.columns.items()
    }
    return {
        name: (*own.get(name, ()), *left.get(name, ()))
        for name in COLUMNS
        if name in own or name in left
    }


def _statuses(table: Mapping[str, Any], known: ListRules, refuse: Refuse) -> Mapping[str, Status]:
    """The statuses; a word that a layout gives to another status is that one's."""
    own = {
        key: _table(each, f"statuses.{key}", refuse)
        for key, each in _table(table.get("statuses", {}), "statuses", refuse).items()
    }
    words = {key: _texts(each, "words", (), refuse) for key, each in own.items()}
    taken = {normalise(word) for each in words.values() for word in each}
    statuses: dict[str, Status] = {}
    for key in (*known.statuses, *(key for key in own if key not in known.statuses)):
        before, now = known.statuses.get(key, Status()), own.get(key, {})
        for name in now:
            one_of(name, ("words", "counts", "on"), f"statuses.{key}", refuse)
        left = tuple(word for word in before.words if normalise(word) not in taken)
        counts = _texts(now, "counts", before.counts, refuse)
        on = str(now.get("on", before.on))
        for event in (*counts, *filter(None, [on])):
            one_of(event, (*EVENTS, "pending"), f"statuses.{key}", refuse)
        statuses[key] = Status((*words.get(key, ()), *left), counts, on)
    return statuses


def _fit_together(rules: ListRules, refuse: Refuse) -> None:
    """Refuse a rule that speaks of a status or column that there is not."""
    if sorted(rules.rank) != sorted(rules.statuses):
        refuse("rank", "muss jeden Status einmal nennen", "must name every status once")
    named = (*rules.automatic, *rules.automatic.values(), *rules.late_statuses)
    for status in named if not rules.late_days else (*named, rules.late_becomes):
        one_of(status, rules.statuses, "automatic, late", refuse)
    for name in rules.same_customer:
        one_of(name, _SAME, "same_customer", refuse)


def one_of(name: Any, known: Iterable[str], key: str, refuse: Refuse) -> None:
    """Call *refuse* if *name* is none of those *known*, with the nearest of them."""
    names = tuple(known)
    if name not in names:
        meant = nearest(str(name), names) or ", ".join(names)
        refuse(key, f"„{name}“ heißt vielleicht {meant}", f"“{name}” may be called {meant}")


def _table(found: Any, key: str, refuse: Refuse) -> dict[str, Any]:
    if not isinstance(found, dict):
        refuse(key, "muss eine Tabelle sein", "must be a table")
    return found


def _texts(
    table: Mapping[str, Any], key: str, known: tuple[str, ...], refuse: Refuse
) -> tuple[str, ...]:
    found = table.get(key, list(known))
    if not isinstance(found, list) or not all(isinstance(text, str) for text in found):
        refuse(key, "muss eine Liste von Wörtern sein", "must be a list of words")
    return tuple(found)


def _lists(
    table: Mapping[str, Any],
    key: str,
    names: Iterable[str],
    values: Iterable[str] | None,
    refuse: Refuse,
) -> dict[str, tuple[str, ...]]:
    """A table of lists, whose names and values are known."""
    lists = _table(table.get(key, {}), key, refuse)
    for name in lists:
        one_of(name, names, key, refuse)
        for value in _texts(lists, name, (), refuse):
            if values is not None:
                one_of(value, values, f"{key}.{name}", refuse)
    return {name: _texts(lists, name, (), refuse) for name in lists}


def _calendar(table: Mapping[str, Any], known: ListRules, refuse: Refuse) -> tuple[str, str]:
    """Country and region whose public holidays hold; blank is the workspace's."""
    calendar = _table(table.get("calendar", {}), "calendar", refuse)
    for key in calendar:
        one_of(key, ("country", "region"), "calendar", refuse)
    country, region = (str(calendar.get(key, "")) for key in ("country", "region"))
    if region and not country:
        refuse("calendar", "muss auch country nennen", "must name a country, too")
    if not country:
        return known.country, known.region
    try:
        WorkCalendar(country, region).prove()
    except Problem:
        where = f"{country} {region}".strip()
        refuse("calendar", f"nennt {where}; dessen Feiertage sind nicht bekannt",
               f"names {where}, whose public holidays are not known")  # fmt: skip
    return country, region


def _number(
    table: Mapping[str, Any], key: str, known: int, refuse: Refuse, inside: str = ""
) -> int:
    found = table.get(key, known)
    if isinstance(found, bool) or not isinstance(found, int) or found < 0:
        refuse(f"{inside}{key}", "muss eine ganze Zahl ab 0 sein", "must be a whole number from 0")
    return int(found)


def _flag(table: Mapping[str, Any], key: str, known: bool | None, refuse: Refuse) -> bool | None:
    found = table.get(key, known)
    if found is not None and not isinstance(found, bool):
        refuse(key, "muss true oder false sein", "must be true or false")
    return found
