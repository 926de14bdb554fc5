import csv
import io
import json
import math
from datetime import date

import invented
import numpy as np
import pandas as pd
import pytest
from goldens import check as golden
from hypothesis import given, settings
from hypothesis import strategies as st

from kam_reports.model import Finding, Place, Severity, Subject
from kam_reports.outputs import tables
from kam_reports.outputs.record import NAME, altered, outputs_of, run_record


def read(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8"), newline=""), strict=True))


def figures(**columns):
    row = dict.fromkeys(tables.FIGURES, "") | {"value": 1.0, "fiscal_year": 2026, "blocked": False}
    return pd.DataFrame([row | columns])


# ---------------------------------------------------------------- shape


def test_the_columns_are_those_of_the_contract_in_its_order():
    head = tables.figures_csv(invented.review().figures).split(b"\r\n")[0].decode()
    assert head == (
        "subject_id,subject,role,fiscal_year,section,measure,perspective,breakdown,scenario,period,"
        "value,unit,file,sheet,cell,raw,blocked"
    )
    head = tables.kpis_csv(invented.review().kpis).split(b"\r\n")[0].decode()
    assert head == (
        "subject_id,subject,role,kpi,scope,quarter,perspective,actual,target,prior_year,variance,"
        "variance_pct,attainment,growth,forecast,forecast_method,light,coverage,included,missing,"
        "fc_gap,needed_per_quarter,mat"
    )
    head = tables.findings_csv((), invented.wording()).decode()
    assert head == ("code,name,severity,subject_id,subject,file,sheet,cell,message,fix,value\r\n")


def test_every_figure_is_a_row_in_the_order_of_the_table():
    review = invented.review(3, 2)
    rows = read(tables.figures_csv(review.figures))
    assert [(row["subject_id"], row["cell"]) for row in rows] == list(
        zip(review.figures["subject_id"], review.figures["cell"], strict=True)
    )
    assert [float(row["value"]) for row in rows] == review.figures["value"].tolist()


def test_every_kpi_reads_back_as_the_same_float_and_missing_stays_empty():
    frame = invented.review(3, 2).kpis
    rows = read(tables.kpis_csv(frame))
    for name in ("actual", "target", "prior_year", "attainment", "growth", "variance_pct"):
        read_back = [math.nan if row[name] == "" else float(row[name]) for row in rows]
        np.testing.assert_array_equal(read_back, frame[name].astype(float).to_numpy())
    assert {row["included"] for row in rows if row["subject_id"] == "*"} == {"2/3"}


def test_lines_end_as_the_standard_has_it_and_texts_with_line_breaks_are_quoted():
    data = tables.figures_csv(figures(raw='two\nlines, "quoted"', subject="Müller"))
    assert data.endswith(b"\r\n")
    assert b'"two\nlines, ""quoted"""' in data
    assert read(data)[0]["raw"] == 'two\nlines, "quoted"'
    assert "Müller".encode() in data


def test_the_golden_tables():
    review = invented.review(1, 1)
    golden("tables/figures.csv", tables.figures_csv(review.figures.head(12)))
    golden("tables/kpis.csv", tables.kpis_csv(review.kpis.head(40)))


# ---------------------------------------------------------------- values


@pytest.mark.parametrize(
    "value, text",
    [
        (1.0, "1"),
        (0.1, "0.1"),
        (0.1 + 0.2, "0.30000000000000004"),
        (1e300, "1e+300"),
        (-0.0, "0"),
        (2026, "2026"),
        (np.int64(7), "7"),
        (np.float64(1.5), "1.5"),
        (math.nan, ""),
        (math.inf, ""),
        (None, ""),
        (pd.NaT, ""),
        (pd.NA, ""),
        (date(2026, 9, 30), "2026-09-30"),
        (True, "true"),
        (np.bool_(False), "false"),
        ("", ""),
        (Severity.ERROR, "error"),
    ],
)
def test_a_value_is_written_plainly(value, text):
    assert tables.plain(value) == text


@given(st.floats(allow_nan=False, allow_infinity=False))
@settings(max_examples=200, deadline=None)
def test_any_number_reads_back_as_itself(value):
    assert float(tables.plain(value)) == value


@pytest.mark.parametrize(
    "text", ["=1+1", "@SUM(A1)", '+HYPERLINK("x")', "-2+3+cmd|' /C calc'!A0", "\t=1", "\ufeff=1"]
)
def test_a_text_that_a_spreadsheet_would_run_is_only_text(text):
    assert read(tables.figures_csv(figures(raw=text)))[0]["raw"] == f"'{text}"


@pytest.mark.parametrize("text", ["-5", "+3 %", "–", "-", "ca. 300", "1.234,5", "a=b", "#DIV/0!"])
def test_what_people_type_stays_as_typed(text):
    assert read(tables.figures_csv(figures(raw=text)))[0]["raw"] == text


def test_a_file_name_that_is_no_text_can_still_be_written():
    assert read(tables.figures_csv(figures(file="pl\udce4n.xlsx", raw="a\0b")))[0]


@given(st.text(max_size=40), st.text(max_size=40))
@settings(max_examples=100, deadline=None)
def test_any_text_is_one_cell_of_a_valid_table(subject, raw):
    (row,) = read(tables.figures_csv(figures(subject=subject, raw=raw)))
    assert len(row) == len(tables.FIGURES)


# ---------------------------------------------------------------- findings


def found():
    return Finding(
        "V101",
        "number-is-text",
        Severity.ERROR,
        Place("plans/a.xlsx", "Ziele", "F6"),
        {"field": invented.Named("measure", "units"), "text": "ca. 1300"},
        Subject("K-1", "Meier AG", invented.Role.ACCOUNT),
        "ca. 1300",
    )


@pytest.mark.parametrize("language", ["de", "en"])
def test_findings_are_said_in_the_chosen_language(language):
    golden(
        f"tables/findings.{language}.csv",
        tables.findings_csv([found()], invented.wording(language)),
    )
    golden(
        f"tables/findings.{language}.json",
        tables.findings_json([found()], invented.wording(language)),
    )


def test_json_and_csv_say_the_same():
    findings, wording = invented.review(3).reading.findings, invented.wording()
    assert json.loads(tables.findings_json(findings, wording)) == read(
        tables.findings_csv(findings, wording)
    )


# ---------------------------------------------------------------- the record of a run


def record_of(review, out, outputs, **timings):
    return run_record(
        review, out, outputs, version="1", options={"language": "de"}, timings=timings
    )


def test_the_record_names_inputs_outputs_and_counts_but_no_people(tmp_path):
    (tmp_path / "data").mkdir()
    file = tmp_path / "data" / "kpis.csv"
    file.write_bytes(b"x")
    review = invented.review(3, 2)
    record = json.loads(record_of(review, tmp_path, [file], read=1.23456))
    assert record["quarter"] == "2026Q3"
    assert record["as_of"] == "2026-09-30"
    assert [entry["path"] for entry in record["outputs"]] == ["data/kpis.csv"]
    assert record["outputs"][0]["size"] == 1
    assert record["counts"]["accounts"] == 3
    assert record["counts"]["partners"] == 2
    assert record["counts"]["findings"] == {"error": 4, "warning": 3, "info": 0}
    assert len(record["inputs"]) == 6
    assert [entry["used"] for entry in record["inputs"]].count(False) == 1
    assert record["timings"] == {"read": 1.235}
    names = {plan.subject.name for plan in review.reading.plans}
    texts = {
        str(value) for entry in record["inputs"] for key, value in entry.items() if key != "path"
    }
    assert not names & texts


def test_two_records_differ_in_their_timings_alone(tmp_path):
    review = invented.review(2, 1)
    first, second = (json.loads(record_of(review, tmp_path, [], read=s)) for s in (1.0, 2.0))
    assert first.pop("timings") != second.pop("timings")
    assert first == second


def test_a_changed_or_missing_output_is_named(tmp_path):
    for name in ("a.csv", "b.csv", "c.csv"):
        (tmp_path / name).write_bytes(b"whole")
    files = sorted(tmp_path.iterdir())
    (tmp_path / NAME).write_bytes(record_of(invented.review(1, 0), tmp_path, files))
    assert altered(tmp_path) == []
    (tmp_path / "a.csv").write_bytes(b"changed")
    (tmp_path / "b.csv").unlink()
    assert altered(tmp_path) == ["a.csv", "b.csv"]
    assert sorted(outputs_of(tmp_path)) == ["a.csv", "b.csv", "c.csv"]


@pytest.mark.parametrize("text", [None, "", "[]", '{"outputs": [1]}', '{"outputs": [{"path": 1}]}'])
def test_a_folder_without_a_whole_record_holds_no_finished_run(tmp_path, text):
    if text is not None:
        (tmp_path / NAME).write_text(text)
    assert outputs_of(tmp_path) == {}
