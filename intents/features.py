"""Turns a text into features for the linear models: hashes of its characters, words and pairs of words.

Every feature is a stretch of the text, so that a weight can be shown in the citizen's own words. A stretch's hash is a
polynomial over its code points modulo 2^64, taken for all stretches at once from one running sum; a salt tells the same
characters as a word from the same characters as part of words.
"""

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from intents.reading import Reading

Hashes = NDArray[np.uint64]
Positions = NDArray[np.int64]

GRAMS = (1, 2, 3)
# Pieces of English words, the edges of a word told by a space
_INNER = (3, 4, 5)
# What a feature is: a piece of the text, a word or two that can be read alone, or a concept that the words name
PIECE, WORD, CONCEPT = 0, 1, 2
_BLOCKS = {"gram": PIECE, "inner": PIECE, "word": WORD, "pair": WORD}
_BASE = 0x9E3779B97F4A7C15
_INVERSE = pow(_BASE, -1, 1 << 64)
_MIX = np.uint64(0xD6E8FEB86659FD93)
_SHIFT = np.uint64(32)
_OFFSET = np.uint64(7)
_LONGEST = 5_001
_OTHER, _LETTER, _DIGIT = 0, 1, 2
_LATIN_WORD = re.compile(r"[a-z0-9']+")


def _powers(base: int) -> Hashes:
    out = [1]
    for _ in range(_LONGEST):
        out.append(out[-1] * base % (1 << 64))
    return np.array(out, dtype=np.uint64)


def _classes() -> NDArray[np.int8]:
    """Letter, digit or other, by code point; everything beyond the basic plane is other."""
    table = np.zeros(0x10000, np.int8)
    table[0x3400:0xA000] = table[97:123] = table[39] = _LETTER
    table[48:58] = _DIGIT
    return table


_CLASS = _classes()
_POWERS, _INVERSES = _powers(_BASE), _powers(_INVERSE)
_SALTS = {
    name: np.uint64(n * 0xA24BAED4963EE407 % (1 << 64)) for n, name in enumerate(("gram", "word", "pair", "inner"), 1)
}


@dataclass(frozen=True, slots=True)
class Spans:
    """The features of one text: ``hashes[i]`` stands for ``plain[starts[i]:ends[i]]`` and belongs to ``blocks[i]``."""

    hashes: Hashes
    starts: Positions
    ends: Positions
    blocks: NDArray[np.int64]


def spans_of(reading: Reading) -> Spans:
    """All features of the text, in no order that matters; a text without letters has none."""
    text = _Hashed(reading.plain)
    found = _english(text, reading.plain) if reading.language == "en" else _chinese(text, reading.words)
    parts = [(text.hashes(starts, ends, salt), starts, ends, salt) for starts, ends, salt in found if len(starts)]
    if not parts:
        nothing = np.zeros(0, np.int64)
        return Spans(nothing.astype(np.uint64), nothing, nothing, nothing)
    return Spans(
        np.concatenate([hashes for hashes, *_ in parts]),
        np.concatenate([starts for _, starts, _, _ in parts]),
        np.concatenate([ends for _, _, ends, _ in parts]),
        np.concatenate([np.full(len(starts), _BLOCKS[salt]) for _, starts, _, salt in parts]),
    )


class _Hashed:
    """A text's running sums, from which any stretch's hash is one subtraction and one multiplication."""

    def __init__(self, plain: str) -> None:
        codes = np.frombuffer(plain.encode("utf-32-le", "surrogatepass"), np.uint32)
        self.length = len(codes)
        classes = _CLASS[np.minimum(codes, 0xFFFF)]
        codes = np.where(classes == _DIGIT, np.uint32(48), np.where(classes == _OTHER, np.uint32(32), codes))
        # breaks[i]: how many characters before i are neither letter nor digit
        self.breaks = np.zeros(self.length + 1, np.int32)
        np.cumsum(classes == _OTHER, out=self.breaks[1:])
        self.sums = np.zeros(self.length + 1, np.uint64)
        np.cumsum((codes.astype(np.uint64) + _OFFSET) * _INVERSES[: self.length], out=self.sums[1:])

    def hashes(self, starts: Positions, ends: Positions, salt: str) -> Hashes:
        mixed = ((self.sums[ends] - self.sums[starts]) * _POWERS[starts] + _SALTS[salt]) * _MIX
        return (mixed ^ (mixed >> _SHIFT)) * _MIX

    def unbroken(self, starts: Positions, ends: Positions) -> NDArray[np.bool_]:
        """Which stretches hold letters, digits and Chinese characters only."""
        return np.equal(self.breaks[ends], self.breaks[starts])


def _chinese(text: _Hashed, words: tuple[str, ...]) -> list[tuple[Positions, Positions, str]]:
    every = np.arange(text.length + 1)
    grams = [(every[:-n], every[n:]) for n in GRAMS if n <= text.length]
    starts = np.concatenate([start for start, _ in grams] or [every[:0]])
    ends = np.concatenate([end for _, end in grams] or [every[:0]])
    keep = text.unbroken(starts, ends)
    lengths = np.fromiter(map(len, words), np.int64, len(words))
    closes = np.cumsum(lengths)
    opens = closes - lengths
    whole = text.unbroken(opens, closes)
    long = whole & (lengths > 1)
    pairs = whole[:-1] & whole[1:]
    return [
        (starts[keep], ends[keep], "gram"),
        (opens[long], closes[long], "word"),
        (opens[:-1][pairs], closes[1:][pairs], "pair"),
    ]


def _english(text: _Hashed, plain: str) -> list[tuple[Positions, Positions, str]]:
    bounds = np.array([each.span() for each in _LATIN_WORD.finditer(plain)], np.int64).reshape(-1, 2)
    starts, ends = bounds[:, 0], bounds[:, 1]
    return [(starts, ends, "word"), (starts[:-1], ends[1:], "pair"), *_inner(text)]


def _inner(text: _Hashed) -> list[tuple[Positions, Positions, str]]:
    every = np.arange(text.length + 1)
    found = []
    for n in _INNER:
        starts, ends = every[:-n], every[n:]
        whole = text.unbroken(starts + 1, ends - 1)
        found.append((starts[whole], ends[whole], "inner"))
    return found
