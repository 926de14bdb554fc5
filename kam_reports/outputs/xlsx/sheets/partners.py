"""Sheet Partners: standing and score of every partner, then the score line by line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kam_reports.model import Amount, Criterion, Score
from kam_reports.outputs.xlsx.material import HEAD, Material
from kam_reports.outputs.xlsx.paper import Column, Page

_QUARTERS = (1, 2, 3, 4)
_KEY_FIGURES = ("a_submitted", "a_volume", "a_conversion", "a_first_time", "a_cancel", "a_days")


def write(page: Page, material: Material) -> None:
    """The ranking of partners, then the criteria of their scores."""
    page.heading(material.sheet("partners"), material.title_line, material.legend)
    row = page.section(HEAD - 1, material.word("section.partners"))
    material.begins["partners"] = row + 1
    row = page.table(row, material.word("table.partners"), _columns(material), _rows(material))
    row = page.section(row + 1, material.word("section.criteria"))
    end = page.table(
        row,
        material.word("table.criteria"),
        _criterion_columns(material),
        list(_criterion_rows(material)),
    )
    page.freeze(1, 2)
    page.print(end - 1, 17)


def ranked(material: Material) -> list[Score]:
    """The scores of the year to date, best first; what cannot be judged comes last."""
    scores = [score for score in material.review.scores if score.scope == "YTD"]
    return sorted(
        scores,
        key=lambda one: (one.score is None, -(one.score or 0), one.subject.id),
    )


def _columns(material: Material) -> list[Column]:
    def head(key: str, width: float = 11.5, unit: str = "", **more: Any) -> Column:
        return Column(material.word(f"head.{key}"), unit, width, **more)

    return [
        head("subject_id", 11),
        head("partner", 27, wrap=True),
        head("standing", 22, note=material.word("note.standing")),
        head("score", 10, "points", note=material.word("note.score")),
        head("light", 8, light=True),
        head("score_coverage", 11, "percent", note=material.word("note.score_coverage")),
        *(Column(f"{material.word('head.score')} Q{n}", "points", 10) for n in _QUARTERS),
        *(
            Column(
                material.word(f"short.{kpi}"), width=11, number=True, note=material.kpi_word(kpi)
            )
            for kpi in _KEY_FIGURES
        ),
        head("raw_standing", 12, note=material.word("note.raw_standing")),
        head("knockouts", 34, wrap=True),
    ]


def _rows(material: Material) -> Iterator[list[Any]]:
    trend = {
        (score.subject.id, score.quarter.number): score.score
        for score in material.review.scores
        if score.scope == "Q"
    }
    for score in ranked(material):
        subject = score.subject
        lines = [material.line(subject.id, kpi) for kpi in _KEY_FIGURES]
        yield [
            material.to_subject(subject.id, subject.id),
            subject.name,
            material.word(f"standing.{score.standing}"),
            score.score,
            material.light(material.standing_light(score.standing)),
            score.coverage,
            *(trend.get((subject.id, number)) for number in _QUARTERS),
            *(
                Amount(line.to_date.actual, material.unit(material.kpi_unit(kpi), subject.id))
                if line
                else None
                for kpi, line in zip(_KEY_FIGURES, lines, strict=True)
            ),
            score.raw_standing,
            "; ".join(material.wording.label(one) for one in score.knockouts) or None,
        ]


def _criterion_columns(material: Material) -> list[Column]:
    def head(key: str, width: float, unit: str = "", **more: Any) -> Column:
        return Column(material.word(f"head.{key}"), unit, width, **more)

    return [
        head("subject_id", 11),
        head("partner", 27, wrap=True),
        head("criterion", 22, wrap=True),
        head("value", 10, number=True),
        head("weight", 8, "percent"),
        head("points", 11, "points", note=material.word("note.points")),
        head("contribution", 10, "points", note=material.word("note.contribution")),
        head("anchor_0", 10, number=True),
        head("anchor_100", 10, number=True),
        head("cases", 10, "count"),
        head("reason", 12.5, wrap=True),
    ]


def _criterion_rows(material: Material) -> Iterator[list[Any]]:
    for score in ranked(material):
        weights = sum(one.weight for one in score.criteria if one.points is not None)
        for one in score.criteria:
            yield [
                score.subject.id,
                score.subject.name,
                material.to_definition(one.kpi),
                _measured(material, score, one, one.value),
                one.weight,
                one.points,
                one.points * one.weight / weights if one.points is not None else None,
                _measured(material, score, one, one.anchor_0),
                _measured(material, score, one, one.anchor_100),
                one.cases,
                material.word(f"reason.{one.reason}") if one.reason else None,
            ]


def _measured(
    material: Material, score: Score, criterion: Criterion, value: float | None
) -> Amount:
    """A value of a criterion in the unit of its KPI; volume is judged by its attainment."""
    unit = material.kpi_unit(criterion.kpi)
    if unit == "EUR":
        unit = "percent"
    return Amount(value, material.unit(unit, score.subject.id))
