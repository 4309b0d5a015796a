"""Times as citizens tell them: finds the stretches; `intents.entities.moments` says when they were."""

import re
from datetime import datetime, timedelta
from functools import cache
from re import Match, Pattern

from intents.entities.grammar import Grammar, build
from intents.entities.moments import Moment, moment_of
from intents.lexicon import load
from intents.meaning import Entity
from intents.reading import Reading


def times_in(reading: Reading, now: datetime) -> list[Entity]:
    """Every time of the message, read as said at `now` (aware); ranges are one entity; what goes on has no `until`."""
    language = reading.language
    grammar, found = _grammar(language), []
    matches = [match for match in grammar.finder.finditer(reading.plain) if match.group() not in _vague(language)]
    while matches:
        group = _run(matches, reading.plain, language)
        moments = [moment_of(grammar.groups(each), language, now) for each in group]
        if entity := _entity(reading, group, [each for each in moments if each], now):
            found.append(entity)
    return found


def _run(matches: list[Match[str]], plain: str, language: str) -> list[Match[str]]:
    """Takes the next time off the list, and the second one with it where the two are a range."""
    first = matches.pop(0)
    if matches and _link(language).fullmatch(plain[first.end() : matches[0].start()]):
        return [first, matches.pop(0)]
    return [first]


def _entity(reading: Reading, group: list[Match[str]], moments: list[Moment], now: datetime) -> Entity | None:
    if len(moments) < len(group):
        return None
    start, end = group[0].start(), group[-1].end()
    since, until = moments[0].since, moments[-1].until
    if len(group) == 2:
        since, until = _ordered(moments[0], moments[1])
    elif _goes_on(reading, start, end):
        until = None
    if since and since > now and reading.plain[start:end] in _parts(reading.language):
        since = until = None  # "they do it in the evening", said at noon, is no evening to come
    value = "/".join(each.isoformat() if each else "" for each in (since, until))
    return Entity("time", reading.text[start:end], start, end, value, since, until)


def _ordered(first: Moment, second: Moment) -> tuple[datetime | None, datetime | None]:
    """A range that ends before it begins ends on the next day (10 p.m. to 2 a.m.); a bare clock takes the first's
    day.
    """
    if first.since is None or second.since is None:
        return first.since, None
    end = second.since if second.clock else second.until or second.since
    if second.clock and not second.dated:
        end = end.replace(year=first.since.year, month=first.since.month, day=first.since.day)
        end += timedelta(days=end < first.since)
    return first.since, max(end, first.since)


def _goes_on(reading: Reading, start: int, end: int) -> bool:
    """Whether the words around say that it began then and has not stopped."""
    lexicon = load("time")[reading.language]
    after = re.search(lexicon["ongoing"], reading.plain[end : end + 8])
    told = reading.plain[start:end].endswith(tuple(lexicon["on_and_on"]))
    return bool(told or after or re.search(lexicon["opening"], reading.plain[max(start - 9, 0) : start]))


@cache
def _parts(language: str) -> frozenset[str]:
    return frozenset(load("time")[language]["parts"])


@cache
def _grammar(language: str) -> Grammar:
    return build(load("time")[language]["pieces"])


@cache
def _link(language: str) -> Pattern[str]:
    return re.compile(load("time")[language]["range"])


@cache
def _vague(language: str) -> frozenset[str]:
    """Words of time that name no time by themselves."""
    return frozenset(load("time")[language].get("not_an_entity", ()))
