"""When was that? Turns the named parts of a time expression into aware datetimes; `now` is an argument.

Complaints look back: a weekday, a month or a date without a year is the latest one that is not in the future.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from intents.entities.numerals import number
from intents.lexicon import load

_UNITS = {
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(weeks=1),
    "season": timedelta(days=90),
}
_MONTH, _YEAR = timedelta(days=30), timedelta(days=365)
_FAR = 200.0


@dataclass(frozen=True, slots=True)
class Moment:
    """From `since` up to, not including, `until`; a clock time is an instant. `dated`: a day was named."""

    since: datetime | None
    until: datetime | None
    clock: bool = False
    dated: bool = True


def moment_of(parts: Mapping[str, str], language: str, now: datetime) -> Moment | None:
    """The moment that the named parts tell, None where they make no date (31 February, 25 o'clock)."""
    words = load("time")[language]
    try:
        return next(read(parts, words, now) for key, read in _READERS if key in parts)
    except StopIteration:
        return _expression(parts, words, now)
    except (ValueError, OverflowError):
        return None


def _ago(parts: Mapping[str, str], words: dict[str, Any], now: datetime) -> Moment:
    unit = words["units"][parts["ago_unit"]]
    count = _count(parts["ago_n"], words) + (0.5 if "ago_half" in parts else 0)
    start = now - _length(unit, count)
    if unit == "hour":
        return Moment(start, start, clock=True)
    return Moment(_midnight(start), _midnight(start) + timedelta(days=1))


def _lasting(parts: Mapping[str, str], words: dict[str, Any], now: datetime) -> Moment:
    count = _count(parts["last_n"], words) + (0.5 if "last_half" in parts else 0)
    return Moment(now - _length(words["units"][parts["last_unit"]], count), now)


def _lately(parts: Mapping[str, str], words: dict[str, Any], now: datetime) -> Moment:
    return Moment(_midnight(now) - timedelta(days=words["lately"][parts["lately"]]), now)


def _recurring(parts: Mapping[str, str], words: dict[str, Any], now: datetime) -> Moment:
    return Moment(None, None)


def _expression(parts: Mapping[str, str], words: dict[str, Any], now: datetime) -> Moment | None:
    try:
        day = _date(parts, words, now)
        return _within_day(day or Moment(_midnight(now), _midnight(now), dated=False), parts, words)
    except (ValueError, OverflowError):
        return None


def _date(parts: Mapping[str, str], words: dict[str, Any], now: datetime) -> Moment | None:
    for key, read in _DATES:
        if key in parts:
            return read(parts, words, now)
    return None


def _iso(parts: Mapping[str, str], words: dict[str, Any], now: datetime) -> Moment:
    start = _midnight(now).replace(
        year=int(parts["iso_year"]), month=int(parts["iso_month"]), day=int(parts["iso_day"])
    )
    return _days(start, 1)


def _by_year(parts: Mapping[str, str], words: dict[str, Any], now: datetime) -> Moment:
    """A year, told by its number, by a word, or not at all, and what of it is meant."""
    year = _year(parts, words, now)
    if "holiday" in parts:
        return _holiday(parts, words, now, year)
    if "month" in parts:
        return _month_of(parts, words, now, year)
    first, last = words.get("seasons", {}).get(parts.get("season", ""), (1, 12))
    return _months(now, year or now.year, first, last)


def _year(parts: Mapping[str, str], words: dict[str, Any], now: datetime) -> int | None:
    if "year_word" in parts:
        return now.year + int(words["years"][parts["year_word"]])
    if "year" in parts:
        year = int(number(parts["year"], words["digits"]))
        return year + 2000 if year < 100 else year
    return None


def _holiday(parts: Mapping[str, str], words: dict[str, Any], now: datetime, year: int | None = None) -> Moment:
    name = next(code for word, code in words["holiday_names"].items() if parts["holiday"].startswith(word))
    if year:
        return _holiday_in(name, year, now)
    this = _holiday_in(name, now.year, now)
    return this if this.since and this.since <= now else _holiday_in(name, now.year - 1, now)


def _holiday_in(name: str, year: int, now: datetime) -> Moment:
    table, shift, length = load("time")["holidays"], 0, 3
    if name in table["fixed"]:
        day, length = table["fixed"][name]
    else:
        moon = {"eve": ("spring", -1, 1), "lantern": ("spring", 14, 1), "spring": ("spring", 0, 7)}
        moon |= {"after_spring": ("spring", 7, 30), "little_eve": ("spring", -6, 1)}
        base, shift, length = moon.get(name, (name, 0, 3))
        day = table[base].get(year, "02-05" if base == "spring" else "06-10" if base == "dragon" else "09-20")
    month, date = map(int, day.split("-"))
    return _days(_midnight(now).replace(year=year, month=month, day=date) + timedelta(days=shift), length)


def _month_of(parts: Mapping[str, str], words: dict[str, Any], now: datetime, year: int | None) -> Moment:
    named = words.get("months_by_name", {})
    month = named.get(parts["month"][:3]) or int(number(parts["month"], words["digits"], words.get("ten", "")))
    day = int(number(parts["day"], words["digits"], words.get("ten", ""))) if "day" in parts else 0
    start = _midnight(now).replace(year=year or now.year, month=month, day=day or 1)
    if year is None and start > now:
        start = start.replace(year=start.year - 1)
    return _days_of(start, parts, words) if day else _third(start, parts, words)


def _by_month(parts: Mapping[str, str], words: dict[str, Any], now: datetime) -> Moment:
    start = _add_months(_midnight(now).replace(day=1), int(words["months"][parts["month_word"]]))
    if "day" in parts:
        day = int(number(parts["day"], words["digits"], words["ten"]))
        return _days_of(start.replace(day=day), parts, words)
    return _third(start, parts, words)


def _days_of(start: datetime, parts: Mapping[str, str], words: dict[str, Any]) -> Moment:
    """A day, or from it to a later one of the same month ("10月20号到27号")."""
    if "last_day" not in parts:
        return _days(start, 1)
    last = start.replace(day=int(number(parts["last_day"], words["digits"], words.get("ten", ""))))
    return _days(start, max((last - start).days, 0) + 1)


def _third(start: datetime, parts: Mapping[str, str], words: dict[str, Any]) -> Moment:
    whole = Moment(start, _add_months(start, 1))
    if "third" not in parts or whole.until is None:
        return whole
    first, last = words["thirds"][parts["third"]]
    end = start + timedelta(days=last)
    return Moment(start + timedelta(days=first - 1), min(end, whole.until))


def _by_week(parts: Mapping[str, str], words: dict[str, Any], now: datetime) -> Moment:
    shift = int(words["weeks"][parts["week_word"]])
    monday = _midnight(now) - timedelta(days=now.weekday()) + timedelta(weeks=shift)
    if "weekday" in parts:
        return _weekday(monday, parts["weekday"], words)
    return _span(parts.get("week_span", "week"), monday, shift, words, now)


def _span(unit: str, monday: datetime, shift: int, words: dict[str, Any], now: datetime) -> Moment:
    if unit == "weekend":
        return _days(monday + timedelta(days=5), 2)
    if unit == "month":
        start = _add_months(_midnight(now).replace(day=1), shift)
        return Moment(start, _add_months(start, 1))
    if unit in words.get("seasons", {}) or unit == "year":
        return _months(now, now.year + shift, *words["seasons"].get(unit, (1, 12)))
    return _days(monday, 7)


def _by_weekday(parts: Mapping[str, str], words: dict[str, Any], now: datetime) -> Moment:
    monday = _midnight(now) - timedelta(days=now.weekday())
    found = _weekday(monday, parts["bare_weekday"], words)
    if found.since and found.since > now:
        return _weekday(monday - timedelta(weeks=1), parts["bare_weekday"], words)
    return found


def _weekday(monday: datetime, word: str, words: dict[str, Any]) -> Moment:
    day = words["weekdays"].get(word, words["weekdays"].get(word[:3], 0))
    return _days(monday + timedelta(days=int(day)), 2 if word == words.get("weekend") else 1)


def _by_day(parts: Mapping[str, str], words: dict[str, Any], now: datetime) -> Moment:
    return _days(_midnight(now) + timedelta(days=int(words["days"][parts["day_word"]])), 1)


def _season_now(parts: Mapping[str, str], words: dict[str, Any], now: datetime) -> Moment:
    word = parts["season_now"]
    if word in words["seasons"]:
        found = _months(now, now.year, *words["seasons"][word])
        return found if found.since and found.since <= now else _months(now, now.year - 1, *words["seasons"][word])
    return _third(_midnight(now).replace(day=1), {"third": word}, words)


def _lunar(parts: Mapping[str, str], words: dict[str, Any], now: datetime) -> Moment:
    """A month or day around the lunar new year, counted from its first day; months are taken as thirty days."""
    shift = int(words["lunar_months"][parts["lunar_month"]])
    day = _lunar_day(parts.get("lunar_day", ""), words)
    first, length = shift + max(day - 1, 0), 1 if day else 30
    years = (_holiday_in("spring", now.year + 1 - back, now).since for back in range(3))
    starts = [since + timedelta(days=first) for since in years if since]
    return _days(next((each for each in starts if each <= now), starts[-1]), length)


def _lunar_day(text: str, words: dict[str, Any]) -> int:
    for opening, tens in words["lunar_tens"].items():
        if text.startswith(opening):
            return int(tens) + int(number(text[1:], words["digits"], words["ten"]) if text[1:] else 0)
    return int(number(text, words["digits"], words["ten"])) if text else 0


def _around(parts: Mapping[str, str], words: dict[str, Any], now: datetime) -> Moment:
    """The month before or behind the latest lunar new year."""
    years = (_holiday_in("spring", now.year - back, now).since for back in range(2))
    start = next((since for since in years if since and since <= now), now)
    return _days(_midnight(start) + timedelta(days=int(words["around"][parts["around"]])), 30)


def _within_day(day: Moment, parts: Mapping[str, str], words: dict[str, Any]) -> Moment | None:
    """The part of the day or the clock time within the day that was named."""
    word = parts.get("day_word", "")
    part = parts.get("part") or words.get("day_parts", {}).get(word, "")
    night, morning = word in words.get("evenings", ()), word in words.get("mornings", ())
    if day.since is None:
        return day
    if "hour" in parts:
        return _clock(day, parts, words, part, night or part in ("night",))
    if part or night or morning:
        first, last = words["parts"].get(part) or ((18, 24) if night else (6, 9))
        return replace(day, since=day.since + timedelta(hours=first), until=day.since + timedelta(hours=last))
    return day


def _clock(day: Moment, parts: Mapping[str, str], words: dict[str, Any], part: str, night: bool) -> Moment | None:
    hour = int(number(parts["hour"], words["digits"], words.get("ten", "")))
    if day.since is None or hour > 24:
        return None
    first, last = words["parts"].get(part, (20, 30) if night else (0, 12))
    if parts.get("meridiem", "").startswith("p"):
        first, last = 12, 24
    if first >= 11 and hour < 12:
        hour += 12 if hour + 12 <= last and hour + 12 >= first - 2 else 24 if last > 24 or night or first >= 18 else 12
    elif first >= 18 and hour == 12:
        hour = 24
    minutes = 30 if "half" in parts else 15 if parts.get("quarter") in ("1",) else _minutes(parts, words)
    at = day.since + timedelta(hours=hour, minutes=minutes)
    return Moment(at, at, clock=True, dated=day.dated)


def _minutes(parts: Mapping[str, str], words: dict[str, Any]) -> int:
    if "quarter" in parts:
        return 15 * int(number(parts["quarter"], words["digits"]))
    return int(number(parts["minute"], words["digits"], words.get("ten", ""))) if "minute" in parts else 0


def _count(text: str, words: dict[str, Any]) -> float:
    vague = words.get("vague_numbers", {})
    return min(float(vague.get(text) or number(text, words["digits"], words.get("ten", ""))), _FAR)


def _length(unit: str, count: float) -> timedelta:
    return _UNITS.get(unit, _MONTH if unit == "month" else _YEAR) * count


def _midnight(at: datetime) -> datetime:
    return at.replace(hour=0, minute=0, second=0, microsecond=0)


def _days(start: datetime, count: int) -> Moment:
    return Moment(start, start + timedelta(days=count))


def _months(now: datetime, year: int, first: int, last: int) -> Moment:
    start = _midnight(now).replace(year=year, month=first, day=1)
    return Moment(start, _add_months(start, last - first + 1))


def _add_months(start: datetime, count: int) -> datetime:
    months = start.month - 1 + count
    return start.replace(year=start.year + months // 12, month=months % 12 + 1)


_READERS = (
    ("ago_n", _ago),
    ("last_n", _lasting),
    ("recurring", _recurring),
    ("event", _recurring),
    ("lately", _lately),
)
_DATES = (
    ("lunar", _lunar),
    ("around", _around),
    ("iso_year", _iso),
    ("month_word", _by_month),
    ("week_word", _by_week),
    ("bare_weekday", _by_weekday),
    ("day_word", _by_day),
    ("season_now", _season_now),
    ("year", _by_year),
    ("year_word", _by_year),
    ("month", _by_year),
    ("holiday", _holiday),
)
