"""How a model is made: from labelled sentences, the lexicon's phrases and an office's own cases, to heads of weights.

Needs scikit-learn and scipy, which running a model does not. Everything is deterministic.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from zlib import crc32

import numpy as np
from scipy.sparse import csr_matrix

from intents.concepts import phrase_spans
from intents.corpus import LANGUAGES, Sentence
from intents.features import Spans, spans_of
from intents.learning import Matrix, Strength, Table, head_of
from intents.lexicon import load
from intents.linear import Head
from intents.model import Model, Tongue
from intents.reading import read
from intents.vocabulary import Vocabulary

_SEPARATOR = "/"
_CALM = "ordinary"
# What is asked of dangers and is no calm talk
_OF_DANGER = frozenset({"ask/emergency_numbers"})


@dataclass(frozen=True, slots=True)
class Recipe:
    """The numbers of the recipe; `docs/decisions/understanding-*.md` says how they were found."""

    rarest: int = 2
    """A feature has to occur in so many texts, unless the lexicon names it."""
    matter_strength: float = 0.4
    intent_strength: float = 1.5
    kind_strength: float = 0.2
    keyword_weight: float = 0.5
    narrative_weight: float = 0.1
    """How much a short complaint counts as an example of the wish to file."""
    corpus_weight: float = 1.0
    """How much our own sentences count beside an office's cases."""
    folds: int = 5
    rarity: float = 1.0
    """The power of the inverse document frequency."""
    phrase_rarity: float = 0.6
    """The same for what tells the intents, where common words ("吗", "can I") say much."""
    bayes: float = 0.0
    """How much the second machine counts, a naive Bayes of the other classes, beside the first; 0 for none."""
    balance: float = 0.0
    """How far the first levels are weighed alike, whatever their number of examples: 0 not at all, 1 wholly."""
    opening: int = 0
    """How many characters of a text are its title, 0 for none."""
    support: float = 0.0
    """How much of a first level's score comes from its second levels; needs examples of some of each."""
    least: float = 0.0
    """A feature is left out unless it speaks for or against some answer at least so much as that answer's strongest."""

    def matter(self) -> Strength:
        """How hard the heads over the matter's vocabulary are learned."""
        return Strength(self.matter_strength, self.bayes, self.balance, self.folds, self.support)

    def plain(self) -> Strength:
        """The same without a temperature: only the first level's confidence is shown to anybody."""
        return replace(self.matter(), folds=0, support=0.0)

    def rare(self) -> Strength:
        """How hard nature and urgency are learned, of whose answers some are rare and matter."""
        return Strength(self.kind_strength, balance=1.0, folds=0)


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
    trusted: bool = False
    """Whether confidences are found on it: what people told."""
    said: Spans | None = None
    """A short text's features with its concepts: what its intent is learned from."""

    def tells(self) -> bool:
        """Whether it tells what happened, and does not only say what is wanted of the bot."""
        return bool(self.first or self.urgency)


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
    return Model(
        {
            language: matters_of(examples, numbers, language, *intents_of(examples, numbers, language))
            for language in LANGUAGES
        }
    )


def intents_of(examples: Sequence[Example], numbers: Recipe, language: str) -> tuple[Vocabulary, Head]:
    """What tells the intents of one language."""
    said = _spoken(_in(examples, language), numbers.narrative_weight) + _in(phrase_examples(), language)
    phrases = vocabulary_of(said, numbers.rarest, rarity=numbers.phrase_rarity)
    shelf = Shelf(matrix_of(phrases, said), said)
    return phrases, head_of(shelf.table("intent"), Strength(numbers.intent_strength, folds=numbers.folds))


def matters_of(
    examples: Sequence[Example], numbers: Recipe, language: str, phrases: Vocabulary, intent: Head
) -> Tongue:
    """All that is known of one language: what tells the matters is learned, what tells the intents is given."""
    told = [each for each in _in(examples, language) if each.tells()]
    natured = told + _in(keyword_examples(numbers.keyword_weight), language)
    natured += _in(kind_examples(numbers.keyword_weight), language)
    matter = telling(vocabulary_of(natured, numbers.rarest, numbers.opening, numbers.rarity), natured, numbers)
    shelf = Shelf(matrix_of(matter, natured), natured)
    plain = numbers.plain()
    return Tongue(
        matter=matter,
        first=head_of(shelf.table("first"), numbers.matter()),
        second=head_of(shelf.table("second"), plain),
        kind=head_of(shelf.table("kind"), numbers.rare()),
        urgency=head_of(hurried(matter, _in(examples, language)).table("urgency"), numbers.rare()),
        phrases=phrases,
        intent=intent,
    )


def hurried(matter: Vocabulary, examples: Sequence[Example]) -> "Shelf":
    """What urgency is learned from: what tells something, and what is only said to the bot, where no danger is felt."""
    told = [each for each in examples if each.tells()]
    told += [replace(each, urgency=_CALM) for each in examples if not each.tells() and each.intent not in _OF_DANGER]
    return Shelf(matrix_of(matter, told), told)


def telling(whole: Vocabulary, examples: Sequence[Example], numbers: Recipe) -> Vocabulary:
    """The features that say something: what weighs next to nothing everywhere makes a model large, not better."""
    if not numbers.least:
        return whole
    shelf, plain = Shelf(matrix_of(whole, examples), examples), numbers.plain()
    drafts = {"first": plain, "second": plain, "kind": numbers.rare()}
    kept = np.logical_or.reduce([head_of(shelf.table(name), how).tells(numbers.least) for name, how in drafts.items()])
    return replace(whole, keys=whole.keys[kept], idf=whole.idf[kept])


def _in(examples: Sequence[Example], language: str) -> list[Example]:
    return [each for each in examples if each.language == language]


def _spoken(examples: Sequence[Example], narrative_weight: float) -> list[Example]:
    """The short texts, to learn intents from; those that tell a matter count less, for there are many."""
    return [
        replace(each, spans=each.said, weight=narrative_weight if each.tells() else 1.0)
        for each in examples
        if each.intent and each.said
    ]


def vocabulary_of(examples: Sequence[Example], rarest: int, opening: int = 0, rarity: float = 1.0) -> Vocabulary:
    """The features of at least `rarest` examples, and all that the lexicon's own phrases are made of."""
    draft = Vocabulary(np.zeros(0, np.uint64), np.zeros(0, np.float32), opening)
    every = [np.unique(draft.features(each.spans)[0]) for each in examples]
    keys, counts = np.unique(np.concatenate(every), return_counts=True)
    listed = [hashes for hashes, each in zip(every, examples, strict=True) if each.listed]
    keep = counts >= rarest
    if listed:
        keep |= np.isin(keys, np.unique(np.concatenate(listed)))
    idf = np.log((1.0 + len(examples)) / (1.0 + counts[keep])) + 1.0
    return replace(draft, keys=keys[keep], idf=(idf**rarity).astype(np.float32))


def matrix_of(vocabulary: Vocabulary, examples: Iterable[Example]) -> Matrix:
    """The examples as rows of the vocabulary's features."""
    vectors = [vocabulary.vector(each.spans) for each in examples]
    ends = np.cumsum([0] + [len(vector.rows) for vector in vectors])
    columns = np.concatenate([vector.rows for vector in vectors]) if vectors else np.zeros(0, np.int64)
    values = np.concatenate([vector.values for vector in vectors]) if vectors else np.zeros(0)
    return csr_matrix((values.astype(np.float64), columns, ends), (len(vectors), len(vocabulary.keys)))


@dataclass(frozen=True, slots=True)
class Shelf:
    """Examples and their rows of a vocabulary's features, made once for all heads that learn from them."""

    matrix: Matrix
    examples: Sequence[Example]

    def table(self, name: str) -> Table:
        """The examples of which `name` is known."""
        rows = [row for row, each in enumerate(self.examples) if getattr(each, name)]
        known = [self.examples[row] for row in rows]
        return Table(
            self.matrix[rows],
            np.array([getattr(each, name) for each in known]),
            np.array([each.weight for each in known], np.float64),
            np.array([each.group for each in known], np.int64),
            np.array([each.trusted for each in known], np.bool_),
            np.array([each.second for each in known]),
        )
