"""Fewest people by search, the load carried over by its equation, and both against simulated days."""

import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad, solve_ivp

from anlan.domain.errors import UsageError
from anlan.maths.queueing.erlang import erlang_b, servers_for_level
from anlan.maths.queueing.staffing import (
    Queue,
    Rule,
    Target,
    carried_load,
    keeps,
    people_needed,
    performance,
)
from anlan.maths.simulation import laws
from anlan.maths.simulation.arrivals import by_hour_of_week
from anlan.maths.simulation.network import Network, Node, Pool, Way
from anlan.maths.simulation.replications import Arrivals, Asked, simulate
from anlan.maths.streams import Stream


@given(
    st.sampled_from(["wait", "leave", "lost"]),
    st.floats(0.001, 0.3),
    st.floats(20.0, 400.0),
    st.floats(0.5, 0.97),
    st.one_of(st.none(), st.floats(0.4, 0.95)),
)
@settings(max_examples=60, deadline=None)
def test_the_fewest_people_keep_the_target_and_one_less_does_not(
    rule: Rule, rate: float, handling: float, share: float, busy: float | None
) -> None:
    queue = Queue(rate, handling, rule, 90.0 if rule == "leave" else None)
    target = Target(share, 20.0, most_busy=busy)
    found = people_needed(queue, target)
    assert keeps(found, target)
    assert not any(
        keeps(performance(queue, fewer, within_s=20.0), target) for fewer in range(1, found.people)
    )


def test_it_agrees_with_the_search_by_one_rule_alone() -> None:
    for rate in (0.01, 0.1, 0.5):
        by_c = servers_for_level(rate, 1 / 180, within=20.0, share=0.8)
        assert people_needed(Queue(rate, 180.0, "wait"), Target(0.8, 20.0)).people == by_c
        by_a = servers_for_level(rate, 1 / 180, within=20.0, share=0.8, patience=120.0)
        assert people_needed(Queue(rate, 180.0, "leave", 120.0), Target(0.8, 20.0)).people == by_a
    lost = people_needed(Queue(0.1, 180.0, "lost"), Target(None, 0.0, most_lost=0.01))
    assert erlang_b(18.0, lost.people) <= 0.01 < erlang_b(18.0, lost.people - 1)


def test_nobody_is_needed_where_nobody_comes_and_a_rule_wants_its_patience() -> None:
    assert people_needed(Queue(0.0, 100.0, "wait"), Target(0.9, 10.0)).people == 0
    with pytest.raises(UsageError, match="patience_missing"):
        performance(Queue(0.1, 100.0, "leave"), 20, within_s=10.0)


@pytest.mark.parametrize("cyclic", [True, False])
def test_the_carried_load_is_the_mean_of_the_solved_equation(cyclic: bool) -> None:
    rates, handling = [0.01, 0.05, 0.0, 0.02], [900.0, 3600.0, 7200.0, 600.0]
    found = carried_load(rates, handling, 1800.0, cyclic=cyclic)
    now = rates[0] * handling[0]
    for turn in range(40 if cyclic else 1):
        busy = []
        for rate, mean in zip(rates, handling, strict=True):
            course = solve_ivp(
                lambda t, m, rate=rate, mean=mean: rate - m / mean,
                (0, 1800.0), [now], dense_output=True, rtol=1e-10, atol=1e-12,
            )  # fmt: skip
            busy.append(quad(lambda t, course=course: course.sol(t)[0], 0, 1800.0)[0] / 1800.0)
            now = float(course.y[0, -1])
        if turn > 5 and np.allclose(busy, found, rtol=1e-9):
            break
    assert found == pytest.approx(busy, rel=1e-6)


@given(st.lists(st.floats(0.0, 0.2), min_size=2, max_size=20), st.floats(10.0, 5_000.0))
@settings(max_examples=40, deadline=None)
def test_a_repeating_load_loses_no_work_and_short_handling_carries_none(
    rates: list[float], handling: float
) -> None:
    found = carried_load(rates, [handling] * len(rates), 1800.0, cyclic=True)
    assert math.fsum(found) == pytest.approx(math.fsum(rates) * handling, rel=1e-9, abs=1e-9)
    short = carried_load(rates, [0.01] * len(rates), 1800.0, cyclic=True)
    assert short == pytest.approx(np.array(rates) * 0.01, rel=1e-3, abs=1e-6)


def _simulated_levels(
    people: Sequence[int], per_hour: Sequence[float], handling_s: float, *, within_s: float, weeks: int
) -> np.ndarray:
    """Share of each hour of the day's arrivals that wait no longer than `within_s`; every day alike."""
    schedule = [(hour * 3600.0, people[hour % 24]) for hour in range(24 * 7 * weeks)]
    changes = [at for n, at in enumerate(schedule) if n == 0 or at[1] != schedule[n - 1][1]]
    node = Node("desk", laws.exponential(handling_s), ("p",), (Way(""),))
    network = Network((node,), (Pool("p", 1, schedule=tuple(changes)),))
    until = 7 * 86_400.0 * weeks
    times = by_hour_of_week(Stream(5, 0), per_hour=list(per_hour) * 7, until_s=until)
    (run,) = simulate(network, lambda _: Arrivals(times), Asked(5, 1))
    hour = (times // 3600).astype(int) % 24
    kept = run.waited_s <= within_s + 1e-9
    return np.array([kept[hour == h].mean() for h in range(24)])


def test_planning_by_each_hour_alone_misleads_for_long_services_and_the_carried_load_does_not() -> None:
    """Services of 90 minutes, demand a wave over the day: planned each hour by its own arrivals, the hours
    after the peak fall far below the promise; with work in hand they come near to it (simulated)."""
    per_hour = [20.0 + 16.0 * math.sin(2 * math.pi * hour / 24) for hour in range(24)]
    handling, target = 5_400.0, Target(0.8, 0.0)
    rates = [rate / 3600.0 for rate in per_hour]
    carried = carried_load(rates, [handling] * 24, 3600.0, cyclic=True)
    alone = [people_needed(Queue(rate, handling, "wait"), target).people for rate in rates]
    lagged = [people_needed(Queue(float(a) / handling, handling, "wait"), target).people for a in carried]
    assert sum(lagged) == pytest.approx(sum(alone), rel=0.03)  # no dearer, but at other hours
    by_alone = _simulated_levels(alone, per_hour, handling, within_s=0.0, weeks=8)
    by_lagged = _simulated_levels(lagged, per_hour, handling, within_s=0.0, weeks=8)
    assert by_alone.min() < 0.55
    assert by_lagged.min() > 0.68
    assert by_lagged.min() > by_alone.min() + 0.2


def test_short_services_reach_what_the_formula_promises_hour_by_hour() -> None:
    per_hour = [60.0 + 40.0 * math.sin(2 * math.pi * hour / 24) for hour in range(24)]
    plans = [people_needed(Queue(rate / 3600.0, 180.0, "wait"), Target(0.8, 20.0)) for rate in per_hour]
    found = _simulated_levels([each.people for each in plans], per_hour, 180.0, within_s=20.0, weeks=30)
    promised = np.array([each.level for each in plans])
    assert np.abs(found - promised).max() < 0.06
    assert np.abs(found - promised).mean() < 0.02
