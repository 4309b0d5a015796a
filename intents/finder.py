"""Finds what an expression matches by looking for how its matches begin, which is quicker to see."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from re import Match, Pattern

from intents.lexicon import any_of
from intents.openings import openings_of


@dataclass(frozen=True, slots=True)
class Finder:
    """An expression, and what finds the places where it may match; without that every place is tried."""

    expression: Pattern[str]
    opening: Pattern[str] | None = None

    def finditer(self, text: str, position: int = 0) -> Iterator[Match[str]]:
        """Every match from `position` on, none overlapping another."""
        if self.opening is None:
            yield from self.expression.finditer(text, position)
            return
        for opened in self.opening.finditer(text, position):
            if opened.start() >= position and (match := self.expression.match(text, opened.start())):
                position = match.end()
                yield match

    def search(self, text: str, position: int = 0) -> Match[str] | None:
        """The first match from `position` on."""
        return next(self.finditer(text, position), None)


def finder(expression: Pattern[str]) -> Finder:
    """Finds what the expression matches."""
    return Finder(expression, _first(openings_of(expression)))


def _first(openings: Iterable[str]) -> Pattern[str] | None:
    """Finds the first character of each opening and only looks at what stands behind it, where another may begin."""
    ways = [(first, {each[1:] for each in group}) for first, group in groupby(sorted(openings), lambda each: each[0])]
    parts = [re.escape(first) + ("" if "" in behind else f"(?={any_of(list(behind))})") for first, behind in ways]
    return re.compile("|".join(parts)) if parts else None
