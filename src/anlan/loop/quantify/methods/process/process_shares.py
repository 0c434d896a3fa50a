"""What all risks add together, shared out among them: Shapley's value under the same luck.

A risk's share is what it adds on average over all orders in which the risks could be added one after the
other. The shares sum to what all risks add together, which leaving one out at a time does not give where
risks meet in the same queues. With few risks every set of them is run; with more, some orders are drawn, each
with its reverse, and the error from that is told beside the error from the replications.

Sources: Shapley (1953), A value for n-person games; orders drawn: Castro, Gomez and Tejada (2009),
Polynomial calculation of the Shapley value based on sampling, Computers & Operations Research 36(5).
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from anlan.domain.interval import Interval
from anlan.loop.quantify.methods.process.process_orders import every_set
from anlan.loop.quantify.methods.process.process_runs import FIGURES, Measured, present
from anlan.maths.simulation.replications import mean_over
from anlan.maths.streams import Stream

_ORDERS = 11
"""Purpose of the draws of orders."""
Of = Callable[[frozenset[str]], Measured]
"""What the process comes to with only these risks in it."""


@dataclass(frozen=True)
class Share:
    """value: with the interval over replications; by_order: half-width at 95 % from the orders drawn, which
    holds a little less often with few of them; 0 where every set was run."""

    value: Interval
    by_order: float


def shares(
    of: Of,
    risks: Sequence[str],
    *,
    orders: int,
    seed: int,
    known: Mapping[frozenset[str], Measured] | None = None,
) -> list[dict[str, Share | None]]:
    """The share of each risk in every figure; None where fewer than two replications have it.

    orders: at least `process_orders.LEAST_ORDERS` where not every set is run; an odd number of them is one
    fewer. known: sets that were run already.
    """
    run = dict(known or {})

    def with_only(some: frozenset[str]) -> Measured:
        if some not in run:
            run[some] = of(some)
        return run[some]

    if every_set(len(risks), orders):
        return [_exact(with_only, risks, risk) for risk in risks]
    pairs = [_added(with_only, order) for order in _drawn(risks, orders, seed)]
    return [_sampled(pairs, risk) for risk in risks]


def _exact(of: Of, risks: Sequence[str], risk: str) -> dict[str, Share | None]:
    """The mean over all sets of the others, each size with equal weight."""
    others = [other for other in risks if other != risk]
    total: dict[str, np.ndarray] = {}
    for size in range(len(others) + 1):
        weight = 1.0 / (len(risks) * math.comb(len(others), size))
        for some in combinations(others, size):
            gained = _between(of(frozenset(some)), of(frozenset((*some, risk))))
            total = {name: total.get(name, 0.0) + weight * gained[name] for name in FIGURES}
    found = {name: present(total[name]) for name in FIGURES}
    return {name: Share(mean_over(each), 0.0) if len(each) > 1 else None for name, each in found.items()}


def _between(less: Measured, more: Measured) -> dict[str, np.ndarray]:
    return {name: getattr(more, name) - getattr(less, name) for name in FIGURES}


def _drawn(risks: Sequence[str], orders: int, seed: int) -> list[list[str]]:
    """Orders by chance, each followed by its reverse."""
    found = []
    for number in range(orders // 2):
        keys = Stream(seed, number).uniform(len(risks), purpose=_ORDERS)
        order = [risks[place] for place in np.argsort(keys, kind="stable")]
        found += [order, order[::-1]]
    return found


def _added(of: Of, order: Sequence[str]) -> dict[str, dict[str, np.ndarray]]:
    """Risk -> figure -> what it adds in every replication when it comes in this order."""
    there: frozenset[str] = frozenset()
    found = {}
    for risk in order:
        more = there | {risk}
        found[risk] = _between(of(there), of(more))
        there = more
    return found


def _sampled(added: Sequence[dict[str, dict[str, np.ndarray]]], risk: str) -> dict[str, Share | None]:
    found: dict[str, Share | None] = {}
    for name in FIGURES:
        by_order = np.array([each[risk][name] for each in added])
        by_order = by_order[:, ~np.isnan(by_order).any(axis=0)]
        if by_order.shape[1] < 2:
            found[name] = None
            continue
        pairs = by_order.mean(axis=1).reshape(-1, 2).mean(axis=1)
        spread = mean_over(pairs.tolist())
        found[name] = Share(mean_over(by_order.mean(axis=0).tolist()), (spread.high - spread.low) / 2)
    return found
