"""What a text must hold, and how a match must begin, read out of a regular expression itself.

The standard library's own parser takes the expression apart. What is not understood is left out, so that nothing that
would match is ever lost; the tests hold this against all expressions of the lexicon and made-up ones.
"""

import re
from collections.abc import Sequence
from itertools import product
from re import Pattern
from re import _constants as op
from re import _parser as parser
from typing import Any, NamedTuple

# Sets of stretches that would be larger are not spelled out
_MOST = 64
# About how often a text has a given character somewhere, and with so many others behind it; where a set is of no use
_COMMON, _FURTHER, _USELESS = 0.1, 0.01, 0.5
# How much of a match's beginning is told, and in how many ways it may begin
_OPENING, _WAYS = 2, 4096
_Digits = str | None
_DIGITS = "0123456789"


def needed_by(expression: Pattern[str] | str) -> frozenset[str]:
    """Stretches of which every match, with what it looks at around itself, holds one; empty where none are known."""
    parsed = _parsed(expression)
    needs = frozenset() if _ignores_case(parsed) else _sequence(parsed).needs
    return needs if _share(needs) <= _USELESS else frozenset()


def openings_of(expression: Pattern[str]) -> frozenset[str]:
    """What a match begins with: its first two characters, or all of it, in every way; empty where that is unknown.

    Digits are known where the expression is one of ASCII (`re.ASCII`).
    """
    parsed = _parsed(expression)
    if _ignores_case(parsed):
        return frozenset()
    ways = _opening(parsed, _DIGITS if expression.flags & re.ASCII else None)
    return frozenset(way.said for way in ways) if all(way.said for way in ways) else frozenset()


def _parsed(expression: Pattern[str] | str) -> Any:
    if isinstance(expression, str):
        return parser.parse(expression)
    return parser.parse(expression.pattern, expression.flags)


def _ignores_case(parsed: Any) -> bool:
    return bool(parsed.state.flags & re.IGNORECASE)


class _Known(NamedTuple):
    """What is known of a part: all that it can be (None where that is much), and what it needs."""

    whole: frozenset[str] | None
    needs: frozenset[str] = frozenset()


_NOTHING, _ANYTHING = _Known(frozenset({""})), _Known(None)


def _sequence(parts: Any) -> _Known:
    """One thing after the other: what stands side by side is spelled together as long as that is little."""
    together, exact, needs = frozenset({""}), True, list[frozenset[str]]()
    for each in parts:
        known = _part(*each)
        needs.append(known.needs)
        if known.whole is not None and len(together) * len(known.whole) <= _MOST:
            together = frozenset(map("".join, product(together, known.whole)))
            continue
        exact = False
        needs.append(together)
        together = known.whole or frozenset({""})
    needs.append(together)
    return _Known(together if exact else None, _rarest(needs))


def _part(kind: Any, value: Any) -> _Known:
    if kind is op.LITERAL:
        return _Known(frozenset({chr(value)}))
    if kind is op.IN:
        return _Known(_characters(value))
    if kind is op.SUBPATTERN:
        return _ANYTHING if value[1] & re.IGNORECASE else _sequence(value[3])
    if kind is op.BRANCH:
        return _either([_sequence(each) for each in value[1]])
    if kind is op.MAX_REPEAT or kind is op.MIN_REPEAT:
        return _repeated(value[0], value[1], _sequence(value[2]))
    if kind is op.ASSERT:
        around = _sequence(value[1])
        return _Known(_NOTHING.whole, _rarest([around.needs, around.whole or frozenset()]))
    return _NOTHING if kind in (op.AT, op.ASSERT_NOT) else _ANYTHING


def _characters(members: Sequence[Any], digits: _Digits = None) -> frozenset[str] | None:
    """The characters of a class, where they are few and named one by one, as a short range or as the `digits`."""
    found: set[str] = set()
    for kind, value in members:
        if kind is op.LITERAL:
            found.add(chr(value))
        elif kind is op.RANGE and value[1] - value[0] < _MOST:
            found.update(map(chr, range(value[0], value[1] + 1)))
        elif kind is op.CATEGORY and value is op.CATEGORY_DIGIT and digits:
            found.update(digits)
        else:
            return None
    return frozenset(found) if len(found) <= _MOST else None


def _either(ways: list[_Known]) -> _Known:
    wholes = [each.whole for each in ways]
    needs = [_rarest([each.needs, each.whole or frozenset()]) for each in ways]
    every = frozenset[str]().union(*needs) if all(needs) else frozenset[str]()
    if all(each is not None for each in wholes):
        whole = frozenset[str]().union(*(each for each in wholes if each is not None))
        return _Known(whole if len(whole) <= _MOST else None, every)
    return _Known(None, every)


def _repeated(least: int, most: int, once: _Known) -> _Known:
    if most == 1 and once.whole is not None:
        return once if least else _Known(once.whole | {""})
    return _Known(None, _rarest([once.needs, once.whole or frozenset()])) if least else _ANYTHING


def _rarest(ways: list[frozenset[str]]) -> frozenset[str]:
    """Of several sets, of each of which a match holds a member, the one that is met least often."""
    useful = [each for each in ways if each and "" not in each]
    return min(useful, key=_share, default=frozenset())


def _share(needs: frozenset[str]) -> float:
    """A guess at how often a text holds one of these."""
    return sum(_COMMON * _FURTHER ** (len(each) - 1) for each in needs)


class _Way(NamedTuple):
    """How a match may begin, and whether what comes next is known (`more`)."""

    said: str
    more: bool


_START, _UNKNOWN = frozenset({_Way("", True)}), frozenset({_Way("", False)})


def _opening(parts: Any, digits: _Digits) -> frozenset[_Way]:
    ways = _START
    for each in parts:
        if not any(way.more for way in ways):
            break
        ways = _followed(ways, _ways_of(each[0], each[1], digits))
    return ways


def _followed(ways: frozenset[_Way], then: frozenset[_Way]) -> frozenset[_Way]:
    """The ways with what follows on those that are not told to their end."""
    if len(ways) * len(then) > _WAYS:
        return frozenset(_Way(way.said, False) for way in ways)
    going = [way for way in ways if way.more]
    return (ways - frozenset(going)) | {_joined(way, each) for way, each in product(going, then)}


def _joined(way: _Way, then: _Way) -> _Way:
    said = (way.said + then.said)[:_OPENING]
    return _Way(said, then.more and len(said) < _OPENING)


def _ways_of(kind: Any, value: Any, digits: _Digits) -> frozenset[_Way]:
    if kind is op.LITERAL:
        return frozenset({_Way(chr(value), True)})
    if kind is op.IN:
        return frozenset(_Way(each, True) for each in _characters(value, digits) or ()) or _UNKNOWN
    if kind is op.SUBPATTERN:
        return _UNKNOWN if value[1] & re.IGNORECASE else _opening(value[3], digits)
    if kind is op.BRANCH:
        return frozenset[_Way]().union(*(_opening(each, digits) for each in value[1]))
    if kind is op.MAX_REPEAT or kind is op.MIN_REPEAT:
        return _repeating(value[0], value[1], _opening(value[2], digits))
    return _START if kind in (op.AT, op.ASSERT, op.ASSERT_NOT) else _UNKNOWN


def _repeating(least: int, most: int, once: frozenset[_Way]) -> frozenset[_Way]:
    """A part none, one or more times; two of them are as much of the beginning as is told."""
    ways = frozenset[_Way]() if least else _START
    if most:
        ways |= once
    return ways | _followed(once, once) if most > 1 else ways
