"""Every feature of a network by a trace worked out by hand, by a formula, or by a law it must keep."""

import math
import time
from dataclasses import replace

import numpy as np
import pytest

from anlan.domain.errors import UsageError
from anlan.maths.queueing.erlang import erlang_a, erlang_b, erlang_c
from anlan.maths.queueing.networks import arrival_rates
from anlan.maths.queueing.one_queue import waits_by_priority
from anlan.maths.simulation import laws, replications
from anlan.maths.simulation.arrays import (
    ABANDONED,
    BALKED,
    BUSY,
    COUNT,
    DELAYED,
    DOWN,
    DROPPED,
    FINISHED,
    GAVE_UP,
    HAPPENED,
    LATE,
    TURNED_AWAY,
    WAITED,
)
from anlan.maths.simulation.arrivals import steady
from anlan.maths.simulation.network import OUT, Network, Node, Outage, Pool, Risk, Way, in_a_row
from anlan.maths.simulation.replications import Arrivals, Asked, Replication, is_lean, mean_over, simulate
from anlan.maths.streams import Stream

HOUR = 3600.0


def _at(*times: float, level: tuple[int, ...] = ()):  # type: ignore[no-untyped-def]
    levels = np.array(level, dtype=np.int64) if level else None
    return lambda _: Arrivals(np.array(times), levels)


def _one(network: Network, coming, **asked) -> Replication:  # type: ignore[no-untyped-def]
    (run,) = simulate(network, coming, Asked(1, 1, **asked))
    return run


def _desk(law: laws.Law, pool: Pool, **more) -> Network:  # type: ignore[no-untyped-def]
    levels = more.pop("levels", 1)
    return Network((Node("desk", law, (pool.id,), (Way(OUT),), **more),), (pool,), levels=levels)


def _interval(network: Network, per_hour: float, measure, *, n: int = 20_000, seed: int = 1, level=None):  # type: ignore[no-untyped-def]
    def coming(number: int) -> Arrivals:
        stream = Stream(seed, number)
        levels = None if level is None else (stream.uniform(n, purpose=77) < level).astype(np.int64)
        return Arrivals(steady(stream, n, per_hour=per_hour), levels)

    runs = simulate(network, coming, Asked(seed, 30))
    return mean_over([measure(run, coming(number)) for number, run in enumerate(runs)], level=0.999)


def test_the_full_kernel_gives_the_numbers_of_the_lean_one() -> None:
    nodes = (
        Node("a", laws.exponential(HOUR), ("pa",), (Way("which"),)),
        Node("which", None, (), (Way("b", 0.7), Way("c", 0.3)), "choice"),
        Node("b", laws.lognormal(HOUR, HOUR), ("pb",), (Way("a", 0.2), Way(OUT, 0.8))),
        Node("c", laws.uniform(0.0, HOUR), (), (Way(OUT),)),
    )
    lean = Network(nodes, (Pool("pa", 2), Pool("pb", 2)))
    full = replace(lean, levels=2)
    assert (is_lean(lean), is_lean(full)) == (True, False)

    def coming(number: int) -> Arrivals:
        return Arrivals(steady(Stream(3, number), 3_000, per_hour=1.4))

    asked = Asked(3, 3, window_s=(100 * HOUR, 1_500 * HOUR))
    for one, other in zip(simulate(lean, coming, asked), simulate(full, coming, asked), strict=True):
        assert one.events == other.events
        assert np.array_equal(one.cycle_s, other.cycle_s)
        assert np.array_equal(one.fate, other.fate)
        for left, right in ((one.node, other.node), (one.pool, other.pool), (one.queued, other.queued)):
            assert left == pytest.approx(right, rel=1e-9)
        assert one.waited_s == pytest.approx(other.waited_s, rel=1e-9)


def test_servers_come_and_go_by_schedule() -> None:
    # closed until 10; two at 10, one from 20 on, who finishes what was begun before taking the next
    pool = Pool("p", schedule=((0.0, 0), (10.0, 2), (20.0, 1)))
    run = _one(_desk(laws.constant(15.0), pool), _at(0.0, 1.0, 2.0))
    assert run.cycle_s.tolist() == [25.0, 24.0, 38.0]  # the third begins at 25, when one of two has gone
    assert run.pool[0, BUSY] == 45.0


def test_work_is_suspended_when_servers_go_where_the_pool_says_so() -> None:
    pool = Pool("p", schedule=((0.0, 1), (10.0, 0), (100.0, 1)), suspends=True)
    run = _one(_desk(laws.constant(15.0), pool), _at(0.0, 1.0))
    assert run.cycle_s.tolist() == [105.0, 119.0]
    assert run.waited_s.tolist() == [90.0, 104.0]


def test_a_higher_level_goes_first_and_interrupts_where_the_pool_says_so() -> None:
    coming = _at(0.0, 1.0, 2.0, level=(1, 1, 0))
    polite = _one(_desk(laws.constant(10.0), Pool("p"), levels=2), coming)
    assert polite.cycle_s.tolist() == [10.0, 29.0, 18.0]
    rude = _one(_desk(laws.constant(10.0), Pool("p", preempts=True), levels=2), coming)
    assert rude.cycle_s.tolist() == [20.0, 29.0, 10.0]
    assert rude.waited_s.tolist() == [10.0, 19.0, 0.0]


def test_priorities_agree_with_cobhams_formula() -> None:
    network = _desk(laws.exponential(HOUR), Pool("p", 3), levels=2)
    urgent, plain = waits_by_priority([2.4 * 0.3, 2.4 * 0.7], 1.0, 3)

    def wait_of(level: int):  # type: ignore[no-untyped-def]
        return lambda run, coming: float(run.waited_s[2000:][coming.level[2000:] == level].mean()) / HOUR

    for level, exact in ((0, urgent), (1, plain)):
        found = _interval(network, 2.4, wait_of(level), level=0.7)
        assert found.low <= exact <= found.high


def test_with_interruption_the_higher_level_does_not_notice_the_lower() -> None:
    network = _desk(laws.exponential(HOUR), Pool("p", 1, preempts=True), levels=2)
    exact = erlang_c(0.8 * 0.4, 1.0, 1).stay

    def stay(run: Replication, coming: Arrivals) -> float:
        return float(run.cycle_s[coming.level == 0].mean()) / HOUR

    found = _interval(network, 0.8, stay, level=0.6)
    assert found.low <= exact <= found.high


def test_who_gives_up_agrees_with_erlang_a() -> None:
    network = _desk(laws.exponential(HOUR), Pool("p", 3), patience=laws.exponential(2 * HOUR))
    exact = erlang_a(3.5, 1.0, 3, patience=2.0)
    left = _interval(network, 3.5, lambda run, _: float((run.fate == ABANDONED).mean()))
    wait = _interval(network, 3.5, lambda run, _: float(run.waited_s.mean()) / HOUR)
    assert left.low <= exact.abandoned <= left.high
    assert wait.low <= exact.wait <= wait.high


def test_who_finds_no_place_agrees_with_erlang_b() -> None:
    network = _desk(laws.lognormal(HOUR, 2 * HOUR), Pool("p", 4), balk=0)
    lost = _interval(network, 4.0, lambda run, _: float((run.fate == BALKED).mean()))
    assert lost.low <= erlang_b(4.0, 4) <= lost.high


def test_those_who_leave_the_line_can_go_elsewhere() -> None:
    nodes = (
        Node(
            "desk", laws.constant(100.0), ("p",), (Way(OUT),), patience=laws.constant(5.0), give_up_to="web"
        ),
        Node("web", laws.constant(1.0), (), (Way(OUT),)),
    )
    run = _one(Network(nodes, (Pool("p"),)), _at(0.0, 1.0))
    assert run.cycle_s.tolist() == [100.0, 6.0]
    assert run.fate.tolist() == [FINISHED, FINISHED]
    assert run.node[0, GAVE_UP] == 1.0
    turned = replace(nodes[0], patience=None, balk=0)
    run = _one(Network((turned, nodes[1]), (Pool("p"),)), _at(0.0, 1.0))
    assert (run.cycle_s.tolist(), run.node[0, TURNED_AWAY]) == ([100.0, 1.0], 1.0)


def test_a_split_takes_as_long_as_its_longest_way() -> None:
    nodes = (
        Node("begin", None, (), (Way("a"), Way("b")), "split"),
        Node("a", laws.exponential(HOUR), (), (Way("meet"),)),
        Node("b", laws.exponential(HOUR), (), (Way("meet"),)),
        Node("meet", None, (), (Way("c"),), "join", of="begin"),
        Node("c", laws.constant(HOUR), (), (Way(OUT),)),
    )
    found = _interval(Network(nodes), 5.0, lambda run, _: float(run.cycle_s.mean()) / HOUR, n=4_000)
    assert found.low <= 1.5 + 1.0 <= found.high  # the longer of two exponential times has mean 1.5


def test_of_some_ways_one_at_least_is_taken_and_the_join_waits_for_those_taken() -> None:
    nodes = (
        Node("begin", None, (), (Way("a", 0.5), Way("b", 0.25)), "some"),
        Node("a", laws.constant(1.0), (), (Way("meet"),)),
        Node("b", laws.constant(2.0), (), (Way("meet"),)),
        Node("meet", None, (), (Way(OUT),), "join", of="begin"),
    )
    run = _one(Network(nodes), lambda _: Arrivals(np.arange(40_000.0)))
    a, b = run.node[1, COUNT] / 40_000, run.node[2, COUNT] / 40_000
    only_a = float((run.cycle_s == 1.0).mean())
    # neither by its own chance: 0.375 of cases; then the one nearest to being taken: u_a/0.5 < u_b/0.25
    u = (np.arange(1500) + 0.5) / 1500
    x, y = np.meshgrid(0.5 + 0.5 * u, 0.25 + 0.75 * u)
    nearer_a = float((x / 0.5 < y / 0.25).mean())
    assert a == pytest.approx(0.5 + 0.375 * nearer_a, abs=0.012)
    assert b == pytest.approx(0.25 + 0.375 * (1 - nearer_a), abs=0.012)
    assert only_a == pytest.approx(0.5 * 0.75 + 0.375 * nearer_a, abs=0.012)
    assert (run.fate == FINISHED).all()


def test_a_loop_around_a_split_joins_anew_each_time() -> None:
    nodes = (
        Node("begin", None, (), (Way("a"), Way("b")), "split"),
        Node("a", laws.constant(1.0), (), (Way("meet"),)),
        Node("b", laws.constant(2.0), (), (Way("meet"),)),
        Node("meet", None, (), (Way("begin", 0.5), Way(OUT, 0.5)), "join", of="begin"),
    )
    run = _one(Network(nodes), lambda _: Arrivals(np.arange(5_000.0)))
    rounds = run.cycle_s / 2.0
    assert np.array_equal(rounds, np.round(rounds))
    assert rounds.mean() == pytest.approx(2.0, abs=5 * math.sqrt(2.0 / 5_000))


def test_a_batch_begins_when_full_or_when_it_waited_long_enough() -> None:
    network = _desk(laws.constant(10.0), Pool("p"), batch=3, batch_wait_s=50.0)
    run = _one(network, _at(0.0, 1.0, 2.0, 20.0))
    assert run.cycle_s.tolist() == [12.0, 11.0, 10.0, 60.0]
    assert run.waited_s.tolist() == [2.0, 1.0, 0.0, 50.0]
    assert run.pool[0, BUSY] == 20.0


def test_the_preferred_pool_is_taken_and_another_helps_out_more_slowly() -> None:
    nodes = (Node("desk", laws.constant(10.0), ("own", "help"), (Way(OUT),)),)
    run = _one(Network(nodes, (Pool("own"), Pool("help", speed=0.5))), _at(0.0, 1.0, 2.0))
    assert run.cycle_s.tolist() == [10.0, 20.0, 18.0]
    assert run.pool[:, BUSY].tolist() == [20.0, 20.0]


def test_a_server_of_two_skills_takes_who_waits_longest() -> None:
    # `both` serves two lines; the second case waits for it alone, the third for it or for `only`
    nodes = (
        Node("which", None, (), (Way("x", 1.0),), "choice"),
        Node("x", laws.constant(10.0), ("both",), (Way("y"),)),
        Node("y", laws.constant(4.0), ("only", "both"), (Way(OUT),)),
    )
    run = _one(Network(nodes, (Pool("both"), Pool("only"))), _at(0.0, 1.0, 2.0))
    assert run.cycle_s.tolist() == [14.0, 23.0, 32.0]


def test_last_come_first_served_changes_who_waits_not_how_long_on_average() -> None:
    first = _one(_desk(laws.constant(10.0), Pool("p")), _at(0.0, 1.0, 2.0))
    last = _one(_desk(laws.constant(10.0), Pool("p", order="last_come")), _at(0.0, 1.0, 2.0))
    assert first.waited_s.tolist() == [0.0, 9.0, 18.0]
    assert last.waited_s.tolist() == [0.0, 19.0, 8.0]


def test_the_shortest_goes_first_and_who_is_due_first_by_hand() -> None:
    # a long part (6 s, promised 30 s), a short one (2 s, nothing promised) and a middle one (4 s, 20 s)
    nodes = (
        Node("sort", None, (), (Way("busy", 1.0),), "choice"),
        Node("busy", laws.constant(10.0), ("p",), (Way("split"),)),
        Node("split", None, (), (Way("middle"), Way("short"), Way("long")), "split"),
        Node("long", laws.constant(6.0), ("p",), (Way(OUT),), promise_s=30.0),
        Node("short", laws.constant(2.0), ("p",), (Way(OUT),)),
        Node("middle", laws.constant(4.0), ("p",), (Way(OUT),), promise_s=20.0),
    )

    def waits(order: str) -> list[float]:
        # a second case keeps the server from 10 to 20, while the parts of the first one stand in line
        run = _one(Network(nodes, (Pool("p", order=order),), levels=2), _at(0.0, 1.0, level=(1, 0)))
        return run.node[3:, WAITED].tolist()

    # the parts of the first case stand in line from 10, at 20 one of them begins; then those of the second,
    # which goes first, come from 20; long, short, middle, each of the first case and of the second
    assert waits("shortest") == [28.0 + 8.0, 10.0 + 2.0, 24.0 + 4.0]
    assert waits("due") == [26.0 + 8.0, 32.0 + 14.0, 10.0 + 4.0]
    assert waits("first_come") == [10.0 + 6.0, 28.0 + 12.0, 30.0 + 14.0]


def test_the_shortest_first_holds_phipps_formula() -> None:
    # M/U/1, work uniform on 0..2: of who works x waits E S^2 rate / 2 / (1 - rate x^2 / 4)^2 (Phipps 1956)
    rate, x = 0.7, (np.arange(4_000) + 0.5) / 2_000
    exact = float((rate * (4 / 3) / 2 / (1 - rate * x**2 / 4) ** 2).mean())
    network = _desk(laws.uniform(0.0, 2 * HOUR), Pool("p", order="shortest"))
    found = _interval(network, rate, lambda run, _: float(run.waited_s[2000:].mean()) / HOUR)
    assert found.low <= exact <= found.high
    first = _interval(network=_desk(laws.uniform(0.0, 2 * HOUR), Pool("p")), per_hour=rate,
                      measure=lambda run, _: float(run.waited_s[2000:].mean()) / HOUR)  # fmt: skip
    assert found.high < first.low


def test_anybody_of_the_line_keeps_the_mean_and_spreads_the_wait_as_known() -> None:
    # M/M/1: the mean square of the wait is 2/(2 - rho) times that of first come first served (Kingman 1962)
    def square(run: Replication, _: Arrivals) -> float:
        return float((run.waited_s[2000:] ** 2).mean()) / HOUR**2

    network = _desk(laws.exponential(HOUR), Pool("p", order="random"))
    rho = 0.7
    mean = _interval(network, rho, lambda run, _: float(run.waited_s[2000:].mean()) / HOUR)
    spread = _interval(network, rho, square)
    assert mean.low <= rho / (1 - rho) <= mean.high
    exact = 2 * rho / (1 - rho) ** 2 * 2 / (2 - rho)
    assert spread.low <= exact <= spread.high


def test_lines_in_an_order_let_people_leave_from_their_midst(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replications, "_PAUSE", 100)
    for order in ("shortest", "due", "random"):
        pool = Pool("p", 2, order=order, preempts=True)
        network = _desk(
            laws.exponential(HOUR), pool, patience=laws.exponential(HOUR), levels=2, promise_s=HOUR
        )

        def coming(number: int) -> Arrivals:
            stream = Stream(4, number)
            return Arrivals(steady(stream, 3_000, per_hour=2.5), (stream.uniform(3_000, purpose=5) < 0.5) * 1)

        for run in simulate(network, coming, Asked(4, 2)):
            assert run.queued.sum() == pytest.approx(run.waited_s.sum(), rel=1e-9)
            assert int((run.fate == ABANDONED).sum()) == run.node[0, GAVE_UP] > 300
            assert int((run.fate == FINISHED).sum()) == 3_000 - run.node[0, GAVE_UP]


def test_outages_take_the_share_of_time_they_should() -> None:
    outage = Outage(laws.exponential(20 * HOUR), laws.exponential(5 * HOUR), 2)
    pool = Pool("p", 2, suspends=True, outage=outage)
    until = 4_000 * HOUR

    def coming(number: int) -> Arrivals:
        return Arrivals(steady(Stream(5, number), 4_000, per_hour=1.0))

    runs = simulate(_desk(laws.exponential(HOUR / 2), pool), coming, Asked(5, 30, window_s=(0.0, until)))
    share = mean_over([float(run.pool[0, DOWN]) / (2 * until) for run in runs], level=0.999)
    assert share.low <= 5 / 25 <= share.high
    steady_wait = mean_over([float(run.waited_s.mean()) for run in runs])
    no_outage = simulate(_desk(laws.exponential(HOUR / 2), replace(pool, outage=None)), coming, Asked(5, 30))
    assert steady_wait.low > max(float(run.waited_s.mean()) for run in no_outage)


def test_late_is_who_waits_and_works_beyond_the_promise() -> None:
    run = _one(_desk(laws.constant(10.0), Pool("p"), promise_s=15.0, cost=2.0), _at(0.0, 1.0, 2.0))
    assert run.node[0, LATE] == 2.0
    assert run.cost.tolist() == [2.0, 2.0, 2.0]
    paid = _one(_desk(laws.constant(HOUR), Pool("p", cost_per_h=30.0)), _at(0.0))
    assert paid.cost.tolist() == [30.0]


def _risky(**risk) -> Network:  # type: ignore[no-untyped-def]
    nodes = in_a_row(
        (
            Node("a", laws.constant(10.0)),
            Node("b", laws.constant(20.0)),
            Node("c", laws.constant(40.0)),
        )
    )
    return Network(nodes, risks=(Risk("r", "b", **risk),))


MANY = 20_000


def _many(_: int) -> Arrivals:
    return Arrivals(np.arange(float(MANY)))


def test_a_risk_happens_as_often_as_its_chance_and_adds_its_delay() -> None:
    run = _one(_risky(chance=0.2, delay=laws.constant(7.0), cost=3.0), _many)
    happened = run.risk[0, HAPPENED]
    assert happened == pytest.approx(0.2 * MANY, abs=5 * math.sqrt(0.16 * MANY))
    assert run.risk[0, DELAYED] == 7.0 * happened
    assert run.cycle_s.sum() == pytest.approx(70.0 * MANY + 7.0 * happened)
    assert run.cost.sum() == 3.0 * happened


def test_rework_through_a_risk_raises_the_visits_as_the_traffic_equations_say() -> None:
    run = _one(_risky(chance=0.2, effect="go_to", to="a"), _many)
    rates = arrival_rates([1.0, 0.0, 0.0], [[0, 1, 0], [0.2, 0, 0.8], [0, 0, 0]])
    assert run.node[:, COUNT] / MANY == pytest.approx(rates, abs=0.02)


def test_who_is_dropped_does_not_go_on() -> None:
    run = _one(_risky(chance=0.3, effect="drop"), _many)
    dropped = int((run.fate == DROPPED).sum())
    assert dropped == run.risk[0, HAPPENED]
    assert run.node[2, COUNT] == MANY - dropped
    assert set(run.cycle_s.tolist()) == {30.0, 70.0}


def test_a_hidden_fault_comes_to_light_later_and_goes_back() -> None:
    run = _one(_risky(chance=0.1, effect="hide", found_at="c", to="b"), _many)
    # b once more after c, and then c once more: 60 s for each time it happens, which may be again
    assert run.cycle_s.sum() == pytest.approx(70.0 * MANY + 60.0 * run.risk[0, HAPPENED])
    assert run.risk[0, HAPPENED] == pytest.approx(MANY * 0.1 / 0.9, rel=0.08)


def test_one_risk_makes_another_more_likely() -> None:
    base = _risky(chance=0.2)
    more = replace(base, risks=(*base.risks, Risk("s", "c", 0.1, given="r", factor=4.0)))
    run = _one(more, _many)
    expected = MANY * (0.2 * 0.4 + 0.8 * 0.1)
    assert run.risk[1, HAPPENED] == pytest.approx(expected, abs=5 * math.sqrt(expected))


def test_a_risk_can_grow_with_the_line_and_follow_the_hours() -> None:
    pool = Pool("p", 1)
    node = Node("desk", laws.constant(10.0), ("p",), (Way(OUT),))
    crowded = Risk("r", "desk", 0.1, load="line_length", load_from=1.0, slope=9.0)
    run = _one(Network((node,), (pool,), (crowded,)), _at(*([0.0] * 400)))
    assert run.risk[0, HAPPENED] > 390  # from the fourth in line on the chance is one
    hours = tuple(1.0 if hour == 3 else 0.0 for hour in range(168))
    night = Risk("r", "desk", 1.0, hours=hours)
    run = _one(Network((node,), (pool,), (night,), week_start_s=2 * HOUR), _at(0.0, HOUR - 1, HOUR, 2 * HOUR))
    assert run.risk[0, HAPPENED] == 1.0


def test_waiting_and_work_are_spread_over_the_hours_they_fall_in() -> None:
    run = _one(_desk(laws.constant(2 * HOUR), Pool("p")), _at(0.5 * HOUR, HOUR), by_hour=True)
    busy = run.hour_pool[:, 0] / HOUR
    assert busy[:6].tolist() == [0.5, 1.0, 1.0, 1.0, 0.5, 0.0]
    assert (run.hour_line[:, 0] / HOUR)[:4].tolist() == [0.0, 1.0, 0.5, 0.0]
    assert run.hour_pool.sum() == run.pool[0, BUSY]


def test_everybody_is_accounted_for_with_all_features_on() -> None:
    nodes = (
        Node("call", laws.exponential(HOUR), ("p", "q"), (Way("sort"),), patience=laws.exponential(HOUR),
             level=1),
        Node("sort", None, (), (Way("a", 0.6), Way("b", 0.4)), "some"),
        Node("a", laws.lognormal(HOUR, HOUR), ("q",), (Way("meet"),), promise_s=2 * HOUR),
        Node("b", laws.gamma(HOUR, HOUR / 2), (), (Way("meet"),), cost=1.0),
        Node("meet", None, (), (Way("post"),), "join", of="sort"),
        Node("post", laws.weibull(HOUR, 1.5), ("q",), (Way(OUT),), batch=2, batch_wait_s=HOUR),
    )  # fmt: skip
    outage = Outage(laws.exponential(30 * HOUR), laws.constant(HOUR), 1)
    pools = (Pool("p", schedule=((0.0, 2), (20 * HOUR, 1), (40 * HOUR, 3)), suspends=True, preempts=True),
             Pool("q", 3, outage=outage, cost_per_h=10.0))  # fmt: skip
    risks = (Risk("slow", "a", 0.2, delay=laws.exponential(HOUR)), Risk("lost", "call", 0.02, "drop"),
             Risk("wrong", "post", 0.1, "hide", "post", "post"))  # fmt: skip
    network = Network(nodes, pools, risks, levels=3)

    def coming(number: int) -> Arrivals:
        stream = Stream(11, number)
        return Arrivals(steady(stream, 3_000, per_hour=1.2), (stream.uniform(3_000, purpose=5) < 0.2) * 1)

    for run in simulate(network, coming, Asked(11, 3)):
        assert (run.fate >= 0).all()
        assert (run.cycle_s >= 0).all()
        assert int((run.fate == ABANDONED).sum()) == run.node[0, GAVE_UP]
        assert 0 < int((run.fate == DROPPED).sum()) == run.risk[0, HAPPENED]
        assert (run.waited_s <= 2 * run.cycle_s + 1e-6).all()
        assert (run.node[:, LATE] <= run.node[:, COUNT]).all()


@pytest.mark.parametrize(
    ("code", "network"),
    [
        ("simulation.starved", _desk(laws.constant(1.0), Pool("p", schedule=((0.0, 1), (0.5, 0))))),
        (
            "simulation.stuck",
            Network(
                (
                    Node("s", None, (), (Way("a"), Way("b")), "split"),
                    Node("a", laws.constant(1.0), (), (Way("j"),)),
                    Node("b", laws.constant(1.0), (), (Way(OUT),)),
                    Node("j", None, (), (Way(OUT),), "join", of="s"),
                )
            ),
        ),
        ("simulation.join", Network((Node("j", None, (), (Way(OUT),), "join", of="j"),))),
        ("simulation.schedule", _desk(laws.constant(1.0), Pool("p", schedule=((5.0, 1),)))),
        ("simulation.not_among", _desk(laws.constant(1.0), Pool("p", order="loudest"))),
        ("simulation.level", _desk(laws.constant(1.0), Pool("p"), level=1)),
        ("simulation.batch_impatient", _desk(laws.constant(1.0), Pool("p"), batch=2, balk=1)),
        ("simulation.number", _risky(chance=1.5)),
        ("simulation.risk_to", _risky(chance=0.5, effect="go_to")),
        ("simulation.unknown", _risky(chance=0.5, effect="go_to", to="z")),
        ("simulation.not_among", _risky(chance=0.5, effect="explode")),
        ("simulation.hours", _risky(chance=0.5, hours=(1.0,))),
    ],
)
def test_what_cannot_run_names_its_place(code: str, network: Network) -> None:
    with pytest.raises(UsageError, match=code):
        _one(network, _at(0.0, 0.25))


def test_who_comes_between_others_leaves_them_their_luck() -> None:
    network = Network((Node("a", laws.exponential(HOUR), (), (Way(OUT),)),), levels=2)
    (alone,) = simulate(network, lambda _: Arrivals(np.array([0.0, 10.0])), Asked(1, 1))
    many = Arrivals(np.array([0.0, 5.0, 10.0]), luck=np.array([0, 1 << 25, 1]))
    (among,) = simulate(network, lambda _: many, Asked(1, 1))
    assert among.cycle_s[[0, 2]].tolist() == alone.cycle_s.tolist()
    for luck in ([0, 1], [0, 1, -1], [0, 1, 1 << 32]):
        with pytest.raises(UsageError, match=r"simulation\.luck_of_cases"):
            simulate(network, lambda _, luck=luck: Arrivals(many.times, luck=np.array(luck)), Asked(1, 1))


def test_a_replication_may_have_its_own_schedules() -> None:
    network = _desk(laws.constant(10.0), Pool("p"))
    closed = {"p": ((0.0, 1), (5.0, 0), (50.0, 1))}
    run = _one(network, lambda _: Arrivals(np.array([0.0, 1.0]), schedules=closed))
    assert run.cycle_s.tolist() == [10.0, 59.0]
    with pytest.raises(UsageError, match=r"simulation\.schedule"):
        _one(network, lambda _: Arrivals(np.array([0.0]), schedules={"p": ((5.0, 1),)}))


def test_pauses_change_no_bit(monkeypatch: pytest.MonkeyPatch) -> None:
    network = _desk(laws.exponential(HOUR), Pool("p", 2), patience=laws.exponential(HOUR))

    def coming(number: int) -> Arrivals:
        return Arrivals(steady(Stream(4, number), 3_000, per_hour=2.5))

    whole = simulate(network, coming, Asked(4, 2))
    monkeypatch.setattr(replications, "_PAUSE", 7)
    for one, other in zip(whole, simulate(network, coming, Asked(4, 2)), strict=True):
        assert one.cycle_s.tobytes() == other.cycle_s.tobytes()
        assert (one.node.tobytes(), one.events) == (other.node.tobytes(), other.events)


@pytest.mark.parametrize("more", [{}, {"promise_s": HOUR}], ids=["lean", "full"])
def test_a_run_that_nobody_waits_for_ends_in_its_midst(more: dict[str, float]) -> None:
    again = (Way("a", 0.999), Way(OUT, 0.001))
    network = Network((Node("a", laws.exponential(HOUR), (), again, **more),))
    assert is_lean(network) == (not more)
    many = np.arange(80_000) * HOUR  # 80 million events, some seconds

    def coming(number: int) -> Arrivals:
        return Arrivals(many if number else many[:1])

    simulate(network, coming, Asked(4, 1))

    def told(done: int) -> None:
        raise KeyboardInterrupt

    begun = time.perf_counter()
    with pytest.raises(KeyboardInterrupt):
        simulate(network, coming, Asked(4, 2, threads=2), told=told)
    assert time.perf_counter() - begun < 1.0


def test_hours_of_the_week_hold_what_lies_in_the_window() -> None:
    asked = {"by_hour": True, "window_s": (HOUR, 2 * HOUR)}
    run = _one(_desk(laws.constant(2 * HOUR), Pool("p")), _at(0.5 * HOUR, HOUR), **asked)
    assert (run.hour_pool[1, 0], run.hour_pool.sum()) == (HOUR, HOUR)
    assert (run.hour_line[1, 0], run.hour_line.sum()) == (HOUR, HOUR)


def test_first_names_the_replication_that_a_run_begins_with() -> None:
    network = _desk(laws.exponential(HOUR), Pool("p", 2))

    def coming(number: int) -> Arrivals:
        return Arrivals(steady(Stream(4, number), 50, per_hour=2.5))

    whole, rest = simulate(network, coming, Asked(4, 5)), simulate(network, coming, Asked(4, 2, first=3))
    assert [run.cycle_s.tolist() for run in whole[3:]] == [run.cycle_s.tolist() for run in rest]
