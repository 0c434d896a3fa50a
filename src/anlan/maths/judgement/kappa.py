"""Agreement on categories beyond chance: Cohen's kappa for two raters, Fleiss' for many.

kappa = (observed - expected) / (1 - expected). With skewed margins kappa is low although the raters nearly
always agree (Feinstein and Cicchetti 1990, doi:10.1016/0895-4356(90)90158-L); the prevalence and bias
indices, PABAK (Byrt et al. 1993) and Gwet's AC1 (2008, doi:10.1348/000711006X126600) show when that is so.
"""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from anlan.domain.errors import NotEnoughData

Floats = NDArray[np.float64]
Weighting = Literal["unweighted", "linear", "quadratic"]


@dataclass(frozen=True)
class Kappa:
    """kappa with observed and expected agreement; standard_error: None where no formula holds."""

    kappa: float
    observed: float
    expected: float
    standard_error: float | None = None


def agreement_weights(n: int, weighting: Weighting) -> Floats:
    """Credit for answers i and j of n ordered categories: 1 on the diagonal, (n, n)."""
    apart = np.abs(np.subtract.outer(np.arange(n), np.arange(n))) / max(n - 1, 1)
    if weighting == "unweighted":
        return np.asarray(np.eye(n))
    return np.asarray(1.0 - (apart if weighting == "linear" else apart**2), dtype=np.float64)


def cohen_kappa(counts: Floats, *, weighting: Weighting = "unweighted") -> Kappa:
    """Two raters. counts: (k, k) objects put into row category by one and column category by the other.

    Standard error: Fleiss, Cohen and Everitt (1969), doi:10.1037/h0028106, eq. 13, not that of kappa = 0.
    Errors: NotEnoughData where both raters put everything into one category.

    >>> round(cohen_kappa(np.array([[20.0, 5.0], [10.0, 15.0]])).kappa, 3)
    0.4
    """
    n = float(counts.sum())
    shares = counts / n
    rows, columns = shares.sum(axis=1), shares.sum(axis=0)
    credit = agreement_weights(len(counts), weighting)
    observed = float((credit * shares).sum())
    expected = float(rows @ credit @ columns)
    if expected > 1 - 1e-12:
        raise NotEnoughData("agreement.one_category", objects=round(n))
    kappa = (observed - expected) / (1 - expected)
    margins = np.add.outer(credit @ columns, rows @ credit)
    spread = float((shares * (credit - margins * (1 - kappa)) ** 2).sum())
    variance = (spread - (kappa - expected * (1 - kappa)) ** 2) / (n * (1 - expected) ** 2)
    return Kappa(kappa, observed, expected, math.sqrt(max(variance, 0.0)))


def fleiss_kappa(counts: Floats) -> Kappa:
    """Many raters. counts: (n objects, k categories), each row summing to the same number of raters >= 2.

    Fleiss (1971), doi:10.1037/h0031619. Raters may be different people for each object.
    """
    m = float(counts[0].sum())
    margins = counts.sum(axis=0) / counts.sum()
    observed = float(((counts**2).sum(axis=1) - m).mean() / (m * (m - 1)))
    expected = float((margins**2).sum())
    if expected > 1 - 1e-12:
        raise NotEnoughData("agreement.one_category", objects=len(counts))
    return Kappa((observed - expected) / (1 - expected), observed, expected)


@dataclass(frozen=True)
class Skew:
    """What margins do to a kappa. largest_share: of the commonest category over all answers.
    bias: half the sum of differences of the margins (two raters; None with more). ac1: Gwet's AC1.
    pabak: (k observed - 1) / (k - 1), kappa if all categories were equally common."""

    largest_share: float
    bias: float | None
    pabak: float
    ac1: float


def skew(margins: Floats, *, observed: float, bias: float | None = None) -> Skew:
    """margins: shares of all answers by category, at least two; observed: unweighted agreement."""
    k = len(margins)
    by_chance = float((margins * (1 - margins)).sum()) / (k - 1)
    return Skew(
        float(margins.max()), bias, (k * observed - 1) / (k - 1), (observed - by_chance) / (1 - by_chance)
    )
