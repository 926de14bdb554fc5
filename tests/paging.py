"""Tables of a page as their readers see them."""

from __future__ import annotations

from lxml import html


def head_of(cell: html.HtmlElement) -> str:
    """The head of the column that *cell* stands in."""
    told = cell.get("data-label")
    if told is not None:
        return told
    row = cell.getparent()
    place = [one for one in row if one.tag in ("td", "th")].index(cell)
    heads = cell.xpath("ancestor::table[1]/thead/tr[last()]/th")
    return heads[place].text_content() if place < len(heads) else ""


LIGHTS = ("green", "yellow", "red", "grey")


def light_of(cell: html.HtmlElement) -> str:
    """The light in *cell*, which may be the light itself."""
    (light,) = cell.xpath("descendant-or-self::*[contains(concat(' ', @class, ' '), ' light ')]")
    (found,) = set(LIGHTS) & set(light.get("class").split())
    return found
