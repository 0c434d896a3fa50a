"""Simulated queues against their formulas over many seeds, and the laws every run keeps."""

import math
from dataclasses import replace

import numpy as np
import pytest

from anlan.domain.errors import UsageError
from anlan.maths.queueing.erlang import erlang_c
from anlan.maths.queueing.networks import open_network
from anlan.maths.queueing.one_queue import wait_any_law, wait_one_server
from anlan.maths.simulation import laws, replications
from anlan.maths.simulation.arrivals import by_hour_of_week, steady
from anlan.maths.simulation.lean_kernels import COUNT, SERVED, WAITED
from anlan.maths.simulation.network import OUT, Network, Node, Pool, Way, in_a_row
from anlan.maths.simulation.replications import Arrivals, Asked, mean_over, simulate
from anlan.maths.streams import Stream

HOUR = 3600.0


def _poisson(seed: int, n: int, per_hour: float):  # type: ignore[no-untyped-def]
    return lambda number: Arrivals(steady(Stream(seed, number), n, per_hour=per_hour))


def _station(servers: int, law: laws.Law) -> Network:
    return Network((Node("a", law, ("desk",), (Way(OUT),)),), (Pool("desk", servers),))


def _rework(share: float = 0.2) -> Network:
    """a, then b, then back to a with a share, two servers each, one hour of work on average."""
    a = Node("a", laws.exponential(HOUR), ("pa",), (Way("b"),))
    b = Node("b", laws.exponential(HOUR), ("pb",), (Way("a", share), Way(OUT, 1 - share)))
    return Network((a, b), (Pool("pa", 2), Pool("pb", 2)))


def _covered(network: Network, exact: float, *, per_hour: float, seeds: int = 60, cases: int = 6_000) -> int:
    """In how many of `seeds` studies the 95 % interval of the mean wait in hours holds the exact value."""
    held = 0
    for seed in range(seeds):
        runs = simulate(network, _poisson(seed, cases, per_hour), Asked(seed, 10))
        found = mean_over([float(run.waited_s[1000:].mean()) / HOUR for run in runs])
        held += found.low <= exact <= found.high
    return held


@pytest.mark.parametrize(
    ("network", "per_hour", "exact"),
    [
        (_station(1, laws.exponential(HOUR)), 0.6, erlang_c(0.6, 1.0, 1).wait),
        (_station(4, laws.exponential(HOUR)), 3.0, erlang_c(3.0, 1.0, 4).wait),
        (_station(1, laws.constant(HOUR)), 0.6, wait_one_server(0.6, 1.0, service_scv=0.0)),
        (_station(1, laws.gamma(HOUR, 1.4 * HOUR)), 0.6, wait_one_server(0.6, 1.0, service_scv=1.96)),
        (_station(1, laws.lognormal(HOUR, 0.7 * HOUR)), 0.6, wait_one_server(0.6, 1.0, service_scv=0.49)),
    ],
    ids=["M/M/1", "M/M/4", "M/D/1", "M/G/1 gamma", "M/G/1 lognormal"],
)
def test_intervals_hold_the_formula_as_often_as_they_say(network, per_hour: float, exact: float) -> None:
    # 60 intervals at 95 %: 50 or fewer would be seen once in 4,000 such tests
    assert _covered(network, exact, per_hour=per_hour) > 50


def test_a_network_with_rework_keeps_to_jacksons_answer() -> None:
    first, second = open_network([1.0, 0.0], [[0.0, 1.0], [0.2, 0.0]], [1.0, 1.0], [2, 2])
    exact = (first.waiting + second.waiting) / 1.0
    assert _covered(_rework(), exact, per_hour=1.0) > 50


def test_the_wait_with_any_law_stays_below_kingmans_bound() -> None:
    law = laws.lognormal(HOUR, 1.5 * HOUR)
    bound = wait_any_law(2.4, 1.0, 3, arrival_scv=1.0, service_scv=2.25).high
    runs = simulate(_station(3, law), _poisson(1, 20_000, 2.4), Asked(1, 10))
    assert mean_over([float(run.waited_s.mean()) / HOUR for run in runs]).high < bound


def test_every_case_leaves_and_littles_law_holds_to_the_last_bit_of_a_sum() -> None:
    for run in simulate(_rework(), _poisson(3, 2_000, 1.2), Asked(3, 4)):
        assert (run.cycle_s > 0).all()
        assert run.queued.sum() == pytest.approx(run.waited_s.sum(), rel=1e-12)
        work = run.node[:, SERVED].sum()
        assert run.cycle_s.sum() == pytest.approx(run.waited_s.sum() + work, rel=1e-9)
        assert run.node[0, COUNT] >= 2_000
        assert run.events == 2_000 + run.node[:, COUNT].sum()
        assert run.node[:, WAITED].sum() == pytest.approx(run.waited_s.sum(), rel=1e-12)


def test_a_small_trace_is_as_worked_out_by_hand() -> None:
    # one server, 10 s each, arrivals at 0, 4 and 30: the second waits 6 s; then 5 s that nobody waits for
    nodes = in_a_row((Node("desk", laws.constant(10.0), ("one",)), Node("post", laws.constant(5.0))))
    network = Network(nodes, (Pool("one"),))
    (run,) = simulate(network, lambda _: Arrivals(np.array([0.0, 4.0, 30.0])), Asked(1, 1))
    assert run.waited_s.tolist() == [0.0, 6.0, 0.0]
    assert run.cycle_s.tolist() == [15.0, 21.0, 15.0]
    assert (run.pool[0, 0], run.queued.tolist()) == (30.0, [6.0])
    assert run.node[0, :5].tolist() == [3.0, 30.0, 6.0, 36.0, 6.0]


def test_the_window_cuts_what_lies_outside_it() -> None:
    network = Network((Node("desk", laws.constant(10.0), ("one",), (Way(OUT),)),), (Pool("one"),))
    asked = Asked(1, 1, window_s=(5.0, 18.0))
    (run,) = simulate(network, lambda _: Arrivals(np.array([0.0, 4.0, 6.0])), asked)
    assert (run.pool[0, 0], run.queued.tolist()) == (13.0, [(10.0 - 5.0) + (18.0 - 6.0)])
    assert run.node[0, :3].tolist() == [1.0, 10.0, 14.0]


def test_choices_without_work_take_no_time() -> None:
    nodes = (
        Node("which", None, (), (Way("left", 0.25), Way("right", 0.75)), "choice"),
        Node("left", laws.constant(1.0), (), (Way(OUT),)),
        Node("right", laws.constant(2.0), (), (Way(OUT),)),
    )
    (run,) = simulate(Network(nodes), _poisson(2, 40_000, 1.0), Asked(2, 1))
    share = float((run.cycle_s < 1.5).mean())
    assert share == pytest.approx(0.25, abs=4 * math.sqrt(0.25 * 0.75 / 40_000))
    assert run.node[0].tolist() == [0.0] * 9


def test_threads_and_room_change_no_bit() -> None:
    network, coming = _rework(), _poisson(5, 5_000, 1.9)
    one = simulate(network, coming, Asked(5, 6, threads=1))
    two = simulate(network, coming, Asked(5, 6, threads=3))
    for left, right in zip(one, two, strict=True):
        assert left.cycle_s.tobytes() == right.cycle_s.tobytes()
        assert left.node.tobytes() == right.node.tobytes()


def test_compared_designs_meet_the_same_luck() -> None:
    as_is = _rework()
    faster = replace(as_is, nodes=(replace(as_is.nodes[0], law=laws.exponential(0.9 * HOUR)), as_is.nodes[1]))

    def means(network: Network, seed: int) -> np.ndarray:
        runs = simulate(network, _poisson(seed, 2_000, 1.0), Asked(seed, 60))
        return np.array([run.cycle_s.mean() for run in runs])

    base = means(as_is, 7)
    paired, apart = (base - means(faster, 7)).var(), (base - means(faster, 8)).var()
    assert apart / paired > 10.0


def test_more_servers_never_lengthen_the_mean_wait() -> None:
    waits = [
        simulate(_station(n, laws.exponential(HOUR)), _poisson(4, 5_000, 1.8), Asked(4, 1))[0].waited_s.mean()
        for n in (2, 3, 5)
    ]
    assert waits == sorted(waits, reverse=True)


def test_arrivals_follow_the_hours_of_the_week() -> None:
    rates = [0.0] * 168
    rates[9], rates[10] = 30.0, 90.0  # Monday 9 to 11
    times = np.concatenate(
        [by_hour_of_week(Stream(1, r), per_hour=rates, until_s=7 * 86_400.0) for r in range(200)]
    )
    hours = times / HOUR
    assert ((hours >= 9) & (hours < 11)).all()
    early = int((hours < 10).sum())
    assert early == pytest.approx(200 * 30, abs=5 * math.sqrt(200 * 30))
    assert len(times) - early == pytest.approx(200 * 90, abs=5 * math.sqrt(200 * 90))
    later = by_hour_of_week(Stream(1, 0), per_hour=rates, until_s=7 * 86_400.0, week_start_s=9.5 * HOUR)
    assert (later[later < HOUR] < 1.5 * HOUR).all()
    assert later.min() >= 0.0


def test_what_is_told_after_a_replication_can_end_the_study() -> None:
    seen: list[int] = []

    def told(done: int) -> None:
        seen.append(done)
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        simulate(_rework(), _poisson(1, 200, 1.0), Asked(1, 50, threads=1), told=told)
    assert seen == [1, 2]


@pytest.mark.parametrize(
    ("code", "network"),
    [
        ("simulation.shares", Network((Node("a", laws.constant(1.0), (), (Way(OUT, 0.9),)),))),
        ("simulation.no_way", Network((Node("a", laws.constant(1.0)),))),
        ("simulation.unknown", Network((Node("a", laws.constant(1.0), (), (Way("b"),)),))),
        ("simulation.unknown", Network((Node("a", laws.constant(1.0), ("p",), (Way(OUT),)),))),
        ("simulation.twice", Network((Node("a", None, (), (Way(OUT),), "choice"),) * 2)),
        ("simulation.no_time", Network((Node("a", None, ("p",), (Way(OUT),)),), (Pool("p"),))),
        ("simulation.number", Network((Node("a", None, (), (Way(OUT),), "choice"),), (Pool("p", -1),))),
        ("simulation.nobody", Network((Node("a", None, (), (Way(OUT),), "choice"),), (Pool("p", 0),))),
        ("simulation.nodes", Network(())),
        ("simulation.endless_loop", Network((Node("a", laws.constant(1.0), (), (Way("a"),)),))),
    ],
)
def test_impossible_networks_are_refused(code: str, network: Network) -> None:
    with pytest.raises(UsageError, match=code):
        simulate(network, lambda _: Arrivals(np.array([0.0])), Asked(1, 1))


def test_an_overloaded_station_is_no_endless_run_but_takes_the_room_it_needs() -> None:
    (run,) = simulate(_station(1, laws.constant(10 * HOUR)), _poisson(1, 5_000, 10.0), Asked(1, 1))
    assert run.waited_s[-1] > 0.9 * 5_000 * 9.9 * HOUR


@pytest.mark.parametrize("times", [[], [1.0, 0.5], [-1.0], [float("nan")]])
def test_arrivals_out_of_order_are_refused(times: list[float]) -> None:
    with pytest.raises(UsageError, match="simulation"):
        simulate(_station(1, laws.constant(1.0)), lambda _: Arrivals(np.array(times)), Asked(1, 1))


@pytest.mark.parametrize(
    "made",
    [lambda: laws.exponential(0.0), lambda: laws.uniform(2.0, 1.0), lambda: laws.table([1.0]),
     lambda: laws.lognormal(float("inf"), 1.0), lambda: laws.triangular(-1.0, 1.0, 2.0)],
)  # fmt: skip
def test_impossible_times_are_refused(made) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(UsageError, match="simulation"):
        made()


@pytest.mark.parametrize(
    ("law", "mean", "deviation"),
    [
        (laws.exponential(3.0), 3.0, 3.0),
        (laws.uniform(1.0, 5.0), 3.0, 4 / math.sqrt(12)),
        (laws.triangular(0.0, 3.0, 6.0), 3.0, math.sqrt(1.5)),
        (laws.lognormal(3.0, 2.0), 3.0, 2.0),
        (laws.weibull(3.0, 1.0), 3.0, 3.0),
        (laws.gamma(3.0, 2.0), 3.0, 2.0),
        (laws.table([0.0, 3.0, 6.0]), 3.0, 6 / math.sqrt(12)),
    ],
)
def test_laws_have_the_mean_and_deviation_they_say(law: laws.Law, mean: float, deviation: float) -> None:
    network = Network((Node("a", law, (), (Way(OUT),)),))
    (run,) = simulate(network, lambda _: Arrivals(np.arange(200_000.0)), Asked(9, 1))
    assert law.mean == pytest.approx(mean, rel=1e-9)
    assert run.cycle_s.mean() == pytest.approx(mean, abs=5 * deviation / math.sqrt(200_000))
    assert run.cycle_s.std() == pytest.approx(deviation, rel=0.03)


@pytest.mark.parametrize("promise_s", [math.inf, 60.0])  # by the lean kernel and by the full one
def test_a_replication_ends_at_its_most_events(monkeypatch: pytest.MonkeyPatch, promise_s: float) -> None:
    again = (Way("a", 0.999), Way(OUT, 0.001))
    network = Network((Node("a", laws.constant(1.0), (), again, promise_s=promise_s),))
    times = np.arange(100.0)
    whole = simulate(network, lambda _: Arrivals(times), Asked(1, 1))[0].events
    monkeypatch.setattr(replications, "_MOST_EVENTS", whole)
    assert simulate(network, lambda _: Arrivals(times), Asked(1, 1))[0].events == whole
    monkeypatch.setattr(replications, "_MOST_EVENTS", whole - 1)
    with pytest.raises(UsageError, match=r"simulation\.too_long"):
        simulate(network, lambda _: Arrivals(times), Asked(1, 1))


@pytest.mark.parametrize("promise_s", [math.inf, 60.0])
def test_room_for_cases_under_way_is_less_where_there_are_many_nodes(
    monkeypatch: pytest.MonkeyPatch, promise_s: float
) -> None:
    monkeypatch.setattr(replications, "_MOST_COUNTS", 3_000)
    network = Network((Node("a", laws.constant(1e6), (), (Way(OUT),), promise_s=promise_s),))
    held = simulate(network, lambda _: Arrivals(np.arange(3_000.0)), Asked(1, 1))
    assert len(held[0].cycle_s) == 3_000
    with pytest.raises(UsageError, match=r"simulation\.too_many_under_way"):
        simulate(network, lambda _: Arrivals(np.arange(3_001.0)), Asked(1, 1))


def test_a_gamma_law_of_nothing_but_a_far_end_is_refused() -> None:
    """A deviation of 10^150 times the mean puts every quantile at nothing, and their mean with them."""
    with pytest.raises(UsageError, match="law_number"):
        laws.gamma(1.0, 1e150)
