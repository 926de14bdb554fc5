"""The handbook: ``explain`` prints its pages, on whatever word somebody asks about.

Nobody writes it. It is made from what is declared anyway: the words and docstrings of checks, KPIs,
talking points and guards of the mails, and the structure of plan and scorecard.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import chain, groupby

from kam_reports.checks import CHECKS
from kam_reports.handbook import looks, manuals, pages
from kam_reports.handbook.pages import Page
from kam_reports.kpis.own import all_kpis
from kam_reports.mailing.guards import CHANGED, GUARDS
from kam_reports.model import Problem
from kam_reports.topics import TOPICS
from kam_reports.vocabulary import Section, nearest, normalise
from kam_reports.wording import Wording
from kam_reports.workspace import Workspace

DOCUMENTS = ("plan", "scorecard")
GRIDS = {"plan": "figures", "scorecard": "applications"}  # where a document states its measures
WIDTH = 88  # of a page, if nobody says otherwise
CHOICE = 3  # the rank of a word that only a choice of a field has
MOST = 3  # pages in one answer; of more there is a list

Words = Mapping[str, Iterable[str]]


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that has a page, and what it may be called."""

    part: str  # the part of the list that names it
    keys: tuple[str, ...]  # its code, id or name; the list shows the first
    label: str
    words: tuple[Words, ...]  # its own words, then those of its choices
    write: Callable[[], Page]
    covers: str = ""  # the measure that is told on the same page

    def rank(self, word: str) -> int | None:
        """How well *word* names it: 0 as its key, 1 as its first word; None if it does not."""
        if word.casefold() in (key.casefold() for key in self.keys):
            return 0
        same = normalise(word)
        for place, words in enumerate(self.words):
            for known in words.values():
                found = [normalise(one) for one in known]
                if same in found:
                    return CHOICE if place else 1 if found[0] == same else 2
        return None


# ---------------------------------------------------------------- answers


def page(
    word: str, wording: Wording, workspace: Workspace | None = None, width: int = WIDTH
) -> str:
    """Everything there is to say about *word*. Raises Problem, with the nearest known word."""
    entries = list(_entries(wording, workspace or Workspace()))
    ranked = [(entry.rank(word.strip()), entry) for entry in entries]
    found = [(rank, entry) for rank, entry in ranked if rank is not None]
    if not found:
        raise _unknown(word, entries)
    first = min(rank for rank, _ in found)
    best = _uncovered([entry for rank, entry in found if rank == first])
    if len(best) > MOST:
        return "\n".join([wording.phrase("handbook.several", word=word), *_listed(best)])
    answer = [entry.write().laid_out(wording, width) for entry in best]
    near = _uncovered([entry for rank, entry in found if rank < CHOICE])
    more = [entry.keys[0] for entry in near if entry not in best]
    if more:
        answer.append(pages.wrapped(wording.phrase("handbook.see_also", words=more), width))
    return "\n\n".join(answer)


def contents(wording: Wording, workspace: Workspace | None = None) -> str:
    """The list of everything that has a page, one line each."""
    lines: list[str] = []
    entries = _entries(wording, workspace or Workspace())
    for part, of_part in groupby(entries, lambda entry: entry.part):
        lines += ["", wording.phrase(f"handbook.part.{part}"), *_listed(list(of_part))]
    return "\n".join(lines[1:])


def _uncovered(entries: list[Entry]) -> list[Entry]:
    """The entries without the measures that one of them tells of anyway."""
    covered = {entry.covers for entry in entries}
    return [entry for entry in entries if entry.keys[0] not in covered]


def _listed(entries: list[Entry]) -> Iterator[str]:
    width = max(len(entry.keys[0]) for entry in entries)
    for entry in entries:
        yield f"  {entry.keys[0]:{width}}  {entry.label}"


def _unknown(word: str, entries: list[Entry]) -> Problem:
    own = (known for entry in entries for words in entry.words[:1] for known in words.values())
    near = nearest(word, chain.from_iterable([*own, *(entry.keys for entry in entries)]))
    return Problem(
        {
            "de": f"„{word}“ steht nicht im Handbuch.",
            "en": f"“{word}” is not in the handbook.",
        },
        {
            "de": f"Gemeint ist vielleicht „{near}“." if near else "Alles nennt: explain --list",
            "en": f"Perhaps “{near}” is meant." if near else "explain --list names everything.",
        },
    )


# ---------------------------------------------------------------- what has a page


def _entries(wording: Wording, workspace: Workspace) -> Iterator[Entry]:
    """Everything that has a page, in the order of the list."""
    pick, vocabulary = wording.pick, wording.vocabulary
    kpis = all_kpis(workspace, vocabulary)
    for check in CHECKS.values():
        write = partial(pages.of_check, check, wording)
        label = pages.headline(check.code, check.page, wording)
        yield Entry("checks", (check.code, check.name), label, (), write)
    for kpi in kpis.values():
        if kpi.id not in vocabulary.measures:  # the measure has the page
            write = partial(pages.of_kpi, kpi, wording, workspace)
            covers = pages.measure_of(kpi)
            yield Entry("kpis", (kpi.id,), pick(kpi.words), (kpi.words,), write, covers)
    for measure in vocabulary.measures.values():
        write = partial(pages.of_measure, measure, kpis.values(), wording)
        keys = (measure.key, f"{GRIDS[measure.document]}.{measure.key}")
        yield Entry("measures", keys, pick(measure.words), (measure.words,), write)
    for topic in TOPICS.values():
        write = partial(pages.of_topic, topic, wording)
        label = pages.headline(topic.id, topic.page, wording)
        yield Entry("topics", (topic.id,), label, (), write)
    for guard in (CHANGED, *GUARDS.values()):
        write = partial(pages.of_guard, guard, wording)
        label = pages.headline(guard.name, guard.page, wording)
        yield Entry("guards", (guard.name,), label, (), write)
    for document in DOCUMENTS:
        for section in vocabulary.sections(document):
            yield from _section_entries(section, wording)
    names = ("templates", wording.phrase("handbook.part.templates"))
    about = partial(looks.about_templates, wording)
    yield Entry("templates", names, wording.phrase("templates.title"), (), about)
    for template in looks.blocks():
        write = partial(looks.of_template, template, wording)
        label = wording.phrase(f"templates.file.{looks.kind_of(template)}")
        yield Entry("templates", (template,), label, (), write)
    for name in manuals.names():
        write = partial(manuals.of_manual, name, wording)
        yield Entry("manuals", (name,), manuals.title_of(name, wording), (), write)


def _section_entries(section: Section, wording: Wording) -> Iterator[Entry]:
    """A section, then its fields."""
    part, pick = section.document, wording.pick
    write = partial(pages.of_section, section, wording)
    yield Entry(part, (section.key,), pick(section.words), (section.words,), write)
    for field in pages.fields_of(section, wording):
        choices = {
            language: [word for option in field.options for word in option.words[language]]
            for language in field.words
        }
        write = partial(pages.of_field, field, section, wording)
        keys = (field.name, field.key)
        label = f"{pick(section.words)} › {pick(field.words)}"
        yield Entry(part, keys, label, (field.words, choices), write)
