"""Nothing on a page is unclaimed: each number, light and computed sentence is recomputed.

The run is the shipped example, German and English. ``claims.py`` says from which tables.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import oracle
import pytest
from claims import (
    BETTER_DOWN,
    NOTHING,
    SIGNS,
    UNITS,
    WORDS,
    YEAR,
    Page,
    Tables,
    Teller,
    exact,
    flat,
    rows_of,
    unit_of,
)
from lxml import html
from oracle import Row, rounded
from paging import LIGHTS, head_of

from kam_reports.actions import open_workspace, read, review, wording_of
from kam_reports.kpis import KPIS
from kam_reports.model import Blocks, Entry, Named, Occasion, Period, Plan, Review
from kam_reports.outputs.html import render_reports
from kam_reports.outputs.tables import figures_csv, findings_csv, kpis_csv
from kam_reports.wording import Wording

EXAMPLE = Path(__file__).parents[1] / "workbooks" / "example"
RATES = {"EUR": Decimal(1), "GBP": Decimal("1.16")}  # of the example's kam.toml
AS_OF = date(YEAR, 9, 30)
CONTACTS = (2, 4, 6, 6, 12, 12, 12, 18, 24)  # a year, by field; as kam.toml leaves them
LAMPS = (("k_revenue",), ("k_cm", "k_cm_pct"), ("k_price_real", "k_price"),
         ("s_csat", "s_nps", "s_otd"), ("m_due_done", "m_done", "m_overdue"))  # fmt: skip
PARTNER_COLUMNS = ("a_volume", "a_conversion", "a_first_time", "a_cancel")
STANDINGS = {
    "de": {"A": "A Premium", "B": "B Entwicklung", "C": "C Beobachtung", "D": "D Maßnahmenplan",
           "N": "nicht bewertbar"},
    "en": {"A": "A premium", "B": "B development", "C": "C watch", "D": "D measure plan",
           "N": "not rated"},
}  # fmt: skip


@dataclass(frozen=True)
class Run:
    """The example in one language: its tables, its pages, and the lists as they were read."""

    tables: Tables
    plans: dict[str, Plan]
    pages: dict[str, Page]
    review: Review
    words: Wording

    @property
    def language(self) -> str:
        return self.tables.language

    def say(self, de: str, en: str) -> str:
        return de if self.language == "de" else en

    def day(self, day: date) -> str:
        if self.language == "de":
            return f"{day:%d.%m.%Y}"
        return f"{day.day} {'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split()[day.month - 1]} {day.year}"

    def named(self) -> dict[str, str]:
        """The KPI of each label."""
        return {self.words.label(Named("measure", key)): key for key in (*oracle.KPIS, *UNITS)}

    def of(self, role: str) -> list[str]:
        return [key for key, plan in self.plans.items() if str(plan.subject.role) == role]


@cache
def reviewed() -> Review:
    workspace = open_workspace(EXAMPLE, [], None, "de")
    occasion = Occasion(Period(YEAR, "Q", 3), AS_OF)
    paths = [workspace.folder / "plans", workspace.folder / "scorecards"]
    return review(read(paths, workspace, occasion=occasion, jobs=1), occasion, workspace)


@cache
def run(language: str) -> Run:
    made = reviewed()
    workspace = open_workspace(EXAMPLE, [], language, language)
    wording = wording_of(workspace)
    plans = {plan.subject.id: plan for plan in made.reading.usable}

    def lines(content: bytes) -> tuple[dict[str, str], ...]:
        return tuple(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))

    tables = Tables(
        language,
        3,
        rows_of(kpis_csv(made.kpis)),
        lines(figures_csv(made.figures)),
        lines(findings_csv(made.reading.findings, wording)),
        currencies={key: plan.currency for key, plan in plans.items()},
    )
    pages = dict(render_reports(made, wording, workspace, "KPI.xlsx"))
    return Run(
        tables, plans, {name: Page(html.fromstring(page)) for name, page in pages.items()},
        made, wording,
    )  # fmt: skip


both = pytest.mark.parametrize("language", ["de", "en"])


# ---------------------------------------------------------------- talking points


def talking_points(run: Run, subject: str) -> list[str]:
    """What there is to say about a subject, the most pressing first; by priority, then as here.

    Numbers are those of ``kpis.csv``; what was agreed and done stands in the lists as read.
    """
    told, plan = run.tables.of(subject), run.plans[subject]
    rules = PARTNER_RULES if str(plan.subject.role) == "partner" else ACCOUNT_RULES
    found = [(priority, text) for priority, rule in rules for text in rule(run, told, plan)]
    return [text for _, text in sorted(found, key=lambda one: one[0])]


def _light(told: Teller, kpi: str, scope: str = "YTD") -> str:
    row = told.row(kpi, scope)
    if scope == "FY":
        ends = row.forecast if row.actual is None else row.actual
        declared = oracle.KPIS[kpi]
        return oracle.lit(
            declared, ends, row.target, oracle.attained(declared, ends, row.target), year=True
        )
    return told.light(kpi, row)


def _missed(told: Teller, kpi: str, scope: str = "YTD") -> bool:
    return _light(told, kpi, scope) in ("red", "yellow")


def _price_or_mix(run: Run, told: Teller, plan: Plan) -> Iterator[str]:
    if _light(told, "k_revenue") == "green" and _missed(told, "k_cm"):
        revenue, margin = (
            told.text(told.row(k).attainment, "percent") for k in ("k_revenue", "k_cm")
        )
        yield run.say(
            f"Der Umsatz erreicht {revenue} des Ziels, der Deckungsbeitrag nur {margin}: Preise oder Mix klären.",
            f"Revenue reaches {revenue} of its target, contribution margin only {margin}: look into prices or mix.",
        )


def _growing(told: Teller, fell: str, rose: str) -> bool:
    one, other = told.row(fell).growth, told.row(rose).growth
    return one is not None and other is not None and one < 0 < other


def _price_costs(run: Run, told: Teller, plan: Plan) -> Iterator[str]:
    if _growing(told, "k_units", "k_price"):
        units, price = (told.growth(kpi, told.row(kpi)) for kpi in ("k_units", "k_price"))
        yield run.say(
            f"Absatz {units}, Ø Nettopreis {price} zum Vorjahr: Kostet der höhere Preis Menge?",
            f"Units {units}, average net price {price} on the year before: does the higher price cost volume?",
        )


def _season_ahead(run: Run, told: Teller, plan: Plan) -> Iterator[str]:
    if _light(told, "k_revenue") == "red" and _light(told, "k_revenue", "FY") == "green":
        part = told.text(told.row("k_revenue").attainment, "percent")
        year = told.text(told.row("k_revenue", "FY").forecast, "EUR")
        yield run.say(
            f"Der Umsatz liegt bisher bei {part} des Ziels, die Hochrechnung erreicht das Jahresziel ({year}): Saison zeigen, nicht nachgeben.",
            f"Revenue stands at {part} of its target so far, the forecast reaches the year's ({year}): show the season, do not give in.",
        )


def _season_behind(run: Run, told: Teller, plan: Plan) -> Iterator[str]:
    year = told.row("k_revenue", "FY")
    if (
        _light(told, "k_revenue") == "green"
        and _missed(told, "k_revenue", "FY")
        and year.forecast is not None
    ):
        part = told.text(told.row("k_revenue").attainment, "percent")
        ends, goal = told.text(year.forecast, "EUR"), told.text(year.target, "EUR")
        yield run.say(
            f"Der Umsatz ist bisher im Ziel ({part}), die Hochrechnung verfehlt es: {ends} gegen {goal}.",
            f"Revenue is on target so far ({part}), the forecast misses it: {ends} against {goal}.",
        )


def _losing_share(run: Run, told: Teller, plan: Plan) -> Iterator[str]:
    ours, market = told.row("k_revenue").growth, told.row("market_volume").growth
    if market is None:
        typed = plan.one("profile")["market_growth"]
        market = None if typed is None else Decimal(str(typed))
    if ours is not None and market is not None and ours < market:
        one, other = (told.text(value, "percent", signed=True) for value in (ours, market))
        yield run.say(
            f"Umsatz {one}, Markt {other} zum Vorjahr: Wir verlieren Anteil.",
            f"Revenue {one}, market {other} on the year before: we are losing share.",
        )


def _listed_not_sold(run: Run, told: Teller, plan: Plan) -> Iterator[str]:
    if _growing(told, "k_turn", "k_dist_num"):
        listed, turn = (told.growth(kpi, told.row(kpi)) for kpi in ("k_dist_num", "k_turn"))
        yield run.say(
            f"Distribution {listed}, Umschlag {turn} zum Vorjahr: gelistet, aber zu wenig verkauft.",
            f"Distribution {listed}, stock turn {turn} on the year before: listed, but too little sold.",
        )


def _small_orders(run: Run, told: Teller, plan: Plan) -> Iterator[str]:
    if _growing(told, "k_aov", "k_orders"):
        orders, value = (told.growth(kpi, told.row(kpi)) for kpi in ("k_orders", "k_aov"))
        yield run.say(
            f"Aufträge {orders}, Ø Auftragswert {value} zum Vorjahr: Bestellungen bündeln.",
            f"Orders {orders}, average order value {value} on the year before: bundle the orders.",
        )


def _satisfaction(run: Run, told: Teller, plan: Plan) -> Iterator[str]:
    names = {"s_csat": ("Kundenzufriedenheit (Index 0..100)", "Satisfaction index"),
             "s_nps": ("NPS", "NPS")}  # fmt: skip
    for kpi, name in names.items():
        row = told.row(kpi)
        if row.actual is None or row.prior_year is None:
            continue
        if rounded(row.prior_year - row.actual, 1) >= 5:
            now, before = (told.text(one, unit_of(kpi)) for one in (row.actual, row.prior_year))
            yield run.say(
                f"{name[0]}: {now} nach {before} im Vorjahr. Ursachen gemeinsam besprechen.",
                f"{name[1]}: {now} after {before} a year before. Talk about the causes together.",
            )


def _twice(section: str) -> Callable[[Run, Teller, Plan], Iterator[str]]:
    def rule(run: Run, told: Teller, plan: Plan) -> Iterator[str]:
        missed = [one["agreement"] for one in plan.of(section) if one["status"] == "missed"]
        for text, count in Counter(missed).items():
            if text and count > 1:
                yield run.say(
                    f"Zum {count}. Mal verfehlt: {text}. Weg und Termin neu vereinbaren.",
                    f"Missed {count} times: {text}. Agree on a new way and date.",
                )

    return rule


def _soon(day: date | None) -> int | None:
    return (day - AS_OF).days if day is not None and 0 <= (day - AS_OF).days <= 180 else None


def _contract(run: Run, told: Teller, plan: Plan) -> Iterator[str]:
    day = plan.one("profile")["contract_to"]
    left = _soon(day)
    if left is not None:
        days = told.text(Decimal(left), "days")
        yield run.say(
            f"Der Rahmenvertrag endet am {run.day(day)} (noch {days}): Verlängerung besprechen.",
            f"The framework contract ends on {run.day(day)} ({days} left): talk about its renewal.",
        )


def _condition(run: Run, told: Teller, plan: Plan) -> Iterator[str]:
    for one in plan.of("conditions"):
        if (
            one["negotiation_status"] == "agreed"
            and one["cond_type"]
            and _soon(one["valid_to"]) is not None
        ):
            name = run.words.label(Named("option", f"conditions.cond_type.{one['cond_type']}"))
            scope, day = run.words.fact(one["scope"]), run.day(one["valid_to"])
            yield run.say(
                f"{name} ({scope}) läuft am {day} aus: Anschluss verhandeln.",
                f"{name} ({scope}) ends on {day}: negotiate what follows.",
            )


def _decider(run: Run, told: Teller, plan: Plan) -> Iterator[str]:
    for one in plan.of("contacts"):
        met, every = one["last_contact_on"], int(one["contact_interval"] or 90)
        if one["bc_role"] == "decider" and met is not None and (AS_OF - met).days > every:
            days = told.text(Decimal(every), "days")
            yield run.say(
                f"{one['name']} entscheidet und wurde zuletzt am {run.day(met)} getroffen (vereinbart: alle {days}).",
                f"{one['name']} decides and was last met on {run.day(met)} (agreed: every {days}).",
            )


def late(one: Entry) -> int:
    open_ = one["status"] not in ("done", "cancelled") and not one["done_on"]
    return max((AS_OF - one["due"]).days, 0) if open_ and one["due"] else 0


def _late(run: Run, told: Teller, plan: Plan) -> Iterator[str]:
    for one in plan.of("measures"):
        kpis = [
            key for key, kpi in KPIS.items() if kpi.dimension and kpi.dimension == one["dimension"]
        ]
        if late(one) and any(told.light(kpi, told.row(kpi)) == "red" for kpi in kpis if known(kpi)):
            goal = run.words.label(Named("option", f"goals.dimension.{one['dimension']}"))
            days = told.text(Decimal(late(one)), "days")
            yield run.say(
                f"Die Maßnahme „{one['title']}“ ({one['owner']}) ist {days} überfällig, und das Ziel {goal} ist rot.",
                f"The measure “{one['title']}” ({one['owner']}) is {days} overdue, and the goal {goal} is red.",
            )


def known(kpi: str) -> bool:
    try:
        return bool(unit_of(kpi))
    except KeyError:
        return False


def _train(run: Run, told: Teller, plan: Plan) -> Iterator[str]:
    if _missed(told, "a_conversion") and _missed(told, "a_first_time"):
        signed, first = (
            told.text(told.row(k).actual, "percent") for k in ("a_conversion", "a_first_time")
        )
        yield run.say(
            f"Umsetzungsquote {signed} bei Erstvollständigkeit {first}: Unterlagen schulen.",
            f"Conversion {signed} with {first} complete at first: train the documents.",
        )


def _cancelled(run: Run, told: Teller, plan: Plan) -> Iterator[str]:
    if _missed(told, "a_cancel") and _missed(told, "a_training"):
        rate, trained = (
            told.text(told.row(k).actual, "percent") for k in ("a_cancel", "a_training")
        )
        yield run.say(
            f"Stornoquote {rate} bei Schulungsabdeckung {trained}: Schulung zu Beratung und Widerruf anbieten.",
            f"Cancellation rate {rate} with training coverage {trained}: offer training on advice and revocation.",
        )


ACCOUNT_RULES = (
    (1, _price_or_mix), (3, _price_costs), (5, _season_ahead), (2, _season_behind),
    (3, _losing_share), (4, _listed_not_sold), (5, _small_orders), (2, _satisfaction),
    (1, _twice("agreements")), (2, _contract), (3, _condition), (2, _decider), (1, _late),
)  # fmt: skip
PARTNER_RULES = ((1, _train), (2, _cancelled), (1, _twice("talks")))


# ---------------------------------------------------------------- the index


def claim_index(run: Run, page: Page) -> None:
    tree = page.tree
    accounts, lights = claim_accounts(run, page)
    partners, standings = claim_partners(run, page)
    claim_message(run, page, lights[0], standings)
    claim_facts(run, page)
    section = tree.get_element_by_id
    claim_tiles(run, page, section("overview"), ("Kunden", "accounts"))
    claim_tiles(run, page, section("partners"), ("Partnern", "partners"))
    claim_counts(run, page, lights)
    claim_decisions(run, page, [*accounts, *partners])
    claim_together(run, page)
    claim_fields(run, page, accounts)
    claim_concentration(run, page)
    claim_latest(run, page)
    claim_gaps(run, page)


def claim_light(page: Page, one: html.HtmlElement, light: str, text: str, where: str) -> None:
    """A light with what it judges, its sign before it; a light with its word has a sign by rule."""
    page.light(one, light, where)
    sign = f"{SIGNS[light]} " if one.find("u") is not None else ""
    page.text(one, f"{sign}{text}", where)


def claim_accounts(run: Run, page: Page) -> tuple[list[str], list[list[str]]]:
    rows = page.tree.get_element_by_id("accounts-t").xpath("tbody/tr")
    lights: list[list[str]] = [[] for _ in LAMPS]
    order = sorted(run.of("account"), key=lambda key: ranked(run, key))
    page.check([row.find_class("id")[0].text for row in rows], order, "the ranking")
    for number, (row, subject) in enumerate(zip(rows, order, strict=True), start=1):
        told = run.tables.of(subject)
        head, cells = row[0], list(row)[1:]
        page.text(head.find("i"), str(number), f"{subject}: rank")
        kpi, first = told.lamp(LAMPS[0])
        page.text(cells[0], told.text(first.actual, "EUR"), f"{subject}: revenue")
        page.text(cells[2], told.growth(kpi, first), f"{subject}: growth")
        page.check(bool(cells[3].xpath("*")), bool(told.course("k_revenue")), f"{subject}: course")
        for picture in cells[3].xpath("*"):
            page.label(picture, told.course("k_revenue"), f"{subject}: course")
        for place, kpis, seen in zip((1, 4, 5, 6, 7), LAMPS, lights, strict=True):
            kpi, judged = told.lamp(kpis)
            light, text = told.light(kpi, judged), told.judged(kpi, judged)
            if text == oracle.MISSING and place != 1:
                text = told.text(judged.actual, unit_of(kpi))
            claim_light(page, cells[place], light, text, f"{subject}: {kpi}")
            seen.append(light)
        page.text(cells[8], " · ".join(classed(run, subject)), f"{subject}: class and field")
        counts = errors(run, subject)
        page.text(cells[9], f"{counts['error']} / {counts['warning']}", f"{subject}: findings")
    return order, lights


def ranked(run: Run, subject: str) -> tuple[bool, bool, Decimal, str]:
    """By revenue in euros; one whose currency has no rate comes after its rank by its own number."""
    value = run.tables.of(subject).row("k_revenue").actual
    rate = RATES.get(run.plans[subject].currency)
    return value is None, rate is None, -(value or 0) * (rate or 1), subject


def classed(run: Run, subject: str) -> list[str]:
    """ABC by what the larger ones have together; the field from the two scores in the table."""
    field = field_of(run.tables.of(subject))
    basis = worth(run, "k_revenue")
    margin = worth(run, "k_cm")
    if margin.keys() >= basis.keys():
        basis = margin
    abc = oracle.MISSING
    if subject in basis:
        order = sorted(basis, key=lambda key: (-basis[key], key))
        before = sum((basis[key] for key in order[: order.index(subject)]), Decimal(0))
        share = before / sum(basis.values())
        abc = "A" if share < Decimal("0.8") else "B" if share < Decimal("0.95") else "C"
    return [abc, *([str(field)] if field else [])]


def worth(run: Run, kpi: str) -> dict[str, Decimal]:
    """The amounts that can be compared, in euros."""
    found = {}
    for key in run.of("account"):
        value = run.tables.of(key).row(kpi).actual
        rate = RATES.get(run.plans[key].currency)
        if value is not None and rate is not None:
            found[key] = value * rate
    return found


def field_of(told: Teller) -> int | None:
    high, right = (told.row(kpi, "YTD").actual for kpi in ("f_attr", "f_pos"))
    if high is None or right is None:
        return None
    row, column = (
        sum(value >= Decimal(edge) for edge in ("2.33", "3.67")) for value in (high, right)
    )
    return 3 * row + column + 1


def errors(run: Run, subject: str) -> Counter[str]:
    book = run.plans[subject].place.book
    return Counter(one["severity"] for one in run.tables.findings if one["file"] == book)


def claim_partners(run: Run, page: Page) -> tuple[list[str], list[str]]:
    rows = page.tree.get_element_by_id("partners-t").xpath("tbody/tr")

    def order(key: str) -> tuple[bool, Decimal, str]:
        value = run.tables.of(key).row("a_score").actual
        return value is None, -(value or 0), key

    wanted, standings = sorted(run.of("partner"), key=order), []
    page.check([row.find_class("id")[0].text for row in rows], wanted, "the ranking of partners")
    for number, (row, subject) in enumerate(zip(rows, wanted, strict=True), start=1):
        told, cells = run.tables.of(subject), list(row)[1:]
        score = told.row("a_score")
        page.text(row[0].find("i"), str(number), f"{subject}: rank")
        page.text(cells[0], told.text(score.actual, "points"), f"{subject}: score")
        standing = standing_of(run, told)
        page.text(cells[1], STANDINGS[run.language][standing], f"{subject}: standing")
        standings.append(standing)
        for picture in cells[2].xpath("*"):
            page.label(picture, told.course("a_score"), f"{subject}: course")
        for cell, kpi in zip(cells[3:7], PARTNER_COLUMNS, strict=True):
            one = told.row(kpi, "YTD", told.view(kpi))
            text = told.text(one.actual, unit_of(kpi))
            claim_light(page, cell, told.light(kpi, one), text, f"{subject}: {kpi}")
        page.text(cells[7], told.text(score.coverage, "percent"), f"{subject}: coverage")
        counts = errors(run, subject)
        page.text(cells[8], f"{counts['error']} / {counts['warning']}", f"{subject}: findings")
    return wanted, standings


PROOFS = ("permit", "liability_insurance")
_FRACTION = 1.5


def standing_of(run: Run, told: Teller) -> str:
    """By the score as shown; too few trained or too many cancelled cap it at C, a lapsed proof at D.

    The proofs are those of the list as read.
    """
    score = told.row("a_score")
    values = {key: told.row(key).actual for key in ("a_training", "a_cancel")}
    if told.light("a_cancel", told.row("a_cancel")) == "grey":
        values["a_cancel"] = None  # fewer than ten decisions
    for proof in run.plans[told.subject].of("acceptance"):
        lapsed = proof["status"] == "expired" or (proof["valid_until"] or AS_OF) < AS_OF
        if lapsed and proof["criterion"] in PROOFS:
            return "D"
    return oracle._standing(score.actual, score.coverage or Decimal(0), values)


def claim_message(run: Run, page: Page, lights: list[str], standings: list[str]) -> None:
    told = run.tables.of("*")
    row = told.row("k_revenue")
    n, of = row.included.split("/")
    facts = (told.text(row.actual, "EUR"), told.text(row.attainment, "percent"),
             told.growth("k_revenue", row))  # fmt: skip
    count, by = Counter(lights), Counter(standings)
    judged = len(lights) - count["grey"]
    wanted = [
        run.say(
            "Umsatz {}: {} des Ziels, {} zum Vorjahr, aus {} von {} Kunden.",
            "Revenue {}: {} of target, {} on prior year, from {} of {} accounts.",
        ).format(*facts, n, of),
        run.say(
            "Umsatzziel erreicht: {} von {} Kunden, knapp {}, verfehlt {}.",
            "Revenue target reached: {} of {} accounts, just missed {}, missed {}.",
        ).format(count["green"], judged, count["yellow"], count["red"]),
        run.say(
            "Partner: A\u00a0{A}, B\u00a0{B}, C\u00a0{C}, D\u00a0{D}, nicht bewertbar\u00a0{N}.",
            "Partners: A\u00a0{A}, B\u00a0{B}, C\u00a0{C}, D\u00a0{D}, not rated\u00a0{N}.",
        ).format(**{key: by[key] for key in "ABCDN"}),
    ]
    page.text(page.tree.find_class("message")[0], " ".join(wanted), "the message")


def claim_facts(run: Run, page: Page) -> None:
    day, subjects, quality, _ = page.tree.xpath("//dl[@class='facts']/div/dd")
    page.text(day, run.day(AS_OF), "as of")
    page.text(
        subjects,
        f"{len(run.of('account'))} {run.say('Kunden', 'accounts')} · {len(run.of('partner'))} {run.say('Partner', 'partners')}",
        "subjects",
    )
    count = Counter(one["severity"] for one in run.tables.findings)
    unusable = sum(one.blocks is Blocks.PLAN for one in run.review.reading.findings)
    page.text(
        quality,
        run.say(
            "{} Fehler · {} Warnungen · {} nicht verwendbar",
            "{} errors · {} warnings · {} not usable",
        ).format(count["error"], count["warning"], unusable),
        "quality",
    )


def claim_tiles(run: Run, page: Page, section: html.HtmlElement, words: tuple[str, str]) -> None:
    told, names = run.tables.of("*"), run.named()
    tiles = section.xpath(".//ul[@class='tiles']/li")
    page.check(len(tiles), 6, "tiles")
    for tile in tiles:
        kpi = names[tile.find_class("what")[0].text_content()]
        row, unit = told.row(kpi), unit_of(kpi)
        light, judged, growth = told.light(kpi, row), told.judged(kpi, row), told.growth(kpi, row)
        page.text(tile.find_class("what")[0], run.words.label(Named("measure", kpi)), "tile")
        page.text(tile.find_class("value")[0], told.text(row.actual, unit), f"tile {kpi}")
        against = told.word(kpi, row)
        against += f" {judged}" if judged != oracle.MISSING else ""
        page.text(tile.find_class("against")[0], against, f"tile {kpi}")
        page.light(tile.find_class("light")[0], light, f"tile {kpi}")
        wanted = (
            f"{growth} {run.say('zum Vorjahr', 'on prior year')}"
            if growth != oracle.MISSING
            else ""
        )
        page.text(tile.find_class("growth")[0], wanted, f"tile {kpi}")
        page.text(tile.find_class("of")[0], told.included(row, run.say(*words)), f"tile {kpi}")
        for picture in tile.find_class("sp"):
            page.label(picture, told.course(kpi), f"tile {kpi}")


def claim_counts(run: Run, page: Page, lights: list[list[str]]) -> None:
    rows = page.tree.get_element_by_id("lights").xpath(".//tbody/tr")
    for one, light in zip(
        page.tree.get_element_by_id("lights").find_class("light"), LIGHTS, strict=True
    ):
        claim_light(page, one, light, WORDS[run.language][light], "lights: head")
    for row, seen in zip(rows, lights, strict=True):
        for chip, light in zip(row.find_class("chip"), LIGHTS, strict=True):
            page.text(chip, str(seen.count(light)), f"lights: {light}")


def claim_decisions(run: Run, page: Page, order: list[str]) -> None:
    """The most pressing point of each subject, as the subjects are ranked; urgent ones first."""
    section = page.tree.get_element_by_id("decisions")
    points: list[tuple[int, str]] = []
    for subject in order:
        told, plan = run.tables.of(subject), run.plans[subject]
        rules = PARTNER_RULES if str(plan.subject.role) == "partner" else ACCOUNT_RULES
        found = [(priority, text) for priority, rule in rules for text in rule(run, told, plan)]
        if found:
            priority, text = min(found, key=lambda one: one[0])
            points.append((priority, f"{plan.subject.name} {text}"))
    points.sort(key=lambda one: one[0])
    items = section.xpath(".//li")
    page.check(len(items), len(points), "decisions")
    for item, (_, text) in zip(items, points, strict=False):
        page.text(item, text, "a decision")
    for more in section.xpath(".//summary"):
        page.text(
            more, run.say(f"{len(points) - 8} weitere", f"{len(points) - 8} more"), "decisions"
        )


def claim_together(run: Run, page: Page) -> None:
    told = run.tables.of("*")
    names = run.named()
    rows = page.tree.get_element_by_id("together").xpath(".//tbody/tr")
    assert len(rows) > 15
    for row in rows:
        kpi = names[row[0].text_content()]
        page.text(row[0], run.words.label(Named("measure", kpi)), "together")
        one, year, unit = told.row(kpi), told.row(kpi, "FY"), unit_of(kpi)
        wanted = [
            told.text(one.actual, unit), told.text(one.target, unit), told.judged(kpi, one),
            told.text(one.prior_year, unit), told.growth(kpi, one), told.text(year.forecast, unit),
        ]  # fmt: skip
        cells = list(row)[1:]
        for cell, text in zip(cells, wanted, strict=False):
            page.text(cell, text, f"together {kpi}")
        page.text(cells[7], told.included(one, ""), f"together {kpi}")
        claim_light(page, cells[8], told.light(kpi, one), told.word(kpi, one), f"together {kpi}")
        there = [key for key in run.of("account") if kpi_of(run, key, kpi)]
        n = int(one.included.split("/")[0])
        title = cells[7].get("title") or ""
        without = re.findall(r"KA-\d+", title)
        page.check(len(without), len(run.of("account")) - n, f"together {kpi}: without")
        page.check([key for key in without if key in there and kpi in ("k_revenue", "k_units")], [],
                   f"together {kpi}: without")  # fmt: skip
        page.claimed.add((cells[7], "title"))


def kpi_of(run: Run, subject: str, kpi: str) -> bool:
    """Whether a subject has both numbers of a KPI and is in the sums."""
    row = run.tables.of(subject).row(kpi)
    blocked = any(one.blocks is Blocks.ACCOUNT and one.subject and one.subject.id == subject
                  for one in run.review.reading.findings)  # fmt: skip
    return row.actual is not None and row.target is not None and not blocked


def claim_fields(run: Run, page: Page, order: list[str]) -> None:
    """Who is in which field, and the picture and table of the scores."""
    section = page.tree.get_element_by_id("portfolio")
    scored = {key: run.tables.of(key) for key in order if field_of(run.tables.of(key))}
    fields = {key: field_of(told) for key, told in scored.items()}
    strong = sum(number in (8, 9) for number in fields.values())
    message = run.say("{} von {} bewerteten Kunden liegen in den Feldern zum Ausbauen",
                      "{} of {} rated accounts are in the fields to expand")  # fmt: skip
    for one in (
        *section.xpath(".//figcaption/h3"),
        *section.xpath(".//*[local-name()='title']")[:1],
    ):
        page.text(one, message.format(strong, len(fields)), "portfolio: message")
    title = run.say("Kelvenau Wärmetechnik GmbH · Portfolio, Bewertung 1 bis 5 · Q1–Q3 2026 · Fläche = Umsatz · Farbe = Ampel des Deckungsbeitrags (als Wort in der Tabelle)",
                    "Kelvenau Wärmetechnik GmbH · Portfolio, rated 1 to 5 · Q1–Q3 2026 · area = Revenue · colour = light of the margin (as a word in the table)")  # fmt: skip
    page.text(section.xpath(".//figcaption/p")[0], title, "portfolio: title")
    rows = section.xpath(".//figure//tbody/tr")
    for row, (key, told) in zip(
        rows, sorted(scored.items(), key=lambda one: in_euros(run, one[0])), strict=True
    ):
        high, right = (told.text(told.row(kpi).actual, "score") for kpi in ("f_attr", "f_pos"))
        size = compared(run, key)
        margin = WORDS[run.language][told.light("k_cm", told.row("k_cm"))]
        wanted = [run.plans[key].subject.name, high, right, size, margin]
        for cell, text in zip(row, wanted, strict=True):
            page.text(cell, text, f"portfolio {key}")
    named = [one for one in section.xpath(".//*[local-name()='svg']//*[local-name()='text']")
             if flat(one.xpath("string(text())")).rstrip("…") and any(
                 run.plans[key].subject.name.startswith(flat(one.xpath("string(text())")).rstrip("…")) for key in scored)]  # fmt: skip
    for one in section.xpath(".//*[local-name()='svg']//*[local-name()='text']"):
        if re.match(r"\d", one.text or ""):
            left = len(scored) - len(named)
            page.text(one, run.say(f"{left} ohne Namen im Bild, alle in der Tabelle",
                                   f"{left} without a name in the picture, all in the table"), "portfolio")  # fmt: skip
    cells = section.xpath(".//table[@class='nine']//td")
    for cell, number in zip(cells, (7, 8, 9, 4, 5, 6, 1, 2, 3), strict=True):
        inside = [key for key in fields if fields[key] == number]
        page.text(cell.find_class("number")[0], str(number), "the nine fields")
        for count in cell.find_class("count"):
            page.text(count, str(len(inside)), f"field {number}")
        page.check(sorted(one.text_content() for one in cell.xpath(".//i")),
                   sorted(run.plans[key].subject.name for key in inside), f"field {number}")  # fmt: skip


def in_euros(run: Run, subject: str) -> tuple[Decimal, str]:
    missing, unlike, size, _ = ranked(run, subject)
    return Decimal(0) if missing or unlike else size, subject


def compared(run: Run, subject: str) -> str:
    """The revenue in the currency of the report."""
    missing, unlike, size, _ = ranked(run, subject)
    return run.tables.of("*").text(None if missing or unlike else -size, "EUR")


def claim_concentration(run: Run, page: Page) -> None:
    told = run.tables.of("*")
    sizes = sorted((-size for missing, unlike, size, _ in (ranked(run, key) for key in run.of("account"))
                    if not missing and not unlike), reverse=True)  # fmt: skip
    total = sum(sizes, Decimal(0))
    hhi = sum(((one / total) ** 2 for one in sizes), Decimal(0))
    light = (
        "green"
        if rounded(hhi, 2) < Decimal("0.15")
        else "yellow"
        if rounded(hhi, 2) < Decimal("0.25")
        else "red"
    )
    words = {"green": ("niedrig", "low"), "yellow": ("mittel", "medium"), "red": ("hoch", "high")}
    wanted = [
        None, told.text(total, "EUR"), told.text(sizes[0] / total, "percent"),
        told.text(sum(sizes[:3], Decimal(0)) / total, "percent"), told.text(hhi, "ratio"),
        told.text(1 / hhi, "ratio"), told.text(total - sizes[0] / 5, "EUR"),
        run.say(*words[light]),
    ]  # fmt: skip
    section = page.tree.get_element_by_id("concentration")
    for cell, text in zip(section.xpath(".//dd"), wanted, strict=True):
        if text is not None:
            page.text(cell, text, "concentration")
    page.light(section.find_class("light")[0], light, "concentration")


def claim_latest(run: Run, page: Page) -> None:
    """The five measures that are late the longest, from the lists as read."""
    found = sorted(
        (
            (-late(one), key, one)
            for key in run.of("account")
            for one in run.plans[key].of("measures")
            if late(one)
        ),
        key=lambda one: one[:2],
    )
    rows = page.tree.get_element_by_id("late").xpath(".//tbody/tr")
    for row, (days, key, one) in zip(rows, found[:5], strict=True):
        wanted = (run.plans[key].subject.name, one["title"], one["owner"], run.day(one["due"]),
                  run.tables.of(key).text(Decimal(-days), "days"))  # fmt: skip
        for cell, text in zip(row, wanted, strict=True):
            page.text(cell, text, f"late: {key}")


def claim_gaps(run: Run, page: Page) -> None:
    """What an incomplete account says below its name, and the lights that explain the signs."""
    for row in page.tree.get_element_by_id("accounts-t").xpath("tbody/tr"):
        subject = row.find_class("id")[0].text
        told = run.tables.of(subject)
        known = [n for n in (1, 2, 3) if told.row("k_revenue", "Q", quarter=n).actual is not None]
        for one in row[0].find_class("gap"):
            text = flat(one.text_content())
            if text.startswith(run.say("unvollständig", "incomplete")):
                missing = [n for n in (1, 2, 3) if n not in known]
                wanted = ", ".join(f"{run.say('Umsatz', 'Revenue')} Q{n} {YEAR}" for n in missing)
                page.text(one, f"{run.say('unvollständig', 'incomplete')}: {wanted}", subject)
            elif DIGITS.search(text):
                last = told.text(told.row("k_revenue", "Q", quarter=known[-1]).actual, "EUR")
                page.text(one, f"{run.say('zuletzt', 'last')} Q{known[-1]} {YEAR}: {last}", subject)
    for note in page.tree.find_class("note"):
        for one, light in zip(note.find_class("light"), LIGHTS, strict=False):
            claim_light(page, one, light, WORDS[run.language][light], "the signs explained")


DIGITS = re.compile(r"\d")
EXEMPT = (  # where, and why nothing is recomputed there
    (r"^(Quartalsübersicht |Quarterly overview |Intern – vertraulich · |Internal – confidential · )?Q3 2026$",
     "names the quarter of the run"),
    (r"^(Partnergespräch|Quartalsgespräch|Managementbericht|Partner review|Quarterly review|Management report) Q3 2026$",
     "names the quarter of the run"),
    (r"^Q[1-4]( 2026)?$", "a heading that names a quarter"),
    (r" · Q[1-4](–Q[1-4])? 2026", "the title of a chart: subject, what, quarters"),
    (r" · (Zeitplan|Schedule|Timeline) · ", "the title of a chart: subject, what, from when to when"),
    (r"^Kundenzufriedenheit \(Index 0..100\)$|^(Preisindex|Price index) \(.* 100\)$", "a name with a digit"),
    (r"^(0|100) (Punkte bei|points at)$", "a heading of the scorecard"),
    (r"^\d+\s(Min\.|min\.?)$", "minutes of the agenda, fixed; their sum is recomputed"),
    (r"^\d+ [A-ZÄÖÜ]\w+", "the number and name of a stage"),
    (r"(100.% heben|above 100.?%)", "a definition in words"),
    (r"…$", "a name cut to fit; the whole one stands in its title"),
    (r"^(Stand|As of) .*(kam-reports).*$", "the day of the run, in the foot"),
    (r"^(.* · )?(KA|VP)-\d+( · .*)?$", "the id of a subject"),
    (r"^Summe, wenn der größte 20.% verliert$|^Total if the largest loses 20%$", "a fixed question"),
)  # fmt: skip


def left(page: Page) -> list[str]:
    """What nobody claimed, but for addresses of cells and the texts of ``EXEMPT``."""
    found = []
    for one, where, text in page.unclaimed():
        address = where == "title" and re.search(r"[A-Z]+\d+", text)
        if not address and not any(re.search(pattern, text) for pattern, _ in EXEMPT):
            found.append(f"{one.getroottree().getpath(one)} {where}: {text}")
    return found


@both
def test_every_number_and_light_of_the_index_is_recomputed_and_none_is_unclaimed(language):
    told = run(language)
    page = Page(told.pages["index.html"].tree)
    claim_index(told, page)
    assert page.wrong == []
    assert left(page) == []


# ---------------------------------------------------------------- the reports


VIEWS = ("own", "joint", "customer")


def claim_report(run: Run, page: Page, subject: str, edition: str) -> None:
    """Charts and talking points exactly; every other number is one of this subject's, as written."""
    told = run.tables.of(subject)
    one_picture(run, page, subject)
    for figure in page.tree.xpath("//figure"):
        table = figure.xpath(".//table")
        rows = [[flat(cell.text_content()) for cell in row] for row in figure.xpath(".//table//tr")]
        if table and rows[0][0] in ("Quartal", "Quarter"):
            claim_columns(run, page, told, figure, rows[0], edition)
        elif table and rows[0][0] in ("Warengruppe", "Product group"):
            claim_groups(run, page, told, figure)
        elif figure.xpath("ancestor::section[@id='goals' or @id='numbers'][1]"):
            claim_goals(run, page, told, figure, edition)
        elif bridge(figure):
            claim_bridge(run, page, told, figure)
        elif figure.xpath("ancestor::section[@id='portfolio']"):
            claim_rated(run, page, figure)
        elif run.words.phrase("chart.bullet_keys") in flat(figure.text_content()):
            claim_bullets(run, page, told, figure, edition)
    claim_lines(run, page, told, edition)
    claim_lamps(run, page, told)
    claim_points(run, page, subject, edition)
    claim_messages(run, page, told)
    claim_standing(run, page, told)
    claim_variance(run, page, told)
    if edition == "partner":
        claim_funnel(run, page, told)
        claim_scorecard(run, page, told)
    claim_counts_of_lines(run, page)
    claim_lists(run, page, subject)
    claim_known(run, page, subject)


def one_picture(run: Run, page: Page, subject: str) -> None:
    """A figure may have a second picture for phones: it says no number that the first does not.

    Titles inside of a picture name cells, or the whole of a name that was cut.
    """
    for title in page.tree.xpath("//*[local-name()='text']//*[local-name()='title']"):
        title.drop_tree()
    for figure in page.tree.xpath("//figure"):
        first, *others = figure.xpath(".//*[local-name()='svg']") or [None]
        for other in others:
            said, more = (
                {number for text in one.xpath(".//*[local-name()='text']")
                 if not re.search("×", text.text_content()) for number in NUMERAL.findall(text.text_content())}
                for one in (first, other)
            )  # fmt: skip
            page.check(
                more - said - numbers_of(run, subject), set(), f"{subject}: the picture for phones"
            )
            other.drop_tree()


def claim_points(run: Run, page: Page, subject: str, edition: str) -> None:
    """Talking points, best and worst are sentences, word for word."""
    told = run.tables.of(subject)
    points = {flat(text) for text in talking_points(run, subject)}
    points |= {flat(text) for text in extremes(run, page, told)}
    for one in page.tree.xpath("//ul[contains(@class,'points')]/li | //p[@class='message']/span"):
        text = flat(one.text_content())
        plain = text.removeprefix(run.say("Zu entscheiden: ", "To decide: "))
        moved = MOVED.match(plain)
        if moved and moved[1] in run.named():
            plain = moving(run, told, run.named()[moved[1]], edition, plain)
            points.add(flat(plain))
        if plain in points or one.tag == "li":
            page.check(plain in points or not DIGITS.search(text), True, f"{subject}: {text!r}")
            page.text(one, text.removesuffix(plain) + plain if plain in text else plain, subject)


MOVED = re.compile(
    r"^(?:Am stärksten verbessert|Am stärksten zurückgegangen|Improved most|Fell most): (.*?) [+−±]"
)


def moving(run: Run, told: Teller, kpi: str, edition: str, text: str) -> str:
    """What changed most on the year before, with the numbers of the table."""
    row = told.row(kpi)
    if edition == "customer":
        row = beside(row, told.row(kpi, "YTD", told.view_of_customer(kpi)))
    now, before = (told.text(value, unit_of(kpi)) for value in (row.actual, row.prior_year))
    name, growth = run.words.label(Named("measure", kpi)), told.growth(kpi, row)
    return text.partition(": ")[0] + run.say(f": {name} {growth} zum Vorjahr ({now} nach {before}).",
                                             f": {name} {growth} on the prior year ({now} after {before}).")  # fmt: skip


def extremes(run: Run, page: Page, told: Teller) -> Iterator[str]:
    """The KPI farthest above its target, and the one farthest below, of those with a line."""
    apart = {}
    for row in page.tree.xpath("//section[@id='goals']//table[not(ancestor::figure)]/tbody/tr[th]"):
        kpi = run.named().get("".join(row.find("th").xpath("text()")).strip())
        one = told.row(kpi, "YTD", told.view(kpi)) if kpi else NOTHING
        better = (
            oracle.KPIS[kpi].better
            if kpi in oracle.KPIS
            else "down"
            if kpi in BETTER_DOWN
            else "up"
        )
        if kpi and one.actual is not None and one.target and better in ("up", "down"):
            distance = (one.actual - one.target) / abs(one.target)
            apart[kpi] = -distance if better == "down" else distance
    if not apart:
        return
    for kpi, wanted, words in ((max(apart, key=lambda key: apart[key]), True, ("Am besten", "Best")),
                               (min(apart, key=lambda key: apart[key]), False, ("Am schwächsten", "Weakest"))):  # fmt: skip
        if (apart[kpi] >= 0) is wanted:
            one, unit = told.row(kpi, "YTD", told.view(kpi)), unit_of(kpi)
            name, judged = run.words.label(Named("measure", kpi)), told.judged(kpi, one)
            now, goal = told.text(one.actual, unit), told.text(one.target, unit)
            yield run.say(f"{words[0]}: {name} mit {now} gegen Ziel {goal} ({judged}).",
                          f"{words[1]}: {name} with {now} against a target of {goal} ({judged}).")  # fmt: skip


def in_order(figure: Any) -> list[Any]:
    """The texts of a picture line by line, as one reads them."""
    texts = figure.xpath(".//*[local-name()='text']")
    return sorted(
        texts, key=lambda one: (round(float(one.get("y") or 0) / 5), float(one.get("x") or 0))
    )


def in_chart(told: Teller, value: oracle.Number, unit: str, *, signed: bool = False) -> str:
    """A number in a chart: amounts without the unit that the title names."""
    text = told.text(value, unit, signed=signed)
    return text.split("\u00a0")[0] if unit in ("EUR", "units", "count") else text


def quarters(run: Run, told: Teller, kpi: str, edition: str) -> list[dict[str, oracle.Number]]:
    """AC, PL, PY and FC by quarter: from the table; quarters to come from the figures as typed."""
    own = "own" if edition != "customer" else told.view_of_customer(kpi)
    found = []
    for number in range(1, 5):
        row = told.row(kpi, "Q", quarter=number)
        goal = told.row(kpi, "Q", own, number).target if number <= 3 else None
        before = row.prior_year
        if number > 3:
            goal, before = (
                typed(run, told.subject, kpi, scenario, own, number)
                for scenario in ("TARGET", "PY")
            )
        found.append({"AC": row.actual, "PL": goal, "PY": before, "FC": None})
    ends, so_far = told.row(kpi, "FY").forecast, told.row(kpi).actual
    if ends is not None and so_far is not None and found[3]["AC"] is None:
        found[3]["FC"] = ends - so_far
    return found


def typed(run: Run, subject: str, kpi: str, scenario: str, view: str, number: int) -> oracle.Number:
    """A quarter of the one measure that the KPI is, as typed."""
    (measure,) = oracle.KPIS[kpi].needs
    wanted = {"subject_id": subject, "measure": measure, "perspective": view if scenario == "TARGET" else "own",
              "scenario": scenario, "breakdown": ""}  # fmt: skip
    lines = [
        one for one in run.tables.figures if all(one[key] == value for key, value in wanted.items())
    ]
    values = {one["period"]: Decimal(one["value"]) for one in lines if one["value"]}
    months = [
        values.get(f"{YEAR}-M{month:02d}", values.get(f"{YEAR}-{month:02d}"))
        for month in range(3 * number - 2, 3 * number + 1)
    ]
    whole = values.get(f"{YEAR}-Q{number}")
    return (
        sum((one for one in months if one is not None), Decimal(0)) if None not in months else whole
    )


def claim_columns(
    run: Run, page: Page, told: Teller, figure: Any, head: list[str], edition: str
) -> None:
    names = run.named()
    title = flat(figure.xpath("string(.//figcaption/p)"))
    name = title.split(" · ")[1]
    kpi = next(
        (key for word, key in names.items() if name == word or name.startswith(f"{word} in ")), None
    )
    if kpi is None or kpi not in oracle.KPIS:
        return
    unit, course = unit_of(kpi), quarters(run, told, kpi, edition)
    against = "PL" if "ΔPL" in head else "PY"
    labels: set[str] = set()
    for row, found in zip(figure.xpath(".//tbody/tr"), course, strict=True):
        now = found["AC"] if found["AC"] is not None else found["FC"] if "FC" in head else None
        base = found[against]
        apart = None if now is None or base is None else now - base
        cells = {
            **{key: in_chart(told, found[key], unit) for key in ("AC", "PL", "PY", "FC")},
            f"Δ{against}": in_chart(told, apart, unit, signed=True),
            f"Δ{against} %": told.text(None if apart is None or not base else apart / abs(base), "percent", signed=True),
        }  # fmt: skip
        for key, cell in zip(head[1:], list(row)[1:], strict=True):
            page.text(cell, cells[key], f"{told.subject} {kpi}: {key}")
            labels.add(cells[key])
    message = whole_message(run, told, kpi, edition)
    for one in (figure.xpath(".//h3")[0], figure.xpath(".//*[local-name()='title']")[0]):
        page.text(one, message, f"{told.subject} {kpi}: message")
    for one in figure.xpath(".//*[local-name()='text']"):
        text = flat(one.xpath("string(text())"))
        if DIGITS.search(text) and not re.fullmatch(r"Q[1-4]|Δ(PL|PY) ×\d+", text):
            page.check(text in labels, True, f"{told.subject} {kpi}: label {text}")
        page.claimed.add((one, "text"))


def whole_message(run: Run, told: Teller, kpi: str, edition: str) -> str:
    row = told.row(kpi)
    goal = told.row(kpi, "YTD", told.view_of_customer(kpi)) if edition == "customer" else row
    parts = []
    for value, words in ((goal.variance_pct, ("Ziel", "target", "im Ziel", "on target")),
                         (row.growth, ("Vorjahr", "prior year", "im Vorjahr", "prior year"))):  # fmt: skip
        if value is not None:
            size = told.text(abs(value), "percent")
            above = rounded(value * 100, 1) > 0
            word = run.say("über" if above else "unter", "above" if above else "below")
            parts.append(f"{size} {word} {run.say(words[0], words[1])}")
    name = run.words.label(Named("measure", kpi))
    if not parts and (unit_of(kpi) != "index" or row.actual is None):
        return f"{name} {run.say('nach Quartalen', 'by quarter')}"
    until = run.say(f"bis Q3 {YEAR}", f"to Q3 {YEAR}")
    return f"{name} {until}: {', '.join(parts)}"


def claim_groups(run: Run, page: Page, told: Teller, figure: Any) -> None:
    """Product groups from the figures as typed; together they are the table's total."""
    sums: dict[str, dict[str, Decimal]] = {}
    for one in run.tables.figures:
        wanted = (one["subject_id"], one["measure"], one["perspective"]) == (
            told.subject,
            "revenue",
            "own",
        )
        to_date = one["period"] in {f"{YEAR}-Q{n}" for n in (1, 2, 3)}
        if wanted and to_date and one["breakdown"] and one["value"]:
            group = sums.setdefault(one["breakdown"], {})
            group[one["scenario"]] = group.get(one["scenario"], Decimal(0)) + Decimal(one["value"])
    total = told.row("k_revenue")
    labels = set()
    for row in figure.xpath(".//tbody/tr"):
        name = flat(row[0].text_content())
        group = sums.get(name)
        now, goal = (
            (group.get("ACTUAL"), group.get("TARGET")) if group else (total.actual, total.target)
        )
        apart = None if now is None or goal is None else now - goal
        wanted = [in_chart(told, now, "EUR"), in_chart(told, goal, "EUR"), in_chart(told, apart, "EUR", signed=True),
                  told.text(None if apart is None or not goal else apart / abs(goal), "percent", signed=True)]  # fmt: skip
        for cell, text in zip(list(row)[1:], wanted, strict=True):
            page.text(cell, text, f"{told.subject} {name}")
            labels.add(text)
    for one in figure.xpath(".//*[local-name()='text']"):
        text = flat(one.xpath("string(text())")).removeprefix("PL ")
        if DIGITS.search(text) and "×" not in text:
            page.check(text in labels, True, f"{told.subject} groups: label {text}")
        page.claimed.add((one, "text"))
    gaps = {
        name: group["ACTUAL"] - group["TARGET"]
        for name, group in sums.items()
        if group.keys() >= {"ACTUAL", "TARGET"}
    }
    best, worst = (
        max(gaps, key=lambda key: gaps[key], default=""),
        min(gaps, key=lambda key: gaps[key], default=""),
    )
    if gaps:
        gain, loss = told.text(gaps[best], "EUR", signed=True), told.text(-gaps[worst], "EUR")
        message = run.say(f"{best} trägt mit {gain} am meisten bei, {worst} fehlen {loss}",
                          f"{best} contributes most with {gain}, {worst} is {loss} short")  # fmt: skip
        if gaps[worst] >= 0:
            message = run.say(f"Keine Gruppe liegt zurück, am meisten trägt {best} mit {gain} bei",
                              f"No group is behind, {best} contributes most with {gain}")  # fmt: skip
        elif gaps[best] <= 0:
            message = run.say(f"Keine Gruppe liegt über Ziel, {worst} fehlen {loss}",
                              f"No group is above target, {worst} is {loss} short")  # fmt: skip
        for one in (figure.xpath(".//h3")[0], figure.xpath(".//*[local-name()='title']")[0]):
            page.text(one, message, f"{told.subject} groups: message")


def claim_goals(run: Run, page: Page, told: Teller, figure: Any, edition: str) -> None:
    """Actual, target and variance beside each name, and how many lights are green."""
    names, lights, gaps = run.named(), [], {}
    texts = in_order(figure)
    at = 0
    while at < len(texts):
        kpi = names.get(flat(texts[at].xpath("string(text())")))
        at += 1
        if kpi is None:
            continue
        view = told.view_of_customer(kpi) if edition == "customer" else told.view(kpi)
        row, unit = told.row(kpi, "YTD", view), unit_of(kpi)
        apart = (
            told.text(row.variance, "pp")
            if unit == "percent"
            else told.text(row.variance_pct, "percent", signed=True)
        )
        light = told.light(kpi, row)
        for text in (
            told.text(row.actual, unit),
            told.text(row.target, unit),
            apart,
            f"{told.word(kpi, row)} {SIGNS[light]}",
        ):
            page.text(texts[at], text, f"{told.subject} goals: {kpi}")
            at += 1
        lights.append(light)
        gaps[kpi] = (row, apart)
    judged = [one for one in lights if one != "grey"]
    reached = judged.count("green")
    heads = (*figure.xpath(".//h3")[:1], *figure.xpath(".//*[local-name()='title']")[:1])
    for one in heads:
        found = re.findall(r"\d+", flat(one.text_content()))[:2]
        page.check(
            sorted(found),
            sorted([str(reached), str(len(judged))]),
            f"{told.subject} goals: message",
        )
        behind = re.search(
            r"[:,] (?:größter Rückstand|farthest behind): (.*) \((.*)\)$", flat(one.text_content())
        )
        if behind:
            page.check(behind[2], flat(gaps[names[behind[1]]][1]), f"{told.subject} goals: gap")
        page.claimed.add((one, "text"))


def bridge(figure: Any) -> bool:
    return bool(
        re.search(
            r"Überleitung PL|bridge|from PL", figure.xpath("string(.//figcaption/p)"), re.IGNORECASE
        )
    )


def claim_bridge(run: Run, page: Page, told: Teller, figure: Any) -> None:
    """From target to actual: the two ends from the table, the steps add up to their difference."""
    row = told.row("k_revenue")
    numbers = [flat(one.xpath("string(text())")) for one in in_order(figure)]
    numbers = [text for text in numbers if re.fullmatch(r"[+−±]?[\d.,]+", text)]
    page.check(numbers[0], in_chart(told, row.target, "EUR"), f"{told.subject} bridge")
    page.check(numbers[-1], in_chart(told, row.actual, "EUR"), f"{told.subject} bridge")
    group, point = (".", ",") if run.language == "de" else (",", ".")
    steps = [
        Decimal(text.replace(group, "").replace(point, ".").replace("−", "-").replace("±", ""))
        for text in numbers[1:-1]
    ]
    assert row.variance is not None
    page.check(
        abs(sum(steps) * 1000 - row.variance) < 200, True, f"{told.subject} bridge: the steps"
    )
    wanted = [in_chart(told, one, "EUR", signed=True) for one in steps_of(run, told, len(steps))]
    page.check(numbers[1:-1], [flat(one) for one in wanted], f"{told.subject} bridge: the steps")
    size = told.text(abs(row.variance), "EUR")
    largest = max(steps, key=abs) * 1000
    for one in (figure.xpath(".//h3")[0], figure.xpath(".//*[local-name()='title']")[0]):
        text = flat(one.text_content())
        page.check(flat(size) in text, True, f"{told.subject} bridge: {text} lacks {size}")
        page.check(
            flat(told.text(largest, "EUR", signed=True)) in text,
            True,
            f"{told.subject} bridge: {text} lacks {largest}",
        )
        above = row.variance > 0
        page.check(run.say("über Ziel" if above else "unter Ziel", "above target" if above else "below target") in text, True,
                   f"{told.subject} bridge: {text}")  # fmt: skip
        page.claimed.add((one, "text"))
    for one in in_order(figure):
        page.claimed.add((one, "text"))


def claim_bullets(run: Run, page: Page, told: Teller, figure: Any, edition: str) -> None:
    """Each bar by the KPI beside it: its value, and how far it is from the target."""
    kpi, names = "", run.named()
    for one in in_order(figure):
        text = flat(one.xpath("string(text())"))
        if text in names:
            kpi = names[text]
            continue
        assert kpi, text
        wanted, _ = line(run, told, kpi, edition)
        key, sign = ("judged", "ΔPL ") if text.startswith("ΔPL") else ("to_date", "")
        if key == "judged" and unit_of(kpi) != "percent":
            continue
        page.check(text, flat(sign + wanted[key]), f"{told.subject} {kpi}: bar")
        page.claimed.add((one, "text"))


def steps_of(run: Run, told: Teller, count: int) -> list[Decimal]:
    """Volume and price, or volume, mix and price where the groups of ``figures.csv`` tell it."""
    units, revenue = told.row("k_units"), told.row("k_revenue")
    assert None not in (units.actual, units.target, revenue.actual, revenue.target)
    at_plan = units.actual * revenue.target / units.target  # what was sold, at the price planned
    volume = at_plan - revenue.target
    if count == 2:
        return [volume, revenue.actual - at_plan]
    sums: dict[str, dict[str, Decimal]] = {}
    for one in run.tables.figures:
        own = (one["subject_id"], one["perspective"]) == (told.subject, "own")
        quarter = one["period"] in {f"{YEAR}-Q{n}" for n in (1, 2, 3)}
        if own and quarter and one["breakdown"] and one["value"]:
            group, key = (
                sums.setdefault(one["breakdown"], {}),
                f"{one['measure']} {one['scenario']}",
            )
            group[key] = group.get(key, Decimal(0)) + Decimal(one["value"])
    groups = sum(
        (group["units ACTUAL"] * group["revenue TARGET"] / group["units TARGET"]
         for group in sums.values()), Decimal(0),
    )  # fmt: skip
    return [volume, groups - at_plan, revenue.actual - groups]


@cache
def headings(language: str) -> dict[str, str]:
    """The key of each heading of a column of KPIs."""
    words = run(language).words
    keys = ("quarter", "quarter_prior_year", "quarter_growth", "to_date", "target", "shared_target",
            "judged", "prior_year", "growth", "forecast", "gap", "light", "median")  # fmt: skip
    return {words.phrase(f"column.{key}"): key for key in keys}


def line(run: Run, told: Teller, kpi: str, edition: str) -> tuple[dict[str, str], str]:
    """A line of a report: the text below each heading, and its light."""
    unit, view = unit_of(kpi), told.view(kpi)
    quarter, row, year = (told.row(kpi, scope, view) for scope in ("Q", "YTD", "FY"))
    if year.forecast is None:
        year = replace(year, forecast=told.row(kpi, "FY").forecast)
    if edition == "customer":
        shared = told.view_of_customer(kpi)
        quarter, row = (
            beside(told.row(kpi, scope), told.row(kpi, scope, shared)) for scope in ("Q", "YTD")
        )
        year = NOTHING
        promised = run.plans[told.subject].one("profile")["logistics_service_target"]
        if kpi == "s_otd" and row.target is None and promised is not None:
            row = replace(row, target=exact(repr(promised)))  # a promise in the profile
    apart = "pp" if unit == "percent" else "percent"
    light = told.light(kpi, row) if edition != "customer" or row.target is not None else "grey"
    return {
        "quarter": told.text(quarter.actual, unit),
        "quarter_prior_year": told.text(quarter.prior_year, unit),
        "quarter_growth": told.text(quarter.growth, apart, signed=True),
        "to_date": told.text(row.actual, unit),
        "target": told.text(row.target, unit),
        "shared_target": told.text(row.target, unit),
        "judged": told.judged(kpi, row),
        "prior_year": told.text(row.prior_year, unit),
        "growth": told.growth(kpi, row),
        "forecast": told.text(year.forecast, unit),
        "gap": told.text(year.fc_gap, unit, signed=True),
        "light": told.word(kpi, row) if light != "grey" else "",
    }, light  # fmt: skip


def beside(own: Row, shared: Row) -> Row:
    """What happened beside the shared target; its own count where that was judged."""
    judged = shared.target is not None and shared.actual is not None
    first, other = (shared, own) if judged else (own, shared)
    either = {
        key: getattr(other, key) if getattr(first, key) is None else getattr(first, key)
        for key in ("actual", "prior_year", "growth")
    }
    return replace(shared, **either)


def claim_lines(run: Run, page: Page, told: Teller, edition: str) -> None:
    """The tables of KPIs: each number below its heading, and the light."""
    names = run.named()
    for row in page.tree.xpath("//table/tbody/tr[th]"):
        kpi = names.get("".join(row.find("th").xpath("text()")).strip())
        if kpi is None:
            continue
        wanted, light = line(run, told, kpi, edition)
        for cell in row.findall("td"):
            key = headings(run.language).get(head_of(cell))
            if key == "median":
                page.text(cell, median_of(run, kpi), f"{told.subject} {kpi}: median")
            elif key == "light":
                for one in cell.xpath(
                    "descendant-or-self::*[contains(concat(' ', @class, ' '), ' light ')]"
                ):
                    page.light(one, light, f"{told.subject} {kpi}")
            elif key:
                page.text(cell, wanted[key], f"{told.subject} {kpi}: {key}")


NUMERAL = re.compile(r"\d[\d.,]*\d|\d")


def claim_known(run: Run, page: Page, subject: str) -> None:
    """What remains must be a number of this subject: of the tables, or as it was read."""
    known = numbers_of(run, subject)
    for place in list(page.places(page.tree.find("body"))):
        where, text = place[1], page.said(place)
        if place in page.claimed or where == "light" or not DIGITS.search(text):
            continue
        if set(NUMERAL.findall(text)) <= known:
            page.claimed.add(place)


def numbers_of(run: Run, subject: str) -> set[str]:
    return {number for text in all_texts(run, subject) for number in NUMERAL.findall(text)}


def all_texts(run: Run, subject: str) -> Iterator[str]:
    """Every number of the tables, and of the lists as read, in every way it may be written."""
    told, plan = run.tables.of(subject), run.plans[subject]
    for key, row in run.tables.rows.items():
        if key[0] != subject or key[1] not in (*oracle.KPIS, *UNITS):
            continue
        unit = unit_of(key[1])
        for column in ("actual", "target", "prior_year", "forecast", "needed_per_quarter", "mat", "variance",
                       "fc_gap"):  # fmt: skip
            yield told.text(getattr(row, column), unit)
        for column in ("attainment", "variance_pct", "growth", "coverage"):
            yield told.text(getattr(row, column), "percent")
        yield row.included
    for one in run.tables.figures:
        if one["subject_id"] == subject and one["value"]:
            value = Decimal(one["value"])
            yield from (told.text(value, unit) for unit in ("EUR", "count", "percent"))
    for entry in plan.entries:
        for value in entry.values.values():
            if isinstance(value.value, date):
                yield run.day(value.value)
                yield told.text(Decimal(abs((AS_OF - value.value).days)), "days")
            elif isinstance(value.value, int | float) and not isinstance(value.value, bool):
                number = exact(repr(value.value))
                yield from (
                    told.text(number, unit)
                    for unit in ("EUR", "count", "percent", "index", "score")
                )
                yield told.text(number / 100, "percent")
            elif value.value is not None:
                yield str(value.value)
                yield str(value.raw)
    yield from counted(run, told, plan)


def counted(run: Run, told: Teller, plan: Plan) -> Iterator[str]:
    """What is counted and added up from the lists as read: rows, sums, value × probability, days."""
    rows: dict[str, list[dict[str, Decimal]]] = {}
    for entry in plan.entries:
        numbers = {
            key: exact(repr(value.value)) for key, value in entry.values.items()
            if isinstance(value.value, int | float) and not isinstance(value.value, bool)
        }  # fmt: skip
        rows.setdefault(entry.section, []).append(numbers)
        yield from (
            told.text(one * other, "EUR") for one in numbers.values() for other in numbers.values()
        )
        yield from (
            told.text(one / other - 1, "percent")
            for one in numbers.values()
            for other in numbers.values()
            if other
        )
        for value in entry.values.values():
            if isinstance(value.value, date):
                every = numbers.get("contact_interval", Decimal(90))
                yield str(abs(abs((AS_OF - value.value).days) - int(every)))
    for found in rows.values():
        yield from map(str, range(len(found) + 1))
        for key in {key for numbers in found for key in numbers}:
            yield told.text(sum(numbers.get(key, Decimal(0)) for numbers in found), "EUR")
            done = [numbers[key] for numbers in found if key in numbers]
            yield told.text(sum(done), "count")


def median_of(run: Run, kpi: str) -> str:
    """The middle of all partners, of two the mean."""
    every = [run.tables.of(key) for key in run.of("partner")]
    values = sorted(value for told in every if (value := told.row(kpi).actual) is not None)
    middle = len(values) // 2
    found = (values[middle] + values[-middle - 1]) / 2 if values else None
    return run.tables.of("*").text(found, unit_of(kpi))


def claim_messages(run: Run, page: Page, told: Teller) -> None:
    """Scores, funnels, latest values, agendas: each by its own numbers."""
    for figure in page.tree.xpath("//section[@id='standing']/figure"):
        score = told.text(told.row("a_score").actual, "points")
        wanted = run.say(
            f"Partner-Score bis Q3 {YEAR}: {score}", f"Partner score to Q3 {YEAR}: {score}"
        )
        for one in (figure.xpath(".//h3")[0], figure.xpath(".//*[local-name()='title']")[0]):
            page.text(one, wanted, f"{told.subject}: score")
    for one in page.tree.find_class("gap"):
        label = "".join(one.xpath("ancestor::th[1]/text()")).strip()
        latest = re.fullmatch(
            r"(?:zuletzt|last|latest:?) Q(\d) 2026: (.*)", flat(one.text_content())
        )
        kpi = run.named().get(label)
        if latest and kpi:
            value = told.row(kpi, "Q", quarter=int(latest[1])).actual
            page.check(
                flat(latest[2]),
                flat(told.text(value, unit_of(kpi))),
                f"{told.subject} {kpi}: latest",
            )
            page.claimed.add((one, "text"))
    minutes = [
        int(re.sub(r"\D", "", one.text_content())) for one in page.tree.find_class("minutes")
    ]
    for one in page.tree.xpath(
        "//section[@id='agenda']//h3[contains(., 'Min.') or contains(., 'min')]"
    ):
        page.check(re.findall(r"\d+", one.text_content()), [str(sum(minutes))], "the agenda")
        page.claimed.add((one, "text"))
    for picture in page.tree.xpath("//*[@class='spark']"):
        name, _, _ = picture.get("aria-label").partition(": Q")
        kpi = run.named()[name]
        course = (f"Q{n} {told.text(told.row(kpi, 'Q', quarter=n).actual, unit_of(kpi))}" for n in (1, 2, 3)
                  if told.row(kpi, "Q", quarter=n).actual is not None)  # fmt: skip
        page.label(picture, f"{name}: {'; '.join(course)}", f"{told.subject} {kpi}: course")


def claim_variance(run: Run, page: Page, told: Teller) -> None:
    """The table of the variance has the steps of the picture above it, and their sum."""
    section = page.tree.xpath("//section[@id='variance']")
    for table in section[0].xpath(".//table[not(ancestor::figure)]") if section else []:
        drawn = {flat(one.text_content()) for one in section[0].xpath(".//*[local-name()='text']")}
        row = told.row("k_revenue")
        ends = {
            told.text(row.actual, "EUR"),
            told.text(row.target, "EUR"),
            told.text(row.variance, "EUR", signed=True),
        }
        for cell in table.xpath("tbody/tr/td"):
            text = flat(cell.text_content())
            known = text in {flat(one) for one in ends} or re.split(r"\s", text)[0] in drawn
            page.check(known, True, f"{told.subject} variance: {text}")
            page.claimed.update(place for place in page.places(cell) if place[1] != "light")
    for one in page.tree.xpath("//figure//*[local-name()='desc']"):
        figure = one.xpath("ancestor::figure[1]")[0]
        said = " ".join(
            figure.xpath(".//td//text() | .//th//text() | .//*[local-name()='text']//text()")
        )
        numbers = set(NUMERAL.findall(said)) | {"0"} | numbers_of(run, told.subject)
        extra = set(NUMERAL.findall(one.text_content())) - numbers
        page.check(extra, set(), f"{told.subject}: description of a chart")
        page.claimed.add((one, "text"))


def claim_funnel(run: Run, page: Page, told: Teller) -> None:
    """Each step from the figures as typed: by quarter, to date, and its share of the first."""
    steps = {run.words.label(Named("measure", key)): key for key in
             ("submitted", "complete_first", "approved", "signed", "paid_out", "disbursed", "paid",
              "volume_submitted", "volume_signed") if key in run.words.vocabulary.measures}  # fmt: skip
    shares: dict[str, tuple[str, str]] = {}
    for table in page.tree.xpath("//section[@id='funnel']//table[not(ancestor::figure)]"):
        first: Decimal | None = None
        for row in table.xpath("tbody/tr"):
            key = steps.get(flat(row.find("th").text_content()))
            if key is None:
                continue
            unit = "EUR" if key.startswith("volume") else "count"
            quarters_of = [counted_in(run, told.subject, key, n) for n in (1, 2, 3)]
            total = (
                None if None in quarters_of else sum(one for one in quarters_of if one is not None)
            )
            first = total if first is None else first
            wanted = [
                *(told.text(one, unit) for one in (*quarters_of, total)),
                told.text(oracle.over(total, first), "percent"),
            ]
            for cell, text in zip(row.findall("td"), wanted, strict=True):
                page.text(cell, text, f"{told.subject} {key}")
            shares[flat(row.find("th").text_content())] = wanted[3], wanted[4]
    for figure in page.tree.xpath("//section[@id='funnel']/figure[not(.//table)]"):
        texts = [flat(one.text_content()) for one in in_order(figure)]
        for at, text in enumerate(texts):
            if text in shares:
                page.check(
                    tuple(texts[at + 1 : at + 3]),
                    tuple(map(flat, shares[text])),
                    f"{told.subject} funnel: {text}",
                )
        page.claimed.update(
            place
            for place in page.places(figure)
            if place[1] == "text" and place[0].tag.endswith("text")
        )
        if shares:
            names = [name for name in shares if name in texts]
            start, end = names[0], names[-1]
            message = run.say(
                f"Von {shares[start][0]} ({start}) wurden {shares[end][0]} ({end}), das sind {shares[end][1]}",
                f"Of {shares[start][0]} ({start}), {shares[end][0]} got to “{end}”: {shares[end][1]}",
            )
            for one in (figure.xpath(".//h3")[0], figure.xpath(".//*[local-name()='title']")[0]):
                page.text(one, message, f"{told.subject} funnel: message")


def counted_in(run: Run, subject: str, measure: str, number: int) -> Decimal | None:
    """A quarter of a flow as typed: of its months if all are there."""
    values = {one["period"]: exact(one["value"]) for one in run.tables.figures
              if (one["subject_id"], one["measure"], one["scenario"], one["breakdown"]) == (subject, measure, "ACTUAL", "")
              and one["value"]}  # fmt: skip
    months = [values.get(f"{YEAR}-{month:02d}") for month in range(3 * number - 2, 3 * number + 1)]
    if None not in months:
        return sum((one for one in months if one is not None), Decimal(0))
    return values.get(f"{YEAR}-Q{number}")


def claim_scorecard(run: Run, page: Page, told: Teller) -> None:
    """Points between the two anchors, times the weight, over what is covered."""
    rows = page.tree.xpath("//section[@id='scorecard']//tbody/tr")
    criteria = {
        run.words.label(Named("measure", key)): (key, weight, low, high)
        for key, weight, low, high in oracle.CRITERIA
    }
    points: dict[str, Decimal | None] = {}
    covered = Decimal(0)
    for row in rows:
        name = flat("".join(row[0].xpath("text()")))
        if name not in criteria:
            continue
        key, weight, low, high = criteria[name]
        one = told.row(key)
        value = one.attainment if key == "a_volume" else one.actual
        if oracle.KPIS[key].cases and one.light == "grey" if key in oracle.KPIS else False:
            value = None
        zero, hundred = Decimal(low), Decimal(high)
        points[key] = (
            None
            if value is None
            else min(max((value - zero) / (hundred - zero) * 100, Decimal(0)), Decimal(100))
        )
        covered += weight if points[key] is not None else 0
        cells = row.findall("td")
        page.text(cells[3], told.text(points[key], "points"), f"{told.subject} {key}: points")
        page.text(
            cells[4], told.text(Decimal(weight) / 100, "percent"), f"{told.subject} {key}: weight"
        )
        unit = unit_of(key) if key != "a_volume" else "percent"
        for cell, anchor in zip(cells[1:3], (zero, hundred), strict=True):
            page.text(cell, told.text(anchor, unit), f"{told.subject} {key}: anchor")
    for row in rows:
        name = flat("".join(row[0].xpath("text()")))
        if name in criteria:
            key, weight, *_ = criteria[name]
            made = points[key]
            part = None if made is None or not covered else made * weight / covered
            page.text(
                row.findall("td")[5],
                told.text(part, "points"),
                f"{told.subject} {key}: part of the score",
            )


def claim_counts_of_lines(run: Run, page: Page) -> None:
    """How many KPIs are complete, of those that the page has lines of; each counts once."""
    lines_of = {}
    for row in page.tree.xpath(
        "//section[not(@id='agreement') and not(@id='service')]//table[not(ancestor::figure)]/tbody/tr[th]"
    ):
        kpi = run.named().get("".join(row.find("th").xpath("text()")).strip())
        if kpi and (
            page.tree.xpath("//section[@id='scorecard']")
            or row.xpath("ancestor::section[@id='goals' or @id='numbers']")
        ):
            lines_of.setdefault(kpi, row)
    for one in page.tree.xpath("//dl[@class='facts']//dd"):
        found = re.match(r"(\d+) (?:von|of) (\d+) (?:Kennzahlen|KPIs)", flat(one.text_content()))
        if found:
            lacking = sum(any(re.match("unvollständig|incomplete", flat(gap.text_content())) for gap in row.find_class("gap"))
                          for row in lines_of.values())  # fmt: skip
            page.check(
                (int(found[1]), int(found[2])),
                (len(lines_of) - lacking, len(lines_of)),
                "complete KPIs",
            )
            page.claimed.add((one, "text"))


def claim_standing(run: Run, page: Page, told: Teller) -> None:
    """A partner's score in its message; an account's share of what all have together."""
    score = told.text(told.row("a_score").actual, "points")
    for one in page.tree.xpath("//p[@class='message']"):
        if re.match(r"Score ", flat(one.text_content())):
            standing = STANDINGS[run.language][standing_of(run, told)]
            page.text(one, run.say(f"Score {score} von 100: {standing}.", f"Score {score} of 100: {standing}."),
                      f"{told.subject}: message")  # fmt: skip
    terms = {
        flat(one.find("dt").text_content()): one.find("dd")
        for one in page.tree.xpath("//section[@id='portfolio']//dl/div")
    }
    share = terms.get(run.say("Anteil am Portfolio", "Share of the portfolio"))
    if share is not None:
        basis, margin = worth(run, "k_revenue"), worth(run, "k_cm")
        basis = margin if margin.keys() >= basis.keys() else basis
        part = oracle.over(basis.get(told.subject), sum(basis.values(), Decimal(0)))
        page.text(share, told.text(part, "percent"), f"{told.subject}: share")
    advised = terms.get(run.say("Kontakte im Jahr, empfohlen", "Contacts a year, recommended"))
    if advised is not None:
        number = field_of(told)
        page.text(
            advised,
            str(CONTACTS[number - 1]) if number else oracle.MISSING,
            f"{told.subject}: contacts",
        )


def in_any_currency(text: str) -> str:
    """*text* with one sign for every currency: ``findings.csv`` knows that of the reports alone."""
    return re.sub(r"[£]|CHF", "€", text)


def claim_lists(run: Run, page: Page, subject: str) -> None:
    """Findings as ``findings.csv`` has them; the share of the portfolio."""
    book = run.plans[subject].place.book
    mine = [one for one in run.tables.findings if one["file"] == book]
    said = {flat(one["message"]) for one in mine}
    for table in page.tree.xpath("//table[contains(@class, 'findings')]"):
        for row in table.xpath("tbody/tr"):
            code = re.search(r"V\d+", row.find("th").text_content())
            page.check(
                code is not None and code[0] in {one["code"] for one in mine},
                True,
                f"{subject}: code",
            )
            text = in_any_currency(flat(row.text_content()))
            page.check(
                any(in_any_currency(message) in text for message in said),
                True,
                f"{subject}: {text}",
            )
            page.claimed.update(place for place in page.places(row) if place[1] != "light")


def claim_rated(run: Run, page: Page, figure: Any) -> None:
    """The scores of all accounts beside each other, and what each is worth in euros."""
    by_name = {run.plans[key].subject.name: key for key in run.of("account")}
    for row in figure.xpath(".//tbody/tr"):
        key = by_name[flat(row[0].text_content())]
        told = run.tables.of(key)
        high, right = (told.text(told.row(kpi).actual, "score") for kpi in ("f_attr", "f_pos"))
        for cell, text in zip(list(row)[1:], (high, right, compared(run, key)), strict=True):
            page.text(cell, text, f"portfolio {key}")


def claim_lamps(run: Run, page: Page, told: Teller) -> None:
    """The five lights at the top."""
    for lamp, kpis in zip(page.tree.find_class("lamp"), LAMPS, strict=False):
        kpi, row = told.lamp(kpis)
        light = told.light(kpi, row)
        page.text(lamp.find_class("value")[0], told.text(row.actual, unit_of(kpi)), f"lamp {kpi}")
        for one in lamp.find_class("light"):
            claim_light(page, one, light, told.word(kpi, row), f"lamp {kpi}")


@both
@pytest.mark.parametrize("edition", ["internal", "customer", "partner"])
def test_every_number_and_light_of_the_reports_is_recomputed_and_none_is_unclaimed(
    edition, language
):
    told = run(language)
    wrong, nobody, seen = [], [], 0
    for name, made in told.pages.items():
        if f"/{edition}/" in name:
            page = Page(made.tree)
            claim_report(told, page, Path(name).stem, edition)
            wrong += [f"{name} {one}" for one in page.wrong]
            nobody += [f"{name} {one}" for one in left(page)]
            seen += len(page.claimed)
    assert wrong == []
    assert nobody == []
    assert seen > 500
