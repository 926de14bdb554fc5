"""The charts: notation, scale, words, and no label that leaves its chart or covers another."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest
from charting import (
    SVG,
    bridge,
    bubbles,
    collisions,
    course,
    frame,
    line,
    outside,
    parts,
    quarter,
    shown,
    texts,
    tree,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from kam_reports.audience.views import Count, Rung, Span
from kam_reports.charts import (
    Look,
    Svg,
    bullet,
    contribution,
    funnel,
    gantt,
    goal_pins,
    has_letter,
    portfolio,
    quarter_columns,
    sparkline,
    status_bar,
    waterfall,
)
from kam_reports.charts.canvas import Canvas, number
from kam_reports.charts.measure import FONTS, fitted, width_of
from kam_reports.charts.scale import cut, magnified, reach
from kam_reports.model import Amount, Light, Named

LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft mbH & Co."
REVENUE = Named("measure", "k_revenue")
LOOK = Look()


def goals(*values: tuple, light: str = "red") -> list:
    kpis = ("k_revenue", "k_units", "k_cm_pct", "k_aov", "k_promos", "k_turn", "k_discount")
    units = ("EUR", "units", "percent", "EUR/order", "count", "per_year", "percent")
    return [
        line(kpi, *row, unit=unit, light=light)
        for kpi, unit, row in zip(kpis, units, values, strict=False)
    ]


def rungs(*counts: float | None) -> list[Rung]:
    names = ("submitted", "complete_first", "approved", "signed", "disbursed")
    return [
        Rung(
            Named("measure", name),
            Amount(count, "count"),
            Amount(count / counts[0] if count is not None and counts[0] else None, "percent"),
            Amount(count and count * 1e5, "EUR"),
        )
        for name, count in zip(names, counts, strict=False)
    ]


def spans(count: int, name: str = "Aktion") -> list[Span]:
    states = ("done", "running", "planned", "late")
    return [
        Span(f"{name} {n}", date(2026, 1 + n % 12, 3), date(2026, 1 + n % 12, 25), states[n % 4],
             Named("phrase", "light.green"))
        for n in range(count)
    ]  # fmt: skip


EDGES = {
    "usual": course([930e3, 1090e3, 996e3], [920e3, 1080e3, 992e3, 1250e3],
                    [880e3, 1010e3, 960e3, 1200e3], [None, None, None, 1290e3]),
    "no plan": course([930e3, 1090e3, 996e3], (), [880e3, 1010e3, 960e3, 1200e3]),
    "nothing to compare": course([930e3, 1090e3, 996e3]),
    "zero plan": course([930e3, 1090e3, 996e3], [0, 0, 0, 0], [1, 2, 3, 4]),
    "all zero": course([0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]),
    "negative": course([-120e3, 230e3, -50e3], [100e3] * 4, [10e3, -20e3, 30e3, 40e3],
                       [None, None, None, -90e3]),
    "all negative": course([-120e3, -230e3, -50e3], [-100e3] * 4, [-10e3] * 4),
    "outlier": course([100e3, 1100e3, 96e3], [100e3] * 4, [80e3, 90e3, 70e3, 60e3]),
    "negative outlier": course([100e3, -1100e3, 96e3], [100e3] * 4, [80e3, 90e3, 70e3, 60e3]),
    "one quarter": course([930e3]),
    "first of the year": course([930e3], [920e3, 1080e3, 992e3, 1250e3], [880e3] * 4,
                                [None, 1000e3, 1e6, 1e6]),
    "only plans": course((), [920e3, 1080e3, 992e3, 1250e3]),
    "a gap": course([930e3, None, 996e3], [920e3, None, 992e3, 1250e3], [None, 1e6, None, None]),
    "huge": course([9.3e14, 1.09e15, 9.96e14], [9.2e14] * 4, [8.8e14] * 4),
    "tiny": course([0.001, 0.002, 0.0005], [0.001] * 4, [0.003] * 4),
    "percent": course([0.27, 0.29, 0.28], [0.3, 0.3, 0.3, 0.3], [0.31, 0.3, 0.3, 0.3],
                      unit="percent", kpi="k_cm_pct"),
}  # fmt: skip
GOALS = {
    "usual": goals((3e6, 2.9e6, 2.8e6), (2695, 2499, 2415), (0.27, 0.3, 0.31), (3068, 3220, 3100)),
    "zero target": goals((3e6, 0, 2.8e6), (26, 0, 0), (0.2, 0, 0)),
    "negative": goals((-3e6, 2e6, -1e6), (-26, -30, 5), (-0.2, 0.1, -0.3)),
    "outlier": goals((33e6, 3e6, 2.8e6), (26, 25, 24), (0.2, 0.21, 0.19)),
    "huge": goals((3e15, 2.9e15, 1e15), (1e12, 9e11, 8e11), (99.0, 98.0, 97.0)),
    "tiny": goals((0.001, 0.002, 0.003), (0.4, 0.5, 0.6), (1e-9, 2e-9, 3e-9)),
    "equal": goals((3e6, 3e6, 3e6), (26, 26, 26), light="green"),
}
PARTS = {
    "usual": parts(("Wärmepumpen", 1.38e6, 1.25e6), ("Speicher", 8.2e5, 9e5), ("", 1e4, None)),
    "no plan": parts(("A", 1.38e6, None), ("B", 8.2e5, None)),
    "long names": parts((LONG, 1.38e6, 1.25e6), (LONG[::-1], 8.2e5, 9e5)),
    "negative": parts(("A", -1.38e6, 1.25e6), ("B", 8.2e5, -9e5)),
    "outlier": parts(("A", 1.38e7, 1.25e6), ("B", 8.2e5, 9e5), ("C", 7e5, 7.1e5)),
    "huge": parts(("A", 1.38e15, 1.25e15), ("B", 8.2e14, 9e14)),
    "zero plan": parts(("A", 1.38e6, 0), ("B", 0, 0)),
    "tiny": parts(("A", 0.02, 0.01), ("B", 0.001, 0.003)),
}
BRIDGES = {
    "usual": bridge(2.99e6, 239.5e3, 15.3e3, -221.6e3),
    "small steps": bridge(2.99e8, 239.5e3, 15.3e3, -221.6e3),
    "through zero": bridge(100e3, -239.5e3, 21.6e3),
    "all negative": bridge(-100e3, -239.5e3, 21.6e3),
    "from zero": bridge(0, 5e3),
    "nothing": bridge(100e3, 0, 0),
    "huge": bridge(2.99e15, 2e14, 1e13, -2.2e14),
    "tiny": bridge(0.03, 0.001, -0.002),
}
PORTFOLIOS = {
    "usual": bubbles(("Nordmarkt AG", 3.65, 3.75, 3e6), ("Südbau", 2.1, 1.8, 8e5),
                     ("Ostwerk", 4.6, 4.6, 9e5)),
    "twenty at one point": bubbles(*((f"Kunde {n} mit langem Namen", 3.0, 3.0, 1e6)
                                     for n in range(20))),
    "twenty in a corner": bubbles(*((f"Kunde {n}", 5.0, 5.0, 1e6 * n) for n in range(20))),
    "long names": bubbles(*((f"{n} {LONG}", 1 + n / 3, 5 - n / 3, 1e6) for n in range(12))),
    "no size": bubbles(("A", 1.0, 1.0, 0.0), ("B", 5.0, 1.0, 0.0)),
    "outlier": bubbles(("A", 3.0, 3.0, 1.0), ("B", 3.1, 3.1, 1e9)),
    "outside of the scale": bubbles(("A", 0.0, 7.0, 1.0)),
}  # fmt: skip


def every_chart() -> dict[str, Svg | None]:
    page = frame(of=LONG)
    made = {f"columns {key}": quarter_columns(one, page, "c") for key, one in EDGES.items()}
    made |= {f"goals {key}": goal_pins(one, page, "g") for key, one in GOALS.items()}
    made |= {f"parts {key}": contribution(one, page, "p") for key, one in PARTS.items()}
    made |= {f"bridge {key}": waterfall(one, "up", REVENUE, page) for key, one in BRIDGES.items()}
    made |= {f"portfolio {key}": portfolio(one, page) for key, one in PORTFOLIOS.items()}
    for key, one in GOALS.items():
        for unit in ("EUR", "units", "percent"):
            some = [row for row in one if row.to_date.actual.fact.unit == unit]
            made[f"bullet {key} {unit}"] = bullet(some, page, "b")
    for key, counts in {
        "usual": (276, 220, 204, 180, 171), "zero": (0, 3), "more than before": (3, 30, 2),
        "huge": (1e12, 1e11), "gap": (10, None, 5), "one": (4,),
    }.items():  # fmt: skip
        made[f"funnel {key}"] = funnel(rungs(*counts), page, "f")
        made[f"stages {key}"] = funnel(rungs(*counts), page, "f", what="stages")
    for count in (1, 4, 40):
        made[f"gantt {count}"] = gantt(spans(count, LONG), date(2026, 9, 30), page)
    for counts in ((4, 2, 1), (1, 0, 0), (1, 99, 1), (0, 1, 1)):
        made[f"status {counts}"] = status_bar(
            [Count(Named("phrase", f"light.{key}"), n, state) for key, n, state in
             zip(("green", "grey", "red"), counts, ("good", "open", "bad"), strict=True)], page,
        )  # fmt: skip
    return made


CHARTS = {key: chart for key, chart in every_chart().items() if chart is not None}


# ---------------------------------------------------------------- nothing collides


@pytest.mark.parametrize("name", CHARTS)
def test_no_label_leaves_its_chart_or_covers_another(name):
    assert outside(CHARTS[name]) == []
    assert collisions(CHARTS[name]) == []


AMOUNTS = st.one_of(
    st.none(),
    st.integers(-(10**9), 10**9).map(float),
    st.integers(-900, 900).map(lambda n: n / 100),
)
ROWS = st.lists(AMOUNTS, min_size=4, max_size=4)


@settings(deadline=None)  # a busy machine is no fault of a chart
@given(ROWS, ROWS, ROWS, ROWS)
def test_columns_of_any_numbers_keep_their_labels_apart(actual, target, prior, forecast):
    chart = quarter_columns(course(actual, target, prior, forecast), frame())
    if chart is not None:
        assert outside(chart) == collisions(chart) == []


@settings(deadline=None)  # a busy machine is no fault of a chart
@given(st.lists(st.tuples(AMOUNTS, AMOUNTS), min_size=2, max_size=9))
def test_parts_of_any_numbers_keep_their_labels_apart(rows):
    chart = contribution(parts(*((f"Gruppe {n}", *row) for n, row in enumerate(rows))), frame())
    if chart is not None:
        assert outside(chart) == collisions(chart) == []


@settings(deadline=None)  # a busy machine is no fault of a chart
@given(st.integers(-(10**9), 10**9), st.lists(st.integers(-(10**8), 10**8), min_size=1, max_size=3))
def test_a_bridge_of_any_numbers_keeps_its_labels_apart(start, changes):
    chart = waterfall(bridge(start, *changes), "up", REVENUE, frame())
    assert outside(chart) == collisions(chart) == []


@settings(deadline=None)  # a busy machine is no fault of a chart
@given(st.lists(st.tuples(st.floats(1, 5), st.floats(1, 5), st.floats(0, 1e7)), max_size=20))
def test_a_portfolio_of_any_accounts_keeps_its_labels_apart(rows):
    named = ((f"Kunde Nummer {n}", *row) for n, row in enumerate(rows))
    chart = portfolio(bubbles(*named), frame())
    if chart is not None:
        assert outside(chart) == collisions(chart) == []


@settings(deadline=None)  # a busy machine is no fault of a chart
@given(st.lists(st.tuples(AMOUNTS, AMOUNTS, AMOUNTS), min_size=1, max_size=7))
def test_goals_of_any_numbers_keep_their_labels_apart(rows):
    chart = goal_pins(goals(*rows), frame())
    if chart is not None:
        assert outside(chart) == collisions(chart) == []


# ---------------------------------------------------------------- notation


def filled(chart: Svg, fill: str, **more: str) -> list:
    return [
        one for one in tree(chart).iter(f"{SVG}rect")
        if one.get("fill") == fill and all(one.get(key) == value for key, value in more.items())
        and one.getparent().tag != f"{SVG}pattern"
    ]  # fmt: skip


def test_scenarios_are_told_by_fill():
    chart = quarter_columns(EDGES["usual"], frame(), "rev")
    wide = [one for one in filled(chart, LOOK.actual) if float(one.get("width")) > 20]
    assert len(wide) == 3  # AC solid
    assert len(filled(chart, LOOK.paper, stroke=LOOK.actual)) == 4  # PL an empty frame
    assert [one for one in filled(chart, "url(#rev-fc)") if float(one.get("width")) > 20]
    prior = [one for one in tree(chart).iter(f"{SVG}path") if one.get("fill") == LOOK.before]
    assert len(prior) == 4


def test_good_and_bad_follow_the_direction_of_the_kpi():
    for better, colour in (("up", LOOK.good), ("down", LOOK.bad)):
        chart = quarter_columns(course([2e5], [1e5], better=better), frame())
        assert filled(chart, colour)
    neutral = quarter_columns(course([2e5], [1e5], better="info"), frame())
    assert not filled(neutral, LOOK.good)
    assert not filled(neutral, LOOK.bad)


def test_columns_begin_at_zero_and_equal_units_have_equal_heights():
    page = frame().scaled(EUR=0.0001)
    first = quarter_columns(course([5e5], [5e5]), page)
    second = quarter_columns(course([2.5e5], [5e5]), page)

    def height(chart: Svg) -> float:
        tall = [float(one.get("height")) for one in filled(chart, LOOK.actual)
                if float(one.get("width")) > 20]  # fmt: skip
        return max(tall)

    assert height(first) == pytest.approx(50, abs=0.2)
    assert height(second) == pytest.approx(25, abs=0.2)


def test_small_variances_are_magnified_in_whole_steps_and_say_so():
    chart = quarter_columns(EDGES["usual"], frame())
    assert "ΔPL ×5" in [box.text for box in texts(chart)]
    assert magnified(10, 0.1, 30) == 20
    assert magnified(0, 0.1, 30) == magnified(1000, 0.1, 30) == 1


def test_an_outlier_is_marked_and_does_not_squeeze_the_rest():
    chart = quarter_columns(EDGES["outlier"], frame())
    assert "+1.000,0\u00a0%" in [box.text for box in texts(chart)]
    assert "1.100,0" in [box.text for box in texts(chart)]
    plain = quarter_columns(course([100e3] * 3, [100e3] * 4, [80e3] * 4), frame())
    tall = max(float(one.get("height")) for one in filled(chart, LOOK.actual))
    usual = max(float(one.get("height")) for one in filled(plain, LOOK.actual))
    assert usual < tall <= usual * 1.2


def test_reach_leaves_out_only_what_is_far_beyond_the_rest():
    assert reach([1, 2, 3]) == 3
    assert reach([1, 2, 30]) == 2
    assert reach([0.001, 0.2], usual=0.25) == 0.2
    assert reach([None, 0]) == 0
    assert cut(50, 20) == (20, True)
    assert cut(-50, 20) == (-20, True)
    assert cut(5, 20) == (5, False)


def test_a_cut_axis_is_drawn_as_cut_and_said_twice():
    chart = waterfall(BRIDGES["small steps"], "up", REVENUE, frame())
    assert any(box.text.startswith("Achse gekürzt, Maßstab ×") for box in texts(chart))
    assert "Achse gekürzt" in chart.title
    whole = waterfall(BRIDGES["through zero"], "up", REVENUE, frame())
    assert not any("gekürzt" in box.text for box in texts(whole))


def test_the_area_of_a_bubble_is_proportional():
    chart = portfolio(bubbles(("A", 2.0, 2.0, 4e6), ("B", 4.0, 4.0, 1e6)), frame())
    large, small = sorted(
        (float(one.get("r")) for one in tree(chart).iter(f"{SVG}circle")), reverse=True
    )
    assert (large / small) ** 2 == pytest.approx(4, rel=0.01)


# ---------------------------------------------------------------- words


@pytest.mark.parametrize(
    ("language", "message", "title"),
    [
        (
            "de",
            "Umsatz bis Q3 2026: 0,8\u00a0% über Ziel, 5,8\u00a0% über Vorjahr",
            "Nordmarkt AG · Umsatz in T€ · Q1–Q4 2026, AC, PL, PY, FC",
        ),
        (
            "en",
            "Revenue to Q3 2026: 0.8% above target, 5.8% above prior year",
            "Nordmarkt AG · Revenue in k€ · Q1–Q4 2026, AC, PL, PY, FC",
        ),
    ],
)
def test_the_message_is_computed_and_the_title_has_three_parts(language, message, title):
    chart = quarter_columns(EDGES["usual"], frame(language))
    assert chart.message == message
    assert chart.title == title


def test_goals_say_how_many_are_reached_and_which_is_farthest_behind():
    lines = [
        line("k_units", 110, 100, unit="units", light="green"),
        line("k_cm_pct", 0.27, 0.30, unit="percent", light="red"),
        line("k_revenue", 90, 100, light="yellow"),
    ]
    chart = goal_pins(lines, frame())
    assert chart.message == ("1 von 3 Zielen erreicht, größter Rückstand: Umsatz (−10,0\u00a0%)")
    assert [row[0] for row in chart.rows] == ["Absatz", "DB-Quote", "Umsatz"]


@pytest.mark.parametrize("name", CHARTS)
def test_every_chart_has_a_name_a_description_and_its_numbers_as_a_table(name):
    chart = CHARTS[name]
    root = tree(chart)
    names = {one.get("id"): one.text for one in root if one.tag in (f"{SVG}title", f"{SVG}desc")}
    labelled = root.get("aria-labelledby").split()
    assert [names[one] for one in labelled] == [chart.message, chart.alt]
    assert chart.message
    assert chart.title.count(" · ") >= 2
    assert chart.rows
    assert {len(row) for row in chart.rows} == {len(chart.head)}
    for word in ("None", "nan", "inf", "undefined", "−0,0 ", "−0 "):
        assert word not in chart.text.replace("\u00a0", " ")


def test_ids_are_unique_between_charts_of_a_page():
    page = frame()
    ids = [
        one.get("id")
        for chart in (
            quarter_columns(EDGES["usual"], page, "revenue"),
            quarter_columns(EDGES["usual"], page, "units"),
        )
        for one in tree(chart).iter()
        if one.get("id")
    ]
    assert len(ids) == len(set(ids)) == 6


def test_names_come_out_as_text():
    chart = contribution(
        parts(("<script>alert(1)</script>", 1e6, 2e6), ('" onload="x', 1e6, 2e6)), frame(of="<b>&")
    )
    assert tree(chart).find(f".//{SVG}script") is None
    assert "<script" not in chart.text
    assert 'onload="x' not in chart.text


def test_nothing_to_draw_is_no_chart():
    page = frame()
    assert quarter_columns(course(), page) is None
    assert goal_pins([line("k_revenue", 5.0)], page) is None
    assert contribution(parts(("A", 1.0, 1.0)), page) is None
    assert waterfall([], "up", REVENUE, page) is None
    assert portfolio(bubbles(), page) is None
    assert bullet([line("k_revenue")], page) is None
    assert funnel(rungs(0, 0), page) is None
    assert gantt([Span("A", None, None, "planned")], date(2026, 9, 30), page) is None
    assert status_bar([Count(REVENUE, 0, "good")], page) is None
    assert sparkline(course([1.0]), page) == ""


def test_a_sparkline_tells_its_values():
    spark = sparkline(course([1e6, 2e6, 1.5e6], prior=[9e5, 8e5]), frame())
    assert tree(spark).get("aria-label") == (
        "Umsatz: Q1 1.000,0\u00a0T€; Q2 2.000,0\u00a0T€; Q3 1.500,0\u00a0T€"
    )


def test_the_same_rows_give_the_same_bytes():
    assert {key: one and one.text for key, one in every_chart().items()} == {
        key: one and one.text for key, one in every_chart().items()
    }


# ---------------------------------------------------------------- letters


def test_a_text_is_as_wide_as_the_font_says_and_is_cut_where_it_must():
    assert width_of("0") == width_of("1") == width_of("8")  # tabular
    assert width_of("Umsatz", bold=True) > width_of("Umsatz")
    assert width_of("Umsatz", 24) == 2 * width_of("Umsatz", 12)
    short = fitted(LONG, 100)
    assert short.endswith("…")
    assert width_of(short) <= 100
    assert fitted("Umsatz", 100) == "Umsatz"


def test_the_widths_are_those_of_the_font_and_its_licence_lies_beside_it():
    from fontTools.ttLib import TTFont

    for style, bold in (("Regular", False), ("SemiBold", True)):
        ours = "0123456789.,−+±%€ ÄäÖöÜüßØéΔ×▲▼●○■„“–…"
        for ending, letters in (
            (".otf", f"{ours}éłÇŽ"), (".woff2", ours), ("-west.woff2", "àÇø"),
            ("-east.woff2", "łčŽő"),
        ):  # fmt: skip
            font = TTFont(FONTS / f"KAMInter-{style}{ending}")
            glyphs, unit = font.getBestCmap(), font["head"].unitsPerEm
            for letter in letters:
                wide = font["hmtx"][glyphs[ord(letter)]][0] / unit * 1000
                assert width_of(letter, 1000, bold=bold) == pytest.approx(wide, abs=0.6)
    licence = (FONTS / "OFL.txt").read_text()
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence
    assert "The Inter Project Authors" in licence


def test_every_letter_of_ours_is_in_the_font():
    from pathlib import Path

    import kam_reports

    home = Path(kam_reports.__file__).parent
    used = "".join(
        file.read_text(encoding="utf-8")
        for file in [*home.glob("*.toml"), *home.glob("languages/??.toml")]
    )
    missing = {one for one in used if one.isprintable() and not has_letter(one)}
    assert missing == {"◂"}  # stands in the KPI workbook alone


PREFIXES = ("above_", "below_", "at_", "head.", "key.", "field.f", "bridge_", "axis_", "stages")


def test_every_phrase_of_the_charts_is_used():
    from kam_reports.wording import _phrases

    known = {key[6:] for key in _phrases("de") if key.startswith("chart.")}
    root = FONTS.parent.parent.parent
    sources = [*FONTS.parent.glob("*.py"), *root.glob("templates/*.j2")]
    text = "\n".join(file.read_text(encoding="utf-8") for file in sources)
    said = set(re.findall(r"""["']([a-z_.]+)["']""", text))
    said |= {key.removeprefix("chart.") for key in said}
    assert {key for key in known - said if not key.startswith(PREFIXES)} <= {"data", "funnel_title"}


def test_too_long_a_text_is_set_smaller_first_and_named_whole_for_who_points_at_it():
    canvas = Canvas(LOOK, "x", 200)
    canvas.text(0, 10, "Umschlagsgeschwindigkeit", room=120)
    assert "<title>" not in canvas.parts[0]
    canvas.text(0, 10, LONG, room=120)
    assert f"<title>{LONG.replace('&', '&amp;')}</title>" in canvas.parts[1]
    assert quarter(1).short == "Q1"
    assert shown(None).known is False


def test_a_coordinate_of_nothing_has_no_sign_whatever_was_drawn_before():
    assert [number(value) for value in (-0.0, 0.0, -0.04, -0.06, 12.0)] == [
        "0", "0", "0", "-.1", "12",
    ]  # fmt: skip


def test_bubbles_take_the_colour_of_the_light_and_the_table_its_word():
    seen = bubbles(("A", 2.0, 2.0, 4e6), ("B", 4.0, 4.0, 1e6), ("C", 3.0, 3.0, 2e6))
    lights = (Light.GREY, Light.RED, Light.GREEN)
    lit = tuple(replace(one, own=False, light=light)
                for one, light in zip(seen.bubbles, lights, strict=True))  # fmt: skip
    chart = portfolio(replace(seen, bubbles=lit), frame())
    fills = [one.get("fill") for one in tree(chart).iter(f"{SVG}circle")]
    assert sorted(fills) == sorted([LOOK.actual, LOOK.bad, LOOK.good])
    assert "Ampel des Deckungsbeitrags" in chart.title
    words = {row[0]: row[-1] for row in chart.rows}
    assert (words["B"], words["C"]) == ("verfehlt", "erreicht")
    assert "Ampel" not in portfolio(seen, frame()).title


def test_no_month_is_named_beyond_the_edge_of_a_narrow_strip():
    far = [Span("A", date(2026, 1, 3), date(2028, 2, 1), "planned", Named("phrase", "light.green"))]
    slim = frame(look=replace(LOOK, width=354.0))
    chart = gantt(far, date(2026, 9, 30), slim)
    assert outside(chart) == []
