"""The measures, on answers small enough to count by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intents.measuring import measure


def test_scores_are_counted_by_class() -> None:
    found = measure(["a", "a", "a", "b"], ["a", "a", "b", "b"])
    assert found.accuracy == 0.75
    assert found.scores["a"].precision == 1.0
    assert found.scores["a"].recall == pytest.approx(2 / 3)
    assert (found.scores["b"].precision, found.scores["b"].recall) == (0.5, 1.0)
    assert found.macro_f1 == pytest.approx((0.8 + 2 / 3) / 2)
    assert found.confusions == ((("a", "b"), 1),)


def test_confidence_is_compared_with_how_often_it_is_right() -> None:
    found = measure(["a"] * 4, ["a", "a", "a", "b"], [0.95, 0.95, 0.95, 0.55])
    assert found.sure_share == 0.75
    assert found.sure_right == 1.0
    assert found.calibration_error == pytest.approx((3 * 0.05 + 0.55) / 4)


def test_nothing_measured_is_no_division() -> None:
    assert measure([], []).macro_f1 == 0.0


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abcd"), st.floats(0, 1)), max_size=30))
def test_measures_stay_within_bounds(rows: list[tuple[str, str, float]]) -> None:
    found = measure([a for a, _, _ in rows], [b for _, b, _ in rows], [c for _, _, c in rows])
    assert 0 <= found.macro_f1 <= 1
    assert 0 <= found.calibration_error <= 1
    assert sum(score.count for score in found.scores.values()) == len(rows)
