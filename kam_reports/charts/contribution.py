"""What each product group contributes: actual over plan, then the variance as bar and as pin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kam_reports.audience.views import NOTHING, Part, Parts, Shown
from kam_reports.charts.canvas import BEHIND, Canvas, Svg
from kam_reports.charts.frame import Frame, listed, value_of
from kam_reports.charts.scale import cut, magnified, per_unit, reach, ruler

ROW, TOP = 26.0, 26.0
LONGEST = 168.0  # of the bars, for the largest that is no outlier
_LEFT = 178.0
_CHANGE, _ARM = 508.0, 36.0
_PINS, _PIN_ARM = 626.0, 26.0
_USUAL = 0.25
_SLIM_LONGEST, _SLIM_ROW = 118.0, 54.0
_SLIM_CHANGE, _SLIM_ARM, _SLIM_PINS, _SLIM_PIN_ARM = 206.0, 44.0, 310.0, 30.0


@dataclass(frozen=True, slots=True)
class _Bar:
    name: str
    actual: float | None
    target: float | None
    read: tuple[Shown, Shown] = (NOTHING, NOTHING)

    @property
    def change(self) -> float | None:
        if self.actual is None or self.target is None:
            return None
        return self.actual - self.target

    @property
    def relative(self) -> float | None:
        return None if self.change is None or not self.target else self.change / abs(self.target)


def part_values(parts: Parts) -> list[float]:
    """Every number that the bars show: what a common scale has to hold."""
    shown = (one for part in parts.parts for one in (part.actual, part.target))
    return [value for one in shown if (value := value_of(one)) is not None]


def bar_scale(parts: Parts, *, slim: bool = False) -> float:
    """Pixels a unit at which the bars have room."""
    return ruler(part_values(parts), _SLIM_LONGEST if slim else LONGEST).scale


def contribution(parts: Parts, frame: Frame, name: str = "parts") -> Svg | None:
    """The bars of *parts*; None if there is not more than one."""
    bars = [_bar(part, frame) for part in parts.parts]
    if len(bars) < 2 or all(bar.actual is None and bar.target is None for bar in bars):
        return None
    return _Drawing(parts, frame, bars, name).draw()


def _bar(part: Part, frame: Frame) -> _Bar:
    name = part.name or frame.say("rest")
    return _Bar(name, value_of(part.actual), value_of(part.target), (part.actual, part.target))


class _Drawing:
    def __init__(self, parts: Parts, frame: Frame, bars: Sequence[_Bar], name: str) -> None:
        self.parts, self.frame, self.bars = parts, frame, bars
        self.look, self.unit = frame.look, parts.unit
        self.canvas = Canvas(frame.look, name, frame.look.width)
        slim = frame.look.slim
        longest = _SLIM_LONGEST if slim else LONGEST
        self.ruler = ruler(part_values(parts), longest, frame.scales.get(parts.unit, 0.0))
        self.scale = self.ruler.scale
        self.zero = (0 if slim else _LEFT) + self.ruler.below
        arm, pin = (_SLIM_ARM, _SLIM_PIN_ARM) if slim else (_ARM, _PIN_ARM)
        self.times = magnified(reach(bar.change for bar in bars), self.scale, arm)
        self.pins = per_unit([bar.relative for bar in bars], pin, usual=_USUAL)
        self.planned = any(bar.target is not None for bar in bars)

    def bare(self, value: float | None, *, signed: bool = False) -> str:
        return self.frame.wording.bare(value, self.unit, signed)

    def slim(self) -> Svg:
        """The same for a phone: of each group its name, its numbers, and below them the bars."""
        canvas, look, wording = self.canvas, self.look, self.frame.wording
        times = f" ×{self.times}" if self.times > 1 else ""
        canvas.text(0, 12, self.frame.say("head.bars" if self.planned else "head.actual"),
                    colour=look.mute, size=11)  # fmt: skip
        if self.planned:
            canvas.text(_SLIM_CHANGE, 12, f"ΔPL{times}", "middle", look.mute, 11)
            canvas.text(_SLIM_PINS, 12, "ΔPL %", "middle", look.mute, 11)
        total = _bar(self.parts.total, self.frame)
        summed = total.actual is not None or total.target is not None
        y = 20.0
        for bar in (*self.bars, *([total] if summed else [])):
            last = bar is total
            if last:
                canvas.line(0, y + 1, look.width, y + 1, look.ink)
                y += 2
            name = self.frame.say("total") if last else bar.name
            canvas.text(0, y + 13, name, bold=last, room=look.width if not last else 120)
            if last and bar.target is not None:
                told = f"PL {self.bare(bar.target)}"
                canvas.text(look.width, y + 13, told, "end", look.mute, room=200, least=1)
            canvas.text(0, y + 29, self.bare(bar.actual), bold=True, room=136, least=1)
            if bar.change is not None:
                colour = self.colour(bar.change, self.unit)
                said = self.bare(bar.change, signed=True)
                canvas.text(_SLIM_CHANGE, y + 29, said, "middle", colour, room=122, least=1)
            if bar.relative is not None:
                colour = self.colour(bar.relative, "percent")
                said = wording.number(bar.relative, "percent", signed=True)
                canvas.text(_SLIM_PINS, y + 29, said, "middle", colour, room=84, least=1)
            if not last:
                self.slim_bars(bar, y + 34)
            y += _SLIM_ROW - 18 if last else _SLIM_ROW
        return canvas.picture(y + 2)

    def slim_bars(self, bar: _Bar, y: float) -> None:
        canvas, look = self.canvas, self.look
        if bar.target is not None:
            size, _ = self.ruler.size(bar.target)
            canvas.rect(self.zero, y, size, 9, look.paper, look.actual, layer=BEHIND)
        if bar.actual is not None:
            size, beyond = self.ruler.size(bar.actual)
            canvas.rect(self.zero, y + 3, size, 10, look.actual)
            if beyond:
                way = 1 if size > 0 else -1
                canvas.arrow(self.zero + size + way, y + 8, way, 0, look.actual)
        canvas.line(self.zero, y - 1, self.zero, y + 15, look.ink, 1.4)
        if not self.planned:
            return
        for x in (_SLIM_CHANGE, _SLIM_PINS):
            canvas.axis(x, y - 1, x, y + 15)
        if bar.change is not None:
            colour = self.colour(bar.change, self.unit)
            size, beyond = cut(bar.change * self.scale * self.times, _SLIM_ARM)
            canvas.rect(_SLIM_CHANGE, y + 2, size, 10, colour)
            if beyond:
                way = 1 if bar.change >= 0 else -1
                canvas.arrow(_SLIM_CHANGE + size + way, y + 7, way, 0, colour)
        if bar.relative is not None:
            colour = self.colour(bar.relative, "percent")
            size, beyond = cut(bar.relative * self.pins, _SLIM_PIN_ARM)
            canvas.pin(_SLIM_PINS, y + 7, size, 0, colour, beyond=beyond)

    def colour(self, change: float, unit: str) -> str:
        zero = self.frame.wording.rounds_to_zero(change, unit)
        return self.look.judged(0 if zero else change, self.parts.better)

    def draw(self) -> Svg:
        canvas, look = self.canvas, self.look
        if look.slim:
            return self.slim()
        times = f" ×{self.times}" if self.times > 1 else ""
        canvas.text(self.zero, 14, self.frame.say("head.bars" if self.planned else "head.actual"),
                    colour=look.mute, size=11)  # fmt: skip
        bottom = TOP + ROW * len(self.bars)
        if self.planned:
            canvas.text(_CHANGE, 14, f"ΔPL{times}", "middle", look.mute, 11)
            canvas.text(_PINS, 14, "ΔPL %", "middle", look.mute, 11)
            for x in (_CHANGE, _PINS):
                canvas.axis(x, TOP - 2, x, bottom)
        for index, bar in enumerate(self.bars):
            self.bar(bar, TOP + index * ROW)
        canvas.line(self.zero, TOP - 2, self.zero, bottom, look.ink, 1.4)
        height = self.total(bottom)
        return self.told(height)

    def bar(self, bar: _Bar, y: float) -> None:
        canvas, look = self.canvas, self.look
        canvas.text(_LEFT - 10, y + 17, bar.name, "end", room=_LEFT - 14, least=10)
        ends = [0.0]
        if bar.target is not None:
            size, _ = self.ruler.size(bar.target)
            canvas.rect(self.zero, y + 3, size, 13, look.paper, look.actual, layer=BEHIND)
            ends.append(size)
        if bar.actual is not None:
            size, beyond = self.ruler.size(bar.actual)
            canvas.rect(self.zero, y + 7, size, 14, look.actual)
            ends.append(size)
            if beyond:
                way = 1 if size > 0 else -1
                canvas.arrow(self.zero + size + way, y + 13, way, 0, look.actual)
                ends.append(size + 10 * way)
        x = self.zero + max(ends) + 6
        hint = self.frame.cells(bar.read[0])
        canvas.text(x, y + 17, self.bare(bar.actual), bold=True, hint=hint,
                    room=_CHANGE - _ARM - x - 66,
                    least=1)  # fmt: skip
        self.change(bar, y)
        self.pin(bar, y)

    def change(self, bar: _Bar, y: float) -> None:
        if bar.change is None:
            return
        zero = self.frame.wording.rounds_to_zero(bar.change, self.unit)
        colour = self.look.judged(0 if zero else bar.change, self.parts.better)
        size, beyond = cut(bar.change * self.scale * self.times, _ARM)
        self.canvas.rect(_CHANGE, y + 6, size, 14, colour)
        way = 1 if bar.change >= 0 else -1
        edge = _CHANGE + size
        if beyond:
            self.canvas.arrow(edge + way, y + 13, way, 0, colour)
            edge += 10 * way
        anchor = "start" if way > 0 else "end"
        room = _PINS - _PIN_ARM - 12 - edge if way > 0 else 52
        self.canvas.text(edge + 5 * way, y + 17, self.bare(bar.change, signed=True), anchor,
                         colour, room=room, least=1)  # fmt: skip

    def pin(self, bar: _Bar, y: float) -> None:
        value = bar.relative
        if value is None:
            return
        wording = self.frame.wording
        zero = wording.rounds_to_zero(value, "percent")
        colour = self.look.judged(0 if zero else value, self.parts.better)
        size, beyond = cut(value * self.pins, _PIN_ARM)
        self.canvas.pin(_PINS, y + 13, size, 0, colour, beyond=beyond)
        text = wording.number(value, "percent", signed=True)
        x = max(_PINS + size, _PINS) + (13 if beyond and size > 0 else 9)
        self.canvas.text(x, y + 17, text, colour=colour, room=self.look.width - x, least=1)

    def total(self, y: float) -> float:
        bar = _bar(self.parts.total, self.frame)
        if bar.actual is None and bar.target is None:
            return y + 4
        canvas, look, wording = self.canvas, self.look, self.frame.wording
        canvas.line(0, y + 2, look.width, y + 2, look.ink, 1)
        base = y + 21
        canvas.text(_LEFT - 10, base, self.frame.say("total"), "end", bold=True)
        box = canvas.text(self.zero, base, self.bare(bar.actual), bold=True, room=120, least=1)
        if bar.target is not None:
            canvas.text(box.right + 14, base, f"PL {self.bare(bar.target)}", colour=look.mute,
                        room=_CHANGE - _ARM - 60 - box.right, least=1)  # fmt: skip
        if bar.change is not None:
            zero = wording.rounds_to_zero(bar.change, self.unit)
            colour = look.judged(0 if zero else bar.change, self.parts.better)
            canvas.text(_CHANGE, base, self.bare(bar.change, signed=True), "middle", colour,
                        bold=True, room=110, least=1)  # fmt: skip
            if bar.relative is not None:
                said = wording.number(bar.relative, "percent", signed=True)
                canvas.text(_PINS, base, said, "middle", colour, bold=True, room=110, least=1)
        return y + 30

    def told(self, height: float) -> Svg:
        frame, wording = self.frame, self.frame.wording
        scenarios = "AC, PL" if self.planned else "AC"
        title = frame.title(
            frame.say("by_group", measure=self.parts.label), self.unit,
            f"{frame.to_date()}, {scenarios}",
        )  # fmt: skip
        head = [frame.say("head.group"), "AC", *(["PL", "ΔPL", "ΔPL %"] if self.planned else [])]
        rows: list[list[str]] = []
        told = (*self.bars, _bar(self.parts.total, frame))
        for bar in told:
            name = bar.name if len(rows) < len(self.bars) else frame.say("total")
            row = [name, self.bare(bar.actual)]
            if self.planned:
                row += [
                    self.bare(bar.target),
                    self.bare(bar.change, signed=True),
                    wording.number(bar.relative, "percent", signed=True),
                ]
            rows.append(row)
        alt = listed(f"{row[0]}: AC {row[1]}" + (f", ΔPL {row[3]}" if self.planned else "")
                     for row in rows)  # fmt: skip
        keys = ["AC", *(["PL", "good", "bad"] if self.planned else [])]
        return self.canvas.finish(
            height,
            self.message(),
            title,
            alt,
            head,
            rows,
            keys,
            [["", *(one.source for one in bar.read)] for bar in told],
        )

    def message(self) -> str:
        frame = self.frame
        changed = [bar for bar in self.bars if bar.change is not None]
        if changed:
            best = max(changed, key=lambda bar: bar.change or 0)
            worst = min(changed, key=lambda bar: bar.change or 0)
            gain, loss = best.change or 0.0, worst.change or 0.0
            told = {
                "best": best.name, "gain": self.money(gain), "worst": worst.name,
                "loss": self.frame.wording.size(loss, self.unit),
            }  # fmt: skip
            if gain > 0 > loss:
                return frame.say("parts_both", **told)
            if gain > 0:
                return frame.say("parts_ahead", **told)
            if loss < 0:
                return frame.say("parts_behind", **told)
        known = [bar for bar in self.bars if bar.actual is not None]
        if not known:
            return frame.say("parts_none", measure=self.parts.label)
        largest = max(known, key=lambda bar: bar.actual or 0)
        return frame.say(
            "parts_largest", name=largest.name,
            actual=frame.wording.number(largest.actual, self.unit),
        )  # fmt: skip

    def money(self, value: float) -> str:
        return self.frame.wording.number(value, self.unit, signed=True)
