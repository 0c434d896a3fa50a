"""Work by hours alone ends as with an event at every opening and closing, and as by a walk over the hours."""

import math
from dataclasses import replace

import numpy as np
import pytest

from anlan.loop.quantify.methods.process.process_fields import ENOUGH, FIELDS
from anlan.loop.quantify.methods.process.process_inputs import read_process
from anlan.loop.quantify.methods.reading import read_inputs
from anlan.maths.simulation import laws
from anlan.maths.simulation.arrivals import steady
from anlan.maths.simulation.network import OUT, Network, Node, Outage, Pool, Risk, Way
from anlan.maths.simulation.open_hours import NEVER_FEW, lines_by_hours
from anlan.maths.simulation.replications import Arrivals, Asked, Replication, simulate, watch
from anlan.maths.streams import Stream

HOUR, WEEK, CASES, WEEKS = 3600.0, 604_800.0, 1_500, 40


def _calendar(number: int) -> tuple[tuple[float, int], ...]:
    """Minutes of the week, open or not by turns drawn by `number`: short and long ones, and over its end."""
    stream = Stream(number)
    parts = 4 + 2 * int(stream.uniform(1, purpose=1)[0] * 40)
    times = np.unique(np.floor(stream.uniform(parts, purpose=2) * WEEK / 60.0) * 60.0)
    times = times[times > 0]
    at = [0.0, *(week * WEEK + float(time) for week in range(WEEKS) for time in times)]
    begins_open = number % 2
    return tuple(
        (time, NEVER_FEW * ((i + begins_open) % 2))
        for i, time in enumerate(at[: len(at) // 2 * 2 - begins_open])
    )


def _network(number: int, *, cost: float = 0.0) -> Network:
    """Two steps by hours of their own, one in batches, and a desk between them; some go round again."""
    nodes = (
        Node("wait", laws.exponential(30 * HOUR), ("hours",), (Way("desk"),)),
        Node("desk", laws.exponential(HOUR), ("people",), (Way("post"),), promise_s=HOUR),
        Node("post", laws.lognormal(9 * HOUR, 20 * HOUR), ("others",), (Way("wait", 0.2), Way(OUT, 0.8)),
             batch=3, batch_wait_s=5 * HOUR),
    )  # fmt: skip
    pools = (
        Pool("hours", NEVER_FEW, _calendar(number), suspends=True, speed=1.25, cost_per_h=cost),
        Pool("people", 3),
        Pool("others", NEVER_FEW, _calendar(number + 1_000), suspends=True),
    )
    return Network(nodes, pools, week_start_s=11.5 * HOUR)


def _both(network: Network, number: int, **asked) -> tuple[Replication, Replication]:  # type: ignore[no-untyped-def]
    """Without events at openings, and, since every case is watched, with them."""
    arrivals = Arrivals(steady(Stream(number), CASES, per_hour=2.0))
    (ours,) = simulate(network, lambda _: arrivals, Asked(number, 1, **asked))
    events, _ = watch(network, arrivals, Asked(number, 1, **asked), np.ones(CASES, dtype=bool))
    return ours, events


@pytest.mark.parametrize("number", range(12))
def test_cases_leave_at_the_same_bits_as_with_events(number: int) -> None:
    network = _network(number, cost=12.0)
    assert lines_by_hours(network, {}).tolist() == [1, 0, 1]
    window = (0.0, math.inf) if number % 2 else (50 * HOUR, 333.3 * HOUR)
    ours, events = _both(network, number, window_s=window, by_hour=True)
    np.testing.assert_array_equal(ours.cycle_s, events.cycle_s)
    assert ours.events == events.events
    for name in ("waited_s", "cost", "node", "pool", "queued", "hour_line", "hour_pool"):
        found, known = getattr(ours, name), getattr(events, name)
        np.testing.assert_allclose(found, known, rtol=1e-9, atol=1e-6, err_msg=name)
        assert known.sum() > 0, name


def _walk(begin: float, work: float, schedule: tuple[tuple[float, int], ...]) -> float:
    """When work is done: open piece by open piece."""
    ends = [time for time, _ in schedule[1:]] + [math.inf]
    for (time, servers), end in zip(schedule, ends, strict=True):
        if servers and end > begin:
            there = max(begin, time)
            if there + work < end:
                return there + work
            work -= end - there
    raise AssertionError("the last piece is open for ever")


@pytest.mark.parametrize("number", range(8))
def test_work_ends_where_a_walk_over_the_hours_ends(number: int) -> None:
    lasts = (7.0, 0.0, 90.0)[number % 3] * HOUR + 1.5
    pool = Pool("hours", NEVER_FEW, _calendar(number), suspends=True)
    network = Network((Node("wait", laws.constant(lasts), ("hours",), (Way(OUT),)),), (pool,))
    times = steady(Stream(number), CASES, per_hour=CASES / (3 * 168))
    (run,) = simulate(network, lambda _: Arrivals(times), Asked(1, 1))
    known = np.array([_walk(time, lasts, pool.schedule) for time in times.tolist()])
    np.testing.assert_allclose(times + run.cycle_s, known, rtol=0, atol=1e-5)
    np.testing.assert_allclose(run.waited_s, known - times - lasts, rtol=0, atol=1e-5)


def test_what_would_end_as_it_closes_ends_as_it_opens_again() -> None:
    pool = Pool("p", NEVER_FEW, ((0.0, 0), (10.0, NEVER_FEW), (20.0, 0), (50.0, NEVER_FEW)), suspends=True)
    network = Network((Node("a", laws.constant(10.0), ("p",), (Way(OUT),)),), (pool,))
    coming = Arrivals(np.array([2.0, 10.0, 12.0, 20.0, 30.0, 55.0]))
    (run,) = simulate(network, lambda _: coming, Asked(1, 1))
    assert (coming.times + run.cycle_s).tolist() == [50.0, 50.0, 52.0, 60.0, 60.0, 65.0]
    assert run.waited_s.tolist() == [38.0, 30.0, 30.0, 30.0, 20.0, 0.0]


def test_one_watched_case_meets_the_same_hours_as_the_others() -> None:
    network = _network(3)
    arrivals = Arrivals(steady(Stream(3), CASES, per_hour=2.0))
    (alone,) = simulate(network, lambda _: arrivals, Asked(3, 1))
    some, notes = watch(network, arrivals, Asked(3, 1), np.arange(CASES) % 100 == 7)
    np.testing.assert_array_equal(alone.cycle_s, some.cycle_s)
    assert len(notes.time_s) > 0


def test_hours_of_a_replication_of_its_own_are_followed() -> None:
    network = _network(5)
    arrivals = Arrivals(steady(Stream(5), CASES, per_hour=2.0), schedules={"hours": _calendar(77)})
    pools = (replace(network.pools[0], schedule=_calendar(77)), *network.pools[1:])
    (ours,) = simulate(network, lambda _: arrivals, Asked(5, 1))
    (known,) = simulate(
        replace(network, pools=pools), lambda _: replace(arrivals, schedules=None), Asked(5, 1)
    )
    np.testing.assert_array_equal(ours.cycle_s, known.cycle_s)
    few = ((0.0, NEVER_FEW), (100.0, 0), (200.0, NEVER_FEW - 1))
    assert lines_by_hours(network, {"hours": few}).tolist() == [0, 0, 1]


@pytest.mark.parametrize(
    ("change", "node"),
    [
        ({"suspends": False}, {}),
        ({"preempts": True}, {}),
        ({"outage": Outage(laws.exponential(HOUR), laws.exponential(HOUR), 1)}, {}),
        ({"schedule": ()}, {}),
        ({"schedule": ((0.0, NEVER_FEW), (9.0, 0))}, {}),
        ({"schedule": ((0.0, NEVER_FEW), (9.0, 2 * NEVER_FEW))}, {}),
        ({}, {"patience": laws.exponential(HOUR)}),
        ({}, {"balk": 3}),
        ({}, {"pools": ("hours", "people")}),
    ],
)
def test_other_lines_keep_their_events(change, node) -> None:
    network = _network(1)
    pools = (replace(network.pools[0], **change), *network.pools[1:])
    nodes = (replace(network.nodes[0], **node), *network.nodes[1:])
    assert lines_by_hours(replace(network, pools=pools, nodes=nodes), {})[0] == 0


def test_a_risk_that_looks_at_the_line_keeps_its_events() -> None:
    network = _network(1)
    for load, kept in (("none", 1), ("line_length", 0), ("busy_share", 0)):
        risk = Risk("slip", "wait", 0.1, load=load, slope=0.1)
        assert lines_by_hours(replace(network, risks=(risk,)), {})[0] == kept


def test_opening_hours_of_a_twin_are_such_a_pool() -> None:
    inputs = {
        "steps": [{"name": "wait", "time": 90, "pool": "hours"}], "arrivals": [2.0], "weeks": 2,
        "pools": [{"name": "hours", "people": ENOUGH, "suspends": True}],
        "shifts": [{"pool": "hours", "first_day": 1, "last_day": 5, "from_hour": 8, "to_hour": 18.5,
                    "people": ENOUGH}],
    }  # fmt: skip
    network = read_process(read_inputs(FIELDS, inputs)).network
    assert lines_by_hours(network, {}).tolist() == [1]
