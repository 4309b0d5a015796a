"""What a complaint is about: first and second level with chances, and the words that led there."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from intents.features import WORD, Spans
from intents.lexicon import load
from intents.linear import Head, supported
from intents.meaning import Alternative, Matter
from intents.model import Tongue
from intents.reading import Reading
from intents.vocabulary import Floats, Vector

_ALTERNATIVES = 3
_EVIDENCE = 5


def matter_of(tongue: Tongue, reading: Reading, spans: Spans, vector: Vector, known: Floats | None = None) -> Matter:
    """The matter that the model reads in the text; `vector` is the text in the tongue's matter vocabulary.

    `known` are the scores of the first level, where they were taken already.
    """
    scores = tongue.first.scores(vector) if known is None else known
    deeper = tongue.second.scores(vector)
    chances = tongue.first.chances(supported(tongue.first, tongue.second, scores, deeper))
    order = np.argsort(-chances)[: _ALTERNATIVES + 1].tolist()
    best, *others = [
        _alternative(tongue.second, deeper, tongue.first.labels[each], float(chances[each])) for each in order
    ]
    return Matter(
        best.first_level,
        best.second_level,
        best.confidence,
        tuple(others),
        best.confidence < float(load("nature")["unsure_below"]),
        _evidence(tongue.first, reading, spans, vector, order[0], order[1]) if len(vector.rows) else (),
    )


def _alternative(head: Head, scores: Floats, first: str, chance: float) -> Alternative:
    """The first level with its likeliest second level; `scores` are those of all second levels."""
    among = _of_first(head).get(first)
    if among is None:
        return Alternative(first, "", chance)
    return Alternative(first, head.labels[int(among[scores[among].argmax()])].partition("/")[2], chance)


@lru_cache(maxsize=4)
def _of_first(head: Head) -> dict[str, NDArray[np.int64]]:
    """Which of the labels "first/second" belong to each first level."""
    firsts = [label.partition("/")[0] for label in head.labels]
    return {name: np.array([n for n, each in enumerate(firsts) if each == name], np.int64) for name in set(firsts)}


def _evidence(head: Head, reading: Reading, spans: Spans, vector: Vector, label: int, against: int) -> tuple[str, ...]:
    """The citizen's own words that weigh most, none within another."""
    alone = (spans.blocks.take(vector.spans) == WORD).nonzero()[0]
    weight = head.evidence(vector, label, against, alone)
    best = (-weight).argsort()[: 3 * _EVIDENCE]
    places = vector.spans.take(alone.take(best[weight.take(best) > 0]))
    found: list[tuple[int, int]] = []
    for start, end in zip(spans.starts[places].tolist(), spans.ends[places].tolist(), strict=True):
        if len(found) < _EVIDENCE and all(end <= other[0] or start >= other[1] for other in found):
            found.append((start, end))
    return tuple(reading.text[start:end] for start, end in found)
