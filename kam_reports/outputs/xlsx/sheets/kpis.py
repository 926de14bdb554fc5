"""Sheet KPIs: every KPI of every subject, quarter and year to date side by side."""

from __future__ import annotations

from typing import Any

from kam_reports.model import Amount
from kam_reports.outputs.xlsx.material import ALL, HEAD, Line, Material
from kam_reports.outputs.xlsx.paper import Band, Column, Page

_PRINTED = 22


def write(page: Page, material: Material) -> None:
    """Every KPI, one row each; the consolidated ones come first."""
    page.heading(material.sheet("kpis"), material.title_line, material.legend)
    word, quarter = material.word, material.review.occasion.quarter.short
    bands = (
        Band(word("band.quarter", quarter=material.review.occasion.quarter), 4, 8),
        Band(word("band.to_date", day=material.review.occasion.as_of), 9, 16),
        Band(word("band.year"), 17, 20),
    )
    columns = _columns(material, quarter)
    rows = (_row(material, line) for line in material.lines)
    end = page.table(HEAD, word("table.kpis"), columns, rows, bands=bands)
    page.freeze(HEAD + 2, 3)
    page.print(end - 1, _PRINTED - 1, repeat=(HEAD, HEAD + 1))


def _columns(material: Material, quarter: str) -> list[Column]:
    def column(key: str, suffix: str, width: float = 10.5, **more: Any) -> Column:
        head = f"{material.word(f'head.{key}')} {suffix}".strip()
        return Column(head, width=width, note=material.word(f"note.{key}"), **more)

    def amount(key: str, suffix: str) -> Column:
        return column(key, suffix, number=True)

    def light(suffix: str) -> Column:
        return column("light", suffix, 7, light=True)

    to_date, year = material.word("suffix.to_date"), material.word("suffix.year")
    return [
        Column(material.word("head.subject_id"), width=11),
        Column(material.word("head.subject"), width=30, wrap=True),
        Column(material.word("head.kpi"), width=32, wrap=True, note=material.word("note.kpi")),
        Column(material.word("head.perspective"), width=10),
        amount("actual", quarter),
        amount("target", quarter),
        amount("prior_year", quarter),
        column("attainment", quarter, unit="percent"),
        light(quarter),
        amount("actual", to_date),
        amount("target", to_date),
        amount("prior_year", to_date),
        amount("variance", to_date),
        column("variance_pct", to_date, unit="percent"),
        column("attainment", to_date, unit="percent"),
        amount("growth", to_date),
        light(to_date),
        amount("forecast", year),
        amount("target", year),
        amount("fc_gap", year),
        light(year),
        column("included", "", 9),
        column("forecast_method", "", 13),
        amount("needed_per_quarter", ""),
        amount("mat", ""),
        column("coverage", "", 10, unit="percent"),
        Column(material.word("head.figures"), width=12, note=material.word("note.figures")),
        Column(material.word("head.kpi_id"), width=20),
        column("missing", "", 40),  # the last one: a long list may run on
    ]


def _row(material: Material, line: Line) -> list[Any]:
    unit = material.unit(material.kpi_unit(line.kpi), line.subject_id)
    apart = "pp" if unit == "percent" else unit
    now, to_date, year = line.of(material.quarter), line.to_date, line.of("FY")
    growth = Amount(to_date.growth, "pp" if unit == "percent" else "percent")
    method = year.forecast_method
    return [
        line.subject_id,
        material.name(line.subject)
        if line.subject_id != ALL
        else material.word(f"all.{line.role}"),
        material.to_definition(line.kpi),
        material.perspective(line.perspective),
        Amount(now.actual, unit),
        Amount(now.target, unit),
        Amount(now.prior_year, unit),
        now.attainment,
        material.light(now.light),
        Amount(to_date.actual, unit),
        Amount(to_date.target, unit),
        Amount(to_date.prior_year, unit),
        Amount(to_date.variance, apart),
        to_date.variance_pct,
        to_date.attainment,
        growth,
        material.light(to_date.light),
        Amount(year.forecast, unit),
        Amount(year.target, unit),
        Amount(year.fc_gap, apart),
        material.light(year.light),
        material.n_of_n(to_date),
        material.word(f"method.{method}") if method else None,
        Amount(year.needed_per_quarter, unit),
        Amount(year.mat, unit),
        to_date.coverage,
        material.to_figures(line.subject_id, line.kpi),
        line.kpi,
        to_date.missing,
    ]
