"""Words and ways: what things are called in the workbook, and where a link leads."""

from __future__ import annotations

from pathlib import Path
from textwrap import shorten
from typing import Any

from kam_reports.kpis import KPIS, Kpi
from kam_reports.model import Finding, Light, Named, Place, Topic
from kam_reports.outputs.files import way_to
from kam_reports.outputs.xlsx.cells import Link, address, quoted
from kam_reports.outputs.xlsx.paper import SIGNS
from kam_reports.wording import Wording
from kam_reports.workspace import Workspace

HEAD = 4  # the row of the headings of a sheet that holds one table; its bands stand there too
_INPUTS = "A"  # the block of the KPIs that are measures as they were read
_LONGEST_NAME = 60


class Guide:
    """What a workbook at *path* calls things, and how it leads to what was read."""

    def __init__(self, wording: Wording, workspace: Workspace, path: Path) -> None:
        self.wording = wording
        self.workspace = workspace
        self.path = path
        self._files: dict[str, str] = {}

    # ------------------------------------------------------------ words

    def word(self, key: str, **facts: Any) -> str:
        """A phrase of the workbook."""
        return self.wording.phrase(f"workbook.{key}", **facts)

    def field_word(self, name: str) -> str:
        """The label of a field, such as ``measures.due``."""
        return self.wording.label(Named("field", name))

    def kpi_word(self, kpi: str) -> str:
        """What a KPI or measure is called."""
        words = KPIS[kpi].words if kpi in KPIS else self.wording.vocabulary.metrics.get(kpi)
        return self.wording.pick(words) if words else kpi

    def name(self, subject: str) -> str:
        """The name of a subject for a table that repeats it in many rows."""
        if len(subject) <= _LONGEST_NAME:
            return subject
        return shorten(subject, _LONGEST_NAME, placeholder=" …")

    def unit_word(self, unit: str) -> str:
        """What a unit is called; a currency by its code."""
        is_currency = len(unit) == 3 and unit.isupper()
        return unit if is_currency else self.word(f"unit.{unit}")

    def perspective(self, key: str) -> str:
        """What a perspective is called."""
        return self.wording.label(Named("perspective", key))

    def scenario(self, key: str) -> str:
        """What a scenario is called."""
        return self.wording.label(Named("scenario", key))

    def light(self, light: str | None) -> str | None:
        """The sign of a light; a row without values has none."""
        return SIGNS[Light(light)] if light else None

    def topic(self, topic: Topic) -> str:
        """What a talking point says."""
        from kam_reports.topics import TOPICS

        return self.wording.say(TOPICS[topic.rule].say, topic.facts)

    def sentence(self, found: Finding) -> str:
        """What a finding says."""
        from kam_reports.checks import CHECKS

        return self.wording.say(CHECKS[found.code].say, found.facts)

    def kpi_page(self, kpi: Kpi) -> str:
        """What the handbook says of a KPI, in the language of the workbook."""
        if kpi.block == _INPUTS:
            measure = self.wording.vocabulary.measures[kpi.id]
            return measure.help.get(self.wording.language) or self.word("as_stated")
        return self.wording.page(kpi.id, kpi.page).replace("\n", " ")

    def kpi_page_of(self, kpi: str) -> str:
        """What the handbook says of the KPI with this id."""
        return self.kpi_page(KPIS[kpi]) if kpi in KPIS else ""

    def kpi_unit(self, kpi: str) -> str:
        """The unit that a KPI or measure is shown in."""
        if kpi in KPIS:
            return KPIS[kpi].unit
        if kpi in self.workspace.kpis:
            return self.workspace.kpis[kpi].unit
        measure = self.wording.vocabulary.measures.get(kpi)
        return measure.unit if measure else ""

    # ------------------------------------------------------------ ways

    def to_source(self, place: Place, text: str = "") -> Link | str | None:
        """The way to a cell of a workbook that was read."""
        if not place.book:
            return text or None
        if not place.sheet:
            return Link(text or place.cell or place.book, "", self._file(place.book))
        shown = text or (f"{place.sheet} {place.cell}" if place.cell else place.sheet)
        location = f"{quoted(place.sheet)}!{place.cell or 'A1'}"
        return Link(shown, location, self._file(place.book))

    def _file(self, book: str) -> str:
        """Where a workbook lies as seen from ours, as a web address; moved along it still fits."""
        if book not in self._files:
            self._files[book] = way_to(self.workspace.folder / book, self.path.parent)
        return self._files[book]

    def sheet(self, key: str) -> str:
        """The name of a sheet."""
        return self.word(f"sheet.{key}")

    def to_file(self, book: str) -> Link:
        """The way to a whole workbook."""
        return Link(book, "", self._file(book))

    def to_sheet(self, key: str, text: str) -> Link:
        """The way to the beginning of a sheet."""
        return Link(text, address(self.sheet(key), 0, 0))
