"""How like a text is to a known word: typing errors, abbreviations, other hyphens.

A likeness is a proposal for a person to confirm, never a reading. So it is given only where one
meaning is clearly nearer than every other; a text that is itself a word of something is never
taken for a typing error of something else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial

from rapidfuzz import process
from rapidfuzz.distance import OSA

from kam_reports.vocabulary import Vocabulary, Words, normalise
from kam_reports.vocabulary.words import readings

_SHORT = {"no": "number", "nr": "nummer", "anz": "anzahl"}
_TOKEN = re.compile(r"([^\W\d_]+|\d+)(\.?)")
_LEAST = 4  # letters of a text that may be like a word
_LONGEST = 48
_SAFE_TO_REPLACE = 8  # letters of a word in which one wrong letter makes no other word
_TWO_MISTAKES = 10
_TYPED = 0.34  # share of a word that its abbreviation spells out


@dataclass(frozen=True, slots=True)
class Likeness:
    """What a text probably stands for, and how sure that is: 1 is a known word."""

    key: str
    sure: float
    word: str = ""  # the known word it is like


@dataclass(slots=True)
class Lexicon:
    """The known words of some keys, in which like ones are looked up."""

    words: Mapping[str, tuple[str, str]]  # normalised word → key and word
    by_letters: list[str] = field(default_factory=list)
    found: dict[str, Likeness | None] = field(default_factory=dict)

    @classmethod
    def of(cls, named: Iterable[Words], find: Callable[[str], str | None]) -> Lexicon:
        """The lexicon of all words that are *named*; *find* tells what each stands for."""
        words: dict[str, tuple[str, str]] = {}
        for word in (word for spoken in named for several in spoken.values() for word in several):
            if (key := find(word)) is not None:
                words.setdefault(normalise(word), (key, word))
        return cls(words, sorted(words))

    def like(self, text: str) -> Likeness | None:
        """The key that *text* most likely means; None if none is clearly the nearest."""
        if text not in self.found:
            self.found[text] = self._like(text)
        return self.found[text]

    def _like(self, text: str) -> Likeness | None:
        if not _LEAST <= len(text) <= _LONGEST:
            return None
        for reading in dict.fromkeys(readings(text)):
            found = self._abbreviated(reading) or self._mistyped(reading)
            if found is not None:
                return found
        return None

    def _abbreviated(self, text: str) -> Likeness | None:
        """The word that *text* abbreviates: every part of it begins a part of the word."""
        parts = [(normalise(part), bool(dot)) for part, dot in _TOKEN.findall(text)]
        if not any(dot for _, dot in parts):
            return None
        typed = "".join(part for part, _ in parts)
        if len(typed) < _LEAST:
            return None
        for pattern in _patterns(parts):
            fits = [w for w in self.by_letters if pattern.fullmatch(w)]
            fits = [w for w in fits if len(typed) >= _TYPED * len(w) and w != typed]
            if not fits:
                continue
            best = min(fits, key=len)
            left_out = len(best) - len(typed)
            for other in fits:
                same = self.words[other][0] == self.words[best][0]
                if not same and 2 * (len(other) - len(typed)) < 3 * left_out:
                    return None
            key, word = self.words[best]
            return Likeness(key, round(0.75 + 0.2 * len(typed) / len(best), 2), word)
        return None

    def _mistyped(self, text: str) -> Likeness | None:
        """The word that *text* is but for one letter (two in a long word)."""
        typed, percent = normalise(text), normalise("%")
        if typed.removesuffix(percent) != typed and len(typed) < len(percent) + _LEAST:
            return None  # nearly all of it is the sign: "Abw. %" is no "DB %"
        if len(typed) < _LEAST + 1 or not typed.isascii() or any(map(str.isdigit, typed)):
            return None
        most = 2 if len(typed) >= _TWO_MISTAKES else 1
        found = process.extract(
            typed, self.by_letters, scorer=OSA.distance, score_cutoff=most, limit=None
        )
        near = [(word, int(away)) for word, away, _ in found if _may_be_meant(typed, word)]
        if not near:
            return None
        away = min(each for _, each in near)
        keys = {self.words[word][0] for word, each in near if each == away}
        if len(keys) > 1:
            return None
        best = next(word for word, each in near if each == away)
        key, word = self.words[best]
        return Likeness(key, round(1 - 0.9 * away / len(best), 2), word)


def _patterns(parts: list[tuple[str, bool]]) -> Iterable[re.Pattern[str]]:
    """What the whole word must look like: first with whole beginnings, then with gaps in them."""
    for gaps in (False, True):
        pattern = ""
        for part, dot in parts:
            if not dot:
                pattern += re.escape(part)
                continue
            spelled = _SHORT.get(part, part)
            if gaps and spelled == part and len(part) <= _LEAST and not set(part) & set("aeiou"):
                pattern += "[a-z]*?".join(part) + "[a-z]*?"
            else:
                pattern += f"{spelled}[a-z]*?"
        yield re.compile(pattern)


def _may_be_meant(typed: str, word: str) -> bool:
    """Whether a typing error explains the difference: short words change into others too easily.

    A wrong letter in a short one ("Ansatz", "Absatz") makes another word; two swapped letters, a
    missing or an extra one do not.
    """
    if min(len(typed), len(word)) < _LEAST + 1:
        return False
    if len(typed) != len(word) or sorted(typed) == sorted(word):
        return True
    return len(word) >= _SAFE_TO_REPLACE


@dataclass(slots=True)
class Guesser:
    """What the labels and headings of a foreign workbook probably mean."""

    vocabulary: Vocabulary
    document: str
    metrics: Lexicon
    others: frozenset[str]  # words of fields and sections, which are never typing errors
    by_section: dict[str, Lexicon] = field(default_factory=dict)

    @classmethod
    def of(cls, vocabulary: Vocabulary, document: str) -> Guesser:
        """One for plans or for scorecards."""
        find = partial(vocabulary.find_metric, document=document)
        metrics = Lexicon.of(vocabulary.metrics.values(), find)
        named: list[Words] = []
        for section in vocabulary.sections(document):
            named += [section.words, *(each.words for each in section.fields.values())]
        others = {normalise(w) for words in named for several in words.values() for w in several}
        return cls(vocabulary, document, metrics, frozenset(others))

    def measure(self, text: str) -> Likeness | None:
        """The measure that *text* is like; None for a known word, and for words of columns."""
        if self.vocabulary.find_metric(text, self.document) is not None:
            return None
        if normalise(text) in self.others or self.vocabulary.is_total(text):
            return None
        if self.vocabulary.find_column(text, 2000):
            return None
        # "DB-Qu. (%)" is no variance by its percent sign alone.
        if self.vocabulary.is_variance(text.replace("%", "").strip(" ()")):
            return None
        return self.metrics.like(text)

    def field(self, section: str, text: str) -> Likeness | None:
        """The field of *section* that *text* is like."""
        if section not in self.by_section:
            fields = self.vocabulary.section(section).fields.values()
            find = partial(self.vocabulary.find_field, section)
            self.by_section[section] = Lexicon.of((each.words for each in fields), find)
        if self.vocabulary.find_field(section, text) is not None:
            return None
        return self.by_section[section].like(text)
