"""Queues by formula against direct summation of the birth-death chain, and their laws."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import poisson

from anlan.domain.errors import UsageError
from anlan.maths.queueing.erlang import erlang_a, erlang_b, erlang_c, load_for_blocking, servers_for_level
from anlan.maths.queueing.networks import arrival_rates, open_network
from anlan.maths.queueing.one_queue import wait_any_law, wait_one_server, waits_by_priority

RATES = st.floats(0.05, 40.0)
FEW = st.integers(1, 60)


@given(RATES, FEW)
def test_blocking_is_the_truncated_poisson_distribution(load: float, servers: int) -> None:
    expected = poisson.pmf(servers, load) / poisson.cdf(servers, load)
    assert erlang_b(load, servers) == pytest.approx(expected, rel=1e-9)


def test_a_thousand_servers_do_not_overflow_and_more_servers_block_less() -> None:
    blocked = [erlang_b(990.0, n) for n in (900, 990, 1000, 1100)]
    assert blocked == sorted(blocked, reverse=True)
    assert 0.0 < blocked[-1] < 1e-3


@given(st.floats(0.001, 0.6), st.integers(1, 40))
@settings(max_examples=40)
def test_the_load_for_a_blocking_gives_that_blocking(blocking: float, servers: int) -> None:
    assert erlang_b(load_for_blocking(blocking, servers), servers) == pytest.approx(blocking, rel=1e-9)


@given(st.floats(0.05, 0.98), FEW, RATES)
def test_waiting_agrees_with_the_sum_over_the_states(use: float, servers: int, mu: float) -> None:
    queue = erlang_c(use * servers * mu, mu, servers)
    load = use * servers
    n = np.arange(20_000)
    logs = np.where(n <= servers, n * math.log(load) - np.cumsum(np.log(np.maximum(n, 1))), 0.0)
    beyond = n > servers
    logs[beyond] = logs[servers] + (n[beyond] - servers) * math.log(use)
    p = np.exp(logs - logs.max())
    p /= p.sum()
    assert queue.waiting == pytest.approx(float(((n - servers) * p)[beyond].sum()), rel=1e-7)
    assert queue.p_wait == pytest.approx(float(p[servers:].sum()), rel=1e-9)
    assert queue.present == pytest.approx(queue.arrival_rate * queue.stay, rel=1e-12)


@given(st.floats(0.05, 0.95), st.integers(1, 12), st.floats(0.0, 5.0))
@settings(max_examples=30)
def test_people_of_endless_patience_make_erlang_a_into_erlang_c(use: float, servers: int, t: float) -> None:
    waiting, patient = (
        erlang_c(use * servers, 1.0, servers),
        erlang_a(use * servers, 1.0, servers, patience=1e7),
    )
    assert patient.wait == pytest.approx(waiting.wait, rel=2e-3, abs=1e-6)
    assert patient.within(t) == pytest.approx(waiting.within(t), abs=2e-4)


@given(st.floats(0.2, 30.0), st.integers(1, 12), st.floats(0.1, 5.0))
@settings(max_examples=40)
def test_who_does_not_abandon_is_served_and_flows_balance(rate: float, servers: int, patience: float) -> None:
    queue = erlang_a(rate, 1.0, servers, patience=patience)
    assert queue.within(1e9) == pytest.approx(1.0 - queue.abandoned, abs=1e-9)
    assert rate * (1.0 - queue.abandoned) == pytest.approx(queue.utilisation * servers, rel=1e-9)


@pytest.mark.parametrize("waiting", [0, 1, 4])
def test_the_race_of_service_and_patience_is_the_integral_over_the_wait(waiting: int) -> None:
    from anlan.maths.queueing import erlang

    queue = erlang_a(5.0, 1.0, 3, patience=2.0)
    rates = [3.0 + i * 0.5 for i in range(waiting + 1)]

    def density(w: float) -> float:  # of a sum of exponential times with distinct rates
        if waiting == 0:
            return rates[0] * math.exp(-rates[0] * w)
        return sum(r * math.exp(-r * w) * math.prod(q / (q - r) for q in rates if q != r) for r in rates)

    expected, _ = quad(lambda w: density(w) * math.exp(-0.5 * w), 0.0, 0.7)
    assert erlang._served_within(0.7, queue, waiting) == pytest.approx(expected, rel=1e-8)


def test_staffing_finds_the_fewest_that_reach_the_level() -> None:
    needed = servers_for_level(100.0, 20.0, within=20 / 3600, share=0.8)
    assert erlang_c(100.0, 20.0, needed).within(20 / 3600) >= 0.8
    assert needed == 6 or erlang_c(100.0, 20.0, needed - 1).within(20 / 3600) < 0.8
    impatient = servers_for_level(100.0, 20.0, within=20 / 3600, share=0.8, patience=1 / 60)
    assert impatient <= needed


def test_one_server_equals_the_general_formula_at_exponential_times() -> None:
    assert wait_one_server(0.8, 1.0, service_scv=1.0) == pytest.approx(erlang_c(0.8, 1.0, 1).wait)
    assert wait_one_server(0.8, 1.0, service_scv=0.0) == pytest.approx(erlang_c(0.8, 1.0, 1).wait / 2)


@given(st.lists(st.floats(0.01, 0.3), min_size=1, max_size=4), st.integers(2, 5))
def test_priorities_move_waiting_without_changing_its_sum(rates: list[float], servers: int) -> None:
    waits = waits_by_priority(rates, 1.0, servers)
    total = sum(rates)
    assert sum(r * w for r, w in zip(rates, waits, strict=True)) / total == pytest.approx(
        erlang_c(total, 1.0, servers).wait, rel=1e-9
    )
    assert list(waits) == sorted(waits)


@given(st.floats(0.05, 0.95), st.integers(1, 20))
def test_the_bound_holds_for_exponential_times_and_is_exact_in_the_likely_value(use: float, n: int) -> None:
    exact = erlang_c(use * n, 1.0, n).wait
    bounds = wait_any_law(use * n, 1.0, n, arrival_scv=1.0, service_scv=1.0)
    assert bounds.likely == pytest.approx(exact)
    assert bounds.high >= exact


def test_rework_raises_the_rate_of_its_node() -> None:
    assert arrival_rates([1.0, 0.0], [[0.0, 1.0], [0.25, 0.0]]).tolist() == pytest.approx([4 / 3, 4 / 3])
    first, second = open_network([1.0, 0.0], [[0.0, 1.0], [0.25, 0.0]], [2.0, 2.0], [1, 1])
    assert first.present == pytest.approx((2 / 3) / (1 / 3))
    assert second.wait == pytest.approx(first.wait)


@pytest.mark.parametrize(
    ("code", "call"),
    [
        ("queueing.overloaded", lambda: erlang_c(3.0, 1.0, 3)),
        ("queueing.not_positive", lambda: erlang_c(float("nan"), 1.0, 3)),
        ("queueing.servers", lambda: erlang_b(1.0, 0)),
        ("queueing.share", lambda: load_for_blocking(1.0, 2)),
        ("queueing.nobody_leaves", lambda: arrival_rates([1.0, 0.0], [[0.0, 1.0], [1.0, 0.0]])),
        ("queueing.routing_shares", lambda: arrival_rates([1.0], [[1.5]])),
        ("queueing.routing_shape", lambda: arrival_rates([1.0], [[0.5, 0.1]])),
        ("queueing.negative", lambda: wait_one_server(0.5, 1.0, service_scv=-1.0)),
    ],
)
def test_impossible_queues_are_refused(code: str, call) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(UsageError, match=code):
        call()
