"""Names, numbers, places and times in a message, and what it answers to a question."""

import re
from dataclasses import replace
from datetime import datetime

from intents.entities.answers import answer_to
from intents.entities.numbers import numbers_in
from intents.entities.places import places_in
from intents.entities.respondents import respondents_in
from intents.entities.times import times_in
from intents.gazetteer import Gazetteer
from intents.lexicon import load
from intents.meaning import Entity
from intents.reading import Reading

__all__ = ["answer_to", "find_entities", "in_answer"]


def find_entities(reading: Reading, now: datetime, gazetteer: Gazetteer) -> tuple[Entity, ...]:
    """All entities in the order of the text; none overlaps another of its own type."""
    numbers = numbers_in(reading)
    times = [each for each in times_in(reading, now) if not _overlaps(each, numbers)]
    names = _apart(reading, places_in(reading, gazetteer, numbers + times), respondents_in(reading))
    return _in_order([*numbers, *times, *(each for each in names if not _overlaps(each, numbers + times))])


def in_answer(answers: tuple[Entity, ...], found: tuple[Entity, ...], intent: str) -> tuple[Entity, ...]:
    """The entities `found` with the `answers`, which do not count where the intent steps out of the question."""
    if intent in load("answers")["step_outs"] or intent.startswith("ask/"):
        return found
    return _in_order([*found, *answers])


def _in_order(entities: list[Entity]) -> tuple[Entity, ...]:
    return tuple(sorted(entities, key=lambda each: (each.start, each.type)))


def _apart(reading: Reading, places: list[Entity], respondents: list[Entity]) -> list[Entity]:
    """An organisation is a place where something stands in it or beside it, and otherwise somebody who did something.

    Of two that overlap the longer one is meant.
    """
    kept = [each for each in places if not any(_names(reading, other, each) for other in respondents)]
    return kept + [
        _located(each, places)
        for each in respondents
        if not any(_longer(place, each) or _same(place, each) for place in kept)
    ]


def _located(respondent: Entity, places: list[Entity]) -> Entity:
    """With where it is, for one that has a door of its own, as a hospital has."""
    same = next((each for each in places if _same(each, respondent)), None)
    return replace(respondent, parts=same.parts, area=same.area, grid=same.grid) if same else respondent


def _names(reading: Reading, respondent: Entity, place: Entity) -> bool:
    return _longer(respondent, place) or (_same(respondent, place) and not _stands(reading, place))


def _stands(reading: Reading, place: Entity) -> bool:
    before, behind = reading.plain[max(place.start - 2, 0) : place.start], reading.plain[place.end : place.end + 4]
    return bool(re.search(load("place")["inside"], before) or re.match(load("place")["beside"], behind))


def _same(one: Entity, other: Entity) -> bool:
    return (one.start, one.end) == (other.start, other.end)


def _longer(one: Entity, other: Entity) -> bool:
    """Whether the two overlap and `one` is the longer."""
    return _overlaps(one, [other]) and one.end - one.start > other.end - other.start


def _overlaps(entity: Entity, others: list[Entity]) -> bool:
    """A piece of a phone or a date is no time and no place."""
    return any(other.start < entity.end and entity.start < other.end for other in others)
