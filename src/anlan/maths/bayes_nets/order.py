"""In which order variables are summed out: the one that joins the fewest strangers goes first (min-fill)."""

import math
from collections.abc import Iterable, Iterator, Sequence


def min_fill_order(
    scopes: Iterable[Sequence[int]], kept: Iterable[int], sizes: Sequence[int]
) -> tuple[list[int], int]:
    """The variables of `scopes` that are not `kept`, in the order to sum them out, and the number of cells
    of the largest table that this needs.

    Neighbours are held as bits of whole numbers, and only the counts that a step can change are made anew.
    Ties go to the smaller table, then to the smaller number, so that the order is always the same.

    Source: U. Kjærulff (1990), Triangulation of graphs: algorithms giving small total state space.
    """
    around = _neighbours(scopes)
    waiting = {v for v in around if v not in set(kept)}
    costs = {v: _cost(v, around, sizes) for v in waiting}
    order, largest = [], max((math.prod(sizes[v] for v in kept), 1))
    while waiting:
        chosen = min(waiting, key=lambda v: (*costs[v], v))
        neighbours = around.pop(chosen)
        largest = max(largest, costs[chosen][1])
        waiting.discard(chosen)
        order.append(chosen)
        touched = neighbours
        for v in _bits(neighbours):
            around[v] = (around[v] | neighbours) & ~(1 << v) & ~(1 << chosen)
            touched |= around[v]
        for v in _bits(touched):
            if v in waiting:
                costs[v] = _cost(v, around, sizes)
    return order, largest


def _neighbours(scopes: Iterable[Sequence[int]]) -> dict[int, int]:
    around: dict[int, int] = {}
    for scope in scopes:
        together = sum(1 << v for v in set(scope))
        for v in scope:
            around[v] = (around.get(v, 0) | together) & ~(1 << v)
    return around


def _cost(v: int, around: dict[int, int], sizes: Sequence[int]) -> tuple[int, int]:
    """Twice the number of neighbours not yet joined, and the cells of the table that v goes with."""
    mine = around[v]
    missing, cells = 0, sizes[v]
    for u in _bits(mine):
        missing += (mine & ~around[u]).bit_count() - 1
        cells *= sizes[u]
    return missing, cells


def _bits(number: int) -> Iterator[int]:
    while number:
        low = number & -number
        yield low.bit_length() - 1
        number ^= low
