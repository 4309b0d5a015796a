"""The smallest pieces of a text: by them is known at once what it cannot hold."""

import re
from collections.abc import Set
from operator import add
from string import ascii_lowercase

_LATIN = frozenset(ascii_lowercase)
_THREE = re.compile("[a-z]{3}")
_EVERY_THREE = re.compile("(?=([a-z]{3}))")


def pieces_of(plain: str, characters: Set[str]) -> Set[str]:
    """The text's `characters`, each two that stand side by side, and each three Latin letters, of which two say too
    little.
    """
    pieces = {*characters, *map(add, plain, plain[1:])}
    if not _LATIN.isdisjoint(characters):
        pieces.update(_EVERY_THREE.findall(plain))
    return pieces


def piece_of(stretch: str) -> str:
    """A piece of every text that holds this stretch (one character and more)."""
    letters = _THREE.search(max(stretch.split(), key=len, default=""))
    return letters[0] if letters else stretch[:2]
