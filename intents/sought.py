"""Expressions that are looked for only where they can be: most of them have nothing to find in most messages.

A grammar of times or dangers is slow to try at every character. Every expression, though, needs one of a few stretches
of plain text (a fire needs 着火, 失火 …), and whether a message holds one of those is told in a fraction of the time.
They are taken out of the expression itself, so that whoever extends a word list has nothing else to keep in step.
"""

import re
from dataclasses import dataclass
from functools import cache
from re import Match

from intents.finder import Finder, finder
from intents.lexicon import alternatives
from intents.openings import needed_by
from intents.pieces import piece_of
from intents.reading import Reading


@dataclass(frozen=True, slots=True)
class Part:
    """One expression, and the pieces of which every text that it matches has one; without any it is always tried."""

    expression: str
    pieces: frozenset[str]

    @property
    def finder(self) -> Finder:
        """What finds it; made at the first text that may hold it, for most expressions have long to wait for one."""
        return _finder(self.expression)

    def may_be_in(self, reading: Reading) -> bool:
        """False only where the expression cannot match."""
        return not (self.pieces and self.pieces.isdisjoint(reading.pieces))


@dataclass(frozen=True, slots=True)
class Sought:
    """Expressions any of which will do, in their order."""

    parts: tuple[Part, ...]
    pieces: frozenset[str]
    """Those of all parts; none where one of the parts is always tried."""

    def may_be_in(self, reading: Reading) -> bool:
        """False only where no part can match."""
        return not (self.pieces and self.pieces.isdisjoint(reading.pieces))

    def is_in(self, reading: Reading) -> bool:
        """Whether one of them matches somewhere in the plain text."""
        return self.may_be_in(reading) and any(
            part.may_be_in(reading) and part.finder.search(reading.plain) for part in self.parts
        )

    def matches(self, reading: Reading) -> list[Match[str]]:
        """Their matches in the order of the text; of two that overlap the earlier one, or the earlier part's."""
        if not self.may_be_in(reading):
            return []
        found = [
            match for part in self.parts if part.may_be_in(reading) for match in part.finder.finditer(reading.plain)
        ]
        return _apart(found) if len(found) > 1 else found


def _apart(found: list[Match[str]]) -> list[Match[str]]:
    kept: list[Match[str]] = []
    for match in sorted(found, key=lambda each: each.start()):
        if not kept or match.start() >= kept[-1].end():
            kept.append(match)
    return kept


def sought(expressions: str | list[str]) -> Sought:
    """The expressions of a word list; those that are plain words are one of them."""
    parts = tuple(_part_of(each) for each in alternatives(expressions))
    known = all(part.pieces for part in parts)
    return Sought(parts, frozenset[str]().union(*(part.pieces for part in parts)) if known else frozenset())


def _part_of(expression: str) -> Part:
    return Part(expression, frozenset(map(piece_of, needed_by(expression))))


@cache
def _finder(expression: str) -> Finder:
    return finder(re.compile(expression))
