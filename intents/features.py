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
_PLANE = 0xFFFF
_OTHER, _LETTER, _DIGIT = 0, 1, 2
_LATIN_WORD = re.compile(r"[a-z0-9']+")


def _powers(base: int) -> Hashes:
    out = [1]
    for _ in range(_LONGEST):
        out.append(out[-1] * base % (1 << 64))
    return np.array(out, dtype=np.uint64)


def _classes() -> NDArray[np.int8]:
    """Letter, digit or other, by code point; everything beyond the basic plane is other."""
    table = np.zeros(_PLANE + 1, np.int8)
    table[0x3400:0xA000] = table[97:123] = table[39] = _LETTER
    table[48:58] = _DIGIT
    return table


def _numbers(classes: NDArray[np.int8]) -> Hashes:
    """What a character counts as, by code point: every digit is the same, and so is every mark."""
    own = np.arange(len(classes), dtype=np.uint64)
    alike = np.where(classes == _DIGIT, np.uint64(48), np.where(classes == _OTHER, np.uint64(32), own))
    return np.asarray(alike + _OFFSET)


_EVERY = np.arange(_LONGEST)
_CLASSES = _classes()
_OTHERS, _NUMBERS = _CLASSES == _OTHER, _numbers(_CLASSES)
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
    sizes = [len(starts) for starts, _, _ in found]
    starts = np.concatenate([starts for starts, _, _ in found])
    ends = np.concatenate([ends for _, ends, _ in found])
    salts = np.array([_SALTS[kind] for _, _, kind in found]).repeat(sizes)
    blocks = np.array([_BLOCKS[kind] for _, _, kind in found]).repeat(sizes)
    return Spans(text.hashes(starts, ends, salts), starts, ends, blocks)


class _Hashed:
    """A text's running sums, from which any stretch's hash is one subtraction and one multiplication."""

    def __init__(self, plain: str) -> None:
        codes = np.frombuffer(plain.encode("utf-32-le", "surrogatepass"), np.uint32)
        self.length = len(codes)
        codes = np.minimum(codes, np.uint32(_PLANE))
        # breaks[i]: how many characters before i are neither letter nor digit
        self.breaks = np.zeros(self.length + 1, np.int32)
        _OTHERS.take(codes).cumsum(out=self.breaks[1:])
        self.sums = np.zeros(self.length + 1, np.uint64)
        (_NUMBERS.take(codes) * _INVERSES[: self.length]).cumsum(out=self.sums[1:])

    def hashes(self, starts: Positions, ends: Positions, salts: Hashes) -> Hashes:
        mixed = self.sums.take(ends)
        mixed -= self.sums.take(starts)
        mixed *= _POWERS.take(starts)
        mixed += salts
        mixed *= _MIX
        mixed ^= mixed >> _SHIFT
        mixed *= _MIX
        return mixed

    def unbroken(self, starts: Positions, ends: Positions) -> NDArray[np.bool_]:
        """Which stretches hold letters, digits and Chinese characters only."""
        return np.equal(self.breaks.take(ends), self.breaks.take(starts))


def _chinese(text: _Hashed, words: tuple[str, ...]) -> list[tuple[Positions, Positions, str]]:
    every = _EVERY[: text.length + 1]
    grams = [n for n in GRAMS if n <= text.length]
    starts = np.concatenate([every[:-n] for n in grams] or [every[:0]])
    ends = np.concatenate([every[n:] for n in grams] or [every[:0]])
    keep = text.unbroken(starts, ends).nonzero()[0]
    lengths = np.fromiter(map(len, words), np.int64, len(words))
    closes = lengths.cumsum()
    opens = closes - lengths
    whole = text.unbroken(opens, closes)
    long = whole & (lengths > 1)
    pairs = whole[:-1] & whole[1:]
    return [
        (starts.take(keep), ends.take(keep), "gram"),
        (opens[long], closes[long], "word"),
        (opens[:-1][pairs], closes[1:][pairs], "pair"),
    ]


def _english(text: _Hashed, plain: str) -> list[tuple[Positions, Positions, str]]:
    bounds = np.array([each.span() for each in _LATIN_WORD.finditer(plain)], np.int64).reshape(-1, 2)
    starts, ends = bounds[:, 0], bounds[:, 1]
    return [(starts, ends, "word"), (starts[:-1], ends[1:], "pair"), *_inner(text)]


def _inner(text: _Hashed) -> list[tuple[Positions, Positions, str]]:
    every = _EVERY[: text.length + 1]
    found = []
    for n in _INNER:
        starts, ends = every[:-n], every[n:]
        whole = text.unbroken(starts + 1, ends - 1)
        found.append((starts[whole], ends[whole], "inner"))
    return found
