"""A layout as the text of its file: what ``load_layouts`` reads again as the same layout.

The rules of application lists are not written: they are those of the product, or by hand.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any

from kam_reports.layouts.declared import Layout
from kam_reports.layouts.declaring import Declared, Known


def layout_text(layout: Layout, notes: Mapping[int, str] | None = None) -> str:
    """The TOML of *layout*; *notes* are remarks over its blocks, by their number from 0."""
    lines = [f"document = {_text(layout.document)}"]
    if layout.language:
        lines.append(f"language = {_text(layout.language)}")
    if layout.ignore:
        lines.append(f"ignore = {_value(layout.ignore)}")
    if layout.without:
        lines.append(f"without = {_value(layout.without)}")
    least = f"labels = {layout.least_labels}, sections = {layout.least_sections}"
    lines.append(f"least = {{ {least} }}")
    for name in ("sections", "fields", "measures"):
        words: Mapping[str, tuple[str, ...]] = getattr(layout, name)
        if words:
            lines += ["", f"[{name}]"]
            lines += [f"{_text(key)} = {_value(each)}" for key, each in words.items()]
    if layout.given:
        lines += ["", "[header]"]
        lines += [f"{_text(key)} = {_known(each)}" for key, each in layout.given.items()]
    for number, block in enumerate(layout.blocks):
        note = (notes or {}).get(number, "")
        lines += ["", *(f"# {line}".rstrip() for line in note.splitlines()), "[[block]]"]
        lines += _block(block)
    return "\n".join(lines) + "\n"


def _block(block: Declared) -> Iterator[str]:
    """The keys of a block that say something, in the order in which they are explained."""
    for each in fields(Declared):
        value = getattr(block, each.name)
        if value and (each.name == "fills" or value != each.default):
            yield f"{each.name} = {_value(value)}"


def _known(known: Known) -> str:
    value = _value(known.text)
    return value if known.source == "constant" else f"{{ {known.source} = {value} }}"


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        pairs = ", ".join(f"{_text(key)} = {_value(each)}" for key, each in value.items())
        return f"{{ {pairs} }}"
    if isinstance(value, tuple):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, bool):
        return str(value).lower()
    return _text(value) if isinstance(value, str) else repr(value)


def _text(text: str) -> str:
    """A text in quotes; what JSON escapes, TOML escapes alike."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007F")
