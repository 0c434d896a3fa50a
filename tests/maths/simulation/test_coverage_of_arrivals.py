"""Arrivals that are not Poisson: intervals of many seeds hold the formulas and keep below Kingman's bound."""

import numpy as np
import pytest
from scipy.optimize import brentq

from anlan.maths.queueing.one_queue import wait_any_law
from anlan.maths.simulation import laws
from anlan.maths.simulation.arrivals import ARRIVAL, steady
from anlan.maths.simulation.network import OUT, Network, Node, Pool, Way
from anlan.maths.simulation.replications import Arrivals, Asked, mean_over, simulate
from anlan.maths.streams import Stream

HOUR = 3600.0
SEEDS, CASES, BEGIN, FEW = 60, 4_000, 1_000, 50
"""60 intervals at 95 %: 50 or fewer would be seen once in 4,000 such tests."""


def _station(servers: int, law: laws.Law) -> Network:
    return Network((Node("a", law, ("desk",), (Way(OUT),)),), (Pool("desk", servers),))


def _every_other(stream: Stream, per_hour: float) -> np.ndarray:
    """Times between arrivals are the sum of two exponential ones: their squared variation is 1/2."""
    return steady(stream, 2 * CASES, per_hour=2 * per_hour)[1::2]


def _now_and_then(stream: Stream, per_hour: float) -> np.ndarray:
    """Times between arrivals are exponential of two kinds, by chance: their squared variation is 4."""
    share = (1 + np.sqrt((4 - 1) / (4 + 1))) / 2
    first = stream.uniform(CASES, purpose=77) < share
    means = np.where(first, 1 / (2 * share), 1 / (2 * (1 - share))) * HOUR / per_hour
    return np.cumsum(stream.exponential(CASES, purpose=ARRIVAL) * means)


def _found(network: Network, coming, per_hour: float):  # type: ignore[no-untyped-def]
    """The interval of the mean wait in hours, of each study of 10 runs."""
    for seed in range(SEEDS):
        runs = simulate(
            network, lambda n, seed=seed: Arrivals(coming(Stream(seed, n), per_hour)), Asked(seed, 10)
        )
        yield mean_over([float(run.waited_s[BEGIN:].mean()) / HOUR for run in runs])


def test_arrivals_of_any_law_at_one_server_hold_the_exact_wait() -> None:
    # GI/M/1: sigma = A(mu (1 - sigma)), the transform of the times between; wait = sigma / (mu (1 - sigma))
    rate = 0.7
    sigma = brentq(lambda s: (2 * rate / (2 * rate + 1 - s)) ** 2 - s, 1e-9, 0.999)
    exact = sigma / (1 - sigma)
    found = _found(_station(1, laws.exponential(HOUR)), _every_other, rate)
    assert sum(each.low <= exact <= each.high for each in found) > FEW


@pytest.mark.parametrize(
    ("coming", "scv"), [(_every_other, 0.5), (_now_and_then, 4.0)], ids=["even", "uneven"]
)
def test_several_servers_and_any_laws_keep_below_kingmans_bound(coming, scv: float) -> None:  # type: ignore[no-untyped-def]
    per_hour = 2.4
    bound = wait_any_law(per_hour, 1.0, 3, arrival_scv=scv, service_scv=2.25).high
    law = laws.lognormal(HOUR, 1.5 * HOUR)
    assert all(each.low > 0.0 and each.high < bound for each in _found(_station(3, law), coming, per_hour))


def test_cases_that_come_together_hold_the_formula_of_groups() -> None:
    # M^X/M/1 with groups of 3: under way rho (1 + 3) / (2 (1 - rho)) on average, the wait by Little's law
    groups_per_hour, size = 0.2, 3
    rho = groups_per_hour * size
    exact = rho * (1 + size) / (2 * (1 - rho)) / rho - 1.0

    def coming(stream: Stream, per_hour: float) -> np.ndarray:
        return np.repeat(steady(stream, CASES // size, per_hour=per_hour), size)

    found = _found(_station(1, laws.exponential(HOUR)), coming, groups_per_hour)
    assert sum(each.low <= exact <= each.high for each in found) > FEW
