"""Pages that somebody wrote: Markdown in ``manuals/``, one file a page and language."""

from __future__ import annotations

import re
from pathlib import Path

from kam_reports.handbook.pages import Page
from kam_reports.wording import Wording

_PLACE = Path(__file__).parent / "manuals"
_PICTURE = re.compile(r"!\[[^\]]*\]\([^)]*\)\n*")


def names() -> list[str]:
    """The names of the pages."""
    return sorted({path.name.partition(".")[0] for path in _PLACE.glob("*.md")})


def title_of(name: str, wording: Wording) -> str:
    """The heading of a page."""
    return _text(name, wording).partition("\n")[0].removeprefix("# ")


def of_manual(name: str, wording: Wording) -> Page:
    """A written page, without its pictures."""
    _, _, text = _text(name, wording).partition("\n")
    text = re.sub(r"^## ", "", _PICTURE.sub("", text), flags=re.MULTILINE)
    return Page(f"{name} · {title_of(name, wording)}", text.strip("\n"), iter(()))


def _text(name: str, wording: Wording) -> str:
    return (_PLACE / f"{name}.{wording.language}.md").read_text(encoding="utf-8")
