"""Linear programs: duality, ranges by solving again, degenerate corners, whole numbers by enumeration."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anlan.domain.errors import UsageError
from anlan.maths.allocation.integer import cheapest_cover, least_cost
from anlan.maths.allocation.linear import (
    Program,
    is_degenerate,
    program,
    ranges_of_gains,
    solve,
    worth_of_limits,
)
from anlan.maths.allocation.transport import ship


@st.composite
def programs(draw: st.DrawFn) -> Program:
    n, m = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    number = st.integers(0, 9)
    rows = draw(st.lists(st.lists(number, min_size=n, max_size=n), min_size=m, max_size=m))
    limits = draw(st.lists(st.integers(1, 30), min_size=m, max_size=m))
    gain = draw(st.lists(st.integers(-3, 9), min_size=n, max_size=n))
    high = draw(st.lists(st.integers(1, 12), min_size=n, max_size=n))
    return program(gain, rows, limits, high=high)


@given(programs())
@settings(max_examples=80, deadline=None)
def test_prices_pay_for_the_whole_gain_and_unused_limits_are_worth_nothing(of: Program) -> None:
    """Strong duality and complementary slackness; prices of the variables' own limits are `reduced`."""
    best = solve(of)
    at_high = np.maximum(best.reduced, 0.0)
    assert best.value == pytest.approx(float(best.price @ of.limits + at_high @ of.high), abs=1e-6)
    assert (best.price >= -1e-9).all()
    assert best.price @ best.slack == pytest.approx(0.0, abs=1e-6)
    assert at_high @ (of.high - best.x) == pytest.approx(0.0, abs=1e-6)
    assert np.maximum(-best.reduced, 0.0) @ best.x == pytest.approx(0.0, abs=1e-6)


def _value(of: Program, row: int, limit: float) -> float:
    limits = of.limits.copy()
    limits[row] = limit
    return solve(program(of.gain, of.rows, limits, high=of.high)).value


@given(programs(), st.data())
@settings(max_examples=60, deadline=None)
def test_a_worth_is_the_change_of_the_gain_and_holds_as_far_as_said(of: Program, data: st.DataObject) -> None:
    best = solve(of)
    row = data.draw(st.integers(0, len(of.limits) - 1))
    worth, limit = worth_of_limits(of, best)[row], float(of.limits[row])
    assert worth.less >= worth.more - 1e-7  # the gain is concave in a limit
    up = min(worth.holds.high, limit + 50.0)
    assert _value(of, row, up) - best.value == pytest.approx(worth.more * (up - limit), abs=1e-5)
    down = max(worth.holds.low, 0.0)
    assert best.value - _value(of, row, down) == pytest.approx(worth.less * (limit - down), abs=1e-5)
    if math.isfinite(worth.holds.high):
        beyond = _value(of, row, worth.holds.high + 1.0) - best.value
        assert beyond < worth.more * (worth.holds.high + 1.0 - limit) - 1e-7


@given(programs(), st.data())
@settings(max_examples=60, deadline=None)
def test_a_plan_stays_best_within_the_range_of_a_gain_and_not_beyond(
    of: Program, data: st.DataObject
) -> None:
    best = solve(of)
    at = data.draw(st.integers(0, len(of.gain) - 1))
    limits = ranges_of_gains(of, best)[at]
    assert limits.low - 1e-9 <= of.gain[at] <= limits.high + 1e-9
    for end, outside in ((limits.low, -0.5), (limits.high, 0.5)):
        if not math.isfinite(end):
            continue
        for gain, stays in ((end, True), (end + outside, False)):
            changed = of.gain.copy()
            changed[at] = gain
            again = solve(program(changed, of.rows, of.limits, high=of.high)).value
            kept = float(changed @ best.x)
            assert again == pytest.approx(kept, abs=1e-5) if stays else again > kept + 1e-7


def test_a_degenerate_corner_has_two_worths() -> None:
    """Three limits through one point of the plane: one more of the third gains nothing, one less costs."""
    of = program([1, 1], [[1, 0], [0, 1], [1, 1]], [1, 1, 2])
    worths = worth_of_limits(of, solve(of))
    assert is_degenerate(worths)
    assert (worths[2].more, worths[2].less) == (0.0, 1.0)


def test_what_cannot_be_kept_and_what_has_no_end_is_said() -> None:
    with pytest.raises(UsageError, match=r"allocation\.infeasible"):
        solve(program([1], [[1], [-1]], [1, -2]))
    with pytest.raises(UsageError, match=r"allocation\.unbounded"):
        solve(program([1], [[-1]], [1]))


@given(st.data())
@settings(max_examples=40, deadline=None)
def test_whole_answers_are_those_of_enumeration(data: st.DataObject) -> None:
    n, m, most = data.draw(st.integers(1, 3)), data.draw(st.integers(1, 3)), 4
    covers = np.array(data.draw(st.lists(st.lists(st.integers(0, 1), min_size=n, max_size=n), min_size=m,
                                         max_size=m)))  # fmt: skip
    need = np.array(data.draw(st.lists(st.integers(0, most), min_size=m, max_size=m)))
    cost = np.array(data.draw(st.lists(st.integers(1, 9), min_size=n, max_size=n)))
    plans = [np.array(x) for x in itertools.product(range(most * m + 1), repeat=n)]
    costs = [int(cost @ x) for x in plans if (covers @ x >= need).all()]
    if not costs:
        with pytest.raises(UsageError, match=r"allocation\.infeasible"):
            cheapest_cover(covers, need, cost)
        return
    found, short = cheapest_cover(covers, need, cost)
    assert found.value == pytest.approx(min(costs))
    assert found.proven
    assert found.bound == pytest.approx(found.value)
    assert short.sum() == 0.0


def test_a_shortage_is_taken_where_it_is_cheaper_and_counted() -> None:
    found, short = cheapest_cover([[1, 0], [0, 1]], [3, 2], [5, 50], shortage_cost=20)
    assert found.x[:2].tolist() == [3.0, 0.0]
    assert short.tolist() == [0.0, 2.0]
    assert found.value == pytest.approx(15 + 40)


def test_part_of_the_answer_may_be_no_whole_number() -> None:
    found = least_cost([-1.0, -1.0], np.array([[1.0, 1.0]]), [-np.inf], [2.5], whole=[1, 0], upper=[2, 1])
    assert found.value == pytest.approx(-2.5)


@given(st.data())
@settings(max_examples=40, deadline=None)
def test_a_shipment_costs_no_more_than_any_other_of_whole_units(data: st.DataObject) -> None:
    """Two sources, two sinks: all plans of whole units are one number apart."""
    number = st.integers(0, 9)
    cost = np.array(data.draw(st.lists(st.lists(number, min_size=2, max_size=2), min_size=2, max_size=2)))
    supply = data.draw(st.lists(st.integers(1, 8), min_size=2, max_size=2))
    total = data.draw(st.integers(1, sum(supply)))
    first = data.draw(st.integers(0, total))
    demand = [first, total - first]
    costs = [
        int((cost * np.array([[a, b], [demand[0] - a, demand[1] - b]])).sum())
        for a in range(demand[0] + 1)
        for b in range(demand[1] + 1)
        if a + b <= supply[0] and demand[0] - a + demand[1] - b <= supply[1]
    ]
    found = ship(cost, supply, demand)
    assert found.cost == pytest.approx(min(costs))
    assert found.sent.sum(axis=0) == pytest.approx(demand)


def test_demand_beyond_supply_is_said_or_costs_what_is_told() -> None:
    with pytest.raises(UsageError, match="short_supply"):
        ship([[1.0]], [3], [5])
    found = ship([[1.0]], [3], [5], shortage_cost=10)
    assert (found.cost, found.short.tolist()) == (pytest.approx(23.0), [2.0])
