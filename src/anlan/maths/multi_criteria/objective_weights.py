"""Weights that a decision table itself suggests: by how much its columns tell the alternatives apart.

They measure the spread in this table, not the importance of a criterion.

Entropy (Hwang and Yoon 1981): p_ij = x_ij / sum_i x_ij, e_j = -sum_i p_ij ln p_ij / ln m,
w_j = (1 - e_j) / sum (1 - e). Natural logarithm scaled by ln m; cost columns are not inverted.

CRITIC (Diakoulaki, Mavrotas and Papayannakis 1995, doi:10.1016/0305-0548(94)00059-H): columns on their
range, C_j = sd_j sum_k (1 - r_jk), w_j = C_j / sum C. The kind of standard deviation cancels.
"""

from typing import Literal

import numpy as np

from anlan.maths.multi_criteria.scaling import Flags, Floats, by_range, constant_columns

Correlation = Literal["pearson", "spearman"]
_NOTHING = 1e-12


def entropies(values: Floats) -> Floats:
    """e (n,) in 0..1 of columns that are >= 0 with a positive sum, two rows or more; 0 ln 0 = 0."""
    scaled = values / values.max(axis=0)
    shares = scaled / scaled.sum(axis=0)
    logs = np.log(np.where(shares > 0, shares, 1.0))
    return np.asarray(np.clip(-(shares * logs).sum(axis=0) / np.log(len(values)), 0.0, 1.0))


def entropy_weights(values: Floats) -> Floats | None:
    """(n,), sum 1; 0 for a constant column. None where every column is constant."""
    spread = np.where(constant_columns(values), 0.0, 1.0 - entropies(values))
    return _normalised(spread)


def critic_weights(values: Floats, *, benefit: Flags, correlation: Correlation = "pearson") -> Floats | None:
    """(n,), sum 1; 0 for a constant column, which has no correlation and is left out. None where nothing
    remains to weigh: fewer than two columns vary, or all that vary are perfectly correlated."""
    vary = np.flatnonzero(~constant_columns(values))
    information = np.zeros(values.shape[1])
    if len(vary) > 1:
        scaled = by_range(values, benefit=benefit)[:, vary]
        conflict = (1.0 - correlations(scaled, correlation)).sum(axis=1)
        information[vary] = scaled.std(axis=0) * np.maximum(conflict, 0.0)
    return _normalised(information)


def correlations(columns: Floats, kind: Correlation) -> Floats:
    """Correlation matrix (n, n) of columns none of which is constant."""
    if kind == "spearman":
        columns = np.column_stack([_mean_ranks(column) for column in columns.T])
    centred = columns - columns.mean(axis=0)
    unit = centred / np.sqrt(np.sum(centred**2, axis=0))
    return np.asarray(np.clip(unit.T @ unit, -1.0, 1.0))


def _mean_ranks(column: Floats) -> Floats:
    """Ranks from 1; tied entries share their mean rank."""
    rounded = column.round(12)
    _, place, counts = np.unique(rounded, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return np.asarray((last - (counts - 1) / 2)[place], dtype=np.float64)


def _normalised(information: Floats) -> Floats | None:
    total = float(information.sum())
    return information / total if total > _NOTHING else None
