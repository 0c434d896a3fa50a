"""TOPSIS: closeness to the ideal alternative, away from the worst one.

    D+ = sqrt(sum_j (w_j (r_ij - best_j))^2)     D- = the same from the worst      C = D- / (D+ + D-)

r: columns divided by their length (`vector`) or on their range (`range`); a cost column is best where it is
smallest and is never inverted. Best and worst are those of the table, so another alternative may change
the order of the others (rank reversal).

Source: Hwang and Yoon (1981), Multiple Attribute Decision Making, doi:10.1007/978-3-642-48318-9.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from anlan.maths.multi_criteria.scaling import Flags, Floats, by_length, by_range

Normalisation = Literal["vector", "range"]


@dataclass(frozen=True)
class Distances:
    """Squared gaps (m, n) of the scaled table to the best and to the worst entry of each column."""

    to_best: Floats
    to_worst: Floats

    def from_best(self, weights: Floats) -> Floats:
        """D+ for weights (n,) or (draws, n): (m,) or (draws, m)."""
        return np.asarray(np.sqrt(weights**2 @ self.to_best.T))

    def from_worst(self, weights: Floats) -> Floats:
        return np.asarray(np.sqrt(weights**2 @ self.to_worst.T))

    def closeness(self, weights: Floats) -> Floats:
        """C in 0..1, 1 = ideal. At least one column must tell the alternatives apart."""
        near, far = self.from_best(weights), self.from_worst(weights)
        return np.asarray(far / (near + far))


def topsis(values: Floats, *, benefit: Flags, normalisation: Normalisation = "vector") -> Distances:
    """What closeness is computed from, for any weights."""
    if normalisation == "range":
        scaled = by_range(values, benefit=benefit)
        better = np.ones(len(benefit), dtype=bool)
    else:
        scaled, better = by_length(values), benefit
    best = np.where(better, scaled.max(axis=0), scaled.min(axis=0))
    worst = np.where(better, scaled.min(axis=0), scaled.max(axis=0))
    return Distances((scaled - best) ** 2, (scaled - worst) ** 2)
