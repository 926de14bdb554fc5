"""The sheets of the KPI workbook, one module each; each has ``write(page, material)``."""

from __future__ import annotations

from kam_reports.outputs.xlsx.sheets import (
    account,
    charts,
    conditions,
    data,
    definitions,
    findings,
    goals,
    initiatives,
    kpis,
    overview,
    partners,
    pipeline,
    points,
    portfolio,
    sources,
    totals,
    values,
)

__all__ = [
    "account",
    "charts",
    "conditions",
    "data",
    "definitions",
    "findings",
    "goals",
    "initiatives",
    "kpis",
    "overview",
    "partners",
    "pipeline",
    "points",
    "portfolio",
    "sources",
    "totals",
    "values",
]
