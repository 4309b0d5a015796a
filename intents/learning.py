"""From a matrix of features and labels to one head of weights with its temperature; used by `intents.recipe`.

Two machines are summed, both linear in the same features, so that their sum costs nothing to run: a support vector
machine, and the naive Bayes of Rennie and others (2003) that learns each label from the texts of all others.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.svm import LinearSVC

from intents.linear import PLAIN, Head, Temperature, quantised, supported

Matrix = Any  # scipy's sparse matrices have no types
Labels = NDArray[np.str_]
Floats = NDArray[np.float64]
_SMOOTH, _RARE = 0.3, 0.05
# Stops a third earlier than the default, with the same answers
_TOLERANCE = 0.01
# Where no example can be held back
_UNKNOWN = Temperature(1.1)
_WARM = Temperature(0.5)
_LEAST = 1e-6
_NONE, _NOTHING = np.zeros((0, 0), np.int8), np.zeros(0, np.float32)


@dataclass(frozen=True, slots=True)
class Strength:
    """How hard a head is learned."""

    svm: float
    """The support vector machine's C: how much a mistake costs."""
    bayes: float = 0.0
    """How much the second machine's scores count beside the first one's, both brought to one spread."""
    balance: float = 0.0
    """How far the first machine weighs labels alike, whatever their number of examples: 0 not at all, 1 wholly."""
    folds: int = 5
    """In how many parts the temperature is found; 0 where nobody asks for chances."""
    support: float = 0.0
    """How much of a label's score comes from what stands below it."""


@dataclass(frozen=True, slots=True)
class Table:
    """What one head is learned from: a row for each example, its label and how much it counts."""

    matrix: Matrix
    labels: Labels
    weights: Floats
    groups: NDArray[np.int64]
    """Rows of one group are learned from together or held back together."""
    told: NDArray[np.bool_]
    """Rows that confidences are found on."""
    deeper: Labels | None = None
    """What stands below each label, "" where that is not known."""

    def only(self, rows: NDArray[np.bool_]) -> "Table":
        """The table of these rows alone."""
        deeper = None if self.deeper is None else self.deeper[rows]
        return Table(
            self.matrix[rows], self.labels[rows], self.weights[rows], self.groups[rows], self.told[rows], deeper
        )

    def below(self) -> "Table":
        """The table of what stands below the labels, where it is known."""
        deeper = np.zeros(0, np.str_) if self.deeper is None else self.deeper
        return replace(self, labels=deeper).only(deeper != "")


def head_of(table: Table, strength: Strength) -> Head:
    """The head learned from the whole table; a table of one label gives one that always answers it."""
    names = tuple(sorted(set(table.labels.tolist())))
    if len(names) == 1:
        nothing = np.zeros((table.matrix.shape[1], 1), np.int8)
        return Head(names, nothing, np.ones(1, np.float32), np.zeros(1, np.float32))
    weights, bias = fitted(table, strength)
    return replace(quantised(weights, bias, names, temperature(table, strength)), support=strength.support)


def fitted(table: Table, strength: Strength) -> tuple[Floats, Floats]:
    """Weights (features, labels in sorted order) and bias (labels)."""
    weights = _balanced(table.labels, table.weights, strength.balance)
    model = LinearSVC(C=strength.svm, tol=_TOLERANCE, random_state=0).fit(
        table.matrix, table.labels, sample_weight=weights
    )
    plain, bias = model.coef_.T, model.intercept_
    if len(model.classes_) == 2:
        plain, bias = np.hstack([-plain, plain]), np.concatenate([-bias, bias])
    if not strength.bayes:
        return plain, bias
    further = _bayes(table, model.classes_)
    one, other = _spread(table.matrix @ plain + bias), _spread(table.matrix @ further) / strength.bayes
    return plain / one + further / other, bias / one


def _balanced(labels: Labels, weights: Floats, balance: float) -> Floats:
    names, places = np.unique(labels, return_inverse=True)
    totals = np.bincount(places, weights, len(names))
    shares: Floats = (totals.mean() / totals) ** balance
    return weights * shares[places]


def _bayes(table: Table, names: Labels) -> Floats:
    """How much rarer each feature is in the texts of all other labels, against the mean over labels."""
    counts = np.stack([(table.weights * (table.labels == name)) @ table.matrix for name in names], axis=1)
    outside = counts.sum(axis=1, keepdims=True) - counts + _SMOOTH
    rare = -np.log(outside / outside.sum(axis=0))
    weights: Floats = rare - rare.mean(axis=1, keepdims=True)
    return weights


def _spread(scores: Floats) -> float:
    return max(float(np.std(scores)), _RARE)


def temperature(table: Table, strength: Strength) -> Temperature:
    """What to multiply scores with so that chances are right, found on texts that the fit has not seen."""
    if not strength.folds:
        return PLAIN
    names = sorted(set(table.labels.tolist()))
    fold = np.where(table.told, table.groups % strength.folds, -1)
    scores, truth = [], []
    for part in range(strength.folds):
        learned, held = table.only(fold != part), table.only(fold == part)
        if set(learned.labels.tolist()) != set(names) or not len(held.labels):
            continue
        scores.append(_held_scores(learned, held, strength))
        truth.append(np.searchsorted(names, held.labels))
    if not scores:
        return _UNKNOWN
    return best_temperature(np.concatenate(scores), np.concatenate(truth))


def _held_scores(learned: Table, held: Table, strength: Strength) -> Floats:
    """The scores of the held rows, supported by what stands below where that counts."""
    weights, bias = fitted(learned, strength)
    scores: Floats = held.matrix @ weights + bias
    if not strength.support:
        return scores
    below = learned.below()
    deep, offset = fitted(below, strength)
    first, second = (
        Head(tuple(sorted(set(table.labels.tolist()))), _NONE, _NOTHING, _NOTHING, support=strength.support)
        for table in (learned, below)
    )
    return np.asarray(supported(first, second, scores, held.matrix @ deep + offset))


def best_temperature(scores: Floats, truth: NDArray[np.int64]) -> Temperature:
    """The temperature under which the true answers are likeliest, and the best ones right as often as they say."""
    found = minimize(lambda guess: _surprise(scores, truth, Temperature(*guess)), _WARM, method="Nelder-Mead")
    return Temperature(*map(float, found.x))


def _surprise(scores: Floats, truth: NDArray[np.int64], guess: Temperature) -> float:
    ordered = np.sort(scores, axis=1)
    raised = (scores - ordered[:, -1:]) * guess.of(ordered[:, -1], ordered[:, -2])[:, None]
    total = np.exp(raised).sum(axis=1)
    true = raised[np.arange(len(truth)), truth] - np.log(total)
    best = np.clip(1.0 / total, _LEAST, 1.0 - _LEAST)
    hit = np.where(scores.argmax(axis=1) == truth, best, 1.0 - best)
    return float(-np.mean(true) - np.mean(np.log(hit)))
