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


def say_time(
    language: str, words: str, since: datetime | None, until: datetime | None, zone: ZoneInfo, now: datetime
) -> str:
    """When something happened: the date that was understood, with the own words where they say more or less than it."""
    if since is None:
        return words
    if until and VAGUE <= until - since <= A_DAY:
        day = say_day(language, since, zone, now)
        return words if day in words else say(language, "draft.vague_time", words=words, day=day)
    if until and until - since >= LASTING and until.astimezone(zone).time() != time():
        return say(language, "draft.lasting_time", words=words, day=say_day(language, since, zone, now))
    return _whole(language, since, until, zone) or say_span(language, since, until, zone, now)


def _whole(language: str, since: datetime, until: datetime | None, zone: ZoneInfo) -> str:
    """A whole month or year, as such; empty for any other span."""
    if until is None:
        return ""
    first, last = since.astimezone(zone), until.astimezone(zone)
    if (first.day, first.time(), last.day, last.time()) != (1, time(), 1, time()):
        return ""
    months = (last.year - first.year) * 12 + last.month - first.month
    if months == 1:
        return say(language, "format.whole_month", year=first.year, month_name=_month(language, first))
    return say(language, "format.whole_year", year=first.year) if months == 12 and first.month == 1 else ""


VAGUE, A_DAY = timedelta(hours=2), timedelta(days=1)
"""A span of this length is a part of a day ("the evening before last"): a time of day would pretend to know more."""
LASTING = timedelta(days=2)
"""A span of this length that ends within a day, at the present hour, was told as its length ("for two weeks")."""


def _month(language: str, moment: datetime) -> str:
    return say(language, f"format.month.m{moment.month}")
