"""Products of scores against enumeration."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.maths.risk_matrices.ordinal_products import ordinal_products


@given(st.lists(st.integers(1, 7), min_size=1, max_size=3))
def test_values_counts_mean_and_median_are_those_of_all_combinations(sizes: list[int]) -> None:
    every = [math.prod(scores) for scores in itertools.product(*(range(1, n + 1) for n in sizes))]
    found = ordinal_products(sizes)
    assert found.values.tolist() == sorted(set(every))
    assert found.counts.tolist() == [every.count(value) for value in sorted(set(every))]
    assert found.mean == pytest.approx(np.mean(every))
    assert found.median == np.median(every)
    assert found.share_above(found.largest / 2) == pytest.approx(
        np.mean([v > found.largest / 2 for v in every])
    )


def test_a_five_by_five_matrix_has_fourteen_products() -> None:
    found = ordinal_products([5, 5])
    assert (found.distinct, found.combinations) == (14, 25)
    assert found.most_alike == (4, 3)
    assert found.count_of(7) == 0
