"""What a complaint is about: first and second level with chances, and the words that led there."""

from dataclasses import dataclass

import numpy as np

from intents.features import Spans
from intents.lexicon import load
from intents.linear import Head, Vector
from intents.meaning import Alternative, Matter
from intents.model import Model
from intents.reading import Reading

_ALTERNATIVES = 3
_EVIDENCE = 5
_SHORTEST = 2


@dataclass(frozen=True, slots=True)
class _Second:
    label: str
    chance: float


def matter_of(model: Model, reading: Reading, spans: Spans, vector: Vector) -> Matter:
    """The matter that the model reads in the text; `vector` is the text in the model's matter vocabulary."""
    chances = model.first.chances(model.first.scores(vector))
    order = np.argsort(-chances)[: _ALTERNATIVES + 1].tolist()
    best, *others = [_alternative(model, vector, model.first.labels[each], float(chances[each])) for each in order]
    return Matter(
        best.first_level,
        best.second_level,
        best.confidence,
        tuple(others),
        best.confidence < float(load("nature")["unsure_below"]),
        _evidence(model.first, reading, spans, vector, order[0], order[1]) if len(vector.rows) else (),
    )


def _alternative(model: Model, vector: Vector, first: str, chance: float) -> Alternative:
    second = _second(model.second, vector, first)
    return Alternative(first, second.label, chance)


def _second(head: Head, vector: Vector, first: str) -> _Second:
    """The likeliest second level of a first level."""
    opening = first + "/"
    among = np.array([index for index, label in enumerate(head.labels) if label.startswith(opening)], np.int64)
    if not len(among):
        return _Second("", 0.0)
    chances = head.chances(head.scores(vector, among))
    best = int(chances.argmax())
    return _Second(head.labels[int(among[best])].removeprefix(opening), float(chances[best]))


def _evidence(head: Head, reading: Reading, spans: Spans, vector: Vector, label: int, against: int) -> tuple[str, ...]:
    """The citizen's own words that weigh most, the longer of two that overlap."""
    weight = head.evidence(vector, label, against)
    found: list[tuple[int, int]] = []
    for index in np.argsort(-weight)[: 4 * _EVIDENCE].tolist():
        place = vector.spans[index]
        start, end = int(spans.starts[place]), int(spans.ends[place])
        if weight[index] <= 0 or len(found) == _EVIDENCE:
            break
        readable = spans.isword[place] and end - start >= _SHORTEST
        if readable and all(end <= other[0] or start >= other[1] for other in found):
            found.append((start, end))
    return tuple(reading.text[start:end] for start, end in found)
