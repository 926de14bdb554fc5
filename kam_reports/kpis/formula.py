"""The arithmetic of the KPIs: the same for numbers, for columns of a table and for Excel cells.

A formula is plain Python over its measures. All division goes through ``ratio`` and every formula
ends in one value or in a missing one, never in an error.
"""

from __future__ import annotations

import math
from typing import Any, Self, TypeAlias

Term: TypeAlias = Any
"""A number, a column of numbers (a pandas Series), or a CellRef."""

MISSING = math.nan


class CellRef(str):
    """An Excel reference that arithmetic turns into a formula.

    As text it is a formula (without ``=``) that stays empty as long as one of its cells holds no
    number or one of its divisors is zero.
    """

    __slots__ = ("core", "leaves", "refused")

    core: str  # the arithmetic alone
    leaves: tuple[str, ...]  # the cells that must hold a number
    refused: tuple[str, ...]  # what must not be true, in the order in which it is asked

    def __new__(cls, address: str) -> Self:
        """A reference to the cell *address*, such as ``C5`` or ``Daten!C5``."""
        made = super().__new__(cls, address)
        made.core, made.leaves, made.refused = address, (address,), ()
        return made

    @classmethod
    def computed(cls, core: str, *parts: Term, refuse: str = "") -> CellRef:
        """The formula *core* over *parts*; empty when one of them is, or when *refuse* is true."""
        cells = [part for part in parts if isinstance(part, CellRef)]
        leaves = tuple(dict.fromkeys(leaf for cell in cells for leaf in cell.leaves))
        asked = [condition for cell in cells for condition in cell.refused]
        refused = tuple(dict.fromkeys([*asked, refuse] if refuse else asked))
        guarded = core
        for condition in reversed(refused):
            guarded = f'IF({condition},"",{guarded})'
        made = super().__new__(cls, f'IF(COUNT({",".join(leaves)})<{len(leaves)},"",{guarded})')
        made.core, made.leaves, made.refused = core, leaves, refused
        return made

    @property
    def known(self) -> str:
        """The condition, as Excel asks it, that the formula has a value."""
        there = f"COUNT({','.join(self.leaves)})={len(self.leaves)}"
        if not self.refused:
            return there
        return f"AND({','.join([there, *(f'NOT({one})' for one in self.refused)])})"

    def _with(self, sign: str, other: Term, *, turned: bool = False) -> CellRef:
        left, right = (other, self) if turned else (self, other)
        return CellRef.computed(f"({_core(left)}{sign}{_core(right)})", left, right)

    def __add__(self, other: Term) -> CellRef:
        return self._with("+", other)

    def __radd__(self, other: Term) -> CellRef:
        return self._with("+", other, turned=True)

    def __sub__(self, other: Term) -> CellRef:
        return self._with("-", other)

    def __rsub__(self, other: Term) -> CellRef:
        return self._with("-", other, turned=True)

    def __mul__(self, other: Term) -> CellRef:
        return self._with("*", other)

    def __rmul__(self, other: Term) -> CellRef:
        return self._with("*", other, turned=True)


def _core(term: Term) -> str:
    return term.core if isinstance(term, CellRef) else repr(term)


def same(value: Term) -> Term:
    """The value itself; a reference to an empty cell stays empty and does not become zero."""
    return CellRef.computed(value.core, value) if isinstance(value, CellRef) else value


def ratio(part: Term, whole: Term) -> Term:
    """Part over whole; missing if either is missing or the whole is zero."""
    if isinstance(part, CellRef) or isinstance(whole, CellRef):
        divisor = _core(whole)
        return CellRef.computed(f"({_core(part)}/{divisor})", part, whole, refuse=f"{divisor}=0")
    if _is_column(whole):
        return part / whole.where(whole != 0)
    if part is None or whole is None or not whole:
        return MISSING
    return part / whole


def positive(value: Term) -> Term:
    """The value, if it is above zero; else missing."""
    if isinstance(value, CellRef):
        return CellRef.computed(value.core, value, refuse=f"{value.core}<=0")
    if _is_column(value):
        return value.where(value > 0)
    return value if value is not None and value > 0 else MISSING


def size(value: Term) -> Term:
    """The value without its sign."""
    return (
        CellRef.computed(f"ABS({value.core})", value) if isinstance(value, CellRef) else abs(value)
    )


def beyond(value: Term, allowed: float) -> Term:
    """How far the value lies beyond what is allowed; zero if it does not."""
    if isinstance(value, CellRef):
        return CellRef.computed(f"MAX(0,{value.core}-{allowed!r})", value)
    if _is_column(value):
        return (value - allowed).clip(lower=0)
    return value if math.isnan(value) else max(value - allowed, 0)


def unless_both_zero(first: Term, second: Term, value: Term, then: float) -> Term:
    """The value; but *then* if both are zero."""
    if isinstance(value, CellRef):
        both = f"AND({_core(first)}=0,{_core(second)}=0)"
        refused = tuple(f"AND({condition},NOT({both}))" for condition in value.refused)
        made = CellRef.computed(f"IF({both},{then!r},{value.core})", first, second)
        for condition in refused:
            made = CellRef.computed(made.core, made, refuse=condition)
        return made
    if _is_column(value):
        return value.mask((first == 0) & (second == 0), then)
    return then if first == 0 and second == 0 else value


def _is_column(term: Term) -> bool:
    return hasattr(term, "where")
