"""Who is on duty (24小时值班), and when: outside office hours urgent matters go to that person at once. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cases.rules.city import City
from cases.rules.workdays import Workdays

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class OnDuty:
    """Who is on duty: account and the number to call."""

    account: str
    phone: str


def office_is_open(city: City, workdays: Workdays, local: datetime) -> bool:
    """Whether it is office hours. `local` is in the city's time zone."""
    begin, end = city.office_hours
    return workdays.is_workday(local.date()) and begin <= local.hour < end


def on_duty(city: City, local: datetime) -> Sequence[OnDuty]:
    """Who is on duty on that day: a row for the date goes before one for the weekday, that before ``daily``."""
    for day in (local.date().isoformat(), WEEKDAYS[local.weekday()], "daily"):
        found = [OnDuty(row.account, row.phone) for row in city.duty if row.day == day]
        if found:
            return found
    return ()
