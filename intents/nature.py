"""What kind of message it is, how urgent, and whether the law has a way of its own for it, each with the words that
say so.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from re import Match
from typing import Any

from intents.dangers import are_over
from intents.lexicon import load
from intents.meaning import Entity, Kind, Urgency
from intents.reading import Reading
from intents.sought import Sought, sought

_MOST = 4
COURT = "court"
"""The lawful way of what a court has judged or is to judge."""


def urgent_words(reading: Reading, found: Sequence[Entity], now: datetime) -> tuple[Urgency, tuple[str, ...]]:
    """The urgency that words name outright, and the words; ordinary where none does, with the words of dangers that are
    over. `found` are the entities: by their times these are told from those that are there.
    """
    dangers, hurry = (_sought("urgency", each).matches(reading) for each in (Urgency.EMERGENCY, Urgency.URGENT))
    if dangers and not are_over(reading, dangers, found, now):
        return Urgency.EMERGENCY, _words(reading, dangers)
    return (Urgency.URGENT, _words(reading, hurry)) if hurry else (Urgency.ORDINARY, _words(reading, dangers))


def in_despair(reading: Reading) -> bool:
    """Whether they speak of ending their own life."""
    return _despair().is_in(reading)


def graft_words(reading: Reading) -> tuple[str, ...]:
    """The words that tell of an official's gain: a report, whose material the accused never sees (条例 art. 30)."""
    return words_for("breach", "graft", reading)


def kind_words(reading: Reading, kind: Kind) -> tuple[str, ...]:
    """The words of the message that speak for this kind."""
    return words_for("kind", kind, reading)


def lawful_way(reading: Reading) -> tuple[str | None, tuple[str, ...]]:
    """``court arbitration reconsideration criminal``, or None: the way that most words name, and those words."""
    said = {way: words_for("lawful", way, reading) for way in _section("lawful")}
    way = max(said, key=lambda each: len(said[each]))
    return (way, said[way]) if said[way] else (None, ())


def words_for(section: str, name: str, reading: Reading) -> tuple[str, ...]:
    """The citizen's own words that the lexicon lists under `section` and `name`, at most four, none twice."""
    return _words(reading, _sought(section, name).matches(reading))


def _words(reading: Reading, matches: Iterable[Match[str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(reading.text[match.start() : match.end()] for match in matches))[:_MOST]


def _section(name: str) -> dict[str, Any]:
    section: dict[str, Any] = load("nature")[name]
    return section


@cache
def _sought(section: str, name: str) -> Sought:
    return sought(_section(section)[name])


@cache
def _despair() -> Sought:
    return sought(load("nature")["despair"])
