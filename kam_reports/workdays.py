"""Working days of a country and its region: weekends and public holidays are none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING

from kam_reports.model import Problem

if TYPE_CHECKING:
    from holidays import HolidayBase

_SATURDAY = 5
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """When people work, in a country (``DE``) and one of its regions (``BW``).

    A country or region whose public holidays nobody knows raises a Problem when it is asked.
    """

    country: str = "DE"
    region: str = "BW"

    def prove(self) -> None:
        """Raise the Problem that nobody knows its public holidays, if that is so."""
        _holidays(self.country, self.region)

    def works(self, day: date) -> bool:
        """Whether *day* is a working day."""
        return day.weekday() < _SATURDAY and day not in _holidays(self.country, self.region)

    def next_workday(self, day: date) -> date:
        """*day* itself, or the first working day after it."""
        while not self.works(day):
            day += _DAY
        return day

    def workdays(self, first: date, last: date) -> int:
        """The working days after *first* up to *last*; 0 if *last* comes before."""
        return sum(self.works(first + step * _DAY) for step in range(1, (last - first).days + 1))


@cache
def _holidays(country: str, region: str) -> HolidayBase:
    from holidays import country_holidays

    try:
        return country_holidays(country, subdiv=region or None)
    except NotImplementedError as error:
        raise Problem(
            {
                "de": f"[calendar]: Feiertage für {country} {region} sind nicht bekannt.",
                "en": f"[calendar]: the public holidays of {country} {region} are not known.",
            },
            {
                "de": 'Zum Beispiel country = "DE" und region = "BW" eintragen.',
                "en": 'Put, for example, country = "DE" and region = "BW".',
            },
        ) from error
