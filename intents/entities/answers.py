"""Reads a message as the answer to the slot that the form asks for: "2", "just me", "below my flat", "no idea"."""

import re
from collections.abc import Callable
from functools import cache
from re import Pattern

from intents.entities.numbers import query_code
from intents.entities.places import whole_as_place
from intents.gazetteer import Gazetteer
from intents.lexicon import load, pattern
from intents.meaning import Entity
from intents.reading import Reading, compact

_UNLIKELY_NAME = 6
_LONGEST = 60
_ELSE = frozenset({"time", "amount", "phone", "plate", "identity_number"})
# Letters of a time that nobody can date
_FEW = {"zh": 12, "en": 40}


def answer_to(asked: str, reading: Reading, found: tuple[Entity, ...], gazetteer: Gazetteer) -> tuple[Entity, ...]:
    """What the message gives for the slot `asked`, as entities; nothing where it is no answer to it.

    "Nothing to say" and "I do not know" are one entity of type ``absent``.
    """
    if is_absent(reading) and asked in load("answers")["optional"]:
        return (_whole("absent", reading, "absent"),)
    if any(each.type == asked for each in found):
        return ()
    if asked == "time" and _is_vague_time(reading):
        return (_whole("time", reading, reading.text.strip()),)
    reader = _READERS.get(asked)
    if reader:
        return tuple(reader(reading))
    if asked == "place" and reading.plain.strip() and not _is_no_place(reading, found):
        return (whole_as_place(reading, gazetteer),)
    if asked == "respondent" and reading.plain.strip():
        return (_whole("respondent", reading, reading.text.strip()),)
    return ()


def is_absent(reading: Reading) -> bool:
    """Whether the whole message says that there is nothing to say."""
    return len(reading.plain) <= _LONGEST and bool(_patterns("absent").fullmatch(compact(reading.plain)))


def _is_vague_time(reading: Reading) -> bool:
    """Whether a few words in which no date was found name a time all the same: "for ages", "some time in spring"."""
    few = len(reading.plain) <= _FEW[reading.language] and not _regex("question").search(reading.plain)
    return few and bool(_regex("vague_time").search(reading.plain))


def _is_no_place(reading: Reading, found: tuple[Entity, ...]) -> bool:
    """Whether it says what no place's name does: "broken", "nobody comes", a question, only a time or a sum."""
    said = reading.text.strip()
    if _regex("question").search(reading.plain):
        return True
    if any(each.type in _ELSE and each.text == said for each in found):
        return True
    if reading.language == "en":
        return bool(_regex("no_place_en").search(reading.plain))
    return bool(_patterns("no_place").fullmatch(compact(reading.plain)))


def _whole(kind: str, reading: Reading, value: str) -> Entity:
    start = len(reading.text) - len(reading.text.lstrip())
    end = max(start, len(reading.text.rstrip()))
    return Entity(kind, reading.text[start:end], start, end, value)


def _choice(reading: Reading) -> list[Entity]:
    lexicon, said = load("answers"), reading.plain.strip()
    word = lexicon["choice_words"].get(said.rstrip(lexicon["choice_endings"]))
    match = _regex("choice").fullmatch(said)
    if word or not match:
        return [_whole("choice", reading, word)] if word else []
    number = match["number"]
    return [_whole("choice", reading, str(lexicon["choice_digits"].get(number, number)))]


def _contact_way(reading: Reading) -> list[Entity]:
    for way, parts in load("answers")["contact_way"].items():
        if re.search("|".join(parts), reading.plain):
            return [_whole("contact_way", reading, way)]
    return _choice(reading)


def _rating(reading: Reading) -> list[Entity]:
    short = compact(reading.plain)
    for value, parts in load("answers")["rating"].items():
        if re.fullmatch("|".join(f"(?:{part.replace(' ', '')})" for part in parts), short):
            return [_whole("rating", reading, value)]
    return _choice(reading) or [_whole("rating", reading, value) for value in _rated_with_reasons(reading)]


def _rated_with_reasons(reading: Reading) -> list[str]:
    """What a sentence says of being solved and of being satisfied, each once: what is more exact stands first."""
    said = load("answers")["rating_said"].values()
    found = (next((value for value, parts in one.items() if pattern(parts).search(reading.plain)), "") for one in said)
    return [value for value in found if value]


def _people(reading: Reading) -> list[Entity]:
    lexicon, said = load("answers"), reading.plain.strip()
    match = _regex("people_number").fullmatch(said)
    count = lexicon["people_words"].get(compact(said)) or lexicon["people_words"].get(said)
    if count is None and match:
        count = _count(match["number"], lexicon["numerals"])
    if count is None:
        return _choice(reading)
    return [_whole("people", reading, next(name for top, name in lexicon["people_classes"] if count <= top))]


def _count(text: str, numerals: dict[str, int]) -> int:
    if text.isdecimal():
        return int(text)
    total, digit = 0, 0
    for char in text:
        value = numerals.get(char, 0)
        total, digit = (total + (digit or 1) * value, 0) if value >= 10 else (total, value)
    return min(total + digit, 1_000_000)


def _publish(reading: Reading) -> list[Entity]:
    short = compact(reading.plain)
    if _patterns("refused").fullmatch(short):
        return [_whole("publish", reading, "no")]
    return [_whole("publish", reading, "yes")] if _patterns("agreed").fullmatch(short) else []


def _name(reading: Reading) -> list[Entity]:
    match = _regex("name").fullmatch(reading.plain.strip())
    if not match or len(reading.plain.split()) > _UNLIKELY_NAME:
        return []
    start = reading.plain.index(match["name"])
    end = start + len(match["name"])
    return [Entity("name", reading.text[start:end], start, end, reading.text[start:end])]


def _code(reading: Reading) -> list[Entity]:
    found = query_code(reading)
    return [found] if found else []


@cache
def _regex(name: str) -> Pattern[str]:
    return re.compile(load("answers")[name])


@cache
def _patterns(name: str) -> Pattern[str]:
    return pattern(load("answers")[name])


_READERS: dict[str, Callable[[Reading], list[Entity]]] = {
    "category": _choice,
    "choice": _choice,
    "confirm": _choice,
    "contact_way": _contact_way,
    "name": _name,
    "people": _people,
    "publish": _publish,
    "query_code": _code,
    "rating": _rating,
}
