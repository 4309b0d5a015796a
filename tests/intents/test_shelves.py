"""Hashes are found on their shelves as in a plain list."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from intents.shelves import Shelves

HASHES = st.integers(0, 2**64 - 1)
# Uneven on purpose: many on the first shelf and the last
CROWDED = st.one_of(HASHES, st.integers(0, 50), st.integers(2**64 - 50, 2**64 - 1))


@given(st.sets(CROWDED, max_size=200), st.lists(CROWDED, max_size=50))
def test_found_where_a_search_finds_them(kept: set[int], others: list[int]) -> None:
    keys = np.array(sorted(kept), np.uint64)
    asked = np.array([*others, *sorted(kept)[::3]], np.uint64)

    known, rows = Shelves.of(keys).find(asked)

    assert known.tolist() == [index for index, each in enumerate(asked.tolist()) if each in kept]
    assert keys[rows].tolist() == asked[known].tolist()


def test_empty_shelves_hold_nothing() -> None:
    known, rows = Shelves.of(np.zeros(0, np.uint64)).find(np.array([1, 2], np.uint64))

    assert not len(known) and not len(rows)
