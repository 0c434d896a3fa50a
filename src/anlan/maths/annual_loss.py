"""Loss of a year over many risks, by simulation of years.

Model. Risk i brings a Poisson number of loss events a year; its rate is known by a gamma posterior
with `shape` events and mean `rate`, so the number is negative binomial (`shape` = inf: Poisson with a
known rate). Each event costs an independent draw of the risk's severity. Risks are independent, but
for one factor that they share: the total of a year is multiplied by a gamma variable with mean 1 and
variance `common_variance`, which stands for a year of more work or worse weather than another.

Method. A negative binomial number is a Poisson number of clusters of logarithmic size, and Poisson
streams of clusters add up: for rare risks a year is one Poisson number of clusters, each given to a
risk by an alias table. A frequent risk (more than `frequent_above` events a year) is drawn once a
year from the exact distribution of its yearly loss (`compound.yearly_loss`). Both follow the same
model. The years are simulated in blocks on threads; every number is keyed by its year, so threads
change nothing.
"""

import math
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np
from numpy.typing import NDArray

from anlan.domain.errors import UsageError
from anlan.maths import annual_loss_kernels as kernels
from anlan.maths.compound import POISSON, yearly_loss
from anlan.maths.distributions import Distribution
from anlan.maths.lattice import Lattice
from anlan.maths.streams import alias_table, stream_key

FREQUENT_ABOVE = 4.0
_BLOCK = 16_384
_MOST_POINTS = 4_096
_GUIDE = 4_096

_Fill = Callable[[int, NDArray[np.float64]], None]


@dataclass(frozen=True, eq=False)
class LossSource:
    """One risk: mean `rate` of loss events a year, `shape` of its uncertainty, `severity` of one."""

    rate: float
    severity: Distribution
    shape: float = POISSON

    def __post_init__(self) -> None:
        if not (math.isfinite(self.rate) and self.rate >= 0 and self.shape > 0):
            raise UsageError("compound.bad_frequency", rate=self.rate, shape=self.shape)

    @property
    def mean(self) -> float:
        return self.rate * self.severity.mean

    @cached_property
    def year(self) -> Lattice:
        """Exact distribution of the loss of one year, on a lattice."""
        return yearly_loss(self.severity, rate=self.rate, shape=self.shape)


def simulate_years(
    sources: Sequence[LossSource],
    *,
    years: int,
    seed: int,
    replication: int = 0,
    threads: int | None = None,
    frequent_above: float = FREQUENT_ABOVE,
    common_variance: float = 0.0,
) -> NDArray[np.float64]:
    """Total losses of `years` simulated years, (years,), in the unit of the severities."""
    if not (math.isfinite(common_variance) and common_variance >= 0.0):
        raise UsageError("annual_loss.bad_common_variance", found=common_variance)
    if not 1 <= years <= 2**31:
        raise UsageError("annual_loss.bad_years", years=years)
    losses = np.zeros(years)
    key = stream_key(seed, replication=replication)
    steps = _steps(sources, key=key, frequent_above=frequent_above)
    if common_variance > 0.0:
        steps.append(_common_factor(1.0 / common_variance, key))

    def fill(first: int) -> None:
        out = losses[first : first + _BLOCK]
        for step in steps:
            step(first, out)

    workers = threads or min(8, os.cpu_count() or 1)
    with ThreadPoolExecutor(max_workers=workers) as pool:
        for _ in pool.map(fill, range(0, years, _BLOCK)):
            pass
    return losses


def _steps(
    sources: Sequence[LossSource], *, key: tuple[np.uint64, np.uint64], frequent_above: float
) -> list[_Fill]:
    """What is done to each block of years, in order: rare risks together, then each frequent one."""
    used = [(i, s) for i, s in enumerate(sources) if s.mean > 0.0]
    rare = [source for _, source in used if source.rate <= frequent_above]
    steps = [_single_losses(rare, key)] if rare else []
    for index, source in used:
        if source.rate > frequent_above:
            steps.append(_yearly_losses(source.year, index, key))
    return steps


def _single_losses(sources: Sequence[LossSource], key: tuple[np.uint64, np.uint64]) -> _Fill:
    """Step that draws rare losses one by one."""
    theta = np.array([0.0 if math.isinf(s.shape) else s.rate / (s.rate + s.shape) for s in sources])
    uncertain = theta > 0.0
    log_term = -np.log1p(-theta)
    cluster_rate = np.array([s.rate for s in sources])
    shapes = np.array([s.shape for s in sources])
    cluster_rate[uncertain] = shapes[uncertain] * log_term[uncertain]
    share_of_one = np.ones(len(sources))
    share_of_one[uncertain] = theta[uncertain] / log_term[uncertain]
    table = alias_table(cluster_rate)
    arrays, points = _severity_arrays([s.severity for s in sources])
    rate = float(cluster_rate.sum())

    def step(first: int, out: NDArray[np.float64]) -> None:
        kernels.add_single_losses(
            *key, first, out, rate, (table.threshold, table.alias), (theta, share_of_one), arrays, points
        )

    return step


def _yearly_losses(year: Lattice, index: int, key: tuple[np.uint64, np.uint64]) -> _Fill:
    """Step that draws the yearly loss of one frequent risk."""
    cumulated = np.cumsum(year.probability)
    cumulated /= cumulated[-1]
    cumulated[-1] = 1.0
    guide = np.empty(_GUIDE, dtype=np.int64)
    kernels.fill_guide(cumulated, guide)
    draw = partial(kernels.add_yearly_losses, *key)

    def step(first: int, out: NDArray[np.float64]) -> None:
        draw(first, out, index, year.start, year.step, cumulated, guide)

    return step


def _common_factor(shape: float, key: tuple[np.uint64, np.uint64]) -> _Fill:
    """Step that multiplies each year by its common factor; it must come last."""
    scale = partial(kernels.scale_years, *key)

    def step(first: int, out: NDArray[np.float64]) -> None:
        scale(first, out, shape)

    return step


def _severity_arrays(severities: Sequence[Distribution]) -> tuple[tuple[NDArray, ...], NDArray[np.float64]]:
    """(kinds, first and second parameters, where each risk's points begin, how many), and all points."""
    codes = {"constant": kernels.CONSTANT, "empirical": kernels.EMPIRICAL, "lognormal": kernels.LOGNORMAL,
             "gamma": kernels.GAMMA, "weibull": kernels.WEIBULL}  # fmt: skip
    names = {"constant": ("value",), "lognormal": ("mu", "sigma"), "empirical": ()}
    rows, points, offset = [], [np.zeros(0)], 0
    for severity in severities:
        severity = _as_sample(severity) if severity.kind in ("pert", "triangular", "quantiles") else severity
        values = [severity.parameters[n] for n in names.get(severity.kind, ("shape", "scale"))]
        mine = _grouped(severity.points)
        rows.append((codes[severity.kind], *(*values, 0.0, 0.0)[:2], offset, len(mine)))
        points.append(mine)
        offset += len(mine)
    kinds, firsts, seconds, offsets, n_points = zip(*rows, strict=True)
    whole = [np.array(column, dtype=np.int64) for column in (kinds, offsets, n_points)]
    return (whole[0], np.array(firsts), np.array(seconds), *whole[1:]), np.concatenate(points)


def _as_sample(severity: Distribution) -> Distribution:
    """A bounded distribution as 4,096 equally likely values, the means of its groups; its mean is kept."""
    borders = severity.quantile(np.linspace(0.0, 1.0, _MOST_POINTS + 1))
    # E[X; X <= b] = E[min(X, b)] - b P(X > b)
    reached = severity.limited_mean(borders) - borders * (1.0 - np.linspace(0.0, 1.0, _MOST_POINTS + 1))
    return Distribution("empirical", {}, np.asarray(np.diff(reached) * _MOST_POINTS))


def _grouped(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """At most 4,096 values that stand for an ascending sample: means of groups of equal probability.

    The mean of the sample is kept exactly; a value on a border is shared between its two groups.
    """
    n = len(points)
    if n <= _MOST_POINTS:
        return points
    below = np.concatenate([[0.0], np.cumsum(points)])
    border = np.linspace(0.0, n, _MOST_POINTS + 1)
    whole = np.minimum(border.astype(np.int64), n - 1)
    reached = below[whole] + (border - whole) * points[whole]
    return np.asarray(np.diff(reached) * (_MOST_POINTS / n))
