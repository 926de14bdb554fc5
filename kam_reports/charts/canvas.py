"""The sheet of paper that a chart is drawn on: shapes as SVG text, and what became of them.

Coordinates are pixels from the upper left. Colours stand in the text as they are, so the same
picture works in a page, on paper and as a PNG in a mail.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from kam_reports.charts.measure import FAMILY, fitted, width_of

ASCENT, DESCENT = 0.78, 0.22  # of the size: from the line to the top of a capital, and below it
ANCHORS = {"start": "", "middle": "c", "end": "e"}
CLASSES = (
    "figure svg{font:12px var(--font);fill:var(--ink)}.e{text-anchor:end}"
    ".c{text-anchor:middle}.b{font-weight:600}.s{font-size:11px}"
)
NAMES = 8.0  # what may be set smaller than this is a number, which is never cut
SLIM = 354.0  # the width of a drawing for a phone
SMALLEST = 9.6  # no letter of it is smaller
_NAMESPACE = "http://www.w3.org/2000/svg"
BACK, BEHIND, FRONT, OVER, TOP = range(5)  # what lies upon what


@dataclass(frozen=True, slots=True)
class Look:
    """The colours of a chart, the letters it is set in, and how wide it is."""

    ink: str = "#1c2127"
    mute: str = "#5f6670"
    line: str = "#d9dce0"
    shade: str = "#f6f7f9"
    paper: str = "#ffffff"
    actual: str = "#3b3f45"
    before: str = "#a9adb3"
    good: str = "#0b7a53"
    bad: str = "#c4262e"
    warn: str = "#8a5300"
    accent: str = "#0a4a8f"
    font: str = f"'{FAMILY}',Inter,'Segoe UI',Arial,sans-serif"
    width: float = 720.0
    below: str = ""  # what a page says where a table with the values follows, instead of them
    styled: bool = False  # the page has the rules of CLASSES; what is painted alike is one shape

    @property
    def slim(self) -> bool:
        """Whether it is drawn for a phone: the picture alone, what it says stands elsewhere."""
        return self.width <= SLIM

    def judged(self, change: float, better: str) -> str:
        """The colour of a change: good, bad, or neither where no direction is better."""
        if change == 0 or better not in ("up", "down"):
            return self.mute
        return self.good if (change > 0) == (better == "up") else self.bad


@dataclass(frozen=True, slots=True)
class Svg:
    """A finished chart: the picture, what it says, and every number in it as a table.

    *message* is one sentence with the number that matters; *title* names unit, measure, period and
    scenarios; *alt* tells the values to who cannot see them.
    """

    text: str
    width: float
    height: float
    message: str
    title: str
    alt: str
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    keys: tuple[str, ...] = ()  # the signs that its legend has to explain
    origins: tuple[tuple[str, ...], ...] = ()  # the cells of *rows*, for us only
    slim: str = ""  # the same for a phone


@dataclass(frozen=True, slots=True)
class Box:
    """Where a text stands."""

    left: float
    top: float
    right: float
    bottom: float
    text: str = ""

    def overlap(self, other: Box) -> float:
        """The common area in square pixels."""
        wide = min(self.right, other.right) - max(self.left, other.left)
        high = min(self.bottom, other.bottom) - max(self.top, other.top)
        return wide * high if wide > 0 and high > 0 else 0.0


@lru_cache(maxsize=8192)
def number(value: float) -> str:
    """A coordinate, as short as a tenth of a pixel can be written.

    Nothing has no sign: 0.0 and -0.0 are one key of the cache, and whichever came first would stay.
    """
    text = f"{value:.1f}".removesuffix(".0")
    if text.startswith(("0.", "-0")):
        return text.replace("0.", ".", 1) if "." in text else "0"
    return text


def escaped(text: str) -> str:
    """*text* for XML."""
    if "&" in text or "<" in text or ">" in text or '"' in text:
        text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        text = text.replace('"', "&quot;")
    return text


@dataclass(slots=True)
class Canvas:
    """Draws a chart. *name* makes its ids unique on the page that holds it."""

    look: Look
    name: str
    width: float
    parts: list[str] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)
    hatched: bool = False
    painted: dict[tuple[int, str], list[str]] = field(default_factory=dict)
    written: dict[str, list[str]] = field(default_factory=dict)
    discs: int = 0

    @property
    def hatch(self) -> str:
        """The fill of a forecast."""
        self.hatched = True
        return f"url(#{self.id}-fc)"

    @property
    def id(self) -> str:
        """What its ids begin with: a page holds the picture twice, and shows one of them."""
        return f"{self.name}-n" if self.look.slim else self.name

    # ------------------------------------------------------------ shapes

    def rect(
        self, x: float, y: float, w: float, h: float, fill: str, stroke: str = "",
        thick: float = 1.4, *, layer: int = FRONT,
    ) -> None:  # fmt: skip
        """A rectangle; with negative width or height it grows to the left or upwards."""
        if w < 0:
            x, w = x + w, -w
        if h < 0:
            y, h = y + h, -h
        border = ""
        if stroke:
            x, y = x + thick / 2, y + thick / 2
            w, h = max(w - thick, 0.1), max(h - thick, 0.1)
            border = f' stroke="{stroke}" stroke-width="{thick:g}"'
        if self.look.styled:
            wide = number(w)
            d = f"M{number(x)} {number(y)}h{wide}v{number(h)}h-{wide}z"
            self._paint(f'fill="{fill}"{border}', d, layer)
            return
        self.parts.append(
            f'<rect x="{number(x)}" y="{number(y)}" width="{number(w)}" height="{number(h)}"'
            f' fill="{fill}"{border}/>'
        )

    def line(
        self, x1: float, y1: float, x2: float, y2: float, colour: str, thick: float = 1.0,
        dash: str = "", *, layer: int = OVER,
    ) -> None:  # fmt: skip
        """A straight line."""
        dashed = f' stroke-dasharray="{dash}"' if dash else ""
        dashed += f' stroke-width="{thick:g}"' if thick != 1 else ""
        if x1 == x2:
            way = f"v{number(y2 - y1)}"
        elif y1 == y2:
            way = f"h{number(x2 - x1)}"
        else:
            way = f"l{number(x2 - x1)} {number(y2 - y1)}"
        self._paint(f'stroke="{colour}"{dashed}', f"M{number(x1)} {number(y1)}{way}", layer)

    def path(
        self, d: str, fill: str, stroke: str = "", thick: float = 1.0, *, layer: int = OVER
    ) -> None:
        """Any shape."""
        border = f' stroke="{stroke}" stroke-width="{thick:g}"' if stroke else ""
        self._paint(f'fill="{fill}"{border}', d, layer)

    def _paint(self, paint: str, d: str, layer: int) -> None:
        """A shape; on a page all of a layer that are painted alike are one."""
        if self.look.styled:
            self.painted.setdefault((layer, paint), []).append(d)
        else:
            self.parts.append(f'<path d="{d}" {paint}/>')

    def circle(
        self, x: float, y: float, r: float, fill: str, stroke: str = "", opacity: float = 1.0
    ) -> None:
        """A disc; one upon the other in the order given."""
        border = f' stroke="{stroke}" stroke-width="1.4"' if stroke else ""
        pale = f' fill-opacity="{opacity:g}"' if opacity != 1 else ""
        where = f'<circle cx="{number(x)}" cy="{number(y)}" r="{number(r)}"'
        paint = f'fill="{fill}"{border}{pale}'
        if not self.look.styled:
            self.parts.append(f"{where} {paint}/>")
            return
        last = next(reversed(self.painted), (0, ""))
        if last[1].partition("|")[2] != paint:
            self.discs += 1
            last = FRONT, f"{self.discs}|{paint}"
        self.painted.setdefault(last, []).append(f"{where}/>")

    def triangle(self, x: float, y: float, towards: str, size: float = 5.0) -> None:
        """The prior year: a triangle whose tip is at (x, y), pointing right or down."""
        s, at = number(size), f"M{number(x)} {number(y)}"
        if towards == "right":
            self.path(f"{at}l-{number(size * 1.7)} -{s}v{number(2 * size)}z", self.look.before)
        else:
            self.path(f"{at}l-{s} -{number(size * 1.4)}h{number(2 * size)}z", self.look.before)

    def arrow(self, x: float, y: float, dx: int, dy: int, colour: str) -> None:
        """The mark of a value that goes on beyond the drawing: an arrowhead after a gap."""
        if dy:
            self.rect(x - 12, y - 2.5 * dy, 24, 3 * dy, self.look.paper, layer=OVER)
            d = f"M{number(x - 7)} {number(y)}h14l-7 {number(8 * dy)}z"
        else:
            self.rect(x - 2.5 * dx, y - 12, 3 * dx, 24, self.look.paper, layer=OVER)
            d = f"M{number(x)} {number(y - 7)}v14l{number(8 * dx)} -7z"
        self.path(d, colour, layer=TOP)

    def pin(
        self, x: float, y: float, dx: float, dy: float, colour: str, *, forecast: bool = False,
        thick: float = 3.0, beyond: bool = False,
    ) -> None:  # fmt: skip
        """A relative variance: a needle, its head in the fill of the scenario it belongs to.

        One that goes on *beyond* the drawing ends in an arrowhead.
        """
        self.line(x, y, x + dx, y + dy, colour, thick, layer=FRONT)
        if beyond:
            self.path(_head(x + dx, y + dy, dx, dy), colour)
        fill = self.hatch if forecast else self.look.actual
        back = 0.0 if not beyond else 1.0
        hx = x + dx - (dx > 0) * back * 9 + (dx < 0) * back * 9
        hy = y + dy - (dy > 0) * back * 9 + (dy < 0) * back * 9
        edge = self.look.actual if forecast else ""
        self.rect(hx - 4.5, hy - 4.5, 9, 9, fill, edge, layer=OVER)

    def axis(self, x1: float, y1: float, x2: float, y2: float, against: str = "PL") -> None:
        """The axis of a variance in the style of what it is measured against.

        A target is a thin double line, the prior year a broad light one, anything else plain.
        """
        if against == "PY":
            self.line(x1, y1, x2, y2, self.look.before, 4, layer=BACK)
            return
        if against != "PL":
            self.line(x1, y1, x2, y2, self.look.ink, 1.4, layer=BACK)
            return
        dx, dy = (1.6, 0.0) if x1 == x2 else (0.0, 1.6)
        for way in (-1, 1):
            aside, down = way * dx, way * dy
            self.line(x1 + aside, y1 + down, x2 + aside, y2 + down, self.look.actual, layer=BACK)

    # ------------------------------------------------------------ text

    def text(
        self, x: float, y: float, text: str, anchor: str = "start", colour: str = "",
        size: float = 12.0, *, bold: bool = False, room: float = 0.0,
        least: float = 8.5, hint: str = "",
    ) -> Box:  # fmt: skip
        """A line of text; in too little *room* it is set smaller, then cut: a number never is.

        *hint* is said to who points at it: the cells that a number was read from.
        """
        if not text:
            return Box(x, y, x, y)
        wide = width_of(text, size, bold=bold)
        whole = text
        if room and wide > room:
            if self.look.slim and least >= NAMES:
                least = max(least, SMALLEST)
            size = max(least, size * max(room, 1) / wide)
            text = fitted(text, room, size, bold=bold) if least >= NAMES else text
            wide = width_of(text, size, bold=bold)
        box = box_of(x, y, wide, anchor, size, text)
        self.boxes.append(box)
        ink = f' fill="{colour}"' if colour and colour != self.look.ink else ""
        hint = whole if text != whole else hint
        said = escaped(text) + (f"<title>{escaped(hint)}</title>" if hint else "")
        line = f'<text x="{number(x)}" y="{number(y)}"'
        if self.look.styled:
            how = self._classes(anchor, size, bold) + ink
            self.written.setdefault(how, []).append(f"{line}>{said}</text>")
            return box
        if anchor != "start":
            line += f' text-anchor="{anchor}"'
        if size != 12:
            line += f' font-size="{number(size)}"'
        if bold:
            line += ' font-weight="600"'
        self.parts.append(f"{line}{ink}>{said}</text>")
        return box

    def _classes(self, anchor: str, size: float, bold: bool) -> str:
        """The same as classes of the page, which know no sizes but the usual ones."""
        names = [ANCHORS[anchor], "b" if bold else "", "s" if size == 11 else ""]
        known = " ".join(name for name in names if name)
        sized = f' font-size="{number(size)}"' if size not in (11, 12) else ""
        return (f' class="{known}"' if known else "") + sized

    # ------------------------------------------------------------ the end

    def picture(self, height: float) -> Svg:
        """The picture alone, *height* pixels high; who it is for is told by the large one."""
        return self.finish(height, "", "", "")

    def finish(
        self,
        height: float,
        message: str,
        title: str,
        alt: str,
        head: Sequence[str] = (),
        rows: Sequence[Sequence[str]] = (),
        keys: Sequence[str] = (),
        origins: Sequence[Sequence[str]] = (),
    ) -> Svg:
        """The chart, *height* pixels high."""
        look, name = self.look, self.name
        w, h = number(self.width), number(height)
        if look.slim:
            kind, told = f' class="slim" viewBox="0 0 {w} {h}"', ""
        else:
            kind = "" if look.styled else f' xmlns="{_NAMESPACE}" width="{w}" height="{h}"'
            kind += f' viewBox="0 0 {w} {h}"'
            told = (
                f'<title id="{name}-t">{escaped(message or title)}</title>'
                f'<desc id="{name}-d">{escaped(look.below or alt)}</desc>'
            )
        if look.slim and not look.styled:
            kind = f' xmlns="{_NAMESPACE}"{kind}'
        if not look.styled:
            kind += f' font-family="{look.font}" font-size="12" fill="{look.ink}"'
        text = (
            f'<svg{kind} role="img" aria-labelledby="{name}-t {name}-d">{told}{self._hatching()}'
            f"{''.join(self.parts)}{''.join(self._shapes())}{''.join(self._words())}</svg>"
        )
        return Svg(
            text, self.width, height, message, title, alt, tuple(head), tuple(map(tuple, rows)),
            tuple(keys), tuple(map(tuple, origins)),
        )  # fmt: skip

    def _hatching(self) -> str:
        look = self.look
        if not self.hatched:
            return ""
        return (
            f'<pattern id="{self.id}-fc" width="5" height="5" '
            'patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
            f'<rect width="5" height="5" fill="{look.paper}"/>'
            f'<rect width="2.2" height="5" fill="{look.actual}"/></pattern>'
        )

    def _shapes(self) -> Iterator[str]:
        """What was painted, the lowest layer first."""
        for (_, paint), shapes in sorted(self.painted.items(), key=lambda one: one[0][0]):
            drawn = "".join(shapes)
            _, circles, plain = paint.partition("|")
            yield f"<g {plain}>{drawn}</g>" if circles else f'<path {paint} d="{drawn}"/>'

    def _words(self) -> Iterator[str]:
        """What was written, all that is set alike together."""
        for how, lines in self.written.items():
            if len(lines) == 1 or not how:
                yield "".join(lines).replace("<text", f"<text{how}")
            else:
                yield f"<g{how}>{''.join(lines)}</g>"


def box_of(x: float, y: float, wide: float, anchor: str, size: float, text: str = "") -> Box:
    """Where a line of text stands that is anchored at (x, y)."""
    left = x - wide if anchor == "end" else x - wide / 2 if anchor == "middle" else x
    return Box(left, y - ASCENT * size, left + wide, y + DESCENT * size, text)


def _head(x: float, y: float, dx: float, dy: float) -> str:
    if dx:
        step = 8 if dx > 0 else -8
        return f"M{number(x)} {number(y - 5)}v10l{step} -5z"
    step = 8 if dy > 0 else -8
    return f"M{number(x - 5)} {number(y)}h10l-5 {step}z"
