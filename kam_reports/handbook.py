"""The page for a finding, a KPI, a measure, a field or a section: what ``explain`` prints.

Pages are made from what is declared anyway: the words of checks, KPIs and topics, their
docstrings, and the structure of plan and scorecard. German texts of the docstrings stand in
``languages/pages.de.toml``; a test names each one that is missing.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from kam_reports.checks import CHECKS, Check
from kam_reports.kpis import KPIS, Kpi
from kam_reports.model import Named, Problem
from kam_reports.vocabulary import Field, Measure, Section, Vocabulary, nearest

if TYPE_CHECKING:
    from kam_reports.wording import Wording

DOCUMENTS = ("plan", "scorecard")


# ---------------------------------------------------------------- finding the page


def page(word: str, wording: Wording) -> str:
    """Everything there is to say about *word*. Raises Problem, with the nearest known words."""
    pages = list(_pages(word.strip(), wording))
    if pages:
        return "\n\n".join(pages)
    near = nearest(word, list(_known(wording)))
    raise Problem(
        {
            "de": f"„{word}“ ist kein Prüfcode, keine Kennzahl, kein Feld und kein Abschnitt.",
            "en": f"“{word}” is no finding code, KPI, field or section.",
        },
        {
            "de": f"Gemeint ist vielleicht „{near}“." if near else "Alles zeigt: explain --list",
            "en": f"Perhaps “{near}” is meant." if near else "explain --list names everything.",
        },
    )


def contents(wording: Wording) -> str:
    """The list of everything that has a page."""
    lines = [wording.phrase("handbook.checks")]
    for code, check in sorted(CHECKS.items()):
        lines.append(f"  {code}  {_shape(wording.pick(check.say))}")
    lines += ["", wording.phrase("handbook.kpis")]
    width = max(map(len, KPIS))
    lines += [f"  {key:{width}}  {wording.pick(kpi.words)}" for key, kpi in KPIS.items()]
    for document in DOCUMENTS:
        lines += ["", wording.phrase(f"handbook.{document}")]
        for section in wording.vocabulary.sections(document):
            lines.append(f"  {section.key}  {wording.pick(section.words)}")
            lines += [
                f"    {section.key}.{field.key}  {wording.pick(field.words)}"
                for field in section.fields.values()
            ]
    return "\n".join(lines)


def _pages(word: str, wording: Wording) -> Iterator[str]:
    """Every page that *word* names, by key or by any of its words."""
    vocabulary = wording.vocabulary
    same = vocabulary_word(word)
    for check in CHECKS.values():
        if word.upper() == check.code or word == check.name:
            yield _check_page(check, wording)
    for kpi in KPIS.values():
        if kpi.id in vocabulary.measures:
            continue  # the measure has the page
        if word == kpi.id or same in _folded(kpi.words):
            yield _kpi_page(kpi, wording)
    for measure in vocabulary.measures.values():
        if word == measure.key or same in _folded(measure.words):
            yield _measure_page(measure, wording)
    for section in _sections(vocabulary):
        if word == section.key or same in _folded(section.words):
            yield _section_page(section, wording)
        for field in section.fields.values():
            if word in (field.key, f"{section.key}.{field.key}") or same in _folded(field.words):
                yield _field_page(section, field, wording)


def vocabulary_word(text: str) -> str:
    """*text* without case, umlauts and punctuation, as words are compared."""
    from kam_reports.vocabulary import normalise

    return normalise(text)


def _folded(words: Mapping[str, object]) -> set[str]:
    """All words of all languages, as they are compared."""
    return {
        vocabulary_word(word)
        for found in words.values()
        for word in ([found] if isinstance(found, str) else list(found))  # type: ignore[call-overload]
    }


def _sections(vocabulary: Vocabulary) -> Iterator[Section]:
    for document in DOCUMENTS:
        yield from vocabulary.sections(document)


def _known(wording: Wording) -> Iterator[str]:
    """Every word that has a page."""
    yield from CHECKS
    yield from (check.name for check in CHECKS.values())
    for key, kpi in KPIS.items():
        yield from (key, wording.pick(kpi.words))
    for key, measure in wording.vocabulary.measures.items():
        yield from (key, wording.pick(measure.words))
    for section in _sections(wording.vocabulary):
        yield from (section.key, wording.pick(section.words))
        for field in section.fields.values():
            yield from (field.key, wording.pick(field.words))


# ---------------------------------------------------------------- the pages


def _check_page(check: Check, wording: Wording) -> str:
    severity = wording.phrase(f"severity.{check.severity}")
    return _laid_out(
        f"{check.code} · {severity} · {check.name}",
        (
            ("", _shape(wording.pick(check.say))),
            ("handbook.fix", _shape(wording.pick(check.fix))),
            ("handbook.effect", wording.phrase(f"handbook.blocks.{check.blocks}")),
            ("handbook.why", text_of(check.code, check.page, wording.language)),
        ),
        wording,
    )


def _kpi_page(kpi: Kpi, wording: Wording) -> str:
    vocabulary = wording.vocabulary
    needs = ", ".join(
        wording.label(Named("measure", need)) for need in kpi.needs if need in vocabulary.measures
    )
    return _laid_out(
        f"{kpi.id} · {wording.pick(kpi.words)}",
        (
            ("", text_of(kpi.id, kpi.page, wording.language)),
            ("handbook.unit", wording.phrase(f"workbook.unit.{kpi.unit}")),
            ("handbook.better", wording.phrase(f"workbook.better.{kpi.better}")),
            ("handbook.needs", needs),
            ("handbook.audience", wording.phrase(f"handbook.classes.{kpi.clearance}")),
        ),
        wording,
    )


def _measure_page(measure: Measure, wording: Wording) -> str:
    return _laid_out(
        f"{measure.key} · {wording.pick(measure.words)}",
        (
            ("", measure.help.get(wording.language, "")),
            ("handbook.unit", wording.phrase(f"workbook.unit.{measure.unit}")),
            ("handbook.better", wording.phrase(f"workbook.better.{measure.better}")),
            ("handbook.over_time", wording.phrase(f"handbook.time.{measure.over_time}")),
            ("handbook.audience", wording.phrase(f"handbook.classes.{measure.clearance}")),
            ("handbook.synonyms", _synonyms(measure.words, wording.language)),
        ),
        wording,
    )


def _section_page(section: Section, wording: Wording) -> str:
    fields = "\n".join(
        f"  {field.key}  {wording.pick(field.words)}" for field in section.fields.values()
    )
    return _laid_out(
        f"{section.key} · {wording.pick(section.words)}",
        (
            ("handbook.fields", f"\n{fields}" if fields else ""),
            ("handbook.synonyms", _synonyms(section.words, wording.language)),
        ),
        wording,
    )


def _field_page(section: Section, field: Field, wording: Wording) -> str:
    options = ", ".join(wording.pick(option.words) for option in field.options)
    return _laid_out(
        f"{section.key}.{field.key} · {wording.pick(section.words)} › {wording.pick(field.words)}",
        (
            ("", field.help.get(wording.language, "")),
            ("handbook.type", wording.phrase(f"handbook.types.{field.type}")),
            ("handbook.required", wording.phrase(f"handbook.demands.{field.required}")),
            ("handbook.options", options),
            ("handbook.audience", wording.phrase(f"handbook.classes.{field.clearance}")),
            ("handbook.synonyms", _synonyms(field.words, wording.language)),
        ),
        wording,
    )


def _laid_out(title: str, parts: tuple[tuple[str, str], ...], wording: Wording) -> str:
    """A page: its title, then every part that has something to say."""
    lines = [title]
    for key, text in parts:
        if text:
            lines.append(f"{wording.phrase(key)}: {text}" if key else text)
    return "\n".join(lines)


def _synonyms(words: Mapping[str, object], language: str) -> str:
    """The other words that are recognised for it, of both languages."""
    own, other = words[language], words["en" if language == "de" else "de"]
    return ", ".join(dict.fromkeys([*list(own)[1:], *list(other)]))  # type: ignore[call-overload]


def _shape(sentence: str) -> str:
    """The sentence of a finding with its facts left open."""
    return re.sub(r"\{\w+\}", "…", sentence)


# ---------------------------------------------------------------- long texts


def text_of(key: str, english: str, language: str) -> str:
    """The long text about *key*: the docstring, or its German text."""
    found = _german().get(key, "") if language == "de" else english
    return re.sub(r"\s*\n\s*(?!\n)", " ", found.strip().replace("\n\n", "\0")).replace("\0", "\n\n")


@cache
def _german() -> dict[str, str]:
    file = Path(__file__).parent / "languages" / "pages.de.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))
