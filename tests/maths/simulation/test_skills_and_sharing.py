"""People who differ in speed, and people who hold several cases at once: traces by hand and laws."""

import numpy as np
import pytest

from anlan.domain.errors import UsageError
from anlan.maths.queueing.erlang import erlang_c
from anlan.maths.simulation import laws
from anlan.maths.simulation.arrays import BUSY
from anlan.maths.simulation.arrivals import steady
from anlan.maths.simulation.network import OUT, Network, Node, Outage, Pool, Way
from anlan.maths.simulation.replications import Arrivals, Asked, Replication, is_lean, mean_over, simulate
from anlan.maths.streams import Stream

HOUR = 3600.0


def _one(network: Network, *times: float) -> Replication:
    (run,) = simulate(network, lambda _: Arrivals(np.array(times)), Asked(1, 1))
    return run


def _desk(law: laws.Law, *pools: Pool, **more) -> Network:  # type: ignore[no-untyped-def]
    return Network((Node("desk", law, tuple(pool.id for pool in pools), (Way(OUT),), **more),), pools)


def _stay(network: Network, per_hour: float, *, n: int = 20_000):  # type: ignore[no-untyped-def]
    """Mean hours of a case, with its interval; the first tenth is left out."""
    runs = simulate(network, lambda r: Arrivals(steady(Stream(4, r), n, per_hour=per_hour)), Asked(4, 30))
    return mean_over([float(run.cycle_s[n // 10 :].mean()) / HOUR for run in runs], level=0.999)


def _cases(rates_up: float, rates_down: list[float]) -> float:
    """Mean number under way of a birth-death process whose last rate down holds for all greater numbers."""
    weight, total, cases = 1.0, 1.0, 0.0
    for n in range(1, 4_000):
        weight *= rates_up / rates_down[min(n, len(rates_down)) - 1]
        total, cases = total + weight, cases + n * weight
    return cases / total


def test_speed_is_that_of_the_pool_times_its_skill_at_the_node() -> None:
    pool = Pool("p", 1, speed=2.0, skills={"b": 0.25})
    nodes = (
        Node("a", laws.constant(10.0), ("p",), (Way("b"),)),
        Node("b", laws.constant(10.0), ("p",), (Way(OUT),)),
    )
    assert not is_lean(Network(nodes, (pool,)))
    run = _one(Network(nodes, (pool,)), 0.0)
    assert run.cycle_s.tolist() == [10.0 / 2.0 + 10.0 / 0.5]
    assert run.pool[0, BUSY] == 25.0


def test_work_that_was_suspended_goes_on_at_the_speed_of_its_node() -> None:
    pool = Pool("p", schedule=((0.0, 1), (10.0, 0), (20.0, 1)), suspends=True, skills={"desk": 0.5})
    assert _one(_desk(laws.constant(10.0), pool), 0.0).cycle_s.tolist() == [30.0]


@pytest.mark.parametrize(("assign", "to_fast"), [("preferred", 1.0), ("anyone", 0.5)])
def test_two_unequal_servers_agree_with_the_chain_of_their_states(assign: str, to_fast: float) -> None:
    # Gumbel (1960): nobody, the fast one, the slow one, both and a line; 1.5 and 0.5 an hour
    fast, slow, comes = 1.5, 0.5, 1.4
    load = comes / (fast + slow)
    rates = np.zeros((4, 4))  # nobody, fast busy, slow busy, both (2 and more under way, left at one level)
    rates[0, 1], rates[0, 2] = comes * to_fast, comes * (1 - to_fast)
    rates[1, 0], rates[2, 0] = fast, slow
    rates[1, 3] = rates[2, 3] = comes
    rates[3, 2], rates[3, 1] = (1 - load) * fast, (1 - load) * slow
    flow = rates - np.diag(rates.sum(axis=1))
    shares = np.linalg.lstsq(np.vstack((flow.T, np.ones(4))), np.array([0, 0, 0, 0, 1.0]), rcond=None)[0]
    cases = shares[1] + shares[2] + shares[3] * (2 + load / (1 - load))
    pools = Pool("fast", 1, speed=1.5), Pool("slow", 1, speed=0.5)
    found = _stay(_desk(laws.exponential(HOUR), *pools, assign=assign), comes)
    assert found.low <= cases / comes <= found.high


def test_anyone_is_each_free_person_with_the_same_chance() -> None:
    pools = Pool("one", 1), Pool("three", 3)
    network = _desk(laws.constant(1.0), *pools, assign="anyone")
    times = np.arange(20_000) * 10.0
    (run,) = simulate(network, lambda _: Arrivals(times), Asked(1, 1))
    assert run.pool[0, BUSY] / 20_000 == pytest.approx(0.25, abs=4 * np.sqrt(0.25 * 0.75 / 20_000))
    # one person is busy from 0 to 8 with the first case, and the other is the only one free
    pair = _desk(laws.constant(8.0), Pool("p", 1), Pool("q", 1), assign="anyone")
    assert _one(pair, 0.0, 1.0, 2.0).cycle_s.tolist() == [8.0, 8.0, 14.0]


def test_two_cases_at_once_by_hand() -> None:
    # alone until 4, then two at half the speed; the third waits for a place until 16
    shared = _one(_desk(laws.constant(10.0), Pool("p", 1, at_once=2, slows=1.0)), 0.0, 4.0, 5.0)
    assert shared.cycle_s.tolist() == pytest.approx([16.0, 20.0, 25.0])
    assert shared.waited_s.tolist() == pytest.approx([0.0, 0.0, 11.0])
    assert shared.pool[0, BUSY] == pytest.approx((16 + 20 + 14) / 2)  # places, two to a person
    half = _one(_desk(laws.constant(10.0), Pool("p", 1, at_once=2, slows=0.5)), 0.0, 4.0)
    assert half.cycle_s.tolist() == pytest.approx([13.0, 13.0])
    full = _one(_desk(laws.constant(10.0), Pool("p", 1, at_once=2)), 0.0, 4.0, 5.0)
    assert full.cycle_s.tolist() == [10.0, 10.0, 15.0]


def test_a_shorter_case_overtakes_and_people_who_come_quicken_all() -> None:
    pool = Pool("p", schedule=((0.0, 1), (8.0, 2)), at_once=4, slows=1.0)
    nodes = (
        Node("long", laws.constant(10.0), ("p",), (Way("short"),)),
        Node("short", laws.constant(2.0), ("p",), (Way(OUT),)),
    )
    # both at half the speed until 8: 4 done of each; then one person each until 14, and 2 more
    run = _one(Network(nodes, (pool,)), 0.0, 0.0)
    assert run.cycle_s.tolist() == pytest.approx([16.0, 16.0])
    alone = Pool("p", 1, at_once=4, slows=1.0)
    other = _one(Network(nodes, (alone,)), 0.0, 9.0)
    # first: 9 alone, 1 more at half speed until 11, short 2 at half until 15; second then has 3 of 10 done
    assert other.cycle_s.tolist() == pytest.approx([15.0, 15.0 + 7.0 + 2.0 - 9.0])


def test_servers_that_go_leave_their_cases_to_the_others_and_fill_up_again() -> None:
    pool = Pool("p", schedule=((0.0, 2), (5.0, 1), (100.0, 2)), at_once=1, slows=1.0)
    assert is_lean(_desk(laws.constant(1.0), Pool("p", 2, at_once=1, slows=1.0)))
    assert _one(_desk(laws.constant(10.0), pool), 0.0, 0.0).cycle_s.tolist() == [10.0, 10.0]
    two = Pool("p", schedule=((0.0, 2), (5.0, 1), (100.0, 2)), at_once=2, slows=1.0)
    assert _one(_desk(laws.constant(10.0), two), 0.0, 0.0).cycle_s.tolist() == pytest.approx([15.0, 15.0])


def test_places_at_full_speed_are_as_many_servers() -> None:
    network = _desk(laws.exponential(HOUR), Pool("p", 2, at_once=3))
    exact = erlang_c(4.8, 1.0, 6)
    found = _stay(network, 4.8)
    assert found.low <= exact.stay <= found.high
    plain = simulate(_desk(laws.exponential(HOUR), Pool("p", 6)),
                     lambda r: Arrivals(steady(Stream(4, r), 500, per_hour=4.8)), Asked(4, 1))[0]  # fmt: skip
    places = simulate(network, lambda r: Arrivals(steady(Stream(4, r), 500, per_hour=4.8)), Asked(4, 1))[0]
    assert places.cycle_s.tolist() == plain.cycle_s.tolist()
    assert places.pool[0, BUSY] == pytest.approx(plain.pool[0, BUSY] / 3)


@pytest.mark.parametrize(
    "law", [laws.constant(HOUR), laws.exponential(HOUR), laws.lognormal(HOUR, 2 * HOUR)],
    ids=["constant", "exponential", "lognormal"],
)  # fmt: skip
def test_the_mean_under_processor_sharing_rests_on_the_mean_of_the_work_alone(law: laws.Law) -> None:
    one = _stay(_desk(law, Pool("p", 1, at_once=1_000, slows=1.0)), 0.7)
    assert one.low <= 1.0 / (1 - 0.7) <= one.high
    two = _stay(_desk(law, Pool("p", 2, at_once=1_000, slows=1.0)), 1.4)
    assert two.low <= erlang_c(1.4, 1.0, 2).stay <= two.high


@pytest.mark.parametrize(("people", "at_once", "slows"), [(1, 3, 0.4), (2, 2, 0.7), (3, 4, 0.2)])
def test_cases_that_slow_each_other_agree_with_birth_and_death(
    people: int, at_once: int, slows: float
) -> None:
    def rate(n: int) -> float:
        return n / (1 + slows * (max(1.0, n / people) - 1))

    down = [rate(n) for n in range(1, people * at_once + 1)]
    comes = 0.75 * down[-1]
    found = _stay(_desk(laws.exponential(HOUR), Pool("p", people, at_once=at_once, slows=slows)), comes)
    assert found.low <= _cases(comes, down) / comes <= found.high


def test_outages_and_costs_go_by_people() -> None:
    out = Outage(laws.constant(10.0), laws.constant(5.0), 1)
    pool = Pool("p", 2, at_once=2, outage=out, cost_per_h=HOUR)
    run = _one(_desk(laws.constant(8.0), pool), 0.0, 9.0, 11.0, 11.0)
    assert run.cycle_s.tolist() == [8.0, 8.0, 8.0, 12.0]  # at 11 two places are left, one of them taken
    assert run.cost.tolist() == [4.0] * 4


@pytest.mark.parametrize(
    ("pool", "code"),
    [
        (Pool("p", 1, at_once=0), "number"),
        (Pool("p", 1, slows=1.5), "number"),
        (Pool("p", 1, skills={"desk": 0.0}), "number"),
        (Pool("p", 1, skills={"none": 1.0}), "unknown"),
        (Pool("p", 1, at_once=2, slows=0.5, suspends=True), "slower_and_stopped"),
    ],
)
def test_what_cannot_be_is_refused(pool: Pool, code: str) -> None:
    with pytest.raises(UsageError, match=rf"simulation\.{code}"):
        _one(_desk(laws.constant(1.0), pool), 0.0)
