"""Linear models over the features that a vocabulary knows: heads that weigh them.

Weights are kept as int8 with one scale a class, which costs no accuracy that we could measure and makes the file small.
Only numpy is needed to run a model; training is elsewhere.
"""

from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from intents.sparse import Sparse
from intents.vocabulary import Floats, Vector

Scores = Any  # one number or an array of them, of either precision
_SURE = 1e-7
_LARGEST = 127
_EXTREME = 4.0
# How far the likeliest second level speaks alone for its first
_STEEP = np.float32(1.6)


class Temperature(NamedTuple):
    """What scores are multiplied with to become chances: the exponential of ``at`` and of so much for each point of the
    best and of the second score.

    High scores are seldom as sure as they look: a text in which much points one way is long, or repeats itself, or is
    unlike what was learned from, and the machines count each of its words as news.
    """

    at: float = 0.0
    best: float = 0.0
    second: float = 0.0

    def of(self, best: Scores, second: Scores) -> Scores:
        """The factor for texts of these two scores."""
        raised: Scores = self.at + self.best * best + self.second * second
        return np.exp(np.minimum(np.maximum(raised, -_EXTREME), _EXTREME))


PLAIN = Temperature()


@dataclass(frozen=True, slots=True, eq=False)
class Head:
    """One question and its possible answers. `weights` is (features, labels), `scale` and `bias` (labels).

    `temperature` turns scores into calibrated chances. `support` is how much of a first level's score comes from its
    second levels (`supported`).
    """

    labels: tuple[str, ...]
    weights: NDArray[np.int8] | Sparse
    scale: Floats
    bias: Floats
    temperature: Temperature = PLAIN
    support: float = 0.0

    def scores(self, vector: Vector) -> Floats:
        """One score a label."""
        scores: Floats = self._sums(vector) * self.scale + self.bias
        return scores

    def _sums(self, vector: Vector) -> Floats:
        if isinstance(self.weights, Sparse):
            return self.weights.sums(vector.rows, vector.values)
        whole = self.weights
        # Taking is the quicker way, but copies all of an array that is a slice of another
        rows = whole.take(vector.rows, axis=0) if whole.flags.c_contiguous else whole[vector.rows]
        sums: Floats = vector.values @ rows.astype(np.float32)
        return sums

    def whole(self) -> NDArray[np.int8]:
        """The weights, every row written out."""
        return self.weights.whole() if isinstance(self.weights, Sparse) else self.weights

    def chances(self, scores: Floats) -> Floats:
        """The scores as chances that sum to one."""
        ordered = np.sort(scores)
        raised = np.exp((scores - ordered[-1]) * self.temperature.of(ordered[-1], ordered[-min(2, len(ordered))]))
        chances: Floats = raised / raised.sum()
        return chances

    def tells(self, least: float) -> NDArray[np.bool_]:
        """Which features weigh at least so much (0..1 of a label's largest weight) for some label."""
        loud: NDArray[np.bool_] = (np.abs(self.whole().astype(np.int16)) >= least * _LARGEST).max(axis=1)
        return loud

    def evidence(self, vector: Vector, label: int, against: int, which: NDArray[np.int64]) -> Floats:
        """How much the features `which` of `vector` speak for `label` rather than `against`."""
        rows, weights = vector.rows[which], self.whole()
        for_it = weights[rows, label].astype(np.float32) * self.scale[label]
        against_it = weights[rows, against].astype(np.float32) * self.scale[against]
        return np.asarray(vector.values[which] * (for_it - against_it))


@lru_cache(maxsize=8)
def side_by_side(*heads: Head) -> Head:
    """Several heads of one vocabulary as one, whose scores are taken at once."""
    return Head(
        tuple(label for head in heads for label in head.labels),
        _weights(heads),
        np.concatenate([head.scale for head in heads]),
        np.concatenate([head.bias for head in heads]),
    )


def scores_of(vector: Vector, *heads: Head) -> tuple[Floats, ...]:
    """The scores of each head."""
    together = side_by_side(*heads).scores(vector)
    ends = accumulate(len(head.labels) for head in heads)
    return tuple(together[end - len(head.labels) : end] for head, end in zip(heads, ends, strict=True))


def _weights(heads: tuple[Head, ...]) -> NDArray[np.int8]:
    """The weights of all heads; those that stand side by side already are not copied."""
    each = [head.whole() for head in heads]
    shared, columns = each[0].base, sum(weights.shape[1] for weights in each)
    if shared is not None and shared.shape[1:] == (columns,) and all(weights.base is shared for weights in each):
        return shared
    return np.concatenate(each, axis=1)


def supported(first: Head, second: Head, scores: Scores, deeper: Scores) -> Scores:
    """The first levels' scores, raised by what their second levels ("first/second") say for themselves: ``deeper``, one
    score a second level in the last axis. Unchanged where the first head takes no such support.
    """
    if not first.support:
        return scores
    sums = np.add.reduceat(np.exp(_STEEP * deeper), _families(first, second), axis=-1)
    return scores + np.float32(first.support) * np.log(sums)


@lru_cache(maxsize=16)
def _families(first: Head, second: Head) -> NDArray[np.int64]:
    """Where each first level's own begin among the second levels; raises `ValueError` where one has none."""
    parents = [label.partition("/")[0] for label in second.labels]
    if tuple(dict.fromkeys(parents)) != first.labels:
        raise ValueError("second levels of other first levels")
    return np.array([parents.index(label) for label in first.labels], np.int64)


def quantised(
    weights: NDArray[np.float64], bias: NDArray[np.float64], labels: tuple[str, ...], temperature: Temperature
) -> Head:
    """A head out of trained weights (features, labels); each label's largest weight becomes 127."""
    scale = np.maximum(np.abs(weights).max(axis=0), _SURE) / _LARGEST
    small = np.round(weights / scale).astype(np.int8)
    return Head(labels, small, scale.astype(np.float32), bias.astype(np.float32), temperature)
