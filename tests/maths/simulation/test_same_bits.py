"""Results of a seed stay what they were, to the bit: what is added to the kernels changes nothing unasked."""

import hashlib

import numpy as np
import pytest

from anlan.maths.simulation import laws
from anlan.maths.simulation.arrivals import steady
from anlan.maths.simulation.network import OUT, Network, Node, Outage, Pool, Risk, Way
from anlan.maths.simulation.replications import Arrivals, Asked, Replication, simulate
from anlan.maths.streams import Stream

HOUR = 3600.0
_FAST = Pool("fast", 2, speed=1.5, cost_per_h=30.0)
_SHIFTS = Pool("late", schedule=((0.0, 1), (80 * HOUR, 3), (400 * HOUR, 2)), preempts=True, suspends=True)
_BREAKS = Pool("breaks", 2, outage=Outage(laws.exponential(50 * HOUR), laws.constant(2 * HOUR), 1))
_EVERYTHING = Network(
    (
        Node("a", laws.exponential(HOUR), ("fast", "late"), (Way("both"),), level=1, promise_s=2 * HOUR),
        Node("both", ways=(Way("b"), Way("c")), kind="split"),
        Node("b", laws.lognormal(HOUR, HOUR), ("breaks",), (Way("meet"),), patience=laws.exponential(HOUR)),
        Node("c", laws.gamma(HOUR, HOUR / 2), ("late",), (Way("meet"),), batch=2, batch_wait_s=HOUR),
        Node("meet", ways=(Way("d", 0.8), Way("a", 0.2)), kind="join", of="both"),
        Node("d", laws.uniform(0.0, HOUR), (), (Way(OUT),)),
    ),
    (_FAST, _SHIFTS, _BREAKS),
    (
        Risk("late", "a", 0.1, delay=laws.constant(HOUR), load="busy_share", load_from=0.2, slope=2.0),
        Risk("again", "d", 0.05, "go_to", "a", cost=3.0),
    ),
    levels=3,
)
_LINE = Network(
    (Node("a", laws.exponential(HOUR), ("p",), (Way("b", 0.9), Way("a", 0.1))),
     Node("b", laws.weibull(HOUR, 1.5), ("q",), (Way(OUT),))),
    (Pool("p", 3), Pool("q", 3)),
)  # fmt: skip


def _coming(number: int) -> Arrivals:
    stream = Stream(5, number)
    return Arrivals(
        steady(stream, 2_000, per_hour=1.8), (stream.uniform(2_000, purpose=77) < 0.3).astype(int)
    )


def _plain(number: int) -> Arrivals:
    return Arrivals(steady(Stream(5, number), 2_000, per_hour=1.8))


def _digest(runs: list[Replication]) -> str:
    found = hashlib.blake2b(digest_size=8)
    for run in runs:
        for each in (run.cycle_s, run.waited_s, run.cost, run.fate, run.node, run.pool, run.risk, run.queued):
            found.update(np.ascontiguousarray(each).tobytes())
        found.update(run.hour_pool.tobytes() + run.hour_line.tobytes())
    return found.hexdigest()


@pytest.mark.parametrize(
    ("network", "coming", "by_hour", "digest"),
    [(_EVERYTHING, _coming, True, "a3180dd4daf3600d"), (_LINE, _plain, False, "8cfd28edbc82f46e")],
    ids=["full", "lean"],
)
def test_the_results_of_a_seed_are_what_they_were(network, coming, by_hour, digest) -> None:  # type: ignore[no-untyped-def]
    assert _digest(simulate(network, coming, Asked(5, 2, by_hour=by_hour))) == digest
