"""What the command line does, a script does in three lines."""

import subprocess
import sys

import pytest

import kam_reports
from kam_reports.model import Problem
from kam_reports.workspace import folder

EXAMPLE = folder("workbooks") / "example"


def test_three_lines_read_review_and_write(tmp_path):
    reading = kam_reports.read([EXAMPLE / "plans" / "Nordwyk Baufachmarkt SE.xlsx"], EXAMPLE)
    review = kam_reports.review(reading, "2026Q3", workspace=EXAMPLE)
    written = kam_reports.write(review, tmp_path, workspace=EXAMPLE)
    assert {"subject_id", "measure", "value", "cell"} <= set(review.figures.columns)
    assert {"subject_id", "kpi", "actual", "light"} <= set(review.kpis.columns)
    assert tmp_path / "reports" / "customer" / "KA-1002.html" in written
    assert all(path.is_file() for path in written)


def test_a_check_gives_the_findings_in_the_order_of_the_cells():
    findings = kam_reports.check([EXAMPLE / "plans" / "Nordwyk Baufachmarkt SE.xlsx"], EXAMPLE)
    assert findings
    assert {found.place.book for found in findings} == {"plans/Nordwyk Baufachmarkt SE.xlsx"}


def test_a_quarter_that_is_none_and_a_path_that_is_none_are_said(tmp_path):
    with pytest.raises(Problem):
        kam_reports.read([tmp_path / "nirgends"])
    with pytest.raises(ValueError, match="2026X"):
        kam_reports.review(None, "2026X")


def test_importing_the_package_imports_nothing_heavy():
    code = "import sys, kam_reports; print(len([m for m in sys.modules if 'pandas' in m]))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True
    )
    assert done.stdout.strip() == "0"
