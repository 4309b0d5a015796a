"""What the citizen wants done: the stretches that open with a wish, an order or a plea."""

import re

from intents.finder import finder
from intents.lexicon import load, pattern
from intents.reading import Reading

_ENDS = re.compile(load("requests")["ends"])
_OPENERS = finder(pattern(load("requests")["openers"]))
_AGAIN = re.compile(load("requests")["again"], re.I)
_LIST_ENDS = re.compile(load("requests")["list_ends"])
_LIST_HEAD = re.compile(load("requests")["list_head"])
_NUMBERED = re.compile(load("requests")["numbered"])
_CALLED = re.compile(load("requests")["called"])
_BESIDES = re.compile(load("requests")["besides"])
_MOST = 6
_SHORTEST, _SHORTEST_LISTED = 3, 2


def requests_in(reading: Reading) -> tuple[str, ...]:
    """The requests in the citizen's own words, in their order, at most six."""
    found: list[str] = []
    position = 0
    while len(found) < _MOST and (opener := _OPENERS.search(reading.plain, position)):
        listed = _LIST_HEAD.match(reading.plain, opener.end())
        closing = (_LIST_ENDS if listed else _ENDS).search(reading.plain, opener.end())
        position = closing.end() if closing else len(reading.plain)
        said = _by_itself(reading.text[opener.start() : closing.start() if closing else None].strip())
        found += [wish for wish in _parted(said) if wish not in found]
    return tuple(found[:_MOST])


def _by_itself(said: str) -> str:
    """Up to where it goes on with how they are reached, or where it is."""
    more = _BESIDES.search(said)
    return said[: more.start()] if more else said


def _parted(said: str) -> list[str]:
    """One sentence's wishes: those of a numbered list, what stands behind "Wish:", or those that open anew after a
    comma.
    """
    listed = [part.strip(" \n\u3000,\uff0c\u3001;\uff1b\u3002") for part in _NUMBERED.split(said)]
    if len(listed) > 2:
        return [wish for wish in listed[1:] if len(wish) >= _SHORTEST_LISTED]
    if label := _CALLED.match(said):
        return [said[label.end() :].strip()] if said[label.end() :].strip() else []
    return [wish for wish in (part.strip() for part in _AGAIN.split(said)) if len(wish) >= _SHORTEST]
