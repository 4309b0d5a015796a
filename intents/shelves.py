"""Finds hashes among many: they lie so evenly that their first bits nearly tell the place of each."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from intents.features import Hashes, Positions

_WIDTH = 64


@dataclass(frozen=True, slots=True, eq=False)
class Shelves:
    """Ascending hashes on about as many shelves as there are hashes, by their first bits.

    The hashes of shelf s begin at ``starts[s]``, and no shelf holds more than `most`.
    """

    keys: Hashes
    starts: NDArray[np.int32]
    shift: np.uint64
    most: int

    @classmethod
    def of(cls, keys: Hashes) -> "Shelves":
        """Shelves for `keys`, each of which is there once."""
        bits = max(len(keys).bit_length(), 1)
        shift = np.uint64(_WIDTH - bits)
        sizes = np.bincount((keys >> shift).astype(np.int64), minlength=1 << bits)
        starts = (sizes.cumsum() - sizes).astype(np.int32)
        return cls(keys, starts, shift, int(sizes.max()))

    def find(self, hashes: Hashes) -> tuple[Positions, Positions]:
        """Which of the `hashes` are among the keys (their indices, ascending), and the index of each of those keys."""
        if not len(self.keys):
            nothing = np.zeros(0, np.int64)
            return nothing, nothing
        at = self.starts.take((hashes >> self.shift).astype(np.int64))
        there = self.keys.take(at, mode="clip")
        for _ in range(self.most):
            before = there < hashes
            if not before.any():
                break
            at += before
            there = self.keys.take(at, mode="clip")
        known = (there == hashes).nonzero()[0]
        return known, at.take(known)
