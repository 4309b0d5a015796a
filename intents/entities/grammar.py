"""Puts a grammar's named pieces together into one regular expression; knows no words."""

import re
from collections import Counter
from dataclasses import dataclass
from re import Match, Pattern

_PIECE = re.compile(r"\{([a-z][a-z_0-9]*)\}")
_GROUP = re.compile(r"\(\?P<([a-z_]+)>")
_REPEAT = re.compile(r"_{2}\d+$")


@dataclass(frozen=True, slots=True)
class Grammar:
    """A compiled expression whose groups may carry the same name in several alternatives."""

    expression: Pattern[str]

    def groups(self, match: Match[str]) -> dict[str, str]:
        """The named groups that took part, with the numbers of repeated names taken off again."""
        return {_REPEAT.sub("", name): value for name, value in match.groupdict().items() if value is not None}


def build(pieces: dict[str, str], top: str = "top", guard: str = "") -> Grammar:
    """The grammar of piece `top`; `guard` is a character class that every match begins with, for speed.

    Raises `KeyError` for a piece that is not there and `re.error` for one that is no expression.
    """
    return Grammar(re.compile((f"(?={guard})" if guard else "") + _numbered(_expanded(pieces, top))))


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
