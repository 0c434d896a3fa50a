"""How often the levels of a matrix put two risks in the wrong order.

Two risks of different levels are in the wrong order when the one of the higher level has the smaller
product of likelihood and severity. Two questions:

    reversible pairs    pairs of cells of different levels whose ranges overlap: the order can be wrong
    probability         two risks, each in a cell picked evenly, their likelihood and severity independent and
                        even (`uniform`) or even in the logarithm (`log_uniform`) inside the cell

The share of products of a cell below a value is known in closed form; its mean over the other cell is taken
with Gauss-Legendre points in both directions (error below about 1e-4 of a pair's probability).
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from anlan.maths.risk_matrices.cells import CellRanges, Floats, Ints, cell_ranges

Spread = Literal["uniform", "log_uniform"]
_POINTS = 20


@dataclass(frozen=True)
class Misordering:
    """Shares of pairs of cells and probabilities over pairs of risks, each 0..1.

    same_level     probability that two risks get the same level, so that the matrix does not order them
    reversible     share of the pairs of cells of different levels in which the order can be reversed
    misordered     probability of the wrong order, given different levels
    opposed        the same, given that one risk is in the likelier row and the other in the graver column
                   (likelihood and severity work against each other); None where no such pair of levels exists
    """

    same_level: float
    reversible: float
    misordered: float
    opposed: float | None


def misordering(
    levels: Ints, likelihood_bounds: ArrayLike, severity_bounds: ArrayLike, *, spread: Spread = "uniform"
) -> Misordering | None:
    """The shares for a matrix of at least two levels; None where all cells have one level.

    levels: (n, m). Bounds: n + 1 and m + 1 ascending numbers, none negative, above zero for `log_uniform`.
    """
    ranges = cell_ranges(likelihood_bounds, severity_bounds)
    higher, lower = _ordered_pairs(levels)
    if not len(higher):
        return None
    wrong = _wrong_order(higher, lower, likelihood_bounds, severity_bounds, ranges, spread)
    opposed = _opposed(higher, lower, levels.shape[1])
    cells = levels.size
    return Misordering(
        same_level=1.0 - 2.0 * len(higher) / cells**2,
        reversible=float(np.mean(_overlap(higher, lower, ranges))),
        misordered=float(wrong.mean()),
        opposed=float(wrong[opposed].mean()) if opposed.any() else None,
    )


def _ordered_pairs(levels: Ints) -> tuple[Ints, Ints]:
    """Flat positions of the cells of all pairs (higher level, lower level)."""
    flat = levels.ravel()
    higher, lower = np.nonzero(flat[:, None] > flat[None, :])
    return higher, lower


def _overlap(higher: Ints, lower: Ints, ranges: CellRanges) -> np.ndarray:
    overlap: np.ndarray = ranges.low.ravel()[higher] < ranges.high.ravel()[lower]
    return overlap


def _opposed(higher: Ints, lower: Ints, columns: int) -> np.ndarray:
    rows = np.sign(higher // columns - lower // columns)
    across = np.sign(higher % columns - lower % columns)
    opposed: np.ndarray = rows * across < 0
    return opposed


def _wrong_order(
    higher: Ints, lower: Ints, likelihood: ArrayLike, severity: ArrayLike, ranges: CellRanges, spread: Spread
) -> Floats:
    """P(product in the higher cell < product in the lower cell) of each pair."""
    scale = np.log if spread == "log_uniform" else np.asarray
    edges = scale(np.asarray(likelihood, dtype=float)), scale(np.asarray(severity, dtype=float))
    found = np.zeros(len(higher))
    overlapping = _overlap(higher, lower, ranges)
    h, points = higher[overlapping], _points(lower[overlapping], *edges, spread)
    columns = ranges.low.shape[1]
    a, b = edges[0][h // columns, None], edges[0][h // columns + 1, None]
    c, d = edges[1][h % columns, None], edges[1][h % columns + 1, None]
    below = _share_of_sums if spread == "log_uniform" else _share_of_products
    _, weights = np.polynomial.legendre.leggauss(_POINTS)
    found[overlapping] = below(points, a, b, c, d) @ np.outer(weights, weights).ravel() / 4.0
    return np.clip(found, 0.0, 1.0)


def _points(cells: Ints, likelihood: Floats, severity: Floats, spread: Spread) -> Floats:
    """Products (or sums of logarithms) at the Gauss points of each cell, shape (cells, points**2)."""
    nodes, _ = np.polynomial.legendre.leggauss(_POINTS)
    inside = (nodes + 1.0) / 2.0
    columns = len(severity) - 1
    row, column = cells // columns, cells % columns
    u = likelihood[row, None] + inside * (likelihood[row + 1] - likelihood[row])[:, None]
    v = severity[column, None] + inside * (severity[column + 1] - severity[column])[:, None]
    joined = u[:, :, None] + v[:, None, :] if spread == "log_uniform" else u[:, :, None] * v[:, None, :]
    points: Floats = joined.reshape(len(cells), -1)
    return points


def _share_of_products(t: Floats, a: Floats, b: Floats, c: Floats, d: Floats) -> Floats:
    """P(X Y <= t) for X even on [a, b], Y even on [c, d]: the area below the curve y = t / x."""
    first = np.clip(t / d, a, b)
    last = np.clip(np.divide(t, c, out=np.full(np.broadcast(t, c).shape, np.inf), where=c > 0), a, b)
    curved = np.where(
        last > first, t * np.log(np.divide(last, first, where=first > 0, out=np.ones_like(last))), 0
    )
    area = (d - c) * (first - a) + curved - c * (last - first)
    share: Floats = area / ((b - a) * (d - c))
    return share


def _share_of_sums(t: Floats, a: Floats, b: Floats, c: Floats, d: Floats) -> Floats:
    """P(X + Y <= t) for X even on [a, b], Y even on [c, d]."""
    first, last = np.clip(t - d, a, b), np.clip(t - c, a, b)
    area = (d - c) * (first - a) + (t - c) * (last - first) - (last**2 - first**2) / 2.0
    share: Floats = area / ((b - a) * (d - c))
    return share
