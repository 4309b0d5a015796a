"""Confidences: where scores overstate what is known, what is found on held texts takes the boast out of them."""

import numpy as np
import pytest

from intents.learning import best_temperature
from intents.linear import Head, Temperature, supported
from intents.vocabulary import Floats

HIGH = Temperature(0.9, -0.3, -0.1)
TEXTS, LABELS = 4_000, 5


def head(temperature: Temperature) -> Head:
    nothing = np.zeros((1, LABELS), np.int8)
    ones = np.ones(LABELS, np.float32)
    return Head(tuple("abcde"), nothing, ones, ones, temperature)


def whole(labels: tuple[str, ...], support: float = 0.0) -> Head:
    nothing, ones = np.zeros((1, len(labels)), np.int8), np.ones(len(labels), np.float32)
    return Head(labels, nothing, ones, ones, support=support)


def chances(scores: Floats, temperature: Temperature) -> Floats:
    reader = head(temperature)
    return np.stack([reader.chances(each) for each in scores])


def sure_but_wrong(found: Floats, truth: np.ndarray) -> float:
    """By how much the confidence of the best answers is above the share of them that is right."""
    return float(found.max(axis=1).mean() - (found.argmax(axis=1) == truth).mean())


@pytest.fixture(scope="module")
def held() -> tuple[Floats, np.ndarray]:
    """Scores, and answers that are right as often as a temperature that falls with the scores says."""
    chance = np.random.default_rng(5)
    scores = chance.normal(0, 2, (TEXTS, LABELS)).astype(np.float32)
    share = chances(scores, HIGH).cumsum(axis=1)
    truth = (chance.random((TEXTS, 1)) > share).sum(axis=1).clip(0, LABELS - 1)
    return scores, truth


def test_the_confidence_is_as_often_right_as_it_says(held: tuple[Floats, np.ndarray]) -> None:
    scores, truth = held
    found = chances(scores, best_temperature(scores.astype(np.float64), truth))
    assert abs(sure_but_wrong(found, truth)) < 0.01
    high = scores.max(axis=1) > np.quantile(scores.max(axis=1), 0.8)
    assert abs(sure_but_wrong(found[high], truth[high])) < 0.03
    one_for_all = chances(scores, Temperature(HIGH.at))
    assert sure_but_wrong(one_for_all[high], truth[high]) > 0.1


def test_a_high_score_counts_for_less(held: tuple[Floats, np.ndarray]) -> None:
    scores, truth = held
    found = best_temperature(scores.astype(np.float64), truth)
    assert found.best < -0.15
    assert found.of(np.float32(6), np.float32(1)) < found.of(np.float32(2), np.float32(1))


def test_chances_sum_to_one_whatever_the_scores() -> None:
    for scores in ([0, 0, 0, 0, 0], [1e4, 0, 0, 0, -1e4], [-50, -60, -70, -80, -90]):
        assert head(HIGH).chances(np.array(scores, np.float32)).sum() == pytest.approx(1.0, abs=1e-5)


def test_second_levels_speak_for_their_first() -> None:
    first, second = whole(("a", "b"), support=0.5), whole(("a/x", "a/y", "b/z"))
    scores, deeper = np.zeros(2, np.float32), np.array([-1, 2, 0], np.float32)
    lifted = supported(first, second, scores, deeper)
    assert lifted[0] > lifted[1]
    assert np.array_equal(supported(whole(("a", "b")), second, scores, deeper), scores)
    many = supported(first, second, np.stack([scores, scores]), np.stack([deeper, deeper[::-1]]))
    assert np.allclose(many[0], lifted)


def test_a_first_level_without_second_levels_cannot_be_supported() -> None:
    with pytest.raises(ValueError, match="second levels"):
        supported(whole(("a", "b"), 0.5), whole(("a/x",)), np.zeros(2, np.float32), np.zeros(1, np.float32))
