"""How good answers are: per class, in all, and whether the confidences mean what they say. Pure arithmetic."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

_BINS = 10


@dataclass(frozen=True, slots=True)
class Score:
    """One class: shares in 0..1, and in how many of the measured texts it was true."""

    precision: float
    recall: float
    f1: float
    count: int


@dataclass(frozen=True, slots=True)
class Measured:
    """A model's answers against the truth. `confusions`: ((true, answered), times), the most frequent first."""

    scores: dict[str, Score]
    accuracy: float
    macro_f1: float
    confusions: tuple[tuple[tuple[str, str], int], ...]
    calibration_error: float = 0.0
    sure_share: float = 0.0
    sure_right: float = 1.0
    bins: tuple[tuple[float, float, int], ...] = ()
    """(mean confidence, share right, count) of the answers by confidence."""


def measure(truth: Sequence[str], answers: Sequence[str], confidence: Sequence[float] = ()) -> Measured:
    """Compare answers with the truth, place by place; macro-F1 is over the classes that occur in the truth."""
    pairs = Counter(zip(truth, answers, strict=True))
    scores = {name: _score(name, pairs) for name in sorted(set(truth))}
    right = sum(count for (true, answer), count in pairs.items() if true == answer)
    wrong = [(pair, count) for pair, count in pairs.most_common() if pair[0] != pair[1]]
    hits = [true == answer for true, answer in zip(truth, answers, strict=True)]
    bins = _bins(hits, confidence) if confidence else ()
    sure = [hit for hit, how in zip(hits, confidence, strict=False) if how >= 0.9]
    return Measured(
        scores,
        right / max(len(truth), 1),
        sum(each.f1 for each in scores.values()) / max(len(scores), 1),
        tuple(wrong),
        sum(abs(mean - share) * count for mean, share, count in bins) / max(len(hits), 1),
        len(sure) / max(len(hits), 1),
        sum(sure) / len(sure) if sure else 1.0,
        bins,
    )


def _score(name: str, pairs: Counter[tuple[str, str]]) -> Score:
    true = sum(count for (wanted, _), count in pairs.items() if wanted == name)
    answered = sum(count for (_, answer), count in pairs.items() if answer == name)
    both = pairs[name, name]
    precision, recall = both / answered if answered else 0.0, both / true if true else 0.0
    total = precision + recall
    return Score(precision, recall, 2 * precision * recall / total if total else 0.0, true)


def _bins(hits: Sequence[bool], confidence: Sequence[float]) -> tuple[tuple[float, float, int], ...]:
    groups: dict[int, list[tuple[float, bool]]] = {}
    for hit, how in zip(hits, confidence, strict=True):
        groups.setdefault(min(int(how * _BINS), _BINS - 1), []).append((how, hit))
    return tuple(
        (sum(how for how, _ in group) / len(group), sum(hit for _, hit in group) / len(group), len(group))
        for _, group in sorted(groups.items())
    )
