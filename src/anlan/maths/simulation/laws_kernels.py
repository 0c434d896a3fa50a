"""One time from one uniform number, for every law of `laws`."""

import numpy as np

from anlan.maths.compile import kernel
from anlan.maths.streams_kernels import exp, ln, normal_quantile


@kernel
def time_of(u, law, code, numbers, first, values):
    """Quantile of law number `law` at 0 < u < 1, in seconds."""
    kind, a, b, c = code[law], numbers[law, 0], numbers[law, 1], numbers[law, 2]
    if kind == 1:
        return -a * ln(1.0 - u)
    if kind == 0:
        return a
    if kind == 6:
        return _from_table(u, values[first[law] : first[law + 1]])
    if kind == 4:
        return exp(a + b * normal_quantile(u))
    if kind == 2:
        return a + u * (b - a)
    if kind == 5:
        return a * exp(ln(-ln(1.0 - u)) / b)
    return _triangular(u, a, b, c)


@kernel
def _from_table(u, quantiles):
    place = u * (len(quantiles) - 1)
    cell = min(int(place), len(quantiles) - 2)
    part = place - cell
    return quantiles[cell] * (1.0 - part) + quantiles[cell + 1] * part


@kernel
def _triangular(u, low, likely, high):
    width = high - low
    if u * width < likely - low:
        return low + np.sqrt(u * width * (likely - low))
    return high - np.sqrt((1.0 - u) * width * (high - likely))
