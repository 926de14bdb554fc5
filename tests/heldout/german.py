"""German workbooks, as sales controllers keep them."""

from __future__ import annotations

from datetime import date

from heldout.desk import MONTHS, QUARTERS, Desk, Formula, Typed, over, under

TEUR = 1000
MONATE = ["Jan", "Feb", "Mär", "Apr", "Mai", "Jun", "Jul", "Aug", "Sep", "Okt", "Nov", "Dez"]


def stammblatt():
    desk = Desk("Stammblatt Bergmann.xlsx", "L1", "de")
    page = desk.page("Stammblatt")
    page.put("B2", "Kundenstammblatt / Jahresplanung 2026", "b")
    page.form("B4", "Kunde:", "Bergmann Baustoffe KG", "account_name")
    page.form("B5", "Kd.-Nr.:", "10472", "account_id")
    page.form("B6", "Zuständiger KAM:", "Petra Lindner", "kam")
    page.form("B7", "GJ:", 2026, "fiscal_year")
    page.form("B8", "Datenstand:", date(2026, 6, 30), "as_of")
    page.form("B9", "Währung:", "EUR", "currency")
    page.put("B11", "Eckdaten", "b")
    page.put("B12", "Umsatz Vorjahr")
    page.take("C12", [1845000], ["revenue P FY"], style="#,##0")
    page.put("B13", "Umsatz Plan")
    page.take("C13", [1990000], ["revenue T FY"], style="#,##0")
    page.put("B14", "Umsatz Hochrechnung")
    page.take("C14", [1962500], ["revenue F FY"], style="#,##0")
    page.put("B15", "DB I Plan")
    page.take("C15", [517400], ["cm T FY"], style="#,##0")
    page.put("B16", "Marktvolumen")
    page.take("C16", [8200000], ["market_volume A FY"], needed=False)
    page.truth("C16", "market_volume T FY", 8200000, needed=False)
    page.put("B18", "Erstellt: Li 07.07.26")
    return desk


def steckbrief():
    desk = Desk("KA-Steckbrief_Holzmann_2026_v3.xlsx", "L1", "de", dirty=True)
    page = desk.page("Steckbrief")
    page.band("A1:F1", "KEY-ACCOUNT-STECKBRIEF")
    page.put("A2", "vertraulich – nur für internen Gebrauch")
    page.band("A4:B4", "Kundenname")
    page.form("A4", "Kundenname", "Holzmann & Söhne GmbH", "account_name", gap=2)
    page.form("A5", "Kundennr", " KA-2207 ", "account_id", "KA-2207", gap=2)
    page.form("A6", "Wirtschaftsjahr", 2026, "fiscal_year", gap=2)
    page.form("A7", "Betreuer (Vertrieb)", "J. Krüger", "kam", gap=2)
    page.form("A8", "Stand", "30.9.2026", "as_of", date(2026, 9, 30), gap=2)
    page.put("E4", "Umsatz Ziel 2026")
    page.put("E5", "1,45 Mio. €")
    page.truth("E5", "revenue T FY", 1450000)
    page.put("E7", "Absatz Ziel 2026 (Stk.)")
    page.put("E8", "12 400")
    page.truth("E8", "units T FY", 12400)
    page.put("A11", "Bemerkung: Preisrunde erst ab Juli, siehe Mail vom 3.2.")
    return desk


def massnahmenliste():
    desk = Desk("Maßnahmen KA Nord 2026.xlsx", "L2", "de")
    page = desk.page("Maßnahmen")
    page.put("A1", "Maßnahmenplan 2026 – Key Account Nord", "b")
    page.put("A2", "Legende: o = offen, e = erledigt")
    page.put("A3", "Kunde: Nordhandel AG")
    page.line(
        "A5",
        "Nr.",
        "Maßnahme",
        "Verantwortl.",
        "Beginn",
        "Termin",
        "Status",
        "Budget in €",
        style="b",
    )
    rows = [
        (
            1,
            "Sortimentsumstellung WG 40",
            "Weber",
            date(2026, 1, 12),
            date(2026, 3, 31),
            "erledigt",
            12000,
        ),
        (
            2,
            "Schulung Außendienst",
            "Kunze",
            date(2026, 2, 2),
            date(2026, 5, 15),
            "in Arbeit",
            4500,
        ),
        (3, "Messeauftritt Köln", "Weber", date(2026, 9, 1), date(2026, 10, 9), "offen", 28000),
    ]
    for at, row in enumerate(rows, 6):
        page.line(f"A{at}", *row)
        page.entry("measures", at, {
            "title": ("B", row[1]), "owner": ("C", row[2]), "start": ("D", row[3]),
            "due": ("E", row[4]), "budget": ("G", row[6]),
        })  # fmt: skip
    page.put("A10", "Stand 30.06.2026")
    page.line("A12", "Ansprechpartner", style="b")
    page.line("A13", "Name", "Funktion", "Abt.", "E-Mail", "Letzter Kontakt", style="b")
    page.line(
        "A14",
        "Ina Sommer",
        "Leiterin Einkauf",
        "Einkauf",
        "sommer@nordhandel.example",
        date(2026, 6, 3),
    )
    page.entry("contacts", 14, {"name": ("A", "Ina Sommer"), "function": ("B", "Leiterin Einkauf"),
                                "last_contact_on": ("E", date(2026, 6, 3))})  # fmt: skip
    page.line("D17", "Umsatz 2026", "Plan", "Ist", style="b")
    page.put("D18", "Umsatz")
    page.take("E18", [640000, 588300], ["revenue T FY", "revenue A FY"])
    return desk


def monatsplan():
    desk = Desk("Umsatzplanung 2026 Keller.xlsx", "L3", "de")
    page = desk.page("Plan 2026")
    page.put("A1", "Keller Sanitär GmbH")
    page.put("A2", "Monatsplanung 2026 (Plan), Angaben in T€", "b")
    page.line("A4", "", *MONATE, "Summe", style="b")
    sales = [210, 195, 240, 238, 225, 251, 219, 180, 244, 260, 248, 190]
    margin = [63, 57, 72.5, 71, 66, 76, 65, 53, 73, 79, 74, 55.5]
    for row, label, measure, values in (
        (5, "Umsatz netto", "revenue", sales),
        (6, "Deckungsbeitrag", "cm", margin),
    ):
        page.put(f"A{row}", label)
        page.take(f"B{row}", values, under(measure, "T", MONTHS), TEUR)
        page.take(
            f"N{row}",
            [Formula(f"=SUM(B{row}:M{row})", sum(values))],
            [f"{measure} T FY"],
            TEUR,
            needed=False,
        )
    page.put("A7", "DB in %")
    for at, (one, other) in enumerate(zip(margin, sales, strict=True)):
        page.put(
            f"{'BCDEFGHIJKLM'[at]}7",
            Formula(f"={'BCDEFGHIJKLM'[at]}6/{'BCDEFGHIJKLM'[at]}5", one / other),
            "0.0%",
        )
        page.truth(
            f"{'BCDEFGHIJKLM'[at]}7", f"k_cm_pct T {MONTHS.split()[at]}", one / other, needed=False
        )
    return desk


def quartalstabellen():
    desk = Desk("Quartalszahlen Vogt.xlsx", "L3", "de", dirty=True)
    for title, scenario, sales, units in (
        ("Soll", "T", ["410.000", "425.500", Typed("398.000,00", 398000), "440.000"],
         [1210, 1260, 1180, 1300]),
        ("Ist", "A", ["402.310", "431.870,50", "– ", "n/a"], [1192, 1274, None, None]),
    ):  # fmt: skip
        page = desk.page(title)
        page.put("A1", "Vogt Elektro")
        page.put("A2", f"{title}-Werte Geschäftsjahr 2026")
        page.line(
            "A4", "Kennzahl", "I. Quartal", "II. Quartal", "III. Quartal", "IV. Quartal", style="b"
        )
        page.put("A5", "Umsatz in EUR ")
        numbers = {
            "410.000": 410000,
            "425.500": 425500,
            "440.000": 440000,
            "402.310": 402310,
            "431.870,50": 431870.5,
        }
        values = [one if isinstance(one, Typed) else Typed(one, numbers.get(one)) for one in sales]
        page.take("B5", values, under("revenue", scenario, QUARTERS))
        page.put("A6", "Absatz (Stck.)")
        page.take("B6", units, under("units", scenario, QUARTERS))
    return desk


def quartalsband():
    desk = Desk("Jahresplan Lechner 2026.xlsx", "L4", "de")
    page = desk.page("Zahlen")
    page.put("A1", "Lechner Handels GmbH – Jahresplan 2026", "b")
    page.put("A3", "in TEUR")
    for at, band in enumerate(("Q1/26", "Q2/26", "Q3/26", "Q4/26", "Gesamt 2026")):
        first = "BFJNR"[at]
        page.band(f"{first}4:{'EIMQU'[at]}4", band)
        page.line(f"{first}5", "Plan", "Ist", "Abw.", "Abw. %", style="b")
    data = {
        "Umsatz": ("revenue", [(500, 512), (520, 498), (540, None), (560, None)]),
        "DB 1": ("cm", [(140, 147), (146, 137.5), (151, None), (157, None)]),
    }
    for row, (label, (measure, pairs)) in enumerate(data.items(), 6):
        page.put(f"A{row}", label)
        for at, (plan, actual) in enumerate(pairs):
            page.take(f"{'BFJN'[at]}{row}", [plan, actual], over(measure, f"Q{at + 1}", "TA"), TEUR)
            if actual is not None:
                here = "BFJN"[at]
                page.put(
                    f"{'DHLP'[at]}{row}",
                    Formula(f"={chr(ord(here) + 1)}{row}-{here}{row}", actual - plan),
                )
                page.put(
                    f"{'EIMQ'[at]}{row}",
                    Formula(f"={'DHLP'[at]}{row}/{here}{row}", actual / plan - 1),
                    "0.0%",
                )
        total, done = sum(one for one, _ in pairs), sum(one or 0 for _, one in pairs)
        page.take(f"R{row}", [total], [f"{measure} T FY"], TEUR, needed=False)
        page.put(f"S{row}", done)
        page.truth(f"S{row}", f"{measure} A FY", done, TEUR, needed=False)
        page.line(f"T{row}", done - total, done / total - 1)
    page.put("A10", "Abw. = Ist minus Plan; Gesamt Ist = bisher aufgelaufen")
    return desk


def monatsband():
    desk = Desk("Bud_Ist_VJ Reuter.xlsx", "L4", "de", dirty=True)
    page = desk.page("Monatsbericht")
    page.put("C1", "Reuter Werkzeuge    Monatsbericht Jan–Jun 2026")
    page.put("A3", "Werte in Tsd. EUR")
    months = ["JAN", "FEB", "MRZ", "APR", "MAI", "JUN"]
    starts = ["C", "G", "K", "O", "S", "W"]
    ends = ["E", "I", "M", "Q", "U", "Y"]
    for month, first, last in zip(months, starts, ends, strict=True):
        page.band(f"{first}4:{last}4", month)
        page.line(f"{first}5", "Bud.", "Ist", "VJ", style="b")
    rows = {
        "Ums. netto": (
            "revenue",
            [(88, 91, 85), (86, 84, 83), (95, 97.4, 90), (93, 90, 92), (94, 96, 88), (98, 99, 95)],
        ),
        "Rohertrag": (
            "cm",
            [
                (26, 27.5, 25),
                (25, 24, 24),
                (28, 29, 26),
                (27, 26, 27),
                (28, 28.8, 26),
                (29, 30, 28),
            ],
        ),
    }
    for row, (label, (measure, all_months)) in zip((6, 8), rows.items(), strict=True):
        page.put(f"A{row}", label)
        for at, triple in enumerate(all_months):
            page.take(f"{starts[at]}{row}", triple, over(measure, f"M{at + 1:02d}", "TAP"), TEUR)
    page.put("A10", "Quelle: Warenwirtschaft, Abzug v. 03.07.")
    page.sheet.column_dimensions["B"].hidden = True
    return desk


def szenarioband():
    desk = Desk("Plan-Ist-HR Stadler.xlsx", "L5", "de")
    page = desk.page("Übersicht 2026")
    page.put("A1", "Stadler Medizintechnik")
    page.put("A2", "Zahlen in T€")
    for first, last, band in (
        ("B", "E", "Vorjahr"),
        ("F", "I", "Plan 26"),
        ("J", "M", "Ist"),
        ("N", "Q", "HR"),
    ):
        page.band(f"{first}4:{last}4", band)
        page.line(f"{first}5", "Q1", "Q2", "Q3", "Q4", style="b")
    rows = (
        (
            "Nettoumsatz",
            "revenue",
            [300, 310, 290, 330, 320, 330, 310, 350, 318, 325, None, None, 318, 325, 305, 345],
        ),
        ("DB", "cm", [90, 95, 86, 101, 98, 100, 93, 108, 96, 99, None, None, 96, 99, 92, 106]),
    )
    for row, (label, measure, values) in enumerate(rows, 6):
        page.put(f"A{row}", label)
        page.take(f"B{row}", values, under(measure, "PTAF", QUARTERS), TEUR)
    return desk


def gestapelt():
    desk = Desk("KA-Report Ziegler 2026.xlsx", "L5", "de")
    page = desk.page("Report")
    page.put("A1", "KA-Report Ziegler & Co. – Jahr 2026")
    page.put("A2", "Beträge in TEUR, Mengen in Stück")
    page.line(
        "A4", "", "", "1. Quartal", "2. Quartal", "3. Quartal", "4. Quartal", "Jahr", style="b"
    )
    blocks = (
        (5, "Umsatz", "revenue", TEUR, [700, 710, 720, 760], [688, 731, 705, None]),
        (9, "Deckungsbeitrag I", "cm", TEUR, [210, 214, 216, 229], [201, 222, 209, None]),
        (13, "Absatz", "units", 1, [5400, 5450, 5500, 5800], [5310, 5580, 5395, None]),
    )
    for row, label, measure, times, plan, actual in blocks:
        page.band(f"A{row}:A{row + 3}", label)
        page.line(f"B{row}", "Plan", "Ist", "Abw.", "Abw. %", down=True)
        page.take(f"C{row}", plan, under(measure, "T", QUARTERS), times)
        page.take(f"C{row + 1}", actual, under(measure, "A", QUARTERS), times)
        page.take(
            f"G{row}",
            [Formula(f"=SUM(C{row}:F{row})", sum(plan))],
            [f"{measure} T FY"],
            times,
            needed=False,
        )
        for at, (one, other) in enumerate(zip(plan, actual, strict=True)):
            if other is not None:
                page.put(f"{'CDEF'[at]}{row + 2}", other - one)
                page.put(f"{'CDEF'[at]}{row + 3}", other / one - 1, "0.0%")
    return desk


def monate_als_zeilen():
    desk = Desk("Soll-Ist Monat Albers.xlsx", "L6", "de")
    page = desk.page("2026")
    page.put("A1", "Albers Gartenbedarf, Soll-Ist-Vergleich 2026")
    page.put("A3", "T€", "b")
    page.band("B3:C3", "Umsatz")
    page.band("D3:E3", "DB1")
    page.line("A4", "Monat", "Soll", "Ist", "Soll", "Ist", style="b")
    names = ["JAN", "FEB", "MRZ", "1. Quartal", "APR", "MAI", "JUN", "2. Quartal", "JUL", "AUG", "SEP",
             "3. Quartal", "OKT", "NOV", "DEZ", "4. Quartal", "TOTAL"]  # fmt: skip
    sales = [40, 45, 70, 95, 110, 90, 75, 60, 55, 45, 30, 25]
    month = quarter = 0
    for row, name in enumerate(names, 5):
        page.put(f"A{row}", name)
        if name in {"TOTAL"}:
            page.take(f"B{row}", [sum(sales)], ["revenue T FY"], TEUR, needed=False)
            continue
        if "Quartal" in name:
            plan = sum(sales[3 * quarter : 3 * quarter + 3])
            quarter += 1
            page.take(f"B{row}", [plan], [f"revenue T Q{quarter}"], TEUR, needed=False)
            continue
        plan = sales[month]
        month += 1
        actual = plan + (3 if month % 2 else -2) if month <= 8 else None
        page.take(f"B{row}", [plan, actual], over("revenue", f"M{month:02d}", "TA"), TEUR)
        page.take(
            f"D{row}",
            [plan * 0.25, actual and actual * 0.24],
            over("cm", f"M{month:02d}", "TA"),
            TEUR,
        )
    return desk


def quartale_als_zeilen():
    desk = Desk("uebersicht_quartale_fink.xlsx", "L6", "de", dirty=True)
    page = desk.page("Tabelle1")
    page.put("B2", "Fink Logistik – Quartalsübersicht, Beträge T€ (netto)")
    page.line(
        "B4", "Quartal", "Umsatz Plan", "Umsatz Ist", None, "Aufträge Ist", "Anmerkung", style="b"
    )
    rows = ((" Q1/2026  ", 820, Typed("815,4", 815.4), 214, "Streik KW 9"),
            (" Q2/2026", 835, Typed("(12,5)", -12.5), 220, "Gutschrift!"),
            ("Q3/2026 ", 850, "k. A.", None, None), ("Q4/2026", 880, None, None, None))  # fmt: skip
    for at, (period, plan, actual, orders, note) in enumerate(rows):
        row = 5 + at
        page.put(f"B{row}", period)
        page.take(f"C{row}", [plan, actual], over("revenue", f"Q{at + 1}", "TA"), TEUR)
        page.take(f"F{row}", [orders], [f"orders A Q{at + 1}"])
        if note:
            page.put(f"G{row}", note)
    return desk


def lange_liste():
    desk = Desk("Export_Kennzahlen_2026.xlsx", "L7", "de")
    page = desk.page("Export")
    page.line("A1", "Kennzahl", "Jahr", "Quartal", "Wertart", "Wert", "ME", style="b")
    rows = []
    for label, measure, unit, numbers in (
        (
            "Umsatz",
            "revenue",
            "EUR",
            {"Plan": [120000, 125000, 118000, 131000], "Ist": [117400, 126850]},
        ),
        ("Absatz", "units", "ST", {"Plan": [800, 830, 790, 870], "Ist": [779, 845]}),
    ):
        for scenario, values in numbers.items():
            rows += [
                (label, measure, f"Q{at}", scenario, value, unit)
                for at, value in enumerate(values, 1)
            ]
    for at, (label, measure, period, scenario, value, unit) in enumerate(rows, 2):
        page.line(f"A{at}", label, 2026, period, scenario)
        page.take(f"E{at}", [value], [f"{measure} {'T' if scenario == 'Plan' else 'A'} {period}"])
        page.put(f"F{at}", unit)
    return desk


def warengruppenliste():
    desk = Desk("WG-Umsätze Dörr.xlsx", "L7", "de", dirty=True)
    page = desk.page("Daten")
    page.put("A1", "Umsätze je Warengruppe, Dörr Baumärkte, Abruf 02.07.2026")
    page.line("A3", "Periode", "Warengruppe", "Plan-Umsatz", "Ist-Umsatz", style="b")
    groups = ("Farben", "Werkzeug")
    row = 4
    for month, numbers in (("2026-01", (("12.500,00", 12500, "11.980,50", 11980.5), ("8.200,00", 8200, "8.410,00", 8410))),
                           ("2026-02", (("12.900,00", 12900, "13.020,25", 13020.25), ("8.300,00", 8300, "7.990,00", 7990))),
                           ("2026-03", (("13.100,00", 13100, "12.700,00", 12700), ("8.700,00", 8700, "9.100,75", 9100.75)))):  # fmt: skip
        for group, (plan, planned, actual, done) in zip(groups, numbers, strict=True):
            page.line(f"A{row}", month, group)
            span = f"M{month[-2:]}"
            page.take(f"C{row}", [Typed(plan, planned), Typed(actual, done)],
                      [f"revenue T {span}/{group}", f"revenue A {span}/{group}"])  # fmt: skip
            row += 1
    return desk


def rechnungen():
    desk = Desk("Rechnungsausgang 1. Hj 2026.xlsx", "L7", "de")
    page = desk.page("Rechnungsausgang")
    page.put("A1", "Rechnungsausgangsjournal 01.01.–31.03.2026 Kunde 10881 Möbel Hartwig")
    page.line("A3", "Beleg-Nr.", "Belegdatum", "Artikel", "Menge", "Nettobetrag", style="b")
    rows = [
        ("R-1001", date(2026, 1, 8), "Regal A", 10, 1200.0), ("R-1002", date(2026, 1, 22), "Regal B", 4, 640.0),
        ("R-1003", date(2026, 2, 3), "Regal A", 12, 1440.0), ("G-1004", date(2026, 2, 17), "Regal B", -1, -160.0),
        ("R-1005", date(2026, 2, 26), "Tisch", 3, 890.5), ("R-1006", date(2026, 3, 12), "Tisch", 5, 1480.0),
    ]  # fmt: skip
    for at, row in enumerate(rows, 4):
        page.line(f"A{at}", *row)
    page.truth("E4:E9", "revenue A Q1", 5490.5, grouped=True)
    page.truth("D4:D9", "units A Q1", 33, grouped=True)
    for month, first, last, sales, units in (
        ("M01", 4, 5, 1840.0, 14),
        ("M02", 6, 8, 2170.5, 14),
        ("M03", 9, 9, 1480.0, 5),
    ):
        page.truth(f"E{first}:E{last}", f"revenue A {month}", sales, needed=False)
        page.truth(f"D{first}:D{last}", f"units A {month}", units, needed=False)
    return desk


def bloecke_untereinander():
    desk = Desk("Kennzahlenblatt Schrader.xlsx", "L8", "de")
    page = desk.page("Kennzahlen")
    page.put("A1", "Schrader Küchen GmbH, Kennzahlen 2026", "b")
    blocks = (
        (
            3,
            "Umsatz in T€",
            "revenue",
            TEUR,
            ([250, 260, 240, 290], [255, 270, 250, 300], [248, 277, None, None]),
        ),
        (9, "DB I in T€", "cm", TEUR, ([80, 84, 76, 93], [82, 87, 80, 96], [78, 90, None, None])),
        (
            15,
            "Anzahl Aufträge",
            "orders",
            1,
            ([410, 422, 395, 450], [415, 430, 400, 460], [402, 441, None, None]),
        ),
    )
    for row, title, measure, times, three in blocks:
        page.put(f"A{row}", title, "b")
        page.line(f"B{row}", "1. Qu.", "2. Qu.", "3. Qu.", "4. Qu.", style="b")
        for at, (label, letter) in enumerate((("VJ", "P"), ("Plan", "T"), ("Ist", "A"))):
            page.put(f"A{row + 1 + at}", label)
            page.take(f"B{row + 1 + at}", three[at], under(measure, letter, QUARTERS), times)
    return desk


def bloecke_je_quartal():
    desk = Desk("Quartalsblöcke Wenzel.xlsx", "L8", "de", dirty=True)
    page = desk.page("Bericht")
    page.put("A1", "Kunde:  Wenzel Tiernahrung")
    row = 3
    for quarter, sales, stores in (("1. Quartal 2026", (95, 93.2, 90), (40, 41, 38)), ("2. Quartal 2026", (97, 99, 91), (42, 42, 38)),
                                   ("3. Quartal 2026", (99, None, 95), (44, None, 39))):  # fmt: skip
        name = f"Q{quarter[0]}"
        page.put(f"A{row}", quarter, "b")
        page.line(f"A{row + 1}", "", "Ziel", "Erreicht", "Vj.", style="b")
        page.put(f"A{row + 2}", "Umsatz (T€)")
        page.take(f"B{row + 2}", sales, over("revenue", name, "TAP"), TEUR)
        page.put(f"A{row + 3}", "aktive Kunden ")
        page.take(f"B{row + 3}", stores, over("customers", name, "TAP"))
        page.put(f"A{row + 4}", "Kommentar: siehe Besuchsbericht")
        row += 7
    return desk


def nebeneinander():
    desk = Desk("Plan neben Ist Hagen.xlsx", "L9", "de")
    page = desk.page("2026")
    page.put("A1", "Hagen Motorgeräte 2026 – alle Werte in €")
    page.put("A3", "Plan", "b")
    page.put("F3", "Ist", "b")
    sales = [31000, 29500, 36000, 38000, 41000, 40000]
    for column, letter, shift in (("A", "T", 0), ("F", "A", 450)):
        nxt = chr(ord(column) + 1)
        page.line(f"{column}4", "Monat", "Umsatz", "Absatz", style="b")
        for at, value in enumerate(sales):
            page.put(f"{column}{5 + at}", ["Januar", "Februar", "März", "April", "Mai", "Juni"][at])
            page.take(f"{nxt}{5 + at}", [value + shift, (value + shift) / 50],
                      [f"revenue {letter} M{at + 1:02d}", f"units {letter} M{at + 1:02d}"])  # fmt: skip
    return desk


def blatt_je_quartal():
    desk = Desk("KA-Quartalsberichte Thiel 2026.xlsx", "L10", "de")
    cover = desk.page("Deckblatt")
    cover.put("B3", "Quartalsberichte 2026")
    cover.form("B5", "Kunde", "Thiel Verpackungen AG", "account_name")
    cover.form("B6", "Kundennummer", "K-30115", "account_id")
    for number, sales, margin in (
        (1, (610, 598), (30.5, 29.8)),
        (2, (620, 633), (30.5, 31.1)),
        (3, (605, 611), (30.5, 30.2)),
    ):
        page = desk.page(f"{number}. Quartal")
        page.put("A1", f"Quartalsbericht {number}/2026")
        page.line("A3", "in T€", "Plan", "Ist", "Abw.", style="b")
        page.put("A4", "Umsatz")
        page.take("B4", sales, over("revenue", f"Q{number}", "TA"), TEUR)
        page.put("D4", sales[1] - sales[0])
        page.put("A5", "DB-Marge %")
        page.take("B5", margin, over("k_cm_pct", f"Q{number}", "TA"), 0.01)
        page.put("D5", round(margin[1] - margin[0], 1))
        page.put("A6", "Reklamationen (Anzahl)")
        page.take("C6", [number + 3], [f"complaints A Q{number}"], needed=False)
    return desk


def kumuliert():
    desk = Desk("Kumulierte Zahlen Brandt.xlsx", "L11", "de")
    page = desk.page("Ist 2026")
    page.put("A1", "Brandt Fenster – Ist-Zahlen 2026, TEUR")
    heads = ["Jan", "Feb", "Mrz", "Q1", "Apr", "Mai", "Jun", "Q2", "1. HJ", "kum. Jun"]
    page.line("B3", *heads, style="b")
    for row, label, measure, base in (
        (4, "Umsatz", "revenue", [150, 160, 171, 180, 175, 190]),
        (5, "Deckungsbeitrag", "cm", [45, 48, 52, 53, 52, 58]),
    ):
        page.put(f"A{row}", label)
        first, second = sum(base[:3]), sum(base[3:])
        page.take(f"B{row}", base[:3], under(measure, "A", "M01 M02 M03"), TEUR)
        page.take(
            f"E{row}",
            [Formula(f"=SUM(B{row}:D{row})", first)],
            [f"{measure} A Q1"],
            TEUR,
            needed=False,
        )
        page.take(f"F{row}", base[3:], under(measure, "A", "M04 M05 M06"), TEUR)
        page.take(
            f"I{row}",
            [Formula(f"=SUM(F{row}:H{row})", second)],
            [f"{measure} A Q2"],
            TEUR,
            needed=False,
        )
        page.take(f"J{row}", [first + second], [f"{measure} A H1"], TEUR, needed=False)
        page.put(f"K{row}", first + second)
    return desk


def warengruppen_summen():
    desk = Desk("Sortimentsplan Ebert.xlsx", "L11", "de", dirty=True)
    page = desk.page("Planung")
    page.put("A1", "Ebert Schreibwaren")
    page.put("A2", "Umsatzplanung 2026 nach Warengruppen (in EUR)")
    page.line("A4", "Warengruppe", "Q1", "Q2", "Q3", "Q4", "Summe", style="b")
    groups = {
        "Papier": [21000, 20000, 26000, 24000],
        "Schreibgeräte": [9000, 9500, 14000, 11000],
        "Ordnen": [6000, 6200, 8000, 7100],
    }
    for row, (group, values) in enumerate(groups.items(), 5):
        page.put(f"A{row}", group)
        page.take(f"B{row}", values, [f"revenue T Q{at}/{group}" for at in range(1, 5)])
        page.take(f"F{row}", [sum(values)], [f"revenue T FY/{group}"], needed=False)
    totals = [sum(column) for column in zip(*groups.values(), strict=True)]
    page.put("A8", "Zwischensumme Büro", "b")
    page.take("B8", totals, under("revenue", "T", QUARTERS), needed=False)
    page.put("A10", "Gesamtumsatz ", "b")
    page.take("B10", totals, under("revenue", "T", QUARTERS))
    page.take("F10", [sum(totals)], ["revenue T FY"], needed=False)
    return desk


def verborgene_daten():
    desk = Desk("Cockpit Falk.xlsx", "L12", "de")
    page = desk.page("Cockpit")
    page.band("A1:H1", "Kundencockpit Falk Großhandel 2026")
    page.line("A3", "T€", "Plan Q1", "Ist Q1", "Plan Q2", "Ist Q2", "Plan Q3", "Plan Q4", style="b")
    page.put("A4", "Umsatz")
    page.take("B4", [330, 321, 340, 352, 335, 371], ["revenue T Q1", "revenue A Q1", "revenue T Q2", "revenue A Q2",
                                                    "revenue T Q3", "revenue T Q4"], TEUR)  # fmt: skip
    page.put("A5", "Rohertrag")
    page.take(
        "B5",
        [99, 95, 102, 107, 100, 111],
        ["cm T Q1", "cm A Q1", "cm T Q2", "cm A Q2", "cm T Q3", "cm T Q4"],
        TEUR,
    )
    data = desk.page("Daten", "hidden")
    data.line("A1", "Umsatz", "Q1", "Q2", "Q3", "Q4")
    data.line("A2", "Ist alt", 318, 344, 0, 0)
    desk.page("calc", "veryHidden").put("A1", "Umsatz Ist Q1")
    return desk


def gruppenzeilen():
    desk = Desk("Scorecard Kunde Pohl.xlsx", "L13", "de")
    page = desk.page("Scorecard")
    page.put("A1", "Pohl Lebensmittel – Ziele und Ergebnisse 2026")
    page.put("A2", "Geldbeträge in T€")
    page.line("A4", "", "Q1 Plan", "Q1 Ist", "Q2 Plan", "Q2 Ist", style="b")
    rows = (
        ("Finanzen", None, None), ("Umsatz netto", ("revenue", TEUR), [900, 911, 930, 902]),
        ("DB absolut", ("cm", TEUR), [234, 240, 242, 230]), ("DB in % v. Umsatz", ("k_cm_pct", 1), [0.26, 0.263, 0.26, 0.255]),
        ("Kunde / Markt", None, None), ("Numerische Distribution", ("k_dist_num", 1), [0.62, 0.6, 0.65, 0.64]),
        ("Gelistete Artikel", ("skus_listed", 1), [48, 47, 50, 50]), ("Prozesse", None, None),
        ("Anzahl Aufträge", ("orders", 1), [310, 305, 320, 331]), ("Liefertreue", ("s_otd", 1), [0.97, 0.955, 0.97, 0.981]),
    )  # fmt: skip
    for row, (label, what, values) in enumerate(rows, 5):
        page.put(f"A{row}", label, "" if what else "b")
        if what:
            style = "0.0%" if what[0] in {"k_cm_pct", "k_dist_num", "s_otd"} else ""
            page.take(f"B{row}", values, over(what[0], "Q1 Q2", "TA"), what[1], style=style)
    return desk


def einheit_je_zeile():
    desk = Desk("Kennzahlentableau Sauer.xlsx", "L14", "de")
    page = desk.page("Tableau")
    page.put("A1", "Sauer Getränke / Kennzahlentableau GJ 2026")
    page.line("A3", "Kennzahl", "Einheit", "VJ", "Plan", "HR", style="b")
    rows = (
        ("Absatz", "hl", "units", 1, (18200, 18800, 18650)), ("Umsatz", "T€", "revenue", TEUR, (2410, 2520, 2490)),
        ("DB I", "T€", "cm", TEUR, (720, 760, 741)), ("Einkaufsvolumen des Kunden", "Mio. €", "purchase_volume", 1e6, (9.4, 9.6, 9.6)),
        ("Marktanteil", "%", "k_share", 0.01, (11.2, 11.8, 11.6)),
    )  # fmt: skip
    for row, (label, unit, measure, times, values) in enumerate(rows, 4):
        page.line(f"A{row}", label, unit)
        page.take(f"C{row}", values, over(measure, "FY", "PTF"), times)
    return desk


def einheit_in_ecke():
    desk = Desk("Ergebnisplanung Lorenz.xlsx", "L14", "de", dirty=True)
    page = desk.page("Ergebnis")
    page.put("B1", "Lorenz Heizungsbau GmbH + Co. KG")
    page.put("B2", "Ergebnisplanung Jan-Dez 2026")
    page.line(
        "B5", "TEUR", "Q1 Plan", "Q2 Plan", "Q3 Plan", "Q4 Plan", None, "Plan 2026", style="b"
    )
    page.put("B6", "Bruttoumsatz")
    page.take("C6", [1010, 1040, 990, 1120], under("revenue_gross", "T", QUARTERS), TEUR)
    page.take("H6", [4160], ["revenue_gross T FY"], TEUR, needed=False)
    page.put("B7", "./. Erlösschmälerungen")
    page.line("C7", -60, -62, -58, -66)
    page.put("B8", "Nettoumsatz")
    page.take("C8", [950, 978, 932, 1054], under("revenue", "T", QUARTERS), TEUR)
    page.take("H8", [3914], ["revenue T FY"], TEUR, needed=False)
    page.put("B9", "Wareneinsatz")
    page.take("C9", [640, 655, 627, 706], under("cogs", "T", QUARTERS), TEUR)
    page.put("B10", "DB I")
    page.take("C10", [310, 323, 305, 348], under("cm", "T", QUARTERS), TEUR)
    page.put("B12", "* ohne Sondereffekte Werk 2")
    return desk


def partner_quartale():
    desk = Desk("Vermittlerbericht Hofer.xlsx", "L3", "de", document="scorecard")
    page = desk.page("Vermittlerbericht")
    page.put("A1", "Vertriebspartner: Hofer Finanz GmbH (VP 0817)")
    page.put("A2", "Antragsstatistik 2026 – Ist")
    page.line("A4", "", "Q1", "Q2", "Q3", style="b")
    rows = (
        ("Eingereichte Anträge", "submitted", [112, 120, 98]), ("davon genehmigt", "approved", [70, 76, 60]),
        ("Abgelehnt", "rejected", [22, 21, 19]), ("Storniert", "cancelled", [3, 4, 2]),
        ("Abgeschlossen", "signed", [61, 66, 52]), ("Volumen abgeschlossen in €", "volume_signed", [7900000, 8450000, 6700000]),
    )  # fmt: skip
    for row, (label, measure, values) in enumerate(rows, 5):
        page.put(f"A{row}", label)
        page.take(f"B{row}", values, under(measure, "A", "Q1 Q2 Q3"))
    return desk


def drei_monate():
    desk = Desk("JP26 Gerlach.xlsx", "L4", "de", dirty=True)
    page = desk.page("JP 26")
    page.put("A1", "Gerlach Reinigungstechnik")
    page.put("A2", "JP 2026, k€")
    for at, span in enumerate(("Jan–Mrz", "Apr–Jun", "Jul–Sep", "Okt–Dez")):
        first = "BEHK"[at]
        page.band(f"{first}4:{'CFIL'[at]}4", span)
        page.line(f"{first}5", "Plan 26", "Vj.", style="b")
    for row, label, measure, values in (
        (6, "Ums. n.", "revenue", [(71, 68), (75, 70), (69, 70), (83, 77)]),
        (7, "DB-I", "cm", [(22, 20), (23, 22), (21, 22), (26, 23)]),
    ):
        page.put(f"A{row}", label)
        for at, pair in enumerate(values):
            page.take(f"{'BEHK'[at]}{row}", pair, over(measure, f"Q{at + 1}", "TP"), TEUR)
    return desk


def ist_und_fc():
    desk = Desk("6+6 Forecast Ritter.xlsx", "L4", "de")
    page = desk.page("FC 6+6")
    page.put("A1", "Ritter Bürobedarf – 6+6 Forecast 2026, TEUR")
    page.line("B3", *MONATE, style="b")
    page.line("B4", *["Ist"] * 6, *["FC"] * 6, style="b")
    for row, label, measure, base in ((5, "Umsatz netto", "revenue", 100), (6, "DB I", "cm", 30)):
        page.put(f"A{row}", label)
        names = [
            f"{measure} {'A' if at < 6 else 'F'} {month}" for at, month in enumerate(MONTHS.split())
        ]
        page.take(f"B{row}", [base + (at * 7) % 11 for at in range(12)], names, TEUR)
    return desk


def vier_zeilen():
    desk = Desk("KAM Monatsblatt Conrads.xlsx", "L5", "de", dirty=True)
    page = desk.page("Monatsblatt")
    page.put("A1", "Conrads Tiefbau   KAM-Monatsblatt 2026")
    page.put("H1", "Tsd. EUR")
    page.line("C3", "01/26", "02/26", "03/26", "kum.", style="b")
    for row, label, measure, four in (
        (
            4,
            "Umsatz",
            "revenue",
            ([48, 50, 55], [51, 52, 58], [Typed("49,5", 49.5), 53, Typed("–")], [50, 53, 57]),
        ),
        (
            9,
            "Deckungsbeitrag",
            "cm",
            ([14, 15, 17], [15, 16, 18], [14.8, 16, None], [15, 16, 17.5]),
        ),
    ):
        page.put(f"A{row}", label)
        for at, (word, letter) in enumerate(
            (("Vj.", "P"), ("Plan 26", "T"), ("Ist", "A"), ("FC", "F"))
        ):
            page.put(f"B{row + at}", word)
            page.take(f"C{row + at}", four[at], under(measure, letter, "M01 M02 M03"), TEUR)
        page.line(f"F{row}", sum(four[0]), sum(four[1]), down=True)
    return desk


def textzahlen():
    desk = Desk("altsystem_abzug_Nolte.xlsx", "L6", "de", dirty=True)
    page = desk.page("Abzug")
    page.put("A1", "Nolte Farben, Monatsabzug 2026, Währung EUR")
    page.line("A3", "Monat", "Umsatz Plan", "Umsatz Ist", "Absatz Ist", style="b")
    rows = (
        ("2026-01", Typed("12 500", 12500), Typed("12.310,40", 12310.4), Typed("1 234", 1234)),
        ("2026-02", Typed("12 700", 12700), Typed("120,00-", -120), Typed("12-", -12)),
        ("2026-03", Typed("13 100", 13100), Typed("13.480,00", 13480), Typed("1 301", 1301)),
        ("2026-04", Typed("13 000", 13000), Typed("k.A."), Typed("–")),
    )
    for row, (month, plan, actual, units) in enumerate(rows, 4):
        page.put(f"A{row}", month)
        span = f"M{month[-2:]}"
        page.take(
            f"B{row}",
            [plan, actual, units],
            [f"revenue T {span}", f"revenue A {span}", f"units A {span}"],
        )
    return desk


def blatt_je_monat():
    desk = Desk("Monatsblätter Unger.xlsx", "L10", "de", dirty=True)
    for number, (month, sales) in enumerate(
        (("Januar", (33, 32)), ("Februar", (34, 36)), ("März", (38, 37)), ("April", (36, None))), 1
    ):
        page = desk.page(f"{number:02d}")
        page.put("B1", "Unger Stoffe")
        page.put("B2", f"Berichtsmonat: {month} 2026")
        page.line("B4", "Kennzahl", "Plan", "Ist", "Abw.", style="b")
        page.put("B5", "Umsatz T€ ")
        page.take("C5", sales, over("revenue", f"M{number:02d}", "TA"), TEUR)
        page.put("B6", "Neukunden")
        page.take("C6", [2, number], over("customers_new", f"M{number:02d}", "TA"))
    return desk


def verborgene_zeilen():
    desk = Desk("Planung mit Historie Siebert.xlsx", "L12", "de", dirty=True)
    page = desk.page("Planung")
    page.put("A1", "Siebert Folien, Planung 2026 in T€")
    page.line("A3", "", "Q1", "Q2", "Q3", "Q4", style="b")
    for row, label, letter, values in (
        (4, "Umsatz Vorjahr", "P", [77, 80, 74, 86]),
        (5, "Umsatz Plan", "T", [80, 83, 78, 90]),
        (6, "Umsatz Ist", "A", [79, 85, None, None]),
    ):
        page.put(f"A{row}", label)
        page.take(f"B{row}", values, under("revenue", letter, QUARTERS), TEUR)
    page.sheet.row_dimensions[4].hidden = True
    secret = desk.page("Kalkulation", "hidden")
    secret.line("A1", "DB I", "Q1", "Q2")
    secret.line("A2", "Plan", 1, 2)
    return desk


# ---------------------------------------------------------------- with a snare


def zwei_jahre_untereinander():
    desk = Desk("Zeitreihe Opitz.xlsx", "L6", "de", True, "two years of months below each other")
    page = desk.page("Zeitreihe")
    page.put("A1", "Opitz Gerüstbau – Umsatz Ist in T€")
    page.line("A3", "Monat", "Umsatz Ist", style="b")
    row = 4
    for year, base in ((2025, 60), (2026, 66)):
        page.put(f"A{row}", year, "b")
        row += 1
        for at in range(6):
            page.put(f"A{row}", MONATE[at])
            page.take(
                f"B{row}",
                [base + at],
                [f"revenue A {year}-M{at + 1:02d}"],
                TEUR,
                needed=year == 2026,
            )
            if year == 2025:
                page.truth(
                    f"B{row}", f"revenue P 2026-M{at + 1:02d}", base + at, TEUR, needed=False
                )
            row += 1
    return desk


def ist_zweier_jahre():
    desk = Desk(
        "Ist-Ist-Vergleich Pauli.xlsx", "L4", "de", False, "actuals of two years beside each other"
    )
    page = desk.page("Vergleich")
    page.put("A1", "Pauli Getriebe, Berichtsjahr 2026, T€")
    page.line("A3", "", "Q1 Ist 2025", "Q1 Ist 2026", "Q2 Ist 2025", "Q2 Ist 2026", style="b")
    page.put("A4", "Umsatz")
    for cell, quarter, old, new in (("B4", "Q1", 140, 146), ("D4", "Q2", 151, 149)):
        page.take(cell, [old, new], [f"revenue P {quarter}", f"revenue A {quarter}"], TEUR)
        page.truth(cell, f"revenue A 2025-{quarter}", old, TEUR, needed=False)
    return desk


def falsches_jahr():
    desk = Desk(
        "Kundenplanung Rauch 2026.xlsx", "L3", "de", True, "the title still names last year"
    )
    page = desk.page("Planung 2026")
    page.put("A1", "Rauch Pneumatik – Kundenplanung 2025")
    page.put("A2", "Werte in T€")
    page.line("A4", "", "Q1/2026", "Q2/2026", "Q3/2026", "Q4/2026", style="b")
    page.put("A5", "Umsatz Plan")
    page.take("B5", [310, 325, 300, 340], under("revenue", "T", QUARTERS), TEUR)
    desk.must_say(page, "A1")
    return desk


def davon_zeilen():
    desk = Desk(
        "Umsatz davon Export Kolb.xlsx",
        "L13",
        "de",
        True,
        "rows of parts that carry the measure's name",
    )
    page = desk.page("Umsatz")
    page.put("A1", "Kolb Armaturen, Ist 2026, TEUR")
    page.line("A3", "", "Q1", "Q2", "Ø Quartal", style="b")
    rows = (
        ("Umsatz gesamt", True, [520, 541]),
        ("davon Umsatz Inland", False, [310, 322]),
        ("davon Umsatz Ausland", False, [210, 219]),
        ("Umsatz je Außendienstler", False, [65, 67.6]),
    )
    for row, (label, whole, values) in enumerate(rows, 4):
        page.put(f"A{row}", label)
        if whole:
            page.take(f"B{row}", values, ["revenue A Q1", "revenue A Q2"], TEUR)
        else:
            page.line(f"B{row}", *values)
        page.put(f"D{row}", sum(values) / 2)
    for row, part in ((5, "Inland"), (6, "Ausland")):
        for cell, quarter, at in (("B", "Q1", 0), ("C", "Q2", 1)):
            page.truth(
                f"{cell}{row}",
                f"revenue A {quarter}/{part}",
                rows[row - 4][2][at],
                TEUR,
                needed=False,
            )
    return desk


def plan_kumuliert():
    desk = Desk("Monat u. kum. Elsner.xlsx", "L5", "de", True, "cumulated rows under single ones")
    page = desk.page("Monatlich")
    page.put("A1", "Elsner Dichtungen 2026 - T€")
    page.line("B3", "Jan", "Feb", "Mrz", "Apr", style="b")
    page.line(
        "A4",
        "Umsatz Plan",
        "Umsatz Ist",
        "Umsatz Plan kum.",
        "Umsatz Ist kum.",
        "Abw. kum.",
        down=True,
    )
    page.take("B4", [20, 22, 25, 24], under("revenue", "T", "M01 M02 M03 M04"), TEUR)
    page.take("B5", [19, 23, 24, None], under("revenue", "A", "M01 M02 M03 M04"), TEUR)
    page.line("B6", 20, 42, 67, 91)
    page.line("B7", 19, 42, 66, 66)
    page.line("B8", -1, 0, -1, -25)
    return desk


def bonus_und_umsatz():
    desk = Desk("Bonusblatt Jahn.xlsx", "L9", "de", True, "a table of bonus steps beside the sales")
    page = desk.page("Umsatz u. Bonus")
    page.put("A1", "Jahn Baumärkte 2026, EUR")
    page.line(
        "A3", "", "Q1", "Q2", "Q3", "Q4", None, "Bonusstaffel", "ab Umsatz", "Bonus %", style="b"
    )
    page.put("A4", "Umsatz Plan")
    page.take("B4", [250000, 260000, 255000, 290000], under("revenue", "T", QUARTERS))
    page.put("A5", "Umsatz Ist")
    page.take("B5", [244000, 266000], ["revenue A Q1", "revenue A Q2"])
    for row, values in enumerate(
        (("Stufe 1", 800000, 1.5), ("Stufe 2", 1000000, 2.0), ("Stufe 3", 1200000, 2.5)), 4
    ):
        page.line(f"G{row}", *values)
    return desk


def zwei_versionen():
    desk = Desk("Planung Seidel.xlsx", "L8", "de", True, "two versions of the plan on one sheet")
    page = desk.page("Umsatzplan")
    page.put("A1", "Seidel Textil, Umsatzplan 2026 in T€")
    for row, title, values in (
        (3, "Stand Dezember", [80, 82, 79, 90]),
        (8, "Stand März (nach Gespräch)", [76, 80, 79, 92]),
    ):
        page.put(f"A{row}", title, "b")
        page.line(f"A{row + 1}", "", "Q1", "Q2", "Q3", "Q4", style="b")
        page.put(f"A{row + 2}", "Umsatz Plan")
        differs = [True, True, False, True]
        for at, value in enumerate(values):
            page.take(
                f"{'BCDE'[at]}{row + 2}",
                [value],
                [f"revenue T Q{at + 1}"],
                TEUR,
                doubt=differs[at],
                needed=False,
            )
    desk.must_say(page, "B5", "B10")
    return desk


def vorjahresblatt():
    desk = Desk("Kundenplan Arnold.xlsx", "L10", "de", False, "last year's sheet left in the file")
    for year, sales in (
        (2026, [(210, 205), (215, 221), (208, None), (230, None)]),
        (2025, [(200, 190), (205, 207), (199, 201), (220, 214)]),
    ):
        page = desk.page(f"Plan {year}")
        page.put("A1", f"Arnold Pumpen – Kundenplan {year} (T€)")
        page.line(
            "A3",
            "",
            *[word for at in range(1, 5) for word in (f"Q{at} Plan", f"Q{at} Ist")],
            style="b",
        )
        page.put("A4", "Umsatz")
        for at, pair in enumerate(sales):
            names = over("revenue", f"{year}-Q{at + 1}", "TA")
            page.take(f"{'BDFH'[at]}4", pair, names, TEUR, needed=year == 2026)
            if year == 2025:
                page.truth(
                    f"{'CEGI'[at]}4", f"revenue P 2026-Q{at + 1}", pair[1], TEUR, needed=False
                )
    return desk


def gemischte_einheiten():
    desk = Desk("Zahlenblatt Kessler.xlsx", "L14", "de", True, "euros and thousands in one table")
    page = desk.page("Zahlen")
    page.put("A1", "Kessler Automation 2026, Plan")
    page.line("A3", "", "Q1", "Q2", "Q3", "Q4", style="b")
    page.put("A4", "Umsatz (T€)")
    page.take("B4", [1500, 1550, 1480, 1700], under("revenue", "T", QUARTERS), TEUR)
    page.put("A5", "Deckungsbeitrag (€)")
    page.take("B5", [420000, 434000, 414000, 476000], under("cm", "T", QUARTERS))
    page.put("A6", "Wareneinsatz (Mio. €)")
    page.take("B6", [1.08, 1.116, 1.066, 1.224], under("cogs", "T", QUARTERS), 1e6)
    return desk


def sprung_in_einheit():
    desk = Desk(
        "Ist-Zahlen Kramer.xlsx",
        "L14",
        "de",
        True,
        "one quarter typed in euros under a title in thousands",
    )
    page = desk.page("Ist")
    page.put("A1", "Kramer Stahlbau – Umsatz Ist 2026 in T€")
    page.line("A3", "", "Q1", "Q2", "Q3", "Q4", style="b")
    page.put("A4", "Umsatz Ist")
    page.take("B4", [812, 845], ["revenue A Q1", "revenue A Q2"], TEUR)
    page.take("D4", [798500], ["revenue A Q3"], 1, doubt=True)
    page.take("E4", [861], ["revenue A Q4"], TEUR)
    desk.must_say(page, "D4")
    return desk


def delta_spalten():
    desk = Desk(
        "Soll-Ist Delta Horn.xlsx",
        "L4",
        "de",
        False,
        "columns of differences that look like figures",
    )
    page = desk.page("SI-Vergleich")
    page.put("A1", "Horn Kälte – Soll/Ist 2026 [EUR]")
    for at, quarter in enumerate(("1. Quartal", "2. Quartal")):
        first, last = ("B", "F") if at == 0 else ("G", "K")
        page.band(f"{first}3:{last}3", quarter)
        page.line(f"{first}4", "Soll", "Ist", "Δ", "+/- VJ", "Zielerr.", style="b")
    for row, label, measure, values in (
        (5, "Umsatz", "revenue", [(51000, 50200), (52500, 54100)]),
        (6, "DB I", "cm", [(15300, 14800), (15700, 16500)]),
    ):
        page.put(f"A{row}", label)
        for at, (plan, actual) in enumerate(values):
            page.take(f"{'BG'[at]}{row}", [plan, actual], over(measure, f"Q{at + 1}", "TA"))
            page.line(f"{'DI'[at]}{row}", actual - plan, 1800 + at, round(actual / plan, 3))
    return desk


def summe_wie_kennzahl():
    desk = Desk("Artikelumsätze Maurer.xlsx", "L11", "de", True, "a total row named like a measure")
    page = desk.page("Artikelgruppen")
    page.put("A1", "Maurer Beschläge: Umsatz je Artikelgruppe, Ist 2026 in €")
    page.line("A3", "Artikelgruppe", "Q1", "Q2", style="b")
    for row, (group, values) in enumerate(
        {
            "Griffe": [14000, 15200],
            "Bänder": [8300, 8100],
            "Absatz-Schuhzubehör": [2100, 2500],
        }.items(),
        4,
    ):
        page.put(f"A{row}", group)
        page.take(f"B{row}", values, [f"revenue A Q1/{group}", f"revenue A Q2/{group}"])
    page.put("A7", "Umsatz", "b")
    page.take("B7", [24400, 25800], ["revenue A Q1", "revenue A Q2"])
    page.put("A8", "davon Aktionen", "")
    page.take("B8", [3100, 2900], ["promo_revenue A Q1", "promo_revenue A Q2"], needed=False)
    return desk


def wiederholtes_quartal():
    desk = Desk("Quartalsplan Jansen.xlsx", "L3", "de", True, "a quarter twice in the header")
    page = desk.page("Plan")
    page.put("A1", "Jansen Marine, Plan 2026 (T€)")
    page.line("A3", "", "Q1", "Q2", "Q3", "Q3", style="b")
    page.put("A4", "Umsatz")
    page.take("B4", [61, 64], ["revenue T Q1", "revenue T Q2"], TEUR)
    page.take("D4", [66, 71], ["revenue T Q3", "revenue T Q3"], TEUR, doubt=True)
    desk.must_say(page, "E4")
    return desk


def abweichendes_jahr():
    desk = Desk("GJ 2026-27 Voss.xlsx", "L3", "de", False, "a fiscal year from April to March")
    page = desk.page("Budget")
    page.put("A1", "Voss Saatgut – Budget Geschäftsjahr 2026/27 (April bis März), T€")
    heads = [
        "Apr 26",
        "Mai 26",
        "Jun 26",
        "Jul 26",
        "Aug 26",
        "Sep 26",
        "Okt 26",
        "Nov 26",
        "Dez 26",
        "Jan 27",
        "Feb 27",
        "Mrz 27",
    ]
    page.line("A3", "", *heads, style="b")
    page.put("A4", "Umsatz")
    page.take(
        "B4", [55, 48, 30, 22, 35, 61, 44, 20, 15, 25, 58, 72], under("revenue", "T", MONTHS), TEUR
    )
    return desk


def drei_db():
    desk = Desk("DB-Rechnung Urban.xlsx", "L4", "de", False, "three levels of contribution margin")
    page = desk.page("DB-Rechnung")
    page.put("A1", "Kundendeckungsbeitragsrechnung Urban Optik 2026")
    page.put("A2", "T€; Steuerungsgröße: DB II")
    page.form("D1", "DB-Stufe", "DB II")
    page.line("A4", "", "Plan", "Ist", style="b")
    page.put("A3", "Geschäftsjahr 2026")
    for row, (label, name, values) in enumerate(
        (
            ("Umsatz netto", "revenue", (480, 470)),
            ("DB I", None, (190, 184)),
            ("DB II", "cm", (130, 122)),
            ("DB III", None, (75, 66)),
        ),
        5,
    ):
        page.put(f"A{row}", label)
        page.take(f"B{row}", values, over(name or "x", "FY", "TA") if name else [None, None], TEUR)
    return desk


def kundenumsatz():
    desk = Desk(
        "Kundenprofil Simon.xlsx", "L1", "de", False, "the customer's own revenue beside ours"
    )
    page = desk.page("Profil")
    page.put("A1", "Kundenprofil Simon Optik 2026")
    page.form("A3", "Key Account", "Simon Optik SE", "account_name")
    page.form("A4", "Geschäftsjahr", 2026, "fiscal_year")
    page.form("A5", "Mitarbeiter", 420)
    page.put("A6", "Umsatz des Kunden (Konzern)")
    page.put("B6", 96000000)
    page.put("A7", "Umsatz mit uns Plan 2026")
    page.take("B7", [1150000], ["revenue T FY"])
    page.put("A8", "Umsatz mit uns Ist 2025")
    page.take("B8", [1080000], ["revenue P FY"])
    page.truth("B8", "revenue A 2025-FY", 1080000, needed=False)
    return desk


GERMAN = (
    stammblatt, steckbrief, massnahmenliste, monatsplan, quartalstabellen, quartalsband, monatsband,
    szenarioband, gestapelt, monate_als_zeilen, quartale_als_zeilen, lange_liste, warengruppenliste,
    rechnungen, bloecke_untereinander, bloecke_je_quartal, nebeneinander, blatt_je_quartal, kumuliert,
    warengruppen_summen, verborgene_daten, gruppenzeilen, einheit_je_zeile, einheit_in_ecke,
    partner_quartale, zwei_versionen, vorjahresblatt, gemischte_einheiten, sprung_in_einheit,
    delta_spalten, summe_wie_kennzahl, wiederholtes_quartal, abweichendes_jahr, drei_db, kundenumsatz,
    drei_monate, ist_und_fc, vier_zeilen, textzahlen, blatt_je_monat, verborgene_zeilen,
    zwei_jahre_untereinander, ist_zweier_jahre, falsches_jahr, davon_zeilen, plan_kumuliert,
    bonus_und_umsatz,
)  # fmt: skip
