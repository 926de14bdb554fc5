"""Workbooks by another hand: with them it is judged how well ``map`` reads what it never saw.

They were written, with their truth, without a look at the words and rules the product reads with;
a change to those must not be fitted to single words of these.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from heldout.again import AGAIN
from heldout.english import ENGLISH
from heldout.german import GERMAN

if TYPE_CHECKING:
    from heldout.desk import Held


def held_out(again: bool = False) -> list[Held]:
    """Those of the first sitting, or of the one *again*."""
    return [maker().held() for maker in (AGAIN if again else (*GERMAN, *ENGLISH))]
