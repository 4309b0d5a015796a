"""Weights that are mostly zero keep little room, and say what all of them would say."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from numpy.typing import NDArray

from intents.sparse import Sparse, sparse

Matrix = NDArray[np.int8]
SOME = st.integers(-127, 127)


@st.composite
def matrices(draw: st.DrawFn) -> Matrix:
    """Matrices of every filling, from empty rows to full ones."""
    shape = draw(array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=40))
    filling = draw(st.sampled_from([0.0, 0.1, 0.3, 0.9, 1.0]))
    weights = draw(arrays(np.int8, shape, elements=SOME))
    kept = np.random.default_rng(draw(st.integers(0, 99))).random(shape) < filling
    return np.asarray(weights * kept, np.int8)


@given(matrices())
def test_nothing_is_lost(weights: Matrix) -> None:
    assert np.array_equal(sparse(weights).whole(), weights)


@given(matrices(), st.data())
def test_sums_are_those_of_the_whole_matrix(weights: Matrix, data: st.DataObject) -> None:
    rows = np.array(data.draw(st.lists(st.integers(0, len(weights) - 1), unique=True)), np.int64)
    values = np.linspace(0.1, 2.0, len(rows), dtype=np.float32)
    plain = values @ weights[rows].astype(np.float32)
    assert np.allclose(sparse(weights).sums(rows, values), plain, atol=1e-3)


@pytest.mark.parametrize("labels", [1, 2, 255, 256, 257, 900])
def test_any_number_of_labels_will_do(labels: int) -> None:
    chance = np.random.default_rng(labels)
    weights = chance.integers(-127, 128, (50, labels)).astype(np.int8)
    weights[chance.random(weights.shape) < 0.8] = 0
    assert np.array_equal(sparse(weights).whole(), weights)


def test_what_is_mostly_zero_takes_less_room() -> None:
    chance = np.random.default_rng(3)
    weights = np.where(chance.random((1_000, 130)) < 0.1, chance.integers(-127, 128, (1_000, 130)), 0).astype(np.int8)
    assert room(sparse(weights)) < weights.nbytes / 3


def room(weights: Sparse) -> int:
    return weights.where.nbytes + weights.loud.nbytes + weights.entries.nbytes
