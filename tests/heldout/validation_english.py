"""English workbooks of ten sales companies, as their controllers have them, and what they say."""

from __future__ import annotations

from datetime import date, datetime

from openpyxl.comments import Comment

from heldout.desk import MONTHS, QUARTERS, Desk, Formula, Typed, over, under
from heldout.validation_pen import sums, take_row, transactions, twelve

SHORT = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
LONG = ("January February March April May June July August September October November "
        "December").split()  # fmt: skip


def account_sheet() -> Desk:
    """Logistics: a one-page account profile, labels above and beside their values."""
    desk = Desk("Account profile Harbour Foods.xlsx", "L1", "en")
    page = desk.page("Profile")
    page.band("A1:F1", "ACCOUNT PROFILE 2026")
    page.form("A3", "Account name", "Harbour Foods plc", "account_name", below=True)
    page.form("C3", "Account no.", "HF-3310", "account_id", below=True)
    page.form("E3", "Fiscal year", 2026, "fiscal_year", below=True)
    page.form("A6", "Account manager", "Claire Dunmore", "kam")
    page.form("A7", "Deputy", "Ian Foss", "kam_deputy")
    page.form("A8", "Currency", "GBP", "currency")
    page.form("A9", "As of", datetime(2026, 1, 31), "as_of", date(2026, 1, 31))
    page.line("A11", "Key figures", "Last year", "Budget 2026", style="b")
    take_row(page, "A12", "Net revenue (£k)", [4210, 4480], ["revenue P FY", "revenue T FY"], 1000)
    take_row(page, "A13", "Contribution margin (£k)", [702, 765], ["cm P FY", "cm T FY"], 1000)
    take_row(page, "A14", "Orders", [15230, 15900], ["orders P FY", "orders T FY"])
    page.put("A16", "Contract renewal due in Q3; tender expected.")
    return desk


def contacts_and_actions() -> Desk:
    """Insurance broking: a list of contacts on one sheet, the actions on another."""
    desk = Desk("Stakeholders and actions - Pemberton.xlsx", "L2", "en")
    page = desk.page("Contacts")
    page.put("A1", "Pemberton Group - who is who", "b")
    page.line(
        "A3", "Name", "Job title", "E-mail", "Phone", "Last contact", "Our contact", style="b"
    )
    people = [
        ("Ruth Castell", "Chief Procurement Officer", "r.castell@pemberton.example", "+44 20 5550 101", datetime(2025, 11, 18), "D. Hale"),
        ("Marcus Oyelaran", "Risk Manager", "m.oyelaran@pemberton.example", "+44 20 5550 117", datetime(2026, 1, 9), "D. Hale"),
        ("Tessa Brand", "Finance Director", "t.brand@pemberton.example", None, datetime(2025, 9, 2), "S. Quill"),
    ]  # fmt: skip
    for row, values in enumerate(people, 4):
        page.line(f"A{row}", *values)
        fields = {"name": ("A", values[0]), "function": ("B", values[1]), "email": ("C", values[2]),
                  "last_contact_on": ("E", values[4].date()), "our_contact": ("F", values[5])}  # fmt: skip
        page.entry("contacts", row, fields)
    page = desk.page("Actions")
    page.put("A1", "Action plan 2026", "b")
    page.put("A2", "owner updates status before the monthly call")
    page.line("A5", "#", "Action", "Owner", "Due date", "Status", style="b")
    actions = [
        (1, "Renewal strategy paper", "D. Hale", datetime(2026, 3, 13), "open"),
        (2, "Cyber cover quotation", "S. Quill", datetime(2026, 2, 20), "in progress"),
        (3, "Claims review workshop", "D. Hale", datetime(2026, 5, 29), "open"),
    ]
    for row, values in enumerate(actions, 6):
        page.line(f"A{row}", *values)
        page.entry("measures", row, {"title": ("B", values[1]), "owner": ("C", values[2]),
                                     "due": ("D", values[3].date())})  # fmt: skip
    return desk


def quarterly_budget() -> Desk:
    """Pharma: budget by quarter and the year, in US dollars, with an empty first column."""
    desk = Desk("Lakeview_budget_FY2026.xlsx", "L3", "en")
    page = desk.page("Budget FY2026")
    page.put("B2", "Lakeview Hospitals - Budget 2026", "b")
    page.put("B3", "USD thousands unless stated otherwise")
    page.line("B5", "Metric", "Q1 2026", "Q2 2026", "Q3 2026", "Q4 2026", "FY 2026", style="b")
    lines = [
        ("Gross sales value (GSV)", "revenue_gross", 1000, [1510, 1545, 1580, 1620]),
        ("Net sales value (NSV)", "revenue", 1000, [1284, 1313, 1343, 1377]),
        ("COGS", "cogs", 1000, [578, 591, 604, 620]),
        ("Volume (packs)", "units", 1, [42800, 43750, 44760, 45900]),
    ]
    for row, (label, measure, times, values) in enumerate(lines, 6):
        take_row(
            page, f"B{row}", label, values, under(measure, "T", QUARTERS), times, style="#,##0"
        )
        page.put(f"G{row}", Formula(f"=SUM(C{row}:F{row})", sum(values)), "#,##0")
        page.truth(f"G{row}", f"{measure} T FY", sum(values), times, needed=False)
    return desk


def quarter_bands() -> Desk:
    """IT services: quarters merged over goal, actual and variance."""
    desk = Desk("QBR_Tolland_2026.xlsx", "L4", "en")
    page = desk.page("Scorecard")
    page.put("A1", "Tolland Energy - quarterly business review 2026", "b")
    page.put("A2", "$ in thousands; customers and orders are counts")
    page.put("A5", "KPI", "b")
    for left, right, quarter in (("B", "D", "Q1'26"), ("E", "G", "Q2'26"), ("H", "J", "Q3'26"),
                                 ("K", "M", "Q4'26")):  # fmt: skip
        page.band(f"{left}4:{right}4", quarter)
        page.line(f"{left}5", "Goal", "Actual", "Var", style="b")
    lines = [
        ("Revenue", "revenue", 1000, [(640, 652.3), (660, 641.8), (690, None), (730, None)]),
        ("Contribution margin", "cm", 1000, [(192, 197.4), (198, 188.1), (207, None), (219, None)]),
        ("Orders", "orders", 1, [(55, 58), (57, 53), (60, None), (64, None)]),
        ("Active customers", "customers", 1, [(7, 7), (8, 7), (8, None), (9, None)]),
    ]
    for row, (label, measure, times, quarters) in enumerate(lines, 6):
        values = []
        for number, (goal, actual) in enumerate(quarters):
            letters = ("BC", "EF", "HI", "KL")[number]
            off = None if actual is None else Formula(
                f"={letters[1]}{row}-{letters[0]}{row}", round(actual - goal, 1))  # fmt: skip
            values += [goal, actual, off]
        take_row(page, f"A{row}", label, values, over(measure, QUARTERS, "TA-"), times)
    page.sheet["F6"].comment = Comment("One licence deal slipped into July", "Finance")
    return desk


def fiscal_year_bands() -> Desk:
    """Building materials: a fiscal year from April, latest estimate and prior year beside it."""
    desk = Desk("FY26 account plan Corbel.xlsx", "L4", "en", year=2025)
    page = desk.page("FY26")
    page.put("A1", "Corbel Builders Merchants - FY26 (April 2025 to March 2026), GBP", "b")
    page.put("A4", "Line", "b")
    bands = (("B", "E", "Q1 Apr-Jun 25"), ("F", "I", "Q2 Jul-Sep 25"), ("J", "M", "Q3 Oct-Dec 25"),
             ("N", "Q", "Q4 Jan-Mar 26"))  # fmt: skip
    for left, right, quarter in bands:
        page.band(f"{left}3:{right}3", quarter)
        page.line(f"{left}4", "Budget", "Actual", "LE", "PY", style="b")
    lines = [
        ("Net sales", "revenue", [(402500, 398120, None, 391400), (421000, 433870, None, 405900), (377000, None, 380500, 369800), (355000, None, 352000, 349100)]),
        ("Units (pallets)", "units", [(1610, 1588, None, 1572), (1684, 1733, None, 1630), (1508, None, 1520, 1489), (1420, None, 1408, 1402)]),
        ("CM2", "cm", [(88550, 85100, None, 84900), (92600, 96020, None, 88400), (82900, None, 83700, 80100), (78100, None, 77100, 75900)]),
    ]  # fmt: skip
    for row, (label, measure, quarters) in enumerate(lines, 5):
        values = [value for quarter in quarters for value in quarter]
        take_row(page, f"A{row}", label, values, over(measure, QUARTERS, "TAFP"), style="#,##0")
    return desk


def stacked_scenarios() -> Desk:
    """Food: budget, actual and prior year as rows below each measure, only the first labelled."""
    desk = Desk("Marlowe_Foods_Tracker.xlsx", "L5", "en")
    page = desk.page("Tracker 2026")
    page.put("A1", "Marlowe Foods / Greenbasket - tracker 2026 (EUR k, cases)", "b")
    page.line("A3", "KPI", "Version", "Unit", *SHORT, style="b")
    lines = [
        ("Net sales", "EUR k", "revenue", 1000, 61, 1), ("Sales volume", "cases", "units", 1, 5200, 0),
        ("Promo spend", "EUR k", "promo_cost", 1000, 4.2, 2),
    ]  # fmt: skip
    for top, (label, unit, measure, times, base, digits) in zip((4, 7, 10), lines, strict=True):
        page.put(f"A{top}", label, "b")
        for step, (word, letter, share, count) in enumerate(
            (("Budget", "T", 1.04, 12), ("Actual", "A", 1.01, 8), ("PY", "P", 1, 12))):  # fmt: skip
            values = twelve(base * share, step + 2, digits)[:count]
            page.put(f"B{top + step}", word)
            page.put(f"C{top + step}", unit)
            page.take(f"D{top + step}", values, under(measure, letter, MONTHS)[:count], times)
    return desk


def months_down() -> Desk:
    """Industry: months as real dates down, measures across, totals below."""
    desk = Desk("Monthly plan vs actual.xlsx", "L6", "en")
    page = desk.page("2026")
    page.put("A1", "Anvil Fasteners - plan vs actual 2026", "b")
    page.band("B3:C3", "Invoiced sales (EUR)")
    page.band("D3:E3", "Units sold")
    page.line("A4", "Month", "Plan", "Actual", "Plan", "Actual", style="b")
    page.line(
        "A5", *[datetime(2026, month, 1) for month in range(1, 13)], down=True, style="mmm yy"
    )
    for column, measure, letter, values in (
        ("B", "revenue", "T", twelve(98000, 2)), ("C", "revenue", "A", twelve(96500, 4)[:5]),
        ("D", "units", "T", twelve(12400, 2)), ("E", "units", "A", twelve(12100, 4)[:5])):  # fmt: skip
        page.take(f"{column}5", values, under(measure, letter, MONTHS)[: len(values)], down=True)
        page.put(f"{column}17", Formula(f"=SUM({column}5:{column}16)", sum(values)), "b")
        if letter == "T":
            page.truth(f"{column}17", f"{measure} T FY", sum(values), needed=False)
    page.put("A17", "Total", "b")
    return desk


def order_book() -> Desk:
    """Wholesale: the invoiced lines of half a year."""
    desk = Desk("invoiced_sales_H1_2026.xlsx", "L7", "en")
    page = desk.page("Invoiced")
    page.line(
        "A1", "Invoice date", "Product group", "Customer", "Quantity", "Net sales (EUR)", style="b"
    )
    groups = ["Fixings", "Hand tools", "Abrasives", "Safety"]
    rows = [(datetime(2026, 1 + number // 4, 2 + 6 * (number % 4)), groups[number * 3 % 4],
             15 + 11 * number % 47, round(288.4 + 93.15 * (number * 7 % 19), 2))
            for number in range(24)]  # fmt: skip
    for row, (day, group, quantity, amount) in enumerate(rows, 2):
        page.line(f"A{row}", day, group, "Bexley Trade Centre", quantity, amount)
        page.sheet[f"A{row}"].number_format = "yyyy-mm-dd"
    transactions(page, 2, rows, {"units": ("D", 2), "revenue": ("E", 3)})
    return desk


def blocks_down() -> Desk:
    """Logistics: a block a scenario, one below the other."""
    desk = Desk("Lanewell_3_blocks.xlsx", "L8", "en")
    page = desk.page("Summary")
    page.put("A1", "Lanewell Retail 2026 - EUR '000", "b")
    blocks = [
        ("Actual 2026", "A", {"Revenue": [118.2, 121.7, 119.9], "Contribution margin": [19.8, 20.9, 19.1]}),
        ("Budget 2026", "T", {"Revenue": [117, 120, 122, 131], "Contribution margin": [20, 20.5, 21, 22.6]}),
        ("Prior year", "P", {"Revenue": [111.3, 114.6, 116, 124.2], "Contribution margin": [18.7, 19.2, 19.6, 21]}),
    ]  # fmt: skip
    top = 3
    for title, letter, lines in blocks:
        page.put(f"A{top}", title, "b")
        page.line(f"A{top + 1}", "", "1Q26", "2Q26", "3Q26", "4Q26", style="b")
        for row, (label, values) in enumerate(lines.items(), top + 2):
            measure = "revenue" if label == "Revenue" else "cm"
            take_row(
                page,
                f"A{row}",
                label,
                values,
                under(measure, letter, QUARTERS)[: len(values)],
                1000,
            )
        top += 5
    return desk


def side_by_side() -> Desk:
    """Machinery: plan by quarter left, the year against last year right."""
    desk = Desk("Ketteridge overview.xlsx", "L9", "en")
    page = desk.page("Overview 2026")
    page.put("B1", "Ketteridge Presses - overview 2026, EUR thousand", "b")
    page.line("B3", "Plan", "Q1", "Q2", "Q3", "Q4", style="b")
    page.line("H3", "Full year", "Plan 2026", "LY", style="b")
    lines = [("Revenue", "revenue", [820, 790, 845, 990], 3318), ("Cost of goods sold", "cogs", [467, 452, 481, 561], 1904),
             ("Contribution margin", "cm", [353, 338, 364, 429], 1414)]  # fmt: skip
    for row, (label, measure, values, before) in enumerate(lines, 4):
        take_row(page, f"B{row}", label, values, under(measure, "T", QUARTERS), 1000)
        page.put(f"H{row}", label)
        page.put(f"I{row}", Formula(f"=SUM(C{row}:F{row})", sum(values)))
        page.truth(f"I{row}", f"{measure} T FY", sum(values), 1000, needed=False)
        page.take(f"J{row}", [before], [f"{measure} P FY"], 1000)
    return desk


def month_sheets() -> Desk:
    """Wholesale: a sheet a month with the same small table."""
    desk = Desk("Bexley_monthly_2026.xlsx", "L10", "en")
    for number, name in enumerate(LONG[:4], 1):
        page = desk.page(f"{name[:3]}-26")
        page.put("A1", f"Bexley Trade Centre - {name} 2026 (EUR)", "b")
        page.line("A3", "KPI", "Target", "Actual", "Variance %", style="b")
        base = 36000 + 1200 * number
        for row, (label, measure, target, actual) in enumerate(
            [("Net revenue", "revenue", base, base - 850 + 430 * number),
             ("No. of orders", "orders", 120 + number, 117 + 3 * number),
             ("New customers won", "p_new", 4, 2 + number)], 4):  # fmt: skip
            take_row(
                page, f"A{row}", label, [target, actual], over(measure, f"M{number:02d}", "TA")
            )
            page.put(f"D{row}", Formula(f"=C{row}/B{row}-1", actual / target - 1), "0.0%")
        # The catalogue calls the KPI so; the measure behind it says the same.
        page.truth("B6", f"customers_new T M{number:02d}", 4, needed=False)
        page.truth("C6", f"customers_new A M{number:02d}", 2 + number, needed=False)
    return desk


def subtotals() -> Desk:
    """Building materials: product groups with subtotals and half years."""
    desk = Desk("Corbel product plan 2026.xlsx", "L11", "en")
    page = desk.page("Product plan")
    page.put("A1", "Corbel - revenue budget 2026 by product group (EUR thousand)", "b")
    page.line("A3", "Product group", "Q1", "Q2", "H1", "Q3", "Q4", "H2", "Total", style="b")
    groups = {
        "Cement": [82, 96, 101, 79],
        "Aggregates": [44, 53, 57, 41],
        "Insulation": [61, 58, 66, 74],
    }
    rows = {**groups, "Total": sums(groups.values())}
    for row, (group, (one, two, three, four)) in enumerate(rows.items(), 4):
        tail = "" if group == "Total" else f"/{group}"
        names = [f"revenue T {span}{tail}" for span in ("Q1", "Q2", "Q3", "Q4")]
        cells = [one, two, Formula(f"=B{row}+C{row}", one + two), three, four,
                 Formula(f"=E{row}+F{row}", three + four),
                 Formula(f"=D{row}+G{row}", one + two + three + four)]  # fmt: skip
        page.put(f"A{row}", group, "b" if not tail else "")
        page.take(f"B{row}", cells, [*names[:2], None, *names[2:], None, None], 1000)
        for cell, span, value in (
            ("D", "H1", cells[2]),
            ("G", "H2", cells[5]),
            ("H", "FY", cells[6]),
        ):
            page.truth(f"{cell}{row}", f"revenue T {span}{tail}", value, 1000, needed=False)
    return desk


def hidden_rows_and_sheet() -> Desk:
    """Insurance broking: a very hidden sheet of an older version behind the plan."""
    desk = Desk("Pemberton plan v7.xlsx", "L12", "en")
    page = desk.page("Plan 2026")
    page.put("A1", "Pemberton Group - income plan 2026, GBP", "b")
    page.line("A3", "", "Q1", "Q2", "Q3", "Q4", style="b")
    take_row(
        page, "A4", "Revenue target", [88000, 91500, 90200, 104300], under("revenue", "T", QUARTERS)
    )
    take_row(page, "A5", "Revenue actual", [86940, 93120], under("revenue", "A", "Q1 Q2"))
    take_row(
        page,
        "A6",
        "Revenue prior year",
        [83100, 87600, 86900, 99800],
        under("revenue", "P", QUARTERS),
    )
    old = desk.page("v5", "veryHidden")
    old.put("A1", "Pemberton Group - income plan 2026, GBP (superseded)")
    old.line("A3", "", "Q1", "Q2", "Q3", "Q4")
    old.line("A4", "Revenue target", 90000, 95000, 95000, 110000)
    desk.must_say(old, "B4")
    return desk


def sections() -> Desk:
    """Food: section headings within the table and a status column at the left."""
    desk = Desk("Greenbasket scorecard.xlsx", "L13", "en")
    page = desk.page("Scorecard")
    page.put("B1", "Greenbasket 2026 - customer scorecard", "b")
    page.line(
        "A3", "RAG", "KPI", "Unit", "Q1 Target", "Q1 Actual", "Q2 Target", "Q2 Actual", style="b"
    )
    rows = [
        ("Commercial",), ("Net sales", "EUR k", "revenue", 1000, [210, 214.6, 222, 217.3]),
        ("Volume sold", "cases", "units", 1, [17400, 17910, 18200, 17850]),
        ("Distribution",), ("Outlets listed", "#", "outlets_listed", 1, [310, 302, 320, 318]),
        ("Outlets total", "#", "outlets_total", 1, [412, 412, 412, 410]),
        ("SKUs listed", "#", "skus_listed", 1, [24, 23, 25, 25]),
        ("Market",), ("Market size", "EUR m", "market_volume", 1_000_000, [4.1, 4.15, 4.3, 4.22]),
        ("Promotions",), ("Promotions run", "#", "promos", 1, [3, 3, 4, 3]),
        ("Promo revenue", "EUR k", "promo_revenue", 1000, [38, 41.2, 45, 36.9]),
    ]  # fmt: skip
    for row, told in enumerate(rows, 4):
        page.put(f"B{row}", told[0], "b" if len(told) == 1 else "")
        if len(told) > 1:
            page.put(f"A{row}", "G" if told[4][3] >= told[4][2] else "A")
            page.put(f"C{row}", told[1])
            page.take(f"D{row}", told[4], over(told[2], "Q1 Q2", "TA"), told[3])
    page.put("B17", "RAG: G = on or above target, A = below")
    return desk


def unit_in_corner() -> Desk:
    """Logistics: the scale in the corner, forecast beside budget and actual."""
    desk = Desk("Lanewell outlook.xlsx", "L14", "en")
    page = desk.page("Outlook")
    page.put("A1", "Lanewell Retail - outlook 2026", "b")
    page.line("A3", "EUR m", "Budget", "Forecast", "Prior year", style="b")
    for row, (label, measure, values) in enumerate(
        [("Turnover", "revenue", [14.2, 13.85, 13.4]), ("COGS", "cogs", [9.6, 9.45, 9.2]),
         ("Contribution margin", "cm", [4.6, 4.4, 4.2])], 4):  # fmt: skip
        take_row(
            page, f"A{row}", label, values, over(measure, "FY", "TFP"), 1_000_000, style="0.00"
        )
    return desk


def ranges_and_questions() -> Desk:
    """Trap: a range and a question mark among the plan figures."""
    desk = Desk("Discounter plan draft.xlsx", "L6", "en", trap="a range and a question mark")
    page = desk.page("Plan 2026")
    page.put("A1", "Greenbasket - plan 2026, first draft (EUR)", "b")
    page.line("A3", "Quarter", "Revenue plan", "Promo spend plan", "Units plan", style="b")
    page.line("A4", "Q1", "Q2", "Q3", "Q4", down=True)
    page.take("B4", [154000, Typed("160,000 - 175,000"), 171000, 198000],
              [name if "Q2" not in name else None for name in under("revenue", "T", QUARTERS)], down=True)  # fmt: skip
    page.take("C4", [8200, 8600, 8900], under("promo_cost", "T", "Q1 Q2 Q3"), down=True)
    page.put("C7", "?")
    page.take("D4", [3850, 4100, 4275, 4950], under("units", "T", QUARTERS), down=True)
    desk.must_say(page, "B5", "C7")
    return desk


def told_twice() -> Desk:
    """Trap: the summary and the detail give different targets for one quarter."""
    desk = Desk(
        "Ketteridge two versions.xlsx", "L8", "en", trap="one figure told twice, differently"
    )
    page = desk.page("Plan 2026")
    page.put("A1", "Ketteridge Presses - plan 2026 (EUR thousand)", "b")
    page.put("A3", "Summary", "b")
    page.line("A4", "", "Q1", "Q2", "Q3", "Q4", style="b")
    page.put("A5", "Revenue plan")
    page.put("A8", "As agreed with sales", "b")
    page.line("A9", "", "Q1", "Q2", "Q3", "Q4", style="b")
    page.put("A10", "Revenue plan")
    take_row(
        page,
        "A11",
        "Contribution margin plan",
        [353, 338, 364, 429],
        under("cm", "T", QUARTERS),
        1000,
    )
    for row, third in ((5, 845), (10, 910)):
        for cell, value, name in zip("BCDE", [820, 790, third, 990], QUARTERS.split(), strict=True):
            page.take(f"{cell}{row}", [value], [f"revenue T {name}"], 1000, doubt=name == "Q3")
    desk.must_say(page, "D5", "D10")
    return desk


def quarter_twice() -> Desk:
    """Trap: the heading of the third quarter says Q2 again."""
    desk = Desk("Tolland actuals.xlsx", "L3", "en", trap="a period heads two columns")
    page = desk.page("Actuals 2026")
    page.put("A1", "Tolland Energy - actuals 2026, USD thousand", "b")
    page.line("A3", "KPI", "Q1", "Q2", "Q2", "Q4", style="b")
    for row, (label, measure, values) in enumerate(
        [("Revenue", "revenue", [652.3, 641.8, 688, 741.5]), ("Contribution margin", "cm", [197.4, 188.1, 204.9, 226.3]),
         ("Orders", "orders", [58, 53, 61, 66])], 4):  # fmt: skip
        page.put(f"A{row}", label)
        for cell, value, name in zip("BCDE", values, ["Q1", "Q2", "Q2", "Q4"], strict=True):
            times = 1 if measure == "orders" else 1000
            page.take(f"{cell}{row}", [value], [f"{measure} A {name}"], times, doubt=name == "Q2")
    desk.must_say(page, "D4", "D5", "D6")
    return desk


def second_currency() -> Desk:
    """Trap: a plan in euros with one line in dollars and no rate."""
    desk = Desk(
        "Lakeview two currencies.xlsx", "L14", "en", trap="a second currency without a rate"
    )
    page = desk.page("Plan 2026")
    page.put("A1", "Lakeview Hospitals - plan 2026 (EUR)", "b")
    page.line("A3", "Line", "Unit", "Q1", "Q2", "Q3", "Q4", style="b")
    rows = [("Net sales", "EUR", "revenue", [321000, 328000, 335500, 344000]),
            ("COGS", "USD", "cogs", [158200, 161700, 165300, 169800]),
            ("Volume", "packs", "units", [10700, 10940, 11190, 11470])]  # fmt: skip
    for row, (label, unit, measure, values) in enumerate(rows, 4):
        page.line(f"A{row}", label, unit)
        page.take(f"C{row}", values, under(measure, "T", QUARTERS), doubt=unit == "USD")
    desk.must_say(page, "C5")
    return desk


def mixed_percent() -> Desk:
    """Trap: a target in percent, as fractions and as whole numbers in one row."""
    desk = Desk("Marlowe targets.xlsx", "L3", "en", trap="percent as fraction and as number")
    page = desk.page("Targets 2026")
    page.put("A1", "Marlowe Foods / Greenbasket - targets 2026", "b")
    page.line("A3", "KPI", "Q1", "Q2", "Q3", "Q4", style="b")
    take_row(
        page,
        "A4",
        "Net sales target (EUR)",
        [214000, 226000, 231000, 259000],
        under("revenue", "T", QUARTERS),
    )
    page.put("A5", "Market share target")
    for cell, value, name in zip("BCDE", [0.052, 5.4, 0.055, 0.7], QUARTERS.split(), strict=True):
        page.take(f"{cell}5", [value], [f"k_share T {name}"], doubt=True)
    desk.must_say(page, "C5", "E5")
    return desk


ORDINARY = (
    account_sheet, contacts_and_actions, quarterly_budget, quarter_bands, fiscal_year_bands,
    stacked_scenarios, months_down, order_book, blocks_down, side_by_side, month_sheets, subtotals,
    hidden_rows_and_sheet, sections, unit_in_corner,
)  # fmt: skip
TRAPS = (ranges_and_questions, told_twice, quarter_twice, second_currency, mixed_percent)
ENGLISH = (*ORDINARY, *TRAPS)
