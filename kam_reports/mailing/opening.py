"""Opens a stored mail again, as its reader's program would, to see what is really in it."""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from functools import cached_property, lru_cache
from html.parser import HTMLParser

from kam_reports.mailing.ledger import Mail

_SPACES = re.compile(r"\s+")
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff]")
_TOLD = ("alt", "title", "content", "summary", "aria-label")
_HEADINGS = ("h1", "h2", "h3", "h4")
_APART = frozenset(("td", "th", "p", "div", "li", "tr", "br", "table", *_HEADINGS))


@dataclass(slots=True)
class Page:
    """What an HTML page says, hidden words and attributes included."""

    text: str = ""
    headings: set[str] = field(default_factory=set)
    meta: dict[str, str] = field(default_factory=dict)
    links: list[str] = field(default_factory=list)
    tags: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class File:
    """An attached file: what it is called and what it says."""

    name: str
    kind: str
    page: Page


class Opened:
    """A mail of the ledger with the bytes that lie in the outbox now."""

    def __init__(self, mail: Mail, data: bytes) -> None:
        self.mail = mail
        self.data = data

    @cached_property
    def message(self) -> EmailMessage:
        """The message as parsed."""
        return message_from_bytes(self.data, _class=EmailMessage, policy=default)

    @cached_property
    def plain(self) -> str:
        """The plain-text body."""
        return self._body("plain")

    @cached_property
    def html(self) -> str:
        """The HTML body."""
        return self._body("html")

    @cached_property
    def page(self) -> Page:
        """What the HTML body says."""
        return read_page(self.html)

    @cached_property
    def files(self) -> tuple[File, ...]:
        """The attached files; what cannot be read has the kind ``unreadable``."""
        return tuple(_file(part) for part in self.message.iter_attachments())

    def texts(self) -> Iterator[tuple[str, str]]:
        """Everything that a reader could read, each with where it stands."""
        yield "subject", str(self.message["Subject"] or "")
        yield "text", self.plain
        yield "html", self.page.text
        for file in self.files:
            yield file.name, f"{file.name} {file.page.text}"

    def pages(self) -> Iterator[Page]:
        """The body and every page that is attached."""
        yield self.page
        yield from (file.page for file in self.files)

    def _body(self, kind: str) -> str:
        part = self.message.get_body((kind,))
        return str(part.get_content()) if part is not None else ""


def folded(text: str) -> str:
    """*text* in one line, without case and unseen signs: so names are compared."""
    plain = _UNSEEN.sub("", unicodedata.normalize("NFKC", text)).casefold()
    return _SPACES.sub(" ", plain).strip()


# ---------------------------------------------------------------- pages


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.page = Page()
        self.parts: list[str] = []
        self.heading: list[str] | None = None
        self.style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        facts = {name: value or "" for name, value in attrs}
        self.page.tags.add(tag)
        self.style = tag == "style"
        if tag in _APART:
            self.parts.append(" ")
        if tag in _HEADINGS:
            self.heading = []
        if tag == "meta" and "name" in facts:
            self.page.meta[facts["name"]] = facts.get("content", "")
        for name in ("src", "href", "background", "action"):
            if facts.get(name):
                self.page.links.append(facts[name])
        self.parts.extend(f" {facts[name]} " for name in _TOLD if facts.get(name))

    def handle_endtag(self, tag: str) -> None:
        if tag in _HEADINGS and self.heading is not None:
            self.page.headings.add(folded("".join(self.heading)))
            self.heading = None
        self.style = False

    def handle_data(self, data: str) -> None:
        if self.style:
            return
        self.parts.append(data)
        if self.heading is not None:
            self.heading.append(data)

    def handle_comment(self, data: str) -> None:
        self.parts.append(f" {data} ")


@lru_cache(maxsize=64)
def read_page(html: str) -> Page:
    """What *html* says."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    reader.page.text = "".join(reader.parts)
    return reader.page


# ---------------------------------------------------------------- attached files


def _file(part: EmailMessage) -> File:
    name, kind = part.get_filename() or "", part.get_content_type()
    data = part.get_payload(decode=True)
    assert isinstance(data, bytes)
    if kind == "text/html":
        return File(name, kind, read_page(data.decode("utf-8", "replace")))
    page = read_pdf(data) if kind == "application/pdf" else None
    return File(name, kind if page else "unreadable", page or Page())


@lru_cache(maxsize=64)
def read_pdf(data: bytes) -> Page | None:
    """What a PDF says; its lines count as headings. None if it cannot be read."""
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        reader = PdfReader(io.BytesIO(data))
        texts = [page.extract_text() for page in reader.pages]
        texts.append(" ".join(str(value) for value in (reader.metadata or {}).values()))
    except (PyPdfError, ValueError, KeyError, RecursionError):
        return None
    text = "\n".join(texts)
    return Page(text, {folded(line) for line in text.splitlines()})
