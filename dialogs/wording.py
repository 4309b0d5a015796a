"""Dates and times as people write them, in the reader's language and the city's time zone."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from dialogs.phrasebook import say


def say_day(language: str, moment: datetime, zone: ZoneInfo, now: datetime | None = None) -> str:
    """A date; the year is left out when it is the year of `now`."""
    local = moment.astimezone(zone)
    this_year = now is not None and now.astimezone(zone).year == local.year
    key = "format.day" if this_year else "format.day_with_year"
    return say(language, key, year=local.year, day=local.day, month_name=_month(language, local))


def say_moment(language: str, moment: datetime, zone: ZoneInfo, now: datetime | None = None) -> str:
    """A date with the time of day; the time is left out at midnight."""
    local = moment.astimezone(zone)
    day = say_day(language, moment, zone, now)
    if (local.hour, local.minute) == (0, 0):
        return day
    return say(language, "format.moment", day=day, time=f"{local:%H:%M}")


def say_span(language: str, since: datetime, until: datetime | None, zone: ZoneInfo, now: datetime) -> str:
    """A span of time, as short as it can be said."""
    begin = say_moment(language, since, zone, now)
    if until is None:
        return say(language, "format.since", begin=begin)
    first, last = since.astimezone(zone), until.astimezone(zone)
    if first.date() == last.date() or (last - first).total_seconds() <= 86_400:
        return begin
    up_to = last - timedelta(days=last.time() == time())  # before midnight is the day before
    return say(language, "format.span", begin=begin, end=say_day(language, up_to, zone, now))


def _month(language: str, moment: datetime) -> str:
    return say(language, f"format.month.m{moment.month}")
