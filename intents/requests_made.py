"""What the citizen wants done: the stretches that open with a wish, an order or a plea."""

import re

from intents.lexicon import load
from intents.reading import Reading

_ENDS = re.compile(load("requests")["ends"])
_OPENERS = re.compile("|".join(f"(?:{each})" for each in load("requests")["openers"]))
_AGAIN = re.compile(load("requests")["again"], re.I)
_NUMBERED = re.compile(load("requests")["numbered"])
_MOST = 6
_SHORTEST = 4


def requests_in(reading: Reading) -> tuple[str, ...]:
    """The requests in the citizen's own words, in their order, at most six."""
    found: list[str] = []
    position = 0
    while len(found) < _MOST and (opener := _OPENERS.search(reading.plain, position)):
        closing = _ENDS.search(reading.plain, opener.end())
        position = closing.end() if closing else len(reading.plain)
        said = reading.text[opener.start() : closing.start() if closing else None].strip()
        found += [wish for wish in _parted(said) if wish not in found]
    return tuple(found[:_MOST])


def _parted(said: str) -> list[str]:
    """One sentence's wishes: those of a numbered list, or those that open anew after a comma."""
    listed = [part.strip(" \u3000,\uff0c\u3001;\uff1b") for part in _NUMBERED.split(said)]
    parts = listed[1:] if len(listed) > 2 else _AGAIN.split(said)
    return [wish for wish in (part.strip() for part in parts) if len(wish) >= _SHORTEST]
