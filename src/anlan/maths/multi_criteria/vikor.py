"""VIKOR: a compromise between the good of the majority and the least regret.

    S_i = sum_j w_j d_ij        R_i = max_j w_j d_ij        d_ij = (best_j - x_ij) / (best_j - worst_j)
    Q_i = v (S_i - S*) / (S- - S*) + (1 - v) (R_i - R*) / (R- - R*)          smaller is better

The answer is a set. The first by Q stands alone only with an acceptable advantage, Q(2) - Q(1) >=
1 / (m - 1), and acceptable stability, first by S or by R too. Without the advantage all with
Q - Q(1) < 1 / (m - 1) belong to it; without stability alone, the first two.

Source: Opricovic and Tzeng (2004), doi:10.1016/S0377-2217(03)00020-1.
"""

from dataclasses import dataclass

import numpy as np

from anlan.maths.multi_criteria.scaling import Flags, Floats, by_range

_EQUAL = 1e-12


@dataclass(frozen=True)
class Compromise:
    """order: alternatives by Q, then S, then their place. members: the compromise set, by Q."""

    order: tuple[int, ...]
    members: tuple[int, ...]
    advantage: float
    threshold: float
    acceptable_advantage: bool
    acceptable_stability: bool


def regrets(values: Floats, *, benefit: Flags) -> Floats:
    """d (m, n): 0 = best of the column, 1 = worst; a constant column has no regret."""
    return np.asarray(1.0 - by_range(values, benefit=benefit))


def group_and_individual(regret: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """(S, R) for weights (n,) or (draws, n), summing to 1: each (m,) or (draws, m)."""
    group = weights @ regret.T
    individual = np.zeros_like(group)
    for j in range(regret.shape[1]):
        np.maximum(individual, weights[..., j, None] * regret[:, j], out=individual)
    return group, individual


def compromise_measure(group: Floats, individual: Floats, *, v: float) -> Floats:
    """Q, 0 = best; a measure in which all alternatives are alike adds nothing."""
    return np.asarray(v * _share_of_range(group) + (1 - v) * _share_of_range(individual))


def _share_of_range(measure: Floats) -> Floats:
    low = measure.min(axis=-1, keepdims=True)
    reach = np.ptp(measure, axis=-1, keepdims=True)
    return np.asarray(np.where(reach > _EQUAL, (measure - low) / np.where(reach > _EQUAL, reach, 1.0), 0.0))


def compromise(q: Floats, group: Floats, individual: Floats) -> Compromise:
    """The compromise set of at least two alternatives."""
    order = tuple(int(i) for i in np.lexsort((np.arange(len(q)), group.round(12), q.round(12))))
    first, threshold = order[0], 1.0 / (len(q) - 1)
    advantage = float(q[order[1]] - q[first])
    enough = advantage >= threshold - _EQUAL
    stable = bool(group[first] <= group.min() + _EQUAL or individual[first] <= individual.min() + _EQUAL)
    if not enough:
        members = tuple(i for i in order if q[i] - q[first] < threshold - _EQUAL)
    else:
        members = order[:1] if stable else order[:2]
    return Compromise(order, members, advantage, threshold, enough, stable)
