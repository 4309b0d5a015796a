"""Names, numbers, places and times in a message."""

from datetime import datetime

from intents.entities.numbers import numbers_in
from intents.entities.places import places_in
from intents.entities.times import times_in
from intents.gazetteer import Gazetteer
from intents.meaning import Entity
from intents.reading import Reading


def find_entities(
    reading: Reading, now: datetime, gazetteer: Gazetteer, asked: str | None = None
) -> tuple[Entity, ...]:
    """All entities in the order of the text; none overlaps another of its own type."""
    found = [*numbers_in(reading), *times_in(reading, now), *places_in(reading, gazetteer)]
    return tuple(sorted(found, key=lambda each: (each.start, each.type)))
