"""The nine fields: position to the right, attractiveness upwards, the area is what is sold.

Labels look for a free place around their bubble, further out with a line to it; one that finds
none is left to the table, and the picture says how many.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import lru_cache

from kam_reports.audience.views import Bubble, Portfolio
from kam_reports.charts.canvas import BACK, Box, Canvas, Svg, box_of, escaped, number
from kam_reports.charts.frame import Frame, listed
from kam_reports.charts.measure import fitted, width_of
from kam_reports.model import Light

LOW, HIGH = 2.33, 3.67  # where a field ends, on both axes
_LEFT, _TOP, _BOTTOM, _RIGHT = 30.0, 6.0, 30.0, 6.0
_HEIGHT, _SLIM_HEIGHT = 400.0, 360.0
_SMALLEST, _LARGEST = 5.0, 30.0
_LONGEST = 170.0  # of a name
_FIELDS = ((7, 8, 9), (4, 5, 6), (1, 2, 3))
_RINGS = (1.0, 16.0, 32.0, 50.0, 70.0, 92.0, 120.0, 150.0)  # pixels beyond a bubble
_NEAR = _RINGS[:3]
_ANGLES = (0, 180, 90, 270, 45, 315, 135, 225, 22, 338, 158, 202)
_SLANTED = (0, 180, 40, 320, 140, 220, 20, 340, 160, 200, 60, 300, 120, 240)


def portfolio(
    seen: Portfolio, frame: Frame, name: str = "portfolio", *, fields: bool = True
) -> Svg | None:
    """The accounts in the nine fields; None if none is rated."""
    if not seen.bubbles:
        return None
    return _Drawing(seen, frame, name, fields=fields).draw()


class _Drawing:
    def __init__(self, seen: Portfolio, frame: Frame, name: str, *, fields: bool) -> None:
        self.seen, self.frame, self.look, self.fields = seen, frame, frame.look, fields
        self.canvas = Canvas(frame.look, name, frame.look.width)
        slim = frame.look.slim
        self.left, self.right = (20.0, 0.0) if slim else (_LEFT, _RIGHT)
        self.height = _SLIM_HEIGHT if slim else _HEIGHT
        self.most, self.longest = (20.0, 112.0) if slim else (_LARGEST, _LONGEST)
        self.wide = frame.look.width - self.left - self.right
        self.high = self.height - _TOP - _BOTTOM
        sizes = [one.size.value or 0 for one in seen.bubbles]
        self.largest = max([0.0, *sizes])
        self.order = sorted(seen.bubbles, key=lambda one: (-(one.size.value or 0), one.name))
        self.taken: list[Box] = []
        self.lines: list[tuple[float, float, float, float]] = []
        self.labels: list[Box] = []

    def x(self, position: float) -> float:
        return self.left + (min(max(position, 1), 5) - 1) / 4 * self.wide

    def y(self, attractiveness: float) -> float:
        return _TOP + (5 - min(max(attractiveness, 1), 5)) / 4 * self.high

    def radius(self, bubble: Bubble) -> float:
        """So that the area is proportional; a very small one can still be seen."""
        value = max(bubble.size.value or 0.0, 0.0)
        share = value / self.largest if self.largest else 0.0
        return max(_SMALLEST, self.most * math.sqrt(share))

    def place(self, bubble: Bubble) -> tuple[float, float, float]:
        """Centre and radius, moved inside where the edge would cut the disc."""
        r = self.radius(bubble)
        x = min(max(self.x(bubble.position), self.left + r + 1), self.left + self.wide - r - 1)
        y = min(max(self.y(bubble.attractiveness), _TOP + r + 1), _TOP + self.high - r - 1)
        return x, y, r

    def draw(self) -> Svg:
        canvas, look, frame = self.canvas, self.look, self.frame
        self.grid()
        for bubble in sorted(self.order, key=lambda one: one.own):
            x, y, r = self.place(bubble)
            tones = {Light.GREEN: look.good, Light.YELLOW: look.warn, Light.RED: look.bad}
            tone = look.accent if bubble.own else tones.get(bubble.light, look.actual)
            pale = 0.45 if bubble.light is Light.GREY else 0.7
            canvas.circle(x, y, r, tone, look.paper, 0.92 if bubble.own else pale)
            self.taken.append(Box(x - r * 0.72, y - r * 0.72, x + r * 0.72, y + r * 0.72))
        self.names()
        unplaced = [one for one in sorted(self.order, key=lambda one: not one.own)
                    if not self.label(one)]  # fmt: skip
        height = self.height
        right = frame.say("axis_position") + " →"
        canvas.text(self.left + self.wide, self.height - 10, right, "end", look.mute, 11)
        self.upright(frame.say("axis_attractiveness") + " →")
        if unplaced:
            told = frame.say("unlabelled", count=len(unplaced))
            room = look.width - self.left if look.slim else 430
            height += 16 if look.slim else 0
            canvas.text(self.left, height - 10, told, colour=look.mute, size=11, room=room)
        return canvas.picture(height) if look.slim else self.told(height)

    def upright(self, text: str) -> None:
        """The vertical axis, read from below."""
        wide = width_of(text, 11)
        self.canvas.boxes.append(Box(7, _TOP, 20, _TOP + wide, text))
        self.canvas.parts.append(
            f'<text transform="translate(17 {number(_TOP)}) rotate(-90)" text-anchor="end"'
            f' font-size="11" fill="{self.look.mute}">{escaped(text)}</text>'
        )

    def grid(self) -> None:
        edges = (1.0, LOW, HIGH, 5.0)
        own = next((one for one in self.seen.bubbles if one.own), None)
        for row, numbers in enumerate(_FIELDS):
            for column in range(3):
                low, high = edges[2 - row], edges[3 - row]
                x, y = self.x(edges[column]), self.y(high)
                wide = self.x(edges[column + 1]) - x
                deep = self.y(low) - y
                here = own is not None and _field(own) == numbers[column]
                tone = _tint(self.look.accent) if here else self.look.shade
                self.canvas.rect(x + 1, y + 1, wide - 2, deep - 2, tone, layer=BACK)

    def names(self) -> None:
        """The name of each field, in that corner of it where the fewest bubbles are."""
        if not self.fields:
            return
        edges = (1.0, LOW, HIGH, 5.0)
        texts, spots = [], []
        for row, numbers in enumerate(_FIELDS):
            for column, which in enumerate(numbers):
                left, right = self.x(edges[column]) + 9, self.x(edges[column + 1]) - 9
                top, bottom = self.y(edges[3 - row]) + 18, self.y(edges[2 - row]) - 9
                texts.append(fitted(self.frame.say(f"field.f{which}"), right - left, 11))
                spots.append((left, right, top, bottom, width_of(texts[-1], 11)))
        discs = sorted((one.left, one.top, one.right, one.bottom) for one in self.taken)
        for text, (x, y, anchor) in zip(texts, _corners(tuple(discs), tuple(spots)), strict=True):
            box = self.canvas.text(x, y, text, anchor, self.look.mute, 11)
            self.taken.append(box)
            self.labels.append(box)

    def taken_at(self, box: Box) -> bool:
        """Whether *box* touches anything."""
        left, right, top, bottom = box.left, box.right, box.top, box.bottom
        for one in self.taken:
            if one.left < right and one.right > left and one.top < bottom and one.bottom > top:
                return True
        return False

    def label(self, bubble: Bubble) -> bool:
        """Write the name where it covers nothing; False if there is no such place."""
        size = 12.0 if bubble.own else 11.0
        text = fitted(bubble.name, self.longest, size, bold=bubble.own)
        wide = width_of(text, size, bold=bubble.own)
        tone = self.look.accent if bubble.own else self.look.ink
        x, y, r = self.place(bubble)
        for px, py, anchor, far in _around(x, y, r, _NEAR if self.look.slim else _RINGS):
            box = box_of(px, py, wide, anchor, size)
            inside = (
                box.left >= self.left + 2
                and box.right <= self.left + self.wide - 2
                and box.top >= _TOP + 2
                and box.bottom <= _TOP + self.high - 2
            )
            if not inside:
                continue
            roomy = Box(box.left - 2, box.top - 2, box.right + 2, box.bottom + 2)
            edge = px - 3 if anchor == "start" else px + 3
            pointer = (x, y, edge, py - size * 0.35)
            if self.taken_at(roomy) or any(_crosses(one, roomy) for one in self.lines):
                continue
            if far and any(_crosses(pointer, other) for other in self.labels):
                continue
            if far:
                self.canvas.line(*pointer, self.look.mute, 0.7)
                self.lines.append(pointer)
            self.labels.append(roomy)
            self.canvas.text(px, py, text, anchor, tone, size, bold=bubble.own)
            self.taken.append(roomy)
            return True
        return False

    def told(self, height: float) -> Svg:
        frame, seen, wording = self.frame, self.seen, self.frame.wording
        own = next((one for one in seen.bubbles if one.own), None)
        if own is not None:
            rank = 1 + sum((one.size.value or 0) > (own.size.value or 0) for one in seen.bubbles)
            message = frame.say(
                "portfolio_own", name=own.name, rank=rank,
                field=frame.say(f"field.f{_field(own)}"),
            )  # fmt: skip
        else:
            strong = sum(_field(one) in (8, 9) for one in seen.bubbles)
            message = frame.say("portfolio_all", strong=strong, rated=len(seen.bubbles))
        lit = any(one.light is not Light.GREY for one in seen.bubbles)
        shown = frame.say("portfolio_shown", shown=len(seen.bubbles), rated=seen.rated)
        title = frame.title(
            frame.say("portfolio_title"), "", f"{frame.to_date()} · "
            + frame.say("area", basis=seen.basis)
            + (" · " + frame.say("tinted") if lit else "")
            + (f" · {shown}" if seen.rated > len(seen.bubbles) else ""),
        )  # fmt: skip
        head = [
            frame.say("head.account"), frame.say("axis_attractiveness"),
            frame.say("axis_position"), wording.label(seen.basis),
        ]  # fmt: skip
        if lit:
            head.append(wording.phrase("lamp.cm"))
        rows = [
            (
                one.name,
                wording.number(one.attractiveness, "score"),
                wording.number(one.position, "score"),
                wording.fact(one.size),
                *([wording.phrase(f"light.{one.light}")] if lit else []),
            )
            for one in self.order
        ]
        alt = listed(f"{row[0]}: {row[1]} / {row[2]}, {row[3]}" for row in rows)
        return self.canvas.finish(height, message, title, alt, head, rows, [])


def _field(bubble: Bubble) -> int:
    """The field by the rule of the portfolio: below 2.33 is low, from 3.67 on is high."""
    column = (bubble.position >= LOW) + (bubble.position >= HIGH)
    row = (bubble.attractiveness >= LOW) + (bubble.attractiveness >= HIGH)
    return 3 * row + column + 1


def _around(
    x: float, y: float, r: float, rings: Sequence[float]
) -> Iterator[tuple[float, float, str, bool]]:
    """Places for a label, the best first: beside the bubble, then on rings further out."""
    near = r + 5
    yield x + near, y + 4, "start", False
    yield x - near, y + 4, "end", False
    yield x, y - near, "middle", False
    yield x, y + near + 9, "middle", False
    for ring in rings:
        for angle in _ANGLES if ring == 1 else _SLANTED:
            turn = math.radians(angle)
            dx, dy = math.cos(turn) * (r + ring), -math.sin(turn) * (r + ring)
            anchor = "start" if dx > 2 else "end" if dx < -2 else "middle"
            yield x + dx, y + dy + 4, anchor, ring > 1


def _crosses(line: tuple[float, float, float, float], box: Box) -> bool:
    """Whether the straight *line* runs through *box*."""
    x1, y1, x2, y2 = line
    begin, end = 0.0, 1.0
    for start, along, low, high in (
        (x1, x2 - x1, box.left, box.right),
        (y1, y2 - y1, box.top, box.bottom),
    ):
        if abs(along) < 1e-9:
            if not low <= start <= high:
                return False
            continue
        near, far = sorted(((low - start) / along, (high - start) / along))
        begin, end = max(begin, near), min(end, far)
    return begin < end


def _tint(colour: str) -> str:
    """A light wash of *colour* on white."""
    plain = colour if len(colour) == 7 else "#" + "".join(2 * part for part in colour[1:])
    parts: Sequence[int] = [int(plain[at : at + 2], 16) for at in (1, 3, 5)]
    return "#" + "".join(f"{round(255 - (255 - part) * 0.09):02x}" for part in parts)


@lru_cache(maxsize=16)
def _corners(
    discs: tuple[tuple[float, float, float, float], ...],
    spots: tuple[tuple[float, float, float, float, float], ...],
) -> tuple[tuple[float, float, str], ...]:
    """Where the name of each field covers least; all reports of a run have the same discs."""
    taken, found = [Box(*one) for one in discs], []
    for left, right, top, bottom, wide in spots:
        corners = ((x, y, anchor) for y in (top, bottom)
                   for x, anchor in ((left, "start"), (right, "end")))  # fmt: skip
        boxes = {one: box_of(one[0], one[1], wide, one[2], 11) for one in corners}
        covered = [sum(box.overlap(other) for other in taken) for box in boxes.values()]
        best = list(boxes)[covered.index(min(covered))]
        taken.append(boxes[best])
        found.append(best)
    return tuple(found)
