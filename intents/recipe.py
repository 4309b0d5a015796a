"""How a model is made: from labelled sentences, the lexicon's phrases and an office's own cases, to heads of weights.

Needs scikit-learn and scipy, which running a model does not. Everything is deterministic.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any
from zlib import crc32

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
_MANY = 2_000


@dataclass(frozen=True, slots=True)
class Recipe:
    """The numbers of the recipe; `docs/decisions/understanding-*.md` says how they were found."""

    rarest: int = 2
    """A feature has to occur in so many texts, unless the lexicon names it."""
    matter_strength: float = 0.4
    intent_strength: float = 1.5
    keyword_weight: float = 0.5
    narrative_weight: float = 0.15
    """How much a short complaint counts as an example of the wish to file."""
    corpus_weight: float = 1.0
    """How much our own sentences count beside an office's cases."""
    folds: int = 5
    naive: float = 0.0
    """The strength of the first level's second machine, on naive Bayes features; 0 for none."""
    balance: float = 0.0
    """How far the first levels are weighed alike, whatever their number of examples: 0 not at all, 1 wholly."""
    made_weight: float = 0.5
    """How much a letter counts that was made out of sentences."""
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
    group: int = 0
    """Examples of one group are learned from together or held back together."""
    made: bool = False
    """A letter made around another example; it brings no features of its own."""
    heaped: bool = False
    """Made out of many others: confidences are found without it."""
    trusted: bool = False
    """Whether confidences are found on it: what people told, and letters made around it."""
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
        group=crc32(sentence.text.encode("utf-8", "replace")),
        trusted=True,
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
    # With few sentences the second machine only repeats what stands in them.
    naive = numbers.naive if len(about) > _MANY else 0.0
    return Tongue(
        matter=matter,
        first=_plain(matter, about, "first", numbers.matter_strength, numbers.folds, naive, numbers.balance),
        second=_second(matter, about, numbers),
        kind=_plain(matter, natured, "kind", numbers.matter_strength, numbers.folds, balance=numbers.balance),
        urgency=_plain(matter, about, "urgency", numbers.matter_strength, numbers.folds, balance=numbers.balance),
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
    examples = [each for each in examples if not (each.made or each.heaped)]
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


@dataclass(frozen=True, slots=True)
class Table:
    """What one head is learned from: a row for each example, its label and how much it counts."""

    matrix: Matrix
    labels: Labels
    weights: NDArray[np.float64]
    groups: NDArray[np.int64]
    told: NDArray[np.bool_]
    """Rows that confidences are found on: what people told, and letters made around it."""
    heaped: NDArray[np.bool_]
    """Rows that confidences are found without."""

    def only(self, rows: NDArray[np.bool_]) -> "Table":
        """The table of these rows alone."""
        labels, weights, groups = self.labels[rows], self.weights[rows], self.groups[rows]
        return Table(self.matrix[rows], labels, weights, groups, self.told[rows], self.heaped[rows])


def _table(vocabulary: Vocabulary, examples: Sequence[Example], name: str, balance: float = 0.0) -> Table:
    known = [each for each in examples if getattr(each, name)]
    labels, weights = _labels(known, name), np.array([each.weight for each in known], np.float64)
    groups = np.array([each.group for each in known], np.int64)
    heaped = np.array([each.heaped for each in known], np.bool_)
    told = np.array([each.trusted for each in known], np.bool_)
    return Table(matrix_of(vocabulary, known), labels, _balanced(labels, weights, balance), groups, told, heaped)


def _balanced(labels: Labels, weights: NDArray[np.float64], balance: float) -> NDArray[np.float64]:
    names, places = np.unique(labels, return_inverse=True)
    totals = np.bincount(places, weights, len(names))
    shares: NDArray[np.float64] = (totals.mean() / totals) ** balance
    return weights * shares[places]


def _plain(
    vocabulary: Vocabulary,
    examples: Sequence[Example],
    name: str,
    strength: float,
    folds: int,
    naive: float = 0.0,
    balance: float = 0.0,
) -> Head:
    return _head(_table(vocabulary, examples, name, balance), strength, folds, naive)


def _second(vocabulary: Vocabulary, examples: Sequence[Example], numbers: Recipe) -> Head:
    """The second levels, each told from the others of its first level: one small head for each, side by side."""
    known = [each for each in examples if each.second]
    heads = []
    for first in sorted({each.first for each in known}):
        own = [each for each in known if each.first == first]
        heads.append(_head(_table(vocabulary, own, "second"), numbers.matter_strength, numbers.folds))
    return Head(
        tuple(label for head in heads for label in head.labels),
        np.concatenate([head.weights for head in heads], axis=1),
        np.concatenate([head.scale for head in heads]),
        np.concatenate([head.bias for head in heads]),
        float(np.median([head.temperature for head in heads])),
    )


def _head(table: Table, strength: float, folds: int, naive: float = 0.0) -> Head:
    names = sorted(set(table.labels.tolist()))
    if len(names) == 1:
        nothing = np.zeros((table.matrix.shape[1], 1), np.int8)
        return Head((names[0],), nothing, np.ones(1, np.float32), np.zeros(1, np.float32))
    trained, bias = fitted(table, strength, naive)
    return quantised(trained, bias, tuple(names), temperature(table, strength, folds, naive))


def fitted(table: Table, strength: float, naive: float = 0.0) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Weights (features, labels in sorted order) and bias (labels).

    With `naive` a second machine is added, which sees each feature stretched by how much oftener it stands in texts of
    the label (naive Bayes). Both are linear in the same features, so their sum costs nothing to run.
    """
    matrix, labels, weights = table.matrix, table.labels, table.weights
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


def temperature(table: Table, strength: float, folds: int, naive: float = 0.0) -> float:
    """What to multiply scores with so that chances are right, found on texts that the fit has not seen."""
    names = sorted(set(table.labels.tolist()))
    fold = np.where(table.told, table.groups % folds, -1)
    scores, truth = [], []
    for part in range(folds):
        learned, held = table.only((fold != part) & ~table.heaped), table.only((fold == part) & table.told)
        if set(learned.labels.tolist()) != set(names) or not len(held.labels):
            continue
        trained, bias = fitted(learned, strength, naive)
        scores.append(held.matrix @ trained + bias)
        truth.append(np.searchsorted(names, held.labels))
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
