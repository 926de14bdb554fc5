"""The six key accounts of the industrial firm. All of them, and all people, are invented."""

from __future__ import annotations

from industry import Customer

# fmt: off
CUSTOMERS = (
    Customer(
        "Möhring Fördertechnik GmbH", "40117", "Henrike Ahlborn", "Jörg Pansegrau", "Ausbauen",
        ("Fördertechnik", "Möhring Gruppe", 640, 148_000, "2027-12-31", 4,
         "Zwei Lieferanten je Baureihe, Vergabe im Oktober",
         "Förderstrecken mit dezentralen Antrieben"),
        (812.4, 866.0, 798.5, 921.3), 0.08, (1.021, 1.047, 1.063), (0.312, 0.318, 0.321),
        0.94, 21.5, 0.44,
        (("Getriebemotoren", 0.52), ("Frequenzumrichter", 0.27), ("Kupplungen und Bremsen", 0.13),
         ("Ersatzteile", 0.08)),
        """
        Gesine Thormälen | Leiterin Einkauf | Einkauf | Entscheider | 5 | Henrike Ahlborn | g.thormaelen@moehring.example | +49 511 5550 210 | 2026-09-17
        Falk Rüdenauer | Strategischer Einkäufer | Einkauf | Einkäufer | 4 | Henrike Ahlborn | f.ruedenauer@moehring.example | +49 511 5550 214 | 2026-09-24
        Dr. Irmgard Salchow | Leiterin Konstruktion | Entwicklung | Beeinflusser | 5 | Tillmann Greve | i.salchow@moehring.example | +49 511 5550 302 | 2026-08-27
        Ulf Berning | Leiter Montage | Produktion | Anwender | 3 | Tillmann Greve | u.berning@moehring.example | +49 511 5550 377 | 2026-07-09
        """,
        """
        1 | Dezentrale Antriebe in der Linie Hannover vorführen | Absatz | Tillmann Greve | 2026-02-02 | 2026-06-26 | erledigt | 2026-06-19 | 12000 | 11400 | 90000
        2 | Rahmenvertrag um Kupplungen erweitern | Sortiment | Henrike Ahlborn | 2026-04-01 | 2026-10-30 | in Arbeit | | 3000 | 1200 | 60000
        3 | Preisgespräch Umrichter mit Kostenaufstellung | Deckungsbeiträge | Henrike Ahlborn | 2026-08-03 | 2026-11-20 | in Arbeit | | 1500 | 400 | 35000
        4 | Abrufe über Portal statt per Mail | Auftragsstruktur | Jörg Pansegrau | 2026-03-02 | 2026-08-31 | erledigt | 2026-08-28 | 5000 | 5200 | 12000
        5 | Ersatzteilpaket für Bestandsanlagen anbieten | Umsatz | Jörg Pansegrau | 2026-09-01 | 2026-12-11 | offen | | 2000 | 0 | 40000
        """,
        """
        Logistikzentrum Wunstorf | Getriebemotoren mit Umrichter, 340 Stück | 310000 | Nachgefasst | 2026-08-11 | 2026-08-18 | | | 2026-11-13 | | | Auslegung mit Konstruktion prüfen | 2026-10-09
        Nachrüstung Paketverteiler | Bremsmotoren, 120 Stück | 84000 | Abschluss | 2026-03-03 | 2026-03-10 | Ersatz gealterter Bremsen | 2026-04-22 | 2026-05-29 | 2026-05-21 | | |
        """,
        """
        Rabatt | Gesamt | Bruttoumsatz | 18.5 | % | 18.0 | 2026-01-01 | 2026-12-31 | vereinbart | Jahresmenge 3.600 Stück
        Bonus | Getriebemotoren | Nettoumsatz | 2.0 | % | 1.5 | 2026-01-01 | 2026-12-31 | vereinbart | Umsatz über 3,6 Mio. €
        Zahlungsziel | Gesamt | fix | 30 | Tage | 30 | 2026-01-01 | 2027-12-31 | vereinbart | Abruf über Portal
        """,
        """
        2026-01-22 | Jahresgespräch | Menge 2026: 3.600 Getriebemotoren abnehmen | 2026-12-31 | gemeinsam | Gesine Thormälen | offen | 2026-04-16
        2026-07-09 | Quartalsgespräch | Testlinie für dezentrale Antriebe freigeben | 2026-09-15 | Kunde | Dr. Irmgard Salchow | erfüllt | 2026-10-15
        2026-07-09 | Quartalsgespräch | Ersatzteile binnen 24 Stunden liefern | 2026-12-31 | wir | Jörg Pansegrau | offen | 2026-10-15
        """,
    ),
    Customer(
        "Stahlbau Ettersberg AG", "40236", "Henrike Ahlborn", "Wiebke Oltmer", "Halten",
        ("Stahl- und Kranbau", "", 1180, 236_500, "2026-12-31", 3,
         "Ausschreibung je Projekt, Preis entscheidet",
         "Krananlagen mit Energierückspeisung"),
        (645.0, 702.5, 688.0, 655.5), 0.03, (0.968, 0.912, 0.887), (0.241, 0.245, 0.222),
        1.62, 36.0, 0.31,
        (("Getriebemotoren", 0.61), ("Frequenzumrichter", 0.22), ("Ersatzteile", 0.17)),
        """
        Rüdiger Wefelmeier | Leiter Beschaffung | Beschaffung | Entscheider | 5 | Henrike Ahlborn | r.wefelmeier@ettersberg.example | +49 361 5550 120 | 2026-05-12
        Mareike Dautz | Einkäuferin Antriebe | Beschaffung | Einkäufer | 4 | Henrike Ahlborn | m.dautz@ettersberg.example | +49 361 5550 128 | 2026-09-03
        Holger Ansbach | Projektleiter Krane | Projekte | Anwender | 3 | Tillmann Greve | h.ansbach@ettersberg.example | +49 361 5550 190 | 2026-08-20
        """,
        """
        1 | Angebot Rückspeisung gemeinsam mit Technik rechnen | Umsatz | Tillmann Greve | 2026-05-04 | 2026-08-14 | in Arbeit | | 4000 | 2600 | 55000
        2 | Frachtkosten je Auftrag senken | Deckungsbeiträge | Wiebke Oltmer | 2026-02-16 | 2026-06-30 | erledigt | 2026-07-10 | 1000 | 900 | 18000
        3 | Besuch beim Vorstand Technik | Beziehung | Henrike Ahlborn | 2026-06-01 | 2026-09-25 | offen | | 500 | 0 |
        4 | Rahmenvertrag 2027 vorbereiten | Preise | Henrike Ahlborn | 2026-09-01 | 2026-11-27 | in Arbeit | | 1000 | 200 | 80000
        """,
        """
        Werftkran Emden | Hubwerk mit Rückspeisung | 420000 | Nachgefasst | 2026-09-08 | 2026-09-15 | | | 2026-12-18 | | | Referenzbesuch anbieten | 2026-10-16
        Hallenkrane Gotha | 24 Fahrantriebe | 96000 | Verloren | 2026-02-10 | 2026-02-17 | | | 2026-06-12 | 2026-06-09 | Preis | |
        """,
        """
        Rabatt | Gesamt | Bruttoumsatz | 24.0 | % | 22.5 | 2026-01-01 | 2026-12-31 | vereinbart | Sammelabruf je Monat
        Fracht | Gesamt | fix | 1.5 | % | 1.5 | 2026-01-01 | 2026-12-31 | in Verhandlung | Lieferung ab 10 T€ frei
        """,
        """
        2026-01-27 | Jahresgespräch | Projektliste des Halbjahres vorab nennen | 2026-06-30 | Kunde | Rüdiger Wefelmeier | verfehlt | 2026-07-14
        2026-07-14 | Quartalsgespräch | Kostenaufstellung für Rückspeisung liefern | 2026-08-31 | wir | Tillmann Greve | offen | 2026-10-13
        """,
    ),
    Customer(
        "Kranwerk Altenlohe KG", "40251", "Bastian Rohwedder", "Wiebke Oltmer", "Selektiv",
        ("Hebezeuge", "", 310, 61_200, "2028-06-30", 4,
         "Ein Hauptlieferant, Zweitquelle für Bremsen",
         "Baukasten für Leichtkrane bis 2 Tonnen"),
        (288.0, 301.5, 276.0, 334.5), 0.05, (1.034, 1.008, 0.996), (0.295, 0.300, 0.304),
        0.71, 14.2, 0.58,
        (("Getriebemotoren", 0.66), ("Kupplungen und Bremsen", 0.24), ("Ersatzteile", 0.10)),
        """
        Konrad Altenlohe | Geschäftsführer | Geschäftsleitung | Entscheider | 5 | Bastian Rohwedder | k.altenlohe@altenlohe.example | +49 7961 5550 10 | 2026-09-10
        Sylvia Trautner | Einkauf und Disposition | Einkauf | Einkäufer | 4 | Wiebke Oltmer | s.trautner@altenlohe.example | +49 7961 5550 23 | 2026-09-28
        """,
        """
        1 | Baukasten Leichtkran gemeinsam auslegen | Sortiment | Tillmann Greve | 2026-03-16 | 2026-10-09 | in Arbeit | | 6000 | 4100 | 45000
        2 | Konsignationslager Bremsen einrichten | Umschlagsgeschwindigkeit | Wiebke Oltmer | 2026-01-19 | 2026-04-30 | erledigt | 2026-04-24 | 2500 | 2450 | 8000
        3 | Schulung der Monteure | Kundenzufriedenheit | Tillmann Greve | 2026-09-14 | 2026-11-06 | offen | | 1800 | 0 |
        """,
        """
        Leichtkran Serie LK 2 | Antriebsbaukasten, 260 Stück im Jahr | 175000 | Nachgefasst | 2026-07-21 | 2026-07-28 | | | 2026-10-30 | | | Muster zur Erprobung senden | 2026-10-05
        """,
        """
        Rabatt | Gesamt | Bruttoumsatz | 15.0 | % | 15.0 | 2026-01-01 | 2027-12-31 | vereinbart | Hauptlieferant bis 2028
        Skonto | Gesamt | Nettoumsatz | 2.0 | % | 2.0 | 2026-01-01 | 2027-12-31 | vereinbart | Zahlung in 10 Tagen
        """,
        """
        2026-02-05 | Jahresgespräch | Serie LK 2 mit unserem Baukasten bemustern | 2026-10-30 | gemeinsam | Konrad Altenlohe | offen | 2026-10-22
        2026-05-07 | Quartalsgespräch | Bedarf je Quartal bis zum 5. melden | 2026-07-05 | Kunde | Sylvia Trautner | erfüllt | 2026-10-22
        """,
    ),
    Customer(
        "Ostrauer Mühlenbau GmbH", "40312", "Bastian Rohwedder", "Jörg Pansegrau", "Halten",
        ("Maschinenbau Nahrung", "Ostrau Holding", 205, 38_900, "2027-03-31", 5,
         "Langjährige Partner, Qualität vor Preis",
         "Hygieneausführung ohne Lüfter"),
        (142.5, 128.0, 131.5, 168.0), 0.06, (0.941, 1.112, 1.086), (0.348, 0.350, 0.357),
        1.18, 9.4, 0.71,
        (("Getriebemotoren", 0.74), ("Frequenzumrichter", 0.16), ("Ersatzteile", 0.10)),
        """
        Elfriede Ostrau | Inhaberin | Geschäftsleitung | Entscheider | 5 | Bastian Rohwedder | e.ostrau@ostrauer.example | +49 341 5550 700 | 2026-08-25
        Jannik Pohl | Leiter Technik | Technik | Beeinflusser | 4 | Tillmann Greve | j.pohl@ostrauer.example | +49 341 5550 712 | 2026-09-16
        Rosa Lindner | Einkäuferin | Einkauf | Einkäufer | 3 | Jörg Pansegrau | r.lindner@ostrauer.example | +49 341 5550 705 | 2026-09-22
        """,
        """
        1 | Hygieneantrieb als Nullserie liefern | Sortiment | Tillmann Greve | 2026-04-13 | 2026-09-30 | erledigt | 2026-09-21 | 9000 | 8700 | 30000
        2 | Wartungsvertrag für Bestandsmühlen | Umsatz | Jörg Pansegrau | 2026-06-15 | 2026-12-04 | in Arbeit | | 1200 | 300 | 14000
        """,
        """
        Haferlinie Riesa | Hygieneantriebe, 42 Stück | 61000 | Nachgefasst | 2026-08-31 | 2026-09-07 | | | 2026-11-27 | | | Angebot mit Wartung ergänzen | 2026-10-07
        """,
        """
        Rabatt | Gesamt | Bruttoumsatz | 9.5 | % | 9.5 | 2026-01-01 | 2027-03-31 | vereinbart | Referenz auf der Messe
        """,
        """
        2026-03-10 | Jahresgespräch | Nullserie Hygieneantrieb bis Ende September | 2026-09-30 | wir | Tillmann Greve | erfüllt | 2026-11-10
        """,
    ),
    Customer(
        "Pfaffinger Anlagen AG", "40388", "Henrike Ahlborn", "Wiebke Oltmer", "Ausbauen",
        ("Verpackungsanlagen", "Pfaffinger International", 2350, 512_000, "2028-12-31", 5,
         "Weltweit ein Standard je Maschinentyp, Vergabe alle drei Jahre",
         "Servoantriebe für Formatwechsel ohne Werkzeug"),
        (1204.0, 1268.5, 1189.0, 1402.5), 0.12, (1.004, 1.019, 1.038), (0.284, 0.292, 0.301),
        1.35, 42.0, 0.22,
        (("Servoantriebe", 0.48), ("Getriebemotoren", 0.31), ("Frequenzumrichter", 0.15),
         ("Ersatzteile", 0.06)),
        """
        Dr. Leonore Pfaffinger | Vorständin Technik | Vorstand | Entscheider | 5 | Henrike Ahlborn | l.pfaffinger@pfaffinger.example | +49 821 5550 100 | 2026-06-30
        Marek Jelinek | Leiter Konzerneinkauf | Einkauf | Einkäufer | 5 | Henrike Ahlborn | m.jelinek@pfaffinger.example | +49 821 5550 140 | 2026-09-29
        Annika Brodersen | Leiterin Standardisierung | Technik | Beeinflusser | 5 | Tillmann Greve | a.brodersen@pfaffinger.example | +49 821 5550 166 | 2026-09-11
        Cem Aydin | Serviceleiter | Service | Anwender | 3 | Jörg Pansegrau | c.aydin@pfaffinger.example | +49 821 5550 190 | 2026-07-23
        """,
        """
        1 | Freigabe als Standard für Maschinentyp P 40 | Marktanteile | Henrike Ahlborn | 2026-01-12 | 2026-09-18 | in Arbeit | | 25000 | 21300 | 420000
        2 | Servicestützpunkt Brünn eröffnen | Kundenzufriedenheit | Jörg Pansegrau | 2026-03-02 | 2026-07-31 | erledigt | 2026-07-31 | 18000 | 17800 | 60000
        3 | Zielkosten Servoantrieb mit Entwicklung | Deckungsbeiträge | Tillmann Greve | 2026-05-11 | 2026-12-18 | in Arbeit | | 8000 | 3900 | 95000
        4 | Lieferplan mit dem Werk Augsburg koppeln | Auftragsstruktur | Wiebke Oltmer | 2026-02-02 | 2026-05-29 | erledigt | 2026-05-20 | 4000 | 3600 | 15000
        """,
        """
        Maschinentyp P 40 | Servoantriebe, Rahmen 3 Jahre | 1450000 | Gespräch geführt | 2026-05-19 | 2026-05-26 | Ein Antrieb für alle Formate | 2026-09-11 | 2026-11-30 | | | Freigabemuster nachbessern | 2026-10-23
        Werk Brünn | Ersatzteilvertrag | 72000 | Abschluss | 2026-04-14 | 2026-04-21 | Kurze Stillstände | 2026-05-28 | 2026-07-10 | 2026-07-03 | | |
        """,
        """
        Rabatt | Gesamt | Bruttoumsatz | 21.0 | % | 21.5 | 2026-01-01 | 2028-12-31 | vereinbart | Standard für P 30
        Staffelbonus | Servoantriebe | Nettoumsatz | 1.5 | % | 1.0 | 2026-01-01 | 2026-12-31 | vereinbart | Umsatz über 5,5 Mio. €
        Zahlungsziel | Gesamt | fix | 45 | Tage | 60 | 2026-01-01 | 2026-12-31 | vereinbart | Abrufplan je Halbjahr
        """,
        """
        2026-01-15 | Jahresgespräch | P 40 bis Herbst als Standard freigeben | 2026-09-18 | gemeinsam | Annika Brodersen | offen | 2026-04-21
        2026-07-21 | Quartalsgespräch | Abrufplan für das zweite Halbjahr übergeben | 2026-08-15 | Kunde | Marek Jelinek | erfüllt | 2026-10-20
        2026-07-21 | Quartalsgespräch | Techniker am Standort Brünn schulen | 2026-12-10 | wir | Jörg Pansegrau | offen | 2026-10-20
        """,
        new_form=True,
    ),
    Customer(
        "Fehnland Windservice GmbH", "40402", "Bastian Rohwedder", "Jörg Pansegrau", "Gewinnen",
        ("Service Windkraft", "", 96, 21_400, "2026-10-31", 3,
         "Kauft nach Verfügbarkeit, drei Angebote je Bedarf",
         "Azimutantriebe für Anlagen über 20 Jahre"),
        (64.0, 88.5, 102.0, 58.5), 0.25, (1.185, 0.874, 0.792), (0.262, 0.270, 0.236),
        2.45, 6.1, 0.16,
        (("Getriebemotoren", 0.57), ("Ersatzteile", 0.43)),
        """
        Onno Fehnders | Geschäftsführer | Geschäftsleitung | Entscheider | 5 | Bastian Rohwedder | o.fehnders@fehnland.example | +49 4921 5550 15 | 2026-04-09
        Tomke Siebels | Werkstattleiterin | Werkstatt | Anwender | 4 | Jörg Pansegrau | t.siebels@fehnland.example | +49 4921 5550 31 | 2026-08-05
        """,
        """
        1 | Tauschpool Azimutantriebe aufbauen | Absatz | Bastian Rohwedder | 2026-02-09 | 2026-08-28 | in Arbeit | | 15000 | 9800 | 70000
        2 | Rahmenvertrag verlängern | Umsatz | Bastian Rohwedder | 2026-08-17 | 2026-10-16 | offen | | 0 | 0 | 120000
        """,
        """
        Windpark Rysum | Azimutantriebe, 18 Stück | 88000 | Angebot versandt | 2026-09-02 | | | | 2026-11-06 | | | Nachfassen | 2026-10-02
        Getriebetausch Küste | Wartungsrahmen | 54000 | Verloren | 2026-03-24 | 2026-04-02 | | | 2026-06-30 | 2026-06-24 | Zeitpunkt | |
        """,
        """
        Rabatt | Gesamt | Bruttoumsatz | 12.0 | % | 10.0 | 2026-01-01 | 2026-10-31 | vereinbart | Erstzugriff auf Tauschteile
        """,
        """
        2026-02-12 | Jahresgespräch | Zehn Azimutantriebe im Tauschpool vorhalten | 2026-08-31 | wir | Bastian Rohwedder | verfehlt | 2026-10-08
        """,
        new_form=True,
    ),
)
