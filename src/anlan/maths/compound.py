"""The sum of a random number of losses, exactly (up to a lattice): Panjer's recursion and the FFT.

With severity pmf f, transform F, the sum over a Poisson number of losses with mean r has transform
exp(r (F - 1)); where the rate itself is uncertain, gamma with shape a and mean r, the number is
negative binomial and the transform is (1 + (r/a)(1 - F))^-a. A discrete transform of size n sees the
sum modulo n steps, so a window that holds all the mass is enough, wherever it starts: a risk that
occurs a million times a year costs no more than one that occurs twice.
"""

import math

import numpy as np
from numpy.typing import NDArray

from anlan.domain.errors import UsageError
from anlan.maths.distributions import Distribution
from anlan.maths.lattice import Lattice, put_on_lattice, thinned

POISSON = math.inf
"""Shape of a frequency that is known exactly."""

_REACH_SD = 20.0
_RARE = 1e-8
_SIZE = 2**14
_FINEST = 2**17
_ADDED_VARIANCE = 0.005


def compound_fft(
    severity: NDArray[np.float64], *, rate: float, shape: float = POISSON, size: int
) -> NDArray[np.float64]:
    """Pmf of the sum modulo `size` lattice steps; severity pmf of any length (folded alike)."""
    _check_frequency(rate, shape)
    folded = np.bincount(np.arange(len(severity)) % size, weights=severity, minlength=size)
    excess = np.fft.rfft(folded) - 1.0
    if math.isinf(shape):
        transform = np.exp(rate * excess)
    else:
        transform = np.exp(-shape * np.log1p(-(rate / shape) * excess))
    pmf = np.maximum(np.fft.irfft(transform, n=size), 0.0)
    return np.asarray(pmf / pmf.sum())


def compound_panjer(
    severity: NDArray[np.float64], *, rate: float, shape: float = POISSON, size: int
) -> NDArray[np.float64]:
    """Pmf of the sum at 0..size-1 steps by Panjer's recursion (1981), class (a, b, 0); O(size^2)."""
    _check_frequency(rate, shape)
    f = np.zeros(size)
    f[: min(size, len(severity))] = severity[:size]
    if math.isinf(shape):
        a, b, first = 0.0, rate, math.exp(-rate * (1.0 - f[0]))
    else:
        a = rate / (rate + shape)
        b = (shape - 1.0) * a
        first = ((1.0 - a) / (1.0 - a * f[0])) ** shape
    g = np.zeros(size)
    g[0] = first
    for s in range(1, size):
        y = np.arange(1, s + 1)
        g[s] = np.sum((a + b * y / s) * f[1 : s + 1] * g[s - 1 :: -1][:s]) / (1.0 - a * f[0])
    return g


def compound_moments(severity: Distribution, *, rate: float, shape: float = POISSON) -> tuple[float, float]:
    """Mean and variance of the sum: r m and r (v + m^2) + (r m)^2 / a."""
    mean = rate * severity.mean
    variance = rate * (severity.variance + severity.mean**2)
    return mean, variance + (0.0 if math.isinf(shape) else mean**2 / shape)


def yearly_loss(severity: Distribution, *, rate: float, shape: float = POISSON) -> Lattice:
    """Distribution of the loss of one year: `rate` losses a year on average, each like `severity`.

    The window reaches 20 standard deviations and two losses of the size that comes once in 10^8 years
    beyond the mean, and as far below it, but not below zero. The mean is exact. Splitting losses
    between lattice values adds at most rate step^2 / 4 to the variance; the lattice is refined until
    that is under half a per cent or it has 2^17 values, and then thinned to 2^14.
    """
    _check_frequency(rate, shape)
    mean, variance = compound_moments(severity, rate=rate, shape=shape)
    if mean <= 0.0:
        return Lattice(0.0, 1.0, np.ones(1))
    largest = float(severity.quantile(1.0 - min(0.5, _RARE / max(rate, _RARE))))
    reach = _REACH_SD * math.sqrt(variance) + 2.0 * largest
    low, high = max(0.0, mean - reach), mean + reach
    size = _SIZE
    while size < _FINEST and rate * ((high - low) / size) ** 2 / 4 > _ADDED_VARIANCE * variance:
        size *= 2
    step = (high - low) / (size - 2)
    first = math.floor(low / step)
    pmf = put_on_lattice(severity, step=step, size=math.ceil(largest / step) + 2)
    year = np.roll(compound_fft(pmf, rate=rate, shape=shape, size=size), -(first % size))
    return thinned(Lattice(first * step, step, year), factor=size // _SIZE)


def _check_frequency(rate: float, shape: float) -> None:
    if not (math.isfinite(rate) and rate >= 0 and shape > 0):
        raise UsageError("compound.bad_frequency", rate=rate, shape=shape)
