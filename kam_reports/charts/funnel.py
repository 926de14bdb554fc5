"""The funnel: how many got how far, as bars from zero, with the share of the first step."""

from __future__ import annotations

from collections.abc import Sequence

from kam_reports.audience.views import Rung
from kam_reports.charts.canvas import Canvas, Svg
from kam_reports.charts.frame import Frame, listed
from kam_reports.charts.scale import cut, per_unit, reach
from kam_reports.model import Amount

ROW, TOP = 27.0, 22.0
_LEFT, _LONGEST, _SLIM = 178.0, 330.0, 236.0


def funnel(
    rungs: Sequence[Rung], frame: Frame, name: str = "funnel", *, what: str = "funnel"
) -> Svg | None:
    """The steps in their order; None if nothing is counted.

    *what* is ``funnel`` where each step is a part of the first, ``stages`` where each counts what
    stands in it now.
    """
    counts = [rung.count.value for rung in rungs]
    if not any(counts):
        return None
    canvas, look, wording = Canvas(frame.look, name, frame.look.width), frame.look, frame.wording
    unit = rungs[0].count.unit
    scale = frame.scales.get(unit) or per_unit(counts, _LONGEST)
    most = min(reach(counts) * scale * 1.08, _LONGEST + 20)
    valued = any(_known(rung.value) for rung in rungs)
    shared = any(_known(rung.share) for rung in rungs)
    if look.slim:
        return _slim(canvas, frame, rungs, shared=shared, valued=valued)
    if shared:
        word = frame.say("head.share")
        canvas.text(look.width - (110 if valued else 0), 13, word, "end", look.mute, 11)
    if valued:
        canvas.text(look.width, 13, frame.say("head.value"), "end", look.mute, 11)
    bottom = TOP + len(rungs) * ROW
    right = look.width - (205 if valued and shared else 112 if valued else 95 if shared else 0)
    for index, rung in enumerate(rungs):
        y = TOP + index * ROW
        canvas.text(_LEFT - 10, y + 14, wording.label(rung.label), "end", room=_LEFT - 14,
                    least=9.5)  # fmt: skip
        size, beyond = cut((rung.count.value or 0) * scale, most)
        if rung.count.value:
            canvas.rect(_LEFT, y, size, 19, look.actual)
        end = max(_LEFT + size, _LEFT)
        if beyond:
            canvas.arrow(_LEFT + size + 1, y + 9.5, 1, 0, look.actual)
            end += 10
        canvas.text(end + 6, y + 14, wording.bare(rung.count.value, unit), bold=True,
                    room=right - end - 6, least=1)  # fmt: skip
        if shared and rung.share is not None:
            canvas.text(look.width - (110 if valued else 0), y + 14, wording.fact(rung.share),
                        "end", look.mute, room=80, least=1)  # fmt: skip
        if valued and rung.value is not None:
            canvas.text(look.width, y + 14, wording.fact(rung.value), "end", room=100, least=1)
    canvas.line(_LEFT, TOP - 4, _LEFT, bottom, look.ink, 1.4)
    title = frame.title(frame.say(f"{what}_title"), unit, f"{frame.to_date()}, AC")
    head = [frame.say("head.step"), frame.say("head.count")]
    head += [frame.say("head.share")] if shared else []
    head += [frame.say("head.value")] if valued else []
    rows = [
        (
            wording.label(rung.label), wording.fact(rung.count),
            *((wording.fact(rung.share),) if shared else ()),
            *((wording.fact(rung.value),) if valued else ()),
        )
        for rung in rungs
    ]  # fmt: skip
    alt = listed(f"{row[0]}: {', '.join(row[1:])}" for row in rows)
    message = _message(frame, rungs, what)
    return canvas.finish(bottom + 6, message, title, alt, head, rows, ["AC"])


def _slim(
    canvas: Canvas, frame: Frame, rungs: Sequence[Rung], *, shared: bool, valued: bool
) -> Svg:
    """The same for a phone: the name above its bar."""
    look, wording = frame.look, frame.wording
    counts = [rung.count.value for rung in rungs]
    unit = rungs[0].count.unit
    scale = per_unit(counts, _SLIM)
    most = min(reach(counts) * scale * 1.08, _SLIM + 8)
    aside = look.width - 122 if valued else look.width
    if shared:
        canvas.text(aside, 12, frame.say("head.share"), "end", look.mute, 11)
    if valued:
        canvas.text(look.width, 12, frame.say("head.value"), "end", look.mute, 11)
    top = 18.0 if shared or valued else 2.0
    room = (aside - 60 if shared else aside - 6 if valued else look.width) - 4
    for index, rung in enumerate(rungs):
        y = top + index * 42
        canvas.text(0, y + 14, wording.label(rung.label), room=room)
        size, beyond = cut((rung.count.value or 0) * scale, most)
        if rung.count.value:
            canvas.rect(0, y + 20, size, 13, look.actual)
        end = max(size, 0.0)
        if beyond:
            canvas.arrow(size + 1, y + 26.5, 1, 0, look.actual)
            end += 10
        canvas.text(end + 6, y + 31, wording.bare(rung.count.value, unit), bold=True,
                    room=look.width - end - 6, least=1)  # fmt: skip
        if shared and rung.share is not None:
            canvas.text(aside, y + 14, wording.fact(rung.share), "end", look.mute, room=56,
                        least=1)  # fmt: skip
        if valued and rung.value is not None:
            canvas.text(look.width, y + 14, wording.fact(rung.value), "end", room=116, least=1)
    bottom = top + len(rungs) * 42
    return canvas.picture(bottom)


def _known(amount: Amount | None) -> bool:
    return amount is not None and amount.value is not None


def _message(frame: Frame, rungs: Sequence[Rung], what: str) -> str:
    """What became of the first step, or what stands where most is."""
    if what == "funnel":
        known = [rung for rung in rungs if rung.count.value is not None]
        last = next((one for one in reversed(known) if _known(one.share)), None)
        if last is not None and len(known) > 1:
            return frame.say(
                "funnel_last", first=known[0].label, start=known[0].count, last=last.label,
                end=last.count, share=last.share,
            )  # fmt: skip
        return frame.say("funnel_first", first=known[0].label, start=known[0].count)
    total = sum(rung.count.value or 0 for rung in rungs)
    value = sum(rung.value.value or 0 for rung in rungs if rung.value is not None)
    most = max(rungs, key=lambda rung: rung.count.value or 0)
    key = "stages_worth" if value else "stages"
    return frame.say(
        key, total=Amount(total, "count"), value=Amount(value, "EUR"), most=most.label,
        count=most.count,
    )  # fmt: skip
