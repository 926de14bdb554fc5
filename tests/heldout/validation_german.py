"""German workbooks of ten sales companies, as their controllers have them, and what they say."""

from __future__ import annotations

from datetime import date, datetime

from openpyxl.comments import Comment

from heldout.desk import MONTHS, QUARTERS, Desk, Formula, Typed, over, under
from heldout.validation_pen import sums, take_row, transactions, twelve

MONATE = "Jan Feb Mrz Apr Mai Jun Jul Aug Sep Okt Nov Dez".split()


def stammblatt() -> Desk:
    """Machinery: the master sheet of a customer, labels left, values right."""
    desk = Desk("Stammblatt_Hollmann.xlsx", "L1", "de")
    page = desk.page("Stammblatt")
    page.band("B2:E2", "Kundenstammblatt 2026 – Brenner Maschinenbau GmbH")
    page.form("B4", "Kunde", "Hollmann Antriebe AG", "account_name")
    page.form("B5", "Kunden-Nr.", "40127", "account_id")
    page.form("B6", "Geschäftsjahr", 2026, "fiscal_year")
    page.form("B7", "Betreuer (KAM)", "Sabine Lorenz", "kam")
    page.form("B8", "Währung", "EUR", "currency")
    page.form("B9", "Stand", datetime(2026, 1, 15), "as_of", date(2026, 1, 15))
    page.put("B11", "Zahlen", "b")
    page.line("B12", "Umsatz Vorjahr (€)", "Umsatz Plan 2026 (€)", "DB II Plan 2026 (€)",
              "Aufträge Plan 2026 (Anzahl)", down=True)  # fmt: skip
    page.take("C12", [1842300, 1975000, 612250, 86],
              ["revenue P FY", "revenue T FY", "cm T FY", "orders T FY"], down=True)  # fmt: skip
    page.put("B17", "Bemerkung")
    page.put("C17", "Rahmenvertrag läuft bis Ende 2027; Servicegeschäft ausbauen")
    page.sheet.column_dimensions["B"].width = 30
    return desk


def kundenblatt_zwei_spalten() -> Desk:
    """Building materials: two columns of labels beside each other."""
    desk = Desk("Kundenblatt Bauzentrum Ried 2026.xlsx", "L1", "de")
    page = desk.page("Kundenblatt")
    page.put("A1", "Baustoff Ruhland – Kundenblatt", "b")
    page.form("A3", "Kundenname:", "Bauzentrum Ried KG", "account_name")
    page.form("A4", "Kundennummer:", "R-20815", "account_id")
    page.form("A5", "Jahr:", 2026, "fiscal_year")
    page.form("E3", "Key Account Manager:", "Jörg Tiemann", "kam")
    page.form("E4", "Stellvertreter:", "Petra Wahl", "kam_deputy")
    page.form("E5", "Datenstand:", "31.12.2025", "as_of", date(2025, 12, 31))
    page.line("A8", "Kennzahl", "VJ", "Plan", "Einheit", style="b")
    take_row(page, "A9", "Umsatz", [2418, 2550], ["revenue P FY", "revenue T FY"], 1000)
    take_row(page, "A10", "Absatz", [31200, 32500], ["units P FY", "units T FY"])
    take_row(page, "A11", "DB I", [531, 572], ["cm P FY", "cm T FY"], 1000)
    page.line("D9", "T€", "t", "T€", down=True)
    return desk


def massnahmenliste() -> Desk:
    """IT services: open points with the customer, with notes above the table."""
    desk = Desk("Massnahmen_Kornfeld.xlsx", "L2", "de")
    page = desk.page("Maßnahmen")
    page.put("A1", "Maßnahmenplan Kornfeld Feinkost 2026", "b")
    page.put("A2", "wird im Jour fixe gepflegt, bitte nichts löschen")
    page.line("A5", "Nr.", "Maßnahme", "Verantwortlich", "Beginn", "Termin", "Status", "Budget (€)",
              style="b")  # fmt: skip
    rows = [
        ("M1", "Workshop Cloud-Migration", "T. Albers", datetime(2026, 2, 2),
         datetime(2026, 3, 31), "offen", 12000),
        ("M2", "Preisgespräch Wartungsvertrag", "S. Yilmaz", datetime(2026, 1, 19),
         datetime(2026, 2, 27), "in Arbeit", None),
        ("M3", "Referenzbesuch im Rechenzentrum", "T. Albers", datetime(2026, 4, 13),
         datetime(2026, 5, 8), "offen", 2500),
        ("M4", "Ablösung Altsystem Lager", "M. Kirsch", datetime(2026, 6, 1),
         datetime(2026, 11, 30), "offen", 38000),
    ]  # fmt: skip
    for row, values in enumerate(rows, 6):
        page.line(f"A{row}", *values)
        fields = {"measure_id": ("A", values[0]), "title": ("B", values[1]),
                  "owner": ("C", values[2]), "start": ("D", values[3].date()),
                  "due": ("E", values[4].date())}  # fmt: skip
        if values[6]:
            fields["budget"] = ("G", values[6])
        page.entry("measures", row, fields)
        for column in "DE":
            page.sheet[f"{column}{row}"].number_format = "dd.mm.yyyy"
    return desk


def jahresplanung_grosshandel() -> Desk:
    """Wholesale: plan and actuals on a sheet each, measures by quarters."""
    desk = Desk("Ellwanger_KAM_2026.xlsx", "L3", "de")
    plan, actual, outlook = (desk.page(f"{word} 2026") for word in ("Plan", "Ist", "HR"))
    numbers = {
        "Nettoumsatz": ("revenue", 1000, [512, 548.5, 530, 601], [498.2, 561.7], [534, 596.5]),
        "DB": ("cm", 1000, [133, 141, 138, 158], [127.4, 144.9], [137, 155]),
        "Aufträge": ("orders", 1, [410, 430, 420, 465], [402, 441], [418, 460]),
        "Auftragspositionen": (
            "order_lines",
            1,
            [2870, 3010, 2940, 3260],
            [2791, 3102],
            [2930, 3225],
        ),
        "aktive Kunden": ("customers", 1, [38, 39, 40, 41], [38, 40], [40, 42]),
    }
    for page, letter, place in ((plan, "T", 2), (actual, "A", 3), (outlook, "F", 4)):
        page.put("A1", f"Ellwanger Großhandel – Marktwerk Süd, {page.sheet.title}", "b")
        page.line("A3", "Kennzahl", "Q1", "Q2", "Q3", "Q4", style="b")
        for row, (label, told) in enumerate(numbers.items(), 4):
            values = told[place]
            values = [None] * 2 + values if letter == "F" else values
            names = under(told[0], letter, QUARTERS)[: len(values)]
            take_row(page, f"A{row}", label, values, names, told[1],
                     style='#,##0.0 "T€"' if told[1] > 1 else "#,##0")  # fmt: skip
    return desk


def fmcg_baender() -> Desk:
    """Food: quarters as merged bands above plan, actual, deviation and last year."""
    desk = Desk("Jahresplan_Kornfeld_Edefix.xlsx", "L4", "de")
    page = desk.page("JP 2026")
    page.put("B2", "Jahresplan 2026 Edefix-Gruppe, Beträge in T€", "b")
    page.put("B5", "Kennzahl", "b")
    for step, quarter in enumerate(["1. Quartal", "2. Quartal", "3. Quartal", "4. Quartal"]):
        left, right = "CGKO"[step], "FJNR"[step]
        page.band(f"{left}4:{right}4", quarter)
        page.line(f"{left}5", "Plan", "Ist", "Abw. %", "VJ", style="b")
    lines = [
        ("NU (Nettoumsatz)", "revenue", 1000, [(620, 604.2, 588), (655, 671.9, 640), (700, None, 672), (810, None, 795)]),
        ("Menge (Karton)", "units", 1, [(15500, 15022, 14800), (16400, 16810, 16020), (17500, None, 16900), (20200, None, 19870)]),
        ("DB II", "cm", 1000, [(155, 148.6, 144), (164, 170.2, 158), (175, None, 166), (203, None, 197)]),
        ("WKZ / Aktionskosten", "promo_cost", 1000, [(31, 33.5, 29), (33, 30.8, 30), (35, None, 34), (41, None, 40)]),
    ]  # fmt: skip
    for row, (label, measure, times, quarters) in enumerate(lines, 6):
        values = []
        for plan, actual, before in quarters:
            spot = page.sheet.cell(row, len(values) + 3).column_letter
            other = page.sheet.cell(row, len(values) + 4).column_letter
            off = (
                None
                if actual is None
                else Formula(f"={other}{row}/{spot}{row}-1", actual / plan - 1)
            )
            values += [plan, actual, off, before]
        take_row(page, f"B{row}", label, values, over(measure, QUARTERS, "TA-P"), times)
        for column in "EIMQ":
            page.sheet[f"{column}{row}"].number_format = "0.0%"
    return desk


def pharma_baender() -> Desk:
    """Pharma: a band a scenario above the quarters."""
    desk = Desk("Medavia_Klinikverbund.xlsx", "L5", "de")
    page = desk.page("Übersicht")
    page.put("A1", "Medavia Pharma – Klinikverbund Nordheide, Geschäftsjahr 2026", "b")
    page.put("A2", "Werte in EUR, Packungen in Stück")
    for area, word in (("B4:F4", "Budget 2026"), ("G4:K4", "Ist 2026"), ("L4:P4", "Vorjahr")):
        page.band(area, word)
        page.line(
            area[0] + "5",
            "I. Quartal",
            "II. Quartal",
            "III. Quartal",
            "IV. Quartal",
            "Gesamt",
            style="b",
        )
    lines = [
        ("Nettoerlöse", "revenue", [212400, 218900, 221300, 230100], [209870, 221450, 219990, None], [201200, 205600, 209900, 214050]),
        ("Absatz Packungen", "units", [5310, 5470, 5530, 5750], [5240, 5541, 5498, None], [5030, 5140, 5250, 5350]),
        ("Bruttoumsatz", "revenue_gross", [247000, 254500, 257300, 267600], [244100, 257400, 255900, None], [234100, 239000, 244200, 249100]),
    ]  # fmt: skip
    for row, (label, measure, *scenarios) in enumerate(lines, 6):
        page.put(f"A{row}", label)
        for left, letter, values in zip("BGL", "TAP", scenarios, strict=True):
            page.take(f"{left}{row}", values, under(measure, letter, QUARTERS), style="#,##0")
            total = {"B": "F", "G": "K", "L": "P"}[left]
            end = chr(ord(total) - 1)
            whole = sum(value or 0 for value in values)
            page.put(f"{total}{row}", Formula(f"=SUM({left}{row}:{end}{row})", whole), "#,##0")
            if None not in values:
                page.truth(f"{total}{row}", f"{measure} {letter} FY", whole, needed=False)
    return desk


def it_zeilen() -> Desk:
    """IT services: plan, actual and deviation below each other for each measure."""
    desk = Desk("Nexwerk_KAM-Controlling.xlsx", "L5", "de")
    page = desk.page("Controlling")
    page.put("A1", "Nexwerk IT-Systemhaus: Stadtwerke Brental 2026", "b")
    page.line("A3", "Kennzahl", "", *MONATE, "Summe", style="b")
    lines = [
        ("Umsatz in T€", "revenue", 1000, twelve(44, 3, 1), twelve(43, 5, 1)[:7]),
        ("DB 2 in T€", "cm", 1000, twelve(12, 2, 1), twelve(11, 4, 1)[:7]),
        ("Anzahl Aufträge", "orders", 1, twelve(18, 2), twelve(17, 5)[:7]),
    ]
    for top, (label, measure, times, plan, actual) in zip((4, 7, 10), lines, strict=True):
        page.put(f"A{top}", label)
        page.sheet.merge_cells(f"A{top}:A{top + 2}")
        page.line(f"B{top}", "Plan", "Ist", "Abw.", down=True)
        page.take(f"C{top}", plan, under(measure, "T", MONTHS), times)
        page.take(f"C{top + 1}", actual, under(measure, "A", MONTHS)[:7], times)
        for step in range(7):
            column = "CDEFGHI"[step]
            page.put(f"{column}{top + 2}", Formula(f"={column}{top + 1}-{column}{top}",
                     round(actual[step] - plan[step], 1)))  # fmt: skip
        page.put(f"O{top}", Formula(f"=SUM(C{top}:N{top})", round(sum(plan), 1)))
        page.truth(f"O{top}", f"{measure} T FY", round(sum(plan), 1), times, needed=False)
        page.put(f"O{top + 1}", Formula(f"=SUM(C{top + 1}:N{top + 1})", round(sum(actual), 1)))
    return desk


def baustoff_monate() -> Desk:
    """Building materials: months down, measures across, capital letters, TOTAL on top."""
    desk = Desk("Ruhland_Sollplan.xlsx", "L6", "de")
    page = desk.page("2026")
    page.put("A1", "Sollplan Bauzentrum Ried 2026")
    page.line("A3", "Monat", "Menge Soll (t)", "Menge Ist (t)", "Umsatz Soll (€)",
              "Umsatz Ist (€)", style="b")  # fmt: skip
    page.put("A4", "TOTAL")
    words = "JAN FEB MRZ APR MAI JUN JUL AUG SEP OKT NOV DEZ".split()
    columns = [
        ("B", "units", "T", twelve(2600, 3)), ("C", "units", "A", twelve(2510, 5)[:9]),
        ("D", "revenue", "T", twelve(212000, 3)), ("E", "revenue", "A", twelve(205400, 6)[:9]),
    ]  # fmt: skip
    page.line("A5", *words, down=True)
    for column, measure, letter, values in columns:
        page.take(f"{column}5", values, under(measure, letter, MONTHS)[: len(values)], down=True)
        page.put(f"{column}4", Formula(f"=SUM({column}5:{column}16)", sum(values)), "b")
        if letter == "T":
            page.truth(f"{column}4", f"{measure} T FY", sum(values), needed=False)
    return desk


def quartale_als_zeilen() -> Desk:
    """Insurance broking: quarters down, texts for numbers, padded labels."""
    desk = Desk("Assekuranzkontor_Gewerbe.xlsx", "L6", "de")
    page = desk.page("Entwicklung")
    page.put("B2", "Assekuranzkontor – Gewerbekunde Holzwerke Ammer, Entwicklung 2025/2026 (EUR)")
    page.line("B4", "Quartal", "Umsatz Plan", "Umsatz Ist", "DB I Plan", "DB I Ist",
              "Kunden Ist", style="b")  # fmt: skip
    rows = [
        ("2025", "Q1", 41200, 40877.5, 14400, 14120, 212), ("2025", "Q2", 42500, 43010, 14900, 15200, 214),
        ("2025", "Q3", 43100, 42260, 15100, 14780, 217), ("2025", "Q4", 47900, 49115, 16800, 17310, 221),
        ("2026", "Q1", 43800, 44010, 15300, 15470, 223), ("2026", "Q2", 45200, 45980, 15800, 16120, 226),
        ("2026", "Q3", 45900, None, 16100, None, None), ("2026", "Q4", 50800, None, 17800, None, None),
    ]  # fmt: skip
    for row, (year, quarter, *values) in enumerate(rows, 5):
        page.put(f"B{row}", f" {quarter} {year} ")
        words = [None if value is None else Typed(f"{value:,.2f}".replace(",", "x").replace(".", ",")
                 .replace("x", ".") + "\xa0€", value) for value in values[:4]]  # fmt: skip
        names = [
            f"{measure} {letter} {year}-{quarter}"
            for measure, letter in (
                ("revenue", "T"),
                ("revenue", "A"),
                ("cm", "T"),
                ("cm", "A"),
                ("customers", "A"),
            )
        ]
        page.take(f"C{row}", [*words, values[4]], names)
    return desk


def lange_liste() -> Desk:
    """Logistics: the download of the planning system, a figure a row."""
    desk = Desk("Export_Planung_TransLech.xlsx", "L7", "de")
    page = desk.page("Export")
    page.line(
        "A1", "Kunde", "Kennzahl", "Periode", "Version", "Wert", "Einheit", "SAP-Nr.", style="b"
    )
    lines = [
        ("Umsatz", "revenue", "EUR", [88400, 91200, 93500, 97100], [87120, 92455, 94010, None]),
        ("DB II", "cm", "EUR", [15900, 16400, 16800, 17500], [15120, 16990, 17015, None]),
        ("Aufträge", "orders", "Anzahl", [1310, 1350, 1380, 1440], [1288, 1369, 1391, None]),
    ]
    row = 2
    for label, measure, unit, plan, actual in lines:
        for version, letter, values in (("Plan", "T", plan), ("Ist", "A", actual)):
            for number, value in enumerate(values, 1):
                if value is None:
                    continue
                page.line(
                    f"A{row}", "Molkerei Voralp", label, f"2026/Q{number}", version, None, unit
                )
                page.take(f"E{row}", [value], [f"{measure} {letter} Q{number}"])
                row += 1
    page.line("G2", *range(700114, 700114 + row - 2), down=True)
    page.sheet.column_dimensions["G"].hidden = True
    return desk


def buchungsliste() -> Desk:
    """Wholesale: single invoices of a customer with date, product group, quantity and amount."""
    desk = Desk("Rechnungsjournal 2026.xlsx", "L7", "de")
    page = desk.page("Journal")
    page.put("A1", "Rechnungsausgangsjournal 2026 – Gastro Lindner")
    page.line("A3", "Beleg", "Rechnungsdatum", "Warengruppe", "Menge", "Nettoumsatz €", style="b")
    groups = ["Molkereiprodukte", "Tiefkühl", "Getränke"]
    rows = [(datetime(2026, 1 + number // 3, 3 + 7 * (number % 3)), groups[number * 2 % 3],
             20 + 7 * number % 31, round(412.5 + 61.35 * (number * 5 % 17), 2))
            for number in range(18)]  # fmt: skip
    for row, values in enumerate(rows, 4):
        page.line(f"A{row}", f"RE-{20110 + row}", *values)
        page.sheet[f"B{row}"].number_format = "dd.mm.yyyy"
        page.sheet[f"E{row}"].number_format = "#,##0.00"
    transactions(page, 4, rows, {"units": ("D", 2), "revenue": ("E", 3)})
    return desk


def bloecke_untereinander() -> Desk:
    """Industry: a block a quarter, the quarter in its title."""
    desk = Desk("Quartalsreport_Antriebe.xlsx", "L8", "de")
    page = desk.page("Report")
    page.put("A1", "Quartalsreport Antriebstechnik 2026 (Angaben in TEUR)", "b")
    numbers = [
        [(310, 301.5, 288), (84, 79.9, 76), (2.5, 2.2, 2.4)],
        [(325, 333.1, 305), (88, 91.2, 81), (2.5, 2.6, 2.5)],
        [(330, 318.4, 312), (89, 84.0, 84), (2.6, 2.1, 2.3)],
    ]
    top = 3
    for number, block in enumerate(numbers, 1):
        page.put(f"A{top}", f"{number}. Quartal 2026", "b")
        page.line(f"A{top + 1}", "Kennzahl", "Soll", "Ist", "VJ", "Abw.", style="b")
        for row, (label, measure, values) in enumerate(
            zip(("Umsatz", "Deckungsbeitrag", "Aktionskosten"), ("revenue", "cm", "promo_cost"),
                block, strict=True), top + 2):  # fmt: skip
            take_row(page, f"A{row}", label, values, over(measure, f"Q{number}", "TAP"), 1000)
            page.put(f"E{row}", Formula(f"=C{row}-B{row}", round(values[1] - values[0], 1)))
        top += 7
    return desk


def bloecke_je_kennzahl() -> Desk:
    """Pharma: a block a measure, product groups down, quarters across, forecast in italics."""
    desk = Desk("Medavia_Produktplan.xlsx", "L8", "de")
    page = desk.page("Plan HR")
    page.put("A1", "Produktplanung 2026 – Apothekenkooperation Linde")
    blocks = [
        ("Umsatz (T€)", "revenue", 1000, {"Dermatika": [42, 44, 43.5, 47], "Schmerz": [61, 63, 62, 68], "OTC Erkältung": [55, 31, 28.5, 72]}),
        ("Absatz (Packungen)", "units", 1, {"Dermatika": [3500, 3670, 3620, 3910], "Schmerz": [8710, 9000, 8850, 9700], "OTC Erkältung": [7850, 4430, 4070, 10280]}),
    ]  # fmt: skip
    top = 3
    for title, measure, times, groups in blocks:
        page.put(f"A{top}", title, "b")
        page.line(
            f"A{top + 1}", "Produktgruppe", "Plan Q1", "Plan Q2", "Plan Q3", "Plan Q4", style="b"
        )
        for row, (group, values) in enumerate(groups.items(), top + 2):
            names = [f"{name}/{group}" for name in under(measure, "T", QUARTERS)]
            take_row(page, f"A{row}", group, values, names, times)
        row = top + 5
        whole = sums(groups.values())
        formulas = [Formula(f"=SUM({c}{top + 2}:{c}{top + 4})", v)
                    for c, v in zip("BCDE", whole, strict=True)]  # fmt: skip
        take_row(page, f"A{row}", "Gesamt", formulas, under(measure, "T", QUARTERS), times)
        top += 8
    return desk


def nebeneinander() -> Desk:
    """Wholesale: turnover left, quantity right, a legend further right."""
    desk = Desk("Ellwanger_Monatsvergleich.xlsx", "L9", "de")
    page = desk.page("Vergleich 2026")
    page.band("A1:D1", "Umsatz in € 2026")
    page.band("F1:I1", "Absatz in Stück 2026")
    page.line("A2", "Monat", "Plan", "Ist", "Abw. %", style="b")
    page.line("F2", "Monat", "Plan", "Ist", "Abw. %", style="b")
    page.line("A3", *[f"{month:02d}/2026" for month in range(1, 13)], down=True)
    page.line("F3", *[f"{month:02d}/2026" for month in range(1, 13)], down=True)
    for left, measure, base in (("B", "revenue", 64000), ("G", "units", 3100)):
        plan, actual = twelve(base, 2), twelve(base * 0.97, 6)[:6]
        right, off = {"B": "CD", "G": "HI"}[left]
        page.take(f"{left}3", plan, under(measure, "T", MONTHS), down=True)
        page.take(f"{right}3", actual, under(measure, "A", MONTHS)[:6], down=True)
        for row in range(3, 9):
            page.put(f"{off}{row}", Formula(f"={right}{row}/{left}{row}-1",
                     actual[row - 3] / plan[row - 3] - 1), "0.0%")  # fmt: skip
    page.line("L2", "Legende", "Plan: verabschiedet im November", "Ist: laut FiBu", down=True)
    return desk


def partner_quartalsblaetter() -> Desk:
    """Loan broking: the scorecard of a partner, a sheet a quarter."""
    desk = Desk("Scorecard_Finanzbruecke_2026.xlsx", "L10", "de", document="scorecard")
    lines = [
        ("Anträge eingereicht", "submitted", 1, [(120, 114), (125, 131)]),
        ("davon vollständig bei Einreichung", "complete_first", 1, [(96, 85), (100, 104)]),
        ("Anträge genehmigt", "approved", 1, [(84, 76), (88, 93)]),
        ("Anträge abgelehnt", "rejected", 1, [(20, 23), (21, 19)]),
        ("Stornierte Verträge", "cancelled", 1, [(3, 5), (3, 2)]),
        ("Volumen eingereicht (T€)", "volume_submitted", 1000, [(24000, 22480), (25000, 26310)]),
        ("Abschlussvolumen (T€)", "volume_signed", 1000, [(12600, 11125), (13100, 13990)]),
    ]
    for number in (1, 2):
        page = desk.page(f"Q{number} 2026")
        page.put("A1", "Partner-Scorecard Finanzbrücke Hansekontor", "b")
        page.put("A2", f"Berichtsquartal: Q{number}/2026")
        page.line("A4", "Kennzahl", "Soll", "Ist", "Erfüllung", style="b")
        for row, (label, measure, times, values) in enumerate(lines, 5):
            target, actual = values[number - 1]
            take_row(
                page, f"A{row}", label, [target, actual], over(measure, f"Q{number}", "TA"), times
            )
            page.put(f"D{row}", Formula(f"=C{row}/B{row}", actual / target), "0%")
    return desk


def zwischensummen() -> Desk:
    """Food: months with quarter sums and a cumulated row."""
    desk = Desk("Kornfeld_Absatzplan_2026.xlsx", "L11", "de")
    page = desk.page("Absatzplan")
    page.put("A1", "Absatzplan 2026 nach Warengruppen, in Karton (Plan)", "b")
    head, spots = ["Warengruppe"], []
    for number in range(4):
        spots += [f"M{3 * number + step + 1:02d}" for step in range(3)] + [f"Q{number + 1}"]
        head += [*MONATE[3 * number : 3 * number + 3], f"Σ Q{number + 1}"]
    page.line("A3", *head, "Jahr", style="b")
    groups = {"Antipasti": twelve(900, 3), "Pesto": twelve(1400, 5), "Oliven": twelve(620, 2)}
    rows = {**groups, "Gesamt": sums(groups.values())}
    for row, (group, months) in enumerate(rows.items(), 4):
        page.put(f"A{row}", group, "b" if group == "Gesamt" else "")
        tail = "" if group == "Gesamt" else f"/{group}"
        for place, spot in enumerate(spots):
            cell = page.sheet.cell(row, place + 2).coordinate
            if spot[0] == "M":
                value = months[int(spot[1:]) - 1]
            else:
                value = sum(months[3 * int(spot[1]) - 3 : 3 * int(spot[1])])
                first, last = (page.sheet.cell(row, place - back).coordinate for back in (1, -1))
                value = Formula(f"=SUM({first}:{last})", value)
            page.put(cell, value)
            page.truth(cell, f"units T {spot}{tail}", value, needed=spot[0] == "M")
        page.put(f"R{row}", Formula(f"=E{row}+I{row}+M{row}+Q{row}", sum(months)), "b")
        page.truth(f"R{row}", f"units T FY{tail}", sum(months), needed=False)
    page.put("A8", "kumuliert")
    running, total = [], 0
    for place, spot in enumerate(spots):
        if spot[0] == "M":
            total += rows["Gesamt"][int(spot[1:]) - 1]
            running.append((place, total))
    for place, value in running:
        page.put(page.sheet.cell(8, place + 2).coordinate, value)
    return desk


def kumulierte_spalten() -> Desk:
    """Machinery: each quarter with its value and the value cumulated beside it."""
    desk = Desk("Brenner_Ergebnis_2026.xlsx", "L11", "de")
    page = desk.page("Ergebnis")
    page.put("A1", "Brenner Maschinenbau – Kunde Stahlform, Ist 2026 in T€", "b")
    page.line("A3", "", "Q1", "Q2", "kum. Q2", "Q3", "kum. Q3", "Q4", "kum. Q4", style="b")
    for row, (label, measure, values) in enumerate(
        [("Umsatzerlöse", "revenue", [740, 812.4, 790, 905.1]), ("Wareneinsatz", "cogs", [431, 470, 462.5, 522]),
         ("DB I", "cm", [309, 342.4, 327.5, 383.1])], 4):  # fmt: skip
        q1, q2, q3, q4 = values
        page.put(f"A{row}", label)
        for cell, value, name in (
            ("B", q1, "Q1"),
            ("C", q2, "Q2"),
            ("E", q3, "Q3"),
            ("G", q4, "Q4"),
        ):
            page.take(f"{cell}{row}", [value], [f"{measure} A {name}"], 1000)
        page.put(f"D{row}", round(q1 + q2, 1))
        page.truth(f"D{row}", f"{measure} A H1", round(q1 + q2, 1), 1000, needed=False)
        page.put(f"F{row}", round(q1 + q2 + q3, 1))
        page.put(f"H{row}", round(q1 + q2 + q3 + q4, 1))
        page.truth(f"H{row}", f"{measure} A FY", round(sum(values), 1), 1000, needed=False)
    return desk


def verstecktes_vorjahr() -> Desk:
    """IT services: the visible plan, and last year's sheet hidden behind it."""
    desk = Desk("Nexwerk_Plan26.xlsx", "L12", "de")
    page = desk.page("Plan26")
    page.put("A1", "Kundenplan 2026 – Sparverein Mittelrhein", "b")
    page.put("A2", "T€")
    page.line("A4", "Kennzahl", "Q1", "Q2", "Q3", "Q4", "2026", style="b")
    for row, (label, measure, values) in enumerate(
        [("Umsatz Plan", "revenue", [92, 95, 97, 110]), ("DB II Plan", "cm", [27, 28, 28.5, 33])], 5
    ):
        take_row(page, f"A{row}", label, values, under(measure, "T", QUARTERS), 1000)
        page.put(f"F{row}", Formula(f"=SUM(B{row}:E{row})", sum(values)))
        page.truth(f"F{row}", f"{measure} T FY", sum(values), 1000, needed=False)
    old = desk.page("Plan25_alt", "hidden")
    old.put("A1", "Kundenplan 2025 – Sparverein Mittelrhein (T€)")
    old.line("A4", "Kennzahl", "Q1", "Q2", "Q3", "Q4", style="b")
    old.line("A5", "Umsatz Plan", 88, 90, 91, 104)
    old.line("A6", "DB II Plan", 25, 26, 26, 30)
    desk.must_say(old, "B5")
    return desk


def abschnitte() -> Desk:
    """Machinery: rows of headings inside the table."""
    desk = Desk("KPI-Blatt Maschinen.xlsx", "L13", "de")
    page = desk.page("KPI")
    page.put("A1", "KPI-Blatt Kunde Rotex 2026", "b")
    page.line("A3", "Kennzahl", "Einheit", "Ziel Q1", "Ist Q1", "Ziel Q2", "Ist Q2", style="b")
    rows = [
        ("Finanzen",), ("Umsatz", "T€", "revenue", 1000, [410, 402.7, 425, 431]),
        ("Deckungsbeitrag", "T€", "cm", 1000, [118, 112.3, 122, 125.5]),
        ("Markt",), ("Marktvolumen", "Mio. €", "market_volume", 1000000, [3.2, 3.25, 3.3, 3.1]),
        ("Aktive Kunden", "Anzahl", "customers", 1, [14, 14, 15, 16]),
        ("Neukunden", "Anzahl", "customers_new", 1, [1, 0, 1, 2]),
        ("Prozesse",), ("Aufträge", "Anzahl", "orders", 1, [64, 61, 66, 70]),
        ("Kleinaufträge < 250 €", "Anzahl", "small_orders", 1, [9, 11, 8, 9]),
        ("Liefertreue", "%", "s_otd", 0.01, [97, 95.4, 97, 96.8]),
    ]  # fmt: skip
    for row, told in enumerate(rows, 4):
        page.put(f"A{row}", told[0], "b" if len(told) == 1 else "")
        if len(told) > 1:
            page.put(f"B{row}", told[1])
            page.take(f"C{row}", told[4], over(told[2], "Q1 Q2", "TA"), told[3])
    return desk


def fussnote_mio() -> Desk:
    """Logistics: the unit only in the footnote."""
    desk = Desk("TransLech_Top-Kunde.xlsx", "L14", "de")
    page = desk.page("Zahlen 2026")
    page.put("A1", "Top-Kunde Automotive Inn – Zahlen 2026", "b")
    page.line("A3", "", "VJ", "Plan", "FC", style="b")
    lines = [("Umsatz*", "revenue", [11.84, 12.5, 12.31]), ("DB II*", "cm", [1.92, 2.1, 2.04]),
             ("Wareneinsatz*", "cogs", [7.4, 7.7, 7.62])]  # fmt: skip
    for row, (label, measure, values) in enumerate(lines, 4):
        take_row(
            page, f"A{row}", label, values, over(measure, "FY", "PTF"), 1_000_000, style="0.00"
        )
    page.put("A8", "* Angaben in Mio. EUR")
    return desk


def abweichendes_jahr() -> Desk:
    """Industry: a fiscal year from October, comments, and an empty first row and column."""
    desk = Desk("GJ2526_Planung.xlsx", "L3", "de", year=2025)
    page = desk.page("GJ 2025-26")
    page.put("B2", "Planung GJ 2025/26 (Okt – Sep), Kunde Walzwerk Emsland, in T€", "b")
    months = "Okt 25,Nov 25,Dez 25,Jan 26,Feb 26,Mrz 26,Apr 26,Mai 26,Jun 26,Jul 26,Aug 26,Sep 26"
    page.line("B4", "Kennzahl", *months.split(","), "GJ", style="b")
    for row, (label, measure, base) in enumerate(
        [("Umsatz Plan", "revenue", 210), ("Umsatz VJ", "revenue", 198), ("DB I Plan", "cm", 58)], 5
    ):
        letter = "P" if "VJ" in label else "T"
        values = twelve(base, row, 1)
        take_row(page, f"B{row}", label, values, under(measure, letter, MONTHS), 1000)
        page.put(f"O{row}", Formula(f"=SUM(C{row}:N{row})", round(sum(values), 1)))
        page.truth(f"O{row}", f"{measure} {letter} FY", round(sum(values), 1), 1000, needed=False)
    page.sheet["G5"].comment = Comment("Revision im Februar", "Controlling")
    return desk


def falsche_einheit() -> Desk:
    """Trap: one actual was typed in euros where everything else is in thousands."""
    desk = Desk("Ruhland_Quartale.xlsx", "L3", "de", trap="euros among thousands of euros")
    page = desk.page("Quartale")
    page.put("A1", "Baustoff Ruhland – Holzbau Kern 2026, alle Werte in T€", "b")
    page.line("A3", "Kennzahl", "Q1/26", "Q2/26", "Q3/26", "Q4/26", style="b")
    take_row(page, "A4", "Umsatz Plan", [318, 402, 431, 355], under("revenue", "T", QUARTERS), 1000)
    take_row(
        page, "A5", "Umsatz Ist", [309.5, None, 418.2], under("revenue", "A", "Q1 Q2 Q3"), 1000
    )
    page.take("C5", [397650], ["revenue A Q2"], 1000, doubt=True)
    take_row(page, "A6", "DB I Plan", [76, 97, 103, 85], under("cm", "T", QUARTERS), 1000)
    take_row(page, "A7", "DB I Ist", [73.1, 95.8, 99.9], under("cm", "A", "Q1 Q2 Q3"), 1000)
    desk.must_say(page, "C5")
    return desk


def ohne_wert() -> Desk:
    """Trap: formulas that were never calculated and one that broke."""
    desk = Desk(
        "Assekuranz_Verdichtung.xlsx", "L4", "de", trap="formulas without a value, an error"
    )
    page = desk.page("Verdichtung")
    page.put("A1", "Verdichtung 2026 – Maklerbetreuung West, EUR", "b")
    page.put("A4", "Kennzahl", "b")
    for left, right, quarter in (("B", "C", "Q1"), ("D", "E", "Q2"), ("F", "G", "Q3")):
        page.band(f"{left}3:{right}3", quarter)
        page.line(f"{left}4", "Soll", "Ist", style="b")
    take_row(page, "A5", "Umsatz", [51000, 50220, 52500, 53115, 53000],
             over("revenue", "Q1 Q2 Q3", "TA")[:5])  # fmt: skip
    page.put("G5", "=SUM(G9:G11)")
    take_row(
        page, "A6", "DB I", [17800, 17010, 18300, None, 18500], over("cm", "Q1 Q2 Q3", "TA")[:5]
    )
    page.put("E6", "#DIV/0!")
    page.put("G6", "=G5*0.33")
    desk.must_say(page, "G5", "E6", "G6")
    return desk


def mehrdeutige_punkte() -> Desk:
    """Trap: numbers typed as text whose point may be either sign."""
    desk = Desk("Import_Kreditvolumen.xlsx", "L3", "de", document="scorecard",
                trap="text numbers read either way")  # fmt: skip
    page = desk.page("Import 2026")
    page.put("A1", "Partner Finanzhaus Elbe 2026, Import aus dem Portal (EUR)")
    page.line("A3", "Kennzahl", "Q1", "Q2", "Q3", "Q4", style="b")
    take_row(
        page, "A4", "Eingereichte Anträge Ist", [88, 92, 79, 95], under("submitted", "A", QUARTERS)
    )
    take_row(
        page, "A5", "Genehmigte Anträge Ist", [61, 66, 55, 70], under("approved", "A", QUARTERS)
    )
    page.put("A6", "Volumen abgeschlossen Ist")
    for cell, text, value, quarter in (("B6", "8.412.500", 8412500, 1), ("C6", "8,905,000", 8905000, 2),
                                       ("D6", "7.640", 7640, 3), ("E6", "9,118", 9118, 4)):  # fmt: skip
        doubt = quarter > 2
        page.take(cell, [Typed(text, value)], [f"volume_signed A Q{quarter}"], doubt=doubt)
    desk.must_say(page, "D6", "E6")
    return desk


ORDINARY = (
    stammblatt, kundenblatt_zwei_spalten, massnahmenliste, jahresplanung_grosshandel,
    fmcg_baender, pharma_baender, it_zeilen, baustoff_monate, quartale_als_zeilen, lange_liste,
    buchungsliste, bloecke_untereinander, bloecke_je_kennzahl, nebeneinander,
    partner_quartalsblaetter, zwischensummen, kumulierte_spalten, verstecktes_vorjahr, abschnitte,
    fussnote_mio, abweichendes_jahr,
)  # fmt: skip
TRAPS = (falsche_einheit, ohne_wert, mehrdeutige_punkte)
GERMAN = (*ORDINARY, *TRAPS)
