"""Names, numbers, places and times in a message."""

from datetime import datetime

from intents.entities.answers import answer_to
from intents.entities.numbers import numbers_in
from intents.entities.places import places_in
from intents.entities.respondents import respondents_in
from intents.entities.times import times_in
from intents.gazetteer import Gazetteer
from intents.meaning import Entity
from intents.reading import Reading


def find_entities(
    reading: Reading, now: datetime, gazetteer: Gazetteer, asked: str | None = None
) -> tuple[Entity, ...]:
    """All entities in the order of the text; none overlaps another of its own type.

    `asked` is the slot that the form asks for: the message is then read as an answer to it as well.
    """
    numbers = numbers_in(reading)
    others = [*times_in(reading, now), *places_in(reading, gazetteer), *respondents_in(reading)]
    found = tuple(numbers + [each for each in others if not _covered(each, numbers)])
    if asked:
        found += answer_to(asked, reading, found, now, gazetteer)
    return tuple(sorted(found, key=lambda each: (each.start, each.type)))


def _covered(entity: Entity, numbers: list[Entity]) -> bool:
    """A piece of a case number or a phone is no time and no place."""
    return any(number.start <= entity.start and entity.end <= number.end for number in numbers)
