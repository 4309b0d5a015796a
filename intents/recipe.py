"""How a model is made: from labelled sentences, the lexicon's phrases and an office's own cases, to heads of weights.

Needs scikit-learn and scipy, which running a model does not. Everything is deterministic.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, diags
from sklearn.svm import LinearSVC

from intents.concepts import phrase_spans
from intents.corpus import LANGUAGES, Sentence
from intents.features import Spans, spans_of
from intents.lexicon import load
from intents.linear import Head, Vocabulary, quantised
from intents.model import Model, Tongue
from intents.reading import read

Matrix = Any  # scipy's sparse matrices have no types
Labels = NDArray[np.str_]
_SEPARATOR = "/"
_RARE = 0.05


@dataclass(frozen=True, slots=True)
class Recipe:
    """The numbers of the recipe; `docs/decisions/understanding-*.md` says how they were found."""

    rarest: int = 2
    """A feature has to occur in so many texts, unless the lexicon names it."""
    matter_strength: float = 0.4
    intent_strength: float = 1.5
    keyword_weight: float = 0.5
    narrative_weight: float = 0.3
    """How much a short complaint counts as an example of the wish to file."""
    corpus_weight: float = 1.0
    """How much our own sentences count beside an office's cases."""
    folds: int = 5
    naive: float = 0.0
    """The strength of the first level's second machine, on naive Bayes features; 0 for none."""
    opening: int = 0
    """How many characters of a text are its title, 0 for none."""


@dataclass(frozen=True, slots=True)
class Example:
    """A text as features, with what is known of it ("" for what is not) and how much it counts."""

    spans: Spans
    language: str
    intent: str = ""
    first: str = ""
    second: str = ""
    kind: str = ""
    urgency: str = ""
    weight: float = 1.0
    listed: bool = False
    said: Spans | None = None
    """A short text's features with its concepts: what its intent is learned from."""


def of_sentence(sentence: Sentence) -> Example:
    """A corpus sentence as an example."""
    reading = read(sentence.text)
    short = len(reading.plain) < load("intents")["narrative_length"][reading.language]
    second = _SEPARATOR.join((sentence.first_level, sentence.second_level)) if sentence.second_level else ""
    return Example(
        spans_of(reading),
        sentence.language,
        sentence.intent,
        sentence.first_level,
        second,
        load("nature")["kinds"].get(sentence.kind, sentence.kind),
        sentence.urgency,
        said=phrase_spans(reading) if short else None,
    )


def keyword_examples(weight: float) -> list[Example]:
    """The lexicon's words for each matter as very short examples."""
    return [
        Example(spans_of(said), said.language, "", first, _SEPARATOR.join((first, second)), weight=weight, listed=True)
        for first, seconds in load("matters").items()
        for second, words in seconds.items()
        for said in map(read, words)
    ]


def phrase_examples() -> list[Example]:
    """The lexicon's shortest ways of saying what is wanted of the bot."""
    return [
        Example(phrase_spans(read(str(phrase))), language, intent, listed=True)
        for language in LANGUAGES
        for intent, phrases in load("phrases")[language].items()
        for phrase in phrases
    ]


def kind_examples(weight: float) -> list[Example]:
    """The lexicon's phrases for the nature of a message."""
    return [
        Example(spans_of(said), said.language, kind=kind, weight=weight, listed=True)
        for kind, phrases in load("phrases")["kinds"].items()
        for said in map(read, phrases)
    ]


def cook(examples: Sequence[Example], recipe: Recipe | None = None) -> Model:
    """A model of the examples, the lexicon added, each language by itself.

    Raises `ValueError` where an answer has fewer than two labels.
    """
    numbers = recipe or Recipe()
    return Model({language: _cooked(examples, numbers, language) for language in LANGUAGES})


def _cooked(every: Sequence[Example], numbers: Recipe, language: str) -> Tongue:
    examples = [each for each in every if each.language == language]
    about = [each for each in examples if each.first] + _in(keyword_examples(numbers.keyword_weight), language)
    natured = about + _in(kind_examples(numbers.keyword_weight), language)
    said = [*_spoken(examples, numbers.narrative_weight), *_in(phrase_examples(), language)]
    matter = vocabulary_of(natured, numbers.rarest, numbers.opening)
    phrases = vocabulary_of(said, numbers.rarest)
    return Tongue(
        matter=matter,
        first=_plain(matter, about, "first", numbers.matter_strength, numbers.folds, numbers.naive),
        second=_second(matter, about, numbers),
        kind=_plain(matter, natured, "kind", numbers.matter_strength, numbers.folds),
        urgency=_plain(matter, about, "urgency", numbers.matter_strength, numbers.folds),
        phrases=phrases,
        intent=_plain(phrases, said, "intent", numbers.intent_strength, numbers.folds),
    )


def _in(examples: Sequence[Example], language: str) -> list[Example]:
    return [each for each in examples if each.language == language]


def _spoken(examples: Sequence[Example], narrative_weight: float) -> list[Example]:
    """The short texts, to learn intents from; those that tell a matter count less, for there are many."""
    return [
        replace(each, spans=each.said, weight=narrative_weight if each.first else 1.0)
        for each in examples
        if each.intent and each.said
    ]


def vocabulary_of(examples: Sequence[Example], rarest: int, opening: int = 0) -> Vocabulary:
    """The features of at least `rarest` examples, and all that the lexicon's own phrases are made of."""
    draft = Vocabulary(np.zeros(0, np.uint64), np.zeros(0, np.float32), opening)
    every = [np.unique(draft.features(each.spans)[0]) for each in examples]
    keys, counts = np.unique(np.concatenate(every), return_counts=True)
    listed = [hashes for hashes, each in zip(every, examples, strict=True) if each.listed]
    keep = counts >= rarest
    if listed:
        keep |= np.isin(keys, np.unique(np.concatenate(listed)))
    idf = np.log((1.0 + len(examples)) / (1.0 + counts[keep])) + 1.0
    return replace(draft, keys=keys[keep], idf=idf.astype(np.float32))


def matrix_of(vocabulary: Vocabulary, examples: Iterable[Example]) -> Matrix:
    """The examples as rows of the vocabulary's features."""
    vectors = [vocabulary.vector(each.spans) for each in examples]
    ends = np.cumsum([0] + [len(vector.rows) for vector in vectors])
    columns = np.concatenate([vector.rows for vector in vectors]) if vectors else np.zeros(0, np.int64)
    values = np.concatenate([vector.values for vector in vectors]) if vectors else np.zeros(0)
    return csr_matrix((values.astype(np.float64), columns, ends), (len(vectors), len(vocabulary.keys)))


def _plain(
    vocabulary: Vocabulary, examples: Sequence[Example], name: str, strength: float, folds: int, naive: float = 0.0
) -> Head:
    known = [each for each in examples if getattr(each, name)]
    return _head(matrix_of(vocabulary, known), _labels(known, name), _weights(known), strength, folds, naive)


def _second(vocabulary: Vocabulary, examples: Sequence[Example], numbers: Recipe) -> Head:
    """The second levels, each told from the others of its first level: one small head for each, side by side."""
    known = [each for each in examples if each.second]
    heads = []
    for first in sorted({each.first for each in known}):
        own = [each for each in known if each.first == first]
        matrix, labels = matrix_of(vocabulary, own), _labels(own, "second")
        heads.append(_head(matrix, labels, _weights(own), numbers.matter_strength, numbers.folds))
    return Head(
        tuple(label for head in heads for label in head.labels),
        np.concatenate([head.weights for head in heads], axis=1),
        np.concatenate([head.scale for head in heads]),
        np.concatenate([head.bias for head in heads]),
        float(np.median([head.temperature for head in heads])),
    )


def _head(
    matrix: Matrix, labels: Labels, weights: NDArray[np.float64], strength: float, folds: int, naive: float = 0.0
) -> Head:
    names = sorted(set(labels.tolist()))
    if len(names) == 1:
        return Head(
            (names[0],), np.zeros((matrix.shape[1], 1), np.int8), np.ones(1, np.float32), np.zeros(1, np.float32)
        )
    trained, bias = fitted(matrix, labels, weights, strength, naive)
    return quantised(trained, bias, tuple(names), temperature(matrix, labels, weights, strength, folds, naive))


def fitted(
    matrix: Matrix, labels: Labels, weights: NDArray[np.float64], strength: float, naive: float = 0.0
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Weights (features, labels in sorted order) and bias (labels).

    With `naive` a second machine is added, which sees each feature stretched by how much oftener it stands in texts of
    the label (naive Bayes). Both are linear in the same features, so their sum costs nothing to run.
    """
    model = LinearSVC(C=strength, random_state=0).fit(matrix, labels, sample_weight=weights)
    plain, bias = model.coef_.T, model.intercept_
    if len(model.classes_) == 2:
        plain, bias = np.hstack([-plain, plain]), np.concatenate([-bias, bias])
    if not naive:
        return plain, bias
    bayes = [_bayes(matrix, labels == name, weights, naive) for name in model.classes_]
    further, base = np.stack([each for each, _ in bayes], axis=1), np.array([each for _, each in bayes])
    one, other = _spread(matrix @ plain + bias), _spread(matrix @ further + base)
    return plain / one + further / other, bias / one + base / other


def _bayes(
    matrix: Matrix, own: NDArray[np.bool_], weights: NDArray[np.float64], strength: float
) -> tuple[NDArray[np.float64], float]:
    """One label against the rest, on features stretched by the logarithm of the odds."""
    inside = (weights * own) @ matrix + _RARE
    outside = (weights * ~own) @ matrix + _RARE
    odds = np.log(inside / inside.sum()) - np.log(outside / outside.sum())
    model = LinearSVC(C=strength, random_state=0).fit(matrix @ diags(odds), own, sample_weight=weights)
    return odds * model.coef_[0], float(model.intercept_[0])


def _spread(scores: NDArray[np.float64]) -> float:
    return max(float(np.std(scores)), _RARE)


def temperature(
    matrix: Matrix, labels: Labels, weights: NDArray[np.float64], strength: float, folds: int, naive: float = 0.0
) -> float:
    """What to multiply scores with so that chances are right, found on texts that the fit has not seen."""
    names = sorted(set(labels.tolist()))
    fold = np.arange(len(labels)) % folds
    real = weights == 1.0
    scores, truth = [], []
    for part in range(folds):
        train, held = fold != part, (fold == part) & real
        if set(labels[train].tolist()) != set(names) or not held.any():
            continue
        trained, bias = fitted(matrix[train], labels[train], weights[train], strength, naive)
        scores.append(matrix[held] @ trained + bias)
        truth.append(np.searchsorted(names, labels[held]))
    if not scores:
        return 3.0
    return best_temperature(np.concatenate(scores), np.concatenate(truth))


def best_temperature(scores: NDArray[np.float64], truth: NDArray[np.int64]) -> float:
    """The temperature under which the true answers are likeliest."""
    grid = np.geomspace(0.3, 30.0, 60)
    return float(grid[int(np.argmin([_surprise(scores * each, truth) for each in grid]))])


def _surprise(scores: NDArray[np.float64], truth: NDArray[np.int64]) -> float:
    top = scores.max(axis=1)
    total = np.log(np.exp(scores - top[:, None]).sum(axis=1)) + top
    return float(np.mean(total - scores[np.arange(len(truth)), truth]))


def _labels(examples: Sequence[Example], name: str) -> Labels:
    return np.array([getattr(each, name) for each in examples])


def _weights(examples: Sequence[Example]) -> NDArray[np.float64]:
    return np.array([each.weight for each in examples], np.float64)
