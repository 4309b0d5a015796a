"""What the citizen wants of the bot: sure short phrases first, then the trained model."""

from functools import cache
from re import Pattern

from intents.lexicon import load, pattern
from intents.meaning import Entity, IntentGuess
from intents.reading import Reading, compact


def intent_of(reading: Reading, entities: tuple[Entity, ...], asked: str | None) -> IntentGuess:
    """The intent of the message; a tracking number in it means that its status is asked."""
    if any(each.type == "case_number" for each in entities):
        return _sure("status")
    short = compact(reading.plain)
    for name, whole in _whole():
        if short and whole.fullmatch(short):
            return _sure(name)
    if len(reading.plain) >= load("intents")["narrative_length"][reading.language]:
        return _sure("file")
    return _sure("file" if len(short) > 8 else "out_of_scope")


def _sure(name: str) -> IntentGuess:
    return IntentGuess(name, 1.0, ((name, 1.0),))


@cache
def _whole() -> list[tuple[str, Pattern[str]]]:
    return [(name, pattern(parts)) for name, parts in load("intents")["whole"].items()]
