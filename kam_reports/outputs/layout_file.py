"""The file of a proposed layout, with remarks for the person who corrects it.

What somebody wrote is never changed: a file that is there already only gets new blocks at its end.
"""

from __future__ import annotations

from dataclasses import replace

from kam_reports.layouts import layout_text
from kam_reports.layouts.proposing.marks import mark
from kam_reports.outputs.mapping import Told


def new_file(told: Told) -> bytes:
    """The whole file of a layout that is new."""
    layout = told.proposal.layout
    marks = " ".join(mark(block) for block in layout.blocks)
    head = [*told.say("map.declared_by_hand").split("\n")]
    if marks:
        head.append(told.say("map.shown", marks=marks))
    text = "".join(f"# {line}\n" for line in head)
    return f"{text}\n{layout_text(layout, told.notes())}".encode()


def added_file(told: Told, text: str) -> bytes:
    """The *text* of a layout with the blocks that are new at its end."""
    layout, numbers = told.proposal.layout, sorted({part.block for part in told.proposal.new})
    blocks = tuple(layout.blocks[number] for number in numbers)
    if not blocks:
        return text.encode()
    notes = told.notes()
    kept = {at: notes.get(number, "") for at, number in enumerate(numbers)}
    body = layout_text(replace(layout, blocks=blocks), kept)
    body = body[body.index("\n[[block]]") :] if not kept[0] else _from_first_note(body)
    marks = " ".join(mark(block) for block in blocks)
    head = f"# {told.say('map.added')}\n# {told.say('map.shown', marks=marks)}\n"
    gap = "" if text.endswith("\n\n") else "\n" if text.endswith("\n") else "\n\n"
    return f"{text}{gap}{head}{body}".encode()


def _from_first_note(body: str) -> str:
    """The blocks of a layout's text without what stands before the first one's remarks."""
    before = body[: body.index("\n[[block]]")]
    lines = before.split("\n")
    while lines and lines[-1].startswith("#"):
        lines.pop()
    return body[len("\n".join(lines)) :]
