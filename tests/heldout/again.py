"""A second sitting: more workbooks, written after the first ones had been judged and learned from."""

from __future__ import annotations

from datetime import date

from heldout.desk import MONTHS, QUARTERS, Desk, Formula, Typed, over, under

K = 1000


def regionaler_plan():
    desk = Desk("Kundenplanung_2026_Wörner_final.xlsx", "L4", "de")
    page = desk.page("KP")
    page.put("A1", "Kundenplanung 2026")
    page.put("A2", "Kunde: Wörner Systemtechnik, Kd-Nr. 88123")
    page.put("G1", "Alle Werte in Tausend Euro")
    page.line(
        "A5",
        "Kennzahl",
        "Einh.",
        "Ist 2025",
        "Budget 2026",
        "Fcst 2026",
        "Δ FC/Bud",
        "Bemerkung",
        style="b",
    )
    rows = (
        ("Nettoerlöse", "T€", "revenue", (910, 955, 948)),
        ("DB II", "T€", "cm", (200, 214, 209)),
        ("Absatzmenge", "Stk", "units", (8100, 8400, 8350)),
    )
    for row, (label, unit, measure, values) in enumerate(rows, 6):
        page.line(f"A{row}", label, unit)
        page.take(f"C{row}", values, over(measure, "FY", "PTF"), K if unit == "T€" else 1)
        page.truth(
            f"C{row}", f"{measure} A 2025-FY", values[0], K if unit == "T€" else 1, needed=False
        )
        page.put(f"F{row}", values[2] - values[1])
    page.put("G6", "Preiserhöhung 2 % ab 1.4.")
    return desk


def monate_mit_quartalssummen():
    desk = Desk("Absatzplan 26 Fröhlich.xlsx", "L11", "de", dirty=True)
    page = desk.page("Absatzplan")
    page.put("A1", "Fröhlich Spielwaren")
    page.put("A2", "Absatzplanung 2026 [Stück]")
    heads = [
        "Jan.",
        "Feb.",
        "März",
        "Q 1",
        "April",
        "Mai",
        "Juni",
        "Q 2",
        "Juli",
        "Aug.",
        "Sept.",
        "Q 3",
        "Okt.",
        "Nov.",
        "Dez.",
        "Q 4",
        "Jahr 2026",
    ]
    page.line("B4", *heads, style="b")
    values = [120, 110, 130, 125, 140, 150, 160, 130, 180, 240, 380, 420]
    for row, group, factor in ((5, "Puppen", 1), (6, "Brettspiele", 2)):
        page.put(f"A{row}", group)
        column = 2
        for quarter in range(4):
            three = [value * factor for value in values[3 * quarter : 3 * quarter + 3]]
            for step, value in enumerate(three):
                cell = f"{chr(64 + column)}{row}"
                page.take(cell, [value], [f"units T M{3 * quarter + step + 1:02d}/{group}"])
                column += 1
            page.take(
                f"{chr(64 + column)}{row}",
                [sum(three)],
                [f"units T Q{quarter + 1}/{group}"],
                needed=False,
            )
            column += 1
        page.take(
            f"{chr(64 + column)}{row}",
            [sum(values) * factor],
            [f"units T FY/{group}"],
            needed=False,
        )
    page.put("A4", "Warengruppe")
    return desk


def zwei_kennzahlen_je_quartal():
    desk = Desk("Umsatz u DB je Quartal Behrens.xlsx", "L4", "de", dirty=True)
    page = desk.page("Übersicht")
    page.put("B1", "BEHRENS ISOLIERTECHNIK – PLAN/IST 2026 (TEUR)")
    page.band("C3:F3", "Umsatz")
    page.band("G3:J3", "DB")
    page.line("C4", "Plan", "Ist", "Abw", "%", "Plan", "Ist", "Abw", "%", style="b")
    for at, (sales, margin) in enumerate(
        (
            ((310, 305), (93, 90)),
            ((322, 330), (96, 101)),
            ((315, None), (94, None)),
            ((340, None), (103, None)),
        )
    ):
        row = 5 + at
        page.put(f"B{row}", f"Q{at + 1}")
        page.take(f"C{row}", sales, over("revenue", f"Q{at + 1}", "TA"), K)
        page.take(f"G{row}", margin, over("cm", f"Q{at + 1}", "TA"), K)
        if sales[1]:
            page.line(f"E{row}", sales[1] - sales[0], round(sales[1] / sales[0] - 1, 3))
            page.line(f"I{row}", margin[1] - margin[0], round(margin[1] / margin[0] - 1, 3))
    page.put("B9", "Summe")
    page.take("C9", [1287], ["revenue T FY"], K, needed=False)
    page.take("G9", [386], ["cm T FY"], K, needed=False)
    page.line("D9", 635, None, None, None, 191)
    return desk


def soll_ist_blaetter():
    desk = Desk("Budget und Ist getrennt Haas.xlsx", "L10", "de")
    for title, letter, values in (
        ("Budget 2026", "T", ([41, 42, 44, 40, 45, 47], [11, 12, 12, 11, 13, 13])),
        ("Ist 2026", "A", ([40, 43, 45, 38, None, None], [10.5, 12.2, 12.6, 10.4, None, None])),
    ):
        page = desk.page(title)
        page.put("A1", f"Haas Orthopädie – {title}")
        page.put("A2", "in k€")
        page.line(
            "A4", "", "01/2026", "02/2026", "03/2026", "04/2026", "05/2026", "06/2026", style="b"
        )
        page.line("A5", "Umsatz", "Rohertrag", down=True)
        page.take("B5", values[0], under("revenue", letter, " ".join(MONTHS.split()[:6])), K)
        page.take("B6", values[1], under("cm", letter, " ".join(MONTHS.split()[:6])), K)
    return desk


def notizen_dazwischen():
    desk = Desk("QG-Vorbereitung Merten Q2.xlsx", "L13", "de", dirty=True)
    page = desk.page("QG Q2")
    page.put("A1", "Vorbereitung Quartalsgespräch Q2/2026 – Merten Reha GmbH")
    page.put("A2", "Beträge in €")
    page.line("A4", "", "Plan Q2", "Ist Q2", "VJ Q2", "Kommentar", style="b")
    page.put("A5", "1. Ergebnis", "b")
    page.line("A6", "Umsatz netto")
    page.take("B6", [182000, 176400, 171900], over("revenue", "Q2", "TAP"))
    page.put("E6", "Lieferengpass WG 3")
    page.line("A7", "Deckungsbeitrag 1")
    page.take("B7", [54600, 51900, 50100], over("cm", "Q2", "TAP"))
    page.put("A8", "2. Vertrieb", "b")
    page.put("A9", "Neukunden")
    page.take("B9", [4, 2, 3], over("customers_new", "Q2", "TAP"))
    page.put("A10", "Aktionen")
    page.take("B10", [3, 3, 2], over("promos", "Q2", "TAP"))
    page.put("A12", "Nächster Termin: 14.10.2026")
    return desk


def vorjahr_als_spalte_daneben():
    desk = Desk("Vertrieb Monat Osthoff.xlsx", "L6", "de", dirty=True)
    page = desk.page("Monate")
    page.put("A2", "Osthoff Landtechnik, Werte T€")
    page.line(
        "A4", "2026", "Umsatz Plan", "Umsatz Ist", "Umsatz VJ", "Ist kum.", "Plan kum.", style="b"
    )
    total_plan = total_ist = 0
    for at, (plan, actual, last) in enumerate(
        ((70, 66, 64), (74, 75, 70), (90, 93, 88), (95, None, 91))
    ):
        row = 5 + at
        page.put(f"A{row}", ["Januar", "Februar", "März", "April"][at])
        page.take(f"B{row}", [plan, actual, last], over("revenue", f"M{at + 1:02d}", "TAP"), K)
        total_plan += plan
        total_ist += actual or 0
        page.line(f"E{row}", total_ist, total_plan)
    return desk


def falsche_spalte():
    desk = Desk(
        "Zielerreichung Petri.xlsx",
        "L4",
        "de",
        True,
        "a column of attainment headed with the scenario's name",
    )
    page = desk.page("Ziele")
    page.put("A1", "Petri Fördertechnik, Ziele 2026, T€")
    page.line(
        "A3", "", "Ziel Q1", "Ist Q1", "Ist/Ziel Q1", "Ziel Q2", "Ist Q2", "Ist/Ziel Q2", style="b"
    )
    page.put("A4", "Umsatz")
    for first, quarter, values in (("B", "Q1", (60, 57, 95)), ("E", "Q2", (62, 66, 106.5))):
        page.take(f"{first}4", values, over("revenue", quarter, "TA-"), K)
    return desk


def summe_nicht_ganz():
    desk = Desk("Neun Monate Quast.xlsx", "L3", "de", True, "a sum of nine months that is no year")
    page = desk.page("Ist")
    page.put("A1", "Quast Zaunbau – Ist 2026 per September, EUR")
    page.line(
        "B3", *["Jan", "Feb", "Mär", "Apr", "Mai", "Jun", "Jul", "Aug", "Sep"], "Gesamt", style="b"
    )
    page.put("A4", "Umsatz")
    values = [5100, 4800, 7700, 9900, 10400, 11200, 10100, 8800, 9300]
    page.take("B4", values, under("revenue", "A", " ".join(MONTHS.split()[:9])))
    page.put("K4", Formula("=SUM(B4:J4)", sum(values)))
    return desk


def board_pack():
    desk = Desk("Account review Castle.xlsx", "L4", "en")
    page = desk.page("Review")
    page.put("A1", "Castle Garden Centres")
    page.put("A2", "Quarterly business review 2026, all amounts in thousands of EUR")
    for first, last, title in (("B", "D", "Quarter 1"), ("E", "G", "Quarter 2")):
        page.band(f"{first}4:{last}4", title)
        page.line(f"{first}5", "Bgt", "Act", "PY", style="b")
    for row, label, measure, times, values in (
        (6, "Net Revenue", "revenue", K, ((510, 498, 487), (530, 541, 512))),
        (7, "Gross Profit", "cm", K, ((150, 144, 141), (156, 161, 150))),
        (8, "Orders", "orders", 1, ((900, 870, 860), (920, 951, 899))),
    ):
        page.put(f"A{row}", label)
        for at, three in enumerate(values):
            page.take(f"{'BE'[at]}{row}", three, over(measure, f"Q{at + 1}", "TAP"), times)
    return desk


def rolling():
    desk = Desk("9+3 outlook Dalby.xlsx", "L4", "en", dirty=True)
    page = desk.page("Outlook")
    page.put("A1", "Dalby Kitchens 9+3 outlook FY26 (EUR'000)")
    names = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    page.line("B3", *["Actual"] * 9, *["Outlook"] * 3, style="b")
    page.line("B4", *names, style="b")
    for row, label, measure, base in ((5, "Net sales", "revenue", 61), (6, "Margin", "cm", 18)):
        page.put(f"A{row}", label)
        keys = [
            f"{measure} {'A' if at < 9 else 'F'} {month}" for at, month in enumerate(MONTHS.split())
        ]
        page.take(f"B{row}", [base + (5 * at) % 7 for at in range(12)], keys, K)
    return desk


def tall_table():
    desk = Desk("Monthly P&L Ealing.xlsx", "L6", "en", dirty=True)
    page = desk.page("P&L")
    page.put("A1", "Ealing Stationers — customer P&L 2026")
    page.put("A2", "EUR")
    page.band("B4:C4", "Net sales")
    page.band("D4:E4", "COGS")
    page.line("A5", "Month", "Plan", "Actual", "Plan", "Actual", style="b")
    for at in range(6):
        row = 6 + at
        page.put(f"A{row}", date(2026, at + 1, 28 if at == 1 else 30), "mmm yy")
        plan, actual = 20000 + 150 * at, 19800 + 230 * at
        page.take(f"B{row}", [plan, actual], over("revenue", f"M{at + 1:02d}", "TA"))
        page.take(f"D{row}", [plan * 0.6, actual * 0.61], over("cogs", f"M{at + 1:02d}", "TA"))
    return desk


def stacked_with_notes():
    desk = Desk("Target tracker Fulham.xlsx", "L5", "en")
    page = desk.page("Tracker")
    page.put("A1", "Fulham Bikes target tracker, calendar year 2026 (k EUR)")
    page.line("A3", "Measure", "Basis", "Q1", "Q2", "Q3", "Q4", "Year", style="b")
    row = 4
    for label, measure, target, actual in (
        ("Revenue", "revenue", [200, 260, 240, 180], [190, 271, None, None]),
        ("Contribution margin", "cm", [60, 78, 72, 54], [56, 82, None, None]),
    ):
        page.put(f"A{row}", label)
        page.put(f"B{row}", "Target")
        page.take(f"C{row}", target, under(measure, "T", QUARTERS), K)
        page.take(f"G{row}", [sum(target)], [f"{measure} T FY"], K, needed=False)
        page.put(f"B{row + 1}", "Actual")
        page.take(f"C{row + 1}", actual, under(measure, "A", QUARTERS), K)
        page.put(f"B{row + 2}", "Achieved %")
        page.line(
            f"C{row + 2}",
            *[round(100 * a / t, 1) for a, t in zip(actual[:2], target[:2], strict=True)],
        )
        row += 3
    return desk


def wide_list():
    desk = Desk("SKU sales Gorton.xlsx", "L7", "en", dirty=True)
    page = desk.page("Export")
    page.line("A1", "Period", "Category", "Scenario", "Net sales", "Units", style="b")
    row = 2
    for month in ("Jan-26", "Feb-26", "Mar-26"):
        for group, base in (("Indoor", 4000), ("Outdoor", 6500)):
            for scenario, letter, step in (("Budget", "T", 0), ("Actual", "A", -120)):
                span = {"Jan": "M01", "Feb": "M02", "Mar": "M03"}[month[:3]]
                page.line(f"A{row}", month, group, scenario)
                page.take(
                    f"D{row}",
                    [base + step, (base + step) // 20],
                    [f"revenue {letter} {span}/{group}", f"units {letter} {span}/{group}"],
                )
                row += 1
    return desk


def form_and_table():
    desk = Desk("Account plan Highgate 2026.xlsx", "L1", "en")
    page = desk.page("Summary")
    page.put("B2", "Account plan")
    page.form("B4", "Account", "Highgate Optics", "account_name")
    page.form("B5", "Account no.", "HG-7", "account_id")
    page.form("B6", "Fiscal year", 2026, "fiscal_year")
    page.form("B7", "Currency", "EUR", "currency")
    page.line("B10", "EUR k", "Q1", "Q2", "Q3", "Q4", style="b")
    page.put("B11", "Revenue target")
    page.take("C11", [77, 80, 79, 88], under("revenue", "T", QUARTERS), K)
    page.put("B12", "Revenue actual")
    page.take("C12", [74, 82], ["revenue A Q1", "revenue A Q2"], K)
    page.put("B13", "Revenue prior year")
    page.take("C13", [70, 76, 75, 83], under("revenue", "P", QUARTERS), K)
    return desk


def gross_and_net():
    desk = Desk(
        "Gross to net Ingram.xlsx",
        "L13",
        "en",
        True,
        "gross sales, deductions and net sales one below the other",
    )
    page = desk.page("G2N")
    page.put("A1", "Ingram Sports – gross to net, budget 2026, EUR")
    page.line("A3", "", "Q1", "Q2", "Q3", "Q4", style="b")
    page.line(
        "A4",
        "Gross sales",
        "Rebates",
        "Discounts",
        "Net sales",
        "Cost of goods sold",
        "Gross margin",
        "Gross margin in % of net sales",
        down=True,
    )
    page.take("B4", [120000, 130000, 125000, 140000], under("revenue_gross", "T", QUARTERS))
    page.line("B5", -9000, -9800, -9400, -10500)
    page.line("B6", -3000, -3200, -3100, -3500)
    page.take("B7", [108000, 117000, 112500, 126000], under("revenue", "T", QUARTERS))
    page.take("B8", [70000, 76000, 73000, 82000], under("cogs", "T", QUARTERS))
    page.take("B9", [38000, 41000, 39500, 44000], under("cm", "T", QUARTERS))
    page.take(
        "B10",
        [0.352, 0.35, 0.351, 0.349],
        under("k_cm_pct", "T", QUARTERS),
        needed=False,
        style="0.0%",
    )
    return desk


def last_years_columns():
    desk = Desk("Three years Jarrow.xlsx", "L3", "en", True, "three years beside each other")
    page = desk.page("History")
    page.put("A1", "Jarrow Tiles – net sales by year, k€; plan year 2026")
    page.line("A3", "", "Actual 2024", "Actual 2025", "Budget 2026", style="b")
    page.put("A4", "Net sales")
    page.put("B4", 380)
    page.truth("B4", "revenue A 2024-FY", 380, K, needed=False)
    page.take("C4", [402], ["revenue P FY"], K)
    page.truth("C4", "revenue A 2025-FY", 402, K, needed=False)
    page.take("D4", [425], ["revenue T FY"], K)
    return desk


def unlabelled_half():
    desk = Desk("H1 H2 Keswick.xlsx", "L3", "en")
    page = desk.page("Plan")
    page.put("A1", "Keswick Outdoor plan 2026 in EUR")
    page.line("A3", "", "H1 plan", "H2 plan", "Full year plan", style="b")
    page.line("A4", "Net sales", "Active customers", down=True)
    page.take("B4", [300000, 340000], ["revenue T H1", "revenue T H2"])
    page.take("D4", [640000], ["revenue T FY"], needed=False)
    page.take("B5", [40, 43], ["customers T H1", "customers T H2"])
    page.take("D5", [43], ["customers T FY"], needed=False)
    return desk


def text_everywhere():
    desk = Desk("pasted from pdf Lydd.xlsx", "L3", "en", dirty=True)
    page = desk.page("Paste")
    page.put("A1", "Lydd Marine, budget 2026")
    page.line("A3", "EUR", "Q1", "Q2", "Q3", "Q4", style="b")
    page.put("A4", "Net sales")
    page.take(
        "B4",
        [
            Typed("1,204,500.00", 1204500),
            Typed("1,180,250.00\xa0", 1180250),
            Typed("990,000.00", 990000),
            Typed("1,310,000.00", 1310000),
        ],
        under("revenue", "T", QUARTERS),
    )
    page.put("A5", "Contribution margin")
    page.take(
        "B5",
        [
            Typed("361,000.00", 361000),
            Typed("n.a."),
            Typed("(2,500.00)", -2500),
            Typed("393,000.00", 393000),
        ],
        under("cm", "T", QUARTERS),
    )
    return desk


AGAIN = (
    regionaler_plan, monate_mit_quartalssummen, zwei_kennzahlen_je_quartal, soll_ist_blaetter,
    notizen_dazwischen, vorjahr_als_spalte_daneben, falsche_spalte, summe_nicht_ganz, board_pack,
    rolling, tall_table, stacked_with_notes, wide_list, form_and_table, gross_and_net,
    last_years_columns, unlabelled_half, text_everywhere,
)  # fmt: skip
