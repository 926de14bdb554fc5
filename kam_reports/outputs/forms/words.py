"""The few texts of the forms that are no field, section or choice."""

from __future__ import annotations

from collections.abc import Mapping

WORDS: Mapping[str, Mapping[str, str]] = {
    "plan": {"de": "Key Account Plan", "en": "Key account plan"},
    "scorecard": {"de": "Vertriebspartner-Scorecard", "en": "Partner scorecard"},
    "contents": {"de": "Inhalt", "en": "Contents"},
    "back": {"de": "← zurück zum Inhalt", "en": "← back to the contents"},
    "lists": {"de": "Listen", "en": "Lists"},
    "lists_note": {
        "de": "Auswahllisten der anderen Blätter. Hier ist nichts auszufüllen.",
        "en": "Choices of the other sheets. There is nothing to fill in here.",
    },
    "blank": {"de": "Leeres Formular", "en": "Blank form"},
    "how_1": {
        "de": "1.  Mit dem ersten Blatt beginnen; jeder Name unten führt zu seinem Blatt. "
        "Zeilen lassen sich überall anfügen.",
        "en": "1.  Start with the first sheet; each name below leads to its sheet. "
        "Rows can be added everywhere.",
    },
    "how_2": {
        "de": "2.  Nur Zahlen in Zahlenfelder: leer heißt unbekannt, 0 heißt gemessen null, "
        "? wird zur offenen Frage.",
        "en": "2.  Only numbers in number fields: blank means unknown, 0 means measured zero, "
        "? becomes an open question.",
    },
    "required": {"de": "Pflichtfeld, noch leer", "en": "Required and still empty"},
    "legend": {
        "de": "Dunkle Überschrift mit * = Pflicht; helle Überschrift = nützlich, wenn bekannt",
        "en": "Dark heading with * = required; light heading = useful if known",
    },
    "number": {"de": "Nr.", "en": "No."},
    "sheet": {"de": "Blatt", "en": "Sheet"},
    "what_for": {"de": "Wofür", "en": "What for"},
    "entries": {"de": "Einträge", "en": "Entries"},
    "page": {"de": "Seite", "en": "Page"},
    "choice": {"de": "Auswahl", "en": "Choice"},
    "metrics": {"de": "Messgrößen", "en": "Metrics"},
    "amounts_in": {"de": "Beträge in ", "en": "Amounts in "},
    "weights": {"de": "Summe der Gewichte", "en": "Sum of weights"},
    "please_check": {"de": "Bitte prüfen", "en": "Please check"},
    "not_in_list": {
        "de": "Dieses Wort steht nicht in der Liste. Trotzdem übernehmen?",
        "en": "This word is not in the list. Keep it all the same?",
    },
    "no_date": {
        "de": "Hier wird ein Datum erwartet. Ist es unbekannt, die Zelle leer lassen.",
        "en": "A date is expected here. If it is unknown, leave the cell blank.",
    },
    "no_number": {
        "de": "Hier wird eine Zahl erwartet. Ist sie unbekannt, die Zelle leer lassen oder ? "
        "eintragen.",
        "en": "A number is expected here. If it is unknown, leave the cell blank or type ?.",
    },
    "no_number_between": {
        "de": "Hier wird eine Zahl von {} bis {} erwartet. Ist sie unbekannt, die Zelle leer "
        "lassen oder ? eintragen.",
        "en": "A number from {} to {} is expected here. If it is unknown, leave the cell blank "
        "or type ?.",
    },
    "keep_heading": {
        "de": "An der Überschrift wird die Spalte erkannt. Bitte nicht ändern.",
        "en": "The column is recognised by its heading. Please do not change it.",
    },
    "grid_note": {
        "de": "Beträge in der Betragseinheit des ersten Blatts; Zeilen für Warengruppen oder "
        "eigene Messgrößen unten anfügen.",
        "en": "Amounts in the amount scale of the first sheet; add rows for product groups or "
        "own metrics below.",
    },
    "unit_units": {"de": "Stk.", "en": "Units"},
    "unit_count": {"de": "Anzahl", "en": "Count"},
    "unit_percent": {"de": "%", "en": "%"},
    "unit_days": {"de": "Tage", "en": "Days"},
    "unit_working_days": {"de": "Arbeitstage", "en": "Working days"},
    "unit_EUR/unit": {"de": "€/Stk.", "en": "€/unit"},
    "unit_EUR/order": {"de": "€", "en": "€"},
}
