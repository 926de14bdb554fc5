"""From a shown number back to its cells: what ``trace`` prints and what a report links to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from kam_reports.kpis import KPIS
from kam_reports.kpis.records import place_of_records
from kam_reports.model import Named, Period, Place, Problem, Review
from kam_reports.vocabulary import nearest, normalise

if TYPE_CHECKING:
    import pandas as pd

    from kam_reports.wording import Wording

_RATED = ("f_attr", "f_pos", "f_field")
SCOPES = ("Q", "YTD", "FY", "ASOF")


def inputs_of(kpi: str) -> tuple[str, ...]:
    """The measures that *kpi* is computed from, those of its light and its score included."""
    if kpi not in KPIS:
        return (kpi,)
    found = KPIS[kpi]
    direct = dict.fromkeys((*found.needs, kpi))
    return tuple(direct)


def cells_behind(
    review: Review, subject_id: str, kpi: str, scope: str, quarter: Period
) -> pd.DataFrame:
    """The figures behind one row of ``kpis.csv``, with file, sheet and cell.

    *quarter* is the row's quarter; scope ``Q`` takes that quarter, ``YTD`` the year up to it,
    ``FY`` the whole year, ``ASOF`` all that was counted. Consolidated rows take all subjects.
    """
    import pandas as pd

    measures = _measures_behind(review, subject_id, kpi)
    parts = []
    for table in (review.figures, review.counts):
        wanted = table["measure"].isin(measures)
        if subject_id != "*":
            wanted &= table["subject_id"] == subject_id
        part = table[wanted]
        covered = [_covers(scope, quarter, text) for text in part["period"]]
        parts.append(part.loc[covered])
    columns = ["subject_id", "measure", "scenario", "period", "breakdown", "sheet", "cell"]
    return pd.concat(parts).sort_values(columns, kind="stable")


def _measures_behind(review: Review, subject_id: str, kpi: str) -> set[str]:
    """The measures behind *kpi*; for a score those of its criteria, for shares the revenue."""
    measures = set(inputs_of(kpi))
    if kpi == "f_hhi" and review.concentration is not None:
        measures.add(review.concentration.basis)
    for score in review.scores:
        if kpi == "a_score" and subject_id in ("*", score.subject.id):
            measures.update(need for line in score.criteria for need in inputs_of(line.kpi))
    return measures


def _covers(scope: str, quarter: Period, text: str) -> bool:
    """Whether a figure of the period *text* goes into the number of that scope."""
    if scope == "ASOF" or not text:
        return True
    period = Period.parse(text)
    if period.year != quarter.year or scope == "FY":
        return period.year == quarter.year
    if period.grain == "FY":
        return False
    last = quarter.number * 3
    ends = period.number * period.months
    begins = ends - period.months + 1
    return ends <= last and (scope == "YTD" or begins > last - 3)


# ---------------------------------------------------------------- as lines


def explain_number(
    review: Review, wording: Wording, subject: str, measure: str, period: str | None
) -> list[str]:
    """The number, its formula and every cell behind it. Raises Problem for an unknown word."""
    subject_id = _find_subject(review, subject)
    kpi = _find_kpi(review, wording, measure)
    scope, quarter = _find_period(review, kpi, subject_id, period)
    return [
        *_head(review, wording, subject_id, kpi, scope, quarter),
        *_cells(review, wording, subject_id, kpi, scope, quarter),
    ]


def _find_subject(review: Review, word: str) -> str:
    """The id of the subject that *word* means, by id or by name; ``*`` is all together."""
    subjects = {plan.subject.id: plan.subject.name for plan in review.reading.plans}
    if word in subjects or word == "*":
        return word
    same = [
        key
        for key, name in subjects.items()
        if normalise(word) in (normalise(name), normalise(key))
    ]
    if len(same) == 1:
        return same[0]
    near = nearest(word, [*subjects, *subjects.values()])
    raise Problem(
        {
            "de": f"Kunde oder Partner „{word}“ ist nicht bekannt.",
            "en": f"There is no account or partner “{word}”.",
        },
        {
            "de": f"Gemeint ist vielleicht „{near}“."
            if near
            else f"Bekannt: {', '.join(subjects)}.",
            "en": f"Perhaps “{near}” is meant." if near else f"Known: {', '.join(subjects)}.",
        },
    )


def _find_kpi(review: Review, wording: Wording, word: str) -> str:
    """The KPI or measure that *word* means, by id or by any of its words."""
    measures = wording.vocabulary.measures
    if word in KPIS or word in measures:
        return word
    shown = set(review.kpis["kpi"])
    same = [
        key
        for key, kpi in sorted(KPIS.items(), key=lambda item: item[0] not in shown)
        if normalise(word) in {normalise(name) for names in kpi.words.values() for name in names}
    ]
    if same:
        return same[0]
    metric = wording.vocabulary.find_metric(word)
    if metric is not None:
        return metric
    names = [wording.pick(kpi.words) for kpi in KPIS.values()]
    near = nearest(word, [*KPIS, *measures, *names])
    raise Problem(
        {"de": f"Die Kennzahl „{word}“ ist nicht bekannt.", "en": f"There is no KPI “{word}”."},
        {
            "de": f"Gemeint ist vielleicht „{near}“." if near else "Alle zeigt: explain --list",
            "en": f"Perhaps “{near}” is meant." if near else "explain --list names all.",
        },
    )


def _find_period(review: Review, kpi: str, subject_id: str, text: str | None) -> tuple[str, Period]:
    """The scope and quarter that *text* means; without it the year to date, or what there is."""
    quarter = review.occasion.quarter
    if text is None:
        rows = review.kpis[(review.kpis["kpi"] == kpi) & (review.kpis["subject_id"] == subject_id)]
        scopes = set(rows["scope"])
        return next((scope for scope in ("YTD", "ASOF", "FY") if scope in scopes), "YTD"), quarter
    word = text.upper()
    if word in SCOPES[1:]:
        return word, quarter
    try:
        named = Period.parse(word if word[:1].isdigit() else f"{quarter.year}{word}")
    except ValueError:
        named = None
    if named is None or named.grain not in ("Q", "FY"):
        raise Problem(
            {"de": f"„{text}“ ist keine Periode.", "en": f"“{text}” is no period."},
            {"de": "Beispiele: Q2, 2026Q2, YTD, FY, ASOF.", "en": "Examples: Q2, YTD, FY, ASOF."},
        )
    return ("FY", quarter) if named.grain == "FY" else ("Q", named)


def _head(
    review: Review, wording: Wording, subject_id: str, kpi: str, scope: str, quarter: Period
) -> Iterator[str]:
    """Who, what and when; the numbers shown; the formula."""
    names = {plan.subject.id: plan.subject.name for plan in review.reading.plans}
    who = (
        f"{names[subject_id]} ({subject_id})"
        if subject_id in names
        else wording.phrase("trace.all")
    )
    yield " · ".join((who, _label(wording, kpi), _when(wording, scope, quarter)))
    rows = review.kpis[
        (review.kpis["kpi"] == kpi)
        & (review.kpis["subject_id"] == subject_id)
        & (review.kpis["scope"] == scope)
        & (review.kpis["quarter"] == f"{quarter.year}{quarter.short}")
    ]
    for row in rows.to_dict("records"):
        yield "  " + _numbers(wording, kpi, row)
    if kpi in KPIS:
        inputs = ", ".join(_label(wording, need) for need in KPIS[kpi].needs)
        if inputs:
            yield f"  {wording.phrase('trace.from')}: {inputs}"


def _numbers(wording: Wording, kpi: str, row: dict[Any, Any]) -> str:
    """The numbers of one KPI row."""
    unit = KPIS[kpi].unit if kpi in KPIS else wording.vocabulary.measures[kpi].unit
    parts = [wording.label(Named("perspective", row["perspective"]))]
    for column, scenario in (("actual", "ACTUAL"), ("target", "TARGET"), ("prior_year", "PY")):
        value = wording.number(row[column], unit)
        parts.append(f"{wording.label(Named('scenario', scenario))} {value}")
    if row["included"]:
        parts.append(str(row["included"]))
    return " · ".join(parts)


def _cells(
    review: Review, wording: Wording, subject_id: str, kpi: str, scope: str, quarter: Period
) -> Iterator[str]:
    """One line for every cell."""
    found = cells_behind(review, subject_id, kpi, scope, quarter)
    ratings = list(_ratings(review, subject_id)) if kpi in _RATED else []
    if not len(found) and not ratings:
        yield "  " + wording.phrase("trace.nothing")
    yield from (f"  {place}" for place in ratings)
    for row in found.to_dict("records"):
        words = [
            _label(wording, row["measure"]),
            wording.label(Named("scenario", row["scenario"])),
            wording.period(Period.parse(row["period"])) if row["period"] else "",
            row["breakdown"],
            _value(wording, row),
        ]
        place = " › ".join(part for part in (row["file"], row["sheet"], row["cell"]) if part)
        raw = f"  „{row['raw']}“" if row["raw"] else ""
        yield f"  {place}: {' · '.join(word for word in words if word)}{raw}"


def _ratings(review: Review, subject_id: str) -> Iterator[Place]:
    """The cells of the ratings that place an account in the portfolio."""
    for plan in review.reading.usable:
        if plan.subject.id == subject_id:
            yield from (
                place_of_records(plan, section)
                for section in ("portfolio", "potential")
                if any(plan.of(section))
            )


def _value(wording: Wording, row: dict[Any, Any]) -> str:
    measures = wording.vocabulary.measures
    unit = measures[row["measure"]].unit if row["measure"] in measures else row["unit"]
    return wording.number(row["value"], unit)


def _label(wording: Wording, key: str) -> str:
    if key in KPIS:
        return wording.pick(KPIS[key].words)
    if key in wording.vocabulary.measures:
        return wording.label(Named("measure", key))
    return key


def _when(wording: Wording, scope: str, quarter: Period) -> str:
    return wording.phrase(f"trace.{scope}", quarter=quarter)
