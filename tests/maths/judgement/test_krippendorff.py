"""Alpha against its definition written out pair by pair, and the worked examples of its author."""

import itertools
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.domain.errors import NotEnoughData
from anlan.maths.judgement.krippendorff import alpha_of, krippendorff_alpha, paired

_ = np.nan
FOUR_OBSERVERS = np.array(
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, _, _, _],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, _, 3],
        [_, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, _],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, _],
    ],
    dtype=float,
).T
"""Krippendorff (2011), section D: twelve units, four observers, answers missing."""


@pytest.mark.parametrize(
    ("scale", "expected"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849), ("ratio", 0.797)]
)
def test_the_worked_example_of_four_observers(scale: Any, expected: float) -> None:
    assert krippendorff_alpha(FOUR_OBSERVERS, scale=scale) == pytest.approx(expected, abs=0.0006)


def test_the_worked_example_of_two_observers() -> None:
    """Section A: binary, ten units."""
    ratings = np.array([[0, 1, 0, 0, 0, 0, 0, 0, 1, 0], [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]], dtype=float).T
    assert krippendorff_alpha(ratings, scale="nominal") == pytest.approx(0.095, abs=0.0006)


def _by_definition(ratings: np.ndarray, scale: str) -> float:
    units = [[v for v in row if not np.isnan(v)] for row in ratings]
    units = [u for u in units if len(u) >= 2]
    pooled = [v for u in units for v in u]
    n_of = {v: pooled.count(v) for v in set(pooled)}

    def apart(c: float, k: float) -> float:
        if scale == "nominal":
            return float(c != k)
        if scale == "interval":
            return (c - k) ** 2
        if scale == "ratio":
            return ((c - k) / (c + k)) ** 2 if c + k else 0.0
        low, high = min(c, k), max(c, k)
        between = sum(n for v, n in n_of.items() if low <= v <= high)
        return (between - (n_of[c] + n_of[k]) / 2) ** 2

    observed = sum(
        sum(apart(c, k) for c, k in itertools.permutations(u, 2)) / (len(u) - 1) for u in units
    ) / len(pooled)
    n = len(pooled)
    expected = sum(apart(c, k) for c, k in itertools.permutations(pooled, 2)) / (n * (n - 1))
    return 1 - observed / expected


@given(st.integers(0, 2000), st.sampled_from(["nominal", "ordinal", "interval", "ratio"]))
def test_alpha_is_its_definition_pair_by_pair(seed: int, scale: Any) -> None:
    rng = np.random.default_rng(seed)
    ratings = rng.integers(0, 5, size=(6, 3)).astype(float)
    ratings[rng.random(ratings.shape) < 0.2] = np.nan
    ratings[0] = [0.0, 1.0, 2.0]
    assert krippendorff_alpha(ratings, scale=scale) == pytest.approx(
        _by_definition(ratings, scale), abs=1e-10
    )


def test_counting_objects_twice_is_writing_them_twice() -> None:
    pairs = paired(FOUR_OBSERVERS)
    often = np.arange(len(pairs.counts), dtype=float)
    whole = np.array([row for row in FOUR_OBSERVERS if (~np.isnan(row)).sum() >= 2])
    written = np.repeat(whole, often.astype(int), axis=0)
    scales: tuple[Any, ...] = ("nominal", "ordinal", "interval", "ratio")
    for scale in scales:
        found = alpha_of(pairs, scale=scale, copies=often[None, :])[0]
        assert found == pytest.approx(krippendorff_alpha(written, scale=scale))


def test_nothing_to_pair_or_to_disagree_about() -> None:
    with pytest.raises(NotEnoughData):
        krippendorff_alpha(np.array([[1.0, np.nan], [np.nan, 2.0]]), scale="nominal")
    with pytest.raises(NotEnoughData):
        krippendorff_alpha(np.array([[3.0, 3.0], [3.0, 3.0]]), scale="interval")
