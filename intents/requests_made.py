"""What the citizen wants done: the stretches that open with a wish, an order or a plea."""

import re

from intents.lexicon import load
from intents.reading import Reading

_ENDS = re.compile(load("requests")["ends"])
_OPENERS = re.compile("|".join(f"(?:{each})" for each in load("requests")["openers"]))
_MOST = 6
_SHORTEST = 4


def requests_in(reading: Reading) -> tuple[str, ...]:
    """The requests in the citizen's own words, in their order, at most six."""
    found: list[str] = []
    position = 0
    while len(found) < _MOST and (opener := _OPENERS.search(reading.plain, position)):
        closing = _ENDS.search(reading.plain, opener.end())
        position = closing.end() if closing else len(reading.plain)
        wish = reading.text[opener.start() : closing.start() if closing else None].strip()
        if len(wish) >= _SHORTEST and wish not in found:
            found.append(wish)
    return tuple(found)
