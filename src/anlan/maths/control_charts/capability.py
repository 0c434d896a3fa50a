"""Process capability: how well a stable process fits between its limits of specification.

Cp and Cpk use the standard deviation within samples: what the process could do. Pp and Ppk use that of all
values: what the customer got. Cpm punishes distance from the target. All suppose normal values and a process
in control; look at the chart first.

Source: Montgomery, chapter 8; Cp: chi-square interval; Cpk: Bissell (1990), How reliable is your capability
index?, Applied Statistics 39(3); Cpm: Boyles (1991), The Taguchi capability index, Journal of Quality
Technology 23(1).
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtri

from anlan.domain.errors import UsageError
from anlan.domain.interval import Interval
from anlan.maths.control_charts.spread import finite
from anlan.maths.control_charts.variables import Sigma
from anlan.maths.rates import z_of


@dataclass(frozen=True)
class Capability:
    """Indices of one process; None where a limit or the target that they need is not given.

    potential  Cp or Pp;  lower, upper: towards one limit;  actual: the smaller of them (Cpk or Ppk)
    target     Cpm
    """

    mean: float
    sigma: Sigma
    potential: Interval | None
    lower: float | None
    upper: float | None
    actual: Interval
    target: Interval | None


def capability(
    values: ArrayLike, *, lower: float | None = None, upper: float | None = None,
    target: float | None = None, within: Sigma | None = None, level: float = 0.95,
) -> Capability:  # fmt: skip
    """Capability (`within` from `sigma_within`) or, without it, performance (Pp, Ppk) of single values.

    lower, upper  limits of specification, at least one
    """
    series = finite(np.ravel(values))
    sigma = within or Sigma(float(series.std(ddof=1)), len(series) - 1.0)
    mean = float(series.mean())
    if (lower is None and upper is None) or (lower is not None and upper is not None and lower >= upper):
        raise UsageError("spc.specification", lower=lower, upper=upper)
    if not sigma.sigma > 0:
        raise UsageError("spc.no_spread")
    below = None if lower is None else (mean - lower) / (3.0 * sigma.sigma)
    above = None if upper is None else (upper - mean) / (3.0 * sigma.sigma)
    least = min(index for index in (below, above) if index is not None)
    actual = _bissell(least, len(series), sigma.freedom, level)
    if lower is None or upper is None:
        return Capability(mean, sigma, None, below, above, actual, None)
    potential = _chi_square((upper - lower) / (6.0 * sigma.sigma), sigma.freedom, level)
    aimed = None if target is None else _taguchi(upper - lower, mean - target, sigma, level)
    return Capability(mean, sigma, potential, below, above, actual, aimed)


def _taguchi(width: float, off: float, sigma: Sigma, level: float) -> Interval:
    """Cpm; with d = off / sigma the square about the target has f (1 + d^2)^2 / (1 + 2 d^2) degrees."""
    d2 = (off / sigma.sigma) ** 2
    index = width / (6.0 * sigma.sigma * math.sqrt(1.0 + d2))
    return _chi_square(index, sigma.freedom * (1.0 + d2) ** 2 / (1.0 + 2.0 * d2), level)


def _chi_square(index: float, freedom: float, level: float) -> Interval:
    tail = (1.0 - level) / 2.0
    low, high = (math.sqrt(float(chdtri(freedom, p)) / freedom) for p in (1.0 - tail, tail))
    return Interval(index, index * low, index * high, level)


def _bissell(index: float, n: int, freedom: float, level: float) -> Interval:
    half = z_of(level) * math.sqrt(1.0 / (9.0 * n) + index**2 / (2.0 * freedom))
    return Interval(index, index - half, index + half, level)
