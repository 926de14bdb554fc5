"""The five partners of the loan broker. All of them, and all people, are invented."""

from __future__ import annotations

from broker import Partner

# fmt: off
PARTNERS = (
    Partner(
        "Kreditlotse Dahmeland GmbH", "VM-3107", "Vertriebsgesellschaft", "Lotsenportal",
        "Edda Kirchhoff", "2021-04-01", (34, 37, 39), (33, 35, 36, 38),
        (0.10, 0.04, 0.06, 0.03), 0.86, 0.03, 0.86, 0.18, ((18, 12), (19, 14), (20, 15)),
        """
        Erlaubnis § 34i GewO | K.-o. | gültig | liegt vor | 2028-12-31 | erfüllt
        Berufshaftpflicht | K.-o. | ab 1 Mio. € | 1,5 Mio. € | 2027-06-30 | erfüllt
        Datenschutzvertrag | K.-o. | unterschrieben | unterschrieben | 2027-12-31 | erfüllt
        """,
        """
        Unterlagenqualität | 4 | Edda Kirchhoff | Vorprüfung durch die eigene Zentrale
        Beratungsqualität | 4 | Edda Kirchhoff | Wenige Rückfragen der Kunden
        Regelwerkstreue | 4 | Edda Kirchhoff | Stichprobe ohne Befund
        Zusammenarbeit | 5 | Edda Kirchhoff | Feste Ansprechpartnerin
        """,
        """
        Regelwerk Frühjahr | 2026-03-12 | 2026-03-12 | 18 | 16 | 2.0 | 2027-03-12
        Modernisierung und Förderung | 2026-09-17 | 2026-09-17 | 20 | 17 | 1.5 | 2027-09-17
        """,
        """
        2026-01-20 | Jahresgespräch | Erstvollständigkeit | 0.85 | 2026-12-31 | Checkliste vor jeder Einreichung | Kunde | offen
        2026-04-16 | Q1 | Umsetzungsquote | 0.60 | 2026-06-30 | Zusagen binnen einer Woche nachfassen | Kunde | erfüllt
        2026-07-15 | Q2 | Aktivquote Berater | 0.70 | 2026-09-30 | Zwei ruhende Berater ansprechen | gemeinsam | erfüllt
        """,
    ),
    Partner(
        "Finanzwerk Brenztal OHG", "VM-3242", "Makler", "Lotsenportal",
        "Edda Kirchhoff", "2023-09-01", (22, 19, 16), (22, 23, 24, 24),
        (0.22, 0.11, 0.12, 0.05), 0.66, 0.10, 0.58, 0.42, ((9, 6), (9, 5), (9, 4)),
        """
        Erlaubnis § 34i GewO | K.-o. | gültig | liegt vor | 2027-10-31 | erfüllt
        Berufshaftpflicht | K.-o. | ab 1 Mio. € | 1 Mio. € | 2027-03-31 | erfüllt
        Geldwäscheschulung | weich | jährlich | nachzuholen | 2027-01-31 | offen
        """,
        """
        Unterlagenqualität | 2 | Edda Kirchhoff | Gehaltsnachweise fehlen oft
        Beratungsqualität | 3 | Edda Kirchhoff | Unterschiedlich je Berater
        Regelwerkstreue | 2 | Edda Kirchhoff | Vier Anträge mit altem Regelwerk
        Erreichbarkeit | 3 | Edda Kirchhoff | Rückruf meist am Folgetag
        """,
        """
        Regelwerk Frühjahr | 2026-03-19 | 2026-03-19 | 9 | 4 | 2.0 | 2027-03-19
        Unterlagen auf Anhieb | 2026-10-14 | | 9 | | 1.5 |
        """,
        """
        2026-01-28 | Jahresgespräch | Umsetzungsquote | 0.50 | 2026-12-31 | Ablehnungsgründe je Berater besprechen | gemeinsam | offen
        2026-04-22 | Q1 | Erstvollständigkeit | 0.70 | 2026-06-30 | Unterlagen vorab hochladen | Kunde | verfehlt
        2026-07-22 | Q2 | Erstvollständigkeit | 0.70 | 2026-09-30 | Schulung Unterlagen vereinbaren | wir | offen
        """,
    ),
    Partner(
        "Baugeldkontor Rieskamp e.K.", "VM-3350", "Einzelvermittler", "Einreichung direkt",
        "Lasse Windhorst", "2024-02-01", (9, 8, 11), (9, 9, 10, 10),
        (0.12, 0.0, 0.08, 0.06), 0.80, 0.0, 0.90, 0.12, ((2, 2), (2, 2), (2, 2)),
        """
        Erlaubnis § 34i GewO | K.-o. | gültig | liegt vor | 2027-05-31 | erfüllt
        Berufshaftpflicht | K.-o. | ab 1 Mio. € | 1 Mio. € | 2027-02-28 | erfüllt
        """,
        """
        Unterlagenqualität | 5 | Lasse Windhorst | Immer vollständig
        Zusammenarbeit | 4 | Lasse Windhorst | Verlässlich, wenig Zeit
        """,
        """
        Regelwerk Frühjahr | 2026-03-12 | 2026-03-12 | 2 | 2 | 2.0 | 2027-03-12
        """,
        """
        2026-02-03 | Jahresgespräch | Umsetzungsquote | 0.65 | 2026-12-31 | Weiter nur geprüfte Anträge | Kunde | offen
        2026-07-28 | Q2 | Erstvollständigkeit | 0.90 | 2026-09-30 | Vollmacht einheitlich verwenden | Kunde | erfüllt
        """,
    ),
    Partner(
        "Zinspunkt Nidderau GmbH", "VM-3318", "Vertriebsgesellschaft", "Kreditdrehkreuz",
        "Lasse Windhorst", "2022-01-01", (26, 29, 27), (28, 28, 29, 30),
        (0.15, 0.06, 0.08, 0.04), 0.77, 0.05, 0.74, 0.27, ((14, 9), (14, 9), (15, 9)),
        """
        Erlaubnis § 34i GewO | K.-o. | gültig | liegt vor | 2028-03-31 | erfüllt
        Berufshaftpflicht | K.-o. | ab 1 Mio. € | 1,2 Mio. € | 2026-11-15 | erfüllt
        Datenschutzvertrag | K.-o. | unterschrieben | unterschrieben | 2027-12-31 | erfüllt
        """,
        """
        Unterlagenqualität | 3 | Lasse Windhorst | Besser seit dem Frühjahr
        Beratungsqualität | 4 | Lasse Windhorst | Gute Rückmeldungen
        Compliance | 4 | Lasse Windhorst | Stichprobe in Ordnung
        """,
        """
        Regelwerk Frühjahr | 2026-03-26 | 2026-03-26 | 14 | 10 | 2.0 | 2027-03-26
        Umschuldung richtig rechnen | 2026-06-11 | 2026-06-11 | 14 | 11 | 1.0 | 2027-06-11
        """,
        """
        2026-01-29 | Jahresgespräch | Stornoquote | 0.04 | 2026-12-31 | Anruf vor Ablauf der Widerrufsfrist | Kunde | offen
        2026-07-16 | Q2 | Erstvollständigkeit | 0.80 | 2026-09-30 | Prüfliste im Portal freischalten | wir | offen
        """,
        new_form=True,
    ),
    Partner(
        "Maklerpool Tiedeken AG", "VM-3401", "Pool/Plattform", "Kreditdrehkreuz",
        "Edda Kirchhoff", "2019-07-01", (58, 61, 66), (60, 60, 62, 64),
        (0.13, 0.05, 0.07, 0.03), 0.80, 0.04, 0.79, 0.24, ((64, 37), (66, 40), (69, 44)),
        """
        Erlaubnis § 34i GewO | K.-o. | gültig | liegt vor | 2028-12-31 | erfüllt
        Berufshaftpflicht | K.-o. | ab 1 Mio. € | 3 Mio. € | 2027-09-30 | erfüllt
        Datenschutzvertrag | K.-o. | unterschrieben | unterschrieben | 2027-12-31 | erfüllt
        Mindestvolumen | weich | 3 Mio. € im Jahr | erreicht | 2026-12-31 | erfüllt
        """,
        """
        Unterlagenqualität | 4 | Edda Kirchhoff | Vorprüfung im Portal
        Beratungsqualität | 3 | Edda Kirchhoff | Unterschiedlich je Untervermittler
        Regelwerkstreue | 4 | Edda Kirchhoff | Regelprüfung vor der Einreichung
        Erreichbarkeit | 4 | Edda Kirchhoff | Eigene Vertriebsunterstützung
        """,
        """
        Regelwerk Frühjahr | 2026-03-05 | 2026-03-05 | 40 | 33 | 2.0 | 2027-03-05
        Regelwerk Herbst | 2026-09-10 | 2026-09-10 | 44 | 36 | 2.0 | 2027-09-10
        """,
        """
        2026-01-14 | Jahresgespräch | Umsetzungsquote | 0.58 | 2026-12-31 | Ziele je Untervermittler setzen | Kunde | offen
        2026-04-15 | Q1 | Erstvollständigkeit | 0.78 | 2026-06-30 | Pflichtfelder im Portal erweitern | gemeinsam | erfüllt
        2026-07-14 | Q2 | Aktivquote Berater | 0.62 | 2026-09-30 | Ruhende Vermittler anschreiben | Kunde | erfüllt
        """,
        new_form=True,
    ),
)
