"""Dangers that words tell of: which are over, and which kind they are, so that the number that fits can be told.

Whoever is in danger must never be missed: only what is over without a doubt is.
"""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from re import Match, Pattern

from intents.lexicon import load
from intents.meaning import Entity
from intents.reading import Reading

_CLAUSE = 40
_MARKS = " ,\uff0c"


def are_over(reading: Reading, dangers: Sequence[Match[str]], found: Sequence[Entity], now: datetime) -> bool:
    """Whether every one of the dangers, matches in the plain text, was over before yesterday."""
    times = [each for each in found if each.type == "time"]
    yesterday = now.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=1)
    if not any(_is_past(each, yesterday) for each in times):
        return False
    return all(_is_over(reading, each, times, yesterday) for each in dangers)


def _is_over(reading: Reading, danger: Match[str], times: Sequence[Entity], yesterday: datetime) -> bool:
    """Whether the danger's own clause says when it was, and its sentence and the next one say nothing of its going on,
    being back or being near.
    """
    ends = [each.end() for each in _over("sentence").finditer(reading.plain)]
    first = max((each for each in ends if each <= danger.start()), default=0)
    last = next(iter([each for each in ends if each >= danger.end()][1:2]), len(reading.plain))
    near = [each for each in times if first <= each.start < last]
    if any(each.since and not _is_past(each, yesterday) for each in near):
        return False
    if _over("present").search(reading.plain, first, last):
        return False
    return any(_is_past(each, yesterday) and _is_when(reading, danger, each) for each in near)


def _is_past(time: Entity, yesterday: datetime) -> bool:
    return time.until is not None and time.until <= yesterday


def _is_when(reading: Reading, danger: Match[str], time: Entity) -> bool:
    """Whether the time stands in the danger's clause (a mark may follow it), and is not of a thing that is named ("the
    heater that was bought last year"). In Chinese it stands first.
    """
    before, behind = reading.plain[max(time.start - _CLAUSE, 0) : time.start], reading.plain[time.end :]
    if _over("of_a_thing_before").search(before) or _over("of_a_thing_behind").match(behind):
        return False
    if time.start < danger.end():
        return not _over("ends").search(reading.plain[time.end : danger.start()].lstrip(_MARKS))
    return reading.language == "en" and not _over("ends").search(reading.plain[danger.end() : time.start])


def kinds_of_danger(reading: Reading) -> tuple[str, ...]:
    """The kinds of danger that words tell of, in the order in which they are told; of those that begin together first
    the one that stands first in the word list.
    """
    kinds = load("nature")["dangers"]
    found = {name: match.start() for name in kinds if (match := _kind(name).search(reading.plain))}
    return tuple(sorted(found, key=lambda name: found[name]))


@cache
def _kind(name: str) -> Pattern[str]:
    return re.compile(load("nature")["dangers"][name])


@cache
def _over(name: str) -> Pattern[str]:
    return re.compile(load("nature")["over"][name])
