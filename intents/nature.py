"""What kind of message it is, how urgent, and whether the law has a way of its own for it, each with the words that
say so.
"""

from functools import cache
from re import Pattern
from typing import Any

from intents.lexicon import load, pattern, without_latin
from intents.meaning import Kind, Urgency
from intents.reading import Reading

_MOST = 4
COURT = "court"
"""The lawful way of what a court has judged or is to judge."""


def urgent_words(reading: Reading) -> tuple[Urgency, tuple[str, ...]]:
    """The urgency that words name outright; ordinary where none does."""
    for urgency in (Urgency.EMERGENCY, Urgency.URGENT):
        if said := words_for("urgency", urgency, reading):
            return urgency, said
    return Urgency.ORDINARY, ()


def in_despair(reading: Reading) -> bool:
    """Whether they speak of ending their own life."""
    return bool(_despair(reading.latin).search(reading.plain))


def kind_words(reading: Reading, kind: Kind) -> tuple[str, ...]:
    """The words of the message that speak for this kind."""
    return words_for("kind", kind, reading)


def lawful_way(reading: Reading) -> tuple[str | None, tuple[str, ...]]:
    """``court arbitration reconsideration criminal``, or None: the way that most words name, and those words."""
    if not _hint(reading.latin).search(reading.plain):
        return None, ()
    said = {way: words_for("lawful", way, reading) for way in _section("lawful")}
    way = max(said, key=lambda each: len(said[each]))
    return (way, said[way]) if said[way] else (None, ())


def words_for(section: str, name: str, reading: Reading) -> tuple[str, ...]:
    """The citizen's own words that the lexicon lists under `section` and `name`, at most four, none twice."""
    matches = _regex(section, name, reading.latin).finditer(reading.plain)
    found = (reading.text[match.start() : match.end()] for match in matches)
    return tuple(dict.fromkeys(found))[:_MOST]


def _section(name: str) -> dict[str, Any]:
    section: dict[str, Any] = load("nature")[name]
    return section


@cache
def _regex(section: str, name: str, latin: bool) -> Pattern[str]:
    return _compiled(_section(section)[name], latin)


@cache
def _despair(latin: bool) -> Pattern[str]:
    return _compiled(load("nature")["despair"], latin)


@cache
def _hint(latin: bool) -> Pattern[str]:
    """What a message about a lawful way cannot do without; looked for first, because it is quick."""
    return _compiled(load("nature")["lawful_hint"].split("|"), latin)


def _compiled(parts: list[str], latin: bool) -> Pattern[str]:
    """Most messages have no Latin letter: the expressions for English are not tried on them."""
    return pattern(parts if latin else without_latin(parts))
