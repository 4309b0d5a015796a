"""Puts a grammar's named pieces together into one regular expression; knows no words."""

import re
from collections import Counter
from dataclasses import dataclass
from re import Match, Pattern

from intents.finder import Finder, finder

_PIECE = re.compile(r"\{([a-z][a-z_0-9]*)\}")
_GROUP = re.compile(r"\(\?P<([a-z_]+)>")
_REPEAT = re.compile(r"_{2}\d+$")


@dataclass(frozen=True, slots=True)
class Grammar:
    """A compiled expression whose groups may carry the same name in several alternatives."""

    finder: Finder
    names: tuple[tuple[str, str], ...]
    """Each group's name with the number that tells it from others of that name, and without."""

    @property
    def expression(self) -> Pattern[str]:
        """The expression by itself."""
        return self.finder.expression

    def groups(self, match: Match[str]) -> dict[str, str]:
        """The named groups that took part, with the numbers of repeated names taken off again."""
        found = match.groupdict()
        return {plain: found[name] for name, plain in self.names if found[name] is not None}


def build(pieces: dict[str, str], top: str = "top") -> Grammar:
    """The grammar of piece `top`.

    Raises `KeyError` for a piece that is not there and `re.error` for one that is no expression.
    """
    expression = re.compile(_numbered(_expanded(pieces, top)), re.ASCII)
    return Grammar(finder(expression), tuple((name, _REPEAT.sub("", name)) for name in expression.groupindex))


def _expanded(pieces: dict[str, str], name: str) -> str:
    return _PIECE.sub(lambda found: _expanded(pieces, found[1]), pieces[name])


def _numbered(expression: str) -> str:
    """Python forbids two groups of one name: the second becomes ``name__2``."""
    seen: Counter[str] = Counter()

    def rename(found: Match[str]) -> str:
        seen[found[1]] += 1
        times = seen[found[1]]
        return found[0] if times == 1 else f"(?P<{found[1]}__{times}>"

    return _GROUP.sub(rename, expression)
