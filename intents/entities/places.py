"""Places as citizens name them."""

import re

from intents.gazetteer import Gazetteer
from intents.lexicon import load
from intents.meaning import Entity
from intents.reading import Reading

_QUICK = re.compile(load("place")["quick"])


def places_in(reading: Reading, gazetteer: Gazetteer) -> list[Entity]:
    """Every place of the message."""
    return [
        Entity("place", reading.text[m.start() : m.end()], m.start(), m.end(), m.group())
        for m in _QUICK.finditer(reading.plain)
    ]
