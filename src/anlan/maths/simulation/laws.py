"""Laws of the times in a simulation, by inversion: one uniform number gives one time, and rises with it.

So two designs that meet the same uniform numbers differ by what was changed alone.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import gammaincinv

from anlan.domain.errors import UsageError

CONSTANT, EXPONENTIAL, UNIFORM, TRIANGULAR, LOGNORMAL, WEIBULL, TABLE = range(7)
_CELLS = 4096


@dataclass(frozen=True, eq=False)
class Law:
    """code, and what it needs (times in seconds):

    constant (value); exponential (mean); uniform (low, high); triangular (low, likely, high);
    lognormal (mu, sigma) of the logarithm; weibull (scale, shape); table: quantiles at evenly spaced
    probabilities 0 to 1, linear between them.
    """

    code: int
    a: float = 0.0
    b: float = 0.0
    c: float = 0.0
    table: NDArray[np.float64] | None = None

    @property
    def mean(self) -> float:
        """Mean time."""
        match self.code:
            case 0 | 1:
                return self.a
            case 2:
                return (self.a + self.b) / 2
            case 3:
                return (self.a + self.b + self.c) / 3
            case 4:
                return math.exp(self.a + self.b**2 / 2)
            case 5:
                return self.a * math.gamma(1 + 1 / self.b)
        assert self.table is not None
        return float((self.table[:-1] + self.table[1:]).mean() / 2)


def constant(value_s: float) -> Law:
    """Always the same time, zero or more."""
    _finite("constant", value_s=value_s)
    _at_least("constant", value_s, 0.0)
    return Law(CONSTANT, value_s)


def exponential(mean_s: float) -> Law:
    """The law without memory."""
    _finite("exponential", mean_s=mean_s)
    _above_zero("exponential", mean_s=mean_s)
    return Law(EXPONENTIAL, mean_s)


def uniform(low_s: float, high_s: float) -> Law:
    _finite("uniform", low_s=low_s, high_s=high_s)
    _at_least("uniform", low_s, 0.0)
    _at_least("uniform", high_s, low_s)
    return Law(UNIFORM, low_s, high_s)


def triangular(low_s: float, likely_s: float, high_s: float) -> Law:
    _finite("triangular", low_s=low_s, likely_s=likely_s, high_s=high_s)
    _at_least("triangular", low_s, 0.0)
    _at_least("triangular", likely_s, low_s)
    _at_least("triangular", high_s, likely_s)
    return Law(TRIANGULAR, low_s, likely_s, high_s) if high_s > low_s else Law(CONSTANT, low_s)


def lognormal(mean_s: float, deviation_s: float) -> Law:
    """By mean and standard deviation of the time itself."""
    _finite("lognormal", mean_s=mean_s, deviation_s=deviation_s)
    _above_zero("lognormal", mean_s=mean_s, deviation_s=deviation_s)
    variance = math.log1p((deviation_s / mean_s) ** 2)
    return Law(LOGNORMAL, math.log(mean_s) - variance / 2, math.sqrt(variance))


def weibull(scale_s: float, shape: float) -> Law:
    _finite("weibull", scale_s=scale_s, shape=shape)
    _above_zero("weibull", scale_s=scale_s, shape=shape)
    return Law(WEIBULL, scale_s, shape)


def gamma(mean_s: float, deviation_s: float) -> Law:
    """By mean and standard deviation, as a table of quantiles corrected to have the mean asked for."""
    _finite("gamma", mean_s=mean_s, deviation_s=deviation_s)
    _above_zero("gamma", mean_s=mean_s, deviation_s=deviation_s)
    shape = (mean_s / deviation_s) ** 2
    inner = (np.arange(_CELLS + 1)) / _CELLS
    inner[0], inner[-1] = 0.1 / _CELLS, 1 - 0.1 / _CELLS
    quantiles = gammaincinv(shape, inner) * mean_s / shape
    quantiles[0] = 0.0
    reached = Law(TABLE, table=quantiles).mean
    if not 0.0 < reached < math.inf:  # so uneven that every quantile is nothing, or beyond all numbers
        raise UsageError("simulation.law_number", law="gamma", name="shape", found=shape)
    return Law(TABLE, table=quantiles * (mean_s / reached))


def table(quantiles: ArrayLike) -> Law:
    """Quantiles at evenly spaced probabilities 0, ..., 1: at least two, ascending, none negative."""
    values = np.ascontiguousarray(quantiles, dtype=np.float64)
    ordered = values.ndim == 1 and len(values) >= 2 and bool(np.isfinite(values).all())
    if not ordered or values[0] < 0 or bool((np.diff(values) < 0).any()):
        raise UsageError("simulation.table", n=int(values.size))
    return Law(TABLE, table=values)


@dataclass(frozen=True, eq=False)
class LawTable:
    """Several laws as arrays for the kernels: code and a, b, c of each, its table first..next in `values`."""

    code: NDArray[np.int64]
    numbers: NDArray[np.float64]
    first: NDArray[np.int64]
    values: NDArray[np.float64]


def law_table(laws: Sequence[Law]) -> LawTable:
    """numbers: (n, 3); values: the tables one after the other; first: (n + 1,)."""
    tables = [law.table if law.table is not None else np.zeros(0) for law in laws]
    first = np.concatenate(([0], np.cumsum([len(t) for t in tables]))).astype(np.int64)
    return LawTable(
        np.array([law.code for law in laws], dtype=np.int64),
        np.array([(law.a, law.b, law.c) for law in laws], dtype=np.float64).reshape(len(laws), 3),
        first,
        np.concatenate(tables) if tables else np.zeros(0),
    )


def _finite(law: str, **numbers: float) -> None:
    for name, value in numbers.items():
        if not math.isfinite(value):
            raise UsageError("simulation.law_number", law=law, name=name, found=value)


def _above_zero(law: str, **numbers: float) -> None:
    for name, value in numbers.items():
        if value <= 0:
            raise UsageError("simulation.law_number", law=law, name=name, found=value)


def _at_least(law: str, value: float, least: float) -> None:
    if value < least:
        raise UsageError("simulation.law_order", law=law, found=value, least=least)
