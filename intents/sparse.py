"""Weights of many features for many labels, most of them zero, in an eighth to a half of the room.

A feature with many weights ("loud") has its row written out. Of a quiet one only the weights that are not zero are
kept, as the label's number and the weight, two bytes each. What a message says is mostly loud, so that its sums are
nearly as quick as those of rows that are all written out.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from intents.features import Positions
from intents.vocabulary import Floats

_QUIET = 3
"""Up to one weight in so many, a row is quiet."""
_NUMBERED = 256
"""Labels that a byte can tell apart; with more of them every row is written out."""
_BITS, _LOUD = 7, 127
"""A quiet row has less than `_LOUD` weights: a third of `_NUMBERED` at most."""


@dataclass(frozen=True, slots=True, eq=False)
class Sparse:
    """A matrix (features, labels) of int8.

    ``where[f]`` is a number and, in its last `_BITS` bits, a count: feature ``f`` has so many of the `entries`, from
    that number on; or, where the count is `_LOUD`, the row of that number in `loud`.
    """

    where: NDArray[np.uint32]
    loud: NDArray[np.int8]
    entries: NDArray[np.uint8]
    """(entries, 2): a label's number, and the weight's byte."""

    def sums(self, rows: Positions, values: Floats) -> Floats:
        """The sum of the rows, each times its value: one number a label."""
        numbers, counts = self._found(rows)
        is_loud = counts == _LOUD
        loud, quiet = is_loud.nonzero()[0], (~is_loud).nonzero()[0]
        sums: Floats = values.take(loud) @ self.loud.take(numbers.take(loud), axis=0).astype(np.float32)
        counts = counts.take(quiet)
        entries = self.entries.view(np.uint16).take(_stretches(numbers.take(quiet), counts)).view(np.uint8)
        weights = values.take(quiet).repeat(counts) * entries.view(np.int8)[1::2]
        sums += np.bincount(entries[::2], weights, len(sums))
        return sums

    def whole(self) -> NDArray[np.int8]:
        """All rows written out."""
        numbers, counts = self._found(np.arange(len(self.where)))
        out = np.zeros((len(self.where), self.loud.shape[1]), np.int8)
        is_loud = counts == _LOUD
        out[is_loud] = self.loud[numbers[is_loud]]
        counts[is_loud] = 0
        out[np.arange(len(out)).repeat(counts), self.entries[:, 0]] = self.entries.view(np.int8)[:, 1]
        return out

    def _found(self, rows: Positions) -> tuple[Positions, Positions]:
        """Numbers and counts of these rows."""
        where = self.where.take(rows).astype(np.int64)
        return where >> _BITS, where & _LOUD


def sparse(weights: NDArray[np.int8]) -> Sparse:
    """The same weights, with little room for what is zero. Raises `ValueError` for more than some thirty million."""
    labels = weights.shape[1]
    filled = weights != 0
    counts = filled.sum(axis=1)
    is_loud = counts > (labels // _QUIET if labels <= _NUMBERED else 0)
    filled[is_loud] = False
    counts[is_loud] = 0
    numbers = counts.cumsum() - counts
    numbers[is_loud] = np.arange(is_loud.sum())
    counts[is_loud] = _LOUD
    if len(numbers) and numbers.max() >> (32 - _BITS):
        raise ValueError("too many weights to be numbered")
    entries = np.stack([filled.nonzero()[1].astype(np.uint8), weights[filled].view(np.uint8)], axis=1)
    return Sparse((numbers << _BITS | counts).astype(np.uint32), weights[is_loud], entries)


def _stretches(starts: Positions, lengths: Positions) -> Positions:
    """The numbers of each stretch, one stretch after the other."""
    ends = lengths.cumsum()
    every: Positions = (starts - ends + lengths).repeat(lengths)
    every += np.arange(len(every))
    return every
