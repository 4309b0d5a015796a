"""Who or what is complained about: a company, a unit or a person, as named in the message."""

import re
from functools import cache, lru_cache
from re import Pattern

from intents.entities.grammar import build
from intents.lexicon import any_of, load
from intents.meaning import Entity
from intents.reading import Reading
from intents.sought import Sought, sought

_LONGEST = 12
_MOST = 4
_LEAST = 2


def respondents_in(reading: Reading) -> list[Entity]:
    """At most four, those first that stand where an accused stands ("X owes us wages", "I complain of X")."""
    spans = _latin(reading) if reading.language == "en" else _chinese(reading)
    ranked = sorted(spans, key=lambda span: (-_accused(reading.plain, *span), span))[:_MOST]
    return [
        Entity("respondent", reading.text[start:end], start, end, reading.plain[start:end].strip())
        for start, end in ranked
    ]


def _latin(reading: Reading) -> list[tuple[int, int]]:
    """Names are found by their capitals; who writes without has only the kinds of companies to be known by."""
    found = [match for name in ("en_named", "en_firm") for match in _regex(name).finditer(reading.text)]
    if not found:
        return [match.span() for match in _regex("en").finditer(reading.plain)]
    return _apart([match.span(match.lastgroup or 0) for match in found])


def _chinese(reading: Reading) -> list[tuple[int, int]]:
    spans = [match.span("name") for match in _people().matches(reading)]
    spans += [match.span() for match in _firm().matches(reading)]
    position = 0
    for index, word in enumerate(reading.words):
        position += len(word)
        if _is_end(word):
            start = _opening(reading.words, index, position - len(word))
            start += _first_of(reading.plain[start:position])
            single = start == position - len(word) and len(word) <= _LEAST + 1
            if spans and start == spans[-1][1]:
                spans[-1] = (spans[-1][0], position)
            elif not single and _is_name(reading.plain[start:position]):
                spans.append((start, position))
    return _apart(spans)


def _first_of(text: str) -> int:
    """How many characters before the name the leftward growth took too."""
    match = _regex("not_first").match(text)
    return match.end() if match else 0


def _is_name(text: str) -> bool:
    """Whether it names one among its kind: more than the kind's own word."""
    end = _ends().search(text)
    return end is not None and len(text) - len(end[0]) >= _LEAST and text not in _set("generic")


def _opening(words: tuple[str, ...], index: int, start: int) -> int:
    """Where the name begins that ends with word `index`, which starts at `start`."""
    length = len(words[index])
    for back, word in enumerate(reversed(words[:index])):
        length += len(word)
        if length > _LONGEST or (_stops_name(word) and not _belongs(words, index - 1 - back, back == 0)):
            break
        start -= len(word)
    return start


def _belongs(words: tuple[str, ...], at: int, last: bool) -> bool:
    """Whether an ordinary word is part of the name: right before the end where a name stands before it (Blue Bay
    travel firm), and before a bare road (Liberation Road police station).
    """
    if not words[at].isalnum() or words[at] in _strict():
        return False
    return (last and at > 0 and not _stops_name(words[at - 1])) or (not last and words[at + 1] in _roads())


def _stops_name(word: str) -> bool:
    return not word.isalnum() or word in _stops()


def _apart(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    kept: list[tuple[int, int]] = []
    for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        if kept and start <= kept[-1][1]:
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


def introduced(plain: str) -> list[tuple[int, int]]:
    """Where the names stand with which people say who they are."""
    return [match.span(match.lastgroup or 0) for match in _introduced().finditer(plain)]


@cache
def _introduced() -> Pattern[str]:
    return build(_persons(), "introduced").expression


@cache
def _people() -> Sought:
    """Persons by their surname, where their role, a verb or a title shows that it is one."""
    ways = load("respondent")["people"]
    return sought([build({**_persons(), "top": each}).expression.pattern for each in ways])


@cache
def _firm() -> Sought:
    return sought(load("respondent")["firm"])


@cache
def _persons() -> dict[str, str]:
    lexicon = load("respondent")
    pieces = {"surname": lexicon["surname"], "roles": any_of(lexicon["roles"]), "titles": any_of(lexicon["titles"])}
    return {**pieces, **lexicon["persons"]}


@cache
def _ends() -> Pattern[str]:
    return re.compile("".join((any_of([end for ends in load("respondent")["ends"].values() for end in ends]), "$")))


@cache
def _set(name: str) -> frozenset[str]:
    return frozenset(load("respondent")[name])


@cache
def _roads() -> frozenset[str]:
    return frozenset(load("place")["heads"]["road"])


@cache
def _strict() -> frozenset[str]:
    return frozenset(load("place")["strict"]) | _set("strict_extra")


@cache
def _stops() -> frozenset[str]:
    plain = load(load("place")["plain_file"])["words"].split()
    return _strict() | frozenset(plain)
