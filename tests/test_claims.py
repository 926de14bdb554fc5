"""Nothing on a page is unclaimed: each number, light and computed sentence is recomputed.

The run is the shipped example, German and English. ``claims.py`` says from which tables.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

import oracle
import pytest
from claims import SIGNS, UNITS, WORDS, YEAR, Page, Tables, Teller, flat, rows_of, unit_of
from lxml import html
from oracle import rounded
from paging import LIGHTS

from kam_reports.actions import open_workspace, read, review, wording_of
from kam_reports.kpis import KPIS
from kam_reports.model import Blocks, Entry, Named, Occasion, Period, Plan, Review
from kam_reports.outputs.html import render_reports
from kam_reports.outputs.tables import figures_csv, findings_csv, kpis_csv
from kam_reports.wording import Wording

EXAMPLE = Path(__file__).parents[1] / "workbooks" / "example"
RATES = {"EUR": Decimal(1), "GBP": Decimal("1.16")}  # of the example's kam.toml
AS_OF = date(YEAR, 9, 30)
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
    page.light(one, light, where)
    page.text(one, f"{SIGNS[light]} {text}", where)


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
        against = f"{SIGNS[light]} {told.word(kpi, row)}"
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
    title = run.say("Kelvenau Wärmetechnik GmbH · Portfolio, Bewertung 1 bis 5 · Q1–Q3 2026 · Fläche = Umsatz",
                    "Kelvenau Wärmetechnik GmbH · Portfolio, rated 1 to 5 · Q1–Q3 2026 · area = Revenue")  # fmt: skip
    page.text(section.xpath(".//figcaption/p")[0], title, "portfolio: title")
    rows, told_of = section.xpath(".//figure//tbody/tr"), []
    for row, (key, told) in zip(
        rows, sorted(scored.items(), key=lambda one: in_euros(run, one[0])), strict=True
    ):
        high, right = (told.text(told.row(kpi).actual, "score") for kpi in ("f_attr", "f_pos"))
        size = compared(run, key)
        wanted = [run.plans[key].subject.name, high, right, size]
        for cell, text in zip(row, wanted, strict=True):
            page.text(cell, text, f"portfolio {key}")
        told_of.append(f"{wanted[0]}: {high} / {right}, {size}")
    page.text(section.xpath(".//*[local-name()='desc']")[0], "; ".join(told_of), "portfolio: desc")
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
        f"{SIGNS[light]} {run.say(*words[light])}",
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
