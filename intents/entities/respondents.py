"""Who or what is complained about: a company, a unit or a person, as named in the message."""

import re
from functools import cache, lru_cache
from re import Pattern

from intents.lexicon import any_of, load
from intents.meaning import Entity
from intents.reading import Reading

_LONGEST = 12
_MOST = 4


def respondents_in(reading: Reading) -> list[Entity]:
    """At most four, those first that stand where an accused stands ("X owes us wages", "I complain of X")."""
    spans = _latin(reading) if reading.language == "en" else _chinese(reading)
    ranked = sorted(spans, key=lambda span: (-_accused(reading.plain, *span), span))[:_MOST]
    return [
        Entity("respondent", reading.text[start:end], start, end, reading.plain[start:end].strip())
        for start, end in ranked
    ]


def _latin(reading: Reading) -> list[tuple[int, int]]:
    return [match.span() for match in _regex("en").finditer(reading.plain)]


def _chinese(reading: Reading) -> list[tuple[int, int]]:
    spans = [match.span() for match in _regex("person").finditer(reading.plain)]
    position = 0
    for index, word in enumerate(reading.words):
        position += len(word)
        if _is_end(word):
            start = _opening(reading.words, index, position - len(word))
            if reading.plain[start:position] not in _set("generic"):
                spans.append((start, position))
    return _apart(spans)


def _opening(words: tuple[str, ...], index: int, start: int) -> int:
    """Where the name begins that ends with word `index`, which starts at `start`."""
    length = len(words[index])
    for word in reversed(words[:index]):
        length += len(word)
        if length > _LONGEST or not word.isalnum() or word in _stops():
            break
        start -= len(word)
    return start


def _apart(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    kept: list[tuple[int, int]] = []
    for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        if kept and start < kept[-1][1]:
            kept[-1] = (kept[-1][0], max(end, kept[-1][1]))
        else:
            kept.append((start, end))
    return kept


def _accused(plain: str, start: int, end: int) -> int:
    before, behind = _regex("before"), _regex("behind")
    return bool(before.search(plain[end : end + 6])) + bool(behind.search(plain[max(start - 4, 0) : start]))


@lru_cache(maxsize=65_536)
def _is_end(word: str) -> bool:
    return bool(_ends().search(word))


@cache
def _regex(name: str) -> Pattern[str]:
    return re.compile(load("respondent")[name])


@cache
def _ends() -> Pattern[str]:
    return re.compile("".join((any_of([end for ends in load("respondent")["ends"].values() for end in ends]), "$")))


@cache
def _set(name: str) -> frozenset[str]:
    return frozenset(load("respondent")[name])


@cache
def _stops() -> frozenset[str]:
    plain = load(load("place")["plain_file"])["words"].split()
    return frozenset(load("place")["strict"]) | _set("strict_extra") | frozenset(plain)
