"""Open networks of queues: arrivals by chance, exponential services, routing by fixed shares (Jackson 1957).

In such a network every node behaves as an M/M/c of its own whose arrival rate solves the traffic equations.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from anlan.domain.errors import UsageError
from anlan.maths.queueing.erlang import Waiting, erlang_c


def arrival_rates(outside: ArrayLike, routing: ArrayLike) -> NDArray[np.float64]:
    """Rate at each node (n,) from the rates from outside (n,) and routing (n, n), row i the shares that go on
    from node i; what is left of a row leaves.

    Errors: UsageError where these are no shares, or where nobody ever leaves.
    """
    external, shares = np.asarray(outside, dtype=float), np.asarray(routing, dtype=float)
    if shares.shape != (len(external), len(external)):
        raise UsageError("queueing.routing_shape", found=str(shares.shape), nodes=len(external))
    finite = np.isfinite(shares).all() and np.isfinite(external).all()
    if not finite or (shares < 0).any() or (shares.sum(axis=1) > 1 + 1e-12).any() or (external < 0).any():
        raise UsageError("queueing.routing_shares")
    system = np.eye(len(external)) - shares.T
    if abs(np.linalg.det(system)) < 1e-12:
        raise UsageError("queueing.nobody_leaves")
    return np.asarray(np.linalg.solve(system, external))


def open_network(
    outside: ArrayLike, routing: ArrayLike, service_rates: Sequence[float], servers: Sequence[int]
) -> list[Waiting]:
    """Each node's queue. The mean stay of a case is the sum of `present` over the sum of `outside`."""
    rates = arrival_rates(outside, routing)
    return [
        erlang_c(float(rate), service, count)
        for rate, service, count in zip(rates, service_rates, servers, strict=True)
    ]
