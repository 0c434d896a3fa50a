"""Queues with priorities, impatience and lost calls: intervals of many seeds hold the formulas; balance and
Little's law on every run; small traces of gateways by hand."""

import math

import numpy as np
import pytest

from anlan.maths.queueing.erlang import erlang_a, erlang_b, erlang_c
from anlan.maths.queueing.one_queue import waits_by_priority
from anlan.maths.simulation import laws
from anlan.maths.simulation.arrays import ABANDONED, BALKED, COUNT, DROPPED, FINISHED, GAVE_UP
from anlan.maths.simulation.arrivals import steady
from anlan.maths.simulation.network import OUT, Network, Node, Pool, Risk, Way
from anlan.maths.simulation.replications import Arrivals, Asked, Replication, mean_over, simulate
from anlan.maths.streams import Stream

HOUR = 3600.0
SEEDS, CASES, FEW = 60, 3_000, 50
"""60 intervals at 95 %: 50 or fewer would be seen once in 4,000 such tests."""


def _desk(pool: Pool, *, levels: int = 1, **more) -> Network:  # type: ignore[no-untyped-def]
    node = Node("desk", laws.exponential(HOUR), (pool.id,), (Way(OUT),), **more)
    return Network((node,), (pool,), levels=levels)


def _held(network: Network, per_hour: float, exact: float, measure, *, urgent: float = 0.0) -> int:  # type: ignore[no-untyped-def]
    """In how many of 60 studies of 10 runs the 95 % interval holds the exact value."""

    def coming(seed: int, number: int) -> Arrivals:
        stream = Stream(seed, number)
        level = (stream.uniform(CASES, purpose=77) >= urgent).astype(np.int64) if urgent else None
        return Arrivals(steady(stream, CASES, per_hour=per_hour), level)

    held = 0
    for seed in range(SEEDS):
        runs = simulate(network, lambda number, seed=seed: coming(seed, number), Asked(seed, 10))
        found = mean_over([measure(run, coming(seed, n)) for n, run in enumerate(runs)])
        held += found.low <= exact <= found.high
    return held


@pytest.mark.parametrize("level", [0, 1])
def test_priorities_hold_cobhams_formula(level: int) -> None:
    exact = waits_by_priority([2.1 * 0.3, 2.1 * 0.7], 1.0, 3)[level]

    def wait(run: Replication, coming: Arrivals) -> float:
        return float(run.waited_s[500:][coming.level[500:] == level].mean()) / HOUR

    assert _held(_desk(Pool("p", 3), levels=2), 2.1, exact, wait, urgent=0.3) > FEW


def test_interrupting_priorities_hold_the_formula_of_the_queue_alone() -> None:
    exact = erlang_c(0.8 * 0.4, 1.0, 1).stay

    def stay(run: Replication, coming: Arrivals) -> float:
        return float(run.cycle_s[500:][coming.level[500:] == 0].mean()) / HOUR

    network = _desk(Pool("p", 1, preempts=True), levels=2)
    assert _held(network, 0.8, exact, stay, urgent=0.4) > FEW


@pytest.mark.parametrize("measured", ["abandoned", "wait"])
def test_who_gives_up_holds_erlang_a(measured: str) -> None:
    exact = erlang_a(3.5, 1.0, 3, patience=2.0)
    network = _desk(Pool("p", 3), patience=laws.exponential(2 * HOUR))

    def measure(run: Replication, _: Arrivals) -> float:
        gone = run.fate[500:] == ABANDONED
        return float(gone.mean() if measured == "abandoned" else run.waited_s[500:].mean() / HOUR)

    assert _held(network, 3.5, exact.abandoned if measured == "abandoned" else exact.wait, measure) > FEW


def test_who_finds_no_place_holds_erlang_b() -> None:
    network = _desk(Pool("p", 4), balk=0)
    lost = _held(network, 4.0, erlang_b(4.0, 4), lambda run, _: float((run.fate[500:] == BALKED).mean()))
    assert lost > FEW


def test_the_full_kernel_holds_erlang_c() -> None:
    exact = erlang_c(3.0, 1.0, 4).wait
    network = _desk(Pool("p", 4), promise_s=HOUR)
    assert _held(network, 3.0, exact, lambda run, _: float(run.waited_s[500:].mean()) / HOUR) > FEW


def _everything() -> Network:
    """A split, an inclusive part, rework, patience, priorities, a slow helper and a risk that drops cases."""
    nodes = (
        Node("in", laws.exponential(HOUR), ("p", "q"), (Way("all"),), patience=laws.exponential(4 * HOUR)),
        Node("all", None, (), (Way("a"), Way("b")), "split"),
        Node("a", laws.exponential(HOUR), ("p",), (Way("meet"),), level=1),
        Node("b", laws.lognormal(HOUR, HOUR), (), (Way("meet"),)),
        Node("meet", None, (), (Way("in", 0.2), Way("some", 0.8)), "join", of="all"),
        Node("some", None, (), (Way("c", 0.4), Way("d", 0.7)), "some"),
        Node("c", laws.exponential(HOUR), ("q",), (Way("end"),)),
        Node("d", laws.constant(HOUR), ("q",), (Way("end"),)),
        Node("end", None, (), (Way(OUT),), "join", of="some"),
    )
    pools = (Pool("p", 4, preempts=True), Pool("q", 4, speed=0.7))
    return Network(nodes, pools, (Risk("r", "d", 0.05, "drop"),), levels=3)


def test_tokens_are_conserved_and_littles_law_holds_on_every_run() -> None:
    def coming(number: int) -> Arrivals:
        stream = Stream(8, number)
        return Arrivals(steady(stream, 2_000, per_hour=2.6), (stream.uniform(2_000, purpose=5) < 0.2) * 1)

    for run in simulate(_everything(), coming, Asked(8, 6)):
        assert {int(fate) for fate in run.fate} == {FINISHED, ABANDONED, DROPPED}
        # waiting of the cases and of the lines are the same integral, seen from two sides
        assert run.queued.sum() == pytest.approx(run.waited_s.sum(), rel=1e-9)
        entered, gave_up = run.node[:, COUNT], run.node[0, GAVE_UP]
        served, again = entered[0] - gave_up, entered[0] - 2_000
        assert entered[2] == entered[3] == served  # every case that was served takes both ways
        assert gave_up == (run.fate == ABANDONED).sum()
        assert served - again == ((run.fate == FINISHED) | (run.fate == DROPPED)).sum()


def _run(nodes: tuple[Node, ...], pools: tuple[Pool, ...], *times: float) -> Replication:
    (run,) = simulate(Network(nodes, pools, levels=2), lambda _: Arrivals(np.array(times)), Asked(1, 1))
    return run


def test_a_split_in_which_both_ways_need_the_same_server_by_hand() -> None:
    # one server; a takes 3 s, b takes 5 s; the second case comes at 4, when b of the first has begun
    nodes = (
        Node("s", None, (), (Way("a"), Way("b")), "split"),
        Node("a", laws.constant(3.0), ("p",), (Way("j"),)),
        Node("b", laws.constant(5.0), ("p",), (Way("j"),)),
        Node("j", None, (), (Way(OUT),), "join", of="s"),
    )
    run = _run(nodes, (Pool("p"),), 0.0, 4.0)
    # the last way is walked first: b 0-5, a 5-8; then b 8-13, a 13-16
    assert run.cycle_s.tolist() == [8.0, 12.0]
    assert run.waited_s.tolist() == [5.0, (8.0 - 4.0) + (13.0 - 4.0)]


def test_a_split_in_a_split_by_hand() -> None:
    # outer ways: x (10 s), and an inner split of y (4 s) and z (7 s) that meet before w (5 s): 7 + 5 = 12
    nodes = (
        Node("outer", None, (), (Way("x"), Way("inner")), "split"),
        Node("x", laws.constant(10.0), (), (Way("end"),)),
        Node("inner", None, (), (Way("y"), Way("z")), "split"),
        Node("y", laws.constant(4.0), (), (Way("meet"),)),
        Node("z", laws.constant(7.0), (), (Way("meet"),)),
        Node("meet", None, (), (Way("w"),), "join", of="inner"),
        Node("w", laws.constant(5.0), (), (Way("end"),)),
        Node("end", None, (), (Way("last"),), "join", of="outer"),
        Node("last", laws.constant(1.0), (), (Way(OUT),)),
    )
    run = _run(nodes, (), 0.0, 100.0)
    assert run.cycle_s.tolist() == [13.0, 13.0]
    assert run.node[:, 0].tolist() == [0, 2, 0, 2, 2, 0, 2, 0, 2]


def test_a_way_that_ends_inside_a_split_is_waited_for_by_hand() -> None:
    # a split without a join: the case is done when its last way has left
    nodes = (
        Node("s", None, (), (Way("short"), Way("long")), "split"),
        Node("short", laws.constant(2.0), (), (Way(OUT),)),
        Node("long", laws.constant(9.0), (), (Way(OUT),)),
    )
    run = _run(nodes, (), 1.0)
    assert run.cycle_s.tolist() == [9.0]
    assert math.isclose(float(run.node[:, 1].sum()), 11.0)
