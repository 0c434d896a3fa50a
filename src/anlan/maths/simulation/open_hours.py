"""Which lines are hours: one pool that is open or not and never lacks anybody, so that nobody waits for
another."""

from collections.abc import Mapping
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from anlan.maths.simulation.network import Network, Pool, lines_of

NEVER_FEW = 100_000
"""Servers from which on a pool is taken to have enough for everybody whenever it is open."""
Schedule = tuple[tuple[float, int], ...]


def lines_by_hours(network: Network, schedules: Mapping[str, Schedule]) -> NDArray[np.int64]:
    """(n_lines,) 1 where nothing but the hours of its pool decides when work of the line is done.

    schedules  of pools by name, where they are not those of the network
    Not where somebody may give up or turn away while it is closed, and not where the chance of a risk depends
    on how many are there.
    """
    hours = {pool.id for pool in network.pools if _is_hours(pool, schedules.get(pool.id))}
    loaded = {risk.at for risk in network.risks if risk.load != "none"}
    for node in network.nodes:
        if node.patience is not None or node.balk is not None or node.id in loaded:
            hours -= set(node.pools)
    lines = lines_of(network)
    return np.array([len(line) == 1 and line[0] in hours for line in lines], dtype=np.int64)


def _is_hours(pool: Pool, other: Schedule | None) -> bool:
    """Whether work stops when it closes, and it is open and closed by turns, open in the end."""
    there = [servers for _, servers in other or pool.schedule]
    turns = all((a == 0) != (b == 0) for a, b in pairwise(there))
    enough = bool(there) and there[-1] > 0 and all(n == 0 or n >= NEVER_FEW for n in there)
    plain = pool.outage is None and not pool.preempts and pool.slows == 0.0
    return pool.suspends and plain and turns and enough
