"""Which of a text's features a model knows, and how much each counts in it."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from intents.features import Hashes, Positions, Spans
from intents.shelves import Shelves

Floats = NDArray[np.float32]
_LEAST = 1e-9
_ONE = np.float32(1.0)
_TRUE = np.array([True])
_LENGTHS = np.array([1.0, 1.0, 0.7, 0.5, 0.5, 0.5])
_EARLY = 3
_OPENING = np.uint64(0x5851F42D4C957F2D)
# A letter's first words say what it is about: so many characters count so much more
_FIRST, _STRESS = 30, np.float32(1.7)


@dataclass(frozen=True, slots=True)
class Vector:
    """A text as the vocabulary sees it: ``values[i]`` of feature ``rows[i]``, found at span ``spans[i]``."""

    rows: Positions
    values: Floats
    spans: Positions


@dataclass(frozen=True, slots=True, eq=False)
class Vocabulary:
    """The features that a model knows: sorted hashes, and the inverse document frequency of each.

    With `opening` the features of the first so many characters count once more as features of their own: an office's
    register puts the matter's title there.
    """

    keys: Hashes
    idf: Floats | NDArray[np.float16]
    opening: int = 0

    def vector(self, spans: Spans) -> Vector:
        """TF-IDF with logarithmic counts, more for what opens the text, each block of unit length; empty without a
        known feature.
        """
        hashes, blocks, places = self.features(spans)
        rows, first, counts = _counted(*_shelves(self).find(hashes))
        values = (_ONE + np.log(counts, dtype=np.float32)) * self.idf.take(rows)
        found = places.take(first)
        values[spans.starts.take(found) < _FIRST] *= _STRESS
        values *= _norms(values, blocks.take(first))
        return Vector(rows, values, found)

    def features(self, spans: Spans) -> tuple[Hashes, Positions, Positions]:
        """Hashes, blocks (pieces, words, concepts, then the same of the opening) and the span that each comes from."""
        blocks, places = spans.blocks, np.arange(len(spans.hashes))
        if not self.opening:
            return spans.hashes, blocks, places
        early = np.flatnonzero((spans.starts < self.opening) & (spans.ends - spans.starts > 1))
        return (
            np.concatenate([spans.hashes, spans.hashes[early] ^ _OPENING]),
            np.concatenate([blocks, blocks[early] + _EARLY]),
            np.concatenate([places, early]),
        )


@lru_cache(maxsize=8)
def _shelves(vocabulary: Vocabulary) -> Shelves:
    """Its hashes where a text's are found at once; put there at first need: not every language is spoken everywhere."""
    return Shelves.of(vocabulary.keys)


def _counted(places: Positions, rows: Positions) -> tuple[Positions, Positions, Positions]:
    """Each row once and ascending, with the first of its `places`, which ascend, and how often it is there."""
    order = rows.argsort()
    rows = rows.take(order)
    news = np.concatenate([_TRUE[: len(rows)], rows[1:] != rows[:-1]]).nonzero()[0]
    if not len(news):
        return news, news, news
    counts = np.diff(news, append=len(rows))
    return rows.take(news), np.minimum.reduceat(places.take(order), news), counts


def _norms(values: Floats, blocks: Positions) -> Floats:
    """What brings each value's block to its length: one, and a half for those of the opening."""
    squares = np.bincount(blocks, values * values, len(_LENGTHS))
    norms: Floats = (_LENGTHS / np.sqrt(np.maximum(squares, _LEAST))).astype(np.float32)
    return norms.take(blocks)
