"""The partner score: anchors, coverage, small numbers, standings and knock-outs."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_plans import counted, entry, has_row, measured, partner, quarters, row

from kam_reports.kpis.partners import _RULE
from kam_reports.workspace import parse_workspace


def setup(*criteria):
    """The criteria of a scorecard: KPI, weight, value for 0 and for 100 points."""
    return tuple(
        entry("scorecard", kpi=kpi, weight=weight, anchor_0=low, anchor_100=high)
        for kpi, weight, low, high in criteria
    )


def applications(name="P", *, entries=(), quarters_of=2, **rows):
    """A partner with the same figures in each quarter; every decision counted."""
    usual = {"submitted": 40, "approved": 30, "rejected": 6, "auto_rejected": 4, "signed": 20}
    parts = [
        quarters(measure, "A", *[value] * quarters_of) for measure, value in (usual | rows).items()
    ]
    return partner(name, *parts, entries=entries)


def scored(plan, scope="YTD", workspace=None, **options):
    scores = measured(plan, workspace=workspace, **options).scores
    return next(one for one in scores if one.scope == scope)


# ---------------------------------------------------------------- points


@pytest.mark.parametrize(
    "signed, points", [(12, 0.0), (26, 100.0), (19, 50.0), (4, 0.0), (39, 100.0)]
)
def test_points_rise_between_two_anchors_and_stop_at_both(signed, points):
    plan = applications(signed=signed, entries=setup(("a_conversion", 1.0, 0.30, 0.65)))
    assert scored(plan).criteria[0].points == pytest.approx(points)
    assert scored(plan).score == pytest.approx(points)


def test_the_order_of_the_anchors_gives_the_direction():
    plan = applications(cancelled=1, entries=setup(("a_cancel", 1.0, 0.10, 0.02)))
    assert scored(plan).criteria[0].points == pytest.approx(100 * (0.05 - 0.10) / (0.02 - 0.10))


def test_anchors_may_be_typed_in_percent():
    plan = applications(signed=19, entries=setup(("a_conversion", 1.0, 30.0, 65.0)))
    found = scored(plan).criteria[0]
    assert (found.anchor_0, found.anchor_100, found.points) == pytest.approx((0.30, 0.65, 50))


def test_volume_is_scored_by_its_attainment():
    plan = partner(
        "P",
        quarters("volume_signed", "A", 75, 75),
        quarters("volume_signed", "T", 100, 100),
        entries=setup(("a_volume", 1.0, 0.5, 1.0)),
    )
    found = scored(plan).criteria[0]
    assert (found.value, found.points) == pytest.approx((0.75, 50))


def test_a_criterion_may_name_the_measure_that_a_kpi_shows():
    plan = partner(
        "P",
        quarters("volume_signed", "A", 100, 100),
        quarters("volume_signed", "T", 100, 100),
        entries=setup(("volume_signed", 1.0, 0.5, 1.0)),
    )
    assert scored(plan).criteria[0].kpi == "a_volume"
    assert scored(plan).score == 100


def test_equal_anchors_give_no_points():
    plan = applications(entries=setup(("a_conversion", 1.0, 0.3, 0.3)))
    assert scored(plan).criteria[0].points is None
    assert scored(plan).standing == "N"


# ---------------------------------------------------------------- coverage and small numbers


def test_missing_is_not_zero_its_weight_drops_out():
    plan = applications(
        signed=26,
        entries=setup(("a_conversion", 0.7, 0.30, 0.65), ("a_training", 0.3, 0.4, 0.95)),
    )
    found = scored(plan)
    assert found.score == pytest.approx(100)
    assert found.coverage == pytest.approx(0.7)
    assert found.standing == "A"
    assert found.criteria[1].reason == "missing"
    told = row(measured(plan), "P", "a_score")
    assert (told["coverage"], told["missing"]) == (pytest.approx(0.7), "a_training")


def test_below_sixty_percent_of_the_weights_nobody_is_rated():
    plan = applications(
        entries=setup(("a_conversion", 0.59, 0.30, 0.65), ("a_training", 0.41, 0.4, 0.95))
    )
    found = scored(plan)
    assert (found.raw_standing, found.standing) == ("N", "N")
    assert row(measured(plan), "P", "a_score")["light"] == "grey"


def test_fewer_than_ten_decisions_count_as_without_data():
    few = applications(
        submitted=2, approved=1, rejected=0, auto_rejected=0, signed=1,
        entries=setup(("a_conversion", 1.0, 0.3, 0.65)),
    )  # fmt: skip
    found = scored(few)
    assert (found.criteria[0].reason, found.criteria[0].cases) == ("few", 2)
    assert found.criteria[0].value == pytest.approx(0.5)
    assert found.score is None
    assert row(measured(few), "P", "a_conversion")["light"] == "grey"
    enough = replace(few, figures=tuple(
        replace(f, value=5.0) if f.measure == "approved" else f for f in few.figures
    ))  # fmt: skip
    assert scored(enough).criteria[0].reason == ""
    assert scored(enough, "Q").criteria[0].reason == "few"


def test_a_partner_without_any_data_is_not_perfect():
    found = scored(partner("P"))
    assert (found.score, found.coverage, found.standing) == (None, 0.0, "N")
    assert not has_row(measured(partner("P")), "P", "a_score")


@pytest.mark.parametrize("weights", [(0.5, 0.4), (0.6, 0.45), (0.5, 0.494)])
def test_weights_that_do_not_add_up_give_no_score(weights):
    plan = applications(
        entries=setup(("a_conversion", weights[0], 0.3, 0.65), ("a_approval", weights[1], 0.5, 0.9))
    )
    found = scored(plan)
    assert (found.score, found.standing) == (None, "N")
    assert len(found.criteria) == 2


def test_three_times_a_third_is_a_whole():
    thirds = [(kpi, 0.333, 0.0, 0.5) for kpi in ("a_conversion", "a_approval", "a_first_time")]
    plan = applications(complete_first=30, entries=setup(*thirds))
    found = scored(plan)
    assert found.score == pytest.approx(100)
    assert found.coverage == 1


# ---------------------------------------------------------------- standings


@pytest.mark.parametrize(
    "score, standing, light",
    [
        (100, "A", "green"),
        (85, "A", "green"),
        (84.96, "A", "green"),
        (84.94, "B", "green"),
        (70, "B", "green"),
        (69, "C", "yellow"),
        (50, "C", "yellow"),
        (49, "D", "red"),
        (0, "D", "red"),
    ],
)
def test_a_standing_holds_from_its_limit_on_and_the_top_one_includes_100(score, standing, light):
    plan = applications(
        submitted=10_000, signed=score * 100, entries=setup(("a_conversion", 1.0, 0.0, 1.0))
    )
    found = scored(plan)
    assert (found.score, found.standing) == (pytest.approx(score), standing)
    assert row(measured(plan), "P", "a_score")["light"] == light


def test_the_workspace_sets_standings_and_criteria_and_the_workbook_wins():
    workspace = parse_workspace(
        '[partner_score]\nstandings = [90, 80, 70]\n[[partner_score.criteria]]\nkpi = "a_approval"\n'
        "weight = 100\nanchor_0 = 50\nanchor_100 = 100\n",
        Path("kam.toml"),
    )
    found = scored(applications(), workspace=workspace)
    assert [one.kpi for one in found.criteria] == ["a_approval"]
    assert (found.score, found.standing) == (pytest.approx(50), "D")
    own = applications(entries=setup(("a_conversion", 1.0, 0.0, 0.6)))
    found = scored(own, workspace=workspace)
    assert [one.kpi for one in found.criteria] == ["a_conversion"]
    assert (found.score, found.standing) == (pytest.approx(100 * 0.5 / 0.6), "B")


def test_the_usual_criteria_are_those_of_the_design():
    found = scored(applications())
    assert [(one.kpi, one.weight) for one in found.criteria] == [
        ("a_volume", 0.20), ("a_conversion", 0.20), ("a_first_time", 0.15), ("a_cancel", 0.15),
        ("a_quality", 0.10), ("a_training", 0.10), ("a_active", 0.05), ("a_talks", 0.05),
    ]  # fmt: skip
    assert (found.criteria[3].anchor_0, found.criteria[3].anchor_100) == (0.10, 0.02)
    assert (found.criteria[4].anchor_0, found.criteria[4].anchor_100) == (25, 85)


# ---------------------------------------------------------------- knock-outs

PERFECT = (("a_conversion", 1.0, 0.0, 0.5),)


def proof(criterion, until, status="met"):
    return entry(
        "acceptance", criterion=criterion, kind="knockout", valid_until=until, status=status
    )


def test_an_expired_permit_or_insurance_allows_only_a_d():
    for criterion in ("permit", "liability_insurance"):
        entries = (*setup(*PERFECT), proof(criterion, date(2026, 6, 29)))
        found = scored(applications(entries=entries))
        assert (found.raw_standing, found.standing) == ("A", "D")
        assert found.knockouts[0].key == f"acceptance.criterion.{criterion}"


def test_a_permit_is_good_to_its_last_day_and_other_proofs_knock_nobody_out():
    entries = (
        *setup(*PERFECT),
        proof("permit", date(2026, 6, 30)),
        proof("aml_training", date(2020, 1, 1), "expired"),
    )
    found = scored(applications(entries=entries))
    assert (found.standing, found.knockouts) == ("A", ())


def test_poor_training_or_many_cancellations_allow_at_most_a_c():
    training = entry("trainings", done_on=date(2026, 2, 1), invited=10, attended=4)
    found = scored(applications(entries=(*setup(*PERFECT), training)))
    assert (found.raw_standing, found.standing) == ("A", "C")
    assert [one.key for one in found.knockouts] == ["a_training"]
    found = scored(applications(cancelled=3, entries=setup(*PERFECT)))
    assert [one.key for one in found.knockouts] == ["a_cancel"]
    assert scored(applications(cancelled=2, entries=setup(*PERFECT))).standing == "A"


def test_a_knock_out_lifts_nobody():
    low = (("a_conversion", 1.0, 0.5, 1.0),)
    assert scored(applications(cancelled=3, entries=setup(*low))).standing == "D"


def test_who_is_not_rated_can_still_lose_the_permit():
    assert scored(partner("P", entries=(proof("permit", date(2026, 1, 1)),))).standing == "D"


def test_a_knock_out_typed_in_the_scorecard_holds():
    criterion = setup(*PERFECT)[0]
    values = dict(criterion.values)
    for text, standing in (
        ("Genehmigungsquote < 80 %: höchstens B", "B"),
        ("unter 60 %: D", "D"),
        ("a_approval >= 75 % → C", "C"),
        ("Genehmigungsquote < 75 %: D", "A"),
        ("nach Absprache", "A"),
    ):
        knocked = replace(
            criterion, values=values | {"knockout": replace(values["kpi"], value=text)}
        )
        assert scored(applications(entries=(knocked,))).standing == standing, text


def test_a_knock_out_rule_is_a_pattern_and_no_formula():
    assert _RULE.search("Stornoquote > 12 % -> C")
    assert not _RULE.search("__import__('os') > C")


# ---------------------------------------------------------------- scopes


def test_every_quarter_to_date_has_a_score_and_the_year_is_not_their_mean():
    plan = partner(
        "P",
        quarters("submitted", "A", 10, 90),
        quarters("signed", "A", 0, 90),
        *(quarters(measure, "A", 50, 50) for measure in ("approved", "rejected", "auto_rejected")),
        entries=setup(("a_conversion", 1.0, 0.0, 1.0)),
    )
    found = measured(plan)
    told = {(one.scope, one.quarter.number): one.score for one in found.scores}
    assert told == {("Q", 1): 0, ("Q", 2): 100, ("YTD", 2): pytest.approx(90)}
    assert row(found, "P", "a_score", "Q", quarter=1)["actual"] == 0
    assert row(found, "P", "a_score")["actual"] == pytest.approx(90)


def test_all_partners_together_weigh_with_their_volume():
    def one(name, signed, volume):
        plan = applications(name, signed=signed, entries=setup(("a_conversion", 1.0, 0.0, 1.0)))
        figures = quarters("volume_signed", "A", volume, volume)
        return replace(plan, figures=(*plan.figures, *figures))

    found = measured(one("P", 40, 300), one("R", 20, 100), partner("S"))
    together = row(found, "*", "a_score")
    assert together["actual"] == pytest.approx((100 * 600 + 50 * 200) / 800)
    assert (together["included"], together["missing"]) == ("2/3", "S")
    assert together["light"] == "grey"


# ---------------------------------------------------------------- counted for partners


def test_quarterly_talks_are_due_when_their_quarter_ends():
    rows = (
        entry("talks", type="q1", meeting_on=date(2026, 4, 14)),
        entry("talks", type="annual", meeting_on=date(2026, 1, 20)),
    )
    found = measured(partner("P", entries=rows))
    assert row(found, "P", "a_talks")["actual"] == pytest.approx(2 / 3)
    before_the_end = measured(partner("P", entries=rows), as_of=date(2026, 6, 29))
    assert row(before_the_end, "P", "a_talks")["actual"] == 1
    year = measured(partner("P", entries=rows[:1]), quarter=4)
    assert counted(year, "talks_due") == {
        f"2026-Q{n}": d for n, d in ((1, 1), (2, 1), (3, 1), (4, 2))
    }


def test_events_planned_so_far_should_have_taken_place():
    rows = (
        entry("events", planned_on=date(2026, 2, 1), done_on=date(2026, 2, 1)),
        entry("events", planned_on=date(2026, 5, 1)),
        entry("events", planned_on=date(2026, 9, 1)),
    )
    found = measured(partner("P", entries=rows))
    assert row(found, "P", "a_events")["actual"] == pytest.approx(0.5)
    assert row(found, "P", "a_events")["light"] == "red"


def test_training_coverage_counts_people_if_their_number_is_known():
    training = entry("trainings", done_on=date(2026, 2, 1), invited=20, attended=15)
    expired = entry("trainings", done_on=date(2026, 2, 1), invited=5, attended=5,
                    valid_until=date(2026, 3, 1))  # fmt: skip
    found = measured(partner("P", entries=(training, expired)))
    assert row(found, "P", "a_training")["actual"] == pytest.approx(0.75)
    people = [quarters("trained_advisers", "A", 5, 9), quarters("active_advisers", "A", 10, 10)]
    found = measured(partner("P", *people, entries=(training,)))
    assert row(found, "P", "a_training")["actual"] == pytest.approx(0.9)


def test_the_quality_rating_is_a_mean_and_weighs_with_applications():
    def one(name, *scores, submitted=None):
        names = ("documents", "advice", "compliance")
        ratings = tuple(
            entry("quality", criterion=criterion, score=score)
            for criterion, score in zip(names, scores, strict=False)
        )
        figures = quarters("submitted", "A", submitted, submitted) if submitted else []
        return partner(name, figures, entries=ratings)

    found = measured(one("P", 5, 4, 3, submitted=30), one("R", 5, submitted=10), one("S", 1))
    assert row(found, "P", "a_quality", "ASOF")["actual"] == pytest.approx(75)
    assert row(found, "S", "a_quality", "ASOF")["actual"] == 0
    together = row(found, "*", "a_quality", "ASOF")
    assert together["actual"] == pytest.approx((75 * 60 + 100 * 20) / 80)
    assert together["included"] == "2/3"


def test_quotas_of_applications_are_ratios_of_sums():
    found = measured(
        applications("P", complete_first=30, queried=10, cancelled=2, within_sla=36,
                     decision_days_sum=200, advisers=20, active_advisers=12),
        applications("R", submitted=10, approved=4, rejected=3, auto_rejected=3, signed=1),
    )  # fmt: skip
    for kpi, value in (
        ("a_approval", 0.75), ("a_conversion", 0.5), ("a_first_time", 0.75), ("a_queries", 0.25),
        ("a_cancel", 0.1), ("a_sla", 0.9), ("a_days", 5.0), ("a_active", 0.6),
    ):  # fmt: skip
        assert row(found, "P", kpi)["actual"] == pytest.approx(value), kpi
    assert row(found, "*", "a_approval")["actual"] == pytest.approx(68 / 100)
    assert row(found, "*", "a_conversion")["actual"] == pytest.approx(42 / 100)


# ---------------------------------------------------------------- in general

shares = st.floats(0, 1).map(lambda value: round(value, 3))


@settings(max_examples=10, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 9), shares), min_size=1, max_size=5))
def test_a_score_lies_between_its_worst_and_its_best_criterion(drawn):
    kpis = ("a_approval", "a_conversion", "a_first_time", "a_queries", "a_sla")
    total = sum(weight for weight, _ in drawn)
    criteria = [
        (kpi, weight / total, anchor, anchor + 0.5)
        for kpi, (weight, anchor) in zip(kpis, drawn, strict=False)
    ]
    plan = applications(complete_first=33, queried=7, within_sla=25, entries=setup(*criteria))
    found = scored(plan)
    points = [one.points for one in found.criteria]
    assert min(points) - 1e-9 <= found.score <= max(points) + 1e-9
    assert found.score == pytest.approx(
        math.fsum(one.weight * one.points for one in found.criteria), rel=1e-9, abs=1e-9
    )
