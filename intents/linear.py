"""Linear models over hashed features: a vocabulary that gives a text's features their numbers, and heads that weigh them.

Weights are kept as int8 with one scale a class, which costs no accuracy that we could measure and makes the file small.
Only numpy is needed to run a model; training is elsewhere.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from intents.features import Spans

Floats = NDArray[np.float32]
_SURE = 1e-7
_LEAST = 1e-9
_ONE = np.float32(1.0)


@dataclass(frozen=True, slots=True)
class Vector:
    """A text as the vocabulary sees it: ``values[i]`` of feature ``rows[i]``, ``spans[i]`` is one place of it."""

    rows: NDArray[np.int64]
    values: Floats
    spans: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The features that a model knows: sorted hashes, and the inverse document frequency of each."""

    keys: NDArray[np.uint64]
    idf: Floats

    def vector(self, spans: Spans) -> Vector:
        """TF-IDF with logarithmic counts, words and characters each of unit length; empty without a known feature."""
        hashes, first, counts = np.unique(spans.hashes, return_index=True, return_counts=True)
        rows = np.searchsorted(self.keys, hashes)
        rows[rows == len(self.keys)] = 0
        known = self.keys[rows] == hashes if len(self.keys) else np.zeros(len(hashes), np.bool_)
        rows, first = rows[known], first[known]
        values = (_ONE + np.log(counts[known].astype(np.float32))) * self.idf[rows]
        return Vector(rows, values * _norms(values, spans.isword[first]), first)


def _norms(values: Floats, words: NDArray[np.bool_]) -> Floats:
    """One over the length of the block (words, characters) that each value belongs to."""
    squares = values * values
    of_words = squares @ words.astype(np.float32)
    of_grams = squares.sum() - of_words
    return np.where(words, 1.0 / np.sqrt(max(of_words, _LEAST)), 1.0 / np.sqrt(max(of_grams, _LEAST))).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Head:
    """One question and its possible answers. `weights` is (features, labels) int8, `scale` and `bias` (labels).

    `temperature` and `shift` turn scores into calibrated chances.
    """

    labels: tuple[str, ...]
    weights: NDArray[np.int8]
    scale: Floats
    bias: Floats
    temperature: float = 1.0

    def scores(self, vector: Vector, among: NDArray[np.int64] | None = None) -> Floats:
        """One score a label, or one a label of `among`."""
        if among is None:
            return (vector.values @ self.weights[vector.rows].astype(np.float32)) * self.scale + self.bias
        picked = self.weights[vector.rows[:, None], among].astype(np.float32)
        return (vector.values @ picked) * self.scale[among] + self.bias[among]

    def chances(self, scores: Floats) -> Floats:
        """The scores as chances that sum to one."""
        raised = np.exp((scores - scores.max()) * np.float32(self.temperature))
        return raised / raised.sum()

    def evidence(self, vector: Vector, label: int, against: int) -> Floats:
        """How much each feature of `vector` speaks for `label` rather than `against`."""
        for_it = self.weights[vector.rows, label].astype(np.float32) * self.scale[label]
        against_it = self.weights[vector.rows, against].astype(np.float32) * self.scale[against]
        return vector.values * (for_it - against_it)


def quantised(weights: NDArray[np.float64], bias: NDArray[np.float64], labels: tuple[str, ...], temperature: float) -> Head:
    """A head out of trained weights (features, labels); each label's largest weight becomes 127."""
    scale = np.maximum(np.abs(weights).max(axis=0), _SURE) / 127.0
    small = np.round(weights / scale).astype(np.int8)
    return Head(labels, small, scale.astype(np.float32), bias.astype(np.float32), temperature)
