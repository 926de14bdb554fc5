"""The native charts of the KPI workbook: what Excel needs, what they show, how they look."""

import dataclasses
import io
import itertools
import re
import zipfile
from pathlib import Path

import invented
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from opened import opened
from openpyxl.utils import range_boundaries

from kam_reports import actions
from kam_reports.model import Light, Period, Standing, Subject
from kam_reports.outputs.xlsx import ibcs, write_workbook
from kam_reports.outputs.xlsx.sheets import charts
from kam_reports.workspace import folder

CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
# The order of children in ECMA-376, part 1, annex A.5: what is there must come in this order.
ORDER = {
    "chartSpace": "date1904 lang roundedCorners AlternateContent style clrMapOvr pivotFmts protection chart spPr txPr externalData printSettings userShapes extLst",
    "chart": "title autoTitleDeleted pivotFmts view3D floor sideWall backWall plotArea legend plotVisOnly dispBlanksAs extLst",
    "title": "tx layout overlay spPr txPr extLst",
    "plotArea": "layout bubbleChart barChart catAx valAx dTable spPr extLst",
    "barChart": "barDir grouping varyColors ser dLbls gapWidth overlap serLines axId extLst",
    "bubbleChart": "varyColors ser dLbls bubble3D bubbleScale showNegBubbles sizeRepresents axId extLst",
    "ser": "idx order tx spPr invertIfNegative pictureOptions dPt dLbls trendline errBars cat val xVal yVal bubbleSize bubble3D shape extLst",
    "dPt": "idx invertIfNegative marker bubble3D explosion spPr pictureOptions extLst",
    "dLbls": "dLbl delete numFmt spPr txPr dLblPos showLegendKey showVal showCatName showSerName showPercent showBubbleSize separator showLeaderLines extLst",
    "catAx": "axId scaling delete axPos majorGridlines minorGridlines title numFmt majorTickMark minorTickMark tickLblPos spPr txPr crossAx crosses crossesAt auto lblAlgn lblOffset noMultiLvlLbl extLst",
    "valAx": "axId scaling delete axPos majorGridlines minorGridlines title numFmt majorTickMark minorTickMark tickLblPos spPr txPr crossAx crosses crossesAt crossBetween majorUnit minorUnit dispUnits extLst",
    "scaling": "logBase orientation max min extLst",
    "legend": "legendPos legendEntry layout overlay spPr txPr extLst",
    "numRef": "f numCache extLst",
    "strRef": "f strCache extLst",
    "numCache": "formatCode ptCount pt extLst",
    "bubbleSize": "numRef numLit",
}


def example(language="de", count=None):
    """The worked example; *count* accounts of it, or copies of them."""
    top = folder("workbooks") / "example"
    workspace = actions.open_workspace(top, (), language, "de")
    workspace = dataclasses.replace(
        workspace, cache=dataclasses.replace(workspace.cache, enabled=False)
    )
    occasion = actions.occasion_of(Period(2026, "Q", 3), None, workspace)
    reading = actions.read(workspace.inputs, workspace, occasion=occasion)
    if count is not None:
        reading = crowd(reading, count)
    return actions.review(reading, occasion, workspace), workspace


def copied(plan, turn):
    """The plan as that of another account."""
    if not turn:
        return plan
    subject = dataclasses.replace(
        plan.subject, id=f"{plan.subject.id}-{turn}", name=f"{plan.subject.name} {turn}"
    )
    place = dataclasses.replace(plan.place, book=f"plans/{subject.id}.xlsx")
    figures = tuple(
        dataclasses.replace(one, value=None if one.value is None else one.value * (1 + turn / 50))
        for one in plan.figures
    )
    return dataclasses.replace(plan, subject=subject, place=place, figures=figures)


def crowd(reading, count):
    """A reading with *count* accounts: the first ones, or all again and again as others."""
    partners = [plan for plan in reading.plans if plan.subject.role == "partner"]
    accounts = [plan for plan in reading.plans if plan.subject.role == "account"]
    made = []
    for number, plan in zip(range(count), itertools.cycle(accounts), strict=False):
        made.append(copied(plan, number // len(accounts)))
    return dataclasses.replace(reading, plans=(*made, *partners))


@pytest.fixture(scope="module")
def shown():
    return example()


@pytest.fixture(scope="module")
def data(shown):
    return workbook(*shown)


def workbook(review, workspace, language="de"):
    settings_ = dataclasses.replace(workspace.workspace, language=language)
    workspace = dataclasses.replace(workspace, workspace=settings_)
    return write_workbook(
        review, actions.wording_of(workspace), workspace, Path("/ws/out/KPI.xlsx")
    )


def parts(data):
    """The chart parts of a workbook, in the order of its charts."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        names = [one for one in package.namelist() if one.startswith("xl/charts/chart")]
        names.sort(key=lambda name: int(re.findall(r"\d+", name)[0]))
        return [etree.fromstring(package.read(name)) for name in names]


def kinds(data):
    return [etree.QName(one.find(f".//{CHART}plotArea")[1]).localname for one in parts(data)]


def test_there_are_six_native_charts_and_no_pie(data):
    assert kinds(data) == [
        "barChart",
        "barChart",
        "barChart",
        "bubbleChart",
        "barChart",
        "barChart",
    ]


def test_every_chart_has_the_order_of_elements_that_the_schema_wants(data):
    for root in parts(data):
        for element in root.iter(f"{CHART}*"):
            order = ORDER.get(etree.QName(element).localname)
            if order is None or not len(element):
                continue
            wanted = order.split()
            if element.getparent() is not None and etree.QName(element).localname == "title":
                wanted = ORDER["title"].split()
            names = [etree.QName(child).localname for child in element]
            assert set(names) <= set(wanted), (element.tag, names)
            assert names == sorted(names, key=wanted.index), (element.tag, names)
        axes = [one.get("val") for one in root.iterfind(f".//{CHART}axId")]
        assert len(axes) == 4
        assert len(set(axes)) == 2


def references(root):
    """The ranges that a chart refers to, each with the values that it keeps of them."""
    for one in root.iter(f"{CHART}numRef", f"{CHART}strRef"):
        cache = one[1]
        count = int(cache.find(f"{CHART}ptCount").get("val"))
        kept = dict.fromkeys(range(count))
        for point in cache.iterfind(f"{CHART}pt"):
            text = point.find(f"{CHART}v").text
            kept[int(point.get("idx"))] = float(text) if "num" in one.tag else text
        yield one.find(f"{CHART}f").text, list(kept.values())


def test_charts_refer_to_cells_and_keep_their_values(data):
    book = opened(data, "Diagramme", data_only=True)
    count = 0
    for root in parts(data):
        assert not list(root.iter(f"{CHART}numLit", f"{CHART}strLit"))
        for place, kept in references(root):
            sheet, _, area = place.rpartition("!")
            left, top, right, bottom = range_boundaries(area.replace("$", ""))
            cells = [
                book[sheet.strip("'")].cell(row, column).value
                for row in range(top, bottom + 1)
                for column in range(left, right + 1)
            ]
            assert sheet.strip("'") == "Diagramme"
            assert [None if one == "" else one for one in kept] == [
                None if one == "" else one for one in cells
            ]
            count += 1
    assert count > 50


def test_the_cells_are_formulas_that_lead_to_the_other_sheets(data):
    live = opened(data, "Diagramme")["Diagramme"]
    told = [
        cell.value for row in live.iter_rows(min_row=36) for cell in row if cell.data_type == "f"
    ]
    others = ("Kennzahlen", "Portfolio", "Pipeline", "Partner")
    for sheet in others:
        assert any(f"'{sheet}'!" in formula for formula in told), sheet
    kept = opened(data, "Diagramme", *others, data_only=True)
    places = {
        cell.value: cell.coordinate
        for row in reversed([*live.iter_rows()])
        for cell in reversed(row)
    }
    for formula in told:
        found = re.fullmatch(r"=IF\(COUNT\('(\w+)'!(\w+)\)=1,'\1'!\2,\"\"\)", formula)
        if found:
            assert kept["Diagramme"][places[formula]].value == kept[found[1]][found[2]].value


def test_openpyxl_reads_a_bubble_chart_with_names_and_sizes(data):
    found = opened(data, "Diagramme")["Diagramme"]._charts
    bubbles = next(one for one in found if type(one).__name__ == "BubbleChart")
    assert len(found) == 6
    assert all(one.bubbleSize is not None for one in bubbles.series)
    named = [one for one in bubbles.series if one.dLbls is not None]
    assert named
    assert all(one.dLbls.showSerName and not one.dLbls.showVal for one in named)
    assert bubbles.sizeRepresents == "area"


def test_the_same_unit_has_the_same_axis_from_zero(data):
    first, second, _, _, funnel, scores = parts(data)
    scales = [
        {one.tag: one.get("val") for one in root.find(f".//{CHART}valAx/{CHART}scaling")}
        for root in (first, second)
    ]
    assert scales[0] == scales[1]
    for root in (first, second, funnel, scores):
        assert root.find(f".//{CHART}valAx/{CHART}scaling/{CHART}min").get("val") in ("0", "0.0")


def test_actual_is_solid_target_outlined_prior_year_light_and_forecast_hatched(data):
    prior, target, actual = parts(data)[0].iterfind(f".//{CHART}ser")
    fills = [
        one.find(f"{CHART}spPr")[0].xpath(".//*[local-name()='srgbClr']/@val")[0]
        for one in (prior, target, actual)
    ]
    assert fills == ["BFBFBF", "FFFFFF", "404040"]
    assert target.xpath("./*[local-name()='spPr']/*[local-name()='ln']//@val") == ["404040"]
    points = actual.findall(f"{CHART}dPt")
    assert [one.find(f"{CHART}idx").get("val") for one in points] == ["3"]
    assert points[0].xpath(".//*[local-name()='pattFill']")


def test_variances_are_green_and_red_and_each_account_has_one(data, shown):
    good, bad = parts(data)[2].iterfind(f".//{CHART}ser")
    values = [
        [float(one.text) for one in ser.iterfind(f"{CHART}val//{CHART}v")] for ser in (good, bad)
    ]
    assert all(one >= 0 for one in values[0])
    assert all(one <= 0 for one in values[1])
    assert all(not up or not down for up, down in zip(*values, strict=True))
    colours = [ser.xpath("./*[local-name()='spPr']//@val")[0] for ser in (good, bad)]
    assert colours == ["1B7A3D", "B3261E"]


def test_a_foreign_currency_is_converted_or_left_out(shown):
    review, workspace = shown
    report = dataclasses.replace(workspace.report, rates={"CHF": 0.5})
    book = opened(workbook(review, dataclasses.replace(workspace, report=report)), "Diagramme")
    formulas = [
        cell.value for row in book["Diagramme"].iter_rows() for cell in row if cell.data_type == "f"
    ]
    assert any(one.endswith('*0.5,"")') for one in formulas)


@pytest.mark.parametrize("count", [0, 1, 3, 40])
def test_any_number_of_accounts_gives_an_overview_of_one_page(shown, count):
    review, workspace = shown
    reading = crowd(review.reading, count)
    made = actions.review(reading, review.occasion, workspace)
    book = opened(workbook(made, workspace), "Übersicht", "Diagramme")
    sheet = book["Übersicht"]
    assert sheet.page_setup.fitToHeight in (None, 1)  # 1 is what goes without saying
    assert sheet.max_row < 75
    ranking = sheet.tables.get("Rangliste")
    if count == 40:
        texts = [cell.value for row in sheet.iter_rows() for cell in row]
        assert "… und 28 weitere auf Blatt Portfolio" in texts
        assert "16 von" in str(
            [cell.value for row in book["Diagramme"].iter_rows() for cell in row]
        )
    elif count:
        assert ranking is not None


def test_sparklines_show_the_quarters_of_their_rows(data):
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        sheet = etree.fromstring(package.read("xl/worksheets/sheet1.xml"))
    lines = sheet.xpath("//*[local-name()='sparkline']")
    book = opened(data, "Übersicht", "Diagramme", data_only=True)
    overview, cells = book["Übersicht"], book["Diagramme"]
    assert len(lines) > 25
    for one in lines:
        place, target = one[0].text, overview[one[1].text]
        first, last = place.rpartition("!")[2].split(":")
        quarter = overview.cell(target.row, 3).value
        assert cells[last].value == quarter
        name = cells.cell(cells[first].row, 1).value
        assert overview.cell(target.row, 2).value.startswith(name.rstrip("…"))


NAMES = st.sampled_from(["Nordwyk Baufachmarkt SE", "A", "Wärme und Wasser Großhandel", "X" * 80])
STANDINGS = st.lists(
    st.builds(
        lambda name, x, y, revenue: Standing(
            Subject("K", name, "account"), revenue, None, None, None, None, "", y, x, 5, None, None,
            None, None, Light.GREEN,
        ),
        NAMES, st.floats(1, 5), st.floats(1, 5), st.floats(1, 1e7),
    ),
    max_size=14,
)  # fmt: skip


@settings(max_examples=60)
@given(STANDINGS)
def test_no_two_names_of_bubbles_lie_upon_each_other(placed):
    sides = charts.label_sides(placed)
    boxes = [
        charts.label_box(one, side, placed) for one, side in zip(placed, sides, strict=True) if side
    ]
    for one, other in itertools.combinations(boxes, 2):
        assert not charts.meet(one, other)


@pytest.mark.parametrize(
    ("values", "limits"),
    [([], (0, 0)), ([0], (0, 0)), ([90], (0, 120)), ([-5, 5], (-8, 8)), ([-3], (-4, 0))],
)
def test_axes_hold_all_values_and_zero(values, limits):
    assert ibcs.limits_of(values) == pytest.approx(limits)


def test_a_workbook_without_plans_has_no_charts_and_stands():
    workspace = invented.workspace(Path("/ws"))
    reading = actions.Reading((), (), ())
    occasion = actions.occasion_of(Period(2026, "Q", 3), None, workspace)
    made = workbook(actions.review(reading, occasion, workspace), workspace)
    assert parts(made) == []
    assert opened(made, "Diagramme")["Diagramme"]["A1"].value == "Diagramme"


FIRST_PAGES = 'pdf:calc_pdf_Export:{"PageRange":{"type":"string","value":"1-4"}}'


@pytest.mark.office
@pytest.mark.parametrize(
    ("count", "language"), [(3, "de"), (3, "en"), (12, "de"), (12, "en"), (300, "de")]
)
def test_libreoffice_prints_the_charts_and_the_overview_without_cut_numbers(
    shown, count, language, tmp_path
):
    """Of 300 accounts the first pages: all of them are some three thousand."""
    import subprocess

    from office.libreoffice import convert

    review, workspace = shown
    made = actions.review(crowd(review.reading, count), review.occasion, workspace)
    path = tmp_path / "kpi.xlsx"
    path.write_bytes(workbook(made, workspace, language))
    pdf = convert(path, FIRST_PAGES, tmp_path)
    first = subprocess.run(
        ["pdftotext", "-layout", "-l", "4", pdf, "-"], capture_output=True, text=True, check=True
    ).stdout
    assert "###" not in first
    assert "Err:" not in first
    pages = [page.strip() for page in first.split("\f")]
    titles = (
        ("Key-Account-Übersicht", "Diagramme")
        if language == "de"
        else ("Key account overview", "Charts")
    )
    starts = [
        next((n for n, page in enumerate(pages) if page.startswith(one)), -1) for one in titles
    ]
    assert starts == [0, 2]  # the account sheet stands between them
    if count == 12:
        again = convert(path, "xlsx", tmp_path / "again")
        assert len(openpyxl.load_workbook(again)[titles[1]]._charts) == 6
