"""Workbooks as firms really keep them, made from a seed, each with its truth.

One maker for each shape of the design's list (L1 forms … L14 units); ``workbooks()`` makes every
shape in German and English, clean and dirty. A hand writes the cells: it knows the firm, its
words, where it says the unit, and how untidy it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from random import Random

from foreign_firms import (
    ACTUAL,
    GROUPS,
    LONG_MONTHS,
    MONEY,
    MONTHS,
    NBSP,
    PY,
    ROLES,
    SCALES,
    SCENARIOS,
    STAGES,
    STATES,
    SUMMED,
    TARGET,
    TOTALS,
    VARIANCES,
    WORDS,
    Firm,
    firm,
    people,
    prospects,
    some_day,
    tasks,
)
from foreign_sheets import Content, Desk, Formula, Leaf, Made, Record, Stated, Told, made

from kam_reports.model import Period, Scenario, range_around

QUARTERS, TWELVE = range(1, 5), range(1, 13)
_NULLS = {"de": ["k. A.", "–", "n/a"], "en": ["n/a", "–", "-"]}
_ALWAYS = ["revenue", "cm", "units"]


def _pick(language: str, de: str, en: str) -> str:
    return de if language == "de" else en


# ---------------------------------------------------------------- the hand


class Hand:
    """Whoever keeps the workbook: always the same words, units and bad habits."""

    def __init__(self, shape: str, language: str, *, dirty: bool, seed: int) -> None:
        self.rng = Random(f"{shape}-{language}-{dirty}-{seed}")
        self.shape, self.language, self.dirty = shape, language, dirty
        self.firm: Firm = firm(language, self.rng)
        self.desk = Desk()
        self.scale = self.rng.choice([1, 1000, 1000] if shape != "L14" else [1000, 1_000_000])
        self.unit = self.rng.choice(SCALES[language][self.scale])
        self.unit_at = self.rng.choice(["title", "corner", "label"])
        self.top, self.left = self.rng.choice([0, 1, 2, 4]), self.rng.choice([0, 0, 1, 2])
        self.quarter_style = self.rng.randrange(6)
        self.month_style = self.rng.randrange(5)
        self.scenarios = {s: self.rng.choice(w) for s, w in SCENARIOS[language].items()}
        self.variance = self.rng.choice(VARIANCES[language])
        self.total = self.rng.choice(TOTALS[language])
        self.words = {
            measure: self.rng.choice(words[language][dirty and self.rng.random() < 0.6])
            for measure, words in WORDS.items()
        }

    def say(self, de: str, en: str) -> str:
        """A text in the language of the workbook."""
        return _pick(self.language, de, en)

    def chance(self, share: float) -> bool:
        """Whether an untidy hand does it this time."""
        return self.dirty and self.rng.random() < share

    def measures(self, least: int = 4, most: int = 7) -> list[str]:
        """Which measures this firm follows, in its own order."""
        others = [measure for measure in WORDS if measure not in _ALWAYS]
        chosen = _ALWAYS + self.rng.sample(others, self.rng.randint(least, most) - 3)
        self.rng.shuffle(chosen)
        return chosen

    # ------------------------------------------------ words

    def label(self, measure: str) -> str:
        """The measure as this firm calls it."""
        text = self.words[measure]
        if self.scale > 1 and self.unit_at == "label" and measure in MONEY:
            text = f"{text} ({self.unit})"
        if self.chance(0.25):
            self.desk.dirt.add("nbsp")
            text = text.replace(" ", NBSP) + NBSP
        return text

    def period(self, period: Period) -> str | date:
        """A quarter or month as this firm writes it."""
        year, short = period.year, f"{period.year % 100:02d}"
        if period.grain == "M":
            plain = MONTHS[self.language][period.number - 1]
            long = LONG_MONTHS[self.language][period.number - 1]
            return [plain, long, f"{plain} {short}", f"{plain}-{short}", period.begins()][
                self.month_style
            ]
        number, roman = period.number, ("I", "II", "III", "IV")[period.number - 1]
        ordinal = self.say(f"{number}. Quartal", f"Quarter {number}")
        styles = [f"Q{number}", f"Q{number} {year}", f"Q{number}'{short}", f"Q{number}/{short}"]
        return [*styles, ordinal, f"{roman}/{year}"][self.quarter_style]

    def title(self, leaf: Leaf, text: str) -> int:
        """Write the title, with the unit if that is its place, and give the row below it."""
        row = self.top
        if self.scale > 1 and self.unit_at == "title":
            leaf.put(row, self.left, text, "bold")
            leaf.put(row + 1, self.left, self.say(f"Angaben in {self.unit}", f"in {self.unit}"))
            row += 1
        else:
            leaf.put(row, self.left, text, "bold")
        return row + self.rng.choice([1, 2])

    @property
    def corner(self) -> str:
        """The heading of the column of measures."""
        text = self.say("Kennzahl", "KPI")
        return f"{text} ({self.unit})" if self.scale > 1 and self.unit_at == "corner" else text

    def unit_word(self, measure: str) -> str:
        """The unit of a measure, for a column of units."""
        if measure in MONEY:
            return self.unit
        if measure == "k_cm_pct":
            return "%"
        return self.say("Stk.", "pcs") if measure == "units" else ""

    # ------------------------------------------------ cells

    def state(
        self, leaf: Leaf, row: int, column: int, measure: str, scenario: Scenario, period: Period,
        *, number: float | None = None, breakdown: str = "", needed: bool = True,
    ) -> None:  # fmt: skip
        """Write a figure as this firm would, and note what it means."""
        value = number if number is not None else self.firm.value(measure, scenario, period)
        if value is None:
            return
        scale = self.scale if measure in MONEY else 1
        shown = round(value / scale, 6)
        look = "percent" if measure == "k_cm_pct" else ""
        content, value = self._soiled(shown, value, measure) if needed else (shown, value)
        if not needed:
            content = Formula("=SUM(1,2)", shown)
        cell = leaf.put(row, column, content, look)
        self.desk.figures.append(
            Stated(measure, scenario, period, value, leaf.name, cell, scale, breakdown, needed)
        )

    def _soiled(self, shown: float, value: float, measure: str) -> tuple[Content, float | None]:
        """What an untidy hand leaves in the cell, and the value it still gives."""
        if not self.dirty or self.rng.random() > 0.22 or measure in ("k_cm_pct", "k_turn"):
            return shown, value
        kind = self.rng.choice(
            ["text"] * 5 + ["formula", "error", "never", "null", "about", "range"]
        )
        self.desk.dirt.add(kind)
        text = self.typed(shown)
        return {
            "text": (text + self.rng.choice(["", NBSP, " "]), value),
            "formula": (Formula("=1+1", shown), value),
            "error": (Formula("=1/0", self.rng.choice(["#DIV/0!", "#N/A", "#REF!"])), None),
            "never": (Formula("=1+1"), None),
            "null": (self.rng.choice(_NULLS[self.language]), None),
            "about": (f"~{text}", value),
            "range": (f"{text} - {self.typed(shown * 2)}", None),
        }[kind]

    def typed(self, number: float) -> str:
        """A number as somebody types it into a cell of text."""
        digits = 0 if number == int(number) else 1 if round(number, 1) == number else 4
        text = f"{number:,.{digits}f}"
        return text.translate(str.maketrans(",.", ".,")) if self.language == "de" else text

    def finish(self, seed: int) -> Made:
        """The workbook."""
        kind = "dirty" if self.dirty else "clean"
        name = f"{self.shape}-{self.language}-{kind}-{seed}.xlsx"
        return made(name, self.shape, self.language, self.desk, dirty=self.dirty)


# ---------------------------------------------------------------- forms

_FORM = {
    "account_name": {"de": ["Kunde", "Key Account", "Kundenname"], "en": ["Account", "Customer name"]},
    "account_id": {"de": ["Kundennummer", "Kunden-Nr.", "Kd.-Nr."], "en": ["Account no.", "Account ID"]},
    "fiscal_year": {"de": ["Geschäftsjahr", "Planjahr", "GJ"], "en": ["Fiscal year", "Plan year"]},
    "as_of": {"de": ["Stichtag", "Stand", "Datenstand"], "en": ["As of", "As-of date"]},
    "kam": {"de": ["KAM", "Betreuer", "Key Account Manager"], "en": ["KAM", "Account manager"]},
    "currency": {"de": ["Währung"], "en": ["Currency"]},
}  # fmt: skip


def header(hand: Hand, leaf: Leaf, row: int, left: int, how: str = "left") -> int:
    """Write who it is about and for which year; give the row below. *how* places the values."""
    firm, values = hand.firm, {}
    values["account_name"] = firm.name
    values["account_id"] = firm.number
    values["fiscal_year"] = firm.year
    values["as_of"] = firm.as_of
    values["kam"] = firm.kam
    values["currency"] = "EUR"
    fields = {}
    for count, (name, value) in enumerate(values.items()):
        word = hand.rng.choice(_FORM[name][hand.language])
        down, across = row + count, left
        if how == "pairs":
            down, across = row + count // 2, left + 3 * (count % 2)
        elif how == "below":
            down, across = row, left + count
        word = f"{word}:" if hand.chance(0.4) and how != "below" else word
        leaf.put(down, across, word)
        at = (down + 1, across) if how == "below" else (down, across + 1)
        if how == "merged":
            leaf.merges.append((down, across, down, across + 1))
            at = (down, across + 2)
        look = "" if not isinstance(value, date) else hand.say("date", "isodate")
        content: Content = value
        if isinstance(value, date) and hand.chance(0.5):
            hand.desk.dirt.add("text date")
            content, look = value.strftime(hand.say("%d.%m.%Y", "%Y-%m-%d")), ""
        elif hand.chance(0.3):
            hand.desk.dirt.add("nbsp")
            content = f"{value}{NBSP}" if isinstance(value, str) else value
        fields[name] = Told(value, leaf.name, leaf.put(*at, content, look))
    hand.desk.records.append(Record("plan", fields))
    return leaf.bottom + 1


def cover(hand: Hand) -> None:
    """A cover sheet with the header, in front or behind."""
    first = hand.rng.random() < 0.7
    leaf = hand.desk.leaf(hand.say("Deckblatt", "Cover"), first=first)
    header(hand, leaf, hand.rng.choice([0, 2, 3]), hand.rng.choice([0, 1]))


# ---------------------------------------------------------------- lists


def _initiatives(hand: Hand) -> Iterator[dict[str, object]]:
    for number, task in enumerate(tasks(hand.language, hand.rng, 5), 1):
        yield {
            "measure_id": f"M{number}",
            "title": task,
            "owner": people(hand.language, hand.rng, 1)[0],
            "due": some_day(hand.rng, hand.firm.year),
            "status": hand.rng.choice(list(STATES["de"])),
        }


def _contacts(hand: Hand) -> Iterator[dict[str, object]]:
    for name in people(hand.language, hand.rng, 4):
        yield {
            "name": name,
            "function": hand.say("Leitung Einkauf", "Head of purchasing"),
            "bc_role": hand.rng.choice(list(ROLES["de"])),
            "email": f"{name.split()[0].lower()}@kunde.example",
            "last_contact_on": some_day(hand.rng, hand.firm.year),
        }


def _pipeline(hand: Hand) -> Iterator[dict[str, object]]:
    for name in prospects(hand.language, hand.rng, hand.firm.name, 4):
        yield {
            "prospect": name,
            "stage": hand.rng.choice(list(STAGES["de"])),
            "offer_value": hand.rng.randrange(20, 900) * 100,
            "expected_close": some_day(hand.rng, hand.firm.year),
        }


_LISTS = {
    "measures": (_initiatives, {
        "measure_id": {"de": ["Nr.", "Lfd. Nr."], "en": ["No.", "ID"]},
        "title": {"de": ["Maßnahme", "Was"], "en": ["Action", "What"]},
        "owner": {"de": ["Verantwortlich", "Wer"], "en": ["Owner", "Responsible"]},
        "due": {"de": ["Termin", "Bis wann"], "en": ["Due", "Due date"]},
        "status": {"de": ["Status", "Stand"], "en": ["Status", "State"]},
    }),
    "contacts": (_contacts, {
        "name": {"de": ["Ansprechpartner", "Name"], "en": ["Contact person", "Name"]},
        "function": {"de": ["Funktion", "Position"], "en": ["Function", "Job title"]},
        "bc_role": {"de": ["Rolle", "BC-Rolle"], "en": ["Role", "BC role"]},
        "email": {"de": ["E-Mail", "Mail"], "en": ["E-mail", "Mail"]},
        "last_contact_on": {"de": ["Letzter Kontakt"], "en": ["Last contact"]},
    }),
    "pipeline": (_pipeline, {
        "prospect": {"de": ["Interessent", "Firma"], "en": ["Prospect", "Company"]},
        "stage": {"de": ["Phase", "Stufe"], "en": ["Stage", "Phase"]},
        "offer_value": {"de": ["Angebotswert", "Volumen"], "en": ["Offer value", "Deal value"]},
        "expected_close": {"de": ["Abschluss erwartet"], "en": ["Expected close"]},
    }),
}  # fmt: skip
_TITLES = {
    "measures": ("Maßnahmenplan", "Action plan"),
    "contacts": ("Ansprechpartner", "Contacts"),
    "pipeline": ("Pipeline", "Pipeline"),
}
_OPTIONS = {"status": STATES, "bc_role": ROLES, "stage": STAGES}


def listing(hand: Hand, leaf: Leaf, section: str, row: int, left: int) -> int:
    """Write a list of records below a header; give the row below it."""
    rows, words = _LISTS[section]
    order = list(words)
    hand.rng.shuffle(order)
    for step, name in enumerate(order):
        leaf.put(row, left + step, hand.rng.choice(words[name][hand.language]), "bold")
    at = row
    for record in rows(hand):
        at += 2 if hand.chance(0.2) else 1
        fields = {}
        for step, name in enumerate(order):
            content, look = _content(hand, name, record[name])
            cell = leaf.put(at, left + step, content, look)
            fields[name] = Told(record[name], leaf.name, cell)
        hand.desk.records.append(Record(section, fields))
    return at + 3


def _content(hand: Hand, name: str, value: object) -> tuple[Content, str]:
    """How a field of a record is written."""
    if isinstance(value, date):
        if hand.chance(0.4):
            hand.desk.dirt.add("text date")
            return value.strftime(hand.say("%d.%m.%Y", "%Y-%m-%d")), ""
        return value, hand.say("date", "isodate")
    if name in _OPTIONS:
        return _OPTIONS[name][hand.language][str(value)], ""
    if isinstance(value, str) and hand.chance(0.2):
        hand.desk.dirt.add("nbsp")
        return value + NBSP, ""
    assert isinstance(value, (str, int))
    return value, ""


# ---------------------------------------------------------------- tables of figures


@dataclass(frozen=True, slots=True)
class Col:
    """A column of a table: a scenario's period, or one that only restates others."""

    scenario: Scenario | None
    period: Period | None
    text: Content | None = None
    kind: str = "figure"  # figure · sum · variance · running


def quarters(hand: Hand, scenario: Scenario | None) -> list[Col]:
    """The quarters of the year in one scenario."""
    return [Col(scenario, Period(hand.firm.year, "Q", number)) for number in QUARTERS]


def months(hand: Hand, scenario: Scenario) -> list[Col]:
    """The months of the year in one scenario."""
    return [Col(scenario, Period(hand.firm.year, "M", number)) for number in TWELVE]


def cells(
    hand: Hand, leaf: Leaf, row: int, left: int, measure: str, columns: Sequence[Col],
    breakdown: str = "", share: float = 1,
) -> None:  # fmt: skip
    """Write a row of figures, with its sums and variances."""
    for step, column in enumerate(columns):
        number = _number(hand, measure, column, columns, share)
        if number is None:
            continue
        if column.kind == "figure" or (column.kind == "sum" and _is_year(hand, column, measure)):
            assert column.scenario is not None
            assert column.period is not None
            hand.state(leaf, row, left + step, measure, column.scenario, column.period,
                       number=number, breakdown=breakdown, needed=column.kind == "figure")  # fmt: skip
        else:
            scale = hand.scale if measure in MONEY and column.kind != "variance" else 1
            leaf.put(row, left + step, Formula("=SUM(1,2)", round(number / scale, 6)))


def _is_year(hand: Hand, column: Col, measure: str) -> bool:
    """Whether a sum is that of a whole period, and so a figure of it."""
    assert column.scenario is not None
    assert column.period is not None
    return hand.firm.value(measure, column.scenario, column.period) is not None


def _number(
    hand: Hand, measure: str, column: Col, columns: Sequence[Col], share: float
) -> float | None:
    """The number of a cell in base units; None leaves it blank."""
    if column.kind == "figure":
        assert column.scenario is not None
        assert column.period is not None
        value = hand.firm.value(measure, column.scenario, column.period)
        if value is None or share == 1:
            return value
        return round(value * share, -2) if measure in MONEY else float(round(value * share))
    if column.kind == "variance":
        return round(hand.rng.randrange(-20, 20) / 100, 2)
    if measure not in SUMMED:
        return None
    own = [c for c in columns if c.kind == "figure" and c.scenario is column.scenario]
    if column.kind == "running":
        assert column.period is not None
        own = [c for c in own if c.period is not None and c.period <= column.period]
    numbers = [_number(hand, measure, c, columns, share) for c in own]
    return sum(number for number in numbers if number is not None)


def body(
    hand: Hand, leaf: Leaf, row: int, measures: Sequence[str], columns: Sequence[Col],
    *, left: int | None = None, groups: bool = False, units: bool = False,
) -> int:  # fmt: skip
    """Write a row of figures for every measure; give the row below."""
    left = hand.left if left is None else left
    for count, measure in enumerate(measures):
        if groups and count % 3 == 0:
            words = (("Vertrieb", "Selling"), ("Ertrag", "Earnings"), ("Sonstiges", "Other"))
            leaf.put(row, left, hand.say(*words[count // 3 % 3]), "bold")
            row += 1
        if count and hand.chance(0.2):
            hand.desk.dirt.add("blank row")
            row += 1
        leaf.put(row, left, hand.label(measure))
        if units:
            leaf.put(row, left + 1, hand.unit_word(measure) or None)
        cells(hand, leaf, row, left + 1 + units, measure, columns)
        row += 1
    return row


def head(
    hand: Hand, leaf: Leaf, row: int, columns: Sequence[Col], *, left: int | None = None,
    units: bool = False, corner: str | None = None,
) -> int:  # fmt: skip
    """Write a header of one row: periods, perhaps with their scenario."""
    left = hand.left if left is None else left
    leaf.put(row, left, hand.corner if corner is None else corner, "bold")
    if units:
        leaf.put(row, left + 1, hand.say("Einheit", "Unit"), "bold")
    for step, column in enumerate(columns):
        text = column.text if column.text is not None else hand.period(_of(column))
        leaf.put(row, left + 1 + units + step, text, "month" if isinstance(text, date) else "bold")
    return row + 1


def _of(column: Col) -> Period:
    assert column.period is not None
    return column.period


def legend(hand: Hand, leaf: Leaf, row: int) -> None:
    """Notes beside and below the data, as untidy people leave them."""
    if not hand.dirty:
        return
    hand.desk.dirt.add("notes")
    right = leaf.right + hand.rng.choice([1, 2])
    leaf.put(row, right, hand.say("Legende", "Legend"), "bold")
    leaf.put(row + 1, right, hand.say("grün = erreicht", "green = reached"))
    leaf.put(row + 2, right, hand.say("mit Vertrieb klären", "ask the sales team"))
    leaf.put(row + 2, right + 1, hand.rng.randrange(2, 90))
    leaf.put(leaf.bottom + 1, hand.left, hand.say("Stand: vorläufig", "Note: preliminary"))


# ---------------------------------------------------------------- the shapes


def l1(hand: Hand) -> None:
    """A form, label beside value: left, merged, below or in pairs; and a small table."""
    leaf = hand.desk.leaf(hand.say("Kunde", "Account"))
    how = hand.rng.choice(["merged", "pairs"] if hand.dirty else ["left", "below"])
    row = header(hand, leaf, hand.top, hand.left, how)
    columns = [Col(c.scenario, c.period, f"{hand.scenarios[ACTUAL]} Q{_of(c).number}")
               for c in quarters(hand, ACTUAL)]  # fmt: skip
    hand.unit_at = "label" if hand.scale > 1 else hand.unit_at
    leaf.put(row, hand.left, hand.say("Zahlen", "Figures"), "bold")
    row = head(hand, leaf, row + 1, columns)
    body(hand, leaf, row, hand.measures(4, 5), columns)
    legend(hand, leaf, row)


def l2(hand: Hand) -> None:
    """Lists of records below titles and notes, on sheets of their own or one below the other."""
    cover(hand)
    shared = hand.desk.leaf(hand.say("Listen und Pläne", "Lists and plans")) if hand.dirty else None
    row = hand.top
    for section in hand.rng.sample(list(_LISTS), 3):
        title = hand.say(*_TITLES[section])
        leaf = shared or hand.desk.leaf(title)
        row = row if shared else hand.top
        leaf.put(row, hand.left, f"{title} {hand.firm.year}" if hand.dirty else title, "bold")
        note = hand.say("bitte monatlich pflegen", "please keep up to date")
        leaf.put(row + 1, hand.left, note)
        row = listing(hand, leaf, section, row + hand.rng.choice([2, 3]), hand.left)
    columns = [Col(TARGET, c.period) for c in quarters(hand, TARGET)]
    _one_scenario(hand, columns, TARGET)


def _one_scenario(hand: Hand, columns: Sequence[Col], scenario: Scenario) -> None:
    """A sheet with a table of one scenario, which its title names."""
    word = hand.scenarios[scenario]
    leaf = hand.desk.leaf(f"{word} {hand.firm.year}")
    row = hand.title(leaf, f"{word} {hand.firm.year} – {hand.firm.name}")
    total = Col(scenario, Period(hand.firm.year), hand.total, "sum")
    columns = [*columns, total] if hand.rng.random() < 0.6 else list(columns)
    row = head(hand, leaf, row, columns)
    body(hand, leaf, row, hand.measures(), columns)
    legend(hand, leaf, row)


def l3(hand: Hand) -> None:
    """A table a scenario: measures by quarters or months, the scenario in the title."""
    cover(hand)
    make = months if hand.rng.random() < 0.5 else quarters
    for scenario in (TARGET, ACTUAL):
        _one_scenario(hand, make(hand, scenario), scenario)


def banded(
    hand: Hand, leaf: Leaf, row: int, bands: Sequence[tuple[str | date, Sequence[Col]]], left: int
) -> list[Col]:
    """Write a header of two rows: a band over the columns below it."""
    columns, at = [], left + 1
    leaf.put(row + 1, left, hand.corner, "bold")
    for text, below in bands:
        leaf.band(row, at, at + len(below) - 1, text, merged=not hand.chance(0.4))
        for step, column in enumerate(below):
            words = column.text if column.text is not None else hand.period(_of(column))
            leaf.put(row + 1, at + step, words, "month" if isinstance(words, date) else "bold")
        columns += below
        at += len(below)
    return columns


def l4(hand: Hand) -> None:
    """A band of quarters, below each its scenarios and their variance."""
    cover(hand)
    leaf = hand.desk.leaf(hand.say("Scorecard", "Scorecard"))
    row = hand.title(leaf, hand.say("Quartals-Scorecard ", "Quarterly scorecard ") + hand.firm.name)
    order = [TARGET, ACTUAL] if hand.rng.random() < 0.6 else [PY, TARGET, ACTUAL]
    bands = [
        (
            hand.period(period),
            [*(Col(s, period, hand.scenarios[s]) for s in order),
             Col(None, period, hand.variance, "variance")],
        )
        for period in (Period(hand.firm.year, "Q", number) for number in QUARTERS)
    ]  # fmt: skip
    columns = banded(hand, leaf, row, bands, hand.left)
    body(hand, leaf, row + 2, hand.measures(), columns)
    legend(hand, leaf, row + 2)


def l5(hand: Hand) -> None:
    """Scenarios over quarters; an untidy hand stacks Plan, Ist and Abw. in rows."""
    cover(hand)
    leaf = hand.desk.leaf(hand.say("Plan-Ist-Vergleich", "Plan vs actual"))
    row = hand.title(leaf, hand.say("Plan-Ist ", "Plan and actual ") + str(hand.firm.year))
    if hand.dirty:
        stacked(hand, leaf, row, hand.measures())
    else:
        bands = [(hand.scenarios[s], quarters(hand, s)) for s in (PY, TARGET, ACTUAL)]
        columns = banded(hand, leaf, row, bands, hand.left)
        body(hand, leaf, row + 2, hand.measures(), columns)
    legend(hand, leaf, row + 2)


def stacked(
    hand: Hand, leaf: Leaf, row: int, measures: Sequence[str], *, merged: bool = False
) -> int:
    """Rows of plan, actual and variance for every measure, which is named once."""
    left = hand.left
    plain = quarters(hand, None)
    leaf.put(row, left + 1, hand.say("Art", "Value type"), "bold")
    leaf.put(row, left, hand.corner, "bold")
    for step, column in enumerate(plain):
        leaf.put(row, left + 2 + step, hand.period(_of(column)), "bold")
    leaf.put(row, left + 6, hand.total, "bold")
    row += 1
    for measure in measures:
        leaf.put(row, left, hand.label(measure))
        if merged:
            leaf.merges.append((row, left, row + 2, left))
        for scenario in (TARGET, ACTUAL, None):
            text = hand.variance if scenario is None else hand.scenarios[scenario]
            leaf.put(row, left + 1, text)
            columns = [Col(scenario, c.period, None, "figure" if scenario else "variance")
                       for c in plain]  # fmt: skip
            if scenario:
                columns.append(Col(scenario, Period(hand.firm.year), None, "sum"))
            cells(hand, leaf, row, left + 2, measure, columns)
            row += 1
    return row


def l6(hand: Hand) -> None:
    """Periods as rows, measures as columns; the sum stands on top or below."""
    cover(hand)
    make = quarters if hand.rng.random() < 0.4 else months
    for scenario in (TARGET, ACTUAL):
        word = hand.scenarios[scenario]
        leaf = hand.desk.leaf(f"{word} {hand.firm.year}")
        row = hand.title(leaf, f"{word} {hand.firm.year}")
        measures = hand.measures()
        leaf.put(row, hand.left, hand.say("Zeitraum", "Period"), "bold")
        for step, measure in enumerate(measures):
            text = hand.label(measure)
            if hand.unit_at == "corner" and hand.scale > 1 and measure in MONEY:
                text = f"{text} ({hand.unit})"
            leaf.put(row, hand.left + 1 + step, text, "bold")
        rows = make(hand, scenario)
        total = Col(scenario, Period(hand.firm.year), hand.total, "sum")
        turned = [total, *rows] if hand.rng.random() < 0.4 else [*rows, total]
        _down(hand, leaf, row + 1, measures, turned)
        legend(hand, leaf, row + 2)


def _down(
    hand: Hand, leaf: Leaf, row: int, measures: Sequence[str], periods: Sequence[Col]
) -> None:
    """Write a row for every period."""
    for count, period in enumerate(periods):
        text = period.text if period.text is not None else hand.period(_of(period))
        leaf.put(row + count, hand.left, text, "month" if isinstance(text, date) else "")
        for step, measure in enumerate(measures):
            number = _number(hand, measure, period, periods, 1)
            if number is None:
                continue
            at = (row + count, hand.left + 1 + step)
            if period.kind == "figure":
                assert period.scenario is not None
                hand.state(leaf, *at, measure, period.scenario, _of(period), number=number)
            else:
                scale = hand.scale if measure in MONEY else 1
                leaf.put(*at, Formula("=SUM(1,2)", round(number / scale, 6)))


def l7(hand: Hand) -> None:
    """A long list of figures; an untidy hand also keeps sales one by one, to be added up."""
    cover(hand)
    leaf = hand.desk.leaf(hand.say("Daten", "Data"))
    row = hand.top
    names = [("Periode", "Period"), ("Kennzahl", "KPI"), ("Art", "Value type"), ("Wert", "Value")]
    order = hand.rng.sample(range(4), 4)
    for step, which in enumerate(order):
        leaf.put(row, hand.left + step, hand.say(*names[which]), "bold")
    if hand.scale > 1:
        hand.unit_at = "label"
    listed = [
        (measure, scenario, Period(hand.firm.year, "Q", number))
        for measure in hand.measures()
        for scenario in (TARGET, ACTUAL)
        for number in QUARTERS
        if not (hand.dirty and (measure, scenario) == ("revenue", ACTUAL))
    ]
    hand.rng.shuffle(listed)
    for measure, scenario, period in listed:
        if hand.firm.value(measure, scenario, period) is None:
            continue
        row += 1
        texts = [hand.period(period), hand.label(measure), hand.scenarios[scenario], None]
        for step, which in enumerate(order):
            leaf.put(row, hand.left + step, texts[which])
        hand.state(leaf, row, hand.left + order.index(3), measure, scenario, period)
    if hand.dirty:
        transactions(hand)


def transactions(hand: Hand) -> None:
    """Sales one by one; their sums are the actual revenue of the quarters."""
    leaf = hand.desk.leaf(hand.say("Umsätze", "Sales"))
    names = [("Datum", "Date"), ("Artikel", "Item"), ("Umsatz", "Revenue")]
    leaf.line(hand.top, hand.left, [hand.say(*name) for name in names])
    row = hand.top
    for number in (1, 2, 3):
        period = Period(hand.firm.year, "Q", number)
        sold: dict[Period, list[tuple[int, str]]] = {}
        for count in range(6):
            row += 1
            month = Period(period.year, "M", number * 3 - count % 3)
            amount = hand.rng.randrange(100, 9000)
            day = date(period.year, month.number, hand.rng.randint(1, 28))
            leaf.put(row, hand.left, day, hand.say("date", "isodate"))
            leaf.put(row, hand.left + 1, hand.rng.choice(GROUPS[hand.language])[0])
            sold.setdefault(month, []).append((amount, leaf.put(row, hand.left + 2, amount)))
        sold[period] = [each for sales in sold.values() for each in sales]
        for of, sales in sold.items():
            hand.desk.figures.append(
                Stated("revenue", ACTUAL, of, sum(amount for amount, _ in sales), leaf.name,
                       range_around(cell for _, cell in sales), needed=of == period, grouped=True)
            )  # fmt: skip


def l8(hand: Hand) -> None:
    """Tables below each other on a sheet; the title of each says the quarter."""
    cover(hand)
    leaf = hand.desk.leaf(hand.say("Quartale", "Quarters"))
    row, measures = hand.title(leaf, hand.firm.name), hand.measures(4, 5)
    for number in QUARTERS:
        row = _quarter(hand, leaf, row + hand.rng.choice([1, 2]), number, measures) + 1


def _quarter(hand: Hand, leaf: Leaf, row: int, number: int, measures: Sequence[str]) -> int:
    """A table of one quarter below its title."""
    period = Period(hand.firm.year, "Q", number)
    titles = [
        (f"{number}. Quartal {period.year}", f"Quarter {number} {period.year}"),
        (f"Zahlen für: Q{number} {period.year}", f"Figures for: Q{number} {period.year}"),
    ]
    leaf.put(row, hand.left, hand.say(*titles[hand.dirty]), "bold")
    columns = [Col(s, period, hand.scenarios[s]) for s in (TARGET, ACTUAL)]
    columns.append(Col(None, period, hand.variance, "variance"))
    row = head(hand, leaf, row + 1, columns)
    return body(hand, leaf, row, measures, columns)


def l9(hand: Hand) -> None:
    """Two tables side by side, and a legend right of them."""
    cover(hand)
    leaf = hand.desk.leaf(hand.say("Übersicht", "Overview"))
    row = hand.title(leaf, hand.firm.name)
    measures, left = hand.measures(4, 6), hand.left
    for scenario in (TARGET, ACTUAL):
        word = f"{hand.scenarios[scenario]} {hand.firm.year}"
        leaf.put(row + 1, left, word, "bold")
        columns = quarters(hand, scenario)
        head(hand, leaf, row + 2, columns, left=left)
        for count, measure in enumerate(measures):
            leaf.put(row + 3 + count, left, hand.label(measure))
            cells(hand, leaf, row + 3 + count, left + 1, measure, columns)
        left += len(columns) + 1 + hand.rng.choice([1, 2])
    legend(hand, leaf, row + 2)


def l10(hand: Hand) -> None:
    """A sheet a quarter, whose name says which."""
    cover(hand)
    measures, style = hand.measures(), hand.rng.randrange(3)
    for number in QUARTERS:
        year = hand.firm.year
        names = [f"Q{number} {year}", hand.say(f"{number}. Quartal", f"Quarter {number}"),
                 f"{year}-Q{number}"]  # fmt: skip
        leaf = hand.desk.leaf(names[style])
        period = Period(year, "Q", number)
        columns = [Col(s, period, hand.scenarios[s]) for s in (TARGET, ACTUAL)]
        columns.append(Col(None, period, hand.variance, "variance"))
        row = head(hand, leaf, hand.title(leaf, hand.firm.name), columns)
        kept = [m for m in measures if not hand.chance(0.15)]
        body(hand, leaf, row, kept, columns)
        legend(hand, leaf, row)


def l11(hand: Hand) -> None:
    """Groups of goods with subtotals, and columns that sum or run up the quarters before."""
    cover(hand)
    measure = "revenue"
    word = hand.scenarios[ACTUAL]
    leaf = hand.desk.leaf(hand.say("Umsatz nach Gruppen", "Revenue by group"))
    row = hand.title(leaf, f"{hand.words[measure]} {word} {hand.firm.year}")
    columns: list[Col] = []
    for number in QUARTERS:
        period = Period(hand.firm.year, "Q", number)
        columns.append(Col(ACTUAL, period))
        if number > 1 and hand.dirty:
            columns.append(
                Col(ACTUAL, period, hand.say(f"kum. Q{number}", f"YTD Q{number}"), "running")
            )
    columns.append(Col(ACTUAL, Period(hand.firm.year), hand.total, "sum"))
    goods = hand.say("Warengruppe", "Product group")
    if hand.scale > 1 and hand.unit_at != "title":
        goods = f"{goods} ({hand.unit})"
    row = head(hand, leaf, row, columns, corner=goods)
    for count, groups in enumerate(hand.rng.sample(GROUPS[hand.language], 2), 1):
        for group in groups:
            leaf.put(row, hand.left, group)
            cells(hand, leaf, row, hand.left + 1, measure, columns, group, 0.1 * count)
            row += 1
        leaf.put(row, hand.left, f"{hand.total} {hand.say('Bereich', 'division')} {count}", "bold")
        for step in range(len(columns)):
            leaf.put(row, hand.left + 1 + step, Formula("=SUM(1,2)", hand.rng.randrange(900)))
        row += 1
    _one_scenario(hand, quarters(hand, TARGET), TARGET)


def l12(hand: Hand) -> None:
    """The data stand on a hidden sheet; what is seen is a dashboard of formulas."""
    cover(hand)
    board = hand.desk.leaf("Dashboard", first=True)
    board.put(0, 0, Formula('="Dashboard "&2026', f"Dashboard {hand.firm.year}"), "bold")
    hand.unit_at = "corner" if hand.unit_at == "title" else hand.unit_at
    hidden = "veryHidden" if hand.dirty else "hidden"
    leaf = hand.desk.leaf(hand.say("Daten", "Data"), visible=hidden)
    bands = [(hand.scenarios[s], quarters(hand, s)) for s in (TARGET, ACTUAL)]
    columns = banded(hand, leaf, 0, bands, 0)
    body(hand, leaf, 2, hand.measures(), columns, left=0)
    for count in range(3):
        board.put(3 + count, 1, Formula(f"=Daten!A{count + 3}", f"KPI {count + 1}"))
        board.put(3 + count, 2, Formula("=1/0", "#N/A") if hand.dirty else 100 + count)


def l13(hand: Hand) -> None:
    """Headings of groups stand between the rows of the table."""
    cover(hand)
    leaf = hand.desk.leaf(hand.say("Kennzahlen", "KPIs"))
    row = hand.title(leaf, hand.say("Kennzahlen ", "KPIs ") + hand.firm.name)
    columns = [
        Col(s, c.period, f"{hand.scenarios[s]} {hand.period(_of(c))}")
        for s in (TARGET, ACTUAL)
        for c in quarters(hand, s)
    ]
    row = head(hand, leaf, row, columns, units=hand.scale == 1)
    body(hand, leaf, row, hand.measures(6, 7), columns, groups=True, units=hand.scale == 1)
    legend(hand, leaf, row)


def l14(hand: Hand) -> None:
    """The unit stands in the title, the corner or only in a footnote."""
    cover(hand)
    leaf = hand.desk.leaf(hand.say("Plan und Ist", "Plan and actual"))
    hand.unit_at = "footnote" if hand.dirty else hand.rng.choice(["title", "corner"])
    row = hand.title(leaf, hand.say("Plan und Ist ", "Plan and actual ") + str(hand.firm.year))
    columns = [
        Col(s, c.period, f"{hand.scenarios[s]} {hand.period(_of(c))}")
        for c in quarters(hand, None)
        for s in (TARGET, ACTUAL)
    ]
    row = head(hand, leaf, row, columns)
    row = body(hand, leaf, row, hand.measures(), columns)
    if hand.unit_at == "footnote":
        text = hand.say(f"* alle Beträge in {hand.unit}", f"* all amounts in {hand.unit}")
        leaf.put(row + 1, hand.left, text)


SHAPES: dict[str, Callable[[Hand], None]] = {
    each.__name__.upper(): each
    for each in (l1, l2, l3, l4, l5, l6, l7, l8, l9, l10, l11, l12, l13, l14)
}


# ---------------------------------------------------------------- traps


def _trap(hand: Hand) -> tuple[Leaf, list[str]]:
    """A plain sheet with the header and a heading; the traps stand below it."""
    hand.top, hand.left, hand.scale, hand.quarter_style = 0, 0, 1, 0
    leaf = hand.desk.leaf(hand.say("Plankopf", "Plan header"))
    header(hand, leaf, 0, 0)
    return hand.desk.leaf(hand.say("Zahlen", "Figures")), ["revenue", "units", "cm"]


def _columns(hand: Hand, scenario: Scenario) -> list[Col]:
    word = hand.scenarios[scenario]
    return [
        Col(scenario, column.period, f"{word} Q{_of(column).number}")
        for column in quarters(hand, scenario)
    ]


def _doubt(hand: Hand, since: int) -> None:
    """From the figure *since* on, the figures may contradict earlier ones."""
    stated = hand.desk.figures
    later = stated[since:]
    keys = {figure.key for figure in later}
    hand.desk.doubtful += [figure for figure in stated if figure.key in keys]
    hand.desk.figures = [figure for figure in stated[:since] if figure.key not in keys]


def repeated_period(hand: Hand) -> None:
    """Two columns are headed by the same quarter and differ."""
    leaf, measures = _trap(hand)
    columns = _columns(hand, TARGET)
    head(hand, leaf, 0, [*columns, columns[1]])
    body(hand, leaf, 1, measures, columns)
    since = len(hand.desk.figures)
    for row, measure in enumerate(measures, 1):
        hand.state(leaf, row, 5, measure, TARGET, _of(columns[1]), number=7_700)
    _doubt(hand, since)


def repeated_measure(hand: Hand) -> None:
    """A measure stands in two tables with different values."""
    leaf, measures = _trap(hand)
    columns = _columns(hand, TARGET)
    head(hand, leaf, 0, columns)
    body(hand, leaf, 1, measures, columns)
    since, row = len(hand.desk.figures), head(hand, leaf, 6, columns)
    leaf.put(row, 0, hand.words["cm"])
    for step, column in enumerate(columns, 1):
        hand.state(leaf, row, step, "cm", TARGET, _of(column), number=8_800)
    _doubt(hand, since)


def mixed_units(hand: Hand) -> None:
    """One row is in thousands, as its label says; the others are not."""
    leaf, measures = _trap(hand)
    columns = _columns(hand, TARGET)
    head(hand, leaf, 0, columns)
    body(hand, leaf, 1, measures, columns)
    leaf.put(4, 0, f"{hand.words['promo_cost']} ({hand.say('T€', 'k€')})")
    hand.scale = 1000
    cells(hand, leaf, 4, 1, "promo_cost", columns)


def mixed_years(hand: Hand) -> None:
    """Quarters of last year stand before those of this year."""
    leaf, measures = _trap(hand)
    hand.quarter_style, year = 1, hand.firm.year
    word = hand.scenarios[ACTUAL]
    now = [Col(ACTUAL, c.period, f"{word} {hand.period(_of(c))}") for c in quarters(hand, ACTUAL)]
    head(hand, leaf, 0, [*(Col(None, None, f"{word} Q{n} {year - 1}") for n in QUARTERS), *now])
    for row, measure in enumerate(measures, 1):
        leaf.put(row, 0, hand.label(measure))
        for step, column in enumerate(now, 1):
            last = float(hand.rng.randrange(900, 9000))
            hand.state(leaf, row, step, measure, PY, _of(column), number=last, needed=False)
        cells(hand, leaf, row, 5, measure, now)


def missing_period(hand: Hand) -> None:
    """The third quarter is left out; the year is not the sum of the others."""
    leaf, measures = _trap(hand)
    columns = [column for column in _columns(hand, TARGET) if _of(column).number != 3]
    total = Col(TARGET, Period(hand.firm.year), hand.total, "running")
    head(hand, leaf, 0, [*columns, total])
    body(hand, leaf, 1, measures, [*columns, total])


TRAPS = (repeated_period, repeated_measure, mixed_units, mixed_years, missing_period)


@lru_cache(maxsize=8)
def traps(seed: int = 1) -> tuple[Made, ...]:
    """Workbooks that nobody can read without a question, in German and English."""
    done = []
    for trap in TRAPS:
        for language in ("de", "en"):
            hand = Hand(trap.__name__, language, dirty=False, seed=seed)
            trap(hand)
            done.append(hand.finish(seed))
    return tuple(done)


def make(shape: str, language: str, *, dirty: bool, seed: int = 1) -> Made:
    """A workbook of one shape, always the same for the same words."""
    hand = Hand(shape, language, dirty=dirty, seed=seed)
    SHAPES[shape](hand)
    return hand.finish(seed)


@lru_cache(maxsize=8)
def workbooks(seed: int = 1) -> tuple[Made, ...]:
    """Every shape in German and English, clean and dirty: 56 workbooks a seed."""
    return tuple(
        make(shape, language, dirty=dirty, seed=seed)
        for shape in SHAPES
        for language in ("de", "en")
        for dirty in (False, True)
    )
