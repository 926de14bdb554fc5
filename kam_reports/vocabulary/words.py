"""When two words are the same, and what a word stands for."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

Words = Mapping[str, tuple[str, ...]]

LANGUAGES = ("de", "en")

_SPELLED = str.maketrans(
    {
        "ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss",
        "€": "eur", "$": "usd", "£": "gbp", "%": "prozent", "✓": "x", "✔": "x",
    }
)  # fmt: skip
_BRACKETS = re.compile(r"\s*[(\[][^)\]]*[)\]]\s*")
_UNIT_AT_END = re.compile(
    r"[\s,/]+(?:in\s+)?(?:[tk]?€|[tk]?eur|€?m|mio\.?\s*(?:€|eur)?|tsd\.?\s*(?:€|eur)?|€/stk\.?"
    r"|eur/stk\.?|%|prozent|stk\.?|stück|tagen?|days?|p\.\s?a\.)$",
    re.IGNORECASE,
)
_TURNED = re.compile(r"([^,]*[^\W\d][^,]*),\s+([^\W\d]+\.?)")
_AVERAGE = re.compile(r"\bø\b")
_NEGATIVE = re.compile(r"\s*[-−–]\s*\d+\s*$")
_NUMBER_AT_START = re.compile(r"^\s*\(?\d{1,2}(?:\.\d{1,2})*[.):]?\s+(?=[^\W\d])")


@lru_cache(maxsize=8192)
def normalise(text: str) -> str:
    """*text* without case, umlauts, spaces and punctuation: what makes two words the same.

    A text of signs only, such as ``+/-``, stays as it is, and so does the sign of ``-2``. An
    average sign alone says nothing.
    """
    plain = unicodedata.normalize("NFKC", text).casefold().translate(_SPELLED)
    if not plain.isascii():
        plain = unicodedata.normalize("NFKD", _AVERAGE.sub("", plain)).casefold()
    letters = "".join(filter(str.isalnum, plain))
    if not letters:
        return "".join(plain.split())
    return f"-{letters}" if _NEGATIVE.match(text) else letters


def nearest(text: str, candidates: Iterable[str]) -> str | None:
    """The candidate that *text* most likely means, for a hint."""
    by_word = {normalise(candidate): candidate for candidate in candidates}
    found = difflib.get_close_matches(normalise(text), by_word, 1, 0.6)
    return by_word[found[0]] if found else None


def without_brackets(text: str) -> str:
    """*text* without what stands in brackets."""
    return _BRACKETS.sub(" ", text).strip()


def readings(text: str) -> Iterator[str]:
    """*text*, then the same without brackets and unit, then without a leading number.

    ``Sales, net`` is read as ``net Sales``, too.
    """
    yield text
    shorter = _UNIT_AT_END.sub("", without_brackets(text))
    if shorter != text:
        yield shorter
    if turned := _TURNED.fullmatch(shorter):
        yield f"{turned[2]} {turned[1]}"
    unnumbered = _NUMBER_AT_START.sub("", shorter)
    if unnumbered != shorter:
        yield unnumbered


def look_up(text: str, known: Mapping[str, str]) -> str | None:
    """What *text* stands for in *known*; ``a / b`` if both parts stand for the same."""
    for reading in readings(text):
        if (key := known.get(normalise(reading))) is not None:
            return key
    keys = {known.get(normalise(part)) for part in text.split("/")}
    return keys.pop() if len(keys) == 1 else None


def first(words: Words, language: str) -> str:
    """The first word in *language*; in another one if there is none."""
    for choice in (language, "en", *words):
        if words.get(choice):
            return words[choice][0]
    raise KeyError(language)


def every(words: Words) -> Iterator[str]:
    """The words of all languages."""
    return (word for names in words.values() for word in names)


def index(named: Iterable[tuple[str, Words]]) -> dict[str, str]:
    """Every word, normalised, to its key. A key stands for itself unless it is another's word."""
    pairs = list(named)
    known = {normalise(word): key for key, words in pairs for word in every(words)}
    for key, _ in pairs:
        known.setdefault(normalise(key), key)
    return known


def clashes(where: str, named: Iterable[tuple[str, Words]]) -> Iterator[str]:
    """Every word that stands for two of *named*."""
    known: dict[str, str] = {}
    for key, words in named:
        for word in every(words):
            other = known.setdefault(normalise(word), key)
            if other != key:
                yield f"{where}: “{word}” is {other} and {key}"
