"""English workbooks, as sales controllers keep them."""

from __future__ import annotations

from datetime import date

from heldout.desk import MONTHS, QUARTERS, Desk, Formula, Typed, over, under

K = 1000


def fact_sheet():
    desk = Desk("Northgate fact sheet 2026.xlsx", "L1", "en")
    page = desk.page("Fact sheet")
    page.band("B1:E1", "ACCOUNT FACT SHEET 2026")
    page.form("B3", "Customer", "Northgate Retail plc", "account_name", gap=2)
    page.form("B4", "Customer no.", "NG-0042", "account_id", gap=2)
    page.form("B5", "Account manager", "Helen Price", "kam", gap=2)
    page.form("B6", "FY", 2026, "fiscal_year", gap=2)
    page.form("B7", "Data as of", date(2026, 9, 30), "as_of", gap=2)
    page.put("B9", "Net sales budget")
    page.take("D9", [2150000], ["revenue T FY"])
    page.put("B10", "Net sales last year")
    page.take("D10", [2040000], ["revenue P FY"])
    page.put("B11", "Gross margin budget")
    page.take("D11", [602000], ["cm T FY"])
    page.put("B13", "Prepared by sales finance")
    return desk


def fact_card_below():
    desk = Desk("KA card_Fenwick.xlsx", "L1", "en", dirty=True)
    page = desk.page("Card")
    page.put("A1", "Key account card")
    page.band("A3:B3", "Account")
    page.form(
        "A3", "Account", "Fenwick Tools Ltd ", "account_name", "Fenwick Tools Ltd", below=True
    )
    page.form("C3", "Account #", "77120", "account_id", below=True)
    page.form("D3", "Fiscal year", "FY2026", below=True)
    page.put("A6", "Sales budget FY26")
    page.put("A7", "£1.2m")
    page.truth("A7", "revenue T FY", 1200000)
    page.put("C6", "Units budget FY26")
    page.put("C7", "15,300")
    page.truth("C7", "units T FY", 15300)
    page.put("A10", "NB: price list 2 applies from July")
    return desk


def pipeline():
    desk = Desk("Pipeline tracker EMEA.xlsx", "L2", "en")
    page = desk.page("Pipeline")
    page.put("A1", "New business pipeline FY2026", "b")
    page.put("F2", Formula("=SUBTOTAL(9,F5:F7)", 205000))
    page.line(
        "A4",
        "ID",
        "Prospect",
        "Stage",
        "First contact",
        "Expected close",
        "Deal value (EUR)",
        "Probability",
        style="b",
    )
    rows = [
        ("O-1", "Alder Foods", "Offer sent", date(2026, 2, 9), date(2026, 6, 30), 80000, 0.3),
        ("O-2", "Birch Drinks", "Meeting held", date(2026, 1, 20), date(2026, 5, 29), 45000, 0.6),
        ("O-3", "Cedar Snacks", "Lost", date(2026, 1, 5), None, 80000, 0),
    ]
    for at, row in enumerate(rows, 5):
        page.line(f"A{at}", *row)
        page.entry(
            "pipeline",
            at,
            {
                "prospect": ("B", row[1]),
                "first_contact_on": ("D", row[3]),
                "offer_value": ("F", row[5]),
            },
        )
    page.put("A10", "Probability per sales handbook v4")
    page.line("A12", "FY2026", "Budget", "Actual", style="b")
    page.put("A13", "Net revenue")
    page.take("B13", [910000, 688400], ["revenue T FY", "revenue A FY"])
    return desk


def action_list():
    desk = Desk("actions_contacts_Marlow.xlsx", "L2", "en", dirty=True)
    page = desk.page("Actions")
    page.line("B2", "Marlow Pharmacy – joint business plan 2026")
    page.put("B3", "please update weekly!!")
    page.line("B6", "Action", "Owner ", "Due\ndate", "Status", "Comments", style="b")
    rows = (
        ("Launch planogram", "T. Reed", date(2026, 3, 31), "done", "late start"),
        ("Joint promo week 22", "A. Shaw", date(2026, 5, 29), "in progress", None),
    )
    for at, row in enumerate(rows, 7):
        page.line(f"B{at}", *row)
        page.entry(
            "measures", at, {"title": ("B", row[0]), "owner": ("C", row[1]), "due": ("D", row[2])}
        )
    page.line("B12", "Sales (k£)", "Q1", "Q2", "Q3", "Q4", style="b")
    for row, label, letter, values in (
        (13, "Budget", "T", [101, 104, 99, 120]),
        (14, "Actual", "A", [98, 107, None, None]),
    ):
        page.put(f"B{row}", label)
        page.take(f"C{row}", values, under("revenue", letter, QUARTERS), K)
    return desk


def monthly_actuals():
    desk = Desk("Actuals 2026 Harrow.xlsx", "L3", "en")
    page = desk.page("Actuals")
    page.put("A1", "Harrow Hardware – actuals, k€")
    page.line("A3", "KPI", *[f"{month:02d}/26" for month in range(1, 13)], style="b")
    rows = (("Net sales", "revenue", K, [71, 69, 80, 77, 75, 83, 70, 62, 85]), ("CM1", "cm", K, [21, 20, 24, 23, 22.5, 25, 21, 18.4, 26]),
            ("Units", "units", 1, [512, 498, 570, 549, 541, 600, 508, 450, 612]))  # fmt: skip
    for row, (label, measure, times, values) in enumerate(rows, 4):
        page.put(f"A{row}", label)
        page.take(f"B{row}", values, under(measure, "A", " ".join(MONTHS.split()[:9])), times)
    page.put("A8", "Source: ERP cube, refreshed 02/10/2026")
    return desk


def quarter_plan_dirty():
    desk = Desk("quarterly plan oakley.xlsx", "L3", "en", dirty=True)
    page = desk.page("Budget FY26")
    page.put("C1", "Oakley Sports    BUDGET FY 2026")
    page.line("C4", "", "1st quarter", "2nd quarter", "3rd quarter", "4th quarter", "FY", style="b")
    rows = (
        (
            5,
            "Net Sales ($)",
            "revenue",
            [
                Typed("$120,500", 120500),
                Typed("118,250.50", 118250.5),
                Typed("(1,500)", -1500),
                Typed("131,000", 131000),
            ],
            None,
        ),
        (6, "Gross Sales ($)", "revenue_gross", [133000, 131500, 5000, 146000], 415500),
        (7, "Volume (units)", "units", [900, Typed("n/a"), 40, 980], None),
    )
    for row, label, measure, values, total in rows:
        page.put(f"C{row}", label)
        page.take(f"D{row}", values, under(measure, "T", QUARTERS))
        if total:
            page.take(f"H{row}", [total], [f"{measure} T FY"], needed=False)
    return desk


def quarter_bands():
    desk = Desk("Scorecard Pembroke 2026.xlsx", "L4", "en")
    page = desk.page("Scorecard")
    page.put("A1", "Pembroke Dental – quarterly scorecard", "b")
    bands = (("C", "F", "Q1'26"), ("G", "J", "Q2'26"), ("K", "N", "Q3'26"))
    rows = (("Net sales", "revenue", K, [(420, 431, 11, 405), (430, 422, -8, 411), (440, 447, 7, 420)]),
            ("Contribution margin", "cm", K, [(130, 135, 5, 122), (133, 129, -4, 124), (136, 140, 4, 127)]),
            ("Active customers", "customers", 1, [(55, 56, 1, 52), (56, 56, 0, 53), (58, 57, -1, 54)]))  # fmt: skip
    for first, last, title in bands:
        page.band(f"{first}3:{last}3", title)
        page.line(f"{first}4", "Budget", "Actual", "Var", "LY", style="b")
    for row, (label, measure, times, quarters) in enumerate(rows, 5):
        page.put(f"B{row}", label)
        for at, values in enumerate(quarters):
            page.take(f"{bands[at][0]}{row}", values, over(measure, f"Q{at + 1}", "TA-P"), times)
    page.put("B10", "€ in thousands; customers as count")
    return desk


def month_bands_gaps():
    desk = Desk("Bud vs Act H1 Sutton.xlsx", "L4", "en", dirty=True)
    page = desk.page("H1")
    page.put("A1", "Sutton Paper — Budget vs actual, Jan to Jun 2026, EUR")
    starts = ["B", "E", "H", "K", "N", "Q"]
    months = ["Jan-26", "Feb-26", "Mar-26", "Apr-26", "May-26", "Jun-26"]
    for first, month in zip(starts, months, strict=True):
        page.band(f"{first}3:{chr(ord(first) + 1)}3", month)
        page.line(f"{first}4", "Bud", "Act", style="b")
    for row, label, measure, base in (
        (5, "Turnover", "revenue", 20000),
        (7, "Gross profit", "cm", 6000),
    ):
        page.put(f"A{row}", label)
        for at, first in enumerate(starts):
            plan, actual = base + 100 * at, Typed(f"{base + 85 * at:,}", base + 85 * at)
            page.take(f"{first}{row}", [plan, actual], over(measure, f"M{at + 1:02d}", "TA"))
    page.sheet.column_dimensions["K"].hidden = True
    return desk


def scenario_bands():
    desk = Desk("Budget-FC Weston.xlsx", "L5", "en")
    page = desk.page("FY2026")
    page.put("A1", "Weston Agri, FY2026, kEUR")
    for first, last, band in (("B", "F", "LY"), ("G", "K", "Budget"), ("L", "P", "Forecast")):
        page.band(f"{first}3:{last}3", band)
        page.line(f"{first}4", "Q1", "Q2", "Q3", "Q4", "FY", style="b")
    for row, label, measure, values in (
        (5, "Revenue", "revenue", [88, 90, 70, 95, 92, 94, 73, 99, 93, 96, 75, 97]),
        (6, "Contribution", "cm", [25, 26, 20, 28, 27, 27, 21, 29, 27, 28, 22, 28]),
    ):
        page.put(f"A{row}", label)
        for at, (first, letter) in enumerate((("B", "P"), ("G", "T"), ("L", "F"))):
            four = values[4 * at : 4 * at + 4]
            page.take(f"{first}{row}", four, under(measure, letter, QUARTERS), K)
            page.take(
                f"{chr(ord(first) + 4)}{row}",
                [Formula(f"=SUM({first}{row}:{chr(ord(first) + 3)}{row})", sum(four))],
                [f"{measure} {letter} FY"],
                K,
                needed=False,
            )
    return desk


def stacked_rows():
    desk = Desk("Monthly KPI pack Redfern.xlsx", "L5", "en", dirty=True)
    page = desk.page("KPI pack")
    page.put("A1", "Redfern Building Supplies: KPI pack 2026 (EUR '000)")
    page.line("A4", "KPI", "", "Jan", "Feb", "Mar", "YTD", style="b")
    blocks = ((5, "Net Sales", "revenue", K, [(110, 108, 121), (105, 111, 118), (101, 104, 113)]),
              (10, "GM", "cm", K, [(33, 32, 36), (31, 33.5, 35), (30, 31, 34)]),
              (15, "No. of orders", "orders", 1, [(210, 205, 222), (201, 212, 219), (195, 200, 211)]))  # fmt: skip
    for row, label, measure, times, three in blocks:
        page.put(f"A{row}", label)
        for at, (name, letter) in enumerate((("Budget", "T"), ("Actual", "A"), ("LY", "P"))):
            page.put(f"B{row + at}", name)
            page.take(f"C{row + at}", three[at], under(measure, letter, "M01 M02 M03"), times)
            page.put(f"F{row + at}", sum(three[at]))
        page.put(f"B{row + 3}", "Var. %")
        page.line(
            f"C{row + 3}",
            *[round(a / b - 1, 4) for a, b in zip(three[1], three[0], strict=True)],
            style="0.0%",
        )
    return desk


def dated_rows():
    desk = Desk("Month table Carlow.xlsx", "L6", "en")
    page = desk.page("Sales by month")
    page.put("A1", "Carlow Packaging — monthly view 2026 (€)")
    page.line(
        "A3",
        "Month",
        "Net sales budget",
        "Net sales actual",
        "GM budget",
        "GM actual",
        "Var sales",
        style="b",
    )
    for at in range(9):
        row = 4 + at
        page.put(f"A{row}", date(2026, at + 1, 1), "mmm-yy")
        plan, actual = 50000 + 700 * at, 49500 + 910 * at
        page.take(f"B{row}", [plan, actual], over("revenue", f"M{at + 1:02d}", "TA"))
        page.take(f"D{row}", [plan * 0.3, actual * 0.29], over("cm", f"M{at + 1:02d}", "TA"))
        page.put(f"F{row}", Formula(f"=C{row}-B{row}", actual - plan))
    page.put("A13", "Total", "b")
    page.put("B13", Formula("=SUM(B4:B12)", sum(50000 + 700 * at for at in range(9))))
    return desk


def quarter_rows_dirty():
    desk = Desk("qtr rows lambert.xlsx", "L6", "en", dirty=True)
    page = desk.page("Sheet1")
    page.put("A2", "Lambert Lighting / EUR k")
    page.band("B4:C4", "Net sales")
    page.band("D4:E4", "Units")
    page.line("A5", "", "Act", "Bud", "Act", "Bud", style="b")
    for at, (label, values) in enumerate(
        (
            (" Q1 2026", (Typed("211.5", 211.5), 205, 900, 880)),
            ("Q2 2026 ", (198, 208, 850, 890)),
            ("Q3  2026", (None, 204, None, 870)),
            ("Q4 2026", (None, 220, None, 940)),
        )
    ):
        page.put(f"A{6 + at}", label)
        page.take(f"B{6 + at}", values[:2], over("revenue", f"Q{at + 1}", "AT"), K)
        page.take(f"D{6 + at}", values[2:], over("units", f"Q{at + 1}", "AT"))
    page.put("A11", "Units in pieces, excl. samples")
    return desk


def tidy_list():
    desk = Desk("kpi_export_en.xlsx", "L7", "en")
    page = desk.page("data")
    page.line("A1", "Metric", "Version", "Month", "Amount", "Unit", style="b")
    row = 2
    for label, measure, times, unit in (
        ("Net sales", "revenue", K, "kEUR"),
        ("Contribution margin", "cm", K, "kEUR"),
    ):
        for version, letter, base in (("Budget", "T", 40), ("Actual", "A", 41)):
            for month in range(1, 5):
                value = (base + 2 * month) * (1 if measure == "revenue" else 0.5)
                page.line(f"A{row}", label, version, f"2026-{month:02d}")
                page.take(f"D{row}", [value], [f"{measure} {letter} M{month:02d}"], times)
                page.put(f"E{row}", unit)
                row += 1
    return desk


def sales_journal():
    desk = Desk("invoice lines Q2.xlsx", "L7", "en", dirty=True)
    page = desk.page("Lines")
    page.put("A1", "Invoice lines, customer 4711 Ashby Interiors, Apr-Jun 2026")
    page.line("A4", "Invoice date", "Invoice", "Item", "Qty", "Net amount", "Currency", style="b")
    rows = [
        (date(2026, 4, 3), "I-1", "Lamp", 10, 450.0), (date(2026, 4, 21), "I-2", "Shade", 5, 125.0),
        (date(2026, 5, 6), "I-3", "Lamp", 8, 360.0), (date(2026, 5, 29), "C-4", "Lamp", -2, -90.0),
        (date(2026, 6, 11), "I-5", "Cable", 40, 210.75),
    ]  # fmt: skip
    for at, row in enumerate(rows, 5):
        page.line(f"A{at}", *row, "EUR")
    page.truth("E5:E9", "revenue A Q2", 1055.75, grouped=True)
    page.truth("D5:D9", "units A Q2", 61, grouped=True)
    for month, first, last, sales, units in (
        ("M04", 5, 6, 575.0, 15),
        ("M05", 7, 8, 270.0, 6),
        ("M06", 9, 9, 210.75, 40),
    ):
        page.truth(f"E{first}:E{last}", f"revenue A {month}", sales, needed=False)
        page.truth(f"D{first}:D{last}", f"units A {month}", units, needed=False)
    return desk


def kpi_blocks():
    desk = Desk("KPI blocks Hartley.xlsx", "L8", "en")
    page = desk.page("2026")
    page.put("A1", "Hartley Furniture 2026")
    blocks = ((3, "Revenue (EUR k)", "revenue", K, ([140, 150, 138, 160], [142, 155, 140, 166], [139, 158, None, None])),
              (9, "Gross margin (EUR k)", "cm", K, ([42, 45, 41, 48], [43, 46, 42, 50], [41, 48, None, None])))  # fmt: skip
    for row, title, measure, times, three in blocks:
        page.put(f"A{row}", title, "b")
        page.line(f"B{row + 1}", "Q1", "Q2", "Q3", "Q4", style="b")
        for at, (label, letter) in enumerate(
            (("Prior year", "P"), ("Target", "T"), ("Actual", "A"))
        ):
            page.put(f"A{row + 2 + at}", label)
            page.take(f"B{row + 2 + at}", three[at], under(measure, letter, QUARTERS), times)
    return desk


def quarter_blocks():
    desk = Desk("qbr blocks Lindsay.xlsx", "L8", "en", dirty=True)
    page = desk.page("QBR")
    page.put("A1", "Lindsay Beverages - QBR data")
    row = 3
    for quarter, sales, share in (
        ("Q1 2026", (330, 318), (0.21, 0.205)),
        ("Q2 2026", (335, 341), (0.21, 0.214)),
        ("Q3 2026", (350, None), (0.22, None)),
    ):
        page.put(f"A{row}", f"Results {quarter}", "b")
        page.line(f"A{row + 1}", "KPI", "Target", "Actual", "Comment", style="b")
        page.put(f"A{row + 2}", "Net sales, k€")
        page.take(f"B{row + 2}", sales, over("revenue", quarter[:2], "TA"), K)
        page.put(f"A{row + 3}", "Market share")
        page.take(f"B{row + 3}", share, over("k_share", quarter[:2], "TA"), style="0.0%")
        page.put(f"D{row + 2}", "see slide deck")
        row += 6
    return desk


def beside():
    desk = Desk("side by side Norris.xlsx", "L9", "en")
    page = desk.page("Plan vs actual")
    page.put("A1", "Norris Garden 2026 - EUR")
    page.band("A3:E3", "BUDGET")
    page.band("G3:K3", "ACTUAL")
    for first, letter, values in (
        ("A", "T", ([9000, 14000, 12000, 7000], [2700, 4200, 3600, 2100])),
        ("G", "A", ([8800, 14900, None, None], [2600, 4500, None, None])),
    ):
        nxt = chr(ord(first) + 1)
        page.line(f"{first}4", "", "Q1", "Q2", "Q3", "Q4", style="b")
        for at, (label, measure) in enumerate((("Net sales", "revenue"), ("CM I", "cm"))):
            page.put(f"{first}{5 + at}", label)
            page.take(f"{nxt}{5 + at}", values[at], under(measure, letter, QUARTERS))
    return desk


def legend_beside():
    desk = Desk("with legend Quinn.xlsx", "L9", "en", dirty=True)
    page = desk.page("Numbers")
    page.put("A1", "Quinn Stores – numbers 2026, k€")
    page.line(
        "A3",
        "",
        "Budget Q1",
        "Actual Q1",
        "Budget Q2",
        "Actual Q2",
        None,
        "Legend",
        "Meaning",
        style="b",
    )
    for row, label, measure, values in (
        (4, "Net turnover", "revenue", [64, 66, 65, 61]),
        (5, "Gross turnover", "revenue_gross", [72, 74, 73, 69]),
        (6, "Promo cost", "promo_cost", [3, 3.4, 3, 2.8]),
    ):
        page.put(f"A{row}", label)
        page.take(f"B{row}", values, over(measure, "Q1 Q2", "TA"), K)
    page.line("G4", "green", ">= 100", down=False)
    page.line("G5", "amber", "90-99")
    page.line("G6", "red", "< 90")
    page.line("G8", "Bonus step", 1)
    page.line("G9", "Bonus step", 2)
    return desk


def sheet_a_month():
    desk = Desk("Monthly sheets Osborne.xlsx", "L10", "en")
    for at, (month, sales, margin) in enumerate(
        (
            ("Jan 26", (45, 44, 43), (13, 12.6, 12.9)),
            ("Feb 26", (46, 47.5, 44), (13.4, 14, 12.5)),
            ("Mar 26", (52, 50, 49), (15, 14.4, 14.6)),
        )
    ):
        page = desk.page(month)
        page.put("A1", "Osborne Catering")
        page.put("A2", f"Report for {month}, in k€")
        page.line("A4", "", "Budget", "Actual", "LY", style="b")
        page.put("A5", "Net sales")
        page.take("B5", sales, over("revenue", f"M{at + 1:02d}", "TAP"), K)
        page.put("A6", "Contribution margin")
        page.take("B6", margin, over("cm", f"M{at + 1:02d}", "TAP"), K)
    return desk


def sheet_a_quarter_partner():
    desk = Desk("Partner pack Delmont.xlsx", "L10", "en", document="scorecard")
    for number, values in ((1, (140, 92, 30, 80, 4)), (2, (151, 99, 31, 88, 5))):
        page = desk.page(f"Q{number} 2026")
        page.put("A1", "Partner scorecard: Delmont Mortgages")
        page.put("A2", f"Quarter: Q{number} 2026")
        page.line("A4", "Item", "Actual", style="b")
        for at, (label, measure) in enumerate(
            (
                ("Applications submitted", "submitted"),
                ("Approved", "approved"),
                ("Rejected", "rejected"),
                ("Signed", "signed"),
                ("Cancelled", "cancelled"),
            )
        ):
            page.put(f"A{5 + at}", label)
            page.take(f"B{5 + at}", [values[at]], [f"{measure} A Q{number}"])
    return desk


def half_years():
    desk = Desk("Halves and quarters Pryce.xlsx", "L11", "en")
    page = desk.page("Budget 2026")
    page.put("A1", "Pryce Textiles budget 2026 in EUR k")
    page.line("B3", "Q1", "Q2", "H1", "Q3", "Q4", "H2", "FY26", style="b")
    for row, label, measure, four in (
        (4, "Sales, net", "revenue", [60, 64, 58, 72]),
        (5, "Contribution margin", "cm", [18, 19.5, 17, 22]),
    ):
        page.put(f"A{row}", label)
        page.take(f"B{row}", four[:2], under(measure, "T", "Q1 Q2"), K)
        page.take(f"D{row}", [sum(four[:2])], [f"{measure} T H1"], K, needed=False)
        page.take(f"E{row}", four[2:], under(measure, "T", "Q3 Q4"), K)
        page.take(
            f"G{row}",
            [sum(four[2:]), sum(four)],
            [f"{measure} T H2", f"{measure} T FY"],
            K,
            needed=False,
        )
    return desk


def product_groups():
    desk = Desk("By product group Rowley.xlsx", "L11", "en", dirty=True)
    page = desk.page("Actual 2026")
    page.put("A1", "Rowley Cycles, net sales by product group, actual 2026 (EUR)")
    page.line("A3", "Product group", "Q1", "Q2", "Q3", style="b")
    groups = {
        "Road": [30000, 41000, 39000],
        "City": [18000, 22000, 20500],
        "Parts": [7000, 9000, 8800],
    }
    for row, (group, values) in enumerate(groups.items(), 4):
        page.put(f"A{row}", group)
        page.take(f"B{row}", values, [f"revenue A Q{at}/{group}" for at in (1, 2, 3)])
    page.put("A7", "Total", "b")
    page.take(
        "B7",
        [Formula(f"=SUM({c}4:{c}6)", v) for c, v in zip("BCD", (55000, 72000, 68300), strict=True)],
        under("revenue", "A", "Q1 Q2 Q3"),
    )
    return desk


def hidden_rows():
    desk = Desk("Dashboard Sherwood.xlsx", "L12", "en", dirty=True)
    page = desk.page("Dashboard")
    page.put("A1", "Sherwood Foods dashboard FY2026")
    page.put("A2", "EUR")
    page.line("A4", "", "Q1 Budget", "Q1 Actual", "Q2 Budget", "Q2 Actual", style="b")
    for row, label, measure, values in (
        (5, "Net sales", "revenue", [81000, 80100, 83000, 85500]),
        (6, "Gross sales", "revenue_gross", [90000, 89200, 92000, 95000]),
        (7, "Cost of goods", "cogs", [56000, 55800, 57500, 59000]),
    ):
        page.put(f"A{row}", label)
        page.take(f"B{row}", values, over(measure, "Q1 Q2", "TA"))
    page.sheet.row_dimensions[6].hidden = True
    old = desk.page("old", "veryHidden")
    old.line("A1", "", "Q1 Budget", "Q1 Actual")
    old.line("A2", "Net sales", 70000, 71000)
    return desk


def sections():
    desk = Desk("Balanced scorecard Tennant.xlsx", "L13", "en")
    page = desk.page("BSC")
    page.put("A1", "Tennant Health, balanced scorecard, year 2026")
    page.line("A3", "", "", "Q1", "Q2", "Q3", "Q4", style="b")
    rows = (
        ("Financial", None, 0), ("Net sales (k€)", "revenue", K), ("Contribution margin (k€)", "cm", K),
        ("Customer", None, 0), ("Number of customers", "customers", 1), ("Complaints", None, 0),
    )  # fmt: skip
    row = 4
    for label, measure, times in rows:
        page.put(f"A{row}", label, "" if measure else "b")
        row += 1
        if measure is None:
            continue
        row -= 1
        base = {"revenue": 230, "cm": 70, "customers": 31}[measure]
        for at, (word, letter) in enumerate((("Target", "T"), ("Actual", "A"))):
            page.put(f"B{row}", word)
            count = 4 if letter == "T" else 2
            page.take(
                f"C{row}",
                [base + 2 * step - at for step in range(count)],
                under(measure, letter, " ".join(QUARTERS.split()[:count])),
                times,
            )
            row += 1
    return desk


def partner_sections():
    desk = Desk("Broker scorecard Whitby.xlsx", "L13", "en", dirty=True, document="scorecard")
    page = desk.page("Scorecard 2026")
    page.put("A1", "Broker: Whitby Home Loans   Year: 2026")
    page.line("A3", "Actuals", "Q1", "Q2", "Q3", "Q4", style="b")
    rows = (
        ("APPLICATIONS", None, []), ("Submitted ", "submitted", [88, 93, None, None]), ("  of which complete at first submission", "complete_first", [60, 66, None, None]),
        ("Approved", "approved", [57, 61, None, None]), ("Declined", "rejected", [18, 17, None, None]), ("VOLUME", None, []),
        ("Signed volume (m€)", "volume_signed", [6.2, 6.9, None, None]), ("PEOPLE", None, []), ("Advisers", "advisers", [24, 25, None, None]), ("Active advisers", "active_advisers", [15, 17, None, None]),
    )  # fmt: skip
    for row, (label, measure, values) in enumerate(rows, 4):
        page.put(f"A{row}", label)
        if measure:
            page.take(f"B{row}", values, under(measure, "A", QUARTERS), 1e6 if "m€" in label else 1)
    return desk


def footnote_unit():
    desk = Desk("Annual plan Yardley.xlsx", "L14", "en", dirty=True)
    page = desk.page("Plan")
    page.put("A1", "Yardley Chemicals / Annual plan 2026")
    page.line("A4", "", "LY", "Budget", "Forecast", style="b")
    for row, label, measure, values in (
        (5, "Net sales", "revenue", [12.4, 13.1, 12.9]),
        (6, "Gross margin", "cm", [3.7, 4.0, 3.9]),
        (7, "Market volume", "market_volume", [88.0, 90.5, 90.5]),
    ):
        page.put(f"A{row}", label)
        page.take(f"B{row}", values, over(measure, "FY", "PTF"), 1e6)
    page.put("A10", "All figures in € m unless stated otherwise.")
    return desk


def unit_column():
    desk = Desk("KPI table Zeller UK.xlsx", "L14", "en")
    page = desk.page("KPIs")
    page.put("A1", "Zeller UK — KPI table 2026")
    page.line("A3", "KPI", "UoM", "Q1 Target", "Q1 Actual", "Q2 Target", "Q2 Actual", style="b")
    rows = (("Net sales", "k€", "revenue", K, [310, 305, 320, 327]), ("Sales volume", "pcs", "units", 1, [4100, 4030, 4200, 4310]),
            ("Gross margin", "%", "k_cm_pct", 0.01, [31.5, 31.1, 31.5, 31.9]), ("Promotions", "#", "promos", 1, [4, 4, 5, 3]))  # fmt: skip
    for row, (label, unit, measure, times, values) in enumerate(rows, 4):
        page.line(f"A{row}", label, unit)
        page.take(f"C{row}", values, over(measure, "Q1 Q2", "TA"), times)
    return desk


# ---------------------------------------------------------------- with a snare


def stale_copy():
    desk = Desk(
        "Plan Upton final (2).xlsx", "L10", "en", True, "a copy of the sheet with older values"
    )
    for title, values in (
        ("Plan 2026", [150, 155, 149, 160]),
        ("Plan 2026 (2)", [148, 155, 146, 158]),
    ):
        page = desk.page(title)
        page.put("A1", "Upton Timber plan 2026 (k€)")
        page.line("A3", "", "Q1", "Q2", "Q3", "Q4", style="b")
        page.put("A4", "Net sales budget")
        for at, value in enumerate(values):
            page.take(
                f"{'BCDE'[at]}4", [value], [f"revenue T Q{at + 1}"], K, doubt=at != 1, needed=False
            )
    desk.must_say(page, "B4", "D4")
    return desk


def month_and_ytd():
    desk = Desk(
        "Month and YTD Varley.xlsx", "L4", "en", False, "cumulated columns beside single months"
    )
    page = desk.page("June")
    page.put("A1", "Varley Foods, June 2026, k€")
    page.band("B3:D3", "Jun 2026")
    page.band("E3:G3", "YTD Jun 2026")
    page.line("B4", "Budget", "Actual", "LY", "Budget", "Actual", "LY", style="b")
    for row, label, measure, single, total in (
        (5, "Net sales", "revenue", (71, 69, 66), (410, 402, 391)),
        (6, "Gross margin", "cm", (21, 20.2, 19), (121, 117, 113)),
    ):
        page.put(f"A{row}", label)
        page.take(f"B{row}", single, over(measure, "M06", "TAP"), K)
        page.line(f"E{row}", *total)
    return desk


def swapped_order():
    desk = Desk(
        "Swapped Walcott.xlsx",
        "L4",
        "en",
        True,
        "budget and actual change places from the third quarter on",
    )
    page = desk.page("BvA")
    page.put("A1", "Walcott Office – budget vs actual 2026 (EUR)")
    orders = ("TA", "TA", "AT", "AT")
    words = {"T": "Budget", "A": "Actual"}
    for at, order in enumerate(orders):
        first = "BDFH"[at]
        page.band(f"{first}3:{chr(ord(first) + 1)}3", f"Q{at + 1}")
        page.line(f"{first}4", *[words[one] for one in order], style="b")
        page.take(f"{first}5", [40100 + at, 39900 - at], over("revenue", f"Q{at + 1}", order))
        page.take(f"{first}6", [12000 + at, 11800 - at], over("cm", f"Q{at + 1}", order))
    page.line("A5", "Net sales", "Contribution margin", down=True)
    return desk


def two_currencies():
    desk = Desk("USD EUR Yates.xlsx", "L3", "en", True, "the same sales in two currencies")
    page = desk.page("Sales 2026")
    page.put("A1", "Yates Marine, actual 2026")
    page.form("E1", "Plan currency", "EUR", "")
    page.line("A3", "", "Q1", "Q2", style="b")
    page.put("A4", "Net sales USD")
    page.put("A5", "Net sales EUR")
    page.line("B4", 54000, 55200)
    page.take("B5", [50000, 51000], ["revenue A Q1", "revenue A Q2"], needed=False)
    for cell, quarter, value in (("B4", "Q1", 54000), ("C4", "Q2", 55200)):
        page.truth(cell, f"revenue A {quarter}", value, doubt=True)
    return desk


def by_customer():
    desk = Desk(
        "Sales by customer region west.xlsx", "L3", "en", True, "several customers in one table"
    )
    page = desk.page("West")
    page.put("A1", "Region West: net sales by customer, actual 2026, EUR")
    page.line("A3", "Customer", "Q1", "Q2", style="b")
    for row, (name, values) in enumerate(
        (("Ames Ltd", [5000, 5400]), ("Bolt plc", [8100, 7900]), ("Crane & Co", [2200, 2500])), 4
    ):
        page.put(f"A{row}", name)
        page.take(f"B{row}", values, [f"revenue A Q1/{name}", f"revenue A Q2/{name}"], needed=False)
    page.put("A7", "Total region")
    page.line("B7", 15300, 15800)
    page.truth("B7", "revenue A Q1", 15300, doubt=True)
    page.truth("C7", "revenue A Q2", 15800, doubt=True)
    return desk


def growth_rows():
    desk = Desk(
        "Growth rows Tilbury.xlsx",
        "L5",
        "en",
        True,
        "rows of growth and share that look like figures",
    )
    page = desk.page("Net sales")
    page.put("A1", "Tilbury Toys: net sales 2026 in k€")
    page.line("A3", "", "Q1", "Q2", "Q3", "Q4", style="b")
    page.line(
        "A4",
        "Net sales LY",
        "Net sales Budget",
        "Net sales Actual",
        "Growth vs LY",
        "Budget achievement",
        "Gap to budget",
        down=True,
    )
    page.take("B4", [200, 210, 205, 330], under("revenue", "P", QUARTERS), K)
    page.take("B5", [210, 220, 215, 345], under("revenue", "T", QUARTERS), K)
    page.take("B6", [205, 224], under("revenue", "A", "Q1 Q2"), K)
    page.line("B7", 2.5, 6.7)
    page.line("B8", 97.6, 101.8)
    page.line("B9", -5, 4)
    return desk


def two_budgets():
    desk = Desk(
        "Original and revised Munroe.xlsx", "L4", "en", True, "an original and a revised budget"
    )
    page = desk.page("FY26")
    page.put("A1", "Munroe Glass FY2026, k€")
    page.line(
        "A3",
        "",
        "Q1 Original budget",
        "Q1 Revised budget",
        "Q1 Actual",
        "Q2 Original budget",
        "Q2 Revised budget",
        "Q2 Actual",
        style="b",
    )
    page.put("A4", "Net sales")
    for first, quarter, values in (("B", "Q1", (90, 84, 85)), ("E", "Q2", (95, 88, 91))):
        nxt, last = chr(ord(first) + 1), chr(ord(first) + 2)
        page.take(f"{first}4", values[:1], [f"revenue T {quarter}"], K, doubt=True)
        page.take(f"{nxt}4", values[1:2], [f"revenue T {quarter}"], K, doubt=True)
        page.take(f"{last}4", values[2:], [f"revenue A {quarter}"], K)
    desk.must_say(page, "B4", "C4")
    return desk


def percent_styles():
    desk = Desk(
        "Percent styles Ogden.xlsx",
        "L13",
        "en",
        True,
        "the margin in money and in per cent under one word",
    )
    page = desk.page("P&L")
    page.put("A1", "Ogden Bakery, customer P&L, budget 2026, EUR")
    page.line("A3", "", "Q1", "Q2", "Q3", "Q4", style="b")
    page.line("A4", "Net sales", "Gross margin", "Gross margin %", "Discount %", down=True)
    page.take("B4", [100000, 104000, 98000, 120000], under("revenue", "T", QUARTERS))
    page.take("B5", [31000, 32000, 30000, 38000], under("cm", "T", QUARTERS))
    page.take("B6", [0.31, 0.3077, 0.3061, 0.3167], under("k_cm_pct", "T", QUARTERS), needed=False)
    page.take("B7", [4.5, 4.5, 4.5, 5], under("k_discount", "T", QUARTERS), 0.01, needed=False)
    return desk


ENGLISH = (
    fact_sheet, fact_card_below, pipeline, action_list, monthly_actuals, quarter_plan_dirty,
    quarter_bands, month_bands_gaps, scenario_bands, stacked_rows, dated_rows, quarter_rows_dirty,
    tidy_list, sales_journal, kpi_blocks, quarter_blocks, beside, legend_beside, sheet_a_month,
    sheet_a_quarter_partner, half_years, product_groups, hidden_rows, sections, partner_sections,
    footnote_unit, unit_column, stale_copy, month_and_ytd, swapped_order, two_currencies, by_customer,
    growth_rows, two_budgets, percent_styles,
)  # fmt: skip
