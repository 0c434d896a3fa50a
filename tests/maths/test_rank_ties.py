"""Places against counting, and against trying all values."""

import itertools

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from anlan.maths.rank_ties import possible_places, shared_places


@given(st.lists(st.integers(0, 5), min_size=1, max_size=8))
def test_equal_values_share_their_places(values: list[int]) -> None:
    first, last = shared_places(values)
    for value, a, b in zip(values, first, last, strict=True):
        assert a == 1 + sum(other > value for other in values)
        assert b - a + 1 == values.count(value)


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 2)), min_size=1, max_size=4))
def test_possible_places_are_those_that_some_choice_of_values_gives(items: list[tuple[int, int]]) -> None:
    low = np.array([a for a, _ in items])
    high = np.array([a + width for a, width in items])
    best, worst = possible_places(low, high)
    choices = [range(a, b + 1) for a, b in zip(low, high, strict=True)]
    seen = [shared_places(values) for values in itertools.product(*choices)]
    assert best.tolist() == np.min([first for first, _ in seen], axis=0).tolist()
    assert worst.tolist() == np.max([last for _, last in seen], axis=0).tolist()


def test_values_without_limits_keep_their_own_places() -> None:
    best, worst = possible_places([3, 1, 2], [3, 1, 2])
    assert best.tolist() == worst.tolist() == [1, 3, 2]
