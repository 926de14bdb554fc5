"""``run.json``: what went in, what came out, and whether it is all still there.

It is written last, so a folder without it holds an unfinished run. It names account numbers and
paths, never people or figures.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kam_reports.model import Review, Role, Severity
from kam_reports.outputs.files import digest

NAME = "run.json"


def run_record(
    review: Review,
    out: Path,
    outputs: list[Path],
    *,
    version: str,
    options: Mapping[str, Any],
    timings: Mapping[str, float],
) -> bytes:
    """The record of a run whose *outputs* lie below *out*; only *timings* differ between two."""
    record = {
        "product": "kam-reports",
        "version": version,
        "quarter": f"{review.occasion.quarter.year}{review.occasion.quarter.short}",
        "as_of": review.occasion.as_of.isoformat(),
        "options": {name: options[name] for name in sorted(options)},
        "inputs": _inputs(review),
        "outputs": [_output(out, path) for path in sorted(set(outputs))],
        "counts": _counts(review),
        "timings": {name: round(seconds, 3) for name, seconds in timings.items()},
    }
    return (json.dumps(record, ensure_ascii=False, indent=2) + "\n").encode("utf-8")


def outputs_of(out: Path) -> dict[str, str]:
    """The outputs of the run that was finished below *out*, name and digest; none if none was."""
    try:
        record = json.loads((out / NAME).read_bytes())
        return {str(entry["path"]): str(entry["blake2b"]) for entry in record["outputs"]}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


@dataclass(frozen=True, slots=True)
class Run:
    """A finished run, as its record tells."""

    quarter: str
    as_of: str
    options: Mapping[str, Any]
    inputs: Mapping[str, str]  # path and digest
    outputs: Mapping[str, str]

    @property
    def basis(self) -> str:
        """The same as long as the run wrote the same."""
        return digest(repr(sorted(self.outputs.items())).encode())[:32]


def run_of(out: Path) -> Run | None:
    """The run that was finished below *out*; None if none was."""
    try:
        record = json.loads((out / NAME).read_bytes())
        inputs = {str(one["path"]): str(one["blake2b"]) for one in record["inputs"]}
        return Run(
            str(record["quarter"]),
            str(record["as_of"]),
            dict(record["options"]),
            inputs,
            outputs_of(out),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def altered(out: Path) -> list[str]:
    """The outputs of the run below *out* that are missing or were changed since."""
    return [name for name, known in outputs_of(out).items() if _digest_of(out / name) != known]


def _digest_of(path: Path) -> str:
    try:
        return digest(path.read_bytes())
    except OSError:
        return ""


def _inputs(review: Review) -> list[dict[str, Any]]:
    return [
        {
            "path": source.path,
            "size": source.size,
            "blake2b": source.digest,
            "subject_id": source.subject.id if source.subject else "",
            "role": str(source.subject.role) if source.subject else "",
            "used": source.used,
        }
        for source in sorted(review.reading.sources, key=lambda source: source.path)
    ]


def _output(out: Path, path: Path) -> dict[str, Any]:
    data = path.read_bytes()
    return {
        "path": path.relative_to(out).as_posix(),
        "size": len(data),
        "blake2b": digest(data),
    }


def _counts(review: Review) -> dict[str, Any]:
    roles = Counter(plan.subject.role for plan in review.reading.usable)
    severities = Counter(found.severity for found in review.reading.findings)
    return {
        "workbooks": len(review.reading.sources),
        "accounts": roles[Role.ACCOUNT],
        "partners": roles[Role.PARTNER],
        "figures": len(review.figures),
        "kpis": len(review.kpis),
        "findings": {str(severity): severities[severity] for severity in Severity},
    }
