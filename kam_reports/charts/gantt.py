"""A strip of time: what is planned when, what is done, and the day the report looks from."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from kam_reports.audience.views import Span
from kam_reports.charts.canvas import BACK, Canvas, Svg
from kam_reports.charts.frame import Frame, listed
from kam_reports.charts.measure import width_of
from kam_reports.model import Period

ROW, TOP = 24.0, 26.0
_LEFT, _RIGHT = 236.0, 92.0
MOST = 12  # rows; the rest is counted and stands in the table
_SHORTEST, _SLIM_ROW = 7.0, 38.0


def gantt(
    spans: Sequence[Span], as_of: date, frame: Frame, name: str = "gantt", title: str = ""
) -> Svg | None:
    """The spans in the order given; None if none has a date."""
    dated = [span for span in spans if span.start or span.end]
    if not dated:
        return None
    canvas, look, wording = Canvas(frame.look, name, frame.look.width), frame.look, frame.wording
    first, last = _window(frame, dated, as_of)
    days = max((last - first).days, 1)
    left, right, row = (0.0, 0.0, _SLIM_ROW) if look.slim else (_LEFT, _RIGHT, ROW)
    wide = look.width - left - right

    def at(day: date) -> float:
        return left + min(max((day - first).days, 0), days) / days * wide

    shown = dated[:MOST]
    bottom = TOP + len(shown) * row
    _months(canvas, frame, (first, last), (left, right), at_bottom=bottom)
    now = at(as_of)
    canvas.line(now, 18, now, bottom, look.accent, 1.2, "3 2", layer=BACK)
    for index, span in enumerate(shown):
        line = TOP + index * row + 15
        y = line + 2 if look.slim else line - 15
        canvas.text(0, line, span.name, room=look.width - 96 if look.slim else _LEFT - 14,
                    least=10)  # fmt: skip
        begin = span.start or (span.end or as_of) - timedelta(days=1)
        end = span.end or begin
        x, w = at(begin), max(at(end) - at(begin), _SHORTEST)
        x = min(x, left + wide - w)
        tone = {"late": look.bad, "done": look.actual}.get(span.state, look.actual)
        if span.state == "done":
            canvas.rect(x, y + 5, w, 12, tone)
        elif span.state == "running":
            canvas.rect(x, y + 5, w, 12, canvas.hatch, tone)
        elif span.state == "late":
            canvas.rect(x, y + 5, w, 12, tone)
        else:
            canvas.rect(x, y + 5, w, 12, look.paper, tone)
        word = wording.fact(span.status) if span.status is not None else ""
        canvas.text(look.width, line, word, "end",
                    look.bad if span.state == "late" else look.mute, 11,
                    room=_RIGHT - 8)  # fmt: skip
    height = bottom + 4
    if len(dated) > MOST:
        more = frame.say("more_rows", count=len(dated) - MOST)
        canvas.text(0, bottom + 14, more, colour=look.mute, size=11)
        height += 18
    if look.slim:
        return canvas.picture(height)
    rows = [
        (
            span.name, wording.date(span.start), wording.date(span.end),
            wording.fact(span.status) if span.status is not None else "",
        )
        for span in dated
    ]  # fmt: skip
    head = [frame.say("head.what"), frame.say("head.from"), frame.say("head.to"),
            frame.say("head.status")]  # fmt: skip
    alt = listed(f"{row[0]}: {row[1]} – {row[2]} {row[3]}" for row in rows[:MOST])
    what = frame.title(title or frame.say("gantt_title"), "",
                       f"{wording.date(first)} – {wording.date(last)}")  # fmt: skip
    return canvas.finish(height, _message(frame, dated, as_of), what, alt, head, rows)


def _window(frame: Frame, spans: Sequence[Span], as_of: date) -> tuple[date, date]:
    """The fiscal year, stretched to whole months for what reaches beyond, two years at most."""
    months = frame.wording.fy_start_month
    year = Period(frame.quarter.year)
    first, last = year.begins(months), year.ends(months)
    days = [day for span in spans for day in (span.start, span.end) if day is not None]
    earliest = max(min([first, as_of, *days]), first - timedelta(days=184))
    latest = min(max([last, as_of, *days]), last + timedelta(days=366))
    return earliest.replace(day=1), _month_end(latest)


def _month_end(day: date) -> date:
    following = day.replace(day=28) + timedelta(days=4)
    return following - timedelta(days=following.day)


def _months(
    canvas: Canvas, frame: Frame, window: tuple[date, date], margins: tuple[float, float], *,
    at_bottom: float,
) -> None:  # fmt: skip
    """The months along the top: as many names as have room."""
    look, (first, last), (left, right) = frame.look, window, margins
    wide = look.width - left - right
    days = max((last - first).days, 1)
    starts = []
    day = first
    while day <= last:
        starts.append(day)
        day = _month_end(day) + timedelta(days=1)
    every = max(1, -(-len(starts) * 30 // int(wide)))
    for index, day in enumerate(starts):
        x = left + (day - first).days / days * wide
        canvas.line(x, 18, x, at_bottom, look.line, 0.8, layer=BACK)
        if index % every == 0:
            word = frame.wording.month(day)
            if x + 2 + width_of(word, 10) > look.width:
                continue
            room = wide / len(starts) * every - 2
            canvas.text(x + 2, 13, word, colour=look.mute, size=10, room=room)
    canvas.line(left + wide, 18, left + wide, at_bottom, look.line, 0.8, layer=BACK)


def _message(frame: Frame, spans: Sequence[Span], as_of: date) -> str:
    done = sum(span.state == "done" for span in spans)
    late = sum(span.state == "late" for span in spans)
    coming = [span for span in spans if span.state == "planned" and span.start
              and span.start > as_of]  # fmt: skip
    if late:
        return frame.say("gantt_late", done=done, all=len(spans), late=late)
    if coming:
        following = min(coming, key=lambda span: span.start or as_of)
        return frame.say("gantt_next", done=done, all=len(spans), name=following.name,
                         day=following.start)  # fmt: skip
    return frame.say("gantt_done", done=done, all=len(spans))
