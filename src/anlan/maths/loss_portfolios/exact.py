"""The yearly loss of independent risks without simulation: transforms multiplied, and Panjer's recursion.

With severity pmf f of transform F the yearly loss has transform: Poisson exp(l (F - 1)); negative binomial
(1 + (l / a)(1 - F))^-a; Bernoulli 1 - l + l F; fixed F^n, and for n + s the mixture (1 - s) F^n + s F^(n+1).
An uncertain frequency is a mixture of these over a few points of the same mean. Independent risks multiply.

Panjer's recursion (1981) applies where the sum is one compound Poisson or negative binomial distribution.
"""

import math
from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from anlan.maths.compound import compound_panjer
from anlan.maths.lattice import Lattice, lattice_of_limited_means
from anlan.maths.loss_portfolios.quantile_tables import QuantileTable
from anlan.maths.progress import tell

SIZE = 2**14
PANJER_SIZE = 2**12
MOST_EVENTS_OF_PANJER = 500.0
_REACH_SD = 20.0
_RARE = 1e-7

_Complex = NDArray[np.complex128]


class YearlyRisk(Protocol):
    """What is asked of a risk here; see `portfolios.PortfolioRisk`."""

    @property
    def kind(self) -> str: ...

    @property
    def shape(self) -> float: ...

    @property
    def severity(self) -> QuantileTable: ...

    @property
    def certain_rate(self) -> float | None: ...

    @property
    def frequency_table(self) -> QuantileTable: ...


def yearly_moments(risk: YearlyRisk) -> tuple[float, float]:
    """Mean and variance of the loss of a year."""
    rates, weights = _rates(risk)
    mean = float(rates @ weights)
    spread = float((rates - mean) ** 2 @ weights)
    match risk.kind:
        case "bernoulli":
            count_variance = mean * (1.0 - mean)
        case "fixed":
            part = rates - np.floor(rates)
            count_variance = spread + float(part * (1.0 - part) @ weights)
        case _:
            extra = 0.0 if math.isinf(risk.shape) else float(rates**2 @ weights) / risk.shape
            count_variance = mean + spread + extra
    m, v = risk.severity.mean, risk.severity.variance
    return mean * m, mean * v + count_variance * m * m


def yearly_lattice(risks: Sequence[YearlyRisk], *, size: int = SIZE) -> Lattice:
    """Distribution of the sum over independent risks; the mean is kept.

    The window is 20 standard deviations about the mean, and the largest single loss once in 10^7 years.
    """
    low, step = _window(risks, size)
    transform = np.ones(size // 2 + 1, dtype=np.complex128)
    for done, risk in enumerate(risks):
        tell(done / len(risks))
        transform *= _transform(risk, step, size)
    pmf = np.maximum(np.fft.irfft(transform, n=size), 0.0)
    first = math.floor(low / step)
    return Lattice(first * step, step, np.roll(pmf / pmf.sum(), -(first % size)))


def panjer_lattice(risks: Sequence[YearlyRisk], *, size: int = PANJER_SIZE) -> Lattice | None:
    """The same by recursion from zero. None where it does not apply: other counts than Poisson or one
    negative binomial, uncertain frequencies, or so many events that it begins below the smallest number."""
    rates = [risk.certain_rate for risk in risks]
    poisson = all(risk.kind == "poisson" for risk in risks)
    single = len(risks) == 1 and risks[0].kind == "negative_binomial"
    certain = [rate for rate in rates if rate is not None]
    total = sum(certain)
    if len(certain) < len(rates) or not (poisson or single) or not 0.0 < total <= MOST_EVENTS_OF_PANJER:
        return None
    _, step = _window(risks, size, from_zero=True)
    severity = np.zeros(size)
    for risk, rate in zip(risks, certain, strict=True):
        severity += rate / total * _severity_pmf(risk.severity, step, size)
    shape = risks[0].shape if single else math.inf
    return Lattice(0.0, step, compound_panjer(severity, rate=total, shape=shape, size=size))


def _window(risks: Sequence[YearlyRisk], size: int, *, from_zero: bool = False) -> tuple[float, float]:
    """(lowest value, step)."""
    moments = [yearly_moments(risk) for risk in risks]
    mean = sum(m for m, _ in moments)
    sd = math.sqrt(sum(v for _, v in moments))
    largest = max(
        float(r.severity.quantile(1.0 - min(0.5, _RARE / max(r.frequency_table.mean, _RARE)))) for r in risks
    )
    reach = _REACH_SD * sd + largest
    low = 0.0 if from_zero else max(0.0, mean - reach)
    return low, max(mean + reach - low, 1e-300) / (size - 2)


def _severity_pmf(severity: QuantileTable, step: float, size: int) -> NDArray[np.float64]:
    return lattice_of_limited_means(severity.limited_mean(step * np.arange(size + 1)), step=step)


def _rates(risk: YearlyRisk) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Points of the frequency and their probabilities."""
    if risk.certain_rate is not None:
        return np.array([risk.frequency_table.mean]), np.ones(1)
    return risk.frequency_table.groups()


def _transform(risk: YearlyRisk, step: float, size: int) -> _Complex:
    f = np.fft.rfft(_severity_pmf(risk.severity, step, size))
    found = np.zeros(len(f), dtype=np.complex128)
    for rate, weight in zip(*_rates(risk), strict=True):
        found += weight * _of_count(risk, float(rate), f)
    return found


def _of_count(risk: YearlyRisk, rate: float, f: _Complex) -> _Complex:
    match risk.kind:
        case "bernoulli":
            return 1.0 - rate + rate * f
        case "fixed":
            whole = math.floor(rate)
            return np.asarray(f**whole * (1.0 + (rate - whole) * (f - 1.0)))
        case "negative_binomial" if math.isfinite(risk.shape):
            return np.asarray(np.exp(-risk.shape * np.log1p((rate / risk.shape) * (1.0 - f))))
    return np.asarray(np.exp(rate * (f - 1.0)))
