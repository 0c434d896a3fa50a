"""d2, d3 and c4: what samples of n standard normal values do on average.

Tables print d2 with three decimals, and programs that copy them (qcc among them) get limits that differ
in the fifth digit from those of the exact numbers. `tabled` is the default of every chart here, so that
limits agree with the books; `tabled=False` gives the exact ones. Only d2 is ever rounded: d3 and c4 are
exact in either case, as in qcc.

Source: Tippett (1925), Biometrika 17:364 (mean range); Montgomery, Introduction to Statistical Quality
Control, appendix VI; exact: d2 = int 1 - F^n - (1 - F)^n dx, E W^2 = 2 int_{x<y} 1 - F(y)^n - (1 - F(x))^n
+ (F(y) - F(x))^n dx dy.
"""

import math
from functools import lru_cache

import numpy as np
from scipy.special import ndtr

from anlan.domain.errors import UsageError

LARGEST_SAMPLE = 1_000
_REACH = 9.0
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(200)
_X, _W = _REACH * _NODES, _REACH * _WEIGHTS


@lru_cache(maxsize=256)
def mean_range(n: int, *, tabled: bool = True) -> float:
    """d2: mean range of n standard normal values, n 2..1000; `tabled`: three decimals, as printed."""
    below = ndtr(_X)
    exact = float(_W @ (1.0 - below ** _size(n) - (1.0 - below) ** n))
    return round(exact, 3) if tabled else exact


@lru_cache(maxsize=256)
def range_deviation(n: int) -> float:
    """d3: standard deviation of the range of n standard normal values, n 2..1000."""
    # The triangle x < y is mapped onto a square.
    low = _X[:, None]
    high = (low + _REACH) / 2.0 + (_REACH - low) / (2.0 * _REACH) * _X[None, :]
    fx, fy = ndtr(low), ndtr(high)
    value = 1.0 - fy ** _size(n) - (1.0 - fx) ** n + np.maximum(fy - fx, 0.0) ** n
    jacobian = (_REACH - _X) / (2 * _REACH)
    square = 2.0 * float(np.einsum("i,j,ij,i->", _W, _W, value, jacobian))
    return math.sqrt(square - mean_range(n, tabled=False) ** 2)


def mean_deviation(n: int) -> float:
    """c4: mean standard deviation (divisor n - 1) of n standard normal values, n 2..1000."""
    return math.sqrt(2.0 / (_size(n) - 1)) * math.exp(math.lgamma(n / 2) - math.lgamma((n - 1) / 2))


def _size(n: int) -> int:
    if not 2 <= n <= LARGEST_SAMPLE:
        raise UsageError("spc.sample_size", found=n, most=LARGEST_SAMPLE)
    return n
