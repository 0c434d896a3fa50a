"""How far a curve of yearly losses may lie elsewhere because its parameters are not known: an outer loop.

1. Draw the parameters of all risks, each stratified over the draws (a Latin hypercube), independent of each
   other: few draws then reach all of an interval.
2. Hold a draw fixed and simulate years of it; every draw meets the same luck.
3. At each loss, the share of years beyond it in all draws: its middle 90 % is the band.

The simulation inside a draw widens the band a little, the more the fewer years it has. The cost is draws
times years. Source: Frey & Rhodes (1996), Human and Ecological Risk Assessment 2(4), for two-dimensional
Monte Carlo, which keeps what varies apart from what is not known; McKay, Beckman & Conover (1979) for the
hypercube.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anlan.maths.loss_portfolios.portfolios import Portfolio, YearSimulator
from anlan.maths.loss_statistics import loss_sample
from anlan.maths.progress import part
from anlan.maths.streams import Stream

MIDDLE = (0.05, 0.95)
"""Shares of the draws below the ends of the band."""
_ORDER, _PLACE = 61, 62
"""Purposes of the streams: which stratum, and where in it."""


@dataclass(frozen=True, eq=False)
class ParameterBand:
    """losses: (n,). beyond: (draws, n), share of years that lose more. mean, at_risk, cvar: (draws,).

    draws, years: of the outer and the inner loop.
    """

    losses: NDArray[np.float64]
    beyond: NDArray[np.float64]
    mean: NDArray[np.float64]
    at_risk: NDArray[np.float64]
    cvar: NDArray[np.float64]
    years: int

    @property
    def draws(self) -> int:
        return len(self.mean)

    def limits(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Lower and upper end of the share of years beyond each loss."""
        low, high = np.quantile(self.beyond, MIDDLE, axis=0)
        return low, high


def stratified(draws: int, *, place: int, seed: int) -> NDArray[np.float64]:
    """(draws,) uniforms with one in each of `draws` equal strata, in random order."""
    stream = Stream(seed)
    order = np.argsort(stream.uniform(draws, purpose=_ORDER, place=place), kind="stable")
    return np.asarray((order + stream.uniform(draws, purpose=_PLACE, place=place)) / draws)


def parameter_band(
    portfolio_of: Callable[[int], Portfolio], *, draws: int, years: int, losses: Sequence[float],
    level: float, seed: int,
) -> ParameterBand:  # fmt: skip
    """The band over `draws` portfolios, each simulated for `years`.

    portfolio_of: the portfolio of a draw, its parameters fixed. level: of VaR and CVaR. losses: ascending.
    """
    at = np.asarray(losses, dtype=np.float64)
    beyond, marks = np.empty((draws, len(at))), np.empty((draws, 3))
    for draw in range(draws):
        with part(draw / draws, (draw + 1) / draws):
            totals = YearSimulator(portfolio_of(draw), seed=seed).run(years).totals
        sample = loss_sample(totals)
        beyond[draw] = 1.0 - np.searchsorted(sample.ascending, at, side="right") / years
        marks[draw] = sample.mean.value, sample.quantile(level).value, sample.cvar(level).value
    mean, at_risk, cvar = marks.T
    return ParameterBand(at, beyond, mean, at_risk, cvar, years)
