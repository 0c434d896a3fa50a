"""Grey relational grade: how near an alternative lies to the best value of every criterion.

    xi_ij = (d_min + zeta d_max) / (d_ij + zeta d_max)        grade_i = sum_j w_j xi_ij

d: distance to the reference on the 0..1 range of each column; d_min and d_max are taken over the whole
table (global), which on ranges are 0 and 1. A smaller zeta tells near alternatives further apart.

Source: Deng (1982), doi:10.1016/S0167-6911(82)80025-X; Kuo, Yang and Huang (2008),
doi:10.1016/j.cie.2007.12.002.
"""

import numpy as np

from anlan.maths.multi_criteria.scaling import Flags, Floats, by_range


def grey_coefficients(values: Floats, *, benefit: Flags, zeta: float = 0.5) -> Floats:
    """xi (m, n) in (0, 1]; 1 in a constant column. zeta in (0, 1]."""
    distance = 1.0 - by_range(values, benefit=benefit)
    smallest, largest = float(distance.min()), float(distance.max())
    if largest <= 0:
        return np.ones_like(distance)
    return np.asarray((smallest + zeta * largest) / (distance + zeta * largest))


def grey_grades(coefficients: Floats, weights: Floats) -> Floats:
    """Grades for weights (n,) or (draws, n) that sum to 1: (m,) or (draws, m)."""
    return np.asarray(weights @ coefficients.T)
