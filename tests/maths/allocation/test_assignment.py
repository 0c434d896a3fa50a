"""Assignments cost what the best of all costs, and so does the next best."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anlan.maths.allocation.assignment import OPEN, assign


def _best(cost: np.ndarray, left: np.ndarray, closed: tuple[int, int] | None = None) -> float:
    jobs, people = cost.shape
    best = float("inf")
    for plan in itertools.product(range(-1, people), repeat=jobs):
        taken = [person for person in plan if person != OPEN]
        if len(set(taken)) < len(taken) or (closed is not None and plan[closed[0]] == closed[1]):
            continue
        best = min(best, sum(left[j] if p == OPEN else cost[j, p] for j, p in enumerate(plan)))
    return float(best)


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_the_sum_and_the_next_best_are_those_of_enumeration(data: st.DataObject) -> None:
    jobs, people = data.draw(st.integers(1, 3)), data.draw(st.integers(1, 3))
    entry = st.one_of(st.integers(0, 20), st.just(np.inf))
    cost = np.array(data.draw(st.lists(st.lists(entry, min_size=people, max_size=people), min_size=jobs,
                                       max_size=jobs)), dtype=float)  # fmt: skip
    left = np.array(data.draw(st.lists(st.integers(0, 30), min_size=jobs, max_size=jobs)), dtype=float)
    found = assign(cost, left)
    best = _best(cost, left)
    assert found.cost == pytest.approx(best)
    for job, person in enumerate(found.person.tolist()):
        if person != OPEN:
            assert np.isfinite(cost[job, person])
            assert found.extra[job] == pytest.approx(_best(cost, left, (job, person)) - best)
