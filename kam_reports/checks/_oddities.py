"""What an oddity is about, in words."""

from __future__ import annotations

from typing import Any

from kam_reports.model import Amount, Oddity, Place

THE_VALUE = {"de": "Der Wert", "en": "The value"}
UNKNOWN = "–"  # what the reader did not tell


def about(odd: Oddity) -> dict[str, Any]:
    """The facts of *odd*: the field it stands in, the text as typed, and what the reader told."""
    facts: dict[str, Any] = {"field": THE_VALUE, "text": _short(odd.raw)}
    facts |= dict.fromkeys(("new", "german", "english"), UNKNOWN)
    for name, fact in odd.facts.items():
        facts[name] = _plain(fact)
    return facts


def _short(text: str) -> str:
    """A long text as its beginning: a message is no place for a page."""
    line = " ".join(text.split())
    return line if len(line) <= 60 else line[:59] + "…"


def _plain(fact: Any) -> Any:
    """A year is never grouped into thousands; of another place the sheet and cell are enough."""
    if isinstance(fact, Amount) and fact.unit == "year" and fact.value is not None:
        return str(int(fact.value))
    return Place("", fact.sheet, fact.cell) if isinstance(fact, Place) else fact


NEAREST = {"de": "; gemeint ist vielleicht „{nearest}“", "en": "; perhaps “{nearest}” is meant"}


def hint(odd: Oddity) -> dict[str, str] | str:
    """What was perhaps meant; nothing if nothing is near."""
    return NEAREST if odd.facts.get("nearest") else ""
