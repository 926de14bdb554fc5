"""The pages about templates: which blocks there are, and what a template of one's own can show."""

from __future__ import annotations

import re
from functools import cache

from kam_reports.handbook.pages import Page, Rows, listed
from kam_reports.wording import Wording
from kam_reports.workspace import folder

FRAME = "base.html.j2"
_BLOCK = re.compile(r"{%-?\s*block\s+(\w+)")
_NAMES = ("view", "company", "language", "column", "signs", "p")
_FUNCTIONS = (
    "t", "fact", "number", "money", "label", "word", "field", "topic", "said", "finding", "fix",
)  # fmt: skip


@cache
def blocks() -> dict[str, tuple[str, ...]]:
    """The blocks of each of our templates that an own one can change, in their order."""
    found = {}
    for file in sorted(folder("templates").glob("*.html.j2")):
        names = _BLOCK.findall(file.read_text(encoding="utf-8"))
        if names:
            found[file.name] = tuple(dict.fromkeys(names))
    return found


def kind_of(template: str) -> str:
    """The page that a template is for: ``customer`` of ``customer.html.j2``."""
    return template.partition(".")[0]


def about_templates(wording: Wording) -> Page:
    """How to change the look of the reports without touching the product."""
    phrase = wording.phrase
    example = '{% extends "kr/customer.html.j2" %}\n{% block legal %}<p>HRB 4711</p>{% endblock %}'

    def rows() -> Rows:
        yield "files", listed(blocks())
        yield "example", f"templates/customer.html.j2\n{example}"
        yield "values", "\n".join(f"{name}: {phrase(f'templates.name.{name}')}" for name in _NAMES)
        yield (
            "functions",
            "\n".join(f"{name}(…): {phrase(f'templates.name.{name}')}" for name in _FUNCTIONS),
        )

    title = f"templates · {phrase('templates.title')}"
    return Page(title, phrase("templates.about"), rows())


def of_template(template: str, wording: Wording) -> Page:
    """The blocks of one template, and what stands in each."""

    def rows() -> Rows:
        own = blocks()[template]
        frame = [] if template == FRAME else [name for name in blocks()[FRAME] if name not in own]
        yield "parts", "\n".join(_told(template, name, wording) for name in (*own, *frame))

    kind = kind_of(template)
    title = f"{template} · {wording.phrase(f'templates.file.{kind}')}"
    return Page(title, wording.phrase(f"templates.view.{kind}"), rows())


def _told(template: str, block: str, wording: Wording) -> str:
    return f"{block}: {describe(template, block, wording)}"


def describe(template: str, block: str, wording: Wording) -> str:
    """What stands in a block: the heading of its section, or a sentence of its own.

    Raises KeyError if there are no words for it.
    """
    kind, own = kind_of(template), wording.phrases("templates.block")
    headings = {} if block in blocks()[FRAME] else wording.phrases(kind)
    return own.get(f"{kind}.{block}") or headings.get(block) or own[block]
