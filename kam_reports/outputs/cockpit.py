"""The index as the controller's cockpit: its small pictures, the order of its rows, its script.

Pictures are a few path commands each, because there may be hundreds of rows. Scenarios are told by
fill as in every chart: what happened is dark, the year before is light; bars begin at zero and all
variances of a table have one scale.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from kam_reports.audience import Overview, Shown
from kam_reports.audience.views import AccountRow, Lamp, PartnerRow, Point
from kam_reports.model import Light
from kam_reports.outputs.cells import quoted
from kam_reports.wording import Wording
from kam_reports.workspace import folder

if TYPE_CHECKING:
    from kam_reports.charts import Look

_SLOT, _BAR, _HIGH = 16, 8, 20  # pixels of a column picture: one quarter, one bar, all of it
_BESIDE = 4  # how far the year before looks out behind this year
_HALF = 26  # pixels that the bar of a variance may go to one side
_WIDEST, _LEAST = 0.3, 0.05  # a variance beyond gets an arrow; below, the scale is not stretched
_FIELDS_WIDE = 980.0  # pixels
_NAMESPACE = ' xmlns="http://www.w3.org/2000/svg"'  # a page in HTML knows it without
_STRONG = (8, 9)  # the fields to expand
_SHORTER = {"lamp.cm": "lamp.cm_short"}  # where a column is narrow
_ORDER = {Light.RED: 0, Light.YELLOW: 1, Light.GREEN: 2}
_BLANK = re.compile(r"^(?: *//.*\n|\s+)", re.MULTILINE)  # comments and indents of the script
_APART = 1000  # lights are further apart than any attainment is worth looking at


def script() -> str:
    """What sorts and filters the tables; the page can be read without it."""
    text = (folder("templates") / "index.js").read_text(encoding="utf-8")
    return _BLANK.sub("", text)


def rules(wording: Wording) -> str:
    """The style of the index beyond that of all pages.

    A row says nothing twice: the words of the lights and the lengths of bars stand here.
    """
    text = (folder("templates") / "index.css").read_text(encoding="utf-8")
    said = "".join(
        f".cockpit .{light} u::after{{content:{quoted(wording.phrase(f'light.{light}'))}}}"
        for light in Light
    )
    lengths = "".join(f".w{pixels}{{--w:{pixels}px}}" for pixels in range(1, _HALF + 1))
    return f"{text}{said}{lengths}"


def hashed(content: str) -> str:
    """How a content policy names *content*: nothing else may run, or give style."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"


def words(
    view: Overview, wording: Wording, look: Look, company: str
) -> dict[str, Callable[..., Any]]:
    """What only the template of the index can say."""
    scale = _scale(
        row.revenue.to_date.variance_pct for row in view.accounts if row.revenue is not None
    )

    def course(points: Sequence[Point], currency: str = "") -> Any:
        return columns(points, replace(wording, currency=currency or wording.currency))

    return {
        "fields_drawn": lambda: fields_drawn(view, wording, look, company),
        "course": course,
        "pin": lambda variance: pin(variance, scale),
        "ordered": ordered,
        "lamp_words": lambda lamps: [
            wording.phrase(_SHORTER.get(one.phrase, one.phrase)) for one in lamps
        ],
        "names": lambda named: [wording.label(one) for one in named],
        "flat": flat,
        "share": lambda counts: shares(tuple(counts)),
    }


def flat(*words: str | Sequence[str]) -> list[str]:
    """Words, and lists of them, as one list."""
    return [one for word in words for one in ([word] if isinstance(word, str) else word)]


Ranked = TypeVar("Ranked", AccountRow, PartnerRow)


def ordered(rows: Sequence[Ranked]) -> list[tuple[Ranked, str]]:
    """The rows, each with where it comes in the columns that are sorted by number.

    A place a column, the same for equal numbers; empty for what comes last either way.
    """
    keys = [_keys(row) for row in rows]
    places = []
    for column in zip(*keys, strict=True):
        known = sorted({key for key in column if key is not None})
        at = {key: str(place) for place, key in enumerate(known)}
        places.append(["" if key is None else at[key] for key in column])
    told = (",".join(row) for row in zip(*places, strict=True))
    return list(zip(rows, told, strict=True))


def _keys(row: AccountRow | PartnerRow) -> tuple[float | None, ...]:
    problems = row.errors * _APART + min(row.warnings, _APART - 1)
    if isinstance(row, AccountRow):
        growth = short(row.revenue.to_date.growth) if row.revenue else None
        first, *others = map(rank, row.lamps)
        return size(row), first, growth, *others, problems
    measured = (short(one.actual) for one in row.measured)
    return row.score.value, *measured, row.coverage.value, problems


def rank(lamp: Lamp) -> float | None:
    """Where a light comes in the order of its column: the worst light first, then the number."""
    if lamp.light not in _ORDER:
        return None
    value: float = short(lamp.judged if lamp.judged.known else lamp.value) or 0.0
    return _ORDER[lamp.light] * _APART + min(max(value, -_APART / 2), _APART / 2)


def size(row: AccountRow) -> float | None:
    """Where an account comes by revenue: its rank knows what other currencies are worth."""
    known = row.revenue is not None and row.revenue.to_date.actual.known
    return -row.rank if known else None


def short(shown: Shown) -> float | None:
    """The number that a value is sorted by; None comes last."""
    value = shown.fact.value if shown.known else None
    return None if value is None else float(value)


# ---------------------------------------------------------------- pictures


def fields_drawn(
    view: Overview, wording: Wording, look: Look, company: str
) -> dict[str, Any] | None:
    """The nine fields as a chart, with its message and its title; None if nobody is rated."""
    from markupsafe import Markup, escape

    from kam_reports.charts import Frame, portfolio

    if view.picture is None:
        return None
    of = company or wording.phrase("index.subjects")
    frame = Frame(wording, of, view.quarter, replace(look, width=_FIELDS_WIDE))
    drawn = portfolio(view.picture, frame)
    if drawn is None:
        return None
    fields = [field for row in view.fields for field in row]
    strong = sum(len(field.accounts) for field in fields if field.number in _STRONG)
    rated = sum(len(field.accounts) for field in fields)
    message = wording.phrase("chart.portfolio_all", strong=strong, rated=rated)  # of all, not drawn
    text = drawn.text.replace(_NAMESPACE, "").replace(
        str(escape(drawn.message)), str(escape(message))
    )
    return {
        "svg": Markup(text),  # noqa: S704  (a chart of ours, its texts escaped)
        "message": message,
        "title": drawn.title,
        "table": wording.phrase("chart.data"),
        "head": drawn.head,
        "rows": drawn.rows,
    }


def columns(points: Sequence[Point], wording: Wording) -> Any:
    """The quarters as columns, the year before behind them; empty if nothing is known."""
    from markupsafe import Markup, escape

    values = [one.fact.value for point in points for one in (point.actual, point.prior_year)
              if one.known]  # fmt: skip
    if not values:
        return ""
    low, high = min(0.0, *values), max(0.0, *values)
    spread = (high - low) or 1.0
    zero = high / spread * _HIGH
    told = "; ".join(_said(point, wording) for point in points if point.actual.known)

    def bars(column: str, beside: int) -> str:
        found = []
        for number, point in enumerate(points):
            shown: Shown = getattr(point, column)
            if shown.known:
                top = (high - shown.fact.value) / spread * _HIGH
                at = number * _SLOT + beside + _BAR // 2
                found.append(f"M{at} {_short(zero)}V{_short(top)}")
        return f'<path d="{"".join(found)}"/>' if found else ""

    return Markup(  # noqa: S704  (numbers of ours and an escaped text)
        f'<svg class="sp" role="img" aria-label="{escape(told)}">'
        f"{bars('prior_year', 0)}{bars('actual', _BESIDE)}</svg>"
    )


def _said(point: Point, wording: Wording) -> str:
    key = "course.beside" if point.prior_year.known else "course.alone"
    return wording.phrase(
        key,
        quarter=point.quarter.short,
        actual=point.actual.fact,
        prior_year=point.prior_year.fact,
    )


def _scale(variances: Iterable[Shown]) -> float:
    """Up to which variance the bars of a table go."""
    sizes: list[float] = [abs(one.fact.value) for one in variances if one.known]
    return min(max([_LEAST, *sizes]), _WIDEST)


def pin(variance: Shown, scale: float) -> Any:
    """How far from the target: a bar from the double line to the right, or to the left."""
    from markupsafe import Markup

    part = variance.fact.value / scale if variance.known else 0
    if not part:
        return Markup("<b></b>")
    way = f"{'u' if part > 0 else 'd'}{' far' if abs(part) > 1 else ''}"
    length = max(round(min(abs(part), 1) * _HALF), 1)
    return Markup(f'<b class="{way} w{length}"></b>')  # noqa: S704  (numbers of ours)


def shares(counts: Sequence[tuple[Light, int]]) -> Any:
    """How many have which light, as one bar."""
    from markupsafe import Markup

    whole = sum(count for _, count in counts)
    parts, at = [], 0.0
    for light, count in counts:
        wide = count / whole * 100 if whole else 0
        if count:
            parts.append(
                f'<path class="{light}" d="M{_short(at)} 0h{_short(wide)}v10h-{_short(wide)}"/>'
            )
        at += wide
    return Markup(  # noqa: S704  (numbers of ours)
        '<svg class="share" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">'
        f"{''.join(parts)}</svg>"
    )


def _short(number: float) -> str:
    return f"{round(number, 1):g}"
