"""How many pixels a unit is: from zero, equal for equal units of a page, outliers apart."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
DUST = 1e-12  # less than this is nothing: dividing by it would leave every picture
_OUTLIER = 4.0  # times the next largest


def reach(values: Iterable[float | None], *, usual: float = 0.0) -> float:
    """The largest size that is no outlier; at least 0.

    A value is an outlier if it is more than four times the next largest, and larger than what is
    *usual* in any case: drawn to scale it would squeeze all others to nothing.
    """
    sizes = sorted(abs(value) for value in values if value and abs(value) > DUST)
    while len(sizes) > 1 and sizes[-1] > max(_OUTLIER * sizes[-2], usual):
        sizes.pop()
    return sizes[-1] if sizes else 0.0


def per_unit(values: Iterable[float | None], room: float, *, usual: float = 0.0) -> float:
    """Pixels a unit, so that what is no outlier fills *room* pixels; 0 if there is nothing."""
    largest = reach(values, usual=usual)
    return room / largest if largest else 0.0


@dataclass(frozen=True, slots=True)
class Ruler:
    """A scale from zero: pixels a unit, and how far it reaches above and below."""

    scale: float
    above: float
    below: float

    def size(self, value: float) -> tuple[float, bool]:
        """*value* in pixels, and whether it goes on beyond the ruler."""
        return cut(value * self.scale, self.above if value >= 0 else self.below)


def ruler(values: Iterable[float | None], room: float, scale: float = 0.0) -> Ruler:
    """A ruler for *values* in *room* pixels; of a given *scale* it holds what fits.

    An outlier is drawn a little beyond the others.
    """
    known = [value for value in values if value]
    most = reach(known) * 1.05
    highest = min(max([0.0, *known]), most)
    lowest = min(-min([0.0, *known]), most)
    whole = highest + lowest
    if whole <= DUST:
        return Ruler(0.0, 0.0, 0.0)
    scale = scale or room / whole
    below = min(lowest * scale, room / 2 if highest else room)
    return Ruler(scale, min(highest * scale, room - below), below)


def magnified(largest: float, scale: float, room: float) -> int:
    """By how much small variances are drawn larger than their chart's scale, in whole steps."""
    size = largest * scale
    if not size:
        return 1
    return max((step for step in STEPS if size * step <= room), default=1)


def cut(size: float, most: float) -> tuple[float, bool]:
    """*size* in pixels, no longer than *most*; and whether it goes on beyond that."""
    if abs(size) <= most + 0.01:
        return size, False
    return (most if size > 0 else -most), True
